"""A submitted notebook put in order, as a fair reader would do it.

nbgrader finds a cell by its name in the metadata.  A cell that was split or
copied has its name twice, one that was made anew has none, and a deleted one is
not there.  Here each name comes to stand once again, nothing that the learner
wrote is thrown away, and a note says what was done.
"""

from __future__ import annotations

import ast
import json

import nbformat
from exercises import CODE_STUB, TEXT_STUB

LARGEST = 20e6  # bytes of a submitted notebook


class UnreadableError(ValueError):
    """A submission that is no notebook."""


def repaired(path, given):
    """Read a submission and put it in order; the notebook, and notes on what was repaired.

    Parameters
    ----------
    path : Path of the submitted file.
    given : the notebook that was handed out.

    Raises
    ------
    UnreadableError : it is too large, no JSON, or no notebook.
    """
    notebook, notes = read(path)
    return notebook, notes + put_in_order(notebook, given)


def read(path):
    """The notebook in a file, in today's format and without outputs, and notes."""
    if not path.exists():
        raise UnreadableError(f"there is no {path.name}")
    if path.stat().st_size > LARGEST:
        size = path.stat().st_size / 1e6
        raise UnreadableError(f"the file has {size:.0f} MB; allowed are {LARGEST / 1e6:.0f}")
    notes = []
    try:
        text = path.read_text(encoding="utf-8-sig")
        version = getattr(json.loads(text), "get", {}.get)("nbformat")
        if version not in (1, 2, 3, 4):
            raise UnreadableError(f"not a notebook: its notebook format is {version}, not 4")
        if version != 4:
            notes.append(f"written in notebook format {version}, converted to 4")
        notebook = nbformat.convert(nbformat.reads(text, nbformat.NO_CONVERT), 4)
        for cell in notebook.cells:
            cell.setdefault("metadata", nbformat.from_dict({}))
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.validator.normalize(notebook)
        nbformat.validate(notebook)
    except UnreadableError:
        raise
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {str(error)[:80]}") from error
    except Exception as error:
        raise UnreadableError(
            f"not a notebook: {type(error).__name__}: {str(error)[:80]}"
        ) from error
    return notebook, notes


def put_in_order(notebook, given):
    """Give each exercise cell its name once, in the order of what was handed out; notes."""
    notes = []
    name_again(notebook, given, notes)
    one_cell_a_name(notebook, given, notes)
    put_back(notebook, given, notes)
    answers_below_the_blank(notebook, given, notes)
    as_given(notebook, given, notes)
    return notes


def name_of(cell):
    return marks(cell).get("grade_id")


def marks(cell):
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def unname(cell):
    cell.metadata.pop("nbgrader", None)
    for lock in ("deletable", "editable"):
        cell.metadata.pop(lock, None)


def is_blank(cell):
    return cell is not None and cell.source.strip() in ("", CODE_STUB, TEXT_STUB)


def is_answer(cell):
    return bool(marks(cell).get("solution"))


def defined(source):
    """The names that a code cell defines at its top level; none if it does not compile."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
            names |= {
                n.id
                for n in ast.walk(node)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
    return names


def compiles(source):
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def asked_for(given):
    """Name of an answer's cell -> the names that its check asks for."""
    checks = {name_of(c): c.source for c in given.cells if marks(c).get("grade")}
    asked = {}
    for cell in given.cells:
        if is_answer(cell) and cell.cell_type == "code":
            check = checks.get(f"check_{name_of(cell)}", "")
            read = {n.id for n in ast.walk(ast.parse(check)) if isinstance(n, ast.Name)}
            asked[name_of(cell)] = (read & defined(cell.source)) or {
                n for n in read if n != "report" and not n.startswith("week")
            }
    return asked


def name_again(notebook, given, notes):
    """Names that this week does not have are taken off; a known cell gets its own name again."""
    known = {name_of(c): c for c in given.cells if name_of(c)}
    by_id = {c.id: name_of(c) for c in given.cells if name_of(c)}
    present = {name_of(c) for c in notebook.cells}
    for cell in notebook.cells:
        name = name_of(cell)
        if name in known:
            continue
        lost = by_id.get(cell.get("id"))
        unname(cell)
        if lost and lost not in present:
            cell.metadata["nbgrader"] = nbformat.from_dict(dict(known[lost].metadata["nbgrader"]))
            present.add(lost)
            notes.append(f"{lost} had lost its name")
        elif name:
            notes.append(f"a cell named {name} is not of this week; it counts as the learner's own")


def one_cell_a_name(notebook, given, notes):
    """Join what was split, and keep of several copies what was written."""
    for blank in given.cells:
        name = name_of(blank)
        parts = [c for c in notebook.cells if name and name_of(c) == name]
        if len(parts) < 2:
            continue
        if not is_answer(blank):
            keep, said = parts[0], "one left out"
            gone = parts[1:]
        else:
            written = [c for c in parts if c.source.strip() != blank.source.strip()]
            written = [c for c in written if not is_blank(c)] or parts[:1]
            keep, gone = written[0], [c for c in parts if not any(c is w for w in written)]
            said = "the blank copy left out" if len(written) == 1 else "all parts taken"
            if len(written) > 1 and blank.cell_type == "code" and all(map(whole, written)):
                # each can stand alone: they are executed in their order, and the last one counts
                keep, said = written[-1], "the last one counts"
                for cell in written[:-1]:
                    unname(cell)
            elif len(written) > 1:
                gap = "\n" if blank.cell_type == "code" else "\n\n"
                keep.source = gap.join(c.source for c in written)
                gone += written[1:]
        notebook.cells = [c for c in notebook.cells if not any(c is g for g in gone)]
        notes.append(f"{name} stands {len(parts)} times, {said}")


