"""Exercises that show wrong outputs and ask for the fault behind each."""

from common.checks.judge import AnswerError, judge

__all__ = ["name_faults"]


def name_faults(diagnosis, runs, faults, run, hints=None):
    """Compare what the named faults print with what was printed.

    Parameters
    ----------
    diagnosis : the answer, a function that returns a dict, number of a run -> letter
    runs : dict, number -> what was printed
    faults : dict, letter -> the fault in words
    run : function, letter -> what the program prints with this fault
    hints : dict, "run 1" -> Hint
        What to look at in each run, for weeks that have such hints.

    Raises
    ------
    AnswerError, NotImplementedError
    """
    answer = []

    def steps():
        answer.append(diagnosis())
        yield "answer", ""

    judge([{}], steps, lambda mistake=None: {"answer": ""}, {})
    if not isinstance(answer[0], dict):
        what = f"the answer is a {type(answer[0]).__name__}; a dict is due"
        raise AnswerError(what, name="wrong type")
    for number, printed in runs.items():
        letter = answer[0].get(number)
        if letter not in list(faults):  # a list of letters cannot be looked up
            what = f"run {number}: {letter!r} is none of the letters {', '.join(faults)}"
            raise AnswerError(what, name="wrong type")
        other = run(letter)
        if other != printed:
            what = f"fault {letter} does not print what run {number} printed"
            details = {f"run {number}": printed, f"fault {letter}": other}
            name = f"run {number}" if hints else "example"
            raise AnswerError(what, details, (hints or {}).get(name), name)
