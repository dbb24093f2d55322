import os
import py_compile
import re
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dataset import files, numpy_docs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A few documents in place of the real ones, and an empty cache."""
    documents = ["One tuple. One list.\n\nOne dict.", "A tuple: see the list."]
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(numpy_docs, "_documents", lambda: iter(documents))
    text = "one tuple\none list\none dict\na tuple see the list\n"
    monkeypatch.setattr(numpy_docs, "REFERENCE", numpy_docs._sha256(text))
    numpy_docs._text.cache_clear()
    yield documents
    numpy_docs._text.cache_clear()


# A NumPy of one module, and of what is left out.
SOURCES = {
    "__init__.py": "'Numbers in rows.'\n__version__ = '9.9'\nndarray = list\n"
    "from . import fft, linalg, ma, polynomial\n",
    "add.py": "def add():\n    'Add two rows.'\nclass Row:\n    r'A row of numbers.'\n",
    "fft.py": "'Waves.'",
    "linalg.py": "'Matrices.'",
    "ma.py": "'Masks.'",
    "polynomial.py": "'Powers.'",
    "tests/test_add.py": "'Left out.'",
    "version.py": "'Left out.'",
}


def in_a_process(code, *options, **environment):
    """Run code in a Python of its own; its lines, and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


# ---- The real text ----


@pytest.fixture
def reference():
    """For what holds on the pinned NumPy only."""
    with warnings.catch_warnings(action="ignore"):
        if numpy_docs.fingerprint() != numpy_docs.REFERENCE:
            pytest.skip(f"this is NumPy {np.__version__}, not the pinned one")


def test_size_is_what_the_course_counts_on(reference):
    corpus, word_to_id, _ = numpy_docs.load_data()
    assert (len(corpus), len(word_to_id)) == (126_050, 2_235)
    assert len(numpy_docs.load_text().split()) == 132_124
    assert len(numpy_docs.load_sentences()) == 10_667


def test_the_pinned_numpy_is_the_reference():
    pinned = re.search(r'"numpy==([\d.]+)"', (ROOT / "pyproject.toml").read_text())[1]
    assert re.findall(r"^numpy==.*", (ROOT / "requirements.txt").read_text(), re.M) == [
        f"numpy=={pinned}"
    ]
    same = numpy_docs.fingerprint() == numpy_docs.REFERENCE
    assert same or np.__version__ != pinned


def test_ids_and_counts():
    corpus, word_to_id, id_to_word = numpy_docs.load_data()
    assert corpus.dtype == np.int32
    assert list(word_to_id.values()) == list(range(len(word_to_id)))
    assert id_to_word == {i: word for word, i in word_to_id.items()}
    first = np.unique(corpus, return_index=True)[1]
    assert (np.diff(first) > 0).all()
    assert np.bincount(corpus).min() >= 5
    words = numpy_docs.load_text().split()
    count = Counter(words)
    assert [id_to_word[i] for i in corpus.tolist()] == [w for w in words if count[w] >= 5]


def test_words_of_all_of_numpy_are_there():
    count = Counter(numpy_docs.load_text().split())
    for word in ["array", "row", "column", "masked", "polynomial", "fft", "flatiter", "doesn't"]:
        assert count[word] >= 5, word


def test_words_are_clean():
    words = set(numpy_docs.load_text().split())
    plain = re.compile(r"a|[a-z0-9_]{2,}|[a-z0-9_]+'[a-z]+")
    assert [word for word in words if not plain.fullmatch(word)] == []
    assert not any(word[0].isdigit() for word in words)


FINGERPRINT = (
    "from dataset import numpy_docs\n"
    "paths = numpy_docs._source_files()[::9]\n"  # some, for speed
    "numpy_docs._source_files = lambda: paths\n"
    "print(numpy_docs._sha256('|'.join(numpy_docs._sentences())))"
)


@pytest.mark.parametrize("option", ["-B", "-OO"])
def test_the_same_in_every_process(option, monkeypatch):
    """Whatever the hash seed, and with docstrings stripped from what runs."""
    paths = numpy_docs._source_files()[::9]
    monkeypatch.setattr(numpy_docs, "_source_files", lambda: paths)
    here = numpy_docs._sha256("|".join(numpy_docs._sentences()))
    assert in_a_process(FINGERPRINT, option, PYTHONHASHSEED="12345") == ([here], "")


def test_the_random_state_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    numpy_docs.load_data()
    assert (np.random.get_state()[1] == before).all()


