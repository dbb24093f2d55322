"""Exercise 4: the target cannot come.

The random numbers are handed to the answer.  A grid of them gives each word its exact share.
"""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.values import NotNumbersError, as_values

__all__ = ["HINTS", "check_skip_target"]

HINTS = read_hints(
    """
target drawn:
    ? What does your function do when a number falls into the target's stretch?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Take the target's stretch out of the staircase before any number is looked up.

next word:
    ? A draw that hits the target goes to its neighbour. How often does the neighbour come now?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! All the others must gain in proportion to what they have.

all alike:
    ? Which word is drawn most often, a frequent one or any?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The steps of the staircase have different heights.

not shortened, clipped:
    ? How long is the staircase when one stretch is taken out? How long are your numbers?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The uniform numbers must cover what is left of the staircase, and no more.

never skipped:
    ? You made the numbers smaller. Where is the stretch that they must jump over?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Behind the place where the target begins, every number is too small by the target's share.

always skipped:
    ? What happens to the words in front of the target?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Only numbers at or behind the target's beginning have something to jump over.

end for start:
    ? Does a number jump where the target begins, or where it ends?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The first number that must jump is the one at which the target's stretch begins.

first target:
    ? Each row has its own target. Which one do you leave out in the second row?
    @ 4_sampling.ipynb, section "The sampler that ships"
    ! Compare each row with the target of this row: the target needs a second axis.

edge:
    ? The number 0.0 is possible. Which word does it give if word 0 has the probability 0?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! A stretch has its beginning, but not its end. The search can be told which side counts.

sorted:
    ? Swap two uniform numbers. Do your two words change places too?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! Each number gives its own word, in its own place.
"""
)


def whole(x, name="the answer"):
    """An answer as an array of ids, whatever it is."""
    if isinstance(x, np.ndarray) and x.dtype.kind in "iu":
        return x
    try:
        shape, flat = as_values(x)
    except NotNumbersError:
        return None
    return np.array([round(v) if v == v and abs(v) < 1e9 else -1 for v in flat], int).reshape(shape)


OUTSIDE = "the number of ids outside the vocabulary"
HITS = "the number of draws that hit the target of their row"
NEVER = "the number of draws of a word with the probability 0"
OFTEN = "the count of each word in each row"
MOVED = "the number of draws that change when the uniform numbers change places"


def measured(words, moved, P, target):
    """What can be said of drawn words (N, K), and of those of the numbers in another order."""
    V, inside = len(P), (words >= 0) & (words < len(P))
    often = [np.bincount(row[ok], minlength=V) for row, ok in zip(words, inside, strict=True)]
    yield OUTSIDE, int((~inside).sum())
    yield HITS, int((words == target[:, None]).sum())
    yield NEVER, int((P[words[inside]] == 0).sum())
    yield OFTEN, np.array(often)
    yield MOVED, int((words[:, ::-1] != moved).sum())


def skip_target(P, target, uniform, mistake=None):
    """The words of one way to do it, measured."""
    V, F = len(P), P.cumsum()
    if mistake == "first target":
        target_, target = target, np.full(len(target), target[0])
    t = target[:, None]

    def draw(u):
        start, rest = (F - P)[t], 1 - P[t]  # (N, 1)
        if mistake == "target drawn":
            return np.searchsorted(F, u, side="right")
        if mistake == "next word":
            words = np.searchsorted(F, u, side="right")
            return np.where(words == t, (words + 1) % V, words)
        if mistake == "all alike":
            words = (u * (V - 1)).astype(int)
            return words + (words >= t)
        x = u if mistake in ("not shortened", "clipped") else u * rest
        if mistake == "never skipped":
            return np.searchsorted(F, x, side="right")
        skip = np.ones(x.shape, bool) if mistake == "always skipped" else x >= start
        if mistake == "end for start":
            skip = x >= F[t]
        side = "left" if mistake == "edge" else "right"
        words = np.searchsorted(F, x + skip * P[t], side=side)
        return np.minimum(words, V - 1) if mistake == "clipped" else words

    words, moved = draw(uniform), draw(uniform[:, ::-1])
    if mistake == "first target":
        target = target_
    if mistake == "sorted":
        words, moved = np.sort(words), np.sort(moved)
    due = dict(measured(words, moved, P, target))
    if mistake is None:
        rest = np.where(np.arange(V) == t, 0, P)
        due[OFTEN] = uniform.shape[1] * rest / rest.sum(axis=1, keepdims=True)
    return due | {"the shape": str(uniform.shape)}


@exercise(4, "The target cannot come", 10)
def check_skip_target(draw_negatives, rng):
    def steps(P, target, uniform):
        words, moved = (draw_negatives(P, target, u) for u in (uniform, uniform[:, ::-1].copy()))
        words, moved = whole(words), whole(moved)
        for ids in (words, moved):
            yield "the shape", "no numbers" if ids is None else str(ids.shape)
        yield from measured(words, moved, P, target)

    def problem(P, target, K=320):
        uniform = (np.arange(K) + 0.5) / K
        uniform = np.array([rng.permutation(uniform) for _ in target])
        uniform[:, 0] = 0.0  # the edge
        return {"P": P, "target": np.array(target), "uniform": uniform, "_tolerance": (0, 2.5)}

    def shares(*counts):
        return np.array(counts) / 64  # exact in binary, and so are their sums

    small = {
        "P": np.array([0.5, 0.25, 0.25]),
        "target": np.array([1]),
        "uniform": np.array([[1, 3, 5, 7, 9, 11]]) / 12,
        "_tolerance": (0, 0.5),
    }
    some = shares(*rng.permutation([4, 6, 9, 12, 13, 20]))
    gap = shares(0, *rng.permutation([5, 11, 21, 27]), 0)
    problems = [
        small,
        problem(some, rng.permutation(6)),
        problem(gap, [1, 4, 2, 3]),
        problem(gap[1:], [4, 0, 3]),
        problem(shares(60, 4), [0, 1, 0]),
    ]
    judge(problems, steps, skip_target, HINTS)
    return "no target is drawn, no number is wasted, and the others keep their proportions"
