"""The fast trainer computes what the plain classes compute, stays finite, and repeats itself."""

import contextlib
import functools
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tqdm import tqdm

from common import config, corpus_file, fast_word2vec
from common.corpus_file import open_corpus
from common.embeddings import Embeddings
from common.fast_word2vec import (
    Blocks,
    FastCBOW,
    FastSkipGram,
    Job,
    NegativeSampler,
    Scratch,
    parse,
    take_part,
)
from common.gradient_check import double_precision
from common.word2vec import CBOW, SkipGram

MODELS = [(FastSkipGram, SkipGram), (FastCBOW, CBOW)]
MODEL_IDS = ["skip-gram", "CBOW"]


def zipf_corpus(n, vocab_size, seed=0):
    """Words as uneven as in a language; each occurs at least once if there is room."""
    rng = np.random.default_rng(seed)
    p = 1 / np.arange(1, vocab_size + 1)
    return np.concatenate([np.arange(vocab_size), rng.choice(vocab_size, n, p=p / p.sum())])[:n]


def in_double(model, seed=3):
    """The fast model in float64, with weights that are not small."""
    rng = np.random.default_rng(seed)
    model.W_in = rng.standard_normal(model.W_in.shape) * 0.5
    model.W_out = rng.standard_normal(model.W_out.shape) * 0.5
    return model


def plain_like(plain_class, fast, corpus):
    """The plain model in float64 with the fast one's weights."""
    V, H = fast.word_vecs.shape
    plain = double_precision(plain_class(V, H, fast.window_size, corpus))
    plain.params[0][...], plain.params[1][...] = fast.params
    return plain


def examples(text, w):
    """Every (block, target, its contexts) that a portion holds, read off its windows one by one."""
    for m in range(text.blocks):
        for b, word in enumerate(text.centers[m]):
            reach = text.reach[m, b] % (w + 1) ** 2
            left, right = divmod(int(reach), w + 1)
            around = text.windows[m, w + b - left : w + b + right + 1].tolist()
            yield m, int(word), around[:left] + around[left + 1 :]


def plain_gradient(plain, text, w, negatives):
    """Loss and gradients of the plain class, one example after another.

    ``negatives[m]`` are the negatives of every pair of block m.
    """
    total, grads = 0.0, [np.zeros_like(g) for g in plain.grads]
    for m, word, contexts in examples(text, w):
        if not contexts:
            continue
        plain.loss.sampler.get_negative_sample = lambda t, m=m: np.tile(negatives[m], (len(t), 1))
        total += float(plain.forward(np.array([contexts]), np.array([word])))
        plain.backward()
        for so_far, g in zip(grads, plain.grads, strict=True):
            so_far += g
    return total, grads


def fast_gradient(fast, text):
    """Loss, number of pairs and dense gradients of the fast class."""
    dW = {id(fast.W_in): np.zeros_like(fast.W_in), id(fast.W_out): np.zeros_like(fast.W_out)}
    loss, pairs, parts = fast.gradient(text.batch(0, text.blocks), Scratch(), with_loss=True)
    for W, idx, rows in parts:
        np.add.at(dW[id(W)], idx, rows)
    return loss, pairs, [g[:-1] for g in dW.values()]


def sentences(*lengths, vocab_size=12, seed=0):
    """Random sentences of the given lengths, with -1 after each."""
    rng = np.random.default_rng(seed)
    return np.concatenate([[*rng.integers(0, vocab_size, n), -1] for n in lengths])


