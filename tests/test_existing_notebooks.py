"""Notebooks that the study group has written run here unchanged.

Their manner: star-imports, layers that are looped over, one sampler draw a
target, a list of K + 1 losses that share one matrix, gradients gathered once.
The classes below are written so, on this package's ``Embedding``, ``MatMul``,
``SigmoidWithLoss`` and ``SoftmaxWithLoss``.
"""

import collections
import inspect
import itertools

import numpy
import pytest

from common import attention, config, generation, self_attention, seq2seq, word2vec
from common.base_model import BaseModel
from common.functions import cross_entropy_error, sigmoid, softmax
from common.gradient import numerical_gradient
from common.language_model import Rnnlm
from common.layers import *
from common.np import *
from common.optimizer import SGD, Adam
from common.time_layers import *
from common.trainer import RnnlmTrainer, Trainer
from common.util import convert_one_hot, create_contexts_target, eval_seq2seq, preprocess
from dataset import sequence, spiral

config.GPU = False

TEXT = "you say goodbye and i say hello . " * 12 + "they hear and you hear goodbye . " * 8


# --- week 16, cell by cell ----------------------------------------------------------------


class NotebookEmbeddingDot:
    def __init__(self, W):
        self.embed = Embedding(W)
        self.params = self.embed.params
        self.grads = self.embed.grads
        self.cache = None

    def forward(self, h, idx):
        target_W = self.embed.forward(idx)
        self.cache = h, target_W
        return (target_W * h).sum(axis=1)

    def backward(self, dout):
        h, target_W = self.cache
        dout = dout.reshape(-1, 1)
        self.embed.backward(dout * h)
        return dout * target_W


class NotebookUnigramSampler:
    def __init__(self, corpus, power, sample_size):
        self.sample_size = sample_size
        counts = collections.Counter(corpus.tolist())
        self.vocab_size = len(counts)
        self.word_p = np.array([counts[word] for word in range(self.vocab_size)], dtype=float)
        self.word_p = self.word_p**power
        self.word_p /= np.sum(self.word_p)

    def get_negative_sample(self, target):
        negative_sample = np.zeros((target.shape[0], self.sample_size), dtype=np.int32)
        for i in range(target.shape[0]):
            p = self.word_p.copy()
            p[target[i]] = 0
            p /= p.sum()
            negative_sample[i] = np.random.choice(
                self.vocab_size, size=self.sample_size, replace=False, p=p
            )
        return negative_sample


class NotebookNegativeSamplingLoss:
    def __init__(self, W, corpus, power=0.75, sample_size=5):
        self.sample_size = sample_size
        self.sampler = NotebookUnigramSampler(corpus, power, sample_size)
        self.loss_layers = [SigmoidWithLoss() for _ in range(sample_size + 1)]
        self.embed_dot_layers = [NotebookEmbeddingDot(W) for _ in range(sample_size + 1)]
        self.params, self.grads = [], []
        for layer in self.embed_dot_layers:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, h, target):
        batch_size = target.shape[0]
        negative_sample = self.sampler.get_negative_sample(target)
        score = self.embed_dot_layers[0].forward(h, target)
        loss = self.loss_layers[0].forward(score, np.ones(batch_size, dtype=np.int32))
        for i in range(self.sample_size):
            score = self.embed_dot_layers[1 + i].forward(h, negative_sample[:, i])
            loss += self.loss_layers[1 + i].forward(score, np.zeros(batch_size, dtype=np.int32))
        return loss

    def backward(self, dout=1):
        dh = 0
        for loss_layer, embed_dot_layer in zip(
            self.loss_layers, self.embed_dot_layers, strict=True
        ):
            dh += embed_dot_layer.backward(loss_layer.backward(dout))
        return dh


class NotebookCBOW:
    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        self.in_layers = [Embedding(W_in) for _ in range(2 * window_size)]
        self.ns_loss = NotebookNegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=5)
        self.params, self.grads = [], []
        for layer in [*self.in_layers, self.ns_loss]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h = 0
        for i, layer in enumerate(self.in_layers):
            h += layer.forward(contexts[:, i])
        h *= 1 / len(self.in_layers)
        return self.ns_loss.forward(h, target)

    def backward(self, dout=1):
        dout = self.ns_loss.backward(dout)
        dout *= 1 / len(self.in_layers)
        for layer in self.in_layers:
            layer.backward(dout)
        return None


class NotebookSkipGram:
    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        self.in_layer = Embedding(W_in)
        self.loss_layers = [
            NotebookNegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=5)
            for _ in range(2 * window_size)
        ]
        self.params, self.grads = [], []
        for layer in [self.in_layer, *self.loss_layers]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h = self.in_layer.forward(target)
        loss = 0
        for i, layer in enumerate(self.loss_layers):
            loss += layer.forward(h, contexts[:, i])
        return loss

    def backward(self, dout=1):
        dh = 0
        for layer in self.loss_layers:
            dh += layer.backward(dout)
        self.in_layer.backward(dh)
        return None


