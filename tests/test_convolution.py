"""Convolution and pooling: numbers by hand, the plain form, every stride and border, bad sizes."""

import itertools

import numpy
import pytest
from gradient_table import distinct, filters, quick, weights
from hypothesis import given
from hypothesis import strategies as st

from common import convolution
from common.convolution import Convolution, Pooling, col2im, im2col, output_size
from common.gradient_check import check_directions, check_gradients
from common.np import to_cpu

PICTURE = numpy.arange(16.0).reshape(1, 1, 4, 4)


def rng(seed=0):
    return numpy.random.default_rng(seed)


def close(a, b, rtol=1e-10):
    assert a.shape == b.shape
    numpy.testing.assert_allclose(a, b, rtol=rtol, atol=1e-10 * max(1, abs(b).max()))


class PlainConvolution:
    """The form that week 9 derives: all windows as rows of one matrix."""

    def __init__(self, W, b, stride=1, pad=0):
        self.params, self.grads = [W, b], [numpy.zeros_like(W), numpy.zeros_like(b)]
        self.stride, self.pad = stride, pad

    def forward(self, x):
        W, b = self.params
        K, _, FH, FW = W.shape
        N, _, height, width = self.x_shape = x.shape
        OH = (height + 2 * self.pad - FH) // self.stride + 1
        OW = (width + 2 * self.pad - FW) // self.stride + 1
        self.col = im2col(x, FH, FW, self.stride, self.pad)  # (N OH OW, C FH FW)
        y = self.col @ W.reshape(K, -1).T + b
        return y.reshape(N, OH, OW, K).transpose(0, 3, 1, 2)

    def backward(self, dout):
        (W, _), (dW, db) = self.params, self.grads
        K, _, FH, FW = W.shape
        dy = dout.transpose(0, 2, 3, 1).reshape(-1, K)  # (N OH OW, K)
        dW[...] = (self.col.T @ dy).T.reshape(W.shape)
        db[...] = dy.sum(axis=0)
        return col2im(dy @ W.reshape(K, -1), self.x_shape, FH, FW, self.stride, self.pad)


def seen(x, FH, FW, stride, pad, fill=0.0):
    """Yield (picture, channels), (row, column) and the window, one by one, as a person looks"""
    N, C, H, W = x.shape
    padded = numpy.full((N, C, H + 2 * pad, W + 2 * pad), fill)
    padded[:, :, pad : pad + H, pad : pad + W] = x
    rows = range(0, H + 2 * pad - FH + 1, stride)
    columns = range(0, W + 2 * pad - FW + 1, stride)
    for n, (r, top), (c, left) in itertools.product(range(N), enumerate(rows), enumerate(columns)):
        yield (n, r, c), padded[n, :, top : top + FH, left : left + FW]


# Height, width, C, K, FH, FW, stride, pad: odd sizes, steps that leave a row, filters like pictures
SIZES = [
    (5, 4, 2, 3, 2, 3, 1, 0),
    (7, 5, 3, 2, 3, 3, 1, 1),
    (6, 7, 2, 2, 3, 2, 1, 2),
    (7, 6, 1, 2, 3, 2, 2, 0),
    (8, 7, 2, 3, 3, 3, 3, 1),
    (5, 5, 2, 1, 4, 2, 2, 2),
    (3, 3, 1, 1, 3, 3, 1, 0),
    (4, 5, 3, 2, 1, 1, 1, 0),
    (4, 5, 3, 2, 1, 1, 2, 1),
    (2, 2, 2, 4, 4, 4, 1, 1),
    (4, 3, 2, 3, 2, 1, 1, 1),  # a border as wide as the filter
    (4, 4, 1, 9, 3, 3, 1, 1),  # many filters: the way back is over the windows of x
]


# --- sizes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "places"),
    [((5, 2), 4), ((5, 2, 2), 2), ((6, 2, 3), 2), ((4, 3, 1, 1), 4), ((1, 3, 5, 1), 1)],
)
def test_places_are_counted(arguments, places):
    assert output_size(*arguments) == places


