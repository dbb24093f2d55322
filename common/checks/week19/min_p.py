"""Exercise 1: draw among the words that are not far behind the likeliest one."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_min_p"]

HINTS = read_hints(
    """
before the temperature:
    ? Which probabilities did you compare: those before the temperature, or those after it?
    @ exercises.ipynb, the text of this exercise
    ! The temperature comes first, and what it made is cut.

not renormalised:
    ? What do your probabilities add up to?
    @ 1_draw_the_next_word.ipynb, section "Cut the tail"
    ! What stays is divided by its own sum, so that it adds up to 1 again.

a fixed floor:
    ? If the likeliest word has 0.1, is there any word with 0.2?
    @ exercises.ipynb, the text of this exercise
    ! The share is one of the likeliest word's probability, so the floor moves with it.

best of all rows:
    ? Does a sure row have a say in what another row keeps?
    @ exercises.ipynb, the text of this exercise
    ! Each row has a likeliest word of its own.

sum of all rows:
    ? What does one row of your result add up to?
    @ exercises.ipynb, the text of this exercise
    ! Each row is a distribution of its own, and is divided by its own sum.

exactly forbidden:
    ? With a share of 1, does the likeliest word reach its own probability?
    @ exercises.ipynb, the text of this exercise
    ! A word that reaches the floor exactly stays.

multiplied:
    ? Does a low temperature make the likeliest word likelier, or less likely?
    @ 1_draw_the_next_word.ipynb, section "Temperature"
    ! Scores are divided by the temperature.

temperature on probabilities:
    ? What does the temperature divide: scores, or probabilities?
    @ 1_draw_the_next_word.ipynb, section "Temperature"
    ! It belongs to the scores. Probabilities all lie between 0 and 1, so dividing them says little.

scores compared:
    ? May a score be negative, and what is a share of it then?
    @ exercises.ipynb, the text of this exercise
    ! The share is one of a probability, and only the softmax makes probabilities of scores.

a nucleus:
    ? Does a nucleus look at one word, or at several together?
    @ 1_draw_the_next_word.ipynb, section "Cut the tail"
    ! Here each word is compared with the likeliest one, and nothing is added up.

overflow:
    ? What is the exponential of 1000?
    @ 1_draw_the_next_word.ipynb, section "Seven words, and one draw"
    ! A number that is taken from all scores of a row cancels in its softmax, so take the largest.
"""
)


def softmax(s, mistake=None):
    if mistake != "overflow":
        s = s - s.max(axis=1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=1, keepdims=True)


def min_p(scores, temperature, share, mistake=None):
    """The probabilities after temperature and cut, a row for each row of scores."""
    s = scores.astype(float)
    if mistake == "temperature on probabilities":
        s = softmax(s)
    s = s * temperature if mistake == "multiplied" else s / temperature
    p = softmax(s, mistake)
    compared = {"before the temperature": softmax(scores.astype(float)), "scores compared": s}
    compared = compared.get(mistake, p)
    best = compared.max(axis=None if mistake == "best of all rows" else 1, keepdims=True)
    floor = share if mistake == "a fixed floor" else share * best
    stays = compared > floor if mistake == "exactly forbidden" else compared >= floor
    if mistake == "a nucleus":
        order = np.argsort(-p, axis=1, kind="stable")
        likely = np.take_along_axis(p, order, axis=1)
        np.put_along_axis(stays, order, likely.cumsum(axis=1) - likely < share, axis=1)
    p = p * stays
    if mistake == "sum of all rows":
        p = p / p.sum()
    elif mistake != "not renormalised":
        p = p / p.sum(axis=1, keepdims=True)
    return {"the probabilities": p}


def clear(weights, temperature, share):
    """Whether no word is so near to the floor that rounding decides."""
    p = (weights / weights.max(axis=1, keepdims=True)) ** (1 / temperature)
    return abs(p / share - 1).min() > 0.02


@exercise(1, "A share of the best", 10)
def check_min_p(answer, rng):
    def steps(scores, temperature, share):
        yield "the probabilities", answer(scores, temperature, share)

    def problem(N, V, dtype=float):
        while True:
            weights = rng.uniform(1, 30, (N, V)) ** 2
            temperature, share = rng.uniform(0.6, 3), rng.uniform(0.05, 0.5)
            if clear(weights, temperature, share):
                break
        return {
            "scores": (np.log(weights) - 5).astype(dtype),
            "temperature": round(temperature, 3),
            "share": share,
        }

    ours = np.log([[1.0, 1, 16, 4, 1, 9, 4]])
    flat, steep = np.zeros(7), np.log([94.0, 1, 1, 1, 1, 1, 1])
    problems = [
        {"scores": ours, "temperature": 0.5, "share": 0.2},
        {"scores": ours, "temperature": 2.0, "share": 0.2},
        {"scores": np.array([flat, steep]), "temperature": 1.0, "share": 0.2},
        {"scores": rng.permuted(ours, axis=1) - 3, "temperature": 1.5, "share": 1.0},
        {"scores": rng.permuted(ours, axis=1) + 1000, "temperature": 0.7, "share": 0.1},
        problem(4, 6),
        problem(2, 9, FLOAT32),
    ]
    judge(problems, steps, min_p, HINTS, (), ROUNDING)
    return "the more open the draw, the more words stay"
