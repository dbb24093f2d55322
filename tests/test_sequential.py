"""Layers in a row, and a shortcut beside them: training and test time, gradients, bad lists."""

import numpy
import pytest
from gradient_table import filters, normalization, row_of_layers, weights

from common.gradient_check import check_gradients
from common.layers import (
    Affine,
    BatchNormalization,
    Dropout,
    Relu,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
)
from common.optimizer import Adam
from common.sequential import Residual, Sequential
from common.trainer import Trainer
from dataset import spiral


def rng(seed=0):
    return numpy.random.default_rng(seed)


def affine(seed, D, H):
    return Affine(weights(rng(seed), D, H), weights(rng(seed + 50), H))


def test_a_row_is_one_layer_after_the_other():
    first, bend, second = affine(0, 3, 4), Tanh(), affine(1, 4, 2)
    model = Sequential([first, bend, second])
    x, t = weights(rng(2), 5, 3), numpy.array([0, 1, 1, 0, 1])
    scores = second.forward(bend.forward(first.forward(x)))
    numpy.testing.assert_array_equal(model.predict(x), scores)
    assert model.forward(x, t) == pytest.approx(SoftmaxWithLoss().forward(scores, t))
    assert [p.shape for p in model.params] == [(3, 4), (4,), (4, 2), (2,)]
    for p, q in zip(model.params, first.params + second.params, strict=True):
        assert p is q
    for g, h in zip(model.grads, first.grads + second.grads, strict=True):
        assert g is h


def test_another_loss():
    model = Sequential([affine(0, 3, 1)], SigmoidWithLoss())
    x, t = weights(rng(2), 5, 3), numpy.array([[0], [1], [1], [0], [1]])
    expected = SigmoidWithLoss().forward(model.predict(x), t)
    assert model.forward(x, t) == pytest.approx(expected)
    assert check_gradients(model, x, t) <= 1e-7


def test_the_upstream_gradient_scales_all():
    model, x, t = row_of_layers(rng()), weights(rng(1), 3, 2, 3, 3), numpy.array([0, 3, 1])
    results = []
    for dout in (1, -3):
        numpy.random.seed(0)
        model.forward(x, t)
        results.append([model.backward(dout), *(g.copy() for g in model.grads)])
    for plain, scaled in zip(*results, strict=True):
        numpy.testing.assert_allclose(scaled, -3 * plain, rtol=1e-12, atol=1e-15)
    numpy.random.seed(0)
    model.forward(x, t)
    numpy.testing.assert_array_equal(model.backward(), results[0][0])


def test_predict_is_test_time_and_forward_is_training():
    """What: dropout and batch normalisation in a row, and inside a shortcut.
    Why: a forgotten train_flg drops numbers from answers, or takes means of the test images.
    Expected: predict gives the same twice and moves no running mean; forward does both."""
    norms = normalization(rng(), 3), normalization(rng(1), 3)
    model = Sequential([norms[0], Dropout(0.5), Residual([norms[1], Dropout(0.5)])])
    x, t = weights(rng(2), 6, 3), numpy.arange(6) % 3
    before = [norm.running_mean.copy() for norm in norms]
    numpy.testing.assert_array_equal(model.predict(x), model.predict(x))
    numpy.testing.assert_array_equal(model.predict(x)[:1], model.predict(x[:1]))
    for norm, mean in zip(norms, before, strict=True):
        numpy.testing.assert_array_equal(norm.running_mean, mean)
    assert model.forward(x, t) != model.forward(x, t)
    for norm, mean in zip(norms, before, strict=True):
        assert (norm.running_mean != mean).all()
    numpy.random.seed(0)
    training = model.predict(x, train_flg=True)
    numpy.random.seed(0)
    assert model.loss_layer.forward(training, t) == model.forward(x, t)


# --- the shortcut -------------------------------------------------------------------------


def test_a_shortcut_by_hand():
    """y = x + relu(x): 2 x above 0, and x below, so the slope is 2 and 1."""
    layer = Residual([Relu()])
    assert layer.forward(numpy.array([[3.0, -2]])).tolist() == [[6, -2]]
    assert layer.backward(numpy.array([[1.0, 10]])).tolist() == [[2, 10]]
    assert layer.params == layer.grads == []


