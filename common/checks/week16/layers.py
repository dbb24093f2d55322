"""Exercises 1, 2, 3 and 6: layers and a model, with their gradients."""

import numpy as np

from common.checks.judge import exercise, judge
from common.checks.week16.hints import HINTS
from common.functions import sigmoid

__all__ = [
    "check_biased_scores",
    "check_distance_cbow",
    "check_weighted_loss",
    "check_weighted_rows",
]

BRICKS = ("sigmoid", "scatter_add", "array_module")
FLOAT32 = np.float32
ROUNDING = 1e-4, 1e-4  # that of float32, where sums of numbers near 1 may cancel out


def numbers(rng, shape, dtype=float):
    """Random numbers from 0.5 to 2 and from -2 to -0.5: none of them near 0."""
    return (rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)).astype(dtype)


def two_batches(rng, V=7):
    """Ids of two batches: in each a word comes twice; one word is in both, one in none."""
    word = rng.permutation(V)
    return word[[0, 1, 0, 2, 3]], word[[1, 4, 4, 5]]


def boundary_batches(V=7):
    """The same, with the first and the last id repeated."""
    return np.array([0, V - 1, 2, V - 1, 0]), np.array([2, 3, V - 1, 3])


def scatter(shape, idx, rows, buffered=False, dtype=float):
    """Bring rows back to where they came from, or lose repeated ones as ``+=`` does."""
    total = np.zeros(shape, dtype)
    if buffered:
        total[idx] += rows
    else:
        np.add.at(total, idx, rows)
    return total


def after(first, second, idx, mistake):
    """What a second batch leaves, if the first one's gradient was not cleared, or in part."""
    if mistake == "not cleared":
        return first + second
    if mistake == "cleared in part":
        left = first.copy()
        left[idx] = 0
        return left + second
    return second


# Exercise 1


def weighted_rows(W, idx, a, dout, idx_2, a_2, dout_2, mistake=None):
    """y, dW and da of two batches, one after the other."""
    made, gradients = {}, []
    batches = (("", idx, a, dout), (" of the second batch", idx_2, a_2, dout_2))
    for when, i, a_n, d in batches:
        rows, column = W[i], a_n[:, None]  # (N, H), (N, 1)
        y = rows if mistake == "no weight forward" else column * rows
        back = d if mistake == "no weight back" else column * d
        if mistake == "averaged":
            back = back / len(i)
        dW = scatter(W.shape, i, back, buffered=mistake == "repeated rows")
        da = (d * rows).sum(axis=1)
        if mistake == "mean over d":
            da = (d * rows).mean(axis=1)
        elif mistake == "y for w":
            da = (d * y).sum(axis=1)
        elif mistake == "gradient without w":
            da = d.sum(axis=1)
        elif mistake == "one number for all":
            da = np.full(len(i), (d * rows).sum())
        gradients.append(dW)
        if when:
            dW = after(*gradients, i, mistake)
        made |= {f"y{when}": y, f"da{when}": da}
        made[f"dW{when}"] = 0 * dW if mistake == "not in place" else dW
    return made


@exercise(1, "Rows with a weight of their own", 6)
def check_weighted_rows(WeightedRows, rng):
    def steps(W, idx, a, dout, idx_2, a_2, dout_2):
        layer = WeightedRows(W)
        (dW,) = layer.grads
        batches = (("", idx, a, dout), (" of the second batch", idx_2, a_2, dout_2))
        for when, i, a_n, d in batches:
            yield f"y{when}", layer.forward(i, a_n)
            yield f"da{when}", layer.backward(d)
            yield f"dW{when}", dW

    def problem(batches, dtype=float):
        (idx, idx_2), H = batches, 3
        of = lambda *shape: numbers(rng, shape, dtype)
        first = {"W": of(7, H), "idx": idx, "a": of(len(idx)), "dout": of(len(idx), H)}
        return first | {"idx_2": idx_2, "a_2": of(len(idx_2)), "dout_2": of(len(idx_2), H)}

    paper = {
        "W": np.arange(7.0)[:, None] * [1, 0] + [0, 1],  # row v is (v, 1)
        "idx": np.array([1, 5, 1]),
        "a": np.array([2.0, 1.0, 3.0]),
        "dout": np.array([[1.0, 1.0], [10.0, 10.0], [100.0, 100.0]]),
        "idx_2": np.array([4, 1]),
        "a_2": np.array([1.0, 5.0]),
        "dout_2": np.array([[1.0, 0.0], [0.0, 2.0]]),
    }
    problems = [
        paper,
        problem(two_batches(rng)),
        problem(boundary_batches()),
        problem(two_batches(rng), FLOAT32),
    ]
    mistakes = (
        "repeated rows",
        "no weight forward",
        "no weight back",
        "averaged",
        "mean over d",
        "y for w",
        "gradient without w",
        "one number for all",
        "not cleared",
        "cleared in part",
        "not in place",
    )
    judge(problems, steps, weighted_rows, HINTS, mistakes, BRICKS, ROUNDING)
    return "each row goes back with its weight, and each weight learns from its row"


