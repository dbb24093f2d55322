"""Right and wrong answers to week 15's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
SORTED = "return best_in_order(np.sort(contexts, axis=1), target)"
ROWS = "rows = [tuple(row) for row in contexts.tolist()]"
COSTS = "costs = [-np.log(pairs.count(pair) / rows.count(pair[0])) for pair in pairs]"
MEAN = "return np.mean(costs)"
APART = """
def best_of_bag(contexts, target):
    return best(contexts, target, {bag})


def best_in_order(contexts, target):
    return best(contexts, target, {order})


def best(contexts, target, key):
    answers = {{}}
    for row, word in zip(contexts.tolist(), target.tolist()):
        answers.setdefault(key(row), []).append(word)
    total = 0
    for words in answers.values():
        for word in words:
            total -= np.log(words.count(word) / len(words))
    return total / len(target)
"""
of(
    "best_of_bags",
    {
        "answers in a dict": APART.format(bag="lambda row: tuple(sorted(row))", order="tuple"),
        "rows as text": {ROWS: 'rows = [" ".join(map(str, row)) for row in contexts.tolist()]'},
        "np.unique": """
def best_in_order(contexts, target):
    rows, where, many = np.unique(contexts, axis=0, return_inverse=True, return_counts=True)
    both = np.column_stack([where.reshape(-1), target])
    _, which, often = np.unique(both, axis=0, return_inverse=True, return_counts=True)
    share = often[which.reshape(-1)] / many[where.reshape(-1)]
    return -np.log(share).mean()


def best_of_bag(contexts, target):
    return best_in_order(np.sort(contexts, axis=1), target)
""",
        "bags of counts": {
            SORTED: "V = contexts.max() + 1\n"
            "    bags = [np.bincount(row, minlength=V) for row in contexts]\n"
            "    return best_in_order(np.array(bags), target)"
        },
        "a Python number": {MEAN: "return float(sum(costs) / len(costs))"},
        "sorted downwards": {SORTED: SORTED.replace("np.sort(contexts", "-np.sort(-contexts")},
        "entropy of each bag": """
from collections import Counter


def best_in_order(contexts, target):
    rows = [tuple(map(int, row)) for row in contexts]
    total = 0.0
    for row, often in Counter(rows).items():
        counts = Counter(int(t) for r, t in zip(rows, target) if r == row)
        p = np.array(list(counts.values())) / often
        total += often * -(p * np.log(p)).sum()
    return total / len(target)


def best_of_bag(contexts, target):
    return best_in_order(np.sort(contexts, axis=-1), target)
