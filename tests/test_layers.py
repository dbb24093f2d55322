"""Layers: gradients proved, float32 kept, gradients in place, bad input refused."""

import inspect

import numpy
import pytest
from gradient_table import TABLE, differentiable_classes, in_precision, outputs, quick, weights
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from common import layers, word2vec
from common.gradient_check import check_directions, check_gradients, forced_ids
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.negative_sampling import NegativeSamplingLoss

each_case = pytest.mark.parametrize("case", TABLE, ids=str)


# --- what holds for every layer, loss and model -------------------------------------------


def test_every_layer_stands_in_the_gradient_table():
    """What: a class with a ``backward`` and no line in the table.
    Why: a layer that nobody checks is where a wrong gradient lives.
    Expected: none; add the missing ones to tests/gradient_table.py."""
    assert differentiable_classes() - {case.layer for case in TABLE} == set()


def test_the_search_for_layers_finds_them():
    names = {cls.__name__ for cls in differentiable_classes()}
    assert {"MatMul", "Embedding", "NegativeSamplingLoss", "CBOW", "SkipGram"} <= names
    assert not {"BaseModel", "Trainer", "UnigramSampler"} & names


@each_case
@pytest.mark.parametrize("N", [5, 1], ids=["batch of 5", "batch of 1"])
def test_gradients(case, N):
    """What: derived gradients against central differences.
    Why: a wrong gradient still trains, only worse, and nobody sees it.
    Expected: relative error at most 1e-7."""
    numpy.random.seed(3)
    layer, inputs = case.build(numpy.random.default_rng(0), N)
    assert check_gradients(layer, *inputs, seed=4) <= 1e-7


@each_case
@quick
@given(N=st.integers(1, 7), seed=st.integers(0, 1000))
def test_float32_stays_float32(case, N, seed):
    """What: every array that comes out of float32 weights and inputs.
    Why: one float64 constant turns training float64, at twice the memory and time.
    Expected: float32, in loss, output and all gradients; near the float64 result."""
    single = outputs(*_flat(in_precision(case, numpy.float32, N, seed)))
    double = outputs(*_flat(in_precision(case, numpy.float64, N, seed)))
    for name, a, b in zip(("output", "dx", "grads"), single, double, strict=True):
        for part32, part64 in zip(_list(a), _list(b), strict=True):
            assert part32.dtype == numpy.float32, name
            assert numpy.shape(part32) == numpy.shape(part64)
            numpy.testing.assert_allclose(part32, part64, rtol=1e-3, atol=1e-4, err_msg=name)


@each_case
def test_gradients_are_written_in_place(case):
    """What: the lists ``params`` and ``grads`` before and after two batches.
    Why: a model gathers them once, when it is built; a new array would never be seen.
    Expected: the same lists of the same objects, parameters unchanged."""
    layer, inputs = in_precision(case, float)
    lists = layer.params, layer.grads
    before = [*layer.params, *layer.grads]
    numbers = [p.copy() for p in layer.params]
    outputs(layer, *inputs)
    outputs(layer, *inputs)
    assert (layer.params, layer.grads) == lists
    assert layer.params is lists[0]
    assert layer.grads is lists[1]
    after = [*layer.params, *layer.grads]
    assert all(a is b for a, b in zip(after, before, strict=True))
    assert len(layer.params) == len(layer.grads)
    for p, old, g in zip(layer.params, numbers, layer.grads, strict=True):
        assert (p == old).all()
        assert p.shape == g.shape
        assert g.any()


@each_case
@quick
@given(first=st.integers(1, 6), second=st.integers(1, 6), seed=st.integers(0, 1000))
def test_a_layer_remembers_nothing_of_the_batch_before(case, first, second, seed):
    """What: one layer, used for two batches of different size.
    Why: training does nothing else; a sum that is not started anew drifts unseen.
    Expected: the second batch gives what a new layer gives."""
    used, inputs = in_precision(case, float, first, seed)
    outputs(used, *inputs)
    fresh, inputs = in_precision(case, float, second, seed)
    for p, q in zip(used.params, fresh.params, strict=True):
        p[...] = q
    for a, b in zip(outputs(used, *inputs), outputs(fresh, *inputs), strict=True):
        for part_a, part_b in zip(_list(a), _list(b), strict=True):
            assert numpy.array_equal(part_a, part_b)


