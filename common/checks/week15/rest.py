"""Exercise 5: the probabilities at which skip-gram rests, and the perplexity of a text."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.week15.shared import BRICKS

__all__ = ["HINTS", "check_rest"]

HINTS = read_hints(
    """
turned round:
    ? Does a row of your table belong to a word in the middle, or to a context?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! Each word in the middle has a distribution of its own, and its row adds up to 1.

shares of all pairs:
    ? What does a row of your table add up to?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! Divide by how many contexts this word has, not by those of the whole text.

empty rows:
    ? Softmax makes the probabilities. Can a row of them hold only zeros?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! A word that is never in the middle keeps its first, very small vector. So its scores are
      nearly equal, and softmax does the rest.

nothing divided by nothing:
    ? What does your code do with a word that is never in the middle?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! The lesson shows what the model says for such a word.

repeated pairs:
    ? A pair of words stands in the text three times. How often do you count it?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! Every place of the text counts; an assignment keeps one.

for an example:
    ? How many guesses does one word in the middle make?
    @ exercises.ipynb, the equation of this exercise
    ! Perplexity belongs to one guess, and the equation says over how many its mean runs.

mean of perplexities:
    ? Which comes first, the mean or the power of e?
    @ exercises.ipynb, the equation of this exercise
    ! The mean is taken of the logarithms. It is the power that comes last.

the loss itself:
    ? A model that holds four words for equally probable: which perplexity does it have?
    @ exercises.ipynb, the equation of this exercise
    ! The logarithm is undone in the end.

base 2:
    ? Which logarithm does your power undo?
    @ exercises.ipynb, the equation of this exercise
    ! The loss is made with ln; a power of e belongs to it.

unseen left out:
    ? What does a guess cost that had no probability at all?
    @ 1_predict_a_word.ipynb, section "What training makes large"
    ! A product with a factor 0 is 0. The model is not excused from a pair that it held for
      impossible.

unseen made small:
    ? A pair that never was there: which probability does the count give it?
    @ 3_skipgram.ipynb, section "The best loss, from counts"
    ! Nothing is added to the counts here, and nothing to the probabilities.
"""
)


def rest(V, contexts, target, contexts_2, target_2, mistake=None):
    """The table at rest, and the perplexity of its own text and of another one."""
    counts = np.zeros((V, V))
    np.add.at(counts, (target[:, None], contexts), 1)
    if mistake == "repeated pairs":
        counts = np.minimum(counts, 1)
    elif mistake == "turned round":
        counts = counts.T
    total = counts.sum(axis=1, keepdims=True)
    y = np.where(total > 0, counts / np.maximum(total, 1), 1 / V)
    if mistake == "empty rows":
        y = y * (total > 0)
    elif mistake == "nothing divided by nothing":
        y = counts / total
    elif mistake == "shares of all pairs":
        y = np.where(total > 0, counts / counts.sum(), 1 / V)
    made = {"the table at rest": y}
    texts = {"the same text": (contexts, target), "another text": (contexts_2, target_2)}
    for text, (c, t) in texts.items():
        right = y[t[:, None], c]  # (N, C)
        if mistake == "unseen made small":
            right = right + 1e-7
        costs = -np.log(right)
        if mistake == "unseen left out":
            costs = costs[np.isfinite(costs)]
        mean = costs.sum() / len(t) if mistake == "for an example" else costs.mean()
        value = np.exp(mean)
        if mistake == "mean of perplexities":
            value = np.exp(costs).mean()
        elif mistake == "the loss itself":
            value = mean
        elif mistake == "base 2":
            value = 2**mean
        made[f"the perplexity of {text}"] = value
    return made


@exercise(5, "Where skip-gram comes to rest", 14)
def check_rest(at_rest, perplexity, rng):
    def steps(V, contexts, target, contexts_2, target_2):
        y = at_rest(contexts, target, V)
        yield "the table at rest", y
        y = np.array(y, float)
        yield "the perplexity of the same text", perplexity(y, contexts, target)
        yield "the perplexity of another text", perplexity(y, contexts_2, target_2)

    def problem(V, first, second):
        """The last word of a row is the one in the middle."""
        word = rng.permutation(V)
        first, second = word[np.array(first)], word[np.array(second)]
        first = first[rng.permutation(len(first))]
        return {
            "V": V,
            "contexts": first[:, :-1],
            "target": first[:, -1],
            "contexts_2": second[:, :-1],
            "target_2": second[:, -1],
        }

    paper = {
        "V": 3,
        "contexts": np.array([[1, 1], [0, 0], [1, 2]]),
        "target": np.array([0, 1, 0]),
        "contexts_2": np.array([[1, 2], [0, 0], [2, 1]]),
        "target_2": np.array([0, 2, 0]),
    }
    seen = [[1, 2, 0], [1, 1, 0], [3, 0, 1], [1, 4, 0], [0, 3, 1], [0, 0, 1], [2, 3, 4]]
    four = [[1, 2, 3, 1, 0], [1, 1, 4, 2, 0], [0, 0, 3, 5, 1], [5, 0, 3, 0, 1]]
    problems = [
        paper,
        problem(5, seen, [[1, 2, 0], [0, 3, 1], [4, 4, 2]]),
        problem(6, four, [[1, 1, 2, 4, 0], [3, 3, 0, 0, 1], [0, 1, 2, 4, 5]]),
        problem(5, seen, [[1, 2, 0], [2, 3, 1]]),  # a pair that never was there
        problem(4, [[1, 2, 3]], [[2, 1, 3], [0, 0, 0]]),
    ]
    judge(problems, steps, rest, HINTS, BRICKS, tolerance=(1e-5, 1e-9))
    return "at rest it holds the shares, and it wavers as much as the text does"
