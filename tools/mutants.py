"""Break the package on purpose, one small change at a time, and list what no test notices.

    python tools/mutants.py ['common.layers.*' ...]

mutmut makes the changes and runs the tests that reach each; its settings stand
in pyproject.toml, its results in ``mutants/``, so that an interrupted run goes
on where it stopped.  Here they are summed up for each room, with every
survivor.  A survivor that means the same as the original is no fault of the
tests: SAME says which those are, and why.
"""

import collections
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 0.95
NOTICED = {"killed", "timeout", "segfault"}

PAIRS = r"params, saved|\(W_in, W_out, losses\)|words, self\.vectors|layer\.grads, (?:grads|once)"
# What a line loses, as a regular expression; why it means the same; what it gets, one or another.
SAME = [
    (r"(reshape\(.*?)-1", "NumPy finds the length that is left for any negative one", r"\1-2"),
    (
        r'einsum\("(.+?)"',
        "einsum's letters are names",
        lambda m: f'einsum("{m[1].upper()}"',
    ),
    ('"inf"', "float() reads both", '"INF"'),
    (">= 0, 1, e", "at 0, e is 1 too", "> 0, 1, e"),
    (r"\(x, 1\.0\)", "only the type of the number counts", "(x, 2.0)"),
    (r"\(x, 1\.0\)", "labels are 0 and 1, which any type of x holds", "(x, )"),
    (r"random\(x\.shape\) >=", "once in 2^53 draws they differ", "random(x.shape) >"),
    ("= xp.inf$", "None becomes NaN, which sorts behind every number, as inf does", "= None"),
    (r"range\(1, words", "nothing stands left of the first column", "range(words"),
    (r", dtype=h\.dtype\)", "the loss gives its labels the scores' type", ", dtype=None)", ", )"),
    (r"dtype=out\.dtype\)", "the sum is stored in out's type; only slower", "dtype=None)", ")"),
    (r"\(N, C, -1\)\)", "scatter_add takes rows of any shape", "(C, -1))", "(N, -1))"),
    (r"if (t\.size == y\.size) else", "an id may stand in a column", r"if (\1) or True else"),
    ("% 100 ==", "only slower: means below 1e-30 move nothing", "% 100 !="),
    ("> 1e-30", "only slower: means below 1e-30 move nothing", ">= 1e-30"),
    ("size=32_000", "only the speed depends on the size of a slice", "size=32001"),
    (r"max\(1, arrays", "only the speed depends on the size of a slice", "max(2, arrays"),
    (r"\[:1\]\.size", "only the speed depends on the size of a slice", "[:2].size"),
    ("norm > max_norm", "a factor of 1 changes nothing", "norm >= max_norm"),
    (
        rf"({PAIRS}), strict=True",
        "the lengths agree",
        r"\1, strict=None",
        r"\1, strict=False",
        r"\1, ",
    ),
    (", strict=False", "zip's default is False", ", strict=None", ", "),
    ("allow_pickle=False", "NumPy's default is False", "allow_pickle=None", ""),
    (r"astype\(p\.dtype\)", "what is set into p takes its type", "astype(None)"),
    ("dout=1", "what a model does by default is to refuse", "dout=2"),
    ('"stable"', "NumPy reads both", '"STABLE"'),
    (r"length \+ \(", "0 / 1 and 0 / -1 are 0", "length - ("),
    (r"len\(corpus\) - 1\)", "no word has a neighbour so far away", "len(corpus) + 1)"),
    (r"astype\((xp\.float64|float)\)", "None means float64", "astype(None)"),
    (
        r'scratch\.(take|matmul)\("(\w+)"',
        "a name that is used once",
        r"scratch.\1(None",
        r'scratch.\1("XX\2XX"',
        lambda m: f'scratch.{m[1]}("{m[2].lower()}"',
        lambda m: f'scratch.{m[1]}("{m[2].upper()}"',
    ),
    (r"out = self\.array\(.*\)$", "only slower: fresh memory", "out = None"),
    (", out=out", "only slower: fresh memory", ", out=None", ", ", ""),
    (', mode="clip"', "only slower: no index is outside", ", mode=None", ", "),
    ("sign > 0", "a sign is 1 or -1", "sign >= 0"),
    ("prepend=-1", "any number below the first sentence's, 0", "prepend=-2"),
    (r"<= uniform", "a uniform number meets a border once in 2^53 draws", "< uniform"),
    (r"< model\.keep", "a uniform number meets a border once in 2^53 draws", "<= model.keep"),
    (
        "zeros\\(vocab_size, dtype=int",
        "whole numbers, as floats too",
        "zeros(vocab_size, dtype=None",
        "zeros(vocab_size, ",
    ),
    (r"len\(idx\) \+ 1\)", "SciPy's loop reads n + 1 of them", "len(idx) + 2)"),
    (r"max\(1, array\.nbytes\)", "a byte more that nobody reads", "max(2, array.nbytes)"),
    ('"q", 0', "the value starts at 0", '"q", '),
    ('"q", 0', "only the largest number differs", '"Q", 0'),
    ("writeable = False", "None is as good as False", "writeable = None"),
    ("error <= tolerance", "no error meets the bound exactly", "error < tolerance"),
    (r"flat\[:4\]", "one id more is set; the ids still hold what they must", "flat[:5]"),
    ("size // 2$", "NumPy cuts it to a whole number", "size / 2"),
    ("size // 2$", "any id between will do", "size // 3"),
    (r"ids\.reshape\(-1\)", "no axis given means flat, too", "ids.reshape(None)"),
    (
        r"max\(2\*\*16",
        "only the speed depends on the size of a table",
        "max(2 * 16",
        "max(3**16",
        "max(2**17",
    ),
    (r'steps, side="right"', "the search goes on from there", "steps, "),
    (r"2\*\*20", "only the memory depends on the size of a piece", "2**21"),
    ('"iu"', "no type has the kind X", '"XXiuXX"'),
    ("if n > 1}", "a ratio of 1 is no mistake", "if n >= 1}"),
    (
        ", refresh=False",
        "the bar is only drawn more often, or as often",
        ", refresh=None",
        ", refresh=True",
        ", ",
    ),
    ('"utf-8"', "Python reads both", '"UTF-8"'),
    (r", len\(piece\)\)", "NumPy finds the length itself; only slower", ", )"),
    ("count > 0", "only counts other than 0 are looked at", "count >= 0"),
    (r"< 1e-3 \*", "no ratio meets the bound exactly", "<= 1e-3 *"),
]
# Compiled now, so that a slip shows before the run, and not after it.
SAME = [(re.compile(before), why, afters) for before, why, *afters in SAME]


