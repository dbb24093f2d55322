"""The proof that a gradient is right: the derived one against a numerical one.

The upstream gradient is random.  With a gradient of ones many mistakes do
not show: the gradient of ``softmax(x).sum()``, for one, is 0 everywhere.
All arrays are float64 here; float32 has too few digits for differences.
"""

from __future__ import annotations

import copy

import numpy as np

from common.borders import prepared
from common.np import array_module, to_cpu
from common.shared_weights import merge_shared, place

__all__ = [
    "GradientError",
    "check_directions",
    "check_gradients",
    "compare_gradients",
    "double_precision",
    "forced_ids",
    "numerical_gradient",
]

TOLERANCE = 1e-7


class GradientError(AssertionError):
    """A derived gradient that the numbers contradict."""


def numerical_gradient(f, x, step=1e-5):
    """Central differences: how much ``f`` changes when one number of ``x`` moves up and down.

    Derived in week 4, notebook 2, equation (2), in week 11, notebook 2, equation (1), and in
    week 16, notebook 1, equation (3).

    Parameters
    ----------
    f : function of x -> scalar
    x : float64 array, any shape
        Changed one number at a time while ``f`` is asked, and put back.
    step : float
        The error is about ``step**2 * f''' / 6`` from the curve and ``1e-16 * |f| / step`` from
        rounding.
        For float32, which rounds at 1e-7, give 1e-2.

    Returns
    -------
    gradient : array, the shape of x

    Raises
    ------
    TypeError : x is no array of floats, so that no step can be written into it.
    """
    gradient = array_module(x).zeros_like(x)
    for i in np.ndindex(x.shape):  # i is one place: (row, column) in a matrix
        value = float(x[i])
        x[i] = value + step
        above = float(f(x))
        x[i] = value - step
        below = float(f(x))
        x[i] = value
        gradient[i] = (above - below) / (2 * step)
    return gradient


def check_gradients(layer, *inputs, seed=0, rng=None, tolerance=TOLERANCE) -> float:
    """Check everything that ``layer.backward`` computes against central differences.

    The loss is ``sum(u * layer.forward(*inputs))``, with random numbers u as
    upstream gradient.  Checked are the gradients of all parameters and those
    that ``backward`` returns; also that ``backward`` writes into the arrays of
    ``layer.grads``, and that a second ``backward`` does not add to the first.

    Parameters
    ----------
    layer
        A layer, loss or model with float64 parameters (see :func:`double_precision`).
    *inputs : arrays
        For ``forward``.  What ``backward`` returns belongs to the float arrays
        among them, in order; integers (ids, labels) have no gradient.
    seed : int
        For the upstream gradient.
    rng : numpy.random.Generator, optional
        One that the layer draws from.  Its state, like that of ``np.random``,
        is put back before each ``forward``, so that each sees the same draws.
    tolerance : float
        Allowed relative error: largest difference over largest entry.

    Returns
    -------
    error : float
        The largest relative error found.

    Raises
    ------
    GradientError : which array, which index, both values and their ratio,
        with what such a ratio usually means.
    """
    loss, gradients, sizes = derive(layer, inputs, seed, rng)
    errors = [0.0]
    for name, x, analytic in gradients:
        numeric = numerical_gradient(lambda _: loss(), x)
        errors.append(compare_gradients(name, analytic, numeric, tolerance, sizes))
    return max(errors)


