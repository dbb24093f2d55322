"""Exams: every paper solvable and equally hard, neighbours different, and bad hand-ins told.

``python tools/exams.py table week07`` tries 200 papers; here it is a few.
"""

import copy
import csv
import dataclasses
import importlib.util
import json
import os
import re
import sys
from datetime import datetime

import exams
import exercises
import grade
import nbformat
import pytest
from exams import Wrong, alike, catalogue, efforts, identity, sheet
from grading.collect import collect
from grading.exam import RefusedError, Rules, claimed, is_exam, lateness, rules, seat, stamp
from machinery import named

from common.checks import exam
from common.checks.exam import Draw, IdentityError, Paper, normal, open_paper, report

WEEKS = [path.parent.name for path in exercises.exams()]
PAPERS = 4
MORE = 40  # papers that are drawn, and not answered
needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None,
    reason="nbgrader is not installed: pip install 'nbgrader>=0.9.5'",
)


@pytest.fixture(autouse=True)
def nothing_opened(monkeypatch):
    monkeypatch.setattr(exam, "STATE", {"paper": None, "answers": {}})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# The papers.


@pytest.mark.parametrize("week", WEEKS)
def test_points_minutes_cells_and_rubric_fit(week):
    it = sheet(week)
    questions = it.exam.QUESTIONS
    assert sum(q.points for q in questions.values()) == 100
    assert 80 <= it.automatic < 100
    assert it.exam.MINUTES - 10 <= sum(q.minutes for q in questions.values()) <= it.exam.MINUTES
    assert list(questions) == list(range(1, len(questions) + 1))
    cells, text = named(it.source), "\n".join(cell.source for cell in it.source.cells)
    for number, q in questions.items():
        head = (
            f"## Question {number} · {q.title}\n\n*about {q.minutes} minutes · {q.points} points*"
        )
        assert head in text
        name = f"written_{number}" if q.by_hand else f"check_{it.asks[number][0]}"
        assert cells[name].metadata["nbgrader"]["points"] == q.points
        if q.by_hand:
            rubric = re.search(r"\*Rubric: (.+)\*", cells[name].source)[1]
            assert sum(map(int, re.findall(r"(?:^|; )(\d+) for", rubric))) == q.points
            assert "**Model answer" in cells[name].source
        else:
            assert cells[name].source.startswith(f"report({week}, {number}, ")


@pytest.mark.parametrize("week", WEEKS)
def test_the_learners_copy_is_what_the_source_generates_and_holds_no_answer(week):
    source = exercises.ROOT / "solutions" / week / "exam.ipynb"
    stored = nbformat.read(exercises.target(source), as_version=4)
    made = exercises.learners_copy(nbformat.read(source, as_version=4))
    assert exercises.cells(made) == exercises.cells(stored), "run `make exercises`"
    text = "\n".join(cell.source for cell in stored.cells)
    assert not re.search(r"SOLUTION|Model answer|Rubric", text)
    shown = [o for cell in stored.cells for o in cell.get("outputs", [])]
    assert any("specimen paper: not yours" in str(o.get("data")) for o in shown)


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("sitting", ["first", "second, a word"])
def test_a_model_gets_all_a_blank_nothing_and_each_wrong_answer_loses_what_the_rubric_says(
    week, sitting
):
    for i in range(0, PAPERS if sitting == "first" else 1):
        right, blank, lost = exams.tried(week, 17 * i, sitting)
        assert (right, blank) == (sheet(week).automatic, 0)
        meant = [wrong.loses for wrong in catalogue(week)]
        assert lost == meant, (identity(17 * i), sitting)


@pytest.mark.parametrize("week", WEEKS)
def test_each_part_of_each_question_is_lost_by_some_wrong_answer(week):
    it = sheet(week)
    lost = {(it.number_of(w.cell), letter) for w in catalogue(week) for letter in w.loses}
    assert lost == {(n, part) for n in it.asks for part in it.exam.QUESTIONS[n].parts}


@pytest.mark.parametrize("week", WEEKS)
def test_a_model_answer_that_is_broken_is_caught(week):
    """The table would say so: a model that is wrong loses points that it should not lose."""
    it = copy.copy(sheet(week))
    wrong = next(w for w in catalogue(week) if isinstance(w.changes, dict))
    it.right = it.right | {wrong.cell: wrong.source(it.right[wrong.cell])}
    assert it.points(it.parts(it.space("anna"))) < it.automatic
    with pytest.raises(ValueError, match="stands 0 times"):
        Wrong(wrong.cell, "", "", {"not there": ""}).source(it.right[wrong.cell])


