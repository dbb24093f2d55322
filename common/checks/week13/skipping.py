"""Exercise 2: dropout of whole blocks, beside a residual connection."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "check_skipping"]

HINTS = read_hints(
    """
not divided:
    ? What is the mean of the output over all masks, and what is it at test time?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! What takes part is made larger, so that the mean stays.

whole sum skipped:
    ? The block is skipped. What is left of the example?
    @ week10/2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! The straight way is never cut.

straight way scaled:
    ? Which of the two parts of the sum may be missing?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! Only what is dropped at times must be made larger at the other times.

scaled at test time:
    ? At test time every block takes part. What would its mean in training have been?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! The division in training has already taken care of the mean.

no straight way back:
    ? How many ways lead from an input of the sum to the loss?
    @ week10/2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! What arrives goes on unchanged, beside what comes back through the block.

mask forgotten on the way back:
    ? An example skipped the block. May the block hear of its gradient?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! The way back has the factors of the way forward.

not divided on the way back:
    ? By which number was the block's output multiplied on the way forward?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! The way back has the factors of the way forward.

masked behind the block:
    ? Which gradients do the block's own weights receive?
    @ week10/2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! The block must be told only what reaches it: first the factor, then the block.

mask as a row:
    ? Does the mask belong to examples, or to features?
    @ week01/1_read_a_shape.ipynb, section "Fits, and is wrong"
    ! One number for each row must stand as a column.

last batch's mask:
    ? Forward at test time, and then back: which examples were skipped?
    @ week08/4_fit_and_overfit.ipynb, section "Dropout"
    ! At test time nothing is skipped, also on the way back.
"""
)


class Block:
    """What a residual connection goes round: here tanh(x W), or on paper x W."""

    def __init__(self, W, bends=True):
        self.W, self.dW, self.bends = W, np.full_like(W, 7.0), bends

    def forward(self, x):
        self.x = np.array(x)
        self.y = self.x @ self.W
        if self.bends:
            self.y = np.tanh(self.y)
        return self.y

    def backward(self, dout):
        if self.bends:
            dout = dout * (1 - self.y**2)
        self.dW[...] = self.x.T @ dout
        return dout @ self.W.T

    def __repr__(self):
        return "tanh(x @ W)" if self.bends else f"x @ W with W = {self.W.tolist()}"


def skipping(block, keep, x, mask, dout, mistake=None):
    own = Block(block.W, block.bends)

    def run(mask, test):
        factor = np.ones((len(x), 1)) if test else np.asarray(mask, float)[:, None] / keep
        if test and mistake == "scaled at test time":
            factor = factor * keep
        if not test and mistake == "not divided":
            factor = factor * keep
        straight = 1.0
        if mistake == "whole sum skipped":
            straight = factor
        elif mistake == "straight way scaled":
            straight = 1.0 if test else 1 / keep
        if mistake == "mask as a row" and not test:
            factor = factor.T
        y = straight * x + factor * own.forward(x)
        back = factor
        if mistake == "mask forgotten on the way back":
            back = np.ones((len(x), 1)) if test else np.full((len(x), 1), 1 / keep)
        elif mistake == "not divided on the way back":
            back = factor if test else factor * keep
        elif mistake == "last batch's mask" and test:
            back = np.asarray(mask, float)[:, None] / keep
        handed = dout if mistake == "masked behind the block" else dout * back
        if handed.shape != x.shape:  # a mask as a row: nothing comes back
            return y, y, y
        through = own.backward(handed)
        if mistake == "masked behind the block":
            through = through * back
        dx = through + (0 if mistake == "no straight way back" else straight * dout)
        return y, dx, own.dW.copy()

    made = {}
    for when, test in (("in training", False), ("at test time", True)):
        values = run(mask, test)
        made |= dict(
            zip((f"y {when}", f"dx {when}", f"the block's dW {when}"), values, strict=True)
        )
    return made


@exercise(2, "Skip whole blocks", 16)
def check_skipping(Skipping, rng):
    def steps(block, keep, x, mask, dout):
        own = Block(block.W, block.bends)
        layer = Skipping(own, keep)
        for when, given in (("in training", mask), ("at test time", None)):
            yield f"y {when}", layer.forward(x, given)
            yield f"dx {when}", layer.backward(dout)
            yield f"the block's dW {when}", own.dW

    def problem(N, H):
        mask = rng.permutation(np.resize([1, 0, 1], N))
        made = {"block": Block(numbers(rng, (H, H))), "keep": float(rng.uniform(0.5, 0.9))}
        return made | {"x": numbers(rng, (N, H)), "mask": mask, "dout": numbers(rng, (N, H))}

    paper = {"block": Block(np.array([[3.0]]), bends=False), "keep": 0.5}
    paper |= {
        "x": np.array([[1.0], [2]]),
        "mask": np.array([1, 0]),
        "dout": np.array([[1.0], [10]]),
    }
    judge([paper, problem(3, 3), problem(5, 2), problem(4, 4)], steps, skipping, HINTS, ("Block",))
    return "skipped blocks leave the straight way, and the mean stays"
