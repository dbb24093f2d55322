"""Layers: each idea is one class, with forward and backward side by side.

Every layer has ``params`` and ``grads``, two lists in the same order.
``backward`` writes into the arrays of ``grads`` and never replaces them, so
a model may gather them once, when it is built.  Shapes: N examples in a
batch, D features in, H features out, V words, K negatives.
"""

import math
from numbers import Real

from common.arguments import as_generator
from common.batch_normalization import BatchNormalization
from common.borders import guard
from common.convolution import Convolution, Pooling
from common.functions import (
    as_ids,
    binary_cross_entropy,
    class_ids,
    relu,
    scatter_add,
    sigmoid,
    softmax,
    tanh,
)
from common.layer_tools import with_floats, zeros_for
from common.np import array_module, np

__all__ = [
    "Affine",
    "BatchNormalization",
    "Convolution",
    "Dropout",
    "Embedding",
    "EmbeddingDot",
    "MatMul",
    "Pooling",
    "Relu",
    "Sigmoid",
    "SigmoidWithLoss",
    "Softmax",
    "SoftmaxWithLoss",
    "Tanh",
    "np",
]


class MatMul:
    """Multiply rows by a weight matrix: ``y = x W``.

    Parameters
    ----------
    W : array, shape (D, H)

    Attributes
    ----------
    params, grads : [W], [dW]
    """

    def __init__(self, W):
        self.params, self.grads = [W], [zeros_for(W)]
        self.x = None

    def forward(self, x):
        """x : (N, D) -> y : (N, H)"""
        (W,) = self.params
        self.x = x
        return x @ W

    def backward(self, dout):
        """dout : (N, H) -> dx : (N, D)"""
        (W,), (dW,) = self.params, self.grads
        # dL/dW_dh = sum_n x_nd * dL/dy_nh
        dW[...] = self.x.T @ dout  # (D, H)
        # dL/dx_nd = sum_h dL/dy_nh * W_dh
        return dout @ W.T  # (N, D)


class Affine:
    """Multiply rows by a weight matrix and add a bias: ``y = x W + b``.

    Derived in week 3, notebook 2, equation (2), forward; in week 5, notebook 2, equations (3)
    to (6), and in week 11, notebook 2, equations (6), (7) and (8).

    Parameters
    ----------
    W : array, shape (D, H)
    b : array, shape (H,)

    Attributes
    ----------
    params, grads : [W, b], [dW, db]

    Raises
    ------
    ValueError : b is not (H,); in ``forward``, an example has not D numbers.

    Notes
    -----
    Volume 1 of *Deep Learning from Scratch* reads ``layer.dW`` and ``layer.db``, which are
    ``layer.grads[0]`` and ``layer.grads[1]`` here, always the same two arrays.

    Examples
    --------
    >>> W, b = np.array([[1, -1, 0.5], [-2, 1, 0.5]]), np.array([0.0, 1, -1])
    >>> Affine(W, b).forward(np.array([[3.0, 1], [0, 2]]))
    array([[ 1., -1.,  1.],
           [-4.,  3.,  0.]])
    """

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [zeros_for(W), zeros_for(b)]
        if b.shape != W.shape[1:]:
            raise ValueError(f"W has shape {W.shape} and b {b.shape}; allowed is {W.shape[1:]}")
        self.x = None
        self.x_shape = None

    def forward(self, x):
        """x : (N, ...) with D numbers an example -> y : (N, H)"""
        W, b = self.params
        self.x_shape = x.shape
        self.x = x.reshape(len(x), -1)  # (N, D)
        return self.x @ W + b  # week 3, notebook 2, (2)

    def backward(self, dout):
        """dout : (N, H) -> dx, in the shape of x"""
        (W, _), (dW, db) = self.params, self.grads
        dW[...] = self.x.T @ dout  # (D, H)
        # dL/db_j = sum_n dL/dy_nj
        db[...] = dout.sum(axis=0)  # (H,)
        return (dout @ W.T).reshape(self.x_shape)


class Sigmoid:
    """``y = 1 / (1 + exp(-x))``, elementwise.

    Derived in week 5, notebook 2, equation (2), and in week 11, notebook 2, equation (9).
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        # dy/dx = y (1 - y)
        return dout * self.out * (1 - self.out)


class Tanh:
    """``y = tanh(x)``, elementwise.

    Derived in week 11, notebook 2, equation (11).
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = tanh(x)
        return self.out

    def backward(self, dout):
        # dy/dx = 1 - y^2
        return dout * (1 - self.out**2)


