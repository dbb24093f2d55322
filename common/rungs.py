"""The rungs of week 16's climb, as its notebooks derive them: from the slow form to blocks of text.

They are kept to be measured against what ships, :mod:`common.word2vec` and
:mod:`common.fast_word2vec`, in the notebooks ``11_the_climb`` and ``12_what_bounds_it``.

Shapes: N examples (or blocks) at a time, C contexts an example, K negatives an
example, H hidden, V words; B words in a block, m window, J = m + B + m words in
and around a block, Q negatives that it shares.

A gradient is a list of (W, ids, rows): ``dL/dW[id]`` is the sum of the rows
that belong to ``id``.  Nothing here is random; what was drawn comes in.
"""

import time

import numpy as np

from common.functions import binary_cross_entropy, sigmoid
from common.layers import Embedding, EmbeddingDot, SigmoidWithLoss
from common.negative_sampling import draw_words

__all__ = [
    "SlowCBOW",
    "SlowLoss",
    "SlowSampler",
    "SlowSkipGram",
    "band",
    "block_gradient",
    "cbow_blocks",
    "cbow_pairs",
    "cut",
    "held_out_loss",
    "pair_gradient",
    "skipgram_blocks",
    "skipgram_pairs",
    "turn_seconds",
]


def turn_seconds(calls, turns=5):
    """Time calls one after the other, and again, so that all meet the same disturbances.

    Derived in week 1, notebook 3.

    Parameters
    ----------
    calls : dict, name -> function without arguments

    Returns
    -------
    seconds : dict, name -> array, shape (turns,)
        Processor time.  The median of ``seconds[a] / seconds[b]`` says how much longer a takes.
    """
    seconds = {name: np.zeros(turns) for name in calls}
    for turn in range(turns):
        for name, call in calls.items():
            start = time.process_time()
            call()
            seconds[name][turn] = time.process_time() - start
    return seconds


def held_out_loss(questions, W_out, upper, K=5):
    """Negative-sampling loss on text that is not trained on, the mean over positives.

    Parameters
    ----------
    questions : list of (h, positive), arrays of shapes (N, H) and (N,)
        Hidden vectors, and the words for which the answer is yes.
    W_out : array, shape (V, H)
    upper : array, shape (V,)
        Where each word's stretch ends: the K negatives are drawn from it, always the same.
    """
    rng, losses = np.random.default_rng(0), []
    for h, positive in questions:
        negatives = draw_words(upper, rng.random((len(h), K)))
        asked = np.column_stack([positive, negatives])  # (N, 1+K)
        s = np.einsum("nd,nkd->nk", h, W_out[asked])  # (N, 1+K)
        label = np.arange(1 + K) == np.zeros((len(h), 1))
        losses.append(binary_cross_entropy(s, label).sum(axis=1))  # (1)
    return float(np.concatenate(losses).mean(dtype=float))


class SlowSampler:
    """Negatives for one target after the other, each from its own copy of all probabilities.

    Derived in week 16, notebook 11.

    Parameters
    ----------
    word_p : array, shape (V,)
        The probability of each word.
    sample_size : int
        K, the words drawn for each target.
    """

    def __init__(self, word_p, sample_size):
        self.word_p, self.sample_size = word_p, sample_size

    def get_negative_sample(self, target):
        """target : (N,) -> negatives : (N, K), distinct in each row, none the target"""
        rows = []
        for word in target:
            p = self.word_p.copy()
            p[word] = 0
            rows.append(np.random.choice(len(p), self.sample_size, replace=False, p=p / p.sum()))
        return np.array(rows)


