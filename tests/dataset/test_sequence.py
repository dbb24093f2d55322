import datetime
import re

import numpy as np
import pytest

from dataset import sequence

FILES = ["addition.txt", "date.txt"]


def text_of(file_name, seed=1984):
    """-> questions, answers: the lines of both parts, training first, padding included"""
    (x_train, t_train), (x_test, t_test) = sequence.load_data(file_name, seed)
    _, id_to_char = sequence.get_vocab()
    chars = np.array([id_to_char[i] for i in range(len(id_to_char))])
    parts = [chars[np.concatenate(ids)] for ids in [(x_train, x_test), (t_train, t_test)]]
    return [part.view(f"U{part.shape[1]}").ravel().tolist() for part in parts]


@pytest.mark.parametrize(
    ("file_name", "widths"), [("addition.txt", (7, 5)), ("date.txt", (29, 11))]
)
def test_shapes(file_name, widths):
    (x_train, t_train), (x_test, t_test) = sequence.load_data(file_name)
    assert (x_train.shape, t_train.shape) == ((45_000, widths[0]), (45_000, widths[1]))
    assert (x_test.shape, t_test.shape) == ((5_000, widths[0]), (5_000, widths[1]))
    assert {a.dtype for a in (x_train, t_train, x_test, t_test)} == {np.dtype(np.int32)}


def test_every_sum_is_right_and_its_layout_classic():
    questions, answers = text_of("addition.txt")
    for question, answer in zip(questions, answers, strict=True):
        assert re.fullmatch(r"\d{1,3}\+\d{1,3} *", question)
        assert re.fullmatch(r"_\d{1,4} *", answer)
        a, b = question.split("+")
        assert int(a) + int(b) == int(answer[1:])
    assert {len(a) for q in questions for a in q.strip().split("+")} == {1, 2, 3}


def test_every_date_is_the_day_that_was_written():
    questions, answers = text_of("date.txt")
    ways = ["%m/%d/%y", "%B %d, %Y", "%b %d, %Y", "%A, %B %d, %Y"]
    seen = set()
    for question, answer in list(zip(questions, answers, strict=True))[::25]:
        day = datetime.date.fromisoformat(answer[1:])
        for way in ways:
            try:
                parsed = datetime.datetime.strptime(question.strip(), way)
            except ValueError:
                continue
            seen.add(way)
            assert parsed.date() == day
            # strptime does not compare the weekday with the date
            assert not way.startswith("%A") or question.lower().startswith(f"{day:%A}".lower())
            break
        else:
            pytest.fail(f"a date in no known form: {question!r}")
    assert seen == set(ways)


def test_date_cases_and_the_widest_question():
    questions, _ = text_of("date.txt")
    assert max(len(q.strip()) for q in questions) == 29
    assert any(q.startswith("september") for q in questions)
    assert any(q.startswith("September") for q in questions)
    assert any(q.startswith("SEPTEMBER") for q in questions)


@pytest.mark.parametrize("file_name", FILES)
def test_no_question_twice(file_name):
    questions, _ = text_of(file_name)
    assert len(set(questions)) == sequence.N_LINES


@pytest.mark.parametrize("file_name", FILES)
def test_seed_decides_the_order_and_nothing_else(file_name):
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    same, again, other = (text_of(file_name, seed)[0] for seed in (1, 1, 2))
    assert (np.random.get_state()[1] == before).all()
    assert same == again
    assert same != other
    assert sorted(same) == sorted(other)


def test_question_and_answer_are_shuffled_together():
    (x, t), _ = sequence.load_data("addition.txt", seed=1)
    (x2, t2), _ = sequence.load_data("addition.txt", seed=2)
    pairs = {(*q, *a) for q, a in zip(x.tolist(), t.tolist(), strict=True)}
    pairs2 = {(*q, *a) for q, a in zip(x2.tolist(), t2.tolist(), strict=True)}
    assert len(pairs & pairs2) > 40_000


def test_each_data_set_has_a_vocabulary_of_its_own():
    sequence.load_data("date.txt")
    assert len(sequence.get_vocab()[0]) == 59
    sequence.load_data("addition.txt")
    char_to_id, id_to_char = sequence.get_vocab()
    assert set(char_to_id) == set("0123456789+ _")
    assert sorted(id_to_char) == list(range(13))
    assert all(char_to_id[char] == i for i, char in id_to_char.items())
    assert len(sequence.get_vocab("date.txt")[0]) == 59


@pytest.mark.parametrize("file_name", FILES)
def test_characters_are_numbered_in_order_of_first_appearance(file_name):
    questions, answers = sequence._GENERATORS[file_name]()
    width = max(map(len, questions))
    lines = [q.ljust(width) + a for q, a in zip(questions, answers, strict=True)]
    assert list(sequence.get_vocab(file_name)[0]) == list(dict.fromkeys("".join(lines)))


def test_what_a_caller_changes_does_not_come_back():
    (x, _), _ = sequence.load_data("addition.txt")
    first = x[0].copy()
    x[:] = -1
    sequence.get_vocab()[0]["new"] = 99
    assert (sequence.load_data("addition.txt")[0][0][0] == first).all()
    assert len(sequence.get_vocab()[0]) == 13


@pytest.mark.parametrize("call", [sequence.load_data, sequence.get_vocab])
def test_unknown_name(call):
    with pytest.raises(ValueError, match=r"'dates\.txt' must be one of addition\.txt, date\.txt"):
        call("dates.txt")


def test_vocabulary_before_any_data(monkeypatch):
    monkeypatch.setattr(sequence, "_last_loaded", None)
    with pytest.raises(RuntimeError, match="call load_data"):
        sequence.get_vocab()
