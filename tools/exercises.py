"""Make the learner's copy of each week's exercises from the instructor's source.

    python tools/exercises.py            write notebooks/weekNN/exercises.ipynb, and execute it
    python tools/exercises.py table      print which wrong answers are caught, and by which hint
                                         (table week12: those of one week)

The source, ``solutions/weekNN/exercises.ipynb``, carries nbgrader's marks.  The
copy is the notebook that nbgrader itself would release (a test compares them),
so that a submission of it can be graded; nbgrader need not be installed here.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
import sys
from pathlib import Path

import nbformat

from notebooks import ENVIRONMENT, ROOT, execute, normalise

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


def sources() -> list[Path]:
    """The instructor's exercise notebooks, week by week."""
    return sorted((ROOT / "solutions").glob("week*/exercises.ipynb"))


def exams() -> list[Path]:
    """The instructor's exams, week by week."""
    return sorted((ROOT / "solutions").glob("week*/exam.ipynb"))


def target(source: Path) -> Path:
    """Where the learner's copy of a source stands."""
    return ROOT / "notebooks" / source.parent.name / source.name


def learners_copy(source):
    """The notebook without solutions, hidden tests and outputs, locked and sealed for nbgrader.

    Raises
    ------
    ValueError : a region is opened twice, or never closed.
    """
    made = copy.deepcopy(source)
    normalise(made)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            cell.source = without_solution(cell)
            cell.metadata["deletable"] = False
        elif marks.get("grade"):
            cell.source = without_region(cell.source, "HIDDEN TESTS")
            cell.metadata.update(deletable=False, editable=False)
        if marks:
            marks.update(cell_type=cell.cell_type, checksum=checksum(cell))
    normalise(made)
    return made


def without_solution(cell):
    stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
    replaced = without_region(cell.source, "SOLUTION", stub)
    return stub if replaced == cell.source else replaced


def without_region(text, name, stub=""):
    """The text with each region ``BEGIN name ... END name`` replaced by the stub, as indented."""
    kept, inside = [], False
    for line in text.split("\n"):
        begins, ends = f"BEGIN {name}" in line, f"END {name}" in line
        if begins if inside else ends:
            raise ValueError(f"{line.strip()!r} stands where it should not, in\n{text}")
        if begins:
            indent = re.match(r"\s*", line)[0]
            kept += [indent + part for part in stub.split("\n") if stub]
        elif not inside and not ends:
            kept.append(line)
        inside = begins or (inside and not ends)
    if inside:
        raise ValueError(f"no END {name} in\n{text}")
    return "\n".join(kept)


def checksum(cell):
    """nbgrader's seal: of a cell's text, its kind, its name and its points."""
    marks = cell.metadata["nbgrader"]
    locked = not marks["solution"] and (marks["grade"] or marks["locked"])
    parts = [cell.source, cell.cell_type, marks["grade"], marks["solution"], locked]
    parts.append(marks["grade_id"])
    if marks["grade"]:
        parts.append(float(marks["points"]))
    return hashlib.md5("".join(map(str, parts)).encode()).hexdigest()


def main(arguments) -> int:
    if arguments[:1] == ["table"]:
        sys.path.insert(0, str(ROOT / "tests" / "exercises"))
        from machinery import print_table

        return print_table(arguments[1:])
    os.environ.update(ENVIRONMENT)
    for source in sources() + exams():
        path = target(source)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = learners_copy(nbformat.read(source, as_version=4))
        if not (path.exists() and same_cells(made, nbformat.read(path, as_version=4))):
            path.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
        print(execute(path), flush=True)
    return 0


def same_cells(a, b) -> bool:
    """Whether two notebooks agree in everything but their outputs."""
    return cells(a) == cells(b)


def cells(notebook):
    return [(c.id, c.cell_type, c.source, c.metadata) for c in notebook.cells]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
