"""The rungs of week 16's climb: each computes the gradient of the plain classes."""

import numpy as np
import pytest

from common import rungs
from common.functions import binary_cross_entropy, scatter_add
from common.gradient_check import double_precision
from common.negative_sampling import draw_words
from common.word2vec import CBOW, SkipGram

V, H, K, N, m = 9, 3, 2, 5, 2
C = 2 * m
IDS = np.array([0, 1, 2, 3, 1, 4, 5, 1, 6, 2, 7, 8])
RNG = np.random.default_rng(0)


class FixedSampler:
    sample_size = K

    def get_negative_sample(self, target):
        return (np.asarray(target)[:, None] + np.arange(1, K + 1)) % V


def plain_model(cls):
    model = double_precision(cls(V, H, m, IDS, sample_size=K))
    for p in model.params:
        p[...] = np.random.default_rng(1).standard_normal(p.shape)
    model.loss.sampler = FixedSampler()
    return model


def batch():
    contexts = RNG.integers(0, V, (N, C))
    contexts[0, :2] = contexts[1, 0]  # a word twice in a row, and in two rows
    return contexts, RNG.integers(0, V, N)


def dense(gradients, rows):
    total = [np.zeros((rows, H)), np.zeros((rows, H))]
    for dW, (_, idx, g) in zip(total, gradients, strict=True):
        scatter_add(dW, idx, g)
    return total


def assert_same(a, b):
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("plain", "slow", "layers"), [(SkipGram, rungs.SlowSkipGram, 1), (CBOW, rungs.SlowCBOW, C)]
)
def test_the_slow_form_computes_what_the_plain_class_does(plain, slow, layers):
    model, examples = plain_model(plain), batch()
    form = slow(*model.params, FixedSampler(), C)
    W_in, W_out = model.params
    assert all(p is W_in for p in form.params[:layers])
    assert all(p is W_out for p in form.params[layers:])
    assert form.forward(*examples) == pytest.approx(model.forward(*examples), rel=1e-12)
    form.backward(2), model.backward(2)
    assert_same([sum(form.grads[:layers]), sum(form.grads[layers:])], model.grads)


def test_pair_by_pair_the_gradient_is_that_of_the_plain_class():
    contexts, target = batch()
    model = plain_model(SkipGram)
    model.forward(contexts, target)
    model.backward(N)  # the plain loss is a mean over N
    word, context = target.repeat(C), contexts.reshape(-1)
    negatives = FixedSampler().get_negative_sample(context)
    assert_same(
        dense(rungs.skipgram_pairs(*model.params, word, context, negatives), V), model.grads
    )

    model = plain_model(CBOW)
    model.forward(contexts, target)
    model.backward(N)
    negatives = FixedSampler().get_negative_sample(target)
    near = np.ones((N, C))
    found = rungs.cbow_pairs(*model.params, contexts, near, target, negatives)
    assert_same(dense(found, V), model.grads)


def test_a_context_out_of_reach_has_no_part_in_the_mean():
    contexts, target = np.array([[1, 2, 3, 4]]), np.array([5])
    model = plain_model(CBOW)
    negatives = FixedSampler().get_negative_sample(target)
    found = rungs.cbow_pairs(*model.params, contexts, np.array([[0, 1, 1, 0]]), target, negatives)
    model.forward(contexts[:, 1:3], target)
    model.backward()
    assert_same(dense(found, V), model.grads)


