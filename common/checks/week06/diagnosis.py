"""Exercise 6: find the bug in a program that counts, scales, learns and checks itself."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the classes are counted by counts[t] += 1",
    "b": "examples and labels are shuffled by two different draws",
    "c": "softmax shares out each column",
    "d": "the step goes uphill",
    "e": "all weights begin with 0",
    "f": "the 1/N is lost on the way back",
    "g": "ReLU lets everything through on the way back",
    "h": "the features are scaled by the mean and the spread of their row",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "counts 12 10 8 | mean 0.00 | row 1.00 | error 0.66 0.00 | loss 1.09 0.11 | right 30",
    2: "counts 12 10 8 | mean 0.00 | row 1.00 | error 0.00 0.00 | loss 1.10 0.88 | right 18",
    3: "counts 12 10 8 | mean 0.00 | row 1.00 | error 0.00 0.00 | loss 1.10 1.09 | right 12",
    4: "counts 12 10 8 | mean 0.66 | row 1.00 | error 0.00 0.00 | loss 1.10 0.86 | right 22",
}
N, D, H, V, LR, STEPS = 30, 3, 6, 3, 0.2, 60


def points(fault):
    """30 points in three clouds, 12, 10 and 8 of them, and their classes, shuffled."""
    rng = np.random.default_rng(6)
    t = np.repeat([0, 1, 2], [12, 10, 8])
    centres = np.array([[1.5, 10.0, 0.0], [-1.5, 20.0, 0.0], [0.5, 40.0, 0.0]])
    x = centres[t] + rng.standard_normal((N, D)) * [1.0, 7.0, 1.0]
    first, second = rng.permutation(N), rng.permutation(N)
    return x[first], t[second if fault == "b" else first]


def scaled(x, fault):
    axis = 1 if fault == "h" else 0
    return (x - x.mean(axis, keepdims=True)) / x.std(axis, keepdims=True)


class Network:
    """Affine, ReLU, affine, softmax with loss, with one fault."""

    def __init__(self, fault):
        rng = np.random.default_rng(2)
        self.fault = fault
        self.params = [rng.standard_normal((D, H)), np.zeros(H)]
        self.params += [0.01 * rng.standard_normal((H, V)), np.zeros(V)]
        for p in self.params if fault == "e" else ():
            p[...] = 0

    def loss(self, x, t):
        W_1, b_1, W_2, b_2 = self.params
        self.a = x @ W_1 + b_1
        self.h = np.maximum(self.a, 0)
        self.s = self.h @ W_2 + b_2
        axis = 0 if self.fault == "c" else 1
        e = np.exp(self.s - self.s.max(axis=axis, keepdims=True))
        self.y = e / e.sum(axis=axis, keepdims=True)
        with np.errstate(divide="ignore"):  # uphill a probability becomes 0
            return float(-np.log(self.y[np.arange(N), t]).mean()) + 0.0  # and no -0.00

    def gradients(self, x, t):
        ds = (self.y - np.eye(V)[t]) / (1 if self.fault == "f" else N)
        da = ds @ self.params[2].T
        da = da if self.fault == "g" else da * (self.a > 0)
        return [x.T @ da, da.sum(axis=0), self.h.T @ ds, ds.sum(axis=0)]


def relative_error(network, x, t, p, g, step=1e-5):
    """The largest difference to a central difference, over the largest entry."""
    numeric = np.zeros_like(p)
    for i in np.ndindex(p.shape):
        value = p[i]
        p[i] = value + step
        above = network.loss(x, t)
        p[i] = value - step
        numeric[i] = (above - network.loss(x, t)) / (2 * step)
        p[i] = value
    return abs(g - numeric).max() / max(abs(g).max(), abs(numeric).max(), 1e-9)


@functools.cache
def run(fault=""):
    """Count, scale, check the gradients once, train with the whole batch; what this prints."""
    x, t = points(fault)
    counts = np.zeros(V, int)
    if fault == "a":
        counts[t] += 1
    else:
        np.add.at(counts, t, 1)
    x = scaled(x, fault)
    network = Network(fault)
    before = network.loss(x, t)
    ones = network.y[0].sum()
    grads = network.gradients(x, t)
    errors = [relative_error(network, x, t, network.params[i], grads[i]) for i in (0, 2)]
    for _ in range(STEPS):
        network.loss(x, t)
        for p, g in zip(network.params, network.gradients(x, t), strict=True):
            p += LR * g if fault == "d" else -LR * g
    after = network.loss(x, t)
    right = int((network.s.argmax(axis=1) == t).sum())
    told = f"counts {' '.join(map(str, counts))} | mean {abs(x[:, 0].mean()):.2f} | "
    told += f"row {ones:.2f} | "
    told += f"error {errors[0]:.2f} {errors[1]:.2f} | loss {before:.2f} {after:.2f} | "
    return told + f"right {right}"


@exercise(6, "Wrong outputs: which fault?", 10)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
