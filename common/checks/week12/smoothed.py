"""Exercise 8: what smoothing and shifting do to a table of counts."""

import math

from common.checks.judge import AnswerError, exercise, judge, read_hints

__all__ = ["HINTS", "check_smoothed"]

HINTS = read_hints(
    """
natural logarithm, base 10:
    ? Which logarithm does this week take?
    @ 3_ppmi.ipynb, section "Why a logarithm"
    ! A doubling counts as 1.

smoothed too early:
    ? The first number is asked for without smoothing. What is chance there?
    @ 3_ppmi.ipynb, section "What chance would do"
    ! Chance without smoothing needs the two sums and the number of all pairs, as they are.

not smoothed, chance not smoothed:
    ? Did you take the power of the contexts' sums?
    @ 5_smooth_and_shift.ipynb, section "Rare contexts, a little less rare"
    ! A context's share is made of the powers of the sums.

old total:
    ? What do the four powers add up to?
    @ 5_smooth_and_shift.ipynb, section "Rare contexts, a little less rare"
    ! The shares must add up to 1, so divide by the sum of the powers.

word smoothed too, pair smoothed too:
    ? Which of the counts gets the power?
    @ 5_smooth_and_shift.ipynb, section "Rare contexts, a little less rare"
    ! Only how often contexts come is smoothed. The word and the pair stay as they were counted.

turned over:
    ? Are the two words together more often than by chance, or less?
    @ 3_ppmi.ipynb, section "The quotient of two probabilities"
    ! What was seen stands above, what chance would give stands below.

one too many:
    ? Which value has the pair with this number of negatives? Is it above 0?
    @ 5_smooth_and_shift.ipynb, section "Shift"
    ! At exactly 0 nothing is stored any more.

logarithm of K:
    ? Which number of negatives takes away one bit?
    @ 5_smooth_and_shift.ipynb, section "Shift"
    ! The shift is the logarithm of the number that is asked for, not the number itself.

K without smoothing:
    ? Is the last question asked before or after smoothing?
    @ exercises.ipynb, the text of this exercise
    ! Both are used together: first smooth, then shift.
"""
)

OF_FFT = {"array": 4, "transform": 5, "inverse": 10, "twiddle": 1}
OF_CONTEXT = {"array": 256, "transform": 81, "inverse": 16, "twiddle": 1}


def smoothed(mistake=None):
    """The five answers."""
    word = sum(OF_FFT.values())
    power = 1 if mistake == "not smoothed" else 0.75
    total = sum(OF_CONTEXT.values())
    Z = total if mistake == "old total" else sum(n**power for n in OF_CONTEXT.values())
    log = {"natural logarithm": math.log, "base 10": math.log10}.get(mistake, math.log2)

    def quotient(context, smooth=True):
        pair, of_word, of_context, all_pairs = OF_FFT[context], word, OF_CONTEXT[context], total
        if smooth:
            of_context, all_pairs = of_context**power, Z
            of_word = word**0.75 if mistake == "word smoothed too" else word
            pair = pair**0.75 if mistake == "pair smoothed too" else pair
        made = pair * all_pairs / (of_word * of_context)
        return 1 / made if mistake == "turned over" else made

    before = quotient("twiddle", smooth=mistake == "smoothed too early")
    limit = quotient("twiddle", smooth=mistake != "K without smoothing")
    most = math.ceil(round(limit, 9)) - 1
    if mistake == "one too many":
        most += 1
    elif mistake == "logarithm of K":
        most = log(limit)
    chance = OF_FFT["twiddle"] / quotient("twiddle")
    if mistake == "chance not smoothed":
        chance = OF_FFT["twiddle"] / quotient("twiddle", smooth=False)
    elif mistake == "turned over":
        chance, most = 0.2, 4
    return {
        "before": log(before),
        "chance": chance,
        "twiddle": log(quotient("twiddle")),
        "inverse": log(quotient("inverse")),
        "most": most,
    }


@exercise(8, "Smoothed on paper", 8)
def check_smoothed(numbers, rng):
    def steps():
        got = numbers()
        if not isinstance(got, dict):
            what = f"the answer is a {type(got).__name__}; a dict is due"
            raise AnswerError(what, name="wrong type")
        for name in smoothed():
            if name not in got:
                raise AnswerError(f"there is no {name!r} in the answer", name="wrong type")
            yield name, got[name]

    judge([{}], steps, smoothed, HINTS, tolerance=(0, 0.006), on_paper=True)
    return "a rare context leads no longer"
