"""What the checks of layers share: batches in which words repeat, and hints."""

import numpy as np

from common.checks.judge import read_hints

__all__ = [
    "BRICKS",
    "SHARED",
    "after",
    "boundary_batches",
    "scatter",
    "two_batches",
]

BRICKS = ("sigmoid", "scatter_add", "array_module")

SHARED = read_hints(
    """
repeated rows, repeated rows of W, repeated biases:
    ? A word stands twice in the batch. What is left of the first of its two gradients?
    @ 1_row_slice.ipynb, section "The obvious code, and what it loses"
    ! Several places of the batch may own one row. All of them must arrive, not the last alone.

not cleared, bias not cleared, da not cleared:
    ? What stood in the gradient before this batch came?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! A gradient belongs to one batch. What the batch before left must be gone first.

cleared in part:
    ? Which rows of dW did the first batch touch, that the second does not?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Clear the whole array: a word that is absent now may have been there before.

not in place:
    ? A model keeps the arrays of `grads` from the day it is built. Is yours still the same array?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Write into the array that is there. A new array in `grads` is seen by nobody.

averaged, averaged over the batch:
    ? Where in the forward pass do you see a division by N?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! The loss has taken its mean already, and `dout` carries it. What several examples share
      adds up.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ 3_y_minus_t.ipynb, section "The gradient, node by node"
    ! Every backward pass begins with `dout`, also when it is 1 most of the time.
"""
)


def two_batches(rng, V=7):
    """Ids of two batches: in each a word comes twice; one word is in both, one in none."""
    word = rng.permutation(V)
    return word[[0, 1, 0, 2, 3]], word[[1, 4, 4, 5]]


def boundary_batches(V=7):
    """The same, with the first and the last id repeated."""
    return np.array([0, V - 1, 2, V - 1, 0]), np.array([2, 3, V - 1, 3])


def scatter(shape, idx, rows, buffered=False, dtype=float):
    """Bring rows back to where they came from, or lose repeated ones as ``+=`` does."""
    total = np.zeros(shape, dtype)
    if buffered:
        total[idx] += rows
    else:
        np.add.at(total, idx, rows)
    return total


def after(first, second, idx, mistake):
    """What a second batch leaves, if the first one's gradient was not cleared, or in part."""
    if mistake == "not cleared":
        return first + second
    if mistake == "cleared in part":
        left = first.copy()
        left[idx] = 0
        return left + second
    return second