class SlowLoss:
    """Negative sampling with one layer, and one dense gradient, for each of the 1 + K questions.

    Derived in week 16, notebook 11.
    """

    def __init__(self, W, sampler):
        self.sampler = sampler
        self.dots = [EmbeddingDot(W) for _ in range(1 + sampler.sample_size)]
        self.losses = [SigmoidWithLoss() for _ in self.dots]
        self.params = [p for dot in self.dots for p in dot.params]
        self.grads = [g for dot in self.dots for g in dot.grads]

    def forward(self, h, target):
        """h : (N, H), target : (N,) -> loss : scalar"""
        asked = np.column_stack([target, self.sampler.get_negative_sample(target)])
        total = 0
        for k, (dot, loss) in enumerate(zip(self.dots, self.losses, strict=True)):
            label = np.full(len(h), int(k == 0))
            total += loss.forward(dot.forward(h, asked[:, k]), label)
        return total

    def backward(self, dout=1):
        """dout : scalar -> dh : (N, H)"""
        layers = zip(self.dots, self.losses, strict=True)
        return sum(dot.backward(loss.backward(dout)) for dot, loss in layers)


class SlowSkipGram:
    """Skip-gram with one :class:`SlowLoss` for each of its C contexts; they share W_out.

    Derived in week 16, notebook 11.
    """

    def __init__(self, W_in, W_out, sampler, C):
        self.embed = Embedding(W_in)
        self.losses = [SlowLoss(W_out, sampler) for _ in range(C)]
        self.params = self.embed.params + [p for loss in self.losses for p in loss.params]
        self.grads = self.embed.grads + [g for loss in self.losses for g in loss.grads]

    def forward(self, contexts, target):
        """contexts : (N, C), target : (N,) -> loss : scalar"""
        h = self.embed.forward(target)
        return sum(loss.forward(h, contexts[:, c]) for c, loss in enumerate(self.losses))

    def backward(self, dout=1):
        self.embed.backward(sum(loss.backward(dout) for loss in self.losses))


class SlowCBOW:
    """CBOW with one layer for each of its C contexts; they share W_in.

    Derived in week 16, notebook 11.
    """

    def __init__(self, W_in, W_out, sampler, C):
        self.embeds = [Embedding(W_in) for _ in range(C)]
        self.loss = SlowLoss(W_out, sampler)
        self.params = [p for embed in self.embeds for p in embed.params] + self.loss.params
        self.grads = [g for embed in self.embeds for g in embed.grads] + self.loss.grads

    def forward(self, contexts, target):
        """contexts : (N, C), target : (N,) -> loss : scalar"""
        h = sum(embed.forward(contexts[:, c]) for c, embed in enumerate(self.embeds))
        return self.loss.forward(h / len(self.embeds), target)

    def backward(self, dout=1):
        dh = self.loss.backward(dout) / len(self.embeds)
        for embed in self.embeds:
            embed.backward(dh)


def pair_gradient(h, w):
    """h : (N, H), w : (N, 1+K, H), the positive first -> dh : (N, H), dw : (N, 1+K, H)

    Derived in week 16, notebook 11.
    """
    g = sigmoid(np.einsum("nd,nkd->nk", h, w))  # y
    g[:, 0] -= 1  # y - t
    return np.einsum("nk,nkd->nd", g, w), g[:, :, None] * h[:, None]


def skipgram_pairs(W_in, W_out, word, context, negatives):
    """The gradient of N pairs: word, context : (N,), negatives : (N, K).

    Derived in week 16, notebook 11.
    """
    asked = np.column_stack([context, negatives])  # (N, 1+K)
    dh, dw = pair_gradient(W_in[word], W_out[asked])
    return [(W_in, word, dh), (W_out, asked, dw)]


def cbow_pairs(W_in, W_out, contexts, near, target, negatives):
    """The gradient of N words: contexts, near : (N, C), target : (N,), negatives : (N, K).

    ``near`` is 1 for a context within reach, and 0 for the others.

    Derived in week 16, notebook 11.
    """
    a = (near / near.sum(axis=1, keepdims=True)).astype(W_in.dtype)  # (N, C) rows sum to 1
    h = np.einsum("nc,ncd->nd", a, W_in[contexts])
    asked = np.column_stack([target, negatives])  # (N, 1+K)
    dh, dw = pair_gradient(h, W_out[asked])
    return [(W_in, contexts, a[:, :, None] * dh[:, None]), (W_out, asked, dw)]


