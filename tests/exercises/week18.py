"""Right and wrong answers to week 18's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
START = "h, whole = h_0, np.eye(len(h_0))"
G = "g = np.tanh(x + h @ Wh)"
STATE = "h = (1 - leak) * h + leak * g"
J = "J = leak * (1 - g**2)[:, None] * Wh.T + (1 - leak) * np.eye(len(h))"
WHOLE = "whole = J @ whole  # a later step stands further left"
RETURN = "return whole"
LARGEST = "largest = np.linalg.svd(Wh, compute_uv=False)[0]"
BOUND = "return (1 - leak + leak * largest) ** T"
of(
    "leaky_product",
    {
        "from the last step to the first": {
            START: "h, whole, all_J = h_0, np.eye(len(h_0)), []",
            WHOLE: "all_J.append(J)",
            RETURN: "for J in reversed(all_J):\n        whole = whole @ J\n    return whole",
        },
        "a matrix of slopes": {
            J: "J = leak * np.diag(1 - g**2) @ Wh.T\n        J += (1 - leak) * np.eye(len(h))"
        },
        "row after row": {
            J: "J = np.array([leak * (1 - g[j] ** 2) * Wh[:, j] for j in range(len(g))])\n"
            "        J[np.diag_indices(len(g))] += 1 - leak"
        },
        "a nudge of each number": {
            START: START.replace("h_0,", "np.asarray(h_0, dtype=float),"),
            J: "",
            WHOLE: "whole = (1 - leak) * whole + leak * (1 - g**2)[:, None] * (Wh.T @ whole)",
        },
        "the norm of NumPy": {LARGEST: "largest = np.linalg.norm(Wh, 2)"},
        "from the eigenvalues of a square": {
            LARGEST: "largest = np.sqrt(np.linalg.eigvalsh(Wh.T.astype(float) @ Wh).max())"
        },
        "a list": {RETURN: "return whole.tolist()"},
    },
    {
        ("only through the weights", "straight way lost"): {
            J: "J = leak * (1 - g**2)[:, None] * Wh.T"
        },
        ("no leak in the matrix", "leak lost"): {J: J.replace("leak * (1 - g", "(1 - g")},
        ("kept in every place", "kept everywhere"): {J: J.replace(" * np.eye(len(h))", "")},
        ("1 minus the state squared", "state for tanh"): {J: J.replace("g**2", "h**2")},
        ("a later step on the right", "other order"): {WHOLE: "whole = whole @ J"},
        ("the result turned round", "rows and columns exchanged"): {RETURN: RETURN + ".T"},
        ("W_h as it is", "matrix not transposed"): {J: J.replace("Wh.T", "Wh")},
        ("slopes on the columns", "slopes on the columns"): {J: J.replace("[:, None]", "")},
        ("zeros for h_0", "start forgotten"): {START: START.replace("= h_0", "= 0 * h_0")},
        ("leak and rest exchanged", "leak turned round"): {
            START: "leak = 1 - leak\n    " + START,
            BOUND: "return (leak + (1 - leak) * largest) ** T",
        },
        ("the largest eigenvalue", "largest eigenvalue"): {
            LARGEST: "largest = abs(np.linalg.eigvals(Wh)).max()"
        },
        ("the kept part out of the bound", "bound without the rest"): {
            BOUND: "return (leak * largest) ** T"
        },
        ("no leak in the bound", "bound of the plain cell"): {BOUND: "return largest**T"},
        ("the bound of one step", "one step"): {BOUND: BOUND.replace(" ** T", "")},
        ("the length of all numbers", "example"): {LARGEST: "largest = np.linalg.norm(Wh)"},
        ("the smallest stretch", "example"): {LARGEST: LARGEST.replace("[0]", "[-1]")},
        ("T times", "example"): {BOUND: BOUND.replace("**", "*")},
        ("the last step alone", "example"): {WHOLE: "whole = J"},
        ("a sum of steps", "example"): {WHOLE: "whole = whole + J"},
        ("the state never moves", "example"): {STATE: ""},
        ("the new state without the old", "example"): {STATE: "h = g"},
        ("no slope of tanh", "example"): {J: J.replace("(1 - g**2)[:, None]", "1")},
        ("the slope of the state before", "example"): {
            STATE: "",
            WHOLE: "whole, h = J @ whole, (1 - leak) * h + leak * g",
            J: J.replace("g**2", "h**2"),
        },
        ("h_0 written in place", "input changed"): {STATE: "h *= 1 - leak\n        h += leak * g"},
        ("nothing returned", "wrong type"): {RETURN: "whole.sum()"},
        ("an axis lost", "stopped"): {WHOLE: "whole = (J @ whole)[0] @ whole[:, :-1]"},
        ("the package's tanh", "own work"): {
            G: "from common.functions import tanh\n\n        g = tanh(x + h @ Wh)"
        },
    },
)

# 2
B = "b[:] = 10, 0, -10, -10  # keep, write nothing, show nothing"
WHAT = "Wx[0, 1], Wx[1, 1] = 20, -20  # what is written: 1 or -1"
WRITE = "Wx[:2, 2] = 20  # both of them write"
CLEAR = "Wx[2, 0] = -20"
TELL = "Wx[3, 3] = 20"
of(
    "car_park",
    {
        "larger numbers": {
            B: "b[:] = 50, 0, -50, -50",
            WHAT: "Wx[0, 1], Wx[1, 1] = 30, -30",
            WRITE: "Wx[:2, 2] = 100",
            CLEAR: "Wx[2, 0] = -100",
            TELL: "Wx[3, 3] = 100",
        },
        "no biases, all in the words": {
            B: "Wx[:, 0], Wx[:, 2:] = 12, -12",
            WRITE: "Wx[:2, 2] = 12",
            CLEAR: "Wx[2, 0] = -12",
            TELL: "Wx[3, 3] = 12",
        },
        "g is 1 unless a car leaves": {
            B: "b[:] = 10, 20, -10, -10",
            WHAT: "Wx[1, 1] = -40",
        },
        "g is 0, and always written": {
            B: "b[:] = 10, 0, 10, -10",
            WRITE: "",
        },
        "lists": {
            B: B + "\n    Wx[3, 3] = 20\n    Wx[:2, 2] = 20\n    Wx[2, 0] = -20\n"
            "    Wx[0, 1], Wx[1, 1] = 20, -20\n"
            "    return Wx.tolist(), Wh.tolist(), b.tolist()"
        },
        "integers": {B: "Wx, Wh, b = Wx.astype(int), Wh.astype(int), b.astype(int)\n    " + B},
        "float32": {B: 'Wx, Wh, b = Wx.astype("f"), Wh.astype("f"), b.astype("f")\n    ' + B},
    },
    {
        ("a car that leaves adds", "out adds"): {WHAT: WHAT.replace("-20", "20")},
        ("a car that leaves writes nothing", "out ignored"): {WRITE: "Wx[0, 2] = 20"},
        ("empty has no weight", "never empty"): {CLEAR: ""},
        ("tell empties too", "tell empties"): {CLEAR: "Wx[2:4, 0] = -20"},
        ("the output gate open", "always shown"): {B: B.replace("-10, -10", "-10, 10")},
        ("tell has no weight", "never shown"): {TELL: ""},
        ("a forget gate that is shut", "forgets"): {B: B.replace("10, 0", "-10, 0")},
        ("biases of 0", "half open"): {B: "b[:] = 0"},
        ("1 written at every word", "writes everywhere"): {B: "b[:] = 10, 10, 10, -10"},
        ("PyTorch's order", "PyTorch's order"): {
            TELL: "Wx[3, 3] = 20\n    Wx, b = Wx[:, [2, 0, 1, 3]], b[[2, 0, 1, 3]]"
        },
        ("small numbers", "too soft"): {TELL: "Wx[3, 3] = 20\n    Wx, b = Wx / 5, b / 5"},
        ("in and out exchanged", "example"): {WHAT: "Wx[0, 1], Wx[1, 1] = -20, 20"},
        ("a forget gate without its bias", "example"): {B: B.replace("10, 0", "0, 0")},
        ("wait shows", "example"): {TELL: "Wx[3:, 3] = 20"},
        ("wait empties", "example"): {CLEAR: "Wx[2, 0] = Wx[4, 0] = -20"},
        ("empty writes", "example"): {WRITE: "Wx[:3, 2] = 20\n    Wx[2, 1] = 20"},
        ("telling begins anew", "example"): {TELL: TELL + "\n    Wh[0, 0] = -40"},
        ("tell only half open", "example"): {TELL: "Wx[3, 3] = 10"},
        ("g of one half", "example"): {WHAT: "Wx[0, 1], Wx[1, 1] = 0.5, -0.5"},
        ("nothing at all", "example"): {B: "", WHAT: "", WRITE: "", CLEAR: "", TELL: ""},
        ("words as columns", "wrong type"): {TELL: "Wx = Wx.T"},
        ("a bias in a row", "wrong type"): {TELL: TELL + "\n    b = b[None]"},
        ("Wh as a number", "wrong type"): {TELL: TELL + "\n    Wh = 0.0"},
        ("too many columns", "stopped"): {TELL: "Wx[3, 4] = 20"},
    },
)

# 3
A = "a = x @ Wx + h_prev @ Wh + b  # (N, 3 H)"
C = "c_next = f * c_prev + (1 - f) * g"
CACHE = "self.cache = x, h_prev, c_prev, f, g, o, c_next"
SHOWN = "return o * np.tanh(c_next), c_next"
TANH = "tanh_c = np.tanh(c_next)"
DC = "dc = dc_next + dh_next * o * (1 - tanh_c**2)"
DF = "df = dc * (c_prev - g)  # f keeps the old cell, and holds g off"
DG = "dg = dc * (1 - f)"
DO = "do = dh_next * tanh_c"
DA = "da = np.concatenate([df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)], axis=1)"
DWX, DWH = "dWx[...] = x.T @ da", "dWh[...] = h_prev.T @ da"
DB = "db[...] = da.sum(axis=0)"
BACK = "return da @ Wx.T, da @ Wh.T, dc * f"
of(
    "coupled",
    {
        "an input gate of its own": {
            DF: "i = 1 - f\n        di = dc * g\n        df = dc * c_prev - di",
            DG: "dg = dc * i",
        },
        "g plus a part of the difference": {C: "c_next = g + f * (c_prev - g)"},
        "one matrix for both": {
            A: "a = np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]) + b",
        },
        "each gate its own products": {
            DA: "da_f, da_g, da_o = df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)\n"
            "        da = np.hstack([da_f, da_g, da_o])",
            BACK: "H = len(Wh)\n        gates = [da_f, da_g, da_o]\n"
            "        blocks = [slice(k * H, (k + 1) * H) for k in range(3)]\n"
            "        dx = sum(d @ Wx[:, s].T for d, s in zip(gates, blocks))\n"
            "        dh_prev = sum(d @ Wh[:, s].T for d, s in zip(gates, blocks))\n"
            "        return dx, dh_prev, dc * f",
        },
        "tanh kept": {
            CACHE: CACHE.replace("c_next", "np.tanh(c_next)"),
            TANH: "tanh_c = c_next",
        },
        "einsum": {DWX: 'np.einsum("nd,nk->dk", x, da, out=dWx, casting="same_kind")'},
        "a sum after zeros": {
            DWX: "for grad in self.grads:\n            grad[...] = 0\n        dWx += x.T @ da",
            DWH: "dWh += h_prev.T @ da",
            DB: "db += da.sum(axis=0)",
        },
        "lists": {BACK: "return [(da @ Wx.T).tolist(), (da @ Wh.T).tolist(), (dc * f).tolist()]"},
    },
    {
        ("f with the old cell alone", "only forgets"): {DF: "df = dc * c_prev"},
        ("a plus in df", "minus forgotten"): {DF: "df = dc * (c_prev + g)"},
        ("dg with f", "input gate for f"): {DG: "dg = dc * f"},
        ("nothing from the next step", "cell dropped"): {DC: DC.replace("dc_next + ", "")},
        ("nothing from the state", "only the cell's"): {DC: "dc = dc_next"},
        ("dc handed on whole", "without f"): {BACK: BACK.replace("dc * f", "dc")},
        ("no slope at the cell", "no slope of tanh"): {DC: DC.replace(" * (1 - tanh_c**2)", "")},
        ("the cell squared", "cell for tanh"): {DC: DC.replace("tanh_c**2", "c_next**2")},
        ("gradients of the gates as they are", "gates' slopes lost"): {
            DA: "da = np.concatenate([df, dg, do], axis=1)"
        },
        ("the slope of a sigmoid for g", "sigmoid for tanh"): {
            DA: DA.replace("dg * (1 - g**2)", "dg * g * (1 - g)")
        },
        ("do with the cell", "cell without tanh"): {DO: "do = dh_next * c_next"},
        ("f lets in, 1 - f keeps", "gates exchanged"): {
            C: "c_next = (1 - f) * c_prev + f * g",
            DF: "df = dc * (g - c_prev)",
            DG: "dg = dc * f",
            BACK: BACK.replace("dc * f", "dc * (1 - f)"),
        },
        ("gradients added up", "added up"): {
            DWX: DWX.replace("[...] =", " +="),
            DWH: DWH.replace("[...] =", " +="),
            DB: DB.replace("[...] =", " +="),
        },
        ("new arrays in grads", "not in place"): {
            DB: "self.grads = [x.T @ da, h_prev.T @ da, da.sum(axis=0)]",
            DWX: "",
            DWH: "",
        },
        ("the minus the other way", "example"): {DF: "df = dc * (g - c_prev)"},
        ("dc_prev with 1 - f", "example"): {BACK: BACK.replace("dc * f", "dc * (1 - f)")},
        ("the order f, o, g", "example"): {
            DA: "da = np.concatenate([df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)], axis=1)"
        },
        ("the output gate out of dc", "example"): {DC: DC.replace(" * o", "")},
        ("an output without tanh", "example"): {SHOWN: "return o * c_next, c_next"},
        ("c before h", "example"): {SHOWN: "return c_next, o * np.tanh(c_next)"},
        ("no bias", "example"): {A: A.replace(" + b ", " ")},
        ("a mean over the rows", "example"): {DB: DB.replace("sum", "mean")},
        ("dx and dh_prev exchanged", "example"): {BACK: "return da @ Wh.T, da @ Wx.T, dc * f"},
        ("the cell with the whole g", "example"): {C: "c_next = f * c_prev + g"},
        ("dc written in place", "input changed"): {
            DC: "dc = dc_next\n        dc += dh_next * o * (1 - tanh_c**2)"
        },
        ("a step on the weights", "input changed"): {DB: DB + "\n        Wx -= 0.1 * x.T @ da"},
        ("dc_prev forgotten", "stopped"): {BACK: "return da @ Wx.T, da @ Wh.T"},
        ("no gradient of c", "wrong type"): {BACK: BACK.replace("dc * f", "None")},
        ("the package's sigmoid", "own work"): {
            A: "from common.functions import sigmoid\n\n        " + A
        },
    },
)

# 4
PARTS = 'parts = {"tanh": 1, "GRU": 3, "LSTM": 4}[cell]  # blocks of H columns'
FIRST = "first = parts * H * (D + H + 1)"
OTHERS = "others = (layers - 1) * parts * H * (H + H + 1)"
OUTPUT = "output = V if tied else H * V + V"
TOTAL = "return V * D + first + others + output"
FIT = "while size(V, H + 1, H + 1, layers, cell, tied) <= budget:"
LARGEST = "return H"
of(
    "sizes",
    {
        "a loop over the layers": {
            FIRST: "first, inputs = 0, D\n    for _ in range(layers):\n"
            "        first += parts * H * (inputs + H + 1)\n        inputs = H",
            OTHERS: "others = 0",
        },
        "arrays that are counted": {
            TOTAL: "shapes = [(V, D), (V,)] + ([] if tied else [(H, V)])\n"
            "    for layer in range(layers):\n"
            "        inputs = H if layer else D\n"
            "        shapes += [(inputs, parts * H), (H, parts * H), (parts * H,)]\n"
            "    return sum(np.zeros(shape).size for shape in shapes)"
        },
        "ifs": {
            PARTS: 'if cell == "tanh":\n        parts = 1\n    elif cell == "GRU":\n'
            "        parts = 3\n    else:\n        parts = 4"
        },
        "downwards": {
            FIT: "H = budget\n    while size(V, H, H, layers, cell, tied) > budget:",
            "H += 1": "H -= 1",
        },
        "too far, and one back": {
            FIT: "while size(V, H, H, layers, cell, tied) <= budget:",
            LARGEST: "return H - 1",
        },
        "a root": {
            FIT: 'parts = {"tanh": 1, "GRU": 3, "LSTM": 4}[cell] * layers\n'
            "    p, q = 2 * parts, parts + V * (1 if tied else 2)\n"
            "    H = int((np.sqrt(q * q + 4 * p * (budget - V)) - q) / (2 * p) + 1e-9)\n"
            "    while False:",
        },
        "a float": {TOTAL: TOTAL.replace("return ", "return 1.0 * (") + ")"},
    },
    {
        ("tied or not", "tied not counted"): {OUTPUT: "output = H * V + V"},
        ("no bias of the output", "output's bias lost"): {OUTPUT: "output = 0 if tied else H * V"},
        ("no biases in the cells", "cells' biases lost"): {
            FIRST: FIRST.replace(" + 1", ""),
            OTHERS: OTHERS.replace(" + 1", ""),
        },
        ("two biases", "two biases"): {
            FIRST: FIRST.replace("+ 1", "+ 2"),
            OTHERS: OTHERS.replace("+ 1", "+ 2"),
        },
        ("word vectors into every layer", "first layer for all"): {
            OTHERS: OTHERS.replace("H + H", "D + H")
        },
        ("one layer", "one layer"): {OTHERS: "others = 0"},
        ("a GRU like an LSTM", "GRU as LSTM"): {PARTS: PARTS.replace("3", "4", 1)},
        ("gates without the candidate", "gates alone"): {
            PARTS: 'parts = {"tanh": 1, "GRU": 2, "LSTM": 3}[cell]'
        },
        ("no W_h", "no state"): {
            FIRST: FIRST.replace("D + H", "D"),
            OTHERS: OTHERS.replace("H + H", "H"),
        },
        ("the first that does not fit", "one too large"): {LARGEST: "return H + 1"},
        ("one below", "one too small"): {LARGEST: "return H - 1"},
        ("less than the budget", "exactly forbidden"): {FIT: FIT.replace("<=", "<")},
        ("a bias of one number", "example"): {
            FIRST: FIRST.replace("H * (D + H + 1)", "(H * (D + H) + 1)")
        },
        ("no word vectors", "example"): {TOTAL: "return first + others + output"},
        ("one layer too many", "example"): {OTHERS: OTHERS.replace("(layers - 1)", "layers")},
        ("a bias of H at the output", "example"): {OUTPUT: "output = H if tied else H * V + H"},
        ("a tied model without its bias", "example"): {OUTPUT: "output = 0 if tied else H * V + V"},
        ("one block for all cells", "example"): {PARTS: "parts = 1"},
        ("V for D", "example"): {FIRST: FIRST.replace("D +", "V +")},
        ("only one layer in the budget", "example"): {FIT: FIT.replace("layers", "1")},
        ("never tied in the budget", "example"): {FIT: FIT.replace("tied", "False")},
        ("D of 1 in the budget", "example"): {FIT: FIT.replace("H + 1, H + 1", "1, H + 1")},
        ("a text", "wrong type"): {LARGEST: "return str(H)"},
        ("nothing returned", "wrong type"): {
            TOTAL: TOTAL.replace("return", "total ="),
            LARGEST: "return 1",
        },
        ("an unknown name", "stopped"): {PARTS: PARTS.replace('"GRU"', '"gru"')},
    },
)

# 5
MASK = "self.mask = ((u >= self.ratio) / (1 - self.ratio))[:, None]  # (N, 1, H): all steps"
ONES = "self.mask = np.ones((len(xs), 1, 1))"
IF = "if self.train_flg:"
OUT = "return xs * self.mask"
BACK = "return dout * self.mask  # on paper: (0, 2) at each step"
SEEN = "return ratio if one_mask else ratio**T"
of(
    "one_mask",
    {
        "zeros written": {
            ONES: "self.mask = np.ones(xs.shape)",
            MASK: "self.mask[...] = 1 / (1 - self.ratio)\n"
            "            self.mask.transpose(0, 2, 1)[u < self.ratio] = 0",
        },
        "np.where": {
            MASK: "self.mask = np.where(u < self.ratio, 0, 1 / (1 - self.ratio))[:, None]"
        },
        "step after step": {
            OUT: "return np.stack([xs[:, t] * self.mask[:, 0] for t in range(xs.shape[1])], axis=1)"
        },
        "einsum": {
            ONES: "self.mask = np.ones(u.shape)",
            MASK: "self.mask = (u >= self.ratio) / (1 - self.ratio)",
            OUT: 'return np.einsum("nth,nh->nth", xs, self.mask)',
            BACK: 'return np.einsum("nth,nh->nth", dout, self.mask)',
        },
        "divided at the end": {
            ONES: "self.mask = None",
            OUT: "return xs",
            MASK: "self.mask = (u >= self.ratio)[:, None]\n"
            "            return xs * self.mask / (1 - self.ratio)",
            BACK: "if self.mask is None:\n            return dout\n"
            "        return dout * self.mask / (1 - self.ratio)",
        },
        "a product of chances": {SEEN: "return np.prod([ratio] * (1 if one_mask else T))"},
        "lists": {BACK: "return (dout * self.mask).tolist()"},
    },
    {
        ("a mask of 0 and 1", "not scaled"): {MASK: MASK.replace(" / (1 - self.ratio)", "")},
        ("divided by the ratio", "divided by the ratio"): {
            MASK: MASK.replace("(1 - self.ratio)", "self.ratio")
        },
        ("what lies below stays", "mask turned round"): {MASK: MASK.replace(">=", "<")},
        ("one mask for all sequences", "first sequence's mask"): {
            MASK: MASK.replace("(u >=", "(u[:1] >=")
        },
        ("the first step alone", "first step only"): {
            ONES: "self.mask = np.ones(xs.shape)",
            MASK: "self.mask[:, 0] = (u >= self.ratio) / (1 - self.ratio)",
        },
        ("the whole gradient back", "whole gradient back"): {BACK: "return dout"},
        ("the mask without its scale back", "gradient not scaled"): {
            BACK: "return dout * (self.mask > 0)"
        },
        ("switched off in the test", "off in the test too"): {IF: "if True:"},
        ("scaled down in the test", "scaled in the test"): {
            ONES: ONES.replace("1))", "1)) - self.ratio")
        },
        ("the mask of the block before", "old mask on the way back"): {
            ONES: "",
            OUT: "return xs * (self.mask if self.train_flg else 1)",
        },
        ("new masks for one", "one as many"): {SEEN: "return ratio**T"},
        ("one mask for new ones", "many as one"): {SEEN: "return ratio"},
        ("on at all steps", "seen at every step"): {
            SEEN: "return 1 - ratio if one_mask else (1 - ratio) ** T"
        },
        ("seen once or more", "seen at least once"): {
            SEEN: "return 1 - ratio if one_mask else 1 - ratio**T"
        },
        ("one mask and new ones exchanged", "example"): {SEEN: SEEN.replace("one_", "not one_")},
        ("T times the ratio", "example"): {SEEN: SEEN.replace("**", "*")},
        ("scaled by what was drawn", "example"): {
            MASK: "stays = u >= self.ratio\n            self.mask = (stays / stays.mean())[:, None]"
        },
        ("draws of its own", "example"): {
            MASK: MASK.replace("(u >=", "(np.random.rand(*u.shape) >=")
        },
        ("a new mask at each step", "example"): {
            MASK: "draws = np.random.rand(*xs.shape)\n"
            "            self.mask = (draws >= self.ratio) / (1 - self.ratio)"
        },
        ("multiplied by what stays", "example"): {MASK: MASK.replace(") / (", ") * (")},
        ("the input in the gradient", "example"): {
            OUT: "self.xs = xs\n        return xs * self.mask",
            BACK: "return dout * self.mask * self.xs",
        },
        ("through the mask twice", "example"): {BACK: "return dout * self.mask**2"},
        ("no axis for the steps", "stopped"): {MASK: MASK.replace("[:, None]", "")},
        ("xs written in place", "input changed"): {OUT: "xs *= self.mask\n        return xs"},
        ("dout written in place", "input changed"): {
            BACK: "dout *= self.mask\n        return dout"
        },
        ("nothing returned", "wrong type"): {OUT: "xs * self.mask"},
        ("the package's dropout", "own work"): {
            OUT: "from common.layers import Dropout\n\n"
            "        Dropout(self.ratio).forward(xs)\n        return xs * self.mask"
        },
    },
)

# 6
RUNS = '{1: "h", 2: "c", 3: "d", 4: "a"}'
of(
    "diagnosis",
    {
        "in another order": {RUNS: '{4: "a", 3: "d", 2: "c", 1: "h"}'},
        "made by zip": {RUNS: 'dict(zip((1, 2, 3, 4), "hcda"))'},
        "through a list": {RUNS: 'dict(enumerate("hcda", start=1))'},
        "one after another": {"return " + RUNS: 'return {1: "h"} | {2: "c"} | {3: "d", 4: "a"}'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "h", "e"),
            (1, "h", "g"),
            (2, "c", "b"),
            (2, "c", "f"),
            (2, "c", "a"),
            (3, "d", "e"),
            (3, "d", "h"),
            (4, "a", "b"),
            (4, "a", "c"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "a"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "a"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "c"': '2: ["c", "b"]'},
        ("a list", "wrong type"): {"return " + RUNS: 'return list("hcda")'},
    },
)
