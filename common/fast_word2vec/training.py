"""The loop over a corpus: portion after portion, while the learning rate falls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy
from tqdm import tqdm

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
    """

    model: object
    lr: float
    min_lr: float
    losses: numpy.ndarray

    def train(self, numbers: Iterable[int], progress: Progress | None = None):
        """Train on the portions with these numbers."""
        for i in numbers:
            self.train_portion(i)
            if progress:
                progress.show(self.losses)

    def train_portion(self, i):
        model = self.model
        start = i % portions(len(model.corpus)) * PORTION
        ids = numpy.asarray(model.corpus[start : start + PORTION])
        # Its own random numbers, the same whichever process trains it.
        rng = numpy.random.default_rng([model.seed, len(model.loss_list) + i])
        self.losses[i] = model.train_portion(ids, rng, self.rate(i), self.rate(i + 1))

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
