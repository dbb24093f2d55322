"""Right and wrong answers to week 5's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
LEFT = "dleft = dout / friends  # local derivative 1 / friends"
FRIENDS = "-dout * left / friends**2"
OFF = "doff = -dleft"
TOTAL = "dtotal = dleft + doff * rate"
ENDS = "(dtotal * number, dtotal * price, drate, dfriends)"
of(
    "bill",
    {
        "in closed form": """
def bill(price, number, rate, friends, dout):
    each = price * number * (1 - rate) / friends
    part = dout * (1 - rate) / friends
    drate, dfriends = -dout * price * number / friends, -dout * each / friends
    return each, (part * number, part * price, drate, dfriends)
""",
        "each way on its own": {
            TOTAL: "straight = dleft\n    coupon = doff * rate\n    dtotal = straight + coupon"
        },
        "added up from zero": {
            TOTAL: "dtotal = 0.0\n    dtotal += dleft\n    dtotal += doff * rate"
        },
        "through one over the friends": {
            LEFT: "part = 1 / friends\n    dleft = dout * part",
            FRIENDS: "-(dout * left) * part**2",
        },
        "a list": {ENDS: "[dtotal * number, dtotal * price, drate, dfriends]"},
        "an array": {ENDS: "np.array([dtotal * number, dtotal * price, drate, dfriends])"},
        "relative changes": {
            ENDS: "(dtotal * total / price, dtotal * total / number, drate, dfriends)"
        },
        "node classes": """
class Times:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, d):
        return d * self.b, d * self.a


def bill(price, number, rate, friends, dout):
    buy, coupon, share = Times(), Times(), Times()
    total = buy.forward(price, number)
    off = coupon.forward(rate, total)
    each = share.forward(total - off, 1 / friends)
    dleft, dpart = share.backward(dout)
    drate, through = coupon.backward(-dleft)
    dprice, dnumber = buy.backward(dleft + through)
    return each, (dprice, dnumber, drate, -dpart / friends**2)
""",
    },
    {
        ("only straight", "way through the coupon lost"): {TOTAL: "dtotal = dleft"},
        ("the coupon's way overwrites", "straight way lost"): {
            TOTAL: "dtotal = dleft\n    dtotal = doff * rate"
        },
        ("the mean of both ways", "two ways averaged"): {
            TOTAL: "dtotal = (dleft + doff * rate) / 2"
        },
        ("no minus at the subtraction", "coupon with a plus"): {OFF: "doff = dleft"},
        ("each factor gets itself", "not swapped"): {
            ENDS: "(dtotal * price, dtotal * number, drate, dfriends)"
        },
        ("the sign of the friends", "friends with a plus"): {FRIENDS: FRIENDS[1:]},
        ("friends without the square", "no square"): {FRIENDS: "-dout * left / friends"},
        ("division as a product", "division as multiplication"): {
            LEFT: "dleft = dout * friends",
            FRIENDS: "dout * left",
        },
        ("dleft is dout", "divisor lost"): {LEFT: "dleft = dout"},
        ("begins with 1", "upstream"): {LEFT: "dout = 1\n    dleft = dout / friends"},
        ("by wiggling", "example"): """
def bill(price, number, rate, friends, dout):
    at = [price, number, rate, friends]
    each = lambda: at[0] * at[1] * (1 - at[2]) / at[3]
    slopes = []
    for i in range(4):
        at[i] += 1e-5
        above = each()
        at[i] -= 2e-5
        slopes.append(dout * (above - each()) / 2e-5)
        at[i] += 1e-5
    return each(), slopes
""",
        ("the rate gets itself", "example"): {"doff * total": "doff * rate"},
        ("the forward value only", "stopped"): {", (dtotal": "\n    _ = (dtotal"},
        ("divided by the friends twice", "example"): {LEFT: "dleft = dout / friends**2"},
        ("the coupon's way without the rate", "example"): {TOTAL: "dtotal = dleft + doff"},
        ("price and number once more", "example"): {
            ENDS: "(dtotal * total, dtotal * total, drate, dfriends)"
        },
        ("gradients as a dict", "example"): {
            ENDS: "dict(zip(range(4), (dtotal * number, dtotal * price, drate, dfriends)))"
        },
    },
)

# 2
THROUGH = "self.through = (x > 0) & (x < lid)"
HELD = "self.held = x > lid"
DLID = "dlid[...] = (dout * self.held).sum(axis=0)"
DX = "return dout * self.through"
of(
    "lid",
    {
        "loops": """
