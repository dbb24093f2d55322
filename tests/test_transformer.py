"""The transformer: norms, waves, blocks, and a language model that reads on from a cache."""

import copy
import inspect
import math

import numpy
import pytest
from gradient_table import block, weights

from common.functions import sigmoid, softmax
from common.generation import beam_search, generate
from common.gradient_check import double_precision
from common.language_model import eval_perplexity
from common.optimizer import Adam
from common.shared_weights import merge_shared
from common.trainer import RnnlmTrainer
from common.transformer import (
    FeedForward,
    Gelu,
    LayerNorm,
    PositionalEncoding,
    TransformerBlock,
    TransformerLM,
    pieces,
)

N, T, H, V = 3, 5, 4, 7


def rng(seed=0):
    return numpy.random.default_rng(seed)


def language_model(**options):
    return double_precision(TransformerLM(V, 8, 2, 2, rng=0, **options))


def words(*shape, seed=0):
    return rng(seed).integers(0, V, shape)


# --- norm, step, feed forward ---------------------------------------------------------------


def test_rows_get_mean_0_and_variance_1():
    x = 100 + 9 * weights(rng(), N, T, H)
    y = LayerNorm(numpy.ones(H), numpy.zeros(H), eps=0).forward(x)
    numpy.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    numpy.testing.assert_allclose(y.var(axis=-1), 1)
    z = LayerNorm(numpy.arange(4.0), numpy.array([0.0, 1, 0, 2]), eps=0).forward(x)
    numpy.testing.assert_allclose(z, y * numpy.arange(4) + [0, 1, 0, 2], atol=1e-12)


def test_the_norm_by_hand():
    """Mean 2, variance 1, and eps = 3: half of what is left."""
    y = LayerNorm(numpy.ones(2), numpy.zeros(2), eps=3).forward(numpy.array([[1.0, 3.0]]))
    numpy.testing.assert_allclose(y, [[-0.5, 0.5]])


def test_a_row_of_equal_numbers_stays_finite():
    layer = LayerNorm(numpy.ones(H, "f"), numpy.zeros(H, "f"))
    with numpy.errstate(all="raise"):
        assert not layer.forward(numpy.full((N, H), 7, "f")).any()
        assert numpy.isfinite(layer.backward(numpy.ones((N, H), "f"))).all()
    assert layer.eps == 1e-5


def test_a_norm_does_not_feel_a_shift_of_its_row():
    layer = LayerNorm(weights(rng(1), H), weights(rng(2), H))
    layer.forward(weights(rng(), N, H))
    dx = layer.backward(weights(rng(3), N, H))
    numpy.testing.assert_allclose(dx.sum(axis=-1), 0, atol=1e-12)


