"""What a numerical gradient costs beside backpropagation, for three networks on digits.

    python benchmarks/numerical_gradient.py [--turns 5]

Both give the gradient of every parameter of a two-layer network for one batch of 50
digits, in float64.  A ratio is the median of the turns' ratios, both timed in each turn.
Expected from the counted work: 2 forward passes a parameter, against about 3 in all.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import statistics
import time

from common.gradient import numerical_gradient
from common.gradient_check import compare_gradients, double_precision
from common.two_layer_net import TwoLayerNet
from dataset.digits import load_digits

SIZES = (16, 10, 10), (64, 10, 10), (64, 50, 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    (images, labels), _ = load_digits()
    images, t = images[:50].astype(float), labels[:50]
    print("| network | parameters | counted, 2 parameters / 3 | measured |")
    print("|---|---:|---:|---:|")
    for size in SIZES:
        x = images if size[0] == 64 else images.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4))
        x = x.reshape(50, -1)
        model = double_precision(TwoLayerNet(*size, rng=0))
        ratios = [ratio(model, x, t) for _ in range(turns)]
        parameters = sum(p.size for p in model.params)
        name = "-".join(map(str, size))
        counted, measured = 2 * parameters / 3, statistics.median(ratios)
        print(f"| {name} | {parameters:,} | {counted:,.0f} | {measured:,.0f} |", flush=True)


def ratio(model, x, t):
    """How many times as long the numerical gradient takes; both gradients must agree."""
    begin = time.perf_counter()
    numerical = [numerical_gradient(lambda _: model.forward(x, t), p) for p in model.params]
    middle = time.perf_counter()
    for _ in range(50):
        model.forward(x, t)
        model.backward()
    end = time.perf_counter()
    for i, (derived, slow) in enumerate(zip(model.grads, numerical, strict=True)):
        compare_gradients(f"params[{i}]", derived, slow, tolerance=1e-6)
    return (middle - begin) / ((end - middle) / 50)


if __name__ == "__main__":
    main()
