"""The learning rate falls from portion to portion, and the bar shows what is done."""

import numpy as np
import pytest
from tqdm import tqdm

from common.fast_word2vec.training import Progress


class TestProgress:
    @pytest.mark.parametrize(("show", "hidden"), [(True, {}), (False, {"disable": True})])
    def test_what_the_bar_counts(self, show, hidden, monkeypatch):
        given = {}
        monkeypatch.setattr(tqdm, "__init__", lambda self, **options: given.update(options))
        monkeypatch.setattr(tqdm, "__del__", lambda self: None)
        Progress(1000, show)
        assert given == {"total": 1000, "unit": " words", "unit_scale": True} | hidden

    def test_it_shows_the_part_done_and_the_mean_of_the_last_eight(self):
        bar, said = Progress(1000, False), {}
        bar.n, bar.set_postfix = 100, lambda refresh, **loss: said.update(loss)
        bar.update = lambda words: said.update(words=words)
        bar.show(np.array([np.nan] * 10))
        assert said == {}
        bar.show(np.array([9.0] * 4 + [1.0] * 4 + [2.0] * 4 + [np.nan] * 4))
        assert said == {"loss": "1.500", "words": 1000 * 12 // 16 - 100}
