import gzip
import hashlib

import numpy as np
import pytest

from dataset import files, mnist
from dataset.mnist import load_mnist

real = pytest.mark.skipif(
    not mnist.is_available(), reason="MNIST is not on this machine (see the variable COURSE_DATA)"
)

# A row of three numbers, so that a row is not taken for a column.
IMAGES = {
    "train": [[[0, 51, 102], [153, 204, 255]], [[1, 2, 3], [4, 5, 6]], [[9, 9, 9], [8, 8, 8]]],
    "test": [[[255, 0, 0], [0, 0, 255]]],
}
LABELS = {"train": [5, 0, 9], "test": [7]}


def idx(array):
    """An idx file as its authors describe it: type and axes, lengths, bytes."""
    array = np.array(array, np.uint8)
    lengths = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes())


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Four small files in place of the real ones; the folder that they lie in."""
    folder = tmp_path / "data"
    (folder / "mnist").mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(folder))
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "cache")
    for split in "train", "test":
        for what, array in ("images", IMAGES), ("labels", LABELS):
            content = idx(array[split])
            name = mnist.FILES[f"{split}_{what}"].name
            file = files.DataFile(name, len(content), hashlib.sha256(content).hexdigest())
            monkeypatch.setitem(mnist.FILES, f"{split}_{what}", file)
            (folder / name).write_bytes(content)
    return folder / "mnist"


def test_rows_of_numbers_from_0_to_1(small):
    (x, t), (x_test, t_test) = load_mnist()
    assert (x.dtype, t.dtype) == (np.float32, np.int32)
    np.testing.assert_allclose(x[0], [0, 0.2, 0.4, 0.6, 0.8, 1])
    np.testing.assert_allclose(x[1], np.arange(1, 7) / 255, rtol=1e-6)
    assert x_test.tolist() == [[1, 0, 0, 0, 0, 1]]
    assert (t.tolist(), t_test.tolist()) == ([5, 0, 9], [7])


def test_pixels_as_they_are_and_images_as_pictures(small):
    (x, _), (x_test, _) = load_mnist(normalize=False, flatten=False)
    assert (x.shape, x.dtype) == ((3, 1, 2, 3), np.uint8)
    assert x[:, 0].tolist() == IMAGES["train"]
    assert x_test[:, 0].tolist() == IMAGES["test"]
    x[:] = 0  # an array of its own, which may be written
    (x, _), _ = load_mnist(False, True)
    assert x[1].tolist() == [1, 2, 3, 4, 5, 6]


def test_one_hot(small):
    (_, t), (_, t_test) = load_mnist(one_hot_label=True)
    assert (t.shape, t.dtype, t_test.shape) == ((3, 10), np.float32, (1, 10))
    assert t.argmax(axis=1).tolist() == [5, 0, 9]
    assert t.sum() == 3


@pytest.mark.parametrize("name", ["train_images", "train_labels", "test_images", "test_labels"])
@pytest.mark.parametrize("damage", ["cut", "one byte"])
def test_a_damaged_file_is_named_and_not_touched(small, name, damage):
    """What: a file that was cut, and one with a single other byte, which gzip may not notice.
    Why: a network learns from wrong images too, only worse.
    Expected: a sentence that names the file and its fault, and what to do; no image."""
    path = files.find(mnist.FILES[name])
    good = path.read_bytes()
    bad = good[:-5] if damage == "cut" else good[:15] + bytes([good[15] ^ 1]) + good[16:]
    path.write_bytes(bad)
    fault = "bytes, not" if damage == "cut" else "has the SHA-256 .*, not"
    with pytest.raises(files.DataError, match=fault + ".*delete it to have it downloaded") as said:
        load_mnist()
    assert str(path) in str(said.value)
    assert path.read_bytes() == bad
    assert not mnist.is_available()


def test_a_web_page_in_place_of_a_file(small):
    files.find(mnist.FILES["test_labels"]).write_text("<html>")
    with pytest.raises(files.DataError, match=r"t10k-labels-idx1-ubyte\.gz has 6 bytes, not"):
        load_mnist()


def test_is_available_downloads_nothing(small, monkeypatch):
    monkeypatch.setattr(files, "_download", lambda *_: pytest.fail("a download was tried"))
    assert mnist.is_available()
    files.find(mnist.FILES["test_labels"]).unlink()
    assert not mnist.is_available()


def test_several_mirrors_each_with_the_files_own_name():
    for file in mnist.FILES.values():
        assert len({url.split("/")[2] for url in file.urls}) == 3
        assert all(url.startswith("https://") for url in file.urls)
        assert all(url.endswith(file.name.removeprefix("mnist")) for url in file.urls)


@pytest.mark.parametrize("name", mnist.FILES)
def test_what_lies_here_is_what_is_wanted(name):
    """A wrong size or fingerprint in the module would only look like a file that is not there."""
    assert {wrong for _, wrong in files.look_for(mnist.FILES[name])} <= {None, "missing"}


@real
def test_the_real_images():
    (x, t), (x_test, t_test) = load_mnist()
    assert (x.shape, t.shape) == ((60_000, 784), (60_000,))
    assert (x_test.shape, t_test.shape) == ((10_000, 784), (10_000,))
    assert t[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert t_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(t).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert (x.min(), x.max()) == (0, 1)
    assert x.mean() == pytest.approx(0.1307, abs=1e-4)
    assert x.std() == pytest.approx(0.3081, abs=1e-4)
