"""Exercise 6: the gradient of a batch, piece by piece."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import KEPT, NEW, kept, numbers

__all__ = ["HINTS", "check_in_pieces"]

HINTS = read_hints(
    """
mean of means:
    ? A piece of one example and a piece of ten: does each of the eleven count alike?
    @ exercises.ipynb, the text of this exercise
    ! Each piece counts by the number of its examples.

short piece as a full one:
    ? How many examples are in the last piece?
    @ exercises.ipynb, the text of this exercise
    ! Ask each piece how long it is.

sum of means:
    ? Twice the same piece: is the mean of both larger than that of one?
    @ 3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! The loss is a mean over all examples, so each piece brings only its share.

last piece only:
    ? You have kept the gradients of the first piece. Are they still what they were then?
    @ 2_layers_backwards.ipynb, section "Three traps"
    ! The model writes into the same arrays each time. What should last must be added elsewhere, or
      copied.

rest lost:
    ? How many examples have your pieces together, and how many has the batch?
    @ exercises.ipynb, the text of this exercise
    ! The last piece may be shorter, and it counts too.

all at once:
    ? How many examples did the model see at once?
    @ exercises.ipynb, the text of this exercise
    ! The memory holds one piece, and no more.

not in place:
    ? The optimizer reads the arrays that were in `model.grads` from the beginning. What do they
      hold when you are done?
    @ 2_layers_backwards.ipynb, section "Three traps"
    ! Write the whole gradient into the arrays that are there.

last loss:
    ? Which examples does the loss that you return belong to?
    @ exercises.ipynb, the text of this exercise
    ! The loss has its shares too, one from each piece.

not cleared:
    ? With what does your sum begin?
    @ 2_layers_backwards.ipynb, section "Three traps"
    ! In the arrays of the model still stands what the batch before has left.
"""
)


class Model:
    """An affine layer under the squared error: L is the mean of (x W + b - t)^2 / 2.

    It remembers how many examples came at once, and whether each was walked back.
    """

    def __init__(self, params, text=""):
        self.start = params
        shapes = ", ".join(str(p.shape) for p in params)
        self.text = text or f"parameters of the shapes {shapes}"

    def fresh(self):
        self.params = [p.copy() for p in self.start]
        self.grads = [np.full_like(p, 7.0) for p in self.params]  # left by the batch before
        self.sizes, self.x, self.away = [], None, None
        return self

    def forward(self, x, t):
        W, *b = self.params
        self.x, self.away = x, x @ W + sum(b) - t
        self.sizes.append(len(x))
        return 0.5 * (self.away**2).sum() / len(x)

    def backward(self, dout=1):
        back = dout * self.away / len(self.x)
        self.grads[0][...] = self.x.T @ back
        for db in self.grads[1:]:
            db[...] = back.sum(axis=0)
        return back @ self.params[0].T

    def __repr__(self):
        return self.text


def in_pieces(model, x, t, size, mistake=None):
    """The loss, the gradients, and how many examples came at once."""
    of = Model(model.start).fresh()
    N = len(x)
    starts = range(0, N - size + 1 if mistake == "rest lost" else N, size)
    if mistake == "all at once":
        starts, size = [0], N
    loss, sums = 0.0, [np.zeros_like(p) for p in of.params]
    if mistake == "not cleared":
        sums = [g.copy() for g in of.grads]
    for i in starts:
        part = of.forward(x[i : i + size], t[i : i + size])
        of.backward()
        share = len(x[i : i + size]) / N
        if mistake == "mean of means":
            share = 1 / len(starts)
        elif mistake == "short piece as a full one":
            share = size / N
        elif mistake == "sum of means":
            share = 1
        loss = part if mistake == "last loss" else loss + share * part
        for g, total in zip(of.grads, sums, strict=True):
            total += share * g
    if mistake in ("last piece only", "not in place"):
        sums = of.grads
    names = ("dW", "db")[: len(sums)]
    made = {"the loss": loss} | dict(zip(names, sums, strict=True))
    made["the arrays in model.grads"] = NEW if mistake == "not in place" else KEPT
    return made | {"the sizes of the pieces": np.array(of.sizes)}


@exercise(6, "A batch in pieces", 14)
def check_in_pieces(answer, rng):
    def steps(model, x, t, size):
        grads = list(model.fresh().grads)
        yield "the sizes of the pieces", sizes(answer(model, x, t, size), model)
        yield "the loss", model.loss
        yield from zip(("dW", "db"), grads, strict=False)
        yield "the arrays in model.grads", kept(model.grads, grads)

    def sizes(loss, model):
        model.loss = loss
        return np.array(model.sizes)

    def problem(N, D, H, size):
        model = Model([numbers(rng, (D, H)), numbers(rng, H)])
        return {"model": model, "x": numbers(rng, (N, D)), "t": numbers(rng, (N, H)), "size": size}

    paper = {
        "model": Model([np.array([[2.0]])], "one weight, 2"),
        "x": np.array([[1.0], [1], [6]]),
        "t": np.array([[0.0], [-2], [10]]),
        "size": 2,
    }
    problems = [paper, problem(7, 3, 2, 3), problem(11, 2, 3, 4), problem(6, 2, 2, 3)]
    problems.append(problem(3, 4, 1, 5))
    judge(problems, steps, in_pieces, HINTS, ("Model",))
    return "each example counts alike, in whichever piece it came"
