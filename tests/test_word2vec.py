"""CBOW and skip-gram: first losses, the 1/C, sums over contexts, weights as notebooks expect."""

import inspect

import numpy
import pytest
from gradient_table import weights

from common.gradient_check import check_directions, double_precision
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.layers import SoftmaxWithLoss
from common.negative_sampling import NegativeSamplingLoss
from common.optimizer import Adam
from common.text import convert_one_hot
from common.trainer import Trainer
from common.word2vec import CBOW, SimpleCBOW, SimpleSkipGram, SkipGram
from dataset import hello

CORPUS = numpy.random.default_rng(0).integers(0, 20, 400)
both_models = pytest.mark.parametrize("Model", [CBOW, SkipGram])
both_simple = pytest.mark.parametrize("Model", [SimpleCBOW, SimpleSkipGram])


def contexts_and_target(window, corpus=CORPUS):
    """The contexts of each word that has all of them, in a loop."""
    rows = []
    for n in range(window, len(corpus) - window):
        rows.append([*corpus[n - window : n], *corpus[n + 1 : n + window + 1]])
    return numpy.array(rows), corpus[window:-window]


def random_model(Model, window, negatives=None, H=4, **options):
    """In float64, with weights that are not near 0, and negatives given or drawn."""
    model = double_precision(Model(20, H, window, CORPUS, **options))
    rng = numpy.random.default_rng(1)
    for p in model.params:
        p[...] = weights(rng, *p.shape)
    if negatives is not None:
        model.loss.sampler.get_negative_sample = lambda target: negatives
    return model


# --- what a first step prints -------------------------------------------------------------


@pytest.mark.parametrize(("window", "K", "number"), [(5, 5, 4.16), (5, 10, 7.62), (1, 2, 2.08)])
def test_the_first_loss_of_cbow(window, K, number):
    """What: the loss of a new CBOW.
    Why: a first number that one can predict is the cheapest check there is.
    Expected: (K + 1) ln 2, here 4.16 for five negatives."""
    numpy.random.seed(0)
    model = CBOW(20, 100, window, CORPUS, sample_size=K)
    loss = model.forward(*contexts_and_target(window))
    assert loss == pytest.approx((K + 1) * numpy.log(2), rel=1e-3)
    assert f"{loss:.2f}" == f"{number:.2f}"


@pytest.mark.parametrize(("window", "K", "number"), [(5, 5, 41.59), (2, 5, 16.64), (1, 1, 2.77)])
def test_the_first_loss_of_skip_gram(window, K, number):
    """10 contexts x 6 questions x ln 2 = 41.59, at window 5 with 5 negatives."""
    numpy.random.seed(0)
    model = SkipGram(20, 100, window, CORPUS, sample_size=K)
    loss = model.forward(*contexts_and_target(window))
    assert loss == pytest.approx(2 * window * (K + 1) * numpy.log(2), rel=1e-3)
    assert f"{loss:.1f}" == f"{number:.1f}"


# --- the mean over contexts ---------------------------------------------------------------


def test_cbow_gives_each_context_one_part_in_C():
    """What: contexts all different, then each of them twice.
    Why: h is a mean, so each context's gradient carries 1/C; word2vec's C code leaves that out.
    Expected: the mean, the loss and the row gradients are the same; each copy carries half."""
    target = numpy.array([3, 4])
    contexts = numpy.array([[5, 6], [7, 8]])
    negatives = numpy.array([[9, 10], [11, 12]])
    once = random_model(CBOW, 1, negatives)
    twice = random_model(CBOW, 2, negatives)
    loss = once.forward(contexts, target)
    assert twice.forward(contexts.repeat(2, axis=1), target) == pytest.approx(loss, rel=1e-12)
    once.backward()
    twice.backward()
    numpy.testing.assert_allclose(twice.grads[0], once.grads[0], rtol=1e-12)
    # two further contexts in each row: the old ones' share falls from 1/2 to 1/4 of dh
    wide = random_model(CBOW, 2, negatives)
    wide.params[0][13] = 2 * wide.params[0][5] - wide.params[0][6]  # keeps the mean of row 0
    wide.params[0][14] = 2 * wide.params[0][6] - wide.params[0][5]
    both = numpy.array([[5, 6, 13, 14], [7, 8, 7, 8]])
    assert wide.forward(both, target) == pytest.approx(loss, rel=1e-12)
    wide.backward()
    numpy.testing.assert_allclose(wide.grads[0][5], once.grads[0][5] / 2, rtol=1e-12)
    numpy.testing.assert_allclose(wide.grads[0][13], once.grads[0][5] / 2, rtol=1e-12)


