"""The midterm's questions: what is drawn for a learner, and how it is asked.

Variants of a question have the same number of steps, and numbers of the same size, and no known
mistake gives the right numbers: ``python tools/exams.py table week07`` compares 200 papers.
For that, questions 2 and 3 are computed here, as anybody could with the course's package; all
other answers are in the key.
"""

import re

from common.checks.exam import Question

__all__ = ["FUNCTIONS", "MINUTES", "NAME", "QUESTIONS"]

NAME, MINUTES = "week07", 90


def row(values):
    return "(" + ", ".join(map(str, values)) + ")"


def matrix(rows):
    return r"\begin{pmatrix}" + r"\\".join(" & ".join(map(str, r)) for r in rows) + r"\end{pmatrix}"


# 1. Shapes (week 1): three results and an error, in a drawn order.

EXPRESSIONS = [
    {"grow": "A + B", "product": "A @ B.T", "axis": "(A * B).sum(axis=0)", "none": "B + v"},
    {
        "grow": "A - B",
        "product": "B @ A.transpose(0, 2, 1)",
        "axis": "(A + B).max(axis=1)",
        "none": "B * v",
    },
    {"grow": "B * A", "product": "2 * (A @ B.T)", "axis": "(A - B).mean(axis=2)", "none": "v @ B"},
]


def draw_shapes(draw, variant):
    p, r, q = draw.some_of(range(2, 10), 3)
    order = draw.some_of(EXPRESSIONS[variant], 4)
    return {"p": p, "r": r, "q": q, "expressions": [EXPRESSIONS[variant][kind] for kind in order]}


def ask_shapes(p, r, q, expressions):
    lines = "\n".join(f"{letter} = {e}" for letter, e in zip("abcd", expressions, strict=True))
    return f"""
`A` has the shape `({p}, 1, {q})`, `B` the shape `({r}, {q})`, and `v` the shape `({p},)`.

```
{lines}
```

Which shapes do the four results have?
NumPy refuses one of the four lines: write `"error"` for it.
"""


# 2. The perceptron rule (week 2): a pass of four examples, two of them corrected.


def learned(w, b, x, t, sign=1):
    """The weights after each example, by the perceptron rule, or with its sign turned."""
    w, steps = list(w), []
    for example, target in zip(x, t, strict=True):
        y = int(sum(a * c for a, c in zip(w, example, strict=True)) + b > 0)
        w = [a + sign * (target - y) * c for a, c in zip(w, example, strict=True)]
        b += sign * (target - y)
        steps.append((w, b, target - y))
    return steps


def draw_perceptron(draw, variant):
    def make(draw):
        return {
            "w": [draw.signed(1, 3), draw.signed(1, 3)],
            "b": draw.signed(1, 2),
            "x": [[draw.signed(1, 3), draw.signed(1, 3)] for _ in range(4)],
            "t": draw.some_of([0, 0, 1, 1], 4),
            "new": [draw.integer(4, 6), draw.integer(4, 6)],
        }

    corrected = [(1, 3), (0, 2), (0, 3)][variant]  # which two examples are mistakes

    def fits(w, b, x, t, new):
        steps = learned(w, b, x, t)
        wrong = [i for i, step in enumerate(steps) if step[2]]
        after, turned = [
            (w, b, w[0] * new[0] + w[1] * new[1] + b)
            for w, b, _ in (steps[-1], learned(w, b, x, t, -1)[-1])
        ]
        return (
            tuple(wrong) == corrected
            and 0 not in after[0]
            and after[0] != w
            and after[1] not in (0, b)
            and all(a != c for a, c in zip(after, turned, strict=True))
        )

    return draw.until(make, fits)


def ask_perceptron(w, b, x, t, new):
    table = "\n".join(f"| {n + 1} | ${row(x[n])}$ | {t[n]} |" for n in range(4))
    return f"""
A perceptron has $w = {row(w)}$ and $b = {b}$.
It says 1 where its score is above 0, else 0.
It learns by the perceptron rule, in one pass through these four examples, in this order:

| example | $x$ | $t$ |
|---:|---|---:|
{table}

- **a** What is $w$ after the pass?
- **b** What is $b$ after the pass?
- **c** What is the score of the new input ${row(new)}$, with the weights after the pass?
"""


# 3. A network forward (week 3): one of two hidden numbers is bent to 0.


def times(x, W, b):
    """x W + b, for two numbers and two."""
    return [x[0] * W[0][j] + x[1] * W[1][j] + b[j] for j in (0, 1)]