class ReluWithLid:
    def __init__(self, lid):
        self.params, self.grads = [lid], [np.zeros_like(lid)]

    def forward(self, x):
        self.x = x
        lid = self.params[0]
        return [[min(max(v, 0), l) for v, l in zip(row, lid)] for row in x]

    def backward(self, dout):
        dx = np.zeros_like(dout)
        self.grads[0][:] = 0
        for n in range(len(dout)):
            for d in range(dout.shape[1]):
                if self.x[n, d] > self.params[0][d]:
                    self.grads[0][d] += dout[n, d]
                elif self.x[n, d] > 0:
                    dx[n, d] = dout[n, d]
        return dx
""",
        "clip": {"np.minimum(np.maximum(x, 0), lid)": "np.clip(x, 0, lid)"},
        "masks from the output": {
            THROUGH: "y = np.minimum(np.maximum(x, 0), lid)\n"
            "        self.through = (y > 0) & (y < lid)",
            HELD: "self.held = y == lid",
        },
        "where": {DX: "return np.where(self.through, dout, 0)"},
        "einsum": {DLID: 'dlid[...] = np.einsum("nd,nd->d", dout, self.held)'},
        "copied into": {DLID: "np.copyto(dlid, (dout * self.held).sum(axis=0))"},
        "cleared, then added": {
            DLID: "dlid[...] = 0\n        for d, held in zip(dout, self.held):\n"
            "            dlid += d * held"
        },
        "what is left over": {
            THROUGH: "self.x, self.lid = x, lid",
            HELD + "  # where it moves with the lid\n": "\n",
            "self.held)": "(self.x > self.lid))",
            "self.through": "((self.x > 0) & ~(self.x > self.lid))",
        },
    },
    {
        ("no mask", "everything passes"): {DX: "return dout"},
        ("the mask of ReLU", "above the lid passes"): {THROUGH: "self.through = x > 0"},
        ("below the lid passes", "below 0 passes"): {THROUGH: "self.through = x < lid"},
        ("the lid learns below", "lid learns where it is not felt"): {HELD: "self.held = x < lid"},
        ("the lid learns everywhere", "lid learns everywhere"): {HELD: "self.held = x == x"},
        ("times the lid", "times the lid"): {
            DLID: "dlid[...] = (dout * self.held).sum(axis=0) * self.params[0]"
        },
        ("the mean", "averaged"): {DLID: "dlid[...] = (dout * self.held).mean(axis=0)"},
        ("one for all", "one for all"): {DLID: "dlid[...] = (dout * self.held).sum()"},
        ("added to", "not cleared"): {DLID: "dlid += (dout * self.held).sum(axis=0)"},
        ("a new array", "not in place"): {DLID: "self.grads = [(dout * self.held).sum(axis=0)]"},
        ("no gradient of the lid", "no gradient"): {DLID: "pass"},
        ("under the same name", "no gradient"): {DLID: "dlid = (dout * self.held).sum(axis=0)"},
        ("begins with ones", "upstream"): {DLID: "dout = np.ones_like(dout)\n        " + DLID},
        ("the mean of those that are held down", "example"): {
            DLID: "dlid[...] = (dout * self.held).sum(axis=0) / self.held.sum(axis=0)"
        },
        ("the last example only", "example"): {DLID: "dlid[...] = (dout * self.held)[-1]"},
        ("down with a minus", "example"): {DLID: "dlid[...] = -(dout * self.held).sum(axis=0)"},
        ("no lid on the way forward", "example"): {
            "np.minimum(np.maximum(x, 0), lid)": "np.maximum(x, 0)"
        },
        ("dx is the output", "example"): {DX: "return self.through * 1.0"},
        ("the lid is lowered in place", "input changed"): {
            DX: "self.params[0][...] -= 0.1 * dlid\n        " + DX
        },
        ("a row for each example", "stopped"): {
            DLID: "dlid[...] = dout * self.held if len(dout) > 1 else 1"
        },
    },
)

# 3
DA = "da = (dout @ W.T) * self.mask"
DW = "dW[...] = self.h.T @ dout + self.x.T @ da"
DB = "db[...] = dout.sum(axis=0) + da.sum(axis=0)"
BACK = "return da @ W.T"
of(
    "twice",
    {
        "one after the other": {
            DW: "dW[...] = self.h.T @ dout\n        dW += self.x.T @ da",
            DB: "db[...] = dout.sum(axis=0)\n        db += da.sum(axis=0)",
        },
        "both batches in one product": {
            DW: "dW[...] = np.vstack([self.h, self.x]).T @ np.vstack([dout, da])",
            DB: "db[...] = np.vstack([dout, da]).sum(axis=0)",
        },
        "einsum": {
            DA: 'da = np.einsum("nj,dj->nd", dout, W) * self.mask',
            DW: 'dW[...] = np.einsum("nd,nj->dj", self.h, dout)\n'
            '        dW += np.einsum("nd,nj->dj", self.x, da)',
        },
        "example by example": {
            DW: "dW[...] = 0\n        for n in range(len(dout)):\n"
            "            dW += np.outer(self.h[n], dout[n]) + np.outer(self.x[n], da[n])"
        },
        "where": {DA: "da = np.where(self.h > 0, dout @ W.T, 0)"},
        "two layers that share arrays": """