@pytest.mark.parametrize("week", WEEKS)
def test_all_papers_have_equally_many_steps(week):
    assert [n for n, counts in efforts(week, MORE).items() if len(counts) > 1] == []


@pytest.mark.parametrize("week", WEEKS)
def test_neighbours_and_sittings_share_at_most_one_question(week):
    neighbours, sittings = alike(week, MORE)
    assert max(neighbours) <= 1
    assert max(sittings) <= 1
    for number, question in sheet(week).exam.QUESTIONS.items():
        texts = [
            Paper(sheet(week).exam, identity(i), "first").text(number).partition("\n")[2]
            for i in range(MORE)
        ]
        assert len(set(texts)) >= 10, question.title


@pytest.mark.parametrize("week", WEEKS)
def test_a_draw_leaves_what_is_printed_readable(week):
    for i in range(MORE):
        for number in sheet(week).exam.QUESTIONS:
            text = Paper(sheet(week).exam, identity(i), "third").text(number)
            assert text.count("$") % 2 == 0
            assert text.count("```") % 2 == 0
            assert not re.search(
                r"\{[a-zA-Z]\w*\}(?!\})(?<!text)", re.sub(r"\\\w+\{\w+\}", "", text)
            )


def test_what_is_drawn_is_the_same_for_ever():
    """Not Python's hash, no generator that another version may change."""
    draw = Draw("week07", "first", "anna", 1)
    assert [draw.below(1000) for _ in range(4)] == PINNED
    assert Draw("a").below(10**9) != Draw("b").below(10**9)
    assert sorted(Draw("a").some_of(range(9), 9)) == list(range(9))
    assert {Draw(i).integer(2, 4) for i in range(50)} == {2, 3, 4}


PINNED = [152, 889, 972, 340]


# Whose paper.


def test_ways_to_write_an_id_are_one_id():
    assert normal(" Anna  Lee ") == normal("anna lee") == "anna lee"
    assert normal("Zoe\u0308") == normal("zo\u00eb")
    assert normal(12345) == "12345"
    assert normal("") == ""
    assert normal("학생 7") == "학생 7"
    assert normal("s-26.007@school_x") == "s-26.007@school_x"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\x00b", r"neither letters nor digits \(U\+0000\)"),
        ("../anna", r"U\+002F"),
        ("<script>", r"U\+003C, U\+003E"),
        ("😀", "neither letters"),
        ("x" * 65, "65 characters"),
        (1.5, "a text in quotes, not 1.5"),
        (None, "a text in quotes, not None"),
        (True, "a text in quotes"),
        (["anna"], "a text in quotes"),
    ],
)
def test_an_odd_id_is_told_in_a_sentence(name, said):
    with pytest.raises(IdentityError, match=said):
        open_paper(sheet(WEEKS[0]).exam, name, "first")


@pytest.mark.parametrize("week", WEEKS)
def test_without_an_id_the_specimen_opens_and_says_so_at_each_question(week, capsys):
    it = sheet(week)
    space = it.space("")
    assert "specimen" in repr(space["paper"])
    for number, (_, names) in it.asks.items():
        assert "not yours" in space["paper"].text(number)
        report(it.exam, number, *(space[name] for name in names))
    assert capsys.readouterr().out.count("the specimen paper; write your id") == len(it.asks)
    assert repr(exam.mark(it.exam)).count("still to do") == len(it.asks)


@pytest.mark.parametrize("week", WEEKS)
def test_alone_one_sees_the_points_at_the_end_and_no_answer_before(week, capsys):
    it = sheet(week)
    number = next(n for n in it.asks if it.exam.QUESTIONS[n].places)
    wrong = next(w for w in catalogue(week) if it.number_of(w.cell) == number and w.loses)
    answered = it.right | {wrong.cell: wrong.source(it.right[wrong.cell])}
    space = it.space("anna", answers=answered)
    for n, (_, names) in it.asks.items():
        report(it.exam, n, *(space[name] for name in names))
    said = capsys.readouterr().out
    assert "right" not in said
    assert said.count("answered") >= len(it.asks) - 1
    lost = sum(it.exam.QUESTIONS[number].parts[letter] for letter in wrong.loses)
    assert f"{it.automatic - lost} of {it.automatic} points" in repr(exam.mark(it.exam))
    assert exam.mark(it.exam)._repr_html_().startswith("<table>")


