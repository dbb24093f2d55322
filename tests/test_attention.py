"""Attention of a decoder to an encoder: one look, all looks at once, and the models."""

import inspect

import numpy
import pytest
from gradient_table import pair, some, weights

from common import attention, self_attention
from common.attention import (
    Attention,
    AttentionDecoder,
    AttentionEncoder,
    AttentionSeq2seq,
    AttentionWeight,
    TimeAttention,
    WeightSum,
)
from common.functions import softmax
from common.gradient_check import double_precision
from common.optimizer import Adam
from common.seq2seq import Encoder, Seq2seq, accuracy, eval_seq2seq
from common.trainer import Trainer

N, T, U, H, V = 3, 5, 2, 4, 6


def rng(seed=0):
    return numpy.random.default_rng(seed)


def states():
    return weights(rng(), N, T, H), weights(rng(1), N, U, H)


# --- one look -------------------------------------------------------------------------------


def test_a_weighted_sum_by_hand():
    """What: states [1, 2] and [3, 4] with weights 0.25 and 0.75, and dL/dc = [1, -1].
    Expected: c = [2.5, 3.5]; dL/da = [1 - 2, 3 - 4]; dL/dhs = the weights times [1, -1]."""
    layer = WeightSum()
    hs, a = numpy.array([[[1.0, 2], [3, 4]]]), numpy.array([[0.25, 0.75]])
    numpy.testing.assert_array_equal(layer.forward(hs, a), [[2.5, 3.5]])
    dhs, da = layer.backward(numpy.array([[1.0, -1]]))
    numpy.testing.assert_array_equal(dhs, [[[0.25, -0.25], [0.75, -0.75]]])
    numpy.testing.assert_array_equal(da, [[-1, -1]])


def test_weights_by_hand():
    """What: h = [1, 0], states [ln 3, 5] and [0, 7], dL/da = [1, 0].
    Expected: a = [3/4, 1/4]; dL/ds = [3/16, -3/16]."""
    layer = AttentionWeight()
    hs = numpy.array([[[numpy.log(3), 5], [0, 7]]])
    numpy.testing.assert_allclose(layer.forward(hs, numpy.array([[1.0, 0]])), [[0.75, 0.25]])
    dhs, dh = layer.backward(numpy.array([[1.0, 0]]))
    numpy.testing.assert_allclose(dhs, [[[3 / 16, 0], [-3 / 16, 0]]])
    numpy.testing.assert_allclose(dh, [[3 / 16 * numpy.log(3), -6 / 16]])


def test_a_look_is_weights_and_their_sum():
    hs, h = weights(rng(), N, T, H), weights(rng(1), N, H)
    layer = Attention()
    c = layer.forward(hs, h)
    a = softmax(numpy.einsum("nth,nh->nt", hs, h))
    numpy.testing.assert_allclose(layer.attention_weight, a, rtol=1e-12)
    numpy.testing.assert_allclose(c, numpy.einsum("nt,nth->nh", a, hs), rtol=1e-12)


# --- all looks at once ------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [None, some(rng(5), N, T)])
def test_all_looks_at_once_are_one_after_the_other(mask):
    """The fast form against a loop over the derived one, forward and backward."""
    hs_enc, hs_dec = states()
    dcs = weights(rng(2), N, U, H)
    layer, looks = TimeAttention(), [Attention() for _ in range(U)]
    cs = layer.forward(hs_enc, hs_dec, mask)
    assert len(layer.attention_weights) == U
    dhs_enc, dhs_dec = layer.backward(dcs)
    total = 0
    for u, look in enumerate(looks):
        c = look.forward(hs_enc, hs_dec[:, u], mask)
        numpy.testing.assert_allclose(cs[:, u], c, rtol=1e-12)
        assert layer.attention_weights[u].shape == (N, T)
        numpy.testing.assert_allclose(layer.attention_weights[u], look.attention_weight, rtol=1e-12)
        dhs, dh = look.backward(dcs[:, u])
        total = total + dhs
        numpy.testing.assert_allclose(dhs_dec[:, u], dh, rtol=1e-11, atol=1e-14)
    numpy.testing.assert_allclose(dhs_enc, total, rtol=1e-11, atol=1e-14)


