"""Exercise 1: a gate that counts."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.week02.shared import all_inputs

__all__ = ["HINTS", "check_at_least"]

HINTS = read_hints(
    """
off by one, threshold on the wrong sum:
    ? What is the sum when just enough inputs are 1, and which side of the line must it be on?
    @ 1_build_gates_by_hand.ipynb, section "AND, by four inequalities"
    ! Write down the largest sum that must give 0 and the smallest sum that must give 1.

on the edge:
    ? Which input has the score 0 in your gate?
    @ 1_build_gates_by_hand.ipynb, section "A trap: on the edge"
    ! The answers are right, but without any room. Put the line in the middle between two sums.

threshold for bias:
    ? On which side of the comparison does your number stand?
    @ 1_build_gates_by_hand.ipynb, section "The threshold becomes a bias"
    ! A threshold that goes to the other side changes its sign.

at most:
    ? What does your gate say when all inputs are 0?
    @ 1_build_gates_by_hand.ipynb, section "NAND turns the signs"
    ! All signs are turned: it is the opposite gate.

only all:
    ? Does your gate look at how many inputs are enough?
    @ exercises.ipynb, the text of this exercise
    ! A gate for all inputs is a special case. The bias depends on how many are asked for.
"""
)


def at_least(D, k, mistake=None):
    """The outputs for all inputs, and how far the nearest of them is from the line."""
    x = all_inputs(D)
    w, b = np.ones(D), 0.5 - k
    if mistake == "off by one":
        b = -k - 0.5
    if mistake == "threshold on the wrong sum":
        b = -float(k)
    if mistake == "on the edge":
        b = 1.0 - k
    if mistake == "threshold for bias":
        b = k - 0.5
    if mistake == "at most":
        w, b = -w, k - 0.5
    if mistake == "only all":
        b = 0.5 - D
    s = x @ w + b
    return {"the outputs": (s > 0).astype(int), "the smallest distance": abs(s).min() / np.sqrt(D)}


@exercise(1, "A gate that counts", 10)
def check_at_least(answer, rng):
    def steps(D, k):
        w, b = answer(D, k)
        w, b = np.asarray(w, float), np.asarray(b, float).reshape(())
        s = all_inputs(D) @ w + b
        yield "the outputs", (s > 0).astype(int)
        yield "the smallest distance", abs(s).min() / np.sqrt((w**2).sum())

    problems = [(3, 2), (2, 1), (2, 2), (5, 1), (4, 3), (6, int(rng.integers(2, 6)))]
    problems = [{"D": D, "k": k} for D, k in problems]
    judge(problems, steps, at_least, HINTS)
    return "the gate counts, and its line is in the middle"
