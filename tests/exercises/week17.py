"""Right and wrong answers to week 17's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
START = "h, hs = h_0, []"
NEW = "new = np.tanh(xs[:, t] @ Wx + h @ Wh + b)"
READS = "reads = (t < lengths)[:, None]  # (N, 1): does the row still have a word?"
KEEP = "h = np.where(reads, new, h)"
KEPT = "        hs.append(h)\n"
STACK = "return np.stack(hs, axis=1)"
of(
    "last_states",
    {
        "row after row": """
def states(xs, lengths, h_0, Wx, Wh, b):
    N, T, D = xs.shape
    hs = np.zeros((N, T, h_0.shape[1]))
    for n in range(N):
        h = h_0[n]
        for t in range(T):
            if t < lengths[n]:
                h = np.tanh(xs[n, t] @ Wx + h @ Wh + b)
            hs[n, t] = h
    return hs
""",
        "some rows move": {
            START: "h, hs = h_0.copy(), []",
            NEW: "on = np.flatnonzero(t < lengths)",
            READS: "h = h.copy()",
            KEEP: "h[on] = np.tanh(xs[on, t] @ Wx + h[on] @ Wh + b)",
        },
        "a mask that multiplies": {KEEP: "h = reads * new + (1 - reads) * h"},
        "the inputs in one product": {
            START: "h, hs = h_0, []\n    inputs = xs.reshape(-1, xs.shape[2]) @ Wx + b\n"
            "    inputs = inputs.reshape(len(xs), T, -1)",
            NEW: "new = np.tanh(inputs[:, t] + h @ Wh)",
        },
        "all steps, then the last of each row": {
            STACK: "hs = np.stack([h_0, *raw], axis=1)\n"
            "    at = np.minimum(np.arange(1, T + 1), lengths[:, None])\n"
            "    return np.take_along_axis(hs, at[:, :, None], axis=1)",
            START: "h, hs, raw = h_0, [], []",
            KEEP: "h = new\n        raw.append(h)",
        },
        "float32 inside": {KEEP: KEEP + ".astype(np.float32)"},
        "a list": {STACK: STACK + ".tolist()"},
    },
    {
        ("the cell reads everything", "moves on"): {KEEP: "h = new"},
        ("zeros behind the words", "zeros read"): {
            NEW: "new = np.tanh(xs[:, t] * (t < lengths)[:, None] @ Wx + h @ Wh + b)",
            KEEP: "h = new",
        },
        ("a state of zeros at the end", "emptied"): {KEEP: "h = new * reads"},
        ("zeros for h_0", "start forgotten"): {START: "h, hs = np.zeros_like(h_0), []"},
        ("zeros for rows without a word", "empty rows start from zeros"): {
            START: "h, hs = h_0 * (lengths > 0)[:, None], []"
        },
        ("one step too many", "one step more"): {READS: READS.replace("<", "<=")},
        ("one step too few", "one step less"): {READS: READS.replace("t <", "t + 1 <")},
        ("all stop with the shortest row", "shortest row"): {
            READS: "reads = np.full((len(xs), 1), t < lengths.min())"
        },
        ("all stop with the longest row", "longest row"): {
            READS: "reads = np.full((len(xs), 1), t < lengths.max())"
        },
        ("the words at the end of a row", "words stand at the end"): {
            READS: "reads = (t >= T - lengths)[:, None]"
        },
        ("one array, written in place", "one array"): {
            START: "h, hs = np.array(h_0), []",
            KEEP: "h[...] = np.where(reads, new, h)",
        },
        ("the matrix transposed", "turned round"): {NEW: NEW.replace("Wh", "Wh.T")},
        ("no tanh", "no bend"): {NEW: "new = xs[:, t] @ Wx + h @ Wh + b"},
        ("an output of zeros at the end", "emptied"): {KEPT: "        hs.append(h * reads)\n"},
        ("no bias", "example"): {NEW: NEW.replace(" + b", "")},
        ("steps from behind", "example"): {NEW: NEW.replace("t]", "T - 1 - t]")},
        ("every step from h_0", "example"): {NEW: NEW.replace("h @", "h_0 @")},
        ("the last states alone", "example"): {STACK: "return h"},
        ("time first", "example"): {STACK: "return np.stack(hs)"},
        ("the rows sorted by length", "example"): {
            START: "order = np.argsort(-lengths)\n    xs, lengths, h_0 = "
            "xs[order], lengths[order], h_0[order]\n    " + START
        },
        ("the start as a first state", "example"): {
            STACK: STACK.replace("hs,", "[h_0, *hs[:-1]],")
        },
        ("h_0 written in place", "input changed"): {KEEP: "h[...] = np.where(reads, new, h)"},
        ("the mask without its axis", "stopped"): {READS: "reads = np.append(t < lengths, True)"},
        ("nothing returned", "wrong type"): {STACK: "hs = np.stack(hs, axis=1)"},
        ("the package's cell", "own work"): {
            NEW: "from common.recurrent import RNN\n\n"
            "        new = RNN(Wx, Wh, b).forward(xs[:, t], h)"
        },
    },
)

# 2
US = "gs.append(np.tanh(xs[:, t] @ Wx + hs[t] @ Wh + b))"
HS = "hs.append((1 - self.leak) * hs[t] + self.leak * gs[t])"
BEGIN = "hs, gs = [h_0], []"
CLEAR = "        for gradient in self.grads:\n            gradient[...] = 0\n"
DH = "dh = dhs[:, t] + back  # a state is read by the layer above and by the next step"
DA = "da = dh * self.leak * (1 - self.gs[t] ** 2)  # tanh gave g, not h"
BACK = "back = dh * (1 - self.leak) + da @ Wh.T  # past the weights, and through them"
DX = "dxs[:, t] = da @ Wx.T"
DWX = "dWx += self.xs[:, t].T @ da"
DWH = "dWh += self.hs[t].T @ da"
DB = "db += da.sum(axis=0)"
RETURN = "return dxs, back"
ASSIGNED = {
    DWX: DWX.replace("+=", "= dWx +"),
    DWH: DWH.replace("+=", "= dWh +"),
    DB: DB.replace("+=", "= db +"),
}
of(
    "leaky",
    {
        "products after the loop": {
            DWX: "self.das[t] = da",
            DWH: "",
            DB: "",
            "dxs, back = np.zeros_like(self.xs), 0": "dxs, back = np.zeros_like(self.xs), 0\n"
            "        self.das = [None] * len(self.gs)",
            RETURN: "das = np.stack(self.das, axis=1)\n"
            '        dWx[...] = np.einsum("ntd,nth->dh", self.xs, das)\n'
            '        dWh[...] = np.einsum("ntg,nth->gh", np.stack(self.hs[:-1], axis=1), das)\n'
            "        db[...] = das.sum(axis=(0, 1))\n        return dxs, back",
        },
        "one matrix for both": {
            US: "both = np.hstack([xs[:, t], hs[t]])\n"
            "            gs.append(np.tanh(both @ np.vstack([Wx, Wh]) + b))"
        },
        "the difference added": {HS: "hs.append(hs[t] + self.leak * (gs[t] - hs[t]))"},
        "the slope from the states": {
            DA: "u = (self.hs[t + 1] - (1 - self.leak) * self.hs[t]) / self.leak\n"
            "            da = dh * self.leak * (1 - u**2)"
        },
        "two gradients back, added at the end": {
            BACK: "straight, through = dh - self.leak * dh, da @ Wh.T\n"
            "            back = straight + through"
        },
        "float32 inside": {US: US.replace("gs.append(", "gs.append(np.float32(1) * ")},
        "summed elsewhere, then written": {
            CLEAR: "        sums = [np.zeros(g.shape) for g in self.grads]\n",
            DWX: "sums[0] += self.xs[:, t].T @ da",
            DWH: "sums[1] += self.hs[t].T @ da",
            DB: "sums[2] += da.sum(axis=0)",
            RETURN: "for g, s in zip(self.grads, sums):\n            g[...] = s\n"
            "        return dxs, back",
        },
        "lists": {RETURN: "return [dxs.tolist(), back.tolist()]"},
    },
    {
        ("only through the weights", "straight way lost"): {BACK: "back = da @ Wh.T"},
        ("only past the weights", "weights' way lost"): {BACK: "back = dh * (1 - self.leak)"},
        ("no leak in da", "leak lost on the way back"): {DA: DA.replace(" * self.leak", "")},
        ("1 minus the state squared", "state for tanh"): {DA: DA.replace("gs[t]", "hs[t + 1]")},
        ("what comes from above", "only from above"): {DH: "dh = dhs[:, t]"},
        ("gradients overwritten", "first step wins"): {
            DWX: DWX.replace("dWx +=", "dWx[...] ="),
            DWH: DWH.replace("dWh +=", "dWh[...] ="),
            DB: DB.replace("db +=", "db[...] ="),
        },
        ("gradients of the last step", "last step only"): {
            DWX: "if t < len(self.gs) - 1:\n                continue\n            " + DWX,
        },
        ("the state behind the step", "state after"): {DWH: DWH.replace("[t]", "[t + 1]")},
        ("leak and rest exchanged", "leak turned round"): {
            "self.leak = leak": "self.leak = 1 - leak"
        },
        ("zeros for h_0", "start forgotten"): {BEGIN: "hs, gs = [np.zeros_like(h_0)], []"},
        ("gradients of blocks added up", "not cleared"): {CLEAR: ""},
        ("new arrays in grads", "not in place"): {
            **ASSIGNED,
            RETURN: "self.grads = [dWx, dWh, db]\n        return dxs, back",
        },
        ("new arrays under the old names", "example"): ASSIGNED,
        ("the walk from the first step on", "example"): {
            "for t in reversed(range(len(self.gs))):": "for t in range(len(self.gs)):"
        },
        ("the leak on the weights' way twice", "example"): {
            BACK: BACK.replace("da @", "self.leak * da @")
        },
        ("the leak inside tanh", "example"): {
            US: US.replace("hs[t] @", "(1 - self.leak) * hs[t] @")
        },
        ("the matrix not transposed", "example"): {BACK: BACK.replace("Wh.T", "Wh")},
        ("dx without its weights", "stopped"): {DX: "dxs[:, t] = np.hstack([da, da, da])"},
        ("the gradient of h_1 for that of h_0", "example"): {RETURN: "return dxs, dh"},
        ("averaged over the rows and steps", "example"): {
            RETURN: "for g in self.grads:\n            g /= len(dxs) * len(self.gs)\n"
            "        return dxs, back"
        },
        ("no bend on the way back", "example"): {DA: "da = dh * self.leak"},
        ("a leak of the whole sum", "example"): {
            US: US.replace("np.tanh(", "(").replace("))", "))"),
        },
        ("a step on the weights", "input changed"): {
            RETURN: "Wh -= 0.1 * dWh\n        return dxs, back"
        },
        ("dhs written in place", "input changed"): {
            DH: "dhs[:, t] += back\n            dh = dhs[:, t]"
        },
        ("dh_0 forgotten", "stopped"): {RETURN: "return dxs"},
        ("no gradient of h_0", "wrong type"): {RETURN: "return dxs, None"},
        ("the package's tanh", "own work"): {
            US: "from common.functions import tanh\n\n            "
            "gs.append(tanh(xs[:, t] @ Wx + hs[t] @ Wh + b))"
        },
    },
)

# 3
STATES = "hs.append(w * hs[-1] + x)  # forward nothing is cut; hs[t] is the state before step t"
BORDER = "if (t + 1) % size == 0:"
DH = "dh = dout[t] + back"
DW = "dw += dh * hs[t]"
BACK = "back = dh * w"
RETURN = "return dw"
PLACES = "return sum(t // size * size for t in range(T))"
TABLE = """
def gradient_of_w(w, xs, dout, size):
    T, hs = len(xs), [0.0]
    for x in xs:
        hs.append(w * hs[-1] + x)
    return sum(
        dout[s] * w ** (s - t) * hs[t] for s in range(T) for t in range(s + 1) if {kept}
    )


