"""Right and wrong answers to week 9's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
COVERED = "covered = dilation * (numbers - 1) + 1"
PLACES = "size = (size + 2 * pad - covered) // stride + 1"
of(
    "holes",
    {
        "counted by a range": {
            PLACES: "size = len(range(0, size + 2 * pad - covered + 1, stride))"
        },
        "last place first": {
            COVERED: "last = size + 2 * pad - 1 - dilation * (numbers - 1)",
            PLACES: "size = last // stride + 1",
        },
        "rounded down by int": {PLACES: "size = int((size + 2 * pad - covered) / stride + 1)"},
        "by recursion": """
def sizes(size, layers):
    if not layers:
        return []
    (numbers, stride, pad, dilation), *rest = layers
    size = 1 + (size + 2 * pad - 1 - dilation * (numbers - 1)) // stride
    return [size] + sizes(size, rest)
""",
        "an array": {"return found": "return np.array(found)"},
        "windows one by one": """
def sizes(size, layers):
    found = []
    for numbers, stride, pad, dilation in layers:
        line, count, start = np.zeros(size + 2 * pad), 0, 0
        while start + dilation * (numbers - 1) < len(line):
            count, start = count + 1, start + stride
        size = count
        found.append(count)
    return found
""",
        "the holes counted": {COVERED: "covered = numbers + (numbers - 1) * (dilation - 1)"},
    },
    {
        ("no holes", "holes forgotten"): {COVERED: "covered = numbers"},
        ("a gap behind the last", "holes at the end"): {COVERED: "covered = dilation * numbers"},
        ("a hole at dilation 1", "gaps for distances"): {
            COVERED: "covered = numbers + dilation * (numbers - 1)"
        },
        ("pad once", "padded on one side"): {PLACES: PLACES.replace("2 * pad", "pad")},
        ("no pad", "not padded"): {PLACES: PLACES.replace(" + 2 * pad", "")},
        ("rounded up", "rounded up"): {
            PLACES: "size = -(-(size + 2 * pad - covered) // stride) + 1"
        },
        ("no one added", "first place lost"): {PLACES: PLACES.removesuffix(" + 1")},
        ("one added before the division", "counted before the division"): {
            PLACES: "size = (size + 2 * pad - covered + 1) // stride"
        },
        ("no stride", "stride forgotten"): {PLACES: "size = size + 2 * pad - covered + 1"},
        ("each from the line", "each from the first line"): {
            PLACES: "places = (size + 2 * pad - covered) // stride + 1",
            "found.append(size)": "found.append(places)",
        },
        ("not rounded", "example"): {PLACES: PLACES.replace("//", "/")},
        ("rounded to the nearest", "rounded to the nearest"): {
            PLACES: "size = round((size + 2 * pad - covered) / stride) + 1"
        },
        ("the last size", "example"): {"return found": "return size"},
        ("the line too", "example"): {"found = []": "found = [size]"},
        ("stride and dilation in each other's place", "example"): {
            "for numbers, stride, pad, dilation": "for numbers, dilation, pad, stride"
        },
        ("nothing returned", "wrong type"): {"return found": "found"},
        ("no holes and no pad", "example"): {
            COVERED: "covered = numbers",
            PLACES: PLACES.replace(" + 2 * pad", ""),
        },
    },
)

# 2
GRID = "oh, ow, fh, fw = np.ogrid[:OH, :OW, :FH, :FW]"
ROW = "row = oh * stride + fh - pad"
COLUMN = "column = ow * stride + fw - pad"
INSIDE = "inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)"
FOUND = "np.where(inside, row * width + column, height * width)"
SHAPED = FOUND + ".reshape(OH * OW, FH * FW)"
of(
    "places",
    {
        "numbers with an edge, and views of windows": """
def pixel_numbers(height, width, FH, FW, stride, pad):
    pixels = np.arange(height * width).reshape(height, width)
    wide = np.pad(pixels, pad, constant_values=height * width)
    seen = np.lib.stride_tricks.sliding_window_view(wide, (FH, FW))[::stride, ::stride]
    return seen.reshape(-1, FH * FW)
""",
        "new axes": {
            GRID: "oh = np.arange(OH)[:, None, None, None]\n"
            "    ow = np.arange(OW)[None, :, None, None]\n"
            "    fh = np.arange(FH)[None, None, :, None]\n"
            "    fw = np.arange(FW)[None, None, None, :]"
        },
        "two long lists of rows and columns": """
