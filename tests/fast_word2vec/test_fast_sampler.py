"""The quick sampler draws with the exact probabilities."""

import numpy as np

from common.fast_word2vec import FastSkipGram
from common.fast_word2vec.sampler import NegativeSampler


class TestNegativeSampler:
    def test_probabilities_with_gaps_and_out_of_order(self):
        from scipy.stats import chisquare

        weight = np.zeros(5000)
        weight[::3] = np.random.default_rng(0).zipf(1.5, 1667).clip(max=5000) ** 0.75
        ids = NegativeSampler(weight / weight.sum()).draw((1000, 1000), np.random.default_rng(1))
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
        ids = NegativeSampler(weight / weight.sum()).draw(1000, np.random.default_rng(0))
        assert (ids == 7).mean() > 0.99
