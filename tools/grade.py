"""Hand out and grade a week's exercises with nbgrader.

    python tools/grade.py release week16    write classroom/release/week16/exercises.ipynb
    python tools/grade.py grade week16      grade classroom/submitted/NAME/week16/exercises.ipynb

Grading fills classroom/autograded (executed copies), classroom/feedback (HTML),
classroom/gradebook.db and classroom/grades.csv.  A submission that cannot be
graded is reported and the others go on.  Each is executed in a folder of its
own, with nothing but its own files beside it: that guards against accidents, not
against malice (see solutions/README.md).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from exercises import ROOT, learners_copy

try:
    from nbclient.exceptions import DeadKernelError
    from nbgrader.api import Gradebook, MissingEntry
    from nbgrader.apps import NbGraderAPI
    from nbgrader.converters import Autograde
    from nbgrader.preprocessors import Execute
    from traitlets.config import PyFileConfigLoader
except ImportError:
    Execute = object

NOTEBOOK = "exercises.ipynb"
LARGEST = 20e6  # bytes of a submitted notebook
MOST_OUTPUT = 1e6  # bytes of a cell's output
CUT = "... the rest of this output was cut off ..."


class UnreadableError(ValueError):
    """A submission that is no notebook."""


@dataclass
class Result:
    """What became of one submission."""

    student: str
    points: dict = field(default_factory=dict)  # name of a graded cell -> points, None: by hand
    notes: list = field(default_factory=list)
    graded: bool = False


class LimitedExecute(Execute):
    """nbgrader's Execute, with an end to outputs and to time; a dead kernel costs the rest only."""

    notebook_seconds = 180

    def preprocess(self, nb, resources, **more):
        self.written, self.started, self.over = {}, time.monotonic(), ""
        nb, resources = super().preprocess(nb, resources, **more)
        # an answer may have deleted the folder that the notebook is written to
        Path(resources["metadata"]["path"]).mkdir(parents=True, exist_ok=True)
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        if time.monotonic() - self.started > self.notebook_seconds:
            self.over = f"the notebook took more than {self.notebook_seconds} seconds"
        if cell.cell_type != "code" or not self.over:
            try:
                return super().preprocess_cell(cell, resources, index)
            except DeadKernelError:
                self.over = "an answer ended the kernel"
        cell.outputs = [nbformat.v4.new_output("error", ename="NotRun", evalue=self.over)]
        return cell, resources

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            before = self.written.get(cell_index, 0)
            self.written[cell_index] = before + len(str(msg["content"]))
            if self.written[cell_index] > MOST_OUTPUT:
                if before <= MOST_OUTPUT:
                    cell.outputs.append(nbformat.v4.new_output("stream", text=f"\n{CUT}\n"))
                return None
        return super().process_message(msg, cell, cell_index)


