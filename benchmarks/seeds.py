"""How far week 16's counts depend on the seed: its own cells, run with other seeds.

    python benchmarks/seeds.py 8

runs notebook 6 up to its scores of analogies with the seeds 1 to 8, and prints
for each model how many of the 15 words were hits, and how many scores the step
of the analogies made better.  A seed takes about half a minute.
"""

import contextlib
import io
import sys
from pathlib import Path

import nbformat

NOTEBOOK = Path(__file__).parents[1] / "notebooks/week16/6_what_the_vectors_know.ipynb"
SEED, LAST = "np.random.seed(0)", "better = []"  # in the first cell; in the last that is run


def program(seed: int) -> str:
    """The notebook's code as far as it is needed, with another seed."""
    cells = [c.source for c in nbformat.read(NOTEBOOK, 4).cells if c.cell_type == "code"]
    (last,) = (i for i, source in enumerate(cells) if LAST in source)
    first, *rest = cells[: last + 1]
    if first.count(SEED) != 1:
        raise ValueError(f"the first cell of {NOTEBOOK.name} sets no seed")
    return "\n".join([first.replace(SEED, f"np.random.seed({seed})"), *rest])


def neighbours(seed: int) -> tuple:
    """Model -> its hits, and its neighbours of each word; and which scores the step made better."""
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(program(seed), scope)
    models = {"skip-gram": "words", "CBOW": "words_cbow", "counts": "words_counted"}
    found = {}
    for model, name in models.items():
        near = {w: {n for n, _ in scope[name].most_similar(w)} for w in scope["expected"]}
        hits = scope["hits"](scope[name])
        found[model] = sum(map(bool, hits.values())), [w for w in hits if not hits[w]], near
    return found, scope["better"]


def main(seeds: int) -> None:
    before = {}
    for seed in range(1, seeds + 1):
        found, better = neighbours(seed)
        for model, (hits, missed, near) in found.items():
            line = f"seed {seed}  {model:9} {hits} hits, missed: {', '.join(missed) or 'none'}"
            if model in before:
                shared = sum(len(near[word] & before[model][word]) for word in near)
                line += f"; {shared} neighbours as with the seed before"
            before[model] = near
            print(line, flush=True)
        print(
            f"seed {seed}  the step makes {sum(better)} of {len(better)} scores better", flush=True
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
