"""Exercise 7: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise
from dataset import spiral

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the gradient of a score is t - y",
    "b": "the 1/N is lost on the way back",
    "c": "the loss and its gradient are divided by all N V numbers",
    "d": "softmax divides by the sum of the whole batch",
    "e": "there is no sigmoid between the affine layers",
    "f": "all weights start at 0",
    "g": "the optimizer makes new arrays: p = p - lr * g",
    "h": "the batches are taken in the order of the file",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 4.50 4.51 4.50 4.51 4.53 | right 98 100 100 100 100",
    2: "loss 1.10 0.10 0.07 0.03 0.03 | right 98 286 292 296 296",
    3: "loss 1.11 0.74 0.74 0.74 0.74 | right 87 163 166 167 162",
    4: "loss 1.10 1.10 1.10 1.10 1.10 | right 98 98 98 98 98",
}
EPOCHS, N = 320, 30


@functools.cache
def run(fault=""):
    """Train 2 - 10 - 3 on the spiral, with a learning rate of 0.3; what the training prints."""
    x, onehot = spiral.load_data()
    rng = np.random.default_rng(11)
    W_1, W_2 = 2 * rng.standard_normal((2, 10)), 0.01 * rng.standard_normal((10, 3))
    params = [W_1 * (fault != "f"), np.zeros(10), W_2 * (fault != "f"), np.zeros(3)]
    V = 3 if fault == "c" else 1

    def forward(x):
        W_1, b_1, W_2, b_2 = params
        h = x @ W_1 + b_1
        h = h if fault == "e" else 1 / (1 + np.exp(-h))
        s = h @ W_2 + b_2
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return h, e / e.sum(axis=None if fault == "d" else 1, keepdims=True)

    def look():
        """The loss of all points, batch by batch, and how many are right."""
        y = np.concatenate([forward(x[i : i + N])[1] for i in range(0, len(x), N)])
        right = (y.argmax(axis=1) == onehot.argmax(axis=1)).sum()
        with np.errstate(divide="ignore"):
            return -np.log(y[onehot == 1]).mean() / V, right

    seen = [look()]
    for epoch in range(1, EPOCHS + 1):
        order = np.arange(len(x)) if fault == "h" else rng.permutation(len(x))
        for i in order.reshape(-1, N):
            h, y = forward(x[i])
            ds = (y - onehot[i]) / V * (-1 if fault == "a" else 1) / (1 if fault == "b" else N)
            dh = ds @ params[2].T * (1 if fault == "e" else h * (1 - h))
            grads = [x[i].T @ dh, dh.sum(axis=0), h.T @ ds, ds.sum(axis=0)]
            for p, g in zip(params, grads, strict=True):
                if fault != "g":
                    p -= 0.3 * g
        if epoch % (EPOCHS // 4) == 0:
            seen.append(look())
    losses = " ".join(f"{loss:.2f}" for loss, _ in seen)
    return f"loss {losses} | right {' '.join(str(right) for _, right in seen)}"


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
