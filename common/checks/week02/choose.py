"""Exercise 3: a switch of NAND gates."""

from common.checks.judge import exercise, judge, read_hints
from common.checks.week02.shared import all_inputs

__all__ = ["HINTS", "check_choose", "counted"]

HINTS = read_hints(
    """
swapped:
    ? Which of the two should come out when the switch is 1?
    @ exercises.ipynb, the text of this exercise
    ! The opposite of the switch belongs to the other input.

and at the end:
    ? One of the two branches is always off. What does it send to the last gate?
    @ 2_two_layers.ipynb, section "NAND is enough"
    ! A branch of NAND that is off says 1, and so does not disturb another NAND.

no gates:
    ? How often does your circuit call the gate?
    @ exercises.ipynb, the text of this exercise
    ! Only the gate that you are given may decide; Python builds nothing but the wires.

one gate too many:
    ? Is there a signal that your circuit turns twice?
    @ 2_two_layers.ipynb, section "NAND is enough"
    ! Turned twice, a signal is what it was: use the one that you had.

switch not turned:
    ? Are both branches open at the same time?
    @ 2_two_layers.ipynb, section "NAND is enough"
    ! One of the branches must see the opposite of the switch.
"""
)


def counted(used):
    """A NAND gate for arrays of bits that counts in the list how often it is used."""

    def nand(a, b):
        used.append("nand")
        return 1 - a * b

    return nand


def choose(a, b, which, mistake=None):
    nand = counted([])
    gates = {"no gates": 0, "one gate too many": 5}.get(mistake, 4)
    off = nand(which, which)
    if mistake == "swapped":
        out = nand(nand(a, off), nand(b, which))
    elif mistake == "and at the end":
        out, gates = 1 - nand(nand(a, which), nand(b, off)), 5
    elif mistake == "switch not turned":
        out, gates = nand(nand(a, which), nand(b, which)), 3
    else:
        out = nand(nand(a, which), nand(b, off))
    return {"the output": out, "the number of gates": gates}


@exercise(3, "A switch of NANDs", 10)
def check_choose(answer, rng):
    def steps(a, b, which):
        used = []
        out = answer(counted(used), a, b, which)
        yield "the output", out
        yield "the number of gates", len(used)

    def problem(rows):
        a, b, which = all_inputs(3)[rows].T.copy()
        return {"a": a, "b": b, "which": which}

    problems = [problem([1, 5, 2, 6]), problem(range(8)), problem(rng.permutation(8))]
    judge(problems, steps, choose, HINTS, bricks=("counted",))
    return "the switch works, and four gates are enough"