# Exercise 2


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
    mistakes = (
        "repeated rows",
        "repeated rows of W",
        "repeated biases",
        "product averaged",
        "bias left out",
        "bias by column",
        "bias in dh",
        "candidates averaged",
        "other factor",
        "bias counted",
        "averaged",
        "bias without gradient",
        "not cleared",
        "bias not cleared",
        "cleared in part",
        "not in place",
    )
    judge(problems, steps, biased_scores, HINTS, mistakes, BRICKS, ROUNDING)
    return "scores, and all gradients of h, W and b"


# Exercise 3


def weighted_loss(x, t, weight, dout, mistake=None):
    """The loss and dx."""
    y = sigmoid(x)
    z = np.exp(-abs(x))
    each = np.maximum(x, 0) - x * t + np.log1p(z)
    if mistake == "naive logarithm":
        each = np.where(t == 1, -np.log(y), -np.log(1 - y))
    elif mistake == "1e-7 inside":
        each = -t * np.log(y + 1e-7) - (1 - t) * np.log(1 - y + 1e-7)
    elif mistake == "log of 1 + z":
        each = np.maximum(x, 0) - x * t + np.log(1 + z)
    N = len(x)
    over = {"mean of all": x.size, "sum of weights": weight.sum()}.get(mistake, N)
    loss = (each if mistake == "no weight in the loss" else each * weight).sum() / over
    dx = (y - t) * weight * dout / over
    if mistake == "loss averaged only":
        loss = loss * N / x.size
    elif mistake == "no weight in dx":
        dx = (y - t) * dout / N
    elif mistake == "no 1/N":
        dx = dx * N
    elif mistake == "turned round":
        dx = -dx
    elif mistake == "upstream":
        dx = dx / dout
    elif mistake == "squared error":
        dx = dx * y * (1 - y)
    return {"the loss": loss, "dx": dx}


@exercise(3, "A loss with a weight for each question", 8)
def check_weighted_loss(WeightedLoss, rng):
    def steps(x, t, weight, dout):
        layer = WeightedLoss()
        yield "the loss", layer.forward(x, t, weight)
        yield "dx", layer.backward(dout)

    def problem(x, t, weight, dout=0.7, dtype=float, **more):
        x, weight = np.array(x, dtype), np.array(weight, dtype)
        return {"x": x, "t": np.array(t), "weight": weight, "dout": dout, **more}

    def random(shape, dtype=float):
        t = rng.permutation(np.arange(np.prod(shape)) % 2).reshape(shape)
        return problem(4 * rng.standard_normal(shape), t, rng.uniform(0.2, 3, shape), 0.7, dtype)

    tiny = {"_tolerance": (1e-3, 0)}  # no absolute tolerance: the loss itself is tiny
    problems = [
        problem([[0, 0], [0, 0]], [[1, 0], [1, 0]], [[1, 2], [3, 4]]),
        random((4,)),
        random((2, 3)),
        random((3, 2), FLOAT32),
        problem([90, -90], [0, 1], [1, 2]),
        problem([[1000, -1000]], [[0, 1]], [[1, 0.5]]),
        problem([40, -40], [0, 1], [2, 1], dtype=FLOAT32),
        problem([-20], [0], [2], dtype=FLOAT32, **tiny),
        problem([-40], [0], [2], **tiny),
        random((5, 1)),
    ]
    mistakes = (
        "naive logarithm",
        "1e-7 inside",
        "log of 1 + z",
        "mean of all",
        "loss averaged only",
        "sum of weights",
        "no weight in the loss",
        "no weight in dx",
        "no 1/N",
        "turned round",
        "upstream",
        "squared error",
    )
    judge(problems, steps, weighted_loss, HINTS, mistakes, BRICKS, tolerance=(1e-4, 1e-8))
    return "right at any score, and each question counts as much as its weight says"


# Exercise 6


