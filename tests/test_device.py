"""The device follows the data: every layer, function, optimizer and table, on both devices.

Each test runs on the strict stand-in, and on a GPU where there is one (``make
gpu-test``).  Random numbers come from the host in both runs, so that the
results must agree within float32's rounding.  Models and their training are in
test_device_training.py.
"""

import copy
import sys

import numpy
import pytest
from gradient_table import TABLE, differentiable_classes, in_precision, outputs
from stub_cupy import TRAFFIC, StubModule

from common import config, counts, embeddings, functions, negative_sampling, optimizer, text
from common.gradient_check import check_directions, check_gradients
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.layers import Affine, Embedding
from common.np import to_cpu
from common.shared_weights import merge_shared

CORPUS = numpy.random.default_rng(3).integers(0, 11, 80)


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


def close(there, here, rtol=1e-5, atol=1e-6, message=""):
    """Equal within rounding; a GPU has an exp and a tanh of its own, and another order of sums."""
    more = 1 if isinstance(sys.modules.get("cupy"), StubModule) else 10
    there = to_cpu(there)
    numpy.testing.assert_allclose(there, here, more * rtol, more * atol, err_msg=message)


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
    array goes to the host or comes from it meanwhile."""
    cupy = host_draws
    layer, inputs = in_precision(case, numpy.float32)
    expected = outputs(layer, *inputs)
    layer, inputs = in_precision(case, numpy.float32)
    layer, inputs = move(layer, inputs, cupy)
    config.GPU = switch
    TRAFFIC.clear()
    y, *gradients = outputs_there(layer, inputs, cupy)
    assert TRAFFIC.copies == []
    # the upstream gradient, if the test has made one
    assert TRAFFIC.uploads in ([], [y.shape] if y.ndim else [])
    result = y, *gradients
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


# --- words and vectors --------------------------------------------------------------------


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
