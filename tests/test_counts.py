"""Counts, PPMI and truncated SVD, dense and sparse, against loops written from the definitions."""

import math
import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from common.counts import create_co_matrix, ppmi, truncated_svd
from common.embeddings import cos_similarity, most_similar

IDS = np.array([0, 1, 2, 3, 4, 1, 5, 6])  # You say goodbye and I say hello.

# No deadline: a loaded machine is slow now and then.
quick = settings(max_examples=40, deadline=None)

corpora = st.lists(st.integers(0, 6), min_size=6, max_size=30)
windows = st.integers(1, 5)
forms = pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])


def dense(matrix):
    return matrix.toarray() if scipy.sparse.issparse(matrix) else matrix


def loop_counts(corpus, vocab_size, window_size):
    counts = [[0] * vocab_size for _ in range(vocab_size)]
    for i, word in enumerate(corpus):
        for j, other in enumerate(corpus):
            if 1 <= abs(i - j) <= window_size:
                counts[word][other] += 1
    return counts


def loop_ppmi(counts, eps=0, power=1, shift=0):
    """From probabilities: that of the pair over those of its word and its context."""
    V = len(counts)
    total = sum(map(sum, counts))
    words = [sum(counts[i]) for i in range(V)]
    contexts = [sum(counts[i][j] for i in range(V)) for j in range(V)]
    Z = sum(contexts[j] ** power for j in range(V) if contexts[j])
    M = np.zeros((V, V))
    for i in range(V):
        for j in range(V):
            if counts[i][j]:
                by_chance = (words[i] / total) * (contexts[j] ** power / Z)
                M[i, j] = max(0, math.log2(counts[i][j] / total / by_chance + eps) - shift)
    return M


class TestCoMatrix:
    @forms
    def test_sentence(self, sparse):
        counts = create_co_matrix(IDS, 7, sparse=sparse)
        assert counts.dtype == np.int32
        assert counts.shape == (7, 7)
        assert dense(counts)[0].tolist() == [0, 1, 0, 0, 0, 0, 0]
        assert dense(counts)[1].tolist() == [1, 0, 1, 0, 1, 1, 0]

    def test_the_sparse_form_stores_what_occurs_and_no_more(self):
        counts = create_co_matrix(IDS, 7, sparse=True)
        assert counts.format == "csr"
        assert counts.nnz == 14
        for start, end in zip(counts.indptr, counts.indptr[1:], strict=False):
            columns = counts.indices[start:end].tolist()
            assert columns == sorted(set(columns))

    @forms
    @quick
    @given(corpora, windows)
    def test_loop(self, sparse, corpus, window_size):
        counts = create_co_matrix(corpus, 8, window_size, sparse)
        assert dense(counts).tolist() == loop_counts(corpus, 8, window_size)

    @forms
    def test_word_beside_itself_counts_both_ways(self, sparse):
        assert dense(create_co_matrix([0, 0], 1, sparse=sparse)).tolist() == [[2]]

    @forms
    def test_ids_whose_product_with_the_vocabulary_is_no_small_integer(self, sparse):
        corpus = np.array([200, 255], dtype=np.uint8)
        counts = create_co_matrix(corpus, 256, sparse=sparse)
        assert counts[200, 255] == counts[255, 200] == 1
        assert counts.sum() == 2

    def test_a_large_vocabulary_takes_no_square_of_it(self):
        tracemalloc.start()
        counts = create_co_matrix(IDS * 100_000, 1_000_000, 2, sparse=True)
        M = ppmi(counts)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert M[0, 100_000] == pytest.approx(dense(ppmi(create_co_matrix(IDS, 7, 2)))[0, 1])
        assert peak < 200e6  # a dense matrix: 4e12 bytes


