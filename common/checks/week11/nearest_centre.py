"""Exercise 1: scores by the distance from a centre, and the affine layer that does the same."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_nearest_centre"]

HINTS = read_hints(
    """
farthest:
    ? Which class has the largest score: that of the nearest centre, or of the farthest?
    @ exercises.ipynb, the equation of this exercise
    ! A large distance must give a small score.

root:
    ? Does the equation ask for the distance, or for its square?
    @ exercises.ipynb, the equation of this exercise
    ! The squares are added up, and that is all. With a root, no affine layer could do the same.

absolute:
    ? How far is the point (3, 4) from the origin?
    @ exercises.ipynb, the equation of this exercise
    ! Each difference is squared, before they are added up.

difference first:
    ? What do the differences 1 and minus 1 add up to? Are the two points the same?
    @ exercises.ipynb, the equation of this exercise
    ! First the squares, then the sum over the features.

mean:
    ? Where does the equation divide by the number of features?
    @ exercises.ipynb, the equation of this exercise
    ! A sum over the features, divided by nothing.

transposed:
    ? What do the rows of your scores count, and what should they count?
    @ 1_a_batch_is_a_matrix.ipynb, section "Three examples are three rows"
    ! One example is one row; the classes stand side by side.

rows for columns:
    ? A product needs middle sizes that agree. Which ones does your product have?
    @ 1_a_batch_is_a_matrix.ipynb, section "Three examples are three rows"
    ! In a matrix of weights each class is a column, and each feature a row.

factor lost:
    ? Multiply the square of a difference out. How often does the mixed product come?
    @ 1_a_batch_is_a_matrix.ipynb, section "The sigmoid bends"
    ! There are three terms. One depends on the example alone, one on the class alone, and the
      mixed one comes twice.

halved:
    ? Half of all scores: the same class wins, but are the probabilities the same?
    @ 3_softmax_with_loss.ipynb, section "A score of 89"
    ! Softmax forgives a number that is added to all scores of an example, but no factor.

no bias:
    ? Two centres in the same direction, one near and one far. Can your layer tell them apart?
    @ 1_a_batch_is_a_matrix.ipynb, section "One example"
    ! The term that belongs to the class alone is what a bias is for.

bias turned round:
    ? A centre is far from all examples. Should its bias be large or small?
    @ exercises.ipynb, the equation of this exercise
    ! Mind the minus in front of the whole sum: it belongs to each of the three terms.

root in the bias:
    ? What is left of the square of a difference when the example is 0?
    @ exercises.ipynb, the equation of this exercise
    ! The bias holds the squares of the centre's features, added up.
"""
)
RELATIVE = "x W + b, minus its column 0"


def nearest_centre(x, centre, mistake=None):
    """Scores by distance, and those of the affine layer but for a number for each example."""
    away = x[:, None, :] - centre  # (N, V, D)
    scores = -(away**2).sum(axis=2)
    if mistake == "farthest":
        scores = -scores
    elif mistake == "root":
        scores = -np.sqrt(-scores)
    elif mistake == "absolute":
        scores = -abs(away).sum(axis=2)
    elif mistake == "difference first":
        scores = -(away.sum(axis=2) ** 2)
    elif mistake == "mean":
        scores = scores / x.shape[1]
    elif mistake == "transposed":
        scores = scores.T
    W, b = 2 * centre.T, -(centre**2).sum(axis=1)
    if mistake == "rows for columns":
        W = W.T
    elif mistake == "factor lost":
        W = W / 2
    elif mistake == "halved":
        W, b = W / 2, b / 2
    elif mistake == "no bias":
        b = 0 * b
    elif mistake == "bias turned round":
        b = -b
    elif mistake == "root in the bias":
        b = -np.sqrt(-b)
    made = {"the scores": scores, "the shape of W": W.shape, "the shape of b": b.shape}
    return made | {RELATIVE: relative(x, W, b) if W.shape[0] == x.shape[1] else None}


def relative(x, W, b):
    """Scores of which only the differences between classes are left, as softmax sees them."""
    s = x @ W + b
    return s - s[:, :1]


@exercise(1, "The nearest centre", 10)
def check_nearest_centre(scores, as_affine, rng):
    def steps(x, centre):
        yield "the scores", scores(x, centre)
        W, b = (np.asarray(part, float) for part in as_affine(centre))
        yield "the shape of W", W.shape
        yield "the shape of b", b.shape
        if W.shape == centre.T.shape and b.shape == centre.shape[:1]:
            yield RELATIVE, relative(x, W, b)

    def problem(N, D, V, dtype=float):
        centre = numbers(rng, (V, D), dtype)
        centre[0] *= 3  # one centre lies further out than the others
        return {"x": numbers(rng, (N, D), dtype), "centre": centre}

    paper = {
        "x": np.array([[1.0, 2.0], [3.0, 1.0]]),
        "centre": np.array([[0.0, 0.0], [4.0, 2.0], [1.0, 5.0]]),
    }
    here = problem(4, 3, 2)
    here["x"][1] = here["centre"][1]  # a point on a centre
    problems = [
        paper,
        here,
        problem(3, 3, 3),
        problem(1, 4, 2),
        problem(2, 5, 2),
        problem(5, 1, 4),
        problem(4, 2, 3, FLOAT32),
    ]
    judge(problems, steps, nearest_centre, HINTS, tolerance=ROUNDING)
    return "the nearest centre wins, and an affine layer says the same"
