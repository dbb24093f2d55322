"""An encoder that reads, decoders that write, and how many of their answers are right."""

import inspect
import re

import numpy
import pytest
from gradient_table import pair, quick
from hypothesis import given
from hypothesis import strategies as st

from common import config
from common.functions import softmax
from common.gradient_check import check_gradients
from common.optimizer import Adam
from common.seq2seq import (
    Decoder,
    Encoder,
    PeekyDecoder,
    PeekySeq2seq,
    Seq2seq,
    accuracy,
    eval_seq2seq,
)
from common.trainer import Trainer

MODELS = [Seq2seq, PeekySeq2seq]
each_model = pytest.mark.parametrize("Model", MODELS, ids=lambda m: m.__name__)
rng = numpy.random.default_rng
XS = rng(0).integers(0, 6, (5, 4))
TS = rng(1).integers(0, 6, (5, 3))


# --- weights ------------------------------------------------------------------------------

# Rows and columns of the drawn matrices, and over how many inputs each one sums; V, D, H = 5, 3, 4.
READS = [(5, 3, 1e4), (3, 16, 3), (4, 16, 4)]
DRAWS = {
    Seq2seq: [*READS, *READS, (4, 5, 4)],
    PeekySeq2seq: [*READS, (5, 3, 1e4), (7, 16, 7), (4, 16, 4), (8, 5, 8)],
}


@each_model
@pytest.mark.parametrize("seed", [0, None])
def test_weights_are_drawn_in_the_order_of_construction(Model, seed):
    """What: every matrix against the same numbers, drawn here.
    Why: a seeded run repeats itself, and encoder and decoder must not start alike.
    Expected: the encoder first; word vectors of spread 1 / 100, others 1 / sqrt(inputs)."""
    numpy.random.seed(2)
    params = Model(5, 3, 4, rng=seed).params
    numpy.random.seed(2)
    draw = numpy.random.standard_normal if seed is None else rng(seed).standard_normal
    for W, (rows, columns, inputs) in zip(
        [p for p in params if p.ndim == 2], DRAWS[Model], strict=True
    ):
        numpy.testing.assert_allclose(W, draw((rows, columns)) / numpy.sqrt(inputs), rtol=1e-6)
    assert [p.shape for p in params if p.ndim == 1] == [(16,), (16,), (5,)]
    assert not any(p.any() for p in params if p.ndim == 1)
    assert all(p.dtype == numpy.float32 for p in params)


@each_model
def test_params_are_the_layers_own(Model):
    """What: the order of the parameters, which files hold by position.
    Expected: embedding, LSTM; embedding, LSTM, affine; the objects themselves."""
    model = Model(5, 3, 4)
    layers = [model.encoder.embed, model.encoder.lstm]
    layers += [model.decoder.embed, model.decoder.lstm, model.decoder.affine]
    for name in "params", "grads":
        own = [a for layer in layers for a in getattr(layer, name)]
        assert all(a is b for a, b in zip(getattr(model, name), own, strict=True))
    assert not model.encoder.lstm.stateful


@pytest.mark.parametrize("Make", [Encoder, Decoder, PeekyDecoder, *MODELS])
@pytest.mark.parametrize("place", range(3))
def test_a_size_that_cannot_be_is_named(Make, place):
    sizes = [5, 3, 3]
    sizes[place] = 2.5
    name = ["vocab_size", "wordvec_size", "hidden_size"][place]
    with pytest.raises(ValueError, match=rf"^{name}=2\.5"):
        Make(*sizes)


# --- reading ------------------------------------------------------------------------------


@each_model
def test_the_first_loss_is_that_of_a_guess(Model):
    model = Model(1000, 8, 8, rng=0)
    words = numpy.arange(40).reshape(4, 10)
    assert model.forward(words, words) == pytest.approx(numpy.log(1000), 1e-2)


@each_model
def test_the_decoder_predicts_each_character_from_those_before(Model):
    """What: the loss, by its definition; and the scores before a character that is changed.
    Expected: the mean of -ln y; nothing looks ahead."""
    model = pair(Model, rng(0))
    h = model.encoder.forward(XS)
    y = softmax(model.decoder.forward(TS[:, :-1], h))
    correct = numpy.take_along_axis(y, TS[:, 1:, None], axis=2)
    assert model.forward(XS, TS) == pytest.approx(-numpy.log(correct).mean())
    changed = TS[:, :-1].copy()
    changed[:, 1] = (changed[:, 1] + 1) % 6
    scores = model.decoder.forward(changed, h)
    numpy.testing.assert_array_equal(softmax(scores)[:, 0], y[:, 0])
    assert (softmax(scores)[:, 1] != y[:, 1]).any()