def test_gelu_is_near_the_exact_form():
    """What: x times the share of a normal distribution below x, by ``math.erf``.
    Expected: within 0.0005 everywhere; 0 at 0, x far to the right and 0 far to the left."""
    x = numpy.linspace(-8, 8, 1601)
    exact = numpy.array([value * (1 + math.erf(value / math.sqrt(2))) / 2 for value in x])
    y = Gelu().forward(x)
    assert 1e-4 < abs(y - exact).max() < 5e-4
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    numpy.testing.assert_allclose(y, x * (1 + numpy.tanh(u)) / 2, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_gelu_far_out(dtype):
    x = numpy.array([-1e4, -100, -12, 0, 12, 100, 1e4], dtype)
    layer = Gelu()
    with numpy.errstate(over="raise", invalid="raise"):
        y, dx = layer.forward(x), layer.backward(numpy.ones_like(x))
    numpy.testing.assert_allclose(y, numpy.maximum(x, 0), atol=1e-12)
    numpy.testing.assert_allclose(dx, [0, 0, 0, 0.5, 1, 1, 1], atol=1e-12)


def test_gelu_writes_where_it_is_told():
    x, out = weights(rng(), 3, 4), numpy.empty((3, 4))
    layer = Gelu()
    expected = layer.forward(x)
    assert layer.forward(x, out) is out
    numpy.testing.assert_array_equal(out, expected)
    dout = weights(rng(1), 3, 4)
    expected = layer.backward(dout)
    assert expected is not dout
    assert layer.backward(dout, out=dout) is dout
    numpy.testing.assert_array_equal(dout, expected)


@pytest.mark.parametrize("rows", [1, 7, 8, 100])
def test_pieces_cover_every_row_once(rows):
    a, b = numpy.zeros((rows, 4)), numpy.zeros((rows, 4))
    lengths = []
    for part, other in pieces(a, b, size=32):
        part += 1
        other += 2
        lengths.append(len(part))
    assert (a == 1).all()
    assert (b == 2).all()
    assert max(lengths) <= 8
    assert len(lengths) == -(-rows // 8)
    assert [len(part) for (part,) in pieces(numpy.zeros((2, 100)), size=32)] == [1, 1]
    assert [len(part) for (part,) in pieces(numpy.zeros(64_001))] == [32_000, 32_000, 1]


def test_a_gpu_gets_the_whole_at_once(cupy):
    a = cupy.asarray(numpy.zeros((64_000, 2)))
    assert [len(part) for (part,) in pieces(a)] == [64_000]


def test_feed_forward_is_its_three_layers():
    W1, b1, W2, b2 = (weights(rng(i), *s) for i, s in enumerate([(4, 6), (6,), (6, 4), (4,)]))
    layer, gelu, xs = FeedForward(W1, b1, W2, b2), Gelu(), weights(rng(9), N, T, 4)
    z = gelu.forward(xs @ W1 + b1)
    numpy.testing.assert_allclose(layer.forward(xs), z @ W2 + b2, rtol=1e-12)
    dout = weights(rng(8), N, T, 4)
    da = gelu.backward(dout @ W2.T)
    numpy.testing.assert_allclose(layer.backward(dout), da @ W1.T, rtol=1e-12)
    grads = [
        numpy.einsum("nth,ntm->hm", xs, da),
        da.sum(axis=(0, 1)),
        numpy.einsum("ntm,nth->mh", z, dout),
        dout.sum(axis=(0, 1)),
    ]
    for g, expected in zip(layer.grads, grads, strict=True):
        numpy.testing.assert_allclose(g, expected, rtol=1e-12)


def test_memory_is_asked_for_once():
    layer = double_precision(TransformerBlock(H, 2, rng=0))
    memories = layer.attention.memory, layer.feed_forward.memory, layer.feed_forward.gelu.memory
    for size in (T, T + 1):
        for _ in range(2):
            kept = [dict(memory.kept) for memory in memories]
            layer.backward(layer.forward(weights(rng(), N, size, H)))
        for memory, before in zip(memories, kept, strict=True):
            assert all(memory.kept[name] is array for name, array in before.items())
    assert [set(memory.kept) for memory in memories[1:]] == [{"wide", "bent", "dwide"}, {"p"}]


@pytest.mark.parametrize(
    "layer",
    [
        LayerNorm(numpy.ones(4), numpy.ones(4)),
        FeedForward(numpy.ones((4, 6)), numpy.ones(6), numpy.ones((6, 4)), numpy.ones(4)),
    ],
)
def test_rows_of_another_length_are_refused(layer):
    with pytest.raises(ValueError, match=r"^x has shape \(2, 3\); allowed is \(\.\.\., 4\)$"):
        layer.forward(numpy.ones((2, 3)))
    with pytest.raises(ValueError, match="the batch is empty"):
        layer.forward(numpy.ones((0, 4)))


# --- positions ------------------------------------------------------------------------------


def test_waves_by_hand():
    """Position 3 of H = 4: sines and cosines of 3 and of 3 / 100."""
    ys = PositionalEncoding(4).forward(numpy.zeros((1, 4, 4)))
    numpy.testing.assert_allclose(ys[0, 0], [0, 1, 0, 1])
    expected = [math.sin(3), math.cos(3), math.sin(0.03), math.cos(0.03)]
    numpy.testing.assert_allclose(ys[0, 3], expected)


def test_waves_go_on_at_any_position():
    layer, xs = PositionalEncoding(6), weights(rng(), 2, 9, 6)
    whole = layer.forward(xs)
    parts = [layer.forward(xs[:, :4]), layer.forward(xs[:, 4:], 4)]
    numpy.testing.assert_allclose(numpy.concatenate(parts, axis=1), whole, rtol=1e-14)
    far = layer.forward(numpy.zeros((1, 1, 6)), start=10_000)
    assert far[0, 0, 1] == pytest.approx(math.cos(10_000))


def test_a_shift_turns_every_wave_by_the_same_angle():
    """Why sines and cosines in pairs: (sin(t + k), cos(t + k)) is a rotation of (sin t, cos t)."""
    P = PositionalEncoding(8).forward(numpy.zeros((1, 50, 8)))[0]
    dots = P[:-3] @ P[3:].T
    numpy.testing.assert_allclose(numpy.diag(dots), numpy.diag(dots)[0])


def test_what_stands_there_is_scaled_and_the_waves_are_not():
    xs = weights(rng(), N, T, H)
    waves = PositionalEncoding(H).forward(numpy.zeros_like(xs))
    layer = PositionalEncoding(H, 3.0)
    numpy.testing.assert_allclose(layer.forward(xs), 3 * xs + waves)
    numpy.testing.assert_allclose(layer.backward(xs), 3 * xs)
    plain = PositionalEncoding(H)
    numpy.testing.assert_array_equal(plain.forward(xs), xs + waves)
    numpy.testing.assert_array_equal(plain.backward(xs), xs)


@pytest.mark.parametrize("size", [5, 0, 2.0])
def test_waves_need_an_even_size(size):
    said = f"^hidden_size={size}; " + ("sines and cosines in pairs need an" if size == 5 else "all")
    with pytest.raises(ValueError, match=said):
        PositionalEncoding(size)


def test_waves_of_an_empty_batch_are_refused():
    with pytest.raises(ValueError, match="the batch is empty"):
        PositionalEncoding(H).forward(numpy.ones((0, 3, H)))


# --- a block --------------------------------------------------------------------------------


def test_a_block_adds_twice():
    layer, xs = block(rng()), weights(rng(1), N, T, H)
    parts = layer.norms[0], layer.attention, layer.norms[1], layer.feed_forward
    norm1, attention, norm2, feed_forward = parts
    hs = xs + attention.forward(norm1.forward(xs))
    expected = hs + feed_forward.forward(norm2.forward(hs))
    numpy.testing.assert_allclose(layer.forward(xs), expected, rtol=1e-12)
    assert [p.shape for p in layer.params] == [
        *[(4,), (4,), (4, 12), (12,), (4, 4), (4,)],
        *[(4,), (4,), (4, 16), (16,), (16, 4), (4,)],
    ]
    for mine, theirs in zip(layer.grads, [g for part in parts for g in part.grads], strict=True):
        assert mine is theirs


def test_a_block_is_causal_unless_told_otherwise():
    xs = weights(rng(1), N, T, H)
    changed = xs.copy()
    changed[:, -1] += weights(rng(2), N, H)
    for causal in True, False:
        layer = block(rng(), causal=causal)
        difference = abs(layer.forward(changed)[:, 0] - layer.forward(xs)[:, 0]).max()
        assert (difference == 0) == causal
    assert TransformerBlock(H, 2).attention.causal


def test_padding_behind_a_sequence_changes_nothing():
    layer, xs = block(rng(), causal=False), weights(rng(1), N, T, H)
    mask = (numpy.arange(T) < 3)[None, None]
    alone = layer.forward(xs[:, :3])
    numpy.testing.assert_allclose(layer.forward(xs, mask)[:, :3], alone, rtol=1e-10)


def test_weights_of_a_block_are_drawn_in_order():
    numbers = rng(0)
    expected = [
        numbers.standard_normal(shape) / math.sqrt(shape[0])
        for shape in [(8, 24), (8, 8), (8, 32), (32, 8)]
    ]
    layer = TransformerBlock(8, 2, rng=0)
    drawn = [p for p in layer.params if p.ndim == 2]
    for ours, theirs in zip(drawn, expected, strict=True):
        assert ours.dtype == numpy.float32
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-6)
    for i, p in enumerate(layer.params):
        if p.ndim == 1:
            assert (p == (1 if i in (0, 6) else 0)).all()


def test_dropout_of_what_is_added():
    """What: a ratio of 0.5 and parts that give ones: each place gets 0 or 2, twice.
    Expected: 0, 2 and 4 in shares of a quarter, a half and a quarter; and what came in."""
    layer = TransformerBlock(H, 2, dropout_ratio=0.5, rng=0)
    for p in (layer.attention.params[2], layer.feed_forward.params[2]):
        p[...] = 0
    layer.attention.params[3][...] = layer.feed_forward.params[3][...] = 1
    numpy.random.seed(0)
    xs = numpy.zeros((200, T, H), "f")
    values, counts = numpy.unique(layer.forward(xs), return_counts=True)
    assert values.tolist() == [0, 2, 4]
    numpy.testing.assert_allclose(counts / counts.sum(), [0.25, 0.5, 0.25], atol=0.03)
    layer.train_flg = False
    assert (layer.forward(xs) == 2).all()
    assert (layer.read(xs) == 2).all()


def test_without_dropout_no_random_number_is_drawn():
    numpy.random.seed(0)
    layer = TransformerBlock(H, 2, rng=0)
    layer.forward(weights(rng(), N, T, H).astype("f"))
    drawn = numpy.random.random()
    numpy.random.seed(0)
    assert numpy.random.random() == drawn


@pytest.mark.parametrize("sizes", [(0, 1), (2.5, 1), (4, 3), (4, 0)])
def test_sizes_of_a_block(sizes):
    with pytest.raises(ValueError, match=r"^(hidden_size|n_heads)="):
        TransformerBlock(*sizes)


# --- the language model -----------------------------------------------------------------------


def test_what_is_taken_where_nothing_is_said():
    parameters = inspect.signature(TransformerLM).parameters.values()
    assert [p.default for p in parameters][1:] == [128, 4, 2, 0.0, None]
    defaults = inspect.signature(TransformerBlock).parameters.values()
    assert [p.default for p in defaults][2:] == [0.0, True, None]


def test_a_model_of_the_sizes_that_are_usual():
    model = TransformerLM(V)
    assert model.params[0].shape == (V, 128)
    assert [layer.attention.n_heads for layer in model.blocks] == [4, 4]
    assert model.drop.dropout_ratio == 0
    assert all(layer.attention.causal for layer in model.blocks)


def test_the_model_is_its_layers():
    model, xs = language_model(), words(N, T)
    hs = math.sqrt(8) * model.params[0][xs]
    hs = PositionalEncoding(8).forward(hs)
    for layer in model.blocks:
        hs = layer.forward(hs)
    scores = model.norm.forward(hs) @ model.params[0].T + model.params[-1]
    numpy.testing.assert_allclose(model.predict(xs), scores, rtol=1e-12)
    correct = numpy.take_along_axis(softmax(scores), xs[..., None], axis=2)
    assert model.forward(xs, xs) == pytest.approx(-numpy.log(correct).mean())


def test_tied_weights_are_one():
    model = TransformerLM(V, 8, 2, 3)
    params, _ = merge_shared(model.params, model.grads)
    assert len(model.params) == 1 + 3 * 12 + 2 + 2
    assert len(params) == len(model.params) - 1
    assert numpy.shares_memory(model.params[0], model.params[-2])


def test_the_first_loss_is_near_that_of_a_guess():
    model = TransformerLM(1000, 64, 4, 2, rng=0)
    xs = rng().integers(0, 1000, (4, 20))
    assert model.forward(xs[:, :-1], xs[:, 1:]) == pytest.approx(math.log(1000), abs=0.8)


def test_a_seed_repeats_the_weights():
    numbers = rng(0)
    model = TransformerLM(V, 8, 2, 2, rng=0)
    first = numbers.standard_normal((V, 8)) / math.sqrt(8)
    numpy.testing.assert_allclose(model.params[0], first, rtol=1e-6)
    numbers.standard_normal(8 * 24 + 8 * 8 + 8 * 32 * 2)
    second = numbers.standard_normal((8, 24)) / math.sqrt(8)
    numpy.testing.assert_allclose(model.blocks[1].params[2], second, rtol=1e-6)
    numpy.random.seed(3)
    one = TransformerLM(V, 8, 2, 2)
    numpy.random.seed(3)
    for p, q in zip(one.params, TransformerLM(V, 8, 2, 2).params, strict=True):
        assert p.dtype == numpy.float32
        numpy.testing.assert_array_equal(p, q)


@pytest.mark.parametrize("sizes", [[1] * 6, [3, 3], [6], [1, 4, 1]])
def test_reading_word_by_word_is_reading_at_once(sizes):
    """What: scores behind each piece, from cached keys and values, against the whole prefix.
    Expected: the same to 1e-10, for one text and for several, and again after a reset."""
    model, xs = language_model(), words(N, 6)
    whole = model.predict(xs)
    for rows in slice(None), slice(1, 2):
        end = 0
        for size in sizes:
            scores = model.read(xs[rows, end : end + size])
            end += size
            numpy.testing.assert_allclose(scores, whole[rows, end - 1], rtol=1e-10, atol=1e-12)
            assert model.words_read() == end
        model.reset_state()
        assert model.words_read() == 0


def test_a_block_reads_on_as_it_reads_at_once():
    layer, xs = block(rng()), weights(rng(1), N, T, H)
    whole = layer.forward(xs)
    parts = [layer.read(xs[:, :2]), layer.read(xs[:, 2:])]
    numpy.testing.assert_allclose(numpy.concatenate(parts, axis=1), whole, rtol=1e-10)


def test_reading_on_a_gpu(cupy):
    here = language_model()
    there = copy.deepcopy(here, {id(a): cupy.asarray(a) for a in [*here.params, *here.grads]})
    there.affine.params[0] = there.embed.params[0].T
    xs = words(N, 4)
    for part in xs[:, :2], xs[:, 2:]:
        scores = there.read(part)
        assert isinstance(scores, cupy.ndarray)
        numpy.testing.assert_allclose(scores.get(), here.read(part), rtol=1e-10)
    assert all(isinstance(s, cupy.ndarray) for s in there.get_state())


def test_a_state_can_be_put_back_and_its_rows_chosen():
    model, xs = language_model(), words(N, 6)
    whole = model.predict(xs)
    assert model.get_state() == []
    model.read(xs[:, :4])
    state = model.get_state()
    assert [s.shape for s in state] == 4 * [(N, 2, 4, 4)]
    model.read(words(N, 2, seed=5))
    model.set_state([s[[2, 0]] for s in state])
    numpy.testing.assert_allclose(model.read(xs[[2, 0], 4:]), whole[[2, 0], -1], rtol=1e-10)
    model.set_state(state)
    assert model.words_read() == 4
    assert len(model.get_state()) == 4
    numpy.testing.assert_allclose(model.read(xs[:, 4:]), whole[:, -1], rtol=1e-10)
    model.set_state([])
    numpy.testing.assert_allclose(model.read(xs), whole[:, -1], rtol=1e-10)


def test_a_state_of_another_model_is_refused():
    model = language_model()
    said = r"^the state has 3 arrays; allowed are 4, keys and values of each block, or none$"
    with pytest.raises(ValueError, match=said):
        model.set_state([numpy.zeros((N, 2, 1, 4))] * 3)


def test_training_and_reading_do_not_disturb_each_other():
    model, xs = language_model(), words(N, 6)
    whole = model.predict(xs)
    model.read(xs[:, :3])
    model.forward(xs[:, :2], xs[:, 1:3])
    model.backward()
    numpy.testing.assert_allclose(model.read(xs[:, 3:]), whole[:, -1], rtol=1e-10)
    numpy.testing.assert_array_equal(model.predict(xs), whole)


def test_dropout_only_while_it_trains():
    model, xs = language_model(dropout_ratio=0.3), words(N, 6)
    testing = [model.forward(xs, xs, train_flg=False) for _ in range(2)]
    assert testing[0] == testing[1]
    numpy.random.seed(0)
    training = [model.forward(xs, xs) for _ in range(2)]
    assert training[0] != training[1]
    assert model.drop.train_flg
    assert model.drop.dropout_ratio == 0.3
    for layer in model.blocks:
        assert [drop.dropout_ratio for drop in layer.drops] == [0.3, 0.3]
        assert layer.train_flg
    numpy.testing.assert_allclose(model.read(xs), model.predict(xs)[:, -1], rtol=1e-10)
    assert not any(layer.train_flg for layer in model.blocks)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((0, 8), "^vocab_size=0"),
        ((V, 2.5), r"^hidden_size=2\.5"),
        ((V, 0), "^hidden_size=0"),
        ((V, 9, 3), "^hidden_size=9; sines"),
        ((V, 8, 3), "^n_heads=3 does not divide the 8"),
        ((V, 8, 2, 0), "^n_blocks=0"),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes, said):
    with pytest.raises(ValueError, match=said):
        TransformerLM(*sizes)


