"""The trainer: every example used, runs repeatable, nonsense refused."""

import functools
import inspect
import itertools
import os
import warnings

import numpy
import pytest
from gradient_table import quick
from hypothesis import given
from hypothesis import strategies as st
from tqdm import tqdm

from common import figures
from common import trainer as trainer_module
from common.finite import not_finite
from common.layers import Affine, Embedding, SoftmaxWithLoss
from common.optimizer import SGD
from common.run import warn_of_pixels, watching
from common.text import create_contexts_target
from common.trainer import Trainer
from common.word2vec import CBOW, SkipGram


class Recorder:
    """A model that writes down what it is shown; its loss is the number of the step."""

    def __init__(self, stop_at=None):
        self.params, self.grads = [numpy.zeros(2)], [numpy.zeros(2)]
        self.batches = []
        self.stop_at = stop_at

    def forward(self, x, t):
        if len(self.batches) == self.stop_at:
            raise KeyboardInterrupt
        self.batches.append((x.tolist(), t.tolist()))
        return numpy.float32(len(self.batches))

    def backward(self, dout=1):
        self.grads[0][...] = dout

    def seen(self):
        return [x for batch, _ in self.batches for x in batch]


class Classifier:
    """The smallest model that learns: one Affine and a softmax loss."""

    def __init__(self):
        W = 0.01 * numpy.random.randn(2, 3)
        self.affine, self.loss = Affine(W, numpy.zeros(3)), SoftmaxWithLoss()
        self.params, self.grads = self.affine.params, self.affine.grads

    def forward(self, x, t):
        return self.loss.forward(self.affine.forward(x), t)

    def backward(self, dout=1):
        return self.affine.backward(self.loss.backward(dout))


def fit(*args, stop_at=None, **kwargs):
    model = Recorder(stop_at)
    trainer = Trainer(model, SGD())
    trainer.fit(*args, **kwargs)
    return trainer


# --- batches ------------------------------------------------------------------------------


