"""What the answers to week 16's exercises must do: a room for each exercise.

Shapes: N examples, C contexts, K candidates or negatives, V words, H hidden, B words of a
block, J its columns.
"""

from common.checks.week16.biased_scores import check_biased_scores
from common.checks.week16.diagnosis import check_diagnosis
from common.checks.week16.distance_cbow import check_distance_cbow
from common.checks.week16.hunt import check_hunt
from common.checks.week16.random_reach import check_random_reach
from common.checks.week16.shifted_pmi import check_shifted_pmi
from common.checks.week16.skip_target import check_skip_target
from common.checks.week16.three_ways import check_three_ways
from common.checks.week16.weighted_loss import check_weighted_loss
from common.checks.week16.weighted_rows import check_weighted_rows
from common.checks.week16.whole_numbers import check_whole_numbers
from common.checks.week16.whole_windows import check_whole_windows

__all__ = [
    "BY_HAND",
    "check_biased_scores",
    "check_diagnosis",
    "check_distance_cbow",
    "check_hunt",
    "check_random_reach",
    "check_shifted_pmi",
    "check_skip_target",
    "check_three_ways",
    "check_weighted_loss",
    "check_weighted_rows",
    "check_whole_numbers",
    "check_whole_windows",
]

# number, title, points of what a reader judges
BY_HAND = [(8, "Wrong outputs: one sentence each", 6), (8, "A measurement of your own", 10)]
