"""Exercise 1: a learning rate that rises in a straight line and falls along a cosine."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_rates"]

HINTS = read_hints(
    """
begins with 0:
    ? Steps are counted from 1. Does the first one move at all?
    @ exercises.ipynb, the text of this exercise
    ! A first step of rate 0 is a step thrown away. The first rate is one part of the top.

jump after the rise:
    ? How far has the cosine come when the rise ends?
    @ exercises.ipynb, the text of this exercise
    ! The fall has a beginning of its own: its share is 0 at the last step of the rise.

late by one:
    ? Which rate has the last step of all?
    @ exercises.ipynb, the text of this exercise
    ! Count the share of the fall from the last step of the rise, which still has the top.

rises again:
    ? What does a cosine do after half a turn?
    @ exercises.ipynb, the text of this exercise
    ! After the last step the rate stays where it is. The share of the fall ends at 1.

half lost:
    ? How large is one more than the cosine of 0?
    @ exercises.ipynb, the equation of this exercise
    ! The cosine moves between two numbers that are 2 apart, and the rate between 0 and the top.

whole turn:
    ? Which rate has the last step of all?
    @ exercises.ipynb, the equation of this exercise
    ! From the top to the bottom of a cosine it is half a turn.

straight line:
    ? In which part of the fall is the rate nearly still?
    @ exercises.ipynb, the equation of this exercise
    ! The fall begins slowly and ends slowly. A straight line does neither.

in degrees:
    ? In which unit does NumPy take an angle?
    @ exercises.ipynb, the equation of this exercise
    ! Half a turn is 180 degrees, but NumPy counts in radians.

fall during the rise:
    ? Which of the two formulas belongs to a step of the rise?
    @ exercises.ipynb, the text of this exercise
    ! Each step has one rule: rise as long as the rise lasts, and then fall.

a loop:
    ? Can one call ask for the rates of all steps at once?
    @ exercises.ipynb, the text of this exercise
    ! Compute both rules for the whole array, and choose for each step the one that holds.
"""
)


def rates(k, top, rise, steps, mistake=None):
    made = []
    for step in k.tolist():
        if step <= rise and mistake != "fall during the rise":
            made.append(top * (step - (mistake == "begins with 0")) / rise)
            continue
        share = (step - rise) / (steps - rise)
        if mistake == "jump after the rise":
            share = step / steps
        elif mistake == "late by one":
            share = (step - rise - 1) / (steps - rise)
        elif mistake == "fall during the rise" and step <= rise:
            share = max(share, 0)
        if mistake != "rises again":
            share = min(share, 1)
        turn = {"whole turn": 2 * np.pi, "in degrees": 180}.get(mistake, np.pi)
        height = (1 + np.cos(turn * share)) / 2
        if mistake == "half lost":
            height = 2 * height
        elif mistake == "straight line":
            height = 1 - share
        made.append(top * height)
    return {"the rates": np.array(made)}


@exercise(1, "A rate that rises and falls", 10)
def check_rates(answer, rng):
    def steps(k, top, rise, steps):
        yield "the rates", answer(k, top, rise, steps)

    def problem(rise, steps, more=4):
        k = rng.permutation(np.arange(1, steps + more + 1))
        return {"k": k, "top": float(rng.uniform(0.3, 3)), "rise": rise, "steps": steps}

    paper = {"k": np.array([1, 2, 3, 5, 6, 7, 9, 12]), "top": 0.6, "rise": 3, "steps": 9}
    problems = [paper, problem(4, 11), problem(1, 6), problem(10, 12), problem(0, 5)]
    judge(problems, steps, rates, HINTS)
    refuse_loops(HINTS["a loop"], rates=answer)
    return "up in a straight line, down along half a turn, and then still"
