"""Exercise 3: a loss with a weight for each question."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32
from common.checks.week16.batches import BRICKS, SHARED
from common.functions import sigmoid

__all__ = ["HINTS", "check_weighted_loss"]

HINTS = SHARED | read_hints(
    """
naive logarithm, 1e-7 inside:
    ? What does the computer store for the sigmoid of 90, and what is 1 minus that?
    @ 3_y_minus_t.ipynb, section "The cliff"
    ! Do not go through y. Work with the score itself, and let no exponent be positive.

log of 1 + z:
    ? What is 1 + 1e-18 in a computer?
    @ 3_y_minus_t.ipynb, section "A form that does not break"
    ! A tiny number is lost as soon as a 1 is added. NumPy has a function for this sum's logarithm.

mean of all, loss averaged only:
    ? How many examples does the batch have, and by how much did you divide?
    @ 3_y_minus_t.ipynb, section "The first loss is known before the first step"
    ! The mean runs over the N examples. The questions of one example add up.

sum of weights:
    ? What happens to the loss if all weights are doubled?
    @ exercises.ipynb, the equation of this exercise
    ! The equation divides by the number of examples, whatever the weights are.

no weight in the loss:
    ? Two questions with the same score and label, and the weights 1 and 2. Which costs more?
    @ exercises.ipynb, the equation of this exercise
    ! The weight multiplies the loss of its question.

no weight in dx:
    ? A question counts twice. How steep is its loss?
    @ 3_y_minus_t.ipynb, section "By calculus, in two lines"
    ! A constant factor of the loss is a factor of its gradient too.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ 3_y_minus_t.ipynb, section "The layer, whole"
    ! What divides on the way forward divides on the way back.

turned round:
    ? The label is 1 and the answer is too small. Must the gradient be positive or negative?
    @ 3_y_minus_t.ipynb, section "What y − t says"
    ! Descent goes against the gradient: where the score should rise, the gradient is negative.

squared error:
    ? Which loss gives a gradient with y (1 - y) in it?
    @ 3_y_minus_t.ipynb, section "By calculus, in two lines"
    ! With this loss two factors cancel: that is why it was chosen.
"""
)


def weighted_loss(x, t, weight, dout, mistake=None):
    """The loss and dx."""
    y = sigmoid(x)
    z = np.exp(-abs(x))
    each = np.maximum(x, 0) - x * t + np.log1p(z)
    if mistake == "naive logarithm":
        each = np.where(t == 1, -np.log(y), -np.log(1 - y))
    elif mistake == "1e-7 inside":
        each = -t * np.log(y + 1e-7) - (1 - t) * np.log(1 - y + 1e-7)
    elif mistake == "log of 1 + z":
        each = np.maximum(x, 0) - x * t + np.log(1 + z)
    N = len(x)
    over = {"mean of all": x.size, "sum of weights": weight.sum()}.get(mistake, N)
    loss = (each if mistake == "no weight in the loss" else each * weight).sum() / over
    dx = (y - t) * weight * dout / over
    if mistake == "loss averaged only":
        loss = loss * N / x.size
    elif mistake == "no weight in dx":
        dx = (y - t) * dout / N
    elif mistake == "no 1/N":
        dx = dx * N
    elif mistake == "turned round":
        dx = -dx
    elif mistake == "upstream":
        dx = dx / dout
    elif mistake == "squared error":
        dx = dx * y * (1 - y)
    return {"the loss": loss, "dx": dx}


@exercise(3, "A loss with a weight for each question", 8)
def check_weighted_loss(WeightedLoss, rng):
    def steps(x, t, weight, dout):
        layer = WeightedLoss()
        yield "the loss", layer.forward(x, t, weight)
        yield "dx", layer.backward(dout)

    def problem(x, t, weight, dout=0.7, dtype=float, **more):
        x, weight = np.array(x, dtype), np.array(weight, dtype)
        return {"x": x, "t": np.array(t), "weight": weight, "dout": dout, **more}

    def random(shape, dtype=float):
        t = rng.permutation(np.arange(np.prod(shape)) % 2).reshape(shape)
        return problem(4 * rng.standard_normal(shape), t, rng.uniform(0.2, 3, shape), 0.7, dtype)

    tiny = {"_tolerance": (1e-3, 0)}  # no absolute tolerance: the loss itself is tiny
    problems = [
        problem([[0, 0], [0, 0]], [[1, 0], [1, 0]], [[1, 2], [3, 4]]),
        random((4,)),
        random((2, 3)),
        random((3, 2), FLOAT32),
        problem([90, -90], [0, 1], [1, 2]),
        problem([[1000, -1000]], [[0, 1]], [[1, 0.5]]),
        problem([40, -40], [0, 1], [2, 1], dtype=FLOAT32),
        problem([-20], [0], [2], dtype=FLOAT32, **tiny),
        problem([-40], [0], [2], **tiny),
        random((5, 1)),
    ]
    judge(problems, steps, weighted_loss, HINTS, BRICKS, tolerance=(1e-4, 1e-8))
    return "right at any score, and each question counts as much as its weight says"
