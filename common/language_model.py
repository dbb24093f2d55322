"""Language models: after each word of a text, the probability of every next word.

Shapes: N streams, T steps, V words, D numbers of a word vector, H hidden.
"""

import inspect

import numpy

from common.arguments import as_generator, check_whole
from common.gated import TimeLSTM
from common.model import BaseModel
from common.np import array_module, np
from common.recurrent import TimeRNN
from common.time_layers import TimeAffine, TimeDropout, TimeEmbedding, TimeSoftmaxWithLoss

__all__ = ["BetterRnnlm", "LanguageModel", "Rnnlm", "SimpleRnnlm", "eval_perplexity"]


class LanguageModel(BaseModel):
    """Layers in a row, and a softmax over the next word.

    Derived in week 17, notebook 4.

    Parameters
    ----------
    layers : list of layers over time
        From word ids (N, T) to scores (N, T, V).

    Attributes
    ----------
    params, grads
        Of all layers, in their order; weights that layers share stand several times.
    """

    def __init__(self, layers):
        self.layers = layers
        self.loss_layer = TimeSoftmaxWithLoss()
        self.params = [p for layer in layers for p in layer.params]
        self.grads = [g for layer in layers for g in layer.grads]

    def predict(self, xs, train_flg=False):
        """xs : (N, T) word ids -> scores : (N, T, V)"""
        for layer in self.layers:
            if isinstance(layer, TimeDropout):
                layer.train_flg = train_flg
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts, train_flg=True):
        """xs, ts : (N, T) word ids, and the next ones -> loss : scalar, the mean for each word"""
        return self.loss_layer.forward(self.predict(xs, train_flg), ts)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)

    def reset_state(self):
        """Forget what was read."""
        for layer in self.layers:
            if hasattr(layer, "reset_state"):
                layer.reset_state()

    def read(self, xs):
        """xs : (N, T) word ids, read on from the state -> scores of each next word : (N, V)"""
        return self.predict(xs)[:, -1]

    def get_state(self):
        """All that was read, as a list of arrays with N on axis 0; empty where nothing was."""
        states = [getattr(layer, name) for layer, name in self.memories()]
        return [state for state in states if state is not None]

    def set_state(self, state):
        """Go on from what ``get_state`` gave; arrays of other N streams will do."""
        memories = self.memories()
        if len(state) not in (0, len(memories)):
            told = f"the state has {len(state)} arrays and this model remembers {len(memories)}"
            raise ValueError(f"{told}: give what get_state() gave")
        self.reset_state()
        for (layer, name), value in zip(memories, state, strict=False):
            setattr(layer, name, value)

    def memories(self):
        """(layer, name of its attribute) for everything that goes on from block to block."""
        layers = [layer for layer in self.layers if hasattr(layer, "reset_state")]
        return [(layer, name) for layer in layers for name in ("h", "c") if hasattr(layer, name)]


