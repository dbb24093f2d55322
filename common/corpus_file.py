"""A text file as word ids, without ever holding the text.

The file is read twice: once to count its words, once to write their ids, 4
bytes a word, into a temporary file that is then used as if it were an array.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy
from tqdm import tqdm

from common.arguments import check_whole
from common.files import open_ordinary
from common.leftovers import clear_up, own_name

__all__ = ["CorpusError", "open_corpus"]

PIECE = 2**20  # bytes read at once
BOM = codecs.BOM_UTF8
LONGEST = 2**20  # characters in a word; what has no blank for longer is no text


class CorpusError(ValueError):
    """A file that cannot be read as words; the message says where, and what is allowed."""


@contextlib.contextmanager
def open_corpus(
    path: str | os.PathLike, min_count: int = 5, errors: str = "strict", progress: bool = False
) -> Iterator[tuple[numpy.memmap, list[str]]]:
    """Read a UTF-8 text file as word ids: words are separated by blanks, sentences by line ends.

    Parameters
    ----------
    path : path
        An ordinary file, not a pipe.  It may be larger than memory; the words that it
        holds, each counted once, may not.  What is appended while it is read
        stays unread.
    min_count : int
        Leave out words that occur less often, before anything else.
    errors : {'strict', 'replace'}
        What to do where the file is not UTF-8: stop with an error, or read
        the character U+FFFD in place of the bytes.
    progress : bool
        Show how much of the file has been read.

    Yields
    ------
    corpus : int32 memmap, shape (N,)
        Ids, and -1 at the end of each sentence.  It lies in a temporary
        file that goes at the end of the ``with`` block.
    words : list of str
        ``words[id]``, the most frequent first; of equal ones, the one that appears first.

    Raises
    ------
    ValueError : an argument; the message says which.
    CorpusError : the file is no UTF-8 text, holds fewer than 2 different words or
        no two on one line, or became shorter or different while it was read.
    OSError : the file cannot be read, or there is no room for the temporary file.
    """
    if errors not in ("strict", "replace"):
        raise ValueError(f"errors={errors!r}; allowed are 'strict' and 'replace'")
    check_whole("min_count", min_count)
    clear_up(tempfile.gettempdir())
    with (
        open_ordinary(path, CorpusError) as file,
        tempfile.TemporaryDirectory(prefix=f"{own_name()}-", ignore_cleanup_errors=True) as folder,
    ):
        # One open file for both readings: it stays readable if its name vanishes.
        reader = Reader(path, file, errors, progress)
        count = Counter()
        for piece in reader.lists_of_words("counting"):
            count.update(piece)
        del count[END]
        words = [word for word, times in count.most_common() if times >= min_count]
        if len(words) < 2:
            raise CorpusError(too_few(path, count, min_count))
        ids = Path(folder) / "ids"
        read, pairs = write_ids(reader, words, ids)
        if read != count.total():
            raise CorpusError(f"{path} was changed while it was read")
        if not pairs:
            raise CorpusError(
                f"{path}: no line holds two words that occur min_count={min_count} times or more, "
                "so no word has a context; a line is a sentence, its words separated by blanks"
            )
        corpus = numpy.memmap(ids, dtype=numpy.int32, mode="r")
        try:
            yield corpus, words
        finally:
            del corpus  # an open file cannot be removed on Windows


END = "\0"  # stands for a line end; no word, because a file with zero bytes is refused


class Reader:
    """Reads the bytes that a file has now, as often as asked, as lists of words."""

    def __init__(self, path, file, errors, progress):
        self.path, self.file, self.errors, self.progress = path, file, errors, progress
        self.size = os.fstat(file.fileno()).st_size
        self.start = len(BOM) if file.read(len(BOM)) == BOM else 0  # an editor's mark is no word

    def lists_of_words(self, title):
        """Yields a list of words for each piece of the file, with END for a line end."""
        rest = ""  # the beginning of a word that goes on in the next piece
        for text in self.texts(title):
            words = (rest + text.replace("\n", f" {END} ")).split()
            rest = "" if text[-1].isspace() else words.pop()
            if len(rest) > LONGEST:
                raise CorpusError(
                    f"{self.path}: {len(rest):,} characters without a blank before byte "
                    f"{self.file.tell():,}; allowed are words of up to {LONGEST:,}"
                )
            yield words
        yield [rest, END] if rest else [END]

    def texts(self, title):
        """Yields the file's text, piece by piece; no piece is empty."""
        decoder = codecs.getincrementaldecoder("utf-8")(self.errors)
        at = self.file.seek(self.start)
        hidden = {} if self.progress else {"disable": True}  # if shown, TQDM_DISABLE is obeyed
        with tqdm(total=self.size, desc=title, unit="B", unit_scale=True, **hidden) as bar:
            while at < self.size:
                piece = self.file.read(min(PIECE, self.size - at))
                if not piece:
                    raise CorpusError(
                        f"{self.path} ends at byte {at:,}; it had {self.size:,} when it was opened"
                    )
                if b"\0" in piece:
                    raise CorpusError(
                        f"{self.path} holds a zero byte at {at + piece.index(0):,}: it is no text"
                    )
                # The decoder holds back the first bytes of a character that is not complete.
                start = at - len(decoder.getstate()[0])
                at += len(piece)
                try:
                    text = decoder.decode(piece, final=at == self.size)
                except UnicodeDecodeError as error:
                    raise CorpusError(
                        f"{self.path} is not UTF-8 at byte {start + error.start:,} "
                        f"(0x{error.object[error.start]:02x}, {error.reason}); "
                        "errors='replace' reads U+FFFD there"
                    ) from None
                bar.update(len(piece))
                if text:
                    yield text


def write_ids(reader, words, path):
    """Write the words' ids, and -1 for line ends, as int32.

    Returns
    -------
    read, pairs : how many words were read, and how many stand next to another
    """
    ids = Numbers({word: i for i, word in enumerate(words)})
    ids[END] = -1
    read = pairs = 0
    last = -1
    with naming_temporary_folder(path.parent), open(path, "wb") as file:
        for piece in reader.lists_of_words("numbering"):
            numbers = numpy.fromiter(map(ids.__getitem__, piece), numpy.int32, len(piece))
            read += int((numbers != -1).sum())
            numbers = numbers[numbers != LEFT_OUT]
            # Of several line ends in a row the first will do.
            before = numpy.concatenate([[last], numbers[:-1]])[: len(numbers)]
            last = numbers[-1] if len(numbers) else last
            pairs += int(((numbers != -1) & (before != -1)).sum())
            file.write(numbers[(numbers != -1) | (before != -1)].tobytes())
    return read, pairs


@contextlib.contextmanager
def naming_temporary_folder(folder):
    """Let an error that a full disk raises say which folder is full, and what to do."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            what = (
                f"{error.strerror}: a word of the corpus takes 4 bytes here; TMPDIR names a folder"
            )
            raise OSError(error.errno, what, str(folder)) from error
        raise


LEFT_OUT = -2


class Numbers(dict):
    """word -> id; LEFT_OUT for a word that has none."""

    def __missing__(self, word):
        return LEFT_OUT


def too_few(path, count, min_count):
    if not count:
        return f"{path} holds no word"
    often = ", ".join(f"{word[:40]!r} {times} times" for word, times in count.most_common(2))
    return (
        f"{path}: at least 2 different words must occur min_count={min_count} times or more; "
        f"the most frequent occur {often}"
    )
