"""Right and wrong answers to week 2's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
LINE = "np.ones(D), 0.5 - k"
of(
    "at_least",
    {
        "weights of 2": {LINE: "2 * np.ones(D), 1.0 - 2 * k"},
        "lists": {LINE: "[1] * D, -(k - 0.5)"},
        "short weights": {LINE: "np.full(D, 1 / D), (0.5 - k) / D"},
        "through the two sums": {
            "return " + LINE: "below, above = k - 1, k\n    return np.ones(D), -(below + above) / 2"
        },
        "b as an array of one number": {LINE: "np.ones(D, int), np.array([0.5 - k])"},
        "weights of length 1": {LINE: "np.ones(D) / np.sqrt(D), (0.5 - k) / np.sqrt(D)"},
    },
    {
        ("more than k", "off by one"): {LINE: "np.ones(D), -0.5 - k"},
        ("the bias is minus k", "threshold on the wrong sum"): {LINE: "np.ones(D), -k"},
        ("the bias is 1 - k", "on the edge"): {LINE: "np.ones(D), 1 - k"},
        ("the threshold as bias", "threshold for bias"): {LINE: "np.ones(D), k - 0.5"},
        ("all signs turned", "at most"): {LINE: "-np.ones(D), k - 0.5"},
        ("AND of all", "only all"): {LINE: "np.ones(D), 0.5 - D"},
        ("OR of all", "example"): {LINE: "np.ones(D), -0.5"},
        ("not in the middle", "example"): {LINE: "np.ones(D), 0.9 - k"},
        ("short weights, long bias", "example"): {LINE: "np.full(D, 1 / D), 0.5 - k"},
        ("one weight only", "stopped"): {LINE: "np.ones(1), 0.5 - k"},
        ("only the first k inputs count", "example"): {
            "return " + LINE: "w = np.zeros(D)\n    w[:k] = 1\n    return w, 0.5 - k"
        },
        ("no bias", "stopped"): {LINE: "np.ones(D)"},
        ("nothing returned", "stopped"): {"return " + LINE: "w = np.ones(D)"},
    },
)

# 2
DISTANCE = "(x @ w + b) / np.sqrt((w**2).sum())"
ROOMS = "np.where(t == 1, distance, -distance)"
of(
    "room",
    {
        "a loop": """
def room(x, t, w, b):
    rooms = []
    for example, label in zip(x, t):
        s = sum(example[d] * w[d] for d in range(len(w))) + b
        length = sum(number**2 for number in w) ** 0.5
        rooms.append((1 if label else -1) * s / length)
    return rooms, min(rooms)
""",
        "signs from labels": {ROOMS: "(2 * t - 1) * distance"},
        "norm": {DISTANCE: "(x @ w + b) / np.linalg.norm(w)"},
        "weights of length 1 first": {DISTANCE: "x @ (w / np.sqrt(w @ w)) + b / np.sqrt(w @ w)"},
        "einsum": {DISTANCE: '(np.einsum("nd,d->n", x, w) + b) / np.hypot.reduce(w)'},
        "through the point on the line": """
def room(x, t, w, b):
    foot = x - ((x @ w + b) / (w @ w))[:, None] * w
    away = np.sqrt(((x - foot) ** 2).sum(axis=1))
    right = (x @ w + b > 0) == (t == 1)
    rooms = np.where(right, away, -away)
    return rooms, np.min(rooms)
