"""Grading a class with nbgrader: honest, untidy, broken and sly submissions in one call.

What the exercises are called and what they are worth is read from the source notebook.
"""

import csv
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import exercises
import grade
import nbformat
import psutil
import pytest
import submissions
from grading.collect import collect, means
from grading.kernels import Forked
from grading.repair import UnreadableError, repaired
from jupyter_client.manager import start_new_kernel
from machinery import named, weeks
from nbclient import NotebookClient
from submissions import answered, answers, points, position, text, written

WEEK = "week16"
SOURCE, BLANK = weeks()[WEEK]
NAMES = answers(SOURCE)
FIRST, SECOND, THIRD, FOURTH = NAMES[:4]
ESSAY = written(SOURCE)[0]
ALL = points(SOURCE, NAMES)
needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None,
    reason="nbgrader is not installed: pip install 'nbgrader>=0.9.5'",
)

# Kind -> the answers that earn nothing, and a piece of each note; None: not graded at all.
CLASS = {
    "model": ([], []),
    "half": (NAMES[1::2], []),
    "untidy": (
        [],
        [
            f"{FIRST} stands 2 times, all parts taken",
            f"{SECOND} stands 2 times, the blank copy left out",
            f"{ESSAY} was written in a cell below it",
        ],
    ),
    "missing_cells": ([FIRST], ["the cell of imports", FIRST, "missing, put back"]),
    "renamed_cells": (
        [],
        [f"{FIRST} had lost its name", f"{FOURTH} was left blank and answered in another cell"],
    ),
    "syntax_error": ([FIRST], []),
    "endless_loop": ([FIRST], [f"{FIRST} was cut off"]),
    "destructive": (
        NAMES[-1:],
        ["deleted files in its folder: helper.py, notes.txt", f"not run from {NAMES[-1]} on"],
    ),
    "ends_others": (NAMES[-1:], ["tried to stop another program: refused"]),
    "loud": ([], [f"{FIRST} has a huge output"]),
    "no_json": (None, ["not JSON"]),
    "edited_checks": (NAMES, ["was edited, restored", "were missing, put back"]),
    "patched_checks": (NAMES, [f"replaced common.checks.{WEEK}."]),
    "transformer": (NAMES, ["replaced IPython's input transformers, IPython's report of errors"]),
    "reads_solutions": (NAMES, ["tried to look into solutions/: refused"]),
    "replaced_numpy": ("as too_large", ["replaced numpy.allclose"]),
    "too_large": ("as too_large", []),
    "replaced_while_checked": ([FIRST], [f"during check_{FIRST}: no points for it"]),
    "delegates": (
        [FIRST],
        [f"check_{FIRST}: your answer calls preprocess from the package"],
    ),
    "course_beside": ([], ["common beside the notebook not used", "dataset.py beside"]),
}