@each_case
def test_inputs_are_not_changed(case):
    layer, inputs = in_precision(case, float)
    before = [numpy.copy(x) for x in inputs]
    outputs(layer, *inputs)
    assert all(numpy.array_equal(x, old) for x, old in zip(inputs, before, strict=True))


@each_case
def test_a_loss_passes_on_its_upstream_gradient(case):
    """What: ``backward(-2.5)`` of a loss, for which ``backward()`` is the usual call.
    Why: a loss may be one term of a sum, with a weight.
    Expected: every gradient is -2.5 times as large, and ``dout`` is 1 when left out."""
    layer, inputs = in_precision(case, float)
    if "dout" not in inspect.signature(layer.backward).parameters or numpy.ndim(
        outputs(layer, *inputs)[0]
    ):
        return
    results = []
    for arguments in [], [-2.5]:
        numpy.random.seed(5)
        layer.forward(*inputs)
        dx = layer.backward(*arguments)
        results.append([*_list(dx), *(g.copy() for g in layer.grads)])
    for plain, scaled in zip(*results, strict=True):
        numpy.testing.assert_allclose(scaled, -2.5 * plain, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize(
    "build",
    [
        lambda rng: (layers.MatMul(weights(rng, 60, 50)), (weights(rng, 40, 60),)),
        lambda rng: (
            layers.Affine(weights(rng, 60, 50), weights(rng, 50)),
            (weights(rng, 40, 60),),
        ),
        lambda rng: (layers.Embedding(weights(rng, 500, 20)), (forced_ids(500, (300, 4)),)),
        lambda rng: (
            layers.EmbeddingDot(weights(rng, 500, 20)),
            (weights(rng, 300, 20), forced_ids(500, (300, 6))),
        ),
        lambda rng: (
            layers.SoftmaxWithLoss(),
            (weights(rng, 50, 400), forced_ids(400, 50)),
        ),
    ],
    ids=["MatMul", "Affine", "Embedding", "EmbeddingDot", "SoftmaxWithLoss"],
)
def test_gradients_of_large_layers(build):
    """What: sizes like those in training, by the slope along random directions.
    Why: a small example may miss a path that only large arrays take.
    Expected: relative error at most 1e-7."""
    layer, inputs = build(numpy.random.default_rng(6))
    assert check_directions(layer, *inputs) <= 1e-7


def _list(part):
    if part is None:
        return []
    return part if isinstance(part, list | tuple) else [part]


def _flat(layer_and_inputs):
    layer, inputs = layer_and_inputs
    return layer, *inputs


# --- matrix products ----------------------------------------------------------------------


def test_affine_by_hand():
    """What: two examples, two features, two outputs, worked out on paper.
    Why: a witness apart from the numerical check, for the forward pass too.
    Expected: y = xW + b; dW = x.T dout; db the sum over the batch."""
    layer = layers.Affine(numpy.array([[1.0, 2.0], [3.0, 4.0]]), numpy.array([10.0, 20.0]))
    y = layer.forward(numpy.array([[1.0, 0.0], [2.0, 1.0]]))
    assert y.tolist() == [[11, 22], [15, 28]]
    dx = layer.backward(numpy.array([[1.0, 0.0], [1.0, -1.0]]))
    dW, db = layer.grads
    assert dx.tolist() == [[1, 3], [-1, -1]]
    assert dW.tolist() == [[3, -2], [1, -1]]
    assert db.tolist() == [2, -1]


def test_affine_gives_back_the_shape_of_a_picture():
    layer = layers.Affine(numpy.ones((12, 5)), numpy.zeros(5))
    assert layer.forward(numpy.ones((2, 3, 2, 2))).shape == (2, 5)
    assert layer.backward(numpy.ones((2, 5))).shape == (2, 3, 2, 2)


def test_matmul_by_hand():
    layer = layers.MatMul(numpy.array([[1.0, 2.0], [3.0, 4.0]]))
    assert layer.forward(numpy.array([[1.0, 1.0]])).tolist() == [[4, 6]]
    assert layer.backward(numpy.array([[1.0, 0.0]])).tolist() == [[1, 3]]
    assert layer.grads[0].tolist() == [[1, 0], [1, 0]]


# --- elementwise --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "expected", "slope"),
    [
        (layers.Sigmoid(), [1 / (1 + 1 / 3), 0.5, 0.25], [3 / 16, 1 / 4, 3 / 16]),
        (layers.Tanh(), [0.8, 0, -0.8], [0.36, 1, 0.36]),
        (layers.Relu(), [numpy.log(3), 0, 0], [1, 0, 0]),
    ],
    ids=["Sigmoid", "Tanh", "Relu"],
)
def test_activations_at_known_points(layer, expected, slope):
    """Where exp(x) is 3, 1 and 1/3, both value and slope are fractions.  Relu's slope at 0 is 0."""
    x = numpy.array([[numpy.log(3), 0, -numpy.log(3)]])
    numpy.testing.assert_allclose(layer.forward(x), [expected], rtol=1e-12)
    numpy.testing.assert_allclose(layer.backward(numpy.ones_like(x)), [slope], rtol=1e-12)


