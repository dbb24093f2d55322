"""What an exercise's answer must do, and a hint for the mistake that was made.

One module a week.  A function ``check_name(answer, seed=0)`` prints one line
when the answer passes, and raises when it does not: :class:`AnswerError`, or
the NotImplementedError of a blank that is still there.  So a grader can count
it.  A learner's notebook calls it through :func:`report`, which says the same
in print and lets the next exercise have its turn.
"""

import functools
import os
import traceback
import warnings

import numpy

__all__ = ["AnswerError", "exercise", "near", "progress", "read_hints", "report", "show"]

TO_DO, NOT_YET, PASSED = "still to do", "not yet", "passed"
STATE = {}  # number of an exercise -> how it stands, in this notebook


class AnswerError(AssertionError):
    """An answer that is not right yet.

    Parameters
    ----------
    what : str
        What came out, and what is due.
    example : str
        The smallest example that shows it.
    hint : str
        What usually leads to it, and where to read again.
    name : str
        The hint's name in the ``HINTS`` of its week.
    """

    def __init__(self, what, example, hint, name=""):
        super().__init__(what, example, hint, name)
        self.what, self.example, self.hint, self.name = what, example, hint, name

    def __str__(self):
        return f"{self.what}\n  example: {self.example}\n  hint: {self.hint}"


def read_hints(text):
    """Hints by name, from blocks of text: a line ``name:``, then indented lines.

    Lines that start with ``#`` are comments.
    """
    hints = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            name = line.removesuffix(":")
            hints[name] = []
        else:
            hints[name].append(line.strip())
    return {name: " ".join(lines) for name, lines in hints.items()}


def exercise(number):
    """Make a check of a function ``(*answers, rng) -> what passed``.

    The result takes ``seed`` in place of ``rng``: a learner and a grader see
    the same small example, and then other random numbers.
    """

    def make(function):
        @functools.wraps(function)
        def check(*answers, seed=0):
            for answer in answers:
                written_here(answer)
            try:
                with numpy.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    passed = function(*answers, numpy.random.default_rng(seed))
            except (AnswerError, NotImplementedError):
                raise
            except Exception as error:
                raise AnswerError(*stopped(error), name="stopped") from error
            print(f"Exercise {number} {PASSED}: {passed}")

        check.number = number
        return check

    return make


def written_here(answer):
    """Refuse the package's own class or function, which is the answer already."""
    parts = [answer, *[getattr(answer, name, None) for name in ("forward", "backward", "draw")]]
    if any((getattr(part, "__module__", None) or "").startswith("common.") for part in parts):
        raise AnswerError(
            f"{answer.__name__} comes from the package {answer.__module__}",
            f"from {answer.__module__} import {answer.__name__}",
            "the exercise is to write it yourself: define it in the cell above",
            "own work",
        )


def stopped(error):
    """What, example and hint for an answer that raised an exception of its own."""
    here = os.path.dirname(__file__)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if here not in f.filename]
    place = f"line {frames[0].lineno} of your cell" if frames else "the call of your code"
    code = f": {frames[0].line}" if frames and frames[0].line else ""
    what = f"the code stopped with {type(error).__name__}: {error}"
    return what, f"{place}{code}", "print the shapes of the arrays in that line"


def report(check, *answers):
    """Run a check and print how the exercise stands; only a grader sees an exception.

    nbgrader sets the variable ``NBGRADER_EXECUTION`` while it grades or validates.
    """
    STATE[check.number] = NOT_YET
    try:
        check(*answers)
        STATE[check.number] = PASSED
    except (NotImplementedError, AnswerError) as error:
        if os.environ.get("NBGRADER_EXECUTION"):
            raise
        if isinstance(error, AnswerError):
            print(f"Exercise {check.number}, {NOT_YET}: {error}")
        else:
            STATE[check.number] = TO_DO
            print(f"Exercise {check.number}: {TO_DO}")


def progress():
    """Print in one line each which exercises passed, and which wait."""
    for state in (PASSED, NOT_YET, TO_DO):
        numbers = [str(n) for n in sorted(STATE) if STATE[n] == state]
        print(f"{state:12} {', '.join(numbers) or '-'}")


def near(a, b, tolerance=1e-6):
    """Whether two arrays have one shape, and the same numbers but for rounding."""
    a, b = numpy.asarray(a), numpy.asarray(b)
    return a.shape == b.shape and numpy.allclose(a, b, rtol=tolerance, atol=1e-9)


def show(x, digits=3):
    """A small array, or a number, in one short line, rounded."""
    x = numpy.round(numpy.asarray(x, dtype=float), digits) + 0.0  # no minus zero
    return str(x.tolist())
