"""What the answers to week 11's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week11.best_step import check_best_step
from common.checks.week11.careful_steps import check_careful_steps
from common.checks.week11.diagnosis import check_diagnosis
from common.checks.week11.learned_slope import check_learned_slope
from common.checks.week11.nearest_centre import check_nearest_centre
from common.checks.week11.shrinking_momentum import check_shrinking_momentum
from common.checks.week11.soft_labels import check_soft_labels
from common.checks.week11.two_evaluations import check_two_evaluations

__all__ = [
    "BY_HAND",
    "check_best_step",
    "check_careful_steps",
    "check_diagnosis",
    "check_learned_slope",
    "check_nearest_centre",
    "check_shrinking_momentum",
    "check_soft_labels",
    "check_two_evaluations",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 10)]
