"""Exercise 6: CBOW that learns how far to look."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week16.batches import BRICKS, SHARED, after, scatter

__all__ = ["HINTS", "check_distance_cbow"]

HINTS = SHARED | read_hints(
    """
nearest last:
    ? Which column of `contexts` belongs to the first weight?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! Column c and weight c belong together.

divided by C, plain mean, normalised:
    ? What does the equation of h divide by?
    @ exercises.ipynb, the equation of this exercise
    ! The weights take the place of 1/C. They may be negative, and need not add up to 1.

distance left out, 1/C back, 1/C for weights:
    ? By how much does h grow when a number of one context's row grows by 1?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! In the lesson every context was 1/C of h. Here each one is another part of it.

1/C in da:
    ? Where does a C divide on the way forward?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! What does not divide forward does not divide backward.

h for w:
    ? Which vector does the weight of context c multiply?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other one: here the row of its own context.

weights not learned:
    ? Does h change when a weight changes?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! The weights are learned like everything else in `params`: their gradient goes into `grads`.
"""
)


class Probe:
    """The loss ``sum_n u[target_n] . h_n / N``, so that dL/dh_n = u[target_n] / N."""

    def __init__(self, u):
        self.u, self.params, self.grads = u, [], []

    def forward(self, h, target):
        self.h, self.target = h, target
        return (self.u[target] * h).sum() / len(h)

    def backward(self, dout=1):
        return self.u[self.target] * dout / len(self.target)


def distance_cbow(W, a, u, contexts, target, dout, mistake=None):
    """h, the loss, dW and da; a second batch is the first one upside down, but for its ids."""
    made, all_dW, all_da = {}, [], []
    for when, c, i in (("", contexts, target), (" of the second batch", *other(contexts, target))):
        (N, C), rows = c.shape, W[c]  # (N, C, H)
        column = a[:, None]
        if mistake == "nearest last":
            column = column[::-1]
        h = (column * rows).sum(axis=1)
        if mistake == "divided by C":
            h = h / C
        elif mistake == "plain mean":
            h = rows.mean(axis=1)
        elif mistake == "normalised":
            h = h / a.sum()
        dh = u[i] * (1 if mistake == "upstream" else dout) / N  # (N, H)
        share = {"distance left out": np.ones_like(column), "1/C back": column / C}
        back = share.get(mistake, column) * dh[:, None, :]
        if mistake == "1/C for weights":
            back = np.ones_like(column) / C * dh[:, None, :]
        dW = scatter(W.shape, c, back, buffered=mistake == "repeated rows")
        da = np.einsum("nd,ncd->c", dh, rows)
        if mistake == "averaged over the batch":
            da = da / N
        elif mistake == "1/C in da":
            da = da / C
        elif mistake == "h for w":
            da = np.full(C, (dh * h).sum())
        elif mistake == "weights not learned":
            da = 0 * da
        elif mistake == "nearest last":
            da = da[::-1]
        all_dW.append(dW)
        all_da.append(da)
        if when:
            dW = after(*all_dW, c, mistake)
            da = all_da[0] + da if mistake in ("not cleared", "da not cleared") else da
        loss = (u[i] * h).sum() / N
        made |= {f"h{when}": h, f"the loss{when}": loss, f"dW{when}": dW, f"da{when}": da}
    return made


def other(contexts, target):
    """A second batch with other ids."""
    return (contexts[::-1] + 3) % 7, (target + 2) % 7


@exercise(6, "CBOW that learns how far to look", 10)
def check_distance_cbow(DistanceCBOW, rng):
    def steps(W, a, u, contexts, target, dout):
        probe = Probe(u)
        model = DistanceCBOW(W, a, probe)
        dW, da = model.grads
        both = (("", contexts, target), (" of the second batch", *other(contexts, target)))
        for when, c, i in both:
            loss = model.forward(c, i)
            yield f"h{when}", getattr(probe, "h", None)
            yield f"the loss{when}", loss
            model.backward(dout)
            yield f"dW{when}", dW
            yield f"da{when}", da

    def problem(contexts, C, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        a = (np.sign(of(C)) * rng.permutation(1 + np.arange(C)) / 2).astype(dtype)
        return {
            "W": of(7, 3),
            "a": a,
            "u": of(7, 3),
            "contexts": contexts,
            "target": rng.integers(0, 7, len(contexts)),
            "dout": 0.7,
        }

    paper = {
        "W": np.arange(7.0)[:, None] * [1, 0] + [0, 1],  # row v is (v, 1)
        "a": np.array([0.5, 2.0]),
        "u": np.arange(7.0)[:, None] * [0, 1] + [1, 0],  # row v is (1, v)
        "contexts": np.array([[0, 2]]),
        "target": np.array([1]),
        "dout": 1,
    }
    word = rng.permutation(7)
    problems = [
        paper,
        problem(word[[[0, 1, 0, 2], [2, 3, 1, 1], [4, 0, 3, 2]]], 4),
        problem(np.array([[0, 6], [6, 0], [2, 0], [6, 6]]), 2),
        problem(word[[[0, 1, 0, 2], [2, 3, 1, 1]]], 4, FLOAT32),
    ]
    judge(problems, steps, distance_cbow, HINTS, (*BRICKS, "Embedding", "Probe"), ROUNDING)
    return "each context counts as its distance says, and the distances learn"
