"""Exercise 6: how the probabilities follow when all scores move a little."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_pushed"]

HINTS = read_hints(
    """
own score only:
    ? Add up your moves along the classes. What must come out, and why?
    @ 3_scores_to_probabilities.ipynb, section "When a score moves, all probabilities move"
    ! A probability also follows the scores of the other classes.

own score left out:
    ? All scores get the same push. What do the probabilities do, and what does your answer say?
    @ 3_scores_to_probabilities.ipynb, section "When a score moves, all probabilities move"
    ! The class itself is among those that push: its own slope has another form.

plain mean:
    ? Add up your moves along the classes. Do they come to 0?
    @ 3_scores_to_probabilities.ipynb, section "When a score moves, all probabilities move"
    ! What is taken away is a mean in which a probable class counts more.

not times y:
    ? A class has the probability 0. How far can it move?
    @ 3_scores_to_probabilities.ipynb, section "When a score moves, all probabilities move"
    ! Every slope of a probability has that probability as a factor.

sum of the batch:
    ? Does the first example move otherwise when the second one gets another push?
    @ 3_scores_to_probabilities.ipynb, section "A batch: each row by itself"
    ! One sum for each example, along its classes.

sign turned:
    ? Only one score rises. Which way does its own probability go?
    @ 3_scores_to_probabilities.ipynb, section "When a score moves, all probabilities move"
    ! A class whose score rises wins, and the others lose.
"""
)


def pushed(y, push, mistake=None):
    y, push = y.astype(float), push.astype(float)
    shared = (y * push).sum(axis=1, keepdims=True)
    if mistake == "own score only":
        return {"the move": y * (1 - y) * push}
    if mistake == "own score left out":
        return {"the move": -y * (shared - y * push)}
    if mistake == "not times y":
        return {"the move": push - shared}
    if mistake == "plain mean":
        shared = push.mean(axis=1, keepdims=True)
    elif mistake == "sum of the batch":
        shared = (y * push).sum()
    move = y * (push - shared)
    return {"the move": -move if mistake == "sign turned" else move}


@exercise(6, "All scores move", 10)
def check_pushed(answer, rng):
    def steps(y, push):
        yield "the move", answer(y, push)

    def problem(N, V, kind=float):
        e = np.exp(rng.standard_normal((N, V)))
        made = {"y": (e / e.sum(axis=1, keepdims=True)).astype(kind)}
        made["push"] = (numbers(rng, (N, V)) / 100).astype(kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    small = {"y": np.array([[0.5, 0.3, 0.2]]), "push": np.array([[0.04, 0.0, -0.01]])}
    sure = {"y": np.array([[1.0, 0.0], [0.25, 0.75]]), "push": np.array([[0.02, 0.01], [0.02, 0]])}
    problems = [small, problem(1, 4), sure, problem(4, 3), problem(3, 3), problem(5, 7, FLOAT32)]
    judge(problems, steps, pushed, HINTS)
    return "what some classes win, the others lose"
