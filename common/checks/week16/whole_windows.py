"""Exercise 5: how many windows stay whole?"""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_whole_windows"]

HINTS = read_hints(
    """
one number a word:
    ? The same word stands in two places. Must both stay or go together?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Every place of the text is decided for itself.

numbers turned round:
    ? A word is kept with probability 0.9. How many uniform numbers lie below 0.9?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Read your comparison aloud with the probability 1.

drop for keep:
    ? Is `keep` the probability to stay, or to go?
    @ exercises.ipynb, the text of this exercise
    ! A word with the probability 1 is there in every draw.

ends:
    ? How many words has the window around the first word?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! Only a place with m words on both sides has a window.

middle word only, middle word forgotten, one side, one word short:
    ? Write down the places of one window. How many words must stay?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! A window is whole if its word AND its contexts on both sides stay.

gaps closed:
    ? Does your window close the gap where a word is gone?
    @ exercises.ipynb, the text of this exercise
    ! Look at the windows of the whole text, and ask of each if a word is missing.

all windows:
    ? A word in the middle is gone. Is its window whole?
    @ exercises.ipynb, the text of this exercise
    ! Each window has its own chance to stay whole. Add up these chances.

mean keep:
    ? Words 0.0 and 1.0 have the mean 0.5. How likely do both stay?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! The chance of a window is made of the chances of its own words. A mean forgets which they are.

each word once:
    ? A word stands in five places. How many of them do you expect to stay?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Add up over the places of the text, not over the vocabulary.
"""
)


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
    judge(problems, steps, whole_windows, HINTS)
    return "what you expect is what a draw gives on average"
