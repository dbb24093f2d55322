"""Right and wrong answers to week 20's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
A = "a = hs @ W_enc + (h @ W_dec)[:, None]  # (N, T, D): one row of h for all steps"
G = "hidden = np.tanh(a)"
CACHE = "self.cache = hs, h, hidden"
SCORES = "return hidden @ u"
OF_CACHE = "hs, h, hidden = self.cache"
DA = "da = ds[:, :, None] * u * (1 - hidden**2)  # (N, T, D)"
TOGETHER = "together = da.sum(axis=1)  # all steps have read h"
ENC = "dW_enc[...] = hs.reshape(-1, H).T @ da.reshape(-1, D)"
DEC = "dW_dec[...] = h.T @ together"
DU = "du[...] = (ds[:, :, None] * hidden).sum(axis=(0, 1))"
BACK = "return da @ W_enc.T, together @ W_dec.T"
of(
    "additive_scores",
    {
        "step after step": {
            A: "a = np.stack([hs[:, t] @ W_enc + h @ W_dec for t in range(hs.shape[1])], axis=1)"
        },
        "the row repeated": {A: "a = hs @ W_enc + np.repeat((h @ W_dec)[:, None], hs.shape[1], 1)"},
        "side by side": {
            A: "wide = np.repeat(h[:, None], hs.shape[1], axis=1)\n"
            "        a = np.concatenate([hs, wide], axis=2) @ np.concatenate([W_enc, W_dec])"
        },
        "einsum": {
            A: 'row = np.einsum("nh,hd->nd", h, W_dec)\n'
            '        a = np.einsum("nth,hd->ntd", hs, W_enc) + row[:, None]',
            ENC: 'dW_enc[...] = np.einsum("nth,ntd->hd", hs, da)',
            DEC: 'dW_dec[...] = np.einsum("nh,ntd->hd", h, da)',
            DU: 'du[...] = np.einsum("nt,ntd->d", ds, hidden)',
        },
        "loops over sentences and steps": {
            TOGETHER: "together = 0 * da[:, 0]\n        for t in range(da.shape[1]):\n"
            "            together += da[:, t]",
            ENC: "dW_enc[...] = 0\n        for n in range(len(hs)):\n"
            "            for t in range(hs.shape[1]):\n"
            "                dW_enc += np.outer(hs[n, t], da[n, t])",
        },
        "zeros, then added": {
            ENC: "for grad in self.grads:\n            grad[...] = 0\n"
            "        dW_enc += hs.reshape(-1, H).T @ da.reshape(-1, D)",
            DEC: DEC.replace("[...] =", " +="),
            DU: DU.replace("[...] =", " +="),
        },
        "lists": {
            SCORES: "return (hidden @ u).tolist()",
            BACK: "return [(da @ W_enc.T).tolist(), (together @ W_dec.T).tolist()]",
        },
    },
    {
        ("no axis for the steps", "axis forgotten"): {
            A: A.replace("(h @ W_dec)[:, None]", "h @ W_dec")
        },
        ("a softmax in it", "weights for scores"): {
            SCORES: "e = np.exp(hidden @ u - (hidden @ u).max(axis=1, keepdims=True))\n"
            "        return e / e.sum(axis=1, keepdims=True)"
        },
        ("the sum without tanh", "no tanh"): {
            G: "hidden = a",
            DA: DA.replace(" * (1 - hidden**2)", " + 0 * hidden"),
        },
        ("no slope of tanh", "no slope"): {DA: DA.replace(" * (1 - hidden**2)", " + 0 * hidden")},
        ("1 minus the argument squared", "argument for tanh"): {
            CACHE: "self.cache, self.a = (hs, h, hidden), a",
            DA: DA.replace("hidden**2", "self.a**2"),
        },
        ("no u on the way back", "direction lost"): {DA: DA.replace(" * u", "")},
        ("dh of the last step", "one step to the decoder"): {
            TOGETHER: "together = da[:, -1]",
            DEC: "dW_dec[...] = h.T @ together",
        },
        ("dh as a mean", "mean to the decoder"): {TOGETHER: "together = da.mean(axis=1)"},
        ("W_dec of the last step", "decoder's weights from one step"): {
            DEC: "dW_dec[...] = h.T @ da[:, -1]"
        },
        ("du with the sums", "u without tanh"): {
            CACHE: "self.cache, self.a = (hs, h, hidden), a",
            DU: DU.replace("* hidden", "* self.a"),
        },
        ("means over the sentences", "mean over sentences"): {
            ENC: ENC + " / len(h)",
            DEC: DEC + " / len(h)",
            DU: DU + " / len(h)",
        },
        ("gradients added up", "added up"): {
            ENC: ENC.replace("[...] =", " +="),
            DEC: DEC.replace("[...] =", " +="),
            DU: DU.replace("[...] =", " +="),
        },
        ("new arrays in grads", "not in place"): {
            ENC: "",
            DEC: "",
            DU: "self.grads = [hs.reshape(-1, H).T @ da.reshape(-1, D), h.T @ together,"
            " (ds[:, :, None] * hidden).sum(axis=(0, 1))]",
        },
        ("one of them is new", "example"): {
            DU: "self.grads[2] = (ds[:, :, None] * hidden).sum(axis=(0, 1))"
        },
        ("a sigmoid", "example"): {
            G: "hidden = 1 / (1 + np.exp(-a))",
            DA: DA.replace("(1 - hidden**2)", "hidden * (1 - hidden)"),
        },
        ("u inside tanh", "example"): {
            G: "hidden = np.tanh(a * u)",
            SCORES: "return hidden.sum(axis=2)",
        },
        ("no decoder", "example"): {A: "a = hs @ W_enc"},
        ("W_enc from one step", "example"): {ENC: "dW_enc[...] = hs[:, -1].T @ da[:, -1]"},
        ("u from one step", "example"): {
            DU: "du[...] = (ds[:, :, None] * hidden)[:, -1].sum(axis=0)"
        },
        ("the square root of the slope", "example"): {
            DA: DA.replace("(1 - hidden**2)", "np.sqrt(1 - hidden**2)")
        },
        ("dh for each step", "example"): {BACK: "return da @ W_enc.T, da @ W_dec.T"},
        ("dh without its matrix", "example"): {
            BACK: "return da @ W_enc.T, together[:, :1] + 0 * h"
        },
        ("dh before dhs", "example"): {BACK: "return together @ W_dec.T, da @ W_enc.T"},
        ("only one returned", "stopped"): {BACK: "return (da @ W_enc.T,)"},
        ("matrices not turned", "stopped"): {BACK: "return da @ W_enc, together @ W_dec"},
        ("ds written in place", "input changed"): {
            DA: "ds *= 2\n        ds /= 2\n        ds += 1\n        " + DA
        },
        ("nothing returned", "wrong type"): {SCORES: "hidden @ u"},
        ("the package's tanh", "own work"): {
            G: "from common.functions import tanh\n\n        hidden = tanh(a)"
        },
    },
)

# 2
LOOK = "self.look = Attention()"
H_KEPT = "self.h = h"
FORWARD = "return self.look.forward(hs, sharpness * h)  # a number may stand at either factor"
LOOK_BACK = "dhs, dsharp = self.look.backward(dread)  # dsharp: of sharpness * h"
DS = "dsharpness[...] = (dsharp * self.h).sum()"
BACK = "return dhs, sharpness * dsharp"
OWN = (
    "dots = (hs * h[:, None]).sum(axis=2)\n"
    "        e = np.exp({s} - ({s}).max(axis=1, keepdims=True))\n"
    "        a = e / e.sum(axis=1, keepdims=True)\n"
    "        self.all = hs, h, dots, a\n"
    "        return {out}"
)
BY_HAND = OWN.format(s="sharpness * dots", out="(a[:, :, None] * hs).sum(axis=1)")
TO_SCORES = (
    "hs, h, dots, a = self.all\n"
    "        da = (dread[:, None] * hs).sum(axis=2)\n"
    "        dscores = a * (da - (a * da).sum(axis=1, keepdims=True))\n"
    "        of_read = a[:, :, None] * dread[:, None]"
)
BY_HAND_SHARP = "dsharpness[...] = (dscores * dots).sum()"
BY_HAND_BACK = (
    "ddots = (sharpness * dscores)[:, :, None]\n"
    "        return of_read + ddots * h[:, None], (ddots * hs).sum(axis=1)"
)
WHOLE = {FORWARD: BY_HAND, LOOK_BACK: TO_SCORES, DS: BY_HAND_SHARP, BACK: BY_HAND_BACK}
of(
    "sharpness",
    {
        "all by hand": WHOLE,
        "the sharpness at the encoder's states": {
            H_KEPT: "self.kept = hs, h",
            FORWARD: "a = self.look.attention_weight_layer.forward(sharpness * hs, h)\n"
            "        return self.look.weight_sum_layer.forward(hs, a)",
            LOOK_BACK: "hs, h = self.kept\n"
            "        dhs, da = self.look.weight_sum_layer.backward(dread)\n"
            "        dsharp_hs, dh = self.look.attention_weight_layer.backward(da)",
            DS: "dsharpness[...] = (dsharp_hs * hs).sum()",
            BACK: "return dhs + sharpness * dsharp_hs, dh",
        },
        "einsum": WHOLE
        | {
            DS: 'dsharpness[0] = np.einsum("nt,nt->", dscores, dots)',
            BACK: 'ddots = sharpness * dscores\n        back = np.einsum("nt,nh->nth", ddots, h)\n'
            '        return of_read + back, np.einsum("nt,nth->nh", ddots, hs)',
        },
        "one sentence after another": {
            DS: "dsharpness[...] = 0\n        for row, h in zip(dsharp, self.h):\n"
            "            dsharpness += row @ h"
        },
        "one look that stays": {
            LOOK: "",
            "self.grads = [np.zeros_like(sharpness)]": "self.grads = [np.zeros_like(sharpness)]\n"
            "        self.look = Attention()",
        },
        "a plain number": {FORWARD: FORWARD.replace("sharpness", "float(sharpness[0])")},
        "lists": {BACK: "return dhs.tolist(), (sharpness * dsharp).tolist()"},
    },
    {
        ("divided by it", "divided"): {
            FORWARD: FORWARD.replace("sharpness * h", "h / sharpness"),
            DS: "dsharpness[...] = -(dsharp * self.h).sum() / sharpness**2",
            BACK: "return dhs, dsharp / sharpness",
        },
        ("weights multiplied", "weights multiplied"): {
            FORWARD: "self.read = self.look.forward(hs, h)\n        return sharpness * self.read",
            LOOK_BACK: "dhs, dsharp = self.look.backward(sharpness * dread)",
            DS: "dsharpness[...] = (dread * self.read).sum()",
            BACK: "return dhs, dsharp",
        },
        ("never used", "not sharpened"): {
            FORWARD: FORWARD.replace("sharpness * h", "h"),
            BACK: "return dhs, dsharp",
        },
        ("dh of the sharp state", "state not sharpened"): {BACK: "return dhs, dsharp"},
        ("dhs without the sharpness", "states not sharpened"): WHOLE
        | {BACK: BY_HAND_BACK.replace("ddots * h[:", "dscores[:, :, None] * h[:")},
        ("what is read alone", "only read"): WHOLE
        | {BACK: BY_HAND_BACK.replace("of_read + ddots * h[:, None]", "of_read")},
        ("what is compared alone", "only compared"): WHOLE
        | {BACK: BY_HAND_BACK.replace("of_read + ", "")},
        ("with the sharp scores", "sharpness of the sharp scores"): {
            DS: "dsharpness[...] = (dsharp * sharpness * self.h).sum()"
        },
        ("past the softmax", "sharpness past the softmax"): WHOLE
        | {DS: BY_HAND_SHARP.replace("dscores", "da")},
        ("a mean over the sentences", "mean over sentences"): {DS: DS + " / len(self.h)"},
        ("the first sentence", "first sentence"): {DS: "dsharpness[...] = dsharp[0] @ self.h[0]"},
        ("gradients added up", "added up"): {DS: DS.replace("[...] =", " +=")},
        ("a new array", "not in place"): {DS: "self.grads = [np.array([(dsharp * self.h).sum()])]"},
        ("the sharp state in the gradient of the states too", "example"): {
            BACK: "return sharpness * dhs, sharpness * dsharp"
        },
        ("a minus", "example"): {DS: DS.replace("= (", "= -(")},
        ("no mean taken out", "example"): WHOLE
        | {LOOK_BACK: TO_SCORES.replace("(da - (a * da).sum(axis=1, keepdims=True))", "da")},
        ("never negative", "example"): {
            FORWARD: FORWARD.replace("sharpness *", "abs(sharpness) *")
        },
        ("a power", "example"): {FORWARD: FORWARD.replace("sharpness *", "np.exp(sharpness) *")},
        ("a softmax over the sentences", "example"): WHOLE
        | {FORWARD: BY_HAND.replace("axis=1, keepdims", "axis=0, keepdims")},
        ("the upstream left out", "example"): {
            LOOK_BACK: LOOK_BACK.replace("dread)", "np.ones_like(dread))")
        },
        ("the sharpness of the upstream", "example"): {
            DS: "dsharpness[...] = (dread * self.h).sum()"
        },
        ("no gradient", "example"): {DS: "dsharpness[...] = 0"},
        ("dh and dhs exchanged", "example"): {BACK: "return sharpness * dsharp, dhs"},
        ("the largest score alone", "example"): WHOLE
        | {
            FORWARD: BY_HAND.replace(
                "(a[:, :, None] * hs).sum(axis=1)", "hs[range(len(h)), a.argmax(axis=1)]"
            )
        },
        ("h written in place", "input changed"): {
            FORWARD: "h *= sharpness\n        return self.look.forward(hs, h)"
        },
        ("a step on the sharpness", "input changed"): {DS: DS + "\n        sharpness -= 0.1"},
        ("nothing returned", "wrong type"): {FORWARD: "self.look.forward(hs, sharpness * h)"},
        ("backward before forward", "stopped"): {
            LOOK_BACK: "dhs, dsharp = Attention().backward(dread)"
        },
        ("another layer of the package", "own work"): {
            FORWARD: "from common.attention import TimeAttention\n\n"
            "        TimeAttention().forward(hs, h[:, None])\n"
            "        return self.look.forward(hs, sharpness * h)"
        },
    },
)

# 3
S = "s = (hs * h[:, None]).sum(axis=2)  # (N, T)"
LARGEST = "largest = s.max(axis=1)"
POWERS = "powers = np.exp(s - largest[:, None])"
TOTAL = "total = powers.sum(axis=1)"
READ = "read = (powers[:, :, None] * hs).sum(axis=1) / total[:, None]"
LARGER = "largest = np.maximum(largest_1, largest_2)"
SHARE_1 = "share_1 = total_1 * np.exp(largest_1 - largest)"
SHARE_2 = "share_2 = total_2 * np.exp(largest_2 - largest)"
SUM = "total = share_1 + share_2"
BOTH = "read = (share_1[:, None] * read_1 + share_2[:, None] * read_2) / total[:, None]"
of(
    "two_halves",
    {
        "a loop over the sentences": {
            SHARE_1: "share_1, share_2 = np.zeros_like(total_1), np.zeros_like(total_2)\n"
            "    for n in range(len(largest)):\n"
            "        share_1[n] = total_1[n] * np.exp(largest_1[n] - largest[n])\n"
            "        share_2[n] = total_2[n] * np.exp(largest_2[n] - largest[n])",
            SHARE_2: "",
        },
        "by the difference of the two": {
            SHARE_1: "apart = largest_1 - largest_2\n"
            "    share_1 = total_1 * np.exp(np.minimum(apart, 0))",
            SHARE_2: "share_2 = total_2 * np.exp(np.minimum(-apart, 0))",
        },
        "np.where": {
            LARGER: "largest = np.where(largest_1 > largest_2, largest_1, largest_2)",
        },
        "einsum": {
            S: 's = np.einsum("nth,nh->nt", hs, h)',
            READ: 'read = np.einsum("nt,nth->nh", powers, hs) / total[:, None]',
        },
        "the part's own softmax": {
            READ: "a = powers / total[:, None]\n    read = (hs * a[:, :, None]).sum(axis=1)"
        },
        "with the sums": {
            BOTH: "sum_1, sum_2 = total_1[:, None] * read_1, total_2[:, None] * read_2\n"
            "    sum_1 *= np.exp(largest_1 - largest)[:, None]\n"
            "    sum_2 *= np.exp(largest_2 - largest)[:, None]\n"
            "    read = (sum_1 + sum_2) / total[:, None]"
        },
        "one share is the rest": {
            BOTH: "share = (share_2 / total)[:, None]\n"
            "    read = read_1 + share * (read_2 - read_1)"
        },
        "logarithms": {
            SHARE_1: "log_1, log_2 = np.log(total_1) + largest_1, np.log(total_2) + largest_2\n"
            "    share_1 = np.exp(log_1 - largest)",
            SHARE_2: "share_2 = np.exp(log_2 - largest)",
        },
    },
    {
        ("the mean of both", "plain mean"): {BOTH: "read = (read_1 + read_2) / 2"},
        ("by the totals", "totals alone"): {
            SHARE_1: "share_1 = total_1",
            SHARE_2: "share_2 = total_2",
        },
        ("by the largest scores", "largest alone"): {
            SUM: SUM
            + "\n    share_1, share_2 = np.exp(largest_1 - largest), np.exp(largest_2 - largest)",
            BOTH: BOTH.replace("total[", "(share_1 + share_2)["),
        },
        ("totals added", "total added as it is"): {
            SUM: "whole, total = share_1 + share_2, total_1 + total_2",
            BOTH: BOTH.replace("/ total", "/ whole"),
        },
        ("the larger part", "larger one alone"): {
            SUM: "first = largest_1 >= largest_2\n    total = np.where(first, total_1, total_2)",
            BOTH: "read = np.where(first[:, None], read_1, read_2)",
        },
        ("seen from the first part", "first part's largest"): {LARGER: "largest = largest_1"},
        ("powers of the scores", "powers as they are"): {
            POWERS: "powers = np.exp(s)",
            SHARE_1: "share_1 = total_1",
            SHARE_2: "share_2 = total_2",
        },
        ("sums for means", "not divided"): {
            READ: READ.replace(" / total[:, None]", ""),
            BOTH: "read = (np.exp(largest_1 - largest) * total_1)[:, None] * read_1\n"
            "    read = read + (np.exp(largest_2 - largest) * total_2)[:, None] * read_2",
        },
        ("the largest of the batch", "one largest for the batch"): {
            LARGEST: "largest = np.full(len(s), s.max())"
        },
        ("the wrong sign", "sign of the distance"): {
            SHARE_1: "share_1 = total_1 * np.exp(largest - largest_1)",
            SHARE_2: "share_2 = total_2 * np.exp(largest - largest_2)",
        },
        ("the smaller one", "example"): {LARGER: "largest = np.minimum(largest_1, largest_2)"},
        ("only the second shrinks", "example"): {SHARE_1: "share_1 = total_1"},
        ("the mean of the largest", "example"): {LARGER: "largest = (largest_1 + largest_2) / 2"},
        ("the sum of the largest", "example"): {
            SUM: SUM + "\n    largest_3 = largest_1 + largest_2",
            BOTH: BOTH + "\n    return read, largest_3, total",
        },
        ("seen from 0", "example"): {
            SHARE_1: "share_1 = total_1 * np.exp(largest_1)",
            SHARE_2: "share_2 = total_2 * np.exp(largest_2)",
        },
        ("a total of 1", "example"): {BOTH: BOTH + "\n    total = total / total"},
        ("the two exchanged", "example"): {
            BOTH: BOTH.replace("read_1", "read_0")
            .replace("read_2", "read_1")
            .replace("read_0", "read_2")
        },
        ("divided twice", "example"): {BOTH: BOTH + "\n    read = read / total[:, None]"},
        ("scores over the root", "example"): {
            S: S.replace(".sum(axis=2)", ".sum(axis=2) / np.sqrt(2)")
        },
        ("the largest number of the states", "example"): {LARGEST: "largest = hs.max(axis=(1, 2))"},
        ("a largest score of 0", "example"): {
            LARGEST: "largest = 0 * s[:, 0]",
            POWERS: "powers = np.exp(s - s.max(axis=1, keepdims=True))",
        },
        ("read alone", "example"): {BOTH: BOTH + "\n    return read"},
        ("no axis for the numbers", "example"): {READ: READ.replace("[:, :, None]", "")},
        ("states written in place", "input changed"): {
            READ: "hs *= powers[:, :, None]\n    read = hs.sum(axis=1) / total[:, None]"
        },
        ("nothing for the total", "wrong type"): {
            TOTAL: TOTAL,
            READ: READ + "\n    return read, largest, None",
        },
        ("the package's look", "own work"): {
            READ: "from common.attention import Attention\n\n    read = Attention().forward(hs, h)"
        },
    },
)

# 4
DISTANCE = "distance = np.arange(T)[:, None] - np.arange(T)  # of the place that looks"
MASK = "return (distance >= 0) & (distance <= m)"
SHORT = "short = min(T, m + 1)  # these rows see 1, 2, 3, ... places"
PAIRS = "pairs = short * (short + 1) // 2 + (T - short) * (m + 1)"
COUNT = "return 2 * H * pairs"
LAYERS = "return -(-(T - 1) // m)  # rounded up"
of(
    "window_mask",
    {
        "two triangles": {
            DISTANCE: "",
            MASK: "seen = np.tril(np.ones((T, T), dtype=bool))\n"
            "    return seen & ~np.tril(seen, -m - 1)",
        },
        "row after row": {
            DISTANCE: "mask = np.zeros((T, T), dtype=bool)",
            MASK: "for t in range(T):\n        mask[t, max(0, t - m) : t + 1] = True\n"
            "    return mask",
        },
        "diagonals": {
            DISTANCE: "mask = np.zeros((T, T))",
            MASK: "for k in range(min(T, m + 1)):\n        mask += np.eye(T, k=-k)\n"
            "    return mask > 0",
        },
        "a sum over the rows": {
            SHORT: "",
            PAIRS: "pairs = sum(min(t, m) + 1 for t in range(T))",
        },
        "all minus what is cut": {
            SHORT: "cut = max(0, T - 1 - m)",
            PAIRS: "pairs = T * (T + 1) // 2 - cut * (cut + 1) // 2",
        },
        "ceil": {LAYERS: "return int(np.ceil((T - 1) / m))"},
        "step by step": {
            LAYERS: "place, count = 0, 0\n    while place < T - 1:\n"
            "        place, count = place + m, count + 1\n    return count"
        },
        "numbers of 0 and 1": {MASK: MASK.replace("return ", "return (") + ").astype(int)"},
    },
    {
        ("on both sides", "both sides"): {MASK: "return abs(distance) <= m"},
        ("rows and columns exchanged", "turned round"): {
            DISTANCE: "distance = np.arange(T) - np.arange(T)[:, None]"
        },
        ("without itself", "itself left out"): {MASK: MASK.replace(">=", ">")},
        ("m with itself", "one too few"): {MASK: MASK.replace("<=", "<")},
        ("m + 1 before it", "one too many"): {MASK: MASK.replace("<= m", "<= m + 1")},
        ("only the future hidden", "no window"): {MASK: "return distance >= 0"},
        ("True where it is forbidden", "where not to look"): {
            MASK: "return ~((distance >= 0) & (distance <= m))"
        },
        ("all rows alike", "first rows as long"): {PAIRS: "pairs = T * (m + 1)"},
        ("the scores alone", "scores alone"): {COUNT: "return H * pairs"},
        ("all pairs", "the whole table"): {PAIRS: "pairs = T * T"},
        ("T over m", "places for distances"): {LAYERS: "return -(-T // m)"},
        ("rounded down", "rounded down"): {LAYERS: "return (T - 1) // m"},
        ("m + 1 for each layer", "window for its reach"): {LAYERS: "return -(-(T - 1) // (m + 1))"},
        ("the causal pairs", "example"): {PAIRS: "pairs = T * (T + 1) // 2"},
        ("no short rows", "example"): {PAIRS: "pairs = (T - short) * (m + 1)"},
        ("m pairs in a row", "example"): {
            SHORT: "short = min(T, m)",
            PAIRS: "pairs = short * (short + 1) // 2 + (T - short) * m",
        },
        ("T smaller than m forgotten", "example"): {SHORT: "short = m + 1"},
        ("queries, keys and values", "example"): {COUNT: "return 3 * H * pairs"},
        ("H squared", "example"): {COUNT: "return 2 * H * H * pairs"},
        ("one more than rounded down", "places for distances"): {LAYERS: "return (T - 1) // m + 1"},
        ("at least one layer", "example"): {LAYERS: "return max(1, -(-(T - 1) // m))"},
        ("a logarithm", "example"): {LAYERS: "return int(np.ceil(np.log(T) / np.log(m + 1)))"},
        ("a part of a layer", "example"): {LAYERS: "return (T - 1) / m"},
        ("the mask of the last row", "example"): {
            MASK: MASK.replace("return (", "return ((") + ")[-1]"
        },
        ("minus infinity in it", "example"): {
            MASK: "return np.where((distance >= 0) & (distance <= m), 0, -np.inf)"
        },
        ("nothing returned", "wrong type"): {MASK: "(distance >= 0) & (distance <= m)"},
        ("an `and`", "stopped"): {MASK: "return distance >= 0 and distance <= m"},
        ("the package's forbid", "own work"): {
            DISTANCE: "from common.self_attention import forbid\n\n"
            "    forbid(np.zeros((T, T)), None, True)\n    " + DISTANCE
        },
    },
)

# 5
OF_D = "T, D = q.shape[2:]"
FAR = "far = bias.shape[1] // 2"
DISTANCE = "distance = np.arange(T)[:, None] - np.arange(T)"
INDEX = "index = np.clip(distance, -far, far) + far  # (T, T)"
KEEP = "self.cache = q, k, index"
SCORES = "return q @ k.transpose(0, 1, 3, 2) / np.sqrt(D) + bias[:, index]"
ZERO = "dbias[...] = 0"
ADD = "np.add.at(dbias, (slice(None), index), ds.sum(axis=0))"
ROOT = "root = np.sqrt(q.shape[3])"
BACK = "return ds @ k / root, ds.transpose(0, 1, 3, 2) @ q / root"
of(
    "relative_bias",
    {
        "a loop over the pairs": {
            ADD: "for t in range(len(index)):\n            for s in range(len(index)):\n"
            "                dbias[:, index[t, s]] += ds[:, :, t, s].sum(axis=0)"
        },
        "one distance after another": {
            ZERO: "",
            ADD: "for r in range(dbias.shape[1]):\n"
            "            dbias[:, r] = ds[:, :, index == r].sum(axis=(0, 2))",
        },
        "bincount for each head": {
            ZERO: "",
            ADD: "for head, part in enumerate(ds.sum(axis=0)):\n"
            "            dbias[head] = np.bincount(index.ravel(), part.ravel(), dbias.shape[1])",
        },
        "a product with a table of 0 and 1": {
            ZERO: "",
            ADD: "onehot = (index[..., None] == np.arange(dbias.shape[1])).astype(ds.dtype)\n"
            '        dbias[...] = np.einsum("nhts,tsr->hr", ds, onehot)',
        },
        "heads first": {
            ADD: "for n in range(len(ds)):\n            for head in range(len(dbias)):\n"
            "                np.add.at(dbias[head], index, ds[n, head])"
        },
        "einsum": {
            SCORES: 'dots = np.einsum("nhtd,nhsd->nhts", q, k)\n'
            "        return dots / np.sqrt(D) + bias[:, index]",
            BACK: 'dq = np.einsum("nhts,nhsd->nhtd", ds, k)\n'
            '        dk = np.einsum("nhts,nhtd->nhsd", ds, q)\n'
            "        return dq / root, dk / root",
        },
        "minimum and maximum": {INDEX: "index = np.minimum(np.maximum(distance, -far), far) + far"},
        "the query divided first": {
            SCORES: "return (q / np.sqrt(D)) @ k.swapaxes(2, 3) + bias[:, index][None]"
        },
        "lists": {
            BACK: "return [(ds @ k / root).tolist(), (ds.swapaxes(2, 3) @ q / root).tolist()]"
        },
    },
    {
        ("+= with repeats", "repeats lost"): {ADD: "dbias[:, index] += ds.sum(axis=0)"},
        ("the key's place minus the query's", "distance turned round"): {
            DISTANCE: "distance = np.arange(T) - np.arange(T)[:, None]"
        },
        ("0 at the beginning", "middle not found"): {INDEX: INDEX.replace(" + far  #", "  #")},
        ("nothing for far pairs", "far ones left out"): {
            KEEP: "near = abs(distance) <= far\n        self.cache = q, k, index\n"
            "        self.near = near",
            SCORES: SCORES + " * near",
            ADD: "np.add.at(dbias, (slice(None), index), (ds * self.near).sum(axis=0))",
        },
        ("all over the root", "root over all"): {
            SCORES: "return (q @ k.transpose(0, 1, 3, 2) + bias[:, index]) / np.sqrt(D)",
            ADD: ADD.replace("axis=0)", "axis=0) / np.sqrt(q.shape[3])"),
        },
        ("no root", "no root"): {
            SCORES: SCORES.replace(" / np.sqrt(D)", ""),
            ROOT: "root = 1",
        },
        ("no root on the way back", "root lost on the way back"): {ROOT: "root = 1"},
        ("the root in dbias", "root in the bias's gradient"): {
            ADD: ADD.replace("axis=0)", "axis=0) / np.sqrt(q.shape[3])")
        },
        ("dq with q, dk with k", "queries and keys exchanged"): {
            BACK: "return ds @ q / root, ds.transpose(0, 1, 3, 2) @ k / root"
        },
        ("ds as it is for dk", "table not turned"): {BACK: "return ds @ k / root, ds @ q / root"},
        ("a mean over the pairs", "mean instead of sum"): {
            ADD: ADD + "\n        count = np.bincount(index.ravel(), minlength=dbias.shape[1])\n"
            "        dbias /= np.maximum(count, 1) * len(ds)"
        },
        ("the first sentence", "first sentence"): {ADD: ADD.replace("ds.sum(axis=0)", "ds[0]")},
        ("one head for all", "one head for all"): {
            SCORES: SCORES.replace("bias[:, index]", "bias[0, index]"),
            ADD: "np.add.at(dbias[0], index, ds.sum(axis=(0, 1)))",
        },
        ("gradients added up", "added up"): {ZERO: ""},
        ("a new array", "not in place"): {
            ZERO: "dbias = np.zeros_like(dbias)",
            ADD: ADD + "\n        self.grads = [dbias]",
        },
        ("the last numbers not shared", "stopped"): {INDEX: "index = distance + far"},
        ("clipped on one side", "example"): {INDEX: "index = np.minimum(distance, far) + far"},
        ("the distance without its sign", "example"): {
            INDEX: INDEX.replace("(distance", "(abs(distance)")
        },
        ("one too far", "example"): {INDEX: INDEX.replace("-far, far", "-far + 1, far")},
        ("the bias taken away", "example"): {SCORES: SCORES.replace("+ bias", "- bias")},
        ("the bias multiplied", "example"): {SCORES: SCORES.replace("+ bias", "* bias")},
        ("D for its root", "example"): {
            SCORES: SCORES.replace("np.sqrt(D)", "D"),
            ROOT: "root = q.shape[3]",
        },
        ("a minus in dbias", "example"): {ADD: ADD.replace("ds.sum", "-ds.sum")},
        ("a mean over the sentences", "example"): {ADD: ADD.replace("ds.sum", "ds.mean")},
        ("a future that is hidden", "example"): {
            SCORES: "s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(D) + bias[:, index]\n"
            "        return np.where(distance >= 0, s, -np.inf)"
        },
        ("a softmax in it", "example"): {
            SCORES: SCORES.replace("return", "s =") + "\n"
            "        e = np.exp(s - s.max(axis=3, keepdims=True))\n"
            "        return e / e.sum(axis=3, keepdims=True)"
        },
        ("keys before queries", "example"): {
            BACK: "return ds.transpose(0, 1, 3, 2) @ q / root, ds @ k / root"
        },
        ("no gradient of the bias", "example"): {ADD: ""},
        ("the bias itself as an index", "stopped"): {
            SCORES: SCORES.replace("[:, index]", "[index]")
        },
        ("the bias grows", "input changed"): {ADD: ADD + "\n        self.params[0][...] += 1"},
        ("nothing returned", "wrong type"): {SCORES: SCORES.replace("return ", "")},
        ("the package's softmax", "own work"): {
            SCORES: "from common.self_attention import forbid\n\n"
            "        forbid(np.zeros((T, T)), None, True)\n        " + SCORES
        },
    },
)

# 6
RMS = "rms = np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.eps)"
HAT = "x_hat = x / rms"
KEEP = "self.cache = x_hat, rms"
Y = "return gain * x_hat"
DGAIN = "dgain[...] = (dout * x_hat).reshape(-1, len(gain)).sum(axis=0)"
DHAT = "dx_hat = dout * gain"
ALONG = "along = (dx_hat * x_hat).mean(axis=-1, keepdims=True)"
BACK = "return (dx_hat - x_hat * along) / rms"
of(
    "rms_norm",
    {
        "einsum": {
            RMS: 'squares = np.einsum("...h,...h->...", x, x)[..., None]\n'
            "        rms = np.sqrt(squares / x.shape[-1] + self.eps)",
            DGAIN: "n = len(gain)\n"
            '        dgain[...] = np.einsum("nh,nh->h", dout.reshape(-1, n), x_hat.reshape(-1, n))',
        },
        "all axes but the last": {
            DGAIN: "dgain[...] = (dout * x_hat).sum(axis=tuple(range(dout.ndim - 1)))"
        },
        "node after node": {
            KEEP: "self.cache, self.x = (x_hat, rms), x",
            ALONG: "drms = -(dx_hat * self.x).sum(axis=-1, keepdims=True) / rms**2\n"
            "        dsquares = drms / (2 * rms) / len(gain)",
            BACK: "return dx_hat / rms + 2 * self.x * dsquares",
        },
        "the whole Jacobian of a row": {
            ALONG: "n = len(gain)\n"
            "        J = np.eye(n) - x_hat[..., :, None] * x_hat[..., None, :] / n",
            BACK: "return (J @ dx_hat[..., None])[..., 0] / rms",
        },
        "a power of one half": {RMS: "rms = ((x * x).mean(-1, keepdims=True) + self.eps) ** 0.5"},
        "1 over the root": {
            RMS: RMS.replace("rms = ", "r = 1 / "),
            HAT: "x_hat = x * r",
            KEEP: "self.cache = x_hat, 1 / r",
        },
        "zeros, then added": {DGAIN: "dgain[...] = 0\n        " + DGAIN.replace("[...] =", " +=")},
        "lists": {BACK: "return ((dx_hat - x_hat * along) / rms).tolist()"},
    },
    {
        ("the mean taken out", "mean taken out"): {
            RMS: "x = x - x.mean(axis=-1, keepdims=True)\n        " + RMS,
            BACK: "return (dx_hat - dx_hat.mean(axis=-1, keepdims=True) - x_hat * along) / rms",
        },
        ("the direct way", "direct way only"): {BACK: "return dx_hat / rms"},
        ("the layer norm's way back", "three ways"): {
            BACK: "return (dx_hat - dx_hat.mean(axis=-1, keepdims=True) - x_hat * along) / rms"
        },
        ("no gain on the way back", "gain lost"): {DHAT: "dx_hat = dout"},
        ("the sum of the squares", "sum for mean"): {
            RMS: RMS.replace("(x**2).mean", "(x**2).sum"),
            ALONG: ALONG.replace(".mean", ".sum"),
        },
        ("a sum on the way back", "sum on the way back"): {ALONG: ALONG.replace(".mean", ".sum")},
        ("eps beside the root", "eps outside"): {
            RMS: "rms = np.sqrt((x**2).mean(axis=-1, keepdims=True)) + self.eps",
            BACK: "return (dx_hat - x_hat * along * rms / (rms - self.eps)) / rms",
        },
        ("no eps", "eps left out"): {RMS: RMS.replace(" + self.eps", "")},
        ("one root for all rows", "mean over the batch"): {
            RMS: "rms = np.sqrt((x**2).mean() + self.eps)",
            ALONG: "along = (dx_hat * x_hat).mean()",
        },
        ("not divided on the way back", "not divided on the way back"): {
            BACK: "return dx_hat - x_hat * along"
        },
        ("the gain with x", "input for what was divided"): {
            KEEP: "self.cache, self.x = (x_hat, rms), x",
            DGAIN: DGAIN.replace("dout * x_hat", "dout * self.x"),
        },
        ("a sum over the first axis", "stopped"): {
            DGAIN: "total = (dout * x_hat).sum(axis=0)\n        dgain[...] = total"
        },
        ("a mean over the rows", "mean of the rows"): {DGAIN: DGAIN.replace(".sum(", ".mean(")},
        ("gradients added up", "added up"): {DGAIN: DGAIN.replace("[...] =", " +=")},
        ("a new array", "not in place"): {
            DGAIN: DGAIN.replace("dgain[...] = ", "self.grads = [") + "]"
        },
        ("divided by the mean of the squares", "example"): {RMS: RMS.replace("np.sqrt", "")},
        ("a plus on the way back", "example"): {BACK: BACK.replace("-", "+")},
        ("twice the way through the root", "example"): {BACK: BACK.replace("along", "2 * along")},
        ("x for x_hat", "example"): {
            KEEP: "self.cache, self.x = (x_hat, rms), x",
            BACK: BACK.replace("x_hat * along", "self.x * along"),
        },
        ("the gain after everything", "example"): {
            ALONG: ALONG.replace("dx_hat *", "dout *"),
            BACK: "return gain * (dout - x_hat * along) / rms",
        },
        ("along the upstream gradient", "example"): {ALONG: ALONG.replace("dx_hat *", "dout *")},
        ("the mean of the absolute numbers", "example"): {
            RMS: "rms = abs(x).mean(axis=-1, keepdims=True) + self.eps"
        },
        ("the root of the batch's columns", "example"): {RMS: RMS.replace("axis=-1", "axis=0")},
        ("no gain", "example"): {Y: "return x_hat"},
        ("1 + gain", "example"): {Y: "return (1 + gain) * x_hat"},
        ("the gain's gradient without upstream", "example"): {DGAIN: DGAIN.replace("dout * ", "")},
        ("divided twice", "example"): {BACK: BACK + "**2"},
        ("H - 1 of them", "example"): {
            RMS: "rms = np.sqrt((x**2).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1) + self.eps)"
        },
        ("no axis kept", "stopped"): {RMS: RMS.replace(", keepdims=True", "")},
        ("x written in place", "input changed"): {HAT: "x /= rms\n        x_hat = x"},
        ("dout written in place", "input changed"): {DHAT: "dout *= gain\n        dx_hat = dout"},
        ("nothing returned", "wrong type"): {BACK: "(dx_hat - x_hat * along) / rms"},
        ("the package's norm", "own work"): {
            RMS: "from common.transformer import LayerNorm\n\n"
            "        LayerNorm(gain, gain).forward(x)\n        " + RMS
        },
    },
)

# 7
RUNS = '{1: "h", 2: "d", 3: "b", 4: "c"}'
of(
    "diagnosis",
    {
        "in another order": {RUNS: '{4: "c", 3: "b", 2: "d", 1: "h"}'},
        "made by zip": {RUNS: 'dict(zip((1, 2, 3, 4), "hdbc"))'},
        "through a list": {RUNS: 'dict(enumerate("hdbc", start=1))'},
        "one after another": {"return " + RUNS: 'return {1: "h"} | {2: "d"} | {3: "b", 4: "c"}'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "h", "c"),
            (1, "h", "f"),
            (2, "d", "b"),
            (2, "d", "e"),
            (2, "d", "a"),
            (3, "b", "g"),
            (3, "b", "d"),
            (4, "c", "h"),
            (4, "c", "f"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "c"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "c"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "d"': '2: ["d", "e"]'},
        ("a list", "wrong type"): {"return " + RUNS: 'return list("hdbc")'},
    },
)
