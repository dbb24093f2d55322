"""Files of vectors: against gensim both ways, never half written, and every refusal."""

import errno
import gzip
import math
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from common.embeddings import Embeddings

# No deadline: a loaded machine is slow now and then.
quick = settings(max_examples=40, deadline=None)

WORDS = ["you", "say", "goodbye", "and", "i", "hello", "."]


def random_vectors(V=7, D=5, seed=0):
    return np.random.default_rng(seed).standard_normal((V, D)).astype(np.float32)


def some():
    return Embeddings(random_vectors(), WORDS)


@pytest.fixture(scope="module")
def gensim():
    pytest.importorskip("gensim", reason="gensim, the oracle for the file formats, is missing")
    from gensim.models import KeyedVectors

    return KeyedVectors


def keyed(gensim, words, vectors):
    vectors = np.asarray(vectors, dtype=np.float32)
    oracle = gensim(vectors.shape[1])
    oracle.add_vectors(list(words), vectors)
    return oracle


HARD_WORDS = ["<unk>", "naïve", "한국어", "'s", "N", "-1.5", "\u00a0x\u00a0y"]
float32s = st.floats(width=32, allow_nan=False, allow_infinity=False)
# Letters of 1 to 4 bytes, digits, and blanks that are none to these formats.
letters = st.sampled_from("aZ.-19<é한🙂\u00a0\u0085\u2028")
words_on_disk = st.lists(
    st.text(letters, min_size=1).filter(str.strip), min_size=1, max_size=5, unique=True
)


