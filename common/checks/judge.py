"""Judge an answer: call it on many problems, compare, and recognise what went wrong.

A check hands over three things.  *Problems*, the first small enough for paper.
*Steps*, which call the answer and yield each value with its name.  A *reference*
``(**problem, mistake=None) -> {name: value}``, which can also make each known mistake.
A hint is given when the reference, making that mistake, gives every value that the answer
gave, on all problems; otherwise the example stands alone.
"""

import functools
import linecache
import os
import sys
import traceback
import warnings
from contextlib import contextmanager

import numpy

from common.checks.values import NotNumbersError, as_values, difference, same, show

__all__ = ["AnswerError", "Hint", "exercise", "judge", "read_hints"]

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
PACKAGE = os.path.dirname(os.path.dirname(HERE)) + os.sep  # common/
STUB = "raise NotImplementedError()"


class Hint(tuple):
    """A question, the place to read again, and the idea."""

    __slots__ = ()
    labels = "think", "reread", "idea"

    def lines(self, steps=3):
        return [f"{label}: {text}" for label, text in zip(self.labels, self[:steps], strict=False)]


class AnswerError(AssertionError):
    """An answer that is not right yet.

    Parameters
    ----------
    what : str
        What is wrong, in one line.
    details : dict, label -> text
        The smallest example, what is due, what came.
    hint : Hint
        Empty where no known mistake gives these values.
    name : str
        The hint's name in the ``HINTS`` of its check, or what kind of accident it was.
    """

    def __init__(self, what, details=None, hint=None, name=""):
        super().__init__(what)
        self.what, self.details, self.hint, self.name = what, details or {}, hint or Hint(), name

    def text(self, steps):
        """The message with the first steps of its hint."""
        details = [f"{label}: {text}" for label, text in self.details.items()]
        return "\n  ".join([self.what, *details, *self.hint.lines(steps)])

    def __str__(self):
        return self.text(steps=3)


def read_hints(text):
    """Hints by name: a line ``name:``, and below it, indented, three steps.

    The steps begin with ``?`` (a question), ``@`` (a notebook and its section) and ``!``
    (the idea).  Names of mistakes that share a hint stand in one line, with commas.
    Lines that start with ``#`` are comments.

    Raises
    ------
    ValueError : a name comes twice, or a hint has not these three steps.
    """
    hints, steps = {}, []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            steps = []
            for name in line.removesuffix(":").split(", "):
                if name in hints:
                    raise ValueError(f"the hint {name!r} comes twice")
                hints[name] = steps
        elif line.strip()[:2] in ("? ", "@ ", "! "):
            steps.append(line.strip())
        else:
            steps[-1] += " " + line.strip()
    for name, steps in hints.items():
        if [step[0] for step in steps] != ["?", "@", "!"]:
            raise ValueError(f"the hint {name!r} needs the steps ?, @ and !")
    return {name: Hint(step[2:] for step in steps) for name, steps in hints.items()}


def exercise(number, title, points):
    """Make a check of a function ``(*answers, rng) -> what passed``.

    The result takes ``seed`` in place of ``rng``: a learner and a grader see
    the same small example, and then other random numbers.
    """

    def make(function):
        @functools.wraps(function)
        def check(*answers, seed=0):
            with numpy.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                passed = function(*answers, numpy.random.default_rng(seed))
            print(f"Exercise {number} passed: {passed}")

        check.number, check.title, check.points = number, title, points
        return check

    return make


def judge(
    problems,
    steps,
    reference,
    hints,
    bricks=(),
    tolerance=(1e-4, 1e-9),
    on_paper=False,
):
    """Let a right answer pass, raise for another.

    Parameters
    ----------
    problems : iterable of dicts
        Each holds the arguments of ``steps`` and of ``reference``, and perhaps a
        ``_tolerance`` of its own.
    steps : (**problem) -> iterator of (name, value)
    reference : (**problem, mistake=None) -> dict, name -> value
    hints : dict, name of a mistake -> Hint
        A mistake that the reference does not know changes nothing, and explains nothing.
    bricks : names of the package's classes and functions that an answer may use
    tolerance : (relative, absolute)
    on_paper : bool
        What is due is the answer itself, and is not told.

    Raises
    ------
    AnswerError, NotImplementedError
    """
    seen, first = [], None  # (problem, name, value, tolerance), and the first that is not right
    for problem in problems:
        problem = dict(problem)
        allowed = problem.pop("_tolerance", tolerance)
        due = reference(**problem)
        try:
            for name, got in performed(problem, steps, bricks):
                seen.append((problem, name, got, allowed))
                if first is None and not same(got, due[name], allowed):
                    first = problem, name, got, due[name]
        except (AnswerError, NotImplementedError):
            if first is None:
                raise
            break
    if first is None:
        return
    problem, name, got, right = first
    details = example(problem, "second" in name)
    try:
        as_values(got) if not isinstance(right, str) else None
    except NotNumbersError as error:
        raise AnswerError(f"{name} is {error}", details, name="wrong type") from None
    what, expected, came = difference(name, got, right)
    details |= {"got": came} if on_paper else {"expected": expected, "got": came}
    for mistake in hints:
        if explains(mistake, seen, reference):
            raise AnswerError(f"{what} is not right", details, hints[mistake], mistake)
    raise AnswerError(f"{what} is not right", details, name="example")


