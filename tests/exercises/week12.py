"""Right and wrong answers to week 12's exercises, each wrong one with what it should meet."""

from machinery import Catalogue

ANSWERS = Catalogue()
of = ANSWERS.of

# 1
DEPTH = "1 + max((depth(above) for above in hypernyms[word]), default=0)"
FROM_0 = "max((1 + depth(above) for above in hypernyms[word]), default=0)"
ALL = "for above in hypernyms[word]:  # all of them"
UP = "found |= all_above(above)"
MEET = "max(depth(word) for word in shared)"
RETURN = "return 2 * " + MEET + " / (depth(v) + depth(u))"
SHARED = "    shared ="
of(
    "common_depth",
    {
        "rings upwards": {
            UP: "found |= rings(above)",
            SHARED: """
    def rings(word):
        seen, ring = set(), [word]
        while ring:
            seen.update(ring)
            ring = [up for w in ring for up in hypernyms[w] if up not in seen]
        return seen

    shared =""",
        },
        "depths by repeated passes": {
            SHARED: """
    deep = {word: 1 for word in hypernyms}
    for _ in hypernyms:
        for word, above in hypernyms.items():
            deep[word] = 1 + max([deep[w] for w in above], default=0)
    depth = deep.get
    shared ="""
        },
        "the longest of all ways": """
def similarity(hypernyms, v, u):
    def ways(word):
        if not hypernyms[word]:
            return [[word]]
        return [[word, *way] for above in hypernyms[word] for way in ways(above)]

    depth = lambda word: max(len(way) for way in ways(word))
    above = [{w for way in ways(word) for w in way} for word in (v, u)]
    best = max((depth(w) for w in above[0] & above[1]), default=0)
    return best * 2.0 / (depth(v) + depth(u))
""",
        "a NumPy number": {RETURN: RETURN.replace("return", "return np.float32(1) *")},
        "one common word after another": {
            RETURN: "best = 0\n    for word in shared:\n        best = max(best, depth(word))\n"
            "    return best / ((depth(v) + depth(u)) / 2)"
        },
        "on a copy": {
            SHARED: "    hypernyms = {w: list(up) for w, up in hypernyms.items()}\n" + SHARED
        },
    },
    {
        ("the first hypernym only, everywhere", "first hypernym only"): {
            DEPTH: DEPTH.replace("[word])", "[word][:1])"),
            ALL: ALL.replace("[word]:", "[word][:1]:"),
        },
        ("the last hypernym only, everywhere", "last hypernym only"): {
            DEPTH: DEPTH.replace("[word])", "[word][-1:])"),
            ALL: ALL.replace("[word]:", "[word][-1:]:"),
        },
        ("the first hypernym only, on the way up", "way by the first"): {
            ALL: ALL.replace("[word]:", "[word][:1]:"),
        },
        ("the last hypernym only, on the way up", "way by the last"): {
            ALL: ALL.replace("[word]:", "[word][-1:]:"),
        },
        ("the first hypernym only, for the depth", "depth by the first"): {
            DEPTH: DEPTH.replace("[word])", "[word][:1])"),
        },
        ("each hypernym overwrites the depth", "depth by the last"): {
            "return " + DEPTH: "deep = 1\n        for above in hypernyms[word]:\n"
            "            deep = 1 + depth(above)\n        return deep",
        },
        ("the sum of the hypernyms' depths", "example"): {
            DEPTH: "1 + sum(depth(above) for above in hypernyms[word])"
        },
        ("the shortest way up", "shortest way"): {DEPTH: DEPTH.replace("max", "min")},
        ("depth from 0", "depth from 0"): {
            DEPTH: FROM_0,
            RETURN: RETURN + " if depth(v) + depth(u) else float('nan')",
        },
        ("depth from 0, and 0 / 0", "depth from 0"): {DEPTH: FROM_0},
        ("the nearest in rings", "nearest"): {
            MEET: "depth(next(w for w in up if w in shared))",
            SHARED: "    up = [v]\n    for word in up:\n        "
            "up += [w for w in hypernyms[word] if w not in up]\n" + SHARED,
        },
        ("the highest", "highest"): {MEET: MEET.replace("max", "min")},
        ("a word is not above itself", "not itself"): {
            "found = {word}": "found = set()",
            UP: UP + " | {above}",
        },
        ("no factor 2", "no factor 2"): {"return 2 * max": "return max"},
        ("path similarity", "path similarity"): """
def similarity(hypernyms, v, u):
    lines = {word: set(above) for word, above in hypernyms.items()}
    for word, above in hypernyms.items():
        for up in above:
            lines[up].add(word)
    ring, seen = {v}, {v}
    for n in range(len(lines)):
        if u in ring:
            return 1 / (1 + n)
        ring = {w for word in ring for w in lines[word]} - seen
        seen |= ring
    return 0
""",
        ("nothing in common is 1", "nothing in common is 1"): {"return 0.0": "return 1.0"},
        ("nothing in common is an error", "stopped"): {"if not shared:": "if False:"},
        ("nothing in common is None", "wrong type"): {"return 0.0": "return None"},
        ("the sum of all depths", "example"): {MEET: "sum(depth(word) for word in shared)"},
        ("how many words are shared", "example"): {MEET: "len(shared)"},
        ("divided by the deeper one", "example"): {
            RETURN: "return " + MEET + " / max(depth(v), depth(u))"
        },
        ("the last of the dictionary for the deepest", "example"): {
            MEET: "depth(max(shared, key=list(hypernyms).index))"
        },
        ("depths in one pass, in the order of the dictionary", "example"): {
            SHARED: """
    deep = {}
    for word, above in hypernyms.items():
        deep[word] = 1 + max([deep.get(w, 0) for w in above], default=0)
    depth = deep.get
    shared ="""
        },
        ("empties the dictionary", "input changed"): {
            RETURN: RETURN.replace("return", "answer =") + "\n    hypernyms.clear()\n"
            "    return answer"
        },
        ("turns the hypernyms round in place", "input changed"): {
            SHARED: "    for up in hypernyms.values():\n        up.reverse()\n" + SHARED
        },
        ("nothing returned", "wrong type"): {RETURN: RETURN.replace("return", "_ =")},
    },
)

