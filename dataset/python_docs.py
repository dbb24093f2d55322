"""The embedded corpus: Python's own documentation, read from the running interpreter.

It needs no network. It holds the language reference (``pydoc_data.topics``), the docstrings of the
built-in types and functions, and those of the standard library, read from its source files without
importing them: some 270,000 words of real English with a real structure.

The text is cleaned (no code after ``>>>``, no tables, no numbers, no addresses), put in lower case,
cut into sentences and words, and cached. It is the same on every run of one Python version.
"""

import ast
import builtins
import gc
import hashlib
import importlib
import inspect
import os
import platform
import re
import sys
import sysconfig
import types
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from numbers import Integral
from pathlib import Path

import numpy as np

from common.files import atomic_write
from dataset import _vocabulary, files

# Part of the name of the cached file: raise it whenever the text comes out differently.
ALGORITHM = 1

# Written in C, so there is no source to read; importing them does nothing else.
C_MODULES = """
    _bisect _codecs _collections _csv _datetime _functools _heapq _io _json _operator _pickle _queue
    _random _struct _thread _weakref array binascii cmath gc itertools marshal math time unicodedata
"""

# The functions of os that are written in C and that every platform has.
OS_FUNCTIONS = """
    abort access chdir chmod close closerange cpu_count dup dup2 fspath fstat fsync ftruncate
    get_terminal_size getcwd getpid getppid isatty kill link listdir lseek lstat mkdir open pipe
    putenv read readlink remove rename replace rmdir scandir set_inheritable stat strerror symlink
    system times truncate umask unlink unsetenv urandom utime waitpid write
"""

# Not the same everywhere: a notebook's kernel replaces input(), the others are of one platform.
NOT_EVERYWHERE = """
    input _WindowsConsoleIO clock_getres clock_gettime clock_gettime_ns clock_settime
    clock_settime_ns pthread_getcpuclockid tzset
"""

# Little prose, or no part of the library that one reads about.
SKIPPED_MODULES = """
    antigravity encodings ensurepip idlelib lib2to3 msilib pydoc_data test this turtledemo
"""


def load_data(min_count: int = 5) -> tuple[np.ndarray, dict[str, int], dict[int, str]]:
    """Load the corpus as word ids.

    Parameters
    ----------
    min_count : int
        Words that occur less often are dropped from the text, as word2vec does; 1 keeps all.

    Returns
    -------
    corpus : int32 array, shape (N,)
        The sentences one after the other, with no mark between them.
    word_to_id, id_to_word : dict
        Ids in order of first appearance in the corpus.

    Raises
    ------
    ValueError
        If `min_count` is not a whole number of at least 1, or so large that no word is left.
    dataset.files.DataError
        If this Python comes without its documentation.
    """
    if not isinstance(min_count, Integral) or min_count < 1:
        raise ValueError(f"min_count={min_count!r} must be a whole number of at least 1")
    words = load_text().split()
    count = Counter(words)
    words = [word for word in words if count[word] >= min_count]
    if not words:
        most = max(count.values())
        raise ValueError(
            f"min_count={min_count} leaves no word; the most frequent occurs {most} times"
        )
    word_to_id = _vocabulary.build(words)
    return _vocabulary.encode(words, word_to_id), word_to_id, _vocabulary.invert(word_to_id)


def load_sentences() -> list[list[str]]:
    """Load the words of each sentence, rare words included."""
    return [sentence.split() for sentence in load_text().splitlines()]


def load_text() -> str:
    """Load the whole text: a sentence a line, words in lower case with one blank between them."""
    return _text(cache_path())


def fingerprint() -> str:
    """Return the SHA-256 of the text, in hexadecimal: equal fingerprints mean equal results."""
    return hashlib.sha256(load_text().encode()).hexdigest()


def cache_path() -> Path:
    """Return where the text is cached: a file for each interpreter and version of this module."""
    # Distributors patch their standard library, so two builds of one version can differ.
    build = hashlib.sha256(f"{sys.version} {_stdlib()}".encode()).hexdigest()[:8]
    name = f"{sys.implementation.name}-{platform.python_version()}-{build}-v{ALGORITHM}.txt"
    return files.cache_folder() / "python_docs" / name


