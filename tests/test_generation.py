"""What a language model writes: the draws, the cuts, and the beam."""

import inspect
import itertools
import math
import warnings

import numpy
import pytest
from gradient_table import quick
from hypothesis import given
from hypothesis import strategies as st

from common import config
from common.functions import softmax
from common.generation import (
    BetterRnnlmGen,
    RnnlmGen,
    beam_search,
    generate,
    probabilities,
    words_to_ids,
)
from common.gradient_check import double_precision
from common.language_model import BetterRnnlm, Rnnlm, SimpleRnnlm

rng = numpy.random.default_rng
GEN = [(RnnlmGen, Rnnlm), (BetterRnnlmGen, BetterRnnlm)]
each_gen = pytest.mark.parametrize(("Gen", "Model"), GEN, ids=["RnnlmGen", "BetterRnnlmGen"])


class Remembers:
    """A model that has read everything since the beginning, and the scores are a function of that.

    It has the four methods that generation asks for, and nothing else.
    """

    def __init__(self, scores):
        self.scores, self.history, self.batches = scores, None, []

    def read(self, xs):
        xs = numpy.asarray(xs)
        self.batches.append(len(xs))
        if self.history is not None:
            xs = numpy.column_stack([self.history, xs])
        self.history = xs
        return numpy.array([self.scores(tuple(row)) for row in xs.tolist()])

    def get_state(self):
        return [] if self.history is None else [self.history]

    def set_state(self, state):
        (self.history,) = state or [None]

    def reset_state(self):
        self.history = None


def by_chance(seed, V):
    """Scores of V words that look drawn, always the same behind the same words."""
    return lambda words: 3 * rng([seed, *words]).standard_normal(V)


def ln_p(scores, prompt, ids):
    """The sum of ln p of each word, given those before."""
    words, total = list(prompt), 0.0
    for i in ids:
        total += math.log(softmax(numpy.asarray(scores(tuple(words))))[i])
        words.append(i)
    return total


# --- probabilities ------------------------------------------------------------------------

rows = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


@quick
@given(scores=rows, temperature=st.floats(0.05, 20))
def test_temperature_divides_the_scores(scores, temperature):
    p = probabilities(scores, temperature)
    assert p.dtype == numpy.float64
    numpy.testing.assert_allclose(p, softmax(numpy.array(scores) / temperature), atol=1e-15)
    numpy.testing.assert_array_equal(probabilities(scores), probabilities(scores, 1.0))


def test_temperature_by_hand():
    """ln 1, ln 2, ln 4: at 1 as 1 : 2 : 4, at 1/2 as 1 : 4 : 16, at 2 as 1 : 1.414 : 2."""
    scores = numpy.log([1, 2, 4])
    for temperature, parts in (1, [1, 2, 4]), (0.5, [1, 4, 16]), (2, [1, 2**0.5, 2]):
        expected = numpy.array(parts) / sum(parts)
        numpy.testing.assert_allclose(probabilities(scores, temperature), expected)


@pytest.mark.parametrize("temperature", [0, 1e-300])
def test_a_temperature_of_zero_is_the_limit(temperature):
    """All on the highest score; at exactly 0, of equal ones, on the lowest id."""
    assert probabilities([1.0, 3.0, 2.0], temperature).tolist() == [0, 1, 0]
    assert probabilities([1.0, 3.0, 2.0], temperature, skip_ids=[1]).tolist() == [0, 0, 1]
    assert probabilities([3.0, 1.0, 3.0], 0).tolist() == [1, 0, 0]
    assert probabilities([3.0, 1.0, 3.0], 1e-300).tolist() == [0.5, 0, 0.5]
    assert probabilities([[1.0, 3.0], [3.0, 1.0]], temperature).tolist() == [[0, 1], [1, 0]]
    assert probabilities([1.0, 3.0], 0).dtype == numpy.float64


