"""Right and wrong answers to week 4's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
LINE = "line = edge * (size - edge / 2)"
PIECES = "np.where(size <= edge, error**2 / 2, line)"
CLIP = "np.clip(error, -edge, edge)"
of(
    "straight_line",
    {
        "a loop": """
def far_errors(y, t, edge):
    losses, slopes = [], []
    for output, target in zip(y, t):
        error = output - target
        if abs(error) <= edge:
            losses.append(error**2 / 2)
            slopes.append(error)
        else:
            losses.append(edge * abs(error) - edge**2 / 2)
            slopes.append(edge if error > 0 else -edge)
    return losses, slopes, sum(losses) / len(losses)
""",
        "the part inside, and the rest": """
def far_errors(y, t, edge):
    error = y - t
    inside = np.minimum(abs(error), edge)
    losses = inside**2 / 2 + edge * (abs(error) - inside)
    return losses, np.sign(error) * inside, losses.mean()
""",
        "smaller, not smaller or equal": {PIECES: "np.where(size < edge, error**2 / 2, line)"},
        "by an index": {
            "losses = " + PIECES: "losses = error**2 / 2\n"
            "    losses[size > edge] = line[size > edge]"
        },
        "min and max": {CLIP: "np.maximum(-edge, np.minimum(edge, error))"},
        "slope from the loss": {CLIP: "np.where(size <= edge, error, edge * np.sign(error))"},
    },
    {
        ("the whole square", "no half"): {
            LINE: "line = edge * (2 * size - edge)",
            PIECES: "np.where(size <= edge, error**2, line)",
            CLIP: "2 * np.clip(error, -edge, edge)",
        },
        ("a line through 0", "jump"): {LINE: "line = edge * size"},
        ("the square for all", "square everywhere"): {
            PIECES: "error**2 / 2",
            CLIP: "error",
        },
        ("the line for all", "line everywhere"): {
            PIECES: "line",
            CLIP: "edge * np.sign(error)",
        },
        ("a line of slope 1", "edge of 1"): {
            LINE: "line = size - 1 / 2",
            CLIP: "np.where(size <= edge, error, np.sign(error))",
        },
        ("slopes of the size", "sign lost"): {
            CLIP: "np.where(size <= edge, error, edge)",
        },
        ("the pieces swapped", "pieces swapped"): {
            PIECES: "np.where(size > edge, error**2 / 2, line)",
            CLIP: "np.where(size > edge, error, edge * np.sign(error))",
        },
        ("the sum", "sum for mean"): {"losses.mean()": "losses.sum()"},
        ("the slope of the mean", "slope of the mean"): {CLIP: CLIP + " / len(y)"},
        ("no sign at all", "example"): {CLIP: "np.minimum(size, edge)"},
        ("target minus output", "example"): {"error = y - t": "error = t - y"},
        ("whole square inside, half outside", "example"): {
            PIECES: "np.where(size <= edge, error**2, line)"
        },
        ("the errors cut, then squared", "example"): {PIECES: "np.minimum(size, edge) ** 2 / 2"},
        ("one edge for the batch", "example"): {
            PIECES: "error**2 / 2 if size.max() <= edge else line"
        },
        ("above the edge only", "example"): {PIECES: "np.where(error <= edge, error**2 / 2, line)"},
        ("no edge in the meeting", "example"): {LINE: "line = edge * (size - 1 / 2)"},
        ("the loss alone", "stopped"): {"return losses, slopes, losses.mean()": "return losses[0]"},
        ("nothing returned", "stopped"): {"return losses, slopes, losses.mean()": "return"},
        ("the outputs changed", "input changed"): {"error = y - t": "y -= t\n    error = y"},
    },
)

# 2
MISSES = "misses = t - 1"
MISS = "miss = np.where(misses > 0, 1 - y, 1)"
LOSS = "-(np.log(y) + misses * np.log(miss)).mean()"
BEST = "len(t) / t.sum()"
of(
    "tries",
    {
        "a loop": """
