"""What an answer is written with: whether it loops, and which functions it names.

It is read from the compiled code of the answer, and of the helpers that it calls from the same
notebook.  It is asked only after the values are right.
"""

import dis
from types import CodeType, FunctionType

from common.checks.judge import AnswerError

__all__ = ["refuse_loops", "refuse_names"]


def refuse_loops(hint, **answers):
    """Raise if one of the answers, given by their names, loops in Python.

    Raises
    ------
    AnswerError : with this hint, under the name ``a loop``.
    """
    for name, answer in answers.items():
        if any(loops(code) for code in codes(answer)):
            what = f"the numbers are right, but `{name}` loops in Python"
            raise AnswerError(what, hint=hint, name="a loop")


def refuse_names(hint, prefix, **answers):
    """Raise if one of the answers names something that begins with a prefix.

    Raises
    ------
    AnswerError : with this hint, under the name ``asked NumPy``.
    """
    for name, answer in answers.items():
        for used in (used for code in codes(answer) for used in code.co_names):
            if used.startswith(prefix):
                what = f"the values are right, but in `{name}` the work is done by `{used}`"
                raise AnswerError(what, hint=hint, name="asked NumPy")


def loops(code):
    names = {instruction.opname for instruction in dis.get_instructions(code)}
    hidden = {"apply_along_axis", "frompyfunc", "map", "vectorize"}  # they call once a number
    return (
        "FOR_ITER" in names
        or any("JUMP_BACKWARD" in name for name in names)
        or not hidden.isdisjoint(code.co_names)
    )


def codes(answer):
    """The code of a function, of what is defined in it, and of its helpers beside it."""
    found, waiting = [], [getattr(answer, "__code__", None)]
    space = getattr(answer, "__globals__", {})
    while waiting:
        code = waiting.pop()
        if code is None or code in found:
            continue
        found.append(code)
        waiting += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
        helpers = [space.get(name) for name in code.co_names]
        waiting += [
            helper.__code__
            for helper in helpers
            if isinstance(helper, FunctionType) and helper.__globals__ is space
        ]
    return found
