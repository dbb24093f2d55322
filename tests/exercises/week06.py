"""Right and wrong answers to week 6's mixed problems, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
LEAD = "np.log(chance / (1 - chance))"
RETURN = "return W[:, 1] - W[:, 0], b[1] - b[0] - lead"
of(
    "cut_off",
    {
        "a difference of logarithms": {LEAD: "np.log(chance) - np.log(1 - chance)"},
        "one over, and a minus": {LEAD: "-np.log(1 / chance - 1)"},
        "a product with (-1, 1)": {
            RETURN: "turn = np.array([-1.0, 1.0])\n    return W @ turn, b @ turn - lead"
        },
        "np.diff": {RETURN: "return np.diff(W)[:, 0], np.diff(b)[0] - lead"},
        "a loop": {RETURN: "return [row[1] - row[0] for row in W], b[1] - b[0] - lead"},
        "the root of the lead by halving": {
            LEAD: "0.0\n    low, high = -50.0, 50.0\n    for _ in range(200):\n"
            "        lead = (low + high) / 2\n"
            "        low, high = (lead, high) if 1 / (1 + np.exp(-lead)) < chance else (low, lead)"
        },
    },
    {
        ("class 0 minus class 1", "turned round"): {
            RETURN: "return W[:, 0] - W[:, 1], b[0] - b[1] + lead"
        },
        ("class 1 alone", "one class alone"): {RETURN: "return W[:, 1], b[1] - lead"},
        ("chance from the bias", "chance itself"): {LEAD: "chance"},
        ("from one half on", "taken from one half"): {LEAD: "chance - 0.5"},
        ("the odds", "odds without a logarithm"): {LEAD: "chance / (1 - chance)"},
        ("ln of chance", "logarithm of the chance"): {LEAD: "np.log(chance)"},
        ("the lead with a plus", "lead added"): {RETURN: RETURN.replace("- lead", "+ lead")},
        ("chance forgotten", "one half always"): {RETURN: RETURN.replace(" - lead", "")},
        ("rows", "a row for a column"): {
            RETURN: RETURN.replace("W[:, 1] - W[:, 0]", "W[1] - W[0]")
        },
        ("log2", "example"): {LEAD: "np.log2(chance / (1 - chance))"},
        ("w and the lead divided", "example"): {
            RETURN: "return (W[:, 1] - W[:, 0]) / lead, (b[1] - b[0]) / lead"
        },
        ("the bias with a comma too many", "example"): {
            RETURN: "return W[:, 1] - W[:, 0], [b[1] - b[0] - lead]"
        },
        ("W changed in place", "input changed"): {
            RETURN: "W[:, 1] -= W[:, 0]\n    return W[:, 1], b[1] - b[0] - lead"
        },
        ("w only", "example"): {RETURN: "return W[:, 1] - W[:, 0] - lead"},
    },
)

# 2
SIGN = "self.sign = 2 * t - 1"
MISSING = "missing = self.margin - self.sign * s"
OPEN = "self.open = missing > 0"
LOSS = "return (missing * self.open).sum() / len(s)"
DS = "return -self.sign * self.open * dout / len(self.sign)"
of(
    "slack",
    {
        "where": {SIGN: "self.sign = np.where(t == 1, 1, -1)"},
        "maximum and mean": {LOSS: "return np.maximum(missing, 0).mean()"},
        "a loop": """
class WithMargin:
    def __init__(self, margin):
        self.margin = margin

    def forward(self, s, t):
        self.ds, loss = [], 0.0
        for score, label in zip(s, t):
            sign = 1 if label else -1
            missing = self.margin - sign * score
            loss += max(missing, 0) / len(s)
            self.ds.append(-sign / len(s) if missing > 0 else 0.0)
        return loss

    def backward(self, dout=1):
        return [d * dout for d in self.ds]