def mutmut(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=ROOT, **options)


def said(*arguments):
    return mutmut(*arguments, capture_output=True, text=True).stdout


def change(name):
    """The lines that a mutant takes away, and those that it puts in their place."""
    diff = said("show", name).splitlines()
    lines = [[line[1:].strip() for line in diff if re.match(f"[{s}][^{s}]", line)] for s in "-+"]
    return [" ".join(side) for side in lines]


def why_same(old, new):
    """Why the new line means what the old one does; an empty text if it does not."""
    for before, why, afters in SAME:
        for place in before.finditer(old):
            puts = [after(place) if callable(after) else place.expand(after) for after in afters]
            if any(old[: place.start()] + put + old[place.end() :] == new for put in puts):
                return why
    return ""


def main(patterns) -> int:
    code = mutmut("run", *patterns).returncode
    rooms, survivors = {}, collections.defaultdict(list)
    for name, status in re.findall(r"^\s*(\S+): (.+)$", said("results", "--all", "true"), re.M):
        count = rooms.setdefault(name.split(".")[1], collections.Counter())
        if status in NOTICED or status == "not checked":
            count["noticed" if status in NOTICED else "not run"] += 1
            continue
        old, new = change(name)
        why = why_same(old, new)
        count["the same" if why else "survived"] += 1
        survivors[f"the same: {why}" if why else status].append(f"{name}\n  - {old}\n  + {new}")
    for why, them in sorted(survivors.items()):
        print(f"\n{why}", *them, sep="\n")
    columns = ["noticed", "survived", "the same", "not run"]
    print(f"\n{'room':22}", *(f"{column:>10}" for column in columns), f"{'score':>8}")
    rooms["all"] = total = sum(rooms.values(), collections.Counter())
    for room, count in rooms.items():
        score = count["noticed"] / max(1, count["noticed"] + count["survived"])
        print(f"{room:22}", *(f"{count[column]:10}" for column in columns), f"{score:8.1%}")
    return code or int(total["noticed"] < GOAL * (total["noticed"] + total["survived"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