def test_cbow_is_a_loss_of_the_mean_of_its_contexts():
    rng = numpy.random.default_rng(2)
    contexts, target = rng.integers(0, 20, (6, 4)), rng.integers(0, 20, 6)
    negatives = rng.integers(0, 20, (6, 5))
    model = random_model(CBOW, 2, negatives)
    W_in, W_out = model.params
    loss = NegativeSamplingLoss(W_out, CORPUS)
    loss.sampler.get_negative_sample = lambda target: negatives
    h = numpy.array([sum(W_in[c] for c in row) / 4 for row in contexts])
    assert model.forward(contexts, target) == pytest.approx(loss.forward(h, target), rel=1e-12)
    model.backward()
    dh = loss.backward()
    numpy.testing.assert_allclose(model.grads[1], loss.grads[0], rtol=1e-12)
    expected = numpy.zeros_like(W_in)
    for n, row in enumerate(contexts):
        for c in row:
            expected[c] += dh[n] / 4
    numpy.testing.assert_allclose(model.grads[0], expected, rtol=1e-12, atol=1e-16)


# --- the sum over contexts ----------------------------------------------------------------


def test_skip_gram_is_the_sum_of_one_loss_a_context():
    """What: all contexts at once, against C losses one by one, with the same negatives.
    Why: a sum of losses has the sum of their gradients; "all at once" must be the same thing.
    Expected: the same loss and the same gradients."""
    rng = numpy.random.default_rng(3)
    N, C, K = 5, 4, 3
    contexts, target = rng.integers(0, 20, (N, C)), rng.integers(0, 20, N)
    negatives = rng.integers(0, 20, (N, C, K))
    model = random_model(SkipGram, 2, negatives.reshape(N * C, K), sample_size=K)
    W_in, W_out = model.params
    total, dW_in, dW_out = 0, numpy.zeros_like(W_in), numpy.zeros_like(W_out)
    for c in range(C):
        loss = NegativeSamplingLoss(W_out, CORPUS, sample_size=K)
        loss.sampler.get_negative_sample = lambda target, c=c: negatives[:, c]
        total += loss.forward(W_in[target], contexts[:, c])
        dh = loss.backward()
        dW_out += loss.grads[0]
        numpy.add.at(dW_in, target, dh)
    assert model.forward(contexts, target) == pytest.approx(total, rel=1e-12)
    model.backward()
    numpy.testing.assert_allclose(model.grads[0], dW_in, rtol=1e-12, atol=1e-16)
    numpy.testing.assert_allclose(model.grads[1], dW_out, rtol=1e-12, atol=1e-16)


def test_skip_gram_draws_negatives_for_the_context_words():
    """The word that is guessed is the context; its negatives must leave out that one."""
    model = random_model(SkipGram, 1)
    asked = []
    draw = model.loss.sampler.get_negative_sample
    model.loss.sampler.get_negative_sample = lambda t: (asked.append(t), draw(t))[1]
    model.forward(numpy.array([[1, 2], [3, 4]]), numpy.array([5, 6]))
    assert asked[0].tolist() == [1, 2, 3, 4]


# --- weights ------------------------------------------------------------------------------


