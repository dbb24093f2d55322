"""What the answers to week 17's exercises must do: a room for each exercise.

Shapes: N sequences, T steps, D features in, H hidden, V words.
"""

from common.checks.week17.cut import check_cut
from common.checks.week17.diagnosis import check_diagnosis
from common.checks.week17.last_states import check_last_states
from common.checks.week17.leaky import check_leaky
from common.checks.week17.perplexities import check_perplexities
from common.checks.week17.weighted_steps import check_weighted_steps

__all__ = [
    "BY_HAND",
    "check_cut",
    "check_diagnosis",
    "check_last_states",
    "check_leaky",
    "check_perplexities",
    "check_weighted_steps",
]

# number, title, points of what a reader judges
BY_HAND = [(6, "Wrong outputs: one sentence each", 6), (6, "A measurement of your own", 10)]