def pixel_numbers(height, width, FH, FW, stride, pad):
    OH = (height + 2 * pad - FH) // stride + 1
    OW = (width + 2 * pad - FW) // stride + 1
    row = np.repeat(np.arange(OH), OW)[:, None] * stride + np.repeat(np.arange(FH), FW) - pad
    column = np.tile(np.arange(OW), OH)[:, None] * stride + np.tile(np.arange(FW), FH) - pad
    found = row * width + column
    found[(row < 0) | (row >= height) | (column < 0) | (column >= width)] = height * width
    return found
""",
        "a count and its digits": """
def pixel_numbers(height, width, FH, FW, stride, pad):
    OH = (height + 2 * pad - FH) // stride + 1
    OW = (width + 2 * pad - FW) // stride + 1
    oh, ow = np.divmod(np.arange(OH * OW), OW)
    fh, fw = np.divmod(np.arange(FH * FW), FW)
    row = np.add.outer(oh * stride, fh) - pad
    column = np.add.outer(ow * stride, fw) - pad
    inside = (row % height == row) & (column % width == column)
    return np.where(inside, row * width + column, height * width)
""",
        "looked up in the padded picture": """
def pixel_numbers(height, width, FH, FW, stride, pad):
    wide = np.full((height + 2 * pad, width + 2 * pad), height * width)
    wide[pad : pad + height, pad : pad + width] = np.arange(height * width).reshape(height, width)
    top = np.arange(0, height + 2 * pad - FH + 1, stride)
    left = np.arange(0, width + 2 * pad - FW + 1, stride)
    row = top[:, None, None, None] + np.arange(FH)[:, None]
    column = left[:, None, None] + np.arange(FW)
    return wide[row, column].reshape(len(top) * len(left), FH * FW)
""",
        "a helper": {
            "def pixel_numbers": "def within(count, length):\n"
            "    return (count >= 0) & (count < length)\n\n\ndef pixel_numbers",
            INSIDE: "inside = within(row, height) & within(column, width)",
        },
        "indices": {
            GRID: "oh, ow, fh, fw = np.indices((OH, OW, FH, FW))",
        },
    },
    {
        ("the output's row", "row of the output"): {
            FOUND: FOUND.replace("row * width", "row * OW")
        },
        ("height for width", "height for width"): {
            FOUND: FOUND.replace("row * width", "row * height")
        },
        ("numbers with the zeros", "numbers of the padded picture"): {
            SHAPED: "((row + pad) * (width + 2 * pad) + column + pad).reshape(OH * OW, FH * FW)"
        },
        ("no edge", "edge not seen"): {SHAPED: "(row * width + column).reshape(OH * OW, FH * FW)"},
        ("negative ones only", "edge seen at one end"): {
            INSIDE: "inside = (row >= 0) & (column >= 0)"
        },
        ("pad not taken off", "pad not taken off"): {
            ROW: ROW.replace(" - pad", ""),
            COLUMN: COLUMN.replace(" - pad", ""),
        },
        ("no stride", "stride forgotten"): {
            ROW: ROW.replace(" * stride", ""),
            COLUMN: COLUMN.replace(" * stride", ""),
        },
        ("down the columns", "windows down the columns"): {
            SHAPED: FOUND + ".transpose(1, 0, 2, 3).reshape(OH * OW, FH * FW)"
        },
        ("the filter down its columns", "filter down the columns"): {
            SHAPED: FOUND + ".transpose(0, 1, 3, 2).reshape(OH * OW, FH * FW)"
        },
        ("a column for each window", "windows as columns"): {SHAPED: SHAPED + ".T"},
        ("zeros as pixel 0", "zeros as the first pixel"): {FOUND: FOUND[:-16] + " 0)"},
        ("zeros as -1", "zeros as the last pixel"): {FOUND: FOUND[:-16] + " -1)"},
        ("four loops", "a loop"): """
def pixel_numbers(height, width, FH, FW, stride, pad):
    found = []
    for top in range(-pad, height + pad - FH + 1, stride):
        for left in range(-pad, width + pad - FW + 1, stride):
            found.append([])
            for row in range(top, top + FH):
                for column in range(left, left + FW):
                    inside = 0 <= row < height and 0 <= column < width
                    found[-1].append(row * width + column if inside else height * width)
    return np.array(found)
""",
        ("a loop over the filter", "a loop"): """
def pixel_numbers(height, width, FH, FW, stride, pad):
    wide = np.pad(np.arange(height * width).reshape(height, width), pad,
                  constant_values=height * width)
    OH = (height + 2 * pad - FH) // stride + 1
    OW = (width + 2 * pad - FW) // stride + 1
    parts = [
        wide[i : i + stride * OH : stride, j : j + stride * OW : stride].ravel()
        for i in range(FH)
        for j in range(FW)
    ]
    return np.stack(parts, axis=1)
