"""Negative sampling: a few yes/no questions in place of one question with V answers.

Mikolov et al., 2013, "Distributed Representations of Words and Phrases and
their Compositionality": sections 2.2, negatives, and 2.3, leaving out frequent
words.  Shapes: N examples, H hidden, V words, K negatives for each example.
"""

from common.arguments import as_generator, check_number, check_whole
from common.borders import guard, prepared
from common.functions import as_ids
from common.layers import EmbeddingDot, SigmoidWithLoss, with_rows
from common.np import array_module

__all__ = ["NegativeSamplingLoss", "UnigramSampler", "keep_probability", "subsample"]


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


def word_probabilities(counts, power):
    """How likely each word is drawn : (V,); 0 for one that does not occur.

    Derived in week 16, notebook 4, equation (2).

    Parameters
    ----------
    counts : array, shape (V,)
    power : float, 0 or more

    Raises
    ------
    ValueError : the power is negative or not finite.
    """
    check_number("power", power)
    xp = array_module(counts)
    # P_v = count_v^power / sum_u count_u^power, and 0 for a word that does not occur;
    # the largest count is divided out first, so that no power overflows
    weight = xp.where(counts > 0, (counts / counts.max()) ** power, 0)
    return weight / weight.sum()


def cumulative(word_p):
    """Where each word's stretch of [0, 1) ends, F_v = P_0 + ... + P_v : (V,), up to exactly 1.

    Derived in week 16, notebook 4, equation (4); first in week 1, notebook 4, equation (3).

    Parameters
    ----------
    word_p : array, shape (V,)
        Probabilities, or anything in proportion to them: the last F is made 1.

    Raises
    ------
    ValueError : a probability is negative or not finite, all are 0, or ``word_p`` has
        not one axis.
    """
    upper = word_p.cumsum()  # (4) of week 16, notebook 4; (3) of week 1, notebook 4
    return upper / upper[-1]


def as_probabilities(word_p):
    """What :func:`cumulative` is called with, or a refusal that names the first value at fault."""
    xp = array_module(word_p)
    word_p = xp.asarray(word_p)
    if word_p.ndim != 1:
        raise ValueError(f"word_p of shape {word_p.shape}; allowed is (V,)")
    wrong = ~((word_p >= 0) & (word_p < float("inf")))  # a NaN is neither
    if wrong.any():
        v = int(wrong.argmax())
        raise ValueError(f"word_p[{v}] is {float(word_p[v])}; allowed are finite numbers from 0 on")
    if not word_p.any():
        raise ValueError("word_p has no number above 0: no word could be drawn")
    return (word_p,)


cumulative = prepared(cumulative, as_probabilities)


def draw_words(upper, uniform):
    """The words in whose stretches uniform numbers fall : ids of the same shape.

    A number from [0, 1) falls into word i's stretch with the word's
    probability; a binary search finds whose stretch it is.

    Derived in week 16, notebook 4, equation (4); first in week 1, notebook 4, equation (3).
    """
    return array_module(upper).searchsorted(upper, uniform, side="right")  # the first F_v above


