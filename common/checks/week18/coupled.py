"""Exercise 3: an LSTM that writes as much as it forgets, and its step back."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_coupled"]

HINTS = read_hints(
    """
only forgets:
    ? When f grows, two things change in c. Which one does your gradient of f leave out?
    @ exercises.ipynb, the equation of this exercise
    ! f stands in the equation of c twice: with the old cell, and with a minus sign at g.

minus forgotten:
    ? When f grows, does more of g come in, or less?
    @ exercises.ipynb, the equation of this exercise
    ! The factor of g is 1 - f, and its derivative is -1.

input gate for f:
    ? By which number is g multiplied on the way forward?
    @ exercises.ipynb, the equation of this exercise
    ! g enters with the factor 1 - f, and its gradient has the same factor.

cell dropped:
    ? Who reads the new cell, besides the output of this step?
    @ 3_why_the_cell_remembers.ipynb, section "One step back, with pencil"
    ! The next step reads it too, and sends a gradient that is added.

only the cell's:
    ? Who reads the new cell, besides the next step?
    @ 3_why_the_cell_remembers.ipynb, section "One step back, with pencil"
    ! The state shows it, through tanh and the output gate.

without f:
    ? How far does the new cell move when the old one moves by 1?
    @ 3_why_the_cell_remembers.ipynb, section "The direct path"
    ! By f, so the gradient goes on multiplied by f.

no slope of tanh:
    ? Between the cell and the state stands a tanh. What is its slope?
    @ 3_why_the_cell_remembers.ipynb, section "One step back, with pencil"
    ! On the way back the gradient is multiplied by 1 - tanh squared of the new cell.

cell for tanh:
    ? The slope of tanh at the cell: is it 1 minus the square of the cell itself?
    @ 3_why_the_cell_remembers.ipynb, section "One step back, with pencil"
    ! It is 1 minus the square of what tanh gives.

gates' slopes lost:
    ? From the gate to its argument: which function lies between?
    @ 3_why_the_cell_remembers.ipynb, section "The same by calculus"
    ! A sigmoid y has the slope y (1 - y), and a tanh y has 1 - y squared.

sigmoid for tanh:
    ? g is a tanh. Which slope does it have?
    @ 3_why_the_cell_remembers.ipynb, section "The same by calculus"
    ! 1 minus its square. y (1 - y) belongs to the sigmoids.

cell without tanh:
    ? What multiplies the output gate on the way forward?
    @ 3_why_the_cell_remembers.ipynb, section "One step back, with pencil"
    ! It is tanh of the new cell, and not the cell itself.

gates exchanged:
    ? With f near 1, does the cell keep what it holds?
    @ exercises.ipynb, the equation of this exercise
    ! f keeps the old, and 1 - f lets in the new.

added up:
    ? What stood in the gradients before this step came?
    @ 3_why_the_cell_remembers.ipynb, section "The layer, whole"
    ! The layer writes the gradients of this step, as the lesson's layer does.

not in place:
    ? The arrays of `grads` are known to others from the day the layer is built. Are yours still
      the same arrays?
    @ 3_why_the_cell_remembers.ipynb, section "The layer, whole"
    ! Write into the arrays that are there. A new array under the same name is seen by nobody.