class TestAgainstThePlainClasses:
    @pytest.mark.parametrize("window_size", [1, 2, 5])
    @pytest.mark.parametrize(("fast_class", "plain_class"), MODELS, ids=MODEL_IDS)
    def test_same_loss_and_gradient_for_the_same_pairs_and_negatives(
        self, fast_class, plain_class, window_size
    ):
        corpus = sentences(40, 1, 2, 7, 23)
        # As many negatives as a block shares: each then counts once.
        fast = fast_class(12, 6, window_size, corpus, sample_size=fast_class.Q, seed=1)
        in_double(fast)
        text = Blocks(corpus, np.random.default_rng(2), fast)
        loss, pairs, grads = fast_gradient(fast, text)
        plain = plain_like(plain_class, fast, corpus[corpus >= 0])
        expected_loss, expected = plain_gradient(plain, text, window_size, text.negatives)
        contexts = [c for _, _, c in examples(text, window_size) if c]
        assert pairs == (sum(map(len, contexts)) if plain_class is SkipGram else len(contexts))
        assert loss == pytest.approx(expected_loss, rel=1e-6)
        for g, e in zip(grads, expected, strict=True):
            np.testing.assert_allclose(g, e, rtol=1e-5, atol=1e-5 * abs(e).max())

    @pytest.mark.parametrize(("fast_class", "plain_class"), MODELS, ids=MODEL_IDS)
    def test_same_gradient_in_expectation(self, fast_class, plain_class):
        V, w, draws = 6, 3, 4000
        corpus = zipf_corpus(16, V)
        fast = in_double(fast_class(V, 4, w, corpus, seed=1))
        text = Blocks(corpus, np.random.default_rng(2), fast)
        plain = plain_like(plain_class, fast, corpus)
        # One negative v, and the same one twice, tell the loss of the pairs and that of v
        # apart: E = sum_v p_v (L_v + 4 (L_vv - L_v)) has the pairs once and v five times.
        p = np.diff(fast.sampler.upper, prepend=0)
        expected = [np.zeros((V, 4)), np.zeros((V, 4))]
        for v in range(V):
            _, once = plain_gradient(plain, text, w, [[v]])
            _, twice = plain_gradient(plain, text, w, [[v, v]])
            for e, one, two in zip(expected, once, twice, strict=True):
                e += p[v] * (one + 4 * (two - one))
        rng = np.random.default_rng(3)
        sampled = []
        for _ in range(draws):
            text.negatives = fast.sampler.draw((1, fast.Q), rng)
            sampled.append(np.stack(fast_gradient(fast, text)[2]))
        mean, error = np.mean(sampled, axis=0), np.std(sampled, axis=0) / draws**0.5
        z = (mean - expected) / (error + 1e-9)
        assert abs(z).max() < 4.5  # 48 numbers: chance gives 3
        assert error.max() < 0.02 * abs(mean).max()

    @pytest.mark.parametrize("fast_class", [FastSkipGram, FastCBOW])
    def test_the_first_loss_is_six_questions_answered_by_chance(self, fast_class):
        corpus = zipf_corpus(300, 20)
        model = fast_class(20, 8, 5, corpus, seed=0)
        loss, pairs, _ = fast_gradient(model, Blocks(corpus, np.random.default_rng(0), model))
        assert loss / pairs == pytest.approx(6 * np.log(2), rel=1e-5)

    @pytest.mark.parametrize(("fast_class", "plain_class"), MODELS, ids=MODEL_IDS)
    def test_the_same_attributes(self, fast_class, plain_class):
        corpus = zipf_corpus(300, 20)
        fast, plain = fast_class(20, 8, 5, corpus), plain_class(20, 8, 5, corpus)
        assert [p.shape for p in fast.params] == [p.shape for p in plain.params]
        assert fast.word_vecs.dtype == plain.word_vecs.dtype == np.float32
        assert fast.params[1].dtype == fast.weight.dtype == fast.sign.dtype == np.float32
        assert fast.window_size == plain.window_size


class TestScores:
    def test_gradient_is_sigma_minus_label(self):
        S = np.array([[[-300.0, -2.0, 0.0, 2.0, 300.0]] * 2])
        sign = np.array([1, -1, 1, -1, 1])
        weight = np.array([[0.5] * 5, [0.0] * 5])
        sigma = 1 / (1 + np.exp(-S[0, 0].clip(-50, 50)))
        G = fast_word2vec.score_gradient(S, sign, weight)
        np.testing.assert_allclose(G[0, 0], sigma - (sign > 0), atol=1e-12)
        assert (G[0, 1] == 0).all()


class TestAddRows:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("scipy_loop", [True, False])
    def test_every_repeat_counts_and_no_vector_moves_further_than_the_limit(
        self, dtype, scipy_loop, monkeypatch
    ):
        if not scipy_loop:
            monkeypatch.setattr(fast_word2vec, "csc_matvecs", None)
        rng = np.random.default_rng(0)
        W = rng.standard_normal((9, 5)).astype(dtype)
        idx = np.array([[1, 1, 4, 7], [1, 8, 0, 7], *[[3, 3, 3, 3]] * 6])  # 3 occurs 24 times
        rows = rng.random((*idx.shape, 5)).astype(dtype)
        moved = np.zeros(9, dtype)
        expected = W.astype(float)
        lengths = 0.1 * np.linalg.norm(rows, axis=2)
        for i in range(9):
            factor = fast_word2vec.LIMIT / max(fast_word2vec.LIMIT, lengths[idx == i].sum())
            assert (factor < 1) == (i == 3)
            expected[i] -= factor * 0.1 * rows[idx == i].sum(axis=0)
        before = W.copy()
        fast_word2vec.add_rows(W, idx, rows, 0.1, moved)
        np.testing.assert_allclose(W, expected, rtol=1e-5, atol=1e-5)
        assert (np.linalg.norm(W - before, axis=1) < fast_word2vec.LIMIT * 1.001).all()
        assert (moved == 0).all()
        assert W.dtype == dtype


