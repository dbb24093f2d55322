"""Optimizers: each against its formula in scalars, in place, float32 kept."""

import math

import numpy
import pytest
from gradient_table import quick
from hypothesis import given
from hypothesis import strategies as st

from common.optimizer import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSprop,
    clip_grads,
    slices_that_fit_a_cache,
)

ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam]
each_optimizer = pytest.mark.parametrize("optimizer", ALL)


# --- the formulas, one number at a time ---------------------------------------------------


def sgd(p, gradients, lr):
    for g in gradients:
        p = p - lr * g
    return p


def momentum(p, gradients, lr, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v - lr * g
        p = p + v
    return p


def nesterov(p, gradients, lr, momentum):
    """Sutskever et al., 2013: the place looked at is ``p + momentum * v``, kept in one variable."""
    place, v = p, 0.0  # place without the look ahead
    for g in gradients:
        v = momentum * v - lr * g
        place = place + v
    return place + momentum * v


def adagrad(p, gradients, lr):
    seen = []
    for g in gradients:
        seen.append(g * g)
        p = p - lr * g / (math.sqrt(sum(seen)) + 1e-7)
    return p


def rmsprop(p, gradients, lr, decay_rate):
    h = 0.0
    for g in gradients:
        h = decay_rate * h + (1 - decay_rate) * g * g
        p = p - lr * g / (math.sqrt(h) + 1e-7)
    return p


def adam(p, gradients, lr, beta1, beta2):
    """Algorithm 1 of the paper; the small constant as in the end of its section 2."""
    m = v = 0.0
    for n, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**n), v / (1 - beta2**n)
        p = p - lr * m_hat / (math.sqrt(v_hat) + 1e-7 / math.sqrt(1 - beta2**n))
    return p


REFERENCES = [
    (SGD, sgd, {"lr": 0.01}),
    (SGD, sgd, {"lr": 0.3}),
    (Momentum, momentum, {"lr": 0.01, "momentum": 0.9}),
    (Momentum, momentum, {"lr": 0.2, "momentum": 0.5}),
    (Nesterov, nesterov, {"lr": 0.01, "momentum": 0.9}),
    (Nesterov, nesterov, {"lr": 0.2, "momentum": 0.5}),
    (AdaGrad, adagrad, {"lr": 0.01}),
    (AdaGrad, adagrad, {"lr": 0.3}),
    (RMSprop, rmsprop, {"lr": 0.01, "decay_rate": 0.99}),
    (RMSprop, rmsprop, {"lr": 0.2, "decay_rate": 0.5}),
    (Adam, adam, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999}),
    (Adam, adam, {"lr": 0.2, "beta1": 0.5, "beta2": 0.8}),
]


@pytest.mark.parametrize(
    ("optimizer", "reference", "settings"),
    REFERENCES,
    ids=[f"{o.__name__} {tuple(s.values())}" for o, _, s in REFERENCES],
)
def test_seven_steps_against_the_formula(optimizer, reference, settings):
    """What: three arrays of different shapes, seven steps, against one number at a time.
    Why: a moving mean that starts wrong, or mixes up its arrays, still trains somehow.
    Expected: the same numbers to 12 digits, where a gradient is 0 and stays 0 too."""
    rng = numpy.random.default_rng(0)
    shapes = [(3, 4), (5,), (2, 1, 3)]
    params = [rng.standard_normal(s) for s in shapes]
    gradients = [[rng.standard_normal(s) for s in shapes] for _ in range(7)]
    for step in gradients:
        step[0][1, 2] = 0
    start = [p.copy() for p in params]
    trained = optimizer(**settings)
    for step in gradients:
        trained.update(params, step)
    for k, p in enumerate(params):
        for i in numpy.ndindex(p.shape):
            expected = reference(start[k][i], [step[k][i] for step in gradients], **settings)
            assert p[i] == pytest.approx(expected, rel=1e-12)
    assert params[0][1, 2] == start[0][1, 2]


