"""Exercise 2: im2col of one channel as an array of pixel numbers, without a loop."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_places"]

HINTS = read_hints(
    """
row of the output:
    ? One pixel down in the picture: by how much does its number grow?
    @ exercises.ipynb, the text of this exercise
    ! The pixels are counted in the picture, and its rows are longer than those of the output.

height for width:
    ? How many pixels has one row of the picture?
    @ exercises.ipynb, the text of this exercise
    ! One row down, the number grows by the width.

numbers of the padded picture:
    ? Which number has the first pixel of the picture itself?
    @ exercises.ipynb, the text of this exercise
    ! The zeros around the picture have no numbers of their own.

edge not seen:
    ? Go one pixel to the left from the first pixel of a row. Which number do you get there?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Outside of the picture the count of pixels means nothing: rows and columns have to be asked.

edge seen at one end:
    ? On how many sides do the zeros lie?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! A row or a column may lie before the picture, and it may lie behind it.

pad not taken off:
    ? At which row of the picture does the first window begin, if there are zeros above?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! The first window begins outside, before the picture.

stride forgotten:
    ? Where does the second window begin?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! The stride parts the beginnings of the windows. In a window the pixels stay neighbours.

windows down the columns:
    ? The second window: does it lie to the right of the first, or below it?
    @ exercises.ipynb, the text of this exercise
    ! Windows are counted as one reads, and so are the pixels in each of them.

filter down the columns:
    ? The second pixel of a window: does it lie to the right of the first, or below it?
    @ exercises.ipynb, the text of this exercise
    ! Windows are counted as one reads, and so are the pixels in each of them.

windows as columns:
    ? Where do the numbers of one window stand, in a row or in a column of your array?
    @ exercises.ipynb, the text of this exercise
    ! One row is one window, so that it meets the filter in a product.

zeros as the first pixel, zeros as the last pixel:
    ? Is the pixel with the number that you give to the zeros always 0?
    @ exercises.ipynb, the text of this exercise
    ! The zeros need a number that no pixel has, one behind the last.

a loop:
    ? How did the addition table of two ranges come about, without a loop?
    @ exercises.ipynb, the text of this exercise
    ! Give each of the four counts an axis of its own, and let them be added all at once.
"""
)


def places(height, width, FH, FW, stride, pad, mistake=None):
    OH = (height + 2 * pad - FH) // stride + 1
    OW = (width + 2 * pad - FW) // stride + 1
    oh, ow, fh, fw = np.ogrid[:OH, :OW, :FH, :FW]
    step = 1 if mistake == "stride forgotten" else stride
    shift = 0 if mistake == "pad not taken off" else pad
    row, column = oh * step + fh - shift, ow * step + fw - shift
    long = {"row of the output": OW, "height for width": height}.get(mistake, width)
    outside = (row < 0) | (row >= height) | (column < 0) | (column >= width)
    zero = height * width
    if mistake == "numbers of the padded picture":
        row, column, long = row + pad, column + pad, width + 2 * pad
    if mistake in ("numbers of the padded picture", "edge not seen"):
        outside = outside & False
    elif mistake == "edge seen at one end":
        outside = (row < 0) | (column < 0)
    elif mistake == "zeros as the first pixel":
        zero = 0
    elif mistake == "zeros as the last pixel":
        zero = -1
    found = np.where(outside, zero, row * long + column)
    if mistake == "windows down the columns":
        found = found.transpose(1, 0, 2, 3)
    elif mistake == "filter down the columns":
        found = found.transpose(0, 1, 3, 2)
    found = found.reshape(OH * OW, FH * FW)
    return {"the numbers": found.T if mistake == "windows as columns" else found}


@exercise(2, "The picture as numbers of pixels", 14)
def check_places(answer, rng):
    def steps(height, width, FH, FW, stride, pad):
        yield "the numbers", answer(height, width, FH, FW, stride, pad)

    def problem(stride, pad):
        """Sides, filter and output differ in height and width."""
        while True:
            height, width = map(int, rng.integers(5, 10, 2))
            FH, FW = map(int, rng.permutation([2, 3]))
            made = {"height": height, "width": width, "FH": FH, "FW": FW}
            made |= {"stride": stride, "pad": pad}
            long = (width + 2 * pad - FW) // stride + 1
            if height != width and long not in (width, (height + 2 * pad - FH) // stride + 1):
                return made

    paper = {"height": 3, "width": 4, "FH": 2, "FW": 2, "stride": 2, "pad": 1}
    whole = {"height": 2, "width": 3, "FH": 2, "FW": 3, "stride": 1, "pad": 0}
    judge([paper, problem(1, 0), problem(2, 2), problem(3, 1), whole], steps, places, HINTS)
    refuse_loops(HINTS["a loop"], pixel_numbers=answer)
    return "one index array, and a picture becomes the matrix of its windows"
