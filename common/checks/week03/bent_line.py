"""Exercise 2: a layer of ReLUs through any points."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "check_bent_line"]

HINTS = read_hints(
    """
slopes for changes:
    ? Behind the second point two ReLUs are on. Which slope do they have together?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! What is on stays on, as in the hat: its second piece falls by 2 to turn a rise of 1 round.

no end:
    ? What does your network say far behind the last point?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! The last point has a bend too: in the hat the third piece makes the slopes add up to 0.

heights for slopes:
    ? How far is it from one point to the next, and what does a slope divide by?
    @ 1_bend_the_line.ipynb, section "What the step loses"
    ! A slope is the rise for one step to the right, not the whole rise.

starts at 0:
    ? What does your network say far to the left, where all ReLUs are off?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! When all hidden values are 0, one number of the network is left to say the height.

bias turned:
    ? At which input does your ReLU wake up: at the point, or at its mirror image?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! A ReLU wakes up where its score is 0.

all at 0:
    ? At which input does each of your ReLUs wake up?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! The bias of a hidden unit moves its bend to the point.

bends at the next point:
    ? Where does the slope of the first piece begin?
    @ 1_bend_the_line.ipynb, section "What ReLU can build, and what it loses"
    ! A piece begins at its left point, and there its ReLU wakes up.

heights as weights:
    ? A ReLU rises and rises. Is its weight a height, or a slope?
    @ 1_bend_the_line.ipynb, section "ReLU: a corner in place of a curve"
    ! Behind its bend a ReLU adds a slope to the line.
"""
)
OUT = "what the network says"


def bent_line(knots, heights, x, mistake=None):
    """What the network says, made with its weights so that mistakes can be made in them."""
    H = len(knots)
    wide = np.ones(H - 1) if mistake == "heights for slopes" else np.diff(knots)
    slopes = np.diff(heights) / wide
    w_2 = np.diff(np.concatenate([[0.0], slopes, [0.0]]))  # (H,)
    if mistake == "slopes for changes":
        w_2 = np.append(slopes, 0.0)
    elif mistake == "no end":
        w_2[-1] = 0
    elif mistake == "heights as weights":
        w_2 = heights
    b_1 = -knots
    if mistake == "bias turned":
        b_1 = knots
    elif mistake == "all at 0":
        b_1 = 0 * knots
    elif mistake == "bends at the next point":
        b_1 = -np.append(knots[1:], knots[-1:])
    b_2 = 0.0 if mistake == "starts at 0" else heights[0]
    out = np.maximum(x[:, None] + b_1, 0) @ w_2 + b_2
    shapes = {"the shape of W_1": [1, H], "the shape of b_1": [H]}
    return shapes | {"the shape of W_2": [H, 1], "the shape of b_2": [1], OUT: out}


@exercise(2, "Any bent line", 14)
def check_bent_line(answer, rng):
    def steps(knots, heights, x):
        W_1, b_1, W_2, b_2 = (np.asarray(part, float) for part in answer(knots, heights))
        yield "the shape of W_1", list(W_1.shape)
        yield "the shape of b_1", list(b_1.shape)
        yield "the shape of W_2", list(W_2.shape)
        yield "the shape of b_2", list(b_2.shape)
        yield OUT, (np.maximum(x[:, None] @ W_1 + b_1, 0) @ W_2 + b_2)[:, 0]

    def problem(knots, heights):
        knots, heights = np.array(knots, float), np.array(heights, float)
        x = [knots, (knots[1:] + knots[:-1]) / 2, knots[:1] - 3, knots[-1:] + 2]
        return {"knots": knots, "heights": heights, "x": np.sort(np.concatenate(x))}

    def random(H):
        return problem(np.cumsum(rng.uniform(0.3, 2, H)) - 2.5, numbers(rng, H))

    problems = [
        problem([0, 1, 3], [0, 2, 1]),
        problem([-1, 1], [3, 2]),
        random(4),
        problem([2], [-1.5]),
        random(7),
    ]
    judge(problems, steps, bent_line, HINTS)
    return "one hidden ReLU a point, and the line goes through all of them"
