"""Exercise 2: an LSTM whose weights are set by hand."""

import numpy as np

from common.checks.judge import AnswerError, exercise, judge, read_hints

__all__ = ["HINTS", "check_car_park"]

HINTS = read_hints(
    """
out adds:
    ? A car leaves. Which of the four numbers can be negative, so that the cell goes down?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The input gate: write only what matters"
    ! The input gate says whether something is written, and the candidate g says what: 1 or -1.

out ignored:
    ? A car leaves. Is the input gate open?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The input gate: write only what matters"
    ! Both `in` and `out` write something, so the input gate must open for both.

never empty:
    ? The cell holds 5. Which gate makes 0 of it in one step?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The forget gate: begin anew"
    ! The cell is multiplied by f. To begin anew, f must be near 0 at this word.

tell empties:
    ? Who asks twice in a row, what should he hear?
    @ exercises.ipynb, the text of this exercise
    ! Here a question changes nothing, so the forget gate stays open at `tell`.

always shown:
    ? What does the output gate do at a word that asks nothing?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The output gate: show only when asked"
    ! Its argument is far below 0 by the bias, and only `tell` lifts it.

never shown:
    ? The bias keeps the output gate shut. What opens it?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The output gate: show only when asked"
    ! The weight of `tell` must outweigh the bias.

forgets:
    ? What is the forget gate's argument at a word with no weight in it?
    @ 2_the_lstm_gate_by_gate.ipynb, section "A cell that only adds"
    ! Without a word of its own the bias decides, and it must hold the gate open.

half open:
    ? What is the sigmoid of 0?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The input gate: write only what matters"
    ! A gate with the argument 0 is half open. To shut it, its argument must be far below 0.

writes everywhere:
    ? At `wait`, `tell` and `empty`, is the input gate shut?
    @ 2_the_lstm_gate_by_gate.ipynb, section "The input gate: write only what matters"
    ! The bias of the input gate shuts it, and only `in` and `out` open it.

PyTorch's order:
    ? In which order do the four blocks of columns stand?
    @ 2_the_lstm_gate_by_gate.ipynb, section "Four gates, one product"
    ! In this course it is f, g, i, o.

too soft:
    ? The argument of a gate is 2. How far is the gate from open, and what is left after ten steps?
    @ 3_why_the_cell_remembers.ipynb, section "The direct path"
    ! Small errors multiply. Take arguments of 10 and more.
"""
)
IN, OUT, EMPTY, TELL, WAIT = range(5)
F, G, I, O = range(4)  # noqa: E741


def by_hand(mistake=None):
    """Wx, Wh, b."""
    Wx, b = np.zeros((5, 4)), np.array([10.0, 0, -10, -10])
    Wx[[IN, OUT], G] = 20, -20
    Wx[[IN, OUT], I] = 20
    Wx[EMPTY, F], Wx[TELL, O] = -20, 20
    if mistake == "out adds":
        Wx[OUT, G] = 20
    elif mistake == "out ignored":
        Wx[OUT, I] = 0
    elif mistake == "never empty":
        Wx[EMPTY, F] = 0
    elif mistake == "tell empties":
        Wx[TELL, F] = -20
    elif mistake == "always shown":
        b[O] = 10
    elif mistake == "never shown":
        Wx[TELL, O] = 0
    elif mistake == "forgets":
        b[F] = -10
    elif mistake == "half open":
        b[:] = 0
    elif mistake == "writes everywhere":
        b[[G, I]] = 10
    elif mistake == "PyTorch's order":
        Wx, b = Wx[:, [I, F, G, O]], b[[I, F, G, O]]
    elif mistake == "too soft":
        Wx, b = Wx / 5, b / 5
    return Wx, np.zeros((1, 4)), b


def read(words, Wx, Wh, b):
    """What the cell holds and what is shown, after each word."""
    h, c, cells, shown = np.zeros(1), np.zeros(1), [], []
    for word in words:
        a = Wx[word] + h @ Wh + b
        f, i, o = 1 / (1 + np.exp(-a[[F, I, O]]))
        c = f * c + i * np.tanh(a[G])
        h = o * np.tanh(c)
        cells.append(c)
        shown.append(h)
    return {"the cell": np.concatenate(cells), "what is shown": np.concatenate(shown)}


def car_park(words, mistake=None):
    return read(words, *by_hand(mistake))


@exercise(2, "Count the cars", 14)
def check_car_park(weights, rng):
    def steps(words):
        given = [np.asarray(w, dtype=float) for w in weights()]
        shapes = [w.shape for w in given]
        if shapes != [(5, 4), (1, 4), (4,)]:
            what = f"Wx, Wh and b have the shapes {shapes}; (5, 4), (1, 4) and (4,) are due"
            raise AnswerError(what, name="wrong type")
        yield from read(words, *given).items()

    few = [
        [IN, TELL, WAIT],
        [IN, IN, OUT, TELL],
        [IN, IN, EMPTY, TELL],
        [IN, TELL, TELL, WAIT, WAIT, TELL],
        [OUT, TELL, IN, IN, IN, TELL, OUT, EMPTY, IN, TELL],
    ]
    problems = [{"words": np.array(words)} for words in few]
    for _ in range(3):
        every = [IN, OUT, EMPTY, TELL, WAIT, IN, IN, TELL, IN, OUT, WAIT, TELL]
        problems.append({"words": rng.permutation(every)})
    judge(problems, steps, car_park, HINTS, tolerance=(0, 0.02))
    return "each gate does its own work, and the cell can count down"
