"""Exercise 6: how many words a list needs before a difference of hits says something."""

import math

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_words_needed"]

HINTS = read_hints(
    """
root left out, root left out of one:
    ? Four times as many words: is the spread four times as large?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! What adds up over the words is the square of the spread.

misses forgotten:
    ? Every word is a hit: by how much does the number of hits vary then?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! Both count, how probable a hit is and how probable a miss.

shares for hits:
    ? Is the spread a number of hits, or a part of the list?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! The number of words multiplies; nothing divides by it.

spreads added:
    ? Must chance push both numbers apart as far as it can, both at once?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! The squares of the two spreads add up, not the spreads.

taken away:
    ? Two models that are equally good: is their difference always 0?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! Chance plays with both numbers, also in a difference: what it does adds up.

the first one twice:
    ? Are both models hit with the same probability?
    @ exercises.ipynb, the text of this exercise
    ! The lesson could take the same spread twice. Here each model has its own.

one model only:
    ? How many of the two numbers of hits vary by chance?
    @ 4_where_the_meaning_is.ipynb, section "One score for all"
    ! A difference has two numbers in it.

rounded down:
    ? Is the difference large enough with your number of words, or only with one word more?
    @ exercises.ipynb, the text of this exercise
    ! A list has whole words, and the last piece of a word needs one more.

one spread:
    ? How many spreads does the caller ask for?
    @ exercises.ipynb, the text of this exercise
    ! The argument says how sure one wants to be.

spreads not squared:
    ? Twice as many spreads: does it take twice as many words?
    @ exercises.ipynb, the text of this exercise
    ! The difference grows with the words, the spread with their root. Solve for the words, and
      square what stands beside the root.
"""
)


def words_needed(p, q, words, times, mistake=None):
    """The spread of the difference of hits, and the smallest list that shows it."""
    one, other = p * (1 - p), q * (1 - q)  # squares of the spreads, for one word
    if mistake == "misses forgotten":
        one, other = p, q
    elif mistake == "the first one twice":
        other = one
    elif mistake == "one model only":
        other = 0
    square = one + other
    if mistake == "spreads added":
        square = (math.sqrt(one) + math.sqrt(other)) ** 2
    elif mistake == "taken away":
        square = abs(one - other)
    spread = math.sqrt(words * square)
    if mistake in ("root left out", "root left out of one"):
        spread = words * square
    elif mistake == "shares for hits":
        spread = spread / words
    sure = {"one spread": 1, "spreads not squared": math.sqrt(times)}.get(mistake, times)
    exact = sure**2 * square / (p - q) ** 2
    if mistake == "root left out":
        exact = sure * square / abs(p - q)
    least = math.ceil(exact)
    if mistake == "rounded down":
        least = math.floor(exact)
    return {"the spread of the difference": spread, "the number of words": least}


@exercise(6, "How many words does it take?", 12)
def check_words_needed(spread_of_difference, needed, rng):
    def steps(p, q, words, times):
        yield "the spread of the difference", spread_of_difference(p, q, words)
        yield "the number of words", needed(p, q, times)

    def problem(p, q, times):
        """Before it is rounded up, the number of words is far from a whole one."""
        return {"p": p, "q": q, "words": int(rng.integers(10, 200)), "times": times}

    p, q = rng.permutation([0.72, 0.5])
    problems = [
        {"p": 0.9, "q": 0.65, "words": 15, "times": 2},
        problem(float(p), float(q), 3.5),
        problem(0.81, 0.7, 3),
        problem(0.3, 0.85, 1.5),
        problem(0.91, 0.87, 2),
        problem(0.28, 0.75, 3),
        problem(1.0, 0.72, 2.3),
    ]
    judge(problems, steps, words_needed, HINTS, tolerance=(1e-6, 1e-9))
    return "a list long enough, and not a word longer"
