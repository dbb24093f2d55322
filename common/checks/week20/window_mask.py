"""Exercise 4: each place sees itself and the m places before it."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_window_mask"]

HINTS = read_hints(
    """
both sides:
    ? May place 1 see place 2?
    @ 3_self_attention.ipynb, section "Hide the answer"
    ! What stands later is the answer, and stays hidden.

turned round:
    ? Which of the two numbers of the table is the place that looks?
    @ 3_self_attention.ipynb, section "Ask, be found, be read"
    ! A row belongs to the place that looks, a column to the place that it looks at.

itself left out:
    ? The first place has nothing before it. What does it see?
    @ 3_self_attention.ipynb, section "Hide the answer"
    ! Each place sees itself too.

one too few:
    ? Itself and the m before it: how many places are these?
    @ exercises.ipynb, the text of this exercise
    ! One more than m, where so many are there.

one too many:
    ? Itself and the m before it: how many places are these?
    @ exercises.ipynb, the text of this exercise
    ! One more than m, and not two more.

no window:
    ? Does the last place still see the first one?
    @ 3_self_attention.ipynb, section "The way back"
    ! Only the last m before it are left.

where not to look:
    ? What does True say in a mask of this course?
    @ 3_self_attention.ipynb, section "The way back"
    ! True is where a place may look.

first rows as long:
    ? How many places does the first row see?
    @ 3_self_attention.ipynb, section "Hide the answer"
    ! The first rows have less before them than m.

scores alone:
    ? How many products go over the pairs?
    @ 7_what_grows_with_length.ipynb, section "What more heads cost"
    ! Two: one for the scores, and one for what is read.

the whole table:
    ? Who computes a score that nobody may see?
    @ 3_self_attention.ipynb, section "The way back"
    ! Only the pairs of the mask are counted.

places for distances:
    ? How far is the last place from the first one?
    @ exercises.ipynb, the text of this exercise
    ! Count the steps between them, not the places.

rounded down:
    ? Is a part of a way the whole way?
    @ exercises.ipynb, the text of this exercise
    ! What is left over needs one layer more.

window for its reach:
    ? How far back does one layer carry a word: as many places as it sees?
    @ exercises.ipynb, the text of this exercise
    ! One of these places is the place itself.
"""
)


def window(T, m, T_long, H, mistake=None):
    """The mask, how many multiplications its pairs need in a long text, and how many layers."""
    distance = np.arange(T)[:, None] - np.arange(T)
    least, most = 0, m
    if mistake == "both sides":
        least = -m
    elif mistake == "itself left out":
        least = 1
    elif mistake == "one too few":
        most = m - 1
    elif mistake == "one too many":
        most = m + 1
    elif mistake == "no window":
        most = T
    mask = (distance >= least) & (distance <= most)
    if mistake == "turned round":
        mask = mask.T
    elif mistake == "where not to look":
        mask = ~mask
    each = {"scores alone": 1}.get(mistake, 2) * H
    rows = min(m + 1, T_long)
    pairs = rows * (rows + 1) // 2 + (T_long - rows) * (m + 1)
    if mistake == "first rows as long":
        pairs = T_long * (m + 1)
    elif mistake == "the whole table":
        pairs = T_long**2
    way = T_long if mistake == "places for distances" else T_long - 1
    reach = m + 1 if mistake == "window for its reach" else m
    layers = way // reach if mistake == "rounded down" else -(-way // reach)
    return {"the mask": mask, "the multiplications": each * pairs, "the layers": layers}


@exercise(4, "Look at the last few only", 10)
def check_window_mask(window_mask, multiplications, layers, rng):
    def steps(T, m, T_long, H):
        yield "the mask", window_mask(T, m)
        yield "the multiplications", multiplications(T_long, m, H)
        yield "the layers", layers(T_long, m)

    def problem(T, m, T_long, H=None):
        return {"T": T, "m": m, "T_long": T_long, "H": H or int(rng.integers(3, 40))}

    long = int(rng.integers(900, 2000))
    problems = [
        {"T": 5, "m": 2, "T_long": 5, "H": 4},
        problem(4, 1, 6),
        problem(1, 1, 1),
        problem(7, 3, int(rng.integers(3, 300)) * 3 + 1),
        problem(3, 5, 4),
        problem(6, 5, int(rng.integers(3, 300)) * 5 + 2),
        problem(6, 4, 4 * long),
        problem(3, 2, 2 * long + 1),
        problem(8, 2, 100_000, 128),
    ]
    judge(problems, steps, window, HINTS, tolerance=(0, 1e-6))
    return "a window costs T times its width, and layers carry further"
