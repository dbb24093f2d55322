"""CBOW and skip-gram, with negative sampling or another loss (Mikolov et al., 2013).

Shapes: N examples, C contexts for each example, V words, H hidden.
"""

from common.arguments import as_generator
from common.layers import Embedding
from common.model import BaseModel
from common.negative_sampling import NegativeSamplingLoss
from common.np import np
from common.order import forward_first

__all__ = ["CBOW", "SkipGram"]


class Word2Vec(BaseModel):
    """What CBOW and skip-gram share: word vectors, and a loss that they train under.

    Parameters
    ----------
    vocab_size, hidden_size : int
        V and H.
    window_size : int
        Contexts on each side of a word: C = 2 * window_size.
    corpus : int array
        Word ids; where the counts for the negatives come from.
    power, sample_size, rng
        As in :class:`common.negative_sampling.UnigramSampler`.
    loss : optional
        A loss in place of negative sampling, with weights of its own:
        ``forward(h, target)``, ``backward(dout)``, ``params`` and ``grads``, as
        :class:`common.hierarchical_softmax.HierarchicalSoftmaxLoss` has them.

    Attributes
    ----------
    params, grads : [W_in, W_out], [dW_in, dW_out]
        W_out stands for the weights of the loss.
    word_vecs : W_in, array, shape (V, H), float32
        The word vectors to keep.
    """

    def __init__(
        self,
        vocab_size,
        hidden_size,
        window_size,
        corpus,
        power=0.75,
        sample_size=5,
        rng=None,
        loss=None,
    ):
        V, H = vocab_size, hidden_size
        rng = as_generator(rng)
        W_in = 0.01 * np.asarray((rng or np.random).standard_normal((V, H))).astype("f")
        if loss is None:
            W_out = 0.01 * np.asarray((rng or np.random).standard_normal((V, H))).astype("f")
            loss = NegativeSamplingLoss(W_out, corpus, power, sample_size, rng)
        self.window_size = window_size
        self.embed, self.loss = Embedding(W_in), loss
        self.params = self.embed.params + self.loss.params
        self.grads = self.embed.grads + self.loss.grads
        self.word_vecs = W_in


class CBOW(Word2Vec):
    """Guess a word from the mean of its contexts' vectors."""

    def forward(self, contexts, target):
        """contexts : (N, C) word ids, target : (N,) -> loss : scalar"""
        # h_n = (1 / C) sum_c W_in[contexts_nc]
        h = self.embed.forward(contexts).mean(axis=1)  # (N, H)
        return self.loss.forward(h, target)

    def backward(self, dout=1):
        dh = self.loss.backward(dout)  # (N, H)
        N, C = self.embed.idx.shape
        # each context is 1/C of the mean, so each receives 1/C of its gradient
        self.embed.backward((dh / C).repeat(C, axis=0).reshape(N, C, -1))


class SkipGram(Word2Vec):
    """Guess each of a word's contexts from its vector; the C losses of a word add up."""

    def forward(self, contexts, target):
        """contexts : (N, C) word ids, target : (N,) -> loss : scalar"""
        self.shape = N, C = contexts.shape
        h = self.embed.forward(target)  # (N, H)
        # C questions with the same h; the mean over N*C, times C, is the sum over C
        return self.loss.forward(h.repeat(C, axis=0), contexts.reshape(N * C)) * C

    def backward(self, dout=1):
        N, C = self.shape
        dh = self.loss.backward(dout * C)  # (N*C, H)
        # one h went C ways, so its C gradients add up
        self.embed.backward(dh.reshape(N, C, -1).sum(axis=1))  # (N, H)


forward_first(CBOW, SkipGram)
