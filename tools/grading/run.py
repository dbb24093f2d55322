"""Execute one submission in a folder and a kernel of its own, and decide each check."""

from __future__ import annotations

import ast
import hashlib
import hmac
import importlib.util
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from importlib.util import cache_from_source
from pathlib import Path

import nbformat
from exercises import ROOT

from grading.repair import defined, is_answer, marks, name_of

try:
    from nbclient.exceptions import DeadKernelError
    from nbgrader.preprocessors import Execute
    from nbgrader.utils import setenv
except ImportError:
    Execute = object

INSIDE = Path(__file__).resolve().parent / "inside"
KERNEL = "--IPKernelApp.kernel_class=grading_kernel.GradingKernel"
MOST_OUTPUT = 1e6  # bytes of a cell's output
CUT = "... the rest of this output was cut off ..."


class GradingExecute(Execute):
    """nbgrader's Execute in the grading kernel, with an end to outputs and to time.

    A dead kernel costs the rest only.  A check earns its points by a verdict that
    the kernel has signed; that no error came out is not enough.
    """

    notebook_seconds = 180
    order = {}  # what grading_kernel.make_judge takes, less the secret
    seat = None  # of an exam: whose paper it is, and which sitting
    found = None  # a list that receives what a teacher should know, and another, the verdicts

    def preprocess(self, nb, resources, **more):
        self.written, self.started, self.over = {}, time.monotonic(), ""
        self.secret, self.mark = secrets.token_hex(16), f"#check {secrets.token_hex(16)} "
        path = [str(INSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
        with tempfile.TemporaryDirectory() as folder:
            order = Path(folder) / "order.json"
            order.write_text(
                json.dumps(self.order | {"secret": self.secret, "mark": self.mark}), "utf-8"
            )
            whose = {"EXAM_SEAT": json.dumps(self.seat)} if self.seat else {}
            with setenv(GRADING_ORDER=str(order), PYTHONPATH=os.pathsep.join(path), **whose):
                nb, resources = super().preprocess(nb, resources, **more)
        # an answer may have deleted the folder that the notebook is written to
        Path(resources["metadata"]["path"]).mkdir(parents=True, exist_ok=True)
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        if time.monotonic() - self.started > self.notebook_seconds:
            self.over = f"the notebook took more than {self.notebook_seconds} seconds"
        if cell.cell_type != "code":
            return cell, resources
        if not self.over:
            source, self.reply = cell.source, None
            try:
                if is_check(cell):
                    cell.source = f"{self.mark}{name_of(cell)}\n{source}"
                super().preprocess_cell(cell, resources, index)
                if is_check(cell):
                    self.decide(cell)
                return cell, resources
            except DeadKernelError:
                self.over = "an answer ended the kernel"
            finally:
                cell.source = source
        cell.outputs = [nbformat.v4.new_output("error", ename="NotRun", evalue=self.over)]
        return cell, resources

    def on_cell_executed(self, **about):
        self.reply = about["execute_reply"]["content"]
        super().on_cell_executed(**about)

    def decide(self, cell):
        """Leave of a check's outputs what was printed, and an error unless it passed."""
        printed = [o for o in cell.outputs if o.output_type == "stream"]
        errors = [o for o in cell.outputs if o.output_type == "error"]
        verdict = self.verdict(name_of(cell))
        if verdict is None:
            errors = errors or [error("NotChecked", "the check did not come to its end")]
            if errors[0].ename != "CellTimeoutError":
                self.found[0].append(f"{name_of(cell)} came to no verdict: no points")
        else:
            self.found[0].extend(verdict["notes"])
            self.found[1].append(verdict)
            errors = [error(*verdict["error"])] if verdict["error"] else []
            if verdict["points"] is not None and not errors:
                errors = [some_points(verdict["points"])]
        for output in printed:
            output.name = "stdout"  # for nbgrader, stderr is an error
        cell.outputs = printed + errors

    def verdict(self, name):
        signed = (self.reply or {}).get("verdict")
        if not isinstance(signed, dict):
            return None
        text = str(signed.get("text"))
        proof = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof, str(signed.get("proof"))):
            return None
        verdict = json.loads(text)
        return verdict if verdict["name"] == name else None

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            before = self.written.get(cell_index, 0)
            self.written[cell_index] = before + len(str(msg["content"]))
            if self.written[cell_index] > MOST_OUTPUT:
                if before <= MOST_OUTPUT:
                    cell.outputs.append(nbformat.v4.new_output("stream", text=f"\n{CUT}\n"))
                return None
        return super().process_message(msg, cell, cell_index)


def error(name, text):
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def some_points(points):
    """What nbgrader takes for the points of an answer that is right in some parts."""
    return nbformat.v4.new_output("execute_result", {"text/plain": f"{points:g}"})


def is_check(cell):
    return cell.cell_type == "code" and bool(marks(cell).get("grade")) and not is_answer(cell)


def order_for(given, classroom, calls=None):
    """What the kernel must know of a week: the course's names, and what is closed to it."""
    code = [c for c in given.cells if c.cell_type == "code"]
    lines = [
        ast.unparse(node)
        for c in code
        if not name_of(c)
        for node in ast.parse(c.source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    real, imports = os.path.realpath, "\n".join(lines)
    keys = sorted((ROOT / "common" / "checks").glob("week*/key.py"))
    return {
        "imports": imports,
        "keys": [k.parent.name for k in keys if k.parent.name in imports],
        "answers": sorted(set().union(*(defined(c.source) for c in code if is_answer(c)))),
        "calls": calls,
        "closed": [real(ROOT / f) for f in ("solutions", "tests", ".git")]
        + [real(classroom)]
        + [real(file) for key in keys for file in (key, cache_from_source(key))],
        "fixed": [real(ROOT), real(classroom)],
    }


def executing(order, found, seat=None):
    """GradingExecute with an order; its notes and verdicts go to ``found``."""
    about = {"order": order, "found": found, "seat": seat}
    return type("GradingExecute", (GradingExecute,), about)


def bricks(source, classroom, config):
    """Check -> the course's functions that its model answer calls, by running the model answers.

    Raises
    ------
    RuntimeError : a model answer does not pass its own check.
    """
    notes, verdicts = found = [], []
    notebook = nbformat.from_dict(source)
    with tempfile.TemporaryDirectory() as folder, setenv(NBGRADER_EXECUTION="autograde"):
        run = executing(order_for(source, classroom), found)(config=config)
        run.preprocess(notebook, {"metadata": {"path": folder}})
    passed = {v["name"]: v["calls"] for v in verdicts if v["error"] is None}
    missing = sorted({name_of(c) for c in source.cells if is_check(c)} - set(passed))
    if missing:
        said = [": ".join(v["error"]) for v in verdicts if v["error"]] + notes
        raise RuntimeError(f"model answers fail: {', '.join(missing)}: {'; '.join(said)[:300]}")
    return passed


def lay_out(submission, place, notebook, name="exercises.ipynb"):
    """Write a submission's notebook and the files beside it into a folder; notes.

    What would stand before an installed module on Python's path is left out.
    """
    notes = []
    place.mkdir(parents=True)
    for path in sorted(submission.path.parent.iterdir()):
        if path.name.startswith((".", "__")) or path.suffix == ".ipynb" or path.is_symlink():
            continue
        if shadows(path):
            notes.append(f"{path.name} beside the notebook not used: the course has its own")
        elif path.is_dir():
            shutil.copytree(path, place / path.name, symlinks=True)
        else:
            shutil.copy(path, place / path.name)
    nbformat.write(notebook, place / name)
    return notes


def shadows(path):
    """Whether a file or folder has the name of a module that is installed; a week's has not."""
    if path.is_dir() and re.fullmatch(r"week\d+", path.name):
        return False
    python = path.suffix in (".py", ".pyc", ".so", ".pyd") or (
        path.is_dir() and any(path.rglob("*.py"))
    )
    name = path.name.split(".")[0]
    return python and name.isidentifier() and importlib.util.find_spec(name) is not None


def remarks(notebook):
    """What an executed notebook's outputs tell a teacher."""
    not_run = set()
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        name = name_of(cell) or f"code cell {number}"
        printed = "".join(o.get("text", "") or json.dumps(o.get("data", "")) for o in cell.outputs)
        errors = {o.ename: o.evalue for o in cell.outputs if o.output_type == "error"}
        if "CellTimeoutError" in errors:
            yield f"{name} was cut off: no end in sight"
        if "NotRun" in errors and errors["NotRun"] not in not_run:
            not_run.add(errors["NotRun"])
            yield f"not run from {name} on: {errors['NotRun']}"
        if CUT in printed or "... Output truncated ..." in printed:
            yield f"{name} has a huge output, cut off"