@each_model
def test_a_decoder_starts_anew_with_every_question(Model):
    model = pair(Model, rng(0))
    first = model.forward(XS, TS)
    model.forward(XS[:2], TS[:2])
    assert model.forward(XS, TS) == first


@pytest.mark.parametrize("Make", [Decoder, PeekyDecoder])
def test_the_gradients_of_h_add_up(Make):
    """What: h as the first state, and, for the peeky one, beside each of two steps, twice.
    Expected: relative error at most 1e-7 against differences."""
    assert check_gradients(pair(Make, rng(0)), TS[:, :2], rng(1).standard_normal((5, 4))) <= 1e-7


@each_model
def test_labels_that_do_not_count(Model):
    """A pad at the end changes no gradient, whatever it was read as."""
    model = pair(Model, rng(0), ignore_label=5)
    ts = numpy.array([[1, 2, 3], [1, 4, 2]])
    loss = model.forward(XS[:2], ts)
    model.backward()
    grads = [g.copy() for g in model.grads]
    padded = numpy.column_stack([ts, [5, 5], [5, 5]])
    assert model.forward(XS[:2], padded) == pytest.approx(loss, rel=1e-12)
    model.backward()
    for g, expected in zip(model.grads, grads, strict=True):
        numpy.testing.assert_allclose(g, expected, atol=1e-15)
    assert Model(5, 3, 4).softmax.ignore_label == -1


# --- writing ------------------------------------------------------------------------------


@each_model
@quick
@given(seed=st.integers(0, 1000), N=st.integers(2, 5), length=st.integers(1, 5))
def test_what_is_written_is_the_likeliest_each_time(Model, seed, N, length):
    """What: the answers, read again as a decoder reads in training.
    Expected: each character has the highest score; a batch of N is N batches of one."""
    model = pair(Model, rng(seed))
    xs = rng(seed).integers(0, 6, (N, 4))
    ids = model.generate(xs, 2, length)
    assert type(ids) is numpy.ndarray
    assert ids.shape == (N, length)
    read = numpy.column_stack([numpy.full(N, 2), ids[:, :-1]])
    scores = model.decoder.forward(read, model.encoder.forward(xs))
    numpy.testing.assert_array_equal(scores.argmax(axis=2), ids)
    for question, answer in zip(xs, ids, strict=True):
        alone = model.generate(question[None], 2, length)
        assert type(alone) is list
        assert all(type(i) is int for i in alone)
        assert alone == answer.tolist()


@each_model
def test_another_question_gets_another_answer(Model):
    model = Model(6, 8, 16, rng=0)
    for embedding in model.params[0], model.params[4]:
        embedding *= 100
    xs = rng(0).integers(0, 6, (40, 4))
    assert len(numpy.unique(model.generate(xs, 0, 4), axis=0)) > 1


# --- how many are right -------------------------------------------------------------------


class Echo:
    """Answers with the question's own characters, as many as are asked for."""

    def __init__(self, one_by_one=False):
        self.one_by_one, self.asked = one_by_one, []

    def generate(self, xs, start_id, sample_size):
        self.asked.append((len(xs), start_id))
        ids = xs[:, :sample_size]
        return ids[0].tolist() if self.one_by_one or len(xs) == 1 else ids


LETTERS = dict(enumerate("abcdef_"))


def test_an_answer_is_right_or_wrong(capsys):
    question = numpy.array([[0, 1, 2]])
    good = eval_seq2seq(Echo(), question, numpy.array([6, 0, 1]), LETTERS)
    assert good == 1
    assert type(good) is int
    assert eval_seq2seq(Echo(), question, numpy.array([6, 0, 2]), LETTERS) == 0
    assert capsys.readouterr().out == ""
    model = Echo()
    eval_seq2seq(model, question, numpy.array([6, 0, 1]), LETTERS)
    assert model.asked == [(1, 6)]
    assert type(model.asked[0][1]) is int