def test_the_likeliest_k():
    """Of equal ones, the lower ids."""
    scores = numpy.log([4, 1, 2, 1, 2])
    expected = {1: [1, 0, 0, 0, 0], 2: [4, 0, 2, 0, 0], 3: [4, 0, 2, 0, 2], 4: [4, 1, 2, 0, 2]}
    for k, parts in expected.items():
        numpy.testing.assert_allclose(
            probabilities(scores, top_k=k), numpy.array(parts) / sum(parts), rtol=1e-12
        )
    numpy.testing.assert_allclose(probabilities(scores, top_k=5), softmax(scores), rtol=1e-12)
    odd = probabilities([numpy.arange(99) % 2] * 2, top_k=3)
    assert [numpy.flatnonzero(p).tolist() for p in odd] == [[1, 3, 5]] * 2


def test_the_nucleus_by_hand():
    """1/2, 1/4, 1/8, 1/8: a half is reached by one word, a little more by two."""
    scores = numpy.log([1 / 8, 1 / 2, 1 / 8, 1 / 4])
    for p, parts in [
        (1e-9, [0, 1, 0, 0]),
        (0.5, [0, 1, 0, 0]),
        (0.5001, [0, 2, 0, 1]),
        (0.75, [0, 2, 0, 1]),
        (0.76, [1, 4, 0, 2]),
        (0.876, [1, 4, 1, 2]),
        (1, [1, 4, 1, 2]),
    ]:
        expected = numpy.array(parts) / sum(parts)
        numpy.testing.assert_allclose(probabilities(scores, top_p=p), expected, atol=1e-12)


@quick
@given(scores=rows, p=st.floats(0.01, 1), seed=st.integers(0, 99))
def test_the_nucleus_is_the_smallest_set_that_reaches_p(scores, p, seed):
    full, cut = softmax(numpy.array(scores)), probabilities(scores, top_p=p)
    kept = cut > 0
    assert full[kept].sum() >= p - 1e-9
    assert full[kept].sum() - full[kept].min() < p + 1e-9
    assert full[kept].min() >= full[~kept].max(initial=0)
    numpy.testing.assert_allclose(cut[kept], full[kept] / full[kept].sum(), rtol=1e-9)


@quick
@given(
    scores=st.lists(st.floats(-5, 5), min_size=3, max_size=9),
    k=st.integers(1, 3),
    p=st.floats(0.1, 1),
    skip=st.sets(st.integers(0, 2), max_size=2),
)
def test_all_cuts_at_once(scores, k, p, skip):
    """What: a skipped word has nothing; of the rest k stay; p is reached within those k.
    Expected: what one cut after the other gives, and a batch is its rows."""
    cut = probabilities(scores, 0.7, k, p, skip)
    assert cut.sum() == pytest.approx(1)
    assert (cut > 0).sum() <= k
    assert not cut[list(skip)].any()
    rest = [i for i in range(len(scores)) if i not in skip]
    y = probabilities(numpy.array(scores)[rest], 0.7, min(k, len(rest)))
    # not the logarithm of y: scores that differ by 1e-17 would become ties
    after = numpy.where(y > 0, numpy.array(scores)[rest], -1e9)
    numpy.testing.assert_allclose(cut[rest], probabilities(after, 0.7, top_p=p), atol=1e-9)
    both = probabilities([scores, scores[::-1]], 0.7, k, p)
    numpy.testing.assert_array_equal(both[0], probabilities(scores, 0.7, k, p))
    numpy.testing.assert_array_equal(both[1], probabilities(scores[::-1], 0.7, k, p))


