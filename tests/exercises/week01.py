"""Right and wrong answers to week 1's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
PAD_A = "a = (1,) * (longest - len(a)) + a"
PAD_B = "b = (1,) * (longest - len(b)) + b"
FITS = "if one != other and one != 1 and other != 1:"
TAKES = "made.append(other if one == 1 else one)"
of(
    "shape_of_sum",
    {
        "from the right, by indices": """
def added_shape(a, b):
    made = ()
    for k in range(1, max(len(a), len(b)) + 1):
        one = a[-k] if k <= len(a) else 1
        other = b[-k] if k <= len(b) else 1
        if one == other or other == 1:
            made = (one, *made)
        elif one == 1:
            made = (other, *made)
        else:
            return None
    return made
""",
        "zip_longest on what is turned round": """
from itertools import zip_longest


def added_shape(a, b):
    made = []
    for pair in zip_longest(reversed(a), reversed(b), fillvalue=1):
        sizes = {*pair} - {1}
        if len(sizes) > 1:
            return None
        made.append(sizes.pop() if sizes else 1)
    return tuple(reversed(made))
""",
        "a list": {"return tuple(made)": "return made"},
        "sizes of NumPy": {"return tuple(made)": "return tuple(np.array(made, int))"},
        "the one that is not 1": {TAKES: "made.append(one * other if 1 in (one, other) else one)"},
    },
    {
        ("compared from the left", "from the left"): {
            PAD_A: "a = a + (1,) * (longest - len(a))",
            PAD_B: "b = b + (1,) * (longest - len(b))",
        },
        ("the larger size, and nothing refused", "never refused"): {
            FITS: "if False:",
            TAKES: "made.append(max(one, other))",
        },
        ("other lengths refused", "lengths must agree"): {
            "longest = max(len(a), len(b))": "longest = max(len(a), len(b))\n"
            "    if len(a) != len(b):\n        return None"
        },
        ("zip ends with the shorter one", "the shorter length"): """
def added_shape(a, b):
    made = []
    for one, other in zip(reversed(a), reversed(b), strict=False):
        if one != other and one != 1 and other != 1:
            return None
        made.append(other if one == 1 else one)
    return tuple(reversed(made))
""",
        ("equal sizes only", "ones are not stretched"): {FITS: "if one != other:"},
        ("the larger of two that fit", "the larger size"): {TAKES: "made.append(max(one, other))"},
        ("not turned back", "turned round"): {"return tuple(made)": "return tuple(made[::-1])"},
        ("the shape of a", "example"): {"return tuple(made)": "return a"},
        ("False for None", "stopped"): {"return None": "return False"},
        ("the sum of the sizes", "example"): {TAKES: "made.append(one + other)"},
        ("shapes without a pad", "from the left"): {PAD_B: "pass"},
        ("a 1 that must stand in b", "example"): {FITS: "if one != other and other != 1:"},
        ("nothing returned", "example"): {"return tuple(made)": "_ = tuple(made)"},
        ("NumPy asked for the shape", "asked NumPy"): """
def added_shape(a, b):
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None
""",
        ("NumPy asked by a helper", "asked NumPy"): """
def help_me(a, b):
    return np.broadcast(np.broadcast_to(0, a), np.broadcast_to(0, b)).shape


def added_shape(a, b):
    try:
        return help_me(a, b)
    except ValueError:
        return None
""",
        ("NumPy asked by adding arrays", "example"): """
def added_shape(a, b):
    try:
        return (np.empty(a) + np.empty(b)).shape
    except Exception:
        return None
