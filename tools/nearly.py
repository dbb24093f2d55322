"""Outputs from another processor beside the stored ones: the same words, and numbers that are near.

Floating-point sums come out a little otherwise there, and a training that runs long can
end elsewhere.  So cells are counted: most must show what is stored, or nearly that.
"""

import re

NEAR = 0.02  # of a number's size
GOAL = 0.95  # of the cells

NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


def nearly(text, stored) -> bool:
    """Whether two texts have the same words, and at each place numbers that are near."""
    numbers, expected = NUMBER.findall(text), NUMBER.findall(stored)
    if NUMBER.sub("#", text).split() != NUMBER.sub("#", stored).split():
        return False
    return all(map(near, numbers, expected))


def near(number, expected) -> bool:
    """Equal to within ``NEAR``, or to two of the last digit that is printed."""
    last = 10.0 ** -len(expected.partition("e")[0].partition(".")[2])
    a, b = value(number), value(expected)
    return abs(a - b) <= max(NEAR * abs(b), 0 if "e" in expected else 2 * last)


def value(number):
    return float(number.replace(",", "").replace("−", "-"))


def texts(outputs):
    """What a reader of a cell's outputs can read: printed text and pictures' words."""
    for output in outputs:
        if output["output_type"] == "stream":
            yield output["text"]
        else:
            yield output.get("data", {}).get("text/plain", "")


def outputs_nearly(outputs, stored) -> bool:
    return nearly("\n".join(texts(outputs)), "\n".join(texts(stored)))
