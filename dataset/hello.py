"""The tiny corpus: one sentence, seven different words, small enough to compute by hand."""

import numpy as np

from dataset import _vocabulary

TEXT = "You say goodbye and I say hello."


def load_data() -> tuple[np.ndarray, dict[str, int], dict[int, str]]:
    """Load the sentence in lower case, with its full stop as a word of its own.

    Returns
    -------
    corpus : int32 array, shape (8,)
        ``[0, 1, 2, 3, 4, 1, 5, 6]``.
    word_to_id : dict
        you 0, say 1, goodbye 2, and 3, i 4, hello 5, . 6.
    id_to_word : dict
        The same, the other way round.
    """
    words = TEXT.lower().replace(".", " .").split()
    word_to_id = _vocabulary.build(words)
    return _vocabulary.encode(words, word_to_id), word_to_id, _vocabulary.invert(word_to_id)