# 2
SLICES = "left, right = corpus[:-distance], corpus[distance:]"
LEFT = "np.add.at(counts, (right, left), 1)"
RIGHT = "np.add.at(counts, (left, vocab_size + right), 1)"
RANGE = "range(1, window_size + 1)"
LOOP = "    for distance"
BEGIN = "max(i - window_size, 0)"
PLACES = """
def count_sides(corpus, vocab_size, window_size):
    counts = np.zeros((vocab_size, 2 * vocab_size))
    for i, v in enumerate(corpus):
        for u in corpus[max(i - window_size, 0) : i]:
            counts[v, u] += 1
        for u in corpus[i + 1 : i + 1 + window_size]:
            counts[v, vocab_size + u] += 1
    return counts
"""
of(
    "sides",
    {
        "a loop over the places": PLACES,
        "lists": PLACES.replace("return counts", "return counts.tolist()"),
        "two halves": {
            "counts = np.zeros((vocab_size, 2 * vocab_size), dtype=int)": "to_right = "
            "np.zeros((vocab_size, vocab_size), np.float32)",
            LEFT: "pass",
            RIGHT: "np.add.at(to_right, (left, right), 1)",
            "return counts": "return np.hstack([to_right.T, to_right])",
        },
        "bincount": {
            LEFT: "V = vocab_size\n        counts[:, :V] += np.bincount("
            "right * V + left, minlength=V * V).reshape(V, V)",
            RIGHT: "counts[:, V:] += np.bincount(left * V + right, minlength=V * V).reshape(V, V)",
        },
        "a counter of pairs": """
def count_sides(corpus, vocab_size, window_size):
    from collections import Counter

    found = Counter()
    for i in range(len(corpus)):
        for p in range(len(corpus)):
            if 0 < p - i <= window_size:
                found[int(corpus[i]), vocab_size + int(corpus[p])] += 1
                found[int(corpus[p]), int(corpus[i])] += 1
    return [[found[v, c] for c in range(2 * vocab_size)] for v in range(vocab_size)]
""",
        "one-hot products": {
            LEFT: "E = np.eye(vocab_size)",
            RIGHT: "counts = counts + np.hstack([E[right].T @ E[left], E[left].T @ E[right]])",
        },
    },
    {
        ("`+=` for add.at", "repeated pairs"): {
            LEFT: "counts[right, left] += 1",
            RIGHT: "counts[left, vocab_size + right] += 1",
        },
        ("`+=` on one side", "example"): {LEFT: "counts[right, left] += 1"},
        ("1 for each pair, however often", "example"): {
            "return counts": "return np.minimum(counts, 1)"
        },
        ("the sides exchanged", "sides exchanged"): {
            LEFT: "np.add.at(counts, (left, right), 1)",
            RIGHT: "np.add.at(counts, (right, vocab_size + left), 1)",
        },
        ("both sides in each half", "both sides alike"): {
            RIGHT: RIGHT + "\n    both = counts[:, :vocab_size] + counts[:, vocab_size:]"
            "\n    counts = np.hstack([both, both])"
        },
        ("the right half only", "one half only"): {LEFT: "pass"},
        ("columns in turns", "interleaved"): {
            LEFT: "np.add.at(counts, (right, 2 * left), 1)",
            RIGHT: "np.add.at(counts, (left, 2 * right + 1), 1)",
        },
        ("the farthest distance only", "farthest only"): {
            RANGE: "range(window_size, window_size + 1)"
        },
        ("distances up to m - 1", "one step short"): {RANGE: "range(1, window_size)"},
        ("neighbours at distance 1 only", "nearest only"): {RANGE: "range(1, 2)"},
        ("one step too far", "example"): {RANGE: "range(1, window_size + 2)"},
        ("the word itself", "the word itself"): {
            LOOP: "    np.add.at(counts, (corpus, corpus), 1)\n"
            "    np.add.at(counts, (corpus, vocab_size + corpus), 1)\n" + LOOP
        },
        ("the text is a ring", "round the corner"): {
            SLICES: "left, right = corpus, np.roll(corpus, -distance)"
        },
        ("a place below 0", "round the corner on the left"): """
def count_sides(corpus, vocab_size, window_size):
    N = len(corpus)
    counts = np.zeros((vocab_size, 2 * vocab_size))
    for i in range(N):
        for distance in range(1, min(window_size, N) + 1):
            counts[corpus[i], corpus[i - distance]] += 1
            if i + distance < N:
                counts[corpus[i], vocab_size + corpus[i + distance]] += 1
    return counts
""",
        ("a place beyond the text", "stopped"): """
def count_sides(corpus, vocab_size, window_size):
    counts = np.zeros((vocab_size, 2 * vocab_size))
    for i in range(len(corpus)):
        for distance in range(1, window_size + 1):
            counts[corpus[i], vocab_size + corpus[i + distance]] += 1
    return counts
""",
        ("the window starts below 0", "start below 0"): PLACES.replace(BEGIN, "i - window_size"),
        ("only full windows", "example"): PLACES.replace(
            "        for u in corpus[max",
            "        if i < window_size or i + window_size >= len(corpus):\n            continue\n"
            "        for u in corpus[max",
        ),
        ("a far neighbour counts less", "example"): {
            "dtype=int": "dtype=float",
            LEFT: LEFT.replace(", 1)", ", 1 / distance)"),
            RIGHT: RIGHT.replace(", 1)", ", 1 / distance)"),
        },
        ("as many ids as different words", "stopped"): {
            LOOP: "    vocab_size = len(set(corpus.tolist()))\n"
            "    counts = np.zeros((vocab_size, 2 * vocab_size))\n" + LOOP
        },
        ("as many rows as the largest id", "example"): {
            "    counts = np": "    vocab_size = corpus.max() + 1\n    counts = np"
        },
        ("the package's function", "own work"): {
            "return counts": "return create_co_matrix(corpus, vocab_size, window_size)"
        },
        ("sorts the text", "input changed"): {
            "    counts = np": "    corpus.sort()\n    counts = np"
        },
        ("nothing returned", "wrong type"): {"    return counts": "    pass"},
    },
)

