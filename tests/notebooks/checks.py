"""What a notebook of the course must hold, besides outputs that come out again.

Each check takes a notebook (as nbformat reads it) and its path, and yields
faults, in words that say what to do.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IGNORED = "nbval-ignore-output"
RAISES = "raises-exception"
KNOWN_TAGS = {IGNORED, RAISES}
HOME = re.compile(r"# ((?:common|dataset)/\w+\.py)$")
RERUN = "run `make notebooks`"


def code_cells(notebook):
    """(number, cell) of each code cell that is not empty, counted from 1."""
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    return list(enumerate(cells, 1))


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def tags(cell):
    return set(cell.metadata.get("tags", []))


def complete(notebook, path):
    """nbval does not compare a cell without an execution count."""
    for number, cell in code_cells(notebook):
        if cell.execution_count != number:
            yield f"code cell {number} has execution count {cell.execution_count}; {RERUN}"


def quiet(notebook, path):
    """No cell failed unless it shows a failure, and nothing was written to stderr."""
    for number, cell in code_cells(notebook):
        failed = any(o.output_type == "error" for o in cell.outputs)
        if failed and RAISES not in tags(cell):
            yield f"code cell {number} stores an error; repair it, or tag it {RAISES}"
        if RAISES in tags(cell) and not failed:
            yield f"code cell {number} is tagged {RAISES} and raises nothing; take the tag away"
        if any(o.get("name") == "stderr" for o in cell.outputs):
            yield f"code cell {number} writes to stderr; silence the warning's cause"


def known_tags(notebook, path):
    """Only what differs from run to run goes unchecked."""
    for number, cell in code_cells(notebook):
        for tag in sorted(tags(cell) - KNOWN_TAGS):
            yield f"code cell {number} has the tag {tag!r}; known are {sorted(KNOWN_TAGS)}"
        timing = re.search(r"perf_counter|seconds|time|bench", cell.source)
        if IGNORED in tags(cell) and not timing:
            yield f"code cell {number} is tagged {IGNORED} and measures no time; print bounds instead"


def alt_text(notebook, path):
    """Every picture says in words what it shows."""
    for number, cell in code_cells(notebook):
        for output in cell.outputs:
            image = "image/png" in output.get("data", {})
            if image and not output.metadata.get("image/png", {}).get("alt"):
                yield f"code cell {number} shows a figure without alt text; use common.figures.show"
    text = prose(notebook)
    if re.search(r"!\[\s*\]\(", text) or re.search(r"<img(?![^>]*\balt=.\w)[^>]*>", text):
        yield "a picture in the prose has no alt text; write ![what it shows](file)"


def offline(notebook, path):
    """Nothing comes from a server: no picture, no download."""
    if re.search(r"!\[[^\]]*\]\(\s*https?:|<(?:img|script|iframe)[^>]*\bsrc=.https?:", prose(notebook)):
        yield "the prose shows something from a server; draw it with code"
    for number, cell in code_cells(notebook):
        if re.search(r"https?://|\b(?:urllib|requests|socket|pooch|wget|curl)\b|^\s*[!%]pip", cell.source):
            yield f"code cell {number} reaches for a network; use a loader of dataset/"


def installed(notebook, path):
    """The package is imported as an installed package."""
    for number, cell in code_cells(notebook):
        if "sys.path" in cell.source:
            yield f"code cell {number} changes sys.path; `common` is installed"


def links(notebook, path):
    """Every link to a file of the course leads somewhere."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", prose(notebook)):
        if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
            yield f"the link to {target} leads nowhere"


def derived(notebook, path):
    """A class that names its home is the class that ships, docstrings aside."""
    for number, cell in code_cells(notebook):
        home = HOME.match(cell.source.splitlines()[0])
        if not home:
            continue
        file = ROOT / home[1]
        shipped = definitions(file.read_text(encoding="utf-8")) if file.exists() else {}
        derived = definitions(cell.source)
        if not derived:
            yield f"code cell {number} names {home[1]} and defines nothing"
        for name, code in derived.items():
            if name not in shipped:
                yield f"code cell {number}: {home[1]} has no {name}"
            elif code != shipped[name]:
                yield f"code cell {number}: {name} differs from the one in {home[1]}; make them one"


def definitions(source):
    """Name -> parsed code, without docstrings, of each class and function at top level."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(inner):
                    inner.body = inner.body[1:] or [ast.Pass()]
            found[node.name] = ast.dump(node)
    return found


CHECKS = [complete, quiet, known_tags, alt_text, offline, installed, links, derived]
