"""Exercise 5: average pooling that keeps the rest at the edge."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week09.shared import BACK

__all__ = ["HINTS", "check_rest"]

HINTS = BACK | read_hints(
    """
always a whole window, whole window forward, whole window back:
    ? How many pixels has the last window of a row, if the picture ends before it does?
    @ exercises.ipynb, the text of this exercise
    ! A window at the edge has fewer pixels, and its mean is over those that it has.

rest left out, rest left out forward:
    ? Is each pixel of the picture in some window of yours?
    @ exercises.ipynb, the text of this exercise
    ! The last window may hang over the edge. It counts as well.

back without a division:
    ? A pixel wiggles by 1. By how much does the mean of its window move?
    @ 3_pool_and_learn.ipynb, section "Keep the largest, by hand"
    ! What divides on the way forward divides on the way back.

nothing divided:
    ? A picture that is grey everywhere: is it still as grey when it is pooled?
    @ exercises.ipynb, the text of this exercise
    ! It is a mean, and not a sum.

back to the largest:
    ? A pixel that is not the largest wiggles a little. Does the mean of its window move?
    @ 3_pool_and_learn.ipynb, section "Keep the largest, by hand"
    ! Here every pixel of a window has a part in the output, and the same part.

the maximum:
    ? Is it the largest number of the window that is due?
    @ exercises.ipynb, the text of this exercise
    ! This layer takes the mean of each window, on the way forward and back.
"""
)


def forward_backward(size, x, dout, mistake):
    N, C, height, width = x.shape
    back = np.ones_like(dout) if mistake == "upstream" else dout
    if mistake == "rest left out":
        height, width = height // size * size, width // size * size
    rows, columns = range(0, height, size), range(0, width, size)
    y, dx = np.zeros((N, C, len(rows), len(columns))), np.zeros(x.shape)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            at = ..., slice(row, row + size), slice(column, column + size)
            window = x[at]
            count = window.shape[2] * window.shape[3]
            forth = (
                size**2
                if mistake
                in (
                    "always a whole window",
                    "whole window forward",
                )
                else count
            )
            divide = size**2 if mistake in ("always a whole window", "whole window back") else count
            if mistake == "nothing divided":
                forth = divide = 1
            elif mistake == "back without a division":
                divide = 1
            y[:, :, i, j] = window.sum(axis=(2, 3)) / forth
            top = window.max(axis=(2, 3), keepdims=True)
            share = np.ones(window.shape) / divide
            if mistake in ("the maximum", "back to the largest"):
                share = window == top
            if mistake == "the maximum":
                y[:, :, i, j] = top[..., 0, 0]
            dx[at] = share * back[:, :, i, j, None, None]
    if mistake == "rest left out forward":
        y = y[:, :, : height // size, : width // size]
    return y, dx


def rest(size, x, dout, x_2, dout_2, mistake=None):
    y, dx = forward_backward(size, x, dout, mistake)
    y_2, dx_2 = forward_backward(size, x_2, dout_2, mistake)
    return {"y": y, "dx": dx, "y of the second batch": y_2, "dx of the second batch": dx_2}


@exercise(5, "The mean of what is there", 10)
def check_rest(MeanPooling, rng):
    def steps(size, x, dout, x_2, dout_2):
        layer = MeanPooling(size)
        yield "y", layer.forward(x)
        yield "dx", layer.backward(dout)
        yield "y of the second batch", layer.forward(x_2)
        yield "dx of the second batch", layer.backward(dout_2)

    def problem(N, C, height, width, size, kind=float):
        made = {"size": size}
        for end, n, h, w in (("", N, height, width), ("_2", 2, width + 1, height)):
            made[f"x{end}"] = numbers(rng, (n, C, h, w), kind)
            made[f"dout{end}"] = numbers(rng, (n, C, -(-h // size), -(-w // size)), kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "size": 2,
        "x": np.arange(1.0, 10).reshape(1, 1, 3, 3),
        "dout": np.array([[[[8.0, 4], [6, 1]]]]),
        "x_2": np.array([[[[1.0, 3]]]]),
        "dout_2": np.array([[[[2.0]]]]),
    }
    problems = [paper, problem(2, 3, 5, 7, 2), problem(1, 2, 4, 8, 3), problem(2, 2, 6, 4, 2)]
    judge([*problems, problem(3, 2, 5, 6, 4, FLOAT32)], steps, rest, HINTS)
    return "every pixel has a part in the mean of its window, at the edge too"