""",
        ("a loop in a helper", "a loop"): {
            "def pixel_numbers": "def grid(OH, OW, FH, FW):\n"
            "    return [np.arange(n).reshape([-1 if i == k else 1 for i in range(4)])\n"
            "            for k, n in enumerate((OH, OW, FH, FW))]\n\n\ndef pixel_numbers",
            GRID: "oh, ow, fh, fw = grid(OH, OW, FH, FW)",
        },
        ("four axes", "example"): {SHAPED: FOUND},
        ("the stride in the filter too", "example"): {
            ROW: "row = (oh + fh) * stride - pad",
            COLUMN: "column = (ow + fw) * stride - pad",
        },
        ("one too few", "example"): {"OH = (height + 2 * pad - FH) // stride + 1": "OH = 1"},
        ("counted from 1", "example"): {FOUND: "1 + " + FOUND},
        ("OW rows", "stopped"): {SHAPED: FOUND + ".reshape(OH * OW, FH * FW + 1)"},
        ("nothing returned", "wrong type"): {"return np.where": "_ = np.where"},
        ("the package's im2col", "own work"): """
def pixel_numbers(height, width, FH, FW, stride, pad):
    from common.convolution import im2col

    numbers = 1.0 + np.arange(height * width).reshape(1, 1, height, width)
    found = im2col(numbers, FH, FW, stride, pad) - 1
    return np.where(found < 0, height * width, found)
""",
    },
)

# 3
Y = "y += w[f] * np.roll(x, -f, axis=1)"
DW = "dw[f] = (dout * np.roll(self.x, -f, axis=1)).sum()"
DX = "dx += w[f] * np.roll(dout, f, axis=1)"
DB = "db[...] = dout.sum()"
ZEROS = "dx = np.zeros_like(self.x)"
of(
    "clock",
    {
        "three loops": """
class Clock:
    def __init__(self, w, b):
        self.params, self.grads = [w, b], [np.zeros_like(w), np.zeros_like(b)]

    def forward(self, x):
        self.x, (N, T) = x, x.shape
        w, b = self.params
        hour = lambda n, t: b[0] + sum(w[f] * x[n, (t + f) % T] for f in range(len(w)))
        return [[hour(n, t) for t in range(T)] for n in range(N)]

    def backward(self, dout):
        x, w, (N, T) = self.x, self.params[0], dout.shape
        dw, db = self.grads
        dw[:], db[:], dx = 0, 0, np.zeros_like(x)
        for n in range(N):
            for t in range(T):
                db += dout[n, t]
                for f in range(len(w)):
                    dw[f] += dout[n, t] * x[n, (t + f) % T]
                    dx[n, (t + f) % T] += dout[n, t] * w[f]
        return dx
""",
        "an array of hours": """
class Clock:
    def __init__(self, w, b):
        self.params, self.grads = [w, b], [np.zeros_like(w), np.zeros_like(b)]

    def forward(self, x):
        w, b = self.params
        T = x.shape[1]
        self.hours = (np.arange(T)[:, None] + np.arange(len(w))) % T
        self.seen = x[:, self.hours]
        return self.seen @ w + b

    def backward(self, dout):
        dw, db = self.grads
        dw[...] = np.einsum("nt,ntf->f", dout, self.seen)
        db[...] = dout.sum()
        dx = np.zeros_like(dout)
        np.add.at(dx, (slice(None), self.hours), dout[:, :, None] * self.params[0])
        return dx
""",
        "one matrix of the ring": """
class Clock:
    def __init__(self, w, b):
        self.params, self.grads = [w, b], [np.zeros_like(w), np.zeros_like(b)]

    def ring(self, T):
        R = np.zeros((T, T))
        for f, value in enumerate(self.params[0]):
            R[(np.arange(T) + f) % T, np.arange(T)] += value
        return R

    def forward(self, x):
        self.x = x
        return x @ self.ring(x.shape[1]) + self.params[1]

    def backward(self, dout):
        T = dout.shape[1]
        dR = self.x.T @ dout
        for f in range(len(self.params[0])):
            self.grads[0][f] = dR[(np.arange(T) + f) % T, np.arange(T)].sum()
        self.grads[1][...] = dout.sum()
        return dout @ self.ring(T).T
