"""What the answers to week 1's exercises must do: a room for each exercise.

Shapes: N examples, D features, V rows of a second table.
"""

from common.checks.week01.agreement import check_agreement
from common.checks.week01.block_sums import check_block_sums
from common.checks.week01.by_id import check_by_id
from common.checks.week01.diagnosis import check_diagnosis
from common.checks.week01.few_digits import check_few_digits
from common.checks.week01.shape_of_sum import check_shape_of_sum
from common.checks.week01.windows import check_windows

__all__ = [
    "BY_HAND",
    "check_agreement",
    "check_block_sums",
    "check_by_id",
    "check_diagnosis",
    "check_few_digits",
    "check_shape_of_sum",
    "check_windows",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 10)]