class UnigramSampler:
    """Draw words that are not the target, each with probability ``count ** power``.

    The K words of one target are distinct: they are drawn one after another,
    without replacement.

    Derived in week 16, notebook 4, equations (2), (4) and (6).

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
    rng : int, numpy.random.Generator or the like, optional
        Where randomness comes from; a whole number is a seed.  By default the
        global state that ``np.random.seed`` sets, on the device of the corpus.

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
        check_whole("sample_size", sample_size)
        self.word_p = word_probabilities(word_counts(corpus, vocab_size), power)  # (V,)
        words = int((self.word_p > 0).sum())
        if words <= sample_size:
            raise ValueError(
                f"sample_size={sample_size} needs at least {sample_size + 1} different words, "
                f"a target and its negatives; this corpus has {words}"
            )
        self.upper = cumulative(self.word_p)  # (V,)
        self.sample_size = sample_size
        self.rng = as_generator(rng)

    def draw(self, shape):
        """Independent draws from ``word_p`` : ids of that shape"""
        return draw_words(self.upper, self.uniform(shape))

    def uniform(self, shape):
        """Random numbers from [0, 1), of that shape, on the device of the corpus"""
        xp = array_module(self.upper)
        return xp.asarray((self.rng or xp.random).random(shape))

    def get_negative_sample(self, target):
        """target : (N,) word ids -> negatives : (N, K), distinct in each row, none the target

        Raises
        ------
        IndexError : a target is not an id of the vocabulary.
        """
        xp = array_module(self.upper)
        target = as_ids(target, len(self.word_p), "target", like=self.upper)
        words = xp.column_stack([target, self.draw((len(target), self.sample_size))])  # (N, 1+K)
        # (6) for the target; a negative that stands in the row already is drawn again too.
        for _ in range(20):
            again = repeats(words)
            if not again.any():
                break
            words[again] = self.draw(int(again.sum()))
        else:
            # The odds are long: some words are far more likely than all others together.
            again = repeats(words)
            rows = again.any(axis=1)  # (N,)
            uniform = self.uniform((int(rows.sum()), len(self.word_p)))
            words[rows] = fill_by_race(words[rows], again[rows], self.word_p, uniform)
        return words[:, 1:]


def repeats(words):
    """Which places hold a word that stands further left in its row : (N, K) -> bool (N, K)

    Derived in week 16, notebook 4.
    """
    again = array_module(words).zeros(words.shape, dtype=bool)
    for k in range(1, words.shape[1]):
        again[:, k] = (words[:, k : k + 1] == words[:, :k]).any(axis=1)
    return again


def fill_by_race(words, again, word_p, uniform):
    """Draw the places ``again`` of ``words`` in one go, whatever the odds.

    Each word runs: v arrives after an exponential time of mean 1 / P(v).  The
    first to arrive is v with probability P(v), the next is drawn in the same
    way from the rest, and so on: draws without replacement (Efraimidis and
    Spirakis, 2006).

    Derived in week 16, notebook 10.

    Parameters
    ----------
    words : int array, shape (n, 1+K)
    again : bool array, shape (n, 1+K)
        The places to fill.
    word_p : array, shape (V,)
    uniform : array, shape (n, V)
        Random numbers from [0, 1).

    Returns
    -------
    words : int array, shape (n, 1+K)
        Distinct in each row.
    """
    xp = array_module(words)
    arrival = -xp.log1p(-uniform) / xp.maximum(word_p, 1e-300)  # (n, V)
    arrival[:, word_p == 0] = xp.inf
    # A word that the row holds already does not run.
    arrival[xp.arange(len(words))[:, None], words] = xp.inf
    order = arrival.argsort(axis=1)  # (n, V) the first to arrive, the second, ...
    row, column = xp.nonzero(again)
    rank = again.cumsum(axis=1)[row, column] - 1  # a row's first free place is for its first
    filled = words.copy()
    filled[row, column] = order[row, rank]
    return filled


class NegativeSamplingLoss:
    """``-ln sigmoid(s_target) - sum_k ln sigmoid(-s_k)``, the mean over the batch.

    The score of a word v is ``s_v = h . W[v]``.

    Derived in week 16, notebook 5, equations (2) to (7).

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


guard(NegativeSamplingLoss, prepare=with_rows)


def keep_probability(counts, threshold=1e-3, formula="word2vec.c"):
    """How likely each word stays when frequent words are left out at random : (V,).

    Derived in week 16, notebook 4, equations (7) and (8).

    Parameters
    ----------
    counts : array, shape (V,)
        How often each word occurs.
    threshold : float, 0 or more
        A word that makes up a share f of the corpus is left out sometimes if
        f is above about this share; 0 keeps every word.
    formula : {'word2vec.c', 'paper'}
        With tau the threshold, ``sqrt(tau / f) + tau / f``, what the C code
        computes, or ``sqrt(tau / f)``: the paper's equation (5) gives 1 minus
        that, the probability to leave a word out.  Above 1 both mean 1.

    Raises
    ------
    ValueError : ``threshold`` or a count is negative or not finite, no count is above
        0, or the formula is neither.
    """
    check_number("threshold", threshold)
    if formula not in ("word2vec.c", "paper"):
        raise ValueError(f"formula={formula!r}; allowed are 'word2vec.c' and 'paper'")
    xp = array_module(counts)
    counts = xp.asarray(counts)
    if not (counts >= 0).all() or not 0 < counts.sum() < float("inf"):
        raise ValueError("counts must be finite, 0 or more, and not all 0")
    if threshold == 0:
        return xp.ones(len(counts))
    f = counts / counts.sum()
    ratio = threshold / xp.maximum(f, threshold)  # or 1 where f is below it: such a word stays
    keep = xp.sqrt(ratio) if formula == "paper" else xp.sqrt(ratio) + ratio
    return xp.minimum(keep, 1)


def subsample(corpus, threshold=1e-3, rng=None, formula="word2vec.c"):
    """Leave out frequent words at random: corpus, (N,) -> what stays, in its order, (n,).

    Each place of the corpus is decided for itself.

    Derived in week 16, notebook 4, equations (7) and (8).

    Parameters
    ----------
    corpus : int array, shape (N,)
    threshold, formula
        As in :func:`keep_probability`.
    rng
        As in :class:`UnigramSampler`.

    Raises
    ------
    ValueError, TypeError, IndexError : as in :func:`keep_probability` and :func:`word_counts`.
    """
    xp = array_module(corpus)
    corpus = xp.asarray(corpus)
    keep = keep_probability(word_counts(corpus), threshold, formula)  # (V,)
    uniform = xp.asarray((as_generator(rng) or xp.random).random(len(corpus)))  # (N,)
    return corpus[uniform < keep[corpus]]
