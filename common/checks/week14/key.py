"""The final's key: what is right on a paper, and whether a class does what it should.

Left out of the copy of the course that a class sits the exam with.
"""

import math

import numpy as np

from common.checks.exam import passes
from common.checks.problems import numbers
from common.checks.week14.paper import PAIRS

__all__ = ["VALUES", "effort", "judge", "values"]


def values(number, n):
    """What question 1 to 6, or 9 b, should be answered with."""
    return VALUES[number](**n)


def backward(x, W, y, t, kind):
    ds = (np.array(y) - np.eye(2)[t]) / 2
    dx = ds @ np.transpose(W)
    return [ds, np.transpose(x) @ ds, [dx[0], dx[1], dx[:, 1]][kind]]


def steps(w, g, rate, momentum, betas):
    v, by_momentum = 0, w
    squares, by_adagrad = 0, w
    m, s, by_adam = 0, 0, w
    for k, slope in enumerate(g, 1):
        v = momentum * v - rate * slope
        by_momentum += v
        squares += slope**2
        by_adagrad -= rate * slope / math.sqrt(squares)
        m = betas[0] * m + (1 - betas[0]) * slope
        s = betas[1] * s + (1 - betas[1]) * slope**2
        by_adam -= rate * m / (1 - betas[0] ** k) / math.sqrt(s / (1 - betas[1] ** k))
    return [by_momentum, by_adagrad, by_adam]


def start(n, c, layers, mean, spread, order, gamma, beta, kind):
    x = mean + spread * order[0]
    last = [0.1 * mean, 0.9 + 0.1 * spread**2, gamma * (x - 1) / 2 + beta][kind]
    return [math.sqrt(2 / n), c ** (2 * layers), gamma * order[0] + beta, last]


def filtered(x, W, dout, kind):
    x, W, dout = np.array(x), np.array(W), np.array(dout)
    out, dW, dx = np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((3, 3))
    for i in range(2):
        for j in range(2):
            window = x[i : i + 2, j : j + 2]
            out[i, j] = (window * W).sum()
            dW += dout[i, j] * window
            dx[i : i + 2, j : j + 2] += dout[i, j] * W
    return [out, [dW[0], dW[1], dW[:, 0]][kind], dx[1, 1]]


def counts(N, C, side, K, F, pad, layers, slope, blocks, kind):
    out = (side + 2 * pad - F) // 2 + 1
    window = C * F * F * out * out
    return [
        out,
        K * C * F * F + K,
        [K * window, N * window, 4 * window][kind],
        1 + layers * (F - 1),
        (1 + slope) ** blocks,
    ]


def words(counts, kind):
    table = np.array(counts, float)
    v, u, _ = PAIRS[kind]
    pmi = math.log2(table[v, u] * table.sum() / (table[v].sum() * table[u].sum()))
    cosine = table[v] @ table[u] / math.sqrt((table[v] ** 2).sum() * (table[u] ** 2).sum())
    return [pmi, 0, cosine]


def block(slope, k, f):
    return [(1 + [1, 0.5, 2][f] * slope) ** k]


VALUES = {1: backward, 2: steps, 3: start, 4: filtered, 5: counts, 6: words, 9: block}


def judge(number, n, rng, *answers):
    """Which parts of the classes of question 7 or 8 are right: letter -> bool."""
    return {7: pool, 8: rule}[number](n, rng, *answers)


