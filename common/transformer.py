"""The transformer: blocks of self-attention, and a language model made of them.

Shapes: N sequences, T steps, V words, H hidden.
"""

import math

import numpy

from common.arguments import as_generator, check_whole
from common.borders import guard
from common.language_model import LanguageModel, normal, zeros
from common.layer_tools import Memory, with_floats, zeros_for
from common.np import array_module, np
from common.self_attention import MultiHeadAttention
from common.time_layers import TimeAffine, TimeDropout, TimeEmbedding

__all__ = [
    "FeedForward",
    "Gelu",
    "LayerNorm",
    "PositionalEncoding",
    "TransformerBlock",
    "TransformerLM",
]


class LayerNorm:
    """Mean 0 and variance 1 within each row, then a gain and a bias for each feature.

    Derived in week 20, notebook 4, equations (1) to (4).

    ``y = gain (x - mean) / sqrt(variance + eps) + bias`` (Ba et al., 2016).

    Parameters
    ----------
    gain, bias : array, shape (H,)
    eps : float
        Keeps a row of equal numbers finite.

    Attributes
    ----------
    params, grads : [gain, bias], [dgain, dbias]
    """

    def __init__(self, gain, bias, eps=1e-5):
        self.params, self.grads = [gain, bias], [zeros_for(gain), zeros_for(bias)]
        self.eps = eps
        self.cache = None

    def forward(self, x):
        """x : (..., H) -> y : (..., H)"""
        gain, bias = self.params
        xp = array_module(x)
        x_hat = x - x.mean(axis=-1, keepdims=True)  # the distances, so far
        variance = xp.einsum("...h,...h->...", x_hat, x_hat)[..., None] / len(gain)
        std = xp.sqrt(variance + self.eps)  # (1): (..., 1)
        x_hat /= std  # (1)
        self.cache = x_hat, std
        y = x_hat * gain
        y += bias
        return y

    def backward(self, dout):
        """dout : (..., H) -> dx : (..., H)

        x_j reaches every x_hat of its row: as itself, through the mean, and through
        std.  With ``dx_hat = dL/dx_hat``, the three together are
        ``dL/dx_j = (dx_hat_j - mean(dx_hat) - x_hat_j mean(dx_hat x_hat)) / std``.
        """
        gain, _ = self.params
        dgain, dbias = self.grads
        x_hat, std = self.cache
        xp = array_module(x_hat)
        H = len(gain)
        dgain[...] = xp.einsum("nh,nh->h", dout.reshape(-1, H), x_hat.reshape(-1, H))
        dbias[...] = dout.reshape(-1, H).sum(axis=0)
        dx = dout * gain  # dx_hat, so far
        along = xp.einsum("...h,...h->...", dx, x_hat)[..., None] / H
        dx -= dx.mean(axis=-1, keepdims=True)  # (4)
        dx -= x_hat * along  # (4)
        dx /= std  # (4)
        return dx