def explains(mistake, seen, reference):
    """Whether the mistake alone gives all the values that the answer gave."""
    made, last = None, None
    for problem, name, got, allowed in seen:
        if problem is not last:
            try:
                made, last = reference(**problem, mistake=mistake), problem
            except Exception:
                return False
        if not same(got, made[name], allowed):
            return False
    return True


def example(problem, second=False):
    """The arguments of a problem in one line, under the label of a message.

    What is large is told by its shape; what belongs to a second batch, by names that end with
    ``_2``, stays out until it is needed.
    """
    parts = []
    for name, value in problem.items():
        if name.endswith("_2") and not second:
            continue
        if getattr(value, "size", 0) > 24:
            value = f"shape {value.shape}, {value.dtype}"
        elif getattr(value, "dtype", None) == numpy.float32:
            value = f"{show(value, 3)} (float32)"
        else:
            value = show(value, 3)
        parts.append(f"{name} = {value}")
    return {"example": ", ".join(parts)} if parts else {}


def performed(problem, steps, bricks):
    """The values that an answer gives, one after another, with all that may go wrong told."""
    given = {name: numpy.array(x) for name, x in problem.items() if isinstance(x, numpy.ndarray)}
    details = example(problem)
    running = steps(**problem)
    while True:
        try:
            with own_work(bricks, details):
                name, got = next(running)
        except StopIteration:
            break
        except AnswerError:
            raise
        except NotImplementedError as error:
            raise_left(error)
            raise
        except KeyboardInterrupt as error:
            raise AnswerError(
                f"stopped by hand in {place(error)}: which loop does not come to its end?",
                details,
                name="stopped by hand",
            ) from None
        except Exception as error:
            raise AnswerError(
                f"{type(error).__name__} in {place(error)}: {error}", details, name="stopped"
            ) from error
        for argument, before in given.items():
            if problem[argument].tobytes() != before.tobytes():
                raise changed(argument, before, problem[argument], details)
        if isinstance(got, numpy.ndarray):
            got = got.copy()  # a later step may write into it
        yield name, got


def changed(name, before, after, details):
    """The error of an answer that writes into what it was given."""
    where, old, new = difference(name, after, before)
    return AnswerError(
        f"your code changes its input `{name}`: work on a copy",
        details | {"before": f"{where} = {old}", "after": f"{where} = {new}"},
        name="input changed",
    )


def answers_frame(error):
    """The innermost place of an error that stands neither in the checks nor in a library."""
    frames = traceback.extract_tb(error.__traceback__)
    mine = [f for f in frames if not is_library(f.filename)]
    return mine[-1] if mine else None


def is_library(filename):
    return filename.startswith((PACKAGE, "<frozen")) or any(
        part in filename for part in ("site-packages", os.path.dirname(os.__file__) + os.sep)
    )


def place(error):
    frame = answers_frame(error)
    if frame is None:
        return "the call of your code"
    line = f", `{frame.line}`" if frame.line else ""
    return f"line {frame.lineno} of your cell, in `{frame.name}`{line}"


def raise_left(error):
    """Tell a ``raise`` that was left beside somebody's code from a blank that nobody touched."""
    frame = answers_frame(error)
    if frame is None or not (frame.line or "").startswith("raise NotImplementedError"):
        return
    lines = linecache.getlines(frame.filename)
    above = [line.strip() for line in lines[: frame.lineno - 1] if line.strip()]
    indent = len(lines[frame.lineno - 1]) - len(lines[frame.lineno - 1].lstrip())
    below = next((line for line in lines[frame.lineno :] if line.strip()), "")
    under = indent > 0 and len(below) - len(below.lstrip()) >= indent
    if under or not (above and above[-1] == "# YOUR CODE HERE"):
        where = "above" if under else "below"
        raise AnswerError(
            f"`{STUB}` still stands in line {frame.lineno} of your cell, {where} your code: "
            "delete this line",
            name="raise left",
        ) from None


@contextmanager
def own_work(bricks, details):
    """Refuse an answer that calls the package, but for its bricks, while this lasts."""
    called = []

    def profile(frame, event, _):
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(PACKAGE):
            return
        caller = frame.f_back.f_code.co_filename if frame.f_back else ""
        # what a check calls is the answer, unless it is the check's own
        of_check = caller.startswith(HERE) and not code.co_filename.startswith(HERE)
        if is_library(caller) and not of_check:
            return  # the package's own business
        if code.co_name != "<module>" and code.co_qualname.split(".")[0] not in bricks:
            called.append(code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)
        if called:
            raise AnswerError(
                f"your answer calls {called[0]} from the package: here you write it yourself",
                details,
                name="own work",
            )
