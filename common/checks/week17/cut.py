"""Exercise 3: what a walk back loses at the borders of blocks."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_cut"]

HINTS = read_hints(
    """
not cut:
    ? At the last step of a block, what comes back from the next step?
    @ 2_backpropagation_through_time.ipynb, section "A cut in time"
    ! The next step belongs to another block, and nothing comes back over the border.

state emptied:
    ? Which state does a block start from, after the first one?
    @ 2_backpropagation_through_time.ipynb, section "A cut in time"
    ! Only the walk back is cut. Forward, the state goes on from block to block.

only from above:
    ? Inside a block, who reads a state besides the loss?
    @ 2_backpropagation_through_time.ipynb, section "A state is read twice"
    ! The cut stands at the borders alone. Inside a block the walk goes on.

state after:
    ? At step 1, which state did w multiply?
    @ 2_backpropagation_through_time.ipynb, section "A weight that is used at every step"
    ! The gradient of a weight belongs to the number that the weight has multiplied.

from the end:
    ? The steps do not divide evenly. Which block is the short one?
    @ exercises.ipynb, the text of this exercise
    ! The blocks are counted from the first step on, and the last one may be shorter.

rest left out:
    ? What does your code do with the steps behind the last full block?
    @ exercises.ipynb, the text of this exercise
    ! A short block is a block too.

last block only:
    ? How many blocks use w?
    @ 2_backpropagation_through_time.ipynb, section "A cut in time"
    ! Each block has its part in the gradient, and here all parts add up.

a window:
    ? Does every state send something back over the same number of steps?
    @ 2_backpropagation_through_time.ipynb, section "A cut in time"
    ! The border stands still: the first state of a block sends nothing further back, the last
      one sends through the whole block.

not all of w's ways:
    ? A state is pushed, and w carries the push on. At every step anew, or once?
    @ 2_backpropagation_through_time.ipynb, section "A state is read twice"
    ! What is two steps away comes back through w twice.

a mean:
    ? Where does the loss of this exercise divide?
    @ exercises.ipynb, the equation of this exercise
    ! It is a sum, and gradients add up.

kept for cut:
    ? Which numbers of the table does the second function count?
    @ exercises.ipynb, the text of this exercise
    ! It counts what is lost, and the blocks on the diagonal stay.

both triangles:
    ? Can a later step change an earlier state?
    @ 2_backpropagation_through_time.ipynb, section "A cut in time"
    ! Above the diagonal nothing ever stood, so nothing there can be cut.
"""
)


def cut(w, xs, dout, size, mistake=None):
    """The gradient of w, and how many places of the table are cut."""
    T = len(xs)
    first = T % size if mistake == "from the end" else 0
    block = (np.arange(T) - first) // size
    h, before = 0.0, []
    for t in range(T):
        if mistake == "state emptied" and t % size == 0:
            h = 0.0
        new = w * h + xs[t]
        before.append(new if mistake == "state after" else h)
        h = new
    total, lost = 0.0, 0
    for state in range(T):
        for t in range(state + 1):
            kept = block[state] == block[t]
            lost += not kept
            if mistake == "not cut":
                kept = True
            elif mistake == "only from above":
                kept = state == t
            elif mistake == "a window":
                kept = state - t < size
            elif mistake == "last block only":
                kept = kept and block[t] == block[-1]
            elif mistake == "rest left out":
                kept = kept and state < T // size * size
            factor = w ** min(state - t, 1 if mistake == "not all of w's ways" else T)
            total += dout[state] * factor * before[t] * kept
    if mistake == "a mean":
        total = total / T
    elif mistake == "kept for cut":
        lost = T * (T + 1) // 2 - lost
    elif mistake == "both triangles":
        lost = 2 * lost
    return {"the gradient of w": total, "the number of places that are cut": lost}


@exercise(3, "What a cut loses", 14)
def check_cut(gradient_of_w, places_cut, rng):
    def steps(w, xs, dout, size):
        yield "the gradient of w", gradient_of_w(w, xs, dout, size)
        yield "the number of places that are cut", places_cut(len(xs), size)

    def problem(T, size):
        """All numbers positive, so that no two parts cancel out."""
        return {
            "w": float(rng.uniform(0.4, 0.9)),
            "xs": rng.uniform(0.5, 2, T),
            "dout": rng.uniform(0.5, 2, T),
            "size": size,
        }

    paper = [
        {"w": 0.5, "xs": np.array([16.0, 0, 0, 0]), "dout": np.ones(4), "size": size}
        for size in (2, 4, 1, 3)
    ]
    problems = [*paper, problem(7, 3), problem(6, 3), problem(8, 5), problem(3, 4), problem(1, 1)]
    judge(problems, steps, cut, HINTS, tolerance=(1e-5, 1e-9))
    return "the state goes on, the walk back stops at every border"
