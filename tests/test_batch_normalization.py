"""Batch normalisation: by hand, its backward in three forms, running means, a batch of one."""

import copy

import numpy
import pytest
from gradient_table import normalization, quick, weights
from hypothesis import given
from hypothesis import strategies as st

from common.batch_normalization import EPSILON, BatchNormalization
from common.gradient_check import check_directions, double_precision, numerical_gradient
from common.model import BaseModel
from common.optimizer import SGD
from common.sequential import Sequential
from common.trainer import Trainer


def rng(seed=0):
    return numpy.random.default_rng(seed)


def plain(D=3, **options):
    return BatchNormalization(numpy.ones(D), numpy.zeros(D), **options)


def test_three_numbers_by_hand():
    """What: 1, 2 and 6, whose mean is 3 and whose variance is (4 + 1 + 9) / 3.
    Why: a variance divided by N - 1 is larger by half here.
    Expected: the distances over sqrt(14 / 3), times 2, plus 10."""
    layer = BatchNormalization(numpy.array([2.0]), numpy.array([10.0]))
    y = layer.forward(numpy.array([[1.0], [2], [6]]))
    expected = 10 + 2 * numpy.array([[-2.0], [-1], [3]]) / (14 / 3) ** 0.5
    numpy.testing.assert_allclose(y, expected, rtol=1e-7)


def by_graph(layer, x, dout):
    """Node by node, each with all arrays: dx, dgamma, dbeta of (N, D)"""
    (gamma, _), N = layer.params, len(x)
    mean = x.sum(axis=0) / N
    distance = x - mean
    std = numpy.sqrt((distance**2).sum(axis=0) / N + EPSILON)
    x_hat = distance / std
    dx_hat = dout * gamma
    dstd = (-dx_hat * distance / std**2).sum(axis=0)  # the division
    dvariance = dstd / (2 * std)  # the root
    ddistance = dx_hat / std + dvariance * 2 * distance / N  # the square, under its mean
    dmean = -ddistance.sum(axis=0)  # what was subtracted
    return ddistance + dmean / N, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def by_numbers(layer, x, dout):
    """By differences of a copy, so that no running mean moves, in steps of 1e-5"""
    gradients = []
    for array in (x, *layer.params):

        def loss(_):
            there = copy.deepcopy(layer)
            for p, q in zip(there.params, layer.params, strict=True):
                p[...] = q
            return (dout * there.forward(x)).sum()

        gradients.append(numerical_gradient(loss, array))
    return gradients


@quick
@given(N=st.integers(2, 8), D=st.integers(1, 4), seed=st.integers(0, 1000))
def test_the_way_back_in_three_forms(N, D, seed):
    """What: the one line that ships, the graph node by node, and differences.
    Why: three ways to the same gradient; a mistake in one of them shows.
    Expected: the two derived ones equal to 1e-10, the numerical one as far as differences go."""
    x, layer = rng(seed).standard_normal((N, D)), normalization(rng(seed + 1), D)
    dout = weights(rng(seed + 2), N, D)
    layer.forward(x)
    shipped = layer.backward(dout), *layer.grads
    for ours, theirs in zip(shipped, by_graph(layer, x, dout), strict=True):
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)
    if N > 2 and x.std(axis=0).min() > 0.3:  # two numbers are always 1 and -1: dx is nearly 0
        for ours, theirs in zip(shipped, by_numbers(layer, x, dout), strict=True):
            numpy.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_three_forms_to_ten_digits():
    """As above, for one batch, with differences of the fourth order: all three within 1e-10."""
    x, layer, h = rng(3).standard_normal((6, 2)), normalization(rng(4), 2), 1e-3
    dout = weights(rng(5), 6, 2)
    layer.forward(x)
    shipped = layer.backward(dout)
    numeric = numpy.zeros_like(x)
    for i in numpy.ndindex(x.shape):
        for steps, factor in ((1, 45), (2, -9), (3, 1)):
            for sign in (1, -1):
                moved = x.copy()
                moved[i] += sign * steps * h
                numeric[i] += sign * factor * (dout * layer.forward(moved)).sum() / (60 * h)
    derived, _, _ = by_graph(layer, x, dout)
    assert abs(shipped - derived).max() <= 1e-10
    assert abs(shipped - numeric).max() <= 1e-10


def test_a_channel_has_one_mean():
    """Pictures are the rows of all their pixels, channel by channel."""
    x, dout = weights(rng(), 4, 3, 2, 5), weights(rng(1), 4, 3, 2, 5)
    of_pictures, of_rows = normalization(rng(2), 3), normalization(rng(2), 3)

    def rows(a):
        return a.transpose(0, 2, 3, 1).reshape(-1, 3)

    numpy.testing.assert_allclose(rows(of_pictures.forward(x)), of_rows.forward(rows(x)))
    numpy.testing.assert_allclose(rows(of_pictures.backward(dout)), of_rows.backward(rows(dout)))
    for g, h in zip(of_pictures.grads, of_rows.grads, strict=True):
        numpy.testing.assert_allclose(g, h)
    numpy.testing.assert_allclose(of_pictures.running_mean, of_rows.running_mean)
    numpy.testing.assert_allclose(of_pictures.running_var, of_rows.running_var)