class Probe:
    """The loss ``sum_n u[target_n] . h_n / N``, so that dL/dh_n = u[target_n] / N."""

    def __init__(self, u):
        self.u, self.params, self.grads = u, [], []

    def forward(self, h, target):
        self.h, self.target = h, target
        return (self.u[target] * h).sum() / len(h)

    def backward(self, dout=1):
        return self.u[self.target] * dout / len(self.target)


def distance_cbow(W, a, u, contexts, target, dout, mistake=None):
    """h, the loss, dW and da; a second batch is the first one upside down, but for its ids."""
    made, all_dW, all_da = {}, [], []
    for when, c, i in (("", contexts, target), (" of the second batch", *other(contexts, target))):
        (N, C), rows = c.shape, W[c]  # (N, C, H)
        column = a[:, None]
        if mistake == "nearest last":
            column = column[::-1]
        h = (column * rows).sum(axis=1)
        if mistake == "divided by C":
            h = h / C
        elif mistake == "plain mean":
            h = rows.mean(axis=1)
        elif mistake == "normalised":
            h = h / a.sum()
        dh = u[i] * (1 if mistake == "upstream" else dout) / N  # (N, H)
        share = {"distance left out": np.ones_like(column), "1/C back": column / C}
        back = share.get(mistake, column) * dh[:, None, :]
        if mistake == "1/C for weights":
            back = np.ones_like(column) / C * dh[:, None, :]
        dW = scatter(W.shape, c, back, buffered=mistake == "repeated rows")
        da = np.einsum("nd,ncd->c", dh, rows)
        if mistake == "averaged over the batch":
            da = da / N
        elif mistake == "1/C in da":
            da = da / C
        elif mistake == "h for w":
            da = np.full(C, (dh * h).sum())
        elif mistake == "weights not learned":
            da = 0 * da
        elif mistake == "nearest last":
            da = da[::-1]
        all_dW.append(dW)
        all_da.append(da)
        if when:
            dW = after(*all_dW, c, mistake)
            da = all_da[0] + da if mistake in ("not cleared", "da not cleared") else da
        loss = (u[i] * h).sum() / N
        made |= {f"h{when}": h, f"the loss{when}": loss, f"dW{when}": dW, f"da{when}": da}
    return made


def other(contexts, target):
    """A second batch with other ids."""
    return (contexts[::-1] + 3) % 7, (target + 2) % 7


@exercise(6, "CBOW that learns how far to look", 10)
def check_distance_cbow(DistanceCBOW, rng):
    def steps(W, a, u, contexts, target, dout):
        probe = Probe(u)
        model = DistanceCBOW(W, a, probe)
        dW, da = model.grads
        both = (("", contexts, target), (" of the second batch", *other(contexts, target)))
        for when, c, i in both:
            loss = model.forward(c, i)
            yield f"h{when}", getattr(probe, "h", None)
            yield f"the loss{when}", loss
            model.backward(dout)
            yield f"dW{when}", dW
            yield f"da{when}", da

    def problem(contexts, C, dtype=float):
        of = lambda *shape: numbers(rng, shape, dtype)
        a = (np.sign(of(C)) * rng.permutation(1 + np.arange(C)) / 2).astype(dtype)
        return {
            "W": of(7, 3),
            "a": a,
            "u": of(7, 3),
            "contexts": contexts,
            "target": rng.integers(0, 7, len(contexts)),
            "dout": 0.7,
        }

    paper = {
        "W": np.arange(7.0)[:, None] * [1, 0] + [0, 1],  # row v is (v, 1)
        "a": np.array([0.5, 2.0]),
        "u": np.arange(7.0)[:, None] * [0, 1] + [1, 0],  # row v is (1, v)
        "contexts": np.array([[0, 2]]),
        "target": np.array([1]),
        "dout": 1,
    }
    word = rng.permutation(7)
    problems = [
        paper,
        problem(word[[[0, 1, 0, 2], [2, 3, 1, 1], [4, 0, 3, 2]]], 4),
        problem(np.array([[0, 6], [6, 0], [2, 0], [6, 6]]), 2),
        problem(word[[[0, 1, 0, 2], [2, 3, 1, 1]]], 4, FLOAT32),
    ]
    mistakes = (
        "repeated rows",
        "nearest last",
        "divided by C",
        "plain mean",
        "normalised",
        "upstream",
        "distance left out",
        "1/C back",
        "1/C for weights",
        "averaged over the batch",
        "1/C in da",
        "h for w",
        "weights not learned",
        "da not cleared",
        "not cleared",
    )
    judge(
        problems, steps, distance_cbow, HINTS, mistakes, (*BRICKS, "Embedding", "Probe"), ROUNDING
    )
    return "each context counts as its distance says, and the distances learn"