""",
        "einsum": {DW: 'dw[f] = np.einsum("nt,nt", dout, np.roll(self.x, -f, axis=1))'},
        "dout turned for dw": {DW: "dw[f] = (np.roll(dout, f, axis=1) * self.x).sum()"},
        "joined ends": {Y: "y += w[f] * np.concatenate([x[:, f:], x[:, :f]], axis=1)"},
        "cleared, then added": {DB: "db[...] = 0\n        db += dout.sum()"},
        "in float64": {ZEROS: "dx = np.zeros(self.x.shape)"},
    },
    {
        ("the other way round", "turned round"): {
            Y: Y.replace("-f", "f"),
            DW: DW.replace("-f", "f"),
            DX: DX.replace("dout, f", "dout, -f"),
        },
        ("zeros after midnight", "stops at midnight"): """
class Clock:
    def __init__(self, w, b):
        self.params, self.grads = [w, b], [np.zeros_like(w), np.zeros_like(b)]

    def forward(self, x):
        w, b = self.params
        self.T, F = x.shape[1], len(w)
        self.long = np.pad(x, [(0, 0), (0, F - 1)])
        return sum(w[f] * self.long[:, f : f + self.T] for f in range(F)) + b

    def backward(self, dout):
        w, T = self.params[0], self.T
        dx = np.zeros(self.long.shape)
        for f in range(len(w)):
            self.grads[0][f] = (dout * self.long[:, f : f + T]).sum()
            dx[:, f : f + T] += w[f] * dout
        self.grads[1][...] = dout.sum()
        return dx[:, :T]
""",
        ("cut off on the way back", "midnight lost on the way back"): {
            DX: "dx[:, f:] += w[f] * dout[:, : dout.shape[1] - f]"
        },
        ("back as forward", "way back as forward"): {DX: DX.replace("dout, f", "dout, -f")},
        ("dw with the other roll", "filter's gradient turned"): {DW: DW.replace("-f", "f")},
        ("dx of the last number", "last number only"): {DX: DX.replace("+=", "=")},
        ("each window overwrites", "last window only"): {
            DX: "pass",
            DB: DB + "\n        T = dout.shape[1]\n        for t in range(T):\n"
            "            dx[:, (t + np.arange(len(w))) % T] = dout[:, [t]] * w",
        },
        ("an index array without add.at", "last window only"): {
            DX: "pass",
            DB: DB + "\n        T = dout.shape[1]\n"
            "        hours = (np.arange(T)[:, None] + np.arange(len(w))) % T\n"
            "        dx[:, hours] = dout[:, :, None] * w",
        },
        ("divided by N", "averaged"): {
            DW: DW + " / len(dout)",
            DB: DB + " / len(dout)",
        },
        ("the mean for the bias", "bias averaged"): {DB: "db[...] = dout.mean()"},
        ("the bias of an hour", "bias of one hour"): {DB: "db[...] = dout.sum(axis=0).mean()"},
        ("begins with ones", "upstream"): {ZEROS: "dout = np.ones_like(dout)\n        " + ZEROS},
        ("added to", "not cleared"): {
            DW: DW.replace(" = ", " += "),
            DB: DB.replace("[...] =", " +="),
        },
        ("new arrays", "not in place"): {
            ZEROS: ZEROS + "\n        dw, db = np.zeros_like(w), np.zeros(1)",
            DB: DB + "\n        self.grads = [dw, db]",
        },
        ("no bias", "example"): {" + b\n": "\n"},
        ("rolled along the days", "example"): {Y: Y.replace("axis=1", "axis=0")},
        ("the wrong sum for dw", "example"): {DW: "dw[f] = (dout * self.x).sum()"},
        ("a bias for each hour", "stopped"): {DB: "db[...] = dout.sum(axis=0)"},
        ("written into x", "input changed"): {
            ZEROS: "dx = self.x\n        x = dx.copy()\n        dx[...] = 0",
            DW: DW.replace("self.x", "x"),
        },
        ("nothing comes back", "wrong type"): {"        return dx": "        dx"},
        ("dx forward and dw turned", "example"): {
            DX: DX.replace("dout, f", "dout, -f"),
            DW: DW.replace("-f", "f"),
        },
    },
)

# 4
INK = 'ink = np.einsum("nkij,kc->ncij", x, W[:, :, p, q])'
PRINT = "y[:, :, p : p + s * h : s, q : q + s * w : s] += ink"
SEEN = "seen = dout[:, :, p : p + s * h : s, q : q + s * w : s]"
DX4 = 'dx += np.einsum("ncij,kc->nkij", seen, W[:, :, p, q])'
DW4 = 'dW[:, :, p, q] = np.einsum("nkij,ncij->kc", x, seen)'
BACK4 = "dx = np.zeros_like(x)"
BY_PLACES = """
class Stamps:
    def __init__(self, W, stride):
        self.params, self.grads, self.stride = [W], [np.zeros_like(W)], stride

    def forward(self, x):
        W, s = self.params[0], self.stride
        (N, K, h, w), (_, C, FH, FW) = x.shape, W.shape
        self.x = x
        y = np.zeros((N, C, s * (h - 1) + FH, s * (w - 1) + FW))
        for i in range(h):
            for j in range(w):
                at = y[:, :, s * i : s * i + FH, s * j : s * j + FW]
                at += np.tensordot(x[:, :, i, j], W, axes=1)
        return y

    def backward(self, dout):
        W, s, x = self.params[0], self.stride, self.x
        (N, K, h, w), (_, C, FH, FW) = x.shape, W.shape
        dx, dW = np.zeros(x.shape), np.zeros(W.shape)
        for i in range(h):
            for j in range(w):
                d = dout[:, :, s * i : s * i + FH, s * j : s * j + FW]
                dx[:, :, i, j] = np.tensordot(d, W, axes=((1, 2, 3), (1, 2, 3)))
                dW += np.tensordot(x[:, :, i, j], d, axes=(0, 0))
        self.grads[0][...] = dW
        return dx
