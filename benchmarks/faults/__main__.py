"""`make faults`: strike the package on purpose, and print what became of it.

Each module here has a list ``CASES`` of functions, which yield rows of the table:
(fault, tried, lost, hangs, left behind, what is seen).
ARGS names some of them: ``make faults ARGS='killed damaged'``.
"""

import importlib
import sys
import textwrap
from pathlib import Path

HEAD = "| fault | tried | survived | lost | hangs | left behind | what is seen |"
WIDTH = 200  # characters of what is seen
RULE = "|---|--:|--:|--:|--:|--:|---|"


def main(names):
    """Print the table; the exit status is 1 if something was lost, hung, or was left behind."""
    print(HEAD, RULE, sep="\n", flush=True)
    wrong = 0
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        for case in importlib.import_module(path.stem).CASES:
            if names and case.__name__ not in names:
                continue
            for fault, tried, lost, hangs, left, seen in case():
                wrong += lost + hangs + left
                cells = fault, tried, tried - lost - hangs, lost, hangs, left
                seen = textwrap.shorten(seen, WIDTH, placeholder=" …").replace("|", "\\|")
                print("|", *(f"{cell} |" for cell in cells), seen, "|", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
