"""The training loop: shuffle, take a batch, forward, backward, update."""

from __future__ import annotations

import contextlib
import math
import os
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
from common.parts import check_gradients, check_parameters, parts, running_statistics
from common.run import (
    OptimizerMemoryError,
    Run,
    check_device,
    check_fit_arguments,
    keeping,
    rows,
    step_without_memory,
    warn_of_pixels,
    watching,
)
from common.shared_weights import merge_shared

__all__ = ["RnnlmTrainer", "Trainer"]

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

    Notes
    -----
    Called as in volume 2 of *Deep Learning from Scratch*; what volume 1 gives its ``Trainer`` at
    once, ``Trainer(network, x_train, t_train, x_test, t_test, epochs, mini_batch_size, optimizer,
    optimizer_param).train()``, goes here to the optimizer and to ``fit``, which takes no test data.
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
        MemoryError : a step finds no memory; the message says what is kept, and what
            would need about half.
        FloatingPointError : a loss is not finite, or a gradient (of 100,000 numbers
            at most, or of any size with ``max_grad``).  The message says which array
            is the first; the model stays as the step before left it.  Parameters are
            looked at before they go into a checkpoint, and at the end.

        Warns
        -----
        UserWarning : x looks like pixels from 0 to 255; a loss is ten times that of the first
            step, and above 10; or ``config.GPU`` names another device than the model's.
        """
        check_fit_arguments(x, t, max_epoch, batch_size, max_grad, eval_interval, live)
        check_number("optimizer.lr", getattr(self.optimizer, "lr", 0))
        check_parameters(self.model)
        check_device(self.model.params, x=x, t=t)
        warn_of_pixels(x)
        self.checked = False
        self.eval_interval = eval_interval
        xp = array_module(*self.model.params)
        steps = self.steps(x, batch_size)
        watch = watching(getattr(self.optimizer, "lr", None))
        run, file = Run(self.current_epoch, len(self.loss_list)), None
        if checkpoint:
            about = {"batch_size": batch_size, "max_grad": max_grad, "eval_interval": eval_interval}
            about |= {"x": fingerprint(x), "t": fingerprint(t)} | self.reading()
            run, file = self.open_checkpoint(checkpoint, run, about)
        last = run.first + max_epoch
        total, done = max_epoch * steps, (self.current_epoch - run.first) * steps + run.step
        if done > total:
            told = f"{checkpoint} holds {done} steps; {max_epoch=} makes {total}"
            raise ValueError(f"{told}. max_epoch counts from where the run began")
        with (
            StopSignals() as signals,
            keeping(file, lambda: self.state(run)) as keep,
            tqdm(total=total, initial=done, **self.shown(batch_size)) as progress,
            self.curve(live) as draw,
        ):
            while self.current_epoch < last and not signals.asked:
                progress.set_description(f"epoch {self.current_epoch + 1}")
                for batch in self.batches(x, t, batch_size, run):
                    try:
                        loss = self.step(*map(xp.asarray, batch), max_grad)
                    except MemoryError as error:
                        sizes = {"batch_size": batch_size} | self.reading()
                        raise step_without_memory(error, sizes) from error
                    watch(loss, self.current_epoch, run.step)
                    run.recent.append(loss)
                    if eval_interval and run.step % eval_interval == 0:
                        self.loss_list.append(sum(run.recent) / len(run.recent))
                        progress.set_postfix_str(self.told(), refresh=False)
                        run.recent = []
                        draw(self.loss_list)
                    progress.update()
                    run.step += 1
                    keep()
                    # now: the next batch, once fetched, must be learnt before a run may stop
                    if signals.asked and run.step < steps:
                        break
                else:
                    self.current_epoch += 1
                    run.step = 0
            self.check_parameters()

    def steps(self, x, batch_size):
        """How many steps an epoch takes."""
        return -(-len(x) // batch_size)

    def batches(self, x, t, batch_size, run):
        """Yield what is left of an epoch, a batch (x, t) for each step."""
        order = run.order(len(x))
        for step in range(run.step, self.steps(x, batch_size)):
            batch = order[step * batch_size : (step + 1) * batch_size]
            yield rows(x, batch), rows(t, batch)

    def reading(self):
        """What else must not differ when a run goes on."""
        return {}

    def shown(self, batch_size):
        """What the progress bar counts, and how many of them a step reads."""
        return {"unit": " examples", "unit_scale": batch_size}

    def told(self):
        """What the progress bar says."""
        return f"loss={self.loss_list[-1]:.2f}"

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
        try:
            self.optimizer.update(params, grads)
        except MemoryError as error:
            raise OptimizerMemoryError(str(error)) from error
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
        put(running_statistics(self.model), state.get("running", []))
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
            "running": running_statistics(self.model),
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


class RnnlmTrainer(Trainer):
    """Fit a recurrent language model to one long text, read in streams.

    The text is cut into ``batch_size`` streams of the same length.  Each step
    reads the next ``time_size`` words of every stream, so a stateful model
    goes on where it stopped; its gradient is cut there (truncated
    backpropagation through time).

    Attributes
    ----------
    loss_list, current_epoch
        As in :class:`Trainer`; the loss is the mean for each word.
    ppl_list : list of float
        ``exp`` of ``loss_list``: the perplexity.
    time_idx : int
        How many words of each stream the running ``fit`` has read.
    """

    def __init__(self, model, optimizer):
        super().__init__(model, optimizer)
        self.time_idx, self.time_size = 0, None

    @property
    def ppl_list(self):
        with numpy.errstate(over="ignore"):  # exp(710) is infinite
            return numpy.exp(self.loss_list).tolist()

    def get_batch(self, x, t, batch_size, time_size):
        """The next words of every stream.

        Parameters
        ----------
        x, t : int arrays, shape (N,)
            The text, and the text one word further on.

        Returns
        -------
        batch_x, batch_t : int arrays, shape (batch_size, time_size)
            Row b goes on in the text from word ``b (N // batch_size)``; behind
            the end of the text comes its beginning.
        """
        first = numpy.arange(batch_size) * (len(x) // batch_size)  # (batch_size,)
        words = self.time_idx + numpy.arange(time_size)  # (time_size,)
        place = (first[:, None] + words) % len(x)
        self.time_idx += time_size
        return rows(x, place), rows(t, place)

    def fit(
        self,
        xs,
        ts,
        max_epoch: int = 10,
        batch_size: int = 20,
        time_size: int = 35,
        max_grad: float | None = None,
        eval_interval: int | None = 20,
        live: bool = False,
        *,
        checkpoint: str | os.PathLike | None = None,
    ) -> None:
        """Read the text ``max_epoch`` times.

        Parameters
        ----------
        xs, ts : int arrays, shape (N,)
            The text, and the text one word further on.
        batch_size, time_size : int
            How many streams, and how many words of each in a step.
        max_epoch, max_grad, eval_interval, live, checkpoint
            As in :meth:`Trainer.fit`.

        Raises
        ------
        ValueError, FloatingPointError : as in :meth:`Trainer.fit`; also if the text is too
            short for one step.
        """
        check_fit_arguments(xs, ts, max_epoch, batch_size, max_grad, eval_interval, live)
        check_whole("time_size", time_size)
        if len(xs) < batch_size * time_size:
            raise ValueError(
                f"{batch_size=} streams of {time_size=} words need a text of "
                f"{batch_size * time_size} words; this one has {len(xs)}"
            )
        self.time_idx, self.time_size = 0, time_size
        super().fit(
            xs, ts, max_epoch, batch_size, max_grad, eval_interval, live, checkpoint=checkpoint
        )

    def steps(self, x, batch_size):
        return len(x) // (batch_size * self.time_size)

    def batches(self, x, t, batch_size, run):
        for _ in range(run.step, self.steps(x, batch_size)):
            yield self.get_batch(x, t, batch_size, self.time_size)

    def reading(self):
        return {"time_size": self.time_size}

    def shown(self, batch_size):
        return {"unit": " words", "unit_scale": batch_size * self.time_size}

    def told(self):
        return f"perplexity={self.ppl_list[-1]:.2f}"

    def state(self, run):
        """A run also needs what the model remembers, and where in the streams it is."""
        memories = [(layer.h, getattr(layer, "c", None)) for layer in recurrent_layers(self.model)]
        return super().state(run) | {"time_idx": self.time_idx, "memories": memories}

    def restore(self, file, run):
        super().restore(file, run)
        self.time_idx = file.state["time_idx"]
        xp = array_module(*self.model.params)
        for layer, states in zip(recurrent_layers(self.model), file.state["memories"], strict=True):
            h, c = (state if state is None else xp.asarray(state) for state in states)
            layer.h = h
            if c is not None:
                layer.c = c

    def plot(self, ylim=None) -> None:
        """Draw ``ppl_list``."""
        from common.figures import plot_losses

        plot_losses(self.ppl_list, self.eval_interval, ylim=ylim, name="perplexity")


def recurrent_layers(model):
    """Every part of a model that remembers: it has ``h`` and can forget it."""
    return [part for _, part in parts(model) if hasattr(part, "h") and hasattr(part, "reset_state")]