def test_settings_when_nothing_is_said():
    """The reference run of a notebook depends on them: the defaults of the books and the papers."""
    defaults = {
        SGD: {"lr": 0.01},
        Momentum: {"lr": 0.01, "momentum": 0.9},
        Nesterov: {"lr": 0.01, "momentum": 0.9},
        AdaGrad: {"lr": 0.01},
        RMSprop: {"lr": 0.01, "decay_rate": 0.99},
        Adam: {"lr": 0.001, "beta1": 0.9, "beta2": 0.999},
    }
    for optimizer, settings in defaults.items():
        made = optimizer()
        assert {name: getattr(made, name) for name in settings} == settings
        assert vars(optimizer(*settings.values())) == vars(made)  # by position, in that order


# --- what holds for all -------------------------------------------------------------------


@each_optimizer
@pytest.mark.parametrize("lr", [0.01, numpy.float64(0.01)], ids=["Python float", "NumPy float64"])
def test_parameters_change_in_place_and_stay_float32(optimizer, lr):
    """What: float32 parameters, and a learning rate that came out of NumPy.
    Why: layers hold the same arrays; a new array would train nobody, and float64 costs double.
    Expected: the same objects, float32, changed; gradients untouched; float32 memory."""
    params = [numpy.ones((3, 2), "f"), numpy.ones(4, "f")]
    grads = [numpy.full((3, 2), 0.5, "f"), numpy.full(4, 0.5, "f")]
    before = list(params)
    trained = optimizer(lr=lr)
    for _ in range(3):
        trained.update(params, grads)
    assert all(p is q for p, q in zip(params, before, strict=True))
    for p, g in zip(params, grads, strict=True):
        assert p.dtype == numpy.float32
        assert (p < 1).all()
        assert (g == 0.5).all()
    memory = [a for part in vars(trained).values() if isinstance(part, list) for a in part]
    assert all(a.dtype == numpy.float32 for a in memory)


@each_optimizer
def test_the_learning_rate_may_change_between_steps(optimizer):
    """A notebook lowers ``optimizer.lr`` between epochs; at 0 nothing moves (momentum rolls on)."""
    params, grads = [numpy.ones(3)], [numpy.ones(3)]
    trained = optimizer(lr=0.1)
    trained.update(params, grads)
    trained.lr = 0.0
    before = params[0].copy()
    trained.update(params, grads)
    moved = optimizer in (Momentum, Nesterov)
    assert (params[0] != before).all() == moved


@each_optimizer
def test_lists_of_different_length_are_refused(optimizer):
    """A gradient too few would leave a parameter untrained, without a word."""
    trained = optimizer()
    with pytest.raises(ValueError, match=r"shorter|longer"):
        trained.update([numpy.ones(2), numpy.ones(2)], [numpy.ones(2)])
    trained = optimizer()
    with pytest.raises(ValueError, match=r"shorter|longer"):
        trained.update([numpy.ones(2)], [numpy.ones(2), numpy.ones(2)])


@pytest.mark.parametrize("optimizer", ALL[1:])
def test_an_optimizer_belongs_to_one_list_of_parameters(optimizer):
    trained = optimizer()
    trained.update([numpy.ones(2)], [numpy.ones(2)])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        trained.update([numpy.ones(2)] * 2, [numpy.ones(2)] * 2)


@each_optimizer
def test_views_are_trained_in_the_array_they_show(optimizer):
    """A transposed view is what tied weights are."""
    W = numpy.ones((2, 3))
    optimizer().update([W.T], [numpy.ones((3, 2))])
    assert (W < 1).all()


@each_optimizer
def test_each_finds_the_bottom_of_a_bowl(optimizer):
    """What: L = (p - 3)^2 / 2 in one direction, ten times as steep in the other.
    Why: a check that does not know the formula.
    Expected: within 0.01 of (3, 3)."""
    p = numpy.zeros(2)
    trained = optimizer(lr=0.5 if optimizer is AdaGrad else 0.01)
    for _ in range(2000):
        trained.update([p], [(p - 3) * numpy.array([1, 10])])
    numpy.testing.assert_allclose(p, 3, atol=0.01)


