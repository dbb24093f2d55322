"""Right and wrong answers to week 16's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
OWN = "self.idx, self.a, self.rows = idx, a, W[idx]"
ADD = "np.add.at(dW, self.idx, self.a[:, None] * dout)"
CLEAR = "dW[...] = 0"
DA = "(dout * self.rows).sum(axis=1)"
of(
    "weighted_rows",
    {
        "a loop over the examples": {
            ADD: "for i, a, d in zip(self.idx, self.a, dout):\n            dW[i] += a * d"
        },
        "einsum": {DA: 'np.einsum("nd,nd->n", dout, self.rows)'},
        "a one-hot product": {
            CLEAR: "one_hot = np.eye(len(dW))[self.idx]",
            ADD: "dW[:] = one_hot.T @ (self.a[:, None] * dout)",
        },
        "bincount for each column": {
            ADD: "for d in range(dW.shape[1]):\n            dW[:, d] = np.bincount("
            "self.idx, self.a * dout[:, d], len(dW))"
        },
        "da as a list": {DA: DA + ".tolist()"},
        "float32 inside": {DA: DA + ".astype(np.float32)"},
        "the package's scatter_add": {
            ADD: "from common.functions import scatter_add\n        "
            "scatter_add(dW, self.idx, self.a[:, None] * dout)"
        },
        "dW.fill": {CLEAR: "dW.fill(0)"},
    },
    {
        ("`+=` for add.at", "repeated rows"): {ADD: "dW[self.idx] += self.a[:, None] * dout"},
        ("clears the rows of this batch only", "cleared in part"): {CLEAR: "dW[self.idx] = 0"},
        ("never clears", "not cleared"): {CLEAR: "pass"},
        ("a new array in grads", "not in place"): {CLEAR: "self.grads[0] = dW = np.zeros_like(dW)"},
        ("a new list grads", "not in place"): {CLEAR: "self.grads = [dW := np.zeros_like(dW)]"},
        ("the weight is missing forward", "no weight forward"): {
            "return a[:, None] * self.rows": "return self.rows"
        },
        ("the weight is missing in dW", "no weight back"): {ADD: "np.add.at(dW, self.idx, dout)"},
        ("da is a mean over d", "mean over d"): {DA: "(dout * self.rows).mean(axis=1)"},
        ("da with y for w", "y for w"): {DA: "(dout * self.rows).sum(axis=1) * self.a"},
        ("da is the sum of dout", "gradient without w"): {DA: "dout.sum(axis=1)"},
        ("divided by N", "averaged"): {ADD: ADD.replace("* dout", "* dout / len(dout)")},
        ("da summed over the batch", "one number for all"): {
            DA: "np.full(len(dout), (dout * self.rows).sum())"
        },
        ("the wrong sign", "example"): {DA: "-" + DA},
        ("a step on W", "input changed"): {
            CLEAR: "dW[...] = 0\n        self.params[0] -= 0.1",
        },
        ("changes dout", "input changed"): {ADD: "dout *= self.a[:, None]\n        " + ADD},
        ("da as a column", "example"): {DA: "(dout * self.rows).sum(axis=1, keepdims=True)"},
        ("nothing returned", "wrong type"): {"return " + DA: "da = " + DA},
        ("a dict returned", "wrong type"): {"return " + DA: 'return {"da": ' + DA + "}"},
        ("a text returned", "wrong type"): {"return " + DA: 'return "da"'},
        ("an attribute that is not there", "stopped"): {DA: "(dout * self.row).sum(axis=1)"},
        ("the package's layer inside", "own work"): "from common.layers import Embedding\n\n\n"
        "class WeightedRows(Embedding):\n    def forward(self, idx, a):\n        self.a = a\n"
        "        self.y = super().forward(idx)\n        return a[:, None] * self.y\n\n"
        "    def backward(self, dout):\n        super().backward(self.a[:, None] * dout)\n"
        "        return (dout * self.y).sum(axis=1)\n",
        ("the package's layer in an attribute", "own work"): "from common import layers\n\n\n"
        "class WeightedRows:\n    def __init__(self, W):\n        self.e = layers.Embedding(W)\n"
        "        self.params, self.grads = self.e.params, self.e.grads\n\n"
        "    def forward(self, idx, a):\n        self.a, self.y = a, self.e.forward(idx)\n"
        "        return a[:, None] * self.y\n\n    def backward(self, dout):\n"
        "        self.e.backward(self.a[:, None] * dout)\n"
        "        return (dout * self.y).sum(axis=1)\n",
        ("the check's own reference", "own work"): {
            DA: "(_ := __import__('common.checks.problems', fromlist=['x']).numbers("
            "np.random.default_rng(0), 1)) * 0 + " + DA
        },
        ("no class", "stopped"): "WeightedRows = None",
    },
)

# 2
S = "(h[:, None, :] * self.w).sum(axis=2) + b[idx]"
ROWS = "np.add.at(dW, self.idx, ds[:, :, None] * self.h[:, None, :])"
BIAS = "np.add.at(db, self.idx, ds)"
DH = "(ds[:, :, None] * self.w).sum(axis=1)"
BOTH = "dW[...], db[...] = 0, 0"
of(
    "biased_scores",
    {
        "einsum": {
            S: 'np.einsum("nd,nkd->nk", h, self.w) + b[idx]',
            DH: 'np.einsum("nk,nkd->nd", ds, self.w)',
        },
        "loops": {
            ROWS: "for n, row in enumerate(self.idx):\n            for k, i in enumerate(row):\n"
            "                dW[i] += ds[n, k] * self.h[n]",
        },
        "flattened, bincount": {
            BIAS: "db[:] = np.bincount(self.idx.reshape(-1), ds.reshape(-1), len(db))"
        },
        "all scores, then chosen": {
            S: "np.take_along_axis(h @ W.T + b, idx, axis=1)",
        },
        "W with the bias as one more column": {
            ROWS: "wide = np.zeros((len(dW), dW.shape[1] + 1))\n        "
            "h1 = np.column_stack([self.h, np.ones(len(self.h))])\n        "
            "np.add.at(wide, self.idx, ds[:, :, None] * h1[:, None, :])\n        "
            "dW[:], db[:] = wide[:, :-1], wide[:, -1]",
            BIAS: "",
        },
        "scores in float32": {S: "(" + S + ").astype(np.float32)"},
        "matmul": {DH: "(ds[:, None, :] @ self.w)[:, 0]"},
        "lists": {DH: DH + ".tolist()"},
    },
    {
        ("`+=` for both", "repeated rows"): {
            ROWS: "dW[self.idx] += ds[:, :, None] * self.h[:, None, :]",
            BIAS: "db[self.idx] += ds",
        },
        ("`+=` for W", "repeated rows of W"): {
            ROWS: "dW[self.idx] += ds[:, :, None] * self.h[:, None, :]"
        },
        ("`+=` for b", "repeated biases"): {BIAS: "db[self.idx] += ds"},
        ("no bias in the scores", "bias left out"): {" + b[idx]": ""},
        ("the bias by column", "bias by column"): {" + b[idx]": " + b[: idx.shape[1]]"},
        ("the mean of the products", "product averaged"): {".sum(axis=2) +": ".mean(axis=2) +"},
        ("the mean over candidates", "candidates averaged"): {DH: DH.replace("sum", "mean")},
        ("each factor gets itself", "other factor"): {
            ROWS: "np.add.at(dW, self.idx, ds[:, :, None] * self.w)"
        },
        ("the bias counts questions", "bias counted"): {BIAS: "np.add.at(db, self.idx, 1)"},
        ("db is never written", "bias without gradient"): {BIAS: "pass"},
        ("the bias in dh", "bias in dh"): {
            DH: "(ds[:, :, None] * (self.w + self.params[1][self.idx][:, :, None])).sum(axis=1)"
        },
        ("never clears", "not cleared"): {BOTH: "pass"},
        ("clears W only", "bias not cleared"): {BOTH: CLEAR},
        ("clears the rows of this batch only", "cleared in part"): {
            BOTH: "dW[self.idx], db[self.idx] = 0, 0"
        },
        ("new arrays", "not in place"): {
            BOTH: "self.grads = dW, db = np.zeros_like(dW), np.zeros_like(db)"
        },
        ("divided by N", "averaged"): {
            ROWS: ROWS[:-1] + " / len(ds))",
            BIAS: "np.add.at(db, self.idx, ds / len(ds))",
        },
        ("the wrong sign of dh", "example"): {DH: "-" + DH},
        ("adds the bias to W's rows", "input changed"): {
            "self.h, self.idx, self.w =": "b -= b.mean()\n        self.h, self.idx, self.w ="
        },
        ("nothing returned", "wrong type"): {"return " + DH: "dh = " + DH},
        ("the package's EmbeddingDot", "own work"): {
            "return " + S: "from common.layers import EmbeddingDot\n        "
            "return EmbeddingDot(W).forward(h, idx) + b[idx]"
        },
    },
)

# 3
EACH = "np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))"
LOSS = "(weight * each).sum() / len(x)"
DX = "self.weight * (self.y - self.t) * dout / len(self.t)"
of(
    "weighted_loss",
    {
        "logaddexp with the sign of the label": {EACH: "np.logaddexp(0, np.where(t == 1, -x, x))"},
        "logaddexp minus x t": {EACH: "np.logaddexp(0, x) - x * t"},
        "log1p by cases": {
            EACH: "np.where(x > 0, x + np.log1p(np.exp(-np.abs(x))), np.log1p(np.exp("
            "-np.abs(x)))) - x * t"
        },
        "a loop": {
            EACH: "np.array([max(a, 0) - a * b + np.log1p(np.exp(-abs(a))) for a, b in "
            "zip(x.ravel(), t.ravel())]).reshape(x.shape)"
        },
        "float32 inside": {EACH: "(" + EACH + ").astype(np.float32)"},
        "its own sigmoid": {"sigmoid(x), t, weight": "1 / (1 + np.exp(-x)), t, weight"},
        "a mean, then times K": {LOSS: "(weight * each).mean() * (x.size / len(x))"},
        "a Python number": {LOSS: "float(" + LOSS + ")"},
    },
    {
        ("the textbook formula", "naive logarithm"): {
            EACH: "np.where(t == 1, -np.log(self.y), -np.log(1 - self.y))"
        },
        ("1e-7 inside", "1e-7 inside"): {
            EACH: "-t * np.log(self.y + 1e-7) - (1 - t) * np.log(1 - self.y + 1e-7)"
        },
        ("log(1 + z)", "log of 1 + z"): {"np.log1p(np.exp(": "np.log(1 + np.exp("},
        ("a mean over all questions", "mean of all"): {
            LOSS: "(weight * each).mean()",
            DX: DX.replace("len(self.t)", "self.t.size"),
        },
        ("a mean over all questions, forward", "loss averaged only"): {
            LOSS: "(weight * each).mean()"
        },
        ("divided by the weights", "sum of weights"): {
            LOSS: "(weight * each).sum() / weight.sum()",
            DX: DX.replace("len(self.t)", "self.weight.sum()"),
        },
        ("no weight in the loss", "no weight in the loss"): {LOSS: "each.sum() / len(x)"},
        ("no weight in dx", "no weight in dx"): {DX: DX.replace("self.weight * ", "")},
        ("no 1/N in dx", "no 1/N"): {DX: DX.replace(" / len(self.t)", "")},
        ("t - y", "turned round"): {DX: DX.replace("self.y - self.t", "self.t - self.y")},
        ("dout ignored", "upstream"): {DX: DX.replace(" * dout", "")},
        ("y (1 - y) too much", "squared error"): {DX: DX + " * self.y * (1 - self.y)"},
        ("clipped scores", "example"): {
            "each = ": "x = np.clip(x, -500, 500)\n        each = ",
        },
        ("clipped probabilities", "example"): {
            EACH: "-t * np.log(np.clip(self.y, 1e-12, 1)) - (1 - t) * np.log(np.clip(1 - self.y, "
            "1e-12, 1))"
        },
        ("the weight squared in dx", "example"): {DX: "self.weight * " + DX},
        ("t as a row", "example"): {DX: DX.replace("- self.t)", "- self.t.reshape(1, -1)[0, 0])")},
        ("the package's stable form", "own work"): {
            "each = " + EACH: "from common.functions import binary_cross_entropy\n\n"
            "        each = binary_cross_entropy(x, t)"
        },
        ("scales the weights it was given", "input changed"): {
            "each = ": "weight *= 2\n        each = "
        },
        ("the losses, not their sum", "example"): {LOSS: "weight * each / len(x)"},
    },
)

# 4
SKIP = "x = np.where(x >= begin, x + own, x)"
FIND = 'np.searchsorted(F, x, side="right")'
SHORT = "x = uniform * (1 - own)"
of(
    "skip_target",
    {
        "each row has a staircase of its own": """