def tries_loss(y, t):
    total = 0
    for output, number in zip(y, t):
        total -= np.log(output)
        for _ in range(number - 1):
            total -= np.log(1 - output)
    return total / len(t)


def best_output(t):
    return 1 / np.mean(t)
""",
        "where the misses are": {
            "return " + LOSS: "total = np.log(y).sum()\n"
            "    some = misses > 0\n"
            "    return -(total + (misses[some] * np.log(1 - y[some])).sum()) / len(t)"
        },
        "0 put in afterwards": {
            MISS: "with np.errstate(all='ignore'):\n        of_misses = misses * np.log(1 - y)",
            LOSS: "-(np.log(y) + np.where(misses == 0, 0, of_misses)).mean()",
        },
        "float64 inside": {MISSES: "misses, y = t - 1.0, y.astype(float)"},
        "logarithms to base 2": {LOSS: "-np.log(2) * (np.log2(y) + misses * np.log2(miss)).mean()"},
        "very small numbers raised": {MISS: "miss = np.maximum(1 - y, 1e-300)"},
        "hits and misses": {BEST: "len(t) / (len(t) + (t - 1).sum())"},
    },
    {
        ("the product of all", "product"): {
            "return " + LOSS: "return -np.log((y * miss**misses).prod()) / len(t)"
        },
        ("the power first", "power"): {"return " + LOSS: "return -np.log(y * miss**misses).mean()"},
        ("every try a miss", "tries for misses"): {MISSES: "misses = t"},
        ("y is a miss", "hit and miss swapped"): {
            MISSES: "misses, y = t - 1, 1 - y",
        },
        ("the sum", "sum for mean"): {
            LOSS: "-(np.log(y) + misses * np.log(miss)).sum()",
        },
        ("0 times infinity", "nothing times infinity"): {MISS: "miss = 1 - y"},
        ("1e-7 in the logarithms", "something added"): {
            LOSS: "-(np.log(y + 1e-7) + misses * np.log(miss + 1e-7)).mean()"
        },
        ("the logarithm of the mean", "mean of the probabilities"): {
            "return " + LOSS: "return -np.log((y * miss**misses).mean())"
        },
        ("the mean of the shares", "mean of the shares"): {BEST: "(1 / t).mean()"},
        ("the mean of the tries", "mean number of tries"): {BEST: "t.mean()"},
        ("0 left out", "example"): {LOSS: "-(np.log(y) + np.log(miss)).mean()"},
        ("only the hits", "example"): {LOSS: "-np.log(y).mean()"},
        ("no minus", "example"): {LOSS: "(np.log(y) + misses * np.log(miss)).mean()"},
        ("the mean over all tries", "example"): {
            LOSS: "-(np.log(y) + misses * np.log(miss)).sum() / t.sum()"
        },
        ("hits over misses", "example"): {BEST: "len(t) / (t - 1).sum()"},
        ("always a half", "example"): {BEST: "0.5"},
        ("the median", "example"): {BEST: "1 / np.median(t)"},
        ("losses of the examples", "example"): {
            LOSS: "-(np.log(y) + misses * np.log(miss))",
        },
        ("the package's loss", "own work"): {
            MISSES: "from common.functions import binary_cross_entropy\n\n"
            "    binary_cross_entropy(y, t * 0)\n    misses = t - 1"
        },
        ("nothing returned", "wrong type"): {"return " + LOSS: "loss = " + LOSS},
        ("the tries counted down in place", "input changed"): {
            MISSES: "t -= 1\n    misses = t",
        },
    },
)

# 3
COPY = "x = np.array(x, float)  # a copy, which can hold fractions"
NEAR, FAR = "x[i] = kept + step\n", "x[i] = kept + 2 * step\n"
BACK = "x[i] = kept  # so that the next number moves alone"
SUM = "(-1.5 * start + 2 * near - 0.5 * far) / step"
of(
    "one_sided",
    {
        "flat": """
