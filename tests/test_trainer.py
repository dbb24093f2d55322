"""The trainer: every example used, runs repeatable, nonsense refused."""

import functools
import inspect
import itertools

import numpy
import pytest
from gradient_table import quick
from hypothesis import given
from hypothesis import strategies as st
from tqdm import tqdm

from common import figures
from common.layers import Affine, SoftmaxWithLoss
from common.optimizer import SGD
from common.trainer import Trainer


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
    ]
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
    """Epoch, steps and loss, on the error stream, where notebooks keep it out of the outputs."""
    monkeypatch.setattr("common.trainer.tqdm", functools.partial(tqdm, disable=False))
    x = numpy.arange(10)
    fit(x, x, 2, 5, eval_interval=1)
    shown = capsys.readouterr()
    assert "4/4" in shown.err
    assert "step/s" in shown.err
    assert "epoch 1: " in shown.err
    assert "epoch 2: " in shown.err
    assert "loss=4.00" in shown.err
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
        ({"max_grad": 0}, "max_grad=0; allowed is None or a number above 0"),
        ({"max_grad": numpy.nan}, "max_grad=nan; allowed is None or a number above 0"),
        ({"eval_interval": 0}, "eval_interval=0; allowed is a whole number, 1 or more"),
        ({"eval_interval": -5}, "eval_interval=-5; allowed is a whole number, 1 or more"),
        ({"x": numpy.zeros(0), "t": numpy.zeros(0)}, "allowed is a whole number, 1 to 0"),
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
