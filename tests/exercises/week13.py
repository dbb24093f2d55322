"""Right and wrong answers to week 13's mixed problems, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
HEIGHT = "height = (height + 2 * pad - F) // stride + 1"
WIDTH = "width = (width + 2 * pad - F) // stride + 1"
INPUTS = "inputs = C * F * F"
START = "starts.append((2 / inputs) ** 0.5)"
PARAMETERS = "parameters += K * inputs + K"
both = lambda old, new: {HEIGHT: HEIGHT.replace(old, new), WIDTH: WIDTH.replace(old, new)}
of(
    "plan",
    {
        "places counted": both(
            "(height + 2 * pad - F) // stride + 1",
            "len(range(0, height + 2 * pad - F + 1, stride))",
        )
        | {WIDTH: "width = len(range(0, width + 2 * pad - F + 1, stride))"},
        "np.sqrt": {START: "starts.append(np.sqrt(2 / inputs))"},
        "arrays": {
            "return shapes, starts, parameters": "return np.array(shapes), np.array(starts), "
            "parameters"
        },
        "one row of weights more": {PARAMETERS: "parameters += K * (inputs + 1)"},
        "the size of an array": {
            PARAMETERS: "parameters += np.zeros((K, C, F, F)).size + np.zeros(K).size"
        },
    },
    {
        ("one pad", "pad once"): both("2 * pad", "pad"),
        ("no plus one", "first place forgotten"): both(" // stride + 1", " // stride"),
        ("rounded up", "rounded up"): {
            HEIGHT: "height = -(-(height + 2 * pad - F) // stride) + 1",
            WIDTH: "width = -(-(width + 2 * pad - F) // stride) + 1",
        },
        ("the filters", "filters for channels"): {START: "starts.append((2 / (K * F * F)) ** 0.5)"},
        ("F times F", "one channel"): {INPUTS: "inputs = F * F"},
        ("C times F", "a row of the window"): {START: "starts.append((2 / (C * F)) ** 0.5)"},
        ("the variance", "no root"): {START: "starts.append(2 / inputs)"},
        ("one over", "without a ReLU"): {START: "starts.append((1 / inputs) ** 0.5)"},
        ("weights alone", "no biases"): {PARAMETERS: "parameters += K * inputs"},
        ("a bias for each output", "a bias for each place"): {
            PARAMETERS: "parameters += K * inputs + K * height * width"
        },
        ("C stays", "channels of the picture"): {"C = K": "pass"},
        ("height for width", "example"): {WIDTH: "width = height"},
        ("the stride is forgotten", "example"): both(" // stride", ""),
        ("parameters of the last layer", "example"): {PARAMETERS: "parameters = K * inputs + K"},
        ("a mean of both sides", "example"): {
            START: "starts.append((4 / (inputs + K * F * F)) ** 0.5)"
        },
        ("no parameters", "stopped"): {
            "return shapes, starts, parameters": "return shapes, starts"
        },
    },
)

# 2
FACTOR = "self.factor = 1.0 if mask is None else mask[:, None] / self.keep"
Y = "return x + self.factor * self.block.forward(x)"
DX = "return dout + self.block.backward(dout * self.factor)"
of(
    "skipping",
    {
        "a column by reshape": {
            FACTOR: "self.factor = 1.0 if mask is None else mask.reshape(-1, 1) / self.keep"
        },
        "ones at test time": {
            FACTOR: "mask = np.full(len(x), self.keep) if mask is None else mask\n"
            "        self.factor = (mask / self.keep)[:, None]"
        },
        "where": {
            FACTOR: "self.factor = 1.0 if mask is None else np.where(mask == 1, 1 / self.keep, 0)"
            "[:, None]"
        },
        "turned": {Y: "return x + (self.block.forward(x).T * np.ravel(self.factor)).T"},
        "a way at a time": {
            DX: "through = self.block.backward(self.factor * dout)\n        return through + dout"
        },
        "einsum": {
            FACTOR: "mask = np.full(len(x), self.keep) if mask is None else mask\n"
            "        self.factor = (mask / self.keep)[:, None]",
            Y: 'return x + np.einsum("n,nd->nd", self.factor[:, 0], self.block.forward(x))',
        },
    },
    {
        ("the mask alone", "not divided"): {FACTOR: FACTOR.replace(" / self.keep", "")},
        ("the sum is skipped", "whole sum skipped"): {
            Y: "return self.factor * (x + self.block.forward(x))",
            DX: "return dout * self.factor + self.block.backward(dout * self.factor)",
        },
        ("x divided too", "straight way scaled"): {
            FACTOR: FACTOR + "\n        self.straight = 1.0 if mask is None else 1 / self.keep",
            Y: Y.replace("return x", "return x * self.straight"),
            DX: DX.replace("return dout", "return dout * self.straight"),
        },
        ("keep at test time", "scaled at test time"): {FACTOR: FACTOR.replace("1.0", "self.keep")},
        ("only through the block", "no straight way back"): {
            DX: "return self.block.backward(dout * self.factor)"
        },
        ("no mask on the way back", "mask forgotten on the way back"): {
            FACTOR: FACTOR + "\n        self.test = mask is None",
            DX: "return dout + self.block.backward(dout * (1 if self.test else 1 / self.keep))",
        },
        ("the mask alone on the way back", "not divided on the way back"): {
            FACTOR: FACTOR + "\n        self.mask = 1.0 if mask is None else mask[:, None]",
            DX: "return dout + self.block.backward(dout * self.mask)",
        },
        ("behind the block", "masked behind the block"): {
            DX: "return dout + self.factor * self.block.backward(dout)"
        },
        ("a row", "mask as a row"): {FACTOR: FACTOR.replace("[:, None]", "[None]")},
        ("the last batch's mask", "last batch's mask"): {
            FACTOR: "if mask is not None:\n            self.factor = mask[:, None] / self.keep\n"
            "        if mask is None:\n            return x + self.block.forward(x)"
        },
        ("divided by one minus keep", "example"): {
            FACTOR: FACTOR.replace("self.keep", "(1 - self.keep)")
        },
        ("the block's output alone", "example"): {Y: "return self.factor * self.block.forward(x)"},
        ("the block is given less", "example"): {
            Y: "return x + self.block.forward(self.factor * x)",
            DX: "return dout + self.factor * self.block.backward(dout)",
        },
        ("one mask for all", "example"): {
            FACTOR: FACTOR.replace("mask[:, None]", "mask[0]"),
        },
        ("x is written into", "input changed"): {
            Y: "f = self.factor * self.block.forward(x)\n        x += f\n        return x"
        },
    },
)

# 3
GAMMA = "factor = gamma / np.sqrt(var + 1e-7)"
RETURN = "return W * factor[:, None, None, None], (b - mean) * factor + beta"
of(
    "disappear",
    {
        "a power": {GAMMA: "factor = gamma * (var + 1e-7) ** -0.5"},
        "einsum": {
            RETURN: 'return np.einsum("kcpq,k->kcpq", W, factor), (b - mean) * factor + beta'
        },
        "reshape": {
            RETURN: RETURN.replace("factor[:, None, None, None]", "factor.reshape(-1, 1, 1, 1)")
        },
        "the bias in two parts": {
            RETURN: RETURN.replace(
                "(b - mean) * factor + beta", "b * factor + (beta - mean * factor)"
            )
        },
        "filter by filter": {
            RETURN: "rows = [w * f for w, f in zip(W, factor)]\n"
            "    return np.array(rows), (b - mean) * factor + beta"
        },
        "turned": {RETURN: "return (W.T * factor).T, (b - mean) * factor + beta"},
    },
    {
        ("no root", "divided by the variance"): {GAMMA: "factor = gamma / (var + 1e-7)"},
        ("no 1e-7", "no small number"): {GAMMA: "factor = gamma / np.sqrt(var)"},
        ("1e-7 behind the root", "small number outside of the root"): {
            GAMMA: "factor = gamma / (np.sqrt(var) + 1e-7)"
        },
        ("no gamma", "gamma forgotten"): {GAMMA: GAMMA.replace("gamma", "1")},
        ("b as it is", "bias not scaled"): {
            RETURN: RETURN.replace("(b - mean) * factor", "b - mean * factor")
        },
        ("the mean as it is", "mean not scaled"): {
            RETURN: RETURN.replace("(b - mean) * factor", "b * factor - mean")
        },
        ("plus the mean", "mean added"): {RETURN: RETURN.replace("b - mean", "b + mean")},
        ("beta in the bracket", "beta scaled"): {
            RETURN: RETURN.replace("(b - mean) * factor + beta", "(b - mean + beta) * factor")
        },
        ("along the channels", "channels for filters"): {
            RETURN: RETURN.replace("[:, None, None, None]", "[None, :, None, None]")
        },
        ("along the last axis", "columns of the window"): {
            RETURN: RETURN.replace("factor[:, None, None, None]", "factor")
        },
        ("no beta", "example"): {RETURN: RETURN.replace(" + beta", "")},
        ("multiplied by the root", "example"): {GAMMA: GAMMA.replace("gamma /", "gamma *")},
        ("the bias forgotten", "example"): {RETURN: RETURN.replace("(b - mean)", "-mean")},
        ("W in place", "input changed"): {
            RETURN: "W *= factor[:, None, None, None]\n    return W, (b - mean) * factor + beta"
        },
        ("W alone", "stopped"): {RETURN: "return (W * factor[:, None, None, None],)"},
    },
)

# 4
GAP = "gap = M - W_in @ W_out.T"
SLOPES = "slopes = -2 * gap @ W_out, -2 * gap.T @ W_in"
TOTAL = "total += g**2"
MOVE = "W -= eta * g / (np.sqrt(total) + 1e-7)"
LOSS = "return (gap**2).sum()"
of(
    "factors",
    {
        "einsum": {
            SLOPES: 'slopes = [-2 * np.einsum("vu,ud->vd", gap, W_out)]\n'
            '    slopes.append(-2 * np.einsum("vu,vd->ud", gap, W_in))'
        },
        "written into": {
            TOTAL: "total[...] = total + g * g",
            MOVE: "W[...] = W - eta * g / (np.sqrt(total) + 1e-7)",
        },
        "another name, and copyto": {
            GAP: GAP + "\n    own = sums",
            "sums, slopes, strict=True": "own, slopes, strict=True",
            TOTAL: "np.copyto(total, total + g**2)",
        },
        "the loss by a product": {LOSS: "return float(np.vdot(gap, gap))"},
        "number by number": {
            SLOPES: "slopes = np.zeros(W_in.shape), np.zeros(W_out.shape)\n"
            "    for v in range(len(M)):\n        for u in range(len(M)):\n"
            "            slopes[0][v] -= 2 * gap[v, u] * W_out[u]\n"
            "            slopes[1][u] -= 2 * gap[v, u] * W_in[v]"
        },
        "np.add with out": {TOTAL: "np.add(total, g**2, out=total)"},
    },
    {
        ("W_out hears of the moved W_in", "from the moved vectors"): """