def test_relu_passes_nothing_below_zero():
    layer = layers.Relu()
    layer.forward(numpy.array([-2.0, 0.0, 3.0]))
    assert layer.backward(numpy.array([5.0, 6.0, 7.0])).tolist() == [0, 0, 7]


def test_softmax_layer_in_three_dimensions():
    """What: (N, T, V) scores.
    Why: recurrent layers give such; returning them unchanged has gone unseen before.
    Expected: each row of V sums to 1."""
    x = numpy.random.default_rng(0).standard_normal((2, 3, 4))
    numpy.testing.assert_allclose(layers.Softmax().forward(x).sum(axis=-1), 1, rtol=1e-12)


# --- softmax with loss --------------------------------------------------------------------


def test_softmax_loss_of_equal_scores_is_log_V():
    """Before training all V words look alike: the loss is ln V."""
    loss = layers.SoftmaxWithLoss().forward(numpy.zeros((4, 7)), numpy.array([0, 3, 6, 6]))
    assert loss == pytest.approx(numpy.log(7), rel=1e-12)


def test_softmax_loss_by_hand():
    """Scores ln 1, ln 2, ln 5 are probabilities 1/8, 2/8, 5/8; the loss is the mean of -ln p."""
    layer = layers.SoftmaxWithLoss()
    x = numpy.log([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]])
    loss = layer.forward(x, numpy.array([2, 0]))
    assert loss == pytest.approx((numpy.log(8 / 5) + numpy.log(8)) / 2, rel=1e-12)
    numpy.testing.assert_allclose(layer.y, [[1 / 8, 2 / 8, 5 / 8]] * 2, rtol=1e-12)
    assert layer.t.tolist() == [2, 0]
    expected = [[1 / 16, 2 / 16, -3 / 16], [-7 / 16, 2 / 16, 5 / 16]]
    numpy.testing.assert_allclose(layer.backward(), expected, rtol=1e-12)
    numpy.testing.assert_allclose(layer.backward(), expected, rtol=1e-12)  # y is as it was


def test_softmax_loss_takes_ids_and_one_hot_alike():
    x = numpy.random.default_rng(0).standard_normal((4, 5))
    t = numpy.array([0, 4, 4, 2])
    for labels in (
        numpy.eye(5)[t],
        numpy.eye(5, dtype="int32")[t],
        t.astype("uint8"),
        list(t),
        t[:, None],
    ):
        a, b = layers.SoftmaxWithLoss(), layers.SoftmaxWithLoss()
        assert a.forward(x, labels) == b.forward(x, t)
        assert numpy.array_equal(a.backward(), b.backward())


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_softmax_loss_at_huge_scores(dtype):
    """What: scores of 10,000, right and wrong.
    Why: exp(10,000) is beyond any float; log(0) is not a loss.
    Expected: 0 where right, 20,000 where wrong, gradients 0 and ±1, no warning."""
    x = numpy.array([[1e4, -1e4], [1e4, -1e4]], dtype=dtype)
    layer = layers.SoftmaxWithLoss()
    with numpy.errstate(over="raise", invalid="raise", divide="raise"):
        assert layer.forward(x, numpy.array([0, 1])) == 1e4  # the mean of 0 and 20,000
        assert layer.backward().tolist() == [[0, 0], [0.5, -0.5]]


