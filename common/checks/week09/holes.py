"""Exercise 1: the sizes of maps behind filters with holes."""

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_holes"]

HINTS = read_hints(
    """
holes forgotten:
    ? From its first pixel to its last: how many pixels does the window cover?
    @ exercises.ipynb, the text of this exercise
    ! The holes count too: the window must lie in the picture with all of its length.

holes at the end:
    ? How many gaps are there between three numbers?
    @ exercises.ipynb, the text of this exercise
    ! Behind the last number of a filter there is no gap any more.

gaps for distances:
    ? At a distance of 1, how many pixels lie between two neighbours of the filter?
    @ exercises.ipynb, the text of this exercise
    ! The distance counts steps from one number to the next, so a distance of 1 has no hole.

padded on one side:
    ? At how many ends of the line are zeros added?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Zeros are added before the first pixel and behind the last one.

not padded:
    ? Where in your code is the line made longer?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! The window slides over the line with its zeros.

rounded up, rounded to the nearest:
    ? The last step would carry the window over the end. Is this place counted?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! Only whole windows count. Pixels that no whole window reaches are left out.

first place lost:
    ? A line as long as the window: how many places are there?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! You count the steps. There is one place more than there are steps.

counted before the division:
    ? A stride of 2 and three steps that are possible: at which of the four places do you stop?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! The stride divides the steps. The first place is there in any case.

stride forgotten:
    ? How far does the window move from one place to the next?
    @ 1_slide_a_window.ipynb, section "Padding and stride: count the places"
    ! A stride above 1 leaves places out.

each from the first line:
    ? What does the second layer see: the line, or what the first layer has made of it?
    @ exercises.ipynb, the text of this exercise
    ! The output of one layer is the input of the next.
"""
)


def sizes(size, layers, mistake=None):
    found, now = [], size
    for numbers, stride, pad, dilation in layers:
        covered = dilation * (numbers - 1) + 1
        if mistake == "holes forgotten":
            covered = numbers
        elif mistake == "holes at the end":
            covered = dilation * numbers
        elif mistake == "gaps for distances":
            covered = (dilation + 1) * (numbers - 1) + 1
        elif mistake == "stride forgotten":
            stride = 1
        if mistake == "padded on one side":
            pad = pad / 2
        elif mistake == "not padded":
            pad = 0
        steps = int(now + 2 * pad) - covered
        places = steps // stride + 1
        if mistake == "rounded up":
            places = -(-steps // stride) + 1
        elif mistake == "rounded to the nearest":
            places = round(steps / stride) + 1
        elif mistake == "first place lost":
            places = steps // stride
        elif mistake == "counted before the division":
            places = (steps + 1) // stride
        found.append(places)
        now = size if mistake == "each from the first line" else places
    return {"the sizes": found}


@exercise(1, "Filters with holes", 10)
def check_holes(answer, rng):
    def steps(size, layers):
        yield "the sizes", answer(size, layers)

    def problem(count):
        """Layers that tell all the mistakes from what is right, and from each other."""
        while True:
            size = int(rng.integers(60, 90))
            drawn = rng.integers([2, 1, 0, 1], [5, 4, 4, 4], (count, 4)).tolist()
            made = {"size": size, "layers": [tuple(layer) for layer in drawn]}
            each = [tuple(sizes(**made, mistake=m)["the sizes"]) for m in (None, *HINTS)]
            if len(set(each)) == len(each) and min(each[0]) >= 1:
                return made

    paper = {"size": 10, "layers": [(3, 1, 0, 2), (2, 2, 1, 3), (3, 2, 1, 1)]}
    tight = {"size": 7, "layers": [(4, 3, 0, 2), (1, 1, 0, 1)]}  # one window fits, and no more
    judge([paper, problem(3), problem(4), tight], steps, sizes, HINTS)
    return "every window is counted that lies in its line with all its length"
