"""Exercise 5: probabilities, where some classes are known to be impossible."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_allowed_only"]

HINTS = read_hints(
    """
no new sum:
    ? Do the probabilities of an example still add up to 1?
    @ 3_scores_to_probabilities.ipynb, section "A plain share fails"
    ! The shares are shares of what the allowed classes have together.

a score of 0:
    ? What is the exponential of 0?
    @ 3_scores_to_probabilities.ipynb, section "A plain share fails"
    ! A score of 0 is a score like others. The part of an impossible class is 0 after exp.

largest of all classes:
    ? The largest score belongs to a class that is not allowed, and it is far above the others.
      What is left of these?
    @ 3_scores_to_probabilities.ipynb, section "Scores that are too large"
    ! Only those that take part may decide what is subtracted.

no largest score:
    ? What is the exponential of 1000 in a computer?
    @ 3_scores_to_probabilities.ipynb, section "Scores that are too large"
    ! Subtracting the same number from all scores of an example changes no probability.

largest of the batch:
    ? One example has scores near 0, another one near 3000. What is left of the first?
    @ 3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! Each row has a largest score of its own.

whole batch:
    ? Do the probabilities of one example add up to 1?
    @ 3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! One sum for each example, along its classes.

down the columns:
    ? Which numbers add up to 1 in your answer: a row, or a column?
    @ 3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! Rows are examples, and the classes of an example share.

forbidden ones:
    ? Which classes get a share in your answer?
    @ exercises.ipynb, the text of this exercise
    ! True stands for a class that is possible.

all allowed:
    ? What does your answer do with `allowed`?
    @ exercises.ipynb, the text of this exercise
    ! A class that is not allowed has the probability 0.

not low enough:
    ? You put a very low number in the place of a score. Can an allowed score be lower?
    @ exercises.ipynb, the text of this exercise
    ! No number is lower than every score. NumPy has a value that is.
"""
)


def allowed_only(s, allowed, mistake=None):
    s = s.astype(float) if mistake is None else s
    if mistake == "forbidden ones":
        allowed = ~allowed
    elif mistake == "all allowed":
        allowed = np.full(s.shape, True)
    axis = 0 if mistake == "down the columns" else 1
    if mistake == "not low enough":
        s = np.where(allowed, s, -1e9)
    inside = np.where(allowed, s, -np.inf)
    largest = inside.max(axis=axis, keepdims=True)
    if mistake in ("largest of all classes", "no new sum", "not low enough"):
        largest = s.max(axis=1, keepdims=True)
    elif mistake == "largest of the batch":
        largest = inside.max()
    elif mistake == "no largest score":
        largest = 0
    elif mistake == "whole batch":
        largest = inside.max()
    elif mistake == "a score of 0":
        s = s * allowed
        largest = s.max(axis=1, keepdims=True)
    e = np.exp(s - largest)
    if mistake == "no new sum":
        return {"y": e / e.sum(axis=1, keepdims=True) * allowed}
    if mistake not in ("a score of 0", "not low enough"):
        e = np.where(allowed, e, 0)
    Z = e.sum() if mistake == "whole batch" else e.sum(axis=axis, keepdims=True)
    return {"y": e / Z}


@exercise(5, "Not every class is possible", 12)
def check_allowed_only(answer, rng):
    def steps(s, allowed):
        yield "y", answer(s, allowed)

    def problem(s, allowed, kind=float):
        made = {"s": np.array(s, kind), "allowed": np.array(allowed) > 0}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    def random(N, V, kind=float):
        allowed = np.arange(N)[:, None] + np.arange(V) & 1  # in each row and column both
        return problem(2 * rng.standard_normal((N, V)), rng.permutation(allowed), kind)

    problems = [
        problem(np.log([[2.0, 6.0, 8.0]]), [[1, 1, 0]]),
        random(4, 3),
        random(2, 5),
        random(5, 4, FLOAT32),
        problem([[0.5, -1.5, 2.5, 0.0], [2.0, 1.0, 0.0, -1.0]], [[0, 0, 1, 0], [1, 1, 1, 1]]),
        problem([[0, 1000, 1], [3000, 0, 2999]], [[1, 0, 1], [1, 1, 1]]),
        problem([[100, 101, 0], [-120, 3, -121]], [[1, 1, 0], [1, 0, 1]], FLOAT32),
        problem([[-4e9, 0, -4e9 + 1]], [[1, 0, 1]]),
    ]
    judge(problems, steps, allowed_only, HINTS)
    return "what is impossible has no share, and the others share all of 1"
