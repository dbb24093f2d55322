"""The blank is a blank; a right answer passes, a wrong one meets its own hint or the example."""

import re
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import exercises
import pytest
from machinery import (
    all_exercises,
    answers,
    checks,
    named,
    tried,
    weeks,
)

from common.checks import AnswerError

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = all_exercises()
text_of = lambda notebook: "\n".join(cell.source for cell in notebook.cells)
NUMBER = r"\[(\d+)\]\(#Exercise-\d+\)"  # of the table of exercises: [1](#Exercise-1)
LESSON = r"\[(\d+)\]\(\d+_\w+\.ipynb(?:#[\w-]+)?\)"  # and of its notebooks: [3](3_y_minus_t.ipynb)
SEEDS = (0, 1, 16_999)  # `python tools/exercises.py table` tries 200
ACCIDENTS = {"example", "input changed", "wrong type", "stopped", "own work", "raise left"}


@pytest.mark.parametrize("week", weeks())
def test_a_week_has_six_exercises_or_more_in_three_grades(week):
    numbers = [e.check.number for e in EXERCISES if e.week == week]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 6
    source, _ = weeks()[week]
    listed = re.findall(rf"^\| {NUMBER} \| .+? \| {LESSON} \| (\w+) \|", text_of(source), re.M)
    assert {grade for *_, grade in listed} == {"easy", "medium", "hard"}


def is_further(path):
    """Whether the core of its week does without a lesson."""
    return '"# Further' in path.read_text("utf-8")


@pytest.mark.parametrize("week", weeks())
def test_each_lesson_has_an_exercise_and_links_to_its_own(week):
    source, _ = weeks()[week]
    listed = re.findall(rf"^\| {NUMBER} \| .+? \| {LESSON} \|", text_of(source), re.M)
    for path in sorted((ROOT / "notebooks" / week).glob("[1-9]*_*.ipynb")):
        mine = {number for number, lesson in listed if path.name.startswith(f"{lesson}_")}
        linked = re.findall(r"exercises\.ipynb#Exercise-(\d+)", path.read_text("utf-8"))
        assert mine or is_further(path), path.name
        assert mine <= set(linked), path.name


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_the_blank_fails_with_not_implemented_and_nothing_else(exercise):
    with pytest.raises(NotImplementedError):
        exercise.attempt(exercise.blank)


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_the_model_answer_passes_in_one_line(exercise):
    printed = exercise.attempt(exercise.right)
    assert re.fullmatch(rf"Exercise {exercise.check.number} passed: .+\n", printed)


NAMES = [f"{exercise.week}, {answer}" for exercise, answer in answers()]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_an_answer_passes_or_meets_what_is_meant_for_it_at_every_seed(number):
    exercise, answer = answers()[number]
    assert set(tried(number, SEEDS)) == {exercise.first_name(answer.hint)}


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_at_least_eight_wrong_answers_and_several_right_ones(exercise):
    mine = [answer for e, answer in answers() if e is exercise]
    wrong = [answer for answer in mine if answer.hint]
    assert len(wrong) >= 8
    assert len(mine) - len(wrong) >= (2 if exercise.name == "diagnosis" else 5)