def test_scores_as_large_as_numbers_get():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert probabilities([1e308, -1e308, 1e308]).tolist() == [0.5, 0, 0.5]
    single = numpy.array([1, 2, 3], dtype=numpy.float32)
    for scores in single, single.astype(int):
        p = probabilities(scores)
        assert p.dtype == numpy.float64
        numpy.testing.assert_allclose(p, softmax(scores.astype(float)), rtol=1e-14)
    given_scores = numpy.array([1.0, 2.0])
    probabilities(given_scores, skip_ids=[1])
    assert given_scores.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"temperature": -1}, r"^temperature=-1; allowed is a finite number, 0 or more"),
        ({"temperature": math.inf}, r"^temperature=inf"),
        ({"top_k": 0}, r"^top_k=0; allowed is a whole number, 1 to 3"),
        ({"top_k": 4}, r"^top_k=4; allowed is a whole number, 1 to 3"),
        ({"top_p": 0}, r"^top_p=0; allowed is a number above 0 and at most 1"),
        ({"top_p": 1.01}, r"^top_p=1.01; allowed"),
        ({"top_p": math.nan}, r"^top_p=nan; allowed"),
        ({"top_p": "a half"}, r"^top_p='a half'; allowed"),
        ({"skip_ids": [2, 0, 1, 1]}, r"^skip_ids holds all 3 words; at least one must be left"),
    ],
)
def test_what_cannot_be_is_refused(named, told):
    with pytest.raises(ValueError, match=told):
        probabilities([1.0, 2.0, 3.0], **named)
    with pytest.raises(ValueError, match=told):
        generate(Remembers(lambda words: [1.0, 2.0, 3.0]), [0], 3, **named)


def test_a_skipped_word_that_does_not_exist():
    with pytest.raises(IndexError, match="skip_ids contains 3; allowed are 0 to 2"):
        probabilities([1.0, 2.0, 3.0], skip_ids=[3])
    assert probabilities([0.0, 0.0, 1.0], skip_ids=[2, 2]).tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_scores_that_are_no_numbers(bad):
    with pytest.raises(ValueError, match=rf"^a score is {bad}; allowed are finite numbers"):
        probabilities([1.0, bad, 3.0])


# --- drawing ------------------------------------------------------------------------------


def test_words_are_drawn_with_their_probabilities():
    """3,000 words of 1/2, 1/4 and 1/4, with one of four skipped; each behind those before."""
    model = Remembers(lambda words: numpy.log([2, 1, 9, 1]))
    model.read = lambda xs: numpy.log([[2, 1, 9, 1]])
    ids = generate(model, [3], 3_000, skip_ids=[2], rng=0)
    assert all(type(i) is int for i in ids)
    counts = numpy.bincount(ids, minlength=4) / 3_000
    numpy.testing.assert_allclose(counts, [0.5, 0.25, 0, 0.25], atol=0.03)


def test_each_word_is_read_before_the_next():
    """A model that counts: behind n words it says n."""
    model = Remembers(lambda words: 50.0 * numpy.eye(9)[len(words)])
    assert generate(model, [7, 7], 5) == [2, 3, 4, 5, 6]
    assert generate(model, [7], 3) == [1, 2, 3]


@quick
@given(seed=st.integers(0, 1000), length=st.integers(1, 8))
def test_greedy_takes_the_likeliest(seed, length):
    scores = by_chance(seed, 5)
    words = [4, 0]
    for _ in range(length):
        words.append(int(scores(tuple(words)).argmax()))
    assert generate(Remembers(scores), [4, 0], length, temperature=0) == words[2:]
    assert generate(Remembers(scores), [4, 0], length, top_k=1) == words[2:]


def test_a_seed_repeats_the_text():
    model = Remembers(by_chance(0, 9))
    first = generate(model, [1], 30, 2.0, rng=5)
    assert generate(model, [1], 30, 2.0, rng=5) == first
    assert generate(model, [1], 30, 2.0, rng=rng(5)) == first
    assert generate(model, [1], 30, 2.0, rng=6) != first
    numpy.random.seed(3)
    first = generate(model, [1], 30, 2.0)
    assert generate(model, [1], 30, 2.0) != first
    numpy.random.seed(3)
    assert generate(model, [1], 30, 2.0) == first


