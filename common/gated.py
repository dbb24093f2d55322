"""Recurrent layers with gates: LSTM (Hochreiter and Schmidhuber, 1997) and GRU (Cho et al., 2014).

:class:`LSTM` and :class:`GRU` are one step, as a lesson derives them.
:class:`TimeLSTM` and :class:`TimeGRU` compute T such steps, faster: the inputs'
product for all steps at once, one product a step for all gates, and the
gradients of the weights after the way back.  Shapes: N sequences, T steps, D
features in, H hidden.
"""

from common.borders import guard
from common.functions import sigmoid, tanh
from common.layer_tools import zeros_for
from common.np import array_module
from common.recurrent import Recurrent

__all__ = ["GRU", "LSTM", "TimeBiLSTM", "TimeGRU", "TimeLSTM"]


class LSTM:
    """One step: what to forget, what to add, what to show.

    ``f, i, o = sigmoid(...)`` and ``g = tanh(...)`` of ``x_t Wx + h_{t-1} Wh + b``;
    ``c_t = f c_{t-1} + g i`` and ``h_t = o tanh(c_t)``.

    Derived in week 18, notebook 3, equations (1) and (4) to (7).

    Parameters
    ----------
    Wx : array, shape (D, 4 H)
        The weights of f, g, i and o, side by side.
    Wh : array, shape (H, 4 H)
    b : array, shape (4 H,)

    Attributes
    ----------
    params, grads : [Wx, Wh, b], [dWx, dWh, db]
    """

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [zeros_for(p) for p in self.params]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        """x : (N, D), h_prev, c_prev : (N, H) -> h_next, c_next : (N, H)"""
        Wx, Wh, b = self.params
        a = x @ Wx + h_prev @ Wh + b  # (N, 4 H)
        H = a.shape[1] // 4
        f = sigmoid(a[:, :H])  # forget
        g = tanh(a[:, H : 2 * H])  # what is new
        i = sigmoid(a[:, 2 * H : 3 * H])  # how much of it goes in
        o = sigmoid(a[:, 3 * H :])  # how much is shown
        c_next = f * c_prev + g * i  # (1)
        h_next = o * tanh(c_next)  # (1)
        self.cache = x, h_prev, c_prev, f, g, i, o, c_next
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        """dh_next, dc_next : (N, H) -> dx : (N, D), dh_prev, dc_prev : (N, H)"""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        x, h_prev, c_prev, f, g, i, o, c_next = self.cache
        tanh_c = tanh(c_next)
        # c_t is read twice: by step t + 1, and by h_t = o tanh(c_t)
        dc = dc_next + dh_next * o * (1 - tanh_c**2)  # (4)
        df, dg, di, do = dc * c_prev, dc * i, dc * g, dh_next * tanh_c  # (5)
        gates = [df * f * (1 - f), dg * (1 - g**2), di * i * (1 - i), do * o * (1 - o)]  # (6)
        da = array_module(x).concatenate(gates, axis=1)  # (N, 4 H)
        dWx[...] = x.T @ da  # (D, 4 H)
        dWh[...] = h_prev.T @ da  # (H, 4 H)
        db[...] = da.sum(axis=0)  # (4 H,)
        # dc_t / dc_{t-1} = f: no matrix and no tanh in its way
        return da @ Wx.T, da @ Wh.T, dc * f  # (7); (2)


