"""The data of the page "Explore the vectors": the same each time, small, hardly changed."""

import base64
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from numpy.testing import assert_array_equal

from common.embeddings import Embeddings
from dataset import numpy_docs
from notebooks import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "tools" / "words.py"


@pytest.fixture(scope="module")
def words():
    spec = importlib.util.spec_from_file_location("words", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The file, as the book's making makes it."""
    path = tmp_path_factory.mktemp("made") / "words_data.js"
    subprocess.run([sys.executable, SCRIPT, path], check=True)
    return path


@pytest.fixture(scope="module")
def data(made):
    first, second = made.read_text(encoding="utf-8").splitlines()
    assert first.startswith("// Made by tools/words.py")
    return json.loads(second.removeprefix("const DATA = ").removesuffix(";"))


@pytest.fixture(scope="module")
def embeddings(data):
    """Those words that the page shows at first."""
    numbers = numpy.frombuffer(base64.b64decode(data["vectors"]), dtype=numpy.int8)
    vectors = numbers.reshape(-1, data["H"])
    often = sum(count >= 10 for count in data["counts"])
    return Embeddings(vectors[:often], data["words"].split()[:often])


def test_the_same_bytes_twice(made, tmp_path):
    again = tmp_path / "again.js"
    environment = os.environ | ENVIRONMENT
    subprocess.run([sys.executable, SCRIPT, "--here", again], check=True, env=environment)
    assert again.read_bytes() == made.read_bytes()


def test_it_is_made_once(made, words):
    before = made.stat().st_mtime_ns
    subprocess.run([sys.executable, SCRIPT, made], check=True)
    assert made.stat().st_mtime_ns == before
    made_from = made.read_text(encoding="utf-8").partition("\n")[0]
    made.write_text("// another text\n" + made.read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, SCRIPT, made], check=True)
    assert made.read_text(encoding="utf-8").startswith(made_from)


def test_it_is_small(made):
    assert made.stat().st_size < 250_000


def test_every_word_has_its_count(data):
    corpus, word_to_id, _ = numpy_docs.load_data()
    counts = numpy.bincount(corpus)
    assert set(data["words"].split()) == set(word_to_id)
    assert data["counts"] == [int(counts[word_to_id[w]]) for w in data["words"].split()]
    assert data["counts"] == sorted(data["counts"], reverse=True)


def test_a_cosine_hardly_changes(data):
    assert 0 < data["cosineError"] < 0.01


def test_the_change_of_a_cosine_is_the_largest(words):
    """By hand: (1, 0) and (0, 1) stay; (1, 0.01) becomes (127, 1)."""
    vectors = numpy.array([[1, 0], [0, 2], [1, 0.01]])
    numbers = words.quantise(vectors)
    assert_array_equal(numbers, [[127, 0], [0, 127], [127, 1]])
    assert numbers.dtype == numpy.int8
    to_second = abs(0.01 / numpy.hypot(1, 0.01) - 1 / numpy.hypot(127, 1))
    assert words.cosine_error(vectors, numbers) == pytest.approx(to_second)


def test_the_map_has_the_largest_shares_there_are(words):
    """Points that differ in three directions, most in the last: their shares by eigenvalues."""
    rng = numpy.random.default_rng(0)
    vectors = rng.normal(size=(60, 3)) * [0.1, 1, 2] + [5, 0, 0]
    points, shares = words.plane(vectors, numpy.arange(60) < 50)
    unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    values = numpy.linalg.eigvalsh(numpy.cov(unit[:50].T))[::-1]
    assert shares == pytest.approx(values[:2] / values.sum())
    assert points[:50].var(axis=0, ddof=1) == pytest.approx(values[:2])
    assert (points.max(axis=0) > -points.min(axis=0)).all()


@pytest.mark.skipif(
    numpy_docs.fingerprint() != numpy_docs.REFERENCE, reason="another NumPy, another text"
)
class TestWhatThePagePromises:
    def test_expected_words_are_near(self, embeddings):
        assert sum(map(bool, numpy_docs.hits(embeddings).values())) >= 13

    def test_eigenvalues(self, embeddings, data):
        assert embeddings.most_similar("eigenvalues")[0][0] == "eigenvectors"
        assert data["counts"][data["words"].split().index("eigenvectors")] == 39

    def test_an_opposite_is_near(self, embeddings):
        (word, cosine), *_ = embeddings.most_similar("minimum")
        assert word == "maximum"
        assert 0.85 < cosine < 0.95

    def test_the_step_helps_once(self, embeddings):
        assert embeddings.analogy("row", "rows", "column")[0][0] == "columns"
        # of the neighbours of "column" without "row" and "rows", the five that the page shows
        near = [w for w, _ in embeddings.most_similar("column", 7) if w not in ("row", "rows")]
        assert "columns" not in near[:5]

    def test_the_trap(self, embeddings):
        unit = embeddings.unit_vectors
        row, rows, column = (embeddings.word_to_id[w] for w in ("row", "rows", "column"))
        scores = unit @ (unit[rows] - unit[row] + unit[column])
        assert embeddings.words[scores.argmax()] == "rows"

    def test_the_miss(self, embeddings):
        found = [word for word, _ in embeddings.analogy("array", "arrays", "value")]
        assert "values" not in found
        near = [w for w, _ in embeddings.most_similar("value", 7) if w not in ("array", "arrays")]
        assert "values" in near[:5]