def slopes_upwards(f, x, step):
    start, slopes = f(x), []
    for i in range(x.size):
        values = []
        for times in (1, 2):
            moved = x.astype(float).reshape(-1)
            moved[i] += times * step
            values.append(f(moved.reshape(x.shape)))
        slopes.append((4 * values[0] - 3 * start - values[1]) / (2 * step))
    return np.reshape(slopes, x.shape)
""",
        "two forward differences": {
            SUM: "2 * (near - start) / step - (far - start) / (2 * step)",
        },
        "a mask": """
def slopes_upwards(f, x, step):
    start = f(x)
    slopes = np.zeros(x.size)
    for i in range(x.size):
        unit = np.zeros(x.size)
        unit[i] = step
        unit = unit.reshape(x.shape)
        slopes[i] = -1.5 * start + 2 * f(x + unit) - 0.5 * f(x + 2 * unit)
    return slopes.reshape(x.shape) / step
""",
        "shares solved for": {
            SUM: "np.linalg.solve([[1, 1, 1], [0, 1, 2], [0, 1, 4]], [0, 1, 0]) "
            "@ [start, near, far] / step",
        },
        "lists": {"return slopes": "return slopes.tolist()"},
        "moved by adding": {
            NEAR: "x[i] += step\n",
            FAR: "x[i] += step\n",
        },
        "two steps first": {
            "near = f(x)\n        " + FAR + "        far = f(x)": "near = f(x)\n"
            "        x[i] += step\n        far = f(x)",
        },
    },
    {
        ("two values", "two values"): {SUM: "(near - start) / step"},
        ("two steps, two values", "two values far apart"): {SUM: "(far - start) / (2 * step)"},
        ("the lesson's formula", "from both sides"): {
            FAR: "x[i] = kept - step\n",
            SUM: "(near - far) / (2 * step)",
        },
        ("the 2 forgotten", "shares not divided by 2"): {
            SUM: "(-3 * start + 4 * near - far) / step"
        },
        ("signs turned", "signs turned"): {SUM: "(1.5 * start - 2 * near + 0.5 * far) / step"},
        ("left where it is", "not put back"): {BACK: ""},
        ("the whole numbers kept", "whole numbers"): {COPY: "x = x.copy()"},
        ("the start each time", "start asked again"): {
            "start = f(x)  # the same for every number": "",
            "kept = x[i]": "kept, start = x[i], f(x)",
        },
        ("all numbers move", "all at once"): """
def slopes_upwards(f, x, step):
    start, near, far = f(x), f(x + step), f(x + 2 * step)
    return np.full(x.shape, (-1.5 * start + 2 * near - 0.5 * far) / step)
""",
        ("the far one is added", "example"): {SUM: "(-1.5 * start + 2 * near + 0.5 * far) / step"},
        ("shares that miss the second derivative", "example"): {
            SUM: "(-1.25 * start + 1.5 * near - 0.25 * far) / step"
        },
        ("forgot to divide", "example"): {SUM: "-1.5 * start + 2 * near - 0.5 * far"},
        ("divided twice", "example"): {SUM: SUM + " / step"},
        ("the mean of two slopes", "example"): {
            SUM: "((near - start) / step + (far - start) / (2 * step)) / 2"
        },
        ("three steps", "example"): {FAR: "x[i] = kept + 3 * step\n"},
        ("the first row only", "stopped"): {
            "np.ndindex(x.shape)": "range(len(x))",
            "kept = x[i]": "kept = float(x[i])",
        },
        ("one number", "example"): {"return slopes": "return slopes.sum()"},
        ("nothing returned", "wrong type"): {"return slopes": "slopes"},
        ("moves what it was given", "input changed"): {COPY: "", BACK: ""},
        ("the package's gradient", "own work"): """
def slopes_upwards(f, x, step):
    from common.gradient import numerical_gradient

    return numerical_gradient(f, x.astype(float))
