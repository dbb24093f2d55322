"""What the fast models accept; everything else is refused before training starts."""

import numpy

from common.arguments import check_number, check_whole
from common.negative_sampling import word_counts
from common.np import array_module

PIECE = 2**20  # words counted at once, so that a corpus may be larger than memory


def check_arguments(vocab_size, hidden_size, window_size, power, sample_size, subsample):
    """Refuse what cannot train, with a ValueError that names the value and what is allowed."""
    check_whole("vocab_size", vocab_size, 2)
    check_whole("hidden_size", hidden_size)
    check_whole("window_size", window_size, 1, 50)
    check_number("power", power)
    check_whole("sample_size", sample_size)
    check_number("subsample", subsample)


def check_fit_arguments(max_epoch, lr, min_lr, processes, W):
    """Refuse what ``fit`` cannot do, with a ValueError that names the value."""
    check_whole("max_epoch", max_epoch)
    check_number("lr", lr, zero=False)
    check_number("min_lr", min_lr)
    check_whole("processes", processes)
    if processes > 1 and array_module(W) is not numpy:
        raise ValueError(f"processes={processes} with weights on a GPU; allowed is 1")


def as_seed(seed):
    """A whole number from a whole number, from a generator, or from ``np.random``.

    Raises
    ------
    ValueError : ``seed`` is none of these.
    """
    if seed is None:
        return int(numpy.random.randint(2**31))
    draw = getattr(seed, "integers", getattr(seed, "randint", None))  # of a Generator, or older
    if draw:
        return int(draw(2**31))
    check_whole("seed", seed, 0)
    return int(seed)


def count_words(corpus, vocab_size):
    """How often each word occurs in a corpus with sentence ends : int array, (V,).

    As :func:`common.negative_sampling.word_counts`, but -1 counts for nothing,
    and the corpus is read piece by piece.

    Raises
    ------
    ValueError : the corpus is not one-dimensional, or holds fewer than 2 different words.
    TypeError, IndexError : its ids are not integers from -1 to ``vocab_size - 1``.
    """
    if corpus.ndim != 1:
        raise ValueError(f"a corpus of shape {corpus.shape}; allowed is (N,)")
    counts = numpy.zeros(vocab_size, dtype=int)
    for start in range(0, len(corpus), PIECE):
        piece = numpy.asarray(corpus[start : start + PIECE])
        words = piece[piece != -1]
        if len(words):
            counts += word_counts(words, vocab_size)
    different = int((counts > 0).sum())
    if different < 2:
        raise ValueError(f"a corpus of {different} different words; at least 2 are needed")
    return counts
