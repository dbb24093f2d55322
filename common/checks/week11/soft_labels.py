"""Exercise 5: softmax with loss under labels that are not quite sure."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING
from common.checks.week11.shared import BRICKS

__all__ = ["HINTS", "check_soft_labels"]

HINTS = read_hints(
    """
logarithm of y, 1e-7 inside:
    ? A wrong class has a part in this loss too. What does the computer store for its
      probability when the scores are far apart, and what is the logarithm of that?
    @ 3_softmax_with_loss.ipynb, section "The logarithm of nothing"
    ! Do not go through y. Write the logarithm of each probability with the scores themselves.

no largest score:
    ? What is the exponential of 1000 in a computer?
    @ 3_softmax_with_loss.ipynb, section "A score of 89"
    ! Softmax forgives a number that is taken from all scores of an example.

largest score of all:
    ? From which scores did you take the largest one: from those of an example, or of the batch?
    @ 3_softmax_with_loss.ipynb, section "From scores to probabilities"
    ! Each row is a world of its own, with a largest score of its own.

whole batch:
    ? Do the probabilities of one example add up to 1?
    @ 3_softmax_with_loss.ipynb, section "From scores to probabilities"
    ! The sum runs along the classes, once for each example.

hard labels:
    ? What does your layer do with `soft`?
    @ exercises.ipynb, the equation of this exercise
    ! The labels of the equation stand in the loss and in its gradient.

hard loss:
    ? Which labels does your loss use, and which ones your gradient?
    @ exercises.ipynb, the equation of this exercise
    ! Loss and gradient must know the same labels.

hard gradient:
    ? Which labels does your gradient use, and which ones your loss?
    @ 3_softmax_with_loss.ipynb, section "By calculus, twice"
    ! The derivation asks of the labels only that they add up to 1.

others only:
    ? How much goes to the right class when `soft` is 1?
    @ exercises.ipynb, the equation of this exercise
    ! All classes get the same share of what is taken away, the right one too.

right class without a share:
    ? Do your labels add up to 1?
    @ exercises.ipynb, the equation of this exercise
    ! All classes get the same share of what is taken away, the right one too.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ 3_softmax_with_loss.ipynb, section "A batch, and a lost 1/N"
    ! What divides on the way forward divides on the way back.

divided by classes too:
    ? How many numbers does the mean of the equation run over?
    @ 3_softmax_with_loss.ipynb, section "A batch, and a lost 1/N"
    ! Over the classes one adds up; over the examples one takes the mean.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ 3_softmax_with_loss.ipynb, section "A batch, and a lost 1/N"
    ! The loss of a batch is the mean of its examples' losses.

turned round:
    ? The right class has too small a probability. Must its gradient be positive or negative?
    @ 3_softmax_with_loss.ipynb, section "What y − t says"
    ! Descent goes against the gradient: where a score should rise, the gradient is negative.

upstream:
    ? What do you do with the number that arrives from above?
    @ 3_softmax_with_loss.ipynb, section "The layer, whole"
    ! Every backward pass begins with `dout`, also when it is 1 most of the time.
"""
)


def soft_labels(x, t, soft, dout, mistake=None):
    """The loss and dx."""
    N, V = x.shape
    hard = np.eye(V)[t]
    label = (1 - soft) * hard + soft / V
    if mistake == "others only":
        label = np.where(hard == 1, 1 - soft, soft / (V - 1))
    elif mistake == "right class without a share":
        label = np.where(hard == 1, 1 - soft, soft / V)
    elif mistake == "hard labels":
        label = hard
    naive = ("logarithm of y", "no largest score", "largest score of all", "whole batch")
    x = x if mistake in naive or mistake == "1e-7 inside" else x.astype(float)
    largest = x.max() if mistake == "largest score of all" else x.max(axis=1, keepdims=True)
    e = np.exp(x if mistake == "no largest score" else x - largest)
    Z = e.sum() if mistake == "whole batch" else e.sum(axis=1, keepdims=True)
    y = e / Z
    ln_y = x - largest - np.log(Z)
    if mistake in naive:
        ln_y = np.log(y)
    elif mistake == "1e-7 inside":
        ln_y = np.log(y + 1e-7)
    of_loss = hard if mistake == "hard loss" else label
    of_gradient = hard if mistake == "hard gradient" else label
    loss = -(of_loss * ln_y).sum() / N
    dx = (y - of_gradient) * dout / N
    if mistake == "no 1/N":
        dx = dx * N
    elif mistake == "not a mean":
        loss, dx = loss * N, dx * N
    elif mistake == "divided by classes too":
        loss, dx = loss / V, dx / V
    elif mistake == "turned round":
        dx = -dx
    elif mistake == "upstream":
        dx = dx / dout
    return {"the loss": loss, "dx": dx}


@exercise(5, "Soft labels", 12)
def check_soft_labels(SoftLabels, rng):
    def steps(x, t, soft, dout):
        layer = SoftLabels()
        yield "the loss", layer.forward(x, t, soft)
        yield "dx", layer.backward(dout)

    def problem(x, t, soft, dout=0.7, dtype=float):
        return {"x": np.array(x, dtype), "t": np.array(t), "soft": soft, "dout": dout}

    def random(N, V, dtype=float):
        t = rng.permutation(np.arange(N) % V)  # the first and the last class; some come twice
        return problem(3 * rng.standard_normal((N, V)), t, 0.3, 0.7, dtype)

    problems = [
        problem(np.log([[1.0, 2.0, 5.0]]), [1], 0.3, dout=1),
        random(5, 3),
        random(4, 4),
        random(3, 2, FLOAT32),
        problem([[2.0, -1.0, 0.5]], [2], 0.0),
        problem([[1000, 0, -1000], [0, -1000, 1000]], [0, 1], 0.3),
        problem([[1700, 1701, 1702], [-2, -1, 0]], [2, 0], 0.1),
        problem([[88, 0, -88], [0, 90, 0]], [1, 1], 0.2, dtype=FLOAT32),
        problem([[1000, 0], [0, 1000]], [0, 0], 0.0),
    ]
    judge(problems, steps, soft_labels, HINTS, BRICKS, ROUNDING)
    return "right at any score, and every class has its share"
