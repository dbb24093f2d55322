"""Exercise 2: a look whose scores are multiplied by one learned number."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_sharpness"]

HINTS = read_hints(
    """
divided:
    ? With a sharpness of 0, are all states read alike?
    @ 1_a_weighted_sum.ipynb, section "All looks in one product"
    ! The scores are multiplied by it. To divide is what a temperature does.

weights multiplied:
    ? Do the shares still add up to 1?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The sharpness stands before the softmax, not behind it.

not sharpened:
    ? Does what is read change when the sharpness does?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The scores that go into the softmax are multiplied by it.

state not sharpened:
    ? By how much does a score move when the dot product moves by 1?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! By the sharpness, and what multiplies on the way forward multiplies on the way back.

states not sharpened:
    ? Does the decoder's state alone pass through the sharpness on the way back?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The dot product has two factors, and the gradients of both are multiplied by it.

only read:
    ? In how many places does a state of the encoder stand?
    @ 1_a_weighted_sum.ipynb, section "One look"
    ! It is compared and it is read, so it gets two gradients.

only compared:
    ? A state of the encoder is compared. What else happens to it?
    @ 1_a_weighted_sum.ipynb, section "One look"
    ! It is also read, with its weight.

sharpness of the sharp scores:
    ? By how much does a score move when the sharpness moves by 1?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! By the dot product as it was before it was multiplied.

sharpness past the softmax:
    ? Which gradient meets the dot products: that of the weights, or that of the scores?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! The softmax lies between, and takes the mean out.

mean over sentences:
    ? One number serves all sentences. What does it receive from them?
    @ exercises.ipynb, the text of this exercise
    ! What is used several times receives the sum.

first sentence:
    ? Does only the first sentence use the sharpness?
    @ exercises.ipynb, the text of this exercise
    ! All sentences of the batch use it, and their gradients add up.

added up:
    ? What stood in the gradient before this look came?
    @ exercises.ipynb, the text of this exercise
    ! The layer writes the gradient of this look.

not in place:
    ? The array of `grads` is known to others from the day the layer is built. Is yours still the
      same array?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.
"""
)
KEPT, NEW = "the array from the beginning", "a new array"


def sharp_look(sharpness, hs, h, dread, hs_2, h_2, dread_2, mistake=None):
    """Two looks of one layer."""
    made, before = {}, 0
    number = 1 / sharpness[0] if mistake == "divided" else sharpness[0]
    for when, states, state, above in (
        ("", hs, h, dread),
        (" of the second look", hs_2, h_2, dread_2),
    ):
        dots = np.einsum("nth,nh->nt", states, state)
        s = dots if mistake in ("not sharpened", "weights multiplied") else number * dots
        powers = np.exp(s - s.max(axis=1, keepdims=True))
        a = powers / powers.sum(axis=1, keepdims=True)
        outer = number if mistake == "weights multiplied" else 1
        made[f"what is read{when}"] = outer * np.einsum("nt,nth->nh", a, states)
        da = outer * np.einsum("nh,nth->nt", above, states)
        ds = a * (da - (a * da).sum(axis=1, keepdims=True))
        ddots = ds if mistake in ("not sharpened", "weights multiplied") else number * ds
        compared = (ds if mistake == "states not sharpened" else ddots)[..., None] * state[:, None]
        read = outer * a[..., None] * above[:, None]
        dhs = {"only read": read, "only compared": compared}.get(mistake, read + compared)
        state_from = ds if mistake == "state not sharpened" else ddots
        made |= {f"dhs{when}": dhs, f"dh{when}": np.einsum("nt,nth->nh", state_from, states)}
        each = ds * dots
        if mistake == "sharpness of the sharp scores":
            each = ds * s
        elif mistake == "sharpness past the softmax":
            each = da * dots
        elif mistake == "divided":
            each = -ds * dots * number**2
        elif mistake == "weights multiplied":
            each = a * np.einsum("nh,nth->nt", above, states)
        each = each.sum(axis=1)
        total = np.array([each.sum()])
        if mistake == "mean over sentences":
            total = total / len(each)
        elif mistake == "first sentence":
            total = each[:1]
        elif mistake == "added up":
            total = before = before + total
        elif mistake == "not in place":
            total = 0 * total
        made[f"dsharpness{when}"] = total
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(2, "Learn how sharply to look", 10)
def check_sharpness(SharpAttention, rng):
    def steps(sharpness, hs, h, dread, hs_2, h_2, dread_2):
        layer = SharpAttention(sharpness)
        (gradient,) = layer.grads
        for when, states, state, above in (
            ("", hs, h, dread),
            (" of the second look", hs_2, h_2, dread_2),
        ):
            yield f"what is read{when}", layer.forward(states, state)
            dhs, dh = layer.backward(above)
            yield f"dhs{when}", dhs
            yield f"dh{when}", dh
            yield f"dsharpness{when}", gradient
            kept = len(layer.grads) == 1 and layer.grads[0] is gradient
            yield f"what stands in grads{when}", KEPT if kept else NEW

    def problem(sharpness, N, T, H, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        return {
            "sharpness": np.array([sharpness], dtype=dtype),
            "hs": of(N, T, H),
            "h": of(N, H) / 2,
            "dread": of(N, H),
            "hs_2": of(N, T, H),
            "h_2": of(N, H) / 2,
            "dread_2": of(N, H),
        }

    states, state = np.array([[[2.0, 1], [1, 3], [1, -1]]]), np.array([[np.log(2), 0.0]])
    paper = {
        "sharpness": np.array([2.0]),
        "hs": states,
        "h": state,
        "dread": np.array([[1.0, 2]]),
        "hs_2": states[:, ::-1].copy(),
        "h_2": state[:, ::-1].copy(),
        "dread_2": np.array([[1.0, 0]]),
    }
    even = problem(0.0, 2, 3, 2)  # all read alike, though all agree with h
    even |= {name: abs(even[name]) for name in ("hs", "h", "hs_2", "h_2")}
    problems = [
        paper,
        problem(0.5, 2, 3, 2),
        problem(-1.5, 3, 2, 3),
        even,
        problem(0.75, 2, 4, 3, FLOAT32),
    ]
    judge(problems, steps, sharp_look, HINTS, BRICKS, ROUNDING)
    return "one number learns how soft a choice should be"


BRICKS = "Attention", "AttentionWeight", "WeightSum"
