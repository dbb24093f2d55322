"""Neighbours against loops and gensim, and every refusal."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from common.embeddings import Embeddings, analogy, cos_similarity, most_similar, normalize

# No deadline: a loaded machine is slow now and then.
quick = settings(max_examples=40, deadline=None)

WORDS = ["you", "say", "goodbye", "and", "i", "hello", "."]
WORD_TO_ID = {word: i for i, word in enumerate(WORDS)}
ID_TO_WORD = dict(enumerate(WORDS))
COUNTS = np.array(
    [
        [0, 1, 0, 0, 0, 0, 0],
        [1, 0, 1, 0, 1, 1, 0],
        [0, 1, 0, 1, 0, 0, 0],
        [0, 0, 1, 0, 1, 0, 0],
        [0, 1, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 1, 0],
    ],
    dtype=np.int32,
)
# On a plane with the axes royal and male; "king" is long, "duke" short, in one direction.
ROYAL = {
    "man": [0, 1],
    "woman": [0, -1],
    "king": [3, 3],
    "queen": [2, -2],
    "duke": [0.2, 0.2],
    "pawn": [-1, 0],
}


def random_vectors(V=7, D=5, seed=0):
    return np.random.default_rng(seed).standard_normal((V, D)).astype(np.float32)


def some():
    return Embeddings(random_vectors(), WORDS)


def loop_cosine(x, y):
    return sum(a * b for a, b in zip(x, y, strict=True)) / (math.hypot(*x) * math.hypot(*y))


@pytest.fixture(scope="module")
def gensim():
    pytest.importorskip("gensim", reason="gensim, the oracle for the file formats, is missing")
    from gensim.models import KeyedVectors

    return KeyedVectors


def keyed(gensim, words, vectors):
    vectors = np.asarray(vectors, dtype=np.float32)
    oracle = gensim(vectors.shape[1])
    oracle.add_vectors(list(words), vectors)
    return oracle


class TestCosSimilarity:
    @quick
    @given(hnp.arrays(np.float64, (2, 4), elements=st.floats(-100, 100)))
    def test_loop(self, vectors):
        x, y = vectors
        if min(math.hypot(*x), math.hypot(*y)) > 1e-2:
            assert cos_similarity(x, y) == pytest.approx(loop_cosine(x, y), abs=1e-5)
            assert cos_similarity(x, y, eps=0) == pytest.approx(loop_cosine(x, y), abs=1e-12)

    def test_eps_is_added_to_both_lengths(self):
        assert cos_similarity([3, 4], [3, 4], eps=5) == 25 / (10 * 10)

    def test_rows_by_a_vector_and_rows_by_rows(self):
        W = random_vectors()
        expected = [cos_similarity(row, W[2]) for row in W]
        np.testing.assert_allclose(cos_similarity(W, W[2]), expected, rtol=1e-6)
        np.testing.assert_allclose(cos_similarity(W, W), np.ones(7), rtol=1e-6)

    def test_zeros_have_cosine_0(self):
        assert cos_similarity(np.zeros(3), np.ones(3)) == 0

    def test_counts_do_not_overflow(self):
        x = np.array([50_000, 50_000], dtype=np.int32)
        assert cos_similarity(x, x) == pytest.approx(1)

    def test_float32_does_not_overflow(self):
        x = np.array([1e20, 1e20], dtype=np.float32)
        assert cos_similarity(x, x) == pytest.approx(1)

    @pytest.mark.parametrize(
        ("dtype", "result"),
        [(np.float16, np.float32), (np.float32, np.float32), (np.int32, np.float64)],
    )
    def test_float_type(self, dtype, result):
        assert cos_similarity(np.ones(3, dtype), np.ones(3, dtype)).dtype == result

    @pytest.mark.parametrize(
        ("x", "y"), [(np.ones(3), np.ones(1)), (np.ones((2, 3)), np.ones(2)), (1.0, np.ones(1))]
    )
    def test_lengths_that_differ(self, x, y):
        with pytest.raises(ValueError, match="their last axes must agree"):
            cos_similarity(x, y)


class TestNormalize:
    @quick
    @given(hnp.arrays(np.float32, (3, 4), elements=st.floats(-10, 10, width=32)))
    def test_length_1_in_the_same_direction(self, x):
        before = x.copy()
        unit = normalize(x)
        assert (x == before).all()
        for row, unit_row in zip(x, unit, strict=True):
            length = math.hypot(*row.tolist())
            assert math.hypot(*unit_row.tolist()) == pytest.approx(1 if length else 0, abs=1e-6)
            np.testing.assert_allclose(unit_row * length, row, rtol=1e-5, atol=1e-30)

    def test_one_vector(self):
        assert normalize([3, 4]).tolist() == [0.6, 0.8]

    def test_float_type_stays(self):
        assert normalize(np.ones(3, np.float32)).dtype == np.float32

    def test_float32_does_not_overflow(self):
        x = np.array([3e20, 4e20], dtype=np.float32)
        assert normalize(x) == pytest.approx([0.6, 0.8])

    def test_zeros_stay_zeros(self):
        assert normalize(np.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


class TestEmbeddings:
    def test_looks_like_a_table_of_words(self):
        embeddings = some()
        assert len(embeddings) == 7
        assert list(embeddings) == WORDS
        assert "you" in embeddings
        assert "she" not in embeddings
        assert embeddings["say"].tolist() == random_vectors()[1].tolist()
        assert repr(embeddings) == "<Embeddings: 7 words, 5 numbers each>"

    def test_dict_of_ids_is_as_good_as_a_list(self):
        out_of_order = {i: ID_TO_WORD[i] for i in [3, 0, 6, 1, 5, 2, 4]}
        assert Embeddings(random_vectors(), out_of_order).words == tuple(WORDS)

    def test_vectors_are_a_read_only_copy(self):
        W = random_vectors()
        embeddings = Embeddings(W, WORDS)
        before = embeddings.most_similar("you")
        W[...] = 1
        assert embeddings.most_similar("you") == before
        for array in (embeddings.vectors, embeddings.unit_vectors, embeddings["you"]):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1

    def test_unit_vectors_are_computed_once(self):
        embeddings = some()
        assert embeddings.unit_vectors is embeddings.unit_vectors
        np.testing.assert_allclose(np.linalg.norm(embeddings.unit_vectors, axis=1), 1, rtol=1e-6)

    @pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32])
    def test_vectors_are_float32(self, dtype):
        W = np.eye(7, dtype=dtype)
        assert Embeddings(W, WORDS).vectors.dtype == np.float32

    def test_similarity(self):
        embeddings = some()
        for a in WORDS:
            for b in WORDS:
                expected = loop_cosine(embeddings[a].tolist(), embeddings[b].tolist())
                assert embeddings.similarity(a, b) == pytest.approx(expected, abs=1e-6)

    def test_most_similar_is_a_sorted_loop(self):
        embeddings = some()
        for query in WORDS:
            scores = {word: embeddings.similarity(query, word) for word in WORDS if word != query}
            expected = sorted(scores, key=scores.get, reverse=True)
            answer = embeddings.most_similar(query, top=6)
            assert [word for word, _ in answer] == expected
            assert [score for _, score in answer] == pytest.approx([scores[w] for w in expected])
            assert embeddings.most_similar(query, top=2) == answer[:2]

    def test_top_larger_than_the_vocabulary_gives_all_others(self):
        assert len(some().most_similar("you", top=100)) == 6

    def test_equal_scores_stand_in_the_order_of_ids(self):
        # A matrix product adds some rows up in another order: equal rows differ in the last bit.
        V = 1_003
        rows = np.tile(random_vectors(1, 100), (V, 1))
        rows[500] = random_vectors(1, 100, seed=1)
        embeddings = Embeddings(rows, [f"w{i}" for i in range(V)])
        answer = embeddings.most_similar("w500", top=V)
        assert [word for word, _ in answer] == [f"w{i}" for i in range(V) if i != 500]

    def test_analogy_goes_by_direction(self):
        embeddings = Embeddings(list(ROYAL.values()), list(ROYAL))
        # In units: king (.71, .71) - man (0, 1) + woman (0, -1) = (.71, -1.29).
        (first, score), (second, _), *_ = embeddings.analogy("man", "king", "woman")
        assert (first, second) == ("queen", "duke")
        assert score == pytest.approx(loop_cosine([0.5**0.5, 0.5**0.5 - 2], [1, -1]))
        assert {w for w, _ in embeddings.analogy("man", "king", "woman", top=9)} == {
            "queen",
            "duke",
            "pawn",
        }

    def test_neighbours_and_analogies_are_those_of_gensim(self, gensim):
        words = [f"w{i}" for i in range(200)]
        vectors = random_vectors(200, 20) * np.linspace(0.1, 5, 200)[:, None]
        embeddings = Embeddings(vectors, words)
        oracle = keyed(gensim, words, vectors)
        for a, b, c in [("w0", "w1", "w2"), ("w7", "w199", "w50")]:
            pairs = [
                (embeddings.most_similar(a, 10), oracle.most_similar(a, topn=10)),
                (
                    embeddings.analogy(a, b, c, 10),
                    oracle.most_similar(positive=[b, c], negative=[a], topn=10),
                ),
            ]
            for ours, theirs in pairs:
                assert [word for word, _ in ours] == [word for word, _ in theirs]

    def test_vector_of_zeros_is_near_nothing(self):
        W = random_vectors()
        W[0] = 0
        embeddings = Embeddings(W, WORDS)
        assert [score for _, score in embeddings.most_similar("you")] == [0] * 5

    def test_query_over_10_000_words_is_quick(self):
        embeddings = Embeddings(random_vectors(10_000, 100), [f"w{i}" for i in range(10_000)])
        embeddings.most_similar("w0")
        seconds = []
        for i in range(10):
            start = time.perf_counter()
            embeddings.most_similar(f"w{i}")
            seconds.append(time.perf_counter() - start)
        assert min(seconds) < 0.02, f"{min(seconds) * 1e3:.1f} ms; 2 ms on an idle core"

    @pytest.mark.parametrize(
        "ask",
        [
            lambda e: e["godbye"],
            lambda e: e.similarity("you", "godbye"),
            lambda e: e.most_similar("godbye"),
            lambda e: e.analogy("you", "say", "godbye"),
        ],
    )
    def test_unknown_word_suggests_close_ones(self, ask):
        with pytest.raises(KeyError, match="godbye is not found; close words: goodbye"):
            ask(some())

    def test_unknown_word_in_capitals_or_like_no_other(self):
        with pytest.raises(KeyError, match="HELLO is not found; close words: hello"):
            some()["HELLO"]
        names = Embeddings(np.eye(2), ["Anna", "Otto"])
        with pytest.raises(KeyError, match="Ana is not found; close words: Anna"):
            names["Ana"]
        with pytest.raises(KeyError, match=r"xqzj is not found'$"):
            some()["xqzj"]

    @pytest.mark.parametrize("top", [0, -1, 2.0, None])
    def test_top(self, top):
        with pytest.raises(ValueError, match=f"top={top!r}; allowed is a whole number, 1 or more"):
            some().most_similar("you", top)

    @pytest.mark.parametrize(
        ("vectors", "words", "error", "message"),
        [
            (np.eye(7), WORDS[:6], ValueError, "there are 6 words and 7 vectors"),
            (np.eye(7), [*WORDS[:6], "say"], ValueError, "the word 'say' stands twice"),
            (np.eye(7), [*WORDS[:6], 6], TypeError, "the word 6 is of type int"),
            (
                np.eye(7),
                set(WORDS),
                TypeError,
                "^words is of type set; allowed are a list, in the order of the vectors, and a "
                "dict id -> word$",
            ),
            (np.eye(7), "letters", TypeError, "words is of type str; allowed are a list"),
            (np.eye(7), WORD_TO_ID, ValueError, "has the key 'you'; a dict must map ids, 0 to 6"),
            (np.eye(2), {0: "a", 2: "b"}, ValueError, "has the key 2; a dict must map ids, 0 to 1"),
            (np.ones(7), WORDS, ValueError, r"shape \(7,\); allowed is \(V, D\)"),
            (np.ones((0, 3)), [], ValueError, "not empty"),
            ([[1, math.nan]], ["a"], ValueError, "vector of 'a' holds nan at place 1"),
            ([[1.0], [1e39]], ["a", "b"], ValueError, "vector of 'b' holds inf at place 0"),
        ],
    )
    def test_what_cannot_be_embeddings(self, vectors, words, error, message):
        with pytest.raises(error, match=message):
            Embeddings(vectors, words)

    def test_arrays_of_a_gpu_are_copied_to_the_processor(self):
        class OnGpu:
            def get(self):
                return random_vectors()

        OnGpu.__module__ = "cupy"
        embeddings = Embeddings(OnGpu(), WORDS)
        assert type(embeddings.vectors) is np.ndarray
        assert (embeddings.vectors == random_vectors()).all()

    def test_arrays_of_a_gpu(self, cupy, capsys):
        W = cupy.asarray(random_vectors())
        assert Embeddings(W, WORDS).most_similar("you") == some().most_similar("you")
        np.testing.assert_allclose(
            cos_similarity(W, W[0]).get(), cos_similarity(W.get(), W[0].get())
        )
        np.testing.assert_allclose(normalize(W).get(), normalize(W.get()), rtol=1e-6)
        most_similar("you", WORD_TO_ID, ID_TO_WORD, W)
        on_gpu = capsys.readouterr().out
        most_similar("you", WORD_TO_ID, ID_TO_WORD, W.get())
        assert capsys.readouterr().out == on_gpu


class TestPrintedAnswers:
    def test_most_similar(self, capsys):
        most_similar("you", WORD_TO_ID, ID_TO_WORD, COUNTS)
        # cos(you, goodbye) = 1 / sqrt(2); the eps of 1e-8 shows in the ninth digit.
        assert capsys.readouterr().out.splitlines() == [
            "",
            "[query] you",
            " goodbye: 0.7071067691154799",
            " i: 0.7071067691154799",
            " hello: 0.7071067691154799",
            " say: 0.0",
            " and: 0.0",
        ]

    def test_top(self, capsys):
        most_similar("you", WORD_TO_ID, ID_TO_WORD, COUNTS, top=1)
        assert len(capsys.readouterr().out.splitlines()) == 3

    def test_same_ranking_as_the_class(self, capsys):
        most_similar("say", WORD_TO_ID, ID_TO_WORD, random_vectors(), top=6)
        lines = capsys.readouterr().out.splitlines()[2:]
        answer = some().most_similar("say", top=6)
        assert [line.split(": ")[0] for line in lines] == [f" {word}" for word, _ in answer]
        scores = [float(line.split(": ")[1]) for line in lines]
        assert scores == pytest.approx([score for _, score in answer], abs=1e-6)

    def test_unknown_word(self, capsys):
        assert most_similar("yuo", WORD_TO_ID, ID_TO_WORD, COUNTS) is None
        assert capsys.readouterr().out == "yuo is not found; close words: you\n"

    def test_analogy_goes_by_length_too(self, capsys):
        word_to_id = {word: i for i, word in enumerate(ROYAL)}
        id_to_word = dict(enumerate(ROYAL))
        vectors = np.array([*ROYAL.values()])
        analogy("man", "queen", "woman", word_to_id, id_to_word, vectors, top=2)
        # queen (2, -2) - man (0, 1) + woman (0, -1) = (2, -4), of length sqrt(20).
        q = np.array([2, -4]) / math.sqrt(20)
        out = capsys.readouterr().out.splitlines()
        assert out[:2] == ["", "[analogy] man:queen = woman:?"]
        assert [line.split(": ")[0] for line in out[2:]] == [" duke", " pawn"]
        scores = [float(line.split(": ")[1]) for line in out[2:]]
        assert scores == pytest.approx([vectors[4] @ q, vectors[5] @ q])

        # Twice as long a vector scores twice as much here.
        vectors[5] *= 2
        analogy("man", "queen", "woman", word_to_id, id_to_word, vectors, top=9)
        last = capsys.readouterr().out.splitlines()[-1]
        assert last.startswith(" king: ")
        assert float(last.split(": ")[1]) == pytest.approx(vectors[2] @ q)

    def test_answer_is_printed_first(self, capsys):
        W = random_vectors().astype(np.float64)
        analogy("you", "say", "i", WORD_TO_ID, ID_TO_WORD, W, top=9, answer="hello")
        query = W[1] - W[0] + W[4]
        query /= np.linalg.norm(query)
        empty, title, first, *rest = capsys.readouterr().out.splitlines()
        assert (empty, title) == ("", "[analogy] you:say = i:?")
        word, score = first.split(":")
        assert word == "==>hello"
        assert float(score) == pytest.approx(W[5] @ query)
        order = [WORDS[i] for i in np.argsort(-(W @ query)) if WORDS[i] not in ("you", "say", "i")]
        assert [line.split(": ")[0].strip() for line in rest] == order

    def test_unknown_words_of_an_analogy(self, capsys):
        analogy("yuo", "say", "XQZJ", WORD_TO_ID, ID_TO_WORD, COUNTS, answer="helo")
        assert capsys.readouterr().out.splitlines() == [
            "yuo is not found; close words: you",
            "XQZJ is not found",
            "helo is not found; close words: hello",
        ]

    def test_vectors_with_nan_are_left_out(self, capsys):
        W = random_vectors()
        W[2] = math.nan
        most_similar("you", WORD_TO_ID, ID_TO_WORD, W, top=9)
        analogy("you", "say", "i", WORD_TO_ID, ID_TO_WORD, W, top=9)
        assert "nan" not in capsys.readouterr().out

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_matrix_stays_as_it_is(self, dtype, capsys):
        W = random_vectors().astype(dtype)
        before = W.tolist()
        most_similar("you", WORD_TO_ID, ID_TO_WORD, W)
        analogy("you", "say", "i", WORD_TO_ID, ID_TO_WORD, W)
        assert W.tolist() == before

    def test_half_precision_is_reckoned_in_float32(self, capsys):
        W = random_vectors().astype(np.float16)
        analogy("you", "say", "i", WORD_TO_ID, ID_TO_WORD, W)
        half = capsys.readouterr().out
        analogy("you", "say", "i", WORD_TO_ID, ID_TO_WORD, W.astype(np.float32))
        assert capsys.readouterr().out == half

    def test_bad_top(self):
        with pytest.raises(ValueError, match="top=0; allowed is a whole number, 1 or more"):
            most_similar("you", WORD_TO_ID, ID_TO_WORD, COUNTS, top=0)


@pytest.mark.parametrize("size", [1e300, 1e-300, 1e-310, 1.0])
def test_vectors_whose_squares_are_no_numbers(size):
    """The square of 1e300 is infinite, that of 1e-300 is 0."""
    x = np.array([3.0, 4.0]) * size
    np.testing.assert_allclose(normalize(x), [0.6, 0.8], rtol=1e-6)
    np.testing.assert_allclose(
        normalize(np.array([x, x * 0, [0.0, 1.0]]))[0], [0.6, 0.8], rtol=1e-6
    )
    with np.errstate(all="raise", under="ignore", over="ignore"):
        expected = 0.6 if size >= 1 else 0  # beside eps, a tiny vector has no direction
        assert cos_similarity(x, np.array([1.0, 0.0])) == pytest.approx(expected, abs=1e-7)


def test_eps_counts_as_much_beside_a_tiny_vector():
    """An eps as long as the tiny vector halves the cosine, on either side."""
    tiny, one = np.array([3e-200, 4e-200]), np.array([1.0, 0.0])
    assert cos_similarity(tiny, one, eps=5e-200) == pytest.approx(0.3)
    assert cos_similarity(one, tiny, eps=5e-200) == pytest.approx(0.3)
    with np.errstate(over="raise"):  # 1e-8 beside 1e-319 is infinite, and that is no news
        assert cos_similarity(one, np.array([3e-319, 4e-319])) == 0


def test_an_infinite_number_leaves_its_neighbours():
    with np.errstate(invalid="ignore"):
        unit = normalize(np.array([np.inf, 1.0]))
    assert np.array_equal(unit, [np.nan, 0], equal_nan=True)
