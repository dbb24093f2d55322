"""Three spiral arms in a plane: a classification problem that no straight line solves."""

import numpy as np

N_ARMS = 3
N_POINTS = 100  # points of one arm


def load_data(seed: int = 1984) -> tuple[np.ndarray, np.ndarray]:
    """Draw the points of the three arms, one arm after the other.

    Point j of arm i has the radius r = j / 100 and the angle θ = 4 i + 4 r + 0.2 ε, with
    ε ~ N(0, 1); its coordinates are (r sin θ, r cos θ).
    The random state is this function's own: ``np.random`` is left as it was.

    Parameters
    ----------
    seed : int
        The same seed gives the same points.

    Returns
    -------
    x : float64 array, shape (300, 2)
    t : int32 array, shape (300, 3)
        The arm of each point, one-hot.

    Notes
    -----
    The data set of *Deep Learning from Scratch 2* (K. Saitoh), number for number;
    the idea is from the course notes of Stanford CS231n.
    """
    noise = np.random.RandomState(seed).randn(N_ARMS, N_POINTS)
    arm = np.arange(N_ARMS)[:, np.newaxis]  # (3, 1)
    radius = np.arange(N_POINTS) / N_POINTS  # (100,)
    theta = 4.0 * arm + 4.0 * radius + 0.2 * noise  # (3, 100)
    x = np.stack([radius * np.sin(theta), radius * np.cos(theta)], axis=-1)  # (3, 100, 2)
    t = np.repeat(np.eye(N_ARMS, dtype=np.int32), N_POINTS, axis=0)  # (300, 3)
    return x.reshape(-1, 2), t
