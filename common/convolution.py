"""Convolution and pooling: a small window that slides over pictures.

Shapes: N pictures in a batch, C channels, H and W height and width, K filters of FH by FW,
OH and OW the output's height and width.  A stride that does not divide leaves out the last
rows and columns, which no window covers: nothing is computed from them, and their gradient is 0.
"""

import math

import numpy

from common.arguments import check_whole
from common.borders import guard, prepared
from common.functions import as_floats
from common.layer_tools import Memory, with_floats, zeros_for
from common.np import array_module

__all__ = ["Convolution", "Pooling", "col2im", "im2col", "output_size"]


def output_size(size, window, stride=1, pad=0):
    """How many places a window has along one side of a picture.

    Derived in week 9, notebook 1, equation (2).

    Parameters
    ----------
    size, window, stride, pad : int
        Of the picture, the window, its step, and the rows added at both ends.

    Raises
    ------
    ValueError : one is no whole number that allows a window, or the window is larger than the
        padded picture.

    Examples
    --------
    >>> output_size(28, 5), output_size(28, 5, pad=2), output_size(7, 2, stride=2)
    (24, 28, 3)
    """
    return (size + 2 * pad - window) // stride + 1


def im2col(x, filter_h, filter_w, stride=1, pad=0):
    """Every window of every picture as one row of a matrix.

    Derived in week 9, notebook 2, equations (1) and (2).

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    filter_h, filter_w, stride, pad : int

    Returns
    -------
    col : array, shape (N * OH * OW, C * filter_h * filter_w)
        Rows in the order of (picture, row, column), columns in that of the filter's numbers.

    Raises
    ------
    ValueError : x is not 4-D, or the window is larger than the padded picture.

    Examples
    --------
    >>> import numpy as np
    >>> im2col(np.arange(9.0).reshape(1, 1, 3, 3), 2, 2)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    N, C, height, width = x.shape  # W stands for weights alone
    OH, OW = output_size(height, filter_h, stride, pad), output_size(width, filter_w, stride, pad)
    xp = array_module(x)
    padded = xp.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    col = xp.empty((N, C, filter_h, filter_w, OH, OW), dtype=x.dtype)
    for p in range(filter_h):
        for q in range(filter_w):
            # what number (p, q) of the window meets, at all its places
            col[:, :, p, q] = padded[
                :, :, p : p + stride * OH : stride, q : q + stride * OW : stride
            ]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * OH * OW, -1)


def col2im(col, x_shape, filter_h, filter_w, stride=1, pad=0):
    """Add the rows of a matrix back to where :func:`im2col` took them from.

    Derived in week 9, notebook 2, equations (7) and (8).  A pixel that stands in several
    windows gets the sum of what they bring: it is the gradient of ``im2col``, and not its
    inverse.

    Parameters
    ----------
    col : array, shape (N * OH * OW, C * filter_h * filter_w)
    x_shape : (N, C, H, W)
    filter_h, filter_w, stride, pad : int

    Returns
    -------
    x : array, shape (N, C, H, W)

    Raises
    ------
    ValueError : the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> col2im(np.ones((4, 4)), (1, 1, 3, 3), 2, 2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    N, C, height, width = x_shape
    OH, OW = output_size(height, filter_h, stride, pad), output_size(width, filter_w, stride, pad)
    xp = array_module(col)
    col = col.reshape(N, OH, OW, C, filter_h, filter_w).transpose(0, 3, 4, 5, 1, 2)
    padded = xp.zeros((N, C, height + 2 * pad, width + 2 * pad), dtype=col.dtype)
    for p in range(filter_h):
        for q in range(filter_w):
            padded[:, :, p : p + stride * OH : stride, q : q + stride * OW : stride] += col[
                :, :, p, q
            ]
    return padded[:, :, pad : pad + height, pad : pad + width]


class Convolution:
    """Slide K filters over pictures: ``y[n, k, i, j] = sum(window of x at (i, j) * W[k]) + b[k]``.

    Derived in week 9, notebook 1, equation (3), and notebook 2, equations (3) to (7), with the
    matrix of :func:`im2col`; as it stands here in notebook 4, equations (2) to (4).
    A few pictures at a time become such a matrix, with its windows as columns: it needs little
    memory, the product is already in the order of y, and nothing is transposed.
    ``backward`` builds it again, instead of keeping it; or, where that is less work, one of the
    windows of dout, since dx is itself a convolution: of dout, with the filters turned by 180
    degrees (notebook 2, equation (9)).

    Parameters
    ----------
    W : array, shape (K, C, FH, FW)
    b : array, shape (K,)
    stride : int
        How far the window moves.
    pad : int
        Rows and columns of zeros around each picture.

    Attributes
    ----------
    params, grads : [W, b], [dW, db]

    Raises
    ------
    ValueError : a shape, `stride` or `pad` is not as above; in ``forward``, x has other channels
        than W, or is smaller than a filter.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Convolution(np.ones((1, 1, 2, 2)), np.array([0.5]))
    >>> layer.forward(np.arange(9.0).reshape(1, 1, 3, 3))
    array([[[[ 8.5, 12.5],
             [20.5, 24.5]]]])
    """

    def __init__(self, W, b, stride=1, pad=0):
        self.params, self.grads = [W, b], [zeros_for(W), zeros_for(b)]
        if W.ndim != 4 or b.shape != W.shape[:1]:
            told = f"W has shape {W.shape} and b {b.shape}"
            raise ValueError(f"{told}; allowed are (K, C, FH, FW) and (K,)")
        check_whole("stride", stride)
        check_whole("pad", pad, 0)
        self.stride, self.pad = stride, pad
        self.memory = Memory()
        self.cache = None

    def forward(self, x):
        """x : (N, C, H, W) -> y : (N, K, OH, OW)"""
        W, b = self.params
        xp, pad = array_module(x), self.pad
        K, _, FH, FW = W.shape
        N, _, height, width = x.shape
        OH = output_size(height, FH, self.stride, pad)
        OW = output_size(width, FW, self.stride, pad)
        padded = xp.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)]) if pad else x
        y = xp.empty((N, K, OH * OW), dtype=xp.result_type(x, W))
        filters = W.reshape(K, -1)  # (K, C FH FW)
        for some, col in self.columns(padded, OH, OW):
            # (2): y[n, k, place] = sum over columns of W[k, column] * col[n, column, place] + b[k]
            xp.matmul(filters, col, out=y[some])
            y[some] += b[:, None]
        self.cache = x, padded
        return y.reshape(N, K, OH, OW)

    def backward(self, dout):
        """dout : (N, K, OH, OW) -> dx : (N, C, H, W)"""
        (W, _), (_, db) = self.params, self.grads
        K, C, FH, FW = W.shape
        x, padded = self.cache
        db[...] = dout.sum(axis=(0, 2, 3))  # notebook 2, (5)
        # dx and dW: by (4), where windows of dout mean less to move; else by (3)
        if self.stride == 1 and self.pad < min(FH, FW) and K <= 3 * C:
            return self.from_windows_of_dout(dout, x)
        return self.from_windows_of_x(dout, x, padded)

    def from_windows_of_x(self, dout, x, padded):
        """dW, and dx : what a window gives to its pixels is added where the window was."""
        W, dW = self.params[0], self.grads[0]
        xp, pad = array_module(x), self.pad
        _, C, FH, FW = W.shape
        N, K, OH, OW = dout.shape
        dy = dout.reshape(N, K, OH * OW)
        dpadded = xp.zeros(padded.shape, dtype=xp.result_type(dout, W))
        filters = W.reshape(K, -1)
        dfilters = xp.zeros(filters.shape, dtype=dW.dtype)
        for some, col in self.columns(padded, OH, OW):
            # (3): dW[k, column] = sum over n, places of dy[n, k, place] * col[n, column, place]
            dfilters += (dy[some] @ col.transpose(0, 2, 1)).sum(axis=0)
            # (3): dcol[n, column, place] = sum over k of W[k, column] * dy[n, k, place]
            dcol = (filters.T @ dy[some]).reshape(-1, C, FH, FW, OH, OW)
            for p, q, seen in windows(dpadded[some], FH, FW, self.stride, OH, OW):
                seen += dcol[:, :, p, q]  # notebook 2, (7)
        dW[...] = dfilters.reshape(W.shape)
        return dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]

    def from_windows_of_dout(self, dout, x):
        """dW, and dx : a pixel gathers from the windows that it was in, for stride 1."""
        W, dW = self.params[0], self.grads[0]
        xp, pad = array_module(x), self.pad
        K, C, FH, FW = W.shape
        N, _, height, width = x.shape
        down, across = FH - 1 - pad, FW - 1 - pad
        around = [(0, 0), (0, 0), (down, down), (across, across)]
        dx = xp.empty((N, C, height * width), dtype=xp.result_type(dout, W))
        turned = W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3).reshape(C, -1)  # (C, K FH FW)
        dturned = xp.zeros((K * FH * FW, C), dtype=dW.dtype)
        pixels = x.reshape(N, C, -1).transpose(0, 2, 1)  # (N, H W, C)
        for some, col in self.columns(xp.pad(dout, around), height, width):
            # a pixel in the middle of a window of dout has met the filter's other end there
            xp.matmul(turned, col, out=dx[some])  # notebook 2, (9)
            dturned += (col @ pixels[some]).sum(axis=0)  # (4)
        dW[...] = dturned.reshape(K, FH, FW, C)[:, ::-1, ::-1].transpose(0, 3, 1, 2)
        return dx.reshape(x.shape)

    def columns(self, padded, rows, cols):
        """Yield (which pictures, their windows), a few at a time: (n, channels FH FW, rows cols)"""
        xp = array_module(padded)
        (N, channels), (FH, FW) = padded.shape[:2], self.params[0].shape[2:]
        shape = channels, FH, FW, rows, cols
        few = max(1, PORTION // math.prod(shape)) if xp is numpy else N
        down, right = padded.strides[2:]
        # each pixel stands in several windows: a view in which it stands several times
        steps = *padded.strides, self.stride * down, self.stride * right
        seen = xp.lib.stride_tricks.as_strided(padded, (N, *shape), steps)
        memory = self.memory("columns", (min(few, N), *shape), padded)
        for start in range(0, N, few):
            some = slice(start, start + few)
            col = memory[: len(seen[some])]
            col[...] = seen[some]
            yield some, col.reshape(len(col), channels * FH * FW, rows * cols)


PORTION = 100_000  # numbers at a time; benchmarks/results.md measures others


def windows(padded, FH, FW, stride, OH, OW):
    """Yield p, q, and what number (p, q) of a window meets at all its places, as a view."""
    for p in range(FH):
        for q in range(FW):
            yield p, q, padded[:, :, p : p + stride * OH : stride, q : q + stride * OW : stride]


class Pooling:
    """The largest number in each window, channel by channel.

    Derived in week 9, notebook 3, equations (1) to (5).

    Parameters
    ----------
    pool_h, pool_w : int
        The window.
    stride : int, optional
        By default the window's own size, so that no two overlap.
    pad : int, less than the window
        Rows and columns around each picture that are never the largest.

    Attributes
    ----------
    params, grads : [], []

    Raises
    ------
    ValueError : a size is not as above, or the window is not square and `stride` not given; in
        ``forward``, x is not 4-D, or smaller than a window.

    Notes
    -----
    Where several numbers of a window are the largest, the gradient goes to the first of them.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, 2, 5, 0], [4, 3, 0, 5]]).reshape(1, 1, 2, 4)
    >>> layer = Pooling(2, 2)
    >>> layer.forward(x)
    array([[[[4., 5.]]]])
    >>> layer.backward(np.ones((1, 1, 1, 2)))[0, 0]
    array([[0., 0., 1., 0.],
           [1., 0., 0., 0.]])
    """

    def __init__(self, pool_h, pool_w, stride=None, pad=0):
        check_whole("pool_h", pool_h)
        check_whole("pool_w", pool_w)
        if stride is None:
            if pool_h != pool_w:
                raise ValueError(f"{pool_h=} and {pool_w=} differ; give the stride too")
            stride = pool_h
        check_whole("stride", stride)
        check_whole("pad", pad, 0, min(pool_h, pool_w) - 1)
        self.params, self.grads = [], []
        self.pool_h, self.pool_w, self.stride, self.pad = pool_h, pool_w, stride, pad
        self.cache = None

    def forward(self, x):
        """x : (N, C, H, W) -> y : (N, C, OH, OW)"""
        xp, pad = array_module(x), self.pad
        self.cache = [x.shape]
        if pad:
            x = xp.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], constant_values=-xp.inf)
        # (3): the largest of some neighbours in a row; of those, the largest down a column
        for axis, window in (3, self.pool_w), (2, self.pool_h):
            first, *others = slid(x, axis, window, self.stride)
            y, larger = first.copy(), []
            for other in others:
                larger.append(other > y)  # at a tie the earlier stays
                xp.maximum(y, other, out=y)  # (5)
            self.cache.append((x.shape, larger))
            x = y
        return y

    def backward(self, dout):
        """dout : (N, C, OH, OW) -> dx : (N, C, H, W)"""
        (_, _, height, width), in_rows, in_columns = self.cache
        xp, pad = array_module(dout), self.pad
        for axis, window, (shape, larger) in (
            (2, self.pool_h, in_columns),
            (3, self.pool_w, in_rows),
        ):
            dx = xp.zeros(shape, dtype=dout.dtype)
            first, *others = slid(dx, axis, window, self.stride)
            for other, mask in zip(reversed(others), reversed(larger), strict=True):
                # (5), back: the gradient goes to the larger one
                to_other = dout * mask
                other += to_other  # the sum of (2)
                dout = dout - to_other
            first += dout
            dout = dx
        return dx[:, :, pad : pad + height, pad : pad + width]