@both_models
def test_weights_are_drawn_as_notebooks_expect(Model):
    """What: the weights of a seeded model, replayed.
    Why: a seeded run must repeat, against older classes too: W_in first, then W_out, by randn.
    Expected: 0.01 randn, in float32; nothing else drawn."""
    numpy.random.seed(4)
    model = Model(20, 6, 2, CORPUS)
    left = numpy.random.random()
    numpy.random.seed(4)
    for p in model.params:
        assert p.dtype == numpy.float32
        assert numpy.array_equal(p, 0.01 * numpy.random.randn(20, 6).astype("f"))
    assert left == numpy.random.random()


@both_models
def test_word_vecs_are_W_in(Model):
    """The array itself, not a copy made before training."""
    model = Model(20, 6, 2, CORPUS)
    assert model.word_vecs is model.params[0]
    assert model.word_vecs is model.embed.params[0]
    assert [p.shape for p in model.params] == [(20, 6), (20, 6)]
    before = model.word_vecs.copy()
    Trainer(model, Adam()).fit(*contexts_and_target(2), 1, 100)
    assert (model.word_vecs != before).all()
    assert model.word_vecs.dtype == numpy.float32


@both_models
def test_a_generator_repeats_a_model(Model):
    numpy.random.seed(0)
    losses = []
    for _ in range(2):
        model = Model(20, 6, 2, CORPUS, rng=numpy.random.default_rng(8))
        losses.append(float(model.forward(*contexts_and_target(2))))
    assert losses[0] == losses[1]
    left = numpy.random.random()
    numpy.random.seed(0)
    assert left == numpy.random.random()


@both_models
def test_arguments_by_position_and_their_defaults(Model):
    parameters = inspect.signature(Model).parameters
    assert [*parameters][:4] == ["vocab_size", "hidden_size", "window_size", "corpus"]
    defaults = {"power": 0.75, "sample_size": 5, "rng": None, "loss": None}
    assert {name: p.default for name, p in [*parameters.items()][4:]} == defaults
    model = Model(20, 6, 3, CORPUS, 0, 2)
    assert model.window_size == 3
    assert model.loss.sampler.sample_size == 2
    numpy.testing.assert_allclose(model.loss.sampler.word_p, 1 / 20)


# --- learning -----------------------------------------------------------------------------


@both_models
def test_training_finds_which_words_stand_together(Model):
    """What: a text of two topics, words 0 to 4 and 5 to 9, that never mix within a window.
    Why: the gradients may be right and the model still learn nothing.
    Expected: the loss falls; words of one topic grow alike, of two topics unlike."""
    numpy.random.seed(0)
    corpus = numpy.concatenate([numpy.random.randint(0, 5, 20) + 5 * (n % 2) for n in range(40)])
    model = Model(10, 8, 2, corpus)
    trainer = Trainer(model, Adam(0.02))
    trainer.fit(*contexts_and_target(2, corpus), 8, 50, eval_interval=16)
    assert trainer.loss_list[-1] < 0.85 * trainer.loss_list[0]
    unit = model.word_vecs / numpy.linalg.norm(model.word_vecs, axis=1, keepdims=True)
    alike = unit @ unit.T
    same = numpy.kron(numpy.eye(2), numpy.ones((5, 5))).astype(bool)
    assert alike[same & ~numpy.eye(10, dtype=bool)].min() > alike[~same].max()


@both_models
def test_gradients_of_a_large_model(Model):
    model = random_model(Model, 5, H=50)
    contexts, target = contexts_and_target(5)
    numpy.random.seed(0)
    assert check_directions(model, contexts[:100], target[:100]) <= 1e-7


# --- refusals -----------------------------------------------------------------------------


