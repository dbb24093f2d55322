"""Exercise 4: what the ways of each length bring, and how many blocks take part."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_ways"]

HINTS = read_hints(
    """
ways from the first block only:
    ? How many ways of length 1 are there through three blocks?
    @ 2_the_residual_connection.ipynb, section "Many blocks: $2^B$ ways"
    ! A way may leave out any blocks, also the first one.

straight way left out:
    ? What is a product of no factors?
    @ exercises.ipynb, the text of this exercise
    ! The way that passes all blocks straight hands the gradient on as it is.

all slopes alike:
    ? Which slopes does a way of length 2 meet?
    @ exercises.ipynb, the text of this exercise
    ! Each way has its own product. Only the number of ways can be counted without the slopes.

powers:
    ? How often does a way pass through one block?
    @ 2_the_residual_connection.ipynb, section "Many blocks: $2^B$ ways"
    ! A way meets each block once, straight or through f.

turned round:
    ? Which way comes first in your list?
    @ exercises.ipynb, the text of this exercise
    ! The list begins with what passes no block through f.

signs lost:
    ? One of the slopes is negative. What is the product of two of them?
    @ exercises.ipynb, the text of this exercise
    ! Ways may take something away, and the sum of all must fit to the product of the brackets.

not at rest:
    ? Exactly one of two blocks takes part. What must the other one do?
    @ exercises.ipynb, the text of this exercise
    ! Who says exactly says two things: who takes part, and who does not.

keeps alike:
    ? Is it as likely that the first block takes part as the second?
    @ exercises.ipynb, the text of this exercise
    ! Every block has a probability of its own.

those at rest counted:
    ? Do you count the blocks that take part, or those that rest?
    @ exercises.ipynb, the text of this exercise
    ! The list begins with the probability that no block takes part.

added up:
    ? Do your probabilities add up to 1?
    @ exercises.ipynb, the text of this exercise
    ! Exactly so many is asked for, not at most or at least so many.
"""
)


def elementary(slopes, other=None):
    """The coefficients of the product of (other + slope z)."""
    sums = np.array([1.0])
    for b, slope in enumerate(slopes):
        straight = 1.0 if other is None else other[b]
        sums = straight * np.append(sums, 0) + slope * np.append(0, sums)
    return sums


def by_length(slopes, mistake):
    B = len(slopes)
    if mistake == "ways from the first block only":
        return np.append(1, np.cumprod(slopes))
    if mistake == "all slopes alike":
        return elementary(np.full(B, slopes.mean() if B else 0))
    if mistake == "powers":
        return np.append(1, [(slopes**k).sum() for k in range(1, B + 1)])
    sums = elementary(np.abs(slopes) if mistake == "signs lost" else slopes)
    if mistake == "straight way left out":
        sums[0] = 0
    return sums[::-1] if mistake == "turned round" else sums


def taking_part(keeps, mistake):
    if mistake == "not at rest":
        return elementary(keeps)
    if mistake == "keeps alike":
        keeps = np.full(len(keeps), keeps.mean() if len(keeps) else 0)
    shares = elementary(keeps, 1 - keeps)
    if mistake == "those at rest counted":
        return shares[::-1]
    return shares.cumsum() if mistake == "added up" else shares


def ways(slopes=None, keeps=None, mistake=None):
    if keeps is None:
        return {"what each length brings": by_length(slopes, mistake)}
    return {"the probabilities": taking_part(keeps, mistake)}


@exercise(4, "How long are the ways?", 12)
def check_ways(lengths, part, rng):
    def steps(slopes=None, keeps=None):
        if keeps is None:
            yield "what each length brings", lengths(slopes)
        else:
            yield "the probabilities", part(keeps)

    def some(B):
        return rng.choice([-1.0, 1, 1], B) * rng.uniform(0.3, 1.5, B)

    slopes = [np.array([2.0, 3, -1]), some(4), some(1), np.zeros(0), some(12)]
    slopes += [np.append(0.0, some(5)), np.full(6, 0.1)]
    keeps = [np.array([0.5, 0.25]), rng.uniform(0.1, 0.9, 5), rng.uniform(0.1, 0.4, 1)]
    keeps += [np.zeros(0), np.linspace(1, 0.5, 12), np.array([1.0, 0, 0.7, 0.4])]
    problems = [{"slopes": s} for s in slopes] + [{"keeps": k} for k in keeps]
    judge(problems, steps, ways, HINTS)
    return "each block is passed straight or through f, and so each list grows by one"
