"""Where arrays live: the switch works at any time, and layers follow their own arrays."""

import builtins
import copy
import sys

import numpy
import pytest
from gradient_table import TABLE, in_precision, outputs
from stub_cupy import StubModule

from common import config, optimizer
from common import np as np_room
from common.functions import cross_entropy_error, relu, sigmoid, softmax, sum_squared_error, tanh
from common.np import GPU, array_module, np, to_cpu, to_gpu
from common.shared_weights import merge_shared
from common.trainer import Trainer


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


@pytest.fixture
def no_cupy(monkeypatch):
    """A machine on which CuPy is not installed."""
    monkeypatch.setitem(sys.modules, "cupy", None)


# --- the switch ---------------------------------------------------------------------------


def test_numpy_unless_told_otherwise():
    assert type(np.zeros(3)) is numpy.ndarray
    assert np.float32 is numpy.float32
    assert not GPU
    assert not GPU == True  # noqa: E712, SIM201  (what a notebook may write)


def test_the_switch_works_at_any_time(cupy):
    """What: ``config.GPU`` set after all imports, and set back.
    Why: notebooks set it in whatever cell they like.
    Expected: new arrays follow at once, both ways; arrays that exist stay where they are."""
    here = np.zeros(3)
    config.GPU = True
    there = np.zeros(3)
    assert isinstance(there, cupy.ndarray)
    assert array_module(np.random.random(2)) is cupy
    assert GPU
    assert GPU == True  # noqa: E712
    assert repr(GPU) == "True"
    assert "CuPy" in repr(np)
    config.GPU = False
    assert type(np.ones(3)) is numpy.ndarray
    assert type(here) is numpy.ndarray
    assert isinstance(there, cupy.ndarray)
    assert GPU == False  # noqa: E712
    assert repr(GPU) == "False"
    assert "NumPy" in repr(np)
    assert hash(GPU) == hash(False)


def test_no_cupy_gives_a_clear_error(no_cupy):
    """What: the switch on, and nothing behind it.
    Why: the reader should read what to do, not a traceback from inside a layer.
    Expected: an ImportError that names the switch and the file to install from."""
    config.GPU = True
    told = (
        "^config.GPU is True, but CuPy is not installed: set config.GPU = False, "
        "or install it with `pip install -r requirements-gpu.txt`$"
    )
    with pytest.raises(ImportError, match=told):
        np.zeros(3)
    with pytest.raises(ImportError, match=r"requirements-gpu.txt"):
        to_gpu([1.0])


def test_star_import_gives_np_and_gpu():
    namespace = {}
    exec("from common.np import *", namespace)
    assert namespace["np"] is np
    assert namespace["GPU"] is GPU
    assert set(namespace) - {"__builtins__"} == {"np", "GPU"}
    for room in "layers", "np":
        namespace = {}
        exec(f"from common.{room} import *", namespace)
        assert namespace["np"] is np


def test_names_can_be_completed_with_the_tab_key():
    assert "zeros_like" in dir(np)


def test_cupy_is_not_imported_before_it_is_needed(monkeypatch):
    """NumPy users do not wait for CuPy, nor see its warnings."""
    original = builtins.__import__

    def refuse(name, *args, **kwargs):
        assert not name.startswith("cupy")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(np_room, "_cupy", lambda: pytest.fail("CuPy was asked for"))
    assert array_module(np.zeros(2), [1], 3.0) is numpy
    assert to_cpu([1, 2]).tolist() == [1, 2]


# --- asking the arrays --------------------------------------------------------------------


def test_array_module_asks_the_arrays(cupy):
    there = cupy.asarray(numpy.ones(2))
    assert array_module(there) is cupy
    assert array_module(numpy.ones(2), there) is cupy
    assert array_module(numpy.ones(2), [1, 2], 3) is numpy
    assert array_module() is numpy


def test_a_name_that_only_begins_like_cupy_is_not_cupy():
    namesake = type("ndarray", (), {"__module__": "cupyfoo.core"})
    assert array_module(namesake()) is numpy


def test_there_and_back(cupy):
    x = numpy.arange(6.0).reshape(2, 3)
    there = to_gpu(x)
    assert array_module(there) is cupy
    assert to_gpu(there) is there
    assert numpy.array_equal(to_cpu(there), x)
    assert type(to_cpu(there)) is numpy.ndarray
    assert to_cpu(x) is x


# --- the device follows the data ----------------------------------------------------------


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


