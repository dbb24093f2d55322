"""Exercise 12: a block with a random reach."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_random_reach"]

HINTS = read_hints(
    """
one reach, all m:
    ? Does each word of the block look equally far?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Row b belongs to word b, and has its own reach.

not moved:
    ? In which column does word 0 of the block stand itself?
    @ 11_the_climb.ipynb, section "A block of text is one small product"
    ! The block begins after the m columns on its left.

flat, m for the reach, off by one:
    ? A word has the reach 2. What do its neighbours at the distances 1, 2 and 3 weigh?
    @ exercises.ipynb, the text of this exercise
    ! The farthest context within reach weighs 1, and each step nearer adds 1.

the word itself:
    ? Does a word help to guess itself?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! The word in the middle is the one to be guessed.

beyond the text, divided by all:
    ? What stands in the columns before the text begins?
    @ 11_the_climb.ipynb, section "A block of text is one small product"
    ! A column without a word weighs nothing, and is not counted when the row is divided.

not divided, columns divided:
    ? What must the weights of one word's contexts add up to, so that h is a mean?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Each row is a mean of its own.

nan:
    ? What is the mean of no contexts?
    @ exercises.ipynb, the text of this exercise
    ! A word that has no context gets a row of zeros. Do not divide there.

divided late, mean reach:
    ? You took the mean first and divided afterwards. Is that the mean of what was divided?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Write down the rows for each reach, finished, and take the mean of these rows.

sum of reaches, from 0:
    ? How many reaches are there, and which is the smallest?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! All reaches from 1 to m are equally likely.
"""
)


def reach_rows(reach, real, mistake=None):
    """The matrix A of a block: (B,), (J,) -> (B, J)"""
    B, J = len(reach), len(real)
    m = (J - B) // 2
    A = np.zeros((B, J))
    for b in range(B):
        reach_b = {"one reach": reach[0], "all m": m}.get(mistake, reach[b])
        for j in range(J):
            r = abs(j - (b if mistake == "not moved" else b + m))
            weight = max(0, reach_b + 1 - r)
            if mistake == "flat":
                weight = float(r <= reach_b)
            elif mistake == "m for the reach":
                weight = (m + 1 - r) * (r <= reach_b)
            elif mistake == "off by one":
                weight = max(0, reach_b - r)
            if r == 0 and mistake != "the word itself":
                weight = 0
            if real[j] or mistake in ("beyond the text", "divided by all"):
                A[b, j] = weight
    total = A.sum(axis=1, keepdims=True)
    if mistake == "divided by all":
        A = A * real
    if mistake == "not divided":
        return A
    if mistake == "columns divided":
        total = A.sum(axis=0, keepdims=True)
    if mistake == "nan":
        return A / total
    return np.divide(A, total, out=np.zeros_like(A), where=total > 0)


def random_reach(reach, real, mistake=None):
    """A for these reaches, and the mean of A over all reaches from 1 to m."""
    B, J = len(reach), len(real)
    m = (J - B) // 2
    inner = None if mistake in LATE else mistake
    each = [reach_rows(np.full(B, r), real, inner) for r in range(1, m + 1)]
    mean = sum(each) / m
    if mistake == "divided late":
        plain = sum(reach_rows(np.full(B, r), real, "not divided") for r in range(1, m + 1))
        total = plain.sum(axis=1, keepdims=True)
        mean = np.divide(plain, total, out=np.zeros_like(plain), where=total > 0)
    elif mistake == "mean reach":
        mean = reach_rows(np.full(B, (m + 1) / 2), real)
    elif mistake == "sum of reaches":
        mean = sum(each)
    elif mistake == "from 0":
        mean = sum(each) / (m + 1)
    return {"A": reach_rows(reach, real, inner), "the mean of A": mean}


LATE = ("divided late", "mean reach", "sum of reaches", "from 0")


@exercise(12, "A block with a random reach", 5)
def check_random_reach(reach_matrix, mean_matrix, rng):
    def steps(reach, real):
        m = (len(real) - len(reach)) // 2
        yield "A", reach_matrix(reach, real)
        yield "the mean of A", mean_matrix(real, m)

    def problem(B, m, gone):
        reach = rng.permutation(1 + np.arange(B) % m)
        real = np.ones(B + 2 * m, bool)
        real[list(gone)] = False
        return {"reach": reach, "real": real}

    small = {
        "reach": np.array([2, 1, 2]),
        "real": np.array([False, True, True, True, True, True, True]),
    }
    problems = [
        small,
        problem(4, 3, (0, 1, 2)),
        problem(5, 2, (7, 8)),
        problem(2, 3, ()),
        problem(1, 2, (0, 1, 3, 4)),  # no context at all
    ]
    judge(problems, steps, random_reach, HINTS, tolerance=(1e-4, 1e-6))
    return "each row is a mean of near contexts, and the mean of all such rows is known"