"""
AT = "at += np.tensordot(x[:, :, i, j], W, axes=1)"
of(
    "stamps",
    {
        "place by place": BY_PLACES,
        "ink in a list, then a running sum": BY_PLACES.replace(
            AT,
            "for k in range(K):\n                    at += x[:, k, i, j, None, None, None] * W[k]",
        ),
        "add.at": """
class Stamps:
    def __init__(self, W, stride):
        self.params, self.grads, self.stride = [W], [np.zeros_like(W)], stride

    def forward(self, x):
        W, s = self.params[0], self.stride
        (N, K, h, w), (_, C, FH, FW) = x.shape, W.shape
        i, j, p, q = np.ogrid[:h, :w, :FH, :FW]
        self.x, self.at = x, (slice(None), slice(None), s * i + p, s * j + q)
        y = np.zeros((N, C, s * (h - 1) + FH, s * (w - 1) + FW))
        np.add.at(y, self.at, np.einsum("nkij,kcuv->ncijuv", x, W))
        return y

    def backward(self, dout):
        seen = dout[self.at]
        self.grads[0][...] = np.einsum("nkij,ncijuv->kcuv", self.x, seen)
        return np.einsum("ncijuv,kcuv->nkij", seen, self.params[0])
""",
        "windows as views on the way back": {
            BACK4: "look = np.lib.stride_tricks.sliding_window_view\n"
            "        seen = look(dout, W.shape[2:], axis=(2, 3))[:, :, ::s, ::s]\n"
            '        dW[...] = np.einsum("nkij,ncijuv->kcuv", x, seen)\n'
            '        return np.einsum("ncijuv,kcuv->nkij", seen, W)\n' + "        " + BACK4,
        },
        "matmul": {
            INK: "ink = np.moveaxis(np.moveaxis(x, 1, 3) @ W[:, :, p, q], 3, 1)",
            DX4: "dx += np.moveaxis(np.moveaxis(seen, 1, 3) @ W[:, :, p, q].T, 3, 1)",
        },
        "nested lists": {"        return y": "        return y.tolist()"},
    },
    {
        ("assigned, not added", "overwritten"): BY_PLACES.replace(
            AT, "at[...] = np.tensordot(x[:, :, i, j], W, axes=1)"
        ),
        ("divided by the number of stamps", "averaged where they overlap"): BY_PLACES.replace(
            "        self.x = x\n", "        self.x, times = x, 0\n"
        )
        .replace("s * (w - 1) + FW))\n", "s * (w - 1) + FW))\n        times = 0 * y\n")
        .replace(
            AT, AT + "\n                times[:, :, s * i : s * i + FH, s * j : s * j + FW] += 1"
        )
        .replace("        return y\n", "        return y / np.maximum(times, 1)\n"),
        ("the stamp turned", "turned"): {
            INK: INK.replace("p, q]", "-1 - p, -1 - q]"),
            DX4: DX4.replace("p, q]", "-1 - p, -1 - q]"),
            DW4: DW4.replace("p, q]", "-1 - p, -1 - q]"),
        },
        ("turned on the way back", "way back turned"): {
            DX4: DX4.replace("p, q]", "-1 - p, -1 - q]")
        },
        ("no stride", "stride forgotten"): BY_PLACES.replace("= stride", "= 1").replace(
            "[np.zeros_like(W)], stride", "[np.zeros_like(W)], 1"
        ),
        ("divided by N", "averaged"): {DW4: DW4 + " / len(x)"},
        ("the mean over the places", "averaged over the places"): {DW4: DW4 + " / (h * w)"},
        ("the first channel", "first channel only"): {
            DX4: 'dx += np.einsum("ncij,kc->nkij", seen[:, :1], W[:, :1, p, q])'
        },
        ("begins with ones", "upstream"): {BACK4: "dout = np.ones_like(dout)\n        " + BACK4},
        ("added to", "not cleared"): {DW4: DW4.replace(" = ", " += ")},
        ("a new array", "not in place"): {
            BACK4: BACK4 + "\n        dW = np.zeros_like(W)",
            "        return dx": "        self.grads = [dW]\n        return dx",
        },
        ("each number overwrites", "example"): {PRINT: PRINT.replace("+=", "=")},
        ("the stride in the stamp too", "stopped"): {
            PRINT: "y[:, :, s * p : s * p + h, s * q : s * q + w] += ink"
        },
        ("the last number's dx", "example"): {DX4: DX4.replace("+=", "=")},
        ("one stamp for all channels", "stopped"): {
            INK: 'ink = np.einsum("nkij,kc->nkij", x, W[:, :, p, q])[:, :, :0]'
        },
        ("down and across changed in dW", "example"): {
            DW4: 'dW[:, :, p, q] = np.einsum("nkij,ncji->kc", x[:, :, :1, :1], seen[:, :, :1, :1])'
        },
        ("nothing comes back", "wrong type"): {"        return dx": "        dx"},
        ("x is doubled in place", "input changed"): {
            "self.x, s = x, self.stride": "x *= 2\n        self.x, s = x, self.stride"
        },
        ("no sum over the examples", "example"): {
            DW4: 'dW[:, :, p, q] = np.einsum("kij,cij->kc", x[0], seen[0])'
        },
    },
)

# 5
SIZES = "rows, columns = (range(0, length, self.size) for length in x.shape[2:])"
MEAN = "x[:, :, r : r + self.size, c : c + self.size].mean(axis=(2, 3))"
COUNT = "count = window.shape[2] * window.shape[3]"
SHARE = "window += dout[:, :, i, j, None, None] / count"
of(
    "rest",
    {
        "sum over count": {
            MEAN: "(part := x[:, :, r : r + self.size, c : c + self.size]).sum(axis=(2, 3)) "
            "/ (part.shape[2] * part.shape[3])"
        },
        "two matrices of shares": """