@pytest.mark.parametrize(
    ("t", "error", "message"),
    [
        ([0, 1], ValueError, r"labels have shape \(2,\); allowed are \(3,\) ids or \(3, 4\)"),
        ([[0, 1]], ValueError, r"labels have shape \(1, 2\)"),
        ([0, 1, 4], IndexError, "labels contains 4; allowed are 0 to 3"),
        ([0, -1, 2], IndexError, "labels contains -1; allowed are 0 to 3"),
        ([0.0, 1.0, 2.0], TypeError, "labels must be integers, not float64"),
    ],
)
def test_softmax_loss_refuses(t, error, message):
    with pytest.raises(error, match=message):
        layers.SoftmaxWithLoss().forward(numpy.zeros((3, 4)), numpy.array(t))


# --- sigmoid with loss --------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
@pytest.mark.parametrize(
    ("x", "t", "expected"),
    [
        (90, 0, 90),
        (-90, 1, 90),
        (90, 1, 8.194012623990515e-40),
        (1e4, 0, 1e4),
        (-1e4, 1, 1e4),
        (1e4, 1, 0),
        (0, 0, numpy.log(2)),
        (0, 1, numpy.log(2)),
        (17, 1, 4.139937e-08),
        (17, 0, 17.0000000414),
        (-17, 0, 4.139937e-08),
        (-17, 1, 17.0000000414),
    ],
)
def test_sigmoid_loss_is_exact_where_the_naive_form_breaks(dtype, x, t, expected):
    """What: log(sigmoid(x)) breaks in float32 near |x| = 17, in float64 near 37.
    Why: a form in circulation gives 16.1 at x = 90, t = 0, where 90 is due.
    Expected: the true loss to the last digits of the float type, never negative."""
    with numpy.errstate(over="raise", invalid="raise", divide="raise"):
        loss = layers.SigmoidWithLoss().forward(numpy.array([x], dtype), numpy.array([t]))
    assert loss.dtype == dtype
    assert loss >= 0
    assert loss == pytest.approx(expected, rel=1e-6, abs=1e-44)


@quick
@given(
    x=arrays_of.arrays(float, 6, elements=st.floats(-700, 700)),
    t=arrays_of.arrays(int, 6, elements=st.integers(0, 1)),
)
def test_sigmoid_loss_against_logaddexp(x, t):
    """-log sigmoid(x) is log(1 + exp(-x)), which NumPy has as logaddexp(0, -x)."""
    layer = layers.SigmoidWithLoss()
    expected = numpy.logaddexp(0, numpy.where(t == 1, -x, x))
    assert layer.forward(x, t) == pytest.approx(expected.mean(), rel=1e-12)
    expected_gradient = (numpy.exp(-numpy.logaddexp(0, -x)) - t) / 6
    # y - t loses the digits of y that agree with t
    numpy.testing.assert_allclose(layer.backward(), expected_gradient, rtol=1e-12, atol=1e-16)


def test_sigmoid_loss_is_a_mean_over_examples_and_a_sum_over_questions():
    """What: two examples, three questions each, all scores 0.
    Why: it is the convention that makes the first loss (K + 1) ln 2.
    Expected: 3 ln 2, whatever the batch."""
    loss = layers.SigmoidWithLoss().forward(numpy.zeros((2, 3)), numpy.ones((2, 3)))
    assert loss == pytest.approx(3 * numpy.log(2), rel=1e-12)


