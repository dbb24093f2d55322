"""Exercise 6: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the forget gate's bias begins at 0, not at 3",
    "b": "what comes back along the cell is thrown away",
    "c": "the cell goes through a dropout of one half, at every step",
    "d": "gradients are not clipped",
    "e": "every gradient is brought to the length of the bound, also a shorter one",
    "f": "the cell is not emptied before a new batch",
    "g": "g is a sigmoid, not a tanh",
    "h": "the target is the last number, not the first",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 0.23 0.00 0.00 0.00 0.00 | f 0.96, then 0.90 | gradient 0.00 to 0.50",
    2: "loss 0.36 0.33 0.33 0.34 0.33 | f 0.95, then 0.94 | gradient 0.02 to 0.50",
    3: "loss 0.30 0.02 0.00 0.00 0.00 | f 0.96, then 0.96 | gradient 0.02 to 2.64",
    4: "loss 0.34 0.36 0.33 0.32 0.33 | f 0.51, then 0.43 | gradient 0.00 to 0.25",
}
# What the right program prints.  Where it is at rest, each step is a step of rounding, so
# another processor may print 0.02 for 0.01; the four runs above are far from rest.
RIGHT = "loss 0.31 0.05 0.01 0.00 0.01 | f 0.96, then 0.97 | gradient 0.03 to 0.50"
N, T, H, UPDATES, RATE, BOUND = 32, 20, 8, 160, 0.03, 0.5


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@functools.cache
def run(fault=""):
    """Train an LSTM to say at the end the number that it saw first; what the training prints.

    The input is one number a step, and a mark at the first; the output is w h_T.
    """
    rng = np.random.default_rng(18)
    Wx, Wh = rng.standard_normal((2, 4 * H)) / 2, rng.standard_normal((H, 4 * H)) / 3
    b, w = np.zeros(4 * H), rng.standard_normal(H) / 3
    b[:H] = 0 if fault == "a" else 3
    params = [Wx, Wh, b, w]
    moments = [(0 * p, 0 * p) for p in params]
    losses, forget, lengths, c_end = [], [], [], np.zeros((N, H))
    for number in range(1, UPDATES + 1):
        xs = np.zeros((T, N, 2))
        xs[:, :, 0] = rng.uniform(-1, 1, (T, N))
        xs[0, :, 1] = 1
        target = xs[-1 if fault == "h" else 0, :, 0]
        h, c, kept = np.zeros((N, H)), c_end if fault == "f" else np.zeros((N, H)), []
        for x in xs:
            a = x @ Wx + h @ Wh + b
            f, i, o = sigmoid(a[:, :H]), sigmoid(a[:, 2 * H : 3 * H]), sigmoid(a[:, 3 * H :])
            g = a[:, H : 2 * H]
            g = sigmoid(g) if fault == "g" else np.tanh(g)
            mask = 2 * (rng.random((N, H)) < 0.5) if fault == "c" else 1
            new = (f * c + i * g) * mask
            kept.append((x, h, c, f, g, i, o, np.tanh(new), mask))
            c, h = new, o * np.tanh(new)
        c_end = c
        error = h @ w - target
        losses.append((error**2).mean())
        forget.append(np.mean([k[3] for k in kept]))
        grads = [0 * p for p in params]
        grads[3] = h.T @ (2 * error / N)
        dh, dc = np.outer(2 * error / N, w), np.zeros((N, H))
        for x, h_prev, c_prev, f, g, i, o, shown, mask in reversed(kept):
            dc = (dc + dh * o * (1 - shown**2)) * mask
            slope = g * (1 - g) if fault == "g" else 1 - g**2
            da = [dc * c_prev * f * (1 - f), dc * i * slope]
            da += [dc * g * i * (1 - i), dh * shown * o * (1 - o)]
            da = np.concatenate(da, axis=1)
            for grad, part in zip(grads, (x.T @ da, h_prev.T @ da, da.sum(axis=0)), strict=False):
                grad += part
            dh, dc = da @ Wh.T, 0 * dc if fault == "b" else dc * f
        length = np.sqrt(sum((grad**2).sum() for grad in grads))
        factor = BOUND / length
        if fault == "d":
            factor = 1
        elif fault != "e":
            factor = min(1, factor)
        lengths.append(length * factor)
        for p, grad, (m, v) in zip(params, grads, moments, strict=True):
            m += 0.1 * (factor * grad - m)
            v += 0.001 * ((factor * grad) ** 2 - v)
            p -= RATE * m / (1 - 0.9**number) / (np.sqrt(v / (1 - 0.999**number)) + 1e-8)
    quarters = np.reshape(losses, (4, -1))
    ends = [quarters[0, :10].mean(), *(quarter[-10:].mean() for quarter in quarters)]
    return (
        f"loss {' '.join(f'{loss:.2f}' for loss in ends)} | "
        f"f {forget[0]:.2f}, then {forget[-1]:.2f} | "
        f"gradient {min(lengths):.2f} to {max(lengths):.2f}"
    )


@exercise(6, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