def hand_in(folder, kind):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / grade.NOTEBOOK).write_text(getattr(submissions, kind)(SOURCE, BLANK), "utf-8")
    for name, content in submissions.BESIDE.items():
        if kind == "course_beside" or ("/" not in name and name != "dataset.py"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
    return folder / grade.NOTEBOOK


def graded(room, **options):
    results = grade.grade(WEEK, room, jobs=2, say=lambda *a, **k: None, **options)
    return {result.student: result for result in results}


def total(result):
    return sum(p for p in result.points.values() if p is not None)


def table(room):
    with open(room / "grades.csv", encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A class whose work is graded: its folder, and the results by name."""
    room = tmp_path_factory.mktemp("classroom")
    grade.prepare(room)
    for kind in CLASS:
        hand_in(room / "submitted" / kind / WEEK, kind)
    folder = room / "submitted" / "model" / WEEK
    (folder / grade.NOTEBOOK).rename(folder.parent / "exercises (1).ipynb")
    (room / "submitted" / "nobody").mkdir()
    return room, graded(room, cell_seconds=10)


@needs_nbgrader
@pytest.mark.parametrize("kind", CLASS)
def test_each_submission_gets_its_points_and_its_notes(classroom, kind):
    room, results = classroom
    lost, notes = CLASS[kind]
    result = results[kind]
    assert result.graded == (lost is not None), result.notes
    if lost == "as too_large":
        assert result.points == results["too_large"].points
        assert total(result) < ALL
    elif lost is not None:
        assert total(result) == ALL - points(SOURCE, lost), result.notes
        assert (room / "feedback" / kind / WEEK / "exercises.html").stat().st_size > 10_000
    said = "; ".join(result.notes)
    assert all(note in said for note in notes), said
    if not notes and kind != "model":
        assert not said
    assert len(set(result.notes)) == len(result.notes)


@needs_nbgrader
def test_a_notebook_with_another_name_and_place_is_taken(classroom):
    _, results = classroom
    assert results["model"].notes == ["taken from model/exercises (1).ipynb"]


@needs_nbgrader
def test_written_answers_wait_for_a_reader(classroom):
    room, results = classroom
    assert set(results["model"].waiting) == set(written(SOURCE))
    assert all(results["model"].points[name] is None for name in written(SOURCE))
    assert all(results["half"].points[name] == 0 for name in written(SOURCE))
    shown = nbformat.read(room / "autograded" / "untidy" / WEEK / grade.NOTEBOOK, 4)
    assert named(shown)[ESSAY].source == "My answer stands below."
    assert ESSAY in results["untidy"].waiting


@needs_nbgrader
def test_the_table_of_grades_has_everybody(classroom):
    room, results = classroom
    rows = table(room)
    assert set(rows) == set(CLASS) | {"nobody"}
    assert float(rows["half"]["points"]) == total(results["half"])
    assert float(rows["half"][f"check_{FIRST}"]) == points(SOURCE, [FIRST])
    assert rows["half"][f"check_{SECOND}"] == "0.0"
    assert rows["model"][ESSAY] == ""
    assert ESSAY in rows["model"]["to read"].split()
    assert rows["no_json"]["points"] == ""
    assert rows["nobody"]["notes"] == f"nothing handed in for {WEEK}"


@needs_nbgrader
def test_what_was_handed_in_stays_as_it_was(classroom):
    room, _ = classroom
    for kind in set(CLASS) - {"model"}:
        folder = room / "submitted" / kind / WEEK
        kept = (folder / grade.NOTEBOOK).read_text("utf-8")
        assert kept == getattr(submissions, kind)(SOURCE, BLANK)
        assert (folder / "notes.txt").read_text("utf-8") == "mine"


@needs_nbgrader
def test_the_release_is_the_learners_copy(classroom):
    """nbgrader's own steps and tools/exercises.py make the same cells of the source."""
    room, _ = classroom
    made = nbformat.read(room / "release" / WEEK / grade.NOTEBOOK, as_version=4)
    mine = exercises.learners_copy(SOURCE)
    assert [(c.cell_type, c.source, c.metadata) for c in made.cells] == [
        (c.cell_type, c.source, c.metadata) for c in mine.cells
    ]


@needs_nbgrader
def test_what_a_reader_enters_survives_and_a_rewritten_answer_is_marked(classroom, tmp_path):
    """Two learners get points and a comment by hand; one hands in another answer."""
    from nbgrader.api import Gradebook

    room, kinds = tmp_path / "room", ("model", "renamed_cells")
    shutil.copytree(classroom[0], room)
    for folder in (room / "submitted").iterdir():
        if folder.name not in kinds:
            shutil.rmtree(folder)
    file = f"sqlite:///{room / 'gradebook.db'}"
    with Gradebook(file) as book:
        for kind in kinds:
            for name in (ESSAY, f"check_{FIRST}"):
                mark = book.find_grade(name, "exercises", WEEK, kind)
                mark.manual_score, mark.needs_manual_grade = 1.5, False
            book.find_comment(ESSAY, "exercises", WEEK, kind).manual_comment = "well said"
        book.db.commit()
    path = room / "submitted" / "renamed_cells" / WEEK / grade.NOTEBOOK
    notebook = nbformat.read(path, 4)
    named(notebook)[ESSAY].source = "Another answer."
    nbformat.write(notebook, path)

    results = graded(room)
    for kind in kinds:
        assert results[kind].points[ESSAY] == 1.5
        assert results[kind].points[f"check_{FIRST}"] == 1.5
        assert float(table(room)[kind][ESSAY]) == 1.5
        page = (room / "feedback" / kind / WEEK / "exercises.html").read_text("utf-8")
        assert "well said" in page
    assert set(results["model"].waiting) == set(written(SOURCE)) - {ESSAY}
    assert set(results["renamed_cells"].waiting) == set(written(SOURCE))
    note = f"{ESSAY} was rewritten after it got 1.5 points by hand"
    assert note in results["renamed_cells"].notes
    assert note not in results["model"].notes


@needs_nbgrader
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "week99"], "there is no solutions/week99/exercises.ipynb; weeks with"),
        (["grade", WEEK], "nothing to grade: each learner's work goes into"),
    ],
)
def test_the_command_says_in_a_sentence_that_there_is_nothing_to_do(tmp_path, arguments, said):
    done = subprocess.run(
        [sys.executable, "tools/grade.py", *arguments, "--classroom", str(tmp_path / "room")],
        cwd=grade.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


# What needs no nbgrader.


def printed(folder, source):
    """What a kernel of its own prints."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook.cells[0].outputs[0].text.split()


forking = pytest.mark.skipif(sys.platform != "linux", reason="each kernel is started anew")


@forking
def test_forked_kernels_share_nothing_with_each_other_and_no_pipe_with_the_grader(
    tmp_path, monkeypatch
):
    source = (
        "import os, sys, numpy\n"
        "print(os.getppid(), os.getcwd(), os.environ['OF'], 'LEFT' in os.environ,\n"
        "      hasattr(numpy, 'left'), 'left' in sys.modules, numpy.random.rand())\n"
        "print(*[os.stat(f).st_ino for f in os.scandir('/proc/self/fd') if os.path.exists(f)])\n"
        "os.environ['LEFT'], numpy.left, sys.modules['left'] = '1', 1, os\n"
    )
    seen = {}
    for student in ("anna", "ben"):
        (tmp_path / student).mkdir()
        monkeypatch.setenv("OF", student)
        parent, *seen[student], drawn = (told := printed(tmp_path / student, source))[:7]
        assert parent == str(Forked.warm.pid)
        assert seen[student] == [str(tmp_path / student), student, "False", "False", "False"]
        pipes = {str(os.fstat(p.fileno()).st_ino) for p in (Forked.warm.stdin, Forked.warm.stdout)}
        assert not pipes & set(told[7:])
        seen[student] = drawn
    assert seen["anna"] != seen["ben"]


@forking
def test_if_the_process_that_forks_is_gone_another_takes_its_place(tmp_path):
    first = printed(tmp_path, "import os; print(os.getppid())")
    Forked.warm.kill()
    with Forked.warm:
        pass
    assert printed(tmp_path, "import os; print(os.getppid())") != first


@forking
def test_a_kernel_ends_with_the_process_that_forked_it(tmp_path):
    kernel, client = start_new_kernel(cwd=str(tmp_path))
    client.stop_channels()
    Forked.warm.kill()
    pid = kernel.provisioner.pid
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.1)
    else:
        os.kill(pid, signal.SIGKILL)
        pytest.fail("it is still there")
    kernel.cleanup_resources()


def put(path, content, newer=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    os.utime(path, (1e9 + newer, 1e9 + newer))
    return path


def test_whatever_stands_below_submitted_is_accounted_for(tmp_path):
    mine, other = text(BLANK), '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    for number, (path, content) in enumerate(
        {
            f"anna/{WEEK}/exercises.ipynb": mine,
            "ben/exercises.ipynb": mine,
            f"cleo/{WEEK}/exercises.ipynb": mine,
            f"cleo/{WEEK}/exercises-Copy1.ipynb": mine,
            f"dora/{WEEK}/my-{WEEK}.ipynb": mine,
            f"dora/{WEEK}/1_lesson.ipynb": other,
            f"emil/Week {WEEK[4:]}/exercises.ipynb": mine,
            f"finn/{WEEK}/{WEEK}/exercises.ipynb": mine,
            f"gina/{WEEK}/answers.docx": "",
            "hugo/week15/exercises.ipynb": mine,
            "ines.ipynb": mine,
            f"j[1]/{WEEK}/exercises.ipynb": mine,
            f"anna/{WEEK}/.ipynb_checkpoints/exercises.ipynb": mine,
            ".hidden": "",
        }.items()
    ):
        put(tmp_path / path, content, number)
    found = {s.student: s for s in collect(tmp_path, WEEK)}
    took = {name: s.path and s.path.relative_to(tmp_path).as_posix() for name, s in found.items()}
    assert took == {
        "anna": f"anna/{WEEK}/exercises.ipynb",
        "ben": "ben/exercises.ipynb",
        "cleo": f"cleo/{WEEK}/exercises-Copy1.ipynb",
        "dora": f"dora/{WEEK}/my-{WEEK}.ipynb",
        "emil": f"emil/Week {WEEK[4:]}/exercises.ipynb",
        "finn": f"finn/{WEEK}/{WEEK}/exercises.ipynb",
        "gina": None,
        "hugo": None,
        "ines.ipynb": None,
        "j[1]": None,
    }
    assert not found["anna"].notes
    assert all(s.notes for s in found.values() if s.student != "anna")
    assert found["cleo"].notes == [
        "took exercises-Copy1.ipynb, the newest; left aside: exercises.ipynb"
    ]
    assert [s.student for s in found.values() if s.absent] == ["hugo"]


def put_in_order(tmp_path, kind):
    return repaired(put(tmp_path / "x.ipynb", getattr(submissions, kind)(SOURCE, BLANK)), BLANK)


def test_a_submission_as_it_was_handed_out_needs_no_repair(tmp_path):
    for kind in ("empty", "model", "half", "syntax_error"):
        notebook, notes = put_in_order(tmp_path, kind)
        assert not notes
        assert [c.source for c in notebook.cells] == [
            c.source for c in nbformat.reads(getattr(submissions, kind)(SOURCE, BLANK), 4).cells
        ]


def test_an_older_notebook_format_is_converted(tmp_path):
    notebook, notes = put_in_order(tmp_path, "another_format")
    assert notes == ["written in notebook format 3, converted to 4"]
    assert named(notebook)[FIRST].source == named(SOURCE)[FIRST].source


@pytest.mark.parametrize(
    "kind", ["untidy", "missing_cells", "renamed_cells", "edited_checks", "no_names"]
)
def test_after_the_repair_each_cell_stands_once_and_each_check_below_its_answer(tmp_path, kind):
    notebook, notes = put_in_order(tmp_path, kind)
    assert notes
    names = [c.metadata["nbgrader"]["grade_id"] for c in notebook.cells if "nbgrader" in c.metadata]
    assert sorted(names) == sorted(named(BLANK))
    for name, cell in named(notebook).items():
        assert cell.metadata == named(BLANK)[name].metadata
        if name.startswith("check_"):
            assert cell.source == named(BLANK)[name].source
            assert names.index(name) > names.index(name.removeprefix("check_"))
    assert len({c.id for c in notebook.cells}) == len(notebook.cells)


def test_what_was_split_is_joined_and_a_blank_copy_goes(tmp_path):
    notebook, _ = put_in_order(tmp_path, "untidy")
    for name in (FIRST, SECOND):
        assert named(notebook)[name].source == named(SOURCE)[name].source


def test_of_two_whole_answers_both_are_executed_and_the_last_counts(tmp_path):
    notebook = answered(SOURCE, BLANK)
    again = nbformat.from_dict(named(notebook)[FIRST])
    again.source, again.id = "tried = 1\n" + again.source, "again"
    notebook.cells.insert(position(notebook, FIRST) + 1, again)
    notebook, notes = repaired(put(tmp_path / "x.ipynb", text(notebook)), BLANK)
    assert notes == [f"{FIRST} stands 2 times, the last one counts"]
    at = position(notebook, FIRST)
    assert notebook.cells[at].source.startswith("tried = 1")
    assert notebook.cells[at - 1].source == named(SOURCE)[FIRST].source


def test_an_answer_in_another_cell_is_executed_before_its_check(tmp_path):
    for kind, names in {"renamed_cells": (THIRD, FOURTH), "no_names": NAMES}.items():
        notebook, _ = put_in_order(tmp_path, kind)
        texts = [c.source for c in notebook.cells]
        for name in names:
            right = texts.index(named(SOURCE)[name].source)
            assert position(notebook, name) < right < position(notebook, f"check_{name}")


def test_a_deleted_cell_of_imports_comes_back_first_and_an_edited_one_is_kept(tmp_path):
    imports = next(c for c in BLANK.cells if c.cell_type == "code")
    notebook, _ = put_in_order(tmp_path, "missing_cells")
    assert notebook.cells[0].source == imports.source
    edited = answered(SOURCE, BLANK)
    cell = next(c for c in edited.cells if c.cell_type == "code")
    cell.source += "\nimport math"
    notebook, notes = repaired(put(tmp_path / "x.ipynb", text(edited)), BLANK)
    assert not notes
    cell.source = "import math"
    notebook, notes = repaired(put(tmp_path / "x.ipynb", text(edited)), BLANK)
    assert "the cell of imports" in notes[0]


def test_broken_marks_and_kinds_of_cells_are_no_end(tmp_path):
    notebook = answered(SOURCE, BLANK)
    named(notebook)[FIRST].metadata["nbgrader"] = nbformat.from_dict({"solution": True})
    named(notebook)[SECOND].metadata["nbgrader"]["grade_id"] = FIRST
    essay = named(notebook)[ESSAY]
    wrong = nbformat.v4.new_code_cell(essay.source, metadata=essay.metadata, id=essay.id)
    notebook.cells[notebook.cells.index(essay)] = wrong
    notebook, notes = repaired(put(tmp_path / "x.ipynb", text(notebook)), BLANK)
    assert set(named(notebook)) == set(named(BLANK))
    assert named(notebook)[ESSAY].cell_type == "markdown"
    assert named(notebook)[ESSAY].source == named(SOURCE)[ESSAY].source
    assert f"{ESSAY} was no markdown cell, made one again" in notes


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no_json", "not JSON"),
        ("unknown_format", "not a notebook: its notebook format is 9"),
        ("no_notebook", "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path, kind, said):
    with pytest.raises(UnreadableError, match=said):
        put_in_order(tmp_path, kind)


def test_a_large_file_and_no_file_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("grading.repair.LARGEST", 1000)
    with pytest.raises(UnreadableError, match="MB; allowed"):
        put_in_order(tmp_path, "model")
    with pytest.raises(UnreadableError, match="there is no"):
        repaired(Path(tmp_path / "none.ipynb"), BLANK)


def test_without_nbgrader_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(grade, "Execute", object)
    with pytest.raises(SystemExit, match="nbgrader is not installed"):
        grade.main(["grade", WEEK])


@pytest.mark.parametrize(
    ("name", "week", "meant"),
    [
        ("week02", "week02", True),
        ("Week 2", "week02", True),
        ("week_02", "week02", True),
        ("Week 16", "week16", True),
        ("week 20", "week02", False),
        ("week12", "week02", False),
        ("homework 2", "week02", False),
    ],
)
def test_a_folder_that_means_the_week(name, week, meant):
    assert means(name, week) == meant
