"""Right and wrong answers to week 11's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
AWAY = "away = x[:, None, :] - centre"
SCORES = "-(away**2).sum(axis=2)"
AFFINE = "2 * centre.T, -(centre**2).sum(axis=1)"
of(
    "nearest_centre",
    {
        "loops": """
def scores(x, centre):
    s = np.zeros((len(x), len(centre)))
    for n in range(len(x)):
        for v in range(len(centre)):
            for d in range(x.shape[1]):
                s[n, v] -= (x[n, d] - centre[v, d]) ** 2
    return s


def as_affine(centre):
    V, D = centre.shape
    W, b = np.zeros((D, V)), np.zeros(V)
    for v in range(V):
        W[:, v] = 2 * centre[v]
        b[v] = -(centre[v] @ centre[v])
    return W, b
""",
        "the square multiplied out": {
            "return " + SCORES: "return 2 * x @ centre.T - (x**2).sum(axis=1, keepdims=True) "
            "- (centre**2).sum(axis=1)"
        },
        "einsum": {SCORES: '-np.einsum("nvd,nvd->nv", away, away)'},
        "the norm, squared": {SCORES: "-(np.linalg.norm(away, axis=2) ** 2)"},
        "lists": {
            SCORES: "(" + SCORES + ").tolist()",
            AFFINE: "[(2 * centre.T).tolist(), (-(centre**2).sum(axis=1)).tolist()]",
        },
        "relative to the first class": {
            AFFINE: "2 * (centre - centre[0]).T, (centre[0] ** 2).sum() - (centre**2).sum(axis=1)"
        },
        "float32 inside": {AWAY: "away = (x[:, None, :] - centre).astype(np.float32)"},
        "one class after the other": {
            AWAY: "",
            SCORES: "np.stack([-((x - row) ** 2).sum(axis=1) for row in centre], axis=1)",
        },
    },
    {
        ("the distance, without a minus", "farthest"): {SCORES: SCORES[1:]},
        ("the distance, not its square", "root"): {SCORES: "-np.sqrt((away**2).sum(axis=2))"},
        ("absolute values", "absolute"): {SCORES: "-np.abs(away).sum(axis=2)"},
        ("summed, then squared", "difference first"): {SCORES: "-(away.sum(axis=2) ** 2)"},
        ("the mean over the features", "mean"): {SCORES: "-(away**2).mean(axis=2)"},
        ("classes in rows", "transposed"): {AWAY: "away = x - centre[:, None, :]"},
        ("no new axis: one centre for each example", "stopped"): {
            AWAY: "away = (x - centre)[:, None, :]"
        },
        ("the sum along the classes", "example"): {SCORES: "-(away**2).sum(axis=1)"},
        ("W with a class in each row", "rows for columns"): {"2 * centre.T": "2 * centre"},
        ("without the 2", "factor lost"): {"2 * centre.T": "centre.T"},
        ("all halved", "halved"): {AFFINE: "centre.T, -(centre**2).sum(axis=1) / 2"},
        ("no bias", "no bias"): {"-(centre**2).sum(axis=1)": "np.zeros(len(centre))"},
        ("the bias with a plus", "bias turned round"): {
            "-(centre**2).sum(axis=1)": "(centre**2).sum(axis=1)"
        },
        ("the norm as bias", "root in the bias"): {
            "-(centre**2).sum(axis=1)": "-np.linalg.norm(centre, axis=1)"
        },
        ("the sum of the centre as bias", "example"): {
            "-(centre**2).sum(axis=1)": "-centre.sum(axis=1)"
        },
        ("the bias as a column", "example"): {
            "-(centre**2).sum(axis=1)": "-(centre**2).sum(axis=1, keepdims=True)"
        },
        ("the square of the sum as bias", "example"): {
            "-(centre**2).sum(axis=1)": "-(centre.sum(axis=1) ** 2)"
        },
        ("the mean of the batch taken away", "example"): {
            AWAY: "away = (x - x.mean(axis=0))[:, None, :] - centre"
        },
        ("W alone", "example"): {AFFINE: "2 * centre.T"},
        ("probabilities", "example"): {SCORES: "np.exp(" + SCORES + ")"},
        ("the nearest class itself", "example"): {SCORES: "(" + SCORES + ").argmax(axis=1)"},
        ("nothing returned", "wrong type"): {"return " + SCORES: "s = " + SCORES},
        ("writes into x", "input changed"): {AWAY: "x -= x.mean()\n    " + AWAY},
    },
)

# 2
ONE = "step = np.sqrt(4 * delta * f / f2)"
ONE_ERROR = "step / 2 * f2 + 2 * delta * f / step"
TWO = "step = (48 * delta * f / f4) ** 0.25"
TWO_ERROR = "step**2 / 12 * f4 + 4 * delta * f / step**2"
of(
    "best_step",
    {
        "the errors as one term": {
            ONE_ERROR: "step * f2",
            TWO_ERROR: "step**2 * f4 / 6",
        },
        "roots of products": {
            ONE_ERROR: "2 * np.sqrt(delta * f * f2)",
            TWO_ERROR: "2 * np.sqrt(delta * f * f4 / 3)",
        },
        "the step searched for": {
            ONE: "steps = np.logspace(-12, 3, 40_001)\n"
            "    step = steps[np.argmin(steps / 2 * f2 + 2 * delta * f / steps)]"
        },
        "math.sqrt, twice for the fourth root": {
            TWO: "import math\n\n    step = math.sqrt(math.sqrt(48 * delta * f / f4))"
        },
        "the size of the quotient": {
            "f, f2 = abs(f), abs(f2)\n    ": "",
            ONE: "step = np.sqrt(np.abs(4 * delta * f / f2))",
            ONE_ERROR: "step / 2 * abs(f2) + 2 * delta * abs(f) / step",
        },
        "a list": {"return step, " + ONE_ERROR: "return [step, " + ONE_ERROR + "]"},
        "logarithms": {TWO: "step = np.exp(np.log(48 * delta * f / f4) / 4)"},
    },
    {
        ("one rounded value from one side", "one value"): {
            ONE: ONE.replace("4", "2"),
            ONE_ERROR: "step / 2 * f2 + delta * f / step",
        },
        ("the lesson's cube root", "central rule"): {ONE: "step = np.cbrt(3 * delta * f / f2)"},
        ("no 1/2 in the Taylor series", "no half"): {
            ONE: ONE.replace("4", "2"),
            ONE_ERROR: "step * f2 + 2 * delta * f / step",
        },
        ("no absolute values", "no absolute value"): {
            "f, f2 = abs(f), abs(f2)": "",
            "f, f4 = abs(f), abs(f4)": "",
            TWO: "step = np.power(48 * delta * f / f4, 0.25)",
        },
        ("only what Taylor leaves out", "one part"): {
            ONE_ERROR: "step / 2 * f2",
            TWO_ERROR: "step**2 / 12 * f4",
        },
        ("only the rounding", "one part"): {
            ONE_ERROR: "2 * delta * f / step",
            TWO_ERROR: "4 * delta * f / step**2",
        },
        ("1 + 1 + 1 roundings", "three values"): {
            TWO: TWO.replace("48", "36"),
            TWO_ERROR: TWO_ERROR.replace("4 * delta", "3 * delta"),
        },
        ("1 + 1 roundings", "two values"): {
            TWO: TWO.replace("48", "24"),
            TWO_ERROR: TWO_ERROR.replace("4 * delta", "2 * delta"),
        },
        ("the term of one side only", "one side of Taylor"): {
            TWO: TWO.replace("48", "96"),
            TWO_ERROR: TWO_ERROR.replace("/ 12", "/ 24"),
        },
        ("rounding divided by the step", "step not squared"): {
            TWO: "step = np.cbrt(24 * delta * f / f4)",
            TWO_ERROR: "step**2 / 12 * f4 + 4 * delta * f / step",
        },
        ("the fourth power for the step", "root left out"): {TWO: "step = 48 * delta * f / f4"},
        ("a square root for the fourth", "example"): {TWO: TWO.replace("0.25", "0.5")},
        ("f and f2 exchanged", "example"): {ONE: "step = np.sqrt(4 * delta * f2 / f)"},
        ("always 1e-5", "example"): {ONE: "step = 1e-5"},
        ("for e^x only", "example"): {ONE: "step = np.sqrt(4 * delta)"},
        ("the step of float64, always", "example"): {
            TWO: "step = (48 * 2.0**-53 * f / f4) ** 0.25"
        },
        ("the error for an average place", "example"): {ONE_ERROR: "step / 2 * f2 + delta * f"},
        ("the step alone", "stopped"): {"return step, " + ONE_ERROR: "return step"},
        ("error and step exchanged", "example"): {
            "return step, " + ONE_ERROR: "return " + ONE_ERROR + ", step"
        },
        ("nothing returned", "stopped"): {"return step, " + TWO_ERROR: "_ = step, " + TWO_ERROR},
        ("text", "wrong type"): {"return step, " + TWO_ERROR: 'return "step", ' + TWO_ERROR},
    },
)

# 3
Y = "x * self.gate\n"
INSIDE = "inside = dout * self.x * self.gate * (1 - self.gate)"
DA = "da[...] = (inside * self.x).sum(axis=0)"
DX = "dout * self.gate + inside * a"
of(
    "learned_slope",
    {
        "its own sigmoid": {"sigmoid(a * x)": "1 / (1 + np.exp(-a * x))"},
        "by tanh": {"sigmoid(a * x)": "(1 + np.tanh(a * x / 2)) / 2"},
        "einsum": {DA: 'da[:] = np.einsum("nd,nd->d", inside, self.x)'},
        "a loop over the examples": {
            DA: "da.fill(0)\n        for row, x in zip(inside, self.x, strict=True):\n"
            "            da += row * x"
        },
        "the slope factored out": {
            DX: "dout * self.gate * (1 + a * self.x * (1 - self.gate))",
        },
        "float32 inside": {DA: "da[...] = (inside * self.x).astype(np.float32).sum(axis=0)"},
        "lists": {"return " + DX: "return (" + DX + ").tolist()"},
        "everything computed backward": {
            INSIDE: "gate = sigmoid(a * self.x)\n        inside = dout * self.x * (gate - gate**2)"
        },
    },
    {
        ("a sigmoid alone", "no product"): {
            "return " + Y: "return self.gate\n",
            INSIDE: "inside = dout * self.gate * (1 - self.gate)",
            DX: "inside * a",
        },
        ("the way through the gate alone", "first way lost"): {DX: "inside * a"},
        ("the straight way alone", "second way lost"): {DX: "dout * self.gate"},
        ("a missing inside", "inner slope lost"): {DX: "dout * self.gate + inside"},
        ("da with one x", "x once"): {DA: "da[...] = inside.sum(axis=0)"},
        ("y (1 - y) of the layer's output", "output for sigmoid"): {
            INSIDE: "y = self.x * self.gate\n        inside = dout * self.x * y * (1 - y)"
        },
        ("y (1 - y) of the input", "input for sigmoid"): {
            INSIDE: "y = a * self.x\n        inside = dout * self.x * y * (1 - y)"
        },
        ("a mean over the batch", "averaged"): {DA: DA.replace("sum", "mean")},
        ("one sum for all features", "one for all"): {DA: "da[...] = (inside * self.x).sum()"},
        ("+= for =", "not cleared"): {DA: DA.replace("da[...] =", "da +=")},
        ("a new array in grads", "not in place"): {DA: DA.replace("da[...]", "self.grads[0]")},
        ("a new list grads", "not in place"): {DA: "self.grads = [(inside * self.x).sum(axis=0)]"},
        ("a new array under the name da", "no gradient"): {DA: DA.replace("da[...]", "da")},
        ("da is never written", "no gradient"): {DA: "pass"},
        ("dout ignored", "upstream"): {
            INSIDE: INSIDE.replace("dout * ", ""),
            DX: "self.gate + inside * a",
        },
        ("dout ignored in da", "example"): {
            DA: "da[...] = (self.x**2 * self.gate * (1 - self.gate)).sum(axis=0)"
        },
        ("da not summed", "stopped"): {DA: "da[...] = inside * self.x"},
        ("a as a column, forward only", "example"): {"sigmoid(a * x)": "sigmoid(a[:, None] * x)"},
        ("a as a column", "a as a column"): {
            "sigmoid(a * x)": "sigmoid(a[:, None] * x)",
            DX: DX + "[:, None]",
        },
        ("the sum along the features", "example"): {
            DA: "da[: len(dout)] = (inside * self.x).sum(axis=1)[: len(da)]"
        },
        ("a wrong sign", "example"): {DX: "dout * self.gate - inside * a"},
        ("exp over 1 + exp", "example"): {"sigmoid(a * x)": "np.exp(a * x) / (1 + np.exp(a * x))"},
        ("a step on a", "input changed"): {DA: DA + "\n        a -= 0.1 * da"},
        ("nothing returned", "wrong type"): {"return " + DX: "dx = " + DX},
        ("the package's Sigmoid", "own work"): {
            "sigmoid(a * x)": "__import__('common.layers', fromlist=['x']).Sigmoid().forward(a * x)"
        },
    },
)

# 4
KEEP = "before = [p.copy() for p in params]"
MOVE = "p[...] = start + side * step * way  # into the array: the model reads this one"
BACK = "p[...] = start  # the number itself; adding the step again would round once more"
SLOPE = "(values[0] - values[1]) / (2 * step)"
DUE = "sum((g * way).sum() for g, way in zip(grads, direction, strict=True))"
of(
    "two_evaluations",
    {
        "adds and takes away, then puts the copies back": """
