"""``make gpu-bench`` runs: every row, on the processor and on the stand-in, with small sizes."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from stub_cupy import TRAFFIC, stub_cupy

from common import config

FILE = Path(__file__).parents[1] / "benchmarks" / "gpu.py"


@pytest.fixture(scope="module")
def gpu():
    """The benchmark, as a module."""
    spec = importlib.util.spec_from_file_location("gpu_benchmark", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_row_has_both_sides(gpu, monkeypatch, tmp_path, capsys):
    """What: ``--tiny`` with the stand-in as CuPy.
    Why: the machine with the GPU is there for minutes, and a script that fails uses them up.
    Expected: a figure above 0 for each row on both sides; what it was measured on; the table."""
    monkeypatch.setitem(sys.modules, "cupy", stub_cupy())
    gpu.main(["--tiny", "--output", str(tmp_path / "gpu.json")])
    told = json.loads((tmp_path / "gpu.json").read_text())
    assert told["about"]["device"] == "a stand-in"
    assert told["about"]["cupy"] == "14.2.0"
    assert told["about"]["cuda runtime"] == 13000
    assert told["about"]["tiny"] is True
    said = capsys.readouterr().out
    for row in told["rows"]:
        assert row["processor"] > 0
        assert row["GPU"] > 0
        assert f"| {row['what']} | {row['unit']} | " in said
    what = " ".join(row["what"] for row in told["rows"])
    for part in (
        *("SkipGram", "CBOW", "FastSkipGram", "FastCBOW", "LSTM", "attention", "transformer"),
        *("scatter-add", "an operation on one number", "copy to", "copy from", "reading"),
    ):
        assert part in what
    assert config.GPU is False
    # only what is measured goes back to the host: the last row's array, and the weights never
    assert {shape for shape in TRAFFIC.copies} == {(gpu.Tiny.megabytes * 2**18,)}


def test_the_processor_alone(gpu, monkeypatch, tmp_path):
    """Without CuPy the small sizes still run, and the large ones say why they do not."""
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(gpu, "HERE", tmp_path)
    rows = gpu.main(["--tiny"])
    assert all(row["processor"] > 0 and "GPU" not in row for row in rows)
    with pytest.raises(SystemExit, match=r"^no GPU, so nothing to measure: .*not installed"):
        gpu.main([])
    assert [*tmp_path.iterdir()] == []
