"""Exercises 4, 5 and 11: draws, without any luck in the check.

The random numbers are handed to the answer.  A grid of them gives each word its exact share.
"""

import numpy as np

from common.checks.judge import exercise, judge
from common.checks.values import NotNumbersError, as_values
from common.checks.week16.hints import HINTS

__all__ = ["check_skip_target", "check_whole_numbers", "check_whole_windows"]


def whole(x, name="the answer"):
    """An answer as an array of ids, whatever it is."""
    if isinstance(x, np.ndarray) and x.dtype.kind in "iu":
        return x
    try:
        shape, flat = as_values(x)
    except NotNumbersError:
        return None
    return np.array([round(v) if v == v and abs(v) < 1e9 else -1 for v in flat], int).reshape(shape)


# Exercise 4

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
    mistakes = (
        "target drawn",
        "next word",
        "all alike",
        "not shortened",
        "clipped",
        "never skipped",
        "always skipped",
        "end for start",
        "first target",
        "edge",
        "sorted",
    )
    judge(problems, steps, skip_target, HINTS, mistakes)
    return "no target is drawn, no number is wasted, and the others keep their proportions"


# Exercise 5

EXPECTED, COUNTED = "expected (words, windows)", "counted (words, windows)"


def whole_windows(corpus, keep, m, uniform, mistake=None):
    """Words and whole windows, as they are expected and as they are counted."""
    N = len(corpus)
    chance = keep[corpus]  # (N,)
    stays = uniform < chance
    if mistake == "one number a word":
        stays = uniform[corpus] < chance
    elif mistake == "numbers turned round":
        stays = uniform > chance
    elif mistake == "drop for keep":
        chance, stays = 1 - chance, uniform < 1 - chance

    def windows(x):
        """The sum over all places of the product over a window."""
        places = range(m, N - m)
        if mistake == "ends":
            return sum(np.prod(x[max(i - m, 0) : i + m + 1]) for i in range(N))
        if mistake == "middle word only":
            return sum(x[i] for i in places)
        if mistake == "middle word forgotten":
            return sum(np.prod(x[i - m : i]) * np.prod(x[i + 1 : i + m + 1]) for i in places)
        if mistake == "one side":
            return sum(np.prod(x[i - m : i + 1]) for i in places)
        if mistake == "one word short":
            return sum(np.prod(x[i - m : i + m]) for i in places)
        if mistake == "gaps closed":
            return max(0, x.sum() - 2 * m)
        if mistake == "all windows":
            return len(places)
        if mistake == "mean keep":
            return len(places) * x.mean() ** (2 * m + 1)
        return sum(np.prod(x[i - m : i + m + 1]) for i in places)

    words = keep.sum() if mistake == "each word once" else chance.sum()
    counted = [stays.sum(), windows(stays.astype(float))]
    if mistake in ("mean keep", "all windows"):
        counted[1] = sum(stays[i - m : i + m + 1].all() for i in range(m, N - m))
    return {EXPECTED: (words, windows(chance)), COUNTED: tuple(counted)}