# --- Adam ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape", [(40_000,), (70_001,), (700, 100), (3, 40_000), (1, 5), (33, 10, 100), (0, 3)]
)
def test_adam_in_slices_is_adam_as_a_whole(shape):
    """What: arrays below, above and at odd multiples of a slice.
    Why: a row skipped between two slices would never be trained.
    Expected: bit for bit the whole formula."""
    rng = numpy.random.default_rng(0)
    p = rng.standard_normal(shape).astype("f")
    whole, m, v = p.copy(), numpy.zeros(shape, "f"), numpy.zeros(shape, "f")
    trained = Adam()
    for n in 1, 2:
        g = rng.standard_normal(shape).astype("f")
        trained.update([p], [g])
        m += (1 - 0.9) * (g - m)
        v += (1 - 0.999) * (g * g - v)
        whole -= 0.001 * math.sqrt(1 - 0.999**n) / (1 - 0.9**n) * m / (numpy.sqrt(v) + 1e-7)
    assert numpy.array_equal(p, whole)


@quick
@given(
    rows=st.integers(0, 50),
    columns=st.integers(1, 50),
    size=st.integers(1, 200),
)
def test_slices_cover_every_row_once(rows, columns, size):
    array = numpy.arange(rows * columns).reshape(rows, columns)
    slices = [a for (a,) in slices_that_fit_a_cache(array, size=size)]
    assert numpy.array_equal(numpy.concatenate([array[:0], *slices]), array)
    assert all(a.size <= max(size, columns) for a in slices)
    assert all(a.base is not None and len(a) for a in slices)


def test_adams_first_step_is_the_learning_rate():
    """Both means corrected for their start at 0: m is g, v is g^2, the step is lr for any g."""
    p = numpy.zeros(3)
    Adam(lr=0.01).update([p], [numpy.array([1e-3, -5.0, 1e4])])
    numpy.testing.assert_allclose(p, [-0.01, 0.01, -0.01], rtol=0.01)


def test_adam_lets_no_mean_fade_into_numbers_that_are_slow():
    """What: one gradient, then a thousand of 0; beside a mean that stays in use.
    Why: below 1e-38, float32 arithmetic takes a slow path; rare words sit there for hours.
    Expected: exactly 0 in the end, never a denormal number at a hundredth step; the other kept."""
    p, g = numpy.zeros(3, "f"), numpy.array([1, -1, -1e-6], "f")
    trained = Adam()
    trained.update([p], [g])
    g[:2] = 0
    for n in range(2, 1001):
        trained.update([p], [g])
        if n % 100 == 0:
            m = trained.m[0]
            assert ((m == 0) | (abs(m) > 1e-30)).all()
    assert trained.m[0].tolist() == [0, 0, pytest.approx(-1e-6)]
    assert numpy.isfinite(p).all()


# --- clipping -----------------------------------------------------------------------------


def test_gradients_are_clipped_by_their_common_norm():
    """What: gradients (3, 0) and (4,): together of norm 5.
    Why: clipped one by one, the step would change its direction.
    Expected: norm 2.5 and the same direction, in place; below the limit nothing changes."""
    grads = [numpy.array([3.0, 0.0]), numpy.array([[4.0]])]
    before = list(grads)
    clip_grads(grads, 6)
    assert [g.tolist() for g in grads] == [[3, 0], [[4]]]
    clip_grads(grads, 5)
    assert [g.tolist() for g in grads] == [[3, 0], [[4]]]
    clip_grads(grads, 2.5)
    assert [g.tolist() for g in grads] == [[1.5, 0], [[2]]]
    assert all(g is b for g, b in zip(grads, before, strict=True))


def test_clipping_keeps_float32():
    grads = [numpy.full(4, 100, "f")]
    clip_grads(grads, 1)
    assert grads[0].dtype == numpy.float32
    assert numpy.linalg.norm(grads[0]) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("max_norm", [0, -1, numpy.nan, numpy.inf])
