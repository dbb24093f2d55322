"""Exercise 7: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the scores are not divided by the square root of D",
    "b": "later places are not hidden",
    "c": "no positions are added to the word vectors",
    "d": "later places get the weight 0 after the softmax, not the score minus infinity before it",
    "e": "the softmax goes over the queries, not over the keys",
    "f": "what was read takes the place of x, and is not added to it",
    "g": "the target is the word itself, not the next one",
    "h": "the gradients of the queries and the keys are thrown away",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "new 2.05 | again 2.40 1.76 1.73 | largest 0.63, then 0.61 | sum 1.00 | place 0.20",
    2: "new 1.22 | again 2.31 0.01 0.00 | largest 0.31, then 0.63 | sum 0.65 | place 0.97",
    3: "new 0.00 | again 2.27 0.00 0.00 | largest 0.40, then 0.88 | sum 1.00 | place 0.67",
    4: "new 2.12 | again 2.09 1.67 1.61 | largest 0.57, then 0.41 | sum 1.00 | place 0.19",
}
N, T, H, UPDATES, RATE, SEED = 32, 7, 16, 200, 0.01, 1


def softmax(s, axis):
    powers = np.exp(s - s.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@functools.cache
def run(fault=""):
    """Train one look to repeat a half of a text; what the training prints.

    The text is four words drawn from seven, and the same four again.  Behind word t of the
    second half stands what stood behind word t - 3, so that is where to look.
    """
    rng = np.random.default_rng(SEED)
    E, P = rng.standard_normal((7, H)), rng.standard_normal((T, H))
    Wq, Wk, Wv, Wo = rng.standard_normal((4, H, H)) / np.sqrt(H)
    W_out = rng.standard_normal((H, 7)) / np.sqrt(H)
    params = [E, P, Wq, Wk, Wv, Wo, W_out]
    moments = [(0 * p, 0 * p) for p in params]
    root = 1 if fault == "a" else np.sqrt(H)
    seen = np.tril(np.ones((T, T), dtype=bool))
    axis = 1 if fault == "e" else 2
    losses, looks = [], []
    for number in range(1, UPDATES + 1):
        half = rng.integers(7, size=(N, 4))
        text = np.concatenate([half, half], axis=1)
        words, target = text[:, :-1], text[:, :-1] if fault == "g" else text[:, 1:]
        x = E[words] + (0 if fault == "c" else P)
        z = x - x.mean(axis=2, keepdims=True)
        std = np.sqrt((z**2).mean(axis=2, keepdims=True) + 1e-5)
        z /= std
        q, k, v = z @ Wq, z @ Wk, z @ Wv
        s = q @ k.transpose(0, 2, 1) / root
        if fault not in ("b", "d"):
            s = np.where(seen, s, -np.inf)
        shares = softmax(s, axis)
        a = shares * seen if fault == "d" else shares
        read = a @ v
        y = read @ Wo + (0 if fault == "f" else x)
        prob = softmax(y @ W_out, 2)
        losses.append(-np.log(np.take_along_axis(prob, target[..., None], axis=2)[..., 0]))
        right = a[:, range(3, 7), range(4)].mean()
        looks.append((a.max(axis=2).mean(), a.sum(axis=2).mean(), right))
        ds = (prob - np.eye(7)[target]) / (N * T)
        dy = ds @ W_out.T
        dread = dy @ Wo.T
        dv = a.transpose(0, 2, 1) @ dread
        da = dread @ v.transpose(0, 2, 1) * (seen if fault == "d" else 1)
        dscore = shares * (da - (da * shares).sum(axis=axis, keepdims=True)) / root
        dscore *= fault != "h"
        dq, dk = dscore @ k, dscore.transpose(0, 2, 1) @ q
        dz = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
        dx = dz - dz.mean(axis=2, keepdims=True) - z * (dz * z).mean(axis=2, keepdims=True)
        dx = dx / std + (0 if fault == "f" else dy)
        dE = np.zeros_like(E)
        np.add.at(dE, words, dx)
        grads = [dE, dx.sum(axis=0) * (fault != "c")]
        for left, above in ((z, dq), (z, dk), (z, dv), (read, dy), (y, ds)):
            grads.append(left.reshape(N * T, H).T @ above.reshape(N * T, -1))
        for p, grad, (m, r) in zip(params, grads, moments, strict=True):
            m += 0.1 * (grad - m)
            r += 0.001 * (grad**2 - r)
            p -= RATE * m / (1 - 0.9**number) / (np.sqrt(r / (1 - 0.999**number)) + 1e-8)
    losses = np.array(losses).reshape(-1, 10, N, T).mean(axis=(1, 2))  # of ten updates each
    again = losses[[0, UPDATES // 20 - 1, -1], 3:].mean(axis=1)
    return (
        f"new {losses[-1, :3].mean():.2f} | again {' '.join(f'{loss:.2f}' for loss in again)} | "
        f"largest {looks[0][0]:.2f}, then {looks[-1][0]:.2f} | "
        f"sum {looks[-1][1]:.2f} | place {looks[-1][2]:.2f}"
    )


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
