"""What the checks of several exercises share: bricks, and hints."""

from common.checks.judge import read_hints

__all__ = ["BRICKS", "SHARED"]

BRICKS = "sigmoid", "softmax", "array_module", "as_floats"

SHARED = read_hints(
    """
not in place:
    ? A model keeps the arrays of `params` and `grads` from the day it is built. Are yours
      still the same arrays?
    @ 2_check_a_gradient.ipynb, section "Two faults"
    ! Write into the array that is there. A new array under the same name is seen by nobody.
"""
)
