"""The old names are the modules' own objects, and nothing besides."""

import ast
from pathlib import Path

import numpy as np

import common.convolution
import common.counts
import common.embeddings
import common.np
import common.optimizer
import common.seq2seq
import common.text
import common.util

HOMES = {
    common.convolution: ["col2im", "im2col"],
    common.counts: ["create_co_matrix", "ppmi"],
    common.text: [
        "convert_one_hot",
        "create_contexts_target",
        "preprocess",
    ],
    common.embeddings: ["analogy", "cos_similarity", "most_similar", "normalize"],
    common.language_model: ["eval_perplexity"],
    common.optimizer: ["clip_grads"],
    common.seq2seq: ["eval_seq2seq"],
    common.np: ["to_cpu", "to_gpu"],
}


def test_names_are_handed_on():
    for home, names in HOMES.items():
        for name in names:
            assert getattr(common.util, name) is getattr(home, name)


def test_all_is_the_names_and_no_more():
    assert sorted(common.util.__all__) == sorted(name for names in HOMES.values() for name in names)


def test_no_logic_of_its_own():
    tree = ast.parse(Path(common.util.__file__).read_text(encoding="utf-8"))
    docstring, *rest = tree.body
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(node, ast.ImportFrom | ast.Assign) for node in rest)


def test_week_12_runs_as_it_always_did(capsys):
    from common.util import create_co_matrix, most_similar, preprocess

    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    C = create_co_matrix(corpus, len(word_to_id))
    most_similar("you", word_to_id, id_to_word, C, top=3)
    # Rows of "you" and "i": say; say and and. cos = 1 / sqrt(2), a little less for eps.
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["", "[query] you"]
    assert [line.split(": ")[0] for line in lines[2:]] == [" goodbye", " i", " hello"]
    for line in lines[2:]:
        np.testing.assert_allclose(float(line.split(": ")[1]), 0.5**0.5, atol=2e-8)
