"""Where arrays live: NumPy on the processor, CuPy on a GPU.

``from common.np import *`` gives ``np`` and ``GPU``.  Both look at
``common.config.GPU`` whenever they are used, not when they are imported:
``np.zeros(3)`` is a NumPy array now and a CuPy array after
``config.GPU = True``.

Code that *receives* arrays does not ask the switch.  It asks the arrays:
``array_module(x)`` is the library in which ``x`` lives.
"""

import importlib
import types

import numpy

from common import config

__all__ = ["GPU", "np"]


def _cupy():
    """CuPy, or an ImportError that says what to do."""
    try:
        return importlib.import_module("cupy")
    except ImportError as error:
        raise ImportError(
            "config.GPU is True, but CuPy is not installed: set config.GPU = False, "
            "or install it with `pip install -r requirements-gpu.txt`"
        ) from error


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
        if type(array).__module__.partition(".")[0] == "cupy":
            return _cupy()
    return numpy


def to_cpu(x):
    """A NumPy array with the same numbers; ``x`` itself if it is one."""
    return x.get() if array_module(x) is not numpy else numpy.asarray(x)


def to_gpu(x):
    """A CuPy array with the same numbers; ``x`` itself if it is one.

    Raises
    ------
    ImportError : CuPy is not installed.
    """
    return _cupy().asarray(x)
