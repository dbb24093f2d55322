"""Exercise 5: paste a rectangle of one picture over another, and learn from mixed labels."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers
from common.checks.source import refuse_loops

__all__ = ["HINTS", "check_paste"]

HINTS = read_hints(
    """
share not cut:
    ? How many pixels of the rectangle lie in the picture?
    @ exercises.ipynb, the text of this exercise
    ! What was left out covers nothing. Count the pixels that have changed hands.

shares changed round:
    ? A quarter of a picture is covered. Which class keeps the larger share?
    @ exercises.ipynb, the text of this exercise
    ! The share of the pasted picture is what it covers. The rest belongs to the first.

overwritten:
    ? Both pictures have the same class. What do the shares of your row add up to?
    @ exercises.ipynb, the text of this exercise
    ! Two shares may belong to one class. Then both count.

labels not mixed:
    ? What does the picture show after the rectangle has been pasted?
    @ 3_more_from_the_same_pictures.ipynb, section "What must not be done"
    ! A change that does not keep the label must change it too.

order turned round:
    ? Which picture does picture 0 take its rectangle from?
    @ exercises.ipynb, the text of this exercise
    ! The order says for each picture where it takes from, not where it gives to.

one too far:
    ? A rectangle of height 1 begins in row 2. In which row does it end?
    @ exercises.ipynb, the text of this exercise
    ! The row in which it begins is one of its rows.

moved inside:
    ? A rectangle begins above the picture. Where is its first row?
    @ exercises.ipynb, the text of this exercise
    ! What lies outside is lost. The rectangle stays where it is, and becomes smaller.

rows and columns changed round:
    ? Which axis of a picture counts its rows?
    @ exercises.ipynb, the text of this exercise
    ! Top and height belong to the rows, left and width to the columns.

mixed everywhere:
    ? What stands in a pixel outside the rectangle?
    @ exercises.ipynb, the text of this exercise
    ! Each pixel comes from one of the two pictures, whole.

first channel only:
    ? How many channels has a pixel?
    @ exercises.ipynb, the text of this exercise
    ! A pixel is pasted with all its channels.

own loss only:
    ? Which classes of a row of targets add to the loss?
    @ exercises.ipynb, the equation of this exercise
    ! Every class counts with its share.

summed:
    ? What does the equation do with the losses of all examples?
    @ exercises.ipynb, the equation of this exercise
    ! The loss is a mean over the batch, so its gradient is divided as well.

gradient not averaged:
    ? The loss is a mean. What does one example more or less do to a gradient?
    @ exercises.ipynb, the equation of this exercise
    ! What divides the loss divides its gradient too.

gradient of the loss only where the target is:
    ? A class has the target 0. Does its score change the loss?
    @ exercises.ipynb, the equation of this exercise
    ! The softmax divides by a sum in which all scores stand.

log of 0:
    ? What is the logarithm of a probability that was rounded to 0?
    @ exercises.ipynb, the text of this exercise
    ! The logarithm of a softmax can be written without the probability: take the exponential and
      the logarithm together.

a loop:
    ? Can one comparison say for all rows whether they lie in the rectangle?
    @ exercises.ipynb, the text of this exercise
    ! Compare a row of numbers with a column of borders, and choose each pixel from one of two
      arrays.
