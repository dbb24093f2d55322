"""Exercise 5: the best learning rate of a valley, and how long it takes."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_valley"]

HINTS = read_hints(
    """
flattest limit:
    ? Which direction leaves the valley first, when the rate grows?
    @ 3_down_the_valley.ipynb, section "How large may a step be?"
    ! The steepest direction has the smallest limit, and one direction that grows is enough.

mean limit:
    ? Does the limit of a direction know of the other directions?
    @ 3_down_the_valley.ipynb, section "How large may a step be?"
    ! Each direction has a limit of its own, and the smallest one counts for all.

steepest alone:
    ? With your rate, the steepest direction is done in one step. And the flattest?
    @ exercises.ipynb, the text of this exercise
    ! The slowest direction decides. A larger rate helps it, until the steepest is as slow.

mean of all curvatures:
    ? A curvature between the two ends is added. Does your rate change, and should it?
    @ exercises.ipynb, the text of this exercise
    ! Only the flattest and the steepest direction can be the slowest.

first and last:
    ? Are the curvatures sorted?
    @ exercises.ipynb, the text of this exercise
    ! Look for the smallest and the largest one.

one step too few:
    ? After your number of steps, is the distance small enough?
    @ exercises.ipynb, the text of this exercise
    ! A part of a step is not made. Round so that the bound is kept.

not a whole number:
    ? Can half a step be made?
    @ exercises.ipynb, the text of this exercise
    ! Round so that the bound is kept.

no step:
    ? All curvatures are equal. Is the floor reached before the first step?
    @ exercises.ipynb, the text of this exercise
    ! One step is needed at least, since every direction has a way to go.

squares counted:
    ? What should shrink: the distance, or the loss?
    @ exercises.ipynb, the text of this exercise
    ! The loss shrinks by the square of what the distance shrinks by.
"""
)
LIMIT, RATE, STEPS = "the limit", "the best rate", "the number of steps"


def valley(a, shrink, mistake=None):
    flat, steep = min(a), max(a)
    if mistake == "first and last":
        flat, steep = a[0], a[-1]
    limit = 2 / steep
    if mistake == "flattest limit":
        limit = 2 / flat
    if mistake == "mean limit":
        limit = 2 / a.mean()
    rate = 2 / (flat + steep)
    if mistake == "steepest alone":
        rate = 1 / steep
    if mistake == "mean of all curvatures":
        rate = 1 / a.mean()
    factor = abs(1 - rate * a).max()
    if mistake == "squares counted":
        factor = factor**2
    if factor < 1e-12:
        steps = 0 if mistake == "no step" else 1
    else:
        steps = np.log(shrink) / np.log(factor)
        if mistake == "one step too few":
            steps = np.floor(steps)
        elif mistake != "not a whole number":
            steps = np.ceil(steps)
    return {LIMIT: limit, RATE: rate, STEPS: steps}


@exercise(5, "The best rate of a valley", 12)
def check_valley(answer, rng):
    def steps(a, shrink):
        yield from zip((LIMIT, RATE, STEPS), answer(a, shrink), strict=True)

    def problem(D, longest, shrink):
        while True:
            a, end = np.array([1.0]), longest * rng.uniform(0.8, 1.2)
            if D > 1:  # neither end stands at an end
                first, last = rng.uniform(1.5, 0.7 * end, 2)
                a = np.array([first, *rng.permutation([1, end, *rng.uniform(1, end, D - 4)]), last])
            a = a * rng.uniform(0.2, 2)
            number = valley(a, shrink)[STEPS]
            exact = valley(a, shrink, "not a whole number")[STEPS]
            if D == 1 or 0.55 < number - exact < 0.95:  # rounding must go up
                return {"a": a, "shrink": shrink}

    problems = [
        {"a": np.array([1.0, 9.0]), "shrink": 0.01},
        problem(5, 10, 0.001),
        problem(4, 100, 0.03),
        problem(1, 10, 0.001),
        {"a": np.full(3, 0.5), "shrink": 0.1},
        problem(4, 4, 1e-6),
    ]
    judge(problems, steps, valley, HINTS)
    return "the flattest and the steepest direction share the blame"