def slid(x, axis, window, stride):
    """What each number of a window meets at all its places along one axis, as views of x.

    Derived in week 9, notebook 3, equation (4).
    """
    n = output_size(x.shape[axis], window, stride)
    before = (slice(None),) * axis
    return [x[(*before, slice(i, i + stride * n, stride))] for i in range(window)]


def with_pictures(layer, x):
    """As ``with_floats``; x must be 4-D, with the channels that the filters have."""
    layer, x = with_floats(layer, x)
    C = layer.params[0].shape[1] if layer.params else "C"
    if x.ndim != 4 or C not in ("C", x.shape[1]):
        told = f"x has shape {x.shape}; allowed is (N, {C}, H, W)"
        alone = "; give one picture alone as x[None]" if x.ndim == 3 else ""
        raise ValueError(told + alone)
    return layer, x


def checked_sizes(size, window, stride=1, pad=0):
    """What ``output_size`` is called with: whole numbers, and a window that fits."""
    for name, value, low in (("size", size, 1), ("window", window, 1), ("stride", stride, 1)):
        check_whole(name, value, low)
    check_whole("pad", pad, 0)
    if window > size + 2 * pad:
        told = f"a window of {window} does not fit into a picture of {size}"
        raise ValueError(f"{told}, padded to {size + 2 * pad}" if pad else told)
    return size, window, stride, pad


def with_4_axes(x, *rest):
    x = as_floats(x)
    if x.ndim != 4:
        raise ValueError(f"x has shape {x.shape}; allowed is (N, C, H, W)")
    return x, *rest


def with_rows_of_windows(col, x_shape, filter_h, filter_w, stride=1, pad=0):
    col = as_floats(col)
    if len(x_shape) != 4:
        raise ValueError(f"{x_shape=}; allowed is (N, C, H, W)")
    N, C, H, W = x_shape
    OH, OW = output_size(H, filter_h, stride, pad), output_size(W, filter_w, stride, pad)
    due = (N * OH * OW, C * filter_h * filter_w)
    if col.shape != due:
        raise ValueError(f"col has shape {col.shape}; allowed is {due}")
    return col, x_shape, filter_h, filter_w, stride, pad


# Lessons derive these as they stand above, for arrays that fit.
output_size = prepared(output_size, checked_sizes)
im2col = prepared(im2col, with_4_axes)
col2im = prepared(col2im, with_rows_of_windows)
guard(Convolution, Pooling, prepare=with_pictures)
