"""The device follows the data: every layer, model, optimizer and trainer, on both devices.

Each test runs on the strict stand-in, and on a GPU where there is one (``make
gpu-test``).  Random numbers come from the host in both runs, so that the
results must agree within float32's rounding.
"""

import copy

import numpy
import pytest
from gradient_table import TABLE, differentiable_classes, in_precision, outputs
from stub_cupy import TRAFFIC, StubModule

from common import (
    attention,
    config,
    counts,
    embeddings,
    fast_word2vec,
    functions,
    generation,
    language_model,
    negative_sampling,
    optimizer,
    seq2seq,
    text,
    transformer,
    two_layer_net,
    word2vec,
)
from common.gradient_check import check_directions, check_gradients
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.layers import Affine, Embedding
from common.model import BaseModel
from common.np import np, to_cpu
from common.shared_weights import merge_shared
from common.trainer import RnnlmTrainer, Trainer


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


@pytest.fixture
def host_draws(cupy, monkeypatch):
    """CuPy, whose uniform numbers come from NumPy's state, as the stand-in's do."""
    if not isinstance(cupy, StubModule):
        draw = lambda shape=None: cupy.asarray(numpy.random.random(shape))
        monkeypatch.setattr(cupy.random, "random", draw)
    return cupy


def close(there, here, rtol=1e-5, atol=1e-6, message=""):
    numpy.testing.assert_allclose(to_cpu(there), here, rtol=rtol, atol=atol, err_msg=message)


# --- layers -------------------------------------------------------------------------------


def arrays_in(thing):
    """All NumPy arrays that a layer, or a layer inside it, holds."""
    for value in vars(thing).values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, numpy.ndarray):
                yield part
            elif type(part).__module__.startswith("common."):
                yield from arrays_in(part)


def move(layer, inputs, xp):
    """A copy of a layer, and of its inputs, on the device."""
    moved = copy.deepcopy(layer, {id(a): xp.asarray(a) for a in arrays_in(layer)})
    return moved, [xp.asarray(x) if isinstance(x, numpy.ndarray) else x for x in inputs]


def outputs_there(layer, inputs, xp):
    """As ``outputs``, with the upstream gradient on the device."""
    numpy.random.seed(1)
    y = layer.forward(*inputs)
    u = 1.0
    if y.ndim:
        u = xp.asarray(numpy.random.default_rng(2).standard_normal(y.shape).astype(y.dtype))
    return y, layer.backward(u), [g.copy() for g in layer.grads]


def test_every_differentiable_class_is_tried_on_a_device():
    """The tests below go through the table: a class that is not in it would only fail on a GPU."""
    assert differentiable_classes() <= {case.layer for case in TABLE}


@pytest.mark.parametrize("switch", [False, True])
@pytest.mark.parametrize("case", TABLE, ids=str)
def test_layers_follow_their_arrays(case, switch, host_draws):
    """What: every layer on arrays of a library that refuses NumPy's.
    Why: one ``numpy.zeros`` inside a layer stops the whole network on a GPU, and only there.
    Expected: the numbers of the NumPy run, on the device, whatever the switch says; and no
    array goes to the host meanwhile."""
    cupy = host_draws
    layer, inputs = in_precision(case, numpy.float32)
    expected = outputs(layer, *inputs)
    layer, inputs = in_precision(case, numpy.float32)
    layer, inputs = move(layer, inputs, cupy)
    config.GPU = switch
    TRAFFIC.clear()
    result = outputs_there(layer, inputs, cupy)
    assert TRAFFIC.copies == []
    for name, there, here in zip(("output", "dx", "grads"), result, expected, strict=True):
        there, here = ([*x] if isinstance(x, list | tuple) else [x] for x in (there, here))
        for a, b in zip(there, here, strict=True):
            if b is not None:
                assert isinstance(a, cupy.ndarray), name
                assert a.dtype == numpy.float32, name
                close(a, b, message=name)