""",
        "a gradient made in forward": {
            OPEN: "self.open = missing > 0\n        self.ds = -self.sign * self.open / len(s)",
            DS: "return dout * self.ds",
        },
        "where in both": {
            LOSS: "return np.where(self.open, missing, 0).mean()",
            DS: "return np.where(self.open, -self.sign, 0) * dout / len(self.sign)",
        },
        "only those that cost": {LOSS: "return missing[self.open].sum() / len(s)"},
    },
    {
        ("t for the sign", "labels as signs"): {SIGN: "self.sign = t"},
        ("the margin left out", "no margin"): {MISSING: "missing = -self.sign * s"},
        ("only the mistakes hand back", "mask of the mistakes"): {
            DS: DS.replace("self.open", "self.wrong"),
            OPEN: "self.open = missing > 0\n        self.wrong = self.sign * s < 0",
        },
        ("all hand back", "no gate"): {DS: DS.replace(" * self.open", "")},
        ("with a plus", "uphill"): {DS: DS.replace("-self.sign", "self.sign")},
        ("what is missing hands back", "slack as the gradient"): {
            OPEN: "self.open = missing > 0\n        self.cost = missing * self.open",
            DS: DS.replace("self.open", "self.cost"),
        },
        ("the mean is not sent back", "no 1/N"): {DS: DS.replace(" / len(self.sign)", "")},
        ("a sum", "not a mean"): {
            LOSS: LOSS.replace(" / len(s)", ""),
            DS: DS.replace(" / len(self.sign)", ""),
        },
        ("mean over the open ones", "mean of those that cost"): {
            LOSS: "return missing[self.open].mean()",
            DS: DS.replace("len(self.sign)", "self.open.sum()"),
        },
        ("begins with 1", "upstream"): {DS: DS.replace(" * dout", "")},
        ("squares", "example"): {LOSS: "return (missing**2 * self.open).sum() / len(s)"},
        ("the gate of the score", "example"): {
            OPEN: "self.open = missing > 0\n        self.score = s > 0",
            DS: DS.replace("self.open", "self.score"),
        },
        ("negative costs count", "example"): {LOSS: "return missing.mean()"},
        ("s is cut off in place", "input changed"): {
            LOSS: "s[~self.open] = 0\n        return (missing * self.open).sum() / len(s)"
        },
        ("nothing is returned", "wrong type"): {LOSS: "self.loss = missing.mean()"},
    },
)

# 3
TOP = "top = s.max(axis=1, keepdims=True)"
LOGS = "logs = np.log(np.exp(s - top).sum(axis=1)) + top[:, 0]"
LOSSES = "losses = logs - s[np.arange(len(s)), t]"
SUMS = "sums = np.bincount(t, weights=losses, minlength=s.shape[1])"
MEANS = "return sums / np.maximum(np.bincount(t, minlength=s.shape[1]), 1)"
Y = "e = np.exp(s - top)\n    y = (e / e.sum(axis=1, keepdims=True))[np.arange(len(s)), t]\n    "
of(
    "by_class",
    {
        "add.at": {SUMS: "sums = np.zeros(s.shape[1])\n    np.add.at(sums, t, losses)"},
        "a one-hot product": {
            SUMS: "hot = np.eye(s.shape[1])[t]\n    sums = losses @ hot",
            MEANS: "return sums / np.maximum(hot.sum(axis=0), 1)",
        },
        "a table of booleans": {
            SUMS: "mine = t[:, None] == np.arange(s.shape[1])",
            MEANS: "return (losses[:, None] * mine).sum(axis=0) / np.maximum(mine.sum(axis=0), 1)",
        },
        "logaddexp": {LOGS: "logs = np.logaddexp.reduce(s, axis=1)", TOP: "# no top is needed"},
        "divided where there is something": {
            MEANS: "counts = np.bincount(t, minlength=s.shape[1])\n"
            "    return np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)"
        },
        "einsum": {SUMS: 'sums = np.einsum("n,nv->v", losses, np.eye(s.shape[1])[t])'},
    },
    {
        ("added by +=", "repeated ids lost"): {
            SUMS: "sums = np.zeros(s.shape[1])\n    sums[t] += losses"
        },
        ("divided by all", "divided by N"): {MEANS: "return sums / len(s)"},
        ("not divided", "sum of each class"): {MEANS: "return sums"},
        ("top and sum of the columns", "columns for rows"): {
            TOP: "top = s.max(axis=0)",
            LOGS: "logs = np.log(np.exp(s - top).sum(axis=0)) + top",
            LOSSES: "losses = (logs - s)[np.arange(len(s)), t]",
        },
        ("no top", "overflow"): {
            LOGS: "e = np.exp(s)\n    y = e / e.sum(axis=1, keepdims=True)",
            LOSSES: "losses = -np.log(y[np.arange(len(s)), t])",
        },
        ("ln of y + 1e-7", "a small number added"): {LOSSES: Y + "losses = -np.log(y + 1e-7)"},
        ("ln of y", "through a probability"): {LOSSES: Y + "losses = -np.log(y)"},
        ("the mean where none is", "one for the whole batch"): {
            MEANS: "counts = np.bincount(t, minlength=s.shape[1])\n"
            "    return np.where(counts > 0, sums / np.maximum(counts, 1), losses.mean())"
        },
        ("0 over 0", "nothing over nothing"): {
            MEANS: "return sums / np.bincount(t, minlength=s.shape[1])"
        },
        ("by argmax", "by the answer"): {
            SUMS: "t = s.argmax(axis=1)\n    " + SUMS,
        },
        ("a loop over the classes", "a loop"): {
            MEANS: "counts = np.array([(t == v).sum() for v in range(s.shape[1])])\n"
            "    return sums / np.maximum(counts, 1)"
        },
        ("a loop in a helper", "a loop"): """