@pytest.mark.parametrize("week", WEEKS)
def test_without_the_key_answers_are_noted_and_not_judged(week, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, f"common.checks.{week}.key", None)
    it = sheet(week)
    space = it.space("anna")
    for number, (_, names) in it.asks.items():
        report(it.exam, number, *(space[name] for name in names))
    assert capsys.readouterr().out.count(": answered\n") == len(it.asks)
    table = repr(exam.mark(it.exam))
    assert f"{len(it.asks)} questions answered; your teacher grades them" in table


def test_a_form_that_cannot_be_read_is_told(capsys):
    it = sheet("week07")
    it.space("anna")
    report(it.exam, 2, lambda: [1, 2])
    report(it.exam, 2, lambda: 1 / 0)
    report(it.exam, 2, lambda: 5)
    said = capsys.readouterr().out
    assert "a list of 4 is due, and 2 came" in said
    assert "it stops with ZeroDivisionError" in said
    assert "it stops with TypeError" in said


# Settings and hand-ins.


def notebook(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (['student = "Anna "\nsitting = "First"'], None),
        (['student = "ben"', 'student = "anna"\nsitting = "first"'], None),
        (['student = "ben"\nsitting = "first"'], "opened with the id 'ben', and handed in by"),
        (['student = ""\nsitting = "first"'], "opened without an id"),
        (["def f(:", "x = 1"], "opened without an id"),
        (["student = input()\nsitting = 'first'"], "opened without an id"),
        (['student = "a/b"\nsitting = "first"'], "neither letters nor digits"),
        (['student = "anna"\nsitting = "second"'], "opened for the sitting 'second', and this"),
        (['student = "anna"'], "opened for the sitting ''"),
    ],
)
def test_another_id_or_sitting_waits_for_the_teacher(sources, said):
    if said is None:
        assert seat("anna", notebook(*sources), Rules())[0]["student"] == "anna"
        return
    with pytest.raises(RefusedError, match=said) as caught:
        seat("anna", notebook(*sources), Rules())
    assert "decide in exams.toml" in str(caught.value)
    decided = Rules(accept={"anna": {"student": "ben"}})
    paper, notes = seat("anna", notebook(*sources), decided)
    assert paper == {"student": "ben", "sitting": "first"}
    assert notes == ["graded as the paper of ben, sitting first: so in exams.toml"]


SETTINGS = """
[week07]
sitting = "first, green kettle"
due = 2026-11-20T11:30:00
late_per_hour = 10
[week07.accept]
anna = {student = "ana"}
"""


def test_the_teachers_settings_are_read(tmp_path):
    assert rules(tmp_path, "week07") == Rules()
    (tmp_path / "exams.toml").write_text(SETTINGS, "utf-8")
    read = rules(tmp_path, "week07")
    assert read.due == datetime(2026, 11, 20, 11, 30).astimezone()
    assert read.accept == {"anna": {"student": "ana"}}
    assert rules(tmp_path, "week14") == Rules()
    from grading.exam import TEMPLATE

    (tmp_path / "exams.toml").write_text(TEMPLATE, "utf-8")
    assert rules(tmp_path, "week07") == Rules()
    (tmp_path / "exams.toml").write_text(
        re.sub(r"(?m)^# ", "", TEMPLATE.partition("\n")[2]), "utf-8"
    )
    assert rules(tmp_path, "week07").late_per_hour == 10


@pytest.mark.parametrize(
    "text",
    [
        "[week07",
        "[week07]\ndeadline = 1",
        "[week07]\ndue = 'tomorrow'",
        "[week07]\nlate_per_hour = -1",
        "[week07]\nlate_per_hour = 'all'",
        "[week07]\nsitting = 'a/b'",
        "[week07.accept]\nanna = {name = 'x'}",
        "[week07.accept]\nanna = 'x'",
    ],
)
def test_settings_that_cannot_be_read_end_with_a_sentence(tmp_path, text):
    (tmp_path / "exams.toml").write_text(text, "utf-8")
    with pytest.raises(SystemExit, match=r"exams\.toml: "):
        rules(tmp_path, "week07")


