"""Exercise 6: numerical gradients that do not compute again what has not changed."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "NETWORKS", "check_kept", "counted"]

HINTS = read_hints(
    """
one side:
    ? How far did you go up, and how far down?
    @ 2_slopes_from_numbers.ipynb, section "From one side, or from two"
    ! Up and down, with the place itself in the middle: then an error cancels.

not halved:
    ? How far apart are your two places?
    @ 2_slopes_from_numbers.ipynb, section "From one side, or from two"
    ! From below to above it is two steps, and by that much you divide.

not put back:
    ? When the second weight moves, where does the first one stand?
    @ 2_slopes_from_numbers.ipynb, section "A function for all, built in steps"
    ! Only one weight is moved at a time. The others stand where they were.

hidden values always kept:
    ? Which weights change the hidden values, and which do not?
    @ 4_learn_without_a_derivative.ipynb, section "What one step costs"
    ! A weight of the first layer acts through the hidden values: they must be new for it.

hidden values never kept:
    ? Which weights change the hidden values, and which do not?
    @ 4_learn_without_a_derivative.ipynb, section "What one step costs"
    ! For all weights of the second layer the hidden values are the same. Compute them once.

hidden values of a moved weight:
    ? With which first layer were the hidden values computed that you keep?
    @ exercises.ipynb, the text of this exercise
    ! Keep those of the weights as they are, with none of them moved.

kept again for each weight:
    ? For all weights of the second layer the hidden values are the same. How often do you ask for
      them?
    @ exercises.ipynb, the text of this exercise
    ! What stays the same is computed once.
"""
)
D_1, D_2 = "the gradient of W_1", "the gradient of W_2"
FIRST, SECOND = "the number of calls of the first layer", "the number of calls of the second layer"


def cross_entropy(h, W_2):
    """Of softmax, where example n belongs to class n, and from the first again when all had it."""
    s = h @ W_2
    s = s - s.max(axis=1, keepdims=True)
    t = np.arange(len(s)) % s.shape[1]
    return float((np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(s)), t]).mean())


NETWORKS = {
    "products, then a square": (
        lambda x, W_1: x @ W_1,
        lambda h, W_2: float(((h @ W_2) ** 2).sum()),
    ),
    "sigmoid, then softmax and cross entropy": (
        lambda x, W_1: 1 / (1 + np.exp(-x @ W_1)),
        cross_entropy,
    ),
}


def counted(function, calls):
    """The same function, which counts in a list how often it is called."""

    def layer(values, W):
        calls.append(1)
        return function(np.array(values, float), np.array(W, float))

    return layer


def kept(network, x, W_1, W_2, step, mistake=None):
    first, second = NETWORKS[network]
    h, moved = first(x, W_1), first(x, W_1)
    gradients, last = [], None
    for which, W in enumerate((W_1, W_2)):
        moving, gradient = W.copy(), np.zeros_like(W)
        for i in np.ndindex(W.shape):
            around = []
            for sign in (1, 0) if mistake == "one side" else (1, -1):
                if mistake != "not put back":
                    moving = W.copy()
                moving[i] = W[i] + sign * step
                if which == 0:
                    moved = last = first(x, moving)
                    moved = h if mistake == "hidden values always kept" else moved
                    around.append(second(moved, W_2))
                else:
                    stale = mistake == "hidden values of a moved weight"
                    around.append(second(last if stale else h, moving))
            gradient[i] = (around[0] - around[1]) / (1 if mistake == "one side" else 2) / step
        gradients.append(2 * gradient if mistake == "not halved" else gradient)
    calls = {
        "hidden values always kept": 1,
        "hidden values never kept": 2 * W_1.size + 2 * W_2.size,
        "kept again for each weight": 2 * W_1.size + W_2.size,
    }.get(mistake, 1 + 2 * W_1.size)
    made = dict(zip((D_1, D_2), gradients, strict=True))
    return made | {FIRST: max(calls, 1 + 2 * W_1.size), SECOND: 2 * (W_1.size + W_2.size)}


@exercise(6, "Nothing twice", 14)
def check_kept(answer, rng):
    def steps(network, x, W_1, W_2, step):
        calls = [], []
        layers = map(counted, NETWORKS[network], calls)
        dW_1, dW_2 = answer(*layers, x, W_1, W_2, step)
        yield D_1, dW_1
        yield D_2, dW_2
        due = 1 + 2 * W_1.size, 2 * (W_1.size + W_2.size)
        yield FIRST, max(len(calls[0]), due[0])  # fewer are no fault
        yield SECOND, max(len(calls[1]), due[1])

    def problem(network, N, D, H, V, step):
        x, W_1, W_2 = numbers(rng, (N, D)), numbers(rng, (D, H)), numbers(rng, (H, V))
        return {"network": network, "x": x, "W_1": W_1, "W_2": W_2, "step": step}

    square, softmax = NETWORKS
    one = {name: np.array([[value]]) for name, value in (("x", 2.0), ("W_1", 1.0), ("W_2", 3.0))}
    problems = [
        {"network": square, **one, "step": 0.5},
        problem(softmax, 3, 2, 2, 3, 0.25),
        problem(square, 2, 1, 3, 2, 0.1),
        problem(softmax, 4, 3, 2, 5, 0.5),
    ]
    judge(problems, steps, kept, HINTS, bricks=("counted",))
    return "each layer is asked only where something has changed"
