"""Everything differentiable in ``common``: how to build it, and what to feed it.

One line here buys a new layer all of the tests that run through this table:
its gradients against differences, float32 kept, gradients written in place,
no state left over from an earlier batch, and its arrays on their own device.
A layer without a line fails ``test_every_layer_stands_in_the_gradient_table``.
"""

import copy
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy
from hypothesis import settings

import common
from common import (
    attention,
    batch_normalization,
    convolution,
    gated,
    generation,
    hierarchical_softmax,
    language_model,
    layers,
    negative_sampling,
    recurrent,
    self_attention,
    seq2seq,
    sequential,
    time_layers,
    transformer,
    two_layer_net,
    word2vec,
)
from common.gradient_check import double_precision, forced_ids
from common.model import BaseModel
from common.np import array_module

# The same examples each time, so that a failure is there again tomorrow.
quick = settings(max_examples=10, deadline=None, derandomize=True, database=None)


@dataclass(frozen=True)
class Case:
    """One way to use a layer.

    ``build(rng, N)`` gives the layer and a tuple of inputs, float64, for N examples.
    """

    layer: type
    use: str
    build: Callable

    @property
    def draws(self):
        """Whether forward depends on random numbers."""
        drawing = ("Dropout", "TimeDropout", "NegativeSamplingLoss", "CBOW", "SkipGram")
        drawing += ("TransformerBlock", "TransformerLM", "BetterRnnlm", "BetterRnnlmGen")
        drawing += ("Sequential",)
        return self.layer.__name__ in drawing

    def __str__(self):
        return f"{self.layer.__name__}: {self.use}"