""",
    },
    {
        ("the order is kept", "order kept"): {SORTED: "return best_in_order(contexts, target)"},
        ("sorted both times", "order forgotten"): {
            ROWS: "rows = [tuple(sorted(row)) for row in contexts.tolist()]"
        },
        ("sets for bags", "words once"): APART.format(bag="frozenset", order="tuple"),
        ("bags by the sum of their ids", "sum of ids"): {
            SORTED: "return best_in_order(contexts.sum(axis=1, keepdims=True), target)"
        },
        ("bags by the mean of their ids", "sum of ids"): APART.format(
            bag="lambda row: sum(row) / len(row)", order="tuple"
        ),
        ("ln of the number of answers", "equal shares"): {
            COSTS: "costs = [np.log(len({w for r, w in pairs if r == row})) for row in rows]"
        },
        ("always 0", "no shares"): {COSTS: "costs = [0.0]"},
        ("the largest share for all", "most frequent only"): {
            COSTS: "costs = [-np.log(max(pairs.count(p) for p in pairs if p[0] == row)"
            " / rows.count(row)) for row in rows]"
        },
        ("the targets' frequencies", "contexts ignored"): {
            COSTS: "words = target.tolist()\n"
            "    costs = [-np.log(words.count(w) / len(words)) for w in words]"
        },
        ("a sum", "not a mean"): {MEAN: "return sum(costs)"},
        ("each bag once", "mean over bags"): {
            MEAN: "of = {}\n    for row, cost in zip(rows, costs):\n"
            "        of.setdefault(row, []).append(cost)\n"
            "    return np.mean([np.mean(c) for c in of.values()])"
        },
        ("log2", "base 2"): {COSTS: COSTS.replace("np.log", "np.log2")},
        ("a plus", "example"): {COSTS: COSTS.replace("-np.log", "np.log")},
        ("each pair once", "example"): {
            COSTS: COSTS.replace("in pairs]", "in dict.fromkeys(pairs)]")
        },
        ("only questions whose bag comes twice", "example"): {
            COSTS: COSTS.replace("in pairs]", "in pairs if rows.count(pair[0]) > 1] or [0.0]")
        },
        ("shares of all questions", "example"): {
            COSTS: COSTS.replace("rows.count(pair[0])", "len(rows)")
        },
        ("the first context alone", "example"): {
            ROWS: "rows = [row[0] for row in contexts.tolist()]"
        },
        ("the perplexity", "example"): {MEAN: "return np.exp(np.mean(costs))"},
        ("the costs", "example"): {MEAN: "return np.array(costs)"},
        ("sorted in place", "input changed"): {
            SORTED: "contexts.sort(axis=1)\n    return best_in_order(contexts, target)"
        },
        ("sorted along the questions", "example"): {SORTED: SORTED.replace("axis=1", "axis=0")},
        ("nothing returned", "wrong type"): {MEAN: "np.mean(costs)"},
    },
)

# 2
ONEHOT = "onehot = contexts[:, :, None] == np.arange(len(W_in))  # (N, C, V)"
COUNTS = "counts = onehot.sum(axis=1)  # (N, V): how often each word stands in the bag"
NUMBER = "number = counts.sum(axis=1, keepdims=True)  # C_n"
SHARE = "self.share = counts / np.maximum(number, 1)  # an empty bag stays 0"
H = "return self.share.astype(W_in.dtype) @ W_in"
DW = "dW_in[...] = self.share.T @ dh"
SCATTER = """
class EdgeContexts:
    def __init__(self, W_in):
        self.params, self.grads = [W_in], [np.zeros_like(W_in)]

    def forward(self, contexts):
        (W_in,) = self.params
        self.contexts, self.there = contexts, contexts >= 0
        rows = W_in[contexts] * self.there[:, :, None]
        self.number = np.maximum(self.there.sum(axis=1), 1)[:, None]
        return rows.sum(axis=1) / self.number

    def backward(self, dh):
        (dW_in,) = self.grads
        dW_in[...] = 0
        part = dh / self.number
        each = part[:, None, :] * self.there[:, :, None]
        np.add.at(dW_in, self.contexts, each)
"""
LOOPS = """
class EdgeContexts:
    def __init__(self, W_in):
        self.params, self.grads = [W_in], [np.zeros_like(W_in)]

    def forward(self, contexts):
        self.contexts = contexts
        W_in = self.params[0]
        h = np.zeros((len(contexts), W_in.shape[1]), W_in.dtype)
        for n, row in enumerate(contexts):
            ids = [v for v in row if v >= 0]
            if ids:
                h[n] = sum(W_in[v] for v in ids) / len(ids)
        return h

    def backward(self, dh):
        self.grads[0].fill(0)
        for n, row in enumerate(self.contexts):
            ids = [v for v in row if v >= 0]
            for v in ids:
                self.grads[0][v] += dh[n] / len(ids)
"""
of(
    "edge_contexts",
    {
        "rows gathered and scattered": SCATTER,
        "loops": LOOPS,
        "one row of zeros more": """
class EdgeContexts:
    def __init__(self, W_in):
        self.params, self.grads = [W_in], [np.zeros_like(W_in)]

    def forward(self, contexts):
        W_in = self.params[0]
        longer = np.vstack([W_in, np.zeros_like(W_in[:1])])  # -1 is this row
        onehot = np.eye(len(longer))[contexts]
        self.bag = onehot.sum(axis=1)[:, :-1]
        self.number = self.bag.sum(axis=1, keepdims=True)
        self.number[self.number == 0] = 1
        return (self.bag @ W_in) / self.number

    def backward(self, dh):
        self.grads[0][:] = self.bag.T @ (dh / self.number)
""",
        "np.where for the empty bag": {
            SHARE: "self.share = np.where(number > 0, counts / np.where(number > 0, number, 1), 0)"
        },
        "einsum": {DW: 'dW_in[:] = np.einsum("nv,nd->vd", self.share, dh)'},
        "float32 inside": {H: "return self.share.astype(np.float32) @ W_in"},
        "a list": {H: "return (self.share @ W_in).tolist()"},
        "nan made 0": {SHARE: "self.share = np.nan_to_num(counts / number)"},
    },
    {
        ("-1 taken for an id", "last word"): """
