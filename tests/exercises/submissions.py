"""Submissions as learners hand them in, the honest, the broken and the sly.

Each is a function of the week's (source, learner's copy) that returns the text of a file.
"""

import copy
import json

import nbformat
from machinery import named


def text(notebook):
    return nbformat.writes(notebook)


def answered(source, blank, names=None):
    """The learner's copy with right answers, to all exercises or to some."""
    notebook = copy.deepcopy(blank)
    right = named(source)
    for name, cell in named(notebook).items():
        if cell.metadata["nbgrader"]["solution"] and (names is None or name in names):
            cell.source = right[name].source
    return notebook


def model(source, blank):
    return text(answered(source, blank))


def empty(source, blank):
    return text(blank)


def half(source, blank):
    return text(answered(source, blank, ("embedding_backward", "embedding_dot", "shapes")))


def sly(source, blank):
    """No answer; some checks edited, the others deleted, and the module of checks patched."""
    notebook = copy.deepcopy(blank)
    for number, (name, cell) in enumerate(named(notebook).items()):
        if name.startswith("check_"):
            cell.source = "print('all passed')"
            cell.metadata["nbgrader"]["points"] = 50
            if number % 4 == 1:
                notebook.cells.remove(cell)
    patch = (
        "for name in week16.__all__:\n    setattr(week16, name, lambda *answer, **options: None)"
    )
    notebook.cells.insert(2, nbformat.v4.new_code_cell(patch, id="patch"))
    return text(notebook)


def with_answer(source, blank, name, code):
    notebook = answered(source, blank)
    named(notebook)[name].source = code
    return text(notebook)


def endless_loop(source, blank):
    code = "class Embedding: pass\nwhile True: pass"
    return with_answer(source, blank, "embedding_backward", code)


def destructive(source, blank):
    """Right answers; it deletes what stands in its folder and around it, and ends the kernel."""
    code = (
        "import os, pathlib, shutil\n"
        "for place in ('.', '../..', '../../../submitted'):\n"
        "    for path in pathlib.Path(place).glob('*'):\n"
        "        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()\n"
        "os._exit(0)"
    )
    return with_answer(source, blank, "shapes", code)


def loud(source, blank):
    """Right answers but one; a huge output, and a print of the cell that runs the hidden tests."""
    notebook = answered(source, blank)
    named(notebook)["cbow"].source += "\nfor _ in range(30):\n    print('x' * 1_000_000)"
    named(notebook)[
        "shapes"
    ].source = "def shapes(*sizes):\n    print(In[-1])\n    raise ValueError"
    return text(notebook)


def missing_cells(source, blank):
    notebook = answered(source, blank)
    gone = ("embedding_dot", "check_embedding_dot", "check_shapes")
    notebook.cells = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone
    ]
    return text(notebook)


def no_json(source, blank):
    return text(blank)[:-500]


def another_format(source, blank):
    """The format of 2014: worksheets, `input` for `source`."""
    return json.dumps(nbformat.convert(answered(source, blank), 3))


def unknown_format(source, blank):
    return json.dumps({"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "pages": []})


def no_notebook(source, blank):
    return json.dumps([1, 2, 3])
