"""A network of two affine layers with a sigmoid between them: the smallest that bends a boundary.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.arguments import as_generator, check_whole
from common.borders import guard
from common.layers import Affine, Sigmoid, SoftmaxWithLoss
from common.model import BaseModel
from common.np import np

__all__ = ["TwoLayerNet"]


class TwoLayerNet(BaseModel):
    """Affine, sigmoid, affine; trained under softmax with loss.

    Derived in week 3, notebook 4, equations (1) and (2), forward, and in week 11, notebook 4.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        D, H and V.
    rng : seed or generator, optional
        Where the weights are drawn; by default NumPy's global state.

    Attributes
    ----------
    params, grads : [W_1, b_1, W_2, b_2], [dW_1, db_1, dW_2, db_2], float32
        Weights start at 0.01 times a standard normal number, biases at 0.
    """

    def __init__(self, input_size, hidden_size, output_size, rng=None):
        D, H, V = input_size, hidden_size, output_size
        for name, size in (("input_size", D), ("hidden_size", H), ("output_size", V)):
            check_whole(name, size, 1)
        draw = (as_generator(rng) or np.random).standard_normal
        W_1 = 0.01 * np.asarray(draw((D, H))).astype("f")
        W_2 = 0.01 * np.asarray(draw((H, V))).astype("f")
        b_1, b_2 = np.zeros(H, dtype="f"), np.zeros(V, dtype="f")
        self.layers = [Affine(W_1, b_1), Sigmoid(), Affine(W_2, b_2)]
        self.loss_layer = SoftmaxWithLoss()
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def predict(self, x):
        """x : (N, D) -> scores : (N, V)"""
        for layer in self.layers:
            x = layer.forward(x)  # week 3, notebook 4: two layers are (1), the third (2)
        return x

    def forward(self, x, t):
        """x : (N, D), t : (N,) ids or (N, V) one-hot -> loss : scalar"""
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        """dout : scalar -> dx : (N, D)"""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


guard(TwoLayerNet)
