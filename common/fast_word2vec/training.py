"""The loop over a corpus: portion after portion, while the learning rate falls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy
from tqdm import tqdm

from common.checkpoint import put
from common.finite import check_finite
from common.np import array_module
from common.run import out_of_memory

PORTION = 2**16  # words prepared at once, and that a process takes at once


def portions(words):
    """How many portions a corpus of so many words has."""
    return -(-words // PORTION)


@dataclass
class Run:
    """One call of ``fit``: the portions of all its epochs, numbered 0, 1, 2, ...

    Attributes
    ----------
    model : FastWord2Vec
    lr, min_lr : float
        The learning rate before the first portion, and after the last.
    losses : array, shape (portions,)
        One for each portion; NaN where it is not trained yet.
    before : list of float
        The model's ``loss_list`` when the call began.
    """

    model: object
    lr: float
    min_lr: float
    losses: numpy.ndarray
    before: list = field(default_factory=list)

    def train(
        self,
        numbers: Iterable[int],
        progress: Progress | None = None,
        keep: Callable[[Run], None] = lambda run: None,
    ):
        """Train on the portions with these numbers; call ``keep`` after each."""
        for i in numbers:
            self.train_portion(i)
            if progress:
                progress.show(self.losses)
            keep(self)

    def numbers(self, go_on: Callable[[], bool]):
        """Yield the numbers of portions that are not trained yet, while ``go_on()`` is true."""
        for i, loss in enumerate(self.losses):
            if not go_on():
                return
            if numpy.isnan(loss):
                yield i

    def train_portion(self, i):
        model = self.model
        start = i % portions(len(model.corpus)) * PORTION
        ids = numpy.asarray(model.corpus[start : start + PORTION])
        # Its own random numbers, the same whichever process trains it.
        rng = numpy.random.default_rng([model.seed, len(self.before) + i])
        try:
            loss = model.train_portion(ids, rng, self.rate(i), self.rate(i + 1))
        except MemoryError as error:
            H = model.W_in.shape[1]
            told = (
                f"with hidden_size={H} portion {i} finds no memory; the vectors hold what is learnt"
            )
            raise out_of_memory(error, told, f"hidden_size={max(1, H // 2)}") from error
        if not numpy.isfinite(loss):
            raise FloatingPointError(f"the loss of portion {i} is {loss}")
        if array_module(model.W_in) is not numpy:  # on the processor each step is looked at
            check_finite("params", model.params)
        self.losses[i] = loss

    def record(self):
        """The model's ``loss_list`` as far as the run has come."""
        return self.before + self.losses[numpy.isfinite(self.losses)].tolist()

    def state(self):
        """Everything that the run needs to go on."""
        model = self.model
        arrays = {"W_in": model.W_in, "W_out": model.W_out, "losses": self.losses}
        return arrays | {"before": self.before, "seed": model.seed}

    def go_on_from(self, state):
        """Put the model and the losses back to where they were."""
        put([self.model.W_in, self.model.W_out], [state["W_in"], state["W_out"]])
        self.losses[...], self.before = state["losses"], state["before"]
        self.model.seed = state["seed"]

    def rate(self, i):
        """The learning rate after i portions."""
        return self.lr + (self.min_lr - self.lr) * i / len(self.losses)


class Progress(tqdm):
    """A bar with words a second, loss and time left."""

    def __init__(self, words, show):
        # Nothing is said about `disable` where it is to show, so that TQDM_DISABLE is obeyed.
        hidden = {} if show else {"disable": True}
        super().__init__(total=words, unit=" words", unit_scale=True, **hidden)

    def show(self, losses):
        done = losses[numpy.isfinite(losses)]
        if len(done):
            self.set_postfix(loss=f"{done[-8:].mean():.3f}", refresh=False)
            self.update(int(self.total * len(done) / len(losses)) - self.n)
