"""Exercise 3: one affine layer that is used twice."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week05.shared import BACK, IN_PLACE

__all__ = ["HINTS", "check_twice"]

HINTS = (
    BACK
    | IN_PLACE
    | read_hints(
        """
first use lost, second use lost:
    ? Draw the graph. How many arrows leave W?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! What goes two ways gets a gradient from each. The two add up.

bias once, bias once more:
    ? How many arrows leave b?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! The bias is used twice as well, so its two gradients add up.

two uses averaged:
    ? Two gradients arrive at W. Does one of them count less because the other is there?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! At a branch gradients add up. Nothing is divided.

no mask:
    ? What does ReLU let through on the way back?
    @ 2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! Only where its input was above 0 does something come back.

mask of the gradient:
    ? Who decides what ReLU lets through: what went in, or what comes back?
    @ 2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! The mask is made on the way forward, and kept.

x for both:
    ? What was the input of the second use?
    @ 2_layers_backwards.ipynb, section "Affine, as arrays"
    ! The gradient of W wants the numbers that this use has multiplied with it.

before the bend:
    ? What was the input of the second use: what went into ReLU, or what came out?
    @ 2_layers_backwards.ipynb, section "Affine, as arrays"
    ! The second use has seen the numbers after the bend.

not transposed:
    ? Single entry by single entry: which weights lead from one input to all outputs?
    @ 2_layers_backwards.ipynb, section "Affine, as arrays"
    ! On the way forward the sum runs along a column of W, on the way back along a row.

averaged:
    ? Where in the forward pass do you see a division by N?
    @ 2_layers_backwards.ipynb, section "Affine, one entry after the other"
    ! Each example sends a gradient back to W and b, and they add up.
"""
    )
)


def one_batch(W, b, x, dout, mistake):
    """y, dx, dW, db"""
    back = np.ones_like(dout) if mistake == "upstream" else dout
    a = x @ W + b
    h = np.maximum(a, 0)
    W_back = W if mistake == "not transposed" else W.T
    dh = back @ W_back
    mask = a > 0
    if mistake == "no mask":
        mask = True
    elif mistake == "mask of the gradient":
        mask = dh > 0
    da = dh * mask
    seen = {"x for both": x, "before the bend": a}.get(mistake, h)
    dWs, dbs = [seen.T @ back, x.T @ da], [back.sum(axis=0), da.sum(axis=0)]
    if mistake == "first use lost":
        dWs, dbs = dWs[:1], dbs[:1]
    elif mistake == "second use lost":
        dWs, dbs = dWs[1:], dbs[1:]
    elif mistake == "bias once":
        dbs = dbs[:1]
    elif mistake == "bias once more":
        dbs = dbs[1:]
    dW, db = sum(dWs), sum(dbs)
    if mistake == "two uses averaged":
        dW, db = dW / 2, db / 2
    elif mistake == "averaged":
        dW, db = dW / len(x), db / len(x)
    return h @ W + b, da @ W_back, dW, db


def twice(W, b, x, dout, x_2, dout_2, mistake=None):
    made, before = {}, (0, 0)
    for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
        y, dx, dW, db = one_batch(W, b, x_n, d, mistake)
        if mistake == "not cleared":
            before = dW, db = before[0] + dW, before[1] + db
        elif mistake == "not in place":
            dW, db = 0 * dW, 0 * db
        made |= {f"y{when}": y, f"dx{when}": dx, f"dW{when}": dW, f"db{when}": db}
        made[f"the arrays in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "The same weights twice", 14)
def check_twice(Twice, rng):
    def steps(W, b, x, dout, x_2, dout_2):
        layer = Twice(W, b)
        grads = list(layer.grads)
        for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dW{when}", grads[0]
            yield f"db{when}", grads[1]
            yield f"the arrays in grads{when}", kept(layer.grads, grads)

    def problem(N, D, kind=float):
        """Each hidden number is on for one example at least and off for another."""
        while True:
            W, b, x = numbers(rng, (D, D)), numbers(rng, D), numbers(rng, (N, D))
            a = x @ W + b
            on = (a > 0).sum(axis=0)
            if ((on > 0) & (on < N)).all() and abs(a).min() > 0.02:
                break
        x_2 = -x[:2]  # other signs, and other examples
        made = {"W": W, "b": b, "x": x, "dout": numbers(rng, x.shape)}
        made |= {"x_2": x_2, "dout_2": numbers(rng, x_2.shape)}
        made = {name: array.astype(kind) for name, array in made.items()}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "W": np.array([[2.0]]),
        "b": np.array([1.0]),
        "x": np.array([[1.0], [-2]]),
        "dout": np.array([[1.0], [10]]),
        "x_2": np.array([[2.0]]),
        "dout_2": np.array([[1.0]]),
    }
    judge([paper, problem(4, 3), problem(3, 2), problem(5, 4, FLOAT32)], steps, twice, HINTS)
    return "both uses send their gradients to the same weights, and they add up"
