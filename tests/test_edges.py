"""What ``make mutants`` found that no other test held: each of these mistakes once passed."""

import re

import numpy
import pytest

from common import config, counts, layers, text, word2vec
from common.embeddings import Embeddings, analogy, cos_similarity
from common.gradient_check import (
    check_directions,
    check_gradients,
    compare_gradients,
    explain,
)
from common.hierarchical_softmax import HuffmanTree
from common.model import BaseModel
from common.negative_sampling import UnigramSampler
from common.np import GPU, np
from common.trainer import Trainer

# --- layers -------------------------------------------------------------------------------


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
def test_gradients_are_made_where_the_weights_are(layer, shapes, cupy):
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


# --- models, training, the switch ---------------------------------------------------------


@pytest.mark.parametrize("left", [b"PK\x03\x04", b"PK"])
def test_a_file_that_is_cut_short_is_named(tmp_path, left):
    file = tmp_path / "cut.npz"
    file.write_bytes(left)
    with pytest.raises(ValueError, match=r"cut\.npz is no file of parameters, or damaged: "):
        BaseModel().load_params(file)


def test_training_uses_its_defaults():
    """10 epochs of batches of 32, and an entry for the first step and each 20 after it."""
    sizes = []

    class Model:
        params, grads = [numpy.zeros(1)], [numpy.zeros(1)]

        def forward(self, x, t):
            sizes.append(len(x))
            return 0.0

        def backward(self):
            pass

    class Nothing:
        def update(self, params, grads):
            pass

    x = numpy.zeros(32 * 21)
    trainer = Trainer(Model(), Nothing())
    trainer.fit(x, x)
    assert set(sizes) == {32}
    assert (trainer.current_epoch, len(sizes), len(trainer.loss_list)) == (10, 210, 20)


@pytest.mark.parametrize("switch", [False, True])
def test_np_shows_what_it_stands_for(switch, cupy, monkeypatch):
    monkeypatch.setattr(config, "GPU", switch)
    name = "CuPy" if switch else "NumPy"
    assert repr(np) == f"<np: {name}, chosen by common.config.GPU>"
    assert dir(np) == dir(cupy if switch else numpy)
    assert hash(GPU) == hash(switch)


# --- text and vectors ---------------------------------------------------------------------


def test_counts_are_made_where_the_corpus_is(cupy):
    corpus = numpy.array([0, 1, 2, 1])
    there = counts.create_co_matrix(cupy.asarray(corpus), 3)
    assert isinstance(there, cupy.ndarray)
    here = counts.create_co_matrix(corpus, 3)
    assert numpy.array_equal(there.get(), here)
    assert numpy.array_equal(counts.ppmi(there).get(), counts.ppmi(here))


def test_sums_of_half_precision_counts_do_not_overflow():
    C = numpy.full((3, 3), 40_000, dtype=numpy.float16)
    assert (counts.ppmi(C) < 1e-6).all()  # all pairs as often as by chance


def test_eps_may_be_1():
    assert counts.ppmi(numpy.ones((2, 2)), eps=1.0) == pytest.approx(numpy.ones((2, 2)))


def test_ppmi_names_the_first_bad_count():
    with pytest.raises(ValueError, match=r"^counts contain -2\.0; allowed"):
        counts.ppmi(numpy.array([[1, -2], [-3, 1]]))


@pytest.mark.parametrize(("a", "b"), [("f4", "f8"), ("f8", "f4")])
def test_cosine_has_the_finer_type_of_two(a, b, cupy):
    x, y = numpy.ones(2, dtype=a), numpy.ones(2, dtype=b)
    assert cos_similarity(x, y).dtype == "f8"
    there = cos_similarity(cupy.asarray(x), cupy.asarray(y))
    assert isinstance(there, cupy.ndarray)


