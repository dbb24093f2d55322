"""Wrong answers to the final, each with the parts that it loses."""

from exams import Wrong

WRONG = [
    Wrong("backward", "the mean over the examples is forgotten", "abc", {"ds = ds / 2": "ds = ds"}),
    Wrong("backward", "the target added", "abc", {"] -= 1": "] += 1"}),
    Wrong("backward", "x not transposed", "b", {"x.T @ ds": "x @ ds"}),
    Wrong("backward", "W not transposed", "c", {"ds @ W.T": "ds @ W"}),
    Wrong("steps", "momentum without memory", "a", {'n["momentum"] * v': "0 * v"}),
    Wrong("steps", "momentum twice the first step", "a", {'n["w"] + v + u': 'n["w"] + 2 * v + u'}),
    Wrong("steps", "AdaGrad that forgets", "b", {"np.sqrt(g**2 + h**2)": "abs(h)"}),
    Wrong("steps", "AdaGrad without a root", "b", {"np.sqrt(g**2 + h**2)": "(g**2 + h**2)"}),
    Wrong("steps", "Adam without corrections", "c", {"/ (1 - one**2)": "", "/ (1 - two**2)": ""}),
    Wrong("steps", "Adam's roots left out", "c", {"m / np.sqrt(s)": "m / s"}),
    Wrong("start", "the variance for the deviation", "a", {"np.sqrt(2 /": "(2 /"}),
    Wrong("start", "one over n", "a", {"np.sqrt(2 /": "np.sqrt(1 /"}),
    Wrong("start", "not squared", "b", {'n["c"] ** 2)': 'n["c"])'}),
    Wrong("start", "one layer", "b", {'** n["layers"]': "** 1"}),
    Wrong("start", "divided by the variance", "c", {"/ x.std() +": "/ x.var() +"}),
    Wrong("start", "the variance by N - 1", "c", {"x.std()": "x.std(ddof=1)"}),
    Wrong(
        "start",
        "the shares of old and new exchanged",
        "d",
        {
            "0.9 * 0 + 0.1 * x.mean()": "0.9 * x.mean()",
            "0.9 * 1 + 0.1 * x.var()": "0.1 + 0.9 * x.var()",
            "(x[0] - 1) / np.sqrt(4)": "(x[0] - 1) / 4",
        },
    ),
    Wrong("filtered", "the filter turned round", "a", {"windows * W)": "windows * W[::-1, ::-1])"}),
    Wrong("filtered", "dout turned round", "b", {"dout[:, :, None": "dout[::-1, ::-1][:, :, None"}),
    Wrong("filtered", "the middle by one window alone", "c", {".sum()  #": "[0, 0]  #"}),
    Wrong(
        "filtered",
        "not turned round on the way back",
        "c",
        {"(dout * W[::-1, ::-1])": "(dout * W)"},
    ),
    Wrong("counts", "padding on one side", "ac", {'2 * n["pad"]': '1 * n["pad"]'}),
    Wrong("counts", "the window at the edge is lost", "ac", {"// 2 + 1": "// 2"}),
    Wrong("counts", "no biases", "b", {"F**2 + K": "F**2"}),
    Wrong(
        "counts",
        "channels forgotten",
        "bc",
        {"K * C * F**2": "K * F**2", "= C * F**2 *": "= F**2 *"},
    ),
    Wrong("counts", "each layer sees F more", "d", {"(F - 1)": "F"}),
    Wrong("counts", "without the straight way", "e", {'(1 + n["slope"])': 'n["slope"]'}),
    Wrong(
        "counts",
        "a sum, not a product",
        "e",
        {'(1 + n["slope"]) ** n["blocks"]': '1 + n["slope"] * n["blocks"]'},
    ),
    Wrong("words", "the natural logarithm", "a", {"np.log2": "np.log"}),
    Wrong("words", "the total forgotten", "a", {"* total /": "/"}),
    Wrong("words", "not cut at 0", "b", {"max(0, pmi(v, low))": "pmi(v, low)"}),
    Wrong("words", "the dot product", "c", {" / (length[v] * length[u])": ""}),
    Wrong(
        "pool", "the slope of a sum", "bc", {"back = self.slope": "back = np.ones_like(self.slope)"}
    ),
    Wrong("pool", "dout forgotten", "bc", {"self.slope * dout": "self.slope * np.ones_like(dout)"}),
    Wrong(
        "pool",
        "only even sides",
        "c",
        {
            "n = paper.numbers(7)": "assert x.shape[2] % 2 == x.shape[3] % 2 == 0\n"
            "        n = paper.numbers(7)"
        },
    ),
    Wrong("pool", "writes into its input", "abc", {"inside = x[": "x *= 2\n        inside = x["}),
    Wrong(
        "pool",
        "one number too few",
        "abc",
        {"high, wide = x.shape, H // 2, W // 2": "high, wide = x.shape, H // 2, 1"},
    ),
    Wrong("rule", "no memory", "b", {"a *= 0.9": "a *= 0"}),
    Wrong("rule", "uphill", "abc", {"p -= self.lr": "p += self.lr"}),
    Wrong(
        "rule",
        "new arrays",
        "c",
        {"p -= self.lr": "params[[p is q for q in params].index(True)] = p - self.lr"},
    ),
    Wrong(
        "rule",
        "one memory for all arrays",
        "abc",
        {"self.a, strict=True": "self.a[:1] * 2, strict=True"},
    ),
    Wrong(
        "rule",
        "writes into the gradients",
        "abc",
        {"size = abs(g)": "size = abs(g)\n            g *= 2"},
    ),
    Wrong(
        "rule",
        "starts with the first gradient",
        "abc",
        {"[np.zeros_like(p) for p in params]": "[abs(g) for g in grads]"},
    ),
]