def cells(Model, window_size=2, hidden_size=8, seed=0):
    """The notebook's cells up to the training."""
    np.random.seed(seed)
    corpus, word_to_id, _ = preprocess(TEXT)
    contexts, target = create_contexts_target(corpus, window_size)
    model = Model(len(word_to_id), hidden_size, window_size, corpus)
    return model, contexts, target


PAIRS = [(NotebookCBOW, word2vec.CBOW), (NotebookSkipGram, word2vec.SkipGram)]
each_pair = pytest.mark.parametrize(("Theirs", "Ours"), PAIRS, ids=["CBOW", "SkipGram"])


@each_pair
def test_week_16_trains(Theirs, Ours):
    """What: the notebook's last cells, on a small text.
    Why: the study group's notebooks must run here unchanged.
    Expected: every batch trained, the last partial one too; the loss falls; word_vecs learn."""
    model, contexts, target = cells(Theirs)
    before = model.word_vecs.copy()
    trainer = Trainer(model, Adam(0.01))
    trainer.fit(contexts, target, 3, 16, eval_interval=5)
    assert trainer.current_epoch == 3
    assert trainer.loss_list[-1] < 0.9 * trainer.loss_list[0]
    assert (model.word_vecs != before).any(axis=1).all()
    assert model.word_vecs is model.params[0]
    assert all(p.dtype == np.float32 for p in model.params)


@each_pair
def test_the_first_loss_is_the_number_in_the_notebook(Theirs, Ours):
    """Window 5 and 5 negatives: 6 ln 2 = 4.16 for CBOW, ten times that, 41.59, for skip-gram."""
    for Model in Theirs, Ours:
        model, contexts, target = cells(Model, window_size=5, hidden_size=100)
        trainer = Trainer(model, Adam())
        trainer.fit(contexts, target, 1, 100, eval_interval=2000)
        number = "4.16" if Theirs is NotebookCBOW else "41.59"
        assert f"{trainer.loss_list[0]:.2f}" == number


@each_pair
def test_weights_are_the_same_from_the_same_seed(Theirs, Ours):
    theirs, ours = cells(Theirs)[0], cells(Ours)[0]
    assert np.array_equal(theirs.word_vecs, ours.word_vecs)
    assert np.array_equal(theirs.params[-1], ours.params[-1])


