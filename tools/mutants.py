"""Break the package on purpose, one small change at a time, and list what no test notices.

    python tools/mutants.py ['common.layers.*' ...]

mutmut makes the changes and runs the tests that reach each; its settings stand
in pyproject.toml, its results in ``mutants/``, so that an interrupted run goes
on where it stopped.  Here they are summed up for each room, with every
survivor.

A survivor that means the same as the original is no fault of the tests.
``tools/mutants.tsv`` excuses it, in one line: the place, the line before, the
line after, and why both mean the same.  An excuse whose mutant is gone, or is
noticed, fails; so does the run when too few are noticed.
"""

import collections
import csv
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXCUSES = Path(__file__).with_suffix(".tsv")
GOAL = 0.99
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}


def read_excuses(path=EXCUSES):
    """(place, line before, line after) -> why both mean the same."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    excuses = {(row["place"], row["before"], row["after"]): row["why"] for row in rows}
    if len(excuses) != len(rows):
        raise ValueError(f"{path}: an excuse stands twice")
    return excuses


def mutmut(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=ROOT, **options)


def said(*arguments):
    return mutmut(*arguments, capture_output=True, text=True).stdout


def place_of(name):
    """``common.layers.xǁAffineǁforward__mutmut_3`` -> ``common.layers.Affine.forward``"""
    path, _, _ = name.rpartition("__mutmut_")
    module, _, rest = path.rpartition(".")
    return ".".join([module, *filter(None, rest.removeprefix("x_").removeprefix("x").split("ǁ"))])


def change_of(name):
    """The lines that a mutant takes away, and those that it puts in their place."""
    diff = said("show", name).splitlines()
    lines = [[line[1:].strip() for line in diff if re.match(f"[{s}][^{s}]", line)] for s in "-+"]
    return tuple(" ".join(side) for side in lines)


def main(patterns) -> int:
    code = mutmut("run", *patterns).returncode
    excuses = read_excuses()
    unused = dict(excuses)
    rooms, survivors = {}, collections.defaultdict(list)
    run = set()  # the places of which a mutant was run
    for name, status in re.findall(r"^\s*(\S+): (.+)$", said("results", "--all", "true"), re.M):
        count = rooms.setdefault(place_of(name).rpartition(".")[0], collections.Counter())
        if status == "not checked":
            count["not run"] += 1
            continue
        run.add(place_of(name))
        if status in NOTICED:
            count["noticed"] += 1
            continue
        before, after = change_of(name)
        why = excuses.get((place_of(name), before, after))
        unused.pop((place_of(name), before, after), None)
        count["the same" if why else "survived"] += 1
        survivors[f"the same: {why}" if why else status].append(
            f"{name}\n  - {before}\n  + {after}"
        )
    for why, them in sorted(survivors.items()):
        print(f"\n{why}", *them, sep="\n")
    gone = [key for key in unused if key[0] in run]
    for key in gone:
        print(
            "\nan excuse whose mutant is gone, or is noticed; take its line away:", *key, sep="\n  "
        )
    print_table(rooms)
    total = sum(rooms.values(), collections.Counter())
    enough = total["noticed"] >= GOAL * (total["noticed"] + total["survived"])
    return code or int(bool(gone) or not enough)


def print_table(rooms):
    columns = ["noticed", "survived", "the same", "not run"]
    print(f"\n{'room':34}", *(f"{column:>10}" for column in columns), f"{'score':>8}")
    for room, count in [
        *sorted(rooms.items()),
        ("all", sum(rooms.values(), collections.Counter())),
    ]:
        score = count["noticed"] / max(1, count["noticed"] + count["survived"])
        print(f"{room:34}", *(f"{count[column]:10}" for column in columns), f"{score:8.1%}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
