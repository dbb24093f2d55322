"""CBOW and skip-gram: the simple ones with softmax over all words, and those with
negative sampling or another loss (Mikolov et al., 2013).

Shapes: N examples, C contexts for each example, V words, H hidden.
"""

from common.arguments import as_generator, check_whole
from common.borders import guard, prepared
from common.functions import as_ids
from common.layers import Embedding, MatMul, SoftmaxWithLoss
from common.model import BaseModel
from common.negative_sampling import NegativeSamplingLoss
from common.np import array_module, np

__all__ = ["CBOW", "SimpleCBOW", "SimpleSkipGram", "SkipGram"]


def one_hot_rows(onehot, W, name, shape):
    """One-hot rows as a product with ``W`` needs them: in its float type, on its device.

    Parameters
    ----------
    onehot : array, shape (N, V) or (N, C, V)
    W : array, shape (V, H)
    name, shape : str
        What the rows are called in the message, and their shape, as ``"(N, V)"``.

    Raises
    ------
    ValueError : the shape is another one.
    """
    onehot = array_module(W).asarray(onehot)
    if onehot.ndim != shape.count(",") + 1 or onehot.shape[-1] != len(W) or not onehot.size:
        raise ValueError(
            f"{name} has shape {onehot.shape}; allowed is {shape} with V = {len(W)}, "
            "as convert_one_hot makes it from ids"
        )
    return onehot.astype(W.dtype, copy=False)  # int32 times float32 would be float64


class SimpleWord2Vec(BaseModel):
    """What the simple CBOW and skip-gram share: two matrices, and softmax over all words.

    Derived in week 15, notebook 2.

    Parameters
    ----------
    vocab_size, hidden_size : int
        V and H.
    rng : int or numpy.random.Generator, optional
        Where the weights are drawn from; by default the state of ``np.random``.

    Attributes
    ----------
    params, grads : [W_in, W_out.T], [dW_in, dW_out.T]
    word_vecs : W_in, array, shape (V, H), float32
        The word vectors to keep.
    W_out : array, shape (V, H), float32
        The output vectors, a view of the second parameter.

    Raises
    ------
    ValueError : a size is not a whole number from 1.
    """

    def __init__(self, vocab_size, hidden_size, rng=None):
        check_whole("vocab_size", vocab_size)
        check_whole("hidden_size", hidden_size)
        V, H = vocab_size, hidden_size
        draw = (as_generator(rng) or np.random).standard_normal
        W_in = 0.01 * np.asarray(draw((V, H))).astype("f")
        W_out = 0.01 * np.asarray(draw((V, H))).astype("f")
        self.in_layer, self.out_layer = MatMul(W_in), MatMul(W_out.T)
        self.loss_layer = SoftmaxWithLoss()
        self.params = self.in_layer.params + self.out_layer.params
        self.grads = self.in_layer.grads + self.out_layer.grads
        self.word_vecs = W_in
        self.shape = None

    @property
    def W_out(self):
        return self.out_layer.params[0].T


class SimpleCBOW(SimpleWord2Vec):
    """Guess a word from the mean of its contexts' vectors, by softmax over all words.

    Derived in week 15, notebook 2.
    """

    def forward(self, contexts, target):
        """contexts : one-hot (N, C, V), target : (N,) ids or (N, V) one-hot -> loss : scalar

        Raises
        ------
        ValueError : the shapes do not fit.
        """
        x = one_hot_rows(contexts, self.word_vecs, "contexts", "(N, C, V)")
        self.shape = N, C, V = x.shape
        # week 15, notebook 1, (2), (3): all N*C rows go through one layer, then the mean over c
        h = self.in_layer.forward(x.reshape(N * C, V)).reshape(N, C, -1).mean(axis=1)  # (N, H)
        s = self.out_layer.forward(h)  # (4): (N, V)
        return self.loss_layer.forward(s, target)  # (5), (8)

    def backward(self, dout=1):
        _, C, _ = self.shape
        # week 15, notebook 2
        ds = self.loss_layer.backward(dout)  # (1): (N, V)
        dh = self.out_layer.backward(ds)  # (2), (3): (N, H)
        # (5), (6): each context is 1/C of the mean, so each receives 1/C of its gradient
        self.in_layer.backward((dh / C).repeat(C, axis=0))  # (N*C, H)


