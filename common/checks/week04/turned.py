"""Exercise 5: the curvatures of a valley that does not lie along an axis, and how long it takes."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_turned"]

HINTS = read_hints(
    """
mixed left out:
    ? Your curvatures are those along the two axes. Is there a larger one between them?
    @ 3_down_the_valley.ipynb, section "A long valley"
    ! Where the two numbers mix, the direction of the largest curvature lies between the axes.

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

rate of the largest:
    ? With your rate, the direction of the largest curvature is done in one step. And the other?
    @ 3_down_the_valley.ipynb, section "A long valley"
    ! The slowest direction decides. A larger rate helps it, until the other is as slow.

loss for distance:
    ? Your number of steps makes something a thousand times smaller. Is it the distance?
    @ exercises.ipynb, the text of this exercise
    ! The loss shrinks with the square of the distance, and so in half as many steps.

rounded down:
    ? After your number of steps, is the distance small enough?
    @ 3_down_the_valley.ipynb, section "Descent, step by step"
    ! A part of a step is one more step.

steps on a saddle:
    ? In one direction the loss falls for ever. What does a small rate do there?
    @ 3_down_the_valley.ipynb, section "A saddle, and a plateau"
    ! Below 0, the curvature makes every step lead away, whatever the rate.
"""
)
SMALLEST, LARGEST, STEPS = "the smallest curvature", "the largest curvature", "the number of steps"


def turned(first, mixed, second, mistake=None):
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
    smallest, largest = mean - length, mean + length
    if smallest < 0 and mistake != "steps on a saddle":
        return {SMALLEST: smallest, LARGEST: largest, STEPS: 0}
    rate = 1 / largest if mistake == "rate of the largest" else 2 / (smallest + largest)
    steps = np.log(1000) / -np.log(1 - rate * smallest)
    if mistake == "loss for distance":
        steps = steps / 2
    steps = np.floor(steps) if mistake == "rounded down" else np.ceil(steps)
    return {SMALLEST: smallest, LARGEST: largest, STEPS: int(steps)}


@exercise(5, "A turned valley", 12)
def check_turned(answer, rng):
    def steps(first, mixed, second):
        yield from zip((SMALLEST, LARGEST, STEPS), answer(first, mixed, second), strict=True)

    def problem(smallest, largest, sign=1):
        """The largest curvature is anywhere between the axes, but not near one."""
        angle = sign * rng.permutation([0.3, 1.2])[0] * rng.uniform(0.9, 1.1)
        mean, length = (largest + smallest) / 2, (largest - smallest) / 2
        around = length * np.cos(2 * angle), length * np.sin(2 * angle)
        parts = mean + around[0], around[1], mean - around[0]
        return dict(zip(("first", "mixed", "second"), map(float, parts), strict=True))

    size = rng.uniform(0.5, 2)
    # The ratios leave the number of steps between two whole ones: 41.4 and 138.1.
    problems = [
        {"first": 9.0, "mixed": 4.0, "second": 3.0},
        problem(size, 12 * size),
        problem(size, 40 * size, -1),
        problem(-size, 4 * size),  # a saddle
        {"first": 2.5, "mixed": -1.5, "second": 2.0},
    ]
    judge(problems, steps, turned, HINTS)
    return "the largest and the smallest curvature are found, and say how long it takes"