def draw_negatives(P, target, uniform):
    words = []
    for t, u in zip(target, uniform, strict=True):
        rest = P.copy()
        rest[t] = 0
        F = (rest / rest.sum()).cumsum()
        words.append(np.searchsorted(F, u, side="right"))
    return np.array(words)
""",
        "numbers that are counted": """
def draw_negatives(P, target, uniform):
    rest = np.where(np.arange(len(P)) == target[:, None], 0, P)
    F = (rest / rest.sum(axis=1, keepdims=True)).cumsum(axis=1)  # (N, V)
    return (F[:, None, :] <= uniform[:, :, None]).sum(axis=2)
""",
        "the target moved to the end": """
def draw_negatives(P, target, uniform):
    words = np.empty(uniform.shape, int)
    for n, t in enumerate(target):
        others = np.delete(np.arange(len(P)), t)
        F = P[others].cumsum()
        words[n] = others[np.searchsorted(F, uniform[n] * F[-1], side="right")]
    return words
""",
        "from above": {
            SHORT: "x = (1 - uniform) * (1 - own)  # from above, open at 0",
            FIND: 'np.searchsorted(F, x, side="left")',
            SKIP: "x = np.where(x > begin, x + own, x)",
        },
        "a list": {"return " + FIND: "return " + FIND + ".tolist()"},
        "plain loops": """