def slope_along(loss, params, direction, step):
    kept = [np.array(p) for p in params]
    for p, d in zip(params, direction):
        p += step * d
    above = loss()
    for p, d in zip(params, direction):
        p -= 2 * step * d
    below = loss()
    for p, k in zip(params, kept):
        p[:] = k
    return (above - below) / (2 * step)


def slope_due(grads, direction):
    return float(np.sum([np.vdot(g, d) for g, d in zip(grads, direction)]))
""",
        "below first": {
            "for side in (1, -1):": "for side in (-1, 1):",
            SLOPE: "(values[1] - values[0]) / (2 * step)",
        },
        "number by number": """
def slope_along(loss, params, direction, step):
    def put(values):
        for p, v in zip(params, values):
            for i in np.ndindex(p.shape):
                p[i] = v[i]

    before = [p.copy() for p in params]
    put([p + step * d for p, d in zip(before, direction)])
    up = loss()
    put([p - step * d for p, d in zip(before, direction)])
    down = loss()
    put(before)
    return (up - down) / step / 2


def slope_due(grads, direction):
    total = 0.0
    for g, d in zip(grads, direction):
        for a, b in zip(g.ravel(), d.ravel()):
            total += a * b
    return total
""",
        "all in one vector": {
            DUE: "np.concatenate([g.ravel() for g in grads]) @ "
            "np.concatenate([way.ravel() for way in direction])"
        },
        "put back by try and finally": {
            "values.append(loss())": "try:\n            values.append(loss())\n"
            "        finally:\n            pass"
        },
        "copyto": {BACK: "np.copyto(p, start)"},
        "an array of one number": {"return " + SLOPE: "return np.float64(" + SLOPE + ")"},
    },
    {
        ("from one side", "one side"): {
            "for side in (1, -1):": "for side in (1, 0):",
            SLOPE: "(values[0] - values[1]) / step",
        },
        ("divided by one step", "not halved"): {SLOPE: SLOPE.replace("2 * step", "step")},
        ("new arrays under the old name", "copies"): {MOVE: MOVE.replace("p[...]", "p")},
        ("copies of the arrays moved", "copies"): {
            KEEP: "params = [p.copy() for p in params]\n    before = [p.copy() for p in params]"
        },
        ("one array after the other", "one after the other"): """
