"""What an exercise's answer must do, and a hint for the mistake that was made.

One package a week.  A function ``check_name(answer, seed=0)`` prints one line
when the answer passes, and raises when it does not: :class:`AnswerError`, or
the NotImplementedError of a blank that is still there.  So a grader can count
it.  A learner's notebook calls it through :func:`report`, which says the same
in print and lets the next exercise have its turn.
"""

from common.checks.board import progress, report
from common.checks.cells import watch
from common.checks.judge import AnswerError, exercise, read_hints

__all__ = ["AnswerError", "exercise", "progress", "read_hints", "report"]

watch()
