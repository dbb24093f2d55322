"""Exercise 8: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise
from common.functions import sigmoid
from dataset import hello

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

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
    1: "loss 0.69 0.67 0.56 0.37 0.36 | pairs that meet 0.83, that never meet 0.38"
    " | W_in moved by 0.45",
    2: "loss 2.08 1.39 0.13 0.04 0.02 | pairs that meet 0.99, that never meet 0.99"
    " | W_in moved by 0.93",
    3: "loss 2.07 1.26 0.16 0.04 0.03 | pairs that meet 0.11, that never meet 0.01"
    " | W_in moved by 1.04",
    4: "loss 2.07 2.02 1.86 1.43 1.26 | pairs that meet 0.76, that never meet 0.40"
    " | W_in moved by 0.53",
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
    start = W_in.copy()
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
    loss = " ".join(f"{x:.2f}" if x < 1000 else f"{x:.0e}" for x in losses)
    off = ~meets & ~np.eye(7, dtype=bool)
    moved = np.abs(W_in - start).mean()
    return (
        f"loss {loss} | pairs that meet {y[meets].mean():.2f}, that never meet {y[off].mean():.2f}"
        f" | W_in moved by {moved:.2f}"
    )


@exercise(8, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
