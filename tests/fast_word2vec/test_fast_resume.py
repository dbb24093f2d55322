"""A fast model that is stopped goes on, with one process bit for bit."""

import os
import signal

import numpy as np
import pytest
from fast_helpers import recorded, zipf_corpus

from common import checkpoint
from common.fast_word2vec import FastCBOW, FastSkipGram, training
from common.interrupts import STOPPING

FAST = [FastSkipGram, FastCBOW]
CORPUS = zipf_corpus(5_500, 50)


@pytest.fixture(autouse=True)
def short_portions(monkeypatch, python_handlers):
    monkeypatch.setattr(training, "PORTION", 1000)


def make(fast_class=FastSkipGram, sizes=(50, 8, 3), corpus=CORPUS, **options):
    return fast_class(*sizes, corpus, **{"subsample": 0.01, "seed": 3} | options)


def fit(model, path=None, **options):
    model.fit(**{"max_epoch": 3, "progress": False} | options, checkpoint=path)
    return model


def everything(model):
    return model.W_in.tobytes(), model.W_out.tobytes(), model.loss_list


def strike(model, strikes):
    """Send signals in the middle of portions, counted over all models."""
    gradient, count = model.gradient, [0]

    def struck(*arguments):
        count[0] += 1
        if number := strikes.pop(count[0], None):
            signal.raise_signal(number)
        return gradient(*arguments)

    model.gradient = struck
    return model


@pytest.mark.parametrize("fast_class", FAST)
def test_interrupted_in_the_middle_of_portions(fast_class, tmp_path):
    """What: each signal in turn, each time a new model.
    Expected: weights and losses of an uninterrupted run, to the last bit."""
    expected = everything(fit(make(fast_class)))
    for n, number in enumerate(STOPPING):
        model = strike(make(fast_class), {2 + 3 * n: number})
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            fit(model, tmp_path / "run")
        assert 0 < len(model.loss_list) < 18
    model = fit(make(fast_class), tmp_path / "run")
    assert everything(model) == expected
    assert os.listdir(tmp_path) == ["run"]


def test_without_a_seed_the_file_knows_it(tmp_path):
    np.random.seed(1)
    expected = everything(fit(make(seed=None)))
    np.random.seed(1)
    with pytest.raises(KeyboardInterrupt):
        fit(strike(make(seed=None), {3: signal.SIGINT}), tmp_path / "run")
    assert everything(fit(make(seed=None), tmp_path / "run")) == expected


def test_the_same_model_goes_on(tmp_path):
    expected = everything(fit(fit(make(), max_epoch=1)))
    model = fit(make(), max_epoch=1)
    with pytest.raises(KeyboardInterrupt):
        fit(strike(model, {3: signal.SIGINT}), tmp_path / "run")
    assert everything(fit(model, tmp_path / "run")) == expected
    written, when = (tmp_path / "run").read_bytes(), (tmp_path / "run").stat().st_mtime_ns
    model.train_portion = None  # it would fail
    assert everything(fit(model, tmp_path / "run")) == expected
    assert (tmp_path / "run").read_bytes() == written
    assert (tmp_path / "run").stat().st_mtime_ns == when


def test_another_number_of_processes_finishes(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        fit(strike(make(), {9: signal.SIGINT}), tmp_path / "run")
    begun = checkpoint.read(tmp_path / "run")[1]["losses"]
    trained = []
    train = training.Run.train_portion
    monkeypatch.setattr(
        training.Run, "train_portion", lambda run, i: trained.append(i) or train(run, i)
    )
    model = fit(make(), tmp_path / "run", processes=2)  # the other one has long portions
    assert len(model.loss_list) == 18
    assert np.isfinite(checkpoint.read(tmp_path / "run")[1]["losses"]).all()
    done = np.isfinite(begun)
    assert model.loss_list[: done.sum()] == begun[done].tolist()
    assert not {*np.flatnonzero(done)} & {*trained}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"model": {"seed": 4}}, "seed is 4 here and 3 in the file"),
        ({"model": {"seed": None}}, "seed is any here and 3 in the file"),
        ({"model": {"sizes": (51, 8, 3)}}, "vocab_size is 51 here and 50 in the file"),
        ({"model": {"sizes": (50, 9, 3)}}, "hidden_size is 9 here and 8 in the file"),
        ({"model": {"sizes": (50, 8, 4)}}, "window_size is 4 here and 3 in the file"),
        ({"model": {"subsample": 0.02}}, "probabilities to stay is float64"),
        ({"model": {"subsample": 0}}, "probabilities to stay is None here and float64"),
        ({"model": {"corpus": CORPUS[::-1]}}, "corpus is int"),
        ({"model": {"sample_size": 4}}, "sample_size is 4 here and 5 in the file"),
        ({"model": {"power": 0.5}}, "probabilities of negatives is float64"),
        ({"fit": {"lr": 0.1}}, "lr is 0.1 here and 0.025 in the file"),
        ({"fit": {"min_lr": 0}}, "min_lr is 0 here and 0.0001 in the file"),
        ({"fit": {"max_epoch": 4}}, "max_epoch is 4 here and 3 in the file"),
        ({"model": {"fast_class": FastCBOW}}, "model is FastCBOW here and FastSkipGram"),
    ],
)
def test_another_training_is_refused(options, told, tmp_path):
    fit(make(), tmp_path / "run")
    model = make(**options.get("model", {}))
    before = everything(model)
    with pytest.raises(ValueError, match=f"run is of another training: .*{told}"):
        fit(model, tmp_path / "run", **options.get("fit", {}))
    assert everything(model) == before


