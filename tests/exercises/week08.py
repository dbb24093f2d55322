"""Right and wrong answers to week 8's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
UP = "up = top * k / max(rise, 1)  # a rise of 0 steps has no step that takes this"
SHARE = "share = np.minimum((k - rise) / (steps - rise), 1)  # and stays at its end"
DOWN = "down = top / 2 * (1 + np.cos(np.pi * share))"
CHOOSE = "return np.where(k <= rise, up, down)"
of(
    "rates",
    {
        "written into a copy": {
            CHOOSE: "made = down.copy()\n    early = k <= rise\n"
            "    made[early] = up[early]\n    return made"
        },
        "np.select": {CHOOSE: "return np.select([k <= rise, k > rise], [up, down])"},
        "both rules with a factor": {CHOOSE: "return (k <= rise) * up + (k > rise) * down"},
        "clipped before": {SHARE: "share = (np.clip(k, rise, steps) - rise) / (steps - rise)"},
        "the half angle": {DOWN: "down = top * np.cos(np.pi * share / 2) ** 2"},
        "cut off at the end": {
            SHARE: "share = (k - rise) / (steps - rise)",
            CHOOSE: "return np.where(k <= rise, up, np.where(k > steps, 0, down))",
        },
        "a sine": {DOWN: "down = top / 2 * (1 + np.sin(np.pi * (0.5 - share)))"},
        "the top by the other rule": {CHOOSE: CHOOSE.replace("<=", "<")},
        "np.piecewise": """
def rates(k, top, rise, steps):
    fall = lambda j: top / 2 * (1 + np.cos(np.pi * (j - rise) / (steps - rise)))
    k = k.astype(float)
    return np.piecewise(k, [k <= rise, k > steps], [lambda j: top * j / rise, 0.0, fall])
""",
    },
    {
        ("the first step has 0", "begins with 0"): {UP: "up = top * (k - 1) / max(rise, 1)"},
        ("the cosine from the first step", "jump after the rise"): {
            SHARE: "share = np.minimum(k / steps, 1)"
        },
        ("the fall begins one step late", "late by one"): {
            SHARE: "share = np.minimum((k - rise - 1) / (steps - rise), 1)"
        },
        ("up again", "rises again"): {SHARE: "share = (k - rise) / (steps - rise)"},
        ("no half", "half lost"): {DOWN: "down = top * (1 + np.cos(np.pi * share))"},
        ("a whole turn", "whole turn"): {DOWN: "down = top / 2 * (1 + np.cos(2 * np.pi * share))"},
        ("a straight line", "straight line"): {DOWN: "down = top * (1 - share)"},
        ("180", "in degrees"): {DOWN: "down = top / 2 * (1 + np.cos(180 * share))"},
        ("no rise", "fall during the rise"): {
            SHARE: "share = np.clip((k - rise) / (steps - rise), 0, 1)",
            CHOOSE: "return down",
        },
        ("a list", "a loop"): {
            CHOOSE: "return [u if i <= rise else d for i, u, d in zip(k, up, down)]"
        },
        ("a loop", "a loop"): """
def rates(k, top, rise, steps):
    made = np.zeros(len(k))
    for i, step in enumerate(k):
        if step <= rise:
            made[i] = top * step / rise
        elif step < steps:
            made[i] = top / 2 * (1 + np.cos(np.pi * (step - rise) / (steps - rise)))
    return made
""",
        ("np.vectorize", "a loop"): """
def rates(k, top, rise, steps):
    def one(step):
        share = min((step - rise) / (steps - rise), 1)
        return top * step / rise if step <= rise else top / 2 * (1 + np.cos(np.pi * share))

    return np.vectorize(one, otypes=[float])(k)
""",
        ("map", "a loop"): """
def rates(k, top, rise, steps):
    def one(step):
        share = min((step - rise) / (steps - rise), 1)
        return top * step / rise if step <= rise else top / 2 * (1 + np.cos(np.pi * share))

    return np.array(list(map(one, k)))
""",
        ("a comprehension in a helper", "a loop"): """
def one(step, top, rise, steps):
    share = min((step - rise) / (steps - rise), 1)
    return top * step / rise if step <= rise else top / 2 * (1 + np.cos(np.pi * share))


def rates(k, top, rise, steps):
    return np.array([one(step, top, rise, steps) for step in k])
