"""Exercise 7: find the bug of a deep network trained in 16 bits, by what its layers show."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise, read_hints

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = read_hints(
    """
run 1:
    ? By how much does the gradient fall from block 8 to block 4, and from there to block 1? And
      the right points at the first step, are they those of the right program?
    @ 2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! Forward nothing is wrong. On the way back a gradient shrinks that has no straight way.

run 2:
    ? Which column alone is not that of the right program?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! The gradients are there. A weight that stands still was given a step too small to be seen.

run 3:
    ? How large are the numbers that reach the blocks at the first step, and which is the smallest
      float16?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! The weights move later, so the gradients are 0 only while the last layer is small.

run 4:
    ? By which factor are all three gradients too large, and are they alike?
    @ 2_the_residual_connection.ipynb, section "The sum can grow: choose the start"
    ! Nothing shrinks and nothing is scaled: something was large before the first step.
"""
)

FAULTS = {
    "a": "backward, a block hands on only what came through f",
    "b": "the blocks have no sum, neither forward nor backward",
    "c": "the second weights of all blocks start with the variance of the first",
    "d": "all weights of the blocks start at 0",
    "e": "the loss is not scaled, and nothing is divided",
    "f": "the loss is scaled, but the gradients are not divided",
    "g": "the weights are kept in float16",
    "h": "the loss is scaled so far that gradients overflow",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "gradients 5e-11 2e-09 8e-08 | loss 1.10 0.79 0.31 | right 286 397 485 | moved 99%",
    2: "gradients 1e-07 7e-08 8e-08 | loss 1.10 0.39 0.04 | right 286 493 516 | moved 61%",
    3: "gradients 0e+00 0e+00 0e+00 | loss 1.10 0.37 0.04 | right 286 495 515 | moved 99%",
    4: "gradients 6e-06 7e-06 5e-06 | loss 1.10 0.00 0.00 | right 200 505 507 | moved 100%",
}
N, UNSEEN, D, H, V, BLOCKS = 60, 600, 4, 16, 3, 8
RATE, SCALE, SMALL, LOOKED_AT = 0.01, 2.0**12, 1e-6, (0, 80, 300)
SEED = 0


def half(a):
    """Rounded to float16."""
    return a.astype(np.float16).astype(float)


def points(rng, N):
    """Points in two clouds for each of three classes, on opposite sides of 0."""
    t = np.arange(N) % V
    centres = np.array([[1.5, 0, 0, 0], [0, 1.5, 0, 0], [0, 0, 1.5, 0]])
    return centres[t] * rng.choice([-1.0, 1.0], (N, 1)) + 0.5 * rng.standard_normal((N, D)), t


class Network:
    """Affine, blocks ``h + relu(h W_1) W_2``, affine, softmax with loss; gradients in float16."""

    def __init__(self, rng, fault):
        self.fault = fault
        start = lambda n, m, times: rng.standard_normal((n, m)) * (times / n) ** 0.5
        second = 2 if fault == "c" else 1 / BLOCKS
        self.first = start(D, H, 1)
        self.pairs = [[start(H, H, 2), start(H, H, second)] for _ in range(BLOCKS)]
        if fault == "d":
            self.pairs = [[0 * W_1, 0 * W_2] for W_1, W_2 in self.pairs]
        self.last = SMALL * rng.standard_normal((H, V))
        self.scale = {"e": 1, "h": 2.0**27}.get(fault, SCALE)

    def loss(self, x, t):
        self.x, h, self.kept = x, x @ self.first, []
        for W_1, W_2 in self.pairs:
            bent = np.maximum(h @ W_1, 0)
            self.kept.append((h, bent))
            h = bent @ W_2 + (0 if self.fault == "b" else h)
        self.h = h
        s = h @ self.last
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        self.y = e / e.sum(axis=1, keepdims=True)
        losses = np.log(e.sum(axis=1)) - s[np.arange(len(t)), t]
        return losses.mean(), (s.argmax(axis=1) == t).sum()

    def step(self, t):
        """One step; the sizes of the gradients of the blocks' first weights."""
        dout = half(self.scale * (self.y - np.eye(V)[t]) / len(t))
        weights, grads, sizes = [self.last], [half(self.h.T @ dout)], []
        dout = half(dout @ self.last.T)
        for (W_1, W_2), (h, bent) in zip(reversed(self.pairs), reversed(self.kept), strict=True):
            da = half(dout @ W_2.T) * (bent > 0)
            weights += [W_2, W_1]
            grads += [half(bent.T @ dout), half(h.T @ da)]
            through = half(da @ W_1.T)
            dout = through if self.fault in ("a", "b") else half(dout + through)
            sizes.append(np.sqrt((grads[-1] ** 2).mean()))
        weights.append(self.first)
        grads.append(half(self.x.T @ dout))
        divide = 1 if self.fault == "f" else self.scale
        for W, g in zip(weights, grads, strict=True):
            if np.isfinite(g).all():
                W -= RATE * g / divide
            if self.fault == "g":
                W[...] = half(W)
        return np.array(sizes[::-1]) / divide


@functools.cache
@np.errstate(all="ignore")  # two of the faults overflow
def run(fault=""):
    """Train with all points in each step; what three of the steps print."""
    rng = np.random.default_rng(SEED)
    (x, t), (x_2, t_2) = points(rng, N), points(rng, UNSEEN)
    network, rows = Network(rng, fault), []
    for number in range(max(LOOKED_AT) + 1):
        loss, _ = network.loss(x, t)
        sizes = network.step(t)
        if number == 0:
            told = " ".join(f"{sizes[b]:.0e}" for b in (0, 3, 7))
            begun = [W.copy() for pair in network.pairs for W in pair]
        if number in LOOKED_AT:
            _, right = network.loss(x_2, t_2)
            rows.append((f"{loss:.2f}" if loss < 99 else "large", str(right)))
    now = [W for pair in network.pairs for W in pair]
    moved = np.mean([a != b for a, b in zip(now, begun, strict=True)])
    columns = map(" ".join, zip(*rows, strict=True))
    return "gradients {} | loss {} | right {} | moved {:.0%}".format(told, *columns, moved)


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run, HINTS)
    return "each fault prints exactly what was printed"
