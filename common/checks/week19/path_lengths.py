"""Exercise 6: how far it is from the characters of a question to those of an answer."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_path_lengths"]

HINTS = read_hints(
    """
order for its inverse:
    ? The list tells which place is read at each step. Do you ask it at which step a place is read?
    @ exercises.ipynb, the text of this exercise
    ! Look for the place in the list. Where it stands there is its step.

order ignored:
    ? Do your paths change when the question is read in another order?
    @ exercises.ipynb, the text of this exercise
    ! Not the place matters, but the step at which it is read.

counted from the beginning:
    ? A character that is read last: is its way through the encoder long, or short?
    @ 4_learn_to_add.ipynb, section "Reverse the question"
    ! Its trace goes through the steps that come after it, not through those before it.

encoder alone:
    ? Does the way end where the decoder starts?
    @ 4_learn_to_add.ipynb, section "Reverse the question"
    ! It goes on through the decoder, up to the step at which the character is written.

decoder alone:
    ? Does the way begin where the decoder starts?
    @ 4_learn_to_add.ipynb, section "Reverse the question"
    ! It begins at the step at which the character was read.

one too few:
    ? What is read last, and belongs to what is written first: how many steps lie between?
    @ 4_learn_to_add.ipynb, section "Reverse the question"
    ! One, the step of the decoder. Look which of your numbers count from 0, and which from 1.

one too many:
    ? What is read last: through how many more steps of the encoder does it go?
    @ 4_learn_to_add.ipynb, section "Reverse the question"
    ! Through none. Look which of your numbers count from 0, and which from 1.

mean over all characters:
    ? How many paths do you add up, and by which number do you divide?
    @ exercises.ipynb, the text of this exercise
    ! A character that no answer needs has no path, and does not count in the mean.

mean as a whole number:
    ? Is the mean of 2 and 5 a whole number?
    @ exercises.ipynb, the text of this exercise
    ! A mean of whole numbers need not be whole; nothing is rounded.

longest:
    ? Which path tells how near a question and its answer come to each other?
    @ exercises.ipynb, the text of this exercise
    ! The shortest one is asked for.

each character once:
    ? May two characters of the answer need the same character of the question?
    @ exercises.ipynb, the text of this exercise
    ! Each pair of the list has a path of its own, and they stay in the order of the list.
"""
)


def path_lengths(order, needs, mistake=None):
    """The path of each pair, their mean, and the shortest."""
    T = len(order)
    read = np.empty(T, dtype=int)  # place -> step, from 1
    read[order] = np.arange(1, T + 1)
    if mistake == "order for its inverse":
        read = np.asarray(order) + 1
    elif mistake == "order ignored":
        read = np.arange(1, T + 1)
    if mistake == "each character once":
        needs = list(dict(needs).items())
    place, step = np.array(needs).T
    way = read[place] - 1 if mistake == "counted from the beginning" else T - read[place]
    if mistake == "encoder alone":
        step = 0 * step
    elif mistake == "decoder alone":
        way = 0 * way
    paths = way + step + {"one too few": -1, "one too many": 1}.get(mistake, 0)
    mean = paths.sum() / (T if mistake == "mean over all characters" else len(paths))
    if mistake == "mean as a whole number":
        mean = mean // 1
    shortest = paths.max() if mistake == "longest" else paths.min()
    return {"the paths": paths, "the mean": mean, "the shortest": shortest}


@exercise(6, "Read in any order", 10)
def check_path_lengths(answer, rng):
    def steps(order, needs):
        paths, mean, shortest = answer(order, needs)
        yield "the paths", paths
        yield "the mean", mean
        yield "the shortest", shortest

    def problem(T, T_answer):
        """An order that is not its own inverse; one place is needed twice, and two by nobody."""
        while True:
            order = rng.permutation(T)
            if (order[order] != np.arange(T)).any():
                break
        place = rng.permutation(T)[: T - 2]
        needs = [(int(p), int(rng.integers(1, T_answer + 1))) for p in place]
        needs.append((needs[0][0], needs[0][1] % T_answer + 1))
        return {"order": order, "needs": needs}

    problems = [
        {"order": np.array([2, 4, 1, 3, 0]), "needs": [(0, 2), (1, 3), (3, 2), (4, 3)]},
        {"order": np.array([1, 2, 0]), "needs": [(0, 1)]},
        {"order": np.array([2, 0, 1]), "needs": [(2, 2), (1, 1), (2, 1)]},
        problem(5, 3),
        problem(8, 4),
        problem(7, 9),
    ]
    judge(problems, steps, path_lengths, HINTS, tolerance=(0, 1e-6))
    return "the steps after it is read, and those until it is needed"