""",
        ("the top in the last step of the fall", "example"): {
            DOWN: "down = top / 2 * (1 - np.cos(np.pi * share))"
        },
        ("sorted", "example"): {CHOOSE: "return np.sort(np.where(k <= rise, up, down))"},
        ("a sine", "example"): {DOWN: "down = top / 2 * (1 + np.sin(np.pi * share))"},
        ("the quarter of a turn", "example"): {DOWN: "down = top * np.cos(np.pi * share / 2)"},
        ("nothing returned", "wrong type"): {CHOOSE: "np.where(k <= rise, up, down)"},
        ("k changed", "input changed"): {UP: UP + "\n    k -= rise", SHARE: "share = k / steps"},
        ("an if on the array", "stopped"): {CHOOSE: "return up if k <= rise else down"},
        ("the rise goes on in the fall", "example"): {CHOOSE: "return np.minimum(up, top) + down"},
    },
)

# 2
MEAN = "mean += (1 - self.beta1) * (g - mean)"
SURPRISE = (
    "surprise += (1 - self.beta2) * ((g - mean) ** 2 - surprise)  # at the new mean\n            "
)
CORRECTED = "corrected = mean / (1 - self.beta1**self.iter)"
SPREAD = "spread = np.sqrt(surprise / (1 - self.beta2**self.iter))"
STEP = "p -= self.lr * corrected / (spread + 1e-7)"
COUNT = "        self.iter += 1\n"
of(
    "belief",
    {
        "as in the equations": {
            MEAN: "mean[...] = self.beta1 * mean + (1 - self.beta1) * g",
            SURPRISE: "away = g - mean\n            "
            "surprise[...] = self.beta2 * surprise + (1 - self.beta2) * away * away\n            ",
        },
        "the mean before the step, by hand": {
            SURPRISE: "",
            MEAN: "before = mean.copy()\n"
            "            mean += (1 - self.beta1) * (g - before)\n"
            "            surprise *= self.beta2\n"
            "            surprise += (1 - self.beta2) * (self.beta1 * (g - before)) ** 2",
        },
        "written with slices": {STEP: "p[:] = p - self.lr * corrected / (spread + 1e-7)"},
        "np.subtract": {
            STEP: "np.subtract(p, self.lr * corrected / (spread + 1e-7), out=p, casting='unsafe')"
        },
        "new lists of means": """
class Belief:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.99):
        self.lr, self.betas, self.k = lr, (beta1, beta2), 0
        self.means = self.surprises = None

    def update(self, params, grads):
        a, b = self.betas
        self.k += 1
        if self.k == 1:
            self.means = self.surprises = [0.0] * len(params)
        self.means = [a * m + (1 - a) * g for m, g in zip(self.means, grads)]
        self.surprises = [
            b * s + (1 - b) * (g - m) ** 2 for s, g, m in zip(self.surprises, grads, self.means)
        ]
        for p, m, s in zip(params, self.means, self.surprises):
            p -= self.lr * (m / (1 - a**self.k)) / (np.sqrt(s / (1 - b**self.k)) + 1e-7)
""",
        "the sums of the weights, added up": """
class Belief:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.99):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.state = {}
        self.parts = [0.0, 0.0]

    def update(self, params, grads):
        a, b = self.beta1, self.beta2
        self.parts = [a * self.parts[0] + 1 - a, b * self.parts[1] + 1 - b]
        for i in range(len(params)):
            m, s = self.state.get(i, (0, 0))
            m = a * m + (1 - a) * grads[i]
            s = b * s + (1 - b) * (grads[i] - m) ** 2
            self.state[i] = m, s
            params[i][...] -= self.lr * m / self.parts[0] / (np.sqrt(s / self.parts[1]) + 1e-7)
