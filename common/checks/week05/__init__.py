"""What the answers to week 5's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week05.bill import check_bill
from common.checks.week05.by_largest import check_by_largest
from common.checks.week05.diagnosis import check_diagnosis
from common.checks.week05.in_pieces import check_in_pieces
from common.checks.week05.lid import check_lid
from common.checks.week05.squares import check_squares
from common.checks.week05.twice import check_twice

__all__ = [
    "BY_HAND",
    "check_bill",
    "check_by_largest",
    "check_diagnosis",
    "check_in_pieces",
    "check_lid",
    "check_squares",
    "check_twice",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 10)]
