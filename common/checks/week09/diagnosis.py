"""Exercise 7: find the bug behind a gradient check and a training."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "on the way back to x, overlapping windows are assigned and not added",
    "b": "on the way back to x, each filter is turned by half a turn",
    "c": "pooling hands its gradient to all four numbers of a window",
    "d": "pooling hands its gradient to the first number of a window",
    "e": "the gradient of W is the mean over the places of a map, not the sum",
    "f": "the gradient of W is turned by half a turn",
    "g": "no gradient is cleared: each batch is added to what is there",
    "h": "the rows of the product are folded as if the images came last, on both ways",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "error W 0.63 b 0.00 x 1.04 x at stride 3 0.93 | loss 1.14 0.87 0.34",
    2: "error W 0.00 b 0.00 x 1.00 x at stride 3 0.00 | loss 1.14 0.84 0.11",
    3: "error W 0.00 b 0.00 x 0.00 x at stride 3 0.00 | loss 1.12 0.96 0.39",
    4: "error W 0.94 b 0.00 x 0.00 x at stride 3 0.00 | loss 1.14 0.92 0.44",
}
N, K, SIZE, F, V, LR, LOOKED_AT = 12, 3, 6, 3, 3, 0.1, (0, 20, 100)


def pictures():
    """12 noisy pictures of 6 x 6, a line across, a line down or a diagonal one; their classes."""
    rng = np.random.default_rng(9)
    t = np.arange(N) % V
    x = 0.3 * rng.standard_normal((N, 1, SIZE, SIZE))
    for n, place in enumerate(rng.integers(1, SIZE - 1, N)):
        along = np.arange(SIZE)
        at = (place, along), (along, place), (along, (along + place) % SIZE)
        x[n, 0][at[t[n]]] += 1
    return x, t


def places(stride):
    """(places of the output, numbers of the filter): which pixel each number meets."""
    first = np.arange(0, SIZE - F + 1, stride)
    corners = (first[:, None] * SIZE + first).ravel()
    return corners[:, None] + (np.arange(F)[:, None] * SIZE + np.arange(F)).ravel()


class Network:
    """Convolution, pooling, ReLU, affine, softmax with loss, with one fault."""

    def __init__(self, fault, stride=1):
        rng = np.random.default_rng(4)
        self.fault, self.places = fault, places(stride)
        self.side = int(len(self.places) ** 0.5)
        self.pool = 2 if self.side % 2 == 0 else 1
        inside = K * (self.side // self.pool) ** 2
        self.params = [rng.standard_normal((K, F * F)) * (2 / F**2) ** 0.5, np.zeros(K)]
        self.params += [0.1 * rng.standard_normal((inside, V)), np.zeros(V)]
        self.grads = [np.zeros_like(p) for p in self.params]

    def fold(self, rows):
        """(N * places, K) -> (N, K, places)"""
        if self.fault == "h":
            return rows.reshape(-1, N, K).transpose(1, 2, 0)
        return rows.reshape(N, -1, K).transpose(0, 2, 1)

    def unfold(self, maps):
        if self.fault == "h":
            return maps.transpose(2, 0, 1).reshape(-1, K)
        return maps.transpose(0, 2, 1).reshape(-1, K)

    def windows(self, maps):
        """(N, K, places) -> (N, K, windows, numbers in a window)"""
        half, pool = self.side // self.pool, self.pool
        cut = maps.reshape(N, K, half, pool, half, pool).transpose(0, 1, 2, 4, 3, 5)
        return cut.reshape(N, K, half**2, pool**2)

    def joined(self, cut):
        half, pool = self.side // self.pool, self.pool
        maps = cut.reshape(N, K, half, half, pool, pool).transpose(0, 1, 2, 4, 3, 5)
        return maps.reshape(N, K, -1)

    def loss(self, x, t):
        W, b, W_2, b_2 = self.params
        self.rows = x.reshape(N, -1)[:, self.places].reshape(-1, F * F)
        cut = self.windows(self.fold(self.rows @ W.T + b))
        self.best = cut.argmax(axis=3)
        top = cut.max(axis=3)
        self.on = top > 0
        self.h = (top * self.on).reshape(N, -1)
        s = self.h @ W_2 + b_2
        e = np.exp(s - s.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return abs(float(np.log(self.y[np.arange(N), t]).mean()))

    def backward(self, t):
        """Write the gradients, and return that of x."""
        fault, W = self.fault, self.params[0]
        ds = (self.y - np.eye(V)[t]) / N
        dtop = (ds @ self.params[2].T).reshape(self.on.shape) * self.on
        best = 0 * self.best if fault == "d" else self.best
        at = np.arange(self.pool**2) == best[..., None]
        cut = dtop[..., None] * (at | (fault == "c"))
        back = self.unfold(self.joined(cut))
        dW = back.T @ self.rows
        if fault == "e":
            dW = dW / len(self.places)
        elif fault == "f":
            dW = dW[:, ::-1]
        for g, new in zip(
            self.grads, [dW, back.sum(axis=0), self.h.T @ ds, ds.sum(axis=0)], strict=True
        ):
            g[...] = g + new if fault == "g" else new
        dcol = (back @ (W[:, ::-1] if fault == "b" else W)).reshape(N, *self.places.shape)
        dx = np.zeros((N, SIZE**2))
        for place, pixels in enumerate(self.places):
            dx[:, pixels] = dcol[:, place] + (0 if fault == "a" else dx[:, pixels])
        return dx


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


def errors(network, x, t):
    """Of W, b and x."""
    network.loss(x, t)
    dx = network.backward(t).reshape(x.shape)
    pairs = [(p, g.copy()) for p, g in zip(network.params[:2], network.grads, strict=False)]
    return [relative_error(network, x, t, p, g) for p, g in [*pairs, (x, dx)]]


@functools.cache
def run(fault=""):
    """Check the gradients with two strides, and train with the whole batch; what this prints."""
    x, t = pictures()
    W, b, at_1 = errors(Network(fault), x, t)
    at_3 = errors(Network(fault, stride=F), x, t)[-1]
    network, losses = Network(fault), []
    for step in range(max(LOOKED_AT) + 1):
        loss = network.loss(x, t)
        network.backward(t)
        if step in LOOKED_AT:
            losses.append(loss)
        for p, g in zip(network.params, network.grads, strict=True):
            p -= LR * g
    told = f"error W {W:.2f} b {b:.2f} x {at_1:.2f} x at stride 3 {at_3:.2f}"
    return f"{told} | loss {' '.join(f'{loss:.2f}' for loss in losses)}"


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