@pytest.mark.parametrize("binary", [False, True])
class TestFiles:
    def test_gensim_reads_what_we_write(self, gensim, binary, tmp_path):
        embeddings = Embeddings(random_vectors(), HARD_WORDS)
        embeddings.save(tmp_path / "v", binary=binary)
        oracle = gensim.load_word2vec_format(str(tmp_path / "v"), binary=binary)
        assert oracle.index_to_key == HARD_WORDS
        assert (oracle.vectors == embeddings.vectors).all()

    def test_we_read_what_gensim_writes(self, gensim, binary, tmp_path):
        vectors = random_vectors()
        keyed(gensim, HARD_WORDS, vectors).save_word2vec_format(str(tmp_path / "v"), binary=binary)
        embeddings = Embeddings.load(tmp_path / "v", binary=binary)
        assert embeddings.words == tuple(HARD_WORDS)
        assert (embeddings.vectors == vectors).all()

    def test_we_write_gensim_s_bytes(self, gensim, binary, tmp_path):
        embeddings = Embeddings(random_vectors(), HARD_WORDS)
        embeddings.save(tmp_path / "ours", binary=binary)
        keyed(gensim, HARD_WORDS, embeddings.vectors).save_word2vec_format(
            str(tmp_path / "theirs"), binary=binary
        )
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()

    @quick
    @given(data=st.data(), words=words_on_disk)
    def test_every_number_and_word_comes_back(self, binary, tmp_path_factory, data, words):
        shape = (len(words), data.draw(st.integers(1, 4)))
        vectors = data.draw(hnp.arrays(np.float32, shape, elements=float32s))
        path = tmp_path_factory.mktemp("files") / "v"
        Embeddings(vectors, words).save(path, binary=binary)
        again = Embeddings.load(path, binary=binary)
        assert again.words == tuple(words)
        assert again.vectors.tobytes() == vectors.tobytes()

    def test_failing_disk_leaves_the_old_file(self, binary, tmp_path, monkeypatch):
        path = tmp_path / "v"
        some().save(path, binary=binary)
        old = path.read_bytes()

        def full(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        for step in ("fsync", "replace"):
            with monkeypatch.context() as patch:
                patch.setattr(os, step, full if step == "fsync" else lambda *_: full(None))
                with pytest.raises(OSError, match="No space left"):
                    Embeddings(random_vectors(seed=1), WORDS).save(path, binary=binary)
            assert path.read_bytes() == old
            assert os.listdir(tmp_path) == ["v"]

    def test_file_is_complete_when_it_is_brought_to_the_disk(self, binary, tmp_path, monkeypatch):
        sizes = []
        monkeypatch.setattr(os, "fsync", lambda fd: sizes.append(os.fstat(fd).st_size))
        some().save(tmp_path / "v", binary=binary)
        assert sizes == [(tmp_path / "v").stat().st_size]

    def test_saved_over_an_old_file(self, binary, tmp_path):
        path = tmp_path / "v"
        path.write_text("something else")
        some().save(path, binary=binary)
        assert len(Embeddings.load(path, binary=binary)) == 7
        assert os.listdir(tmp_path) == ["v"]

    @pytest.mark.parametrize("word", ["", "new york", "a\n", "\tb", "c\rd", "\u00a0"])
    def test_words_that_the_formats_cannot_hold(self, binary, word, tmp_path):
        path = tmp_path / "v"
        path.write_bytes(b"old")
        with pytest.raises(ValueError, match="cannot be written") as info:
            Embeddings(np.eye(2), ["a", word]).save(path, binary=binary)
        assert repr(word) in str(info.value)
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["v"]

    def test_folder_that_is_not_there(self, binary, tmp_path):
        with pytest.raises(FileNotFoundError):
            some().save(tmp_path / "no" / "v", binary=binary)

    @pytest.mark.parametrize(
        "header", [b"", b"\n", b"2\n", b"2 3 4\n", b"a b\n", b"0 3\n", b"2 0\n", b"-1 3\n"]
    )
    def test_header(self, binary, header, tmp_path):
        (tmp_path / "v").write_bytes(header + b"a 1 2 3\nb 1 2 3\n")
        with pytest.raises(ValueError, match=r"v, line 1: .*expected how many words"):
            Embeddings.load(tmp_path / "v", binary=binary)

    def test_cut_anywhere(self, binary, tmp_path):
        """What: a file that ends after each of its bytes in turn, as a copy that broke off does.
        Why: cut inside the last number, it still looks complete: 0.125 becomes 0.12.
        Expected: refused wherever it is cut."""
        some().save(tmp_path / "v", binary=binary)
        content = (tmp_path / "v").read_bytes()
        for end in range(len(content)):
            (tmp_path / "cut").write_bytes(content[:end])
            with pytest.raises(ValueError, match=r"cut, .*expected"):
                Embeddings.load(tmp_path / "cut", binary=binary)

    def test_byte_order_mark(self, binary, tmp_path):
        some().save(tmp_path / "v", binary=binary)
        (tmp_path / "v").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "v").read_bytes())
        assert Embeddings.load(tmp_path / "v", binary=binary).words == tuple(WORDS)

    def test_compressed(self, binary, tmp_path):
        some().save(tmp_path / "v", binary=binary)
        (tmp_path / "v.gz").write_bytes(gzip.compress((tmp_path / "v").read_bytes()))
        with pytest.raises(ValueError, match=r"v\.gz is compressed; unpack it first"):
            Embeddings.load(tmp_path / "v.gz", binary=binary)
        for name in "w.gz", "w.BZ2", "w.xz", "w.zip":
            with pytest.raises(ValueError, match=f"{name} names a compressed file"):
                some().save(tmp_path / name, binary=binary)
        assert sorted(os.listdir(tmp_path)) == ["v", "v.gz"]

    @pytest.mark.skipif(os.name == "nt", reason="no named pipes there")
    def test_pipe(self, binary, tmp_path):
        os.mkfifo(tmp_path / "v")
        with pytest.raises(ValueError, match="v is no ordinary file"):
            Embeddings.load(tmp_path / "v", binary=binary)
        with pytest.raises(OSError, match="device or a pipe"):
            some().save(tmp_path / "v", binary=binary)

    def test_a_header_without_an_end(self, binary, tmp_path):
        for header in b"7 5", b"1" * 5000 + b" 5\n", b"x" * 10**6:
            (tmp_path / "v").write_bytes(header)
            with pytest.raises(ValueError, match="v, line 1: ") as caught:
                Embeddings.load(tmp_path / "v", binary=binary)
            assert len(str(caught.value)) < 300

    def test_other_format(self, binary, tmp_path):
        some().save(tmp_path / "v", binary=not binary)
        with pytest.raises(ValueError, match="expected"):
            Embeddings.load(tmp_path / "v", binary=binary)


