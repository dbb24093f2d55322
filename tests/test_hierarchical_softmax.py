"""Hierarchical softmax: the best tree, probabilities that sum to 1, gradients proved."""

import itertools
import math
import sys

import numpy
import pytest
from gradient_table import CORPUS, quick, twice, weights
from hypothesis import given, settings
from hypothesis import strategies as st
from stub_cupy import stub_cupy

from common import figures
from common.gradient_check import check_directions, check_gradients, double_precision, forced_ids
from common.hierarchical_softmax import HierarchicalSoftmaxLoss, HuffmanTree
from common.optimizer import SGD, Adam
from common.trainer import Trainer
from common.word2vec import CBOW, SkipGram
from dataset import hello

thorough = settings(quick, max_examples=100)


def lengths(tree):
    return tree.mask.sum(axis=1)


def codes(tree):
    """Each word's turns, as a string of 0 and 1."""
    return [
        "".join(str(turn) for turn in row[on]) for row, on in zip(tree.code, tree.mask, strict=True)
    ]


def hello_loss():
    corpus, _, _ = hello.load_data()
    return HierarchicalSoftmaxLoss(numpy.zeros((6, 2)), corpus)


def random_loss(corpus, H=3, V=None, seed=0):
    rng = numpy.random.default_rng(seed)
    V = V or max(corpus) + 1
    return HierarchicalSoftmaxLoss(weights(rng, V - 1, H), numpy.array(corpus)), rng


# --- the tree ------------------------------------------------------------------------------


def test_tree_of_seven_words_by_hand():
    """What: "You say goodbye and I say hello.", merged on paper.
    Why: a witness apart from all other tests.
    Expected: the nodes in this order, and "say", the only word that comes twice, at depth 2."""
    tree = HuffmanTree([1, 2, 1, 1, 1, 1, 1])
    assert tree.children.tolist() == [[0, 2], [3, 4], [5, 6], [1, 7], [8, 9], [10, 11]]
    assert codes(tree) == ["101", "11", "100", "011", "010", "001", "000"]
    assert tree.path[1].tolist() == [5, 3, 0]
    assert tree.path[5].tolist() == [5, 4, 2]
    assert tree.mask[1].tolist() == [True, True, False]


def test_path_and_code_lead_from_the_root_to_the_word():
    """What: every word's turns, followed through ``children``.
    Why: a path that is right and a code that is not would train the wrong turns.
    Expected: they start at the root, which is the last node, and end at the word's leaf."""
    counts = numpy.random.default_rng(0).integers(0, 50, 40)
    tree = HuffmanTree(counts)
    for word in range(40):
        node = 40 + 38
        for inner, turn in zip(
            tree.path[word][tree.mask[word]], tree.code[word][tree.mask[word]], strict=True
        ):
            assert inner == node - 40
            node = tree.children[inner][1 - turn]
        assert node == word