def test_a_step_of_one_and_no_border_by_default():
    """Also where an argument is given by its name, as in a call that reads well."""
    assert output_size(7, 2) == output_size(7, window=2) == output_size(size=7, window=2) == 6
    col = im2col(PICTURE, 2, filter_w=3)
    numpy.testing.assert_array_equal(col, im2col(PICTURE, 2, 3))
    back = col2im(col, (1, 1, 4, 4), 2, filter_w=3)
    numpy.testing.assert_array_equal(back, col2im(col, (1, 1, 4, 4), 2, 3, 1, 0))


@quick
@given(*(st.integers(1, 9) for _ in range(3)), st.integers(0, 3))
def test_the_last_window_fits_and_no_other_would(size, window, stride, pad):
    if window > size + 2 * pad:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, window, stride, pad)
        return
    places = output_size(size, window, stride, pad)
    last = (places - 1) * stride + window
    assert last <= size + 2 * pad < last + stride


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((3, 4), "a window of 4 does not fit into a picture of 3$"),
        ((3, 6, 1, 1), "a window of 6 does not fit into a picture of 3, padded to 5$"),
        ((3, 2, 0), "stride=0; allowed is a whole number, 1 or more"),
        ((3, 2, 1.5), "stride=1.5; allowed"),
        ((3, 2, 1, -1), "pad=-1; allowed is a whole number, 0 or more"),
        ((3, 0), "window=0; allowed is a whole number, 1 or more"),
        ((0, 1), "size=0; allowed is a whole number, 1 or more"),
    ],
)
def test_what_allows_no_window_is_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        output_size(*arguments)


# --- windows as a matrix ------------------------------------------------------------------


def test_windows_by_hand():
    """Four places of a 3 x 3 window on 4 x 4, of which the first and the last are written out."""
    col = im2col(PICTURE, 3, 3)
    assert col.shape == (4, 9)
    assert col[0].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert col[3].tolist() == [5, 6, 7, 9, 10, 11, 13, 14, 15]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_rows_are_the_windows_and_col2im_adds_them(sizes):
    """What: the matrix against windows taken one by one, and its gradient.
    Why: an axis in the wrong order keeps the shape.
    Expected: row by row the same; <im2col(x), u> = <x, col2im(u)>, as for every gradient."""
    H, W, C, _, FH, FW, stride, pad = sizes
    x = weights(rng(), 2, C, H, W)
    col = im2col(x, FH, FW, stride, pad)
    one_by_one = [window.ravel() for _, window in seen(x, FH, FW, stride, pad)]
    numpy.testing.assert_array_equal(col, one_by_one)
    u = weights(rng(1), *col.shape)
    back = col2im(u, x.shape, FH, FW, stride, pad)
    assert back.shape == x.shape
    numpy.testing.assert_allclose((col * u).sum(), (x * back).sum(), rtol=1e-10)


