"""Words to ids and back, ids in order of first appearance."""

from collections.abc import Iterable, Sequence

import numpy as np


def build(words: Iterable[str]) -> dict[str, int]:
    """Number the distinct words 0, 1, 2, … in order of first appearance."""
    return {word: i for i, word in enumerate(dict.fromkeys(words))}


def invert(word_to_id: dict[str, int]) -> dict[int, str]:
    """Turn word → id into id → word."""
    return {i: word for word, i in word_to_id.items()}


def encode(words: Sequence[str], word_to_id: dict[str, int]) -> np.ndarray:
    """Look up every word.

    Returns
    -------
    corpus : int32 array, shape (len(words),)

    Raises
    ------
    KeyError
        If a word is not in the vocabulary; the error's argument is that word.
    """
    return np.fromiter(map(word_to_id.__getitem__, words), dtype=np.int32, count=len(words))
