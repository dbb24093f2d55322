"""Negative sampling: a few yes/no questions in place of one question with V answers.

Mikolov et al., 2013, "Distributed Representations of Words and Phrases and
their Compositionality", section 2.2.  Shapes: N examples, H hidden, V words,
K negatives an example.
"""

from common.functions import as_ids
from common.layers import EmbeddingDot, SigmoidWithLoss
from common.np import array_module

__all__ = ["NegativeSamplingLoss", "UnigramSampler"]


class UnigramSampler:
    """Draw words that are not the target, each with probability ``count ** power``.

    The K words of one target are distinct: they are drawn one after another,
    without replacement.

    Parameters
    ----------
    corpus : int array, shape (N,)
        Word ids, in any order.  An id that does not occur is never drawn.
    power : float, 0 or more
        1 draws as often as the corpus does, 0 draws every word alike; word2vec takes 0.75.
    sample_size : int
        K, the words drawn for each target.
    vocab_size : int, optional
        V; by default the largest id in the corpus, plus 1.
    rng : numpy.random.Generator or the like, optional
        Where randomness comes from.  By default the global state that
        ``np.random.seed`` sets, on the device of the corpus.

    Attributes
    ----------
    word_p : array, shape (V,)
        ``word_p[i]`` is the probability of word id ``i``.

    Raises
    ------
    ValueError : an empty corpus, a power below 0 or not finite, or fewer than
        ``sample_size + 1`` different words.
    IndexError : a word id is negative, or ``vocab_size`` or more.
    """

    def __init__(self, corpus, power, sample_size, vocab_size=None, rng=None):
        counts = word_counts(corpus, vocab_size)  # (V,)
        if not 0 <= power < float("inf"):
            raise ValueError(f"power={power}; allowed is a finite number, 0 or more")
        if sample_size < 1:
            raise ValueError(f"sample_size={sample_size}; allowed is 1 or more")
        xp = array_module(counts)
        # P(w) = count(w)^power / sum_v count(v)^power, and 0 for a word that does not occur;
        # the largest count is divided out first, so that no power overflows
        weight = xp.where(counts > 0, (counts / counts.max()) ** power, 0)
        words = int((weight > 0).sum())
        if words <= sample_size:
            raise ValueError(
                f"sample_size={sample_size} needs at least {sample_size + 1} different words, "
                f"a target and its negatives; this corpus has {words}"
            )
        self.sample_size = sample_size
        self.rng = rng
        self.word_p = weight / weight.sum()  # (V,)
        upper = self.word_p.cumsum()
        self.upper = upper / upper[-1]  # (V,) P(id <= i), up to exactly 1

    def draw(self, shape):
        """Independent draws from ``word_p`` : ids of that shape.

        A uniform number falls into word i's stretch of [0, 1) with
        probability ``word_p[i]``; a binary search finds whose stretch it is.
        """
        xp = array_module(self.upper)
        uniform = xp.asarray((self.rng or xp.random).random(shape))
        return xp.searchsorted(self.upper, uniform, side="right")

    def get_negative_sample(self, target):
        """target : (N,) word ids -> negatives : (N, K), distinct in each row, none the target

        Raises
        ------
        IndexError : a target is not an id of the vocabulary.
        """
        xp = array_module(self.upper)
        target = as_ids(target, len(self.word_p), "target", like=self.upper)
        words = xp.column_stack([target, self.draw((len(target), self.sample_size))])  # (N, 1+K)
        # To skip what has been drawn before is to draw without replacement.
        for _ in range(20):
            again = repeats(words)
            if not again.any():
                break
            words[again] = self.draw(int(again.sum()))
        else:
            self.finish(words, repeats(words))
        return words[:, 1:]

    def finish(self, words, again):
        """Fill the places ``again`` of ``words``, (N, 1+K), in one go, whatever the odds.

        A race: word v arrives after an exponential time of mean 1 / P(v).
        The first to arrive is v with probability P(v), the next is drawn from
        the rest likewise, and so on (Efraimidis and Spirakis, 2006).
        """
        xp = array_module(words)
        rows = xp.flatnonzero(again.any(axis=1))
        words_, again_ = words[rows], again[rows]
        uniform = xp.asarray((self.rng or xp.random).random((len(rows), len(self.word_p))))
        arrival = -xp.log1p(-uniform) / xp.maximum(self.word_p, 1e-300)  # (n, V)
        arrival[:, self.word_p == 0] = xp.inf
        arrival[xp.arange(len(rows))[:, None], words_] = xp.inf
        first = arrival.argsort(axis=1)[:, : self.sample_size]  # (n, K)
        row, column = xp.nonzero(again_)
        rank = again_.cumsum(axis=1)[row, column] - 1
        words_[row, column] = first[row, rank]
        words[rows] = words_


def word_counts(corpus, vocab_size=None):
    """How often each word id occurs : (V,), aligned with the ids, 0 for an id that does not occur.

    Raises
    ------
    ValueError : the corpus is empty or not one-dimensional.
    TypeError, IndexError : its ids are not integers from 0 to ``vocab_size - 1``.
    """
    xp = array_module(corpus)
    corpus = xp.asarray(corpus)
    if corpus.ndim != 1 or corpus.size == 0:
        raise ValueError(f"a corpus of shape {corpus.shape}; allowed is (N,), with N of 1 or more")
    if vocab_size is None:
        vocab_size = int(corpus.max()) + 1
    return xp.bincount(as_ids(corpus, vocab_size, "corpus"), minlength=vocab_size)


def repeats(words):
    """Which places hold a word that stands further left in its row : (N, K) -> bool (N, K)"""
    again = array_module(words).zeros(words.shape, dtype=bool)
    for k in range(1, words.shape[1]):
        again[:, k] = (words[:, k : k + 1] == words[:, :k]).any(axis=1)
    return again


class NegativeSamplingLoss:
    """``-log sigmoid(s_target) - sum_k log sigmoid(-s_k)``, the mean over the batch.

    The score of a word v is ``s_v = h . W[v]``.

    Parameters
    ----------
    W : array, shape (V, H)
    corpus : int array
        Where the counts for the negatives come from.
    power, sample_size, rng
        As in :class:`UnigramSampler`.

    Attributes
    ----------
    params, grads : [W], [dW]
    """

    def __init__(self, W, corpus, power=0.75, sample_size=5, rng=None):
        corpus = array_module(W).asarray(corpus)
        self.sampler = UnigramSampler(corpus, power, sample_size, len(W), rng)
        self.embed_dot = EmbeddingDot(W)
        self.loss = SigmoidWithLoss()
        self.params, self.grads = self.embed_dot.params, self.embed_dot.grads

    def forward(self, h, target):
        """h : (N, H), target : (N,) word ids -> loss : scalar"""
        xp = array_module(h)
        negative = self.sampler.get_negative_sample(target)  # (N, K)
        words = xp.column_stack([xp.asarray(target), negative])  # (N, 1+K)
        label = xp.zeros(words.shape, dtype=h.dtype)
        label[:, 0] = 1  # yes to the target, no to its negatives
        score = self.embed_dot.forward(h, words)  # (N, 1+K)
        return self.loss.forward(score, label)

    def backward(self, dout=1):
        """dout : scalar -> dh : (N, H)"""
        return self.embed_dot.backward(self.loss.backward(dout))
