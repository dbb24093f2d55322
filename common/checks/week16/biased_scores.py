"""Exercise 2: scores with a bias."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.week16.batches import (
    BRICKS,
    SHARED,
    after,
    boundary_batches,
    scatter,
    two_batches,
)

__all__ = ["HINTS", "check_biased_scores"]

HINTS = SHARED | read_hints(
    """
product averaged:
    ? Is a dot product a sum or a mean?
    @ 2_yes_no_question.ipynb, section "One score alone"
    ! Add up the products of all H numbers, and divide by nothing.

bias left out:
    ? Two words have the same row of W. Can your layer give them different scores?
    @ exercises.ipynb, the equation of this exercise
    ! The bias of the word that is asked belongs to each score.

bias by column:
    ? Whose bias is it: the question's, or the word's?
    @ 2_yes_no_question.ipynb, section "Several words for each example"
    ! Take biases as you take rows: by the ids, not by the columns.

bias in dh:
    ? How does a score change with h? Does the bias change it?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! A number that is only added has no part in the gradient of the others.

candidates averaged:
    ? In how many scores of its example does h take part?
    @ 2_yes_no_question.ipynb, section "Several words for each example"
    ! What takes part K times collects K gradients.

other factor:
    ? In the product of h and w, which of them does w receive as its gradient?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! Each factor receives the OTHER factor.

bias counted:
    ? You brought a 1 for each score. What is the gradient of a score?
    @ 2_yes_no_question.ipynb, section "From the rows back to the matrix"
    ! The bias takes over the whole gradient of its score, as it is.

bias without gradient:
    ? If b grows, does the score grow?
    @ 2_yes_no_question.ipynb, section "From the rows back to the matrix"
    ! The bias is learned too: its gradient goes the way of the rows.
"""
)


def biased_scores(W, b, h, idx, ds, h_2, idx_2, ds_2, mistake=None):
    """s, dh, dW and db of two batches, one after the other."""
    made, all_dW, all_db = {}, [], []
    for when, h_n, i, d in (("", h, idx, ds), (" of the second batch", h_2, idx_2, ds_2)):
        w = W[i]  # (N, K, H)
        s = np.einsum("nd,nkd->nk", h_n, w)
        if mistake == "product averaged":
            s = s / h_n.shape[1]
        if mistake != "bias left out":
            s = s + (b[: i.shape[1]] if mistake == "bias by column" else b[i])
        seen = w + b[i][:, :, None] if mistake == "bias in dh" else w
        dh = np.einsum("nk,nkd->nd", d, seen)
        if mistake == "candidates averaged":
            dh = dh / i.shape[1]
        rows = d[:, :, None] * (w if mistake == "other factor" else h_n[:, None, :])
        both = mistake == "repeated rows"
        dW = scatter(W.shape, i, rows, both or mistake == "repeated rows of W")
        db = scatter(b.shape, i, d, both or mistake == "repeated biases")
        if mistake == "bias counted":
            db = scatter(b.shape, i, np.ones_like(d))
        elif mistake == "averaged":
            dW, db = dW / len(i), db / len(i)
        elif mistake == "bias without gradient":
            db = 0 * db
        all_dW.append(dW)
        all_db.append(db)
        if when:
            dW = after(*all_dW, i, mistake)
            db = after(*all_db, i, "not cleared" if mistake == "bias not cleared" else mistake)
        if mistake == "not in place":
            dW, db = 0 * dW, 0 * db
        made |= {f"s{when}": s, f"dh{when}": dh, f"dW{when}": dW, f"db{when}": db}
    return made


@exercise(2, "Scores with a bias", 8)
def check_biased_scores(BiasedScores, rng):
    def steps(W, b, h, idx, ds, h_2, idx_2, ds_2):
        layer = BiasedScores(W, b)
        dW, db = layer.grads
        for when, h_n, i, d in (("", h, idx, ds), (" of the second batch", h_2, idx_2, ds_2)):
            yield f"s{when}", layer.forward(h_n, i)
            yield f"dh{when}", layer.backward(d)
            yield f"dW{when}", dW
            yield f"db{when}", db

    def problem(batches, dtype=float):
        H, of = 2, lambda *shape: numbers(rng, shape, dtype)
        # a word stands twice in one row, and in two rows
        idx = batches[0][[[0, 1, 2], [3, 4, 2]]]  # (2, 3)
        idx_2 = batches[1][[[0, 1], [2, 3], [0, 3]]]  # (3, 2)
        first = {"W": of(7, H), "b": of(7), "h": of(2, H), "idx": idx, "ds": of(2, 3)}
        return first | {"h_2": of(3, H), "idx_2": idx_2, "ds_2": of(3, 2)}

    paper = {
        "W": np.arange(7.0)[:, None] * [1, 0] + [0, 1],  # row v is (v, 1)
        "b": 10.0 * np.arange(7),
        "h": np.array([[1.0, 2.0]]),
        "idx": np.array([[1, 5, 1]]),
        "ds": np.array([[1.0, 10.0, 100.0]]),
        "h_2": np.array([[3.0, 1.0]]),
        "idx_2": np.array([[4, 1]]),
        "ds_2": np.array([[1.0, 2.0]]),
    }
    problems = [
        paper,
        problem(two_batches(rng)),
        problem(boundary_batches()),
        problem(two_batches(rng), FLOAT32),
    ]
    judge(problems, steps, biased_scores, HINTS, BRICKS, ROUNDING)
    return "scores, and all gradients of h, W and b"