def step(M, W_in, W_out, sums, eta):
    gap = M - W_in @ W_out.T
    g = -2 * gap @ W_out
    sums[0] += g**2
    W_in -= eta * g / (np.sqrt(sums[0]) + 1e-7)
    g = -2 * (M - W_in @ W_out.T).T @ W_in
    sums[1] += g**2
    W_out -= eta * g / (np.sqrt(sums[1]) + 1e-7)
    return (gap**2).sum()
""",
        ("no 2", "half the slope"): {SLOPES: SLOPES.replace("-2 *", "-1 *")},
        ("a plus", "uphill"): {SLOPES: SLOPES.replace("-2 *", "2 *")},
        ("the last square alone", "no memory"): {TOTAL: "total[...] = g**2"},
        ("divided by the sum", "no root"): {MOVE: MOVE.replace("np.sqrt(total)", "total")},
        ("sizes", "sizes added up"): {
            TOTAL: "total += abs(g)",
            MOVE: MOVE.replace("np.sqrt(total)", "total"),
        },
        ("the sum after the step", "this step not counted"): {
            TOTAL: "pass",
            MOVE: MOVE + "\n        total += g**2",
        },
        ("one rate for a matrix", "one sum for all"): {
            MOVE: MOVE.replace("np.sqrt(total)", "np.sqrt(total.sum())")
        },
        ("the new loss", "loss after the step"): {LOSS: "return ((M - W_in @ W_out.T) ** 2).sum()"},
        ("a mean", "mean loss"): {LOSS: "return (gap**2).mean()"},
        ("new arrays", "not in place"): {
            TOTAL: "total = total + g**2",
            MOVE: "W = W - eta * g / (np.sqrt(total) + 1e-7)",
        },
        ("plain descent", "example"): {MOVE: "W -= eta * g"},
        ("half of the loss", "example"): {LOSS: "return (gap**2).sum() / 2"},
        ("the gap turned for W_in", "example"): {
            SLOPES: SLOPES.replace("gap @ W_out", "gap.T @ W_out")
        },
        ("gap against W_in itself", "example"): {GAP: "gap = M - W_in @ W_in.T"},
        ("M is used up", "input changed"): {GAP: "M -= W_in @ W_out.T\n    gap = M"},
        ("nothing is returned", "wrong type"): {LOSS: "return None"},
    },
)

# 5
FINITE = "if not all(np.isfinite(g).all() for g in grads):"
BAD = "self.scale, self.good = self.scale / 2, 0\n            return"
TRUE = "true = g.astype(np.float32) / self.scale"
DELTA = "delta[...] = self.momentum * delta - self.lr * true"
GOOD = "self.good += 1"
FULL = "if self.good == self.patience:"
DOUBLE = "self.scale, self.good = self.scale * 2, 0"
of(
    "own_scale",
    {
        "float64 inside": {TRUE: "true = g.astype(np.float64) / self.scale"},
        "a sum that is no number": {
            FINITE: "if any(not np.isfinite(g.astype(np.float64).sum()) for g in grads):"
        },
        "new arrays of its own": {
            DELTA: "delta *= self.momentum\n            delta -= self.lr * true"
        },
        "the rate divided": {
            TRUE: "true = g.astype(np.float32)",
            DELTA: "delta[...] = self.momentum * delta - self.lr / self.scale * true",
        },
        "a rest of a division": {
            FULL: "if self.good % self.patience == 0:",
            DOUBLE: "self.scale = 2 * self.scale",
        },
        "nan and inf": {FINITE: "if any(np.isnan(g).any() or np.isinf(g).any() for g in grads):"},
    },
    {
        ("the scale is left in", "not divided"): {TRUE: "true = g.astype(np.float32)"},
        ("a quotient of float16", "divided in float16"): {TRUE: "true = g / self.scale"},
        ("isinf", "nan forgotten"): {FINITE: "if any(np.isinf(g).any() for g in grads):"},
        ("each array for itself", "array by array"): """
