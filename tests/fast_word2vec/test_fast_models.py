"""The fast trainer computes what the plain classes compute, stays finite, and repeats itself."""

import contextlib

import numpy as np
import pytest
from fast_helpers import examples, in_double, recorded, sentences, zipf_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from common import config
from common.embeddings import Embeddings
from common.fast_word2vec import FastCBOW, FastSkipGram, models, training
from common.fast_word2vec.arithmetic import Scratch
from common.fast_word2vec.blocks import Blocks
from common.gradient_check import double_precision
from common.word2vec import CBOW, SkipGram

MODELS = [(FastSkipGram, SkipGram), (FastCBOW, CBOW)]
MODEL_IDS = ["skip-gram", "CBOW"]


def plain_like(plain_class, fast, corpus):
    """The plain model in float64 with the fast one's weights."""
    V, H = fast.word_vecs.shape
    plain = double_precision(plain_class(V, H, fast.window_size, corpus))
    plain.params[0][...], plain.params[1][...] = fast.params
    return plain


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
        recorded(monkeypatch, models, "add_rows", calls)
        self.train(model, 0.02, 0.01)
        rates = np.array([lr for _, _, _, lr, _ in calls]).reshape(-1, 2)  # both matrices
        expected = 0.02 - 0.01 * np.arange(79) * 32 / 2500
        np.testing.assert_allclose(rates, np.stack([expected] * 2, axis=1))

    def test_the_learning_rate_falls_from_portion_to_portion(self, model, monkeypatch):
        monkeypatch.setattr(training, "PORTION", 10_000)
        rates = []
        model.train_portion = lambda ids, rng, lr, after: rates.append((lr, after)) or 1.0
        model.fit(2, 0.1, min_lr=0.02, progress=False)
        steps = np.linspace(0.1, 0.02, 9)
        np.testing.assert_allclose(rates, np.stack([steps[:-1], steps[1:]], axis=1))

    def test_five_epochs_one_process_and_a_bar_where_nothing_is_said(self, model, monkeypatch):
        bars = []
        monkeypatch.setattr(models, "train_together", None)
        monkeypatch.setattr(
            models, "Progress", lambda *given: bars.append(given) or contextlib.nullcontext()
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
            monkeypatch.setattr(config, "GPU", one is there)
            one.fit(1, progress=False)
        for here, p in zip(model.params, there.params, strict=True):
            np.testing.assert_allclose(p.get(), here, rtol=1e-3, atol=1e-5)
        assert there.loss_list == pytest.approx(model.loss_list, rel=1e-4)
        with pytest.raises(ValueError, match="processes=2 with weights on a GPU; allowed is 1"):
            there.fit(1, processes=2, progress=False)


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
        monkeypatch.setattr(training, "PORTION", 1000)
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
