"""Hints that several exercises share."""

from common.checks.judge import read_hints

__all__ = ["BACK", "IN_PLACE"]

BACK = read_hints(
    """
upstream:
    ? What do you do with the gradient that arrives from above?
    @ 2_one_matrix_product.ipynb, section "The way back, by hand"
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.
"""
)
IN_PLACE = read_hints(
    """
not in place:
    ? An optimizer keeps the arrays of `grads` from the day a layer is built. Are yours still the
      same arrays?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.

not cleared:
    ? What stood in the gradient before this batch came?
    @ exercises.ipynb, the text of this exercise
    ! A gradient belongs to one batch, and replaces what the batch before has left.
"""
)
