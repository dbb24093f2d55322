"""Layers that each step of a sequence goes through."""

import numpy
import pytest
from gradient_table import weights

from common import time_layers
from common.layers import Affine, Dropout, SigmoidWithLoss, SoftmaxWithLoss
from common.time_layers import (
    TimeAffine,
    TimeDropout,
    TimeEmbedding,
    TimeSigmoidWithLoss,
    TimeSoftmaxWithLoss,
)

N, T, D, V = 3, 4, 5, 6


def rng(seed=0):
    return numpy.random.default_rng(seed)


def test_the_old_names():
    names = {"RNN", "TimeRNN", "LSTM", "TimeLSTM", "TimeBiLSTM", "GRU", "TimeGRU", "np"}
    assert names <= set(time_layers.__all__)
    for name in time_layers.__all__:
        assert hasattr(time_layers, name)


def test_each_word_of_each_step():
    W, ids = weights(rng(), V, D), rng(1).integers(0, V, (N, T))
    numpy.testing.assert_array_equal(TimeEmbedding(W).forward(ids), W[ids])


def test_the_affine_layer_is_the_same_at_each_step():
    W, b, xs = weights(rng(), D, 2), weights(rng(1), 2), weights(rng(2), N, T, D)
    ys = TimeAffine(W, b).forward(xs)
    for step in range(T):
        numpy.testing.assert_allclose(ys[:, step], Affine(W, b).forward(xs[:, step]), rtol=1e-12)


def test_the_affine_layer_takes_what_a_recurrent_layer_gives():
    """A view with time first in memory."""
    W, b, xs = weights(rng(), D, 2), weights(rng(1), 2), weights(rng(2), T, N, D)
    layer, plain = TimeAffine(W, b), TimeAffine(W, b)
    view, dout = xs.transpose(1, 0, 2), weights(rng(3), N, T, 2)
    numpy.testing.assert_array_equal(layer.forward(view), plain.forward(view.copy()))
    numpy.testing.assert_array_equal(layer.backward(dout), plain.backward(dout))
    numpy.testing.assert_array_equal(layer.grads[0], plain.grads[0])


def test_dropout_is_switched_by_an_attribute():
    layer, xs = TimeDropout(0.5), numpy.ones((N, T, 50))
    assert set(numpy.unique(layer.forward(xs))) == {0.0, 2.0}
    layer.train_flg = False
    numpy.testing.assert_array_equal(layer.forward(xs), xs)
    assert isinstance(layer, Dropout)
    assert TimeDropout().dropout_ratio == 0.5


def test_softmax_is_the_mean_over_all_labels():
    xs, ts = weights(rng(), N, T, V), rng(1).integers(0, V, (N, T))
    layer, flat = TimeSoftmaxWithLoss(), SoftmaxWithLoss()
    expected = flat.forward(xs.reshape(-1, V), ts.reshape(-1))
    numpy.testing.assert_allclose(layer.forward(xs, ts), expected, rtol=1e-12)
    numpy.testing.assert_allclose(layer.backward(), flat.backward().reshape(N, T, V), rtol=1e-12)
    numpy.testing.assert_allclose(layer.backward(2.0), 2 * layer.backward(), rtol=1e-12)


def test_one_hot_labels_are_ids():
    xs, ts = weights(rng(), N, T, V), rng(1).integers(0, V, (N, T))
    ids, rows = TimeSoftmaxWithLoss(), TimeSoftmaxWithLoss()
    assert ids.forward(xs, ts) == rows.forward(xs, numpy.eye(V, dtype=int)[ts])
    numpy.testing.assert_array_equal(ids.backward(), rows.backward())


