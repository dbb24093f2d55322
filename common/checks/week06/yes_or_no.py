"""Exercise 4: several right answers at once, a yes or no for each class."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_yes_or_no"]

HINTS = read_hints(
    """
only the yes:
    ? A class is wrong, and the network says yes to it. Does your loss rise?
    @ week04/1_what_is_a_loss.ipynb, section "Cross entropy, from a probability"
    ! A no has a probability too, and its logarithm counts.

through the bend twice:
    ? Is it the slope along the score that you return, or that along the probability, sent on
      once too often?
    @ week05/3_softmax_with_loss.ipynb, section "What y − t says"
    ! The slope of the logarithm and the slope of the sigmoid cancel.

softmax:
    ? Two classes are right at once. Can both have a probability near 1 in your answer?
    @ week03/1_bend_the_line.ipynb, section "A soft step: the sigmoid"
    ! Each class answers its own question, and shares nothing with the others.

slope of the squares:
    ? Which loss does your gradient belong to?
    @ week05/3_softmax_with_loss.ipynb, section "What y − t says"
    ! Here nothing of the sigmoid's slope is left over.

divided by the classes too:
    ? How many numbers does the mean of the equation run over?
    @ exercises.ipynb, the equation of this exercise
    ! Over the classes one adds up; over the examples one takes the mean.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ week05/3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! What divides on the way forward divides on the way back.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ week05/3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! The loss of a batch is the mean of its examples' losses.

turned round:
    ? The answer should be yes, and the probability is small. Must the gradient be positive or
      negative?
    @ week05/3_softmax_with_loss.ipynb, section "What y − t says"
    ! Descent goes against the gradient: where a score should rise, the gradient is negative.

probability rounded away, zero times infinity, a small number added:
    ? A score is 1000 and the answer should be no. What is one minus the probability, as stored?
    @ week04/1_what_is_a_loss.ipynb, section "What 1e-7 hides"
    ! The loss can be computed from the score, with no probability in between.

overflow:
    ? Which exponential of a score is too large to be stored?
    @ week03/1_bend_the_line.ipynb, section "A score of −89"
    ! Of a score and its negative, one has a small exponential. Use that one.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ week05/1_apples_and_a_tax.ipynb, section "One node at a time"
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.
"""
)


def yes_or_no(s, t, dout, mistake=None):
    N, V = s.shape
    s = s.astype(float)
    y = np.where(s >= 0, 1, np.exp(-abs(s))) / (1 + np.exp(-abs(s)))
    losses = np.maximum(s, 0) - s * t + np.log(1 + np.exp(-abs(s)))
    if mistake == "softmax":
        e = np.exp(s - s.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        losses = -t * np.log(y)
    elif mistake == "only the yes":
        losses = t * losses
    elif mistake == "probability rounded away":
        losses = -np.log(np.where(t == 1, y, 1 - y))
    elif mistake == "zero times infinity":
        losses = -(t * np.log(y) + (1 - t) * np.log(1 - y))
    elif mistake == "a small number added":
        losses = -np.log(np.where(t == 1, y, 1 - y) + 1e-7)
    elif mistake == "overflow":
        losses = np.log(1 + np.exp(s)) - s * t
    loss = losses.sum() / N
    ds = (y - t) * (1 if mistake == "upstream" else dout) / N
    if mistake == "only the yes":
        ds = ds * t
    elif mistake == "through the bend twice":
        ds = ds * y * (1 - y)
    elif mistake == "slope of the squares":
        ds = 2 * ds * y * (1 - y)
    elif mistake == "turned round":
        ds = -ds
    if mistake in ("no 1/N", "not a mean"):
        ds = ds * N
    if mistake == "not a mean":
        loss = loss * N
    elif mistake == "divided by the classes too":
        loss, ds = loss / V, ds / V
    return {"the loss": loss, "ds": ds}


@exercise(4, "Several right answers", 18)
def check_yes_or_no(YesOrNo, rng):
    def steps(s, t, dout):
        layer = YesOrNo()
        yield "the loss", layer.forward(s, t)
        yield "ds", layer.backward(dout)

    def problem(N, V, kind=float):
        t = np.resize([1, 0, 1, 0, 0], (N, V))  # some rows have two ones, some have none
        made = {"s": (2 * rng.standard_normal((N, V))).astype(kind), "t": rng.permutation(t)}
        made["dout"] = float(rng.uniform(1.5, 3))
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"s": np.log([[3.0, 1, 1 / 3]]), "t": np.array([[1, 1, 0]]), "dout": 1}
    far = {"s": np.array([[1000.0, -1000, 2], [-50, 40, -800]]), "dout": 1.0}
    far["t"] = np.array([[0, 1, 1], [0, 1, 1]])
    sure = {"s": np.array([[800.0, -3]]), "t": np.array([[1, 0]]), "dout": 1.0}
    problems = [paper, problem(5, 3), problem(4, 6, FLOAT32), problem(2, 4), sure, far]
    judge(problems, steps, yes_or_no, HINTS)
    return "each class answers for itself, and no score is too large"
