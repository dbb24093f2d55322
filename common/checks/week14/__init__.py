"""The final exam: weeks 1 to 12, most of it from weeks 8 to 12.

``paper`` draws and words the questions; ``key`` holds what is right, and is left out of the copy
of the course that a class sits the exam with.
"""

from common.checks.exam import mark, open_paper, report
from common.checks.week14.paper import MINUTES, NAME, QUESTIONS

__all__ = ["MINUTES", "NAME", "QUESTIONS", "mark", "open_paper", "report"]
