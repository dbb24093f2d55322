"""One call of pytest runs the tests and every notebook.

Notebook outputs are compared strictly where they can be the same to the
letter: on x86-64 processors, on every Python.  On others floating-point sums
differ; there ``tools/nearly.py`` says how near most cells must come.  The corpus
is the documentation of NumPy; where another NumPy than the pinned one is
installed, the notebooks that read it run without comparing.
"""

import collections
import itertools
import os
import platform
import sys
import threading
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import pytest
from grading.kernels import fork_kernels
from hypothesis import HealthCheck, settings
from nbval.plugin import IPyNbCell, IPyNbFile
from nearly import GOAL, NEAR, outputs_nearly
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


def why_not_strict():
    """Why outputs cannot be the same to the letter here, or an empty text."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"this processor is {platform.machine()}, the reference is x86-64"
    return ""


def why_another_corpus():
    """Why the corpus here is not the one of the stored outputs, or an empty text."""
    import numpy

    from dataset import numpy_docs

    with warnings.catch_warnings(action="ignore"):  # it is said at the end of the run
        if numpy_docs.fingerprint() == numpy_docs.REFERENCE:
            return ""
    return f"the documentation of this NumPy {numpy.__version__} is not the reference"


def pytest_configure(config):
    fork_kernels()
    config.reason = why_not_strict()
    config.other_corpus = why_another_corpus()
    config.option.nbval = True
    config.option.nbval_current_env = True
    config.option.nbval_cell_timeout = CELL_TIMEOUT
    config.option.nbval_kernel_startup_timeout = 60


def pytest_collection_modifyitems(items):
    """Long files first, so that at the end no process waits long for the other."""
    # a sort keeps the order of equals
    items.sort(key=lambda i: (i.path.parent.name != "browser", i.path.suffix != ".ipynb"))


def pytest_collectstart(collector):
    if isinstance(collector, IPyNbFile):
        config = collector.config
        reads_corpus = "numpy_docs" in collector.path.read_text(encoding="utf-8")
        collector.compare_outputs = not (reads_corpus and config.other_corpus)
        collector.sanitize_patterns["(?m) +$"] = ""  # help() writes them before Python 3.12


strictly = IPyNbCell.compare_outputs


def compare_outputs(cell, outputs, stored, skip_compare=None):
    """Strictly, or on another processor: note how near the cell comes, and go on."""
    same = strictly(cell, outputs, stored, skip_compare)
    if not cell.config.reason:
        return same
    how = "same" if same else "near" if outputs_nearly(outputs, stored) else "other"
    cell.user_properties.append(("output", how))
    return True


IPyNbCell.compare_outputs = compare_outputs


def compared(terminalreporter):
    """How each cell came out on another processor: report -> same, near or other."""
    reports = itertools.chain(*terminalreporter.stats.values())
    return {
        report: dict(report.user_properties)["output"]
        for report in reports
        if report_of_cell(report) and report.when == "call" and report.user_properties
    }


def report_of_cell(report):
    return isinstance(report, pytest.TestReport) and report.location[0].endswith(".ipynb")


def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.config.reason and session.exitstatus == pytest.ExitCode.OK:
        counts = collections.Counter(compared(reporter).values())
        if counts["other"] > (1 - GOAL) * counts.total():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    how = "executed and compared"
    if config.reason:
        cells = compared(terminalreporter)
        counts = collections.Counter(cells.values())
        how += f", not to the letter, for {config.reason}: {counts['same']:,} cells the same, "
        how += f"{counts['near']:,} near (numbers within {NEAR:.0%}), {counts['other']:,} other"
        for report in (report for report, came_out in cells.items() if came_out == "other"):
            terminalreporter.write_line(f"came out otherwise: {report.nodeid}")
        terminalreporter.write_line(f"at least {GOAL:.0%} must be the same or near")
    if config.other_corpus:
        how += f"; those that read the corpus not compared: {config.other_corpus}"
    seconds = collections.Counter()
    for report in itertools.chain(*terminalreporter.stats.values()):
        if report_of_cell(report):
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
