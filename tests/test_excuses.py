"""The excuses of tools/mutants.tsv, each for a mutant that means the same, fit the code."""

from pathlib import Path

from mutants import read_excuses

TESTS = Path(__file__).parent


def test_every_excused_mutant_is_still_in_the_code():
    """What: a line of tools/mutants.tsv whose code has changed.
    Why: an excuse for code that is gone would one day excuse something else.
    Expected: none; `make mutants` says which of the others is noticed by now."""
    gone = []
    for place, before, _ in read_excuses():
        parts = place.split(".")
        files = ("/".join(parts[:n]) + ".py" for n in range(len(parts), 0, -1))
        source = next((TESTS.parent / f for f in files if (TESTS.parent / f).is_file()), None)
        lines = source.read_text(encoding="utf-8").splitlines() if source else []
        if before not in " ".join(line.strip() for line in lines):
            gone.append((place, before))
    assert not gone
