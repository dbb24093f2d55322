"""The training loop: shuffle, take a batch, forward, backward, update."""

from __future__ import annotations

import contextlib

import numpy
from tqdm import tqdm

from common.arguments import check_whole
from common.np import array_module
from common.optimizer import clip_grads
from common.shared_weights import merge_shared

__all__ = ["Trainer"]


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

    def fit(
        self,
        x,
        t,
        max_epoch: int = 10,
        batch_size: int = 32,
        max_grad: float | None = None,
        eval_interval: int | None = 20,
        live: bool = False,
    ) -> None:
        """Go through the examples ``max_epoch`` times, in a new random order each time.

        Every example is used: the last batch of an epoch may be smaller.
        The order comes from ``np.random.permutation``, so ``np.random.seed``
        repeats a run.  An interrupt leaves the model as the last step made it.

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

        Raises
        ------
        ValueError : an argument that allows no training; the message says which.
        """
        check_fit_arguments(x, t, max_epoch, batch_size, max_grad, eval_interval, live)
        self.eval_interval = eval_interval
        xp = array_module(*self.model.params)
        steps = -(-len(x) // batch_size)
        recent = []
        with tqdm(total=max_epoch * steps, unit="step") as progress, self.curve(live) as draw:
            for _ in range(max_epoch):
                progress.set_description(f"epoch {self.current_epoch + 1}")
                order = numpy.random.permutation(len(x))
                for step in range(steps):
                    batch = order[step * batch_size : (step + 1) * batch_size]
                    recent.append(self.step(xp.asarray(x[batch]), xp.asarray(t[batch]), max_grad))
                    if eval_interval and step % eval_interval == 0:
                        self.loss_list.append(sum(recent) / len(recent))
                        progress.set_postfix(loss=f"{self.loss_list[-1]:.2f}", refresh=False)
                        recent = []
                        draw(self.loss_list)
                    progress.update()
                self.current_epoch += 1

    def step(self, x, t, max_grad=None) -> float:
        """One batch: forward, backward, update.  Returns the loss before the update."""
        loss = self.model.forward(x, t)
        self.model.backward()
        params, grads = merge_shared(self.model.params, self.model.grads)
        if max_grad is not None:
            clip_grads(grads, max_grad)
        self.optimizer.update(params, grads)
        return float(loss)

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


def check_fit_arguments(x, t, max_epoch, batch_size, max_grad, eval_interval, live):
    """Refuse what cannot train, with a ValueError that names the value and what is allowed."""
    if len(x) != len(t):
        raise ValueError(f"x has {len(x)} examples and t has {len(t)}; they must agree")
    check_whole("max_epoch", max_epoch)
    check_whole("batch_size", batch_size, 1, len(x))
    if max_grad is not None and not max_grad > 0:
        raise ValueError(f"max_grad={max_grad}; allowed is None or a number above 0")
    if eval_interval is not None:
        check_whole("eval_interval", eval_interval)
    if live and eval_interval is None:
        raise ValueError("live=True with eval_interval=None; a curve needs an eval_interval")
