"""Scores become gradients, and steps add up, within a limit."""

import numpy as np
import pytest

from common.fast_word2vec import arithmetic
from common.fast_word2vec.arithmetic import score_gradient


class TestScores:
    def test_gradient_is_sigma_minus_label(self):
        S = np.array([[[-300.0, -2.0, 0.0, 2.0, 300.0]] * 2])
        sign = np.array([1, -1, 1, -1, 1])
        weight = np.array([[1.0] * 5, [0.0] * 5])
        sigma = 1 / (1 + np.exp(-S[0, 0].clip(-50, 50)))
        G = score_gradient(S, sign, weight)
        np.testing.assert_allclose(G[0, 0], sigma - (sign > 0), atol=1e-12)
        assert (G[0, 1] == 0).all()


class TestAddRows:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("scipy_loop", [True, False])
    def test_every_repeat_counts_and_no_vector_moves_further_than_the_limit(
        self, dtype, scipy_loop, monkeypatch
    ):
        if not scipy_loop:
            monkeypatch.setattr(arithmetic, "csc_matvecs", None)
        rng = np.random.default_rng(0)
        W = rng.standard_normal((9, 5)).astype(dtype)
        idx = np.array([[1, 1, 4, 7], [1, 8, 0, 7], *[[3, 3, 3, 3]] * 6])  # 3 occurs 24 times
        rows = rng.random((*idx.shape, 5)).astype(dtype)
        moved = np.zeros(9, dtype)
        expected = W.astype(float)
        lengths = 0.1 * np.linalg.norm(rows, axis=2)
        for i in range(9):
            factor = arithmetic.LIMIT / max(arithmetic.LIMIT, lengths[idx == i].sum())
            assert (factor < 1) == (i == 3)
            expected[i] -= factor * 0.1 * rows[idx == i].sum(axis=0)
        before = W.copy()
        arithmetic.add_rows(W, idx, rows, 0.1, moved)
        np.testing.assert_allclose(W, expected, rtol=1e-5, atol=1e-5)
        assert (np.linalg.norm(W - before, axis=1) < arithmetic.LIMIT * 1.001).all()
        assert (moved == 0).all()
        assert W.dtype == dtype

    def test_the_row_of_a_step_that_is_not_finite_is_named(self):
        W, rows = np.zeros((5, 2)), np.ones((3, 2))
        rows[1, 0] = np.nan
        with pytest.raises(FloatingPointError, match=r"^the step of row 4 is not finite$"):
            arithmetic.add_rows(W, np.array([1, 4, 2]), rows, 0.1, np.zeros(5))
        assert not W.any()
