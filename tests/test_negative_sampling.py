"""The sampler by chi-square and exact enumeration; the loss against its plain formula."""

import itertools
import math
import re

import numpy
import pytest
from gradient_table import quick, weights
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from common.negative_sampling import (
    NegativeSamplingLoss,
    UnigramSampler,
    cumulative,
    fill_by_race,
    keep_probability,
    repeats,
    subsample,
    word_counts,
)

# Ids out of order and with gaps: 0, 3 and 8 never occur; counts from 1 to 40.
COUNTS = {7: 40, 1: 12, 5: 6, 2: 3, 6: 2, 9: 1, 4: 1}
CORPUS = numpy.array([word for word, n in COUNTS.items() for _ in range(n)])
numpy.random.default_rng(0).shuffle(CORPUS)

# Five words, one of them most of the text: repeats are certain.
FIVE = numpy.repeat([0, 1, 2, 3, 4], [50, 20, 10, 3, 1])


def exact(power, without=()):
    """P(word) by hand, from the dictionary of counts."""
    p = {w: n**power for w, n in COUNTS.items() if w not in without}
    total = math.fsum(p.values())
    return numpy.array([p.get(w, 0) / total for w in range(10)])


def chi_square(observed, p, draws):
    """The p-value of the counts, over the words that can be drawn; none of the others was."""
    possible = p > 0
    assert observed[~possible].sum() == 0
    assert observed.sum() == draws
    return stats.chisquare(observed[possible], draws * p[possible]).pvalue


def orders_without_replacement(p, target, K):
    """Every ordered draw of K distinct words other than the target, with its probability."""
    others = [w for w in range(len(p)) if w != target and p[w] > 0]
    for order in itertools.permutations(others, K):
        probability, left = 1.0, math.fsum(p[w] for w in others)
        for w in order:
            probability *= p[w] / left
            left -= p[w]
        yield order, probability


def assert_exact_sets(drawn, word_p, target, K):
    """The sets drawn, (n, K), follow the exact distribution: chi-square at p > 0.001."""
    exact = {}
    for order, probability in orders_without_replacement(word_p, target, K):
        key = sum(1 << w for w in order)
        exact[key] = exact.get(key, 0) + probability
    code = (1 << drawn).sum(axis=1)
    observed = [(code == key).sum() for key in exact]
    assert sum(observed) == len(drawn)
    assert stats.chisquare(observed, len(drawn) * numpy.array([*exact.values()])).pvalue > 0.001


# --- one draw -----------------------------------------------------------------------------


@pytest.mark.parametrize("power", [0, 0.75, 1, 2.5])
@pytest.mark.parametrize("seed", [0, 1])
def test_draws_follow_the_counts(power, seed):
    """What: a million draws from a corpus whose ids are out of order and have gaps.
    Why: a printed book drew from misaligned probabilities for weeks; no picture shows it.
    Expected: chi-square against count^power, p above 0.001; ids that do not occur never."""
    sampler = UnigramSampler(CORPUS, power, 3, rng=numpy.random.default_rng(seed))
    p = exact(power)
    numpy.testing.assert_allclose(sampler.word_p, p, rtol=1e-12)
    observed = numpy.bincount(sampler.draw(1_000_000), minlength=10)
    assert chi_square(observed, p, 1_000_000) > 0.001


def test_the_chi_square_notices_a_wrong_power():
    """A test that cannot fail proves nothing: 0.7 for 0.75 is seen, and so is a shift by one id."""
    sampler = UnigramSampler(CORPUS, 0.7, 3, rng=numpy.random.default_rng(0))
    observed = numpy.bincount(sampler.draw(1_000_000), minlength=10)
    assert chi_square(observed, exact(0.75), 1_000_000) < 1e-6


def test_word_p_by_hand():
    """Counts 16, 1, 0, 81 to the power 3/4 are 8, 1, 0, 27."""
    corpus = numpy.repeat([3, 0, 1], [81, 16, 1])
    sampler = UnigramSampler(corpus, 0.75, 2)
    numpy.testing.assert_allclose(sampler.word_p, numpy.array([8, 1, 0, 27]) / 36, rtol=1e-12)
    assert sampler.sample_size == 2


