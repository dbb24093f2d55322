"""Exercise 5: how many mistakes are possible."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "check_bound"]

HINTS = read_hints(
    """
no constant in the radius:
    ? How many features has an example in the proof?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! The bias is a weight like the others, so its feature belongs to the length of an example.

no bias in the length:
    ? Which numbers belong to the weights of the proof?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! There the bias is the last of the weights. It counts when they are brought to length 1.

weights not of length 1:
    ? Ten times the weights separate the examples just as well. Is your margin ten times as large?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! The proof takes weights of length 1.

labels forgotten:
    ? Which sign must the score of an example with the label 0 have?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! The margin is the smallest score on the right side, and which side is right depends on the
      label.

bound without separation:
    ? Do these weights have every example on its right side?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! Without a margin above 0 the proof says nothing, and promises no end.

not squared:
    ? What follows when a number is at most a constant times its own root?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! Divide by the root first; then square.

shortest example:
    ? Which example can make the weights longest in one correction?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! The bound must hold for every example, so it takes the longest.
"""
)


def bound(x, t, w, b, mistake=None):
    one = 0.0 if mistake == "no constant in the radius" else 1.0
    lengths = np.sqrt((x**2).sum(axis=1) + one)
    radius = lengths.min() if mistake == "shortest example" else lengths.max()
    size = np.sqrt(w @ w + (0 if mistake == "no bias in the length" else b * b))
    if mistake == "weights not of length 1":
        size = 1.0
    s = (x @ w + b) / size
    sign = 2.0 * t - 1
    margin = abs(s).min() if mistake == "labels forgotten" else (sign * s).min()
    most = radius / margin if mistake == "not squared" else (radius / margin) ** 2
    if margin <= 0 and mistake != "bound without separation":
        most = np.inf
    return {"radius": radius, "margin": margin, "bound": most}


@exercise(5, "How many mistakes are possible", 10)
def check_bound(answer, rng):
    def steps(x, t, w, b):
        yield from zip(("radius", "margin", "bound"), answer(x, t, w, b), strict=True)

    def problem(N, D, wrong=0):
        x, w = numbers(rng, (N, D)), numbers(rng, D)
        s = x @ w
        b = -np.sort(s)[N // 2 - 1 : N // 2 + 1].mean()  # in the middle, so both labels occur
        t = (s + b > 0).astype(int)
        t[:wrong] = 1 - t[:wrong]
        return {"x": x, "t": t, "w": w, "b": b}

    x = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    problems = [
        {"x": x, "t": np.array([0, 1, 1, 1]), "w": np.array([2.0, 2]), "b": -1.0},
        {"x": x, "t": np.array([1, 1, 1, 0]), "w": np.array([-2.0, -2]), "b": 3.0},
        problem(6, 3),
        problem(8, 2, wrong=1),
        problem(7, 4),
    ]
    judge(problems, steps, bound, HINTS)
    return "the bound holds for any weights that separate, and is infinite for others"