class TimeLSTM(Recurrent):
    """T steps of :class:`LSTM` with the same weights.

    Attributes
    ----------
    c : array, shape (N, H), or None
        The cell's state after the last step, beside ``h``.
    """

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b, stateful)
        self.c = None

    def set_state(self, h, c=None):
        """h, c : (N, H), where the next block starts; without c the cell starts from zeros"""
        super().set_state(h)
        self.c = c

    def reset_state(self):
        """Let the next block start from zeros."""
        self.h = self.c = None

    def forward(self, xs):
        """xs : (N, T, D) -> hs : (N, T, H)"""
        Wx, Wh, b = self.params
        xp = array_module(Wx)
        xs, N, T = self.time_first(xs)
        H = len(Wh)
        # sigmoid(x) = (1 + tanh(x / 2)) / 2: with the columns of f, i and o halved,
        # one tanh serves the four gates
        half = xp.full(4 * H, 0.5, dtype=Wx.dtype)
        half[H : 2 * H] = 1
        gates = self.memory("gates", (T, N, 4 * H))
        xp.matmul(xs, Wx * half, out=gates.reshape(T * N, 4 * H))
        gates += b * half
        Wh = Wh * half
        hs = xp.empty((T + 1, N, H), dtype=Wx.dtype)
        cs, tanh_cs = self.memory("cs", (T + 1, N, H)), self.memory("tanh_cs", (T, N, H))
        hs[0], cs[0] = self.start(self.h, range(N)), self.start(self.c, range(N), "c")
        product, added = self.memory("product", (N, 4 * H)), self.memory("added", (N, H))
        for t in range(T):
            a = gates[t]  # (N, 4 H)
            a += xp.matmul(hs[t], Wh, out=product)
            xp.tanh(a, out=a)
            a *= half
            a += 1 - half
            f, g, i, o = columns(a)
            xp.multiply(f, cs[t], out=cs[t + 1])
            cs[t + 1] += xp.multiply(g, i, out=added)
            xp.tanh(cs[t + 1], out=tanh_cs[t])
            xp.multiply(o, tanh_cs[t], out=hs[t + 1])
        self.cache = xs, hs, cs, tanh_cs, gates
        self.h, self.c = hs[T].copy(), cs[T].copy()
        return hs[1:].transpose(1, 0, 2)

    def backward(self, dhs):
        """dhs : (N, T, H) -> dxs : (N, T, D)

        A gate y is a sigmoid, so its argument receives ``dy y (1 - y)``.  With
        ``q = dy y`` that is ``q - q y``, and so it is computed.  For g, a tanh,
        ``dg (1 - g^2)`` is ``dg - (dg g) g``.
        """
        xs, hs, cs, tanh_cs, gates = self.cache
        xp = array_module(xs)
        T, N, H = tanh_cs.shape
        Wh_T = self.params[1].T.copy()  # a product is faster with its rows in one piece
        dhs = dhs.transpose(1, 0, 2)  # (T, N, H)
        da = self.memory("da", (T, N, 4 * H))
        q, r, dc = (self.memory(name, (N, H)) for name in ("q", "r", "dc"))
        dh = xp.zeros((N, H), dtype=gates.dtype)
        dc[...] = 0  # what comes back from the block behind this one is cut off
        for t in reversed(range(T)):
            f, g, i, o = columns(gates[t])
            da_f, da_g, da_i, da_o = columns(da[t])
            dh += dhs[t]
            # h_t = o tanh(c_t): do o = dh h_t, and dc receives dh o (1 - tanh^2)
            xp.multiply(dh, hs[t + 1], out=q)
            xp.subtract(q, xp.multiply(q, o, out=da_o), out=da_o)
            dc += xp.multiply(dh, o, out=r)
            dc -= xp.multiply(q, tanh_cs[t], out=q)
            # c_t = f c_{t-1} + g i
            xp.multiply(dc, i, out=q)  # dg
            xp.multiply(q, g, out=r)  # dg g = di i
            xp.subtract(q, xp.multiply(r, g, out=da_g), out=da_g)
            xp.subtract(r, xp.multiply(r, i, out=da_i), out=da_i)
            dc *= f
            xp.multiply(dc, cs[t], out=q)  # df f
            xp.subtract(q, xp.multiply(q, f, out=da_f), out=da_f)
            xp.matmul(da[t], Wh_T, out=dh)
        self.dh = dh
        return self.sum_over_time(xs, hs[:-1], da)


def columns(a):
    """a : (N, 4 H) -> its columns of f, g, i and o, each (N, H)"""
    H = a.shape[1] // 4
    return a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]


class TimeBiLSTM:
    """Two LSTMs, one from left to right and one from right to left, side by side.

    Parameters
    ----------
    Wx1, Wh1, b1 : arrays
        Weights of the one from left to right, as :class:`LSTM` has them.
    Wx2, Wh2, b2 : arrays
        Of the other.
    stateful : bool
        As in :class:`TimeLSTM`.
    """

    def __init__(self, Wx1, Wh1, b1, Wx2, Wh2, b2, stateful=False):
        self.forward_lstm = TimeLSTM(Wx1, Wh1, b1, stateful)
        self.backward_lstm = TimeLSTM(Wx2, Wh2, b2, stateful)
        self.params = self.forward_lstm.params + self.backward_lstm.params
        self.grads = self.forward_lstm.grads + self.backward_lstm.grads

    def reset_state(self):
        """Let the next block start from zeros."""
        self.forward_lstm.reset_state()
        self.backward_lstm.reset_state()

    def forward(self, xs):
        """xs : (N, T, D) -> hs : (N, T, 2 H), left to right first"""
        xp = array_module(self.params[0])
        xs = xp.asarray(xs)
        left = self.forward_lstm.forward(xs)
        right = self.backward_lstm.forward(xs[:, ::-1])[:, ::-1]
        return xp.concatenate([left, right], axis=2)

    def backward(self, dhs):
        """dhs : (N, T, 2 H) -> dxs : (N, T, D)"""
        H = dhs.shape[2] // 2
        dxs = self.forward_lstm.backward(dhs[..., :H])
        return dxs + self.backward_lstm.backward(dhs[:, ::-1, H:])[:, ::-1]