def slope_along(loss, params, direction, step):
    total = 0
    for p, d in zip(params, direction):
        kept = p.copy()
        p[...] = kept + step * d
        above = loss()
        p[...] = kept - step * d
        total += (above - loss()) / (2 * step)
        p[...] = kept
    return total


def slope_due(grads, direction):
    return sum((g * d).sum() for g, d in zip(grads, direction))
""",
        ("number by number, with the numerical gradient", "example"): """
def slope_along(loss, params, direction, step):
    total = 0
    for p, d in zip(params, direction):
        for i in np.ndindex(p.shape):
            kept = p[i]
            p[i] = kept + step
            above = loss()
            p[i] = kept - step
            total += d[i] * (above - loss()) / (2 * step)
            p[i] = kept
    return total


def slope_due(grads, direction):
    return sum((g * d).sum() for g, d in zip(grads, direction))
""",
        ("the first array alone", "first array only"): {
            "zip(params, before, direction, strict=True)": "[(params[0], before[0], direction[0])]"
        },
        ("a direction of length 1", "unit direction"): {
            KEEP: "length = np.sqrt(sum((d**2).sum() for d in direction))\n"
            "    direction = [d / length for d in direction]\n    " + KEEP
        },
        ("left where it was moved", "not put back"): {BACK: "pass"},
        ("put back by adding the step", "put back by a step"): {
            BACK: "p += step * direction[[id(q) for q in params].index(id(p))]"
        },
        ("views kept, no copies", "example"): {KEEP: "before = [p[...] for p in params]"},
        ("the mean of the products", "mean of the products"): {
            DUE: "np.concatenate([(g * d).ravel() for g, d in zip(grads, direction)]).mean()"
        },
        ("the cosine", "cosine"): {
            DUE: DUE + " / np.sqrt(sum((g**2).sum() for g in grads)) / np.sqrt(sum((d**2).sum() "
            "for d in direction))"
        },
        ("the first array's promise", "promise of the first array"): {
            DUE: "(grads[0] * direction[0]).sum()"
        },
        ("the sum of the gradients", "no direction"): {DUE: "sum(g.sum() for g in grads)"},
        ("divided by the length of the direction", "example"): {
            DUE: DUE + " / np.sqrt(sum((d**2).sum() for d in direction))"
        },
        ("a slope for each array", "example"): {
            DUE: "[(g * d).sum() for g, d in zip(grads, direction)]"
        },
        ("a step of its own", "example"): {KEEP: "step = 1e-5\n    " + KEEP},
        ("the sign turned", "example"): {SLOPE: "-" + SLOPE},
        ("the loss called with the parameters", "stopped"): {"loss())": "loss(params))"},
        ("nothing returned", "wrong type"): {"return " + SLOPE: "slope = " + SLOPE},
    },
)

# 5
FULL = "self.label = np.full((N, V), soft / V)"
RIGHT = "self.label[np.arange(N), t] += 1 - soft"
LARGEST = "x = x - x.max(axis=1, keepdims=True)"
LN = "ln_y = x - np.log(np.exp(x).sum(axis=1, keepdims=True))"
LOSS = "-(self.label * ln_y).sum() / N"
GRADIENT = "(self.y - self.label) * dout / len(self.y)"
of(
    "soft_labels",
    {
        "labels from eye": {FULL: "self.label = (1 - soft) * np.eye(V)[t] + soft / V", RIGHT: ""},
        "logaddexp": {
            LN: "ln_y = x - np.logaddexp.reduce(x, axis=1, keepdims=True)",
        },
        "two losses, mixed": {
            "return " + LOSS: "right = -ln_y[np.arange(N), t]\n"
            "        return ((1 - soft) * right - soft * ln_y.mean(axis=1)).mean()"
        },
        "its own softmax": {
            "self.y = softmax(x)\n": "e = np.exp(x - x.max(axis=1, keepdims=True))\n"
            "        self.y = e / e.sum(axis=1, keepdims=True)\n"
        },
        "ln Z minus the labels' scores": {
            "return " + LOSS: "ln_Z = np.log(np.exp(x).sum(axis=1))\n"
            "        return (ln_Z - (self.label * x).sum(axis=1)).mean()"
        },
        "a loop": {
            RIGHT: "for n in range(N):\n            self.label[n, t[n]] = 1 - soft + soft / V"
        },
        "float32 inside": {LN: LN + "\n        ln_y = ln_y.astype(np.float32)"},
        "a Python number": {LOSS: "float(" + LOSS + ")"},
    },
    {
        ("the logarithm of y", "logarithm of y"): {LN: "ln_y = np.log(self.y)"},
        ("1e-7 inside", "1e-7 inside"): {LN: "ln_y = np.log(self.y + 1e-7)"},
        ("no largest score taken away", "no largest score"): {
            "self.y = softmax(x)": "self.y = np.exp(x)\n"
            "        self.y /= self.y.sum(axis=1, keepdims=True)",
            LARGEST: "",
            LN: "ln_y = np.log(self.y)",
        },
        ("no largest score in the loss", "example"): {LARGEST: ""},
        ("the largest score of the batch", "largest score of all"): {
            "self.y = softmax(x)": "e = np.exp(x - x.max())\n"
            "        self.y = e / e.sum(axis=1, keepdims=True)",
            LN: "ln_y = np.log(self.y)",
        },
        ("the sum over the batch", "whole batch"): {
            "self.y = softmax(x)": "e = np.exp(x - x.max(axis=1, keepdims=True))\n"
            "        self.y = e / e.sum()",
            LN: "ln_y = np.log(self.y)",
        },
        ("soft ignored", "hard labels"): {FULL: "soft = 0\n        " + FULL},
        ("a hard loss", "hard loss"): {LOSS: "-ln_y[np.arange(N), t].sum() / N"},
        ("a hard gradient", "hard gradient"): {
            RIGHT: RIGHT + "\n        self.hard = np.eye(V)[t]",
            GRADIENT: GRADIENT.replace("label", "hard"),
        },
        ("the share goes to the others only", "others only"): {
            FULL: "self.label = np.full((N, V), soft / (V - 1))",
            RIGHT: RIGHT.replace("+=", "="),
        },
        ("the right class gets no share", "right class without a share"): {
            RIGHT: RIGHT.replace("+=", "=")
        },
        ("no 1/N in dx", "no 1/N"): {GRADIENT: GRADIENT.replace(" / len(self.y)", "")},
        ("a sum for the mean", "not a mean"): {
            LOSS: "-(self.label * ln_y).sum()",
            GRADIENT: GRADIENT.replace(" / len(self.y)", ""),
        },
        ("a mean over all numbers", "divided by classes too"): {
            LOSS: "-(self.label * ln_y).mean()",
            GRADIENT: GRADIENT.replace("len(self.y)", "self.y.size"),
        },
        ("a mean over all numbers, forward only", "example"): {LOSS: "-(self.label * ln_y).mean()"},
        ("label - y", "turned round"): {
            GRADIENT: GRADIENT.replace("self.y - self.label", "self.label - self.y")
        },
        ("dout ignored", "upstream"): {GRADIENT: GRADIENT.replace(" * dout", "")},
        ("a plus for the loss", "example"): {LOSS: LOSS[1:]},
        ("the share not divided", "example"): {FULL: FULL.replace("soft / V", "soft")},
        ("class 0 is always right", "example"): {RIGHT: RIGHT.replace(", t]", ", 0]")},
        ("a column for each example", "example"): {RIGHT: "self.label[:, t] += 1 - soft"},
        ("clipped probabilities", "example"): {LN: "ln_y = np.log(np.clip(self.y, 1e-12, 1))"},
        ("the gradient through softmax twice", "example"): {
            GRADIENT: GRADIENT + " * self.y * (1 - self.y)"
        },
        ("the scores shifted in place", "input changed"): {
            LARGEST: "x -= x.max(axis=1, keepdims=True)"
        },
        ("the losses, not their mean", "example"): {LOSS: "-(self.label * ln_y).sum(axis=1) / N"},
        ("the package's layer", "own work"): {
            "return " + LOSS: "from common.layers import SoftmaxWithLoss\n\n"
            "        return SoftmaxWithLoss().forward(x, t)"
        },
        ("nothing returned", "wrong type"): {"return " + GRADIENT: "dx = " + GRADIENT},
    },
)

# 6
MEMORY = "self.v = [np.zeros_like(p) for p in params]"
FORGET = "v *= self.momentum"
STEP = "v -= self.lr * g  # the memory knows the gradient alone"
AXES = "if p.ndim == 2:"
SHRINK = "p *= 1 - self.lr * self.shrink  # before the step arrives"
ARRIVE = "p += v\n"
of(
    "shrinking_momentum",
    {
        "in one line": {SHRINK: "p -= self.lr * self.shrink * p"},
        "more than one axis": {AXES: "if p.ndim > 1:"},
        "by the shape": {AXES: "if len(p.shape) == 2:"},
        "new memories, in a list": {
            FORGET: "",
            STEP: "",
            ARRIVE: "p += v\n        self.v = self.v\n",
            "for p, g, v in zip(params, grads, self.v, strict=True):": "self.v = [self.momentum * v"
            " - self.lr * g for v, g in zip(self.v, grads)]\n"
            "        for p, g, v in zip(params, grads, self.v, strict=True):",
        },
        "memories in a dict": """