def means_of(losses, t, V):
    means = []
    for v in range(V):
        means.append(losses[t == v].sum() / max((t == v).sum(), 1))
    return np.array(means)


def loss_by_class(s, t):
    top = s.max(axis=1, keepdims=True)
    logs = np.log(np.exp(s - top).sum(axis=1)) + top[:, 0]
    return means_of(logs - s[np.arange(len(s)), t], t, s.shape[1])
""",
        ("log2", "example"): {LOGS: LOGS.replace("np.log(", "np.log2(")},
        ("too short", "example"): {
            SUMS: "sums = np.bincount(t, weights=losses)",
            MEANS: "return sums / np.maximum(np.bincount(t), 1)",
        },
        ("top is not put back", "example"): {LOGS: LOGS.replace(" + top[:, 0]", "")},
        ("s minus top in place", "input changed"): {
            LOGS: "s -= top\n    logs = np.log(np.exp(s).sum(axis=1))"
        },
        ("by package", "own work"): {
            LOSSES: LOSSES + "\n    from common.functions import softmax\n\n    softmax(s)"
        },
    },
)

# 4
SMALL = "small = np.exp(-abs(s))"
SIGMOID = "self.y, self.t = np.where(s >= 0, 1, small) / (1 + small), t"
COSTS = "losses = np.log1p(small) + np.maximum(s, 0) - s * t"
TOTAL = "return losses.sum() / len(s)"
BACK = "return (self.y - self.t) * dout / len(self.t)"
of(
    "yes_or_no",
    {
        "logaddexp": {COSTS: "losses = np.logaddexp(0, s) - s * t"},
        "the sign turned for a no": {COSTS: "losses = np.logaddexp(0, np.where(t == 1, -s, s))"},
        "sums of means": {TOTAL: "return losses.sum(axis=1).mean()"},
        "the sigmoid by tanh": {SIGMOID: "self.y, self.t = (1 + np.tanh(s / 2)) / 2, t"},
        "where": {
            COSTS: "losses = np.log1p(small) + np.where(s > 0, s, 0) - np.where(t == 1, s, 0)"
        },
        "a loop": {
            COSTS: "losses = np.array([[np.log1p(np.exp(-abs(a))) + max(a, 0) - a * k\n"
            "                            for a, k in zip(*rows)] for rows in zip(s, t)])"
        },
        "y taken down by one": {
            BACK: "return dout * np.where(self.t == 1, self.y - 1, self.y) / len(self.t)"
        },
    },
    {
        ("t ln y alone", "only the yes"): {
            COSTS: "losses = t * np.logaddexp(0, -s)",
            BACK: "return (self.y - 1) * self.t * dout / len(self.t)",
        },
        ("times y (1 - y)", "through the bend twice"): {
            BACK: BACK.replace("dout", "self.y * (1 - self.y) * dout")
        },
        ("softmax in place of the sigmoid", "softmax"): {
            SIGMOID: "e = np.exp(s - s.max(axis=1, keepdims=True))\n"
            "        self.y, self.t = e / e.sum(axis=1, keepdims=True), t",
            COSTS: "losses = -t * np.log(self.y)",
        },
        ("the gradient of the squares", "slope of the squares"): {
            BACK: BACK.replace("dout", "2 * self.y * (1 - self.y) * dout")
        },
        ("a mean over everything", "divided by the classes too"): {
            TOTAL: "return losses.mean()",
            BACK: BACK.replace("len(self.t)", "self.t.size"),
        },
        ("the mean is not sent back", "no 1/N"): {BACK: BACK.replace(" / len(self.t)", "")},
        ("a sum", "not a mean"): {
            TOTAL: "return losses.sum()",
            BACK: BACK.replace(" / len(self.t)", ""),
        },
        ("t minus y", "turned round"): {BACK: BACK.replace("self.y - self.t", "self.t - self.y")},
        ("ln of what is right", "probability rounded away"): {
            COSTS: "losses = -np.log(np.where(t == 1, self.y, 1 - self.y))"
        },
        ("both logarithms", "zero times infinity"): {
            COSTS: "losses = -(t * np.log(self.y) + (1 - t) * np.log(1 - self.y))"
        },
        ("1e-7", "a small number added"): {
            COSTS: "losses = -np.log(np.where(t == 1, self.y, 1 - self.y) + 1e-7)"
        },
        ("ln of 1 plus e to the s", "overflow"): {COSTS: "losses = np.log(1 + np.exp(s)) - s * t"},
        ("begins with 1", "upstream"): {BACK: BACK.replace(" * dout", "")},
        ("squared error", "example"): {COSTS: "losses = (self.y - t) ** 2 / 2"},
        ("divided by the classes only", "example"): {TOTAL: "return losses.mean(axis=1).sum()"},
        ("the score for the probability", "example"): {
            BACK: BACK.replace("self.y", "self.s"),
            SIGMOID: SIGMOID + "\n        self.s = s",
        },
        ("scores are cut in place", "input changed"): {
            SMALL: "np.clip(s, -30, 30, out=s)\n        small = np.exp(-abs(s))"
        },
        ("the package's sigmoid", "own work"): {
            SIGMOID: "from common.functions import sigmoid\n\n"
            "        self.y, self.t = sigmoid(s), t"
        },
    },
)

# 5
U = "u = arrow / np.sqrt((arrow**2).sum())"
MOVED = "moved = x @ u"
AWAY = "away = x @ w + b - t"
CURVATURE = "curvature = (moved**2).mean()"
THREE = "return (away * moved).mean(), curvature, 2 / curvature"
of(
    "how_fast",
    {
        "norm": {U: "u = arrow / np.linalg.norm(arrow)"},
        "products": {
            CURVATURE: "curvature = moved @ moved / len(x)",
            THREE: "return away @ moved / len(x), curvature, 2 / curvature",
        },
        "by the gradient": {THREE: "return (x.T @ away / len(x)) @ u, curvature, 2 / curvature"},
        "by the matrix of second derivatives": {
            CURVATURE: "curvature = u @ (x.T @ x / len(x)) @ u"
        },
        "three losses on the line": """
