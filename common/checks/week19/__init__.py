"""What the answers to week 19's exercises must do: a room for each exercise.

Shapes: N sequences, T steps, H hidden, V words or characters.
"""

from common.checks.week19.diagnosis import check_diagnosis
from common.checks.week19.mean_handover import check_mean_handover
from common.checks.week19.min_p import check_min_p
from common.checks.week19.no_pair_twice import check_no_pair_twice
from common.checks.week19.path_lengths import check_path_lengths
from common.checks.week19.wanted_entropy import check_wanted_entropy
from common.checks.week19.weighted_characters import check_weighted_characters

__all__ = [
    "BY_HAND",
    "check_diagnosis",
    "check_mean_handover",
    "check_min_p",
    "check_no_pair_twice",
    "check_path_lengths",
    "check_wanted_entropy",
    "check_weighted_characters",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 8), (7, "A measurement of your own", 10)]
