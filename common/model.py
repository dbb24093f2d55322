"""What every model can do: keep its parameters in a file, and take them back."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy

from common.files import atomic_write
from common.np import array_module, to_cpu

__all__ = ["BaseModel"]


class BaseModel:
    """A layer made of layers: ``params`` and ``grads``, ``forward`` and ``backward``."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, *args):
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def backward(self, dout=1):
        raise NotImplementedError(f"{type(self).__name__} does not define backward")

    def save_params(self, file_name: str | os.PathLike | None = None) -> None:
        """Write all parameters to a NumPy ``.npz`` file, which holds numbers and no code.

        Parameters
        ----------
        file_name : path, optional
            By default the class's name and ``.npz``, in the working folder.

        Raises
        ------
        OSError : the file cannot be written; an older one of that name stays as it was.
        """
        with atomic_write(file_name or f"{type(self).__name__}.npz") as file:
            numpy.savez(file, *[to_cpu(p) for p in self.params])

    def load_params(self, file_name: str | os.PathLike | None = None) -> None:
        """Read parameters that ``save_params`` wrote, into the arrays that the model has.

        Older files, pickled lists of arrays, are read too; anything else that
        a pickle may hold is refused.

        Parameters
        ----------
        file_name : path, optional
            By default the class's name and ``.npz``, or else ``.pkl``, in the working folder.

        Raises
        ------
        FileNotFoundError : there is no such file.
        ValueError : the file holds other parameters than the model has; the
            model keeps its own.
        pickle.UnpicklingError : a pickle holds something that is not an array.
        """
        saved = read_arrays(Path(file_name) if file_name else self.default_file())
        shapes, mine = [s.shape for s in saved], [p.shape for p in self.params]
        if shapes != mine:
            raise ValueError(f"the file holds arrays of shapes {shapes}; this model has {mine}")
        saved = [s.astype(p.dtype) for p, s in zip(self.params, saved, strict=True)]
        for p, s in zip(self.params, saved, strict=True):
            p[...] = array_module(p).asarray(s)

    def default_file(self) -> Path:
        """``<ClassName>.npz``, or an older ``<ClassName>.pkl`` where only that exists."""
        new, old = (Path(type(self).__name__ + suffix) for suffix in (".npz", ".pkl"))
        return old if old.exists() and not new.exists() else new


def read_arrays(path: Path) -> list[numpy.ndarray]:
    """The arrays of an ``.npz`` file, or of a pickled list of arrays."""
    with open(path, "rb") as file:
        is_zip = file.read(2) == b"PK"
        file.seek(0)
        try:
            if is_zip:
                with numpy.load(file, allow_pickle=False) as arrays:
                    return [arrays[f"arr_{i}"] for i in range(len(arrays.files))]
            saved = ArrayUnpickler(file).load()
        except (EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is no file of parameters, or cut short: {error}") from error
    if not isinstance(saved, list) or not all(isinstance(s, numpy.ndarray) for s in saved):
        raise pickle.UnpicklingError(
            f"{path} holds {type(saved).__name__}; allowed is a list of arrays"
        )
    return saved


class ArrayUnpickler(pickle.Unpickler):
    """Reads pickled NumPy arrays, and refuses to import or call anything else.

    A pickle may name any function to be called while it is read; see the
    warning at the top of the documentation of :mod:`pickle`.
    """

    ALLOWED = frozenset(
        {
            ("numpy", "dtype"),
            ("numpy", "ndarray"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy.core.numeric", "_frombuffer"),  # how protocol 5 writes arrays
            ("numpy._core.numeric", "_frombuffer"),
            ("_codecs", "encode"),  # how Python 2's protocol writes bytes
        }
    )

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(
                f"this file asks for {module}.{name}; only NumPy arrays are allowed in it"
            )
        module = module.replace("numpy.core.", "numpy._core.")
        return super().find_class(module, name)
