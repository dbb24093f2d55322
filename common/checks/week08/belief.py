"""Exercise 2: an optimizer that steps far where the gradient is as it was expected."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints
from common.checks.problems import FLOAT32, ROUNDING, numbers

__all__ = ["HINTS", "check_belief"]

HINTS = read_hints(
    """
Adam:
    ? Of what does this optimizer take the second mean?
    @ exercises.ipynb, the equation of this exercise
    ! Adam asks how large the gradient is. This one asks how far it is from what was expected.

surprise at the old mean:
    ? At the first step, how far is the gradient from a mean of 0?
    @ exercises.ipynb, the equation of this exercise
    ! The first line comes before the second, so the second line meets the new mean.

nothing corrected, mean not corrected, spread not corrected:
    ? Both means begin with 0. Are they too small or too large after one step?
    @ 1_race_down_the_valley.ipynb, section "Adam: both means, and a correct start"
    ! After few steps the weights of a running mean do not add up to 1. Each of the two means has
      a sum of its own.

corrected means kept:
    ? What does the next step begin with: the mean, or the corrected mean?
    @ 1_race_down_the_valley.ipynb, section "Adam: both means, and a correct start"
    ! The correction belongs to one step. What is remembered is the mean without it.

factors changed round:
    ? Which of the two factors belongs to the mean of the gradient?
    @ exercises.ipynb, the equation of this exercise
    ! The first factor is that of the gradient, the second that of its surprise, also when they
      are corrected.

no root:
    ? All gradients become ten times as large. Should the step?
    @ 1_race_down_the_valley.ipynb, section "RMSprop: forget what is old"
    ! A mean of squares is not a length. Its root is.

counts parameters:
    ? There are two parameters. How many steps have there been after one call?
    @ exercises.ipynb, the text of this exercise
    ! One call is one step, for however many arrays.

counts from 0:
    ? How many steps have there been when the first one is taken?
    @ exercises.ipynb, the text of this exercise
    ! The step that is taken counts already.

no epsilon:
    ? What happens to a number whose gradient has always been 0?
    @ exercises.ipynb, the equation of this exercise
    ! Nothing over nothing is not a number. Something small below the line keeps it finite.

not in place:
    ? The network keeps its arrays. Did they move?
    @ exercises.ipynb, the text of this exercise
    ! Change the numbers inside the array that is there. A new array is seen by nobody.

uphill:
    ? The gradient is positive. Must the parameter grow?
    @ 1_race_down_the_valley.ipynb, section "Adam: both means, and a correct start"
    ! Descent goes against the gradient.

forgets:
    ? What is left from the first call when the second one begins?
    @ exercises.ipynb, the text of this exercise
    ! Both means must last from one call to the next, for each parameter.
"""
)
GRADS = "as they were", "changed"


def belief(theta, bias, slopes, bias_slopes, lr, beta1, beta2, mistake=None):
    """Both parameters after each step."""
    made, state = {}, [[p.astype(float), 0.0, 0.0] for p in (theta, bias)]
    count = 0
    for step in range(1, len(slopes) + 1):
        for i, (kind, name) in enumerate((("theta", slopes), ("bias", bias_slopes))):
            p, m, s = state[i]
            g = name[step - 1].astype(float)
            count += 1
            k = {"counts parameters": count, "counts from 0": step - 1}.get(mistake, step)
            if mistake == "forgets":
                m, s, k = 0.0, 0.0, 1
            old, m = m, beta1 * m + (1 - beta1) * g
            b1, b2 = (beta2, beta1) if mistake == "factors changed round" else (beta1, beta2)
            m_hat = m / np.float64(1 - b1**k)
            if mistake in ("nothing corrected", "mean not corrected"):
                m_hat = m
            away = {"Adam": g, "surprise at the old mean": g - old}.get(mistake, g - m)
            s = beta2 * s + (1 - beta2) * away**2
            s_hat = s / np.float64(1 - b2**k)
            if mistake in ("nothing corrected", "spread not corrected"):
                s_hat = s
            below = s_hat if mistake == "no root" else np.sqrt(s_hat)
            if mistake != "no epsilon":
                below = below + 1e-7
            move = lr * m_hat / below
            if mistake == "corrected means kept":
                m, s = m_hat, s_hat
            if mistake != "not in place":
                p = p + move if mistake == "uphill" else p - move
            state[i] = [p, m, s]
            made[f"{kind} after step {step}"] = p
        made[f"the gradients after step {step}"] = GRADS[0]
    return made


@exercise(2, "How surprising is the gradient?", 15)
def check_belief(Belief, rng):
    def steps(theta, bias, slopes, bias_slopes, lr, beta1, beta2):
        optimizer = Belief(lr=lr, beta1=beta1, beta2=beta2)
        mine = [theta.copy(), bias.copy()]
        params = list(mine)
        for step, given in enumerate(zip(slopes, bias_slopes, strict=True), 1):
            grads = [g.copy() for g in given]
            optimizer.update(params, grads)
            yield f"theta after step {step}", mine[0]
            yield f"bias after step {step}", mine[1]
            same = all((a == b).all() for a, b in zip(grads, given, strict=True))
            yield f"the gradients after step {step}", GRADS[not same]

    def problem(shape, number, kind=float, still=False):
        made = {
            "theta": numbers(rng, shape, kind),
            "bias": numbers(rng, shape[-1:], kind),
            "slopes": numbers(rng, (number, *shape), kind),
            "bias_slopes": numbers(rng, (number, *shape[-1:]), kind),
        }
        if still:
            made["slopes"][:, 0] = 0
        made |= {"lr": float(rng.uniform(0.05, 0.2)), "beta1": 0.8, "beta2": 0.95}
        return made | ({"_tolerance": ROUNDING} if kind is FLOAT32 else {})

    paper = {
        "theta": np.array([2.0]),
        "bias": np.array([0.0]),
        "slopes": np.array([[4.0], [6.0]]),
        "bias_slopes": np.array([[-2.0], [-3.0]]),
        "lr": 0.3,
        "beta1": 0.5,
        "beta2": 0.5,
    }
    problems = [paper, problem((3,), 3), problem((2, 3), 4), problem((3, 2), 3, FLOAT32)]
    problems.append(problem((2, 2), 3, still=True))
    judge(problems, steps, belief, HINTS)
    return "far where the gradient is as expected, carefully where it surprises"
