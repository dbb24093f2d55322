"""Exercise 4: skip-gram's loss with a weight for each place of the window."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week15.shared import BRICKS

__all__ = ["HINTS", "check_far_counts_less"]

HINTS = read_hints(
    """
no weights:
    ? What does your layer do with the weights?
    @ exercises.ipynb, the equation of this exercise
    ! Each guess costs its logarithm times the weight of its place.

weights not back:
    ? The loss of a far context counts half. How much does its gradient count?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! A factor of a loss is a factor of its gradient.

C for the weights:
    ? How often does the model's own probability come into the sum over the contexts, and with
      which factors?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! In the lesson each of the C ways brought it once. Here each way brings it with its weight.

y once:
    ? Do the gradients of an example's scores add up to 0?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! Every way brings the probabilities along, not only the first one.

divided by the weights:
    ? What does the equation divide by?
    @ exercises.ipynb, the equation of this exercise
    ! By the number of examples, and by nothing else. The weights need not add up to anything.

a mean over the contexts:
    ? Do the losses of an example add up, or is their mean taken?
    @ 3_skipgram.ipynb, section "One word, C answers"
    ! A product of probabilities became a sum of logarithms. Only the batch is averaged.

repeated context:
    ? The same word stands at two places of one window. What does its score receive?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! Each place takes away its weight, also when the word is the same.

last labels only:
    ? Backward answers for which of the C contexts?
    @ 3_skipgram.ipynb, section "The obvious code, and what it forgets"
    ! A memory that is written C times holds the last one. Keep all of them.

farthest first:
    ? Which column of `contexts` belongs to the first weight?
    @ exercises.ipynb, the text of this exercise
    ! Column c and weight c belong together.

no 1/N:
    ? The loss is a mean over the batch. Did the mean come back?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! What divides on the way forward divides on the way back.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ 3_skipgram.ipynb, section "One word, C answers"
    ! The N examples of a batch are averaged.

turned round:
    ? A context has too small a probability. Must the gradient of its score be positive?
    @ 3_skipgram.ipynb, section "One score goes C ways"
    ! Descent goes against the gradient: where a score should rise, the gradient is negative.

upstream:
    ? What do you do with the number that arrives from above?
    @ 3_skipgram.ipynb, section "The class"
    ! Every backward pass begins with `dout`, also when it is 1 most of the time.
"""
)


def far_counts_less(weight, s, contexts, dout, mistake=None):
    """The loss and ds."""
    (N, V), C = s.shape, len(weight)
    s = s.astype(float)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    a = weight[::-1] if mistake == "farthest first" else weight
    if mistake == "no weights":
        a = np.ones(C)
    elif mistake == "divided by the weights":
        a = a / a.sum()
    elif mistake == "a mean over the contexts":
        a = a / C
    costs = -np.log(np.take_along_axis(y, contexts, axis=1))  # (N, C)
    loss = (a * costs).sum() / (1 if mistake == "not a mean" else N)
    if mistake == "weights not back":
        a = np.ones(C)
    onehot = np.eye(V)[contexts]  # (N, C, V)
    if mistake == "last labels only":
        onehot[:] = onehot[:, -1:]
    labels = (a[:, None] * onehot).sum(axis=1)  # (N, V)
    if mistake == "repeated context":
        labels = 0 * y
        for c in range(C):  # an assignment: the last place wins
            labels[np.arange(N), contexts[:, c]] = a[c]
    often = {"C for the weights": C, "y once": 1}.get(mistake, a.sum())
    ds = (often * y - labels) * dout / N
    if mistake in ("no 1/N", "not a mean"):
        ds = ds * N
    elif mistake == "turned round":
        ds = -ds
    elif mistake == "upstream":
        ds = ds / dout
    return {"the loss": loss, "ds": ds}


@exercise(4, "Far contexts count less", 12)
def check_far_counts_less(FarCountsLess, rng):
    def steps(weight, s, contexts, dout):
        layer = FarCountsLess(weight)
        yield "the loss", layer.forward(s, contexts)
        yield "ds", layer.backward(dout)

    def problem(contexts, dtype=float):
        contexts = rng.permutation(6)[np.array(contexts)]
        C = contexts.shape[1]
        weight = (rng.permutation(1 + np.arange(C)) / 4).astype(dtype)  # all differ
        s = numbers(rng, (len(contexts), 6), dtype)
        return {"weight": weight, "s": s, "contexts": contexts, "dout": 0.7}

    paper = {
        "weight": np.array([0.5, 1, 1, 0.5]),
        "s": np.log([[1.0, 2, 5]]),
        "contexts": np.array([[1, 2, 2, 0]]),
        "dout": 1,
    }
    problems = [
        paper,
        problem([[0, 1, 0, 2], [2, 3, 1, 1], [4, 0, 3, 5]]),
        problem([[0, 5], [5, 0], [2, 2], [5, 1]]),
        problem([[1, 1, 1]]),
        problem([[0, 1, 0, 2], [2, 3, 1, 1]], FLOAT32),
    ]
    judge(problems, steps, far_counts_less, HINTS, BRICKS, ROUNDING)
    return "each place pays its weight, and its gradient does too"
