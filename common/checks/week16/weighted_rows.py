"""Exercise 1: rows with a weight of their own."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week16.batches import (
    BRICKS,
    SHARED,
    after,
    boundary_batches,
    scatter,
    two_batches,
)

__all__ = ["HINTS", "check_weighted_rows"]

HINTS = SHARED | read_hints(
    """
no weight forward:
    ? Row 1 and the weight 2: what should y be?
    @ exercises.ipynb, the equation of this exercise
    ! Every number of a row is multiplied by the weight of its example.

no weight back:
    ? If a_n is 3, and a number of W grows by 1, by how much does y_n grow?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! A number of W reaches y through its weight, and so does its gradient on the way back.

mean over d:
    ? In how many numbers of y_n does the one weight a_n take part?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! A number that takes part H times collects H gradients.

y for w:
    ? How much does y_n change when a_n grows by 1? Does the answer depend on a_n?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other factor alone.

gradient without w:
    ? How much does y_n change when a_n grows by 1?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other factor.

one number for all:
    ? How many weights are there, and how many gradients did you return?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! Each example has a weight of its own: nothing is summed over n.
"""
)


def weighted_rows(W, idx, a, dout, idx_2, a_2, dout_2, mistake=None):
    """y, dW and da of two batches, one after the other."""
    made, gradients = {}, []
    batches = (("", idx, a, dout), (" of the second batch", idx_2, a_2, dout_2))
    for when, i, a_n, d in batches:
        rows, column = W[i], a_n[:, None]  # (N, H), (N, 1)
        y = rows if mistake == "no weight forward" else column * rows
        back = d if mistake == "no weight back" else column * d
        if mistake == "averaged":
            back = back / len(i)
        dW = scatter(W.shape, i, back, buffered=mistake == "repeated rows")
        da = (d * rows).sum(axis=1)
        if mistake == "mean over d":
            da = (d * rows).mean(axis=1)
        elif mistake == "y for w":
            da = (d * y).sum(axis=1)
        elif mistake == "gradient without w":
            da = d.sum(axis=1)
        elif mistake == "one number for all":
            da = np.full(len(i), (d * rows).sum())
        gradients.append(dW)
        if when:
            dW = after(*gradients, i, mistake)
        made |= {f"y{when}": y, f"da{when}": da}
        made[f"dW{when}"] = 0 * dW if mistake == "not in place" else dW
    return made


@exercise(1, "Rows with a weight of their own", 6)
def check_weighted_rows(WeightedRows, rng):
    def steps(W, idx, a, dout, idx_2, a_2, dout_2):
        layer = WeightedRows(W)
        (dW,) = layer.grads
        batches = (("", idx, a, dout), (" of the second batch", idx_2, a_2, dout_2))
        for when, i, a_n, d in batches:
            yield f"y{when}", layer.forward(i, a_n)
            yield f"da{when}", layer.backward(d)
            yield f"dW{when}", dW

    def problem(batches, dtype=float):
        (idx, idx_2), H = batches, 3
        of = lambda *shape: numbers(rng, shape, dtype)
        first = {"W": of(7, H), "idx": idx, "a": of(len(idx)), "dout": of(len(idx), H)}
        return first | {"idx_2": idx_2, "a_2": of(len(idx_2)), "dout_2": of(len(idx_2), H)}

    paper = {
        "W": np.arange(7.0)[:, None] * [1, 0] + [0, 1],  # row v is (v, 1)
        "idx": np.array([1, 5, 1]),
        "a": np.array([2.0, 1.0, 3.0]),
        "dout": np.array([[1.0, 1.0], [10.0, 10.0], [100.0, 100.0]]),
        "idx_2": np.array([4, 1]),
        "a_2": np.array([1.0, 5.0]),
        "dout_2": np.array([[1.0, 0.0], [0.0, 2.0]]),
    }
    problems = [
        paper,
        problem(two_batches(rng)),
        problem(boundary_batches()),
        problem(two_batches(rng), FLOAT32),
    ]
    judge(problems, steps, weighted_rows, HINTS, BRICKS, ROUNDING)
    return "each row goes back with its weight, and each weight learns from its row"
