"""Exercise 1: shapes, starts and parameters of convolutions, before they are built."""

import math

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_plan"]

HINTS = read_hints(
    """
pad once:
    ? On how many sides of the picture are the zeros?
    @ week09/1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Above and below, left and right: each axis grows twice.

first place forgotten:
    ? A window as large as the picture: how many places has it?
    @ week09/1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Before the first jump there is a place already.

rounded up:
    ? A window would reach beyond the border. Is it counted?
    @ week09/1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Only whole windows count.

filters for channels:
    ? How many numbers are added up in one output of this layer?
    @ week08/2_where_to_start.ipynb, section "The size of one sum"
    ! The start looks at what goes into a sum, and not at how many sums there are.

one channel:
    ? Does a filter look at one channel, or at all of them?
    @ week09/1_slide_a_window.ipynb, section "Channels and filters"
    ! A filter has a window of weights for each channel, and adds all of them up.

a row of the window:
    ? How many pixels does a square window cover?
    @ week09/1_slide_a_window.ipynb, section "Channels and filters"
    ! A window has a height and a width.

no root:
    ? Is it the variance that is asked, or the standard deviation?
    @ week08/2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! The standard deviation is the root of the variance.

without a ReLU:
    ? What does a ReLU take from the mean square?
    @ week08/2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! Half is lost behind each bend, and the start makes up for it.

no biases:
    ? What does a filter add at the end?
    @ week09/1_slide_a_window.ipynb, section "Channels and filters"
    ! Each filter has one bias.

a bias for each place:
    ? Do two places of one map have biases of their own?
    @ week09/1_slide_a_window.ipynb, section "An affine layer with most weights gone"
    ! All places of a map share the numbers of their filter, the bias too.

channels of the picture:
    ? How many channels does the second layer find?
    @ week09/1_slide_a_window.ipynb, section "Channels and filters"
    ! Each filter makes a channel for the next layer.
"""
)


def plan(C, height, width, layers, mistake=None):
    shapes, starts, parameters = [], [], 0
    for K, F, stride, pad in layers:
        sizes = []
        for size in (height, width):
            free = size + (1 if mistake == "pad once" else 2) * pad - F
            places = math.ceil(free / stride) if mistake == "rounded up" else free // stride
            sizes.append(places + (mistake != "first place forgotten"))
        summed = C * F * F
        inputs = {"filters for channels": K * F * F, "one channel": F * F}.get(mistake, summed)
        if mistake == "a row of the window":
            inputs = C * F
        variance = (1 if mistake == "without a ReLU" else 2) / inputs
        starts.append(variance if mistake == "no root" else variance**0.5)
        weights = K * F * F if mistake == "one channel" else K * summed
        biases = {"no biases": 0, "a bias for each place": K * sizes[0] * sizes[1]}.get(mistake, K)
        parameters += weights + biases
        height, width = sizes
        shapes.append((K, height, width))
        if mistake != "channels of the picture":
            C = K
    return {"the shapes": np.array(shapes), "the starts": starts, "the parameters": parameters}


@exercise(1, "Plan before you build", 14)
def check_plan(answer, rng):
    def steps(C, height, width, layers):
        shapes, starts, parameters = answer(C, height, width, layers)
        yield "the shapes", [list(shape) for shape in shapes]
        yield "the starts", starts
        yield "the parameters", parameters

    def random():
        layers = [
            (int(rng.integers(2, 20)), int(rng.integers(2, 5)), int(rng.integers(1, 3)), i % 2 + 1)
            for i in range(3)
        ]
        sizes = rng.permutation([20, 27, 34])[:2]
        return {"C": 3, "height": int(sizes[0]), "width": int(sizes[1]), "layers": layers}

    problems = [
        {"C": 2, "height": 9, "width": 7, "layers": [(8, 3, 1, 1), (5, 2, 2, 0)]},
        {"C": 1, "height": 6, "width": 6, "layers": [(4, 6, 1, 0)]},
        {"C": 3, "height": 10, "width": 13, "layers": [(6, 4, 3, 2), (7, 2, 1, 1)]},
        random(),
        random(),
    ]
    judge(problems, steps, plan, HINTS)
    return "shapes, starts and parameters are known before anything is built"
