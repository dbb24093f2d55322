"""The exams: are all papers solvable and equally hard, what is right on one, how did a class do?

    python tools/exams.py table week07                  200 papers, a line for each answer
    python tools/exams.py answers week07 anna           what is right on a learner's paper
    python tools/exams.py statistics week07             a picture of a class, from its gradebook

An exam is ``solutions/weekNN/exam.ipynb`` and ``common/checks/weekNN/``; its catalogue of wrong
answers is ``tests/exercises/weekNN.py``.  ``--classroom FOLDER`` names another classroom.
"""

from __future__ import annotations

import argparse
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
from functools import cache, partial
from pathlib import Path

import nbformat
from exercises import ROOT, exams, learners_copy

PAPERS = 200


@dataclass(frozen=True)
class Wrong:
    """A wrong answer of an exam's catalogue: the model answer with some text changed.

    Parameters
    ----------
    cell : the name of the answer's cell
    about : in words
    loses : letters of the parts that it loses
    changes : dict, old text -> new text, or a whole cell
        Each old text stands in the model answer once.
    """

    cell: str
    about: str
    loses: str
    changes: object

    def source(self, model):
        if isinstance(self.changes, str):
            return self.changes
        for old, new in self.changes.items():
            if model.count(old) != 1:
                raise ValueError(f"{old!r} stands {model.count(old)} times in\n{model}")
            model = model.replace(old, new)
        return model


class Sheet:
    """An exam's notebook, which can be answered without a kernel."""

    def __init__(self, week):
        self.week, self.exam = week, importlib.import_module(f"common.checks.{week}")
        path = ROOT / "solutions" / week / "exam.ipynb"
        self.source = nbformat.read(path, as_version=4)
        self.right = self.answers(self.source)
        self.blank = self.answers(learners_copy(self.source))
        self.asks = {}  # number of a question -> (name of its cell, names of what it defines)
        for cell in self.source.cells:
            name = name_of(cell)
            if name.startswith("check_"):
                _, number, *answers = ast.parse(cell.source).body[0].value.args
                names = tuple(answer.id for answer in answers)
                self.asks[number.value] = name.removeprefix("check_"), names

    @staticmethod
    def answers(notebook):
        return {
            name_of(cell): cell.source
            for cell in notebook.cells
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
        }

    def space(self, student, sitting="first", answers=None):
        """The notebook's names, after these answers were given on a learner's paper."""
        from common.checks.exam import open_paper

        space = {"__name__": "__main__", "student": student, "sitting": sitting}
        for cell in self.source.cells:
            if cell.cell_type == "code" and not name_of(cell) and "import " in cell.source:
                exec(cell.source, space)
        space["paper"] = open_paper(self.exam, student, sitting)
        for name, source in (answers or self.right).items():
            file = f"<{name} {hash(source)}>"
            linecache.cache[file] = (len(source), None, source.splitlines(True), file)
            exec(compile(source, file, "exec"), space)
        return space

    def parts(self, space, numbers=None):
        """Number of a question -> letter -> whether it is right; none of a blank is."""
        from common.checks.exam import judged

        found = {}
        for number in numbers or self.asks:
            question = self.exam.QUESTIONS[number]
            answers = [space[name] for name in self.asks[number][1]]
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    found[number] = judged(self.exam, question, answers, space["paper"])
            except NotImplementedError:
                found[number] = dict.fromkeys(question.parts, False)
        return found

    def points(self, parts):
        return sum(
            self.exam.QUESTIONS[number].parts[letter]
            for number, letters in parts.items()
            for letter, right in letters.items()
            if right
        )

    @property
    def automatic(self):
        return sum(q.points for q in self.exam.QUESTIONS.values() if not q.by_hand)

    def number_of(self, cell):
        return next(number for number, (name, _) in self.asks.items() if name == cell)

    def lost(self, wrong, space):
        """Letters of the parts that a wrong answer loses, given in place of the right one."""
        space, number = dict(space), self.number_of(wrong.cell)
        source = wrong.source(self.right[wrong.cell])
        file = f"<{wrong.cell} {hash(source)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        exec(compile(source, file, "exec"), space)
        letters = self.parts(space, [number])[number]
        return "".join(letter for letter, right in letters.items() if not right)