@quick
@given(N=st.integers(1, 30), batch=st.integers(1, 30), epochs=st.integers(1, 3))
def test_every_example_is_trained_once_an_epoch(N, batch, epochs):
    """What: N examples in batches that need not divide N.
    Why: trainers in circulation drop the last partial batch, and so some examples.
    Expected: each epoch shows each example exactly once, x beside its own t."""
    batch = min(batch, N)
    x = numpy.arange(N)
    model = fit(x, 100 + x, epochs, batch).model
    steps = -(-N // batch)
    assert len(model.batches) == epochs * steps
    for epoch in range(epochs):
        shown = model.batches[epoch * steps : (epoch + 1) * steps]
        assert sorted(i for xs, _ in shown for i in xs) == list(range(N))
        assert [len(xs) for xs, _ in shown[:-1]] == [batch] * (steps - 1)
        assert all(ts == [100 + i for i in xs] for xs, ts in shown)


def test_the_order_is_one_permutation_an_epoch():
    """What: the order of examples, replayed with np.random.permutation.
    Why: a notebook's stored numbers depend on exactly these draws.
    Expected: one permutation an epoch, and nothing else drawn."""
    numpy.random.seed(3)
    model = fit(numpy.arange(10), numpy.arange(10), 2, 4).model
    left = numpy.random.random()
    numpy.random.seed(3)
    expected = [*numpy.random.permutation(10), *numpy.random.permutation(10)]
    assert model.seen() == expected
    assert numpy.random.random() == left


def test_a_seeded_run_repeats_itself():
    rng = numpy.random.default_rng(0)
    x, t = rng.standard_normal((20, 2)), rng.integers(0, 3, 20)
    runs = []
    for _ in range(2):
        numpy.random.seed(7)
        trainer = Trainer(Classifier(), SGD(0.1))
        trainer.fit(x, t, 3, 6)
        runs.append((trainer.loss_list, trainer.model.params[0].tolist()))
    assert runs[0] == runs[1]


def test_training_learns():
    """Three clouds of points: the loss falls from ln 3 to near 0."""
    numpy.random.seed(0)
    t = numpy.arange(90) % 3
    x = numpy.array([[0, 3], [3, -2], [-3, -2]])[t] + 0.3 * numpy.random.randn(90, 2)
    trainer = Trainer(Classifier(), SGD(0.5))
    trainer.fit(x, t, 20, 10, eval_interval=9)
    assert trainer.loss_list[0] == pytest.approx(numpy.log(3), abs=0.1)
    assert trainer.loss_list[-1] < 0.05


def test_arguments_by_position_and_their_defaults():
    """Existing notebooks call ``fit(contexts, target, max_epoch, batch_size)``."""
    trainer = fit(numpy.arange(7), numpy.arange(7), 2, 3)
    assert [len(x) for x, _ in trainer.model.batches] == [3, 3, 1] * 2
    parameters = inspect.signature(trainer.fit).parameters.values()
    assert [(p.name, p.default) for p in parameters if p.default is not p.empty] == [
        ("max_epoch", 10),
        ("batch_size", 32),
        ("max_grad", None),
        ("eval_interval", 20),
        ("live", False),
        ("checkpoint", None),
    ]
    assert [p.name for p in parameters if p.kind is p.KEYWORD_ONLY] == ["checkpoint"]
    assert [p.name for p in parameters][:2] == ["x", "t"]
    assert list(inspect.signature(Trainer).parameters) == ["model", "optimizer"]


def test_epochs_go_on_across_calls():
    x = numpy.arange(4)
    trainer = Trainer(Recorder(), SGD())
    assert trainer.current_epoch == 0
    trainer.fit(x, x, 2, 2)
    assert trainer.current_epoch == 2
    trainer.fit(x, x, 3, 2)
    assert trainer.current_epoch == 5
    assert len(trainer.model.batches) == 10


# --- the record ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        # the losses are 1, 2, ... 10: five steps an epoch, two epochs
        (1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (2, [1, 2.5, 4.5, 6, 7.5, 9.5]),
        (3, [1, 3, 5.5, 8]),
        (5, [1, 4]),
        (20, [1, 4]),
        (None, []),
    ],
)
def test_loss_list(interval, expected):
    """What: entries at steps 0, interval, 2 interval ... of each epoch.
    Why: an average that does not say over what cannot be read.
    Expected: each the mean of the losses since the entry before; so the first is the first loss."""
    x = numpy.arange(10)
    trainer = fit(x, x, 2, 2, eval_interval=interval)
    assert trainer.loss_list == expected
    assert all(type(loss) is float for loss in trainer.loss_list)
    assert trainer.eval_interval == interval


def test_the_loss_is_that_before_the_update():
    """The first entry shows what the untrained model says: for three classes ln 3."""
    numpy.random.seed(0)
    trainer = Trainer(Classifier(), SGD(100.0))
    trainer.model.params[0][...] = 0
    trainer.fit(numpy.ones((4, 2)), numpy.zeros(4, int), 1, 4, eval_interval=1)
    assert trainer.loss_list == [pytest.approx(numpy.log(3))]


def test_plot_draws_the_record(monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "plot_losses", lambda *a, **k: drawn.append((a, k)))
    x = numpy.arange(10)
    trainer = fit(x, x, 1, 5, eval_interval=2)
    trainer.plot()
    trainer.plot(ylim=(0, 4))
    assert drawn == [(([1.0], 2), {"ylim": None}), (([1.0], 2), {"ylim": (0, 4)})]


