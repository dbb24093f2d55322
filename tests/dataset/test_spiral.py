import numpy as np
import pytest

from dataset import spiral


def test_shapes_and_one_hot_labels():
    x, t = spiral.load_data()
    assert x.shape == (300, 2)
    assert t.shape == (300, 3)
    assert np.issubdtype(t.dtype, np.integer)
    assert t.argmax(axis=1).tolist() == [0] * 100 + [1] * 100 + [2] * 100
    assert (t.sum(axis=1) == 1).all()


@pytest.mark.parametrize("seed", [1984, 7])
def test_points_are_those_of_the_book(seed):
    """The definition, written as a loop over arms and points that draws one number a point."""
    rng = np.random.RandomState(seed)
    expected = []
    for arm in range(3):
        for j in range(100):
            radius = j / 100
            theta = arm * 4.0 + 4.0 * radius + rng.randn() * 0.2
            expected.append([radius * np.sin(theta), radius * np.cos(theta)])
    np.testing.assert_allclose(spiral.load_data(seed)[0], expected, rtol=1e-12)


def test_seed_decides_and_the_global_state_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    same, again, other = (spiral.load_data(seed)[0] for seed in (1, 1, 2))
    assert (np.random.get_state()[1] == before).all()
    assert (same == again).all()
    assert (same != other).any()
