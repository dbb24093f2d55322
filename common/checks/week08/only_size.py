"""Exercise 4: batch normalisation that divides and takes no mean away."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, KEPT, NEW, ROUNDING, kept, numbers
from common.checks.source import refuse_loops
from common.checks.week08.shared import BACK

__all__ = ["HINTS", "check_only_size"]

HINTS = BACK | read_hints(
    """
mean taken away:
    ? Does the equation of this exercise take a mean away?
    @ exercises.ipynb, the equation of this exercise
    ! Here only the size is set. Where the numbers lie stays as it is.

size as a constant:
    ? One input grows. What happens to the outputs of the other examples?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! Each input is in the size of its feature, and the size is below the line for all examples.

way through the size only:
    ? Each input also stands above the line. What comes back from there?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! There are two ways from an input to the outputs. Both bring a gradient.

size grows its outputs:
    ? The size of a feature grows. Do its outputs grow?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! What stands below the line makes the output smaller.

no 1/N:
    ? The mean square is a mean. Did the mean come back?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! What divides on the way forward divides on the way back.

gamma lost:
    ? What stands between the normalised number and the output?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! The output is gamma times the normalised number, so gamma is a factor on the way back.

gamma learns from the input:
    ? What is gamma multiplied by on the way forward?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! A factor gets the gradient times the other factor, and that one is normalised already.

gamma averaged:
    ? Where in the forward pass is gamma divided by N?
    @ 3_batch_normalization.ipynb, section "Back, node by node"
    ! Gamma meets every example, as a bias does. What they send back adds up.

one size for all:
    ? How many sizes are there?
    @ exercises.ipynb, the equation of this exercise
    ! Each feature has a size of its own, taken over the examples.

size of an example:
    ? Over which axis is the mean taken?
    @ exercises.ipynb, the equation of this exercise
    ! The mean goes over the examples, and there is one size for each feature.

no root:
    ? A feature is ten times as large in all examples. Does its output change?
    @ exercises.ipynb, the equation of this exercise
    ! A mean of squares grows as the square. Divide by its root.

never kept:
    ? Where should the running mean square come from at test time?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! Each training batch moves the running mean a little towards its own.

batch at test time:
    ? At test time, does the answer for an image depend on the other images?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! What was kept in training takes the place of what the batch would say.

running mean in training:
    ? In training, which mean square divides?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! A training batch is divided by its own size. The running mean is for later.

learns at test time:
    ? May a test image change the network?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! The running mean is moved in training only.

root kept:
    ? Of what is the running mean taken?
    @ exercises.ipynb, the text of this exercise
    ! It is the mean square that is kept. The root comes after.

momentum turned round:
    ? The factor is 0.9. Does one batch change nearly everything, or a little?
    @ 3_batch_normalization.ipynb, section "The class, and test time"
    ! The factor says how much of the old value stays.

a loop:
    ? Which axis holds the examples, and what does one sum over it give?
    @ exercises.ipynb, the text of this exercise
    ! All features are done at once, each with a number of its own that is handed to its column.
