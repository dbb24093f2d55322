"""Hand out and grade a week's exercises with nbgrader.

    python tools/grade.py release week16    write classroom/release/week16/exercises.ipynb
    python tools/grade.py grade week16      grade classroom/submitted/NAME/week16/exercises.ipynb

Grading fills classroom/autograded (executed copies), classroom/feedback (HTML),
classroom/gradebook.db and classroom/grades.csv.  Whatever stands in
classroom/submitted is listed with what became of it; a submission that cannot be
graded is reported and the others go on.  solutions/README.md walks through it.
"""

from __future__ import annotations

import argparse
import csv
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
from exercises import ROOT, exams, learners_copy, sources
from grading import book, exam
from grading.collect import EXAM, NOTEBOOK, Submission, collect
from grading.kernels import fork_kernels
from grading.repair import UnreadableError, marks, name_of, repaired
from grading.run import KERNEL, bricks, executing, lay_out, order_for, remarks

try:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.converters import Autograde
    from nbgrader.preprocessors import Execute
    from traitlets.config import PyFileConfigLoader
except ImportError:
    Execute = object


@dataclass
class Result:
    """What became of one submission."""

    student: str
    points: dict = field(default_factory=dict)  # name of a graded cell -> points, None: not read
    waiting: list = field(default_factory=list)  # names of the cells that wait for a reader
    notes: list = field(default_factory=list)
    graded: bool = False
    absent: bool = False
    penalty: float = 0  # points off for being late


@dataclass(frozen=True)
class Task:
    """What all submissions of a week have in common."""

    week: str
    classroom: Path
    given: object  # the notebook that was handed out
    order: dict
    cell_seconds: int | None = None
    rules: exam.Rules | None = None  # of an exam

    @property
    def file(self):
        return notebook_of(self.week)


def settings(**directories):
    """nbgrader_config.py, with other folders where they are named."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.update(directories)
    config.NbGrader.log_level = "CRITICAL"
    config.Execute.extra_arguments = [*config.Execute.extra_arguments, KERNEL]
    config.AssignLatePenalties.plugin_class = exam.LatePerHour
    return config


def folders(classroom):
    return {
        "root": str(ROOT),
        "db_url": f"sqlite:///{classroom / 'gradebook.db'}?timeout=60",  # several write at once
        **{
            f"{step}_directory": os.path.relpath(classroom / step, ROOT)
            for step in ("release", "submitted", "autograded", "feedback")
        },
    }


def notebook_of(week):
    """What the notebook of a week is called: exercises, or an exam."""
    return EXAM if exam.is_exam(week) else NOTEBOOK


def source_of(week):
    """The instructor's notebook of a week."""
    path = ROOT / "solutions" / week / notebook_of(week)
    if not path.exists():
        there = ", ".join(sorted(p.parent.name for p in sources() + exams())) or "none"
        raise SystemExit(f"there is no solutions/{week}/{NOTEBOOK}; weeks with exercises: {there}")
    return nbformat.read(path, as_version=4)


def release(week, classroom):
    """Make the notebook to hand out, and write its exercises into the gradebook."""
    source_of(week)
    made = NbGraderAPI(config=settings(**folders(classroom))).generate_assignment(week, force=True)
    if not made["success"]:
        log = made.get("error") or made.get("log") or ""
        if "Cannot add or remove cells" in log:
            raise SystemExit(
                f"the exercises of {week} have other cells than those that are graded in "
                f"{classroom / 'gradebook.db'}: take back the change, or move that file away"
            )
        raise SystemExit(f"nbgrader could not release {week}:\n{log}")
    return classroom / "release" / week / notebook_of(week)


def grade_one(submission, task):
    """Grade one submission; whatever happens becomes a note."""
    result = Result(submission.student, notes=list(submission.notes), absent=submission.absent)
    if submission.path is None:
        return result
    try:
        notebook, notes = repaired(submission.path, task.given)
        result.notes += notes
        grade_notebook(submission, notebook, task, result)
    except (UnreadableError, exam.RefusedError) as error:
        result.notes.append(str(error))
    except Exception as error:
        result.notes.append(f"could not be graded: {type(error).__name__}: {str(error)[:200]}")
    result.notes = list(dict.fromkeys(result.notes))
    return result


