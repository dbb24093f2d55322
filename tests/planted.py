"""In the process that plants mistakes into a copy of the package: what the tests say of each."""

import contextlib
import io
import os
import sys
from pathlib import Path

import pytest

# Of pytest's own plugins and rewriting nothing is needed: it is enough that a test fails.
OPTIONS = ["-c", os.devnull, "--rootdir=.", "-x", "-q", "--tb=line", "--assert=plain"]
WITHOUT = "cacheprovider", "unraisableexception", "threadexception"


def run_tests(*tests, options=()):
    """Import the package and the tests anew, and run some: the exit code, and what was said."""
    here = str(Path.cwd())
    for name, module in [*sys.modules.items()]:
        if name != "__main__" and str(getattr(module, "__file__", "")).startswith(here):
            del sys.modules[name]
    plugins = [f"-pno:{plugin}" for plugin in WITHOUT]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main([*OPTIONS, *plugins, *options, *(f"tests/{test}" for test in tests)])
    return int(code), said.getvalue()