def test_clipping_refuses_a_norm_that_leaves_nothing(max_norm):
    with pytest.raises(
        ValueError, match=f"max_norm={max_norm}; allowed is a finite number above 0"
    ):
        clip_grads([numpy.ones(2)], max_norm)


@pytest.mark.parametrize("size", [1e30, 1e-30])
def test_clipping_where_a_square_is_no_float32(size):
    """1e30 squared is infinite: the gradients became 0, without a word."""
    grads = [numpy.array([3, 0], "f") * numpy.float32(size), numpy.full(1, 4 * size, "f")]
    clip_grads(grads, size * 2.5)
    numpy.testing.assert_allclose(numpy.concatenate(grads) / size, [1.5, 0, 2], rtol=1e-6)


@pytest.mark.parametrize("wrong", [numpy.nan, numpy.inf])
def test_clipping_names_a_gradient_that_is_not_finite(wrong):
    grads = [numpy.ones(2), numpy.array([[1, 2], [3, wrong]])]
    told = rf"^grads\[1\], shape \(2, 2\), holds {wrong} at \(1, 1\)$"
    with pytest.raises(FloatingPointError, match=told):
        clip_grads(grads, 1)
    assert (grads[0] == 1).all()


def test_gradients_of_0_stay_0():
    grads = [numpy.zeros(3, "f"), numpy.zeros((0, 2), "f")]
    clip_grads(grads, 1)
    assert (grads[0] == 0).all()


# --- rates that cannot be -----------------------------------------------------------------


BAD_RATES = [numpy.nan, numpy.inf, -1, -1e-9, "0.1", None, 1j, numpy.ones(2)]


@each_optimizer
@pytest.mark.parametrize("value", BAD_RATES, ids=str)
def test_a_learning_rate_that_cannot_be_is_refused(optimizer, value):
    """What: lr to the constructor, and set between two epochs.
    Why: with a NaN for a rate, one step makes every weight NaN.
    Expected: a ValueError that names it; the rate stays as it was."""
    with pytest.raises(ValueError, match=r"^lr=.*; allowed is a finite number, 0 or more$"):
        optimizer(lr=value)
    trained = optimizer(lr=0.5)
    with pytest.raises(ValueError, match=r"^lr="):
        trained.lr = value
    assert trained.lr == 0.5


SHARES = [(Momentum, "momentum"), (Nesterov, "momentum"), (RMSprop, "decay_rate")]
SHARES += [(Adam, "beta1"), (Adam, "beta2")]


@pytest.mark.parametrize(("optimizer", "name"), SHARES)
@pytest.mark.parametrize("value", [*BAD_RATES, 1, 1.5], ids=str)
def test_a_share_that_cannot_be_is_refused(optimizer, name, value):
    with pytest.raises(ValueError, match=rf"^{name}=.*; allowed is a (finite )?number"):
        optimizer(**{name: value})
    assert getattr(optimizer(**{name: 0}), name) == 0


@each_optimizer
def test_lists_of_different_lengths_change_nothing(optimizer):
    """A step half taken would leave weights that belong to no training."""
    params = [numpy.ones(2), numpy.ones(3)]
    with pytest.raises(ValueError, match="shorter"):
        optimizer().update(params, [numpy.ones(2)])
    assert all((p == 1).all() for p in params)


@each_optimizer
def test_arrays_of_different_shape_change_nothing(optimizer):
    """A gradient of one row would be broadcast over all rows."""
    for g in numpy.ones(2), numpy.ones((1, 2)), numpy.ones((3, 1)):
        params = [numpy.ones(2), numpy.ones((3, 2))]
        told = (
            r"^params\[1\] and grads\[1\] are \(3, 2\) and \(.*\); allowed are arrays of one shape$"
        )
        with pytest.raises(ValueError, match=told):
            optimizer(lr=0.1).update(params, [numpy.ones(2), g])
        assert all((p == 1).all() for p in params)
    with pytest.raises(
        ValueError, match=r"^params\[0\] and grads\[0\] are list and list; allowed are"
    ):
        optimizer(lr=0.1).update([[1.0]], [[1.0]])