def test_an_answer_is_printed(capsys):
    """Positional, as scripts call it."""
    question = numpy.array([[0, 1, 2]])
    eval_seq2seq(Echo(), question, numpy.array([6, 0, 1]), LETTERS, True)
    assert capsys.readouterr().out == "question abc\ncorrect  ab\nanswer   ab\nright\n\n"
    eval_seq2seq(Echo(), question, numpy.array([6, 0, 2]), LETTERS, True, True)
    assert capsys.readouterr().out == "question cba\ncorrect  ac\nanswer   ab\nwrong\n\n"


@pytest.mark.parametrize("batch_size", [1, 2, 4, 5, 100])
def test_accuracy_is_the_mean_of_single_answers(batch_size):
    """What: five questions, in batches of which the last may be smaller.
    Expected: 2 of 5, however they are cut."""
    xs = numpy.array([[0, 1, 2], [3, 4, 5], [0, 0, 0], [1, 1, 1], [2, 1, 0]])
    ts = numpy.array([[6, 0, 1], [6, 3, 5], [6, 1, 1], [6, 1, 1], [6, 1, 1]])
    model = Echo()
    share = accuracy(model, xs, ts, batch_size)
    assert type(share) is float
    single = [eval_seq2seq(Echo(), x[None], t, LETTERS) for x, t in zip(xs, ts, strict=True)]
    assert share == numpy.mean(single) == 0.4
    assert next(n for n, _ in model.asked) == min(batch_size, 5)
    assert sum(n for n, _ in model.asked) == 5


@each_model
@quick
@given(seed=st.integers(0, 1000), N=st.integers(1, 7), batch_size=st.integers(1, 8))
def test_accuracy_of_a_model_is_the_mean_of_single_answers(Model, seed, N, batch_size):
    model = pair(Model, rng(seed), ignore_label=seed % 7 - 1)
    xs = rng(seed).integers(0, 6, (N, 4))
    ts = numpy.column_stack([numpy.full(N, 3), numpy.atleast_2d(model.generate(xs, 3, 2))])
    ts[::2, 2] = rng(seed).integers(0, 6, len(ts[::2]))
    letters = dict(enumerate("abcdef"))
    single = [eval_seq2seq(model, x[None], t, letters) for x, t in zip(xs, ts, strict=True)]
    assert accuracy(model, xs, ts, batch_size) == pytest.approx(numpy.mean(single))
    assert numpy.mean(single) >= len(ts[1::2]) / N


def test_what_the_loss_leaves_out_cannot_be_wrong():
    """A character that pads answers is never learned, so nothing is asked of it."""
    model = Echo()
    model.softmax = type("Loss", (), {"ignore_label": 5})
    xs, ts = numpy.array([[0, 1], [0, 1]]), numpy.array([[6, 0, 5], [6, 5, 2]])
    assert accuracy(model, xs, ts) == 0.5
    assert eval_seq2seq(model, xs[:1], ts[0], LETTERS) == 1
    assert eval_seq2seq(model, xs[:1], ts[1], LETTERS) == 0


def test_what_is_taken_where_nothing_is_said():
    named = inspect.signature(accuracy).parameters
    assert named["batch_size"].default == 500
    names = [*inspect.signature(eval_seq2seq).parameters]
    assert names == ["model", "question", "correct", "id_to_char", "verbos", "is_reverse"]


# --- what cannot be -----------------------------------------------------------------------


@each_model
def test_what_cannot_be_read_is_refused(Model):
    model = Model(6, 3, 4)
    for xs in XS[:, :0], XS[:0], XS[0], [[]]:
        told = rf"^xs has shape {re.escape(str(numpy.shape(xs)))}; allowed is \(N, T\), with N and"
        with pytest.raises(ValueError, match=told):
            model.forward(xs, TS)
        with pytest.raises(ValueError, match="xs has shape"):
            model.generate(xs, 0, 3)
        with pytest.raises(ValueError, match="xs has shape"):
            accuracy(model, xs, TS)
    for ts in TS[:, :1], TS[:3], TS[0], TS[:, :, None]:
        told = rf"^ts has shape {re.escape(str(ts.shape))}; allowed is \(5, T\), an answer for "
        told += "each question, with T from 2: the start character and at least one more$"
        with pytest.raises(ValueError, match=told):
            model.forward(XS, ts)
        with pytest.raises(ValueError, match=told):
            accuracy(model, XS, ts)


