"""Skip-gram and CBOW with negative sampling, hundreds of times faster than the slow form.

    model = FastSkipGram(vocab_size, 100, 5, corpus)
    model.fit(max_epoch=5)
    model.word_vecs

For a text file: ``python -m common.fast_word2vec corpus.txt --out vectors.txt``.
"""

from common.fast_word2vec.models import FastCBOW, FastSkipGram

__all__ = ["FastCBOW", "FastSkipGram"]
