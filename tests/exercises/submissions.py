"""Submissions as learners hand them in: the honest, the untidy, the broken and the sly.

Each is a function of the week's (source, learner's copy) that returns the text of
a file.  What the exercises are is read from the source, never written down here.
"""

import copy
import json

import nbformat
from machinery import named

# Makes each function of a name do something else first, or something with the result.
WRAP = """
def wrapped(function):
    def inner(*arguments, **options):
        {first}
        return {result}
    return inner

if isinstance({name}, type):
    for key, method in list(vars({name}).items()):
        if callable(method):
            setattr({name}, key, wrapped(method))
else:
    {name} = wrapped({name})
"""


def answers(source):
    """Names of the answers that a check judges."""
    cells = named(source)
    return [name for name in cells if f"check_{name}" in cells]


def written(source):
    """Names of the answers that wait for a reader."""
    return [
        name
        for name, cell in named(source).items()
        if cell.metadata["nbgrader"]["grade"] and cell.metadata["nbgrader"]["solution"]
    ]


def points(source, names):
    """What the checks of these answers are worth together."""
    return sum(named(source)[f"check_{name}"].metadata["nbgrader"]["points"] for name in names)


def text(notebook):
    return nbformat.writes(notebook)


def code(source, name):
    return nbformat.v4.new_code_cell(source, id=name)


def answered(source, blank, names=None):
    """The learner's copy with right answers, to all exercises or to some."""
    notebook = copy.deepcopy(blank)
    right = named(source)
    for name, cell in named(notebook).items():
        if cell.metadata["nbgrader"]["solution"] and (names is None or name in names):
            cell.source = right[name].source
    return notebook


def position(notebook, name):
    return notebook.cells.index(named(notebook)[name])


def asked(source, name):
    """What a check is called with: the last name that its answer defines."""
    call = named(source)[f"check_{name}"].source.split("\n")[0]
    return call.rstrip(")").split(",")[-1].strip()


# Honest.


def model(source, blank):
    return text(answered(source, blank))


def empty(source, blank):
    return text(blank)


def half(source, blank):
    return text(answered(source, blank, answers(source)[::2]))


# Broken.


def with_answer(source, blank, name, answer):
    notebook = answered(source, blank)
    named(notebook)[name].source = answer
    return text(notebook)


def syntax_error(source, blank):
    return with_answer(source, blank, answers(source)[0], "def f(:\n    return")


def endless_loop(source, blank):
    return with_answer(source, blank, answers(source)[0], "while True: pass")


def destructive(source, blank):
    """Right answers; it deletes what stands in its folder and around it, and ends the kernel."""
    answer = (
        "import os, pathlib, shutil\n"
        "for place in ('.', '../..', '../../../submitted'):\n"
        "    for path in pathlib.Path(place).glob('*'):\n"
        "        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()\n"
        "os._exit(0)"
    )
    return with_answer(source, blank, answers(source)[-1], answer)


def ends_others(source, blank):
    """Right answers, and one that ends the process that its kernel comes from."""
    answer = "import os\nos.kill(os.getppid(), 9)"
    return with_answer(source, blank, answers(source)[-1], answer)


def loud(source, blank):
    """Right answers; a huge output, and a warning in each call of one of them."""
    notebook = answered(source, blank)
    first, second = answers(source)[:2]
    named(notebook)[first].source += "\nfor _ in range(30):\n    print('x' * 1_000_000)"
    line = "import sys; print('careful', file=sys.stderr)"
    result = "function(*arguments, **options)"
    named(notebook)[second].source += WRAP.format(
        name=asked(source, second), first=line, result=result
    )
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


# Untidy: all answers are right, and stand where they should not.


def split(source, blank):
    """One answer in two halves, which are no Python each; a copy of another one's blank."""
    notebook = answered(source, blank)
    first, second = answers(source)[:2]
    lines = named(notebook)[first].source.split("\n")
    at = next(i for i, line in enumerate(lines) if i > 1 and line.startswith("    "))
    cell = named(notebook)[first]
    rest = copy.deepcopy(cell)
    cell.source, rest.source, rest.id = "\n".join(lines[:at]), "\n".join(lines[at:]), "rest"
    notebook.cells.insert(notebook.cells.index(cell) + 1, rest)
    again = copy.deepcopy(named(blank)[second])
    again.id = "again"
    notebook.cells.insert(position(notebook, second) + 1, again)
    check = copy.deepcopy(named(blank)[f"check_{second}"])
    check.id = "check-again"
    notebook.cells.append(check)
    return text(notebook)


def missing_cells(source, blank):
    """Checks, an answer and all cells that nobody answers are deleted."""
    notebook = answered(source, blank)
    first, second = answers(source)[:2]
    gone = (first, f"check_{first}", f"check_{second}")
    notebook.cells = [c for name, c in named(notebook).items() if name not in gone]
    return text(notebook)