""",
        "corrected in the rate": {
            CORRECTED: "corrected = mean\n            rate = self.lr * "
            "(1 - self.beta2**self.iter) ** 0.5 / (1 - self.beta1**self.iter)",
            SPREAD: "spread = np.sqrt(surprise)",
            STEP: "p -= rate * corrected / (spread + 1e-7)",
        },
    },
    {
        ("Adam", "Adam"): {"((g - mean) ** 2 - surprise)": "(g**2 - surprise)"},
        ("the surprise first", "surprise at the old mean"): {
            MEAN: "",
            SURPRISE: "surprise += (1 - self.beta2) * ((g - mean) ** 2 - surprise)\n"
            "            " + MEAN + "\n            ",
        },
        ("nothing is corrected", "nothing corrected"): {
            CORRECTED: "corrected = mean",
            SPREAD: "spread = np.sqrt(surprise)",
        },
        ("only the spread is corrected", "mean not corrected"): {CORRECTED: "corrected = mean"},
        ("only the mean is corrected", "spread not corrected"): {
            SPREAD: "spread = np.sqrt(surprise)"
        },
        ("corrected in place", "corrected means kept"): {
            CORRECTED: "mean /= 1 - self.beta1**self.iter\n            corrected = mean",
            SPREAD: "surprise /= 1 - self.beta2**self.iter\n            spread = np.sqrt(surprise)",
        },
        ("the corrections changed round", "factors changed round"): {
            CORRECTED: "corrected = mean / (1 - self.beta2**self.iter)",
            SPREAD: "spread = np.sqrt(surprise / (1 - self.beta1**self.iter))",
        },
        ("no root", "no root"): {SPREAD: "spread = surprise / (1 - self.beta2**self.iter)"},
        ("a count for each array", "counts parameters"): {
            COUNT: "",
            MEAN: "self.iter += 1\n            " + MEAN,
        },
        ("counted at the end", "counts from 0"): {
            COUNT: "",
            STEP: STEP + "\n        self.iter += 1",
        },
        ("nothing below the line", "no epsilon"): {STEP: "p -= self.lr * corrected / spread"},
        ("new arrays", "not in place"): {STEP: "p = p - self.lr * corrected / (spread + 1e-7)"},
        ("plus", "uphill"): {STEP: STEP.replace("-=", "+=")},
        ("the means made anew", "forgets"): {
            "        if self.means is None:\n": "        if True:\n            self.iter = 0\n"
        },
        ("new arrays in the list", "not in place"): {
            "for p, g, mean, surprise in rows:": "for i, row in enumerate(rows):\n"
            "            p, g, mean, surprise = row",
            STEP: "params[i] = p - self.lr * corrected / (spread + 1e-7)",
        },
        ("the corrected mean in the surprise", "example"): {
            SURPRISE: "here = mean / (1 - self.beta1**self.iter)\n"
            "            surprise += (1 - self.beta2) * ((g - here) ** 2 - surprise)\n            "
        },
        ("epsilon far too large", "example"): {STEP: STEP.replace("1e-7", "0.1")},
        ("the gradient in place of the mean", "example"): {CORRECTED: "corrected = g"},
        ("the absolute surprise", "example"): {
            "((g - mean) ** 2 - surprise)": "(abs(g - mean) - surprise)"
        },
        ("the sum of squares, as AdaGrad", "example"): {
            SURPRISE: "surprise += (g - mean) ** 2\n            ",
            SPREAD: "spread = np.sqrt(surprise)",
        },
        ("the gradients become the way", "example"): {MEAN: MEAN + "\n            g -= mean"},
        ("the package's Adam", "own work"): {
            COUNT: COUNT + "        from common.optimizer import Adam\n\n"
            "        Adam(self.lr).update(params, grads)\n"
        },
        ("only the first array", "example"): {STEP: STEP + "\n            break"},
        ("lists for means", "stopped"): {
            "self.means = [np.zeros_like(p) for p in params]": "self.means = params[:0]"
        },
    },
)

# 3
START = "return (2 / (D * (left**2 + right**2))) ** 0.5"
EACH = "each = std**2 * (left**2 + right**2) / 2"
AHEAD = "forward *= widths[i] * each"
BEHIND = "backward *= widths[i + 1] * each"
of(
    "two_slopes",
    {
        "NumPy": {START: "return np.sqrt(2 / D / (left**2 + right**2))"},
        "products of the widths": """
def start(D, left, right):
    return 1 / np.sqrt(D * np.mean([left**2, right**2]))


def growth(widths, std, left, right):
    layers = len(widths) - 1
    each = (std**2 * np.mean([left**2, right**2])) ** layers
    inner = np.prod(np.array(widths[1:-1], dtype=float))
    return widths[0] * inner * each, widths[-1] * inner * each
""",
        "one from the other": {
            BEHIND: "pass",
            "return forward, backward": "return forward, forward * widths[-1] / widths[0]",
        },
        "by a sum of logarithms": """
def start(D, left, right):
    return (D * (left**2 + right**2) / 2) ** -0.5


def growth(widths, std, left, right):
    each = np.log(std**2 * (left**2 + right**2) / 2)
    logs = np.log(widths) + each
    return np.exp(logs[:-1].sum()), np.exp(logs[1:].sum())
""",
        "by the start of each layer": {
            AHEAD: "forward *= (std / start(widths[i], left, right)) ** 2",
            BEHIND: "backward *= (std / start(widths[i + 1], left, right)) ** 2",
        },
        "a list": {"return forward, backward": "return [forward, backward]"},
        "an array": {"return forward, backward": "return np.array([forward, backward])"},
        "layer by layer, by index": """
def start(D, left, right):
    return ((left * left + right * right) / 2 * D) ** -0.5


def growth(widths, std, left, right):
    forward, backward = 1, 1
    for i in range(len(widths) - 1):
        forward = forward * widths[i] * std * std * (left * left + right * right) / 2
        backward = backward * widths[i + 1] * std * std * (left * left + right * right) / 2
    return forward, backward