""",
    },
)

# 4
START = "start, promised = f(x), (g * g).sum()"
ASK = "while f(x - rate * g) > start - rate * promised / 4:"
HALVE = "rate = rate / 2"
GIVE = "return x - rate * g, rate"
of(
    "ask_first",
    {
        "for ever": """
def step_down(f, x, g, rate):
    start = f(x)
    while True:
        new = x - rate * g
        if start - f(new) >= rate * (g @ g) / 4:
            return new, rate
        rate *= 0.5
""",
        "calls itself": """
def step_down(f, x, g, rate, start=None):
    start = f(x) if start is None else start
    new = x - rate * g
    if f(new) <= start - rate * np.dot(g, g) / 4:
        return new, rate
    return step_down(f, x, g, rate / 2, start)
""",
        "a power of 2": """
def step_down(f, x, g, rate):
    start, k = f(x), 0
    while f(x - rate / 2**k * g) > start - rate / 2**k * np.sum(g**2) / 4:
        k += 1
    return x - rate / 2**k * g, rate / 2**k
""",
        "the square of the length": {START: "start, promised = f(x), np.linalg.norm(g) ** 2"},
        "lists": {GIVE: "return (x - rate * g).tolist(), rate"},
        "a quarter first": {
            START: "start, promised = f(x), sum(float(d) ** 2 for d in g) / 4",
            ASK: "while f(x - rate * g) > start - rate * promised:",
        },
    },
    {
        ("any fall", "any fall"): {ASK: "while f(x - rate * g) > start:"},
        ("no rate in the promise", "rate not in the promise"): {
            ASK: "while f(x - rate * g) > start - promised / 4:"
        },
        ("the length, not its square", "length not squared"): {
            START: "start, promised = f(x), np.sqrt((g * g).sum())"
        },
        ("a half", "half of the promise"): {
            ASK: "while f(x - rate * g) > start - rate * promised / 2:"
        },
        ("goes on from where it was", "stopped"): """
def step_down(f, x, g, rate):
    new = x - rate * g
    while f(new) > f(x) - rate * (g * g).sum() / 4:
        rate = rate / 2
        new = new - rate * g
    return new, rate
""",
        ("halved after a yes", "one halving too many"): """
def step_down(f, x, g, rate):
    start, accepted = f(x), False
    while not accepted:
        new = x - rate * g
        accepted = f(new) <= start - rate * (g * g).sum() / 4
        rate = rate / 2
    return new, rate
""",
        ("the start in the loop", "start asked again"): {
            ASK: "while f(x - rate * g) > f(x) - rate * promised / 4:",
            START: "promised = (g * g).sum()",
        },
        ("the rate as it came", "the first rate"): {
            START: START + "\n    first = rate",
            GIVE: "return x - rate * g, first",
        },
        ("the whole promise", "example"): {ASK: "while f(x - rate * g) > start - rate * promised:"},
        ("not equal", "stopped"): {ASK: ASK.replace(" > ", " >= ")},
        ("uphill", "example"): {ASK: "while f(x + rate * g) > start - rate * promised / 4:"},
        ("one try only", "example"): {ASK: "if f(x - rate * g) > start - rate * promised / 4:"},
        ("no question", "example"): {ASK: "while False:"},
        ("a tenth of the rate", "example"): {HALVE: "rate = rate / 10"},
        ("an eighth is enough", "example"): {
            ASK: "while f(x - rate * g) > start - rate * promised / 8:"
        },
        ("the step alone", "example"): {GIVE: "return -rate * g, rate"},
        ("the new x alone", "stopped"): {GIVE: "return x - rate * g"},
        ("the rate first", "example"): {GIVE: "return rate, x - rate * g"},
        ("nothing returned", "stopped"): {GIVE: "x - rate * g"},
        ("walks in place", "input changed"): {GIVE: "x -= rate * g\n    return x, rate"},
    },
)

# 5
MEAN = "mean = (first + second) / 2"
LENGTH = "np.hypot((first - second) / 2, mixed)"
SADDLE = "    if smallest < 0:\n        return smallest, largest, 0\n"
RATE, WHOLE = "rate = 2 / (smallest + largest)", "int(np.ceil(steps))"
NEEDED = "steps = np.log(1000) / -np.log(1 - rate * smallest)"
GIVE = f"return smallest, largest, {WHOLE}"
of(
    "turned",
    {
        "a root": {LENGTH: "((first - second) ** 2 / 4 + mixed**2) ** 0.5"},
        "eigenvalues": """
