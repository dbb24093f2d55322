"""What the answers to week 16's exercises must do.

Shapes: N examples, C contexts, K candidates or negatives, V words, H hidden, B words of a
block, J its columns.
"""

from common.checks.week16.hints import HINTS
from common.checks.week16.hunts import FAULTS, check_diagnosis, check_hunt
from common.checks.week16.layers import (
    check_biased_scores,
    check_distance_cbow,
    check_weighted_loss,
    check_weighted_rows,
)
from common.checks.week16.sampling import (
    check_skip_target,
    check_whole_numbers,
    check_whole_windows,
)
from common.checks.week16.tables import check_random_reach, check_shifted_pmi, check_three_ways

__all__ = [
    "BY_HAND",
    "FAULTS",
    "HINTS",
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
