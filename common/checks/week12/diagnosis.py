"""Exercise 4: find the fault behind an output."""

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "TEXT", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

TEXT = "you say goodbye and i say hello . you say hello and i say goodbye ."
FAULTS = {
    "a": "repeated pairs are lost: counts[left, right] += 1",
    "b": "only the neighbours on the right are counted",
    "c": "a word counts as a neighbour of itself",
    "d": "the window is 2, not 1",
    "e": "the natural logarithm stands in place of the logarithm to base 2",
    "f": "chance is taken as #v #u over the number of words of the text, in place of all pairs",
    "g": "each PMI is made smaller by 1 before the negative ones are cut off",
    "h": "rows are compared by their dot product",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "30 pairs | you, say 0.92 | say, hello 0.63 | and, i 1.32 | cosine of you and hello 0.87",
    2: "20 pairs | you, say 1.32 | say, hello 0.74 | and, i 1.74 | cosine of you and hello 0.76",
    3: "30 pairs | you, say 0.42 | say, hello 0.00 | and, i 1.00 | cosine of you and hello 0.89",
    4: "46 pairs | you, say 0.62 | say, hello 0.35 | and, i 1.35 | cosine of you and hello 0.22",
}


def run(fault=""):
    """Count a text of 16 words with a window of 1, take PPMI, compare two rows; what it prints."""
    words = TEXT.split()
    ids = {word: v for v, word in enumerate(dict.fromkeys(words))}
    corpus = np.array([ids[word] for word in words])
    counts = np.zeros((len(ids), len(ids)))
    for distance in range(1, 3 if fault == "d" else 2):
        left, right = corpus[:-distance], corpus[distance:]
        if fault == "a":
            counts[left, right] += 1
            counts[right, left] += 1
            continue
        np.add.at(counts, (left, right), 1)
        if fault != "b":
            np.add.at(counts, (right, left), 1)
    if fault == "c":
        np.add.at(counts, (corpus, corpus), 1)
    v, u = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    quotient = counts * (len(corpus) if fault == "f" else counts.sum()) / (v * u)
    with np.errstate(divide="ignore"):
        pmi = (np.log if fault == "e" else np.log2)(quotient) - (fault == "g")
    M = np.maximum(pmi, 0)
    you, say, hello, and_, i = (ids[word] for word in ("you", "say", "hello", "and", "i"))
    cosine = M[you] @ M[hello]
    if fault != "h":
        cosine /= np.sqrt((M[you] @ M[you]) * (M[hello] @ M[hello]))
    return (
        f"{counts.sum():.0f} pairs | you, say {M[you, say]:.2f} | say, hello {M[say, hello]:.2f} | "
        f"and, i {M[and_, i]:.2f} | cosine of you and hello {cosine:.2f}"
    )


@exercise(4, "Which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