class TestPpmi:
    @forms
    def test_sentence(self, sparse):
        # "you" stands once, beside "say", which has 4 neighbours; there are 14 in all.
        M = ppmi(create_co_matrix(IDS, 7, sparse=sparse))
        assert M.dtype == np.float32
        assert M[0, 1] == pytest.approx(math.log2(1 * 14 / (1 * 4)))
        assert sorted({round(float(x), 3) for x in dense(M).ravel()}) == [0, 0.807, 1.807, 2.807]

    @forms
    @quick
    @given(corpora, windows, st.sampled_from([1, 0.75, 0.3]), st.sampled_from([0, 0.5]))
    def test_loop(self, sparse, corpus, window_size, power, shift):
        counts = create_co_matrix(corpus, 7, window_size, sparse)
        due = loop_ppmi(dense(counts).tolist(), power=power, shift=shift)
        M = ppmi(counts, power=power, shift=shift)
        assert scipy.sparse.issparse(M) == sparse
        np.testing.assert_allclose(dense(M), due, rtol=1e-5, atol=1e-6)

    @forms
    @quick
    @given(corpora, st.sampled_from([1, 0.75]), st.sampled_from([0, 0.5]))
    def test_counts_of_one_side_are_not_symmetric(self, sparse, corpus, power, shift):
        counts = np.zeros((7, 7))
        np.add.at(counts, (corpus[:-1], corpus[1:]), 1)  # the right neighbours alone
        made = scipy.sparse.csr_array(counts) if sparse else counts
        M = ppmi(made, power=power, shift=shift)
        due = loop_ppmi(counts.tolist(), power=power, shift=shift)
        np.testing.assert_allclose(dense(M), due, rtol=1e-5, atol=1e-6)

    @forms
    def test_words_are_rows_and_contexts_are_columns(self, sparse):
        # row sums 5 and 3, column sums 2 and 6: 4 * 8 / (5 * 6) = 1.067, 1 * 8 / (3 * 2) = 1.333
        counts = np.array([[1, 4], [1, 2]])
        M = dense(ppmi(scipy.sparse.csr_array(counts) if sparse else counts))
        np.testing.assert_allclose(M, [[0, 0.0931], [0.4150, 0]], atol=1e-4)

    @forms
    def test_a_word_that_is_nobodys_context(self, sparse):
        # 2 words in 2 pairs, both with context 1: as often as by chance
        counts = np.array([[0, 1], [0, 1]])
        M = ppmi(scipy.sparse.csr_array(counts) if sparse else counts)
        assert not dense(M).any()

    @forms
    def test_as_often_as_by_chance_is_not_above_it(self, sparse, capsys):
        counts = np.ones((2, 2), dtype=int)
        M = ppmi(scipy.sparse.csr_array(counts) if sparse else counts, verbose=True)
        assert not dense(M).any()
        assert "4 of 4 pairs occur, 0 of them more often" in capsys.readouterr().out

    def test_the_sparse_form_stores_no_zero(self):
        counts = create_co_matrix(IDS, 7, 3, sparse=True)
        M = ppmi(counts, shift=0.5)
        assert (M.data > 0).all()
        assert M.nnz < counts.nnz
        assert M.format == "csr"

    def test_smoothing_helps_frequent_contexts_and_takes_from_rare_ones(self):
        # "hello" stands beside "say" (4 of 14) and "." (1 of 14).
        # Z = 4^0.75 + 4 * 2^0.75 + 2 = 11.556
        M = ppmi(create_co_matrix(IDS, 7), power=0.75)
        assert M[5, 1] == pytest.approx(math.log2(11.5557 / (2 * 2.8284)), abs=1e-4)
        assert M[5, 6] == pytest.approx(math.log2(11.5557 / 2), abs=1e-4)

    @forms
    def test_shift_moves_what_stays_above_0(self, sparse):
        M = dense(ppmi(create_co_matrix(IDS, 7, sparse=sparse), shift=1))
        assert sorted({round(float(x), 3) for x in M.ravel()}) == [0, 0.807, 1.807]

    def test_a_matrix_that_lists_a_place_twice(self):
        whole = create_co_matrix([0, 1, 0, 1, 2], 3)
        rows, columns = np.nonzero(whole)
        twice = np.concatenate([rows, rows]), np.concatenate([columns, columns])
        halves = np.tile(whole[rows, columns] / 2, 2)
        order = np.argsort(twice[0], kind="stable")
        starts = np.searchsorted(twice[0][order], range(4))
        pieces = scipy.sparse.csr_array((halves[order], twice[1][order], starts), shape=(3, 3))
        np.testing.assert_array_equal(dense(ppmi(pieces)), ppmi(whole))
        assert pieces.nnz == 2 * len(rows)  # the caller's matrix stays as it is

    def test_a_stored_zero_is_no_pair(self):
        counts = create_co_matrix(IDS, 7, sparse=True)
        due = dense(ppmi(counts))
        counts.data[0] = counts.data[2] = 0  # you and say, both ways
        with_zeros = ppmi(counts)
        counts.eliminate_zeros()
        assert counts.nnz == 12
        assert (dense(with_zeros) == dense(ppmi(counts))).all()
        assert (dense(with_zeros) != due).any()

    def test_eps_counts(self):
        counts = loop_counts(IDS.tolist(), 7, 2)
        np.testing.assert_allclose(ppmi(counts, eps=0.5), loop_ppmi(counts, 0.5), rtol=1e-6)
        np.testing.assert_array_equal(ppmi(counts, eps=0), ppmi(counts))

    def test_eps_by_position_as_older_programs_give_it(self, capsys):
        counts = create_co_matrix(IDS, 7)
        M = ppmi(counts, True, 1e-8)
        assert "14 of 49 pairs occur" in capsys.readouterr().out
        np.testing.assert_allclose(M, ppmi(counts), atol=1e-6)

    @forms
    def test_large_counts_do_not_overflow(self, sparse):
        make = scipy.sparse.csr_array if sparse else np.asarray
        big = make(np.array([[0, 2**30], [2**30, 2**30]], dtype=np.int32))
        small = make(np.array([[0, 1], [1, 1]], dtype=np.int32))
        np.testing.assert_allclose(dense(ppmi(big)), dense(ppmi(small)), atol=1e-6)
        assert ppmi(small)[0, 1] == pytest.approx(math.log2(3 / 2))

    @forms
    def test_word_that_never_has_a_neighbour_has_a_row_of_zeros(self, sparse, capsys):
        M = dense(ppmi(create_co_matrix([0, 2, 0], 3, sparse=sparse)))
        assert np.isfinite(M).all()
        assert not M[1].any()
        most_similar("b", {"a": 0, "b": 1, "c": 2}, {0: "a", 1: "b", 2: "c"}, M)
        assert capsys.readouterr().out == (
            "b has a vector of zeros: it has no direction, and no word is near it\n"
        )

    @forms
    def test_nothing_occurs(self, sparse):
        zeros = np.zeros((3, 3), dtype=np.int32)
        assert not dense(ppmi(scipy.sparse.csr_array(zeros) if sparse else zeros)).any()

    @forms
    def test_counts_stay_as_they_are(self, sparse):
        counts = create_co_matrix(IDS, 7, sparse=sparse)
        before = dense(counts).tolist()
        ppmi(counts)
        assert dense(counts).tolist() == before

    @forms
    def test_verbose_says_how_many_pairs(self, sparse, capsys):
        # 7 neighbouring places, both ways: 14 counts of 1; S_i S_j is 8 at most, less than 14.
        ppmi(create_co_matrix(IDS, 7, sparse=sparse), verbose=True)
        assert capsys.readouterr().out == (
            "ppmi: 14 of 49 pairs occur, 14 of them more often than by chance\n"
        )
        ppmi(create_co_matrix(IDS, 7, sparse=sparse))
        assert capsys.readouterr().out == ""

    def test_follows_arrays_to_the_gpu(self, cupy):
        there = create_co_matrix(cupy.asarray(IDS), 7)
        assert isinstance(there, cupy.ndarray)
        here = create_co_matrix(IDS, 7)
        assert (there.get() == here).all()
        for options in {}, {"power": 0.75, "shift": 1}:
            np.testing.assert_allclose(
                ppmi(there, **options).get(), ppmi(here, **options), rtol=1e-6
            )

    def test_counts_of_half_precision_are_added_up_in_full(self):
        """A row adds up to 120,000, and float16 ends at 65,504."""
        counts = np.full((3, 3), 40_000, dtype=np.float16)
        counts[0, 0] = 60_000
        np.testing.assert_array_equal(ppmi(counts), ppmi(counts.astype(float)))