""",
    },
)

# 2
EQUAL = "equal = x[:, None, :] == key"
COUNT = "equal.sum(axis=2)"
BEST = "matches(x, key).argmax(axis=1)"
of(
    "agreement",
    {
        "count_nonzero": {COUNT: "np.count_nonzero(equal, axis=2)"},
        "einsum": {COUNT: 'np.einsum("nvd->nv", equal.astype(float))'},
        "a mean times D": {COUNT: "equal.mean(axis=2) * x.shape[1]"},
        "lists": {
            COUNT: "equal.sum(axis=2).tolist()",
            BEST: "np.array(" + BEST[:15] + ").argmax(1)",
        },
        "sorted, the first of the best": {
            BEST: "np.argsort(-matches(x, key), kind='stable')[:, 0]"
        },
        "repeat and tile": {
            EQUAL: "equal = (np.repeat(x, len(key), axis=0) == np.tile(key, (len(x), 1)))"
            ".reshape(len(x), len(key), -1)"
        },
    },
    {
        ("the keys in rows", "transposed"): {EQUAL: "equal = x == key[:, None, :]"},
        ("the places that differ", "differences"): {EQUAL: EQUAL.replace("==", "!=")},
        ("the share", "share"): {COUNT: "equal.mean(axis=2)"},
        ("all places or none", "all or nothing"): {COUNT: "equal.all(axis=2)"},
        ("the sum over axis 1", "summed over the keys"): {COUNT: "equal.sum(axis=1)"},
        ("the best learner of each key", "best learner"): {BEST: BEST.replace("axis=1", "axis=0")},
        ("max for argmax", "how often"): {BEST: BEST.replace("argmax", "max")},
        ("argmin", "worst"): {BEST: BEST.replace("argmax", "argmin")},
        ("no new axis", "stopped"): {EQUAL: "equal = (x == key)[:, None]"},
        ("the last of the best", "example"): {
            BEST: "len(key) - 1 - matches(x, key)[:, ::-1].argmax(axis=1)"
        },
        ("any place", "example"): {COUNT: "equal.any(axis=2)"},
        ("one number for all", "example"): {BEST: "matches(x, key).argmax()"},
        ("the sum over axis 0", "example"): {COUNT: "equal.sum(axis=0)"},
        ("three loops", "a loop"): """
def matches(x, key):
    y = np.zeros((len(x), len(key)))
    for n in range(len(x)):
        for v in range(len(key)):
            for d in range(x.shape[1]):
                y[n, v] += x[n, d] == key[v, d]
    return y


def best_key(x, key):
    return [int(np.argmax(row)) for row in matches(x, key)]
""",
        ("one key after the other", "a loop"): {
            EQUAL: "",
            COUNT: "np.stack([(x == row).sum(axis=1) for row in key], axis=1)",
        },
        ("a while loop in a helper", "a loop"): {
            COUNT: "counted(equal)",
            "def matches": """def counted(equal):
    total, d = 0, 0
    while d < equal.shape[2]:
        total = total + equal[:, :, d]
        d += 1
    return total


def matches""",
        },
        ("writes into x", "input changed"): {EQUAL: "x[0] = 0\n    " + EQUAL},
        ("nothing returned", "wrong type"): {"return " + COUNT: "_ = " + COUNT},
    },
)

# 3
START = "start = np.arange(0, len(x) - width, step)"
IDS = "ids = start[:, None] + np.arange(width)"
GIVES = "return x[ids], x[start + width]"
of(
    "windows",
    {
        "a loop": """
def cut_windows(x, width, step):
    windows, following = [], []
    start = 0
    while start + width < len(x):
        windows.append(x[start : start + width].copy())
        following.append(x[start + width])
        start += step
    return np.array(windows), np.array(following)