@pytest.mark.parametrize("t", [[1, 0], numpy.array([1, 0], "int32"), numpy.array([True, False])])
def test_sigmoid_loss_takes_labels_of_any_kind(t):
    layer = layers.SigmoidWithLoss()
    x = numpy.array([numpy.log(3), 0], dtype="f")
    assert layer.forward(x, t) == pytest.approx((numpy.log(4 / 3) + numpy.log(2)) / 2, rel=1e-6)
    assert layer.backward().dtype == numpy.float32
    numpy.testing.assert_allclose(layer.y, [0.75, 0.5], rtol=1e-6)
    assert layer.t.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("x_shape", "t", "message"),
    [
        ((3, 1), [1, 0, 1], r"scores have shape \(3, 1\) and labels \(3,\)"),
        ((3,), [[1], [0], [1]], r"scores have shape \(3,\) and labels \(3, 1\)"),
        ((3,), [1, 0], r"scores have shape \(3,\) and labels \(2,\)"),
        ((3,), [1, 0, 2], "labels contain 2.0; allowed are 0"),
        ((3,), [1, 0, -1], "labels contain -1.0; allowed are 0"),
        ((3,), [1, 0, 0.5], "labels contain 0.5; allowed are 0"),
        ((3,), [1, 0, numpy.nan], "labels contain nan; allowed are 0"),
    ],
)
def test_sigmoid_loss_refuses(x_shape, t, message):
    """What: a column of scores with flat labels, and labels that are not yes or no.
    Why: the first broadcasts to (N, N) without a word; the second trains nonsense.
    Expected: a ValueError that shows both shapes, or the label."""
    with pytest.raises(ValueError, match=message):
        layers.SigmoidWithLoss().forward(numpy.zeros(x_shape), t)


# --- dropout ------------------------------------------------------------------------------


def test_dropout_switches_off_the_ratio_and_keeps_the_mean():
    """What: 100,000 ones, a third of them off.
    Why: without the division, testing would see inputs 1.5 times as large as training did.
    Expected: zeros and 1.5s, a third zeros, mean 1; backward uses the same mask."""
    numpy.random.seed(0)
    layer = layers.Dropout(1 / 3)
    y = layer.forward(numpy.ones(100_000))
    assert numpy.unique(y).tolist() == pytest.approx([0, 1.5])
    assert (y == 0).mean() == pytest.approx(1 / 3, abs=0.006)  # four standard deviations
    assert numpy.array_equal(layer.backward(numpy.full(100_000, 2.0)), 2 * y)


def test_dropout_is_the_identity_when_testing():
    layer = layers.Dropout(0.9)
    x = numpy.arange(6.0)
    layer.forward(x)
    assert numpy.array_equal(layer.forward(x, train_flg=False), x)
    assert numpy.array_equal(layer.backward(x), x)


def test_dropout_of_ratio_zero_is_the_identity():
    x = numpy.arange(6.0)
    assert numpy.array_equal(layers.Dropout(0).forward(x), x)


def test_dropout_draws_from_the_generator_that_it_is_given():
    """What: two layers with one seed, a third with another.
    Why: a run must repeat, whatever else draws from the global state.
    Expected: the first two agree, the third does not, and np.random stands where it stood."""
    state = numpy.random.get_state()[1].tolist()
    x = numpy.ones(100)
    first, same, other = (layers.Dropout(0.5, rng=seed).forward(x) for seed in (3, 3, 4))
    assert numpy.array_equal(first, same)
    assert not numpy.array_equal(first, other)
    assert numpy.random.get_state()[1].tolist() == state
    with pytest.raises(TypeError, match="rng='x'"):
        layers.Dropout(0.5, rng="x")


def test_dropout_ratio_is_a_half_unless_told():
    assert layers.Dropout().dropout_ratio == 0.5


@pytest.mark.parametrize("ratio", [-0.1, 1, 1.5, numpy.nan])
def test_dropout_refuses_a_ratio_that_leaves_nothing(ratio):
    with pytest.raises(ValueError, match=f"dropout_ratio={ratio}; allowed is 0 <= ratio < 1"):
        layers.Dropout(ratio)


# --- embedding ----------------------------------------------------------------------------


def test_embedding_takes_rows():
    """A one-hot product without the product: both give the same rows and the same gradient."""
    rng = numpy.random.default_rng(0)
    W, dout = weights(rng, 7, 3), weights(rng, 5, 3)
    idx = numpy.array([6, 0, 6, 6, 2])
    slow, fast = layers.MatMul(W), layers.Embedding(W)
    onehot = numpy.eye(7)[idx]
    numpy.testing.assert_allclose(fast.forward(idx), slow.forward(onehot), rtol=1e-14)
    slow.backward(dout)
    assert fast.backward(dout) is None
    numpy.testing.assert_allclose(fast.grads[0], slow.grads[0], rtol=1e-12)