def draw_negatives(P, target, uniform):
    def find(t, u):
        u = u * (1 - P[t])
        for v in range(len(P)):
            if v == t:
                continue
            if u < P[v]:
                return v
            u -= P[v]
    return [[find(t, u) for u in row] for t, row in zip(target, uniform)]
""",
    },
    {
        ("the target is not left out", "target drawn"): {SHORT: "x = uniform", SKIP: ""},
        ("a hit goes to the next id", "next word"): {
            SHORT: "x = uniform",
            SKIP: "",
            "return " + FIND: "w = " + FIND + "\n    t = target[:, None]\n"
            "    return np.where(w == t, (w + 1) % len(P), w)",
        },
        ("all words alike", "all alike"): {
            "return " + FIND: "w = (uniform * (len(P) - 1)).astype(int)\n"
            "    return w + (w >= target[:, None])"
        },
        ("the staircase is not shortened", "not shortened"): {SHORT: "x = uniform"},
        ("not shortened, and clipped", "clipped"): {
            SHORT: "x = uniform",
            "return " + FIND: "return np.minimum(" + FIND + ", len(P) - 1)",
        },
        ("no jump", "never skipped"): {SKIP: ""},
        ("all numbers jump", "always skipped"): {SKIP: "x = x + own"},
        ("jump at the end of the stretch", "end for start"): {
            SKIP: SKIP.replace("x >= begin", "x >= begin + own")
        },
        ("target[0] for all rows", "first target"): {
            "own = P[target][:, None]": "target = np.full(len(target), target[0])\n"
            "    own = P[target][:, None]"
        },
        ("side left", "edge"): {'side="right"': 'side="left"'},
        ("sorted draws", "sorted"): {"return " + FIND: "return np.sort(" + FIND + ")"},
        ("np.random for the numbers", "example"): {
            SHORT: "x = np.random.random(uniform.shape) * (1 - own)"
        },
        ("redrawn until it fits", "example"): """