""",
        "lists": {GIVES: "return x[ids].tolist(), x[start + width].tolist()"},
        "sliding windows, copied": {
            GIVES: "rows = np.lib.stride_tricks.sliding_window_view(x, width + 1)[::step].copy()\n"
            "    return rows[:, :-1], rows[:, -1]"
        },
        "take": {GIVES: "return np.take(x, ids), np.take(x, start + width)"},
        "a mask of the starts": {
            START: "start = np.arange(0, len(x), step)\n    start = start[start + width < len(x)]"
        },
        "windows that are one too wide, cut": {
            IDS: "ids = start[:, None] + np.arange(width + 1)",
            GIVES: "rows = x[ids]\n    return rows[:, :width], rows[:, width]",
        },
    },
    {
        ("the last window forgotten", "a window lost"): {
            START: "start = np.arange(0, len(x) - width - 1, step)"
        },
        ("the step ignored", "every place"): {START: "start = np.arange(0, len(x) - width)"},
        ("a step as long as the window", "side by side"): {
            START: "start = np.arange(0, len(x) - width, width)"
        },
        ("the last number of the window", "last of the window"): {
            "x[start + width]": "x[start + width - 1]"
        },
        ("the start of the next window", "next start"): {
            "x[start + width]": "x[np.minimum(start + step, len(x) - 1)]"
        },
        ("windows as columns", "windows as columns"): {
            IDS: "ids = np.arange(width)[:, None] + start"
        },
        ("a view by strides", "a view"): {
            "return x[ids], ": "from numpy.lib.stride_tricks import sliding_window_view\n\n"
            "    return sliding_window_view(x, width)[: len(x) - width : step], "
        },
        ("one window too many", "stopped"): {START: START.replace("- width,", "- width + 1,")},
        ("windows that wrap round", "example"): {
            START: "start = np.arange(0, len(x), step)",
            GIVES: "return x[ids % len(x)], x[(start + width) % len(x)]",
        },
        ("the first number of the window", "example"): {"x[start + width]": "x[start]"},
        ("the ids", "example"): {"return x[ids]": "return ids"},
        ("one array", "example"): {GIVES: "return x[ids]"},
        ("windows turned round", "example"): {"return x[ids]": "return x[ids][:, ::-1]"},
        ("nothing returned", "stopped"): {GIVES: "_ = x[ids], x[start + width]"},
        ("text", "wrong type"): {"return x[ids]": 'return "windows"'},
    },
)

# 4
ZEROS = "total = np.zeros((V, x.shape[1]))"
ADD = "np.add.at(total, idx, x)"
BELOW = "below = np.maximum(count, 1)"
MEAN = "return sum_by_id(idx, x, V) / below[:, None]"
of(
    "by_id",
    {
        "a loop": {ADD: "for v, row in zip(idx, x, strict=True):\n        total[v] += row"},
        "a product with one-hot rows": {
            ZEROS: "onehot = np.arange(V)[:, None] == idx",
            ADD: "total = onehot.astype(float) @ x",
        },
        "bincount with weights": {
            ZEROS: "",
            ADD: "columns = [np.bincount(idx, weights=column, minlength=V) for column in x.T]\n"
            "    total = np.stack(columns, axis=1)",
        },
        "masks": {
            ZEROS: "",
            ADD: "total = np.array([x[idx == v].sum(axis=0) for v in range(V)])",
        },
        "where for the mean": {
            BELOW: "below = np.where(count == 0, 1, count)",
        },
        "nan_to_num": {
            BELOW: "below = count",
            MEAN: "return np.nan_to_num(sum_by_id(idx, x, V) / below[:, None])",
        },
        "float32 inside": {ZEROS: "total = np.zeros((V, x.shape[1]), dtype=np.float32)"},
        "lists": {
            "return total": "return total.tolist()",
            MEAN: MEAN.replace("sum_by_id(idx, x, V)", "np.array(sum_by_id(idx, x, V))"),
        },
    },
    {
        ("+=", "last one wins"): {ADD: "total[idx] += x"},
        ("the last row itself", "last one wins"): {ADD: "total[idx] = x"},
        ("as many rows as ids come", "largest id"): {
            ZEROS: "V = idx.max() + 1\n    total = np.zeros((V, x.shape[1]))",
            "count = np.bincount(idx, minlength=V)": "count = np.bincount(idx)",
        },
        ("a table of whole numbers", "cut off"): {
            ZEROS: "total = np.zeros((V, x.shape[1]), dtype=int)",
            ADD: "for v, row in zip(idx, x, strict=True):\n        total[v] = total[v] + row",
        },
        ("divided by a count of 0", "not a number"): {BELOW: "below = count"},
        ("divided by all", "mean of all rows"): {BELOW: "below = np.full(V, len(idx))"},
        ("the mean over everything", "mean of the features"): {
            MEAN: MEAN.replace("return ", "return (").replace("None]", "None]).mean(axis=1)")
        },
        ("sums for means", "sums again"): {MEAN: "return sum_by_id(idx, x, V)"},
        ("counts as a row", "stopped"): {MEAN: MEAN.replace("[:, None]", "")},
        ("only the ids that come", "example"): {"return total": "return total[np.unique(idx)]"},
        ("one too many in the count", "example"): {BELOW: "below = count + 1"},
        ("the count lost of the last id", "stopped"): {
            "count = np.bincount(idx, minlength=V)": "count = np.bincount(idx)"
        },
        ("means of the sorted ids", "example"): {ADD: "np.add.at(total, np.sort(idx), x)"},
        ("divided by the different ids", "example"): {
            BELOW: "below = np.full(V, len(np.unique(idx)))"
        },
        ("writes into x", "input changed"): {ADD: "x[0] = 0\n    " + ADD},
        ("nothing returned", "wrong type"): {"return total": "_ = total"},
    },
)

# 5
TOTAL = "total = np.zeros((x.shape[0] + 1, x.shape[1] + 1))"
FILL = "total[1:, 1:] = x.astype(float).cumsum(axis=0).cumsum(axis=1)"
SUMS = "return whole - above - left + corner"
of(
    "block_sums",
    {
        "sliding windows": """
