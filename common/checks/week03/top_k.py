"""Exercise 7: whether the right class is among the first k, batch by batch."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_top_k", "counted"]

HINTS = read_hints(
    """
mean of means:
    ? The last batch is smaller. Does an example in it count as much as the others?
    @ 4_read_digits.ipynb, section "One by one, or 400 at once"
    ! Count the right ones in all batches, and divide once.

rest left out:
    ? Who reads the examples that do not fill a batch?
    @ 4_read_digits.ipynb, section "One by one, or 400 at once"
    ! The last batch may be smaller than the others.

rest counted as wrong:
    ? How many examples do you read, and by how many do you divide?
    @ 4_read_digits.ipynb, section "One by one, or 400 at once"
    ! The last batch may be smaller than the others, and it is read too.

all at once:
    ? How many examples does the network get in one call?
    @ exercises.ipynb, the text of this exercise
    ! Hand over a part of the rows, then the next part.

one by one:
    ? How many examples does the network get in one call?
    @ 4_read_digits.ipynb, section "One by one, or 400 at once"
    ! A batch is several rows together.

first labels again:
    ? Which labels belong to the second batch?
    @ 4_read_digits.ipynb, section "One by one, or 400 at once"
    ! Cut the labels at the same places as the examples.

the smallest k:
    ? In which order does your code sort the scores, and at which end does it look?
    @ exercises.ipynb, the text of this exercise
    ! The first k are those with the largest scores.

the first only:
    ? What does k do in your answer?
    @ exercises.ipynb, the text of this exercise
    ! The right class may be second, if k is 2.

one too many:
    ? With k at 1, how many classes may be before the right one?
    @ exercises.ipynb, the text of this exercise
    ! The right class is among the first k if fewer than k classes have a larger score.

the k-th alone:
    ? The right class has the largest score. Is it among the first two?
    @ exercises.ipynb, the text of this exercise
    ! Every place up to k is good enough.

a count:
    ? Is your number between 0 and 1?
    @ exercises.ipynb, the text of this exercise
    ! A share is a count divided by the number of examples.
"""
)
SIZES, SHARE = "the sizes of the batches", "the share"
NETWORKS = {"x": lambda x: x, "1 - x": lambda x: 1 - x}


def counted(name, sizes):
    """A network whose scores are its input, or 1 minus it; the numbers of rows go into the list."""

    def network(x):
        if getattr(x, "ndim", 0) != 2:
            raise ValueError(f"the network was given {np.shape(x)}; it takes rows: (n, D)")
        sizes.append(len(x))
        return NETWORKS[name](x)

    return network


def top_k(network, x, t, k, N, mistake=None):
    s = NETWORKS[network](x)
    batch = {"all at once": len(x), "one by one": 1}.get(mistake, N)
    starts = list(range(0, len(x), batch))
    if mistake in ("rest left out", "rest counted as wrong"):
        starts = [i for i in starts if i + batch <= len(x)]
    labels = t
    if mistake == "first labels again":
        labels = t[np.arange(len(x)) % batch]
    right = s[np.arange(len(x)), labels]
    before = (s > right[:, None]).sum(axis=1)
    good = before < k
    if mistake == "the smallest k":
        good = (s < right[:, None]).sum(axis=1) < k
    elif mistake == "the first only":
        good = before < 1
    elif mistake == "one too many":
        good = before <= k
    elif mistake == "the k-th alone":
        good = before == k - 1
    parts = [good[i : i + batch] for i in starts]
    read = np.concatenate([good[:0], *parts])
    share = read.sum() / len(x)
    if mistake == "mean of means":
        share = np.mean([part.mean() for part in parts])
    elif mistake == "rest left out":
        share = read.mean()
    elif mistake == "a count":
        share = share * len(x)
    return {SIZES: [len(part) for part in parts], SHARE: share}


@exercise(7, "Among the first k", 12)
def check_top_k(answer, rng):
    def steps(network, x, t, k, N):
        sizes = []
        share = answer(counted(network, sizes), x, t, k, N)
        yield SIZES, sizes
        yield SHARE, share

    def problem(network, places, V, k, N):
        """Scores that differ in each row; the right class stands at the given place."""
        places = rng.permutation(places)
        x = rng.permuted(np.tile(np.arange(V), (len(places), 1)), axis=1)
        x = x + rng.uniform(-0.3, 0.3, x.shape)
        order = np.argsort(-NETWORKS[network](x), axis=1)
        return {
            "network": network,
            "x": x,
            "t": order[np.arange(len(x)), places],
            "k": k,
            "N": N,
        }

    by_hand = np.array([[3.0, 1, 2], [0, 5, 1], [2, 1, 0], [4, 3, 1], [1, 0, 2]])
    paper = {"network": "x", "x": by_hand, "t": np.array([2, 1, 2, 1, 1])}
    problems = [
        paper | {"k": 2, "N": 2},
        paper | {"k": 1, "N": 2},
        problem("1 - x", [0, 0, 1, 2, 3, 1, 0], V=4, k=2, N=3),
        problem("x", [0, 1, 2, 3, 4, 2], V=5, k=3, N=3),
        problem("1 - x", [0, 1, 5, 2, 0, 4, 3, 1, 2, 0, 1], V=6, k=3, N=4),
        problem("x", [1, 0, 2, 1], V=3, k=2, N=9),
    ]
    judge(problems, steps, top_k, HINTS, bricks=("counted",))
    return "every example counts once, whatever batch it was in"
