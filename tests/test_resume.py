"""Stop and go on: what comes out is what comes out without a stop, bit for bit."""

import itertools
import json
import os
import signal
import subprocess
import sys

import numpy
import pytest

from common import checkpoint, optimizer, trainer
from common.hierarchical_softmax import HierarchicalSoftmaxLoss
from common.interrupts import STOPPING
from common.optimizer import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSprop
from common.text import create_contexts_target
from common.trainer import Trainer
from common.word2vec import CBOW, SkipGram

ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam]
CORPUS = numpy.random.default_rng(0).integers(0, 12, 200)
CONTEXTS, TARGET = create_contexts_target(CORPUS, 2)
pytestmark = pytest.mark.usefixtures("python_handlers")


def make(kind=Adam, rng=None, model=SkipGram, seed=5, **options):
    numpy.random.seed(seed)
    return Trainer(model(12, 8, 2, CORPUS, rng=rng), kind(lr=0.05, **options))


FIT = {"max_epoch": 3, "batch_size": 30, "max_grad": 1.0, "eval_interval": 4}


def fit(trainer, path=None, **options):
    trainer.fit(CONTEXTS, TARGET, **FIT | options, checkpoint=path)
    return trainer


def everything(trainer):
    """All that must be equal, as bytes."""
    memory = [
        numpy.asarray(a).tobytes() for v in vars(trainer.optimizer).values() for a in as_list(v)
    ]
    params = [p.tobytes() for p in trainer.model.params]
    record = trainer.loss_list, trainer.current_epoch
    return params, memory, record, repr(checkpoint.random_state(trainer.model))


def as_list(value):
    return value if isinstance(value, list) else [value]


class Striker:
    """Sends a signal in the middle of given updates: when the first array has been moved."""

    def __init__(self, monkeypatch):
        self.strikes, self.updates = {}, 0
        self.original = optimizer.zip_strictly
        monkeypatch.setattr(optimizer, "zip_strictly", self.zip)

    def zip(self, *lists):
        self.updates += 1
        number = self.strikes.get(self.updates)
        for i, row in enumerate(self.original(*lists)):
            if i == 1 and number:
                signal.raise_signal(number)
            yield row


@pytest.mark.parametrize("epoch", [2, 3])
def test_interrupted_while_an_epochs_order_is_drawn(epoch, tmp_path, monkeypatch):
    """What: a signal between two epochs, while the second's order is drawn.
    Why: the random numbers have gone on; without a step, another order would be drawn next time.
    Expected: all as of the run that was not stopped."""
    expected = everything(fit(make()))
    permutation, drawn = numpy.random.permutation, []

    def struck(n):
        drawn.append(n)
        if len(drawn) == epoch:
            signal.raise_signal(signal.SIGINT)
        return permutation(n)

    monkeypatch.setattr(numpy.random, "permutation", struck)
    with pytest.raises(KeyboardInterrupt):
        fit(make(), tmp_path / "run.npz")
    assert len(drawn) == epoch
    assert everything(fit(make(seed=6), tmp_path / "run.npz")) == expected


