"""Make the course's web pages from the notebooks as they are stored.

    python tools/book.py [--without-solutions]

What Sphinx reads is gathered in ``book/_build/source``: the notebooks with
their outputs, where pictures get their words and links to the glossary its
definitions; the teacher's page; a page for each room of ``common/``.  The
pages are in ``book/_build/html``.  A warning is an error.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from gallery import in_order, write_gallery

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "book" / "_build"
SOURCE = BUILD / "source"
ROOMS = [
    path
    for path in sorted((ROOT / "common").rglob("*.py"))
    if path.stem not in ("__init__", "__main__") and "checks" not in path.parts
]


def main(with_solutions=True):
    for made in SOURCE, BUILD / "html":  # no page stays whose notebook is gone
        shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(ROOT / "notebooks", SOURCE / "notebooks", ignore=skipped)
    if with_solutions:
        shutil.copytree(ROOT / "solutions", SOURCE / "solutions", ignore=skipped)
    (SOURCE / "benchmarks").mkdir()
    for path in [*(ROOT / "benchmarks").glob("*.md"), *(ROOT / "benchmarks").glob("*.png")]:
        shutil.copy(path, SOURCE / "benchmarks")
    for folder in "static", "templates":
        shutil.copytree(ROOT / "book" / folder, SOURCE / folder)
    shutil.copy(ROOT / "book" / "conf.py", SOURCE)

    terms = definitions(read(SOURCE / "notebooks" / "glossary.ipynb"))
    homes = {}
    for path in sorted(SOURCE.rglob("*.ipynb")):
        notebook = read(path)
        for cell in notebook.cells:
            prepare(cell, terms, with_solutions, path.parent)
        for place in derived_in(notebook):
            homes.setdefault(place, path.relative_to(SOURCE))
        nbformat.write(notebook, path)
    for path in SOURCE.rglob("*.md"):
        page = with_anchors(path.read_text(encoding="utf-8"), path.parent)
        path.write_text(page, encoding="utf-8")
    if (SOURCE / LESSON).exists():
        add_words()
    write_gallery(SOURCE)
    write_rooms(homes)
    write_contents(with_solutions)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-N", "-j", "auto"]
    command += ["-E", "-d", BUILD / "doctrees"]
    command += [".", BUILD / "html"]
    done = subprocess.run(command, cwd=SOURCE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    print(with_places(done.stderr), file=sys.stderr, end="")
    return done.returncode


def with_places(said):
    """Warnings that name the course's own file, and of a notebook the cell and the line in it."""
    return re.sub(
        r"\.ipynb:(\d+)(\d{4}): ",
        lambda at: f".ipynb, cell {at[1]}, line {int(at[2]) - 1}: ",
        said.replace(f"{SOURCE}{os.sep}", ""),
    )


def read(path):
    """A notebook; what cannot be read as one ends the program, with its name."""
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        told = str(error).partition("\n")[0]
        sys.exit(f"{path.relative_to(SOURCE).as_posix()} is no notebook: {told[:200]}")


# The page with vectors to try goes with this lesson.  JupyterLab has no such page, so the
# notebooks do not name it: the link is added to theirs here.
LESSON = "notebooks/week16/6_what_the_vectors_know.ipynb"
SHOWN_IN = [LESSON, "notebooks/week16/0_overview.ipynb"]
EXPLORE = "**In the browser:** [Explore the vectors](../../words.md), without Python."


def add_words():
    """The page, and the vectors that it reads: trained once, then kept in the build folder."""
    kept = BUILD / "words_data.js"
    subprocess.run([sys.executable, ROOT / "tools" / "words.py", kept], check=True)
    shutil.copy(kept, SOURCE / "static")
    shutil.copy(ROOT / "book" / "words.md", SOURCE)
    for page in SHOWN_IN:
        add_text(SOURCE / page, EXPLORE)


def add_text(path, text):
    """One more cell at a notebook's end."""
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell(text))
    nbformat.write(notebook, path)


def skipped(folder, names):
    return [n for n in names if n.startswith(".") or n == "__pycache__"]


def definitions(glossary):
    """Anchor -> the definition that stands there, as plain text."""
    text = "\n".join(c.source for c in glossary.cells if c.cell_type == "markdown")
    found = re.findall(r"^### (.+)\n\n(.+)", text, re.M)
    return {term.replace(" ", "-"): plain(words) for term, words in found}


