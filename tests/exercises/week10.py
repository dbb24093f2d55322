"""Right and wrong answers to week 10's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
BEGIN = "first = first * stride - pad\n"
END = "last = last * stride - pad + window - 1"
CUT = "first, last = max(first, 0), min(last, below - 1)"
DOWN = "for (window, stride, pad), below in zip(layers[::-1], sizes[-2::-1], strict=True):"
FAR = """
def sees(size, layers, place):
    field = jump = 1
    for window, stride, _ in layers:
        field += (window - 1) * jump
        jump *= stride
    return place * jump, place * jump + field - 1
"""
of(
    "sees",
    {
        "sets of places": """
def sees(size, layers, place):
    sizes = [size]
    for window, stride, pad in layers:
        sizes.append((sizes[-1] + 2 * pad - window) // stride + 1)
    seen = {place}
    for k in range(len(layers) - 1, -1, -1):
        window, stride, pad = layers[k]
        seen = {i * stride - pad + p for i in seen for p in range(window)}
        seen = {i for i in seen if 0 <= i < sizes[k]}
    return min(seen), max(seen)
""",
        "forward, what each number sees": """
def sees(size, layers, place):
    seen = [(i, i) for i in range(size)]
    for window, stride, pad in layers:
        made = []
        for begin in range(-pad, len(seen) + pad - window + 1, stride):
            read = [seen[i] for i in range(begin, begin + window) if 0 <= i < len(seen)]
            made.append((min(a for a, _ in read), max(b for _, b in read)))
        seen = made
    return seen[place]
""",
        "tables of zeros and ones": """
def sees(size, layers, place):
    reads = np.eye(size)
    for window, stride, pad in layers:
        padded = np.pad(reads, ((pad, pad), (0, 0)))
        starts = range(0, len(padded) - window + 1, stride)
        reads = np.array([padded[s : s + window].sum(axis=0) for s in starts])
    seen = np.flatnonzero(reads[place])
    return seen[0], seen[-1]
""",
        "recursion": """
def sees(size, layers, place):
    def number(k):
        if k == 0:
            return size
        window, stride, pad = layers[k - 1]
        return (number(k - 1) + 2 * pad - window) // stride + 1

    def down(k, first, last):
        if k == 0:
            return first, last
        window, stride, pad = layers[k - 1]
        first, last = first * stride - pad, last * stride - pad + window - 1
        return down(k - 1, max(first, 0), min(last, number(k - 1) - 1))

    return down(len(layers), place, place)
""",
        "NumPy's clip": {CUT: "first, last = np.clip([first, last], 0, below - 1)"},
        "a list": {"return first, last": "return [first, last]"},
        "an array": {"return first, last": "return np.array([first, last])"},
        "cut at the border by an if": {
            CUT: "if first < 0:\n            first = 0\n"
            "        if last >= below:\n            last = below - 1"
        },
    },
    {
        ("nothing cut off", "never cut off"): {CUT: "pass"},
        ("cut off at the end", "cut off at the end"): {
            CUT: "pass",
            "return first, last": "return max(first, 0), min(last, size - 1)",
        },
        ("the picture's size", "cut off at the end"): {
            CUT: "first, last = max(first, 0), min(last, size - 1)"
        },
        ("forward through the layers", "from the picture on"): {
            DOWN: "for (window, stride, pad), below in zip(layers, sizes[:-1], strict=True):"
        },
        ("the whole window", "one too many"): {END: END.removesuffix(" - 1")},
        ("no stride", "stride forgotten"): {
            BEGIN: "first = first - pad\n",
            END: "last = last - pad + window - 1",
        },
        ("no padding", "pad forgotten"): {
            BEGIN: "first = first * stride\n",
            END: "last = last * stride + window - 1",
        },
        ("plus the padding", "pad added"): {
            BEGIN: "first = first * stride + pad\n",
            END: "last = last * stride + pad + window - 1",
        },
        ("the last of the first window", "one window"): {
            BEGIN: "first, last = first * stride - pad, first * stride - pad + window - 1\n",
            END: "pass",
        },
        ("by the field", "as if far from the border"): FAR,
        ("the last only", "wrong type"): {"return first, last": "return first, None"},
        ("turned round", "example"): {"return first, last": "return last, first"},
        ("one behind the last", "example"): {"return first, last": "return first, last + 1"},
        ("only the upper border", "example"): {CUT: "last = min(last, below - 1)"},
        ("only the lower border", "example"): {CUT: "first = max(first, 0)"},
        ("the width", "example"): {"return first, last": "return first, last - first + 1"},
        ("nothing returned", "stopped"): {"return first, last": "return"},
        ("padding twice", "example"): {BEGIN: "first = first * stride - 2 * pad\n"},
        ("places from 1", "example"): {"first = last = place": "first = last = place - 1"},
    },
)

# 2
FACTORS = "factors = 2 * m * (-1.0) ** i"
FIRST = "factors[0] = m  # from slope 0 it is only half as far"
BENDS = "return i / m, factors"
FOLD = """
def fold(m):
    i = np.arange(m)
    factors = 2 * m * (-1.0) ** i
    factors[0] = m
    return i / m, factors


"""
of(
    "fold",
    {
        "from the slopes": {
            FACTORS: "slopes = m * (-1.0) ** i",
            FIRST: "factors = np.diff(slopes, prepend=0)",
        },
        "lists": FOLD.replace("return i / m, factors", "return list(i / m), list(factors)")
        + """
def cheapest(pieces):
    for m in range(2, pieces):
        if pieces % m == 0:
            return m + cheapest(pieces // m)
    return pieces
""",
        "linspace": {BENDS: "return np.linspace(0, 1, m, endpoint=False), factors"},
        "up and down by an if": {
            FACTORS: "factors = np.array([2.0 * m if k % 2 == 0 else -2.0 * m for k in i])"
        },
        "a table of all numbers": FOLD
        + """
def cheapest(pieces):
    least = list(range(pieces + 1))
    for a in range(2, pieces + 1):
        for b in range(2, pieces // a + 1):
            least[a * b] = min(least[a * b], least[a] + least[b])
    return least[pieces]
""",
        "up to the root": FOLD
        + """
def cheapest(pieces):
    relus, m = 0, 2
    while m * m <= pieces:
        while pieces % m == 0:
            relus, pieces = relus + m, pieces // m
        m += 1
    return relus + (pieces if pieces > 1 else 0)
""",
        "the tent's first factor, doubled later": {
            FACTORS: "factors = m * np.array([1.0] + [2.0 * (-1) ** k for k in range(1, m)])",
            FIRST: "pass",
        },
    },
    {
        ("the slopes", "slopes for changes"): {FACTORS: "factors = m * (-1.0) ** i", FIRST: "pass"},
        ("no half for the first", "first as the others"): {FIRST: "pass"},
        ("always down", "signs do not change"): {FACTORS: "factors = np.full(m, -2.0 * m)"},
        ("2, -4, 4", "steep as the tent"): {
            FACTORS: "factors = 4 * (-1.0) ** i",
            FIRST: "factors[0] = 2",
        },
        ("1, -2, 2", "slope of 1"): {
            FACTORS: "factors = 2 * (-1.0) ** i",
            FIRST: "factors[0] = 1",
        },
        ("down first", "begins down"): {BENDS: "return i / m, -factors"},
        ("the ends of the pieces", "bends to the right"): {BENDS: "return (i + 1) / m, factors"},
        ("from 0 to 1", "bends too wide"): {BENDS: "return np.linspace(0, 1, m), factors"},
        ("one fold", "one fold"): FOLD + "def cheapest(pieces):\n    return pieces\n",
        ("one hidden layer", "flat"): FOLD + "def cheapest(pieces):\n    return pieces - 1\n",
        ("tents, at least so many", "only in two"): FOLD
        + "def cheapest(pieces):\n    return 2 * int(np.ceil(np.log2(pieces)))\n",
        ("the best two", "two folds"): FOLD
        + """
def cheapest(pieces):
    pairs = [m + pieces // m for m in range(2, pieces) if pieces % m == 0]
    return min([pieces, *pairs])
""",
        ("each prime once", "each prime once"): {
            "relus += m": "relus += m\n            while pieces % m == 0:\n"
            "                pieces //= m"
        },
        ("folds counted", "folds counted"): {"relus += m": "relus += 1"},
        ("the last prime is left out", "smallest left out"): {
            "relus += m": "relus += m if pieces > 1 else 0"
        },
        ("one bend too many", "example"): {"i = np.arange(m)": "i = np.arange(m + 1)"},
        ("middles", "example"): {BENDS: "return (i + 0.5) / m, factors"},
        ("factors first", "example"): {BENDS: "return factors, i / m"},
        ("the largest prime", "example"): {"relus += m": "relus = m"},
        ("one more for each fold", "example"): {"relus += m": "relus += m + 1"},
        ("one too few for each", "example"): {"relus += m": "relus += m - 1"},
        ("nothing returned", "wrong type"): {"return relus": "return"},
        ("only the factors", "stopped"): {BENDS: "return (factors,)"},
    },
)

# 3
SMALL = "self.small = x[:, :, :: self.stride, :: self.stride]"
Y = 'return np.einsum("kc,ncij->nkij", P, self.small) + self.f.forward(x)'
DP = 'dP[...] = np.einsum("nkij,ncij->kc", dout, self.small)'
DX = "dx = self.f.backward(dout).copy()"
STRAIGHT = 'dx[:, :, :: self.stride, :: self.stride] += np.einsum("kc,nkij->ncij", P, dout)'
of(
    "shrinks",
    {
        "matmul with the channel last": {
            Y: "rows = self.small.transpose(0, 2, 3, 1) @ P.T\n"
            "        return rows.transpose(0, 3, 1, 2) + self.f.forward(x)"
        },
        "tensordot": {
            Y: "straight = np.tensordot(self.small, P, ([1], [1])).transpose(0, 3, 1, 2)\n"
            "        return straight + self.f.forward(x)",
            DP: "dP[...] = np.tensordot(dout, self.small, ([0, 2, 3], [0, 2, 3]))",
        },
        "a sum of an array of products": {
            Y: "products = P[:, :, None, None] * self.small[:, None]\n"
            "        return products.sum(axis=2) + self.f.forward(x)",
            DP: "products = dout[:, :, None] * self.small[:, None]\n"
            "        dP[...] = products.sum(axis=(0, 3, 4))",
        },
        "zeros, then f": {
            DX: "dx = np.zeros_like(self.x)",
            STRAIGHT: STRAIGHT.replace("+=", "=") + "\n        dx += self.f.backward(dout)",
        },
        "np.add.at": {
            DX: "dx = np.array(self.f.backward(dout))",
            STRAIGHT: "i = np.arange(0, dx.shape[2], self.stride)[:, None]\n"
            "        j = np.arange(0, dx.shape[3], self.stride)\n"
            '        np.add.at(dx, (slice(None), slice(None), i, j), np.einsum("kc,nkij->ncij", P, '
            "dout))",
        },
        "f first, in place": {
            Y: 'y = self.f.forward(x)\n        y += np.einsum("kc,ncij->nkij", P, self.small)\n'
            "        return y"
        },
        "cleared, then added": {DP: DP.replace("dP[...] =", "dP[...] = 0\n        dP +=")},
        "pixels chosen by np.ix_": {
            SMALL: "rows = np.arange(0, x.shape[2], self.stride)\n"
            "        columns = np.arange(0, x.shape[3], self.stride)\n"
            "        self.small = x[:, :, rows][:, :, :, columns]"
        },
    },
    {
        ("no straight way forward", "straight way lost forward"): {Y: "return self.f.forward(x)"},
        ("no straight way back", "straight way lost back"): {STRAIGHT: "pass"},
        ("no f forward", "f lost forward"): {Y: Y.removesuffix(" + self.f.forward(x)")},
        ("no f back", "f lost back"): {DX: "dx = np.zeros(self.x.shape)"},
        ("begins with ones", "upstream"): {DP: "dout = np.ones_like(dout)\n        " + DP},
        ("to all pixels of a window", "spread over the window"): {
            STRAIGHT: 'way = np.einsum("kc,nkij->ncij", P, dout)\n'
            "        way = way.repeat(self.stride, 2).repeat(self.stride, 3)\n"
            "        dx += way[:, :, : dx.shape[2], : dx.shape[3]]"
        },
        ("no P on the way back", "without P back"): {
            STRAIGHT: "dx[:, :, :: self.stride, :: self.stride] += dout.sum(axis=1, keepdims=True)"
        },
        ("dP without x", "P learns without x"): {DP: "dP[...] = dout.sum(axis=(0, 2, 3))[:, None]"},
        ("a mean over the pictures", "averaged"): {DP: DP + " / len(dout)"},
        ("a mean over the places", "averaged over the places"): {DP: DP + " / dout[0, 0].size"},
        ("the first picture", "first picture only"): {
            DP: 'dP[...] = np.einsum("kij,cij->kc", dout[0], self.small[0])'
        },
        ("what the straight way left", "f gets the rest"): {
            DX: 'rest = dout - np.einsum("kc,ncij->nkij", P, self.small)\n'
            "        dx = self.f.backward(rest)"
        },
        ("a new array", "not in place"): {DP: DP.replace("dP[...]", "self.grads[0]")},
        ("added up", "not cleared"): {DP: DP.replace("[...] =", " +=")},
        ("a loop over the pictures", "a loop"): {
            DP: "dP[...] = 0\n        for d, s in zip(dout, self.small):\n"
            '            dP += np.einsum("kij,cij->kc", d, s)'
        },
        ("a list of channels", "a loop"): {
            Y: "maps = [sum(p * self.small[:, c] for c, p in enumerate(row)) for row in P]\n"
            "        return np.stack(maps, axis=1) + self.f.forward(x)"
        },
        ("f gets nothing from above", "example"): {DX: "dx = self.f.backward(0 * dout)"},
        ("P turned", "example"): {
            Y: 'return np.einsum("ck,ncij->nkij", P, self.small) + self.f.forward(x)'
        },
        ("from the second pixel on", "example"): {
            SMALL: "self.small = x[:, :, 1 :: self.stride, 1 :: self.stride]"
        },
        ("assigned, not added", "example"): {STRAIGHT: STRAIGHT.replace("+=", "=")},
        ("a minus", "example"): {STRAIGHT: STRAIGHT.replace("+=", "-=")},
        ("f of the few pixels added twice", "example"): {Y: Y + " + self.f.forward(x)"},
        ("x is changed", "input changed"): {SMALL: "x *= 2\n        " + SMALL},
        ("nothing returned", "wrong type"): {"        return dx\n": "        pass\n"},
        ("the package's layer", "own work"): {
            SMALL: "from common.layers import Convolution\n\n"
            "        W, s = P[:, :, None, None], self.stride\n"
            "        Convolution(W, np.zeros(len(P)), s).forward(x)\n        " + SMALL
        },
    },
)

# 4
SUMS = "sums = np.array([1.0])"
THROUGH = "straight, through = np.append(sums, 0), np.append(0, slope * sums)"
ADD = "sums = straight + through"
SHARES = "shares = (1 - keep) * np.append(shares, 0) + keep * np.append(0, shares)"
RETURN_SUMS = "return sums\n"
RETURN_SHARES = "return shares"
of(
    "ways",
    {
        "all ways listed": """
def by_length(slopes):
    B = len(slopes)
    sums = [0.0] * (B + 1)
    for way in range(2**B):
        through = [b for b in range(B) if way >> b & 1]
        sums[len(through)] += float(np.prod(slopes[through])) if through else 1.0
    return sums


def taking_part(keeps):
    B = len(keeps)
    shares = np.zeros(B + 1)
    for way in range(2**B):
        part = (way >> np.arange(B)) & 1
        shares[part.sum()] += np.where(part == 1, keeps, 1 - keeps).prod()
    return shares
""",
        "combinations": {
            SUMS: "from itertools import combinations\n\n"
            "    B = range(len(slopes) + 1)\n"
            "    return [sum(np.prod(chosen) for chosen in combinations(slopes, k)) for k in B]\n"
            "    " + SUMS
        },
        "np.poly": {SUMS: "return np.atleast_1d(np.poly(-slopes))\n    " + SUMS},
        "convolve": {
            THROUGH: "sums = np.convolve(sums, [1, slope])",
            ADD: "pass",
            SHARES: "shares = np.convolve(shares, [1 - keep, keep])",
        },
        "in place, from behind": """
def by_length(slopes):
    sums = np.zeros(len(slopes) + 1)
    sums[0] = 1
    for b, slope in enumerate(slopes):
        for k in range(b + 1, 0, -1):
            sums[k] += slope * sums[k - 1]
    return sums


def taking_part(keeps):
    shares = np.zeros(len(keeps) + 1)
    shares[0] = 1
    for keep in keeps:
        shares[1:] = (1 - keep) * shares[1:] + keep * shares[:-1]
        shares[0] *= 1 - keep
    return list(shares)
""",
        "by the ways of the odds": {
            "    for keep in keeps:\n        "
            + SHARES: "    keeps = np.minimum(keeps, 1 - 1e-12)\n"
            "    shares = by_length(keeps / (1 - keeps)) * (1 - keeps).prod()",
        },
        "recursion": """
def grow(pairs):
    if not pairs:
        return [1.0]
    (straight, through), *rest = pairs
    fewer = grow(rest)
    longer = zip([*fewer, 0], [0, *fewer])
    return [straight * a + through * b for a, b in longer]


def by_length(slopes):
    return grow([(1, slope) for slope in slopes])


def taking_part(keeps):
    return grow([(1 - keep, keep) for keep in keeps])
""",
    },
    {
        ("the running product", "ways from the first block only"): {
            RETURN_SUMS: "return np.append(1, np.cumprod(slopes))\n"
        },
        ("no straight way", "straight way left out"): {RETURN_SUMS: "return [0, *sums[1:]]\n"},
        ("the mean slope", "all slopes alike"): {
            SUMS: "slopes = np.full(len(slopes), slopes.mean() if len(slopes) else 0)\n    " + SUMS
        },
        ("sums of powers", "powers"): {
            RETURN_SUMS: "return [1] + [(slopes**k).sum() for k in range(1, len(slopes) + 1)]\n"
        },
        ("the longest first", "turned round"): {RETURN_SUMS: "return sums[::-1]\n"},
        ("absolute slopes", "signs lost"): {SUMS: "slopes = abs(slopes)\n    " + SUMS},
        ("products of the probabilities", "not at rest"): {
            SHARES: SHARES.replace("(1 - keep) * ", "")
        },
        ("the mean probability", "keeps alike"): {
            "for keep in keeps:": "for keep in np.full(len(keeps), np.mean(keeps)):"
        },
        ("those at rest", "those at rest counted"): {RETURN_SHARES: "return shares[::-1]"},
        ("at most so many", "added up"): {RETURN_SHARES: "return shares.cumsum()"},
        ("at least so many", "example"): {RETURN_SHARES: "return shares[::-1].cumsum()[::-1]"},
        ("how many ways", "example"): {THROUGH: THROUGH.replace("slope * sums", "sums")},
        ("means, not sums", "example"): {
            RETURN_SUMS: "from math import comb\n\n    B = len(slopes)\n"
            "    return [s / comb(B, k) for k, s in enumerate(sums)]\n"
        },
        ("the whole product", "example"): {RETURN_SUMS: "return np.prod(1 + slopes)\n"},
        ("one entry too few", "example"): {RETURN_SUMS: "return sums[1:]\n"},
        ("a minus", "example"): {ADD: "sums = straight - through"},
        ("in place, from the front", "example"): """
def by_length(slopes):
    sums = np.zeros(len(slopes) + 1)
    sums[0] = 1
    for slope in slopes:
        for k in range(1, len(sums)):
            sums[k] += slope * sums[k - 1]
    return sums


def taking_part(keeps):
    shares = np.array([1.0])
    for keep in keeps:
        shares = (1 - keep) * np.append(shares, 0) + keep * np.append(0, shares)
    return shares
""",
        ("the average number", "example"): {RETURN_SHARES: "return keeps.sum()"},
        ("the first must take part", "example"): {
            "shares = np.array([1.0])": "shares = np.array([0.0, 1.0])"
        },
        ("slopes changed", "input changed"): {SUMS: "slopes += 1\n    " + SUMS},
        ("nothing returned", "wrong type"): {RETURN_SUMS: "return\n"},
        ("no block is too few", "stopped"): {SUMS: "sums = np.array([1.0]) + 0 * slopes[0]"},
    },
)

# 5
IN_ROWS = "in_rows = (row >= top[:, None]) & (row < (top + height)[:, None])  # (N, rows)"
IN_COLUMNS = "in_columns = (column >= left[:, None]) & (column < (left + width)[:, None])"
MIXED = "mixed = np.where(inside[:, None], x[order], x)"
SHARE = "share = inside.mean(axis=(1, 2))  # counted, so that what was cut off is not in it"
OWN = "targets[np.arange(N), t] += 1 - share"
NEW = "targets[np.arange(N), t[order]] += share  # added: it may be the same class"
STABLE = "s = scores - scores.max(axis=1, keepdims=True)"
LOG_Y = "log_y = s - np.log(np.exp(s).sum(axis=1, keepdims=True))"
LOSS = "loss = -(targets * log_y).sum(axis=1).mean()"
BACK = "return loss, (np.exp(log_y) - targets) / len(scores)"
of(
    "paste",
    {
        "a mask of ones and zeros": {
            MIXED: "mask = inside[:, None].astype(x.dtype)\n    mixed = x + mask * (x[order] - x)"
        },
        "identity rows": {
            OWN: "eye = np.eye(V)",
            NEW: "targets = (1 - share)[:, None] * eye[t] + share[:, None] * eye[t[order]]",
        },
        "np.add.at": {NEW: "np.add.at(targets, (np.arange(N), t[order]), share)"},
        "borders cut first": {
            IN_ROWS: "above, below = np.clip(top, 0, rows), np.clip(top + height, 0, rows)\n"
            "    in_rows = (row >= above[:, None]) & (row < below[:, None])",
            SHARE: "begin, end = np.clip(left, 0, columns), np.clip(left + width, 0, columns)\n"
            "    share = (below - above) * (end - begin) / (rows * columns)",
        },
        "written by a mask": {
            MIXED: "mixed = x.copy()\n"
            "    at = np.broadcast_to(inside[:, None], x.shape)\n"
            "    mixed[at] = x[order][at]"
        },
        "distances from the corner": {
            IN_ROWS: "down = row - top[:, None]\n"
            "    in_rows = (0 <= down) & (down < height[:, None])",
            IN_COLUMNS: "across = column - left[:, None]\n"
            "    in_columns = (0 <= across) & (across < width[:, None])",
        },
        "einsum for the loss": {LOSS: 'loss = -np.einsum("nv,nv->", targets, log_y) / len(scores)'},
        "the softmax apart": {
            BACK: "e = np.exp(s)\n"
            "    dscores = e / e.sum(axis=1, keepdims=True)\n"
            "    dscores -= targets\n"
            "    dscores /= len(scores)\n"
            "    return loss, dscores"
        },
        "a loop in the loss": {
            LOSS: "loss = 0\n"
            "    for row, target in zip(log_y, targets):\n"
            "        loss -= sum(row * target) / len(scores)"
        },
    },
    {
        ("height times width", "share not cut"): {
            SHARE: "share = height * width / (rows * columns)"
        },
        ("the shares changed round", "shares changed round"): {
            OWN: OWN.replace("1 - share", "share"),
            NEW: NEW.replace("share  #", "1 - share  #"),
        },
        ("assigned", "overwritten"): {
            OWN: OWN.replace("+=", "="),
            NEW: NEW.replace("+=", "="),
        },
        ("the own label", "labels not mixed"): {OWN: OWN.replace("1 - share", "1"), NEW: "pass"},
        ("gives in place of takes", "order turned round"): {
            MIXED: "order = np.argsort(order)\n    " + MIXED
        },
        ("the last row too", "one too far"): {
            IN_ROWS: IN_ROWS.replace("row < (", "row <= ("),
            IN_COLUMNS: IN_COLUMNS.replace("column < (", "column <= ("),
        },
        ("moved into the picture", "moved inside"): {
            IN_ROWS: "top, left = np.maximum(top, 0), np.maximum(left, 0)\n    " + IN_ROWS
        },
        ("rows for columns", "rows and columns changed round"): {
            IN_ROWS: "top, left, height, width = left, top, width, height\n    " + IN_ROWS
        },
        ("all pixels mixed", "mixed everywhere"): {
            SHARE: SHARE + "\n    part = share[:, None, None, None]\n"
            "    mixed = (1 - part) * x + part * x[order]"
        },
        ("the first channel", "first channel only"): {
            MIXED: "mixed = x.copy()\n    mixed[:, 0] = np.where(inside, x[order][:, 0], x[:, 0])"
        },
        ("the largest target", "own loss only"): {
            STABLE: "targets = np.eye(targets.shape[1])[targets.argmax(axis=1)]\n    " + STABLE
        },
        ("a sum", "summed"): {
            LOSS: "loss = -(targets * log_y).sum()",
            BACK: "return loss, np.exp(log_y) - targets",
        },
        ("the gradient is not divided", "gradient not averaged"): {
            BACK: "return loss, np.exp(log_y) - targets"
        },
        ("only where a target is", "gradient of the loss only where the target is"): {
            BACK: BACK.replace(
                "(np.exp(log_y) - targets)", "(np.exp(log_y) - targets) * (targets > 0)"
            )
        },
        ("the logarithm of the softmax", "log of 0"): {
            LOG_Y: "e = np.exp(s)\n    log_y = np.log(e / e.sum(axis=1, keepdims=True))"
        },
        ("a loop over the pictures", "a loop"): """
def paste(x, t, V, order, top, left, height, width):
    mixed, targets = x.copy(), np.zeros((len(x), V))
    for n, m in enumerate(order):
        rows = slice(max(top[n], 0), max(top[n] + height[n], 0))
        columns = slice(max(left[n], 0), max(left[n] + width[n], 0))
        mixed[n, :, rows, columns] = x[m, :, rows, columns]
        share = x[n, 0, rows, columns].size / x[n, 0].size
        targets[n, t[n]] += 1 - share
        targets[n, t[m]] += share
    return mixed, targets


def soft_loss(scores, targets):
    s = scores - scores.max(axis=1, keepdims=True)
    log_y = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(targets * log_y).sum(axis=1).mean(), (np.exp(log_y) - targets) / len(scores)
""",
        ("nothing is taken away first", "example"): {STABLE: "s = scores"},
        ("a small number in the logarithm", "example"): {
            LOG_Y: LOG_Y + "\n    log_y = np.log(np.exp(log_y) + 1e-7)"
        },
        ("y minus one", "example"): {BACK: BACK.replace("- targets", "- (targets > 0)")},
        ("a plus", "example"): {LOSS: LOSS.replace("= -", "= ")},
        ("pasted the other way", "example"): {
            MIXED: "mixed = np.where(inside[:, None], x, x[order])"
        },
        ("pasted black", "example"): {MIXED: "mixed = np.where(inside[:, None], 0, x)"},
        ("whole shares", "example"): {SHARE: "share = np.round(inside.mean(axis=(1, 2)))"},
        ("own label by the order", "example"): {OWN: OWN.replace(", t]", ", t[order]]")},
        ("a mean over the classes", "example"): {LOSS: "loss = -(targets * log_y).mean()"},
        ("x is changed", "input changed"): {
            MIXED: "x[:] = np.where(inside[:, None], x[order], x)\n    mixed = x"
        },
        ("only the pictures", "example"): {"return mixed, targets": "return mixed"},
        ("no gradient", "wrong type"): {BACK: "return loss, None"},
        ("the package's softmax", "own work"): {
            STABLE: "from common.functions import softmax\n\n    softmax(scores)\n    " + STABLE
        },
    },
)

# 6
FINITE = "fine = all(np.isfinite(g).all() for g in grads)"
MOVE = "w -= lr * (g.astype(np.float32) / self.scale)"
HALVE = "self.scale, self.count = max(self.scale / 2, 1.0), 0"
COUNT = "self.count += 1"
DOUBLE = "self.scale, self.count = 2 * self.scale, 0"
LOOP = "for w, g in zip(params, grads, strict=True):"
of(
    "scaler",
    {
        "a loop over the gradients": {
            FINITE: "fine = True\n        for g in grads:\n"
            "            fine = fine and bool(np.isfinite(g).all())"
        },
        "isnan and isinf": {
            FINITE: "fine = not any((np.isnan(g) | np.isinf(g)).any() for g in grads)"
        },
        "one long row": {
            FINITE: "fine = bool(np.isfinite(np.concatenate([g.ravel() for g in grads])).all())"
        },
        "assigned into the array": {MOVE: "w[...] = w - lr / self.scale * g.astype(np.float32)"},
        "in double precision": {MOVE: "w -= lr * (g.astype(np.float64) / self.scale)"},
        "the absolute values": {FINITE: "fine = all(bool((abs(g) <= 65504).all()) for g in grads)"},
        "the floor by an if": {
            HALVE: "self.count = 0\n            if self.scale > 1:\n"
            "                self.scale = max(self.scale / 2, 1)"
        },
        "the factor first": {LOOP: "factor = lr / self.scale\n        " + LOOP},
    },
    {
        ("the scale stays in", "not divided"): {MOVE: "w -= lr * g.astype(np.float32)"},
        ("divided as float16", "divided in float16"): {
            MOVE: "w -= np.float32(lr) * (g / np.float16(self.scale)).astype(np.float32)"
        },
        ("each array alone", "each array for itself"): {
            "            return False\n": "            for w, g in zip(params, grads):\n"
            "                if np.isfinite(g).all():\n"
            "                    w -= lr * (g.astype(np.float32) / (self.before))\n"
            "            return False\n",
            FINITE: "self.before = self.scale\n        " + FINITE,
        },
        ("infinities alone", "NaN passes"): {
            FINITE: "fine = not any(np.isinf(g).any() for g in grads)"
        },
        ("plus infinity", "only upwards"): {
            FINITE: "fine = not any(np.isnan(g).any() or (g == np.inf).any() for g in grads)"
        },
        ("the sum", "sum overflows"): {
            FINITE: "fine = all(np.isfinite(g.sum(dtype=np.float16)) for g in grads)"
        },
        ("never down", "not halved"): {HALVE: "self.count = 0"},
        ("once for each array", "halved for each array"): {
            HALVE: "bad = sum(not np.isfinite(g).all() for g in grads)\n"
            "            self.scale, self.count = max(self.scale / 2**bad, 1.0), 0"
        },
        ("the count is kept", "count goes on after a bad step"): {
            HALVE: "self.scale = max(self.scale / 2, 1.0)"
        },
        ("the count goes on", "count goes on after doubling"): {DOUBLE: "self.scale *= 2"},
        ("doubled first", "doubled too early"): {
            LOOP: "early = self.count + 1 >= self.patience\n"
            "        if early:\n            self.scale = 2 * self.scale\n        " + LOOP,
            DOUBLE: "self.count = 0",
        },
        ("no floor", "below 1"): {HALVE: "self.scale, self.count = self.scale / 2, 0"},
        ("new arrays", "not in place"): {
            LOOP: "for k, (w, g) in enumerate(zip(params, grads, strict=True)):",
            MOVE: "params[k] = (w - lr / self.scale * g.astype(np.float32)).astype(np.float32)",
        },
        ("uphill", "example"): {MOVE: MOVE.replace("-=", "+=")},
        ("a quarter", "example"): {HALVE: HALVE.replace("/ 2", "/ 4")},
        ("one step late", "example"): {"self.count >= self.patience": "self.count > self.patience"},
        ("doubled at each step", "example"): {"self.count >= self.patience": "self.count >= 1"},
        ("multiplied", "example"): {MOVE: MOVE.replace("/ self.scale", "* self.scale")},
        ("says nothing", "wrong type"): {"        return True\n": "        return None\n"},
        ("gradients changed", "divided in float16"): {
            MOVE: "g /= self.scale\n            w -= lr * g.astype(np.float32)"
        },
    },
)

# 7
ALL = '{1: "a", 2: "g", 3: "e", 4: "c"}'
of(
    "diagnosis",
    {
        "a dict of pairs": {ALL: 'dict([(1, "a"), (2, "g"), (3, "e"), (4, "c")])'},
        "in another order": {ALL: '{4: "c", 3: "e", 2: "g", 1: "a"}'},
        "from lists": {ALL: 'dict(zip([1, 2, 3, 4], "agec"))'},
    },
    {
        ("b for a", "run 1"): {'1: "a"': '1: "b"'},
        ("e for a", "run 1"): {'1: "a"': '1: "e"'},
        ("e for g", "run 2"): {'2: "g"': '2: "e"'},
        ("f for g", "run 2"): {'2: "g"': '2: "f"'},
        ("d for e", "run 3"): {'3: "e"': '3: "d"'},
        ("h for e", "run 3"): {'3: "e"': '3: "h"'},
        ("f for c", "run 4"): {'4: "c"': '4: "f"'},
        ("h for c", "run 4"): {'4: "c"': '4: "h"'},
        ("a run left out", "wrong type"): {', 4: "c"': ""},
        ("an unknown letter", "wrong type"): {'4: "c"': '4: "z"'},
        ("a list", "wrong type"): {ALL: '["a", "g", "e", "c"]'},
    },
)
