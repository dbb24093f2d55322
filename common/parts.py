"""What a model is made of: every object that it holds, by name."""

from __future__ import annotations

import types
from collections.abc import Iterator
from numbers import Number

from common.shared_weights import memory

__all__ = ["check_gradients", "check_parameters", "is_array", "parts", "running_statistics"]

NO_PARTS = type, types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType


def parts(model, name="model", without=()) -> Iterator[tuple[str, object]]:
    """Yield (name, object) for the model, its attributes, theirs, and so on.

    Parameters
    ----------
    without : attributes of the model itself to leave out
    """
    seen, waiting = set(), [(name, model)]
    while waiting:
        name, thing = waiting.pop()
        if isinstance(thing, dict):
            below = [(f"{name}[{key!r}]", value) for key, value in thing.items()]
        elif isinstance(thing, list | tuple):
            numbers = all(isinstance(value, Number) for value in thing)
            below = [] if numbers else [(f"{name}[{i}]", v) for i, v in enumerate(thing)]
        elif hasattr(thing, "__dict__") and not is_array(thing) and not isinstance(thing, NO_PARTS):
            below = [(f"{name}.{key}", value) for key, value in vars(thing).items()]
            if thing is model:
                below = [(key, v) for key, v in below if key.rpartition(".")[2] not in without]
        else:
            below = []
        if below:
            if id(thing) in seen:
                continue
            seen.add(id(thing))
        yield name, thing
        waiting += reversed(below)


def is_array(thing):
    """Whether it is an array of NumPy or CuPy."""
    return hasattr(thing, "dtype") and hasattr(thing, "strides")


def running_statistics(model):
    """The running means and variances in a model, which no gradient changes : list of arrays"""
    found = [part for _, part in parts(model) if hasattr(part, "running_mean")]
    return [array for part in found for array in (part.running_mean, part.running_var)]


def layers(model):
    """(name, layer) for everything below the model that has ``params`` and ``grads`` of its own."""
    for name, part in parts(model, without=("params", "grads")):
        if part is not model and hasattr(part, "params") and hasattr(part, "grads"):
            yield name, part


def check_parameters(model):
    """Refuse a model in which an array was put in the place of a parameter, with a ValueError.

    ``model.params[0] = pretrained`` changes a list.  The layer goes on with
    its own array, which nothing trains any more.
    """
    told = "write into the array that is there: {0}[...] = values"
    mine = {memory(p) for p in model.params}
    used = {memory(a) for _, a in parts(model, without=("params", "grads")) if is_array(a)}
    lost = [p.shape for _, layer in layers(model) for p in layer.params if memory(p) not in mine]
    for i, p in enumerate(model.params):
        if memory(p) not in used and p.shape in lost:
            name = f"model.params[{i}]"
            raise ValueError(f"{name} is no array that a layer uses; " + told.format(name))
    vectors = getattr(model, "word_vecs", None)
    if is_array(vectors) and memory(vectors) not in mine:
        raise ValueError(
            "model.word_vecs is none of model.params, so it would not be trained; "
            + told.format("model.word_vecs")
        )


def check_gradients(model):
    """Refuse gradients that a layer put into a new array, with a ValueError.

    ``self.grads[0] = dW`` changes the layer's list.  The model's list still
    holds the array that was there before.
    """
    for name, layer in layers(model):
        for i, (p, g) in enumerate(zip(layer.params, layer.grads, strict=False)):
            mine = [
                memory(model.grads[k])
                for k, q in enumerate(model.params)
                if memory(q) == memory(p) and k < len(model.grads)
            ]
            if mine and memory(g) not in mine:
                raise ValueError(
                    f"{name}.grads[{i}] is another array after backward than before, so the "
                    f"model does not see it; in {type(layer).__name__}, write into the array "
                    f"that is there: self.grads[{i}][...] = dW"
                )