def turned(first, mixed, second):
    smallest, largest = np.linalg.eigvalsh([[first, mixed], [mixed, second]])
    if smallest < 0:
        return smallest, largest, 0
    factor = (largest - smallest) / (largest + smallest)
    return smallest, largest, np.ceil(np.log(0.001) / np.log(factor))
""",
        "a quadratic equation, and a loop": """
def turned(first, mixed, second):
    total, product = first + second, first * second - mixed**2
    root = np.sqrt(total**2 - 4 * product)
    ends, k = ((total - root) / 2, (total + root) / 2), 0
    while product >= 0 and (root / total) ** k > 0.001:
        k += 1
    return *ends, k
""",
        "by the angle": """
def turned(first, mixed, second):
    angle = np.arctan2(2 * mixed, first - second) / 2
    ends = []
    for phi in (angle, angle + np.pi / 2):
        c, s = np.cos(phi), np.sin(phi)
        ends.append(first * c * c + 2 * mixed * c * s + second * s * s)
    if min(ends) < 0:
        return min(ends), max(ends), 0
    factor = 1 - 2 / sum(ends) * min(ends)
    return min(ends), max(ends), int(3 / -np.log10(factor)) + 1
""",
        "many directions, and a walk": """
def turned(first, mixed, second):
    phi = np.linspace(0, np.pi, 20_001)
    c, s = np.cos(phi), np.sin(phi)
    curvature = first * c**2 + 2 * mixed * c * s + second * s**2
    smallest, largest = curvature.min(), curvature.max()
    distance, steps = 1.0, 0
    while smallest > 0 and distance > 0.001:
        distance *= 1 - 2 / (smallest + largest) * smallest
        steps += 1
    return smallest, largest, steps
""",
        "a list": {GIVE: f"return [smallest, largest, {WHOLE}]"},
    },
    {
        ("along the axes", "mixed left out"): {LENGTH: "abs(first - second) / 2"},
        ("the 2 stays", "mixed twice"): {LENGTH: "np.hypot((first - second) / 2, 2 * mixed)"},
        ("half of the mixed part", "mixed halved"): {
            LENGTH: "np.hypot((first - second) / 2, mixed / 2)"
        },
        ("the whole difference", "whole difference"): {LENGTH: "np.hypot(first - second, mixed)"},
        ("around the sum", "sum for mean"): {MEAN: "mean = first + second"},
        ("both parts together", "sizes added"): {LENGTH: "abs(first - second) / 2 + abs(mixed)"},
        ("the square", "no root"): {LENGTH: "(first - second) ** 2 / 4 + mixed**2"},
        ("one step for the largest", "rate of the largest"): {RATE: "rate = 1 / largest"},
        ("of the loss", "loss for distance"): {NEEDED: NEEDED + " / 2"},
        ("a part of a step left out", "rounded down"): {WHOLE: "int(steps)"},
        ("saddles too", "steps on a saddle"): {SADDLE: ""},
        ("half of the best rate", "example"): {RATE: "rate = 1 / (smallest + largest) / 2"},
        ("a hundred times smaller", "example"): {"np.log(1000)": "np.log(100)"},
        ("one step too many", "example"): {WHOLE: "int(np.ceil(steps)) + 1"},
        ("not a whole number", "example"): {WHOLE: "steps"},
        ("for ever on a saddle", "example"): {
            SADDLE: SADDLE.replace("largest, 0", "largest, np.inf")
        },
        ("only one end", "example"): {
            "smallest, largest = mean - length": "smallest, largest = mean - length / 2"
        },
        ("mixed as a curvature", "example"): """