"""
)


def pasted(x, t, V, order, top, left, height, width, mistake):
    N, _, rows, columns = x.shape
    if mistake == "order turned round":
        order = np.argsort(order)
    if mistake == "rows and columns changed round":
        top, left, height, width = left, top, width, height
    if mistake == "moved inside":
        top, left = np.maximum(top, 0), np.maximum(left, 0)
    mixed, targets = x.copy(), np.zeros((N, V))
    more = mistake == "one too far"
    for n in range(N):
        i, j = max(top[n], 0), max(left[n], 0)
        below = max(min(top[n] + height[n] + more, rows), i)
        right = max(min(left[n] + width[n] + more, columns), j)
        other = x[order[n]]
        channels = slice(1) if mistake == "first channel only" else slice(None)
        mixed[n, channels, i:below, j:right] = other[channels, i:below, j:right]
        share = (below - i) * (right - j) / (rows * columns)
        if mistake == "share not cut":
            share = height[n] * width[n] / (rows * columns)
        elif mistake == "mixed everywhere":
            mixed[n] = (1 - share) * x[n] + share * other
        if mistake == "shares changed round":
            share = 1 - share
        elif mistake == "labels not mixed":
            share = 0
        own, new = t[n], t[order[n]]
        if mistake == "overwritten":
            targets[n, own] = 1 - share
            targets[n, new] = share
        else:
            targets[n, own] += 1 - share
            targets[n, new] += share
    return {"the pictures": mixed, "targets": targets}


def soft(scores, targets, mistake):
    s = scores.astype(float) - scores.max(axis=1, keepdims=True)
    y = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    log_y = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    used = targets
    if mistake == "own loss only":
        used = np.eye(targets.shape[1])[targets.argmax(axis=1)]
    parts = used * log_y
    if mistake == "log of 0":
        parts = used * np.log(y)
    loss, dscores = -parts.sum(axis=1).mean(), (y - used) / len(scores)
    if mistake == "summed":
        loss, dscores = loss * len(scores), dscores * len(scores)
    elif mistake == "gradient not averaged":
        dscores = dscores * len(scores)
    elif mistake == "gradient of the loss only where the target is":
        dscores = dscores * (targets > 0)
    return {"loss": loss, "dscores": dscores}


def paste(mistake=None, **given):
    if "scores" in given:
        return soft(mistake=mistake, **given)
    return pasted(mistake=mistake, **given)


@exercise(5, "Paste a rectangle", 15)
def check_paste(answer, soft_loss, rng):
    def steps(**given):
        if "scores" in given:
            loss, dscores = soft_loss(**given)
            yield "loss", loss
            yield "dscores", dscores
        else:
            mixed, targets = answer(**given)
            yield "the pictures", mixed
            yield "targets", targets

    def picture(C, rows, columns, V, kind=float):
        """Six pictures: inside, over each border, the same class, empty, and all of it."""
        order = np.array([1, 2, 0, 5, 3, 4])
        t = np.array([0, 1, 2, 1, 0, 1])
        a, b = (int(i) for i in rng.integers(0, 2, 2))
        top = np.array([1, rows - 1, -1 - a, 1, 2, -1])
        left = np.array([b, -1, columns - 2, 1, 1, -2])
        height = np.array([2, 3, 3 + a, 1, 0, rows + 3])
        width = np.array([1 + b, 3, 5, 2, 2, columns + 4])
        made = {"x": numbers(rng, (6, C, rows, columns), kind), "t": t, "V": V, "order": order}
        return made | {"top": top, "left": left, "height": height, "width": width}

    def learn(N, V, size=2.0, kind=float):
        share, rows = rng.uniform(0.1, 0.4, N), np.arange(N)
        own = rng.integers(0, V, N)
        targets = np.zeros((N, V))
        targets[rows, own] += 1 - share
        targets[rows, (own + 1) % V] += share
        scores = (size * numbers(rng, (N, V))).astype(kind)
        made = {"scores": scores, "targets": targets.astype(kind)}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "x": np.array([np.ones((1, 4, 5)), np.full((1, 4, 5), 2.0)]),
        "t": np.array([0, 2]),
        "V": 3,
        "order": np.array([1, 0]),
        "top": np.array([2, 1]),
        "left": np.array([1, 1]),
        "height": np.array([3, 0]),
        "width": np.array([2, 2]),
    }
    zeros = {"scores": np.zeros((2, 3)), "targets": np.array([[0.8, 0, 0.2], [0, 0, 1]])}
    problems = [
        paper,
        zeros,
        picture(2, 5, 6, 4),
        picture(3, 6, 4, 3),
        picture(1, 4, 4, 5, FLOAT32),
    ]
    problems += [learn(4, 5), learn(1, 3), learn(3, 4, kind=FLOAT32)]
    extreme = {"scores": np.array([[1000.0, 0, 0], [-1000, 0, 2]])}
    problems.append(extreme | {"targets": np.array([[0.7, 0.3, 0], [0, 0.5, 0.5]])})
    judge(problems, steps, paste, HINTS)
    refuse_loops(HINTS["a loop"], paste=answer)
    return "who covers a share of the pixels gets this share of the label"