class Page:
    """What a notebook would show: pictures by their words, and which ones took another's place."""

    def __init__(self, monkeypatch, off=""):
        self.shown, now = [], itertools.count()
        monkeypatch.setattr(figures, "in_notebook", lambda: True)
        monkeypatch.setattr(figures.time, "monotonic", lambda: 0.4 * next(now))
        monkeypatch.setenv("TQDM_DISABLE", off)
        monkeypatch.setattr("IPython.display.display", self.display)
        monkeypatch.setattr("IPython.core.display_functions.display", self.display)

    def display(self, data, update=False, **options):
        assert options["raw"]
        assert options["metadata"]["image/png"]["alt"] == data["text/plain"]
        self.shown.append(("again" if update else "new", data["text/plain"]))


def test_a_live_curve_is_drawn_once_a_second_in_one_place(monkeypatch):
    page = Page(monkeypatch)
    x = numpy.arange(12)
    fit(x, x, 1, 2, eval_interval=1, live=True)  # the clock shows 0, 0.4 ... seconds
    curve = "Learning curve: the loss does not fall from 1.0 to {}.0.".format
    assert page.shown[0] == ("new", curve(1))
    assert page.shown[-1] == ("again", curve(6))
    assert [how for how, _ in page.shown[1:]] == ["again"] * (len(page.shown) - 1)
    assert len(page.shown) < 6  # not at every step


def test_a_live_curve_is_drawn_once_where_progress_is_off(monkeypatch):
    """So that the notebook's test, which knows no second drawing, sees what is stored."""
    page = Page(monkeypatch, off="1")
    x = numpy.arange(12)
    fit(x, x, 1, 2, eval_interval=1, live=True)
    assert page.shown == [("new", "Learning curve: the loss does not fall from 1.0 to 6.0.")]
    fit(x, x, 1, 2, eval_interval=1)
    assert len(page.shown) == 1


def test_an_interrupt_leaves_the_live_curve(monkeypatch):
    page = Page(monkeypatch, off="1")
    trainer = Trainer(Recorder(stop_at=4), SGD())
    x = numpy.arange(12)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(x, x, 1, 2, eval_interval=1, live=True)
    assert page.shown == [("new", "Learning curve: the loss does not fall from 1.0 to 4.0.")]


def test_a_live_curve_needs_a_record():
    x = numpy.arange(4)
    told = "^live=True with eval_interval=None; a curve needs an eval_interval$"
    with pytest.raises(ValueError, match=told):
        fit(x, x, 1, 2, eval_interval=None, live=True)


def test_progress_is_shown(capsys, monkeypatch):
    """Epoch, examples, how many a second and loss, on the error stream, which notebooks ignore."""
    monkeypatch.setattr("common.trainer.tqdm", functools.partial(tqdm, disable=False))
    x = numpy.arange(10)
    fit(x, x, 2, 5, eval_interval=1)
    shown = capsys.readouterr()
    assert " 20/20 [" in shown.err
    assert " examples/s, loss=4.00]" in shown.err
    assert "epoch 1: " in shown.err
    assert "epoch 2: " in shown.err
    assert shown.out == ""


# --- one step -----------------------------------------------------------------------------


def test_gradients_are_clipped_when_asked():
    """The recorder's gradient is (1, 1), of norm 1.41; with lr 0.01 it moves by 0.01 or 0.005."""
    x = numpy.arange(4)
    free = fit(x, x, 1, 4).model.params[0]
    half = fit(x, x, 1, 4, max_grad=0.5 * 2**0.5).model.params[0]
    far = fit(x, x, 1, 4, max_grad=99).model.params[0]
    numpy.testing.assert_allclose([free, half, far], [[-0.01] * 2, [-0.005] * 2, [-0.01] * 2])


