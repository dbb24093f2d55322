"""Where arrays live: the switch works at any time, and what it says when it cannot."""

import builtins
import sys

import numpy
import pytest
from stub_cupy import StubModule, stub_cupy

from common import config
from common import np as np_room
from common.np import GPU, array_module, np, to_cpu, to_gpu


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


@pytest.fixture
def no_cupy(monkeypatch):
    """A machine on which CuPy is not installed."""
    monkeypatch.setitem(sys.modules, "cupy", None)


# --- the switch ---------------------------------------------------------------------------


def test_numpy_unless_told_otherwise():
    assert type(np.zeros(3)) is numpy.ndarray
    assert np.float32 is numpy.float32
    assert not GPU
    assert not GPU == True  # noqa: E712, SIM201  (what a notebook may write)


def test_the_switch_works_at_any_time(cupy):
    """What: ``config.GPU`` set after all imports, and set back.
    Why: notebooks set it in whatever cell they like.
    Expected: new arrays follow at once, both ways; arrays that exist stay where they are."""
    here = np.zeros(3)
    config.GPU = True
    there = np.zeros(3)
    assert isinstance(there, cupy.ndarray)
    assert array_module(np.random.random(2)) is cupy
    assert GPU
    assert GPU == True  # noqa: E712
    assert repr(GPU) == "True"
    assert "CuPy" in repr(np)
    config.GPU = False
    assert type(np.ones(3)) is numpy.ndarray
    assert type(here) is numpy.ndarray
    assert isinstance(there, cupy.ndarray)
    assert GPU == False  # noqa: E712
    assert repr(GPU) == "False"
    assert "NumPy" in repr(np)
    assert hash(GPU) == hash(False)


def test_no_cupy_gives_a_clear_error(no_cupy):
    """What: the switch on, and nothing behind it.
    Why: the reader should read what to do, not a traceback from inside a layer.
    Expected: an ImportError that names the switch and the file to install from."""
    config.GPU = True
    told = (
        "^config.GPU is True, but CuPy is not installed: set config.GPU = False, "
        "or install it with `pip install -r requirements-gpu.txt`$"
    )
    with pytest.raises(ImportError, match=told):
        np.zeros(3)
    with pytest.raises(ImportError, match=r"requirements-gpu.txt"):
        to_gpu([1.0])


def test_no_gpu_gives_a_clear_error(monkeypatch):
    """What: CuPy installed, and no GPU, or no driver for it.
    Why: CuPy can be imported there; its own error comes from inside the first layer.
    Expected: one sentence with what CuPy has found, and what to do; it is looked at once."""
    found, asked = [], []

    def count():
        asked.append(found[0])
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    module = stub_cupy()
    module.cuda.runtime.getDeviceCount = count
    monkeypatch.setitem(sys.modules, "cupy", module)
    config.GPU = True
    for said, why in (RuntimeError("cudaErrorNoDevice"), "cudaErrorNoDevice"), (0, "it counts 0"):
        found[:] = [said]
        told = (
            rf"^config.GPU is True, but CuPy sees no GPU \({why}\): set config.GPU = False, "
            "or ask `make doctor`$"
        )
        with pytest.raises(RuntimeError, match=told):
            np.zeros(3)
    found[:], asked[:] = [2], []
    assert isinstance(np.zeros(3), module.ndarray)
    assert isinstance(np.ones(3), module.ndarray)
    assert asked == [2]


@pytest.mark.parametrize("version", ["9.6.0", "12.3.0", "13.1.0", "13.0.0rc1"])
def test_a_cupy_that_is_too_old_is_refused(version, cupy, monkeypatch):
    if isinstance(cupy, StubModule):
        monkeypatch.setitem(cupy.__dict__, "__version__", version)
        config.GPU = True
        told = (
            rf"^CuPy {version} is too old: 13.2 or newer is needed; set config.GPU = False, "
            "or install one with `pip install -r requirements-gpu.txt`$"
        )
        with pytest.raises(ImportError, match=told):
            np.zeros(3)


@pytest.mark.parametrize("version", ["13.2.0", "13.10.0", "14.0.0rc1", "15.0.0a1"])
def test_a_cupy_that_is_new_enough_is_taken(version, cupy, monkeypatch):
    if isinstance(cupy, StubModule):
        monkeypatch.setitem(cupy.__dict__, "__version__", version)
        config.GPU = True
        assert isinstance(np.zeros(3), cupy.ndarray)


def test_star_import_gives_np_and_gpu():
    namespace = {}
    exec("from common.np import *", namespace)
    assert namespace["np"] is np
    assert namespace["GPU"] is GPU
    assert set(namespace) - {"__builtins__"} == {"np", "GPU"}
    for room in "layers", "np":
        namespace = {}
        exec(f"from common.{room} import *", namespace)
        assert namespace["np"] is np


def test_names_can_be_completed_with_the_tab_key():
    assert "zeros_like" in dir(np)


def test_cupy_is_not_imported_before_it_is_needed(monkeypatch):
    """NumPy users do not wait for CuPy, nor see its warnings."""
    original = builtins.__import__

    def refuse(name, *args, **kwargs):
        assert not name.startswith("cupy")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(np_room, "_cupy", lambda: pytest.fail("CuPy was asked for"))
    assert array_module(np.zeros(2), [1], 3.0) is numpy
    assert to_cpu([1, 2]).tolist() == [1, 2]


# --- asking the arrays --------------------------------------------------------------------


def test_array_module_asks_the_arrays(cupy):
    there = cupy.asarray(numpy.ones(2))
    assert array_module(there) is cupy
    assert array_module(numpy.ones(2), there) is cupy
    assert array_module(numpy.ones(2), [1, 2], 3) is numpy
    assert array_module() is numpy


def test_a_name_that_only_begins_like_cupy_is_not_cupy():
    namesake = type("ndarray", (), {"__module__": "cupyfoo.core"})
    assert array_module(namesake()) is numpy


def test_there_and_back(cupy):
    x = numpy.arange(6.0).reshape(2, 3)
    there = to_gpu(x)
    assert array_module(there) is cupy
    assert to_gpu(there) is there
    assert numpy.array_equal(to_cpu(there), x)
    assert type(to_cpu(there)) is numpy.ndarray
    assert to_cpu(x) is x
