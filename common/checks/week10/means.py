"""Exercise 6: average the answers of several networks, by mean and by log."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_means"]

HINTS = read_hints(
    """
scores averaged:
    ? Which numbers are averaged in the first mean?
    @ exercises.ipynb, the equation of this exercise
    ! First each network gives its probabilities, then one takes their mean.

probabilities averaged:
    ? Which numbers are averaged in the second mean?
    @ exercises.ipynb, the equation of this exercise
    ! It is the logarithms whose mean is taken, before anything is made a probability again.

not divided:
    ? Do your probabilities add up to 1?
    @ exercises.ipynb, the equation of this exercise
    ! The exponentials of mean logarithms add up to less than 1, unless all networks agree.

not averaged, scores summed:
    ? What happens to your answer if every network stands in the list twice?
    @ exercises.ipynb, the equation of this exercise
    ! Both are means: the number of networks is divided out.

votes:
    ? One network is sure, the other is not. Do both count alike for you?
    @ exercises.ipynb, the equation of this exercise
    ! A network gives a probability to each class, and all of it counts.

softmax over the networks:
    ? Which numbers of your array add up to 1?
    @ exercises.ipynb, the text of this exercise
    ! The probabilities of one question and one network add up to 1, over the classes.

overflow:
    ? What is the exponential of 1,000?
    @ exercises.ipynb, the text of this exercise
    ! A softmax does not change when the same number is taken from all scores of a question.

log of 0:
    ? What is the logarithm of a probability that was rounded to 0?
    @ exercises.ipynb, the text of this exercise
    ! The logarithm of a softmax can be written without the probability. And of a sum of
      exponentials one can take the largest out.

loss of the first network:
    ? How many networks are there?
    @ exercises.ipynb, the text of this exercise
    ! The first of the three numbers is a mean over all networks.

mean loss of the mean:
    ? Is the mean of the losses the loss of the mean?
    @ exercises.ipynb, the text of this exercise
    ! For the first number each network has its own loss, and then one takes their mean.

losses summed:
    ? What happens to your losses if every question is asked twice?
    @ exercises.ipynb, the text of this exercise
    ! Each of the three is a mean over the questions.

last two changed round:
    ? Which of the two can a single network spoil?
    @ exercises.ipynb, the text of this exercise
    ! The order of the three numbers is that of the text.
"""
)


def softmax(s, axis=-1):
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(s):
    s = s - s.max(axis=-1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))


def probabilities(scores, mistake):
    n, V = len(scores), scores.shape[2]
    y = softmax(scores)
    if mistake == "softmax over the networks":
        y = softmax(scores, axis=0)
    elif mistake == "overflow":
        y = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    elif mistake == "votes":
        y = np.eye(V)[scores.argmax(axis=-1)]
    by_mean, by_log = y.mean(axis=0), softmax(scores.mean(axis=0))
    if mistake == "overflow":
        e = np.exp(scores.mean(axis=0))
        by_log = e / e.sum(axis=-1, keepdims=True)
    elif mistake == "scores averaged":
        by_mean = by_log
    elif mistake == "probabilities averaged":
        by_log = by_mean
    elif mistake == "not divided":
        by_log = np.exp(log_softmax(scores).mean(axis=0))
    elif mistake == "not averaged":
        by_mean = n * by_mean
    elif mistake == "scores summed":
        by_log = softmax(scores.sum(axis=0))
    return by_mean, by_log


def three(scores, t, mistake):
    at = np.arange(len(t)), t
    single = log_softmax(scores)[:, at[0], at[1]]
    largest = single.max(axis=0)
    by_mean = largest + np.log(np.exp(single - largest).mean(axis=0))
    by_log = log_softmax(scores.mean(axis=0))[at]
    if mistake == "log of 0":
        y = softmax(scores)[:, at[0], at[1]]
        single, by_mean = np.log(y), np.log(y.mean(axis=0))
        by_log = np.log(softmax(scores.mean(axis=0))[at])
    elif mistake == "overflow":
        with np.errstate(all="ignore"):
            e = np.exp(scores)
            y = (e / e.sum(axis=-1, keepdims=True))[:, at[0], at[1]]
            single, by_mean = np.log(y), np.log(y.mean(axis=0))
            e = np.exp(scores.mean(axis=0))
            by_log = np.log((e / e.sum(axis=-1, keepdims=True))[at])
    elif mistake == "loss of the first network":
        single = single[:1]
    elif mistake == "mean loss of the mean":
        single = by_mean
    elif mistake == "last two changed round":
        by_mean, by_log = by_log, by_mean
    by = np.sum if mistake == "losses summed" else np.mean
    first = -single.mean(axis=0) if single.ndim == 2 else -single
    return by(first), by(-by_mean), by(-by_log)


def means(scores, t, mistake=None):
    scores = scores.astype(float)
    by_mean, by_log = probabilities(scores, mistake)
    made = {"by mean": by_mean, "by log": by_log}
    names = "the mean loss of the networks", "the loss by mean", "the loss by log"
    return made | dict(zip(names, three(scores, t, mistake), strict=True))


@exercise(6, "Two means of answers", 13)
def check_means(by_mean, by_log, losses, rng):
    def steps(scores, t):
        yield "by mean", by_mean(scores)
        yield "by log", by_log(scores)
        single, mean, log = losses(scores, t)
        yield "the mean loss of the networks", single
        yield "the loss by mean", mean
        yield "the loss by log", log

    def problem(n, N, V, kind=float):
        made = {"scores": numbers(rng, (n, N, V), kind), "t": rng.integers(0, V, N)}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"scores": np.log(np.array([[[1.0, 1]], [[9, 1]]])), "t": np.array([1])}
    extreme = {"scores": np.array([[[1000.0, 0, 0]], [[-800, -1300, -1600]]]), "t": np.array([1])}
    problems = [paper, problem(3, 4, 5), problem(2, 2, 3), problem(4, 3, 2, FLOAT32), extreme]
    problems.append(problem(1, 3, 4))
    judge(problems, steps, means, HINTS)
    return "a mean of probabilities holds a spoiled answer, a mean of logarithms does not"
