"""PyTorch as an independent judge: the same forward pass, and its own gradients.

Central differences prove that backward fits forward; they cannot see that both
are of another function than the one that was meant.  PyTorch has its own
forward passes, and derives its gradients by itself.

It is no part of the course's requirements: without it these tests are skipped.
With it, ``pip install torch``, they are part of ``make test``.
"""

import functools

import numpy
import pytest
from gradient_table import (
    CORPUS,
    FromZeros,
    OneStep,
    block,
    differentiable_classes,
    distinct,
    filters,
    forced_ids,
    heads,
    network,
    normalization,
    pair,
    reader,
    recurrence,
    weights,
)

from common import (
    attention,
    batch_normalization,
    convolution,
    functions,
    gated,
    generation,
    hierarchical_softmax,
    language_model,
    layers,
    negative_sampling,
    optimizer,
    recurrent,
    self_attention,
    seq2seq,
    sequential,
    time_layers,
    transformer,
    word2vec,
)
from common.gradient_check import double_precision
from common.optimizer import EPSILON

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
F = torch.nn.functional


def rng(seed=0):
    return numpy.random.default_rng(seed)


def t(array):
    return torch.from_numpy(numpy.array(array))  # a copy


def leaf(array):
    return t(array).requires_grad_()


def close(ours, theirs, name=""):
    theirs = theirs.detach().numpy()
    assert numpy.shape(ours) == theirs.shape, name
    numpy.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13, err_msg=name)


# --- layers -------------------------------------------------------------------------------
# Each gives the layer, its inputs, and the same in PyTorch: a function of (params, inputs).

IDS = forced_ids(6, (5, 4))
LABELS = forced_ids(4, (5,))
QUESTIONS = rng(1).integers(0, 2, (5, 3))
SOME_COUNT = forced_ids(5, (5, 4)) - 1  # labels of which some are -1


def lstm_step(params, x, h, c):
    """PyTorch's own cell; it has the gates i, f, g, o where ours are f, g, i, o."""
    Wx, Wh, b = (torch.cat([p.chunk(4, -1)[j] for j in (2, 0, 1, 3)], -1) for p in params)
    cell = torch.nn.LSTMCell(len(params[0]), len(params[1])).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    values = (Wx.T, Wh.T, b, torch.zeros_like(b))
    return torch.func.functional_call(cell, dict(zip(names, values, strict=True)), (x, (h, c)))


def rnn_step(params, x, h):
    Wx, Wh, b = params
    cell = torch.nn.RNNCell(len(Wx), len(Wh)).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    values = (Wx.T, Wh.T, b, torch.zeros_like(b))
    return torch.func.functional_call(cell, dict(zip(names, values, strict=True)), (x, h))


def gru_step(params, x, h):
    """By the equations of Cho et al. (2014); PyTorch's cell puts r behind the product."""
    (Uz, Ur, Ug), (Wz, Wr, Wg), (bz, br, bg) = (p.chunk(3, -1) for p in params)
    z, r = torch.sigmoid(x @ Uz + h @ Wz + bz), torch.sigmoid(x @ Ur + h @ Wr + br)
    return (1 - z) * h + z * torch.tanh(x @ Ug + (r * h) @ Wg + bg)


def over_time(step, params, xs, h=None):
    """The states after each step, from h or from zeros."""
    h = torch.zeros(len(xs), len(params[1]), dtype=torch.float64) if h is None else h
    c, hs = torch.zeros_like(h), []
    for x in xs.unbind(1):
        if step is lstm_step:
            h, c = step(params, x, h, c)
        else:
            h = step(params, x, h)
        hs.append(h)
    return torch.stack(hs, 1)


def both_ways(params, xs):
    right = over_time(lstm_step, params[3:], xs.flip(1)).flip(1)
    return torch.cat([over_time(lstm_step, params[:3], xs), right], -1)


def next_word(scores, labels):
    return F.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=-1)


def tied(params, xs, labels):
    """Two LSTMs between word vectors and the same word vectors, transposed; no dropout."""
    W, *lstms, _, b = params
    hs = over_time(lstm_step, lstms[3:], over_time(lstm_step, lstms[:3], F.embedding(xs, W)))
    return next_word(F.linear(hs, params[-2].T, b), labels)


def encoded(params, xs):
    return over_time(lstm_step, params[1:4], F.embedding(xs, params[0]))[:, -1]


def decoded(params, xs, h):
    """The scores of a decoder; it is a peeky one if its LSTM reads more than a character."""
    xs = F.embedding(xs, params[0])
    again = h[:, None].expand(-1, xs.shape[1], -1)
    peeky = len(params[1]) > xs.shape[2]
    hs = over_time(lstm_step, params[1:4], torch.cat([again, xs], 2) if peeky else xs, h)
    return (torch.cat([again, hs], 2) if peeky else hs) @ params[4] + params[5]