def plain(text):
    """Without markup, as a tooltip shows it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*`$\\]", "", text).replace('"', "'")


def prepare(cell, terms, with_solutions, folder):
    """What a page needs and a notebook says otherwise."""
    if cell.cell_type == "markdown":
        cell.source = with_anchors(cell.source, folder)
        cell.source = re.sub(
            r"\]\(\.\./\.\./common/(\w+)\.py\)", r"](../../package/common.\1.md)", cell.source
        )
        if "solutions" in folder.parts:  # written as for the learner's copy, which is a lesson
            lessons = f"../../notebooks/{folder.name}/"
            cell.source = re.sub(r"\]\((?=\.\./|\d+_)", f"]({lessons}", cell.source)
        cell.source = re.sub(
            r"\]\(((?:[./\w]*/)?glossary\.ipynb#([^)\s]+))\)",
            lambda link: f']({link[1]} "{terms[link[2]]}")' if link[2] in terms else link[0],
            cell.source,
        )
        if not with_solutions:  # their page is not there
            cell.source = re.sub(r"\[([^\]]+)\]\((?:\.\./)*solutions/[^)]*\)", r"\1", cell.source)
        return
    if cell.cell_type != "code":
        return
    for output in cell.outputs:
        for about in output.get("metadata", {}).values():
            if isinstance(about, dict) and about.get("alt"):
                cell.metadata["mystnb"] = {"image": {"alt": about["alt"]}}
    if "### BEGIN SOLUTION" in cell.source:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]


def with_anchors(text, folder):
    """Exercises, sections and equations by names that no two pages share, and the links to them."""
    place = "-".join(folder.relative_to(SOURCE).parts).removeprefix("notebooks-")
    text = re.sub(
        r'<a id="(Exercise|Section|Equation)-([\d-]+)"></a>',
        lambda anchor: f"({place}-{anchor[1].lower()}-{anchor[2]})=",
        text,
    )
    lessons = folder.name  # a page of solutions has its exercises, but the lessons' sections
    return re.sub(
        r"\]\((?:(?:(?:\.\./)?(\w+)/)?\w+\.ipynb)?#(Exercise|Section|Equation)-([\d-]+)\)",
        lambda link: (
            f"](#{link[1] or (place if link[2] == 'Exercise' else lessons)}"
            f"-{link[2].lower()}-{link[3]})"
        ),
        text,
    )


def derived_in(notebook):
    """The rooms that a notebook's cells name as the home of what they derive."""
    for cell in notebook.cells:
        home = re.match(r"# (common/\w+\.py)\n", cell.source)
        if cell.cell_type == "code" and home:
            for name in re.findall(r"^(?:class|def) (\w+)", cell.source, re.M):
                yield home[1], name


def write_rooms(homes):
    """A page for each room of the package, with links to where its classes are derived."""
    folder = SOURCE / "package"
    folder.mkdir()
    for path in ROOMS:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        derived = [
            f"- `{name}`: week {int(notebook.parent.name[4:])}, [](../{notebook.as_posix()})"
            for (home, name), notebook in sorted(homes.items())
            if home == path.relative_to(ROOT).as_posix()
        ]
        told = ["## Derived in", "", *derived, ""] if derived else []
        page = [f"# {module}", "", *told]
        page += ["```{eval-rst}", f".. automodule:: {module}", "   :members:", "```", ""]
        (folder / f"{module}.md").write_text("\n".join(page), encoding="utf-8")
    links = [path.stem for path in sorted(folder.glob("*.md"))]
    index = ["# The package", "", "A page for each room of `common/`.", "", *contents(links), ""]
    (folder / "index.md").write_text("\n".join(index), encoding="utf-8")


def write_contents(with_solutions):
    """The root page: what the course is, and what the sidebar lists."""
    what_it_is = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    what_it_is = what_it_is.replace("](book/static/", "](static/")
    start = "**[Start here](notebooks/index.ipynb)**"
    page = [what_it_is, start, contents_of("", ["Start <notebooks/index>"])]
    page += [contents_of("The course", [*(f"notebooks/{n}" for n in REFERENCE), "gallery"])]
    weeks = sorted((SOURCE / "notebooks").glob("week*"))
    page += [contents_of("Week by week", [f"notebooks/{week.name}/0_overview" for week in weeks])]
    for week in weeks:
        list_lessons(week, with_solutions)
    behind = [
        "package/index",
        *(
            p.relative_to(SOURCE).with_suffix("").as_posix()
            for p in sorted((SOURCE / "benchmarks").glob("*.md"))
        ),
    ]
    if with_solutions:
        pages = (f"solutions/{name}" for name in ("README", "exams"))
        behind[:0] = [page for page in pages if (SOURCE / f"{page}.md").exists()]
    page += [contents_of("Behind it", behind)]
    (SOURCE / "index.md").write_text("\n\n".join(page), encoding="utf-8")


def list_lessons(week, with_solutions):
    """Below a week's overview, what else the sidebar lists while one of its pages is open."""
    overview, *lessons = in_order(week.glob("[0-9]*.ipynb"))
    names = [f"/{path.relative_to(SOURCE).with_suffix('').as_posix()}" for path in lessons]
    lesson = f"/{LESSON.removesuffix('.ipynb')}"
    if lesson in names:
        names.insert(names.index(lesson) + 1, "/words")
    for kind in (kind for kind in ("exercises", "exam") if (week / f"{kind}.ipynb").exists()):
        names += [f"/notebooks/{week.name}/{kind}"]
        if with_solutions:
            names += [f"Solutions </solutions/{week.name}/{kind}>"]
    add_text(overview, contents_of("", names))


REFERENCE = ["notation", "glossary", "self_study", "study_group"]


def contents_of(caption, names):
    return "\n".join(
        [
            "```{toctree}",
            *([f":caption: {caption}"] if caption else []),
            ":hidden:",
            "",
            *names,
            "```",
        ]
    )


def contents(names):
    return ["```{toctree}", ":maxdepth: 1", "", *names, "```"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--without-solutions", action="store_true")
    sys.exit(main(not parser.parse_args().without_solutions))
