"""Exercise 3: what was read from two parts, put together into what one look would have read."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_two_halves"]

HINTS = read_hints(
    """
plain mean:
    ? One part holds all that matters, and the other nothing. Is half of each read?
    @ 1_a_weighted_sum.ipynb, section "The weighted sum"
    ! Each part counts by what its powers have in the sum of all powers.

totals alone:
    ? Both totals were made small by a score, each by its own. Can they be compared as they are?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! First bring both to the same largest score.

largest alone:
    ? One part has a single large score, the other has three as large. Which one counts more?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! How many powers there are counts too, and the total knows it.

total added as it is:
    ? What is the total of both parts, seen from the larger of the two scores?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The total of the part with the smaller largest score shrinks first.

larger one alone:
    ? Does the part with the smaller scores count for nothing?
    @ 1_a_weighted_sum.ipynb, section "All states, and which one?"
    ! A soft choice takes a share of everything.

first part's largest:
    ? The largest score stands in the second part. Which number do you take out of both?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The larger of the two, or the other part's power grows without a limit.

powers as they are:
    ? What is e to the power of 1,000, for a computer?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! Take the largest score of the part out before the power.

not divided:
    ? Do the shares add up to 1?
    @ 1_a_weighted_sum.ipynb, section "The weighted sum"
    ! What is read is a mean: the sum with the powers, divided by their total.

one largest for the batch:
    ? Does another sentence have a say in the largest score of this one?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! Each sentence has its own softmax, and its own largest score.

sign of the distance:
    ? Should the part with the smaller scores shrink or grow?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! What is taken out of the scores must be the larger of the two, so no power exceeds 1.
"""
)


def part(hs, h, mistake=None):
    s = np.einsum("nth,nh->nt", hs, h)
    largest = s.max(axis=1)
    if mistake == "one largest for the batch":
        largest = s.max() + 0 * largest
    powers = np.exp(s if mistake == "powers as they are" else s - largest[:, None])
    total = powers.sum(axis=1)
    read = np.einsum("nt,nth->nh", powers, hs)
    return read if mistake == "not divided" else read / total[:, None], largest, total


def merge(one, two, mistake=None):
    (read_1, largest_1, total_1), (read_2, largest_2, total_2) = one, two
    largest = np.maximum(largest_1, largest_2)
    if mistake == "first part's largest":
        largest = largest_1
    if mistake == "powers as they are":
        share_1, share_2 = total_1, total_2
    elif mistake == "sign of the distance":
        share_1, share_2 = (
            total_1 * np.exp(largest - largest_1),
            total_2 * np.exp(largest - largest_2),
        )
    else:
        share_1, share_2 = (
            total_1 * np.exp(largest_1 - largest),
            total_2 * np.exp(largest_2 - largest),
        )
    total = share_1 + share_2
    if mistake == "total added as it is":
        total = total_1 + total_2
    if mistake == "plain mean":
        share_1 = share_2 = np.ones_like(total_1)
    elif mistake == "totals alone":
        share_1, share_2 = total_1, total_2
        total = total_1 + total_2
    elif mistake == "largest alone":
        share_1, share_2 = np.exp(largest_1 - largest), np.exp(largest_2 - largest)
    elif mistake == "larger one alone":
        share_1, share_2 = 1.0 * (largest_1 >= largest_2), 1.0 * (largest_1 < largest_2)
        total = np.where(largest_1 >= largest_2, total_1, total_2)
    read = share_1[:, None] * read_1 + share_2[:, None] * read_2
    whole = 1 if mistake == "not divided" else (share_1 + share_2)[:, None]
    return read / whole, largest, total


NAMES = "what is read", "the largest score", "the total"


def two_halves(hs, h, cuts, mistake=None):
    """The parts between the cuts, and then all of them together, from left to right."""
    parts = [part(states, h, mistake) for states in np.split(hs, cuts, axis=1)]
    made, whole = {}, parts[0]
    for number, one in enumerate(parts, 1):
        made |= {f"{name}, part {number}": value for name, value in zip(NAMES, one, strict=True)}
    for number, one in enumerate(parts[1:], 2):
        whole = merge(whole, one, mistake)
        made |= {
            f"{name}, parts 1 to {number}": value for name, value in zip(NAMES, whole, strict=True)
        }
    return made


@exercise(3, "Read two halves, and put them together", 14)
def check_two_halves(part, merge, rng):
    def steps(hs, h, cuts):
        parts = []
        for number, states in enumerate(np.split(hs, cuts, axis=1), 1):
            parts.append(tuple(part(states, h)))
            for name, value in zip(NAMES, parts[-1], strict=True):
                yield f"{name}, part {number}", value
        whole = parts[0]
        for number, one in enumerate(parts[1:], 2):
            whole = tuple(merge(*whole, *one))
            for name, value in zip(NAMES, whole, strict=True):
                yield f"{name}, parts 1 to {number}", value

    def problem(N, T, H, cuts, dtype=float):
        return {
            "hs": numbers(rng, (N, T, H), dtype),
            "h": numbers(rng, (N, H), dtype),
            "cuts": cuts,
        }

    def extreme():
        """Scores near 1,000 in the second part, in the first, and near -1,000 in both."""
        hs = numbers(rng, (3, 4, 2))
        hs[:, :, 0] = [
            [998.5, 999, 1000, 1000.5],
            [1001, 1000, -999, 10],
            [-999, -1000, -1001, -1000],
        ]
        return {"hs": hs, "h": np.array([[1.0, 0], [1, 0], [1, 0]]), "cuts": [2]}

    states = np.array([[[2.0, 1], [1, 3], [1, -1]]])
    paper = {"hs": states, "h": np.array([[np.log(2), 0.0]]), "cuts": [1]}
    problems = [
        paper,
        problem(2, 4, 2, [1]),
        problem(3, 5, 3, [3]),
        extreme(),
        problem(2, 6, 2, [2, 3]),
        problem(2, 5, 3, [2, 4], FLOAT32),
    ]
    judge(problems, steps, two_halves, HINTS, (), ROUNDING)
    return "two short looks are one long look, and no power is too large"