@cache
def _text(path):
    """Read the cached text, or make it and cache it. The cache's first line is its SHA-256."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        if digest == hashlib.sha256(text.encode()).hexdigest():
            return text
    except (OSError, UnicodeDecodeError):
        pass
    text = "".join(f"{sentence}\n" for sentence in _sentences())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, "w", encoding="utf-8", newline="\n") as part:
            part.write(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}")
    except OSError:
        pass  # A folder that cannot be written costs time on the next run, and nothing else.
    return text


# ---- Where the text comes from ----


def _stdlib():
    return Path(sysconfig.get_path("stdlib"))


def _documents() -> Iterator[str]:
    """The reference, then docstrings: of what is written in C, of what is written in Python."""
    yield from _topics()
    yield from _builtin_docstrings()
    for path in _source_files():
        yield from _source_docstrings(path)


def _topics():
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise files.DataError(
            f"this Python ({sys.executable}) comes without its own documentation: the module "
            "pydoc_data.topics is missing. Some distributions put it in a package of its own; "
            "install that, or use a Python from python.org"
        ) from None
    return [topics[name] for name in sorted(topics)]


def _builtin_docstrings():
    for name in ["builtins", *C_MODULES.split()]:
        with suppress(ImportError):  # an unusual build
            module = importlib.import_module(name)
            yield from _docstrings_of(module, set(vars(module)) - set(NOT_EVERYWHERE.split()))
    yield from _docstrings_of(os, OS_FUNCTIONS.split())


def _docstrings_of(module, names):
    """Docstrings of a module's C functions, of its classes and their methods, in sorted order."""
    for name in sorted(names):
        thing = getattr(module, name, None)
        if isinstance(thing, types.BuiltinFunctionType):
            yield _docstring(thing)
        # A notebook's kernel also adds to builtins.
        elif isinstance(thing, type) and (module is not builtins or thing.__module__ == "builtins"):
            members = [member for _, member in sorted(vars(thing).items())]
            yield from map(_docstring, [thing, *filter(inspect.isroutine, members)])


def _docstring(thing):
    doc = getattr(thing, "__doc__", None)
    return inspect.cleandoc(doc) if isinstance(doc, str) else ""


def _source_files():
    """The standard library's source files, sorted; nothing that was installed beside it."""
    root = _stdlib()
    found = [
        path
        for name in sorted(sys.stdlib_module_names - set(SKIPPED_MODULES.split()))
        for path in [root / f"{name}.py", *(root / name).rglob("*.py")]
        if path.is_file() and not {"test", "tests"} & set(path.relative_to(root).parts)
    ]
    if not found:
        raise files.DataError(f"this Python has no source files of its standard library in {root}")
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _source_docstrings(path):
    try:
        with warnings.catch_warnings(action="ignore"):
            module = ast.parse(path.read_bytes())
    except SyntaxError:
        return
    yield from _docstrings_in(module)


def _docstrings_in(node):
    """Docstrings of a parsed module, class or function and of all in it, in source order."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield ast.get_docstring(node) or ""
    for block in ("body", "handlers", "orelse", "finalbody"):
        for inner in getattr(node, block, ()):
            if isinstance(inner, ast.stmt | ast.ExceptHandler):
                yield from _docstrings_in(inner)


# ---- From documents to words ----

_DOCTEST = re.compile(r"^[ \t]*>>>.*\n?(?:[ \t]*\S.*\n?)*", re.MULTILINE)
_DRAWING = re.compile(r"^[ \t]*[+|].*$|^.*::=.*$", re.MULTILINE)
_ADDRESS = re.compile(r"\w+://\S+|\S+@\S+\.\w+")
_ROLE = re.compile(r":[a-z:]+:(?=`)")
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?])[)\"']*\s+(?=[\"'(*`_]*[A-Z])")
# An identifier or an English word, "don't" included; dots and hyphens separate.
_WORD = re.compile(r"[a-z_][a-z0-9_]*(?:'[a-z]+)?")


def _sentences() -> Iterator[str]:
    """Sentences of all documents; a paragraph that was there before is left out."""
    seen = set()
    for document in _without_pauses(_documents()):
        for paragraph in _PARAGRAPH_END.split(_clean(document)):
            sentences = [_words(text) for text in _SENTENCE_END.split(paragraph)]
            paragraph = "\n".join(filter(None, sentences))
            if paragraph and paragraph not in seen:
                seen.add(paragraph)
                yield from paragraph.split("\n")


def _clean(document):
    for pattern in (_DOCTEST, _DRAWING, _ADDRESS, _ROLE):
        document = pattern.sub("", document)
    return document


def _words(text):
    """Words of two letters or more, and the article; one blank between them."""
    words = _WORD.findall(text.lower())
    return " ".join(word for word in words if word == "a" or len(word.strip("_")) > 1)


def _without_pauses(documents):
    """Go through the documents with the garbage collector off: parsing is twice as fast."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield from documents
    finally:
        if was_on:
            gc.enable()
