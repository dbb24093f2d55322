"""Exercise 5: a loss over time in which some characters weigh more, and one not at all."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_weighted_characters"]

HINTS = read_hints(
    """
mean over the places:
    ? All weights become twice as large. Should the loss?
    @ exercises.ipynb, the equation of this exercise
    ! It is divided by the sum of the weights of the labels that count, not by how many they are.

divided by all weights:
    ? Does the padding still have a part in your denominator?
    @ exercises.ipynb, the equation of this exercise
    ! A place that does not count is in neither of the two sums.

divided by the vocabulary's weights:
    ? Is your sum over the characters, or over the places of the answers?
    @ exercises.ipynb, the equation of this exercise
    ! A character that stands at five places brings its weight five times.

padding counted:
    ? Which labels does the equation leave out?
    @ 3_from_sequence_to_sequence.ipynb, section "Answers of different lengths"
    ! A place whose label is the ignored one has no loss and no gradient.

weights forgotten:
    ? Where does the weight of a label stand in your loss?
    @ exercises.ipynb, the equation of this exercise
    ! Each place counts as much as the weight of its label says.

gradient without weights:
    ? What multiplies a place's part of the loss must multiply what else?
    @ exercises.ipynb, the equation of this exercise
    ! The gradient of a place carries the weight of its label, over the same denominator.

weights on the columns:
    ? One place has one label. How many weights does its row of the gradient have?
    @ exercises.ipynb, the equation of this exercise
    ! The weight is that of the label, and is the same for all columns of the row.

gradient at the padding:
    ? The padding has no part in the loss. What is the gradient of all its scores?
    @ 3_from_sequence_to_sequence.ipynb, section "Answers of different lengths"
    ! At such a place all numbers of the gradient are 0.

gradient not divided:
    ? By which number is the loss divided?
    @ exercises.ipynb, the equation of this exercise
    ! The denominator does not depend on the scores, so the gradient is divided by it too.

dout forgotten:
    ? What arrives from above, and where is it in your gradient?
    @ exercises.ipynb, the text of this exercise
    ! The gradient is multiplied by what arrives from above.

rows first:
    ? Do a short answer and a long one have the same weight?
    @ exercises.ipynb, the equation of this exercise
    ! There is one quotient for the whole batch, not a mean of quotients.

overflow:
    ? What is the exponential of 1000?
    @ 1_draw_the_next_word.ipynb, section "Seven words, and one draw"
    ! What is taken from all scores of a place cancels in its softmax, so take the largest.

logarithm of 0:
    ? A probability is too small for any number of the computer. What is the logarithm of 0?
    @ 2_find_a_likely_sentence.ipynb, section "A product becomes a sum"
    ! The loss is a difference of two ordinary numbers, if the logarithm of the quotient is taken
      first on paper.

nothing divided by nothing:
    ? Which loss has a batch that only pads?
    @ exercises.ipynb, the text of this exercise
    ! The text fixes it: a loss of 0, and no gradient.
"""
)


def weighted_characters(scores, ts, weights, ignore_label, dout, scores_2, ts_2, mistake=None):
    """Loss and gradient of two batches, one after the other."""
    made = {}
    for when, s, labels in (("", scores, ts), (" of the second batch", scores_2, ts_2)):
        s = s.astype(float)
        s = s if mistake == "overflow" else s - s.max(axis=2, keepdims=True)
        y = np.exp(s)
        y = y / y.sum(axis=2, keepdims=True)
        onehot = np.eye(s.shape[2])[labels]
        losses = -np.log((y * onehot).sum(axis=2))
        if mistake not in ("overflow", "logarithm of 0"):
            losses = np.log(np.exp(s).sum(axis=2)) - (s * onehot).sum(axis=2)
        counts = labels != ignore_label
        if mistake == "padding counted":
            counts = np.ones(labels.shape)
        each = weights[labels] * counts
        if mistake == "weights forgotten":
            each = 1.0 * counts
        total = {
            "mean over the places": counts.sum(),
            "divided by all weights": weights[labels].sum(),
            "divided by the vocabulary's weights": weights.sum(),
        }.get(mistake, each.sum())
        if mistake != "nothing divided by nothing" and not each.any():
            total = 1
        share = each / total
        if mistake == "rows first":
            rows = each.sum(axis=1, keepdims=True)
            share = each / np.where(rows == 0, 1, rows) / len(labels)
        loss = (share * losses).sum()
        above = 1 if mistake == "dout forgotten" else dout
        back = share
        if mistake == "gradient without weights":
            back = counts / max(1, counts.sum())
        elif mistake == "gradient not divided":
            back = each
        ds = above * back[:, :, None] * (y - onehot)
        if mistake == "weights on the columns":
            ds = above * (counts / total)[:, :, None] * weights * (y - onehot)
        elif mistake == "gradient at the padding":
            ds = above * (weights[labels] / total)[:, :, None] * (y - onehot * counts[:, :, None])
        made |= {f"the loss{when}": loss, f"the gradient{when}": ds}
    return made


@exercise(5, "Some characters weigh more", 14)
def check_weighted_characters(WeightedLoss, rng):
    def steps(scores, ts, weights, ignore_label, dout, scores_2, ts_2):
        layer = WeightedLoss(weights, ignore_label)
        yield "the loss", layer.forward(scores, ts)
        yield "the gradient", layer.backward(dout)
        yield "the loss of the second batch", layer.forward(scores_2, ts_2)
        yield "the gradient of the second batch", layer.backward(dout)

    def problem(N, T, V, pads, dtype=float):
        """In each batch every row pads at another number of places, and other labels repeat."""
        ts = rng.integers(0, V - 1, (2, N, T))
        for n in range(N):
            ts[0, n, T - (n % T) :] = V - 1
            ts[1, n, T - ((n + 1) % T) :] = V - 1
        ids = rng.permutation(V)
        return {
            "scores": numbers(rng, (N, T, V), dtype),
            "ts": ids[ts[0]],
            "weights": rng.permutation(np.linspace(0.5, 3, V)),
            "ignore_label": int(ids[V - 1]) if pads else -1,
            "dout": float(rng.uniform(1.5, 3)),
            "scores_2": numbers(rng, (N, T, V), dtype),
            "ts_2": ids[ts[1]],
        }

    y = np.array([[[1 / 4, 1 / 2, 1 / 4], [1 / 4, 1 / 2, 1 / 4], [1 / 2, 3 / 8, 1 / 8]]])
    paper = {
        "scores": np.log(y),
        "ts": np.array([[0, 1, 2]]),
        "weights": np.array([1.0, 3.0, 2.0]),
        "ignore_label": 2,
        "dout": 1,
        "scores_2": np.log(y),
        "ts_2": np.array([[1, 1, 0]]),
    }
    only_pads = problem(2, 2, 3, True)
    only_pads["ts_2"] = np.full((2, 2), only_pads["ignore_label"])
    large = problem(2, 3, 4, False)
    large["scores"] += 1000
    unlikely = problem(2, 3, 4, True)
    unlikely["scores"][0, 0, unlikely["ts"][0, 0]] -= 1000  # no number holds its probability
    problems = [
        paper,
        problem(3, 4, 5, True),
        problem(2, 3, 4, False),
        large,
        unlikely,
        only_pads,
        problem(3, 3, 4, True, FLOAT32),
    ]
    judge(problems, steps, weighted_characters, HINTS, (), ROUNDING)
    return "a label's weight stands in the loss, in the denominator and in the gradient"