# 3
WORD = "per_word = counts.sum(axis=1, keepdims=True)"
CONTEXT = "per_context = counts.sum(axis=0, keepdims=True)"
KNOWN = "known = (per_word > 0) & (per_context > 0)"
TRUE_KNOWN = "known = (counts.sum(axis=1)[:, None] > 0) & (counts.sum(axis=0) > 0)"
START = "np.where(known, -1.0, 0.0)"
PMI = "np.log2(counts[met] * total / (per_word * per_context)[met])"
BELOW = "-np.log2(counts[met] / total)"
LAST = "    return result"
of(
    "normalised",
    {
        "natural logarithms": {
            PMI: PMI.replace("log2", "log"),
            BELOW: BELOW.replace("log2", "log"),
        },
        "loops": """
def normalised_pmi(counts):
    V, total = len(counts), counts.sum()
    result = [[0.0] * V for _ in range(V)]
    for v in range(V):
        for u in range(V):
            word, context = counts[v].sum(), counts[:, u].sum()
            if word and context:
                result[v][u] = -1.0
            if counts[v, u]:
                pmi = np.log2(counts[v, u] * total / (word * context))
                result[v][u] = pmi / np.log2(total / counts[v, u])
    return result
""",
        "probabilities": {
            PMI: "np.log2(counts[met] / total) - "
            "np.log2((per_word / total * (per_context / total))[met])",
        },
        "everywhere, then repaired": """
def normalised_pmi(counts):
    P = counts / counts.sum()
    word, context = P.sum(axis=1), P.sum(axis=0)
    with np.errstate(all="ignore"):
        made = np.log2(P / np.outer(word, context)) / -np.log2(P)
    made[P == 0] = -1
    made[word == 0] = 0
    made[:, context == 0] = 0
    return made
""",
        "float32 inside": {START: START + ".astype(np.float32)"},
        "logarithms of the four counts": {
            PMI: "np.log(counts[met]) + np.log(total) - np.log((per_word * per_context)[met])",
            BELOW: "(np.log(total) - np.log(counts[met]))",
        },
    },
    {
        ("PMI alone", "not divided"): {BELOW: "1"},
        ("PPMI, divided", "clipped"): {LAST: "    return np.maximum(result, 0)"},
        ("never is 0", "never is 0"): {START: "np.zeros(counts.shape)"},
        ("never is minus infinity", "never is minus infinity"): {
            START: START.replace("-1.0", "-np.inf")
        },
        ("the formula everywhere", "never is NaN"): {
            "met = counts > 0": "met = np.ones(counts.shape, bool)"
        },
        ("an absent word gets -1", "absent is -1"): {START: "np.full(counts.shape, -1.0)"},
        ("an absent word gets NaN", "absent is NaN"): {START: START.replace(" 0.0", " np.nan")},
        ("two bases", "mixed logarithms"): {BELOW: BELOW.replace("log2", "log")},
        ("the minus forgotten", "sign"): {BELOW: BELOW[1:]},
        ("row sums for both", "row sums only"): {
            CONTEXT: "per_context = per_word.T",
            KNOWN: TRUE_KNOWN,
        },
        ("column sums for both", "column sums only"): {
            WORD: "per_word = counts.sum(axis=0)[:, None]",
            KNOWN: TRUE_KNOWN,
        },
        ("the axes exchanged", "sums exchanged"): {
            WORD: "per_word = counts.sum(axis=0)[:, None]",
            CONTEXT: "per_context = counts.sum(axis=1)[None, :]",
            KNOWN: TRUE_KNOWN,
        },
        ("divided by the logarithm of chance", "divided by chance"): {
            BELOW: "-np.log2((per_word * per_context)[met] / total**2)"
        },
        ("divided by the largest PMI", "divided by the largest"): {BELOW: "pmi.max()"},
        ("the quotient without its logarithm", "quotient without logarithm"): {
            PMI: PMI.replace("np.log2", "")
        },
        ("divided by the logarithm of the total", "example"): {BELOW: "np.log2(total)"},
        ("1 / V for chance", "example"): {
            "(per_word * per_context)[met]": "total**2 * len(counts) ** -2.0"
        },
        ("the total forgotten", "example"): {"counts[met] * total /": "counts[met] /"},
        ("clipped above", "example"): {LAST: "    return np.minimum(result, 0.3)"},
        ("the package's ppmi", "own work"): {LAST: "    return ppmi(counts + counts.T)"},
        ("counts changed", "input changed"): {"    total =": "    counts += 1\n    total ="},
        ("nothing returned", "wrong type"): {LAST: "    pass"},
    },
)