def test_shared_weights_are_moved_once_by_the_sum():
    """What: one array twice in ``params``, with gradients 1 and 2.
    Why: moved one after the other, an optimizer with a memory would count the steps double.
    Expected: one parameter with the gradient 3, whatever the optimizer."""

    class Shared(Recorder):
        def __init__(self):
            W = numpy.zeros(2)
            self.params, self.grads = [W, W], [numpy.zeros(2), numpy.zeros(2)]
            self.batches, self.stop_at = [], None

        def backward(self, dout=1):
            self.grads[0][...], self.grads[1][...] = 1, 2

    class Spy:
        def update(self, params, grads):
            self.params, self.grads = params, [g.copy() for g in grads]

    model, spy = Shared(), Spy()
    trainer = Trainer(model, spy)
    for _ in range(2):  # the second step starts from new gradients
        assert trainer.step(numpy.zeros(1), numpy.zeros(1)) > 0
        assert len(spy.params) == 1
        assert spy.params[0] is model.params[0]
        assert spy.grads[0].tolist() == [3, 3]


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"t": numpy.arange(9)}, "x has 10 examples and t has 9; they must agree"),
        ({"max_epoch": 0}, "max_epoch=0; allowed is a whole number, 1 or more"),
        ({"max_epoch": -1}, "max_epoch=-1; allowed is a whole number, 1 or more"),
        ({"batch_size": 0}, "batch_size=0; allowed is a whole number, 1 to 10"),
        ({"batch_size": -2}, "batch_size=-2; allowed is a whole number, 1 to 10"),
        ({"batch_size": 11}, "batch_size=11; allowed is a whole number, 1 to 10"),
        ({"max_grad": 0}, "max_grad=0; allowed is a finite number above 0"),
        ({"max_grad": numpy.nan}, "max_grad=nan; allowed is a finite number above 0"),
        ({"eval_interval": 0}, "eval_interval=0; allowed is a whole number, 1 or more"),
        ({"eval_interval": -5}, "eval_interval=-5; allowed is a whole number, 1 or more"),
        ({"max_grad": numpy.inf}, "max_grad=inf; allowed is a finite number above 0"),
        ({"max_grad": "1"}, "max_grad='1'; allowed is a finite number above 0"),
        ({"x": [1] * 10}, r"x is a list; allowed is an array, \(N, ...\)"),
        ({"t": numpy.float64(3)}, r"t is a float64; allowed is an array, \(N, ...\)"),
        (
            {"x": numpy.zeros(0), "t": numpy.zeros(0)},
            r"x has shape \(0,\), so no example; at least one",
        ),
    ],
)
def test_what_cannot_train_is_refused(arguments, message):
    """What: arguments with which nothing would be trained.
    Why: a loop over no batches ends at once, and says nothing.
    Expected: a ValueError with the value and what is allowed; no step done, nothing drawn."""
    trainer = Trainer(Recorder(), SGD())
    usual = {"x": numpy.arange(10), "t": numpy.arange(10), "max_epoch": 1, "batch_size": 5}
    numpy.random.seed(0)
    with pytest.raises(ValueError, match=message):
        trainer.fit(**(usual | arguments))
    assert trainer.model.batches == []
    assert trainer.current_epoch == 0
    drawn = numpy.random.random()
    numpy.random.seed(0)
    assert drawn == numpy.random.random()


def test_the_smallest_allowed_values_train():
    x = numpy.arange(1)
    trainer = fit(x, x, 1, 1, max_grad=1e-9, eval_interval=1)
    assert len(trainer.model.batches) == 1


def test_an_interrupt_leaves_the_model_usable():
    """What: the stop button, in the fourth step of an epoch of five.
    Why: it is how a long training is ended in a notebook.
    Expected: three steps done and recorded, no epoch counted, and training can go on."""
    x = numpy.arange(10)
    model = Recorder(stop_at=3)
    trainer = Trainer(model, SGD(lr=1.0))
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(x, x, 1, 2, eval_interval=1)
    assert model.params[0].tolist() == [-3, -3]
    assert trainer.loss_list == [1, 2, 3]
    assert trainer.current_epoch == 0
    model.stop_at = None
    trainer.fit(x, x, 1, 2, eval_interval=1)
    assert trainer.loss_list == [1, 2, 3, 4, 5, 6, 7, 8]
    assert trainer.current_epoch == 1


# --- numbers that are not finite, and arrays that are not the layers' ---------------------