def draw_negatives(P, target, uniform):
    words = np.searchsorted(P.cumsum(), uniform, side="right")
    while (again := np.isin(words, target) & (words == target[:, None])).any():
        words[again] = np.random.choice(len(P), again.sum(), p=P)
    return words
""",
        ("np.isin: no target of the whole batch", "example"): """
def draw_negatives(P, target, uniform):
    rest = P.copy()
    rest[target] = 0
    if not rest.any():
        rest[:] = 1
    F = (rest / rest.sum()).cumsum()
    return np.searchsorted(F, uniform, side="right")
""",
        ("writes into uniform", "input changed"): {SHORT: "uniform *= 1 - own\n    x = uniform"},
        ("one word for each row", "example"): {"return " + FIND: "return (" + FIND + ")[:, 0]"},
        ("nothing returned", "example"): {"return " + FIND: "words = " + FIND},
        ("the package's sampler", "own work"): {
            "return " + FIND: "from common.negative_sampling import UnigramSampler\n"
            "    return UnigramSampler(np.arange(len(P)), 1, 1).get_negative_sample(target)"
        },
    },
)

# 5
WINDOWS = "windows = sum(chance[i - m : i + m + 1].prod() for i in places)"
COUNT = "sum(stays[i - m : i + m + 1].all() for i in places)"
STAYS = "stays = uniform < keep[corpus]"


def both_windows(old, new):
    """The same change in the expected and in the counted windows."""
    return {WINDOWS: WINDOWS.replace(old, new), COUNT: COUNT.replace(old, new)}


def in_both(old, new):
    return {
        WINDOWS: "places = list(places)\n    " + WINDOWS.replace(old, new),
        COUNT: COUNT.replace(old, new),
    }


of(
    "whole_windows",
    {
        "a list": {"return chance.sum(), windows": "return [chance.sum(), windows]"},
        "an array": {"return chance.sum(), windows": "return np.array([chance.sum(), windows])"},
        "convolve": {
            COUNT: "(np.convolve(stays, np.ones(2 * m + 1), 'valid') == 2 * m + 1).sum() "
            "if len(stays) > 2 * m else 0"
        },
        "sliding windows": {
            WINDOWS: "windows = np.lib.stride_tricks.sliding_window_view(chance, 2 * m + 1)"
            ".prod(axis=1).sum() if len(chance) > 2 * m else 0.0"
        },
        "plain loops": """
def expected(corpus, keep, m):
    words = windows = 0.0
    for i, v in enumerate(corpus):
        words += keep[v]
        if m <= i < len(corpus) - m:
            p = 1.0
            for j in range(i - m, i + m + 1):
                p *= keep[corpus[j]]
            windows += p
    return words, windows


def counted(corpus, keep, m, uniform):
    here = [u < keep[v] for u, v in zip(uniform, corpus, strict=True)]
    return sum(here), sum(all(here[i - m : i + m + 1]) for i in range(m, len(here) - m))
