"""Each check of checks.py sees the fault that it is there for, and says what to do.

Every function below breaks a notebook that passes all checks; the decorator
names the check that must see it, and what it must say.  No other check may
speak.
"""

import copy
import os
import subprocess
import sys

import checks
import nbformat
import pytest
from checks import CHECKS, ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebooks import normalise

# Where the notebook would stand: links are seen from there.
PATH = ROOT / "notebooks" / "week16" / "1_broken.ipynb"

SIGMOID = '''# common/layers.py
class Sigmoid:
    """Other words than those that ship."""

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        # dy/dx = y (1 - y)
        return dout * self.out * (1 - self.out)
'''


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(kind="image/png", **metadata):
    return new_output(
        "display_data", data={kind: "iVBORw0KGgo=", "text/plain": ""}, metadata={kind: metadata}
    )


def error():
    return new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])


def good_notebook():
    """A notebook with one of everything."""
    cells = [
        new_markdown_cell(
            "# Divide\n\nSee [the start](../index.ipynb#weeks) and "
            "[Mikolov et al.](https://arxiv.org/abs/1301.3781).\n"
            "![A line that rises](data:image/png;base64,iVBORw0KGgo=)\n"
            "$L = -\\ln y$\n## Summary\n## Check yourself\n"
            "## Exercise\n[Exercise 1](exercises.ipynb#Exercise-1).\n## Sources\n**Next:** more."
        ),
        new_code_cell("print(1 + 1)  # as on https://example.org", outputs=[printed("2\n")]),
        new_code_cell(""),
        new_code_cell("show(fig, alt='A line that rises.')", outputs=[shown(alt="A line.")]),
        new_code_cell("1 / 0", outputs=[error()], metadata={"tags": ["raises-exception"]}),
        new_code_cell("%load_ext nothing\nelapsed = timeit(step)"),
        new_code_cell(
            "print(f'{elapsed:.3f}')",
            outputs=[printed("0.123\n")],
            metadata={"tags": ["nbval-ignore-output"]},
        ),
        new_code_cell(
            "if ptb.is_available('train'):\n    print(len(ptb.load_data('train')[0]))",
            metadata={"tags": ["nbval-ignore-output"]},
        ),
        new_code_cell(SIGMOID),
    ]
    notebook = new_notebook(cells=cells)
    for number, cell in checks.code_cells(notebook):
        cell.execution_count = number
    normalise(notebook)
    return notebook


def cell(notebook, number):
    return dict(checks.code_cells(notebook))[number]


def write(notebook, number, source, tags=None):
    """Other code in a cell, stored as ``make notebooks`` would."""
    cell(notebook, number).source = source
    if tags is not None:
        cell(notebook, number).metadata["tags"] = tags
    normalise(notebook)


def write_prose(notebook, source):
    notebook.cells[0].source = source
    normalise(notebook)


def add_prose(notebook, source):
    write_prose(notebook, f"{notebook.cells[0].source}\n{source}")


# --- the faults ---------------------------------------------------------------------------

BROKEN = []


def seen_by(check, message):
    def keep(function):
        BROKEN.append(pytest.param(function, check, message, id=function.__name__))
        return function

    return keep


@seen_by(checks.complete, "code cell 1 has execution count None; run `make notebooks`")
def a_cleared_cell(notebook):
    cell(notebook, 1).update(execution_count=None, outputs=[])


@seen_by(checks.complete, "code cell 1 has execution count 2; run `make notebooks`")
def cells_run_out_of_order(notebook):
    cell(notebook, 1).execution_count, cell(notebook, 2).execution_count = 2, 1


@seen_by(checks.complete, "code cell 1 has execution count 9; run `make notebooks`")
def a_cell_run_again(notebook):
    cell(notebook, 1).execution_count = 9


@seen_by(
    checks.normal,
    "the file holds what an editor has left in it; "
    "run `git restore` on it to lose that, or `make notebooks` to keep your change",
)
def a_notebook_saved_by_an_editor(notebook):
    notebook.metadata["language_info"]["version"] = "3.13.0"


