"""Exercise 1: backward through a branch, a subtraction and a division."""

from common.checks.judge import exercise, judge, read_hints
from common.checks.week05.shared import BACK

__all__ = ["HINTS", "check_bill"]

HINTS = BACK | read_hints(
    """
way through the coupon lost, straight way lost:
    ? How many arrows leave the total on your graph?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! A number that goes two ways gets a gradient from each, and they add up.

two ways averaged:
    ? Two gradients arrive at the total. Does one of them count less because the other is there?
    @ 1_apples_and_a_tax.ipynb, section "A number that is used twice"
    ! At a branch gradients add up. Nothing is divided.

coupon with a plus:
    ? The coupon takes more away. Does each friend pay more or less?
    @ 1_apples_and_a_tax.ipynb, section "Multiply and add"
    ! A subtraction hands the gradient on to both inputs, but turns its sign for one of them.

not swapped:
    ? The price rises by 1. How much does the total rise?
    @ 1_apples_and_a_tax.ipynb, section "Multiply and add"
    ! A multiplication gives each input the gradient times the other input.

friends with a plus:
    ? One friend more comes. Does each one pay more or less?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! Wiggle the number of friends: what you pay goes the other way.

no square:
    ? What is the derivative of one over a number?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! Wiggle the number of friends by a little and compare: the divisor stands below the line more
      than once.

division as multiplication:
    ? Twice as many friends: does what each pays double?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! A division has a local derivative of its own for each of its two inputs.

divisor lost:
    ? The bill rises by 1. How much more does each friend pay?
    @ 1_apples_and_a_tax.ipynb, section "Two ways with opposite signs"
    ! For the number above the line, the local derivative is one over the number below.
"""
)
NAMES = "dprice", "dnumber", "drate", "dfriends"


def bill(price, number, rate, friends, dout, mistake=None):
    """What each one pays, and the four gradients."""
    total = price * number
    off = rate * total
    left = total - off
    back = 1.0 if mistake == "upstream" else dout
    dleft = back if mistake == "divisor lost" else back / friends
    dfriends = -back * left / friends**2
    if mistake == "friends with a plus":
        dfriends = -dfriends
    elif mistake == "no square":
        dfriends = dfriends * friends
    elif mistake == "division as multiplication":
        dleft, dfriends = back * friends, back * left
    doff = dleft if mistake == "coupon with a plus" else -dleft
    straight, through = dleft, doff * rate
    if mistake == "way through the coupon lost":
        through = 0
    elif mistake == "straight way lost":
        straight = 0
    dtotal = straight + through
    if mistake == "two ways averaged":
        dtotal = dtotal / 2
    dprice, dnumber = dtotal * number, dtotal * price
    if mistake == "not swapped":
        dprice, dnumber = dtotal * price, dtotal * number
    made = dprice, dnumber, doff * total, dfriends
    return {"what each pays": left / friends} | dict(zip(NAMES, made, strict=True))


@exercise(1, "Sharing the bill", 10)
def check_bill(answer, rng):
    def steps(price, number, rate, friends, dout):
        each, gradients = answer(price, number, rate, friends, dout)
        yield "what each pays", each
        yield from zip(NAMES, gradients, strict=True)

    def problem():
        price, number, friends = rng.permutation([2.0, 5.0, 7.0]) + rng.uniform(0, 1, 3)
        rate, dout = rng.uniform(0.2, 0.4), rng.choice([-1, 1]) * rng.uniform(2, 3)
        made = {"price": price, "number": number, "rate": rate, "friends": friends, "dout": dout}
        return {name: float(value) for name, value in made.items()}

    paper = {"price": 3.0, "number": 8.0, "rate": 0.25, "friends": 2.0, "dout": 2.0}
    dear = problem() | {"price": 1e13}  # a small step up and down changes nothing
    judge([paper, problem(), problem(), dear], steps, bill, HINTS)
    return "each number hears how much it matters, the branch by both its ways"
