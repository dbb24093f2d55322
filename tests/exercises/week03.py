"""Right and wrong answers to week 3's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
SLOPE = "slope = np.where(s > 0, 1.0, leak)"
VALUE = "return slope * s, slope"
of(
    "leaky",
    {
        "two ReLUs": {VALUE: "return np.maximum(s, 0) - leak * np.maximum(-s, 0), slope"},
        "a mask": {
            SLOPE: "slope = np.ones(s.shape)\n    slope[s < 0] = leak",
        },
        "values by where": {VALUE: "return np.where(s < 0, leak * s, s), slope"},
        "signs": {SLOPE: "slope = ((1 + np.sign(s)) + leak * (1 - np.sign(s))) / 2"},
        "a loop": """
def leaky(s, leak):
    flat = np.asarray(s).reshape(-1).tolist()
    h = [number if number > 0 else leak * number for number in flat]
    slope = [1 if number > 0 else leak for number in flat]
    return np.reshape(h, s.shape), np.reshape(slope, s.shape)
""",
        "value divided by score": {
            SLOPE: "h = np.where(s > 0, s, leak * s)",
            VALUE: "return h, h / s",
        },
    },
    {
        ("the larger of the two lines", "larger of the two"): {
            VALUE: "return np.maximum(s, leak * s), slope"
        },
        ("ReLU", "no leak"): {SLOPE: "slope = np.where(s > 0, 1.0, 0.0)"},
        ("the leak as a value", "the leak alone"): {
            VALUE: "return np.where(s > 0, s, leak), slope"
        },
        ("less than for more than", "sides exchanged"): {
            SLOPE: "slope = np.where(s < 0, 1.0, leak)"
        },
        ("plus where it should be minus", "minus lost"): {
            VALUE: "return np.maximum(s, 0) + leak * np.maximum(-s, 0), slope"
        },
        ("the slope of ReLU", "flat on the left"): {
            VALUE: "return slope * s, np.where(s > 0, 1.0, 0.0)"
        },
        ("slope from the values", "slope of the value"): {
            VALUE: "h = slope * s\n    return h, np.where(h > 0, 1.0, leak)"
        },
        ("one slope for all", "leak everywhere"): {
            VALUE: "return slope * s, np.full(s.shape, leak)"
        },
        ("the leak added", "example"): {VALUE: "return np.where(s > 0, s, s + leak), slope"},
        ("the values as slopes", "example"): {VALUE: "return slope * s, slope * s"},
        ("divided by the leak", "example"): {
            VALUE: "return np.where(s > 0, s, s / (leak + 1e-9)), slope"
        },
        ("the bend at 1", "example"): {SLOPE: "slope = np.where(s > 1, 1.0, leak)"},
        ("slopes in whole numbers", "example"): {
            SLOPE: "slope = np.ones_like(s)\n    slope[s < 0] = leak"
        },
        ("a copy, multiplied in place", "stopped"): {
            VALUE: "h = s.copy()\n    h[s < 0] *= leak\n    return h, slope"
        },
        ("written into the scores", "input changed"): {
            VALUE: "s[:] = slope * s\n    return s, slope"
        },
        ("values only", "stopped"): {VALUE: "return np.sum(slope * s)"},
        ("the package's relu", "own work"): {
            VALUE: "from common.functions import relu\n\n"
            "    return relu(s) - leak * relu(-s), slope"
        },
    },
)

# 2
SLOPES = "slopes = np.diff(heights) / np.diff(knots)"
CHANGES = "changes = np.diff(np.concatenate([flat, slopes, flat]))"
PARTS = "return W_1, -knots, changes[:, None], heights[:1]"
of(
    "bent_line",
    {
        "a loop": """
def bent_line(knots, heights):
    H = len(knots)
    W_1, b_1, W_2 = np.ones((1, H)), np.zeros(H), np.zeros((H, 1))
    before = 0.0
    for d in range(H):
        after = 0.0
        if d < H - 1:
            after = (heights[d + 1] - heights[d]) / (knots[d + 1] - knots[d])
        b_1[d] = -knots[d]
        W_2[d, 0] = after - before
        before = after
    return W_1, b_1, W_2, np.array([heights[0]])