@both_models
@pytest.mark.parametrize(
    ("contexts", "target", "error", "message"),
    [
        ([[0, 20]], [1], IndexError, "contains 20; allowed are 0 to 19"),
        ([[0, -1]], [1], IndexError, "contains -1; allowed are 0 to 19"),
        ([[0, 1]], [20], IndexError, "contains 20; allowed are 0 to 19"),
        ([[0.0, 1.0]], [1], TypeError, "must be integers, not float64"),
        ([0], [1], ValueError, r"^contexts have shape \(1,\) and target \(1,\); allowed are \("),
        ([[0, 1]], [[1]], ValueError, r"target has shape \(1, 1\); allowed is \(N,\)"),
        ([numpy.eye(20, dtype=int)], [1], TypeError, "^contexts are one-hot rows; allowed are"),
        (numpy.array([[1]], "uint64"), [1], TypeError, "^contexts must be signed integers"),
        ([[0, 1], [2, 3]], [1], ValueError, r"\(2, 2\) and target \(1,\); allowed are"),
    ],
)
def test_impossible_examples_are_refused(Model, contexts, target, error, message):
    with pytest.raises(error, match=message):
        Model(20, 4, 1, CORPUS).forward(numpy.array(contexts), numpy.array(target))


@both_models
def test_an_impossible_corpus_is_refused(Model):
    with pytest.raises(IndexError, match="corpus contains 19; allowed are 0 to 9"):
        Model(10, 4, 2, CORPUS)
    with pytest.raises(ValueError, match="allowed is"):
        Model(10, 4, 2, [])
    with pytest.raises(ValueError, match="this corpus has 3"):
        Model(10, 4, 2, [0, 1, 2])


@pytest.mark.parametrize("model_class", [CBOW, SkipGram])
def test_a_seed_is_as_good_as_its_generator(model_class):
    """rng=0 too: one stream for both matrices and the negatives."""
    corpus = numpy.arange(8)
    contexts, target = numpy.array([[0, 2], [3, 5]]), numpy.array([1, 4])
    losses = []
    for rng in (0, numpy.random.default_rng(0), 1):
        model = model_class(8, 4, 1, corpus, rng=rng)
        model.params[1][...] *= 100
        losses.append([model.forward(contexts, target) for _ in range(2)])
    assert losses[0] == losses[1] != losses[2]
    assert losses[0][0] != losses[0][1]


# --- the simple models, with softmax over all words -----------------------------------------


def seven_words(window=1):
    """The tiny corpus as ids and one-hot : contexts (N, C), target (N,), and both with V = 7."""
    contexts, target = contexts_and_target(window, hello.load_data()[0])
    return contexts, target, convert_one_hot(contexts, 7), convert_one_hot(target, 7)


def random_simple(Model, V=7, H=3):
    model = double_precision(Model(V, H))
    rng = numpy.random.default_rng(1)
    for p in model.params:
        p[...] = weights(rng, *p.shape)
    return model


@both_simple
@pytest.mark.parametrize("window", [1, 2])
def test_the_first_loss_of_a_simple_model(Model, window):
    """What: an untrained model gives each of V words the same probability.
    Expected: ln 7 = 1.9459 for CBOW, and that for each of the C contexts for skip-gram."""
    numpy.random.seed(0)
    _, _, contexts, target = seven_words(window)
    guesses = 1 if Model is SimpleCBOW else 2 * window
    loss = Model(7, 5).forward(contexts, target)
    assert loss == pytest.approx(guesses * numpy.log(7), rel=1e-3)
    assert loss.dtype == numpy.float32


