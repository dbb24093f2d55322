"""Exercise 4: a maximum and a division, with a branch before them."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week05.shared import BACK

__all__ = ["HINTS", "check_by_largest"]

HINTS = BACK | read_hints(
    """
top as a constant:
    ? The largest number of a row grows. What happens to the others' outputs?
    @ 3_softmax_with_loss.ipynb, section "The largest score is taken away"
    ! The largest number stands below the line too, and from there a second gradient comes back.

way through the top only:
    ? Each input stands above the line. What comes back from there?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! There are two ways from the input to the output. Both bring a gradient.

straight way of the largest overwritten:
    ? The largest number goes two ways. Which of its two gradients is left in your answer?
    @ 1_apples_and_a_tax.ipynb, section "A trap: the second one overwrites"
    ! What the second way brings is added to what is there.

to all places:
    ? A number that is not the largest wiggles a little. Does the largest change?
    @ exercises.ipynb, the text of this exercise
    ! A maximum hands its gradient to the one input that it took, and 0 to the others.

own output only:
    ? Into how many outputs does the largest number of a row go, below the line?
    @ 3_softmax_with_loss.ipynb, section "Back to the sum"
    ! It was handed to all the divisions of its row, so their gradients add up.

divisor with a plus:
    ? The number below the line grows. Does the output grow?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! For the number below the line, the derivative of a division is negative where the output is
      positive.

no square:
    ? What is the derivative of one over a number?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! Wiggle the largest number on the paper example, and compare.

largest of the batch:
    ? Is the largest output of each row 1?
    @ exercises.ipynb, the equation of this exercise
    ! Each row has a largest number of its own, and knows nothing of the other rows.

largest of a column:
    ? Which axis counts the examples, and along which one do you look for the largest?
    @ exercises.ipynb, the equation of this exercise
    ! An example is a row. Look along its features.
"""
)


def forward_backward(x, dout, mistake):
    back = np.ones_like(dout) if mistake == "upstream" else dout
    if mistake == "largest of the batch":
        y, dx = forward_backward(x.reshape(1, -1), back.reshape(1, -1), None)
        return y.reshape(x.shape), dx.reshape(x.shape)
    if mistake == "largest of a column":
        y, dx = forward_backward(x.T, back.T, None)
        return y.T, dx.T
    top = x.max(axis=1, keepdims=True)
    at = x == top
    power = 1 if mistake == "no square" else 2
    each = back * x
    if mistake == "own output only":
        each = each * at
    dtop = -each.sum(axis=1, keepdims=True) / top**power
    if mistake == "divisor with a plus":
        dtop = -dtop
    straight, through = back / top, dtop * at
    if mistake == "top as a constant":
        through = 0
    elif mistake == "way through the top only":
        straight = 0
    elif mistake == "to all places":
        through = dtop
    elif mistake == "straight way of the largest overwritten":
        straight = straight * ~at
    return x / top, straight + through


def by_largest(x, dout, x_2, dout_2, mistake=None):
    y, dx = forward_backward(x, dout, mistake)
    y_2, dx_2 = forward_backward(x_2, dout_2, mistake)
    return {"y": y, "dx": dx, "y of the second batch": y_2, "dx of the second batch": dx_2}


@exercise(4, "Divide by the largest", 14)
def check_by_largest(ByLargest, rng):
    def steps(x, dout, x_2, dout_2):
        layer = ByLargest()
        yield "y", layer.forward(x)
        yield "dx", layer.backward(dout)
        yield "y of the second batch", layer.forward(x_2)
        yield "dx of the second batch", layer.backward(dout_2)

    def rows(N, D, kind):
        """Each row has one largest number, above 2.5; they stand in different columns."""
        x = numbers(rng, (N, D), kind)
        start = int(rng.integers(D))
        x[np.arange(N), (start + np.arange(N)) % D] = rng.uniform(2.5, 4, N)
        return x

    def problem(N, D, kind=float):
        x, x_2 = rows(N, D, kind), rows(2, D, kind)
        dout, dout_2 = numbers(rng, x.shape, kind), numbers(rng, x_2.shape, kind)
        made = {"x": x, "dout": dout, "x_2": x_2, "dout_2": dout_2}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "x": np.array([[1.0, 4, 2]]),
        "dout": np.array([[1.0, 0, 1]]),
        "x_2": np.array([[5.0, 1, 1], [1, 1, 2]]),
        "dout_2": np.array([[1.0, 1, 0], [1, 0, 1]]),
    }
    problems = [paper, problem(3, 4), problem(4, 3), problem(1, 2), problem(5, 3, FLOAT32)]
    judge(problems, steps, by_largest, HINTS)
    return "the largest number of a row answers for the whole row"
