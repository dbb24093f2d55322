"""What the answers to week 3's exercises must do: a room for each exercise.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.checks.week03.allowed_only import check_allowed_only
from common.checks.week03.bent_line import check_bent_line
from common.checks.week03.diagnosis import check_diagnosis
from common.checks.week03.fold_in import check_fold_in
from common.checks.week03.layer_counts import check_layer_counts
from common.checks.week03.leaky import check_leaky
from common.checks.week03.pushed import check_pushed
from common.checks.week03.top_k import check_top_k

__all__ = [
    "BY_HAND",
    "check_allowed_only",
    "check_bent_line",
    "check_diagnosis",
    "check_fold_in",
    "check_layer_counts",
    "check_leaky",
    "check_pushed",
    "check_top_k",
]

# number, title, points of what a reader judges
BY_HAND = [(8, "Wrong outputs: one sentence each", 6), (8, "A measurement of your own", 8)]