def how_fast(x, t, w, b, arrow):
    x, t, w = x.astype(float), t.astype(float), w.astype(float)
    u = arrow / np.sqrt((arrow.astype(float) ** 2).sum())
    loss = lambda step: ((x @ (w + step * u) + b - t) ** 2).mean() / 2
    below, here, above = loss(-1), loss(0), loss(1)
    curvature = above + below - 2 * here
    return (above - below) / 2, curvature, 2 / curvature
""",
        "loops": """
def how_fast(x, t, w, b, arrow):
    length = sum(a * a for a in arrow) ** 0.5
    slope = curvature = 0.0
    for row, target in zip(x, t):
        moved = sum(r * a for r, a in zip(row, arrow)) / length
        slope += (sum(r * v for r, v in zip(row, w)) + b - target) * moved / len(x)
        curvature += moved * moved / len(x)
    return [slope, curvature, 2 / curvature]
""",
    },
    {
        ("the arrow as it is", "direction as it came"): {U: "u = arrow"},
        ("no root", "divided by the square of the length"): {U: "u = arrow / (arrow**2).sum()"},
        ("sums", "sums for means"): {
            CURVATURE: "curvature = (moved**2).sum()",
            THREE: THREE.replace("mean", "sum"),
        },
        ("one over", "one over the curvature"): {THREE: THREE.replace("2 / ", "1 / ")},
        ("no half", "half forgotten"): {
            CURVATURE: "curvature = 2 * (moved**2).mean()",
            THREE: THREE.replace("(away", "2 * (away"),
        },
        ("the mean first", "square of the mean"): {CURVATURE: "curvature = moved.mean() ** 2"},
        ("the squares of x", "curvature of the features"): {
            CURVATURE: "curvature = (x**2).sum(axis=1).mean()"
        },
        ("t minus y", "target minus output"): {AWAY: "away = t - (x @ w + b)"},
        ("without w", "at zero weights"): {AWAY: "away = b - t"},
        ("without b", "bias forgotten"): {AWAY: "away = x @ w - t"},
        ("the root of the curvature", "example"): {
            CURVATURE: "curvature = (moved**2).mean() ** 0.5"
        },
        ("the largest feature decides", "example"): {
            CURVATURE: "curvature = (x**2).mean(axis=0).max()"
        },
        ("the loss for the slope", "example"): {THREE: THREE.replace("away * moved", "away**2")},
        ("the steepest slope", "example"): {
            THREE: "g = x.T @ away / len(x)\n    return (g @ g) ** 0.5, curvature, 2 / curvature"
        },
        ("the arrow is made shorter in place", "input changed"): {
            U: "arrow /= np.sqrt((arrow**2).sum())\n    u = arrow"
        },
        ("two numbers", "stopped"): {THREE: THREE.replace(", 2 / curvature", "")},
    },
)

# 6
RUNS = '{1: "g", 2: "b", 3: "e", 4: "h"}'
of(
    "diagnosis",
    {
        "a dict of pairs": {RUNS: 'dict([(1, "g"), (2, "b"), (3, "e"), (4, "h")])'},
        "in another order": {RUNS: '{4: "h", 3: "e", 2: "b", 1: "g"}'},
    },
    {
        ("f for g", "example"): {'1: "g"': '1: "f"'},
        ("a for g", "example"): {'1: "g"': '1: "a"'},
        ("h for b", "example"): {'2: "b"': '2: "h"'},
        ("d for b", "example"): {'2: "b"': '2: "d"'},
        ("d for e", "example"): {'3: "e"': '3: "d"'},
        ("b for e", "example"): {'3: "e"': '3: "b"'},
        ("c for h", "example"): {'4: "h"': '4: "c"'},
        ("b for h", "example"): {'4: "h"': '4: "b"'},
        ("a run left out", "wrong type"): {', 4: "h"': ""},
        ("an unknown letter", "wrong type"): {'4: "h"': '4: "z"'},
        ("a list", "wrong type"): {RUNS: '["g", "b", "e", "h"]'},
    },
)
