"""Exercise 3: slopes where a function cannot be asked below."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["FUNCTIONS", "HINTS", "check_one_sided", "watched"]

HINTS = read_hints(
    """
two values:
    ? How does your error shrink when the step is divided by 2: to a half, or to a quarter?
    @ 2_slopes_from_numbers.ipynb, section "How wrong, by multiplying out"
    ! Two values cannot cancel the term of the second derivative. Three can.

two values far apart:
    ? Which of the three values do you leave out?
    @ exercises.ipynb, the text of this exercise
    ! All three have a share; the nearer one is worth more, and the far one corrects it.

from both sides:
    ? Where is your function asked, and where does it exist?
    @ exercises.ipynb, the text of this exercise
    ! Go up twice, and never down.

shares not divided by 2:
    ? The function is a straight line with the slope 1. What do your shares make of it?
    @ exercises.ipynb, the text of this exercise
    ! A straight line must come out exactly. It tells you by what to divide.

signs turned:
    ? The function is a straight line with the slope 1. What do your shares make of it?
    @ 2_slopes_from_numbers.ipynb, section "How wrong, by multiplying out"
    ! Where a function rises, its slope is above 0.

not put back:
    ? When the second number moves, where does the first one stand?
    @ 2_slopes_from_numbers.ipynb, section "A function for all, built in steps"
    ! Only one number is moved at a time. The others stand where they were.

whole numbers:
    ? What becomes of 3.1 when it is written into an array of whole numbers?
    @ 2_slopes_from_numbers.ipynb, section "A function for all, built in steps"
    ! Take a copy that can hold fractions.

start asked again:
    ? The value at the start is needed for each number. Does it change?
    @ exercises.ipynb, the text of this exercise
    ! What stays the same is computed once.

all at once:
    ? How many numbers do you move at a time?
    @ 2_slopes_from_numbers.ipynb, section "A function for all, built in steps"
    ! A partial derivative moves one number, and keeps the others.
"""
)
SLOPES, BELOW, CALLS = "the slopes", "the lowest place asked, above x", "the number of calls of f"
FUNCTIONS = {
    "the sum of x^3": lambda x: (x**3).sum(),
    "the sum of the roots of x": lambda x: np.sqrt(np.maximum(x, 0)).sum(),
    "the product of all x^2 + 1": lambda x: (x**2 + 1).prod(),
    "3 for any x": lambda x: 3.0,
}


def watched(name, x, asked):
    """A function that counts in a list how often, and how far from x, it is asked."""

    def f(place):
        place = np.array(place, float)
        asked.append((place - x).min())
        return float(FUNCTIONS[name](place))

    return f


def one_sided(f, x, step, mistake=None):
    function, start = FUNCTIONS[f], x.astype(float)
    slopes = np.zeros(x.shape)
    moving = start.copy()
    for i in np.ndindex(x.shape):
        if mistake != "not put back":
            moving = start.copy()
        near, far, below = moving.copy(), moving.copy(), moving.copy()
        at = ... if mistake == "all at once" else i
        near[at], far[at], below[at] = start[at] + step, start[at] + 2 * step, start[at] - step
        moving[i] += 2 * step
        if mistake == "whole numbers" and x.dtype.kind == "i":
            near, far, below = (np.trunc(place) for place in (near, far, below))
        base, up, up_2 = function(start), function(near), function(far)
        if mistake == "two values":
            slopes[i] = (up - base) / step
        elif mistake == "two values far apart":
            slopes[i] = (up_2 - base) / (2 * step)
        elif mistake == "from both sides":
            slopes[i] = (up - function(below)) / (2 * step)
        else:
            slopes[i] = (-3 * base + 4 * up - up_2) / (2 * step)
    if mistake == "shares not divided by 2":
        slopes = 2 * slopes
    if mistake == "signs turned":
        slopes = -slopes
    lowest = -step if mistake == "from both sides" else 0.0
    calls = {"start asked again": 3 * x.size}.get(mistake, 1 + 2 * x.size)
    return {SLOPES: slopes, BELOW: lowest, CALLS: calls}


@exercise(3, "Only upwards", 14)
def check_one_sided(answer, rng):
    def steps(f, x, step):
        asked = []
        yield SLOPES, answer(watched(f, x, asked), x, step)
        yield BELOW, min(asked, default=0.0)
        yield CALLS, max(len(asked), 1 + 2 * x.size)  # fewer are no fault

    cubes, roots, product, flat = FUNCTIONS
    problems = [
        {"f": cubes, "x": np.array([1.0]), "step": 0.1},
        {"f": cubes, "x": numbers(rng, 3), "step": 0.2},
        {"f": product, "x": numbers(rng, (2, 2)), "step": 0.05},
        {"f": roots, "x": np.array([0.0, 1.0, 4.0, 0.0]), "step": rng.uniform(0.05, 0.2)},
        {"f": product, "x": np.array([1, 2, -2]), "step": 0.1},
        {"f": cubes, "x": rng.permutation(np.arange(-3, 3)).reshape(3, 2), "step": 0.25},
        {"f": flat, "x": np.zeros(2), "step": 0.5},
    ]
    judge(problems, steps, one_sided, HINTS, bricks=("watched",))
    return "three values from one side are enough for an error of the second order"