""",
    },
    {
        ("the score", "score for distance"): {DISTANCE: "x @ w + b"},
        ("the bias in the length", "bias in the length"): {
            DISTANCE: "(x @ w + b) / np.sqrt((w**2).sum() + b**2)"
        },
        ("no root", "square for length"): {DISTANCE: "(x @ w + b) / (w**2).sum()"},
        ("the sum of the weights' sizes", "sum for length"): {
            DISTANCE: "(x @ w + b) / abs(w).sum()"
        },
        ("no labels", "labels forgotten"): {ROOMS: "distance"},
        ("absolute values", "always plus"): {ROOMS: "abs(distance)"},
        ("signs turned", "labels turned"): {ROOMS: "np.where(t == 1, -distance, distance)"},
        ("the mean", "mean for margin"): {"rooms.min()": "rooms.mean()"},
        ("the largest", "example"): {"rooms.min()": "rooms.max()"},
        ("the smallest size", "example"): {"rooms.min()": "abs(rooms).min()"},
        ("t for the sign", "example"): {ROOMS: "t * distance"},
        ("no bias", "example"): {DISTANCE: "(x @ w) / np.sqrt((w**2).sum())"},
        ("the bias not divided", "example"): {DISTANCE: "x @ w / np.sqrt((w**2).sum()) + b"},
        ("the length of the example", "example"): {
            DISTANCE: "(x @ w + b) / np.sqrt((x**2).sum(axis=1) + 1e-9)"
        },
        ("the bias taken away", "example"): {DISTANCE: "(x @ w - b) / np.sqrt((w**2).sum())"},
        ("rooms only", "stopped"): {"return rooms, rooms.min()": "return rooms.min()"},
        ("the weights shortened in place", "input changed"): {
            DISTANCE: "x @ w + b",
            "distance = ": "w /= np.sqrt((w**2).sum())\n    distance = ",
        },
    },
)

# 3
OFF = "off = nand(which, which)"
LEFT = "left = nand(a, which)"
RIGHT = "right = nand(b, off)"
LAST = "return nand(left, right)"
of(
    "choose",
    {
        "in one line": """
def choose(nand, a, b, which):
    return nand(nand(a, which), nand(b, nand(which, which)))
""",
        "inputs the other way round": {
            LEFT: "left = nand(which, a)",
            RIGHT: "right = nand(off, b)",
            LAST: "return nand(right, left)",
        },
        "b turns the switch": {OFF: "off = nand(b, which)"},
        "the right branch first": {OFF: "", RIGHT: "right = nand(b, nand(which, which))"},
        "wires in a list": """
def choose(nand, a, b, which):
    wires = [a, b, which]
    for left, right in ((2, 2), (0, 2), (1, 3), (4, 5)):
        wires.append(nand(wires[left], wires[right]))
    return wires[-1]
""",
        "a function for NOT": {
            OFF: "def turned(wire):\n        return nand(wire, wire)\n\n    off = turned(which)"
        },
        "NOT by a wire that is always on": {OFF: "off = nand(which, 1)"},
    },
    {
        ("the switch the wrong way", "swapped"): {
            LEFT: "left = nand(a, off)",
            RIGHT: "right = nand(b, which)",
        },
        ("turned at the end", "and at the end"): {
            LAST: "both = nand(left, right)\n    return nand(both, both)"
        },
        ("Python decides", "no gates"): """
def choose(nand, a, b, which):
    return np.where(which == 1, a, b)
""",
        ("arithmetic", "no gates"): """
def choose(nand, a, b, which):
    return a * which + b * (1 - which)
""",
        ("the switch turned twice", "one gate too many"): {LEFT: "left = nand(a, nand(off, off))"},
        ("both branches open", "switch not turned"): {OFF: "off = which"},
        ("two gates for show", "example"): {
            LAST: "return nand(nand(left, left), nand(right, right))"
        },
        ("branches with AND and OR", "example"): """
def choose(nand, a, b, which):
    off = nand(which, which)
    left, right = nand(nand(a, which), nand(a, which)), nand(nand(b, off), nand(b, off))
    return nand(nand(left, left), nand(right, right))
""",
        ("a for both", "example"): {RIGHT: "right = nand(a, off)"},
        ("one branch left out", "example"): {LAST: "return nand(left, left)"},
        ("the last gate reads the switch", "example"): {LAST: "return nand(left, off)"},
        ("the gate counted, not used", "no gates"): {LAST: "return np.where(which == 1, a, b)"},
        ("four gates for show, then Python decides", "no gates"): """
def choose(nand, a, b, which):
    for _ in range(4):
        nand(a, b)
    return np.where(which == 1, a, b)
""",
        ("four gates for show, then arithmetic", "no gates"): """
def choose(nand, a, b, which):
    for _ in range(4):
        nand(a, b)
    return a * which + b * (1 - which)
""",
        ("NumPy reads the wires", "no gates"): {LAST: "return np.logical_or(a, b)"},
        ("NumPy stacks the wires", "no gates"): {LAST: "return np.stack([a, b, which])[0]"},
        ("an if", "no gates"): {LAST: "return a if which else b"},
        ("the gate reads an array", "wrong type"): {OFF: "off = nand(np.ones(4), which)"},
        ("one input is handed through", "example"): {LAST: "return a"},
        ("row by row", "no gates"): """
