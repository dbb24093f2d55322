"""Exercise 1: the first and the last pixel that a number of a stack sees."""

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_sees"]

HINTS = read_hints(
    """
never cut off:
    ? Is there a pixel at every place that you return?
    @ exercises.ipynb, the text of this exercise
    ! What lies outside the row is padding, and depends on no pixel.

cut off at the end:
    ? A layer has three numbers, and the layer above reads a fourth one, of zeros. What does this
      zero see?
    @ exercises.ipynb, the text of this exercise
    ! Each layer has its own border, and padding. Stop there, before you go on downwards.

from the picture on:
    ? Your place is a number of which layer?
    @ exercises.ipynb, the text of this exercise
    ! Begin where the number stands, in the last layer, and go down to the picture.

one too many:
    ? A window of 1 at place 0: which places does it read?
    @ 1_small_windows_stacked.ipynb, section "What one number sees"
    ! The first of a window is there already. It has one neighbour less than its width.

stride forgotten:
    ? How far apart do the windows of two neighbours begin?
    @ 1_small_windows_stacked.ipynb, section "What one number sees"
    ! A place in one layer is not the same place in the layer below.

pad forgotten:
    ? With one zero on the left, where does the first window begin?
    @ exercises.ipynb, the equation of this exercise
    ! Padding moves all windows to the left.

pad added:
    ? To which side do zeros on the left move the first window?
    @ exercises.ipynb, the equation of this exercise
    ! The first window begins before the first pixel.

one window:
    ? Which number of the layer between sees the farthest to the right?
    @ 1_small_windows_stacked.ipynb, section "What one number sees"
    ! Two ends go down, each by itself: the first of the first window, and the last of the last.

as if far from the border:
    ? How wide is what a number at the border sees?
    @ 1_small_windows_stacked.ipynb, section "What one number sees"
    ! The field is what a number can see at most. At a border a part of it is padding.
"""
)


def sizes_of(size, layers):
    sizes = [size]
    for window, stride, pad in layers:
        sizes.append((sizes[-1] + 2 * pad - window) // stride + 1)
    return sizes


def sees(size, layers, place, mistake=None):
    sizes = sizes_of(size, layers)
    first = last = place
    rows = list(zip(layers, sizes[:-1], strict=True))
    if mistake != "from the picture on":
        rows = rows[::-1]
    field = jump = 1
    for window, stride, _ in layers:
        field, jump = field + (window - 1) * jump, jump * stride
    for (window, stride, pad), below in rows:
        stride = 1 if mistake == "stride forgotten" else stride
        pad = {"pad forgotten": 0, "pad added": -pad}.get(mistake, pad)
        begin = first * stride - pad
        last = (first if mistake == "one window" else last) * stride - pad + window
        first, last = begin, last - (mistake != "one too many")
        if mistake in ("never cut off", "cut off at the end"):
            continue
        first, last = max(first, 0), min(last, below - 1)
    if mistake == "cut off at the end":
        first, last = max(first, 0), min(last, size - 1)
    elif mistake == "as if far from the border":
        first, last = place * jump, place * jump + field - 1
    return {"the first pixel": first, "the last pixel": last}


@exercise(1, "What does it see?", 12)
def check_sees(answer, rng):
    def steps(size, layers, place):
        first, last = answer(size, list(layers), place)
        yield "the first pixel", first
        yield "the last pixel", last

    def places(size, layers):
        number = sizes_of(size, layers)[-1]
        middle = int(rng.integers(number))
        return [{"size": size, "layers": layers, "place": p} for p in (0, middle, number - 1)]

    paper = [(3, 2, 0), (3, 1, 1)]
    problems = [{"size": 8, "layers": paper, "place": p} for p in (0, 1, 2)]
    problems += places(int(rng.integers(20, 30)), [(3, 1, 1), (2, 2, 0), (3, 1, 1)])
    problems += places(8 * int(rng.integers(3, 6)) + 7, [(3, 2, 1), (4, 3, 0), (5, 1, 2)])
    problems += places(60, [(5, 1, 2), (2, 2, 0), (3, 1, 0), (3, 2, 0), (3, 1, 1)])
    problems += places(int(rng.integers(5, 9)), [(1, 1, 0)])
    problems.append({"size": 50, "layers": [(3, 1, 0)] * 6, "place": 20})
    judge(problems, steps, sees, HINTS)
    return "both ends go down layer by layer, and each layer has its border"