@each_model
def test_characters_outside_the_vocabulary_are_refused(Model):
    model = Model(6, 3, 4)
    for xs, ts in [(XS + 1, TS), (XS, TS + 1), (XS - 1, TS), (XS, TS - 1)]:
        with pytest.raises(IndexError, match=r"allowed are 0 to 5"):
            model.forward(xs, ts)
    with pytest.raises(IndexError, match="contains 6; allowed are 0 to 5"):
        model.generate(XS, 6, 3)
    with pytest.raises(ValueError, match=r"^start_id=-1; allowed is a whole number, 0 or more"):
        model.generate(XS, -1, 3)
    with pytest.raises(ValueError, match=r"^sample_size=0"):
        model.generate(XS, 0, 0)
    assert model.generate(XS[:1], 0, 1) in [[i] for i in range(6)]


@each_model
def test_lists_are_read_like_arrays(Model):
    model = pair(Model, rng(0))
    assert model.forward(XS.tolist(), TS.tolist()) == model.forward(XS, TS)


def test_questions_that_cannot_be_counted_are_refused():
    xs = numpy.zeros((3, 2), dtype=int)
    ts = numpy.array([[1, 0], [1, 0], [2, 0]])
    with pytest.raises(ValueError, match=r"answers start with \[1, 2\]; allowed is one start"):
        accuracy(Echo(), xs, ts)
    with pytest.raises(
        ValueError, match=r"for 3 questions, .* shape \(1, 1\); needed are \(3, 1\)"
    ):
        accuracy(Echo(one_by_one=True), xs, ts * 0)
    with pytest.raises(ValueError, match=r"^batch_size=0"):
        accuracy(Echo(), xs, ts * 0, 0)


@pytest.mark.parametrize("Make", [Encoder, Decoder, PeekyDecoder, *MODELS])
def test_backward_asks_for_forward(Make):
    dout = {Encoder: (2, 4), Decoder: (2, 3, 5), PeekyDecoder: (2, 3, 5)}.get(Make)
    with pytest.raises(RuntimeError, match=r"call forward first"):
        Make(5, 3, 4).backward(*[numpy.zeros(dout)] if dout else [])


# --- learning -----------------------------------------------------------------------------


@each_model
def test_it_learns_to_write_backwards(Model, tmp_path):
    """What: three digits of four, to be written from right to left; 7 is the start character.
    Expected: all 64 answers right; the same again from the same seed, and from a file."""
    xs = numpy.indices((4, 4, 4)).reshape(3, -1).T
    ts = numpy.column_stack([numpy.full(64, 7), xs[:, ::-1]])

    def trained():
        numpy.random.seed(1)
        model = Model(8, 8, 32)
        trainer = Trainer(model, Adam(0.02))
        trainer.fit(xs, ts, max_epoch=60, batch_size=16, max_grad=5.0)
        return model, trainer.loss_list

    model, losses = trained()
    assert accuracy(model, xs, ts) == 1
    assert losses == trained()[1]
    model.save_params(tmp_path / "model.npz")
    other = Model(8, 8, 32)
    other.load_params(tmp_path / "model.npz")
    assert accuracy(other, xs, ts) == 1
    assert all(p.dtype == numpy.float32 for p in model.params)


@each_model
def test_on_a_gpu(Model, cupy, monkeypatch):
    """What: a model that was built there, questions in NumPy and there.
    Expected: the loss and the answers of the processor; ids come back as NumPy's."""
    here = Model(6, 3, 4, rng=0)
    for p in here.params:
        p *= 3
    monkeypatch.setattr(config, "GPU", True)
    there = Model(6, 3, 4)
    config.GPU = False
    for p, q in zip(there.params, here.params, strict=True):
        assert isinstance(p, cupy.ndarray)
        p[...] = cupy.asarray(q)
    answers = here.generate(XS, 2, 3)
    ts = numpy.column_stack([numpy.full(5, 2), answers])
    for xs, labels in (XS, ts), (cupy.asarray(XS), cupy.asarray(ts)):
        assert float(there.forward(xs, labels)) == pytest.approx(float(here.forward(XS, ts)), 1e-5)
        there.backward()
        ids = there.generate(xs, 2, 3)
        assert type(ids) is numpy.ndarray
        assert ids.tolist() == answers.tolist()
        assert accuracy(there, xs, labels, 2) == 1
        assert eval_seq2seq(there, xs[:1], labels[0], dict(enumerate("abcdef"))) == 1
    for g, expected in zip(there.grads, (here.backward(), here.grads)[1], strict=True):
        numpy.testing.assert_allclose(g.get(), expected, rtol=1e-4, atol=1e-6)
