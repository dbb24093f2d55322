"""Self-attention: who sees whom, rows that see nobody, heads, and reading on from a cache."""

import math

import numpy
import pytest
from gradient_table import heads, some, weights

from common.functions import softmax
from common.self_attention import (
    Memory,
    MultiHeadAttention,
    ScaledDotProductAttention,
    forbid,
    softmax_in_place,
)

N, T, H = 3, 5, 4


def rng(seed=0):
    return numpy.random.default_rng(seed)


def qkv(*sizes, d=3):
    return [weights(rng(i), N, size, d) for i, size in enumerate(sizes)]


# --- one look -----------------------------------------------------------------------------


def test_a_look_by_hand():
    """What: one query [2, 0], the keys [ln 4, 0] and [0, 9], so scores of ln 16 / sqrt(2) and 0.
    Expected: weights of 2^(4 / sqrt(2)) to 1, and the same mean of the values."""
    layer = ScaledDotProductAttention()
    q, k = numpy.array([[2.0, 0]]), numpy.array([[math.log(4), 0], [0, 9.0]])
    y = layer.forward(q, k, numpy.array([[1.0], [0.0]]))
    share = 2 ** (4 / math.sqrt(2))
    numpy.testing.assert_allclose(layer.weights, [[share / (1 + share), 1 / (1 + share)]])
    numpy.testing.assert_allclose(y, [[share / (1 + share)]])


def test_one_position_takes_its_own_value():
    q, k, v = qkv(1, 1, 1)
    for causal in False, True:
        layer = ScaledDotProductAttention(causal)
        numpy.testing.assert_array_equal(layer.forward(q, k, v), v)
        dq, dk, dv = layer.backward(v)
        numpy.testing.assert_array_equal(dv, v)
        assert not dq.any()
        assert not dk.any()


@pytest.mark.parametrize("sizes", [(5, 5, 5), (2, 5, 5), (1, 4, 4)])
def test_causal_the_last_query_belongs_to_the_last_key(sizes):
    q, k, v = qkv(*sizes)
    queries, keys = sizes[:2]
    layer = ScaledDotProductAttention(causal=True)
    y = layer.forward(q, k, v)
    for i in range(queries):
        seen = keys - queries + i + 1
        assert not layer.weights[:, i, seen:].any()
        plain = ScaledDotProductAttention().forward(q[:, i : i + 1], k[:, :seen], v[:, :seen])
        numpy.testing.assert_allclose(y[:, i : i + 1], plain, rtol=1e-12)


def test_more_queries_than_keys_the_first_see_nothing():
    layer = ScaledDotProductAttention(causal=True)
    y = layer.forward(*qkv(4, 2, 2))
    assert not y[:, :2].any()
    assert (layer.weights[:, 2] == [1, 0]).all()


def test_what_is_masked_might_as_well_not_be_there():
    q, k, v = qkv(4, 5, 5)
    mask = numpy.ones((4, 5), dtype=bool)
    mask[:, [1, 4]] = False
    layer = ScaledDotProductAttention()
    y = layer.forward(q, k, v, mask)
    numpy.testing.assert_allclose(
        y, ScaledDotProductAttention().forward(q, k[:, [0, 2, 3]], v[:, [0, 2, 3]]), rtol=1e-12
    )
    dk, dv = layer.backward(weights(rng(8), *y.shape))[1:]
    assert not dk[:, [1, 4]].any()
    assert not dv[:, [1, 4]].any()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_query_that_may_look_nowhere(dtype):
    """What: a row of the mask that is False throughout.
    Why: a softmax over nothing is 0 / 0, and one NaN spreads through the whole network.
    Expected: weights, output and gradients of exactly 0; the other rows as without it."""
    q, k, v = (x.astype(dtype) for x in qkv(3, 4, 4))
    mask = numpy.ones((N, 3, 4), dtype=bool)
    mask[1, 2] = False
    layer, plain = ScaledDotProductAttention(), ScaledDotProductAttention()
    with numpy.errstate(all="raise"):
        y = layer.forward(q, k, v, mask)
        dq, _, _ = layer.backward(numpy.ones_like(y))
    assert y.dtype == dtype
    assert not layer.weights[1, 2].any()
    assert not y[1, 2].any()
    assert not dq[1, 2].any()
    expected = plain.forward(q, k, v)
    expected[1, 2] = 0
    numpy.testing.assert_array_equal(y, expected)
    rows = layer.weights.sum(axis=-1)
    rows[1, 2] = 1
    numpy.testing.assert_allclose(rows, 1, rtol=1e-6)