""",
    },
    {
        ("no half", "half lost"): {
            START: "return (1 / (D * (left**2 + right**2))) ** 0.5",
            EACH: EACH.removesuffix(" / 2"),
        },
        ("slopes without a square", "slopes not squared"): {
            START: "return (2 / (D * (abs(left) + abs(right)))) ** 0.5",
            EACH: "each = std**2 * (abs(left) + abs(right)) / 2",
        },
        ("the mean of the slopes, squared", "signs cancel"): {
            START: "return (4 / (D * (left + right) ** 2)) ** 0.5",
            EACH: "each = std**2 * (left + right) ** 2 / 4",
        },
        ("the variance", "variance"): """
def kept(left, right):
    return (left**2 + right**2) / 2 - (right - left) ** 2 / (2 * np.pi)


def start(D, left, right):
    return (D * kept(left, right)) ** -0.5


def growth(widths, std, left, right):
    forward = backward = 1.0
    for a, b in zip(widths[:-1], widths[1:]):
        forward *= a * std**2 * kept(left, right)
        backward *= b * std**2 * kept(left, right)
    return forward, backward
""",
        ("the variance of the weights", "no root"): {START: START.removesuffix(" ** 0.5")},
        ("ReLU with a right slope", "as for ReLU"): {
            START: "return (2 / (D * right**2)) ** 0.5",
            EACH: "each = std**2 * right**2 / 2",
        },
        ("the right slope everywhere", "one slope for all"): {
            START: "return (1 / (D * right**2)) ** 0.5",
            EACH: "each = std**2 * right**2",
        },
        ("std without a square", "std not squared"): {EACH: EACH.replace("std**2", "std")},
        ("forward and backward changed round", "directions changed round"): {
            "return forward, backward": "return backward, forward"
        },
        ("the same both ways", "back as forward"): {BEHIND: "backward *= widths[i] * each"},
        ("no slopes on the way back", "no bend on the way back"): {
            BEHIND: "backward *= widths[i + 1] * std**2"
        },
        ("the last layer", "last layer only"): {
            AHEAD: "forward = widths[i] * each",
            BEHIND: "backward = widths[i + 1] * each",
        },
        ("a sum", "factors added"): {
            "forward = backward = 1.0": "forward = backward = 0.0",
            AHEAD: AHEAD.replace("*=", "+="),
            BEHIND: BEHIND.replace("*=", "+="),
        },
        ("He", "example"): {START: "return (2 / D) ** 0.5"},
        ("Xavier", "example"): {START: "return (1 / D) ** 0.5"},
        ("the first layer only", "example"): {"range(len(widths) - 1)": "range(1)"},
        ("one layer too many", "example"): {"range(len(widths) - 1)": "range(-1, len(widths) - 1)"},
        ("roots of the factors", "example"): {
            "return forward, backward": "return forward**0.5, backward**0.5"
        },
        ("only forward", "stopped"): {"return forward, backward": "return forward"},
        ("nothing returned", "wrong type"): {START: "(2 / (D * (left**2 + right**2))) ** 0.5"},
        ("the inverse", "example"): {
            "return forward, backward": "return 1 / forward, 1 / backward"
        },
    },
)

# 4
SQUARE = "square = (x**2).mean(axis=0)"
MOVE = "self.running = self.momentum * self.running + (1 - self.momentum) * square"
SIZE = "self.size = np.sqrt(square + 1e-7)"
HAT = "self.x_hat = x / self.size"
DGAMMA = "dgamma[...] = (dout * self.x_hat).sum(axis=0)"
DHAT = "dx_hat = dout * gamma"
DX = "return (dx_hat - self.x_hat * (dx_hat * self.x_hat).mean(axis=0)) / self.size"
of(
    "only_size",
    {
        "einsum": {
            DGAMMA: 'dgamma[...] = np.einsum("nd,nd->d", dout, self.x_hat)',
            DX: 'shared = np.einsum("nd,nd->d", dx_hat, self.x_hat) / len(dout)\n'
            "        return (dx_hat - self.x_hat * shared) / self.size",
        },
        "node by node": {
            HAT: "self.x, self.x_hat = x, x / self.size",
            DX: "dsize = -(dx_hat * self.x).sum(axis=0) / self.size**2\n"
            "        dsquare = dsize / (2 * self.size)\n"
            "        return dx_hat / self.size + 2 * self.x * dsquare / len(dout)",
        },
        "from the gradient of gamma": {
            DX: "return gamma / self.size * (dout - self.x_hat * dgamma / len(dout))"
        },
        "rows turned": {
            SQUARE: "square = np.mean(x.T**2, axis=1)",
            DGAMMA: "np.sum(dout * self.x_hat, axis=0, out=dgamma)",
        },
        "running mean in place": {
            MOVE: "self.running *= self.momentum\n"
            "            self.running += (1 - self.momentum) * square"
        },
        "moved by a part of the way": {
            MOVE: "self.running = self.running + (1 - self.momentum) * (square - self.running)"
        },
        "by the norm": {
            SQUARE: "square = np.linalg.norm(x, axis=0) ** 2 / len(x)",
        },
        "the diagonal of a product": {DGAMMA: "dgamma[...] = np.diag(dout.T @ self.x_hat)"},
    },
    {
        ("batch normalisation", "mean taken away"): {
            SQUARE: "x = x - x.mean(axis=0)\n            square = (x**2).mean(axis=0)",
            DX: "dx = (dx_hat - self.x_hat * (dx_hat * self.x_hat).mean(axis=0)) / self.size\n"
            "        return dx - (dx_hat / self.size).mean(axis=0)",
        },
        ("the size is a constant", "size as a constant"): {DX: "return dx_hat / self.size"},
        ("only through the size", "way through the size only"): {
            DX: "return -self.x_hat * (dx_hat * self.x_hat).mean(axis=0) / self.size"
        },
        ("a plus", "size grows its outputs"): {DX: DX.replace("dx_hat - ", "dx_hat + ")},
        ("a sum for the mean", "no 1/N"): {DX: DX.replace(".mean(", ".sum(")},
        ("no gamma on the way back", "gamma lost"): {DHAT: "dx_hat = dout"},
        ("gamma and the input", "gamma learns from the input"): {
            DGAMMA: "dgamma[...] = (dout * self.x_hat * self.size).sum(axis=0)"
        },
        ("the mean for gamma", "gamma averaged"): {DGAMMA: DGAMMA.replace(".sum(", ".mean(")},
        ("one size", "one size for all"): {
            SQUARE: "square = np.full(x.shape[1], (x**2).mean())",
            DX: DX.replace(".mean(axis=0)", ".mean()"),
        },
        ("along the row", "size of an example"): {
            SQUARE: "square = (x**2).mean(axis=1, keepdims=True)",
            DX: DX.replace(".mean(axis=0)", ".mean(axis=1, keepdims=True)"),
        },
        ("no root", "no root"): {
            SIZE: "self.size = square + 1e-7",
            HAT: "self.x, self.x_hat = x, x / self.size",
            DX: "through = 2 * self.x * (dx_hat * self.x).mean(axis=0) / self.size**2\n"
            "        return dx_hat / self.size - through",
        },
        ("the running mean stays 1", "never kept"): {MOVE: "pass"},
        ("the batch at test time", "batch at test time"): {
            "        square = self.running\n        if train_flg:\n            "
            + SQUARE: "        " + SQUARE + "\n        if train_flg:"
        },
        ("the running mean always", "running mean in training"): {
            SIZE: "square = self.running if train_flg is False else self.before\n        " + SIZE,
            MOVE: "self.before = self.running\n            " + MOVE,
            DX: "return dx_hat / self.size",
        },
        ("moved at test time", "learns at test time"): {
            "        if train_flg:\n            " + SQUARE: "        new = (x**2).mean(axis=0)\n"
            "        if train_flg:\n            square = new",
            "            " + MOVE: "        moved = self.momentum * self.running\n"
            "        self.running = moved + (1 - self.momentum) * new",
        },
        ("a mean of the sizes", "root kept"): {
            MOVE: MOVE.replace("* square", "* np.sqrt(square + 1e-7)"),
            SIZE: "self.size = np.sqrt(square + 1e-7) if train_flg else square + 1e-7",
        },
        ("0.9 of the new", "momentum turned round"): {
            MOVE: "self.running = self.momentum * square + (1 - self.momentum) * self.running"
        },
        ("0.9 in every layer", "example"): {
            MOVE: "self.running = 0.9 * self.running + 0.1 * square"
        },
        ("begins with ones", "upstream"): {DGAMMA: "dout = np.ones_like(dout)\n        " + DGAMMA},
        ("added up", "not cleared"): {DGAMMA: DGAMMA.replace("[...] =", " +=")},
        ("a new array", "not in place"): {DGAMMA: "self.grads = [(dout * self.x_hat).sum(axis=0)]"},
        ("a loop over the features", "a loop"): {
            DGAMMA: "for d in range(len(dgamma)):\n"
            "            dgamma[d] = dout[:, d] @ self.x_hat[:, d]"
        },
        ("a list of sizes", "a loop"): {
            SQUARE: "square = np.array([(column**2).mean() for column in x.T])"
        },
        ("no small number", "example"): {SIZE: "self.size = np.sqrt(square)"},
        ("the small number outside", "example"): {SIZE: "self.size = np.sqrt(square) + 1e-7"},
        ("the gradient at the first two only", "example"): {DX: "return dx_hat / self.size * 0"},
        ("the mean of dx taken away", "example"): {
            DX: DX.replace("(dx_hat - ", "(dx_hat - dx_hat.mean(axis=0) - ")
        },
        ("x changed", "input changed"): {HAT: "x /= self.size\n        self.x_hat = x"},
        ("nothing returned", "wrong type"): {"return gamma * self.x_hat": "gamma * self.x_hat"},
        ("the package's layer", "own work"): {
            SQUARE: "from common.layers import Affine\n\n"
            "            Affine(np.eye(x.shape[1]), 0 * gamma).forward(x)\n            " + SQUARE
        },
    },
)

# 5
TEST = "return x @ W\n"
LEFT = "self.x, self.mask = x, keep / (1 - self.p)"
Y = "return x @ (W * self.mask)"
DW = "dW[...] = (self.x.T @ dout) * self.mask"
BACK = "return dout @ (W * self.mask).T"
VARIANCE = "return x**2 @ W**2 * self.p / (1 - self.p)"
of(
    "drop_weights",
    {
        "divided at the end": {
            LEFT: "self.x, self.mask = x, keep",
            Y: "return x @ (W * self.mask) / (1 - self.p)",
            DW: DW + " / (1 - self.p)",
            BACK: BACK + " / (1 - self.p)",
        },
        "loops": """