class Breaks(Classifier):
    """A NaN from step 4 on: in the loss, or in one gradient."""

    def __init__(self, where, value=numpy.nan):
        numpy.random.seed(0)
        super().__init__()
        self.where, self.value, self.steps = where, value, 0

    def forward(self, x, t):
        self.steps += 1
        loss = super().forward(x, t)
        return self.value if self.where == "loss" and self.steps == 4 else loss

    def backward(self, dout=1):
        super().backward(dout)
        if self.where == "gradient" and self.steps == 4:
            self.grads[1][2] = self.value


def three_steps():
    numpy.random.seed(0)
    trainer = Trainer(Classifier(), SGD(0.1))
    numpy.random.seed(9)
    order = numpy.random.permutation(8)
    for i in range(3):
        batch = order[2 * i : 2 * i + 2]
        trainer.step(numpy.ones((8, 2))[batch], numpy.zeros(8, int)[batch])
    return [p.tobytes() for p in trainer.model.params]


@pytest.mark.parametrize("value", [numpy.nan, numpy.inf, -numpy.inf])
@pytest.mark.parametrize("where", ["loss", "gradient"])
@pytest.mark.parametrize("max_grad", [None, 1e9])
def test_what_is_not_finite_stops_training_at_that_step(where, value, max_grad):
    """What: the fourth step's loss, or one of its gradients, is not finite.
    Why: one such update makes every weight NaN, and the curve says nothing.
    Expected: an error that names the array; the weights of three steps, three losses."""
    trainer = Trainer(Breaks(where, value), SGD(0.1))
    numpy.random.seed(9)
    told = {
        "loss": f"in epoch 1 the step is not taken: the loss is {value}; all parameters and examp",
        "gradient": rf"the step is not taken: grads\[1\], shape \(3,\), holds {value} at \(2,\)",
    }
    with pytest.raises(FloatingPointError, match=told[where]):
        trainer.fit(numpy.ones((8, 2)), numpy.zeros(8, int), 2, 2, max_grad, eval_interval=1)
    assert [p.tobytes() for p in trainer.model.params] == three_steps()
    assert len(trainer.loss_list) == 3


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("params", r"the loss is nan; model.params\[0\], shape \(2, 3\), holds nan at \(1, 2\)$"),
        ("x", r"the loss is nan; x\[0\], shape \(8, 2\), holds nan at \(\d, 1\)$"),
    ],
)
def test_the_first_array_that_is_not_finite_is_named(where, told):
    trainer = Trainer(Classifier(), SGD(0.1))
    x = numpy.ones((8, 2))
    if where == "params":
        trainer.model.params[0][1, 2] = numpy.nan
    else:
        x[3, 1] = numpy.nan
    with pytest.raises(FloatingPointError, match=told):
        trainer.fit(x, numpy.zeros(8, int), 1, 8)


@pytest.mark.parametrize("max_grad", [None, 1e9])
def test_large_gradients_are_looked_at_where_it_costs_nothing(max_grad, monkeypatch, tmp_path):
    """With max_grad their norm is computed anyway; without, the ruined weights are told at the end,
    and never go into a checkpoint."""
    monkeypatch.setattr(trainer_module, "SMALL", 8)  # a Classifier has 9
    trainer = Trainer(Breaks("gradient"), SGD(0.1))
    told = "^grads" if max_grad else "^after the last step, model.params"
    with pytest.raises(FloatingPointError, match=told + r"\[1\], shape \(3,\), holds nan at"):
        trainer.fit(
            numpy.ones((8, 2)), numpy.zeros(8, int), 1, 2, max_grad, checkpoint=tmp_path / "c"
        )
    assert not os.listdir(tmp_path)


def test_a_sum_too_large_for_float32_is_no_infinity():
    assert not_finite("grads", [numpy.full(9, 3e38, "f"), numpy.arange(3)]) == ""
    assert not_finite("grads", [numpy.float64("nan")]) == "grads[0] holds nan at ()"


