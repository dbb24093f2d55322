"""What an exam adds to grading: whose paper it is, which sitting, and when it was due.

The teacher's settings stand in ``classroom/exams.toml``; a table for each week's exam:

    [week07]
    sitting = "first, green kettle"   # what the class writes into the notebook
    due = 2026-11-20T11:30:00         # local time; leave it out if there is none
    late_per_hour = 10                # points off for each hour that has begun; 0: only shown

    [week07.accept]                   # decided by you: which paper counts for whom
    anna = {student = "ana"}
"""

from __future__ import annotations

import ast
import math
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from exercises import ROOT

from common.checks.exam import IdentityError, normal
from grading.repair import name_of

try:
    from nbgrader.api import Gradebook
    from nbgrader.plugins import BasePlugin
    from traitlets import Float
except ImportError:
    Gradebook, BasePlugin, Float = None, object, float

FILE = "exams.toml"
TEMPLATE = f"""# Settings of the exams; without a line here: sitting "first", no deadline.
#{__doc__.partition(":")[2].partition(":")[2].replace(chr(10) + "    ", chr(10) + "# ").rstrip()}
"""


@dataclass(frozen=True)
class Rules:
    """A teacher's settings of one exam."""

    sitting: str = "first"
    due: datetime | None = None  # with its time zone
    late_per_hour: float = 0
    accept: dict = field(default_factory=dict)  # learner -> {student, sitting} of the paper


class RefusedError(ValueError):
    """A submission that waits for the teacher's decision."""


def is_exam(week):
    return (ROOT / "solutions" / week / "exam.ipynb").exists()


def rules(classroom, week):
    """The settings of a week's exam; a sentence and the end if they cannot be read."""
    path = classroom / FILE
    if not path.exists():
        return Rules()
    try:
        found = dict(tomllib.loads(path.read_text("utf-8")).get(week, {}))
        unknown = sorted(set(found) - set(Rules.__dataclass_fields__))
        if unknown:
            known = ", ".join(Rules.__dataclass_fields__)
            raise ValueError(f"[{week}] has {', '.join(unknown)}; known are {known}")
        due = found.get("due")
        if due is not None and not isinstance(due, datetime):
            raise ValueError("due is a day and a time, such as 2026-11-20T11:30:00")
        if due is not None:
            found["due"] = due.astimezone()
        made = Rules(**found)
        normal(made.sitting, "sitting")
        if not 0 <= made.late_per_hour < math.inf:
            raise ValueError("late_per_hour is a number of points, 0 or more")
        for student, paper in made.accept.items():
            if not set(paper) <= {"student", "sitting"}:
                raise ValueError(f"accept: {student} takes student and sitting")
        return made
    except (ValueError, TypeError, AttributeError) as error:  # TOMLDecodeError is a ValueError
        raise SystemExit(f"{path}: {error}") from error


def claimed(notebook):
    """The id and the sitting that a notebook was opened with; None where there is none."""
    found = {"student": None, "sitting": None}
    for cell in notebook.cells:
        if cell.cell_type != "code" or name_of(cell):
            continue
        try:
            body = ast.parse(cell.source).body
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = {t.id for t in node.targets if isinstance(t, ast.Name)}
                found |= {name: node.value.value for name in names & set(found)}
    return found


def seat(student, notebook, rules):
    """Whose paper a submission is graded with, and notes.

    Raises
    ------
    RefusedError : the notebook was opened as somebody else, as nobody, or for another sitting.
    """
    if student in rules.accept:
        paper = {"student": student, "sitting": rules.sitting} | rules.accept[student]
        whose = f"{paper['student'] or 'the specimen'}, sitting {paper['sitting']}"
        return paper, [f"graded as the paper of {whose}: so in {FILE}"]
    opened, wait = claimed(notebook), f"not graded: decide in {FILE}"
    try:
        who, when = (normal(opened[k] or "", k) for k in ("student", "sitting"))
        mine = normal(student)
    except IdentityError as error:
        raise RefusedError(f"{error}; {wait}") from error
    if not who:
        raise RefusedError(f"opened without an id, so with the specimen paper; {wait}")
    if who != mine:
        raise RefusedError(f"opened with the id {who!r}, and handed in by {student!r}; {wait}")
    if when != normal(rules.sitting):
        due = normal(rules.sitting)
        raise RefusedError(f"opened for the sitting {when!r}, and this one is {due!r}; {wait}")
    return {"student": student, "sitting": rules.sitting}, []


def lateness(time, rules):
    """Notes on when a submission came, and the points that it costs at most."""
    if rules.due is None or time is None or time <= rules.due:
        return [], 0
    minutes = math.ceil((time - rules.due).total_seconds() / 60)
    points = rules.late_per_hour * math.ceil(minutes / 60)
    cost = f"{points:g} points off" if points else "no points off"
    return [f"handed in {time.astimezone():%Y-%m-%d %H:%M}, {minutes} minutes late: {cost}"], points


def stamp(time):
    """A time as nbgrader reads it from timestamp.txt."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def set_due(db_url, week, rules):
    """Tell nbgrader's gradebook when the exam is due."""
    due = rules.due and rules.due.astimezone(UTC).replace(tzinfo=None)
    with Gradebook(db_url) as book:
        book.update_or_create_assignment(week, duedate=due)


def penalty(db_url, week, student):
    """The points that nbgrader took off for being late."""
    with Gradebook(db_url) as book:
        return book.find_submission(week, student).late_submission_penalty or 0


class LatePerHour(BasePlugin):
    """nbgrader's plugin for late submissions: points for each hour that has begun."""

    per_hour = Float(0).tag(config=True) if Gradebook else 0

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return min(score, self.per_hour * math.ceil(total_seconds_late / 3600))