class TestSvd:
    @forms
    @pytest.mark.parametrize("size", [1, 5, 10, 11, 25, 30])
    def test_it_is_the_closest_product(self, sparse, size):
        rng = np.random.default_rng(size)
        M = rng.standard_normal((30, 40)) * (rng.random((30, 40)) < 0.3)
        U, values, Ut = truncated_svd(scipy.sparse.csr_array(M) if sparse else M, size)
        assert (U.shape, values.shape, Ut.shape) == ((30, size), (size,), (size, 40))
        due = np.linalg.svd(M, compute_uv=False)
        np.testing.assert_allclose(values, due[:size], rtol=1e-9)
        np.testing.assert_allclose(U.T @ U, np.eye(size), atol=1e-9)
        np.testing.assert_allclose(Ut @ Ut.T, np.eye(size), atol=1e-9)
        error = ((M - (U * values) @ Ut) ** 2).sum()  # Eckart and Young: what is left out
        np.testing.assert_allclose(error, (due[size:] ** 2).sum(), rtol=1e-9, atol=1e-18)

    @forms
    @pytest.mark.parametrize("size", [3, 18])
    def test_signs_are_fixed(self, sparse, size):
        M = np.random.default_rng(1).standard_normal((20, 20))
        matrix = scipy.sparse.csr_array(M) if sparse else M
        U, values, Ut = truncated_svd(matrix, size)
        largest = U[abs(U).argmax(axis=0), np.arange(size)]
        assert (largest > 0).all()
        np.testing.assert_allclose(matrix @ Ut.T, U * values, atol=1e-9)  # and those of Ut with it
        np.random.seed(7)  # the global state has no part in it
        for first, again in zip((U, values, Ut), truncated_svd(matrix, size), strict=True):
            assert np.array_equal(first, again)

    @forms
    def test_seven_words(self, sparse):
        M = ppmi(create_co_matrix(IDS, 7, sparse=sparse))
        U, values, _ = truncated_svd(M, 7)
        assert U.dtype == np.float32
        np.testing.assert_allclose(
            values, [3.168, 3.168, 2.703, 2.703, 1.5145, 1.5145, 0], atol=1e-3
        )
        vectors = truncated_svd(M, 2)[0]
        assert cos_similarity(vectors[0], vectors[4]) == pytest.approx(1, abs=1e-5)  # you and i
        assert cos_similarity(vectors[0], vectors[1]) == pytest.approx(0, abs=1e-5)  # you and say

    def test_whole_numbers_are_taken_for_real_ones(self):
        _, values, _ = truncated_svd(np.array([[2, 1], [1, 2]]), 2)
        np.testing.assert_allclose(values, [3, 1])

    @pytest.mark.parametrize("dtype", [np.int8, np.float16])
    def test_small_kinds_of_numbers_are_factored_in_float32(self, dtype):
        M = np.arange(12).reshape(4, 3)
        parts = truncated_svd(M.astype(dtype), 1)
        for part, due in zip(parts, truncated_svd(M, 1), strict=True):
            assert part.dtype == np.float32
            np.testing.assert_allclose(part, due, rtol=1e-5)

    def test_numbers_that_are_not_real_are_refused(self):
        told = "^M of type complex128; allowed are real numbers$"
        with pytest.raises(TypeError, match=told):
            truncated_svd(np.eye(3, dtype=complex), 1)

    @forms
    def test_the_matrix_stays_as_it_is(self, sparse):
        M = np.arange(36.0).reshape(6, 6)
        matrix = scipy.sparse.csr_array(M) if sparse else M.copy()
        truncated_svd(matrix, 2)
        assert np.array_equal(dense(matrix), M)