def test_simple_cbow_is_a_softmax_of_the_mean_of_its_contexts():
    """In loops, example by example: no layer, no matrix product."""
    ids, target, contexts, _ = seven_words(2)
    model = random_simple(SimpleCBOW)
    W_in, W_out, (N, C) = model.word_vecs, model.W_out, ids.shape
    loss, dW_in, dW_out = 0, numpy.zeros((7, 3)), numpy.zeros((7, 3))
    for row, word in zip(ids, target, strict=True):
        h = sum(W_in[c] for c in row) / C
        y = numpy.exp([h @ W_out[v] for v in range(7)])
        y /= y.sum()
        loss -= numpy.log(y[word]) / N
        ds = (y - (numpy.arange(7) == word)) / N
        for v in range(7):
            dW_out[v] += ds[v] * h
        for c in row:
            dW_in[c] += sum(ds[v] * W_out[v] for v in range(7)) / C
    assert model.forward(contexts, target) == pytest.approx(loss, rel=1e-12)
    model.backward()
    numpy.testing.assert_allclose(model.grads[0], dW_in, rtol=1e-10, atol=1e-14)
    numpy.testing.assert_allclose(model.grads[1].T, dW_out, rtol=1e-10, atol=1e-14)


def test_simple_skip_gram_is_the_sum_of_one_loss_a_context():
    """What: all contexts at once, against C losses one by one.
    Expected: the same loss and the same gradients, whether contexts are ids or one-hot."""
    ids, target, contexts, onehot = seven_words(2)
    model = random_simple(SimpleSkipGram)
    W_in, W_out, (_, C) = model.word_vecs, model.W_out, ids.shape
    total, dW_in, dW_out = 0, numpy.zeros((7, 3)), numpy.zeros((7, 3))
    for c in range(C):
        loss, h = SoftmaxWithLoss(), W_in[target]
        total += loss.forward(h @ W_out.T, ids[:, c])
        ds = loss.backward()
        dW_out += ds.T @ h
        numpy.add.at(dW_in, target, ds @ W_out)
    for labels in ids, contexts:
        assert model.forward(labels, onehot) == pytest.approx(total, rel=1e-12)
        model.backward()
        numpy.testing.assert_allclose(model.grads[0], dW_in, rtol=1e-10, atol=1e-14)
        numpy.testing.assert_allclose(model.grads[1].T, dW_out, rtol=1e-10, atol=1e-14)


@both_simple
def test_weights_of_a_simple_model(Model):
    """W_in first, then W_out, by randn, float32, words as rows; word_vecs is W_in itself."""
    numpy.random.seed(4)
    model = Model(7, 5)
    left = numpy.random.random()
    numpy.random.seed(4)
    for W in model.word_vecs, model.W_out:
        assert W.dtype == numpy.float32
        assert numpy.array_equal(W, 0.01 * numpy.random.randn(7, 5).astype("f"))
    assert left == numpy.random.random()
    assert model.word_vecs is model.params[0]
    assert numpy.shares_memory(model.W_out, model.params[1])
    assert len(model.params) == len(model.grads) == 2
    assert numpy.array_equal(Model(7, 5, rng=3).W_out, Model(7, 5, rng=3).W_out)
    copy = double_precision(model)
    copy.params[1][...] = 1
    assert (copy.W_out == 1).all()


@both_simple
def test_a_simple_model_in_a_file(Model, tmp_path):
    _, _, contexts, target = seven_words()
    model, other = Model(7, 5, rng=0), Model(7, 5, rng=1)
    model.save_params(tmp_path / "model")
    other.load_params(tmp_path / "model")
    assert other.forward(contexts, target) == model.forward(contexts, target)


@both_simple
def test_a_simple_model_learns_all_that_seven_words_tell(Model):
    """What: training to the end.
    Why: the gradients may be right and the model still learn nothing.
    Expected: "say, and" stands around "goodbye" and around "i", so CBOW keeps ln 2 for two of
    six; skip-gram comes to the shares of the counts, 1/4 for each neighbour of "say"."""
    numpy.random.seed(0)
    _, _, contexts, target = seven_words()
    model = Model(7, 3)
    Trainer(model, Adam(0.03)).fit(contexts, target, 400, 3, eval_interval=None)
    least = {SimpleCBOW: 2 / 6 * numpy.log(2), SimpleSkipGram: 16 / 6 * numpy.log(2)}[Model]
    loss = model.forward(contexts, target)
    assert least < loss < least + 0.005
    if Model is SimpleSkipGram:
        say = model.loss_layer.y[0]
        numpy.testing.assert_allclose(say, [1 / 4, 0, 1 / 4, 0, 1 / 4, 1 / 4, 0], atol=0.03)


