"""Language models, and their perplexity."""

import inspect
import math
import pickle

import numpy
import pytest

from common.functions import softmax
from common.gradient_check import double_precision
from common.language_model import BetterRnnlm, Rnnlm, SimpleRnnlm, eval_perplexity
from common.optimizer import SGD
from common.trainer import RnnlmTrainer

MODELS = [SimpleRnnlm, Rnnlm, BetterRnnlm]
each_model = pytest.mark.parametrize("Model", MODELS, ids=lambda m: m.__name__)
XS = numpy.array([[0, 1, 2, 1], [4, 4, 3, 0]])
TS = numpy.array([[1, 2, 1, 5], [4, 3, 0, 2]])


@each_model
def test_the_first_loss_is_that_of_a_guess(Model):
    """What: the loss before training.
    Expected: ln V, a perplexity of V, as small scores make all words equally likely."""
    model = Model(1000, 8, 8, rng=0)
    words = numpy.arange(40).reshape(4, 10)
    assert model.forward(words, words + 1, train_flg=False) == pytest.approx(math.log(1000), 1e-2)


# Rows and columns of the drawn matrices, and over how many inputs each one sums; D = H = 3, V = 5.
DRAWS = {
    SimpleRnnlm: [(5, 3, 1e4), (3, 3, 3), (3, 3, 3), (3, 5, 3)],
    Rnnlm: [(5, 3, 1e4), (3, 12, 3), (3, 12, 3), (3, 5, 3)],
    BetterRnnlm: [(5, 3, 1e4), (3, 12, 3), (3, 12, 3), (3, 12, 3), (3, 12, 3)],
}


@each_model
def test_weights_are_drawn_in_the_order_of_the_layers(Model):
    """What: every matrix against the same numbers, drawn here.
    Why: a sum of D products keeps its size when the weights have the spread 1 / sqrt(D).
    Expected: word vectors of spread 1 / 100, and biases of zeros."""
    rng = numpy.random.default_rng(0)
    matrices = [p for p in Model(5, 3, 3, rng=0).params if p.ndim == 2]
    for W, (rows, columns, inputs) in zip(matrices, DRAWS[Model], strict=False):
        drawn = rng.standard_normal((rows, columns)) / numpy.sqrt(inputs)
        numpy.testing.assert_allclose(W, drawn, rtol=1e-6)
        assert W.dtype == numpy.float32


@pytest.mark.parametrize(
    ("function", "defaults"),
    [
        (Rnnlm, [10_000, 100, 100, None]),
        (BetterRnnlm, [10_000, 650, 650, 0.5, None]),
        (eval_perplexity, [10, 35]),
        (RnnlmTrainer.fit, [10, 20, 35, None, 20, False, None]),
    ],
)
def test_what_is_taken_where_nothing_is_said(function, defaults):
    parameters = inspect.signature(function).parameters.values()
    assert [p.default for p in parameters if p.default is not p.empty] == defaults


@each_model
@pytest.mark.parametrize("place", range(3))
def test_a_size_that_cannot_be_is_named(Model, place):
    sizes = [5, 3, 3]
    sizes[place] = 2.5
    name = ["vocab_size", "wordvec_size", "hidden_size"][place]
    with pytest.raises(ValueError, match=rf"^{name}=2\.5"):
        Model(*sizes)


@each_model
def test_the_loss_is_the_mean_of_minus_ln_y(Model):
    model = double_precision(Model(6, 4, 4, rng=0))
    y = softmax(model.predict(XS))
    correct = numpy.take_along_axis(y, TS[..., None], axis=2)
    model.reset_state()
    assert model.forward(XS, TS, train_flg=False) == pytest.approx(-numpy.log(correct).mean())


@each_model
def test_backward_is_that_of_the_loss_itself(Model):
    """What: backward without a number, and with 1, which is dL/dL."""
    model = Model(6, 3, 3, rng=0)
    grads = []
    for dout in [], [1]:
        model.reset_state()
        model.forward(XS, TS, train_flg=False)
        model.backward(*dout)
        grads.append([g.copy() for g in model.grads])
    for left, right in zip(*grads, strict=True):
        numpy.testing.assert_array_equal(left, right)


@each_model
def test_it_remembers_until_it_is_told_to_forget(Model):
    model = double_precision(Model(6, 4, 4, rng=0))
    for p in model.params:
        p *= 10
    first = model.predict(XS).copy()
    assert abs(model.predict(XS) - first).max() > 1e-6
    model.reset_state()
    numpy.testing.assert_array_equal(model.predict(XS), first)
    model.reset_state()
    parts = [model.predict(XS[:, :1]), model.predict(XS[:, 1:])]
    numpy.testing.assert_allclose(numpy.concatenate(parts, axis=1), first, rtol=1e-10)


def test_dropout_only_while_it_trains():
    model = BetterRnnlm(6, 4, 4, rng=0)
    numpy.random.seed(0)
    testing = []
    for _ in range(2):
        model.reset_state()
        testing.append(model.forward(XS, TS, train_flg=False))
    assert testing[0] == testing[1]
    training = []
    for _ in range(2):
        model.reset_state()
        training.append(model.forward(XS, TS))
    assert training[0] != training[1]
    assert [layer.dropout_ratio for layer in model.drop_layers] == [0.5] * 3


def test_tied_weights_are_one():
    model = BetterRnnlm(6, 4, 4, rng=0)
    assert len(model.params) == 9
    assert numpy.shares_memory(model.params[0], model.params[7])
    numpy.testing.assert_array_equal(model.params[0], model.params[7].T)
    with pytest.raises(ValueError, match="wordvec_size=3 and hidden_size=4 differ"):
        BetterRnnlm(6, 3, 4)