""",
        "weights of 2 and of a half": {
            PARTS: "return 2 * W_1, -2 * knots, changes[:, None] / 2, heights[:1]"
        },
        "from right to left": {
            PARTS: "return -W_1, knots, changes[:, None], heights[-1:]",
        },
        "units in another order": {
            PARTS: "return W_1, -knots[::-1], changes[::-1, None], heights[:1]"
        },
        "lists": {
            PARTS: "return [[1] * len(knots)], (-knots).tolist(), "
            "[[c] for c in changes], [heights[0]]"
        },
        "prepend and append": {CHANGES: "changes = np.diff(slopes, prepend=0, append=0)"},
        "solved for the heights": """
def bent_line(knots, heights):
    H = len(knots)
    x = np.append(knots, knots[-1] + 1)
    rows = np.maximum(x[1:, None] - knots, 0)
    due = np.append(heights, heights[-1])[1:] - heights[0]
    W_2 = np.linalg.solve(rows, due)
    return np.ones((1, H)), -knots, W_2.reshape(H, 1), heights[:1]
""",
    },
    {
        ("each unit with its slope", "slopes for changes"): {
            CHANGES: "changes = np.append(slopes, 0)"
        },
        ("no bend at the last point", "no end"): {
            CHANGES: "changes = np.diff(np.concatenate([flat, slopes, slopes[-1:]]))"
            " if len(slopes) else flat"
        },
        ("rises for slopes", "heights for slopes"): {SLOPES: "slopes = np.diff(heights)"},
        ("no height at the start", "starts at 0"): {"heights[:1]": "np.zeros(1)"},
        ("plus the knots", "bias turned"): {"W_1, -knots": "W_1, knots"},
        ("no bias", "all at 0"): {"W_1, -knots": "W_1, 0 * knots"},
        ("one point late", "bends at the next point"): {
            "W_1, -knots": "W_1, -np.append(knots[1:], knots[-1])"
        },
        ("heights behind the ReLU", "heights as weights"): {"changes[:, None]": "heights[:, None]"},
        ("upside down", "example"): {SLOPES: "slopes = np.diff(knots) / np.diff(heights)"},
        ("changes turned", "example"): {"changes[:, None]": "-changes[:, None]"},
        ("the last height as bias", "example"): {"heights[:1]": "heights[-1:]"},
        ("the mean height", "example"): {"heights[:1]": "heights.mean(keepdims=True)"},
        ("weights of -1", "example"): {"return W_1": "return -W_1"},
        ("one unit less", "example"): {
            PARTS: "return W_1[:, 1:], -knots[:-1], changes[:-1, None], heights[:1]"
        },
        ("a row for a column", "example"): {"changes[:, None]": "changes[None]"},
        ("W_1 as a column", "example"): {"return W_1": "return W_1.T"},
        ("no matrix", "example"): {"changes[:, None]": "changes"},
        ("three parts", "stopped"): {PARTS: "return W_1, -knots, changes[:, None]"},
        ("the knots turned in place", "input changed"): {
            "return W_1, -knots": "knots *= -1\n    return W_1, knots"
        },
    },
)

# 3
WEIGHTS = "weights = sum(D * H for D, H in itertools.pairwise(sizes))"
OUTPUTS = "outputs = sum(sizes[1:])"
COUNTS = "return N * weights, weights + outputs, N * outputs"
of(
    "layer_counts",
    {
        "a loop": """
def count(sizes, N):
    steps = parameters = outputs = 0
    for layer in range(len(sizes) - 1):
        D, H = sizes[layer], sizes[layer + 1]
        steps += N * D * H
        parameters += (D + 1) * H
        outputs += N * H
    return steps, parameters, outputs
""",
        "arrays": {WEIGHTS: "weights = int(np.dot(sizes[:-1], sizes[1:]))"},
        "built and looked at": """
def count(sizes, N):
    layers = [(np.zeros((D, H)), np.zeros(H)) for D, H in zip(sizes, sizes[1:])]
    steps = N * sum(W.size for W, b in layers)
    return steps, sum(W.size + b.size for W, b in layers), N * sum(b.size for W, b in layers)
