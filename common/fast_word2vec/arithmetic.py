"""What a batch of blocks computes with: scores to gradients, steps, and memory."""

import math

import numpy

from common.functions import binary_cross_entropy
from common.np import array_module

try:
    from scipy.sparse._sparsetools import csc_matvecs
except ImportError:  # not a public name: add_rows can do without, slowly
    csc_matvecs = None

LIMIT = 0.5  # how far a vector may move in one step: see add_rows


def score_gradient(S, sign, weight):
    """Turn scores into their gradients, in place.

    ``sigma(s) = (tanh(s/2) + 1) / 2``, which cannot overflow, so
    ``dL/ds = sigma(s) - t = (tanh(s/2) - sign) / 2`` with a sign of 1 for a
    context (t = 1) and -1 for a negative (t = 0).

    Parameters
    ----------
    S : array, shape (N, B, n)
    sign : array, shape (n,)
    weight : array, shape (N, B, n) or (B, n)
        What a pair counts; 0 for two words that are no pair.
    """
    S *= 0.5
    array_module(S).tanh(S, out=S)
    S -= sign
    S *= 0.5
    S *= weight
    return S


def weighted_loss(S, sign, weight):
    """The sum of the pairs' cross entropies; arguments as in :func:`score_gradient`."""
    return float((weight * binary_cross_entropy(S, sign > 0)).sum())


def add_rows(W, idx, rows, lr, moved):
    """A step of descent: ``W[idx] -= lr * rows``, repeated indices every time.

    The rows were all computed from the same ``W``.  A word that occurs a hundred
    times in them would take a hundred steps at once, all in the direction that was
    right before the first, and overshoot until it diverges.  So a vector whose
    steps add up to a length above LIMIT gets each of them shortened by one
    factor, to LIMIT.  No vector moves further, so none can run away.

    Derived in week 16, notebook 12.

    Parameters
    ----------
    W : array, shape (V + 1, H), changed in place
    idx : int array, any shape
    rows : array, the shape of idx and (H,)
    lr : float
    moved : array of zeros, shape (V + 1,)
        To add lengths up in; all zeros again afterwards.

    Raises
    ------
    FloatingPointError : a step is not finite; W is as it was.  On a GPU nobody looks,
        because the processor would have to wait for the answer.
    """
    xp = array_module(W)
    idx, rows = idx.reshape(-1), rows.reshape(-1, W.shape[1])  # (n,), (n, H)
    xp.add.at(moved, idx, lr * xp.sqrt(xp.einsum("nh,nh->n", rows, rows)))
    length = moved[idx]  # (n,)
    moved[idx] = 0
    if xp is numpy and not math.isfinite(length @ length):  # the cheapest look at all of them
        for row in idx[~numpy.isfinite(length)]:
            raise FloatingPointError(f"the step of row {row} is not finite")
    step = -lr * LIMIT / xp.maximum(length, LIMIT)  # (n,)
    if xp is numpy and csc_matvecs:
        # W += P @ rows, with a sparse matrix P, (V + 1, n), that holds step_j in row idx_j of
        # column j.  SciPy's own loop for this product adds to W where it stands, for a
        # twentieth of the time of np.add.at; its public form P @ rows would first need
        # sorted ids and then a new matrix as large as W.
        columns = xp.arange(len(idx) + 1)
        csc_matvecs(len(W), len(idx), W.shape[1], columns, idx, step, rows.ravel(), W.reshape(-1))
    else:
        xp.add.at(W, idx, step[:, None] * rows)


class Scratch:
    """Memory to compute in, by name, made once: fresh memory costs as much as the arithmetic."""

    def __init__(self):
        self.arrays = {}

    def array(self, name, shape, like):
        if name not in self.arrays:  # only the last blocks of a portion are fewer than the first
            self.arrays[name] = array_module(like).empty(shape, dtype=like.dtype)
        return self.arrays[name][: shape[0]]

    def take(self, name, W, idx):
        """``W[idx]``"""
        out = self.array(name, (*idx.shape, W.shape[1]), W)
        # No index is outside; without "clip" NumPy would fill a buffer first, in case one is.
        options = {"mode": "clip"} if array_module(W) is numpy else {}
        return W.take(idx, axis=0, out=out, **options)

    def matmul(self, name, x, y):
        """``x @ y``"""
        out = self.array(name, (*x.shape[:2], y.shape[2]), x)
        return array_module(x).matmul(x, y, out=out)