def draw_forward(draw, variant):
    def make(draw):
        small = lambda: [[draw.signed(1, 3), draw.signed(1, 3)] for _ in range(2)]
        return {
            "x": [draw.integer(1, 3), draw.integer(1, 3)],
            "W_1": small(),
            "b_1": [draw.signed(1, 2), draw.signed(1, 2)],
            "W_2": small(),
            "b_2": [draw.signed(1, 2), draw.signed(1, 2)],
            "k": variant,
        }

    def fits(x, W_1, b_1, W_2, b_2, k):
        before = times(x, W_1, b_1)
        s = times([max(number, 0) for number in before], W_2, b_2)
        across = times(x, list(zip(*W_1, strict=True)), b_1)  # the transposed W_1
        wrong = [times(before, W_2, b_2), times([max(a, 0) for a in across], W_2, b_2)]
        return (
            min(before) < 0 < max(before)
            and 1 <= abs(s[0] - s[1]) <= 3
            and 2 <= max(map(abs, s)) < 30
            and across != before
            and all(w != s and abs(w[0] - w[1]) != abs(s[0] - s[1]) for w in wrong)
        )

    return draw.until(make, fits)


def ask_forward(x, W_1, b_1, W_2, b_2, k):
    asked = [
        "the probability of class 0",
        "the probability of class 1",
        "the probability of the class with the larger score",
    ][k]
    return f"""
One example goes through a network with two inputs, two hidden numbers and two classes:

$$ x = {row(x)}, \\quad W_1 = {matrix(W_1)}, \\quad b_1 = {row(b_1)}, \\quad
W_2 = {matrix(W_2)}, \\quad b_2 = {row(b_2)} $$

$$ h = \\text{{ReLU}}(x\\,W_1 + b_1), \\qquad s = h\\,W_2 + b_2, \\qquad y = \\text{{softmax}}(s) $$

- **a** What are the two numbers **before** the ReLU?
- **b** What are the two scores $s$?
- **c** What is {asked}? (Three decimals.)
"""


# 4. Loss, slope, descent (week 4).


def draw_slopes(draw, variant):
    def make(draw):
        rows = [[draw.integer(1, 8) for _ in range(2)] for _ in range(3)]
        return {
            "y": [[a, b, 10 - a - b] for a, b in rows],
            "t": draw.some_of(range(3), 3),
            "u": draw.integer(2, 5),
            "w": draw.integer(3, 5),
            "h": draw.integer(1, 2),
            "k": draw.one_of([2, 4, 5, 8]),
            "start": draw.integer(2, 9),
            "rate": draw.one_of([0.05, 0.1]),
            "kind": variant,
        }

    def fits(y, t, u, w, h, k, start, rate, kind):
        right = [y[n][t[n]] for n in range(3)]
        return min(min(row) for row in y) >= 1 and len(set(right)) == 3

    made = draw.until(make, fits)
    return made | {"y": [[a / 10 for a in row] for row in made["y"]]}


CUBES = ["{u} w^3 + 2 w", "{u} w^3 - 3 w", "{u} w^3 + w"]


def ask_slopes(y, t, u, w, h, k, start, rate, kind):
    table = "\n".join(
        f"| {n + 1} | " + " | ".join(map(str, y[n])) + f" | {t[n]} |" for n in range(3)
    )
    return f"""
- **a** A network gave these probabilities to three classes, for three examples.
  What is the cross entropy, as a mean over the examples?

| example | $y_0$ | $y_1$ | $y_2$ | $t$ |
|---:|---:|---:|---:|---:|
{table}

- **b** $f(w) = {CUBES[kind].format(u=u)}$. Which slope does the **central difference** give
  at $w = {w}$, with a step of {h} to both sides? (Not the derivative: what the difference gives.)
- **c** $L(w) = \\frac{{{k}}}{{2}} w^2$. Descent starts at $w = {start}$ with the
  learning rate {rate}. What is $w$ after **two** steps?
- **d** From which learning rate on does the descent of **c** no longer come closer to the floor
  of the valley?
"""


# 5. A graph backwards (week 5): x is used twice.

GRAPHS = [r"(x \cdot y + z) \cdot x", r"x \cdot y \cdot (x + z)", r"(x + y) \cdot z \cdot x"]