class TestBlocks:
    def blocks(self, corpus, window_size=5, **options):
        model = FastSkipGram(int(corpus.max()) + 1, 4, window_size, corpus, seed=0, **options)
        return Blocks(corpus, np.random.default_rng(1), model)

    def test_every_word_is_a_center_once_and_windows_are_what_stands_around(self):
        corpus = np.random.default_rng(0).permutation(100)
        text = self.blocks(corpus)
        centers = text.centers.ravel()
        assert centers[:100].tolist() == corpus.tolist()
        assert (centers[100:] == 100).all()  # the word that fills up
        padded = np.concatenate([[100] * 5, centers, [100] * 5])
        for m in range(text.blocks):
            assert text.windows[m].tolist() == padded[m * 16 : m * 16 + 26].tolist()

    def test_no_pair_crosses_a_sentence_end_or_the_corpus(self):
        lengths = [1, 3, 50, 2, 17, 1, 30]
        parts = np.split(np.arange(sum(lengths)), np.cumsum(lengths)[:-1])
        corpus = np.concatenate([[*part, -1] for part in parts])
        sentence_of = {int(word): i for i, part in enumerate(parts) for word in part}
        distances = []
        for _, word, contexts in examples(self.blocks(corpus), 5):
            if word == len(sentence_of):
                assert not contexts
            assert all(sentence_of[c] == sentence_of[word] for c in contexts)
            distances += [abs(c - word) for c in contexts]
        assert set(distances) == {1, 2, 3, 4, 5}

    def test_word_0_is_a_word_like_others(self):
        corpus = np.array([1, 0, 2, 0, 1, -1, 0, 1])
        pairs = [(word, c) for _, word, c in examples(self.blocks(corpus, window_size=1), 1) if c]
        assert pairs == [
            (1, [0]),
            (0, [1, 2]),
            (2, [0, 0]),
            (0, [2, 1]),
            (1, [0]),
            (0, [1]),
            (1, [0]),
        ]

    def test_reach_is_uniform(self):
        rng = np.random.default_rng(0)
        reach = fast_word2vec.draw_reach(np.zeros(100_000, int), 5, rng)[5:-5]
        left, right = np.divmod(reach, 6)
        assert (left == right).all()
        share = np.bincount(left, minlength=6) / len(left)
        np.testing.assert_allclose(share, [0, 0.2, 0.2, 0.2, 0.2, 0.2], atol=0.006)

    def test_frequent_words_are_left_out_as_often_as_word2vec_does(self):
        corpus = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [80_000, 19_000, 1000]))
        text = self.blocks(corpus, subsample=0.01)
        stayed = np.bincount(text.centers.ravel(), minlength=4)[:3] / [80_000, 19_000, 1000]
        f = np.array([0.8, 0.19, 0.01])
        expected = np.minimum(1, np.sqrt(0.01 / f) + 0.01 / f)
        np.testing.assert_allclose(stayed, expected, atol=0.01)


class TestNegativeSampler:
    def test_probabilities_with_gaps_and_out_of_order(self):
        from scipy.stats import chisquare

        weight = np.zeros(5000)
        weight[::3] = np.random.default_rng(0).zipf(1.5, 1667).clip(max=5000) ** 0.75
        ids = NegativeSampler(weight).draw((1000, 1000), np.random.default_rng(1))
        count = np.bincount(ids.ravel(), minlength=5000)
        assert (count[weight == 0] == 0).all()
        expected = weight[::3] / weight.sum() * ids.size
        assert chisquare(count[::3], expected).pvalue > 0.001

    def test_the_model_weighs_with_count_to_the_power(self):
        corpus = np.repeat([3, 0, 1], [16, 81, 1])
        model = FastSkipGram(5, 2, 1, corpus, power=0.75)
        p = np.diff(model.sampler.upper, prepend=0)
        np.testing.assert_allclose(p, np.array([27, 1, 0, 8, 0]) / 36)

    def test_rare_words_beside_a_very_frequent_one(self):
        weight = np.full(200_000, 1e-9)
        weight[7] = 1.0
        ids = NegativeSampler(weight).draw(1000, np.random.default_rng(0))
        assert (ids == 7).mean() > 0.99


def recorded(monkeypatch, name, calls):
    """Let a function of the module write down what it is called with."""
    original = getattr(fast_word2vec, name)

    def record(*arguments):
        calls.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(fast_word2vec, name, record)


