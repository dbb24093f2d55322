"""Word vectors: neighbours, analogies, and files that other tools read.

:class:`Embeddings` holds vectors and words together.  The functions
:func:`most_similar` and :func:`analogy` print the same kind of answer from a
matrix and two dictionaries.  Shapes: V words, D numbers in each vector.
"""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy

from common.arguments import check_whole
from common.np import array_module, to_cpu
from common.vector_files import read_word2vec, write_projector, write_word2vec

__all__ = ["Embeddings", "analogy", "cos_similarity", "most_similar", "normalize"]


def cos_similarity(x, y, eps: float = 1e-8):
    """Cosine of the angle between two vectors: 1 for the same direction, 0 for a right angle.

    Derived in week 12, notebook 2.

    Parameters
    ----------
    x, y : arrays, shapes (..., D)
        Two vectors, or a matrix of rows and a vector, or rows by rows.
    eps : float
        Added to both lengths, so that a vector of zeros has the cosine 0 to all.

    Returns
    -------
    cosine : float, or array of shape (...)
        ``sum_d x_d y_d / ((|x| + eps) (|y| + eps))``

    Raises
    ------
    ValueError : the vectors differ in length.
    """
    x, y = _as_floats(x), _as_floats(y)
    if not x.ndim or not y.ndim or x.shape[-1] != y.shape[-1]:
        raise ValueError(f"x has shape {x.shape} and y {y.shape}; their last axes must agree")
    xp = array_module(x)
    dtype = xp.result_type(x, y)
    (x, x_unit), (y, y_unit) = _in_reach(x), _in_reach(y)
    with numpy.errstate(over="ignore"):  # next to so small a vector, eps is infinite
        cosine = _dot(x, y) / ((_length(x) + eps / x_unit) * (_length(y) + eps / y_unit))
    return cosine.astype(dtype)[()]


def normalize(x):
    """Divide each vector by its length.

    Parameters
    ----------
    x : array, shape (..., D)
        It stays as it is: the answer is a new array.

    Returns
    -------
    unit : array, shape (..., D)
        Vectors of length 1; a vector of zeros stays one.
    """
    x = _as_floats(x)
    scaled, _ = _in_reach(x)
    length = _length(scaled)[..., None]  # (..., 1)
    return (scaled / (length + (length == 0))).astype(x.dtype)