def choose(nand, a, b, which):
    rows = zip(a, b, which)
    return [nand(nand(p, q), nand(r, nand(q, q))) for p, r, q in rows]
""",
        ("nothing returned", "wrong type"): {LAST: "nand(left, right)"},
    },
)

# 4
BITS = "rows >> np.arange(D)[:, None] & 1"
SIGNS = "np.where(bits == 1, 1, -1)"
HIDDEN = "0.5 - bits.sum(axis=0)"
SECOND = "np.ones(len(rows)), -0.5"
of(
    "any_table",
    {
        "a loop": """
def two_layers(table):
    D = int(np.log2(len(table)))
    columns, biases = [], []
    for n in range(len(table)):
        if table[n]:
            bits = [n >> d & 1 for d in range(D)]
            columns.append([1 if bit else -1 for bit in bits])
            biases.append(0.5 - sum(bits))
    W_1 = np.array(columns).reshape(-1, D).T
    return W_1, np.array(biases), np.ones(len(biases)), -0.5
""",
        "weights of 2": {
            SIGNS: "2 * np.where(bits == 1, 1, -1)",
            HIDDEN: "1 - 2 * bits.sum(axis=0)",
        },
        "two times the bit, minus 1": {SIGNS: "2 * bits - 1"},
        "another threshold behind": {SECOND: "3 * np.ones(len(rows)), -2"},
        "the last row first": {
            "np.flatnonzero(table)": "np.flatnonzero(table)[::-1]",
        },
        "less room": {HIDDEN: "0.1 - bits.sum(axis=0)"},
    },
    {
        ("weights of 0 for bits of 0", "more inputs than its own"): {SIGNS: "bits"},
        ("no hidden bias", "no hidden bias"): {HIDDEN: "np.zeros(len(rows))"},
        ("the bias is minus the sum", "never on"): {HIDDEN: "-bits.sum(axis=0)"},
        ("the highest digit first", "bits turned round"): {
            BITS: "rows >> np.arange(D)[::-1, None] & 1"
        },
        ("the second layer is AND", "all at once"): {SECOND: "np.ones(len(rows)), 0.5 - len(rows)"},
        ("a perceptron for each 0", "rows of zeros"): {
            "np.flatnonzero(table)": "np.flatnonzero(np.asarray(table) == 0)"
        },
        ("a perceptron for each row", "example"): {
            "np.flatnonzero(table)": "np.arange(len(table))",
            SECOND: "np.array(table), -0.5",
        },
        ("no second bias but plus", "example"): {SECOND: "np.ones(len(rows)), 0.5"},
        ("signs turned", "example"): {SIGNS: "np.where(bits == 1, -1, 1)"},
        ("the bias from D", "example"): {HIDDEN: "0.5 - np.full(len(rows), D)"},
        ("too much bias", "example"): {HIDDEN: "1.5 - bits.sum(axis=0)"},
        ("XOR only", "stopped"): """
def two_layers(table):
    return np.array([[1, -1], [-1, 1]]), np.array([-0.5, -0.5]), np.ones(2), -0.5
""",
        ("a perceptron in each row", "stopped"): {"return W_1, b_1": "return W_1.T, b_1"},
        ("three parts", "stopped"): {", " + SECOND: ", -0.5"},
    },
)

# 5
RADIUS = "np.sqrt((x**2).sum(axis=1) + 1).max()"
LENGTH = "np.sqrt((w**2).sum() + b**2)"
SIDE = "np.where(t == 1, 1, -1) * (x @ w + b)"
MOST = "(radius / margin) ** 2 if margin > 0 else np.inf"
of(
    "bound",
    {
        "a column of ones": """
def bound(x, t, w, b):
    x = np.column_stack([x, np.ones(len(x))])
    u = np.append(w, b)
    u = u / np.linalg.norm(u)
    margin = ((2 * t - 1) * (x @ u)).min()
    radius = max(np.linalg.norm(row) for row in x)
    if margin <= 0:
        return radius, margin, float("inf")
    return radius, margin, radius**2 / margin**2
""",
        "the square first": {RADIUS: "((x**2).sum(axis=1).max() + 1) ** 0.5"},
        "hypot": {LENGTH: "np.hypot(np.linalg.norm(w), b)"},
        "signs from labels": {SIDE: "(2 * t - 1) * (x @ w + b)"},
        "a loop": """