"""
)
KEPT, NEW = "the arrays from the beginning", "a new array"
NAMES = "dWx", "dWh", "db"


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def coupled(x, h_prev, c_prev, Wx, Wh, b, dh, dc, mistake=None):
    """Two steps of one layer, the second with all inputs turned round."""
    made, before = {}, [0, 0, 0]
    H = len(Wh)
    for when in ("", " of the second step"):
        if when:
            x, h_prev, c_prev, dh, dc = x[::-1], h_prev[::-1], -c_prev[::-1], -dh, dc[::-1]
        a = x @ Wx + h_prev @ Wh + b
        f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H : 2 * H]), sigmoid(a[:, 2 * H :])
        keep, come = (1 - f, f) if mistake == "gates exchanged" else (f, 1 - f)
        c = keep * c_prev + come * g
        shown = np.tanh(c)
        made |= {f"h{when}": o * shown, f"c{when}": c}
        slope = 1 - (c if mistake == "cell for tanh" else shown) ** 2
        if mistake == "no slope of tanh":
            slope = 1
        whole = dh * o * slope * (mistake != "only the cell's") + dc * (mistake != "cell dropped")
        df = whole * (c_prev - g)
        if mistake == "only forgets":
            df = whole * c_prev
        elif mistake == "minus forgotten":
            df = whole * (c_prev + g)
        elif mistake == "gates exchanged":
            df = -df
        dg = whole * (keep if mistake == "input gate for f" else come)
        do = dh * (c if mistake == "cell without tanh" else shown)
        slopes = [f * (1 - f), 1 - g**2, o * (1 - o)]
        if mistake == "gates' slopes lost":
            slopes = [1, 1, 1]
        elif mistake == "sigmoid for tanh":
            slopes[1] = g * (1 - g)
        da = np.concatenate([df * slopes[0], dg * slopes[1], do * slopes[2]], axis=1)
        made |= {f"dx{when}": da @ Wx.T, f"dh_prev{when}": da @ Wh.T}
        made[f"dc_prev{when}"] = whole * (1 if mistake == "without f" else keep)
        total = [x.T @ da, h_prev.T @ da, da.sum(axis=0)]
        if mistake == "added up":
            total = before = [one + two for one, two in zip(before, total, strict=True)]
        elif mistake == "not in place":
            total = [0 * part for part in total]
        made |= {f"{name}{when}": grad for name, grad in zip(NAMES, total, strict=True)}
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(3, "Forget as much as you write", 20)
def check_coupled(CoupledLSTM, rng):
    def steps(x, h_prev, c_prev, Wx, Wh, b, dh, dc):
        layer = CoupledLSTM(Wx, Wh, b)
        grads = list(layer.grads)
        for when in ("", " of the second step"):
            if when:
                x, h_prev, c_prev, dh, dc = x[::-1], h_prev[::-1], -c_prev[::-1], -dh, dc[::-1]
            h, c = layer.forward(x, h_prev, c_prev)
            yield f"h{when}", h
            yield f"c{when}", c
            dx, dh_prev, dc_prev = layer.backward(dh, dc)
            yield f"dx{when}", dx
            yield f"dh_prev{when}", dh_prev
            yield f"dc_prev{when}", dc_prev
            for name, gradient in zip(NAMES, grads, strict=True):
                yield f"{name}{when}", gradient
            same = all(g is k for g, k in zip(layer.grads, grads, strict=True))
            yield f"what stands in grads{when}", KEPT if same else NEW

    def problem(N, D=2, H=3, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        return {
            "x": of(N, D) / 2,
            "h_prev": of(N, H) / 2,
            "c_prev": of(N, H),
            "Wx": of(D, 3 * H) / 2,
            "Wh": of(H, 3 * H) / 2,
            "b": of(3 * H) / 2,
            "dh": of(N, H),
            "dc": of(N, H),
        }

    paper = {
        "x": np.array([[2.0]]),
        "h_prev": np.array([[0.0]]),
        "c_prev": np.array([[0.2]]),
        "Wx": np.zeros((1, 3)),
        "Wh": np.array([[1.0, 2.0, 4.0]]),
        "b": np.log([3.0, 0.5, 4.0]),
        "dh": np.array([[1.0]]),
        "dc": np.array([[0.2]]),
    }
    problems = [paper, problem(1, 1, 1), problem(3), problem(2, 3, 2), problem(3, dtype=FLOAT32)]
    judge(problems, steps, coupled, HINTS, (), ROUNDING)
    return "one gate with two jobs has a gradient from both"
