"""Exercise 2: a cell that keeps a part of its state, and its walk back."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week17.shared import KEPT, NEW

__all__ = ["HINTS", "check_leaky"]

HINTS = read_hints(
    """
straight way lost:
    ? On how many ways does the state before reach the new state?
    @ exercises.ipynb, the equation of this exercise
    ! One way goes through the weights and tanh, the other one past them. What comes back on both
      adds up.

weights' way lost:
    ? Is the part that is kept the only way back to the state before?
    @ 2_backpropagation_through_time.ipynb, section "One step back"
    ! The state before also stands inside tanh, behind its weights.

leak lost on the way back:
    ? By how much does the new state move when tanh moves by 1?
    @ exercises.ipynb, the equation of this exercise
    ! What multiplies on the way forward multiplies on the way back.

state for tanh:
    ? Which number does the derivative of tanh need?
    @ 2_backpropagation_through_time.ipynb, section "One step back"
    ! It needs what tanh gave. Here that is no longer the state, so keep it on the way forward.

only from above:
    ? Who reads the state of step 1?
    @ 2_backpropagation_through_time.ipynb, section "A state is read twice"
    ! The layer above and the next step both read it, and both send something back.

first step wins, last step only:
    ? How many steps use the same weights?
    @ 2_backpropagation_through_time.ipynb, section "A weight that is used at every step"
    ! Every step has its part in the gradient, and the parts add up.

state after:
    ? Which state does the matrix of the state multiply at step 1?
    @ 2_backpropagation_through_time.ipynb, section "One step back"
    ! A weight's gradient belongs to the number that the weight has multiplied.

leak turned round:
    ? With a leak of 0, does the state move at all?
    @ exercises.ipynb, the equation of this exercise
    ! The leak says how much of the new comes in; the rest is kept.

start forgotten:
    ? From which state does the first step go on?
    @ 1_the_recurrent_cell.ipynb, section "A state that outlives a block"
    ! The caller gives the state before step 1, and it need not be zero.

not cleared:
    ? What stood in the gradients before this block came?
    @ 2_backpropagation_through_time.ipynb, section "A weight that is used at every step"
    ! The steps of one block add up. What the block before left is gone.

not in place:
    ? A layer keeps the arrays of `params` and `grads` from the day it is built. Are yours still
      the same arrays?
    @ 2_backpropagation_through_time.ipynb, section "One step back"
    ! Write into the arrays that are there. A new array under the same name is seen by nobody.
"""
)


def leaky(xs, h_0, Wx, Wh, b, leak, dhs, xs_2, h_0_2, dhs_2, mistake=None):
    """States and gradients of two blocks, one after the other."""
    made, before = {}, [0, 0, 0]
    blocks = (("", xs, h_0, dhs), (" of the second block", xs_2, h_0_2, dhs_2))
    keep, come = 1 - leak, leak
    if mistake == "leak turned round":
        keep, come = come, keep
    for when, x, start, above in blocks:
        T = x.shape[1]
        hs, us = [0 * start if mistake == "start forgotten" else start], []
        for t in range(T):
            us.append(np.tanh(x[:, t] @ Wx + hs[t] @ Wh + b))
            hs.append(keep * hs[t] + come * us[t])
        back, dxs, parts = 0, [], []
        for t in reversed(range(T)):
            dh = above[:, t] + (0 if mistake == "only from above" else back)
            bent = hs[t + 1] if mistake == "state for tanh" else us[t]
            da = dh * (1 if mistake == "leak lost on the way back" else come) * (1 - bent**2)
            back = (0 if mistake == "straight way lost" else keep * dh) + (
                0 if mistake == "weights' way lost" else da @ Wh.T
            )
            dxs.insert(0, da @ Wx.T)
            h = hs[t + 1] if mistake == "state after" else hs[t]
            parts.append([x[:, t].T @ da, h.T @ da, da.sum(axis=0)])
        total = [sum(part) for part in zip(*parts, strict=True)]
        if mistake == "first step wins":
            total = parts[-1]
        elif mistake == "last step only":
            total = parts[0]
        if mistake == "not cleared":
            total = before = [a + b for a, b in zip(before, total, strict=True)]
        elif mistake == "not in place":
            total = [0 * part for part in total]
        made |= {f"hs{when}": np.stack(hs[1:], axis=1), f"dxs{when}": np.stack(dxs, axis=1)}
        made[f"dh_0{when}"] = back
        names = ("dWx", "dWh", "db")
        made |= {f"{name}{when}": g for name, g in zip(names, total, strict=True)}
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(2, "A cell that leaks", 18)
def check_leaky(LeakyRNN, rng):
    def steps(xs, h_0, Wx, Wh, b, leak, dhs, xs_2, h_0_2, dhs_2):
        layer = LeakyRNN(Wx, Wh, b, leak)
        grads = list(layer.grads)
        blocks = (("", xs, h_0, dhs), (" of the second block", xs_2, h_0_2, dhs_2))
        for when, x, start, above in blocks:
            yield f"hs{when}", layer.forward(x, start)
            dxs, dh_0 = layer.backward(above)
            yield f"dxs{when}", dxs
            yield f"dh_0{when}", dh_0
            for name, gradient in zip(("dWx", "dWh", "db"), grads, strict=True):
                yield f"{name}{when}", gradient
            same = all(g is k for g, k in zip(layer.grads, grads, strict=True))
            yield f"what stands in grads{when}", KEPT if same else NEW

    def problem(N, T, leak, D=2, H=3, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        return {
            "xs": of(N, T, D) / 2,
            "h_0": of(N, H) / 2,
            "Wx": of(D, H) / 2,
            "Wh": of(H, H) / 2,
            "b": of(H) / 2,
            "leak": leak,
            "dhs": of(N, T, H),
            "xs_2": of(N + 1, T, D) / 2,
            "h_0_2": of(N + 1, H) / 2,
            "dhs_2": of(N + 1, T, H),
        }

    paper = {
        "xs": np.array([[[-0.5], [-0.25]]]),
        "h_0": np.array([[1.0]]),
        "Wx": np.array([[1.0]]),
        "Wh": np.array([[0.5]]),
        "b": np.array([0.0]),
        "leak": 0.5,
        "dhs": np.array([[[4.0], [8.0]]]),
        "xs_2": np.array([[[-1.0], [-0.5]]]),
        "h_0_2": np.array([[2.0]]),
        "dhs_2": np.array([[[1.0], [2.0]]]),
    }
    problems = [
        paper,
        problem(2, 4, 0.3),
        problem(3, 3, 0.8, D=3, H=2),
        problem(2, 1, 0.4),
        problem(2, 3, 1.0),
        problem(2, 3, 0.3, dtype=FLOAT32),
    ]
    judge(problems, steps, leaky, HINTS, (), ROUNDING)
    return "two ways from state to state, and both come back"
