import numpy as np

from dataset import hello


def test_the_sentence_has_eight_tokens_and_seven_words():
    corpus, word_to_id, id_to_word = hello.load_data()
    assert corpus.dtype == np.int32
    assert corpus.tolist() == [0, 1, 2, 3, 4, 1, 5, 6]
    assert list(word_to_id) == ["you", "say", "goodbye", "and", "i", "hello", "."]
    words = [id_to_word[i] for i in corpus.tolist()]
    assert " ".join(words) == "you say goodbye and i say hello ."


def test_what_a_caller_changes_does_not_come_back():
    corpus, word_to_id, _ = hello.load_data()
    corpus[:] = 0
    word_to_id["new"] = 7
    assert hello.load_data()[0][-1] == 6
    assert len(hello.load_data()[1]) == 7
