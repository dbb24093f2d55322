"""Every notebook of the course passes every check of checks.py.

That its outputs come out again is compared by nbval, in the same run.
"""

import nbformat
import pytest
from checks import CHECKS, ROOT

from notebooks import find

NOTEBOOKS = find([ROOT / "notebooks"])


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, check):
    faults = list(check(nbformat.read(path, as_version=4), path))
    assert not faults, f"{path.relative_to(ROOT)}: " + "; ".join(faults)


def test_there_are_notebooks():
    assert NOTEBOOKS
