"""Exercise 4: two layers for any truth table."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.week02.shared import all_inputs

__all__ = ["HINTS", "check_any_table"]

HINTS = read_hints(
    """
more inputs than its own:
    ? Your perceptron looks for the ones of its row. What does it say when others are 1 too?
    @ 1_build_gates_by_hand.ipynb, section "AND, by four inequalities"
    ! An input that must be 0 has to pull the score down.

no hidden bias:
    ? What is the score of a perceptron for its own row, and what for a row with one bit changed?
    @ 1_build_gates_by_hand.ipynb, section "A trap: on the edge"
    ! The bias puts the line in the middle between these two scores.

never on:
    ? What is the score of a perceptron for its own row?
    @ 1_build_gates_by_hand.ipynb, section "A trap: on the edge"
    ! A score of 0 is not above 0: leave room.

bits turned round:
    ? Which feature changes fastest from row to row?
    @ exercises.ipynb, the text of this exercise
    ! Row 1 is the input in which feature 0 alone is 1.

all at once:
    ? How many hidden perceptrons can say 1 at the same time?
    @ 2_two_layers.ipynb, section "XOR from three gates"
    ! One of them is enough for the output 1, so the second layer is no AND.

rows of zeros:
    ? For which rows of the table is there a hidden perceptron?
    @ exercises.ipynb, the text of this exercise
    ! A row with the output 0 needs none: there the second layer hears nothing, and says 0.
"""
)


def any_table(table, mistake=None):
    D = len(table).bit_length() - 1
    x = all_inputs(D)
    rows = x[table == (0 if mistake == "rows of zeros" else 1)]
    if mistake == "bits turned round":
        rows = rows[:, ::-1]
    W, b = 2.0 * rows.T - 1, 0.5 - rows.sum(axis=1)
    if mistake == "more inputs than its own":
        W = 1.0 * rows.T
    if mistake == "no hidden bias":
        b = 0 * b
    if mistake == "never on":
        b = b - 0.5
    h = (x @ W + b > 0).astype(int)
    b_2 = 0.5 - len(rows) if mistake == "all at once" else -0.5
    return {
        "how many hidden perceptrons there are": len(rows),
        "how many of them say 1, for each input": h.sum(axis=1),
        "the outputs": (h.sum(axis=1) + b_2 > 0).astype(int),
    }


@exercise(4, "Any truth table", 14)
def check_any_table(answer, rng):
    def steps(table):
        W_1, b_1, w_2, b_2 = (np.asarray(part, float) for part in answer(table))
        x = all_inputs(len(table).bit_length() - 1)
        h = (x @ W_1 + b_1 > 0).astype(int)
        yield "how many hidden perceptrons there are", W_1.shape[1]
        yield "how many of them say 1, for each input", h.sum(axis=1)
        yield "the outputs", (h @ w_2 + b_2.reshape(()) > 0).astype(int)

    def random(D, ones):
        return rng.permutation((np.arange(2**D) < ones).astype(int))

    tables = [[0, 1, 1, 0], [0, 1, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0], [1, 1], random(3, 5)]
    tables += [random(4, 6), [1, 0, 1, 1]]
    problems = [{"table": np.array(table)} for table in tables]
    judge(problems, steps, any_table, HINTS)
    return "two layers are enough for any table"
