"""Self-attention: every position of a sequence looks at the others (Vaswani et al., 2017).

:class:`ScaledDotProductAttention` is one look, as a lesson derives it.
:class:`MultiHeadAttention` computes several side by side, faster: one product
for all queries, keys and values, and memory that stays from call to call.
Shapes: N sequences, T' queries, T keys (one for each value), D numbers of a
query, H hidden.  Where queries and keys are of the same steps, T' = T.
"""

import math

from common.arguments import check_whole
from common.borders import guard
from common.functions import as_floats
from common.layer_tools import Memory, zeros_for
from common.np import array_module

__all__ = ["Memory", "MultiHeadAttention", "ScaledDotProductAttention"]


class ScaledDotProductAttention:
    """Each query takes a mean of the values: ``y = softmax(q k^T / sqrt(D)) v``.

    Derived in week 20, notebook 3, equations (3) and (5) to (7).

    Parameters
    ----------
    causal : bool
        Whether a query sees no key behind its own.  The last query belongs to
        the last key, so query i of T' sees the first ``T - T' + i + 1`` of T keys.

    Attributes
    ----------
    params, grads : [], []
    weights : array, shape (..., T', T)
        How much of each value the queries of the last forward pass took.  A
        row adds up to 1; where all keys are masked, it is 0, and so is y.
    """

    def __init__(self, causal=False):
        self.params, self.grads = [], []
        self.causal = causal
        self.weights = self.cache = None

    def forward(self, q, k, v, mask=None):
        """q : (..., T', D), k, v : (..., T, D) -> y : (..., T', D)

        The numbers of a value, and so of y, may be more or fewer than a query's.

        mask : bool array that broadcasts to (..., T', T), True where a query may look
        """
        scores = q @ transposed(k) / math.sqrt(q.shape[-1])  # (3): (..., T', T)
        forbid(scores, mask, self.causal)
        self.weights = softmax_in_place(scores)
        self.cache = q, k, v
        return self.weights @ v  # (3): (..., T', D)

    def backward(self, dout):
        """dout : (..., T', D) -> dq, dk, dv, in the shapes of q, k and v"""
        q, k, v = self.cache
        a = self.weights
        # y_u = sum_t a_ut v_t: dL/dv_t = sum_u a_ut dL/dy_u, and dL/da_ut = dL/dy_u . v_t
        dv = transposed(a) @ dout  # (5): (..., T, D)
        da = dout @ transposed(v)  # (5): (..., T', T)
        # (6): a = softmax(s) row by row: dL/ds_ut = a_ut (dL/da_ut - sum_r dL/da_ur a_ur)
        ds = a * (da - (da * a).sum(axis=-1, keepdims=True))
        # (7), the root: s_ut = q_u . k_t / sqrt(D)
        ds /= math.sqrt(q.shape[-1])
        dq = ds @ k  # (7): dL/dq_u = sum_t dL/ds_ut k_t / sqrt(D)
        dk = transposed(ds) @ q  # (7): dL/dk_t = sum_u dL/ds_ut q_u / sqrt(D)
        return dq, dk, dv


def transposed(x):
    """(..., T', T) -> (..., T, T'), a view"""
    return x.swapaxes(-1, -2)


def forbid(scores, mask=None, causal=False):
    """Write minus infinity into the scores (..., T', T) of the pairs that may not meet."""
    xp = array_module(scores)
    T, S = scores.shape[-2:]
    if causal and T > 1:
        seen = xp.arange(S) <= xp.arange(S - T, S)[:, None]  # (T, S), for T queries and S keys
        scores += xp.where(seen, 0, -xp.inf).astype(scores.dtype)
    if mask is not None:
        scores[~as_mask(mask, scores)] = -xp.inf


def as_mask(mask, like):
    """The mask on the device of ``like``, in its shape."""
    xp = array_module(like)
    mask = xp.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"the mask is of type {mask.dtype}; allowed is bool, True where to look")
    try:
        return xp.broadcast_to(mask, like.shape)
    except ValueError as error:
        raise ValueError(
            f"the mask has shape {mask.shape}; allowed is what broadcasts to {like.shape}"
        ) from error


def softmax_in_place(scores):
    """Scores to probabilities along the last axis; a row of minus infinities becomes zeros."""
    xp = array_module(scores)
    top = scores.max(axis=-1, keepdims=True)
    top[top == -xp.inf] = 0
    scores -= top
    xp.exp(scores, out=scores)
    total = scores.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    scores /= total
    return scores