# ---- Cutting into words ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Return a *tuple* of `int` and str.", ["return a tuple of int and str"]),
        ("See os.path.join(): it's fine.", ["see os path join it's fine"]),
        ("Read it. Then write.", ["read it", "then write"]),
        ("Give e.g. a list, i.e. one.", ["give a list one"]),
        ("Use __init__ and file_name; x1 and 12 too.", ["use __init__ and file_name x1 and too"]),
        ("Before:\n\n>>> code(1)\nresult\nmore\n\nAfter.", ["before", "after"]),
        ("Before\n    >>> code(1)\n    result\n\nAfter.", ["before", "after"]),
        ("+---+\n| cell |\n+===+\nAfter.", ["after"]),
        ("a    b\nAfter.", ["after"]),
        ("add(x, y)\n\nAdd.", ["add"]),
        (".. math:: a + b\n\n    = c\n\nWith :math:`a` too.", ["with too"]),
        (".. note::\n    Take care.", ["take care"]),
        ("Sort.\n\nSee Also\n--------\nargsort : Indices.", ["sort", "argsort indices"]),
        ("Sort.\n\nReferences\n----------\nA book.\n\nNotes\n-----\nSlow.", ["sort", "slow"]),
        (
            "Parameters\n----------\nx, y : array_like\n    Rows: two.\nz : int\n    Depth.",
            ["rows two", "depth"],
        ),
        ("At https://example.org/a-b?c=d or me@example.org it is.", ["at or it is"]),
        ("A :class:`Thread` and :py:meth:`run`.", ["a thread and run"]),
        ("Same.\n\nSame.\n\nOther.", ["same", "other"]),
        ("One _ and __ here. 3 4.", ["one and here"]),
    ],
)
def test_sentences(monkeypatch, text, expected):
    monkeypatch.setattr(numpy_docs, "_documents", lambda: iter([text]))
    assert list(numpy_docs._sentences()) == expected


def test_docstrings_in_source_order():
    source = (
        '"""Module."""\n'
        "def one():\n    'First.'\n    def inner():\n        'Inner.'\n"
        "if True:\n    class Two:\n        'Second.'\n"
        "        def three(self):\n            'Third.'\n"
        "else:\n    def four():\n        'Fourth.'\n"
        "x = 'no docstring'\n"
        "def five():\n    f'{x}'\ndef six():\n    x\n"
    )
    expected = ["Module.", "First.", "Inner.", "Second.", "Third.", "Fourth."]
    assert numpy_docs._docstrings(source) == expected


def test_docstrings_of_functions_in_c():
    source = (
        "add_newdoc('numpy', 'add', 'Add.')\n"
        "add_newdoc('numpy', 'ndarray', ('sort', 'Sort.'))\n"
        "add_newdoc_for_scalar_type('intc', '(value=0, /)', 'Count.')\n"
        "add_newdoc('numpy', 'x', f'{name}')\nprint('other')\nadd_newdoc()\nx.y('z')\n"
    )
    assert numpy_docs._docstrings(source) == ["Add.", "Sort.", "Count."]


def test_source_files_that_every_package_has():
    root = numpy_docs._root()
    names = [path.relative_to(root).as_posix() for path in numpy_docs._source_files()]
    assert names == sorted(names)
    assert {"__init__.py", "_core/_add_newdocs.py", "ma/core.py"} <= set(names)
    assert not [n for n in names if re.search(r"(^|/)(tests|f2py|distutils|version)\b", n)]


# ---- The cache ----


def test_cached_text_is_read_and_not_made_again(small, monkeypatch):
    text = numpy_docs.load_text()
    assert text == "one tuple\none list\none dict\na tuple see the list\n"
    path = numpy_docs.cache_path()
    assert sorted(path.parent.iterdir()) == [path]
    numpy_docs._text.cache_clear()
    monkeypatch.setattr(numpy_docs, "_documents", lambda: pytest.fail("made again"))
    assert numpy_docs.load_text() == text


@pytest.mark.parametrize("damage", ["", "x", "cut", "changed", "binary"])
def test_a_damaged_cache_is_made_again(small, damage):
    text = numpy_docs.load_text()
    path = numpy_docs.cache_path()
    good = path.read_bytes()
    path.write_bytes(
        {
            "": b"",
            "x": b"x",
            "cut": good[:-5],
            "changed": good.replace(b"dict", b"list"),
            "binary": b"\xff\xfe\x00" * 9,
        }[damage]
    )
    numpy_docs._text.cache_clear()
    assert numpy_docs.load_text() == text
    assert path.read_bytes() == good


def test_a_cache_that_cannot_be_written_is_done_without(small, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "file" / "cache")
    assert numpy_docs.load_text().startswith("one tuple\n")