def test_draws_at_the_edges_of_the_unit_interval():
    """What: the uniform number 0, the largest below 1, and each border between two words.
    Why: words that do not occur have stretches of length 0, in front, between and behind.
    Expected: only words that occur; a border belongs to the word above it."""

    class Fixed:
        def random(self, shape):
            return numpy.array([0.0, 0.25, 0.5, numpy.nextafter(1, 0)])

    sampler = UnigramSampler(numpy.array([1, 3, 4, 4]), 1, 2, vocab_size=7, rng=Fixed())
    assert sampler.draw(4).tolist() == [1, 3, 4, 4]
    assert sampler.draw(4).dtype.kind == "i"


def test_draws_have_the_shape_that_is_asked():
    sampler = UnigramSampler(CORPUS, 1, 3)
    assert sampler.draw((2, 3)).shape == (2, 3)
    assert sampler.draw(4).shape == (4,)


# --- K distinct words that are not the target ---------------------------------------------


@pytest.mark.parametrize("target", [7, 4, 1])
def test_one_negative_follows_the_counts_of_the_others(target):
    """What: 200,000 negatives of one target, which is the most frequent word, the rarest, another.
    Why: to leave out the target must leave the odds of the rest as they were.
    Expected: chi-square against count^0.75 of the others, p above 0.001."""
    n = 200_000
    sampler = UnigramSampler(CORPUS, 0.75, 1, rng=numpy.random.default_rng(2))
    drawn = sampler.get_negative_sample(numpy.full(n, target))
    assert drawn.shape == (n, 1)
    observed = numpy.bincount(drawn[:, 0], minlength=10)
    assert chi_square(observed, exact(0.75, without=[target]), n) > 0.001


@pytest.mark.parametrize("target", [0, 2, 4])
@pytest.mark.parametrize("K", [2, 3])
def test_ordered_draws_are_successive_sampling_without_replacement(target, K):
    """What: 100,000 rows of K negatives from five words, against every possible ordered row.
    Why: drawing again what has been drawn before is easily biased, and then no formula holds.
    Expected: chi-square over all orders, p above 0.001."""
    n = 100_000
    sampler = UnigramSampler(FIVE, 0.75, K, rng=numpy.random.default_rng(3))
    drawn = sampler.get_negative_sample(numpy.full(n, target))
    exact = dict(orders_without_replacement(sampler.word_p, target, K))
    assert math.fsum(exact.values()) == pytest.approx(1)
    code = drawn @ 5 ** numpy.arange(K)
    observed = [(code == numpy.dot(order, 5 ** numpy.arange(K))).sum() for order in exact]
    assert sum(observed) == n
    assert stats.chisquare(observed, n * numpy.array([*exact.values()])).pvalue > 0.001


def force_the_race(monkeypatch, keep_drawing):
    """Make the loop give up after ``keep_drawing`` rounds: later redraws change nothing."""
    draw, calls = UnigramSampler.draw, []

    def stuck(self, shape):
        calls.append(shape)
        if len(calls) <= 1 + keep_drawing:
            return draw(self, shape)
        return numpy.full(shape, 0)

    monkeypatch.setattr(UnigramSampler, "draw", stuck)
    return calls


@pytest.mark.parametrize("target", [0, 4])
@pytest.mark.parametrize("K", [2, 3])
def test_a_set_of_negatives_has_the_exact_odds_when_drawn_by_a_race(target, K):
    """What: all K places of a row filled by ``fill_by_race``, as when redraws bring nothing new.
    Why: it is the rare path, and a rare bias is found by nobody.
    Expected: each set of K words as often as by successive sampling, p above 0.001."""
    n = 60_000
    corpus = numpy.repeat([1, 2, 3, 4, 5], [50, 20, 10, 3, 1])  # id 0 does not occur
    sampler = UnigramSampler(corpus, 0.75, K, rng=numpy.random.default_rng(4))
    word = target + 1
    drawn = all_by_race(sampler, numpy.full(n, word), K)
    assert_exact_sets(drawn, sampler.word_p, word, K)


