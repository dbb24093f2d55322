"""The midterm's key: what is right on a paper, and whether a function does what it should.

Left out of the copy of the course that a class sits the exam with.
"""

import math

import numpy as np

from common.checks.exam import passes, right_values
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.source import codes, loops
from common.checks.week07.paper import FAULTS, FUNCTIONS, learned

__all__ = ["effort", "judge", "values"]


def values(number, n):
    """What question 1, 2, 3, 4, 5 or 9 b should be answered with."""
    return VALUES[number](**n)


def shapes(p, r, q, expressions):
    space = {"A": np.zeros((p, 1, q)), "B": np.zeros((r, q)), "v": np.zeros(p)}
    found = []
    for expression in expressions:
        try:
            found.append(eval(expression, space).shape)
        except ValueError:
            found.append("error")
    return found


def perceptron(w, b, x, t, new):
    w, b, _ = learned(w, b, x, t)[-1]
    return [*w, b, w[0] * new[0] + w[1] * new[1] + b]


def forward(x, W_1, b_1, W_2, b_2, k):
    before = np.array(x) @ W_1 + b_1
    s = np.maximum(before, 0) @ W_2 + b_2
    y = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
    return [*before.tolist(), *s.tolist(), float([y[0], y[1], y.max()][k])]


def slopes(y, t, u, w, h, k, start, rate, kind):
    def f(w):
        return u * w**3 + [2, -3, 1][kind] * w

    loss = -sum(math.log(y[n][t[n]]) for n in range(3)) / 3
    return [loss, (f(w + h) - f(w - h)) / (2 * h), start * (1 - rate * k) ** 2, 2 / k]


def graph(x, y, z, dout, graph):
    value, dx, dy, dz = [
        ((x * y + z) * x, 2 * x * y + z, x * x, x),
        (x * y * (x + z), y * (x + z) + x * y, x * (x + z), x * y),
        ((x + y) * z * x, z * x + (x + y) * z, z * x, (x + y) * x),
    ][graph]
    return [value, dout * dx, dout * dy, dout * dz]


def written(r, t, f):
    y = r / (r + 1)
    slope = y * (1 - y)
    return [[(y - t) * slope, (2 * y - 1 - t) * 2 * slope, (y - t) * 2 * slope][f]]


VALUES = {1: shapes, 2: perceptron, 3: forward, 4: slopes, 5: graph, 9: written}


def judge(number, n, rng, *answers):
    """Which parts of the functions of question 6, 7 or 8 are right: letter -> bool."""
    return {6: fault, 7: lead, 8: bend}[number](n, rng, *answers)


def scores(rng, N, V, kind=float):
    return numbers(rng, (N, V), kind) * kind(3), rng.permutation(np.arange(N) % V)


def fault(n, rng, faulty_line, compute):
    shown = n["code"].split("\n")
    line = next(
        line
        for name, line, right, wrong in FAULTS
        if name == n["function"] and wrong in shown[line - 1] and right not in shown[line - 1]
    )
    space = {"np": np}
    exec(FUNCTIONS[n["function"]][0], space)
    try:
        named = right_values(faulty_line(), line)
    except Exception:
        named = False
    problems = [
        dict(zip("st", scores(rng, N, V), strict=True)) for N, V in [(4, 3), (3, 5), (1, 2), (6, 4)]
    ]

    def steps(s, t):
        yield "the result", compute(s, t)

    def reference(s, t, mistake=None):
        return {"the result": space["compute"](s, t)}

    return {"a": named, "b": passes(problems, steps, reference)}


def lead(n, rng, lead):
    reduce = {"largest": np.max, "mean": np.mean, "smallest": np.min}[n["reduced"]]

    def reference(s, t, mistake=None):
        found = [
            s[i, t[i]] - reduce(np.delete(s[i], t[i])) if t[i] >= 0 else n["fill"]
            for i in range(len(t))
        ]
        return {"the result": np.array(found)}

    def steps(s, t):
        yield "the result", lead(s, t)

    def problem(N, V, kind=float, missing=0):
        s, t = scores(rng, N, V, kind)
        t[rng.permutation(N)[:missing]] = -1
        return {"s": s, "t": t} | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    plain = [problem(4, 3), problem(1, 2), problem(3, 2), problem(5, 7), problem(6, 4, FLOAT32)]
    right = passes(plain, steps, reference)
    missing = [problem(5, 3, missing=2), problem(4, 2, missing=1), problem(3, 4, missing=3)]
    no_loop = not any(loops(code) for code in codes(lead))
    return {"a": right, "b": passes(missing, steps, reference), "c": right and no_loop}


def bend(n, rng, Bend):
    k = n["k"]

    def both(x):
        up = x > 0
        return [
            (np.where(up, k * x * x, 0), np.where(up, 2 * k * x, 0)),
            (np.where(up, x * x + k * x, k * x), np.where(up, 2 * x + k, k)),
            (np.where(up, k * x * x, -k * x * x), np.where(up, 2 * k * x, -2 * k * x)),
        ][n["bend"]]

    def reference(mistake=None, **given):
        made = {}
        for when in ("", "_2"):
            y, slope = both(given[f"x{when}"])
            made |= {f"y{when}": y, f"dx{when}": given[f"dout{when}"] * slope}
        return made

    def walk(*wanted):
        def steps(x, dout, x_2, dout_2):
            layer = Bend()
            for when, batch, back in (("", x, dout), ("_2", x_2, dout_2)):
                y = layer.forward(batch)
                if "y" in wanted:
                    yield f"y{when}", y
                if "dx" in wanted:
                    yield f"dx{when}", layer.backward(back)

        return steps

    def problem(*shape):
        second = (shape[0] + 1, *shape[1:])
        made = {"x": shape, "dout": shape, "x_2": second, "dout_2": second}
        return {name: numbers(rng, shape) for name, shape in made.items()}

    flat, deep = [problem(4, 3), problem(2, 5)], [problem(2, 3, 4, 5), problem(3)]
    return {
        "a": passes(flat, walk("y"), reference),
        "b": passes(flat, walk("dx"), reference),
        "c": passes(deep, walk("y", "dx"), reference),
    }


def effort(number, n):
    """What one has to do, in counts that should be the same on every paper."""
    return EFFORT[number](n)


def shapes_effort(n):
    found = shapes(**n)
    sizes = sum(len(shape) for shape in found if shape != "error")
    return {"expressions": len(found), "errors": found.count("error"), "sizes to name": sizes}


def perceptron_effort(n):
    steps = learned(n["w"], n["b"], n["x"], n["t"])
    return {"scores": 5, "corrections": sum(step[2] != 0 for step in steps)}


def forward_effort(n):
    before = forward(**n)[:2]
    return {"products": 8, "bent to 0": sum(s < 0 for s in before), "exps": 2}


def slopes_effort(n):
    return {"logarithms": len(n["t"]), "values of f": 2, "steps": 2}


def graph_effort(n):
    ways = {"products": 2, "sums": 1, "ways from x": 2}
    return ways | {"digits at most": 4 if max(map(abs, graph(**n))) < 10_000 else 5}


EFFORT = {
    1: shapes_effort,
    2: perceptron_effort,
    3: forward_effort,
    4: slopes_effort,
    5: graph_effort,
    6: lambda n: {"lines": len(n["code"].split("\n")), "wrong lines": 1},
    7: lambda n: {"arrays": 2, "masks": 2, "reductions": 1},
    8: lambda n: {"pieces": 2, "degree": 2},
    9: lambda n: {"local slopes": 3},
}
