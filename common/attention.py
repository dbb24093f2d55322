"""Attention: at each step the decoder looks at all states of the encoder.

:class:`WeightSum`, :class:`AttentionWeight` and :class:`Attention` are one look, as a
lesson derives it: a weight for each state by its dot product with the decoder's
(Luong et al., 2015).  :class:`TimeAttention` computes the looks of all steps in one
product.  Shapes: N pairs, T steps of the encoder, T' of the decoder, V characters,
D numbers of a character's vector, H hidden.
"""

from common.borders import guard
from common.functions import as_floats
from common.gated import TimeLSTM
from common.language_model import normal, sizes, zeros
from common.np import array_module
from common.self_attention import (
    Memory,
    MultiHeadAttention,
    ScaledDotProductAttention,
    forbid,
    softmax_in_place,
)
from common.seq2seq import Decoder, Encoder, Seq2seq, check_pairs, gather, write
from common.time_layers import TimeAffine, TimeEmbedding

__all__ = [
    "Attention",
    "AttentionDecoder",
    "AttentionEncoder",
    "AttentionSeq2seq",
    "AttentionWeight",
    "MultiHeadAttention",
    "ScaledDotProductAttention",
    "TimeAttention",
    "WeightSum",
]


class WeightSum:
    """The mean of states with given weights: ``c_n = sum_t a_nt hs_nt``.

    Derived in week 20, notebook 1, equations (2) and (3).
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.cache = None

    def forward(self, hs, a):
        """hs : (N, T, H), a : (N, T) -> c : (N, H)"""
        self.cache = hs, a
        return (hs * a[:, :, None]).sum(axis=1)  # (2)

    def backward(self, dc):
        """dc : (N, H) -> dhs : (N, T, H), da : (N, T)"""
        hs, a = self.cache
        # (3): dL/dhs_nth = dL/dc_nh a_nt
        dhs = dc[:, None] * a[:, :, None]
        # (3): dL/da_nt = sum_h dL/dc_nh hs_nth
        da = (dc[:, None] * hs).sum(axis=2)
        return dhs, da


class AttentionWeight:
    """How much of each state to take: ``a_n = softmax(s_n)`` with ``s_nt = sum_h hs_nth h_nh``.

    Derived in week 20, notebook 1, equations (4) to (6).
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.cache = None

    def forward(self, hs, h, mask=None):
        """hs : (N, T, H), h : (N, H) -> a : (N, T)

        mask : bool array (N, T), False for a state that gets no weight, as one of
        padding.  If it is False for all states of a row, all weights are 0.
        """
        s = (hs * h[:, None]).sum(axis=2)  # (4): (N, T)
        forbid(s, mask)
        a = softmax_in_place(s)
        self.cache = hs, h, a
        return a

    def backward(self, da):
        """da : (N, T) -> dhs : (N, T, H), dh : (N, H)"""
        hs, h, a = self.cache
        # (5): dL/ds_nt = a_nt (dL/da_nt - sum_r dL/da_nr a_nr), as of every softmax
        ds = a * (da - (da * a).sum(axis=1, keepdims=True))
        # (6): dL/dhs_nth = dL/ds_nt h_nh
        dhs = ds[:, :, None] * h[:, None]
        # (6): dL/dh_nh = sum_t dL/ds_nt hs_nth
        dh = (ds[:, :, None] * hs).sum(axis=1)
        return dhs, dh