def settings(**directories):
    """nbgrader_config.py, with other folders where they are named."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.update(directories)
    config.NbGrader.log_level = "CRITICAL"
    steps = [LimitedExecute if step is Execute else step for step in default_steps()]
    config.Autograde.autograde_preprocessors = steps
    return config


def default_steps():
    return Autograde.autograde_preprocessors.default_args[0]


def released(week):
    """The notebook that the learners were given."""
    return learners_copy(nbformat.read(ROOT / "solutions" / week / NOTEBOOK, as_version=4))


def release(week, classroom):
    """Make the notebook to hand out, and write its exercises into the gradebook."""
    api = NbGraderAPI(config=settings(**folders(classroom)))
    made = api.generate_assignment(week, force=True)
    if not made["success"]:
        raise RuntimeError(made.get("error") or made.get("log"))
    return classroom / "release" / week / NOTEBOOK


def folders(classroom):
    return {
        "root": str(ROOT),
        "db_url": f"sqlite:///{classroom / 'gradebook.db'}?timeout=60",  # several write at once
        **{
            f"{step}_directory": os.path.relpath(classroom / step, ROOT)
            for step in ("release", "submitted", "autograded", "feedback")
        },
    }


def repaired(path, given):
    """Read a submission and put it in order; the notebook, and notes on what was repaired.

    Raises
    ------
    UnreadableError : it is too large, no JSON, or no notebook.
    """
    if not path.exists():
        raise UnreadableError(f"there is no {path.name}")
    if path.stat().st_size > LARGEST:
        size = path.stat().st_size / 1e6
        raise UnreadableError(f"the file has {size:.0f} MB; allowed are {LARGEST / 1e6:.0f}")
    notes = []
    try:
        text = path.read_text(encoding="utf-8")
        version = getattr(json.loads(text), "get", {}.get)("nbformat")
        if version not in (1, 2, 3, 4):
            raise UnreadableError(f"not a notebook: its notebook format is {version}, not 4")
        if version != 4:
            notes.append(f"written in notebook format {version}, converted to 4")
        notebook = nbformat.convert(nbformat.reads(text, nbformat.NO_CONVERT), 4)
        for cell in notebook.cells:
            cell.setdefault("metadata", nbformat.from_dict({}))
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.validator.normalize(notebook)
        nbformat.validate(notebook)
    except UnreadableError:
        raise
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {str(error)[:80]}") from error
    except Exception as error:
        raise UnreadableError(
            f"not a notebook: {type(error).__name__}: {str(error)[:80]}"
        ) from error
    notes += restore(notebook, given)
    return notebook, notes


def restore(notebook, given):
    """Put exercise cells that are missing back behind the one they stood behind."""
    place, notes = 0, []
    where = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): i
        for i, cell in enumerate(notebook.cells)
    }
    for cell in given.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if not name:
            continue
        if name in where:
            place = next(
                i + 1
                for i in reversed(range(len(notebook.cells)))
                if notebook.cells[i].metadata.get("nbgrader", {}).get("grade_id") == name
            )
        else:
            notebook.cells.insert(place, nbformat.from_dict(cell))
            place += 1
            notes.append(f"{name} was missing, put back")
    return notes


def edited_checks(notebook, given):
    """Notes on locked cells whose text is not the one that was handed out."""
    sources = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in given.cells
        if not cell.metadata.get("editable", True)
    }
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in sources and cell.source != sources[name]:
            yield f"{name} was edited, restored"


def grade_one(student, week, classroom, given, cell_seconds=None):
    """Grade one submission in a folder of its own."""
    result = Result(student)
    submitted = classroom / "submitted" / student / week
    try:
        notebook, notes = repaired(submitted / NOTEBOOK, given)
    except UnreadableError as error:
        result.notes.append(str(error))
        return result
    result.notes += [*notes, *edited_checks(notebook, given)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as alone:
        place = Path(alone) / "submitted" / student / week
        shutil.copytree(submitted, place, ignore=shutil.ignore_patterns(NOTEBOOK, ".*"))
        nbformat.write(notebook, place / NOTEBOOK)
        before = files(place)
        here = folders(classroom) | {
            "root": alone,
            "submitted_directory": "submitted",
            "autograded_directory": "autograded",
        }
        config = settings(**here)
        config.Execute.timeout = cell_seconds or config.Execute.timeout
        done = NbGraderAPI(config=config).autograde(week, student)
        graded = Path(alone) / "autograded" / student / week
        if not done["success"] or not (graded / NOTEBOOK).exists():
            errors = re.findall(
                r"^ +(\w*(?:Error|Exception)\b.*)", done.get("log", ""), re.MULTILINE
            )
            result.notes.append(f"could not be executed: {(errors or ['nothing came out'])[-1]}")
            return result
        gone = sorted(before - files(graded))
        if gone:
            result.notes.append(f"deleted files in its folder: {', '.join(gone)}")
        target = classroom / "autograded" / student / week
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(graded, target)
    result.graded = True
    result.notes += remarks(nbformat.read(target / NOTEBOOK, as_version=4))
    config = settings(**folders(classroom))
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        read_points(gradebook, result, week)
    if not NbGraderAPI(config=config).generate_feedback(week, student)["success"]:
        result.notes.append("no feedback could be written")
    return result


def files(folder):
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


def remarks(notebook):
    """What an executed notebook's outputs tell a teacher."""
    not_run = set()
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"code cell {number}"
        printed = "".join(o.get("text", "") or json.dumps(o.get("data", "")) for o in cell.outputs)
        errors = {o.ename: o.evalue for o in cell.outputs if o.output_type == "error"}
        if "CellTimeoutError" in errors:
            yield f"{name} was cut off: no end in sight"
        if "NotRun" in errors and errors["NotRun"] not in not_run:
            not_run.add(errors["NotRun"])
            yield f"not run from {name} on: {errors['NotRun']}"
        if CUT in printed or "... Output truncated ..." in printed:
            yield f"{name} has a huge output, cut off"
        if "HIDDEN TESTS" in printed:
            yield f"{name} prints the hidden tests"