def turned(first, mixed, second):
    ends = sorted([first, mixed, second])
    return ends[0], ends[-1], 38
""",
        ("the larger one first", "example"): {
            GIVE: GIVE.replace("smallest, largest", "largest, smallest")
        },
        ("the angle not halved", "mixed left out"): """
def turned(first, mixed, second):
    angle = np.arctan2(mixed, (first - second) / 2)
    ends = []
    for phi in (angle, angle + np.pi / 2):
        c, s = np.cos(phi), np.sin(phi)
        ends.append(first * c * c + 2 * mixed * c * s + second * s * s)
    if min(ends) < 0:
        return min(ends), max(ends), 0
    return min(ends), max(ends), np.ceil(np.log(0.001) / np.log(1 - 2 / sum(ends) * min(ends)))
""",
        ("two of three", "stopped"): {GIVE: "return smallest, largest"},
        ("nothing returned", "stopped"): {GIVE: WHOLE},
    },
)

# 6
UP, DOWN = "moved[i] = W[i] + step", "moved[i] = W[i] - step"
PUT = "            moved[i] = W[i]\n"
HALF = "(up - down) / (2 * step)"
KEPT = "h = first(x, W_1)  # what no weight of the second layer changes"
ONE = "dW_1 = slopes(lambda W: second(first(x, W), W_2), W_1)"
TWO = "return dW_1, slopes(lambda W: second(h, W), W_2)"
of(
    "kept",
    {
        "two loops": """
def two_gradients(first, second, x, W_1, W_2, step):
    dW_1, dW_2 = np.zeros(W_1.shape), np.zeros(W_2.shape)
    W = W_1.copy()
    for d in range(len(W)):
        for j in range(W.shape[1]):
            W[d, j] = W_1[d, j] + step
            dW_1[d, j] = second(first(x, W), W_2)
            W[d, j] = W_1[d, j] - step
            dW_1[d, j] -= second(first(x, W), W_2)
            W[d, j] = W_1[d, j]
    h = first(x, W_1)
    W = W_2.copy()
    for d in range(len(W)):
        for j in range(W.shape[1]):
            W[d, j] += step
            dW_2[d, j] = second(h, W)
            W[d, j] -= 2 * step
            dW_2[d, j] -= second(h, W)
            W[d, j] = W_2[d, j]
    return dW_1 / (2 * step), dW_2 / (2 * step)
""",
        "masks": """
def two_gradients(first, second, x, W_1, W_2, step):
    def slopes(loss, W):
        made = []
        for i in range(W.size):
            unit = step * (np.arange(W.size) == i).reshape(W.shape)
            made.append((loss(W + unit) - loss(W - unit)) / 2 / step)
        return np.array(made).reshape(W.shape)

    h = first(x, W_1)
    return slopes(lambda W: second(first(x, W), W_2), W_1), slopes(lambda W: second(h, W), W_2)
""",
        "a fresh copy each time": {
            UP: "moved = W.copy()\n            " + UP,
            PUT: "",
        },
        "the second layer first": {
            ONE: "dW_2 = slopes(lambda W: second(h, W), W_2)",
            TWO: "return slopes(lambda W: second(first(x, W), W_2), W_1), dW_2",
        },
        "lists": {
            TWO: "dW_2 = slopes(lambda W: second(h, W), W_2)\n"
            "    return [dW_1.tolist(), dW_2.tolist()]"
        },
        "in place, and put back to the last digit": {
            "moved, slopes = W.copy()": "kept, slopes = W.copy()",
            UP: "W[i] = kept[i] + step",
            DOWN: "W[i] = kept[i] - step",
            PUT: "            W[i] = kept[i]\n",
            "up = loss(moved)": "up = loss(W)",
            "down = loss(moved)": "down = loss(W)",
        },
    },
    {
        ("from one side", "one side"): {
            DOWN: "moved[i] = W[i]",
            HALF: "(up - down) / step",
        },
        ("one step for two", "not halved"): {HALF: "(up - down) / step"},
        ("left where it is", "not put back"): {PUT: ""},
        ("hidden values of the start for all", "hidden values always kept"): {
            ONE: "dW_1 = slopes(lambda W: second(h, W_2), W_1)"
        },
        ("the whole network each time", "hidden values never kept"): {
            TWO: "return dW_1, slopes(lambda W: second(first(x, W_1), W), W_2)",
            KEPT: "",
        },
        ("the last hidden values", "hidden values of a moved weight"): {
            KEPT: "last = []",
            ONE: "def loss(W):\n        last[:] = [first(x, W)]\n"
            "        return second(last[0], W_2)\n\n    dW_1 = slopes(loss, W_1)",
            TWO: "return dW_1, slopes(lambda W: second(last[0], W), W_2)",
        },
        ("once for each weight", "kept again for each weight"): """