class OwnRate:
    lr = numpy.nan

    def update(self, params, grads):
        raise AssertionError


def test_a_rate_of_an_optimizer_of_ones_own_is_looked_at():
    x = numpy.arange(4)
    with pytest.raises(ValueError, match=r"^optimizer.lr=nan; allowed is a finite number"):
        Trainer(Recorder(), OwnRate()).fit(x, x, 1, 2)


class TestArraysOfTheLayers:
    """``params`` is a list of the arrays that the layers use; another array in it is none."""

    def fit(self, change=lambda model: None, model_class=SkipGram):
        numpy.random.seed(0)
        corpus = numpy.arange(40) % 8
        model = model_class(8, 4, 1, corpus)
        change(model)
        before = [p.copy() for p in model.params]
        try:
            Trainer(model, SGD(0.1)).fit(*create_contexts_target(corpus, 1), 1, 10)
        except ValueError:
            assert all((p == b).all() for p, b in zip(model.params, before, strict=True))
            raise
        return model

    @pytest.mark.parametrize("model_class", [SkipGram, CBOW])
    def test_what_is_written_into_an_array_trains(self, model_class):
        def change(model):
            model.params[0][...] = 1
            model.word_vecs[...] = 2

        assert (self.fit(change, model_class).word_vecs != 2).any()

    @pytest.mark.parametrize("i", [0, 1])
    def test_another_array_as_a_parameter(self, i):
        def change(model):
            model.params[i] = numpy.ones((8, 4), "f")

        told = rf"^model.params\[{i}\] is no array that a layer uses; write into the array that is "
        told += rf"there: model.params\[{i}\]\[...\] = values$"
        with pytest.raises(ValueError, match=told):
            self.fit(change)

    def test_other_word_vectors(self):
        def change(model):
            model.word_vecs = numpy.ones((8, 4), "f")

        with pytest.raises(ValueError, match=r"^model.word_vecs is none of model.params, so it wo"):
            self.fit(change)

    def test_another_array_as_a_gradient(self):
        class Rebinds(Embedding):
            def backward(self, dout):
                self.grads[0] = numpy.zeros_like(self.params[0])

        def change(model):
            model.embed = Rebinds(model.params[0])
            model.grads[0] = model.embed.grads[0]

        told = r"^model.embed.grads\[0\] is another array after backward .*; in Rebinds, write into"
        with pytest.raises(ValueError, match=told):
            self.fit(change)

    def test_layers_that_stay_as_they_are(self):
        """Whoever trains a part of the layers leaves the others out of the list."""

        def change(model):
            model.params, model.grads = model.loss.params, model.loss.grads
            del model.word_vecs

        model = self.fit(change)
        assert model.params[0] is model.loss.params[0]

    def test_tied_weights(self):
        class Tied(SkipGram):
            def __init__(self, *arguments):
                super().__init__(*arguments)
                W = self.word_vecs
                self.loss.embed_dot.params[0] = self.params[1] = W

        self.fit(model_class=Tied)


def fitted(x, lr=0.1, epochs=1, **named):
    """Fit a classifier of three classes to x; the warnings that come."""
    numpy.random.seed(0)
    trainer = Trainer(Classifier(), SGD(lr))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trainer.fit(x, numpy.arange(len(x)) % 3, epochs, 2, **named)
    return [str(warning.message) for warning in caught], caught, trainer


PIXELS = numpy.array([[0, 255], [16, 3], [7, 0], [100, 31]])


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_pixels_that_were_not_divided_are_told(dtype):
    said, _, _ = fitted(PIXELS.astype(dtype), lr=1e-6)
    assert len(said) == 1
    assert "x holds whole numbers from 0 to 255, as pixels do; weights are drawn for" in said[0]
    assert "up to 255 times too large" in said[0]
    assert "normalize=True" in said[0]


