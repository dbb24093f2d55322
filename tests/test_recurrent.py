"""Recurrent layers: T steps with shared weights, and a state that outlives a block."""

import numpy
import pytest
from gradient_table import recurrence, weights

from common.gated import GRU, LSTM, TimeBiLSTM, TimeGRU, TimeLSTM
from common.recurrent import RNN, TimeRNN

N, T, D, H = 3, 5, 3, 4
PAIRS = [(RNN, TimeRNN, 1), (LSTM, TimeLSTM, 4), (GRU, TimeGRU, 3)]
each_pair = pytest.mark.parametrize(("Step", "Time", "gates"), PAIRS, ids=["RNN", "LSTM", "GRU"])
each_layer = pytest.mark.parametrize(
    ("Time", "gates"), [pair[1:] for pair in PAIRS], ids=["RNN", "LSTM", "GRU"]
)


def rng(seed=0):
    return numpy.random.default_rng(seed)


def step_by_step(Step, params, xs, dhs):
    """What T steps give, with the gradients added up by hand."""
    states = [numpy.zeros((len(xs), H)) for _ in range(1 + (Step is LSTM))]
    steps, hs = [], []
    for x in xs.transpose(1, 0, 2):
        steps.append(Step(*params))
        states = steps[-1].forward(x, *states)
        states = states if isinstance(states, tuple) else (states,)
        hs.append(states[0])
    dstates = [numpy.zeros_like(s) for s in states]
    dxs, grads = [], [0, 0, 0]
    for step, dh in zip(reversed(steps), reversed(dhs.transpose(1, 0, 2)), strict=True):
        dx, *dstates = step.backward(dstates[0] + dh, *dstates[1:])
        dxs.insert(0, dx)
        grads = [total + g for total, g in zip(grads, step.grads, strict=True)]
    return numpy.stack(hs, 1), numpy.stack(dxs, 1), grads, dstates[0]


@each_pair
def test_t_steps_are_the_step_t_times(Step, Time, gates):
    params, xs, dhs = recurrence(rng(), gates), weights(rng(1), N, T, D), weights(rng(2), N, T, H)
    hs, dxs, grads, dh = step_by_step(Step, params, xs, dhs)
    layer = Time(*params)
    numpy.testing.assert_allclose(layer.forward(xs), hs, rtol=1e-12)
    numpy.testing.assert_allclose(layer.backward(dhs), dxs, rtol=1e-11, atol=1e-14)
    for ours, theirs in zip([*layer.grads, layer.dh], [*grads, dh], strict=True):
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-14)
    numpy.testing.assert_allclose(layer.h, hs[:, -1], rtol=1e-12)


@each_layer
def test_a_stateful_layer_goes_on_where_the_block_before_ended(Time, gates):
    params, xs = recurrence(rng(), gates), weights(rng(1), N, T, D)
    whole = Time(*params).forward(xs)
    layer = Time(*params, stateful=True)
    parts = numpy.concatenate([layer.forward(xs[:, :2]), layer.forward(xs[:, 2:])], axis=1)
    numpy.testing.assert_allclose(parts, whole, rtol=1e-12)
    layer.reset_state()
    numpy.testing.assert_allclose(layer.forward(xs), whole, rtol=1e-12)
    forgetful = Time(*params)
    forgetful.forward(weights(rng(3), N, 2, D))
    numpy.testing.assert_allclose(forgetful.forward(xs), whole, rtol=1e-12)


@each_layer
def test_a_state_that_was_set(Time, gates):
    params, xs = recurrence(rng(), gates), weights(rng(1), N, T, D)
    layer, other = Time(*params, stateful=True), Time(*params, stateful=True)
    layer.forward(xs[:, :2])
    states = (layer.h, layer.c) if Time is TimeLSTM else (layer.h,)
    other.set_state(*states)
    numpy.testing.assert_array_equal(other.forward(xs[:, 2:]), layer.forward(xs[:, 2:]))


def test_without_c_the_cell_starts_from_zeros():
    params, xs = recurrence(rng(), 4), weights(rng(1), N, 1, D)
    layer, step = TimeLSTM(*params, stateful=True), LSTM(*params)
    layer.forward(xs)
    layer.set_state(weights(rng(2), N, H))
    h_next, c_next = step.forward(xs[:, 0], layer.h, numpy.zeros((N, H)))
    numpy.testing.assert_allclose(layer.forward(xs)[:, 0], h_next, rtol=1e-12)
    numpy.testing.assert_allclose(layer.c, c_next, rtol=1e-12)


@each_layer
def test_what_was_returned_is_not_written_into_by_the_next_block(Time, gates):
    layer, xs = Time(*recurrence(rng(), gates), stateful=True), weights(rng(1), N, T, D)
    hs = layer.forward(xs)
    kept, state = hs.copy(), layer.h
    kept_state = state.copy()
    dxs = layer.backward(weights(rng(2), N, T, H))
    kept_dxs = dxs.copy()
    layer.forward(2 * xs)
    layer.backward(weights(rng(3), N, T, H))
    numpy.testing.assert_array_equal(hs, kept)
    numpy.testing.assert_array_equal(state, kept_state)
    numpy.testing.assert_array_equal(dxs, kept_dxs)


