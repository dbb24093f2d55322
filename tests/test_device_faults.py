"""What is said when arrays of two devices meet, when the switch was flipped, when memory ends."""

import warnings

import numpy
import pytest

from common import config
from common.fast_word2vec import FastSkipGram
from common.functions import binary_cross_entropy
from common.language_model import Rnnlm
from common.layers import Affine, Embedding, MatMul, SoftmaxWithLoss
from common.np import numbers
from common.optimizer import SGD, Adam
from common.recurrent import RNN
from common.self_attention import ScaledDotProductAttention
from common.trainer import RnnlmTrainer, Trainer
from common.two_layer_net import TwoLayerNet
from common.word2vec import CBOW

X, T = numpy.random.default_rng(0).standard_normal((12, 3)), numpy.arange(12) % 5
TEXT = numpy.arange(50) % 6


@pytest.fixture(autouse=True)
def _numpy_again(monkeypatch):
    """Whatever a test sets, the next one starts on NumPy."""
    monkeypatch.setattr(config, "GPU", False)


# --- arrays of two devices ----------------------------------------------------------------


def array(*shape):
    return numpy.ones(shape, dtype="f")


def test_arrays_of_two_devices_are_named(cupy):
    """What: a layer on one device, called with an array of the other that nobody can move for it.
    Why: CuPy and NumPy name their own insides then, and neither the layer nor the array.
    Expected: which call, which array lives where, and how to move it."""
    there = lambda *shape: cupy.asarray(array(*shape))
    affine, ids = Affine(array(3, 2), array(2)), cupy.asarray([0, 1])
    affine.forward(array(4, 3))
    step = RNN(array(3, 2), array(2, 2), array(2))
    model = CBOW(6, 2, 1, TEXT, sample_size=1, rng=0)
    for call, function, places in [
        (lambda: MatMul(array(3, 2)).forward(there(4, 3)), "MatMul.forward", "Wp xg"),
        (lambda: MatMul(array(3, 2)).forward(x=there(4, 3)), "MatMul.forward", "Wp xg"),
        (lambda: affine.forward(there(4, 3)), "Affine.forward", "Wp xg"),
        (lambda: affine.backward(there(4, 2)), "Affine.backward", "Wp doutg"),
        (lambda: SoftmaxWithLoss().forward(array(2, 3), ids), "SoftmaxWithLoss.forward", "xp tg"),
        (lambda: Embedding(array(3, 2)).forward(ids), "Embedding.forward", "Wp idxg"),
        (lambda: step.forward(there(4, 3), array(4, 2)), "RNN.forward", "Wp xg h_prevp"),
        (lambda: binary_cross_entropy(array(2), there(2)), "binary_cross_entropy", "xp tg"),
        (lambda: model.forward(ids.reshape(1, 2), [1]), "CBOW.forward", "Wp contextsg"),
    ]:
        words = {"p": "on the processor", "g": "on the GPU"}
        named = [
            f"{name[:-1].replace('W', 'params[0]')} {words[name[-1]]}" for name in places.split()
        ]
        with pytest.raises(TypeError) as told:
            call()
        assert str(told.value) == (
            f"{function} was given arrays of two devices: {', '.join(named)}. "
            "Take all to one of them, by to_cpu or to_gpu of common.util"
        )


def test_arrays_that_can_be_moved_are_not_refused(cupy):
    """NumPy's go to the weights' device; queries decide for keys and values."""
    there = cupy.asarray(array(3, 2))
    assert isinstance(MatMul(there).forward(array(4, 3)), cupy.ndarray)
    queries = cupy.asarray(array(1, 2, 3))
    look = ScaledDotProductAttention().forward(queries, array(1, 2, 3), array(1, 2, 3))
    assert isinstance(look, cupy.ndarray)


def test_another_mistake_keeps_its_own_words(cupy):
    """Ids on the host may be looked up on the device, so that they are floats is what is wrong."""
    with pytest.raises(TypeError, match=r"^idx must be integers, not float64$"):
        Embedding(cupy.asarray(array(3, 2))).forward(numpy.array([0.5]))


# --- the switch, flipped ------------------------------------------------------------------


@pytest.mark.parametrize("gpu", [False, True])
def test_a_switch_that_was_flipped_is_told(gpu, cupy):
    """What: a model built on one device, config.GPU set to the other, and then the training.
    Why: it would go on where the weights are, a hundred times slower than was meant.
    Expected: it does so, and says so once; nothing is said where the switch is as it was."""
    config.GPU = gpu
    models = TwoLayerNet(3, 4, 5, rng=0), Rnnlm(6, 3, 3, rng=0), FastSkipGram(6, 3, 1, TEXT, seed=0)
    config.GPU = not gpu
    places = ["processor", "GPU"]
    told = (
        f"^config.GPU is {not gpu}, and the model's parameters live on the {places[gpu]}, "
        "where they were made: the training stays there. "
        f"For the {places[not gpu]}, build the model anew$"
    )
    for _ in range(2):
        for fit in (
            lambda: Trainer(models[0], SGD()).fit(X, T, 1, 4),
            lambda: RnnlmTrainer(models[1], SGD()).fit(TEXT[:-1], TEXT[1:], 1, 2, 5),
            lambda: models[2].fit(1, progress=False),
        ):
            if config.GPU is gpu:
                with warnings.catch_warnings(action="error"):
                    fit()
            else:
                with pytest.warns(UserWarning, match=told) as warned:
                    fit()
                assert len(warned) == 1
        config.GPU = gpu


