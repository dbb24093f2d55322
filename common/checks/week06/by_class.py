"""Exercise 3: the cross entropy of each class by itself."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_by_class"]

HINTS = read_hints(
    """
repeated ids lost:
    ? Two examples belong to the same class. How many of them are in your sum?
    @ week01/2_views_and_index_arrays.ipynb, section "A repeated id loses a count"
    ! A list of ids with a repeat writes the same place twice, and the last one stays.

divided by N:
    ? A class has one example of a hundred. By how many do you divide its loss?
    @ exercises.ipynb, the equation of this exercise
    ! Each class is divided by the number of its own examples.

sum of each class:
    ? Twice the same batch, one below the other: does your answer change?
    @ exercises.ipynb, the equation of this exercise
    ! A mean is asked for each class.

columns for rows:
    ? Which scores belong to one example?
    @ week03/3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! Each row is shared out by itself.

overflow:
    ? What is the exponential of 1000, and what is infinity over infinity?
    @ week03/3_scores_to_probabilities.ipynb, section "Scores that are too large"
    ! Take the largest score of each row away before the exponential.

a small number added, through a probability:
    ? A probability is rounded to 0. What does its logarithm say then, and what was due?
    @ week04/1_what_is_a_loss.ipynb, section "What 1e-7 hides"
    ! The loss can be computed from the scores, with no probability in between.

one for the whole batch:
    ? Where a class has no example, what does your answer hold?
    @ exercises.ipynb, the text of this exercise
    ! There is a place for each class, also for one that does not come.

nothing over nothing:
    ? Where a class has no example, what does your answer divide by?
    @ exercises.ipynb, the text of this exercise
    ! Zero examples have the sum 0, and the text says what their mean should be.

by the answer:
    ? Does a loss belong to the class that was right, or to the one that was said?
    @ week04/1_what_is_a_loss.ipynb, section "Cross entropy, from a probability"
    ! Group by the label.

a loop:
    ? One call of NumPy sorts all losses into their classes. Which one adds where ids repeat?
    @ week01/2_views_and_index_arrays.ipynb, section "A repeated id loses a count"
    ! Adding at ids, or counting with weights, takes the place of the loop.
"""
)


def by_class(s, t, mistake=None):
    N, V = s.shape
    s = s.astype(float)
    axis = 0 if mistake == "columns for rows" else 1
    top = 0 if mistake == "overflow" else s.max(axis=axis, keepdims=True)
    e = np.exp(s - top)
    losses = np.log(e.sum(axis=axis, keepdims=True)) + top - s
    losses = losses[np.arange(N), t]
    y = (e / e.sum(axis=axis, keepdims=True))[np.arange(N), t]
    if mistake == "a small number added":
        losses = -np.log(y + 1e-7)
    elif mistake in ("through a probability", "overflow"):
        losses = -np.log(y)
    groups = s.argmax(axis=1) if mistake == "by the answer" else t
    counts = np.bincount(groups, minlength=V)
    sums = np.zeros(V)
    if mistake == "repeated ids lost":
        sums[groups] += losses
    else:
        np.add.at(sums, groups, losses)
    if mistake == "divided by N":
        means = sums / N
    elif mistake == "sum of each class":
        means = sums
    elif mistake == "nothing over nothing":
        means = sums / counts
    elif mistake == "one for the whole batch":
        means = np.where(counts > 0, sums / np.maximum(counts, 1), losses.mean())
    else:
        means = sums / np.maximum(counts, 1)
    return {"the loss of each class": means}


@exercise(3, "Which class costs most?", 16)
def check_by_class(answer, rng):
    def steps(s, t):
        yield "the loss of each class", answer(s, t)

    def problem(N, V, absent, kind=float):
        classes = np.delete(np.arange(V), absent)
        t = rng.permutation(np.resize(classes, N))  # each class that comes, comes twice at least
        made = {"s": (2 * rng.standard_normal((N, V))).astype(kind), "t": t}
        made["s"][0, t[0]] -= 5  # and one answer is not the label
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"s": np.log([[1.0, 1, 2], [2, 1, 1], [1, 3, 4]]), "t": np.array([2, 2, 0])}
    far = {"s": np.array([[1000.0, 900, 0], [0, -1000, 1], [800, 799, 0]])}
    far["t"] = np.array([2, 0, 1])
    problems = [paper, problem(9, 4, 3), problem(8, 3, 0), problem(12, 5, 2, FLOAT32), far]
    judge(problems, steps, by_class, HINTS)
    refuse_loops(HINTS["a loop"], loss_by_class=answer)
    return "each class pays for its own examples"
