"""Exercise 7: find the bug behind an output."""

import functools
import itertools

import numpy as np

from common.checks.faults import name_faults
from common.checks.judge import exercise

__all__ = ["FAULTS", "HINTS", "RUNS", "check_diagnosis", "run"]

HINTS = {}  # what the fault that was named prints says enough

FAULTS = {
    "a": "while it learns, the decoder reads the character that it must say",
    "b": "no gradient goes back from the decoder to the encoder",
    "c": "the decoder starts from zeros",
    "d": "while it writes, the decoder begins again from the encoder's state before each character",
    "e": "while it writes, the decoder reads the full stop at every step",
    "f": "the full stop does not count in the loss",
    "g": "questions are read from right to left while it learns, the other way while it writes",
    "h": "each question stands beside the answer of another one",
}
# Printed by `run` with one fault each; a test says that each comes from exactly one.
RUNS = {
    1: "loss 1.62 0.69 0.24 0.03 0.01 | learned 13 of 192, new 3 of 64 | "
    "place by place 17 17 17 17 64 | abcd -> abcd.",
    2: "loss 1.62 0.57 0.16 0.03 0.01 | learned 0 of 192, new 0 of 64 | "
    "place by place 64 9 15 17 0 | abcd -> ddddd",
    3: "loss 1.62 0.78 0.35 0.18 0.11 | learned 171 of 192, new 35 of 64 | "
    "place by place 63 60 55 39 64 | abcd -> dcba.",
    4: "loss 1.63 0.56 0.10 0.02 0.01 | learned 0 of 192, new 0 of 64 | "
    "place by place 64 62 62 61 0 | abcd -> dcbab",
}
LETTERS, T, H, UPDATES, RATE = 4, 4, 16, 100, 0.02
STOP = LETTERS  # the full stop starts and ends an answer
LEARNED = 192


@functools.cache
def run(fault=""):
    """Train an encoder and a decoder to say four letters backward; what the training prints.

    Two tanh cells, all questions in one batch, Adam.
    """
    rng = np.random.default_rng(19)
    V = LETTERS + 1
    questions = np.array(list(itertools.product(range(LETTERS), repeat=T)))
    order = rng.permutation(len(questions))
    learned, new = order[:LEARNED], order[LEARNED:]
    answers = np.pad(questions[:, ::-1], ((0, 0), (1, 1)), constant_values=STOP)
    Ex, Eh, eb = rng.standard_normal((V, H)) / 2, rng.standard_normal((H, H)) / 4, np.zeros(H)
    Dx, Dh, db = rng.standard_normal((V, H)) / 2, rng.standard_normal((H, H)) / 4, np.zeros(H)
    W, c = rng.standard_normal((H, V)) / 10, np.zeros(V)
    params = [Ex, Eh, eb, Dx, Dh, db, W, c]
    moments = [(0 * p, 0 * p) for p in params]

    xs, ts, rows = questions[learned], answers[learned], np.arange(LEARNED)
    if fault == "g":
        xs = xs[:, ::-1]
    elif fault == "h":
        ts = np.roll(ts, 1, axis=0)
    read, said = (ts[:, 1:] if fault == "a" else ts[:, :-1]), ts[:, 1:]
    counts = np.ones(said.shape)
    if fault == "f":
        counts[:, -1] = 0
    counts /= counts.sum()
    losses = []
    for number in range(1, UPDATES + 1):
        hs = [np.zeros((LEARNED, H))]  # of the encoder
        for x in xs.T:
            hs.append(np.tanh(Ex[x] + hs[-1] @ Eh + eb))
        ds = [0 * hs[-1] if fault == "c" else hs[-1]]  # of the decoder
        for x in read.T:
            ds.append(np.tanh(Dx[x] + ds[-1] @ Dh + db))
        grads = [0 * p for p in params]
        back, loss = 0, 0
        for t in reversed(range(T + 1)):
            s = ds[t + 1] @ W + c
            y = np.exp(s - s.max(axis=1, keepdims=True))
            y /= y.sum(axis=1, keepdims=True)
            loss -= (counts[:, t] * np.log(y[rows, said[:, t]])).sum()
            y[rows, said[:, t]] -= 1
            dscore = y * counts[:, t, None]
            da = (dscore @ W.T + back) * (1 - ds[t + 1] ** 2)
            np.add.at(grads[3], read[:, t], da)
            for grad, part in zip(
                grads[4:],
                (ds[t].T @ da, da.sum(axis=0), ds[t + 1].T @ dscore, dscore.sum(axis=0)),
                strict=True,
            ):
                grad += part
            back = da @ Dh.T
        if fault in ("b", "c"):
            back = 0 * back
        for t in reversed(range(T)):
            da = back * (1 - hs[t + 1] ** 2)
            np.add.at(grads[0], xs[:, t], da)
            grads[1] += hs[t].T @ da
            grads[2] += da.sum(axis=0)
            back = da @ Eh.T
        losses.append(loss)
        for p, grad, (m, v) in zip(params, grads, moments, strict=True):
            m += 0.1 * (grad - m)
            v += 0.001 * (grad**2 - v)
            p -= RATE * m / (1 - 0.9**number) / (np.sqrt(v / (1 - 0.999**number)) + 1e-8)

    def write(asked):
        h = np.zeros((len(asked), H))
        for x in asked.T:
            h = np.tanh(Ex[x] + h @ Eh + eb)
        h = first = 0 * h if fault == "c" else h
        word, written = np.full(len(asked), STOP), []
        for _ in range(T + 1):
            h = np.tanh(Dx[word] + (first if fault == "d" else h) @ Dh + db)
            written.append((h @ W + c).argmax(axis=1))
            if fault != "e":
                word = written[-1]
        return np.stack(written, axis=1)

    right = [write(questions[part]) == answers[part, 1:] for part in (learned, new)]
    whole = [hits.all(axis=1).sum() for hits in right]
    ends = [losses[0], *losses[UPDATES // 4 - 1 :: UPDATES // 4]]
    return (
        f"loss {' '.join(f'{loss:.2f}' for loss in ends)} | "
        f"learned {whole[0]} of {LEARNED}, new {whole[1]} of {len(new)} | "
        f"place by place {' '.join(map(str, right[1].sum(axis=0)))} | "
        f"abcd -> {''.join('abcd.'[v] for v in write(np.array([[0, 1, 2, 3]]))[0])}"
    )


@exercise(7, "Wrong outputs: which fault?", 6)
def check_diagnosis(diagnosis, rng):
    name_faults(diagnosis, RUNS, FAULTS, run)
    return "each fault prints exactly what was printed"
