"""Pure functions of arrays, each in the form that does not overflow.

Every function works on NumPy and CuPy arrays and keeps their float type.
Whole numbers become floats where they would wrap around.
"""

from numbers import Integral

import numpy
import scipy.sparse

from common.borders import prepared
from common.np import array_module, numbers

__all__ = [
    "binary_cross_entropy",
    "cross_entropy_error",
    "relu",
    "scatter_add",
    "sigmoid",
    "softmax",
    "sum_squared_error",
    "tanh",
]


def sigmoid(x):
    """``y = 1 / (1 + exp(-x))``, elementwise.

    For negative ``x`` numerator and denominator are multiplied by ``exp(x)``:
    the exponent is then never positive, so that nothing overflows and
    small probabilities keep all their digits.

    Derived in week 3, notebook 1, equation (11), and in week 16, notebook 3, equation (1).

    Parameters
    ----------
    x : array of any shape, or a number

    Returns
    -------
    y : array, the shape of ``x``
        Each number from 0 to 1.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0, 1000]))
    array([0. , 0.5, 1. ])
    """
    xp = array_module(x)
    e = xp.exp(-xp.abs(x))
    return xp.where(xp.asarray(x) >= 0, 1, e) / (1 + e)  # week 3, notebook 1, (11)


def tanh(x):
    """``y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))``, elementwise."""
    return array_module(x).tanh(x)


def relu(x):
    """``y = max(x, 0)``, elementwise.

    Derived in week 3, notebook 1, equation (6).

    Parameters
    ----------
    x : array of any shape, or a number

    Returns
    -------
    y : array, the shape and the type of ``x``
        No number below 0.

    Examples
    --------
    >>> relu(np.array([-2, 0, 3]))
    array([0, 0, 3])
    """
    return array_module(x).maximum(x, 0)  # (6)


def softmax(x):
    """Scores to probabilities along the last axis.

    Derived in week 3, notebook 3, equations (1) to (3) and (12), and in week 11,
    notebook 3, equation (2).

    Parameters
    ----------
    x : array, shape (..., V)

    Returns
    -------
    y : array, shape (..., V)
        ``y_i = exp(x_i) / sum_j exp(x_j)``.  The largest score is subtracted
        first: numerator and denominator are divided by the same number, and no
        exponent is positive, so nothing overflows.

    Raises
    ------
    TypeError : ``x`` holds no numbers.
    ValueError : V is 0.

    Examples
    --------
    >>> softmax(np.log([[6, 3, 1], [1, 1, 2]]))
    array([[0.6 , 0.3 , 0.1 ],
           [0.25, 0.25, 0.5 ]])
    """
    xp = array_module(x)
    x = as_floats(x)
    e = xp.exp(x - x.max(axis=-1, keepdims=True))  # week 3, notebook 3, (12), above
    return e / e.sum(axis=-1, keepdims=True)  # (12), below


def cross_entropy_error(y, t):
    """Mean over the batch of ``-ln y[correct class]``.

    Derived in week 4, notebook 1, equation (4).

    Parameters
    ----------
    y : array, shape (V,) or (N, V)
        Probabilities.
    t : array, shape (N,) of class ids, or the shape of ``y``, one-hot
        For one example, (V,), an id alone will do.

    Returns
    -------
    loss : float

    Notes
    -----
    A probability of exactly 0 counts as the smallest normal number of its
    float type, so that the loss is large and finite.  From scores, use
    :class:`common.layers.SoftmaxWithLoss`, which needs no such limit.  Volume 1 of *Deep
    Learning from Scratch* adds 1e-7 to each probability, which moves every loss a little.
    """
    xp = array_module(y)
    y, t = as_floats(y), xp.asarray(t)
    if y.ndim == 1:
        y, t = y.reshape(1, -1), t.reshape(1, -1) if t.size == y.size else t.reshape(1)
    t = class_ids(t, y.shape)
    correct = y[xp.arange(len(t)), t]  # (N,)
    return -xp.log(xp.maximum(correct, xp.finfo(y.dtype).tiny)).mean()  # (4)


def class_ids(t, shape):
    """Labels as class ids, (N,), from ids or one-hot rows; checked against ``shape`` (N, V).

    Raises
    ------
    ValueError : ``t`` is neither (N,) nor (N, V), a row of it is not one-hot, or N is 0.
    IndexError : an id is outside ``0 ... V - 1``.
    """
    xp = array_module(t)
    t = xp.asarray(t)
    if len(shape) != 2:
        raise ValueError(f"scores have shape {shape}; allowed is (N, V)")
    N, V = shape
    if not N:
        raise ValueError("the batch is empty; at least one example is needed")
    if t.shape == (N, V) and V > 1:
        if not is_one_hot(t):
            raise ValueError("labels are not one-hot: a row must hold one 1, and 0 elsewhere")
        return t.argmax(axis=1)
    if t.shape not in ((N,), (N, 1)):
        raise ValueError(
            f"labels have shape {t.shape}; allowed are ({N},) ids or ({N}, {V}) one-hot"
        )
    return as_ids(t.reshape(N), V, "labels")


def binary_cross_entropy(x, t):
    """Cross entropy of ``sigmoid(x)`` and a yes/no answer, from the score, elementwise.

    Derived in week 16, notebook 3, equation (10).

    Parameters
    ----------
    x : array
        Scores, before the sigmoid.
    t : array of the same shape
        1 for yes, 0 for no.

    Returns
    -------
    loss : array of the same shape
        ``-t ln sigmoid(x) - (1 - t) ln(1 - sigmoid(x))``, computed as
        ``max(x, 0) - x t + ln(1 + exp(-|x|))``: no logarithm of zero, no
        overflow, exact at any ``x``.
    """
    xp = array_module(x)
    t = xp.asarray(t, dtype=xp.result_type(x, 1.0))  # whole numbers would turn float32 into float64
    return xp.maximum(x, 0) - x * t + xp.log1p(xp.exp(-xp.abs(x)))