@pytest.mark.parametrize("week", weeks())
def test_every_hint_is_met_by_some_wrong_answer(week):
    mine = [(e, answer.hint) for e, answer in answers() if e.week == week]
    met = {e.hints.get(hint) for e, hint in mine}
    assert [name for e, _ in mine for name, hint in e.hints.items() if hint not in met] == []
    assert [hint for e, hint in mine if hint not in {*e.hints, *ACCIDENTS, ""}] == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_a_hint_asks_then_sends_somewhere_then_says_the_idea_and_no_formula(exercise):
    for name, (question, place, idea) in exercise.hints.items():
        assert question.endswith("?"), name
        assert idea.endswith("."), name
        for text in (question, idea):
            assert not re.search(r"np\.|\[\.\.\.\]|\w *[-+*/]?= *\w", text), name
        # a review's hint leads to another week, which it names: week05/2_layers_backwards.ipynb
        week, file, section = re.fullmatch(r"(week\d\d/)?(\w+\.ipynb), (.+)", place).groups()
        path = ROOT / "notebooks" / (week or exercise.week) / file
        assert path.exists(), name
        title = re.fullmatch(r'section "(.+)"', section)
        if title:
            headings = re.findall(r'## \d+ · ([^\n"\\]+)', path.read_text("utf-8"))
            assert title[1] in headings, place
        else:
            assert section in ("the equation of this exercise", "the text of this exercise"), name


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_part_of_an_answer_is_still_to_do(exercise):
    """Where a cell has several blanks, one that is filled in leaves the exercise to do."""
    regions = re.findall(r" *### BEGIN SOLUTION\n(?:.*\n)*?.*### END SOLUTION", exercise.right)
    for region in regions:
        indent = re.match(r" *", region)[0]
        stub = "\n".join(indent + line for line in exercises.CODE_STUB.split("\n"))
        with pytest.raises(NotImplementedError):
            exercise.attempt(exercise.right.replace(region, stub))


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_a_raise_that_is_left_below_or_above_the_code_is_told(exercise):
    stub = "raise NotImplementedError()"
    for old, new in (("END SOLUTION", f"x\n{stub}"), ("BEGIN SOLUTION", f"x\n{stub}")):
        lines = []
        for line in exercise.right.splitlines():
            indent = re.match(r" *", line)[0]
            if line.strip() == f"### {old}":
                lines.append(indent + new.replace("x\n", "# mine\n" + indent))
            else:
                lines.append(line)
        answer = "\n".join(lines)
        where = "above" if old.startswith("BEGIN") else "below"
        if where == "below":  # a return would end the answer before it
            answer = re.sub(r"^( +)return (?=.*\n +# mine)", r"\1_ = ", answer, flags=re.MULTILINE)
            if "_ = " not in answer or "return" in answer:
                continue
        with pytest.raises(AnswerError, match=rf"still stands in line \d+ .*, {where} your code"):
            exercise.attempt(answer)


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
    text = text_of(copy)
    assert not re.search(r"SOLUTION|HIDDEN|seed=|Model answer|Rubric", text)
    for name, cell in named(source).items():
        if cell.metadata["nbgrader"]["solution"] and cell.cell_type == "code":
            assert "raise NotImplementedError()" in named(copy)[name].source


@pytest.mark.parametrize("week", weeks())
def test_what_is_asked_on_paper_is_answered_in_the_solution(week):
    """In the source, the answer's comments begin with the numbers that paper should give."""
    source, _ = weeks()[week]
    asked = [c.source for c in source.cells if "**On paper" in c.source]
    answered = [c.source for c in source.cells if "# On paper: " in c.source]
    assert len(asked) == len(answered) >= 3


@pytest.mark.parametrize("week", weeks())
def test_a_written_answer_has_a_model_and_a_rubric_that_adds_up(week):
    source, _ = weeks()[week]
    written = [c for name, c in named(source).items() if name.startswith("written_")]
    assert written
    for cell in written:
        assert "**Model answer" in cell.source
        rubric = re.search(r"\*Rubric: (.+)\*", cell.source)[1]
        points = [int(n) for n in re.findall(r"(?:^|; )(\d+) for", rubric)]
        each = 4 * rubric.count("1 for each run") - rubric.count("1 for each run")
        assert sum(points) + each == cell.metadata["nbgrader"]["points"]