def test_a_pixel_of_several_windows_gets_a_sum():
    """What: ones brought back by the four windows of 2 x 2 on 3 x 3.
    Why: an assignment in place of the sum keeps the last window alone, and gives ones.
    Expected: how many windows each pixel stands in."""
    counts = col2im(numpy.ones((4, 4)), (1, 1, 3, 3), 2, 2)
    assert counts[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    left_over = col2im(numpy.ones((4, 4)), (1, 1, 5, 5), 2, 2, stride=2)
    assert left_over[0, 0, 4].tolist() == [0] * 5


def test_whole_numbers_become_floats():
    col = im2col(PICTURE.astype(int), 2, 2)
    assert col.dtype == float
    assert col2im(numpy.ones((9, 4), dtype=int), (1, 1, 4, 4), 2, 2).dtype == float
    assert im2col(PICTURE.astype("f"), 2, 2, 1, 1).dtype == numpy.float32
    assert col2im(numpy.ones((9, 4), dtype="f"), (1, 1, 4, 4), 2, 2).dtype == numpy.float32


def test_windows_are_taken_where_the_pictures_are(cupy):
    x = PICTURE.astype("f")
    there = im2col(cupy.asarray(x), 2, 3, 1, 1)
    assert isinstance(there, cupy.ndarray)
    numpy.testing.assert_array_equal(to_cpu(there), im2col(x, 2, 3, 1, 1))
    back = col2im(there, x.shape, 2, 3, 1, 1)
    assert isinstance(back, cupy.ndarray)
    numpy.testing.assert_array_equal(to_cpu(back), col2im(to_cpu(there), x.shape, 2, 3, 1, 1))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: im2col(PICTURE[0], 2, 2), r"x has shape \(1, 4, 4\); allowed is \(N, C, H, W\)"),
        (lambda: im2col(PICTURE, 5, 2), "a window of 5 does not fit into a picture of 4"),
        (lambda: im2col(PICTURE, 2, 5), "a window of 5 does not fit into a picture of 4"),
        (
            lambda: col2im(numpy.ones((9, 5)), (1, 1, 4, 4), 2, 2),
            r"col has shape \(9, 5\); allowed is \(9, 4\)",
        ),
        (
            lambda: col2im(numpy.ones((9, 4)), (1, 1, 4, 5), 2, 2),
            r"col has shape \(9, 4\); allowed is \(12, 4\)",
        ),
        (
            lambda: col2im(numpy.ones((9, 12)), (1, 2, 6, 7), 2, 3, 2, 1),
            r"allowed is \(16, 12\)",
        ),
        (lambda: col2im(numpy.ones((9, 4)), (4, 4), 2, 2), r"x_shape=\(4, 4\); allowed is \(N, C"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call, told):
    with pytest.raises(ValueError, match=told):
        call()


# --- convolution --------------------------------------------------------------------------