@pytest.mark.parametrize("ignored", [-1, 2])
def test_ignored_labels_do_not_count(ignored):
    xs, ts = weights(rng(), N, T, V), rng(1).choice([0, 1, 3, 4, 5], (N, T))
    ts[0, 1:] = ts[2, 3] = ignored
    layer, flat = TimeSoftmaxWithLoss(), SoftmaxWithLoss()
    layer.ignore_label = ignored
    counts = ts != ignored
    numpy.testing.assert_allclose(
        layer.forward(xs, ts), flat.forward(xs[counts], ts[counts]), rtol=1e-12
    )
    dxs = layer.backward()
    numpy.testing.assert_allclose(dxs[counts], flat.backward(), rtol=1e-12)
    assert not dxs[~counts].any()


def test_a_block_without_a_label_has_no_loss_and_no_gradient():
    layer = TimeSoftmaxWithLoss()
    assert layer.forward(weights(rng(), N, T, V), numpy.full((N, T), -1)) == 0
    assert not layer.backward().any()


def test_large_scores_stay_finite():
    layer = TimeSoftmaxWithLoss()
    xs = numpy.array([[[1000.0, 0.0]]])
    assert layer.forward(xs, [[1]]) == 1000
    numpy.testing.assert_array_equal(layer.backward(), [[[1, -1]]])


def test_each_row_has_a_largest_score_of_its_own():
    """What: a softmax that takes away the largest score of all rows.
    Why: next to a row of scores near 1000, all powers of a row near -1000 are 0."""
    layer = TimeSoftmaxWithLoss()
    xs = numpy.array([[[1000.0, 999.0], [-1000.0, -1000.0]]])
    first = 1 / (1 + numpy.exp(1))  # the smaller of the first row's probabilities
    expected = (numpy.log(2) - numpy.log(1 - first)) / 2
    numpy.testing.assert_allclose(layer.forward(xs, [[0, 1]]), expected, rtol=1e-12)
    dxs = [[[-first / 2, first / 2], [0.25, -0.25]]]
    numpy.testing.assert_allclose(layer.backward(), dxs, rtol=1e-12)


def test_wrong_labels_are_refused():
    xs = weights(rng(), N, T, V)
    with pytest.raises(IndexError, match=f"labels contains {V}; allowed are 0 to {V - 1}"):
        TimeSoftmaxWithLoss().forward(xs, numpy.full((N, T), V))
    with pytest.raises(IndexError, match="labels contains -2"):
        TimeSoftmaxWithLoss().forward(xs, numpy.full((N, T), -2))
    for shape in [(N,), (N, T + 1), (N, T, V + 1)]:
        with pytest.raises(ValueError, match=r"allowed are \(N, T, V\) and \(N, T\)"):
            TimeSoftmaxWithLoss().forward(xs, numpy.zeros(shape, int))
    with pytest.raises(ValueError, match=rf"^scores have shape \({T}, {V}\) and labels \({T},\); "):
        TimeSoftmaxWithLoss().forward(xs[0], numpy.zeros(T, int))


def test_one_word_is_always_right():
    """And a label that does not count is no label of it."""
    ts = numpy.array([[0, -1, 0]])
    assert TimeSoftmaxWithLoss().forward(numpy.ones((1, 3, 1)), ts) == 0


def test_sigmoid_is_the_mean_over_sequences_and_steps():
    xs, ts = weights(rng(), N, T), rng(1).integers(0, 2, (N, T))
    layer = TimeSigmoidWithLoss()
    losses = [SigmoidWithLoss().forward(xs[:, step], ts[:, step]) for step in range(T)]
    numpy.testing.assert_allclose(layer.forward(xs, ts), numpy.mean(losses), rtol=1e-12)
    assert layer.backward().shape == (N, T)
    numpy.testing.assert_array_equal(layer.backward(), layer.backward(1))


def test_float32_stays_float32():
    xs = weights(rng(), N, T, V).astype("f")
    layer = TimeSoftmaxWithLoss()
    assert layer.forward(xs, numpy.zeros((N, T), int)).dtype == numpy.float32
    assert layer.backward().dtype == numpy.float32
    affine = TimeAffine(weights(rng(), V, 2).astype("f"), numpy.zeros(2, "f"))
    assert affine.forward(xs).dtype == numpy.float32
    assert affine.backward(xs[..., :2]).dtype == numpy.float32
