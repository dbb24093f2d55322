"""Exercise 7: find the bug behind the curves of a network with all the techniques of the week."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise, read_hints

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = read_hints(
    """
run 1:
    ? The loss of the training points is that of the right program, to every digit. Which part of
      the network do only the unseen points meet?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! The weights are those of the right program. What differs is what stands in for the mean and
      the variance of a batch.

run 2:
    ? After the first step the unseen points are as they should be, and later the loss falls too
      slowly. What does the first step not need, and the second one does?
    @ 1_race_down_the_valley.ipynb, section "Momentum: remember the direction"
    ! Steps that agree should add up. Look at how far the weights have come after 31 steps.

run 3:
    ? The unseen points are worse already after the first step, when there is nothing yet to
      overfit. What makes an answer at test time a matter of chance?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! At test time the layer should do nothing. The training loss alone cannot show that it does
      something.

run 4:
    ? The last column is more than twice as large as it should be. What holds it down in the right
      program?
    @ 4_fit_and_overfit.ipynb, section "Weight decay"
    ! Each step takes a small part of each weight away, unless the sign says something else.
"""
)

FAULTS = {
    "a": "all weights start at 0",
    "b": "the weights start ten times too large",
    "c": "dropout stays switched on for the unseen points",
    "d": "dropout does not divide by the share that stays",
    "e": "the running means are never moved from 0 and 1",
    "f": "the velocity is set to 0 before each step",
    "g": "weight decay has the wrong sign",
    "h": "weight decay is a hundred times too strong",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 1.36 0.56 0.29 | unseen 2.50 1.39 0.69 | right 199 360 433 | size 0.23 0.34 0.37",
    2: "loss 1.36 0.84 0.50 | unseen 2.13 0.73 0.43 | right 196 490 518 | size 0.23 0.22 0.26",
    3: "loss 1.36 0.42 0.37 | unseen 2.95 0.52 0.56 | right 178 478 479 | size 0.23 0.35 0.37",
    4: "loss 1.36 0.58 0.31 | unseen 2.13 0.36 0.51 | right 196 522 509 | size 0.24 0.39 0.85",
}
N, UNSEEN, D, H, V = 60, 600, 4, 20, 3
KEEP, RATE, MOMENTUM, DECAY, LOOKED_AT = 0.5, 0.05, 0.9, 0.01, (0, 30, 200)
SEED = 3


def points(rng, N):
    """Points in three clouds, far from 0 and of unlike sizes, and their classes."""
    t = np.arange(N) % V
    centres = np.array([[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]])
    x = 3 + centres[t] + 1.0 * rng.standard_normal((N, D))
    return x, t


class Network:
    """Affine, batch normalisation, ReLU, dropout, affine, softmax with loss."""

    def __init__(self, rng, fault):
        self.rng, self.fault = rng, fault
        scale = {"a": 0, "b": 10}.get(fault, 1)
        W_1 = scale * rng.standard_normal((D, H)) * (2 / D) ** 0.5
        W_2 = scale * rng.standard_normal((H, V)) * (1 / H) ** 0.5
        self.params = [W_1, W_2, np.zeros(V)]
        self.velocity = [np.zeros_like(p) for p in self.params]
        self.mean, self.var = np.zeros(H), np.ones(H)

    def scores(self, x, train):
        a = x @ self.params[0]
        mean, var = (a.mean(axis=0), a.var(axis=0)) if train else (self.mean, self.var)
        if train and self.fault != "e":
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        self.std = np.sqrt(var + 1e-7)
        self.a_hat = (a - mean) / self.std
        self.left = np.ones((len(x), H))
        if train or self.fault == "c":
            self.left = (self.rng.random((len(x), H)) < KEEP) / (1 if self.fault == "d" else KEEP)
        self.h = np.maximum(self.a_hat, 0) * self.left
        return self.h @ self.params[1] + self.params[2]

    def loss(self, x, t, train):
        s = self.scores(x, train)
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        self.y = e / e.sum(axis=1, keepdims=True)
        losses = np.log(e.sum(axis=1)) - s[np.arange(len(t)), t]
        return losses.mean(), (s.argmax(axis=1) == t).sum()

    def step(self, x, t):
        ds = (self.y - np.eye(V)[t]) / len(t)
        dh = (ds @ self.params[1].T) * self.left * (self.a_hat > 0)
        da = dh - dh.mean(axis=0) - self.a_hat * (dh * self.a_hat).mean(axis=0)
        grads = [x.T @ (da / self.std), self.h.T @ ds, ds.sum(axis=0)]
        decay = {"g": -DECAY, "h": 100 * DECAY}.get(self.fault, DECAY)
        for p, v, g in zip(self.params, self.velocity, grads, strict=True):
            if self.fault == "f":
                v[...] = 0
            v *= MOMENTUM
            v -= RATE * (g + (decay * p if p.ndim == 2 else 0))
            p += v


@functools.cache
def run(fault=""):
    """Train with all points in each step; what three of the steps print."""
    rng = np.random.default_rng(SEED)
    (x, t), unseen = points(rng, N), points(rng, UNSEEN)
    network, rows = Network(rng, fault), []
    for number in range(max(LOOKED_AT) + 1):
        loss, _ = network.loss(x, t, train=True)
        network.step(x, t)
        if number in LOOKED_AT:
            other, right = network.loss(*unseen, train=False)
            size = np.sqrt((network.params[1] ** 2).mean())
            rows.append((f"{loss:.2f}", f"{other:.2f}", str(right), f"{size:.2f}"))
    columns = map(" ".join, zip(*rows, strict=True))
    return "loss {} | unseen {} | right {} | size {}".format(*columns)


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run, HINTS)
    return "each fault prints exactly what was printed"
