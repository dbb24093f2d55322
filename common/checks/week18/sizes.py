"""Exercise 4: how many numbers a language model learns."""

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_sizes"]

HINTS = read_hints(
    """
tied not counted:
    ? How many matrices with a row for each word does a tied model have?
    @ 4_a_better_model.ipynb, section "Tied weights"
    ! One matrix serves twice, so it counts once.

output's bias lost:
    ? What is added to the scores besides the product?
    @ 4_a_better_model.ipynb, section "Tied weights"
    ! The output layer has a bias, one number for each word, tied or not.

cells' biases lost:
    ? How many numbers has the bias of an LSTM whose state is a single number?
    @ 2_the_lstm_gate_by_gate.ipynb, section "Four gates, one product"
    ! Each block of columns has its part of the bias.

two biases:
    ? How many biases does a layer of this course have?
    @ 2_the_lstm_gate_by_gate.ipynb, section "Four gates, one product"
    ! One. Some programs add two, one beside each matrix.

first layer for all:
    ? What does the second layer read, a word vector or a state?
    @ 4_a_better_model.ipynb, section "Depth"
    ! Its inputs are the H numbers of the layer below.

one layer:
    ? Does the second layer share the weights of the first one?
    @ 4_a_better_model.ipynb, section "Depth"
    ! Steps share weights; layers do not.

GRU as LSTM:
    ? How many blocks of columns does a GRU have?
    @ 4_a_better_model.ipynb, section "The GRU: two gates, one state"
    ! Two gates and a candidate: three.

gates alone:
    ? Is the candidate g computed without weights?
    @ 2_the_lstm_gate_by_gate.ipynb, section "Four gates, one product"
    ! The candidate has its own columns, beside those of the gates.

no state:
    ? What do the gates read besides the input?
    @ 2_the_lstm_gate_by_gate.ipynb, section "Four gates, one product"
    ! They also read the state before, through W_h.

one too large:
    ? Does the model of this size keep to the budget?
    @ exercises.ipynb, the text of this exercise
    ! The answer is the last size that fits, not the first one that does not.

one too small, exactly forbidden:
    ? A model may have as many numbers as the budget, and not one more. Is that what you test?
    @ exercises.ipynb, the text of this exercise
    ! At most the budget: a model of exactly this size still fits.
"""
)
PARTS = {"tanh": 1, "GRU": 3, "LSTM": 4}


def count(V, D, H, layers, cell, tied, mistake=None):
    parts = PARTS[cell]
    if mistake == "GRU as LSTM" and cell == "GRU":
        parts = 4
    elif mistake == "gates alone" and cell != "tanh":
        parts -= 1
    biases = {"cells' biases lost": 0, "two biases": 2}.get(mistake, 1)
    total = V * D
    for layer in range(1 if mistake == "one layer" else layers):
        inputs = D if layer == 0 or mistake == "first layer for all" else H
        states = 0 if mistake == "no state" else H
        total += parts * H * (inputs + states + biases)
    if not tied or mistake == "tied not counted":
        total += H * V
    return total + (0 if mistake == "output's bias lost" else V)


def sizes(V, D, H, layers, cell, tied, budget, mistake=None):
    """The size of a model, and the largest state that keeps to a budget."""
    best = 0
    while True:
        size = count(V, best + 1, best + 1, layers, cell, tied, mistake)
        if size > budget or (size == budget and mistake == "exactly forbidden"):
            break
        best += 1
    best += {"one too large": 1, "one too small": -1}.get(mistake, 0)
    return {"the size": count(V, D, H, layers, cell, tied, mistake), "the largest H": best}


@exercise(4, "The same budget for all", 12)
def check_sizes(size, largest, rng):
    def steps(V, D, H, layers, cell, tied, budget):
        yield "the size", size(V, D, H, layers, cell, tied)
        yield "the largest H", largest(budget, V, layers, cell, tied)

    def problem(cell, layers, tied, exactly=0):
        V, D, H = (int(rng.integers(*ends)) for ends in ((20, 90), (11, 30), (3, 10)))
        best = int(rng.integers(6, 40))
        budget = count(V, best, best, layers, cell, tied) + exactly
        D = H if tied else D
        return dict(V=V, D=D, H=H, layers=layers, cell=cell, tied=tied, budget=budget)

    paper = dict(V=7, D=3, H=2, layers=1, cell="LSTM", tied=False, budget=75)
    problems = [
        paper,
        dict(V=7, D=3, H=3, layers=2, cell="GRU", tied=True, budget=80),
        problem("tanh", 1, False, 1),
        problem("tanh", 2, True, -1),
        problem("LSTM", 2, False),
        problem("GRU", 1, True, 5),
        problem("GRU", 2, False, -1),
        problem("LSTM", 1, True),
    ]
    judge(problems, steps, sizes, HINTS, tolerance=(0, 1e-6))
    return "each matrix counts once, and each bias too"
