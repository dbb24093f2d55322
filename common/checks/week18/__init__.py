"""What the answers to week 18's exercises must do: a room for each exercise.

Shapes: N sequences, T steps, D features in, H hidden, V words.
"""

from common.checks.week18.car_park import check_car_park
from common.checks.week18.coupled import check_coupled
from common.checks.week18.diagnosis import check_diagnosis
from common.checks.week18.leaky_product import check_leaky_product
from common.checks.week18.one_mask import check_one_mask
from common.checks.week18.sizes import check_sizes

__all__ = [
    "BY_HAND",
    "check_car_park",
    "check_coupled",
    "check_diagnosis",
    "check_leaky_product",
    "check_one_mask",
    "check_sizes",
]

# number, title, points of what a reader judges
BY_HAND = [(6, "Wrong outputs: one sentence each", 8), (6, "A measurement of your own", 10)]