class Relu:
    """``y = max(x, 0)``, elementwise.

    Derived in week 5, notebook 2, equation (1).

    Attributes
    ----------
    params, grads : [], []
    mask : bool array
        Where x was above 0.  In volume 1 of *Deep Learning from Scratch* it is the opposite.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.mask = None

    def forward(self, x):
        self.mask = x > 0
        return relu(x)  # not x * mask: -inf times 0 is NaN

    def backward(self, dout):
        # dy/dx = 1 where x > 0, else 0
        return dout * self.mask


class Softmax:
    """Scores to probabilities along the last axis.

    ``forward`` : x, (..., V) -> y, (..., V), with ``y_i = exp(x_i) / sum_j exp(x_j)``
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = softmax(x)
        return self.out

    def backward(self, dout):
        # dL/dx_i = y_i (dL/dy_i - sum_j dL/dy_j y_j)
        dx = self.out * dout
        return dx - self.out * dx.sum(axis=-1, keepdims=True)


class SoftmaxWithLoss:
    """Softmax and cross entropy in one: the mean over the batch of ``-ln y[correct class]``.

    Derived in week 5, notebook 3, equations (4) and (6), and in week 11, notebook 3,
    equations (8) and (9); the loss from scores also in week 4, notebook 1, equation (7).

    Attributes
    ----------
    params, grads : [], []
    y : array, shape (N, V)
        Probabilities of the last forward pass.
    t : int array, shape (N,)
        Its labels, as class ids.

    Notes
    -----
    In volume 1 of *Deep Learning from Scratch* ``t`` stays as it was given, and the layer keeps
    ``loss``; here ``forward`` returns it, and nothing keeps it.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None

    def forward(self, x, t):
        """x : (N, V) scores, t : (N,) ids or (N, V) one-hot -> loss : scalar

        Raises
        ------
        ValueError : the shapes do not fit.
        IndexError : a label is outside 0 ... V - 1.
        """
        xp = array_module(x)
        self.t = class_ids(xp.asarray(t), x.shape)
        self.y = softmax(x)
        # -ln y_target = ln(sum_u exp(s_u - top)) - (s_target - top), with s = x and top = max(s)
        x = x - x.max(axis=1, keepdims=True)
        correct = x[xp.arange(len(x)), self.t]  # (N,)
        return (xp.log(xp.exp(x).sum(axis=1)) - correct).mean()  # week 4, (7) over (4)

    def backward(self, dout=1):
        """dout : scalar -> dx : (N, V)"""
        xp = array_module(self.y)
        N = len(self.y)
        # dL/ds_nv = (y_nv - t_nv) / N, with t one-hot
        dx = self.y.copy()
        dx[xp.arange(N), self.t] -= 1
        return dx * (dout / N)


class SigmoidWithLoss:
    """Sigmoid and cross entropy in one, for yes/no questions.

    Derived in week 16, notebook 3, equation (9).

    Attributes
    ----------
    params, grads : [], []
    y : array
        Probabilities of "yes" of the last forward pass.
    t : array
        Its labels, 0 or 1.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None

    def forward(self, x, t):
        """x : scores (N,) or (N, 1 + K), t : labels 0 or 1, same shape -> loss : scalar

        The loss is the mean over the batch N; the 1 + K questions of one example add up.

        Raises
        ------
        ValueError : x and t differ in shape, or t holds anything but 0 and 1.
        """
        x = array_module(x).asarray(x)
        t = array_module(x).asarray(t, dtype=x.dtype)
        if x.shape != t.shape:
            raise ValueError(f"scores have shape {x.shape} and labels {t.shape}; they must agree")
        if not ((t == 0) | (t == 1)).all():
            wrong = t[(t != 0) & (t != 1)][0]
            raise ValueError(f"labels contain {wrong}; allowed are 0 (no) and 1 (yes)")
        self.y, self.t = sigmoid(x), t
        return binary_cross_entropy(x, t).sum() / len(x)

    def backward(self, dout=1):
        """dout : scalar -> dx : the shape of x"""
        # dL/dx = (y - t) / N
        return (self.y - self.t) * (dout / len(self.t))


