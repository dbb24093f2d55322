"""Exercise 11: an alias table in whole numbers."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_whole_numbers"]

HINTS = read_hints(
    """
boxes of size V, not scaled:
    ? How many units do all boxes hold together, and how many does each word have?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! In the lesson the words had 1 on average. Multiply all by the same number, boxes too.

giver does not pay, giver pays the wrong part:
    ? How much of a word is left when it has filled up somebody's box?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! What a word gives to others it has no more for itself.

giver stays large:
    ? A word gave so much that it cannot fill its own box. What happens to it?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! A word that was too large may become too small by giving.

alias turned round:
    ? Whose name is written on a box: of the one who gives, or of the one who takes?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! Box v needs to know who fills up its rest.

coin at the edge:
    ? The coin shows 0, 1, ... In a box with part 1, for how many coins is the box's own word right?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! Count the coins that give the own word: there are exactly as many as its part says.

own and alias exchanged, alias never taken:
    ? A box is nearly full of its own word. Which word should come more often?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! The coin decides between the two words of the box, in proportion to what they hold.
"""
)


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
    exact = (0, 1e-6)
    problems = [{"counts": np.array(counts)} for counts in tables]
    judge(problems, build, built, HINTS, tolerance=exact)
    small = {"part": np.array([2, 4]), "alias": np.array([1, 1]), "total": 4}
    problems = [small]
    for counts in tables[1:3]:
        part, alias = table(counts)
        problems.append({"part": part, "alias": alias, "total": int(sum(counts))})
    judge(problems, choose, picked, HINTS, tolerance=exact)
    return "each word fills exactly its share of the boxes, to the last unit"
