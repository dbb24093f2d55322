"""Exercise 5: dropout of weights in place of hidden numbers."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week08.shared import BACK

__all__ = ["HINTS", "check_drop_weights"]

HINTS = BACK | read_hints(
    """
not divided:
    ? Is the mean of the output over all masks the output without a mask?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! What stays must grow, so that the mean over all masks is what the test gives.

scaled at test time:
    ? Training divides already. What is left to do at test time?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! The mean is kept in training, so that the test needs nothing.

older form:
    ? At which of the two times should the factor act here?
    @ exercises.ipynb, the text of this exercise
    ! Your two halves fit together. But here the division stands in training.

divided by what is dropped:
    ? Nearly all weights stay. Must what stays grow much?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! Divide by the share that stays, not by the share that goes.

mask turned round:
    ? Which number of `keep` says that a weight stays?
    @ exercises.ipynb, the text of this exercise
    ! Where `keep` holds a 1, the weight stays.

no mask for W:
    ? A weight was dropped, and it wiggles a little. Does the output move?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! A dropped weight took no part, so it gets no gradient.

no mask for x:
    ? Through which weights did an input act?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! The way back goes through the same weights as the way forward, and the dropped ones are 0.

not divided on the way back:
    ? What divides on the way forward. Does it divide on the way back?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! The division is a constant factor, and a constant factor is a factor of the gradient.

variance of the mask:
    ? A weight that stays is made larger. What does a larger number do to the variance?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! A factor enters a variance by its square.

mean of the square:
    ? Does the mean of the squares already say how far the numbers lie from their mean?
    @ 4_fit_and_overfit.ipynb, section "Dropout"
    ! The variance is the mean of the squares without the square of the mean.

share turned round:
    ? All weights stay. How large is the variance then?
    @ exercises.ipynb, the text of this exercise
    ! Where nothing is dropped, nothing varies.

nothing squared:
    ? All weights turn their sign. Does the variance?
    @ 2_where_to_start.ipynb, section "The size of one sum"
    ! Each term brings its square.

square of the sum:
    ? Do all weights stay or go together?
    @ 2_where_to_start.ipynb, section "The size of one sum"
    ! The draws are independent, so the variances of the terms add up. Square first, then add.

deviation:
    ? Is it the variance that you return, or its root?
    @ exercises.ipynb, the text of this exercise
    ! The variance is the mean square of the way to the mean.

the test in between:
    ? Between training and its way back a test came. Which batch does the way back belong to?
    @ exercises.ipynb, the text of this exercise
    ! A test is only looked at. What training has kept must still be there.

the weights are lost:
    ? The next batch has another mask. Which weights does it meet?
    @ exercises.ipynb, the text of this exercise
    ! A mask holds for one batch. The weights themselves must stay.
"""
)


def drop_weights(W, p, x, keep, dout, x_2, keep_2, dout_2, mistake=None):
    W = W.astype(float)
    made, before = {}, 0
    scale = {
        "not divided": 1,
        "older form": 1,
        "divided by what is dropped": p,
    }.get(mistake, 1 - p)
    test = {"scaled at test time": 1 - p, "older form": 1 - p}.get(mistake, 1)
    share = p / (1 - p)
    if mistake == "variance of the mask":
        share = p * (1 - p)
    elif mistake == "mean of the square":
        share = 1 / (1 - p)
    elif mistake == "share turned round":
        share = (1 - p) / p
    start = W
    for when, x_n, m, d in (
        ("", x, keep, dout),
        (" of the second batch", x_2, keep_2, dout_2),
    ):
        back = np.ones_like(d) if mistake == "upstream" else d
        left = (1 - m if mistake == "mask turned round" else m) / scale
        used = W * left
        scaled = left * scale if mistake == "not divided on the way back" else left
        dx = back @ (W if mistake == "no mask for x" else W * scaled).T
        dW = x_n.T @ back
        dW = dW / scale if mistake == "no mask for W" else dW * scaled
        if mistake == "no mask for x":
            dx = dx / scale
        if mistake == "not cleared":
            before = dW = before + dW
        elif mistake == "not in place":
            dW = 0 * dW
        if mistake == "the test in between":
            dx, dW = back @ W.T, -x_n.T @ back
        made |= {f"y{when}": x_n @ used, f"dx{when}": dx, f"dW{when}": dW}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
        if mistake == "the weights are lost":
            W = used
        terms = x_n**2 @ W**2
        if mistake == "nothing squared":
            terms = x_n @ W
        elif mistake == "square of the sum":
            terms = (x_n @ W) ** 2
        variance = share * terms
        if mistake == "deviation":
            variance = np.sqrt(variance)
        made[f"the weights{when}"] = W if mistake == "the weights are lost" else start
        made[f"y of -x at test time{when}"] = -test * x_n @ W
        made[f"the variance{when}"] = variance
    return made


@exercise(5, "Drop the weights", 14)
def check_drop_weights(DropWeights, rng):
    def steps(W, p, x, keep, dout, x_2, keep_2, dout_2):
        mine = W.copy()
        layer = DropWeights(mine, p)
        grads = list(layer.grads)
        for when, x_n, m, d in (
            ("", x, keep, dout),
            (" of the second batch", x_2, keep_2, dout_2),
        ):
            yield f"y{when}", layer.forward(x_n, m)
            yield f"y of -x at test time{when}", layer.forward(-x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dW{when}", grads[0]
            yield f"the array in grads{when}", kept(layer.grads, grads)
            yield f"the weights{when}", mine
            yield f"the variance{when}", layer.variance(x_n)

    def masks(shape):
        """In each column of W some weights stay and some go, in both masks."""
        first = np.arange(shape[0])[:, None] % 2 + np.zeros((1, shape[1]), int)
        return [rng.permuted(first, axis=0) for _ in range(2)]

    def problem(N, D, H, p, kind=float):
        keep, keep_2 = masks((D, H))
        made = {"W": numbers(rng, (D, H), kind), "p": p}
        made |= {"x": numbers(rng, (N, D), kind), "keep": keep}
        made |= {"dout": numbers(rng, (N, H), kind), "x_2": numbers(rng, (2, D), kind)}
        made |= {"keep_2": keep_2, "dout_2": numbers(rng, (2, H), kind)}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "W": np.array([[1.0], [4]]),
        "p": 0.5,
        "x": np.array([[2.0, 3]]),
        "keep": np.array([[1], [0]]),
        "dout": np.array([[1.0]]),
        "x_2": np.array([[1.0, 1], [0, 2]]),
        "keep_2": np.array([[1], [1]]),
        "dout_2": np.array([[1.0], [2]]),
    }
    problems = [paper, problem(3, 4, 2, 0.2), problem(2, 5, 3, 0.7), problem(4, 3, 2, 0.3, FLOAT32)]
    judge(problems, steps, drop_weights, HINTS)
    return "the mean over all masks is what the test gives, and the variance is known"
