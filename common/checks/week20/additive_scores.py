"""Exercise 1: scores from a small network, which every step of the source goes through."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_additive_scores"]

HINTS = read_hints(
    """
axis forgotten:
    ? A batch has as many sentences as steps, and NumPy says nothing. Which step of your sum gets
      which row of the decoder's part?
    @ 1_a_weighted_sum.ipynb, section "The weighted sum"
    ! All steps of a sentence get the row of that sentence, so it needs an axis of size 1 for the
      steps.

weights for scores:
    ? Is what you return a score, or already a share?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The softmax comes after this layer.

no tanh:
    ? Without tanh, would the decoder's state change which step has the largest score?
    @ exercises.ipynb, the equation of this exercise
    ! Between the sum and the direction u stands a tanh. Without it the decoder would add the same
      number to all scores.

no slope:
    ? Between the score and the sum inside stands a tanh. What is its slope?
    @ exercises.ipynb, the equation of this exercise
    ! On the way back the gradient is multiplied by 1 minus the square of what tanh gave.

argument for tanh:
    ? The slope of tanh: 1 minus the square of what?
    @ exercises.ipynb, the equation of this exercise
    ! Of what comes out of tanh, not of what goes in.

direction lost:
    ? By what is `hidden` multiplied to give a score?
    @ exercises.ipynb, the equation of this exercise
    ! Each number of `hidden` meets its number of u, and so does its gradient.

one step to the decoder:
    ? How many scores has the decoder's state gone into?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! Into those of all steps, so its gradient is a sum over the steps.

mean to the decoder:
    ? The decoder's state goes into the scores of all steps. Do their gradients add up, or is it
      their mean?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! What is used several times receives the sum.

decoder's weights from one step:
    ? At how many steps has the decoder's matrix been used?
    @ 1_a_weighted_sum.ipynb, section "All looks in one product"
    ! At all steps, so its gradient collects from all of them.

u without tanh:
    ? What did u meet on the way forward?
    @ exercises.ipynb, the equation of this exercise
    ! It met what tanh gave, not what went in.

mean over sentences:
    ? The upstream gradient is that of one loss. Who has divided by the number of sentences?
    @ exercises.ipynb, the text of this exercise
    ! Whoever made the loss. The layer adds up.

added up:
    ? What stood in the gradients before this look came?
    @ exercises.ipynb, the text of this exercise
    ! The layer writes the gradients of this look.

not in place:
    ? The arrays of `grads` are known to others from the day the layer is built. Are yours still
      the same arrays?
    @ exercises.ipynb, the text of this exercise
    ! Write into the arrays that are there. A new array under the same name is seen by nobody.
"""
)
KEPT, NEW = "the arrays from the beginning", "a new array"
NAMES = "dW_enc", "dW_dec", "du"


def additive_scores(hs, h, W_enc, W_dec, u, ds, hs_2, h_2, ds_2, mistake=None):
    """Two looks of one layer."""
    made, before = {}, [0, 0, 0]
    for when, states, state, above in (
        ("", hs, h, ds),
        (" of the second look", hs_2, h_2, ds_2),
    ):
        N = len(states)
        row = state @ W_dec
        a = states @ W_enc + (row if mistake == "axis forgotten" else row[:, None])
        g = a if mistake == "no tanh" else np.tanh(a)
        s = g @ u
        if mistake == "weights for scores":
            powers = np.exp(s - s.max(axis=1, keepdims=True))
            s = powers / powers.sum(axis=1, keepdims=True)
        made[f"the scores{when}"] = s
        slope = 1 - (a if mistake == "argument for tanh" else g) ** 2
        if mistake in ("no slope", "no tanh"):
            slope = 1
        da = above[:, :, None] * slope * (1 if mistake == "direction lost" else u)
        if mistake == "direction lost":
            da = da + 0 * a
        together = da.sum(axis=1)
        rows = together
        if mistake == "one step to the decoder":
            rows = da[:, -1]
        elif mistake == "mean to the decoder":
            rows = da.mean(axis=1)
        weights = rows
        if mistake == "decoder's weights from one step":
            weights, rows = da[:, -1], together
        made |= {f"dhs{when}": da @ W_enc.T, f"dh{when}": rows @ W_dec.T}
        total = [
            np.einsum("nth,ntd->hd", states, da),
            state.T @ weights,
            np.einsum("nt,ntd->d", above, a if mistake == "u without tanh" else g),
        ]
        if mistake == "mean over sentences":
            total = [part / N for part in total]
        elif mistake == "added up":
            total = before = [one + two for one, two in zip(before, total, strict=True)]
        elif mistake == "not in place":
            total = [0 * part for part in total]
        made |= {f"{name}{when}": grad for name, grad in zip(NAMES, total, strict=True)}
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(1, "Scores from a small network", 16)
def check_additive_scores(AdditiveScores, rng):
    def steps(hs, h, W_enc, W_dec, u, ds, hs_2, h_2, ds_2):
        layer = AdditiveScores(W_enc, W_dec, u)
        grads = list(layer.grads)
        for when, states, state, above in (
            ("", hs, h, ds),
            (" of the second look", hs_2, h_2, ds_2),
        ):
            yield f"the scores{when}", layer.forward(states, state)
            dhs, dh = layer.backward(above)
            yield f"dhs{when}", dhs
            yield f"dh{when}", dh
            for name, gradient in zip(NAMES, grads, strict=True):
                yield f"{name}{when}", gradient
            same = all(g is k for g, k in zip(layer.grads, grads, strict=True))
            yield f"what stands in grads{when}", KEPT if same else NEW

    def problem(N, T, H, H_dec, D, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        return {
            "hs": of(N, T, H) / 2,
            "h": of(N, H_dec) / 2,
            "W_enc": of(H, D) / 2,
            "W_dec": of(H_dec, D) / 2,
            "u": of(D),
            "ds": of(N, T),
            "hs_2": of(N, T, H) / 2,
            "h_2": of(N, H_dec) / 2,
            "ds_2": of(N, T),
        }

    two = np.log(2)
    paper = {
        "hs": np.array([[[0.0], [-1], [-2]]]),
        "h": np.array([[1.0]]),
        "W_enc": np.array([[two]]),
        "W_dec": np.array([[two]]),
        "u": np.array([5.0]),
        "ds": np.array([[1.0, 1, -1]]),
        "hs_2": np.array([[[-2.0], [0], [-1]]]),
        "h_2": np.array([[1.0]]),
        "ds_2": np.array([[1.0, 0, 2]]),
    }
    problems = [
        paper,
        problem(2, 2, 2, 3, 2),
        problem(3, 3, 3, 2, 2),
        problem(1, 4, 2, 3, 2),
        problem(2, 1, 2, 2, 3),
        problem(3, 4, 2, 3, 2, FLOAT32),
    ]
    judge(problems, steps, additive_scores, HINTS, (), ROUNDING)
    return "one state in all scores, and gradients from all of them"
