"""Exercise 3: a block with a sum whose straight way takes fewer pixels and mixes channels."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.source import refuse_loops

__all__ = ["HINTS", "Inside", "check_shrinks"]

HINTS = read_hints(
    """
straight way lost forward, straight way lost back:
    ? What comes out if f gives 0 everywhere?
    @ 2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! The input is read twice, so two ways lead back to it.

f lost forward, f lost back:
    ? Which two things does the equation add?
    @ 2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! The sum hands its gradient on to both sides, and the branch adds what returns.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ 2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.

spread over the window:
    ? Which pixels does the straight way read, and which does it leave out?
    @ exercises.ipynb, the equation of this exercise
    ! A pixel that was not read hears nothing.

without P back:
    ? By what was a pixel multiplied on its straight way forward?
    @ exercises.ipynb, the equation of this exercise
    ! Back through a product, the gradient meets the same factor again.

P learns without x:
    ? What is the slope of an output by one number of the matrix?
    @ exercises.ipynb, the equation of this exercise
    ! Each number of the matrix is multiplied by a pixel, and this pixel is its slope.

averaged:
    ? Where in the equation do you see a division by the number of pictures?
    @ exercises.ipynb, the equation of this exercise
    ! One matrix serves all pictures, and what comes back from them is added.

averaged over the places:
    ? The matrix is used at every place. Does each use count less, the more there are?
    @ exercises.ipynb, the equation of this exercise
    ! What is used at many places gets a gradient from each, and they add up.

first picture only:
    ? How many pictures use this matrix?
    @ exercises.ipynb, the equation of this exercise
    ! What comes back is added over all pictures.

f gets the rest:
    ? What does the sum hand on to f?
    @ 2_the_residual_connection.ipynb, section "The sum, forward and back"
    ! A sum hands its gradient on to both sides, to each the whole.

not in place:
    ? An optimizer keeps the arrays of `grads` from the day a layer is built. Are yours still the
      same arrays?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.

not cleared:
    ? What stood in the gradient before this batch came?
    @ exercises.ipynb, the text of this exercise
    ! A gradient belongs to one batch, and replaces what the batch before has left.

a loop:
    ? Can one slice take every second row and column at once?
    @ exercises.ipynb, the text of this exercise
    ! A slice has a step of its own, and it may stand on both sides of an equals sign.
"""
)


class Inside:
    """f of the check: it gives what it was told to give, and remembers what it was handed."""

    def __init__(self):
        self.fx = self.back = None
        self.handed = "nothing"
        self.params, self.grads = [], []

    def forward(self, x, train_flg=True):
        return self.fx.copy()

    def backward(self, dout):
        self.handed = np.array(dout)
        return self.back.copy()


def one_batch(P, stride, x, fx, dout, back, mistake):
    """y, dx, dP"""
    small = x[:, :, ::stride, ::stride]
    y = np.einsum("kc,ncij->nkij", P, small)
    if mistake == "straight way lost forward":
        y = fx
    elif mistake != "f lost forward":
        y = y + fx
    d = np.ones_like(dout) if mistake == "upstream" else dout
    straight, way = np.einsum("kc,nkij->ncij", P, d), np.zeros(x.shape)
    if mistake == "without P back":
        straight = np.broadcast_to(d.sum(axis=1, keepdims=True), small.shape)
    if mistake == "spread over the window":
        way += straight.repeat(stride, 2).repeat(stride, 3)[:, :, : x.shape[2], : x.shape[3]]
    else:
        way[:, :, ::stride, ::stride] = straight
    if mistake == "straight way lost back":
        way = back
    elif mistake != "f lost back":
        way = way + back
    dP = np.einsum("nkij,ncij->nkc", d, small)
    if mistake == "P learns without x":
        dP = np.broadcast_to(d.sum(axis=(2, 3))[:, :, None], dP.shape)
    dP = dP[0] if mistake == "first picture only" else dP.sum(axis=0)
    if mistake == "averaged":
        dP = dP / len(x)
    elif mistake == "averaged over the places":
        dP = dP / d[0, 0].size
    return y, way, dP


def shrinks(P, stride, x, fx, dout, back, x_2, fx_2, dout_2, back_2, mistake=None):
    made, before = {}, 0
    batches = [("", x, fx, dout, back), (" of the second batch", x_2, fx_2, dout_2, back_2)]
    for when, x_n, fx_n, d, back_n in batches:
        y, dx, dP = one_batch(P, stride, x_n, fx_n, d, back_n, mistake)
        if mistake == "not cleared":
            before = dP = before + dP
        elif mistake == "not in place":
            dP = 0 * dP
        handed = {"upstream": np.ones_like(d), "f lost back": "nothing"}.get(mistake, d)
        if mistake == "f gets the rest":
            handed = d - np.einsum("kc,ncij->nkij", P, x_n[:, :, ::stride, ::stride])
        made |= {f"y{when}": y, f"dx{when}": dx, f"dP{when}": dP}
        made[f"what f was handed{when}"] = handed
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "A straight way that shrinks", 16)
def check_shrinks(Shrinks, rng):
    def steps(P, stride, x, fx, dout, back, x_2, fx_2, dout_2, back_2):
        f = Inside()
        layer = Shrinks(f, P, stride)
        grads = list(layer.grads)
        batches = [("", x, fx, dout, back), (" of the second batch", x_2, fx_2, dout_2, back_2)]
        for when, x_n, f.fx, d, f.back in batches:
            yield f"y{when}", layer.forward(x_n)
            f.handed = "nothing"
            yield f"dx{when}", layer.backward(d)
            yield f"dP{when}", grads[0]
            yield f"what f was handed{when}", f.handed
            yield f"the array in grads{when}", kept(layer.grads, grads)

    def problem(N, C, K, size, stride, kind=float):
        made = {"P": numbers(rng, (K, C), kind), "stride": stride}
        for end, n, (height, width) in (("", N, size), ("_2", 2, size[::-1])):
            out = n, K, -(-height // stride), -(-width // stride)
            made[f"x{end}"] = numbers(rng, (n, C, height, width), kind)
            made[f"fx{end}"] = numbers(rng, out, kind)
            made[f"dout{end}"] = numbers(rng, out, kind)
            made[f"back{end}"] = numbers(rng, (n, C, height, width), kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "P": np.array([[2.0], [-1]]),
        "stride": 2,
        "x": np.arange(1.0, 10).reshape(1, 1, 3, 3),
        "fx": np.array([[[[1.0, 1], [1, 1]], [[0, 1], [2, 3]]]]),
        "dout": np.array([[[[1.0, 0], [0, 0]], [[1, 0], [0, 2]]]]),
        "back": np.ones((1, 1, 3, 3)),
        "x_2": np.array([[[[1.0, 2]]], [[[3.0, 4]]]]),
        "fx_2": np.array([[[[1.0]], [[0.0]]], [[[2.0]], [[1.0]]]]),
        "dout_2": np.array([[[[1.0]], [[2.0]]], [[[0.0]], [[1.0]]]]),
        "back_2": np.array([[[[1.0, 0]]], [[[0.0, 1]]]]),
    }
    problems = [paper, problem(3, 2, 4, (5, 4), 2), problem(2, 3, 2, (4, 7), 3)]
    problems += [problem(2, 2, 3, (3, 2), 1), problem(3, 3, 2, (6, 5), 2, FLOAT32)]
    judge(problems, steps, shrinks, HINTS, bricks=("Inside",))
    refuse_loops(HINTS["a loop"], forward=Shrinks.forward, backward=Shrinks.backward)
    return "fewer pixels, other channels, and still two ways"
