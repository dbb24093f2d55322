"""What several rooms' tests share."""

import signal
import sys
from pathlib import Path

import numpy
import pytest
from stub_cupy import StubModule, stub_cupy

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import bare  # noqa: F401  (on a machine with NumPy and pytest alone)

from common.interrupts import STOPPING


@pytest.fixture(params=["stand-in", pytest.param("CuPy", marks=pytest.mark.gpu)])
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


@pytest.fixture
def host_draws(cupy, monkeypatch):
    """CuPy, whose uniform numbers come from NumPy's state, as the stand-in's do."""
    if not isinstance(cupy, StubModule):
        draw = lambda shape=None: cupy.asarray(numpy.random.random(shape))
        monkeypatch.setattr(cupy.random, "random", draw)
    return cupy


@pytest.fixture
def python_handlers():
    """A test run in the background ignores Ctrl-C."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