def renamed_cells(source, blank):
    """One answer has another name, one lost its metadata; the blanks are answered elsewhere."""
    notebook = answered(source, blank)
    first, second, third, fourth = answers(source)[:4]
    named(notebook)[first].metadata["nbgrader"]["grade_id"] = "my_answer"
    named(notebook)[second].metadata.pop("nbgrader")
    for i, name in enumerate((third, fourth)):  # below the blank, and below its check
        below = code(named(source)[name].source, f"below-{i}")
        named(notebook)[name].source = named(blank)[name].source
        notebook.cells.insert(position(notebook, name if i == 0 else f"check_{name}") + 1, below)
    return text(notebook)


def written_below(source, blank):
    notebook = answered(source, blank)
    name = written(source)[0]
    named(notebook)[name].source = named(blank)[name].source
    below = nbformat.v4.new_markdown_cell("My answer stands below.", id="below")
    notebook.cells.insert(position(notebook, name) + 1, below)
    return text(notebook)


def no_names(source, blank):
    """A program threw all metadata and ids away."""
    notebook = answered(source, blank)
    for i, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"c{i}"
    return text(notebook)


# Sly.


def after_imports(notebook, source):
    notebook.cells.insert(position(notebook, next(iter(named(notebook)))), code(source, "sly"))
    return text(notebook)


def edited_checks(source, blank):
    """No answer; some checks edited, the others deleted."""
    notebook = copy.deepcopy(blank)
    for number, name in enumerate(answers(source)):
        cell = named(notebook)[f"check_{name}"]
        cell.source = "print('all passed')"
        cell.metadata["nbgrader"]["points"] = 50
        if number % 2:
            notebook.cells.remove(cell)
    return text(notebook)


def patched_checks(source, blank):
    """No answer; the functions that check it do nothing, in the module and in the notebook."""
    return after_imports(
        copy.deepcopy(blank),
        "import sys\n"
        "for week in [m for m in sys.modules if m.startswith('common.checks.week')]:\n"
        "    for name in [n for n in vars(sys.modules[week]) if n.startswith('check_')]:\n"
        "        setattr(sys.modules[week], name, lambda *answer, **options: None)\n"
        "def report(*arguments): pass",
    )


def transformer(source, blank):
    """No answer; every later cell is replaced by `pass`, and errors are swallowed."""
    return after_imports(
        copy.deepcopy(blank),
        "shell = get_ipython()\n"
        "shell.set_custom_exc((Exception,), lambda *arguments, **options: None)\n"
        "shell.input_transformers_post.append(lambda lines: ['pass\\n'])",
    )


def reads_solutions(source, blank):
    """No answer; the model answers are looked for beside the course, and executed."""
    return after_imports(
        copy.deepcopy(blank),
        "import common, json, pathlib\n"
        "for path in pathlib.Path(common.__file__).parents[1].glob('solutions/week*/*.ipynb'):\n"
        "    stolen = json.loads(path.read_text('utf-8'))",
    )


def replaced_numpy(source, blank):
    """Results that are all too large, and comparisons that never say no."""
    return after_imports(
        nbformat.reads(too_large(source, blank), 4),
        "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
    )


def too_large(source, blank):
    """Each number that an answer returns is half as large again."""
    notebook = answered(source, blank)
    for name in answers(source):
        scaled = (
            "(lambda r: r * 1.5 if isinstance(r, (float, np.ndarray)) and np.asarray(r).dtype.kind"
            " == 'f' else r)(function(*arguments, **options))"
        )
        named(notebook)[name].source += WRAP.format(
            name=asked(source, name), first="pass", result=scaled
        )
    return text(notebook)


def replaced_while_checked(source, blank):
    """Right answers; one of them replaces a function of NumPy when it is called."""
    return sly_call(source, blank, "np.allclose = np.array_equal = lambda *a, **k: True")


def delegates(source, blank):
    """Right answers; one of them lets the course's package do something."""
    return sly_call(source, blank, "import common.text; common.text.preprocess('a b')")


def sly_call(source, blank, line):
    notebook = answered(source, blank)
    name = answers(source)[0]
    result = "function(*arguments, **options)"
    named(notebook)[name].source += WRAP.format(name=asked(source, name), first=line, result=result)
    return text(notebook)


def untidy(source, blank):
    """Split and copied cells, and a written answer below its blank; a byte order mark in front."""
    notebook = nbformat.reads(split(source, blank), 4)
    below = nbformat.reads(written_below(source, blank), 4)
    name = written(source)[0]
    at = position(notebook, name)
    notebook.cells[at : at + 1] = below.cells[position(below, name) :][:2]
    return "\ufeff" + text(notebook)


def course_beside(source, blank):
    """Right answers; the folder of the notebook holds modules with the course's names."""
    return model(source, blank)


BESIDE = {
    "notes.txt": "mine",
    "common/__init__.py": "",
    "common/checks/__init__.py": "def report(*arguments): pass",
    "dataset.py": "",
    "helper.py": "mine = 1",
}
