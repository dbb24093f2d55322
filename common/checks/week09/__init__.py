"""What the answers to week 9's exercises must do: a room for each exercise.

Shapes: N examples, C channels, K filters, FH x FW numbers in a filter and channel.
"""

from common.checks.week09.cheap import check_cheap
from common.checks.week09.clock import check_clock
from common.checks.week09.diagnosis import check_diagnosis
from common.checks.week09.holes import check_holes
from common.checks.week09.places import check_places
from common.checks.week09.rest import check_rest
from common.checks.week09.stamps import check_stamps

__all__ = [
    "BY_HAND",
    "check_cheap",
    "check_clock",
    "check_diagnosis",
    "check_holes",
    "check_places",
    "check_rest",
    "check_stamps",
]

# number, title, points of what a reader judges
BY_HAND = [(7, "Wrong outputs: one sentence each", 6), (7, "A measurement of your own", 10)]
