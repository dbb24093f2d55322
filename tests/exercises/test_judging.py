"""What a check says, and what a notebook's shell knows."""

import re

import numpy
import pytest
from IPython.core.interactiveshell import InteractiveShell
from machinery import all_exercises
from traitlets.config import Config

from common.checks import AnswerError, board, cells, judge, progress, read_hints, report, week16
from common.checks.values import NotNumbersError, as_values, difference, same, show

FIRST = next(e for e in all_exercises() if e.week == "week16")
ADD = "np.add.at(dW, self.idx, self.a[:, None] * dout)"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(board, "STATE", {})
    monkeypatch.setattr(board, "SHOWN", {})
    monkeypatch.setattr(cells, "FAILED", {})


def answer(old="", new=""):
    (made,) = FIRST.defined(FIRST.right.replace(old, new) if old else FIRST.right)
    return made


def said(capsys, made, check=FIRST.check):
    report(check, made)
    return capsys.readouterr().out


def test_a_hint_goes_one_step_further_each_time(capsys):
    wrong = answer(ADD, "dW[self.idx] += self.a[:, None] * dout")
    first, second, third, fourth = (said(capsys, wrong) for _ in range(4))
    assert "think: " in first
    assert "reread: " not in first
    assert "reread: 1_row_slice.ipynb" in second
    assert "idea: " not in second
    assert "idea: " in third == fourth
    assert "again for the next step" in second
    assert "again for the next step" not in third


def test_the_smallest_example_is_told_with_what_is_due_and_what_came(capsys):
    told = said(capsys, answer(ADD, "dW[self.idx] += self.a[:, None] * dout"))
    assert told.startswith("Exercise 1, not yet: dW is not right\n  example: W = [[0, 1], ")
    assert "idx = [1, 5, 1]" in told
    assert re.search(r"expected: .*\[302, 302\].*\n  got: .*\[300, 300\]", told)


def test_an_unknown_mistake_gets_the_example_and_no_guess(capsys):
    told = said(capsys, answer("return (dout", "return 3 * (dout"))
    assert "expected: " in told
    assert "think" not in told


def test_two_mistakes_at_once_get_no_hint_that_is_half_right():
    wrong = FIRST.right.replace(ADD, "dW[self.idx] += dout").replace(
        "return (dout", "return -(dout"
    )
    with pytest.raises(AnswerError) as raised:
        FIRST.attempt(wrong)
    assert raised.value.name == "example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("return (dout * self.rows).sum(axis=1)", "pass", r"da is nothing \(None\); is there a"),
        ("return (dout * self.rows).sum(axis=1)", "return {'da': 1}", "da is a dict; numbers are"),
        ("return (dout * self.rows).sum(axis=1)", "return 'da'", "da is a str; numbers are due"),
        ("self.rows).sum", "self.row).sum", r"AttributeError in line \d+ of your cell, in `backw"),
        ("dW[...] = 0", "self.params[0][0] += 1", "your code changes its input `W`"),
    ],
)
def test_accidents_have_messages_of_their_own(old, new, message, capsys):
    told = said(capsys, answer(old, new))
    assert re.match(f"Exercise 1, not yet: .*{message}", told)
    assert "  example: " in told


def test_the_line_of_an_error_is_shown(capsys):
    told = said(capsys, answer("self.rows).sum", "self.row).sum"))
    assert ", `return (dout * self.row).sum(axis=1)`" in told


def test_a_loop_that_is_stopped_by_hand_is_told_with_its_place(capsys):
    told = said(capsys, answer("dW[...] = 0", "raise KeyboardInterrupt"))
    assert re.search(r"stopped by hand in line \d+ of your cell, in `backward`", told)


@pytest.mark.parametrize("made", [None, 7, "WeightedRows", {}])
def test_an_answer_of_another_kind_is_wrong_and_no_crash(made, capsys):
    assert "not yet" in said(capsys, made)


def test_a_package_function_that_is_a_brick_may_be_used_and_its_neighbour_not():
    code = FIRST.right.replace(ADD, "from common.functions import {0}\n        {0}" + ADD[9:])
    FIRST.attempt(code.replace("{0}", "scatter_add"))
    with pytest.raises(AnswerError, match="calls softmax from the package"):
        FIRST.attempt(FIRST.right.replace("dW[...] = 0", SOFTMAX))


SOFTMAX = "from common.functions import softmax\n        dW[...] = softmax(dout).sum() * 0"


def test_the_profile_of_somebody_else_comes_back():
    import sys

    seen = lambda *arguments: None
    sys.setprofile(seen)
    try:
        FIRST.attempt(FIRST.right)
        assert sys.getprofile() is seen
    finally:
        sys.setprofile(None)


def test_a_grader_sees_the_exception(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AnswerError, match="is not right") as raised:
        report(FIRST.check, answer(ADD, "pass"))
    assert str(raised.value)
    (blank,) = FIRST.defined(FIRST.blank)
    with pytest.raises(NotImplementedError):
        report(FIRST.check, blank)