@each_model
def test_the_shapes_of_the_old_files(Model):
    """What: the order of the parameters, which existing files hold by position.
    Expected: word vectors, each recurrent layer's three, the output's two."""
    gates = 1 if Model is SimpleRnnlm else 4
    D, H = (4, 4) if Model is BetterRnnlm else (3, 4)
    recurrent = [(D, gates * H), (H, gates * H), (gates * H,)]
    if Model is BetterRnnlm:
        recurrent *= 2
    expected = [(6, D), *recurrent, (H, 6), (6,)]
    assert [p.shape for p in Model(6, D, H).params] == expected


@each_model
def test_parameters_of_an_older_file(Model, tmp_path):
    """A pickled list of arrays, in the models' order of layers."""
    theirs, ours = Model(6, 4, 4, rng=1), Model(6, 4, 4, rng=2)
    with open(tmp_path / "theirs.pkl", "wb") as file:
        pickle.dump([p.astype(numpy.float16) for p in theirs.params], file)
    ours.load_params(tmp_path / "theirs.pkl")
    for p, q in zip(ours.params, theirs.params, strict=True):
        numpy.testing.assert_array_equal(p, q.astype(numpy.float16))
    with pytest.raises(ValueError, match="shape"):
        Model(7, 4, 4).load_params(tmp_path / "theirs.pkl")


@each_model
def test_a_seed_repeats_the_weights(Model):
    numpy.random.seed(3)
    first = Model(6, 4, 4)
    numpy.random.seed(3)
    for p, q in zip(first.params, Model(6, 4, 4).params, strict=True):
        assert p.dtype == numpy.float32
        numpy.testing.assert_array_equal(p, q)
    for p, q in zip(Model(6, 4, 4, rng=1).params, Model(6, 4, 4, rng=1).params, strict=True):
        numpy.testing.assert_array_equal(p, q)


def test_the_weights_are_drawn_as_they_always_were():
    """What: the order and the scale of the draws.
    Why: a run of an existing notebook, seeded, repeats itself."""
    numpy.random.seed(0)
    rn = numpy.random.randn
    expected = [rn(5, 3) / 100, rn(3, 16) / 3**0.5, rn(4, 16) / 4**0.5, rn(4, 5) / 4**0.5]
    numpy.random.seed(0)
    embed, Wx, Wh, b, W, b_out = Rnnlm(5, 3, 4).params
    for ours, theirs in zip([embed, Wx, Wh, W], expected, strict=True):
        numpy.testing.assert_allclose(ours, theirs.astype("f"), rtol=1e-6)
    assert not b.any()
    assert not b_out.any()


@pytest.mark.parametrize("sizes", [(0, 3, 4), (5, 2.5, 4), (5, 3, None)])
def test_sizes_that_cannot_be_are_refused(sizes):
    with pytest.raises((ValueError, TypeError), match=r"vocab_size|wordvec_size|hidden_size"):
        Rnnlm(*sizes)


class Constant:
    """A model whose loss is known: word w costs w, and what it was asked is kept."""

    def __init__(self):
        self.params, self.asked, self.forgot = [numpy.zeros(1)], [], 0

    def forward(self, xs, ts):
        self.asked.append((xs, ts))
        return ts.mean()

    def reset_state(self):
        self.forgot += 1


def test_perplexity_by_hand():
    """12 words, so 11 with a next one: two streams of 5, two steps of 2 words each."""
    model = Constant()
    assert eval_perplexity(model, numpy.arange(12) / 8, 2, 2) == pytest.approx(
        math.exp(numpy.mean([1, 2, 6, 7, 3, 4, 8, 9]) / 8)
    )
    assert model.forgot == 1
    xs, ts = zip(*model.asked, strict=True)
    assert [(8 * x).tolist() for x in xs] == [[[0, 1], [5, 6]], [[2, 3], [7, 8]]]
    assert [(8 * t).tolist() for t in ts] == [[[1, 2], [6, 7]], [[3, 4], [8, 9]]]


def test_perplexity_is_measured_without_dropout():
    model, corpus = BetterRnnlm(6, 4, 4, rng=0), numpy.arange(50) % 6
    assert eval_perplexity(model, corpus, 2, 5) == eval_perplexity(model, corpus, 2, 5)


def test_a_text_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match="need a text of 71 words; this one has 70"):
        eval_perplexity(Constant(), numpy.arange(70), 2, 35)
    eval_perplexity(Constant(), numpy.zeros(71), 2, 35)
    with pytest.raises(ValueError, match="time_size"):
        eval_perplexity(Constant(), numpy.zeros(71), 2, 0)
    with pytest.raises(ValueError, match="batch_size"):
        eval_perplexity(Constant(), numpy.zeros(71), 0, 2)


@each_model
def test_it_learns_a_sentence(Model):
    corpus = numpy.array([0, 1, 2, 3, 1, 4, 5, 6] * 40)
    numpy.random.seed(0)
    model = Model(7, 16, 16)
    trainer = RnnlmTrainer(model, SGD(2.0))
    trainer.fit(corpus[:-1], corpus[1:], 30, 4, 8, max_grad=1.0)
    assert trainer.ppl_list[0] == pytest.approx(7, rel=0.1)
    assert eval_perplexity(model, corpus, 2, 8) < 1.5


@pytest.mark.parametrize("name", ["batch_size", "time_size"])
def test_a_step_of_no_whole_size_is_named(name):
    with pytest.raises(ValueError, match=rf"^{name}=0"):
        eval_perplexity(Rnnlm(6, 4, 4), numpy.zeros(99, int), **{name: 0})
