"""Functions: right at known points, stable far out, float32 kept, bad labels refused."""

import numpy
import pytest
from gradient_table import quick
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from common.functions import (
    as_ids,
    binary_cross_entropy,
    class_ids,
    cross_entropy_error,
    relu,
    scatter_add,
    sigmoid,
    softmax,
    sum_squared_error,
    tanh,
)

floats = arrays_of.arrays(
    float, arrays_of.array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4)
)


# --- activations --------------------------------------------------------------------------


def test_sigmoid_at_known_points():
    """exp(-x) is 1/3, 1 and 3."""
    x = numpy.log([3.0, 1.0, 1 / 3])
    numpy.testing.assert_allclose(sigmoid(x), [3 / 4, 1 / 2, 1 / 4], rtol=1e-14)


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_sigmoid_far_out(dtype):
    """What: scores of ±10,000, ±17 and -80.
    Why: 1 / (1 + exp(-x)) overflows at -89 in float32, and says so in a warning.
    Expected: 0 and 1, and small probabilities with all their digits."""
    with numpy.errstate(over="raise", invalid="raise", divide="raise"):
        y = sigmoid(numpy.array([-1e4, 1e4, -17, 17, -80], dtype=dtype))
    assert y.dtype == dtype
    assert y[:2].tolist() == [0, 1]
    assert y[2] == pytest.approx(4.1399375473943e-08, rel=1e-6)
    assert y[3] == pytest.approx(1 - 4.1399375473943e-08, abs=1e-7)
    assert y[4] == pytest.approx(1.8048513878454e-35, rel=1e-5)


@quick
@given(floats)
def test_sigmoid_of_x_and_of_minus_x_make_one(x):
    y = sigmoid(x)
    assert y.shape == x.shape
    numpy.testing.assert_allclose(y + sigmoid(-x), 1, rtol=1e-15)
    numpy.testing.assert_allclose(y, numpy.exp(-numpy.logaddexp(0, -x)), rtol=1e-12)


def test_activations_of_plain_numbers_and_lists():
    """A notebook tries a function on a number first."""
    assert sigmoid(0) == 0.5
    assert sigmoid(0.0) == 0.5
    assert tanh(0.0) == 0
    assert relu(-2) == 0
    assert relu(3) == 3
    assert softmax([0, 0]).tolist() == [0.5, 0.5]


def test_sigmoid_keeps_a_value_that_is_not_a_number():
    assert numpy.isnan(sigmoid(numpy.array([numpy.nan])))[0]


def test_tanh_and_relu():
    x = numpy.array([-numpy.log(3), 0, numpy.log(3)])
    numpy.testing.assert_allclose(tanh(x), [-0.8, 0, 0.8], rtol=1e-14)
    assert relu(numpy.array([-2.0, 0.0, 3.0])).tolist() == [0, 0, 3]
    assert tanh(numpy.array([-1e4, 1e4])).tolist() == [-1, 1]


@pytest.mark.parametrize("function", [sigmoid, tanh, relu, softmax])
def test_activations_keep_float32(function):
    assert function(numpy.array([[-1.0, 0, 2]], dtype="f")).dtype == numpy.float32


@quick
@given(floats, st.floats(-1e4, 1e4))
def test_softmax_sums_to_one_and_does_not_feel_a_shift(x, shift):
    """What: scores of any shape, up to ±10,000; 3-D too.
    Why: softmax in circulation returns 3-D input unchanged; exp(10,000) overflows.
    Expected: along the last axis a probability; adding a number to all scores changes nothing."""
    with numpy.errstate(over="raise", invalid="raise", divide="raise"):
        y = softmax(x)
        shifted = softmax(x + shift)
    assert y.shape == x.shape
    assert (y >= 0).all()
    numpy.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-12)
    numpy.testing.assert_allclose(shifted, y, rtol=1e-6, atol=1e-12)


def test_softmax_by_hand():
    x = numpy.log([[[1.0, 2.0, 5.0]], [[3.0, 3.0, 2.0]]])
    expected = [[[1 / 8, 2 / 8, 5 / 8]], [[3 / 8, 3 / 8, 2 / 8]]]
    numpy.testing.assert_allclose(softmax(x), expected, rtol=1e-14)


