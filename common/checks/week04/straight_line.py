"""Exercise 1: a loss in which one wrong target does not decide everything."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_straight_line"]

HINTS = read_hints(
    """
no half:
    ? Inside, is your loss the square, or half of it?
    @ exercises.ipynb, the text of this exercise
    ! With half the square, the slope is the error itself.

jump:
    ? How large are the two pieces at the edge, one from inside and one from outside?
    @ exercises.ipynb, the text of this exercise
    ! The straight line has the right slope. Move it up or down until it meets the other piece.

square everywhere:
    ? An error is ten times the edge. On which of the two pieces does it lie?
    @ 1_what_is_a_loss.ipynb, section "Squared error"
    ! Each example chooses its piece by the size of its own error.

line everywhere:
    ? An error is a tenth of the edge. On which of the two pieces does it lie?
    @ 1_what_is_a_loss.ipynb, section "Squared error"
    ! Each example chooses its piece by the size of its own error.

edge of 1:
    ? Your line fits where the edge is 1. What if the edge is 3?
    @ exercises.ipynb, the text of this exercise
    ! Both the slope of the line and where it meets the other piece depend on the edge.

sign lost:
    ? An output is far below its target. Should it rise or fall, and does your slope say so?
    @ 1_what_is_a_loss.ipynb, section "Squared error"
    ! The loss has no sign, its slope has one.

pieces swapped:
    ? Which piece belongs to small errors?
    @ exercises.ipynb, the text of this exercise
    ! Near the target the loss is round, far away it is straight.

sum for mean:
    ? Twice as many examples of the same kind: does the loss of the batch grow?
    @ 1_what_is_a_loss.ipynb, section "A batch in one line"
    ! The loss of a batch is the mean over its examples.

slope of the mean:
    ? Whose slope is asked for: that of an example's own loss, or that of the mean?
    @ exercises.ipynb, the text of this exercise
    ! Each example's loss has a slope of its own, and the others have no part in it.
"""
)


def straight_line(y, t, edge, mistake=None):
    error = y - t
    size = abs(error)
    inside = size <= edge
    if mistake == "square everywhere":
        inside = inside | True
    if mistake == "line everywhere":
        inside = inside & False
    if mistake == "pieces swapped":
        inside = ~inside
    factor = 2 if mistake == "no half" else 1
    slope = 1 if mistake == "edge of 1" else edge
    meets = 0 if mistake == "jump" else edge / 2
    if mistake == "edge of 1":
        meets = 1 / 2
    square = error**2 / 2
    losses = factor * np.where(inside, square, slope * (size - meets))
    sign = 1 if mistake == "sign lost" else np.sign(error)
    slopes = factor * np.where(inside, error, slope * sign)
    if mistake == "slope of the mean":
        slopes = slopes / len(y)
    loss = losses.sum() if mistake == "sum for mean" else losses.mean()
    return {"the loss of each example": losses, "the slopes": slopes, "the loss of the batch": loss}


@exercise(1, "Far errors on a straight line", 12)
def check_straight_line(answer, rng):
    def steps(y, t, edge):
        losses, slopes, loss = answer(y, t, edge)
        yield "the loss of each example", losses
        yield "the slopes", slopes
        yield "the loss of the batch", loss

    def problem(N, edge, kind=float):
        # errors from 0.2 to 0.8 and from 1.3 to 4 times the edge, of both signs
        sizes = np.where(np.arange(N) % 2, rng.uniform(0.2, 0.8, N), rng.uniform(1.3, 4, N))
        errors = rng.permutation(edge * sizes * np.where(np.arange(N) % 4 < 2, 1, -1))
        t = rng.uniform(-2, 2, N)
        made = {"y": (t + errors).astype(kind), "t": t.astype(kind), "edge": edge}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    problems = [
        {"y": np.array([1.5, 4.0, 0.0]), "t": np.array([1.0, 1.0, 2.0]), "edge": 1.0},
        problem(5, 3.0),
        problem(6, 0.25),
        problem(8, 0.5, FLOAT32),
        {"y": np.array([2.0, -1.0]), "t": np.array([2.0, 1.0]), "edge": 2.0},
        {"y": np.array([7.0]), "t": np.array([1.0]), "edge": 0.5},
    ]
    judge(problems, steps, straight_line, HINTS)
    return "near errors count by their square, far errors by their distance"
