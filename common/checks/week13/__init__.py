"""What the answers to week 13's mixed problems must do: a room for each.

Shapes: N examples, C channels, K filters, H hidden, V words or classes.
"""

from common.checks.week13.diagnosis import check_diagnosis
from common.checks.week13.disappear import check_disappear
from common.checks.week13.factors import check_factors
from common.checks.week13.own_scale import check_own_scale
from common.checks.week13.plan import check_plan
from common.checks.week13.skipping import check_skipping

__all__ = [
    "BY_HAND",
    "check_diagnosis",
    "check_disappear",
    "check_factors",
    "check_own_scale",
    "check_plan",
    "check_skipping",
]

# number, title, points of what a reader judges
BY_HAND = [(6, "Wrong outputs: one sentence each", 10)]
