"""Exercise 8: descent in float32 that loses no step, however small."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, numbers
from common.checks.week11.shared import SHARED

__all__ = ["HINTS", "check_careful_steps"]

HINTS = SHARED | read_hints(
    """
steps vanish:
    ? Where is a step that was too small to move the parameter?
    @ 5_float32_and_gpu.ipynb, section "Steps that vanish"
    ! What did not fit must be kept somewhere, until it is enough.

rest never used up:
    ? A part of the rest has moved the parameter. Does it still stand in the rest?
    @ exercises.ipynb, the text of this exercise
    ! What has arrived is no rest any more.

rest thrown away:
    ? The rest was 3, and the parameter could move by 2 only. What is left?
    @ exercises.ipynb, the text of this exercise
    ! Only what has arrived leaves the rest. The parameter rarely moves by just as much as it
      should.

rest turned round:
    ? A parameter has moved too far. Must the next move be longer or shorter?
    @ exercises.ipynb, the text of this exercise
    ! Compare how far the parameter moved with how far it should have: mind the order.

too much memory:
    ? How many bytes does your optimizer remember for each parameter?
    @ 5_float32_and_gpu.ipynb, section "24 binary digits"
    ! One array of rests is enough, and a rest is a small number: in float32 a small number has
      small gaps.

uphill:
    ? The gradient is positive. Must the parameter grow or fall?
    @ 4_learn_the_spiral.ipynb, section "SGD"
    ! Descent goes against the gradient.
"""
)
MEMORY = "the memory, in bytes for each parameter"


def careful_steps(W, b, dW, db, lr, times, mistake=None):
    """Both parameters after the steps, and the memory that the optimizer needs."""
    made = {}
    for name, start, gradient in (("W", W, dW), ("b", b, db)):
        exact, p = start.astype(float), start.copy()
        rest = np.zeros_like(p)
        for step in range(times):
            g = gradient[step % len(gradient)]
            move = lr * (-g if mistake == "uphill" else g)
            exact = exact - lr * g.astype(float)
            if mistake == "steps vanish":
                p = p - move
                continue
            rest = rest - move
            moved = p + rest
            if mistake == "rest thrown away":
                rest = np.where(moved == p, rest, 0).astype(FLOAT32)
            elif mistake == "rest turned round":
                rest = (moved - p) - rest
            elif mistake != "rest never used up":
                rest = rest - (moved - p)
            p = moved
        right = mistake in (None, "too much memory")
        made[f"{name} after {times} steps"] = exact if right else p
        if mistake == "not in place":
            made[f"{name} after {times} steps"] = start
    return made | {MEMORY: 8 if mistake == "too much memory" else 4}


def held(thing, seen):
    """The bytes of all arrays that an object holds, lists and dicts of arrays among them."""
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    if isinstance(thing, dict):
        return sum(held(part, seen) for part in thing.values())
    if isinstance(thing, (list, tuple)):
        return sum(held(part, seen) for part in thing)
    return held(vars(thing), seen) if hasattr(thing, "__dict__") else 0


@exercise(8, "Steps that do not vanish", 10)
def check_careful_steps(CarefulSGD, rng):
    def steps(W, b, dW, db, lr, times):
        mine = [W.copy(), b.copy()]
        optimizer = CarefulSGD(lr)
        for step in range(times):
            optimizer.update([*mine], [dW[step % len(dW)], db[step % len(db)]])
        yield f"W after {times} steps", mine[0]
        yield f"b after {times} steps", mine[1]
        known = {id(p) for p in mine} | {id(None)}
        more = held(vars(optimizer), known) / sum(p.size for p in mine)
        yield MEMORY, max(4, more)  # less would be welcome

    def problem(W, b, dW, db, lr, times):
        of = lambda x: np.array(x, FLOAT32)
        return {"W": of(W), "b": of(b), "dW": of(dW), "db": of(db), "lr": lr, "times": times}

    def random(shape, scale, times):
        """Gradients of which some are too small to move a parameter, in four batches by turns."""
        sizes = scale * rng.permutation([1.0, 0.01, 0.5, 0.02])[:, None]
        dW = sizes[:, None] * abs(numbers(rng, (4, *shape)))
        db = -sizes * abs(numbers(rng, (4, shape[1])))
        return problem(1 + abs(numbers(rng, shape)), numbers(rng, shape[1]), dW, db, 0.1, times)

    big = 2.0**24
    problems = [
        problem([[big]], [big], [[[-1.0]]], [[-1.0]], 1.0, 2),
        problem([[big]], [big], [[[-1.0]]], [[-1.0]], 1.0, 4),
        problem([[1.0]], [-1.0], [[[2e-8]]], [[2e-8]], 1.0, 250),
        random((2, 3), 3e-7, 120),
        random((3, 1), 1e-2, 20),
    ]
    gap = 2.0**-23, 0  # to the next float32, and no more
    judge(problems, steps, careful_steps, HINTS, tolerance=gap)
    return "no step is lost, and no float64 is needed"