class Embeddings:
    """Word vectors with their words: ``Embeddings(model.word_vecs, id_to_word)``.

    Parameters
    ----------
    vectors : array, shape (V, D)
        NumPy or CuPy.  They are copied, so that a model may go on training.
    words : list of V words, or dict id -> word
        In the order of the rows.

    Attributes
    ----------
    vectors : float32 NumPy array, shape (V, D)
        Read-only.
    unit_vectors : float32 NumPy array, shape (V, D)
        The same directions at length 1, computed once.
    words : tuple of str
        ``words[i]`` belongs to ``vectors[i]``.
    word_to_id : dict, word -> row

    Raises
    ------
    ValueError : ``vectors`` is no matrix or holds a number that is not finite,
        there are not as many words as rows, or a word stands twice.
    TypeError : ``words`` has no order, or a word is not a string.

    Notes
    -----
    ``embeddings["you"]`` is a vector, ``"you" in embeddings`` asks for a word,
    ``len(embeddings)`` is V, and a loop goes over the words.
    """

    def __init__(self, vectors, words: Sequence[str] | Mapping[int, str]):
        with numpy.errstate(over="ignore"):  # too large for float32 is caught below, as inf
            self.vectors = numpy.array(to_cpu(vectors), dtype=numpy.float32)
        self.words = _in_order(words)
        self.word_to_id = {word: i for i, word in enumerate(self.words)}
        self._check()
        self.vectors.flags.writeable = False

    def _check(self):
        if self.vectors.ndim != 2 or not self.vectors.size:
            raise ValueError(
                f"vectors has shape {self.vectors.shape}; allowed is (V, D), not empty"
            )
        if len(self.words) != len(self.vectors):
            raise ValueError(
                f"there are {len(self.words)} words and {len(self.vectors)} vectors; "
                "each word needs one vector"
            )
        if len(self.word_to_id) != len(self.words):
            word = next(w for i, w in enumerate(self.words) if self.word_to_id[w] != i)
            raise ValueError(f"the word {word!r} stands twice; each word may stand once")
        finite = numpy.isfinite(self.vectors)
        if not finite.all():
            i, d = numpy.argwhere(~finite)[0]
            raise ValueError(
                f"the vector of {self.words[i]!r} holds {self.vectors[i, d]} at place {d}; "
                "allowed are finite float32 numbers"
            )

    def __repr__(self) -> str:
        V, D = self.vectors.shape
        return f"<Embeddings: {V} words, {D} numbers each>"

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.word_to_id

    def __getitem__(self, word: str) -> numpy.ndarray:
        """The word's vector, (D,); a KeyError with close words if there is none."""
        return self.vectors[self._id(word)]

    @cached_property
    def unit_vectors(self) -> numpy.ndarray:
        unit = normalize(self.vectors)
        unit.flags.writeable = False
        return unit

    def similarity(self, a: str, b: str) -> float:
        """Cosine of two words' vectors, -1 to 1."""
        return float(_dot(self._unit(a), self._unit(b)))

    def most_similar(self, query: str, top: int = 5) -> list[tuple[str, float]]:
        """The words whose vectors point most nearly where the query's does.

        Parameters
        ----------
        query : str
            A word; it is left out of the answer.
        top : int
            How many words.

        Returns
        -------
        list of (word, cosine)
            The nearest first; of equal ones, the lower id first.

        Raises
        ------
        KeyError : the word is not in the vocabulary; the message names close ones.
        ValueError : ``top`` is not a whole number from 1.
        """
        return self._nearest(self._unit(query), top, [query])

    def analogy(self, a: str, b: str, c: str, top: int = 5) -> list[tuple[str, float]]:
        """The words that are to ``c`` as ``b`` is to ``a``: man is to king as woman is to ...?

        The words whose directions are nearest to ``b - a + c``, each of the
        three at length 1 (3CosAdd: Levy and Goldberg, 2014, equation 3).

        Parameters
        ----------
        a, b, c : str
            They are left out of the answer.
        top : int
            How many words.

        Returns
        -------
        list of (word, cosine)
            The nearest first; of equal ones, the lower id first.

        Raises
        ------
        KeyError, ValueError : as in :meth:`most_similar`.
        """
        direction = self._unit(b) - self._unit(a) + self._unit(c)  # (D,)
        return self._nearest(normalize(direction), top, [a, b, c])

    def save(self, path: str | os.PathLike, binary: bool = False) -> None:
        """Write the vectors in the word2vec format, text or binary.

        gensim reads both: ``KeyedVectors.load_word2vec_format(path, binary=...)``.
        Either way every number comes back exactly.  An old file of that name
        is replaced once the new one is complete, and not before.

        Raises
        ------
        ValueError : a word is empty or holds a blank or a line end, or the name
            ends as that of a compressed file.
        OSError : the file cannot be written; an old one is as it was.
        """
        write_word2vec(path, self.words, self.vectors, binary)

    def save_projector(
        self, vectors_path: str | os.PathLike, metadata_path: str | os.PathLike
    ) -> None:
        """Write the two files that the TensorBoard projector loads.

        Parameters
        ----------
        vectors_path : path
            One vector a line, its numbers separated by tabs.
        metadata_path : path
            One word a line, in the same order.

        Raises
        ------
        ValueError, OSError : as in :meth:`save`; also if both paths are one file.
        """
        write_projector(vectors_path, metadata_path, self.words, self.vectors)

    @classmethod
    def load(cls, path: str | os.PathLike, binary: bool = False) -> "Embeddings":
        """Read vectors in the word2vec format, text or binary.

        gensim writes both: ``KeyedVectors.save_word2vec_format(path, binary=...)``.

        Raises
        ------
        ValueError : the file is malformed; the message says on which line (in a
            binary file: at which word), and what was expected.
        OSError : the file cannot be read.
        """
        words, vectors = read_word2vec(path, binary)
        return cls(vectors, words)

    def _id(self, word):
        if word not in self.word_to_id:
            raise KeyError(not_found(word, self.words))
        return self.word_to_id[word]

    def _unit(self, word):
        return self.unit_vectors[self._id(word)]

    def _nearest(self, direction, top, without):
        scores = _dot(self.unit_vectors, direction)  # (V,)
        best = _best(scores, top, [self.word_to_id[word] for word in without])
        return [(self.words[i], float(scores[i])) for i in best]


def most_similar(
    query: str,
    word_to_id: Mapping[str, int],
    id_to_word: Mapping[int, str],
    word_matrix,
    top: int = 5,
) -> None:
    """Print the words with the largest cosine to the query word.

    Parameters
    ----------
    query : str
    word_to_id, id_to_word : dict
    word_matrix : array, shape (V, D)
        Row i belongs to word i: vectors, or rows of counts.
    top : int
        How many words.

    Notes
    -----
    If the query is not in the vocabulary, that is printed, with close words; if
    its row holds only zeros, as that of a word without neighbours, that is.
    """
    if _print_missing([query], word_to_id):
        return
    word_matrix = to_cpu(word_matrix)
    i = word_to_id[query]
    if not word_matrix[i].any():
        print(f"{query} has a vector of zeros: it has no direction, and no word is near it")
        return
    print(f"\n[query] {query}")
    scores = cos_similarity(word_matrix, word_matrix[i])  # (V,)
    _print_best(scores, top, [i], id_to_word)


