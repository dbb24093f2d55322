"""What the answers to week 2's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week02.any_table import check_any_table
from common.checks.week02.at_least import check_at_least
from common.checks.week02.averaged import check_averaged
from common.checks.week02.bound import check_bound
from common.checks.week02.choose import check_choose
from common.checks.week02.diagnosis import check_diagnosis
from common.checks.week02.many_classes import check_many_classes
from common.checks.week02.room import check_room

__all__ = [
    "BY_HAND",
    "check_any_table",
    "check_at_least",
    "check_averaged",
    "check_bound",
    "check_choose",
    "check_diagnosis",
    "check_many_classes",
    "check_room",
]

# number, title, points of what a reader judges
BY_HAND = [(8, "Wrong outputs: one sentence each", 6), (8, "A measurement of your own", 8)]
