"""The proof itself: it accepts what is right, and each planted mistake is caught and named."""

import numpy
import pytest
from gradient_table import quick, weights
from hypothesis import given
from hypothesis import strategies as st

from common.gradient_check import (
    GradientError,
    check_directions,
    check_gradients,
    compare_gradients,
    double_precision,
    explain,
    forced_ids,
    numerical_gradient,
)
from common.layers import Affine, Dropout, Embedding, MatMul, SoftmaxWithLoss
from common.negative_sampling import NegativeSamplingLoss
from common.word2vec import CBOW

both_checks = pytest.mark.parametrize("check", [check_gradients, check_directions])


def rng():
    return numpy.random.default_rng(0)


X = weights(rng(), 5, 3)


# --- what is right passes -----------------------------------------------------------------


def test_the_numerical_gradient_of_a_known_function():
    """What: f(x) = sum x^3 - x_0 x_1, whose gradient is 3 x^2 - (x_1, x_0, 0 ...).
    Why: the witness must itself be right.
    Expected: nine digits; x put back to the last bit."""
    x = numpy.array([[1.0, -2.0], [0.5, 0.1]])
    before = x.copy()
    gradient = numerical_gradient(lambda x: (x**3).sum() - x[0, 0] * x[0, 1], x)
    numpy.testing.assert_allclose(gradient, 3 * x**2 - [[-2, 1], [0, 0]], rtol=1e-8, atol=1e-9)
    assert numpy.array_equal(x, before)


def test_the_numerical_gradient_is_central_with_the_step_that_is_asked():
    """Of x^2 a central difference is exact with any step; of x^3 it is off by h^2."""
    x = numpy.array([1.0])
    assert numerical_gradient(lambda x: x[0] ** 2, x, step=0.5) == pytest.approx(2, rel=1e-14)
    assert numerical_gradient(lambda x: x[0] ** 3, x, step=0.5) == pytest.approx(3.25, rel=1e-14)
    assert numerical_gradient(lambda x: x[0] ** 3, x) == pytest.approx(3 + 1e-10, abs=3e-10)


@both_checks
def test_a_right_layer_passes_and_is_left_as_it_was(check):
    layer, x = Affine(weights(rng(), 3, 2), weights(rng(), 2)), X.copy()
    before = [p.copy() for p in layer.params]
    assert 0 <= check(layer, x) <= 1e-7
    assert all(numpy.array_equal(p, b) for p, b in zip(layer.params, before, strict=True))
    assert numpy.array_equal(x, X)


@both_checks
def test_a_layer_that_draws_sees_the_same_draws(check):
    """What: Dropout, which draws a new mask in each forward pass.
    Why: two evaluations with different masks differ by anything but the gradient.
    Expected: passes; the global state is put back before each pass."""
    numpy.random.seed(0)
    assert check(Dropout(0.5), weights(rng(), 20, 3)) <= 1e-7


@both_checks
def test_a_layer_with_a_generator_of_its_own_sees_the_same_draws(check):
    generator = rng()
    corpus = numpy.arange(30) % 9
    layer = NegativeSamplingLoss(weights(rng(), 9, 3), corpus, sample_size=3, rng=generator)
    assert check(layer, X, numpy.array([0, 8, 8, 1, 2]), rng=generator) <= 1e-7
    with pytest.raises(GradientError):
        check(layer, X, numpy.array([0, 8, 8, 1, 2]))


class Tied:
    """Two layers that share W, the second by a transposed view or as it is."""

    def __init__(self, transposed):
        n = 3
        W = weights(rng(), n, n)
        self.layers = [MatMul(W), MatMul(W.T if transposed else W)]
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def forward(self, x):
        return self.layers[1].forward(numpy.tanh(self.layers[0].forward(x)))

    def backward(self, dout):
        h = numpy.tanh(self.layers[0].forward(self.layers[0].x))
        return self.layers[0].backward(self.layers[1].backward(dout) * (1 - h**2))


