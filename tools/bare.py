"""What a machine with NumPy and pytest alone lacks, as far as the checks of a GPU need it.

A machine that is lent for its GPU often has CUDA, CuPy, NumPy and pytest, and no network.
Importing this room puts a small form in the place of each library that is missing; where
nothing is missing it changes nothing.
"""

import importlib
import sys
import types

import numpy


class csr_array:
    """SciPy's sparse matrix, as ``common.functions.scatter_add`` uses it: one 1 in each row."""

    def __init__(self, parts, shape):
        (self.ones, self.column, _), self.shape = parts, shape

    @property
    def T(self):
        return self

    def __matmul__(self, rows):
        total = numpy.zeros((self.shape[1], rows.shape[1]), dtype=rows.dtype)
        numpy.add.at(total, self.column, rows)
        return total


class tqdm:
    """A progress bar that shows nothing."""

    def __init__(self, total=None, initial=0, **options):
        self.total, self.n = total, initial

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def update(self, n=1):
        self.n += n

    def nothing(self, *args, **options):
        pass

    set_postfix = set_postfix_str = set_description = nothing


def module(name, **names):
    sys.modules[name] = made = types.ModuleType(name)
    made.__dict__.update(names)
    return made


def scipy():
    # Without a path nothing below it is found, as `from scipy.sparse._sparsetools import ...`.
    linalg = module("scipy.sparse.linalg")
    sparse = module(
        "scipy.sparse", csr_array=csr_array, issparse=lambda matrix: False, linalg=linalg
    )
    module("scipy", sparse=sparse, __version__=None)


MISSING = {
    "scipy": scipy,
    "tqdm": lambda: module("tqdm", tqdm=tqdm),
    "hypothesis": lambda: module("hypothesis", settings=lambda **options: lambda test: test),
}
for name, stand_in in MISSING.items():
    try:
        importlib.import_module(name)
    except ImportError:
        stand_in()
