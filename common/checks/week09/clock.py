"""Exercise 3: a filter that goes round a ring, forward and back."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week09.shared import BACK, IN_PLACE

__all__ = ["HINTS", "check_clock"]

HINTS = (
    BACK
    | IN_PLACE
    | read_hints(
        """
turned round:
    ? Does the filter look at the hours that come, or at those that are over?
    @ 1_slide_a_window.ipynb, section "The name, and what is meant"
    ! The equation counts forward in the filter and in the hours. Nothing is turned.

stops at midnight:
    ? Which hour comes after 23?
    @ exercises.ipynb, the text of this exercise
    ! The last windows begin before midnight and end after it. There are no zeros on a ring.

midnight lost on the way back:
    ? The last window saw the first hours too. What comes back to them from there?
    @ exercises.ipynb, the equation of this exercise
    ! What goes round midnight on the way forward goes round it on the way back.

way back as forward:
    ? One hour is in several windows. Did these windows begin after it, or before it?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! On the way forward an output looks at later hours, so an hour hears from earlier outputs.

filter's gradient turned:
    ? Which hour did the second number of the filter multiply?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! A number of the filter gets what arrives, times the hour that it has met there.

last number only, last window only:
    ? In how many windows is one hour? How many gradients come back to it?
    @ 2_one_matrix_product.ipynb, section "Back into the picture: add, and do not assign"
    ! An assignment keeps the last of several. They have to be added.

averaged:
    ? Where in the forward pass do you see a division?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! One filter serves all hours of all days, so all that comes back is added.

bias averaged:
    ? How many outputs grow when the bias grows?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! The bias is in every output, with the factor 1, and the gradients add up.

bias of one hour:
    ? To how many hours of a day is the bias added?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! The sum runs over the days and over their hours.
"""
    )
)


def one_batch(w, b, x, dout, mistake):
    """y, dx, dw, db"""
    T, F = x.shape[1], len(w)
    back = np.ones_like(dout) if mistake == "upstream" else dout
    way = -1 if mistake == "turned round" else 1
    t = np.arange(T)
    y, dx, dw = np.zeros(x.shape) + b, np.zeros(x.shape), np.zeros(F)
    for f in range(F):
        seen = t + way * f  # which hour the output t meets with the number f
        inside = seen < T
        if mistake != "stops at midnight":
            inside[:] = True
        seen = seen % T
        y += w[f] * x[:, seen] * inside
        met = (t - f) % T if mistake == "filter's gradient turned" else seen
        dw[f] = (back * x[:, met] * inside).sum()
        goes = back * inside
        if mistake == "midnight lost on the way back":
            goes = back * (t + f < T)
        if mistake == "last number only":
            dx[:] = 0
        if mistake == "way back as forward":
            dx += w[f] * back[:, seen]
        else:
            np.add.at(dx, (slice(None), seen), w[f] * goes)
    if mistake == "last window only":
        for start in t:
            dx[:, (start + np.arange(F)) % T] = back[:, start, None] * w
    db = np.full(1, back.sum())
    if mistake == "averaged":
        dw, db = dw / len(x), db / len(x)
    elif mistake == "bias averaged":
        db = db / back.size
    elif mistake == "bias of one hour":
        db = db / T
    return y, dx, dw, db


def clock(w, b, x, dout, x_2, dout_2, mistake=None):
    made, before = {}, (0, 0)
    for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
        y, dx, dw, db = one_batch(w, b, x_n, d, mistake)
        if mistake == "not cleared":
            before = dw, db = before[0] + dw, before[1] + db
        elif mistake == "not in place":
            dw, db = 0 * dw, 0 * db
        made |= {f"y{when}": y, f"dx{when}": dx, f"dw{when}": dw, f"db{when}": db}
        made[f"the arrays in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "Round the clock", 14)
def check_clock(Clock, rng):
    def steps(w, b, x, dout, x_2, dout_2):
        layer = Clock(w, b)
        grads = list(layer.grads)
        for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dw{when}", grads[0]
            yield f"db{when}", grads[1]
            yield f"the arrays in grads{when}", kept(layer.grads, grads)

    def problem(N, T, F, kind=float):
        shapes = {"w": F, "b": 1, "x": (N, T), "dout": (N, T)}
        shapes |= {"x_2": (2, T + 1), "dout_2": (2, T + 1)}
        made = {name: numbers(rng, shape, kind) for name, shape in shapes.items()}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "w": np.array([1.0, 10]),
        "b": np.array([1.0]),
        "x": np.array([[1.0, 2, 3, 4]]),
        "dout": np.array([[1.0, 0, 0, 2]]),
        "x_2": np.array([[0.0, 0, 1], [0, 2, 0]]),
        "dout_2": np.array([[1.0, 1, 0], [0, 1, 1]]),
    }
    problems = [paper, problem(3, 6, 3), problem(1, 5, 5), problem(2, 7, 4, FLOAT32)]
    judge(problems, steps, clock, HINTS)
    return "each hour hears from all windows that it is in, over midnight too"
