"""Exercise 3: windows of a sequence, and the number that follows each."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, numbers

__all__ = ["HINTS", "check_windows"]

HINTS = read_hints(
    """
a window lost:
    ? Does your last window end where it could, or one step before?
    @ exercises.ipynb, the text of this exercise
    ! The last window that counts is the last one with a number behind it. That number may be the
      last of all.

every place:
    ? How far is it from the start of one window to the start of the next?
    @ exercises.ipynb, the text of this exercise
    ! The starts lie a whole step apart.

side by side:
    ? Do your windows overlap where the step is shorter than the window?
    @ exercises.ipynb, the text of this exercise
    ! The step and the width are two numbers: one says where windows start, one how long they are.

last of the window:
    ? Does the number to be predicted stand in the window already?
    @ exercises.ipynb, the text of this exercise
    ! It is the first number behind the window.

next start:
    ? What follows a window: the number behind its end, or the one where the next window starts?
    @ exercises.ipynb, the text of this exercise
    ! Start from where a window ends.

windows as columns:
    ? What is a row of your result: a window, or a place in all windows?
    @ 2_views_and_index_arrays.ipynb, section "A list of ids"
    ! The shape of the ids is the shape of the result. The starts go down, the places to the right.

a view:
    ? Somebody changes the sequence afterwards. Do your windows stay as they were?
    @ 2_views_and_index_arrays.ipynb, section "Which is which"
    ! A slice, and what is made of it by its strides, looks at the numbers of the sequence. An
      index array makes numbers of its own.
"""
)
AFTER = "the windows, after the sequence has changed"


def windows(x, width, step, mistake=None):
    """The windows (N, width), the numbers behind them (N,), and what is left of the windows."""
    if mistake == "every place":
        step = 1
    elif mistake == "side by side":
        step = width
    starts = np.arange(0, len(x) - width, step)
    if mistake == "a window lost":
        starts = np.arange(0, len(x) - width - 1, step)
    ids = starts[:, None] + np.arange(width)
    made, follows = x[ids], x[starts + width]
    if mistake == "last of the window":
        follows = x[starts + width - 1]
    elif mistake == "next start":
        follows = x[np.minimum(starts + step, len(x) - 1)]
    if mistake == "windows as columns":
        made = made.T
    left = np.full_like(made, -99) if mistake == "a view" else made
    return {"the windows": made, "the numbers behind them": follows, AFTER: left}


@exercise(3, "Windows, and what follows them", 14)
def check_windows(cut_windows, rng):
    def steps(x, width, step):
        mine = x.copy()
        made, follows = cut_windows(mine, width, step)
        yield "the windows", made
        yield "the numbers behind them", follows
        mine[...] = -99
        yield AFTER, made

    def problem(T, width, step, dtype=float):
        return {"x": numbers(rng, T, dtype), "width": width, "step": step}

    problems = [
        {"x": np.array([5, 1, 4, 2, 3, 6, 8]), "width": 3, "step": 2},
        problem(9, 3, 1),
        problem(10, 2, 3),
        problem(9, 4, 2, FLOAT32),
        problem(7, 3, 3),
        problem(5, 4, 1),
        problem(8, 1, 2),
    ]
    judge(problems, steps, windows, HINTS)
    return "each window has its number, and the sequence its own"
