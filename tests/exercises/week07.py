"""Wrong answers to the midterm, each with the parts that it loses."""

from exams import Wrong

ONLY_FORWARD = """
def graph():
    n = paper.numbers(5)
    x, y, z = n["x"], n["y"], n["z"]
    value = [(x * y + z) * x, x * y * (x + z), (x + y) * z * x][n["graph"]]
    return [value, 0, 0, 0]
"""
LOOP = """
def lead(s, t):
    n = paper.numbers(7)
    kind = {"largest": np.max, "mean": np.mean, "smallest": np.min}[n["reduced"]]
    result = np.full(len(t), n["fill"], float)
    for i in range(len(t)):
        if t[i] >= 0:
            result[i] = s[i, t[i]] - kind(np.delete(s[i], t[i]))
    return result
"""

WRONG = [
    Wrong(
        "shapes",
        "all results get the larger shape",
        "abcd",
        "def shapes():\n    n = paper.numbers(1)\n    return [(n['r'], n['q'], 99)] * 4",
    ),
    Wrong("shapes", "shapes as texts", "abcd", {"return found": "return [f'{s}!' for s in found]"}),
    Wrong("shapes", "one result too few", "abcd", {"return found": "return found[:3]"}),
    Wrong(
        "perceptron",
        "the sign of the correction is turned",
        "abc",
        {"w + (t - y)": "w - (t - y)", "b + (t - y)": "b - (t - y)"},
    ),
    Wrong(
        "perceptron", "the bias is forgotten in the new score", "c", {'n["new"] + b]': 'n["new"]]'}
    ),
    Wrong("perceptron", "stops", "abc", {"return [": "return 1 / 0 * ["}),
    Wrong("forward", "no ReLU", "bc", {"np.maximum(before, 0)": "before"}),
    Wrong("forward", "W_1 transposed", "abc", {"x @ W_1": "x @ W_1.T"}),
    Wrong("forward", "scores as probabilities", "c", {"y = e / e.sum()": "y = s + 2"}),
    Wrong("slopes", "a sum in place of the mean", "a", {".sum() / 3": ".sum()"}),
    Wrong("slopes", "the sign of the logarithm", "a", {"-np.log": "np.log"}),
    Wrong(
        "slopes",
        "the derivative",
        "b",
        {"slope = (": "slope = f(1) - n['u'] + 3 * n['u'] * n['w'] ** 2 + 0 * ("},
    ),
    Wrong("slopes", "divided by h, not by 2 h", "b", {"/ (2 * n": "/ (1 * n"}),
    Wrong("slopes", "one step", "c", {"range(2)": "range(1)"}),
    Wrong("slopes", "the best rate, not the limit", "d", {'2 / n["k"]  #': '1 / n["k"]  #'}),
    Wrong(
        "graph",
        "the branch: its second way overwrites the first",
        "b",
        {
            "straight + dinner * y": "dinner * y",
            "dfirst * y + dsecond": "dsecond",
            "straight + dsecond * z": "straight",
        },
    ),
    Wrong(
        "graph",
        "dout goes into L too",
        "a",
        {
            "[value, straight + dinner": "[dout * value, straight + dinner",
            "[value, dfirst": "[dout * value, dfirst",
            "[value, straight + dsecond": "[dout * value, straight + dsecond",
        },
    ),
    Wrong("graph", "dout forgotten", "bcd", {'n["dout"]': "1"}),
    Wrong(
        "graph",
        "only forward",
        "bcd",
        ONLY_FORWARD,
    ),
    Wrong("fault", "the line after it", "a", {"return next(": "return 1 + next("}),
    Wrong(
        "fault",
        "the function as it was printed",
        "b",
        {
            "    name, rows =": "    exec(paper.numbers(6)['code'], shown := {'np': np})\n"
            "    return shown['compute'](s, t)\n    name, rows ="
        },
    ),
    Wrong(
        "lead",
        "a loop",
        "c",
        LOOP,
    ),
    Wrong("lead", "no label is forgotten", "b", {'np.where(t == -1, n["fill"], result)': "result"}),
    Wrong(
        "lead",
        "the right class counts among the others",
        "abc",
        {"np.arange(len(t)), t] = False": "np.arange(len(t)), (t + 1) % s.shape[1]] = False"},
    ),
    Wrong(
        "lead", "writes into the scores", "abc", {"    others = np": "    s += 1\n    others = np"}
    ),
    Wrong("bend", "the slope of a straight line", "bc", {"dout * self.slope": "dout"}),
    Wrong("bend", "dout forgotten", "bc", {"dout * self.slope": "self.slope"}),
    Wrong(
        "bend",
        "writes into its input",
        "abc",
        {"n = paper.numbers(8)": "n = paper.numbers(8)\n        x *= 2"},
    ),
    Wrong(
        "bend",
        "only for two axes",
        "c",
        {"n = paper.numbers(8)": "n = paper.numbers(8)\n        N, D = x.shape"},
    ),
    Wrong(
        "bend",
        "backward of the first batch",
        "bc",
        {"self.slope = [": "self.slope = self.slope if hasattr(self, 'slope') else ["},
    ),
]