class MeanPooling:
    def __init__(self, size):
        self.size = size

    def shares(self, length):
        group = np.arange(length) // self.size
        A = (np.arange(group[-1] + 1)[:, None] == group).astype(float)
        return A / A.sum(axis=1, keepdims=True)

    def forward(self, x):
        self.down, self.across = self.shares(x.shape[2]), self.shares(x.shape[3])
        return self.down @ x @ self.across.T

    def backward(self, dout):
        return self.down.T @ dout @ self.across
""",
        "reduceat": """
class MeanPooling:
    def __init__(self, size):
        self.size = size

    def forward(self, x):
        rows, columns = np.arange(x.shape[2]), np.arange(x.shape[3])
        self.up = rows[:, None] // self.size, columns // self.size
        starts = rows[:: self.size], columns[:: self.size]
        add = lambda a: np.add.reduceat(np.add.reduceat(a, starts[0], -2), starts[1], -1)
        self.count = add(np.ones(x.shape[2:]))
        return add(x) / self.count

    def backward(self, dout):
        return (dout / self.count)[:, :, self.up[0], self.up[1]]
""",
        "pixel by pixel": """
class MeanPooling:
    def __init__(self, size):
        self.size = size

    def forward(self, x):
        N, C, H, W = x.shape
        s = self.size
        self.x = x
        self.count = np.zeros((-(-H // s), -(-W // s)))
        y = np.zeros((N, C, *self.count.shape))
        for h in range(H):
            for w in range(W):
                self.count[h // s, w // s] += 1
                y[:, :, h // s, w // s] += x[:, :, h, w]
        return y / self.count

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for h in range(dx.shape[2]):
            for w in range(dx.shape[3]):
                at = h // self.size, w // self.size
                dx[(..., h, w)] = dout[(..., *at)] / self.count[at]
        return dx
""",
        "repeated and cut": {
            "dx = np.zeros(self.shape, dout.dtype)": "H, W = self.shape[2:]\n"
            "        s = self.size\n"
            "        ones = lambda n: np.minimum(s, n - np.arange(0, n, s))\n"
            "        share = dout / np.outer(ones(H), ones(W))\n"
            "        return share.repeat(s, 2).repeat(s, 3)[:, :, :H, :W]\n"
            "        dx = np.zeros(self.shape, dout.dtype)"
        },
        "numbers missing, nanmean": {
            SIZES: "s = self.size\n"
            "        rest = [(0, 0)] * 2 + [(0, -n % s) for n in x.shape[2:]]\n"
            "        wide = np.pad(x, rest, constant_values=np.nan)\n"
            "        N, C, H, W = wide.shape\n"
            "        cut = wide.reshape(N, C, H // s, s, W // s, s)\n"
            "        return np.nanmean(cut, axis=(3, 5))\n        " + SIZES
        },
    },
    {
        ("divided by the whole window", "always a whole window"): {
            MEAN: MEAN.replace("mean", "sum") + " / self.size**2",
            COUNT: "count = self.size**2",
        },
        ("zeros in the mean", "whole window forward"): {
            MEAN: MEAN.replace("mean", "sum") + " / self.size**2"
        },
        ("the whole window on the way back", "whole window back"): {COUNT: "count = self.size**2"},
        ("only whole windows", "rest left out forward"): {
            SIZES: SIZES.replace("range(0, length,", "range(0, length - self.size + 1,")
        },
        ("only whole windows, both ways", "rest left out"): {
            SIZES: SIZES.replace("range(0, length,", "range(0, length - self.size + 1,"),
            "dout.shape[2])": "self.shape[2] // self.size)",
            "dout.shape[3])": "self.shape[3] // self.size)",
        },
        ("dout to each", "back without a division"): {SHARE: SHARE.removesuffix(" / count")},
        ("sums", "nothing divided"): {
            MEAN: MEAN.replace("mean", "sum"),
            SHARE: SHARE.removesuffix(" / count"),
        },
        ("back to the largest", "back to the largest"): {
            "self.shape = x.shape": "self.shape, self.x = x.shape, x",
            SHARE: "part = self.x[:, :, r : r + self.size, c : c + self.size]\n"
            "                top = part == part.max(axis=(2, 3), keepdims=True)\n"
            "                window += dout[:, :, i, j, None, None] * top",
        },
        ("maximum pooling", "the maximum"): {
            "self.shape = x.shape": "self.shape, self.x = x.shape, x",
            MEAN: MEAN.replace("mean", "max"),
            SHARE: "part = self.x[:, :, r : r + self.size, c : c + self.size]\n"
            "                top = part == part.max(axis=(2, 3), keepdims=True)\n"
            "                window += dout[:, :, i, j, None, None] * top",
        },
        ("begins with ones", "upstream"): {SHARE: "window += 1 / count"},
        ("divided by one side", "example"): {COUNT: "count = self.size"},
        ("the forward maximum alone", "example"): {MEAN: MEAN.replace("mean", "max")},
        ("the mean of all channels", "example"): {
            MEAN: "x[:, :1, r : r + self.size, c : c + self.size].mean(axis=(2, 3))"
        },
        ("windows that overlap", "example"): {
            SIZES: SIZES.replace("self.size)", "1)"),
        },
        ("a transposed window", "example"): {"window = dx[:, :, r": "window = dx[:, :, c"},
        ("a copy of the window", "example"): {
            "c : c + self.size]  # a view of dx": "c : c + self.size].copy()"
        },
        ("the shape of the first batch", "example"): {
            "self.shape = x.shape": "self.shape = getattr(self, 'shape', x.shape)"
        },
        ("x is divided in place", "input changed"): {
            "self.shape = x.shape": "x /= 2\n        self.shape = x.shape"
        },
        ("nothing comes back", "wrong type"): {"        return dx": "        dx"},
    },
)

# 6
LOOK = "z += D[:, p, q, None, None] * x[:, :, p : p + OH, q : q + OW]"
MIX = 'return np.einsum("kc,ncij->nkij", P, z)'
COSTS = "costly, steps = K * C * FH * FW, C * FH * FW + K * C"
TOLD = "return (costly, steps), (costly * OH * OW, steps * OH * OW)"
of(
    "cheap",
    {
        "place by place": {
            MIX: "for i in range(OH):\n        for j in range(OW):\n"
            "            window = x[:, :, i : i + FH, j : j + FW]\n"
            "            z[:, :, i, j] = (window * D).sum(axis=(2, 3))\n    " + MIX
        },
        "views of windows": {
            MIX: "look = np.lib.stride_tricks.sliding_window_view(x, (FH, FW), axis=(2, 3))\n"
            '    return np.einsum("kc,cuv,nchwuv->nkhw", P, D, look)'
        },
        "as one costly filter": {
            MIX: "W = P[:, :, None, None] * D\n"
            "    look = np.lib.stride_tricks.sliding_window_view(x, (FH, FW), axis=(2, 3))\n"
            '    return np.einsum("kcuv,nchwuv->nkhw", W, look)'
        },
        "tensordot": {MIX: "return np.moveaxis(np.tensordot(P, z, (1, 1)), 0, 1)"},
        "a product for each place": {
            MIX: "return (P @ z.reshape(len(x), len(D), -1)).reshape(len(x), -1, OH, OW)"
        },
        "lists of counts": {TOLD: "return [[costly, steps], [costly * OH * OW, steps * OH * OW]]"},
        "factored": {
            COSTS: "window = FH * FW\n    costly, steps = K * C * window, C * (window + K)"
        },
        "counted by arrays": {
            COSTS: "costly = np.zeros((K, C, FH, FW)).size\n"
            "    steps = np.zeros((C, FH, FW)).size + np.zeros((K, C)).size"
        },
    },
    {
        ("the products added up", "channels added up after"): {
            LOOK: "z += (D[:, p, q, None, None] * x[:, :, p : p + OH, q : q + OW])"
            ".sum(axis=1, keepdims=True)"
        },
        ("each filter over all channels", "channels added up first"): {
            LOOK: "z += D[:, p, q, None, None] * "
            "x.sum(axis=1, keepdims=True)[:, :, p : p + OH, q : q + OW]"
        },
        ("the filter turned", "filter turned"): {
            LOOK: LOOK.replace("D[:, p, q,", "D[:, -1 - p, -1 - q,")
        },
        ("mixed by a mean", "mixed by a mean"): {MIX: MIX + " / len(D)"},
        ("at one place", "multiply-adds at one place"): {
            TOLD: "return (costly, steps), (costly, steps)"
        },
        ("weights at all places", "weights at every place"): {
            TOLD: "costly, steps = costly * OH * OW, steps * OH * OW\n"
            "    return (costly, steps), (costly, steps)"
        },
        ("all channels in the first step", "first step with all channels"): {
            COSTS: COSTS.replace(", C * FH", ", C * C * FH")
        },
        ("a product of both steps", "steps multiplied"): {
            COSTS: COSTS.replace(" + K * C", " * K * C")
        },
        ("the first step alone", "second step forgotten"): {COSTS: COSTS.removesuffix(" + K * C")},
        ("the filter's size twice", "second step with the filter's size"): {
            COSTS: COSTS + " * FH * FW"
        },
        ("only the last number of the filter", "example"): {LOOK: LOOK.replace("+=", "=")},
        ("not mixed", "example"): {MIX: "return z"},
        ("P turned round", "stopped"): {MIX: 'return np.einsum("ck,ncij->nkij", P, z)'},
        ("the sizes of the input", "stopped"): {
            "x.shape[2] - FH + 1, x.shape[3] - FW + 1": "x.shape[2], x.shape[3]"
        },
        ("biases counted", "example"): {COSTS: COSTS.replace("FH * FW,", "FH * FW + K,", 1)},
        ("K in the first step", "example"): {
            COSTS: "costly, steps = K * C * FH * FW, K * FH * FW + K * C"
        },
        ("OH alone", "example"): {TOLD: TOLD.replace(" * OW", "")},
        ("one number", "stopped"): {TOLD: "return steps"},
        ("x is changed", "input changed"): {MIX: "x += 1\n    " + MIX},
        ("nothing returned", "wrong type"): {MIX: MIX.removeprefix("return ")},
    },
)

# 7
of(
    "diagnosis",
    {
        "a dict of pairs": {
            '{1: "d", 2: "a", 3: "h", 4: "e"}': 'dict([(1, "d"), (2, "a"), (3, "h"), (4, "e")])'
        },
        "in another order": {
            '{1: "d", 2: "a", 3: "h", 4: "e"}': '{4: "e", 3: "h", 2: "a", 1: "d"}'
        },
    },
    {
        ("c for d", "example"): {'1: "d"': '1: "c"'},
        ("f for d", "example"): {'1: "d"': '1: "f"'},
        ("b for a", "example"): {'2: "a"': '2: "b"'},
        ("c for a", "example"): {'2: "a"': '2: "c"'},
        ("g for h", "example"): {'3: "h"': '3: "g"'},
        ("a for h", "example"): {'3: "h"': '3: "a"'},
        ("f for e", "example"): {'4: "e"': '4: "f"'},
        ("c for e", "example"): {'4: "e"': '4: "c"'},
        ("a run left out", "wrong type"): {', 4: "e"': ""},
        ("an unknown letter", "wrong type"): {'4: "e"': '4: "z"'},
        ("a list", "wrong type"): {'{1: "d", 2: "a", 3: "h", 4: "e"}': '["d", "a", "h", "e"]'},
    },
)