def test_what_a_model_has_learnt_is_not_lost(tmp_path):
    fit(make(), tmp_path / "run")
    model = fit(make(), max_epoch=1)
    before = everything(model)
    told = (
        "this model has trained on 6, which would be lost. Go on with a new model, or give "
        "another path$"
    )
    with pytest.raises(ValueError, match=told):
        fit(model, tmp_path / "run")
    assert everything(model) == before


def test_once_a_minute_the_run_is_written(tmp_path, monkeypatch):
    """Here the minute is over at once, so that before each portion the file holds all others."""
    monkeypatch.setattr(checkpoint, "EVERY", -1)
    train, written = training.Run.train_portion, []

    def look(run, i):
        if i:
            losses = checkpoint.read(tmp_path / "run")[1]["losses"]
            written.append(np.isfinite(losses).sum())
        train(run, i)

    monkeypatch.setattr(training.Run, "train_portion", look)
    fit(make(), tmp_path / "run")
    assert written == [*range(1, 18)]


def test_each_portion_is_shown(monkeypatch):
    shown = []
    recorded(monkeypatch, training.Progress, "show", shown)
    fit(make())
    assert len(shown) == 18


def test_nothing_learnt_writes_no_file(tmp_path, monkeypatch):
    model = make()
    monkeypatch.setattr(model, "train_portion", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fit(model, tmp_path / "run")
    assert not os.listdir(tmp_path)


# --- numbers that are not finite, seeds, vectors ------------------------------------------


@pytest.mark.parametrize("fast_class", FAST)
@pytest.mark.parametrize("matrix", ["W_in", "W_out"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_step_that_is_not_finite_is_not_taken(fast_class, matrix, wrong, tmp_path):
    """What: a gradient breaks in the third portion.
    Expected: an error that names the matrix and the row; weights stay finite; no file of it."""
    model = make(fast_class)
    gradient, count = model.gradient, [0]

    def broken(*arguments):
        loss, pairs, gradients = gradient(*arguments)
        count[0] += 1
        if count[0] == 5:
            gradients[matrix == "W_out"][2][1, 2, 3] = wrong
        return loss, pairs, gradients

    model.gradient = broken
    with pytest.raises(
        FloatingPointError, match=rf"^{matrix} stays as it was: the step of row \d+ is not"
    ):
        fit(model, tmp_path / "run")
    assert np.isfinite(model.params).all()
    assert 0 < len(model.loss_list) < 18
    assert np.isfinite(model.loss_list).all()
    assert not os.listdir(tmp_path)


def test_weights_that_are_not_finite_are_refused():
    model = make()
    model.W_out[7, 2] = np.nan
    told = r"^params\[1\], shape \(50, 8\), holds nan at \(7, 2\)$"
    with pytest.raises(FloatingPointError, match=told):
        fit(model)
    assert model.loss_list == []


def test_a_loss_that_is_not_finite_is_told():
    model = make()
    model.train_portion = lambda *a: np.nan
    with pytest.raises(FloatingPointError, match=r"^the loss of portion 0 is nan$"):
        fit(model)


def test_a_generator_is_a_seed():
    a, b = (make(seed=np.random.default_rng(7)) for _ in range(2))
    assert a.seed == b.seed == int(np.random.default_rng(7).integers(2**31))
    assert everything(fit(a)) == everything(fit(b))
    assert make(seed=np.random.RandomState(7)).seed == np.random.RandomState(7).randint(2**31)
    assert make(seed=np.int64(4)).seed == 4
    for seed in -1, 2.5, "x":
        with pytest.raises(ValueError, match=r"^seed=.*; allowed is a whole number, 0 or more$"):
            make(seed=seed)


def test_other_vectors_to_start_from():
    model, vectors = make(), np.full((50, 8), 0.25)
    model.word_vecs = vectors
    assert (model.params[0] == 0.25).all()
    assert model.W_in.dtype == np.float32
    with pytest.raises(ValueError, match=r"^word_vecs of shape \(8,\); allowed is \(50, 8\)$"):
        model.word_vecs = vectors[0]
    with pytest.raises(TypeError):
        model.params[0] = vectors


def test_a_high_power_is_a_point():
    """counts ** 300 overflows; divided by the largest first, it leaves one word."""
    model = make(power=300)
    assert np.diff(model.sampler.upper, prepend=0).tolist() == [1] + [0] * 49
    assert np.isfinite(fit(model).params).all()


def test_a_second_call_draws_other_numbers():
    """From the same weights: the portions are counted over all calls."""
    first, second = make(), make()
    second.loss_list = [1.0] * 18
    assert fit(first).loss_list != fit(second).loss_list[18:]
