"""The book of the whole course, made once in a run of the tests, whoever asks first."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "book" / "_build" / "html"
PATIENCE = 1800  # seconds, on a machine that has other work too


def whole_book(tmp_path_factory):
    """Make the book, or wait for the process that makes it : its exit status, what it said.

    The tests' processes share the folder above their own.  The environment
    variable BOOK_IS_MADE says that the book is there already, as it should be:
    for whoever tries one style after another.
    """
    if os.environ.get("BOOK_IS_MADE"):
        return 0, ""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    told = folder / "book.json"
    try:
        (folder / "book").mkdir()
    except FileExistsError:
        started = time.monotonic()
        while not told.exists():
            if time.monotonic() - started > PATIENCE:
                return 1, f"the process that makes the book has not ended in {PATIENCE} s"
            time.sleep(0.5)
        return tuple(json.loads(told.read_text(encoding="utf-8")))
    code, said = 1, "the process that was to make the book came to no end"
    try:
        command = [sys.executable, ROOT / "tools" / "book.py"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        code, said = done.returncode, done.stdout + done.stderr
    finally:
        unfinished = told.with_suffix(".part")
        unfinished.write_text(json.dumps([code, said]), encoding="utf-8")
        unfinished.replace(told)
    return code, said