# 4
RIGHT_ONES = '{1: "e", 2: "a", 3: "f", 4: "c"}'
of(
    "diagnosis",
    {"in another order": {RIGHT_ONES: '{4: "c", 3: "f", 2: "a", 1: "e"}'}},
    {
        (f"run {run} taken for fault {letter}", "example"): {
            f'{run}: "{right}"': f'{run}: "{letter}"'
        }
        for run, right, letter in (
            (1, "e", "g"),
            (1, "e", "f"),
            (2, "a", "b"),
            (2, "a", "c"),
            (3, "f", "g"),
            (3, "f", "e"),
            (4, "c", "d"),
            (4, "c", "h"),
        )
    }
    | {
        ("a letter that is none", "wrong type"): {'4: "c"': '4: "z"'},
        ("a run is missing", "wrong type"): {', 4: "c"': ""},
        ("two letters for a run", "wrong type"): {'4: "c"': '4: ["c", "d"]'},
        ("a list", "wrong type"): {"return " + RIGHT_ONES: 'return list("eafc")'},
        ("an error inside", "stopped"): {"return " + RIGHT_ONES: "return {1: e}"},
    },
)

# 5
PRODUCT = "rows @ Ut.T * values ** (power - 1.0)"
POWER = "values ** (power - 1.0)"
ROWS = "return " + PRODUCT
of(
    "fold_in",
    {
        "divided, then multiplied": {PRODUCT: "(rows @ Ut.T / values) * values**power"},
        "diagonal matrices": {
            PRODUCT: "rows @ Ut.T @ np.diag(1 / values) @ np.diag(values**power)"
        },
        "einsum": {PRODUCT: 'np.einsum("nv,dv,d->nd", rows, Ut, ' + POWER + ")"},
        "least squares": {
            PRODUCT: "np.linalg.lstsq(Ut.T * values, rows.T, rcond=None)[0].T * values**power"
        },
        "loops": """
def new_vectors(rows, values, Ut, power):
    made = []
    for row in rows:
        vector = []
        for value, direction in zip(values, Ut):
            vector.append(sum(row * direction) / value * value**power)
        made.append(vector)
    return made
""",
        "float32 inside": {PRODUCT: "(" + PRODUCT + ").astype(np.float32)"},
        "logarithms": {POWER: "np.exp((power - 1) * np.log(values))"},
    },
    {
        ("the product alone", "projected only"): {PRODUCT: "rows @ Ut.T"},
        ("times the power of the values", "power one too many"): {POWER: "values**power"},
        ("the power turned round", "power the wrong way round"): {POWER: "values ** (1 - power)"},
        ("always the square root", "power ignored"): {POWER: "values**-0.5"},
        ("always the power 0", "always 0"): {POWER: "values**-1.0"},
        ("the values twice", "values doubled"): {POWER: "values ** (power + 1)"},
        ("Ut not turned round", "Ut turned round"): {PRODUCT: "rows @ Ut * " + POWER},
        ("a diagonal matrix to the power", "zeros to the power 0"): {
            PRODUCT: "rows @ Ut.T @ np.diag(1 / values) @ np.diag(values) ** power"
        },
        ("made length 1", "length 1"): {
            ROWS: "made = "
            + PRODUCT
            + "\n    return made / np.linalg.norm(made, axis=1, keepdims=True)"
        },
        ("back in the space of the rows", "example"): {PRODUCT: "rows @ Ut.T @ Ut"},
        ("the first vector for all", "example"): {
            ROWS: "made = " + PRODUCT + "\n    return made * 0 + made[:1]"
        },
        ("directions made positive", "example"): {PRODUCT: "abs(" + PRODUCT + ")"},
        ("divided by the values once more", "example"): {POWER: "values ** (power - 2.0)"},
        ("divided by the sum of the row", "example"): {
            PRODUCT: "rows / rows.sum(axis=1, keepdims=True) @ Ut.T * " + POWER
        },
        ("a vector for the first row only", "example"): {PRODUCT: "(" + PRODUCT + ")[0]"},
        ("an SVD of the new rows", "example"): {
            ROWS: "U, S, _ = np.linalg.svd(rows, full_matrices=False)\n    return U * S**power"
        },
        ("the package's SVD", "own work"): {
            ROWS: "U, S, _ = truncated_svd(rows, 1)\n    return U * S**power"
        },
        ("values changed", "input changed"): {
            ROWS: "values **= power - 1.0\n    return rows @ Ut.T * values"
        },
        ("nothing returned", "wrong type"): {ROWS: PRODUCT},
    },
)