@each_pair
def test_shared_weights_are_merged(Theirs, Ours):
    """What: the step's parameters, from 4 + 6 or 1 + 4 * 6 entries in ``params``.
    Why: Adam would take each shared layer for a parameter of its own.
    Expected: two, W_in and W_out, the objects themselves."""
    model, contexts, target = cells(Theirs)
    assert len(model.params) == (10 if Theirs is NotebookCBOW else 25)
    updated = []

    class Spy(Adam):
        def update(self, params, grads):
            updated.append(params)
            super().update(params, grads)

    Trainer(model, Spy()).fit(contexts, target, 1, 100)
    assert len(updated) == -(-len(target) // 100)
    for params in updated:
        assert [id(p) for p in params] == [id(model.params[0]), id(model.params[-1])]


@each_pair
def test_gradients_are_those_of_the_packages_classes(Theirs, Ours, monkeypatch):
    """What: the same weights, batch and negatives, in the notebook's form and in the package's.
    Why: one gather and one product instead of sixty layers must be the same mathematics.
    Expected: the same loss and gradients to float32's digits; ``grads`` never replaced."""
    (theirs, contexts, target), (ours, _, _) = cells(Theirs), cells(Ours)
    rng = numpy.random.default_rng(0)
    for p, q in (theirs.params[0], ours.params[0]), (theirs.params[-1], ours.params[-1]):
        p[...] = q[...] = rng.standard_normal(p.shape)
    contexts, target = contexts[:30], target[:30]
    # negatives by the word that is guessed, so that both forms meet the same
    V, K = ours.params[0].shape[0], 5
    table = numpy.array([rng.permutation([w for w in range(V) if w != t])[:K] for t in range(V)])
    draw = lambda self, target: table[target]
    monkeypatch.setattr(NotebookUnigramSampler, "get_negative_sample", draw)
    monkeypatch.setattr(type(ours.loss.sampler), "get_negative_sample", draw)
    gathered = list(theirs.grads)
    assert theirs.forward(contexts, target) == pytest.approx(ours.forward(contexts, target), 1e-5)
    theirs.backward()
    ours.backward()
    assert all(g is before for g, before in zip(theirs.grads, gathered, strict=True))
    of = lambda W: sum(g for p, g in zip(theirs.params, theirs.grads, strict=True) if p is W)
    for W, expected in zip((theirs.params[0], theirs.params[-1]), ours.grads, strict=True):
        numpy.testing.assert_allclose(of(W), expected, rtol=1e-4, atol=1e-6)


def test_the_notebooks_sampler_runs_on_np():
    """``np`` came from a star-import; Counter, choice and int32 work through it."""
    np.random.seed(0)
    corpus = np.array([0, 1, 2, 3, 4, 1, 2, 3])
    drawn = NotebookUnigramSampler(corpus, 0.75, 2).get_negative_sample(np.array([1, 3, 0]))
    assert drawn.shape == (3, 2)
    assert drawn.dtype == np.int32
    assert not (drawn == np.array([[1], [3], [0]])).any()


# --- week 15, cell by cell ----------------------------------------------------------------


class NotebookSimpleCBOW:
    def __init__(self, vocab_size, hidden_size):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(hidden_size, vocab_size).astype("f")
        self.in_layer0 = MatMul(W_in)
        self.in_layer1 = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer = SoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in [self.in_layer0, self.in_layer1, self.out_layer]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h0 = self.in_layer0.forward(contexts[:, 0])
        h1 = self.in_layer1.forward(contexts[:, 1])
        score = self.out_layer.forward((h0 + h1) * 0.5)
        return self.loss_layer.forward(score, target)

    def backward(self, dout=1):
        ds = self.loss_layer.backward(dout)
        da = self.out_layer.backward(ds)
        da *= 0.5
        self.in_layer1.backward(da)
        self.in_layer0.backward(da)
        return None


class NotebookSimpleSkipGram:
    def __init__(self, vocab_size, hidden_size):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(hidden_size, vocab_size).astype("f")
        self.in_layer = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer1 = SoftmaxWithLoss()
        self.loss_layer2 = SoftmaxWithLoss()
        self.params = self.in_layer.params + self.out_layer.params
        self.grads = self.in_layer.grads + self.out_layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        s = self.out_layer.forward(self.in_layer.forward(target))
        l1 = self.loss_layer1.forward(s, contexts[:, 0])
        l2 = self.loss_layer2.forward(s, contexts[:, 1])
        return l1 + l2

    def backward(self, dout=1):
        ds = self.loss_layer1.backward(dout) + self.loss_layer2.backward(dout)
        self.in_layer.backward(self.out_layer.backward(ds))
        return None


# "say, and" stands around both "goodbye" and "i": a mean of contexts cannot tell them apart,
# so two of six examples keep a loss of ln 2.  Skip-gram gives one answer for two places: of
# four contexts of "say" (2 examples of 6) and two contexts of every other word, twice each.
LEAST = {
    NotebookSimpleCBOW: 2 / 6 * numpy.log(2),
    NotebookSimpleSkipGram: 2 * (2 / 6 * numpy.log(4) + 4 / 6 * numpy.log(2)),
}


@pytest.mark.parametrize(
    ("Model", "losses", "arrays"),
    [(NotebookSimpleCBOW, 1, 3), (NotebookSimpleSkipGram, 2, 2)],
)
def test_week_15_trains(Model, losses, arrays):
    """What: "You say goodbye and I say hello." with one-hot contexts, int32.
    Why: week 15 is the slow form that week 16 starts from.
    Expected: first loss ln 7, or twice that; it falls to near the least that is possible."""
    np.random.seed(0)
    corpus, word_to_id, _ = preprocess("You say goodbye and I say hello.")
    contexts, target = create_contexts_target(corpus, 1)
    V = len(word_to_id)
    contexts, target = convert_one_hot(contexts, V), convert_one_hot(target, V)
    model = Model(V, 5)
    assert len(model.params) == arrays
    trainer = Trainer(model, Adam())
    trainer.fit(contexts, target, max_epoch=1000, batch_size=3)
    assert trainer.loss_list[0] == pytest.approx(losses * np.log(7), rel=1e-3)
    final = np.mean(trainer.loss_list[-10:])
    assert LEAST[Model] - 0.01 < final < LEAST[Model] + 0.2
    assert model.word_vecs is model.params[0]
    assert model.word_vecs.dtype == np.float32


# --- week 12: counts, PPMI, SVD, in the manner of a script --------------------------------


def test_week_12_counts_from_the_sentence_to_its_neighbours(capsys):
    """What: the sentence, counted and taken apart with NumPy's SVD, names from ``common.util``.
    Why: scripts do these steps one after the other, most arguments by position.
    Expected: 14 pairs; 1.807 for you and say; goodbye and i are the same to two numbers."""
    from common.util import cos_similarity, create_co_matrix, ppmi

    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    vocab_size = len(id_to_word)
    C = create_co_matrix(corpus, vocab_size, window_size=1)
    assert C.dtype == np.int32
    assert cos_similarity(C[word_to_id["you"]], C[word_to_id["i"]]) == pytest.approx(
        0.7071, abs=1e-4
    )
    W = ppmi(C, True)
    assert "14 of 49 pairs" in capsys.readouterr().out
    assert W.dtype == np.float32
    assert sorted(set(W.round(3).ravel().tolist())) == pytest.approx([0, 0.807, 1.807, 2.807])
    U, _, _ = np.linalg.svd(W)
    vectors = U[:, :2]
    assert cos_similarity(vectors[2], vectors[4]) == pytest.approx(1, abs=1e-5)


def test_week_12_a_larger_text_with_a_window_of_two(capsys):
    """What: a text of words that take each other's places; 10 numbers for each word.
    Why: the larger script prints progress, and the nearest words of a few queries.
    Expected: apple's nearest are the other fruits."""
    from common.util import create_co_matrix, most_similar, ppmi

    fruits, drinks = ["apple", "pear", "plum"], ["tea", "milk", "water"]
    rng = numpy.random.default_rng(0)
    text = " . ".join(
        f"we eat a ripe {rng.choice(fruits)}" if rng.random() < 0.5
        else f"they drink some hot {rng.choice(drinks)}"
        for _ in range(300)
    )  # fmt: skip
    corpus, word_to_id, id_to_word = preprocess(text)
    C = create_co_matrix(corpus, len(word_to_id), 2)
    W = ppmi(C, verbose=True)
    U, S, _ = np.linalg.svd(W)
    most_similar("apple", word_to_id, id_to_word, U[:, :5] * S[:5], top=2)
    out = capsys.readouterr().out
    assert out.count("pairs occur") == 1
    assert {line.split(":")[0].strip() for line in out.splitlines()[-2:]} == {"pear", "plum"}


# --- weeks 4 and 5, cell by cell ----------------------------------------------------------


class NotebookReluNet:
    """Layers by name, weights in a dictionary, gradients numerical and derived."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)
        self.layers = collections.OrderedDict()
        self.layers["Affine1"] = Affine(self.params["W1"], self.params["b1"])
        self.layers["Relu1"] = Relu()
        self.layers["Affine2"] = Affine(self.params["W2"], self.params["b2"])
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        y = np.argmax(self.predict(x), axis=1)
        if t.ndim != 1:
            t = np.argmax(t, axis=1)
        return np.sum(y == t) / float(x.shape[0])

    def numerical_gradient(self, x, t):
        loss_W = lambda W: self.loss(x, t)
        return {key: numerical_gradient(loss_W, self.params[key]) for key in self.params}

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last_layer.backward(1)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        (dW1, db1), (dW2, db2) = self.layers["Affine1"].grads, self.layers["Affine2"].grads
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


@pytest.fixture
def eighteen_pixels():
    """Three kinds of images, each with one bright pixel of its own, in noise."""
    np.random.seed(1)
    t = np.arange(60) % 3
    x = 0.3 * np.random.rand(60, 18)
    x[np.arange(60), 5 + 3 * t] += 1
    return x, t


@pytest.mark.parametrize("labels", ["ids", "one-hot"])
def test_week_5_gradients_agree(eighteen_pixels, labels):
    """The book's gradient check, on weights that are large enough for Relu to bend."""
    x, t = eighteen_pixels
    network = NotebookReluNet(18, 7, 3, weight_init_std=0.5)
    t = np.eye(3)[t] if labels == "one-hot" else t
    derived, numerical = network.gradient(x, t), network.numerical_gradient(x, t)
    for key in derived:
        assert np.abs(derived[key] - numerical[key]).max() < 1e-7 * np.abs(derived[key]).max()


def test_week_5_trains_in_a_loop_of_its_own(eighteen_pixels):
    """``randint`` or ``choice`` for a batch, a dictionary of weights, each changed in place."""
    x, t = eighteen_pixels
    network = NotebookReluNet(18, 7, 3, weight_init_std=0.1)
    before = network.loss(x, t), network.accuracy(x, t)
    for _ in range(300):
        batch = np.random.choice(60, 20)
        grad = network.gradient(x[batch], t[batch])
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= 0.5 * grad[key]
    assert before[0] == pytest.approx(np.log(3), abs=0.1)
    assert network.loss(x, t) < 0.05
    assert network.accuracy(x, np.eye(3)[t]) == network.accuracy(x, t) == 1 > before[1]


def test_week_3_infers_by_functions_alone(eighteen_pixels):
    x, t = eighteen_pixels
    W1, W2 = np.random.randn(18, 4), np.random.randn(4, 3)
    y = softmax(np.dot(sigmoid(np.dot(x[0], W1)), W2))
    assert y.sum() == pytest.approx(1)
    assert cross_entropy_error(y, t[0]) == pytest.approx(-np.log(y[t[0]] + 1e-7), rel=1e-4)
    assert cross_entropy_error(y, np.eye(3)[t[0]]) == cross_entropy_error(y, t[0])


# --- week 11, cell by cell ----------------------------------------------------------------


class NotebookTwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        W1 = 0.01 * np.random.randn(input_size, hidden_size)
        W2 = 0.01 * np.random.randn(hidden_size, output_size)
        b1, b2 = np.zeros(hidden_size), np.zeros(output_size)
        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]
        self.loss_layer = SoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def test_week_11_trains():
    """What: the spiral with one-hot labels, and ``fit`` with its arguments by position.
    Why: the book's first script, by position and in float64, as its readers have typed it.
    Expected: a first loss of ln 3, and one near 0.11 after 300 epochs; an entry for each epoch."""
    np.random.seed(0)
    x, t = spiral.load_data()
    model = NotebookTwoLayerNet(2, 10, 3)
    trainer = Trainer(model, SGD(lr=1.0))
    trainer.fit(x, t, 300, 30, None, 10)
    assert len(trainer.loss_list) == 300
    assert trainer.loss_list[0] == pytest.approx(np.log(3), rel=0.02)
    assert np.mean(trainer.loss_list[-10:]) == pytest.approx(0.11, abs=0.02)
    score = model.predict(x)
    assert (np.argmax(score, axis=1) == np.argmax(t, axis=1)).mean() > 0.95


