"""Exercise 1: below which loss no model can come that sees a bag, or contexts in order."""

from collections import Counter, defaultdict

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_best_of_bags"]

HINTS = read_hints(
    """
order kept:
    ? Do "a, b" and "b, a" give the same mean?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! Two questions are the same for a bag when they hold the same words, in any order.

order forgotten:
    ? Your two answers are the same. What does the second model see that a bag does not?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! The second model knows which word stands left and which right.

words once:
    ? Is the mean of a, b, b that of a, a, b?
    @ 1_predict_a_word.ipynb, section "From two contexts to one vector"
    ! A bag may hold a word twice, and then its row counts twice.

sum of ids:
    ? Words 0 and 3, or words 1 and 2: are these the same bag?
    @ 1_predict_a_word.ipynb, section "Ids become one-hot rows"
    ! An id is a name. Names cannot be added.

equal shares:
    ? A bag has one answer twice and another one once. Which probabilities are best?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! A coin may be loaded: each answer gets its share.

no shares:
    ? A bag has two answers. Can both have the probability 1?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! Every answer that a bag has in the text must have a part of its one probability.

most frequent only:
    ? What does a question cost whose answer is the rarer one of its bag?
    @ 1_predict_a_word.ipynb, section "What training makes large"
    ! Each question pays for its own answer, also where the model holds another one for more
      probable.

contexts ignored:
    ? Does your model look at the contexts at all?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! Count the answers of each bag apart from those of the others.

not a mean:
    ? Twice the same questions, one below the other: is your loss still the same?
    @ 1_predict_a_word.ipynb, section "What training makes large"
    ! The loss is a mean over the questions.

mean over bags:
    ? One bag stands in the text a hundred times, another once. Do they count the same?
    @ 1_predict_a_word.ipynb, section "The best loss is known, too"
    ! The mean runs over the questions, so a frequent bag counts often.

base 2:
    ? Which logarithm stands in the loss?
    @ 1_predict_a_word.ipynb, section "What training makes large"
    ! The course writes ln, the natural logarithm, for losses; base 2 belongs to PMI.
"""
)


def best(contexts, target, key, mistake):
    """The smallest mean loss of a model that knows ``key(context ids)`` and nothing else."""
    keys = [key(row) for row in contexts.tolist()]
    if mistake == "contexts ignored":
        keys = [0] * len(keys)
    answers = defaultdict(Counter)
    for bag, word in zip(keys, target.tolist(), strict=True):
        answers[bag][word] += 1
    costs = []
    for bag, word in zip(keys, target.tolist(), strict=True):
        counts = answers[bag]
        share = counts[word] / counts.total()
        if mistake == "equal shares":
            share = 1 / len(counts)
        elif mistake == "most frequent only":
            share = max(counts.values()) / counts.total()
        elif mistake == "no shares":
            share = 1
        costs.append(-np.log(share) / (np.log(2) if mistake == "base 2" else 1))
    if mistake == "not a mean":
        return sum(costs)
    if mistake == "mean over bags":
        of = defaultdict(list)
        for bag, cost in zip(keys, costs, strict=True):
            of[bag].append(cost)
        return np.mean([np.mean(part) for part in of.values()])
    return np.mean(costs)


def best_of_bags(contexts, target, mistake=None):
    """The best loss of a bag, and of a model that knows the order."""
    bag = {
        "order kept": tuple,
        "words once": frozenset,
        "sum of ids": sum,
    }.get(mistake, lambda row: tuple(sorted(row)))
    order = bag if mistake == "order forgotten" else tuple
    return {
        "the best loss of a bag": best(contexts, target, bag, mistake),
        "the best loss in order": best(contexts, target, order, mistake),
    }


@exercise(1, "The best loss of a bag", 12)
def check_best_of_bags(best_of_bag, best_in_order, rng):
    def steps(contexts, target):
        yield "the best loss of a bag", best_of_bag(contexts, target)
        yield "the best loss in order", best_in_order(contexts, target)

    def problem(contexts, target):
        rows = rng.permutation(len(target))
        word = rng.permutation(7)
        return {
            "contexts": word[np.array(contexts)][rows],
            "target": word[np.array(target)][rows],
        }

    pairs = [[0, 1], [1, 0], [0, 1], [2, 3], [3, 2], [2, 2]]
    three = [[0, 1, 1], [1, 0, 1], [0, 0, 1], [0, 1, 1], [1, 1, 0], [2, 3, 0], [3, 2, 0], [2, 0, 3]]
    many = [[0, 1]] * 4 + [[1, 0]] * 3 + [[2, 5]] * 2 + [[5, 2]]
    problems = [
        {"contexts": np.array(pairs), "target": np.array([2, 2, 3, 0, 1, 0])},
        problem(three, [2, 3, 2, 2, 4, 5, 5, 1]),
        problem(many, [3, 3, 3, 4, 4, 3, 6, 0, 0, 1]),
        # other words with the same sum of ids
        {
            "contexts": np.array([[0, 3], [1, 2], [2, 1], [3, 0]]),
            "target": np.array([0, 3, 3, 0]),
        },
        problem([[0, 1, 2, 1]], [4]),
        problem([[0, 6], [6, 0], [6, 0]], [1, 2, 6]),
    ]
    judge(problems, steps, best_of_bags, HINTS, tolerance=(1e-5, 1e-9))
    return "each bag shares its one probability, and the order is worth what it tells"
