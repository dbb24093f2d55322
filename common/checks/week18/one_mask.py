"""Exercise 5: a dropout that switches off the same numbers at all steps."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_one_mask"]

HINTS = read_hints(
    """
not scaled:
    ? Half of the numbers are gone. What must the others do, so that the mean stays?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! In training the numbers that stay are divided by 1 - ratio.

divided by the ratio:
    ? With a ratio of 0.1 nine of ten numbers stay. By what are they divided?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! By the share that stays, 1 - ratio.

mask turned round:
    ? With a ratio of 0.1, how many of the numbers in u lie below it?
    @ exercises.ipynb, the text of this exercise
    ! What lies below the ratio is switched off, and that is few where the ratio is small.

first sequence's mask:
    ? Do two sequences switch off the same numbers?
    @ exercises.ipynb, the text of this exercise
    ! Each row of u is the mask of one sequence. What all steps share, the sequences do not.

first step only:
    ? Is a number that is off at step 1 back at step 2?
    @ exercises.ipynb, the text of this exercise
    ! The mask stands for the whole sequence.

whole gradient back:
    ? A number that is switched off does not reach the loss. What is its gradient?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! The gradient goes through the same mask.

gradient not scaled:
    ? What multiplies a number that stays, on the way forward?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! What multiplies on the way forward multiplies on the way back.

off in the test too:
    ? Who uses a trained model wants all that it knows. Does your layer still switch off?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! When train_flg is False, the numbers pass as they are.

scaled in the test:
    ? In training the numbers are scaled already. What is left to do in the test?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! Nothing. The numbers pass as they are.

old mask on the way back:
    ? Which mask does the way back go through, if the way forward had none?
    @ exercises.ipynb, the text of this exercise
    ! The way back belongs to the last way forward.

one as many:
    ? With one mask, a number is off at step 1. What is the chance that it is off at step 2?
    @ exercises.ipynb, the text of this exercise
    ! It is certain. One draw decides for all steps.

many as one:
    ? With a new mask at each step, what must happen for a number never to be seen?
    @ 4_a_better_model.ipynb, section "Dropout, and where not"
    ! It must be off at every step, and the draws know nothing of each other.

seen at every step:
    ? A number that is never seen: is it on at all steps, or off?
    @ exercises.ipynb, the text of this exercise
    ! The chance to be off at one step is the ratio.

seen at least once:
    ? Do you count the numbers that are seen, or the others?
    @ exercises.ipynb, the text of this exercise
    ! Asked is the share that the layer above has not seen at any step.
"""
)


def one_mask(xs, u, ratio, dout, xs_2, u_2, dout_2, mistake=None):
    """A block in training, one in the test, one in training again; and the two shares."""
    made, mask = {}, None
    T = xs.shape[1]
    for when, x, draw, above in (
        ("", xs, u, dout),
        (" in the test", xs_2, u_2, dout_2),
        (" in training again", xs_2, u_2, dout_2),
    ):
        test = when == " in the test"
        before = mask
        if mistake == "first sequence's mask":
            draw = draw[:1] + 0 * draw
        stays = draw < ratio if mistake == "mask turned round" else draw >= ratio
        scale = {"not scaled": 1, "divided by the ratio": ratio}.get(mistake, 1 - ratio)
        mask = np.repeat((stays / scale)[:, None], x.shape[1], axis=1)
        if mistake == "first step only":
            mask[:, 1:] = 1
        if test and mistake != "off in the test too":
            mask = np.ones(x.shape) * (1 - ratio if mistake == "scaled in the test" else 1)
        back = mask
        if mistake == "whole gradient back":
            back = 1
        elif mistake == "gradient not scaled":
            back = mask > 0
        elif test and mistake == "old mask on the way back":
            back = before
        made |= {f"the output{when}": x * mask, f"dxs{when}": above * back}
    one, many = ratio, ratio**T
    if mistake == "one as many":
        one = many
    elif mistake == "many as one":
        many = one
    elif mistake == "seen at every step":
        one, many = 1 - ratio, (1 - ratio) ** T
    elif mistake == "seen at least once":
        one, many = 1 - one, 1 - many
    return made | {"never seen, one mask": one, "never seen, new masks": many}


@exercise(5, "One mask for all steps", 14)
def check_one_mask(OneMask, never_seen, rng):
    def steps(xs, u, ratio, dout, xs_2, u_2, dout_2):
        layer = OneMask(ratio)
        yield "the output", layer.forward(xs, u)
        yield "dxs", layer.backward(dout)
        layer.train_flg = False
        yield "the output in the test", layer.forward(xs_2, u_2)
        yield "dxs in the test", layer.backward(dout_2)
        layer.train_flg = True
        yield "the output in training again", layer.forward(xs_2, u_2)
        yield "dxs in training again", layer.backward(dout_2)
        yield "never seen, one mask", never_seen(ratio, xs.shape[1], True)
        yield "never seen, new masks", never_seen(ratio, xs.shape[1], False)

    def draws(N, H, ratio):
        """Some below the ratio and some above it, in every row others."""
        below = (np.arange(N)[:, None] + np.arange(H)) % 2 == 0
        of = rng.uniform(0.05, 0.95, (N, H))
        return np.where(below, of * ratio, ratio + of * (1 - ratio))

    def problem(N, T, H, ratio, dtype=float):
        return {
            "xs": numbers(rng, (N, T, H), dtype),
            "u": draws(N, H, ratio),
            "ratio": ratio,
            "dout": numbers(rng, (N, T, H), dtype),
            "xs_2": numbers(rng, (N, T, H), dtype),
            "u_2": draws(N, H, ratio),
            "dout_2": numbers(rng, (N, T, H), dtype),
        }

    paper = {
        "xs": np.array([[[1.0, 2], [3, 4], [5, 6]]]),
        "u": np.array([[0.3, 0.7]]),
        "ratio": 0.5,
        "dout": np.ones((1, 3, 2)),
        "xs_2": np.array([[[1.0, 2], [3, 4], [5, 6]]]),
        "u_2": np.array([[0.6, 0.2]]),
        "dout_2": np.ones((1, 3, 2)),
    }
    problems = [
        paper,
        problem(3, 2, 3, 0.2),
        problem(2, 4, 2, 0.7),
        problem(2, 2, 3, 0.3),
        problem(2, 3, 2, 0.25, FLOAT32),
    ]
    judge(problems, steps, one_mask, HINTS, (), ROUNDING)
    return "one draw decides for the whole sequence, forward and back"
