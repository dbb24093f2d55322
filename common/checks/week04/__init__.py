"""What the answers to week 4's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week04.ask_first import check_ask_first
from common.checks.week04.diagnosis import check_diagnosis
from common.checks.week04.kept import check_kept
from common.checks.week04.one_sided import check_one_sided
from common.checks.week04.straight_line import check_straight_line
from common.checks.week04.tries import check_tries
from common.checks.week04.turned import check_turned

__all__ = [
    "BY_HAND",
    "check_ask_first",
    "check_diagnosis",
    "check_kept",
    "check_one_sided",
    "check_straight_line",
    "check_tries",
    "check_turned",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 8)]
