"""The gradebook: points and comments that a reader entered stay, and what was rewritten is marked.

nbgrader keeps a reader's points apart from the program's, and lets them win.
But each run marks all of them "needs manual grade" again; here only those whose
answer is another than the one that was read.
"""

from __future__ import annotations

import nbformat

from grading.repair import name_of

try:
    from nbgrader.api import Gradebook, MissingEntry
except ImportError:
    Gradebook = None


def grades(book, student, week):
    try:
        submission = book.find_submission(week, student)
    except MissingEntry:
        return []
    return [grade for notebook in submission.notebooks for grade in notebook.grades]


def answers(path):
    """Name of a graded cell -> the text of its answer, in an executed notebook."""
    if not path.exists():
        return {}
    cells = nbformat.read(path, as_version=4).cells
    texts = {name_of(c): c.source for c in cells if name_of(c)}
    return {name: texts.get(name.removeprefix("check_"), text) for name, text in texts.items()}


def before(db_url, student, week, executed):
    """What stands in the gradebook before a submission is graded again."""
    with Gradebook(db_url) as book:
        read = {
            g.name: {"waits": g.needs_manual_grade, "auto": g.auto_score, "by_hand": g.manual_score}
            for g in grades(book, student, week)
        }
    return read, answers(executed)


def after(db_url, student, week, executed, kept):
    """Settle which answers wait for a reader.

    Returns
    -------
    points : name of a graded cell -> points, None where nobody has read it yet
    waiting : names of the cells that wait for a reader
    notes : the cells that were read, and then rewritten
    """
    (old, old_answers), new_answers = kept, answers(executed)
    points, waiting, notes = {}, [], []
    with Gradebook(db_url) as book:
        for grade in grades(book, student, week):
            name, was = grade.name, old.get(grade.name, {})
            same = old_answers.get(name) == new_answers.get(name)
            if same and was and was["auto"] == grade.auto_score:
                grade.needs_manual_grade = was["waits"]
            elif was.get("by_hand") is not None and not same:
                notes.append(f"{name} was rewritten after it got {was['by_hand']:g} points by hand")
            unread = grade.manual_score is None and grade.auto_score is None
            points[name] = None if unread else grade.score
            if grade.needs_manual_grade:
                waiting.append(name)
        book.db.commit()
    return points, waiting, notes
