"""A text file becomes word ids whatever its size, and a bad one an error that says where."""

import functools
import gzip
import os
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tqdm import tqdm

from common import corpus_file
from common.corpus_file import CorpusError, open_corpus


def read(path, content=None, **options):
    """The sentences that open_corpus makes of a file, as lists of words."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_corpus(path, **options) as (corpus, words):
        assert corpus.dtype == np.int32
        ends = np.flatnonzero(corpus == -1)
        parts = np.split(np.asarray(corpus), ends)
        return [[words[i] for i in part if i >= 0] for part in parts[:-1]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corpus.txt"


def test_words_and_sentences(path):
    text = "the cat  sat\n\n\n on\tthe mat\r\nthe end"
    assert read(path, text, min_count=1) == [
        ["the", "cat", "sat"],
        ["on", "the", "mat"],
        ["the", "end"],
    ]


def test_ids_go_by_frequency_then_by_first_appearance(path):
    path.write_text("b a c a b a d d d d rare\n")
    with open_corpus(path, min_count=1) as (_, words):
        assert words == ["d", "a", "b", "c", "rare"]


def test_rare_words_are_left_out_before_anything_else(path):
    assert read(path, "a x b\ny\nb a\n", min_count=2) == [["a", "b"], ["b", "a"]]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.text("aé語😀", min_size=1, max_size=9), max_size=6), min_size=1, max_size=8
    ),
    st.integers(4, 12),
)
def test_the_size_of_the_pieces_changes_nothing(tmp_path_factory, sentences, piece):
    path = tmp_path_factory.mktemp("pieces") / "corpus.txt"
    content = "\n".join(" ".join(words) for words in sentences)
    expected = [words for words in sentences if words]
    if len({word for words in expected for word in words}) < 2:
        return
    whole = corpus_file.PIECE
    corpus_file.PIECE = piece
    try:
        assert read(path, content, min_count=1) == expected
    finally:
        corpus_file.PIECE = whole


@pytest.mark.parametrize("content", [b"", b"\n \n\t", " \u3000\n".encode()])
def test_nothing_in_it(path, content):
    with pytest.raises(CorpusError, match="holds no word"):
        read(path, content)


def test_one_word(path):
    with pytest.raises(CorpusError, match=r"min_count=5 .* 'one' 7 times"):
        read(path, "one " * 7)


def test_no_word_often_enough(path):
    long = "x" * 60
    text = rf"the most frequent occur '{long[:40]}' 2 times, 'b' 1 times$"
    with pytest.raises(CorpusError, match=text):
        read(path, f"{long} b c\n{long}\n", min_count=3)
    with pytest.raises(CorpusError, match=r"min_count=3 .* 'a' 2 times, 'b' 1 times"):
        read(path, "a b a", min_count=3)


@pytest.mark.parametrize("piece", [4, 2**20])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff the cat", 0),
        (b"the caf\xe9 is open", 7),
        ("the café 語".encode() + b" \xe8\xaa x", 14),
        (b"the cat \xf0\x9f\x98", 8),  # ends inside a character
    ],
)
def test_invalid_utf8_is_told_with_its_place(path, content, place, piece, monkeypatch):
    monkeypatch.setattr(corpus_file, "PIECE", piece)
    told = (
        rf"not UTF-8 at byte {place} \(0x{content[place]:02x}, .*\); "
        r"errors='replace' reads U\+FFFD there$"
    )
    with pytest.raises(CorpusError, match=told):
        read(path, content, min_count=1)


def test_invalid_utf8_is_replaced_if_asked(path):
    assert read(path, b"caf\xe9 au\n", min_count=1, errors="replace") == [["caf\ufffd", "au"]]


def test_binary_junk(path):
    with pytest.raises(CorpusError, match="zero byte at 7: it is no text"):
        read(path, b"\x7fELF\x02\x01\x01\x00\x00")
    with pytest.raises(CorpusError, match="not UTF-8 at byte"):
        read(path, bytes(range(255, 0, -1)) * 50)


def test_a_very_long_line(path):
    repeats = 10**7 // 31
    path.write_bytes(b"seven letters and more words   " * repeats)
    with open_corpus(path) as (corpus, words):
        assert len(words) == 5
        assert len(corpus) == 5 * repeats + 1
        assert np.flatnonzero(corpus == -1).tolist() == [5 * repeats]


def test_memory_does_not_grow_with_the_file(path, monkeypatch):
    monkeypatch.setattr(corpus_file, "PIECE", 2**14)
    peaks = []
    for repeats in (3000, 12_000):
        path.write_bytes(b"some words in a line " * repeats)
        tracemalloc.start()
        with open_corpus(path):
            peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


def test_a_word_without_end(path):
    with pytest.raises(CorpusError, match=r"characters without a blank before byte 2,097,152"):
        read(path, b"x" * 10**7)


@pytest.mark.parametrize("piece", [1500, 2**20])
def test_what_is_appended_while_it_is_read_stays_unread(path, monkeypatch, piece):
    monkeypatch.setattr(corpus_file, "PIECE", piece)
    path.write_text("a b\n" * 1000)
    number = corpus_file.write_ids

    def grow_first(*args):
        with open(path, "a") as file:
            file.write("c d\n" * 1000)
        return number(*args)

    monkeypatch.setattr(corpus_file, "write_ids", grow_first)
    assert read(path) == [["a", "b"]] * 1000


def test_a_file_that_becomes_shorter(path, monkeypatch):
    path.write_text("a b\n" * 1000)
    number = corpus_file.write_ids

    def shrink_first(*args):
        os.truncate(path, 400)
        return number(*args)

    monkeypatch.setattr(corpus_file, "write_ids", shrink_first)
    with pytest.raises(CorpusError, match="ends at byte 400; it had 4,000 when it was opened"):
        read(path)


def test_a_file_that_changes(path, monkeypatch):
    path.write_text("a b\n" * 1000)
    number = corpus_file.write_ids

    def change_first(*args):
        path.write_text("abc\n" * 1000)
        return number(*args)

    monkeypatch.setattr(corpus_file, "write_ids", change_first)
    with pytest.raises(CorpusError, match="was changed while it was read"):
        read(path)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_a_file_that_vanishes_is_read_to_its_end(path, monkeypatch):
    path.write_text("a b\n" * 1000)
    number = corpus_file.write_ids

    def vanish_first(*args):
        path.unlink()
        return number(*args)

    monkeypatch.setattr(corpus_file, "write_ids", vanish_first)
    assert read(path) == [["a", "b"]] * 1000


@pytest.mark.skipif(os.name == "nt", reason="no named pipes there")
def test_only_files_that_can_be_read_twice(tmp_path):
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    with pytest.raises(CorpusError, match="no ordinary file"):
        read("/dev/null")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing")


@pytest.mark.skipif(os.name == "nt", reason="no named pipes there")
def test_a_pipe_is_refused_before_it_hangs(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CorpusError, match="pipe is no ordinary file"):
        read(tmp_path / "pipe")


def test_a_compressed_file_says_so(tmp_path):
    (tmp_path / "c.gz").write_bytes(gzip.compress(b"a b\n" * 9))
    with pytest.raises(CorpusError, match=r"c\.gz is compressed; unpack it first"):
        read(tmp_path / "c.gz")


def test_the_mark_that_an_editor_writes_is_no_part_of_a_word(path):
    """The byte-order mark in front of the first word; further on it is a character like another."""
    read_all = functools.partial(read, path, min_count=1)
    assert read_all("\ufeffa b\na b") == [["a", "b"], ["a", "b"]]
    assert read_all("a b\n\ufeffa b") == [["a", "b"], ["\ufeffa", "b"]]
    with pytest.raises(CorpusError, match="holds no word"):
        read_all("\ufeff")


def test_one_word_a_line_is_no_corpus(path):
    """No word has a context, so vectors would stay as random as they began."""
    with pytest.raises(CorpusError, match="no line holds two words that occur min_count=1 times"):
        read(path, "a\nb\n" * 9, min_count=1)
    with pytest.raises(CorpusError, match="no line holds two words that occur min_count=2 times"):
        read(path, "a x\nb y\na z\nb w\n", min_count=2)


def test_a_full_temporary_folder_is_named(path, monkeypatch):
    full = lambda *_: throw(OSError(28, "No space left"))
    monkeypatch.setattr(corpus_file.numpy, "concatenate", full)
    path.write_text("a b\n")
    with pytest.raises(OSError, match=r"No space left: .* TMPDIR names a folder: '.*'"):
        read(path, min_count=1)


def throw(error):
    raise error


def test_the_temporary_file_goes(path, tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_file.tempfile, "tempdir", str(tmp_path))
    read(path, "a b " * 9)
    with pytest.raises(CorpusError):
        read(path, "a a\xff")
    with pytest.raises(KeyboardInterrupt), open_corpus(path.parent / "corpus.txt", 1):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["corpus.txt"]


@pytest.mark.parametrize("min_count", [0, 2.5, None, "5"])
def test_min_count_is_a_whole_number(path, min_count):
    with pytest.raises(ValueError, match=f"min_count={min_count!r}; allowed is a whole number"):
        read(path, "a b\n", min_count=min_count)


def test_unknown_way_with_errors(path):
    with pytest.raises(ValueError, match=r"errors='ignore'; allowed are 'strict' and 'replace'"):
        read(path, "a b", errors="ignore")


def test_progress(path, capsys, monkeypatch):
    monkeypatch.setattr(corpus_file, "tqdm", functools.partial(tqdm, disable=False))
    read(path, "a b " * 900, progress=True)
    shown = capsys.readouterr().err
    for title in ("counting", "numbering"):
        assert re.search(rf"\r{title}: 100%.* 3.60k/3.60k .*[0-9][kM]?B/s", shown)


def test_no_progress_unless_asked(path, monkeypatch):
    seen = []

    def bar(**options):
        seen.append(options.get("disable"))
        return tqdm(**options)

    monkeypatch.setattr(corpus_file, "tqdm", bar)
    read(path, "a b " * 9)
    assert seen == [True, True]