def cut(ids, m, B, filler):
    """Running text in blocks: ids, (n,) -> centers, (blocks, B), windows, (blocks, J).

    Where the text has no word stands ``filler``.
    """
    blocks = -(-len(ids) // B)
    padded = np.full(m + blocks * B + m, filler)
    padded[m : m + len(ids)] = ids
    windows = np.lib.stride_tricks.sliding_window_view(padded, m + B + m)[::B]
    return padded[m : m + blocks * B].reshape(blocks, B), windows


def band(centers, windows, reach, filler):
    """Which word of a window is a context of which word of its block : bool (N, B, J).

    Parameters
    ----------
    centers, windows : int arrays, shapes (N, B) and (N, J)
    reach : int array, shape (N, B)
        How far each word's contexts reach.
    filler : int
        The word that pairs with nobody.
    """
    B, J = centers.shape[1], windows.shape[1]
    distance = np.arange(J) - ((J - B) // 2 + np.arange(B)[:, None])  # (B, J)
    pair = (abs(distance) <= reach[..., None]) & (distance != 0)  # (N, B, J)
    return pair & (windows != filler)[:, None, :] & (centers != filler)[:, :, None]


def block_gradient(h, w, a, label):
    """The gradient of blocks: every hidden vector against every row, a pair counting ``a``.

    Derived in week 16, notebook 11, equations (3), (5) and (6).

    Parameters
    ----------
    h : array, shape (..., B, H)
    w : array, shape (..., n, H)
    a, label : arrays, shape (..., B, n), or one that broadcasts to it

    Returns
    -------
    dh, dw : in the shapes of h and w
    """
    S = h @ w.swapaxes(-1, -2)  # (3) every score
    G = a * (sigmoid(S) - label)  # (5)
    return G @ w, G.swapaxes(-1, -2) @ h  # (6)


def skipgram_blocks(W_in, W_out, centers, windows, pair, negatives, K):
    """The gradient of N blocks of skip-gram.

    Derived in week 16, notebook 11, equation (4).

    Parameters
    ----------
    W_in, W_out : arrays, shape (V, H)
    centers, windows, negatives : int arrays, shapes (N, B), (N, J), (N, Q)
    pair : bool array, shape (N, B, J)
        See :func:`band`.
    K : int
        Negatives that each pair has in expectation.
    """
    J, Q = windows.shape[1], negatives.shape[1]
    share = pair.sum(axis=2, keepdims=True) * (K / Q)  # (4)
    a = np.concatenate([pair, share.repeat(Q, axis=2)], axis=2).astype(W_in.dtype)
    words = np.concatenate([windows, negatives], axis=1)  # (N, J+Q)
    dh, dw = block_gradient(W_in[centers], W_out[words], a, np.arange(J + Q) < J)
    return [(W_in, centers, dh), (W_out, words, dw)]


def cbow_blocks(W_in, W_out, centers, windows, pair, negatives, K):
    """The gradient of N blocks of CBOW; parameters as in :func:`skipgram_blocks`.

    Derived in week 16, notebook 11, equations (10) and (11).
    """
    B, Q = centers.shape[1], negatives.shape[1]
    A = (pair / np.maximum(pair.sum(axis=2, keepdims=True), 1)).astype(W_in.dtype)  # (N, B, J)
    a = np.concatenate([np.eye(B), np.full((B, Q), K / Q)], axis=1).astype(W_in.dtype)
    words = np.concatenate([centers, negatives], axis=1)  # (N, B+Q)
    h = A @ W_in[windows]  # (10)
    dh, dw = block_gradient(h, W_out[words], a, np.arange(B + Q) < B)
    dx = A.swapaxes(1, 2) @ dh  # (11)
    return [(W_in, windows, dx), (W_out, words, dw)]