class TestTextFile:
    def test_blanks_at_line_ends_and_a_last_empty_line(self, tmp_path):
        # So word2vec.c writes, and some editors leave it.
        (tmp_path / "v").write_bytes(b"2 2\na 1.5 -2 \r\nb 0 1e-3 \r\n\n")
        embeddings = Embeddings.load(tmp_path / "v")
        assert embeddings.words == ("a", "b")
        assert embeddings["a"].tolist() == [1.5, -2]
        assert embeddings["b"].tolist() == [0, np.float32(1e-3)]

    @pytest.mark.parametrize(
        ("lines", "message"),
        [
            (b"a 1 2\nb 1\n", "line 3: 1 numbers after 'b'; expected a word and 2 numbers"),
            (b"a 1 2\nb 1 2 3\n", "line 3: 3 numbers after 'b'; expected a word and 2 numbers"),
            (b"a 1 2\n\n", "line 3: 0 numbers after ''; expected a word and 2 numbers"),
            (b" 1 2\nb 1 2\n", "line 2: 2 numbers after ''; expected a word and 2 numbers"),
            (b"a 1 2\nb 1 2", "line 3: the file ends in this line; expected a line end after it"),
            (b"a 1 2\nb 1 2\r", "line 3: the file ends in this line; expected a line end after it"),
            (b"a 1 1_0\nb 1 2\n", "line 2: could not convert .*'1_0'; expected a word and 2"),
            (b"a\rb 1 2\nb 1 2\n", r"line 2: the word 'a\\rb'; expected no line end in it"),
            (b"a 1 x\nb 1 2\n", "line 2: could not convert .*'x'; expected a word and 2 numbers"),
            (b"a 1 2\nb nan 2\n", "line 3: the number nan; expected finite"),
            (b"a 1 2\nb 1e39 2\n", "line 3: the number inf; expected finite"),
            (b"a 1 2\n", "line 3: the file ends; expected 2 words, as line 1 says"),
            (b"a 1 2\nb 1 2\nc 1 2\n", "line 4: more text; expected the end after 2 words"),
            (b"a 1 2\na 3 4\n", "line 3: 'a' again; expected it once, as on line 2"),
            (b"a 1 2\n\xff 3 4\n", "line 3: .*expected a word in UTF-8"),
        ],
    )
    def test_malformed(self, lines, message, tmp_path):
        (tmp_path / "v").write_bytes(b"2 2\n" + lines)
        with pytest.raises(ValueError, match=f"v, {message}"):
            Embeddings.load(tmp_path / "v")


