"""The training loop: shuffle, take a batch, forward, backward, update."""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy
from tqdm import tqdm

from common.arguments import check_number, check_whole
from common.checkpoint import (
    Checkpoint,
    description,
    fingerprint,
    pack,
    put,
    random_state,
    set_random_state,
    settings,
)
from common.finite import check_finite, not_finite
from common.interrupts import StopSignals
from common.np import array_module
from common.optimizer import clip_grads
from common.parts import check_gradients, check_parameters, is_array
from common.shared_weights import merge_shared

__all__ = ["Trainer"]

SMALL = 100_000  # numbers; to look at more of them before each step costs a tenth of its time


class Trainer:
    """Fit a model to examples.

    Parameters
    ----------
    model
        Has ``params``, ``grads``, ``forward(x, t) -> loss`` and ``backward()``.
    optimizer
        Has ``update(params, grads)``.

    Attributes
    ----------
    loss_list : list of float
        One mean loss for each ``eval_interval`` steps.  The first entry is the
        loss of the first step alone; the first of a later epoch also counts
        the steps that the epoch before left over.
    current_epoch : int
        Epochs trained so far, over all calls of ``fit``.
    """

    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer
        self.loss_list = []
        self.eval_interval = None
        self.current_epoch = 0
        self.checked = False  # whether backward fills the arrays of model.grads
        self.checkpoint = None  # the file that this trainer writes, and what the model was

    def fit(
        self,
        x,
        t,
        max_epoch: int = 10,
        batch_size: int = 32,
        max_grad: float | None = None,
        eval_interval: int | None = 20,
        live: bool = False,
        *,
        checkpoint: str | os.PathLike | None = None,
    ) -> None:
        """Go through the examples ``max_epoch`` times, in a new random order each time.

        Every example is used: the last batch of an epoch may be smaller.
        The order comes from ``np.random.permutation``, so ``np.random.seed``
        repeats a run.  An interrupt waits for the end of the step, and leaves
        model, optimizer and ``loss_list`` as that step made them
        (:class:`common.interrupts.StopSignals`).

        Parameters
        ----------
        x, t : arrays, shapes (N, ...)
            Examples and what the model should say of them.  Each batch is
            moved to where the model's parameters are.
        max_epoch : int, 1 or more
        batch_size : int, 1 to N
        max_grad : float, optional
            Scale gradients down to this common norm.
        eval_interval : int, optional
            Steps for each entry of ``loss_list``; None keeps no record.
        live : bool
            Draw ``loss_list`` under the notebook cell, once a second and at the end.
        checkpoint : path, optional
            An ``.npz`` file for this one run, written once a minute, at an
            interrupt and at the end.  If it exists, the run that it holds goes
            on, up to ``max_epoch`` epochs in all: bit for bit as if nothing had
            stopped it (on a GPU, with other random numbers).  The model, the
            optimizer and all other arguments must be as they were when it began.

        Raises
        ------
        ValueError : an argument that allows no training, a model whose arrays are
            not its layers', or a checkpoint that is damaged or of another training;
            the message says which.
        FloatingPointError : a loss is not finite, or a gradient (of 100,000 numbers
            at most, or of any size with ``max_grad``).  The message says which array
            is the first; the model stays as the step before left it.  Parameters are
            looked at before they go into a checkpoint, and at the end.
        """
        check_fit_arguments(x, t, max_epoch, batch_size, max_grad, eval_interval, live)
        check_number("optimizer.lr", getattr(self.optimizer, "lr", 0))
        check_parameters(self.model)
        self.checked = False
        self.eval_interval = eval_interval
        xp = array_module(*self.model.params)
        steps = -(-len(x) // batch_size)
        run, file = Run(self.current_epoch, len(self.loss_list)), None
        if checkpoint:
            about = {"batch_size": batch_size, "max_grad": max_grad, "eval_interval": eval_interval}
            about |= {"x": fingerprint(x), "t": fingerprint(t)}
            run, file = self.open_checkpoint(checkpoint, run, about)
        last = run.first + max_epoch
        total, done = max_epoch * steps, (self.current_epoch - run.first) * steps + run.step
        if done > total:
            told = f"{checkpoint} holds {done} steps; {max_epoch=} makes {total}"
            raise ValueError(f"{told}. max_epoch counts from where the run began")
        with (
            StopSignals() as signals,
            keeping(file, lambda: self.state(run)) as keep,
            tqdm(total=total, initial=done, unit="step") as progress,
            self.curve(live) as draw,
        ):
            while self.current_epoch < last and not signals.asked:
                progress.set_description(f"epoch {self.current_epoch + 1}")
                order = run.order(len(x))
                for step in range(run.step, steps):
                    if signals.asked:
                        break
                    batch = order[step * batch_size : (step + 1) * batch_size]
                    loss = self.step(xp.asarray(x[batch]), xp.asarray(t[batch]), max_grad)
                    run.recent.append(loss)
                    if eval_interval and step % eval_interval == 0:
                        self.loss_list.append(sum(run.recent) / len(run.recent))
                        progress.set_postfix(loss=f"{self.loss_list[-1]:.2f}", refresh=False)
                        run.recent = []
                        draw(self.loss_list)
                    progress.update()
                    run.step = step + 1
                    keep()
                else:
                    self.current_epoch += 1
                    run.step = 0
            self.check_parameters()

    def step(self, x, t, max_grad=None) -> float:
        """One batch: forward, backward, update.  Returns the loss before the update.

        Raises
        ------
        FloatingPointError : as in :meth:`fit`.
        """
        loss = float(self.model.forward(x, t))
        if not math.isfinite(loss):
            raise FloatingPointError(self.why_not_finite(loss, x))
        self.model.backward()
        if not self.checked:
            check_gradients(self.model)
            self.checked = True
        params, grads = merge_shared(self.model.params, self.model.grads)
        if sum(g.size for g in grads) <= SMALL:
            check_finite("the step is not taken: grads", grads)
        if max_grad is not None:
            clip_grads(grads, max_grad)
        self.optimizer.update(params, grads)
        return loss

    def why_not_finite(self, loss, x):
        """Where the first number stands that is not finite."""
        told = not_finite("model.params", self.model.params) or not_finite("x", [x])
        told = told or "all parameters and examples are finite; is the learning rate too large?"
        return (
            f"in epoch {self.current_epoch + 1} the step is not taken: the loss is {loss}; {told}"
        )

    def open_checkpoint(self, path, run, about):
        """The run to do and its file; if the file exists, all is put back as it stood there."""
        here = Path(path).resolve()
        if self.checkpoint is None or self.checkpoint[0] != here:
            self.checkpoint = None  # until it is known that the file fits
        known = self.checkpoint[1] if self.checkpoint else description(self.model)
        file = Checkpoint(here, known | settings(self.optimizer) | about)
        if file.state is None:
            pack(self.state(run), "state", {})  # what cannot be kept is refused now
        else:
            self.restore(file, run)
            run = Run(**file.state["run"])
        self.checkpoint = here, known
        return run, file

    def restore(self, file, run):
        """Put model, optimizer, record and random numbers back."""
        state = file.state
        began = state["run"]["first"], state["run"]["recorded"]
        if not self.checkpoint and began != (run.first, run.recorded):
            raise ValueError(
                f"{file.path} holds a run that began in epoch {began[0] + 1}; this trainer has "
                f"trained {run.first} epochs and recorded {run.recorded} losses, which would be "
                "lost. Go on with a new trainer, or give another path"
            )
        put(self.model.params, state["params"])
        xp = array_module(*self.model.params)
        for name, value in state["optimizer"].items():
            if isinstance(value, list):
                value = [xp.asarray(v) for v in value]
            setattr(self.optimizer, name, value)
        self.loss_list = state["loss_list"]
        self.current_epoch = state["current_epoch"]
        set_random_state(self.model, state["random"])

    def check_parameters(self):
        """Refuse, with a FloatingPointError, parameters that the last step ruined."""
        check_finite("after the last step, model.params", self.model.params)

    def state(self, run):
        """Everything that a run needs to go on."""
        self.check_parameters()
        return {
            "run": vars(run),
            "params": self.model.params,
            "optimizer": vars(self.optimizer),
            "loss_list": self.loss_list,
            "current_epoch": self.current_epoch,
            "random": random_state(self.model),
        }

    @contextlib.contextmanager
    def curve(self, live):
        """What draws the losses in a ``with`` block, and does so once more however that ends."""
        if not live:
            yield lambda losses: None
            return
        from common.figures import LiveCurve

        curve = LiveCurve(self.eval_interval)
        try:
            yield curve.draw
        finally:
            curve.draw(self.loss_list, last=True)

    def plot(self, ylim=None) -> None:
        """Draw ``loss_list``."""
        from common.figures import plot_losses

        plot_losses(self.loss_list, self.eval_interval, ylim=ylim)


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
    check_whole("max_epoch", max_epoch)
    check_whole("batch_size", batch_size, 1, len(x))
    if max_grad is not None:
        check_number("max_grad", max_grad, zero=False)
    if eval_interval is not None:
        check_whole("eval_interval", eval_interval)
    if live and eval_interval is None:
        raise ValueError("live=True with eval_interval=None; a curve needs an eval_interval")