def grade_notebook(submission, notebook, task, result):
    """Execute a repaired notebook in a folder of its own, and enter what came of it."""
    week, classroom, student, file = task.week, task.classroom, submission.student, task.file
    target = classroom / "autograded" / student / week
    config, whose = settings(**folders(classroom)), None
    if task.rules:
        whose, notes = exam.seat(student, notebook, task.rules)
        late, _ = exam.lateness(submission.time, task.rules)
        result.notes += notes + late
    kept = book.before(config.CourseDirectory.db_url, student, week, target / file)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as alone:
        place = Path(alone) / "submitted" / student / week
        result.notes += lay_out(submission, place, notebook, file)
        if task.rules:
            (place / "timestamp.txt").write_text(exam.stamp(submission.time), "utf-8")
        before = files(place)
        done, found = execute(week, student, task, alone, whose)
        result.notes += found
        graded = Path(alone) / "autograded" / student / week
        if not done["success"] or not (graded / file).exists():
            errors = re.findall(
                r"^ *(\w*(?:Error|Exception)\b.*)", done.get("log") or "", re.MULTILINE
            )
            result.notes.append(f"could not be executed: {(errors or ['nothing came out'])[-1]}")
            return
        gone = sorted(before - files(graded))
        if gone:
            result.notes.append(f"deleted files in its folder: {', '.join(gone)}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(graded, target, symlinks=True)
    result.graded = True
    result.notes += remarks(nbformat.read(target / file, as_version=4))
    settled = book.after(config.CourseDirectory.db_url, student, week, target / file, kept)
    if task.rules:
        result.penalty = exam.penalty(config.CourseDirectory.db_url, week, student)
    result.points, result.waiting, rewritten = settled
    result.notes += rewritten
    if not NbGraderAPI(config=config).generate_feedback(week, student)["success"]:
        result.notes.append("no feedback could be written")


def execute(week, student, task, alone, whose=None):
    """nbgrader's autograde in the folder ``alone``: its report, and notes."""
    here = {
        "root": alone,
        "submitted_directory": "submitted",
        "autograded_directory": "autograded",
    }
    config, found = settings(**folders(task.classroom) | here), ([], [])
    config.Execute.timeout = task.cell_seconds or config.Execute.timeout
    config.LatePerHour.per_hour = float(task.rules.late_per_hour if task.rules else 0)
    config.Autograde.autograde_preprocessors = [
        executing(task.order, found, whose) if step is Execute else step
        for step in Autograde.autograde_preprocessors.default_args[0]
    ]
    return NbGraderAPI(config=config).autograde(week, student), found[0]


def files(folder):
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


def grade(week, classroom, jobs=None, say=print, cell_seconds=None):
    """Grade all that was handed in, ``jobs`` at a time; the results, one an entry."""
    source = source_of(week)
    rules = exam.rules(classroom, week) if exam.is_exam(week) else None
    submissions = collect(classroom / "submitted", week, rules and rules.due)
    given, results = learners_copy(source), []
    with ProcessPoolExecutor(jobs or os.cpu_count(), initializer=begin) as pool:
        calls = pool.submit(bricks, source, classroom, settings())
        release(week, classroom)  # meanwhile
        if rules:
            exam.set_due(settings(**folders(classroom)).CourseDirectory.db_url, week, rules)
        order = order_for(given, classroom, calls.result())
        task = Task(week, classroom, given, order, cell_seconds, rules)
        running = [(s, pool.submit(grade_one, s, task)) for s in submissions]
        for submission, job in running:
            results.append(outcome(submission, job))
            say(line(results[-1]), flush=True)
    write_csv(classroom / "grades.csv", results, given, rules is not None)
    return results


def outcome(submission: Submission, job):
    try:
        return job.result()
    except Exception as error:  # the process ended: no memory, or stopped from outside
        return Result(submission.student, notes=[f"not graded, run again: {error}"])


def line(result):
    points = total(result)
    status = f"{points:5.1f} points" if result.graded else "  not graded"
    number = len(result.waiting)
    more = f", {number} answer{'s' * (number > 1)} to read" if number else ""
    return f"{result.student:20} {status}{more}" + "".join(f"\n    {n}" for n in result.notes)


def total(result):
    """The sum so far, less what being late costs."""
    return sum(p for p in result.points.values() if p is not None) - result.penalty


def write_csv(path, results, given, is_exam=False):
    """One line a student, one column an exercise; an answer that nobody has read stays empty."""
    names = [name_of(cell) for cell in given.cells if marks(cell).get("grade")]
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        late = ["points off"] if is_exam else []
        table.writerow(["student", "points", *names, *late, "to read", "graded", "notes"])
        for r in results:
            points = [r.points.get(name) for name in names]
            won = total(r) if r.graded else None
            late = [r.penalty or None] if is_exam else []
            waiting, graded = " ".join(r.waiting), "yes" if r.graded else "no"
            table.writerow([r.student, won, *points, *late, waiting, graded, "; ".join(r.notes)])


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["release", "grade"])
    parser.add_argument("week")
    parser.add_argument("--classroom", type=Path, default=ROOT / "classroom")
    parser.add_argument("--jobs", type=int, help="submissions at a time; all processors by default")
    options = parser.parse_args(arguments)
    if Execute is object:
        sys.exit("nbgrader is not installed: pip install 'nbgrader>=0.9.5'")
    classroom = options.classroom.resolve()
    source_of(options.week)
    prepare(classroom)
    if options.step == "release":
        print(f"to hand out: {release(options.week, classroom)}")
        if exam.is_exam(options.week) and not (classroom / exam.FILE).exists():
            (classroom / exam.FILE).write_text(exam.TEMPLATE, "utf-8")
            print(f"sitting, deadline and more: {classroom / exam.FILE}")
        return 0
    started = time.monotonic()
    results = grade(options.week, classroom, options.jobs)
    return summary(results, classroom, time.monotonic() - started)


def summary(results, classroom, seconds):
    """Print how many were graded; 0 if all were that handed something in, and somebody did."""
    graded = sum(r.graded for r in results)
    due = sum(not r.absent for r in results)
    if not due:
        print(f"nothing to grade: each learner's work goes into {classroom / 'submitted'}/NAME/")
        return 1
    print(f"{graded} of {due} submissions graded in {seconds:.0f} seconds")
    print(f"{classroom / 'grades.csv'}")
    return 0 if graded == due else 1


def begin():
    """A process that grades: forked kernels, and no warnings of nbgrader's about its database."""
    fork_kernels()
    warnings.filterwarnings("ignore", module="nbgrader")


def prepare(classroom):
    """Make the folders; nbgrader calls `alembic`, which stands beside this Python."""
    (classroom / "submitted").mkdir(parents=True, exist_ok=True)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})


if __name__ == "__main__":
    sys.exit(main())
