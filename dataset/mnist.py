"""MNIST: 70,000 handwritten digits of 28 by 28 pixels.

The files are not part of the course.  They are read from the folder ``mnist`` of the folder that
the environment variable ``COURSE_DATA`` names, or downloaded once, 12 MB in all.  Without them,
:mod:`dataset.digits` gives smaller digits in the same form.  Source: LeCun, Bottou, Bengio and
Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE, 1998.
"""

import gzip

import numpy as np

from dataset import _images, files

_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)


def _file(name, size, sha256):
    return files.DataFile(f"mnist/{name}", size, sha256, tuple(url + name for url in _MIRRORS))


FILES = {
    "train_images": _file(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train_labels": _file(
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "test_images": _file(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "test_labels": _file(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def load_mnist(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False
) -> tuple[_images.Split, _images.Split]:
    """Load MNIST, 60,000 images for training and 10,000 to test with.

    Parameters
    ----------
    normalize : bool
        Pixels as float32 from 0 to 1; without it as uint8 from 0 to 255.
    flatten : bool
        An image is a row of 784 numbers; without it (1, 28, 28): channel, row, column.
    one_hot_label : bool
        A label is a row of ten float32 with one 1; without it one int32, 0 to 9.

    Returns
    -------
    (x_train, t_train), (x_test, t_test) : arrays
        By default (60000, 784), (60000,) and (10000, 784), (10000,).  Change them as you like.

    Raises
    ------
    dataset.files.DataError
        If a file is neither there nor to be had, or damaged; the message says where to put it.

    Notes
    -----
    Called as in volume 1 of *Deep Learning from Scratch* (K. Saitoh), with the same numbers.  There
    labels are uint8, whose 0 - 1 is 255, and one-hot rows float64; and the arrays are kept beside
    the program as a pickle, which here they are not.
    """

    def split(name):
        images, labels = (_read(FILES[f"{name}_{what}"]) for what in ("images", "labels"))
        return _images.as_asked(images, labels, 255, normalize, flatten, one_hot_label)

    return split("train"), split("test")


def is_available() -> bool:
    """Say whether all four files lie on this machine, verified.  Nothing is downloaded."""
    return all(files.find(file) is not None for file in FILES.values())


def _read(file):
    """The numbers of an idx file : uint8, of any shape

    It begins with two zeros, the code of the type (8 for bytes) and the number of axes; their
    lengths follow, four bytes each, the highest byte first.
    """
    content = gzip.decompress(files.fetch(file).read_bytes())
    n_axes = content[3]
    shape = np.frombuffer(content, ">i4", n_axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(shape)
