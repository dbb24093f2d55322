"""How the exercises stand in this notebook: a line for each check, and a table of them all."""

import html
import os

from common.checks import cells
from common.checks.judge import AnswerError

__all__ = ["progress", "report"]

TO_DO, NOT_YET, PASSED, READER = "still to do", "not yet", "passed", "a reader gives the points"
STATE = {}  # name of a check -> how it stands, in this notebook
SHOWN = {}  # (name of a check, name of a hint) -> how often it was shown


def report(check, *answers):
    """Run a check and print how the exercise stands; only a grader sees an exception.

    Each time that the same hint comes it goes one step further.
    nbgrader sets the variable ``NBGRADER_EXECUTION`` while it grades or validates.
    """
    STATE[check.__name__] = NOT_YET
    try:
        for answer in answers:
            cells.must_be_of_this_run(answer)
        check(*answers)
        STATE[check.__name__] = PASSED
    except (NotImplementedError, AnswerError) as error:
        if os.environ.get("NBGRADER_EXECUTION"):
            raise
        if isinstance(error, AnswerError):
            print(f"Exercise {check.number}, {NOT_YET}: {next_step(check, error)}")
        else:
            STATE[check.__name__] = TO_DO
            print(f"Exercise {check.number}: {TO_DO}")


def next_step(check, error):
    """The message, with one step more of its hint than the last time."""
    if not error.hint:
        return error.text(steps=0)
    key = check.__name__, error.name
    SHOWN[key] = steps = min(SHOWN.get(key, 0) + 1, 3)
    more = "" if steps == 3 else "\n  (run this cell again for the next step of the hint)"
    return error.text(steps) + more


class Table:
    """A week's exercises, their points and how they stand; in a notebook it shows as a table."""

    head = "", "exercise", "points", "state"

    def __init__(self, rows):
        self.rows = rows  # (number, title, points, state)
        won = sum(points for _, _, points, state in rows if state == PASSED)
        total = sum(points for _, _, points, _ in rows)
        by_hand = sum(points for _, _, points, state in rows if state == READER)
        self.sum = (
            f"{won} of {total} points so far; {by_hand} of the {total} are a reader's to give"
        )

    def __repr__(self):
        lines = [f"{n:2}  {title:38} {points:3}  {state}" for n, title, points, state in self.rows]
        return "\n".join([*lines, self.sum])

    def _repr_html_(self):
        def row(tag, values):
            aligned = zip(values, ("right", "left", "right", "left"), strict=True)
            return "".join(
                f'<{tag} style="text-align: {side}">{html.escape(str(value))}</{tag}>'
                for value, side in aligned
            )

        body = "\n".join(f"<tr>{row('td', values)}</tr>" for values in self.rows)
        return (
            f"<table>\n<caption>{html.escape(self.sum)}</caption>\n"
            f"<thead><tr>{row('th', self.head)}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        )


def progress(week):
    """A table of a week's exercises: how far this notebook is.

    Parameters
    ----------
    week : module
        Such as ``common.checks.week16``: its checks, and ``BY_HAND``, a list of
        (number, title, points).
    """
    checks = [getattr(week, name) for name in week.__all__ if name.startswith("check_")]
    rows = [(c.number, c.title, c.points, STATE.get(c.__name__, TO_DO)) for c in checks]
    rows += [(*entry, READER) for entry in week.BY_HAND]
    return Table(sorted(rows, key=lambda row: row[0]))
