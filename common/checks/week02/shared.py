"""What the checks of several exercises share: all inputs of a gate, and numbers that are exact."""

import numpy as np

from common.checks.problems import numbers

__all__ = ["all_inputs", "quarters"]


def all_inputs(D):
    """All inputs of 0 and 1, feature 0 changing fastest : (2**D, D)"""
    return np.arange(2**D)[:, None] >> np.arange(D) & 1


def quarters(rng, shape):
    """Random multiples of 1/4, whose sums are exact: a score of 0 is 0 in whatever order."""
    return np.round(4 * numbers(rng, shape)) / 4