""",
        "all but the first": {OUTPUTS: "outputs = sum(sizes) - sizes[0]"},
        "floats": {COUNTS: "return 1.0 * N * weights, weights + outputs, N * float(outputs)"},
        "a list": {COUNTS: "return [N * weights, weights + outputs, N * outputs]"},
    },
    {
        ("N left out", "one example only"): {
            COUNTS: "return weights, weights + outputs, N * outputs"
        },
        ("the bias as a product", "biases multiplied"): {
            COUNTS: "return N * (weights + outputs), weights + outputs, N * outputs"
        },
        ("weights only", "no biases"): {COUNTS: "return N * weights, weights, N * outputs"},
        ("a bias for each size", "biases of the input"): {
            COUNTS: "return N * weights, weights + sum(sizes), N * outputs"
        },
        ("parameters times N", "weights for each example"): {
            COUNTS: "return N * weights, N * (weights + outputs), N * outputs"
        },
        ("from the first to the last size", "first to last"): {
            WEIGHTS: "weights = sizes[0] * sizes[-1]"
        },
        ("all sizes multiplied", "all sizes multiplied"): {
            WEIGHTS: "weights = int(np.prod(sizes))"
        },
        ("the features too", "the input counted as output"): {
            COUNTS: "return N * weights, weights + outputs, N * sum(sizes)"
        },
        ("outputs without N", "outputs of one example"): {
            COUNTS: "return N * weights, weights + outputs, outputs"
        },
        ("classes only", "last output only"): {
            COUNTS: "return N * weights, weights + outputs, N * sizes[-1]"
        },
        ("products and additions", "additions counted too"): {
            COUNTS: "return 2 * N * weights, weights + outputs, N * outputs"
        },
        ("sizes added", "example"): {WEIGHTS: "weights = sum(sizes)"},
        ("one bias a layer", "example"): {
            COUNTS: "return N * weights, weights + len(sizes) - 1, N * outputs"
        },
        ("the first layer only", "example"): {WEIGHTS: "weights = sizes[0] * sizes[1]"},
        ("N squared", "example"): {
            COUNTS: "return N * N * weights, weights + outputs, N * outputs"
        },
        ("hidden values only", "example"): {
            COUNTS: "return N * weights, weights + outputs, N * sum(sizes[1:-1])"
        },
        ("two numbers", "stopped"): {COUNTS: "return N * weights, weights + outputs"},
        ("nothing returned", "stopped"): {COUNTS: "N * weights, weights + outputs"},
        ("texts", "wrong type"): {
            COUNTS: "return str(N * weights), weights + outputs, N * outputs"
        },
    },
)

# 4
DIVIDED = "part[used] = W[used] / spread[used, None]"
MOVED = "return part, b - mean @ part"
of(
    "fold_in",
    {
        "columns and rows by hand": """
def fold_in(W, b, mean, spread):
    D, H = W.shape
    new, bias = np.zeros((D, H)), np.array(b, float)
    for d in range(D):
        for j in range(H):
            if spread[d] != 0:
                new[d, j] = W[d, j] / spread[d]
                bias[j] -= mean[d] * new[d, j]
    return new, bias
""",
        "a diagonal matrix": """
def fold_in(W, b, mean, spread):
    part = np.diag([1 / number if number else 0 for number in spread]) @ W
    return part, b - mean @ part
""",
        "transposed twice": {DIVIDED: "part.T[:, used] = W.T[:, used] / spread[used]"},
        "einsum": {MOVED: 'return part, b - np.einsum("d,dh->h", mean, part)'},
        "by examples": """
def fold_in(W, b, mean, spread):
    def scaled(x):
        return np.divide(x - mean, spread, out=np.zeros(x.shape), where=spread != 0) @ W + b

    bias = scaled(np.zeros((1, len(W))))[0]
    return scaled(np.eye(len(W))) - bias, bias
""",
        "infinity divides to 0": {
            DIVIDED: "part = W / np.where(spread == 0, np.inf, spread)[:, None]"
        },
        "lists": {MOVED: "return part.tolist(), (b - mean @ part).tolist()"},
    },
    {
        ("times the spread", "multiplied by the spread"): {
            DIVIDED: "part[used] = W[used] * spread[used, None]"
        },
        ("broadcast along the columns", "columns for rows"): {
            DIVIDED: "part = W / np.where(used, spread, np.inf)"
        },
        ("the old bias", "bias as it was"): {MOVED: "return part, b"},
        ("the old weights move the bias", "mean not scaled"): {MOVED: "return part, b - mean @ W"},
        ("plus", "mean added"): {MOVED: "return part, b + mean @ part"},
        ("the bias divided by the spread", "bias scaled too"): {
            MOVED: "return part, b / spread - mean @ part"
        },
        ("division by 0", "spread of 0"): {DIVIDED: "part = W / spread[:, None]"},
        ("1 in the place of 0", "zero spread taken as 1"): {
            DIVIDED: "part = W / np.where(used, spread, 1)[:, None]"
        },
        ("a small number added", "example"): {DIVIDED: "part = W / (spread + 1e-7)[:, None]"},
        ("the mean divided twice", "example"): {
            MOVED: "return part, b - (mean / np.where(used, spread, 1)) @ part"
        },
        ("the bias from columns", "example"): {
            MOVED: "return part, b - mean.sum() * part.sum(axis=0)"
        },
        ("the square of the spread", "example"): {
            DIVIDED: "part[used] = W[used] / spread[used, None] ** 2"
        },
        ("the mean from the weights", "example"): {MOVED: "return part - mean[:, None], b"},
        ("the weights alone", "stopped"): {MOVED: "return part[0, 0]"},
        ("divided in place", "input changed"): {
            "part = np.zeros_like(W)": "part = W",
        },
        ("nothing returned", "stopped"): {MOVED: "b - mean @ part"},
    },
)

# 5
FORBID = "s = np.where(allowed, s, -np.inf)"
EXP = "e = np.exp(s - s.max(axis=1, keepdims=True))"
SHARE = "return e / e.sum(axis=1, keepdims=True)"
of(
    "allowed_only",
    {
        "a loop": """