class TestBinaryFile:
    ONE = np.array([1.5], dtype="<f4").tobytes()
    NAN = np.array([math.nan], dtype="<f4").tobytes()

    def test_line_ends_after_vectors(self, tmp_path):
        # So word2vec.c writes.
        (tmp_path / "v").write_bytes(b"2 1\na " + self.ONE + b"\nb " + self.ONE + b"\n")
        embeddings = Embeddings.load(tmp_path / "v", binary=True)
        assert embeddings.words == ("a", "b")
        assert embeddings.vectors.tolist() == [[1.5], [1.5]]

    @pytest.mark.parametrize(
        ("entries", "message"),
        [
            (b"a " + ONE + b"b " + ONE[:3], "word 2 of 2: the file ends; expected .* 4 bytes"),
            (b"a " + ONE + b"b", "word 2 of 2: the file ends"),
            (b"a " + ONE, "word 2 of 2: the file ends"),
            (
                b"a " + ONE + b"\r\nb " + ONE,
                r"word 2 of 2: the word '\\r\\nb'; expected no line end",
            ),
            (b"a " + ONE + b" " + ONE, "word 2 of 2: no word"),
            (b"a " + ONE + b"a " + ONE, "word 2 of 2: 'a' again; expected it once, as on word 1"),
            (b"a " + ONE + b"\xff " + ONE, "word 2 of 2: .*expected a word in UTF-8"),
            (b"a " + NAN + b"b " + ONE, "word 1 of 2: the number nan; expected finite"),
            (b"a " + ONE + b"b " + ONE + b"c " + ONE, "after word 2: 6 bytes; expected the end"),
        ],
    )
    def test_malformed(self, entries, message, tmp_path):
        (tmp_path / "v").write_bytes(b"2 1\n" + entries)
        with pytest.raises(ValueError, match=f"v, {message}"):
            Embeddings.load(tmp_path / "v", binary=True)

    def test_a_text_file_whose_lines_are_as_long_as_vectors(self, tmp_path):
        """ "1.0 1.0 1.0" and a line end are 12 bytes, and so are three float32 numbers."""
        path = tmp_path / "vectors"
        for text in b"2 3\na 1.0 1.0 1.0\nb 1.0 1.0 1.0\n", b"1 1\na -.5\n", b"1 2\na 1e+5 99\n":
            path.write_bytes(text)
            with pytest.raises(
                ValueError, match=r"word 1 of .: decimals; expected .*binary=False\)$"
            ):
                Embeddings.load(path, binary=True)
        path.write_bytes(b"1 2\na 1e+5 997")  # two tiny numbers, not a line
        assert len(Embeddings.load(path, binary=True)) == 1


class TestProjector:
    def test_two_tables(self, tmp_path):
        embeddings = Embeddings(random_vectors(), HARD_WORDS)
        embeddings.save_projector(tmp_path / "vectors.tsv", tmp_path / "words.tsv")
        rows = (tmp_path / "vectors.tsv").read_text(encoding="utf-8").splitlines()
        table = [[float(x) for x in row.split("\t")] for row in rows]
        assert (np.array(table, dtype=np.float32) == embeddings.vectors).all()
        metadata = (tmp_path / "words.tsv").read_bytes().decode()
        assert metadata == "".join(word + "\n" for word in HARD_WORDS)

    def test_failing_disk_leaves_both_old_files(self, tmp_path, monkeypatch):
        paths = [tmp_path / "vectors.tsv", tmp_path / "words.tsv"]
        some().save_projector(*paths)
        old = [path.read_bytes() for path in paths]
        calls = []

        def full_at_the_second(_):
            calls.append(1)
            if len(calls) == 2:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full_at_the_second)
        with pytest.raises(OSError, match="No space left"):
            Embeddings(np.eye(2), ["a", "b"]).save_projector(*paths)
        assert [path.read_bytes() for path in paths] == old
        assert sorted(os.listdir(tmp_path)) == ["vectors.tsv", "words.tsv"]

    def test_one_path_for_both(self, tmp_path):
        (tmp_path / "folder").mkdir()
        for other in tmp_path / "v", tmp_path / "folder" / ".." / "v":
            with pytest.raises(ValueError, match="would both go to"):
                some().save_projector(tmp_path / "v", other)
        assert os.listdir(tmp_path) == ["folder"]

    @pytest.mark.skipif(os.name == "nt", reason="links need a permission there")
    def test_two_links_to_one_file(self, tmp_path):
        for name in "v", "w":
            (tmp_path / name).symlink_to("file")
        with pytest.raises(ValueError, match="would both go to"):
            some().save_projector(tmp_path / "v", tmp_path / "w")

    def test_word_that_would_be_two_columns(self, tmp_path):
        with pytest.raises(ValueError, match="cannot be written"):
            Embeddings(np.eye(1), ["a\tb"]).save_projector(tmp_path / "v", tmp_path / "w")
        assert os.listdir(tmp_path) == []