@seen_by(checks.quiet, "code cell 1 stores an error; repair it, or tag it raises-exception")
def an_error_output(notebook):
    cell(notebook, 1).outputs.append(error())


@seen_by(
    checks.quiet, "code cell 3 is tagged raises-exception and raises nothing; take the tag away"
)
def an_exception_that_does_not_come(notebook):
    cell(notebook, 3).outputs = []


@seen_by(checks.quiet, "code cell 1 writes to stderr; silence the warning's cause")
def a_warning(notebook):
    cell(notebook, 1).outputs.append(printed("RuntimeWarning: overflow", name="stderr"))


IGNORED_FOR_NOTHING = (
    "code cell 1 is tagged nbval-ignore-output, and neither measures a time nor asks "
    "is_available(); print rounded numbers or bounds instead"
)


@seen_by(checks.known_tags, IGNORED_FOR_NOTHING)
def a_random_number_that_is_not_compared(notebook):
    write(notebook, 1, "print(np.random.rand())", tags=["nbval-ignore-output"])


@seen_by(checks.known_tags, IGNORED_FOR_NOTHING)
def a_timing_in_words_only(notebook):
    write(notebook, 1, "print('time', sometimes)  # seconds", tags=["nbval-ignore-output"])


@seen_by(
    checks.known_tags,
    "code cell 1 has the tag 'nbval-skip'; known are "
    "['hide-input', 'nbval-ignore-output', 'raises-exception']",
)
def a_cell_that_is_not_executed(notebook):
    write(notebook, 1, "print(1 + 1)", tags=["nbval-skip"])


@seen_by(checks.known_tags, "code cell 1 steers nbval by a comment; use a tag")
def a_tag_in_disguise(notebook):
    write(notebook, 1, "# NBVAL_IGNORE_OUTPUT\nprint(1 + 1)")


@seen_by(
    checks.pictures_first,
    "code cell 2 hides its source in one place only; it takes both jupyter.source_hidden and the "
    "tag hide-input",
)
def a_picture_hidden_in_one_place(notebook):
    cell(notebook, 2).metadata["jupyter"] = {"source_hidden": True}


def fold(notebook, number):
    cell(notebook, number).metadata.update(jupyter={"source_hidden": True}, tags=["hide-input"])


@seen_by(checks.pictures_first, "code cell 1 hides its source and draws nothing; show the source")
def a_hidden_computation(notebook):
    fold(notebook, 1)


@seen_by(checks.pictures_first, "code cell 2 hides figure; define it in a cell that a reader sees")
def a_hidden_definition(notebook):
    write(notebook, 2, "def figure():\n    pass\nshow(fig, alt='A line that rises.')")
    fold(notebook, 2)


FIGURE = "code cell 2 shows a figure without alt text; use figures.show"


@seen_by(checks.alt_text, FIGURE)
def a_figure_without_alt_text(notebook):
    cell(notebook, 2).outputs = [shown()]


@seen_by(checks.alt_text, FIGURE)
def a_drawing_with_blank_alt_text(notebook):
    cell(notebook, 2).outputs = [shown("image/svg+xml", alt=" ")]


PICTURE = "a picture in the prose has no alt text; write ![what it shows](file)"


@seen_by(checks.alt_text, PICTURE)
def a_picture_without_alt_text(notebook):
    add_prose(notebook, "![](../index.ipynb)")


@seen_by(checks.alt_text, PICTURE)
def an_img_tag_without_alt_text(notebook):
    add_prose(notebook, '<img src="../index.ipynb" alt="">')


SERVER = "the page shows something from a server; draw it with code"


@seen_by(checks.offline, SERVER)
def a_picture_from_a_server(notebook):
    add_prose(notebook, "![A cat](https://example.org/cat.png)")