def bound(x, t, w, b):
    longest, worst = 0, np.inf
    for example, label in zip(x, t):
        longest = max(longest, example @ example + 1)
        s = example @ w + b
        worst = min(worst, s if label else -s)
    margin = worst / (w @ w + b * b) ** 0.5
    return longest**0.5, margin, longest / margin**2 if margin > 0 else np.inf
""",
        "a dict of parts, as a tuple": {
            "return radius, margin, " + MOST: "parts = {'r': radius, 'm': margin}\n"
            "    parts['k'] = (radius / margin) ** 2 if margin > 0 else np.inf\n"
            "    return tuple(parts.values())"
        },
    },
    {
        ("no constant feature", "no constant in the radius"): {
            RADIUS: "np.sqrt((x**2).sum(axis=1)).max()"
        },
        ("the bias left out of the length", "no bias in the length"): {
            LENGTH: "np.sqrt((w**2).sum())"
        },
        ("no length", "weights not of length 1"): {LENGTH: "1"},
        ("absolute scores", "labels forgotten"): {SIDE: "abs(x @ w + b)"},
        ("always finite", "bound without separation"): {MOST: "(radius / margin) ** 2"},
        ("no square", "not squared"): {MOST: "radius / margin if margin > 0 else np.inf"},
        ("the shortest example", "shortest example"): {
            RADIUS: "np.sqrt((x**2).sum(axis=1) + 1).min()"
        },
        ("the score without labels", "example"): {SIDE: "x @ w + b"},
        ("the mean margin", "example"): {"(x @ w + b)).min()": "(x @ w + b)).mean()"},
        ("the square for the radius", "example"): {RADIUS: "((x**2).sum(axis=1) + 1).max()"},
        ("the square of the length", "example"): {LENGTH: "((w**2).sum() + b**2)"},
        ("upside down", "example"): {MOST: "(margin / radius) ** 2 if margin > 0 else np.inf"},
        ("the largest feature", "example"): {RADIUS: "np.sqrt((x**2).max() + 1)"},
        ("a whole number", "example"): {
            MOST: "int((radius / margin) ** 2 + 0.5) + 1 if margin > 0 else np.inf"
        },
        ("None where nothing is promised", "wrong type"): {
            MOST: "(radius / margin) ** 2 if margin > 0 else None"
        },
        ("the bound alone", "stopped"): {"return radius, margin, " + MOST: "return radius"},
        ("x gets its ones in place", "input changed"): {
            "radius = " + RADIUS: "x **= 2\n    radius = np.sqrt(x.sum(axis=1) + 1).max()"
        },
    },
)

# 6
SAID = "y = (x[n] @ W + b).argmax()"
UP, DOWN = "W[:, t[n]] += x[n]", "W[:, y] -= x[n]"
B_UP, B_DOWN = "b[t[n]] += 1", "b[y] -= 1"
COUNT = "corrections += 1"
of(
    "many_classes",
    {
        "a vector of changes": """
def learn_classes(W, b, x, t):
    corrections = 0
    for x_n, t_n in zip(x, t):
        y = np.argmax(x_n @ W + b)
        change = np.eye(len(b))[t_n] - np.eye(len(b))[y]
        W += np.outer(x_n, change)
        b += change
        corrections += int(y != t_n)
    return corrections
