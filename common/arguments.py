"""What every room asks of its arguments: whole numbers, finite numbers, and where to draw from.

A refusal names the argument, its value, and what is allowed.
"""

from numbers import Integral, Real

import numpy

__all__ = ["as_generator", "check_number", "check_whole"]


def check_whole(name, value, low=1, high=None):
    """Refuse, with a ValueError, what is not a whole number from ``low`` to ``high``."""
    if (
        not isinstance(value, Integral)
        or isinstance(value, bool)
        or value < low
        or (high is not None and value > high)
    ):
        allowed = f"{low} or more" if high is None else f"{low} to {high}"
        raise ValueError(f"{name}={value!r}; allowed is a whole number, {allowed}")


def check_number(name, value, zero=True):
    """Refuse, with a ValueError, what is not a finite number of 0 or more.

    Parameters
    ----------
    zero : bool
        False refuses 0 too.
    """
    good = isinstance(value, Real) and 0 <= value < float("inf")
    if not good or not (zero or value > 0):
        allowed = "a finite number, 0 or more" if zero else "a finite number above 0"
        raise ValueError(f"{name}={value!r}; allowed is {allowed}")


def as_generator(rng):
    """What to draw random numbers from, or None for the global state of ``np.random``.

    Parameters
    ----------
    rng : int, numpy.random.Generator or the like, or None
        A whole number is the seed of a new generator.

    Raises
    ------
    TypeError : ``rng`` is none of these.
    ValueError : a seed is negative.
    """
    if isinstance(rng, Integral):
        check_whole("rng", rng, 0)
        return numpy.random.default_rng(rng)
    if rng is not None and not hasattr(rng, "random"):
        raise TypeError(f"rng={rng!r}; allowed are a seed, a numpy.random.Generator, or None")
    return rng
