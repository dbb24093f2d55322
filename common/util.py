"""The names under which the study group's notebooks import their tools.

Nothing is defined here: each name is handed on from the module it lives in.
"""

from common.convolution import col2im, im2col
from common.counts import create_co_matrix, ppmi
from common.embeddings import analogy, cos_similarity, most_similar, normalize
from common.language_model import eval_perplexity
from common.np import to_cpu, to_gpu
from common.optimizer import clip_grads
from common.seq2seq import eval_seq2seq
from common.text import (
    convert_one_hot,
    create_contexts_target,
    preprocess,
)

__all__ = [
    "analogy",
    "clip_grads",
    "col2im",
    "convert_one_hot",
    "cos_similarity",
    "create_co_matrix",
    "create_contexts_target",
    "eval_perplexity",
    "eval_seq2seq",
    "im2col",
    "most_similar",
    "normalize",
    "ppmi",
    "preprocess",
    "to_cpu",
    "to_gpu",
]
