"""Exercise 3: how large weights must start before a bend with two slopes."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_two_slopes"]

HINTS = read_hints(
    """
half lost:
    ? How many of the sums lie on the left, and how many on the right?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! Each side has half of the numbers, so each slope counts for one half.

slopes not squared:
    ? A slope of 3 makes numbers three times as large. And their mean square?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! It is a mean of squares that is kept, so what enters is the square of each slope.

signs cancel:
    ? The slopes are 1 on the right and minus 1 on the left. Is everything lost?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! Square first, then take the mean of both sides.

variance:
    ? Does the next layer meet the mean of its inputs, or only what is left without it?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! In a sum of products with weights of mean 0 the mean square of the inputs counts, their mean
      included.

no root:
    ? What do you return: the spread of the weights, or its square?
    @ 2_where_to_start.ipynb, section "The size of one sum"
    ! The variance of a weight is the square of its standard deviation.

as for ReLU:
    ? What does a left slope other than 0 bring?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! On the left numbers come through too, so less is lost, and the weights start smaller.

one slope for all:
    ? Which sums are met by the right slope?
    @ 2_where_to_start.ipynb, section "A ReLU halves the mean square"
    ! Only half of the sums lie on the right.

std not squared:
    ? The weights start twice as large. How many times larger is the mean square?
    @ 2_where_to_start.ipynb, section "The size of one sum"
    ! The variance of a sum has the square of the weights' spread.

directions changed round:
    ? Over which index does a forward product add up, and over which a backward one?
    @ 2_where_to_start.ipynb, section "The way back asks for the other side"
    ! Forward, a sum has one term for each input of the layer. Backward, one for each output.

back as forward:
    ? How many terms has the sum that gives the gradient of one input?
    @ 2_where_to_start.ipynb, section "The way back asks for the other side"
    ! Each input reaches every output of its layer, so on the way back the other width counts.

no bend on the way back:
    ? A gradient comes to a sum on the left of the bend. What is it multiplied by?
    @ 2_where_to_start.ipynb, section "The way back asks for the other side"
    ! The bend's slope is a factor on the way back, as it was on the way forward.

last layer only:
    ? How many layers does the network have?
    @ exercises.ipynb, the text of this exercise
    ! Each layer multiplies the mean square once more.

factors added:
    ? The first layer doubles the mean square, and the second one too. What do both together?
    @ exercises.ipynb, the text of this exercise
    ! One factor acts on what the other has left.
"""
)


def square(left, right, mistake):
    """By how much the bend multiplies the mean square."""
    if mistake == "half lost":
        return left**2 + right**2
    if mistake == "slopes not squared":
        return (abs(left) + abs(right)) / 2
    if mistake == "signs cancel":
        return ((left + right) / 2) ** 2
    if mistake == "as for ReLU":
        return right**2 / 2
    if mistake == "one slope for all":
        return right**2
    kept = (left**2 + right**2) / 2
    if mistake == "variance":
        kept -= (right - left) ** 2 / (2 * np.pi)
    return kept


def two_slopes(D, widths, std, left, right, mistake=None):
    kept = square(left, right, mistake)
    start = 1 / (D * kept)
    if mistake != "no root":
        start = start**0.5
    each = kept * (std if mistake == "std not squared" else std**2)
    ahead = [width * each for width in widths[:-1]]
    back = [width * each for width in widths[1:]]
    if mistake == "directions changed round":
        ahead, back = back, ahead
    elif mistake == "back as forward":
        back = ahead
    elif mistake == "no bend on the way back":
        back = [b / kept for b in back]
    elif mistake == "last layer only":
        ahead, back = ahead[-1:], back[-1:]
    whole = sum if mistake == "factors added" else np.prod
    return {"start": start, "forward": float(whole(ahead)), "backward": float(whole(back))}


@exercise(3, "A bend with two slopes", 13)
def check_two_slopes(start, growth, rng):
    def steps(D, widths, std, left, right):
        yield "start", start(D, left, right)
        forward, backward = growth(widths, std, left, right)
        yield "forward", forward
        yield "backward", backward

    def problem(D, widths, left, right):
        std = float(rng.uniform(0.05, 0.5))
        return {"D": D, "widths": widths, "std": std, "left": left, "right": right}

    paper = {"D": 4, "widths": [4, 16, 8], "std": 0.1, "left": -1.0, "right": 7.0}
    a, b = map(float, rng.uniform(0.2, 0.8, 2))
    problems = [
        paper,
        problem(30, [30, 50, 20, 40, 10], a, 1 + b),
        problem(9, [9, 5], -b, 1.0),
        problem(100, [100] * 12 + [40], 0.0, 1.0),
        problem(7, [7, 3, 12], 1.0, 1.0),
    ]
    judge(problems, steps, two_slopes, HINTS)
    return "both slopes count by their squares, each for one half"