class SimpleSkipGram(SimpleWord2Vec):
    """Guess each of a word's contexts from its vector, by softmax over all words.

    Derived in week 15, notebook 3.
    """

    def forward(self, contexts, target):
        """contexts : (N, C) ids or (N, C, V) one-hot, target : one-hot (N, V) -> loss : scalar

        The C losses of a word add up; the N words of the batch are averaged.

        Raises
        ------
        ValueError : the shapes do not fit.
        """
        x = one_hot_rows(target, self.word_vecs, "target", "(N, V)")
        contexts = array_module(x).asarray(contexts)
        if contexts.ndim not in (2, 3) or len(contexts) != len(x):
            raise ValueError(
                f"contexts has shape {contexts.shape}; "
                f"allowed are ({len(x)}, C) ids or ({len(x)}, C, V) one-hot"
            )
        self.shape = N, C = contexts.shape[:2]
        h = self.in_layer.forward(x)  # (N, H)
        s = self.out_layer.forward(h)  # (N, V)
        # week 15, notebook 3, (2): C guesses from the same scores;
        # the mean over N*C, times C, is the sum over C
        labels = contexts.reshape(N * C, *contexts.shape[2:])
        return self.loss_layer.forward(s.repeat(C, axis=0), labels) * C

    def backward(self, dout=1):
        N, C = self.shape
        ds = self.loss_layer.backward(dout * C)  # (N*C, V)
        # week 15, notebook 3, (3): one s went C ways, so its C gradients add up
        dh = self.out_layer.backward(ds.reshape(N, C, -1).sum(axis=1))  # (4), (5): (N, H)
        self.in_layer.backward(dh)  # (5)


class Word2Vec(BaseModel):
    """What CBOW and skip-gram share: word vectors, and a loss that they train under.

    Derived in week 16, notebook 5.

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
    """Guess a word from the mean of its contexts' vectors.

    Derived in week 16, notebook 5, equations (8), (10) and (11).
    """

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
    """Guess each of a word's contexts from its vector; the C losses of a word add up.

    Derived in week 16, notebook 5, equations (12) and (13).
    """

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


def with_sizes(model, vocab_size, hidden_size, window_size, *rest):
    """What a model is made with: sizes that can be, and a tree of as many words."""
    check_whole("vocab_size", vocab_size)
    check_whole("hidden_size", hidden_size)
    check_whole("window_size", window_size)
    tree = getattr(rest[-1], "tree", None) if rest else None  # the last is the loss
    if tree and len(tree.path) != vocab_size:
        words = len(tree.path)
        raise ValueError(
            f"the loss has a tree of {words} words, because its W has {words - 1} rows; "
            f"vocab_size={vocab_size}, so allowed are {vocab_size - 1} rows"
        )
    return model, vocab_size, hidden_size, window_size, *rest


def with_ids(model, contexts, target):
    """What ``forward`` is called with: ids in arrays, that is (N, C) and (N,)."""
    (W,) = model.embed.params
    contexts = as_ids(contexts, len(W), "contexts", like=W)
    target = as_ids(target, len(W), "target", like=W)
    if contexts.ndim != 2 or len(contexts) != len(target):
        shapes = f"contexts have shape {contexts.shape} and target {target.shape}"
        raise ValueError(f"{shapes}; allowed are (N, C) and (N,)")
    return model, contexts, target


Word2Vec.__init__ = prepared(Word2Vec.__init__, with_sizes)
guard(CBOW, SkipGram, prepare=with_ids)
guard(SimpleCBOW, SimpleSkipGram)
