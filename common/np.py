"""Where arrays live: NumPy on the processor, CuPy on a GPU.

``from common.np import *`` gives ``np`` and ``GPU``.  Both look at
``common.config.GPU`` whenever they are used, not when they are imported:
``np.zeros(3)`` is a NumPy array now and a CuPy array after
``config.GPU = True``.

Code that *receives* arrays does not ask the switch.  It asks the arrays:
``array_module(x)`` is the library in which ``x`` lives.
"""

import importlib
import re
import sys
import types

import numpy

from common import config

__all__ = ["GPU", "np"]

OLDEST = 13, 2  # of CuPy: the first for NumPy 2, with all functions that are called here
INSTALL = "`pip install -r requirements-gpu.txt`"

_usable = None  # the CuPy that was looked at: once is enough


def _cupy():
    """CuPy, or an error that says what to do."""
    global _usable
    if _usable is None or sys.modules.get("cupy") is not _usable:
        _usable = _import_cupy()
    return _usable


def _import_cupy():
    try:
        cupy = importlib.import_module("cupy")
    except ImportError as error:
        raise ImportError(
            "config.GPU is True, but CuPy is not installed: set config.GPU = False, "
            f"or install it with {INSTALL}"
        ) from error
    if tuple(map(int, re.findall(r"\d+", cupy.__version__)[:2])) < OLDEST:
        raise ImportError(
            f"CuPy {cupy.__version__} is too old: {'.'.join(map(str, OLDEST))} or newer is "
            f"needed; set config.GPU = False, or install one with {INSTALL}"
        )
    try:
        count, why = cupy.cuda.runtime.getDeviceCount(), "it counts 0"
    except Exception as error:
        count, why = 0, error
    if not count:
        raise RuntimeError(
            f"config.GPU is True, but CuPy sees no GPU ({why}): set config.GPU = False, "
            "or ask `make doctor`"
        )
    return cupy


class _ChosenModule(types.ModuleType):
    """NumPy or CuPy, whichever ``config.GPU`` names at the moment of use."""

    def __getattr__(self, name):
        return getattr(_cupy() if config.GPU else numpy, name)

    def __dir__(self):
        return dir(_cupy() if config.GPU else numpy)

    def __repr__(self):
        return f"<np: {'CuPy' if config.GPU else 'NumPy'}, chosen by common.config.GPU>"


class _ChosenDevice:
    """True while ``config.GPU`` is; for ``if GPU:`` in existing notebooks."""

    def __bool__(self):
        return bool(config.GPU)

    def __eq__(self, other):
        return bool(self) == other

    def __hash__(self):
        return hash(bool(self))

    def __repr__(self):
        return repr(bool(self))


np = _ChosenModule("np")
GPU = _ChosenDevice()


def array_module(*arrays):
    """The library in which the arrays live.

    Parameters
    ----------
    *arrays : arrays
        Lists and numbers count as NumPy's.

    Returns
    -------
    module : ``cupy`` if any of them is a CuPy array, else ``numpy``
    """
    for array in arrays:
        if _on_gpu(array):
            return _cupy()
    return numpy


def _on_gpu(x):
    # the first question alone is the quicker one, and a step asks it dozens of times
    return type(x) is not numpy.ndarray and type(x).__module__.partition(".")[0] == "cupy"


def to_cpu(x):
    """A NumPy array with the same numbers; ``x`` itself if it is one."""
    return x.get() if _on_gpu(x) else numpy.asarray(x)


def to_gpu(x):
    """A CuPy array with the same numbers; ``x`` itself if it is one.

    Raises
    ------
    ImportError : CuPy is not installed, or too old.
    RuntimeError : CuPy sees no GPU.
    """
    return _cupy().asarray(x)


def numbers(scalars):
    """Arrays of one number each, as a list of Python's numbers: a GPU is waited for once."""
    xp = array_module(*scalars)
    return [s.item() for s in scalars] if xp is numpy else xp.stack(scalars).tolist()


def device(array):
    """Where an array lives, in words: ``"processor"`` or ``"GPU"``."""
    return "processor" if array_module(array) is numpy else "GPU"