class One:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Twice:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
        self.first, self.second = One(W, b), One(W, b)

    def forward(self, x):
        a = self.first.forward(x)
        self.mask = a > 0
        return self.second.forward(a * self.mask)

    def backward(self, dout):
        dx = self.first.backward(self.second.backward(dout) * self.mask)
        self.grads[0][...] = self.first.dW + self.second.dW
        self.grads[1][...] = self.first.db + self.second.db
        return dx
""",
    },
    {
        ("only the second use", "first use lost"): {
            DW: "dW[...] = self.h.T @ dout",
            DB: "db[...] = dout.sum(axis=0)",
        },
        ("the first use overwrites", "second use lost"): {
            DW: "dW[...] = self.h.T @ dout\n        dW[...] = self.x.T @ da",
            DB: "db[...] = dout.sum(axis=0)\n        db[...] = da.sum(axis=0)",
        },
        ("the bias of the second use", "bias once"): {DB: "db[...] = dout.sum(axis=0)"},
        ("the bias of the first use", "bias once more"): {DB: "db[...] = da.sum(axis=0)"},
        ("the mean of both uses", "two uses averaged"): {
            DW: DW.replace("= ", "= (") + ") / 2",
            DB: DB.replace("= ", "= (", 1) + ") / 2",
        },
        ("no mask", "no mask"): {DA: "da = dout @ W.T"},
        ("the mask of what comes back", "mask of the gradient"): {
            DA: "da = np.maximum(dout @ W.T, 0)"
        },
        ("x for both uses", "x for both"): {DW: "dW[...] = self.x.T @ (dout + da)"},
        ("before ReLU", "before the bend"): {
            "self.h, self.mask = x, np.maximum(a, 0), a > 0": "self.h, self.mask = x, a, a > 0",
            "return self.h @ W + b": "return np.maximum(a, 0) @ W + b",
        },
        ("W not turned", "not transposed"): {
            DA: "da = (dout @ W) * self.mask",
            BACK: "return da @ W",
        },
        ("means over the examples", "averaged"): {
            DW: DW.replace("= ", "= (") + ") / len(dout)",
            DB: "db[...] = dout.mean(axis=0) + da.mean(axis=0)",
        },
        ("added to what is there", "not cleared"): {
            DW: DW.replace("[...] =", " +="),
            DB: DB.replace("[...] =", " +="),
        },
        ("new arrays", "not in place"): {
            DW: "dW = self.h.T @ dout + self.x.T @ da",
            DB: "db = dout.sum(axis=0) + da.sum(axis=0)\n        self.grads = [dW, db]",
        },
        ("begins with ones", "upstream"): {DA: "dout = np.ones_like(dout)\n        " + DA},
        ("dx without the first W", "example"): {BACK: "return da"},
        ("the mask once more", "example"): {BACK: "return (da @ W.T) * self.mask"},
        ("no ReLU forward", "example"): {"np.maximum(a, 0)": "a"},
        ("W turned on one way only", "example"): {BACK: "return da @ W"},
        ("ReLU on the output", "example"): {
            "return self.h @ W + b": "return np.maximum(self.h @ W + b, 0)"
        },
        ("the products the other way round", "stopped"): {DW: "dW[...] = dout @ self.h"},
        ("the mask written into dout", "input changed"): {
            DA: "dout *= self.mask\n        da = dout @ W.T"
        },
        ("the package's layer", "own work"): {
            "a = x @ W + b": "from common.layers import Affine\n\n"
            "        a = Affine(W, b).forward(x)"
        },
    },
)

# 4
STRAIGHT = "dx = dout / self.top"
DTOP = "-(dout * self.x).sum(axis=1, keepdims=True) / self.top**2"
ADD = "dx += dtop * (self.x == self.top)"
TOP = "x.max(axis=1, keepdims=True)"
of(
    "by_largest",
    {
        "a loop over the rows": """