def weights(rng, *shape):
    """Random numbers that are not near 0, where a mistake would hide."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 1.5, shape)


def ids(rng, size, *shape):
    """Ids below ``size``, with the first, the last and a repeated one where there is room."""
    seed = int(rng.integers(1 << 30))
    if numpy.prod(shape) < 4:
        return numpy.full(shape, size - 1)
    return forced_ids(size, shape, seed)


def one_hot(labels, size):
    return numpy.eye(size, dtype=int)[labels]


def yes_or_no(rng, *shape):
    return rng.integers(0, 2, shape)


# Out of order, with gaps (0, 3 and 8 never occur), some words far more often than others.
CORPUS = numpy.array([7, 1, 7, 5, 2, 7, 6, 4, 1, 9, 7, 2, 5, 7, 1])


def elementwise(layer):
    return [
        Case(layer, "rows", lambda rng, N: (layer(), (weights(rng, N, 4),))),
        Case(layer, "3-D", lambda rng, N: (layer(), (weights(rng, N, 2, 3),))),
    ]


def loss_with_negatives(rng, K):
    return negative_sampling.NegativeSamplingLoss(weights(rng, 10, 3), CORPUS, sample_size=K)


def loss_with_tree(rng, V=10):
    return hierarchical_softmax.HierarchicalSoftmaxLoss(weights(rng, V - 1, 4), CORPUS % V)


def model(make, rng, **options):
    made = double_precision(make(10, 4, 2, CORPUS, **options))
    for p in made.params:
        p[...] = weights(rng, *p.shape)
    return made


def simple(make, rng):
    """A simple word2vec model of 7 words, in float64; W_out stays a transposed view."""
    made = double_precision(make(7, 3))
    for p in made.params:
        p[...] = weights(rng, *p.shape)
    return made


def network(rng):
    made = double_precision(two_layer_net.TwoLayerNet(3, 4, 5))
    for p in made.params:
        p[...] = weights(rng, *p.shape)
    return made


def twice(rng, N):
    """Every context the same word twice, and each target three times."""
    return ids(rng, 10, N, 2).repeat(2, axis=1), ids(rng, 10, N)[numpy.arange(N) // 3]


class OneStep:
    """A recurrent step as a layer of one input and one output: x, h and c side by side.

    Parameters
    ----------
    step : layer
    sizes : tuple of int
        How many numbers x, h (and c) have.
    """

    def __init__(self, step, sizes):
        self.step, self.cuts = step, [sum(sizes[:i]) for i in range(1, len(sizes))]
        self.params, self.grads = step.params, step.grads

    def forward(self, xhc):
        return self.join(self.step.forward(*self.split(xhc, self.cuts)))

    def backward(self, dout):
        H = len(self.params[1])
        return self.join(self.step.backward(*self.split(dout, [H][: len(self.cuts) - 1])))

    def split(self, row, cuts):
        return [row[:, a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]

    def join(self, arrays):
        xp = array_module(self.params[0])
        return xp.concatenate(arrays if isinstance(arrays, tuple) else [arrays], axis=1)


class FromZeros:
    """A stateful model as a layer that remembers nothing."""

    def __init__(self, model):
        self.step = model
        self.params, self.grads = model.params, model.grads

    def forward(self, xs, ts):
        self.step.reset_state()
        return self.step.forward(xs, ts)

    def backward(self, dout=1):
        return self.step.backward(dout)


def reader(make, rng, *sizes):
    """A language model whose weights are not near 0."""
    made = double_precision(make(*sizes))
    for p in made.params:
        p[...] = 0.5 * weights(rng, *p.shape)
    return FromZeros(made)


def pair(make, rng, **options):
    """A part of a seq2seq model, or a whole one, of 6 characters, whose weights are not near 0."""
    made = double_precision(make(6, 3, 4, **options))
    for p in made.params:
        p[...] = 0.5 * weights(rng, *p.shape)
    return made


def some(rng, N, *shape):
    """A mask: about half may be looked at, nothing by the first sequence."""
    mask = rng.random((N, *shape)) < 0.5
    mask[0] = False
    return mask


def heads(rng, n_heads=2, causal=False, H=4):
    shapes = (H, 3 * H), (3 * H,), (H, H), (H,)
    arrays = [0.5 * weights(rng, *shape) for shape in shapes]
    return self_attention.MultiHeadAttention(*arrays, n_heads, causal)


def block(rng, n_heads=2, **options):
    made = double_precision(transformer.TransformerBlock(4, n_heads, **options))
    for p in made.params:
        p[...] = 0.5 * weights(rng, *p.shape)
    return made


def normalization(rng, D):
    """A batch normalisation that has already seen other batches."""
    kept = weights(rng, D), rng.uniform(0.5, 2, D)
    return batch_normalization.BatchNormalization(
        weights(rng, D), weights(rng, D), 0.8, running_mean=kept[0], running_var=kept[1]
    )


def filters(rng, K, C, FH, FW, **options):
    return convolution.Convolution(weights(rng, K, C, FH, FW), weights(rng, K), **options)


def distinct(rng, *shape):
    """Numbers of which no two are near each other, so that a small step changes no largest one."""
    return (rng.permutation(numpy.prod(shape)).reshape(shape) - numpy.prod(shape) / 2) / 7


def row_of_layers(rng):
    """One of each kind: filters, normalisation, a shortcut, pooling, dropout and scores."""
    return sequential.Sequential(
        [
            filters(rng, 3, 2, 2, 2, pad=1),
            layers.Tanh(),  # behind a normalisation alone, a bias would do nothing
            normalization(rng, 3),
            sequential.Residual([filters(rng, 3, 3, 3, 3, pad=1), layers.Sigmoid()]),
            convolution.Pooling(2, 2),
            layers.Dropout(0.3),
            layers.Affine(0.3 * weights(rng, 12, 4), weights(rng, 4)),
        ]
    )


def recurrence(rng, gates, D=3, H=4):
    """Weights of one step, small enough that nothing saturates."""
    return [0.5 * weights(rng, *shape) for shape in [(D, gates * H), (H, gates * H), (gates * H,)]]


def over_time(layer, gates):
    return [
        Case(
            layer,
            "three steps",
            lambda rng, N: (layer(*recurrence(rng, gates)), (weights(rng, N, 3, 3),)),
        ),
        Case(
            layer,
            "two steps",
            lambda rng, N: (layer(*recurrence(rng, gates)), (weights(rng, N, 2, 3),)),
        ),
    ]


TABLE = [
    Case(
        layers.MatMul,
        "rows",
        lambda rng, N: (layers.MatMul(weights(rng, 3, 4)), (weights(rng, N, 3),)),
    ),
    Case(
        layers.MatMul,
        "weights that are a transposed view",
        lambda rng, N: (layers.MatMul(weights(rng, 4, 3).T), (weights(rng, N, 3),)),
    ),
    Case(
        layers.Affine,
        "rows",
        lambda rng, N: (
            layers.Affine(weights(rng, 3, 4), weights(rng, 4)),
            (weights(rng, N, 3),),
        ),
    ),
    Case(
        layers.Affine,
        "pictures, 4-D",
        lambda rng, N: (
            layers.Affine(weights(rng, 12, 3), weights(rng, 3)),
            (weights(rng, N, 2, 3, 2),),
        ),
    ),
    *elementwise(layers.Sigmoid),
    *elementwise(layers.Tanh),
    *elementwise(layers.Relu),
    *elementwise(layers.Softmax),
    Case(layers.Softmax, "one row", lambda rng, N: (layers.Softmax(), (weights(rng, 5),))),
    Case(
        layers.SoftmaxWithLoss,
        "labels as ids",
        lambda rng, N: (layers.SoftmaxWithLoss(), (weights(rng, N, 5), ids(rng, 5, N))),
    ),
    Case(
        layers.SoftmaxWithLoss,
        "labels one-hot",
        lambda rng, N: (
            layers.SoftmaxWithLoss(),
            (weights(rng, N, 5), one_hot(ids(rng, 5, N), 5)),
        ),
    ),
    Case(
        layers.SoftmaxWithLoss,
        "labels as a column of ids",
        lambda rng, N: (layers.SoftmaxWithLoss(), (weights(rng, N, 5), ids(rng, 5, N, 1))),
    ),
    Case(
        layers.SigmoidWithLoss,
        "one question an example",
        lambda rng, N: (layers.SigmoidWithLoss(), (weights(rng, N), yes_or_no(rng, N))),
    ),
    Case(
        layers.SigmoidWithLoss,
        "K questions an example",
        lambda rng, N: (layers.SigmoidWithLoss(), (weights(rng, N, 3), yes_or_no(rng, N, 3))),
    ),
    Case(
        layers.Dropout,
        "training",
        lambda rng, N: (layers.Dropout(0.4), (weights(rng, N, 6),)),
    ),
    Case(
        layers.Dropout,
        "testing",
        lambda rng, N: (layers.Dropout(0.4), (weights(rng, N, 6), False)),
    ),
    Case(
        layers.Embedding,
        "a word an example",
        lambda rng, N: (layers.Embedding(weights(rng, 6, 3)), (ids(rng, 6, N),)),
    ),
    Case(
        layers.Embedding,
        "C words an example",
        lambda rng, N: (layers.Embedding(weights(rng, 6, 3)), (ids(rng, 6, N, 4),)),
    ),
    Case(
        layers.Embedding,
        "one word, N times",
        lambda rng, N: (layers.Embedding(weights(rng, 6, 3)), (numpy.full(N, 5),)),
    ),
    Case(
        layers.EmbeddingDot,
        "a word an example",
        lambda rng, N: (
            layers.EmbeddingDot(weights(rng, 6, 3)),
            (weights(rng, N, 3), ids(rng, 6, N)),
        ),
    ),
    Case(
        layers.EmbeddingDot,
        "K candidates an example",
        lambda rng, N: (
            layers.EmbeddingDot(weights(rng, 6, 3)),
            (weights(rng, N, 3), ids(rng, 6, N, 4)),
        ),
    ),
    *[
        Case(
            step,
            "one step",
            lambda rng, N, step=step, gates=gates, sizes=sizes: (
                OneStep(step(*recurrence(rng, gates)), sizes),
                (weights(rng, N, sum(sizes)),),
            ),
        )
        for step, gates, sizes in [
            (recurrent.RNN, 1, (3, 4)),
            (gated.LSTM, 4, (3, 4, 4)),
            (gated.GRU, 3, (3, 4)),
        ]
    ],
    *over_time(recurrent.TimeRNN, 1),
    *over_time(gated.TimeLSTM, 4),
    *over_time(gated.TimeGRU, 3),
    Case(
        gated.TimeBiLSTM,
        "three steps",
        lambda rng, N: (
            gated.TimeBiLSTM(*recurrence(rng, 4), *recurrence(rng, 4)),
            (weights(rng, N, 3, 3),),
        ),
    ),
    Case(
        time_layers.TimeEmbedding,
        "repeated words",
        lambda rng, N: (time_layers.TimeEmbedding(weights(rng, 6, 3)), (ids(rng, 6, N, 4),)),
    ),
    Case(
        time_layers.TimeAffine,
        "rows of steps",
        lambda rng, N: (
            time_layers.TimeAffine(weights(rng, 3, 4), weights(rng, 4)),
            (weights(rng, N, 2, 3),),
        ),
    ),
    Case(
        time_layers.TimeAffine,
        "weights that are a transposed view",
        lambda rng, N: (
            time_layers.TimeAffine(weights(rng, 4, 3).T, weights(rng, 4)),
            (weights(rng, N, 2, 3),),
        ),
    ),
    Case(
        time_layers.TimeDropout,
        "training",
        lambda rng, N: (time_layers.TimeDropout(0.4), (weights(rng, N, 3, 4),)),
    ),
    Case(
        time_layers.TimeSoftmaxWithLoss,
        "some labels do not count",
        lambda rng, N: (
            time_layers.TimeSoftmaxWithLoss(),
            (weights(rng, N, 4, 5), ids(rng, 6, N, 4) - 1),
        ),
    ),
    Case(
        time_layers.TimeSoftmaxWithLoss,
        "labels one-hot",
        lambda rng, N: (
            time_layers.TimeSoftmaxWithLoss(),
            (weights(rng, N, 4, 5), one_hot(ids(rng, 5, N, 4), 5)),
        ),
    ),
    Case(
        time_layers.TimeSigmoidWithLoss,
        "a question each step",
        lambda rng, N: (
            time_layers.TimeSigmoidWithLoss(),
            (weights(rng, N, 4), yes_or_no(rng, N, 4)),
        ),
    ),
    *[
        Case(
            make,
            "three steps",
            lambda rng, N, make=make, sizes=sizes: (
                reader(make, rng, *sizes),
                (ids(rng, 6, N, 3), ids(rng, 7, N, 3) - 1),
            ),
        )
        for make, sizes in [
            (language_model.SimpleRnnlm, (6, 3, 4)),
            (language_model.Rnnlm, (6, 3, 4)),
            (language_model.BetterRnnlm, (6, 4, 4)),
            (generation.RnnlmGen, (6, 3, 4)),
            (generation.BetterRnnlmGen, (6, 4, 4)),
        ]
    ],
    Case(
        seq2seq.Encoder,
        "repeated characters",
        lambda rng, N: (pair(seq2seq.Encoder, rng), (ids(rng, 6, N, 5),)),
    ),
    *[
        Case(
            make,
            "from a state",
            lambda rng, N, make=make: (pair(make, rng), (ids(rng, 6, N, 3), weights(rng, N, 4))),
        )
        for make in (seq2seq.Decoder, seq2seq.PeekyDecoder)
    ],
    *[
        Case(
            make,
            use,
            lambda rng, N, make=make, ignore_label=ignore_label: (
                pair(make, rng, ignore_label=ignore_label),
                (ids(rng, 6, N, 5), ids(rng, 6, N, 4)),
            ),
        )
        for make in (seq2seq.Seq2seq, seq2seq.PeekySeq2seq, attention.AttentionSeq2seq)
        for use, ignore_label in [("every label counts", -1), ("some labels do not count", 2)]
    ],
    Case(
        attention.AttentionSeq2seq,
        "some steps masked",
        lambda rng, N: (
            pair(attention.AttentionSeq2seq, rng),
            (ids(rng, 6, N, 5), ids(rng, 6, N, 4), some(rng, N, 5)),
        ),
    ),
    Case(
        attention.WeightSum,
        "states and weights",
        lambda rng, N: (attention.WeightSum(), (weights(rng, N, 3, 4), weights(rng, N, 3))),
    ),
    *[
        Case(
            make,
            use,
            lambda rng, N, make=make, shape=shape, masked=masked: (
                make(),
                (weights(rng, N, 3, 4), weights(rng, N, *shape))
                + ((some(rng, N, 3),) if masked else ()),
            ),
        )
        for make, shape in [
            (attention.AttentionWeight, (4,)),
            (attention.Attention, (4,)),
            (attention.TimeAttention, (2, 4)),
        ]
        for use, masked in [("all states", False), ("some states, for one none", True)]
    ],
    Case(
        attention.AttentionEncoder,
        "repeated characters",
        lambda rng, N: (pair(attention.AttentionEncoder, rng), (ids(rng, 6, N, 5),)),
    ),
    Case(
        attention.AttentionDecoder,
        "some states",
        lambda rng, N: (
            pair(attention.AttentionDecoder, rng),
            (ids(rng, 6, N, 3), weights(rng, N, 5, 4), some(rng, N, 5)),
        ),
    ),
    Case(
        self_attention.ScaledDotProductAttention,
        "more keys than queries",
        lambda rng, N: (
            self_attention.ScaledDotProductAttention(),
            (weights(rng, N, 2, 3), weights(rng, N, 4, 3), weights(rng, N, 4, 5)),
        ),
    ),
    Case(
        self_attention.ScaledDotProductAttention,
        "causal, heads, some pairs",
        lambda rng, N: (
            self_attention.ScaledDotProductAttention(causal=True),
            (*(weights(rng, N, 2, 3, 4) for _ in "qkv"), some(rng, N, 1, 3, 3)),
        ),
    ),
    Case(
        self_attention.MultiHeadAttention,
        "two heads",
        lambda rng, N: (heads(rng), (weights(rng, N, 3, 4),)),
    ),
    Case(
        self_attention.MultiHeadAttention,
        "causal, padding",
        lambda rng, N: (heads(rng, 1, True), (weights(rng, N, 3, 4), some(rng, N, 1, 3))),
    ),
    *elementwise(transformer.Gelu),
    Case(
        transformer.LayerNorm,
        "rows of steps",
        lambda rng, N: (
            transformer.LayerNorm(weights(rng, 4), weights(rng, 4)),
            (weights(rng, N, 3, 4),),
        ),
    ),
    Case(
        transformer.FeedForward,
        "rows of steps",
        lambda rng, N: (
            transformer.FeedForward(
                *(0.5 * weights(rng, *shape) for shape in [(4, 6), (6,), (6, 4), (4,)])
            ),
            (weights(rng, N, 3, 4),),
        ),
    ),
    Case(
        transformer.PositionalEncoding,
        "from position 2 on, scaled",
        lambda rng, N: (transformer.PositionalEncoding(4, 1.5), (weights(rng, N, 3, 4), 2)),
    ),
    Case(
        transformer.TransformerBlock,
        "causal, dropout",
        lambda rng, N: (block(rng, dropout_ratio=0.3), (weights(rng, N, 3, 4),)),
    ),
    Case(
        transformer.TransformerBlock,
        "padding",
        lambda rng, N: (block(rng, causal=False), (weights(rng, N, 3, 4), some(rng, N, 1, 3))),
    ),
    Case(
        transformer.TransformerLM,
        "two blocks, dropout",
        lambda rng, N: (
            reader(transformer.TransformerLM, rng, 6, 4, 2, 2, 0.2),
            (ids(rng, 6, N, 3), ids(rng, 7, N, 3) - 1),
        ),
    ),
    Case(
        language_model.LanguageModel,
        "no recurrent layer",
        lambda rng, N: (
            FromZeros(language_model.LanguageModel([layers.Embedding(weights(rng, 6, 6))])),
            (ids(rng, 6, N, 3), ids(rng, 6, N, 3)),
        ),
    ),
    Case(
        negative_sampling.NegativeSamplingLoss,
        "repeated targets",
        lambda rng, N: (loss_with_negatives(rng, 2), (weights(rng, N, 3), ids(rng, 10, N))),
    ),
    Case(
        negative_sampling.NegativeSamplingLoss,
        "every other word is a negative",
        lambda rng, N: (loss_with_negatives(rng, 6), (weights(rng, N, 3), numpy.full(N, 7))),
    ),
    Case(
        hierarchical_softmax.HierarchicalSoftmaxLoss,
        "repeated targets",
        lambda rng, N: (loss_with_tree(rng), (weights(rng, N, 4), ids(rng, 10, N))),
    ),
    Case(
        hierarchical_softmax.HierarchicalSoftmaxLoss,
        "two words, one question",
        lambda rng, N: (loss_with_tree(rng, 2), (weights(rng, N, 4), ids(rng, 2, N))),
    ),
    Case(
        word2vec.SimpleCBOW,
        "targets as ids",
        lambda rng, N: (
            simple(word2vec.SimpleCBOW, rng),
            (one_hot(ids(rng, 7, N, 4), 7), ids(rng, 7, N)),
        ),
    ),
    Case(
        word2vec.SimpleCBOW,
        "targets one-hot, repeated contexts",
        lambda rng, N: (
            simple(word2vec.SimpleCBOW, rng),
            (one_hot(ids(rng, 7, N, 1).repeat(2, axis=1), 7), one_hot(ids(rng, 7, N), 7)),
        ),
    ),
    Case(
        word2vec.SimpleSkipGram,
        "contexts as ids",
        lambda rng, N: (
            simple(word2vec.SimpleSkipGram, rng),
            (ids(rng, 7, N, 4), one_hot(ids(rng, 7, N), 7)),
        ),
    ),
    Case(
        word2vec.SimpleSkipGram,
        "contexts one-hot, repeated",
        lambda rng, N: (
            simple(word2vec.SimpleSkipGram, rng),
            (one_hot(ids(rng, 7, N, 1).repeat(2, axis=1), 7), one_hot(ids(rng, 7, N), 7)),
        ),
    ),
    Case(
        two_layer_net.TwoLayerNet,
        "labels as ids",
        lambda rng, N: (network(rng), (weights(rng, N, 3), ids(rng, 5, N))),
    ),
    Case(
        two_layer_net.TwoLayerNet,
        "labels one-hot",
        lambda rng, N: (network(rng), (weights(rng, N, 3), one_hot(ids(rng, 5, N), 5))),
    ),
    *[
        Case(
            batch_normalization.BatchNormalization,
            use,
            lambda rng, N, shape=shape, more=more: (
                normalization(rng, 3),
                (weights(rng, N, *shape), *more),
            ),
        )
        for use, shape, more in [
            ("rows", (3,), ()),
            ("pictures", (3, 2, 2), ()),
            ("pictures, testing", (3, 2, 2), (False,)),
        ]
    ],
    *[
        Case(
            convolution.Convolution,
            use,
            lambda rng, N, windows=windows, shape=shape, options=options: (
                filters(rng, *windows, **options),
                (weights(rng, N, *shape),),
            ),
        )
        for use, windows, shape, options in [
            ("overlapping windows", (3, 2, 2, 2), (2, 4, 3), {}),
            (
                "a border, a row left over",
                (2, 1, 3, 2),
                (1, 4, 5),
                dict(stride=3, pad=1),
            ),
            ("windows of one pixel", (2, 3, 1, 1), (3, 2, 3), {}),
        ]
    ],
    *[
        Case(
            convolution.Pooling,
            use,
            lambda rng, N, window=window, options=options: (
                convolution.Pooling(*window, **options),
                (distinct(rng, N, 2, 5, 4),),
            ),
        )
        for use, window, options in [
            ("side by side", (2, 2), {}),
            ("overlapping, a border", (3, 2), dict(stride=2, pad=1)),
        ]
    ],
    Case(
        sequential.Residual,
        "two layers",
        lambda rng, N: (
            sequential.Residual(
                [layers.Affine(weights(rng, 3, 3), weights(rng, 3)), layers.Tanh()]
            ),
            (weights(rng, N, 3),),
        ),
    ),
    Case(
        sequential.Sequential,
        "one of each kind",
        lambda rng, N: (row_of_layers(rng), (weights(rng, N, 2, 3, 3), ids(rng, 4, N))),
    ),
    Case(
        word2vec.CBOW,
        "hierarchical softmax",
        lambda rng, N: (
            model(word2vec.CBOW, rng, loss=loss_with_tree(rng)),
            (ids(rng, 10, N, 4), ids(rng, 10, N)),
        ),
    ),
    Case(
        word2vec.SkipGram,
        "hierarchical softmax",
        lambda rng, N: (
            model(word2vec.SkipGram, rng, loss=loss_with_tree(rng)),
            (ids(rng, 10, N, 4), ids(rng, 10, N)),
        ),
    ),
    Case(
        word2vec.CBOW,
        "window 2",
        lambda rng, N: (model(word2vec.CBOW, rng), (ids(rng, 10, N, 4), ids(rng, 10, N))),
    ),
    Case(
        word2vec.CBOW,
        "repeated contexts",
        lambda rng, N: (model(word2vec.CBOW, rng, sample_size=2), twice(rng, N)),
    ),
    Case(
        word2vec.SkipGram,
        "window 2",
        lambda rng, N: (model(word2vec.SkipGram, rng), (ids(rng, 10, N, 4), ids(rng, 10, N))),
    ),
    Case(
        word2vec.SkipGram,
        "repeated contexts",
        lambda rng, N: (model(word2vec.SkipGram, rng, sample_size=2), twice(rng, N)),
    ),
]


def differentiable_classes():
    """Every class of the package that has a ``backward`` of its own.

    Those of ``common.rungs`` are held to the plain classes, number by number, in test_rungs.py.
    """
    found = set()
    for module in pkgutil.iter_modules(common.__path__):
        if module.name == "rungs":
            continue
        module = importlib.import_module(f"common.{module.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                backward = getattr(thing, "backward", BaseModel.backward)
                if backward is not BaseModel.backward:
                    found.add(thing)
    return found


def in_precision(case, dtype, N=5, seed=0):
    """Layer and inputs of a case, with ``dtype`` in place of float64."""
    numpy.random.seed(seed)
    layer, inputs = case.build(numpy.random.default_rng(seed), N)
    arrays = [*layer.params, *layer.grads]
    layer = copy.deepcopy(layer, {id(a): a.astype(dtype) for a in arrays})
    is_float = [isinstance(x, numpy.ndarray) and x.dtype.kind == "f" for x in inputs]
    return layer, tuple(x.astype(dtype) if f else x for x, f in zip(inputs, is_float, strict=True))


def outputs(layer, *inputs):
    """Everything that a forward and a backward pass compute: y, dx (or None), and the gradients."""
    numpy.random.seed(1)
    y = layer.forward(*inputs)
    u = numpy.random.default_rng(2).standard_normal(numpy.shape(y)) if numpy.ndim(y) else 1.0
    dx = layer.backward(numpy.asarray(u, dtype=y.dtype) if numpy.ndim(y) else u)
    return y, dx, [g.copy() for g in layer.grads]
