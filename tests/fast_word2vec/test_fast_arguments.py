"""What allows no training is refused, and what is allowed trains, to the edge."""

import numpy as np
import pytest

from common.fast_word2vec import FastSkipGram
from common.fast_word2vec.arguments import count_words


class TestArguments:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"vocab_size": 1}, "vocab_size=1; allowed is a whole number, 2 or more"),
            ({"hidden_size": 0}, "hidden_size=0"),
            ({"window_size": 0}, "window_size=0; allowed is a whole number, 1 to 50"),
            ({"window_size": 51}, "window_size=51"),
            ({"power": float("nan")}, "power=nan"),
            ({"power": -1}, "power=-1"),
            ({"power": float("inf")}, "power=inf"),
            ({"sample_size": 0}, "sample_size=0"),
            ({"sample_size": float("nan")}, "sample_size=nan"),
            ({"hidden_size": 2.5}, "hidden_size=2.5; allowed is a whole number"),
            ({"window_size": None}, "window_size=None"),
            ({"power": "0.75"}, "power='0.75'"),
            ({"subsample": -1}, "subsample=-1"),
            ({"subsample": float("inf")}, "subsample=inf"),
            ({"corpus": np.zeros(10, int)}, "1 different words; at least 2"),
            ({"corpus": np.full(10, -1)}, "0 different words"),
            ({"corpus": np.zeros(0, int)}, "0 different words"),
            ({"corpus": np.zeros((2, 2), int)}, r"shape \(2, 2\)"),
        ],
    )
    def test_refused(self, options, message):
        arguments = {
            "vocab_size": 5,
            "hidden_size": 4,
            "window_size": 2,
            "corpus": np.arange(5),
        } | options
        with pytest.raises(ValueError, match=message):
            FastSkipGram(**arguments)

    @pytest.mark.parametrize(
        "options", [{"hidden_size": 1}, {"window_size": 50}, {"power": 0}, {"vocab_size": 2}]
    )
    def test_allowed_to_the_edge(self, options):
        arguments = {"vocab_size": 3, "hidden_size": 4, "window_size": 2} | options
        FastSkipGram(**arguments, corpus=np.array([0, 1, 0]), seed=0)

    def test_what_is_meant_where_nothing_is_said(self):
        corpus = np.repeat([0, 1], [16, 1])
        np.random.seed(3)
        model = FastSkipGram(2, 8, 2, corpus)
        np.random.seed(3)
        assert model.seed == np.random.randint(2**31)
        assert model.keep is None  # every word is kept
        np.testing.assert_allclose(np.diff(model.sampler.upper, prepend=0), [8 / 9, 1 / 9])
        assert model.sample_size == 5

    def test_the_start(self):
        """W_in uniform within 1 / 2H of 0, as in word2vec; W_out 0."""
        model = FastSkipGram(2000, 8, 2, np.arange(2000), seed=0)
        assert abs(model.word_vecs).max() <= 0.5 / 8
        assert abs(model.word_vecs.mean()) < 0.002
        assert model.word_vecs.std() == pytest.approx(1 / 8 / 12**0.5, rel=0.02)
        assert (model.params[1] == 0).all()

    def test_a_rare_word_stays_for_sure(self):
        corpus = np.repeat([0, 1], [999, 1])
        model = FastSkipGram(2, 4, 1, corpus, subsample=0.001)
        assert model.keep[1] == 1

    def test_words_are_counted_over_all_pieces_of_a_long_corpus(self):
        corpus = np.zeros(2**21 + 5, np.int32)
        corpus[[0, 2**20, -1]] = 1, 2, 3
        assert count_words(corpus, 5).tolist() == [2**21 + 2, 1, 1, 1, 0]

    def test_a_corpus_on_a_device_is_brought_to_the_processor(self, cupy):
        model = FastSkipGram(3, 4, 1, cupy.asarray(np.arange(3)), seed=0)
        assert type(model.corpus) is np.ndarray

    @pytest.mark.parametrize("word", [5, -2])
    def test_unknown_ids_are_refused(self, word):
        with pytest.raises(IndexError, match=r"corpus contains"):
            FastSkipGram(5, 4, 2, np.array([0, 1, word]))

    @pytest.mark.parametrize(
        "options",
        [
            {"max_epoch": 0},
            {"max_epoch": 1.5},
            {"lr": 0},
            {"lr": float("nan")},
            {"lr": float("inf")},
            {"min_lr": -1},
            {"min_lr": float("inf")},
            {"processes": 0},
        ],
    )
    def test_fit_refuses(self, options):
        model = FastSkipGram(5, 4, 2, np.arange(5))
        with pytest.raises(ValueError, match=f"{next(iter(options))}="):
            model.fit(**options, progress=False)