@pytest.mark.parametrize("switch", [False, True])
@pytest.mark.parametrize("case", TABLE, ids=str)
def test_layers_follow_their_arrays(case, switch, cupy):
    """What: every layer on arrays of a library that refuses NumPy's.
    Why: one ``numpy.zeros`` inside a layer stops the whole network on a GPU, and only there.
    Expected: the numbers of the NumPy run, on the device, whatever the switch says."""
    if not isinstance(cupy, StubModule) and case.draws:
        pytest.skip("CuPy draws other numbers than NumPy does")
    layer, inputs = in_precision(case, numpy.float32)
    expected = outputs(layer, *inputs)
    layer, inputs = in_precision(case, numpy.float32)
    layer, inputs = move(layer, inputs, cupy)
    config.GPU = switch
    result = outputs_there(layer, inputs, cupy)
    for name, there, here in zip(("output", "dx", "grads"), result, expected, strict=True):
        there, here = ([*x] if isinstance(x, list | tuple) else [x] for x in (there, here))
        for a, b in zip(there, here, strict=True):
            if b is not None:
                assert isinstance(a, cupy.ndarray), name
                assert a.dtype == numpy.float32, name
                numpy.testing.assert_allclose(to_cpu(a), b, rtol=1e-5, atol=1e-6, err_msg=name)


def test_weights_decide_where_ids_go(cupy):
    """What: word ids in NumPy or in a list, weights on the device.
    Why: a corpus is read from a file, on the processor.
    Expected: looked up on the device; the sampler's table made there too."""
    from common.layers import Embedding
    from common.negative_sampling import NegativeSamplingLoss

    W = cupy.asarray(numpy.ones((5, 2), dtype="f"))
    layer = Embedding(W)
    for idx in numpy.array([0, 4]), [0, 4], cupy.asarray([0, 4]):
        assert isinstance(layer.forward(idx), cupy.ndarray)
        layer.backward(cupy.asarray(numpy.ones((2, 2), dtype="f")))
        assert to_cpu(layer.grads[0]).sum() == 4
    loss = NegativeSamplingLoss(W, numpy.array([0, 1, 2, 3, 4, 4]), sample_size=2)
    assert isinstance(loss.sampler.word_p, cupy.ndarray)
    for target in numpy.array([0, 4]), [0, 4], cupy.asarray([0, 4]):
        assert float(loss.forward(cupy.asarray(numpy.ones((2, 2), dtype="f")), target)) > 0
        assert isinstance(loss.backward(), cupy.ndarray)


def test_a_sampler_there_draws_as_here(cupy):
    """What: one sampler, its table in NumPy and on the device.
    Why: samplers in circulation exclude the target on one and not on the other.
    Expected: distinct, not the target, never a word that does not occur."""
    from common.negative_sampling import UnigramSampler

    corpus = numpy.array([1, 1, 1, 1, 4, 2, 6])
    target = numpy.repeat([1, 2, 4, 6], 50)
    there = UnigramSampler(cupy.asarray(corpus), 0.75, 3).get_negative_sample(cupy.asarray(target))
    assert isinstance(there, cupy.ndarray)
    rows = numpy.column_stack([target, to_cpu(there)])
    assert all(sorted(row) == [1, 2, 4, 6] for row in rows.tolist())


def test_a_sampler_with_a_numpy_generator_draws_the_same_everywhere(cupy):
    from common.negative_sampling import UnigramSampler

    corpus, target = numpy.arange(10) % 7, numpy.array([0, 3, 3, 6])
    draws = []
    for make in numpy.asarray, cupy.asarray:
        sampler = UnigramSampler(make(corpus), 0.75, 4, rng=numpy.random.default_rng(0))
        draws.append(to_cpu(sampler.get_negative_sample(make(target))))
    assert numpy.array_equal(*draws)


@pytest.mark.parametrize("function", [sigmoid, tanh, relu, softmax])
def test_functions_follow_their_arrays(function, cupy):
    x = numpy.random.default_rng(0).standard_normal((3, 4)).astype("f")
    result = function(cupy.asarray(x))
    assert isinstance(result, cupy.ndarray)
    assert result.dtype == numpy.float32
    numpy.testing.assert_allclose(to_cpu(result), function(x), rtol=1e-5)


