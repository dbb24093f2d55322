"""How long a class takes to grade: 30 submissions of week 16, in one call.

    python benchmarks/grading.py [--students 30] [--jobs 2]

Each third is answered in full, in half and not at all.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "exercises"))

import grade
import submissions
from machinery import weeks


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    source, blank = weeks()["week16"]
    kinds = [submissions.model, submissions.half, submissions.empty]
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        grade.prepare(room)
        for i in range(options.students):
            place = room / "submitted" / f"student{i:02}" / "week16"
            place.mkdir(parents=True)
            (place / grade.NOTEBOOK).write_text(kinds[i % 3](source, blank), encoding="utf-8")
        start = time.perf_counter()
        results = grade.grade("week16", room, options.jobs, say=lambda *a, **k: None)
        seconds = time.perf_counter() - start
    points = [sum(p for p in r.points.values() if p is not None) for r in results]
    assert points == [(80, 18, 0)[i % 3] for i in range(options.students)]
    print(
        f"{len(results)} submissions in {seconds:.0f} seconds, {options.jobs} at a time: "
        f"{seconds / len(results):.1f} seconds each (load average {os.getloadavg()[0]:.1f} "
        f"on {os.cpu_count()} processors)"
    )


if __name__ == "__main__":
    main()