class Gelu:
    """A soft step times x: ``y = x P(X <= x)`` for a normal X (Hendrycks and Gimpel, 2016).

    In their approximation ``y = x (1 + tanh(u)) / 2`` with
    ``u = sqrt(2 / pi) (x + 0.044715 x^3)``, as GPT-2 has it; it is within
    0.0005 of the exact form, and NumPy computes it several times faster.
    Since ``(1 + tanh(u)) / 2 = sigmoid(2 u)``, one exponential is enough.
    Week 20, notebook 4, equations (5) and (6), where u is called inner.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.memory = Memory()
        self.cache = None

    def forward(self, x, out=None):
        """x : any shape -> y : the same shape; ``out``, if given, receives it"""
        xp = array_module(x)
        y = xp.empty_like(x) if out is None else out
        p = self.memory("p", x.shape, x)  # sigmoid(2 u)
        for x_i, p_i, y_i in pieces(x, p, y):
            # -2 u = x (a + b x^2)
            xp.multiply(x_i, x_i, out=p_i)
            p_i *= -2 * ROOT * CUBIC
            p_i -= 2 * ROOT
            p_i *= x_i
            xp.minimum(p_i, 80, out=p_i)  # exp(80) is finite, and 1 / exp(80) nothing
            xp.exp(p_i, out=p_i)
            p_i += 1
            xp.divide(1, p_i, out=p_i)
            xp.multiply(x_i, p_i, out=y_i)
        self.cache = x, p
        return y

    def backward(self, dout, out=None):
        """dout : the shape of x -> dx; ``out``, which may be dout itself, receives it"""
        x, p = self.cache
        xp = array_module(x)
        dx = xp.empty_like(x) if out is None else out
        for x_i, p_i, dout_i, dx_i in pieces(x, p, dout, dx):
            # y = x p and dp/dx = p (1 - p) 2 u': dy/dx = p (1 + (1 - p) x 2 u')
            slope = x_i * x_i
            slope *= 6 * ROOT * CUBIC
            slope += 2 * ROOT  # 2 u' = 2 sqrt(2 / pi) (1 + 3 * 0.044715 x^2)
            slope *= x_i
            slope *= 1 - p_i
            slope += 1
            slope *= p_i
            xp.multiply(dout_i, slope, out=dx_i)
        return dx


ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715


def pieces(*arrays, size=32_000):
    """The same rows of every array, about ``size`` numbers at a time, which stay in the cache.

    A GPU gets the whole at once.
    """
    first = arrays[0]
    rows = max(1, size // max(1, first[:1].size)) if array_module(first) is numpy else len(first)
    for start in range(0, len(first), rows):
        yield [array[start : start + rows] for array in arrays]


class FeedForward:
    """Two layers for each position by itself: ``y = gelu(x W1 + b1) W2 + b2``.

    Derived in week 20, notebook 4, equations (7) and (8).

    Parameters
    ----------
    W1, b1 : arrays, shapes (H, M), (M,)
        M is 4 H in a transformer.
    W2, b2 : arrays, shapes (M, H), (H,)

    Attributes
    ----------
    params, grads : [W1, b1, W2, b2], [dW1, db1, dW2, db2]
    """

    def __init__(self, W1, b1, W2, b2):
        self.params = [W1, b1, W2, b2]
        self.grads = [zeros_for(p) for p in self.params]
        self.gelu = Gelu()
        self.memory = Memory()
        self.cache = None

    def forward(self, xs):
        """xs : (..., H) -> ys : (..., H)"""
        W1, b1, W2, b2 = self.params
        x = xs.reshape(-1, len(W1))
        shape = len(x), len(W2)
        wide, bent = self.memory("wide", shape, W1), self.memory("bent", shape, W1)
        array_module(W1).matmul(x, W1, out=wide)
        wide += b1
        self.gelu.forward(wide, out=bent)  # (7)
        self.cache = x, bent
        y = bent @ W2  # (7)
        y += b2
        return y.reshape(xs.shape)

    def backward(self, dout):
        """dout : (..., H) -> dxs : (..., H)"""
        W1, _, W2, _ = self.params
        dW1, db1, dW2, db2 = self.grads
        x, bent = self.cache
        xp = array_module(W1)
        dy = dout.reshape(-1, W2.shape[1])
        xp.matmul(bent.T, dy, out=dW2)  # (8)
        db2[...] = dy.sum(axis=0)
        dwide = self.memory("dwide", bent.shape, W1)
        xp.matmul(dy, W2.T, out=dwide)  # (8): dbent, so far
        self.gelu.backward(dwide, out=dwide)  # (6)
        xp.matmul(x.T, dwide, out=dW1)  # (8)
        db1[...] = dwide.sum(axis=0)
        return (dwide @ W1.T).reshape(dout.shape)  # (8)


class PositionalEncoding:
    """Waves that tell the positions apart, added to what stands there.

    Derived in week 20, notebook 3, equations (11) and (12).

    ``P[t, 2 i] = sin(t / 10000^(2 i / H))``, ``P[t, 2 i + 1] = cos(...)``, for
    any length (Vaswani et al., 2017, section 3.5).

    Parameters
    ----------
    hidden_size : int
        H, an even number.
    scale : float
        What stands there is multiplied by it first.  Word vectors whose numbers
        have a spread of ``1 / sqrt(H)`` would be small beside the waves: the paper
        takes ``sqrt(H)`` (section 3.4).
    """

    def __init__(self, hidden_size, scale=1.0):
        check_whole("hidden_size", hidden_size)
        if hidden_size % 2:
            raise ValueError(f"{hidden_size=}; sines and cosines in pairs need an even number")
        self.params, self.grads = [], []
        self.hidden_size, self.scale = hidden_size, scale

    def waves(self, start, T, like):
        """P[start : start + T] : (T, H), of the type and on the device of ``like``"""
        xp, H = array_module(like), self.hidden_size
        t = xp.arange(start, start + T)[:, None]
        angles = t / 10000.0 ** (xp.arange(0, H, 2) / H)  # freq times t, (T, H / 2)
        P = xp.empty((T, H), dtype=like.dtype)
        P[:, 0::2], P[:, 1::2] = xp.sin(angles), xp.cos(angles)  # (11)
        return P

    def forward(self, xs, start=0):
        """xs : (N, T, H), from position ``start`` on -> ys : (N, T, H)"""
        return self.scale * xs + self.waves(start, xs.shape[1], xs)

    def backward(self, dout):
        """dout : (N, T, H) -> dxs : (N, T, H)"""
        return self.scale * dout


class TransformerBlock:
    """Look at the other positions, then think about each by itself; both are added to x.

    Derived in week 20, notebook 4, equations (9) and (10).

    ``x = x + attention(norm(x))``, then ``x = x + feed_forward(norm(x))``.  The
    norm stands before each part, as in GPT-2 (Radford et al., 2019); Vaswani et
    al. (2017) put it behind the sum, ``norm(x + part(x))``.

    Parameters
    ----------
    hidden_size, n_heads : int
        H and the number of heads; feed forward has 4 H hidden numbers.
    dropout_ratio : float
        Of what is added to x, twice.
    causal : bool
        Whether a position sees none behind itself.
    rng : seed or generator, optional
        Draws the weights; by default the state that ``np.random.seed`` sets.

    Attributes
    ----------
    params, grads
        Of norm (2), attention (4), norm (2) and feed forward (4), in this order.
    train_flg : bool
        False lets everything through the dropout.
    """

    def __init__(self, hidden_size, n_heads, dropout_ratio=0.0, causal=True, rng=None):
        check_whole("hidden_size", hidden_size)
        H, draw = hidden_size, normal(rng)
        Wqkv, Wo = draw(H, 3 * H, H), draw(H, H, H)
        W1, W2 = draw(H, 4 * H, H), draw(4 * H, H, 4 * H)
        self.attention = MultiHeadAttention(Wqkv, zeros(3 * H), Wo, zeros(H), n_heads, causal)
        self.feed_forward = FeedForward(W1, zeros(4 * H), W2, zeros(H))
        self.norms = [layer_norm(H), layer_norm(H)]
        self.drops = [TimeDropout(dropout_ratio), TimeDropout(dropout_ratio)]
        parts = self.norms[0], self.attention, self.norms[1], self.feed_forward
        self.params = [p for part in parts for p in part.params]
        self.grads = [g for part in parts for g in part.grads]
        self.train_flg = True

    def add(self, i, xs, ys):
        """xs + dropout(ys)"""
        if self.drops[i].dropout_ratio:
            self.drops[i].train_flg = self.train_flg
            ys = self.drops[i].forward(ys)
        ys += xs
        return ys

    def forward(self, xs, mask=None):
        """xs : (N, T, H) -> ys : (N, T, H); mask as in :class:`MultiHeadAttention`"""
        # (10)
        xs = self.add(0, xs, self.attention.forward(self.norms[0].forward(xs), mask))
        return self.add(1, xs, self.feed_forward.forward(self.norms[1].forward(xs)))

    def backward(self, dout):
        """dout : (N, T, H) -> dxs : (N, T, H)"""
        for i, part in ((1, self.feed_forward), (0, self.attention)):
            # (9): x is read twice, by the sum, and by the norm
            drop = self.drops[i]
            dy = drop.backward(dout) if drop.dropout_ratio else dout
            dx = self.norms[i].backward(part.backward(dy))
            dx += dout
            dout = dx
        return dout

    def read(self, xs):
        """Go on behind what was read, without dropout: xs : (N, T, H) -> ys : (N, T, H)"""
        xs = xs + self.attention.read(self.norms[0].forward(xs))
        return xs + self.feed_forward.forward(self.norms[1].forward(xs))


class TransformerLM(LanguageModel):
    """Word vectors with positions, transformer blocks, and scores by the word vectors.

    Derived in week 20, notebook 4, equations (11) and (12); ``read`` in notebook 6,
    equation (1).

    A block of T words is read without what came before it; so the training has
    no state.  ``read`` has one: the keys and values of the words read so far.

    Parameters
    ----------
    vocab_size, hidden_size : int
        V and H, an even number.
    n_heads, n_blocks : int
        ``n_heads`` divides H.
    dropout_ratio : float
        Of the word vectors with their positions, and of what each block adds.
    rng : seed or generator, optional
        Draws the weights; by default the state that ``np.random.seed`` sets.
    """

    def __init__(
        self, vocab_size, hidden_size=128, n_heads=4, n_blocks=2, dropout_ratio=0.0, rng=None
    ):
        named = {"vocab_size": vocab_size, "hidden_size": hidden_size, "n_blocks": n_blocks}
        for name, size in named.items():
            check_whole(name, size)
        H, rng = hidden_size, as_generator(rng)
        self.position = PositionalEncoding(H, scale=math.sqrt(H))  # (11), left
        embed_W = normal(rng)(vocab_size, H, H)
        self.embed = TimeEmbedding(embed_W)
        self.drop = TimeDropout(dropout_ratio)
        self.blocks = [
            TransformerBlock(H, n_heads, dropout_ratio, rng=rng) for _ in range(n_blocks)
        ]
        self.norm = layer_norm(H)
        self.affine = TimeAffine(embed_W.T, zeros(vocab_size))  # (11), right; (12): two gradients
        super().__init__(
            [self.embed, self.position, self.drop, *self.blocks, self.norm, self.affine]
        )

    def predict(self, xs, train_flg=False):
        """xs : (N, T) word ids -> scores : (N, T, V)"""
        for block in self.blocks:
            block.train_flg = train_flg
        return super().predict(xs, train_flg)

    def read(self, xs):
        """Go on behind what was read: xs : (N, T) word ids -> scores of the next word : (N, V)"""
        hs = self.position.forward(self.embed.forward(xs), self.words_read())
        for block in self.blocks:
            hs = block.read(hs)
        return self.affine.forward(self.norm.forward(hs[:, -1:]))[:, 0]

    def words_read(self):
        """How many words of each sequence the state holds."""
        state = self.blocks[0].attention.state
        return state[0].shape[2] if state else 0

    def get_state(self):
        """Keys and values of each block, each (N, n_heads, T, D); [] before the first word"""
        return [array for block in self.blocks for array in block.attention.state]

    def set_state(self, state):
        """Go on from a state that ``get_state`` returned, or from rows of its arrays.

        Raises
        ------
        ValueError : it is none of this model.
        """
        if len(state) not in (0, 2 * len(self.blocks)):
            raise ValueError(
                f"the state has {len(state)} arrays; allowed are {2 * len(self.blocks)}, "
                "keys and values of each block, or none"
            )
        each = len(state) // len(self.blocks)
        for i, block in enumerate(self.blocks):
            block.attention.state = [*state[each * i : each * (i + 1)]]

    def reset_state(self):
        """Forget what was read."""
        self.set_state([])


def layer_norm(H):
    return LayerNorm(np.ones(H, dtype="f"), zeros(H))


def with_rows(layer, x):
    """x as floats whose rows are as long as the first parameter."""
    layer, x = with_floats(layer, x)
    H = len(layer.params[0])
    if x.shape[-1] != H:
        raise ValueError(f"x has shape {x.shape}; allowed is (..., {H})")
    return layer, x


guard(LayerNorm, FeedForward, prepare=with_rows)
guard(Gelu, prepare=with_floats)
guard(PositionalEncoding, prepare=with_floats)
guard(TransformerBlock)
