"""Exercise 6: find the bug in a deep network, by sizes, gradients, losses and hits."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the blocks have no straight way, forward and back",
    "b": "the straight way is forgotten on the way back",
    "c": "the blocks begin with a variance four times as large",
    "d": "the blocks begin with zeros",
    "e": "dropout stays switched on for the unseen points",
    "f": "what dropout keeps is not divided",
    "g": "the unseen points are scaled by the mean and the spread of one of them",
    "h": "weight decay has the wrong sign",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "forward 3.08 back 3.50 | error 0.00 | size 0.42 | loss 1.46 0.43 | unseen 0.94 right 204",
    2: "forward 3.08 back 0.00 | error 1.00 | size 0.41 | loss 1.46 0.51 | unseen 0.66 right 218",
    3: "forward 3.08 back 3.50 | error 0.00 | size 0.47 | loss 1.46 0.44 | unseen 0.75 right 228",
    4: "forward 1.00 back 1.00 | error 0.00 | size 0.43 | loss 1.18 0.44 | unseen 0.65 right 229",
}
N, D, H, V, BLOCKS, LR, DECAY, KEEP, STEPS = 60, 6, 16, 3, 6, 0.1, 0.01, 0.8, 60


def points(n, seed):
    """Points in three clouds, and their classes."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).standard_normal((V, D))
    t = np.arange(n) % V
    return 5 + 2 * (centres[t] + 0.9 * rng.standard_normal((n, D))), t


class Network:
    """Affine, six blocks x + relu(x) W with dropout, affine, with one fault."""

    def __init__(self, fault):
        rng = np.random.default_rng(3)
        self.fault, self.rng = fault, np.random.default_rng(4)
        spread = {"c": 2.0, "d": 0.0}.get(fault, 1.0) * (2 / H / BLOCKS) ** 0.5
        if fault == "a":
            spread = (2 / H) ** 0.5
        self.params = [rng.standard_normal((D, H)) / D**0.5]
        self.params += [spread * rng.standard_normal((H, H)) for _ in range(BLOCKS)]
        self.params += [0.1 * rng.standard_normal((H, V))]

    def loss(self, x, t, training=False):
        first, *blocks, last = self.params
        h = x @ first
        self.kept, self.xs = [], [x]
        for W in blocks:
            self.xs.append(h)
            f = np.maximum(h, 0) @ W
            mask = np.ones_like(f)
            if training:
                mask = (self.rng.random(f.shape) < KEEP) / (1 if self.fault == "f" else KEEP)
            self.kept.append(mask)
            h = f * mask + (0 if self.fault == "a" else h)
        self.xs.append(h)
        self.s = h @ last
        e = np.exp(self.s - self.s.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        right = self.s[np.arange(len(t)), t] - self.s.max(axis=1)
        return float((np.log(e.sum(axis=1)) - right).mean())

    def gradients(self, t):
        ds = (self.y - np.eye(V)[t]) / len(t)
        grads, dh = [self.xs[-1].T @ ds], ds @ self.params[-1].T
        self.sizes = [(dh**2).mean()]
        for W, kept, x in zip(self.params[-2:0:-1], self.kept[::-1], self.xs[-2:0:-1], strict=True):
            df = dh * kept
            grads.append(np.maximum(x, 0).T @ df)
            dh = (df @ W.T) * (x > 0) + (0 if self.fault in ("a", "b") else dh)
            self.sizes.append((dh**2).mean())
        grads.append(self.xs[0].T @ dh)
        return grads[::-1]


def error_of(network, x, t, i, grads, step=1e-5):
    """The largest difference to a central difference, over the largest entry."""
    p, numeric = network.params[i], np.zeros_like(network.params[i])
    for place in np.ndindex(p.shape):
        value = p[place]
        p[place] = value + step
        above = network.loss(x, t)
        p[place] = value - step
        numeric[place] = (above - network.loss(x, t)) / (2 * step)
        p[place] = value
    return abs(grads[i] - numeric).max() / max(abs(grads[i]).max(), abs(numeric).max(), 1e-9)


@functools.cache
def run(fault=""):
    """Look at sizes and gradients at the start, train, and read unseen points; what this prints."""
    (x, t), (x_new, t_new) = points(N, 5), points(300, 6)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    x = (x - mean) / spread
    if fault == "g":
        x_new = (x_new - x_new.mean(axis=1, keepdims=True)) / x_new.std(axis=1, keepdims=True)
    else:
        x_new = (x_new - mean) / spread
    network = Network(fault)
    network.loss(x, t)
    growth = (network.xs[-1] ** 2).mean() / (network.xs[1] ** 2).mean()
    grads = network.gradients(t)
    back = network.sizes[-1] / network.sizes[0]
    error = error_of(network, x, t, 0, grads)
    losses = []
    for _ in range(STEPS + 1):
        losses.append(network.loss(x, t, training=True))
        for p, g in zip(network.params, network.gradients(t), strict=True):
            p -= LR * (g + (-1 if fault == "h" else 1) * DECAY * p)
    size = (network.params[0] ** 2).mean() ** 0.5
    unseen = network.loss(x_new, t_new, training=fault == "e")
    right = int((network.s.argmax(axis=1) == t_new).sum())
    told = f"forward {growth:.2f} back {back:.2f} | error {error:.2f} | size {size:.2f} | "
    told += f"loss {losses[0]:.2f} {losses[-1]:.2f} | unseen {unseen:.2f} right {right}"
    return told


@exercise(6, "Wrong outputs: which fault?", 10)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
