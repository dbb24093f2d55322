"""Exercise 7: the mean of all weights on the way."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.week02.shared import quarters

__all__ = ["HINTS", "check_averaged"]

HINTS = read_hints(
    """
the last weights:
    ? Which weights does your answer return: those at the end, or the mean of those on the way?
    @ 4_choose_a_or_an.ipynb, section "The last mistakes decide"
    ! Keep a second array beside the weights: add the weights to it after each example, and
      divide at the end.

the same array:
    ? You have kept the weights after each example. Are they still what they were then?
    @ 3_learn_from_mistakes.ipynb, section "Why it must end"
    ! An array that is changed in place is one array, however often it stands in a list.
      Print the first entry of the list after the second example.

mean over passes:
    ? How often is a number added to the sum: after each pass, or after each example?
    @ 4_choose_a_or_an.ipynb, section "A vote"
    ! Each example counts, also in the middle of a pass: with two passes over two examples the
      sum has four parts.

mean over corrections:
    ? Weights that are right for a long time should count for more. Do they in your mean?
    @ 4_choose_a_or_an.ipynb, section "A vote"
    ! An example that changes nothing also adds the weights that it has met: add outside the
      question whether there was a mistake.

before each example:
    ? Does the sum see the weights before or after an example has corrected them?
    @ 4_choose_a_or_an.ipynb, section "A vote"
    ! First correct, then add: on paper the first part of the sum is not 0.

start counted:
    ? How many weights are in your mean, and how many examples were there?
    @ 4_choose_a_or_an.ipynb, section "A vote"
    ! The zeros at the start come after no example: begin to add after the first one.

bias not averaged:
    ? What happens to the bias in your answer?
    @ 3_learn_from_mistakes.ipynb, section "One correction"
    ! The bias is a weight like the others: it gets its mean too.

sum for mean:
    ? Which line does your answer draw, and which numbers should it return?
    @ exercises.ipynb, the text of this exercise
    ! A sum draws the same line as a mean, but the mean is asked for: divide by the number of
      examples, those of all passes together.

every pass anew:
    ? With which weights does the second pass begin?
    @ 3_learn_from_mistakes.ipynb, section "AND, with a pencil"
    ! Learning goes on where the last pass has ended.
"""
)


def averaged(x, t, passes, mistake=None):
    w, b = np.zeros(x.shape[1]), 0.0
    kept = [(w, b)] if mistake == "start counted" else []
    for _ in range(passes):
        if mistake == "every pass anew":
            w, b = np.zeros(x.shape[1]), 0.0
        for n in range(len(x)):
            if mistake == "before each example":
                kept.append((w, b))
            wrong = t[n] - int(x[n] @ w + b > 0)
            w, b = w + wrong * x[n], b + wrong
            each = mistake not in ("before each example", "mean over passes")
            if each and (wrong or mistake != "mean over corrections"):
                kept.append((w, b))
        if mistake == "mean over passes":
            kept.append((w, b))
    total = np.sum([w for w, _ in kept], axis=0), np.sum([b for _, b in kept])
    number = 1 if mistake == "sum for mean" else len(kept)
    mean_w, mean_b = total[0] / number, total[1] / number
    if mistake in ("the last weights", "the same array"):
        mean_w = w
    if mistake in ("the last weights", "bias not averaged"):
        mean_b = b
    return {"the mean of w": mean_w, "the mean of b": mean_b}


@exercise(7, "The mean of all weights", 12)
def check_averaged(answer, rng):
    def steps(x, t, passes):
        w, b = answer(x, t, passes)
        yield "the mean of w", w
        yield "the mean of b", float(np.asarray(b).reshape(()))

    def problem(N, D, passes):
        t = rng.permutation(np.arange(N) % 2)
        return {"x": quarters(rng, (N, D)), "t": t, "passes": passes}

    problems = [
        {"x": np.array([[1.0], [2]]), "t": np.array([1, 0]), "passes": 2},
        {"x": np.array([[1.0], [2], [-1]]), "t": np.array([1, 1, 0]), "passes": 3},
        problem(8, 3, 2),
        problem(11, 2, 4),
        problem(6, 4, 1),
    ]
    judge(problems, steps, averaged, HINTS)
    return "all weights on the way have their say"
