"""Exercise 7: find the fault behind an output."""

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the means are a row: x.mean(axis=1), without keepdims",
    "b": "the means are those of the exercises: axis=0",
    "c": "the totals of the groups are added by +=",
    "d": "the table holds whole numbers when the means are taken away in it",
    "e": "the means are taken away through a view of the table",
    "f": "exercise 0 is read from x.reshape(4, 4)",
    "g": "the points of a learner are added along axis 0",
    "h": "the learners are sorted by their points, their groups are not",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "away 4.75 -1.75 -4.50 1.75 | sums -0.75 1.25 0.25 -0.75 "
    "| exercise 0: 7.00 1.00 9.00 4.00 | groups 19.00 35.00 17.00",
    2: "away 4.50 -1.50 -4.50 1.50 | sums 0.00 0.00 0.00 0.00 "
    "| exercise 0: 7.00 1.00 9.00 4.00 | groups 17.00 39.00 15.00",
    3: "away 4.50 -1.50 -4.50 1.50 | sums 0.00 0.00 0.00 0.00 "
    "| exercise 0: 7.00 1.00 9.00 4.00 | groups 19.00 18.00 17.00",
    4: "away 4.50 -1.50 -4.50 1.50 | sums 0.00 0.00 0.00 0.00 "
    "| exercise 0: 2.75 -3.75 4.50 -0.25 | groups 0.00 0.00 0.00",
}


def run(fault=""):
    """Four learners, four exercises, three groups; what the program prints."""
    x = np.array([[7.0, 2, 5, 3], [1, 8, 6, 4], [9, 3, 0, 6], [4, 4, 7, 2]])
    idx = np.array([1, 0, 1, 2])  # the group of each learner
    mean = x.mean(axis=0 if fault == "b" else 1, keepdims=fault != "a")
    away = x if fault == "e" else x.copy()
    away -= mean
    if fault == "d":
        away = np.trunc(away)
    points = x.sum(axis=0 if fault == "g" else 1)
    if fault == "h":
        points = np.sort(points)
    totals = np.zeros(3)
    if fault == "c":
        totals[idx] += points
    else:
        np.add.at(totals, idx, points)
    first = x[0] if fault == "f" else x[:, 0]
    text = lambda numbers: " ".join(f"{n + 0.0:.2f}" for n in numbers)
    return (
        f"away {text(away[2])} | sums {text(away.sum(axis=1))} | "
        f"exercise 0: {text(first)} | groups {text(totals)}"
    )


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
