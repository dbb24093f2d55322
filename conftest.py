"""One call of pytest runs the tests and every notebook.

Notebook outputs are compared strictly where they can be the same to the
letter: on the reference Python that pyproject.toml names (the embedded corpus
is Python's own documentation) and on x86-64 processors (floating-point sums
differ elsewhere).  In other places the notebooks run without comparing.
"""

import os
import platform
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from notebooks import CELL_TIMEOUT, ENVIRONMENT

os.environ.update(ENVIRONMENT)  # the notebooks' kernels inherit it


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
    terminalreporter.write_line(f"notebook outputs: {how}")
