"""What the answers to week 15's exercises must do: a room for each exercise.

Shapes: N examples, C contexts for each example, V words, H hidden.
"""

from common.checks.week15.best_of_bags import check_best_of_bags
from common.checks.week15.diagnosis import check_diagnosis
from common.checks.week15.edge_contexts import check_edge_contexts
from common.checks.week15.far_counts_less import check_far_counts_less
from common.checks.week15.one_matrix import check_one_matrix
from common.checks.week15.rest import check_rest
from common.checks.week15.words_needed import check_words_needed

__all__ = [
    "BY_HAND",
    "check_best_of_bags",
    "check_diagnosis",
    "check_edge_contexts",
    "check_far_counts_less",
    "check_one_matrix",
    "check_rest",
    "check_words_needed",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 10)]