class ShrinkingMomentum:
    def __init__(self, lr, momentum, shrink):
        self.lr, self.momentum, self.shrink = lr, momentum, shrink
        self.memory = {}

    def update(self, params, grads):
        for i in range(len(params)):
            old = self.memory.get(i, 0)
            self.memory[i] = self.momentum * old - self.lr * grads[i]
            keep = 1 - self.lr * self.shrink if params[i].ndim == 2 else 1
            params[i][...] = keep * params[i] + self.memory[i]
""",
        "memories in float64": {MEMORY: "self.v = [np.zeros(p.shape) for p in params]"},
        "the memory with a plus": {
            STEP: STEP.replace("-=", "+="),
            ARRIVE: "p -= v\n",
        },
        "the old weight kept aside": {
            SHRINK: "p -= self.lr * self.shrink * p.copy()",
        },
    },
    {
        ("through the gradient", "shrinks through the gradient"): {
            FORGET: "g = g + self.shrink * p if p.ndim == 2 else g\n            " + FORGET,
            SHRINK: "pass",
        },
        ("the shrinking in the memory", "shrinks through the gradient"): {
            SHRINK: "v -= self.lr * self.shrink * p"
        },
        ("biases too", "biases shrink too"): {AXES: "if True:"},
        ("after the step", "shrinks after the step"): {
            SHRINK: "pass",
            ARRIVE: "p += v\n            if p.ndim == 2:\n"
            "                p *= 1 - self.lr * self.shrink\n",
        },
        ("without the rate", "shrinks without the rate"): {SHRINK: "p *= 1 - self.shrink"},
        ("a plus", "grows"): {SHRINK: "p *= 1 + self.lr * self.shrink"},
        ("plain momentum", "never shrinks"): {SHRINK: "pass"},
        ("a memory that is made anew", "no memory"): {"if self.v is None:": "if True:"},
        ("SGD", "no memory"): {FORGET: "v *= 0"},
        ("a running mean", "running mean"): {STEP: "v -= (1 - self.momentum) * self.lr * g"},
        ("the rate outside the memory", "rate outside"): {
            STEP: "v -= g",
            ARRIVE: "p += self.lr * v\n",
        },
        ("uphill", "uphill"): {STEP: "v += self.lr * g"},
        ("a new p", "not in place"): {
            SHRINK: "p = p * (1 - self.lr * self.shrink)",
            ARRIVE: "p = p + v\n",
        },
        ("a new array in the list", "not in place"): {
            AXES: "i = [id(q) for q in params].index(id(p))\n            " + AXES,
            SHRINK: "p = p * (1 - self.lr * self.shrink)",
            ARRIVE: "params[i] = p + v\n",
        },
        ("one memory for arrays of one shape", "one memory for all"): {
            MEMORY: "made = {}\n            "
            "self.v = [made.setdefault(p.shape, np.zeros_like(p)) for p in params]"
        },
        ("the memory in the class", "example"): {
            "if self.v is None:": "if not hasattr(type(self), 'kept'):",
            MEMORY: "type(self).kept = {}",
            "zip(params, grads, self.v, strict=True)": "[(p, g, self.kept.setdefault(p.shape, "
            "np.zeros_like(p))) for p, g in zip(params, grads)]",
        },
        ("the rate of the first step for ever", "example"): {
            "self.v = None": "self.v, self.first = None, lr",
            STEP: STEP.replace("self.lr", "self.first"),
            SHRINK: SHRINK.replace("self.lr", "self.first"),
        },
        ("the rate squared", "example"): {ARRIVE: "p += self.lr * v\n"},
        ("only the first array shrinks, and is a bias", "example"): {AXES: "if p.ndim == 1:"},
        ("one memory for all arrays", "stopped"): {
            MEMORY: "self.v = [np.zeros_like(params[0])] * len(params)"
        },
        ("Nesterov", "example"): {ARRIVE: "p += self.momentum * v - self.lr * g\n"},
        ("clears the gradient", "input changed"): {ARRIVE: "p += v\n            g *= 0\n"},
        ("the package's Momentum", "own work"): {
            "if self.v is None:": "from common.optimizer import Momentum\n\n"
            "        Momentum(self.lr, self.momentum).update(params, grads)\n"
            "        if self.v is None:"
        },
    },
)

# 7
of(
    "diagnosis",
    {"in another order": {'{1: "d", 2: "b", 3: "e", 4: "g"}': '{4: "g", 3: "e", 2: "b", 1: "d"}'}},
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "d", "c"),
            (1, "d", "f"),
            (2, "b", "h"),
            (2, "b", "c"),
            (3, "e", "f"),
            (3, "e", "h"),
            (4, "g", "f"),
            (4, "g", "a"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "g"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "g"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "b"': '2: ["b", "h"]'},
        ("a list", "wrong type"): {
            'return {1: "d", 2: "b", 3: "e", 4: "g"}': 'return list("dbeg")'
        },
    },
)

# 8
REST = "self.rest = [np.zeros_like(p) for p in params]"
FAR = "rest -= self.lr * g  # how far p should move; small numbers have small gaps"
MOVED = "moved = p + rest  # rounded: this is where p can stand"
USED = "rest -= moved - p  # take away how far it really moved"
ARRIVED = "p[...] = moved"
of(
    "careful_steps",
    {
        "Kahan's letters": """
