"""The perceptron: corrections by hand, the bound of Novikoff, and what it refuses."""

import numpy
import pytest

from common.perceptron import Perceptron

INPUTS = numpy.array([[0, 0], [1, 0], [0, 1], [1, 1]])


def taught(t, passes=10, x=INPUTS):
    made = Perceptron(x.shape[1])
    return made, [made.learn(x, numpy.array(t)) for _ in range(passes)]


def test_and_by_hand():
    """What: ten corrections from zeros, as the lesson does them with a pencil.
    Why: a correction of the wrong sign, or one that also comes when the answer is right.
    Expected: w = (1, 2), b = -2 after five passes, and no correction in the sixth."""
    made, corrections = taught([0, 0, 0, 1])
    assert corrections == [1, 3, 3, 2, 1, 0, 0, 0, 0, 0]
    w, b = made.params
    assert w.tolist() == [1, 2]
    assert b.tolist() == [-2]
    assert made.predict(INPUTS).tolist() == [0, 0, 0, 1]
    assert made.score(INPUTS).tolist() == [-2, -1, 0, 1]


def test_zero_is_not_above_zero():
    assert Perceptron(3).predict(numpy.ones((2, 3))).tolist() == [0, 0]


def test_xor_comes_back_to_the_same_weights():
    made, corrections = taught([0, 1, 1, 0], passes=3)
    before = [p.copy() for p in made.params]
    assert corrections[-1] == made.learn(INPUTS, numpy.array([0, 1, 1, 0])) == 4
    for p, old in zip(made.params, before, strict=True):
        numpy.testing.assert_array_equal(p, old)


def test_an_example_is_judged_with_what_the_one_before_it_has_changed():
    """Two equal examples: the first corrects, the second is right already."""
    made, corrections = taught([1, 1], passes=1, x=numpy.array([[2.0], [2.0]]))
    assert corrections == [1]
    assert [p.tolist() for p in made.params] == [[2.0], [1.0]]


@pytest.mark.parametrize("seed", range(5))
def test_never_more_corrections_than_the_bound(seed):
    rng = numpy.random.default_rng(seed)
    u = rng.standard_normal(4)
    u[3] = 0.2  # so that there are examples on both sides
    u /= numpy.linalg.norm(u)
    x = rng.uniform(-1, 1, (300, 3))
    distance = x @ u[:3] + u[3]
    x, distance = x[abs(distance) > 0.1], distance[abs(distance) > 0.1]
    made = Perceptron(3)
    total = 0
    while True:
        corrections = made.learn(x, (distance > 0).astype(int))
        total += corrections
        if not corrections:
            break
    radius = 1 + (x**2).sum(axis=1).max()
    assert 0 < total <= radius / abs(distance).min() ** 2


def test_parameters_are_corrected_in_place():
    made = Perceptron(2)
    kept = list(made.params)
    made.learn(INPUTS, numpy.array([0, 1, 1, 1]))
    assert all(p is old for p, old in zip(made.params, kept, strict=True))
    assert kept[0].any()


@pytest.mark.parametrize(
    "t", [numpy.array([0, 1, 1, 1], "u1"), [False, True, True, True], [0.0, 1.0, 1.0, 1.0]]
)
def test_labels_of_any_kind(t):
    """A difference of two unsigned numbers, or of two truths, would be no -1."""
    made, corrections = taught([0, 1, 1, 1], passes=4)
    other = Perceptron(2)
    assert [other.learn(INPUTS, t) for _ in range(4)] == corrections
    numpy.testing.assert_array_equal(other.params[0], made.params[0])
    assert other.predict(INPUTS > 0).tolist() == made.predict(INPUTS).tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("x", "t", "told"),
    [
        (INPUTS, [0, 1, 1, -1], r"t\[3\] is -1; allowed are 0 and 1 \(write \(t \+ 1\) / 2"),
        (INPUTS, [0, 1, 1], r"t has the shape \(3,\); due is \(4,\), a label for each example"),
        (INPUTS, [[0], [1], [1], [0]], r"t has the shape \(4, 1\); due is \(4,\)"),
        (INPUTS[:, :1], [0, 1, 1, 1], r"x has the shape \(4, 1\); due is \(N, 2\), an example in"),
        (INPUTS[0], [0], r"x has the shape \(2,\); due is \(N, 2\)"),
        (numpy.array([[0, 1], [1, numpy.nan]]), [0, 1], r"x\[1, 1\] is nan; allowed are finite"),
        (
            numpy.array([[-numpy.inf, 1], [1, numpy.inf]]),
            [0, 1],
            r"x\[0, 0\] is -inf; allowed are finite",
        ),
    ],
)
def test_what_cannot_be_learned_is_refused(x, t, told):
    made = Perceptron(2)
    with pytest.raises(ValueError, match=told):
        made.learn(x, t)
    assert not made.params[0].any()


def test_texts_are_refused():
    with pytest.raises(TypeError, match="x holds <U1; allowed are numbers"):
        Perceptron(1).predict(numpy.array([["a"]]))


@pytest.mark.parametrize("size", [0, 2.5, None, True])
def test_a_size_that_cannot_be_is_refused(size):
    told = f"input_size={size}; allowed is a whole number, 1 or more"
    with pytest.raises(ValueError, match=told):
        Perceptron(size)