""",
        "scores by a loop": {
            SAID: "s = [sum(x[n, d] * W[d, v] for d in range(len(W))) + b[v]"
            " for v in range(len(b))]\n        y = s.index(max(s))"
        },
        "the mistakes in a list": {
            "corrections = 0": "corrections = []",
            COUNT: "corrections.append(n)",
            "return corrections": "return len(corrections)",
        },
        "continue": {
            "if y != t[n]:": "if y == t[n]:\n            continue\n        if True:",
        },
        "the wrong class first": {UP + "\n            " + DOWN: DOWN + "\n            " + UP},
        "whole arrays written": {
            UP: "W[...] = W + np.outer(x[n], np.arange(len(b)) == t[n])",
        },
    },
    {
        ("only up", "only the right class"): {DOWN: "", B_DOWN: ""},
        ("only down", "only the wrong class"): {UP: "", B_UP: ""},
        ("all others down", "all other classes"): {
            DOWN: "W[:, np.arange(len(b)) != t[n]] -= x[n][:, None]",
            B_DOWN: "b[np.arange(len(b)) != t[n]] -= 1",
        },
        ("all judged before the pass", "old weights"): {
            "corrections = 0": "corrections = 0\n    said = (x @ W + b).argmax(axis=1)",
            SAID: "y = said[n]",
        },
        ("the bias never changes", "no bias"): {B_UP: "", B_DOWN: ""},
        ("signs turned", "signs turned"): {
            UP: "W[:, t[n]] -= x[n]",
            DOWN: "W[:, y] += x[n]",
            B_UP: "b[t[n]] -= 1",
            B_DOWN: "b[y] += 1",
        },
        ("all examples counted", "every example counted"): {"return corrections": "return len(x)"},
        ("copies", "not in place"): {
            "corrections = 0": "corrections = 0\n    W, b = W.copy(), b.copy()"
        },
        ("the smallest score wins", "example"): {SAID: "y = (x[n] @ W + b).argmin()"},
        ("the last of equal scores", "example"): {
            SAID: "y = len(b) - 1 - (x[n] @ W + b)[::-1].argmax()"
        },
        ("the bias forgotten in the score", "example"): {SAID: "y = (x[n] @ W).argmax()"},
        ("rows for columns", "stopped"): {UP: "W[t[n]] += x[n]"},
        ("corrected twice", "example"): {UP: UP + "\n            W[:, t[n]] += x[n]"},
        ("the bias by the example's sum", "example"): {B_UP: "b[t[n]] += x[n].sum()"},
        ("stops at the first mistake", "example"): {COUNT: COUNT + "\n            break"},
        ("the examples counted up to the last mistake", "example"): {COUNT: "corrections = n + 1"},
        ("nothing returned", "wrong type"): {"return corrections": "return"},
        ("a learning rate", "example"): {UP: "W[:, t[n]] += 0.5 * x[n]"},
        ("examples rounded in place", "input changed"): {
            "corrections = 0": "corrections = 0\n    x *= 2"
        },
    },
)

# 7
WRONG = "wrong = t[n] - int(x[n] @ w + b > 0)"
ADD_W, ADD_B = (
    "sum_w += w  # a sum, since a list would keep the same array again and again",
    "sum_b += b",
)
MEANS = "sum_w / (passes * len(x)), sum_b / (passes * len(x))"
of(
    "averaged",
    {
        "a list of copies": """
def averaged(x, t, passes):
    w, b = np.zeros(x.shape[1]), 0
    ws, bs = [], []
    for _ in range(passes):
        for x_n, t_n in zip(x, t):
            y = 1 if x_n @ w + b > 0 else 0
            w, b = w + (t_n - y) * x_n, b + t_n - y
            ws.append(w)
            bs.append(b)
    return np.mean(ws, axis=0), np.mean(bs)
""",
        "the bias as a weight": """
def averaged(x, t, passes):
    x = np.column_stack([x, np.ones(len(x))])
    w = np.zeros(x.shape[1])
    total, number = np.zeros_like(w), 0
    for _ in range(passes):
        for x_n, t_n in zip(x, t):
            w = w + (t_n - (x_n @ w > 0)) * x_n
            total, number = total + w, number + 1
    return (total / number)[:-1], (total / number)[-1]
""",
        "a running mean": """
def averaged(x, t, passes):
    w, b, k = np.zeros(x.shape[1]), 0.0, 0
    mean_w, mean_b = np.zeros(x.shape[1]), 0.0
    for _ in range(passes):
        for n in range(len(x)):
            wrong = t[n] - int(x[n] @ w + b > 0)
            w, b, k = w + wrong * x[n], b + wrong, k + 1
            mean_w = mean_w + (w - mean_w) / k
            mean_b = mean_b + (b - mean_b) / k
    return mean_w, mean_b
""",
        "each correction by how long it stays": """
def averaged(x, t, passes):
    w, b, left = np.zeros(x.shape[1]), 0.0, passes * len(x)
    mean_w, mean_b, all_of_them = np.zeros(x.shape[1]), 0.0, passes * len(x)
    for _ in range(passes):
        for n in range(len(x)):
            wrong = t[n] - int(x[n] @ w + b > 0)
            w, b = w + wrong * x[n], b + wrong
            mean_w = mean_w + wrong * x[n] * left / all_of_them
            mean_b += wrong * left / all_of_them
            left -= 1
    return mean_w, mean_b
