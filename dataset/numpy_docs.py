"""The embedded corpus: the documentation of NumPy, read from its installed source files.

It needs no network: whoever runs the course has NumPy. It holds the docstrings of its modules,
classes and functions, those of the functions written in C included as far as the source files have
them: some 130,000 words of real English about arrays.

The text is cleaned (no code after ``>>>``, no formulas, no tables, no types of parameters, no
numbers), put in lower case, cut into sentences and words, and cached. One version of NumPy gives
the same text on every Python, processor and operating system. The course's own text is that of the
version in ``requirements.txt``; a warning tells of any other.
"""

import ast
import hashlib
import inspect
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import cache
from numbers import Integral
from pathlib import Path

import numpy as np

from common.files import atomic_write
from dataset import _vocabulary, files

# Part of the name of the cached file: raise it whenever the text comes out differently.
ALGORITHM = 1

# The fingerprint of the course's corpus: the notebooks' outputs are those of this text.
REFERENCE = "1fb1b0862577a6da53b63556aae2171da4c99c7ef98f317485b9570faa3717ce"

# For 15 of its words, some that should be near each in any word vectors of this text; written
# down before the first vectors were looked at.
EXPECTED = {
    "row": "rows column columns",
    "minimum": "maximum min max smallest",
    "true": "false",
    "sort": "argsort sorted sorting lexsort partition sorts",
    "mean": "average std median var variance deviation",
    "polynomial": "chebyshev legendre hermite laguerre polynomials",
    "integer": "int integers float floating",
    "zeros": "ones empty full",
    "string": "str strings bytes unicode characters",
    "file": "files filename path disk open",
    "fft": "fourier transform ifft dft",
    "eigenvalues": "eigenvectors eigenvalue eigenvector singular hermitian",
    "real": "complex imaginary imag",
    "first": "second last",
    "left": "right",
}

# Nothing that one reads about, or not the same in each of NumPy's packages.
SKIPPED = """
    __config__ _configtool _distributor_init _distributor_init_local _pyinstaller _pytesttester
    conftest distutils f2py testing tests version
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
        If this NumPy comes without its documentation.
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


def hits(words, top: int = 5) -> dict[str, list[str]]:
    """Return, for each word of `EXPECTED`, its nearest neighbours that were expected.

    Derived in week 12, notebook 3.

    Parameters
    ----------
    words : common.embeddings.Embeddings
        Vectors of words of this corpus, the 15 among them.
    top : int
        How many neighbours count.
    """
    near = {word: [w for w, _ in words.most_similar(word, top)] for word in EXPECTED}
    return {word: [w for w in near[word] if w in EXPECTED[word].split()] for word in near}


def fingerprint() -> str:
    """Return the SHA-256 of the text, in hexadecimal: equal fingerprints mean equal results."""
    return _sha256(load_text())


def cache_path() -> Path:
    """Return where the text is cached: a file for each NumPy and version of this module."""
    # Distributors change what they pack, so two builds of one version can differ.
    build = _sha256(str([(path.name, path.stat().st_size) for path in _source_files()]))[:8]
    name = f"numpy-{np.__version__}-{build}-v{ALGORITHM}.txt"
    return files.cache_folder() / "numpy_docs" / name


@cache
def _text(path):
    """Read the cached text, or make it and cache it; warn if it is not the course's."""
    text = _read(path)
    if text is None:
        text = "".join(f"{sentence}\n" for sentence in _sentences())
        _write(path, text)
    if not text:
        raise files.DataError(
            f"NumPy in {_root()} comes without its documentation; "
            "install it anew: pip install --force-reinstall -r requirements.txt"
        )
    if _sha256(text) != REFERENCE:
        how = "" if _source_files() else " without its source files"
        warnings.warn(
            f"the corpus is made from NumPy {np.__version__}{how}, so it differs from the "
            "course's, and numbers in the text may differ from yours. For the same numbers: "
            "pip install -r requirements.txt",
            stacklevel=4,  # the line that calls load_data
        )
    return text


def _read(path):
    """The cached text, or None. The file's first line is the text's SHA-256."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if digest == _sha256(text) else None


def _write(path, text):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, "w", encoding="utf-8", newline="\n") as part:
            part.write(f"{_sha256(text)}\n{text}")
    except OSError:
        pass  # A folder that cannot be written costs time on the next run, and nothing else.


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


# ---- Where the text comes from ----


def _root():
    return Path(np.__file__).parent


def _source_files():
    """NumPy's source files, in an order that is the same everywhere."""
    names = {path.relative_to(_root()).as_posix(): path for path in _root().rglob("*.py")}
    skipped = set(SKIPPED.split())
    return [names[name] for name in sorted(names) if not skipped & set(name[:-3].split("/"))]


