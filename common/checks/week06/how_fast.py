"""Exercise 5: slope, curvature and largest rate of a linear model along a direction."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_how_fast"]

HINTS = read_hints(
    """
direction as it came:
    ? Twice the same arrow: should the slope along it double?
    @ week04/3_down_the_valley.ipynb, section "Which direction is the steepest?"
    ! A direction has the length 1. Divide by the length first.

divided by the square of the length:
    ? How long is the arrow that you walk along?
    @ week04/3_down_the_valley.ipynb, section "Which direction is the steepest?"
    ! A root is missing: the length is the root of the sum of the squares.

sums for means:
    ? Twice the same examples, one below the other: does the valley become steeper?
    @ exercises.ipynb, the equation of this exercise
    ! The loss is a mean over the examples, and so are its slope and its curvature.

one over the curvature:
    ? With which rate does one step end at the floor, and with which does the walk never end?
    @ week04/3_down_the_valley.ipynb, section "How large may a step be?"
    ! A step may overshoot the floor, as long as it comes nearer.

half forgotten:
    ? What does the half in front of the square do to the slope?
    @ exercises.ipynb, the equation of this exercise
    ! The derivative of the square brings a factor that the half takes away.

square of the mean:
    ? Two examples move the output by 1 and by minus 1. Is the valley flat?
    @ week01/4_random_numbers.ipynb, section "How wrong is a mean?"
    ! Square first, and then take the mean.

curvature of the features:
    ? Which numbers change when you walk along the direction: the features, or the outputs?
    @ exercises.ipynb, the text of this exercise
    ! One step along the direction moves each output by a dot product.

target minus output:
    ? The outputs are too small, and grow along the direction. Does the loss rise or fall?
    @ week05/3_softmax_with_loss.ipynb, section "What y − t says"
    ! The slope says how the loss changes, uphill: output minus target.

at zero weights:
    ? Where does the walk begin?
    @ exercises.ipynb, the text of this exercise
    ! The errors are those of the weights that are given.

bias forgotten:
    ? Is everything in your outputs that the model adds?
    @ week03/2_products_with_shapes.ipynb, section "The bias, seen in two ways"
    ! The bias does not move, and it is a part of each output.
"""
)


def how_fast(x, t, w, b, arrow, mistake=None):
    x, t, w = x.astype(float), t.astype(float), w.astype(float)
    length = np.sqrt((arrow.astype(float) ** 2).sum())
    if mistake == "direction as it came":
        length = 1.0
    elif mistake == "divided by the square of the length":
        length = length**2
    u = arrow / length
    start = np.zeros_like(w) if mistake == "at zero weights" else w
    away = x @ start + (0 if mistake == "bias forgotten" else b) - t
    if mistake == "target minus output":
        away = -away
    moved = x @ u
    slope, curvature = (away * moved).mean(), (moved**2).mean()
    if mistake == "sums for means":
        slope, curvature = slope * len(x), curvature * len(x)
    elif mistake == "square of the mean":
        curvature = moved.mean() ** 2
    elif mistake == "curvature of the features":
        curvature = (x**2).sum(axis=1).mean()
    elif mistake == "half forgotten":
        slope, curvature = 2 * slope, 2 * curvature
    rate = (1 if mistake == "one over the curvature" else 2) / curvature
    return {"the slope": slope, "the curvature": curvature, "the largest rate": rate}


@exercise(5, "How fast may a line learn?", 18)
def check_how_fast(answer, rng):
    def steps(x, t, w, b, arrow):
        names = "the slope", "the curvature", "the largest rate"
        yield from zip(names, answer(x, t, w, b, arrow), strict=True)

    def problem(N, D, kind=float):
        made = {"x": numbers(rng, (N, D), kind), "t": numbers(rng, N, kind)}
        made |= {"w": numbers(rng, D, kind), "b": float(rng.uniform(1, 2))}
        made["arrow"] = (2 + numbers(rng, D) ** 2).astype(kind)
        made["x"][:, 0] += 3  # the outputs move by different amounts, mostly upwards
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"x": np.array([[1.0, 3], [3, -1]]), "t": np.array([5.0, 0]), "w": np.array([1.0, 1])}
    paper |= {"b": 0.0, "arrow": np.array([3.0, 4])}
    problems = [paper, problem(5, 3), problem(8, 2), problem(3, 4, FLOAT32), problem(1, 1)]
    judge(problems, steps, how_fast, HINTS)
    return "slope, curvature and limit are known before any step"
