"""Optimizers: ``update(params, grads)`` moves each parameter, in place.

``params`` and ``grads`` are lists of arrays in the same order.  An optimizer
belongs to one list of parameters: what it remembers (a velocity, a mean
square) goes by the place in the list.

A comment such as ``# week 8 (10), week 11 (8)`` names the equation that its line computes, in
each week that derives it; the class's docstring names the notebooks.
"""

import math

import numpy

from common.arguments import check_number
from common.finite import check_finite
from common.np import array_module, numbers

__all__ = ["SGD", "AdaGrad", "Adam", "Momentum", "Nesterov", "RMSprop", "clip_grads"]

EPSILON = 1e-7  # keeps a step finite where a gradient has always been 0


class Optimizer:
    """What all optimizers share: a rate that cannot be is refused wherever it is set.

    Raises
    ------
    ValueError : ``lr`` is no finite number of 0 or more, or one of ``momentum``,
        ``decay_rate``, ``beta1`` and ``beta2`` none from 0 to below 1.
    """

    def __setattr__(self, name, value):
        if name == "lr":
            check_number(name, value)
        elif name in ("momentum", "decay_rate", "beta1", "beta2"):
            check_number(name, value)
            if value >= 1:
                raise ValueError(f"{name}={value!r}; allowed is a number from 0 to below 1")
        super().__setattr__(name, value)


class SGD(Optimizer):
    """Stochastic gradient descent: ``p -= lr * g``.

    Derived in week 4, notebook 3, equation (2), and in week 11, notebook 4, equation (1).

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    """

    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for p, g in zip_strictly(params, grads):
            p -= self.lr * g  # week 4 (2), week 11 (1)


class Momentum(Optimizer):
    """A ball with friction: ``v = momentum * v - lr * g``, then ``p += v`` (Polyak, 1964).

    Derived in week 8, notebook 1, equations (2) and (3), and in week 11, notebook 4, equation (3).

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    momentum : float, from 0 to below 1
        The share of the velocity that stays at each step.
    """

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        self.v = self.v or zeros(params)
        for p, g, v in zip_strictly(params, grads, self.v):
            v *= self.momentum
            v -= self.lr * g  # week 8 (2) and week 11 (3), left
            p += v  # week 8 (2) and week 11 (3), right


class Nesterov(Optimizer):
    """Momentum that looks one step ahead (Nesterov, 1983; in the form of Bengio et al., 2013).

    Derived in week 8, notebook 1, equations (4) and (5).  PyTorch's ``SGD(nesterov=True)``
    walks the same steps; it keeps ``-v / lr``.

    With ``p`` standing at the place looked at:
    ``p += momentum^2 * v - (1 + momentum) * lr * g``, then ``v = momentum * v - lr * g``.

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    momentum : float, from 0 to below 1
        The share of the velocity that stays at each step.
    """

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        self.v = self.v or zeros(params)
        for p, g, v in zip_strictly(params, grads, self.v):
            p += self.momentum**2 * v - (1 + self.momentum) * self.lr * g  # week 8 (5)
            v *= self.momentum
            v -= self.lr * g  # week 8 (4), left


class AdaGrad(Optimizer):
    """A learning rate for each number: ``p -= lr * g / sqrt(sum of g^2)`` (Duchi et al., 2011).

    Derived in week 8, notebook 1, equation (6), and in week 11, notebook 4, equation (4).

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    """

    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        self.h = self.h or zeros(params)
        for p, g, h in zip_strictly(params, grads, self.h):
            xp = array_module(p)
            h += g * g
            p -= self.lr * g / (xp.sqrt(h) + EPSILON)  # week 8 (6), week 11 (4)


class RMSprop(Optimizer):
    """AdaGrad that forgets: a moving mean of ``g^2`` in place of the sum (Tieleman, 2012).

    Derived in week 8, notebook 1, equation (7).

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    decay_rate : float, from 0 to below 1
        The share of the mean square that stays at each step.
    """

    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr = lr
        self.decay_rate = decay_rate
        self.h = None

    def update(self, params, grads):
        self.h = self.h or zeros(params)
        for p, g, h in zip_strictly(params, grads, self.h):
            xp = array_module(p)
            h *= self.decay_rate
            h += (1 - self.decay_rate) * g * g  # week 8 (7), left
            p -= self.lr * g / (xp.sqrt(h) + EPSILON)  # week 8 (7), right


