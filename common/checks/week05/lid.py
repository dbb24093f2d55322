"""Exercise 2: ReLU with a lid that is learned."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.week05.shared import BACK, IN_PLACE

__all__ = ["HINTS", "check_lid"]

HINTS = (
    BACK
    | IN_PLACE
    | read_hints(
        """
everything passes:
    ? An input lies below 0 and wiggles a little. Does the output move?
    @ 2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! Where the output stands still, nothing comes back.

above the lid passes:
    ? An input lies above the lid and wiggles a little. Does the output move?
    @ 2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! There are two flat places, one below 0 and one above the lid.

below 0 passes:
    ? An input lies below 0 and wiggles a little. Does the output move?
    @ 2_layers_backwards.ipynb, section "ReLU: a gate for gradients"
    ! There are two flat places, one below 0 and one above the lid.

lid learns where it is not felt, lid learns everywhere:
    ? For which inputs does the output change if the lid is raised?
    @ exercises.ipynb, the text of this exercise
    ! The lid gets a gradient only from the examples that it holds down.

times the lid:
    ? The lid rises by 1. By how much does an output rise that it holds down?
    @ exercises.ipynb, the text of this exercise
    ! Where the lid is the output, its local derivative is 1.

averaged:
    ? Where in the forward pass do you see a division by N?
    @ 2_layers_backwards.ipynb, section "Affine, one entry after the other"
    ! The lid meets every example, as a bias does. What they send back adds up.

one for all:
    ? How many lids are there, and which outputs does each of them reach?
    @ 2_layers_backwards.ipynb, section "Affine, one entry after the other"
    ! Add up over the examples alone: each feature has a lid of its own.

no gradient:
    ? The optimizer reads the array in `grads`. Who writes into it?
    @ 2_layers_backwards.ipynb, section "Affine, one entry after the other"
    ! The lid is learned: backward has two gradients to bring.
"""
    )
)


def lid(lid, x, dout, x_2, dout_2, mistake=None):
    """y, dx and dlid of two batches, one after the other."""
    made, before = {}, 0
    for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
        back = np.ones_like(d) if mistake == "upstream" else d
        through, held = (x_n > 0) & (x_n < lid), x_n >= lid
        if mistake == "everything passes":
            through = True
        elif mistake == "above the lid passes":
            through = x_n > 0
        elif mistake == "below 0 passes":
            through = x_n < lid
        elif mistake == "lid learns where it is not felt":
            held = x_n < lid
        elif mistake == "lid learns everywhere":
            held = True
        each = back * held
        if mistake == "times the lid":
            each = each * lid
        dlid = each.mean(axis=0) if mistake == "averaged" else each.sum(axis=0)
        if mistake == "one for all":
            dlid = np.full(len(lid), each.sum())
        elif mistake == "not cleared":
            before = dlid = before + dlid
        elif mistake in ("no gradient", "not in place"):
            dlid = 0 * dlid
        y = np.minimum(np.maximum(x_n, 0), lid)
        made |= {f"y{when}": y, f"dx{when}": back * through, f"dlid{when}": dlid}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
    return made


@exercise(2, "ReLU with a lid", 10)
def check_lid(ReluWithLid, rng):
    def steps(lid, x, dout, x_2, dout_2):
        layer = ReluWithLid(lid)
        grads = list(layer.grads)
        for when, x_n, d in (("", x, dout), (" of the second batch", x_2, dout_2)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dlid{when}", grads[0]
            yield f"the array in grads{when}", kept(layer.grads, grads)

    def batch(N, lid, kind):
        """In each column some numbers lie below 0, some between, and some above the lid."""
        pattern = np.arange(N)[:, None] % 3 + np.zeros((1, len(lid)), int)
        pattern = rng.permuted(pattern, axis=0)
        part = rng.uniform(0.2, 0.8, pattern.shape)
        x = np.choose(pattern, [-2 * part, part * lid, (1 + part) * lid])
        return x.astype(kind), numbers(rng, x.shape, kind)

    def problem(N, D, kind=float):
        top = rng.uniform(0.5, 3, D).astype(kind)
        (x, dout), (x_2, dout_2) = batch(N, top, kind), batch(3, top, kind)
        made = {"lid": top, "x": x, "dout": dout, "x_2": x_2, "dout_2": dout_2}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "lid": np.array([2.0]),
        "x": np.array([[-1.0], [1], [3], [5]]),
        "dout": np.array([[1.0], [10], [100], [1000]]),
        "x_2": np.array([[4.0], [-3]]),
        "dout_2": np.array([[1.0], [2]]),
    }
    judge([paper, problem(4, 3), problem(3, 2), problem(7, 4, FLOAT32)], steps, lid, HINTS)
    return "between 0 and the lid all comes back, and the lid learns from what it holds down"