def places_cut(T, size):
    return sum(s // size != t // size for s in range(T) for t in range(s + 1))
"""
of(
    "cut",
    {
        "the table": TABLE.format(kept="s // size == t // size"),
        "block after block": """
def gradient_of_w(w, xs, dout, size):
    h, dw = 0.0, 0.0
    for first in range(0, len(xs), size):
        before = []
        for x in xs[first : first + size]:
            before.append(h)
            h = w * h + x
        dh = 0.0
        for d, state in zip(dout[first : first + size][::-1], before[::-1]):
            dh = d + w * dh
            dw += dh * state
    return dw


def places_cut(T, size):
    blocks = [min(size, T - first) for first in range(0, T, size)]
    return T * (T + 1) // 2 - sum(n * (n + 1) // 2 for n in blocks)
""",
        "with the slope of each state": """
def gradient_of_w(w, xs, dout, size):
    h, slope, dw = 0.0, 0.0, 0.0
    for t, (x, d) in enumerate(zip(xs, dout)):
        slope = h + (w * slope if t % size else 0)
        h = w * h + x
        dw += d * slope
    return dw


def places_cut(T, size):
    full, rest = divmod(T, size)
    return size * size * (full * (full - 1) // 2) + rest * full * size
""",
        "matrices": {
            PLACES: "block = np.arange(T) // size\n    return int((block[:, None] > block).sum())"
        },
        "a float": {PLACES: PLACES.replace("return sum(", "return 1.0 * sum(")},
        "an array of no axes": {RETURN: "return np.array(dw)"},
    },
    {
        ("no border", "not cut"): {BORDER: "if t + 1 == T:"},
        ("the state emptied too", "state emptied"): {
            STATES: "start = len(hs) % size == 1 or size == 1\n"
            "        hs[-1] = 0.0 if start else hs[-1]\n        hs.append(w * hs[-1] + x)"
        },
        ("only from above", "only from above"): {DH: "dh = dout[t]"},
        ("the state behind the step", "state after"): {DW: "dw += dh * hs[t + 1]"},
        ("blocks counted from the end", "from the end"): {BORDER: "if (T - 1 - t) % size == 0:"},
        ("full blocks alone", "rest left out"): {
            "for t in reversed(range(T)):": "for t in reversed(range(T // size * size)):",
        },
        ("the last block alone", "last block only"): {
            DW: "if t // size == (T - 1) // size:\n            dw += dh * hs[t]"
        },
        ("a window of size steps behind each state", "a window"): TABLE.format(kept="s - t < size"),
        ("w once", "not all of w's ways"): {
            BACK: "back = (back + dout[t]) * w if back == 0 else back + dout[t] * w"
        },
        ("a mean", "a mean"): {RETURN: "return dw / T"},
        ("the places that are kept", "kept for cut"): {
            PLACES: "return sum(t % size + 1 for t in range(T))"
        },
        ("above the diagonal too", "both triangles"): {PLACES: PLACES.replace("sum(", "2 * sum(")},
        ("the cut one step early", "example"): {BORDER: "if t % size == 0:"},
        ("the input in place of the state", "example"): {DW: "dw += dh * xs[t]"},
        ("the whole square", "both triangles"): {
            PLACES: "return T * T - sum(min(size, T - f) ** 2 for f in range(0, T, size))",
        },
        ("as if all blocks were full", "example"): {
            PLACES: "full = T // size\n    return size * size * full * (full - 1) // 2"
        },
        ("the diagonal of the blocks", "example"): {PLACES: "return T * (T + 1) // 2 - T"},
        ("the number of borders", "example"): {PLACES: "return (T - 1) // size"},
        ("the parts of the blocks multiplied", "example"): {RETURN: "return dw * (T // size)"},
        ("no walk at all", "example"): {BACK: "back = w"},
        ("the state behind for the first", "example"): {"hs = [0.0]": "hs = [xs[0]]"},
        ("the square root of the places", "example"): {
            PLACES: "return sum(t // size for t in range(T))"
        },
        ("dout summed up in place", "input changed"): {DH: "dout[t] += back\n        dh = dout[t]"},
        ("too few states", "stopped"): {DW: "dw += dh * hs[t + 2]"},
        ("nothing returned", "wrong type"): {PLACES: PLACES.replace("return", "_ =")},
    },
)

# 4
COUNTS = "counts = target >= 0"
SHARE = "share = counts * self.weight  # (N, T)"
OVER = "self.share = share / (share.sum() or 1)"
LABELS = "self.labels = np.where(counts, target, 0)  # any word will do where the share is 0"
RIGHT = "right = np.take_along_axis(self.y, self.labels[:, :, None], axis=2)[:, :, 0]  # (N, T)"
LOSS = "return -(self.share * np.log(right)).sum()"
ONEHOT = "onehot = np.eye(self.y.shape[2])[self.labels]"
DS = "return (self.y - onehot) * self.share[:, :, None] * dout"
of(
    "weighted_steps",
    {
        "loops": """
class WeightedSteps:
    def __init__(self, weight):
        self.params, self.grads = [], []
        self.weight = weight

    def forward(self, s, target):
        self.y, self.target = softmax(s), target
        above = self.below = 0.0
        for n, t in np.ndindex(target.shape):
            if target[n, t] >= 0:
                above -= self.weight[t] * np.log(self.y[n, t, target[n, t]])
                self.below += self.weight[t]
        return above / self.below if self.below > 0 else 0.0

    def backward(self, dout=1):
        ds = np.zeros(self.y.shape)
        if self.below > 0:
            for n, t in np.ndindex(self.target.shape):
                if self.target[n, t] >= 0:
                    ds[n, t] = self.y[n, t]
                    ds[n, t, self.target[n, t]] -= 1
                    ds[n, t] *= dout * self.weight[t] / self.below
        return ds
""",
        "one long batch": """
class WeightedSteps:
    def __init__(self, weight):
        self.params, self.grads = [], []
        self.weight = weight

    def forward(self, s, target):
        self.shape = N, T, V = s.shape
        rows, labels = s.reshape(N * T, V), target.reshape(-1)
        weight = np.tile(self.weight, N)
        self.there = np.flatnonzero((labels >= 0) & (weight > 0))
        self.labels, self.y = labels[self.there], softmax(rows[self.there])
        self.part = weight[self.there]
        if not len(self.there):
            return 0.0
        self.part = self.part / self.part.sum()
        return self.part @ -np.log(self.y[np.arange(len(self.y)), self.labels])

    def backward(self, dout=1):
        N, T, V = self.shape
        ds = np.zeros((N * T, V))
        ds[self.there] = self.y * self.part[:, None] * dout
        ds[self.there, self.labels] -= self.part * dout
        return ds.reshape(N, T, V)
""",
        "np.average": {
            LOSS: "if not share.any():\n            return 0\n"
            "        return np.average(-np.log(right), weights=share)"
        },
        "a one-hot row of zeros": {
            ONEHOT: "V = self.y.shape[2]\n        onehot = np.eye(V + 1)[self.labels][:, :, :V]"
        },
        "ln Z minus the score": {
            RIGHT: "m = s.max(axis=2, keepdims=True)\n"
            "        ln_Z = (m + np.log(np.exp(s - m).sum(axis=2, keepdims=True)))[:, :, 0]\n"
            "        score = np.take_along_axis(s, self.labels[:, :, None], axis=2)[:, :, 0]",
            LOSS: "return (self.share * (ln_Z - score)).sum()",
        },
        "einsum": {DS: 'return np.einsum("ntv,nt->ntv", self.y - onehot, self.share * dout)'},
        "float32 inside": {LOSS: "self.y = self.y.astype(np.float32)\n        " + LOSS},
        "a list": {DS: DS.replace("return ", "return (") + ").tolist()"},
        "a very small number below": {
            OVER: "self.share = share / max(share.sum(), 1e-12)",
        },
    },
    {
        ("weights ignored", "no weights"): {
            "self.weight = weight": "self.weight = np.ones(len(weight))"
        },
        ("weights in the loss alone", "weights not back"): {
            LOSS: "self.back = counts / (share.sum() or 1)\n        " + LOSS,
            DS: DS.replace("share", "back"),
        },
        ("over the number of labels", "divided by the count"): {
            OVER: "self.share = share / max(1, counts.sum())"
        },
        ("over the weights of all places", "divided by all weights"): {
            OVER: "self.share = share / (len(s) * self.weight.sum())"
        },
        ("a mean of all places", "divided by all places"): {
            OVER: "self.share = share / share.size"
        },
        ("nothing divided on the way back", "not divided back"): {
            LOSS: "self.back = share\n        " + LOSS,
            DS: DS.replace("share", "back"),
        },
        ("-1 taken for the last word", "last word"): {
            COUNTS: "target = target % s.shape[2]\n        counts = target >= 0"
        },
        ("y left at empty places", "empty places pushed"): {
            LOSS: "self.all = self.weight / (share.sum() or 1) * np.ones(target.shape)\n        "
            + LOSS,
            DS: "return (self.y * self.all[:, :, None] - onehot * self.share[:, :, None]) * dout",
        },
        ("0/0", "nothing divided by nothing"): {OVER: "self.share = share / share.sum()"},
        ("labels minus y", "turned round"): {DS: DS.replace("self.y - onehot", "onehot - self.y")},
        ("dout ignored", "upstream"): {DS: DS.replace(" * dout", "")},
        ("word 0 taken for empty", "example"): {COUNTS: "counts = target > 0"},
        ("the weights from behind", "example"): {
            "self.weight = weight": "self.weight = weight[::-1]"
        },
        ("weights squared on the way back", "example"): {
            DS: DS.replace("* dout", "* self.weight[:, None] * dout")
        },
        ("the weight inside the logarithm", "example"): {
            LOSS: "return -(counts * np.log(right * self.weight)).sum() / max(1, counts.sum())"
        },
        ("each row a mean of its own", "example"): {
            OVER: "self.share = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-9)"
        },
        ("a mean of the rows' means", "example"): {
            OVER: "self.share = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-9) / len(s)"
        },
        ("each step a mean of its own", "example"): {
            OVER: "self.share = share / np.maximum(share.sum(axis=0), 1e-9)"
        },
        ("a plus", "example"): {LOSS: LOSS.replace("-(", "(")},
        ("no softmax", "example"): {"self.y = softmax(s)": "self.y = np.abs(s)"},
        ("exp without the largest taken away", "example"): {
            "self.y = softmax(s)": "e = np.exp(s)\n"
            "        self.y = e / e.sum(axis=2, keepdims=True)"
        },
        ("softmax over the steps", "example"): {
            "self.y = softmax(s)": "self.y = softmax(s.transpose(0, 2, 1)).transpose(0, 2, 1)"
        },
        ("the slope of sigmoid", "example"): {
            DS: DS.replace("self.y - onehot", "(self.y - onehot) * self.y")
        },
        ("losses of each place", "example"): {LOSS: LOSS.replace(".sum()", "")},
        ("labels changed in place", "input changed"): {
            LABELS: "target[target < 0] = 0\n        self.labels = target"
        },
        ("nothing returned", "wrong type"): {DS: DS.replace("return", "ds =")},
        ("the package's layer", "own work"): {
            LOSS: "from common.time_layers import TimeSoftmaxWithLoss\n\n"
            "        TimeSoftmaxWithLoss().forward(s, target)\n        " + LOSS
        },
    },
)

# 5
BLOCKS = "return np.exp((words * np.log(ppls)).sum() / words.sum())"
NAMED = "return np.exp(np.log(ppl) + unknown / words * np.log(kinds))"
of(
    "perplexities",
    {
        "a loop": {
            BLOCKS: "total = 0\n    for ppl, n in zip(ppls, words):\n"
            "        total += n * np.log(ppl)\n    return np.exp(total / sum(words))"
        },
        "np.average": {BLOCKS: "return np.exp(np.average(np.log(ppls), weights=words))"},
        "powers": {
            BLOCKS: "return np.prod(ppls ** (words / words.sum()))",
            NAMED: "return ppl * kinds ** (unknown / words)",
        },
        "bits": {
            BLOCKS: "return 2 ** ((words @ np.log2(ppls)) / words.sum())",
            NAMED: "return 2 ** (np.log2(ppl) + unknown / words * np.log2(kinds))",
        },
        "all losses in a row": {BLOCKS: "return np.exp(np.repeat(np.log(ppls), words).mean())"},
        "losses added up": {
            NAMED: "total = words * np.log(ppl) + unknown * np.log(kinds)\n"
            "    return np.exp(total / words)"
        },
        "Python numbers": {BLOCKS: BLOCKS.replace("return ", "return float(") + ")"},
    },
    {
        ("a mean of the perplexities by words", "mean of perplexities"): {
            BLOCKS: "return (words * ppls).sum() / words.sum()"
        },
        ("a mean of the perplexities", "plain mean of perplexities"): {
            BLOCKS: "return ppls.mean()"
        },
        ("every block alike", "blocks alike"): {
            BLOCKS: "return np.exp(np.log(ppls[words > 0]).mean())"
        },
        ("a sum of losses", "not a mean"): {BLOCKS: BLOCKS.replace(" / words.sum()", "")},
        ("a word for each empty block", "empty blocks counted"): {
            BLOCKS: "words = np.maximum(words, 1)\n    " + BLOCKS
        },
        ("2 to the loss", "base 2"): {BLOCKS: BLOCKS.replace("np.exp(", "2 ** (")},
        ("every word named", "every word dearer"): {NAMED: "return ppl * kinds"},
        ("perplexities averaged", "dearer in perplexity"): {
            NAMED: "share = unknown / words\n    return ppl * (1 - share) + ppl * kinds * share"
        },
        ("out of the known words", "share of the known words"): {
            NAMED: NAMED.replace("/ words", "/ (words - unknown)")
        },
        ("a minus", "cheaper"): {NAMED: NAMED.replace("(ppl) +", "(ppl) -")},
        ("named once", "once for the text"): {
            NAMED: NAMED.replace("unknown / words", "(unknown > 0) / words")
        },
        ("the losses", "the loss itself"): {
            BLOCKS: "return (words * np.log(ppls)).sum() / words.sum()",
            NAMED: "return np.log(ppl) + unknown / words * np.log(kinds)",
        },
        ("empty blocks in the plain mean", "example"): {
            BLOCKS: "return np.exp(np.log(ppls).mean())"
        },
        ("divided by the number of blocks", "example"): {
            BLOCKS: BLOCKS.replace("words.sum()", "len(words)")
        },
        ("kinds divided by the words", "example"): {
            NAMED: "return np.exp(np.log(ppl) + np.log(kinds) / words)"
        },
        ("kinds added", "example"): {NAMED: "return ppl + unknown / words * kinds"},
        ("the logarithm of the share", "dearer in perplexity"): {
            NAMED: "return np.exp(np.log(ppl) + np.log(1 + unknown / words * (kinds - 1)))"
        },
        ("all unknown words together", "example"): {
            NAMED: NAMED.replace("unknown / words", "unknown")
        },
        ("the largest block", "example"): {BLOCKS: "return ppls[words.argmax()]"},
        ("the harmonic mean", "example"): {BLOCKS: "return words.sum() / (words / ppls).sum()"},
        ("the loss of the perplexity", "example"): {NAMED: NAMED.replace("np.log(ppl)", "ppl")},
        ("a product too small for a number", "example"): {
            BLOCKS: "return np.prod((1 / ppls) ** words) ** (-1 / words.sum())"
        },
        ("log2 for ln", "example"): {
            NAMED: NAMED.replace("np.log(kinds)", "np.log2(kinds)"),
        },
        ("perplexities written in place", "input changed"): {
            BLOCKS: "ppls[:] = np.log(ppls)\n    return np.exp((words * ppls).sum() / words.sum())"
        },
        ("nothing returned", "wrong type"): {NAMED: NAMED.replace("return", "_ =")},
        ("a text", "wrong type"): {NAMED: NAMED.replace("return ", "return str(") + ")"},
    },
)

# 6
RUNS = '{1: "b", 2: "a", 3: "g", 4: "d"}'
of(
    "diagnosis",
    {
        "in another order": {RUNS: '{4: "d", 3: "g", 2: "a", 1: "b"}'},
        "made by zip": {RUNS: 'dict(zip((1, 2, 3, 4), "bagd"))'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "b", "e"),
            (1, "b", "h"),
            (2, "a", "f"),
            (2, "a", "c"),
            (3, "g", "b"),
            (3, "g", "e"),
            (4, "d", "e"),
            (4, "d", "c"),
            (4, "d", "f"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "d"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "d"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "a"': '2: ["a", "f"]'},
        ("a list", "wrong type"): {"return " + RUNS: 'return list("bagd")'},
    },
)
