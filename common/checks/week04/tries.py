"""Exercise 2: a loss from likelihood, for how many tries it took."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_tries"]

HINTS = read_hints(
    """
product:
    ? How small is the product of a few hundred probabilities, and what is its logarithm then?
    @ 1_what_is_a_loss.ipynb, section "Why the logarithm, and not the product"
    ! Take the logarithm of each probability first, and add.

power:
    ? How small is a number below 1 after two thousand multiplications by itself?
    @ 1_what_is_a_loss.ipynb, section "Why the logarithm, and not the product"
    ! The logarithm of a power is a product. Then nothing becomes too small.

tries for misses:
    ? It took three tries. How many of them were misses?
    @ exercises.ipynb, the text of this exercise
    ! The last try is the hit.

hit and miss swapped:
    ? With which probability does one try miss?
    @ exercises.ipynb, the text of this exercise
    ! The output is the probability of a hit.

sum for mean:
    ? Twice as many examples of the same kind: does the loss of the batch grow?
    @ 1_what_is_a_loss.ipynb, section "A batch in one line"
    ! The loss of a batch is the mean over its examples.

nothing times infinity:
    ? The output is 1, and the first try was a hit. What is the probability of this, and which
      part of your sum is no number?
    @ exercises.ipynb, the text of this exercise
    ! Where there was no miss, the logarithm of a miss has no say: leave it out, do not multiply
      it by 0.

something added:
    ? Which loss has a very rare hit in your code, and which loss is due?
    @ 1_what_is_a_loss.ipynb, section "What 1e-7 hides"
    ! What is added to a probability hides how wrong a sure answer is.

mean of the probabilities:
    ? In which order do you take the mean and the logarithm?
    @ 1_what_is_a_loss.ipynb, section "Cross entropy, from a probability"
    ! The probability of all examples together is a product; its logarithm is a sum.

mean of the shares:
    ? One player needs 1 try, another one 99. Together they hit 2 times, in how many tries?
    @ 1_what_is_a_loss.ipynb, section "Cross entropy, from a probability"
    ! Put the slope of the whole loss to 0. It counts all hits and all misses together.

mean number of tries:
    ? Is your best output a probability?
    @ exercises.ipynb, the text of this exercise
    ! The more tries it takes, the smaller is the probability of a hit.
"""
)
LOSS, BEST = "the loss of the batch", "the best output"


def tries(y, t, mistake=None):
    y, misses = y.astype(float), t - 1
    if mistake == "tries for misses":
        misses = t
    if mistake == "hit and miss swapped":
        y = 1 - y
    added = 1e-7 if mistake == "something added" else 0
    with np.errstate(all="ignore"):
        if mistake in ("product", "power", "mean of the probabilities"):
            each = y * (1 - y) ** misses
            if mistake == "product":
                loss = -np.log(each.prod()) / len(t)
            elif mistake == "power":
                loss = -np.log(each).mean()
            else:
                loss = -np.log(each.mean())
        else:
            of_misses = misses * np.log(1 - y + added)
            if mistake != "nothing times infinity":
                of_misses = np.where(misses == 0, 0, of_misses)
            losses = -np.log(y + added) - of_misses
            loss = losses.sum() if mistake == "sum for mean" else losses.mean()
    best = len(t) / t.sum()
    if mistake == "mean of the shares":
        best = (1 / t).mean()
    if mistake == "mean number of tries":
        best = t.mean()
    return {LOSS: loss, BEST: best}


@exercise(2, "How many tries did it take?", 14)
def check_tries(tries_loss, best_output, rng):
    def steps(y, t):
        yield LOSS, tries_loss(y, t)
        yield BEST, best_output(t)

    def problem(N, most, kind=float):
        t = rng.permutation(np.linspace(1, most, N).astype(int))
        made = {"y": rng.uniform(0.2, 0.8, N).astype(kind), "t": t}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    rare = {"y": np.array([1e-8, 0.5]), "t": np.array([1, 2])}
    sure = {"y": np.array([0.5, 1.0, 0.25]), "t": np.array([2, 1, 4])}
    problems = [
        {"y": np.array([0.5, 0.5, 0.5]), "t": np.array([1, 3, 2])},
        problem(5, 9),
        sure,
        rare,
        problem(400, 8),
        problem(6, 4000),
        problem(7, 12, FLOAT32),
    ]
    judge(problems, steps, tries, HINTS)
    return "likelihood gives the loss, and the best output of all"
