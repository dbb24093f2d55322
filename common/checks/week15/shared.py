"""What the checks of several exercises share: bricks, and hints."""

from common.checks.judge import read_hints

__all__ = ["BRICKS", "SHARED"]

BRICKS = "softmax", "array_module", "as_floats"

SHARED = read_hints(
    """
not in place:
    ? A model keeps the arrays of `params` and `grads` from the day it is built. Are yours
      still the same arrays?
    @ 2_two_gradients.ipynb, section "The class"
    ! Write into the array that is there. A new array under the same name is seen by nobody.

no gradient:
    ? The optimizer reads the array in `grads`. Who writes into it?
    @ 2_two_gradients.ipynb, section "The class"
    ! The matrix is learned, and backward brings its gradient.

not cleared:
    ? What stood in the gradient before this batch came?
    @ 2_two_gradients.ipynb, section "The obvious code, and what it loses"
    ! A gradient belongs to one batch, and replaces what the batch before left.
"""
)
