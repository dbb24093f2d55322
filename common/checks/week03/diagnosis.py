"""Exercise 8: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise, read_hints
from dataset.digits import load_digits

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = read_hints(
    """
run 1:
    ? The sum of all y is 40, and there are four batches of ten classes. What adds up to 1?
    @ 3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! Forty sums of 1 are not four hundred. Ask which axis they are taken along.

run 2:
    ? The sums are right, so softmax is. Few answers are right, so what do the scores still know?
    @ 2_products_with_shapes.ipynb, section "Shapes that are wrong, and run"
    ! Little more than a guess is right: numbers meet weights that were learned for others.

run 3:
    ? No answer has changed. Which steps keep the order of the ten numbers of a row?
    @ 3_scores_to_probabilities.ipynb, section "How far ahead is sure?"
    ! Scores from 0 to 1 give a lead of 1 at most. Compute the probability for that lead.

run 4:
    ? The order is right, and the sum is above 400. Do the ten numbers of a row share one whole?
    @ 3_scores_to_probabilities.ipynb, section "What softmax keeps"
    ! Nearly five a digit: here each class gets a number that asks nothing of the others.
"""
)

FAULTS = {
    "a": "there is no ReLU between the layers",
    "b": "softmax divides by the sums of the columns",
    "c": "the scores go through ReLU too",
    "d": "the pixels are 0 to 16, not 0 to 1",
    "e": "the hidden values reach the second layer in reverse order",
    "f": "each score goes through a sigmoid, and there is no softmax",
    "g": "softmax subtracts the largest score of the batch, not of the row",
    "h": "the probabilities go through softmax once more",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "right 368 | largest y 0.10 | sum of all y 40.00",
    2: "right 63 | largest y 0.72 | sum of all y 400.00",
    3: "right 387 | largest y 0.22 | sum of all y 400.00",
    4: "right 387 | largest y 1.00 | sum of all y 1903.33",
}
EPOCHS, N, N_READ = 20, 50, 100


@functools.cache
def trained():
    """Weights and biases of 64 - 50 - 10, trained on the digits, as weeks 4 and 5 derive it."""
    (x, t), _ = load_digits()
    x = x.astype(float)
    rng = np.random.default_rng(3)
    W_1, b_1 = np.sqrt(2 / 64) * rng.standard_normal((64, 50)), np.zeros(50)
    W_2, b_2 = np.sqrt(2 / 50) * rng.standard_normal((50, 10)), np.zeros(10)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for i in range(0, len(x), N):
            batch = order[i : i + N]
            h = np.maximum(x[batch] @ W_1 + b_1, 0)
            ds = softmax(h @ W_2 + b_2)
            ds[np.arange(len(batch)), t[batch]] -= 1
            ds /= len(batch)
            dh = ds @ W_2.T * (h > 0)
            W_2 -= 0.3 * h.T @ ds
            b_2 -= 0.3 * ds.sum(axis=0)
            W_1 -= 0.3 * x[batch].T @ dh
            b_1 -= 0.3 * dh.sum(axis=0)
    return W_1, b_1, W_2, b_2


def softmax(s, fault=""):
    axis = 0 if fault == "b" else 1
    e = np.exp(s - (s.max() if fault == "g" else s.max(axis=axis, keepdims=True)))
    return e / e.sum(axis=axis, keepdims=True)


@functools.cache
def run(fault=""):
    """Read 400 unseen digits in batches of 100; what the program prints."""
    W_1, b_1, W_2, b_2 = trained()
    _, (x, t) = load_digits()
    x = x.astype(float)
    if fault == "d":
        x = 16 * x
    ys = []
    for i in range(0, len(x), N_READ):
        s = x[i : i + N_READ] @ W_1 + b_1
        h = s if fault == "a" else np.maximum(s, 0)
        h = h[:, ::-1] if fault == "e" else h
        s = h @ W_2 + b_2
        s = np.maximum(s, 0) if fault == "c" else s
        y = 1 / (1 + np.exp(-s)) if fault == "f" else softmax(s, fault)
        ys.append(softmax(y) if fault == "h" else y)
    y = np.concatenate(ys)
    right, largest = (y.argmax(axis=1) == t).sum(), y.max(axis=1).mean()
    return f"right {right} | largest y {largest:.2f} | sum of all y {y.sum():.2f}"


@exercise(8, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run, HINTS)
    return "each fault prints exactly what was printed"