def whole(cell):
    return compiles(cell.source) and not cell.source.startswith((" ", "\t"))


def put_back(notebook, given, notes):
    """Insert the cells that are missing, each behind the one that it stood behind."""
    everything = set().union(*(defined(c.source) for c in notebook.cells if c.cell_type == "code"))
    place, missing = 0, []
    for cell in given.cells:
        here = where(notebook, cell)
        if here is not None:
            place = here + 1
            continue
        name = name_of(cell)
        if not name:
            names = defined(cell.source) if cell.cell_type == "code" else set()
            if names <= everything:
                continue
            imports = (
                "the cell of imports" if "import " in cell.source else "a cell of the notebook"
            )
            name = f"{imports} ({', '.join(sorted(names - everything)[:4])})"
        notebook.cells.insert(place, nbformat.from_dict(cell))
        place += 1
        missing.append(name)
    if len(missing) > 5:
        notes.append(f"{', '.join(missing[:4])} and {len(missing) - 4} more were missing, put back")
    else:
        notes += [f"{name} was missing, put back" for name in missing]


def where(notebook, cell):
    """Where a cell of the handed-out notebook stands now, or None."""
    for i, mine in enumerate(notebook.cells):
        if name_of(cell):
            if name_of(mine) == name_of(cell):
                return i
        elif not name_of(mine) and mine.source.strip() == cell.source.strip():
            return i
    ids = [mine.get("id") for mine in notebook.cells]
    if name_of(cell) or cell.id not in ids:
        return None
    i = ids.index(cell.id)
    # an edited cell is the learner's; one that lost what it defined is missing
    lost = cell.cell_type == "code" and defined(cell.source) - defined(notebook.cells[i].source)
    return None if lost else i


def answers_below_the_blank(notebook, given, notes):
    """An answer in a cell of the learner's own counts, if the cell made for it is empty."""
    blanks = {name_of(c): c for c in given.cells if is_answer(c)}
    originals = {c.source.strip() for c in given.cells}
    asked = asked_for(given)
    for name, blank in blanks.items():
        at = where(notebook, blank)
        untouched = notebook.cells[at].source.strip() == blank.source.strip()
        untouched |= is_blank(notebook.cells[at])
        if blank.cell_type != "code":
            if untouched:
                take_text(notebook, at, originals, notes)
            continue
        check = next((c for c in given.cells if name_of(c) == f"check_{name}"), None)
        if check is None:
            continue
        last = at
        if untouched:
            own = [
                i
                for i, c in enumerate(notebook.cells)
                if c.cell_type == "code"
                and not name_of(c)
                and c.source.strip() not in originals
                and defined(c.source) & asked[name]
            ]
            last = max([at, *own])
            if own:
                notes.append(f"{name} was left blank and answered in another cell, which counts")
            if own and max(own) < at:  # the blank would undo it
                notebook.cells.insert(max(own), notebook.cells.pop(at))
                last = max(own) + 1
        stands = where(notebook, check)
        if stands < last:
            notebook.cells.insert(last, notebook.cells.pop(stands))


def take_text(notebook, at, originals, notes):
    """Move what was written below an empty written answer into it, for its reader."""
    found = []
    for cell in notebook.cells[at + 1 :]:
        if name_of(cell) or cell.source.strip() in originals:
            break
        if cell.source.strip():
            found.append(cell)
    if found:
        texts = [f"```\n{c.source}\n```" if c.cell_type == "code" else c.source for c in found]
        notebook.cells[at].source = "\n\n".join(texts)
        moved = [c for c in found if c.cell_type != "code"]
        notebook.cells = [c for c in notebook.cells if not any(c is m for m in moved)]
        notes.append(
            f"{name_of(notebook.cells[at])} was written in a cell below it, taken from there"
        )


def as_given(notebook, given, notes):
    """The exercise cells' kind, points and locks, and the checks' text, as they were handed out."""
    known = {name_of(c): c for c in given.cells if name_of(c)}
    for i, cell in enumerate(notebook.cells):
        if name_of(cell) not in known:
            continue
        original = known[name_of(cell)]
        edited = marks(cell).get("points", 0) != marks(original).get("points", 0)
        if not is_answer(original):
            edited |= cell.source != original.source
            cell.source = original.source
        if edited:
            notes.append(f"{name_of(cell)} was edited, restored")
        if cell.cell_type != original.cell_type:
            new = nbformat.from_dict(original)
            new.source = cell.source
            cell = notebook.cells[i] = new
            notes.append(f"{name_of(cell)} was no {original.cell_type} cell, made one again")
        cell.metadata.pop("nbgrader", None)
        cell.metadata.update(nbformat.from_dict(dict(original.metadata)))
    for i, cell in enumerate(notebook.cells):  # nbformat wants each id once
        cell.id = f"cell-{i}"