def allowed_only(s, allowed):
    y = np.zeros(s.shape)
    for n in range(len(s)):
        inside = s[n][allowed[n]]
        e = np.exp(inside - inside.max())
        y[n, allowed[n]] = e / e.sum()
    return y
""",
        "one pair of classes at a time": """
def allowed_only(s, allowed):
    rows = []
    for scores, possible in zip(s.astype(float), allowed):
        among = [v for v in range(len(scores)) if possible[v]]
        rows.append(
            [
                1 / sum(np.exp(scores[u] - scores[v]) for u in among) if possible[v] else 0.0
                for v in range(len(scores))
            ]
        )
    return np.array(rows)
""",
        "the largest by where": {
            FORBID: "largest = np.max(s, axis=1, keepdims=True, initial=-np.inf, where=allowed)",
            EXP: "e = np.where(allowed, np.exp(s - largest), 0)",
        },
        "by logarithms": {
            SHARE: "return np.exp(s - s.max(axis=1, keepdims=True)"
            " - np.log(e.sum(axis=1, keepdims=True)))"
        },
        "the smallest number there is": {FORBID: "s = np.where(allowed, s, np.finfo(s.dtype).min)"},
        "a masked array": {
            FORBID: "s = np.ma.masked_array(s, ~allowed)",
            SHARE: "e = np.ma.filled(e, 0)\n    return e / e.sum(axis=1, keepdims=True)",
        },
        "a copy with infinities": {FORBID: "s = s.copy()\n    s[~allowed] = -np.inf"},
    },
    {
        ("0 after softmax", "no new sum"): {
            FORBID: "",
            SHARE: "return e / e.sum(axis=1, keepdims=True) * allowed",
        },
        ("scores of 0", "a score of 0"): {FORBID: "s = s * allowed"},
        ("the largest of all", "largest of all classes"): {
            FORBID: "",
            EXP: "e = np.exp(s - s.max(axis=1, keepdims=True)) * allowed",
        },
        ("softmax, then divided again", "largest of all classes"): {
            FORBID: "",
            SHARE: "y = e / e.sum(axis=1, keepdims=True) * allowed\n"
            "    return y / y.sum(axis=1, keepdims=True)",
        },
        ("nothing subtracted", "no largest score"): {EXP: "e = np.exp(s)"},
        ("the largest of the batch", "largest of the batch"): {EXP: "e = np.exp(s - s.max())"},
        ("one sum for the batch", "whole batch"): {
            EXP: "e = np.exp(s - s.max())",
            SHARE: "return e / e.sum()",
        },
        ("axis 0", "down the columns"): {
            EXP: "e = np.exp(s - s.max(axis=0, keepdims=True))",
            SHARE: "return e / e.sum(axis=0, keepdims=True)",
        },
        ("the forbidden ones", "forbidden ones"): {FORBID: "s = np.where(allowed, -np.inf, s)"},
        ("softmax", "all allowed"): {FORBID: ""},
        ("minus a billion", "not low enough"): {FORBID: "s = np.where(allowed, s, -1e9)"},
        ("minus a billion, added", "not low enough"): {FORBID: "s = s - 1e9 * ~allowed"},
        ("minus a hundred", "example"): {FORBID: "s = np.where(allowed, s, -100)"},
        ("scores for parts", "example"): {EXP: "e = np.where(allowed, s, 0)"},
        ("powers of 2", "example"): {EXP: "e = np.exp2(s - s.max(axis=1, keepdims=True))"},
        ("a small number in the sum", "example"): {
            SHARE: "return e / (e.sum(axis=1, keepdims=True) + 1e-2)"
        },
        ("the mean subtracted", "example"): {
            EXP: "m = np.where(allowed, s, 0).sum(axis=1) / allowed.sum(axis=1)\n"
            "    e = np.exp(s - m[:, None])"
        },
        ("all equal", "example"): {EXP: "e = allowed * 1.0"},
        ("only the largest", "example"): {EXP: "e = (s == s.max(axis=1, keepdims=True)) * 1.0"},
        ("no keepdims", "stopped"): {EXP: "e = np.exp(s - s.max(axis=1))"},
        ("written into the scores", "input changed"): {FORBID: "s[~allowed] = -np.inf"},
        ("the package's softmax", "own work"): {
            SHARE: "from common.functions import softmax\n\n    return softmax(s)"
        },
    },
)

# 6
SHARED = "shared = (y * push).sum(axis=1, keepdims=True)"
FOLLOW = "return y * (push - shared)"
of(
    "pushed",
    {
        "a loop": """
