"""Compare and show an answer's values, by means that a notebook does not reach.

Numbers are compared as plain Python lists: whoever replaces ``np.allclose`` changes
nothing here.
"""

import math
import numbers

from numpy import asarray, bool_, ndarray

__all__ = ["NotNumbersError", "as_values", "difference", "same", "show"]

NUMBERS = "biuf"  # NumPy's kinds: bool, integers, floating point


class NotNumbersError(ValueError):
    """A value that cannot be read as an array of numbers."""


def as_values(x):
    """(shape, numbers in one list) of an array, a number, or a list of them.

    Raises
    ------
    NotNumbersError : it is something else; the message says what.
    """
    if x is None:
        raise NotNumbersError("nothing (None); is there a `return`?")
    if isinstance(x, (dict, set, str, bytes)) or callable(x):
        raise NotNumbersError(f"a {type(x).__name__}; numbers are due")
    try:
        array = asarray(x)
    except Exception as error:
        raise NotNumbersError(f"a {type(x).__name__} that is no array: {error}") from error
    if array.dtype.kind not in NUMBERS:
        raise NotNumbersError(f"a {type(x).__name__} that holds no plain numbers")
    return array.shape, ndarray.tolist(ndarray.reshape(array, -1))


def same(got, due, tolerance):
    """Whether two values are equal but for rounding.

    Parameters
    ----------
    got, due : numbers, arrays, lists of numbers, or texts
    tolerance : (relative, absolute)
        The relative one is a part of the largest number of ``due``.
    """
    if isinstance(due, str):
        return isinstance(got, str) and got == due
    try:
        (shape, got), (due_shape, due) = as_values(got), as_values(due)
    except NotNumbersError:
        return False
    if shape != due_shape:
        return False
    finite = [abs(d) for d in due if math.isfinite(d)]
    bound = tolerance[0] * max(finite, default=0) + tolerance[1]
    return all(
        g == d or abs(g - d) <= bound or (g != g and d != d) for g, d in zip(got, due, strict=True)
    )


def difference(name, got, due):
    """What is due and what came, as two short texts, and the name of the place.

    A large array is told by the number that is furthest off.
    """
    if isinstance(due, str):
        return name, str(due), str(got)
    (shape, flat), (due_shape, due_flat) = as_values(got), as_values(due)
    if shape != due_shape:
        return f"the shape of {name}", str(due_shape), str(shape)
    if len(due_flat) > 24:
        off = [abs(g - d) if g == g else math.inf for g, d in zip(flat, due_flat, strict=True)]
        i = max(range(len(off)), key=off.__getitem__)
        place, rest = [], i
        for n in reversed(shape):
            place.insert(0, rest % n)
            rest //= n
        return f"{name}[{', '.join(map(str, place))}]", *both(due_flat[i], flat[i])
    return name, *both(due, got)


def both(due, got):
    """Two values in as many digits as it takes to tell them apart."""
    for digits in (4, 9, 17):
        if show(due, digits) != show(got, digits):
            break
    return show(due, digits), show(got, digits)


def show(x, digits=4):
    """A small array, a number or a list in one short line."""
    if isinstance(x, str):
        return repr(x)
    if isinstance(x, (list, tuple)):
        inside = ", ".join(show(part, digits) for part in x)
        return f"[{inside}]" if isinstance(x, list) else f"({inside})"
    if isinstance(x, (bool, bool_)):
        return str(bool(x))
    if isinstance(x, numbers.Number):
        return f"{x:.{digits}g}" if isinstance(x, numbers.Real) else str(x)
    if hasattr(x, "tolist"):
        return show(asarray(x).tolist(), digits)
    return repr(x)
