"""What the techniques of week 8 cost in time, each beside the plain form, in turns.

    python benchmarks/training.py update [--turns 25]
    python benchmarks/training.py layer [--turns 25]

One BLAS thread, float32, no data needed.

``update``: one step of each optimizer over one of SGD, for 3,760 parameters (64-50-10) and for
a million in one matrix.

``layer``: forward and back of an affine layer of 100 numbers with ReLU on a batch of 100, with
batch normalisation or dropout between or behind them, over the same without.

A ratio is the median of the ratios of one turn; in brackets where eight in ten turns lie.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse

import numpy as np

from common.layers import Affine, BatchNormalization, Dropout, Relu
from common.optimizer import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSprop
from common.rungs import turn_seconds

SMALL, LARGE = [(64, 50), (50,), (50, 10), (10,)], [(1000, 1000)]
N, D = 100, 100


def updates(shapes, repeat, rng):
    """name -> a function that does `repeat` steps of that optimizer"""
    calls = {}
    for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam):
        params = [rng.standard_normal(shape).astype("f") for shape in shapes]
        grads = [rng.standard_normal(shape).astype("f") for shape in shapes]

        optimizer = kind(1e-6)

        def call(optimizer=optimizer, params=params, grads=grads):
            for _ in range(repeat):
                optimizer.update(params, grads)

        calls[kind.__name__] = call
    return calls


def layers(repeat, rng):
    """name -> a function that goes `repeat` times forward and back"""
    x, dout = (rng.standard_normal((N, D)).astype("f") for _ in range(2))
    between = {
        "plain": lambda: [Relu()],
        "batch normalisation": lambda: [
            BatchNormalization(np.ones(D, dtype="f"), np.zeros(D, dtype="f")),
            Relu(),
        ],
        "dropout": lambda: [Relu(), Dropout(0.5)],
    }
    calls = {}
    for name, rest in between.items():
        W = (rng.standard_normal((D, D)) / 10).astype("f")
        chain = [Affine(W, np.zeros(D, dtype="f")), *rest()]

        def call(chain=chain):
            for _ in range(repeat):
                y, d = x, dout
                for layer in chain:
                    y = layer.forward(y)
                for layer in reversed(chain):
                    d = layer.backward(d)

        calls[name] = call
    return calls


def tell(calls, base, turns):
    """Print the ratios of all calls to that called `base`."""
    for call in calls.values():
        call()  # not timed: what is made at the first step
    seconds = turn_seconds(calls, turns)
    for name in calls:
        if name != base:
            low, middle, high = np.quantile(seconds[name] / seconds[base], [0.1, 0.5, 0.9])
            print(f"{name:20} {middle:.2f} ({low:.2f} to {high:.2f}) times {base}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["update", "layer"])
    parser.add_argument("--turns", type=int, default=25)
    asked, rng = parser.parse_args(), np.random.default_rng(0)
    if asked.what == "update":
        for told, shapes, repeat in (("3,760", SMALL, 400), ("1,000,000", LARGE, 8)):
            print(f"{told} parameters")
            tell(updates(shapes, repeat, rng), "SGD", asked.turns)
    else:
        tell(layers(100, rng), "plain", asked.turns)


if __name__ == "__main__":
    main()
