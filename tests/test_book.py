"""The web pages: made of the notebooks as they are, whole, and from no server."""

import base64
import io
import re
import shutil
import subprocess
import sys

import matplotlib.image
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from whole_book import HTML, ROOT, whole_book

pytest.importorskip("myst_nb", reason="the book's tools are not installed")
LESSON = "notebooks/week16/1_layer"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the project with one lesson, and what a lesson can hold."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("_build"))
    (root / "tools").mkdir()
    (root / "common").mkdir()
    for file in "tools/book.py", "tools/gallery.py", "common/layers.py":
        shutil.copy(ROOT / file, root / file)
    (root / "README.md").write_text("# The course\n\nWhat it is.\n\n## Start\n\nTwo commands.\n")
    (root / "benchmarks").mkdir()
    week, answers = root / "notebooks" / "week16", root / "solutions" / "week16"
    for folder in week, answers:
        folder.mkdir(parents=True)
    for name in "self_study", "study_group", "notation":
        (root / "notebooks" / f"{name}.md").write_text(f"# {name}\n")
    (root / "solutions" / "README.md").write_text("# For a teacher\n")
    write(root / "notebooks" / "index.ipynb", "# Start\n\n[week](week16/1_layer.ipynb)")
    write(root / "notebooks" / "glossary.ipynb", "# Glossary\n\n### a row\n\nA *line* of a matrix.")
    lesson = (
        "# Lesson\n\n[exercise](exercises.ipynb#Exercise-1), [trap](1_layer.ipynb#Section-1-2)\n"
        "[room](../../common/layers.py)\n"
        'One **[row](../glossary.ipynb#a-row)**\n\n<a id="Section-1-2"></a>\n## 2 · A trap'
    )
    derived = new_code_cell("# common/layers.py\nclass MatMul:\n    pass", execution_count=1)
    shown = new_output("display_data", pixel(), metadata={"image/png": {"alt": "one pixel"}})
    picture = new_code_cell("draw()", execution_count=2, outputs=[shown])
    write(week / "0_overview.ipynb", "# Week 16")
    write(week / "1_layer.ipynb", lesson, derived, picture)
    write(week / "exercises.ipynb", '# Exercises\n\n<a id="Exercise-1"></a>\n## Exercise 1')
    answer = new_code_cell("### BEGIN SOLUTION\nsecret = 1\n### END SOLUTION", execution_count=1)
    links = "[lesson](1_layer.ipynb), [trap](1_layer.ipynb#Section-1-2), [start](../index.ipynb)"
    write(answers / "exercises.ipynb", f"# Solutions\n\n{links}", answer)
    return root


def pixel():
    """The smallest picture."""
    file = io.BytesIO()
    matplotlib.image.imsave(file, [[0.5]], format="png")
    return {"image/png": base64.b64encode(file.getvalue()).decode()}


def write(path, text, *cells):
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    cells = [new_markdown_cell(text), *cells]
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)


