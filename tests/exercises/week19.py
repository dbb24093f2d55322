"""Right and wrong answers to week 19's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
S = "s = scores / temperature"
P = "p = np.exp(s - s.max(axis=1, keepdims=True))  # the likeliest has 1, so the floor is the share"
CUT = "p = np.where(p >= share, p, 0)"
RETURN = "return p / p.sum(axis=1, keepdims=True)"
OWN = "p = p * (p >= share * p.max(axis=1, keepdims=True))"
SOFTMAX = P + "\n    p = p / p.sum(axis=1, keepdims=True)"
of(
    "min_p",
    {
        "probabilities first": {
            P: SOFTMAX,
            CUT: "p = p * (p >= share * p.max(axis=1, keepdims=True))",
        },
        "logarithms compared": {
            CUT: "p[s - s.max(axis=1, keepdims=True) < np.log(share)] = 0",
        },
        "powers of the probabilities": {
            S: "s = scores",
            P: SOFTMAX + "\n    p = (p / p.max(axis=1, keepdims=True)) ** (1 / temperature)",
        },
        "row after row": {
            P: "rows = []\n    for row in s:\n        p = np.exp(row - row.max())\n"
            "        p[p < share] = 0\n        rows.append(p / p.sum())\n"
            "    return np.array(rows)",
            CUT: "",
            RETURN: "",
        },
        "sorted, and put back": {
            CUT: "order = np.argsort(-p, axis=1)\n"
            "    likely = np.take_along_axis(p, order, axis=1)\n"
            "    for row in likely:\n        row[(row < share).argmax() if row.min() < share "
            "else len(row) :] = 0\n    np.put_along_axis(p, order, likely, axis=1)",
        },
        "lists": {RETURN: "return [[q / sum(row) for q in row] for row in p.tolist()]"},
        "float32 inside": {S: 's = (scores / temperature).astype("f")'},
    },
    {
        ("cut before the temperature", "before the temperature"): {
            CUT: "q = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
            "    p = np.where(q >= share, p, 0)"
        },
        ("nothing divided", "not renormalised"): {P: SOFTMAX, CUT: OWN, RETURN: "return p"},
        ("the share as the floor", "a fixed floor"): {P: SOFTMAX},
        ("the best of the batch", "best of all rows"): {
            P: SOFTMAX,
            CUT: "p = np.where(p >= share * p.max(), p, 0)",
        },
        ("a sum over everything", "sum of all rows"): {
            P: SOFTMAX,
            CUT: OWN,
            RETURN: "return p / p.sum()",
        },
        ("more than the floor", "exactly forbidden"): {CUT: CUT.replace(">=", ">")},
        ("scores times temperature", "multiplied"): {S: "s = scores * temperature"},
        ("probabilities by the temperature", "temperature on probabilities"): {
            S: "s = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
            "    s = s / s.sum(axis=1, keepdims=True) / temperature"
        },
        ("a share of the best score", "scores compared"): {
            CUT: "p = np.where(s >= share * s.max(axis=1, keepdims=True), p, 0)"
        },
        ("words until the share is reached", "a nucleus"): {
            P: SOFTMAX,
            CUT: "for row in p:\n        order = np.argsort(-row, kind='stable')\n"
            "        before = row[order].cumsum() - row[order]\n"
            "        row[order[before >= share]] = 0",
        },
        ("exp of the scores", "overflow"): {
            P: "p = np.exp(s)\n    p = p / p.sum(axis=1, keepdims=True)",
            CUT: "p = np.where(p >= share * p.max(axis=1, keepdims=True), p, 0)",
        },
        ("a softmax of what stays", "example"): {
            P: SOFTMAX,
            CUT: "p = p * (p >= share * p.max(axis=1, keepdims=True))",
            RETURN: "p = np.exp(p) * (p > 0)\n    " + RETURN,
        },
        ("what stays is all alike", "example"): {CUT: "p = (p >= share) * 1.0"},
        ("what is below stays", "example"): {CUT: CUT.replace(">=", "<")},
        ("only the likeliest", "example"): {CUT: "p = np.where(p == 1, p, 0)"},
        ("no cut", "example"): {CUT: ""},
        ("no temperature", "example"): {S: "s = scores"},
        ("columns for rows", "example"): {RETURN: RETURN.replace("axis=1", "axis=0")},
        ("a share of the mean", "example"): {
            P: SOFTMAX,
            CUT: "p = np.where(p >= share * p.mean(axis=1, keepdims=True), p, 0)",
        },
        ("scores written in place", "input changed"): {S: "scores /= temperature\n    s = scores"},
        ("an axis lost", "stopped"): {
            RETURN: "return (p[:, :-1] / p) / p.sum(axis=1, keepdims=True)"
        },
        ("nothing returned", "wrong type"): {RETURN: RETURN.replace("return", "p =")},
        ("the package's", "own work"): {
            P: "from common.functions import softmax\n\n    p = softmax(s)"
        },
    },
)

# 2
SCORES = "s = scores / temperature"
EXP = "p = np.exp(s - s.max())"
LEFT = "p = p[p > 0]  # a word that never comes leaves nothing open"
BITS = "return -(p * np.log2(p)).sum()"
TIMES = "for _ in range(60):"
MIDDLE = "middle = (low + high) / 2"
TEST = "if entropy(middle) < bits:"
FOUND = "return middle"
COUNT = "return max(0, int(np.ceil(np.log2((high - low) / longest))))"
of(
    "wanted_entropy",
    {
        "until it is short": {
            TIMES: "middle = high\n    while high - low > 1e-7:",
        },
        "middles of the logarithms": {
            TIMES: "low = max(low, high / 1e6)\n    for _ in range(60):",
            MIDDLE: "middle = np.sqrt(low * high)",
        },
        "the natural logarithm, divided": {BITS: "return -(p * np.log(p)).sum() / np.log(2)"},
        "nothing left out": {
            LEFT: "",
            BITS: "return -(p * np.log2(np.where(p > 0, p, 1))).sum()",
        },
        "from the scores": {
            EXP: "a = s - s.max()\n        p = np.exp(a)",
            LEFT: "return (np.log(np.exp(a).sum()) - (p * a).sum()) / np.log(2)",
            BITS: "",
        },
        "the lower end": {FOUND: "return low"},
        "calls itself": {
            TIMES: "if high - low < 1e-7:\n        return low\n    for _ in range(1):",
            FOUND: "return temperature_for(scores, bits, low, high)",
        },
        "a loop that counts": {
            COUNT: "number, length = 0, high - low\n    while length > longest:\n"
            "        number, length = number + 1, length / 2\n    return number"
        },
        "powers of 2": {COUNT: "return next(k for k in range(99) if high - low <= longest * 2**k)"},
    },
    {
        ("nats", "nats"): {BITS: BITS.replace("log2", "log")},
        ("the number that multiplies", "one over the temperature"): {FOUND: "return 1 / middle"},
        ("0 times minus infinity", "nothing times minus infinity goes down"): {LEFT: ""},
        ("0 times minus infinity, other way round", "nothing times minus infinity goes up"): {
            LEFT: "",
            TEST: "if not entropy(middle) >= bits:",
        },
        ("2 to the power of the entropy", "perplexity"): {
            BITS: "return 2 ** -(p * np.log2(p)).sum()"
        },
        ("divided by the number of words", "mean over the words"): {
            LEFT: "",
            BITS: "return -(p[p > 0] * np.log2(p[p > 0])).sum() / len(p)",
        },
        ("the wrong half", "the wrong half"): {TEST: "if entropy(middle) > bits:"},
        ("the natural logarithm of the ratio", "logarithm to base e"): {
            COUNT: COUNT.replace("log2", "log")
        },
        ("rounded down", "one halving less"): {COUNT: COUNT.replace("np.ceil", "np.floor")},
        ("shorter than the longest", "one halving more"): {
            COUNT: "number, length = 0, high - low\n    while length >= longest:\n"
            "        number, length = number + 1, length / 2\n    return number"
        },
        ("the length of the upper end", "length of the upper end"): {
            COUNT: COUNT.replace("(high - low)", "high")
        },
        ("ten halvings", "example"): {TIMES: "for _ in range(10):"},
        ("scores times temperature", "example"): {SCORES: "s = scores * temperature"},
        ("the sign forgotten", "example"): {BITS: BITS.replace("-(", "(")},
        ("no softmax", "example"): {EXP: "p = np.exp(s - s.max()) / len(s) * 1.0"}
        | {"p = p / p.sum()\n": "\n"},
        ("the upper end at most 1", "example"): {TIMES: "high = min(high, 1)\n    " + TIMES},
        ("a mean of logarithms", "example"): {BITS: "return -np.log2(p).mean()"},
        ("a small number for 0", "example"): {
            LEFT: "",
            BITS: "return -(p * np.log2(p + 0.01)).sum()",
        },
        ("never less than one", "example"): {COUNT: COUNT.replace("max(0", "max(1")},
        ("less than nothing", "example"): {
            COUNT: "return int(np.ceil(np.log2((high - low) / longest)))"
        },
        ("a part of a step", "example"): {COUNT: "return max(0, np.log2((high - low) / longest))"},
        ("the ratio itself", "example"): {COUNT: "return (high - low) / longest"},
        ("scores written in place", "input changed"): {
            SCORES: "scores[...] = scores / temperature\n        s = scores.copy()"
        },
        ("the interval", "example"): {FOUND: "return low, high"},
        ("nothing returned", "wrong type"): {FOUND: "print(end='')"},
        ("an unknown name", "stopped"): {TEST: "if bits_of(middle) < bits:"},
        ("the package's softmax", "own work"): {
            EXP: "from common.functions import softmax\n\n        p = softmax(s)"
        },
    },
)

# 3
START = "beginnings, complete = [([start], set(), 0.0)], []"
BEFORE = "if table[u, v] > 0 and (u, v) not in pairs:"
MORE = "going.append(([*words, v], pairs | {(u, v)}, total + np.log(table[u, v])))"
SORT = "going.sort(key=lambda text: text[2], reverse=True)"
KEPT = "kept = going[:width]"
ENDED = "complete += [text for text in kept if text[0][-1] == end]"
STAY = "beginnings = [text for text in kept if text[0][-1] != end]"
REST = "complete += beginnings  # all their words, and no end"
BEST = "words, _, total = max(complete, key=lambda text: text[2] / len(text[0][1:]))"
DONE = "return words[1:], total / len(words[1:])"
LOOP = "for v in range(len(table)):"
of(
    "no_pair_twice",
    {
        "pairs looked up in the words": {
            BEFORE: "if table[u, v] > 0 and (u, v) not in list(zip(words, words[1:])):",
            MORE: MORE.replace("pairs | {(u, v)}", "None"),
        },
        "a table for each beginning": {
            START: "with np.errstate(divide='ignore'):\n        ln_p = np.log(table)\n    "
            + START.replace("set()", "ln_p"),
            BEFORE: "if pairs[u, v] > -np.inf:",
            MORE: "left = pairs.copy()\n                    left[u, v] = -np.inf\n"
            "                    going.append(([*words, v], left, total + pairs[u, v]))",
        },
        "products": {
            START: START.replace("0.0", "1.0"),
            MORE: MORE.replace("total + np.log(table[u, v])", "total * table[u, v]"),
            BEST: BEST.replace("text[2]", "np.log(text[2])"),
            DONE: DONE.replace("total /", "np.log(total) /"),
        },
        "sorted in arrays": {
            SORT: "order = np.argsort([-text[2] for text in going], kind='stable')",
            KEPT: "kept = [going[k] for k in order[:width]]",
        },
        "the mean carried along": {
            REST: REST + "\n    complete = [(w, p, t / (len(w) - 1)) for w, p, t in complete]",
            BEST: "words, _, mean = max(complete, key=lambda text: text[2])",
            DONE: "return np.array(words[1:]), mean",
        },
        "a loop over what is kept": {
            ENDED: "beginnings = []\n        for text in kept:\n"
            "            (complete if text[0][-1] == end else beginnings).append(text)",
            STAY: "",
        },
        "words as a tuple": {
            START: START.replace("[start]", "(start,)"),
            MORE: MORE.replace("[*words, v]", "(*words, v)"),
        },
    },
    {
        ("no rule", "pairs allowed twice"): {BEFORE: "if table[u, v] > 0:"},
        ("no word twice", "no word twice"): {BEFORE: "if table[u, v] > 0 and v not in words[1:]:"},
        ("only back to back", "pair back to back"): {
            BEFORE: "if table[u, v] > 0 and [u, v] != words[-3:-1]:"
        },
        ("the first pair is not noted", "pair of the start forgotten"): {
            MORE: MORE.replace("{(u, v)}", "({(u, v)} if len(words) > 1 else set())")
        },
        ("pairs in both directions", "pair in either order"): {
            MORE: MORE.replace("{(u, v)}", "{(u, v), (v, u)}")
        },
        ("one list of pairs", "one list for all"): {
            START: START + "\n    used = set()",
            BEFORE: BEFORE.replace("pairs", "used"),
            KEPT: KEPT + "\n        used |= {tuple(text[0][-2:]) for text in kept}",
        },
        ("probabilities rescaled", "what is left rescaled"): {
            LOOP: "free = [v for v in range(len(table)) if (u, v) not in pairs]\n"
            "            left = table[u, free].sum()\n            " + LOOP,
            MORE: MORE.replace("table[u, v])))", "table[u, v] / left)))"),
        },
        ("the best by the sum", "sum"): {BEST: BEST.replace(" / len(text[0][1:])", "")},
        ("the end not counted", "end not counted"): {
            BEST: "number = lambda w: (len(w) - 1 - (w[-1] == end)) or 1e-9\n"
            "    words, _, total = max(complete, key=lambda text: text[2] / number(text[0]))",
            DONE: "return words[1:], total / number(words)",
        },
        ("the start counted", "start counted"): {
            BEST: BEST.replace("text[0][1:]", "text[0]"),
            DONE: "return words[1:], total / len(words)",
        },
        ("stops at the first end", "first end wins"): {
            STAY: STAY + "\n        if complete:\n            break",
            REST: "complete = complete or beginnings",
        },
        ("only what has ended", "only ended texts"): {REST: "complete = complete or beginnings"},
        ("on behind the end", "end goes on"): {
            ENDED: "",
            STAY: "beginnings = kept",
        },
        ("filled up with others", "filled up"): {
            KEPT: "kept = going[:width]",
            STAY: "beginnings = [text for text in going if text[0][-1] != end][:width]",
            ENDED: "complete += [text for text in going if text[0][-1] == end]",
        },
        ("one beginning", "greedy"): {KEPT: "kept = going[:1]"},
        ("one of each row", "best of each row"): {
            KEPT: "kept = []\n        for text in going:\n"
            "            if text[0][:-1] not in [other[0][:-1] for other in kept]:\n"
            "                kept.append(text)\n        kept = kept[:width]",
        },
        ("the worst are kept", "example"): {SORT: SORT.replace(", reverse=True", "")},
        ("nothing sorted", "example"): {SORT: ""},
        ("everything kept", "everything kept"): {KEPT: "kept = going"},
        ("the table turned round", "example"): {
            START: "table = table.T\n    " + START,
        },
        ("the sum returned", "example"): {DONE: "return words[1:], total"},
        ("a probability returned", "example"): {
            DONE: "return words[1:], np.exp(total / len(words[1:]))"
        },
        ("with the start", "example"): {DONE: DONE.replace("words[1:], ", "words, ")},
        ("without its end", "example"): {
            DONE: "return [v for v in words[1:] if v != end], total / len(words[1:])"
        },
        ("one word too many", "example"): {"range(length)": "range(length + 1)"},
        ("one word too few", "example"): {"range(length)": "range(length - 1)"},
        ("no pair of equal words", "example"): {
            BEFORE: BEFORE.replace("0 and", "0 and u != v and")
        },
        ("the table written in place", "input changed"): {
            SORT: SORT + "\n        table[start] = 0",
            START: START + "\n    table[0, 0] += 1e-9",
        },
        ("only the words", "stopped"): {DONE: "return words[1:]"},
        ("a text of letters", "wrong type"): {DONE: DONE.replace("words[1:],", "str(words),")},
        ("the package's beam", "own work"): {
            START: "from common.generation import ln_softmax\n\n    ln_softmax(table)\n    " + START
        },
    },
)

# 4
NUMBER = "number = np.maximum(mask.sum(axis=1, keepdims=True), 1)  # nothing admitted: 0 / 1"
SHARE = "self.share = (mask / number)[:, :, None]  # (N, T, 1)"
H = "return (self.share * hs).sum(axis=1)"
BACK = "return self.share * dh[:, None]"
of(
    "mean_handover",
    {
        "einsum": {
            SHARE: "self.share = mask / number",
            H: 'return np.einsum("nt,nth->nh", self.share, hs)',
            BACK: 'return np.einsum("nt,nh->nth", self.share, dh)',
        },
        "row after row": {
            H: "h = np.zeros((len(hs), hs.shape[2]))\n        for n in range(len(hs)):\n"
            "            if mask[n].any():\n                h[n] = hs[n, mask[n]].mean(axis=0)\n"
            "        return h"
        },
        "where": {
            H: "return np.where(mask[:, :, None], hs, 0).sum(axis=1) / number",
        },
        "a product of matrices": {H: "return (self.share.transpose(0, 2, 1) @ hs)[:, 0]"},
        "written into zeros": {
            SHARE: SHARE + "\n        self.mask, self.number = mask.copy(), number",
            BACK: "dhs = np.zeros((*self.mask.shape, dh.shape[1]))\n"
            "        for n, t in zip(*np.nonzero(self.mask)):\n"
            "            dhs[n, t] = dh[n] / self.number[n]\n        return dhs",
        },
        "lists": {BACK: "return (self.share * dh[:, None]).tolist()"},
        "float32 inside": {SHARE: SHARE.replace("[:, :, None]", '[:, :, None].astype("f")')},
    },
    {
        ("divided by T", "divided by all places"): {NUMBER: "number = mask.shape[1]"},
        ("a mean of all", "mask forgotten"): {
            NUMBER: "number = mask.shape[1]",
            SHARE: "self.share = np.ones((*mask.shape, 1)) / number",
        },
        ("what is not admitted", "mask turned round"): {NUMBER: "mask = ~mask\n        " + NUMBER},
        ("one number for the batch", "one number for all"): {NUMBER: "number = max(1, mask.sum())"},
        ("a sum", "a sum"): {NUMBER: "number = 1"},
        ("the last that is admitted", "the last one"): {
            NUMBER: "number = 1\n        last = np.zeros(mask.shape)\n"
            "        for n in np.flatnonzero(mask.any(axis=1)):\n"
            "            last[n, np.flatnonzero(mask[n])[-1]] = 1",
            SHARE: SHARE.replace("mask", "last"),
        },
        ("back to all", "back to all places"): {
            SHARE: SHARE
            + "\n        self.back = np.ones(mask.shape)[:, :, None] / number[:, :, None]",
            BACK: "return self.back * dh[:, None]",
        },
        ("back undivided", "back whole"): {
            BACK: "return (self.share > 0) * dh[:, None]",
        },
        ("back by T", "back by all places"): {
            BACK: "return (self.share > 0) * dh[:, None] / self.share.shape[1]"
        },
        ("back to the last step", "back to the last one"): {
            BACK: "dhs = np.zeros((*self.share.shape[:2], dh.shape[1]))\n"
            "        dhs[:, -1] = dh\n        return dhs"
        },
        ("0 by 0", "nothing divided by nothing"): {
            NUMBER: "number = mask.sum(axis=1, keepdims=True)"
        },
        ("the first mask is kept", "first batch's mask"): {
            SHARE: SHARE + "\n        self.back = getattr(self, 'back', self.share)",
            BACK: "return self.back * dh[:, None]",
        },
        ("the last step, whatever it is", "example"): {H: "return hs[:, -1]"},
        ("a mean of every number", "example"): {
            H: "return (self.share * hs).sum(axis=1).mean(axis=1, keepdims=True) + 0 * hs[:, 0]"
        },
        ("divided twice", "example"): {H: "return (self.share * hs).sum(axis=1) / number"},
        ("the largest", "example"): {
            H: "return np.where(mask[:, :, None], hs, -np.inf).max(axis=1)"
        },
        ("the states in the gradient", "example"): {
            H: "self.hs = hs\n        " + H,
            BACK: "return self.share * dh[:, None] * self.hs",
        },
        ("one for each place, no axis", "example"): {BACK: "return dh"},
        ("a little added below", "example"): {
            NUMBER: "number = mask.sum(axis=1, keepdims=True) + 0.01"
        },
        ("always one more", "example"): {NUMBER: "number = mask.sum(axis=1, keepdims=True) + 1"},
        ("a sum over the questions", "example"): {H: "return (self.share * hs).sum(axis=0)"},
        ("states written in place", "input changed"): {
            H: "hs *= self.share\n        return hs.sum(axis=1)"
        },
        ("the mask written in place", "input changed"): {
            NUMBER: "mask[:, -1] = True\n        " + NUMBER
        },
        ("no axis for the numbers", "stopped"): {SHARE: "self.share = mask / number"},
        ("nothing returned", "wrong type"): {BACK: "self.share * dh[:, None]"},
        ("the package's encoder", "own work"): {
            NUMBER: "from common.seq2seq import Encoder\n\n        Encoder(3, 2, 2)\n        "
            + NUMBER
        },
    },
)

# 5
LARGEST = "s = scores - scores.max(axis=2, keepdims=True)"
TOTAL = "total = y.sum(axis=2)"
EACH = "each = self.weights[ts] * (ts != self.ignore_label)  # (N, T): the weight of each label"
PART = "self.share = each / each.sum() if each.any() else each"
CORRECT = "correct = np.take_along_axis(s, ts[:, :, None], axis=2)[:, :, 0]"
LOSS = "return (self.share * (np.log(total) - correct)).sum()"
ONEHOT = "onehot = np.eye(len(self.weights))[self.ts]"
GRADIENT = "return dout * self.share[:, :, None] * (self.y - onehot)"
COUNTS = "(ts != self.ignore_label)"
of(
    "weighted_characters",
    {
        "one long row of places": {
            GRADIENT: "N, T, V = self.y.shape\n        ds = self.y.reshape(-1, V).copy()\n"
            "        ds[np.arange(N * T), self.ts.reshape(-1)] -= 1\n"
            "        return (dout * ds * self.share.reshape(-1, 1)).reshape(N, T, V)",
            ONEHOT: "",
        },
        "place after place": {
            LOSS: "loss = 0.0\n        for n in range(len(ts)):\n"
            "            for t in range(ts.shape[1]):\n"
            "                loss += self.share[n, t] * (np.log(total[n, t]) - s[n, t, ts[n, t]])\n"
            "        return loss",
            CORRECT: "",
        },
        "a product with one-hot labels": {
            CORRECT: "correct = (s * np.eye(s.shape[2])[ts]).sum(axis=2)",
        },
        "no weight for what is ignored": {
            EACH: "each = np.where(ts == self.ignore_label, 0, self.weights[ts])"
        },
        "weights with a 0": {
            EACH: "w = np.array(self.weights, dtype=float)\n"
            "        if self.ignore_label >= 0:\n            w[self.ignore_label] = 0\n"
            "        each = w[ts]"
        },
        "a sum that is never 0": {PART: "self.share = each / (each.sum() or 1)"},
        "einsum": {GRADIENT: 'return dout * np.einsum("nt,ntv->ntv", self.share, self.y - onehot)'},
        "a list": {GRADIENT: GRADIENT.replace("return ", "return (") + ").tolist()"},
    },
    {
        ("divided by how many count", "mean over the places"): {
            PART: f"self.share = each / max(1, {COUNTS}.sum())"
        },
        ("divided by all weights", "divided by all weights"): {
            PART: PART.replace("each.sum()", "self.weights[ts].sum()")
        },
        ("divided by the weights of the characters", "divided by the vocabulary's weights"): {
            PART: "self.share = each / self.weights.sum()"
        },
        ("all labels count", "padding counted"): {EACH: "each = self.weights[ts]"},
        ("no weights", "weights forgotten"): {EACH: f"each = 1.0 * {COUNTS}"},
        ("no weights in the gradient", "gradient without weights"): {
            PART: PART + f"\n        self.counts = {COUNTS} / max(1, {COUNTS}.sum())",
            GRADIENT: GRADIENT.replace("self.share", "self.counts"),
        },
        ("a weight for each column", "weights on the columns"): {
            PART: PART + f"\n        self.counts = {COUNTS} / (each.sum() or 1)",
            GRADIENT: GRADIENT.replace("self.share", "self.weights * self.counts"),
        },
        ("the softmax stays at the padding", "gradient at the padding"): {
            PART: PART + f"\n        self.all = self.weights[ts] / (each.sum() or 1)\n"
            f"        self.counts = {COUNTS}",
            GRADIENT: "return dout * self.all[:, :, None] "
            "* (self.y - onehot * self.counts[:, :, None])",
        },
        ("a gradient that is not divided", "gradient not divided"): {
            PART: PART + "\n        self.each = each",
            GRADIENT: GRADIENT.replace("self.share", "self.each"),
        },
        ("dout forgotten", "dout forgotten"): {GRADIENT: GRADIENT.replace("dout * ", "")},
        ("a mean for each answer first", "rows first"): {
            PART: "rows = each.sum(axis=1, keepdims=True)\n"
            "        self.share = each / np.where(rows == 0, 1, rows) / len(ts)"
        },
        ("exp of the scores", "overflow"): {
            LARGEST: "s = scores",
            CORRECT: "correct = np.take_along_axis(y, ts[:, :, None], axis=2)[:, :, 0]",
            LOSS: "return (self.share * -np.log(correct / total)).sum()",
        },
        ("the logarithm of the softmax", "logarithm of 0"): {
            LOSS: "y = np.take_along_axis(self.y, ts[:, :, None], axis=2)[:, :, 0]\n"
            "        return (self.share * -np.log(y)).sum()"
        },
        ("0 by 0", "nothing divided by nothing"): {PART: "self.share = each / each.sum()"},
        ("a small number under the logarithm", "example"): {
            LOSS: "y = np.take_along_axis(self.y, ts[:, :, None], axis=2)[:, :, 0]\n"
            "        return (self.share * -np.log(y + 1e-7)).sum()"
        },
        ("weights of the likeliest characters", "example"): {
            EACH: EACH.replace("self.weights[ts]", "self.weights[s.argmax(axis=2)]")
        },
        ("the label as a number", "example"): {EACH: EACH.replace("self.weights[ts]", "ts")},
        ("a sum", "example"): {PART: "self.share = each"},
        ("the sign turned round", "example"): {LOSS: LOSS.replace("return ", "return -")},
        ("the gradient's sign turned round", "example"): {
            GRADIENT: "return dout * self.share[:, :, None] * (onehot - self.y)"
        },
        ("divided by N", "example"): {PART: "self.share = each / len(ts)"},
        ("logarithm to base 2", "example"): {LOSS: LOSS.replace("sum()", "sum() / np.log(2)")},
        ("no 1 taken off", "example"): {GRADIENT: GRADIENT.replace(" - onehot", "")},
        ("weights twice in the gradient", "example"): {
            GRADIENT: GRADIENT.replace("self.share[", "(self.weights[self.ts] * self.share)[")
        },
        ("labels written in place", "input changed"): {
            EACH: EACH + "\n        ts[ts == self.ignore_label] = 0"
        },
        ("weights written in place", "input changed"): {
            EACH: "self.weights[self.ignore_label] = 0\n        " + EACH
        },
        ("nothing returned", "wrong type"): {LOSS: LOSS.replace("return ", "loss = ")},
        ("no axis for the share", "stopped"): {GRADIENT: GRADIENT.replace("[:, :, None]", "[:-1]")},
        ("the package's loss", "own work"): {
            EACH: "from common.time_layers import TimeSoftmaxWithLoss\n\n"
            "        TimeSoftmaxWithLoss().forward(scores, ts)\n        " + EACH
        },
    },
)

# 6
READ = "read = np.argsort(order) + 1  # place -> step, from 1"
PATHS = "paths = np.array([T - read[place] + step for place, step in needs])"
GIVE = "return paths, paths.mean(), paths.min()"
of(
    "path_lengths",
    {
        "looked up in a list": {
            READ: "",
            PATHS: "paths = np.array([T - 1 - list(order).index(p) + t for p, t in needs])",
        },
        "a dictionary": {
            READ: "read = {int(place): step for step, place in enumerate(order, start=1)}"
        },
        "written into zeros": {
            READ: "read = np.zeros(T, dtype=int)\n    read[order] = np.arange(T) + 1"
        },
        "counted from the end": {
            READ: "after = np.argsort(order[::-1])",
            PATHS: "paths = np.array([after[place] + step for place, step in needs])",
        },
        "columns": {PATHS: "place, step = np.array(needs).T\n    paths = T - read[place] + step"},
        "lists": {GIVE: "return paths.tolist(), sum(paths) / len(paths), min(paths)"},
        "where": {
            READ: "",
            PATHS: "paths = np.array([T - 1 - np.where(order == p)[0][0] + t for p, t in needs])",
        },
    },
    {
        ("the order as it is", "order for its inverse"): {READ: "read = order + 1"},
        ("from left to right", "order ignored"): {READ: "read = np.arange(T) + 1"},
        ("the steps before", "counted from the beginning"): {
            PATHS: PATHS.replace("T - read[place]", "read[place] - 1")
        },
        ("the encoder alone", "encoder alone"): {PATHS: PATHS.replace(" + step", "")},
        ("the decoder alone", "decoder alone"): {PATHS: PATHS.replace("T - read[place] + ", "")},
        ("steps counted from 0", "one too few"): {PATHS: PATHS.replace("+ step", "+ step - 1")},
        ("reading counted from 0", "one too many"): {READ: READ.replace(" + 1", "")},
        ("divided by T", "mean over all characters"): {
            GIVE: "return paths, paths.sum() / T, paths.min()"
        },
        ("divided in whole numbers", "mean as a whole number"): {
            GIVE: "return paths, paths.sum() // len(paths), paths.min()"
        },
        ("the longest", "longest"): {GIVE: GIVE.replace("min", "max")},
        ("each place once", "each character once"): {
            PATHS: PATHS.replace("in needs", "in dict(needs).items()")
        },
        ("from right to left", "example"): {READ: "read = T - np.arange(T)"},
        ("sorted", "example"): {GIVE: "return np.sort(paths), paths.mean(), paths.min()"},
        ("place and step exchanged", "stopped"): {
            PATHS: "paths = np.array([T - read[step + T] + place for place, step in needs])"
        },
        ("the difference of the steps", "example"): {
            PATHS: PATHS.replace("T - read[place] + step", "abs(read[place] - step)")
        },
        ("the middle one", "example"): {GIVE: GIVE.replace("paths.mean()", "np.median(paths)")},
        ("the mean of the encoder alone", "example"): {
            GIVE: "return paths, np.mean([T - read[place] for place, _ in needs]), paths.min()"
        },
        ("where the shortest is", "example"): {GIVE: GIVE.replace("min", "argmin")},
        ("the largest place for T", "one too few"): {PATHS: "T = T - 1\n    " + PATHS},
        ("the sum", "example"): {GIVE: GIVE.replace("mean", "sum")},
        ("the steps before the first of the decoder twice", "example"): {
            PATHS: PATHS.replace("T - read[place] + step", "T - read[place] + 2 * step")
        },
        ("the order sorted in place", "input changed"): {READ: READ + "\n    order.sort()"},
        ("only the paths", "stopped"): {GIVE: "return paths[:2]"},
        ("no mean", "wrong type"): {GIVE: GIVE.replace("paths.mean()", "print(end='')")},
        ("the package's check", "own work"): {
            READ: "from common.arguments import check_whole\n\n    check_whole('T', T)\n    " + READ
        },
    },
)

# 7
RUNS = '{1: "g", 2: "d", 3: "b", 4: "f"}'
of(
    "diagnosis",
    {
        "in another order": {RUNS: '{4: "f", 3: "b", 2: "d", 1: "g"}'},
        "made by zip": {RUNS: 'dict(zip((1, 2, 3, 4), "gdbf"))'},
        "through a list": {RUNS: 'dict(enumerate("gdbf", start=1))'},
        "one after another": {"return " + RUNS: 'return {1: "g"} | {2: "d"} | {3: "b", 4: "f"}'},
        "a dictionary that is filled": {
            "return " + RUNS: 'found = {}\n    for run, letter in zip(range(1, 5), "gdbf"):\n'
            "        found[run] = letter\n    return found"
        },
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "g", "c"),
            (1, "g", "h"),
            (1, "g", "a"),
            (2, "d", "e"),
            (2, "d", "a"),
            (3, "b", "c"),
            (3, "b", "h"),
            (4, "f", "e"),
            (4, "f", "d"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "f"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "f"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "d"': '2: ["d", "e"]'},
        ("a list", "wrong type"): {"return " + RUNS: 'return list("gdbf")'},
    },
)
