"""Exercise 7: find a batch that shows a bug."""

import numpy as np

from common.checks.judge import AnswerError, exercise, judge, read_hints

__all__ = ["HINTS", "check_hunt"]

HINTS = read_hints(
    """
A passes:
    ? Which line of A differs, and when do the two ways of writing it differ?
    @ 1_row_slice.ipynb, section "The obvious code, and what it loses"
    ! Nothing is lost while all ids on the left are different.

B passes:
    ? What does B do with a row that both sides want?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! One word may stand on the left and on the right, even in one pair.

C passes:
    ? For which word does C behave differently?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Ids begin at 0.

more than one:
    ? Which other layer fails on your batch, and which of your pairs does it dislike?
    @ exercises.ipynb, the text of this exercise
    ! A good test names the bug. Change the ids that only the other layer minds.

smaller:
    ? Which of your pairs could go?
    @ exercises.ipynb, the text of this exercise
    ! Take a pair away, and run the cell again.
"""
)


class Pairs:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, a, b):
        (W,) = self.params
        self.a, self.b = a, b
        return (W[a] * W[b]).sum(axis=1)

    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


class PairsA(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        dW[...] = 0
        dW[self.a] += ds[:, None] * W[self.b]
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


class PairsB(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        right = np.zeros_like(W)
        np.add.at(right, self.b, ds[:, None] * W[self.a])
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        dW[self.b] = right[self.b]


class PairsC(Pairs):
    def backward(self, ds):
        (W,), (dW,) = self.params, self.grads
        ds = ds * (self.a > 0) * (self.b > 0)
        dW[...] = 0
        np.add.at(dW, self.a, ds[:, None] * W[self.b])
        np.add.at(dW, self.b, ds[:, None] * W[self.a])


MUTANTS = {"A": PairsA, "B": PairsB, "C": PairsC}
SMALLEST = {"A": 2, "B": 1, "C": 1}


def fails(mutant, a, b, rng):
    """Whether a mutant's gradient differs from the right one on this batch."""
    W, ds = rng.uniform(1, 2, (7, 3)), rng.uniform(1, 2, len(a))
    made = []
    for layer in (Pairs(W), mutant(W)):
        layer.forward(a, b)
        layer.backward(ds)
        made.append(layer.grads[0])
    return bool(abs(made[0] - made[1]).max() > 1e-9)


def batch_of(batches, name):
    """One batch, as two arrays of ids."""
    if not isinstance(batches, dict) or name not in batches:
        raise AnswerError(f"there is no batch {name!r} in the answer", name="wrong type")
    shown = {"example": f"batch {name}: {batches[name]!r}"}
    try:
        a, b = (np.array(ids) for ids in batches[name])
    except (TypeError, ValueError):
        raise AnswerError(f"batch {name} is not (a, b)", shown, name="wrong type") from None
    kinds = a.dtype.kind + b.dtype.kind
    if a.shape != b.shape or a.ndim != 1 or not len(a) or set(kinds) - set("iu"):
        what = f"in batch {name}, a and b must be lists of word ids, equally long, not empty"
        raise AnswerError(what, shown, name="wrong type")
    if min(a.min(), b.min()) < 0 or max(a.max(), b.max()) > 6:
        raise AnswerError(f"an id of batch {name} is not one of 0 ... 6", shown, name="wrong type")
    return a, b


@exercise(7, "Batches that show a bug", 8)
def check_hunt(batches, rng):
    answer = []

    def steps():
        answer.append(batches())
        yield "answer", ""

    judge([{}], steps, lambda mistake=None: {"answer": ""}, HINTS)  # errors inside the answer
    for name, mutant in MUTANTS.items():
        a, b = batch_of(answer[0], name)
        shown = {"example": f"batch {name}: a = {a.tolist()}, b = {b.tolist()}"}
        if not fails(mutant, a, b, rng):
            hint = f"{name} passes"
            what = f"layer {name} gives the right gradient on batch {name}"
            raise AnswerError(what, shown, HINTS[hint], hint)
        others = [o for o, other in MUTANTS.items() if o != name and fails(other, a, b, rng)]
        if others:
            what = f"batch {name} shows the bug of layer {' and '.join(others)} too"
            raise AnswerError(what, shown, HINTS["more than one"], "more than one")
        if len(a) > SMALLEST[name]:
            what = f"batch {name} has {len(a)} pairs, and a smaller one will do"
            raise AnswerError(what, shown, HINTS["smaller"], "smaller")
    return "each batch shows one bug and is the smallest that does"
