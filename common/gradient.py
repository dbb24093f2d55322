"""The name under which volume 1 of *Deep Learning from Scratch* imports ``numerical_gradient``.

There the step is 1e-4, here 1e-5, and here an array of whole numbers is refused, into
which no such step can be written.
"""

from common.gradient_check import numerical_gradient

__all__ = ["numerical_gradient"]