def test_embedding_adds_repeated_rows():
    """What: word 0 twice in a batch, with gradients of ones.
    Why: ``dW[idx] += dout`` reads the old row each time, and the last one wins: [1, 1].
    Expected: [2, 2] for word 0, and word 1, which is not there, gets 0."""
    layer = layers.Embedding(numpy.zeros((3, 2)))
    layer.grads[0][...] = 9  # from an earlier batch
    layer.forward(numpy.array([0, 2, 0]))
    layer.backward(numpy.ones((3, 2)))
    assert layer.grads[0].tolist() == [[2, 2], [0, 0], [1, 1]]


@pytest.mark.parametrize("idx", [3, [1, 2], [[0, 3], [3, 3]], numpy.array([], dtype=int)])
def test_embedding_takes_ids_of_any_shape(idx):
    """One id, a list, a table, none at all."""
    W = numpy.arange(8.0).reshape(4, 2)
    layer = layers.Embedding(W)
    rows = layer.forward(idx)
    assert numpy.array_equal(rows, W[idx])
    layer.backward(numpy.ones_like(rows))
    assert layer.grads[0].sum() == rows.size


@pytest.mark.parametrize(
    ("idx", "error", "message"),
    [
        ([0, 4], IndexError, "idx contains 4; allowed are 0 to 3"),
        ([0, -1], IndexError, "idx contains -1; allowed are 0 to 3"),
        ([0.0, 1.0], TypeError, "idx must be integers, not float64"),
        ([True, False, True, True], TypeError, "idx must be integers, not bool"),
    ],
)
def test_embedding_refuses(idx, error, message):
    """NumPy would take -1 for the last word, CuPy would wrap 4 to 0: the wrong row, unseen."""
    W = numpy.zeros((4, 2))
    with pytest.raises(error, match=message):
        layers.Embedding(W).forward(idx)
    with pytest.raises(error, match=message):
        layers.EmbeddingDot(W).forward(numpy.zeros((len(idx), 2)), idx)


def test_embedding_dot_by_hand():
    """What: h = [1, 2] against the rows [3, 4] and [5, 6].
    Why: s = h . w, so the gradient of h is w and that of w is h, each times ds.
    Expected: 11 and 17; repeated words add up."""
    W = numpy.array([[3.0, 4.0], [5.0, 6.0]])
    layer = layers.EmbeddingDot(W)
    assert layer.forward(numpy.array([[1.0, 2.0]]), numpy.array([[0, 1, 1]])).tolist() == [
        [11, 17, 17]
    ]
    assert layer.backward(numpy.array([[1.0, 1.0, 2.0]])).tolist() == [[18, 22]]
    assert layer.grads[0].tolist() == [[1, 2], [3, 6]]


def test_embedding_dot_refuses_batches_that_do_not_agree():
    """What: two examples, four words.
    Why: four words could be read as two for each example, without a word said.
    Expected: a ValueError that names both lengths."""
    layer = layers.EmbeddingDot(numpy.ones((3, 2)))
    with pytest.raises(ValueError, match="h has 2 examples and idx 4; they must agree"):
        layer.forward(numpy.ones((2, 2)), numpy.array([0, 1, 2, 1]))


# --- borders --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["int64", "int8", "bool"])
def test_weights_of_whole_numbers_have_a_gradient_of_floats(dtype):
    """dW cut off to whole numbers is no gradient."""
    W, b = numpy.ones((2, 3)).astype(dtype), numpy.ones(3).astype(dtype)
    x, dout = numpy.array([[0.25, 0.5]]), numpy.full((1, 3), 0.5)
    for layer in layers.MatMul(W), layers.Affine(W, b):
        layer.forward(x)
        layer.backward(dout)
        assert layer.grads[0].tolist() == [[0.125] * 3, [0.25] * 3]
    assert layer.grads[1].tolist() == [0.5] * 3


