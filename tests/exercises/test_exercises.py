"""The blank is a blank, the reference passes, and each typical mistake meets its own hint."""

import re
from collections import Counter
from pathlib import Path

import exercises
import numpy
import pytest
from machinery import all_exercises, catalogue, caught, checks, named, weeks, wrong_answers

from common.checks import AnswerError, progress, read_hints, report

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = all_exercises()
SEEDS = [0, 1, 2, 16_999]


def test_there_are_exercises():
    assert len(EXERCISES) >= 9
    assert [e.check.number for e in EXERCISES if e.week == "week16"] == list(range(1, 10))


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_the_blank_fails_with_not_implemented_and_nothing_else(exercise):
    with pytest.raises(NotImplementedError):
        exercise.attempt(exercise.blank)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_the_reference_passes_in_one_line(exercise, seed):
    printed = exercise.attempt(exercise.right, seed)
    assert re.fullmatch(rf"Exercise {exercise.check.number} passed: .+\n", printed)


@pytest.mark.parametrize(("exercise", "wrong"), wrong_answers(), ids=str)
def test_a_wrong_answer_meets_its_own_hint(exercise, wrong):
    for seed in (0, 16_999):
        error = caught(exercise, wrong, seed)
        assert error is not None, "it passes"
        assert error.name == wrong.hint, str(error)
        assert error.what
        assert error.example


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_at_least_three_wrong_answers_and_three_hints_an_exercise(exercise):
    mine = [wrong for e, wrong in wrong_answers() if e is exercise]
    assert len({wrong.hint for wrong in mine}) >= 3


@pytest.mark.parametrize("week", weeks())
def test_every_hint_is_met_by_some_wrong_answer(week):
    met = {wrong.hint for wrong in catalogue(week)}
    assert set(checks(week).HINTS) - met <= {"by hand"}


@pytest.mark.parametrize("week", weeks())
def test_every_hint_says_where_to_read_again(week):
    for name, hint in checks(week).HINTS.items():
        files = re.findall(r"\w+\.ipynb", hint)
        assert files or "above your cell" in hint, name
        folders = [ROOT / "notebooks" / week, ROOT / "notebooks"]
        assert all(any((f / file).exists() for f in folders) for file in files), name


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_part_of_an_answer_is_still_to_do(exercise):
    """Where a cell has several blanks, one that is filled in leaves the exercise to do."""
    regions = re.findall(r" *### BEGIN SOLUTION\n(?:.*\n)*?.*### END SOLUTION", exercise.right)
    for region in regions:
        indent = re.match(r" *", region)[0]
        half = exercise.right.replace(region, f"{indent}raise NotImplementedError()")
        with pytest.raises(NotImplementedError):
            exercise.attempt(half)


def test_the_packages_own_class_is_no_answer():
    exercise = EXERCISES[0]
    for answer in (
        "from common.layers import Embedding",
        "from common import layers\nclass Embedding(layers.Embedding): pass",
    ):
        with pytest.raises(AnswerError, match="comes from the package"):
            exercise.attempt(answer)


@pytest.mark.parametrize("answer", ["Embedding = None", "class Embedding: pass", "Embedding = 7"])
def test_an_answer_of_another_kind_is_wrong_and_no_crash(answer):
    with pytest.raises(AnswerError):
        EXERCISES[0].attempt(answer)


def test_a_code_that_stops_is_told_with_its_line():
    exercise = EXERCISES[0]
    broken = exercise.right.replace("np.add.at(dW, self.idx, dout)", "dW[self.idx] = dout[:, 0]")
    with pytest.raises(AnswerError, match=r"stopped with ValueError.*\n.*line \d+ of your cell"):
        exercise.attempt(broken)


def test_report_prints_and_raises_only_while_nbgrader_runs(capsys, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr("common.checks.STATE", {})
    right, blank, wrong = (
        EXERCISES[0].right,
        EXERCISES[0].blank,
        EXERCISES[0].right.replace("np.add.at(dW, self.idx, dout)", "dW[self.idx] += dout"),
    )
    for number, source in enumerate((right, blank, wrong), 1):
        space = {"np": numpy}
        exec(source, space)
        check = lambda answer: EXERCISES[0].check(answer)
        check.number = number
        report(check, space["Embedding"])
    progress()
    printed = capsys.readouterr().out
    assert "Exercise 1 passed" in printed
    assert "Exercise 2: still to do\n" in printed
    assert re.search(r"Exercise 3, not yet: .*\n  example: .*\n  hint: .*2_row_slice", printed)
    assert printed.endswith("passed       1\nnot yet      3\nstill to do  2\n")

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AnswerError):
        report(check, space["Embedding"])


def test_hints_are_read_from_blocks_of_text():
    assert read_hints("# x\none:\n    a\n    b\n\ntwo words:\n    c\n") == {
        "one": "a b",
        "two words": "c",
    }


# The learner's copy.


@pytest.mark.parametrize("week", weeks())
def test_the_learners_copy_is_what_the_source_generates(week):
    source, copy = weeks()[week]
    made = exercises.learners_copy(source)
    assert copy is not None, "run `make exercises`"
    assert exercises.cells(made) == exercises.cells(copy), "run `make exercises`"


@pytest.mark.parametrize("week", weeks())
def test_no_solution_is_in_sight(week):
    source, copy = weeks()[week]
    text = "\n".join(cell.source for cell in copy.cells)
    assert not re.search(r"SOLUTION|HIDDEN|seed=|Model answer", text)
    for name, cell in named(source).items():
        if cell.metadata["nbgrader"]["solution"] and cell.cell_type == "code":
            assert "raise NotImplementedError()" in named(copy)[name].source


@pytest.mark.parametrize("week", weeks())
def test_run_all_on_the_blank_copy_reaches_the_end_and_says_what_is_to_do(week):
    _, copy = weeks()[week]
    printed = "".join(o.get("text", "") for c in copy.cells for o in c.get("outputs", []))
    assert not [o for c in copy.cells for o in c.get("outputs", []) if o.output_type == "error"]
    numbers = [e.check.number for e in EXERCISES if e.week == week]
    for number in numbers:
        assert f"Exercise {number}: still to do\n" in printed
    assert printed.endswith(f"still to do  {', '.join(map(str, numbers))}\n")


@pytest.mark.parametrize("week", weeks())
def test_marks_points_and_hidden_tests_fit(week):
    source, _ = weeks()[week]
    names = [c.metadata["nbgrader"]["grade_id"] for c in source.cells if "nbgrader" in c.metadata]
    assert max(Counter(names).values()) == 1
    assert sum(c.metadata["nbgrader"].get("points", 0) for c in named(source).values()) == 100
    seeds = []
    for exercise in (e for e in EXERCISES if e.week == week):
        cell = named(source)[f"check_{exercise.name}"]
        marks, text = cell.metadata["nbgrader"], "\n".join(c.source for c in source.cells)
        assert marks["grade"]
        assert not marks["solution"]
        assert f" · {marks['points']} points*" in text
        arguments = ", ".join(exercise.arguments)
        hidden = rf"checks\.check_{exercise.name}\({arguments}, seed=(\d+)\)\n### END HIDDEN TESTS"
        seeds += re.findall(hidden, cell.source)
    assert len(set(seeds)) == len([e for e in EXERCISES if e.week == week])


@pytest.mark.parametrize(
    "text", ["### END X", "### BEGIN X\n### BEGIN X\n### END X", "### BEGIN X"]
)
def test_regions_that_do_not_fit_are_refused(text):
    with pytest.raises(ValueError, match="X"):
        exercises.without_region(text, "X")
