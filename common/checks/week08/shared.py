"""Hints that several exercises share."""

from common.checks.judge import read_hints

__all__ = ["BACK"]

BACK = read_hints(
    """
upstream:
    ? What do you do with the gradient that arrives from above?
    @ exercises.ipynb, the text of this exercise
    ! Every backward pass begins with what arrives. It is a factor of all that goes on.

not in place:
    ? A network keeps the arrays of `grads` from the day it is built. Are yours still the same
      arrays?
    @ exercises.ipynb, the text of this exercise
    ! Write into the array that is there. A new array under the same name is seen by nobody.

not cleared:
    ? What stood in the gradient before this batch came?
    @ exercises.ipynb, the text of this exercise
    ! A gradient belongs to one batch, and replaces what the batch before has left.
"""
)
