"""Exercise 4: the decoder starts from the mean of the encoder's states."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_mean_handover"]

HINTS = read_hints(
    """
divided by all places:
    ? A question has three places, and two of them are admitted. Of how many states is your mean?
    @ exercises.ipynb, the equation of this exercise
    ! The sum is divided by the number of places that are admitted.

mask forgotten:
    ? Which states does a place that only pads bring into your mean?
    @ exercises.ipynb, the equation of this exercise
    ! What the mask does not admit has no part in the sum, nor in the number.

mask turned round:
    ? Does True stand for a place that is admitted, or for one that is left out?
    @ exercises.ipynb, the text of this exercise
    ! True admits.

one number for all:
    ? Has each question of the batch equally many places that are admitted?
    @ exercises.ipynb, the equation of this exercise
    ! Each row of the mask has a number of its own.

a sum:
    ? Three equal states: what is their mean?
    @ exercises.ipynb, the equation of this exercise
    ! The sum is divided by how many there are.

the last one:
    ? Does the first state have a part in what you hand over?
    @ exercises.ipynb, the equation of this exercise
    ! Not the last state is handed over here, but the mean of all that are admitted.

back to all places:
    ? A state that the mean did not read: what does the loss change when it moves?
    @ 3_from_sequence_to_sequence.ipynb, section "Answers of different lengths"
    ! Nothing. Where the mask does not admit, the gradient is 0.

back whole:
    ? When one of four states moves by 1, how far does their mean move?
    @ exercises.ipynb, the equation of this exercise
    ! By a quarter: what divides on the way forward divides on the way back.

back by all places:
    ? By which number did you divide on the way forward?
    @ exercises.ipynb, the equation of this exercise
    ! The same number divides on the way back, and padding does not count in it.

back to the last one:
    ? By how many arrows does the mean reach the encoder?
    @ 3_from_sequence_to_sequence.ipynb, section "From the writer back to the reader, by hand"
    ! By one from each admitted place, so a gradient arrives at each of them, not at one.

nothing divided by nothing:
    ? Which mean has a question with no admitted place?
    @ exercises.ipynb, the text of this exercise
    ! The text fixes it: zeros are handed over, and nothing comes back.

first batch's mask:
    ? Which mask belongs to the gradient that arrives now?
    @ exercises.ipynb, the text of this exercise
    ! The way back belongs to the last way forward.
"""
)


def mean_handover(hs, mask, dh, hs_2, mask_2, dh_2, mistake=None):
    """Two batches, one after the other: what is handed over, and what comes back."""
    made, first = {}, None
    for when, states, admitted, above in (
        ("", hs, mask, dh),
        (" of the second batch", hs_2, mask_2, dh_2),
    ):
        N, T, _ = states.shape
        w = admitted.astype(float)
        if mistake == "mask forgotten":
            w = np.ones((N, T))
        elif mistake == "mask turned round":
            w = 1 - w
        elif mistake == "the last one":
            w = np.zeros((N, T))
            for n in range(N):
                if admitted[n].any():
                    w[n, np.flatnonzero(admitted[n])[-1]] = 1
        number = w.sum(axis=1, keepdims=True)
        if mistake != "nothing divided by nothing":
            number = np.maximum(number, 1)
        if mistake == "divided by all places":
            number = np.full((N, 1), T)
        elif mistake == "one number for all":
            number = np.full((N, 1), w.sum())
        elif mistake == "a sum":
            number = np.ones((N, 1))
        back = w / number
        if mistake == "back to all places":
            back = 1 / number + 0 * w
        elif mistake == "back whole":
            back = w
        elif mistake == "back by all places":
            back = w / T
        elif mistake == "back to the last one":
            back = np.zeros((N, T))
            back[:, -1] = 1
        if first is None:
            first = back
        elif mistake == "first batch's mask":
            back = first
        h = (w[:, :, None] * states).sum(axis=1) / number
        made |= {f"h{when}": h, f"dhs{when}": back[:, :, None] * above[:, None]}
    return made


@exercise(4, "Start from the mean", 12)
def check_mean_handover(MeanHandOver, rng):
    def steps(hs, mask, dh, hs_2, mask_2, dh_2):
        layer = MeanHandOver()
        yield "h", layer.forward(hs, mask)
        yield "dhs", layer.backward(dh)
        yield "h of the second batch", layer.forward(hs_2, mask_2)
        yield "dhs of the second batch", layer.backward(dh_2)

    def admit(N, T):
        """Other numbers of places in neighbouring rows, and never all of them in the first."""
        mask = np.zeros((N, T), dtype=bool)
        for n in range(N):
            mask[n, rng.choice(T, 1 + (n + 1) % (T - 1), replace=False)] = True
        return mask

    def problem(N, T, H, dtype=float):
        mask = admit(N, T)
        return {
            "hs": numbers(rng, (N, T, H), dtype),
            "mask": mask,
            "dh": numbers(rng, (N, H), dtype),
            "hs_2": numbers(rng, (N, T, H), dtype),
            "mask_2": np.roll(mask, 1, axis=1),
            "dh_2": numbers(rng, (N, H), dtype),
        }

    paper = {
        "hs": np.array([[[2.0, 1.0], [4.0, -3.0], [5.0, 5.0]]]),
        "mask": np.array([[True, True, False]]),
        "dh": np.array([[1.0, 6.0]]),
        "hs_2": np.array([[[2.0, 1.0], [4.0, -3.0], [5.0, 5.0]]]),
        "mask_2": np.array([[False, True, True]]),
        "dh_2": np.array([[2.0, -4.0]]),
    }
    nothing = problem(2, 3, 2)
    nothing["mask"][1] = False
    problems = [
        paper,
        problem(3, 4, 2),
        problem(2, 5, 3),
        problem(1, 3, 1) | {"mask": np.ones((1, 3), dtype=bool)},
        nothing,
        problem(2, 4, 2, FLOAT32),
    ]
    judge(problems, steps, mean_handover, HINTS, (), ROUNDING)
    return "every admitted state has the same share, forward and back"