def test_week_11_trains_in_a_loop_of_its_own():
    """The loop that the book writes before it has a trainer: 30 epochs, a sum of losses."""
    np.random.seed(0)
    x, t = spiral.load_data()
    model, optimizer = NotebookTwoLayerNet(2, 10, 3), SGD(lr=1.0)
    losses = []
    for _ in range(30):
        order = np.random.permutation(len(x))
        shuffled, labels = x[order], t[order]
        total = 0
        for i in range(len(x) // 30):
            total += model.forward(shuffled[i * 30 : (i + 1) * 30], labels[i * 30 : (i + 1) * 30])
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / 10)
    assert losses[-1] < 0.8 < 1.09 < losses[0]


# --- week 19: seq2seq, and text from a language model, in the manner of scripts ------------


class NotebookEncoder:
    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rn = np.random.randn
        self.embed = TimeEmbedding((rn(V, D) / 100).astype("f"))
        lstm_Wx = (rn(D, 4 * H) / np.sqrt(D)).astype("f")
        lstm_Wh = (rn(H, 4 * H) / np.sqrt(H)).astype("f")
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, np.zeros(4 * H).astype("f"), stateful=False)
        self.params = self.embed.params + self.lstm.params
        self.grads = self.embed.grads + self.lstm.grads
        self.hs = None

    def forward(self, xs):
        self.hs = self.lstm.forward(self.embed.forward(xs))
        return self.hs[:, -1, :]

    def backward(self, dh):
        dhs = np.zeros_like(self.hs)
        dhs[:, -1, :] = dh
        return self.embed.backward(self.lstm.backward(dhs))


