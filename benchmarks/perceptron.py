"""The perceptron's two passes: ``learn``, example by example, and ``predict``, one product.

    python benchmarks/perceptron.py [--turns 15]

Both give N examples with D features their answers, N D multiplications each.  The weights are
right for all examples, so that ``learn`` has nothing to correct and the answers are the same.
Processor time, in turns; a ratio is the median of the ratios of one turn.  One BLAS thread.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import statistics
import time

import numpy as np

from common.perceptron import Perceptron

SIZES = [(1000, 10), (1000, 100), (1000, 1000), (1000, 10_000), (2000, 100), (4000, 100)]


def examples(N, D):
    """-> a perceptron, and N examples with the labels that it gives them"""
    rng = np.random.default_rng(0)
    model, x = Perceptron(D), rng.standard_normal((N, D))
    model.params[0][:] = rng.standard_normal(D)
    return model, x, model.predict(x)


def seconds(run, least=0.02):
    """Processor time of one run, the mean over as many as take the least time together."""
    runs, start = 0, time.process_time()
    while (spent := time.process_time() - start) < least:
        run()
        runs += 1
    return spent / runs


def one_turn(made):
    times = []
    for model, x, t in made:
        looped = seconds(lambda model=model, x=x, t=t: model.learn(x, t))
        times.append((looped, seconds(lambda model=model, x=x: model.predict(x))))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=15)
    arguments = parser.parse_args()
    made = [examples(N, D) for N, D in SIZES]
    for model, x, t in made:
        assert model.learn(x, t) == 0
    turns = [one_turn(made) for _ in range(arguments.turns)]
    print("| N | D | N D | learn, against predict | learn, against the first row |")
    print("|---:|---:|---:|---:|---:|")
    for i, (N, D) in enumerate(SIZES):
        against = statistics.median(turn[i][0] / turn[i][1] for turn in turns)
        growth = statistics.median(turn[i][0] / turn[0][0] for turn in turns)
        print(f"| {N:,} | {D:,} | {N * D:,} | {against:.0f} | {growth:.1f} |")


if __name__ == "__main__":
    main()