EYE = numpy.eye(7, dtype=int)


@pytest.mark.parametrize(
    ("Model", "contexts", "target", "message"),
    [
        (
            SimpleCBOW,
            [[0, 2]],
            [1],
            r"^contexts has shape \(1, 2\); allowed is \(N, C, V\) with V = 7, "
            "as convert_one_hot makes it from ids$",
        ),
        (SimpleCBOW, EYE[:, :5][None], [1], r"contexts has shape \(1, 7, 5\); allowed is"),
        (SimpleCBOW, EYE[None, :0], [1], r"contexts has shape \(1, 0, 7\); allowed is"),
        (SimpleCBOW, EYE[None, :2], [1, 2], r"labels have shape \(2,\); allowed are \(1,\) ids"),
        (SimpleSkipGram, [[0, 2]], [1], r"target has shape \(1,\); allowed is \(N, V\) with V = 7"),
        (
            SimpleSkipGram,
            EYE[None, :2],
            EYE[:2],
            r"contexts has shape \(1, 2, 7\); allowed are \(2, C\)",
        ),
        (SimpleSkipGram, [0], EYE[:1], r"contexts has shape \(1,\)"),
    ],
)
def test_impossible_one_hot_rows_are_refused(Model, contexts, target, message):
    with pytest.raises(ValueError, match=message):
        Model(7, 3).forward(numpy.array(contexts), numpy.array(target))


@both_simple
@pytest.mark.parametrize(
    ("sizes", "message"),
    [((0, 3), "vocab_size=0; allowed is"), ((7, 2.5), "hidden_size=2.5; allowed is")],
)
def test_impossible_sizes_are_refused(Model, sizes, message):
    with pytest.raises(ValueError, match=message):
        Model(*sizes)


# --- borders --------------------------------------------------------------------------------


@both_models
@pytest.mark.parametrize("name", ["vocab_size", "hidden_size", "window_size"])
@pytest.mark.parametrize("size", [0, -1, 2.5, None, "5", True])
def test_sizes_that_cannot_be_are_refused_by_name(Model, name, size):
    sizes = {"vocab_size": 4, "hidden_size": 3, "window_size": 1} | {name: size}
    told = f"^{name}={size!r}; allowed is a whole number, 1 or more$"
    with pytest.raises(ValueError, match=told):
        Model(**sizes, corpus=numpy.arange(4), sample_size=1)
    with pytest.raises(ValueError, match=told):
        Model(*sizes.values(), numpy.arange(4), 0.75, 1)


@both_models
def test_a_tree_has_the_words_of_the_model(Model):
    """A tree over V rows has V + 1 words: the last is never a target, and gets a probability."""
    corpus, W = numpy.arange(4), numpy.zeros((4, 3))
    told = r"tree of 5 words, because its W has 4 rows; vocab_size=4, so allowed are 3 rows$"
    with pytest.raises(ValueError, match=told):
        Model(4, 3, 1, corpus, loss=HierarchicalSoftmaxLoss(W, corpus))
    with pytest.raises(ValueError, match=told):
        Model(4, 3, 1, corpus, 0.75, 5, None, HierarchicalSoftmaxLoss(W, corpus))
    assert Model(4, 3, 1, corpus, loss=HierarchicalSoftmaxLoss(W[:3], corpus))


@both_models
def test_lists_of_ids_are_arrays_of_ids(Model):
    model = Model(4, 3, 1, numpy.arange(4), sample_size=3)
    loss = model.forward(numpy.array([[0, 1]]), numpy.array([2]))
    assert model.forward([[0, 1]], [2]) == pytest.approx(loss)
    assert model.forward(target=[2], contexts=[[0, 1]]) == pytest.approx(loss)
