"""The first number that is not finite: which array holds it, and where."""

import math

import numpy

from common.np import array_module, numbers

__all__ = ["check_finite", "not_finite"]


def not_finite(name, arrays):
    """Say of the first array with a NaN or an infinity where it stands; '' if all are finite.

    Parameters
    ----------
    name : str
        What the list is called: ``grads`` makes ``grads[1], shape (3, 4), holds nan at (0, 2)``.
    arrays : list of arrays of floats
    """
    # A sum costs a third of a look at each number; it is finite if they all are, or nearly so.
    with numpy.errstate(all="ignore"):
        sums = numbers([array.sum() for array in arrays])
    for i, array in enumerate(arrays):
        if math.isfinite(sums[i]):
            continue
        xp = array_module(array)
        places = xp.argwhere(~xp.isfinite(array))
        if len(places):
            place = tuple(int(k) for k in places[0])
            shape = f", shape {array.shape}," if array.ndim else ""
            return f"{name}[{i}]{shape} holds {float(array[place])} at {place}"
    return ""


def check_finite(name, arrays):
    """Refuse, with a FloatingPointError, arrays with a number that is not finite."""
    told = not_finite(name, arrays)
    if told:
        raise FloatingPointError(told)
