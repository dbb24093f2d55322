"""Exercise 2: a column for each word on the left, and another on the right."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_sides"]

HINTS = read_hints(
    """
repeated pairs:
    ? "say" stands twice to the right of "you". How often was it counted?
    @ 2_count_the_neighbours.ipynb, section "Count fast, and lose nothing"
    ! Several pairs may belong to one place of the matrix. All of them must arrive.

sides exchanged:
    ? "you" stands to the left of "say". In whose row, and in which half, is that counted?
    @ exercises.ipynb, the text of this exercise
    ! The row belongs to the word in the middle, and the half says where the context stands.

both sides alike:
    ? Are the two halves of your matrix the same?
    @ 2_count_the_neighbours.ipynb, section "Count by hand"
    ! Each neighbour is counted once, in the half of its own side.

one half only:
    ? Which words stand to the left of "say"? Where are they in your matrix?
    @ 2_count_the_neighbours.ipynb, section "Count by hand"
    ! Each pair of neighbours is counted twice: once seen from the left word, once from the right.

interleaved:
    ? In which column does "say on the right" stand, and in which "say on the left"?
    @ exercises.ipynb, the text of this exercise
    ! All left contexts come first, and all right contexts behind them.

farthest only, one step short, nearest only:
    ? Which distances belong to a window of 2?
    @ 2_count_the_neighbours.ipynb, section "Count fast, and lose nothing"
    ! Every distance from 1 to the window counts, both ends among them.

the word itself:
    ? Is a word its own neighbour?
    @ 2_count_the_neighbours.ipynb, section "Count by hand"
    ! The window is around the word; the word in the middle is not in it.

round the corner, round the corner on the left:
    ? What stands to the left of the first word?
    @ 2_count_the_neighbours.ipynb, section "Count by hand"
    ! At the two ends the window is cut off. The end of the text is no neighbour of its beginning.

start below 0:
    ? Place 1, window 2: where does the left part of the window begin?
    @ 2_count_the_neighbours.ipynb, section "Count by hand"
    ! At the two ends the window is cut off. A place below 0 means something else in Python.
"""
)

NAME = "the matrix"


def sides(corpus, vocab_size, window_size, mistake=None):
    """Left contexts in the first V columns, right ones in the last V."""
    V, m, N = vocab_size, window_size, len(corpus)
    left, right = np.zeros((V, V)), np.zeros((V, V))
    distances = range(1, m + 1)
    if mistake == "farthest only":
        distances = range(m, m + 1)
    elif mistake == "nearest only":
        distances = range(1, 2)
    elif mistake == "one step short":
        distances = range(1, m)
    for r in distances:
        for i in range(N):
            p = i + r  # i stands to the left of p
            if mistake == "round the corner on the left" and p >= N >= r:
                left[corpus[p - N], corpus[i]] += 1
            elif mistake == "round the corner":
                p %= N
            if p >= N:
                continue
            a, b = corpus[i], corpus[p]
            right[a, b] += 1
            # what Python makes of a window's beginning that lies below 0
            if mistake != "start below 0" or i in range(N)[p - m : p]:
                left[b, a] += 1
    if mistake == "repeated pairs":
        left, right = (sum_of_ones(corpus, V, distances, side) for side in "lr")
    elif mistake == "the word itself":
        own = np.diag(np.bincount(corpus, minlength=V))
        left, right = left + own, right + own
    elif mistake == "both sides alike":
        left = right = left + right
    elif mistake == "one half only":
        left = 0 * left
    if mistake == "sides exchanged":
        left, right = right, left
    if mistake == "interleaved":
        return {NAME: np.stack([left, right], axis=2).reshape(V, 2 * V)}
    return {NAME: np.hstack([left, right])}


def sum_of_ones(corpus, V, distances, side):
    """Counts in which, at each distance, a pair that comes several times arrives once."""
    counts = np.zeros((V, V))
    for r in distances:
        a, b = corpus[:-r], corpus[r:]
        counts[(b, a) if side == "l" else (a, b)] += 1
    return counts


@exercise(2, "Left and right apart", 10)
def check_sides(count_sides, rng):
    def steps(corpus, vocab_size, window_size):
        yield NAME, count_sides(corpus, vocab_size, window_size)

    def problem(pattern, V, m, dtype=np.int64):
        names = rng.permutation(V)
        last = names.argmax()
        names[[0, last]] = names[[last, 0]]  # word 0 gets the last id; absent ones lie below
        corpus = names[np.array(pattern)].astype(dtype)
        return {"corpus": corpus, "vocab_size": V, "window_size": m}

    paper = {"corpus": np.array([0, 1, 2, 3, 4, 1, 5, 6]), "vocab_size": 7, "window_size": 1}
    problems = [
        {"corpus": np.array([0, 1, 0, 1, 2]), "vocab_size": 3, "window_size": 1},
        paper,
        problem([0, 1, 0, 1, 2, 2, 3, 0, 1, 3, 0, 2], 6, 2),  # two words never come
        problem([0, 1, 2, 0, 1, 2, 4, 3, 3, 0, 1], 5, 3, np.int32),
        {"corpus": np.array([0, 1, 2, 1, 3]), "vocab_size": 5, "window_size": 4},  # 4 is absent
        {"corpus": np.array([2, 0, 2]), "vocab_size": 3, "window_size": 4},
    ]
    judge(problems, steps, sides, HINTS)
    return "each neighbour is counted on its own side"
