"""A training that goes on where it stopped: everything that it needs, in one file.

The file is an ``.npz``: arrays, and a header in JSON.  It holds no code.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import time
from numbers import Real
from pathlib import Path

import numpy

from common.files import atomic_write, check_writable, open_ordinary, read_npz
from common.np import array_module, to_cpu
from common.parts import NO_PARTS, is_array, parts

__all__ = [
    "Checkpoint",
    "description",
    "fingerprint",
    "pack",
    "put",
    "random_state",
    "set_random_state",
    "settings",
]

FORMAT = "gradients-by-hand checkpoint 1"
EVERY = 60  # seconds
PIECE = 2**24  # bytes of an array that are read at once, as it may be larger than memory


class Checkpoint:
    """The file of one training.

    Parameters
    ----------
    path : path
        Of the file, which need not exist yet.
    about : dict, name -> text or number
        What the training is, as it must not differ when it goes on.

    Attributes
    ----------
    state : dict or None
        What the file holds, or None if there is no file yet.

    Raises
    ------
    ValueError : the file is damaged or no checkpoint, or of another training.
    OSError : it cannot be read, or not be written.
    """

    def __init__(self, path: str | os.PathLike, about: dict):
        self.path = Path(path)
        self.about = json.loads(json.dumps(about))  # as it comes back from the file
        self.state = None
        self.due = time.monotonic() + EVERY
        self.unsaved = False
        check_writable(self.path)
        if self.path.exists():
            there, self.state = read(self.path)
            self.compare(there)

    def compare(self, there):
        """Refuse a file of another training, and say what differs."""
        differ = [
            f"{name} is {self.about.get(name, 'absent')} here and "
            f"{there.get(name, 'absent')} in the file"
            for name in {**self.about, **there}
            if self.about.get(name) != there.get(name)
        ]
        if differ:
            raise ValueError(
                f"{self.path} is of another training: {'; '.join(differ)}. "
                "Give the same arguments, or another path"
            )

    def step(self, state):
        """After each step: write what ``state()`` returns, once a minute."""
        self.unsaved = True
        if time.monotonic() > self.due:
            self.write(state)

    def write(self, state):
        """Write what ``state()`` returns, if there was a step since the last time."""
        if not self.unsaved:
            return
        arrays = {}
        header = {"format": FORMAT, "about": self.about, "state": pack(state(), "state", arrays)}
        header = numpy.frombuffer(json.dumps(header).encode(), dtype=numpy.uint8)
        with atomic_write(self.path) as file:
            numpy.savez(file, header=header, **arrays)
        self.due = time.monotonic() + EVERY
        self.unsaved = False


def read(path):
    """about, state : what ``Checkpoint.write`` wrote"""
    with open_ordinary(path) as file:
        try:
            arrays = read_npz(file)
            header = json.loads(arrays.pop("header").tobytes())
            if header["format"] != FORMAT:
                raise ValueError(f"its format is {header['format']!r}, not {FORMAT!r}")
            return header["about"], unpack(header["state"], arrays)
        except Exception as error:  # a damaged file may fail in a hundred ways
            raise ValueError(
                f"{path} is damaged, or no checkpoint of this version "
                f"({type(error).__name__}: {error}). Remove it to start anew, or give another path"
            ) from error


def pack(value, name, arrays):
    """The value as JSON can write it; its arrays go into the dict ``arrays``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if is_array(value):
        arrays[name] = to_cpu(value)
        return {"array": name}
    if isinstance(value, list | tuple):
        return [pack(v, f"{name}.{i}", arrays) for i, v in enumerate(value)]
    if isinstance(value, dict):
        return {"dict": {key: pack(v, f"{name}.{key}", arrays) for key, v in value.items()}}
    raise TypeError(
        f"{name} is of type {type(value).__name__}; what a checkpoint can keep are numbers, texts, "
        "None, arrays, and lists and dicts of these"
    )


def unpack(value, arrays):
    """What ``pack`` packed; a tuple comes back as a list."""
    if isinstance(value, list):
        return [unpack(v, arrays) for v in value]
    if isinstance(value, dict) and "array" in value:
        return arrays[value["array"]]
    if isinstance(value, dict):
        return {key: unpack(v, arrays) for key, v in value["dict"].items()}
    return value


def random_state(model):
    """The state of everything that draws: NumPy's global one, and what the model holds."""
    return [numpy.random.get_state(legacy=False), *[get() for get, _ in generators(model)]]


def set_random_state(model, states):
    """Go back to a state that :func:`random_state` returned."""
    numpy.random.set_state(states[0])
    for (_, put), state in zip(generators(model), states[1:], strict=True):
        put(state)


def generators(model):
    """(get, put) for each generator of random numbers in the model, each once."""
    found = {}
    for name, part in parts(model):
        if isinstance(part, numpy.random.RandomState):
            found[id(part)] = lambda r=part: r.get_state(legacy=False), part.set_state
        elif isinstance(part, numpy.random.Generator):
            bits = part.bit_generator
            found[id(bits)] = (lambda b=bits: b.state, lambda s, b=bits: setattr(b, "state", s))
        elif name.endswith(".rng") and hasattr(part, "random") and part is not numpy.random:
            raise TypeError(
                f"{name} is a {type(part).__name__}, whose state a checkpoint cannot keep; "
                "allowed are a seed and a numpy.random.Generator"
            )
    return [*found.values()]


def fingerprint(array):
    """A text that differs for arrays of other shape, type or numbers."""
    digest = hashlib.blake2b(digest_size=8)
    rows = max(1, PIECE // max(1, array[:1].nbytes)) if array.ndim else 1
    for start in range(0, len(array) if array.ndim else 1, rows):
        piece = array[start : start + rows] if array.ndim else array
        digest.update(numpy.ascontiguousarray(to_cpu(piece)))
    return f"{array.dtype}{list(array.shape)}:{digest.hexdigest()}"


def description(model):
    """Name -> class, shape or size: what is fixed in a model, whatever it has learnt."""
    about = {"params": ", ".join(f"{p.dtype}{list(p.shape)}" for p in model.params)}
    for name, part in parts(model, without=("params", "grads")):
        if not hasattr(part, "__dict__") or isinstance(part, NO_PARTS) or is_array(part):
            continue
        about[name] = type(part).__name__
        for key, value in vars(part).items():
            if isinstance(value, int | str):
                about[f"{name}.{key}"] = value
            elif is_array(value) and not hasattr(part, "forward"):  # a layer's are of its batch
                about[f"{name}.{key}"] = fingerprint(value)
    return about


def settings(optimizer):
    """Name -> value: its class, and what its constructor was told."""
    about = {"optimizer": type(optimizer).__name__}
    for name in inspect.signature(type(optimizer)).parameters:
        value = getattr(optimizer, name, None)
        if isinstance(value, Real | str):
            about[f"optimizer.{name}"] = str(value)
    return about


def put(to, saved):
    """Write arrays that came from a file into those that are there."""
    for array, numbers in zip(to, saved, strict=True):
        array[...] = array_module(array).asarray(numbers)
