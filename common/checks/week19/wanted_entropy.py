"""Exercise 2: halve an interval until it holds the temperature that gives an entropy."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32

__all__ = ["HINTS", "check_wanted_entropy"]

HINTS = read_hints(
    """
nats:
    ? Two equal words: which entropy do you compute for them, and which do bits ask for?
    @ 1_draw_the_next_word.ipynb, section "How much is still open: the entropy"
    ! Bits need the logarithm to base 2; the natural one gives a number that is smaller by its ln 2.

one over the temperature:
    ? Does your number divide the scores, or multiply them?
    @ 1_draw_the_next_word.ipynb, section "Temperature"
    ! The temperature divides. What multiplies is one over it.

nothing times minus infinity goes down, nothing times minus infinity goes up:
    ? A word has the probability 0 in the computer's numbers. What does your sum add for it?
    @ 1_draw_the_next_word.ipynb, section "How much is still open: the entropy"
    ! A word that never comes leaves nothing open, so it adds 0; leave it out of the sum.

perplexity:
    ? Four equal words: is their entropy 4, or 2?
    @ 1_draw_the_next_word.ipynb, section "How much is still open: the entropy"
    ! The entropy is the mean of a logarithm, and is not raised to a power again.

mean over the words:
    ? Seven equal words have more than 2 bits. Do yours?
    @ 1_draw_the_next_word.ipynb, section "How much is still open: the entropy"
    ! The probabilities are the weights of the mean already; the sum is not divided by their number.

the wrong half:
    ? The middle has too little entropy. Where is the wanted temperature: above it, or below?
    @ 1_draw_the_next_word.ipynb, section "How much is still open: the entropy"
    ! The entropy rises with the temperature, so what is too low lies below the wanted one.

logarithm to base e:
    ? Each step makes the interval half as long. By which base do you count?
    @ exercises.ipynb, the text of this exercise
    ! The number of halvings is a logarithm to base 2.

one halving less:
    ? How long is the interval after your number of halvings?
    @ exercises.ipynb, the text of this exercise
    ! A part of a step does not exist; the number is rounded up.

one halving more:
    ? Is one step less not enough already?
    @ exercises.ipynb, the text of this exercise
    ! An interval that has exactly the wanted length is short enough.

length of the upper end:
    ? How long is an interval that does not begin at 0?
    @ exercises.ipynb, the text of this exercise
    ! Its length is the difference of its ends.
"""
)
NAN = "nothing times minus infinity goes "


def entropy(scores, temperature, mistake=None):
    s = scores / temperature
    p = np.exp(s - s.max())
    p = p / p.sum()
    if mistake in (NAN + "down", NAN + "up") and (p == 0).any():
        return np.nan
    p = p[p > 0]
    bits = -(p * np.log(p)).sum() / (1 if mistake == "nats" else np.log(2))
    if mistake == "perplexity":
        return 2**bits
    return bits / len(scores) if mistake == "mean over the words" else bits


def wanted_entropy(scores, bits, low, high, longest, mistake=None):
    """The temperature with this entropy, and how often an interval must be halved."""
    scores, bottom, top = scores.astype(float), low, high
    for _ in range(60):
        middle = (bottom + top) / 2
        found = entropy(scores, middle, mistake)
        up = found < bits or (mistake == NAN + "up" and np.isnan(found))
        if up != (mistake == "the wrong half"):
            bottom = middle
        else:
            top = middle
    temperature = 1 / middle if mistake == "one over the temperature" else middle
    length = high - (0 if mistake == "length of the upper end" else low)
    ratio = length / longest
    number = np.log(ratio) if mistake == "logarithm to base e" else np.log2(ratio)
    if mistake == "one halving less":
        number = np.floor(number)
    elif mistake == "one halving more":
        number = np.floor(number) + 1
    number = np.ceil(number)
    return {"the temperature": temperature, "how many halvings": max(0, int(number))}


@exercise(2, "A draw as open as you want", 12)
def check_wanted_entropy(temperature_for, halvings, rng):
    def steps(scores, bits, low, high, longest):
        yield "the temperature", temperature_for(scores, bits, low, high)
        yield "how many halvings", halvings(low, high, longest)

    def problem(V, temperature, scale=1.0, gap=0.0, dtype=float):
        scores = rng.permutation(np.linspace(0, 3, V) ** 1.5) * scale + rng.uniform(-3, 3)
        scores[scores.argmin()] -= gap
        scores = scores.astype(dtype)
        low, high = temperature * rng.uniform(0.1, 0.5), temperature * rng.uniform(2, 9)
        return {
            "scores": scores,
            "bits": float(entropy(scores.astype(float), temperature)),
            "low": low,
            "high": high,
            "longest": (high - low) / rng.uniform(40, 4000),
        }

    paper = {
        "scores": np.log([9.0, 1.0]),
        "bits": 2 - 0.75 * np.log2(3),
        "low": 0.0,
        "high": 6.0,
        "longest": 0.001,
    }
    narrow = problem(5, temperature := rng.uniform(0.5, 2))
    narrow |= {"low": 0.7 * temperature, "high": 1.1 * temperature}  # and not in the lower half
    problems = [
        paper,
        narrow,
        problem(4, rng.uniform(1.5, 4)) | {"low": 1.0, "high": 9.0, "longest": 0.5},
        problem(7, rng.uniform(3, 20)) | {"longest": 400 + 100 * rng.random()},
        problem(4, rng.uniform(0.3, 0.5)),
        problem(5, rng.uniform(0.02, 0.05), scale=0.02),
        problem(5, rng.uniform(1.2, 1.9), gap=5000.0),
        problem(6, rng.uniform(0.7, 1.4), dtype=FLOAT32),
    ]
    judge(problems, steps, wanted_entropy, HINTS, tolerance=(1e-3, 1e-6))
    return "more temperature, more entropy: so half of the interval can always go"
