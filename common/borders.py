"""Checks around what lessons derive, so that a derived class holds its equations alone.

They are put around a class after it is defined: its own lines stay as a lesson writes them.
"""

import functools
import inspect

from common.np import device

__all__ = ["guard", "prepared"]


def guard(*layers, prepare=None):
    """Let ``backward`` say when ``forward`` must be called first, and ``prepare`` its arguments.

    Parameters
    ----------
    *layers : classes
    prepare : function, optional
        Called with what ``forward`` is called with, the layer first; returns the
        same, or refuses it.
    """
    for layer in layers:
        layer.backward = after_forward(layer.backward)
        layer.forward = prepared(layer.forward, prepare)


def after_forward(backward):
    """``backward``, with one sentence in place of Python's about ``None``.

    A layer keeps what ``backward`` needs in attributes that are ``None`` until
    ``forward`` fills them, so it is enough to look when ``backward`` has failed.
    """

    def checked(self, *args, **kwargs):
        try:
            return backward(self, *args, **kwargs)
        except (AttributeError, TypeError) as error:
            refuse_two_devices(backward, (self, *args), error)
            never_set = getattr(error, "obj", None) is self
            if never_set or any(value is None for value in vars(self).values()):
                name = type(self).__name__
                raise RuntimeError(
                    f"{name}.backward needs what forward computes: call forward first"
                ) from error
            raise

    return in_the_name_of(backward, checked)


def prepared(function, prepare=None):
    """The function, called with what ``prepare`` returns for its arguments."""
    signature = inspect.signature(function)

    def checked(*args, **named):
        if named:
            bound = signature.bind(*args, **named)
            bound.apply_defaults()
            args = bound.args
        try:
            return function(*(prepare(*args) if prepare else args))
        except TypeError as error:
            refuse_two_devices(function, args, error)
            raise

    return in_the_name_of(function, checked)


def refuse_two_devices(function, args, error):
    """One sentence, once a call has failed because its arrays live on two devices.

    NumPy and CuPy both raise a TypeError then, which names their own insides.
    """
    if not any(told in str(error) for told in ("NumPy", "numpy", "unsupported operand", "ufunc")):
        return  # it says what was wrong, in words of this package
    arrays = {}
    for name, value in zip(inspect.signature(function).parameters, args, strict=False):
        if hasattr(value, "dtype"):
            arrays[name] = value
        elif name == "self" and getattr(value, "params", None):
            arrays["params[0]"] = value.params[0]
    places = {name: device(array) for name, array in arrays.items()}
    if len(set(places.values())) > 1:
        told = ", ".join(f"{name} on the {place}" for name, place in places.items())
        raise TypeError(
            f"{function.__qualname__} was given arrays of two devices: {told}. "
            "Take all to one of them, by to_cpu or to_gpu of common.util"
        ) from error


def in_the_name_of(function, checked):
    """``checked``, with the other's name and docstring."""
    # A check of an exercise tells by the name in the code what an answer calls.
    checked.__code__ = checked.__code__.replace(co_qualname=function.__qualname__)
    return functools.wraps(function)(checked)
