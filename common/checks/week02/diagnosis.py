"""Exercise 8: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the correction is y - t",
    "b": "the bias is never corrected",
    "c": "the labels are -1 and 1",
    "d": "all examples of a pass are judged with the weights from its start",
    "e": "the step is left out: y is the score",
    "f": "only the mistakes with t = 1 are corrected",
    "g": "each pass begins with zeros",
    "h": "the examples are sorted by their labels",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "corrections 15 15 15 15 15 15 | right 292 292 292 292 292 292",
    2: "corrections 1 0 0 0 0 0 | right 74 74 74 74 74 74",
    3: "corrections 74 225 3 0 0 0 | right 75 226 300 300 300 300",
    4: "corrections 84 80 82 78 77 78 | right 223 238 238 239 239 234",
}
N, LOOKED_AT = 300, (1, 2, 4, 8, 16, 32)


def points():
    """300 points in a square, 0.06 or more on one side of a line, and on which side."""
    x = np.random.default_rng(2).uniform(-1, 1, (2000, 2))
    s = x[:, 0] + 2 * x[:, 1] - 1
    kept = np.flatnonzero(abs(s) > 0.06)[:N]
    return x[kept], (s[kept] > 0).astype(int)


@functools.cache
def run(fault=""):
    """Let a perceptron learn for 32 passes; what six of them print."""
    x, t = points()
    if fault == "h":
        order = np.argsort(t, kind="stable")
        x, t = x[order], t[order]
    label = 2 * t - 1 if fault == "c" else t
    w_0 = w_1 = b = 0.0
    corrections, right = [], []
    for number in range(1, max(LOOKED_AT) + 1):
        if fault == "g":
            w_0 = w_1 = b = 0.0
        start, count = (w_0, w_1, b), 0
        for (x_0, x_1), due in zip(x.tolist(), label.tolist(), strict=True):
            u_0, u_1, c = start if fault == "d" else (w_0, w_1, b)
            s = x_0 * u_0 + x_1 * u_1 + c
            wrong = due - (s if fault == "e" else int(s > 0))
            wrong = -wrong if fault == "a" else wrong
            if fault == "f" and wrong < 0:
                continue
            w_0, w_1 = w_0 + wrong * x_0, w_1 + wrong * x_1
            b += 0 if fault == "b" else wrong
            count += wrong != 0
        if number in LOOKED_AT:
            corrections.append(count)
            right.append(((x[:, 0] * w_0 + x[:, 1] * w_1 + b > 0) == t).sum())
    return f"corrections {' '.join(map(str, corrections))} | right {' '.join(map(str, right))}"


@exercise(8, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
