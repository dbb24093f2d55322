"""What every model can do: keep its parameters in a file, and take them back."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy

from common.files import atomic_write, open_ordinary, read_npz
from common.np import array_module, to_cpu
from common.parts import running_statistics

__all__ = ["BaseModel"]

FORMAT = 1  # of save_params' files; raise it when older versions could misread a new file


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

        Beside the arrays, ``arr_0`` and so on, it holds the class's name and
        the version of this format.  Behind the parameters stand the running
        means and variances, where the model has some.

        Parameters
        ----------
        file_name : path, optional
            By default the class's name and ``.npz``, in the working folder.

        Raises
        ------
        ValueError : a parameter is no array of finite floats; an older file of
            that name stays as it was, also in the next case.
        OSError : the file cannot be written.
        """
        name = type(self).__name__
        arrays = [to_cpu(p) for p in self.params]
        for i, array in enumerate(arrays):
            check_floats(f"{name}.params[{i}]", array)
        for i, array in enumerate(map(to_cpu, running_statistics(self))):
            check_floats(f"{name}'s running mean or variance {i}", array)
            arrays.append(array)
        with atomic_write(f"{name}.npz" if file_name is None else file_name) as file:
            numpy.savez(file, *arrays, model=name, format=FORMAT)

    def load_params(self, file_name: str | os.PathLike | None = None) -> None:
        """Read parameters that ``save_params`` wrote, into the arrays that the model has.

        The arrays of the model keep their float type: float64 in the file is
        rounded to float32 in the model, and float32 is taken as it is.  Older
        files are read too: those without a class's name, and pickled lists of
        arrays; anything else that a pickle may hold is refused.

        Parameters
        ----------
        file_name : path, optional
            By default the class's name and ``.npz``, or else ``.pkl``, in the working folder.

        Raises
        ------
        FileNotFoundError : there is no such file.
        ValueError : the file is damaged, holds other parameters than the model
            has or those of a class that this one does not build on, or numbers
            that are not finite floats; the model keeps its own.
        pickle.UnpicklingError : a pickle holds something that is not an array.
        """
        path = self.default_file() if file_name is None else Path(file_name)
        name, saved = read_arrays(path)
        if name not in (None, *[base.__name__ for base in type(self).__mro__]):
            raise ValueError(
                f"{path} holds the parameters of a {name}; this model is a {type(self).__name__}"
            )
        arrays = [*self.params, *running_statistics(self)]
        shapes, mine = [s.shape for s in saved], [p.shape for p in arrays]
        if shapes != mine:
            raise ValueError(f"{path} holds arrays of shapes {shapes}; this model has {mine}")
        for i, (p, s) in enumerate(zip(arrays, saved, strict=True)):
            check_floats(f"array {i} of {path}", s)
            with numpy.errstate(over="ignore"):  # too large for float32 is caught here, as inf
                saved[i] = s.astype(p.dtype)
            check_floats(f"array {i} of {path}, as {p.dtype},", saved[i])
        for p, s in zip(arrays, saved, strict=True):
            p[...] = array_module(p).asarray(s)

    def default_file(self) -> Path:
        """``<ClassName>.npz``, or an older ``<ClassName>.pkl`` where only that exists."""
        new, old = (Path(type(self).__name__ + suffix) for suffix in (".npz", ".pkl"))
        return old if old.exists() and not new.exists() else new


def check_floats(name, array):
    """Refuse, with a ValueError, an array that holds anything but finite floats."""
    if array.dtype.kind != "f":
        raise ValueError(f"{name} is of type {array.dtype}; allowed are floats")
    good = numpy.isfinite(array)
    if not good.all():
        place = tuple(numpy.argwhere(~good)[0].tolist())
        raise ValueError(f"{name} holds {array[place]} at {place}; allowed are finite numbers")


def read_arrays(path: Path) -> tuple[str | None, list[numpy.ndarray]]:
    """The class's name and the arrays of a file; the name is None in an older one."""
    with open_ordinary(path) as file:
        start = file.read(6)
        file.seek(0)
        if start == b"\x93NUMPY":
            raise ValueError(
                f"{path} is one array, as numpy.save writes it; read it with numpy.load, "
                "and write it into a parameter: model.params[0][...] = array"
            )
        try:
            is_zip = start.startswith(b"PK")
            saved = read_npz(file) if is_zip else ArrayUnpickler(file).load()
        except pickle.UnpicklingError as error:
            told = f"{path} is no file of parameters, or damaged: {error}"
            raise pickle.UnpicklingError(told) from error
        except Exception as error:  # damaged bytes raise nearly anything
            raise ValueError(
                f"{path} is no file of parameters, or damaged: {type(error).__name__}: {error}"
            ) from error
    if is_zip:
        return interpreted(path, saved)
    if not isinstance(saved, list) or not all(isinstance(s, numpy.ndarray) for s in saved):
        raise pickle.UnpicklingError(
            f"{path} holds {type(saved).__name__}; allowed is a list of arrays"
        )
    return None, saved


def interpreted(path, saved):
    """The class's name, or None, and the list of arrays, from name -> array."""
    version, name = saved.pop("format", FORMAT), saved.pop("model", None)
    if version != FORMAT:
        raise ValueError(
            f"{path} is of format {version}; this version of the course reads {FORMAT}"
        )
    expected = [f"arr_{i}" for i in range(len(saved))]
    if set(saved) != set(expected):
        raise ValueError(
            f"{path} holds arrays called {', '.join(saved)}; save_params calls them arr_0, arr_1, …"
        )
    return name if name is None else str(name), [saved[array] for array in expected]


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