def test_a_parameter_is_an_array():
    for make in layers.MatMul, lambda W: layers.Affine(W, numpy.ones(1)):
        with pytest.raises(TypeError, match="a parameter is of type list; allowed is an array"):
            make([[1.0]])


def test_lists_are_taken_as_arrays():
    W = numpy.array([[1.0, 2.0]])
    for layer in layers.MatMul(W), layers.Affine(W, numpy.zeros(2)):
        assert layer.forward([[3.0]]).tolist() == [[3, 6]]
        assert layer.backward(numpy.ones((1, 2))).tolist() == [[3]]
    assert layers.Relu().forward([-1, 2]).tolist() == [0, 2]
    assert layers.Dropout(0.0).forward([-1, 2]).tolist() == [-1, 2]
    assert layers.EmbeddingDot(W).forward([[3, 4]], [0]).tolist() == [11]
    W, corpus = numpy.ones((2, 2)), numpy.array([0, 1])
    for loss in NegativeSamplingLoss(W, corpus, 0, 1), HierarchicalSoftmaxLoss(W[:1], corpus):
        assert loss.forward([[0, 0]], [1]) == pytest.approx(numpy.log(2) * len(loss.params[0]))
    assert layers.Sigmoid().forward([0]).tolist() == [0.5]
    assert layers.SoftmaxWithLoss().forward([[0, 0]], [1]) == pytest.approx(numpy.log(2))


def test_layers_take_whole_numbers_for_floats():
    x = numpy.array([[-128, 127]], dtype="int8")
    for layer in layers.Softmax(), layers.Sigmoid(), layers.Tanh(), layers.Relu():
        assert numpy.array_equal(layer.forward(x), layer.forward(x.astype(float)))
    loss = layers.SoftmaxWithLoss()
    assert loss.forward(x, [0]) == loss.forward(x.astype(float), [0]) == 255
    loss = layers.SigmoidWithLoss()
    assert loss.forward(x, [[1, 0]]) == loss.forward(x.astype(float), [[1, 0]]) == 255


def test_labels_are_not_cut_off_to_the_scores_whole_numbers():
    with pytest.raises(ValueError, match=r"^labels contain 0\.7; allowed are 0"):
        layers.SigmoidWithLoss().forward(numpy.array([1, 2]), [0.7, 0.2])


def test_x_goes_where_the_weights_are(cupy):
    W = cupy.asarray(numpy.ones((2, 3), "f"))
    for layer in layers.MatMul(W), layers.Affine(W, W[0]):
        assert isinstance(layer.forward(numpy.ones((1, 2), "f")), cupy.ndarray)
    s = layers.EmbeddingDot(W).forward(numpy.ones((1, 3), "f"), cupy.asarray([0]))
    assert isinstance(s, cupy.ndarray)


@pytest.mark.parametrize("width", [1, 4, None])
def test_h_has_the_width_of_the_weights(width):
    """A width of 1 would be broadcast: each number of W times the same."""
    W, corpus = numpy.ones((3, 2)), numpy.array([0, 1, 2])
    h = numpy.ones(2) if width is None else numpy.ones((2, width))
    told = r"^h has shape \(2.*\); allowed is \(N, 2\), as W has rows of 2$"
    for layer in (
        layers.EmbeddingDot(W),
        NegativeSamplingLoss(W, corpus, sample_size=1),
        HierarchicalSoftmaxLoss(W[:2], corpus),
    ):
        with pytest.raises(ValueError, match=told):
            layer.forward(h, numpy.array([0, 1]))


def test_a_bias_has_a_number_for_each_column():
    for b in numpy.ones(1), numpy.ones((2, 3)), numpy.ones((1, 3)):
        with pytest.raises(ValueError, match=r"^W has shape \(2, 3\) and b .*; allowed is \(3,\)$"):
            layers.Affine(numpy.ones((2, 3)), b)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0)])
def test_an_empty_batch_is_refused(shape):
    told = rf"^the batch is empty, \({shape[0]}, {shape[1]}\); at least one example is needed$"
    for layer in layers.Sigmoid(), layers.MatMul(numpy.ones((2, 2))):
        with pytest.raises(ValueError, match=told):
            layer.forward(numpy.ones(shape))
    with pytest.raises(ValueError, match=told):
        layers.SigmoidWithLoss().forward(numpy.ones(shape), numpy.ones(shape))


