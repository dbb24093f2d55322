"""Exercise 6: find the bug behind an output."""

import functools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise
from dataset import hello

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "the state is emptied before each block",
    "b": "the labels are the words that were read, not the next ones",
    "c": "nothing comes back from the next step",
    "d": "the gradient of W_h goes into a new array",
    "e": "a step's gradients overwrite those of the step after it",
    "f": "W_h is left out, forward and back",
    "g": "the loss is the sum over a block, not the mean",
    "h": "all states of a block are one array, written in place",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 1.984 0.022 0.010 0.006 0.004 | you say goodbye 0.00, i say hello 0.00 | "
    "length of W_h 2.04, then 3.37",
    2: "loss 2.013 0.121 0.100 0.093 0.088 | you say goodbye 0.80, i say hello 0.80 | "
    "length of W_h 2.04, then 3.20",
    3: "loss 6.070 0.022 0.010 0.006 0.004 | you say goodbye 1.00, i say hello 1.00 | "
    "length of W_h 2.04, then 4.59",
    4: "loss 2.023 0.051 0.019 0.011 0.008 | you say goodbye 0.99, i say hello 0.99 | "
    "length of W_h 2.04, then 2.04",
}
T, H, PASSES, RATE = 3, 6, 200, 0.2


@functools.cache
def run(fault=""):
    """Train a recurrent network on the seven words, over and over; what the training prints.

    One stream, blocks of T steps, plain descent.  Every number is a mean over 21 words.
    """
    corpus, word_to_id, _ = hello.load_data()
    V, rng = len(word_to_id), np.random.default_rng(17)
    text = np.tile(corpus[:7], 3)  # seven blocks of three steps
    read = text.reshape(-1, T)
    guess = read if fault == "b" else np.roll(text, -1).reshape(-1, T)
    Wx, Wh = rng.standard_normal((V, H)) / 2, rng.standard_normal((H, H)) / 3
    Wy, b, c = rng.standard_normal((H, V)) / 10, np.zeros(H), np.zeros(V)
    first, h, losses = np.linalg.norm(Wh), np.zeros(H), []
    for number in range(PASSES + 1):
        costs, right = [], {}
        for block in range(len(read)):
            xs, ts = read[block], guess[block]
            hand_on = 0 * Wh if fault == "f" else Wh
            if fault == "a":
                h = np.zeros(H)
            hs = [h]
            for x in xs:
                hs.append(np.tanh(Wx[x] + hs[-1] @ hand_on + b))
            h = hs[-1]
            hs = np.array(hs)
            if fault == "h":
                hs[1:] = h
            s = hs[1:] @ Wy + c
            e = np.exp(s - s.max(axis=1, keepdims=True))
            y = e / e.sum(axis=1, keepdims=True)
            costs.append(-np.log(y[range(T), ts]).mean() * (T if fault == "g" else 1))
            for t in np.flatnonzero(xs == 1):
                right.setdefault((3 * block + t) % 7, []).append(y[t])
            ds = (y - np.eye(V)[ts]) / (1 if fault == "g" else T)
            dhs, back, da = ds @ Wy.T, 0, np.zeros((T, H))
            for t in reversed(range(T)):
                da[t] = (dhs[t] + back) * (1 - hs[t + 1] ** 2)
                back = 0 if fault == "c" else da[t] @ hand_on.T
            rate = RATE * (number > 0)  # the first pass measures, and changes nothing
            steps = slice(0, 1) if fault == "e" else slice(None)
            Wy, c = Wy - rate * hs[1:].T @ ds, c - rate * ds.sum(axis=0)
            b = b - rate * da[steps].sum(axis=0)
            np.add.at(Wx, xs[steps], -rate * da[steps])
            if fault not in ("d", "f"):
                Wh = Wh - rate * hs[:-1][steps].T @ da[steps]
        if number % (PASSES // 4) == 0:
            losses.append(np.mean(costs))
    goodbye = np.mean(right[1], axis=0)[word_to_id["goodbye"]]
    hello_ = np.mean(right[5], axis=0)[word_to_id["hello"]]
    return (
        f"loss {' '.join(f'{loss:.3f}' for loss in losses)} | you say goodbye {goodbye:.2f}, "
        f"i say hello {hello_:.2f} | length of W_h {first:.2f}, then {np.linalg.norm(Wh):.2f}"
    )


@exercise(6, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