def test_weights_decide_where_ids_go(cupy):
    """What: word ids in NumPy or in a list, weights on the device.
    Why: a corpus is read from a file, on the processor.
    Expected: looked up on the device; the sampler's table made there too."""
    W = cupy.asarray(numpy.ones((5, 2), dtype="f"))
    layer = Embedding(W)
    for idx in numpy.array([0, 4]), [0, 4], cupy.asarray([0, 4]):
        assert isinstance(layer.forward(idx), cupy.ndarray)
        layer.backward(cupy.asarray(numpy.ones((2, 2), dtype="f")))
        assert to_cpu(layer.grads[0]).sum() == 4
    corpus = numpy.array([0, 1, 2, 3, 4, 4])
    loss = negative_sampling.NegativeSamplingLoss(W, corpus, sample_size=2)
    assert isinstance(loss.sampler.word_p, cupy.ndarray)
    for target in numpy.array([0, 4]), [0, 4], cupy.asarray([0, 4]):
        assert float(loss.forward(cupy.asarray(numpy.ones((2, 2), dtype="f")), target)) > 0
        assert isinstance(loss.backward(), cupy.ndarray)


# --- negatives ----------------------------------------------------------------------------


def test_a_sampler_there_draws_as_here(cupy):
    """What: one sampler, its table in NumPy and on the device.
    Why: samplers in circulation exclude the target on one and not on the other.
    Expected: distinct, not the target, never a word that does not occur."""
    corpus = numpy.array([1, 1, 1, 1, 4, 2, 6])
    target = numpy.repeat([1, 2, 4, 6], 50)
    sampler = negative_sampling.UnigramSampler(cupy.asarray(corpus), 0.75, 3)
    there = sampler.get_negative_sample(cupy.asarray(target))
    assert isinstance(there, cupy.ndarray)
    rows = numpy.column_stack([target, to_cpu(there)])
    assert all(sorted(row) == [1, 2, 4, 6] for row in rows.tolist())


def test_a_sampler_with_a_numpy_generator_draws_the_same_everywhere(cupy):
    corpus, target = numpy.arange(10) % 7, numpy.array([0, 3, 3, 6])
    draws = []
    for make in numpy.asarray, cupy.asarray:
        rng = numpy.random.default_rng(0)
        sampler = negative_sampling.UnigramSampler(make(corpus), 0.75, 4, rng=rng)
        draws.append(to_cpu(sampler.get_negative_sample(make(target))))
    assert numpy.array_equal(*draws)


def test_the_device_draws_words_with_their_probability(cupy):
    """What: 40,000 draws with the device's own random numbers, of words 1 to 40 times as likely.
    Why: a search in a table that is off by one shifts all probabilities by a word.
    Expected: Pearson's chi-squared over 9 degrees of freedom below its 0.9999 quantile, 33.7."""
    cupy.random.seed(0)
    corpus = numpy.repeat(numpy.arange(10), [1, 2, 3, 5, 8, 12, 17, 23, 31, 40])
    sampler = negative_sampling.UnigramSampler(cupy.asarray(corpus), 0.75, 1)
    drawn = to_cpu(sampler.draw((400, 100))).ravel()
    expected = drawn.size * to_cpu(sampler.word_p)
    found = numpy.bincount(drawn, minlength=10)
    assert ((found - expected) ** 2 / expected).sum() < 33.7


# --- functions ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softmax"])
def test_functions_follow_their_arrays(name, cupy):
    function = getattr(functions, name)
    x = numpy.random.default_rng(0).standard_normal((3, 4)).astype("f")
    result = function(cupy.asarray(x))
    assert isinstance(result, cupy.ndarray)
    assert result.dtype == numpy.float32
    close(result, function(x))


def test_losses_follow_their_arrays(cupy):
    y = numpy.array([[0.2, 0.8], [0.5, 0.5]], dtype="f")
    for t in numpy.array([1, 0]), numpy.array([[0.0, 1], [1, 0]]):
        there = functions.cross_entropy_error(cupy.asarray(y), cupy.asarray(t))
        assert isinstance(there, cupy.ndarray)
        expected = float(functions.cross_entropy_error(y, t))
        assert float(there) == pytest.approx(expected, rel=1e-5)
    y = cupy.asarray(y)
    assert isinstance(functions.sum_squared_error(y, y), cupy.ndarray)


