"""What is accepted and refused, to the edge, and what a refusal says."""

import numpy
import pytest

from common.arguments import as_generator, check_number, check_whole


@pytest.mark.parametrize("value", [1, 5, numpy.int32(3), numpy.uint8(5)])
def test_whole_numbers(value):
    check_whole("size", value, 1, 5)


@pytest.mark.parametrize("value", [0, -1, 6, 2.0, numpy.float64(2), None, "2", numpy.nan, True])
def test_what_is_no_whole_number_from_1_to_5(value):
    with pytest.raises(ValueError) as info:  # noqa: PT011
        check_whole("size", value, 1, 5)
    assert str(info.value) == f"size={value!r}; allowed is a whole number, 1 to 5"


def test_without_an_upper_bound_any_is_allowed_from_1():
    check_whole("size", 1)
    check_whole("size", 10**30)
    with pytest.raises(ValueError, match=r"^size=0; allowed is a whole number, 1 or more$"):
        check_whole("size", 0)


@pytest.mark.parametrize("value", [0, 0.0, 1, 1e300, numpy.float32(0.5)])
def test_numbers(value):
    check_number("t", value)


@pytest.mark.parametrize("value", [-1e-9, numpy.nan, numpy.inf, -numpy.inf, None, "1", 1j])
def test_what_is_no_finite_number_from_0(value):
    with pytest.raises(ValueError) as info:  # noqa: PT011
        check_number("t", value)
    assert str(info.value) == f"t={value!r}; allowed is a finite number, 0 or more"


def test_0_may_be_refused():
    check_number("lr", 1e-9, zero=False)
    with pytest.raises(ValueError, match=r"^lr=0; allowed is a finite number above 0$"):
        check_number("lr", 0, zero=False)


@pytest.mark.parametrize("seed", [0, 3, numpy.int64(3)])
def test_a_seed_is_a_new_generator(seed):
    assert as_generator(seed).random() == numpy.random.default_rng(int(seed)).random()


@pytest.mark.parametrize("rng", [numpy.random.default_rng(0), numpy.random.RandomState(0), None])
def test_generators_and_None_are_handed_on(rng):
    assert as_generator(rng) is rng


def test_a_seed_below_0_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^rng=-1; allowed is a whole number, 0 or more$"):
        as_generator(-1)


@pytest.mark.parametrize("rng", ["0", 1.5, [0]])
def test_nothing_else_draws(rng):
    with pytest.raises(TypeError, match=r"allowed are a seed, a numpy.random.Generator, or None"):
        as_generator(rng)