class DropWeights:
    def __init__(self, W, p):
        self.params, self.grads = [W], [np.zeros_like(W)]
        self.p = p

    def forward(self, x, keep=None):
        W = self.params[0]
        used = np.array(W, dtype=float)
        if keep is not None:
            for d in range(W.shape[0]):
                for j in range(W.shape[1]):
                    used[d, j] = W[d, j] / (1 - self.p) if keep[d, j] else 0
            self.x, self.keep, self.used = x, keep, used
        return [[sum(row * column) for column in used.T] for row in x]

    def backward(self, dout):
        self.grads[0][...] = 0
        dx = np.zeros(self.x.shape)
        for n, row in enumerate(dout):
            for d in range(len(self.used)):
                for j, back in enumerate(row):
                    dx[n, d] += back * self.used[d, j]
                    if self.keep[d, j]:
                        self.grads[0][d, j] += back * self.x[n, d] / (1 - self.p)
        return dx

    def variance(self, x):
        W, share = self.params[0], self.p / (1 - self.p)
        return [
            [sum((v * w) ** 2 for v, w in zip(row, column)) * share for column in W.T] for row in x
        ]
""",
        "einsum": {
            Y: 'return np.einsum("nd,dj,dj->nj", x, W, self.mask)',
            DW: 'dW[...] = np.einsum("nd,nj,dj->dj", self.x, dout, self.mask)',
            BACK: 'return np.einsum("nj,dj,dj->nd", dout, W, self.mask)',
        },
        "where": {
            Y: "return x @ np.where(keep == 1, W / (1 - self.p), 0)",
            DW: "dW[...] = np.where(self.mask > 0, self.x.T @ dout / (1 - self.p), 0)",
        },
        "mean square less the square of the mean": {
            VARIANCE: "terms = x[:, :, None] * W\n"
            "        return (terms**2 / (1 - self.p) - terms**2).sum(axis=1)"
        },
        "all masks listed": {
            VARIANCE: "made = []\n"
            "        D = len(W)\n"
            "        for number in range(2**D):\n"
            "            keep = (number >> np.arange(D)) & 1\n"
            "            share = (1 - self.p) ** keep.sum() * self.p ** (D - keep.sum())\n"
            "            made.append(share * (x @ (W * (keep / (1 - self.p) - 1)[:, None])) ** 2)\n"
            "        return sum(made)"
        },
        "truths in keep": {LEFT: "self.x, self.mask = x, keep.astype(bool) / (1 - self.p)"},
        "cleared, then added": {DW: "dW[...] = 0\n        dW += (self.x.T @ dout) * self.mask"},
    },
    {
        ("no division", "not divided"): {LEFT: "self.x, self.mask = x, keep"},
        ("times 1 - p at test time", "scaled at test time"): {
            TEST: "return (1 - self.p) * x @ W\n"
        },
        ("times 1 - p at test time, no division", "older form"): {
            TEST: "return (1 - self.p) * x @ W\n",
            LEFT: "self.x, self.mask = x, keep",
        },
        ("divided by what goes", "divided by what is dropped"): {
            LEFT: "self.x, self.mask = x, keep / self.p"
        },
        ("1 drops", "mask turned round"): {
            LEFT: "self.x, self.mask = x, (1 - keep) / (1 - self.p)"
        },
        ("no mask in dW", "no mask for W"): {DW: "dW[...] = (self.x.T @ dout) / (1 - self.p)"},
        ("no mask in dx", "no mask for x"): {BACK: "return dout @ W.T / (1 - self.p)"},
        ("no division on the way back", "not divided on the way back"): {
            DW: DW + " * (1 - self.p)",
            BACK: BACK + " * (1 - self.p)",
        },
        ("what stays times what goes", "variance of the mask"): {
            VARIANCE: "return x**2 @ W**2 * self.p * (1 - self.p)"
        },
        ("the mean of the squares", "mean of the square"): {
            VARIANCE: "return x**2 @ W**2 / (1 - self.p)"
        },
        ("the share turned round", "share turned round"): {
            VARIANCE: "return x**2 @ W**2 * (1 - self.p) / self.p"
        },
        ("no squares", "nothing squared"): {VARIANCE: "return x @ W * self.p / (1 - self.p)"},
        ("the square of the output", "square of the sum"): {
            VARIANCE: "return (x @ W) ** 2 * self.p / (1 - self.p)"
        },
        ("the standard deviation", "deviation"): {
            VARIANCE: "return np.sqrt(x**2 @ W**2 * self.p / (1 - self.p))"
        },
        ("the test takes the batch's place", "the test in between"): {
            TEST: "self.x, self.mask = x, np.ones_like(W)\n            " + TEST
        },
        ("the test keeps its inputs", "example"): {TEST: "self.x = x\n            " + TEST},
        ("the test keeps its mask", "example"): {
            TEST: "self.mask = np.ones_like(W)\n            " + TEST
        },
        ("W is masked in place", "the weights are lost"): {
            Y: "W *= self.mask\n        return x @ W",
            BACK: "return dout @ W.T",
        },
        ("begins with ones", "upstream"): {DW: "dout = np.ones_like(dout)\n        " + DW},
        ("added up", "not cleared"): {DW: DW.replace("[...] =", " +=")},
        ("a new array", "not in place"): {DW: "self.grads = [(self.x.T @ dout) * self.mask]"},
        ("a mean for dW", "example"): {DW: DW + " / len(dout)"},
        ("the mask on the outputs", "example"): {Y: "return (x @ W) * self.mask[0]"},
        ("the mask at test time too", "example"): {
            TEST: "return x @ (W * getattr(self, 'mask', 1))\n"
        },
        ("squares of x only", "example"): {VARIANCE: "return x**2 @ W * self.p / (1 - self.p)"},
        ("the mean way", "example"): {VARIANCE: "return abs(x) @ abs(W) * self.p / (1 - self.p)"},
        ("no variance", "wrong type"): {VARIANCE: "pass"},
        ("a mask of its own", "example"): {
            LEFT: "keep = np.random.random(W.shape) < (1 - self.p)\n        " + LEFT
        },
        ("keep changed", "input changed"): {
            LEFT: "keep *= 0\n        " + LEFT,
        },
        ("not turned", "stopped"): {BACK: "return dout @ (W * self.mask)[:0]"},
        ("the package's layer", "own work"): {
            TEST: "from common.layers import Affine\n\n"
            "            return Affine(W, np.zeros(W.shape[1])).forward(x)\n"
        },
    },
)

# 6
CHOICES = "choices = np.array([comb(below, n - 1) for below in range(runs)])"
NEXT = "expected.append((choices * ordered).sum() / comb(runs, n))"
SORTED = "np.sort(scores)"
of(
    "expected_best",
    {
        "all choices listed": """
