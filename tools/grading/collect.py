"""Which files were handed in, and by whom: everything below ``submitted/`` is accounted for."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

try:
    from nbgrader.utils import parse_utc
except ImportError:
    parse_utc = None

NOTEBOOK, EXAM = NOTEBOOKS = ("exercises.ipynb", "exam.ipynb")


@dataclass
class Submission:
    """What was found under one name in ``submitted/``; no path where nothing is to be graded."""

    student: str
    path: Path | None = None
    notes: list = field(default_factory=list)
    absent: bool = False  # a learner of the class who handed in nothing for this week
    time: datetime | None = None  # when it was handed in


def collect(submitted, week, due=None):
    """One Submission for each folder and each file in ``submitted/``, sorted by name.

    Of several notebooks the newest counts, or where there is a time ``due`` the last before it.
    """
    entries = [e for e in submitted.iterdir() if not e.name.startswith(".")]
    return [look_into(entry, week, due) for entry in sorted(entries)]


def look_into(entry, week, due=None):
    if not entry.is_dir():
        where = f"submitted/{entry.stem}/{week}/{NOTEBOOK}"
        return Submission(entry.name, notes=[f"a file and no folder; expected is {where}"])
    if set(entry.name) & set("*?[]"):
        return Submission(entry.name, notes=["the folder's name holds one of * ? [ ]: rename it"])
    files = [f for f in entry.rglob("*") if f.is_file() and not hidden(f, entry)]
    notebooks = [f for f in files if f.suffix.lower() == ".ipynb"]
    places = [
        [f for f in notebooks if f.parent == entry / week],
        [f for f in notebooks if f.parent.parent == entry and means(f.parent.name, week)],
        [f for f in notebooks if f.parent == entry],
        [f for f in notebooks if not other_week(f, entry, week)],
    ]
    found = next((place for place in places if place), [])
    if not found:
        elsewhere = [f for f in files if not other_week(f, entry, week)]
        if not elsewhere:
            return Submission(entry.name, notes=[f"nothing handed in for {week}"], absent=True)
        names = ", ".join(sorted(f.name for f in elsewhere)[:4])
        return Submission(entry.name, notes=[f"no notebook among what was handed in: {names}"])
    exercises = [f for f in found if b'"grade_id"' in f.read_bytes()] or found
    times = {f: handed_in(f, found) for f in exercises}
    in_time = [f for f in exercises if due is None or times[f] <= due] or exercises
    chosen = max(in_time, key=lambda f: (times[f], f.name in NOTEBOOKS, f.name))
    notes = []
    if len(found) > 1:
        others = ", ".join(sorted(f.name for f in found if f != chosen))
        late = max(times.values()) > times[chosen]
        which = "the last before the deadline" if late else "the newest"
        notes.append(f"took {chosen.name}, {which}; left aside: {others}")
    if chosen.parent != entry / week or (chosen.name not in NOTEBOOKS and not notes):
        notes.append(f"taken from {chosen.relative_to(entry.parent).as_posix()}")
    return Submission(entry.name, chosen, notes, time=times[chosen])


def handed_in(path, found):
    """When: what nbgrader noted beside the only notebook, else the time of the file."""
    stamp = path.parent / "timestamp.txt"
    if parse_utc and len(found) == 1 and stamp.exists():
        with contextlib.suppress(ValueError, OverflowError):
            return parse_utc(stamp.read_text("utf-8").strip()).replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def hidden(path, folder):
    return any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)


def means(name, week):
    """Whether a folder's name means the week: Week 16, week_16, week16; Week 2 for week02."""
    plain = (re.sub(r"[\W_]", "", text.lower()) for text in (name, week))
    first, second = (re.sub(r"^week0+(?=\d)", "week", text) for text in plain)
    return first == second


def other_week(path, folder, week):
    parts = path.relative_to(folder).parts[:-1]
    weeks = [part for part in parts if re.fullmatch(r"week\d+", re.sub(r"[\W_]", "", part.lower()))]
    return any(not means(part, week) for part in weeks)
