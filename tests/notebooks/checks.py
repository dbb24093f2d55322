"""What a notebook of the course must hold, besides outputs that come out again.

Each check takes a notebook (as nbformat reads it) and its path, and yields
faults, in words that say what to do.  test_checks.py breaks a notebook on
purpose, once for each fault.
"""

import ast
import copy
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat

from notebooks import normalise

ROOT = Path(__file__).resolve().parents[2]
IGNORED = "nbval-ignore-output"
RAISES = "raises-exception"
HIDDEN = "hide-input"
KNOWN_TAGS = {IGNORED, RAISES, HIDDEN}
# What differs from run to run, or from reader to reader: a timing, and data that may be absent.
DIFFERS = re.compile(r"(.*_)?(time|times|timeit|seconds|perf_counter|is_available)")
NETWORK = {"ftplib", "http", "pooch", "requests", "socket", "ssl", "urllib"}
HOME = re.compile(r"# ((?:common|dataset)/[\w/]+\.py)$")
PART = re.compile(r"# (common/[\w/]+\.py), (\w+)$")  # methods of one of its classes
RERUN = "run `make notebooks`"
RESTORE = "run `git restore` on it to lose that, or `make notebooks` to keep your change"


def code_cells(notebook):
    """(number, cell) of each code cell that is not empty, counted from 1."""
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    return list(enumerate(cells, 1))


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def tags(cell):
    return set(cell.metadata.get("tags", []))


def names(source):
    """The names that a cell uses, modules that it imports among them."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def written(source):
    """The names that a cell defines, and those whose entries it sets."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            base = getattr(node, "value", node)  # a, where a[i] is set
            if isinstance(base, ast.Name):
                yield base.id


def strings(source):
    nodes = ast.walk(parsed(source))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def parsed(source):
    """A cell as Python reads it, without the lines that are for IPython or the shell."""
    return ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.M))


def complete(notebook, path):
    """nbval does not compare a cell without an execution count."""
    for number, cell in code_cells(notebook):
        if cell.execution_count != number:
            yield f"code cell {number} has execution count {cell.execution_count}; {RERUN}"


def normal(notebook, path):
    """The file is as ``tools/notebooks.py`` writes it, so that the next run changes nothing."""
    written = copy.deepcopy(notebook)
    normalise(written)
    if written != notebook:
        yield f"the file holds what an editor has left in it; {RESTORE}"


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
    differing = set()  # the names that hold a timing, or hand one on
    for number, cell in code_cells(notebook):
        for tag in sorted(tags(cell) - KNOWN_TAGS):
            yield f"code cell {number} has the tag {tag!r}; known are {sorted(KNOWN_TAGS)}"
        if re.search(r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)_", cell.source, re.M):
            yield f"code cell {number} steers nbval by a comment; use a tag"
        if any(name in differing or DIFFERS.fullmatch(name) for name in names(cell.source)):
            differing.update(written(cell.source))
        elif IGNORED in tags(cell):
            yield (
                f"code cell {number} is tagged {IGNORED}, and neither measures a time nor asks "
                "is_available(); print rounded numbers or bounds instead"
            )


def pictures_first(notebook, path):
    """A cell that only draws hides its source, in JupyterLab and on the web; no other cell does."""
    for number, cell in code_cells(notebook):
        folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        if folded != (HIDDEN in tags(cell)):
            yield (
                f"code cell {number} hides its source in one place only; "
                f"it takes both jupyter.source_hidden and the tag {HIDDEN}"
            )
        draws = any(kind.startswith("image/") for o in cell.outputs for kind in o.get("data", {}))
        if folded and not draws:
            yield f"code cell {number} hides its source and draws nothing; show the source"
        tree = parsed(cell.source)
        kept = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        if folded and kept:
            yield f"code cell {number} hides {kept[0]}; define it in a cell that a reader sees"