@each_layer
def test_the_derivative_of_the_state_in_which_a_block_starts(Time, gates):
    """dh, which an encoder receives from a decoder, against central differences."""
    layer = Time(*recurrence(rng(), gates), stateful=True)
    xs, h, dhs = weights(rng(1), N, T, D), weights(rng(2), N, H), weights(rng(3), N, T, H)

    def loss(h):
        layer.reset_state()
        layer.set_state(h)
        return (layer.forward(xs) * dhs).sum()

    loss(h)
    layer.backward(dhs)
    dh = layer.dh
    for n, d in [(0, 0), (N - 1, H - 1)]:
        step = numpy.zeros_like(h)
        step[n, d] = 1e-5
        numpy.testing.assert_allclose((loss(h + step) - loss(h - step)) / 2e-5, dh[n, d], rtol=1e-7)


def test_both_directions():
    xs = weights(rng(1), N, T, D)
    left, right = recurrence(rng(), 4), recurrence(rng(2), 4)
    both = TimeBiLSTM(*left, *right)
    hs = both.forward(xs)
    numpy.testing.assert_array_equal(both.forward(xs), hs)
    numpy.testing.assert_array_equal(hs[..., :H], TimeLSTM(*left).forward(xs))
    backwards = TimeLSTM(*right).forward(xs[:, ::-1])[:, ::-1]
    numpy.testing.assert_array_equal(hs[..., H:], backwards)
    stateful = TimeBiLSTM(*left, *right, stateful=True)
    stateful.forward(xs)
    assert abs(stateful.forward(xs) - hs).max() > 1e-3
    for part in (slice(None, H), slice(H, None)):  # each direction goes on by itself
        stateful.reset_state()
        first = stateful.forward(xs)[..., part]
        assert abs(stateful.forward(xs)[..., part] - first).max() > 1e-3
    stateful.reset_state()
    numpy.testing.assert_array_equal(stateful.forward(xs), hs)


def test_memory_is_asked_for_once():
    layer = TimeLSTM(*recurrence(rng(), 4))
    for size in (T, T, T + 1):
        layer.forward(weights(rng(1), N, size, D))
        layer.backward(weights(rng(2), N, size, H))
        kept = dict(layer.kept)
        layer.forward(weights(rng(3), N, size, D))
        layer.backward(weights(rng(4), N, size, H))
        assert all(layer.kept[name] is array for name, array in kept.items())
    assert len({id(array) for array in layer.kept.values()}) == 9


@each_layer
def test_float32_stays_float32(Time, gates):
    layer = Time(*(p.astype("f") for p in recurrence(rng(), gates)))
    xs = weights(rng(1), N, T, D)
    assert layer.forward(xs.astype("f")).dtype == numpy.float32
    assert layer.backward(weights(rng(2), N, T, H).astype("f")).dtype == numpy.float32
    assert layer.dh.dtype == numpy.float32


@each_layer
def test_extreme_inputs_saturate(Time, gates):
    layer = Time(*recurrence(rng(), gates))
    with numpy.errstate(over="raise"):
        hs = layer.forward(1e4 * weights(rng(1), N, T, D))
        dxs = layer.backward(numpy.ones((N, T, H)))
    assert numpy.isfinite(hs).all()
    assert numpy.isfinite(dxs).all()


@each_layer
def test_a_state_of_another_batch_size_is_refused(Time, gates):
    layer = Time(*recurrence(rng(), gates), stateful=True)
    layer.forward(weights(rng(1), N, T, D))
    with pytest.raises(ValueError, match=r"state h has shape \(3, 4\).*\(2, 4\).*reset_state"):
        layer.forward(weights(rng(1), 2, T, D))


def test_a_cell_of_another_batch_size_is_refused():
    layer = TimeLSTM(*recurrence(rng(), 4), stateful=True)
    layer.set_state(numpy.zeros((N, H)), numpy.zeros((2, H)))
    with pytest.raises(ValueError, match=r"state c has shape \(2, 4\)"):
        layer.forward(weights(rng(1), N, T, D))


@each_layer
def test_a_state_that_would_go_unused_is_refused(Time, gates):
    said = "^stateful=False: .* would go unused; make the layer with stateful=True$"
    with pytest.raises(ValueError, match=said):
        Time(*recurrence(rng(), gates)).set_state(numpy.zeros((N, H)))


@each_layer
@pytest.mark.parametrize("shape", [(N, D), (N, T, D + 1), (N, 0, D), (0, T, D)])
def test_other_shapes_are_refused(Time, gates, shape):
    with pytest.raises(ValueError, match=r"allowed is \(N, T, 3\)"):
        Time(*recurrence(rng(), gates)).forward(numpy.zeros(shape))