class SimpleRnnlm(LanguageModel):
    """Word vectors, a plain recurrent layer, and scores.

    Derived in week 17, notebook 4.

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size : int
        V, D and H.
    rng : seed or generator, optional
        Draws the weights; by default the state that ``np.random.seed`` sets.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        embed = TimeEmbedding(draw(V, D) / 100)
        rnn = TimeRNN(draw(D, H, D), draw(H, H, H), zeros(H), stateful=True)
        super().__init__([embed, rnn, TimeAffine(draw(H, V, H), zeros(V))])


class Rnnlm(LanguageModel):
    """Word vectors, an LSTM, and scores.

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size, rng
        As in :class:`SimpleRnnlm`.
    """

    def __init__(self, vocab_size=10000, wordvec_size=100, hidden_size=100, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        embed = TimeEmbedding(draw(V, D) / 100)
        lstm = TimeLSTM(draw(D, 4 * H, D), draw(H, 4 * H, H), zeros(4 * H), stateful=True)
        super().__init__([embed, lstm, TimeAffine(draw(H, V, H), zeros(V))])


class BetterRnnlm(LanguageModel):
    """Two LSTMs, dropout between the layers, and scores by the word vectors themselves.

    The output weights are the transposed word vectors (weight tying: Inan et
    al., 2016; Press and Wolf, 2016), so D and H are equal.  Dropout stands
    between the layers and not between the steps (Zaremba et al., 2014).

    Derived in week 18, notebook 4.

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size, rng
        As in :class:`SimpleRnnlm`.
    dropout_ratio : float
        Of each of the three dropout layers.

    Raises
    ------
    ValueError : ``wordvec_size`` and ``hidden_size`` differ.
    """

    def __init__(
        self, vocab_size=10000, wordvec_size=650, hidden_size=650, dropout_ratio=0.5, rng=None
    ):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        if D != H:
            raise ValueError(
                f"{wordvec_size=} and {hidden_size=} differ; with shared weights they are equal"
            )
        draw = normal(rng)
        embed_W = draw(V, D) / 100
        lstms = [
            TimeLSTM(draw(size, 4 * H, size), draw(H, 4 * H, H), zeros(4 * H), stateful=True)
            for size in (D, H)
        ]
        drops = [TimeDropout(dropout_ratio) for _ in range(3)]
        affine = TimeAffine(embed_W.T, zeros(V))
        embed = TimeEmbedding(embed_W)
        self.lstm_layers, self.drop_layers = lstms, drops
        super().__init__([embed, drops[0], lstms[0], drops[1], lstms[1], drops[2], affine])


def sizes(vocab_size, wordvec_size, hidden_size):
    """V, D, H, each a whole number from 1."""
    named = {"vocab_size": vocab_size, "wordvec_size": wordvec_size, "hidden_size": hidden_size}
    for name, size in named.items():
        check_whole(name, size)
    return vocab_size, wordvec_size, hidden_size


def normal(rng):
    """A function that draws float32 weights (rows, columns).

    With a third number, of inputs, they are scaled so that a sum of that many
    products keeps its size (Glorot and Bengio, 2010).
    """
    rng = as_generator(rng)

    def draw(rows, columns, inputs=1):
        values = np.asarray((rng or np.random).standard_normal((rows, columns)))
        return (values / numpy.sqrt(inputs)).astype("f")

    return draw


def zeros(size):
    return np.zeros(size, dtype="f")


def eval_perplexity(model, corpus, batch_size: int = 10, time_size: int = 35) -> float:
    """The perplexity of a text: ``exp`` of the mean loss for each word.

    The text is read in ``batch_size`` streams, from a state of zeros; the
    words behind the last full step are left out.

    Parameters
    ----------
    model
        Has ``forward(xs, ts) -> loss`` and ``reset_state()``.  If forward takes
        ``train_flg``, it is False.
    corpus : int array, shape (N,)
    batch_size, time_size : int

    Returns
    -------
    perplexity : float

    Raises
    ------
    ValueError : the text is shorter than one step, or a size is no whole number from 1.
    """
    check_whole("batch_size", batch_size)
    check_whole("time_size", time_size)
    words = len(corpus) - 1  # that have a next one
    steps = words // (batch_size * time_size)
    if steps == 0:
        raise ValueError(
            f"{batch_size=} streams of {time_size=} words need a text of "
            f"{batch_size * time_size + 1} words; this one has {len(corpus)}"
        )
    testing = {}
    if "train_flg" in inspect.signature(model.forward).parameters:
        testing["train_flg"] = False
    xp = array_module(*model.params)
    corpus = xp.asarray(corpus)
    first = xp.arange(batch_size)[:, None] * (words // batch_size)  # (batch_size, 1)
    model.reset_state()
    total = 0.0
    for step in range(steps):
        place = first + step * time_size + xp.arange(time_size)  # (batch_size, time_size)
        total += float(model.forward(corpus[place], corpus[place + 1], **testing))
    return float(numpy.exp(total / steps))
