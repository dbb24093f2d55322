"""Exercise 5: the squared error behind a softmax."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING
from common.checks.week05.shared import BACK

__all__ = ["HINTS", "check_squares"]

HINTS = BACK | read_hints(
    """
gradient of the probabilities:
    ? Is it the gradient of the scores that you return, or that of the probabilities?
    @ 3_softmax_with_loss.ipynb, section "Back to the scores"
    ! It was the logarithm of the other loss that made everything else cancel. Here softmax is
      still to be walked back.

as a sigmoid:
    ? One score grows. Do the probabilities of the other classes stand still?
    @ 3_softmax_with_loss.ipynb, section "Back to the scores"
    ! All classes share one sum, so each score reaches each probability.

way through the sum lost:
    ? How many ways lead from an exponential to the probabilities?
    @ 3_softmax_with_loss.ipynb, section "Back to the scores"
    ! An exponential stands above the line, and in the sum below it.

way through the sum only:
    ? How many ways lead from an exponential to the probabilities?
    @ 3_softmax_with_loss.ipynb, section "Back to the scores"
    ! An exponential stands above the line, and in the sum below it.

sum of the batch:
    ? Which probabilities change when a score of the first example grows?
    @ 3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! Each example has a sum of its own.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ 3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! What divides on the way forward divides on the way back.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ 3_softmax_with_loss.ipynb, section "A batch, with ids or one-hot"
    ! The loss of a batch is the mean of its examples' losses.

divided by classes too:
    ? How many numbers does the mean of the equation run over?
    @ exercises.ipynb, the equation of this exercise
    ! Over the classes one adds up; over the examples one takes the mean.

loss without the half, nothing halved:
    ? What stands in front of the sums of the equation?
    @ exercises.ipynb, the equation of this exercise
    ! The half belongs to the loss. It is there so that the derivative of the square has no 2.

gradient with a 2:
    ? The derivative of a square brings a 2. Which factor of the equation meets it?
    @ exercises.ipynb, the equation of this exercise
    ! The half in front of the loss goes back with the gradient too.

turned round:
    ? The right class has too small a probability. Must its gradient be positive or negative?
    @ 3_softmax_with_loss.ipynb, section "What y − t says"
    ! Descent goes against the gradient: where a score should rise, the gradient is negative.
"""
)
BRICKS = "softmax", "array_module", "as_floats"


def squares(s, t, dout, mistake=None):
    """The loss and ds."""
    N, V = s.shape
    s = s.astype(float)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    away = y - np.eye(V)[t]
    loss = (away**2).sum() / (2 * N)
    dy = away * (1 if mistake == "upstream" else dout) / N
    shared = (dy * y).sum(axis=1, keepdims=True)
    ds = y * (dy - shared)
    if mistake == "gradient of the probabilities":
        ds = dy
    elif mistake == "as a sigmoid":
        ds = dy * y * (1 - y)
    elif mistake == "way through the sum lost":
        ds = y * dy
    elif mistake == "way through the sum only":
        ds = -y * shared
    elif mistake == "sum of the batch":
        ds = y * (dy - shared.sum())
    elif mistake == "turned round":
        ds = -ds
    if mistake in ("no 1/N", "not a mean"):
        ds = ds * N
    if mistake == "not a mean":
        loss = loss * N
    elif mistake == "divided by classes too":
        loss, ds = loss / V, ds / V
    if mistake in ("loss without the half", "nothing halved"):
        loss = loss * 2
    if mistake in ("gradient with a 2", "nothing halved"):
        ds = ds * 2
    return {"the loss": loss, "ds": ds}


@exercise(5, "Another loss behind softmax", 16)
def check_squares(SoftmaxWithSquares, rng):
    def steps(s, t, dout):
        layer = SoftmaxWithSquares()
        yield "the loss", layer.forward(s, t)
        yield "ds", layer.backward(dout)

    def problem(s, t, dout=0.7, kind=float):
        return {"s": np.array(s, kind), "t": np.array(t), "dout": dout}

    def random(N, V, kind=float):
        t = rng.permutation(np.arange(N) % V)  # the first and the last class; some come twice
        made = problem(rng.standard_normal((N, V)), t, kind=kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    problems = [
        problem(np.log([[1.0, 1.0, 2.0]]), [2], dout=1),
        random(5, 3),
        random(4, 4),
        random(3, 2, FLOAT32),
        problem([[1000, 999, 0], [0, -1, -1000]], [1, 0]),
    ]
    judge(problems, steps, squares, HINTS, BRICKS)
    return "softmax is walked back with another loss behind it"
