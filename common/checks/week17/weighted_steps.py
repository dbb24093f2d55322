"""Exercise 4: a loss in which the steps of a block count differently."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week17.shared import BRICKS

__all__ = ["HINTS", "check_weighted_steps"]

HINTS = read_hints(
    """
no weights:
    ? Does your loss look at the weights of the steps?
    @ exercises.ipynb, the equation of this exercise
    ! A guess at a step with a large weight costs more.

weights not back:
    ? A step has the weight 0. Can its scores change the loss?
    @ exercises.ipynb, the equation of this exercise
    ! What weighs a guess on the way forward weighs its gradient too.

divided by the count:
    ? All weights are 2 in place of 1. Should the loss change?
    @ exercises.ipynb, the equation of this exercise
    ! It is a weighted mean: below the line stands the weight of all guesses that count.

divided by all weights:
    ? Do the empty places stand below the line?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! An empty place is missing above and below, so its weight is missing too.

divided by all places:
    ? Over what does the mean go?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! The number of all places has nothing to do with it. What counts is the weight that is there.

not divided back:
    ? The loss was divided. What about its gradient?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! A number that divides the loss divides every gradient of it.

last word:
    ? Which score does NumPy give for the label -1?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! An empty place asks for no word, not for the last one either.

empty places pushed:
    ? Can the scores of an empty place change the loss?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! What has no part in the loss has the gradient 0, at every word.

nothing divided by nothing:
    ? A block may be empty. What does your code divide by then?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! Where nothing counts the loss is 0, and so is every gradient.

turned round:
    ? In which direction should the right word's score move the loss?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! A larger score of the right word makes the loss smaller.

upstream:
    ? What does backward do with the number that it is given?
    @ 3_a_batch_of_streams.ipynb, section "A loss that skips what does not count"
    ! The chain rule begins with what comes from above.
"""
)


def weighted_steps(weight, s, target, dout, mistake=None):
    """The loss and the gradient of the scores."""
    N, T, V = s.shape
    s = s.astype(float)
    e = np.exp(s - s.max(axis=2, keepdims=True))
    y = e / e.sum(axis=2, keepdims=True)
    asks = (target >= 0) | (mistake == "last word")
    rows = np.arange(N)[:, None], np.arange(T)
    onehot = np.eye(V)[target % V]
    a = np.ones(T) if mistake == "no weights" else weight.astype(float)
    share = asks * a  # (N, T)
    total = share.sum()
    if mistake == "divided by the count":
        total = asks.sum()
    elif mistake == "divided by all weights":
        total = N * a.sum()
    elif mistake == "divided by all places":
        total = N * T
    if mistake != "nothing divided by nothing" and total == 0:
        total = 1
    z = s - s.max(axis=2, keepdims=True)
    costs = np.log(np.exp(z).sum(axis=2)) - z[*rows, target % V]
    loss = (share * costs).sum() / total
    back = asks * (np.ones(T) if mistake == "weights not back" else a)
    if mistake == "empty places pushed":
        ds = (a * np.ones((N, T)))[:, :, None] * y - back[:, :, None] * onehot
    else:
        ds = back[:, :, None] * (y - onehot)
    if mistake != "not divided back":
        ds = ds / total
    if mistake == "turned round":
        ds = -ds
    return {"the loss": loss, "ds": ds * (1 if mistake == "upstream" else dout)}


@exercise(4, "Steps that count more", 18)
def check_weighted_steps(WeightedSteps, rng):
    def steps(weight, s, target, dout):
        layer = WeightedSteps(weight)
        yield "the loss", layer.forward(s, target)
        yield "ds", layer.backward(dout)

    def problem(target, weight, V=5, dtype=float):
        word = np.append(rng.permutation(V), -1)  # -1 stays what it is
        target = word[np.array(target)]
        return {
            "weight": np.array(weight, dtype),
            "s": numbers(rng, (*target.shape, V), dtype),
            "target": target,
            "dout": 0.7,
        }

    paper = {
        "weight": np.array([1.0, 3, 5]),
        "s": np.log([[[1.0, 3], [1, 3], [1, 3]]]),
        "target": np.array([[0, 1, -1]]),
        "dout": 1,
    }
    three = [[0, 1, 4, -1], [2, 2, -1, 3], [4, -1, -1, 0]]
    extreme = problem([[0, 1], [2, -1]], [0.5, 2.0])
    extreme["s"] = extreme["s"] * 10 + 1000  # exp alone would overflow
    problems = [
        paper,
        problem(three, [0.0, 0.5, 1.0, 2.5]),
        problem([[3, 4, 0], [1, -1, 2]], [3.0, 1.0, 0.2]),
        problem([[-1, 1], [-1, 3]], [2.0, 0.0]),
        problem([[-1, -1, -1]], [1.0, 2.0, 3.0]),
        extreme,
        problem(three, [0.1, 0.5, 1.0, 2.5], dtype=FLOAT32),
    ]
    judge(problems, steps, weighted_steps, HINTS, BRICKS, ROUNDING)
    return "a weighted mean over what counts, and its gradient too"
