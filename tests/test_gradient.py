"""The old name of numerical_gradient, and what it refuses."""

import numpy
import pytest

from common import gradient, gradient_check
from common.gradient import numerical_gradient


def test_it_is_the_same_function_under_its_old_name():
    assert gradient.numerical_gradient is gradient_check.numerical_gradient


def test_as_volume_1_calls_it():
    """Its first example, 3 squared and 4 squared: slopes 6 and 8; and x is as it was."""
    x = numpy.array([3.0, 4.0])
    slopes = numerical_gradient(lambda x: (x**2).sum(), x)
    numpy.testing.assert_allclose(slopes, [6, 8], rtol=1e-8)
    assert x.tolist() == [3, 4]
    named = numerical_gradient(step=0.5, x=x, f=lambda x: (x**3).sum())
    numpy.testing.assert_allclose(named, [27.25, 48.25])


@pytest.mark.parametrize(
    ("x", "told"),
    [
        (numpy.array([3, 4]), r"x is an array of int64; allowed is one of floats: x.astype\(float"),
        (numpy.array([True]), r"x is an array of bool; allowed is one of floats"),
        ([3.0, 4.0], "x is a list; allowed is an array of floats"),
        (3.0, "x is a float; allowed is an array of floats"),
    ],
)
def test_what_takes_no_step_is_refused(x, told):
    """3 + 0.00001 is 3 in an array of whole numbers: the slope would come out as anything."""
    with pytest.raises(TypeError, match=f"^{told}"):
        numerical_gradient(lambda x: 0, x)