def test_a_text_ends_with_the_word_that_ends_it():
    """What: a model that counts to 8.
    Expected: the end is written, nothing behind it; an end in the prompt ends nothing."""
    model = Remembers(lambda words: 50.0 * numpy.eye(9)[min(8, len(words))])
    assert generate(model, [4, 4], 20, end_id=4) == [2, 3, 4]
    assert generate(model, [4, 4], 2, end_id=4) == [2, 3]
    assert generate(model, [4], 4, end_id=1) == [1]
    assert generate(model, [4], 3, end_id=0) == [1, 2, 3]


def test_a_model_is_left_as_it_was():
    """What: a model in the middle of a text, asked for another one; also one that fails.
    Expected: the other begins from nothing, and the first goes on."""
    model = Remembers(by_chance(0, 4))
    model.read([[1, 2, 3], [3, 2, 1]])
    ids = generate(model, [0], 4, rng=0)
    assert ids == generate(Remembers(by_chance(0, 4)), [0], 4, rng=0)
    assert beam_search(model, [0], 4, 3) == beam_search(Remembers(by_chance(0, 4)), [0], 4, 3)
    assert model.history.tolist() == [[1, 2, 3], [3, 2, 1]]
    model.scores = None
    for ask in generate, lambda *args: beam_search(*args, 2):
        with pytest.raises(TypeError):
            ask(model, [0], 4)
        assert model.history.tolist() == [[1, 2, 3], [3, 2, 1]]


@pytest.mark.parametrize("prompt", [[], [[1, 2]], [0.5], "word", [True]])
def test_a_prompt_is_a_row_of_ids(prompt):
    model = Remembers(by_chance(0, 4))
    told = r"allowed are the ids of at least one word, in a row \(words_to_ids makes them\)"
    for ask in generate, lambda *args: beam_search(*args, 2):
        with pytest.raises(ValueError, match=rf"^prompt=.*; {told}$"):
            ask(model, prompt, 3)
    assert model.batches == []
    assert generate(model, numpy.array([1, 2]), 3, 0) == generate(model, (1, 2), 3, 0)


@pytest.mark.parametrize("length", [0, 2.5])
def test_a_length_is_a_whole_number(length):
    model = Remembers(by_chance(0, 4))
    for ask in generate, lambda *args: beam_search(*args, 2):
        with pytest.raises(ValueError, match=rf"^length={length}; allowed"):
            ask(model, [1], length)
    with pytest.raises(ValueError, match=r"^width=0; allowed"):
        beam_search(model, [1], 3, 0)
    assert len(generate(model, [1], 1)) == 1
    assert len(beam_search(model, [1], 1, 1)) == 1


# --- the beam -----------------------------------------------------------------------------


@quick
@given(seed=st.integers(0, 1000), length=st.integers(1, 3), end_id=st.sampled_from([None, 0, 2]))
def test_a_beam_that_is_wide_enough_finds_everything(seed, length, end_id):
    """What: all texts of up to three words of three, tried one by one.
    Expected: the beam's, in the same order, with the same sums of ln p."""
    scores = by_chance(seed, 3)
    texts = set()
    for ids in itertools.product(range(3), repeat=length):
        ends = [i + 1 for i, word in enumerate(ids) if word == end_id]
        texts.add(ids[: min(ends, default=length)])
    expected = sorted(((ln_p(scores, [1, 1], ids), ids) for ids in texts), reverse=True)
    found = beam_search(Remembers(scores), [1, 1], length, 27, end_id)
    assert [ids for ids, _ in found] == [list(ids) for _, ids in expected]
    numpy.testing.assert_allclose([s for _, s in found], [s for s, _ in expected], rtol=1e-12)
    assert all(type(i) is int for ids, _ in found for i in ids)
    assert all(type(s) is float for _, s in found)


@quick
@given(seed=st.integers(0, 1000), power=st.sampled_from([0, 0.5, 1, 2.0]))
def test_a_power_of_the_length_turns_the_order_of_the_texts_alone(seed, power):
    """Expected: the texts and sums of a beam that finds everything, sorted by hand."""
    scores = by_chance(seed, 3)
    plain = beam_search(Remembers(scores), [1], 3, 27, 0)
    found = beam_search(Remembers(scores), [1], 3, 27, 0, length_power=power)
    assert found == sorted(plain, key=lambda text: -text[1] / len(text[0]) ** power)