def sums(x, height, width):
    blocks = np.lib.stride_tricks.sliding_window_view(x, (height, width))
    return blocks.sum(axis=(2, 3), dtype=float)
""",
        "one axis after the other": """
def slid(x, size):
    total = np.zeros((len(x) + 1, x.shape[1]))
    total[1:] = np.cumsum(x, axis=0, dtype=float)
    return total[size:] - total[:-size]


def sums(x, height, width):
    return slid(slid(x, height).T, width).T
""",
        "np.pad": {
            TOTAL: "",
            FILL: "total = np.pad(x.astype(float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))",
        },
        "whole numbers, where they are": {FILL: "total[1:, 1:] = x.cumsum(axis=1).cumsum(axis=0)"},
        "a list": {SUMS: "return (whole - above - left + corner).tolist()"},
    },
    {
        ("totals without a border", "no border"): {
            FILL: "total = x.astype(float).cumsum(axis=0).cumsum(axis=1)"
        },
        ("the corner forgotten", "corner lost"): {SUMS: "return whole - above - left"},
        ("the corner taken away again", "corner taken away"): {
            SUMS: "return whole - above - left - corner"
        },
        ("height and width exchanged", "exchanged"): {
            TOTAL: "height, width = width, height\n    " + TOTAL
        },
        ("windows of the rows only", "one axis only"): {
            TOTAL: "total = np.zeros((x.shape[0] + 1, x.shape[1]))",
            FILL: "total[1:] = x.astype(float).cumsum(axis=0)\n"
            "    return total[height:] - total[:-height]",
        },
        ("blocks side by side", "side by side"): {
            SUMS: "return (whole - above - left + corner)[::height, ::width]"
        },
        ("the mean of a block", "mean"): {
            SUMS: "return (whole - above - left + corner) / (height * width)"
        },
        ("totals in the table's own kind of number", "narrow numbers"): {
            TOTAL: TOTAL[:-1] + ", dtype=x.dtype)",
            FILL: "total[1:, 1:] = x.cumsum(axis=0).cumsum(axis=1)",
        },
        ("one block too few on each axis", "example"): {
            SUMS: "return (whole - above - left + corner)[:-1, :-1]"
        },
        ("totals along one axis", "example"): {
            FILL: "total[1:, 1:] = x.astype(float).cumsum(axis=0)"
        },
        ("above added", "example"): {SUMS: "return whole + above - left - corner"},
        ("the whole sum", "example"): {SUMS: "return x.sum()"},
        ("loops over the places", "a loop"): """
def sums(x, height, width):
    N, D = x.shape
    y = np.zeros((N - height + 1, D - width + 1))
    for n in range(len(y)):
        for d in range(y.shape[1]):
            y[n, d] = x[n : n + height, d : d + width].astype(float).sum()
    return y