# --- optimizers ---------------------------------------------------------------------------

OPTIMIZERS = optimizer.Optimizer.__subclasses__()


@pytest.mark.parametrize("optimizer_class", OPTIMIZERS)
def test_optimizers_follow_their_arrays(optimizer_class, cupy):
    rng = numpy.random.default_rng(0)
    start, gradient = rng.standard_normal((2, 3, 4)).astype("f")
    here, there = [start.copy()], [cupy.asarray(start.copy())]
    one, other = optimizer_class(), optimizer_class()
    TRAFFIC.clear()
    for _ in range(3):
        one.update(here, [gradient])
        other.update(there, [cupy.asarray(gradient)])
    assert (TRAFFIC.copies, TRAFFIC.looks) == ([], 0)
    assert isinstance(there[0], cupy.ndarray)
    assert there[0].dtype == numpy.float32
    close(there[0], here[0])


@pytest.mark.parametrize("scale", [1.0, 1e-30, 1e30])
def test_gradients_there_are_clipped_and_merged(scale, cupy):
    """Also where a square is too large or too small for float32, and the largest is divided out."""
    W = cupy.asarray(numpy.ones((2, 3), dtype="f"))
    g = cupy.asarray(numpy.full((2, 3), 2 * scale, dtype="f"))
    params, grads = merge_shared([W, W.T], [g, g.T.copy()])
    assert len(params) == 1
    assert params[0] is W
    close(grads[0], numpy.full((2, 3), 4 * scale))
    TRAFFIC.clear()
    optimizer.clip_grads([*grads, cupy.zeros((0, 3), dtype="f")], 0.5 * scale)
    assert TRAFFIC.copies == []
    assert TRAFFIC.looks <= 4
    assert numpy.linalg.norm(to_cpu(grads[0]).astype(float)) == pytest.approx(0.5 * scale)


# --- models and their training ------------------------------------------------------------

CORPUS = numpy.random.default_rng(3).integers(0, 11, 80)
CONTEXTS, TARGET = text.create_contexts_target(CORPUS, 1)
ONE_HOT = text.convert_one_hot(TARGET, 11)
RNG = numpy.random.default_rng(4)
POINTS, CLASSES = RNG.standard_normal((40, 3)).astype("f"), RNG.integers(0, 5, 40)
QUESTIONS, ANSWERS = RNG.integers(0, 6, (40, 5)), RNG.integers(0, 6, (40, 4))


def with_tree(make):
    W = np.asarray(0.1 * numpy.random.default_rng(5).standard_normal((10, 4)).astype("f"))
    return make(11, 4, 1, CORPUS, rng=0, loss=HierarchicalSoftmaxLoss(W, CORPUS))


# Name -> what builds the model from a seed, and what it is trained on.
MODELS = {
    "CBOW": (lambda: word2vec.CBOW(11, 4, 1, CORPUS, sample_size=2, rng=0), CONTEXTS, TARGET),
    "SkipGram": (lambda: word2vec.SkipGram(11, 4, 1, CORPUS, rng=0), CONTEXTS, TARGET),
    "CBOW, tree": (lambda: with_tree(word2vec.CBOW), CONTEXTS, TARGET),
    "SkipGram, tree": (lambda: with_tree(word2vec.SkipGram), CONTEXTS, TARGET),
    "SimpleCBOW": (
        lambda: word2vec.SimpleCBOW(11, 4, rng=0),
        text.convert_one_hot(CONTEXTS, 11),
        TARGET,
    ),
    "SimpleSkipGram": (lambda: word2vec.SimpleSkipGram(11, 4, rng=0), CONTEXTS, ONE_HOT),
    "TwoLayerNet": (lambda: two_layer_net.TwoLayerNet(3, 4, 5, rng=0), POINTS, CLASSES),
    "Seq2seq": (lambda: seq2seq.Seq2seq(6, 3, 4, rng=0), QUESTIONS, ANSWERS),
    "PeekySeq2seq": (lambda: seq2seq.PeekySeq2seq(6, 3, 4, rng=0), QUESTIONS, ANSWERS),
    "AttentionSeq2seq": (lambda: attention.AttentionSeq2seq(6, 3, 4, rng=0), QUESTIONS, ANSWERS),
    "SimpleRnnlm": (lambda: language_model.SimpleRnnlm(11, 4, 4, rng=0), None, None),
    "Rnnlm": (lambda: language_model.Rnnlm(11, 4, 4, rng=0), None, None),
    "BetterRnnlm": (lambda: language_model.BetterRnnlm(11, 4, 4, rng=0), None, None),
    "RnnlmGen": (lambda: generation.RnnlmGen(11, 4, 4, rng=0), None, None),
    "BetterRnnlmGen": (lambda: generation.BetterRnnlmGen(11, 4, 4, rng=0), None, None),
    "TransformerLM": (lambda: transformer.TransformerLM(11, 4, 2, 2, 0.1, rng=0), None, None),
}
BASES = {"LanguageModel", "SimpleWord2Vec", "Word2Vec"}  # others are built on them