def test_what_cannot_be_read():
    model = language_model()
    for read in model.predict, model.read, lambda xs: model.forward(xs, xs):
        with pytest.raises(IndexError, match=f"contains {V}; allowed are 0 to {V - 1}"):
            read(numpy.array([[0, V]]))
        with pytest.raises(ValueError, match="empty"):
            read(numpy.zeros((0, 3), dtype=int))
        with pytest.raises(ValueError, match="empty"):
            read(numpy.zeros((3, 0), dtype=int))


def test_one_step():
    model = language_model()
    assert model.predict(words(N, 1)).shape == (N, 1, V)
    assert model.forward(words(N, 1), words(N, 1)) > 0
    model.backward()


def test_the_first_word_may_be_far_away():
    """What: the first word of each line says which of two stands at its end, 8 words later.
    Why: every position can look at every earlier one, however far.
    Expected: after training, the last word is known."""
    lines = numpy.full((64, 10), 4)
    lines[:, 0] = numpy.arange(64) % 2
    lines[:, 9] = 2 + lines[:, 0]
    model, optimizer = TransformerLM(5, 16, 2, 1, rng=0), Adam(0.01)
    for _ in range(60):
        model.forward(lines[:, :-1], lines[:, 1:])
        model.backward()
        optimizer.update(*merge_shared(model.params, model.grads))
    assert (model.predict(lines[:, :-1])[:, -1].argmax(axis=1) == lines[:, 9]).all()