class ByLargest:
    def forward(self, x):
        self.x = x
        return [list(row / max(row)) for row in x]

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for n, (row, d) in enumerate(zip(self.x, dout)):
            best = int(np.argmax(row))
            for i in range(len(row)):
                dx[n, i] += d[i] / row[best]
                dx[n, best] -= d[i] * row[i] / row[best] ** 2
        return dx
""",
        "argmax and a place": {ADD: "dx[np.arange(len(dx)), self.x.argmax(axis=1)] += dtop[:, 0]"},
        "through the outputs": {
            DTOP: "-(dout * self.x / self.top).sum(axis=1)[:, None] / self.top"
        },
        "einsum": {DTOP: '-np.einsum("nd,nd->n", dout, self.x)[:, None] / self.top**2'},
        "the Jacobian of each row": """
class ByLargest:
    def forward(self, x):
        self.x = x
        return x / x.max(axis=1)[:, None]

    def backward(self, dout):
        rows = []
        for row, d in zip(self.x, dout):
            top = row.max()
            J = np.eye(len(row)) / top - np.outer(row / top**2, row == top)
            rows.append(d @ J)
        return np.array(rows)
""",
        "where": {ADD: "dx = np.where(self.x == self.top, dx + dtop, dx)"},
        "the largest set to 0 and summed": {
            STRAIGHT: "others = self.x < self.top\n        dx = dout / self.top * others",
            DTOP: "-(dout * self.x * others).sum(axis=1, keepdims=True) / self.top**2",
        },
    },
    {
        ("the top as a constant", "top as a constant"): {ADD: ""},
        ("only the top", "way through the top only"): {STRAIGHT: "dx = np.zeros_like(dout)"},
        ("the place of the top is written over", "straight way of the largest overwritten"): {
            ADD: "dx = np.where(self.x == self.top, dtop, dx)"
        },
        ("the top's gradient to the whole row", "to all places"): {ADD: "dx += dtop"},
        ("only its own product", "own output only"): {
            DTOP: "-(dout * self.x * (self.x == self.top)).sum(axis=1, keepdims=True) / self.top**2"
        },
        ("its own product alone, without a sum", "own output only"): {
            DTOP: "-(dout * self.x) / self.top**2"
        },
        ("a plus", "divisor with a plus"): {DTOP: DTOP[1:]},
        ("no square", "no square"): {DTOP: DTOP[:-3]},
        ("the largest of all", "largest of the batch"): {
            TOP: "x.max()",
            DTOP: "-(dout * self.x).sum() / self.top**2",
        },
        ("down the columns", "largest of a column"): {
            TOP: "x.max(axis=0, keepdims=True)",
            DTOP: "-(dout * self.x).sum(axis=0, keepdims=True) / self.top**2",
        },
        ("begins with ones", "upstream"): {
            STRAIGHT: "dout = np.ones_like(dout)\n        dx = dout / self.top"
        },
        ("no axis kept", "stopped"): {TOP: "x.max(axis=1)[:0]"},
        ("the output for the input", "top as a constant"): {
            "self.x, self.top = x, " + TOP: "self.top = " + TOP + "\n        self.x = x / self.top"
        },
        ("the first place is the largest", "example"): {ADD: "dx[:, :1] += dtop"},
        ("absolute values", "example"): {TOP: "abs(x).min(axis=1, keepdims=True)"},
        ("summed over the batch", "example"): {DTOP: "-(dout * self.x).sum() / self.top**2"},
        ("minus the largest", "example"): {"return x / self.top": "return x - self.top"},
        ("dout changed", "input changed"): {STRAIGHT: "dout /= self.top\n        dx = dout"},
        ("nothing returned", "wrong type"): {"        return dx": "        pass"},
        ("y in place of x", "input changed"): {
            "return x / self.top": "x /= self.top\n        return x"
        },
    },
)

# 5
SOFT = "self.y = softmax(s)"
LOSS = "return (self.away**2).sum() / (2 * len(t))"
DY = "dy = self.away * dout / len(self.away)"
DS = "return self.y * (dy - (dy * self.y).sum(axis=1, keepdims=True))"
of(
    "squares",
    {
        "a loop": """
