"""Exercise 7: find the bug behind a gradient check and a training."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the 1/N is lost on the way back",
    "b": "the gradient of a score is t - y",
    "c": "ReLU lets everything through on the way back",
    "d": "no gradient is cleared: each batch is added to what is there",
    "e": "the gradient of a bias is the mean over the examples, not the sum",
    "f": "the step goes uphill",
    "g": "W_1 gets its gradient from x in another order than on the way forward",
    "h": "W_2 gets its gradient from what went into ReLU, not from what came out",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "error W_1 0.44 b_1 1.38 W_2 0.00 b_2 0.00 | loss 1.11 0.79 0.37",
    2: "error W_1 0.95 b_1 0.95 W_2 0.95 b_2 0.95 | loss 1.11 0.16 0.04",
    3: "error W_1 0.00 b_1 0.95 W_2 0.00 b_2 0.95 | loss 1.11 0.81 0.41",
    4: "error W_1 0.00 b_1 0.00 W_2 0.00 b_2 0.00 | loss 1.11 0.19 0.00",
}
N, D, H, V, LR, LOOKED_AT = 20, 4, 8, 3, 0.03, (0, 20, 100)


def points():
    """20 points in three clouds, and their classes."""
    rng = np.random.default_rng(5)
    t = np.arange(N) % V
    return rng.standard_normal((V, D))[t] + 1.2 * rng.standard_normal((N, D)), t


class Network:
    """Affine, ReLU, affine, softmax with loss, with one fault on the way back."""

    def __init__(self, fault):
        rng = np.random.default_rng(1)
        self.fault = fault
        self.params = [rng.standard_normal((D, H)) * (2 / D) ** 0.5, np.zeros(H)]
        self.params += [0.01 * rng.standard_normal((H, V)), np.zeros(V)]
        self.grads = [np.zeros_like(p) for p in self.params]

    def loss(self, x, t):
        W_1, b_1, W_2, b_2 = self.params
        self.a = x @ W_1 + b_1
        self.h = np.maximum(self.a, 0)
        s = self.h @ W_2 + b_2
        e = np.exp(s - s.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore"):  # uphill a probability becomes 0
            return float(-np.log(self.y[np.arange(N), t]).mean()) + 0.0  # and no -0.00

    def backward(self, x, t):
        fault = self.fault
        ds = self.y - np.eye(V)[t]
        ds = (-ds if fault == "b" else ds) / (1 if fault == "a" else N)
        dh = ds @ self.params[2].T
        da = dh if fault == "c" else dh * (self.a > 0)
        db = np.mean if fault == "e" else np.sum
        seen, went_in = x[::-1] if fault == "g" else x, self.a if fault == "h" else self.h
        made = [seen.T @ da, db(da, axis=0), went_in.T @ ds, db(ds, axis=0)]
        for g, new in zip(self.grads, made, strict=True):
            g[...] = g + new if fault == "d" else new


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
    return abs(g - numeric).max() / max(abs(g).max(), abs(numeric).max())


@functools.cache
def run(fault=""):
    """Check the gradients once, and train with the whole batch; what this prints."""
    x, t = points()
    network, losses = Network(fault), []
    for step in range(max(LOOKED_AT) + 1):
        loss = network.loss(x, t)
        network.backward(x, t)
        if step == 0:
            grads = [g.copy() for g in network.grads]
            pairs = list(zip(network.params, grads, strict=True))
            errors = [relative_error(network, x, t, p, g) for p, g in pairs]
        if step in LOOKED_AT:
            losses.append(loss)
        for p, g in zip(network.params, network.grads, strict=True):
            p += LR * g if fault == "f" else -LR * g
    told = zip(("W_1", "b_1", "W_2", "b_2"), errors, strict=True)
    told = " ".join(f"{name} {error:.2f}" for name, error in told)
    return f"error {told} | loss {' '.join(f'{loss:.2f}' for loss in losses)}"


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