def test_weights_add_up_to_1():
    layer = TimeAttention()
    layer.forward(*states())
    numpy.testing.assert_allclose(layer.attention_weights.sum(axis=2), 1)
    assert (layer.attention_weights > 0).all()


def test_padding_behind_a_question_changes_nothing():
    hs_enc, hs_dec = states()
    layer = TimeAttention()
    alone = layer.forward(hs_enc[:, :3], hs_dec)
    mask = numpy.tile(numpy.arange(T) < 3, (N, 1))
    numpy.testing.assert_allclose(layer.forward(hs_enc, hs_dec, mask), alone, rtol=1e-12)
    assert not layer.attention_weights[:, :, 3:].any()
    dhs_enc, _ = layer.backward(weights(rng(2), N, U, H))
    assert not dhs_enc[:, 3:].any()


@pytest.mark.parametrize("make", [Attention, TimeAttention])
def test_a_question_that_is_all_padding(make):
    """A softmax over nothing: weights, output and gradients of 0, and no NaN."""
    hs_enc, hs_dec = states()
    h = hs_dec if make is TimeAttention else hs_dec[:, 0]
    mask = numpy.ones((N, T), dtype=bool)
    mask[1] = False
    layer = make()
    with numpy.errstate(all="raise"):
        c = layer.forward(hs_enc, h, mask)
        dhs, dh = layer.backward(numpy.ones_like(c))
    for result in c, dhs, dh:
        assert not result[1].any()
        assert numpy.isfinite(result).all()
        assert result[0].any()


@pytest.mark.parametrize("shape", [(N, T + 1), (N + 1, T), (N, 1, T)])
@pytest.mark.parametrize("make", [Attention, TimeAttention])
def test_masks_that_cannot_be(make, shape):
    hs_enc, hs_dec = states()
    h = hs_dec if make is TimeAttention else hs_dec[:, 0]
    with pytest.raises(ValueError, match=r"^the mask has shape .*; allowed is what broadcasts to"):
        make().forward(hs_enc, h, numpy.ones(shape, dtype=bool))
    with pytest.raises(TypeError, match=r"^the mask is of type int64; allowed is bool"):
        make().forward(hs_enc, h, numpy.ones((N, T), dtype="i8"))


def test_one_state_takes_all():
    hs = weights(rng(), N, 1, H)
    layer = TimeAttention()
    cs = layer.forward(hs, weights(rng(1), N, U, H))
    numpy.testing.assert_array_equal(cs, hs.repeat(U, axis=1))
    assert not layer.backward(cs)[1].any()


def test_equal_states_share():
    layer = Attention()
    layer.forward(weights(rng(), N, 1, H).repeat(T, axis=1), weights(rng(1), N, H))
    numpy.testing.assert_allclose(layer.attention_weight, 1 / T)


def test_what_was_returned_is_not_written_into_by_the_next_pass():
    layer, results = TimeAttention(), []
    for factor in 1, 2:
        cs = layer.forward(*(factor * hs for hs in states()))
        results += [cs, *layer.backward(cs)]
        if factor == 1:
            kept = [r.copy() for r in results]
    for result, copy in zip(results, kept, strict=False):
        numpy.testing.assert_array_equal(result, copy)
    before = dict(layer.memory.kept)
    layer.backward(layer.forward(*states()))
    assert set(before) == {"a", "ds"}
    assert all(layer.memory.kept[name] is array for name, array in before.items())


@pytest.mark.parametrize(
    ("make", "shapes"),
    [
        (WeightSum, [(N, T, H), (N, T + 1)]),
        (WeightSum, [(N, H), (N, H)]),
        (WeightSum, [(N, 0, H), (N, 0)]),
        (AttentionWeight, [(N, T, H), (N, H + 1)]),
        (AttentionWeight, [(N, T, H), (1, H)]),
        (Attention, [(N, T, H), (N, U, H)]),
        (Attention, [(N, T), (N, H)]),
        (Attention, [(N, 0, H), (N, H)]),
        (TimeAttention, [(N, T, H), (N, H)]),
        (TimeAttention, [(N, T, H), (1, U, H)]),
        (TimeAttention, [(N, T, H), (N, U, 1)]),
        (TimeAttention, [(N, T, H), (N, 0, H)]),
    ],
)
def test_shapes_that_do_not_fit_are_named(make, shapes):
    second = {WeightSum: r"\(N, T\)", TimeAttention: r"\(N, T_dec, H\), with sizes from 1"}
    second = second.get(make, r"\(N, H\), with sizes from 1")
    said = rf"ha(s|ve) shapes? .*; allowed are \(N, T, H\) and {second}$"
    with pytest.raises(ValueError, match=said):
        make().forward(*map(numpy.ones, shapes))


