"""A made-up class in nbgrader's gradebook: points as people get them, some answers not read yet."""

from random import Random

from grading.statistics import questions
from nbgrader.api import Gradebook


def fill(room, week, papers):
    """Enter so many learners, the first of them late by 10 points."""
    asked, random = questions(week), Random(0)
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as book:
        book.add_assignment(week)
        book.add_notebook("exam", week)
        for name, (_, _, points) in asked.items():
            kind = "markdown" if name.startswith("written_") else "code"
            book.add_grade_cell(name, "exam", week, max_score=points, cell_type=kind)
        for i in range(papers):
            book.add_student(f"s{i}")
            book.add_submission(week, f"s{i}")
            able = random.betavariate(4, 2)
            (notebook,) = book.find_submission(week, f"s{i}").notebooks
            grades = {grade.name: grade for grade in notebook.grades}
            for number, (name, (_, _, points)) in enumerate(asked.items()):
                grade = grades[name]
                got = round(points * min(1, able * random.uniform(0.7, 1.5 - number / 20)))
                if not name.startswith("written_"):
                    grade.auto_score = got
                elif i % 4:
                    grade.manual_score = got
        book.find_submission_notebook("exam", week, "s0").late_submission_penalty = 10
        book.db.commit()