def build(root, *arguments):
    done = subprocess.run(
        [sys.executable, root / "tools" / "book.py", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def pages(course):
    code, said = build(course)
    assert code == 0, said
    return course / "book" / "_build" / "html"


def test_the_first_page_says_what_the_course_is(pages):
    page = (pages / "index.html").read_text()
    assert "What it is." in page
    assert "Two commands." not in page
    assert 'href="notebooks/index.html"' in page


def test_the_picture_of_the_readme_is_that_of_the_lesson():
    lesson = nbformat.read(ROOT / "notebooks/week16/1_row_slice.ipynb", as_version=4)
    shown = [
        o.data.get("image/png") for c in lesson.cells for o in c.get("outputs", []) if "data" in o
    ]
    picture = (ROOT / "book/static/row_slice.png").read_bytes()
    assert base64.b64encode(picture).decode() in [(data or "").replace("\n", "") for data in shown]


def test_a_term_shows_its_definition(pages):
    page = (pages / f"{LESSON}.html").read_text()
    assert 'title="A line of a matrix."' in page
    assert 'href="../glossary.html#a-row"' in page


def test_a_link_to_an_exercise_leads_there(pages):
    assert 'href="exercises.html#week16-exercise-1"' in (pages / f"{LESSON}.html").read_text()
    exercise = (pages / "notebooks/week16/exercises.html").read_text()
    assert re.search(r'id="week16-exercise-1".{,200}Exercise 1', exercise, re.S)


def test_a_link_to_a_section_leads_there(pages):
    page = (pages / f"{LESSON}.html").read_text()
    assert 'href="#week16-section-1-2"' in page
    assert re.search(r'id="week16-section-1-2".{,200}2 · A trap', page, re.S)


def test_a_solution_leads_where_the_learners_copy_does(pages):
    page = (pages / "solutions/week16/exercises.html").read_text()
    for place in "week16/1_layer.html", "week16/1_layer.html#week16-section-1-2", "index.html":
        assert f'href="../../notebooks/{place}"' in page


def test_a_file_of_the_package_is_its_page(pages):
    assert 'href="../../package/common.layers.html"' in (pages / f"{LESSON}.html").read_text()


def test_a_picture_has_its_words(pages):
    assert 'alt="one pixel"' in (pages / f"{LESSON}.html").read_text()


def test_a_picture_leads_from_the_gallery_to_its_section(pages):
    page = (pages / "gallery/week16.html").read_text()
    assert re.search(rf'href="../{LESSON}.html#a-trap".{{,300}}alt="one pixel"', page, re.S)
    assert "2 · A trap</span></a>" in page


def test_a_solution_is_folded_away(pages):
    page = (pages / "solutions/week16/exercises.html").read_text()
    assert re.search(r"tag_hide-input.*<details.*secret", page, re.S)


def test_a_room_leads_to_the_lesson_that_derives_it(pages):
    page = (pages / "package/common.layers.html").read_text()
    assert 'href="../notebooks/week16/1_layer.html"' in page
    assert "Multiply rows by a weight matrix" in page


def test_nothing_comes_from_a_server(pages):
    assert (pages / "_static/mathjax/tex-chtml.js").stat().st_size > 100_000
    for page in pages.rglob("*.html"):
        asked = re.findall(
            r'<(?:script|img|link)[^>]*(?:src|href)="(https?:[^"]*)', page.read_text()
        )
        assert not asked, page


@pytest.fixture(scope="module")
def handed_out(course, tmp_path_factory):
    """The book without solutions, with a repository, made where one with solutions stood."""
    root = tmp_path_factory.mktemp("handed_out") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("_build"))
    html = root / "book" / "_build" / "html"
    (html / "solutions/week16").mkdir(parents=True)
    (html / "solutions/week16/exercises.html").write_text("secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_REPOSITORY", "https://github.com/a/course")
        code, said = build(root, "--without-solutions")
    assert code == 0, said
    return html


def test_without_solutions_no_page_tells_one(handed_out):
    """Why: whoever hands out the folder would hand out those that were made before."""
    assert not (handed_out / "solutions").exists()
    assert not any("secret" in page.read_text() for page in handed_out.rglob("*.html"))


@pytest.fixture(scope="module")
def broken(course, tmp_path_factory):
    """What the build says of a course with faults of each kind."""
    root = tmp_path_factory.mktemp("broken") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("_build"))
    wrong = new_markdown_cell(
        "A line.\n\n[a](2_gone.ipynb)\n\n**[b](../glossary.ipynb#unknown-term)**\n\n![c](gone.png)"
    )
    write(root / f"{LESSON}.ipynb", "# Lesson", new_code_cell("1", execution_count=1), wrong)
    write(root / "notebooks/week16/stray.ipynb", "# No number, so no place in the contents")
    code, said = build(root)
    assert code != 0
    return said


@pytest.mark.parametrize(
    ("line", "named"),
    [(3, "'2_gone.ipynb'"), (5, "'unknown-term'"), (7, "notebooks/week16/gone.png")],
    ids=["link", "term", "picture"],
)
def test_what_leads_nowhere_is_named_with_its_place(broken, line, named):
    place = f"notebooks/week16/1_layer.ipynb, cell 3, line {line}: "
    assert re.search(f"^{re.escape(place)}.*{re.escape(named)}", broken, re.M), broken


def test_a_notebook_that_the_contents_do_not_list_is_named(broken):
    assert re.search("^notebooks/week16/stray.ipynb: .*toctree", broken, re.M), broken


def test_what_is_no_notebook_is_named(course, tmp_path):
    shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("_build"))
    (tmp_path / f"course/{LESSON}.ipynb").write_text("")
    code, said = build(tmp_path / "course")
    assert code != 0
    assert said.startswith(f"{LESSON}.ipynb is no notebook: "), said


ELSEWHERE = "colab.research.google.com|mybinder.org|github.com"


def test_without_the_address_of_a_repository_no_button_leads_to_it(pages):
    for page in pages.rglob("*.html"):
        assert not re.search(rf'href="[^"]*({ELSEWHERE})', page.read_text()), page


def test_with_the_address_of_a_repository_buttons_lead_to_the_lesson(handed_out):
    page = (handed_out / f"{LESSON}.html").read_text()
    for button in (
        f"https://colab.research.google.com/github/a/course/blob/main/{LESSON}.ipynb",
        f"https://mybinder.org/v2/gh/a/course/main?urlpath=lab/tree/{LESSON}.ipynb",
        "https://github.com/a/course",
    ):
        assert f'href="{button}"' in page, re.findall(f'href="[^"]*(?:{ELSEWHERE})[^"]*', page)


def test_the_course_itself(tmp_path_factory):
    """Every page of the course, and no warning."""
    code, said = whole_book(tmp_path_factory)
    assert code == 0, said
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" in path.parts:
            continue
        page = HTML / path.relative_to(ROOT).with_suffix(".html")
        assert page.exists()
        assert 'alt=""' not in page.read_text(), page