class Dropout:
    """Switch off each number with probability ``dropout_ratio`` while training.

    What stays on is divided by ``1 - dropout_ratio``, so that the expected
    output is the input and nothing changes at test time.

    Derived in week 8, notebook 4, equations (3) and (4).

    Parameters
    ----------
    dropout_ratio : float, 0 <= ratio < 1
    rng : int, numpy.random.Generator or None
        What the masks are drawn from; by default the global state of ``np.random``.
    """

    def __init__(self, dropout_ratio=0.5, rng=None):
        if not (isinstance(dropout_ratio, Real) and 0 <= dropout_ratio < 1):
            raise ValueError(f"dropout_ratio={dropout_ratio!r}; allowed is 0 <= ratio < 1")
        self.params, self.grads = [], []
        self.dropout_ratio = dropout_ratio
        self.rng = as_generator(rng)
        self.mask = None

    def forward(self, x, train_flg=True):
        """x : any shape -> y : the same shape"""
        if not train_flg:
            self.mask = 1
            return x
        xp = array_module(x)
        keep = xp.asarray((self.rng or xp.random).random(x.shape)) >= self.dropout_ratio
        self.mask = keep.astype(x.dtype) / (1 - self.dropout_ratio)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class Embedding:
    """Take rows of a matrix: ``y_n = W[idx_n]``, a one-hot product without the product.

    Derived in week 16, notebook 1, equations (1) and (2).

    Parameters
    ----------
    W : array, shape (V, H)

    Attributes
    ----------
    params, grads : [W], [dW]
    """

    def __init__(self, W):
        self.params, self.grads = [W], [array_module(W).zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        """idx : integers of any shape (...), 0 to V - 1 -> rows : (..., H)

        Raises
        ------
        TypeError : idx are not integers.
        IndexError : an index is negative, or V or more.
        """
        (W,) = self.params
        self.idx = as_ids(idx, len(W), "idx", like=W)
        return W[self.idx]

    def backward(self, dout):
        """dout : (..., H); ids have no gradient, so nothing is returned"""
        (dW,) = self.grads
        dW[...] = 0
        # dL/dW_v = sum of dL/dy_n over every n with idx_n = v
        scatter_add(dW, self.idx, dout)


class EmbeddingDot:
    """Score chosen words, not all of them: ``s_n = sum_d h_nd W[idx_n]_d``.

    Derived in week 16, notebook 2, equations (7) to (10).

    Parameters
    ----------
    W : array, shape (V, H)

    Attributes
    ----------
    params, grads : [W], [dW]
    """

    def __init__(self, W):
        self.embed = Embedding(W)
        self.params, self.grads = self.embed.params, self.embed.grads
        self.h = None
        self.w = None

    def forward(self, h, idx):
        """h : (N, H), idx : (N,) one word or (N, 1 + K) words an example -> s : the shape of idx

        Raises
        ------
        ValueError : h and idx hold different numbers of examples.
        """
        xp = array_module(h)
        idx = xp.asarray(idx)
        if len(idx) != len(h):
            raise ValueError(f"h has {len(h)} examples and idx {len(idx)}; they must agree")
        self.h = h
        self.w = self.embed.forward(idx.reshape(len(h), -1))  # (N, 1 + K, H)
        # s_nk = sum_d h_nd w_nkd
        return xp.einsum("nd,nkd->nk", h, self.w).reshape(idx.shape)

    def backward(self, dout):
        """dout : the shape of s -> dh : (N, H)"""
        xp = array_module(dout)
        ds = dout.reshape(len(self.h), -1)  # (N, 1 + K)
        # dL/dw_nkd = dL/ds_nk * h_nd
        self.embed.backward(xp.einsum("nk,nd->nkd", ds, self.h))
        # dL/dh_nd = sum_k dL/ds_nk * w_nkd
        return xp.einsum("nk,nkd->nd", ds, self.w)


def with_columns(layer, x, *rest):
    """As ``with_floats``; an example must have as many numbers as W has rows."""
    layer, x, *rest = with_floats(layer, x, *rest)
    W = layer.params[0]
    n = math.prod(x.shape[1:] if isinstance(layer, Affine) else x.shape[-1:])
    if n != len(W):
        told = f"x has shape {x.shape}, so {n} numbers an example; allowed are {len(W)}"
        alone = "; give one example alone as x[None]" if x.shape == W.shape[:1] else ""
        raise ValueError(f"{told}, as W has shape {W.shape}{alone}")
    return layer, x, *rest


def with_rows(layer, h, *rest):
    """As ``with_floats``; h must be as wide as W, or numbers would be used several times."""
    layer, h, *rest = with_floats(layer, h, *rest)
    H = layer.params[0].shape[1]
    if h.ndim != 2 or h.shape[1] != H:
        raise ValueError(f"h has shape {h.shape}; allowed is (N, {H}), as W has rows of {H}")
    return layer, h, *rest


guard(MatMul, Affine, prepare=with_columns)
guard(Sigmoid, Tanh, Relu, Softmax, Dropout, prepare=with_floats)
guard(SoftmaxWithLoss, SigmoidWithLoss, prepare=with_floats)
guard(Embedding)
guard(EmbeddingDot, prepare=with_rows)