def test_another_version_has_another_cache(monkeypatch):
    paths = [numpy_docs.cache_path()]
    monkeypatch.setattr(numpy_docs, "ALGORITHM", numpy_docs.ALGORITHM + 1)
    paths.append(numpy_docs.cache_path())
    monkeypatch.setattr(np, "__version__", "3.99.0")
    paths.append(numpy_docs.cache_path())
    monkeypatch.setattr(numpy_docs, "_source_files", list)
    assert len({*paths, numpy_docs.cache_path()}) == 4


@pytest.mark.filterwarnings("ignore:the corpus is made from")
def test_fingerprint_follows_the_text(small):
    before = numpy_docs.fingerprint()
    small[0] += " Two."
    numpy_docs._text.cache_clear()
    numpy_docs.cache_path().unlink()
    assert numpy_docs.fingerprint() != before
    assert re.fullmatch(r"[0-9a-f]{64}", before)


# ---- Arguments and faults ----


def test_rare_words_are_dropped(small):
    corpus, word_to_id, _ = numpy_docs.load_data(min_count=2)
    assert list(word_to_id) == ["one", "tuple", "list"]
    assert corpus.tolist() == [0, 1, 0, 2, 0, 1, 2]
    assert len(numpy_docs.load_data(min_count=1)[0]) == 11
    assert numpy_docs.load_sentences()[3] == ["a", "tuple", "see", "the", "list"]


@pytest.mark.parametrize("min_count", [0, -1, 2.5, "5", None])
def test_min_count_that_makes_no_sense(min_count):
    with pytest.raises(ValueError, match="whole number of at least 1") as caught:
        numpy_docs.load_data(min_count)
    assert repr(min_count) in str(caught.value)


def test_min_count_that_leaves_nothing(small):
    with pytest.raises(ValueError, match="min_count=4 leaves no word; the most frequent occurs 3"):
        numpy_docs.load_data(min_count=4)


# ---- Another NumPy ----


@pytest.fixture
def site(tmp_path):
    """A folder with a tiny NumPy."""
    for name, source in SOURCES.items():
        path = tmp_path / "numpy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path


def read(site, *options):
    """The text that this NumPy makes, and what is said on stderr; then once more, cached."""
    code = (
        "from pathlib import Path\n"
        "from dataset import files, numpy_docs\n"
        f"files.cache_folder = lambda: Path({str(site / 'cache')!r})\n"
        "print(numpy_docs.load_text())\n"
    )
    first = in_a_process(code, *options, PYTHONPATH=str(site))
    assert len([*(site / "cache").rglob("*.txt")]) == 1
    assert in_a_process(code, *options, PYTHONPATH=str(site)) == first
    return first


@pytest.mark.parametrize("option", ["-B", "-OO"])
def test_another_numpy_is_read_and_told(site, option):
    lines, told = read(site, option)
    assert lines[:3] == ["numbers in rows", "add two rows", "a row of numbers"]
    assert "left out" not in lines
    assert "the corpus is made from NumPy 9.9, so it differs from the course's" in told
    assert "pip install -r requirements.txt" in told


def test_a_numpy_without_its_source_files_is_asked_what_it_says(site):
    for path in (site / "numpy").rglob("*.py"):
        py_compile.compile(path, path.with_suffix(".pyc"), doraise=True)
        path.unlink()
    lines, told = read(site)
    assert "waves" in lines
    assert "the corpus is made from NumPy 9.9 without its source files, so it differs" in told


def test_a_numpy_that_says_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(numpy_docs, "_documents", lambda: iter([""]))
    numpy_docs._text.cache_clear()
    with pytest.raises(files.DataError, match="comes without its documentation"):
        numpy_docs.load_data()


def test_hits_are_the_expected_among_the_nearest():
    """What: neighbours made up. Why: the notebooks measure word vectors by this count.
    Expected: "column" counts for "row", "keys" not for "sort"; the order of the neighbours."""

    class Vectors:
        def most_similar(self, word, top):
            near = {"row": ["style", "columns", "column"], "sort": ["keys", "kind", "sorted"]}
            return [(w, 0.5) for w in near.get(word, ["other"])][:top]

    found = numpy_docs.hits(Vectors())
    assert list(found) == list(numpy_docs.EXPECTED)
    assert (found["row"], found["sort"], found["left"]) == (["columns", "column"], ["sorted"], [])
    assert numpy_docs.hits(Vectors(), top=2)["row"] == ["columns"]
    assert numpy_docs.hits(Vectors(), top=2)["sort"] == []


def test_the_expected_words_are_those_of_week_16():
    """What: the list as week 16 prints it. Why: both weeks say that their list is the same."""
    notebook = (ROOT / "notebooks" / "week16" / "6_what_the_vectors_know.ipynb").read_text("utf-8")
    for word, partners in numpy_docs.EXPECTED.items():
        assert f'\\"{word}\\": \\"{partners}\\"' in notebook