def alt_text(notebook, path):
    """Every picture says in words what it shows."""
    for number, cell in code_cells(notebook):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                said = output.metadata.get(kind, {}).get("alt", "").strip()
                if kind.startswith("image/") and not said:
                    yield f"code cell {number} shows a figure without alt text; use figures.show"
    text = prose(notebook)
    if re.search(r"!\[\s*\]\(", text) or re.search(r"<img(?![^>]*\balt=.\w)[^>]*>", text):
        yield "a picture in the prose has no alt text; write ![what it shows](file)"


def offline(notebook, path):
    """Nothing comes from a server: no picture, no download.

    What a cell reaches for indirectly, through a library, is refused while it
    runs: see tools/offline/.
    """
    shown = [prose(notebook)]
    for number, cell in code_cells(notebook):
        shown += [o.data["text/html"] for o in cell.outputs if "text/html" in o.get("data", {})]
        address = any(re.match("(https?|ftp)://", text) for text in strings(cell.source))
        shell = re.search(r"^\s*[%!]\s*(pip|conda|curl|wget|git)\b", cell.source, re.M)
        if address or shell or not NETWORK.isdisjoint(names(cell.source)):
            yield f"code cell {number} reaches for a network; use a loader of dataset/"
    for text in shown:
        if re.search(r"!\[[^\]]*\]\(\s*https?:|<(?:img|script|iframe)[^>]*\bsrc=.?https?:", text):
            yield "the page shows something from a server; draw it with code"


def installed(notebook, path):
    """The package is imported as an installed package."""
    for number, cell in code_cells(notebook):
        if "sys.path" in cell.source:
            yield f"code cell {number} changes sys.path; `common` is installed, import it"


def links(notebook, path):
    """Every link to a file of the course leads somewhere."""
    text = prose(notebook)
    targets = re.findall(r"\]\(\s*([^)\s]+)", text) + re.findall(
        r"""(?:href|src)=["']([^"']+)""", text
    )
    for target in dict.fromkeys(targets):
        file = unquote(target.partition("#")[0])
        if not re.match(r"[a-z]+:", target) and not (path.parent / file).exists():
            yield f"the link to {target} leads nowhere; repair it or take it away"


def one_notation(notebook, path):
    """Equations use the letters of the notation page, and what a size's letter counts is a size."""
    page = nbformat.read(ROOT / "notebooks" / "notation.ipynb", as_version=4)
    known, sizes = letters(prose(page)), size_letters(prose(page))
    text = prose(notebook)
    unknown = sorted(letters(text) - known)
    if unknown:
        yield f"the equations use {', '.join(unknown)}; write what it means on the notation page"
    if re.search(r"\\log(?!_2)", text):
        yield r"an equation says \log; write \ln, or \log_2 where bits are counted"
    for number, cell in code_cells(notebook):
        for node in ast.walk(parsed(cell.source)):
            if not isinstance(node, ast.Assign):
                continue
            taken = {
                n.id
                for t in node.targets
                for n in ast.walk(t)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)  # not the H of a[:H]
            }
            for name in sorted(taken & sizes if is_array(node.value) else ()):
                yield f"code cell {number} calls an array {name}, the letter of a size; rename it"


def letters(text):
    """The single letters and Greek names in the equations of a text."""
    found = set()
    for display, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.S):
        equation = re.sub(
            r"\\(?:text|operatorname|mathrm|tag|begin|end)\{[^}]*\}", " ", display or inline
        )
        equation = re.sub(r"[_^]\{[a-z]{2,}\}", " ", equation)  # W_{in} is one name
        found |= set(re.findall(r"\\[a-zA-Z]+", equation)) & GREEK
        found |= set(re.findall(r"[a-zA-Z]", re.sub(r"\\[a-zA-Z]+", " ", equation)))
    return found


GREEK = set(
    re.findall(
        r"\\\w+",
        r"\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \pi "
        r"\rho \sigma \tau \phi \chi \psi \omega \ell \Delta \Phi \Sigma \Pi \Lambda \Omega",
    )
)