class NotebookDecoder:
    peeky = 0

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        more = self.peeky * H
        rn = np.random.randn
        self.embed = TimeEmbedding((rn(V, D) / 100).astype("f"))
        lstm_Wx = (rn(more + D, 4 * H) / np.sqrt(more + D)).astype("f")
        lstm_Wh = (rn(H, 4 * H) / np.sqrt(H)).astype("f")
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, np.zeros(4 * H).astype("f"), stateful=True)
        affine_W = (rn(more + H, V) / np.sqrt(more + H)).astype("f")
        self.affine = TimeAffine(affine_W, np.zeros(V).astype("f"))
        self.params, self.grads = [], []
        for layer in (self.embed, self.lstm, self.affine):
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, h):
        self.lstm.set_state(h)
        return self.affine.forward(self.lstm.forward(self.embed.forward(xs)))

    def backward(self, dscore):
        dout = self.lstm.backward(self.affine.backward(dscore))
        self.embed.backward(dout)
        return self.lstm.dh

    def generate(self, h, start_id, sample_size):
        sampled, sample_id = [], start_id
        self.lstm.set_state(h)
        for _ in range(sample_size):
            x = np.array(sample_id).reshape((1, 1))
            score = self.affine.forward(self.lstm.forward(self.embed.forward(x)))
            sample_id = np.argmax(score.flatten())
            sampled.append(int(sample_id))
        return sampled