def answered(ignore_label):
    def loss(params, xs, ts):
        scores = decoded(params[4:], ts[:, :-1], encoded(params[:4], xs))
        correct = ts[:, 1:].flatten()
        return F.cross_entropy(scores.flatten(0, 1), correct, ignore_index=ignore_label)

    return loss


# A row that is masked as a whole is NaN in PyTorch, so each has one pair that is allowed.
PAIRS = rng(3).random((5, 4, 4)) < 0.5
PAIRS |= numpy.eye(4, dtype=bool)
WORDS = rng(4).random((5, 4)) < 0.5
WORDS[:, 0] = True


def looked(params, hs, h, mask=None):
    """Attention by PyTorch's own, at a temperature that takes its sqrt(d) back."""
    h = h if h.ndim == 3 else h[:, None]
    mask = None if mask is None else mask[:, None].expand(-1, h.shape[1], -1)
    c = F.scaled_dot_product_attention(h, hs, hs, attn_mask=mask, scale=1.0)
    return c if h.shape[1] > 1 else c[:, 0]


def decoded_with_looks(params, xs, hs_enc, mask=None):
    hs = over_time(lstm_step, params[1:4], F.embedding(xs, params[0]), hs_enc[:, -1])
    return torch.cat([looked(None, hs_enc, hs, mask), hs], 2) @ params[4] + params[5]


def answered_with_looks(ignore_label):
    def loss(params, xs, ts):
        hs_enc = over_time(lstm_step, params[1:4], F.embedding(xs, params[0]))
        scores = decoded_with_looks(params[4:], ts[:, :-1], hs_enc)
        correct = ts[:, 1:].flatten()
        return F.cross_entropy(scores.flatten(0, 1), correct, ignore_index=ignore_label)

    return loss


def multi_head(params, xs, n_heads, causal, mask=None):
    """PyTorch's layer; its masks are True where ours are False."""
    Wqkv, bqkv, Wo, bo = params
    N, T, H = xs.shape
    forbidden = torch.zeros(N, T, T, dtype=bool) if mask is None else ~mask.expand(N, T, T)
    if causal:
        forbidden = forbidden | torch.ones(T, T, dtype=bool).triu(1)
    layer = torch.nn.MultiheadAttention(H, n_heads, batch_first=True).double()
    names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    values = dict(zip(names, (Wqkv.T, bqkv, Wo.T, bo), strict=True))
    forbidden = forbidden.repeat_interleave(n_heads, 0)
    return torch.func.functional_call(layer, values, (xs, xs, xs), {"attn_mask": forbidden})[0]


BIAS = weights(rng(6), 4)


def normalized(params, x, training):
    """PyTorch's, by the running means of ``normalization`` at test time"""
    there = normalization(rng(), 3)
    kept = t(there.running_mean), t(there.running_var)
    return F.batch_norm(x, *kept, *params, training, eps=batch_normalization.EPSILON)


def gelu(x):
    return F.gelu(x, approximate="tanh")


def encoder_layer(params, xs, causal=True, n_heads=2):
    """PyTorch's layer with the norm first, which makes a block if it is causal."""
    T, H = xs.shape[1:]
    layer = torch.nn.TransformerEncoderLayer(
        H, n_heads, 4 * H, dropout=0, activation=gelu, batch_first=True, norm_first=True
    ).double()
    attention = ["self_attn.in_proj_weight", "self_attn.in_proj_bias"]
    attention += ["self_attn.out_proj.weight", "self_attn.out_proj.bias"]
    names = ["norm1.weight", "norm1.bias", *attention, "norm2.weight", "norm2.bias"]
    names += ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]
    values = {name: p.T if p.ndim == 2 else p for name, p in zip(names, params, strict=True)}
    mask = torch.ones(T, T, dtype=bool).triu(1) if causal else None
    return torch.func.functional_call(layer, values, (xs,), {"src_mask": mask})


def transformer_lm(params, xs, labels):
    """Two blocks of H = 4 between word vectors and the same word vectors, transposed."""
    t = torch.arange(xs.shape[1], dtype=torch.float64)[:, None]
    waves = torch.cat([t.sin(), t.cos(), (t / 100).sin(), (t / 100).cos()], 1)
    hs = 2 * F.embedding(xs, params[0]) + waves
    for first in (1, 13):
        hs = encoder_layer(params[first : first + 12], hs)
    hs = F.layer_norm(hs, (4,), *params[25:27])
    return next_word(F.linear(hs, params[27].T, params[28]), labels)


def without_dropout(model):
    model.step.forward = functools.partial(model.step.forward, train_flg=False)
    return model


