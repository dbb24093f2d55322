"""Exercise 2: how often two rows agree, for all pairs of rows at once."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_agreement"]

HINTS = read_hints(
    """
transposed:
    ? What do the rows of your result count?
    @ exercises.ipynb, the equation of this exercise
    ! The learners stand below one another, the keys side by side.

differences:
    ? Do you count the places that agree, or those that differ?
    @ exercises.ipynb, the equation of this exercise
    ! The largest number should mean the best agreement.

share:
    ? Where does the equation divide?
    @ exercises.ipynb, the equation of this exercise
    ! It counts places, and divides by nothing.

all or nothing:
    ? Two rows agree in two places of three. What does your code say of them?
    @ exercises.ipynb, the equation of this exercise
    ! The truth values are added up along the places.

summed over the keys:
    ? Which axis vanishes in your sum: that of the places, or that of the keys?
    @ 1_read_a_shape.ipynb, section "The axis that you name vanishes"
    ! In the result stand learners and keys. So the places must vanish.

best learner:
    ? Is one key named for each learner, or one learner for each key?
    @ 1_read_a_shape.ipynb, section "The axis that you name vanishes"
    ! The axis of the keys must vanish, and that of the learners stays.

how often:
    ? Does your second result name a key, or does it say how well it fits?
    @ 1_read_a_shape.ipynb, section "The axis that you name vanishes"
    ! The place of the largest number is asked for, not the number.

worst:
    ? Is it the largest or the smallest agreement that you look for?
    @ exercises.ipynb, the text of this exercise
    ! The key that fits best agrees most often.

a loop:
    ? Which axes should the two tables have, so that every row meets every row at once?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! Give each of the three indices an axis of its own, and let the tables be stretched.
"""
)


def agreement(x, key, mistake=None):
    """The counts (N, V), and the best key of each learner (N,)."""
    equal = x[:, None, :] == key[None, :, :]
    count = equal.sum(axis=2)
    if mistake == "transposed":
        count = count.T
    elif mistake == "differences":
        count = (~equal).sum(axis=2)
    elif mistake == "share":
        count = equal.mean(axis=2)
    elif mistake == "all or nothing":
        count = equal.all(axis=2)
    elif mistake == "summed over the keys":
        count = equal.sum(axis=1)
    best = equal.sum(axis=2).argmax(axis=1)
    if mistake == "best learner":
        best = equal.sum(axis=2).argmax(axis=0)
    elif mistake == "how often":
        best = equal.sum(axis=2).max(axis=1)
    elif mistake == "worst":
        best = equal.sum(axis=2).argmin(axis=1)
    elif mistake not in (None, "share"):
        best = count.argmax(axis=1)
    return {"the agreement": count, "the best key": best}


@exercise(2, "Agreement of all pairs", 12)
def check_agreement(matches, best, rng):
    def steps(x, key):
        count = matches(x, key)
        yield "the agreement", count
        yield "the best key", best(x, key)

    def problem(N, V, D):
        key = rng.integers(0, 3, (V, D))
        key[0] = (key[V - 1] + 1) % 3  # the first key and the last agree nowhere
        x = rng.integers(0, 3, (N, D))
        x[0] = key[V - 1]  # a learner who has all of the last key
        x[N - 1] = key[0]
        x[N - 1, 0] = 9  # and one who has nearly all of the first
        return {"x": x, "key": key}

    paper = {
        "x": np.array([[1, 2, 3], [3, 2, 1]]),
        "key": np.array([[1, 1, 1], [1, 2, 2], [3, 2, 3]]),
    }
    problems = [paper, problem(4, 2, 3), problem(3, 3, 3), problem(2, 4, 5), problem(4, 4, 2)]
    judge(problems, steps, agreement, HINTS)
    refuse_loops(HINTS["a loop"], matches=matches, best_key=best)
    return "every row meets every row, and the places vanish"
