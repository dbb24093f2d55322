"""Exercise 1: two words are alike if they meet deep in the graph."""

import copy

import numpy as np

from common.checks.judge import AnswerError, exercise, judge, read_hints

__all__ = ["HINTS", "check_common_depth"]

HINTS = read_hints(
    """
first hypernym only, last hypernym only, way by the first, way by the last:
    ? How many words stand directly above "olive"?
    @ 1_what_a_thesaurus_gives.ipynb, section "A graph of words"
    ! A word may have several hypernyms, as the penguin has. Follow all of them.

shortest way, depth by the first, depth by the last:
    ? A word has two ways up, and they are not equally long. Which one says how deep it is?
    @ exercises.ipynb, the text of this exercise
    ! A word stands below each of its hypernyms, so it is deeper than the deepest of them.

depth from 0:
    ? What is the depth of a word that has no hypernym?
    @ exercises.ipynb, the text of this exercise
    ! Depth counts words, not lines: the topmost word is one of them.

nearest:
    ? Of the words above both, is the first one that you meet always the deepest?
    @ 1_what_a_thesaurus_gives.ipynb, section "A search that takes the first path"
    ! Near and deep are two things, where a word has a short way up and a long one. Look at all
      words above both before you choose.

highest:
    ? Which word lies above nearly all words? Does it tell two of them apart?
    @ 1_what_a_thesaurus_gives.ipynb, section "Path similarity"
    ! Of the words above both, the deepest one says most.

not itself:
    ? Where do a word and its own hypernym meet?
    @ exercises.ipynb, the text of this exercise
    ! Here a word also lies above itself. So a word is as like itself as can be.

no factor 2:
    ? How alike is a word to itself?
    @ 1_what_a_thesaurus_gives.ipynb, section "Path similarity"
    ! Below stand two depths, so the one above must count twice, or a word is half like itself.

path similarity:
    ? Two siblings far up, two siblings far down: does your number tell them apart?
    @ 1_what_a_thesaurus_gives.ipynb, section "What it lacks"
    ! Count how deep the meeting place lies, and not how many lines lead there.

nothing in common is 1:
    ? Two words have no word above both. Are they alike?
    @ 1_what_a_thesaurus_gives.ipynb, section "What it lacks"
    ! Words that meet nowhere, as "car" and "drive", have nothing in common.
"""
)

NAME = "the similarity"
PAPER = {
    "thing": [],
    "food": ["thing"],
    "plant": ["thing"],
    "tree": ["plant"],
    "bread": ["food"],
    "oak": ["tree"],
    "olive": ["food", "tree"],
}
# A long way up and a short one; two tops; hypernyms that matter stand first, or last.
PATTERN = {
    "a": [],
    "b": ["a"],
    "c": ["b"],
    "d": ["c"],
    "e": ["a", "d"],
    "f": ["c", "a"],
    "g": ["e", "f"],
    "h": ["a", "c"],
    "p": [],
    "q": ["p"],
}
PAIRS = ["ef", "fe", "eh", "hf", "gh", "gg", "ce", "ea", "aa", "bh", "gd", "qh", "bq", "pq", "fg"]


def depth(hypernyms, word, choose=max):
    return 1 + choose((depth(hypernyms, up, choose) for up in hypernyms[word]), default=0)


def rings(hypernyms, word):
    """All words above a word, itself the first, the nearest first."""
    found = [word]
    for at in found:
        found += [up for up in hypernyms[at] if up not in found]
    return found


def lines_between(hypernyms, v, u):
    """Lines on the shortest path, up and down; None where there is none."""
    ring, seen = {v}, set()
    for n in range(len(hypernyms) + 1):
        if u in ring:
            return n
        seen |= ring
        ups = {up for word in ring for up in hypernyms[word]}
        ring = (ups | {w for w, above in hypernyms.items() if ring & {*above}}) - seen
    return None


def common_depth(hypernyms, v, u, mistake=None):
    """Twice the depth of the deepest word above both, over the sum of their depths."""
    first = {word: above[:1] for word, above in hypernyms.items()}
    last = {word: above[-1:] for word, above in hypernyms.items()}
    for_depth, for_way = {
        "first hypernym only": (first, first),
        "last hypernym only": (last, last),
        "depth by the first": (first, hypernyms),
        "depth by the last": (last, hypernyms),
        "way by the first": (hypernyms, first),
        "way by the last": (hypernyms, last),
    }.get(mistake, (hypernyms, hypernyms))
    if mistake == "path similarity":
        lines = lines_between(hypernyms, v, u)
        return {NAME: 0.0 if lines is None else 1 / (1 + lines)}
    choose = min if mistake == "shortest way" else max
    deep = {w: depth(for_depth, w, choose) - (mistake == "depth from 0") for w in hypernyms}
    of_v, of_u = rings(for_way, v), rings(for_way, u)
    if mistake == "not itself":
        of_v, of_u = of_v[1:], of_u[1:]
    shared = [word for word in of_v if word in of_u]
    if not shared:
        return {NAME: 1.0 if mistake == "nothing in common is 1" else 0.0}
    meet = max(deep[word] for word in shared)
    if mistake == "nearest":
        meet = deep[shared[0]]
    elif mistake == "highest":
        meet = min(deep[word] for word in shared)
    both = deep[v] + deep[u]
    return {NAME: (1 if mistake == "no factor 2" else 2) * meet / both if both else np.nan}


@exercise(1, "Where two words meet", 12)
def check_common_depth(similarity, rng):
    def steps(hypernyms, v, u):
        given = copy.deepcopy(hypernyms)
        got = similarity(given, v, u)
        if given != hypernyms:
            what = "your code changes its input `hypernyms`: work on a copy"
            raise AnswerError(what, name="input changed")
        yield NAME, got

    problems = [
        {"hypernyms": PAPER, "v": v, "u": u}
        for v, u in (("olive", "oak"), ("olive", "bread"), ("oak", "bread"), ("tree", "oak"))
    ]
    names = dict(zip(PATTERN, rng.permutation([*"abcdefghij"]).tolist(), strict=True))
    order = rng.permutation([*PATTERN]).tolist()
    for words in (order, [*PATTERN][::-1]):  # hypernyms may stand behind the words below them
        graph = {names[word]: [names[up] for up in PATTERN[word]] for word in words}
        problems += [{"hypernyms": graph, "v": names[v], "u": names[u]} for v, u in PAIRS]
    judge(problems, steps, common_depth, HINTS)
    return "words that meet far down are more alike than words that meet far up"