@both_checks
@pytest.mark.parametrize("transposed", [False, True])
def test_shared_weights_are_checked_by_their_sum(check, transposed):
    """What: one W in two layers, as it is and as a transposed view.
    Why: moving one number of W moves both layers; neither gradient alone is the slope.
    Expected: the sum passes; with one part lost it does not."""
    model = Tied(transposed)
    assert check(model, X) <= 1e-7
    after_the_check = [g.copy() for g in model.grads]
    model.forward(X)
    model.backward(numpy.random.default_rng(0).standard_normal((5, 3)))
    assert numpy.array_equal(model.grads, after_the_check)  # the sum was made elsewhere
    model.grads[1] = model.layers[1].grads[0] = numpy.zeros((3, 3))
    model.layers[1].backward = lambda dout: dout @ model.layers[1].params[0].T
    with pytest.raises(GradientError, match=r"params\[0\]"):
        check(model, X)


def test_a_layer_listed_twice_with_its_one_gradient():
    """Its one gradient is the whole sum already; counted twice it would be a false alarm."""

    class ListedTwice:
        def __init__(self):
            layer = MatMul(weights(rng(), 3, 2))
            self.params, self.grads = layer.params * 2, layer.grads * 2
            self.forward, self.backward = layer.forward, layer.backward

    assert check_gradients(ListedTwice(), X) <= 1e-7


@both_checks
def test_zero_gradients_pass(check):
    """Nothing depends on W: slope 0, gradient 0, and no division by it."""
    layer = MatMul(numpy.ones((3, 2)))
    layer.forward = lambda x: numpy.zeros(2)
    layer.backward = lambda dout: numpy.zeros((5, 3))
    assert check(layer, X) == 0


def test_integers_have_no_gradient():
    """Ids pass through; what backward returns belongs to the float inputs, in order."""
    layer = SoftmaxWithLoss()
    assert check_gradients(layer, X, numpy.array([0, 2, 2, 1, 0])) <= 1e-7
    assert check_gradients(layer, X, [0, 2, 2, 1, 0]) <= 1e-7


class Product:
    """Two inputs, two gradients: y = a * b."""

    params, grads = (), ()

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, dout):
        return dout * self.b, dout * self.a


@both_checks
def test_every_input_is_checked(check):
    """A tuple of gradients goes to the float inputs, in their order."""
    a, b = weights(rng(), 4), 2 * weights(rng(), 4)
    assert check(Product(), a, b) <= 1e-7

    class Swapped(Product):
        def backward(self, dout):
            return super().backward(dout)[::-1]

    with pytest.raises(GradientError, match="input 0"):
        check(Swapped(), a, b + 1)

    class SecondWrong(Product):
        def backward(self, dout):
            return dout * self.b, -dout * self.a

    with pytest.raises(GradientError, match=r"input 1.*the sign is turned round"):
        check(SecondWrong(), a, b)


# --- what is wrong is caught --------------------------------------------------------------


class Wrong:
    """A right layer, with a mistake planted in its backward."""

    def __init__(self, layer, mistake):
        self.layer, self.mistake = layer, mistake
        self.params, self.grads = layer.params, layer.grads

    def forward(self, *inputs):
        return self.layer.forward(*inputs)

    def backward(self, dout):
        return self.mistake(self.layer, dout)


def sign_turned(loss, dout):
    return -loss.backward(dout)  # t - y


def mean_forgotten(loss, dout):
    return loss.backward(dout) * len(loss.y)  # y - t, without 1 / N


def mean_twice(loss, dout):
    return loss.backward(dout) / len(loss.y)


def not_started(loss, dout):
    return numpy.zeros_like(loss.backward(dout))


def wrong_by_a_half(loss, dout):
    return loss.backward(dout) * 1.5


