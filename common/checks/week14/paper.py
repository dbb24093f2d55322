"""The final's questions: what is drawn for a learner, and how it is asked.

As in the midterm, variants have the same number of steps, and no known mistake gives the right
numbers: ``python tools/exams.py table week14`` compares 200 papers.  For that, parts of questions 2
and 4 are computed here, as anybody could with the course's package.
"""

from common.checks.exam import Question
from common.checks.week07.paper import matrix, row

__all__ = ["MINUTES", "NAME", "QUESTIONS"]

NAME, MINUTES = "week14", 90


# 1. An affine layer under softmax with loss, backwards (weeks 5 and 11).


def draw_backward(draw, variant):
    def make(draw):
        tenths = [draw.integer(1, 9), draw.integer(1, 9)]
        return {
            "x": [[draw.signed(1, 4), draw.signed(1, 4)] for _ in range(2)],
            "W": [[draw.signed(1, 3), draw.signed(1, 3)] for _ in range(2)],
            "y": [[a / 10, (10 - a) / 10] for a in tenths],
            "t": draw.some_of([0, 1], 2),
            "kind": variant,
        }

    def fits(x, W, y, t, kind):
        return (
            y[0] != y[1]
            and y[0] != y[1][::-1]
            and x[0] != x[1]
            and x[0][1] != x[1][0]
            and W[0][1] != W[1][0]
            and W[0][0] != W[0][1]
            and W[1][0] != W[1][1]
        )

    return draw.until(make, fits)


def ask_backward(x, W, y, t, kind):
    last = [
        "the gradient of $x$ for example 1: two numbers",
        "the gradient of $x$ for example 2: two numbers",
        "the gradient of $x$ for both examples: its second column, two numbers",
    ][kind]
    return f"""
A batch of two examples, two features, two classes.
The scores are $s = x\\,W + b$, and the probabilities $y$ their softmax:

$$ x = {matrix(x)}, \\quad W = {matrix(W)}, \\quad y = {matrix(y)}, \\quad t = {row(t)} $$

The loss is the cross entropy, as a **mean** over the two examples.

- **a** The gradient of the scores, $\\partial L / \\partial s$, as (2, 2).
- **b** $\\partial L / \\partial W$, as (2, 2).
- **c** {last[0].upper() + last[1:]}.
"""


# 2. Two steps of three optimizers (week 8).


def draw_steps(draw, variant):
    def make(draw):
        g = draw.integer(2, 6)
        return {
            "w": draw.integer(1, 5),
            "g": [g, [2 * g, -g, -2 * g][variant]],
            "rate": draw.one_of([0.1, 0.2, 0.5]),
            "momentum": draw.one_of([0.5, 0.8, 0.9]),
            "betas": draw.one_of([(0.5, 0.9), (0.8, 0.9), (0.9, 0.999)]),
        }

    def fits(w, g, rate, momentum, betas):
        right = moved(g, betas)
        wrong = moved(g, betas, corrected=False), moved(g, betas, root=1)
        return min(abs(right - other) * rate for other in wrong) > 0.02

    return draw.until(make, fits)


def moved(g, betas, corrected=True, root=0.5):
    """How far Adam goes with a learning rate of 1, or what only looks like it."""
    m = s = total = 0
    for k, slope in enumerate(g, 1):
        m = betas[0] * m + (1 - betas[0]) * slope
        s = betas[1] * s + (1 - betas[1]) * slope**2
        off = [1 - beta**k if corrected else 1 for beta in betas]
        total += m / off[0] / (s / off[1]) ** root
    return total


def ask_steps(w, g, rate, momentum, betas):
    return f"""
One weight, which starts at {w}.
Its gradient is {g[0]} at the first step, and {g[1]} at the second, whatever the weight is.
The learning rate is {rate}. What is the weight after **two** steps

- **a** of Momentum, with `momentum` {momentum},
- **b** of AdaGrad,
- **c** of Adam, with `beta1` {betas[0]} and `beta2` {betas[1]}, both means corrected for their
  start at 0?

The tiny number that guards the division may be left out.
"""


