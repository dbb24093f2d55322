"""Exercise 1: the product of Jacobians of a cell that keeps a part of its state."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_leaky_product"]

HINTS = read_hints(
    """
straight way lost:
    ? The state before stands in two places of the equation. Which one does your matrix leave out?
    @ exercises.ipynb, the equation of this exercise
    ! The part that is kept goes straight on: each number into itself, and into no other.

leak lost:
    ? By how much does the new state move when tanh moves by 1?
    @ exercises.ipynb, the equation of this exercise
    ! What multiplies on the way forward multiplies the derivative too.

kept everywhere:
    ? Does the part that is kept carry number 0 into number 1?
    @ exercises.ipynb, the equation of this exercise
    ! It carries each number into itself alone, so it stands on the diagonal.

state for tanh:
    ? Which number does the derivative of tanh need?
    @ 1_why_gradients_vanish.ipynb, section "The Jacobian of one step"
    ! It needs what tanh gave, and here that is no longer the state.

other order:
    ? Which step does a nudge of the first state go through first?
    @ 1_why_gradients_vanish.ipynb, section "The product of Jacobians"
    ! The matrix of a later step stands further left.

rows and columns exchanged:
    ? A row of this matrix: does it belong to a number of the last state, or of the first one?
    @ 1_why_gradients_vanish.ipynb, section "The Jacobian of one step"
    ! Row j belongs to the new number j, and column d to the old number d.

matrix not transposed:
    ? Which weight carries the old number d into the new number j, and where does it stand in W_h?
    @ 1_why_gradients_vanish.ipynb, section "The Jacobian of one step"
    ! It stands in row d and column j of W_h, so the Jacobian needs the matrix turned round.

slopes on the columns:
    ? Whose slope of tanh multiplies the entry of row j: that of number j, or of number d?
    @ 1_why_gradients_vanish.ipynb, section "The Jacobian of one step"
    ! The slope belongs to the new number, and so to the row.

start forgotten:
    ? From which state does the first step go on?
    @ exercises.ipynb, the text of this exercise
    ! The caller gives the state before step 1, and it need not be zero.

leak turned round:
    ? With a leak of 0, does the state move at all?
    @ exercises.ipynb, the equation of this exercise
    ! The leak says how much of the new comes in; the rest is kept.

largest eigenvalue:
    ? Does every matrix stretch some direction by its largest eigenvalue and none by more?
    @ 1_why_gradients_vanish.ipynb, section "How much a matrix stretches"
    ! How long a row can become is told by the singular values.

bound without the rest:
    ? With a leak near 0, what is left of a gradient after one step?
    @ exercises.ipynb, the text of this exercise
    ! Two parts add up in each step, and the largest stretch of a sum is at most the sum of theirs.

bound of the plain cell:
    ? Does the leak not matter for the bound?
    @ exercises.ipynb, the equation of this exercise
    ! Each of the two parts of a step brings its own factor.

one step:
    ? How many steps does the bound stand for?
    @ 1_why_gradients_vanish.ipynb, section "How much a matrix stretches"
    ! Each step may stretch once more.
"""
)


def leaky_product(xs, h_0, Wh, leak, mistake=None):
    """The Jacobian of all steps, and how much it can stretch at most."""
    T, H = xs.shape
    kept, come = 1 - leak, leak
    if mistake == "leak turned round":
        kept, come = come, kept
    h = 0 * h_0 if mistake == "start forgotten" else h_0
    whole = np.eye(H)
    for x in xs:
        g = np.tanh(x + h @ Wh)
        h = kept * h + come * g
        slope = 1 - (h if mistake == "state for tanh" else g) ** 2
        W = Wh if mistake == "matrix not transposed" else Wh.T
        J = W * (slope if mistake == "slopes on the columns" else slope[:, None])
        if mistake != "leak lost":
            J = come * J
        if mistake == "kept everywhere":
            J = J + kept
        elif mistake != "straight way lost":
            J = J + kept * np.eye(H)
        whole = whole @ J if mistake == "other order" else J @ whole
    if mistake == "rows and columns exchanged":
        whole = whole.T
    stretch = np.linalg.norm(Wh, 2)
    if mistake == "largest eigenvalue":
        stretch = abs(np.linalg.eigvals(Wh)).max()
    factor = kept + come * stretch
    if mistake == "bound without the rest":
        factor = come * stretch
    elif mistake == "bound of the plain cell":
        factor = stretch
    return {"the Jacobian": whole, "the bound": factor ** (1 if mistake == "one step" else T)}


@exercise(1, "A product with a leak", 16)
def check_leaky_product(jacobian, bound, rng):
    def steps(xs, h_0, Wh, leak):
        yield "the Jacobian", jacobian(xs, h_0, Wh, leak)
        yield "the bound", bound(Wh, leak, len(xs))

    def problem(T, H, leak, dtype=float):
        Wh = numbers(rng, (H, H), dtype)
        if H > 1:
            Wh[0, 1:] *= 2  # far from symmetric: its eigenvalues are no singular values
        return {
            "xs": numbers(rng, (T, H), dtype) / 2,
            "h_0": numbers(rng, (H,), dtype) / 2,
            "Wh": Wh / 2,
            "leak": leak,
        }

    paper = {"xs": np.zeros((3, 1)), "h_0": np.zeros(1), "Wh": np.array([[0.5]]), "leak": 0.5}
    problems = [
        paper,
        problem(1, 2, 0.25),
        problem(2, 2, 0.25),
        problem(4, 3, 0.4),
        problem(3, 3, 1.0),
        problem(3, 2, 0.3, FLOAT32),
    ]
    judge(problems, steps, leaky_product, HINTS, (), ROUNDING)
    return "what is kept goes straight on, and adds to every factor"