# --- losses -------------------------------------------------------------------------------


def test_cross_entropy_by_hand():
    """The mean of -ln 1/4 and -ln 1/2, with labels as ids, one-hot or a column."""
    y = numpy.array([[0.25, 0.75], [0.5, 0.5]])
    expected = (numpy.log(4) + numpy.log(2)) / 2
    for t in [0, 1], [[1, 0], [0, 1]], [[1.0, 0], [0, 1]], [[0], [1]]:
        assert cross_entropy_error(y, numpy.array(t)) == pytest.approx(expected, rel=1e-14)
        assert cross_entropy_error(y, t) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("t", [2, [2], [0, 0, 1], numpy.array(2)])
def test_cross_entropy_of_one_example(t):
    y = numpy.array([0.1, 0.1, 0.8])
    assert cross_entropy_error(y, t) == pytest.approx(-numpy.log(0.8), rel=1e-14)


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_cross_entropy_of_an_impossible_answer_is_finite(dtype):
    """What: probability exactly 0 for the right class.
    Why: log(0) is minus infinity, and one such example would make the whole loss infinite.
    Expected: the logarithm of the smallest positive normal number; float type kept."""
    with numpy.errstate(divide="raise"):
        loss = cross_entropy_error(numpy.array([[1, 0]], dtype=dtype), numpy.array([1]))
    assert loss.dtype == dtype
    assert loss == pytest.approx(-numpy.log(numpy.finfo(dtype).tiny), rel=1e-6)


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_cross_entropy_adds_nothing_inside_the_logarithm(dtype):
    """With 1e-7 added, a probability of 1e-10 gives 16.1 for 23.0, and one of 1 a loss below 0."""
    y = numpy.array([[1e-10, 1]], dtype=dtype)
    assert cross_entropy_error(y, numpy.array([0])) == pytest.approx(10 * numpy.log(10), rel=1e-6)
    assert cross_entropy_error(y, numpy.array([1])) == 0


@quick
@given(
    x=arrays_of.arrays(float, 5, elements=st.floats(-700, 700)),
    t=arrays_of.arrays(float, 5, elements=st.floats(0, 1)),
)
def test_binary_cross_entropy_against_logaddexp(x, t):
    """-t log s(x) - (1 - t) log s(-x), with log s(x) = -logaddexp(0, -x)."""
    expected = t * numpy.logaddexp(0, -x) + (1 - t) * numpy.logaddexp(0, x)
    numpy.testing.assert_allclose(binary_cross_entropy(x, t), expected, rtol=1e-9, atol=1e-9)


def test_binary_cross_entropy_far_out():
    x = numpy.array([90, -90, 90, 1e4, -1e4], dtype="f")
    with numpy.errstate(over="raise", invalid="raise"):
        loss = binary_cross_entropy(x, numpy.array([0, 1, 1, 0, 1]))
    assert loss.dtype == numpy.float32  # whole-number labels do not change that
    assert loss.tolist() == pytest.approx([90, 90, 8.194e-40, 1e4, 1e4], rel=1e-3)
    assert binary_cross_entropy(90, 0) == 90


def test_sum_squared_error_by_hand():
    y, t = numpy.array([[1.0, 2.0], [3.0, 5.0]]), numpy.array([[1, 0], [0, 1]])
    assert sum_squared_error(y, t) == (0 + 4 + 9 + 16) / 2


# --- whole numbers, shapes, empty batches ---------------------------------------------------


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int64", "bool"])
def test_whole_numbers_become_floats(dtype):
    """What: scores and answers in types in which 3 - 5 may be 254, and 16 * 16 may be 0.
    Why: pictures come as uint8, and the sum of their errors wrapped around without a word.
    Expected: what floats give."""
    y, t = numpy.array([[0, 100, 5]]).astype(dtype), numpy.array([[120, 0, 9]]).astype(dtype)
    assert sum_squared_error(y, t) == sum_squared_error(y.astype(float), t.astype(float))
    low = numpy.array([[-120, 100, 5]]).astype(dtype)
    assert numpy.array_equal(softmax(low), softmax(low.astype(float)))
    hot = numpy.array([[0, 1, 0]]).astype(dtype)
    assert cross_entropy_error(hot, [1]) == 0


