"""Exercise 3: PMI from -1 to 1."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_normalised"]

HINTS = read_hints(
    """
not divided:
    ? Two words that stand only beside each other: which number is due, and which did you give?
    @ exercises.ipynb, the equation of this exercise
    ! PMI has no upper end. Divide by the largest value that a pair of this count can reach.

clipped:
    ? Should "less often than by chance" and "as often as by chance" be the same here?
    @ 3_ppmi.ipynb, section "Why only positive values"
    ! This form needs no clipping: its lowest value is finite, so negative ones may stay.

never is 0, never is minus infinity, never is NaN:
    ? As a pair becomes rarer and rarer, where do its values go?
    @ exercises.ipynb, the text of this exercise
    ! The lowest value stands for "never", and you must write it yourself: no logarithm gives it.

absent is -1, absent is NaN:
    ? Did a word that does not occur have a chance to meet anybody?
    @ exercises.ipynb, the text of this exercise
    ! "Never met" tells something only of two words that occur.

mixed logarithms:
    ? Are both of your logarithms to the same base?
    @ 3_ppmi.ipynb, section "Why a logarithm"
    ! Any base will do, if it is the same above and below.

sign:
    ? Is the logarithm of a probability positive or negative?
    @ 3_ppmi.ipynb, section "Why a logarithm"
    ! A pair that meets more often than by chance must come out above 0.

row sums only, column sums only:
    ? Is this matrix symmetric?
    @ 3_ppmi.ipynb, section "What chance would do"
    ! The word's sum is that of its row, and the context's sum that of its column.

sums exchanged:
    ? Along which axis do you add up for the word, and along which for the context?
    @ 3_ppmi.ipynb, section "What chance would do"
    ! The word's sum is that of its row, and the context's sum that of its column.

divided by chance:
    ? Whose probability stands below: the one that was seen, or the one by chance?
    @ 3_ppmi.ipynb, section "The quotient of two probabilities"
    ! Divide by what the pair's own probability says, not by what chance says.

divided by the largest:
    ? Does the number below belong to one pair, or to the whole matrix?
    @ exercises.ipynb, the equation of this exercise
    ! Each pair is divided by a number of its own.

quotient without logarithm:
    ? What should a pair get that meets as often as by chance?
    @ 3_ppmi.ipynb, section "Why a logarithm"
    ! Above stands PMI, with its logarithm, and not the quotient alone.
"""
)

NAME = "the matrix"


def normalised(counts, mistake=None):
    """PMI over the logarithm of the pair's probability, turned positive."""
    counts = counts.astype(float)
    v, u = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    total = counts.sum()
    of_v, of_u = {
        "row sums only": (v, v.T),
        "column sums only": (u.T, u),
        "sums exchanged": (u.T, v.T),
    }.get(mistake, (v, u))
    quotient = counts * total / (of_v * of_u)
    below = counts / total
    if mistake == "divided by chance":
        below = v * u / total**2
    log = np.log if mistake == "mixed logarithms" else np.log2
    pmi, scale = np.log2(quotient), -log(below)
    if mistake == "not divided":
        scale = np.ones_like(scale)
    elif mistake == "divided by the largest":
        scale = np.full_like(scale, np.nanmax(pmi))
    elif mistake == "sign":
        scale = -scale
    elif mistake == "quotient without logarithm":
        pmi = quotient
    made = pmi / scale
    never = {
        "never is 0": 0,
        "clipped": 0,
        "never is minus infinity": -np.inf,
        "never is NaN": np.nan,
    }
    made[counts == 0] = never.get(mistake, -1)
    if mistake == "clipped":
        made = np.maximum(made, 0)
    absent = {"absent is -1": -1, "absent is NaN": np.nan, "never is NaN": np.nan}
    made[(v == 0) | (u == 0)] = absent.get(mistake, 0)
    return {NAME: made}


@exercise(3, "PMI from −1 to 1", 10)
def check_normalised(normalised_pmi, rng):
    def steps(counts):
        yield NAME, normalised_pmi(counts)

    def shuffled(counts, dtype=np.int64):
        """With words and contexts in another order."""
        counts = np.array(counts)
        rows, columns = rng.permutation(len(counts)), rng.permutation(len(counts))
        return {"counts": counts[rows][:, columns].astype(dtype)}

    extra = rng.integers(1, 4)
    four = [[5, 0, 1, 2], [0, 1, 0, 0], [2, 0, 7, 30], [0, 0, 0, 1 + extra]]
    five = [[3, 1, 0, 0, 9], [0] * 5, [4, 0, 0, 0, 2], [2, 6, 0, 1, extra], [0, 0, 0, 8, 0]]
    broken = [[0.5, 2, 0], [0, 0.25, 3], [4, 0, extra]]
    problems = [
        {"counts": np.array([[8, 8, 0], [0, 16, 0], [8, 8, 16]])},
        {"counts": np.array([[8, 8, 0], [0, 16, 0], [0, 0, 0]])},  # a word that does not come
        shuffled(four),
        shuffled(five, np.int32),
        shuffled(broken, np.float32) | {"_tolerance": (1e-4, 1e-5)},
    ]
    judge(problems, steps, normalised, HINTS)
    return "1 for words that are always together, 0 for chance, −1 for never"