@pytest.mark.parametrize("fast_class", [FastSkipGram, FastCBOW])
class TestAPortion:
    @pytest.fixture
    def model(self, fast_class):
        return fast_class(50, 4, 2, zipf_corpus(40_000, 50), seed=0)

    def train(self, model, lr=0.02, lr_after=0.01):
        """Train on the whole corpus; every batch, and what the gradient said of it."""
        gradient, seen = model.gradient, []

        def record(batch, scratch, with_loss):
            loss, pairs, rows = gradient(batch, scratch, with_loss)
            seen.append((batch, with_loss, loss, pairs))
            return loss, pairs, rows

        model.gradient = record
        loss = model.train_portion(model.corpus, np.random.default_rng(0), lr, lr_after)
        return loss, seen

    def test_every_word_is_trained_once_and_in_order(self, model):
        _, seen = self.train(model)
        words = np.concatenate([centers.ravel() for (centers, *_), *_ in seen])
        assert words.tolist() == model.corpus.tolist()  # 40,000 words fill 2,500 blocks
        assert [len(centers) for (centers, *_), *_ in seen] == [32] * 78 + [4]

    def test_the_loss_is_the_mean_over_the_pairs_of_every_32nd_batch(self, model):
        mean, seen = self.train(model)
        asked = [with_loss for _, with_loss, _, _ in seen]
        assert asked == [i % 32 == 0 for i in range(79)]
        assert all((loss, pairs) == (0, 0) for _, with_loss, loss, pairs in seen if not with_loss)
        losses, pairs = zip(
            *[(loss, n) for _, with_loss, loss, n in seen if with_loss], strict=True
        )
        assert mean == sum(losses) / sum(pairs)

    def test_without_pairs_the_loss_is_0(self, model):
        lonely = np.array([0, -1, 1, -1])
        before = [p.copy() for p in model.params]
        assert model.train_portion(lonely, np.random.default_rng(0), 0.1, 0.1) == 0.0
        for p, same in zip(model.params, before, strict=True):
            assert (p == same).all()

    def test_the_learning_rate_goes_from_one_to_the_other(self, model, monkeypatch):
        calls = []
        recorded(monkeypatch, "add_rows", calls)
        self.train(model, 0.02, 0.01)
        rates = np.array([lr for _, _, _, lr, _ in calls]).reshape(-1, 2)  # both matrices
        expected = 0.02 - 0.01 * np.arange(79) * 32 / 2500
        np.testing.assert_allclose(rates, np.stack([expected] * 2, axis=1))

    def test_the_learning_rate_falls_from_portion_to_portion(self, model, monkeypatch):
        monkeypatch.setattr(fast_word2vec, "PORTION", 10_000)
        rates = []
        model.train_portion = lambda ids, rng, lr, after: rates.append((lr, after)) or 1.0
        model.fit(2, 0.1, min_lr=0.02, progress=False)
        steps = np.linspace(0.1, 0.02, 9)
        np.testing.assert_allclose(rates, np.stack([steps[:-1], steps[1:]], axis=1))

    def test_five_epochs_one_process_and_a_bar_where_nothing_is_said(self, model, monkeypatch):
        bars = []
        monkeypatch.setattr(fast_word2vec, "work_together", None)
        monkeypatch.setattr(
            fast_word2vec, "Progress", lambda *given: bars.append(given) or contextlib.nullcontext()
        )
        rates = []
        model.train_portion = lambda ids, rng, lr, after: rates.append((lr, after)) or 1.0
        model.fit()
        assert bars == [(5 * 40_000, True)]
        assert len(rates) == 5
        assert (rates[0][0], rates[-1][1]) == pytest.approx((model.default_lr, 0.0001))

    def test_the_same_numbers_on_a_device(self, model, fast_class, cupy, monkeypatch):
        """The stand-in refuses NumPy's arrays, so nothing stays behind on the processor."""
        monkeypatch.setattr(config, "GPU", True)
        there = fast_class(50, 4, 2, model.corpus, seed=0)
        assert isinstance(there.W_in, cupy.ndarray)
        for one in (model, there):
            one.fit(1, progress=False)
        for here, p in zip(model.params, there.params, strict=True):
            np.testing.assert_allclose(p.get(), here, rtol=1e-3, atol=1e-5)
        assert there.loss_list == pytest.approx(model.loss_list, rel=1e-4)
        with pytest.raises(ValueError, match="processes=2 with weights on a GPU; allowed is 1"):
            there.fit(1, processes=2, progress=False)


