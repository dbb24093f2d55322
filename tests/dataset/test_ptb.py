import hashlib

import numpy as np
import pytest

from dataset import files, ptb

COUNTS = {"train": 929_589, "valid": 73_760, "test": 82_430}

real = pytest.mark.skipif(
    not ptb.is_available(), reason="PTB is not on this machine (see the variable COURSE_DATA)"
)


@pytest.fixture
def small(monkeypatch, folder):
    """Three small splits in place of the real ones; gives a function that writes one."""
    (folder / "ptb").mkdir()

    def write(split, text):
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        file = files.DataFile(f"ptb/ptb.{split}.txt", len(content), digest)
        monkeypatch.setitem(ptb.FILES, split, file)
        (folder / file.name).write_bytes(content)
        forget()

    def forget():
        ptb._train.cache_clear()
        ptb._corpus.cache_clear()

    forget()
    write("train", " the cat <unk> \n a cat the N \n")
    write("valid", " a N \n")
    write("test", " the <unk> cat \n")
    yield write
    forget()


def test_ids_in_order_of_first_appearance(small):
    corpus, word_to_id, id_to_word = ptb.load_data("train")
    assert corpus.dtype == np.int32
    assert list(word_to_id) == ["the", "cat", "<unk>", "<eos>", "a", "N"]
    assert list(word_to_id.values()) == list(range(6))
    assert id_to_word == {i: word for word, i in word_to_id.items()}
    assert corpus.tolist() == [0, 1, 2, 3, 4, 1, 0, 5, 3]


def test_other_splits_take_the_vocabulary_of_training(small):
    corpus, word_to_id, _ = ptb.load_data("valid")
    assert corpus.tolist() == [4, 5, 3]
    assert word_to_id == ptb.load_vocab()[0]
    assert ptb.load_data("val")[0].tolist() == [4, 5, 3]
    assert ptb.load_data("test")[0].tolist() == [0, 2, 1, 3]
    assert len(ptb.load_vocab()[0]) == 6


def test_what_a_caller_changes_does_not_come_back(small):
    corpus, word_to_id, id_to_word = ptb.load_data("train")
    corpus[:] = 0
    word_to_id["new"] = 6
    id_to_word[6] = "new"
    corpus, word_to_id, id_to_word = ptb.load_data("train")
    assert corpus.tolist() == [0, 1, 2, 3, 4, 1, 0, 5, 3]
    assert len(word_to_id) == len(id_to_word) == 6


def test_a_word_that_training_does_not_have(small):
    small("valid", " a dog \n")
    with pytest.raises(
        files.DataError, match=r"'dog' of the valid split .* do not belong together"
    ):
        ptb.load_data("valid")


@pytest.mark.parametrize("split", ["dev", "", None, 3])
def test_unknown_split(split):
    with pytest.raises(ValueError, match="must be one of train, valid, test") as caught:
        ptb.load_data(split)
    assert repr(split) in str(caught.value)


def test_is_available_downloads_nothing(small, monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail("a download was tried")

    monkeypatch.setattr(files, "_download", refuse)
    assert ptb.is_available()
    files.find(ptb.FILES["test"]).write_bytes(b"damaged")
    assert not ptb.is_available()
    assert not ptb.is_available("test")
    assert ptb.is_available("val")
    files.find(ptb.FILES["train"]).unlink()
    assert not ptb.is_available("val")


def test_a_damaged_file_is_not_read(small):
    files.find(ptb.FILES["valid"]).write_bytes(b" a cat\n")
    with pytest.raises(files.DataError, match="has 7 bytes, not 6"):
        ptb.load_data("valid")


def test_several_mirrors_each_with_the_files_own_name():
    for split, file in ptb.FILES.items():
        assert len(set(file.urls)) >= 2
        assert all(url.startswith("https://") for url in file.urls)
        assert all(url.endswith(f"/ptb.{split}.txt") for url in file.urls)


@real
@pytest.mark.parametrize("split", COUNTS)
def test_the_real_corpus(split):
    corpus, word_to_id, id_to_word = ptb.load_data(split)
    assert corpus.shape == (COUNTS[split],)
    assert corpus.dtype == np.int32
    assert len(word_to_id) == len(id_to_word) == 10_000
    assert 0 <= corpus.min() <= corpus.max() < 10_000


@real
def test_the_real_vocabulary():
    corpus, word_to_id, id_to_word = ptb.load_data("train")
    assert [id_to_word[i] for i in range(3)] == ["aer", "banknote", "berlitz"]
    first = np.unique(corpus, return_index=True)[1]
    assert (np.diff(first) > 0).all()
    assert (corpus == word_to_id["<eos>"]).sum() == 42_068
    assert {"<unk>", "N", "<eos>"} <= set(word_to_id)