@quick
@given(counts=st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_arrays_are_padded_with_zeros(counts):
    tree = HuffmanTree(counts)
    V, D = tree.mask.shape
    assert len(counts) == V
    assert lengths(tree).max() == D
    assert tree.path.shape == tree.code.shape == (V, D)
    assert not tree.path[~tree.mask].any()
    assert not tree.code[~tree.mask].any()
    assert (numpy.diff(tree.mask.astype(int), axis=1) <= 0).all()  # the way, then the padding
    assert sorted(tree.children.reshape(-1)) == list(range(2 * V - 2))  # each has one parent


def best_lengths(counts):
    """The smallest (sum of count * depth, depth) over every full binary tree, by trying all."""
    depths = {1: {(0,)}}
    for n in range(2, len(counts) + 1):
        depths[n] = {
            tuple(sorted(d + 1 for d in left + right))
            for k in range(1, n // 2 + 1)
            for left, right in itertools.product(depths[k], depths[n - k])
        }
    heavy_first = sorted(counts, reverse=True)
    return min(
        (sum(c * d for c, d in zip(heavy_first, depth, strict=True)), max(depth))
        for depth in depths[len(counts)]
    )


@thorough
@given(counts=st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_no_tree_asks_fewer_questions(counts):
    """What: the mean path length against that of every binary tree with as many leaves.
    Why: a tree that merges the wrong two nodes still sums to 1 and still trains, only slower.
    Expected: the least possible, and among those trees the least depth."""
    tree = HuffmanTree(counts)
    assert ((counts * lengths(tree)).sum(), lengths(tree).max()) == best_lengths(counts)


@thorough
@given(counts=st.lists(st.integers(1, 10_000), min_size=2, max_size=200))
def test_mean_length_is_within_one_question_of_the_entropy(counts):
    tree = HuffmanTree(counts)
    p = numpy.array(counts) / sum(counts)
    entropy = -(p * numpy.log2(p)).sum()
    assert entropy - 1e-9 <= (p * lengths(tree)).sum() < entropy + 1


@thorough
@given(counts=st.lists(st.integers(0, 30), min_size=2, max_size=60))
def test_no_code_is_the_start_of_another(counts):
    """What: all codes, in alphabetical order, so that a start stands right before its like.
    Why: else a word would sit at an inner node, and the probabilities would not sum to 1.
    Expected: none starts with the one before; and the codes leave no gap (Kraft's sum is 1)."""
    ordered = sorted(codes(HuffmanTree(counts)))
    assert not any(b.startswith(a) for a, b in itertools.pairwise(ordered))
    assert sum(0.5 ** len(code) for code in ordered) == 1


@quick
@given(counts=st.lists(st.integers(0, 1000), min_size=2, max_size=50))
def test_a_more_frequent_word_is_never_further_down(counts):
    counts, length = numpy.array(counts), lengths(HuffmanTree(counts))
    order = numpy.lexsort((-length, counts))
    assert (numpy.diff(length[order]) <= 0).all()


@pytest.mark.parametrize("V", [2, 3, 8, 13, 64])
def test_equal_counts_give_one_balanced_tree(V):
    """What: V words that all occur 5 times, asked for twice, and as other number types.
    Why: a tree that depends on the order of a dictionary makes saved weights worthless.
    Expected: ids in the order of the leaves, depths that differ by at most 1, equal arrays."""
    tree = HuffmanTree([5] * V)
    for counts in [5] * V, numpy.full(V, 5, dtype="int32"), numpy.full(V, 5.0):
        again = HuffmanTree(counts)
        assert numpy.array_equal(again.children, tree.children)
        assert numpy.array_equal(again.path, tree.path)
        assert numpy.array_equal(again.code, tree.code)
    assert set(lengths(tree)) <= {math.floor(math.log2(V)), math.ceil(math.log2(V))}
    expected = [[2 * i, 2 * i + 1] for i in range(V - 1)]  # ties: by id, then by age
    assert tree.children.tolist() == expected


def test_ties_take_words_before_inner_nodes():
    """The parent of words 0 and 1 weighs 2, as word 2 does: the word goes first, so to the left."""
    assert HuffmanTree([1, 1, 2]).children.tolist() == [[0, 1], [2, 3]]


def test_words_that_never_occur_stand_at_the_bottom():
    """What: ten words with a count, and a thousand without.
    Why: a chain of the unseen would be a thousand questions deep.
    Expected: they share one branch, log2(1000) deep, and cost the others one question at most."""
    counts = numpy.arange(1, 11)
    with_unseen = HuffmanTree(numpy.concatenate([counts, numpy.zeros(1000, int)]))
    seen, unseen = lengths(with_unseen)[:10], lengths(with_unseen)[10:]
    assert unseen.min() > seen.max()
    assert unseen.max() - unseen.min() <= 1
    assert unseen.max() <= seen.max() + math.ceil(math.log2(1000))
    assert (seen - lengths(HuffmanTree(counts))).max() <= 1


def test_a_vocabulary_of_one_word_needs_no_question():
    tree = HuffmanTree([5])
    assert tree.path.shape == tree.code.shape == tree.mask.shape == (1, 0)
    assert tree.children.shape == (0, 2)


def test_a_tree_may_be_a_thousand_deep():
    """Each count is the sum of all before it: every merge adds one word to the same branch."""
    tree = HuffmanTree([1.0, *(2.0**i for i in range(1000))])
    assert lengths(tree).max() == 1000


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([], r"counts has shape \(0,\); allowed is \(V,\), with V of 1 or more"),
        ([[1, 2]], r"counts has shape \(1, 2\)"),
        ([3, -1, 2], "counts contains -1; allowed are finite numbers from 0"),
        ([1.0, numpy.nan], "counts contains nan"),
        ([1.0, numpy.inf], "counts contains inf"),
    ],
)
def test_tree_refuses(counts, message):
    with pytest.raises(ValueError, match=message):
        HuffmanTree(counts)


# --- probabilities -------------------------------------------------------------------------


@thorough
@given(
    corpus=st.lists(st.integers(0, 60), min_size=1, max_size=200),
    unseen=st.integers(0, 5),
    scale=st.sampled_from([0.01, 1.0, 30.0]),
    seed=st.integers(0, 1000),
)
def test_leaves_sum_to_one(corpus, unseen, scale, seed):
    """What: the probabilities of all words, for 100 random corpora, words never seen among them.
    Why: it is what makes the product of yes/no answers a softmax.
    Expected: 1 within 1e-12, every one above 0."""
    V = max(corpus) + 1 + unseen
    loss, rng = random_loss(corpus, V=V, seed=seed)
    log_p = loss.log_probabilities(scale * rng.standard_normal((4, 3)))
    assert log_p.shape == (4, V)
    assert numpy.isfinite(log_p).all()
    assert abs(numpy.exp(log_p).sum(axis=1) - 1).max() <= 1e-12


def test_probabilities_by_hand():
    """What: the tree of seven words, with scores ln 3, 0 and -ln 3, so that each turn is a
    quarter, a half or three quarters.
    Why: a witness in fractions; 64 is the denominator of all.
    Expected: you 18, say 24, goodbye 6, and 2, i 2, hello 3, full stop 9."""
    loss = hello_loss()
    (W,) = loss.params
    W[:, 0] = numpy.log(3) * numpy.array([1, 0, -1, 0, -1, 1])
    log_p = loss.log_probabilities(numpy.array([[1.0, 0.0]]))
    numpy.testing.assert_allclose(64 * numpy.exp(log_p), [[18, 24, 6, 2, 2, 3, 9]], rtol=1e-12)
    assert loss.forward(numpy.array([[1.0, 0.0]]), [5]) == pytest.approx(math.log(64 / 3))
    dh = loss.backward()
    (dW,) = loss.grads
    assert dW[:, 0] == pytest.approx([0, 0, -3 / 4, 0, 1 / 4, 3 / 4])  # y - t, times h = 1
    assert dh[0, 0] == pytest.approx(math.log(3) * (3 / 4 * 1 - 1 / 4 * 1 + 3 / 4 * 1))


# --- the loss ------------------------------------------------------------------------------


def naive_loss(loss, h, target):
    """``-log`` of the product of sigmoids, one word and one turn at a time."""
    (W,) = loss.params
    total = 0.0
    for n, word in enumerate(target):
        product = 1.0
        for inner, turn, on in zip(loss.path[word], loss.code[word], loss.mask[word], strict=True):
            if on:
                x = float(h[n] @ W[inner])
                product *= 1 / (1 + math.exp(-x if turn else x))
        total -= math.log(product)
    return total / len(target)


@thorough
@given(corpus=st.lists(st.integers(0, 20), min_size=1, max_size=60), seed=st.integers(0, 1000))
def test_loss_is_minus_log_of_the_product(corpus, seed):
    """What: the loss, against the product of sigmoids as the definition has it, and against
    the probabilities of all words.
    Why: gather, mask and stable logarithm are three places for a mistake.
    Expected: equal within 1e-12."""
    loss, rng = random_loss(corpus, seed=seed)
    h, target = weights(rng, 6, 3), rng.choice(max(corpus) + 1, 6)
    value = loss.forward(h, target)
    assert value == pytest.approx(naive_loss(loss, h, target), rel=1e-12, abs=1e-15)
    log_p = loss.log_probabilities(h)[numpy.arange(6), target]
    assert value == pytest.approx(-log_p.mean(), rel=1e-12, abs=1e-15)


def test_first_loss_is_the_mean_length_times_log_2():
    """Before training every turn is a half: the loss of the sentence is 2.75 ln 2."""
    corpus, _, _ = hello.load_data()
    assert hello_loss().forward(numpy.ones((8, 2)), corpus) == pytest.approx(2.75 * math.log(2))


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_loss_at_huge_scores(dtype):
    """What: scores of plus and minus 10,000 on the way to "hello".
    Why: the probability is 0 in any float, and log(0) is not a loss.
    Expected: 30,000 where all three turns are wrong, 0 where they are right; no warning."""
    corpus, _, _ = hello.load_data()
    W = numpy.zeros((6, 1), dtype)
    W[[5, 4, 2], 0] = 1e4, 1e4, -1e4  # "hello" turns right, right, left
    loss = HierarchicalSoftmaxLoss(W, corpus)
    with numpy.errstate(over="raise", invalid="raise", divide="raise"):
        assert loss.forward(numpy.array([[1.0]], dtype), [5]) == 3e4
        assert loss.backward().tolist() == [[3e4]]
        assert loss.forward(numpy.array([[-1.0]], dtype), [5]) == 0


@pytest.mark.parametrize("N", [8, 1], ids=["batch of 8", "batch of 1"])
@pytest.mark.parametrize("V", [10, 13], ids=["all of the corpus", "and three unseen words"])
def test_gradients(V, N):
    """What: derived gradients against central differences, targets repeated.
    Why: words share the nodes near the root, so nearly every row is written many times.
    Expected: relative error at most 1e-7, with a random upstream gradient."""
    loss, rng = random_loss(CORPUS, V=V)
    target = forced_ids(V, N) if N > 3 else numpy.array([V - 1])
    assert check_gradients(loss, weights(rng, N, 3), target) <= 1e-7
    assert check_gradients(loss, weights(rng, 6, 3), numpy.full(6, V - 1)) <= 1e-7


def test_gradients_of_a_large_tree():
    rng = numpy.random.default_rng(1)
    loss, _ = random_loss(rng.zipf(1.3, 5000) % 800, H=20, V=800)
    assert check_directions(loss, weights(rng, 200, 20), forced_ids(800, 200)) <= 1e-7


def test_backward_passes_on_its_upstream_gradient_in_place():
    """What: ``backward(-2.5)`` after ``backward()``, and the arrays of ``grads``.
    Why: skip-gram hands C down; a model gathers ``grads`` once.
    Expected: -2.5 times as large, in the same arrays."""
    loss, rng = random_loss(CORPUS)
    (dW,) = loss.grads
    loss.forward(weights(rng, 5, 3), forced_ids(10, 5))
    dh, first = loss.backward(), dW.copy()
    numpy.testing.assert_allclose(loss.backward(-2.5), -2.5 * dh, rtol=1e-12)
    assert loss.grads[0] is dW
    assert loss.params[0].shape == dW.shape
    numpy.testing.assert_allclose(dW, -2.5 * first, rtol=1e-12)


def test_float32_stays_float32():
    loss, rng = random_loss(CORPUS)
    W = loss.params[0].astype("f")
    single = HierarchicalSoftmaxLoss(W, CORPUS)
    h, target = weights(rng, 5, 3).astype("f"), forced_ids(10, 5)
    results = single.forward(h, target), single.backward(), single.grads[0]
    assert {r.dtype for r in results} == {numpy.dtype("f")}
    assert single.log_probabilities(h).dtype == numpy.float32
    double = loss.forward(h.astype(float), target), loss.backward(), loss.grads[0]
    for a, b in zip(results, double, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_a_batch_is_not_remembered():
    loss, rng = random_loss(CORPUS)
    h, target = weights(rng, 3, 3), numpy.array([7, 7, 0])
    expected = loss.forward(h, target), loss.backward(), loss.grads[0].copy()
    loss.forward(weights(rng, 9, 3), forced_ids(10, 9))
    loss.backward()
    assert loss.forward(h, target) == expected[0]
    assert numpy.array_equal(loss.backward(), expected[1])
    assert numpy.array_equal(loss.grads[0], expected[2])


def test_the_tree_follows_the_weights(monkeypatch):
    """What: weights on a device that refuses NumPy's arrays, ids in NumPy or in a list.
    Why: the tree is built on the processor, and one array left there would stop a GPU.
    Expected: the numbers of the NumPy run, on the device."""
    cupy = stub_cupy()
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    here, rng = random_loss(CORPUS)
    there = HierarchicalSoftmaxLoss(cupy.asarray(here.params[0]), CORPUS)
    h = weights(rng, 3, 3)
    for target in numpy.array([7, 0, 7]), [7, 0, 7], cupy.asarray([7, 0, 7]):
        assert float(there.forward(cupy.asarray(h), target)) == here.forward(h, [7, 0, 7])
        numpy.testing.assert_allclose(there.backward().get(), here.backward(), rtol=1e-12)
        numpy.testing.assert_allclose(there.grads[0].get(), here.grads[0], rtol=1e-12)
    log_p = there.log_probabilities(cupy.asarray(h)).get()
    assert numpy.array_equal(log_p, here.log_probabilities(h))


@pytest.mark.parametrize("corpus", [[0], [0, 0, 0]], ids=["one word", "one word, repeated"])
def test_one_word_has_probability_one(corpus):
    """What: V = 1, so W has no row.
    Why: it is where an empty path meets gather, sum and scatter.
    Expected: probability 1, loss 0, a gradient of zeros."""
    loss = HierarchicalSoftmaxLoss(numpy.zeros((0, 3)), numpy.array(corpus))
    h = numpy.ones((2, 3))
    assert loss.forward(h, [0, 0]) == 0
    assert loss.backward().tolist() == [[0, 0, 0]] * 2
    assert numpy.exp(loss.log_probabilities(h)).tolist() == [[1], [1]]
    assert loss.grads[0].shape == (0, 3)


def test_one_repeated_word_among_unseen_ones():
    """What: a corpus of word 3 alone, V = 5.
    Expected: it is one question away from the root; the others are reached and train too."""
    loss = HierarchicalSoftmaxLoss(numpy.zeros((4, 2)), numpy.array([3, 3, 3]))
    assert lengths(loss.tree).tolist() == [3, 3, 3, 1, 3]
    h = numpy.ones((1, 2))
    expected = [[1 / 8, 1 / 8, 1 / 8, 1 / 2, 1 / 8]]
    numpy.testing.assert_allclose(numpy.exp(loss.log_probabilities(h)), expected, rtol=1e-12)
    before = loss.forward(h, [4])
    loss.backward()
    SGD(lr=1.0).update(loss.params, loss.grads)
    assert loss.forward(h, [4]) < before


@pytest.mark.parametrize(
    ("corpus", "target", "error", "message"),
    [
        ([], [0], ValueError, r"a corpus of shape \(0,\)"),
        ([0, 7], [0], IndexError, "corpus contains 7; allowed are 0 to 4"),
        ([0, -1], [0], IndexError, "corpus contains -1"),
        ([0.0, 1.0], [0], TypeError, "corpus must be integers"),
        ([0, 1], [5], IndexError, "target contains 5; allowed are 0 to 4"),
        ([0, 1], [-1], IndexError, "target contains -1"),
        ([0, 1], [1.0], TypeError, "target must be integers"),
        ([0, 1], [1, 1], ValueError, "h has 1 examples and idx 2"),
    ],
)
def test_loss_refuses(corpus, target, error, message):
    with pytest.raises(error, match=message):
        HierarchicalSoftmaxLoss(numpy.zeros((4, 2)), numpy.array(corpus)).forward(
            numpy.zeros((1, 2)), numpy.array(target)
        )


# --- CBOW and skip-gram --------------------------------------------------------------------


def tree_model(make, corpus=CORPUS, V=10, H=4, seed=0):
    nodes = numpy.zeros((V - 1, H), dtype="f")
    loss = HierarchicalSoftmaxLoss(nodes, corpus)
    return make(V, H, 2, corpus, rng=numpy.random.default_rng(seed), loss=loss)


@pytest.mark.parametrize("make", [CBOW, SkipGram])
def test_gradients_of_models(make):
    rng = numpy.random.default_rng(0)
    made = double_precision(tree_model(make))
    for p in made.params:
        p[...] = weights(rng, *p.shape)
    contexts, target = twice(rng, 6)
    assert check_gradients(made, contexts, target) <= 1e-7


@pytest.mark.parametrize("make", [CBOW, SkipGram])
def test_models_hold_the_words_and_the_nodes(make):
    made = tree_model(make)
    assert [p.shape for p in made.params] == [g.shape for g in made.grads] == [(10, 4), (9, 4)]
    assert made.word_vecs is made.params[0]
    assert made.params[1] is made.loss.params[0]
    assert made.grads[1] is made.loss.grads[0]
    assert {p.dtype for p in made.params} == {numpy.dtype("f")}


@pytest.mark.parametrize(("make", "questions"), [(CBOW, 1), (SkipGram, 4)])
def test_loss_of_models_starts_where_predicted_and_falls(make, questions):
    """What: a text in which each word tells the next, for a few epochs.
    Why: a gradient with the wrong sign is one that a shape check does not see.
    Expected: it starts at questions * length * ln 2, 8 words being 3 turns away, and halves."""
    corpus = numpy.tile(numpy.arange(8), 30)
    made = tree_model(make, corpus, V=8, H=8)
    contexts = numpy.array([numpy.delete(corpus[i : i + 5], 2) for i in range(200)])
    target = corpus[2:202]
    assert made.forward(contexts, target) == pytest.approx(questions * 3 * math.log(2), rel=1e-3)
    numpy.random.seed(0)
    trainer = Trainer(made, Adam(lr=0.05))
    trainer.fit(contexts, target, max_epoch=10, batch_size=20)
    per_word = trainer.loss_list[-1] / questions
    # CBOW is sure of the one word between four; of four neighbours skip-gram can know only who
    floor = {CBOW: 0.0, SkipGram: math.log(4)}[make]
    assert per_word - floor < 0.5 * (3 * math.log(2) - floor)


# --- the picture ---------------------------------------------------------------------------


def drawn(monkeypatch, *args, **options):
    shown = []
    monkeypatch.setattr(figures, "show", lambda fig, alt: shown.append((fig, alt)))
    figures.draw_tree(*args, **options)
    ((fig, alt),) = shown
    (ax,) = fig.axes
    return ax, alt


def test_picture_of_a_tree(monkeypatch):
    """Seven leaves in the order of their codes, each below its parent, a way in another colour."""
    tree = HuffmanTree([1, 2, 1, 1, 1, 1, 1])
    ax, alt = drawn(monkeypatch, tree.children, list("ysgaih."), "seven words", to=5)
    assert alt == "seven words"
    at = {text.get_text(): text.get_position() for text in ax.texts}
    assert sorted("ysgaih.", key=lambda leaf: at[leaf][0]) == list("sygaih.")
    assert [round(-at[leaf][1]) for leaf in "sygaih."] == [2, 3, 3, 3, 3, 3, 3]
    assert at["5"][0] == pytest.approx((at["3"][0] + at["4"][0]) / 2)
    assert sum(line.get_color() == figures.ORANGE for line in ax.lines) == 3
    edges = [line.get_xdata() for line in ax.lines]
    turns = [text.get_text() for text in ax.texts[: len(edges)]]  # drawn edge by edge
    assert turns == ["1" if child < parent else "0" for parent, child in edges]
    figures.plt.close("all")


def test_picture_before_the_last_merge(monkeypatch):
    ax, _ = drawn(monkeypatch, [(0, 2)], ["a", "b", "c"], "two trees", inner=["0.5"])
    at = {text.get_text(): text.get_position() for text in ax.texts}
    assert at["0.5"] == pytest.approx((1.5, 0))
    assert len(ax.lines) == 2
    figures.plt.close("all")


def test_picture_needs_words():
    with pytest.raises(ValueError, match="alt is empty"):
        figures.draw_tree([(0, 1)], ["a", "b"], "")
    figures.plt.close("all")
