"""Exercises 9, 10 and 12: a tree, a table of counts, a block."""

import heapq
import math
from itertools import permutations

import numpy as np

from common.checks.judge import AnswerError, exercise, judge
from common.checks.week16.hints import HINTS

__all__ = ["COUNT", "check_random_reach", "check_shifted_pmi", "check_three_ways"]

# Exercise 9

WORDS, TURNS, TREE = (
    "the number of codes",
    "the set of turns",
    "the number of codes that begin another one",
)
ALL = "the number of questions for the whole text"


def lengths(counts, mistake):
    """Of a tree that a mistake builds: the turns to each word."""
    V, ways = len(counts), 2 if mistake == "two branches" else 3
    filler = 0 if mistake == "no filler" else (1 - V) % (ways - 1)
    filled = [*map(int, counts), *[1 if mistake == "filler counts" else 0] * filler]
    heap = [(-c if mistake == "heaviest first" else c, v, (v,)) for v, c in enumerate(filled)]
    heapq.heapify(heap)
    length, number = [0] * len(filled), len(filled)
    while len(heap) > 1:
        merged = [heapq.heappop(heap) for _ in range(min(ways, len(heap)))]
        words = sum((leaf[2] for leaf in merged), ())
        for v in words:
            length[v] += 1
        weights = [leaf[0] for leaf in merged]
        weight = {"lightest for sum": min, "heaviest for sum": max}.get(mistake, sum)(weights)
        heapq.heappush(heap, (weight, number, words))
        number += 1
    return length[:V]


def three_ways(counts, mistake=None):
    """What can be said of a best tree's codes."""
    V = len(counts)
    length = lengths(counts, mistake)
    if mistake == "equal lengths":
        length = [math.ceil(round(math.log(V, 3), 9))] * V
    elif mistake == "by rank":  # the codes of the words sorted by their counts
        order = sorted(range(V), key=lambda v: -counts[v])
        length = [length[v] for v in order]
    total = sum(int(c) * r for c, r in zip(counts, length, strict=True))
    turns = "0 and 1 only" if mistake == "two branches" and V > 2 else "0, 1 and 2"
    return {WORDS: V, TURNS: turns, TREE: 0, ALL: total}


@exercise(9, "A tree with three branches", 6)
def check_three_ways(three_way_codes, rng):
    def steps(counts):
        codes = three_way_codes(counts)
        if codes is None or isinstance(codes, (str, dict)) or not hasattr(codes, "__len__"):
            yield WORDS, f"a {type(codes).__name__}"
        yield WORDS, len(codes)
        codes = [tuple(int(turn) for turn in code) for code in codes]
        used = {turn for code in codes for turn in code}
        few = used <= {0, 1} and len(codes) > 2
        strange = sorted(used - {0, 1, 2})
        yield TURNS, f"also {strange}" if strange else "0 and 1 only" if few else "0, 1 and 2"
        yield TREE, sum(a == b[: len(a)] for a, b in permutations(codes, 2))
        yield ALL, sum(int(c) * len(code) for c, code in zip(counts, codes, strict=True))

    odd = rng.permutation([1, 2, 4, 7, 12, 20, 33])
    even = rng.permutation([1, 1, 3, 3, 9, 27])
    problems = [
        {"counts": np.array([2, 9, 3, 4, 5])},
        {"counts": np.array([1, 6, 2, 3])},
        {"counts": odd},
        {"counts": even},
        {"counts": np.array([5, 5, 5])},
        {"counts": np.array([1, 1, 1, 5])},
        {"counts": rng.permutation([5, 5, 5, 6, 6, 6, 7, 7, 7])},
        {"counts": rng.permutation([1, 2, 2, 3, 5, 8, 13, 21, 34, 55])},
        {"counts": np.array([4, 1])},
    ]
    mistakes = (
        "two branches",
        "no filler",
        "filler counts",
        "heaviest first",
        "lightest for sum",
        "heaviest for sum",
        "equal lengths",
        "by rank",
    )
    judge(problems, steps, three_ways, HINTS, mistakes, tolerance=(0, 1e-9))
    return "no code begins another one, and no tree with three branches asks less"


# Exercise 10

COUNT = {  # how often each pair of a word and a context stands together
    ("tea", "cup"): 24,
    ("tea", "sea"): 6,
    ("tea", "dry"): 10,
    ("salt", "cup"): 3,
    ("salt", "sea"): 48,
    ("salt", "dry"): 9,
    ("sand", "cup"): 0,
    ("sand", "sea"): 36,
    ("sand", "dry"): 24,
}
K = 4


def shifted_pmi(mistake=None):
    """The four answers."""

    def score(word, context):
        pair = COUNT[word, context]
        if mistake == "only the pair":
            chance = 1
        else:
            all_pairs = sum(COUNT.values())
            of_word = sum(n for (w, _), n in COUNT.items() if w == word)
            of_context = sum(n for (_, c), n in COUNT.items() if c == context)
            chance = of_word * of_context / all_pairs
        if mistake == "total forgotten":
            chance *= sum(COUNT.values())
        if mistake == "pairs of a word only":
            chance = of_word
        log = {"base 2": math.log2, "base 10": math.log10}.get(mistake, math.log)
        pmi = log(pair / chance) if pair else -math.inf
        if mistake == "turned over":
            pmi = -pmi
        if mistake == "clipped at 0":
            pmi = max(pmi, 0.0)
        shift = {"not shifted": 0, "added": -log(K), "1 + K": log(1 + K)}.get(mistake, log(K))
        return pmi, (pmi / K if mistake == "divided by K" else pmi - shift), pmi

    tea, shifted, _ = score("tea", "cup")
    zero = math.exp(score("salt", "sea")[0])
    if mistake == "the logarithm itself":
        zero = math.log(zero)
    never = score("sand", "cup")[1]
    if mistake == "never is 0":
        never = 0.0
    return {"pmi": tea, "shifted": shifted, "K_for_zero": zero, "never": never}


@exercise(10, "Scores from a table", 4)
def check_shifted_pmi(scores, rng):
    def steps():
        got = scores()
        if not isinstance(got, dict):
            what = f"the answer is a {type(got).__name__}; a dict is due"
            raise AnswerError(what, name="wrong type")
        for name in shifted_pmi():
            if name not in got:
                raise AnswerError(f"there is no {name!r} in the answer", name="wrong type")
            yield name, got[name]

    mistakes = (
        "base 2",
        "base 10",
        "only the pair",
        "total forgotten",
        "pairs of a word only",
        "turned over",
        "clipped at 0",
        "not shifted",
        "added",
        "1 + K",
        "divided by K",
        "the logarithm itself",
        "never is 0",
    )
    judge([{}], steps, shifted_pmi, HINTS, mistakes, tolerance=(0, 0.006), on_paper=True)
    return "four numbers, one of them without an end"


# Exercise 12


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
    mistakes = (
        "one reach",
        "all m",
        "not moved",
        "flat",
        "m for the reach",
        "off by one",
        "the word itself",
        "beyond the text",
        "divided by all",
        "not divided",
        "columns divided",
        "nan",
        *LATE,
    )
    judge(problems, steps, random_reach, HINTS, mistakes, tolerance=(1e-4, 1e-6))
    return "each row is a mean of near contexts, and the mean of all such rows is known"
