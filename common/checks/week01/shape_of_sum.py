"""Exercise 1: the shape of a sum, before NumPy says it."""

from common.checks.judge import exercise, judge, read_hints
from common.checks.source import refuse_names

__all__ = ["HINTS", "check_shape_of_sum"]

HINTS = read_hints(
    """
from the left:
    ? Which two sizes meet first: those at the left end, or those at the right end?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! The rule begins at the right. What is missing is missing at the left.

never refused:
    ? Which pairs of sizes does the rule refuse?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! Two sizes that differ fit only if one of them may be stretched.

lengths must agree:
    ? A row meets a table. Has the row as many axes as the table?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! An axis that is not there is stretched like a 1.

the shorter length:
    ? The longer shape has axes that meet nothing. Do they vanish?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! All axes of the longer shape stay.

ones are not stretched:
    ? What happens to a column when it meets a table?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! A size of 1 fits to everything.

the larger size:
    ? A size of 1 meets a size of 0. How many copies does it become?
    @ exercises.ipynb, the text of this exercise
    ! The 1 takes the size of the other one, and that need not be larger.

turned round:
    ? In which order do you write the sizes down when you are done?
    @ exercises.ipynb, the text of this exercise
    ! Whoever walks from the right must turn the result round.

asked NumPy:
    ? Who compares the sizes in your answer, you or NumPy?
    @ 1_read_a_shape.ipynb, section "Two shapes meet"
    ! The rule has three cases: equal sizes, a size of 1, and the rest.
"""
)


def shape_of_sum(a, b, mistake=None):
    """The shape in words."""
    if mistake == "lengths must agree" and len(a) != len(b):
        return {"the shape": "refused"}
    longest = max(len(a), len(b))
    ones = [(1,) * (longest - len(shape)) for shape in (a, b)]
    if mistake == "from the left":
        pairs = zip(a + ones[0], b + ones[1], strict=True)
    else:
        pairs = zip(ones[0] + a, ones[1] + b, strict=True)
    made = []
    for one, other in pairs:
        fits = one == other or one == 1 or other == 1
        if mistake == "ones are not stretched":
            fits = one == other
        if not fits and mistake != "never refused":
            return {"the shape": "refused"}
        if mistake in ("the larger size", "never refused"):
            made.append(max(one, other))
        else:
            made.append(other if one == 1 else one)
    if mistake == "the shorter length":
        made = made[longest - min(len(a), len(b)) :]
    if mistake == "turned round":
        made = made[::-1]
    return {"the shape": in_words(tuple(made))}


def in_words(shape):
    return "refused" if shape is None else str(tuple(int(size) for size in shape))


@exercise(1, "The shape of a sum", 10)
def check_shape_of_sum(added_shape, rng):
    def steps(a, b):
        yield "the shape", in_words(added_shape(a, b))

    p, q, r = (int(size) for size in rng.permutation([2, 3, 5]))
    problems = [
        {"a": (6, 1), "b": (1, 4)},
        {"a": (2, 3), "b": (3,)},
        {"a": (2, 3), "b": (2,)},
        {"a": (5, 1, 7), "b": (6, 1)},
        {"a": (), "b": (p, q)},
        {"a": (q,), "b": (p, q)},
        {"a": (p, q), "b": (p, r)},
        {"a": (p, 1, r), "b": (q, r)},
        {"a": (r,), "b": (q, p, 1)},
        {"a": (p, q), "b": (r, p, q)},
        {"a": (p, 1), "b": (p, 0)},
        {"a": (p, 0), "b": (p, r)},
        {"a": (1, 1), "b": (1,)},
        {"a": (10**6, 1, 10**6), "b": (10**6, 1)},  # no memory holds such a table
    ]
    judge(problems, steps, shape_of_sum, HINTS)
    refuse_names(HINTS["asked NumPy"], "broadcast", added_shape=added_shape)
    return "the rule from the right, with all its cases"
