"""Exercise 6: numbers that keep a few binary digits only."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_few_digits"]

HINTS = read_hints(
    """
cut off:
    ? Which neighbour is nearer: do you always take the one below?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! A number goes to its nearer neighbour, and that may be the larger one.

decimal digits:
    ? Are the digits behind the point counted, or all digits of the whole number?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! The digits are binary, and they belong to the whole number, wherever the point stands.

one gap for all:
    ? Is the gap near 100 as wide as the gap near 1?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! Each number has a shift of its own.

one digit less:
    ? How many binary digits has the smallest whole number that you allow?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! With three digits the whole number begins at 4.

one digit more:
    ? How many binary digits has the largest whole number that you allow?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! With three digits the whole number ends at 7.

half up:
    ? A number stands in the middle of two neighbours. Do you always take the larger?
    @ exercises.ipynb, the text of this exercise
    ! In the middle, the even whole number wins.

sign lost:
    ? What becomes of a negative number?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! The sign stands apart, and stays.

zero is lost:
    ? Which shift does your code find for 0?
    @ exercises.ipynb, the text of this exercise
    ! Zero is stored as it is. It has no shift, and needs a way of its own.

relative gap:
    ? Does your second answer say how far it is to the next number, or how far compared with the
      number?
    @ 5_binary_digits.ipynb, section "24 binary digits"
    ! The gap is a power of two, and nothing is divided.

no chance:
    ? Does the same number always become the same neighbour, when chance should decide?
    @ exercises.ipynb, the text of this exercise
    ! Draw a number from 0 to 1, and let it decide between the two neighbours.

half and half:
    ? Is a number that lies near its upper neighbour as often rounded down as up?
    @ exercises.ipynb, the text of this exercise
    ! The chance is the distance from the lower neighbour, in gaps.

chance turned round:
    ? Which neighbour should come more often: the nearer one or the farther one?
    @ exercises.ipynb, the text of this exercise
    ! The nearer the upper neighbour, the more often it should come.

one draw for all:
    ? How many random numbers do you draw for an array of many numbers?
    @ 4_random_numbers.ipynb, section "A generator and its seed"
    ! Each number needs a draw of its own.
"""
)


def few_digits(x, digits, mistake=None):
    """The rounded numbers, and the gap above each that is not 0."""
    if mistake == "one digit less":
        digits -= 1
    elif mistake == "one digit more":
        digits += 1
    shift = np.frexp(x)[1] - digits
    if mistake == "one gap for all":
        shift = np.full(x.shape, 1 - digits)
    whole = x / 2.0**shift
    if mistake == "cut off":
        whole = np.trunc(whole)
    elif mistake == "half up":
        whole = np.sign(whole) * np.floor(abs(whole) + 0.5)
    else:
        whole = np.rint(whole)
    made = whole * 2.0**shift
    if mistake == "decimal digits":
        made = np.round(x, digits)
    elif mistake == "sign lost":
        made = abs(made)
    elif mistake == "zero is lost":
        made = np.where(x == 0, np.nan, made)
    gap = 2.0 ** shift[x != 0]
    if mistake == "relative gap":
        gap = gap / abs(x[x != 0])
    return {"the rounded numbers": made, "the gaps": gap}


MANY = 4000  # draws for each number
MEAN, LOWEST, HIGHEST = f"the mean of {MANY:,} draws", "the lowest of them", "the highest of them"


def by_chance(x, digits, seed, mistake=None):
    """The mean, the lowest and the highest of many draws for each number."""
    step = 2.0 ** (np.frexp(x)[1] - digits)
    low, part = np.floor(x / step), x / step % 1  # part: the chance to go up
    high, mean = np.ceil(x / step), x / step
    if mistake == "no chance":
        low = high = mean = np.rint(x / step)
    elif mistake == "half and half":
        mean = (low + high) / 2
    elif mistake == "chance turned round":
        mean = np.where(part > 0, low + 1 - part, low)
    elif mistake == "zero is lost":
        low, high, mean = (np.where(x == 0, np.nan, y) for y in (low, high, mean))
    elif mistake == "one draw for all":
        low = high = mean = np.floor(x / step + np.random.default_rng(seed).random())
    return {MEAN: mean * step, LOWEST: low * step, HIGHEST: high * step}


@exercise(6, "Few digits", 14)
def check_few_digits(rounded, gap, rounded_by_chance, rng):
    def steps(x, digits):
        yield "the rounded numbers", rounded(x, digits)
        yield "the gaps", gap(x[x != 0], digits)

    def problem(digits, n=4):
        far = 2.0 ** rng.integers(-20, 20, n)
        x = rng.choice([-1.0, 1.0], n) * rng.uniform(1, 2, n) * far
        return {"x": x, "digits": digits}

    middle = np.array([4.5, 5.5, -6.5, 18.0])  # in the middle of two neighbours, for 3 digits
    problems = [
        {"x": np.array([5.4, 0.3, 10.6, -7.6]), "digits": 3},
        {"x": middle * 2.0 ** int(rng.integers(-3, 3)), "digits": 3},
        {"x": np.array([0.0, 1.0, -8.0, 0.375]), "digits": 3},
        {"x": rng.permutation([1000.4, 1.9, 0.07]), "digits": 5},
        problem(2) | {"_tolerance": (1e-15, 0)},
        problem(24, 3),
    ]
    problems[-1]["x"][:] = rng.uniform(1, 2, 3)  # of one size, so that the last digit is looked at
    judge(problems, steps, few_digits, HINTS, tolerance=(1e-12, 1e-13))

    def chance_steps(x, digits, seed):
        drawn = rounded_by_chance(np.repeat(x, MANY), digits, np.random.default_rng(seed))
        drawn = np.reshape(np.asarray(drawn, float), (len(x), MANY))
        yield MEAN, drawn.mean(axis=1)
        yield LOWEST, drawn.min(axis=1)
        yield HIGHEST, drawn.max(axis=1)

    def chance_problem(digits):
        part = rng.choice([0.0, 0.5], 3) + rng.uniform(0.2, 0.3, 3)
        whole = rng.integers(2 ** (digits - 1), 2**digits, 3)
        far = 2.0 ** rng.integers(-9, 9, 3)
        x = rng.choice([-1.0, 1.0], 3) * (whole + part) * far
        return {"x": x, "digits": digits, "seed": int(rng.integers(100))}

    problems = [{"x": np.array([5.25, 6.0, 0.0]), "digits": 3, "seed": 4}]  # draws 0.94
    problems += [chance_problem(3), chance_problem(3), chance_problem(4)]
    judge(problems, chance_steps, by_chance, HINTS, tolerance=(0.01, 0))
    return "whole numbers of a few digits, times a power of two"