def all_by_race(sampler, target, K):
    """All K places of each row left to ``fill_by_race``."""
    words = numpy.column_stack([target] + [target] * K)
    again = numpy.ones(words.shape, dtype=bool)
    again[:, 0] = False
    uniform = sampler.uniform((len(words), len(sampler.word_p)))
    words = fill_by_race(words, again, sampler.word_p, uniform)
    assert (words[:, 0] == target).all()
    return words[:, 1:]


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_loop_that_gives_up_still_has_the_exact_odds(monkeypatch, rounds):
    """What: good draws at first, then only the target, until the twenty rounds are over.
    Why: what was drawn before stays, what ``fill_by_race`` adds must fit to it.
    Expected: sets of three words as often as by successive sampling, p above 0.001."""
    n, K, target = 60_000, 3, 0
    sampler = UnigramSampler(FIVE, 0.75, K, rng=numpy.random.default_rng(5))
    calls = force_the_race(monkeypatch, rounds)
    drawn = sampler.get_negative_sample(numpy.full(n, target))
    assert len(calls) == 21  # the first draw, and twenty more
    assert_exact_sets(drawn, sampler.word_p, target, K)


def test_the_race_fills_only_the_places_it_is_given():
    """What: a row with one place to fill, a full row, a row to fill in two places.
    Why: places that were drawn rightly must not be drawn a second time.
    Expected: with five words and four negatives only one filling is left, up to its order."""
    sampler = UnigramSampler(FIVE, 0.75, 4)
    words = numpy.array([[0, 1, 1, 3, 4], [4, 3, 2, 1, 0], [2, 2, 0, 2, 1]])
    again = repeats(words)
    words = fill_by_race(words, again, sampler.word_p, sampler.uniform((3, 5)))
    assert words[0].tolist() == [0, 1, 2, 3, 4]
    assert words[1].tolist() == [4, 3, 2, 1, 0]
    assert words[2, [0, 2, 4]].tolist() == [2, 0, 1]
    assert sorted(words[2, [1, 3]]) == [3, 4]


def test_the_race_never_takes_a_word_that_does_not_occur():
    """What: the uniform number 0 for every word, with which all arrive at once.
    Why: 0 comes once in 2^53 draws; a word that does not occur must not win even then.
    Expected: only words of the corpus."""

    class Zeros:
        def random(self, shape):
            return numpy.zeros(shape)

    sampler = UnigramSampler(numpy.array([2, 5, 6]), 1, 2, vocab_size=9, rng=Zeros())
    assert sorted(all_by_race(sampler, numpy.array([5]), 2)[0]) == [2, 6]


@quick
@given(
    counts=st.lists(st.integers(0, 1000), min_size=3, max_size=12),
    power=st.sampled_from([0, 0.5, 0.75, 1, 3]),
    seed=st.integers(0, 1000),
    data=st.data(),
)
def test_negatives_are_distinct_and_never_the_target(counts, power, seed, data):
    """What: any counts, zeros among them; K up to all the words but one.
    Why: a negative that is the target is told yes and no at once.
    Expected: K distinct words of the corpus in each row, none the target."""
    words = [w for w, n in enumerate(counts) if n]
    if len(words) < 2:
        return
    K = data.draw(st.integers(1, len(words) - 1))
    corpus = numpy.repeat(numpy.arange(len(counts)), counts)
    sampler = UnigramSampler(corpus, power, K, len(counts), rng=numpy.random.default_rng(seed))
    target = numpy.arange(len(counts)).repeat(3)  # those that do not occur, too
    drawn = sampler.get_negative_sample(target)
    assert drawn.shape == (len(target), K)
    for t, row in zip(target, drawn.tolist(), strict=True):
        assert len(set(row)) == K
        assert t not in row
        assert set(row) <= set(words)


def test_all_the_other_words_against_the_longest_odds():
    """What: one word a billion times as likely as three others; all are asked for.
    Why: redrawing until something new comes would take hours.
    Expected: exactly the other words, at once."""
    corpus = numpy.repeat([0, 1, 2, 3], [1000, 1, 1, 1])
    sampler = UnigramSampler(corpus, 3, 3)
    drawn = sampler.get_negative_sample(numpy.array([0, 1, 2, 3] * 50))
    assert all(
        sorted([t, *row]) == [0, 1, 2, 3]
        for t, row in zip([0, 1, 2, 3] * 50, drawn.tolist(), strict=True)
    )


def test_different_targets_in_one_batch():
    """Each row leaves out its own target, not another row's."""
    sampler = UnigramSampler(FIVE, 0, 4)
    drawn = sampler.get_negative_sample(numpy.arange(5))
    assert [sorted(row) for row in drawn.tolist()] == [
        [w for w in range(5) if w != t] for t in range(5)
    ]