class GRU:
    """One step: two gates, and no cell beside the state.

    ``z, r = sigmoid(x_t Wx + h_{t-1} Wh + b)``, each with its own columns;
    ``g = tanh(x_t Wx + (r h_{t-1}) Wh + b)`` with the last H columns;
    ``h_t = (1 - z) h_{t-1} + z g``.

    Derived in week 18, notebook 4, equations (1) to (4).

    Parameters
    ----------
    Wx : array, shape (D, 3 H)
        The weights of z, r and g, side by side.
    Wh : array, shape (H, 3 H)
    b : array, shape (3 H,)

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
        H = len(Wh)
        a = x @ Wx + b  # (N, 3 H)
        zr = sigmoid(a[:, : 2 * H] + h_prev @ Wh[:, : 2 * H])
        z, r = zr[:, :H], zr[:, H:]
        g = tanh(a[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])  # (2)
        self.cache = x, h_prev, z, r, g
        return (1 - z) * h_prev + z * g  # (1)

    def backward(self, dh_next):
        """dh_next : (N, H) -> dx : (N, D), dh_prev : (N, H)"""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        x, h_prev, z, r, g = self.cache
        H = len(Wh)
        dz, dg = dh_next * (g - h_prev), dh_next * z
        da_g = dg * (1 - g**2)  # (N, H)
        drh = da_g @ Wh[:, 2 * H :].T  # of r h_prev
        dr = drh * h_prev
        da_zr = array_module(x).concatenate([dz * z * (1 - z), dr * r * (1 - r)], axis=1)
        da = array_module(x).concatenate([da_zr, da_g], axis=1)  # (N, 3 H)
        dWx[...] = x.T @ da
        dWh[:, : 2 * H] = h_prev.T @ da_zr  # (4)
        dWh[:, 2 * H :] = (r * h_prev).T @ da_g
        db[...] = da.sum(axis=0)
        # h_prev goes four ways: past the gate, through r h_prev, into z and into r
        dh_prev = dh_next * (1 - z) + drh * r + da_zr @ Wh[:, : 2 * H].T  # (3)
        return da @ Wx.T, dh_prev


class TimeGRU(Recurrent):
    """T steps of :class:`GRU` with the same weights."""

    def forward(self, xs):
        """xs : (N, T, D) -> hs : (N, T, H)"""
        Wx, Wh, b = self.params
        xp = array_module(Wx)
        xs, N, T = self.time_first(xs)
        H = len(Wh)
        gates = (xs @ Wx + b).reshape(T, N, 3 * H)
        Wh_zr, Wh_g = Wh[:, : 2 * H].copy(), Wh[:, 2 * H :].copy()
        hs = xp.empty((T + 1, N, H), dtype=Wx.dtype)
        hs[0] = self.start(self.h, range(N))
        for t in range(T):
            a, h = gates[t], hs[t]
            a[:, : 2 * H] = sigmoid(a[:, : 2 * H] + h @ Wh_zr)
            z, r = a[:, :H], a[:, H : 2 * H]
            a[:, 2 * H :] = tanh(a[:, 2 * H :] + (r * h) @ Wh_g)
            # h_t = (1 - z) h_{t-1} + z g
            hs[t + 1] = h + z * (a[:, 2 * H :] - h)
        self.cache = xs, hs, gates
        self.h = hs[T].copy()
        return hs[1:].transpose(1, 0, 2)

    def backward(self, dhs):
        """dhs : (N, T, H) -> dxs : (N, T, D)"""
        _, Wh, _ = self.params
        xs, hs, gates = self.cache
        xp = array_module(xs)
        H = len(Wh)
        Wh_zr, Wh_g = Wh[:, : 2 * H].T.copy(), Wh[:, 2 * H :].T.copy()
        z, r, g = gates[..., :H], gates[..., H : 2 * H], gates[..., 2 * H :]
        h_prevs = hs[:-1]
        # Local derivatives of all steps at once.
        da = xp.empty_like(gates)
        xp.multiply(g - h_prevs, z * (1 - z), out=da[..., :H])
        xp.multiply(h_prevs, r * (1 - r), out=da[..., H : 2 * H])
        xp.multiply(z, 1 - g**2, out=da[..., 2 * H :])
        dhs = dhs.transpose(1, 0, 2)  # (T, N, H)
        dh = 0  # what comes back from the block behind this one is cut off
        for t in reversed(range(len(da))):
            dh = dhs[t] + dh
            da[t, :, :H] *= dh
            da[t, :, 2 * H :] *= dh
            drh = da[t, :, 2 * H :] @ Wh_g
            da[t, :, H : 2 * H] *= drh
            dh = dh * (1 - z[t]) + drh * r[t] + da[t, :, : 2 * H] @ Wh_zr
        self.dh = dh
        dxs = self.sum_over_time(xs, h_prevs, da)
        # g has read r h, where z and r have read h
        dWh = self.grads[1]
        flat = (-1, H)
        dWh[:, 2 * H :] = (r * h_prevs).reshape(flat).T @ da[..., 2 * H :].reshape(flat)
        return dxs


guard(LSTM, TimeLSTM, TimeBiLSTM, GRU, TimeGRU)