# 6
OFF = "rest = rest - value * np.outer(y, x)"
FIRST = "y = y / np.sqrt((y**2).sum())"
VALUE = "value = np.sqrt((x**2).sum())"
SECOND = "            x = x / value\n"
ROUNDS = "for _ in range(rounds):"
GIVEN = "np.array(U).T, np.array(values), np.array(Ut)"
COPY = "rest = M.copy()  #"
of(
    "one_by_one",
    {
        "norm": {FIRST: "y = y / np.linalg.norm(y)", VALUE: "value = np.linalg.norm(x)"},
        "x is divided at the end only": {
            SECOND: "",
            "        # without this": "        x = x / value\n        # without this",
        },
        "arrays filled": {
            "U, values, Ut = [], [], []": "H = len(start)\n    U, values = np.zeros((len(M), H)), "
            "np.zeros(H)\n    Ut, d = np.zeros((H, M.shape[1])), 0",
            "U.append(y)": "U[:, d] = y",
            "values.append(value)": "values[d] = value",
            "Ut.append(x)": "Ut[d] = x\n        d += 1",
            GIVEN: "U, values, Ut",
        },
        "what was found is taken off each product": """
def pieces(M, start, rounds):
    U, S, Vt = [], [], []
    for x in start:
        for _ in range(rounds):
            y = M @ x - sum(s * u * (v @ x) for u, s, v in zip(U, S, Vt))
            y = y / (y @ y) ** 0.5
            x = M.T @ y - sum(s * v * (u @ y) for u, s, v in zip(U, S, Vt))
            s = (x @ x) ** 0.5
            x = x / s
        U.append(y), S.append(s), Vt.append(x)
    return np.stack(U, axis=1), S, np.stack(Vt)
""",
        "einsum": {
            "y = rest @ x": 'y = np.einsum("vu,u->v", rest, x)',
            "x = rest.T @ y": 'x = np.einsum("vu,v->u", rest, y)',
        },
        "a list": {GIVEN: "[" + GIVEN + "]"},
        "from the left": {"x = rest.T @ y": "x = y @ rest"},
    },
    {
        ("nothing taken off", "not taken off"): {OFF: "pass"},
        ("taken off without the value", "taken off without the value"): {
            OFF: "rest = rest - np.outer(y, x)"
        },
        ("always taken off the whole matrix", "example"): {
            OFF: "rest = M - value * np.outer(y, x)"
        },
        ("only the first piece taken off", "first piece only"): {
            OFF: "rest = rest if U else M - value * np.outer(y, x)"
        },
        ("the value squared", "value squared"): {"values.append(value)": "values.append(value**2)"},
        ("both lengths multiplied", "value of both lengths"): {
            FIRST: "before = np.sqrt((y**2).sum())\n            y = y / before",
            "values.append(value)": "values.append(value * before)",
        },
        ("the length of the first product", "value of the first half"): {
            FIRST: "before = np.sqrt((y**2).sum())\n            y = y / before",
            "values.append(value)": "values.append(before)",
        },
        ("one round only", "one round only"): {ROUNDS: "for _ in range(1):"},
        ("one round more", "one round more"): {ROUNDS: "for _ in range(rounds + 1):"},
        ("one round less", "stopped"): {ROUNDS: "for _ in range(rounds - 1):"},
        ("the sum for the length", "length as a sum"): {
            FIRST: "y = y / abs(y).sum()",
            VALUE: "value = abs(x).sum()",
        },
        ("the largest number for the length", "largest for length"): {
            FIRST: "y = y / abs(y).max()",
            VALUE: "value = abs(x).max()",
        },
        ("one start for all", "one start for all"): {
            "for x in start:": "for x in [start[0]] * len(start):"
        },
        ("rows that hold their value", "not of length 1"): {"Ut.append(x)": "Ut.append(value * x)"},
        ("U and Ut exchanged", "sides exchanged"): {
            GIVEN: "np.array(Ut).T, np.array(values), np.array(U)"
        },
        ("M in place of its transpose", "example"): {
            "x = rest.T @ y": "x = (rest if len(rest) == len(x) else rest.T) @ y"
        },
        ("M in place of its transpose, where they differ in shape", "stopped"): {
            "x = rest.T @ y": "x = (rest.T if len(rest) == len(x) else rest) @ y"
        },
        ("Ut not turned round", "example"): {GIVEN: GIVEN + ".T"},
        ("nothing divided", "example"): {FIRST: "pass", SECOND: ""},
        ("until it stands still", "example"): {ROUNDS: "for _ in range(500):"},
        ("NumPy's SVD", "example"): {
            COPY: "U, S, Vt = np.linalg.svd(M, full_matrices=False)\n"
            "    return U[:, : len(start)], S[: len(start)], Vt[: len(start)]\n    rest = M  #"
        },
        ("the package's SVD", "own work"): {
            COPY: "return truncated_svd(M, len(start))\n    rest = M  #"
        },
        ("taken off the caller's matrix", "input changed"): {
            COPY: "rest = M  #",
            OFF: "rest -= value * np.outer(y, x)",
        },
        ("the start is overwritten", "input changed"): {
            SECOND: SECOND + "            start[len(U)] = x\n"
        },
        ("the values alone", "example"): {GIVEN: "np.array(values)"},
        ("nothing returned", "example"): {"return " + GIVEN: GIVEN},
    },
)

