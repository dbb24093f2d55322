"""Layers over time: each step of a sequence goes through the same weights.

Shapes: N sequences, T steps, D features in, H features out, V words.
"""

from common.borders import guard
from common.functions import as_floats, as_ids
from common.gated import GRU, LSTM, TimeBiLSTM, TimeGRU, TimeLSTM
from common.layer_tools import with_floats, zeros_for
from common.layers import Dropout, Embedding, SigmoidWithLoss
from common.np import array_module, np
from common.recurrent import RNN, TimeRNN

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "TimeAffine",
    "TimeBiLSTM",
    "TimeDropout",
    "TimeEmbedding",
    "TimeGRU",
    "TimeLSTM",
    "TimeRNN",
    "TimeSigmoidWithLoss",
    "TimeSoftmaxWithLoss",
    "np",
]


class TimeEmbedding(Embedding):
    """The row of each word of each step: ids (N, T) -> vectors (N, T, H).

    Derived in week 17, notebook 3.
    """


class TimeAffine:
    """Multiply each step's row by a weight matrix and add a bias: ``y_t = x_t W + b``.

    Derived in week 17, notebook 3.

    Parameters
    ----------
    W : array, shape (D, H)
        It may be a transposed view of another layer's weights, which are then shared.
    b : array, shape (H,)

    Attributes
    ----------
    params, grads : [W, b], [dW, db]
    """

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [zeros_for(W), zeros_for(b)]
        self.x = None

    def forward(self, x):
        """x : (N, T, D) -> y : (N, T, H)"""
        W, b = self.params
        N, T, D = x.shape
        self.x = x.reshape(N * T, D)
        y = self.x @ W
        y += b  # in place: the scores of V words are a large array
        return y.reshape(N, T, -1)

    def backward(self, dout):
        """dout : (N, T, H) -> dx : (N, T, D)"""
        (W, _), (dW, db) = self.params, self.grads
        N, T, H = dout.shape
        dout = dout.reshape(N * T, H)
        # the N T rows share W and b, so their gradients add up
        dW[...] = self.x.T @ dout  # (D, H)
        db[...] = dout.sum(axis=0)  # (H,)
        return (dout @ W.T).reshape(N, T, -1)


class TimeDropout(Dropout):
    """:class:`common.layers.Dropout` for all steps, switched by an attribute.

    Attributes
    ----------
    train_flg : bool
        False lets everything through.
    """

    def __init__(self, dropout_ratio=0.5):
        super().__init__(dropout_ratio)
        self.train_flg = True

    def forward(self, xs):
        """xs : any shape -> ys : the same shape"""
        return super().forward(xs, self.train_flg)


AT_ONCE = 2**18  # scores: that many stay in the processor's cache from one line to the next


class TimeSoftmaxWithLoss:
    """Softmax and cross entropy at each step: the mean of ``-ln y[correct word]``.

    The mean is over the steps whose label counts, of all sequences.  A block
    in which none does has the loss 0 and no gradient.

    Derived in week 17, notebook 3, equation (4), and with padding in week 19, notebook 3,
    equations (5) and (6), whose numbers stand in the comments.

    Attributes
    ----------
    params, grads : [], []
    ignore_label : int
        A step with this label does not count; by default -1.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.ignore_label = -1
        self.cache = None

    def forward(self, xs, ts):
        """xs : (N, T, V) scores, ts : (N, T) ids or (N, T, V) one-hot -> loss : scalar

        Raises
        ------
        ValueError : the shapes do not fit.
        IndexError : a label that counts is outside 0 ... V - 1.
        """
        xp = array_module(xs)
        ts = xp.asarray(ts)
        if ts.shape == xs.shape:
            ts = ts.argmax(axis=2)
        if xs.ndim != 3 or ts.shape != xs.shape[:2]:
            got = f"scores have shape {xs.shape} and labels {ts.shape}"
            raise ValueError(f"{got}; allowed are (N, T, V) and (N, T)")
        ts = ts.reshape(-1)  # (N T,)
        counts = ts != self.ignore_label
        V = xs.shape[2]
        labels = as_ids(xp.where(counts, ts, 0), V, "labels")
        x = as_floats(xs).reshape(-1, V)
        y, largest, total = xp.empty_like(x), xp.empty_like(x[:, :1]), xp.empty_like(x[:, :1])
        at_once = max(1, AT_ONCE // V)
        for start in range(0, len(x), at_once):
            rows = slice(start, start + at_once)
            largest[rows] = x[rows].max(axis=1, keepdims=True)
            e = xp.exp(x[rows] - largest[rows])
            total[rows] = e.sum(axis=1, keepdims=True)
            xp.divide(e, total[rows], out=y[rows])
        self.cache = y, labels, counts, xs.shape
        correct, total = x[xp.arange(len(x)), labels] - largest[:, 0], total[:, 0]
        # -ln softmax(x)_t = ln(sum_v exp(x_v)) - x_t
        return ((xp.log(total) - correct) * counts).sum() / max(1, int(counts.sum()))  # (5)

    def backward(self, dout=1):
        """dout : scalar -> dxs : (N, T, V)"""
        y, labels, counts, shape = self.cache
        share = counts.astype(y.dtype) * (dout / max(1, int(counts.sum())))  # (N T,)
        # dL/dx_v = (y_v - [v is the correct word]) / (number of labels that count)
        dx = y * share[:, None]  # (6): y
        dx[array_module(y).arange(len(y)), labels] -= share  # (6): minus 1 at the target
        return dx.reshape(shape)


class TimeSigmoidWithLoss(SigmoidWithLoss):
    """Sigmoid and cross entropy at each step: the mean over the N sequences and T steps."""

    def forward(self, xs, ts):
        """xs : scores (N, T), ts : labels 0 or 1, same shape -> loss : scalar"""
        self.shape = xs.shape
        return super().forward(xs.reshape(-1), ts.reshape(-1))

    def backward(self, dout=1):
        """dout : scalar -> dxs : (N, T)"""
        return super().backward(dout).reshape(self.shape)


guard(TimeAffine, TimeSoftmaxWithLoss, TimeSigmoidWithLoss, prepare=with_floats)
