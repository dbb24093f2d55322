"""Exercise 6: singular values, one after another, by nothing but products."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_one_by_one"]

HINTS = read_hints(
    """
not taken off:
    ? What is left to be found, when the first direction has been found? Where does your second
      search look?
    @ 4_svd.ipynb, section "The singular value decomposition"
    ! Subtract from the matrix what the first direction explains, and search in the rest.

taken off without the value:
    ? How large is the piece of the matrix that you subtract?
    @ exercises.ipynb, the text of this exercise
    ! A piece is made of three parts: two directions and a singular value.

first piece only:
    ? From which matrix do you subtract the second piece?
    @ exercises.ipynb, the text of this exercise
    ! What is left becomes smaller piece by piece. The third search sees what two have left.

value squared, value of both lengths:
    ? You multiplied by the matrix twice. Whose length is the singular value?
    @ exercises.ipynb, the text of this exercise
    ! The value is the length after one product, not after two.

value of the first half:
    ? After which of the two products of a round is the length the singular value?
    @ exercises.ipynb, the text of this exercise
    ! The last product of a round comes closer than the first.

one round only:
    ? How many rounds did you go?
    @ exercises.ipynb, the text of this exercise
    ! Each round begins with the direction that the round before has found.

one round more:
    ? How many rounds did you go?
    @ exercises.ipynb, the text of this exercise
    ! Count the products: two belong to each round.

length as a sum, largest for length:
    ? How long is the vector (3, 4)?
    @ 2_count_the_neighbours.ipynb, section "Compare two words"
    ! The length is Pythagoras's: squares, their sum, and the root.

one start for all:
    ? With which row of the start does the second search begin?
    @ exercises.ipynb, the text of this exercise
    ! There is one row for each direction that is looked for.

not of length 1:
    ? Are the directions that you return of length 1?
    @ 4_svd.ipynb, section "Four numbers, by hand"
    ! Divide each by its length. How large a piece is, its singular value says.

sides exchanged:
    ? Which of the two directions has a number for each row of the matrix?
    @ 4_svd.ipynb, section "Four numbers, by hand"
    ! U belongs to the rows, and Ut to the columns.
"""
)


def length(x, mistake):
    if mistake == "length as a sum":
        return abs(x).sum()
    return abs(x).max() if mistake == "largest for length" else np.sqrt((x**2).sum())


def one_by_one(M, start, rounds, mistake=None):
    """Pieces of M, each by products with M and its transpose."""
    whole, left, found = M, M, []
    rounds = {"one round only": 1, "one round more": rounds + 1}.get(mistake, rounds)
    for first in start:
        v = start[0] if mistake == "one start for all" else first
        for _ in range(rounds):
            u = left @ v
            before = length(u, mistake)
            u = u / before
            v = left.T @ u
            value = length(v, mistake)
            v = v / value
        piece = np.outer(u, v) * (1 if mistake == "taken off without the value" else value)
        if mistake == "first piece only":
            left = whole - piece if left is whole else left
        elif mistake != "not taken off":
            left = left - piece
        if mistake == "value squared":
            value = value**2
        elif mistake == "value of both lengths":
            value = value * before
        elif mistake == "value of the first half":
            value = before
        found.append((u, value, v * value if mistake == "not of length 1" else v))
    U, values, Ut = zip(*found, strict=True)
    U, values, Ut = np.array(U).T, np.array(values), np.array(Ut)
    if mistake == "sides exchanged":
        U, Ut = Ut.T, U.T
    return {"the singular values": values, "U": U, "Ut": Ut, "what is returned": "three arrays"}


@exercise(6, "One singular value after another", 14)
def check_one_by_one(pieces, rng):
    def steps(M, start, rounds):
        made = pieces(M, start, rounds)
        if not isinstance(made, (tuple, list)) or len(made) != 3:
            yield "what is returned", f"a {type(made).__name__}, not (U, values, Ut)"
        U, values, Ut = made
        yield "the singular values", values
        yield "U", U
        yield "Ut", Ut

    def problem(V, width, H, rounds, dtype=float):
        """A matrix of known singular values, no start at a right angle to what is looked for."""
        small = min(V, width)
        U, Ut = (np.linalg.qr(rng.standard_normal((n, small)))[0] for n in (V, width))
        M = U * (8.0 * 0.55 ** np.arange(small)) @ Ut.T
        start = Ut.T[:H] + 0.5 * Ut.T.sum(axis=0) / np.sqrt(small)
        made = {"M": M.astype(dtype), "start": start.astype(dtype), "rounds": rounds}
        return made | ({"_tolerance": (1e-3, 1e-3)} if dtype == np.float32 else {})

    M, along = np.array([[3.0, 0.0], [4.0, 5.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    problems = [
        {"M": M, "start": along[:1], "rounds": 1},
        {"M": M, "start": along, "rounds": 2},
        problem(5, 3, 2, 3),
        problem(3, 6, 3, 2),
        problem(4, 4, 2, 1),
        problem(6, 5, 3, 40),
        problem(5, 4, 2, 3, np.float32),
    ]
    judge(problems, steps, one_by_one, HINTS)
    return "each piece is what two products, over and over, make of what is left"