@both_checks
@pytest.mark.parametrize(
    ("mistake", "meaning"),
    [
        (sign_turned, "the ratio is -1 everywhere: the sign is turned round"),
        (mean_forgotten, "the ratio is 5 everywhere: a division by 5 is missing"),
        (mean_twice, "the ratio is 0.2 everywhere: a division by 5 too many"),
        (not_started, "the ratio is 0 everywhere: nothing was written"),
        (wrong_by_a_half, "the ratio is 1.5 everywhere$"),
    ],
)
def test_a_wrong_factor_is_named(check, mistake, meaning):
    """What: t - y for y - t, a lost 1/N, a second 1/N, nothing.
    Why: the ratio of derived to numerical says which it is.
    Expected: a GradientError that names the array, and what such a ratio means."""
    t = numpy.array([0, 2, 2, 1, 0])
    with pytest.raises(GradientError, match=rf"input 0.*derived.*numerical.*{meaning}"):
        check(Wrong(SoftmaxWithLoss(), mistake), X, t)


def lost_rows(embedding, dout):
    (dW,) = embedding.grads
    dW[...] = 0
    dW[embedding.idx] += dout


@both_checks
def test_lost_repeated_rows_are_caught(check):
    """What: ``dW[idx] += dout`` with a repeated index.
    Why: three of seven published courses have it, and train on.
    Expected: caught, at a row that is repeated."""
    idx = numpy.array([0, 5, 5, 2])
    with pytest.raises(GradientError, match=r"params\[0\]") as caught:
        check(Wrong(Embedding(weights(rng(), 6, 3)), lost_rows), idx)
    if check is check_gradients:
        assert "params[0][5, " in str(caught.value)


def rows_never_written(embedding, dout):
    (dW,) = embedding.grads
    dW[...] = 0
    dW[embedding.idx[:2]] += dout[:2]


def test_rows_that_are_left_out_are_counted():
    idx = numpy.array([0, 1, 2, 3])
    with pytest.raises(GradientError, match="50% of its large entries are 0: were rows lost"):
        check_gradients(Wrong(Embedding(weights(rng(), 6, 3)), rows_never_written), idx)


def rebinding(layer, dout):
    dx = layer.backward(dout)
    layer.grads[0] = layer.grads[0].copy()
    return dx


def accumulating(layer, dout):
    before = layer.grads[0].copy()
    dx = layer.backward(dout)
    layer.grads[0][...] += before
    return dx


def transposed(layer, dout):
    return layer.backward(dout).T


def returning_nothing(layer, dout):
    layer.backward(dout)


def not_a_number(layer, dout):
    dx = layer.backward(dout)
    layer.grads[0][1, 0] = numpy.nan
    return dx


def dx_not_a_number(layer, dout):
    dx = layer.backward(dout)
    dx[2, 1] = numpy.nan
    return dx


def bias_forgotten(layer, dout):
    dx = layer.backward(dout)
    layer.grads[1][...] = dout[0]
    return dx


@both_checks
@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (rebinding, r"^backward put new arrays into grads; write into the old: dW\[...\] = ...$"),
        (accumulating, r"^a second backward gave other gradients; start from dW\[...\] = 0$"),
        (transposed, r"input 0 has shape \(5, 3\), its gradient \(3, 5\)"),
        (returning_nothing, r"backward returned nothing; input 0 needs its gradient"),
        (not_a_number, r"params\[0\].*derived nan"),
        (dx_not_a_number, r"input 0.*derived nan"),
        (bias_forgotten, r"params\[1\]"),
    ],
)
def test_a_broken_contract_is_named(check, mistake, message):
    """What: new arrays in ``grads``, sums not started anew, a wrong shape, nothing, NaN.
    Why: each trains nothing or the wrong thing, in a model that gathered ``grads`` once.
    Expected: a GradientError that says which."""
    layer = Wrong(Affine(weights(rng(), 3, 2), weights(rng(), 2)), mistake)
    with pytest.raises(GradientError, match=message):
        check(layer, X.copy())


def test_a_failure_shows_array_index_and_both_values():
    """What: one entry of dW off by 0.5.
    Why: "gradients differ" sends the reader looking; this sends them to the place.
    Expected: exactly that index, and both numbers."""

    def off(layer, dout):
        dx = layer.backward(dout)
        layer.grads[0][2, 1] += 0.5
        return dx

    layer = MatMul(weights(rng(), 3, 2))
    with pytest.raises(GradientError) as caught:
        check_gradients(Wrong(layer, off), X)
    derived = layer.grads[0][2, 1]
    message = str(caught.value)
    assert message.startswith(f"params[0][2, 1]: derived {derived:.8g}, numerical ")
    numerical = float(message.split("numerical ")[1].split(",")[0])
    assert numerical == pytest.approx(derived - 0.5, rel=1e-6)
    assert "> 1e-07" in message


