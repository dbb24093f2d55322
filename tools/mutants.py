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
AGREE = rf"({PAIRS}), strict=True"
# What a line loses and what it gets, as regular expressions, and why it means the same.
SAME = [
    (r"(reshape\(.*?)-1", r"\1-2", "NumPy finds the length that is left for any negative one"),
    (r'einsum\("(.+?)"', lambda m: f'einsum("{m[1].upper()}"', "einsum's letters are names"),
    ('"inf"', '"INF"', "float() reads both"),
    (">= 0, 1, e", "> 0, 1, e", "at 0, e is 1 too"),
    (r"\(x, 1\.0\)", "(x, 2.0)", "only the type of the number counts"),
    (r"\(x, 1\.0\)", "(x, )", "labels are 0 and 1, which any type of x holds"),
    (r"random\(x\.shape\) >=", "random(x.shape) >", "once in 2^53 draws they differ"),
    ("= xp.inf$", "= None", "None becomes NaN, which sorts behind every number, as inf does"),
    (r"range\(1, words", "range(words", "nothing stands left of the first column"),
    (r", dtype=h\.dtype\)", r", dtype=None)", "the loss gives its labels the scores' type"),
    (r", dtype=h\.dtype\)", r", )", "the loss gives its labels the scores' type"),
    (r"dtype=out\.dtype\)", "dtype=None)", "the sum is stored in out's type; only slower"),
    (r"dtype=out\.dtype\)", ")", "the sum is stored in out's type; only slower"),
    (r"\(N, C, -1\)\)", "(C, -1))", "scatter_add takes rows of any shape"),
    (r"\(N, C, -1\)\)", "(N, -1))", "scatter_add takes rows of any shape"),
    (r"if (t\.size == y\.size) else", r"if (\1) or True else", "an id may stand in a column"),
    ("% 100 ==", "% 100 !=", "only slower: means below 1e-30 move nothing"),
    ("> 1e-30", ">= 1e-30", "only slower: means below 1e-30 move nothing"),
    ("size=32_000", "size=32001", "only the speed depends on the size of a slice"),
    (r"max\(1, arrays", "max(2, arrays", "only the speed depends on the size of a slice"),
    (r"\[:1\]\.size", "[:2].size", "only the speed depends on the size of a slice"),
    ("norm > max_norm", "norm >= max_norm", "a factor of 1 changes nothing"),
    (AGREE, r"\1, strict=None", "the lengths agree"),
    (AGREE, r"\1, strict=False", "the lengths agree"),
    (AGREE, r"\1, ", "the lengths agree"),
    ("strict=False", "strict=None", "zip's default is False"),
    (", strict=False", ", ", "zip's default is False"),
    ("allow_pickle=False", "allow_pickle=None", "NumPy's default is False"),
    ("allow_pickle=False", "", "NumPy's default is False"),
    (r"astype\(p\.dtype\)", "astype(None)", "what is set into p takes its type"),
    ("dout=1", "dout=2", "what a model does by default is to refuse"),
    ('"stable"', '"STABLE"', "NumPy reads both"),
    (r"length \+ \(", "length - (", "0 / 1 and 0 / -1 are 0"),
    (r"len\(corpus\) - 1\)", "len(corpus) + 1)", "no word has a neighbour so far away"),
    (r"astype\(xp\.float64\)", "astype(None)", "None means float64"),
    *(
        (rf'scratch\.(take|matmul)\("{name}"', rf"scratch.\1({other}", "a name that is used once")
        for name in ("U", "C", "R", "A", "h", "S", "dh", "dC", "dR", "dU", "weight")
        for other in ("None", f'"XX{name}XX"', f'"{name.lower()}"', f'"{name.upper()}"')
    ),
    (r", dtype=numpy\.float32\)", ", dtype=None)", "arithmetic in place keeps the scores' type"),
    (r", dtype=numpy\.float32\)", ", )", "arithmetic in place keeps the scores' type"),
    (r"out = self\.array\(.*\)$", "out = None", "only slower: fresh memory"),
    (", out=out", ", out=None", "only slower: fresh memory"),
    (", out=out", ", ", "only slower: fresh memory"),
    (", out=out", "", "only slower: fresh memory"),
    (', mode="clip"', ", mode=None", "only slower: no index is outside"),
    (', mode="clip"', ", ", "only slower: no index is outside"),
    ("sign > 0", "sign >= 0", "a sign is 1 or -1"),
    ("prepend=-1", "prepend=-2", "any number below the first sentence's, 0"),
    (r"<= uniform", "< uniform", "a uniform number meets a border once in 2^53 draws"),
    (r"< model\.keep", "<= model.keep", "a uniform number meets a border once in 2^53 draws"),
    ("vocab_size, dtype=int", "vocab_size, dtype=None", "whole numbers, as floats too"),
    ("vocab_size, dtype=int", "vocab_size, ", "whole numbers, as floats too"),
    (r"len\(idx\) \+ 1\)", "len(idx) + 2)", "SciPy's loop reads n + 1 of them"),
    (r"max\(1, array\.nbytes\)", "max(2, array.nbytes)", "a byte more that nobody reads"),
    ('"q", 0', '"q", ', "the value starts at 0"),
    ('"q", 0', '"Q", 0', "only the largest number differs"),
    ("writeable = False", "writeable = None", "None is as good as False"),
    (r"error <= tolerance", "error < tolerance", "no error meets the bound exactly"),
    (r"flat\[:4\]", "flat[:5]", "one id more is set; the ids still hold what they must"),
    (r"size // 2$", "size / 2", "NumPy cuts it to a whole number"),
    (r"size // 2$", "size // 3", "any id between will do"),
    (r"ids\.reshape\(-1\)", "ids.reshape(None)", "no axis given means flat, too"),
    (r"astype\(float\)", "astype(None)", "None means float64"),
    (r"2\*\*16", "2 * 16", "only the speed depends on the size of a table"),
    (r"2\*\*16", "3**16", "only the speed depends on the size of a table"),
    (r"2\*\*16", "2**17", "only the speed depends on the size of a table"),
    (', side="right"', ", ", "the search goes on from there"),
    (r"2\*\*20", "2**21", "only the memory depends on the size of a piece"),
    ('"iu"', '"XXiuXX"', "no type has the kind X"),
    ("if n > 1}", "if n >= 1}", "a ratio of 1 is no mistake"),
    (", refresh=False", ", refresh=None", "the bar is only drawn more often, or as often"),
    (", refresh=False", ", refresh=True", "the bar is only drawn more often, or as often"),
    (", refresh=False", ", ", "the bar is only drawn more often, or as often"),
    ('"utf-8"', '"UTF-8"', "Python reads both"),
    (r", len\(piece\)\)", ", )", "NumPy finds the length itself; only slower"),
    ("count > 0", "count >= 0", "only counts other than 0 are looked at"),
    (r"< 1e-3 \*", "<= 1e-3 *", "no ratio meets the bound exactly"),
]


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
    for before, after, why in SAME:
        for place in re.finditer(before, old):
            put = after(place) if callable(after) else place.expand(after)
            if old[: place.start()] + put + old[place.end() :] == new:
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