def expected_best(scores):
    from itertools import combinations

    M = len(scores)
    best = lambda n: [max(chosen) for chosen in combinations(scores, n)]
    return [sum(best(n)) / len(best(n)) for n in range(1, M + 1)]
""",
        "all subsets by bits": """
def expected_best(scores):
    M = len(scores)
    sums, counts = np.zeros(M + 1), np.zeros(M + 1)
    for bits in range(1, 2**M):
        chosen = scores[(bits >> np.arange(M)) & 1 == 1]
        sums[len(chosen)] += chosen.max()
        counts[len(chosen)] += 1
    return sums[1:] / counts[1:]
""",
        "differences of the share below": """
def expected_best(scores):
    from math import comb

    M, ordered = len(scores), np.sort(scores)
    made = []
    for n in range(1, M + 1):
        below = np.array([comb(r, n) for r in range(M + 1)]) / comb(M, n)
        made.append(np.diff(below) @ ordered)
    return np.array(made)
""",
        "from all runs to one": """
def expected_best(scores):
    s = np.sort(scores)[::-1].astype(float)
    M, made = len(s), []
    for n in range(M, 0, -1):
        # the best one is in a choice with the probability n / M, else the next one may be ...
        total, left = 0.0, 1.0
        for place in range(M - n + 1):
            taken = n / (M - place)
            total += left * taken * s[place]
            left *= 1 - taken
        made.append(total)
    return made[::-1]