def test_a_value_that_nobody_looks_at_gets_no_gradient():
    layer = ScaledDotProductAttention()
    y = layer.forward(*qkv(3, 4, 4), numpy.zeros((3, 4), dtype=bool))
    assert not y.any()
    assert not any(d.any() for d in layer.backward(numpy.ones_like(y)))


def test_large_scores_do_not_overflow():
    q, k, v = qkv(3, 4, 4)
    layer = ScaledDotProductAttention()
    with numpy.errstate(over="raise", invalid="raise"):
        y = layer.forward(1e4 * q, 1e4 * k, v)
        layer.backward(y)
    numpy.testing.assert_allclose(layer.weights.max(axis=-1), 1)


def test_scores_far_apart_from_row_to_row():
    """Each row less its own largest score: not one that is far away."""
    scores = numpy.array([[1e4, 1e4], [-1e4, -1e4], [-numpy.inf, -1e4]])
    numpy.testing.assert_array_equal(softmax_in_place(scores), [[0.5, 0.5], [0.5, 0.5], [0, 1]])


def test_softmax_in_place_is_the_softmax():
    scores = 5 * weights(rng(), 3, 4)
    expected = softmax(scores)
    assert softmax_in_place(scores) is scores
    numpy.testing.assert_allclose(scores, expected, rtol=1e-14)


def test_nothing_is_forbidden_where_nothing_is_said():
    scores = weights(rng(), 3, 4)
    before = scores.copy()
    forbid(scores)
    numpy.testing.assert_array_equal(scores, before)


@pytest.mark.parametrize(
    "shapes",
    [
        [(3, 4), (3, 5), (3, 5)],
        [(3, 4), (3, 4), (2, 4)],
        [(2, 3, 4), (1, 3, 4), (1, 3, 4)],
        [(2, 3, 4), (2, 3, 4), (1, 3, 4)],
        [(4,), (4,), (4,)],
        [(3, 4), (1, 3, 4), (1, 3, 4)],
        [(3, 4), (3, 4), (1, 3, 4)],
        [(0, 4), (3, 4), (3, 4)],
        [(3, 4), (0, 4), (0, 4)],
        [(3, 4), (3, 4), (3, 0)],
    ],
)
def test_shapes_that_do_not_fit_are_named(shapes):
    said = r"^q, k and v have shapes .*; allowed are \(.*, T', D\), \(.*, T, D\) and \(.*, T, D'\)"
    with pytest.raises(ValueError, match=said):
        ScaledDotProductAttention().forward(*map(numpy.ones, shapes))


def test_lists_are_taken():
    layer = ScaledDotProductAttention()
    assert layer.forward([[1]], [[1]], [[3]], [[True]]).tolist() == [[3]]


def test_keys_and_values_go_where_the_queries_are(cupy):
    q, k, v = qkv(2, 3, 3)
    mask = numpy.ones((2, 3), dtype=bool)
    y = ScaledDotProductAttention().forward(cupy.asarray(q), k, v, mask)
    assert isinstance(y, cupy.ndarray)
    numpy.testing.assert_allclose(y.get(), ScaledDotProductAttention().forward(q, k, v))


@pytest.mark.parametrize("layer", [ScaledDotProductAttention(), heads(rng())])
def test_masks_that_cannot_be(layer):
    inputs = (
        qkv(T, T, T) if isinstance(layer, ScaledDotProductAttention) else [numpy.ones((N, T, H))]
    )
    for shape in [(T, T + 1), (N, T, T - 1), (N + 1, T, T), (2, N, T, T)]:
        said = rf"^the mask has shape \({', '.join(map(str, shape))}\); allowed is .*\(3, 5, 5\)"
        with pytest.raises(ValueError, match=said):
            layer.forward(*inputs, numpy.ones(shape, dtype=bool))
    with pytest.raises(TypeError, match=r"^the mask is of type float64; allowed is bool"):
        layer.forward(*inputs, numpy.ones((T, T)))