@pytest.mark.parametrize("rng", [None, 3], ids=["global", "own"])
@pytest.mark.parametrize("kind", ALL)
def test_interrupted_at_random_steps(kind, rng, tmp_path, monkeypatch):
    """What: each signal, inside an update, and each time a new trainer.
    Why: half a step, a lost moment or another order would show in the last bits.
    Expected: parameters, memories, losses and random state of an uninterrupted run."""
    expected = everything(fit(make(kind, rng)))
    striker = Striker(monkeypatch)
    draw = numpy.random.default_rng(ALL.index(kind))
    steps = 3 * -(-len(TARGET) // 30)
    struck = draw.choice(range(1, steps), len(STOPPING), replace=False).tolist()
    striker.strikes = dict(zip(struck, STOPPING, strict=True))
    path, stops = tmp_path / "run.npz", 0
    while True:
        there = make(kind, rng, seed=5 + stops)  # later, another start: the file brings all back
        if rng:
            there.model.loss.sampler.rng.random(stops)
        try:
            fit(there, path)
            break
        except (KeyboardInterrupt, SystemExit):
            stops += 1
    assert stops == len(STOPPING)
    assert striker.updates == steps  # no step twice
    assert everything(there) == expected


@pytest.mark.parametrize("number", STOPPING)
def test_an_update_is_done_whole(number, monkeypatch):
    """What: a signal inside the seventh update, without a checkpoint.
    Expected: weights and losses after exactly seven steps."""
    Striker(monkeypatch).strikes = {7: number}
    stopped = make()
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        fit(stopped)
    assert stopped.optimizer.iter == 7
    seven = make()
    step = seven.step

    def no_eighth(*arguments):
        if seven.optimizer.iter == 7:
            raise EOFError
        return step(*arguments)

    seven.step = no_eighth
    with pytest.raises(EOFError):
        fit(seven)
    assert stopped.loss_list == seven.loss_list
    for p, q in zip(stopped.model.params, seven.model.params, strict=True):
        assert p.tobytes() == q.tobytes()


def stop_inside_update(n, monkeypatch, number=signal.SIGINT):
    Striker(monkeypatch).strikes = {n: number}


def test_the_same_trainer_goes_on(tmp_path, monkeypatch):
    """In a notebook: stop the cell, run the cell again."""
    expected = everything(fit(make()))
    stop_inside_update(9, monkeypatch)
    again = make()
    with pytest.raises(KeyboardInterrupt):
        fit(again, tmp_path / "run")
    numpy.random.random(3)  # what was drawn meanwhile
    assert everything(fit(again, tmp_path / "run")) == expected


def test_a_finished_run_is_there_at_once_and_may_be_made_longer(tmp_path):
    path = tmp_path / "run"
    expected, longer = everything(fit(make())), everything(fit(make(), max_epoch=5))
    fit(make(), path)
    written = path.read_bytes()
    again = make(seed=1)
    again.step = None  # it would fail
    assert everything(fit(again, path)) == expected
    assert path.read_bytes() == written
    with pytest.raises(ValueError, match=r"holds 21 steps; max_epoch=2 makes 14\."):
        fit(make(), path, max_epoch=2)
    assert everything(fit(make(), path, max_epoch=5)) == longer


def test_a_run_that_begins_later(tmp_path):
    """One call of fit without a file, and then one with: the file knows where it began."""
    expected = everything(fit(fit(make())))
    path = tmp_path / "run"
    fit(fit(make()), path)
    second = fit(make())
    assert everything(fit(second, path)) == expected


def test_what_a_trainer_has_learnt_is_not_lost(tmp_path):
    path = tmp_path / "run"
    fit(make(), path)
    other = fit(make())
    before = everything(other)
    told = (
        r"run holds a run that began in epoch 1; this trainer has trained 3 epochs and recorded 6 "
        "losses, which would be lost. Go on with a new trainer, or give another path$"
    )
    with pytest.raises(ValueError, match=told):
        fit(other, path)
    assert everything(other) == before


def test_it_is_written_once_a_minute_and_at_the_end(tmp_path, monkeypatch):
    now, written = itertools.count(0, 10), []
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: next(now))
    original = checkpoint.pack
    path = tmp_path / "run"

    def spy(value, name, arrays):
        if name == "state":
            written.append(value["run"]["step"])
        return original(value, name, arrays)

    monkeypatch.setattr(checkpoint, "pack", spy)
    fit(make(), path, max_epoch=1, batch_size=20)
    # At 0 s it begins; each of ten steps looks at the clock, and a write once more.
    assert written == [7, 0]
    assert path.exists()


