"""From a text to word ids, and from ids to what a model or a count reads.

Shapes: N words in the corpus, V words in the vocabulary, C contexts of each word.
"""

import numpy

from common.arguments import check_whole
from common.functions import as_ids
from common.np import array_module

__all__ = [
    "as_corpus",
    "convert_one_hot",
    "create_contexts_target",
    "preprocess",
]


def preprocess(text: str) -> tuple[numpy.ndarray, dict[str, int], dict[int, str]]:
    """Cut a text into words and number them in order of first appearance.

    The text is lower-cased; words end at blanks and line ends, and every ``.``
    is a word of its own.

    Parameters
    ----------
    text : str

    Returns
    -------
    corpus : int32 array, shape (N,)
    word_to_id : dict, word -> id
    id_to_word : dict, id -> word

    Raises
    ------
    TypeError : ``text`` is not a string.
    ValueError : ``text`` holds no word.

    Examples
    --------
    >>> corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    >>> print(corpus)
    [0 1 2 3 4 1 5 6]
    >>> id_to_word[5]
    'hello'
    """
    if not isinstance(text, str):
        raise TypeError(f"text is of type {type(text).__name__}; allowed is a string")
    text = text.removeprefix("\ufeff")  # the mark that some editors write is no part of a word
    words = text.lower().replace(".", " . ").split()
    if not words:
        raise ValueError(f"text={text[:20]!r} holds no word; at least one is needed")
    word_to_id = {word: i for i, word in enumerate(dict.fromkeys(words))}
    id_to_word = {i: word for word, i in word_to_id.items()}
    corpus = numpy.array([word_to_id[word] for word in words], dtype=numpy.int32)
    return corpus, word_to_id, id_to_word


def create_contexts_target(corpus, window_size: int = 1) -> tuple[numpy.ndarray, numpy.ndarray]:
    """List every word that has a full window around it, and its neighbours.

    Parameters
    ----------
    corpus : int array, shape (N,)
    window_size : int
        How many words to the left, and as many to the right.

    Returns
    -------
    contexts : int array, shape (N - 2 window_size, 2 window_size)
        Left to right, without the word in the middle; in the corpus's integer type.
    target : int array, shape (N - 2 window_size,)
        The words in the middle.

    Raises
    ------
    TypeError : the ids are not integers.
    IndexError : an id is negative.
    ValueError : the corpus is empty, not flat, or shorter than one window; or
        ``window_size`` is not a whole number from 1.

    Examples
    --------
    >>> contexts, target = create_contexts_target([0, 1, 2, 3, 4], window_size=1)
    >>> print(contexts.tolist(), target)
    [[0, 2], [1, 3], [2, 4]] [1 2 3]
    """
    check_whole("window_size", window_size)
    corpus = as_corpus(corpus)
    if len(corpus) <= 2 * window_size:
        raise ValueError(
            f"window_size={window_size} needs a corpus of at least {2 * window_size + 1} words; "
            f"this one has {len(corpus)}"
        )
    xp = array_module(corpus)
    windows = xp.lib.stride_tricks.sliding_window_view(corpus, 2 * window_size + 1)
    left, right = windows[:, :window_size], windows[:, window_size + 1 :]
    contexts = xp.concatenate([left, right], axis=1)  # (N - 2w, 2w)
    return contexts, windows[:, window_size].copy()


def convert_one_hot(corpus, vocab_size: int) -> numpy.ndarray:
    """Write each id as a row of zeros with a single 1.

    Derived in week 15, notebook 1, equation (1).

    Parameters
    ----------
    corpus : int array, shape (N,) or (N, C)
        Targets or contexts.
    vocab_size : int
        V.

    Returns
    -------
    one_hot : int32 array, shape (N, V) or (N, C, V)

    Raises
    ------
    TypeError : the ids are not integers.
    IndexError : an id is negative, or ``vocab_size`` or more.
    ValueError : there is no id, ``corpus`` is neither (N,) nor (N, C), or
        ``vocab_size`` is not a whole number from 1.
    """
    check_whole("vocab_size", vocab_size)
    ids = as_ids(corpus, vocab_size, "corpus")
    if ids.ndim not in (1, 2) or not ids.size:
        raise ValueError(
            f"corpus has shape {ids.shape}; allowed are (N,) and (N, C), with at least one id"
        )
    xp = array_module(ids)
    one_hot = xp.zeros((ids.size, vocab_size), dtype=xp.int32)
    one_hot[xp.arange(ids.size), ids.reshape(-1)] = 1
    return one_hot.reshape(*ids.shape, vocab_size)


def as_corpus(corpus, vocab_size=float("inf")):
    """A flat corpus of at least one id, each of them 0 to ``vocab_size - 1``."""
    corpus = as_ids(corpus, vocab_size, "corpus")
    if corpus.ndim != 1 or not len(corpus):
        raise ValueError(f"corpus has shape {corpus.shape}; allowed is (N,), with at least one id")
    return corpus