def analogy(
    a: str,
    b: str,
    c: str,
    word_to_id: Mapping[str, int],
    id_to_word: Mapping[int, str],
    word_matrix,
    top: int = 5,
    answer: str | None = None,
) -> None:
    """Print the words that are to ``c`` as ``b`` is to ``a``.

    The query ``b - a + c`` is brought to length 1; the word vectors are taken
    as they are, so a long vector scores higher than a short one in the same
    direction.  :meth:`Embeddings.analogy` ranks by direction alone.

    Parameters
    ----------
    a, b, c : str
        They are left out of the list.
    word_to_id, id_to_word : dict
    word_matrix : array, shape (V, D)
    top : int
        How many words.
    answer : str, optional
        A word whose score is printed first.

    Notes
    -----
    If one of the words is not in the vocabulary, that is printed, with close words.
    """
    if _print_missing([a, b, c] if answer is None else [a, b, c, answer], word_to_id):
        return
    word_matrix = _as_floats(to_cpu(word_matrix))
    print(f"\n[analogy] {a}:{b} = {c}:?")
    ids = [word_to_id[word] for word in (a, b, c)]
    a_vec, b_vec, c_vec = word_matrix[ids]  # (D,) each
    scores = _dot(word_matrix, normalize(b_vec - a_vec + c_vec))  # (V,)
    if answer is not None:
        print(f"==>{answer}:{scores[word_to_id[answer]]}")
    _print_best(scores, top, ids, id_to_word)


# What the class and the functions share: arithmetic, ranking, and unknown words.


def _as_floats(x):
    """At least float32; counts become float64."""
    xp = array_module(x)
    x = xp.asarray(x)
    return x.astype(xp.result_type(x.dtype, xp.float32))


def _in_reach(x):
    """(..., D) -> x / unit in float64, and unit (...), so that no square is too large or too small.

    The unit is a power of 2, by which one divides without rounding: 1 where
    that will do, as for all vectors in float32.
    """
    xp = array_module(x)
    x = x.astype(xp.float64)
    unit = xp.ones(x.shape[:-1])
    if x.size:
        largest = abs(x).max(axis=-1)
        far = ((largest > 1e100) | (largest < 1e-100)) & (largest > 0) & (largest < xp.inf)
        unit[far] = 2.0 ** xp.floor(xp.log2(largest[far]))
    return x / unit[..., None], unit


def _length(x):
    """(..., D) -> (...)"""
    return array_module(x).sqrt(_dot(x, x))


def _dot(x, y):
    """``sum_d x_d y_d`` over the last axis.

    Not ``x @ y``: a matrix product may add one row up in another order than
    the next, and equal rows would no longer have equal scores.
    """
    return array_module(x).einsum("...d,...d->...", x, y)


def _best(scores, top, without):
    """Ids of the ``top`` largest scores, the largest first; of equal ones, the lower id first."""
    check_whole("top", top)
    order = numpy.argsort(-scores, kind="stable")  # a NaN comes last
    order = order[: top + len(without)].tolist()
    return [i for i in order if i not in without and not numpy.isnan(scores[i])][:top]


def not_found(word, words):
    """The message for an unknown word, with the words that look like it."""
    close = difflib.get_close_matches(str(word), words)
    close = close or difflib.get_close_matches(str(word).lower(), words)
    return f"{word} is not found" + (f"; close words: {', '.join(close)}" if close else "")


def _print_missing(words, word_to_id):
    missing = [word for word in words if word not in word_to_id]
    for word in missing:
        print(not_found(word, word_to_id))
    return bool(missing)


def _print_best(scores, top, without, id_to_word):
    for i in _best(scores, top, without):
        print(f" {id_to_word[i]}: {scores[i]}")


def _in_order(words):
    """The words as a tuple, from a list or from a dict id -> word."""
    if isinstance(words, Mapping):
        if set(words) != set(range(len(words))):
            wrong = next(i for i in words if i not in range(len(words)))
            raise ValueError(
                f"words has the key {wrong!r}; a dict must map ids, 0 to {len(words) - 1}, to words"
            )
        words = [words[i] for i in range(len(words))]
    if isinstance(
        words, str | bytes | set | frozenset
    ):  # letters are no words, and a set has no order
        raise TypeError(
            f"words is of type {type(words).__name__}; allowed are a list, in the order of the "
            "vectors, and a dict id -> word"
        )
    words = tuple(words)
    for word in words:
        if not isinstance(word, str):
            raise TypeError(
                f"the word {word!r} is of type {type(word).__name__}; allowed is a string"
            )
    return words