def two_gradients(first, second, x, W_1, W_2, step):
    dW_1, dW_2 = np.zeros(W_1.shape), np.zeros(W_2.shape)
    for i in np.ndindex(W_1.shape):
        W = W_1.copy()
        W[i] += step
        dW_1[i] = second(first(x, W), W_2)
        W[i] -= 2 * step
        dW_1[i] = (dW_1[i] - second(first(x, W), W_2)) / (2 * step)
    for i in np.ndindex(W_2.shape):
        h, W = first(x, W_1), W_2.copy()
        W[i] += step
        dW_2[i] = second(h, W)
        W[i] -= 2 * step
        dW_2[i] = (dW_2[i] - second(h, W)) / (2 * step)
    return dW_1, dW_2
""",
        ("the loss before, for each weight", "example"): {
            "            up = loss(moved)": "            up = loss(moved) + 0 * loss(W)"
        },
        ("not divided", "example"): {HALF: "up - down"},
        ("down minus up", "example"): {HALF: "(down - up) / (2 * step)"},
        ("a finer step", "example"): {
            "h = first": "step = step / 10\n    h = first",
        },
        ("gradients swapped", "example"): {TWO: "return slopes(lambda W: second(h, W), W_2), dW_1"},
        ("transposed", "example"): {TWO: "return dW_1.T, slopes(lambda W: second(h, W), W_2).T"},
        ("the first column only", "example"): {
            "np.ndindex(W.shape)": "((d, 0) for d in range(len(W)))"
        },
        ("one gradient", "stopped"): {TWO: "return dW_1"},
        ("whole rows", "example"): {"np.ndindex(W.shape)": "range(len(W))"},
        ("nothing returned", "stopped"): {TWO: "slopes(lambda W: second(h, W), W_2)"},
        ("moved by adding and taking away, in place", "input changed"): {
            "moved, slopes = W.copy(), np.zeros_like(W)": "moved, slopes = W, np.zeros_like(W)",
            UP: "moved[i] += step",
            DOWN: "moved[i] -= 2 * step",
            PUT: "",
        },
        ("the package's gradient", "own work"): {
            "h = first": "from common.gradient import numerical_gradient\n\n"
            "    numerical_gradient(lambda W: 0.0, W_1)\n    h = first"
        },
    },
)

# 7
RIGHT = '{1: "c", 2: "e", 3: "d", 4: "b"}'
of(
    "diagnosis",
    {
        "in another order": {RIGHT: '{4: "b", 3: "d", 2: "e", 1: "c"}'},
        "by dict": {RIGHT: 'dict(zip(range(1, 5), "cedb"))'},
    },
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "c", "d"),
            (1, "c", "f"),
            (2, "e", "b"),
            (2, "e", "a"),
            (3, "d", "g"),
            (3, "d", "h"),
            (4, "b", "e"),
            (4, "b", "d"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "b"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "b"': ""},
        ("a list of letters for one run", "wrong type"): {'2: "e"': '2: ["e", "b"]'},
        ("a list", "wrong type"): {"return " + RIGHT: 'return list("cedb")'},
    },
)
