"""``make gpu-test`` and ``make gpu-bench`` on a bare machine: no .venv, no network, no SciPy.

The benchmark itself is tried in test_gpu_benchmark.py.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# As `python -m pytest`, with all that the project installs out of reach, but NumPy and pytest.
BARE = """
import runpy, sys
class Bare:
    missing = "cupy gensim hypothesis IPython matplotlib nbval pooch scipy torch tqdm xdist".split()
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Bare())
sys.argv = sys.argv[2:]
sys.path[0] = ""
runpy.run_module("pytest", run_name="__main__")
"""


def plan(target):
    """The lines that make would run."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", target, "PYTHON=python-of-the-machine"]
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=True)
    return shlex.split(done.stdout.replace("\\\n", " "))


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("target", ["gpu-test", "gpu-bench"])
def test_no_environment_is_made(target):
    words = plan(target)
    assert words.count("python-of-the-machine") == 1
    assert words[0] == "python-of-the-machine"
    assert not any("venv" in word for word in words)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_all_is_collected_with_numpy_and_pytest_alone():
    """What: the line of ``make gpu-test``, run where SciPy, tqdm and Hypothesis are not found.
    Why: a machine that is lent for its GPU, without a network, has CuPy, NumPy and pytest.
    Expected: every test that runs on CuPy is found, and is skipped with the reason."""
    command = plan("gpu-test")[1:]
    assert command[:2] == ["-m", "pytest"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", BARE, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    reasons = [line for line in said if line.startswith("SKIPPED")]
    assert len(reasons) > 20
    assert all("no GPU: CuPy is not installed" in line for line in reasons)
    counted = dict(reversed(part.split()[:2]) for part in said[-1].strip("= ").split(", "))
    assert counted.keys() == {"skipped", "deselected"}
    assert int(counted["skipped"]) > 250
