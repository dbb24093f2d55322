"""What only the notebook's own shell knows: which cell was run, and how it ended.

After a syntax error the class of an earlier run is still there.  A check that did not know
would say "passed" to an answer that cannot even be read.
"""

import ast
import os
import re
import sys

from common.checks.judge import AnswerError

__all__ = ["must_be_of_this_run", "watch"]

FAILED = {}  # name that a cell defines -> how the cell's last run ended
DEFINES = re.compile(r"^(?:class|def)\s+(\w+)|^(\w+)\s*=", re.MULTILINE)


class NotRun:
    """Stands for a name that no cell has defined yet."""

    def __init__(self, name):
        self.name = name


def must_be_of_this_run(answer):
    """Refuse a name that is not defined, or whose cell ended with an error.

    Raises
    ------
    AnswerError
    """
    missing = isinstance(answer, NotRun)
    name = answer.name if missing else getattr(answer, "__name__", "")
    if name in FAILED:
        earlier = "" if missing else " (what is checked here would be the code of an earlier run)"
        raise AnswerError(
            f"the cell of `{name}` ended with {FAILED[name]}: repair it and run it again{earlier}",
            name="not run",
        )
    if missing:
        raise AnswerError(
            f"there is no `{name}` yet: run the cell that defines it, then this one",
            name="not run",
        )


def watch():
    """Follow the cells of the notebook that imports this; elsewhere nothing happens."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or getattr(shell, "course_is_watching", False):
        return
    shell.course_is_watching = True
    shell.events.register("post_run_cell", remember)
    if not os.environ.get("NBGRADER_EXECUTION"):  # a grader must see the NameError
        shell.events.register("pre_run_cell", lambda info: fill_in(info.raw_cell, shell.user_ns))


def remember(result):
    """Note for each name that a cell defines whether the cell came to its end."""
    source = getattr(result.info, "raw_cell", None) or ""
    error = result.error_before_exec or result.error_in_exec
    for match in DEFINES.finditer(source):
        name = match[1] or match[2]
        if error is None:
            FAILED.pop(name, None)
        else:
            line = getattr(error, "lineno", None)
            FAILED[name] = type(error).__name__ + (f" in line {line}" if line else "")


def fill_in(source, space):
    """Before a cell that reports: let names that are not defined stand for that."""
    if not source or not source.lstrip().startswith("report("):
        return
    for name in [name for name, value in space.items() if isinstance(value, NotRun)]:
        del space[name]
    try:
        call = ast.parse(source).body[0].value
    except SyntaxError:
        return
    for argument in call.args[1:]:
        if isinstance(argument, ast.Name) and argument.id not in space:
            space[argument.id] = NotRun(argument.id)
