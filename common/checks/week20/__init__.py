"""What the answers to week 20's exercises must do: a room for each exercise.

Shapes: N sequences, T steps, D numbers of a query, H hidden.
"""

from common.checks.week20.additive_scores import check_additive_scores
from common.checks.week20.diagnosis import check_diagnosis
from common.checks.week20.relative_bias import check_relative_bias
from common.checks.week20.rms_norm import check_rms_norm
from common.checks.week20.sharpness import check_sharpness
from common.checks.week20.two_halves import check_two_halves
from common.checks.week20.window_mask import check_window_mask

__all__ = [
    "BY_HAND",
    "check_additive_scores",
    "check_diagnosis",
    "check_relative_bias",
    "check_rms_norm",
    "check_sharpness",
    "check_two_halves",
    "check_window_mask",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 8), (7, "A measurement of your own", 10)]