@pytest.mark.parametrize("target", [[3, 1], numpy.array([3, 1], "int32"), (3, 1)])
def test_targets_of_any_kind(target):
    assert UnigramSampler(FIVE, 1, 2).get_negative_sample(target).shape == (2, 2)


def test_repeats_marks_what_stands_further_left():
    words = numpy.array([[1, 2, 3, 4], [1, 1, 2, 1], [5, 6, 6, 5]])
    assert repeats(words).astype(int).tolist() == [[0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1]]


# --- randomness that can be repeated ------------------------------------------------------


def test_np_random_seed_repeats_the_draws():
    """What: the global state, seeded before the sampler is made, or right before its first use.
    Why: a notebook sets one seed in its first cell.
    Expected: the same negatives; to make a sampler draws nothing."""
    sampler = UnigramSampler(CORPUS, 0.75, 4)
    target = numpy.array([7, 1, 9])
    numpy.random.seed(5)
    first = sampler.get_negative_sample(target)
    second = sampler.get_negative_sample(target)
    assert not numpy.array_equal(first, second)
    numpy.random.seed(5)
    other = UnigramSampler(CORPUS, 0.75, 4)
    assert numpy.array_equal(other.get_negative_sample(target), first)
    assert numpy.array_equal(other.get_negative_sample(target), second)


@pytest.mark.parametrize("make", [numpy.random.default_rng, numpy.random.RandomState])
def test_a_generator_repeats_the_draws_and_leaves_the_global_state_alone(make):
    numpy.random.seed(0)
    a, b = (UnigramSampler(CORPUS, 0.75, 5, rng=make(9)) for _ in range(2))
    target = numpy.array([7, 1, 9] * 20)
    assert numpy.array_equal(a.get_negative_sample(target), b.get_negative_sample(target))
    all_by_race(a, target, 5)
    left = numpy.random.random()
    numpy.random.seed(0)
    assert left == numpy.random.random()


def test_a_seed_is_as_good_as_its_generator():
    """What: rng=0, rng=7 and NumPy's whole numbers, and a generator with that seed.
    Why: 0 is false, and is easily taken for "nothing given"."""
    target = numpy.array([7, 1, 9] * 20)
    for seed in (0, 7, numpy.int64(7)):
        a = UnigramSampler(CORPUS, 0.75, 5, rng=seed)
        b = UnigramSampler(CORPUS, 0.75, 5, rng=numpy.random.default_rng(int(seed)))
        assert numpy.array_equal(a.get_negative_sample(target), b.get_negative_sample(target))


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("power", [-0.75, numpy.nan, numpy.inf, -numpy.inf])
def test_impossible_powers_are_refused(power):
    with pytest.raises(ValueError, match=f"power={power}; allowed is a finite number, 0 or more"):
        UnigramSampler(CORPUS, power, 2)


def test_a_huge_power_does_not_overflow():
    """What: count 10,000 to the power 100 is beyond any float.
    Why: infinity divided by infinity is not a probability, and such ids are out of range.
    Expected: the most frequent word almost surely, and it is refused where nothing else is left."""
    corpus = numpy.repeat([0, 1, 2], [10_000, 9990, 1])
    sampler = UnigramSampler(corpus, 100, 1)
    assert sampler.word_p[1] == pytest.approx(0.999**100 / (1 + 0.999**100))
    with pytest.raises(ValueError, match="this corpus has 2"):
        UnigramSampler(corpus, 100, 2)


@pytest.mark.parametrize("sample_size", [7, 8, 100])
def test_a_sample_larger_than_the_other_words_is_refused(sample_size):
    """Seven words occur, one is the target: at most six negatives, in a vocabulary of any size."""
    message = (
        f"sample_size={sample_size} needs at least {sample_size + 1} different words, "
        "a target and its negatives; this corpus has 7"
    )
    with pytest.raises(ValueError, match=message):
        UnigramSampler(CORPUS, 0.75, sample_size, vocab_size=1000)
    assert UnigramSampler(CORPUS, 0.75, 6).get_negative_sample([7]).shape == (1, 6)


@pytest.mark.parametrize("sample_size", [0, -1, 2.5, numpy.nan, None])
def test_a_sample_of_nothing_is_refused(sample_size):
    with pytest.raises(
        ValueError, match=f"sample_size={sample_size}; allowed is a whole number, 1 or more"
    ):
        UnigramSampler(CORPUS, 0.75, sample_size)


