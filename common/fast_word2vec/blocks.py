"""Running text, cut into blocks of words that are trained together.

Shapes: B words in a block, m window size, J = m + B + m words in and around a
block, Q negatives that a block shares.
"""

import numpy

from common.np import array_module

BLOCK_WORDS = 16  # B; a wider block computes more scores that no pair needs, a narrower one
# is a product so small that Python takes the time
BATCH_BLOCKS = 32  # blocks in a step; more make staler vectors, fewer leave the time to Python


class Blocks:
    """A portion of running text in blocks, with windows and negatives drawn.

    Parameters
    ----------
    ids : int array, shape (n,)
        -1 ends a sentence.
    rng : numpy.random.Generator
    model : FastWord2Vec

    Attributes
    ----------
    blocks : int
        How many blocks there are; 0 if no word is left.
    centers : int array, shape (blocks, B)
        The words in reading order; what fills the last block up is word V.
    windows : (blocks, J)
        The m words before a block, its own, and the m words after it.
    negatives : (blocks, Q)
    mask_row : (blocks, B)
        For each word the row of :func:`context_masks` that tells its contexts.
    """

    def __init__(self, ids, rng, model):
        m, filler = model.window_size, len(model.W_in) - 1
        sentence = (ids < 0).cumsum()
        stays = ids >= 0
        if model.keep is not None:
            stays &= rng.random(len(ids)) < model.keep[ids]
        ids, sentence = ids[stays], sentence[stays]
        n = len(ids)
        self.blocks = blocks = -(-n // BLOCK_WORDS)
        words = blocks * BLOCK_WORDS
        padded = numpy.full(m + max(words, BLOCK_WORDS) + m, filler)
        padded[m : m + n] = ids
        windows = numpy.lib.stride_tricks.sliding_window_view(padded, m + BLOCK_WORDS + m)
        left, right = numpy.zeros((2, words), dtype=int)
        left[:n], right[:n] = draw_reach(sentence, m, rng)
        place = numpy.arange(words) % BLOCK_WORDS
        mask_row = numpy.ravel_multi_index((place, left, right), (BLOCK_WORDS, m + 1, m + 1))
        arrays = (
            padded[m : m + words].reshape(blocks, BLOCK_WORDS),
            windows[::BLOCK_WORDS][:blocks],
            model.sampler.draw((blocks, model.Q), rng),
            mask_row.reshape(blocks, BLOCK_WORDS),
        )
        xp = array_module(model.W_in)  # the data go to where the weights are
        self.centers, self.windows, self.negatives, self.mask_row = map(xp.asarray, arrays)

    def batch(self, start, stop):
        """centers (N, B), windows (N, J), negatives (N, Q), mask_row (N, B) of some blocks"""
        rows = slice(start, stop)
        return self.centers[rows], self.windows[rows], self.negatives[rows], self.mask_row[rows]


def draw_reach(sentence, m, rng):
    """How far each word's window reaches, cut off at its sentence's ends.

    Parameters
    ----------
    sentence : int array, shape (n,), never falling
        Which sentence each word belongs to.

    Returns
    -------
    left, right : int arrays, shape (n,)
        Words to the left and to the right, 0 to m.
    """
    n = len(sentence)
    first = numpy.flatnonzero(numpy.diff(sentence, prepend=-1))  # (sentences,)
    length = numpy.diff(first, append=n)
    before = numpy.arange(n) - first.repeat(length)  # words of the sentence before each word
    after = length.repeat(length) - 1 - before
    size = rng.integers(1, m + 1, n)
    return numpy.minimum(size, before), numpy.minimum(size, after)


def context_masks(m):
    """Which of the words in and around a block are contexts of which of its words.

    Returns
    -------
    masks : bool array, shape (B, m + 1, m + 1, J)
        ``masks[b, left, right, j]`` says whether word j of the block's window
        is a context of the block's word b, when the window of b reaches
        ``left`` words to the left and ``right`` words to the right.
    """
    B = BLOCK_WORDS
    b, left, right, j = numpy.ogrid[:B, : m + 1, : m + 1, : m + B + m]
    distance = j - (m + b)  # word b of the block is word m + b of its window
    return (-left <= distance) & (distance <= right) & (distance != 0)
