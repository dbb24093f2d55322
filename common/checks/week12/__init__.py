"""What the answers to week 12's exercises must do: a room for each exercise.

Shapes: V words, H numbers in a short vector, N pairs or new words.
"""

from common.checks.week12.common_depth import check_common_depth
from common.checks.week12.diagnosis import check_diagnosis
from common.checks.week12.finer_ruler import check_finer_ruler
from common.checks.week12.fold_in import check_fold_in
from common.checks.week12.normalised import check_normalised
from common.checks.week12.one_by_one import check_one_by_one
from common.checks.week12.sides import check_sides
from common.checks.week12.smoothed import check_smoothed

__all__ = [
    "BY_HAND",
    "check_common_depth",
    "check_diagnosis",
    "check_finer_ruler",
    "check_fold_in",
    "check_normalised",
    "check_one_by_one",
    "check_sides",
    "check_smoothed",
]

# number, title, points of what a reader judges
BY_HAND = [(4, "Which fault? One sentence each", 6), (7, "A measurement of your own", 16)]