def test_the_relative_error_of_a_message_can_be_computed_from_the_message():
    """What: the worst entry, 1 where 3 is due, is not the largest entry, which is 8.
    Why: a reader divides what stands there, and must find what stands there.
    Expected: difference 2, largest entry 8, and 2 / 8 = 2.5e-01; along directions the length."""
    derived, due = numpy.array([1.0, -8.0]), numpy.array([3.0, -8.0])
    with pytest.raises(GradientError) as caught:
        compare_gradients("dW", derived, due)
    assert str(caught.value) == (
        "dW[0]: derived 1, numerical 3, difference 2, largest entry 8: "
        "relative error 2.5e-01 > 1e-07"
    )
    with pytest.raises(GradientError, match=r"2, gradient's length 20: relative error 1\.0e-01"):
        compare_gradients("dW", derived, due, scale=20.0)


def test_a_gradient_where_there_should_be_none():
    class Constant(Product):
        def forward(self, a):
            return 0.0 * a

        def backward(self, dout):
            return dout

    with pytest.raises(GradientError, match="the numerical gradient is 0 everywhere"):
        check_gradients(Constant(), weights(rng(), 3))


@both_checks
def test_float32_is_refused(check):
    """What: weights or inputs in float32.
    Why: seven digits are too few for a difference of two losses; it would fail for no reason.
    Expected: a TypeError that says so, and which array."""
    with pytest.raises(TypeError, match=r"needs float64; an array of shape \(3, 2\) is float32"):
        check(MatMul(weights(rng(), 3, 2).astype("f")), X)
    with pytest.raises(TypeError, match=r"needs float64; an array of shape \(5, 3\) is float32"):
        check(MatMul(weights(rng(), 3, 2)), X.astype("f"))


@both_checks
def test_the_tolerance_may_be_set(check):
    """A gradient 0.1 % too large is caught by the usual 1e-7, and passes where 1 % is allowed."""

    def a_little_off(layer, dout):
        dx = layer.backward(dout)
        layer.grads[0] *= 1.001
        return dx

    layer = Wrong(MatMul(weights(rng(), 3, 2)), a_little_off)
    with pytest.raises(GradientError, match=r"relative error .*e-0\d > 1e-07"):
        check(layer, X)
    assert 1e-5 < check(layer, X, tolerance=0.01) < 2e-3


def test_directions_are_random_and_several():
    """What: an error along one direction only, that a fixed direction of ones cannot see.
    Why: a sum over all entries hides errors that cancel.
    Expected: caught."""

    def cancelling(layer, dout):
        dx = layer.backward(dout)
        layer.grads[0][0, 0] += 0.1
        layer.grads[0][1, 1] -= 0.1
        return dx

    with pytest.raises(GradientError, match="along random direction 0"):
        check_directions(Wrong(MatMul(weights(rng(), 3, 2)), cancelling), X)


def test_the_upstream_gradient_is_random():
    """What: softmax, whose gradient of a plain sum is 0 everywhere, with nothing for a backward.
    Why: with an upstream gradient of ones, such a layer passes.
    Expected: caught; another seed gives another upstream gradient."""
    from common.layers import Softmax

    with pytest.raises(GradientError, match="nothing was written"):
        check_gradients(Wrong(Softmax(), lambda layer, dout: 0 * dout), X)
    seen = []
    for seed in 0, 0, 1:
        check_gradients(
            Wrong(Softmax(), lambda s, d: (seen.append(d), s.backward(d))[1]), X, seed=seed
        )
    assert numpy.array_equal(seen[0], seen[2])
    assert not numpy.array_equal(seen[0], seen[4])


# --- comparing ----------------------------------------------------------------------------


