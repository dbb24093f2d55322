"""Exercise 5: scores with a learned number for each distance."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_relative_bias"]

HINTS = read_hints(
    """
repeats lost:
    ? The same distance stands in many places of the table. How many of them does NumPy add, if
      they stand in one index?
    @ exercises.ipynb, the text of this exercise
    ! Only the last one. Where indices repeat, a gradient needs a scatter-add.

distance turned round:
    ? Place 3 looks at place 1. Is that a positive distance, or a negative one?
    @ 3_self_attention.ipynb, section "Hide the answer"
    ! The distance is the place that looks minus the place that it looks at.

middle not found:
    ? Which row of the bias belongs to the distance 0, and what does NumPy make of a negative
      index?
    @ exercises.ipynb, the text of this exercise
    ! The distance 0 stands in the middle; a negative index counts from the end.

far ones left out:
    ? Place 9 looks at place 1, and the bias ends at a distance of 2. What is added?
    @ exercises.ipynb, the text of this exercise
    ! All that are further away share the last number of their side.

root over all:
    ? Is the bias divided by the root as well?
    @ 3_self_attention.ipynb, section "The square root"
    ! The root belongs to the dot product. The bias is added after it.

no root:
    ? By what are the dot products divided?
    @ 3_self_attention.ipynb, section "The square root"
    ! By the square root of D, the numbers of a query.

root lost on the way back:
    ? What divides on the way forward divides where else?
    @ 3_self_attention.ipynb, section "The way back"
    ! The gradients of queries and keys have the root too.

root in the bias's gradient:
    ? By how much does a score move when its bias moves by 1?
    @ 3_self_attention.ipynb, section "The way back"
    ! By 1: the bias is added, and nothing stands before it.

queries and keys exchanged:
    ? By what is a query multiplied on the way forward?
    @ 3_self_attention.ipynb, section "The way back"
    ! By the keys that it meets, so its gradient holds them.

table not turned:
    ? A key is used by all places that look at it. Do these stand in a row of the table, or in a
      column?
    @ 3_self_attention.ipynb, section "The way back"
    ! In a column, so the table is turned round.

mean instead of sum:
    ? A number is used by many pairs. Do their gradients add up, or is it their mean?
    @ 1_a_weighted_sum.ipynb, section "Weights from scores"
    ! What is used several times receives the sum.

first sentence:
    ? Does only the first sentence of the batch use the bias?
    @ exercises.ipynb, the text of this exercise
    ! All of them do, and their gradients add up.

one head for all:
    ? Do the heads share their numbers?
    @ 3_self_attention.ipynb, section "Several heads"
    ! Each head has a row of its own, and its gradient comes from this head alone.

added up:
    ? What stood in the gradient before this call came?
    @ exercises.ipynb, the text of this exercise
    ! The layer writes the gradient of this call, so it begins at 0.

not in place:
    ? The array of `grads` is known to others from the day the layer is built. Is yours still the
      same array?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.
"""
)
KEPT, NEW = "the array from the beginning", "a new array"


def relative(bias, q, k, ds, q_2, k_2, ds_2, mistake=None):
    """Two calls of one layer."""
    made, before = {}, 0
    far = bias.shape[1] // 2
    for when, query, key, above in (("", q, k, ds), (" of the second call", q_2, k_2, ds_2)):
        N, _, T, D = query.shape
        distance = np.arange(T)[:, None] - np.arange(T)
        index = np.clip(distance, -far, far)
        if mistake == "distance turned round":
            index = -index
        if mistake != "middle not found":
            index = index + far
        near = abs(distance) <= far if mistake == "far ones left out" else np.ones((T, T))
        root = 1 if mistake == "no root" else np.sqrt(D)
        added = bias[:, index] * near
        if mistake == "one head for all":
            added = added[:1] + 0 * added
        s = query @ key.swapaxes(2, 3) / root + added / (root if mistake == "root over all" else 1)
        made[f"the scores{when}"] = s
        back = 1 if mistake == "root lost on the way back" else root
        dq, dk = above @ key / back, above.swapaxes(2, 3) @ query / back
        if mistake == "table not turned":
            dk = above @ query / back
        elif mistake == "queries and keys exchanged":
            dq, dk = above @ query / back, above.swapaxes(2, 3) @ key / back
        made |= {f"dq{when}": dq, f"dk{when}": dk}
        each = (above[:1] if mistake == "first sentence" else above).sum(axis=0) * near
        if mistake in ("root over all", "root in the bias's gradient"):
            each = each / root
        total = np.zeros_like(bias)
        if mistake == "repeats lost":
            total[:, index] += each
        else:
            np.add.at(total, (slice(None), index), each)
        if mistake == "one head for all":
            total[:1], total[1:] = total.sum(axis=0), 0
        elif mistake == "mean instead of sum":
            count = np.zeros(bias.shape[1])
            np.add.at(count, index, N)
            total = total / np.maximum(count, 1)
        elif mistake == "added up":
            total = before = before + total
        elif mistake == "not in place":
            total = 0 * total
        made[f"dbias{when}"] = total
        made[f"what stands in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(5, "A number for each distance", 14)
def check_relative_bias(RelativeScores, rng):
    def steps(bias, q, k, ds, q_2, k_2, ds_2):
        layer = RelativeScores(bias)
        (gradient,) = layer.grads
        for when, query, key, above in (("", q, k, ds), (" of the second call", q_2, k_2, ds_2)):
            yield f"the scores{when}", layer.forward(query, key)
            dq, dk = layer.backward(above)
            yield f"dq{when}", dq
            yield f"dk{when}", dk
            yield f"dbias{when}", gradient
            kept = len(layer.grads) == 1 and layer.grads[0] is gradient
            yield f"what stands in grads{when}", KEPT if kept else NEW

    def problem(N, heads, T, D, far, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        made = {"bias": of(heads, 2 * far + 1)}
        for end, steps_now in (("", T), ("_2", T + 1)):
            made["q" + end], made["k" + end] = (of(N, heads, steps_now, D) for _ in range(2))
            made["ds" + end] = of(N, heads, steps_now, steps_now)
        return made

    paper = {
        "bias": np.array([[10.0, 20, 30]]),
        "q": np.array([[[[1.0], [2], [0]]]]),
        "k": np.array([[[[1.0], [0], [1]]]]),
        "ds": np.arange(1.0, 10).reshape(1, 1, 3, 3),
        "q_2": np.array([[[[0.0], [1]]]]),
        "k_2": np.array([[[[1.0], [2]]]]),
        "ds_2": np.array([[[[1.0, 3], [0, 2]]]]),
    }
    problems = [
        paper,
        problem(1, 2, 3, 4, 2),
        problem(2, 2, 4, 3, 1),
        problem(2, 3, 2, 2, 3),
        problem(2, 1, 5, 2, 2),
        problem(2, 2, 4, 2, 1, FLOAT32),
    ]
    judge(problems, steps, relative, HINTS, (), ROUNDING)
    return "one number serves many pairs, and hears from all of them"
