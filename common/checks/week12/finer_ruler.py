"""Exercise 7: a ruler that is finer than hits."""

from itertools import pairwise

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_finer_ruler"]

HINTS = read_hints(
    """
itself counted:
    ? Which word is nearest to "row"? Is it one of the others?
    @ exercises.ipynb, the text of this exercise
    ! A word does not compete for its own neighbourhood. Leave it out before you count.

rank from 0:
    ? Which rank has the nearest word?
    @ exercises.ipynb, the text of this exercise
    ! The nearest is the first, not the zeroth.

dot product:
    ? If a vector becomes ten times as long, may its rank change?
    @ 2_count_the_neighbours.ipynb, section "Two traps"
    ! Compare directions: both lengths must go.

distance:
    ? Two vectors of one direction, one of them long: are they near each other by your measure?
    @ 2_count_the_neighbours.ipynb, section "Compare two words"
    ! Compare directions, and not the places where the arrows end.

zero vector is NaN, zero vector is nearest:
    ? Which cosine has a word without any neighbour, and where in the ranking does it stand?
    @ 2_count_the_neighbours.ipynb, section "Two traps"
    ! A comparison with NaN is never true. Give the vector of zeros its cosine by hand.

farthest first:
    ? Is a large cosine near or far?
    @ 2_count_the_neighbours.ipynb, section "Compare two words"
    ! The largest cosine comes first.

order read as rank:
    ? `argsort` says which word stands at which place. Did you want that, or the other way round?
    @ exercises.ipynb, the text of this exercise
    ! You look for the place of one word, and not for the word at one place.

mean rank, one over the mean rank:
    ? One pair has the rank 1, the other the rank 9. Which number is due?
    @ exercises.ipynb, the equation of this exercise
    ! Turn each rank into its share first, and take the mean of the shares.

direction turned:
    ? Whose neighbours are ranked: those of the first word, or of the second?
    @ exercises.ipynb, the text of this exercise
    ! A pair is an order: the first word asks, and the second is looked for among its neighbours.

hits only:
    ? What does a partner at the second place earn?
    @ exercises.ipynb, the equation of this exercise
    ! Every place earns something, the farther the less. That is what makes the ruler finer.
"""
)

NAME = "the mean"


def finer_ruler(vectors, pairs, mistake=None):
    """The mean of one over the rank of each partner."""
    vectors = vectors.astype(float)
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    unit = vectors / np.where(length == 0, 1, length)
    if mistake == "dot product":
        unit = vectors
    ranks = []
    for v, u in np.asarray(pairs)[:, ::-1] if mistake == "direction turned" else pairs:
        near = unit @ unit[v]
        if mistake == "distance":
            near = -((vectors - vectors[v]) ** 2).sum(axis=1)
        elif mistake == "zero vector is NaN":
            near[length[:, 0] == 0] = -np.inf
        elif mistake == "zero vector is nearest":
            near[length[:, 0] == 0] = np.inf
        elif mistake == "farthest first":
            near = -near
        if mistake == "order read as rank":
            near[v] = np.inf
            ranks.append(1 + np.argsort(-near)[u])
            continue
        others = np.arange(len(near)) != v
        if mistake == "itself counted":
            others[v] = True
        ranks.append(1 + (near[others] > near[u]).sum())
    ranks = np.array(ranks)
    if mistake == "rank from 0":
        ranks = ranks - 1
    if mistake == "mean rank":
        return {NAME: ranks.mean()}
    if mistake == "one over the mean rank":
        return {NAME: 1 / ranks.mean()}
    return {NAME: (ranks == 1).mean() if mistake == "hits only" else (1 / ranks).mean()}


@exercise(7, "A finer ruler", 8)
def check_finer_ruler(mean_reciprocal, rng):
    def steps(vectors, pairs):
        yield NAME, mean_reciprocal(vectors, pairs)

    def problem(V, H, dtype=float):
        """Vectors of very different lengths; one is zero; no two words are equally near."""
        while True:
            vectors = rng.standard_normal((V, H))
            vectors /= np.sqrt((vectors**2).sum(axis=1, keepdims=True))
            vectors[rng.integers(V)] = 0
            cosine = np.sort(vectors @ vectors.T, axis=1)
            if np.diff(cosine[np.any(vectors, axis=1)]).min() > 1e-3:
                break
        (zero,) = np.flatnonzero(~vectors.any(axis=1))
        words = rng.permutation([v for v in range(V) if v != zero])
        cosine = vectors @ vectors.T
        pairs = [(v, np.where(words == v, 2, cosine[v, words]).argmin()) for v in words[:2]]
        pairs = [(v, words[u]) for v, u in pairs]  # partners that are farther than the zero vector
        pairs += list(pairwise(words))
        vectors *= rng.permutation(np.geomspace(0.2, 20, V))[:, None]
        return {"vectors": vectors.astype(dtype), "pairs": np.array(pairs)}

    plane = np.array([[1, 0], [3, 4], [8, 6], [0, 1], [-1, 0]], float)
    problems = [
        {"vectors": plane, "pairs": np.array([[0, 1], [1, 2], [4, 0]])},
        problem(7, 3),
        problem(9, 4),
        problem(8, 3, np.float32),
    ]
    judge(problems, steps, finer_ruler, HINTS, bricks=("cos_similarity", "normalize"))
    return "every place of a partner counts, the nearer the more"