def test_lists_and_whole_numbers_are_taken():
    assert WeightSum().forward([[[2, 4]]], [[1]]).tolist() == [[2, 4]]
    assert Attention().forward([[[2, 4]]], [[1, 1]]).tolist() == [[2, 4]]


def test_weights_and_masks_go_where_the_states_are(cupy):
    hs_enc, hs_dec = states()
    there, mask = cupy.asarray(hs_enc), numpy.ones((N, T), dtype=bool)
    for layer, second, rest in [
        (WeightSum(), weights(rng(), N, T), ()),
        (Attention(), hs_dec[:, 0], (mask,)),
        (TimeAttention(), hs_dec, (mask,)),
    ]:
        c = layer.forward(there, second, *rest)
        assert isinstance(c, cupy.ndarray)
        numpy.testing.assert_allclose(c.get(), layer.forward(hs_enc, second, *rest))


def test_forward_comes_first():
    for make in WeightSum, AttentionWeight, Attention, TimeAttention:
        with pytest.raises(RuntimeError, match=r"\.backward needs what forward computes: call"):
            make().backward(numpy.ones((N, H)))


# --- the models -------------------------------------------------------------------------------


def questions(seed=0):
    return rng(seed).integers(0, V, (N, T)), rng(seed + 1).integers(0, V, (N, U + 1))


def test_the_encoder_hands_on_all_states():
    xs, _ = questions()
    plain, ours = pair(Encoder, rng()), pair(AttentionEncoder, rng())
    h, hs = plain.forward(xs), ours.forward(xs)
    assert hs.shape == (N, T, H)
    numpy.testing.assert_array_equal(hs[:, -1], h)


def test_the_decoder_reads_the_look_beside_its_state():
    decoder, hs_enc = pair(AttentionDecoder, rng()), weights(rng(1), N, T, H)
    xs = questions()[1]
    for mask in None, some(rng(3), N, T):
        scores = decoder.forward(xs, hs_enc, mask)
        decoder.lstm.set_state(hs_enc[:, -1])
        hs_dec = decoder.lstm.forward(decoder.embed.forward(xs))
        cs = TimeAttention().forward(hs_enc, hs_dec, mask)
        W, b = decoder.affine.params
        numpy.testing.assert_allclose(scores, cs @ W[:H] + hs_dec @ W[H:] + b, rtol=1e-11)


def test_weights_are_drawn_as_they_always_were():
    """What: the order and the scale of the draws, the encoder's first.
    Why: a run of an existing script, seeded, repeats itself."""
    numpy.random.seed(0)
    rn = numpy.random.randn
    expected = []
    for inputs in 3, 8:
        expected += [rn(6, 3) / 100, rn(3, 16) / 3**0.5, rn(4, 16) / 4**0.5]
        if inputs == 8:
            expected.append(rn(8, 6) / 8**0.5)
    numpy.random.seed(0)
    model = AttentionSeq2seq(6, 3, 4)
    matrices = [p for p in model.params if p.ndim == 2]
    for ours, theirs in zip(matrices, expected, strict=True):
        assert ours.dtype == numpy.float32
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert not any(p.any() for p in model.params if p.ndim == 1)
    seeded = [AttentionSeq2seq(6, 3, 4, rng=5).params for _ in range(2)]
    for p, q in zip(*seeded, strict=True):
        numpy.testing.assert_array_equal(p, q)


def test_sizes_that_cannot_be_are_refused():
    for make in AttentionEncoder, AttentionDecoder, AttentionSeq2seq:
        with pytest.raises(ValueError, match=r"^hidden_size=0"):
            make(6, 3, 0)


def test_it_is_a_seq2seq_model():
    assert issubclass(AttentionSeq2seq, Seq2seq)
    assert [*inspect.signature(AttentionSeq2seq).parameters][:4] == [
        *("vocab_size", "wordvec_size", "hidden_size", "rng")
    ]


