"""Training on a text that is read in streams."""

import functools
import math
import signal

import numpy
import pytest
from tqdm import tqdm

from common import checkpoint
from common.language_model import BetterRnnlm, Rnnlm, SimpleRnnlm
from common.optimizer import SGD, Adam
from common.trainer import RnnlmTrainer, Trainer

CORPUS = numpy.random.default_rng(0).integers(0, 6, 203)
XS, TS = CORPUS[:-1], CORPUS[1:]


class Reader:
    """A model that keeps what it was given, and whose loss is ln 7."""

    def __init__(self):
        self.params, self.grads, self.given = [numpy.zeros(1)], [numpy.zeros(1)], []

    def forward(self, xs, ts):
        self.given.append((xs.tolist(), ts.tolist()))
        return math.log(7)

    def backward(self):
        pass


def test_streams_by_hand():
    """Ten words in two streams of five: the second begins at word 5."""
    x = numpy.arange(10)
    trainer = RnnlmTrainer(Reader(), SGD())
    first = trainer.get_batch(x, x + 1, 2, 3)
    assert first[0].tolist() == [[0, 1, 2], [5, 6, 7]]
    assert first[1].tolist() == [[1, 2, 3], [6, 7, 8]]
    assert trainer.time_idx == 3
    # behind the end of the text comes its beginning
    assert trainer.get_batch(x, x + 1, 2, 3)[0].tolist() == [[3, 4, 5], [8, 9, 0]]


def test_each_step_goes_on_where_the_one_before_stopped():
    x = numpy.arange(13)
    trainer = RnnlmTrainer(Reader(), SGD())
    trainer.fit(x, x + 1, 2, 2, 3)
    read = [xs for xs, _ in trainer.model.given]
    # 13 words are two steps of 2 times 3; the second epoch goes on in the streams
    assert read == [
        [[0, 1, 2], [6, 7, 8]],
        [[3, 4, 5], [9, 10, 11]],
        [[6, 7, 8], [12, 0, 1]],
        [[9, 10, 11], [2, 3, 4]],
    ]
    assert trainer.time_idx == 12
    trainer.fit(x, x + 1, 1, 2, 3)
    assert trainer.model.given[4][0] == read[0]
    assert trainer.current_epoch == 3


def test_words_a_second_are_shown(capsys, monkeypatch):
    """What: 13 words, two steps of 2 times 3 an epoch, two epochs.
    Expected: 24 words, how many a second, and the perplexity, exp(ln 7)."""
    monkeypatch.setattr("common.trainer.tqdm", functools.partial(tqdm, disable=False))
    x = numpy.arange(13)
    RnnlmTrainer(Reader(), SGD()).fit(x, x + 1, 2, 2, 3, eval_interval=1)
    shown = capsys.readouterr().err
    assert " 24/24 [" in shown
    assert " words/s, perplexity=7.00]" in shown


def test_perplexity_is_recorded():
    x = numpy.arange(60)
    trainer = RnnlmTrainer(Reader(), SGD())
    trainer.fit(x, x, 2, 2, 3, eval_interval=4)
    assert trainer.ppl_list == pytest.approx([7] * 6)
    assert len(trainer.loss_list) == 6
    trainer.fit(x, x, 1, 2, 3, eval_interval=None)
    assert len(trainer.ppl_list) == 6
    assert trainer.told() == "perplexity=7.00"


def test_arguments_by_position():
    """model, then epochs, streams, words, norm, as existing notebooks give them."""
    numpy.random.seed(0)
    model = SimpleRnnlm(6, 3, 4)
    trainer = RnnlmTrainer(model, SGD(0.1))
    trainer.fit(XS, TS, 2, 4, 5, 0.25)
    assert trainer.time_size == 5
    assert trainer.current_epoch == 2


def test_a_text_that_is_too_short_is_refused():
    trainer = RnnlmTrainer(Reader(), SGD())
    with pytest.raises(ValueError, match="need a text of 6 words; this one has 5"):
        trainer.fit(numpy.arange(5), numpy.arange(5), 1, 2, 3)
    with pytest.raises(ValueError, match="time_size"):
        trainer.fit(XS, TS, 1, 2, 0)
    assert trainer.model.given == []


def test_a_loss_that_is_no_number_stops_at_the_step():
    numpy.random.seed(0)
    model = SimpleRnnlm(6, 3, 4)
    model.params[0][0] = numpy.nan
    before = [p.copy() for p in model.params]
    with pytest.raises(FloatingPointError, match=r"the step is not taken: .*model\.params\[0\]"):
        RnnlmTrainer(model, SGD(0.1)).fit(XS, TS, 5, 4, 5)
    for p, old in zip(model.params, before, strict=True):
        numpy.testing.assert_array_equal(p, old)


def test_a_perplexity_beyond_all_numbers():
    trainer = RnnlmTrainer(Reader(), SGD())
    trainer.loss_list = [1e4]
    assert trainer.ppl_list == [math.inf]


def make(Model, Optimizer):
    numpy.random.seed(1)
    return RnnlmTrainer(Model(6, 4, 4), Optimizer(0.05))