ORACLES = {
    "MatMul": (
        lambda: layers.MatMul(weights(rng(), 3, 4)),
        (weights(rng(1), 5, 3),),
        lambda params, x: x @ params[0],
    ),
    "Affine": (
        lambda: layers.Affine(weights(rng(), 6, 4), weights(rng(2), 4)),
        (weights(rng(1), 5, 3, 2),),
        lambda params, x: F.linear(x.flatten(1), params[0].T, params[1]),
    ),
    "Sigmoid": (lambda: layers.Sigmoid(), (9 * weights(rng(), 5, 4),), lambda _, x: x.sigmoid()),
    "Tanh": (lambda: layers.Tanh(), (3 * weights(rng(), 5, 4),), lambda _, x: x.tanh()),
    "Relu": (
        lambda: layers.Relu(),
        (numpy.array([[-2.0, -0.5, 0.0, 0.5, 2.0]]),),
        lambda _, x: F.relu(x),
    ),
    "Softmax": (
        lambda: layers.Softmax(),
        (9 * weights(rng(), 2, 3, 4),),
        lambda _, x: F.softmax(x, -1),
    ),
    "SoftmaxWithLoss": (
        lambda: layers.SoftmaxWithLoss(),
        (9 * weights(rng(), 5, 4), LABELS),
        lambda _, x, labels: F.cross_entropy(x, labels),
    ),
    "SoftmaxWithLoss, one-hot": (
        lambda: layers.SoftmaxWithLoss(),
        (9 * weights(rng(), 5, 4), numpy.eye(4, dtype=int)[LABELS]),
        lambda _, x, labels: F.cross_entropy(x, labels.double()),
    ),
    "SigmoidWithLoss": (
        lambda: layers.SigmoidWithLoss(),
        (20 * weights(rng(), 5, 3), QUESTIONS),
        lambda _, x, labels: (
            F.binary_cross_entropy_with_logits(x, labels.double(), reduction="sum") / len(x)
        ),
    ),
    "Embedding": (
        lambda: layers.Embedding(weights(rng(), 6, 3)),
        (IDS,),
        lambda params, ids: F.embedding(ids, params[0]),
    ),
    "EmbeddingDot": (
        lambda: layers.EmbeddingDot(weights(rng(), 6, 3)),
        (weights(rng(1), 5, 3), IDS),
        lambda params, h, ids: torch.bmm(F.embedding(ids, params[0]), h[:, :, None])[:, :, 0],
    ),
    "EmbeddingDot, a word an example": (
        lambda: layers.EmbeddingDot(weights(rng(), 6, 3)),
        (weights(rng(1), 5, 3), IDS[:, 0]),
        lambda params, h, ids: (h * F.embedding(ids, params[0])).sum(1),
    ),
    "RNN": (
        lambda: OneStep(recurrent.RNN(*recurrence(rng(), 1)), (3, 4)),
        (weights(rng(1), 5, 7),),
        lambda params, xh: rnn_step(params, *xh.split([3, 4], 1)),
    ),
    "LSTM": (
        lambda: OneStep(gated.LSTM(*recurrence(rng(), 4)), (3, 4, 4)),
        (weights(rng(1), 5, 11),),
        lambda params, xhc: torch.cat(lstm_step(params, *xhc.split([3, 4, 4], 1)), 1),
    ),
    "GRU": (
        lambda: OneStep(gated.GRU(*recurrence(rng(), 3)), (3, 4)),
        (weights(rng(1), 5, 7),),
        lambda params, xh: gru_step(params, *xh.split([3, 4], 1)),
    ),
    "TimeRNN": (
        lambda: recurrent.TimeRNN(*recurrence(rng(), 1)),
        (weights(rng(1), 5, 4, 3),),
        lambda params, xs: over_time(rnn_step, params, xs),
    ),
    "TimeLSTM": (
        lambda: gated.TimeLSTM(*recurrence(rng(), 4)),
        (weights(rng(1), 5, 4, 3),),
        lambda params, xs: over_time(lstm_step, params, xs),
    ),
    "TimeGRU": (
        lambda: gated.TimeGRU(*recurrence(rng(), 3)),
        (weights(rng(1), 5, 4, 3),),
        lambda params, xs: over_time(gru_step, params, xs),
    ),
    "TimeBiLSTM": (
        lambda: gated.TimeBiLSTM(*recurrence(rng(), 4), *recurrence(rng(2), 4)),
        (weights(rng(1), 5, 4, 3),),
        both_ways,
    ),
    "TimeEmbedding": (
        lambda: time_layers.TimeEmbedding(weights(rng(), 6, 3)),
        (IDS,),
        lambda params, ids: F.embedding(ids, params[0]),
    ),
    "TimeAffine": (
        lambda: time_layers.TimeAffine(weights(rng(), 3, 4), weights(rng(2), 4)),
        (weights(rng(1), 5, 4, 3),),
        lambda params, xs: F.linear(xs, params[0].T, params[1]),
    ),
    "TimeSoftmaxWithLoss": (
        lambda: time_layers.TimeSoftmaxWithLoss(),
        (9 * weights(rng(), 5, 4, 4), SOME_COUNT),
        lambda _, xs, labels: F.cross_entropy(xs.flatten(0, 1), labels.flatten(), ignore_index=-1),
    ),
    "TimeSigmoidWithLoss": (
        lambda: time_layers.TimeSigmoidWithLoss(),
        (20 * weights(rng(), 5, 3), QUESTIONS),
        lambda _, xs, labels: F.binary_cross_entropy_with_logits(xs, labels.double()),
    ),
    "SimpleRnnlm": (
        lambda: reader(language_model.SimpleRnnlm, rng(), 6, 3, 4),
        (IDS, SOME_COUNT),
        lambda params, xs, labels: next_word(
            F.linear(
                over_time(rnn_step, params[1:4], F.embedding(xs, params[0])),
                params[4].T,
                params[5],
            ),
            labels,
        ),
    ),
    "Rnnlm": (
        lambda: reader(language_model.Rnnlm, rng(), 6, 3, 4),
        (IDS, SOME_COUNT),
        lambda params, xs, labels: next_word(
            F.linear(
                over_time(lstm_step, params[1:4], F.embedding(xs, params[0])),
                params[4].T,
                params[5],
            ),
            labels,
        ),
    ),
    "BetterRnnlm": (
        lambda: without_dropout(reader(language_model.BetterRnnlm, rng(), 6, 4, 4)),
        (IDS, SOME_COUNT),
        tied,
    ),
    "RnnlmGen": (
        lambda: reader(generation.RnnlmGen, rng(), 6, 3, 4),
        (IDS, SOME_COUNT),
        lambda params, xs, labels: next_word(
            F.linear(
                over_time(lstm_step, params[1:4], F.embedding(xs, params[0])),
                params[4].T,
                params[5],
            ),
            labels,
        ),
    ),
    "BetterRnnlmGen": (
        lambda: without_dropout(reader(generation.BetterRnnlmGen, rng(), 6, 4, 4)),
        (IDS, SOME_COUNT),
        tied,
    ),
    "Encoder": (lambda: pair(seq2seq.Encoder, rng()), (IDS,), encoded),
    "Decoder": (lambda: pair(seq2seq.Decoder, rng()), (IDS, weights(rng(1), 5, 4)), decoded),
    "PeekyDecoder": (
        lambda: pair(seq2seq.PeekyDecoder, rng()),
        (IDS, weights(rng(1), 5, 4)),
        decoded,
    ),
    **{
        f"{make.__name__}, ignore_label={label}": (
            lambda make=make, label=label: pair(make, rng(), ignore_label=label),
            (IDS, forced_ids(6, (5, 3), 1)),
            answered(label),
        )
        for make in (seq2seq.Seq2seq, seq2seq.PeekySeq2seq)
        for label in (-1, 2)
    },
    "WeightSum": (
        lambda: attention.WeightSum(),
        (weights(rng(), 5, 4, 3), weights(rng(1), 5, 4)),
        lambda _, hs, a: torch.einsum("nth,nt->nh", hs, a),
    ),
    "AttentionWeight": (
        lambda: attention.AttentionWeight(),
        (weights(rng(), 5, 4, 3), weights(rng(1), 5, 3)),
        lambda _, hs, h: torch.softmax(torch.einsum("nth,nh->nt", hs, h), 1),
    ),
    "Attention": (
        lambda: attention.Attention(),
        (weights(rng(), 5, 4, 3), weights(rng(1), 5, 3), WORDS),
        looked,
    ),
    "TimeAttention": (
        lambda: attention.TimeAttention(),
        (weights(rng(), 5, 4, 3), weights(rng(1), 5, 2, 3), WORDS),
        looked,
    ),
    "AttentionEncoder": (
        lambda: pair(attention.AttentionEncoder, rng()),
        (IDS,),
        lambda params, xs: over_time(lstm_step, params[1:4], F.embedding(xs, params[0])),
    ),
    "AttentionDecoder": (
        lambda: pair(attention.AttentionDecoder, rng()),
        (IDS, weights(rng(1), 5, 4, 4), WORDS),
        decoded_with_looks,
    ),
    **{
        f"AttentionSeq2seq, ignore_label={label}": (
            lambda label=label: pair(attention.AttentionSeq2seq, rng(), ignore_label=label),
            (IDS, forced_ids(6, (5, 3), 1)),
            answered_with_looks(label),
        )
        for label in (-1, 2)
    },
    "ScaledDotProductAttention": (
        lambda: self_attention.ScaledDotProductAttention(),
        tuple(weights(rng(i), 5, size, 3) for i, size in enumerate((2, 4, 4))),
        lambda _, q, k, v: F.scaled_dot_product_attention(q, k, v),
    ),
    "ScaledDotProductAttention, causal, heads": (
        lambda: self_attention.ScaledDotProductAttention(causal=True),
        tuple(weights(rng(i), 5, 2, 4, 3) for i in range(3)),
        lambda _, q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
    ),
    "ScaledDotProductAttention, some pairs": (
        lambda: self_attention.ScaledDotProductAttention(),
        (*(weights(rng(i), 5, 4, 3) for i in range(3)), PAIRS),
        lambda _, q, k, v, mask: F.scaled_dot_product_attention(q, k, v, attn_mask=mask),
    ),
    **{
        f"MultiHeadAttention, {n_heads} heads, {causal=}": (
            lambda n_heads=n_heads, causal=causal: heads(rng(), n_heads, causal),
            (weights(rng(1), 5, 4, 4), PAIRS),
            lambda params, xs, mask, n_heads=n_heads, causal=causal: multi_head(
                params, xs, n_heads, causal, mask
            ),
        )
        for n_heads in (1, 2, 4)
        for causal in (False, True)
    },
    "Gelu": (
        lambda: transformer.Gelu(),
        (numpy.concatenate([5 * weights(rng(), 5, 4), weights(rng(1), 5, 4)]),),
        lambda _, x: gelu(x),
    ),
    "LayerNorm": (
        lambda: transformer.LayerNorm(weights(rng(), 4), weights(rng(2), 4)),
        (weights(rng(1), 5, 3, 4),),
        lambda params, x: F.layer_norm(x, (4,), *params),
    ),
    "FeedForward": (
        lambda: transformer.FeedForward(
            *(weights(rng(i), *shape) for i, shape in enumerate([(4, 6), (6,), (6, 4), (4,)]))
        ),
        (weights(rng(9), 5, 3, 4),),
        lambda params, x: gelu(x @ params[0] + params[1]) @ params[2] + params[3],
    ),
    "PositionalEncoding": (
        lambda: transformer.PositionalEncoding(2),
        (weights(rng(), 5, 3, 2),),
        lambda _, xs: (
            xs + torch.stack([wave(t(numpy.arange(3.0))) for wave in (torch.sin, torch.cos)], 1)
        ),
    ),
    "TransformerBlock": (
        lambda: block(rng()),
        (weights(rng(1), 5, 4, 4),),
        encoder_layer,
    ),
    "TransformerBlock, not causal": (
        lambda: block(rng(), causal=False),
        (weights(rng(1), 5, 4, 4),),
        lambda params, xs: encoder_layer(params, xs, causal=False),
    ),
    "TransformerLM": (
        lambda: reader(transformer.TransformerLM, rng(), 6, 4, 2, 2),
        (IDS, SOME_COUNT),
        transformer_lm,
    ),
    "LanguageModel": (
        lambda: FromZeros(language_model.LanguageModel([layers.Embedding(weights(rng(), 6, 6))])),
        (IDS, SOME_COUNT),
        lambda params, xs, labels: next_word(F.embedding(xs, params[0]), labels),
    ),
    "TimeDropout, testing": (
        lambda: let_through(time_layers.TimeDropout(0.4)),
        (weights(rng(), 5, 4, 3),),
        lambda _, xs: xs.clone(),
    ),
    "Dropout, testing": (
        lambda: layers.Dropout(0.4),
        (weights(rng(), 5, 4), False),
        lambda _, x, training: F.dropout(x, 0.4, training),
    ),
    "TwoLayerNet": (
        lambda: network(rng()),
        (weights(rng(1), 5, 3), LABELS),
        lambda params, x, labels: F.cross_entropy(
            torch.sigmoid(x @ params[0] + params[1]) @ params[2] + params[3], labels
        ),
    ),
    **{
        f"BatchNormalization, {len(shape)}-D, training={more[0]}": (
            lambda: normalization(rng(), 3),
            (weights(rng(1), *shape), *more),
            normalized,
        )
        for shape in ((5, 3), (5, 3, 4, 2))
        for more in ((True,), (False,))
    },
    **{
        f"Convolution, {options}": (
            lambda options=options: filters(rng(), 4, 2, 3, 2, **options),
            (weights(rng(1), 5, 2, 7, 6),),
            lambda params, x, options=options: F.conv2d(
                x, *params, stride=options["stride"], padding=options["pad"]
            ),
        )
        for options in [{"stride": s, "pad": p} for s in (1, 2, 3) for p in (0, 1, 2)]
    },
    "Pooling": (
        lambda: convolution.Pooling(2, 2),
        (distinct(rng(), 5, 3, 7, 6),),
        lambda _, x: F.max_pool2d(x, 2),
    ),
    "Residual": (
        lambda: sequential.Residual([filters(rng(), 2, 2, 3, 3, pad=1), layers.Relu()]),
        (weights(rng(1), 5, 2, 4, 3),),
        lambda params, x: x + torch.relu(F.conv2d(x, *params, padding=1)),
    ),
    "Sequential": (
        lambda: sequential.Sequential(
            [
                *[filters(rng(), 3, 2, 2, 2), normalization(rng(3), 3), layers.Relu()],
                *[convolution.Pooling(2, 2, 1), layers.Affine(weights(rng(4), 12, 4), BIAS)],
            ]
        ),
        (weights(rng(1), 5, 2, 5, 4)[:, :, :4], LABELS),
        lambda params, x, labels: F.cross_entropy(
            F.max_pool2d(
                torch.relu(normalized(params[2:4], F.conv2d(x, *params[:2]), True)), 2, 1
            ).flatten(1)
            @ params[4]
            + params[5],
            labels,
        ),
    ),
    "NegativeSamplingLoss": (
        lambda: Replayed(negative_sampling.NegativeSamplingLoss(weights(rng(), 10, 3), CORPUS)),
        (weights(rng(1), 5, 3), forced_ids(10, (5,))),
        lambda params, h, target: negative_sampling_loss(params[0], h, target),
    ),
    "HierarchicalSoftmaxLoss": (
        lambda: hierarchical_softmax.HierarchicalSoftmaxLoss(weights(rng(), 9, 3), CORPUS),
        (weights(rng(1), 5, 3), forced_ids(10, (5,))),
        lambda params, h, target: tree_loss(params[0], h, target),
    ),
    "SimpleCBOW": (
        lambda: simple(word2vec.SimpleCBOW),
        (numpy.eye(7, dtype=int)[forced_ids(7, (5, 4))], forced_ids(7, (5,), 1)),
        lambda params, contexts, target: F.cross_entropy(
            contexts.double().mean(1) @ params[0] @ params[1], target
        ),
    ),
    "SimpleSkipGram": (
        lambda: simple(word2vec.SimpleSkipGram),
        (forced_ids(7, (5, 4)), numpy.eye(7, dtype=int)[forced_ids(7, (5,), 1)]),
        lambda params, contexts, target: sum(
            F.cross_entropy(target.double() @ params[0] @ params[1], context)
            for context in contexts.T
        ),
    ),
    "CBOW": (
        lambda: model(word2vec.CBOW),
        (forced_ids(10, (5, 4)), forced_ids(10, (5,), 1)),
        lambda params, contexts, target: negative_sampling_loss(
            params[1], F.embedding_bag(contexts, params[0], mode="mean"), target
        ),
    ),
    "SkipGram": (
        lambda: model(word2vec.SkipGram),
        (forced_ids(10, (5, 4)), forced_ids(10, (5,), 1)),
        lambda params, contexts, target: (
            # one word for each context, and a sum over the contexts where the batch has a mean
            contexts.shape[1]
            * negative_sampling_loss(
                params[1],
                F.embedding(target, params[0]).repeat_interleave(contexts.shape[1], 0),
                contexts.flatten(),
            )
        ),
    ),
    "SkipGram, hierarchical softmax": (
        lambda: model(
            word2vec.SkipGram,
            loss=hierarchical_softmax.HierarchicalSoftmaxLoss(weights(rng(), 9, 3), CORPUS),
        ),
        (forced_ids(10, (5, 4)), forced_ids(10, (5,), 1)),
        lambda params, contexts, target: sum(
            tree_loss(params[1], F.embedding(target, params[0]), context) for context in contexts.T
        ),
    ),
}


