"""What problems of all weeks are made of."""

import numpy as np

__all__ = ["FLOAT32", "ROUNDING", "numbers"]

FLOAT32 = np.float32
ROUNDING = 1e-4, 1e-4  # that of float32, where sums of numbers near 1 may cancel out


def numbers(rng, shape, dtype=float):
    """Random numbers from 0.5 to 2 and from -2 to -0.5: none of them near 0."""
    return (rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)).astype(dtype)