def test_the_relative_error_is_difference_over_largest_gradient():
    a, b = numpy.array([1.0, 2.0, 4.0]), numpy.array([1.0, 2.1, 4.0])
    assert compare_gradients("dW", a, b, tolerance=1) == pytest.approx(0.1 / 4)
    assert compare_gradients("dW", a, a) == 0
    assert compare_gradients("dW", a, b, tolerance=1, scale=10.0) == pytest.approx(0.01)
    assert compare_gradients("dW", numpy.zeros((0, 3)), numpy.zeros((0, 3))) == 0
    assert compare_gradients("dW", a * 1e-20, a * 1e-20 + 1e-21, tolerance=1) < 1e-8


def test_shapes_must_agree():
    with pytest.raises(GradientError, match=r"dW has shape \(1, 2\), its gradient \(2,\)"):
        compare_gradients("dW", numpy.ones(2), numpy.ones((1, 2)))


@quick
@given(n=st.integers(2, 50))
def test_ratios_are_explained(n):
    g = weights(rng(), 6)
    assert f"a division by {n} is missing" in explain(n * g, g, {n})
    assert f"a division by {n} too many" in explain(g / n, g, {n})
    assert explain(n * g, g, ()) == f"; the ratio is {n} everywhere"
    assert "sign" in explain(-g, g, {n})
    assert "nothing was written" in explain(0 * g, g, {n})
    assert explain(g[::-1] ** 2, g, {n}) == ""


# --- helpers ------------------------------------------------------------------------------


def test_double_precision_keeps_what_is_one_object_one():
    """What: a float32 model, copied to float64.
    Why: the layers inside must see the new weights, and ``word_vecs`` must stay W_in.
    Expected: float64 everywhere, the same numbers, shared objects shared, the original kept."""
    model = CBOW(7, 3, 1, numpy.arange(20) % 7, sample_size=2)
    double = double_precision(model)
    for p, q in zip(double.params + double.grads, model.params + model.grads, strict=True):
        assert p.dtype == float
        assert q.dtype == numpy.float32
        assert numpy.array_equal(p, q)
    assert double.word_vecs is double.params[0] is double.embed.params[0]
    assert double.grads[1] is double.loss.embed_dot.embed.grads[0]
    double.params[0][...] = 9
    assert not (model.params[0] == 9).any()


@pytest.mark.parametrize("transposed", [False, True])
def test_double_precision_keeps_tied_weights_tied(transposed):
    double = double_precision(Tied(transposed))
    double.params[0][0, 1] = 42
    second = double.layers[1].params[0]
    assert second is double.params[1]
    assert second[(1, 0) if transposed else (0, 1)] == 42
    assert check_gradients(double, X) <= 1e-7


@quick
@given(
    size=st.integers(1, 50),
    shape=st.sampled_from([4, 9, (2, 2), (4, 1), (3, 5), (2, 3, 2)]),
    seed=st.integers(0, 100),
)
def test_forced_ids(size, shape, seed):
    """What: random ids for a check.
    Why: mistakes at the edges and with repeats show only where edges and repeats are.
    Expected: within range, the first, the last, and one twice, in mixed places; repeatable."""
    ids = forced_ids(size, shape, seed)
    assert ids.shape == numpy.empty(shape).shape
    assert ids.dtype.kind == "i"
    assert ids.min() == 0
    assert ids.max() == size - 1
    assert (ids == size - 1).sum() >= 2
    assert numpy.array_equal(ids, forced_ids(size, shape, seed))


def test_forced_ids_do_not_always_stand_in_front():
    fronts = {tuple(forced_ids(50, 10, seed)[:4]) for seed in range(20)}
    assert len(fronts) == 20


def test_forced_ids_need_room():
    with pytest.raises(ValueError, match="shape=3 has room for 3 ids; allowed is 4 or more"):
        forced_ids(5, 3)


def test_a_seed_is_no_generator_that_a_layer_draws_from():
    layer = MatMul(numpy.ones((2, 2)))
    with pytest.raises(TypeError, match="rng=0; allowed is the numpy"):
        check_gradients(layer, numpy.ones((1, 2)), rng=0)
