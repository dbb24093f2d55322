"""Exercise 4: the slope along one direction, of all parameters at once."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import numbers

__all__ = ["HINTS", "check_two_evaluations"]

HINTS = read_hints(
    """
one side:
    ? How far did you go up, and how far down?
    @ 2_check_a_gradient.ipynb, section "A slope, from one side and from two"
    ! Up and down, with the place itself in the middle: then an error cancels.

not halved:
    ? How far apart are your two places?
    @ 2_check_a_gradient.ipynb, section "A slope, from one side and from two"
    ! From below to above it is two steps, and by that much you divide.

copies:
    ? The loss reads the model's own arrays. Did those move?
    @ 2_check_a_gradient.ipynb, section "Two faults"
    ! A new array under an old name moves nothing. Write into the arrays that are there.

one after the other:
    ? How often did you call the loss, and what did the other arrays do meanwhile?
    @ exercises.ipynb, the text of this exercise
    ! All arrays take their step together. Then the loss is looked at once above and once below.

first array only:
    ? How many arrays does the model have, and which of them moved?
    @ 2_check_a_gradient.ipynb, section "For every number of an array"
    ! Each array has a part of the direction, and all of them move.

unit direction:
    ? How does the slope change if the direction is twice as long?
    @ exercises.ipynb, the text of this exercise
    ! The direction is taken as it is; its length counts.

not put back:
    ? Where do the parameters stand when you are done?
    @ 2_check_a_gradient.ipynb, section "For every number of an array"
    ! A judge leaves everything as it was.

put back by a step:
    ? You go up by a step and down by the same step. Is a computer's number where it was?
    @ 2_check_a_gradient.ipynb, section "Rounding says: not too small"
    ! Each sum is rounded. Keep the numbers themselves, and put them back.

mean of the products:
    ? A parameter more, with a gradient of 0: does the slope get smaller?
    @ 2_check_a_gradient.ipynb, section "The affine layer, index by index"
    ! Where many ways lead to the loss, their parts add up. Nothing is divided.

cosine:
    ? The gradient is twice as long. Is the slope the same?
    @ exercises.ipynb, the text of this exercise
    ! Products, added up, and divided by nothing.

promise of the first array:
    ? Which parameters change the loss: those of the first array alone?
    @ 2_check_a_gradient.ipynb, section "The affine layer, index by index"
    ! Every number of every array has a part in the promise.

no direction:
    ? Which numbers of the gradient count if the direction is 0 in all others?
    @ exercises.ipynb, the text of this exercise
    ! Each number of the gradient counts as much as the direction goes its way.
"""
)
SAME, ROUNDED, MOVED = "where they were", "where they were, but for rounding", "somewhere else"


class Model:
    """Arrays, their direction and their gradients; its loss is the sum of z_i^2 z_(i+1).

    The z are all numbers of all arrays, one after the other.
    """

    def __init__(self, start, direction, grads, text=""):
        self.start, self.direction, self.grads = start, direction, grads
        shapes = ", ".join(str(array.shape) for array in start)
        self.text = text or f"{len(start)} arrays of random numbers, of the shapes {shapes}"
        # On paper there is no rounding; elsewhere a number is so small that rounding shows.
        self.rounded = SAME if text else ROUNDED

    def fresh(self):
        self.params, self.calls = [np.array(array) for array in self.start], 0
        return self.params

    def value(self, arrays):
        z = np.concatenate([array.ravel() for array in arrays])
        return (z[:-1] ** 2 * z[1:]).sum()

    def loss(self):
        self.calls += 1
        return self.value(self.params)

    def left(self):
        """Where the parameters stand now."""
        pairs = list(zip(self.params, self.start, strict=True))
        if all(now.tobytes() == before.tobytes() for now, before in pairs):
            return SAME
        near = all(abs(now - before).max() < 1e-12 for now, before in pairs)
        return self.rounded if near else MOVED

    def __repr__(self):
        return self.text


def two_evaluations(model, step, mistake=None):
    """The slope, how often the loss was called, what is left, and the slope that is due."""
    start, direction, grads = model.start, model.direction, model.grads
    ways = direction
    if mistake == "unit direction":
        length = np.sqrt(sum((way**2).sum() for way in ways))
        ways = [way / length for way in ways]
    elif mistake == "copies":
        ways = [0 * way for way in ways]
    groups = [range(len(ways))]  # arrays that move together
    if mistake == "one after the other":
        groups = [[i] for i in range(len(ways))]
    elif mistake == "first array only":
        groups = [[0]]

    def at(side, group):
        moved = [
            array + side * step * way * (i in group)
            for i, (array, way) in enumerate(zip(start, ways, strict=True))
        ]
        return model.value(moved)

    below = 0 if mistake == "one side" else -1
    over = step if mistake in ("one side", "not halved") else 2 * step
    slope = sum(at(1, group) - at(below, group) for group in groups) / over
    left = {"not put back": MOVED, "put back by a step": model.rounded}.get(mistake, SAME)
    products = [g * way for g, way in zip(grads, direction, strict=True)]
    if mistake == "no direction":
        products = grads
    due = sum(product.sum() for product in products)
    if mistake == "promise of the first array":
        due = products[0].sum()
    elif mistake == "mean of the products":
        due = due / sum(product.size for product in products)
    elif mistake == "cosine":
        due = due / np.sqrt(sum((g**2).sum() for g in grads))
        due = due / np.sqrt(sum((way**2).sum() for way in direction))
    return {
        "the slope": slope,
        "the count of calls of loss": 2 * len(groups),
        "the parameters' place afterwards": left,
        "the slope that is due": due,
    }


@exercise(4, "A whole network in two evaluations", 10)
def check_two_evaluations(slope_along, slope_due, rng):
    def steps(model, step):
        params = model.fresh()
        yield "the slope", slope_along(model.loss, params, model.direction, step)
        yield "the count of calls of loss", model.calls
        yield "the parameters' place afterwards", model.left()
        yield "the slope that is due", slope_due(model.grads, model.direction)

    def problem(step, *shapes):
        theta, direction, grads = ([numbers(rng, shape) for shape in shapes] for _ in range(3))
        theta[-1].flat[-1] = 1e-20  # what a step adds here swallows it
        return {"model": Model(theta, direction, grads), "step": step}

    small = [[np.array(numbers)] for numbers in ([1.0, 2.0], [3.0, 4.0], [4.0, 1.0])]
    text = "L = theta_0^2 theta_1 at (1, 2), direction (3, 4), gradient (4, 1)"
    paper = {"model": Model(*small, text), "step": 0.1}
    problems = [
        paper,
        problem(0.1, (2, 3), (3,)),
        problem(0.01, (3,), (3, 2), (2,)),
        problem(1e-3, (4,), (4,)),
    ]
    judge(problems, steps, two_evaluations, HINTS, ("Model",), tolerance=(1e-6, 1e-9))
    return "two calls of the loss judge all parameters together"
