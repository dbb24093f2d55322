"""Files of word vectors that other tools read: word2vec's text and binary formats, the projector's.

The word2vec formats start with a line ``V D``, how many words there are and
how many numbers each has.  Then comes each word with its numbers, as decimals
on a line of its own, or as 4 D bytes after a blank.
"""

import codecs
import os
import re

import numpy

from common.files import atomic_write, check_writable, open_ordinary, same_file

__all__ = ["check_vectors_path", "read_word2vec", "write_projector", "write_word2vec"]

DECIMALS = b"0123456789+-.e \n"
PACKED = (".gz", ".bz2", ".xz", ".zip")  # readers unpack what is called so


def write_word2vec(path, words, vectors, binary=False):
    """Write vectors in the word2vec format; see :meth:`common.embeddings.Embeddings.save`.

    Parameters
    ----------
    path : path
    words : sequence of V str
    vectors : float32 array, shape (V, D)
    binary : bool
    """
    check_vectors_path(path)
    words = encoded(words)
    with atomic_write(path) as file:
        file.write(b"%d %d\n" % vectors.shape)
        for word, vector in zip(words, vectors, strict=True):
            if binary:
                file.write(word + b" " + vector.astype("<f4").tobytes())
            else:
                file.write(word + b" " + decimals(vector, " ") + b"\n")


def check_vectors_path(path):
    """Refuse a name under which no vectors can be written; nothing is changed.

    Raises
    ------
    ValueError : the name promises a compressed file.
    OSError : as in :func:`common.files.check_writable`.
    """
    if os.fspath(path).lower().endswith(PACKED):
        raise ValueError(f"{path} names a compressed file; vectors are written as they are")
    check_writable(path)


def read_word2vec(path, binary=False):
    """Read a file in the word2vec format; see :meth:`common.embeddings.Embeddings.load`.

    Returns
    -------
    words : list of V str, none of them twice
    vectors : float32 array, shape (V, D), finite
    """
    with open_ordinary(path) as file:
        V, D = read_header(path, file.readline(100))
        entries = (binary_entries if binary else text_entries)(path, file, V, D)
        words, vectors = [], []
        seen = {}
        for place, word, vector in entries:
            if re.search(r"[\r\n]", word):
                raise malformed(path, place, f"the word {word[:40]!r}", "no line end in it")
            if word in seen:
                raise malformed(path, place, f"{word!r} again", f"it once, as on {seen[word]}")
            seen[word] = place
            words.append(word)
            vectors.append(vector)
    return words, numpy.stack(vectors)


def write_projector(vectors_path, metadata_path, words, vectors):
    """Write two tables; see :meth:`common.embeddings.Embeddings.save_projector`."""
    words = encoded(words)
    if same_file(vectors_path, metadata_path):
        raise ValueError(f"vectors and metadata would both go to {vectors_path}; two are needed")
    with (
        atomic_write(vectors_path) as vectors_file,
        atomic_write(metadata_path) as metadata_file,
    ):
        for word, vector in zip(words, vectors, strict=True):
            vectors_file.write(decimals(vector, "\t") + b"\n")
            metadata_file.write(word + b"\n")
        vectors_file.flush()  # if the disk is full, say so before either file moves
        os.fsync(vectors_file.fileno())


def encoded(words):
    """The words as UTF-8, none of which a reader could mistake for two or for none."""
    for word in words:
        if not word.strip() or re.search(r"[ \t\n\r\v\f]", word):
            raise ValueError(
                f"the word {word!r} cannot be written; allowed are words with no blank or line end"
            )
    return [word.encode() for word in words]


def decimals(vector, separator):
    """The shortest decimals from which the same float32 numbers are read again."""
    return separator.join(map(str, vector)).encode()


def malformed(path, place, found, expected):
    return ValueError(f"{path}, {place}: {found}; expected {expected}")


def read_header(path, line):
    sizes = line.removeprefix(codecs.BOM_UTF8).split()
    good = len(sizes) == 2 and all(size.isdigit() and int(size) for size in sizes)
    if not good or not line.endswith(b"\n"):
        raise malformed(
            path,
            "line 1",
            repr(line[:40].decode(errors="replace")),
            "how many words there are and how many numbers a vector has, as '10000 100'",
        )
    return int(sizes[0]), int(sizes[1])


def decoded(path, place, word):
    try:
        return word.decode()
    except UnicodeDecodeError:
        raise malformed(
            path,
            place,
            f"{word[:40]!r}",
            "a word in UTF-8 (a binary file needs binary=True, a text file binary=False)",
        ) from None


def finite(path, place, vector):
    if not numpy.isfinite(vector).all():
        wrong = vector[~numpy.isfinite(vector)][0]
        raise malformed(path, place, f"the number {wrong}", "finite float32 numbers")
    return vector


def text_entries(path, file, V, D):
    """Yield (line, word, vector) from lines ``word number ... number``."""
    for number in range(2, V + 2):
        place = f"line {number}"
        line = file.readline()
        if not line:
            raise malformed(path, place, "the file ends", f"{V} words, as line 1 says")
        if not line.endswith(b"\n"):  # its last number may have been longer
            raise malformed(path, place, "the file ends in this line", "a line end after it")
        # Other tools leave a blank at the end of a line.
        word, *numbers = line.rstrip().split(b" ")
        word = decoded(path, place, word)
        if not word or len(numbers) != D:
            found = f"{len(numbers)} numbers after {word!r}"
            raise malformed(path, place, found, f"a word and {D} numbers")
        try:
            with numpy.errstate(over="ignore"):
                vector = numpy.array([number_of(x) for x in numbers]).astype(numpy.float32)  # (D,)
        except ValueError as error:
            raise malformed(path, place, f"{error}", f"a word and {D} numbers") from None
        yield place, word, finite(path, place, vector)
    if file.read().strip():
        raise malformed(path, f"line {V + 2}", "more text", f"the end after {V} words")


def number_of(decimals):
    """As ``float``, which takes ``1_000`` too, as in a program."""
    if b"_" in decimals:
        raise ValueError(f"could not convert string to float: {decimals!r}")
    return float(decimals)


def binary_entries(path, file, V, D):
    """Yield (word number, word, vector) from words, a blank, and 4 D bytes each."""
    content, at = file.read(), 0
    for number in range(1, V + 1):
        place = f"word {number} of {V}"
        blank = content.find(b" ", at)
        end = blank + 1 + 4 * D
        if blank < 0 or end > len(content):
            raise malformed(path, place, "the file ends", f"a word, a blank and {4 * D} bytes")
        # Mikolov's own tool ends each vector with a line end, others do not.
        word = decoded(path, place, content[at:blank].lstrip(b"\n"))
        if not word:
            raise malformed(path, place, "no word", f"a word, a blank and {4 * D} bytes")
        # A line of decimals may be 4 D bytes long too; as a float32, a line end is 1e-33.
        numbers = content[blank + 1 : end]
        if numbers.endswith(b"\n") and not numbers.strip(DECIMALS):
            raise malformed(path, place, "decimals", f"{4 * D} bytes (a text: binary=False)")
        vector = numpy.frombuffer(numbers, dtype="<f4")  # (D,)
        yield place, word, finite(path, place, vector)
        at = end
    if content[at:].strip():
        raise malformed(
            path, f"after word {V}", f"{len(content) - at} bytes", "the end of the file"
        )
