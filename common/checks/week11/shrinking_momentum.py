"""Exercise 6: momentum that shrinks the weights."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week11.shared import SHARED

__all__ = ["HINTS", "check_shrinking_momentum"]

HINTS = SHARED | read_hints(
    """
shrinks through the gradient:
    ? In the second step on paper the gradient is 0. What does the memory hold then, and what
      should it hold?
    @ exercises.ipynb, the equation of this exercise
    ! The shrinking is no gradient: it leaves no trace in the memory.

biases shrink too:
    ? Which of the arrays are weights, and how do you see it from their shape?
    @ exercises.ipynb, the text of this exercise
    ! A bias moves with its memory alone.

shrinks after the step:
    ? Is it the old weight that shrinks, or the old weight and the step together?
    @ exercises.ipynb, the equation of this exercise
    ! The step is added as it is, in its whole length.

shrinks without the rate:
    ? The learning rate is 0. Should anything move?
    @ exercises.ipynb, the equation of this exercise
    ! A small rate makes a small step, and shrinks little.

grows:
    ? The gradient is always 0. Do the weights get smaller?
    @ exercises.ipynb, the equation of this exercise
    ! The factor must be a little less than 1.

never shrinks:
    ? What does your optimizer do with `shrink`?
    @ exercises.ipynb, the equation of this exercise
    ! Before the step arrives, the weight becomes a little smaller.

no memory:
    ? The gradient is 0 in the second step. Does anything still move?
    @ 4_learn_the_spiral.ipynb, section "Momentum: a memory of the direction"
    ! A part of the last step goes on, from call to call.

running mean:
    ? By how much do your first steps differ from those of SGD?
    @ 4_learn_the_spiral.ipynb, section "Momentum: a memory of the direction"
    ! The first step is as long as that of SGD. Nothing is taken from the gradient's part.

rate outside:
    ? The rate changes between two steps. With which rate was the old step made?
    @ exercises.ipynb, the equation of this exercise
    ! What the memory keeps is a step, with the rate of its own time in it.

uphill:
    ? The gradient is positive. Must the parameter grow or fall?
    @ 4_learn_the_spiral.ipynb, section "SGD"
    ! Descent goes against the gradient.

one memory for all:
    ? How many parameters are there, and how many memories?
    @ 4_learn_the_spiral.ipynb, section "Momentum: a memory of the direction"
    ! Each array has a memory of its own, of its own shape.
"""
)


def shrinking_momentum(W, b, c, dW, db, dc, lr, momentum, shrink, lr_2, mistake=None):
    """The three parameters after each of three steps; before the last the rate changes."""
    params, made = [np.array(p, float) for p in (W, b, c)], {}
    memory = [np.zeros_like(p) for p in params]
    for step in (1, 2, 3):
        rate = lr_2 if step == 3 else lr
        for i, g in enumerate((dW, db, dc)):
            p, delta = params[i], memory[i]
            if mistake == "one memory for all" and i == 2:
                delta = memory[1]  # b and c have the same shape
            weight = p.ndim == 2 or mistake == "biases shrink too"
            g = g[step - 1].astype(float)
            if mistake == "shrinks through the gradient":
                g, weight = g + shrink * p * weight, False
            by = shrink if mistake == "shrinks without the rate" else rate * shrink
            by = {"grows": -by, "never shrinks": 0}.get(mistake, by) * weight
            delta = 0 if mistake == "no memory" else momentum * delta
            part = 1 - momentum if mistake == "running mean" else 1
            part = part * (-1 if mistake == "uphill" else 1)
            delta = delta - (part * g if mistake == "rate outside" else part * rate * g)
            memory[1 if mistake == "one memory for all" and i == 2 else i] = delta
            far = rate * delta if mistake == "rate outside" else delta
            if mistake == "shrinks after the step":
                params[i] = (1 - by) * (p + far)
            elif mistake != "not in place":
                params[i] = (1 - by) * p + far
        names = ("the weight", "the first bias", "the second bias")
        made |= {f"{n} after step {step}": p for n, p in zip(names, params, strict=True)}
    return made


@exercise(6, "Momentum that shrinks the weights", 12)
def check_shrinking_momentum(ShrinkingMomentum, rng):
    def steps(W, b, c, dW, db, dc, lr, momentum, shrink, lr_2):
        mine = [np.array(p) for p in (W, b, c)]
        optimizer = ShrinkingMomentum(lr, momentum, shrink)
        for step in (1, 2, 3):
            if step == 3:
                optimizer.lr = lr_2
            optimizer.update([*mine], [g[step - 1] for g in (dW, db, dc)])
            for name, p in zip(("weight", "first bias", "second bias"), mine, strict=True):
                yield f"the {name} after step {step}", p

    def problem(shape, columns, dtype=float):
        of = lambda *s: numbers(rng, s, dtype)
        return {
            "W": of(*shape),
            "b": of(columns),
            "c": of(columns),
            "dW": of(3, *shape),
            "db": of(3, columns),
            "dc": of(3, columns),
            "lr": 0.3,
            "momentum": 0.8,
            "shrink": 0.4,
            "lr_2": 0.05,
        }

    once = np.array([1.0, 0.0, 0.0])
    paper = {
        "W": np.array([[10.0]]),
        "b": np.array([10.0]),
        "c": np.array([-1.0]),
        "dW": once[:, None, None],
        "db": once[:, None],
        "dc": 2 * once[:, None],
        "lr": 0.1,
        "momentum": 0.5,
        "shrink": 0.2,
        "lr_2": 0.1,
    }
    problems = [paper, problem((2, 3), 3), problem((3, 3), 3), problem((1, 4), 4, FLOAT32)]
    judge(problems, steps, shrinking_momentum, HINTS, tolerance=ROUNDING)
    return "the weights shrink, the biases do not, and the memory knows nothing of it"