def sum_squared_error(y, t):
    """``sum_k (y_k - t_k)^2 / 2``, over everything; y and t : arrays of one shape.

    Derived in week 4, notebook 1, equation (1).

    Raises
    ------
    ValueError : the shapes differ.
    """
    y, t = as_floats(y), as_floats(t)
    if y.shape != t.shape:
        raise ValueError(f"y has shape {y.shape} and t {t.shape}; they must agree")
    return 0.5 * ((y - t) ** 2).sum()  # (1)


def scatter_add(out, idx, rows):
    """Add rows into a matrix, repeated indices every time: ``np.add.at(out, idx, rows)``, quicker.

    The sum is a matrix product: the gradient of ``onehot @ W`` is ``onehot.T @ rows``.
    The one-hot matrix is stored sparse, one 1 a row, and only the words that
    occur become columns, so no word stands twice in ``words``.

    Parameters
    ----------
    out : array, shape (V, H), changed in place
    idx : int array, shape (...)
    rows : array, shape (..., H)

    Raises
    ------
    ValueError : ``rows`` has another shape.
    """
    H = out.shape[1]
    if rows.shape != (*idx.shape, H):
        raise ValueError(f"rows have shape {rows.shape}; allowed is {(*idx.shape, H)}")
    idx, rows = idx.reshape(-1), rows.reshape(-1, H)  # (n,), (n, H)
    xp = array_module(out)
    if xp is not numpy:
        xp.add.at(out, idx, rows)  # on a GPU the unbuffered sum is the quick one
        return
    words, column = numpy.unique(idx, return_inverse=True)  # (U,), (n,)
    ones, start = numpy.ones(len(idx), dtype=out.dtype), numpy.arange(len(idx) + 1)
    onehot = scipy.sparse.csr_array((ones, column, start), shape=(len(idx), len(words)))
    out[words] += onehot.T @ rows  # (U, H)


def as_floats(x, *beside):
    """An array of floats: whole numbers, which wrap around, become float64.

    Parameters
    ----------
    x : array, list or number
    *beside : arrays
        It goes to the device where these are.

    Raises
    ------
    TypeError : ``x`` holds no numbers.
    """
    xp = array_module(x, *beside)
    x = xp.asarray(x)
    if x.dtype.kind not in "biufc":
        raise TypeError(f"numbers are due, and these are of type {x.dtype}")
    return x.astype(xp.float64) if x.dtype.kind in "biu" else x


def as_ids(ids, size, name="ids", like=None):
    """Ids as an integer array on the device of ``like``, checked against their range.

    NumPy would take a negative index as counted from the end, and CuPy would
    wrap any index around: both would train the wrong row without a word.

    Parameters
    ----------
    ids : integer array or nested list, any shape
    size : int
        Allowed are ``0 ... size - 1``.
    name : str
        What the ids are called in the message.  ``target`` is one id for each
        example, so it must be (N,), and N above 0.
    like : array, optional
        The array that will be indexed.

    Raises
    ------
    TypeError : the ids are not integers, are one-hot rows, or ``like`` is no array.
    IndexError : an id is negative, or ``size`` or more.
    ValueError : ``size`` is no whole number, or a target has another shape.
    """
    if not isinstance(size, Integral) and size != float("inf"):
        raise ValueError(f"{name} of {size!r} words; how many there are is a whole number")
    if like is not None and not hasattr(like, "dtype"):
        raise TypeError(f"{name} belong to a {type(like).__name__}; they index arrays alone")
    xp = array_module(ids if like is None else like)
    ids = xp.asarray(ids)
    if ids.dtype.kind not in "iu":
        if ids.size:
            raise TypeError(f"{name} must be integers, not {ids.dtype}")
        ids = ids.astype(int)
    if name == "target" and (ids.ndim != 1 or not ids.size):
        raise ValueError(
            f"target has shape {ids.shape}; allowed is (N,), an id for each of at least one example"
        )
    if ids.dtype == xp.uint64:
        raise TypeError(f"{name} must be signed integers, not uint64, which mixed become floats")
    if ids.size:
        low, high = ids.min(), ids.max()
        if xp is not numpy:
            low, high = numbers([low, high])
        if low < 0 or high >= size:
            wrong = low if low < 0 else high
            raise IndexError(f"{name} contains {wrong}; allowed are 0 to {size - 1}")
        if ids.ndim > 1 and ids.shape[-1] == size > 2 and high == 1 and is_one_hot(ids):
            raise TypeError(f"{name} are one-hot rows; allowed are ids, as {name}.argmax(axis=-1)")
    return ids


def is_one_hot(rows):
    """Whether each row holds one 1, and 0 elsewhere : (..., V) -> bool"""
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=-1) == 1).all())


def with_classes(x):
    """x as floats; a row without a class is refused."""
    x = as_floats(x)
    if x.shape[-1:] == (0,):
        raise ValueError(f"x has shape {x.shape}; a row needs at least one class")
    return [x]


# Lessons derive these as they stand above, for floats.
softmax = prepared(softmax, with_classes)
sigmoid = prepared(sigmoid, lambda x: [as_floats(x)])
binary_cross_entropy = prepared(binary_cross_entropy, lambda x, t: [as_floats(x), t])