def test_what_holds_no_numbers_is_refused():
    for x in ["a", None], numpy.array(["2020-01-01"], dtype="datetime64[D]"):
        with pytest.raises(TypeError, match="numbers are due, and these are of type"):
            softmax(x)


@pytest.mark.parametrize(("y", "t"), [((3, 1), (3,)), ((3,), (3, 1)), ((2, 3), (3,)), ((3,), ())])
def test_sum_squared_error_refuses_shapes_that_would_broadcast(y, t):
    with pytest.raises(ValueError, match=r"y has shape .* and t \(.*; they must agree"):
        sum_squared_error(numpy.ones(y), numpy.ones(t))


def test_an_empty_batch_is_refused():
    for t in [], numpy.zeros((0, 3)):
        with pytest.raises(ValueError, match="the batch is empty"):
            class_ids(t, (0, 3))
        with pytest.raises(ValueError, match="the batch is empty"):
            cross_entropy_error(numpy.zeros((0, 3)), t)


# --- labels and ids -----------------------------------------------------------------------


def test_class_ids_of_both_kinds_of_label():
    assert class_ids([2, 0], (2, 3)).tolist() == [2, 0]
    assert class_ids([[0, 0, 1], [1, 0, 0]], (2, 3)).tolist() == [2, 0]
    assert class_ids([[2], [0]], (2, 3)).tolist() == [2, 0]
    assert class_ids([[0], [0]], (2, 1)).tolist() == [0, 0]  # one class only


@pytest.mark.parametrize("t", [[0], [0, 1, 2], [[0, 1]], [[[0, 1]]], 0])
def test_class_ids_refuses_other_shapes(t):
    with pytest.raises(
        ValueError, match=r"labels have shape .*; allowed are \(2,\) ids or \(2, 3\)"
    ):
        class_ids(t, (2, 3))


def test_as_ids_lets_good_ids_through():
    for ids in [0, 4], [[1], [2]], 3, numpy.array([0, 4], "uint8"), numpy.array([0, 4], "int32"):
        assert numpy.array_equal(as_ids(ids, 5), ids)
    same = numpy.array([0, 4])
    assert as_ids(same, 5) is same
    assert as_ids([], 5).dtype.kind == "i"


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([0, 5], IndexError, "words contains 5; allowed are 0 to 4"),
        ([9, -1], IndexError, "words contains -1; allowed are 0 to 4"),
        ([0.0], TypeError, "words must be integers, not float64"),
        ([True], TypeError, "words must be integers, not bool"),
        (["a"], TypeError, "words must be integers, not <U1"),
        (numpy.array([1, None]), TypeError, "words must be integers, not object"),
    ],
)
def test_as_ids_refuses(ids, error, message):
    with pytest.raises(error, match=message):
        as_ids(ids, 5, "words")


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([], ValueError, r"target has shape \(0,\); allowed is \(N,\), an id for each"),
        ([[1], [2]], ValueError, r"target has shape \(2, 1\); allowed is \(N,\)"),
        (3, ValueError, r"target has shape \(\); allowed is \(N,\)"),
        (numpy.eye(5, dtype=int), ValueError, r"target has shape \(5, 5\)"),
        (numpy.array([1], dtype="uint64"), TypeError, "target must be signed integers, not uint64"),
    ],
)
def test_a_target_is_one_id_for_each_example(ids, error, message):
    """Of two-dimensional targets negatives were drawn that were targets."""
    with pytest.raises(error, match=message):
        as_ids(ids, 5, "target")


def test_one_hot_rows_are_no_ids():
    """Each 0 and 1 of them is an id in range."""
    for shape in (4, 5), (2, 3, 5):
        rows = numpy.zeros(shape, dtype=int)
        rows[..., 2] = 1
        with pytest.raises(TypeError, match=r"contexts are one-hot rows; .*contexts.argmax"):
            as_ids(rows, 5, "contexts")
    for good in numpy.zeros((2, 5), int), numpy.ones((2, 5), int), numpy.eye(2, dtype=int), rows[0]:
        size = 2 if good.shape == (2, 2) else 6
        assert as_ids(good, size, "contexts") is good
    assert as_ids(numpy.zeros((2, 5), int), 5).any() == False  # noqa: E712
    assert as_ids(numpy.ones((2, 5), int), 5).all()