@pytest.mark.parametrize("B", [5, 4, 12])
@pytest.mark.parametrize("blocks_of", ["skipgram", "cbow"])
def test_blocks_compute_the_gradient_of_the_plain_class_word_by_word(B, blocks_of):
    """Every reach, the text's ends, a filled-up last block; Q = 2 K, so a draw counts half."""
    filler = V
    centers, windows = rungs.cut(IDS, m, B, filler)
    assert centers.reshape(-1)[: len(IDS)].tolist() == IDS.tolist()
    reach = np.random.default_rng(2).integers(1, m + 1, centers.shape)
    reach[0, 0] = 1  # the first word has one context
    pair = rungs.band(centers, windows, reach, filler)
    model = plain_model(SkipGram if blocks_of == "skipgram" else CBOW)
    W = [np.concatenate([p, np.zeros((1, H))]) for p in model.params]
    negatives = np.tile([3, 1, 3, 1], (len(centers), 1))
    model.loss.sampler.get_negative_sample = lambda t: np.tile([3, 1], (len(t), 1))
    gradient = {"skipgram": rungs.skipgram_blocks, "cbow": rungs.cbow_blocks}[blocks_of]
    found = dense(gradient(*W, centers, windows, pair, negatives, K), V + 1)

    total = [np.zeros((V, H)), np.zeros((V, H))]
    for n, r in enumerate(reach.reshape(-1)[: len(IDS)]):
        contexts = [*IDS[max(0, n - r) : n], *IDS[n + 1 : n + 1 + r]]
        model.forward(np.array([contexts]), IDS[n : n + 1])
        model.backward()
        total = [a + g for a, g in zip(total, model.grads, strict=True)]
    assert_same([g[:V] for g in found], total)
    assert not found[0][V].any()
    assert not found[1][V].any()


def test_the_gradient_of_float32_is_float32():
    W = np.ones((V + 1, H), "f"), np.ones((V + 1, H), "f")
    contexts, target = batch()
    negatives = FixedSampler().get_negative_sample(target)
    found = rungs.cbow_pairs(*W, contexts, np.ones((N, C)), target, negatives)
    centers, windows = rungs.cut(IDS, m, 4, V)
    pair = rungs.band(centers, windows, np.full(centers.shape, m), V)
    drawn = np.tile([3, 1], (len(centers), 1))
    for blocks_of in rungs.skipgram_blocks, rungs.cbow_blocks:
        found += blocks_of(*W, centers, windows, pair, drawn, K)
    assert [rows.dtype for _, _, rows in found] == [np.float32] * 6


def test_the_slow_sampler_draws_distinct_words_other_than_the_target():
    np.random.seed(0)
    word_p = np.array([0.4, 0.3, 0.2, 0.1])
    drawn = rungs.SlowSampler(word_p, 3).get_negative_sample(np.array([2, 0, 2]))
    assert [sorted(row) for row in drawn.tolist()] == [[0, 1, 3], [1, 2, 3], [0, 1, 3]]
    assert word_p.tolist() == [0.4, 0.3, 0.2, 0.1]


def test_held_out_loss_asks_one_yes_and_k_noes():
    upper = np.array([0.5, 1.0])
    W_out = np.array([[2.0], [2.0]])  # whatever is drawn, the score is 2 h
    h, positive = np.array([[1.0], [1.0]]), np.array([0, 1])
    yes, no = np.log1p(np.exp(-2.0)), np.log1p(np.exp(2.0))
    found = rungs.held_out_loss([(h, positive), (h, positive)], W_out, upper, K=3)
    assert found == pytest.approx(yes + 3 * no)


def test_held_out_loss_draws_the_same_every_time():
    rng = np.random.default_rng(5)
    h, W_out = rng.standard_normal((300, H)).astype("f"), rng.standard_normal((V, H)).astype("f")
    positive, upper = rng.integers(V, size=300), np.arange(1, V + 1) / V
    negatives = draw_words(upper, np.random.default_rng(0).random((300, K)))
    s = np.einsum("nd,nkd->nk", h, W_out[np.column_stack([positive, negatives])])
    losses = binary_cross_entropy(s, np.eye(1, 1 + K).repeat(300, axis=0)).sum(axis=1)
    found = rungs.held_out_loss([(h, positive)], W_out, upper, K)
    assert found == losses.mean(dtype=float)  # 300 numbers of float32, and their mean in full


def test_calls_are_timed_by_turns(monkeypatch):
    clock, order = [0.0], []
    monkeypatch.setattr(rungs.time, "process_time", lambda: clock[0])

    def call(name, spent):
        order.append(name)
        clock[0] += spent[order.count(name) - 1]

    calls = {"a": lambda: call("a", [1, 2, 4]), "b": lambda: call("b", [8, 16, 32])}
    seconds = rungs.turn_seconds(calls, turns=3)
    assert order == ["a", "b"] * 3
    assert {name: list(spent) for name, spent in seconds.items()} == {
        "a": [1, 2, 4],
        "b": [8, 16, 32],
    }