# 3. A start, and batch normalisation (week 8).


def draw_start(draw, variant):
    def make(draw):
        return {
            "n": draw.one_of([18, 32, 50, 72, 98, 128, 162, 200]),
            "c": draw.one_of([0.5, 0.8, 1.2, 1.5]),
            "layers": draw.integer(3, 6),
            "mean": draw.integer(2, 9),
            "spread": draw.integer(2, 5),
            "order": draw.some_of([-1, -1, 1, 1], 4),
            "gamma": draw.integer(2, 5),
            "beta": draw.signed(1, 4),
            "kind": variant,
        }

    def fits(n, c, layers, mean, spread, order, gamma, beta, kind):
        first = mean + spread * order[0]
        return gamma != spread and beta not in (mean, -gamma) and first != 1

    return draw.until(make, fits)


def ask_start(n, c, layers, mean, spread, order, gamma, beta, kind):
    x = [mean + spread * sign for sign in order]
    last = [
        "What is the running mean after this batch, if it was 0 before and `momentum` is 0.9?",
        "What is the running variance after this batch, if it was 1 before and `momentum` is 0.9?",
        "Test time, with the running mean 1 and the running variance 4: what is the output for the "
        "first number?",
    ][kind]
    return f"""
- **a** A layer has {n} inputs, and a ReLU stands behind it. Which **standard deviation** has
  He's start?
- **b** All weights start at {c} times that. By which factor does the mean square of the hidden
  numbers change over {layers} such layers, each with its ReLU?

One feature of a batch of four goes through batch normalisation: $x = {row(x)}$,
$\\gamma = {gamma}$, $\\beta = {beta}$.

- **c** What is the output for the first number, while training?
- **d** {last}
"""


# 4. Convolution by hand (week 9).


def draw_filter(draw, variant):
    def make(draw):
        small = lambda n: [[draw.integer(-2, 4) for _ in range(n)] for _ in range(n)]
        return {"x": small(3), "W": small(2), "dout": small(2), "kind": variant}

    def fits(x, W, dout, kind):
        flat = [number for rows in W for number in rows]
        gaps = [number for rows in dout for number in rows]
        turn = lambda a: [rows[::-1] for rows in a[::-1]]
        asked = lambda a: [a[0], a[1], [a[0][0], a[1][0]]][kind]
        right = sum(a * b for a, b in zip(flat, gaps[::-1], strict=True))
        unturned = sum(a * b for a, b in zip(flat, gaps, strict=True))
        return (
            0 not in flat + gaps
            and slid(x, W) != slid(x, turn(W))
            and asked(slid(x, dout)) != asked(slid(x, turn(dout)))
            and right not in (unturned, 0, flat[0] * gaps[3], flat[3] * gaps[0])
        )

    return draw.until(make, fits)


def slid(x, W):
    """The sum of products in each place of a 2 × 2 window on 3 × 3."""
    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    at = lambda i, j: sum(x[i + a][j + b] * W[a][b] for a, b in places)
    return [[at(0, 0), at(0, 1)], [at(1, 0), at(1, 1)]]


def ask_filter(x, W, dout, kind):
    part = ["first row", "second row", "first column"][kind]
    return f"""
One picture, one channel, one filter, no bias, stride 1, no padding.
A layer as the course's `Convolution` slides the filter over the picture; from above arrives `dout`:

$$ x = {matrix(x)}, \\quad W = {matrix(W)}, \\quad \\text{{dout}} = {matrix(dout)} $$

- **a** The output, as (2, 2).
- **b** The {part} of the gradient of $W$: two numbers.
- **c** The gradient of the pixel in the **middle** of the picture.
"""


# 5. Counting in a deep network (weeks 9 and 10).


def draw_counts(draw, variant):
    def make(draw):
        return {
            "N": draw.one_of([10, 20, 50]),
            "C": draw.integer(2, 5),
            "side": draw.integer(13, 32),
            "K": draw.one_of([6, 8, 12, 16]),
            "F": draw.one_of([3, 5]),
            "pad": draw.integer(2, 3),
            "layers": draw.integer(3, 7),
            "slope": draw.one_of([0.1, 0.2, 0.3]),
            "blocks": draw.integer(4, 9),
            "kind": variant,
        }

    def fits(N, C, side, K, F, pad, layers, slope, blocks, kind):
        return (side + 2 * pad - F) % 2 == 1 and N != C

    return draw.until(make, fits)


