"""Exercise 2: a loss whose descent corrects as a perceptron does, and keeps a margin."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING

__all__ = ["HINTS", "check_slack"]

HINTS = read_hints(
    """
labels as signs:
    ? What does a label of 0 make of a score, if it is multiplied?
    @ week02/3_learn_from_mistakes.ipynb, section "Why it must end"
    ! The sign is 1 for one label and minus 1 for the other.

no margin:
    ? An example is right by less than the margin. Is its loss 0?
    @ exercises.ipynb, the equation of this exercise
    ! Not only mistakes cost: what is right by too little costs as well.

mask of the mistakes:
    ? Which examples have a loss above 0: those that are wrong, or more?
    @ week05/2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! The gate is open wherever its own input is above 0.

no gate:
    ? An example is right by far. Should its score still move?
    @ week05/2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! Where a ReLU gives 0 on the way forward, it lets nothing back.

uphill:
    ? An example of label 1 has too small a score. Must its gradient be positive or negative?
    @ week04/3_down_the_valley.ipynb, section "Descent, step by step"
    ! Descent goes against the gradient: where the score should rise, the gradient is negative.

slack as the gradient:
    ? The score falls by a little. Does the loss rise by more where it is large already?
    @ week03/1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! The slope of a straight piece is the same at each of its places.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ week05/3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! What divides on the way forward divides on the way back.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ week05/3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! The loss of a batch is the mean of its examples' losses.

mean of those that cost:
    ? How many examples has the batch, and by how many do you divide?
    @ exercises.ipynb, the equation of this exercise
    ! An example that costs nothing is an example too.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ week05/1_apples_and_a_tax.ipynb, section "One node at a time"
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.
"""
)


def slack(s, t, margin, dout, mistake=None):
    N, sign = len(s), 2.0 * t - 1
    s = s.astype(float)
    if mistake == "labels as signs":
        sign = 1.0 * t
    missing = (0 if mistake == "no margin" else margin) - sign * s
    costs = missing > 0
    loss = missing[costs].sum() / N
    gate = costs
    if mistake == "mask of the mistakes":
        gate = sign * s < 0
    elif mistake == "no gate":
        gate = np.ones(N)
    ds = -sign * gate * (1 if mistake == "upstream" else dout) / N
    if mistake == "uphill":
        ds = -ds
    elif mistake == "slack as the gradient":
        ds = ds * missing
    if mistake in ("no 1/N", "not a mean"):
        ds = ds * N
    if mistake == "not a mean":
        loss = loss * N
    elif mistake == "mean of those that cost":
        loss, ds = loss * N / costs.sum(), ds * N / costs.sum()
    return {"the loss": loss, "ds": ds}


@exercise(2, "A loss for the perceptron", 14)
def check_slack(WithMargin, rng):
    def steps(s, t, margin, dout):
        layer = WithMargin(margin)
        yield "the loss", layer.forward(s, t)
        yield "ds", layer.backward(dout)

    def problem(N, margin, kind=float):
        # each kind of example for each label: wrong, right by too little, right by far
        missing = np.resize([-0.7, 0.3, 1.8, 0.6, -1.4, 2.5], N) * rng.uniform(0.9, 1.1, N)
        sign = np.resize([1, 1, 1, -1, -1, -1], N)
        s, order = sign * (margin - margin * missing), rng.permutation(N)
        made = {"s": s[order].astype(kind), "t": (sign[order] > 0).astype(int), "margin": margin}
        made["dout"] = float(rng.uniform(1.5, 3))
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"s": np.array([3.0, 0.5, -1, 2]), "t": np.array([1, 1, 1, 0]), "margin": 1.0}
    paper["dout"] = 1
    problems = [paper, problem(6, 1.0), problem(7, 2.5), problem(12, 0.5, FLOAT32)]
    judge(problems, steps, slack, HINTS)
    return "mistakes push by the same amount each, and so does what is right by too little"
