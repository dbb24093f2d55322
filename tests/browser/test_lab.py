"""JupyterLab as a reader uses it: `make lab`, a click on a lesson, Run All, the stop button."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from pages import PATIENCE

from notebooks import IGNORED

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(sys.prefix)
pytestmark = [
    pytest.mark.skipif(shutil.which("make") is None, reason="there is no make"),
    pytest.mark.skipif(not (VENV / ".ready").exists(), reason="make has not set up this Python"),
]
LONGEST = 600  # seconds for a notebook, on a machine that has other work too
# The notebook that shows has a kernel, at rest; the status bar may still tell of the one before.
IDLE = '.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status="idle"]'
TRAINING = """
import numpy as np
from common.optimizer import SGD
from common.trainer import Trainer
from common.two_layer_net import TwoLayerNet

x, t = np.random.randn(300, 2), np.random.randint(0, 3, 300)
trainer = Trainer(TwoLayerNet(2, 10, 3), SGD(lr=1.0))
trainer.fit(x, t, max_epoch=1_000_000, eval_interval=10, live=True)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course, for JupyterLab saves what one runs."""
    root = tmp_path_factory.mktemp("lab") / "course"
    skipped = shutil.ignore_patterns(".git", ".venv*", "_build", ".*cache", "mutants", "solutions")
    shutil.copytree(ROOT, root, ignore=skipped)
    training = new_notebook(
        cells=[new_code_cell(TRAINING), new_code_cell("print(len(trainer.loss_list) > 0)")],
        metadata={"kernelspec": {"display_name": "Python 3 (ipykernel)", "name": "python3"}},
    )
    nbformat.write(training, root / "notebooks" / "training.ipynb")
    return root


@pytest.fixture(scope="module")
def start(course, tmp_path_factory):
    """The address that `make lab` opens, while JupyterLab runs."""
    own = tmp_path_factory.mktemp("jupyter")
    environment = {n: v for n, v in os.environ.items() if not n.startswith("MAKE")}
    environment.pop("TQDM_DISABLE", None)  # a reader sees how far a training has come
    for name in "RUNTIME_DIR", "CONFIG_DIR":
        environment[f"JUPYTER_{name}"] = str(own / name)
    for name in "SETTINGS_DIR", "WORKSPACES_DIR":
        environment[f"JUPYTERLAB_{name}"] = str(own / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = f"--no-browser --ServerApp.port={port} --IdentityProvider.token="
    command = ["make", "lab", f"VENV={VENV}", "ELSEWHERE=", "-o", f"{VENV}/.ready"]
    with (own / "log").open("w") as log:
        lab = subprocess.Popen(
            [*command, f"ARGS={arguments}"],
            cwd=course,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield opened(own, lab)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(lab.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                lab.wait(20)  # a server that still starts a kernel waits for it
            os.killpg(lab.pid, signal.SIGKILL)
        lab.wait(20)


def opened(own, lab):
    """What JupyterLab would show in the reader's browser, as soon as it answers."""
    since = time.monotonic()
    while time.monotonic() - since < PATIENCE / 1000 and lab.poll() is None:
        if "is running at" in (own / "log").read_text():
            (page,) = (own / "RUNTIME_DIR").glob("jpserver-file-to-run-*-open.html")
            return re.search(r'url=([^"]+)"', page.read_text())[1]
        time.sleep(0.2)
    raise AssertionError((own / "log").read_text())


@pytest.fixture
def lab(browser, start):
    """JupyterLab, where the start page shows, with its kernel at rest."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{start}?reset")
    page.get_by_role("heading", name="Gradients by Hand").wait_for()
    page.locator(IDLE).wait_for()
    yield page
    context.close()


def follow(page, link):
    """Click on a link of the notebook that shows, and wait for the one that it opens."""
    page.locator(f'.jp-NotebookPanel:visible .jp-MarkdownCell a[href*="{link}"]').first.click()
    name = link.rpartition("/")[2]
    page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name).first.wait_for()
    page.locator(IDLE).wait_for()


def run_all(page):
    """As a reader does: again, if nothing begins, for then the kernel was not there yet."""
    begun = page.locator(".jp-NotebookPanel:visible .jp-InputPrompt", has_text=re.compile("[*1-9]"))
    for _ in range(15):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        for _ in range(20):
            if begun.count():
                return
            page.wait_for_timeout(500)
    pytest.fail("no cell began to run")


def rest(page, path):
    """Save until all cells have run : the notebook that was saved."""
    since = time.monotonic()
    while time.monotonic() - since < LONGEST:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        with contextlib.suppress(nbformat.reader.NotJSONError):  # while it is written
            saved = nbformat.read(path, as_version=4)
            cells = [cell for cell in saved.cells if cell.cell_type == "code"]
            failed = [o.ename for cell in cells for o in cell.outputs if o.output_type == "error"]
            assert not failed, failed
            if all(cell.execution_count for cell in cells):
                return saved
    raise AssertionError(f"{path.name} is not through in {LONGEST} s")


def blank(path):
    """The notebook as if it had never run, so that what it shows is of this run."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def outputs(notebook):
    """What each cell shows, in words; of what differs from run to run, only that it is there."""
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            texts = [
                o.get("text") or o.get("data", {}).get("text/plain", "")
                for o in cell.outputs
                if o.get("name") != "stderr"  # progress
            ]
            ignored = IGNORED in cell.metadata.get("tags", [])
            shown.append(bool(texts) if ignored else "".join(texts))
    return shown


@pytest.mark.parametrize(
    ("clicks", "name"),
    [
        (["0_overview.ipynb"], "week01/0_overview"),
        (["week15/0_overview.ipynb", "2_two_gradients.ipynb"], "week15/2_two_gradients"),
        (["week16/0_overview.ipynb", "exercises.ipynb"], "week16/exercises"),
    ],
    ids=["first lesson", "training", "exercises"],
)
def test_a_lesson_runs(lab, course, clicks, name):
    """Opened by clicks from the start page; what it shows is what is stored."""
    path = course / "notebooks" / f"{name}.ipynb"
    stored = nbformat.read(path, as_version=4)
    nbformat.write(blank(path), path)
    for link in clicks:
        follow(lab, link)
    run_all(lab)
    ran = rest(lab, path)
    assert outputs(ran) == outputs(stored)
    pictures = lab.locator(".jp-NotebookPanel:visible .jp-RenderedImage img")
    assert all(picture.get_attribute("alt") for picture in pictures.all())


def test_the_stop_button_keeps_the_curve(lab, course, start):
    """The training ends with KeyboardInterrupt below its curve, and the next cell can go on."""
    lab.goto(start.replace("index.ipynb", "training.ipynb") + "?reset")
    lab.locator(IDLE).wait_for()
    run_all(lab)
    lab.locator(".jp-NotebookPanel:visible .jp-OutputArea-output img").first.wait_for()
    lab.get_by_title("Interrupt the kernel").first.click()
    lab.get_by_text("KeyboardInterrupt").first.wait_for()
    lab.locator(IDLE).wait_for()
    picture = lab.locator(".jp-NotebookPanel:visible .jp-OutputArea-output img").first
    assert picture.is_visible()
    assert picture.get_attribute("alt").startswith("Learning curve: ")
    lab.locator(".jp-NotebookPanel:visible .jp-CodeCell").last.click()
    lab.keyboard.press("Control+Enter")
    lab.locator(".jp-OutputArea-output", has_text="True").first.wait_for()
