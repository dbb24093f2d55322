"""Pairs of short strings to learn seq2seq on: additions, and dates written in many ways.

Both data sets are generated, not downloaded: 50,000 lines each, always the same ones,
no question twice. A line has a fixed layout, padded with blanks::

    16+75  _91
    september 27, 1994           _1994-09-27

The question is 7 (29) characters wide, the answer 5 (11); ``_`` starts every answer.
"""

from functools import cache

import numpy as np

from dataset import _vocabulary

N_LINES = 50_000

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# Day 0 of NumPy's calendar, 1970-01-01, was a Thursday.
_WEEKDAYS = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
_CASES = (str, str.lower, str.upper)

_last_loaded = None


def load_data(
    file_name: str = "addition.txt", seed: int = 1984
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load one data set as character ids, shuffled, nine lines in ten for training.

    Parameters
    ----------
    file_name : {'addition.txt', 'date.txt'}
    seed : int
        Of the shuffle, and so of the split. The lines themselves do not depend on it.

    Returns
    -------
    (x_train, t_train), (x_test, t_test) : int32 arrays
        Additions: (45000, 7), (45000, 5) and (5000, 7), (5000, 5).
        Dates: (45000, 29), (45000, 11) and (5000, 29), (5000, 11).

    Raises
    ------
    ValueError
        If there is no data set of that name.
    """
    global _last_loaded
    _check(file_name)
    ids, width, _ = _encoded(file_name)
    order = np.random.RandomState(seed).permutation(len(ids))
    train, test = np.split(ids[order], [len(ids) - len(ids) // 10])
    _last_loaded = file_name
    return (train[:, :width], train[:, width:]), (test[:, :width], test[:, width:])


def get_vocab(file_name: str | None = None) -> tuple[dict[str, int], dict[int, str]]:
    """Return the characters of one data set, numbered in order of first appearance.

    Each data set has a vocabulary of its own: loading another one does not make it grow.

    Parameters
    ----------
    file_name : {'addition.txt', 'date.txt'}, optional
        Without it: the data set that ``load_data`` loaded last.

    Returns
    -------
    char_to_id, id_to_char : dict
        Fresh copies; change them as you like.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    RuntimeError
        If no name is given and nothing has been loaded yet.
    """
    if file_name is None:
        file_name = _last_loaded
    if file_name is None:
        raise RuntimeError(
            "get_vocab() gives the vocabulary of the data set loaded last, and none has been "
            f"loaded: call load_data() first, or name one of {', '.join(_GENERATORS)}"
        )
    _check(file_name)
    char_to_id = _encoded(file_name)[2]
    return dict(char_to_id), _vocabulary.invert(char_to_id)


def _check(file_name):
    if file_name not in _GENERATORS:
        raise ValueError(f"file_name={file_name!r} must be one of {', '.join(_GENERATORS)}")


@cache
def _encoded(file_name):
    """-> ids (50000, question + answer width), question width, char_to_id"""
    questions, answers = _GENERATORS[file_name]()
    width = max(map(len, questions))
    width_answer = max(map(len, answers))
    lines = [
        q.ljust(width) + a.ljust(width_answer) for q, a in zip(questions, answers, strict=True)
    ]
    char_to_id = _vocabulary.build("".join(lines))

    # A NumPy string of W characters is W code points of 4 bytes: look them all up at once.
    codes = np.array(lines).view(np.uint32).reshape(len(lines), -1)  # (50000, W)
    id_of_code = np.zeros(128, dtype=np.int32)
    for char, i in char_to_id.items():
        id_of_code[ord(char)] = i
    return id_of_code[codes], width, char_to_id


def _additions():
    """50,000 different sums of two numbers of one to three digits, all lengths equally likely."""
    rng = np.random.RandomState(0)
    smallest = np.array([0, 10, 100])[rng.randint(3, size=(2, 3 * N_LINES))]
    largest = np.where(smallest == 0, 9, smallest * 10 - 1)
    a, b = rng.randint(smallest, largest + 1)
    _, first = np.unique(a * 1000 + b, return_index=True)
    kept = np.sort(first)[:N_LINES]
    pairs = list(zip(a[kept].tolist(), b[kept].tolist(), strict=True))
    return [f"{a}+{b}" for a, b in pairs], [f"_{a + b}" for a, b in pairs]


def _dates():
    """50,000 dates from 1970 to 2019, so that a year of two digits has one meaning."""
    days = np.arange("1970-01-01", "2020-01-01", dtype="datetime64[D]")
    # A way to write a date: one with digits only, and three more in three cases each.
    n_ways = 1 + 3 * len(_CASES)
    drawn = np.random.RandomState(0).permutation(len(days) * n_ways)[: N_LINES + 5_000]
    iso = days[drawn // n_ways].astype(str).tolist()
    weekdays = (drawn // n_ways % 7).tolist()
    questions = map(_write_date, iso, weekdays, (drawn % n_ways).tolist())
    # May is its own abbreviation: a dict keeps one of two equal questions.
    answer = dict(zip(questions, iso, strict=True))
    return list(answer)[:N_LINES], [f"_{date}" for date in answer.values()][:N_LINES]


def _write_date(iso, weekday, way):
    year, month, day = iso[:4], int(iso[5:7]), int(iso[8:])
    if way == 9:
        return f"{month}/{day}/{year[2:]}"
    name = _MONTHS[month - 1]
    kind, case = divmod(way, 3)
    text = (
        f"{name} {day}, {year}",
        f"{name[:3]} {day}, {year}",
        f"{_WEEKDAYS[weekday]}, {name} {day}, {year}",
    )[kind]
    return _CASES[case](text)


_GENERATORS = {"addition.txt": _additions, "date.txt": _dates}