def test_nothing_learnt_replaces_no_file(tmp_path, monkeypatch):
    """What: an interrupt before the first step, of a new run and of one that goes on."""
    path = tmp_path / "run"
    asked = property(lambda self: signal.SIGINT, lambda self, value: None)
    with monkeypatch.context() as patch:
        patch.setattr(trainer.StopSignals, "asked", asked, raising=False)
        with pytest.raises(KeyboardInterrupt):
            fit(make(), path)
        assert not os.listdir(tmp_path)
    fit(make(), path, max_epoch=1)
    before = path.stat()
    with monkeypatch.context() as patch:
        patch.setattr(trainer.StopSignals, "asked", asked, raising=False)
        with pytest.raises(KeyboardInterrupt):
            fit(make(), path)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_an_error_writes_nothing(tmp_path):
    trainer = make()
    trainer.model.backward = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        fit(trainer, tmp_path / "run")
    assert not os.listdir(tmp_path)


class Scaled:
    """An optimizer of one's own: what it remembers is kept if it can be."""

    def __init__(self, lr=0.1):
        self.lr, self.seen, self.steps = lr, None, 0

    def update(self, params, grads):
        self.seen = [g.copy() for g in grads]
        self.steps += 1
        for p, g in zip(params, grads, strict=True):
            p -= self.lr / self.steps * g


def test_an_optimizer_of_ones_own(tmp_path, monkeypatch):
    expected = everything(fit(make(Scaled)))
    fit(make(Scaled), tmp_path / "run", max_epoch=1)
    assert everything(fit(make(Scaled), tmp_path / "run")) == expected
    strange = make(Scaled)
    strange.optimizer.rule = lambda g: g
    told = r"^state.optimizer.rule is of type function; what a checkpoint can keep are numbers, "
    with pytest.raises(TypeError, match=told):
        fit(strange, tmp_path / "other")
    assert os.listdir(tmp_path) == ["run"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda: make(SGD), "optimizer is SGD here and Adam in the file"),
        (lambda: make(beta1=0.8), "optimizer.beta1 is 0.8 here and 0.9 in the file"),
        (lambda: make(model=CBOW), "model is CBOW here and SkipGram in the file"),
        (lambda: sized(9), r"params is float32\[12, 9\], .* here and float32\[12, 8\]"),
        (lambda: loss_of(), "model.loss is HierarchicalSoftmaxLoss here and NegativeSampl"),
        (lambda: sized(8, sample_size=4), "sampler.sample_size is 4 here and 5 in the file"),
        (lambda: sized(8, power=0.5), "model.loss.sampler.word_p is float64"),
        ({"batch_size": 31}, "batch_size is 31 here and 30 in the file"),
        ({"max_grad": None}, "max_grad is None here and 1.0 in the file"),
        ({"eval_interval": 5}, "eval_interval is 5 here and 4 in the file"),
    ],
)
def test_another_training_is_refused_with_what_differs(change, told, tmp_path):
    path = tmp_path / "run"
    fit(make(), path, max_epoch=1)
    written = path.read_bytes()
    trainer = change() if callable(change) else make()
    before = everything(trainer)
    told = rf"run is of another training: .*{told}.*or another path$"
    with pytest.raises(ValueError, match=told):
        fit(trainer, path, **({} if callable(change) else change))
    assert everything(trainer) == before
    assert path.read_bytes() == written


def sized(H, **options):
    numpy.random.seed(5)
    return Trainer(SkipGram(12, H, 2, CORPUS, **options), Adam(lr=0.05))


def loss_of():
    numpy.random.seed(5)
    loss = HierarchicalSoftmaxLoss(numpy.zeros((11, 8), "f"), CORPUS)
    return Trainer(SkipGram(12, 8, 2, CORPUS, loss=loss), Adam(lr=0.05))


def test_other_examples_are_refused(tmp_path):
    fit(make(), tmp_path / "run", max_epoch=1)
    other = CONTEXTS.copy()
    other[-1, -1] ^= 1
    with pytest.raises(ValueError, match=r"training: x is int64\[196, 4\]:\w+ here and int64"):
        make().fit(other, TARGET, **FIT, checkpoint=tmp_path / "run")


def test_a_generator_that_cannot_be_kept_is_refused(tmp_path):
    class Draws:
        def random(self, shape):
            return numpy.zeros(shape)

        standard_normal = random

    told = "rng is a Draws, whose state a checkpoint cannot keep"
    with pytest.raises(TypeError, match=told):
        fit(make(rng=Draws()), tmp_path / "run")