def test_it_trains_is_judged_saved_and_writes_like_the_others(tmp_path):
    corpus = numpy.array([0, 1, 2, 3, 1, 4, 5, 6] * 40)
    model = TransformerLM(7, 16, 2, 1, rng=0)
    trainer = RnnlmTrainer(model, Adam(0.01))
    trainer.fit(corpus[:-1], corpus[1:], 8, 4, 16, max_grad=1.0, checkpoint=tmp_path / "run.npz")
    assert eval_perplexity(model, corpus, 2, 16) < 1.3
    assert generate(model, [0], 7, temperature=0) == [1, 2, 3, 1, 4, 5, 6]
    (best, _), *_ = beam_search(model, [0], 7, 3)
    assert best == [1, 2, 3, 1, 4, 5, 6]
    assert model.get_state() == []
    model.save_params(tmp_path / "model.npz")
    other = TransformerLM(7, 16, 2, 1, rng=1)
    other.load_params(tmp_path / "model.npz")
    numpy.testing.assert_array_equal(other.predict(words(2, 3)), model.predict(words(2, 3)))
    again = RnnlmTrainer(TransformerLM(7, 16, 2, 1, rng=0), Adam(0.01))
    again.fit(corpus[:-1], corpus[1:], 8, 4, 16, max_grad=1.0, checkpoint=tmp_path / "run.npz")
    assert again.loss_list == trainer.loss_list


def test_the_sigmoid_in_gelu():
    """(1 + tanh(u)) / 2 is sigmoid(2 u), which is what is kept for the way back."""
    layer, x = Gelu(), weights(rng(), 3, 4)
    layer.forward(x)
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    numpy.testing.assert_allclose(layer.cache[1], sigmoid(2 * u), rtol=1e-12)


def test_forward_comes_first():
    for layer in (
        LayerNorm(numpy.ones(4), numpy.ones(4)),
        Gelu(),
        FeedForward(numpy.ones((4, 6)), numpy.ones(6), numpy.ones((6, 4)), numpy.ones(4)),
        block(rng()),
    ):
        with pytest.raises(RuntimeError, match="backward needs what forward computes"):
            layer.backward(numpy.ones((2, 3, 4)))