def check_directions(layer, *inputs, seed=0, rng=None, tolerance=TOLERANCE, directions=4) -> float:
    """Check large gradients by the slope of the loss along random directions.

    Along v the loss rises by ``<v, gradient>``: one number for a whole array,
    from two evaluations, where :func:`check_gradients` needs two for each of
    its numbers.  This is the dot-product test, ``<v, J^T u> = <u, J v>``.
    Parameters, result and error as in :func:`check_gradients`.
    """
    loss, gradients, sizes = derive(layer, inputs, seed, rng)
    generator = np.random.default_rng(seed + 1)
    errors = [0.0]
    for name, x, analytic in gradients:
        start = x.copy()
        for direction in range(directions):
            v = array_module(x).asarray(generator.standard_normal(x.shape))

            def along(step, x=x, start=start, v=v):
                x[...] = start + float(step[0]) * v
                return loss()

            slope = numerical_gradient(along, np.zeros(1))
            x[...] = start
            name_v = f"{name}, along random direction {direction}"
            expected = (v * analytic).sum().reshape(1)
            scale = float((analytic**2).sum()) ** 0.5
            errors.append(compare_gradients(name_v, expected, slope, tolerance, sizes, scale))
    return max(errors)


def derive(layer, inputs, seed, rng):
    """Run a layer forward and backward, twice.

    Returns
    -------
    loss : function -> float
        ``sum(u * layer.forward(*inputs))``, with the same draws each time.
    gradients : list of (name, array, its derived gradient)
    sizes : set of int
        The sizes that stand in the shapes, to explain a wrong ratio with.
    """
    inputs = [x if hasattr(x, "dtype") else np.asarray(x) for x in inputs]
    floats = {f"input {i}": x for i, x in enumerate(inputs) if x.dtype.kind == "f"}
    for x in [*layer.params, *floats.values()]:
        if x.dtype != float:
            raise TypeError(
                f"a gradient check needs float64; an array of shape {x.shape} is {x.dtype}"
            )

    def forward():
        with same_draws:
            return layer.forward(*inputs)

    same_draws = SameDraws(rng)
    grads = list(layer.grads)
    y = forward()
    u = array_module(y).asarray(np.random.default_rng(seed).standard_normal(np.shape(y)))
    layer.backward(u)
    once = [g.copy() for g in layer.grads]
    forward()
    returned = layer.backward(u)
    if any(g is not before for g, before in zip(layer.grads, grads, strict=True)):
        raise GradientError("backward put new arrays into grads; write into the old: dW[...] = ...")
    if any(((g != first) & (g == g)).any() for g, first in zip(layer.grads, once, strict=True)):
        raise GradientError("a second backward gave other gradients; start from dW[...] = 0")

    copies = {id(g): g.copy() for g in layer.grads}  # a gradient that stands twice stays one
    params, grads = merge_shared(layer.params, [copies[id(g)] for g in layer.grads])
    gradients = [(f"params[{i}]", p, g) for i, (p, g) in enumerate(zip(params, grads, strict=True))]
    if returned is None and floats:
        raise GradientError(f"backward returned nothing; {next(iter(floats))} needs its gradient")
    if returned is not None:
        returned = returned if isinstance(returned, tuple) else (returned,)
        gradients += [
            (name, x, dx) for (name, x), dx in zip(floats.items(), returned, strict=False)
        ]
    for name, x, g in gradients:
        if g.shape != x.shape:
            raise GradientError(f"{name} has shape {x.shape}, its gradient {g.shape}")
    sizes = {n for a in (*inputs, y) for n in np.shape(a) if n > 1}
    return lambda: float((u * forward()).sum()), gradients, sizes


class SameDraws:
    """``with same_draws:`` puts the random state back to where it first was."""

    def __init__(self, rng):
        if rng is not None and not hasattr(rng, "bit_generator"):
            raise TypeError(
                f"rng={rng!r}; allowed is the numpy.random.Generator that the layer has"
            )
        self.rng = rng
        self.state = self.read()

    def read(self):
        return np.random.get_state(), self.rng and self.rng.bit_generator.state

    def write(self, state):
        np.random.set_state(state[0])
        if self.rng:
            self.rng.bit_generator.state = state[1]

    def __enter__(self):
        self.write(self.state)

    def __exit__(self, *error):
        pass