def test_analogies_are_five_unless_told(capsys):
    words = list("abcdefghijkl")
    vectors = numpy.random.default_rng(0).standard_normal((12, 4)).astype("f")
    assert len(Embeddings(vectors, words).analogy("a", "b", "c")) == 5
    analogy("a", "b", "c", {w: i for i, w in enumerate(words)}, dict(enumerate(words)), vectors)
    answers = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" ")]
    assert len(answers) == 5


def test_close_words_are_a_list():
    vectors = Embeddings(numpy.ones((2, 1)), ["apples", "apple"])
    with pytest.raises(KeyError, match=r"close words: (apples, apple|apple, apples)"):
        vectors["appless"]


def test_a_binary_file_with_an_empty_word(tmp_path):
    """Its place and what was due: a blank at the very start is a blank that was found."""
    file = tmp_path / "words.bin"
    file.write_bytes(b"1 2\n " + numpy.ones(2, dtype="<f4").tobytes())
    message = r"word 1 of 1: no word; expected a word, a blank and 8 bytes$"
    with pytest.raises(ValueError, match=message):
        Embeddings.load(file, binary=True)


@pytest.mark.parametrize("word", ["X", "Xenon", "\ttab"])
def test_only_line_ends_are_taken_from_a_binary_word(word, tmp_path):
    file = tmp_path / "words.bin"
    file.write_bytes(b"1 1\n\n" + word.encode() + b" " + numpy.ones(1, dtype="<f4").tobytes())
    assert list(Embeddings.load(file, binary=True)) == [word]


# --- the gradient check -------------------------------------------------------------------


class Stretched:
    """The identity, whose gradient is a hundredth too large."""

    params, grads = [], []

    def forward(self, x):
        return x

    def backward(self, dout):
        return dout * 1.01


@pytest.mark.parametrize("directions", [{}, {"directions": 1}])
def test_the_error_along_a_direction_is_relative_to_the_whole_gradient(directions):
    """Along a direction that hardly matters, a rounding error is no large part of little."""
    for seed in range(30):
        x = numpy.zeros((3, 4))
        u = numpy.random.default_rng(seed).standard_normal(x.shape)
        rng = numpy.random.default_rng(seed + 1)
        count = directions.get("directions", 4)
        slopes = abs(numpy.array([(rng.standard_normal(x.shape) * u).sum() for _ in range(count)]))
        scale = 1.01 * numpy.sqrt((u**2).sum())
        expected = max(0.01 * slopes / numpy.maximum(scale, 1.01 * slopes))
        error = check_directions(Stretched(), x, seed=seed, tolerance=1, **directions)
        assert error == pytest.approx(expected, rel=1e-5)


def test_four_directions_unless_told():
    class Counted(Stretched):
        asked = 0

        def forward(self, x):
            self.asked += 1
            return x

    layer = Counted()
    check_directions(layer, numpy.ones(3), tolerance=1)
    assert layer.asked == 2 + 4 * 2  # two passes forward and backward, two steps a direction


def test_a_small_ratio_is_not_called_nothing():
    numeric = numpy.array([1.0, -2.0, 3.0])
    assert explain(0.0005 * numeric, numeric, []) == "; the ratio is 0.0005 everywhere"
    assert "nothing was written" in explain(0 * numeric, numeric, [])


def test_ratios_that_differ_by_rounding_are_one_ratio():
    """float32 somewhere in the layer: one ratio, to four digits."""
    numeric = numpy.array([1.0, -2.0, 3.0])
    assert "the ratio is 2 everywhere" in explain(numeric * [2.0, 2.0004, 2.0], numeric, [])
    assert explain(numeric * [2.0, 2.02, 2.0], numeric, []) == ""


def test_zero_everywhere_is_said():
    assert explain(numpy.ones(2), numpy.zeros(2), []) == "; the numerical gradient is 0 everywhere"


def test_rounding_in_place_of_a_gradient_is_called_nothing():
    numeric = numpy.array([1.0, -2.0, 3.0])
    assert "nothing was written" in explain(1e-7 * abs(numeric), numeric, [])