def test_late_costs_what_the_settings_say_for_each_hour_that_has_begun():
    due = datetime(2026, 11, 20, 11, 30).astimezone()
    ruled, later = Rules(due=due, late_per_hour=10), lambda m: due.replace(hour=11 + m // 60)
    assert lateness(due, ruled) == ([], 0)
    notes, points = lateness(due.replace(minute=42), ruled)
    assert points == 10
    assert notes == ["handed in 2026-11-20 11:42, 12 minutes late: 10 points off"]
    assert lateness(later(60).replace(minute=31), ruled)[1] == 20
    assert lateness(later(60), dataclasses.replace(ruled, late_per_hour=0))[0][0].endswith(
        "60 minutes late: no points off"
    )
    assert lateness(later(60), Rules()) == ([], 0)


def put(path, minute, text='{"grade_id"}'):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    time = datetime(2026, 11, 20, 11, minute).timestamp()
    os.utime(path, (time, time))


def test_of_two_hand_ins_the_last_before_the_deadline_counts(tmp_path):
    due = datetime(2026, 11, 20, 11, 30).astimezone()
    put(tmp_path / "anna/week07/exam.ipynb", 20)
    put(tmp_path / "anna/week07/exam-Copy1.ipynb", 29)
    put(tmp_path / "anna/week07/exam-Copy2.ipynb", 45)
    put(tmp_path / "ben/week07/exam.ipynb", 40)
    put(tmp_path / "ben/week07/exam-Copy1.ipynb", 50)
    put(tmp_path / "cleo/week07/exam.ipynb", 50)
    (tmp_path / "cleo/week07/timestamp.txt").write_text("2026-11-20 09:00:00.5 UTC", "utf-8")
    found = {s.student: s for s in collect(tmp_path, "week07", due)}
    assert found["anna"].path.name == "exam-Copy1.ipynb"
    assert found["anna"].notes[0] == (
        "took exam-Copy1.ipynb, the last before the deadline; "
        "left aside: exam-Copy2.ipynb, exam.ipynb"
    )
    assert found["ben"].path.name == "exam-Copy1.ipynb"  # none in time: the newest, and late
    if importlib.util.find_spec("nbgrader"):
        assert stamp(found["cleo"].time) == "2026-11-20 09:00:00.500000 UTC"


# One round of nbgrader: a class that hands in the midterm.


def hand_in(room, student, claim, answers, minute=20, change=None):
    it = sheet("week07")
    made = copy.deepcopy(exercises.learners_copy(it.source))
    for cell in made.cells:
        cell.source = cell.source.replace('student = ""', f"student = {json.dumps(claim)}")
    cells = named(made)
    for name, source in answers.items():
        cells[name].source = source
    if change:
        change(cells)
    put(room / "submitted" / student / "week07" / "exam.ipynb", minute, nbformat.writes(made))


def with_wrong_and_essay(cells):
    wrong = next(w for w in catalogue("week07") if w.cell == "forward" and w.loses == "bc")
    cells["forward"].source = wrong.source(sheet("week07").right["forward"])
    cells["written_9"].source = "The chain rule."


def changed_check(cells):
    cells["check_shapes"].source = "print('8 of 8')"
    cells["check_graph"].source = "import common.checks.exam as e\ne.graded = lambda *a: None"


def never_ends(cells):
    cells["perceptron"].source = "def perceptron():\n    while True:\n        pass"
    cells["graph"].source = "def graph():\n    raise KeyError('lost')"


def replaces_the_paper(cells):
    """Answers of another paper, which the notebook opens below the first cell."""
    cells["shapes"].source = (
        'paper = open_paper(week07, "anna", "first")\n' + cells["shapes"].source
    )


def asks_for_the_key(cells):
    """The key imported, read, and asked for; an easier question put in place of another."""
    cells["shapes"].source = (
        "def shapes():\n"
        "    from common.checks.week07 import key\n"
        "    return key.values(1, paper.numbers(1))"
    )
    cells["perceptron"].source = (
        "import common.checks.exam\n"
        "try:\n"
        "    key = common.checks.exam.key_of(week07)\n"
        "except PermissionError:\n"
        "    key = None\n"
        "def perceptron():\n"
        "    return key.values(2, paper.numbers(2))"
    )
    cells["forward"].source = (
        "week07.QUESTIONS[4].parts.update(a=10, b=0, c=0, d=0)\n"
        "common.checks.week07.paper.EXPRESSIONS[:] = [{}] * 3\n" + cells["forward"].source
    )


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    room = tmp_path_factory.mktemp("exam")
    grade.prepare(room)
    settings = SETTINGS.replace("first, green kettle", "first")
    (room / "exams.toml").write_text(settings.partition("[week07.accept]")[0], "utf-8")
    right = sheet("week07").right
    hand_in(room, "anna", "Anna", right, change=with_wrong_and_essay)
    hand_in(room, "ben", "anna", right)
    hand_in(room, "cleo", "cleo", right, minute=45)
    hand_in(room, "dan", "dan", {}, change=changed_check)
    hand_in(room, "emil", "emil", right, change=never_ends)
    hand_in(room, "finn", "finn", right, change=replaces_the_paper)
    hand_in(room, "gina", "gina", right, change=asks_for_the_key)
    done = grade.grade("week07", room, jobs=2, say=lambda *a, **k: None, cell_seconds=8)
    return room, {result.student: result for result in done}


@needs_nbgrader
def test_a_class_is_graded_and_each_bad_hand_in_is_told(classroom):
    room, results = classroom
    total = {name: grade.total(result) for name, result in results.items()}
    said = {name: "; ".join(result.notes) for name, result in results.items()}
    assert total["anna"] == 84 - 6  # parts b and c of question 3
    assert results["anna"].points["check_forward"] == 3
    assert results["anna"].waiting == ["written_9"]
    assert not results["ben"].graded
    assert "opened with the id 'anna', and handed in by 'ben'; not graded" in said["ben"]
    assert total["cleo"] == 84 - 10
    assert results["cleo"].penalty == 10
    assert "handed in 2026-11-20 11:45, 15 minutes late: 10 points off" in said["cleo"]
    assert "late-penalty" in (room / "feedback/cleo/week07/exam.html").read_text("utf-8")
    assert total["dan"] == 0
    assert "check_shapes was edited, restored" in said["dan"]
    assert "check_graph was edited, restored" in said["dan"]
    assert total["emil"] == 84 - 9 - 12
    assert "check_perceptron was cut off" in said["emil"]
    assert results["finn"].graded
    assert total["finn"] < 84  # judged as the paper of finn, with the answers of another
    assert total["gina"] == 84 - 8 - 9, said["gina"]
    assert "tried to read key.py: refused" in said["gina"]
    assert "replaced common.checks.week07.paper.EXPRESSIONS, common.checks" in said["gina"]
    with open(room / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["cleo"]["points"] == "74.0"
    assert rows["cleo"]["points off"] == "10.0"
    assert rows["ben"]["points"] == ""


@needs_nbgrader
@pytest.mark.filterwarnings("ignore:Object of type")  # nbgrader's own
def test_a_made_up_class_becomes_a_picture(tmp_path):
    from grading.statistics import draw
    from made_up import fill

    grade.prepare(tmp_path)
    with pytest.raises(SystemExit, match="run `make grade WEEK=week07` first"):
        draw("week07", tmp_path)
    fill(tmp_path, "week07", 20)
    said = draw("week07", tmp_path)
    assert said.startswith("week07: 20 papers, mean ")
    assert "9  Derive and explain" in said
    assert "5 not read yet" in said
    assert (tmp_path / "statistics-week07.png").stat().st_size > 10_000


def test_what_is_right_on_a_paper_is_printed_for_the_teacher(tmp_path, capsys):
    assert exams.main(["answers", "week07", "anna", "--classroom", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Paper of anna, sitting first" in said
    due = importlib.import_module("common.checks.week07.key").values(
        9, Paper(sheet("week07").exam, "anna", "first").numbers(9)
    )
    assert f"9  Derive and explain: right: [{due[0]:.4g}]" in said
    with pytest.raises(SystemExit, match="week08 has no exam"):
        exams.main(["table", "week08"])
    with pytest.raises(SystemExit, match="whose paper"):
        exams.main(["answers", "week07"])


def test_an_exam_is_found_by_its_file():
    assert is_exam("week07")
    assert not is_exam("week16")
    assert grade.notebook_of("week07") == "exam.ipynb"
    assert claimed(notebook("student = 5"))["student"] == 5
