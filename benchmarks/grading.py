"""Grade a class in one call: thirty submissions, right, untidy, broken and dishonest.

    python benchmarks/grading.py [--jobs 2] [--classroom FOLDER]

Prints a table: what each kind got, what was due, and how many seconds of a processor it took,
kernel included; the command ends with an error if somebody got other points than are due.  With
--classroom the folder is kept: grades.csv, feedback pages, and a gradebook for formgrader.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "exercises"))

import grade
import psutil
import submissions
from machinery import weeks

WEEK = "week16"
SOURCE, BLANK = weeks()[WEEK]
NAMES = submissions.answers(SOURCE)
# kind -> how it is called in the table, how many hand it in, the answers that earn nothing
KINDS = {
    "model": ("right", 6, []),
    "half": ("half", 4, NAMES[1::2]),
    "empty": ("blank", 2, NAMES),
    "syntax_error": ("right, but for a syntax error", 2, NAMES[:1]),
    "endless_loop": ("right, but for an endless loop", 2, NAMES[:1]),
    "untidy": ("right, in split and copied cells", 2, []),
    "renamed": ("right, in a file with another name", 2, []),
    "edited_checks": ("tampering: checks edited and deleted", 2, NAMES),
    "patched_checks": ("tampering: the check module patched", 2, NAMES),
    "transformer": ("tampering: a transformer of IPython's", 2, NAMES),
    "replaced_while_checked": ("tampering: `np.allclose` replaced by an answer", 2, NAMES[:1]),
    "delegates": ("tampering: an answer that calls the package", 2, NAMES[:1]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--classroom", type=Path, help="an empty folder; a temporary one if absent")
    options = parser.parse_args()
    if options.classroom:
        keep = nullcontext(options.classroom.resolve())
    else:
        keep = tempfile.TemporaryDirectory()
    with keep as folder:
        room = Path(folder)
        grade.prepare(room)
        kinds = hand_in(room / "submitted")
        grade.grade_one = timed
        start = time.perf_counter()
        results = grade.grade(WEEK, room, options.jobs, say=lambda *a, **k: None)
        wall = time.perf_counter() - start
    return report(kinds, results, wall, options.jobs)


def hand_in(submitted):
    """Write the submissions; student -> kind, in an order that mixes the kinds."""
    students = {}
    for turn in range(max(number for _, number, _ in KINDS.values())):
        for kind, (_, number, _) in KINDS.items():
            if turn < number:
                students[f"student{len(students) + 1:02}"] = kind
    for student, kind in students.items():
        place = submitted / student / WEEK
        place.mkdir(parents=True)
        name = "exercises-Copy1.ipynb" if kind == "renamed" else grade.NOTEBOOK
        make = submissions.model if kind == "renamed" else getattr(submissions, kind)
        (place / name).write_text(make(SOURCE, BLANK), encoding="utf-8")
    return students


GRADE_ONE = grade.grade_one


def timed(submission, task):
    start = processor_seconds()
    result = GRADE_ONE(submission, task)
    result.seconds = processor_seconds() - start
    return result


def processor_seconds():
    """Of this process, of the one that forks its kernels, and of the kernels that have ended."""
    others = [child.cpu_times()[:4] for child in psutil.Process().children()]
    return sum(map(sum, [os.times()[:4], *others]))


def report(kinds, results, wall, jobs):
    all_points = submissions.points(SOURCE, NAMES)
    print(
        "| submission | handed in | points each | due | processor seconds | note for the teacher |"
    )
    print("|---|---:|---:|---:|---:|---|")
    bad = 0
    for kind, (name, number, lost) in KINDS.items():
        mine = [r for r in results if kinds[r.student] == kind]
        due = all_points - submissions.points(SOURCE, lost)
        got = [sum(p for p in r.points.values() if p is not None) for r in mine]
        wrong = len(mine) != number or any(points != due for points in got)
        bad += wrong
        points = " ".join(sorted({f"{p:g}" for p in got})) + (" **wrong**" if wrong else "")
        seconds = statistics.median(r.seconds for r in mine)
        note = "; ".join(mine[0].notes[:2]) + (" ..." if len(mine[0].notes) > 2 else "")
        print(f"| {name} | {number} | {points} | {due} | {seconds:.1f} | {note} |")
    limit, endless = grade.settings().Execute.timeout, KINDS["endless_loop"][1]
    work = sum(r.seconds for r in results if kinds[r.student] != "endless_loop")
    work /= len(results) - endless
    print(
        f"\n{len(results)} submissions in one call, {jobs} at a time: {wall:.0f} seconds by the "
        f"clock, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n"
        f"One takes {work:.1f} seconds of a processor ({endless} endless loops left out, each of "
        f"which may run {limit} seconds): {work / jobs:.1f} by the clock where {jobs} processors "
        "are free."
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
