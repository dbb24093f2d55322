"""An exam whose numbers are drawn from who sits it, and when.

A week's exam is a package such as ``common.checks.week07`` with two rooms: ``paper`` draws and
words the questions, ``key`` holds what is right and judges the answers.  The copy of the course
that a class sits the exam with has no key; then answers are only looked at for their form.
"""

import hashlib
import importlib
import json
import os
import unicodedata
from dataclasses import dataclass, field

from numpy.random import default_rng

from common.checks import cells
from common.checks.board import TO_DO, Table
from common.checks.judge import AnswerError, judge
from common.checks.source import codes
from common.checks.values import NotNumbersError, same

__all__ = [
    "IDENTITY",
    "SPECIMEN",
    "Draw",
    "IdentityError",
    "Paper",
    "Question",
    "judged",
    "mark",
    "normal",
    "open_paper",
    "passes",
    "report",
    "right_values",
]

SPECIMEN = "specimen"
SITTINGS = {"first": 0, "second": 1, "third": 2}  # what a sitting's name may begin with
IDENTITY = 64  # characters of an id or a sitting's name, at most
STATE = {"paper": None, "answers": {}}  # what this notebook has opened, and answered so far
# While it grades, tools/grade.py says here whose paper it is.  What the notebook says is not asked.
SEAT = json.loads(os.environ.get("EXAM_SEAT", "null"))


class IdentityError(ValueError):
    """An id or a sitting's name that cannot be one."""


def normal(name, what="id"):
    """The same text for all ways to write a name: case, blanks and accents' encodings aside.

    Raises
    ------
    IdentityError : it is neither a text nor a whole number, or too long, or has odd characters.
    """
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        raise IdentityError(f"the {what} is a text in quotes, not {name!r}")
    text = " ".join(unicodedata.normalize("NFKC", str(name)).casefold().split())
    if len(text) > IDENTITY:
        raise IdentityError(f"the {what} has {len(text)} characters; allowed are {IDENTITY}")
    odd = sorted({c for c in text if not (c.isalnum() or c in " -_.,@+'")})
    if odd and not all(unicodedata.category(c).startswith("M") for c in odd):
        named = ", ".join(f"U+{ord(c):04X}" for c in odd[:3])
        raise IdentityError(
            f"the {what} holds characters that are neither letters nor digits ({named})"
        )
    return text


class Draw:
    """Whole numbers drawn from words: the same on every machine, with every version of Python."""

    def __init__(self, *words):
        self.words, self.count = json.dumps(words), 0

    def below(self, n):
        """One of 0 to n - 1."""
        self.count += 1
        digest = hashlib.sha256(f"{self.words}{self.count}".encode()).digest()
        return int.from_bytes(digest, "big") % n

    def integer(self, low, high):
        """One of low to high, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, values):
        return values[self.below(len(values))]

    def some_of(self, values, number):
        """Different ones, in the order in which they are drawn."""
        left = list(values)
        return [left.pop(self.below(len(left))) for _ in range(number)]

    def signed(self, low, high):
        """low to high, or minus that."""
        return self.integer(low, high) * self.one_of([1, -1])

    def until(self, make, fits):
        """The first drawn thing that fits."""
        while True:
            made = make(self)
            if fits(**made):
                return made


@dataclass(frozen=True)
class Question:
    """One question of an exam: what is drawn, and how it is asked.

    Parameters
    ----------
    number, title, minutes
    parts : dict, letter -> points
    draw : (Draw, variant) -> dict
        The numbers of a paper.
    text : (**numbers) -> str
        The question in markdown.
    places : dict, letter -> places in the list that the answer returns
        Empty where the answer is a function that is tried with other numbers.
    variants : int
    by_hand : bool
        A reader gives the points.
    """

    number: int
    title: str
    minutes: int
    parts: dict
    draw: object
    text: object
    places: dict = field(default_factory=dict)
    variants: int = 3
    by_hand: bool = False

    @property
    def points(self):
        return sum(self.parts.values())


class Paper:
    """The questions of one learner at one sitting."""

    def __init__(self, exam, student, sitting):
        self.exam = exam
        self.student, self.sitting = normal(student), normal(sitting, "sitting")
        self.specimen = not self.student
        self.seat = self.student or SPECIMEN, self.sitting

    def numbers(self, number):
        """What is drawn for a question; its variant is another one at each of three sittings."""
        name, (student, sitting) = self.exam.NAME, self.seat
        question = self.exam.QUESTIONS[number]
        turn = SITTINGS.get(sitting.replace(",", " ").partition(" ")[0], 0)
        variant = Draw(name, student, number).below(question.variants) + turn
        draw = Draw(name, sitting, student, number)
        return question.draw(draw, variant % question.variants)

    def rng(self, number):
        """Where the numbers come from that a function is tried with."""
        return default_rng(Draw(self.exam.NAME, *self.seat, number, "tried").below(2**63))

    def text(self, number):
        question = self.exam.QUESTIONS[number]
        letters = ", ".join(f"{part}: {points}" for part, points in question.parts.items())
        whose = "The specimen paper: not yours" if self.specimen else f"Paper of {self.student}"
        head = f"*{whose} · question {number} · points {letters}*"
        return f"{head}\n\n{question.text(**self.numbers(number)).strip()}"

    def show(self, number):
        """The question, where it is asked."""
        from IPython.display import Markdown

        return Markdown(self.text(number))

    def __repr__(self):
        if self.specimen:
            return "This is the specimen paper. For yours, write your id into the cell above."
        points = sum(q.points for q in self.exam.QUESTIONS.values())
        return (
            f"Paper of {self.student}, sitting {self.sitting}: {len(self.exam.QUESTIONS)} "
            f"questions, {points} points, {self.exam.MINUTES} minutes"
        )


def open_paper(exam, student, sitting):
    """The paper of a learner; the reports below it are about this one.

    Raises
    ------
    IdentityError : an id or a sitting that cannot be one.
    """
    paper = Paper(exam, student, sitting)
    STATE["paper"], STATE["answers"] = paper, {}
    return paper


def key_of(exam):
    """The room with what is right, or None where it was left out.

    While tools/grade.py grades, another function stands here, and lends the key to `judged` alone.
    """
    try:
        return importlib.import_module(f"common.checks.{exam.NAME}.key")
    except ModuleNotFoundError:
        return None


def report(exam, number, *answers):
    """Note an answer, and say whether it can be read; a grader gets its points.

    Returns
    -------
    None, or while nbgrader grades: the points of an answer that is right in some parts

    Raises
    ------
    AnswerError, NotImplementedError : while nbgrader grades, an answer without a point
    """
    question = exam.QUESTIONS[number]
    if os.environ.get("NBGRADER_EXECUTION"):
        return graded(exam, question, answers)
    paper = STATE["paper"]
    said = trouble(question, answers)
    if paper is None or paper.specimen:
        said = "the specimen paper; write your id into the cell at the top, and run all again"
    elif said == TO_DO:
        STATE["answers"].pop(number, None)
    else:
        STATE["answers"][number] = answers
    print(f"Question {number}: {said or 'answered'}")
    return None


def trouble(question, answers):
    """What hinders a grader to read an answer, or an empty text."""
    try:
        for answer in answers:
            cells.must_be_of_this_run(answer)
    except AnswerError as error:
        return error.what
    if is_blank(answers):
        return TO_DO
    if question.places:
        try:
            values_of(question, answers[0])
        except AnswerError as error:
            return error.what
    return ""


def is_blank(answers):
    """Whether one of the answers still raises what its blank raised."""
    return any("NotImplementedError" in code.co_names for a in answers for code in all_codes(a))


def all_codes(answer):
    """The code of a function, or of a class's methods."""
    parts = vars(answer).values() if isinstance(answer, type) else [answer]
    return [code for part in parts for code in codes(part)]


