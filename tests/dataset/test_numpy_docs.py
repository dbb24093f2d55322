import builtins
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from dataset import files, python_docs


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A few documents in place of the real ones, and an empty cache."""
    documents = ["One tuple. One list.\n\nOne dict.", "A tuple: see the list."]
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(python_docs, "_documents", lambda: iter(documents))
    python_docs._text.cache_clear()
    yield documents
    python_docs._text.cache_clear()


# ---- The real text ----


def test_size_is_about_what_the_course_counts_on():
    corpus, word_to_id, _ = python_docs.load_data()
    assert 200_000 < len(corpus) < 400_000
    assert 3_000 < len(word_to_id) < 5_000
    assert len(python_docs.load_sentences()) > 10_000


def test_ids_and_counts():
    corpus, word_to_id, id_to_word = python_docs.load_data()
    assert corpus.dtype == np.int32
    assert list(word_to_id.values()) == list(range(len(word_to_id)))
    assert id_to_word == {i: word for word, i in word_to_id.items()}
    first = np.unique(corpus, return_index=True)[1]
    assert (np.diff(first) > 0).all()
    assert np.bincount(corpus).min() >= 5
    words = python_docs.load_text().split()
    count = Counter(words)
    assert [id_to_word[i] for i in corpus.tolist()] == [w for w in words if count[w] >= 5]


def test_words_of_the_whole_library_are_there():
    count = Counter(python_docs.load_text().split())
    for word in ["list", "tuple", "read", "write", "server", "__init__", "valueerror", "don't"]:
        assert count[word] >= 20, word


def test_words_are_clean():
    words = set(python_docs.load_text().split())
    plain = re.compile(r"a|[a-z0-9_]{2,}|[a-z0-9_]+'[a-z]+")
    assert [word for word in words if not plain.fullmatch(word)] == []
    assert not any(word[0].isdigit() for word in words)


def test_the_same_in_every_process(monkeypatch):
    """Whatever the hash seed, and whatever a notebook's kernel did to the builtins.

    With a few source files only, for speed.
    """
    code = (
        "import builtins, hashlib\n"
        "def display(): 'A word from a notebook: zyzzyva.'\n"
        "def raw_input(): 'Also a zyzzyva.'\n"
        "class Kernel:\n    'One more zyzzyva.'\n"
        "builtins.display, builtins.input, builtins.Kernel = display, raw_input, Kernel\n"
        "from dataset import python_docs\n"
        "paths = python_docs._source_files()[::40]\n"
        "python_docs._source_files = lambda: paths\n"
        "print(hashlib.sha256('\\n'.join(python_docs._sentences()).encode()).hexdigest())"
    )
    paths = python_docs._source_files()[::40]
    monkeypatch.setattr(python_docs, "_source_files", lambda: paths)
    here = hashlib.sha256("\n".join(python_docs._sentences()).encode()).hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == here, done.stderr
    assert done.stderr == ""


def test_the_random_state_and_the_builtins_are_left_alone():
    np.random.seed(3)
    before, names = np.random.get_state()[1].copy(), set(vars(builtins))
    python_docs.load_data()
    assert (np.random.get_state()[1] == before).all()
    assert set(vars(builtins)) == names


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
        ("atom ::= identifier\nAfter.", ["after"]),
        ("At https://example.org/a-b?c=d or me@example.org it is.", ["at or it is"]),
        ("A :class:`Thread` and :py:meth:`run`.", ["a thread and run"]),
        ("Same.\n\nSame.\n\nOther.", ["same", "other"]),
        ("One _ and __ here. 3 4.", ["one and here"]),
    ],
)
def test_sentences(monkeypatch, text, expected):
    monkeypatch.setattr(python_docs, "_documents", lambda: iter([text]))
    assert list(python_docs._sentences()) == expected


def test_docstrings_in_source_order(tmp_path):
    source = tmp_path / "module.py"
    source.write_text(
        '"""Module."""\n'
        "def one():\n    'First.'\n    def inner():\n        'Inner.'\n"
        "if True:\n    class Two:\n        'Second.'\n"
        "        async def three(self):\n            'Third.'\n"
        "else:\n    def four():\n        'Fourth.'\n"
        "x = 'no docstring'\n"
    )
    found = [doc for doc in python_docs._source_docstrings(source) if doc]
    assert found == ["Module.", "First.", "Inner.", "Second.", "Third.", "Fourth."]


def test_source_files_are_the_standard_librarys_own():
    root = python_docs._stdlib()
    names = [path.relative_to(root).as_posix() for path in python_docs._source_files()]
    assert names == sorted(names)
    assert {"threading.py", "json/decoder.py", "collections/__init__.py"} <= set(names)
    assert not [n for n in names if re.search(r"site-packages|(^|/)tests?/|encodings/|idlelib", n)]


# ---- The cache ----


def test_cached_text_is_read_and_not_made_again(small, monkeypatch):
    text = python_docs.load_text()
    assert text == "one tuple\none list\none dict\na tuple see the list\n"
    path = python_docs.cache_path()
    assert sorted(path.parent.iterdir()) == [path]
    python_docs._text.cache_clear()
    monkeypatch.setattr(python_docs, "_documents", lambda: pytest.fail("made again"))
    assert python_docs.load_text() == text


@pytest.mark.parametrize("damage", ["", "x", "cut", "changed", "binary"])
def test_a_damaged_cache_is_made_again(small, damage):
    text = python_docs.load_text()
    path = python_docs.cache_path()
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
    python_docs._text.cache_clear()
    assert python_docs.load_text() == text
    assert path.read_bytes() == good


def test_a_cache_that_cannot_be_written_is_done_without(small, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "file" / "cache")
    assert python_docs.load_text().startswith("one tuple\n")


def test_another_version_has_another_cache(monkeypatch):
    before = python_docs.cache_path()
    monkeypatch.setattr(python_docs, "ALGORITHM", python_docs.ALGORITHM + 1)
    changed = python_docs.cache_path()
    monkeypatch.setattr(python_docs.platform, "python_version", lambda: "3.99.0")
    assert len({before, changed, python_docs.cache_path()}) == 3


def test_fingerprint_follows_the_text(small):
    before = python_docs.fingerprint()
    small[0] += " Two."
    python_docs._text.cache_clear()
    python_docs.cache_path().unlink()
    assert python_docs.fingerprint() != before
    assert re.fullmatch(r"[0-9a-f]{64}", before)


# ---- Arguments and faults ----


def test_rare_words_are_dropped(small):
    corpus, word_to_id, _ = python_docs.load_data(min_count=2)
    assert list(word_to_id) == ["one", "tuple", "list"]
    assert corpus.tolist() == [0, 1, 0, 2, 0, 1, 2]
    assert len(python_docs.load_data(min_count=1)[0]) == 11
    assert python_docs.load_sentences()[3] == ["a", "tuple", "see", "the", "list"]


@pytest.mark.parametrize("min_count", [0, -1, 2.5, "5", None])
def test_min_count_that_makes_no_sense(min_count):
    with pytest.raises(ValueError, match="whole number of at least 1") as caught:
        python_docs.load_data(min_count)
    assert repr(min_count) in str(caught.value)


def test_min_count_that_leaves_nothing(small):
    with pytest.raises(ValueError, match="min_count=4 leaves no word; the most frequent occurs 3"):
        python_docs.load_data(min_count=4)


def test_a_python_without_its_documentation(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path)
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    python_docs._text.cache_clear()
    with pytest.raises(files.DataError, match="comes without its own documentation"):
        python_docs.load_data()
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_sources(monkeypatch, tmp_path):
    monkeypatch.setattr(python_docs, "_stdlib", lambda: tmp_path)
    with pytest.raises(files.DataError, match="no source files") as caught:
        python_docs._source_files()
    assert str(tmp_path) in str(caught.value)
