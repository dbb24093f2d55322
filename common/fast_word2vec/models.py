"""The two fast models: skip-gram and CBOW with negative sampling, computed in blocks.

The objective is word2vec's (Mikolov et al., 2013): a window of random reach
around each word, negatives drawn with probability ``count ** 0.75``, a
learning rate that falls linearly.  What is fast is how it is computed.
Running text is cut into blocks of B words.  A block's words against all words
around them, and against Q negatives that the block shares, are one small
matrix product; a mask keeps the pairs that are within reach; two more
products give all gradients.

To share negatives, so that vectors become matrices, is the idea of Ji et al.,
2016, "Parallelizing Word2Vec in Shared and Distributed Memory".  They batch
the contexts of one word against that word and K negatives, 1 + K outputs.
The block of running text, and the mask over its band of pairs, are this
course's own step.

Shapes: V words, H hidden, m window size, N blocks at a time, B words in a
block, J = m + B + m words in and around it, Q negatives that it shares.
"""

from pathlib import Path

import numpy

from common.checkpoint import Checkpoint, fingerprint
from common.fast_word2vec.arguments import (
    as_seed,
    check_arguments,
    check_fit_arguments,
    count_words,
)
from common.fast_word2vec.arithmetic import Scratch, add_rows, score_gradient, weighted_loss
from common.fast_word2vec.blocks import BATCH_BLOCKS, BLOCK_WORDS, Blocks, context_masks
from common.fast_word2vec.sampler import NegativeSampler
from common.fast_word2vec.training import Progress, Run, portions
from common.fast_word2vec.workers import train_together
from common.finite import check_finite
from common.interrupts import StopSignals
from common.negative_sampling import keep_probability, word_probabilities
from common.np import array_module, np, to_cpu
from common.run import check_device

__all__ = ["FastCBOW", "FastSkipGram"]

LOSS_EVERY = 32  # batches: the loss costs as much as the gradient, so few batches compute it


