"""Exercise 3: a switch of NAND gates."""

from common.checks.judge import AnswerError, example, exercise, judge, read_hints
from common.checks.week02.shared import all_inputs

__all__ = ["HINTS", "check_choose"]

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
    ? Which line of yours asks a wire for its bits?
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


class Wire:
    """A wire of a circuit: a gate may read it, and nothing else.

    Who adds, compares, indexes it or hands it to NumPy is refused, so that gates alone decide.
    """

    __slots__ = ("details",)

    def __init__(self, details):
        self.details = details

    def refuse(self, *_, **__):
        what = "your code computes with a wire: only the gate that you are given may read one"
        raise AnswerError(what, self.details, HINTS["no gates"], "no gates")

    def __hash__(self):
        return id(self)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __pow__ = __rpow__ = refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = refuse
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __matmul__ = __rmatmul__ = refuse
    __neg__ = __pos__ = __abs__ = __round__ = __bool__ = __int__ = __float__ = __index__ = refuse
    __len__ = __iter__ = __contains__ = __getitem__ = __setitem__ = refuse
    __array__ = __array_ufunc__ = __array_function__ = refuse


def circuit(*inputs, details):
    """A board for one drawing -> its NAND gate, the wires of its inputs, what a wire carries, uses.

    The gate takes wires, and 0 or 1 for a wire that is always off or on.
    """
    carried, used = {}, []

    def wire(bits):
        made = Wire(details)
        carried[made] = bits
        return made

    def read(end):
        if isinstance(end, Wire):
            return carried[end]
        if isinstance(end, int) and end in (0, 1):
            return end
        what = f"a gate reads wires (or 0 and 1); your code gives it a {type(end).__name__}"
        raise AnswerError(what, details, name="wrong type")

    def nand(a, b):
        a, b = read(a), read(b)
        used.append("nand")
        return wire(1 - (a & b))

    def bits(end):
        return carried[end] if isinstance(end, Wire) else end

    return nand, [wire(given) for given in inputs], bits, used


def choose(a, b, which, mistake=None):
    def nand(p, q):
        return 1 - p * q

    gates = {"one gate too many": 5}.get(mistake, 4)
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
        details = example({"a": a, "b": b, "which": which})
        nand, wires, bits, used = circuit(a, b, which, details=details)
        yield "the output", bits(answer(nand, *wires))
        yield "the number of gates", len(used)

    def problem(rows):
        a, b, which = all_inputs(3)[rows].T.copy()
        return {"a": a, "b": b, "which": which}

    problems = [problem([1, 5, 2, 6]), problem(range(8)), problem(rng.permutation(8))]
    judge(problems, steps, choose, HINTS, bricks=("circuit", "Wire"))
    return "the switch works, and four gates are enough"
