"""Exercise 5: the curvatures, and the limit, of a valley that does not lie along an axis."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_askew"]

HINTS = read_hints(
    """
mixed left out:
    ? Your curvatures are those along the two axes. Is there a steeper direction between them?
    @ 3_down_the_valley.ipynb, section "A long valley"
    ! Where the two numbers mix, the steepest direction lies between the axes.

mixed twice:
    ? Which factor has the mixed part, once the double angle has taken its 2?
    @ exercises.ipynb, the equation of this exercise
    ! The product of sine and cosine is half the sine of the double angle.

mixed halved:
    ? Which factor has the mixed part, once the double angle has taken its 2?
    @ exercises.ipynb, the equation of this exercise
    ! The product of sine and cosine is half the sine of the double angle.

whole difference:
    ? The mean of the two numbers is in your answer. How far is each of them from it?
    @ exercises.ipynb, the equation of this exercise
    ! From the mean to each of the two it is half of their difference.

sum for mean:
    ? Nothing mixes, and both numbers are 3. Which curvature has each direction?
    @ exercises.ipynb, the equation of this exercise
    ! The curvature goes up and down around the mean of the two.

sizes added:
    ? A vector has two parts. Is it as long as both parts together?
    @ 3_down_the_valley.ipynb, section "Which direction is the steepest?"
    ! The largest dot product with a vector of length 1 is the length of the other vector.

no root:
    ? Is your length the length, or its square?
    @ 3_down_the_valley.ipynb, section "Which direction is the steepest?"
    ! A length is a root.

flattest limit:
    ? Which direction leaves the valley first, when the rate grows?
    @ 3_down_the_valley.ipynb, section "How large may a step be?"
    ! The steepest direction has the smallest limit, and one direction that grows is enough.

mean limit:
    ? Does the limit of a direction know of the other directions?
    @ 3_down_the_valley.ipynb, section "How large may a step be?"
    ! Each direction has a limit of its own, and the smallest one counts for all.

steepest rate:
    ? With your best rate, the steepest direction is done in one step. And the flattest?
    @ exercises.ipynb, the text of this exercise
    ! The slowest direction decides. A larger rate helps it, until the steepest is as slow.

a limit on a saddle:
    ? In one direction the loss falls for ever. What does a small rate do there?
    @ 3_down_the_valley.ipynb, section "A saddle, and a plateau"
    ! Below 0, the curvature makes every step lead away, whatever the rate.
"""
)
FLATTEST, STEEPEST, LIMIT = "the flattest curvature", "the steepest curvature", "the limit"
RATE = "the best rate"


def askew(first, mixed, second, mistake=None):
    mean, half = (first + second) / 2, (first - second) / 2
    if mistake == "sum for mean":
        mean = first + second
    if mistake == "whole difference":
        half = first - second
    mixed = mixed * {"mixed left out": 0, "mixed twice": 2, "mixed halved": 0.5}.get(mistake, 1)
    length = np.sqrt(half**2 + mixed**2)
    if mistake == "sizes added":
        length = abs(half) + abs(mixed)
    if mistake == "no root":
        length = length**2
    flattest, steepest = mean - length, mean + length
    if mistake == "flattest limit":
        limit = 2 / flattest
    elif mistake == "mean limit":
        limit = 2 / mean
    else:
        limit = 2 / steepest
    if flattest < 0 and mistake != "a limit on a saddle":
        limit = 0.0
    rate = 1 / steepest if mistake == "steepest rate" else 1 / mean
    if flattest < 0 and mistake != "a limit on a saddle":
        rate = 0.0
    return {FLATTEST: flattest, STEEPEST: steepest, LIMIT: limit, RATE: rate}


@exercise(5, "A valley that lies askew", 12)
def check_askew(answer, rng):
    def steps(first, mixed, second):
        names = FLATTEST, STEEPEST, LIMIT, RATE
        yield from zip(names, answer(first, mixed, second), strict=True)

    def problem(flattest, steepest, sign=1):
        """The steepest direction is anywhere between the axes, but not near one."""
        angle = sign * rng.permutation([0.3, 1.2])[0] * rng.uniform(0.9, 1.1)
        mean, length = (steepest + flattest) / 2, (steepest - flattest) / 2
        turned = length * np.cos(2 * angle), length * np.sin(2 * angle)
        parts = mean + turned[0], turned[1], mean - turned[0]
        return dict(zip(("first", "mixed", "second"), map(float, parts), strict=True))

    size = rng.uniform(0.5, 2)
    problems = [
        {"first": 9.0, "mixed": 4.0, "second": 3.0},
        problem(size, 12 * size),
        problem(size, 40 * size, -1),
        problem(-size, 4 * size),  # a saddle
        {"first": 3.0, "mixed": 0.0, "second": 3.0},
        {"first": 1.0, "mixed": 0.0, "second": 20.0},
        {"first": 2.0, "mixed": -1.5, "second": 2.0},
    ]
    judge(problems, steps, askew, HINTS)
    return "the steepest direction is found, and sets the limit"