class Attention:
    """One look: weights for the states, and their mean with these weights.

    Derived in week 20, notebook 1, equations (2) to (6).

    Attributes
    ----------
    params, grads : [], []
    attention_weight : array, shape (N, T)
        The weights of the last forward pass.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.attention_weight_layer = AttentionWeight()
        self.weight_sum_layer = WeightSum()
        self.attention_weight = None

    def forward(self, hs, h, mask=None):
        """hs : (N, T, H), h : (N, H) -> c : (N, H); mask as in :class:`AttentionWeight`"""
        self.attention_weight = self.attention_weight_layer.forward(hs, h, mask)
        return self.weight_sum_layer.forward(hs, self.attention_weight)

    def backward(self, dc):
        """dc : (N, H) -> dhs : (N, T, H), dh : (N, H)"""
        # hs is read twice: for the weights, and for the mean
        dhs, da = self.weight_sum_layer.backward(dc)
        dhs_weight, dh = self.attention_weight_layer.backward(da)
        return dhs + dhs_weight, dh


class TimeAttention:
    """:class:`Attention` for each step of the decoder, all in one product.

    Derived in week 20, notebook 1, equations (5) and (7) to (9).

    Attributes
    ----------
    params, grads : [], []
    attention_weights : array, shape (T', N, T)
        The weights of the last forward pass, those of a step (N, T) behind each
        other.  The next forward pass may write into it.
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.memory = Memory()
        self.attention_weights = self.cache = None

    def forward(self, hs_enc, hs_dec, mask=None):
        """hs_enc : (N, T, H), hs_dec : (N, T', H) -> cs : (N, T', H)

        mask : bool array (N, T), as in :class:`AttentionWeight`
        """
        xp = array_module(hs_enc)
        N, T, _ = hs_enc.shape
        # (7): s_nut = sum_h hs_dec_nuh hs_enc_nth, for step u of the decoder
        a = self.memory("a", (N, hs_dec.shape[1], T), hs_enc)
        xp.matmul(hs_dec, hs_enc.transpose(0, 2, 1), out=a)
        forbid(a, mask if mask is None else xp.asarray(mask)[:, None])
        softmax_in_place(a)
        self.attention_weights = a.transpose(1, 0, 2)
        self.cache = hs_enc, hs_dec, a
        return a @ hs_enc  # (8)

    def backward(self, dcs):
        """dcs : (N, T', H) -> dhs_enc : (N, T, H), dhs_dec : (N, T', H)

        The sums over T' are those of the states that all looks share.
        """
        hs_enc, hs_dec, a = self.cache
        xp = array_module(a)
        ds = self.memory("ds", a.shape, a)
        xp.matmul(dcs, hs_enc.transpose(0, 2, 1), out=ds)  # (9): da
        ds -= xp.einsum("nut,nut->nu", ds, a)[:, :, None]
        ds *= a  # (5)
        dhs_enc = a.transpose(0, 2, 1) @ dcs  # (9)
        dhs_enc += ds.transpose(0, 2, 1) @ hs_dec
        return dhs_enc, ds @ hs_enc  # (9)


class AttentionEncoder(Encoder):
    """Read a sequence, and hand on the states after all steps.

    Derived in week 20, notebook 2.
    """

    def forward(self, xs):
        """xs : (N, T) ids -> hs : (N, T, H)"""
        super().forward(xs)
        return self.hs

    def backward(self, dhs):
        """dhs : (N, T, H); ids have no gradient, so nothing is returned"""
        self.embed.backward(self.lstm.backward(dhs))


class AttentionDecoder(Decoder):
    """A decoder that looks at all states of the encoder before each character.

    Its LSTM starts from the encoder's last state; what a step has seen, c, and the
    LSTM's h go side by side into the affine layer.

    Derived in week 20, notebook 2, equation (1).
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        self.embed = TimeEmbedding(draw(V, D) / 100)
        weights = draw(D, 4 * H, D), draw(H, 4 * H, H), zeros(4 * H)
        self.lstm = TimeLSTM(*weights, stateful=True)
        self.attention = TimeAttention()
        self.affine = TimeAffine(draw(2 * H, V, 2 * H), zeros(V))
        self.params, self.grads = gather(self.embed, self.lstm, self.affine)

    def forward(self, xs, hs_enc, mask=None):
        """xs : (N, T') ids, hs_enc : (N, T, H) -> scores : (N, T', V)

        mask : bool array (N, T), as in :class:`AttentionWeight`
        """
        self.lstm.set_state(hs_enc[:, -1])
        return self.go_on(xs, hs_enc, mask)

    def go_on(self, xs, hs_enc, mask=None):
        """xs : (N, T'), read from the state that the LSTM is in -> scores : (N, T', V)"""
        hs_dec = self.lstm.forward(self.embed.forward(xs))  # (N, T', H)
        cs = self.attention.forward(hs_enc, hs_dec, mask)
        return self.affine.forward(array_module(cs).concatenate([cs, hs_dec], axis=2))  # (1)

    def backward(self, dscore):
        """dscore : (N, T', V) -> dhs_enc : (N, T, H)"""
        H = len(self.lstm.params[1])
        dout = self.affine.backward(dscore)  # (N, T', 2 H)
        dhs_enc, dhs_dec = self.attention.backward(dout[..., :H])
        # h is read twice: for the look, and beside what was read
        dhs_dec += dout[..., H:]
        self.embed.backward(self.lstm.backward(dhs_dec))
        # the LSTM has started from the last of these states
        dhs_enc[:, -1] += self.lstm.dh
        return dhs_enc

    def generate(self, hs_enc, start_id, sample_size, mask=None):
        """As :meth:`Decoder.generate`, from the states of the encoder, (N, T, H).

        mask : bool array (N, T), as in :class:`AttentionWeight`
        """
        self.lstm.set_state(hs_enc[:, -1])
        return write(lambda xs: self.go_on(xs, hs_enc, mask), hs_enc, start_id, sample_size)


class AttentionSeq2seq(Seq2seq):
    """:class:`Seq2seq` with an :class:`AttentionEncoder` and an :class:`AttentionDecoder`.

    Derived in week 20, notebook 2.  What is masked in training must be masked in use, too.
    """

    encoder_class, decoder_class = AttentionEncoder, AttentionDecoder

    def forward(self, xs, ts, mask=None):
        """As :meth:`Seq2seq.forward`.

        mask : bool array (N, T), False for a step of the question that gets no weight, as
        one of padding; the encoder's LSTM reads it all the same
        """
        scores = self.decoder.forward(ts[:, :-1], self.encoder.forward(xs), mask)
        return self.softmax.forward(scores, ts[:, 1:])

    def generate(self, xs, start_id, sample_size, mask=None):
        """As :meth:`Seq2seq.generate`; mask as in ``forward``"""
        return self.decoder.generate(self.encoder.forward(xs), start_id, sample_size, mask)


def with_states(layer, hs, h, mask=None):
    """What a look is called with: floats (N, T, H) and (N, H), or (N, T', H) over time."""
    hs, h = as_floats(hs), as_floats(h, hs)
    over_time = isinstance(layer, TimeAttention)
    fits = hs.ndim == 3 and hs.size and h.size and h.ndim == 2 + over_time
    if not fits or (h.shape[0], h.shape[-1]) != (hs.shape[0], hs.shape[2]):
        raise ValueError(
            f"the states have shapes {hs.shape} and {h.shape}; allowed are (N, T, H) and "
            f"{'(N, T_dec, H)' if over_time else '(N, H)'}, with sizes from 1"
        )
    return layer, hs, h, mask


def with_questions(model, xs, ts, mask=None):
    """What the model is called with: questions, an answer for each, and perhaps a mask."""
    return *check_pairs(model, xs, ts), mask


def with_weights(layer, hs, a):
    """States (N, T, H), and a weight for each of them."""
    hs, a = as_floats(hs), as_floats(a, hs)
    if hs.ndim != 3 or not hs.size or a.shape != hs.shape[:2]:
        raise ValueError(
            f"hs has shape {hs.shape} and a {a.shape}; allowed are (N, T, H) and (N, T)"
        )
    return layer, hs, a


guard(WeightSum, prepare=with_weights)
guard(AttentionWeight, Attention, TimeAttention, prepare=with_states)
guard(AttentionEncoder, AttentionDecoder)
guard(AttentionSeq2seq, prepare=with_questions)
