"""One call of pytest runs the tests and every notebook.

Notebook outputs are compared strictly where they can be the same to the
letter: on the reference Python that pyproject.toml names (the embedded corpus
is Python's own documentation) and on x86-64 processors (floating-point sums
differ elsewhere).  In other places the notebooks run without comparing.
"""

import collections
import itertools
import os
import platform
import sys
import threading
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import pytest
from hypothesis import HealthCheck, settings
from tqdm import tqdm

from notebooks import CELL_TIMEOUT, ENVIRONMENT

os.environ.update(ENVIRONMENT)  # the notebooks' kernels inherit it

NOTEBOOK_BUDGET = 60  # seconds

# The same examples each time, so that a failure is there again tomorrow; a machine that
# has other work too may take its time; and `make mutants` runs a test twice in one process.
settings.register_profile(
    "course",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("course")

# tqdm's own lock is shared with forked processes; `make mutants` stops some that hold it.
tqdm.set_lock(threading.RLock())


def why_not_strict(rootpath):
    """Why outputs are not compared here, or an empty text."""
    with open(rootpath / "pyproject.toml", "rb") as file:
        course = tomllib.load(file)["tool"]["course"]
    here = ".".join(platform.python_version_tuple()[:2])
    if here != course["reference-python"]:
        return f"this is Python {here}, the reference is {course['reference-python']}"
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"this processor is {platform.machine()}, the reference is x86-64"
    from dataset import python_docs

    if python_docs.fingerprint() != course["reference-corpus"]:
        return "this Python's documentation differs from the reference corpus"
    return ""


def pytest_configure(config):
    config.reason = why_not_strict(config.rootpath)
    config.option.nbval = not config.reason
    config.option.nbval_lax = bool(config.reason)
    config.option.nbval_current_env = True
    config.option.nbval_cell_timeout = CELL_TIMEOUT
    config.option.nbval_kernel_startup_timeout = 60


def pytest_terminal_summary(terminalreporter, config):
    how = f"executed, not compared: {config.reason}" if config.reason else "executed and compared"
    seconds = collections.Counter()
    for report in itertools.chain(*terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.location[0].endswith(".ipynb"):
            seconds[report.location[0]] += report.duration
    terminalreporter.write_line(f"notebook outputs: {how}")
    # Told, not failed: on a machine that has other work too, a notebook may take longer.
    for path, time in seconds.most_common():
        if time > NOTEBOOK_BUDGET:
            terminalreporter.write_line(
                f"{path} took {time:.0f} s; make it smaller: {NOTEBOOK_BUDGET} s is what a reader "
                "waits on two cores",
                yellow=True,
            )
    if seconds:
        path, time = seconds.most_common(1)[0]
        terminalreporter.write_line(
            f"notebooks: {len(seconds)}, {seconds.total():.0f} s; longest {path}, {time:.0f} s"
        )
