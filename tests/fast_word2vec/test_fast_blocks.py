"""Blocks hold every word once, and the pairs that are within reach."""

import numpy as np
import pytest
from fast_helpers import examples

from common.fast_word2vec import FastSkipGram
from common.fast_word2vec.blocks import Blocks, draw_reach


class TestBlocks:
    def blocks(self, corpus, window_size=5, **options):
        model = FastSkipGram(int(corpus.max()) + 1, 4, window_size, corpus, seed=0, **options)
        return Blocks(corpus, np.random.default_rng(1), model)

    def test_every_word_is_a_center_once_and_windows_are_what_stands_around(self):
        corpus = np.random.default_rng(0).permutation(100)
        text = self.blocks(corpus)
        centers = text.centers.ravel()
        assert centers[:100].tolist() == corpus.tolist()
        assert (centers[100:] == 100).all()  # the word that fills up
        padded = np.concatenate([[100] * 5, centers, [100] * 5])
        for m in range(text.blocks):
            assert text.windows[m].tolist() == padded[m * 16 : m * 16 + 26].tolist()

    def test_no_pair_crosses_a_sentence_end_or_the_corpus(self):
        lengths = [1, 3, 50, 2, 17, 1, 30]
        parts = np.split(np.arange(sum(lengths)), np.cumsum(lengths)[:-1])
        corpus = np.concatenate([[*part, -1] for part in parts])
        sentence_of = {int(word): i for i, part in enumerate(parts) for word in part}
        distances = []
        for _, word, contexts in examples(self.blocks(corpus), 5):
            if word == len(sentence_of):
                assert not contexts
            assert all(sentence_of[c] == sentence_of[word] for c in contexts)
            distances += [abs(c - word) for c in contexts]
        assert set(distances) == {1, 2, 3, 4, 5}

    def test_word_0_is_a_word_like_others(self):
        corpus = np.array([1, 0, 2, 0, 1, -1, 0, 1])
        pairs = [(word, c) for _, word, c in examples(self.blocks(corpus, window_size=1), 1) if c]
        assert pairs == [
            (1, [0]),
            (0, [1, 2]),
            (2, [0, 0]),
            (0, [2, 1]),
            (1, [0]),
            (0, [1]),
            (1, [0]),
        ]

    def test_reach_is_uniform(self):
        rng = np.random.default_rng(0)
        left, right = (side[5:-5] for side in draw_reach(np.zeros(100_000, int), 5, rng))
        assert (left == right).all()
        share = np.bincount(left, minlength=6) / len(left)
        np.testing.assert_allclose(share, [0, 0.2, 0.2, 0.2, 0.2, 0.2], atol=0.006)

    def test_frequent_words_are_left_out_as_often_as_word2vec_does(self):
        corpus = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [80_000, 19_000, 1000]))
        text = self.blocks(corpus, subsample=0.01)
        stayed = np.bincount(text.centers.ravel(), minlength=4)[:3] / [80_000, 19_000, 1000]
        f = np.array([0.8, 0.19, 0.01])
        expected = np.minimum(1, np.sqrt(0.01 / f) + 0.01 / f)
        np.testing.assert_allclose(stayed, expected, atol=0.01)

    def test_the_end_of_a_sentence_is_no_word_that_could_stay(self):
        text = self.blocks(np.array([0, 1, -1, 2, 0, -1]), window_size=2, subsample=1)
        assert text.centers.ravel().tolist() == [0, 1, 2, 0] + [3] * 12

    @pytest.mark.parametrize("ids", [[], [-1], [0, 1, 0]])
    def test_a_portion_of_which_no_word_is_left(self, ids):
        model = FastSkipGram(3, 4, 2, np.array([0, 1, 2, 0]), seed=0)
        model.keep = np.zeros(3)
        text = Blocks(np.array(ids, dtype=int), np.random.default_rng(0), model)
        assert text.blocks == 0
        shapes = [part.shape for part in text.batch(0, 32)]
        assert shapes == [(0, 16), (0, 2 + 16 + 2), (0, 16), (0, 16)]
        assert model.train_portion(np.array(ids, dtype=int), np.random.default_rng(0), 1, 1) == 0.0