def pushed(y, push):
    move = np.zeros(y.shape)
    for n in range(len(y)):
        for v in range(y.shape[1]):
            for u in range(y.shape[1]):
                slope = y[n, v] * (1 - y[n, v]) if u == v else -y[n, v] * y[n, u]
                move[n, v] += slope * push[n, u]
    return move
""",
        "a table of slopes for each example": """
def pushed(y, push):
    return np.array([p @ (np.diag(q) - np.outer(q, q)) for q, p in zip(y, push)])
""",
        "einsum": {SHARED: 'shared = np.einsum("nv,nv->n", y, push)[:, None]'},
        "two terms": {FOLLOW: "return y * push - y * shared"},
        "lists": {FOLLOW: "return (y * (push - shared)).tolist()"},
    },
    {
        ("the slope of a sigmoid", "own score only"): {FOLLOW: "return y * (1 - y) * push"},
        ("the other classes only", "own score left out"): {
            FOLLOW: "return -y * (shared - y * push)"
        },
        ("minus the mean push", "plain mean"): {
            SHARED: "shared = push.mean(axis=1, keepdims=True)"
        },
        ("y forgotten", "not times y"): {FOLLOW: "return push - shared"},
        ("one sum for the batch", "sum of the batch"): {SHARED: "shared = (y * push).sum()"},
        ("the sign turned", "sign turned"): {FOLLOW: "return y * (shared - push)"},
        ("down the columns", "example"): {SHARED: "shared = (y * push).sum(axis=0)"},
        ("nothing taken away", "example"): {FOLLOW: "return y * push"},
        ("the push alone", "example"): {FOLLOW: "return push"},
        ("the probabilities after the push", "example"): {FOLLOW: "return y + y * (push - shared)"},
        ("twice", "example"): {FOLLOW: "return y * y * (push - shared)"},
        ("no keepdims", "example"): {SHARED: "shared = (y * push).sum(axis=1)"},
        ("written into y", "input changed"): {FOLLOW: "y *= push - shared\n    return y"},
        ("a sum for each example", "example"): {FOLLOW: "return shared"},
    },
)

# 7
SLICE = "s, right = network(x[i : i + N]), t[i : i + N]"
BEFORE = "before = (s > of_right[:, None]).sum(axis=1)"
GOOD = "good += (before < k).sum()"
LOOP = "for i in range(0, len(x), N):"
ALL = "return good / len(x)"
of(
    "top_k",
    {
        "argsort": {
            BEFORE: "first = np.argsort(-s, axis=1)[:, :k]",
            GOOD: "good += (first == right[:, None]).any(axis=1).sum()",
        },
        "argsort upwards": {
            BEFORE: "first = np.argsort(s, axis=1)[:, -k:]",
            GOOD: "good += sum(right[n] in first[n] for n in range(len(s)))",
        },
        "all scores first": """
def among_first(network, x, t, k, N):
    parts = [network(x[i : i + N]) for i in range(0, len(x), N)]
    s = np.concatenate(parts)
    place = (s > s[np.arange(len(s)), t][:, None]).sum(axis=1)
    return (place < k).mean()
""",
        "array_split": """
