"""What the answers to week 6's mixed problems must do: a room for each.

Shapes: N examples, D features, V classes.
"""

from common.checks.week06.by_class import check_by_class
from common.checks.week06.cut_off import check_cut_off
from common.checks.week06.diagnosis import check_diagnosis
from common.checks.week06.how_fast import check_how_fast
from common.checks.week06.slack import check_slack
from common.checks.week06.yes_or_no import check_yes_or_no

__all__ = [
    "BY_HAND",
    "check_by_class",
    "check_cut_off",
    "check_diagnosis",
    "check_how_fast",
    "check_slack",
    "check_yes_or_no",
]

# number, title, points of what a reader judges
BY_HAND = [(6, "Wrong outputs: one sentence each", 10)]