@exercise(5, "How many windows stay whole?", 8)
def check_whole_windows(expected, counted, rng):
    def steps(corpus, keep, m, uniform):
        yield EXPECTED, expected(corpus, keep, m)
        yield COUNTED, counted(corpus, keep, m, uniform)

    def problem(N, V, m):
        corpus = rng.permutation(np.arange(N) ** 2 % (V - 1))  # id V - 1 does not occur
        keep = rng.permutation(np.linspace(0.35, 1, V))
        uniform = (rng.permutation(N) + 0.5) / N
        if 2 * m < N:  # at least one window stays whole, and one does not
            uniform[N // 2 - m : N // 2 + m + 1] = 0.01
            uniform[0] = 0.999
            keep[corpus[0]] = 0.4
        return {"corpus": corpus, "keep": keep, "m": m, "uniform": uniform}

    small = {
        "corpus": np.array([0, 1, 0, 2]),
        "keep": np.array([0.5, 1.0, 0.8]),
        "m": 1,
        "uniform": np.array([0.1, 0.9, 0.4, 0.85]),
    }
    problems = [small, problem(12, 5, 2), problem(15, 6, 1), problem(4, 4, 2), problem(30, 9, 3)]
    mistakes = (
        "one number a word",
        "numbers turned round",
        "drop for keep",
        "ends",
        "middle word only",
        "middle word forgotten",
        "one side",
        "one word short",
        "gaps closed",
        "all windows",
        "mean keep",
        "each word once",
    )
    judge(problems, steps, whole_windows, HINTS, mistakes)
    return "what you expect is what a draw gives on average"


# Exercise 11

FULL = "the number of parts outside 0 ... total"
NAMES = "the number of aliases that are no id"
HELD = "how much of each word all boxes hold together"


def table(counts, mistake=None):
    """An alias table in whole numbers, built as notebook 10 builds its own."""
    V, total = len(counts), int(counts.sum())
    size = V if mistake == "boxes of size V" else total
    part = [int(c) * (1 if mistake == "not scaled" else V) for c in counts]
    alias = list(range(V))
    small = [v for v in range(V) if part[v] < size]
    large = [v for v in range(V) if part[v] >= size]
    while small and large:
        i, j = small.pop(), large.pop()
        if mistake == "alias turned round":
            alias[j] = i
        else:
            alias[i] = j
        if mistake != "giver does not pay":
            part[j] -= part[i] if mistake == "giver pays the wrong part" else size - part[i]
        (small if part[j] < size and mistake != "giver stays large" else large).append(j)
    for v in small + large:
        part[v] = part[v] if mistake == "giver stays large" else size
    return np.array(part), np.array(alias)


def held(part, alias, total):
    """How much of each word all boxes hold: its own part, and what it fills up in others."""
    amount = part.copy()
    np.add.at(amount, alias, total - part)
    return amount


def built(counts, mistake=None):
    """A table's properties."""
    V, total = len(counts), int(counts.sum())
    part, alias = table(counts, mistake)
    amount = V * counts if mistake is None else held(part, alias, total)
    outside = int(((part < 0) | (part > total)).sum())
    return {"the shapes": str(((V,), (V,))), FULL: outside, NAMES: 0, HELD: amount}


def picked(part, alias, total, mistake=None):
    """The words of all pairs of a box and a coin."""
    box, coin = pairs(len(part), total)
    own = coin < part[box]
    if mistake == "coin at the edge":
        own = coin <= part[box]
    elif mistake == "own and alias exchanged":
        own = ~own
    elif mistake == "alias never taken":
        own = np.ones(len(box), bool)
    return {"the words": np.where(own, box, alias[box])}


def pairs(V, total):
    return np.arange(V).repeat(total), np.tile(np.arange(total), V)


@exercise(11, "Boxes in whole numbers", 5)
def check_whole_numbers(alias_table, pick, rng):
    def build(counts):
        V, total = len(counts), int(counts.sum())
        made = alias_table(counts)
        if not isinstance(made, (tuple, list, np.ndarray)) or len(made) != 2:
            yield "the shapes", f"a {type(made).__name__}, not (part, alias)"
        part, alias = (np.asarray(x) for x in made)
        yield "the shapes", str((part.shape, alias.shape))
        yield FULL, int(((part < 0) | (part > total)).sum())
        yield NAMES, int(((alias < 0) | (alias >= V)).sum())
        yield HELD, held(part, alias.astype(int), total)

    def choose(part, alias, total):
        yield "the words", pick(part, alias, *pairs(len(part), total))

    tables = [
        [1, 3, 4],
        rng.permutation([0, 1, 2, 5, 9, 13]),
        rng.permutation([7, 7, 1, 0, 0]),
        [6, 6, 6],
        [3],
    ]
    mistakes = (
        "boxes of size V",
        "not scaled",
        "giver does not pay",
        "giver pays the wrong part",
        "giver stays large",
        "alias turned round",
    )
    exact = (0, 1e-6)
    problems = [{"counts": np.array(counts)} for counts in tables]
    judge(problems, build, built, HINTS, mistakes, tolerance=exact)
    small = {"part": np.array([2, 4]), "alias": np.array([1, 1]), "total": 4}
    problems = [small]
    for counts in tables[1:3]:
        part, alias = table(counts)
        problems.append({"part": part, "alias": alias, "total": int(sum(counts))})
    mistakes = ("coin at the edge", "own and alias exchanged", "alias never taken")
    judge(problems, choose, picked, HINTS, mistakes, tolerance=exact)
    return "each word fills exactly its share of the boxes, to the last unit"
