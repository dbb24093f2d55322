"""Exercise 6: a scale of the loss that finds its own way."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import KEPT, NEW, kept

__all__ = ["HINTS", "check_scaler"]

HINTS = read_hints(
    """
not divided:
    ? What has the gradient been multiplied by, before it came to you?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! The scale is taken out again before the weight moves.

divided in float16:
    ? What becomes of a small float16 that is divided by the scale and stays a float16?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! The division belongs to the full precision: first make more digits, then divide.

each array for itself:
    ? One gradient of the step is infinite. May the others still be trusted to make a step?
    @ exercises.ipynb, the text of this exercise
    ! A step is taken by all weights, or by none.

NaN passes:
    ? What is infinity minus infinity?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! There are numbers that are neither finite nor infinite, and they spoil a weight as well.

only upwards:
    ? To which side may a gradient overflow?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! There are two infinities.

sum overflows:
    ? All gradients are finite. Is their sum, in float16?
    @ 4_a_long_run.ipynb, section "Sixteen bits"
    ! Ask every number whether it is finite, and not what you have computed from them.

not halved:
    ? A step was left out. What keeps the next one from the same fate?
    @ exercises.ipynb, the text of this exercise
    ! After a step that was left out the scale comes down.

halved for each array:
    ? Two gradients overflow in one step. How often does the scale come down?
    @ exercises.ipynb, the text of this exercise
    ! The scale moves once a step, however many numbers were bad.

count goes on after a bad step:
    ? How many good steps in a row are there behind a bad one?
    @ exercises.ipynb, the text of this exercise
    ! In a row means that a bad step begins the count anew.

count goes on after doubling:
    ? The scale has doubled. How many good steps has the new scale seen?
    @ exercises.ipynb, the text of this exercise
    ! Each scale has to prove itself from the beginning.

doubled too early:
    ? The gradients in your hand were made under which scale?
    @ exercises.ipynb, the text of this exercise
    ! First the step under the old scale, and only then the new one.

below 1:
    ? Where does the text end the way down?
    @ exercises.ipynb, the text of this exercise
    ! The scale has a floor.

not in place:
    ? A model holds its own arrays. Do they see the ones that you make?
    @ exercises.ipynb, the text of this exercise
    ! Write into the arrays that are there.
"""
)


def one_step(W, grads, scale, count, lr, patience, mistake):
    """-> new weights, scale, count, whether the step was taken"""
    fine = [bool(np.isfinite(g).all()) for g in grads]
    if mistake == "NaN passes":
        fine = [not np.isinf(g).any() for g in grads]
    elif mistake == "only upwards":
        fine = [not (np.isnan(g).any() or (g == np.inf).any()) for g in grads]
    elif mistake == "sum overflows":
        fine = [bool(np.isfinite(g.sum(dtype=np.float16))) for g in grads]
    taken, divide = all(fine), scale
    if taken:
        count += 1
        if count >= patience:
            scale, count = scale * 2, count if mistake == "count goes on after doubling" else 0
    else:
        times = fine.count(False) if mistake == "halved for each array" else 1
        low = 0 if mistake == "below 1" else 1.0
        scale = scale if mistake == "not halved" else max(scale / 2**times, low)
        count = count if mistake == "count goes on after a bad step" else 0
    if mistake == "not divided":
        divide = 1.0
    elif mistake == "doubled too early":
        divide = scale
    made = []
    for w, g, good in zip(W, grads, fine, strict=True):
        full = g.astype("f") / np.float32(divide)
        if mistake == "divided in float16":
            full = (g / np.float16(divide)).astype("f")
        moves = good if mistake == "each array for itself" else taken
        made.append(w - np.float32(lr) * full if moves else w)
    return made, scale, count, taken


@np.errstate(all="ignore")
def scaler(scale, patience, lr, W, steps, mistake=None):
    made, count = {}, 0
    for number, grads in enumerate(steps, 1):
        W, scale, count, taken = one_step(W, grads, scale, count, lr, patience, mistake)
        made[f"taken, step {number}"] = taken
        made[f"scale after step {number}"] = scale
        for k, w in enumerate(W):
            made[f"weights {k} after step {number}"] = w
    made["the arrays of weights"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(6, "A scale that finds its way", 13)
def check_scaler(Scaler, rng):
    @np.errstate(all="ignore")
    def steps_of(scale, patience, lr, W, steps):
        params = [w.copy() for w in W]
        before, asked = list(params), Scaler(scale, patience)
        for number, grads in enumerate(steps, 1):
            yield f"taken, step {number}", asked.update(params, [g.copy() for g in grads], lr)
            yield f"scale after step {number}", asked.scale
            for k, w in enumerate(params):
                yield f"weights {k} after step {number}", w.copy()
        yield "the arrays of weights", kept(params, before)

    def half(*numbers):
        return np.array(numbers, np.float16)

    def problem(scale, patience, what):
        """Two arrays; a letter for each step: g good, l large, s small, i, m, n one bad, b two"""
        made = []
        for letter in what:
            grads = [rng.uniform(1, 4, 3).astype(np.float16) for _ in range(2)]
            if letter in "inm":
                bad = {"i": np.inf, "n": np.nan, "m": -np.inf}[letter]
                grads[int(rng.integers(2))][int(rng.integers(3))] = bad
            if letter == "b":
                grads[0][1] = grads[1][2] = np.inf
            if letter == "l":  # large, and finite
                grads[0][:] = 40_000
            if letter == "s":  # small
                grads[1][:] = 3e-6
            made.append(grads)
        W = [rng.standard_normal(3).astype("f") for _ in range(2)]
        return {"scale": scale, "patience": patience, "lr": 0.5, "W": W, "steps": made}

    paper = {
        "scale": 8.0,
        "patience": 2,
        "lr": 0.5,
        "W": [np.array([1.0], "f")],
        "steps": [[half(4)], [half(-8)], [half(np.inf)], [half(16)]],
    }
    small = problem(1024.0, 3, "s")
    small["W"] = [np.zeros(3, "f") for _ in range(2)]
    small["_tolerance"] = 1e-6, 1e-12
    problems = [paper, problem(64.0, 2, "gggg"), problem(64.0, 3, "ggiggg"), small]
    problems += [problem(16.0, 2, "gng"), problem(16.0, 2, "gmg"), problem(32.0, 5, "lgl")]
    problems += [problem(64.0, 2, "bg"), problem(2.0, 2, "iiig"), problem(256.0, 1, "gigng")]
    judge(problems, steps_of, scaler, HINTS)
    return "down at once, up with patience, and never a step that is half a step"