def pool(n, rng, Pool):
    k, kind = n["k"], n["pool"]

    def both(x, dout):
        N, C, H, W = x.shape
        y, dx = np.zeros((N, C, H // 2, W // 2)), np.zeros(x.shape)
        for i in range(H // 2):
            for j in range(W // 2):
                at = np.s_[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                total = x[at].sum(axis=(2, 3), keepdims=True)
                back = k * dout[:, :, i : i + 1, j : j + 1]
                squares = (x[at] ** 2).sum(axis=(2, 3))
                y[:, :, i, j] = (
                    k * [squares, total[..., 0, 0] ** 2, total[..., 0, 0] ** 2 / 16][kind]
                )
                dx[at] = back * [2 * x[at], 2 * total + 0 * x[at], total / 8 + 0 * x[at]][kind]
        return y, dx

    def reference(mistake=None, **given):
        made = {}
        for when in ("", "_2"):
            y, dx = both(given[f"x{when}"], given[f"dout{when}"])
            made |= {f"y{when}": y, f"dx{when}": dx}
        return made

    def walk(*wanted):
        def steps(x, dout, x_2, dout_2):
            layer = Pool()
            for when, batch, back in (("", x, dout), ("_2", x_2, dout_2)):
                y = layer.forward(batch)
                if "y" in wanted:
                    yield f"y{when}", y
                if "dx" in wanted:
                    yield f"dx{when}", layer.backward(back)

        return steps

    def problem(N, C, H, W):
        small = lambda N: (N, C, H // 2, W // 2)
        shapes = {"x": (N, C, H, W), "dout": small(N), "x_2": (N + 1, C, H, W)}
        return {name: numbers(rng, s) for name, s in (shapes | {"dout_2": small(N + 1)}).items()}

    even, odd = (
        [problem(2, 3, 4, 6), problem(1, 1, 2, 2)],
        [problem(2, 2, 5, 4), problem(1, 3, 4, 7)],
    )
    return {
        "a": passes(even, walk("y"), reference),
        "b": passes(even, walk("dx"), reference),
        "c": passes(odd, walk("y", "dx"), reference),
    }


def rule(n, rng, Rule):
    c, kind, rate = n["c"], n["rule"], 0.3

    def reference(p, g, p_2, g_2, q, h, h_2, mistake=None):
        made = {}
        for name, value, slopes in (("p", p, (g, g_2)), ("q", q, (h, h_2))):
            a, value = np.zeros(value.shape), value.copy()
            for when, slope in zip(("", "_2"), slopes, strict=True):
                a = 0.9 * a + 0.1 * (abs(slope) if kind == 0 else slope)
                over = [abs(slope * 0) + a, abs(slope), abs(a)][kind] + c
                value = value - rate * (slope if kind == 0 else a) / over
                made[f"{name}{when}"] = value
        return made | {"kept": "the same arrays"}

    def walk(later, kept):
        def steps(p, g, p_2, g_2, q, h, h_2):
            first, second = [p.copy(), q.copy()], [g, h]
            params, optimizer = list(first), Rule(rate)
            optimizer.update(params, second)
            if kept:
                same = all(a is b for a, b in zip(params, first, strict=True))
                yield "p", np.array(first[0])
                yield "kept", "the same arrays" if same else "other arrays"
                return
            yield "p", np.array(params[0])
            if not later:
                return
            yield "q", np.array(params[1])
            optimizer.update(params, [g_2, h_2])
            yield "p_2", np.array(params[0])
            yield "q_2", np.array(params[1])

        return steps

    def problem(*shape):
        names = ("p", "g", "p_2", "g_2")
        made = {name: numbers(rng, shape) for name in names}
        return made | {name: numbers(rng, shape[-1:]) for name in ("q", "h", "h_2")}

    problems = [problem(2, 3), problem(4, 1)]
    return {
        "a": passes(problems, walk(False, False), reference),
        "b": passes(problems, walk(True, False), reference),
        "c": passes(problems, walk(False, True), reference),
    }


def effort(number, n):
    """What one has to do, in counts that should be the same on every paper."""
    return EFFORT[number](n)


EFFORT = {
    1: lambda n: {"gradients of scores": 4, "products for W": 8, "products for x": 4},
    2: lambda n: {"steps": 2 * 3, "roots": 4},
    3: lambda n: {"formulas": 4, "numbers in the batch": len(n["order"])},
    4: lambda n: {"products": 4 * 4 + 2 * 4 + 4},
    5: lambda n: {"counts": 5, "rows left out": (n["side"] + 2 * n["pad"] - n["F"]) % 2},
    6: lambda n: {"logarithms": 1, "roots": 2, "sums over the table": 3},
    7: lambda n: {"powers": 2, "sums": 1},
    8: lambda n: {"means": 1, "divisions": 1},
    9: lambda n: {"ways back": 2},
}