def everything(trainer):
    layers = [part for part in trainer.model.layers if hasattr(part, "h")]
    memory = [layer.h.tobytes() for layer in layers]
    memory += [layer.c.tobytes() for layer in layers if hasattr(layer, "c")]
    params = [p.tobytes() for p in trainer.model.params]
    random = repr(checkpoint.random_state(trainer.model))
    return params, memory, trainer.loss_list, trainer.time_idx, trainer.current_epoch, random


@pytest.mark.parametrize("Optimizer", [SGD, Adam])
@pytest.mark.parametrize("Model", [SimpleRnnlm, Rnnlm, BetterRnnlm])
def test_a_run_goes_on_bit_for_bit(Model, Optimizer, tmp_path, monkeypatch):
    """What: a run that stops in the middle of an epoch, and goes on in a new process' objects.
    Expected: parameters, memory, record and random numbers as of the run that was not stopped."""
    whole = make(Model, Optimizer)
    whole.fit(XS, TS, 3, 4, 5, max_grad=0.5, eval_interval=3)

    path, step = tmp_path / "run.npz", Trainer.step
    stopped, steps = make(Model, Optimizer), []

    def until(self, *arguments):
        if len(steps) == 14:  # of 30: in the second epoch
            raise KeyboardInterrupt
        steps.append(step(self, *arguments))
        return steps[-1]

    monkeypatch.setattr(checkpoint, "EVERY", -1)
    monkeypatch.setattr(Trainer, "step", until)
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(XS, TS, 3, 4, 5, max_grad=0.5, eval_interval=3, checkpoint=path)
    monkeypatch.setattr(Trainer, "step", step)

    resumed = make(Model, Optimizer)
    resumed.fit(XS, TS, 3, 4, 5, max_grad=0.5, eval_interval=3, checkpoint=path)
    assert everything(resumed) == everything(whole)


@pytest.mark.parametrize("moment", ["step", "get_batch"])
@pytest.mark.usefixtures("python_handlers")
def test_a_signal_waits_for_the_step_and_loses_no_words(moment, tmp_path, monkeypatch):
    """What: Ctrl-C during a step, and while the words of the next one are fetched.
    Why: words that are fetched and not learnt would be missing when the run goes on.
    Expected: all as of the run that was not stopped."""

    def fit(path=None):
        trainer = make(SimpleRnnlm, Adam)
        trainer.fit(XS, TS, 3, 4, 5, eval_interval=3, checkpoint=path)
        return everything(trainer)

    whole = fit()
    original, calls = getattr(RnnlmTrainer, moment), []

    def struck(self, *arguments):
        calls.append(moment)
        if len(calls) in (1, 10, 14, 27):  # of 30: first and last of an epoch, and in between
            signal.raise_signal(signal.SIGINT)
        return original(self, *arguments)

    monkeypatch.setattr(RnnlmTrainer, moment, struck)
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            fit(tmp_path / "run.npz")
    assert fit(tmp_path / "run.npz") == whole
    assert len(calls) == 30  # no step twice


def test_a_run_of_other_streams_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    make(SimpleRnnlm, SGD).fit(XS, TS, 1, 4, 5, checkpoint=path)
    with pytest.raises(ValueError, match="time_size is 6 here and 5 in the file"):
        make(SimpleRnnlm, SGD).fit(XS, TS, 1, 4, 6, checkpoint=path)


def test_the_curve_is_of_the_perplexity(monkeypatch):
    from common import figures

    told = []
    monkeypatch.setattr(figures, "show", lambda fig, alt: told.append(alt))
    trainer = RnnlmTrainer(Reader(), SGD())
    trainer.fit(XS, TS, 1, 4, 5)
    trainer.plot()
    assert told == ["Learning curve: the perplexity does not fall from 7.0 to 7.0."]


def test_a_text_of_exactly_one_step():
    trainer = RnnlmTrainer(Reader(), SGD())
    trainer.fit(XS[:6], TS[:6], 1, 2, 3)
    assert len(trainer.model.given) == 1
    with pytest.raises(ValueError, match="need a text of 6 words; this one has 5"):
        trainer.fit(XS[:5], TS[:5], 1, 2, 3)


def test_a_long_gradient_is_clipped():
    """A step of SGD with lr 1 moves the weights by max_grad, however long the gradient is."""
    model = SimpleRnnlm(6, 4, 4, rng=0)
    before = [p.copy() for p in model.params]
    RnnlmTrainer(model, SGD(1.0)).fit(XS[:6], TS[:6], 1, 2, 3, max_grad=0.01)
    moved = [abs(p - q) for p, q in zip(model.params, before, strict=True)]
    assert numpy.sqrt(sum((m**2).sum() for m in moved)) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize(
    ("argument", "said"),
    [("max_grad", "^max_grad"), ("eval_interval", "^eval_interval"), ("time_size", "^time_size")],
)
def test_what_cannot_be_is_named(argument, said):
    with pytest.raises(ValueError, match=said):
        RnnlmTrainer(Reader(), SGD()).fit(XS, TS, 1, **{argument: -1})
