"""What the answers to week 10's exercises must do: a room for each exercise.

Shapes: N examples, C channels, K filters, V classes.
"""

from common.checks.week10.diagnosis import check_diagnosis
from common.checks.week10.fold import check_fold
from common.checks.week10.paste import check_paste
from common.checks.week10.scaler import check_scaler
from common.checks.week10.sees import check_sees
from common.checks.week10.shrinks import check_shrinks
from common.checks.week10.ways import check_ways

__all__ = [
    "BY_HAND",
    "check_diagnosis",
    "check_fold",
    "check_paste",
    "check_scaler",
    "check_sees",
    "check_shrinks",
    "check_ways",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 8)]