# 7
COSINE = "cos_similarity(vectors, vectors[v])"
NEARER = "nearer = cosine > cosine[u]"
SELF = "nearer[v] = False"
SHARE = "1 / (1 + nearer.sum())"
MEAN = "np.mean(scores)"
SCORES = "    scores = []"
OWN_COSINE = (
    "length = np.sqrt((vectors**2).sum(axis=1))\n"
    "        cosine = vectors @ vectors[v] / (length * length[v])"
)
of(
    "finer_ruler",
    {
        "by sorting": {
            NEARER: "order = [w for w in np.argsort(-cosine) if w != v]",
            SELF: "rank = 1 + order.index(u)",
            SHARE: "1 / rank",
        },
        "lengths by hand": {
            "cosine = " + COSINE: OWN_COSINE.replace(
                "(length * length[v])", "np.maximum(1e-12, length * length[v])"
            )
        },
        "all cosines at once": """
def mean_reciprocal(vectors, pairs):
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    unit = vectors / np.where(length == 0, 1, length)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -np.inf)
    v, u = pairs[:, 0], pairs[:, 1]
    rank = (cosine[v] >= cosine[v, u][:, None]).sum(axis=1)
    return (1 / rank).mean()
""",
        "ranks by two sorts": {
            NEARER: "cosine[v] = -2",
            SELF: "rank = np.argsort(np.argsort(-cosine))[u] + 1",
            SHARE: "1 / rank",
        },
        "the package's normalize": {
            "cosine = " + COSINE: "from common.embeddings import normalize\n"
            "        unit = normalize(vectors)\n        cosine = unit @ unit[v]",
        },
        "the angle for the cosine": {COSINE: "-np.arccos(np.clip(" + COSINE + ", -1, 1))"},
        "float32 vectors": {"for v, u": "vectors = vectors.astype(np.float32)\n    for v, u"},
    },
    {
        ("the word itself counts", "itself counted"): {SELF: "nearer[v] = True"},
        ("the word itself counts, by argsort", "itself counted"): {
            NEARER: "cosine[v] = 2",
            SELF: "rank = 1 + list(np.argsort(-cosine)).index(u)",
            SHARE: "1 / rank",
        },
        ("rank from 0", "rank from 0"): {SHARE: "1 / nearer.sum()"},
        ("rank from 0, a plain division", "stopped"): {SHARE: "1 / int(nearer.sum())"},
        ("the dot product", "dot product"): {COSINE: "vectors @ vectors[v]"},
        ("the distance", "distance"): {COSINE: "-((vectors - vectors[v]) ** 2).sum(axis=1)"},
        ("0 / 0 stays NaN", "zero vector is NaN"): {"cosine = " + COSINE: OWN_COSINE},
        ("NaN is the first of all", "zero vector is nearest"): {
            "cosine = " + COSINE: OWN_COSINE,
            NEARER: "nearer = ~(cosine <= cosine[u])",
        },
        ("the farthest first", "farthest first"): {NEARER: "nearer = cosine < cosine[u]"},
        ("argsort read as ranks", "order read as rank"): {
            NEARER: "cosine[v] = np.inf",
            SELF: "rank = np.argsort(-cosine)[u] + 1",
            SHARE: "1 / rank",
        },
        ("the mean rank", "mean rank"): {SHARE: "1 + nearer.sum()"},
        ("one over the mean rank", "one over the mean rank"): {
            SHARE: "1 + nearer.sum()",
            MEAN: "1 / np.mean(scores)",
        },
        ("the partner asks", "direction turned"): {"for v, u in pairs": "for u, v in pairs"},
        ("hits at the first place", "hits only"): {SHARE: "nearer.sum() == 0"},
        ("hits at the first five places", "example"): {SHARE: "nearer.sum() < 5"},
        ("the sum of the shares", "example"): {MEAN: "np.sum(scores)"},
        ("the median", "example"): {MEAN: "np.median(scores)"},
        ("divided by the word's length only", "dot product"): {
            COSINE: "vectors @ vectors[v] / np.linalg.norm(vectors[v])"
        },
        ("shares that fall by halves", "example"): {SHARE: "0.5 ** nearer.sum()"},
        ("vectors divided in place", "input changed"): {SCORES: "    vectors /= 2\n" + SCORES},
        ("the package's Embeddings", "own work"): {
            SCORES: "    from common.embeddings import Embeddings\n"
            "    Embeddings(vectors, [str(v) for v in range(len(vectors))])\n" + SCORES
        },
        ("a list of shares", "example"): {MEAN: "scores"},
        ("nothing returned", "wrong type"): {"return " + MEAN: MEAN},
    },
)

