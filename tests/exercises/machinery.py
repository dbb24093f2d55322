"""What every week's exercises are tested with.

A week is a solution notebook, ``solutions/weekNN/exercises.ipynb``, a package of
checks, ``common/checks/weekNN/``, and a catalogue of right and wrong answers,
``tests/exercises/weekNN.py``.  All three are found by their names.  In the
notebook an answer's cell is called ``name``, and the cell that checks it ``check_name``;
``written_name`` is an answer that a reader judges.
"""

import ast
import contextlib
import importlib
import io
import itertools
import linecache
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

import exercises
import nbformat

SEEDS = 200
NUMBER = itertools.count()


@dataclass(frozen=True)
class Answer:
    """An answer of the catalogue: the model answer with some lines changed, or a whole cell.

    Parameters
    ----------
    exercise : str
        The name of the answer's cell.
    about : str
        In words, for the table.
    hint : str
        The hint that is meant for it; ``example`` where the example alone is; empty if it is right.
    changes : dict, old text -> new text, or a text
        Each old text stands in the model answer exactly once.
    """

    exercise: str
    about: str
    hint: str
    changes: object

    def __str__(self):
        return f"{self.exercise}: {self.about}"

    def source(self, model):
        if isinstance(self.changes, str):
            return self.changes
        for old, new in self.changes.items():
            if model.count(old) != 1:
                raise ValueError(f"{old!r} stands {model.count(old)} times in\n{model}")
            model = model.replace(old, new)
        return model


class Catalogue(list):
    """A week's answers, exercise by exercise."""

    def of(self, exercise, right, wrong):
        """Add an exercise's answers: right, about -> changes; wrong, (about, hint) -> changes."""
        self += [Answer(exercise, about, "", changes) for about, changes in right.items()]
        self += [Answer(exercise, *key, changes) for key, changes in wrong.items()]


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

    @property
    def hints(self):
        """Those that stand beside the check, in its module."""
        return sys.modules[self.check.__module__].HINTS

    def defined(self, answer):
        """What an answer's cell defines, for the check."""
        space = {"__name__": "__main__"}
        with contextlib.redirect_stdout(io.StringIO()):
            for source in (*self.given, answer):
                name = f"<cell {next(NUMBER)}>"
                linecache.cache[name] = (len(source), None, source.splitlines(True), name)
                exec(compile(source, name, "exec"), space)
        return [space[name] for name in self.arguments]

    def attempt(self, answer, seed=0):
        """Define an answer's cell and check it; what the check prints, or raises."""
        return self.judged(self.defined(answer), seed)

    def judged(self, objects, seed):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            self.check(*objects, seed=seed)
        return printed.getvalue()

    def outcome(self, objects, seed):
        """The name of the hint that an answer meets; "" if it passes."""
        from common.checks import AnswerError

        try:
            self.judged(objects, seed)
        except AnswerError as error:
            return error.name
        return ""

    def first_name(self, hint):
        """The first of the names that share a hint."""
        hints = self.hints
        return next((name for name in hints if hints[name] == hints.get(hint)), hint)


def checks(week):
    return importlib.import_module(f"common.checks.{week}")


def catalogue(week):
    return importlib.import_module(week).ANSWERS


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
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }


@cache
def all_exercises():
    """The exercises of all weeks that a check can judge."""
    found = []
    for week, (source, _) in weeks().items():
        right, blank = named(source), named(exercises.learners_copy(source))
        given = []
        for cell in source.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if cell.cell_type != "code" or name.startswith(("check_", "written_")):
                continue
            if not name:
                given.append(cell.source)
            else:
                call = ast.parse(right[f"check_{name}"].source).body[0].value
                arguments = tuple(argument.id for argument in call.args[1:])
                bricks = tuple(s for s in given if "progress(" not in s)
                found.append(
                    Exercise(week, name, bricks, cell.source, blank[name].source, arguments)
                )
    return found


@cache
def answers():
    """(exercise, answer) of all weeks' catalogues, the model answers first."""
    found = [(e, Answer(e.name, "the model answer", "", {})) for e in all_exercises()]
    by_name = {(e.week, e.name): e for e in all_exercises()}
    return found + [(by_name[week, a.exercise], a) for week in weeks() for a in catalogue(week)]


def tried(number, seeds):
    """How often the answer of this number met which hint."""
    exercise, answer = answers()[number]
    objects = exercise.defined(answer.source(exercise.right))
    return Counter(exercise.first_name(exercise.outcome(objects, seed)) for seed in seeds)


def print_table(chosen=()):
    """Print exercise x answer x 200 seeds as a markdown table; 1 if one is not as it should be.

    Parameters
    ----------
    chosen : names of weeks
        All, if there are none.
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    chosen = set(chosen or weeks())
    numbers = [n for n, (exercise, _) in enumerate(answers()) if exercise.week in chosen]
    listed = [answers()[n] for n in numbers]
    with ProcessPoolExecutor() as pool:
        seen = list(pool.map(tried, numbers, itertools.repeat(range(SEEDS)), chunksize=4))
    print(f"| exercise | answer | is | of {SEEDS} seeds |\n|---|---|---|---|")
    bad = refused = missed = 0
    for (exercise, answer), counts in sorted(
        zip(listed, seen, strict=True), key=lambda row: (row[0][0].week, row[0][0].check.number)
    ):
        good = set(counts) == {exercise.first_name(answer.hint)}
        bad += not good
        refused += not answer.hint and not good
        missed += bool(answer.hint) and "" in counts
        what = ", ".join(f"{n} {hint or 'passed'}" for hint, n in counts.most_common())
        mark = "" if good else f"  **meant: {answer.hint or 'to pass'}**"
        kind = "wrong" if answer.hint else "right"
        about = answer.about.replace("|", "\\|")
        print(f"| {exercise.week}, {exercise.check.number} | {about} | {kind} | {what}{mark} |")
    right = sum(not a.hint for _, a in listed)
    by_example = sum(a.hint == "example" for _, a in listed)
    print(
        f"\n{right} right answers, {refused} refused at some seed; {len(listed) - right} wrong "
        f"ones, {missed} passed at some seed, {by_example} told by the example alone; "
        f"{bad} not as they should be."
    )
    return 1 if bad else 0