def test_losses_follow_their_arrays(cupy):
    y = numpy.array([[0.2, 0.8], [0.5, 0.5]], dtype="f")
    for t in numpy.array([1, 0]), numpy.array([[0.0, 1], [1, 0]]):
        there = cross_entropy_error(cupy.asarray(y), cupy.asarray(t))
        assert isinstance(there, cupy.ndarray)
        assert float(there) == pytest.approx(float(cross_entropy_error(y, t)), rel=1e-5)
    assert isinstance(sum_squared_error(cupy.asarray(y), cupy.asarray(y)), cupy.ndarray)


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"])
def test_optimizers_follow_their_arrays(name, cupy):
    rng = numpy.random.default_rng(0)
    start, gradient = rng.standard_normal((2, 3, 4)).astype("f")
    here, there = [start.copy()], [cupy.asarray(start.copy())]
    one, other = getattr(optimizer, name)(), getattr(optimizer, name)()
    for _ in range(3):
        one.update(here, [gradient])
        other.update(there, [cupy.asarray(gradient)])
    assert isinstance(there[0], cupy.ndarray)
    assert there[0].dtype == numpy.float32
    numpy.testing.assert_allclose(to_cpu(there[0]), here[0], rtol=1e-5, atol=1e-6)


def test_gradients_there_are_clipped_and_merged(cupy):
    W, g = cupy.asarray(numpy.ones((2, 3))), cupy.asarray(numpy.full((2, 3), 2.0))
    params, grads = merge_shared([W, W.T], [g, g.T.copy()])
    assert len(params) == 1
    assert params[0] is W
    assert to_cpu(grads[0]).tolist() == [[4, 4, 4], [4, 4, 4]]
    optimizer.clip_grads(grads, 1.0)
    assert (to_cpu(grads[0]) ** 2).sum() == pytest.approx(1)


def test_a_model_is_built_trained_and_saved_there(cupy, tmp_path, monkeypatch):
    """What: the switch on, a model built, three steps trained on NumPy data, saved, read back.
    Why: it is what a notebook does on a GPU.
    Expected: weights on the device; the file holds what they are."""
    from common.word2vec import CBOW

    config.GPU = True
    numpy.random.seed(0)
    corpus = numpy.arange(60) % 11
    model = CBOW(11, 4, 1, corpus, sample_size=2)
    assert all(isinstance(a, cupy.ndarray) for a in (*model.params, *model.grads))
    config.GPU = False
    before = to_cpu(model.word_vecs).copy()
    contexts = numpy.column_stack([corpus[:-2], corpus[2:]])
    trainer = Trainer(model, optimizer.Adam())
    trainer.fit(contexts, corpus[1:-1], 1, 20, max_grad=1.0, eval_interval=1)
    assert len(trainer.loss_list) == 3
    assert all(type(loss) is float for loss in trainer.loss_list)
    trained = to_cpu(model.word_vecs).copy()
    assert (trained != before).all(axis=1).all()
    model.save_params(tmp_path / "model.npz")
    model.params[0][...] = 0
    model.load_params(tmp_path / "model.npz")
    assert isinstance(model.word_vecs, cupy.ndarray)
    assert numpy.array_equal(to_cpu(model.word_vecs), trained)


def test_batches_are_moved_to_the_model(cupy):
    """What: pictures and labels in NumPy, a layer on the device.
    Why: a data set may be larger than a GPU's memory; a batch is not.
    Expected: each batch arrives where the weights are."""
    from common.layers import Affine

    class Model(Affine):
        def forward(self, x, t):
            assert isinstance(x, cupy.ndarray)
            assert isinstance(t, cupy.ndarray)
            self.difference = super().forward(x) - t
            return (self.difference**2).sum() / 2

        def backward(self, dout=1):
            return super().backward(self.difference)

    model = Model(cupy.asarray(numpy.zeros((3, 2))), cupy.asarray(numpy.zeros(2)))
    x = numpy.random.default_rng(0).standard_normal((10, 3))
    Trainer(model, optimizer.SGD(0.1)).fit(x, x[:, :2], 40, 4)
    numpy.testing.assert_allclose(to_cpu(model.params[0]), numpy.eye(3, 2), atol=0.05)


def test_gradients_are_checked_there(cupy):
    from common.gradient_check import check_directions, check_gradients
    from common.layers import Affine

    rng = numpy.random.default_rng(0)
    layer = Affine(*(cupy.asarray(rng.standard_normal(s)) for s in ((3, 2), (2,))))
    x = cupy.asarray(rng.standard_normal((4, 3)))
    if isinstance(cupy, StubModule):
        assert check_gradients(layer, x) <= 1e-7
    assert check_directions(layer, x) <= 1e-7
