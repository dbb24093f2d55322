"""Pictures that are shifted and turned."""

import numpy as np
import pytest

from dataset.pictures import moved

X = np.random.default_rng(0).random((3, 1, 6, 9))


def test_nothing_moves_nothing():
    assert (moved(X, 0, 0, 0) == X).all()


def test_whole_pixels_are_a_slice():
    due = np.zeros_like(X)
    due[:, :, 2:, :-3] = X[:, :, :-2, 3:]
    assert np.allclose(moved(X, 0, 2, -3), due)


def test_a_quarter_turn_is_numpys():
    square = X[..., :6]
    assert np.allclose(moved(square, 90, 0, 0), np.rot90(square, -1, axes=(2, 3)))


def test_the_shift_comes_first():
    square = X[..., :6]
    shifted = moved(square, 0, 0, 1)
    assert np.allclose(moved(square, 90, 0, 1), np.rot90(shifted, -1, axes=(2, 3)))


def test_each_picture_moves_by_its_own():
    angle, down, right = np.array([5.0, -20, 0]), np.array([0.3, 0, 1]), np.array([0, -1.2, 9])
    together = moved(X, angle, down, right)
    for n in range(3):
        assert np.allclose(together[n], moved(X[n : n + 1], angle[n], down[n], right[n])[0])
    assert not together[2].any()  # all of it was pushed out


def test_between_pixels_by_hand():
    made = moved(np.array([[[[0.0, 1], [1, 0]]]]), 0, 0.5, 0.25)
    assert np.allclose(made, [[[[0, 0.375], [0.375, 0.5]]]])


def test_float32_stays_float32():
    assert moved(X.astype("f"), 3, 0.5, 0.5).dtype == np.float32


def test_what_it_refuses():
    with pytest.raises(TypeError, match="floats"):
        moved(np.ones((1, 1, 2, 2), int), 0, 0, 0)
    with pytest.raises(ValueError, match="one channel"):
        moved(np.ones((1, 3, 2, 2)), 0, 0, 0)
