"""Every notebook of the course passes every check of checks.py.

That its outputs come out again is compared by nbval, in the same run.
"""

import ast
import re

import nbformat
import pytest
from checks import CHECKS, HOME, ROOT, code_cells, definitions, is_further, is_lesson, prose, size

from notebooks import find

NOTEBOOKS = find([ROOT / "notebooks"])


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, check):
    faults = list(check(nbformat.read(path, as_version=4), path))
    assert not faults, f"{path.relative_to(ROOT)}: " + "; ".join(faults)


def test_there_are_notebooks():
    assert NOTEBOOKS


# A week's core is what a group walks in a week: notebooks, words of prose, code cells.
CORE = {"week01": (5, 8_000, 140), "week16": (6, 10_000, 230)}
CORE_OF_A_WEEK = (4, 8_000, 140)


@pytest.mark.parametrize("week", sorted({p.parent.name for p in NOTEBOOKS if is_lesson(p)}))
def test_the_core_of_a_week(week):
    lessons = [p for p in NOTEBOOKS if p.parent.name == week and is_lesson(p)]
    read = [nbformat.read(p, as_version=4) for p in lessons]
    sizes = [size(notebook) for notebook in read if not is_further(notebook)]
    core = len(sizes), sum(words for words, _ in sizes), sum(cells for _, cells in sizes)
    print(f"{week}: a core of {core[0]} notebooks, {core[1]:,} words, {core[2]} code cells")
    allowed = CORE.get(week, CORE_OF_A_WEEK)
    assert all(is_ <= may for is_, may in zip(core, allowed, strict=True)), (core, allowed)


def test_the_core_comes_first():
    """What is marked further stands behind all of the core, so that nothing in it is needed."""
    for week in {p.parent for p in NOTEBOOKS if is_lesson(p)}:
        lessons = sorted(filter(is_lesson, week.glob("*.ipynb")), key=number)
        marks = [is_further(nbformat.read(p, as_version=4)) for p in lessons]
        assert marks == sorted(marks), [p.name for p in lessons]


def number(path):
    return int(path.name.partition("_")[0])


@pytest.mark.parametrize("path", [*filter(is_lesson, NOTEBOOKS)], ids=lambda path: path.stem)
def test_what_ships_leads_back(path):
    """The docstring of what a lesson derives names the lesson, and equations that stand there."""
    notebook = nbformat.read(path, as_version=4)
    place = f"in week {int(path.parent.name.removeprefix('week'))}, notebook {number(path)}"
    equations = set(re.findall(r"\\tag\{(\d+)\}", prose(notebook)))
    for _, cell in code_cells(notebook):
        home = HOME.match(cell.source.splitlines()[0])
        for name in definitions(cell.source) if home else ():
            said = " ".join(docstrings(ROOT / home[1])[name].split())
            told = re.search(rf"{place}\b(?:, equations? ((?:\(\d+\)(?:, | and | to )?)+))?", said)
            assert told, f"{home[1]}: add to the docstring of {name}: Derived {place}."
            absent = set(re.findall(r"\d+", told[1] or "")) - equations
            assert not absent, f"{home[1]}, {name}: {path.stem} has no equation {sorted(absent)}"


def docstrings(file):
    """Name -> docstring of each class and function at top level."""
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    kept = [n for n in nodes if isinstance(n, ast.ClassDef | ast.FunctionDef)]
    return {n.name: ast.get_docstring(n) or "" for n in kept}
