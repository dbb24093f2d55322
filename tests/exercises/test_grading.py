"""Grading a class with nbgrader: honest, broken and sly submissions in one call."""

import csv
import importlib.util

import exercises
import grade
import nbformat
import pytest
import submissions
from machinery import named, weeks

SOURCE, BLANK = weeks()["week16"]
needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None,
    reason="nbgrader is not installed: pip install 'nbgrader>=0.9.5'",
)

# What a submission is worth, and a piece of what must be said about it.
EXPECTED = {
    "model": (80, None),
    "empty": (0, None),
    "half": (18, None),
    "sly": (0, "was edited, restored"),
    "endless_loop": (76, "embedding_backward was cut off"),
    "destructive": (74, "deleted files in its folder: notes.txt"),
    "loud": (74, "cbow has a huge output"),
    "missing_cells": (72, "check_embedding_dot was missing, put back"),
    "no_json": (None, "not JSON"),
    "unknown_format": (None, "not a notebook: its notebook format is 9"),
    "no_notebook": (None, "not a notebook"),
}


def hand_in(folder, name):
    folder.mkdir(parents=True)
    (folder / grade.NOTEBOOK).write_text(getattr(submissions, name)(SOURCE, BLANK), "utf-8")
    (folder / "notes.txt").write_text("mine", "utf-8")
    return folder / grade.NOTEBOOK


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A class whose work is graded: its folder, and the results by name."""
    room = tmp_path_factory.mktemp("classroom")
    grade.prepare(room)
    for name in EXPECTED:
        hand_in(room / "submitted" / name / "week16", name)
    results = grade.grade("week16", room, jobs=2, say=lambda *a, **k: None, cell_seconds=10)
    return room, {result.student: result for result in results}


@needs_nbgrader
@pytest.mark.parametrize("name", EXPECTED)
def test_each_submission_gets_its_points_and_its_notes(classroom, name):
    room, results = classroom
    points, note = EXPECTED[name]
    result = results[name]
    assert result.graded == (points is not None)
    if points is not None:
        assert sum(p for p in result.points.values() if p is not None) == points
        assert (room / "feedback" / name / "week16" / "exercises.html").stat().st_size > 10_000
    notes = "; ".join(result.notes)
    assert note in notes if note else not notes


@needs_nbgrader
def test_written_answers_wait_for_a_reader(classroom):
    _, results = classroom
    written = [name for name in results["model"].points if name.startswith("written_")]
    assert len(written) == 3
    assert all(results["model"].points[name] is None for name in written)
    assert all(results["empty"].points[name] == 0 for name in written)


@needs_nbgrader
def test_hidden_tests_that_are_printed_and_a_dead_kernel_are_reported(classroom):
    _, results = classroom
    assert "check_shapes prints the hidden tests" in results["loud"].notes
    assert "not run from shapes on: an answer ended the kernel" in results["destructive"].notes


@needs_nbgrader
def test_the_table_of_grades_has_everybody(classroom):
    room, _ = classroom
    with open(room / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(EXPECTED)
    assert rows["half"]["check_embedding_dot"] == "8.0"
    assert rows["half"]["check_cbow"] == "0.0"
    assert rows["model"]["written_leaves"] == ""
    assert rows["no_json"]["points"] == ""


@needs_nbgrader
def test_what_was_handed_in_stays_as_it_was(classroom):
    room, _ = classroom
    for name in EXPECTED:
        folder = room / "submitted" / name / "week16"
        kept = (folder / grade.NOTEBOOK).read_text("utf-8")
        assert kept == getattr(submissions, name)(SOURCE, BLANK)
        assert (folder / "notes.txt").read_text("utf-8") == "mine"


@needs_nbgrader
def test_the_release_is_the_learners_copy(classroom):
    """nbgrader's own steps and tools/exercises.py make the same cells of the source."""
    room, _ = classroom
    made = nbformat.read(room / "release" / "week16" / grade.NOTEBOOK, as_version=4)
    mine = exercises.learners_copy(SOURCE)
    assert [(c.cell_type, c.source, c.metadata) for c in made.cells] == [
        (c.cell_type, c.source, c.metadata) for c in mine.cells
    ]


# What needs no nbgrader.


def test_an_older_notebook_format_is_converted(tmp_path):
    notebook, notes = grade.repaired(hand_in(tmp_path / "x", "another_format"), BLANK)
    assert notes == ["written in notebook format 3, converted to 4"]
    assert named(notebook)["shapes"].source == named(SOURCE)["shapes"].source


def test_a_submission_as_it_was_handed_out_needs_no_repair(tmp_path):
    notebook, notes = grade.repaired(hand_in(tmp_path / "x", "empty"), BLANK)
    assert not notes
    assert not list(grade.edited_checks(notebook, BLANK))


def test_cells_that_are_missing_come_back_in_their_order(tmp_path):
    notebook, notes = grade.repaired(hand_in(tmp_path / "x", "missing_cells"), BLANK)
    assert list(named(notebook)) == list(named(BLANK))
    assert len(notes) == 3


def test_a_large_file_and_no_file_are_refused(tmp_path, monkeypatch):
    path = hand_in(tmp_path / "x", "model")
    monkeypatch.setattr(grade, "LARGEST", 1000)
    with pytest.raises(grade.UnreadableError, match="MB; allowed"):
        grade.repaired(path, BLANK)
    with pytest.raises(grade.UnreadableError, match="there is no"):
        grade.repaired(tmp_path / grade.NOTEBOOK, BLANK)


def test_without_nbgrader_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(grade, "Execute", object)
    with pytest.raises(SystemExit, match="nbgrader is not installed"):
        grade.main(["grade", "week16"])
