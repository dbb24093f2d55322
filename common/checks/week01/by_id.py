"""Exercise 4: rows that belong to the same id, added up and averaged."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_by_id"]

HINTS = read_hints(
    """
last one wins:
    ? An id comes twice. How many of its rows are in your sum?
    @ 2_views_and_index_arrays.ipynb, section "A repeated id loses a count"
    ! Read, add, write: all ids are read before the first one is written. Look for what reads anew.

largest id:
    ? How many rows does your result have when the last ids do not come?
    @ 2_views_and_index_arrays.ipynb, section "A repeated id loses a count"
    ! The number of rows is given. It does not depend on which ids come.

cut off:
    ? Which kind of number does your table of sums hold?
    @ 1_read_a_shape.ipynb, section "One kind of number"
    ! A table of whole numbers cuts off what is behind the point. Sums of floats need floats.

not a number:
    ? An id that never comes: by how many rows do you divide its sum?
    @ exercises.ipynb, the text of this exercise
    ! Where there is nothing, the mean is set to 0; nothing is divided by 0.

mean of all rows:
    ? By how many rows do you divide: by those of this id, or by all?
    @ exercises.ipynb, the equation of this exercise
    ! Each id has a count of its own.

mean of the features:
    ? Does your mean have as many columns as the rows?
    @ 1_read_a_shape.ipynb, section "The axis that you name vanishes"
    ! The examples of an id vanish, the features stay.

sums again:
    ? What is the difference between your two results?
    @ exercises.ipynb, the equation of this exercise
    ! The mean divides the sum by the count of the id.
"""
)


def by_id(idx, x, V, mistake=None):
    """The sums and the means, both (V, D)."""
    total, count = np.zeros((V, x.shape[1])), np.bincount(idx, minlength=V)
    np.add.at(total, idx, x)
    if mistake == "last one wins":
        total = np.zeros_like(total)
        total[idx] += x
    elif mistake == "cut off":
        total = np.zeros(total.shape, int)
        for v, row in zip(idx, x, strict=True):
            total[v] = total[v] + row
    elif mistake == "largest id":
        total, count = total[: idx.max() + 1], count[: idx.max() + 1]
    below = np.maximum(count, 1)[:, None]
    if mistake == "not a number":
        below = count[:, None]
    elif mistake == "mean of all rows":
        below = len(idx)
    elif mistake == "sums again":
        below = 1
    with np.errstate(all="ignore"):
        mean = total / below
    if mistake == "mean of the features":
        mean = mean.mean(axis=1)
    return {"the sums": total, "the means": mean}


@exercise(4, "Together by id", 14)
def check_by_id(sum_by_id, mean_by_id, rng):
    def steps(idx, x, V):
        yield "the sums", sum_by_id(idx, x, V)
        yield "the means", mean_by_id(idx, x, V)

    def problem(V, D, dtype=float):
        """The ids 0 and V - 1 come in turns or not at all; one comes three times, one never."""
        ids = rng.permutation(V)
        idx = rng.permutation([ids[0], ids[0], ids[0], ids[1], ids[1], *ids[2:-1]])
        return {"idx": idx, "x": numbers(rng, (len(idx), D), dtype), "V": V}

    last = problem(5, 2)
    last["idx"] = np.array([0, 3, 3, 1, 0, 3, 1])  # neither 2 nor the last one
    problems = [
        {
            "idx": np.array([2, 0, 2, 2]),
            "x": np.array([[1.5, 10], [2, 20], [3, 30], [4, 40]]),
            "V": 4,
        },
        last | {"x": numbers(rng, (7, 2))},
        problem(3, 3),
        problem(6, 1),
        problem(4, 4, FLOAT32),
    ]
    judge(problems, steps, by_id, HINTS, tolerance=ROUNDING)
    return "each id has all of its rows, and no others"