class NotebookPeekyDecoder(NotebookDecoder):
    peeky = 1

    def forward(self, xs, h):
        N, T = xs.shape
        N, H = h.shape
        self.lstm.set_state(h)
        out = self.embed.forward(xs)
        hs = np.repeat(h, T, axis=0).reshape(N, T, H)
        out = self.lstm.forward(np.concatenate((hs, out), axis=2))
        self.cache = H
        return self.affine.forward(np.concatenate((hs, out), axis=2))

    def backward(self, dscore):
        H = self.cache
        dout = self.affine.backward(dscore)
        dhs0, dout = dout[:, :, :H], dout[:, :, H:]
        dout = self.lstm.backward(dout)
        dhs1, dembed = dout[:, :, :H], dout[:, :, H:]
        self.embed.backward(dembed)
        return self.lstm.dh + np.sum(dhs0 + dhs1, axis=1)

    def generate(self, h, start_id, sample_size):
        sampled, char_id = [], start_id
        self.lstm.set_state(h)
        peeky_h = h.reshape(1, 1, h.shape[1])
        for _ in range(sample_size):
            out = self.embed.forward(np.array([char_id]).reshape((1, 1)))
            out = self.lstm.forward(np.concatenate((peeky_h, out), axis=2))
            score = self.affine.forward(np.concatenate((peeky_h, out), axis=2))
            char_id = np.argmax(score.flatten())
            sampled.append(char_id)
        return sampled


class NotebookSeq2seq(BaseModel):
    Decoder = NotebookDecoder

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        self.encoder = NotebookEncoder(vocab_size, wordvec_size, hidden_size)
        self.decoder = self.Decoder(vocab_size, wordvec_size, hidden_size)
        self.softmax = TimeSoftmaxWithLoss()
        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads

    def forward(self, xs, ts):
        decoder_xs, decoder_ts = ts[:, :-1], ts[:, 1:]
        h = self.encoder.forward(xs)
        return self.softmax.forward(self.decoder.forward(decoder_xs, h), decoder_ts)

    def backward(self, dout=1):
        dout = self.softmax.backward(dout)
        return self.encoder.backward(self.decoder.backward(dout))

    def generate(self, xs, start_id, sample_size):
        return self.decoder.generate(self.encoder.forward(xs), start_id, sample_size)


class NotebookPeekySeq2seq(NotebookSeq2seq):
    Decoder = NotebookPeekyDecoder


