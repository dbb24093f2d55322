"""Exercise 5: a vector for a word that comes when the SVD is done."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_fold_in"]

HINTS = read_hints(
    """
projected only, power one too many:
    ? With the power 1, is your vector the one that is due? And with the power 0?
    @ 4_svd.ipynb, section "The singular value decomposition"
    ! Ask first what the row of an old word gives when it meets the columns: the singular values
      are in it already, once.

power the wrong way round:
    ? With the power 0, are the directions with a large singular value longer or shorter than
      before?
    @ exercises.ipynb, the text of this exercise
    ! The singular values are in it once already. A smaller power takes some of them away again.

power ignored, always 0:
    ? Did you use the power?
    @ exercises.ipynb, the text of this exercise
    ! How much of the singular values belongs into the vector, the power says.

values doubled:
    ? Which vector does an old word get from your function? Is it its own?
    @ exercises.ipynb, the text of this exercise
    ! Each singular value must come in once with the row, and be set right once.

Ut turned round:
    ? One number of the vector belongs to one direction. Is a direction a row of Ut, or a column?
    @ 4_svd.ipynb, section "The singular value decomposition"
    ! The new row holds one number for each context, and so does a direction: multiply these two.

zeros to the power 0:
    ? What is 0 to the power 0 in NumPy? Does your diagonal matrix stay diagonal?
    @ exercises.ipynb, the text of this exercise
    ! Only the singular values themselves take the power, and not the zeros beside them.

length 1:
    ? Does an old word get its own vector from your function, or only its direction?
    @ exercises.ipynb, the text of this exercise
    ! A row twice as long must give a vector twice as long.
"""
)

NAME = "the matrix of vectors"


def fold_in(rows, values, Ut, power, mistake=None):
    """(N, V) -> (N, H): rows of M in the directions of Ut, with some of the singular values."""
    turned = Ut.T
    if mistake == "Ut turned round" and Ut.shape[0] == Ut.shape[1]:
        turned = Ut
    scale = {
        "projected only": values**0.0,
        "power one too many": values**power,
        "power the wrong way round": values ** (1 - power),
        "power ignored": values**-0.5,
        "always 0": values**-1.0,
        "values doubled": values ** (power + 1),
    }.get(mistake, values ** (power - 1.0))
    made = rows @ turned * scale
    if mistake == "zeros to the power 0":
        made = rows @ turned / values @ np.diag(values) ** power
    if mistake == "length 1":
        made = made / np.sqrt((made**2).sum(axis=1, keepdims=True))
    return {NAME: made}


@exercise(5, "A word that comes later", 10)
def check_fold_in(new_vectors, rng):
    def steps(rows, values, Ut, power):
        yield NAME, new_vectors(rows, values, Ut, power)

    def problem(V, H, N, power, dtype=float):
        """Old words and new ones; singular values that are far apart."""
        values = rng.permutation([9.0, 4.0, 2.5, 0.6])[:H]
        values = -np.sort(-values)
        U, Ut = (np.linalg.qr(rng.standard_normal((V, H)))[0] for _ in range(2))
        M = U * values @ Ut.T
        rows = np.vstack([M[:2], rng.uniform(0, 3, (N - 2, V))])
        made = {"rows": rows.astype(dtype), "values": values.astype(dtype)}
        made |= {"Ut": np.ascontiguousarray(Ut.T).astype(dtype), "power": power}
        return made | ({"_tolerance": (1e-4, 1e-4)} if dtype == np.float32 else {})

    def paper(power):
        return {
            "rows": np.array([[5.0, 10.0]]),
            "values": np.array([100.0, 25.0]),
            "Ut": np.array([[0.6, 0.8], [-0.8, 0.6]]),
            "power": power,
        }

    problems = [
        paper(0.5),
        paper(1),
        paper(0),
        problem(6, 3, 5, 0.5),
        problem(5, 2, 4, 1),
        problem(7, 4, 3, 0),
        problem(8, 3, 4, 0.25, np.float32),
    ]
    judge(problems, steps, fold_in, HINTS)
    return "an old word gets its own vector, and a new one gets one of the same kind"
