"""One call of ``fit``: its arguments, and how far it has come."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import numpy

from common.arguments import check_number, check_whole
from common.parts import is_array

__all__ = ["Run", "check_fit_arguments", "keeping"]


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