def subclasses(base):
    for one in base.__subclasses__():
        if one.__module__.startswith("common.") and one.__module__ != "common.rungs":
            yield one.__name__
            yield from subclasses(one)


def test_every_model_is_trained_on_a_device():
    assert {*subclasses(BaseModel)} - BASES == {name.partition(",")[0] for name in MODELS}


def data(name, move=lambda a: a):
    """The model, its trainer's class, and the arguments of ``fit``."""
    build, x, t = MODELS[name]
    if x is None:
        return build, RnnlmTrainer, (move(CORPUS[:-1]), move(CORPUS[1:]), 1, 3, 4)
    return build, Trainer, (move(x), move(t), 1, 10)


def trained(name, move=lambda a: a, **options):
    build, trainer_class, arguments = data(name, move)
    numpy.random.seed(0)
    trainer = trainer_class(build(), optimizer.Adam(0.01))
    TRAFFIC.clear()
    trainer.fit(*arguments, max_grad=0.5, eval_interval=1, **options)
    return trainer


@pytest.mark.parametrize("name", MODELS)
def test_a_training_there_is_the_training_here(name, host_draws):
    """What: each model, from the same weights, with random numbers of the host, on both devices.
    Why: a part that stays behind, or a sum that forgets repeated rows, bends the curve.
    Expected: the same curve and parameters, wherever the examples lie; and no array goes to
    the host, in all steps."""
    here = trained(name)
    config.GPU = True
    for move in (lambda a: a), host_draws.asarray:
        there = trained(name, move)
        assert TRAFFIC.copies == []
        assert len(there.loss_list) == len(here.loss_list) > 3
        assert all(type(loss) is float for loss in there.loss_list)
        numpy.testing.assert_allclose(there.loss_list, here.loss_list, rtol=1e-4)
        for a, b in zip(there.model.params, here.model.params, strict=True):
            assert isinstance(a, host_draws.ndarray)
            assert a.dtype == numpy.float32
            close(a, b, rtol=1e-2, atol=2e-3)


@pytest.mark.parametrize("name", MODELS)
def test_the_processor_seldom_waits_for_a_step(name, cupy):
    """What: how often a step reads a number from the device: the loss, and what is refused.
    Why: for each the processor stands still until the device has caught up.
    Expected: once for each use of ids, for the loss, for its labels that count, for the
    gradients' norm and whether they are finite; with negatives, also for those drawn anew."""
    if not isinstance(cupy, StubModule):
        pytest.skip("the stand-in counts")
    config.GPU = True
    steps = len(trained(name).loss_list)
    assert TRAFFIC.looks / steps < (21 if name in ("CBOW", "SkipGram") else 9)