""",
        "logarithms": {
            WINDOWS: "windows = sum(np.exp(np.log(chance[i - m : i + m + 1]).sum()) for i in "
            "places)"
        },
        "float32 inside": {"chance = keep[corpus]": "chance = keep[corpus].astype(np.float32)"},
        "counts for the words": {
            "return chance.sum(), windows": "return np.bincount(corpus, minlength=len(keep)) @ "
            "keep, windows"
        },
    },
    {
        ("one number a word, not a place", "one number a word"): {
            STAYS: "stays = uniform[corpus] < keep[corpus]"
        },
        ("kept where the number is above", "numbers turned round"): {
            STAYS: STAYS.replace("<", ">")
        },
        ("the probability to go", "drop for keep"): {
            "chance = keep[corpus]": "chance = 1 - keep[corpus]",
            STAYS: "stays = uniform < 1 - keep[corpus]",
        },
        ("windows at the ends", "ends"): {
            WINDOWS: "windows = sum(chance[max(i - m, 0) : i + m + 1].prod() for i in "
            "range(len(corpus)))",
            COUNT: "sum(stays[max(i - m, 0) : i + m + 1].all() for i in range(len(corpus)))",
        },
        ("the middle word only", "middle word only"): both_windows(
            "i - m : i + m + 1", "i : i + 1"
        ),
        ("the left side only", "one side"): both_windows("i - m : i + m + 1", "i - m : i + 1"),
        ("off by one", "one word short"): both_windows("i - m : i + m + 1", "i - m : i + m"),
        ("the middle word forgotten", "middle word forgotten"): {
            WINDOWS: "windows = sum(chance[i - m : i].prod() * chance[i + 1 : i + m + 1].prod() "
            "for i in places)",
            COUNT: "sum(stays[i - m : i].all() & stays[i + 1 : i + m + 1].all() for i in places)",
        },
        ("gaps closed", "gaps closed"): {
            WINDOWS: "windows = max(0, chance.sum() - 2 * m)",
            COUNT: "max(0, stays.sum() - 2 * m)",
        },
        ("all windows stay", "all windows"): {WINDOWS: "windows = len(places)"},
        ("the power of the mean", "mean keep"): {
            WINDOWS: "windows = len(places) * chance.mean() ** (2 * m + 1)"
        },
        ("a sum over the vocabulary", "each word once"): {
            "return chance.sum(), windows": "return keep.sum(), windows"
        },
        ("probability squared", "example"): {"chance = keep[corpus]": "chance = keep[corpus] ** 2"},
        ("np.random for the numbers", "example"): {
            STAYS: "stays = np.random.random(len(corpus)) < keep[corpus]"
        },
        ("rounded", "example"): {
            "return chance.sum(), windows": "return round(chance.sum()), round(windows)"
        },
        ("every other word goes", "example"): {STAYS: "stays = np.arange(len(corpus)) % 2 == 0"},
        ("windows only", "example"): {"return chance.sum(), windows": "return windows"},
        ("a dict", "wrong type"): {
            "return chance.sum(), windows": "return {'words': chance.sum(), 'windows': windows}"
        },
    },
)

# 6
H = "h = (a[:, None] * self.rows).sum(axis=1)"
DP = "da[...] = (dh * self.rows).sum(axis=(0, 2))"
BACK = "self.embed.backward(a[:, None] * dh)"
of(
    "distance_cbow",
    {
        "einsum": {
            H: 'h = np.einsum("c,ncd->nd", a, self.rows)',
            DP: 'da[:] = np.einsum("nd,ncd->c", dh[:, 0], self.rows)',
        },
        "matmul": {H: "h = a @ self.rows"},
        "loops over the contexts": {
            DP: "for c in range(len(a)):\n            da[c] = (dh[:, 0] * self.rows[:, c]).sum()"
        },
        "its own scatter": {
            BACK: "dW = self.grads[0]\n        dW[...] = 0\n        "
            "np.add.at(dW, self.embed.idx, a[:, None] * dh)"
        },
        "tensordot": {H: "h = np.tensordot(self.rows, a, (1, 0))"},
        "the gradient repeated": {
            BACK: "C = len(a)\n        self.embed.backward(dh.repeat(C, axis=1) * a[None, :, None])"
        },
        "float32 inside": {H: H + "\n        h = h.astype(np.float32)"},
    },
    {
        ("no weight on the way back", "distance left out"): {
            BACK: "self.embed.backward(np.ones((len(a), 1)) * dh)"
        },
        ("1/C in place of the weight", "1/C for weights"): {
            BACK: "self.embed.backward(np.ones((len(a), 1)) / len(a) * dh)"
        },
        ("1/C beside the weight", "1/C back"): {
            BACK: "self.embed.backward(a[:, None] / len(a) * dh)"
        },
        ("a mean forward", "example"): {H: "h = self.rows.mean(axis=1)", DP: "da[...] = 0"},
        ("a mean forward, weights learned", "plain mean"): {H: "h = self.rows.mean(axis=1)"},
        ("normalised forward only", "normalised"): {H: H + " / a.sum()"},
        ("divided by C forward only", "divided by C"): {H: H + " / len(a)"},
        ("the weights turned round", "nearest last"): {
            H: "h = (a[::-1, None] * self.rows).sum(axis=1)",
            DP: "da[...] = (dh * self.rows).sum(axis=(0, 2))[::-1]",
            BACK: "self.embed.backward(a[::-1, None] * dh)",
        },
        ("da as a mean over the batch", "averaged over the batch"): {
            DP: "da[...] = (dh * self.rows).sum(axis=2).mean(axis=0)"
        },
        ("1/C in da", "1/C in da"): {DP: DP + " / len(a)"},
        ("da from h", "h for w"): {
            DP: "da[...] = (dh[:, 0] * (a @ self.rows)).sum()",
        },
        ("da never written", "weights not learned"): {DP: "pass"},
        ("da in a new array", "weights not learned"): {
            DP: "self.grads[1] = (dh * self.rows).sum(axis=(0, 2))"
        },
        ("da added up", "da not cleared"): {DP: DP.replace("=", "+=", 1)},
        ("dout ignored", "upstream"): {"self.loss.backward(dout)": "self.loss.backward()"},
        ("`+=` for repeated words", "repeated rows"): {
            BACK: "dW = self.grads[0]\n        dW[...] = 0\n        "
            "dW[self.embed.idx] += a[:, None] * dh"
        },
        ("a step on a", "input changed"): {DP: DP + "\n        a -= 0.1 * da"},
        ("the wrong sign of da", "example"): {DP: DP.replace("= (", "= -(")},
        ("one gradient for C contexts", "stopped"): {
            BACK: "self.embed.backward((a[:, None] * dh).sum(axis=1))"
        },
        ("the package's CBOW", "own work"): {
            H: "from common.word2vec import CBOW\n        CBOW(7, 3, 1, np.arange(7))\n        " + H
        },
        ("no loss returned", "wrong type"): {"return self.loss.forward": "self.loss.forward"},
    },
)

# 7
A, B, C = '"A": ([1, 1], [2, 3])', '"B": ([1], [1])', '"C": ([0], [1])'
of(
    "hunt",
    {
        "other ids": {A: '"A": ([5, 5], [6, 1])', B: '"B": ([6], [6])', C: '"C": ([4], [0])'},
        "arrays": {A: '"A": (np.array([2, 2]), np.array([4, 5]))'},
        "lists of lists": {B: '"B": [[3], [3]]'},
        "tuples": {C: '"C": ((6,), (0,))'},
        "one array of two rows": {A: '"A": np.array([[1, 1], [2, 3]])'},
    },
    {
        ("A: all ids differ", "A passes"): {A: '"A": ([1, 2], [3, 4])'},
        ("A: the same word on the right", "A passes"): {A: '"A": ([2, 3], [1, 1])'},
        ("A: one pair", "A passes"): {A: '"A": ([1], [2])'},
        ("A: with a word on both sides", "more than one"): {A: '"A": ([1, 1], [1, 3])'},
        ("A: with word 0", "more than one"): {A: '"A": ([1, 1], [0, 3])'},
        ("A: three pairs", "smaller"): {A: '"A": ([1, 1, 1], [2, 3, 4])'},
        ("B: no word on both sides", "B passes"): {B: '"B": ([1], [2])'},
        ("B: two pairs", "smaller"): {B: '"B": ([1, 2], [3, 1])'},
        ("B: word 0 with itself", "more than one"): {B: '"B": ([0], [0])'},
        ("C: the last id", "C passes"): {C: '"C": ([6], [1])'},
        ("C: two pairs", "smaller"): {C: '"C": ([0, 2], [1, 3])'},
        ("C: word 0 twice on the left", "more than one"): {C: '"C": ([0, 0], [1, 0])'},
        ("an id outside", "wrong type"): {B: '"B": ([7], [7])'},
        ("lists of different length", "wrong type"): {A: '"A": ([1, 1], [2])'},
        ("an empty batch", "wrong type"): {A: '"A": ([], [])'},
        ("a layer is missing", "wrong type"): {C + ",": ""},
        ("words for ids", "wrong type"): {B: '"B": (["say"], ["say"])'},
        ("nothing returned", "wrong type"): {"return {": "answer = {"},
    },
)

# 8
of(
    "diagnosis",
    {"in another order": {'{1: "c", 2: "b", 3: "h", 4: "d"}': '{4: "d", 3: "h", 2: "b", 1: "c"}'}},
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "c", "g"),
            (1, "c", "e"),
            (1, "c", "d"),
            (2, "b", "h"),
            (2, "b", "a"),
            (3, "h", "b"),
            (3, "h", "f"),
            (4, "d", "g"),
            (4, "d", "c"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "d"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "d"': ""},
        ("two letters for a run", "wrong type"): {'4: "d"': '4: ["d", "g"]'},
        ("a list", "wrong type"): {
            'return {1: "c", 2: "b", 3: "h", 4: "d"}': 'return list("cbhd")'
        },
    },
)

# 9
FILL = "* ((V - 1) % 2)"
SUM = "sum(weight for weight, _, _ in merged)"
of(
    "three_ways",
    {
        "the turns in another order": {"enumerate(merged)": "zip((2, 0, 1), merged)"},
        "lists": {
            "codes, number = [()] * V": "codes, number = [[] for _ in range(V)]",
            "(turn, *codes[v])": "[turn, *codes[v]]",
        },
        "an object array is no trouble": {
            "return codes": "out = np.empty(V, object)\n    out[:] = codes\n    return out"
        },
        "ties the other way": {"(int(count), v, [v])": "(int(count), -v, [v])"},
        "by sorting": """
