"""Exercise 2: how much noise a gate survives."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_room"]

HINTS = read_hints(
    """
score for distance:
    ? Ten times the weights and ten times the bias are the same line. Is your room the same?
    @ 1_build_gates_by_hand.ipynb, section "How far from the line?"
    ! A score becomes a distance when it is divided by the length of the weights.

bias in the length:
    ? In which direction does one walk away from the line, and does the bias say anything of it?
    @ 1_build_gates_by_hand.ipynb, section "How far from the line?"
    ! The bias moves the line. Only the weights turn it, and only they belong to the length.

square for length:
    ? Is your length the length, or its square?
    @ 1_build_gates_by_hand.ipynb, section "How far from the line?"
    ! The length is a root.

sum for length:
    ? How long is the way from one corner of a square to the opposite one?
    @ 1_build_gates_by_hand.ipynb, section "How far from the line?"
    ! A length is not the sum of its parts: take squares, add, take the root.

labels forgotten:
    ? An example with the label 0 stands far on the side that says 0. Is its room large or small?
    @ exercises.ipynb, the text of this exercise
    ! What counts as plus depends on the label.

always plus:
    ? What does a wrong example look like in your answer?
    @ exercises.ipynb, the text of this exercise
    ! A wrong example has no room at all, and that must be seen.

labels turned:
    ? An example is right. Is its room above 0 in your answer?
    @ exercises.ipynb, the text of this exercise
    ! Look at which label has the plus.

mean for margin:
    ? Which of the examples goes wrong first when the noise grows?
    @ 1_build_gates_by_hand.ipynb, section "How far from the line?"
    ! The margin belongs to the example that is worst off.
"""
)


def room(x, t, w, b, mistake=None):
    s = x @ w + b
    sign = 2 * t.astype(float) - 1
    length = np.sqrt(w @ w)
    if mistake == "score for distance":
        length = 1.0
    if mistake == "bias in the length":
        length = np.sqrt(w @ w + b * b)
    if mistake == "square for length":
        length = w @ w
    if mistake == "sum for length":
        length = abs(w).sum()
    if mistake == "labels forgotten":
        sign = 1.0
    if mistake == "labels turned":
        sign = -sign
    made = sign * s / length
    made = abs(made) if mistake == "always plus" else made
    worst = made.mean() if mistake == "mean for margin" else made.min()
    return {"the room of each example": made, "the margin": worst}


@exercise(2, "How much noise", 10)
def check_room(answer, rng):
    def steps(x, t, w, b):
        each, margin = answer(x, t, w, b)
        yield "the room of each example", each
        yield "the margin", margin

    def problem(N, D, kind=float):
        x, w, b = numbers(rng, (N, D), kind), numbers(rng, D, kind), kind(rng.uniform(0.5, 2))
        t = rng.permutation(np.arange(N) % 2)
        right = (x @ w + b > 0).astype(int)
        t[0], t[1] = right[0], 1 - right[1]  # one is right and one is wrong, at least
        made = {"x": x, "t": t, "w": w, "b": b}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    by_hand = np.array([[0.0, 0], [1, 1], [3, 0]]), np.array([0, 1, 0]), np.array([3.0, 4]), -5.0
    problems = [
        dict(zip("xtwb", by_hand, strict=True)),
        problem(5, 3),
        problem(4, 1),
        problem(6, 4, FLOAT32),
        problem(7, 2),
    ]
    judge(problems, steps, room, HINTS)
    return "each example's room is measured, and the smallest is the margin"