def draw_graph(draw, variant):
    def make(draw):
        numbers, signs = draw.some_of(range(2, 8), 3), draw.some_of([1, 1, -1], 3)
        return {name: a * b for name, a, b in zip("xyz", numbers, signs, strict=True)}

    def fits(x, y, z):  # no gradient is 0, and none of the two ways to x
        return all((x * y + z, 2 * x * y + z, x + z, 2 * x + z, x + y, 2 * x + y))

    return draw.until(make, fits) | {"dout": draw.integer(2, 5), "graph": variant}


def ask_graph(x, y, z, dout, graph):
    return f"""
$$ L = {GRAPHS[graph]} \\qquad \\text{{with}} \\quad x = {x}, \\; y = {y}, \\; z = {z} $$

From above, `dout` $= {dout}$ arrives at $L$.
Go forward, then back, node by node.

- **a** What is $L$?
- **b**, **c**, **d** Which gradient comes back to $x$, to $y$, to $z$?
"""


# 6. Find the fault (weeks 3 to 5): seven lines, one of them wrong.

FUNCTIONS = {
    "loss": (
        """\
def compute(s, t):
    s = s - s.max(axis=1, keepdims=True)
    e = np.exp(s)
    y = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(t))
    right = y[rows, t]
    return -np.log(right).sum() / len(t)""",
        "the loss: cross entropy behind softmax, the mean over the N examples",
    ),
    "gradient": (
        """\
def compute(s, t):
    s = s - s.max(axis=1, keepdims=True)
    e = np.exp(s)
    y = e / e.sum(axis=1, keepdims=True)
    ds = y.copy()
    ds[np.arange(len(t)), t] -= 1
    return ds / len(t)""",
        "the gradient of cross entropy behind softmax (a mean over N), with respect to the scores",
    ),
    "error": (
        """\
def compute(s, t):
    V = s.shape[1]
    due = np.zeros(s.shape)
    due[np.arange(len(t)), t] = 1
    gap = s - due
    each = (gap**2).sum(axis=1)
    return each.mean() / 2""",
        "half the squared distance to the one-hot target, the mean over the N examples",
    ),
}
FAULTS = [  # function, line, what stands there in place of what
    ("loss", 4, "axis=1", "axis=0"),
    ("gradient", 6, "-= 1", "= 1"),
    ("error", 7, "each.mean()", "each.sum()"),
    ("loss", 6, "[rows, t]", "[:, t]"),
    ("gradient", 7, "len(t)", "s.size"),
    ("error", 4, "np.arange(len(t)), t", "t, np.arange(len(t))"),
]


def draw_fault(draw, variant):
    name, line, right, wrong = FAULTS[variant]
    lines = FUNCTIONS[name][0].split("\n")
    lines[line - 1] = lines[line - 1].replace(right, wrong)
    old = ["rows", "right", "ds", "due", "gap", "each", "compute"]
    new = {"rows": "index", "right": "chosen", "ds": "back", "due": "wanted", "gap": "off"}
    code = "\n".join(lines)
    if draw.below(2):  # other names, the same lines
        for a in old:
            code = rename(code, a, new.get(a, a))
    sizes = draw.some_of(range(3, 7), 2)
    return {"function": name, "code": code, "N": sizes[0], "V": sizes[1]}


def rename(code, old, new):
    return re.sub(rf"\b{old}\b", new, code)


def ask_fault(function, code, N, V):
    lines = "\n".join(f"{n}  {line}" for n, line in enumerate(code.split("\n"), 1))
    return f"""
This function should give {FUNCTIONS[function][1]}.
`s` has the shape (N, V), for example ({N}, {V}); `t` holds N class ids.
**One** of its seven lines is wrong, and it is wrong in one place.

```
{lines}
```

- **a** `faulty_line` returns the number of the line.
- **b** `compute` is the function, repaired.
"""


# 7. Write a function (weeks 1 and 3).

REDUCED = ["largest", "mean", "smallest"]


def draw_rows(draw, variant):
    return {"reduced": REDUCED[variant], "fill": draw.one_of([0, -1, 9, 99]) + draw.below(7) / 2}


def ask_rows(reduced, fill):
    return f"""
`lead(s, t)` compares the right class with the others.
`s` holds scores, (N, V) with V ≥ 2; `t` holds N class ids.
For each example it returns the score of the right class **minus the {reduced} of the other V − 1
scores**: an array (N,).
By hand: with the scores (3, 1, 5) and the right class 0, the others are 1 and 5.

- **a** It does so for any batch, and leaves `s` and `t` as they are.
- **b** An example whose id in `t` is −1 has no label. Its result is {fill:g}.
- **c** It does so without a loop in Python. (Points only if **a** is right.)
"""