def test_layers_that_give_zero_change_nothing():
    """What: a layer whose weights are 0, at the start of a deep network.
    Why: this is why such a network can be deep.
    Expected: y is x, and dx is dout."""
    layer, x = Residual([Affine(numpy.zeros((3, 3)), numpy.zeros(3))]), weights(rng(), 4, 3)
    numpy.testing.assert_array_equal(layer.forward(x), x)
    numpy.testing.assert_array_equal(layer.backward(x), x)


def test_a_shortcut_trains_unless_told():
    layer = Residual([Dropout(0.5)])
    x = numpy.ones((4, 5))
    assert set(layer.forward(x).ravel()) == {1, 3}
    assert set(layer.forward(x, False).ravel()) == {2}


def test_a_shortcut_changes_neither_x_nor_dout():
    layer, x = Residual([affine(0, 3, 3), Relu()]), weights(rng(1), 4, 3)
    kept, dout = x.copy(), numpy.ones((4, 3))
    layer.forward(x)
    layer.backward(dout)
    numpy.testing.assert_array_equal(x, kept)
    assert (dout == 1).all()


def test_shapes_that_do_not_agree_are_refused():
    """What: f(x) with one column, which NumPy would add to each of the three.
    Why: it trains, and is another network than the one that was meant.
    Expected: both shapes are told."""
    for layers, x, told in [
        ([affine(0, 3, 1)], (4, 3), r"x has shape \(4, 3\) and f\(x\) \(4, 1\)"),
        ([filters(rng(), 2, 2, 3, 3)], (4, 2, 5, 5), r"and f\(x\) \(4, 2, 3, 3\); to add, they"),
    ]:
        with pytest.raises(ValueError, match=told):
            Residual(layers).forward(numpy.ones(x))


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [Sequential, Residual])
def test_a_layer_that_stands_twice_is_refused(make):
    bend = Tanh()
    with pytest.raises(ValueError, match=r"layers\[2\], a Tanh, stands twice"):
        make([bend, affine(0, 3, 3), bend])


@pytest.mark.parametrize("make", [Sequential, Residual])
@pytest.mark.parametrize("thing", [Relu, None, numpy.tanh], ids=["class", "None", "function"])
def test_what_is_no_layer_is_refused(make, thing):
    with pytest.raises(TypeError, match=r"layers\[1\] is .*; allowed is a layer: Relu\(\), not"):
        make([Tanh(), thing])


@pytest.mark.parametrize("make", [Sequential, Residual])
def test_the_list_may_go_on_outside(make):
    """A list that is changed later changes no network, whose params were gathered."""
    given = [Tanh()]
    model = make(given)
    given.append(Relu())
    assert len(model.layers) == 1


@pytest.mark.parametrize("make", [Sequential, Residual])
def test_backward_first_is_refused(make):
    with pytest.raises(RuntimeError, match="call forward first"):
        make([Tanh()]).backward(numpy.ones((2, 3)))


def test_it_learns():
    """Three arms of a spiral, by shortcuts and normalisation: nearly all are right."""
    x, t = spiral.load_data()
    numpy.random.seed(0)
    draw = rng()

    def layer(D, H):
        W = draw.standard_normal((D, H)) * (2 / D) ** 0.5
        return Affine(W.astype("f"), numpy.zeros(H, "f"))

    def norm():
        return BatchNormalization(numpy.ones(20, "f"), numpy.zeros(20, "f"))

    blocks = [Residual([layer(20, 20), norm(), Relu()]) for _ in range(3)]
    model = Sequential([layer(2, 20), norm(), Relu(), *blocks, layer(20, 3)])
    Trainer(model, Adam(0.01)).fit(x.astype("f"), t, 30, 30, eval_interval=None)
    assert (model.predict(x.astype("f")).argmax(axis=1) == t.argmax(axis=1)).mean() > 0.95
    assert {p.dtype for p in model.params} == {numpy.dtype("f")}
