"""Exercise 5: the sum of every block of a table, by one table of totals."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_block_sums"]

HINTS = read_hints(
    """
no border:
    ? How many blocks are there, and how many do you return?
    @ 3_loops_into_products.ipynb, section "A window that slides"
    ! The totals begin with what stands before the first number: nothing. A table has such a border
      above and at the left.

corner lost:
    ? Which numbers were taken away twice?
    @ exercises.ipynb, the text of this exercise
    ! What stands above and what stands at the left overlap in a corner. It must come back once.

corner taken away:
    ? The corner was taken away twice. Must it be added or taken away once more?
    @ exercises.ipynb, the text of this exercise
    ! What was taken away once too often is given back.

exchanged:
    ? Does a height count rows or columns?
    @ 1_read_a_shape.ipynb, section "Rows and columns"
    ! Height runs along the first axis, width along the second.

one axis only:
    ? Along how many axes do your windows slide?
    @ 3_loops_into_products.ipynb, section "A window that slides"
    ! First the windows of the rows. What comes out is a table again: slide along its other axis.

side by side:
    ? Do your blocks overlap?
    @ exercises.ipynb, the equation of this exercise
    ! A block starts at every place where it fits.

mean:
    ? Does the equation divide by the size of the block?
    @ exercises.ipynb, the equation of this exercise
    ! It adds up, and divides by nothing.

narrow numbers:
    ? A pixel has one byte. Which is the largest number that a sum of pixels may reach?
    @ 1_read_a_shape.ipynb, section "One kind of number"
    ! Sums need a wider kind of number than what is added up.

a loop:
    ? How many additions does your code ask for when a block is ten times as high?
    @ 3_loops_into_products.ipynb, section "A window that slides"
    ! Totals are made once, for the whole table; then every block is a difference of totals, and
      slices give the totals of all blocks at once.
"""
)


def block_sums(x, height, width, mistake=None):
    """The sums of all blocks."""
    if mistake == "exchanged":
        height, width = width, height
    wide = x.astype(float)
    total = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    total[1:, 1:] = wide.cumsum(axis=0).cumsum(axis=1)
    if mistake == "no border":
        total = total[1:, 1:]
    a, b = total[height:, width:], total[:-height, width:]
    c, d = total[height:, :-width], total[:-height, :-width]
    made = a - b - c + d
    if mistake == "corner lost":
        made = a - b - c
    elif mistake == "corner taken away":
        made = a - b - c - d
    elif mistake == "one axis only":
        rows = np.concatenate([np.zeros((1, x.shape[1])), wide.cumsum(axis=0)])
        made = rows[height:] - rows[:-height]
    elif mistake == "side by side":
        made = made[::height, ::width]
    elif mistake == "mean":
        made = made / (height * width)
    elif mistake == "narrow numbers" and x.dtype == np.uint8:
        made = made % 256
    return {"the sums": made}


@exercise(5, "Sums of blocks", 14)
def check_block_sums(sums, rng):
    def steps(x, height, width):
        yield "the sums", sums(x, height, width)

    paper = {"x": np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), "height": 2, "width": 2}
    problems = [
        paper,
        {"x": numbers(rng, (4, 6)), "height": 2, "width": 3},
        {"x": numbers(rng, (5, 5)), "height": 3, "width": 1},
        {"x": numbers(rng, (3, 4)), "height": 3, "width": 4},
        {"x": numbers(rng, (2, 3)), "height": 1, "width": 1},
        {"x": rng.integers(100, 256, (4, 4)).astype(np.uint8), "height": 2, "width": 3},
        {"x": rng.integers(1, 9, (1, 6)), "height": 1, "width": 4},
    ]
    judge(problems, steps, block_sums, HINTS, tolerance=(1e-6, 1e-6))
    refuse_loops(HINTS["a loop"], sums=sums)
    return "four totals give the sum of any block"