def test_gradients_of_a_training_size():
    assert check_directions(normalization(rng(), 20), rng(1).standard_normal((100, 20))) <= 1e-7


def test_a_batch_of_one():
    """What: one row in training.
    Why: its variance is 0; a division by N - 1, or by the bare root, would be NaN.
    Expected: y is beta, dx and dgamma are 0, dbeta is dout."""
    layer = normalization(rng(), 3)
    y = layer.forward(numpy.array([[5.0, -3, 1e6]]))
    assert (y == layer.params[1]).all()
    dx = layer.backward(numpy.array([[1.0, 2, 3]]))
    dgamma, dbeta = layer.grads
    assert not dx.any()
    assert not dgamma.any()
    assert dbeta.tolist() == [1, 2, 3]


def test_a_feature_that_is_the_same_in_all_rows():
    layer = plain(2)
    y = layer.forward(numpy.array([[7.0, 1], [7, 2], [7, 3]]))
    assert (y[:, 0] == 0).all()
    dx = layer.backward(numpy.ones((3, 2)))
    assert numpy.isfinite(dx).all()


# --- test time ----------------------------------------------------------------------------


def test_running_means_by_hand():
    """What: two batches, of mean 2 and 4 and of variance 1 and 4; 0.9 of the old stays.
    Why: 0.1 and 0.9 exchanged would follow the last batch.
    Expected: 0.2 and 0.58; from 1, 1 and then 1.3."""
    layer = plain(1)
    layer.forward(numpy.array([[1.0], [3]]))
    assert layer.running_mean == pytest.approx([0.2])
    assert layer.running_var == pytest.approx([1])
    layer.forward(numpy.array([[2.0], [6]]))
    assert layer.running_mean == pytest.approx([0.58])
    assert layer.running_var == pytest.approx([1.3])


def test_at_test_time_each_row_is_alone():
    """What: running statistics that were given, and rows one by one.
    Why: with the batch's own mean, an answer would depend on the other questions.
    Expected: gamma (x - mean) / sqrt(var + 1e-7) + beta; nothing is learnt from it."""
    given = numpy.array([1.0, -2, 0]), numpy.array([4.0, 1, 0.25])
    layer = BatchNormalization(numpy.array([1.0, 2, 3]), numpy.array([0.0, 1, 2]), 0.9, *given)
    x = rng().standard_normal((5, 3))
    y = layer.forward(x, train_flg=False)
    expected = numpy.array([1, 2, 3]) * (x - given[0]) / [2, 1, 0.5] + [0, 1, 2]
    numpy.testing.assert_allclose(y, expected, rtol=1e-6)
    numpy.testing.assert_array_equal(y[:1], layer.forward(x[:1], train_flg=False))
    assert layer.running_mean.tolist() == [1, -2, 0]
    assert layer.running_var.tolist() == [4, 1, 0.25]
    layer.forward(x)
    assert given[0].tolist() == [1, -2, 0]  # the layer keeps a copy
    assert given[1].tolist() == [4, 1, 0.25]


@pytest.mark.parametrize("shape", [(5, 3), (5, 3, 2, 2)])
def test_the_way_back_at_test_time(shape):
    """What: the gradient where mean and variance are constants.
    Why: the way back of training would take off a mean that was never put in.
    Expected: dout times gamma / sqrt(var + 1e-7); those of gamma and beta as ever."""
    layer, x, dout = normalization(rng(), 3), weights(rng(1), *shape), weights(rng(2), *shape)
    (gamma, beta), apart = layer.params, (-1,) + (1,) * (len(shape) - 2)
    y = layer.forward(x, train_flg=False)
    slope = (gamma / numpy.sqrt(layer.running_var + EPSILON)).reshape(apart)
    numpy.testing.assert_allclose(layer.backward(dout), dout * slope, rtol=1e-12)
    axes = (0, 2, 3)[: len(shape) - 1]
    x_hat = (y - beta.reshape(apart)) / gamma.reshape(apart)
    numpy.testing.assert_allclose(layer.grads[0], (dout * x_hat).sum(axis=axes), rtol=1e-10)
    numpy.testing.assert_allclose(layer.grads[1], dout.sum(axis=axes), rtol=1e-10)


def test_after_many_batches_both_ways_agree():
    layer, x = plain(3), 5 + 2 * rng().standard_normal((50, 3))
    for _ in range(300):
        y = layer.forward(x)
    numpy.testing.assert_allclose(layer.forward(x, train_flg=False), y, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("momentum", "kept"), [(0, 5.0), (1, 0.0), (0.75, 1.25)])