# 8. Write a layer (week 5).

BENDS = [
    r"y = \begin{cases} {k} x^2 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}",
    r"y = \begin{cases} x^2 + {k} x & \text{if } x > 0 \\ {k} x & \text{else} \end{cases}",
    r"y = \begin{cases} {k} x^2 & \text{if } x > 0 \\ -{k} x^2 & \text{else} \end{cases}",
]


def draw_layer(draw, variant):
    return {"k": draw.integer(2, 9), "bend": variant}


def ask_layer(k, bend):
    return f"""
A layer without weights bends each number by itself:

$$ {BENDS[bend].replace("{k}", str(k))} $$

Write the class `Bend` with `forward(x)` and `backward(dout)`, in the manner of the course's ReLU.

- **a** `forward` returns $y$, and leaves `x` as it is.
- **b** `backward` returns $dx$ for the batch that went forward last.
- **c** Both do so for arrays of any shape, such as (N, C, 8, 8).
"""


# 9. Derive and explain (weeks 4 and 5): read by hand.

OUTPUTS = [
    (r"\sigma(s)", r"\ln {r}"),
    (r"2\,\sigma(s) - 1", r"\ln {r}"),
    (r"\sigma(2 s)", r"\tfrac12 \ln {r}"),
]


def draw_written(draw, variant):
    return {"r": draw.integer(2, 9), "t": draw.integer(0, 1), "f": variant}


def ask_written(r, t, f):
    output, s = OUTPUTS[f][0], OUTPUTS[f][1].replace("{r}", str(r))
    side = "far below 0" if t == 1 else "far above 0"
    return f"""
A network has one score $s$, one output $y = {output}$ and one target $t$.
Its loss is $L = \\tfrac12 (y - t)^2$.

- **a** (7 points) Derive $\\partial L / \\partial s$, from the graph or by calculus.
  Derive the slope of $\\sigma$ too, from $\\sigma(s) = 1 / (1 + e^{{-s}})$.
- **b** (3 points) What is $\\partial L / \\partial s$ at $s = {s}$, for $t = {t}$?
  A fraction, or three decimals.
- **c** (3 points) Now $t = {t}$, and $s$ lies {side}. What is $\\partial L / \\partial s$ about,
  and what does that mean for learning?
- **d** (3 points) Name a loss for which this does not happen, and say why in one or two
  sentences.
"""


QUESTIONS = {
    q.number: q
    for q in [
        Question(
            1,
            "Shapes",
            7,
            {"a": 2, "b": 2, "c": 2, "d": 2},
            draw_shapes,
            ask_shapes,
            places={"a": [0], "b": [1], "c": [2], "d": [3]},
        ),
        Question(
            2,
            "A perceptron learns",
            8,
            {"a": 3, "b": 3, "c": 3},
            draw_perceptron,
            ask_perceptron,
            places={"a": [0, 1], "b": [2], "c": [3]},
        ),
        Question(
            3,
            "A network forward",
            8,
            {"a": 3, "b": 3, "c": 3},
            draw_forward,
            ask_forward,
            places={"a": [0, 1], "b": [2, 3], "c": [4]},
        ),
        Question(
            4,
            "Loss, slope, descent",
            9,
            {"a": 3, "b": 3, "c": 2, "d": 2},
            draw_slopes,
            ask_slopes,
            places={"a": [0], "b": [1], "c": [2], "d": [3]},
        ),
        Question(
            5,
            "A graph backwards",
            9,
            {"a": 3, "b": 3, "c": 3, "d": 3},
            draw_graph,
            ask_graph,
            places={"a": [0], "b": [1], "c": [2], "d": [3]},
        ),
        Question(
            6, "Find the fault", 9, {"a": 4, "b": 8}, draw_fault, ask_fault, variants=len(FAULTS)
        ),
        Question(7, "Right against the others", 12, {"a": 7, "b": 3, "c": 2}, draw_rows, ask_rows),
        Question(8, "A layer that bends", 11, {"a": 4, "b": 6, "c": 2}, draw_layer, ask_layer),
        Question(
            9,
            "Derive and explain",
            12,
            {"a": 7, "b": 3, "c": 3, "d": 3},
            draw_written,
            ask_written,
            by_hand=True,
        ),
    ]
}
