"""Exercise 5: momentum whose loss scale finds itself."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_own_scale"]

HINTS = read_hints(
    """
not divided:
    ? The loss was multiplied before the way back. What became of the gradients?
    @ week10/4_a_long_run.ipynb, section "Sixteen bits"
    ! Every gradient is too large by the scale, and must become what it was.

divided in float16:
    ? What kind of number is the quotient of a float16, and what becomes of a very small one?
    @ week10/4_a_long_run.ipynb, section "Sixteen bits"
    ! First make it a float32, and divide then.

nan forgotten:
    ? Infinity minus infinity: what is it, and does your test find it?
    @ week01/5_binary_digits.ipynb, section "No number at all"
    ! There are two kinds of numbers that are none.

array by array:
    ? One array holds an infinity. Were the others made by the same way back?
    @ exercises.ipynb, the text of this exercise
    ! A step is made with all gradients, or not at all.

bad numbers as 0:
    ? May a step be made at all, if one of its numbers is unknown?
    @ exercises.ipynb, the text of this exercise
    ! The whole step is left out.

memory moves:
    ? A step is left out. What does the next one remember?
    @ week08/1_race_down_the_valley.ipynb, section "Momentum: remember the direction"
    ! What was left out leaves no trace in the memory.

memory lost:
    ? A step is left out. What does the next one remember?
    @ week08/1_race_down_the_valley.ipynb, section "Momentum: remember the direction"
    ! The memory of the good steps before it stays.

no momentum:
    ? Does the second step know the first?
    @ week08/1_race_down_the_valley.ipynb, section "Momentum: remember the direction"
    ! A share of the last step is added to each new one.

scale stays:
    ? The same scale gave an infinity. What will it give the next time?
    @ exercises.ipynb, the text of this exercise
    ! After a bad step the scale becomes smaller.

count goes on after a bad step:
    ? How many good steps stand in a row after a bad one?
    @ exercises.ipynb, the text of this exercise
    ! Good steps count only if no bad one stands between them.

count goes on after doubling:
    ? The scale was doubled. How many good steps has the new scale seen?
    @ exercises.ipynb, the text of this exercise
    ! A new scale begins to count anew.

new scale too early:
    ? With which scale were the gradients of this step made?
    @ exercises.ipynb, the text of this exercise
    ! First the step, by the scale that made it; then the scale changes.

one step late:
    ? How many good steps does it take until the scale changes?
    @ exercises.ipynb, the text of this exercise
    ! The last of them is one of them.
"""
)


def own_scale(params, history, lr, momentum, scale, patience, mistake=None):
    params = [p.astype(float) for p in params]
    deltas, good = [np.zeros_like(p) for p in params], 0
    after, scales = [], []
    wrong = np.isinf if mistake == "nan forgotten" else lambda g: ~np.isfinite(g)
    for grads in history:
        bad = any(wrong(g.astype(float)).any() for g in grads)
        step = not bad or mistake in ("array by array", "bad numbers as 0")
        if mistake == "new scale too early" and not bad and good + 1 == patience:
            scale *= 2
        for p, delta, g in zip(params, deltas, grads, strict=True):
            true = g.astype(float) / (1 if mistake == "not divided" else scale)
            if mistake == "divided in float16":
                true = (lr * (g / float(scale))).astype(float) / lr  # all of it in float16
            spoiled = wrong(true).any()
            if mistake == "bad numbers as 0":
                true, spoiled = np.where(np.isfinite(true), true, 0), False
            if step and not (mistake == "array by array" and spoiled):
                delta[...] = (0 if mistake == "no momentum" else momentum) * delta - lr * true
                p += delta
            elif bad and mistake == "memory moves":
                delta *= momentum
            elif bad and mistake == "memory lost":
                delta[...] = 0
        if bad:
            scale = scale if mistake == "scale stays" else scale / 2
            good = good if mistake == "count goes on after a bad step" else 0
        else:
            good += 1
            due = patience + 1 if mistake == "one step late" else patience
            if good >= due:
                if mistake != "new scale too early":
                    scale *= 2
                good = good if mistake == "count goes on after doubling" else 0
        after.append(np.concatenate([p.ravel() for p in params]))
        scales.append(scale)
    return {"the scale after each step": scales, "the parameters after each step": np.array(after)}


@exercise(5, "A scale that finds itself", 18)
def check_own_scale(ScaledMomentum, rng):
    def steps(params, history, lr, momentum, scale, patience):
        own, after, scales = [p.copy() for p in params], [], []
        optimizer = ScaledMomentum(lr, momentum, scale, patience)
        for grads in history:
            optimizer.update(own, [g.copy() for g in grads])
            after.append(np.concatenate([p.ravel() for p in own]))
            scales.append(optimizer.scale)
        yield "the scale after each step", scales
        yield "the parameters after each step", np.array(after)

    def problem(kinds, patience, scale, size=1.0, lr=0.1):
        """One gradient for each kind: good, or with an infinity or a nan in one of two arrays."""
        history = []
        for kind in kinds:
            signs = rng.choice([-1, 1], 5) * size
            grads = [signs[:3] * rng.uniform(1, 3, 3), (signs[3:] * rng.uniform(1, 3, 2))[None]]
            grads = [g.astype(np.float16) for g in grads]
            if kind in "in":
                grads[1][0, 1] = np.inf if kind == "i" else np.nan
            history.append(grads)
        params = [np.zeros(3, np.float32), np.zeros((1, 2), np.float32)]
        made = {"params": params, "history": history, "lr": lr, "momentum": 0.5}
        return made | {"scale": scale, "patience": patience, "_tolerance": (1e-3, 1e-9)}

    half = lambda *values: [[np.array([v], np.float16)] for v in values]
    paper = {"params": [np.array([1.0], np.float32)], "history": half(8, 16, np.inf, 8)}
    paper |= {"lr": 0.1, "momentum": 0.5, "scale": 8.0, "patience": 2, "_tolerance": (1e-3, 1e-9)}
    problems = [paper, problem("ggnggggigg", 3, 64.0), problem("gigngggggg", 2, 16.0)]
    problems.append(problem("gggg", 9, 4096.0, size=2e-4, lr=1e4))  # quotients that are tiny
    judge(problems, steps, own_scale, HINTS)
    return "the scale is as large as the numbers allow, and no bad step was made"
