"""Exercise 4: a step that is only made if the loss falls enough."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "bowl", "check_ask_first"]

HINTS = read_hints(
    """
any fall:
    ? How much does the loss fall in your step, and how much is asked for?
    @ exercises.ipynb, the equation of this exercise
    ! A fall as such is too little: a step over the whole valley can end a hair lower.

rate not in the promise:
    ? For a short step, should as much be asked as for a long one?
    @ exercises.ipynb, the equation of this exercise
    ! What is promised is proportional to the rate that is tried.

length not squared:
    ? What does the fall per step depend on: the length of the gradient, or its square?
    @ 3_down_the_valley.ipynb, section "Which direction is the steepest?"
    ! One factor comes from how long the step is, and one from how steep the way is.

half of the promise:
    ? Which part of the promise must be kept?
    @ exercises.ipynb, the equation of this exercise
    ! A quarter is enough.

one halving too many:
    ? Which rate do you return, and which one was accepted?
    @ exercises.ipynb, the text of this exercise
    ! Ask first, and halve only after a no.

start asked again:
    ? Does the loss at the start change from try to try?
    @ exercises.ipynb, the text of this exercise
    ! What stays the same is computed once.

the first rate:
    ? Which rate do you return, and which one was accepted?
    @ exercises.ipynb, the text of this exercise
    ! The next step begins with the rate that has been accepted.
"""
)
PLACE, ACCEPTED, CALLS = "the new x", "the rate that was accepted", "the number of calls of f"
MOST = 80  # tries, after which a loop will not end by itself


def bowl(a, asked=()):
    """Half the sum of a x^2, with a list that counts how often it is asked."""

    def f(x):
        if isinstance(asked, list):
            asked.append(x)
            if len(asked) > 2 * MOST:
                raise RuntimeError(f"f was called {2 * MOST} times: does this loop come to an end?")
        return float((a * np.asarray(x) ** 2).sum() / 2)

    return f


def ask_first(a, x, rate, mistake=None):
    f, g, first = bowl(a), a * x, rate
    length = float(np.sqrt((g**2).sum()) if mistake == "length not squared" else (g**2).sum())
    part = {"any fall": 0, "half of the promise": 1 / 2}.get(mistake, 1 / 4)
    tries = 0
    for _ in range(MOST):
        tries += 1
        asked_for = part * length * (1 if mistake == "rate not in the promise" else rate)
        new = x - rate * g
        if f(new) <= f(x) - asked_for:
            break
        rate = rate / 2
    calls = 2 * tries if mistake == "start asked again" else 1 + tries
    if mistake == "one halving too many":
        rate = rate / 2
    if mistake == "the first rate":
        rate = first
    # an answer that makes fewer calls is told the number that is due
    due = calls if mistake is None else ask_first(a, x, first)[CALLS]
    return {PLACE: new, ACCEPTED: rate, CALLS: max(calls, due)}


@exercise(4, "A step that asks first", 14)
def check_ask_first(answer, rng):
    def steps(a, x, rate):
        asked = []
        new, accepted = answer(bowl(a, asked), x, a * x, rate)
        yield PLACE, new
        yield ACCEPTED, accepted
        yield CALLS, max(len(asked), ask_first(a, x, rate)[CALLS])  # fewer are no fault

    def one(ratio, doublings, a, x):
        """A bowl of one number, in which a rate of ratio / a is met on the way down."""
        return {"a": np.array([a]), "x": np.array([x]), "rate": ratio / a * 2**doublings}

    def many(D, rate, kind=float):
        a, x = rng.uniform(0.2, 3, D).astype(kind), numbers(rng, D, kind)
        made = {"a": a, "x": x, "rate": rate}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    problems = [
        {"a": np.array([2.0]), "x": np.array([1.0]), "rate": 2.0},
        one(1.6, 2, 0.5, rng.uniform(8, 9)),  # 1.6 / a falls, but too little
        one(1.2, 1, 0.25, -rng.uniform(0.85, 0.95)),  # 1.2 / a falls enough, but not by half
        many(3, 8.0),
        many(5, 0.1),
        many(4, 4.0, FLOAT32),
        {"a": np.array([1.0, 4.0]), "x": np.zeros(2), "rate": 1.0},
    ]
    judge(problems, steps, ask_first, HINTS, bricks=("bowl",))
    return "no step is made that does not pay"
