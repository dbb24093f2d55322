"""Exercise 7: find the bug behind a learning curve."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the gradient is added, not subtracted",
    "b": "all weights and biases begin with 0",
    "c": "every batch holds the same 12 examples",
    "d": "the labels were shuffled, the examples were not",
    "e": "the step of the numerical derivative is 1e-20",
    "f": "the batches are taken from examples that are sorted by class",
    "g": "the loss of a batch is the sum, not the mean",
    "h": "the first layer has no activation",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "train 1.12 0.24 0.19 0.17 0.15 | test 1.30 1.83 2.23 2.50 2.71 | right 87 184 194 197 199",
    2: "train 1.29 1.29 1.29 1.29 1.29 | test 1.30 1.30 1.30 1.30 1.30 | right 87 87 87 87 87",
    3: "train 1.27 1.09 1.09 1.09 1.09 | test 1.30 1.09 1.09 1.11 1.09 | right 87 116 107 116 104",
    4: "train 1.10 1.10 1.10 1.10 1.10 | test 1.10 1.09 1.10 1.10 1.10 | right 87 107 106 106 107",
}
N, TESTED, H, V = 240, 300, 8, 3
SIZE, RATE, STEPS, SEED = 12, 0.3, 400, 5


def points(rng, N):
    """Points in a square: inside a circle, to the left, or to the right of it."""
    x = rng.uniform(-1, 1, (N, 2))
    outside = (x**2).sum(axis=1) > 0.4
    return x, np.where(outside, 1 + (x[:, 0] > 0), 0)


def losses_of(theta, x, t, fault=""):
    """The loss of each example, and which are right, of networks 2-H-V.

    theta : (K, P), the numbers of one network a row; x : (N, 2), t : (N,) -> (K, N), (K, N)
    """
    W_1, b_1, W_2, b_2 = np.split(theta, np.cumsum([2 * H, H, H * V]), axis=1)
    h = x @ W_1.reshape(-1, 2, H) + b_1[:, None]  # (K, N, H)
    h = h if fault == "h" else np.maximum(h, 0)
    s = h @ W_2.reshape(-1, H, V) + b_2[:, None]  # (K, N, V)
    s = s - s.max(axis=2, keepdims=True)
    losses = np.log(np.exp(s).sum(axis=2)) - s[:, np.arange(len(t)), t]
    return losses, s.argmax(axis=2) == t


def gradient(theta, x, t, fault):
    """By central differences, all of them at once : (P,)"""
    step = 1e-20 if fault == "e" else 1e-5
    steps = step * np.eye(len(theta))
    losses, _ = losses_of(np.concatenate([theta + steps, theta - steps]), x, t, fault)
    up, down = np.split(losses.sum(axis=1) if fault == "g" else losses.mean(axis=1), 2)
    return (up - down) / (2 * step)


@functools.cache
def run(fault=""):
    """Train by numerical gradients; what five of the steps print."""
    rng = np.random.default_rng(SEED)
    (x, t), test = points(rng, N), points(rng, TESTED)
    theta = rng.normal(0, 0.7, 2 * H + H + H * V + V)
    theta[2 * H : 3 * H] = theta[-V:] = 0
    orders = [rng.permutation(N) for _ in range(STEPS * SIZE // N)]
    if fault == "b":
        theta[:] = 0
    if fault == "d":
        t = np.random.default_rng(9).permutation(t)
    if fault == "f":
        orders = [np.argsort(t, kind="stable")] * len(orders)
    batches = np.concatenate(orders).reshape(STEPS, SIZE)
    if fault == "c":
        batches[:] = batches[0]
    drawn = np.unique(batches)
    rows = []
    for number in range(STEPS + 1):
        if number % (STEPS // 4) == 0:
            training, _ = losses_of(theta[None], x[drawn], t[drawn], fault)
            unseen, right = losses_of(theta[None], *test, fault)
            rows.append((told(training.mean()), told(unseen.mean()), str(right.sum())))
        if number < STEPS:
            g = gradient(theta, x[batches[number]], t[batches[number]], fault)
            theta = theta + RATE * g if fault == "a" else theta - RATE * g
    columns = map(" ".join, zip(*rows, strict=True))
    return "train {} | test {} | right {}".format(*columns)


def told(loss):
    return f"{loss:.2f}" if loss < 100 else "large"


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
