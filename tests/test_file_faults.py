"""A short set of `benchmarks/faults/files.py`: nothing is lost, hangs, or is left behind."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("Windows has no fork", allow_module_level=True)

PATH = Path(__file__).parents[1] / "benchmarks" / "faults" / "files.py"


@pytest.fixture(scope="module")
def faults():
    spec = importlib.util.spec_from_file_location("file_faults", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.KILLS, module.DAMAGED, module.MOUNT = 3, 30, False
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    "case",
    ["killed_while_saving", "killed_while_downloading", "damaged_files", "full_disks", "targets"],
)
def test_nothing_is_lost(faults, case):
    for fault, tried, *wrong, message in getattr(faults, case)():
        assert tried > 0
        assert wrong == [0, 0, 0], f"{fault}: {message}"
        assert fault


def test_bad_servers(faults):
    """Those that answer at once; the slow ones are in tests/dataset/."""
    content = b"one two " * 9000
    for answer in faults.ANSWERS:
        if "stalls" not in answer and "now and then" not in answer:
            fault, _, *wrong, message = faults.served_badly(answer, content, 1)
            assert wrong == [0, 0, 0], f"{fault}: {message}"


def test_every_case_is_in_the_list(faults):
    assert [case.__name__ for case in faults.CASES] == [
        "killed_while_saving",
        "killed_while_downloading",
        "damaged_files",
        "full_disks",
        "targets",
        "bad_servers",
    ]