@seen_by(checks.offline, SERVER)
def an_img_tag_from_a_server(notebook):
    add_prose(notebook, '<img alt="A cat" src="http://example.org/cat.png">')


@seen_by(checks.offline, SERVER)
def an_output_that_loads_a_script(notebook):
    html = "<script src=https://example.org/plot.js></script>"
    cell(notebook, 1).outputs = [new_output("display_data", data={"text/html": html})]


REACHES = "code cell 1 reaches for a network; use a loader of dataset/"


@seen_by(checks.offline, REACHES)
def a_download(notebook):
    write(notebook, 1, "import urllib.request as r")


@seen_by(checks.offline, REACHES)
def a_download_by_a_part_of_a_module(notebook):
    write(notebook, 1, "from requests.sessions import Session")


@seen_by(checks.offline, REACHES)
def an_address(notebook):
    write(notebook, 1, "table = load('https://example.org/table.csv')")


@seen_by(checks.offline, REACHES)
def an_installation(notebook):
    write(notebook, 1, "%pip install nltk")


@seen_by(checks.installed, "code cell 1 changes sys.path; `common` is installed, import it")
def a_changed_path(notebook):
    write(notebook, 1, "import sys\nsys.path.append('../..')")


@seen_by(checks.links, "the link to 99_nothing.ipynb#top leads nowhere; repair it or take it away")
def a_dead_link(notebook):
    add_prose(notebook, 'Go on with [nothing](99_nothing.ipynb#top "at all").')


@seen_by(checks.links, "the link to picture.png leads nowhere; repair it or take it away")
def a_picture_that_is_not_there(notebook):
    add_prose(notebook, '<img src="picture.png" alt="A cat">')


@seen_by(
    checks.one_notation, r"the equations use X, \kappa; write what it means on the notation page"
)
def a_letter_that_nobody_knows(notebook):
    add_prose(notebook, " $X = \\kappa \\, W_{in}$")


LOGARITHM = r"an equation says \log; write \ln, or \log_2 where bits are counted"


@seen_by(checks.one_notation, LOGARITHM)
def a_logarithm_without_a_base(notebook):
    add_prose(notebook, r" $L = -\log y + \log_2 y$")


@seen_by(checks.one_notation, "code cell 1 calls an array K, the letter of a size; rename it")
def a_matrix_with_the_letter_of_a_size(notebook):
    write(notebook, 1, "V = 7\nh, K = np.zeros(3), np.zeros(V)")


@seen_by(checks.ends_well, "there is no ## Summary; a lesson ends with it")
def a_lesson_without_a_summary(notebook):
    write_prose(notebook, notebook.cells[0].source.replace("## Summary", "## In short"))


@seen_by(checks.ends_well, "no link leads to this lesson's own exercise")
def a_lesson_without_its_exercise(notebook):
    write_prose(notebook, notebook.cells[0].source.replace("#Exercise-1", ""))


@seen_by(checks.small_enough, "the prose has 2,201 words; allowed are 2,200")
def a_lesson_too_long(notebook):
    text = notebook.cells[0].source
    write_prose(notebook, text + "\n" + "word " * (2201 - len(text.split())))


@seen_by(checks.small_enough, "there are 41 code cells; allowed are 40")
def a_lesson_of_too_many_cells(notebook):
    for number in range(8, 42):
        notebook.cells.append(new_code_cell("print(2)", outputs=[printed("2\n")]))
        notebook.cells[-1].execution_count = number
    normalise(notebook)


@seen_by(
    checks.derived,
    "code cell 7: Sigmoid differs from the one in common/layers.py; make them one",
)
def a_drifted_class(notebook):
    write(notebook, 7, SIGMOID.replace("(1 - self.out)", "(self.out - 1)"))


@seen_by(checks.derived, "code cell 7: common/layers.py has no Sigmoud; name the file that has it")
def a_class_that_is_missing_from_its_home(notebook):
    write(notebook, 7, SIGMOID.replace("class Sigmoid", "class Sigmoud"))