class Adam(Optimizer):
    """Moving means of ``g`` and of ``g^2``, both corrected for their start at 0.

    Kingma and Ba, 2015, algorithm 1, in the order of computation that they give
    as the efficient one (section 2, the note before 2.1): the correction is
    moved into the learning rate.

    Derived in week 8, notebook 1, equations (8), (9) and (10), and in week 11, notebook 4,
    equations (5), (6), (7) and (8).

    Parameters
    ----------
    lr : float, 0 or more
        The learning rate.
    beta1 : float, from 0 to below 1
        The share of the mean of ``g`` that stays at each step.
    beta2 : float, from 0 to below 1
        The same for the mean of ``g^2``.
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        self.m = self.m or zeros(params)
        self.v = self.v or zeros(params)
        self.iter += 1
        # A Python float: one NumPy float64 here would turn every line below into float64.
        # week 8 (10), week 11 (8)
        lr = self.lr * math.sqrt(1 - self.beta2**self.iter) / (1 - self.beta1**self.iter)
        for arrays in zip_strictly(params, grads, self.m, self.v):
            for p, g, m, v in slices_that_fit_a_cache(*arrays):
                xp = array_module(p)
                m += (1 - self.beta1) * (g - m)  # week 8 (8) and week 11 (5), left
                v += (1 - self.beta2) * (g * g - v)  # week 8 (8) and week 11 (5), right
                p -= lr * m / (xp.sqrt(v) + EPSILON)  # week 8 (10), week 11 (7) as in (8)
        if self.iter % 100 == 0:
            for m in self.m:
                # A mean that only decays ends below 1e-38, where arithmetic is slow.
                m *= abs(m) > 1e-30


def zip_strictly(*lists):
    """``zip`` that refuses, before anything is touched, lists and arrays that do not fit.

    Raises
    ------
    ValueError : the lists differ in length, or two arrays in shape.
    """
    rows = list(zip(*lists, strict=True))
    for i, row in enumerate(rows):
        shapes = [getattr(array, "shape", type(array).__name__) for array in row]
        if len(set(shapes)) > 1 or isinstance(shapes[0], str):
            told = " and ".join(str(shape) for shape in shapes[:2])
            raise ValueError(
                f"params[{i}] and grads[{i}] are {told}; allowed are arrays of one shape"
            )
    return rows


def zeros(params):
    """A list of zero arrays, one for each parameter."""
    return [array_module(p).zeros_like(p) for p in params]


def slices_that_fit_a_cache(*arrays, size=32_000):
    """The same rows of every array, about ``size`` numbers at a time.

    A line of arithmetic on a large matrix waits for memory; on a slice that
    stays in the processor's cache it does not.  A GPU gets the whole at once.
    """
    rows = max(1, size // max(1, arrays[0][:1].size))
    if array_module(*arrays) is not numpy:
        rows = len(arrays[0])
    for start in range(0, len(arrays[0]), rows):
        yield [array[start : start + rows] for array in arrays]


def clip_grads(grads, max_norm):
    """Scale all gradients down, in place, so that their common norm is at most ``max_norm``.

    The norm is that of all numbers in all arrays together, so the direction
    of the step stays (Pascanu et al., 2013, algorithm 1).

    Raises
    ------
    ValueError : ``max_norm`` is no finite number above 0.
    FloatingPointError : a gradient is not finite.
    """
    check_number("max_norm", max_norm, zero=False)
    with numpy.errstate(over="ignore", under="ignore"):
        norm = math.sqrt(sum(numbers([(g * g).sum() for g in grads])))
    if not 0 < norm < math.inf:  # all are 0, or a square is too large or small for float32
        check_finite("grads", grads)
        grads = [g for g in grads if g.size]
        largest = max(numbers([abs(g).max() for g in grads]), default=0)
        norm = largest and largest * math.sqrt(
            sum(numbers([((g / largest) ** 2).sum() for g in grads]))
        )
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
