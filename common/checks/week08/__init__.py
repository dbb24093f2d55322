"""What the answers to week 8's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week08.belief import check_belief
from common.checks.week08.diagnosis import check_diagnosis
from common.checks.week08.drop_weights import check_drop_weights
from common.checks.week08.expected_best import check_expected_best
from common.checks.week08.only_size import check_only_size
from common.checks.week08.rates import check_rates
from common.checks.week08.two_slopes import check_two_slopes

__all__ = [
    "BY_HAND",
    "check_belief",
    "check_diagnosis",
    "check_drop_weights",
    "check_expected_best",
    "check_only_size",
    "check_rates",
    "check_two_slopes",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 8)]
