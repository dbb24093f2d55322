"""Exercises 7 and 8: find a batch that shows a bug, and find the bug behind an output."""

import functools

import numpy as np

from common.checks.judge import AnswerError, exercise, judge
from common.checks.week16.hints import HINTS
from common.functions import sigmoid
from dataset import hello

__all__ = ["FAULTS", "RUNS", "check_diagnosis", "check_hunt", "run"]


# Exercise 7


class Pairs:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, a, b):
        (W,) = self.params
        self.a, self.b = a, b
        return (W[a] * W[b]).sum(axis=1)

    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


class PairsA(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        dW[...] = 0
        dW[self.a] += ds[:, None] * W[self.b]
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


class PairsB(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        right = np.zeros_like(W)
        np.add.at(right, self.b, ds[:, None] * W[self.a])
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        dW[self.b] = right[self.b]


class PairsC(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        ds = ds * (self.a > 0) * (self.b > 0)
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


MUTANTS = {"A": PairsA, "B": PairsB, "C": PairsC}
SMALLEST = {"A": 2, "B": 1, "C": 1}


def fails(mutant, a, b, rng):
    """Whether a mutant's gradient differs from the right one on this batch."""
    W, ds = rng.uniform(1, 2, (7, 3)), rng.uniform(1, 2, len(a))
    made = []
    for layer in (Pairs(W), mutant(W)):
        layer.forward(a, b)
        layer.backward(ds)
        made.append(layer.grads[0])
    return bool(abs(made[0] - made[1]).max() > 1e-9)


def batch_of(batches, name):
    """One batch, as two arrays of ids."""
    if not isinstance(batches, dict) or name not in batches:
        raise AnswerError(f"there is no batch {name!r} in the answer", name="wrong type")
    shown = {"example": f"batch {name}: {batches[name]!r}"}
    try:
        a, b = (np.array(ids) for ids in batches[name])
    except (TypeError, ValueError):
        raise AnswerError(f"batch {name} is not (a, b)", shown, name="wrong type") from None
    kinds = a.dtype.kind + b.dtype.kind
    if a.shape != b.shape or a.ndim != 1 or not len(a) or set(kinds) - set("iu"):
        what = f"in batch {name}, a and b must be lists of word ids, equally long, not empty"
        raise AnswerError(what, shown, name="wrong type")
    if min(a.min(), b.min()) < 0 or max(a.max(), b.max()) > 6:
        raise AnswerError(f"an id of batch {name} is not one of 0 ... 6", shown, name="wrong type")
    return a, b


@exercise(7, "Batches that show a bug", 8)
def check_hunt(batches, rng):
    answer = []

    def steps():
        answer.append(batches())
        yield "answer", ""

    judge([{}], steps, lambda mistake=None: {"answer": ""}, HINTS)  # errors inside the answer
    for name, mutant in MUTANTS.items():
        a, b = batch_of(answer[0], name)
        shown = {"example": f"batch {name}: a = {a.tolist()}, b = {b.tolist()}"}
        if not fails(mutant, a, b, rng):
            hint = f"{name} passes"
            what = f"layer {name} gives the right gradient on batch {name}"
            raise AnswerError(what, shown, HINTS[hint], hint)
        others = [o for o, other in MUTANTS.items() if o != name and fails(other, a, b, rng)]
        if others:
            what = f"batch {name} shows the bug of layer {' and '.join(others)} too"
            raise AnswerError(what, shown, HINTS["more than one"], "more than one")
        if len(a) > SMALLEST[name]:
            what = f"batch {name} has {len(a)} pairs, and a smaller one will do"
            raise AnswerError(what, shown, HINTS["smaller"], "smaller")
    return "each batch shows one bug and is the smallest that does"


# Exercise 8

FAULTS = {
    "a": "the gradient of a score is t - y",
    "b": "every label is 1, that of a negative too",
    "c": "the loss and its gradient are divided by all N (1 + K) questions",
    "d": "repeated rows are lost: dW[idx] += ...",
    "e": "both matrices start at 0",
    "f": "the learning rate is 20 times too large",
    "g": "W_in stays as it is: its gradient goes into a new array",
    "h": "the true context is never asked: a negative stands in its place",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 0.69 0.67 0.56 0.37 0.36 | pairs that meet 0.83, that never meet 0.38",
    2: "loss 2.08 1.39 0.13 0.04 0.02 | pairs that meet 0.99, that never meet 0.99",
    3: "loss 2.07 1.26 0.16 0.04 0.03 | pairs that meet 0.11, that never meet 0.01",
    4: "loss 2.07 2.02 1.86 1.43 1.26 | pairs that meet 0.76, that never meet 0.40",
}


@functools.cache
def run(fault=""):
    """Train the seven words for 60 steps; what the training prints.

    Skip-gram, window 1, K = 2 negatives for each of the N = 14 pairs.
    """
    corpus, _, _ = hello.load_data()
    word, context = np.append(corpus[1:], corpus[:-1]), np.append(corpus[:-1], corpus[1:])
    meets = np.zeros((7, 7), bool)
    meets[word, context] = True
    N, K, rng = len(word), 2, np.random.default_rng(16)
    W_in, W_out = (0.1 * rng.standard_normal((7, 4)) * (fault != "e") for _ in range(2))
    lr = 20.0 if fault == "f" else 1.0
    never = [np.flatnonzero(~meets[w]) for w in word]
    losses = []
    for step in range(61):
        negative = np.array([rng.choice(ids, K, replace=False) for ids in never])
        asked = np.column_stack([context, negative])  # (N, 1+K)
        label = np.zeros(asked.shape)
        label[:, 0] = 1
        if fault == "b":
            label[...] = 1
        elif fault == "h":
            asked[:, 0], label[...] = negative[:, 0], 0
        h, w = W_in[word], W_out[asked]
        s = np.einsum("nd,nkd->nk", h, w)
        each = np.logaddexp(0, s) - s * label
        over = each.size if fault == "c" else N
        if step % 15 == 0:
            losses.append(each.sum() / over)
        ds = (sigmoid(s) - label) / over
        if fault == "a":
            ds = -ds
        dh, dw = np.einsum("nk,nkd->nd", ds, w), ds[:, :, None] * h[:, None]
        for W, idx, rows in ((W_in, word, dh), (W_out, asked, dw)):
            dW = np.zeros_like(W)
            if fault == "d":
                dW[idx] += rows
            else:
                np.add.at(dW, idx, rows)
            if not (fault == "g" and W is W_in):
                W -= lr * dW
    y = sigmoid(W_in @ W_out.T)
    first = "loss " + " ".join(f"{x:.2f}" if x < 1000 else f"{x:.0e}" for x in losses)
    off = ~meets & ~np.eye(7, dtype=bool)
    return f"{first} | pairs that meet {y[meets].mean():.2f}, that never meet {y[off].mean():.2f}"


@exercise(8, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    answer = []

    def steps():
        answer.append(diagnosis())
        yield "answer", ""

    judge([{}], steps, lambda mistake=None: {"answer": ""}, HINTS)
    if not isinstance(answer[0], dict):
        what = f"the answer is a {type(answer[0]).__name__}; a dict is due"
        raise AnswerError(what, name="wrong type")
    for number, printed in RUNS.items():
        letter = answer[0].get(number)
        if letter not in FAULTS:
            what = f"run {number}: {letter!r} is none of the letters {', '.join(FAULTS)}"
            raise AnswerError(what, name="wrong type")
        other = run(letter)
        if other != printed:
            what = f"fault {letter} does not print what run {number} printed"
            details = {f"run {number}": printed, f"fault {letter}": other}
            raise AnswerError(what, details, name="example")
    return "each fault prints exactly what was printed"
