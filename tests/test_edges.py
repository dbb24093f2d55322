"""What ``make mutants`` found that no other test held: each of these mistakes once passed."""

import sys

import numpy
import pytest
from stub_cupy import stub_cupy

from common import layers, word2vec
from common.hierarchical_softmax import HuffmanTree
from common.negative_sampling import UnigramSampler


def test_relu_is_the_identity_between_0_and_1_too():
    """A threshold of 1 has gradients that fit it: only the forward pass shows the mistake."""
    x = numpy.array([0.25, 0.5, 1.0])
    layer = layers.Relu()
    assert numpy.array_equal(layer.forward(x), x)
    assert numpy.array_equal(layer.backward(x), x)


def test_softmax_loss_of_rows_far_apart():
    """What: a row of scores near 10,000, and one near -10,000.
    Why: less the batch's largest score, the second row is exp(-20,000) = 0, and its loss infinite.
    Expected: each row less its own largest score: ln 2 for both."""
    x = numpy.array([[1e4, 1e4], [-1e4, -1e4]])
    assert layers.SoftmaxWithLoss().forward(x, [0, 1]) == pytest.approx(numpy.log(2), rel=1e-12)


def test_the_first_of_several_wrong_labels_is_named():
    with pytest.raises(ValueError, match=r"^labels contain 3\.0; allowed are 0 \(no\) and 1"):
        layers.SigmoidWithLoss().forward(numpy.zeros((2, 2)), [[0, 3], [2, 1]])


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3)])
def test_scores_have_the_shape_of_their_words(shape):
    layer = layers.EmbeddingDot(numpy.ones((5, 2)))
    assert layer.forward(numpy.ones((4, 2)), numpy.zeros(shape, dtype=int)).shape == shape


@pytest.mark.parametrize("Model", [word2vec.CBOW, word2vec.SkipGram])
def test_a_model_draws_its_negatives_with_the_power_of_word2vec(Model):
    """Counts 1 and 16 are drawn 1 to 8 where nothing is said: 16^0.75 = 8."""
    corpus = numpy.array([0] + 16 * [1])
    word_p = Model(2, 3, 1, corpus, sample_size=1).loss.sampler.word_p
    numpy.testing.assert_allclose(word_p, [1 / 9, 8 / 9])


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (layers.MatMul, [(3, 2)]),
        (layers.Affine, [(3, 2), (2,)]),
        (layers.Embedding, [(3, 2)]),
        (layers.EmbeddingDot, [(3, 2)]),
    ],
)
def test_gradients_are_made_where_the_weights_are(layer, shapes, monkeypatch):
    cupy = stub_cupy()
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    made = layer(*[cupy.asarray(numpy.ones(shape, dtype="f")) for shape in shapes])
    for p, g in zip(made.params, made.grads, strict=True):
        assert isinstance(g, cupy.ndarray)
        assert (g.shape, g.dtype) == (p.shape, p.dtype)


def test_the_last_bound_is_exactly_1_whatever_the_rounding():
    """A bound below 1 leaves uniform numbers that fall beyond every word."""
    for V in range(2, 200):
        assert UnigramSampler(numpy.arange(V), 0.75, 1).upper[-1] == 1


def test_a_tree_without_inner_nodes_holds_integers_too():
    tree = HuffmanTree([3])
    for array in tree.children, tree.path, tree.code:
        assert array.dtype.kind == "i"
