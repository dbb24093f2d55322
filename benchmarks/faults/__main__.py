"""`make faults`: strike the package on purpose, and print what became of it.

Each module here has a list ``CASES`` of functions, which return rows of the table.
ARGS names some of them: ``make faults ARGS='killed damaged'``.
"""

import importlib
import sys
from pathlib import Path

HEAD = "| fault | tried | survived | lost | the message seen |\n|---|--:|--:|--:|---|"


def main(names):
    """Print the table; the exit status is 1 if something was lost."""
    print(HEAD, flush=True)
    lost = 0
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        for case in importlib.import_module(path.stem).CASES:
            if names and case.__name__ not in names:
                continue
            for *row, message in case():
                lost += row[-1]
                message = " ".join(str(message).split()).replace("|", "\\|")
                print("|", *(f"{cell} |" for cell in row), message, "|", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