@pytest.mark.parametrize(
    ("corpus", "options", "error", "message"),
    [
        ([], {}, ValueError, r"a corpus of shape \(0,\); allowed is \(N,\)"),
        ([[0, 1], [2, 3]], {}, ValueError, r"a corpus of shape \(2, 2\); allowed is \(N,\)"),
        (3, {}, ValueError, r"a corpus of shape \(\); allowed is \(N,\)"),
        ([0, 1, -1], {}, IndexError, "corpus contains -1"),
        ([0.0, 1.0, 2.0], {}, TypeError, "corpus must be integers, not float64"),
        ([0, 1, 5], {"vocab_size": 5}, IndexError, "corpus contains 5; allowed are 0 to 4"),
    ],
)
def test_an_impossible_corpus_is_refused(corpus, options, error, message):
    with pytest.raises(error, match=message):
        UnigramSampler(corpus, 0.75, 1, **options)


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ([0, 10], IndexError, "target contains 10; allowed are 0 to 9"),
        ([-1], IndexError, "target contains -1; allowed are 0 to 9"),
        ([1.0], TypeError, "target must be integers, not float64"),
    ],
)
def test_an_impossible_target_is_refused(target, error, message):
    with pytest.raises(error, match=message):
        UnigramSampler(CORPUS, 0.75, 2).get_negative_sample(target)


def test_word_counts_are_aligned_with_ids():
    assert word_counts([4, 1, 4, 0]).tolist() == [1, 1, 0, 0, 2]
    assert word_counts(numpy.array([4, 1, 4]), 7).tolist() == [0, 1, 0, 0, 2, 0, 0]


# --- frequent words are left out ----------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("word2vec.c", [0.11, 0.24, 0.75, 1, 1]), ("paper", [0.1, 0.2, 0.5, 1, 1])],
)
def test_keep_probability_by_hand(formula, expected):
    """What: words of 80, 20, 3.2, 0.8 and 0 in 104; t so that t / f is 1/100, 1/25, 1/4, 1, -.
    Why: sqrt(t / f) is the paper's, and word2vec's C code adds t / f; both are in use.
    Expected: 0.1, 0.2, 0.5, 1 and, by the C code, 0.11, 0.24, 0.75, 1; absent words stay."""
    counts = numpy.array([80, 20, 3.2, 0.8, 0])
    keep = keep_probability(counts, 0.8 / 104, formula)
    numpy.testing.assert_allclose(keep, expected, rtol=1e-12)


def test_the_c_code_is_the_default_and_one_in_a_thousand():
    counts = numpy.array([999, 1])
    expected = math.sqrt(0.001 / 0.999) + 0.001 / 0.999
    numpy.testing.assert_allclose(keep_probability(counts), [expected, 1], rtol=1e-12)


@pytest.mark.parametrize("formula", ["word2vec.c", "paper"])
def test_t_of_0_keeps_all_and_a_large_t_too(formula):
    counts = numpy.array([5, 0, 1])
    for t in (0, 1, 1e9):
        assert keep_probability(counts, t, formula).tolist() == [1, 1, 1]
    corpus = [0, 0, 2, 0, 0, 0]
    assert subsample(corpus, 0, rng=0, formula=formula).tolist() == corpus


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ([1, 2], {"threshold": numpy.nan}, "threshold=nan; allowed is a finite number, 0 or more"),
        ([1, 2], {"threshold": -0.1}, "threshold=-0.1; allowed is a finite number, 0 or more"),
        ([1, 2], {"threshold": numpy.inf}, "threshold=inf; allowed"),
        ([1, 2], {"formula": "gensim"}, "formula='gensim'; allowed are 'word2vec.c' and 'paper'"),
        ([1, -2, 5], {}, "counts must be finite, 0 or more, and not all 0"),
        ([1, numpy.nan], {}, "counts must be finite"),
        ([1, numpy.inf], {}, "counts must be finite"),
        ([0, 0], {}, "counts must be finite, 0 or more, and not all 0"),
        ([], {}, "not all 0"),
    ],
)
def test_impossible_shares_are_refused(counts, options, message):
    with pytest.raises(ValueError, match=message):
        keep_probability(numpy.array(counts), **options)


