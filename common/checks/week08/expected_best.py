"""Exercise 6: what the best of n random runs is worth, by counting."""

from math import comb

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_expected_best"]

HINTS = read_hints(
    """
order of the list:
    ? Somebody writes the runs down in another order. Does the answer change?
    @ exercises.ipynb, the text of this exercise
    ! Every choice of runs counts alike, not only those that stand at the beginning.

not sorted:
    ? Somebody writes the runs down in another order. Does the answer change?
    @ exercises.ipynb, the text of this exercise
    ! A run is the best of a choice if all others of it are worse. So its place in the order of
      the scores counts.

with replacement:
    ? Can the same run be in a choice two times?
    @ exercises.ipynb, the text of this exercise
    ! The runs of a choice are different ones. With all of them, the best is certain.

worst:
    ? Does your curve rise or fall?
    @ exercises.ipynb, the text of this exercise
    ! The more runs, the better the best of them.

mean:
    ? Does the best of three have the mean of one?
    @ 4_fit_and_overfit.ipynb, section "The best of many"
    ! Take the best of each choice first, and then the mean over the choices.

best of all:
    ? Is the best run in every choice?
    @ exercises.ipynb, the text of this exercise
    ! A choice of few runs often goes without the best one.

counts itself:
    ? A run is the best of its choice. From how many others do the rest come?
    @ exercises.ipynb, the text of this exercise
    ! Only worse runs may fill up the choice. The run itself is in it already.

every score once:
    ? Two runs have the same score. How many runs are that?
    @ exercises.ipynb, the text of this exercise
    ! Equal scores are still two runs. In whichever order they stand, the best is the same.

not a mean:
    ? Can the expected best be above the best?
    @ exercises.ipynb, the text of this exercise
    ! Every choice counts alike, so divide by their number.
"""
)


def expected_best(scores, mistake=None):
    M = len(scores)
    s = scores if mistake == "not sorted" else np.sort(scores)
    if mistake == "every score once":
        s = np.unique(scores)
        M = len(s)
    made = []
    for n in range(1, M + 1):
        if mistake == "order of the list":
            best = max(scores[:n])
        elif mistake == "with replacement":
            below = (np.arange(M + 1) / M) ** n
            best = (s * np.diff(below)).sum()
        elif mistake == "worst":
            best = sum(s[k] * comb(M - 1 - k, n - 1) for k in range(M)) / comb(M, n)
        elif mistake == "mean":
            best = s.mean()
        elif mistake == "best of all":
            best = s[-1]
        elif mistake == "counts itself":
            best = sum(s[k] * comb(k + 1, n - 1) for k in range(M)) / comb(M, n)
        else:
            best = sum(s[k] * comb(k, n - 1) for k in range(M))
            if mistake != "not a mean":
                best = best / comb(M, n)
        made.append(best)
    return {"the expected best": np.array(made)}


@exercise(6, "The best of several runs", 12)
def check_expected_best(answer, rng):
    def steps(scores):
        yield "the expected best", answer(scores)

    def problem(M, ties=0):
        scores = rng.permutation(np.arange(M)) + rng.uniform(0.1, 0.9, M)
        scores[:ties] = scores[0]
        scores = rng.permutation(scores)
        if scores[-1] == scores.max():  # the last run is not the best one
            scores = scores[::-1].copy()
        return {"scores": 50 + 3 * scores}

    paper = {"scores": np.array([80.0, 70, 90])}
    judge(
        [paper, problem(5), problem(9, ties=3), problem(1), problem(12)],
        steps,
        expected_best,
        HINTS,
    )
    return "every choice of n runs counts alike"