def among_first(network, x, t, k, N):
    cuts = np.arange(N, len(x), N)
    good = 0
    for rows, right in zip(np.split(x, cuts), np.split(t, cuts)):
        for scores, one in zip(network(rows), right):
            good += int(sorted(scores, reverse=True).index(scores[one]) < k)
    return good / len(t)
""",
        "while": """
def among_first(network, x, t, k, N):
    good, start = [], 0
    while start < len(x):
        stop = min(start + N, len(x))
        s = network(x[start:stop])
        for n in range(stop - start):
            good.append(sum(s[n] > s[n, t[start + n]]) < k)
        start = stop
    return np.mean(good)
""",
        "weighted means": {
            GOOD: "good += (before < k).mean() * len(s) / len(x)",
            ALL: "return good",
        },
        "partition": {
            BEFORE: "kth = np.sort(s, axis=1)[:, -k]",
            GOOD: "good += (of_right >= kth).sum()",
        },
    },
    {
        ("a mean of means", "mean of means"): {
            "good = 0": "shares = []",
            GOOD: "shares.append((before < k).mean())",
            ALL: "return np.mean(shares)",
        },
        ("whole batches only", "rest left out"): {
            LOOP: "for i in range(0, len(x) - N + 1, N):",
            ALL: "return good / (len(x) // N * N)",
        },
        ("whole batches, all examples", "rest counted as wrong"): {
            LOOP: "for i in range(0, len(x) - N + 1, N):"
        },
        ("one call", "all at once"): {
            LOOP: "for i in [0]:",
            SLICE: "s, right = network(x), t",
        },
        ("row by row", "one by one"): {
            LOOP: "for i in range(len(x)):",
            SLICE: "s, right = network(x[i : i + 1]), t[i : i + 1]",
        },
        ("the first labels each time", "first labels again"): {
            SLICE: "s = network(x[i : i + N])\n        right = t[: len(s)]"
        },
        ("argsort, and the wrong end", "the smallest k"): {
            BEFORE: "first = np.argsort(s, axis=1)[:, :k]",
            GOOD: "good += (first == right[:, None]).any(axis=1).sum()",
        },
        ("accuracy", "the first only"): {GOOD: "good += (s.argmax(axis=1) == right).sum()"},
        ("up to k before it", "one too many"): {GOOD: "good += (before <= k).sum()"},
        ("the k-th place", "the k-th alone"): {GOOD: "good += (before == k - 1).sum()"},
        ("how many", "a count"): {ALL: "return good"},
        ("per cent", "example"): {ALL: "return 100 * good / len(x)"},
        ("divided by the batches", "example"): {ALL: "return good / (len(x) // N)"},
        ("the error", "example"): {ALL: "return 1 - good / len(x)"},
        ("the score above 0", "example"): {GOOD: "good += (of_right > 0).sum()"},
        ("k for N", "example"): {
            LOOP: "for i in range(0, len(x), k):",
            SLICE: "s, right = network(x[i : i + k]), t[i : i + k]",
        },
        ("overlapping batches", "example"): {LOOP: "for i in range(len(x)):"},
        ("the input for the scores", "example"): {SLICE: "s, right = x[i : i + N], t[i : i + N]"},
        ("the last batch filled up", "example"): {
            SLICE: "rows = np.arange(i, i + N) % len(x)\n"
            "        s, right = network(x[rows]), t[rows]"
        },
        ("rows without a batch", "stopped"): {SLICE: "s, right = network(x[i]), t[i]"},
        ("nothing returned", "wrong type"): {ALL: "good / len(x)"},
        ("examples sorted in place", "input changed"): {"good = 0": "good = 0\n    x.sort(axis=1)"},
    },
)

# 8
ANSWER = '{1: "b", 2: "e", 3: "h", 4: "f"}'
of(
    "diagnosis",
    {
        "in another order": {ANSWER: '{4: "f", 3: "h", 2: "e", 1: "b"}'},
        "by dict": {ANSWER: 'dict(zip(range(1, 5), "behf"))'},
    },
    {
        (f"run {run} taken for fault {letter}", f"run {run}"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "b", "h"),
            (1, "b", "g"),
            (2, "e", "d"),
            (2, "e", "a"),
            (3, "h", "c"),
            (3, "h", "b"),
            (4, "f", "d"),
            (4, "f", "g"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "f"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "f"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "e"': '2: ["e", "b"]'},
        ("a list", "wrong type"): {f"return {ANSWER}": 'return list("behf")'},
    },
)
