"""Negatives for whole blocks: independent draws, and many of them."""

import numpy

from common.negative_sampling import cumulative, draw_words


class NegativeSampler:
    """Draws words as :func:`common.negative_sampling.draw_words` does, several times faster.

    A uniform number falls into some word's stretch of [0, 1).  A table tells,
    for many equal steps through [0, 1), in whose stretch each step begins.
    From there the word is seldom far.

    Parameters
    ----------
    word_p : array, shape (V,)
        The probability of each word.

    Attributes
    ----------
    upper : array, shape (V,)
        Where each word's stretch ends.
    begin : int array, shape (steps,)
        The word in whose stretch each step begins.
    """

    def __init__(self, word_p):
        self.upper = cumulative(word_p)
        steps = max(2**16, len(word_p))
        self.begin = draw_words(self.upper, numpy.arange(steps) / steps)

    def draw(self, shape, rng):
        """Independent draws : int array of that shape"""
        uniform = rng.random(shape).reshape(-1)
        ids = self.begin[(uniform * len(self.begin)).astype(int)]
        too_low = numpy.flatnonzero(self.upper[ids] <= uniform)
        while len(too_low):
            ids[too_low] += 1
            too_low = too_low[self.upper[ids[too_low]] <= uniform[too_low]]
        return ids.reshape(shape)
