"""Shared weights: the same memory is one weight, transposed or not; equal numbers are not."""

import numpy
import pytest

from common.shared_weights import merge_shared


def test_the_same_array_three_times_becomes_one():
    W, b = numpy.ones((2, 3)), numpy.ones(3)
    grads = [numpy.full((2, 3), n) for n in (1.0, 2.0, 4.0)]
    params, merged = merge_shared([W, b, W, W], [grads[0], numpy.zeros(3), *grads[1:]])
    assert len(params) == len(merged) == 2
    assert params[0] is W
    assert params[1] is b
    assert merged[0] is grads[0]
    assert (merged[0] == 7).all()


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (3, 1), (1, 1)])
@pytest.mark.parametrize("view_first", [False, True])
def test_a_transposed_view_is_the_same_weight(shape, view_first):
    """What: an embedding matrix and its transpose in the output layer, square ones too.
    Why: tied weights; their gradients belong to one array, one of them turned.
    Expected: one parameter, the first; dW plus the other transposed."""
    W = numpy.arange(9.0)[: shape[0] * shape[1]].reshape(shape)
    params = [W.T, W] if view_first else [W, W.T]
    rng = numpy.random.default_rng(0)
    grads = [rng.standard_normal(p.shape) for p in params]
    expected = grads[0] + grads[1].T
    merged_params, merged_grads = merge_shared(params, grads)
    assert len(merged_params) == 1
    assert merged_params[0] is params[0]
    numpy.testing.assert_array_equal(merged_grads[0], expected)


def test_two_views_of_the_same_numbers_are_one_weight():
    W = numpy.ones((2, 3))
    params, grads = merge_shared([W, W[...]], [numpy.ones((2, 3)), numpy.ones((2, 3))])
    assert len(params) == 1
    assert (grads[0] == 2).all()


def test_equal_numbers_are_not_shared_weights():
    """What: two biases that both start at 0, and two equal matrices, one transposed.
    Why: merging by value joins them for ever, and the network learns less than it could.
    Expected: all stay apart, gradients untouched."""
    params = [numpy.zeros(3), numpy.zeros(3), numpy.ones((2, 2)), numpy.ones((2, 2)).T]
    grads = [numpy.full(p.shape, n + 1.0) for n, p in enumerate(params)]
    merged_params, merged_grads = merge_shared(params, grads)
    assert [id(p) for p in merged_params] == [id(p) for p in params]
    assert [g.flat[0] for g in merged_grads] == [1, 2, 3, 4]


def test_parts_of_one_array_are_not_shared_weights():
    W = numpy.zeros((4, 2))
    params = [W, W[:2], W[2:], W.reshape(2, 4)]
    assert len(merge_shared(params, [numpy.zeros(p.shape) for p in params])[0]) == 4


def test_a_gradient_that_is_shared_too_counts_once():
    """A layer listed twice, with its one gradient: it is the whole sum already."""
    W, dW = numpy.ones(2), numpy.ones(2)
    params, grads = merge_shared([W, W], [dW, dW])
    assert len(params) == 1
    assert grads[0].tolist() == [1, 1]


def test_merging_leaves_the_lists_as_they_are():
    W = numpy.ones(2)
    params, grads = [W, W], [numpy.ones(2), numpy.ones(2)]
    merge_shared(params, grads)
    assert len(params) == len(grads) == 2


def test_lists_of_different_length_are_not_merged():
    with pytest.raises(ValueError, match="shorter"):
        merge_shared([numpy.ones(2)] * 2, [numpy.ones(2)])


def test_one_gradient_that_stands_twice_counts_once():
    """What: the same gradient, or a view of it, at two places of the same weight.
    Why: it was added to itself, and the step was twice as long as it should be."""
    W, g = numpy.zeros((3, 3)), numpy.arange(9.0).reshape(3, 3)
    for params, grads in ([W, W], [g, g]), ([W, W], [g, g[...]]), ([W, W.T], [g, g.T]):
        _, (merged,) = merge_shared(params, grads)
        assert merged.tolist() == numpy.arange(9.0).reshape(3, 3).tolist()
