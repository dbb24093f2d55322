import sys
from types import SimpleNamespace

import numpy as np
import pytest

from common.layers import Relu
from common.optimizer import Adam
from common.trainer import Trainer
from common.two_layer_net import TwoLayerNet
from dataset import digits, files
from dataset.digits import load_digits


@pytest.fixture
def anew():
    """Read the digits again, here and in the test after."""
    digits._digits.cache_clear()
    yield
    digits._digits.cache_clear()


def test_shapes_types_and_ranges():
    for x, t, n in zip(*zip(*load_digits(), strict=True), (1397, 400), strict=True):
        assert (x.shape, x.dtype, t.shape, t.dtype) == ((n, 64), np.float32, (n,), np.int32)
        assert (x.min(), x.max()) == (0, 1)
        assert (np.bincount(t, minlength=10) > n / 15).all()


def test_the_split_takes_each_image_once_with_its_own_label():
    """What: both parts together, beside what scikit-learn gives.
    Why: images and labels that are shuffled apart have all the right shapes.
    Expected: the same 1,797 pairs, in another order."""
    from sklearn import datasets

    given = datasets.load_digits()
    parts = load_digits(normalize=False)
    ours = [(*row, int(label)) for x, t in parts for row, label in zip(x.tolist(), t, strict=True)]
    theirs = [
        (*map(int, row), label)
        for row, label in zip(given.data.tolist(), given.target.tolist(), strict=True)
    ]
    assert len(theirs) == 1797
    assert ours != theirs
    assert sorted(ours) == sorted(theirs)


def test_pixels_as_they_are_and_images_as_pictures():
    (rows, _), _ = load_digits()
    (x, _), (x_test, _) = load_digits(normalize=False, flatten=False)
    assert (x.shape, x.dtype) == ((1397, 1, 8, 8), np.uint8)
    assert x_test.shape == (400, 1, 8, 8)
    assert (x.min(), x.max()) == (0, 16)
    assert (x.reshape(-1, 64) / 16 == rows).all()


def test_one_hot():
    (_, ids), (_, ids_test) = load_digits()
    (_, t), (_, t_test) = load_digits(one_hot_label=True)
    assert (t.shape, t.dtype) == ((1397, 10), np.float32)
    assert (t.sum(axis=1) == 1).all()
    assert (t.argmax(axis=1) == ids).all()
    assert (t_test.argmax(axis=1) == ids_test).all()


def test_the_seed_decides_and_the_global_state_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    same, again, other = (load_digits(seed=seed)[1][1] for seed in (1984, 1984, 2))
    assert (np.random.get_state()[1] == before).all()
    assert (same == again).all()
    assert (same != other).any()
    assert (load_digits()[1][1] == same).all()
    assert same[:10].tolist() == [4, 1, 4, 6, 8, 7, 6, 7, 9, 7]


def test_what_a_caller_changes_does_not_come_back():
    for normalize in True, False:
        (x, t), _ = load_digits(normalize)
        before, labels = x.copy(), t.copy()
        x[:], t[:] = 1, 1
        (x, t), _ = load_digits(normalize)
        assert (x == before).all()
        assert (t == labels).all()


def test_other_digits_are_refused(anew, monkeypatch):
    monkeypatch.setattr(digits, "SHA256", "0" * 64)
    with pytest.raises(files.DataError, match=r"scikit-learn \d.* has other digits than the cour"):
        load_digits()


@pytest.mark.parametrize("why", ["not installed", "a file gone"])
def test_no_digits_are_one_sentence_with_the_cure(anew, monkeypatch, why):
    def absent():
        raise FileNotFoundError("digits.csv.gz")

    stand_in = SimpleNamespace(datasets=SimpleNamespace(load_digits=absent))
    monkeypatch.setitem(sys.modules, "sklearn", None if why == "not installed" else stand_in)
    with pytest.raises(files.DataError, match=r"it gives none \(.*\): install the version .* requ"):
        load_digits()


def test_a_two_layer_network_learns_them():
    """64 pixels, 50 hidden, 10 digits, with Relu between: at least 97 % of what it has not seen."""
    (x, t), (x_test, t_test) = load_digits()
    model = TwoLayerNet(64, 50, 10, rng=0)
    model.layers[1] = Relu()
    np.random.seed(0)
    Trainer(model, Adam(lr=0.01)).fit(x, t, 50, 100)
    assert (model.predict(x_test).argmax(axis=1) == t_test).mean() >= 0.97