"""
)
EPSILON = 1e-7


def forward_backward(x, gamma, dout, mistake):
    """y, dx, dgamma, and the mean square of the batch."""
    N = len(x)
    if mistake == "mean taken away":
        x = x - x.mean(axis=0)
    square = (x**2).mean(axis=0)
    if mistake == "one size for all":
        square = np.full(len(gamma), (x**2).mean())
    elif mistake == "size of an example":
        square = (x**2).mean(axis=1, keepdims=True)
    size = square + EPSILON
    if mistake != "no root":
        size = np.sqrt(size)
    x_hat = x / size
    y = gamma * x_hat
    dhat = dout if mistake == "gamma lost" else dout * gamma
    each = dhat * x_hat
    shared = each.sum(axis=0) / (1 if mistake == "no 1/N" else N)
    if mistake == "one size for all":
        shared = each.mean()
    elif mistake == "size of an example":
        shared = each.mean(axis=1, keepdims=True)
    through = -x_hat * shared / size
    if mistake == "size grows its outputs":
        through = -through
    straight = dhat / size
    if mistake == "mean taken away":
        straight = straight - straight.mean(axis=0)
    elif mistake == "size as a constant":
        through = 0
    elif mistake == "way through the size only":
        straight = 0
    elif mistake == "no root":
        through = -2 * x * (dhat * x).mean(axis=0) / size**2
    dgamma = (dout * (x if mistake == "gamma learns from the input" else x_hat)).sum(axis=0)
    if mistake == "gamma averaged":
        dgamma = dgamma / N
    return y, straight + through, dgamma, square


def only_size(x, gamma, momentum, dout, x_2, x_3, dout_3, mistake=None):
    made = {}
    try:
        write(made, x, gamma, momentum, dout, x_2, x_3, dout_3, mistake)
    except ValueError:  # a running mean for each example does not fit other batches
        if mistake != "size of an example":
            raise
    return made


def write(made, x, gamma, momentum, dout, x_2, x_3, dout_3, mistake):
    running, before = np.ones(len(gamma)), 0
    x, x_2, x_3, gamma = (a.astype(float) for a in (x, x_2, x_3, gamma))
    batches = [("", x, dout), (" of the third batch", x_3, dout_3)]
    for when, x_n, d in batches:
        back = np.ones_like(d) if mistake == "upstream" else d
        y, dx, dgamma, square = forward_backward(x_n, gamma, back, mistake)
        if mistake == "running mean in training":
            size = np.sqrt(running + EPSILON)
            y, dx = gamma * x_n / size, back * gamma / size
            dgamma = (back * x_n / size).sum(axis=0)
        keep = 1 - momentum if mistake == "momentum turned round" else momentum
        new = np.sqrt(square + EPSILON) if mistake == "root kept" else square
        if mistake != "never kept":
            running = keep * running + (1 - keep) * new
        if mistake == "not cleared":
            before = dgamma = before + dgamma
        elif mistake == "not in place":
            dgamma = 0 * dgamma
        made |= {f"y{when}": y, f"dx{when}": dx, f"dgamma{when}": dgamma}
        made[f"the array in grads{when}"] = NEW if mistake == "not in place" else KEPT
        made[f"running{when}"] = running
        if when:
            break
        of = " of the second batch, at test time"
        size = np.sqrt(running + EPSILON)
        if mistake == "batch at test time":
            size = np.sqrt((x_2**2).mean(axis=0) + EPSILON)
        elif mistake in ("root kept", "no root"):
            size = running + EPSILON
        made[f"y{of}"] = gamma * x_2 / size
        if mistake == "learns at test time":
            running = momentum * running + (1 - momentum) * (x_2**2).mean(axis=0)
        made["running after the second batch"] = running


@exercise(4, "Only the size", 16)
def check_only_size(OnlySize, rng):
    def steps(x, gamma, momentum, dout, x_2, x_3, dout_3):
        layer = OnlySize(gamma, momentum)
        grads = list(layer.grads)
        for when, x_n, d in (("", x, dout), (" of the third batch", x_3, dout_3)):
            yield f"y{when}", layer.forward(x_n)
            yield f"dx{when}", layer.backward(d)
            yield f"dgamma{when}", grads[0]
            yield f"the array in grads{when}", kept(layer.grads, grads)
            yield f"running{when}", layer.running
            if not when:
                of = " of the second batch, at test time"
                yield f"y{of}", layer.forward(x_2, train_flg=False)
                yield "running after the second batch", layer.running

    def problem(N, D, kind=float):
        shift = rng.uniform(1, 2, D)
        x, x_2, x_3 = ((numbers(rng, (n, D)) + shift).astype(kind) for n in (N, 2, 3))
        made = {"x": x, "gamma": numbers(rng, D, kind), "momentum": 0.8}
        made["dout"] = numbers(rng, (N, D), kind)
        made |= {"x_2": 2 * x_2, "x_3": x_3, "dout_3": numbers(rng, (3, D), kind)}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "x": np.array([[1.0], [7]]),
        "gamma": np.array([10.0]),
        "momentum": 0.9,
        "dout": np.array([[1.0], [0]]),
        "x_2": np.array([[3.0]]),
        "x_3": np.array([[2.0], [-2], [5]]),
        "dout_3": np.array([[1.0], [2], [-1]]),
    }
    silent = problem(3, 2)
    silent["x"][:, 0] = 0  # a feature that is 0 in all examples
    problems = [paper, problem(4, 3), problem(5, 2), problem(6, 3, FLOAT32), silent]
    judge(problems, steps, only_size, HINTS)
    refuse_loops(HINTS["a loop"], forward=OnlySize.forward, backward=OnlySize.backward)
    return "the size is set by the batch, and its gradient goes two ways"
