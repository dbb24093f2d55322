"""What the docstrings of the package show is what comes out."""

import doctest
import importlib
import pkgutil

import numpy
import pytest

import common

FIND = doctest.DocTestFinder(exclude_empty=True).find
SHOWN = [
    shown
    for room in pkgutil.iter_modules(common.__path__, "common.")
    for shown in FIND(importlib.import_module(room.name), extraglobs={"np": numpy})
    if shown.examples and "__mutmut_" not in shown.name  # a broken copy, of `make mutants`
]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_an_example_is_what_comes_out(shown):
    assert doctest.DocTestRunner().run(shown).failed == 0


def test_what_week_3_derives_has_an_example():
    names = {"functions.sigmoid", "functions.relu", "functions.softmax", "layers.Affine"}
    assert {f"common.{name}" for name in names} <= {shown.name for shown in SHOWN}