def _documents() -> Iterator[str]:
    paths = _source_files()
    for path in paths:
        yield from _docstrings(path.read_bytes())
    if not paths:
        yield from _live_docstrings()


def _docstrings(source):
    """Docstrings of a source file, in its order, and what it hands to ``add_newdoc``.

    NumPy's functions in C have their docstrings from such a call: the last argument is the
    docstring, or a pair of a method's name and its docstring.
    """
    with warnings.catch_warnings(action="ignore"):
        nodes = ast.walk(ast.parse(source))
    found = []
    for node in nodes:
        match node:
            case ast.Module(body=[ast.Expr(value=doc), *_]):
                found.append(doc)
            case ast.ClassDef(body=[ast.Expr(value=doc), *_]):
                found.append(doc)
            case ast.FunctionDef(body=[ast.Expr(value=doc), *_]):
                found.append(doc)
            case ast.Call(func=ast.Name(id=name), args=[*_, last]) if "add_newdoc" in name:
                found.append(last.elts[-1] if isinstance(last, ast.Tuple) else last)
    found = [doc for doc in found if isinstance(getattr(doc, "value", None), str)]
    return [doc.value for doc in sorted(found, key=lambda doc: doc.lineno)]


def _live_docstrings():
    """What ``help()`` shows, where NumPy came compiled, without its source files."""
    for module in (np, np.fft, np.linalg, np.ma, np.polynomial):
        for _, thing in sorted(vars(module).items()):
            yield inspect.getdoc(thing) or ""


# ---- From documents to words ----

# Left out, in this order: examples of code, formulas, directives, addresses, the names of roles,
# signatures, tables and drawings.
_LEFT_OUT = [
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^[ \t]*>>>.*\n?(?:[ \t]*\S.*\n?)*",
        r"^[ \t]*\.\. math::.*\n(?:[ \t]*\n)?(?:[ \t]+\S.*\n?)*|:math:`[^`]*`",
        r"^[ \t]*\.\. .*$",
        r"\w+://\S+|\S+@\S+\.\w+",
        r":[a-z:]+:(?=`)",
        r"\A\s*[\w.]+\(.*\)\s*(?:->.*)?$",
        r"^[ \t]*[+|=].*$|^.*\S[ \t]{3,}\S.*$",
    )
]
_HEADING = re.compile(r"^[ \t]*(\w[\w ]*)\n[ \t]*-{3,}[ \t]*$", re.MULTILINE)
# "axis : int, optional", above the description of a parameter.
_TYPE = re.compile(r"^[ \t]*[*\w].*[ \t]:[ \t].*$|^[ \t]*\w+[ \t]*:[ \t]*$", re.MULTILINE)
_WITH_TYPES = {"Parameters", "Other Parameters", "Returns", "Yields", "Raises", "Attributes"}
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?])[)\"'`]*\s+(?=[\"'(*`_]*[A-Z])")
# An identifier or an English word, "don't" included; dots and hyphens separate.
_WORD = re.compile(r"[a-z_][a-z0-9_]*(?:'[a-z]+)?")


def _sentences() -> Iterator[str]:
    """Sentences of all documents; a paragraph that was there before is left out."""
    seen = set()
    for document in _documents():
        for paragraph in _PARAGRAPH_END.split(_clean(document)):
            sentences = [_words(text) for text in _SENTENCE_END.split(paragraph)]
            paragraph = "\n".join(filter(None, sentences))
            if paragraph and paragraph not in seen:
                seen.add(paragraph)
                yield from paragraph.split("\n")


def _clean(document):
    """The prose of a docstring; each parameter's description becomes a paragraph."""
    for pattern in _LEFT_OUT:
        document = pattern.sub("", document)
    start, *rest = _HEADING.split(document)
    sections = [start]
    for heading, section in zip(rest[::2], rest[1::2], strict=True):
        if heading in _WITH_TYPES:
            section = _TYPE.sub("\n", section)
        if heading != "References":
            sections.append(section)
    return "\n\n".join(sections)


def _words(text):
    """Words of two letters or more, and the article; one blank between them."""
    words = _WORD.findall(text.lower())
    return " ".join(word for word in words if word == "a" or len(word.strip("_")) > 1)
