"""Exercise 4: a scaling of the features that disappears in the first layer."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_fold_in"]

HINTS = read_hints(
    """
multiplied by the spread:
    ? A feature has a large spread. Must its new weight be smaller or larger than the old one?
    @ 1_bend_the_line.ipynb, section "Without a bend, two layers are one"
    ! What was divided in the feature is divided in the weight.

columns for rows:
    ? Which weights belong to one feature: a row, or a column?
    @ 2_products_with_shapes.ipynb, section "One layer, one example, loop by loop"
    ! All weights that one feature meets stand in one row.

bias as it was:
    ? An example of zeros goes in. What does the scaling make of it?
    @ 1_bend_the_line.ipynb, section "Without a bend, two layers are one"
    ! What is taken from the features before the product is a constant after it.

mean not scaled:
    ? Is the mean taken away before the division, or after it?
    @ exercises.ipynb, the text of this exercise
    ! The mean is divided by the spread too. The new weights already know that.

mean added:
    ? In which direction does the mean move the features?
    @ exercises.ipynb, the text of this exercise
    ! What the scaling takes away, the bias must take away too.

bias scaled too:
    ? Does the scaling come before the bias, or behind it?
    @ exercises.ipynb, the text of this exercise
    ! The old bias is added after all features, so no spread touches it.

spread of 0:
    ? A feature never changes. What does your answer divide by?
    @ exercises.ipynb, the text of this exercise
    ! A feature that is always scaled to 0 adds nothing, so nothing of it may be left.

zero spread taken as 1:
    ? A feature had spread 0, and a new example has another value there. What does the text say?
    @ exercises.ipynb, the text of this exercise
    ! The scaled feature is 0, whatever the raw one is.
"""
)


def fold_in(W, b, mean, spread, mistake=None):
    fill = {"spread of 0": 0.0, "zero spread taken as 1": 1.0}.get(mistake, np.inf)
    spread = np.where(spread == 0, fill, spread)
    if mistake == "columns for rows":
        new = W / spread
    elif mistake == "multiplied by the spread":
        new = W * np.where(np.isinf(spread), 0, spread)[:, None]
    else:
        new = W / spread[:, None]
    moved = mean @ (W if mistake == "mean not scaled" else new)
    bias = b - moved
    if mistake == "bias as it was":
        bias = b
    elif mistake == "mean added":
        bias = b + moved
    elif mistake == "bias scaled too":
        bias = b / spread - moved  # where D and H are equal
    return {"W of the raw features": new, "b of the raw features": bias}


@exercise(4, "A scaling that disappears", 12)
def check_fold_in(answer, rng):
    def steps(W, b, mean, spread):
        new, bias = answer(W, b, mean, spread)
        yield "W of the raw features", new
        yield "b of the raw features", bias

    def problem(D, H, zeros=0, kind=float):
        spread = rng.permutation(np.append(rng.uniform(1.5, 4, D - zeros), np.zeros(zeros)))
        made = {"W": numbers(rng, (D, H), kind), "b": numbers(rng, H, kind)}
        made |= {"mean": numbers(rng, D, kind), "spread": spread.astype(kind)}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    by_hand = {"W": np.array([[2.0, 4], [3, -1]]), "b": np.array([1.0, 0])}
    problems = [
        by_hand | {"mean": np.array([1.0, 2]), "spread": np.array([2.0, 0.5])},
        problem(3, 3),
        problem(4, 2),
        problem(5, 1, kind=FLOAT32),
        problem(4, 3, zeros=1),
    ]
    judge(problems, steps, fold_in, HINTS)
    return "the first layer does the scaling, at no cost"