class NotebookPeekyOnOurs(seq2seq.Seq2seq):
    """The package's model, whose decoder a script puts in itself."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        args = vocab_size, wordvec_size, hidden_size
        self.encoder = seq2seq.Encoder(*args)
        self.decoder = seq2seq.PeekyDecoder(*args)
        self.softmax = TimeSoftmaxWithLoss()
        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads


def additions():
    """A small part of the additions, questions from right to left."""
    (x_train, t_train), (x_test, t_test) = sequence.load_data("addition.txt", seed=1984)
    return x_train[:256, ::-1], t_train[:256], x_test[:8, ::-1], t_test[:8]


@pytest.mark.parametrize(
    ("Theirs", "Ours"),
    [
        (NotebookSeq2seq, seq2seq.Seq2seq),
        (NotebookPeekySeq2seq, seq2seq.PeekySeq2seq),
        (NotebookPeekyOnOurs, seq2seq.PeekySeq2seq),
    ],
)
def test_week_19_trains_and_counts_right_answers(Theirs, Ours, capsys):
    """What: the script's loop over epochs and questions; the package's model from the same seed.
    Why: scripts write these classes on our layers, or take ours.
    Expected: the same losses and the same answers."""
    x_train, t_train, x_test, t_test = additions()
    char_to_id, id_to_char = sequence.get_vocab()
    runs = []
    for Model in Theirs, Ours:
        np.random.seed(0)
        model = Model(len(char_to_id), 16, 32)
        trainer = Trainer(model, Adam())
        acc_list = []
        for _ in range(2):
            trainer.fit(x_train, t_train, max_epoch=1, batch_size=128, max_grad=5.0)
            correct_num = 0
            for i in range(len(x_test)):
                question, correct = x_test[[i]], t_test[i]
                verbose = i < 2
                correct_num += eval_seq2seq(model, question, correct, id_to_char, verbose, True)
            acc_list.append(float(correct_num) / len(x_test))
        assert trainer.current_epoch == 2
        runs.append((trainer.loss_list, acc_list, capsys.readouterr().out))
    (losses, shares, told), (ours, our_shares, our_told) = runs
    assert losses == pytest.approx(ours, rel=1e-4)
    assert (shares, told) == (our_shares, our_told)
    assert told.count("answer") == 4
    assert all("+" in line for line in told.splitlines() if line.startswith("question"))


class NotebookRnnlmGen(Rnnlm):
    def generate(self, start_id, skip_ids=None, sample_size=100):
        word_ids, x = [start_id], start_id
        while len(word_ids) < sample_size:
            x = np.array(x).reshape(1, 1)
            score = self.predict(x)
            p = softmax(score.flatten())
            sampled = np.random.choice(len(p), size=1, p=p)
            if (skip_ids is None) or (sampled not in skip_ids):
                x = sampled
                word_ids.append(int(x[0]))
        return word_ids


@pytest.mark.parametrize("Gen", [NotebookRnnlmGen, generation.RnnlmGen])
def test_week_19_writes_text(Gen, tmp_path):
    """What: parameters of a trained model, and a text from a start word.
    Expected: no skipped word, the start word first, words that stood behind each other."""
    np.random.seed(0)
    corpus, word_to_id, id_to_word = preprocess(TEXT)
    trained = Rnnlm(len(word_to_id), 16, 16)
    RnnlmTrainer(trained, Adam(0.02)).fit(corpus[:-1], corpus[1:], 30, 4, 5)
    trained.save_params(tmp_path / "Rnnlm.npz")
    model = Gen(len(word_to_id), 16, 16)
    model.load_params(tmp_path / "Rnnlm.npz")
    skip_ids = [word_to_id["hear"]]
    word_ids = model.generate(word_to_id["you"], skip_ids)
    assert len(word_ids) == 100
    assert word_ids[0] == word_to_id["you"]
    assert not set(word_ids) & set(skip_ids)
    seen = set(zip(corpus.tolist(), corpus[1:].tolist(), strict=False))
    likely = [pair in seen for pair in itertools.pairwise(word_ids)]
    assert sum(likely) > 0.6 * len(likely)
    txt = " ".join([id_to_word[i] for i in word_ids])
    assert txt.startswith("you ")


def test_week_19_reads_the_beginning_of_a_text_and_writes_on():
    """What: words read with ``predict``, the state kept, and put back for another text."""
    np.random.seed(0)
    _, word_to_id, _ = preprocess(TEXT)
    model = generation.BetterRnnlmGen(len(word_to_id), 8, 8)
    model.reset_state()
    start_ids = [word_to_id[w] for w in ("you", "say", "goodbye")]
    for x in start_ids[:-1]:
        model.predict(np.array(x).reshape(1, 1))
    states = model.get_state()
    texts = []
    for _ in range(2):
        model.set_state(states)
        np.random.seed(1)
        texts.append(start_ids[:-1] + model.generate(start_ids[-1], [], 20))
    assert texts[0] == texts[1]
    assert texts[0][:3] == start_ids
    assert len(texts[0]) == 22


# --- week 20: attention, in the manner of a script ----------------------------------------


class NotebookAttention:
    """A look that the script has built itself: products that are repeated and summed."""

    def __init__(self):
        self.params, self.grads = [], []
        self.softmax = Softmax()
        self.attention_weight, self.cache = None, None

    def forward(self, hs, h):
        N, T, H = hs.shape
        hr = h.reshape(N, 1, H).repeat(T, axis=1)
        a = self.softmax.forward(np.sum(hs * hr, axis=2))
        ar = a.reshape(N, T, 1).repeat(H, axis=2)
        self.attention_weight, self.cache = a, (hs, hr, ar)
        return np.sum(hs * ar, axis=1)

    def backward(self, dout):
        hs, hr, ar = self.cache
        N, T, H = hs.shape
        dr = dout.reshape(N, 1, H).repeat(T, axis=1)
        ds = self.softmax.backward(np.sum(dr * hs, axis=2)).reshape(N, T, 1).repeat(H, axis=2)
        return dr * ar + ds * hr, np.sum(ds * hs, axis=1)


class NotebookTimeAttention:
    Attention = NotebookAttention

    def __init__(self):
        self.params, self.grads = [], []
        self.layers, self.attention_weights = None, None

    def forward(self, hs_enc, hs_dec):
        out = np.empty_like(hs_dec)
        self.layers, self.attention_weights = [], []
        for t in range(hs_dec.shape[1]):
            layer = self.Attention()
            out[:, t, :] = layer.forward(hs_enc, hs_dec[:, t, :])
            self.layers.append(layer)
            self.attention_weights.append(layer.attention_weight)
        return out

    def backward(self, dout):
        dhs_enc, dhs_dec = 0, np.empty_like(dout)
        for t, layer in enumerate(self.layers):
            dhs, dh = layer.backward(dout[:, t, :])
            dhs_enc += dhs
            dhs_dec[:, t, :] = dh
        return dhs_enc, dhs_dec


class NotebookLooksOfOurs(NotebookTimeAttention):
    Attention = attention.Attention


class NotebookAttentionEncoder(seq2seq.Encoder):
    def forward(self, xs):
        return self.lstm.forward(self.embed.forward(xs))

    def backward(self, dhs):
        return self.embed.backward(self.lstm.backward(dhs))


class NotebookAttentionDecoder:
    TimeAttention = NotebookTimeAttention

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rn = np.random.randn
        self.embed = TimeEmbedding((rn(V, D) / 100).astype("f"))
        lstm_Wx = (rn(D, 4 * H) / np.sqrt(D)).astype("f")
        lstm_Wh = (rn(H, 4 * H) / np.sqrt(H)).astype("f")
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, np.zeros(4 * H).astype("f"), stateful=True)
        self.attention = self.TimeAttention()
        affine_W = (rn(2 * H, V) / np.sqrt(2 * H)).astype("f")
        self.affine = TimeAffine(affine_W, np.zeros(V).astype("f"))
        self.params, self.grads = [], []
        for layer in [self.embed, self.lstm, self.attention, self.affine]:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, enc_hs):
        self.lstm.set_state(enc_hs[:, -1])
        dec_hs = self.lstm.forward(self.embed.forward(xs))
        c = self.attention.forward(enc_hs, dec_hs)
        return self.affine.forward(np.concatenate((c, dec_hs), axis=2))

    def backward(self, dscore):
        dout = self.affine.backward(dscore)
        H2 = dout.shape[2] // 2
        dc, ddec_hs = dout[:, :, :H2], dout[:, :, H2:]
        denc_hs, ddec_hs_look = self.attention.backward(dc)
        self.embed.backward(self.lstm.backward(ddec_hs + ddec_hs_look))
        denc_hs[:, -1] += self.lstm.dh
        return denc_hs

    def generate(self, enc_hs, start_id, sample_size):
        sampled, sample_id = [], start_id
        self.lstm.set_state(enc_hs[:, -1])
        for _ in range(sample_size):
            x = np.array([sample_id]).reshape((1, 1))
            dec_hs = self.lstm.forward(self.embed.forward(x))
            c = self.attention.forward(enc_hs, dec_hs)
            score = self.affine.forward(np.concatenate((c, dec_hs), axis=2))
            sample_id = int(np.argmax(score.flatten()))
            sampled.append(sample_id)
        return sampled


class NotebookDecoderOnOurLooks(NotebookAttentionDecoder):
    TimeAttention = NotebookLooksOfOurs


class NotebookDecoderOnOurTimeAttention(NotebookAttentionDecoder):
    TimeAttention = attention.TimeAttention


class NotebookAttentionSeq2seq(seq2seq.Seq2seq):
    Decoder = NotebookAttentionDecoder

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        args = vocab_size, wordvec_size, hidden_size
        self.encoder = NotebookAttentionEncoder(*args)
        self.decoder = self.Decoder(*args)
        self.softmax = TimeSoftmaxWithLoss()
        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads


class NotebookOnOurLooks(NotebookAttentionSeq2seq):
    Decoder = NotebookDecoderOnOurLooks


class NotebookOnOurTimeAttention(NotebookAttentionSeq2seq):
    Decoder = NotebookDecoderOnOurTimeAttention


class NotebookOnOurParts(NotebookAttentionSeq2seq):
    """The package's decoder under the script's encoder."""

    Decoder = attention.AttentionDecoder


@pytest.mark.parametrize(
    "Theirs",
    [NotebookAttentionSeq2seq, NotebookOnOurLooks, NotebookOnOurTimeAttention, NotebookOnOurParts],
)
def test_week_20_trains_and_shows_where_it_looks(Theirs, capsys):
    """What: the script's loop on dates, and its picture of the weights of one question.
    Why: scripts write these classes on our layers, or take ours.
    Expected: losses, answers and weights of the package's model from the same seed."""
    (x_train, t_train), (x_test, t_test) = sequence.load_data("date.txt")
    x_train, x_test = x_train[:128, ::-1], x_test[:, ::-1]
    t_train = t_train[:128]
    char_to_id, id_to_char = sequence.get_vocab()
    runs = []
    for Model in Theirs, attention.AttentionSeq2seq:
        np.random.seed(0)
        model = Model(len(char_to_id), 16, 32)
        trainer = Trainer(model, Adam())
        trainer.fit(x_train, t_train, max_epoch=2, batch_size=32, max_grad=5.0)
        for i in range(3):
            eval_seq2seq(model, x_test[[i]], t_test[i], id_to_char, True, is_reverse=True)
        model.forward(x_test[[0]], t_test[[0]])
        d = np.array(model.decoder.attention.attention_weights)
        attention_map = d.reshape(d.shape[0], d.shape[2])[:, ::-1]  # the question reversed
        runs.append((trainer.loss_list, attention_map, capsys.readouterr().out))
    (losses, looks, told), (ours, our_looks, our_told) = runs
    assert losses == pytest.approx(ours, rel=1e-4)
    assert looks.shape == (10, 29)
    numpy.testing.assert_allclose(looks, our_looks, rtol=1e-3)
    assert told == our_told


# --- by position --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("called", "defaults"),
    [
        (TimeRNN, {"stateful": False}),
        (TimeLSTM, {"stateful": False}),
        (TimeGRU, {"stateful": False}),
        (TimeBiLSTM, {"stateful": False}),
        (TimeDropout, {"dropout_ratio": 0.5}),
        (self_attention.MultiHeadAttention, {"causal": False}),
    ],
)
def test_what_a_notebook_leaves_out_is_as_it_was(called, defaults):
    parameters = inspect.signature(called).parameters.values()
    found = {p.name: p.default for p in parameters if p.default is not p.empty}
    assert found == defaults