def values_of(question, answer):
    """The list that an answer returns.

    Raises
    ------
    AnswerError : it stops, or returns something else.
    """
    due = max(place for places in question.places.values() for place in places) + 1
    try:
        values = list(answer())
    except NotImplementedError:
        raise
    except Exception as error:
        raise AnswerError(f"it stops with {type(error).__name__}: {error}") from error
    if len(values) != due:
        raise AnswerError(f"a list of {due} is due, and {len(values)} came")
    return values


def judged(exam, question, answers, paper):
    """Which parts of an answer are right: letter -> bool.

    Raises
    ------
    NotImplementedError : a blank is still there.
    """
    if is_blank(answers):
        raise NotImplementedError(f"question {question.number} is blank")
    n = paper.numbers(question.number)
    if question.places:
        try:
            values = values_of(question, answers[0])
        except AnswerError:
            return dict.fromkeys(question.parts, False)
        due = key_of(exam).values(question.number, n)
        return {
            part: all(right_values(values[i], due[i]) for i in places)
            for part, places in question.places.items()
        }
    return key_of(exam).judge(question.number, n, paper.rng(question.number), *answers)


def right_values(got, due):
    """Whether a value is the one that is due: shapes, words and whole numbers exactly."""
    if isinstance(due, (tuple, str)):
        try:
            return type(due)(got) == due and isinstance(got, (type(due), list))
        except TypeError:
            return False
    try:
        return same(got, due, (0, 1e-6) if isinstance(due, int) else (1e-3, 5e-4))
    except NotNumbersError:
        return False


def passes(problems, steps, reference, **options):
    """Whether a function gives what a reference gives, and leaves its inputs as they are."""
    try:
        judge(problems, steps, reference, {}, bricks=("Paper",), **options)
    except (AnswerError, NotImplementedError):
        return False
    return True


def graded(exam, question, answers):
    paper = Paper(exam, **SEAT) if SEAT else STATE["paper"]
    parts = judged(exam, question, answers, paper)
    points = sum(question.parts[part] for part, right in parts.items() if right)
    wrong = ", ".join(part for part, right in parts.items() if not right)
    said = f"Question {question.number}: {points} of {question.points} points"
    if not points:
        raise AnswerError(said)
    print(f"{said}; not right: {wrong}" if wrong else said)
    return points if wrong else None


class Marks(Table):
    """The questions of an exam with the points of each; in a notebook it shows as a table."""

    head = "", "question", "points", "yours"

    def __init__(self, rows, said):
        self.rows, self.sum = rows, said


def mark(exam):
    """A table of the exam: the points so far, or without a key what is answered."""
    rows, won, possible, hand = [], 0, 0, 0
    paper, key = STATE["paper"], None if os.environ.get("NBGRADER_EXECUTION") else key_of(exam)
    for number, question in exam.QUESTIONS.items():
        if question.by_hand:
            state, hand = "a reader gives the points", hand + question.points
        elif paper is None or paper.specimen or number not in STATE["answers"]:
            state, possible = TO_DO, possible + question.points
        elif key is None:
            state, possible = "answered", possible + question.points
        else:
            parts = judged(exam, question, STATE["answers"][number], paper)
            points = sum(question.parts[part] for part, right in parts.items() if right)
            wrong = ", ".join(part for part, right in parts.items() if not right)
            state = f"{points}; not right: {wrong}" if wrong else f"{points}"
            won, possible = won + points, possible + question.points
        rows.append((number, question.title, question.points, state))
    if key is None:
        said = f"{len(STATE['answers'])} questions answered; your teacher grades them"
    else:
        said = f"{won} of {possible} points; {hand} more are a reader's to give"
    return Marks(rows, said)
