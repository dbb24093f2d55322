"""Exercise 2: fold a line in any number of pieces, and find the cheapest row of folds."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_fold"]

HINTS = read_hints(
    """
slopes for changes:
    ? Behind the first bend, the first ReLU still rises. What must the second one do to go down?
    @ 1_small_windows_stacked.ipynb, section "Fold the line"
    ! A factor is by how much the slope changes at its bend, not the slope behind it.

first as the others:
    ? How steep is the line before the first bend?
    @ 1_small_windows_stacked.ipynb, section "Fold the line"
    ! The first change begins from slope 0. All others turn a slope round.

signs do not change:
    ? The line goes down after the first piece. And after the second one?
    @ exercises.ipynb, the text of this exercise
    ! Up and down take turns, so the changes of slope do too.

steep as the tent:
    ? How wide is a piece, and how high does it go?
    @ exercises.ipynb, the text of this exercise
    ! The narrower the pieces, the steeper: each goes the whole way from 0 to 1.

slope of 1:
    ? How high does your line come on its first piece?
    @ exercises.ipynb, the text of this exercise
    ! Each piece goes from 0 to 1, or back. It is much narrower than high.

begins down:
    ? Where does the line stand at 0, and where at the end of the first piece?
    @ exercises.ipynb, the text of this exercise
    ! The first piece goes up.

bends to the right:
    ? Where does the first piece begin?
    @ exercises.ipynb, the equation of this exercise
    ! The first bend is at the beginning of the line. The end of the line needs none.

bends too wide:
    ? How many pieces lie between 0 and 1?
    @ exercises.ipynb, the text of this exercise
    ! Count pieces, not bends: there is a piece behind the last bend as well.

one fold:
    ? What does fold two cost, then fold three? And how many pieces does it make?
    @ exercises.ipynb, the text of this exercise
    ! Pieces are multiplied, and ReLUs are only added. So many small folds are cheaper.

flat:
    ? Does the network of folds need as many ReLUs as one hidden layer?
    @ 1_small_windows_stacked.ipynb, section "Fold the line"
    ! Pieces are multiplied from layer to layer, and ReLUs are only added.

only in two:
    ? Which folds in two make exactly 3 pieces?
    @ exercises.ipynb, the text of this exercise
    ! Exactly so many pieces are asked for, not at least so many.

two folds:
    ? Can one of your two folds be replaced by two smaller ones?
    @ exercises.ipynb, the text of this exercise
    ! What helps once helps again, until no fold can be cut further.

each prime once:
    ? Which folds make 4 pieces?
    @ exercises.ipynb, the text of this exercise
    ! The same fold may stand in the row more than once, and costs each time.

folds counted:
    ? How many ReLUs has a fold in three?
    @ exercises.ipynb, the text of this exercise
    ! Count ReLUs, not folds.

smallest left out:
    ? Which fold makes what is left at the end?
    @ exercises.ipynb, the text of this exercise
    ! What cannot be cut any more is a fold too, and costs as many ReLUs as it has pieces.
"""
)


def primes(pieces):
    found, m = [], 2
    while pieces > 1:
        if pieces % m:
            m += 1
        else:
            pieces //= m
            found.append(m)
    return found


def bends_factors(m, mistake):
    i = np.arange(m)
    factors = 2 * m * (-1.0) ** i
    factors[0] = m
    bends = i / m
    if mistake == "slopes for changes":
        factors = m * (-1.0) ** i
    elif mistake == "first as the others":
        factors[0] = 2 * m
    elif mistake == "signs do not change":
        factors[1:] = -2 * m
    elif mistake == "steep as the tent":
        factors = 4 * (-1.0) ** i
        factors[0] = 2
    elif mistake == "slope of 1":
        factors = factors / m
    elif mistake == "begins down":
        factors = -factors
    elif mistake == "bends to the right":
        bends = (i + 1) / m
    elif mistake == "bends too wide":
        bends = i / max(m - 1, 1)
    return bends, factors


def relus(pieces, mistake):
    found = primes(pieces)
    if mistake == "one fold":
        return pieces
    if mistake == "flat":
        return pieces - 1
    if mistake == "only in two":
        return 2 * (pieces - 1).bit_length()
    if mistake == "two folds":
        return min(m + pieces // m for m in range(1, pieces + 1) if pieces % m == 0) - (
            len(found) == 1
        )
    if mistake == "each prime once":
        return sum(set(found))
    if mistake == "folds counted":
        return len(found)
    if mistake == "smallest left out":
        return sum(found[:-1])
    return sum(found)


def fold(m=None, pieces=None, mistake=None):
    if pieces is not None:
        return {"the smallest number of ReLUs": relus(pieces, mistake)}
    bends, factors = bends_factors(m, mistake)
    return {"bends": bends, "factors": factors}


@exercise(2, "More than two pieces", 12)
def check_fold(answer, cheapest, rng):
    def steps(m=None, pieces=None):
        if m is not None:
            bends, factors = answer(m)
            yield "bends", bends
            yield "factors", factors
        else:
            yield "the smallest number of ReLUs", cheapest(pieces)

    problems = [{"m": m} for m in (3, 2, 4, int(rng.integers(5, 12)))]
    problems += [{"pieces": n} for n in (6, 12, 7, 64, 60, 2, 9973)]
    some = rng.permutation([2, 2, 2, 3, 3, 5, 7])
    problems += [{"pieces": int(np.prod(some[:5]))}, {"pieces": int(rng.integers(10, 1000))}]
    judge(problems, steps, fold, HINTS)
    return "pieces are multiplied, ReLUs are added"
