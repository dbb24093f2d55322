"""Exercise 3: a beam whose texts have no pair of neighbours twice."""

from itertools import pairwise

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_no_pair_twice"]

HINTS = read_hints(
    """
pairs allowed twice:
    ? Which pair of neighbours stands twice in your text?
    @ exercises.ipynb, the text of this exercise
    ! Before a beginning goes on, look which pairs it holds already.

no word twice:
    ? May a word come back, if another word stands before it?
    @ exercises.ipynb, the text of this exercise
    ! Pairs of neighbours are forbidden, and not single words.

pair back to back:
    ? Is a pair forgotten as soon as another one has come?
    @ exercises.ipynb, the text of this exercise
    ! A pair that stood anywhere in the text is used up, not only the last one.

pair of the start forgotten:
    ? The start and the first word are neighbours too. Is that pair in your list?
    @ exercises.ipynb, the text of this exercise
    ! The first pair of a text begins with the start.

pair in either order:
    ? Are "you say" and "say you" the same pair?
    @ exercises.ipynb, the text of this exercise
    ! A pair has a first word and a second one; turned round it is another pair.

one list for all:
    ? May a beginning use a pair that only another beginning has used?
    @ exercises.ipynb, the text of this exercise
    ! Each beginning has pairs of its own, and hands them on to those that continue it.

what is left rescaled:
    ? What is the probability of a word, when another one is forbidden?
    @ exercises.ipynb, the text of this exercise
    ! It stays what the table says. What is forbidden is lost.

sum:
    ? Two texts have different lengths. By which of two numbers do you compare them?
    @ 2_find_a_likely_sentence.ipynb, section "A further word never gains"
    ! By the mean for each word, since every word lowers the sum.

end not counted:
    ? The end mark has a probability in your sum. Does it count in your length?
    @ 2_find_a_likely_sentence.ipynb, section "A further word never gains"
    ! The length counts every word that has a part in the sum, and the end is one of them.

start counted:
    ? Has the start a probability in your sum?
    @ 2_find_a_likely_sentence.ipynb, section "A further word never gains"
    ! The start is given. The length counts the words behind it.

first end wins:
    ? Is the first text that ends always the best one?
    @ 2_find_a_likely_sentence.ipynb, section "The search, as it ships"
    ! An ended text is put aside, and the others go on.

only ended texts:
    ? What becomes of a beginning that has all its words, and no end?
    @ exercises.ipynb, the text of this exercise
    ! It counts as a text too.

end goes on:
    ? What may follow the end mark?
    @ 2_find_a_likely_sentence.ipynb, section "The search, as it ships"
    ! Nothing. A text that has ended leaves the beam.

filled up:
    ? Two of three are kept, and one of them ends here. How many go on?
    @ exercises.ipynb, the text of this exercise
    ! The best are taken first, with those that end; what ends then leaves its place empty.

greedy, best of each row:
    ? How many beginnings do you have after the first step?
    @ 2_find_a_likely_sentence.ipynb, section "A beam of two, by hand"
    ! As many as the width says: the best of all continuations together, and two of them may go on
      from the same beginning.

everything kept:
    ? How many texts do you keep after a step, and how many after ten?
    @ 2_find_a_likely_sentence.ipynb, section "A beam of two, by hand"
    ! Only as many as the width says. What falls out is lost, even if it would have been the best.
"""
)
# Probabilities in hundredths, a row for what follows each word; then start, end, length and
# width.  Together they tell any two of the mistakes apart, and no choice in them is a tie; the last
# one never ends.
PAPER = [[0, 80, 20], [40, 0, 60], [20, 80, 0]], 0, 0, 6, 2
TABLES = (
    ([[15, 0, 5, 80], [45, 5, 45, 5], [80, 5, 10, 5], [65, 15, 0, 20]], 0, 2, 4, 2),
    ([[5, 70, 10, 15], [5, 55, 25, 15], [15, 15, 60, 10], [0, 0, 100, 0]], 2, 0, 3, 3),
    ([[10, 55, 0, 35], [50, 30, 20, 0], [65, 25, 0, 10], [10, 55, 35, 0]], 1, 3, 4, 3),
    ([[30, 70, 0], [60, 40, 0], [50, 50, 0]], 0, 2, 3, 2),
)