class SoftmaxWithSquares:
    def forward(self, s, t):
        self.y, self.t = np.array([softmax(row) for row in s]), t
        loss = 0.0
        for y, right in zip(self.y, t):
            for v in range(len(y)):
                loss += (y[v] - (v == right)) ** 2 / 2
        return loss / len(t)

    def backward(self, dout=1):
        ds = np.zeros_like(self.y)
        for n, y in enumerate(self.y):
            for v in range(len(y)):
                for u in range(len(y)):
                    dy = y[u] - (u == self.t[n])
                    ds[n, v] += dy * y[u] * ((u == v) - y[v]) * dout / len(ds)
        return ds
""",
        "own softmax": {
            SOFT: "e = np.exp(s - s.max(axis=1, keepdims=True))\n"
            "        self.y = e / e.sum(axis=1, keepdims=True)"
        },
        "Jacobians": {DS: "return [(np.diag(y) - np.outer(y, y)) @ d for y, d in zip(self.y, dy)]"},
        "node by node": {
            SOFT: "self.e = np.exp(s - s.max(axis=1, keepdims=True))\n"
            "        self.total = self.e.sum(axis=1, keepdims=True)\n"
            "        self.y = self.e / self.total",
            DS: "dtotal = -(dy * self.e).sum(axis=1, keepdims=True) / self.total**2\n"
            "        return self.e * (dy / self.total + dtotal)",
        },
        "one-hot by eye": {
            "self.away = self.y.copy()\n        ": "",
            "self.away[np.arange(len(t)), t] -= 1": "self.away = self.y - np.eye(s.shape[1])[t]",
        },
        "the mean of half sums": {LOSS: "return 0.5 * (self.away**2).sum(axis=1).mean()"},
        "einsum": {DS: 'return self.y * dy - self.y * np.einsum("nv,nv->n", dy, self.y)[:, None]'},
        "dout last": {
            DY: "dy = self.away",
            DS: DS + " * dout / len(dy)",
        },
    },
    {
        ("y - t", "gradient of the probabilities"): {DS: "return dy"},
        ("as a sigmoid", "as a sigmoid"): {DS: "return dy * self.y * (1 - self.y)"},
        ("straight only", "way through the sum lost"): {DS: "return self.y * dy"},
        ("the sum only", "way through the sum only"): {
            DS: "return -self.y * (dy * self.y).sum(axis=1, keepdims=True)"
        },
        ("the sum of the batch", "sum of the batch"): {
            DS: "return self.y * (dy - (dy * self.y).sum())"
        },
        ("no 1/N on the way back", "no 1/N"): {DY: "dy = self.away * dout"},
        ("a sum and no mean", "not a mean"): {
            LOSS: "return (self.away**2).sum() / 2",
            DY: "dy = self.away * dout",
        },
        ("a mean over all numbers", "divided by classes too"): {
            LOSS: "return (self.away**2).mean() / 2",
            DY: "dy = self.away * dout / self.away.size",
        },
        ("no half in the loss", "loss without the half"): {
            LOSS: "return (self.away**2).sum() / len(t)"
        },
        ("no half anywhere", "nothing halved"): {
            LOSS: "return (self.away**2).sum() / len(t)",
            DY: "dy = 2 * self.away * dout / len(self.away)",
        },
        ("a 2 on the way back", "gradient with a 2"): {
            DY: "dy = 2 * self.away * dout / len(self.away)"
        },
        ("t - y", "turned round"): {DY: "dy = -self.away * dout / len(self.away)"},
        ("begins with 1", "upstream"): {DY: "dy = self.away / len(self.away)"},
        ("the exponential of 1000", "example"): {
            SOFT: "self.y = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)"
        },
        ("cross entropy", "example"): {LOSS: "return -np.log(self.y[np.arange(len(t)), t]).mean()"},
        ("the sum without weights", "way through the sum lost"): {
            DS: "return self.y * (dy - dy.sum(axis=1, keepdims=True))"
        },
        ("the mean in the sum's place", "example"): {
            DS: "return self.y * (dy - (dy * self.y).mean(axis=1, keepdims=True))"
        },
        ("down the classes", "example"): {
            DS: "return self.y * (dy - (dy * self.y).sum(axis=0, keepdims=True))"
        },
        ("the right class alone", "example"): {
            LOSS: "return ((1 - self.y[np.arange(len(t)), t]) ** 2).sum() / (2 * len(t))"
        },
        ("the package's softmax layer", "own work"): {
            SOFT: "from common.layers import Softmax\n\n        self.y = Softmax().forward(s)"
        },
        ("the scores changed", "input changed"): {
            SOFT: "s -= s.max(axis=1, keepdims=True)\n        " + SOFT
        },
        ("nothing returned", "wrong type"): {LOSS: "loss = (self.away**2).sum() / (2 * len(t))"},
    },
)

# 6
LOOP = "for i in range(0, len(x), size):"
SHARE = "share = len(piece) / len(x)"
GO_ON = "loss += share * model.forward(piece, t[i : i + size])"
SUM = "total += share * g"
of(
    "in_pieces",
    {
        "divided at the end": {
            SHARE: "share = len(piece)",
            "g[...] = total": "g[...] = total / len(x)",
            "return loss": "return loss / len(x)",
        },
        "copies in a list": """
