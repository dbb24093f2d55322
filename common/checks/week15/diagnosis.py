"""Exercise 7: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise
from dataset import hello

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the target itself stands among its contexts",
    "b": "h is the mean of all contexts of the batch",
    "c": "the 1/N is lost on the way back",
    "d": "the 1/C is lost on the way back",
    "e": "the left context's gradient is overwritten by the right one's",
    "f": "only W_out is trained",
    "g": "both matrices start at 0",
    "h": "each word guesses its contexts, and their losses add up",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 1.944 0.053 0.010 0.005 0.003 | length of the rows you 2.56 hello 2.86 . 3.10",
    2: "loss 1.945 0.267 0.239 0.236 0.234 | length of the rows you 0.18 hello 6.57 . 5.04",
    3: "loss 1.945 1.568 1.563 1.562 1.562 | length of the rows you 0.71 hello 0.65 . 0.86",
    4: "loss 1.945 1.670 1.457 1.293 1.164 | length of the rows you 0.18 hello 0.23 . 0.18",
}
STEPS, H = 400, 4


@functools.cache
def run(fault=""):
    """Train CBOW on the seven words by plain descent, learning rate 1; what the training prints."""
    corpus, word_to_id, _ = hello.load_data()
    V, N = len(word_to_id), len(corpus) - 2
    left, middle, right = (np.eye(V)[corpus[i : N + i]] for i in range(3))
    rng = np.random.default_rng(15)
    W_in, W_out = 0.1 * rng.standard_normal((2, V, H)) * (fault != "g")
    contexts = [left, middle, right] if fault == "a" else [left, right]
    bag, labels, C = sum(contexts) / len(contexts), middle, 1
    if fault == "h":
        bag, labels, C = middle, left + right, 2
    elif fault == "b":
        bag = np.repeat(bag.mean(axis=0, keepdims=True), N, axis=0)
    back = {"d": bag * len(contexts), "e": right / 2, "f": 0 * bag}.get(fault, bag)
    losses = []
    for step in range(STEPS + 1):
        h = bag @ W_in
        s = h @ W_out.T
        e = np.exp(s - s.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        if step % (STEPS // 4) == 0:
            losses.append(-(labels * np.log(y)).sum() / N)
        ds = (C * y - labels) / (1 if fault == "c" else N)
        dW_in, dW_out = back.T @ (ds @ W_out), ds.T @ h
        W_in, W_out = W_in - dW_in, W_out - dW_out
    lengths = [np.linalg.norm(W_in[word_to_id[word]]) for word in ("you", "hello", ".")]
    return (
        f"loss {' '.join(f'{loss:.3f}' for loss in losses)} | length of the rows "
        f"you {lengths[0]:.2f} hello {lengths[1]:.2f} . {lengths[2]:.2f}"
    )


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