# 8
CHANCE = "chance = 20 * 1 / 100"
TWIDDLE = "np.log2(1 / chance)"
INVERSE = "np.log2(10 / (20 * 8 / 100))"
MOST = '"most": 4'
ANSWER = """
def numbers():
    return {{"before": {}, "chance": {}, "twiddle": {}, "inverse": {}, "most": {}}}
"""
of(
    "smoothed",
    {
        "rounded": ANSWER.format(4.15, 0.2, 2.32, 2.64, 4),
        "rounded down": ANSWER.format(4.14, 0.2, 2.32, 2.64, 4.0),
        "in four digits": ANSWER.format(4.1457, 0.2, 2.3219, 2.6439, "int(4)"),
        "powers in code": {CHANCE: "chance = 20 * 1 / (np.array([256, 81, 16, 1]) ** 0.75).sum()"},
        "arrays without an axis": ANSWER.format(
            "np.log2(np.array(17.7))", "np.array(0.2)", "np.log2(5)", "np.log2(6.25)", "np.array(4)"
        ),
        "another order": """
def numbers():
    return dict(most=4, inverse=2.64, twiddle=2.32, chance=1 / 5, before=4.15)
""",
    },
    {
        ("natural logarithms", "natural logarithm"): ANSWER.format(2.87, 0.2, 1.61, 1.83, 4),
        ("base 10", "base 10"): ANSWER.format(1.248, 0.2, 0.699, 0.796, 4),
        ("the first number smoothed too", "smoothed too early"): ANSWER.format(
            2.32, 0.2, 2.32, 2.64, 4
        ),
        ("not smoothed at all", "not smoothed"): ANSWER.format(4.146, 0.0565, 4.146, 3.468, 17),
        ("chance not smoothed", "chance not smoothed"): {
            CHANCE: "chance = 20 * 1 / 354",
            TWIDDLE: "2.32",
        },
        ("powers over the old total", "old total"): ANSWER.format(4.146, 0.0565, 4.146, 4.468, 17),
        ("the word smoothed too", "word smoothed too"): ANSWER.format(
            4.146, 0.0946, 3.402, 3.724, 10
        ),
        ("the pair smoothed too", "pair smoothed too"): ANSWER.format(4.146, 0.2, 2.322, 1.813, 4),
        ("turned over", "turned over"): ANSWER.format(-4.146, 0.2, -2.322, -2.644, 4),
        ("K = 5 still stored", "one too many"): {MOST: '"most": 5'},
        ("the logarithm of K", "logarithm of K"): {MOST: '"most": 2.32'},
        ("the K before smoothing", "K without smoothing"): {MOST: '"most": 17'},
        ("the chance of the other pair", "example"): {CHANCE: "chance = 20 * 8 / 100"},
        ("the share for the chance", "example"): {CHANCE: "chance = 1 / 100"},
        ("the inverse without its ten times", "example"): {INVERSE: "np.log2(1 / 1.6)"},
        ("a number is missing", "wrong type"): {MOST: '"more": 4'},
        ("a list", "wrong type"): "def numbers():\n    return [4.15, 0.2, 2.32, 2.64, 4]\n",
        ("texts", "wrong type"): ANSWER.format("'4.15'", "'0.2'", "'2.32'", "'2.64'", "'4'"),
        ("nothing returned", "wrong type"): {"return {": "_ = {"},
    },
)