@pytest.mark.parametrize("formula", ["word2vec.c", "paper"])
def test_words_stay_as_often_as_the_formula_says(formula):
    """What: 200,000 words thinned out, in a shuffled corpus whose ids have gaps.
    Why: one draw for each place, not one for each word, and each with its own word's odds.
    Expected: how many of each word stay is binomial, within 4 standard deviations."""
    rng = numpy.random.default_rng(1)
    times = {4: 150_000, 0: 40_000, 7: 9_900, 2: 100}
    corpus = rng.permutation(numpy.repeat([*times], [*times.values()]))
    stays = numpy.bincount(subsample(corpus, 0.01, 3, formula), minlength=8)
    for word, n in times.items():
        ratio = 0.01 / (n / 200_000)
        p = min(1, math.sqrt(ratio) + (ratio if formula == "word2vec.c" else 0))
        assert abs(stays[word] - n * p) <= 4 * math.sqrt(n * p * (1 - p))
    assert stays[[1, 3, 5, 6]].sum() == 0


def test_what_stays_stays_in_its_order():
    """The places are told apart by their numbers: id i occurs once, but 0 a thousand times."""
    corpus = numpy.concatenate([numpy.arange(1, 50), numpy.zeros(1000, int), numpy.arange(50, 99)])
    thinned = subsample(corpus, 0.02, rng=numpy.random.default_rng(0))
    assert thinned[thinned > 0].tolist() == list(range(1, 99))
    assert 0 < (thinned == 0).sum() < 1000


def test_a_seed_repeats_what_stays():
    corpus = numpy.zeros(1000, int)
    one, same, other = (subsample(corpus, 0.1, rng) for rng in (0, 0, 1))
    assert len(one) == len(same) != len(other)
    numpy.random.seed(4)
    first = len(subsample(corpus, 0.1))
    numpy.random.seed(4)
    assert len(subsample(corpus, 0.1)) == first


# --- the loss -----------------------------------------------------------------------------


def fixed(loss, negatives):
    """A loss whose negatives are given, not drawn."""
    loss.sampler.get_negative_sample = lambda target: numpy.array(negatives)
    return loss


def log_sigmoid(x):
    return -numpy.logaddexp(0, -x)


def test_the_loss_is_its_formula():
    """What: three examples, two negatives each, one of them negative and target at once.
    Why: the layers' form has no sum of logarithms in it; the paper's has.
    Expected: -log s(h.w_target) - sum_k log s(-h.w_k), the mean over the batch."""
    rng = numpy.random.default_rng(0)
    W, h = weights(rng, 10, 3), weights(rng, 3, 3)
    target, negatives = [7, 7, 9], [[1, 4], [9, 1], [7, 2]]
    loss = fixed(NegativeSamplingLoss(W, CORPUS, sample_size=2), negatives)
    expected = 0
    for n in range(3):
        expected -= log_sigmoid(h[n] @ W[target[n]])
        expected -= sum(log_sigmoid(-h[n] @ W[k]) for k in negatives[n])
    assert loss.forward(h, numpy.array(target)) == pytest.approx(expected / 3, rel=1e-12)