def three_way_codes(counts):
    trees = [(int(c), {v: ()}) for v, c in enumerate(counts)]
    if len(trees) % 2 == 0:
        trees.append((0, {}))
    while len(trees) > 1:
        trees.sort(key=lambda tree: tree[0])
        merged, trees = trees[:3], trees[3:]
        codes = {v: (t, *code) for t, (_, tree) in enumerate(merged) for v, code in tree.items()}
        trees.append((sum(weight for weight, _ in merged), codes))
    return [trees[0][1][v] for v in range(len(counts))]
""",
    },
    {
        ("two at a time", "two branches"): {"range(3)": "range(2)", FILL: "* 0"},
        ("no filler", "no filler"): {FILL: "* 0", "range(3)": "range(min(3, len(heap)))"},
        ("the filler counts", "filler counts"): {"[(0, V, [])]": "[(1, V, [])]"},
        ("the heaviest first", "heaviest first"): {"(int(count), v, [v])": "(-int(count), v, [v])"},
        ("the parent weighs the lightest", "lightest for sum"): {SUM: "merged[0][0]"},
        ("the parent weighs the heaviest", "heaviest for sum"): {SUM: "merged[-1][0]"},
        ("all codes equally long", "equal lengths"): """
def three_way_codes(counts):
    V, R = len(counts), 1
    while 3**R < V:
        R += 1
    return [tuple(v // 3**r % 3 for r in reversed(range(R))) for v in range(V)]
""",
        ("in the order of the counts", "by rank"): {
            "return codes": "return [codes[v] for v in sorted(range(V), key=lambda v: -counts[v])]"
        },
        ("codes read from the leaf", "example"): {"(turn, *codes[v])": "(*codes[v], turn)"},
        ("turns from 1", "example"): {"enumerate(merged)": "enumerate(merged, 1)"},
        ("the filler at the root", "example"): {
            FILL: "* 0",
            "range(3)": "range(3 if len(heap) % 2 or len(heap) == 4 else 2)",
        },
        ("every code is empty", "example"): {"return codes": "return [()] * V"},
        ("the last word forgotten", "example"): {"return codes": "return codes[:-1]"},
        ("always 1 at the end", "example"): {
            "return codes": "return [(*c[:-1], 1) for c in codes]"
        },
        ("a dict", "wrong type"): {"return codes": "return dict(enumerate(codes))"},
        ("the package's binary tree", "own work"): {
            "return codes": "from common.hierarchical_softmax import HuffmanTree\n"
            "    tree = HuffmanTree(counts)\n"
            "    return [tuple(code[mask]) for code, mask in zip(tree.code, tree.mask)]"
        },
        ("no end", "stopped"): {FILL: "* 0"},
    },
)

# 10
PMI, KZERO, NEVER = "pmi = np.log(24 / 6.75)", '"K_for_zero": 48 / 33.75', '"never": -np.inf'
of(
    "shifted_pmi",
    {
        "rounded": {
            "return {": 'return {"pmi": 1.27, "shifted": -0.12, "K_for_zero": 1.42, '
            '"never": -np.inf}\n    {'
        },
        "by the equation": {PMI: "pmi = np.log(24 * 160 / (40 * 27))"},
        "float of a text": {NEVER: '"never": float("-inf")'},
        "exponentials": {KZERO: '"K_for_zero": np.exp(np.log(48 * 160 / (60 * 90)))'},
        "arrays of one number": {KZERO: '"K_for_zero": np.float32(48 / 33.75)'},
    },
    {
        ("base 2", "base 2"): {
            PMI: "pmi = np.log2(24 / 6.75)",
            "pmi - np.log(4)": "pmi - np.log2(4)",
            KZERO: '"K_for_zero": np.exp(np.log2(48 / 33.75))',
        },
        ("base 10", "base 10"): {
            PMI: "pmi = np.log10(24 / 6.75)",
            "pmi - np.log(4)": "pmi - np.log10(4)",
            KZERO: '"K_for_zero": np.exp(np.log10(48 / 33.75))',
        },
        ("ln of the count", "only the pair"): {PMI: "pmi = np.log(24)", KZERO: '"K_for_zero": 48'},
        ("the total forgotten", "total forgotten"): {
            PMI: "pmi = np.log(24 / (40 * 27))",
            KZERO: '"K_for_zero": 48 / (60 * 90)',
        },
        ("the row only", "pairs of a word only"): {
            PMI: "pmi = np.log(24 / 40)",
            KZERO: '"K_for_zero": 48 / 60',
        },
        ("the fraction turned over", "turned over"): {
            PMI: "pmi = np.log(6.75 / 24)",
            KZERO: '"K_for_zero": 33.75 / 48',
            NEVER: '"never": np.inf',
        },
        ("not shifted", "not shifted"): {"pmi - np.log(4)": "pmi"},
        ("shifted up", "added"): {"pmi - np.log(4)": "pmi + np.log(4)"},
        ("1 + K", "1 + K"): {"pmi - np.log(4)": "pmi - np.log(5)"},
        ("divided by K", "divided by K"): {"pmi - np.log(4)": "pmi / 4"},
        ("ln K in place of K", "the logarithm itself"): {KZERO: '"K_for_zero": np.log(48 / 33.75)'},
        ("never is 0", "never is 0"): {NEVER: '"never": 0'},
        ("never is infinite", "example"): {NEVER: '"never": np.inf'},
        ("minus K", "example"): {"pmi - np.log(4)": "pmi - 4"},
        ("one number too coarse", "example"): {PMI: "pmi = 1.3"},
        ("a text", "wrong type"): {NEVER: '"never": "-inf"'},
        ("one answer is missing", "wrong type"): {NEVER + ",": ""},
        ("a list", "wrong type"): {"return {": "return [1.27, -0.12, 1.42, 0]\n    {"},
    },
)

# 11
PAY = "part[giver] -= total - part[taker]"
GIVE = "alias[taker] = giver"
PICK = "np.where(coin < part[box], box, alias[box])"
of(
    "whole_numbers",
    {
        "from the front of the lists": {
            "small.pop(), large.pop()": "small.pop(0), large.pop(0)",
        },
        "the smallest and the largest": """
def alias_table(counts):
    V, total = len(counts), int(sum(counts))
    part, alias = [V * int(c) for c in counts], list(range(V))
    open_boxes = set(range(V))
    while open_boxes:
        taker = min(open_boxes, key=lambda v: part[v])
        giver = max(open_boxes, key=lambda v: part[v])
        open_boxes.remove(taker)
        if part[taker] < total:
            alias[taker] = giver
            part[giver] -= total - part[taker]
    return part, alias


def pick(part, alias, box, coin):
    return [b if c < part[b] else alias[b] for b, c in zip(box, coin)]
""",
        "floats that are whole": {"part, alias = V * counts": "part, alias = 1.0 * V * counts"},
        "alias 0 for full boxes": {"np.arange(V)": "np.zeros(V, int)"},
        "an array of two rows": {"return part, alias  #": "return np.array([part, alias])  #"},
        "np.choose": {PICK: "np.choose(coin < part[box], [alias[box], box])"},
    },
    {
        ("boxes of size V", "boxes of size V"): {
            "V, total = len(counts), counts.sum()": "V = total = len(counts)",
            "return part, alias  #": "part[small + large] = total\n    return part, alias  #",
        },
        ("not scaled", "not scaled"): {
            "V * counts": "counts.copy()",
            "return part, alias  #": "part[small + large] = total\n    return part, alias  #",
        },
        ("the giver does not pay", "giver does not pay"): {
            PAY: "pass",
            "return part, alias  #": "part[small + large] = total\n    return part, alias  #",
            "if part[giver] < total else": "if False else",
        },
        ("the giver pays the wrong part", "giver pays the wrong part"): {
            PAY: "part[giver] -= part[taker]",
            "return part, alias  #": "part[small + large] = total\n    return part, alias  #",
        },
        ("the giver stays large", "giver stays large"): {
            "(small if part[giver] < total else large)": "large",
        },
        ("the alias is written on the giver", "alias turned round"): {GIVE: "alias[giver] = taker"},
        ("coin up to part", "coin at the edge"): {PICK: PICK.replace("<", "<=")},
        ("own word and alias exchanged", "own and alias exchanged"): {
            PICK: "np.where(coin < part[box], alias[box], box)"
        },
        ("alias never taken", "alias never taken"): {PICK: "box"},
        ("box of the coin", "example"): {PICK: "np.where(coin < part[box], coin % len(part), box)"},
        ("its own random coin", "example"): {
            PICK: "np.where(np.random.random(len(box)) * part.max() < part[box], box, alias[box])"
        },
        ("one giver for all", "example"): {PAY: PAY + "\n        alias[:] = giver"},
        ("counts changed", "input changed"): {
            "part, alias = V * counts": "counts *= V\n    part, alias = counts"
        },
        ("shares, not counts", "not scaled"): {"V * counts, np": "counts / total, np"},
        ("part only", "example"): {"return part, alias  #": "return part  #"},
        ("nothing returned", "example"): {"return part, alias  #": "#"},
    },
)

# 12
WEIGHT = "np.maximum(reach[:, None] + 1 - distance, 0) * (distance > 0) * real"
DIVIDE = "weight / np.maximum(total, 1)"
MEAN = "sum(reach_matrix(np.full(B, r), real) for r in range(1, m + 1)) / m"
of(
    "random_reach",
    {
        "loops": """
def reach_matrix(reach, real):
    B, J = len(reach), len(real)
    m = (J - B) // 2
    A = [[0.0] * J for _ in range(B)]
    for b in range(B):
        for j in range(J):
            r = abs(j - b - m)
            if real[j] and 1 <= r <= reach[b]:
                A[b][j] = float(reach[b] + 1 - r)
        total = sum(A[b])
        A[b] = [x / total for x in A[b]] if total else A[b]
    return A


def mean_matrix(real, m):
    B = len(real) - 2 * m
    return np.mean([reach_matrix([r] * B, real) for r in range(1, m + 1)], axis=0)
""",
        "np.divide with where": {
            DIVIDE: "np.divide(weight, total, out=np.zeros(weight.shape), where=total > 0)"
        },
        "np.mean": {
            MEAN: "np.mean([reach_matrix(np.full(B, r), real) for r in range(1, m + 1)], axis=0)"
        },
        "a sum of bands": {
            WEIGHT: "sum(((distance <= q) & (distance > 0) & (q <= reach[:, None]) & real)"
            ".astype(float) for q in range(1, m + 1))"
        },
        "nan_to_num": {DIVIDE: "np.nan_to_num(weight / total)"},
        "float32": {DIVIDE: "(" + DIVIDE + ").astype(np.float32)"},
    },
    {
        ("one reach for all", "one reach"): {WEIGHT: WEIGHT.replace("reach[:, None]", "reach[0]")},
        ("the reach is m", "all m"): {WEIGHT: WEIGHT.replace("reach[:, None]", "m")},
        ("columns not moved by m", "not moved"): {
            "np.arange(B)[:, None] + m": "np.arange(B)[:, None]"
        },
        ("all contexts alike", "flat"): {
            WEIGHT: "1.0 * (distance <= reach[:, None]) * (distance > 0) * real"
        },
        ("m for the reach", "m for the reach"): {
            WEIGHT: "(m + 1 - distance) * (distance <= reach[:, None]) * (distance > 0) * real"
        },
        ("off by one", "off by one"): {" + 1 - distance": " - distance"},
        ("the word itself", "the word itself"): {" * (distance > 0)": ""},
        ("columns beyond the text", "beyond the text"): {" * real": ""},
        ("divided by all columns", "divided by all"): {
            " * real": "",
            DIVIDE: DIVIDE + " * real",
        },
        ("not divided", "not divided"): {DIVIDE: "weight"},
        ("columns divided", "columns divided"): {
            "total = weight.sum(axis=1, keepdims=True)": "total = weight.sum(axis=0)"
        },
        ("0 / 0", "nan"): {DIVIDE: "weight / total"},
        ("the reach that is the mean", "mean reach"): {
            MEAN: "reach_matrix(np.full(B, (m + 1) / 2), real)"
        },
        ("not divided by m", "sum of reaches"): {MEAN: MEAN.replace(" / m", "")},
        ("divided by m + 1", "from 0"): {MEAN: MEAN.replace(" / m", " / (m + 1)")},
        ("one random reach", "example"): {
            MEAN: "reach_matrix(np.random.randint(1, m + 1, B), real)"
        },
        ("the largest reach", "example"): {MEAN: "reach_matrix(np.full(B, m), real)"},
        ("1 / distance", "example"): {
            WEIGHT: "(distance <= reach[:, None]) / np.maximum(distance, 1) * (distance > 0) * real"
        },
        ("real is changed", "input changed"): {
            "distance = np": "real[:m] = False\n    distance = np"
        },
        ("nothing returned", "wrong type"): {"return " + DIVIDE: "A = " + DIVIDE},
    },
)
