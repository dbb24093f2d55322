"""A network of two affine layers with a bend between them: the smallest that bends a boundary.

The bend is a sigmoid or a ReLU, as the caller says.

Shapes: N examples, D features, H hidden, V classes.
"""

from common.arguments import as_generator, check_number, check_whole
from common.borders import guard
from common.layers import Affine, Sigmoid, SoftmaxWithLoss
from common.model import BaseModel
from common.np import np

__all__ = ["TwoLayerNet"]


class TwoLayerNet(BaseModel):
    """Affine, a bend (`activation`), affine; trained under softmax with loss.

    Derived in week 3, notebook 4, equations (1) and (2), forward; in week 5, notebook 4,
    equations (1) to (4), forward, back and the start "he"; and in week 11, notebook 4.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        D, H and V.
    rng : seed or generator, optional
        Where the weights are drawn; by default NumPy's global state.
    activation : class of a layer without parameters
        What bends: `Sigmoid`, the default, or `Relu`; it is called without arguments.
    start : float or "he"
        The weights start at this many times a standard normal number, by default 0.01;
        with "he" at sqrt(2 / n) times it, for the n inputs of their layer: equation (4),
        which keeps the size of the numbers behind a ReLU.

    Attributes
    ----------
    params, grads : [W_1, b_1, W_2, b_2], [dW_1, db_1, dW_2, db_2], float32
        Biases start at 0.
    layers : [Affine, activation, Affine]
        What the activation remembers is in ``layers[1]``: a sigmoid's ``out``, a ReLU's ``mask``.

    Raises
    ------
    ValueError
        A size is no whole number of 1 or more, or `start` neither "he" nor a number of 0 or more.

    Examples
    --------
    >>> from common.layers import Relu
    >>> model = TwoLayerNet(64, 50, 10, rng=0, activation=Relu, start="he")
    >>> [p.shape for p in model.params]
    [(64, 50), (50,), (50, 10), (10,)]
    """

    def __init__(
        self, input_size, hidden_size, output_size, rng=None, *, activation=Sigmoid, start=0.01
    ):
        D, H, V = input_size, hidden_size, output_size
        for name, size in (("input_size", D), ("hidden_size", H), ("output_size", V)):
            check_whole(name, size, 1)
        if start != "he":
            check_number("start", start)
        draw = (as_generator(rng) or np.random).standard_normal
        size_1, size_2 = ((2 / n) ** 0.5 if start == "he" else start for n in (D, H))  # (4)
        W_1 = size_1 * np.asarray(draw((D, H))).astype("f")
        W_2 = size_2 * np.asarray(draw((H, V))).astype("f")
        b_1, b_2 = np.zeros(H, dtype="f"), np.zeros(V, dtype="f")
        self.layers = [Affine(W_1, b_1), activation(), Affine(W_2, b_2)]
        self.loss_layer = SoftmaxWithLoss()
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def predict(self, x):
        """x : (N, D) -> scores : (N, V), by (1); the activation bends them in between."""
        for layer in self.layers:
            x = layer.forward(x)  # week 3, notebook 4: two layers are (1), the third (2)
        return x

    def forward(self, x, t):
        """x : (N, D), t : (N,) ids or (N, V) one-hot -> loss : scalar, the mean over N"""
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        """dout : scalar -> dx : (N, D), by (2); writes into the arrays of `grads`.

        With another activation, its own slope stands where (2) has that of the sigmoid, h (1 - h).
        """
        dout = self.loss_layer.backward(dout)  # (2), ds
        for layer in reversed(self.layers):
            dout = layer.backward(dout)  # (2): dh, then dx
        return dout


guard(TwoLayerNet)
