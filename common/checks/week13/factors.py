"""Exercise 4: short vectors of words by AdaGrad."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "check_factors"]

HINTS = read_hints(
    """
from the moved vectors:
    ? At which place were both gradients asked for?
    @ week12/4_svd.ipynb, section "What short vectors should minimise"
    ! Compute both before either moves.

half the slope:
    ? What does the derivative of a square bring?
    @ week12/4_svd.ipynb, section "What short vectors should minimise"
    ! Each square hands down a 2. The step hides it, the sums do not.

uphill:
    ? A product is too small and both factors are positive. Should they rise or fall?
    @ week12/4_svd.ipynb, section "What short vectors should minimise"
    ! The gap is what is missing, and the slope has the opposite sign.

no memory:
    ? What does the second step know of the first?
    @ week08/1_race_down_the_valley.ipynb, section "AdaGrad: a rate for each number"
    ! The squares of all steps so far are added up.

no root:
    ? The gradient becomes ten times as large, and always was. Does the step change?
    @ week08/1_race_down_the_valley.ipynb, section "AdaGrad: a rate for each number"
    ! The sum holds squares, and a step is divided by a size.

sizes added up:
    ? Is it the sizes that are added up, or their squares?
    @ week08/1_race_down_the_valley.ipynb, section "AdaGrad: a rate for each number"
    ! Square, add up, and take the root at the end.

this step not counted:
    ? By what is the very first step divided?
    @ week08/1_race_down_the_valley.ipynb, section "AdaGrad: a rate for each number"
    ! The gradient of this step belongs to the sum before the step is made.

one sum for all:
    ? A number has hardly moved so far, its neighbour a lot. Do both get the same rate?
    @ week08/1_race_down_the_valley.ipynb, section "AdaGrad: a rate for each number"
    ! Each number has a sum of its own.

loss after the step:
    ? Which vectors does the loss belong to that you return?
    @ exercises.ipynb, the text of this exercise
    ! It is the one that the gradients were made from.

mean loss:
    ? Is the loss of the equation a sum or a mean?
    @ exercises.ipynb, the equation of this exercise
    ! Nothing is divided here.

not in place:
    ? Whoever holds the vectors wants to see them move. Do yours?
    @ week01/2_views_and_index_arrays.ipynb, section "In place, or a new array"
    ! Write into the arrays that you were given.
"""
)


def factors(M, W_in, W_out, eta, steps=2, mistake=None):
    a, b = W_in.astype(float), W_out.astype(float)
    sums = [np.zeros_like(a), np.zeros_like(b)]
    made = {}

    def gradients():
        gap = M - a @ b.T
        sign = 2 if mistake == "uphill" else -1 if mistake == "half the slope" else -2
        return gap, sign * gap @ b, sign * gap.T @ a

    def move(array, total, g):
        divisor = total.copy()
        if mistake == "no memory":
            total[...] = g**2
        elif mistake == "sizes added up":
            total += abs(g)
        else:
            total += g**2
        if mistake != "this step not counted":
            divisor = total
        if mistake == "one sum for all":
            divisor = divisor.sum()
        size = divisor if mistake in ("no root", "sizes added up") else np.sqrt(divisor)
        array -= eta * g / (size + 1e-7)

    for k in range(1, steps + 1):
        gap, da, db = gradients()
        loss = (gap**2).sum()
        move(a, sums[0], da)
        if mistake == "from the moved vectors":
            db = gradients()[2]
        move(b, sums[1], db)
        if mistake == "loss after the step":
            loss = (gradients()[0] ** 2).sum()
        elif mistake == "mean loss":
            loss = loss / M.size
        made[f"the loss of step {k}"] = loss
        made[f"W_in after step {k}"], made[f"W_out after step {k}"] = a.copy(), b.copy()
        made[f"the sum beside W_in after step {k}"] = sums[0].copy()
        if mistake == "not in place":
            made[f"W_in after step {k}"], made[f"W_out after step {k}"] = W_in, W_out
            made[f"the sum beside W_in after step {k}"] = np.zeros_like(a)
            a[...], b[...], sums[0][...], sums[1][...] = W_in, W_out, 0, 0
    return made


@exercise(4, "Short vectors, step by step", 16)
def check_factors(answer, rng):
    def steps(M, W_in, W_out, eta):
        own = [W_in.copy(), W_out.copy(), np.zeros_like(W_in), np.zeros_like(W_out)]
        for k in (1, 2):
            yield f"the loss of step {k}", answer(M, own[0], own[1], own[2:], eta)
            yield f"W_in after step {k}", own[0]
            yield f"W_out after step {k}", own[1]
            yield f"the sum beside W_in after step {k}", own[2]

    def problem(V, H):
        made = {"M": abs(numbers(rng, (V, V))) + 3, "eta": float(rng.uniform(0.1, 0.4))}
        return made | {"W_in": numbers(rng, (V, H)), "W_out": numbers(rng, (V, H))}

    paper = {"M": np.array([[5.0]]), "W_in": np.array([[1.0]]), "W_out": np.array([[2.0]])}
    judge(
        [paper | {"eta": 0.5}, problem(4, 2), problem(3, 3), problem(5, 1)], steps, factors, HINTS
    )
    return "each number of each vector has a rate of its own"
