"""A class in one picture: how the points lie, and how hard each question was."""

from __future__ import annotations

from collections import Counter
from statistics import mean, median, pstdev

import nbformat
from exercises import ROOT

from grading.repair import marks, name_of

try:
    from nbgrader.api import Gradebook, MissingEntry
except ImportError:
    Gradebook = None

WIDTH = 10  # points of a bar of the histogram


def questions(week):
    """Name of a graded cell -> (its number, its title, its points)."""
    source, found, title = (
        nbformat.read(ROOT / "solutions" / week / "exam.ipynb", as_version=4),
        {},
        "",
    )
    number = 0
    for cell in source.cells:
        if "\n## Question " in cell.source:
            head = cell.source.partition("## Question ")[2].partition("\n")[0]
            number, title = int(head.partition(" · ")[0]), head.partition(" · ")[2]
        if marks(cell).get("grade"):
            found[name_of(cell)] = number, title, marks(cell)["points"]
    return found


def results(week, classroom):
    """What the gradebook holds: of each learner points by the name of a cell, and points off.

    Raises
    ------
    SystemExit : there is nothing yet.
    """
    path = classroom / "gradebook.db"
    if Gradebook is None or not path.exists():
        raise SystemExit(f"no {path}: run `make grade WEEK={week}` first")
    with Gradebook(f"sqlite:///{path}") as book:
        try:
            submissions = book.assignment_submissions(week)
        except MissingEntry:
            submissions = []
        found = [
            (
                {grade.name: grade for notebook in s.notebooks for grade in notebook.grades},
                s.late_submission_penalty or 0,
            )
            for s in submissions
        ]
        made = [
            (
                {
                    name: None if g.manual_score is None and g.auto_score is None else g.score
                    for name, g in grades.items()
                },
                off,
            )
            for grades, off in found
        ]
    if not made:
        raise SystemExit(f"nobody is graded in {week}: run `make grade WEEK={week}` first")
    return made


def summary(asked, made):
    """(points of each learner, share of each question's points, how many answers wait)."""
    points = [sum(p for p in grades.values() if p is not None) - off for grades, off in made]
    share, waiting = {}, Counter()
    for name, (_, _, most) in asked.items():
        read = [grades[name] for grades, _ in made if grades.get(name) is not None]
        waiting[name] = len(made) - len(read)
        share[name] = mean(read) / most if read else None
    return points, share, waiting


def told(week, asked, made):
    """The same in words."""
    points, share, waiting = summary(asked, made)
    lines = [
        f"{week}: {len(points)} papers, mean {mean(points):.1f}, median {median(points):g}, "
        f"spread {pstdev(points):.1f}, from {min(points):g} to {max(points):g} points"
    ]
    for name, (number, title, most) in asked.items():
        part = "nobody read yet" if share[name] is None else f"{share[name]:4.0%} of {most} points"
        more = (
            f", {waiting[name]} not read yet" if waiting[name] and share[name] is not None else ""
        )
        lines.append(f"{number}  {title:24} {part}{more}")
    return "\n".join(lines)


def draw(week, classroom):
    """Write the picture into the classroom; what it shows, in words."""
    from common.figures import BLUE, GREY, ORANGE, new_figure

    asked, made = questions(week), results(week, classroom)
    points, share, waiting = summary(asked, made)
    fig, (left, right) = new_figure(2, width=10, height=4.2)
    most = sum(p for *_, p in asked.values())
    edges = list(range(0, int(most) + 1, WIDTH))
    inside = [min(max(p, 0), most - 1e-9) for p in points]
    left.hist(inside, bins=edges, color=BLUE, edgecolor="white")
    left.axvline(mean(points), color=ORANGE, linestyle="--", label=f"mean {mean(points):.1f}")
    left.axvline(median(points), color=GREY, linestyle=":", label=f"median {median(points):g}")
    left.set(xlabel=f"points of {most:g}", ylabel="papers", title=f"{len(points)} papers")
    left.set_xticks(edges)
    left.yaxis.get_major_locator().set_params(integer=True)
    left.legend(loc="upper left", frameon=False)
    names = list(asked)
    shares = [100 * (share[name] or 0) for name in names]
    bars = right.barh(range(len(names)), shares, color=BLUE)
    for bar, name in zip(bars, names, strict=True):
        text = "not read yet" if share[name] is None else f"{share[name]:.0%}"
        if waiting[name] and share[name] is not None:
            text += f", {waiting[name]} not read yet"
        right.text(bar.get_width() + 1.5, bar.get_y() + bar.get_height() / 2, text, va="center")
    right.set_yticks(
        range(len(names)), [f"{n} · {title} ({p:g})" for n, title, p in asked.values()]
    )
    right.invert_yaxis()
    right.set(xlim=(0, 118), xlabel="mean share of the points, %", title="each question")
    right.set_xticks(range(0, 101, 20))
    path = classroom / f"statistics-{week}.png"
    fig.savefig(path, dpi=140, facecolor="white")
    return f"{told(week, asked, made)}\n{path}"
