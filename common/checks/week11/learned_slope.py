"""Exercise 3: an activation whose slope is learned."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week11.shared import BRICKS, SHARED
from common.functions import sigmoid

__all__ = ["HINTS", "check_learned_slope"]

HINTS = SHARED | read_hints(
    """
no product:
    ? What is the layer's output for a very large input?
    @ exercises.ipynb, the equation of this exercise
    ! The input stands twice in the equation: inside the sigmoid, and in front of it.

first way lost:
    ? In how many places of the equation does x stand?
    @ 2_check_a_gradient.ipynb, section "Tanh, step by step"
    ! A number that goes two ways collects a gradient from each.

second way lost:
    ? If x grows, does the sigmoid stand still?
    @ 2_check_a_gradient.ipynb, section "Tanh, step by step"
    ! A number that goes two ways collects a gradient from each.

inner slope lost:
    ? The sigmoid sees a product. How fast does that product grow with x?
    @ 2_check_a_gradient.ipynb, section "The sigmoid, step by step"
    ! On the graph there is one node more, a product. Each of its factors receives the other one.

x once:
    ? How fast does the inside of the sigmoid grow with a?
    @ 2_check_a_gradient.ipynb, section "The sigmoid, step by step"
    ! On its way to the output a meets x twice: in the product inside, and in front.

output for sigmoid:
    ? Which number's slope is y (1 - y): the sigmoid's, or this layer's?
    @ 2_check_a_gradient.ipynb, section "The sigmoid, step by step"
    ! That slope belongs to the sigmoid's own output, and this layer's output is another number.

input for sigmoid:
    ? Of which number is y (1 - y) the slope: what goes into the sigmoid, or what comes out?
    @ 2_check_a_gradient.ipynb, section "The sigmoid, step by step"
    ! The sigmoid's slope is told by its output.

a as a column:
    ? Which axis counts the examples? Does a number of a belong to an example, or to a feature?
    @ 1_a_batch_is_a_matrix.ipynb, section "Two biases that are wrong, and run"
    ! One row of numbers is stretched over all examples, like a bias.

averaged:
    ? Where in the forward pass do you see a division by N?
    @ 2_check_a_gradient.ipynb, section "The affine layer, index by index"
    ! One number meets every example. What they send back adds up.

one for all:
    ? How many numbers does a hold, and which outputs does each of them reach?
    @ 2_check_a_gradient.ipynb, section "The affine layer, index by index"
    ! Add up over the examples alone: each feature has a number of its own.

not cleared:
    ? What stood in the gradient before this batch came?
    @ 2_check_a_gradient.ipynb, section "Two faults"
    ! A gradient belongs to one batch, and replaces what the batch before left.

no gradient:
    ? The optimizer reads the array in `grads`. Who writes into it?
    @ 2_check_a_gradient.ipynb, section "Two faults"
    ! The slope is learned: backward has two gradients to bring.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ 2_check_a_gradient.ipynb, section "The sigmoid, step by step"
    ! Every backward pass begins with what arrives, also for the parameters.
"""
)


def learned_slope(a, x, dout, x_2, dout_2, mistake=None):
    """y, dx and da of two batches, one after the other."""
    made, gradients = {}, []
    for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
        row = a[:, None] if mistake == "a as a column" else a
        p = sigmoid(row * x_n)
        y = p if mistake == "no product" else x_n * p
        of = {"output for sigmoid": y, "input for sigmoid": row * x_n}.get(mistake, p)
        slope = of * (1 - of)
        inner = 1 if mistake == "inner slope lost" else row
        first, second = p, x_n * slope * inner
        if mistake in ("first way lost", "second way lost"):
            first, second = (0, second) if mistake == "first way lost" else (first, 0)
        back = 1 if mistake == "upstream" else d
        each = back * slope * (x_n if mistake == "x once" else x_n**2)
        if mistake == "no product":
            first, second, each = 0, slope * row, back * slope * x_n
        da = each.mean(axis=0) if mistake == "averaged" else each.sum(axis=0)
        if mistake == "one for all":
            da = np.full(len(a), each.sum())
        gradients.append(da)
        if mistake == "not cleared":
            da = sum(gradients)
        elif mistake in ("not in place", "no gradient"):
            da = 0 * da
        made |= {f"y{when}": y, f"dx{when}": back * (first + second), f"da{when}": da}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "A bend with a learned slope", 14)
def check_learned_slope(LearnedSlope, rng):
    def steps(a, x, dout, x_2, dout_2):
        layer = LearnedSlope(a)
        (da,) = layer.grads
        for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"da{when}", da
            yield f"the array in grads{when}", kept([layer.grads[0]], [da])

    def problem(N, D, dtype=float, size=1, N_2=2):
        of = lambda *shape: numbers(rng, shape, dtype)
        first = {"a": of(D), "x": size * of(N, D), "dout": of(N, D)}
        if size > 1:  # both ends of the sigmoid
            first["x"][0] = abs(first["x"][0]) * np.sign(first["a"])
            first["x"][1] = -first["x"][0]
        return first | {"x_2": of(N_2, D), "dout_2": of(N_2, D)}

    paper = {
        "a": np.array([0.0]),
        "x": np.array([[1.0], [2.0], [-2.0]]),
        "dout": np.array([[1.0], [10.0], [100.0]]),
        "x_2": np.array([[1.0], [3.0]]),
        "dout_2": np.array([[2.0], [1.0]]),
    }
    problems = [
        paper,
        problem(3, 3, N_2=3),
        problem(4, 3),
        problem(1, 5),
        problem(2, 4, FLOAT32),
        problem(3, 2, FLOAT32, size=600),
    ]
    judge(problems, steps, learned_slope, HINTS, BRICKS, ROUNDING)
    return "both ways of x come back, and each slope learns from all examples"