def test_the_mean_prefers_the_longest_where_each_word_has_the_same_probability():
    """And a power below 0 is refused."""
    with pytest.raises(ValueError, match=r"^length_power=-1"):
        beam_search(Remembers(by_chance(0, 3)), [1], 3, 2, length_power=-1)
    scores = Remembers(lambda words: numpy.log([0.2, 0.8]))  # 0 ends
    (ids, total), *_ = beam_search(scores, [1], 4, 2, 0, length_power=1)
    assert ids == [1, 1, 1, 1]
    assert total == pytest.approx(4 * numpy.log(0.8))


@quick
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 7),
    width=st.integers(1, 4),
    end_id=st.sampled_from([None, 0]),
)
def test_the_beam_is_never_worse_than_greedy(seed, length, width, end_id):
    scores = by_chance(seed, 4)
    greedy = generate(Remembers(scores), [2], length, temperature=0, end_id=end_id)
    found = beam_search(Remembers(scores), [2], length, width, end_id)
    assert 1 <= len(found) <= width
    assert found[0][1] >= ln_p(scores, [2], greedy) - 1e-12
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    assert len({tuple(ids) for ids, _ in found}) == len(found)
    for ids, total in found:
        assert total == pytest.approx(ln_p(scores, [2], ids), rel=1e-12)
        assert len(ids) == length or ids[-1] == end_id
        assert end_id not in ids[:-1]
    if width == 1:
        assert found[0][0] == greedy


# Of three words; what has no line is as likely as everything else.
TRAP = {(): [0.4, 0.35, 0.25], (0,): [0.34, 0.33, 0.33], (1,): [0.5, 0.5, 0], (0, 0): [1, 0, 0]}


def test_a_greedy_text_that_falls_out_of_the_beam():
    """What: 0 0 is the likeliest text word by word, 0.136, but 1 0 and 1 1 have 0.175 each, and
    fill a beam of two.  Then only 0 0 has a sure next word.
    Why: beam search alone would return a text of 0.175 / 3 and call it the best.
    Expected: 0 0 0, with 0.136, and one of the others behind it."""

    def scores(words):
        return numpy.log(numpy.array(TRAP.get(words[1:], [1 / 3] * 3)) + 1e-12)

    assert generate(Remembers(scores), [9], 3, temperature=0) == [0, 0, 0]
    (first, p), (second, q) = beam_search(Remembers(scores), [9], 3, 2)
    assert first == [0, 0, 0]
    assert p == pytest.approx(math.log(0.4 * 0.34))
    assert second == [1, 0, 0]
    assert q == pytest.approx(math.log(0.35 * 0.5 / 3))


def test_a_beam_finds_what_greedy_misses():
    """0 is likelier than 1 at first, 0.6, but nothing sure comes behind it."""

    def scores(words):
        return numpy.log({(): [0.6, 0.4], (1,): [0.99, 0.01]}.get(words[1:], [0.5, 0.5]))

    (ids, p), *_ = beam_search(Remembers(scores), [9], 2, 2)
    assert ids == [1, 0]
    assert p == pytest.approx(math.log(0.4 * 0.99))


def test_of_equal_texts_the_lower_ids_come_first():
    found = beam_search(Remembers(lambda words: [0.0, 1.0] * 50), [3], 2, 4)
    assert [ids for ids, _ in found] == [[1, 1], [1, 3], [1, 5], [1, 7]]


def test_what_is_added_to_all_scores_changes_nothing():
    """What: scores in float32, and each row of a batch far above or below the next.
    Why: exp(20,000) is infinite, and exp(-20,000) is 0.
    Expected: the sums of ln p in all digits."""
    base = by_chance(1, 5)

    def scores(words):
        return (base(words) + 2**12 * (words[-1] - 2)).astype(numpy.float32)

    found = beam_search(Remembers(scores), [1], 4, 60)
    assert len({ids[0] for ids, _ in found}) > 1
    for ids, total in found:
        assert total == pytest.approx(
            ln_p(lambda words: scores(words).astype(float), [1], ids), rel=1e-12
        )