""",
        "a matrix of weights": """
def expected_best(scores):
    from math import comb

    M = len(scores)
    W = np.array([[comb(r, n) / comb(M, n + 1) for r in range(M)] for n in range(M)])
    return W @ np.sort(scores)
""",
        "sorted by Python": {SORTED: "np.array(sorted(scores))"},
        "a tuple": {"return expected": "return tuple(expected)"},
    },
    {
        ("the best so far", "order of the list"): {NEXT: "expected.append(scores[:n].max())"},
        ("not sorted", "not sorted"): {SORTED: "scores"},
        ("with replacement", "with replacement"): {
            NEXT: "shares = (np.arange(runs + 1) / runs) ** n\n"
            "        expected.append((np.diff(shares) * ordered).sum())"
        },
        ("from the largest", "worst"): {SORTED: "np.sort(scores)[::-1]"},
        ("the mean", "mean"): {NEXT: "expected.append(scores.mean())"},
        ("the best", "best of all"): {NEXT: "expected.append(scores.max())"},
        ("the run itself counted", "counts itself"): {
            CHOICES: CHOICES.replace("below,", "below + 1,")
        },
        ("unique scores", "every score once"): {
            "runs, ordered, expected = len(scores), np.sort(scores), []": "ordered, expected = "
            "np.unique(scores), []\n    runs = len(ordered)"
        },
        ("no division", "not a mean"): {NEXT: NEXT.replace(" / comb(runs, n)", "")},
        ("n others", "example"): {CHOICES: CHOICES.replace("n - 1", "n")},
        ("one n too few", "example"): {"range(1, runs + 1)": "range(1, runs)"},
        ("from n = 0", "stopped"): {"range(1, runs + 1)": "range(runs)"},
        ("the median of the choices", "example"): """