class TestProgress:
    @pytest.mark.parametrize(("show", "hidden"), [(True, {}), (False, {"disable": True})])
    def test_what_the_bar_counts(self, show, hidden, monkeypatch):
        given = {}
        monkeypatch.setattr(tqdm, "__init__", lambda self, **options: given.update(options))
        monkeypatch.setattr(tqdm, "__del__", lambda self: None)
        fast_word2vec.Progress(1000, show)
        assert given == {"total": 1000, "unit": " words", "unit_scale": True} | hidden

    def test_it_shows_the_part_done_and_the_mean_of_the_last_eight(self):
        bar, said = fast_word2vec.Progress(1000, False), {}
        bar.n, bar.set_postfix = 100, lambda refresh, **loss: said.update(loss)
        bar.update = lambda words: said.update(words=words)
        bar.show(np.array([np.nan] * 10))
        assert said == {}
        bar.show(np.array([9.0] * 4 + [1.0] * 4 + [2.0] * 4 + [np.nan] * 4))
        assert said == {"loss": "1.500", "words": 1000 * 12 // 16 - 100}


class TestTraining:
    @settings(deadline=None, max_examples=12)
    @given(
        vocab_size=st.sampled_from([2, 3, 10, 300]),
        lr=st.sampled_from([0.01, 0.1]),
        window_size=st.sampled_from([1, 5, 12]),
        kind=st.sampled_from(["zipf", "one word again and again", "blocks"]),
        fast_class=st.sampled_from([FastSkipGram, FastCBOW]),
        sample_size=st.sampled_from([1, 5, 20]),
    )
    def test_finite_and_bounded(self, vocab_size, lr, window_size, kind, fast_class, sample_size):
        corpus = {
            "zipf": zipf_corpus(1500, vocab_size),
            "one word again and again": np.r_[np.zeros(1500, int), np.arange(vocab_size)],
            "blocks": np.arange(vocab_size).repeat(1500 // vocab_size),
        }[kind]
        model = fast_class(vocab_size, 8, window_size, corpus, sample_size=sample_size, seed=0)
        model.fit(30, lr, min_lr=lr, progress=False)
        assert np.isfinite(model.params).all()
        assert np.abs(model.params).max() < 50
        if kind == "zipf":  # of the others, what was learnt last says little about the beginning
            assert model.loss_list[-1] < (sample_size + 1) * np.log(2) * 1.05

    @pytest.mark.parametrize("fast_class", [FastSkipGram, FastCBOW])
    def test_finite_with_a_large_vocabulary(self, fast_class):
        corpus = zipf_corpus(60_000, 50_000)
        model = fast_class(50_000, 8, 5, corpus, seed=0)
        model.fit(30, 0.1, min_lr=0.1, progress=False)
        assert np.isfinite(model.params).all()
        assert model.loss_list[-1] < model.loss_list[0]

    @pytest.mark.parametrize("fast_class", [FastSkipGram, FastCBOW])
    def test_it_learns_which_words_go_together(self, fast_class):
        rng = np.random.default_rng(0)
        # Twenty pairs of twins; sentences hold words of one pair only.
        pair = rng.integers(0, 20, 3000)
        words = 2 * pair[:, None] + rng.integers(0, 2, (3000, 6))
        corpus = np.column_stack([words, np.full(3000, -1)]).ravel()
        model = fast_class(40, 16, 3, corpus, seed=1)
        model.fit(8, 0.1, progress=False)
        vectors = Embeddings(model.word_vecs, [str(i) for i in range(40)])
        twins = [int(vectors.most_similar(str(i), 1)[0][0]) == i ^ 1 for i in range(40)]
        assert np.mean(twins) > 0.9
        assert model.loss_list[-1] < 0.7 * model.loss_list[0]

    def test_a_seed_repeats_a_run(self):
        def run(seed):
            model = FastSkipGram(50, 8, 5, zipf_corpus(3000, 50), subsample=0.01, seed=seed)
            model.fit(2, progress=False)
            model.fit(1, progress=False)
            return model

        one, two, other = run(1), run(1), run(2)
        assert (one.word_vecs == two.word_vecs).all()
        assert one.loss_list == two.loss_list
        assert len(one.loss_list) == 3
        assert len(set(one.loss_list)) == 3
        assert not (one.word_vecs == other.word_vecs).all()

    def test_without_a_seed_the_global_one_counts(self):
        vectors = []
        for _ in range(2):
            np.random.seed(5)
            model = FastSkipGram(50, 8, 5, zipf_corpus(3000, 50))
            model.fit(1, progress=False)
            vectors.append(model.word_vecs)
        assert (vectors[0] == vectors[1]).all()

    def test_an_interrupt_keeps_what_was_learnt(self, monkeypatch):
        corpus = zipf_corpus(5 * 1000, 50)
        monkeypatch.setattr(fast_word2vec, "PORTION", 1000)
        model = FastSkipGram(50, 8, 5, corpus, seed=0)
        train, calls = model.train_portion, []

        def interrupted(*args):
            calls.append(1)
            if len(calls) == 4:
                raise KeyboardInterrupt
            return train(*args)

        model.train_portion = interrupted
        before = model.word_vecs.copy()
        with pytest.raises(KeyboardInterrupt):
            model.fit(2, progress=False)
        assert len(model.loss_list) == 3
        assert abs(model.word_vecs - before).max() > 0

    def test_no_progress_if_none_is_asked_for(self, capsys):
        FastSkipGram(50, 8, 5, zipf_corpus(3000, 50)).fit(1, progress=False)
        assert capsys.readouterr().err == ""


class TestProcesses:
    def test_two_share_the_work(self, tmp_path, monkeypatch):
        corpus = zipf_corpus(400_000, 200).astype(np.int32)
        corpus.tofile(tmp_path / "ids")
        shared, make = [], fast_word2vec.SharedMemory

        def remember(**options):
            shared.append(make(**options))
            return shared[-1]

        monkeypatch.setattr(fast_word2vec, "SharedMemory", remember)
        ways = []
        recorded(monkeypatch, "get_context", ways)
        for ids in (corpus, np.memmap(tmp_path / "ids", np.int32, "r")):
            model = FastSkipGram(200, 16, 5, ids, seed=0)
            model.fit(2, processes=2, progress=False)
            assert len(model.loss_list) == 14
            assert model.loss_list[-1] < model.loss_list[0]
            assert np.isfinite(model.params).all()
        assert ways == [("spawn",)] * 2  # the one way that every system has
        assert len(shared) == 4 + 3  # two matrices, the losses, and a corpus that is no file
        for memory in shared:
            with pytest.raises(FileNotFoundError):
                make(name=memory.name)

    @pytest.mark.parametrize("first_lives", [True, False])
    def test_what_another_process_does(self, monkeypatch, first_lives):
        """It takes what is left, in arrays of its own, and leaves Ctrl-C to the first process."""
        monkeypatch.setattr(fast_word2vec, "PORTION", 1000)
        corpus = zipf_corpus(5000, 50)
        model = FastSkipGram(50, 8, 5, corpus, seed=0)
        arrays = [a.copy() for a in (model.W_in, model.W_out, np.full(5, np.nan), corpus)]
        shared = [SimpleNamespace(array=lambda a=a: a) for a in arrays]
        taken = multiprocessing.Value("q", 2)  # two portions are somebody else's
        first = SimpleNamespace(is_alive=lambda: first_lives)
        monkeypatch.setattr(fast_word2vec, "parent_process", lambda: first)
        before = signal.getsignal(signal.SIGINT)
        try:
            job = Job(model, 0.025, 0.0001, None)
            take_part(job.with_arrays(None, None, None, None), shared, taken)
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGINT, before)
        done = np.isfinite(arrays[2]).tolist()
        assert done == [False, False, *[first_lives] * 3]
        assert (arrays[0] != model.W_in).any() == first_lives

    def test_more_processes_than_sentences(self):
        model = FastSkipGram(4, 4, 2, np.array([0, 1, -1, 2, 3, -1]))
        model.fit(1, processes=8, progress=False)
        assert len(model.loss_list) == 1

    def test_a_process_that_fails_is_told(self, tmp_path, capfd):
        path = tmp_path / "ids"
        zipf_corpus(200_000, 50).astype(np.int32).tofile(path)
        corpus = np.memmap(path, np.int32, "r")
        model = FastSkipGram(50, 8, 5, corpus)
        path.unlink()  # the other process will not find it
        told = (
            r"^1 of 2 processes ended early, with exit codes \[1\]; "
            "the model holds what was learnt$"
        )
        with pytest.raises(RuntimeError, match=told):
            model.fit(1, processes=2, progress=False)
        assert model.loss_list
        assert "FileNotFoundError" in capfd.readouterr().err

    def test_too_little_shared_memory_is_an_error_not_a_crash(self, monkeypatch):
        if not os.path.isdir("/dev/shm"):
            pytest.skip("this system keeps shared memory elsewhere")
        usage = fast_word2vec.shutil.disk_usage("/dev/shm")._replace(free=1000)
        monkeypatch.setattr(fast_word2vec.shutil, "disk_usage", lambda folder: usage)
        model = FastSkipGram(50, 8, 5, zipf_corpus(200, 50))
        with pytest.raises(MemoryError, match=r"/dev/shm has 1,000"):
            model.fit(1, processes=2, progress=False)


class TestArguments:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"vocab_size": 1}, "vocab_size=1; allowed is 2"),
            ({"hidden_size": 0}, "hidden_size=0"),
            ({"window_size": 0}, "window_size=0; allowed is 1 to 50"),
            ({"window_size": 51}, "window_size=51"),
            ({"power": float("nan")}, "power=nan"),
            ({"power": -1}, "power=-1"),
            ({"power": float("inf")}, "power=inf"),
            ({"sample_size": 0}, "sample_size=0"),
            ({"subsample": -1}, "subsample=-1"),
            ({"subsample": float("inf")}, "subsample=inf"),
            ({"corpus": np.zeros(10, int)}, "1 different words; at least 2"),
            ({"corpus": np.full(10, -1)}, "0 different words"),
            ({"corpus": np.zeros(0, int)}, "0 different words"),
            ({"corpus": np.zeros((2, 2), int)}, r"shape \(2, 2\)"),
        ],
    )
    def test_refused(self, options, message):
        arguments = {
            "vocab_size": 5,
            "hidden_size": 4,
            "window_size": 2,
            "corpus": np.arange(5),
        } | options
        with pytest.raises(ValueError, match=message):
            FastSkipGram(**arguments)

    @pytest.mark.parametrize(
        "options", [{"hidden_size": 1}, {"window_size": 50}, {"power": 0}, {"vocab_size": 2}]
    )
    def test_allowed_to_the_edge(self, options):
        arguments = {"vocab_size": 3, "hidden_size": 4, "window_size": 2} | options
        FastSkipGram(**arguments, corpus=np.array([0, 1, 0]), seed=0)

    def test_what_is_meant_where_nothing_is_said(self):
        corpus = np.repeat([0, 1], [16, 1])
        np.random.seed(3)
        model = FastSkipGram(2, 8, 2, corpus)
        np.random.seed(3)
        assert model.seed == np.random.randint(2**31)
        assert model.keep is None  # every word is kept
        np.testing.assert_allclose(np.diff(model.sampler.upper, prepend=0), [8 / 9, 1 / 9])
        assert model.sample_size == 5

    def test_the_start(self):
        """W_in uniform within 1 / 2H of 0, as in word2vec; W_out 0."""
        model = FastSkipGram(2000, 8, 2, np.arange(2000), seed=0)
        assert abs(model.word_vecs).max() <= 0.5 / 8
        assert abs(model.word_vecs.mean()) < 0.002
        assert model.word_vecs.std() == pytest.approx(1 / 8 / 12**0.5, rel=0.02)
        assert (model.params[1] == 0).all()

    def test_a_rare_word_stays_for_sure(self):
        corpus = np.repeat([0, 1], [999, 1])
        model = FastSkipGram(2, 4, 1, corpus, subsample=0.001)
        assert model.keep[1] == pytest.approx(2.0)  # sqrt(t / f) + t / f at f = t

    def test_words_are_counted_over_all_pieces_of_a_long_corpus(self):
        corpus = np.zeros(2**21 + 5, np.int32)
        corpus[[0, 2**20, -1]] = 1, 2, 3
        assert fast_word2vec.count_words(corpus, 5).tolist() == [2**21 + 2, 1, 1, 1, 0]

    def test_a_corpus_on_a_device_is_brought_to_the_processor(self, cupy):
        model = FastSkipGram(3, 4, 1, cupy.asarray(np.arange(3)), seed=0)
        assert type(model.corpus) is np.ndarray

    @pytest.mark.parametrize("word", [5, -2])
    def test_unknown_ids_are_refused(self, word):
        with pytest.raises(IndexError, match=r"corpus contains"):
            FastSkipGram(5, 4, 2, np.array([0, 1, word]))

    @pytest.mark.parametrize(
        "options",
        [
            {"max_epoch": 0},
            {"lr": 0},
            {"lr": float("nan")},
            {"lr": float("inf")},
            {"min_lr": -1},
            {"min_lr": float("inf")},
            {"processes": 0},
        ],
    )
    def test_fit_refuses(self, options):
        model = FastSkipGram(5, 4, 2, np.arange(5))
        with pytest.raises(ValueError, match=f"{next(iter(options))}="):
            model.fit(**options, progress=False)


