"""Hints that several exercises share."""

from common.checks.judge import read_hints

__all__ = ["BACK", "IN_PLACE"]

BACK = read_hints(
    """
upstream:
    ? What do you do with the gradient that arrives from above?
    @ 1_apples_and_a_tax.ipynb, section "One node at a time"
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.
"""
)
IN_PLACE = read_hints(
    """
not in place:
    ? A network keeps the arrays of `grads` from the day it is built. Are yours still the same
      arrays?
    @ 2_layers_backwards.ipynb, section "Three traps"
    ! Write into the array that is there. A new array under the same name is seen by nobody.

not cleared:
    ? What stood in the gradient before this batch came?
    @ 2_layers_backwards.ipynb, section "Three traps"
    ! A gradient belongs to one batch, and replaces what the batch before has left.
"""
)