""",
        "lists": {MEANS: "[(sum_w / passes / len(x)).tolist(), [sum_b / passes / len(x)]]"},
        "branches": {
            WRONG: "y = int(x[n] @ w + b > 0)\n"
            "            wrong = 0 if y == t[n] else 1 if t[n] else -1"
        },
    },
    {
        ("the last weights", "the last weights"): {MEANS: "w, b"},
        ("a list of the same array", "the same array"): {
            "sum_w, sum_b = np.zeros(x.shape[1]), 0.0": "ws, sum_b = [], 0.0",
            ADD_W: "ws.append(w)",
            MEANS: "np.mean(ws, axis=0), sum_b / (passes * len(x))",
        },
        ("after each pass", "mean over passes"): """
def averaged(x, t, passes):
    w, b = np.zeros(x.shape[1]), 0.0
    ws, bs = [], []
    for _ in range(passes):
        for n in range(len(x)):
            wrong = t[n] - int(x[n] @ w + b > 0)
            w, b = w + wrong * x[n], b + wrong
        ws.append(w)
        bs.append(b)
    return np.mean(ws, axis=0), np.mean(bs)
""",
        ("after each correction", "mean over corrections"): """
def averaged(x, t, passes):
    w, b = np.zeros(x.shape[1]), 0.0
    ws, bs = [], []
    for _ in range(passes):
        for n in range(len(x)):
            wrong = t[n] - int(x[n] @ w + b > 0)
            if wrong:
                w, b = w + wrong * x[n], b + wrong
                ws.append(w)
                bs.append(b)
    return np.mean(ws, axis=0), np.mean(bs)
""",
        ("before the correction", "before each example"): {
            ADD_W + "\n            " + ADD_B: "pass",
            WRONG: "sum_w += w\n            sum_b += b\n            " + WRONG,
        },
        ("the zeros too", "start counted"): {
            MEANS: "sum_w / (passes * len(x) + 1), sum_b / (passes * len(x) + 1)"
        },
        ("the last bias", "bias not averaged"): {MEANS: "sum_w / (passes * len(x)), b"},
        ("sums", "sum for mean"): {MEANS: "sum_w, sum_b"},
        ("each pass from zeros", "every pass anew"): {
            "for _ in range(passes):\n": "for _ in range(passes):\n"
            "        w, b = np.zeros(x.shape[1]), 0.0\n"
        },
        ("divided by the examples", "example"): {MEANS: "sum_w / len(x), sum_b / len(x)"},
        ("divided by the passes", "example"): {MEANS: "sum_w / passes, sum_b / passes"},
        ("the mean weights judge", "example"): {
            WRONG: "wrong = t[n] - int(x[n] @ sum_w + sum_b > 0)"
        },
        ("0 counts as 1", "example"): {WRONG: "wrong = t[n] - int(x[n] @ w + b >= 0)"},
        ("corrections turned", "example"): {WRONG: "wrong = int(x[n] @ w + b > 0) - t[n]"},
        ("the bias not in the score", "example"): {WRONG: "wrong = t[n] - int(x[n] @ w > 0)"},
        ("one pass", "example"): {"in range(passes)": "in range(1)"},
        ("w alone", "stopped"): {MEANS: "sum_w[0] / passes"},
        ("the package's Perceptron", "own work"): {
            "w, b = np.zeros(x.shape[1]), 0.0": "from common.perceptron import Perceptron\n\n"
            "    Perceptron(x.shape[1]).learn(x, t)\n    w, b = np.zeros(x.shape[1]), 0.0"
        },
    },
)

# 8
of(
    "diagnosis",
    {
        "in another order": {
            '{1: "g", 2: "f", 3: "d", 4: "b"}': '{4: "b", 3: "d", 2: "f", 1: "g"}'
        },
        "by dict": {'{1: "g", 2: "f", 3: "d", 4: "b"}': 'dict(zip(range(1, 5), "gfdb"))'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "g", "c"),
            (1, "g", "h"),
            (2, "f", "b"),
            (2, "f", "a"),
            (3, "d", "e"),
            (3, "d", "g"),
            (4, "b", "a"),
            (4, "b", "h"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "b"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "b"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "f"': '2: ["f", "b"]'},
        ("a list", "wrong type"): {
            'return {1: "g", 2: "f", 3: "d", 4: "b"}': 'return list("gfdb")'
        },
    },
)
