"""Handwritten digits that need no network: 1,797 images of 8 by 8 pixels, from scikit-learn.

They ship inside scikit-learn, which the course installs.  13 people wrote them; each image was
32 by 32 points in black and white, and a pixel counts the black ones, 0 to 16, in a block of
4 by 4.  Source: Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI Machine
Learning Repository, 1998, https://doi.org/10.24432/C50P49.

The functions give them in the form of :mod:`dataset.mnist`, so that one program reads either.
"""

import hashlib
import importlib.metadata
from functools import cache

import numpy as np

from dataset import _images, files

N_TEST = 400
LARGEST = 16  # of a pixel

# Of all pixels and then all labels, a byte each: the notebooks' outputs are those of these digits.
SHA256 = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def load_digits(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False, *, seed: int = 1984
) -> tuple[_images.Split, _images.Split]:
    """Load the digits, 1,397 for training and 400 to test with.

    Parameters
    ----------
    normalize : bool
        Pixels as float32 from 0 to 1; without it as uint8 from 0 to 16.
    flatten : bool
        An image is a row of 64 numbers; without it (1, 8, 8): channel, row, column.
    one_hot_label : bool
        A label is a row of ten float32 with one 1; without it one int32, 0 to 9.
    seed : int
        Decides which images are for testing, and the order.  ``np.random`` is left as it was.

    Returns
    -------
    (x_train, t_train), (x_test, t_test) : arrays
        By default (1397, 64), (1397,) and (400, 64), (400,).  Change them as you like.

    Raises
    ------
    dataset.files.DataError
        If this scikit-learn has no digits, or others than the course's.
    """
    images, labels = _digits()
    order = np.random.RandomState(seed).permutation(len(labels))
    train, test = np.split(order, [len(order) - N_TEST])
    asked = LARGEST, normalize, flatten, one_hot_label
    return (
        _images.as_asked(images[train], labels[train], *asked),
        _images.as_asked(images[test], labels[test], *asked),
    )


@cache
def _digits():
    """-> images, uint8, (1797, 8, 8), and labels, uint8, (1797,)"""
    cure = "install the version that stands in requirements.txt"
    try:
        from sklearn import datasets  # takes seconds, so only when it is needed

        given = datasets.load_digits()
    except (ImportError, OSError, ValueError) as error:
        raise files.DataError(
            f"the digits come with scikit-learn, and it gives none ({error}): {cure}"
        ) from error
    images, labels = given.images.astype(np.uint8), given.target.astype(np.uint8)
    if hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() != SHA256:
        version = importlib.metadata.version("scikit-learn")
        raise files.DataError(f"scikit-learn {version} has other digits than the course's: {cure}")
    return images, labels