# --- convolution --------------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
@pytest.mark.parametrize("window", [(1, 1), (2, 2), (2, 3), (3, 3), (5, 4)], ids=str)
@pytest.mark.parametrize("size", [(5, 4), (7, 9), (8, 6)], ids=str)
@pytest.mark.parametrize(("K", "C"), [(2, 3), (5, 1)])
def test_every_stride_and_border(size, window, pad, stride, K, C):
    """What: odd and even pictures and filters, steps that leave rows, both ways back.
    Expected: forward and all three gradients within 1e-10 of PyTorch's."""
    layer = filters(rng(), K, C, *window, stride=stride, pad=pad)
    x = weights(rng(1), 3, C, *size)
    there, params = leaf(x), [leaf(p) for p in layer.params]
    y = F.conv2d(there, *params, stride=stride, padding=pad)
    dout = weights(rng(2), *y.shape)
    y.backward(t(dout))
    close(layer.forward(x), y)
    close(layer.backward(dout), there.grad)
    for g, p in zip(layer.grads, params, strict=True):
        close(g, p.grad)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
@pytest.mark.parametrize("window", [(2, 2), (3, 2), (3, 5)], ids=str)
@pytest.mark.parametrize("ties", [False, True])
def test_every_pool(window, pad, stride, ties):
    """PyTorch refuses a border of more than half a window, so it is put on before."""
    if pad >= min(window):
        pytest.skip("a window of nothing but border")
    x = distinct(rng(), 2, 3, 7, 8)
    x = numpy.round(x / 5) if ties else x
    layer, there = convolution.Pooling(*window, stride, pad), leaf(x)
    y = F.max_pool2d(F.pad(there, [pad] * 4, value=-torch.inf), window, stride)
    dout = weights(rng(2), *y.shape)
    y.backward(t(dout))
    close(layer.forward(x), y)
    close(layer.backward(dout), there.grad)


