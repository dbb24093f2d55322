"""Exercise 2: the mean of the contexts that are there, where some may be missing."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week15.shared import BRICKS, SHARED

__all__ = ["HINTS", "check_edge_contexts"]

HINTS = SHARED | read_hints(
    """
last word:
    ? Which row does NumPy give for the index -1?
    @ exercises.ipynb, the text of this exercise
    ! A place that is empty has no row at all: neither is it read, nor does it receive anything.

last word back:
    ? Does the row of the last word receive something from a place that is empty?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! What was not read on the way forward receives nothing on the way back.

divided by C:
    ? One word is there, and one place is empty. What is the mean of one word?
    @ exercises.ipynb, the equation of this exercise
    ! The mean runs over the words that are there, and their number differs from question to
      question.

back by C:
    ? A question has one context. Which part of its gradient does that word receive?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! What divides on the way forward divides on the way back, question by question.

a sum:
    ? Is h a mean or a sum?
    @ 1_predict_a_word.ipynb, section "From two contexts to one vector"
    ! Divide by the number of words that are there.

not divided back:
    ? By how much does h move when one of two words moves by 1?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! Every context is a part of the mean, and gets this part of its gradient.

nothing divided by nothing:
    ? What does your code do with a question that has no word at all?
    @ exercises.ipynb, the text of this exercise
    ! Nothing is there to be divided: say what h is before you divide.

repeated words:
    ? A word stands at two places of the batch. How many gradients does its row collect?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! Row v collects from every place where word v is a context; an assignment keeps the last.

words once:
    ? A word stands twice in one question. How often does it count in the mean?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! Each place counts, also when the same word stands at two of them.

averaged:
    ? Where does the equation divide by the number of questions?
    @ 2_two_gradients.ipynb, section "The input side: from h to the matrix"
    ! The loss has already divided. From here on gradients are only added up.
"""
)


def edge_contexts(W, contexts, dh, contexts_2, dh_2, mistake=None):
    """h and dW of two batches, one after the other."""
    made, gradients = {}, []
    for when, c, d in (("", contexts, dh), (" of the second batch", contexts_2, dh_2)):
        (N, C), V = c.shape, len(W)
        there = (c >= 0) | (mistake == "last word")  # (N, C)
        onehot = (c % V)[:, :, None] == np.arange(V)  # an empty place is the last word here
        counts = (onehot * there[:, :, None]).sum(axis=1).astype(float)  # (N, V)
        if mistake == "words once":
            counts = np.minimum(counts, 1)
        number = counts.sum(axis=1, keepdims=True)
        if mistake != "nothing divided by nothing":
            number = np.maximum(number, 1)
        forward = {"divided by C": C, "a sum": 1}.get(mistake, number)
        back = {"divided by C": C, "back by C": C, "a sum": 1, "not divided back": 1}
        share = counts / back.get(mistake, number)
        if mistake == "last word back":
            share = share + (onehot * ~there[:, :, None]).sum(axis=1) / number
        dW = share.T @ d
        if mistake == "averaged":
            dW = dW / N
        elif mistake == "repeated words":
            dW = 0 * W.astype(float)
            for n in range(N):
                for v in c[n][c[n] >= 0]:
                    dW[v] = d[n] / number[n]
        gradients.append(dW)
        if mistake == "not cleared":
            dW = sum(gradients)
        elif mistake in ("not in place", "no gradient"):
            dW = 0 * dW
        made |= {f"h{when}": counts @ W / forward, f"dW{when}": dW}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(2, "Words at the edge", 14)
def check_edge_contexts(EdgeContexts, rng):
    def steps(W, contexts, dh, contexts_2, dh_2):
        layer = EdgeContexts(W)
        (dW,) = layer.grads
        for when, c, d in (("", contexts, dh), (" of the second batch", contexts_2, dh_2)):
            yield f"h{when}", layer.forward(c)
            layer.backward(d)
            yield f"dW{when}", dW
            yield f"the array in grads{when}", kept([layer.grads[0]], [dW])

    def problem(first, second, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        word = np.append(rng.permutation(7), -1)  # -1 stays what it is
        first, second = word[np.array(first)], word[np.array(second)]
        return {
            "W": of(7, 3),
            "contexts": first,
            "dh": of(len(first), 3),
            "contexts_2": second,
            "dh_2": of(len(second), 3),
        }

    W = np.array([[1.0, 0], [0, 2], [0, 1], [2, 0], [0, -1], [1, 1], [3, 3]])
    paper = {
        "W": W,
        "contexts": np.array([[-1, 1], [0, 2], [5, -1]]),
        "dh": np.array([[1.0, 2], [10, 20], [100, 200]]),
        "contexts_2": np.array([[3, 4]]),
        "dh_2": np.array([[2.0, 4]]),
    }
    problems = [
        paper,
        problem([[0, 1, 0, 2], [-1, 3, 1, 1], [4, -1, -1, 0]], [[5, 6, 4, 2], [2, -1, 0, 3]]),
        problem([[-1, -1], [0, 6], [6, -1]], [[-1, 2], [-1, -1], [3, 3], [1, 5]]),
        problem([[-1, -1, 0, 1, 2, -1]], [[4, 4, 3, 5, 6, 4]]),
        problem([[0, 1, 0, 2], [-1, 3, 1, 1]], [[5, -1, 4, -1], [2, 2, 0, 3]], FLOAT32),
    ]
    judge(problems, steps, edge_contexts, HINTS, BRICKS, ROUNDING)
    return "the mean of those that are there, and nothing for an empty place"