def test_how_much_of_the_old_stays(momentum, kept):
    layer = plain(1, momentum=momentum)
    layer.forward(numpy.array([[4.0], [6]]))
    assert layer.running_mean == pytest.approx([kept])


def test_the_type_of_x_goes_on_whatever_the_running_means_are():
    layer = BatchNormalization(numpy.ones(2, "f"), numpy.zeros(2, "f"))
    assert layer.running_mean.dtype == layer.running_var.dtype == numpy.float32
    x = rng().standard_normal((4, 2)).astype("f")
    for train_flg in (True, False):
        assert layer.forward(x, train_flg).dtype == numpy.float32
        assert double_precision(layer).forward(x.astype(float), train_flg).dtype == float


# --- files --------------------------------------------------------------------------------


def network():
    return Sequential([BatchNormalization(numpy.ones(3, "f"), numpy.zeros(3, "f"))])


X, T = 3 + rng(8).standard_normal((20, 3)).astype("f"), rng(9).integers(0, 3, 20)


def test_a_file_holds_the_running_means(tmp_path):
    """What: a trained network, saved, and loaded into a new one.
    Why: parameters alone would answer by a mean of 0 and a variance of 1.
    Expected: the same answers, in the arrays that were there."""
    trained, fresh = network(), network()
    Trainer(trained, SGD(0.1)).fit(X, T, 3, 5)
    trained.save_params(tmp_path / "weights.npz")
    mean = fresh.layers[0].running_mean
    fresh.load_params(tmp_path / "weights.npz")
    numpy.testing.assert_array_equal(fresh.predict(X), trained.predict(X))
    assert fresh.layers[0].running_mean is mean


def test_a_running_mean_that_is_not_finite_is_not_saved(tmp_path):
    model = network()
    model.layers[0].running_mean[1] = numpy.nan
    told = r"Sequential's running mean or variance 0 holds nan at \(1,\)"
    with pytest.raises(ValueError, match=told):
        model.save_params(tmp_path / "weights")


def test_a_file_without_running_means_is_refused(tmp_path):
    class Plain(BaseModel):
        def __init__(self):
            self.params, self.grads = [numpy.ones(3), numpy.ones(3)], []

    Plain().save_params(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="holds"):
        network().load_params(tmp_path / "weights.npz")


def test_a_checkpoint_holds_the_running_means(tmp_path):
    path, whole, again = tmp_path / "run.npz", network(), network()
    numpy.random.seed(0)
    Trainer(whole, SGD(0.1)).fit(X, T, 2, 5)
    numpy.random.seed(0)
    Trainer(network(), SGD(0.1)).fit(X, T, 1, 5, checkpoint=path)
    Trainer(again, SGD(0.1)).fit(X, T, 2, 5, checkpoint=path)
    for name in ("running_mean", "running_var"):
        expected = getattr(whole.layers[0], name)
        numpy.testing.assert_array_equal(getattr(again.layers[0], name), expected)


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shapes", "options", "told"),
    [
        (((3,), (2,)), {}, r"gamma has shape \(3,\) and beta \(2,\); both must be \(D,\)"),
        (((3, 1), (3, 1)), {}, r"gamma has shape \(3, 1\) and beta \(3, 1\)"),
        (((3,), (3,)), {"running_mean": numpy.ones(2)}, r"and running_mean \(2,\)"),
        (((3,), (3,)), {"running_var": numpy.ones((3, 1))}, r"and running_var \(3, 1\)"),
        (((3,), (3,)), {"momentum": 1.5}, "momentum=1.5; allowed is a number from 0 to 1"),
        (((3,), (3,)), {"momentum": -0.1}, "momentum=-0.1; allowed"),
        (((3,), (3,)), {"momentum": None}, "momentum=None; allowed"),
    ],
)
def test_what_cannot_be_is_refused(shapes, options, told):
    with pytest.raises(ValueError, match=told):
        BatchNormalization(*(numpy.ones(shape) for shape in shapes), **options)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ((5, 2), r"x has shape \(5, 2\); allowed is \(N, 3\) or \(N, 3, H, W\), as gamma has 3"),
        ((5, 2, 3, 3), r"x has shape \(5, 2, 3, 3\)"),
        ((3,), r"x has shape \(3,\)"),
        ((5, 3, 2), r"x has shape \(5, 3, 2\)"),
        ((0, 3), "the batch is empty"),
    ],
)
@pytest.mark.parametrize("train_flg", [True, False])
def test_rows_that_do_not_fit_are_refused(shape, told, train_flg):
    with pytest.raises(ValueError, match=told):
        plain().forward(numpy.ones(shape), train_flg=train_flg)


def test_backward_first_is_refused():
    with pytest.raises(RuntimeError, match="call forward first"):
        plain().backward(numpy.ones((2, 3)))