def compare_gradients(name, analytic, numeric, tolerance=TOLERANCE, sizes=(), scale=0.0) -> float:
    """The relative error of a derived gradient: largest difference over largest entry.

    Parameters
    ----------
    name : str
        What the array is called in the message.
    analytic, numeric : arrays of one shape
    tolerance : float
    sizes : set of int, optional
        Numbers that a forgotten mean or sum may have left out.
    scale : float, optional
        Errors are relative to this, where it is larger than the largest entry.

    Raises
    ------
    GradientError : the error is above the tolerance.
    """
    analytic, numeric = to_cpu(analytic), to_cpu(numeric)
    if analytic.shape != numeric.shape:
        raise GradientError(f"{name} has shape {numeric.shape}, its gradient {analytic.shape}")
    if analytic.size == 0:
        return 0.0
    difference = abs(analytic - numeric)
    largest = max(1e-12, abs(analytic).max(), abs(numeric).max())
    error = float(difference.max() / max(scale, largest))
    if not error <= tolerance:  # also when it is NaN
        i = tuple(int(n) for n in np.unravel_index(difference.argmax(), difference.shape))
        raise GradientError(
            f"{name}{list(i)}: derived {analytic[i]:.8g}, numerical {numeric[i]:.8g}, "
            f"difference {difference[i]:.4g}, "
            + (
                f"gradient's length {scale:.4g}"
                if scale > largest
                else f"largest entry {largest:.4g}"
            )
            + f": relative error {error:.1e} > {tolerance:.0e}"
            + explain(analytic, numeric, sizes)
        )
    return error


def explain(analytic, numeric, sizes) -> str:
    """What the ratio of two gradients tells, if it is the same everywhere."""
    large = abs(numeric) > 0.01 * abs(numeric).max()
    ratios = analytic[large] / numeric[large]
    if not ratios.size:
        return "; the numerical gradient is 0 everywhere"
    ratio = float(np.median(ratios))
    if not np.isfinite(ratios).all() or not np.allclose(ratios, ratio, rtol=1e-3, atol=1e-6):
        zero = (analytic[large] == 0).mean()
        if zero > 0:
            return f"; {zero:.0%} of its large entries are 0: were rows lost, or never written?"
        return ""
    meaning = {0.0: "nothing was written", -1.0: "the sign is turned round"}
    for n in sorted(sizes):
        meaning[float(n)] = f"a division by {n} is missing"
        meaning[1.0 / n] = f"a division by {n} too many"
    for value, words in meaning.items():
        if abs(ratio - value) < 1e-3 * max(1e-3, abs(value)):
            return f"; the ratio is {ratio:.4g} everywhere: {words}"
    return f"; the ratio is {ratio:.4g} everywhere"


def double_precision(model):
    """A deep copy of a layer or model, with float64 in place of its parameters and gradients.

    Parameters that share memory, transposed or not, share it in the copy too.
    """
    placed, copies = {}, {}
    for a in [*model.params, *model.grads]:
        if place(a) not in placed:
            placed[place(a)] = b = a.astype(float)
            placed[place(a.T)] = b.T
        copies[id(a)] = placed[place(a)]
    return copy.deepcopy(model, copies)


def forced_ids(size: int, shape, seed=0):
    """Random ids below ``size`` that surely hold the first, the last, and one twice.

    Parameters
    ----------
    size : int
    shape : int or tuple, with room for 4 ids

    Returns
    -------
    ids : int array of that shape
    """
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, size, shape)
    if ids.size < 4:
        raise ValueError(f"shape={shape} has room for {ids.size} ids; allowed is 4 or more")
    ids.flat[:4] = 0, size - 1, size - 1, size // 2
    return rng.permuted(ids.reshape(-1)).reshape(ids.shape)


def with_steps(f, x, step=1e-5):
    """What ``numerical_gradient`` is called with: x an array into which a step can be written."""
    if not hasattr(x, "dtype"):
        raise TypeError(f"x is a {type(x).__name__}; allowed is an array of floats")
    if x.dtype.kind != "f":
        raise TypeError(f"x is an array of {x.dtype}; allowed is one of floats: x.astype(float)")
    return f, x, step


# Lessons derive it as it stands above, for floats.
numerical_gradient = prepared(numerical_gradient, with_steps)