def test_no_more_rows_are_read_than_the_beam_is_wide():
    """Nor is anything read behind the last word, or behind texts that have all ended."""
    model = Remembers(by_chance(0, 5))
    beam_search(model, [1], 4, 3)
    assert model.batches == [1, 3, 3, 3, 1, 1, 1, 1]
    model = Remembers(lambda words: [50.0, 0.0])
    assert beam_search(model, [1], 9, 1, end_id=0)[0][0] == [0]
    assert model.batches == [1, 1]


# --- models that read on from a state -----------------------------------------------------

MODELS = [(SimpleRnnlm, 3), (Rnnlm, 3), (BetterRnnlm, 4)]
each_model = pytest.mark.parametrize(
    ("Model", "D"), MODELS, ids=lambda m: getattr(m, "__name__", "")
)


def large(model):
    """Weights that are large enough that what was read matters; float64."""
    model = double_precision(model)
    for p in model.params:
        p *= 6
    return model


@each_model
def test_a_state_is_taken_and_given_back(Model, D):
    """What: three streams, read in two blocks; then the second block again, in other orders.
    Expected: the scores that reading in one block gives."""
    model = large(Model(6, D, 4, rng=0))
    xs = rng(0).integers(0, 6, (3, 5))
    assert model.get_state() == []
    whole = model.read(xs)
    assert whole.shape == (3, 6)
    numpy.testing.assert_array_equal(model.get_state()[0].shape, (3, 4))
    model.reset_state()
    numpy.testing.assert_array_equal(model.predict(xs)[:, -1], whole)
    model.reset_state()
    model.read(xs[:, :3])
    state = model.get_state()
    assert len(state) == {SimpleRnnlm: 1, Rnnlm: 2, BetterRnnlm: 4}[Model]
    numpy.testing.assert_allclose(model.read(xs[:, 3:]), whole, rtol=1e-12)
    for order in [2, 0, 1], [1], [0, 0, 2, 2]:
        model.set_state([part[order] for part in state])
        numpy.testing.assert_allclose(model.read(xs[order, 3:]), whole[order], rtol=1e-12)
    model.set_state([])
    numpy.testing.assert_array_equal(model.read(xs), whole)
    with pytest.raises(
        ValueError, match=rf"^the state has 9 arrays and this .* {len(state)}: give"
    ):
        model.set_state(state[:1] * 9)


@each_model
@quick
@given(seed=st.integers(0, 100), width=st.integers(1, 4))
def test_a_models_beam_is_never_worse_than_greedy(Model, D, seed, width):
    model = large(Model(7, D, 4, rng=seed))

    def scores(words):
        model.reset_state()
        return model.read([words])[0]

    greedy = generate(model, [1, 2], 5, temperature=0, end_id=0)
    found = beam_search(model, [1, 2], 5, width, end_id=0)
    assert found[0][1] >= ln_p(scores, [1, 2], greedy) - 1e-9
    for ids, total in found:
        assert total == pytest.approx(ln_p(scores, [1, 2], ids), abs=1e-9)


def test_dropout_does_not_write():
    model = large(BetterRnnlm(6, 4, 4, rng=0))
    model.forward(numpy.zeros((1, 2), int), numpy.zeros((1, 2), int))  # as in training
    assert len({tuple(generate(model, [1], 20, temperature=0)) for _ in range(5)}) == 1


def test_a_word_that_the_model_does_not_have():
    with pytest.raises(IndexError, match="allowed are 0 to 5"):
        generate(Rnnlm(6, 3, 4), [6], 3)