def test_arguments_may_be_named():
    assert layers.MatMul(numpy.ones((1, 1))).forward(x=[[3]]).tolist() == [[3]]
    x = numpy.ones((2, 2))
    assert layers.Dropout().forward(x, train_flg=False) is x
    W = numpy.array([[1.0, 2.0]])
    assert layers.EmbeddingDot(W).forward(idx=[0], h=[[3, 4]]).tolist() == [11]


def test_relu_of_infinity():
    """0 times infinity is no number; a NaN stays one."""
    with numpy.errstate(invalid="raise"):
        y = layers.Relu().forward(numpy.array([-numpy.inf, numpy.inf, -1, 0]))
    assert y.tolist() == [0, numpy.inf, 0, 0]
    assert numpy.isnan(layers.Relu().forward(numpy.array([numpy.nan]))).all()


def new_layers():
    W, corpus = numpy.ones((4, 3)), numpy.array([0, 1, 2, 3, 1])
    return [
        layers.MatMul(W),
        layers.Affine(W, numpy.ones(3)),
        layers.Sigmoid(),
        layers.Tanh(),
        layers.Relu(),
        layers.Softmax(),
        layers.SoftmaxWithLoss(),
        layers.SigmoidWithLoss(),
        layers.Dropout(),
        layers.Embedding(W),
        layers.EmbeddingDot(W),
        NegativeSamplingLoss(W, corpus, sample_size=1),
        HierarchicalSoftmaxLoss(W[:3], corpus),
        word2vec.CBOW(4, 3, 1, corpus, sample_size=1),
        word2vec.SkipGram(4, 3, 1, corpus, sample_size=1),
    ]


@pytest.mark.parametrize("layer", new_layers(), ids=lambda layer: type(layer).__name__)
def test_backward_before_forward_is_one_sentence(layer):
    """What: backward of a layer, a loss and a model that nothing has gone through.
    Why: "'NoneType' object has no attribute 'T'" does not say what to do.
    Expected: one sentence that does, and names a layer."""
    with pytest.raises(RuntimeError, match=r"^\w+\.backward needs .*: call forward first$"):
        layer.backward(numpy.ones((2, 3)))


def test_another_error_in_backward_keeps_its_words():
    layer = layers.Relu()
    layer.forward(numpy.ones((1, 2)))
    with pytest.raises(TypeError, match="unsupported operand"):
        layer.backward(None)
    assert layers.MatMul.backward.__doc__.startswith("dout : (N, H)")
    assert layers.MatMul.backward.__code__.co_qualname == "MatMul.backward"
    assert layers.MatMul.forward.__code__.co_qualname == "MatMul.forward"


@pytest.mark.parametrize(
    ("make", "shape", "told"),
    [
        (
            "Affine",
            (5, 64),
            r"\(5, 64\), so 64 numbers an example; allowed are 784, as .*\(784, 50\)$",
        ),
        ("Affine", (5, 1, 20, 20), r"\(5, 1, 20, 20\), so 400 numbers an example; allowed are 784"),
        ("Affine", (784,), r"\(784,\), so 1 numbers .*; give one example alone as x\[None\]$"),
        ("MatMul", (5, 64), r"\(5, 64\), so 64 numbers an example; allowed are 784"),
    ],
)
def test_images_of_another_size_are_refused(make, shape, told):
    W = numpy.zeros((784, 50))
    layer = layers.MatMul(W) if make == "MatMul" else layers.Affine(W, numpy.zeros(50))
    with pytest.raises(ValueError, match="^x has shape " + told):
        layer.forward(numpy.ones(shape))


def test_images_of_the_right_size_go_in_as_pictures_too():
    layer = layers.Affine(numpy.ones((784, 2)), numpy.zeros(2))
    assert layer.forward(numpy.ones((3, 1, 28, 28))).tolist() == [[784, 784]] * 3
    assert layers.MatMul(numpy.ones((3, 2))).forward(numpy.ones(3)).tolist() == [3, 3]