# --- defaults, and words of an error --------------------------------------------------------


def test_vectors_are_saved_as_text_where_nothing_is_said(tmp_path):
    Embeddings(numpy.eye(2), ["a", "b"]).save(tmp_path / "v")
    assert (tmp_path / "v").read_text().splitlines() == ["2 2", "a 1.0 0.0", "b 0.0 1.0"]


def test_the_window_is_1_where_nothing_is_said():
    contexts, target = text.create_contexts_target(numpy.arange(4))
    assert contexts.tolist() == [[0, 2], [1, 3]]
    assert target.tolist() == [1, 2]


def test_a_text_without_words_is_shown_shortened():
    with pytest.raises(ValueError, match=r"^text=' {20}' holds no word"):
        text.preprocess(" " * 30)


# --- gradient check -----------------------------------------------------------------------


def test_a_label_of_type_float_needs_no_gradient():
    layer = layers.SigmoidWithLoss()
    x, t = numpy.array([0.5, -1.0]), numpy.array([1.0, 0.0])
    assert check_gradients(layer, x, t) < 1e-7


def test_a_gradient_too_few_is_refused():
    class OneMissing(layers.Affine):
        def __init__(self, W, b):
            super().__init__(W, b)
            del self.grads[1]

        def backward(self, dout):
            self.grads[0][...] = self.x.T @ dout
            return dout @ self.params[0].T

    x = numpy.random.default_rng(0).standard_normal((4, 3))
    with pytest.raises(ValueError, match="shorter"):
        check_gradients(OneMissing(numpy.ones((3, 2)), numpy.ones(2)), x)


def test_a_missing_division_by_2_is_named():
    class Twice(layers.MatMul):
        def backward(self, dout):
            return 2 * super().backward(dout)

    x = numpy.random.default_rng(0).standard_normal((2, 3))
    with pytest.raises(AssertionError, match="the ratio is 2 everywhere: a division by 2"):
        check_gradients(Twice(numpy.ones((3, 5))), x)


def test_a_small_gradient_is_judged_by_its_own_size():
    """1e-6 where 2e-6 is due: half of it is wrong, however small."""
    due, derived = numpy.full(3, 2e-6), numpy.full(3, 1e-6)
    with pytest.raises(AssertionError, match=r"relative error 5\.0e-01 > 1e-07"):
        compare_gradients("W", derived, due)
    with pytest.raises(AssertionError, match=r"relative error 5\.0e-01 > 1e-07"):
        compare_gradients("W", due, derived)
    assert compare_gradients("W", derived, due, scale=100.0) == pytest.approx(1e-8)


# --- embeddings that are refused ------------------------------------------------------------


@pytest.mark.parametrize(
    ("vectors", "words", "message"),
    [
        (numpy.eye(2), ["a"], "there are 1 words and 2 vectors; each word needs one vector"),
        (
            [[1.0, 1e300]],
            ["a"],
            "the vector of 'a' holds inf at place 1; allowed are finite float32 numbers",
        ),
    ],
)
def test_no_embeddings(vectors, words, message):
    with numpy.errstate(over="raise"), pytest.raises(ValueError, match=rf"^{message}$"):
        Embeddings(vectors, words)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"1 1\na 1e300\n", "the number inf; expected finite float32 numbers"),
        (b"\xff" * 50 + b"\n", re.escape(": " + repr("\ufffd" * 40) + ";")),
        (b"1 1\n" + b"\xff" * 50 + b" 1.0\n", re.escape(": " + repr(b"\xff" * 40) + ";")),
    ],
)
def test_no_file_of_embeddings(tmp_path, content, found):
    """What was found is shown, of long lines the first 40 characters."""
    (tmp_path / "v").write_bytes(content)
    with numpy.errstate(over="raise"), pytest.raises(ValueError, match=found):
        Embeddings.load(tmp_path / "v")
