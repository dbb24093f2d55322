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

from notebooks import ROOT

GOAL = 0.95
NOTICED = {"killed", "timeout", "segfault"}

# What a line loses and what it gets, as regular expressions: why it means the same.
SAME = {
    ("-1", "-2"): "in reshape, NumPy takes any negative length as the one to be found",
}


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
    for (before, after), why in SAME.items():
        for place in re.finditer(before, old):
            if old[: place.start()] + place.expand(after) + old[place.end() :] == new:
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