@pytest.mark.parametrize("size", [2.5, None, "5"])
def test_a_vocabulary_has_a_whole_size(size):
    with pytest.raises(ValueError, match=f"words of {size!r} words; how many there are is a whole"):
        as_ids([1], size, "words")


def test_ids_index_arrays_alone():
    with pytest.raises(TypeError, match="idx belong to a list; they index arrays alone"):
        as_ids([1], 2, "idx", like=[[1.0], [2.0]])


# --- scatter-add --------------------------------------------------------------------------


@quick
@given(
    V=st.integers(1, 8),
    H=st.integers(1, 4),
    shape=arrays_of.array_shapes(max_dims=3, max_side=6),
    dtype=st.sampled_from(["f", "d"]),
    seed=st.integers(0, 1000),
)
def test_scatter_add_is_add_at(V, H, shape, dtype, seed):
    """What: rows added by a sparse product, and by NumPy's unbuffered sum.
    Why: with few words and many rows, repeats are certain.
    Expected: the same sums, on top of what stood there, in the same float type."""
    rng = numpy.random.default_rng(seed)
    out = rng.standard_normal((V, H)).astype(dtype)
    idx, rows = rng.integers(0, V, shape), rng.standard_normal((*shape, H)).astype(dtype)
    expected = out.astype(float)
    numpy.add.at(expected, idx, rows)
    scatter_add(out, idx, rows)
    assert out.dtype == dtype
    numpy.testing.assert_allclose(out, expected, rtol=1e-4 if dtype == "f" else 1e-12, atol=1e-5)


def test_scatter_add_of_nothing():
    out = numpy.ones((3, 2))
    scatter_add(out, numpy.array([], dtype=int), numpy.ones((0, 2)))
    assert (out == 1).all()


@pytest.mark.parametrize("shape", [(2, 3), (3,), (3, 1), (1, 3, 2), (6,)])
def test_scatter_add_of_rows_of_another_shape(shape):
    """As many numbers in another order would go to other words."""
    out = numpy.zeros((3, 2))
    with pytest.raises(ValueError, match=r"^rows have shape \(.*\); allowed is \(3, 2\)$"):
        scatter_add(out, numpy.array([2, 2, 0]), numpy.ones(shape))
    assert not out.any()


def test_scatter_add_into_a_transposed_view():
    W = numpy.zeros((2, 3))
    scatter_add(W.T, numpy.array([2, 2, 0]), numpy.ones((3, 2)))
    assert W.tolist() == [[1, 0, 2], [1, 0, 2]]


@pytest.mark.parametrize("t", [[[0.5, 0.5]], [[0, 0]], [[1, 1]], [[2, -1]]])
def test_labels_that_are_not_one_hot_are_refused(t):
    """argmax would make a class of anything; the learner's labels would be wrong in silence."""
    with pytest.raises(
        ValueError, match=r"^labels are not one-hot: a row must hold one 1, and 0 elsewhere$"
    ):
        class_ids(numpy.array(t), (1, 2))


def test_scores_with_a_time_axis_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 3, 4\)"):
        class_ids(numpy.zeros(2, dtype=int), (2, 3, 4))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "bool"])
def test_scores_of_whole_numbers_are_floats(dtype):
    """-x of an unsigned number, and the size of -128 in a byte, wrap around."""
    info = numpy.iinfo(dtype) if dtype != "bool" else None
    x = numpy.array([info.min, 0, 1, info.max] if info else [False, True]).astype(dtype)
    t = numpy.arange(len(x)) % 2
    assert sigmoid(x).tolist() == sigmoid(x.astype(float)).tolist()
    loss = binary_cross_entropy(x.astype(float), t)
    assert binary_cross_entropy(x, t).tolist() == loss.tolist()
    assert binary_cross_entropy(x.tolist(), t=t).tolist() == loss.tolist()
