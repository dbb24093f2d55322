"""One call of ``fit``: its arguments, and how far it has come."""

from __future__ import annotations

import contextlib
import traceback
import warnings
from dataclasses import dataclass, field

import numpy

from common import config
from common.arguments import check_number, check_whole
from common.np import array_module, device, numbers
from common.parts import is_array

__all__ = [
    "OptimizerMemoryError",
    "Run",
    "check_device",
    "check_fit_arguments",
    "keeping",
    "out_of_memory",
    "rows",
    "step_without_memory",
    "warn_of_pixels",
    "watching",
]

DIVERGED = 10  # a loss of that many times the first step's, and above 10, is not chance


@dataclass
class Run:
    """How far one call of ``fit`` has come.

    Attributes
    ----------
    first, recorded : int
        ``current_epoch`` and the length of ``loss_list`` when it began.
    step : int
        The next step of the epoch.
    recent : list of float
        Losses since the last entry of ``loss_list``.
    random : dict
        NumPy's random state when the epoch's order was drawn.
    """

    first: int
    recorded: int
    step: int = 0
    recent: list = field(default_factory=list)
    random: dict | None = None

    def order(self, n):
        """The epoch's order : (n,); the same again where it goes on in the middle"""
        if self.step == 0:
            self.random = numpy.random.get_state(legacy=False)
            return numpy.random.permutation(n)
        now = numpy.random.get_state(legacy=False)
        numpy.random.set_state(self.random)
        order = numpy.random.permutation(n)
        numpy.random.set_state(now)
        return order


@contextlib.contextmanager
def keeping(file, state):
    """What to call after each step in a ``with`` block, at whose good end the file is written."""
    if file is None:
        yield lambda: None
        return
    yield lambda: file.step(state)
    file.write(state)


def check_fit_arguments(x, t, max_epoch, batch_size, max_grad, eval_interval, live):
    """Refuse what cannot train, with a ValueError that names the value and what is allowed."""
    for name, value in ("x", x), ("t", t):
        if not is_array(value) or not value.ndim:
            raise ValueError(f"{name} is a {type(value).__name__}; allowed is an array, (N, ...)")
    if len(x) != len(t):
        raise ValueError(f"x has {len(x)} examples and t has {len(t)}; they must agree")
    if not len(x):
        raise ValueError(f"x has shape {x.shape}, so no example; at least one is needed")
    check_whole("max_epoch", max_epoch)
    check_whole("batch_size", batch_size, 1, len(x))
    if max_grad is not None:
        check_number("max_grad", max_grad, zero=False)
    if eval_interval is not None:
        check_whole("eval_interval", eval_interval)
    if live and eval_interval is None:
        raise ValueError("live=True with eval_interval=None; a curve needs an eval_interval")


def check_device(params, **data):
    """Refuse arrays that do not come together, and warn if the switch names another device.

    Raises
    ------
    ValueError : some parameters live on the processor and some on the GPU, or
        all on the processor and data on the GPU (the other way round, batches are moved).
    """
    places = [device(p) for p in params]
    for i, place in enumerate(places):
        if place != places[0]:
            raise ValueError(
                f"params[0] lives on the {places[0]} and params[{i}] on the {place}: config.GPU "
                "was changed while the model was built. Build it anew"
            )
    for name, array in data.items():
        if places and device(array) == "GPU" != places[0]:
            raise ValueError(
                f"{name} lives on the GPU and the model's parameters on the processor: give "
                f"to_cpu({name}), or build the model with config.GPU = True"
            )
    chosen = "GPU" if config.GPU else "processor"
    if places and places[0] != chosen:
        warnings.warn(
            f"config.GPU is {config.GPU}, and the model's parameters live on the {places[0]}, "
            f"where they were made: the training stays there. For the {chosen}, build the model "
            "anew",
            stacklevel=3,
        )


def warn_of_pixels(x, stacklevel=3):
    """Warn if x looks like pixels that were not divided by the largest that there can be.

    They are bytes, or floats that are all whole numbers from 0 to 255, and one
    reaches 16.  Ids are integers of another type, and no pixels.
    """
    if x.dtype.kind != "f" and x.dtype != numpy.uint8:
        return
    first = x[:1000]
    whole = (first == first.round()).all()
    low, top, whole = numbers([first.min(), first.max(), whole]) if first.size else (0, 0, 0)
    if whole and low >= 0 and 16 <= top <= 255:
        warnings.warn(
            f"x holds whole numbers from 0 to {top:g}, as pixels do; weights are drawn for numbers "
            f"from 0 to 1, and with these the first steps are up to {top:g} times too large. "
            "Divide by the largest that there can be, or load with normalize=True",
            stacklevel=stacklevel,
        )


def watching(lr, stacklevel=3):
    """What to call with each step's loss and place; it warns, once, when the losses diverge.

    Parameters
    ----------
    lr : float or None
        What the optimizer says of its learning rate.

    Returns
    -------
    watch : function of (loss, epoch, step), which count from 0
    """
    first, told = None, False

    def watch(loss, epoch, step):
        nonlocal first, told
        first = loss if first is None else first
        if told or loss <= DIVERGED * max(first, 1):
            return
        told = True
        rate = "" if lr is None else f", {lr:g},"
        warnings.warn(
            f"in epoch {epoch + 1}, step {step + 1}, the loss is {loss:.4g}, and at the first step "
            f"it was {first:.4g}: the training diverges. Is the learning rate{rate} too large?",
            stacklevel=stacklevel,
        )

    return watch


def rows(x, places):
    """``x[places]`` for a NumPy array of places, on the device of x."""
    return x[array_module(x).asarray(places)]


class OptimizerMemoryError(MemoryError):
    """The gradients are there, and the optimizer finds no memory for its step."""


def step_without_memory(error, sizes):
    """What to raise for a step that finds no memory, and what would need about half.

    Parameters
    ----------
    sizes : dict, name -> int
        What a step was asked to compute at once.
    """
    if isinstance(error, OptimizerMemoryError):
        told = "the optimizer finds no memory for its step, which some parameters have taken"
        return out_of_memory(error, told, "half as many parameters")
    asked = ", ".join(f"{name}={size}" for name, size in sizes.items())
    half = " or ".join(f"{name}={max(1, size // 2)}" for name, size in sizes.items())
    told = f"a step of {asked} finds no memory, and the parameters stay as they were before it"
    return out_of_memory(error, told, half)


def out_of_memory(error, told, half):
    """A MemoryError that says what is kept and what to try, once what failed has let go."""
    traceback.clear_frames(error.__traceback__)  # they hold what the step had computed
    why = str(error).rstrip(".") or "no memory is left"
    return MemoryError(f"{told}; {half} would need about half of it ({why})")
