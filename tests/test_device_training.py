"""Models are trained on a device as on the processor, and say there what they say here.

Each test runs on the strict stand-in, and on a GPU where there is one (``make
gpu-test``).  Weights and random numbers come from the host in both runs, so that
the curves must agree within float32's rounding.
"""

import contextlib

import numpy
import pytest
from stub_cupy import TRAFFIC, StubModule

from common import (
    attention,
    config,
    fast_word2vec,
    generation,
    language_model,
    optimizer,
    seq2seq,
    sequential,
    text,
    transformer,
    two_layer_net,
    word2vec,
)
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.layers import Affine, BatchNormalization, Convolution, Pooling, Relu
from common.model import BaseModel
from common.np import np, to_cpu
from common.perceptron import Perceptron
from common.trainer import RnnlmTrainer, Trainer


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


def close(there, here, rtol=1e-5, atol=1e-6):
    numpy.testing.assert_allclose(to_cpu(there), here, rtol=rtol, atol=atol)


# --- models and their training ------------------------------------------------------------

CORPUS = numpy.random.default_rng(3).integers(0, 11, 80)
CONTEXTS, TARGET = text.create_contexts_target(CORPUS, 1)
ONE_HOT = text.convert_one_hot(TARGET, 11)
RNG = numpy.random.default_rng(4)
POINTS, CLASSES = RNG.standard_normal((40, 3)).astype("f"), RNG.integers(0, 5, 40)
PICTURES = numpy.random.default_rng(5).standard_normal((40, 1, 5, 5)).astype("f")
QUESTIONS, ANSWERS = RNG.integers(0, 6, (40, 5)), RNG.integers(0, 6, (40, 4))


def with_tree(make):
    W = np.asarray(0.1 * numpy.random.default_rng(5).standard_normal((10, 4)).astype("f"))
    return make(11, 4, 1, CORPUS, rng=0, loss=HierarchicalSoftmaxLoss(W, CORPUS))


def with_pictures():
    """Filters, normalisation, a shortcut and pooling, their weights drawn on the host."""
    rng = numpy.random.default_rng(0)

    def draw(*shape):
        return np.asarray(rng.standard_normal(shape).astype("f"))

    first = Convolution(draw(2, 1, 2, 2), draw(2))
    second = Convolution(draw(2, 2, 3, 3), draw(2), pad=1)
    norm = BatchNormalization(np.ones(2, dtype="f"), np.zeros(2, dtype="f"))
    shortcut = sequential.Residual([second, Relu()])
    scores = Affine(draw(8, 5), draw(5))
    return sequential.Sequential([first, norm, shortcut, Pooling(2, 2), scores])


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
    "Sequential": (with_pictures, PICTURES, CLASSES),
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
    # Not Adam, which makes a whole step of a gradient that is nothing but rounding.
    trainer = trainer_class(build(), optimizer.SGD(0.1))
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
            close(a, b, rtol=1e-3, atol=1e-4)


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
    assert second.loss_list == pytest.approx(whole.loss_list, rel=1e-3)
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
    if isinstance(cupy, StubModule):
        assert TRAFFIC.copies == [(51, 4)] * 2  # into the file
    assert there.loss_list == pytest.approx(here.loss_list, rel=1e-4)
    cut.fit(2, progress=False, checkpoint=tmp_path / "fast.npz")
    for one in there, cut:
        assert isinstance(one.W_in, cupy.ndarray)
        close(one.word_vecs, here.word_vecs, rtol=1e-3, atol=1e-5)
    cut.word_vecs = here.word_vecs
    assert numpy.array_equal(to_cpu(cut.word_vecs), here.word_vecs)


@pytest.mark.parametrize("gpu", [False, True])
def test_fast_weights_that_are_not_finite_are_found_there(gpu, cupy):
    """On a GPU nobody looks at single steps, so the weights are looked at after each portion."""
    config.GPU = gpu
    model = fast_word2vec.FastSkipGram(50, 4, 2, CORPUS, seed=0)

    def spoilt(*_):
        model.W_out[7, 2] = numpy.nan
        return 1.0

    model.train_portion = spoilt
    refused = pytest.raises(FloatingPointError, match=r"^params\[1\], .* holds nan at \(7, 2\)")
    with refused if gpu else contextlib.nullcontext():
        model.fit(1, progress=False)


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


def test_a_perceptron_learns_there(cupy, monkeypatch):
    t = CLASSES % 2
    here = Perceptron(3)
    corrections = [here.learn(POINTS, t) for _ in range(3)]
    monkeypatch.setattr(config, "GPU", True)
    there = Perceptron(3)
    assert [there.learn(cupy.asarray(POINTS), cupy.asarray(t)) for _ in range(3)] == corrections
    assert all(isinstance(p, cupy.ndarray) for p in there.params)
    for p, q in zip(there.params, here.params, strict=True):
        close(p, q)
    close(there.predict(cupy.asarray(POINTS)), here.predict(POINTS))
    with pytest.raises(ValueError, match=r"x\[1, 2\] is nan"):
        there.predict(cupy.asarray(numpy.where(numpy.arange(9).reshape(3, 3) == 5, numpy.nan, 1)))
    with pytest.raises(ValueError, match=r"t\[0\] is 2"):
        there.learn(cupy.asarray(POINTS), cupy.asarray(t) + 2 - t[0])
