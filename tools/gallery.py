"""The book's pages of pictures: every one of the course, small, and a way to its place."""

import base64
import io
import re

import nbformat
from PIL import Image

WIDTH, COLOURS = 360, 32  # pixels and shades of a small picture

TOLD = """# Pictures

Every picture of the course, small, on a page for each week.
Each leads to the section that makes it and says what it shows.
"""


def write_gallery(source):
    """``gallery.md`` and a page for each week beside its pictures, from the notebooks there."""
    (source / "gallery").mkdir()
    weeks = []
    for week in sorted((source / "notebooks").glob("week*")):
        shown = [
            line
            for lesson in in_order(week.glob("[0-9]*.ipynb"))
            for line in pictures(lesson, source)
        ]
        if shown:
            title = f"# Pictures of week {int(week.name[4:])}"
            page = [title, "", "```{container} gallery", *shown, "```", ""]
            (source / f"gallery/{week.name}.md").write_text("\n".join(page), encoding="utf-8")
            weeks.append(f"gallery/{week.name}")
    page = [TOLD, "```{toctree}", *weeks, "```", ""]
    (source / "gallery.md").write_text("\n".join(page), encoding="utf-8")


def in_order(lessons):
    """Paths by the number that their names begin with: 10 stands behind 9."""
    return sorted(lessons, key=lambda path: int(path.stem.partition("_")[0]))


def pictures(lesson, source):
    """For each picture of a lesson: a small copy, its words, and a link to its section."""
    page = lesson.relative_to(source).as_posix()
    heading = lesson.stem
    for k, cell in enumerate(nbformat.read(lesson, as_version=4).cells):
        if cell.cell_type == "markdown":
            heading = (re.findall(r"^#{1,4} (.+)$", cell.source, re.M) or [heading])[-1]
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get("image/png")
            if data:
                name = f"{lesson.parent.name}_{lesson.stem}_{k}.png"
                small(data, source / "gallery" / name)
                words = output.metadata.get("image/png", {}).get("alt", "")
                words = re.sub(r"([\[\]*_`$\\<>])", r"\\\1", words)
                yield f"[![{words}]({name}) {heading}](<../{page}{anchor(heading)}>)\n"


def anchor(heading):
    """As conf.slug makes it; where a heading holds more than text, the page alone."""
    return "" if re.search(r"[$`*\[\]_]", heading) else "#" + heading.replace(" ", "-")


def small(data, path):
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        picture.thumbnail((WIDTH, WIDTH))
        picture.convert("RGBA").quantize(COLOURS).save(path)