class MultiHeadAttention:
    """Several attentions side by side, each of H / n_heads features of the same sequence.

    Queries, keys and values are ``x Wqkv + bqkv``; the heads' outputs, joined
    again, go through ``Wo`` and ``bo`` (Vaswani et al., 2017, section 3.2.2).

    Derived in week 20, notebook 3, equations (2), (3) and (5) to (10); ``read``
    in notebook 6.

    Parameters
    ----------
    Wqkv : array, shape (H, 3 H)
        The weights of queries, keys and values, side by side.
    bqkv : array, shape (3 H,)
    Wo : array, shape (H, H)
    bo : array, shape (H,)
    n_heads : int
    causal : bool
        Whether a position sees none behind itself.

    Attributes
    ----------
    params, grads : [Wqkv, bqkv, Wo, bo], [dWqkv, dbqkv, dWo, dbo]
    weights : array, shape (N, n_heads, T, T)
        As in :class:`ScaledDotProductAttention`; the next forward pass writes into it.
    state : list of array
        Keys and values that ``read`` goes on from, each (N, n_heads, T, D); at first none.

    Raises
    ------
    ValueError : ``n_heads`` does not divide H, or the shapes do not fit.
    """

    def __init__(self, Wqkv, bqkv, Wo, bo, n_heads, causal=False):
        self.params = [Wqkv, bqkv, Wo, bo]
        self.grads = [zeros_for(p) for p in self.params]
        H = len(Wo)
        shapes = [p.shape for p in self.params]
        if shapes != [(H, 3 * H), (3 * H,), (H, H), (H,)]:
            raise ValueError(
                f"the weights have shapes {shapes}; allowed is [(H, 3 H), (3 H,), (H, H), (H,)]"
            )
        check_whole("n_heads", n_heads)
        if H % n_heads:
            raise ValueError(f"{n_heads=} does not divide the {H} features that the heads share")
        self.n_heads = n_heads
        self.causal = causal
        self.memory = Memory()
        self.weights = self.cache = None
        self.state = []

    def heads(self, xs):
        """(N, T, H) -> its features head by head, a view : (N, n_heads, T, D)"""
        N, T, H = xs.shape
        return xs.reshape(N, T, self.n_heads, H // self.n_heads).transpose(0, 2, 1, 3)

    def queries_keys_values(self, xs):
        """xs : (N, T, H) -> q, k, v side by side : (N, T, 3 H); q is already over sqrt(D)"""
        Wqkv, bqkv, _, _ = self.params
        N, T, H = xs.shape
        qkv = self.memory("qkv", (N, T, 3 * H), Wqkv)
        array_module(Wqkv).matmul(xs.reshape(N * T, H), Wqkv, out=qkv.reshape(N * T, 3 * H))
        qkv += bqkv  # (2)
        # the root of (3), here already: T D numbers, and not T T scores
        qkv[..., :H] /= math.sqrt(H // self.n_heads)
        return qkv

    def forward(self, xs, mask=None):
        """xs : (N, T, H) -> ys : (N, T, H)

        mask : bool array that broadcasts to (N, T, T), True where a position may look;
        (N, 1, T) for sequences with padding
        """
        _, _, Wo, bo = self.params
        xp = array_module(Wo)
        N, T, H = xs.shape
        qkv = self.queries_keys_values(xs)
        q, k, v = map(self.heads, thirds(qkv))
        a = self.weights = self.memory("weights", (N, self.n_heads, T, T), Wo)
        xp.matmul(q, transposed(k), out=a)  # (3)
        if mask is not None:
            mask = as_mask(mask, a[:, 0])[:, None]
        forbid(a, mask, self.causal)
        softmax_in_place(a)
        joined = self.memory("joined", (N, T, H), Wo)
        xp.matmul(a, v, out=self.heads(joined))  # (3), written side by side
        self.cache = xs, qkv, joined
        y = joined.reshape(N * T, H) @ Wo  # (8)
        y += bo
        return y.reshape(N, T, H)

    def backward(self, dout):
        """dout : (N, T, H) -> dxs : (N, T, H)

        The derivation is that of :class:`ScaledDotProductAttention`, with one
        sum less over T: ``sum_r dL/da_ur a_ur = dL/dy_u . sum_r a_ur v_r``, and
        the last sum is y_u (the right form of (6)).
        """
        Wqkv, _, Wo, _ = self.params
        dWqkv, dbqkv, dWo, dbo = self.grads
        xs, qkv, joined = self.cache
        xp = array_module(Wo)
        N, T, H = dout.shape
        a = self.weights
        flat = dout.reshape(N * T, H)
        xp.matmul(joined.reshape(N * T, H).T, flat, out=dWo)  # (9)
        dbo[...] = flat.sum(axis=0)  # (9)
        djoined = self.memory("djoined", (N, T, H), Wo)
        xp.matmul(flat, Wo.T, out=djoined.reshape(N * T, H))  # (9)
        dqkv = self.memory("dqkv", (N, T, 3 * H), Wo)
        (q, k, v), (dq, dk, dv) = (map(self.heads, thirds(part)) for part in (qkv, dqkv))
        dy, y = self.heads(djoined), self.heads(joined)
        xp.matmul(transposed(a), dy, out=dv)  # (5)
        ds = self.memory("ds", a.shape, Wo)
        xp.matmul(dy, transposed(v), out=ds)  # (5): da, so far
        ds -= xp.einsum("nhtd,nhtd->nht", dy, y)[..., None]  # (6)
        ds *= a  # (6)
        xp.matmul(ds, k, out=dq)  # (7)
        dq /= math.sqrt(H // self.n_heads)
        xp.matmul(transposed(ds), q, out=dk)  # (7): q is over sqrt(D) already
        dflat = dqkv.reshape(N * T, 3 * H)
        xp.matmul(xs.reshape(N * T, H).T, dflat, out=dWqkv)  # (10)
        dbqkv[...] = dflat.sum(axis=0)  # (10)
        return (dflat @ Wqkv.T).reshape(N, T, H)  # (10)

    def read(self, xs):
        """Go on behind what was read: xs : (N, T, H) -> ys : (N, T, H)

        The keys and values of earlier positions do not change, as none of them
        sees what comes later; so they are kept in ``state``.

        Raises
        ------
        ValueError : the attention is not causal, or the state is of another number of sequences.
        """
        if not self.causal:
            raise ValueError("causal=False: what was read would change with every new word")
        _, _, Wo, bo = self.params
        xp = array_module(Wo)
        q, k, v = (self.heads(part) for part in thirds(self.queries_keys_values(xs)))
        if self.state:
            if len(self.state[0]) != len(xs):
                raise ValueError(
                    f"the state is of {len(self.state[0])} sequences and xs of {len(xs)}: "
                    "call reset_state() before another batch size"
                )
            k = xp.concatenate([self.state[0], k], axis=2)
            v = xp.concatenate([self.state[1], v], axis=2)
        else:
            k, v = k.copy(), v.copy()
        self.state = [k, v]
        a = q @ transposed(k)  # (N, n_heads, T', T), for T' new of T words; notebook 6, (1)
        forbid(a, causal=True)
        y = softmax_in_place(a) @ v  # (N, n_heads, T', D); notebook 6, (1)
        return y.transpose(0, 2, 1, 3).reshape(xs.shape) @ Wo + bo

    def reset_state(self):
        """Forget what was read."""
        self.state = []


def thirds(qkv):
    """(..., 3 H) -> its columns of queries, keys and values, each (..., H)"""
    H = qkv.shape[-1] // 3
    return qkv[..., :H], qkv[..., H : 2 * H], qkv[..., 2 * H :]


def with_pairs(layer, q, k, v, mask=None):
    """What attention is called with: floats, of shapes that fit, at least one of each."""
    q, k, v = as_floats(q), as_floats(k, q), as_floats(v, q)
    fits = q.ndim == k.ndim == v.ndim >= 2 and q.size and k.size and v.size
    fits = fits and q.shape[:-2] == k.shape[:-2] == v.shape[:-2]
    if not (fits and q.shape[-1] == k.shape[-1] and k.shape[-2] == v.shape[-2]):
        raise ValueError(
            f"q, k and v have shapes {q.shape}, {k.shape} and {v.shape}; "
            "allowed are (..., T', D), (..., T, D) and (..., T, D'), with sizes from 1"
        )
    return layer, q, k, v, mask


def with_sequences(layer, xs, *rest):
    """xs as floats (N, T, H), where the weights are."""
    xs = as_floats(xs, *layer.params)
    H = layer.params[0].shape[0]
    if xs.ndim != 3 or xs.shape[2] != H or not xs.size:
        raise ValueError(f"xs has shape {xs.shape}; allowed is (N, T, {H}), with N and T from 1")
    return layer, xs, *rest


guard(ScaledDotProductAttention, prepare=with_pairs)
guard(MultiHeadAttention, prepare=with_sequences)