@seen_by(checks.derived, "code cell 7: common/layer.py has no Sigmoid; name the file that has it")
def a_home_that_is_missing(notebook):
    write(notebook, 7, SIGMOID.replace("layers.py", "layer.py"))


@seen_by(
    checks.derived,
    "code cell 7: common/fast_word2vec/arithmetic.py has no Sigmoid; name the file that has it",
)
def a_home_in_a_folder_that_lacks_it(notebook):
    write(notebook, 7, SIGMOID.replace("layers.py", "fast_word2vec/arithmetic.py"))


@seen_by(
    checks.derived, "code cell 7 names common/layers.py and defines nothing; take the name away"
)
def a_home_of_nothing(notebook):
    write(notebook, 7, "# common/layers.py\nlayer = Sigmoid()")


@seen_by(
    checks.derived_in_part,
    "code cell 7: backward differs from that of Sigmoid; make them one",
)
def a_drifted_method(notebook):
    drifted = SIGMOID.replace("(1 - self.out)", "(self.out - 1)")
    write(notebook, 7, drifted.replace("layers.py", "layers.py, Sigmoid", 1))


@seen_by(checks.derived_in_part, "code cell 7 names Sigmoid and has no method; take the name away")
def a_class_without_a_method(notebook):
    write(notebook, 7, "# common/layers.py, Sigmoid\nlayer = Sigmoid()")


# --- the tests ----------------------------------------------------------------------------


def faults(notebook):
    found = {check: list(check(notebook, PATH)) for check in CHECKS}
    return {check: said for check, said in found.items() if said}


def test_a_good_notebook_passes():
    assert faults(good_notebook()) == {}


@pytest.mark.parametrize(("breaks", "check", "message"), BROKEN)
def test_a_broken_notebook_is_seen(breaks, check, message):
    notebook = good_notebook()
    breaks(notebook)
    assert check in faults(notebook), "the check saw nothing"
    said = faults(notebook)
    assert set(said[check]) >= {message}
    assert set(said) == {check}, "another check spoke too"


def test_every_check_is_broken_once():
    assert {case.values[1] for case in BROKEN} == set(CHECKS)


def test_a_check_changes_nothing():
    notebook = good_notebook()
    before = copy.deepcopy(notebook)
    faults(notebook)
    assert notebook == before


# What nbval must see when it executes a notebook, and what must pass: (code, stored output,
# the words of its complaint).
EXECUTED = [
    ("print(1 + 1)", printed("2\n"), None),
    ("print(1 + 2)", printed("2\n"), "3"),
    (
        "import numpy\nfrom common.figures import new_figure, show\nfig, ax = new_figure()\n"
        "show(fig, alt='A line that falls.')",
        new_output(
            "display_data",
            data={"image/png": "iVBORw0KGgo=", "text/plain": "A line that rises."},
            metadata={"image/png": {"alt": "A line that rises."}},
        ),
        "A line that falls.",
    ),
    ("import warnings\nwarnings.warn('new')", None, "stderr"),
    ("1 / 0", None, "division by zero"),
    (
        "import socket\nsocket.create_connection(('example.org', 80), timeout=5)",
        None,
        "example.org was called; notebooks and tests use no network",
    ),
]


def run_pytest(folder, *options, code=False):
    """What pytest prints of a folder's notebooks, with the course's own settings."""
    options += ("-p", "conftest", "-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", "-rA")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(folder)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", ROOT, *options, folder],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return (done.returncode, done.stdout) if code else done.stdout


