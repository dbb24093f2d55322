"""What layers of several rooms share: zeros for gradients, arrays as floats, memory made once."""

from common.functions import as_floats
from common.np import array_module

__all__ = ["Memory", "with_floats", "zeros_for"]


def zeros_for(W):
    """Zeros for the gradient of a parameter: floats, also for one of whole numbers."""
    if not hasattr(W, "dtype"):
        raise TypeError(f"a parameter is of type {type(W).__name__}; allowed is an array")
    xp = array_module(W)
    return xp.zeros_like(W, dtype=None if W.dtype.kind == "f" else xp.result_type(W, 1.0))


def with_floats(layer, x, *rest):
    """What ``forward`` is called with: x as floats, where the weights are, at least one example."""
    x = as_floats(x, *layer.params)
    if not x.size:
        raise ValueError(f"the batch is empty, {x.shape}; at least one example is needed")
    return layer, x, *rest


class Memory:
    """Arrays that stay from call to call, so that their memory is asked for once."""

    def __init__(self):
        self.kept = {}

    def __call__(self, name, shape, like):
        """An array of that shape, of the type and on the device of ``like``; its numbers are old"""
        kept = self.kept.get(name)
        if type(kept) is not type(like) or kept.shape != shape or kept.dtype != like.dtype:
            kept = self.kept[name] = array_module(like).empty(shape, dtype=like.dtype)
        return kept