def test_writing_takes_the_likeliest_each_time():
    """What: generate, for one question and for several, against whole prefixes read anew."""
    model = pair(AttentionSeq2seq, rng())
    xs, _ = questions()
    ids = numpy.full((N, 1), 2)
    for _ in range(4):
        scores = model.decoder.forward(ids, model.encoder.forward(xs))
        ids = numpy.concatenate([ids, scores[:, -1:].argmax(axis=2)], axis=1)
    numpy.testing.assert_array_equal(model.generate(xs, 2, 4), ids[:, 1:])
    assert model.generate(xs[:1], 2, 4) == ids[0, 1:].tolist()


def test_a_model_hands_its_mask_to_the_look():
    """What: a mask for the loss, and one while writing; then a mask that forbids nothing.
    Expected: no weight for what is masked; the loss of the decoder with that mask; and without
    anything forbidden, what comes out without a mask."""
    model, mask = pair(AttentionSeq2seq, rng()), numpy.arange(T) < numpy.array([[T], [3], [2]])
    xs, ts = questions()
    loss = model.forward(xs, ts, mask)
    assert not model.decoder.attention.attention_weights[:, ~mask].any()
    scores = model.decoder.forward(ts[:, :-1], model.encoder.forward(xs), mask)
    assert loss == model.softmax.forward(scores, ts[:, 1:])
    assert loss == model.forward(xs, ts, mask=mask) != model.forward(xs, ts)
    model.generate(xs, 2, 3, mask)
    assert not model.decoder.attention.attention_weights[:, ~mask].any()
    every = numpy.ones((N, T), dtype=bool)
    assert model.forward(xs, ts, every) == model.forward(xs, ts)
    numpy.testing.assert_array_equal(model.generate(xs, 2, 3, every), model.generate(xs, 2, 3))
    with pytest.raises(ValueError, match=r"^the mask has shape"):
        model.forward(xs, ts, mask[:, 1:])
    with pytest.raises(ValueError, match=r"^xs has shape"):
        model.forward(xs[0], ts, mask)


def test_it_learns_to_turn_a_sequence_round():
    """What: three characters, to be written from right to left.
    Why: each answer's step is one look at another place.
    Expected: right on questions that it has not seen, and each step looks where it should."""
    numpy.random.seed(0)
    every = numpy.stack(numpy.meshgrid(*3 * [numpy.arange(6)]), axis=-1).reshape(-1, 3)
    order = numpy.random.permutation(len(every))
    xs = every[order]
    ts = numpy.concatenate([numpy.full((len(xs), 1), 6), xs[:, ::-1]], axis=1)
    model = AttentionSeq2seq(7, 8, 24)
    Trainer(model, Adam(0.01)).fit(xs[:180], ts[:180], 40, 30, max_grad=5.0)
    assert accuracy(model, xs[180:], ts[180:]) > 0.9
    id_to_char = dict(enumerate("abcdef_"))
    share = [eval_seq2seq(model, x[None], t, id_to_char) for x, t in zip(xs, ts, strict=True)]
    assert numpy.mean(share) > 0.95


def test_a_checkpoint_and_a_file_of_parameters(tmp_path):
    xs, ts = questions()
    model = AttentionSeq2seq(V, 3, H, rng=0)
    trainer = Trainer(model, Adam())
    trainer.fit(xs, ts, 3, 2, checkpoint=tmp_path / "run.npz")
    model.save_params(tmp_path / "model.npz")
    other = AttentionSeq2seq(V, 3, H, rng=1)
    other.load_params(tmp_path / "model.npz")
    assert other.forward(xs, ts) == model.forward(xs, ts)


def test_self_attention_is_handed_on():
    for name in "ScaledDotProductAttention", "MultiHeadAttention":
        assert getattr(attention, name) is getattr(self_attention, name)
        assert name in attention.__all__


def test_a_hidden_state_of_float32_stays_so():
    model = AttentionSeq2seq(V, 3, H, rng=0)
    xs, ts = questions()
    assert model.forward(xs, ts).dtype == numpy.float32
    model.backward()
    assert model.decoder.attention.attention_weights.dtype == numpy.float32
    assert double_precision(model).forward(xs, ts).dtype == numpy.float64
