"""Each vectorised function against a loop written straight from its definition."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from common.text import (
    convert_one_hot,
    create_contexts_target,
    preprocess,
)

SENTENCE = "You say goodbye and I say hello."
IDS = np.array([0, 1, 2, 3, 4, 1, 5, 6])

# No deadline: a loaded machine is slow now and then.
quick = settings(max_examples=40, deadline=None)

corpora = st.lists(st.integers(0, 6), min_size=1, max_size=30)
windows = st.integers(1, 5)


def loop_contexts(corpus, window_size):
    contexts, target = [], []
    for i in range(window_size, len(corpus) - window_size):
        around = range(i - window_size, i + window_size + 1)
        contexts.append([corpus[j] for j in around if j != i])
        target.append(corpus[i])
    return contexts, target


class TestPreprocess:
    def test_sentence(self):
        corpus, word_to_id, id_to_word = preprocess(SENTENCE)
        assert corpus.tolist() == IDS.tolist()
        assert corpus.dtype == np.int32
        assert word_to_id == {
            "you": 0,
            "say": 1,
            "goodbye": 2,
            "and": 3,
            "i": 4,
            "hello": 5,
            ".": 6,
        }
        assert list(id_to_word.items()) == [(i, word) for word, i in word_to_id.items()]

    @pytest.mark.parametrize(
        "text",
        [
            "  You say  goodbye and I\nsay\thello.  ",
            "YOU SAY GOODBYE AND I SAY HELLO.",
            "you say goodbye and i say hello .",
        ],
    )
    def test_blanks_and_capitals_make_no_difference(self, text):
        assert preprocess(text)[1] == preprocess(SENTENCE)[1]
        assert (preprocess(text)[0] == IDS).all()

    def test_full_stop_is_a_word_wherever_it_stands(self):
        corpus, _, id_to_word = preprocess("a.b..c.")
        assert [id_to_word[i] for i in corpus] == ["a", ".", "b", ".", ".", "c", "."]

    @quick
    @given(st.lists(st.sampled_from(["a", "b", "see", ".", "É"]), min_size=1))
    def test_ids_give_the_words_back_numbered_by_first_appearance(self, words):
        corpus, word_to_id, id_to_word = preprocess(" ".join(words))
        assert [id_to_word[i] for i in corpus.tolist()] == [word.lower() for word in words]
        assert list(dict.fromkeys(corpus.tolist())) == list(range(len(word_to_id)))

    @pytest.mark.parametrize("text", ["", " \n "])
    def test_no_word(self, text):
        with pytest.raises(ValueError, match="holds no word"):
            preprocess(text)

    def test_no_text(self):
        with pytest.raises(TypeError, match="of type list; allowed is a string"):
            preprocess(["you", "say"])


class TestContexts:
    def test_sentence(self):
        contexts, target = create_contexts_target(IDS, window_size=1)
        assert contexts.tolist() == [[0, 2], [1, 3], [2, 4], [3, 1], [4, 5], [1, 6]]
        assert target.tolist() == [1, 2, 3, 4, 1, 5]

    @quick
    @given(corpora, windows)
    def test_loop(self, corpus, window_size):
        if len(corpus) <= 2 * window_size:
            with pytest.raises(ValueError, match=f"this one has {len(corpus)}"):
                create_contexts_target(corpus, window_size)
            return
        contexts, target = create_contexts_target(corpus, window_size)
        assert contexts.shape == (len(corpus) - 2 * window_size, 2 * window_size)
        expected_contexts, expected_target = loop_contexts(corpus, window_size)
        assert contexts.tolist() == expected_contexts
        assert target.tolist() == expected_target

    @pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.int64])
    def test_keeps_the_integer_type(self, dtype):
        contexts, target = create_contexts_target(IDS.astype(dtype))
        assert contexts.dtype == target.dtype == dtype

    def test_results_are_arrays_of_their_own(self):
        corpus = IDS.copy()
        contexts, target = create_contexts_target(corpus)
        contexts[...] = 0
        target[...] = 0
        assert (corpus == IDS).all()

    def test_corpus_of_the_size_of_ptb_is_quick(self):
        corpus = np.random.default_rng(0).integers(0, 10_000, 929_589, dtype=np.int32)
        start = time.perf_counter()
        contexts, _ = create_contexts_target(corpus, 5)
        seconds = time.perf_counter() - start
        assert contexts.shape == (929_579, 10)
        assert seconds < 1, f"{seconds:.2f} s; 0.03 s on an idle core, a Python loop takes over 5 s"


class TestOneHot:
    @quick
    @given(hnp.arrays(np.int64, st.sampled_from([(1,), (5,), (4, 2)]), elements=st.integers(0, 6)))
    def test_one_1_where_the_id_says(self, ids):
        one_hot = convert_one_hot(ids, 7)
        assert one_hot.dtype == np.int32
        assert one_hot.shape == (*ids.shape, 7)
        for place in np.ndindex(ids.shape):
            assert one_hot[place].tolist() == [int(i == ids[place]) for i in range(7)]

    @pytest.mark.parametrize("ids", [[], 3, [[[1]]]])
    def test_shapes_that_are_neither_targets_nor_contexts(self, ids):
        with pytest.raises(ValueError, match=r"allowed are \(N,\) and \(N, C\)"):
            convert_one_hot(ids, 7)


ALL = [
    lambda corpus: create_contexts_target(corpus, 1),
    lambda corpus: convert_one_hot(corpus, 7),
]
WITH_VOCABULARY = ALL[1:]


class TestBadInput:
    @pytest.mark.parametrize("function", ALL)
    def test_empty_corpus(self, function):
        with pytest.raises(ValueError, match=r"corpus has shape \(0,\)"):
            function(np.array([], dtype=np.int32))

    @pytest.mark.parametrize("function", ALL)
    def test_negative_id(self, function):
        with pytest.raises(IndexError, match="corpus contains -3; allowed are 0 to"):
            function([0, 1, -3, 2])

    @pytest.mark.parametrize("function", WITH_VOCABULARY)
    def test_id_beyond_the_vocabulary(self, function):
        with pytest.raises(IndexError, match="corpus contains 7; allowed are 0 to 6"):
            function([0, 1, 7, 2])

    @pytest.mark.parametrize("function", ALL)
    @pytest.mark.parametrize("corpus", [[0.0, 1.0, 2.0], ["you", "say", "hello"]])
    def test_ids_that_are_no_integers(self, function, corpus):
        with pytest.raises(TypeError, match="corpus must be integers, not"):
            function(corpus)

    @pytest.mark.parametrize("function", ALL[:1])
    def test_corpus_that_is_not_flat(self, function):
        with pytest.raises(ValueError, match=r"corpus has shape \(1, 3\); allowed is \(N,\)"):
            function([[0, 1, 2]])

    @pytest.mark.parametrize("window_size", [0, -1, 1.0, "1", None])
    def test_window_size(self, window_size):
        message = f"window_size={window_size!r}; allowed is a whole number, 1 or more"
        with pytest.raises(ValueError, match=message):
            create_contexts_target(IDS, window_size)

    def test_corpus_shorter_than_a_window(self):
        message = "window_size=4 needs a corpus of at least 9 words; this one has 8"
        with pytest.raises(ValueError, match=message):
            create_contexts_target(IDS, 4)
        assert create_contexts_target(IDS[:7], 3)[0].tolist() == [[0, 1, 2, 4, 1, 5]]

    @pytest.mark.parametrize("vocab_size", [0, 7.0])
    def test_vocab_size(self, vocab_size):
        with pytest.raises(ValueError, match=f"vocab_size={vocab_size}; allowed is a whole"):
            convert_one_hot(IDS, vocab_size)

    @quick
    @given(windows.map(np.int64))
    def test_numpy_integers_are_whole_numbers_too(self, window_size):
        create_contexts_target(list(range(11)), window_size)
        convert_one_hot(IDS, np.int64(7))


def test_follows_arrays_to_the_gpu(cupy):
    corpus = cupy.asarray(IDS)
    for function in ALL:
        on_gpu, on_cpu = function(corpus), function(IDS)
        pairs = (
            zip(on_gpu, on_cpu, strict=True) if isinstance(on_cpu, tuple) else [(on_gpu, on_cpu)]
        )
        for result, expected in pairs:
            assert isinstance(result, cupy.ndarray)
            assert (result.get() == expected).all()


def test_the_mark_that_an_editor_writes_is_no_part_of_a_word():
    assert preprocess("\ufeffyou say")[1] == {"you": 0, "say": 1}