@pytest.mark.parametrize("shape", [(6, 3), (6, 3, 4, 2)], ids=str)
def test_running_means(shape):
    """PyTorch gives its variance the divisor N - 1 before it keeps it; the mean is the same."""
    layer = batch_normalization.BatchNormalization(numpy.ones(3), numpy.zeros(3))
    judge = torch.nn.BatchNorm2d(3) if len(shape) == 4 else torch.nn.BatchNorm1d(3)
    judge = judge.double()  # its momentum of 0.1 is the share of the new
    n = numpy.prod(shape) // 3
    expected = numpy.ones(3)
    for seed in range(4):
        x = weights(rng(seed), *shape)
        layer.forward(x)
        before = judge.running_var.numpy().copy()
        judge(t(x))
        new = (judge.running_var.numpy() - 0.9 * before) * (n - 1) / n
        expected = 0.9 * expected + new
    close(layer.running_mean, judge.running_mean)
    numpy.testing.assert_allclose(layer.running_var, expected, rtol=1e-10)


def let_through(dropout):
    dropout.train_flg = False
    return dropout


def negatives(target):
    """Five negatives for each target, made up here, so that both sides have the same."""
    return (numpy.asarray(target)[:, None] + numpy.array([1, 3, 4, 6, 9])) % 10


