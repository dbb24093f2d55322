"""Images of digits and their labels, in the forms that networks take."""

import numpy as np

N_CLASSES = 10

Split = tuple[np.ndarray, np.ndarray]


def as_asked(
    images: np.ndarray,
    labels: np.ndarray,
    largest: int,
    normalize: bool,
    flatten: bool,
    one_hot_label: bool,
) -> Split:
    """Bring images and labels into the form that was asked for, as arrays of their own.

    Parameters
    ----------
    images : uint8 array, shape (N, H, W)
    labels : array, shape (N,)
        0 to 9.
    largest : int
        The brightest pixel that there can be.
    normalize, flatten, one_hot_label : bool
        As in :func:`dataset.mnist.load_mnist`.

    Returns
    -------
    x, t : arrays
    """
    x = images.astype(np.float32) / np.float32(largest) if normalize else images.copy()
    x = x.reshape(len(x), -1) if flatten else x[:, np.newaxis]  # (N, H W) or (N, 1, H, W)
    t = labels.astype(np.int32)  # (N,)
    return x, np.eye(N_CLASSES, dtype=np.float32)[t] if one_hot_label else t