def expected_best(scores):
    from itertools import combinations

    return [
        np.median([max(chosen) for chosen in combinations(scores, n)])
        for n in range(1, len(scores) + 1)
    ]
""",
        ("drawn, not counted", "example"): """
def expected_best(scores):
    M = len(scores)
    draws = [[max(np.random.permutation(scores)[:n]) for _ in range(60)] for n in range(1, M + 1)]
    return np.mean(draws, axis=1)
""",
        ("pairs in order, with repeats", "example"): """
def expected_best(scores):
    from itertools import combinations_with_replacement

    return [
        np.mean([max(chosen) for chosen in combinations_with_replacement(scores, n)])
        for n in range(1, min(len(scores), 6) + 1)
    ]
""",
        ("the sum of the best n", "example"): """
def expected_best(scores):
    return np.cumsum(np.sort(scores)[::-1])
""",
        ("the mean of the best n", "example"): """
def expected_best(scores):
    return np.cumsum(np.sort(scores)[::-1]) / np.arange(1, len(scores) + 1)
""",
        ("only the last", "example"): {"return expected": "return expected[-1]"},
        ("sorted in place", "input changed"): {
            SORTED: "scores",
            CHOICES: "scores.sort()\n        " + CHOICES,
        },
        ("nothing returned", "wrong type"): {"return expected": "return"},
    },
)

# 7
ALL = '{1: "e", 2: "f", 3: "c", 4: "g"}'
of(
    "diagnosis",
    {
        "a dict of pairs": {ALL: 'dict([(1, "e"), (2, "f"), (3, "c"), (4, "g")])'},
        "in another order": {ALL: '{4: "g", 3: "c", 2: "f", 1: "e"}'},
    },
    {
        ("c for e", "run 1"): {'1: "e"': '1: "c"'},
        ("b for e", "run 1"): {'1: "e"': '1: "b"'},
        ("h for f", "run 2"): {'2: "f"': '2: "h"'},
        ("a for f", "run 2"): {'2: "f"': '2: "a"'},
        ("d for c", "run 3"): {'3: "c"': '3: "d"'},
        ("e for c", "run 3"): {'3: "c"': '3: "e"'},
        ("b for g", "run 4"): {'4: "g"': '4: "b"'},
        ("f for g", "run 4"): {'4: "g"': '4: "f"'},
        ("a run left out", "wrong type"): {', 4: "g"': ""},
        ("an unknown letter", "wrong type"): {'4: "g"': '4: "z"'},
        ("a list", "wrong type"): {ALL: '["e", "f", "c", "g"]'},
    },
)