class Replayed:
    """A loss whose sampler gives :func:`negatives`."""

    def __new__(cls, loss):
        loss.sampler.get_negative_sample = negatives
        return loss


def model(make, **options):
    made = double_precision(make(10, 3, 2, CORPUS, **options))
    for seed, p in enumerate(made.params):
        p[...] = weights(rng(seed), *p.shape)
    if not options:
        Replayed(made.loss)
    return made


def simple(make):
    made = double_precision(make(7, 3))
    for seed, p in enumerate(made.params):
        p[...] = weights(rng(seed), *p.shape)
    return made


def negative_sampling_loss(W, h, target):
    """Mikolov et al. (2013), equation 4, the mean over the batch."""
    yes = (W[target] * h).sum(1)
    no = torch.stack([(W[word] * h).sum(1) for word in t(negatives(target)).T])
    return -(F.logsigmoid(yes) + F.logsigmoid(-no).sum(0)).mean()


def tree_loss(W, h, target):
    """Walk the tree for each example, by its ``children`` alone; left is sigmoid(s)."""
    V = len(W) + 1
    children = hierarchical_softmax.HuffmanTree(numpy.bincount(CORPUS, minlength=V)).children
    losses = []
    for vector, word in zip(h, target.tolist(), strict=True):
        loss, node = 0, word
        while node != 2 * V - 2:  # up to the root, which is the last
            inner, side = (int(i[0]) for i in numpy.nonzero(children == node))
            s = W[inner] @ vector
            loss = loss - F.logsigmoid(s if side == 0 else -s)
            node = V + inner
        losses.append(loss)
    return torch.stack(losses).mean()


