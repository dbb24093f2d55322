"""Exercise 9: a tree with three branches."""

import heapq
import math
from itertools import permutations

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_three_ways"]

HINTS = read_hints(
    """
two branches:
    ? How many answers does one question have here?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! Each merge puts as many trees together as a question has answers.

no filler:
    ? How many trees are left after each merge, and how many at the very end?
    @ 7_huffman_tree.ipynb, section "A tree by hand"
    ! If the last merge has too few trees, the root wastes a branch. Waste it at the bottom instead.

filler counts:
    ? How often does the word come that you added to make the numbers fit?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! What is not in the text weighs nothing.

heaviest first, lightest for sum, heaviest for sum:
    ? What does a new node weigh, and which nodes are merged first?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! A merge costs the weight of the new node: all that is below it. So merges should be light.

equal lengths:
    ? Does a word that comes often have a shorter way in your tree?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! Give the frequent words short ways, and let the rare ones pay.

by rank:
    ? Whose code stands first in your list: that of word 0, or that of the most frequent word?
    @ 7_huffman_tree.ipynb, section "Path and code"
    ! Entry v belongs to word id v.
"""
)


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
    judge(problems, steps, three_ways, HINTS, tolerance=(0, 1e-9))
    return "no code begins another one, and no tree with three branches asks less"