class ScaledMomentum:
    def __init__(self, lr, momentum, scale, patience):
        self.lr, self.momentum, self.scale, self.patience = lr, momentum, scale, patience
        self.good, self.deltas = 0, None

    def update(self, params, grads):
        if self.deltas is None:
            self.deltas = [np.zeros_like(p) for p in params]
        bad = False
        for p, delta, g in zip(params, self.deltas, grads):
            if not np.isfinite(g).all():
                bad = True
                continue
            delta[...] = self.momentum * delta - self.lr * g.astype(np.float32) / self.scale
            p += delta
        self.good = 0 if bad else self.good + 1
        if bad:
            self.scale /= 2
        elif self.good == self.patience:
            self.scale, self.good = self.scale * 2, 0
""",
        ("bad numbers become 0", "bad numbers as 0"): {
            BAD: "self.bad = True\n        else:\n            self.bad = False",
            TRUE: "true = np.where(np.isfinite(g), g, 0).astype(np.float32) / self.scale",
            GOOD: "if self.bad:\n            self.scale, self.good = self.scale / 2, 0\n"
            "            return\n        self.good += 1",
        },
        ("the memory fades", "memory moves"): {
            BAD: "for delta in self.deltas:\n                delta *= self.momentum\n            "
            + BAD
        },
        ("the memory is emptied", "memory lost"): {BAD: "self.deltas = None\n            " + BAD},
        ("plain descent", "no momentum"): {DELTA: "delta[...] = -self.lr * true"},
        ("the scale is left", "scale stays"): {BAD: "self.good = 0\n            return"},
        ("counting goes on", "count goes on after a bad step"): {
            BAD: "self.scale = self.scale / 2\n            return"
        },
        ("never set back", "count goes on after doubling"): {
            FULL: "if self.good >= self.patience:",
            DOUBLE: "self.scale = self.scale * 2",
        },
        ("doubled before the step", "new scale too early"): {
            GOOD: "pass",
            FULL: "if False:",
            "for p, delta, g": "self.good += 1\n        if self.good == self.patience:\n"
            "            self.scale, self.good = self.scale * 2, 0\n        for p, delta, g",
        },
        ("one more", "one step late"): {FULL: FULL.replace("==", ">")},
        ("halved to the end", "example"): {BAD: BAD.replace("self.scale / 2", "1.0")},
        ("doubled at every step", "example"): {FULL: "if True:"},
        ("the rate is in the memory's factor", "example"): {
            DELTA: "delta[...] = self.momentum * delta - true",
            "p += delta": "p += self.lr * delta * (1 - self.momentum)",
        },
        ("times the scale", "example"): {TRUE: TRUE.replace("/ self.scale", "* self.scale")},
        ("new parameters", "example"): {"p += delta": "p = p + delta"},
        ("update without a scale", "stopped"): {DOUBLE: "del self.scale"},
    },
)

# 6
RUNS = '{1: "g", 2: "b", 3: "h", 4: "d"}'
of(
    "diagnosis",
    {
        "a dict of pairs": {RUNS: 'dict([(1, "g"), (2, "b"), (3, "h"), (4, "d")])'},
        "in another order": {RUNS: '{4: "d", 3: "h", 2: "b", 1: "g"}'},
    },
    {
        ("e for g", "example"): {'1: "g"': '1: "e"'},
        ("f for g", "example"): {'1: "g"': '1: "f"'},
        ("a for b", "example"): {'2: "b"': '2: "a"'},
        ("d for b", "example"): {'2: "b"': '2: "d"'},
        ("c for h", "example"): {'3: "h"': '3: "c"'},
        ("f for h", "example"): {'3: "h"': '3: "f"'},
        ("a for d", "example"): {'4: "d"': '4: "a"'},
        ("c for d", "example"): {'4: "d"': '4: "c"'},
        ("a run left out", "wrong type"): {', 4: "d"': ""},
        ("an unknown letter", "wrong type"): {'4: "d"': '4: "z"'},
        ("a list", "wrong type"): {RUNS: '["g", "b", "h", "d"]'},
    },
)
