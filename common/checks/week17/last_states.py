"""Exercise 1: the states of sentences that have different lengths."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_last_states"]

HINTS = read_hints(
    """
moves on:
    ? A row's words are over, and its state still changes. Who changes it?
    @ exercises.ipynb, the text of this exercise
    ! What fills up a row is no word. The cell must not read it, and the state stays.

zeros read:
    ? With an input of zeros, does a step leave the state as it is?
    @ 1_the_recurrent_cell.ipynb, section "Three steps by hand"
    ! The state goes through its own weights and tanh at every step, even if nothing comes in.

emptied:
    ? Who reads a row from right to left finds which state first?
    @ exercises.ipynb, the text of this exercise
    ! The state of a sentence that is over stays what it was. Zeros would forget the sentence.

start forgotten:
    ? From which state does the first step go on?
    @ 1_the_recurrent_cell.ipynb, section "A state that outlives a block"
    ! The caller says where each row begins, and it need not be zero.

empty rows start from zeros:
    ? A row has no word at all. What has it read, when it comes out of the block?
    @ exercises.ipynb, the text of this exercise
    ! Nothing was read, so nothing has changed since the start of the block.

one step more, one step less:
    ? A row with one word: at which steps does the cell work for it?
    @ 1_the_recurrent_cell.ipynb, section "The forward pass, in a loop"
    ! Python counts the steps from 0, and a length counts them from 1.

shortest row, longest row:
    ? Does every row end where another row ends?
    @ exercises.ipynb, the text of this exercise
    ! Each row has a length of its own. At one step some rows move and others stay.

words stand at the end:
    ? In which columns do the words of a short row stand?
    @ exercises.ipynb, the text of this exercise
    ! A row begins with its words, and what fills it up comes behind them.

one array:
    ? Are the states of all steps the same numbers?
    @ 1_the_recurrent_cell.ipynb, section "The forward pass, in a loop"
    ! An array that is written in place shows its last content everywhere. Each state needs a
      place of its own.

turned round:
    ? The index of W_h that is summed over: does it belong to the state before, or to the new one?
    @ 1_the_recurrent_cell.ipynb, section "The cell"
    ! The state before stands on the left, as a row.

no bend:
    ? Through what does the sum go before it is a state?
    @ 1_the_recurrent_cell.ipynb, section "The cell"
    ! Without the bend nothing keeps a state between its bounds.
"""
)


def last_states(xs, lengths, h_0, Wx, Wh, b, mistake=None):
    """The states of all steps."""
    N, T, _ = xs.shape
    h = h_0.astype(float)
    if mistake == "start forgotten":
        h = 0 * h
    elif mistake == "empty rows start from zeros":
        h = h * (lengths > 0)[:, None]
    if mistake == "turned round":
        Wh = Wh.T
    bend = (lambda a: a) if mistake == "no bend" else np.tanh
    hs = []
    for t in range(T):
        reads = t < lengths
        if mistake == "one step more":
            reads = t <= lengths
        elif mistake == "one step less":
            reads = t < lengths - 1
        elif mistake == "shortest row":
            reads = t < np.full(N, lengths.min())
        elif mistake == "longest row":
            reads = t < np.full(N, lengths.max())
        elif mistake == "words stand at the end":
            reads = t >= T - lengths
        x = xs[:, t]
        if mistake == "zeros read":
            x = x * reads[:, None]
        new = bend(x @ Wx + h @ Wh + b)
        if mistake in ("moves on", "zeros read"):
            h = new
        else:
            h = np.where(reads[:, None], new, 0 if mistake == "emptied" else h)
        hs.append(h)
    if mistake == "one array":
        hs = [h] * T
    return {"hs": np.stack(hs, axis=1)}


@exercise(1, "Sentences of different lengths", 14)
def check_last_states(states, rng):
    def steps(xs, lengths, h_0, Wx, Wh, b):
        yield "hs", states(xs, lengths, h_0, Wx, Wh, b)

    def problem(lengths, T, H=3, dtype=float):
        N, of = len(lengths), lambda *shape: numbers(rng, shape, dtype)
        return {
            "xs": of(N, T, 2) / 2,
            "lengths": rng.permutation(lengths),
            "h_0": of(N, H) / 2,
            "Wx": of(2, H) / 2,
            "Wh": of(H, H) / 2,
            "b": of(H) / 2,
        }

    paper = {
        "xs": np.array([[[1.0, 0], [0, 2], [0, 1]], [[0, -1], [0, 2], [0, 0]]]),
        "lengths": np.array([3, 2]),
        "h_0": np.zeros((2, 2)),
        "Wx": np.array([[1, 0], [0, 0.5]]),
        "Wh": np.array([[0.5, 0.5], [0, 0.5]]),
        "b": np.zeros(2),
    }
    problems = [
        paper,
        problem([4, 2, 0, 1], 4),
        problem([3, 2, 2, 5, 1], 6, H=4),
        problem([0, 0, 1], 1),
        problem([3, 0, 2], 3, dtype=FLOAT32),
    ]
    judge(problems, steps, last_states, HINTS, (), ROUNDING)
    return "each row stops at its own last word, and remembers it"
