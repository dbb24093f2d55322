"""A recurrent layer: what it read before comes back with every new word.

:class:`RNN` is one step, as a lesson derives it.  :class:`TimeRNN` is T steps
with the same weights.  Shapes: N sequences, T steps, D features in, H hidden.
"""

from common.borders import guard
from common.functions import tanh
from common.layer_tools import zeros_for
from common.np import array_module

__all__ = ["RNN", "Recurrent", "TimeRNN"]


class RNN:
    """One step: ``h_t = tanh(x_t Wx + h_{t-1} Wh + b)``.

    Derived in week 17, notebook 2.

    Parameters
    ----------
    Wx : array, shape (D, H)
    Wh : array, shape (H, H)
    b : array, shape (H,)

    Attributes
    ----------
    params, grads : [Wx, Wh, b], [dWx, dWh, db]
    """

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [zeros_for(p) for p in self.params]
        self.cache = None

    def forward(self, x, h_prev):
        """x : (N, D), h_prev : (N, H) -> h_next : (N, H)"""
        Wx, Wh, b = self.params
        h_next = tanh(x @ Wx + h_prev @ Wh + b)
        self.cache = x, h_prev, h_next
        return h_next

    def backward(self, dh_next):
        """dh_next : (N, H) -> dx : (N, D), dh_prev : (N, H)"""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        x, h_prev, h_next = self.cache
        # a = x Wx + h_prev Wh + b, and dh/da = 1 - h^2
        da = dh_next * (1 - h_next**2)  # (N, H)
        dWx[...] = x.T @ da  # (D, H)
        dWh[...] = h_prev.T @ da  # (H, H)
        db[...] = da.sum(axis=0)  # (H,)
        return da @ Wx.T, da @ Wh.T


class Recurrent:
    """What the layers over time share: weights, and a state that may outlive a block.

    Derived in week 17, notebook 2.

    Parameters
    ----------
    Wx, Wh, b : arrays
        Weights of one step; the step's own class gives their shapes.
    stateful : bool
        Whether a block of T steps starts from the state in which the block
        before ended.  If not, each block starts from zeros.

    Attributes
    ----------
    params, grads : [Wx, Wh, b], [dWx, dWh, db]
    h : array, shape (N, H), or None
        The state after the last step.
    dh : array, shape (N, H), or None
        After ``backward``, the gradient of the state in which the block started.
    """

    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [zeros_for(p) for p in self.params]
        self.stateful = stateful
        self.cache = None
        self.h = self.dh = None
        self.kept = {}

    def set_state(self, h):
        """h : (N, H), where the next block starts; only a stateful layer looks at it"""
        if not self.stateful:
            raise ValueError(
                "stateful=False: every block starts from zeros, so a state would go unused; "
                "make the layer with stateful=True"
            )
        self.h = h

    def reset_state(self):
        """Let the next block start from zeros."""
        self.h = None

    def start(self, state, xs, name="h"):
        """The state in which a block starts : (N, H)"""
        Wh = self.params[1]
        if not self.stateful or state is None:
            return array_module(Wh).zeros((len(xs), len(Wh)), dtype=Wh.dtype)
        if state.shape != (len(xs), len(Wh)):
            raise ValueError(
                f"the state {name} has shape {state.shape} and the block needs "
                f"{(len(xs), len(Wh))}: call reset_state() before another batch size"
            )
        return state

    def memory(self, name, shape):
        """An array that stays from block to block, so that its memory is asked for once."""
        Wx = self.params[0]
        kept = self.kept.get(name)
        if kept is None or (kept.shape, kept.dtype) != (shape, Wx.dtype):
            kept = self.kept[name] = array_module(Wx).empty(shape, dtype=Wx.dtype)
        return kept

    def time_first(self, xs):
        """xs : (N, T, D) -> its rows, step after step : (T N, D), and N, T"""
        xs = array_module(self.params[0]).asarray(xs)
        D = len(self.params[0])
        if xs.ndim != 3 or xs.shape[2] != D or not xs.size:
            raise ValueError(
                f"xs has shape {xs.shape}; allowed is (N, T, {D}), with N and T from 1"
            )
        N, T, D = xs.shape
        return xs.transpose(1, 0, 2).reshape(T * N, D), N, T

    def sum_over_time(self, xs, h_prevs, da):
        """Weights that all steps share receive the sum of the steps' gradients.

        xs : (T N, D), h_prevs : (T, N, H), da : (T, N, A) -> dxs : (N, T, D)
        """
        Wx = self.params[0]
        dWx, dWh, db = self.grads
        T, N, A = da.shape
        da = da.reshape(T * N, A)
        dWx[...] = xs.T @ da  # (D, A)
        dWh[...] = h_prevs.reshape(T * N, -1).T @ da  # (H, A)
        db[...] = da.sum(axis=0)  # (A,)
        return (da @ Wx.T).reshape(T, N, -1).transpose(1, 0, 2)


class TimeRNN(Recurrent):
    """T steps of :class:`RNN` with the same weights.

    The inputs' product with Wx needs no state, so one product serves all
    steps; so do the gradients of the weights, after the way back.

    Derived in week 17, notebook 2.
    """

    def forward(self, xs):
        """xs : (N, T, D) -> hs : (N, T, H)"""
        Wx, Wh, b = self.params
        xp = array_module(Wx)
        xs, N, T = self.time_first(xs)
        hs = xp.empty((T + 1, N, len(Wh)), dtype=Wx.dtype)  # hs[t] is the state before step t
        hs[0] = self.start(self.h, range(N))
        hs[1:] = (xs @ Wx + b).reshape(T, N, -1)
        for t in range(T):
            # h_t = tanh(x_t Wx + h_{t-1} Wh + b)
            hs[t + 1] = tanh(hs[t + 1] + hs[t] @ Wh)
        self.cache = xs, hs
        self.h = hs[T].copy()
        return hs[1:].transpose(1, 0, 2)

    def backward(self, dhs):
        """dhs : (N, T, H) -> dxs : (N, T, D)"""
        _, Wh, _ = self.params
        xs, hs = self.cache
        dhs = dhs.transpose(1, 0, 2)  # (T, N, H)
        da = 1 - hs[1:] ** 2  # (T, N, H)
        dh = 0  # what comes back from the block behind this one is cut off
        for t in reversed(range(len(da))):
            # h_t is read twice: by the layer above, and by step t + 1
            da[t] *= dhs[t] + dh
            dh = da[t] @ Wh.T
        self.dh = dh
        return self.sum_over_time(xs, hs[:-1], da)


guard(RNN, TimeRNN)
