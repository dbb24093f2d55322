"""Exercise 6: a filter for each channel, then a mixture: its output and its cost."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_cheap"]

HINTS = read_hints(
    """
channels added up first, channels added up after:
    ? How many channels does one filter of the first step see?
    @ exercises.ipynb, the equation of this exercise
    ! In the first step each channel has a filter of its own, and stays for itself.

filter turned:
    ? The first number of a filter: does it meet the upper left pixel of its window?
    @ 1_slide_a_window.ipynb, section "The name, and what is meant"
    ! The filter lies on the window as it stands, and nothing is turned.

mixed by a mean:
    ? Where in the second equation do you see a division?
    @ exercises.ipynb, the equation of this exercise
    ! The second step is a weighted sum. Its weights need not add up to 1.

multiply-adds at one place, weights at every place:
    ? Does a picture that is twice as wide need more weights? Does it need more multiply-adds?
    @ 4_where_the_time_goes.ipynb, section "Count first"
    ! The weights are shared by all places of the output, and at every place they are used again.

first step with all channels:
    ? How many weights has the filter of one channel in the first step?
    @ exercises.ipynb, the equation of this exercise
    ! In the first step a filter has one channel, not all of them.

steps multiplied:
    ? The first step is done, and then the second one. Are the costs of both added?
    @ 4_where_the_time_goes.ipynb, section "Count first"
    ! The second step works on what the first one has left. No step is repeated inside the other.

second step forgotten:
    ? Which weights mix the channels?
    @ exercises.ipynb, the equation of this exercise
    ! The mixture has a weight for each pair of an input channel and an output channel.

second step with the filter's size:
    ? How many pixels of each channel does the second step look at, for one output?
    @ exercises.ipynb, the equation of this exercise
    ! The second step mixes the channels of one place, and sees no neighbours.
"""
)


def cheap(x, D, P, counts, mistake=None):
    """y, and what both ways cost."""
    FH, FW = D.shape[1:]
    flat = D[:, ::-1, ::-1] if mistake == "filter turned" else D
    seen = np.lib.stride_tricks.sliding_window_view(x, (FH, FW), axis=(2, 3))
    z = np.einsum("nchwuv,cuv->nchw", seen, flat)
    if mistake == "channels added up first":
        z = np.einsum("nchwuv,kuv->nkhw", seen, flat)
    elif mistake == "channels added up after":
        z = z.sum(axis=1, keepdims=True) + 0 * z
    y = np.einsum("nchw,kc->nkhw", z, P)
    if mistake == "mixed by a mean":
        y = y / len(D)
    C, K, FH, FW, OH, OW = counts
    costly, first, second = K * C * FH * FW, C * FH * FW, K * C
    if mistake == "first step with all channels":
        first *= C
    elif mistake == "second step with the filter's size":
        second = costly
    both = first + second
    if mistake == "steps multiplied":
        both = first * second
    elif mistake == "second step forgotten":
        both = first
    weights = np.array([costly, both])
    places = 1 if mistake == "multiply-adds at one place" else OH * OW
    work = weights * places
    if mistake == "weights at every place":
        weights = work
    return {"y": y, "weights": weights, "multiply-adds": work}


@exercise(6, "Two cheap steps for a costly one", 14)
def check_cheap(cheap_answer, bill, rng):
    def steps(x, D, P, counts):
        yield "y", cheap_answer(x, D, P)
        weights, work = bill(*counts)
        yield "weights", weights
        yield "multiply-adds", work

    def problem(N, C, K, FH, FW, OH, OW, kind=float):
        made = {"x": numbers(rng, (N, C, OH + FH - 1, OW + FW - 1), kind)}
        made |= {"D": numbers(rng, (C, FH, FW), kind), "P": numbers(rng, (K, C), kind)}
        made["counts"] = C, K, FH, FW, OH, OW
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "x": np.array([[[[1.0, 2, 0], [3, 4, 1]], [[0, 1, 2], [1, 0, 3]]]]),
        "D": np.array([[[1.0, 0], [0, 1]], [[0, 2], [2, 0]]]),
        "P": np.array([[1.0, 0], [1, 1], [2, -1]]),
        "counts": (2, 3, 2, 2, 1, 2),
    }
    problems = [paper, problem(2, 3, 4, 2, 3, 4, 3), problem(1, 4, 2, 3, 1, 2, 5)]
    problems += [problem(3, 5, 5, 3, 3, 3, 2, FLOAT32), problem(1, 1, 1, 2, 2, 1, 1)]
    judge(problems, steps, cheap, HINTS)
    return "look in each channel, then mix: far fewer weights, and far fewer products"
