"""What several rooms' tests share."""

import sys

import pytest
from stub_cupy import stub_cupy


@pytest.fixture(params=["stand-in", "CuPy"])
def cupy(request, monkeypatch):
    """The strict stand-in everywhere, and CuPy itself where there is a GPU."""
    if request.param == "stand-in":
        module = stub_cupy()
        monkeypatch.setitem(sys.modules, "cupy", module)
        return module
    module = pytest.importorskip("cupy", reason="no GPU: CuPy is not installed")
    try:
        module.zeros(1)
    except Exception as error:
        pytest.skip(f"no GPU: {error}")
    return module