@pytest.mark.parametrize("name", ORACLES)
def test_forward_and_all_gradients(name):
    build, inputs, theirs = ORACLES[name]
    layer = build()
    y = layer.forward(*inputs)
    dout = weights(rng(7), *numpy.shape(y)) if numpy.ndim(y) else 1.7
    returned = layer.backward(dout)
    returned = returned if isinstance(returned, tuple) else (returned,)

    params = [leaf(p) for p in layer.params]
    arguments = [
        x if not hasattr(x, "dtype") else leaf(x) if x.dtype.kind == "f" else t(x) for x in inputs
    ]
    y_theirs = theirs(params, *arguments)
    y_theirs.backward(t(numpy.asarray(dout)))
    close(y, y_theirs, "forward")
    for p, g in zip(params, layer.grads, strict=True):
        close(g, p.grad, "a gradient of params")
    floats = [x for x in arguments if getattr(x, "requires_grad", False)]
    for x, dx in zip(floats, returned, strict=bool(floats)):
        close(dx, x.grad, "the gradient that backward returns")


def test_dropout_in_training():
    """The two draw different masks; given the mask, both scale and pass back alike."""
    numpy.random.seed(0)
    layer, x = layers.Dropout(0.25), weights(rng(), 50, 4)
    y, dx = layer.forward(x), layer.backward(numpy.ones_like(x))
    there = leaf(numpy.ones_like(x))
    torch.manual_seed(0)
    scaled = F.dropout(there, 0.25, training=True)
    assert set(numpy.unique(dx)) == set(scaled.unique().tolist())
    numpy.testing.assert_array_equal(y, x * dx)