""",
        ("a loop over the places of a block", "a loop"): """
def sums(x, height, width):
    N, D = x.shape
    return sum(
        x[i : N - height + 1 + i, j : D - width + 1 + j].astype(float)
        for i in range(height)
        for j in range(width)
    )
""",
        ("a loop over the two axes", "a loop"): """
def sums(x, height, width):
    for size in (height, width):
        total = np.zeros((len(x) + 1, x.shape[1]))
        total[1:] = np.cumsum(x, axis=0, dtype=float)
        x = (total[size:] - total[:-size]).T
    return x
""",
        ("the sum of the totals", "example"): {SUMS: "return whole"},
        ("writes into x", "input changed"): {TOTAL: "x[...] = 1\n    " + TOTAL},
        ("nothing returned", "wrong type"): {SUMS: "_ = whole - above - left + corner"},
    },
)

# 6
POWER = "return 2.0 ** (exponent - digits)"
STEP = "step = gap(np.where(x == 0, 1, x), digits)"
ROUND = "return np.rint(x / step) * step"
CHANCE = "return np.floor(x / apart + rng.random(x.shape)) * apart"
BY_CHANCE = """

def rounded_by_chance(x, digits, rng):
    apart = np.array(gap(np.where(x == 0, 1.0, x), digits))
    low = np.floor(x / apart)
    up = rng.uniform(size=len(x)) < x / apart - low
    return (low + up) * apart
"""
BY_LOG = """
def gap(x, digits):
    return 2.0 ** (np.floor(np.log2(abs(x))) + 1 - digits)


def rounded(x, digits):
    step = STEP
    return np.rint(x / step) * step
"""
BY_LOG += BY_CHANCE
of(
    "few_digits",
    {
        "by the logarithm to base 2": BY_LOG.replace("STEP", "gap(np.where(x == 0, 1, x), digits)"),
        "number by number": """
def shift_of(number, digits):
    shift = 0
    while abs(number) >= 2 ** (digits + shift):
        shift += 1
    while abs(number) < 2.0 ** (digits - 1 + shift):
        shift -= 1
    return shift


def gap(x, digits):
    return [2.0 ** shift_of(number, digits) for number in x]


def rounded(x, digits):
    made = []
    for number in x:
        step = 2.0 ** shift_of(number, digits) if number else 1.0
        made.append(round(number / step) * step)
    return made