class FastWord2Vec:
    """What the two fast models share: sampling, the loop over the corpus, and processes.

    Parameters
    ----------
    vocab_size, hidden_size : int
        V and H.
    window_size : int
        m, the largest reach of a window; each word's own is drawn from 1 ... m.
    corpus : int array, shape (N,)
        Word ids; -1 ends a sentence, and no window reaches across it.  May be
        a ``numpy.memmap``, larger than memory.
    power, sample_size : float, int
        Negatives are drawn independently, with probability ``count ** power``,
        so a draw may hit the context itself.  A pair has ``sample_size`` of them in
        expectation: the Q that a block shares count ``sample_size / Q`` each.
    subsample : float
        threshold of :func:`common.negative_sampling.keep_probability`, by word2vec's C
        code: frequent words are left out at random; 0 keeps every word.
    seed : int or numpy.random.Generator, optional
        One process with a seed repeats itself.  From a generator it is drawn, by
        default from ``np.random``.

    Attributes
    ----------
    word_vecs : W_in, float32 array, shape (V, H)
    params : (W_in, W_out)
        To start from other vectors, write into them: ``model.word_vecs[...] = vectors``,
        which is what ``model.word_vecs = vectors`` does too.
    loss_list : list of float
        One loss for each portion of 65,536 words: the mean over pairs of a word
        and a context (CBOW: over words), with ``sample_size`` negatives each.
        It is taken on every 32nd batch of 32 blocks, so on 2,048 of the
        portion's words, before the step that they make.

    Raises
    ------
    ValueError, IndexError, TypeError : an argument that allows no training.

    Notes
    -----
    Loss and gradient are not those of :mod:`common.word2vec`, also not in
    expectation.  Here a window's reach is random, so that a pair at distance d
    counts with the probability (m + 1 - d) / m; negatives are drawn
    independently, and may be the context itself; and a step has a limit
    (:func:`common.fast_word2vec.arithmetic.add_rows`).  Before that limit, the
    expectation is that of the pair-by-pair form in the ladder notebook.
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
        self.corpus = corpus if isinstance(corpus, numpy.memmap) else to_cpu(corpus)
        counts = count_words(self.corpus, vocab_size)  # (V,)
        self.window_size, self.sample_size = window_size, sample_size
        self.chosen = seed is not None
        self.seed = as_seed(seed)
        self.make_weights(vocab_size, hidden_size)
        self.sampler = NegativeSampler(word_probabilities(counts, power))
        self.keep = keep_probability(counts, subsample) if subsample else None
        self.loss_list = []
        self.checkpoint = None  # the file that this model writes
        self.make_tables()

    def make_weights(self, V, H):
        rng = numpy.random.default_rng(self.seed)
        W_in = (rng.random((V + 1, H), dtype=numpy.float32) - 0.5) / H
        # Row V of each matrix is nobody's: the word that fills the last block up.
        self.W_in = np.asarray(W_in)
        self.W_out = np.zeros_like(self.W_in)

    @property
    def word_vecs(self):
        return self.W_in[:-1]

    @word_vecs.setter
    def word_vecs(self, vectors):
        if numpy.shape(vectors) != self.word_vecs.shape:
            shapes = f"{numpy.shape(vectors)}; allowed is {self.word_vecs.shape}"
            raise ValueError(f"word_vecs of shape {shapes}")
        self.word_vecs[...] = array_module(self.W_in).asarray(vectors)

    @property
    def params(self):
        return self.W_in[:-1], self.W_out[:-1]

    def fit(
        self, max_epoch=5, lr=None, min_lr=0.0001, processes=1, progress=True, *, checkpoint=None
    ):
        """Go through the corpus ``max_epoch`` times.

        An interrupt waits for the end of a portion (65,536 words), and leaves in
        the model what has been learnt so far.

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
            ``if __name__ == "__main__":``, as ``multiprocessing`` asks; a class
            of your own belongs in a module, not in a notebook's cell.  To start
            a process takes a second, so on a short text one is the fastest.
        progress : bool
            Show words a second, loss and time left.
        checkpoint : path, optional
            An ``.npz`` file for this one run, written once a minute, at an
            interrupt and at the end.  If it exists, the run that it holds goes
            on; with one process, bit for bit as if nothing had stopped it.
            Corpus and arguments must be the same, ``processes`` may differ.

        Raises
        ------
        ValueError : an argument that allows no training, or a checkpoint that is
            damaged or of another training.
        RuntimeError : a process died; the model holds what was learnt.
        FloatingPointError : weights or a step are not finite; the message says which.
        """
        lr = self.default_lr if lr is None else lr
        check_fit_arguments(max_epoch, lr, min_lr, processes, self.W_in)
        check_device(self.params)
        N = len(self.corpus)
        losses = numpy.full(max_epoch * portions(N), numpy.nan)
        run = Run(self, lr, min(lr, min_lr), losses, list(self.loss_list))
        file = self.open_checkpoint(checkpoint, run, max_epoch) if checkpoint else None
        check_finite("params", self.params)
        keep = (lambda run: file.step(run.state)) if file else (lambda run: None)
        with StopSignals() as signals, Progress(max_epoch * N, progress) as bar:
            go_on = lambda: signals.asked is None
            whole = True  # whether each step was done to its end
            try:
                if processes == 1:
                    run.train(run.numbers(go_on), bar, keep)
                else:
                    train_together(run, processes, bar, go_on, keep)
            except FloatingPointError:
                whole = False
                raise
            finally:
                before, self.loss_list = self.loss_list, run.record()
                if file and whole:
                    file.unsaved = self.loss_list != before
                    file.write(run.state)

    def open_checkpoint(self, path, run, max_epoch):
        """The file of a run; if it exists, all is put back as it stood there."""
        V, H = self.word_vecs.shape
        about = {
            "model": type(self).__name__,
            "vocab_size": V,
            "hidden_size": H,
            "window_size": self.window_size,
            "sample_size": self.sample_size,
            "probabilities of negatives": fingerprint(self.sampler.upper),
            "probabilities to stay": None if self.keep is None else fingerprint(self.keep),
            "seed": self.seed if self.chosen else "any",
            "corpus": fingerprint(self.corpus),
            "max_epoch": max_epoch,
            "lr": run.lr,
            "min_lr": run.min_lr,
        }
        file = Checkpoint(Path(path).resolve(), about)
        if file.state is not None:
            if self.checkpoint != file.path and run.before != file.state["before"]:
                raise ValueError(
                    f"{path} holds a run that began after {len(file.state['before'])} portions; "
                    f"this model has trained on {len(run.before)}, which would be lost. Go on "
                    "with a new model, or give another path"
                )
            run.go_on_from(file.state)
            self.loss_list = run.record()
        self.checkpoint = file.path
        return file

    def train_portion(self, ids, rng, lr, lr_after):
        """Train on one portion of words, while the learning rate goes from ``lr`` to ``lr_after``.

        Returns
        -------
        loss : float
            The mean over the pairs of every 32nd batch; 0 if there are none.
        """
        text = Blocks(ids, rng, self)
        scratch = Scratch()
        moved = array_module(self.W_in).zeros(len(self.W_in), dtype=self.W_in.dtype)
        total = pairs = 0
        for step, start in enumerate(range(0, text.blocks, BATCH_BLOCKS)):
            batch = text.batch(start, start + BATCH_BLOCKS)
            loss, n, gradients = self.gradient(batch, scratch, step % LOSS_EVERY == 0)
            total, pairs = total + loss, pairs + n
            rate = lr + (lr_after - lr) * start / text.blocks
            for name, (W, idx, rows) in zip(("W_in", "W_out"), gradients, strict=True):
                try:
                    add_rows(W, idx, rows, rate, moved)
                except FloatingPointError as error:
                    raise FloatingPointError(f"{name} stays as it was: {error}") from None
        return total / pairs if pairs else 0.0


class FastSkipGram(FastWord2Vec):
    """Guess each of a word's contexts from its vector."""

    default_lr = 0.025
    Q = 16

    def make_tables(self):
        masks = context_masks(self.window_size)
        masks = masks.reshape(-1, masks.shape[-1])  # (B (m+1)^2, J)
        # A word has sample_size negatives for each of its contexts, shared out among Q.
        negative = masks.sum(axis=1, keepdims=True) * (self.sample_size / self.Q)
        weight = numpy.concatenate([masks, negative.repeat(self.Q, axis=1)], axis=1)
        self.weight = np.asarray(weight, dtype=numpy.float32)  # (B (m+1)^2, J+Q)
        self.sign = np.asarray([1] * masks.shape[1] + [-1] * self.Q, dtype=numpy.float32)

    def gradient(self, batch, scratch, with_loss):
        """The loss of N blocks, and what it asks of the vectors.

        Derived in week 16, notebook 11, equations (3) to (6).

        Parameters
        ----------
        batch : centers (N, B), windows (N, J), negatives (N, Q), mask_row (N, B)
            See :class:`common.fast_word2vec.blocks.Blocks`.
        scratch : Scratch
        with_loss : bool
            Compute the loss too, which the gradient does not need.

        Returns
        -------
        loss, pairs : sum over the pairs, and how many they are; or 0, 0
        gradients : [(W_in, ids, rows), (W_out, ids, rows)]
            ``dL/dW[id]`` is the sum of the rows that belong to ``id``.
        """
        centers, windows, negatives, mask_row = batch
        words = array_module(windows).concatenate([windows, negatives], axis=1)  # (N, J+Q)
        h = scratch.take("h", self.W_in, centers)  # (N, B, H)
        w = scratch.take("w", self.W_out, words)  # (N, J+Q, H)
        weight = scratch.take("weight", self.weight, mask_row)  # (N, B, J+Q), (4)
        S = scratch.matmul("S", h, w.transpose(0, 2, 1))  # (N, B, J+Q), (3) every score
        loss = pairs = 0
        if with_loss:
            loss = weighted_loss(S, self.sign, weight)
            pairs = float(weight[:, :, : windows.shape[1]].sum())
        G = score_gradient(S, self.sign, weight)  # (N, B, J+Q), (5)
        # s_bj = h_b . w_j, so dL/dh_b = sum_j g_bj w_j and dL/dw_j = sum_b g_bj h_b
        dh = scratch.matmul("dh", G, w)  # (N, B, H), (6)
        dw = scratch.matmul("dw", G.transpose(0, 2, 1), h)  # (N, J+Q, H), (6)
        return loss, pairs, [(self.W_in, centers, dh), (self.W_out, words, dw)]


