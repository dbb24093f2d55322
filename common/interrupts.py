"""Signals that stop a training wait until the step is done."""

from __future__ import annotations

import signal
import threading
import time

__all__ = ["STOPPING", "StopSignals", "end_in_order", "exit_by"]

# Ctrl-C or a notebook's stop button, `kill`, and a terminal that closes (not on Windows).
STOPPING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if name in dir(signal)
]

PATIENCE = 10  # seconds; who asks again after that is heeded at once, because the step may hang


class StopSignals:
    """In this ``with`` block a signal that would stop the program waits.

    A loop looks at ``asked`` between two steps, and leaves when it is set.  At
    the end of the block the signal does what it would have done at first:
    Ctrl-C raises KeyboardInterrupt, a handler of the program's own is called.
    What would end the program on the spot raises SystemExit, so that every
    ``with`` and ``finally`` of the program still has its turn::

        with StopSignals() as signals:
            for batch in batches:
                if signals.asked:
                    break
                step(batch)

    A signal that the program ignores stays ignored.  Signals reach the main
    thread only; in another thread this block changes nothing.

    Attributes
    ----------
    asked : int or None
        The number of the first signal that came.
    """

    def __enter__(self):
        self.asked = None
        self.since = 0.0
        self.before = {}
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING:  # SIGINT first: its handler may raise between two lines
                handler = signal.getsignal(number)
                if handler not in (signal.SIG_IGN, None):
                    self.before[number] = handler
                    signal.signal(number, self.hear)
        return self

    def hear(self, number, frame):
        """What happens when a signal comes."""
        if self.asked is None:
            self.asked, self.since = number, time.monotonic()
        elif time.monotonic() - self.since > PATIENCE:
            self.deliver(number)

    def __exit__(self, kind, error, trace):
        for number in reversed(self.before):  # SIGINT last, for the same reason
            signal.signal(number, self.before[number])
        if self.asked is not None:
            self.deliver(self.asked)

    def deliver(self, number):
        """Let the signal do what it does without this block; at the least, stop."""
        handler = self.before[number]
        (exit_by if handler == signal.SIG_DFL else handler)(number, None)
        raise KeyboardInterrupt


def end_in_order():
    """Let ``kill`` and a closed terminal end this program as Ctrl-C does, each file closed."""
    for number in STOPPING[1:]:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, exit_by)


def exit_by(number, frame=None):
    """A handler that ends the program in order, with the status by which a shell knows a signal."""
    raise SystemExit(128 + number)
