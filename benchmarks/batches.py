"""The time of an image against the size of the batch it is read in: week 3's network, forward.

    python benchmarks/batches.py

One BLAS thread; medians of interleaved turns.  All sizes read the same 1,024 images, so each
makes the same 3,788,800 multiply-adds, in 1,024 / N batches.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

from functools import partial

import numpy as np

from common.functions import softmax
from common.rungs import turn_seconds
from common.two_layer_net import TwoLayerNet
from dataset.digits import load_digits

TURNS = 15
IMAGES = 1024


def main():
    (x, _), _ = load_digits()
    model = TwoLayerNet(64, 50, 10, rng=0)

    def read_all(N):
        for n in range(0, IMAGES, N):
            softmax(model.predict(x[n : min(n + N, IMAGES)]))

    sizes = [1, 4, 16, 64, 256, 1024]
    spent = turn_seconds({N: partial(read_all, N) for N in sizes}, turns=TURNS)
    print("| images in a batch | batches | time of an image, against batches of 1,024 |")
    print("|---:|---:|---:|")
    for N in sizes:
        ratio = np.median(spent[N] / spent[sizes[-1]])
        print(f"| {N:,} | {IMAGES // N:,} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