def beam(table, start, end, length, width, mistake=None, gaps=None):
    """The complete texts, end counted, as words -> sum of ln p.

    ``gaps`` takes how far the last text that is kept stands above the first that falls out.
    """
    with np.errstate(divide="ignore"):
        ln_p = np.log(table)
    beginnings, ended, used = [((start,), 0.0)], {}, set()
    for _ in range(length):
        going = []
        for words, total in beginnings:
            before = set(pairwise(words))
            if mistake == "pair of the start forgotten":
                before = set(pairwise(words[1:]))
            elif mistake == "pair back to back":
                before = {words[-3:-1]}
            elif mistake == "one list for all":
                before = used
            free = [v for v in range(len(table)) if table[words[-1], v] > 0]
            if mistake == "no word twice":
                free = [v for v in free if v not in words[1:]]
            elif mistake == "pair in either order":
                free = [v for v in free if not before & {(words[-1], v), (v, words[-1])}]
            elif mistake != "pairs allowed twice":
                free = [v for v in free if (words[-1], v) not in before]
            left = np.log(sum(table[words[-1], v] for v in free)) if free else 0
            for v in free:
                each = ln_p[words[-1], v] - (left if mistake == "what is left rescaled" else 0)
                going.append(((*words, v), total + each))
        going.sort(key=lambda text: -text[1])
        if gaps is not None and len(going) > width:
            gaps.append(going[width - 1][1] - going[width][1])
        if mistake == "best of each row":
            going = list({text[0][:-1]: text for text in reversed(going)}.values())[::-1]
            going.sort(key=lambda text: -text[1])
        ends = [text for text in going if text[0][-1] == end and mistake != "end goes on"]
        stay = [text for text in going if text not in ends]
        if mistake == "filled up":
            beginnings = stay[:width]
        else:
            kept = going[: {"greedy": 1, "everything kept": None}.get(mistake, width)]
            ends = [text for text in kept if text in ends]
            beginnings = [text for text in kept if text in stay]
        used |= {words[-2:] for words, _ in beginnings + ends}
        ended |= dict(ends)
        if not beginnings or (ended and mistake == "first end wins"):
            break
    if ended and mistake in ("only ended texts", "first end wins"):
        return ended
    return ended | dict(beginnings)


def no_pair_twice(table, start, end, length, width, mistake=None):
    """The best text without its start, and its mean of ln p."""
    found = beam(table, start, end, length, width, mistake)

    def worth(words):
        number = len(words) - 1
        if mistake == "end not counted":
            number -= words[-1] == end
        elif mistake == "start counted":
            number += 1
        return found[words] / number if number else -np.inf

    best = max(found, key=found.get if mistake == "sum" else worth)
    return {"the text": list(best[1:]), "its mean": worth(best)}


def is_clear(*search):
    """Whether no two texts are so near that rounding decides.

    Two texts may have the same pairs in another order, and are then equally likely.
    """
    gaps = []
    means = sorted(total / (len(words) - 1) for words, total in beam(*search, gaps=gaps).items())
    return min([*gaps, *np.diff(means)[-1:]], default=1) > 1e-6


@exercise(3, "No pair twice", 18)
def check_no_pair_twice(search, rng):
    def steps(table, start, end, length, width):
        ids, mean = search(table, start, end, length, width)
        yield "the text", list(ids)
        yield "its mean", mean

    def problem(table, start, end, length, width):
        table = np.array(table) / 100
        return {"table": table, "start": start, "end": end, "length": length, "width": width}

    def moved(table, start, end, *rest):
        """The same words under other ids."""
        ids = rng.permutation(len(table))
        other = np.empty((len(ids), len(ids)), dtype=int)
        other[np.ix_(ids, ids)] = table
        return problem(other, int(ids[start]), int(ids[end]), *rest)

    def drawn(*rest):
        while True:
            table = rng.dirichlet(np.full(4, 0.7), 4)
            if is_clear(table, *rest):
                return problem(100 * table, *rest)

    problems = [
        problem(*PAPER),
        *(moved(*table) for table in TABLES),
        drawn(1, 3, 5, 2),
        drawn(2, 2, 6, 3),
    ]
    judge(problems, steps, no_pair_twice, HINTS, tolerance=(1e-6, 1e-9))
    return "what a text has used up stays with that text"