def bad_counts(values):
    both = [np.array(values, dtype=float)]
    return [*both, scipy.sparse.csr_array(both[0])]


class TestBadInput:
    @forms
    def test_empty_corpus(self, sparse):
        with pytest.raises(ValueError, match=r"corpus has shape \(0,\)"):
            create_co_matrix(np.array([], dtype=np.int32), 7, 1, sparse)

    @forms
    @pytest.mark.parametrize(("corpus", "wrong"), [([0, 1, -3, 2], -3), ([0, 1, 7, 2], 7)])
    def test_id_out_of_range(self, sparse, corpus, wrong):
        with pytest.raises(IndexError, match=f"corpus contains {wrong}; allowed are 0 to 6"):
            create_co_matrix(corpus, 7, 1, sparse)

    @forms
    @pytest.mark.parametrize("corpus", [[0.0, 1.0, 2.0], ["you", "say", "hello"]])
    def test_ids_that_are_no_integers(self, sparse, corpus):
        with pytest.raises(TypeError, match="corpus must be integers, not"):
            create_co_matrix(corpus, 7, 1, sparse)

    def test_corpus_that_is_not_flat(self):
        with pytest.raises(ValueError, match=r"corpus has shape \(1, 3\); allowed is \(N,\)"):
            create_co_matrix([[0, 1, 2]], 7)

    @forms
    @pytest.mark.parametrize("window_size", [0, -1, 1.0, "1", None])
    def test_window_size(self, sparse, window_size):
        message = f"window_size={window_size!r}; allowed is a whole number, 1 or more"
        with pytest.raises(ValueError, match=message):
            create_co_matrix(IDS, 7, window_size, sparse)

    @forms
    def test_window_longer_than_the_text(self, sparse):
        message = "window_size=8 needs a corpus of at least 9 words; this one has 8"
        with pytest.raises(ValueError, match=message):
            create_co_matrix(IDS, 7, 8, sparse)
        assert create_co_matrix(IDS, 7, 7, sparse).sum() == 8 * 7  # every word with every other

    @forms
    @pytest.mark.parametrize("vocab_size", [0, 7.0])
    def test_vocab_size(self, sparse, vocab_size):
        with pytest.raises(ValueError, match=f"vocab_size={vocab_size}; allowed is a whole"):
            create_co_matrix(IDS, vocab_size, 1, sparse)

    @forms
    def test_one_word_vocabulary_has_counts_and_nothing_to_factor(self, sparse):
        counts = create_co_matrix([0, 0, 0], 1, sparse=sparse)
        assert dense(counts).tolist() == [[4]]
        M = ppmi(counts)
        assert M[0, 0] == pytest.approx(0, abs=1e-7)  # as often as by chance
        told = r"^M has shape \(1, 1\): a vocabulary of one word has nothing to compare$"
        with pytest.raises(ValueError, match=told):
            truncated_svd(M, 1)

    @forms
    def test_a_matrix_of_zeros(self, sparse):
        M = ppmi(create_co_matrix([0, 1, 0, 1], 3, 3, sparse=sparse), shift=9)
        with pytest.raises(ValueError, match=r"M, of shape \(3, 3\), holds nothing but zeros"):
            truncated_svd(M, 1)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ([[0, -1], [-1, 0]], r"counts contain -1\.0; allowed are finite counts from 0"),
            ([[0, math.nan], [math.nan, 0]], "counts contain nan"),
            ([[0, math.inf], [math.inf, 0]], "counts contain inf"),
            (np.zeros((2, 3)), r"counts have shape \(2, 3\)"),
            (np.full((2, 2), 1e200), "counts add up to 4e.200, too much to compute"),
        ],
    )
    def test_no_counts(self, values, message):
        for counts in bad_counts(values):
            with pytest.raises(ValueError, match=message):
                ppmi(counts)

    @pytest.mark.parametrize(
        ("counts", "error", "message"),
        [
            (np.zeros(4), ValueError, r"counts of shape \(4,\); allowed is a matrix"),
            (np.ones((2, 2), complex), TypeError, "counts of type complex128; allowed are real"),
            ([["a"]], TypeError, "counts of type <U1; allowed are real"),
        ],
    )
    def test_what_is_no_matrix_of_numbers(self, counts, error, message):
        with pytest.raises(error, match=message):
            ppmi(counts)

    @pytest.mark.parametrize("eps", [-1e-8, 1.5, math.nan, None, "0"])
    def test_eps(self, eps):
        with pytest.raises(ValueError, match=f"eps={eps}; allowed is 0 <= eps <= 1"):
            ppmi([[1]], eps=eps)

    @pytest.mark.parametrize("power", [0, -1, math.nan, math.inf, None])
    def test_power(self, power):
        with pytest.raises(ValueError, match=f"power={power}; allowed is a finite number above 0"):
            ppmi([[1]], power=power)

    @pytest.mark.parametrize("shift", [-1, math.nan, "1"])
    def test_shift(self, shift):
        with pytest.raises(ValueError, match=r"shift=.*; allowed is a finite number, 0 or more"):
            ppmi([[1]], shift=shift)

    @forms
    @pytest.mark.parametrize("size", [0, 1.0, None])
    def test_size(self, sparse, size):
        M = ppmi(create_co_matrix(IDS, 7, sparse=sparse))
        with pytest.raises(ValueError, match=f"size={size}; allowed is a whole number"):
            truncated_svd(M, size)

    @forms
    def test_more_singular_values_than_there_are(self, sparse):
        M = ppmi(create_co_matrix(IDS, 7, sparse=sparse))
        with pytest.raises(ValueError, match=r"size=8; a matrix of shape \(7, 7\) has 7 singular"):
            truncated_svd(M, 8)

    @pytest.mark.parametrize("wrong", [math.nan, -math.inf])
    def test_numbers_that_are_not_finite(self, wrong):
        for M in bad_counts([[1, wrong, 0], [0, 1, 0], [0, 0, 2]]):
            with pytest.raises(ValueError, match=f"M contains {wrong}; allowed are finite numbers"):
                truncated_svd(M, 1)

    def test_on_a_gpu(self, cupy):
        with pytest.raises(TypeError, match="truncated_svd works on the processor alone"):
            truncated_svd(cupy.asarray(np.eye(3)), 1)
        with pytest.raises(TypeError, match="sparse=True works on the processor alone"):
            create_co_matrix(cupy.asarray(IDS), 7, sparse=True)