def in_pieces(model, x, t, size):
    kept, losses, counts = [], [], []
    start = 0
    while start < len(x):
        part, labels = x[start : start + size], t[start : start + size]
        losses.append(model.forward(part, labels))
        model.backward()
        kept.append([g.copy() for g in model.grads])
        counts.append(len(part))
        start += size
    counts = np.array(counts) / len(x)
    for i, g in enumerate(model.grads):
        g[...] = sum(share * grads[i] for share, grads in zip(counts, kept))
    return sum(counts * losses)
""",
        "dout is the share": {
            "model.backward()": "model.backward(share)",
            SUM: "total += g",
        },
        "split at the places": """
def in_pieces(model, x, t, size):
    places = list(range(size, len(x), size))
    sums, loss = [0.0 * g for g in model.grads], 0.0
    for part, labels in zip(np.split(x, places), np.split(t, places)):
        loss = loss + model.forward(part, labels) * len(part)
        model.backward()
        sums = [total + g * len(part) for total, g in zip(sums, model.grads)]
    for g, total in zip(model.grads, sums):
        g[:] = total / len(x)
    return loss / len(x)
""",
        "a running mean": """
def in_pieces(model, x, t, size):
    seen, loss, means = 0, 0.0, [np.zeros_like(g) for g in model.grads]
    for i in range(0, len(x), size):
        n = min(size, len(x) - i)
        seen += n
        loss += (model.forward(x[i : i + n], t[i : i + n]) - loss) * n / seen
        model.backward()
        for mean, g in zip(means, model.grads):
            mean += (g - mean) * n / seen
    for mean, g in zip(means, model.grads):
        g[...] = mean
    return loss