def test_nbval_sees_what_comes_out_otherwise(request, tmp_path):
    """What: a notebook, executed by pytest with the course's own settings.
    Why: stored outputs that nobody compares grow stale, pictures' words included.
    Expected: a stale output, another alt text, a warning, an error and a network
    call fail, each in its own cell; what is as it was passes."""
    if request.config.reason:
        pytest.skip(f"outputs are not compared to the letter here: {request.config.reason}")
    cells = [
        new_code_cell(source, outputs=[stored] if stored else [], execution_count=number)
        for number, (source, stored, _) in enumerate(EXECUTED, 1)
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "stale.ipynb")
    output = run_pytest(tmp_path)
    for number, (_, _, complaint) in enumerate(EXECUTED):
        outcome = "FAILED" if complaint else "PASSED"
        lines = [line for line in output.splitlines() if line.startswith(outcome)]
        assert any(f"::Cell {number}" in line for line in lines), output
        assert (complaint or "") in output
    assert "notebooks: 1, " in output


@pytest.mark.parametrize("another_numpy", [False, True])
def test_only_what_reads_another_corpus_is_not_compared(request, tmp_path, another_numpy):
    """What: two notebooks with stale outputs, one of which reads the corpus.
    Why: another NumPy has another documentation, and nothing else is different with it.
    Expected: both fail on the pinned NumPy; elsewhere the one that reads the corpus
    passes, and the last lines say so."""
    if request.config.reason:
        pytest.skip(f"outputs are not compared to the letter here: {request.config.reason}")
    for name, source in {"corpus": "from dataset import numpy_docs\n1", "other": "1"}.items():
        stale = new_output("execute_result", data={"text/plain": "2"}, execution_count=1)
        cell = new_code_cell(source, outputs=[stale], execution_count=1)
        nbformat.write(new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    reference = "'another'" if another_numpy else "numpy_docs.fingerprint()"
    (tmp_path / "change_reference.py").write_text(
        f"from dataset import numpy_docs\nnumpy_docs.REFERENCE = {reference}\n"
    )
    output = run_pytest(tmp_path, "-p", "change_reference")
    assert f"{'PASSED' if another_numpy else 'FAILED'} corpus.ipynb::Cell 0" in output, output
    assert "FAILED other.ipynb::Cell 0" in output
    assert ("those that read the corpus not compared" in output) == another_numpy


NEARBY = {"print('loss 0.50')": "loss 0.51\n", "print('1,000 words')": "1,010 words\n"}
FAR = {"print('loss 0.5')": "loss 0.8\n", "print('you say')": "you stay\n"}


@pytest.mark.parametrize("often", [0, 1, 3])
def test_another_processor_may_come_near(tmp_path, often):
    """What: forty cells of which some come out nearly as stored, and some otherwise.
    Why: floating-point sums differ from processor to processor, and not by much.
    Expected: near ones pass, and one or two others of forty; more make the run fail.
    Each that came out otherwise is named."""
    sources = list(NEARBY.items()) + [("print(1)", "1\n")] * (38 - 2 * often)
    cells = [
        new_code_cell(source, outputs=[new_output("stream", text=text)], execution_count=number)
        for number, (source, text) in enumerate(sources + list(FAR.items()) * often, 1)
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "far.ipynb")
    (tmp_path / "another_processor.py").write_text(
        "import platform\nplatform.machine = lambda: 'another'\n"
    )
    code, output = run_pytest(tmp_path, "-p", "another_processor", code=True)
    told = f"{38 - 2 * often} cells the same, 2 near (numbers within 2%), {2 * often} other"
    assert told in output, output
    assert output.count("came out otherwise: ") == 2 * often
    assert (code == 0) == (often < 2)


def test_exercises_lead_back():
    """What: a notebook of exercises without a way back, and with one.
    Why: from their end a learner would have to find the week by herself.
    Expected: the first is refused, in words that say what to write."""
    path, notebook = PATH.with_name("exercises.ipynb"), good_notebook()
    (fault,) = checks.ends_well(notebook, path)
    assert fault == "the last cell does not lead back; write **Back:** [the week's overview](...)"
    notebook.cells.append(new_markdown_cell("**Back:** [the week's overview](0_overview.ipynb)"))
    assert not list(checks.ends_well(notebook, path))
