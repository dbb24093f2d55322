"""Exercise 1: a network of two classes that answers only when it is sure is a perceptron."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_cut_off"]

HINTS = read_hints(
    """
turned round:
    ? The score of class 1 rises. Should the perceptron's score rise or fall?
    @ week03/3_scores_to_probabilities.ipynb, section "What softmax keeps"
    ! The perceptron says 1 for class 1, so the lead of class 1 is its score.

one class alone:
    ? Both scores rise by the same number. Does the probability change, and does your score?
    @ week03/3_scores_to_probabilities.ipynb, section "What softmax keeps"
    ! Softmax sees differences of scores only.

chance itself, taken from one half, odds without a logarithm:
    ? The probability is exactly the asked one. How far must class 1 then be ahead, as a score?
    @ week03/3_scores_to_probabilities.ipynb, section "What softmax keeps"
    ! The quotient of the two probabilities is a power of the difference of the scores. Turn it
      round.

logarithm of the chance:
    ? For an asked probability of one half, at which lead should the answer change?
    @ week03/3_scores_to_probabilities.ipynb, section "What softmax keeps"
    ! The probability of class 1 is compared with that of class 0, and not with 1.

lead added:
    ? A higher probability is asked. Must more or fewer inputs get the answer 1?
    @ week02/1_build_gates_by_hand.ipynb, section "The threshold becomes a bias"
    ! What the sum must be above goes to the other side with a minus.

one half always:
    ? Does your bias change when a higher probability is asked?
    @ week02/1_build_gates_by_hand.ipynb, section "The threshold becomes a bias"
    ! The asked probability is a threshold, and a threshold is a part of the bias.

a row for a column:
    ? Which numbers of the matrix make the score of class 1: a row, or a column?
    @ week03/2_products_with_shapes.ipynb, section "One layer, one example, loop by loop"
    ! Each class has a column of weights, one weight for each feature.
"""
)


def cut_off(W, b, chance, mistake=None):
    lead = np.log(chance / (1 - chance))
    if mistake == "chance itself":
        lead = chance
    elif mistake == "taken from one half":
        lead = chance - 0.5
    elif mistake == "odds without a logarithm":
        lead = chance / (1 - chance)
    elif mistake == "logarithm of the chance":
        lead = np.log(chance)
    elif mistake == "lead added":
        lead = -lead
    elif mistake == "one half always":
        lead = 0.0
    w, bias = W[:, 1] - W[:, 0], b[1] - b[0]
    if mistake == "turned round":
        w, bias, lead = -w, -bias, -lead
    elif mistake == "one class alone":
        w, bias = W[:, 1], b[1]
    elif mistake == "a row for a column":
        w = W[1] - W[0]
    return {"w": w, "b": bias - lead}


@exercise(1, "Only when it is sure", 14)
def check_cut_off(answer, rng):
    def steps(W, b, chance):
        made = answer(W, b, chance)
        yield from zip(("w", "b"), made, strict=True)

    def problem(D, chance, kind=float):
        made = {"W": numbers(rng, (D, 2), kind), "b": numbers(rng, 2, kind), "chance": chance}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {"W": np.array([[1.0, 3], [2, -1]]), "b": np.array([0.5, 1]), "chance": 0.75}
    problems = [paper, problem(2, 0.9), problem(5, 0.25), problem(1, 0.6)]
    problems += [problem(3, 0.99, FLOAT32), problem(4, float(rng.uniform(0.7, 0.95)))]
    judge(problems, steps, cut_off, HINTS)
    return "a perceptron says what the network is sure of"