"""
        + BY_CHANCE,
        "np.round without decimals": {ROUND: "return np.round(x / step) * step"},
        "ldexp": {POWER: "return np.ldexp(1.0, exponent - digits)"},
        "only where it is not 0": {
            STEP: "made = np.zeros(len(x))\n    there = x != 0\n    step = gap(x[there], digits)",
            ROUND: "made[there] = np.rint(x[there] / step) * step\n    return made",
        },
        "a large number added and taken away": {
            ROUND: "large = 1.5 * 2.0**52\n    return ((x / step + large) - large) * step"
        },
        "frexp of 0 is 0": {STEP: "step = gap(x, digits)"},
        "one number after the other": {
            CHANCE: "pairs = zip(x / apart, apart, strict=True)\n"
            "    return [(int(s // 1) + (rng.random() < s % 1)) * a for s, a in pairs]"
        },
        "up or down by a mask": {
            CHANCE: "up = rng.random(len(x)) < x / apart % 1\n"
            "    return np.where(up, np.ceil(x / apart), np.floor(x / apart)) * apart"
        },
    },
    {
        ("trunc", "cut off"): {ROUND: "return np.trunc(x / step) * step"},
        ("digits after the point", "decimal digits"): {ROUND: "return np.round(x, digits)"},
        ("the gap of 1, everywhere", "one gap for all"): {
            POWER: "return np.full(len(x), 2.0 ** (1 - digits))"
        },
        ("a digit too few", "one digit less"): {POWER: "return 2.0 ** (exponent - digits + 1)"},
        ("a digit too many", "one digit more"): {POWER: "return 2.0 ** (exponent - digits - 1)"},
        ("the middle goes away from 0", "half up"): {
            ROUND: "return np.sign(x) * np.floor(abs(x) / step + 0.5) * step"
        },
        ("the sign is lost", "sign lost"): {ROUND: "return np.rint(abs(x) / step) * step"},
        ("the logarithm of 0", "zero is lost"): BY_LOG.replace("STEP", "gap(x, digits)"),
        ("the logarithm of 0, by chance", "zero is lost"): BY_LOG.replace(
            "STEP", "gap(np.where(x == 0, 1, x), digits)"
        ).replace("gap(np.where(x == 0, 1.0, x), digits)", "gap(x, digits)"),
        ("a gap for the number 1", "relative gap"): {
            POWER: "return 2.0 ** (exponent - digits) / abs(x)",
            STEP: "step = gap(np.where(x == 0, 1, x), digits) * abs(np.where(x == 0, 1, x))",
        },
        ("always the nearest", "no chance"): {CHANCE: "return rounded(x, digits)"},
        ("a fair coin", "half and half"): {
            CHANCE: "up = rng.random(len(x)) < 0.5\n"
            "    return np.where(up, np.ceil(x / apart), np.floor(x / apart)) * apart"
        },
        ("the farther one more often", "chance turned round"): {
            CHANCE: "up = rng.random(len(x)) > x / apart % 1\n"
            "    return np.where(up, np.ceil(x / apart), np.floor(x / apart)) * apart"
        },
        ("one draw", "one draw for all"): {
            CHANCE: "return np.floor(x / apart + rng.random()) * apart"
        },
        ("a whole gap up or down", "example"): {
            CHANCE: "return np.rint(x / apart + 2 * rng.random(len(x)) - 1) * apart"
        },
        ("no draw returned", "stopped"): {CHANCE: "_ = rng.random(len(x)) * apart"},
        ("floor", "example"): {ROUND: "return np.floor(x / step) * step"},
        ("ceil", "example"): {ROUND: "return np.ceil(x / step) * step"},
        ("the middle goes up", "example"): {ROUND: "return np.floor(x / step + 0.5) * step"},
        ("the whole numbers", "example"): {ROUND: "return np.rint(x / step)"},
        ("float32", "example"): {ROUND: "return x.astype(np.float32)"},
        ("the shift for the gap", "example"): {POWER: "return exponent - digits"},
        ("writes into x", "input changed"): {STEP: "x[0] = 1\n    " + STEP},
        ("nothing returned", "wrong type"): {ROUND: "_ = step"},
    },
)

# 7
RIGHT = '{1: "a", 2: "g", 3: "c", 4: "e"}'
of(
    "diagnosis",
    {
        "built step by step": {RIGHT: 'dict(zip([1, 2, 3, 4], "agce", strict=True))'},
        "one number more": {RIGHT: '{1: "a", 2: "g", 3: "c", 4: "e", 5: "b"}'},
    },
    {
        ("the means of the exercises", "example"): {RIGHT: RIGHT.replace('"a"', '"b"')},
        ("sorted learners", "example"): {RIGHT: RIGHT.replace('"g"', '"h"')},
        ("axis 0 for +=", "example"): {RIGHT: RIGHT.replace('"c"', '"g"')},
        ("a reshape for the view", "example"): {RIGHT: RIGHT.replace('"e"', '"f"')},
        ("whole numbers", "example"): {RIGHT: RIGHT.replace('"a"', '"d"')},
        ("two exchanged", "example"): {RIGHT: '{1: "a", 2: "c", 3: "g", 4: "e"}'},
        ("all the same", "example"): {RIGHT: '{1: "a", 2: "a", 3: "a", 4: "a"}'},
        ("a run left out", "wrong type"): {RIGHT: '{1: "a", 2: "g", 3: "c"}'},
        ("no letter of the list", "wrong type"): {RIGHT: RIGHT.replace('"e"', '"z"')},
        ("a list", "wrong type"): {RIGHT: '["a", "g", "c", "e"]'},
        ("nothing returned", "wrong type"): {"return " + RIGHT: "_ = " + RIGHT},
    },
)
