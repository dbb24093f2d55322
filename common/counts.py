"""Words as counts: who stands beside whom, how much more often than by chance, and short vectors.

Each step takes a dense matrix or a SciPy sparse one, and answers in kind.
Shapes: N words in the corpus, V words in the vocabulary, H numbers in a short vector.
"""

from numbers import Real

import numpy
import scipy.sparse
import scipy.sparse.linalg

from common.arguments import check_number, check_whole
from common.np import array_module
from common.text import as_corpus

__all__ = ["create_co_matrix", "ppmi", "truncated_svd"]


def create_co_matrix(corpus, vocab_size: int, window_size: int = 1, sparse: bool = False):
    """Count how often each word stands within a window of each other word.

    At the corpus's two ends the window is cut off.

    Parameters
    ----------
    corpus : int array, shape (N,)
    vocab_size : int
        V.
    window_size : int
        How many words to the left, and as many to the right; at most N - 1.
    sparse : bool
        Store only the pairs that occur: the same numbers, without the zeros.

    Returns
    -------
    co_matrix : int32 array, shape (V, V), or a SciPy ``csr_array`` of that shape
        Symmetric: the left neighbour has a right neighbour.  A word that never
        has a neighbour has a row of zeros.

    Raises
    ------
    TypeError : the ids are not integers; or ``sparse`` and the corpus lies on a GPU.
    IndexError : an id is negative, or ``vocab_size`` or more.
    ValueError : the corpus is empty, not flat, or no longer than the window; or a
        size is not a whole number from 1.
    """
    check_whole("vocab_size", vocab_size)
    check_whole("window_size", window_size)
    corpus = as_corpus(corpus, vocab_size)
    if len(corpus) <= window_size:
        raise ValueError(
            f"window_size={window_size} needs a corpus of at least {window_size + 1} words; "
            f"this one has {len(corpus)}"
        )
    count = count_sparse if sparse else count_dense
    return count(corpus, vocab_size, window_size)


def count_dense(corpus, vocab_size, window_size):
    """(N,) -> int32 (V, V), every pair.

    Derived in week 12, notebook 2, equation (1).
    """
    xp = array_module(corpus)
    co_matrix = xp.zeros((vocab_size, vocab_size), dtype=xp.int32)
    # Word v's count of neighbour u stands at place v V + u of the flat matrix,
    # and add.at takes its quick path for a flat index and a 1 of the same type.
    flat, one = co_matrix.reshape(-1), xp.int32(1)
    corpus = corpus.astype(xp.int64)
    for distance in range(1, window_size + 1):
        left, right = corpus[:-distance], corpus[distance:]
        xp.add.at(flat, left * vocab_size + right, one)  # (1), from the left
        xp.add.at(flat, right * vocab_size + left, one)  # (1), from the right
    return co_matrix


def count_sparse(corpus, vocab_size, window_size):
    """(N,) -> int32 csr_array (V, V), only the pairs that occur.

    Equation (1) of week 12, notebook 2, without the zeros.  Derived in week 12, notebook 7.
    """
    _refuse_gpu("sparse=True", corpus)
    to_the_right = scipy.sparse.csr_array((vocab_size, vocab_size), dtype=numpy.int32)
    for distance in range(1, window_size + 1):
        left, right = corpus[:-distance], corpus[distance:]
        ones = numpy.ones(len(left), dtype=numpy.int32)
        pairs = scipy.sparse.coo_array((ones, (left, right)), shape=to_the_right.shape)
        to_the_right = to_the_right + pairs.tocsr()  # equal pairs are added up
    return (to_the_right + to_the_right.T).tocsr()  # (1), from the left and from the right


def ppmi(counts, verbose: bool = False, eps: float = 0.0, power: float = 1.0, shift: float = 0.0):
    """Positive pointwise mutual information: how much more often two words meet than by chance.

    With ``#v`` the sum of row v, ``#u`` that of column u, and Z the sum of all ``#u ** power``,
    ``M_vu = max(0, log2(#(v,u) Z / (#v #u ** power) + eps) - shift)``.
    Derived in week 12, notebook 3, equations (1) to (4); the power and the shift in week 12,
    notebook 5, equations (1) and (3).

    Parameters
    ----------
    counts : array or SciPy sparse matrix, shape (V, V)
        Words in the rows, contexts in the columns.  They need not be symmetric, as
        those of :func:`create_co_matrix` are.
    verbose : bool
        Print one line that says how many pairs there are.
    eps : float, 0 to 1
        Added to the quotient.  Programs that take the logarithm of every place need it where
        the count is 0; here only pairs that occur get that far, and 0 is right.
    power : float, above 0
        Below 1, contexts count as more alike than they are, and rare ones lose; 0.75 is usual.
    shift : float, 0 or more
        Taken from each value, in bits; ``log2(K)`` is what K negatives amount to.

    Returns
    -------
    M : float32 array, shape (V, V); for a sparse matrix a ``csr_array`` without zeros

    Raises
    ------
    TypeError : ``counts`` holds no real numbers.
    ValueError : ``counts`` is not square, a count is negative or not finite, all add up
        to too much, or an option is out of range.

    References
    ----------
    Church and Hanks (1990), "Word association norms, mutual information, and lexicography";
    power and shift: Levy, Goldberg and Dagan (2015), section 3.2.
    """
    if not isinstance(eps, Real) or not 0 <= eps <= 1:
        raise ValueError(f"eps={eps}; allowed is 0 <= eps <= 1")
    check_number("power", power, zero=False)
    check_number("shift", shift)
    counts, v, u, count = _occurring(counts)
    xp = array_module(count)
    per_word = counts.sum(axis=1, dtype=xp.float64)  # #v : (V,)
    per_context = counts.sum(axis=0, dtype=xp.float64)  # #u : (V,)
    total = float(per_context.sum())  # #
    if not total * total < float("inf"):
        raise ValueError(f"the counts add up to {total}, too much to compute with")
    smooth = per_context**power  # with Z = smooth.sum(): (1) of notebook 5
    quotient = count * smooth.sum() / (per_word[v] * smooth[u])  # (2)
    values = xp.log2(quotient + eps) - shift  # (3), and (3) of notebook 5
    values = xp.maximum(values, 0).astype(xp.float32)  # (4)
    if verbose:
        pairs, more = counts.shape[0] ** 2, int((values > 0).sum())
        print(f"ppmi: {len(v)} of {pairs} pairs occur, {more} of them more often than by chance")
    if scipy.sparse.issparse(counts):
        above = values > 0
        places = v[above], u[above]
        return scipy.sparse.csr_array((values[above], places), shape=counts.shape)
    M = xp.zeros(counts.shape, dtype=xp.float32)
    M[v, u] = values
    return M