@pytest.mark.parametrize("week", weeks())
def test_run_all_on_the_blank_copy_reaches_the_end_and_says_what_is_to_do(week):
    _, copy = weeks()[week]
    outputs = [o for c in copy.cells for o in c.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error"]
    printed = "".join(o.get("text", "") for o in outputs)
    for exercise in (e for e in EXERCISES if e.week == week):
        assert f"Exercise {exercise.check.number}: still to do\n" in printed
    table = outputs[-1].data
    assert table["text/plain"].count("still to do") == table["text/html"].count("still to do")
    assert table["text/html"].startswith("<table>")


@pytest.mark.parametrize("week", weeks())
def test_points_titles_minutes_anchors_and_hidden_tests_fit(week):
    source, _ = weeks()[week]
    mine = [e for e in EXERCISES if e.week == week]
    marks = {name: c.metadata["nbgrader"] for name, c in named(source).items()}
    text = text_of(source)
    ids = [c.metadata["nbgrader"]["grade_id"] for c in source.cells if "nbgrader" in c.metadata]
    assert max(Counter(ids).values()) == 1
    assert sum(m.get("points", 0) for m in marks.values()) == 100
    by_hand = [points for _, _, points in checks(week).BY_HAND]
    assert by_hand == [m["points"] for name, m in marks.items() if name.startswith("written_")]
    listed = re.findall(
        rf"^\| {NUMBER} \| (.+?) \| {LESSON} \| (\w+) \| (\d+) \| (\d+) \|$", text, re.M
    )
    assert [int(row[0]) for row in listed] == [e.check.number for e in mine]
    assert sum(int(row[5]) for row in listed) == 100
    for number, title, _, difficulty, minutes, points in listed:
        head = (
            rf'<a id="Exercise-{number}"></a>\n## Exercise {number} · {re.escape(title)}\n\n'
            rf"\*{difficulty} · about {minutes} minutes · {points} points\*"
        )
        assert len(re.findall(head, text)) == 1, title
    lessons = {
        row[2]: next((ROOT / "notebooks" / week).glob(f"{row[2]}_*.ipynb")) for row in listed
    }
    core = sum(int(row[4]) for row in listed if not is_further(lessons[row[2]]))
    assert core <= 165  # of the six hours that a group has for a week
    seeds = []
    for exercise in mine:
        cell = named(source)[f"check_{exercise.name}"]
        assert marks[cell.metadata["nbgrader"]["grade_id"]]["points"] == exercise.check.points
        arguments = ", ".join(exercise.arguments)
        call = f"report({week}.check_{exercise.name}, {arguments})"
        assert cell.source.startswith(call + "\n### BEGIN HIDDEN TESTS\n")
        hidden = rf"checks\.check_{exercise.name}\({arguments}, seed=(\d+)\)\n### END HIDDEN TESTS"
        seeds += re.findall(hidden, cell.source)
    assert len(set(seeds)) == len(mine)


@pytest.mark.parametrize("week", weeks())
def test_hidden_tests_load_the_checks_anew(week, monkeypatch):
    """A check that an answer has replaced is read from its file again."""
    source, _ = weeks()[week]
    exercise = next(e for e in EXERCISES if e.week == week)
    cell = named(source)[f"check_{exercise.name}"].source
    hidden = cell.split("### BEGIN HIDDEN TESTS\n")[1].split("### END")[0]
    kept = {name: m for name, m in sys.modules.items() if name.startswith("common.checks")}
    wrong = next(a for e, a in answers() if e is exercise and a.hint in e.hints)
    space = dict(
        zip(exercise.arguments, exercise.defined(wrong.source(exercise.right)), strict=True)
    )
    try:
        monkeypatch.setattr(checks(week), f"check_{exercise.name}", lambda *a, **k: None)
        monkeypatch.setattr("common.checks.judge.same", lambda *a, **k: True)
        monkeypatch.setattr("numpy.allclose", lambda *a, **k: True)
        with pytest.raises(AssertionError, match="is not right"):
            exec(hidden, space)
    finally:
        for name in [name for name in sys.modules if name.startswith("common.checks")]:
            del sys.modules[name]
        sys.modules.update(kept)
        import common

        common.checks = kept["common.checks"]


def test_the_broken_layers_are_those_that_the_check_knows():
    from common.checks.week16 import hunt

    source, _ = weeks()["week16"]
    text = text_of(source)
    module = Path(hunt.__file__).read_text("utf-8")
    classes = re.findall(r"^class Pairs\w*(?:\(Pairs\))?:\n(?:    .*\n|\n(?=    ))+", module, re.M)
    assert len(classes) == 4
    assert all(code.rstrip() in text for code in classes)


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.name == "diagnosis"], ids=str)
def test_each_printed_run_comes_from_one_fault_alone(exercise):
    diagnosis = sys.modules[exercise.check.__module__]
    source, _ = weeks()[exercise.week]
    text = text_of(source)
    right = getattr(diagnosis, "RIGHT", diagnosis.run())
    assert f"```\n{right}\n```" in text
    printed, now = (re.findall(r"\d+\.\d+", line) for line in (right, diagnosis.run()))
    assert [float(number) for number in now] == pytest.approx(list(map(float, printed)), abs=0.035)
    for number, printed in diagnosis.RUNS.items():
        assert f"run {number}: {printed}\n" in text
        assert [
            letter for letter in diagnosis.FAULTS if diagnosis.run(letter) == printed
        ].__len__() == 1
    for letter, fault in diagnosis.FAULTS.items():
        assert f"| {letter} | {fault} |" in text.replace("`", "")


@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_the_smallest_batches_are_the_smallest(name):
    """All 49 batches of one pair and, if none of them will do, all 2,401 of two are tried."""
    import numpy as np

    from common.checks.week16.hunt import MUTANTS, SMALLEST, batch_of, fails

    def shows_it_alone(ids):
        a, b = np.reshape(ids, (-1, 2)).T
        return [other for other in MUTANTS if fails(MUTANTS[other], a, b, rng)] == [name]

    rng = np.random.default_rng(0)
    sizes = (
        size for size in (1, 2) if any(map(shows_it_alone, product(range(7), repeat=2 * size)))
    )
    assert next(sizes) == SMALLEST[name]
    with pytest.raises(AnswerError, match="not empty"):  # so there is none smaller than one pair
        batch_of({name: ([], [])}, name)


@pytest.mark.parametrize(
    "text", ["### END X", "### BEGIN X\n### BEGIN X\n### END X", "### BEGIN X"]
)
def test_regions_that_do_not_fit_are_refused(text):
    with pytest.raises(ValueError, match="X"):
        exercises.without_region(text, "X")