def test_progress_is_a_table_in_a_notebook_and_lines_elsewhere(capsys):
    report(FIRST.check, answer())
    report(week16.check_hunt, lambda: {})
    table = progress(week16)
    assert re.search(r"^ 1  Rows with a weight of their own +6  passed$", repr(table), re.M)
    assert re.search(r"^ 7  Batches that show a bug +8  not yet$", repr(table), re.M)
    assert repr(table).endswith("6 of 100 points so far; 16 of the 100 are a reader's to give")
    page = table._repr_html_()
    assert page.count("<tr>") == len(table.rows) + 1 == 15
    left, right = (f'<td style="text-align: {side}">' for side in ("left", "right"))
    row = f"{left}Rows with a weight of their own</td>{right}6</td>{left}passed</td>"
    assert row in page
    assert not re.search("<img|http|script|<style", page)


# The shell of a notebook.


@pytest.fixture
def shell(monkeypatch):
    made = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    monkeypatch.setattr("IPython.get_ipython", lambda: made)
    cells.watch()
    cells.watch()  # a second import changes nothing
    made.run_cell("import numpy as np\nfrom common.checks import report, week16")
    return made


CHECK = "report(week16.check_weighted_rows, WeightedRows)"


def test_a_cell_that_was_not_run_is_named(shell, capsys):
    shell.run_cell(CHECK)
    assert "there is no `WeightedRows` yet: run the cell that defines it" in capsys.readouterr().out
    shell.run_cell(FIRST.right + "\n)")
    shell.run_cell(CHECK)
    told = capsys.readouterr().out
    assert re.search(
        r"`WeightedRows` ended with SyntaxError in line \d+: repair it and run it ", told
    )
    assert "earlier" not in told
    shell.run_cell(FIRST.right)
    shell.run_cell(CHECK)
    assert "Exercise 1 passed" in capsys.readouterr().out


@pytest.mark.parametrize("broken", [FIRST.right + "\n)", FIRST.right + "\n1 / 0"])
def test_the_class_of_an_earlier_run_is_not_checked(shell, capsys, broken):
    shell.run_cell(FIRST.right)
    shell.run_cell(broken)
    capsys.readouterr()
    shell.run_cell(CHECK)
    told = capsys.readouterr().out
    assert re.search(r"the cell of `WeightedRows` ended with (SyntaxError in line|ZeroDiv)", told)
    shell.run_cell(FIRST.right)
    shell.run_cell(CHECK)
    assert "Exercise 1 passed" in capsys.readouterr().out


def test_under_a_grader_a_missing_name_stays_an_error(shell, monkeypatch):
    del shell.course_is_watching
    for callback in list(shell.events.callbacks["pre_run_cell"]):
        shell.events.unregister("pre_run_cell", callback)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cells.watch()
    assert isinstance(shell.run_cell(CHECK).error_in_exec, NameError)


def test_outside_a_notebook_nothing_is_watched(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    cells.watch()
    cells.fill_in("x = 1", space := {})
    cells.fill_in("report(week16.check_hunt, batches", space)
    assert space == {}


# The parts.


def test_hints_are_read_from_blocks_of_text():
    hint = judge.Hint(("a b?", "x.ipynb, y", "i."))
    assert read_hints("# c\none, two words:\n    ? a\n      b?\n    @ x.ipynb, y\n    ! i.\n") == {
        "one": hint,
        "two words": hint,
    }


@pytest.mark.parametrize("text", ["one:\n    ? a?\n", "one, one:\n    ? a?\n    @ b\n    ! c.\n"])
def test_a_hint_without_its_three_steps_or_twice_is_refused(text):
    with pytest.raises(ValueError, match="one"):
        read_hints(text)


def test_values_are_numbers_of_any_kind():
    assert as_values([[1, 2.5]]) == ((1, 2), [1, 2.5])
    assert as_values(numpy.float32(2)) == ((), [2.0])
    for value in (None, "1", {}, {1}, print, [[1], [1, 2]], object(), [None], 1j):
        with pytest.raises(NotNumbersError):
            as_values(value)


@pytest.mark.parametrize(
    ("got", "due", "tolerance", "right"),
    [
        ([1.0], [1.00001], (1e-4, 0), True),
        ([0.0], [1e-9], (1e-4, 0), False),
        ([0.0], [1e-9], (1e-4, 1e-8), True),
        ([[1.0]], [1.0], (1, 1), False),
        ([numpy.nan], [1.0], (1, 1), False),
        ([numpy.inf], [1.0], (1, 1), False),
        (-numpy.inf, -numpy.inf, (0, 0), True),
        ("a", "a", (0, 0), True),
        (1, "a", (9, 9), False),
        (None, 1, (9, 9), False),
    ],
)
def test_same(got, due, tolerance, right):
    assert same(got, due, tolerance) is right


def test_the_number_that_is_furthest_off_is_told_in_enough_digits():
    due = numpy.arange(30.0).reshape(5, 6)
    got = due.copy()
    got[2, 1] += 1e-6
    assert difference("dW", got, due) == ("dW[2, 1]", "13", "13.000001")
    assert difference("dW", got[0], due) == ("the shape of dW", "(5, 6)", "(6,)")
    got[3, 5] = numpy.nan
    assert difference("dW", got, due)[0] == "dW[3, 5]"
    assert show([numpy.float64(1.0), (2, "x")]) == "[1, (2, 'x')]"