def test_on_a_gpu(cupy, monkeypatch):
    here = Rnnlm(6, 3, 4, rng=0)
    for p in here.params:
        p *= 6
    monkeypatch.setattr(config, "GPU", True)
    there = Rnnlm(6, 3, 4)
    config.GPU = False
    for p, q in zip(there.params, here.params, strict=True):
        p[...] = cupy.asarray(q)
    assert generate(there, cupy.asarray([1, 2]), 9, rng=0) == generate(here, [1, 2], 9, rng=0)
    ours, theirs = (beam_search(m, [1, 2], 5, 3, end_id=0) for m in (here, there))
    assert [ids for ids, _ in ours] == [ids for ids, _ in theirs]
    assert [s for _, s in theirs] == pytest.approx([s for _, s in ours], rel=1e-4)


# --- prompts ------------------------------------------------------------------------------


def test_words_to_ids():
    word_to_id = {"you": 0, "say": 1, "goodbye": 2}
    assert words_to_ids("say  you say", word_to_id) == [1, 0, 1]
    assert words_to_ids(["goodbye"], word_to_id) == [2]
    assert words_to_ids(iter(["you", "say"]), word_to_id) == [0, 1]
    assert words_to_ids("", word_to_id) == []
    with pytest.raises(KeyError, match="godbye is not found; close words: goodbye"):
        words_to_ids("you say godbye", word_to_id)


# --- the classes that scripts call --------------------------------------------------------


@each_gen
def test_a_script_gets_a_list_that_begins_with_its_word(Gen, Model):
    model = Gen(9, 4, 4, rng=0)
    for start_id in 3, numpy.int64(3):
        ids = model.generate(start_id, [1, 2], 200)
        assert len(ids) == 200
        assert ids[0] == 3
        assert all(type(i) is int for i in ids)
        assert set(ids) == set(range(9)) - {1, 2}
    assert model.generate(3, sample_size=1) == [3]
    assert len(model.generate(3)) == 100
    assert model.generate(1, [1], 5).count(1) == 1
    with pytest.raises(ValueError, match=r"^sample_size=0"):
        model.generate(3, None, 0)
    assert [*inspect.signature(Gen.generate).parameters] == [
        "self",
        "start_id",
        "skip_ids",
        "sample_size",
    ]


@each_gen
def test_a_script_reads_on_from_the_state(Gen, Model):
    """What: words read before, and the same state put back.
    Expected: a seed repeats the text from the same state, and not from another."""
    model = large(Gen(9, 4, 4, rng=0))
    model.predict(numpy.array([[1, 2, 3]]))
    states = model.get_state()
    texts = []
    for state in states, states, []:
        model.set_state(state)
        numpy.random.seed(0)
        texts.append(model.generate(4, sample_size=30))
    assert texts[0] == texts[1] != texts[2]
    numpy.random.seed(0)
    assert texts[0] == [4, *generate(model, [1, 2, 3, 4], 29)]
    model.set_state(states)
    numpy.random.seed(0)
    assert model.generate(4, sample_size=10) == texts[0][:10]
    read = model.get_state()
    model.set_state(states)
    model.read([texts[0][:9]])
    for mine, expected in zip(read, model.get_state(), strict=True):
        numpy.testing.assert_allclose(mine, expected, rtol=1e-9)


@each_gen
def test_files_of_the_model_that_was_trained(Gen, Model, tmp_path):
    """What: parameters that the plain class wrote, read by the one that writes, and a third class.
    Expected: read; refused where one does not build on the other."""
    trained, model = Model(9, 4, 4, rng=1), Gen(9, 4, 4, rng=2)
    trained.save_params(tmp_path / "trained.npz")
    model.load_params(tmp_path / "trained.npz")
    for p, q in zip(model.params, trained.params, strict=True):
        numpy.testing.assert_array_equal(p, q)
    model.save_params(tmp_path / "gen.npz")
    with pytest.raises(
        ValueError, match=f"holds the parameters of a {Gen.__name__}; this model is"
    ):
        trained.load_params(tmp_path / "gen.npz")
