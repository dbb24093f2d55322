"""Exercise 3: at test time, batch normalisation disappears in the convolution before it."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_disappear"]

HINTS = read_hints(
    """
divided by the variance:
    ? What is the unit of a variance, if the numbers are lengths?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! What divides is the standard deviation, the root.

no small number:
    ? A channel hardly changes. What stands below the line, exactly?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! A small number stands in the root, at test time too.

small number outside of the root:
    ? Where does the small number stand: in the root, or behind it?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! It is added to the variance, before the root.

gamma forgotten:
    ? What comes after the division?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! The normalised numbers are stretched and moved, by two numbers for each channel.

bias not scaled:
    ? The convolution's bias goes through the normalisation as well. What happens to it?
    @ week03/1_bend_the_line.ipynb, section "Without a bend, two layers are one"
    ! Everything that comes out of the convolution is scaled, its bias too.

mean not scaled:
    ? Is the mean taken away before the division, or after it?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! The mean is divided and stretched like the bias that it meets.

mean added:
    ? In which direction does the mean move the numbers?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! It is taken away.

beta scaled:
    ? Does the last of the four numbers come before the division, or behind it?
    @ week08/3_batch_normalization.ipynb, section "Forward, on three numbers"
    ! It is added at the very end, and nothing touches it.

channels for filters:
    ? Which axis of the filters makes the channels that are normalised?
    @ week09/1_slide_a_window.ipynb, section "Channels and filters"
    ! The channels behind a convolution are its filters, and each has its own numbers.

columns of the window:
    ? Along which axis of the filters was your factor stretched?
    @ week01/1_read_a_shape.ipynb, section "Two shapes meet"
    ! Shapes are compared from the right. One number for each filter needs three axes behind it.
"""
)


def disappear(W, b, gamma, beta, mean, var, mistake=None):
    b, mean, var = b.astype(float), mean.astype(float), var.astype(float)
    std = np.sqrt(var + 1e-7)
    if mistake == "divided by the variance":
        std = var + 1e-7
    elif mistake == "no small number":
        std = np.sqrt(var)
    elif mistake == "small number outside of the root":
        std = np.sqrt(var) + 1e-7
    scale = (1 if mistake == "gamma forgotten" else gamma) / std
    along = scale[:, None, None, None]
    if mistake == "channels for filters":
        along = scale[None, :, None, None]
    elif mistake == "columns of the window":
        along = scale
    bias = (b - mean) * scale + beta
    if mistake == "bias not scaled":
        bias = b - mean * scale + beta
    elif mistake == "mean not scaled":
        bias = b * scale - mean + beta
    elif mistake == "mean added":
        bias = (b + mean) * scale + beta
    elif mistake == "beta scaled":
        bias = (b - mean + beta) * scale
    return {"W": W * along, "b": bias}


@exercise(3, "A layer that disappears", 16)
def check_disappear(answer, rng):
    def steps(W, b, gamma, beta, mean, var):
        yield from zip(("W", "b"), answer(W, b, gamma, beta, mean, var), strict=True)

    def problem(K, C, F, kind=float):
        made = {"W": numbers(rng, (K, C, F, F), kind), "b": numbers(rng, K, kind)}
        made |= {name: numbers(rng, K, kind) for name in ("gamma", "beta", "mean")}
        made["var"] = rng.uniform(1.5, 4, K).astype(kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"W": np.array([6.0, -2]).reshape(2, 1, 1, 1), "b": np.array([0.0, 5])}
    paper |= {"gamma": np.array([1.0, 4]), "beta": np.array([2.0, -1])}
    paper |= {"mean": np.array([3.0, 1]), "var": np.array([9.0, 16])}
    still = problem(3, 2, 2)
    still["var"][:] = 0.25, 4e-7, 0  # channels that hardly change, or never
    problems = [paper, problem(3, 3, 3), problem(5, 2, 3), still, problem(4, 1, 5, FLOAT32)]
    judge(problems, steps, disappear, HINTS)
    return "two layers are one, and the picture does not notice"