def command(*arguments, **options):
    """The command as a process of its own, with progress bars even where tests run without."""
    environment = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
    return subprocess.Popen(
        [sys.executable, "-m", "common.fast_word2vec", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **options,
    )


class TestCommand:
    @pytest.fixture
    def text(self, tmp_path):
        path = tmp_path / "corpus.txt"
        path.write_text("a b c d e f g h\n" * 100, encoding="utf-8")
        return path

    @pytest.mark.parametrize("model", ["skip-gram", "cbow"])
    @pytest.mark.parametrize("binary", [False, True])
    def test_vectors_that_can_be_loaded(self, text, tmp_path, model, binary):
        out = tmp_path / "vectors"
        options = ["--model", model, "--size", "7", "--quiet", *(["--binary"] if binary else [])]
        assert fast_word2vec.main([str(text), "--out", str(out), *options]) == 0
        vectors = Embeddings.load(out, binary=binary)
        assert vectors.words == tuple("abcdefgh")
        assert vectors.vectors.shape == (8, 7)

    OPTIONS = [
        # option, name, default, a value to give, what it becomes
        ("--binary", "binary", False, None, True),
        ("--model", "model", "skip-gram", "cbow", "cbow"),
        ("--size", "size", 100, "7", 7),
        ("--window", "window", 5, "2", 2),
        ("--negative", "negative", 5, "3", 3),
        ("--sample", "sample", 0.001, "0.5", 0.5),
        ("--min-count", "min_count", 5, "2", 2),
        ("--epochs", "epochs", 5, "4", 4),
        ("--lr", "lr", None, "0.5", 0.5),
        ("--processes", "processes", 1, "2", 2),
        ("--seed", "seed", 1, "9", 9),
        ("--errors", "errors", "strict", "replace", "replace"),
        ("--quiet", "quiet", False, None, True),
    ]

    def test_options_and_their_defaults(self, tmp_path):
        out = str(tmp_path / "v")
        defaults = {name: default for _, name, default, _, _ in self.OPTIONS}
        assert vars(parse(["c", "--out", out])) == {"corpus": "c", "out": out} | defaults
        for option, name, _, text, becomes in self.OPTIONS:
            args = vars(parse(["c", "--out", out, option, *([text] if text else [])]))
            assert args == {"corpus": "c", "out": out} | defaults | {name: becomes}

    @pytest.mark.parametrize(
        "arguments", [["c"], ["--out", "v"], ["c", "--out", "v", "--model", "glove"]]
    )
    def test_what_is_no_command(self, arguments, monkeypatch, tmp_path, capsys):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit):
            parse(arguments)
        assert capsys.readouterr().err.startswith("usage: python -m common.fast_word2vec [")

    def test_help_names_every_option_and_its_default(self, monkeypatch, capsys):
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit):
            parse(["--help"])
        shown = " ".join(capsys.readouterr().out.split())
        assert shown.startswith("usage: python -m common.fast_word2vec [")
        about = "Train word vectors on a UTF-8 text file: words between blanks, a sentence a line."
        assert f" {about} Ctrl-C stops early and saves. positional arguments:" in shown
        for option, _, default, _, _ in self.OPTIONS:
            assert f" {option} " in shown
            assert f"(default: {default})" in shown

    @pytest.mark.parametrize("model", ["skip-gram", "cbow"])
    def test_every_option_reaches_the_model(self, text, tmp_path, model):
        """The command writes what the same settings give in Python."""
        settings = {"window_size": 2, "sample_size": 3, "subsample": 0.05, "seed": 9}
        with open_corpus(text, min_count=5, progress=False) as (ids, words):
            make = {"skip-gram": FastSkipGram, "cbow": FastCBOW}[model]
            expected = make(len(words), 7, corpus=ids, **settings)
            expected.fit(4, lr=0.5, progress=False)
        options = "--size 7 --window 2 --negative 3 --sample 0.05 --seed 9 --epochs 4 --lr 0.5"
        out = tmp_path / "vectors"
        arguments = [str(text), "--out", str(out), "--model", model, *options.split(), "--quiet"]
        assert fast_word2vec.main(arguments) == 0
        np.testing.assert_allclose(
            Embeddings.load(out).vectors, expected.word_vecs, rtol=1e-5, atol=1e-7
        )

    def test_what_it_says(self, text, tmp_path, capsys, monkeypatch):
        bars = []

        class Bar(fast_word2vec.Progress):
            def __init__(self, words, show):
                super().__init__(words, show=False)
                bars.append(show)

        def reading(*arguments, **options):
            bars.append("disable" not in options)
            return tqdm(*arguments, **options | {"disable": True})

        monkeypatch.setattr(fast_word2vec, "Progress", Bar)
        monkeypatch.setattr(corpus_file, "tqdm", reading)
        arguments = [str(text), "--out", str(tmp_path / "vectors"), "--size", "7"]
        for options, expected in [
            ([], f"{tmp_path / 'vectors'}: 8 words, 7 numbers each\n"),
            (["--quiet"], ""),
        ]:
            assert fast_word2vec.main([*arguments, *options]) == 0
            shown = capsys.readouterr()
            assert (shown.out, shown.err) == ("", expected)
        assert bars == [True] * 3 + [False] * 3  # counting, numbering, training

    def test_processes_are_handed_on(self, text, tmp_path, monkeypatch):
        """And what was learnt is saved when they are interrupted."""
        seen = {}

        def fit(self, *arguments, **options):
            seen.update(options, arguments=arguments)
            raise KeyboardInterrupt

        monkeypatch.setattr(FastSkipGram, "fit", fit)
        out = tmp_path / "vectors"
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            fast_word2vec.main([str(text), "--out", str(out), "--processes", "3", "--quiet"])
        assert seen == {"arguments": (5, None), "processes": 3, "progress": False}
        assert said.getvalue() == "interrupted: saving what has been learnt so far\n"
        assert len(Embeddings.load(out)) == 8

    def test_an_error_names_the_file(self, text, tmp_path, monkeypatch, capsys):
        """Also where its own text does not, as that of a MemoryError."""
        out = ["--out", str(tmp_path / "v"), "--quiet"]
        for kind, expected in [
            (MemoryError, f"{text}: too large\n"),
            (RuntimeError, "too large\n"),
        ]:
            error = kind("too large")
            monkeypatch.setattr(FastSkipGram, "fit", lambda *a, _error=error, **o: throw(_error))
            assert fast_word2vec.main([str(text), *out]) == 1
            assert capsys.readouterr().err == expected

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "holds no word"),
            (b"one\n" * 9, "at least 2 different words must occur min_count=5"),
            (b"caf\xe9 au lait\n", "not UTF-8 at byte 3"),
            (bytes(range(256)) * 10, "zero byte at 0"),
        ],
    )
    def test_bad_files(self, content, message, tmp_path, capsys):
        (tmp_path / "bad.txt").write_bytes(content)
        out = tmp_path / "vectors"
        assert fast_word2vec.main([str(tmp_path / "bad.txt"), "--out", str(out), "--quiet"]) == 1
        assert message in capsys.readouterr().err
        assert not out.exists()

    def test_missing_file_and_missing_folder(self, text, tmp_path, capsys):
        assert fast_word2vec.main([str(tmp_path / "no.txt"), "--out", str(tmp_path / "v")]) == 1
        assert "no.txt" in capsys.readouterr().err
        with pytest.raises(SystemExit):
            fast_word2vec.main([str(text), "--out", str(tmp_path / "no" / "v")])
        folder = tmp_path / "no"
        told = f"error: --out {folder / 'v'}: {folder} is no folder that can be written to\n"
        assert capsys.readouterr().err.endswith(told)

    @pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
    def test_a_full_disk_keeps_the_old_vectors(self, text, tmp_path):
        import resource

        out = tmp_path / "vectors"
        out.write_text("old")

        def small_files_only():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

        process = command(text, "--out", out, "--quiet", "--epochs", 1, preexec_fn=small_files_only)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "File too large" in errors
        assert out.read_text() == "old"
        assert sorted(os.listdir(tmp_path)) == ["corpus.txt", "vectors"]

    @pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process there")
    @pytest.mark.parametrize("processes", [1, 2])
    def test_an_interrupt_saves(self, text, tmp_path, processes):
        out = tmp_path / "vectors"
        arguments = ["--out", out, "--epochs", 10**6, "--processes", processes]
        # A test run in the background ignores Ctrl-C, and the command would inherit that.
        heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        process = command(text, *arguments, start_new_session=True, preexec_fn=heed)
        stop = threading.Timer(60, os.killpg, (process.pid, signal.SIGKILL))
        stop.start()
        try:
            seen = ""
            while "loss=" not in seen and process.poll() is None:
                seen += process.stderr.read(1)
            time.sleep(0.5 * (processes > 1))  # for the other one to take part
            os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes
            _, errors = process.communicate(timeout=60)
        finally:
            stop.cancel()
        assert process.returncode == 0, seen + errors
        assert "words/s" in seen + errors
        assert "saving what has been learnt" in errors
        assert "Traceback" not in errors
        assert len(Embeddings.load(out)) == 8

    @pytest.mark.skipif(not os.path.isdir("/proc"), reason="processes are looked up in /proc")
    def test_no_process_stays_when_the_first_is_killed(self, text, tmp_path):
        arguments = ["--out", tmp_path / "vectors", "--epochs", 10**6, "--processes", 2]
        process = command(text, *arguments, start_new_session=True)
        try:
            seen = ""
            while "loss=" not in seen and process.poll() is None:
                seen += process.stderr.read(1)
            time.sleep(1)
            process.kill()
            process.wait()
            for _ in range(100):
                if not processes_of_session(process.pid):
                    return
                time.sleep(0.1)
            raise AssertionError(processes_of_session(process.pid))
        finally:
            process.stderr.close()
            for left_over in processes_of_session(process.pid):
                os.kill(left_over, signal.SIGKILL)


def throw(error):
    raise error


def processes_of_session(session):
    found = []
    for folder in os.listdir("/proc"):
        with contextlib.suppress(OSError, IndexError):
            if folder.isdigit() and os.getsid(int(folder)) == session:
                with open(f"/proc/{folder}/stat") as file:
                    if file.read().rpartition(")")[2].split()[0] != "Z":
                        found.append(int(folder))
    return found
