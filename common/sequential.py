"""Layers in a row, and a row of layers beside which x goes straight on.

Shapes: N examples, V classes.
"""

import functools
import inspect

from common.borders import guard
from common.layers import SoftmaxWithLoss
from common.model import BaseModel

__all__ = ["Residual", "Sequential"]


class Sequential(BaseModel):
    """Layers in a row, trained under a loss.

    Derived in week 9, notebook 3, equation (6).

    Parameters
    ----------
    layers : list of layers
        What one gives, the next one takes; the last gives scores.
    loss_layer : layer, optional
        Takes the scores and the labels t; by default `SoftmaxWithLoss`.

    Attributes
    ----------
    layers, loss_layer : as given
    params, grads : lists of arrays, of all layers, in their order

    Raises
    ------
    ValueError : a layer stands twice: it remembers one batch alone.
    TypeError : something in the list is no layer.

    Examples
    --------
    >>> import numpy as np
    >>> from common.layers import Affine, Relu
    >>> model = Sequential([Affine(np.ones((2, 3)), np.zeros(3)), Relu()])
    >>> model.predict(np.array([[1.0, 2]]))
    array([[3., 3., 3.]])
    >>> bool(np.isclose(model.forward(np.array([[1.0, 2]]), np.array([0])), np.log(3)))
    True
    """

    def __init__(self, layers, loss_layer=None):
        self.layers = checked(layers)
        self.loss_layer = SoftmaxWithLoss() if loss_layer is None else loss_layer
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def predict(self, x, train_flg=False):
        """x : (N, ...) -> scores : (N, V), as at test time, without dropout and by running means"""
        for layer in self.layers:
            x = through(layer, x, train_flg)
        return x

    def forward(self, x, t):
        """x : (N, ...), t : labels -> loss : scalar, as in training"""
        return self.loss_layer.forward(self.predict(x, train_flg=True), t)

    def backward(self, dout=1):
        """dout : scalar -> dx : the shape of x; writes into the arrays of `grads`"""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Residual:
    """Layers in a row, and x added to what they give: ``y = x + f(x)`` (He et al., 2015).

    Derived in week 10, notebook 2, equations (1) and (2); the start that it needs, (4) and (5).

    Parameters
    ----------
    layers : list of layers
        f: what it gives has the shape of x.

    Attributes
    ----------
    layers : as given
    params, grads : lists of arrays, of all layers, in their order

    Raises
    ------
    ValueError : a layer stands twice; in ``forward``, f(x) has another shape than x.

    Examples
    --------
    >>> import numpy as np
    >>> from common.layers import Relu
    >>> Residual([Relu()]).forward(np.array([[1.0, -2]]))
    array([[ 2., -2.]])
    """

    def __init__(self, layers):
        self.layers = checked(layers)
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def forward(self, x, train_flg=True):
        """x : (N, ...) -> y : the same shape"""
        y = x
        for layer in self.layers:
            y = through(layer, y, train_flg)
        if y.shape != x.shape:
            raise ValueError(f"x has shape {x.shape} and f(x) {y.shape}; to add, they must agree")
        return x + y

    def backward(self, dout):
        """dout : the shape of y -> dx : the same shape"""
        dx = dout
        for layer in reversed(self.layers):
            dx = layer.backward(dx)
        return dout + dx  # x is read twice: by the sum, and by f


def checked(layers):
    """The layers as a list, each a layer, and none twice."""
    layers = [*layers]
    for i, layer in enumerate(layers):
        if not all(hasattr(layer, name) for name in ("params", "grads", "forward", "backward")):
            raise TypeError(f"layers[{i}] is {layer!r}; allowed is a layer: Relu(), not Relu")
        if any(layer is other for other in layers[:i]):
            name = type(layer).__name__
            raise ValueError(f"layers[{i}], a {name}, stands twice; a layer remembers one batch")
    return layers


def through(layer, x, train_flg):
    """What the layer gives; it is told whether this is training, if it wants to know."""
    if "train_flg" in parameters(getattr(layer.forward, "__func__", layer.forward)):
        return layer.forward(x, train_flg)
    return layer.forward(x)


@functools.lru_cache(maxsize=256)  # asked anew at every step, it took a fifth of a small network
def parameters(forward):
    return inspect.signature(forward).parameters


guard(Sequential, Residual)
