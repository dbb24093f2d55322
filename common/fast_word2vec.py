"""Skip-gram and CBOW with negative sampling, hundreds of times faster than the slow form.

The objective is word2vec's (Mikolov et al., 2013): a window of random reach
around each word, negatives drawn with probability ``count ** 0.75``, a
learning rate that falls linearly.  What is fast is how it is computed.
Running text is cut into blocks of B words.  A block's words against all words
around them, and against Q negatives that the block shares, are one small
matrix product; a mask keeps the pairs that are within reach; two more
products give all gradients.  (The idea is that of Ji et al., 2016,
"Parallelizing Word2Vec in Shared and Distributed Memory", carried further.)

    model = FastSkipGram(vocab_size, 100, 5, corpus)
    model.fit(max_epoch=5)
    model.word_vecs

For a text file: ``python -m common.fast_word2vec corpus.txt --out vectors.txt``.

Shapes: V words, H hidden, w window size, M blocks at a time, B words in a
block, J = w + B + w words in and around it, Q negatives that it shares.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import os
import shutil
import signal
import sys
import traceback
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy
from tqdm import tqdm

from common.corpus_file import open_corpus
from common.embeddings import Embeddings
from common.functions import as_ids, binary_cross_entropy
from common.np import array_module, np, to_cpu

try:
    from scipy.sparse._sparsetools import csc_matvecs
except ImportError:  # not a public name: add_rows can do without, slowly
    csc_matvecs = None

__all__ = ["FastCBOW", "FastSkipGram"]

B = 16  # a wider block computes more scores for the mask to drop; a narrower one, tiny products
M = 32  # with more blocks at a time vectors are staler; with fewer, Python takes the time
PORTION = 2**16  # words prepared at once, and that a process takes at once
LIMIT = 0.5  # how far a vector may move in one step: see add_rows


class FastWord2Vec:
    """What the two fast models share: sampling, the loop over the corpus, and processes.

    Parameters
    ----------
    vocab_size, hidden_size : int
        V and H.
    window_size : int
        w, the largest reach of a window; each word's own is drawn from 1 ... w.
    corpus : int array, shape (N,)
        Word ids; -1 ends a sentence, and no window reaches across it.  May be
        a ``numpy.memmap``, larger than memory.
    power, sample_size : float, int
        Negatives are drawn independently, with probability ``count ** power``,
        so a draw may hit the context itself.  A pair has ``sample_size`` of them in
        expectation: the Q that a block shares count ``sample_size / Q`` each.
    subsample : float
        Leave out a word that makes up a share f of the corpus with probability
        ``1 - sqrt(t / f) - t / f``, t being ``subsample`` (word2vec's C code); 0 keeps every word.
    seed : int, optional
        One process with a seed repeats itself.  By default drawn from ``np.random``.

    Attributes
    ----------
    word_vecs : W_in, float32 array, shape (V, H)
    params : [W_in, W_out]
    loss_list : list of float
        One loss for each 65,536 words: the mean over pairs of a word and a context
        (CBOW: over words), with ``sample_size`` negatives each.

    Raises
    ------
    ValueError, IndexError, TypeError : an argument that allows no training.
    """

    def __init__(
        self,
        vocab_size,
        hidden_size,
        window_size,
        corpus,
        power=0.75,
        sample_size=5,
        subsample=0.0,
        seed=None,
    ):
        check_arguments(vocab_size, hidden_size, window_size, power, sample_size, subsample)
        V, H = vocab_size, hidden_size
        self.corpus = corpus if isinstance(corpus, numpy.memmap) else to_cpu(corpus)
        count = count_words(self.corpus, V)  # (V,)
        self.window_size, self.sample_size = window_size, sample_size
        self.seed = int(numpy.random.randint(2**31)) if seed is None else seed
        rng = numpy.random.default_rng(self.seed)
        # Row V of each matrix is nobody's: the word that fills the last block up.
        self.W_in = np.asarray((rng.random((V + 1, H), dtype=numpy.float32) - 0.5) / H)
        self.W_out = np.zeros((V + 1, H), dtype=numpy.float32)
        self.sampler = NegativeSampler(numpy.where(count > 0, count.astype(float) ** power, 0))
        # A word that makes up f of the corpus stays with probability sqrt(t / f) + t / f.
        f = numpy.maximum(count, 1) / count.sum()
        self.keep = numpy.sqrt(subsample / f) + subsample / f if subsample else None
        self.loss_list = []
        self.make_tables()

    @property
    def word_vecs(self):
        return self.W_in[:-1]

    @property
    def params(self):
        return [self.W_in[:-1], self.W_out[:-1]]

    def fit(self, max_epoch=5, lr=None, min_lr=0.0001, processes=1, progress=True):
        """Go through the corpus ``max_epoch`` times.

        An interrupt (Ctrl-C) leaves in the model what has been learnt so far.

        Parameters
        ----------
        max_epoch : int, 1 or more
        lr, min_lr : float
            The learning rate falls linearly from ``lr`` (by default 0.025 for
            skip-gram, 0.25 for CBOW) to ``min_lr``.
        processes : int, 1 or more
            Several share the weights' memory and write without waiting for
            each other (Niu et al., 2011, "Hogwild!"), so that a run no longer
            repeats itself.  In a script, put the call below
            ``if __name__ == "__main__":``, as ``multiprocessing`` asks.
        progress : bool
            Show words a second, loss and time left.
        """
        lr = self.default_lr if lr is None else lr
        check_fit_arguments(max_epoch, lr, min_lr, processes, self.W_in)
        N = len(self.corpus)
        job = Job(self, lr, min(lr, min_lr), numpy.full(max_epoch * portions(N), numpy.nan))
        with Progress(max_epoch * N, progress) as bar:
            try:
                if processes == 1:
                    job.work(itertools.count().__next__, bar)
                else:
                    work_together(job, processes, bar)
            finally:
                self.loss_list += job.losses[numpy.isfinite(job.losses)].tolist()

    def train_portion(self, ids, rng, lr, lr_after):
        """Train on up to PORTION words, while the learning rate goes from ``lr`` to ``lr_after``.

        Returns
        -------
        loss : float
            The mean over the pairs of some of its blocks; 0 if there are none.
        """
        text = Blocks(ids, rng, self)
        scratch = Scratch()
        moved = array_module(self.W_in).zeros(len(self.W_in), dtype=self.W_in.dtype)
        total = pairs = 0
        for i in range(0, text.blocks, M):
            with_loss = i % (32 * M) == 0
            loss, n, gradients = self.gradient(text.batch(i, i + M), scratch, with_loss)
            total, pairs = total + loss, pairs + n
            for W, idx, rows in gradients:
                add_rows(W, idx, rows, lr + (lr_after - lr) * i / text.blocks, moved)
        return total / pairs if pairs else 0.0


class FastSkipGram(FastWord2Vec):
    """Guess each of a word's contexts from its vector."""

    default_lr = 0.025
    Q = 16

    def make_tables(self):
        Q = self.Q
        inside = within_reach(self.window_size)  # (R, J)
        negative = inside.sum(axis=1, keepdims=True) * (self.sample_size / Q)
        # One row for each place in the block and each reach: 1 for a context within
        # reach; for a negative, its share of the contexts' negatives; and sigma's 1/2.
        weight = numpy.concatenate([inside, negative.repeat(Q, axis=1)], axis=1) / 2
        self.weight = np.asarray(weight, dtype=numpy.float32)  # (R, J + Q)
        self.sign = np.asarray([1] * inside.shape[1] + [-1] * Q, dtype=numpy.float32)

    def gradient(self, batch, scratch, with_loss):
        """The loss of M blocks, and what it asks of the vectors.

        Parameters
        ----------
        batch : centers (M, B), windows (M, J), negatives (M, Q), reach (M, B)
            See :class:`Blocks`.
        scratch : Scratch
        with_loss : bool
            Compute the loss too, which the gradient does not need.

        Returns
        -------
        loss, pairs : sum over the pairs, and how many they are; or 0, 0
        gradients : [(W_in, ids, rows), (W_out, ids, rows)]
            ``dL/dW[id]`` is the sum of the rows that belong to ``id``.
        """
        centers, windows, negatives, reach = batch
        words = array_module(windows).concatenate([windows, negatives], axis=1)  # (M, J+Q)
        U = scratch.take("U", self.W_in, centers)  # (M, B, H)
        R = scratch.take("R", self.W_out, words)  # (M, J+Q, H)
        weight = scratch.take("weight", self.weight, reach)  # (M, B, J+Q)
        S = scratch.matmul("S", U, R.transpose(0, 2, 1))  # (M, B, J+Q) every score
        loss = pairs = 0
        if with_loss:
            loss = weighted_loss(S, self.sign, weight)
            pairs = 2 * float(weight[:, :, : windows.shape[1]].sum())
        G = score_gradient(S, self.sign, weight)  # (M, B, J+Q)
        # s_bj = u_b . r_j, so dL/du_b = sum_j g_bj r_j and dL/dr_j = sum_b g_bj u_b
        dU = scratch.matmul("dU", G, R)  # (M, B, H)
        dR = scratch.matmul("dR", G.transpose(0, 2, 1), U)  # (M, J+Q, H)
        return loss, pairs, [(self.W_in, centers, dU), (self.W_out, words, dR)]


class FastCBOW(FastWord2Vec):
    """Guess a word from the mean of its contexts' vectors."""

    default_lr = 0.25  # each context gets 1/C of the gradient; C is 6 on average
    Q = 8  # a word has one pair here, and six as a center of a skip-gram

    def make_tables(self):
        Q = self.Q
        inside = within_reach(self.window_size)  # (R, J)
        mean = inside / numpy.maximum(inside.sum(axis=1, keepdims=True), 1)
        self.mean = np.asarray(mean, dtype=numpy.float32)  # (R, J)
        # Word b's own score is its only positive one; of the others' it has none.
        weight = numpy.concatenate([numpy.eye(B), numpy.full((B, Q), self.sample_size / Q)], axis=1)
        self.weight = np.asarray(weight / 2, dtype=numpy.float32)  # (B, B+Q)
        self.sign = np.asarray([1] * B + [-1] * Q, dtype=numpy.float32)

    def gradient(self, batch, scratch, with_loss):
        """As in :meth:`FastSkipGram.gradient`; a pair is a word and the mean of its contexts."""
        centers, windows, negatives, reach = batch
        words = array_module(windows).concatenate([centers, negatives], axis=1)  # (M, B+Q)
        C = scratch.take("C", self.W_in, windows)  # (M, J, H)
        R = scratch.take("R", self.W_out, words)  # (M, B+Q, H)
        A = scratch.take("A", self.mean, reach)  # (M, B, J) each row sums to 1
        h = scratch.matmul("h", A, C)  # (M, B, H)
        S = scratch.matmul("S", h, R.transpose(0, 2, 1))  # (M, B, B+Q)
        loss = pairs = 0
        if with_loss:
            has_context = A.any(axis=2, keepdims=True)  # (M, B, 1)
            loss = weighted_loss(S, self.sign, self.weight * has_context)
            pairs = int(has_context.sum())
        G = score_gradient(S, self.sign, self.weight)  # (M, B, B+Q)
        dh = scratch.matmul("dh", G, R)  # (M, B, H)
        dR = scratch.matmul("dR", G.transpose(0, 2, 1), h)  # (M, B+Q, H)
        # h_b = sum_j a_bj c_j, so dL/dc_j = sum_b a_bj dL/dh_b: a context gets its 1/C
        dC = scratch.matmul("dC", A.transpose(0, 2, 1), dh)  # (M, J, H)
        return loss, pairs, [(self.W_in, windows, dC), (self.W_out, words, dR)]


def score_gradient(S, sign, weight):
    """Turn scores into their gradients, in place.

    ``sigma(s) = (tanh(s/2) + 1) / 2``, which cannot overflow, so
    ``dL/ds = sigma(s) - t = (tanh(s/2) - sign) / 2`` with a sign of 1 for a
    context and -1 for a negative.

    Parameters
    ----------
    S : array, shape (M, B, n)
    sign : array, shape (n,)
    weight : array, shape (M, B, n) or (B, n)
        Half of what a pair counts; 0 for two words that are no pair.
    """
    S *= 0.5
    array_module(S).tanh(S, out=S)
    S -= sign
    S *= weight
    return S


def weighted_loss(S, sign, weight):
    """The sum of the pairs' cross entropies; arguments as in :func:`score_gradient`."""
    return float((2 * weight * binary_cross_entropy(S, sign > 0)).sum())


def add_rows(W, idx, rows, lr, moved):
    """A step of descent: ``W[idx] -= lr * rows``, repeated indices every time.

    The rows were all computed from the same ``W``.  A word that occurs a hundred
    times in them would take a hundred steps at once, all in the direction that was
    right before the first, and overshoot until it diverges.  So a vector whose
    steps add up to a length above LIMIT gets each of them shortened by one
    factor, to LIMIT.  No vector moves further, so none can run away.

    Parameters
    ----------
    W : array, shape (V + 1, H), changed in place
    idx : int array, any shape
    rows : array, the shape of idx and (H,)
    lr : float
    moved : array of zeros, shape (V + 1,)
        To add lengths up in; all zeros again afterwards.
    """
    xp = array_module(W)
    idx, rows = idx.reshape(-1), rows.reshape(-1, W.shape[1])  # (n,), (n, H)
    xp.add.at(moved, idx, lr * xp.sqrt(xp.einsum("nh,nh->n", rows, rows)))
    step = -lr * LIMIT / xp.maximum(moved[idx], LIMIT)  # (n,)
    moved[idx] = 0
    if xp is numpy and csc_matvecs:
        # W += P @ rows, with a sparse matrix P, (V + 1, n), that holds step_j in row idx_j of
        # column j.  SciPy's own loop for this product adds to W where it stands, for a
        # twentieth of the time of np.add.at; its public form P @ rows would first need
        # sorted ids and then a new matrix as large as W.
        columns = numpy.arange(len(idx) + 1)
        csc_matvecs(len(W), len(idx), W.shape[1], columns, idx, step, rows.ravel(), W.reshape(-1))
    else:
        xp.add.at(W, idx, step[:, None] * rows)


class Scratch:
    """Memory to compute in, by name, made once: fresh memory costs as much as the arithmetic."""

    def __init__(self):
        self.arrays = {}

    def array(self, name, shape, like):
        if name not in self.arrays:  # only the last blocks of a portion are fewer than the first
            self.arrays[name] = array_module(like).empty(shape, dtype=like.dtype)
        return self.arrays[name][: shape[0]]

    def take(self, name, W, idx):
        """``W[idx]``"""
        out = self.array(name, (*idx.shape, W.shape[1]), W)
        if array_module(W) is not numpy:
            return W.take(idx, axis=0, out=out)
        # No index is outside; without "clip" NumPy would fill a buffer first, in case one is.
        return numpy.take(W, idx, axis=0, out=out, mode="clip")

    def matmul(self, name, x, y):
        """``x @ y``"""
        out = self.array(name, (*x.shape[:2], y.shape[2]), x)
        return array_module(x).matmul(x, y, out=out)


class Blocks:
    """A portion of running text, cut into blocks, with windows and negatives drawn.

    Parameters
    ----------
    ids : int array, shape (n,)
        -1 ends a sentence.
    rng : numpy.random.Generator
    model : FastWord2Vec

    Attributes
    ----------
    centers : int array, shape (blocks, B)
        The words in reading order; what fills the last block up is word V.
    windows : (blocks, J)
        The w words before a block, its own, and the w words after it.
    negatives : (blocks, Q)
    reach : (blocks, B)
        The row of :func:`within_reach` for each word.
    """

    def __init__(self, ids, rng, model):
        w, fill = model.window_size, len(model.W_in) - 1
        sentence = (ids < 0).cumsum()
        stays = ids >= 0
        if model.keep is not None:
            stays &= rng.random(len(ids)) < model.keep[ids]
        ids, sentence = ids[stays], sentence[stays]
        n = len(ids)
        self.blocks = blocks = -(-n // B)
        padded = numpy.full(w + blocks * B + w, fill)
        padded[w : w + n] = ids
        windows = numpy.lib.stride_tricks.sliding_window_view(padded, w + B + w)[::B]
        reach = numpy.zeros(blocks * B, dtype=int)
        reach[:n] = draw_reach(sentence, w, rng)
        reach += numpy.arange(blocks * B) % B * (w + 1) ** 2
        arrays = (
            padded[w : w + blocks * B].reshape(blocks, B),
            windows,
            model.sampler.draw((blocks, model.Q), rng),
            reach.reshape(blocks, B),
        )
        # To where the weights are.
        xp = array_module(model.W_in)
        self.centers, self.windows, self.negatives, self.reach = map(xp.asarray, arrays)

    def batch(self, start, stop):
        rows = slice(start, stop)
        return self.centers[rows], self.windows[rows], self.negatives[rows], self.reach[rows]


def draw_reach(sentence, w, rng):
    """How far each word's window reaches, cut off at its sentence's ends.

    Parameters
    ----------
    sentence : int array, shape (n,), never falling
        Which sentence each word belongs to.

    Returns
    -------
    reach : int array, shape (n,)
        ``left * (w + 1) + right``
    """
    n = len(sentence)
    place = numpy.arange(n)
    first = numpy.flatnonzero(numpy.diff(sentence, prepend=-1))  # (sentences,)
    length = numpy.diff(first, append=n)
    before = place - first.repeat(length)
    after = length.repeat(length) - 1 - before
    size = rng.integers(1, w + 1, n)
    return numpy.minimum(size, before) * (w + 1) + numpy.minimum(size, after)


def within_reach(w):
    """Which words of a window each word pairs with : bool (R, J), R = B (w + 1)^2.

    Row ``b (w + 1)^2 + left (w + 1) + right`` belongs to the block's word b
    when its window reaches so many words to the left and to the right.
    """
    b, left, right, j = numpy.ogrid[:B, : w + 1, : w + 1, : w + B + w]
    distance = j - (w + b)
    inside = (distance >= -left) & (distance <= right) & (distance != 0)
    return inside.reshape(B * (w + 1) ** 2, w + B + w)


class NegativeSampler:
    """Draws word ids, each with a probability proportional to its weight.

    A uniform number falls into word i's stretch of [0, 1).  To find whose
    stretch it is, a table tells in which word each of T equal steps begins;
    from there it is seldom far.

    Parameters
    ----------
    weight : array, shape (V,), not negative
    """

    def __init__(self, weight):
        upper = weight.cumsum()
        self.upper = upper / upper[-1]  # (V,) up to exactly 1
        steps = max(2**16, len(weight))
        self.begin = self.upper.searchsorted(numpy.arange(steps) / steps, side="right")

    def draw(self, shape, rng):
        """Independent draws : int array of that shape"""
        uniform = rng.random(shape).reshape(-1)
        ids = self.begin[(uniform * len(self.begin)).astype(int)]
        later = numpy.flatnonzero(self.upper[ids] <= uniform)
        while len(later):
            ids[later] += 1
            later = later[self.upper[ids[later]] <= uniform[later]]
        return ids.reshape(shape)


def count_words(corpus, vocab_size):
    """How often each word occurs : int array, (V,); -1 counts for nothing.

    Raises
    ------
    ValueError : the corpus is not one-dimensional, or holds fewer than 2 different words.
    TypeError, IndexError : its ids are not integers from -1 to ``vocab_size - 1``.
    """
    if corpus.ndim != 1:
        raise ValueError(f"a corpus of shape {corpus.shape}; allowed is (N,)")
    count = numpy.zeros(vocab_size, dtype=int)
    for start in range(0, len(corpus), 2**20):
        piece = numpy.asarray(corpus[start : start + 2**20])
        ids = as_ids(piece[piece != -1], vocab_size, "corpus")
        count += numpy.bincount(ids, minlength=vocab_size)
    words = int((count > 0).sum())
    if words < 2:
        raise ValueError(f"a corpus of {words} different words; at least 2 are needed")
    return count


@dataclass
class Job:
    """What there is to do, for one process or several."""

    model: FastWord2Vec
    lr: float
    min_lr: float
    losses: numpy.ndarray  # one for each portion; NaN is still to do

    def work(self, next_portion, progress=None):
        """Train on one portion after another until none is left."""
        model, total = self.model, len(self.losses)
        while (i := next_portion()) < total:
            start = i % portions(len(model.corpus)) * PORTION
            # Its own random stream, whichever process comes to train it.
            rng = numpy.random.default_rng([model.seed, len(model.loss_list) + i])
            lr, after = (self.lr + (self.min_lr - self.lr) * n / total for n in (i, i + 1))
            ids = numpy.asarray(model.corpus[start : start + PORTION])
            self.losses[i] = model.train_portion(ids, rng, lr, after)
            if progress:
                progress.show(self.losses)

    def with_arrays(self, W_in, W_out, losses, corpus):
        """The same job on other arrays."""
        model = copy.copy(self.model)
        model.W_in, model.W_out, model.corpus = W_in, W_out, corpus
        return Job(model, self.lr, self.min_lr, losses)


def portions(words):
    return -(-words // PORTION)


class Progress(tqdm):
    """A bar with words a second, loss and time left."""

    def __init__(self, words, show):
        # Nothing is said about `disable` where it is to show, so that TQDM_DISABLE is obeyed.
        hidden = {} if show else {"disable": True}
        super().__init__(total=words, unit=" words", unit_scale=True, **hidden)

    def show(self, losses):
        done = losses[numpy.isfinite(losses)]
        if len(done):
            self.set_postfix(loss=f"{done[-8:].mean():.3f}", refresh=False)
            self.update(int(self.total * len(done) / len(losses)) - self.n)


# Several processes: each takes the next portion, and all write to the same weights.


def work_together(job, processes, progress):
    """Do a job with ``processes - 1`` more processes than this one."""
    context = get_context("spawn")  # the one way that every system has
    model, arrays = job.model, (job.model.W_in, job.model.W_out, job.losses)
    with contextlib.ExitStack() as stack:
        shared = [stack.enter_context(shared_copy(array)) for array in (*arrays, model.corpus)]
        W_in, W_out, losses = (s.array() for s in shared[:3])
        taken = context.Value("q", 0)
        bare = job.with_arrays(None, None, None, None)
        others = []
        try:
            for _ in range(min(processes, len(losses)) - 1):
                other = context.Process(target=take_part, args=(bare, shared, taken))
                other.start()
                others.append(other)
            job.with_arrays(W_in, W_out, losses, model.corpus).work(lambda: take(taken), progress)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold on to the shared memory
            raise
        finally:
            taken.value = len(losses)  # nothing is left to take: the others end soon
            for other in others:
                other.join()
            progress.show(losses)
            for mine, ours in zip(arrays, (W_in, W_out, losses), strict=True):
                mine[...] = ours
            del W_in, W_out, losses, ours
    failed = [other.exitcode for other in others if other.exitcode]
    if failed:
        raise RuntimeError(
            f"{len(failed)} of {processes} processes ended early, with exit codes {failed}; "
            "the model holds what was learnt"
        )


def take_part(job, shared, taken):
    """What every other process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process decides
    first = parent_process()
    job = job.with_arrays(*(s.array() for s in shared))
    # If the first process is killed, nobody waits for the work any more.
    job.work(lambda: take(taken) if first.is_alive() else len(job.losses))


def take(taken):
    """The number of the next portion that nobody has taken."""
    with taken.get_lock():
        taken.value += 1
        return taken.value - 1


class SharedArray:
    """An array that other processes reach by unpickling this object."""

    def __init__(self, array):
        self.shape, self.dtype = array.shape, array.dtype
        self.memory = SharedMemory(create=True, size=max(1, array.nbytes))
        self.array()[...] = array

    def array(self):
        return numpy.ndarray(self.shape, self.dtype, self.memory.buf)


class MappedArray:
    """A ``numpy.memmap`` that other processes reach by unpickling this object."""

    def __init__(self, array):
        self.arguments = array.filename, array.dtype, "r", array.offset, array.shape

    def array(self):
        return numpy.memmap(*self.arguments)


@contextlib.contextmanager
def shared_copy(array):
    """A SharedArray, gone at the end of the ``with`` block; or a MappedArray."""
    if isinstance(array, numpy.memmap) and array.filename:
        yield MappedArray(array)
        return
    # Linux would end the process without a word if it wrote to more memory than there is.
    folder = "/dev/shm"
    if os.path.isdir(folder) and shutil.disk_usage(folder).free < array.nbytes:
        raise MemoryError(
            f"processes need {array.nbytes:,} bytes of shared memory; {folder} has "
            f"{shutil.disk_usage(folder).free:,} (in a container, --shm-size sets it)"
        )
    shared = SharedArray(array)
    try:
        yield shared
    finally:
        shared.memory.unlink()
        shared.memory.close()


# What the arguments may be.


def check_arguments(vocab_size, hidden_size, window_size, power, sample_size, subsample):
    """Refuse what cannot train, with a ValueError that names the value and what is allowed."""
    if vocab_size < 2:
        raise ValueError(f"vocab_size={vocab_size}; allowed is 2 or more")
    if hidden_size < 1:
        raise ValueError(f"hidden_size={hidden_size}; allowed is 1 or more")
    if not 1 <= window_size <= 50:
        raise ValueError(f"window_size={window_size}; allowed is 1 to 50")
    if not 0 <= power < float("inf"):
        raise ValueError(f"power={power}; allowed is a finite number, 0 or more")
    if sample_size < 1:
        raise ValueError(f"sample_size={sample_size}; allowed is 1 or more")
    if not 0 <= subsample < float("inf"):
        raise ValueError(f"subsample={subsample}; allowed is 0, or a number like 0.001")


def check_fit_arguments(max_epoch, lr, min_lr, processes, W):
    """Likewise."""
    if max_epoch < 1:
        raise ValueError(f"max_epoch={max_epoch}; allowed is 1 or more")
    if not 0 < lr < float("inf") or not 0 <= min_lr < float("inf"):
        raise ValueError(f"lr={lr}, min_lr={min_lr}; allowed are finite numbers, 0 < lr")
    if processes < 1:
        raise ValueError(f"processes={processes}; allowed is 1 or more")
    if processes > 1 and array_module(W) is not numpy:
        raise ValueError(f"processes={processes} with weights on a GPU; allowed is 1")


# The command.


def main(arguments=None):
    """``python -m common.fast_word2vec``: returns the exit status."""
    args = parse(arguments)
    try:
        with open_corpus(args.corpus, args.min_count, args.errors, not args.quiet) as (ids, words):
            train_and_save(args, ids, words)
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        print(
            f"{args.corpus}: {error}" if isinstance(error, MemoryError) else error, file=sys.stderr
        )
        return 1
    return 0


def train_and_save(args, corpus, words):
    model = {"skip-gram": FastSkipGram, "cbow": FastCBOW}[args.model](
        len(words),
        args.size,
        args.window,
        corpus,
        sample_size=args.negative,
        subsample=args.sample,
        seed=args.seed,
    )
    try:
        model.fit(args.epochs, args.lr, processes=args.processes, progress=not args.quiet)
    except KeyboardInterrupt:
        print("interrupted: saving what has been learnt so far", file=sys.stderr)
    Embeddings(model.word_vecs, words).save(args.out, binary=args.binary)
    if not args.quiet:
        print(f"{args.out}: {len(words):,} words, {args.size} numbers each", file=sys.stderr)


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m common.fast_word2vec",
        description="Train word vectors on a UTF-8 text file: words between blanks, a sentence a "
        "line. Ctrl-C stops early and saves.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("corpus", help="the text file")
    add("--out", required=True, help="where the vectors go, in the word2vec format")
    add("--binary", action="store_true", help="write the binary format")
    add("--model", choices=["skip-gram", "cbow"], default="skip-gram", help="what to train")
    add("--size", type=int, default=100, help="numbers in a vector")
    add("--window", type=int, default=5, help="largest distance of two words that pair")
    add("--negative", type=int, default=5, help="negatives for a pair")
    add(
        "--sample",
        type=float,
        default=0.001,
        help="leave out words more frequent than this; 0: none",
    )
    add("--min-count", type=int, default=5, help="leave out words that occur less often")
    add("--epochs", type=int, default=5, help="how often to go through the text")
    add("--lr", type=float, help="learning rate at the start (skip-gram 0.025, CBOW 0.25)")
    add("--processes", type=int, default=1, help="processes that share the work")
    add("--seed", type=int, default=1, help="for everything random")
    add("--errors", choices=["strict", "replace"], default="strict", help="where it is not UTF-8")
    add("--quiet", action="store_true", help="print errors only")
    args = parser.parse_args(arguments)
    folder = Path(args.out).absolute().parent
    if not os.access(folder, os.W_OK):
        parser.error(f"--out {args.out}: {folder} is no folder that can be written to")
    return args


if __name__ == "__main__":
    sys.exit(main())