@pytest.mark.parametrize(
    "x",
    [
        PIXELS / 255,
        PIXELS * 0.9,
        numpy.concatenate([PIXELS, [[0.5, 1]]]),
        PIXELS - 1.0,
        PIXELS + 1.0,
        PIXELS.clip(0, 15).astype(float),
        numpy.array([[numpy.inf, 16]]),
    ],
    ids=["divided", "not whole", "one not whole", "below 0", "above 255", "small", "infinite"],
)
def test_what_cannot_be_pixels_is_not_told(x):
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("error")
        warn_of_pixels(x)


def test_ids_are_no_pixels_and_16_is_the_least():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for dtype in "int32", "int64", "uint16":
            warn_of_pixels(PIXELS.astype(dtype))
        warn_of_pixels(numpy.zeros((0, 2)))
    with pytest.warns(UserWarning, match="from 0 to 16, as pixels do"):
        warn_of_pixels(PIXELS.clip(0, 16).astype(float))
    with pytest.warns(UserWarning, match="from 0 to 255, as pixels do"):
        warn_of_pixels(numpy.concatenate([PIXELS.astype(float)] * 250 + [[[0.5, 0.5]]]))


class Losses(Classifier):
    """Its losses are given; nothing is learned."""

    def __init__(self, losses):
        super().__init__()
        self.losses = iter(losses)

    def forward(self, x, t):
        super().forward(x, t)
        return next(self.losses)


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        (
            [2.0, 20.0, 20.1, 900.0],
            "in epoch 2, step 1, the loss is 20.1, and at the first step it",
        ),
        ([2.0, 21.0, 2.0, 900.0], "in epoch 1, step 2, the loss is 21, and at the first step it w"),
        ([0.1, 9.9, 1.1, 10.0], None),
        ([0.1, 9.9, 10.1, 10.0], "in epoch 2, step 1, the loss is 10.1, and at the first step it"),
        ([100.0, 999.0, 50.0, 1.0], None),
    ],
)
@pytest.mark.parametrize("eval_interval", [None, 1])
def test_a_training_that_diverges_is_told_once_at_its_step(losses, told, eval_interval):
    """What: losses above ten times the first, and above 10.
    Why: in float32 a learning rate of 1,000 gives no NaN, only losses of thousands.
    Expected: one warning, with epoch, step, both losses and the learning rate."""
    trainer = Trainer(Losses(losses), SGD(0.5))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trainer.fit(numpy.ones((4, 2)), numpy.zeros(4, int), 2, 2, eval_interval=eval_interval)
    assert len(caught) == (told is not None)
    if told:
        said = str(caught[0].message)
        assert said.startswith(told)
        assert said.endswith("diverges. Is the learning rate, 0.5, too large?")
        assert f"it was {losses[0]:.4g}: " in said


@pytest.mark.parametrize("eval_interval", [None, 1])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_a_warning_points_at_the_line_that_called_fit(dtype, eval_interval):
    _, of_pixels, _ = fitted(PIXELS.astype(dtype), lr=1e-6)
    x = numpy.random.default_rng(0).standard_normal((30, 2))
    _, of_a_rate, _ = fitted(x, lr=1e4, epochs=3, eval_interval=eval_interval)
    assert [warning.filename for warning in of_pixels + of_a_rate] == [__file__] * 2


def test_a_learning_rate_that_is_too_large_is_told_and_a_good_one_not():
    x = numpy.random.default_rng(0).standard_normal((30, 2))
    said, _, trainer = fitted(x, lr=1e4, epochs=3, eval_interval=1)
    assert len(said) == 1
    assert "in epoch 1, step " in said[0]
    assert "the learning rate, 10000, too large?" in said[0]
    assert max(trainer.loss_list) > 100
    assert fitted(x, lr=0.1, epochs=3)[0] == []


def test_an_optimizer_without_a_rate_is_told_too():
    watch = watching(None)
    watch(1.0, 0, 0)
    with pytest.warns(UserWarning, match="Is the learning rate too large"):
        watch(11.0, 0, 1)