def truncated_svd(M, size: int):
    """The product of two thin matrices that is closest to M: the largest singular values.

    ``(U * values) @ Ut`` has the smallest sum of squared differences from M of
    all matrices of this rank.  The rows of ``U``, with or without the values,
    serve as word vectors.
    Derived in week 12, notebook 4, equations (4) to (7); that no other is closer, in week 12,
    notebook 6.

    Parameters
    ----------
    M : array or SciPy sparse matrix, shape (V, V) or any other
    size : int
        H, how many singular values; at most as many as M has rows or columns.

    Returns
    -------
    U : array, shape (V, H)
        Columns of length 1, each at a right angle to the others.  Of each
        column, the number furthest from 0 is positive; the same input gives
        the same signs.
    values : array, shape (H,)
        The singular values, the largest first.
    Ut : array, shape (H, V)

    Raises
    ------
    TypeError : M holds no real numbers, or lies on a GPU.
    ValueError : M is no matrix or that of one word, holds a number that is not finite,
        or nothing but zeros; or ``size`` is not a whole number from 1 to the shorter side of M.

    References
    ----------
    Eckart and Young (1936), "The approximation of one matrix by another of lower rank".
    """
    M, most = _to_factor(M, size)
    if 2 * size > most:  # then svds, which works out single parts, has no advantage left
        M = M.toarray() if scipy.sparse.issparse(M) else M
        U, values, Ut = numpy.linalg.svd(M, full_matrices=False)  # (6)
    else:
        # svds starts from a random vector unless it is given one; the result hardly depends on it
        start = numpy.random.default_rng(0).standard_normal(most).astype(M.dtype)
        U, values, Ut = scipy.sparse.linalg.svds(M, k=size, v0=start)  # (6), the first parts
    order = numpy.argsort(-values, kind="stable")[:size]  # what (7) leaves out is smallest
    U, values, Ut = U[:, order], values[order], Ut[order]
    signs = numpy.sign(U[abs(U).argmax(axis=0), numpy.arange(size)])  # (6) leaves them open
    return U * signs, values, Ut * signs[:, None]


# What comes in: which entries are not 0, and what they may be.


def _occurring(counts):
    """Square counts -> the matrix, and rows, columns and float64 counts of the pairs that occur."""
    counts, i, j, count = _nonzero(counts, "counts")
    if counts.shape[0] != counts.shape[1]:
        raise ValueError(f"counts have shape {counts.shape}; allowed is a square matrix (V, V)")
    xp = array_module(count)
    count = count.astype(xp.float64)
    good = (count > 0) & (count < xp.inf)
    if not good.all():
        raise ValueError(f"counts contain {count[~good][0]}; allowed are finite counts from 0")
    return counts, i, j, count


def _to_factor(M, size):
    """What :func:`truncated_svd` takes -> M in floating point, and how many singular values it has.

    ``size`` is at most that many.
    """
    _refuse_gpu("truncated_svd", M)
    M, *_, entries = _nonzero(M, "M")
    if not numpy.isfinite(entries).all():
        wrong = entries[~numpy.isfinite(entries)][0]
        raise ValueError(f"M contains {wrong}; allowed are finite numbers")
    if M.shape == (1, 1):
        raise ValueError("M has shape (1, 1): a vocabulary of one word has nothing to compare")
    if not entries.size:
        raise ValueError(f"M, of shape {M.shape}, holds nothing but zeros: no word has a direction")
    check_whole("size", size)
    most = min(M.shape)
    if size > most:
        raise ValueError(f"size={size}; a matrix of shape {M.shape} has {most} singular values")
    return M.astype(numpy.result_type(M.dtype, numpy.float32)), most


def _nonzero(matrix, name):
    """A dense or sparse matrix of real numbers -> the matrix, and rows, columns and values."""
    xp = array_module(matrix)
    sparse = scipy.sparse.issparse(matrix)
    matrix = scipy.sparse.csr_array(matrix) if sparse else xp.asarray(matrix)
    if matrix.dtype.kind not in "biuf":
        raise TypeError(f"{name} of type {matrix.dtype}; allowed are real numbers")
    if matrix.ndim != 2:
        raise ValueError(f"{name} of shape {matrix.shape}; allowed is a matrix")
    if not sparse:
        i, j = xp.nonzero(matrix)
        return matrix, i, j, matrix[i, j]
    if not matrix.has_canonical_format:  # a place may stand there twice
        matrix = matrix.copy()
        matrix.sum_duplicates()
    i, j = matrix.nonzero()
    return matrix, i, j, matrix.data[matrix.data != 0]


def _refuse_gpu(what, array):
    if array_module(array) is not numpy:
        raise TypeError(f"{what} works on the processor alone; take to_cpu of the array first")
