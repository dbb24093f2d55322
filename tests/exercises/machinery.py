"""What every week's exercises are tested with.

A week is a solution notebook, ``solutions/weekNN/exercises.ipynb``, a module of
checks, ``common/checks/weekNN.py``, and a catalogue of wrong answers,
``tests/exercises/weekNN.py``.  All three are found by their names.  In the
notebook an answer's cell is called ``name``, and the cell that checks it ``check_name``.
"""

import ast
import contextlib
import importlib
import io
from dataclasses import dataclass
from functools import cache

import exercises
import nbformat


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer: the right one with some lines changed.

    Parameters
    ----------
    exercise : str
        The name of the answer's cell.
    mistake : str
        In words, for the table.
    hint : str
        The name of the hint that is meant for it.
    edits : dict, old text -> new text
        Each old text stands in the right answer exactly once.
    """

    exercise: str
    mistake: str
    hint: str
    edits: dict

    def __str__(self):
        return f"{self.exercise}: {self.mistake}"

    def source(self, right):
        for old, new in self.edits.items():
            if right.count(old) != 1:
                raise ValueError(f"{old!r} stands {right.count(old)} times in\n{right}")
            right = right.replace(old, new)
        return right


@dataclass(frozen=True)
class Exercise:
    """One exercise of a week, ready to be tried without a kernel."""

    week: str
    name: str
    given: tuple  # sources of the cells that stand before it and are nobody's answer
    right: str
    blank: str
    arguments: tuple  # names that the answer defines, for the check

    def __str__(self):
        return f"{self.week}: {self.name}"

    @property
    def check(self):
        return getattr(checks(self.week), f"check_{self.name}")

    def attempt(self, answer, seed=0):
        """Define an answer's cell and check it; what the check prints, or raises."""
        space = {"__name__": "__main__"}
        printed = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()):
            for source in (*self.given, answer):
                exec(compile(source, "<answer>", "exec"), space)
        with contextlib.redirect_stdout(printed):
            self.check(*(space[name] for name in self.arguments), seed=seed)
        return printed.getvalue()


def checks(week):
    return importlib.import_module(f"common.checks.{week}")


def catalogue(week):
    return importlib.import_module(week).WRONG


@cache
def weeks():
    """Week -> (source, learner's copy), as notebooks."""
    found = {}
    for path in exercises.sources():
        copy = exercises.target(path)
        found[path.parent.name] = (
            nbformat.read(path, as_version=4),
            nbformat.read(copy, as_version=4) if copy.exists() else None,
        )
    return found


def named(notebook):
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }


@cache
def all_exercises():
    """The exercises of all weeks that a check can judge."""
    found = []
    for week, (source, _) in weeks().items():
        right, blank = named(source), named(exercises.learners_copy(source))
        given = []
        for cell in source.cells:
            if cell.cell_type != "code":
                continue
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if not name:
                given.append(cell.source)
            elif not name.startswith("check_"):
                call = ast.parse(right[f"check_{name}"].source).body[0].value
                arguments = tuple(argument.id for argument in call.args[1:])
                cells = tuple(given), cell.source, blank[name].source
                found.append(Exercise(week, name, *cells, arguments))
    return found


def wrong_answers():
    """(exercise, wrong answer) of all weeks."""
    by_name = {(e.week, e.name): e for e in all_exercises()}
    return [(by_name[week, wrong.exercise], wrong) for week in weeks() for wrong in catalogue(week)]


def caught(exercise, wrong, seed=0):
    """The error that a wrong answer meets, or None if it passes."""
    from common.checks import AnswerError

    try:
        exercise.attempt(wrong.source(exercise.right), seed)
    except AnswerError as error:
        return error
    return None


def print_table():
    """Print exercise x wrong answer x hint as a markdown table; 1 if one is not caught."""
    rows, missed = [], 0
    for exercise, wrong in wrong_answers():
        error = caught(exercise, wrong)
        good = error is not None and error.name == wrong.hint
        missed += not good
        hint = error.hint if good else f"NOT CAUGHT, or by another hint: {error}"
        rows.append([f"{exercise.week}, {exercise.check.number}", wrong.mistake, wrong.hint, hint])
    print("| exercise | wrong answer | hint | in words |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |")
    number = len({(e.week, e.name) for e, _ in wrong_answers()})
    print(f"\n{len(rows) - missed} of {len(rows)} wrong answers to {number} exercises are caught.")
    return 1 if missed else 0
