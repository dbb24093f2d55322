"""Exercise 5: perplexities that were taken in different ways."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_perplexities"]

HINTS = read_hints(
    """
mean of perplexities, plain mean of perplexities:
    ? Which comes first, the mean or the exponential?
    @ 3_a_batch_of_streams.ipynb, section "Perplexity"
    ! The mean is taken of the losses. It is the exponential that comes last.

blocks alike:
    ? One block has a word, another one a hundred. Do both say the same about the text?
    @ exercises.ipynb, the text of this exercise
    ! The mean goes over the words. A block counts as often as it has words.

not a mean:
    ? The same text twice: does the perplexity grow?
    @ 3_a_batch_of_streams.ipynb, section "Perplexity"
    ! Perplexity belongs to one word, so the losses are divided by their number.

empty blocks counted:
    ? A block without a word: how many words more does the text have?
    @ exercises.ipynb, the text of this exercise
    ! It has no part in the mean, neither above nor below the line.

base 2:
    ? Which logarithm does your power undo?
    @ 3_a_batch_of_streams.ipynb, section "Perplexity"
    ! The loss is made with ln; a power of e belongs to it.

every word dearer:
    ? Which words of the text cost more, once the rare word has to be named?
    @ exercises.ipynb, the text of this exercise
    ! Only an unknown word must be named; all others cost what they cost before.

dearer in perplexity:
    ? What adds up, two perplexities or two losses?
    @ 3_a_batch_of_streams.ipynb, section "Perplexity"
    ! Naming a rare word has a loss of its own. Add the losses first.

share of the known words:
    ? Out of how many words is an unknown one?
    @ exercises.ipynb, the text of this exercise
    ! The mean goes over all words of the text, the unknown ones among them.

cheaper:
    ? Is a model that must name each rare word more often surprised, or less often?
    @ 4_a_language_model.ipynb, section "A text with sentences"
    ! To name the word costs something more.

once for the text:
    ? How many rare words must the model name?
    @ exercises.ipynb, the text of this exercise
    ! Each unknown word of the text costs once more.

the loss itself:
    ? A model that holds four words for equally probable: which perplexity does it have?
    @ 3_a_batch_of_streams.ipynb, section "Perplexity"
    ! The logarithm is undone in the end.
"""
)


def perplexities(ppls, words, ppl, length, unknown, kinds, mistake=None):
    """The perplexity of a text in blocks, and of a model that must name each rare word."""
    losses, weight = np.log(ppls), words.astype(float)
    if mistake == "blocks alike":
        weight = (words > 0).astype(float)
    elif mistake == "empty blocks counted":
        weight = np.maximum(weight, 1)
    L = (weight * losses).sum() / (1 if mistake == "not a mean" else weight.sum())
    one = 2**L if mistake == "base 2" else np.exp(L)
    if mistake == "mean of perplexities":
        one = (weight * ppls).sum() / weight.sum()
    elif mistake == "plain mean of perplexities":
        one = ppls.mean()
    share = unknown / length
    if mistake == "every word dearer":
        share = 1
    elif mistake == "share of the known words":
        share = unknown / (length - unknown)
    elif mistake == "cheaper":
        share = -share
    elif mistake == "once for the text":
        share = 1 / length * (unknown > 0)
    named = np.log(ppl) + share * np.log(kinds)
    if mistake == "the loss itself":
        one, other = L, named
    else:
        other = np.exp(named)
    if mistake == "dearer in perplexity":
        other = ppl * (1 - share) + ppl * kinds * share
    return {"the perplexity of the text": one, "the perplexity with all words named": other}


@exercise(5, "Two perplexities side by side", 14)
def check_perplexities(of_blocks, all_named, rng):
    def steps(ppls, words, ppl, length, unknown, kinds):
        yield "the perplexity of the text", of_blocks(ppls, words)
        yield "the perplexity with all words named", all_named(ppl, length, unknown, kinds)

    def problem(words, length, unknown, kinds):
        words = np.array(words)
        ppls = rng.uniform(2, 3, len(words)) * 2.0 ** rng.permutation(len(words))
        return {
            "ppls": np.where(words > 0, ppls, 1.0),
            "words": words,
            "ppl": float(rng.uniform(5, 90)),
            "length": length,
            "unknown": unknown,
            "kinds": kinds,
        }

    paper = {
        "ppls": np.array([2.0, 32.0]),
        "words": np.array([3, 1]),
        "ppl": 8.0,
        "length": 10,
        "unknown": 2,
        "kinds": 32,
    }
    problems = [
        paper,
        problem([7, 2, 0, 4], 50, 9, 120),
        problem([100, 1, 30], 400, 0, 7),
        problem([5], 12, 5, 1),
        problem([600, 550, 2], 3000, 1000, 900),  # a product of so many probabilities is 0
    ]
    judge(problems, steps, perplexities, HINTS, tolerance=(1e-5, 1e-9))
    return "first the losses of all words, then one exponential"
