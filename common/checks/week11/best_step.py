"""Exercise 2: where truncation and rounding balance, for two other numerical derivatives."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_best_step"]

HINTS = read_hints(
    """
one value:
    ? How many values of the function are subtracted, and how many of them are rounded?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! Each value may be wrong by the same amount, and both errors may point the same way.

central rule:
    ? Which power of the step stands in the first error of this formula?
    @ 2_check_a_gradient.ipynb, section "Taylor says how wrong they are"
    ! From one side the term with the second derivative does not cancel. Begin there, not at the
      end of the lesson's derivation.

no half:
    ? What stands below the line beside the second derivative in the Taylor series?
    @ 2_check_a_gradient.ipynb, section "Taylor says how wrong they are"
    ! Divide the whole series by the step: the factor in front of the term stays.

no absolute value:
    ? Can the size of an error be negative?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! Both parts are sizes. Take the sizes of the function and of its derivative.

one part:
    ? At the best step, how large is each of the two parts of the error?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! The step balances two errors. Both are still there, and add up.

three values:
    ? How wrong is twice a value that is rounded?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! The value in the middle comes with a factor, and so does its error.

two values:
    ? Which three values go into this formula, and which of them has no rounding?
    @ exercises.ipynb, the equation of this exercise
    ! The value in the middle is rounded too, and counts by its factor.

one side of Taylor:
    ? The term with the fourth derivative comes from above and from below. With which signs?
    @ 2_check_a_gradient.ipynb, section "Taylor says how wrong they are"
    ! An even power has the same sign on both sides: the two terms add up.

step not squared:
    ? By what is the rounding of the three values divided?
    @ exercises.ipynb, the equation of this exercise
    ! What stands below the line divides the rounding as well as the rest.

root left out:
    ? You know a power of the step. Do you know the step?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! Undo the power before you return the step.
"""
)


def best_step(delta, f, f2, f4, mistake=None):
    """Steps and errors of both formulas."""
    size = (lambda x: x) if mistake == "no absolute value" else abs
    f, f2, f4 = size(f), size(f2), size(f4)
    # the error of one side: half * step * f2 + values * delta * f / step
    half = 1 if mistake == "no half" else 1 / 2
    values = 1 if mistake == "one value" else 2
    step = np.sqrt(values * delta * f / (half * f2))
    if mistake == "central rule":
        step = np.cbrt(3 * delta * f / f2)
    error = half * step * f2 + values * delta * f / step
    if mistake == "one part":
        error = error / 2
    made = {"the step from one side": step, "the error from one side": error}
    # the error of the second derivative: step^2 f4 / part + values * delta * f / step^2
    part = 24 if mistake == "one side of Taylor" else 12
    values = {"two values": 2, "three values": 3}.get(mistake, 4)
    power = 1 if mistake == "step not squared" else 2
    # where its derivative is 0: 2 step f4 / part = power * values * delta * f / step^(power + 1)
    step = np.power(part * power * values * delta * f / (2 * f4), 1 / (power + 2))
    if mistake == "root left out":
        step = step**4
    error = step**2 * f4 / part + values * delta * f / step**power
    if mistake == "one part":
        error = error / 2
    return made | {
        "the step for the second derivative": step,
        "the error for the second derivative": error,
    }


@exercise(2, "The best step", 10)
def check_best_step(one_side, second, rng):
    def steps(delta, f, f2, f4):
        step, error = one_side(delta, f, f2)
        yield "the step from one side", step
        yield "the error from one side", error
        step, error = second(delta, f, f4)
        yield "the step for the second derivative", step
        yield "the error for the second derivative", error

    def problem(digits, *signs):
        f, f2, f4 = np.array(signs) * rng.permutation([0.3, 2.0, 50.0]) * rng.uniform(1, 2, 3)
        return {"delta": 2.0**-digits, "f": f, "f2": f2, "f4": f4}

    problems = [
        {"delta": 2.0**-53, "f": 1.0, "f2": 1.0, "f4": 1.0},
        problem(53, 1, 1, 1),
        problem(24, -1, 1, -1),
        problem(53, 1, -1, -1),
        problem(24, -1, -1, 1),
    ]
    judge(problems, steps, best_step, HINTS, tolerance=(1e-3, 0))
    return "both steps balance what is left out and what is rounded"