def name_of(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


@cache
def sheet(week):
    return Sheet(week)


def catalogue(week):
    """The wrong answers of an exam."""
    folder = str(ROOT / "tests" / "exercises")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(week).WRONG


def identity(i):
    """Ids as a school gives them: neighbours differ in one digit."""
    return f"s{2600 + i}"


def tried(week, i, sitting="first"):
    """What happens on one paper: points of the model and of the blank, what each answer loses."""
    it = sheet(week)
    space = it.space(identity(i), sitting)
    blank = it.points(it.parts(it.space(identity(i), sitting, it.blank)))
    right = it.points(it.parts(space))
    space["paper"] = it.space(identity(i), sitting)["paper"]
    return right, blank, [it.lost(wrong, space) for wrong in catalogue(week)]


def efforts(week, papers):
    """Number of a question -> how often which counts of steps, over these papers."""
    from common.checks.exam import Paper

    it = sheet(week)
    key = importlib.import_module(f"common.checks.{week}.key")
    found = {number: Counter() for number in it.exam.QUESTIONS}
    for i in range(papers):
        paper = Paper(it.exam, identity(i), "first")
        for number, counts in found.items():
            effort = key.effort(number, paper.numbers(number))
            counts[", ".join(f"{value} {what}" for what, value in effort.items())] += 1
    return found


def alike(week, papers):
    """Questions that two neighbours share, and two sittings of one learner: the most of each."""
    from common.checks.exam import Paper

    it = sheet(week)
    drawn = lambda i, sitting: [
        Paper(it.exam, identity(i), sitting).numbers(number) for number in it.exam.QUESTIONS
    ]
    first = [drawn(i, "first") for i in range(papers)]
    again = [drawn(i, "second") for i in range(papers)]
    same = lambda a, b: sum(x == y for x, y in zip(a, b, strict=True))
    return (
        [same(a, b) for a, b in itertools.pairwise(first)],
        [same(a, b) for a, b in zip(first, again, strict=True)],
    )


def table(week, papers=PAPERS):
    """Print what 200 papers say; 1 if one of them is not as it should be."""
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    it, wrong, bad = sheet(week), catalogue(week), 0
    with ProcessPoolExecutor() as pool:
        seen = list(pool.map(partial(tried, week), range(papers), chunksize=10))
    print(f"| question | answer | loses | on {papers} papers |\n|---|---|---|---|")
    rows = [("all", "the model answers", 0, Counter(it.automatic - right for right, *_ in seen))]
    rows += [("all", "the blanks", it.automatic, Counter(it.automatic - b for _, b, _ in seen))]
    for number, answer in enumerate(wrong):
        parts = it.exam.QUESTIONS[it.number_of(answer.cell)].parts
        counts = Counter(sum(parts[p] for p in lost[number]) for *_, lost in seen)
        meant = sum(parts[p] for p in answer.loses)
        rows.append((it.number_of(answer.cell), answer.about, meant, counts))
    for question, about, meant, counts in rows:
        good = set(counts) == {meant}
        bad += not good
        what = ", ".join(f"{points} points on {n}" for points, n in counts.most_common())
        print(f"| {question} | {about} | {meant} | {what}{'' if good else '  **not as meant**'} |")
    print(f"\n| question | what there is to do, on {papers} papers |\n|---|---|")
    for number, counts in efforts(week, papers).items():
        bad += len(counts) > 1
        print(f"| {number} | {'; '.join(f'{what} ({n})' for what, n in counts.most_common())} |")
    neighbours, sittings = alike(week, papers)
    print(
        f"\nOf {len(it.exam.QUESTIONS)} questions, neighbours share at most {max(neighbours)} "
        f"(mean {sum(neighbours) / len(neighbours):.2f}), and a retake at most {max(sittings)}. "
        f"{len(wrong)} wrong answers; {bad} rows not as they should be."
    )
    return 1 if bad else 0


def answers(week, student, classroom):
    """Print what is right on a learner's paper."""
    from grading.exam import rules

    from common.checks.exam import Paper

    it = sheet(week)
    key = importlib.import_module(f"common.checks.{week}.key")
    paper = Paper(it.exam, student, rules(classroom, week).sitting)
    print(repr(paper))
    for number, question in it.exam.QUESTIONS.items():
        n = paper.numbers(number)
        due = key.VALUES.get(number)
        shown = f"right: {plain(due(**n))}" if due else "a function, tried by the program"
        print(f"{number}  {question.title}: {shown}\n   drawn: {plain(n)}")
    return 0


def plain(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} = {plain(v)}" for name, v in value.items() if name != "code")
    if isinstance(value, list):
        return "[" + ", ".join(map(plain, value)) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["table", "answers", "statistics"])
    parser.add_argument("week")
    parser.add_argument("student", nargs="?", help="for answers: a learner's id")
    parser.add_argument("--papers", type=int, default=PAPERS)
    parser.add_argument("--classroom", type=Path, default=ROOT / "classroom")
    options = parser.parse_args(arguments)
    there = [path.parent.name for path in exams()]
    if options.week not in there:
        sys.exit(f"{options.week} has no exam; weeks with one: {', '.join(there)}")
    if options.step == "table":
        return table(options.week, options.papers)
    if options.step == "answers":
        if not options.student:
            sys.exit("whose paper? python tools/exams.py answers week07 NAME")
        return answers(options.week, options.student, options.classroom)
    from grade import prepare
    from grading.statistics import draw

    prepare(options.classroom.resolve())
    print(draw(options.week, options.classroom.resolve()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
