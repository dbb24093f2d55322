"""Exercise 3: CBOW whose input side and output side are one matrix."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept
from common.checks.week15.shared import BRICKS, SHARED

__all__ = ["HINTS", "check_one_matrix"]

HINTS = SHARED | read_hints(
    """
output side only:
    ? Which ways does the matrix go to the loss? How many gradients did you write?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! The rows of the contexts are rows of the same matrix, and h is made of them.

input side only:
    ? Which ways does the matrix go to the loss? How many gradients did you write?
    @ 2_two_gradients.ipynb, section "The output side"
    ! The scores read every row of the matrix, also those that are no context.

mean of both sides:
    ? Two ways lead from one number to the loss. Is the slope their mean?
    @ 2_two_gradients.ipynb, section "Two repairs"
    ! By the chain rule the gradients of all ways add up.

1/C lost:
    ? By how much does h move when one of C contexts moves by 1?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! What divides on the way forward divides on the way back.

1/C on both sides:
    ? Through which of the two ways does the mean lie?
    @ 2_two_gradients.ipynb, section "The output side"
    ! The scores use the rows as they are; only the contexts are averaged.

a sum:
    ? Is h a mean or a sum?
    @ 1_predict_a_word.ipynb, section "From two contexts to one vector"
    ! A bag is the mean of its rows.

last context only:
    ? How many contexts does a question have, and how many of them receive a gradient?
    @ 2_two_gradients.ipynb, section "The obvious code, and what it loses"
    ! All contexts receive the same, and what one place writes must not wipe out another's.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ 2_two_gradients.ipynb, section "Where we start"
    ! What divides on the way forward divides on the way back.

not a mean:
    ? Twice the same batch, one below the other: is your loss still the same?
    @ 1_predict_a_word.ipynb, section "What training makes large"
    ! The loss of a batch is the mean over its questions.

turned round:
    ? The right word has too small a probability. Must the gradient of its score be positive?
    @ 2_two_gradients.ipynb, section "Where we start"
    ! Descent goes against the gradient: where a score should rise, the gradient is negative.

upstream:
    ? What do you do with the number that arrives from above?
    @ 2_two_gradients.ipynb, section "The class"
    ! Every backward pass begins with `dout`, and all that it writes carries it.
"""
)


def one_matrix(W, onehot, target, onehot_2, target_2, dout, mistake=None):
    """The loss and dW of two batches, one after the other."""
    made, gradients = {}, []
    for when, x, i in (("", onehot, target), (" of the second batch", onehot_2, target_2)):
        (N, C, V), bag = x.shape, x.sum(axis=1).astype(float)  # (N, V)
        h = bag @ W / (1 if mistake == "a sum" else C)
        s = h @ W.T
        e = np.exp(s - s.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(y[np.arange(N), i]).mean() * (N if mistake == "not a mean" else 1)
        ds = (y - np.eye(V)[i]) / (1 if mistake in ("no 1/N", "not a mean") else N)
        ds = ds * (1 if mistake == "upstream" else dout)
        if mistake == "turned round":
            ds = -ds
        back = x[:, -1].astype(float) if mistake == "last context only" else bag
        out, into = ds.T @ h, back.T @ (ds @ W)
        if mistake not in ("1/C lost", "a sum"):
            into = into / C
        if mistake == "1/C on both sides":
            out = out / C
        dW = {"output side only": out, "input side only": into}.get(mistake, out + into)
        if mistake == "mean of both sides":
            dW = dW / 2
        gradients.append(dW)
        if mistake == "not cleared":
            dW = sum(gradients)
        elif mistake in ("not in place", "no gradient"):
            dW = 0 * dW
        made |= {f"the loss{when}": loss, f"dW{when}": dW}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "One matrix for both sides", 14)
def check_one_matrix(OneMatrixCBOW, rng):
    def steps(W, onehot, target, onehot_2, target_2, dout):
        model = OneMatrixCBOW(W)
        (dW,) = model.grads
        for when, x, i in (("", onehot, target), (" of the second batch", onehot_2, target_2)):
            yield f"the loss{when}", model.forward(x, i)
            model.backward(dout)
            yield f"dW{when}", dW
            yield f"the array in grads{when}", kept([model.grads[0]], [dW])

    def rows(contexts, V):
        return np.eye(V, dtype=np.int32)[np.array(contexts)]

    def problem(first, second, dtype=float):
        """The last word of a question is its target."""
        word = rng.permutation(7)
        first, second = word[np.array(first)], word[np.array(second)]
        return {
            "W": rng.standard_normal((7, 3)).astype(dtype),
            "onehot": rows(first[:, :-1], 7),
            "target": first[:, -1],
            "onehot_2": rows(second[:, :-1], 7),
            "target_2": second[:, -1],
            "dout": 0.7,
        }

    paper = {
        "W": np.array([[1.0], [1.0], [1 + np.log(2)]]),
        "onehot": rows([[0, 1]], 3),
        "target": np.array([2]),
        "onehot_2": rows([[2, 1]], 3),
        "target_2": np.array([0]),
        "dout": 1,
    }
    problems = [
        paper,
        problem([[0, 1, 0, 2, 3], [2, 3, 1, 1, 0], [4, 0, 3, 2, 3]], [[5, 6, 4, 5, 1]]),
        problem([[0, 6, 3], [6, 0, 1], [2, 0, 2], [6, 6, 0]], [[1, 4, 5], [3, 5, 4]]),
        problem([[0, 1, 0, 2, 3], [2, 3, 1, 1, 0]], [[5, 6, 4, 4, 6], [1, 2, 3, 4, 5]], FLOAT32),
    ]
    judge(problems, steps, one_matrix, HINTS, BRICKS, ROUNDING)
    return "one matrix, two ways to the loss, and both come back"