@pytest.mark.parametrize("name", ["CBOW", "Rnnlm"])
def test_a_checkpoint_goes_on_there(name, host_draws, tmp_path):
    """What: a training cut after its first epoch, its file read by a new model.
    Why: what comes from a file is NumPy's.
    Expected: weights, state and the optimizer's memory on the device, and the same curve."""
    config.GPU = True
    path = tmp_path / "run.npz"
    build, trainer_class, (x, t, _, *sizes) = data(name)
    whole, first, second = (trainer_class(build(), optimizer.Adam()) for _ in range(3))
    numpy.random.seed(0)
    whole.fit(x, t, 2, *sizes, eval_interval=1)
    numpy.random.seed(0)
    first.fit(x, t, 1, *sizes, eval_interval=1, checkpoint=path)
    second.fit(x, t, 2, *sizes, eval_interval=1, checkpoint=path)
    assert second.loss_list == pytest.approx(whole.loss_list, rel=1e-4)
    for a in (*second.model.params, *second.optimizer.m):
        assert isinstance(a, host_draws.ndarray)


def test_parameters_are_saved_and_read_there(cupy, tmp_path):
    """A file holds what they are, and they stay on the device."""
    config.GPU = True
    model = trained("CBOW").model
    learnt = to_cpu(model.word_vecs).copy()
    model.save_params(tmp_path / "model.npz")
    model.params[0][...] = 0
    model.load_params(tmp_path / "model.npz")
    assert isinstance(model.word_vecs, cupy.ndarray)
    assert numpy.array_equal(to_cpu(model.word_vecs), learnt)


def test_a_number_that_is_not_finite_is_found_there(cupy):
    config.GPU = True
    model = MODELS["TwoLayerNet"][0]()
    model.params[2][1, 2] = numpy.nan
    trainer = Trainer(model, optimizer.SGD())
    with pytest.raises(FloatingPointError, match=r"model.params\[2\], .* holds nan at \(1, 2\)"):
        trainer.fit(POINTS, CLASSES, 1, 10)


def test_batches_are_moved_to_the_model(cupy):
    """What: pictures and labels in NumPy, a layer on the device.
    Why: a data set may be larger than a GPU's memory; a batch is not.
    Expected: each batch arrives where the weights are."""

    class Model(Affine):
        def forward(self, x, t):
            assert isinstance(x, cupy.ndarray)
            assert isinstance(t, cupy.ndarray)
            self.difference = super().forward(x) - t
            return (self.difference**2).sum() / 2

        def backward(self, dout=1):
            return super().backward(self.difference)

    config.GPU = True
    model = Model(np.zeros((3, 2)), np.zeros(2))
    x = numpy.random.default_rng(0).standard_normal((10, 3))
    Trainer(model, optimizer.SGD(0.1)).fit(x, x[:, :2], 40, 4)
    close(model.params[0], numpy.eye(3, 2), atol=0.05)


@pytest.mark.parametrize("fast_class", [fast_word2vec.FastSkipGram, fast_word2vec.FastCBOW])
def test_the_fast_models_train_there(fast_class, cupy, tmp_path):
    """From the same seed, the same curve; a run that goes on from a file; new vectors put in."""
    corpus = numpy.random.default_rng(0).integers(0, 50, 3000)
    make = lambda: fast_class(50, 4, 2, corpus, subsample=1e-2, seed=0)
    here = make()
    here.fit(2, progress=False)
    config.GPU = True
    there, cut = make(), make()
    TRAFFIC.clear()
    there.fit(2, progress=False, checkpoint=tmp_path / "fast.npz")
    assert TRAFFIC.copies == [(51, 4)] * 2  # into the file
    assert there.loss_list == pytest.approx(here.loss_list, rel=1e-4)
    cut.fit(2, progress=False, checkpoint=tmp_path / "fast.npz")
    for one in there, cut:
        assert isinstance(one.W_in, cupy.ndarray)
        close(one.word_vecs, here.word_vecs, rtol=1e-3, atol=1e-5)
    cut.word_vecs = here.word_vecs
    assert numpy.array_equal(to_cpu(cut.word_vecs), here.word_vecs)


# --- where a person reads -----------------------------------------------------------------


def moved(name):
    """A model here, and the same one on the device."""
    here = MODELS[name][0]()
    config.GPU = True
    return here, MODELS[name][0]()