""",
        "the loss as an array": {"return loss": "return np.array(loss)"},
    },
    {
        ("the mean of means", "mean of means"): {SHARE: "share = 1 / -(-len(x) // size)"},
        ("each piece as a full one", "short piece as a full one"): {SHARE: "share = size / len(x)"},
        ("a sum", "sum of means"): {SHARE: "share = 1"},
        ("the gradient of the last piece", "last piece only"): {"g[...] = total": "pass"},
        ("a list of the same arrays", "last piece only"): """
def in_pieces(model, x, t, size):
    kept, shares, loss = [], [], 0.0
    for i in range(0, len(x), size):
        shares.append(len(x[i : i + size]) / len(x))
        loss += shares[-1] * model.forward(x[i : i + size], t[i : i + size])
        model.backward()
        kept.append(list(model.grads))
    for i, g in enumerate(model.grads):
        g[...] = sum(share * grads[i] for share, grads in zip(shares, kept))
    return loss
""",
        ("full pieces only", "rest lost"): {LOOP: "for i in range(0, len(x) - size + 1, size):"},
        ("all at once", "all at once"): {LOOP: "size = len(x)\n    " + LOOP},
        ("new arrays in the list", "not in place"): {
            "g[...] = total": "pass",
            "return loss": "model.grads = sums\n    return loss",
        },
        ("the last loss", "last loss"): {GO_ON: GO_ON.replace("+= share *", "=")},
        ("begins with what is there", "not cleared"): {
            "[np.zeros_like(g) for g in model.grads]": "[g.copy() for g in model.grads]"
        },
        ("never back", "example"): {"model.backward()": "pass"},
        ("back once, at the end", "last piece only"): {
            "        model.backward()\n": "",
            "return loss": "model.backward()\n    return loss",
        },
        ("equal pieces", "example"): """
def in_pieces(model, x, t, size):
    loss, sums = 0.0, [np.zeros_like(g) for g in model.grads]
    n = -(-len(x) // size)
    for part, labels in zip(np.array_split(x[::-1], n), np.array_split(t[::-1], n)):
        loss += len(part) / len(x) * model.forward(part, labels)
        model.backward()
        for total, g in zip(sums, model.grads):
            total += len(part) / len(x) * g
    for total, g in zip(sums, model.grads):
        g[...] = total
    return loss
""",
        ("one example at a time", "example"): {LOOP: "size = 1\n    " + LOOP},
        ("labels from the beginning", "stopped"): {"t[i : i + size]": "t[:size]"},
        ("the share in the loss only", "example"): {SUM: "total += g"},
        ("nothing returned", "wrong type"): {"return loss": "return"},
        ("twice the share", "example"): {
            "model.backward()": "model.backward(share)",
        },
    },
)

# 7
of(
    "diagnosis",
    {
        "a dict of pairs": {
            '{1: "c", 2: "a", 3: "e", 4: "d"}': 'dict([(1, "c"), (2, "a"), (3, "e"), (4, "d")])'
        },
        "in another order": {
            '{1: "c", 2: "a", 3: "e", 4: "d"}': '{4: "d", 3: "e", 2: "a", 1: "c"}'
        },
    },
    {
        ("g for c", "example"): {'1: "c"': '1: "g"'},
        ("h for c", "example"): {'1: "c"': '1: "h"'},
        ("b for a", "example"): {'2: "a"': '2: "b"'},
        ("e for a", "example"): {'2: "a"': '2: "e"'},
        ("a for e", "example"): {'3: "e"': '3: "a"'},
        ("f for d", "example"): {'4: "d"': '4: "f"'},
        ("b for d", "example"): {'4: "d"': '4: "b"'},
        ("a run left out", "wrong type"): {', 4: "d"': ""},
        ("an unknown letter", "wrong type"): {'4: "d"': '4: "z"'},
        ("a list", "wrong type"): {'{1: "c", 2: "a", 3: "e", 4: "d"}': '["c", "a", "e", "d"]'},
    },
)