# --- several heads ------------------------------------------------------------------------


@pytest.mark.parametrize("n_heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
def test_heads_are_looks_side_by_side(n_heads, causal):
    """The fast form against the derived one, head by head, forward and backward."""
    layer, xs, mask = heads(rng(), n_heads, causal), weights(rng(1), N, T, H), some(rng(2), N, T, T)
    Wqkv, bqkv, Wo, bo = layer.params
    d = H // n_heads
    looks, parts, joined = [], [], []
    for head in range(n_heads):
        columns = [slice(part * H + head * d, part * H + (head + 1) * d) for part in range(3)]
        looks.append(ScaledDotProductAttention(causal))
        parts.append(columns)
        q, k, v = (xs @ Wqkv[:, c] + bqkv[c] for c in columns)
        joined.append(looks[-1].forward(q, k, v, mask))
    y = numpy.concatenate(joined, axis=2) @ Wo + bo
    numpy.testing.assert_allclose(layer.forward(xs, mask), y, rtol=1e-11, atol=1e-14)
    for head, look in enumerate(looks):
        numpy.testing.assert_allclose(layer.weights[:, head], look.weights, rtol=1e-12)
    dout = weights(rng(3), N, T, H)
    dxs, djoined = 0, dout @ Wo.T
    for head, look in enumerate(looks):
        grads = look.backward(djoined[..., head * d : (head + 1) * d])
        dxs = dxs + sum(g @ Wqkv[:, c].T for g, c in zip(grads, parts[head], strict=True))
    numpy.testing.assert_allclose(layer.backward(dout), dxs, rtol=1e-10, atol=1e-13)


def test_padding_behind_a_sequence_changes_nothing():
    layer, xs = heads(rng()), weights(rng(1), 1, T, H)
    alone = layer.forward(xs[:, :3])
    mask = numpy.arange(T) < 3
    numpy.testing.assert_allclose(layer.forward(xs, mask[None, None])[:, :3], alone, rtol=1e-12)


def test_a_sequence_that_is_all_padding_gives_the_bias():
    layer = heads(rng())
    mask = numpy.ones((N, 1, T), dtype=bool)
    mask[1] = False
    ys = layer.forward(weights(rng(1), N, T, H), mask)
    numpy.testing.assert_array_equal(ys[1], numpy.tile(layer.params[3], (T, 1)))
    layer.backward(numpy.ones_like(ys))
    assert all(numpy.isfinite(g).all() for g in layer.grads)


def test_repeated_steps_get_equal_weights():
    layer = heads(rng())
    ys = layer.forward(numpy.repeat(weights(rng(1), N, 1, H), T, axis=1))
    numpy.testing.assert_allclose(layer.weights, 1 / T, rtol=1e-12)
    numpy.testing.assert_allclose(ys, ys[:, :1].repeat(T, axis=1), rtol=1e-12)


def test_order_does_not_matter_unless_it_is_causal():
    order, xs = [3, 0, 4, 1, 2], weights(rng(1), N, T, H)
    layer = heads(rng())
    numpy.testing.assert_allclose(layer.forward(xs[:, order]), layer.forward(xs)[:, order])
    layer = heads(rng(), causal=True)
    ys = layer.forward(xs)
    assert abs(layer.forward(xs[:, order]) - ys[:, order]).max() > 1e-3


def test_a_causal_position_does_not_feel_what_comes_later():
    layer, xs = heads(rng(), causal=True), weights(rng(1), N, T, H)
    before = layer.forward(xs)
    xs[:, 3] += 1
    after = layer.forward(xs)
    numpy.testing.assert_array_equal(after[:, :3], before[:, :3])
    assert (abs(after[:, 3:] - before[:, 3:]).max(axis=2) > 1e-6).all()


@pytest.mark.parametrize("sizes", [[1] * T, [2, 3], [T], [1, 3, 1]])
@pytest.mark.parametrize("n_heads", [1, 2])
def test_reading_on_is_reading_at_once(sizes, n_heads):
    layer, xs = heads(rng(), n_heads, causal=True), weights(rng(1), N, T, H)
    whole = layer.forward(xs)
    for _ in range(2):
        parts = [layer.read(x) for x in numpy.split(xs, numpy.cumsum(sizes)[:-1], axis=1)]
        numpy.testing.assert_allclose(numpy.concatenate(parts, axis=1), whole, rtol=1e-10)
        assert [s.shape for s in layer.state] == 2 * [(N, n_heads, T, H // n_heads)]
        layer.reset_state()
        assert layer.state == []


def test_training_does_not_disturb_what_was_read():
    layer, xs = heads(rng(), causal=True), weights(rng(1), N, T, H)
    whole = layer.forward(xs)
    layer.read(xs[:, :2])
    layer.backward(layer.forward(weights(rng(2), N, 2, H)))
    numpy.testing.assert_allclose(layer.read(xs[:, 2:]), whole[:, 2:], rtol=1e-10)


def test_what_cannot_be_read_on():
    with pytest.raises(ValueError, match=r"^causal=False: what was read would change with every"):
        heads(rng()).read(numpy.ones((N, 1, H)))
    layer = heads(rng(), causal=True)
    layer.read(numpy.ones((N, 1, H)))
    said = r"^the state is of 3 sequences and xs of 2: call reset_state\(\) before another batch"
    with pytest.raises(ValueError, match=said):
        layer.read(numpy.ones((2, 1, H)))


def test_what_was_returned_is_not_written_into_by_the_next_pass():
    layer = heads(rng(), causal=True)
    results = []
    for seed in 1, 2:
        ys = layer.forward(weights(rng(seed), N, T, H))
        results += [ys, layer.backward(ys), layer.read(ys), *layer.state]
        layer.reset_state()
        if seed == 1:
            kept = [r.copy() for r in results]
    for result, copy in zip(results, kept, strict=False):
        numpy.testing.assert_array_equal(result, copy)


def test_memory_is_asked_for_once():
    layer = heads(rng())
    for size in (T, T + 1):
        for _ in range(2):
            kept = dict(layer.memory.kept)
            layer.backward(layer.forward(weights(rng(), N, size, H)))
        assert all(layer.memory.kept[name] is array for name, array in kept.items())
    assert set(layer.memory.kept) == {"qkv", "weights", "joined", "djoined", "dqkv", "ds"}


def test_memory_has_the_type_of_what_it_is_like():
    memory = Memory()
    for dtype in "f4", "f8":
        assert memory("a", (2, 3), numpy.ones(1, dtype)).dtype == dtype
    assert memory("a", (2, 3), numpy.ones(1)) is memory("a", (2, 3), numpy.ones(9))
    assert memory("a", (3, 2), numpy.ones(1)).shape == (3, 2)


@pytest.mark.parametrize(
    "shapes",
    [
        [(4, 11), (12,), (4, 4), (4,)],
        [(4, 12), (4,), (4, 4), (4,)],
        [(4, 12), (12,), (4, 3), (4,)],
        [(4, 12), (12,), (4, 4), (3,)],
    ],
)
def test_weights_that_do_not_fit_are_refused(shapes):
    with pytest.raises(ValueError, match=r"^the weights have shapes .*; allowed is \[\(H, 3 H\)"):
        MultiHeadAttention(*map(numpy.ones, shapes), 2)


@pytest.mark.parametrize(
    ("n_heads", "said"),
    [
        (3, "^n_heads=3 does not divide the 4 features"),
        (0, "^n_heads=0; allowed"),
        (8, "^n_heads=8"),
    ],
)
def test_heads_that_cannot_be(n_heads, said):
    with pytest.raises(ValueError, match=said):
        heads(rng(), n_heads)


@pytest.mark.parametrize("shape", [(T, H), (N, T, H + 1), (0, T, H), (N, 0, H)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"^xs has shape .*; allowed is \(N, T, 4\)"):
        heads(rng()).forward(numpy.ones(shape))


def test_forward_comes_first():
    for layer, dout in (heads(rng()), numpy.ones((N, T, H))), (ScaledDotProductAttention(), 1.0):
        with pytest.raises(RuntimeError, match="backward needs what forward computes"):
            layer.backward(dout)