def size_letters(page):
    """The letters of the notation page's first table: | $N$ | a batch ... |"""
    table = page.partition("## Sizes")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| \$([a-zA-Z])\$ \|", table, re.M))


MAKES_ARRAYS = {"array", "zeros", "ones", "empty", "full", "randn", "standard_normal", "eye"}


def is_array(value):
    """Whether an expression makes an array, as far as one can see from its text."""
    whole = [value, *(value.elts if isinstance(value, ast.Tuple) else ())]
    for node in whole:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return True
        called = getattr(node, "func", None)
        if getattr(called, "attr", getattr(called, "id", None)) in MAKES_ARRAYS:
            return True
    return False


def ends_well(notebook, path):
    """A lesson ends as all lessons do, and the exercises lead back."""
    if path.name == "exercises.ipynb" and not notebook.cells[-1].source.startswith("**Back:** ["):
        yield "the last cell does not lead back; write **Back:** [the week's overview](...)"
    if not is_lesson(path):
        return
    text = prose(notebook)
    for heading in ("## Summary", "## Check yourself", "## Exercise", "## Sources", "**Next:**"):
        if f"\n{heading}" not in text:
            yield f"there is no {heading}; a lesson ends with it"
    if "exercises.ipynb#" not in text:
        yield "no link leads to this lesson's own exercise"


def small_enough(notebook, path):
    """What an hour holds; a notebook that outgrows it is cut, or split."""
    words, cells = size(notebook)
    if is_lesson(path) and words > WORDS:
        yield f"the prose has {words:,} words; allowed are {WORDS:,}"
    if is_lesson(path) and cells > CELLS:
        yield f"there are {cells} code cells; allowed are {CELLS}"


WORDS, CELLS = 2200, 40  # of one notebook


def is_lesson(path):
    return bool(re.match(r"[1-9]\d*_", path.name)) and path.parent.name.startswith("week")


def is_further(notebook):
    """Whether a notebook's title line says that the core does not need it."""
    return notebook.cells[0].source.startswith("# Further · ")


def size(notebook):
    """Words of prose, displayed equations aside, and code cells."""
    words = re.sub(r"\$\$.+?\$\$", " ", prose(notebook), flags=re.S).split()
    return len(words), len(code_cells(notebook))


def derived(notebook, path):
    """A class that names its home is the class that ships, docstrings aside."""
    for number, cell in code_cells(notebook):
        home = HOME.match(cell.source.splitlines()[0])
        if not home:
            continue
        file = ROOT / home[1]
        shipped = definitions(file.read_text(encoding="utf-8")) if file.exists() else {}
        here = definitions(cell.source)
        if not here:
            yield f"code cell {number} names {home[1]} and defines nothing; take the name away"
        for name, code in here.items():
            if name not in shipped:
                yield f"code cell {number}: {home[1]} has no {name}; name the file that has it"
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


def derived_in_part(notebook, path):
    """Methods that name the class they are from are that class's methods, docstrings aside."""
    for number, cell in code_cells(notebook):
        part = PART.match(cell.source.splitlines()[0])
        if not part:
            continue
        file = ROOT / part[1]
        shipped = methods(file.read_text(encoding="utf-8"), part[2]) if file.exists() else {}
        here = methods(cell.source)
        if not here:
            yield f"code cell {number} names {part[2]} and has no method; take the name away"
        for name, code in here.items():
            if code != shipped.get(name):
                yield f"code cell {number}: {name} differs from that of {part[2]}; make them one"


def methods(source, owner=None):
    """Name -> parsed code, without docstrings, of each method of the class, or of all classes."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and owner in (None, node.name):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    found |= definitions(ast.unparse(inner))
    return found


CHECKS = [
    complete,
    normal,
    quiet,
    known_tags,
    pictures_first,
    alt_text,
    offline,
    installed,
    links,
    one_notation,
    ends_well,
    small_enough,
    derived,
    derived_in_part,
]
