"""Exercise 1: a bend whose left side is not flat."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_leaky"]

HINTS = read_hints(
    """
larger of the two:
    ? With a leak of 2, which of the two lines is the higher one on the left, and which is asked?
    @ exercises.ipynb, the text of this exercise
    ! The sign of the score decides which line holds. Which line is higher depends on the leak.

no leak:
    ? A score is below 0. What does your bend let through?
    @ 1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! ReLU lets nothing through there; this bend lets a part of the score through.

the leak alone:
    ? Two scores below 0, one far and one near. Does your bend tell them apart?
    @ exercises.ipynb, the text of this exercise
    ! On the left side stands a line, and no constant.

sides exchanged:
    ? Which side of 0 does ReLU leave as it is?
    @ 1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! Scores above 0 pass as they are; those below 0 are made smaller.

minus lost:
    ? A leak of 0.1 and a score below 0. On which side of 0 is the value?
    @ exercises.ipynb, the text of this exercise
    ! A part of a negative number is negative.

flat on the left:
    ? How much does the value rise when a negative score rises a little?
    @ 1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! The slope is the number in front of the score, on each side its own.

slope of the value:
    ? Does your slope look at the score, or at the value that came out?
    @ exercises.ipynb, the text of this exercise
    ! A leak below 0 gives values above 0 on both sides. Only the score still knows its side.

leak everywhere:
    ? What is the slope of a line that passes the score as it is?
    @ 1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! The right side has the slope of ReLU.
"""
)


def leaky(s, leak, mistake=None):
    s = np.asarray(s, float)
    right = s > 0
    h, slope = np.where(right, s, leak * s), np.where(right, 1.0, leak)
    if mistake == "larger of the two":
        h = np.maximum(s, leak * s)
    elif mistake == "no leak":
        h, slope = np.maximum(s, 0), np.where(right, 1.0, 0.0)
    elif mistake == "the leak alone":
        h = np.where(right, s, leak)
    elif mistake == "sides exchanged":
        h, slope = np.where(right, leak * s, s), np.where(right, leak, 1.0)
    elif mistake == "minus lost":
        h = np.where(right, s, -leak * s)
    elif mistake == "flat on the left":
        slope = np.where(right, 1.0, 0.0)
    elif mistake == "slope of the value":
        slope = np.where(h > 0, 1.0, leak)
    elif mistake == "leak everywhere":
        slope = np.full(s.shape, leak)
    return {"h": h, "the slope": slope}


@exercise(1, "A bend that leaks", 10)
def check_leaky(answer, rng):
    def steps(s, leak):
        h, slope = answer(s, leak)
        yield "h", h
        yield "the slope", slope

    def scores(shape, kind=float):
        s = numbers(rng, shape, kind)
        s.flat[:2] = -abs(s.flat[0]), abs(s.flat[1])  # both sides, at every seed
        return s

    problems = [
        {"s": np.array([-2.0, 0.5, 3.0]), "leak": 0.1},
        {"s": scores(5), "leak": 0.0},
        {"s": np.array([-3, 4, -1]), "leak": 0.5},
        {"s": scores(4), "leak": 2.0},
        {"s": scores((3, 2)), "leak": -1.0},
        {"s": scores((2, 3)), "leak": 1.0},
        {"s": scores((4, 3), FLOAT32), "leak": 0.25, "_tolerance": ROUNDING},
    ]
    judge(problems, steps, leaky, HINTS)
    return "the bend leaks, and its slope says how much"
