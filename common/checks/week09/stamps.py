"""Exercise 4: a convolution the other way round, forward and back."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week09.shared import BACK, IN_PLACE

__all__ = ["HINTS", "check_stamps"]

HINTS = (
    BACK
    | IN_PLACE
    | read_hints(
        """
overwritten:
    ? Two stamps lie on the same pixel. What does the equation do there?
    @ 2_one_matrix_product.ipynb, section "Back into the picture: add, and do not assign"
    ! Ink comes on top of ink: what several stamps bring is added.

averaged where they overlap:
    ? Where in the equation do you see a division?
    @ exercises.ipynb, the equation of this exercise
    ! Where stamps overlap, their ink is added up, and nothing is divided.

turned:
    ? The first number of a stamp: does it come to the upper left, or to the lower right?
    @ exercises.ipynb, the equation of this exercise
    ! A stamp is printed as it stands, and nothing is turned.

way back turned:
    ? Which number of the stamp brought the upper left of its ink?
    @ exercises.ipynb, the equation of this exercise
    ! Each place of the input hears from the pixels that it has printed, each with the number that
      printed it.

stride forgotten:
    ? How far apart are two neighbours of the input, when they are printed?
    @ exercises.ipynb, the equation of this exercise
    ! The stride parts the stamps. It does not part the numbers in one stamp.

averaged:
    ? Where in the forward pass do you see a division by the number of examples?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! One stamp prints for all examples, and what comes back from them is added.

averaged over the places:
    ? A stamp is used at every place of the input. Does each use count less, the more there are?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! What is used at many places gets a gradient from each, and they add up.

first channel only:
    ? Into how many channels does one stamp print?
    @ exercises.ipynb, the equation of this exercise
    ! What comes back to a place is added over the channels as well.
"""
    )
)


def one_batch(W, stride, x, dout, mistake):
    """y, dx, dW"""
    N, h, w = len(x), *x.shape[2:]
    C, FH, FW = W.shape[1:]
    step = 1 if mistake == "stride forgotten" else stride
    shape = N, C, step * (h - 1) + FH, step * (w - 1) + FW
    if mistake == "stride forgotten":
        dout = dout[:, :, : shape[2], : shape[3]]
    back = np.ones_like(dout) if mistake == "upstream" else dout
    print_W = W[:, :, ::-1, ::-1] if mistake == "turned" else W
    back_W = W[:, :, ::-1, ::-1] if mistake in ("turned", "way back turned") else W
    y, times = np.zeros(shape), np.zeros(shape)
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for i in range(h):
        for j in range(w):
            at = ..., slice(step * i, step * i + FH), slice(step * j, step * j + FW)
            ink = np.einsum("nk,kcuv->ncuv", x[:, :, i, j], print_W)
            if mistake == "overwritten":
                y[at] = ink
            else:
                y[at] += ink
            times[at] += 1
            d = back[at]
            dW += np.einsum("nk,ncuv->kcuv", x[:, :, i, j], d)
            channels = slice(1) if mistake == "first channel only" else slice(None)
            dx[:, :, i, j] = np.einsum("ncuv,kcuv->nk", d[:, channels], back_W[:, channels])
    if mistake == "averaged where they overlap":
        y = y / np.maximum(times, 1)
    elif mistake == "turned":
        dW = dW[:, :, ::-1, ::-1]
    elif mistake == "averaged":
        dW = dW / N
    elif mistake == "averaged over the places":
        dW = dW / (h * w)
    return y, dx, dW


def stamps(W, stride, x, dout, x_2, dout_2, mistake=None):
    made, before = {}, 0
    for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
        y, dx, dW = one_batch(W, stride, x_n, d, mistake)
        if mistake == "not cleared":
            before = dW = before + dW
        elif mistake == "not in place":
            dW = 0 * dW
        made |= {f"y{when}": y, f"dx{when}": dx, f"dW{when}": dW}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(4, "Stamps", 16)
def check_stamps(Stamps, rng):
    def steps(W, stride, x, dout, x_2, dout_2):
        layer = Stamps(W, stride)
        grads = list(layer.grads)
        for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dW{when}", grads[0]
            yield f"the array in grads{when}", kept(layer.grads, grads)

    def problem(N, K, C, size, stride, kind=float):
        """Stamps that overlap in both directions, or leave gaps."""
        FH, FW = size
        made = {"W": numbers(rng, (K, C, FH, FW), kind), "stride": stride}
        for end, n, h, w in (("", N, 2, 3), ("_2", 2, 3, 2)):
            made[f"x{end}"] = numbers(rng, (n, K, h, w), kind)
            shape = n, C, stride * (h - 1) + FH, stride * (w - 1) + FW
            made[f"dout{end}"] = numbers(rng, shape, kind)
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "W": np.array([[[[1.0, 2, 3]]]]),
        "stride": 2,
        "x": np.array([[[[2.0, 3]]]]),
        "dout": np.array([[[[1.0, 0, 1, 0, 0]]]]),
        "x_2": np.array([[[[1.0]]], [[[2.0]]]]),
        "dout_2": np.array([[[[1.0, 0, 0]]], [[[0.0, 0, 1]]]]),
    }
    problems = [paper, problem(3, 2, 3, (3, 4), 2), problem(2, 3, 2, (3, 2), 1)]
    problems += [problem(1, 2, 2, (2, 2), 3), problem(2, 2, 2, (3, 3), 2, FLOAT32)]
    judge(problems, steps, stamps, HINTS)
    return "forward is the way back of a convolution, and back is its way forward"