def ask_counts(N, C, side, K, F, pad, layers, slope, blocks, kind):
    what = [
        "How many multiply-adds does the layer take forward, for **one** picture?",
        f"How many numbers does the matrix of `im2col` hold, for {N} pictures?",
        "How many bytes does the matrix of `im2col` take, for **one** picture in float32?",
    ][kind]
    return f"""
A convolution has {K} filters of {F} × {F} with biases, stride 2 and padding {pad}.
Its pictures have {C} channels of {side} × {side} pixels.

- **a** How many pixels high is its output? (Rows that no window covers are left out.)
- **b** How many numbers does it learn?
- **c** {what}
- **d** {layers} convolutions of {F} × {F} with stride 1 stand one behind the other. How many pixels
  wide is the piece of the picture that one number of the last output sees?
- **e** {blocks} residual blocks $y = x + f(x)$ stand one behind the other, each $f$ with a slope of
  {slope}. By which factor does a gradient change on its way back through all of them?
"""


# 6. Words as counts (week 12).


def draw_words(draw, variant):
    def make(draw):
        a, b, c, d, e, f = (draw.integer(0, 6) for _ in range(6))
        return {"counts": [[a, b, c], [b, d, e], [c, e, f]], "kind": variant}

    def fits(counts, kind):
        total, sums = sum(map(sum, counts)), [sum(rows) for rows in counts]
        if min(sums) < 4 or len(set(sums)) < 3:
            return False
        ratio = lambda v, u: counts[v][u] * total / (sums[v] * sums[u])
        v, u, low = PAIRS[kind]
        if not any(a * b for a, b in zip(counts[v], counts[u], strict=True)):
            return False
        return ratio(v, u) > 1.15 and 0 < ratio(v, low) < 0.85 and counts[v] != counts[u]

    return draw.until(make, fits)


PAIRS = ((0, 1, 2), (1, 2, 0), (2, 0, 1))  # of words: close, and (first and last) far
WORDS = ("tea", "cup", "rain")


def ask_words(counts, kind):
    v, u, low = (WORDS[i] for i in PAIRS[kind])
    table = "\n".join(
        f"| **{word}** | " + " | ".join(map(str, counts[i])) + " |" for i, word in enumerate(WORDS)
    )
    return f"""
How often words stood beside each other in a text:

| | tea | cup | rain |
|---|---:|---:|---:|
{table}

- **a** What is the PMI of `{v}` and `{u}`, in bits (with $\\log_2$)?
- **b** What is the PPMI of `{v}` and `{low}`?
- **c** What is the cosine similarity of the rows of `{v}` and `{u}` in the table of **counts**?
"""


# 7. A pooling layer with its way back (week 9).

POOLS = [
    (r"{k} \sum_i x_i^2", "the sum of the squares of its four numbers, times {k}"),
    (r"{k} \Bigl(\sum_i x_i\Bigr)^2", "the square of the sum of its four numbers, times {k}"),
    (r"{k} \Bigl(\tfrac14 \sum_i x_i\Bigr)^2", "the square of their mean, times {k}"),
]


def draw_pool(draw, variant):
    return {"k": draw.integer(2, 9), "pool": variant}


def ask_pool(k, pool):
    equation, words = (text.replace("{k}", str(k)) for text in POOLS[pool])
    return f"""
A layer cuts each channel of a picture into windows of 2 × 2 pixels that do not overlap, and
keeps one number of each window, {words}:

$$ y = {equation} $$

Write the class `Pool` with `forward(x)` and `backward(dout)`: x is (N, C, H, W).

- **a** `forward` returns $y$, (N, C, H / 2, W / 2), and leaves `x` as it is. H and W are even.
- **b** `backward` returns $dx$ for the batch that went forward last.
- **c** H and W may also be odd. Then the last row, or column, is in no window: it is left out, and
  its gradient is 0.
"""


