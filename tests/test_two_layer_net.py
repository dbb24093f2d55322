"""The two-layer network: numbers by hand, the first loss, weights as notebooks expect them."""

import numpy
import pytest

from common.gradient_check import check_gradients, double_precision
from common.layers import Relu, Sigmoid
from common.optimizer import SGD
from common.trainer import Trainer
from common.two_layer_net import TwoLayerNet
from dataset import spiral


def test_scores_by_hand():
    """What: the network of the lesson, whole numbers as weights.
    Why: a bias on the wrong axis, or a layer left out, keeps every shape here.
    Expected: sigmoid(1) = 0.731 and its opposite, put together by pencil."""
    model = double_precision(TwoLayerNet(2, 4, 3))
    numbers = (
        [[1, -1, 0, 1], [0, 1, -1, 1]],
        [0, 0, 1, -2],
        [[1, 0, -1], [0, 1, 0], [-1, 0, 2], [0, -1, 1]],
        [0.2, 0.5, 0],
    )
    for p, value in zip(model.params, numbers, strict=True):
        p[...] = value
    scores = model.predict(numpy.array([[1.0, 2], [0, 1]]))
    up, down = 0.7310585786, 0.2689414214
    by_hand = [
        [up - down + 0.2, 0.5, -up + 2 * down + up],
        [0.2, up - down + 0.5, -0.5 + 1 + down],
    ]
    numpy.testing.assert_allclose(scores, by_hand, atol=1e-9)


@pytest.mark.parametrize("V", [2, 3, 10])
def test_the_first_loss_is_ln_v(V):
    model = TwoLayerNet(2, 10, V, rng=0)
    x = numpy.random.default_rng(1).standard_normal((50, 2))
    assert model.forward(x, numpy.arange(50) % V) == pytest.approx(numpy.log(V), rel=0.02)


def test_weights_are_drawn_in_order_of_construction():
    """A run that begins with np.random.seed repeats itself: first W_1, then W_2, then no more."""
    numpy.random.seed(3)
    expected = [0.01 * numpy.random.randn(2, 5), 0.01 * numpy.random.randn(5, 3)]
    after = numpy.random.rand()
    numpy.random.seed(3)
    model = TwoLayerNet(2, 5, 3)
    assert numpy.random.rand() == after
    numpy.testing.assert_allclose(model.params[0], expected[0], rtol=1e-6)
    numpy.testing.assert_allclose(model.params[2], expected[1], rtol=1e-6)
    assert not model.params[1].any()
    assert not model.params[3].any()
    assert {a.dtype for a in [*model.params, *model.grads]} == {numpy.dtype("f")}
    assert [p.shape for p in model.params] == [(2, 5), (5,), (5, 3), (3,)]


def test_a_seed_draws_the_same_and_leaves_the_global_state_alone():
    numpy.random.seed(3)
    before = numpy.random.get_state()[1].copy()
    models = [TwoLayerNet(2, 5, 3, rng=7), TwoLayerNet(2, 5, 3, rng=numpy.random.default_rng(7))]
    assert (numpy.random.get_state()[1] == before).all()
    for p, q in zip(*(model.params for model in models), strict=True):
        numpy.testing.assert_array_equal(p, q)


@pytest.mark.parametrize(
    ("start", "sizes"), [(0, (0, 0)), (1, (1, 1)), (0.3, (0.3, 0.3)), ("he", (1, 0.5))]
)
def test_the_start_is_a_size_of_the_same_draws(start, sizes):
    """He's start is sqrt(2 / n) for n inputs: 1 for two of them, 0.5 for eight."""
    model = TwoLayerNet(2, 8, 3, rng=7, start=start)
    rng = numpy.random.default_rng(7)
    for W, shape, size in zip(model.params[::2], ((2, 8), (8, 3)), sizes, strict=True):
        expected = size * rng.standard_normal(shape)
        numpy.testing.assert_allclose(W, expected, rtol=1e-6)
        assert W.dtype == numpy.dtype("f")


def test_without_keywords_it_is_a_sigmoid_at_a_hundredth():
    plain = TwoLayerNet(2, 5, 3, rng=7)
    told = TwoLayerNet(2, 5, 3, rng=7, activation=Sigmoid, start=0.01)
    assert type(plain.layers[1]) is type(told.layers[1]) is Sigmoid
    for p, q in zip(plain.params, told.params, strict=True):
        numpy.testing.assert_array_equal(p, q)


def test_another_activation():
    """Three hidden numbers by hand, 1 + 2, 1 - 2 and 0: ReLU stops the second one."""
    model = double_precision(TwoLayerNet(2, 3, 2, activation=Relu))
    numbers = ([[1, 1, 0], [1, -1, 0]], [0, 0, 0], [[1, 0], [0, 1], [1, 1]], [0.5, 0])
    for p, value in zip(model.params, numbers, strict=True):
        p[...] = value
    numpy.testing.assert_allclose(model.predict(numpy.array([[1.0, 2]])), [[3.5, 0]])
    he = double_precision(TwoLayerNet(4, 6, 3, rng=0, activation=Relu, start="he"))
    x = numpy.random.default_rng(1).standard_normal((5, 4))
    assert check_gradients(he, x, numpy.arange(5) % 3) < 1e-7


@pytest.mark.parametrize("start", ["He", -0.01, None, float("nan")])
def test_a_start_that_cannot_be_is_refused(start):
    with pytest.raises(ValueError, match=r"start=.*; allowed is"):
        TwoLayerNet(2, 5, 3, start=start)


@pytest.mark.parametrize("labels", ["ids", "one-hot"])
def test_learns_the_spiral_from_either_kind_of_labels(labels):
    """One-hot rows and ids are the same labels: the same run, to the last digit."""
    x, t = spiral.load_data()
    numpy.random.seed(0)
    model = TwoLayerNet(2, 10, 3)
    given = t if labels == "one-hot" else t.argmax(axis=1)
    trainer = Trainer(model, SGD(lr=1.0))
    trainer.fit(x.astype("f"), given, 60, 30, eval_interval=10)
    assert trainer.loss_list[-1] == pytest.approx(0.7, abs=0.05)
    assert {p.dtype for p in model.params} == {numpy.dtype("f")}


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((0, 10, 3), "input_size=0"),
        ((2, 2.5, 3), "hidden_size=2.5"),
        ((2, 10, None), "output_size=None"),
    ],
)
def test_a_size_that_cannot_be_is_refused(sizes, told):
    with pytest.raises(ValueError, match=f"{told}; allowed is a whole number, 1 or more"):
        TwoLayerNet(*sizes)