class FastCBOW(FastWord2Vec):
    """Guess a word from the mean of its contexts' vectors."""

    default_lr = 0.25  # each context gets 1/C of the gradient; C is 6 on average
    Q = 8  # a word has one pair here, and six as a center of a skip-gram

    def make_tables(self):
        B, Q = BLOCK_WORDS, self.Q
        masks = context_masks(self.window_size)
        masks = masks.reshape(-1, masks.shape[-1])  # (B (m+1)^2, J)
        mean = masks / numpy.maximum(masks.sum(axis=1, keepdims=True), 1)
        self.mean = np.asarray(mean, dtype=numpy.float32)  # each row sums to 1, or to 0
        # Word b's own score is its only positive one; of the others' it has none.
        weight = numpy.concatenate([numpy.eye(B), numpy.full((B, Q), self.sample_size / Q)], axis=1)
        self.weight = np.asarray(weight, dtype=numpy.float32)  # (B, B+Q)
        self.sign = np.asarray([1] * B + [-1] * Q, dtype=numpy.float32)

    def gradient(self, batch, scratch, with_loss):
        """As in :meth:`FastSkipGram.gradient`; a pair is a word and the mean of its contexts.

        Derived in week 16, notebook 11, equations (3), (5), (6), (10) and (11).
        """
        centers, windows, negatives, mask_row = batch
        words = array_module(windows).concatenate([centers, negatives], axis=1)  # (N, B+Q)
        x = scratch.take("x", self.W_in, windows)  # (N, J, H)
        w = scratch.take("w", self.W_out, words)  # (N, B+Q, H)
        A = scratch.take("A", self.mean, mask_row)  # (N, B, J)
        h = scratch.matmul("h", A, x)  # (N, B, H), (10)
        S = scratch.matmul("S", h, w.transpose(0, 2, 1))  # (N, B, B+Q), (3)
        loss = pairs = 0
        if with_loss:
            has_context = A.any(axis=2, keepdims=True)  # (N, B, 1)
            loss = weighted_loss(S, self.sign, self.weight * has_context)
            pairs = int(has_context.sum())
        G = score_gradient(S, self.sign, self.weight)  # (N, B, B+Q), (5)
        dh = scratch.matmul("dh", G, w)  # (N, B, H), (6)
        dw = scratch.matmul("dw", G.transpose(0, 2, 1), h)  # (N, B+Q, H), (6)
        # h_b = sum_j a_bj x_j, so dL/dx_j = sum_b a_bj dL/dh_b: a context gets its 1/C
        dx = scratch.matmul("dx", A.transpose(0, 2, 1), dh)  # (N, J, H), (11)
        return loss, pairs, [(self.W_in, windows, dx), (self.W_out, words, dw)]