class CarefulSGD:
    def __init__(self, lr):
        self.lr, self.c = lr, {}

    def update(self, params, grads):
        for i, (total, g) in enumerate(zip(params, grads, strict=True)):
            y = -np.float32(self.lr) * g - self.c.get(i, 0)
            t = total + y
            self.c[i] = (t - total) - y
            total[...] = t
""",
        "float64 for a moment": {
            MOVED: "moved = (p.astype(float) + rest).astype(np.float32)",
            USED: "rest[...] = p.astype(float) + rest - moved",
        },
        "the rest for each array in an object of its own": """
class Rest:
    def __init__(self, p):
        self.array = np.zeros_like(p)


class CarefulSGD:
    def __init__(self, lr):
        self.lr, self.rests = lr, None

    def update(self, params, grads):
        self.rests = self.rests or [Rest(p) for p in params]
        for p, g, rest in zip(params, grads, self.rests):
            should = rest.array - self.lr * g
            before = p.copy()
            p += should
            rest.array = should - (p - before)
""",
        "the rest with the other sign": {
            FAR: "rest += self.lr * g",
            MOVED: "moved = p - rest",
            USED: "rest += moved - p",
        },
        "number by number": {
            FAR: "for i in np.ndindex(p.shape):\n                rest[i] -= self.lr * g[i]\n"
            "                moved = p[i] + rest[i]\n                rest[i] -= moved - p[i]\n"
            "                p[i] = moved",
            MOVED: "",
            USED: "",
            ARRIVED: "",
        },
        "it also remembers how many steps there were": {
            "self.rest = None": "self.rest, self.iter, self.note = None, 0, 'careful'"
        },
    },
    {
        ("plain descent", "steps vanish"): {MOVED: "p -= self.lr * g\n            moved = p"},
        ("float64 for a moment, nothing kept", "steps vanish"): {
            MOVED: "moved = p - self.lr * g.astype(float)"
        },
        ("the rest begins anew in each call", "steps vanish"): {
            "if self.rest is None:": "if True:"
        },
        ("the rest is never used up", "rest never used up"): {USED: ""},
        ("the rest the wrong way", "rest turned round"): {USED: "rest[...] = (moved - p) - rest"},
        ("a copy in float64", "too much memory"): {
            REST: "self.rest = [p.astype(float) for p in params]",
            FAR: "rest -= self.lr * g.astype(float)",
            MOVED: "moved = rest",
            USED: "",
        },
        ("a rest in float64", "too much memory"): {
            REST: "self.rest = [np.zeros(p.shape) for p in params]",
            FAR: "rest -= self.lr * g.astype(float)",
            MOVED: "moved = (p + rest).astype(np.float32)",
        },
        ("a second array in float32", "too much memory"): {
            REST: REST + "\n            self.more = [np.zeros_like(p) for p in params]"
        },
        ("every gradient is kept", "example"): {
            "self.rest = None": "self.rest, self.all = None, []",
            FAR: FAR + "\n            self.all.append(g.copy())",
        },
        ("uphill", "uphill"): {FAR: "rest += self.lr * g"},
        ("a new p", "not in place"): {ARRIVED: "p = moved"},
        ("always to the next number", "example"): {
            MOVED: "moved = np.nextafter(p, p + np.sign(rest) * 9e9, dtype=np.float32)"
        },
        ("the rest is thrown away when it has moved p", "rest thrown away"): {
            USED: "rest[moved != p] = 0"
        },
        ("a rest in float16", "example"): {
            REST: "self.rest = [np.zeros(p.shape, np.float16) for p in params]"
        },
        ("the rate left out", "example"): {FAR: "rest -= g"},
        ("the rest of the first array for all", "example"): {
            REST: "self.rest = [np.zeros_like(params[0])] * len(params)"
        },
        ("collected, and added every hundredth time", "example"): {
            "self.rest = None": "self.rest, self.iter = None, 0",
            MOVED: "self.iter += 1\n            moved = p + rest * (self.iter % 100 == 0)",
        },
        ("the package's SGD", "own work"): {
            "if self.rest is None:": "from common.optimizer import SGD\n\n"
            "        SGD(self.lr).update(params, grads)\n        if self.rest is None:"
        },
        ("the gradient is scaled in place", "input changed"): {
            FAR: "g *= self.lr\n            rest -= g"
        },
    },
)