# 8. An optimizer (week 8).

RULES = [
    r"a \leftarrow 0.9\, a + 0.1\, |g|, \qquad p \leftarrow p - \eta\, \frac{g}{a + {c}}",
    r"a \leftarrow 0.9\, a + 0.1\, g, \qquad p \leftarrow p - \eta\, \frac{a}{|g| + {c}}",
    r"a \leftarrow 0.9\, a + 0.1\, g, \qquad p \leftarrow p - \eta\, \frac{a}{|a| + {c}}",
]


def draw_rule(draw, variant):
    return {"c": draw.integer(1, 9), "rule": variant}


def ask_rule(c, rule):
    return f"""
An optimizer keeps for each number $p$ of the parameters a number $a$, which begins at 0.
With the gradient $g$ and the learning rate $\\eta$ it does, in this order:

$$ {RULES[rule].replace("{c}", str(c))} $$

Write the class `Rule` with `update(params, grads)`, in the manner of the course's optimizers:
two lists of arrays.

- **a** The first step is right.
- **b** Later steps are right, with gradients that change, and for several arrays.
- **c** `update` changes the arrays in `params` themselves, and leaves `grads` as they are.
  (Points only if **a** is right.)
"""


# 9. Derive and explain (week 10): read by hand.

BLOCKS = ("x + f(x)", r"x + \tfrac12 f(x)", "x + 2 f(x)")


def draw_block(draw, variant):
    return {"slope": draw.one_of([0.1, 0.2, -0.2, -0.1]), "k": draw.integer(4, 9), "f": variant}


def ask_block(slope, k, f):
    return f"""
A residual block computes $y = {BLOCKS[f]}$; $x$ and $y$ are single numbers.

- **a** (7 points) Draw or describe its graph, and derive $\\partial L / \\partial x$ from
  $\\partial L / \\partial y$ and the slope $f'(x)$. Derive the factor for $k$ such blocks, one
  behind the other, if each $f$ has the same slope.
- **b** (3 points) What is the factor for $k = {k}$ and $f'(x) = {slope}$? Three decimals.
- **c** (3 points) What would it be without the straight way, $y = {BLOCKS[f].partition("+ ")[2]}$?
  What does that mean for the first layers of a deep network?
- **d** (3 points) $x$ and $f(x)$ are independent, with mean 0 and the same mean square. By which
  factor does the mean square grow in a block? Name one thing that keeps it from growing.
"""


def question(number, title, minutes, parts, draw, ask, **more):
    """A question whose answer is a list with one entry for each part."""
    places = {letter: [i] for i, letter in enumerate(parts)}
    return Question(number, title, minutes, parts, draw, ask, places=places, **more)


QUESTIONS = {
    q.number: q
    for q in [
        question(1, "A batch backwards", 8, {"a": 3, "b": 3, "c": 3}, draw_backward, ask_backward),
        question(2, "Three optimizers", 9, {"a": 3, "b": 3, "c": 3}, draw_steps, ask_steps),
        question(
            3, "A start, and a norm", 8, {"a": 2, "b": 2, "c": 3, "d": 3}, draw_start, ask_start
        ),
        question(4, "A filter by hand", 10, {"a": 4, "b": 4, "c": 3}, draw_filter, ask_filter),
        question(
            5,
            "Counting in a deep network",
            9,
            {"a": 2, "b": 2, "c": 3, "d": 2, "e": 3},
            draw_counts,
            ask_counts,
        ),
        question(6, "Words as counts", 8, {"a": 3, "b": 3, "c": 3}, draw_words, ask_words),
        Question(7, "A layer that pools", 12, {"a": 4, "b": 6, "c": 3}, draw_pool, ask_pool),
        Question(8, "A rule that learns", 10, {"a": 4, "b": 5, "c": 2}, draw_rule, ask_rule),
        Question(
            9,
            "Derive and explain",
            11,
            {"a": 7, "b": 3, "c": 3, "d": 3},
            draw_block,
            ask_block,
            by_hand=True,
        ),
    ]
}