def read_points(gradebook, result, week):
    """Fill in a result's points, and how many cells wait for a reader."""
    try:
        notebooks = gradebook.find_submission(week, result.student).notebooks
    except MissingEntry:
        return
    for cell in (grade for notebook in notebooks for grade in notebook.grades):
        by_hand = cell.manual_score is None and cell.auto_score is None
        result.points[cell.name] = None if by_hand else cell.score


def grade(week, classroom, jobs=None, say=print, cell_seconds=None):
    """Grade all that was handed in, ``jobs`` at a time; the results, one a student."""
    given = released(week)
    release(week, classroom)
    students = sorted(d.name for d in (classroom / "submitted").glob("*") if (d / week).is_dir())
    results = []
    with ProcessPoolExecutor(jobs or os.cpu_count(), initializer=quiet) as pool:
        common = week, classroom, given, cell_seconds
        for job in [pool.submit(grade_one, name, *common) for name in students]:
            results.append(job.result())
            say(line(results[-1]), flush=True)
    write_csv(classroom / "grades.csv", results, given)
    return results


def line(result):
    points = sum(p for p in result.points.values() if p is not None)
    waiting = sum(p is None for p in result.points.values())
    status = f"{points:5.1f} points" if result.graded else "  not graded"
    more = f", {waiting} answers to read" if waiting else ""
    return f"{result.student:20} {status}{more}" + "".join(f"\n    {n}" for n in result.notes)


def write_csv(path, results, given):
    """One line a student, one column an exercise; an answer to be read by hand stays empty."""
    names = [
        cell.metadata["nbgrader"]["grade_id"]
        for cell in given.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", "points", *names, "graded", "notes"])
        for r in results:
            points = [r.points.get(name) for name in names]
            total = sum(p for p in points if p is not None) if r.graded else None
            graded = "yes" if r.graded else "no"
            table.writerow([r.student, total, *points, graded, "; ".join(r.notes)])


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["release", "grade"])
    parser.add_argument("week")
    parser.add_argument("--classroom", type=Path, default=ROOT / "classroom")
    parser.add_argument("--jobs", type=int, help="submissions at a time; all processors by default")
    options = parser.parse_args(arguments)
    if Execute is object:
        sys.exit("nbgrader is not installed: pip install 'nbgrader>=0.9.5'")
    prepare(options.classroom)
    if options.step == "release":
        print(f"to hand out: {release(options.week, options.classroom)}")
        return 0
    started = time.monotonic()
    results = grade(options.week, options.classroom, options.jobs)
    seconds = time.monotonic() - started
    graded = sum(r.graded for r in results)
    print(f"{graded} of {len(results)} submissions graded in {seconds:.0f} seconds")
    print(f"{options.classroom / 'grades.csv'}")
    return 0 if graded == len(results) else 1


def quiet():
    """No warnings from inside nbgrader about its own database."""
    warnings.filterwarnings("ignore", module="nbgrader")


def prepare(classroom):
    """Make the folders; nbgrader calls `alembic`, which stands beside this Python."""
    (classroom / "submitted").mkdir(parents=True, exist_ok=True)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})


if __name__ == "__main__":
    sys.exit(main())
