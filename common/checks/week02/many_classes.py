"""Exercise 6: the perceptron rule with more than two classes."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.week02.shared import quarters

__all__ = ["HINTS", "check_many_classes"]

HINTS = read_hints(
    """
only the right class:
    ? The class that was said had the largest score. Does your correction lower it?
    @ exercises.ipynb, the text of this exercise
    ! Two classes are corrected: the right one up, the wrong one down.

only the wrong class:
    ? Does the score of the right class rise?
    @ exercises.ipynb, the text of this exercise
    ! Two classes are corrected: the right one up, the wrong one down.

all other classes:
    ? Which classes have won against the right one?
    @ exercises.ipynb, the text of this exercise
    ! Only the class that was said is pushed down; the others were no mistake.

old weights:
    ? With which weights is the second example judged?
    @ 3_learn_from_mistakes.ipynb, section "The class"
    ! Each correction changes what the next example meets.

no bias:
    ? Which feature does the bias belong to?
    @ 3_learn_from_mistakes.ipynb, section "One correction"
    ! The bias is corrected like the weight of a feature that is always 1.

signs turned:
    ? Does the score of the right class rise?
    @ 3_learn_from_mistakes.ipynb, section "One correction"
    ! Add the example where it should have won.

every example counted:
    ? What is counted: examples, or mistakes?
    @ exercises.ipynb, the text of this exercise
    ! An example that is right changes nothing and is not counted.

not in place:
    ? Are the arrays that you were given the ones that you changed?
    @ 3_learn_from_mistakes.ipynb, section "The class"
    ! Write into the array that is there. A new array under the same name is seen by nobody.
"""
)
W_NAME, B_NAME, COUNT = "W after the passes", "b after the passes", "the corrections of each pass"


def many_classes(x, t, V, passes, mistake=None):
    W, b = np.zeros((x.shape[1], V)), np.zeros(V)
    counts = []
    for _ in range(passes):
        old = W.copy(), b.copy()
        count = 0
        for x_n, t_n in zip(x, t, strict=True):
            W_now, b_now = old if mistake == "old weights" else (W, b)
            y = int((x_n @ W_now + b_now).argmax())
            count += y != t_n or mistake == "every example counted"
            if y == t_n:
                continue
            change = np.zeros(V)
            if mistake != "only the wrong class":
                change[t_n] += 1
            if mistake == "all other classes":
                change -= np.arange(V) != t_n
            elif mistake != "only the right class":
                change[y] -= 1
            change = -change if mistake == "signs turned" else change
            W = W + np.outer(x_n, change)
            b = b if mistake == "no bias" else b + change
        counts.append(int(count))
    if mistake == "not in place":
        W, b, counts = 0 * W, 0 * b, [counts[0]] * passes  # each pass begins with zeros
    return {W_NAME: W, B_NAME: b, COUNT: counts}


@exercise(6, "Many classes", 14)
def check_many_classes(answer, rng):
    def steps(x, t, V, passes):
        W, b = np.zeros((x.shape[1], V)), np.zeros(V)
        counts = [answer(W, b, x, t) for _ in range(passes)]
        yield W_NAME, W
        yield B_NAME, b
        yield COUNT, counts

    def problem(N, D, V, passes):
        t = rng.permutation(np.arange(N) % V)
        t[0] = V - 1  # so that the first example is a mistake
        return {"x": quarters(rng, (N, D)), "t": t, "V": V, "passes": passes}

    by_hand = np.array([[1.0, 0], [0, 2], [1, 1]])
    problems = [
        {"x": by_hand, "t": np.array([1, 2, 1]), "V": 3, "passes": 1},
        {"x": by_hand, "t": np.array([1, 2, 1]), "V": 3, "passes": 2},
        problem(9, 2, 3, 2),
        problem(12, 4, 4, 3),
        problem(10, 3, 2, 2),
    ]
    judge(problems, steps, many_classes, HINTS)
    return "the right class goes up, the class that was said goes down"
