"""A short set of `benchmarks/faults/training.py`: nothing is lost, hangs, or is left behind."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("Windows has no fork", allow_module_level=True)

PATH = Path(__file__).parents[1] / "benchmarks" / "faults" / "training.py"


@pytest.fixture
def faults(monkeypatch):
    spec = importlib.util.spec_from_file_location("training_faults", PATH)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.training, "PORTION", 100)
    module.KILLS, module.SIGNALS = 4, 2
    return module


@pytest.mark.parametrize("case", ["killed", "signalled", "not_finite"])
def test_nothing_is_lost(faults, case):
    some = [["Adam", faults.FastSkipGram]] if case in ("killed", "signalled") else []
    for fault, tried, *wrong, message in getattr(faults, case)(*some):
        assert tried > 0
        assert wrong == [0, 0, 0], f"{fault}: {message}"
