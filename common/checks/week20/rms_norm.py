"""Exercise 6: a norm that divides, and takes no mean out."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_rms_norm"]

HINTS = read_hints(
    """
mean taken out:
    ? Add 10 to all numbers of a row. Should the output change?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! Here no mean is taken out before the squares.

direct way only:
    ? A number is divided by the root. Where else does the same number stand?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! It stands in the root too, and through it reaches every output of its row.

three ways:
    ? How many ways lead from a number to the outputs of its row, without a mean that is taken
      out?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! Two: the direct one, and the one through the root. The third belongs to the layer norm.

gain lost:
    ? What multiplies on the way forward?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! The gain does, so the gradient passes through it first.

sum for mean:
    ? Twice as many numbers of the same size: should the root grow?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! Under the root stands the mean of the squares.

sum on the way back:
    ? Of the squares a mean is taken. What does each of them bring into the gradient?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! A mean divides by H, and so does its gradient.

eps outside:
    ? Where does eps stand, under the root or beside it?
    @ exercises.ipynb, the equation of this exercise
    ! Under the root.

eps left out:
    ? What comes out of a row of zeros?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! The small number under the root keeps it finite.

mean over the batch:
    ? Does another row have a say in this one?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! Each row has its own root.

not divided on the way back:
    ? Inputs ten times as large give the same output. How large is the gradient then?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! A tenth: it is divided by the root as well.

input for what was divided:
    ? What did the gain meet on the way forward?
    @ 4_a_small_transformer.ipynb, section "The layer norm"
    ! It met the numbers after the division.

mean of the rows:
    ? The gain is used by many rows. Do their gradients add up, or is it their mean?
    @ 4_a_small_transformer.ipynb, section "A small network for each place"
    ! What is used several times receives the sum.

added up:
    ? What stood in the gradient before this call came?
    @ exercises.ipynb, the text of this exercise
    ! The layer writes the gradient of this call.

not in place:
    ? The array of `grads` is known to others from the day the layer is built. Is yours still the
      same array?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.
"""
)
KEPT, NEW = "the array from the beginning", "a new array"


def rms_norm(gain, eps, x, dout, x_2, dout_2, mistake=None):
    """Two calls of one layer."""
    made, before = {}, 0
    H = len(gain)
    for when, row, above in (("", x, dout), (" of the second call", x_2, dout_2)):
        if mistake == "mean taken out":
            row = row - row.mean(axis=-1, keepdims=True)
        mean = (row**2).mean(axis=-1, keepdims=True) * (H if mistake == "sum for mean" else 1)
        if mistake == "mean over the batch":
            mean = (row**2).mean() + 0 * mean
        small = 0 if mistake == "eps left out" else eps
        root = np.sqrt(mean) + small if mistake == "eps outside" else np.sqrt(mean + small)
        hat = row / root
        made[f"y{when}"] = gain * hat
        dhat = above if mistake == "gain lost" else above * gain
        along = (dhat * hat).mean(axis=-1, keepdims=True)
        if mistake in ("sum on the way back", "sum for mean"):
            along = along * H
        elif mistake == "direct way only":
            along = 0
        elif mistake == "eps outside":
            along = along * root / np.sqrt(mean)
        elif mistake == "mean over the batch":
            along = (dhat * hat).mean()
        dx = dhat - hat * along
        if mistake in ("three ways", "mean taken out"):
            dx = dx - dhat.mean(axis=-1, keepdims=True)
        made[f"dx{when}"] = dx if mistake == "not divided on the way back" else dx / root
        each = above * (row if mistake == "input for what was divided" else hat)
        rows = each.reshape(-1, H)
        total = rows.sum(axis=0)
        if mistake == "mean of the rows":
            total = rows.mean(axis=0)
        elif mistake == "added up":
            total = before = before + total
        elif mistake == "not in place":
            total = 0 * total
        made[f"dgain{when}"] = total
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(6, "A norm without the mean", 12)
def check_rms_norm(RMSNorm, rng):
    def steps(gain, eps, x, dout, x_2, dout_2):
        layer = RMSNorm(gain, eps)
        (gradient,) = layer.grads
        for when, row, above in (("", x, dout), (" of the second call", x_2, dout_2)):
            yield f"y{when}", layer.forward(row)
            yield f"dx{when}", layer.backward(above)
            yield f"dgain{when}", gradient
            kept = len(layer.grads) == 1 and layer.grads[0] is gradient
            yield f"what stands in grads{when}", KEPT if kept else NEW

    def problem(shape, eps, dtype=float):
        of = lambda: numbers(rng, shape, dtype)
        gain = numbers(rng, shape[-1:], dtype)
        return {"gain": gain, "eps": eps, "x": of(), "dout": of(), "x_2": of(), "dout_2": of()}

    paper = {
        "gain": np.array([1.0, 2]),
        "eps": 0.0,
        "x": np.array([[1.0, 7]]),
        "dout": np.array([[1.0, 1]]),
        "x_2": np.array([[7.0, -1]]),
        "dout_2": np.array([[1.0, 2]]),
    }
    zeros = problem((2, 3), 0.25)
    zeros["x_2"][0] = 0
    problems = [
        paper,
        problem((3, 2), 0.5),
        problem((2, 3, 4), 1e-5),
        zeros,
        problem((3,), 0.1),
        problem((2, 2, 3), 1e-3, FLOAT32),
    ]
    judge(problems, steps, rms_norm, HINTS, (), ROUNDING)
    return "two ways back, and one sum less than in a layer norm"