def test_every_layer_has_an_oracle():
    built = [build() for build, _, _ in ORACLES.values()]
    judged = {type(getattr(layer, "step", layer)) for layer in built}
    assert differentiable_classes() - judged == set()


# --- functions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (functions.sigmoid, torch.sigmoid),
        (functions.tanh, torch.tanh),
        (functions.relu, torch.relu),
        (functions.softmax, lambda x: torch.softmax(x, -1)),
    ],
    ids=["sigmoid", "tanh", "relu", "softmax"],
)
def test_functions(ours, theirs):
    x = numpy.concatenate([100 * weights(rng(), 4, 5), weights(rng(1), 4, 5), numpy.zeros((1, 5))])
    close(ours(x), theirs(t(x)))


def test_losses():
    y, labels = functions.softmax(weights(rng(), 5, 4)), LABELS
    close(functions.cross_entropy_error(y, labels), F.nll_loss(t(y).log(), t(labels)))
    x, yes = 50 * weights(rng(), 5, 3), QUESTIONS.astype(float)
    theirs = F.binary_cross_entropy_with_logits(t(x), t(yes), reduction="none")
    close(functions.binary_cross_entropy(x, yes), theirs)
    theirs = F.mse_loss(t(x), t(yes), reduction="sum") / 2
    close(functions.sum_squared_error(x, yes), theirs)


def test_scatter_add():
    out, rows = weights(rng(), 6, 3), weights(rng(1), 20, 3)
    ids = forced_ids(6, (20,))
    theirs = t(out).index_add(0, t(ids), t(rows))
    functions.scatter_add(out, ids, rows)
    close(out, theirs)


# --- optimizers ---------------------------------------------------------------------------
# PyTorch adds its epsilon where ours does, except in Adam, where ours stands before the
# correction of the second moment: with an epsilon of 0 on both sides the formulas are one.


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (optimizer.SGD(0.1), lambda p: torch.optim.SGD(p, 0.1)),
        (optimizer.Momentum(0.1, 0.8), lambda p: torch.optim.SGD(p, 0.1, momentum=0.8)),
        (optimizer.AdaGrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1, eps=EPSILON)),
        (
            optimizer.RMSprop(0.1, 0.9),
            lambda p: torch.optim.RMSprop(p, 0.1, alpha=0.9, eps=EPSILON),
        ),
        (optimizer.Adam(0.1, 0.8, 0.95), lambda p: torch.optim.Adam(p, 0.1, (0.8, 0.95), eps=0)),
    ],
    ids=["SGD", "Momentum", "AdaGrad", "RMSprop", "Adam"],
)
def test_optimizers(ours, theirs, monkeypatch):
    if isinstance(ours, optimizer.Adam):
        monkeypatch.setattr(optimizer, "EPSILON", 0)
    params = [weights(rng(0), 3, 4), weights(rng(1), 4)]
    there = [leaf(p) for p in params]
    judge = theirs(there)
    for step in range(20):
        grads = [weights(rng(10 + step), *p.shape) for p in params]
        ours.update(params, grads)
        for p, g in zip(there, grads, strict=True):
            p.grad = t(g)
        judge.step()
        for p, q in zip(params, there, strict=True):
            close(p, q, f"step {step}")


def test_nesterov():
    """PyTorch keeps ``-v / lr`` in place of our ``v``; the steps are the same."""
    p, there = weights(rng(0), 3, 4), leaf(weights(rng(0), 3, 4))
    ours, judge = optimizer.Nesterov(0.1, 0.8), torch.optim.SGD([there], 0.1, 0.8, nesterov=True)
    for step in range(20):
        g = weights(rng(10 + step), 3, 4)
        ours.update([p], [g])
        there.grad = t(g)
        judge.step()
        close(p, there, f"step {step}")


@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_clip_grads(max_norm):
    grads = [weights(rng(0), 3, 4), weights(rng(1), 4)]
    there = [leaf(numpy.zeros_like(g)) for g in grads]
    for p, g in zip(there, grads, strict=True):
        p.grad = t(g)
    torch.nn.utils.clip_grad_norm_(there, max_norm)
    optimizer.clip_grads(grads, max_norm)
    for g, p in zip(grads, there, strict=True):
        # PyTorch divides by the norm plus 1e-6
        numpy.testing.assert_allclose(g, p.grad.numpy(), rtol=1e-5)