def test_the_three_gradients_are_their_formulas():
    """What: derivatives of the loss by h, by the target's vector, by each negative's.
    Why: three lines that one can derive by hand; repeated words add up.
    Expected: (s(t) - 1) h for the target, s(k) h for a negative, their vectors' sum for h."""
    rng = numpy.random.default_rng(1)
    W, h = weights(rng, 10, 3), weights(rng, 3, 3)
    target, negatives = [7, 7, 9], [[1, 4], [9, 1], [7, 2]]
    loss = fixed(NegativeSamplingLoss(W, CORPUS, sample_size=2), negatives)
    loss.forward(h, numpy.array(target))
    dh = loss.backward()
    sigma = lambda x: numpy.exp(log_sigmoid(x))
    expected_dh, expected_dW = numpy.zeros_like(h), numpy.zeros_like(W)
    for n in range(3):
        off = sigma(h[n] @ W[target[n]]) - 1
        expected_dW[target[n]] += off * h[n] / 3
        expected_dh[n] += off * W[target[n]] / 3
        for k in negatives[n]:
            off = sigma(h[n] @ W[k])
            expected_dW[k] += off * h[n] / 3
            expected_dh[n] += off * W[k] / 3
    numpy.testing.assert_allclose(dh, expected_dh, rtol=1e-12)
    numpy.testing.assert_allclose(loss.grads[0], expected_dW, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("K", [1, 5, 6])
def test_the_first_loss_is_K_plus_1_times_ln_2(K):
    """With all scores 0, each of the K + 1 questions is a coin toss."""
    loss = NegativeSamplingLoss(numpy.zeros((10, 4)), CORPUS, sample_size=K)
    value = loss.forward(numpy.ones((8, 4)), numpy.full(8, 7))
    assert value == pytest.approx((K + 1) * numpy.log(2), rel=1e-12)


def test_settings_when_nothing_is_said():
    """Power 0.75 and five negatives, as in the paper; the vocabulary is that of W."""
    loss = NegativeSamplingLoss(numpy.zeros((12, 4)), CORPUS)
    assert loss.sampler.sample_size == 5
    assert loss.sampler.word_p.shape == (12,)
    numpy.testing.assert_allclose(loss.sampler.word_p[:10], exact(0.75), rtol=1e-12)
    by_position = NegativeSamplingLoss(numpy.zeros((12, 4)), CORPUS, 1, 3)
    assert by_position.sampler.sample_size == 3
    numpy.testing.assert_allclose(by_position.sampler.word_p[:10], exact(1), rtol=1e-12)


def test_a_corpus_with_ids_beyond_the_matrix_is_refused():
    with pytest.raises(IndexError, match="corpus contains 9; allowed are 0 to 8"):
        NegativeSamplingLoss(numpy.zeros((9, 4)), CORPUS)


def test_batches_that_do_not_agree_are_refused():
    loss = NegativeSamplingLoss(numpy.zeros((10, 4)), CORPUS)
    with pytest.raises(ValueError, match="h has 3 examples and idx 2; they must agree"):
        loss.forward(numpy.ones((3, 4)), numpy.array([7, 1]))


def test_the_generator_reaches_the_sampler():
    draw = lambda: NegativeSamplingLoss(
        numpy.ones((10, 4)), CORPUS, sample_size=2, rng=numpy.random.default_rng(3)
    )
    a, b = draw(), draw()
    target = numpy.array([7, 1, 2])
    assert numpy.array_equal(
        a.sampler.get_negative_sample(target), b.sampler.get_negative_sample(target)
    )


def test_by_default_a_thousandth_is_the_threshold():
    corpus = numpy.repeat([0, 1], [9000, 1000])
    by_default = [subsample(corpus, rng=0), keep_probability(numpy.bincount(corpus))]
    named = [subsample(corpus, 1e-3, 0), keep_probability(numpy.bincount(corpus), 1e-3)]
    for got, due in zip(by_default, named, strict=True):
        numpy.testing.assert_array_equal(got, due)
    assert keep_probability([1])[0] == pytest.approx(0.001**0.5 + 0.001)
    with pytest.raises(ValueError, match=r"^counts must be finite, 0 or more, and not all 0$"):
        keep_probability([0, 0])


def test_what_stays_is_on_the_corpus_own_device(cupy):
    corpus = cupy.asarray([0, 0, 0, 1, 2, 0])
    assert type(subsample(corpus, 0.9)).__module__.startswith("cupy")
    assert type(keep_probability(cupy.asarray([3.0, 1.0]), 0.1)).__module__.startswith("cupy")


@pytest.mark.parametrize(
    ("word_p", "told"),
    [
        ([0.5, -0.2, -0.1], "word_p[1] is -0.2; allowed are finite numbers from 0 on"),
        ([0.5, 0.2, math.nan], "word_p[2] is nan; allowed are finite numbers from 0 on"),
        ([math.inf, 0.2], "word_p[0] is inf; allowed are finite numbers from 0 on"),
        ([0.0, 0.0], "word_p has no number above 0: no word could be drawn"),
        ([], "word_p has no number above 0: no word could be drawn"),
        ([[0.5, 0.5]], "word_p of shape (1, 2); allowed is (V,)"),
        (0.5, "word_p of shape (); allowed is (V,)"),
    ],
)
def test_what_is_no_distribution_is_refused_by_name(word_p, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        cumulative(numpy.array(word_p))


def test_cumulative_by_hand():
    assert cumulative(numpy.array([1, 0, 3])).tolist() == [0.25, 0.25, 1]
    assert cumulative([0.5, 0.5]).tolist() == [0.5, 1]  # a list, too
    assert cumulative(numpy.array([0.0, 2])).tolist() == [0, 1]
    assert cumulative.__name__ == "cumulative"
