"""Notebooks that the study group has written run here unchanged.

Their manner: star-imports, layers that are looped over, one sampler draw a
target, a list of K + 1 losses that share one matrix, gradients gathered once.
The classes below are written so, on this package's ``Embedding``, ``MatMul``,
``SigmoidWithLoss`` and ``SoftmaxWithLoss``.
"""

import collections

import numpy
import pytest

from common import config, word2vec
from common.layers import *
from common.np import *
from common.optimizer import SGD, Adam
from common.trainer import Trainer
from common.util import convert_one_hot, create_contexts_target, preprocess
from dataset import spiral

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