def test_a_model_of_two_devices_is_not_trained(cupy):
    model = TwoLayerNet(3, 4, 5, rng=0)
    config.GPU = True
    model.params[2:] = TwoLayerNet(3, 4, 5, rng=0).params[2:]
    model.layers[2].params = model.params[2:]
    told = (
        r"^params\[0\] lives on the processor and params\[2\] on the GPU: config.GPU was changed "
        "while the model was built. Build it anew$"
    )
    with pytest.raises(ValueError, match=told):
        Trainer(model, SGD()).fit(X, T, 1, 4)


def test_examples_on_the_device_need_a_model_there(cupy):
    told = (
        r"^t lives on the GPU and the model's parameters on the processor: give to_cpu\(t\), "
        "or build the model with config.GPU = True$"
    )
    with pytest.raises(ValueError, match=told):
        Trainer(TwoLayerNet(3, 4, 5, rng=0), SGD()).fit(X, cupy.asarray(T), 1, 4)


# --- out of memory ------------------------------------------------------------------------


class OutOfMemoryError(MemoryError):
    """As CuPy has it."""


FULL = "Out of memory allocating 4,096 bytes (allocated so far: 512 bytes)."


def full_at(calls, function):
    """The function, which finds no memory at its last call."""
    left = [calls]

    def called(*args, **kwargs):
        left[0] -= 1
        if not left[0]:
            raise OutOfMemoryError(FULL)
        return function(*args, **kwargs)

    return called


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("where", ["forward", "backward"])
def test_a_step_that_finds_no_memory_keeps_the_weights(where, gpu, cupy, monkeypatch):
    """What: memory ends in the third step.
    Why: half an hour of training must not be lost to a batch that is too large.
    Expected: the weights of the second step, what would need half, and what CuPy has said."""
    config.GPU = gpu
    models = [TwoLayerNet(3, 4, 5, rng=0) for _ in range(2)]
    numpy.random.seed(0)
    order = numpy.random.permutation(12)[:8]
    for batch in order[:4], order[4:]:
        Trainer(models[1], SGD(0.1)).step(
            *map(cupy.asarray if gpu else numpy.asarray, (X[batch], T[batch]))
        )
    monkeypatch.setattr(models[0], where, full_at(3, getattr(models[0], where)))
    told = (
        "^a step of batch_size=4 finds no memory, and the parameters stay as they were before it; "
        r"batch_size=2 would need about half of it \(Out of memory allocating 4,096 bytes "
        r"\(allocated so far: 512 bytes\)\)$"
    )
    numpy.random.seed(0)
    with pytest.raises(MemoryError, match=told):
        Trainer(models[0], SGD(0.1)).fit(X, T, 1, 4)
    for p, q in zip(*(model.params for model in models), strict=True):
        assert numbers([abs(p - q).max()]) == [0]


def test_what_failed_lets_go_of_its_memory(monkeypatch):
    """A traceback that is kept, as notebooks do, would keep all that the step had computed."""
    model = TwoLayerNet(3, 4, 5, rng=0)

    def forward(x, t):
        large = numpy.zeros(10)
        raise MemoryError(str(len(large)))

    monkeypatch.setattr(model, "forward", forward)
    with pytest.raises(MemoryError) as told:
        Trainer(model, SGD()).fit(X, T, 1, 4)
    frame = told.value.__cause__.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    assert frame.tb_frame.f_code.co_name == "forward"
    assert frame.tb_frame.f_locals == {}


def test_streams_and_steps_are_both_named(monkeypatch):
    model = Rnnlm(6, 3, 3, rng=0)
    monkeypatch.setattr(model, "forward", full_at(1, model.forward))
    told = "^a step of batch_size=3, time_size=5 finds .*; batch_size=1 or time_size=2 would"
    with pytest.raises(MemoryError, match=told):
        RnnlmTrainer(model, SGD()).fit(TEXT[:-1], TEXT[1:], 1, 3, 5)


def test_an_optimizer_that_finds_no_memory_says_that_it_had_begun(monkeypatch):
    optimizer = Adam()
    monkeypatch.setattr(optimizer, "update", full_at(1, optimizer.update))
    told = (
        "^the optimizer finds no memory for its step, which some parameters have taken; "
        "half as many parameters would need about half of it "
    )
    with pytest.raises(MemoryError, match=told):
        Trainer(TwoLayerNet(3, 4, 5, rng=0), optimizer).fit(X, T, 1, 4)


@pytest.mark.parametrize(("H", "half"), [(8, 4), (3, 1)])
def test_a_portion_that_finds_no_memory_keeps_the_vectors(H, half, monkeypatch):
    model = FastSkipGram(6, H, 1, TEXT, seed=0)
    model.fit(1, progress=False)
    learnt = model.word_vecs.copy()
    monkeypatch.setattr(model, "train_portion", full_at(1, model.train_portion))
    told = (
        f"^with hidden_size={H} portion 0 finds no memory; the vectors hold what is learnt; "
        f"hidden_size={half} would need about half of it "
    )
    with pytest.raises(MemoryError, match=told):
        model.fit(1, progress=False)
    assert numpy.array_equal(model.word_vecs, learnt)
    assert len(model.loss_list) == 1