class EdgeContexts:
    def __init__(self, W_in):
        self.params, self.grads = [W_in], [np.zeros_like(W_in)]

    def forward(self, contexts):
        self.contexts = contexts
        return self.params[0][contexts].mean(axis=1)

    def backward(self, dh):
        (dW_in,) = self.grads
        dW_in[...] = 0
        N, C = self.contexts.shape
        np.add.at(dW_in, self.contexts.reshape(-1), (dh / C).repeat(C, axis=0))
""",
        ("one-hot rows from np.eye", "last word"): """
class EdgeContexts:
    def __init__(self, W_in):
        self.params, self.grads = [W_in], [np.zeros_like(W_in)]

    def forward(self, contexts):
        (W_in,) = self.params
        self.onehot = np.eye(len(W_in))[contexts]
        return (self.onehot @ W_in).mean(axis=1)

    def backward(self, dh):
        N, C, V = self.onehot.shape
        dx = (dh / C).repeat(C, axis=0)
        self.grads[0][...] = self.onehot.reshape(N * C, V).T @ dx
""",
        ("the gradient of -1 to the last word", "last word back"): {
            DW: DW + "\n        empty = self.empty / self.number\n"
            "        dW_in[-1] += (empty * dh).sum(axis=0)",
            NUMBER: NUMBER + "\n        self.number = np.maximum(number, 1)\n"
            "        self.empty = contexts.shape[1] - number",
        },
        ("always divided by C", "divided by C"): {SHARE: "self.share = counts / contexts.shape[1]"},
        ("1/C on the way back", "back by C"): {
            SHARE: SHARE + "\n        self.back = counts / contexts.shape[1]",
            DW: DW.replace("share", "back"),
        },
        ("a sum for the mean", "a sum"): {SHARE: "self.share = counts"},
        ("nothing divided on the way back", "not divided back"): {
            SHARE: SHARE + "\n        self.back = counts",
            DW: DW.replace("share", "back"),
        },
        ("0/0", "nothing divided by nothing"): {SHARE: "self.share = counts / number"},
        ("rows assigned", "repeated words"): LOOPS.replace("[v] += dh[n]", "[v] = dh[n]"),
        ("+= with repeated ids", "repeated words"): SCATTER.replace(
            "np.add.at(dW_in, self.contexts, each)",
            "dW_in[self.contexts[self.there]] += each[self.there]",
        ),
        ("a word of a bag once", "words once"): {
            COUNTS: "counts = onehot.any(axis=1).astype(float)"
        },
        ("averaged over the questions", "averaged"): {DW: DW + " / len(dh)"},
        ("+= for =", "not cleared"): {DW: DW.replace("[...] =", " +=")},
        ("scattered over the last batch", "not cleared"): SCATTER.replace(
            "        dW_in[...] = 0\n", ""
        ),
        ("a new array in grads", "not in place"): {DW: "self.grads[0] = self.share.T @ dh"},
        ("a new list grads", "not in place"): {DW: "self.grads = [self.share.T @ dh]"},
        ("a new array under the name dW_in", "no gradient"): {DW: "dW_in = self.share.T @ dh"},
        ("the gradient returned", "no gradient"): {DW: "return self.share.T @ dh"},
        ("an empty bag is the mean of all rows", "example"): {
            H: "self.share = np.where(number > 0, self.share, 1 / len(W_in))\n        " + H
        },
        ("-1 taken for word 0", "example"): {
            ONEHOT: ONEHOT.replace("contexts[:, :, None]", "np.maximum(contexts, 0)[:, :, None]")
        },
        ("word 0 taken for empty", "example"): {
            COUNTS: COUNTS + "\n        counts[:, 0] = 0",
        },
        ("questions with an empty place left out", "example"): {
            ONEHOT: "contexts = contexts[(contexts >= 0).all(axis=1)]\n        " + ONEHOT
        },
        ("divided by the batch's number of words", "example"): {
            NUMBER: "number = counts.sum()",
        },
        ("-1 filled in place", "input changed"): {
            ONEHOT: "contexts[contexts < 0] = 99\n        " + ONEHOT
        },
        ("a step on W_in", "input changed"): {DW: DW + "\n        self.params[0][...] -= dW_in"},
        ("nothing returned", "wrong type"): {H: "h = self.share @ W_in"},
        ("the package's Embedding", "own work"): {
            H: "from common.layers import Embedding\n\n"
            "        Embedding(W_in).forward(np.maximum(contexts, 0))\n        " + H
        },
    },
)

# 3
MEAN_OF = "self.share = onehot.mean(axis=1)  # (N, V): the mean can be taken before the product"
LOSS = "return -np.log(self.y[np.arange(len(target)), target]).mean()"
DS = "ds *= dout / N"
OUT = "output_side = ds.T @ self.h"
INTO = "input_side = self.share.T @ (ds @ W)"
ALL = "dW[...] = output_side + input_side  # two ways from W to the loss"
of(
    "one_matrix",
    {
        "all rows in one long batch": {
            INTO: "N, C, V = self.x.shape\n"
            "        dx = (ds @ W / C).repeat(C, axis=0)\n"
            "        input_side = self.x.reshape(N * C, V).T @ dx",
            MEAN_OF: MEAN_OF + "\n        self.x = onehot",
        },
        "one side after the other": {
            OUT: "dW[...] = ds.T @ self.h",
            INTO: "dW += self.share.T @ (ds @ W)",
            ALL: "",
        },
        "loops over the words": {
            ALL: "for v in range(len(W)):\n            dW[v] = output_side[v] + input_side[v]"
        },
        "the mean after the product": {
            "self.h = self.share @ W": "self.h = (onehot @ W).mean(axis=1)"
        },
        "ids": {
            MEAN_OF: MEAN_OF + "\n        self.ids = onehot.argmax(axis=2)",
            INTO: "N, C = self.ids.shape\n        input_side = np.zeros(W.shape)\n"
            "        np.add.at(input_side, self.ids, (ds @ W / C)[:, None, :])",
        },
        "its own softmax": {
            "self.y = softmax(self.h @ W.T)": "s = self.h @ W.T\n"
            "        e = np.exp(s - s.max(axis=1, keepdims=True))\n"
            "        self.y = e / e.sum(axis=1, keepdims=True)"
        },
        "one-hot targets": {
            "ds = self.y.copy()": "ds = self.y - np.eye(len(W))[self.target]",
            "        ds[np.arange(N), self.target] -= 1\n": "",
        },
        "float32 inside": {"self.h = self.share @ W": "self.h = self.share.astype('f') @ W"},
        "einsum": {
            INTO: 'dh = np.einsum("nv,vd->nd", ds, W)\n'
            '        input_side = np.einsum("nv,nd->vd", self.share, dh)'
        },
    },
    {
        ("the output side alone", "output side only"): {ALL: "dW[...] = output_side"},
        ("the input side written last", "input side only"): {
            ALL: "dW[...] = output_side\n        dW[...] = input_side"
        },
        ("the mean of both", "mean of both sides"): {
            ALL: "dW[...] = (output_side + input_side) / 2"
        },
        ("the 1/C lost", "1/C lost"): {
            MEAN_OF: MEAN_OF + "\n        self.sum = onehot.sum(axis=1)",
            INTO: INTO.replace("share", "sum"),
        },
        ("1/C on both sides", "1/C on both sides"): {
            MEAN_OF: MEAN_OF + "\n        self.C = onehot.shape[1]",
            OUT: OUT + " / self.C",
        },
        ("h as a sum", "a sum"): {MEAN_OF: MEAN_OF.replace("mean(axis=1)", "sum(axis=1)")},
        ("the last context alone", "last context only"): {
            MEAN_OF: MEAN_OF + "\n        self.last = onehot[:, -1] / onehot.shape[1]",
            INTO: INTO.replace("share", "last"),
        },
        ("no 1/N", "no 1/N"): {DS: "ds *= dout"},
        ("a sum for the loss", "not a mean"): {
            LOSS: LOSS.replace(".mean()", ".sum()"),
            DS: "ds *= dout",
        },
        ("t - y", "turned round"): {DS: "ds *= -dout / N"},
        ("dout ignored", "upstream"): {DS: "ds /= N"},
        ("+= for =", "not cleared"): {ALL: ALL.replace("dW[...] =", "dW +=")},
        ("a new array in grads", "not in place"): {ALL: ALL.replace("dW[...]", "self.grads[0]")},
        ("a gradient for each side", "not in place"): {
            ALL: "self.grads = [output_side, input_side]"
        },
        ("a new array under the name dW", "no gradient"): {ALL: ALL.replace("dW[...]", "dW")},
        ("dout on the output side only", "example"): {
            INTO: "input_side = self.share.T @ (ds @ W) / dout"
        },
        ("a step between the two sides", "input changed"): {
            OUT: OUT + "\n        W -= ds.T @ self.h"
        },
        ("every word without its 1", "example"): {
            "ds[np.arange(N), self.target] -= 1\n": "ds -= 1\n"
        },
        ("a column for each target", "example"): {
            "ds[np.arange(N), self.target] -= 1": "ds[:, self.target] -= 1"
        },
        ("one side minus the other", "example"): {ALL: "dW[...] = output_side - input_side"},
        ("only rows of contexts", "example"): {
            ALL: ALL + "\n        dW[self.share.sum(axis=0) == 0] = 0"
        },
        ("the softmax's y changed", "example"): {
            "ds = self.y.copy()": "ds = self.y * (1 - self.y)"
        },
        ("a mean over all probabilities", "example"): {
            LOSS: "return -np.log(self.y).mean()",
        },
        ("W transposed", "stopped"): {"softmax(self.h @ W.T)": "softmax(self.h @ W)"},
        ("one-hot rows changed", "input changed"): {MEAN_OF: "onehot[:] *= 2\n        " + MEAN_OF},
        ("nothing returned", "wrong type"): {LOSS: LOSS.replace("return", "loss =")},
        ("the package's MatMul", "own work"): {
            OUT: "from common.layers import MatMul\n\n        MatMul(W).forward(self.share)\n"
            "        " + OUT
        },
    },
)

# 4
RIGHT = "right = np.take_along_axis(self.y, contexts, axis=1)  # (N, C)"
LOSS = "return -(self.weight * np.log(right)).sum() / len(s)"
ONEHOT = "onehot = np.eye(V)[self.contexts]  # (N, C, V)"
LABELS = "labels = (self.weight[:, None] * onehot).sum(axis=1)  # a word that comes twice adds up"
DS = "return (self.weight.sum() * self.y - labels) * dout / N"
of(
    "far_counts_less",
    {
        "loops": {
            LOSS: "loss = 0\n        for n in range(len(s)):\n"
            "            for c in range(len(self.weight)):\n"
            "                loss -= self.weight[c] * np.log(right[n, c])\n"
            "        return loss / len(s)",
            DS: "ds = np.zeros((N, V))\n        for c in range(len(self.weight)):\n"
            "            ds += self.weight[c] * (self.y - onehot[:, c])\n"
            "        return ds * dout / N",
        },
        "einsum": {LABELS: 'labels = np.einsum("c,ncv->nv", self.weight, onehot)'},
        "np.add.at": {
            LABELS: "labels = np.zeros((N, V))\n"
            "        np.add.at(labels, (np.arange(N)[:, None], self.contexts), self.weight)"
        },
        "ln Z minus the score": {
            LOSS: "largest = s.max(axis=1, keepdims=True)\n"
            "        ln_Z = largest + np.log(np.exp(s - largest).sum(axis=1, keepdims=True))\n"
            "        costs = ln_Z - np.take_along_axis(s, contexts, axis=1)\n"
            "        return (costs @ self.weight).mean()"
        },
        "one long batch": {
            DS: "C = len(self.weight)\n"
            "        ds = self.y.repeat(C, axis=0) - onehot.reshape(N * C, V)\n"
            "        ds *= np.tile(self.weight, N)[:, None]\n"
            "        return ds.reshape(N, C, V).sum(axis=1) * (dout / N)"
        },
        "float32 inside": {ONEHOT: ONEHOT.replace("np.eye(V)", "np.eye(V, dtype='f')")},
        "indexed": {RIGHT: "right = self.y[np.arange(len(s))[:, None], contexts]"},
        "lists": {DS: DS.replace("return (", "return ((") + ").tolist()"},
    },
    {
        ("weights ignored", "no weights"): {
            "self.weight = weight": "self.weight = np.ones(len(weight))"
        },
        ("weights in the loss alone", "weights not back"): {
            LABELS: "labels = onehot.sum(axis=1)",
            DS: DS.replace("self.weight.sum()", "len(self.weight)"),
        },
        ("C times y", "C for the weights"): {
            DS: DS.replace("self.weight.sum()", "len(self.weight)")
        },
        ("y once", "y once"): {DS: DS.replace("self.weight.sum() * ", "")},
        ("weights made to add up to 1", "divided by the weights"): {
            "self.weight = weight": "self.weight = weight / weight.sum()"
        },
        ("a mean over the contexts", "a mean over the contexts"): {
            "self.weight = weight": "self.weight = weight / len(weight)"
        },
        ("an assignment for repeated words", "repeated context"): {
            LABELS: "labels = np.zeros((N, V))\n        for c in range(len(self.weight)):\n"
            "            labels[np.arange(N), self.contexts[:, c]] = self.weight[c]"
        },
        ("the labels of the last context", "last labels only"): {
            LABELS: "labels = self.weight.sum() * onehot[:, -1]"
        },
        ("the weights from behind", "farthest first"): {
            "self.weight = weight": "self.weight = weight[::-1]"
        },
        ("no 1/N in ds", "no 1/N"): {DS: DS.replace(" / N", "")},
        ("sums for means", "not a mean"): {
            LOSS: LOSS.replace(" / len(s)", ""),
            DS: DS.replace(" / N", ""),
        },
        ("labels minus y", "turned round"): {
            DS: "return (labels - self.weight.sum() * self.y) * dout / N"
        },
        ("dout ignored", "upstream"): {DS: DS.replace(" * dout", "")},
        ("y for every different word", "example"): {
            DS: "return (labels.sum(axis=0) * self.y - labels) * dout / N"
        },
        ("a mean over all guesses, forward only", "example"): {
            LOSS: "return -(self.weight * np.log(right)).mean()"
        },
        ("the weight inside the logarithm", "example"): {
            LOSS: "return -np.log(self.weight * right).sum() / len(s)"
        },
        ("the scores weighted", "example"): {
            LOSS: LOSS.replace("right)", "right ** self.weight)").replace("self.weight * np", "np")
            + " * 2"
        },
        ("a plus for the loss", "example"): {LOSS: LOSS.replace("-(", "(")},
        ("a weight for each word", "example"): {
            DS: DS.replace("self.weight.sum()", "(onehot.sum(axis=1) > 0)")
        },
        ("the loss of each example", "example"): {LOSS: LOSS.replace(".sum()", ".sum(axis=1)")},
        ("scores for probabilities", "example"): {DS: DS.replace("self.y", "np.log(self.y)")},
        ("weights scaled in place", "input changed"): {
            "self.contexts, self.y": "self.weight *= 2\n        self.contexts, self.y"
        },
        ("nothing returned", "wrong type"): {DS: DS.replace("return", "ds =")},
        ("the package's layer", "own work"): {
            LOSS: "from common.layers import SoftmaxWithLoss\n\n"
            "        SoftmaxWithLoss().forward(s, contexts[:, 0])\n        " + LOSS
        },
    },
)

# 5
COUNT = "np.add.at(counts, (target[:, None], contexts), 1)  # a pair may come several times"
TOTAL = "total = counts.sum(axis=1, keepdims=True)"
FIRST = "y = np.full((V, V), 1 / V)"
DIVIDE = "np.divide(counts, total, out=y, where=total > 0)"
PAIRS = "right = y[target[:, None], contexts]  # (N, C)"
POWER = "return np.exp(-np.log(right).mean())"
of(
    "rest",
    {
        "loops": {
            COUNT: "for n in range(len(target)):\n        for v in contexts[n]:\n"
            "            counts[target[n], v] += 1",
            DIVIDE: "for v in range(V):\n        if total[v]:\n"
            "            y[v] = counts[v] / total[v]",
        },
        "np.where": {DIVIDE: "y = np.where(total > 0, counts / np.maximum(total, 1), y)"},
        "repeated ids": {
            COUNT: "np.add.at(counts, (target.repeat(contexts.shape[1]), contexts.ravel()), 1)"
        },
        "bincount": {
            COUNT: "flat = (target[:, None] * V + contexts).ravel()\n"
            "    counts = np.bincount(flat, minlength=V * V).reshape(V, V)"
        },
        "one-hot products": {
            COUNT: "counts = np.eye(V)[target].T @ np.eye(V)[contexts].sum(axis=1)"
        },
        "a count of 1 for all in an empty row": {
            TOTAL: "counts[counts.sum(axis=1) == 0] = 1\n    " + TOTAL,
        },
        "the product's root": {
            POWER: "return np.prod(right) ** (-1 / right.size) if right.min() else np.inf"
        },
        "math.exp": {POWER: "return math.exp(-np.log(right).mean()) if right.min() else math.inf"},
        "a list": {"    return y\n": "    return y.tolist()\n"},
    },
    {
        ("contexts in rows", "turned round"): {COUNT: COUNT + "\n    counts = counts.T"},
        ("shares of all pairs", "shares of all pairs"): {
            DIVIDE: "y = np.where(total > 0, counts / counts.sum(), y)"
        },
        ("zeros for a word that is never in the middle", "empty rows"): {
            FIRST: "y = np.zeros((V, V))"
        },
        ("0/0", "nothing divided by nothing"): {DIVIDE: "y = counts / total"},
        ("+= with repeated pairs", "repeated pairs"): {
            COUNT: "counts[target[:, None], contexts] += 1"
        },
        ("a mean over the examples", "for an example"): {
            POWER: "return np.exp(-np.log(right).sum(axis=1).mean())"
        },
        ("the mean of 1/y", "mean of perplexities"): {POWER: "return (1 / right).mean()"},
        ("the loss", "the loss itself"): {POWER: "return -np.log(right).mean()"},
        ("2 to the loss", "base 2"): {POWER: "return 2 ** -np.log(right).mean()"},
        ("pairs with probability 0 left out", "unseen left out"): {
            PAIRS: PAIRS + "\n    right = right[right > 0]"
        },
        ("1e-7 inside", "unseen made small"): {POWER: POWER.replace("right", "right + 1e-7")},
        ("e to the minus", "example"): {POWER: "return np.exp(np.log(right).mean())"},
        ("one for each example", "example"): {POWER: "return np.exp(-np.log(right).mean(axis=1))"},
        ("counts, not shares", "example"): {DIVIDE: "y = np.where(total > 0, counts, y)"},
        ("one added to each count", "example"): {TOTAL: "counts += 1\n    " + TOTAL},
        ("the first context alone", "example"): {
            COUNT: "np.add.at(counts, (target, contexts[:, 0]), 1)"
        },
        ("the contexts' frequencies for an empty row", "example"): {
            FIRST: "y = np.tile(counts.sum(axis=0) / counts.sum(), (V, 1))"
        },
        ("columns add up to 1", "example"): {TOTAL: TOTAL.replace("axis=1", "axis=0")},
        ("the table asked the wrong way round", "example"): {
            PAIRS: "right = y[contexts, target[:, None]]"
        },
        ("every pair of the text", "example"): {PAIRS: "right = y[target][:, contexts.ravel()]"},
        ("for the infinite, 0", "example"): {POWER: POWER + " if right.min() else 0"},
        ("as many rows as targets", "example"): {
            "    return y\n": "    return y[np.unique(target)]\n"
        },
        ("softmax of the counts", "example"): {DIVIDE: "y = softmax(counts)"},
        ("the table changed", "stopped"): {PAIRS: "right = y[target, contexts]"},
        ("nothing returned", "wrong type"): {"    return y\n": "    _ = y\n"},
    },
)

# 6
SPREAD = "return math.sqrt(words * (p * (1 - p) + q * (1 - q)))"
NEEDED = "return math.ceil((times * spread_of_difference(p, q, 1) / (p - q)) ** 2)"
of(
    "words_needed",
    {
        "counted up": {
            NEEDED: "n = 1\n    while n * abs(p - q) < times * spread_of_difference(p, q, n):\n"
            "        n += 1\n    return n"
        },
        "two spreads, by Pythagoras": {
            SPREAD: "return math.hypot(math.sqrt(words * p * (1 - p)), "
            "math.sqrt(words * q * (1 - q)))"
        },
        "NumPy": {
            SPREAD: SPREAD.replace("math", "np"),
            NEEDED: "return int(np.ceil(times**2 * (p - p**2 + q - q**2) / (p - q) ** 2))",
        },
        "standard deviations": {
            SPREAD: "return np.sqrt(words) * np.sqrt(np.var([0, 1]) * 4 * (p - p * p + q - q * q))"
        },
        "upside down floor": {
            NEEDED: "return -int(-(times**2) * (p * (1 - p) + q * (1 - q)) // (p - q) ** 2)"
        },
        "a float": {NEEDED: NEEDED.replace("math.ceil", "np.ceil")},
        "an array of one number": {SPREAD: SPREAD.replace("math.sqrt(words", "np.sqrt(words")},
    },
    {
        ("no root", "root left out"): {
            SPREAD: "return words * (p * (1 - p) + q * (1 - q))",
            NEEDED: "return math.ceil(times * (p * (1 - p) + q * (1 - q)) / abs(p - q))",
        },
        ("no root in the spread", "root left out of one"): {
            SPREAD: "return words * (p * (1 - p) + q * (1 - q))",
            NEEDED: "return math.ceil(times**2 * (p * (1 - p) + q * (1 - q)) / (p - q) ** 2)",
        },
        ("p without 1 - p", "misses forgotten"): {SPREAD: "return math.sqrt(words * (p + q))"},
        ("divided by the words", "shares for hits"): {
            SPREAD: "return math.sqrt((p * (1 - p) + q * (1 - q)) / words)"
        },
        ("spreads added up", "spreads added"): {
            SPREAD: "return math.sqrt(words * p * (1 - p)) + math.sqrt(words * q * (1 - q))"
        },
        ("squares taken away", "taken away"): {
            SPREAD: "return math.sqrt(words * abs(p * (1 - p) - q * (1 - q)))"
        },
        ("p twice", "the first one twice"): {SPREAD: "return math.sqrt(2 * words * p * (1 - p))"},
        ("the first model alone", "one model only"): {
            SPREAD: "return math.sqrt(words * p * (1 - p))"
        },
        ("floor", "rounded down"): {NEEDED: NEEDED.replace("ceil", "floor")},
        ("times ignored", "one spread"): {NEEDED: NEEDED.replace("times * ", "")},
        ("times not squared", "spreads not squared"): {
            NEEDED: "return math.ceil(times * (spread_of_difference(p, q, 1) / (p - q)) ** 2)"
        },
        ("not squared at the end", "example"): {NEEDED: NEEDED.replace(" ** 2", "")},
        ("not rounded", "example"): {
            NEEDED: "return (times * spread_of_difference(p, q, 1) / (p - q)) ** 2"
        },
        ("rounded", "example"): {NEEDED: NEEDED.replace("math.ceil", "round")},
        ("always for 15 words", "example"): {SPREAD: SPREAD.replace("words", "15")},
        ("the mean of both spreads", "example"): {
            SPREAD: "return (math.sqrt(words * p * (1 - p)) + math.sqrt(words * q * (1 - q))) / 2"
        },
        ("the difference itself as a probability", "example"): {
            SPREAD: "d = abs(p - q)\n    return math.sqrt(words * d * (1 - d))"
        },
        ("the mean probability, once", "example"): {
            SPREAD: "m = (p + q) / 2\n    return math.sqrt(words * m * (1 - m))"
        },
        ("counted up while p is larger", "example"): {
            NEEDED: "n = 1\n    while n < 9999 and n * (p - q) < times * "
            "spread_of_difference(p, q, n):\n        n += 1\n    return n"
        },
        ("p alone", "example"): {NEEDED: NEEDED.replace("(p - q)", "p")},
        ("nothing returned", "wrong type"): {SPREAD: SPREAD.replace("return", "_ =")},
        ("a text", "wrong type"): {NEEDED: NEEDED.replace("math.ceil", "str")},
    },
)

# 7
RUNS = '{1: "a", 2: "e", 3: "b", 4: "f"}'
of(
    "diagnosis",
    {
        "in another order": {RUNS: '{4: "f", 3: "b", 2: "e", 1: "a"}'},
        "made by zip": {RUNS: 'dict(zip((1, 2, 3, 4), "aebf"))'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "a", "c"),
            (1, "a", "d"),
            (2, "e", "h"),
            (2, "e", "d"),
            (3, "b", "f"),
            (3, "b", "g"),
            (4, "f", "g"),
            (4, "f", "e"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "f"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "f"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "e"': '2: ["e", "h"]'},
        ("a list", "wrong type"): {"return " + RUNS: 'return list("aebf")'},
    },
)