def test_damaged_files_are_refused_by_name(tmp_path):
    """What: cut at 40 places, and 150 times one byte flipped.
    Expected: refused with the file's name, or the numbers of the whole file; the trainer is as
    it was."""
    path = tmp_path / "run.npz"
    expected = everything(fit(make(), path, max_epoch=1))
    whole = path.read_bytes()
    draw = numpy.random.default_rng(0)
    damaged = [whole[:n] for n in draw.integers(0, len(whole), 40)]
    for place in draw.integers(0, len(whole), 150):
        one = bytearray(whole)
        one[place] ^= 1 << draw.integers(8)
        damaged.append(bytes(one))
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        trainer = make()
        before = everything(trainer)
        told = ""
        try:
            fit(trainer, path, max_epoch=1)
        except ValueError as error:
            told = str(error)
            refused += 1
        assert everything(trainer) == (before if told else expected)
        assert not told or told.startswith(f"{path} is damaged, or no checkpoint of this version (")
        assert path.read_bytes() == content
    assert refused > 150


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    make().model.save_params(path)
    with pytest.raises(ValueError, match=r"run.npz is damaged, or no checkpoint of this version"):
        fit(make(), path)


def test_checksums_are_verified(tmp_path):
    """What: an array's header says that it is shorter, and the bytes for that are there.
    Why: NumPy reads no further, so it never comes to the checksum at the end."""
    path = tmp_path / "run.npz"
    fit(make(), path, max_epoch=1)
    whole = path.read_bytes()
    assert b"(12, 8)" in whole
    path.write_bytes(whole.replace(b"(12, 8)", b"(11, 8)"))
    with pytest.raises(ValueError, match=r"run.npz is damaged, .* another checksum than it should"):
        checkpoint.read(path)


def test_a_compressed_file_is_refused_as_such(tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(b"\x1f\x8b and so on")
    with pytest.raises(ValueError, match=r"run.npz is compressed; unpack it first, as by gunzip$"):
        fit(make(), path)


def test_a_folder_that_is_not_there_is_refused_before_training(tmp_path):
    trainer = make()
    with pytest.raises(OSError, match="there is no folder"):
        fit(trainer, tmp_path / "no" / "run")
    assert trainer.loss_list == []


SCRIPT = """
import json, sys
import numpy
from common.optimizer import Adam
from common.text import create_contexts_target
from common.trainer import Trainer
from common.word2vec import SkipGram

corpus = numpy.random.default_rng(0).integers(0, 50, 4000)
numpy.random.seed(1)
trainer = Trainer(SkipGram(50, 20, 2, corpus), Adam())
fit = dict(max_epoch=int(sys.argv[2]), batch_size=20, eval_interval=5)
print("begins", flush=True)
trainer.fit(*create_contexts_target(corpus, 2), **fit, checkpoint=sys.argv[1] or None)
print(json.dumps([trainer.loss_list, trainer.model.params[0].tolist()]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_program_that_is_stopped_from_outside(tmp_path):
    """What: kill, and kill -9, at some moment, the program started again each time.
    Expected: the status of that signal, nothing but the file, and the numbers of a calm run."""

    def start(path):
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, path, "12"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    calm = start("").communicate(timeout=60)[0]
    path, stops = tmp_path / "run.npz", 0
    for number in [signal.SIGTERM, signal.SIGKILL]:
        process = start(path)
        assert process.stdout.readline() == "begins\n"
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            stops += 1
        said = process.communicate(timeout=60)[0]
        assert process.returncode == {signal.SIGTERM: 143, signal.SIGKILL: -9}[number]
        assert said == ""
        assert os.listdir(tmp_path) == [
            "run.npz"
        ]  # also after the second: a minute had not gone by
    assert stops == 2
    assert start(path).communicate(timeout=60)[0] == calm
    assert len(json.loads(calm.splitlines()[1])[0]) == 480