def test_convolution_by_hand():
    """What: the middle number minus its right neighbour, plus a bias, on 4 x 4.
    Why: a filter that is turned by 180 degrees, as in mathematics, would give +1.
    Expected: each number is one less than its right neighbour, so -1 + 10 everywhere."""
    W = numpy.zeros((1, 1, 3, 3))
    W[0, 0, 1, 1:] = 1, -1
    layer = Convolution(W, numpy.array([10.0]))
    assert layer.forward(PICTURE)[0, 0].tolist() == [[9, 9], [9, 9]]
    dx = layer.backward(numpy.array([[[[1.0, 0], [0, 2]]]]))
    assert dx[0, 0].tolist() == [[0, 0, 0, 0], [0, 1, -1, 0], [0, 0, 2, -2], [0, 0, 0, 0]]
    dW, db = layer.grads
    assert db.tolist() == [3]
    assert dW[0, 0].tolist() == [[10, 13, 16], [22, 25, 28], [34, 37, 40]]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_it_is_the_sum_over_each_window(sizes):
    H, W, C, K, FH, FW, stride, pad = sizes
    x, layer = weights(rng(), 3, C, H, W), filters(rng(1), K, C, FH, FW, stride=stride, pad=pad)
    y, (filter_of, b) = layer.forward(x), layer.params
    for (n, r, c), window in seen(x, FH, FW, stride, pad):
        expected = (filter_of * window).sum(axis=(1, 2, 3)) + b
        numpy.testing.assert_allclose(y[n, :, r, c], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("portion", [1, 60, 100_000])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_it_is_the_plain_form_in_numbers(sizes, portion, monkeypatch):
    """What: one picture at a time, a few, all; the way back by either kind of windows.
    Why: the quick form has other matrices, other sums and memory that it uses again.
    Expected: the numbers of the plain form, twice."""
    monkeypatch.setattr(convolution, "PORTION", portion)
    H, W, C, K, FH, FW, stride, pad = sizes
    layer = filters(rng(1), K, C, FH, FW, stride=stride, pad=pad)
    plain = PlainConvolution(*layer.params, stride, pad)
    for seed in (2, 3):
        x = weights(rng(seed), 5, C, H, W)
        y, expected = layer.forward(x), plain.forward(x)
        close(y, expected)
        dout = weights(rng(seed + 5), *y.shape)
        dx, expected = layer.backward(dout), plain.backward(dout)
        close(dx, expected)
        for g, expected in zip(layer.grads, plain.grads, strict=True):
            close(g, expected)
        assert layer.from_windows_of_x(dout, *layer.cache).shape == x.shape
        close(layer.grads[0], plain.grads[0])


@quick
@given(
    sizes=st.tuples(*(st.integers(1, 7) for _ in range(2)), *(st.integers(1, 3) for _ in range(5))),
    pad=st.integers(0, 2),
    N=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_any_sizes(sizes, pad, N, seed):
    H, W, C, K, FH, FW, stride = sizes
    layer = filters(rng(seed), K, C, FH, FW, stride=stride, pad=pad)
    x = weights(rng(seed + 1), N, C, H, W)
    if H + 2 * pad < FH or W + 2 * pad < FW:
        with pytest.raises(ValueError, match="does not fit"):
            layer.forward(x)
        return
    plain = PlainConvolution(*layer.params, stride, pad)
    close(layer.forward(x), plain.forward(x))
    dout = weights(rng(seed + 2), *plain.forward(x).shape)
    close(layer.backward(dout), plain.backward(dout))
    close(layer.grads[0], plain.grads[0])


def test_a_few_pictures_at_a_time_and_all_on_a_gpu(cupy, monkeypatch):
    """What: into how many portions five pictures are cut.
    Why: on the processor a portion stays in the cache; a GPU waits for each.
    Expected: at least one picture in each; on a GPU one portion."""
    layer = filters(rng(), 1, 2, 2, 2)
    x = weights(rng(1), 5, 2, 3, 3)  # 32 numbers in the windows of each
    for portion, cut in [(1, [1] * 5), (63, [1] * 5), (64, [2, 2, 1]), (10_000, [5])]:
        monkeypatch.setattr(convolution, "PORTION", portion)
        assert [len(col) for _, col in layer.columns(x, 2, 2)] == cut
        assert [len(col) for _, col in layer.columns(cupy.asarray(x), 2, 2)] == [5]


@pytest.mark.parametrize(("K", "C"), [(5, 1), (1, 5)])
@pytest.mark.parametrize("types", ["ff", "fd", "df", "dd"])
def test_the_wider_type_goes_on(K, C, types):
    """What: x and the weights of one type and of two.
    Expected: as of any product in NumPy; the gradients of the weights are of their type."""
    made = filters(rng(), K, C, 2, 2)
    layer = Convolution(*(p.astype(types[1]) for p in made.params))
    x = weights(rng(1), 3, C, 4, 4).astype(types[0])
    y = layer.forward(x)
    wide = numpy.result_type(*types)
    assert y.dtype == wide
    numpy.testing.assert_allclose(y, made.forward(x.astype(float)), rtol=1e-4, atol=1e-4)
    assert layer.backward(numpy.ones_like(y)).dtype == wide
    assert layer.backward(numpy.ones(y.shape, "f")).dtype == numpy.result_type("f", types[1])
    assert layer.grads[0].dtype == types[1]


def test_both_ways_back_are_taken_and_agree(monkeypatch):
    """What: which of the two ways back is taken, by the number of filters.
    Why: they cost differently; a condition turned round would be right and slow.
    Expected: from dout up to three times as many filters as channels, at a step of one."""
    taken = []
    for name in ("from_windows_of_x", "from_windows_of_dout"):
        whole = getattr(Convolution, name)
        monkeypatch.setattr(
            Convolution,
            name,
            lambda self, *args, name=name, whole=whole: taken.append(name) or whole(self, *args),
        )
    for K, options in [
        (6, {}),
        (7, {}),
        (6, {"stride": 2}),
        (6, {"pad": 1}),
        (6, {"pad": 2}),
    ]:
        layer = filters(rng(), K, 2, 3, 2, **options)
        layer.backward(numpy.ones_like(layer.forward(weights(rng(), 2, 2, 5, 5))))
    short = [name.rpartition("_")[2] for name in taken]
    assert short == ["dout", "x", "x", "dout", "x"]


def test_gradients_of_a_training_size():
    layer = filters(rng(), 8, 3, 5, 5, pad=2)
    assert check_directions(layer, weights(rng(1), 20, 3, 14, 14)) <= 1e-7
    layer = filters(rng(), 30, 1, 5, 5)
    assert check_directions(layer, weights(rng(1), 20, 1, 28, 28)) <= 1e-7


@pytest.mark.parametrize("C", [1, 8], ids=["few channels", "many channels"])
def test_outputs_stay_when_the_next_batch_comes(C):
    """Memory is used again inside, and never given out."""
    layer = filters(rng(), 2, C, 2, 2)
    x = weights(rng(1), 3, C, 4, 4)
    y = layer.forward(x)
    dx = layer.backward(numpy.ones_like(y))
    kept = y.copy(), dx.copy(), x.copy()
    layer.backward(numpy.ones_like(layer.forward(weights(rng(2), 3, C, 4, 4))))
    for array, copy in zip((y, dx, x), kept, strict=True):
        numpy.testing.assert_array_equal(array, copy)


def test_a_view_with_steps_of_its_own_will_do():
    """x and dout may be parts of other arrays, or transposed."""
    layer = filters(rng(), 2, 3, 2, 2)
    x = weights(rng(1), 5, 6, 2, 3).transpose(2, 3, 0, 1)  # (2, 3, 5, 6)
    plain = PlainConvolution(*layer.params)
    close(layer.forward(x), plain.forward(x.copy()))
    dout = weights(rng(2), 4, 5, 2, 2).transpose(2, 3, 0, 1)
    close(layer.backward(dout), plain.backward(dout))


def test_whole_pictures_of_whole_numbers():
    layer = Convolution(numpy.ones((1, 1, 2, 2)), numpy.zeros(1))
    assert layer.forward(PICTURE.astype(int))[0, 0, 0].tolist() == [10, 14, 18]
    assert layer.forward(PICTURE.tolist())[0, 0, 0].tolist() == [10, 14, 18]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (((3, 2, 2), (3,)), r"W has shape \(3, 2, 2\) and b \(3,\); allowed are \(K, C, FH, FW\)"),
        (((3, 2, 2, 2), (2,)), r"and b \(2,\); allowed are \(K, C, FH, FW\) and \(K,\)"),
        (((3, 2, 2, 2), (3, 1)), r"and b \(3, 1\)"),
        (((3, 2, 2, 2), (3,), 0), "stride=0; allowed is a whole number, 1 or more"),
        (((3, 2, 2, 2), (3,), 1, -1), "pad=-1; allowed is a whole number, 0 or more"),
        (((3, 2, 2, 2), (3,), 1, 0.5), "pad=0.5"),
    ],
)
def test_filters_that_cannot_be_are_refused(make, told):
    W, b, *options = make
    with pytest.raises(ValueError, match=told):
        Convolution(numpy.ones(W), numpy.ones(b), *options)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ((5, 3, 4, 4), r"x has shape \(5, 3, 4, 4\); allowed is \(N, 2, H, W\)$"),
        ((2, 4, 4), r"allowed is \(N, 2, H, W\); give one picture alone as x\[None\]$"),
        ((5, 32), r"x has shape \(5, 32\); allowed is \(N, 2, H, W\)$"),
        ((0, 2, 4, 4), "the batch is empty"),
        ((5, 2, 2, 4), "a window of 3 does not fit into a picture of 2"),
        ((5, 2, 4, 1), "a window of 2 does not fit into a picture of 1"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(shape, told):
    with pytest.raises(ValueError, match=told):
        filters(rng(), 2, 2, 3, 2).forward(numpy.ones(shape))


@pytest.mark.parametrize(
    "layer", [Convolution(numpy.ones((1, 1, 2, 2)), numpy.ones(1)), Pooling(2, 2)]
)
def test_backward_first_is_refused(layer):
    with pytest.raises(RuntimeError, match="call forward first"):
        layer.backward(numpy.ones((1, 1, 2, 2)))


# --- pooling ------------------------------------------------------------------------------


def test_pooling_by_hand():
    """What: two windows side by side, in one of which the largest number stands twice.
    Why: a comparison with the largest would send the gradient to both places.
    Expected: to the first of them alone, as it was one number that went on."""
    x = numpy.array([[1.0, 2, 5, 0], [4, 3, 5, 5]]).reshape(1, 1, 2, 4)
    layer = Pooling(2, 2)
    assert layer.forward(x).tolist() == [[[[4, 5]]]]
    assert layer.backward(numpy.array([[[[7.0, 9]]]]))[0, 0].tolist() == [
        [0, 0, 9, 0],
        [7, 0, 0, 0],
    ]


POOLS = [
    *[(2, 2, 2, 0), (2, 2, 1, 0), (3, 3, 2, 1), (3, 2, 2, 1), (2, 3, 3, 0), (1, 1, 1, 0)],
    *[(1, 1, 2, 0), (3, 3, 1, 2), (4, 5, 3, 2), (1, 3, 2, 0)],
]


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_the_largest_of_each_window_and_the_way_back(pool, ties):
    """What: windows one by one, also of numbers among which many are equal.
    Why: rows and columns are searched apart; the first largest must be that of the window.
    Expected: the largest number; its gradient at the first place that holds it."""
    FH, FW, stride, pad = pool
    x = rng().integers(-2, 1, (2, 3, 7, 6)).astype(float) if ties else distinct(rng(), 2, 3, 7, 6)
    layer = Pooling(FH, FW, stride, pad)
    y = layer.forward(x)
    dout = weights(rng(1), *y.shape)
    expected = numpy.zeros((2, 3, 7 + 2 * pad, 6 + 2 * pad))
    for (n, r, c), window in seen(x, FH, FW, stride, pad, -numpy.inf):
        for channel, numbers in enumerate(window):
            assert y[n, channel, r, c] == numbers.max()
            i, j = divmod(int(numbers.argmax()), FW)
            expected[n, channel, r * stride + i, c * stride + j] += dout[n, channel, r, c]
    dx = layer.backward(dout)
    numpy.testing.assert_allclose(dx, expected[:, :, pad : pad + 7, pad : pad + 6], rtol=1e-12)


def test_pooling_changes_neither_x_nor_dout():
    for layer in Pooling(2, 2), Pooling(1, 1), Pooling(1, 1, 2):
        x, dout = distinct(rng(), 1, 1, 4, 4), None
        kept = x.copy()
        y = layer.forward(x)
        dout = numpy.ones_like(y)
        layer.backward(dout)[...] = 9
        y[...] = 9
        numpy.testing.assert_array_equal(x, kept)
        assert (dout == 1).all()


def test_rows_that_no_window_covers_have_no_gradient():
    layer = Pooling(2, 2)
    layer.forward(distinct(rng(), 1, 1, 5, 5))
    dx = layer.backward(numpy.ones((1, 1, 2, 2)))
    assert not dx[0, 0, 4].any()
    assert not dx[0, 0, :, 4].any()
    assert dx.sum() == 4


def test_gradients_of_pooling():
    assert check_gradients(Pooling(3, 3, 1, 1), distinct(rng(), 2, 2, 5, 4)) <= 1e-7


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((2, 3), "pool_h=2 and pool_w=3 differ; give the stride too"),
        ((0, 2), "pool_h=0; allowed"),
        ((2, 1.5), "pool_w=1.5; allowed"),
        ((2, 2, 0), "stride=0; allowed"),
        ((2, 3, 1, 2), "pad=2; allowed is a whole number, 0 to 1"),
        ((2, 2, 1, -1), "pad=-1; allowed"),
    ],
)
def test_windows_that_cannot_be_are_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        Pooling(*arguments)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ((5, 3, 1, 4), "a window of 2 does not fit into a picture of 1"),
        ((5, 3, 4, 1), "a window of 2 does not fit into a picture of 1"),
        ((3, 4, 4), r"x has shape \(3, 4, 4\); allowed is \(N, C, H, W\); give one picture alone"),
        ((5, 3), r"x has shape \(5, 3\); allowed is \(N, C, H, W\)$"),
    ],
)
def test_what_cannot_be_pooled_is_refused(shape, told):
    with pytest.raises(ValueError, match=told):
        Pooling(2, 2).forward(numpy.ones(shape))


def test_the_step_is_the_window_by_default():
    layer = Pooling(3, 3)
    assert layer.stride == 3
    assert layer.pad == 0
    assert layer.forward(numpy.ones((1, 1, 7, 9))).shape == (1, 1, 2, 3)