@pytest.mark.parametrize("name", ["SimpleRnnlm", "BetterRnnlmGen", "TransformerLM"])
def test_texts_are_written_there_as_here(name, cupy):
    """Greedy, drawn, and sought; prompts come from the host, and texts go to it."""
    for one, other in [moved(name)]:
        for prompt in [3, 1, 4], numpy.array([3, 1, 4]):
            for options in {"temperature": 0}, {"rng": 0, "top_k": 5, "skip_ids": [2]}:
                texts = [generation.generate(m, prompt, 5, **options) for m in (one, other)]
                assert texts[0] == texts[1]
        (first, *_), (second, *_) = (generation.beam_search(m, [3, 1], 3, 2) for m in (one, other))
        assert first[0] == second[0]
        assert first[1] == pytest.approx(second[1], rel=1e-4)
        perplexities = [language_model.eval_perplexity(m, CORPUS, 3, 4) for m in (one, other)]
        assert perplexities[0] == pytest.approx(perplexities[1], rel=1e-4)


@pytest.mark.parametrize("name", ["Seq2seq", "PeekySeq2seq", "AttentionSeq2seq"])
def test_questions_are_answered_there_as_here(name, cupy, capsys):
    here, there = moved(name)
    answers = numpy.column_stack([numpy.zeros(40, dtype=int), here.generate(QUESTIONS, 0, 3)])
    assert seq2seq.accuracy(there, QUESTIONS, answers, 15) == 1
    for move in numpy.asarray, cupy.asarray:
        question, answer = move(QUESTIONS[:1]), move(answers[0])
        assert seq2seq.eval_seq2seq(there, question, answer, dict(enumerate("abcdef")), True) == 1
    assert "right" in capsys.readouterr().out


def test_vectors_are_asked_there(cupy, capsys):
    vectors = numpy.random.default_rng(0).standard_normal((4, 3)).astype("f")
    there = cupy.asarray(vectors)
    words = ["you", "say", "goodbye", "hello"]
    word_to_id = {word: i for i, word in enumerate(words)}
    said = []
    for matrix in vectors, there:
        embeddings.most_similar("you", word_to_id, dict(enumerate(words)), matrix)
        embeddings.analogy("you", "say", "hello", word_to_id, dict(enumerate(words)), matrix)
        said.append(capsys.readouterr().out)
        said.append(embeddings.Embeddings(matrix, words).most_similar("you"))
    assert said[:2] == said[2:]
    for function in (lambda a: embeddings.cos_similarity(a, a[0])), embeddings.normalize:
        assert isinstance(function(there), cupy.ndarray)
        close(function(there), function(vectors))
        close(function(there * 1e-30), function(vectors * numpy.float32(1e-30)))


def test_words_are_counted_there(cupy):
    there = cupy.asarray(CORPUS)
    for count in (
        lambda corpus: text.create_contexts_target(corpus, 2)[0],
        lambda corpus: text.convert_one_hot(corpus, 11),
        lambda corpus: counts.create_co_matrix(corpus, 11, 2),
        lambda corpus: counts.ppmi(counts.create_co_matrix(corpus, 11, 2)),
        lambda corpus: negative_sampling.keep_probability(negative_sampling.word_counts(corpus)),
        lambda corpus: negative_sampling.subsample(corpus, 1e-2, rng=0),
    ):
        assert isinstance(count(there), cupy.ndarray)
        close(count(there), count(CORPUS))


def test_the_words_of_a_tree_have_their_probabilities_there(cupy):
    W = numpy.random.default_rng(0).standard_normal((10, 4))
    h = numpy.random.default_rng(1).standard_normal((3, 4))
    here = HierarchicalSoftmaxLoss(W, CORPUS).log_probabilities(h)
    loss = HierarchicalSoftmaxLoss(cupy.asarray(W), cupy.asarray(CORPUS))
    close(loss.log_probabilities(cupy.asarray(h)), here)


def test_gradients_are_checked_there(cupy):
    rng = numpy.random.default_rng(0)
    layer = Affine(*(cupy.asarray(rng.standard_normal(s)) for s in ((3, 2), (2,))))
    x = cupy.asarray(rng.standard_normal((4, 3)))
    if isinstance(cupy, StubModule):
        assert check_gradients(layer, x) <= 1e-7
    assert check_directions(layer, x) <= 1e-7
