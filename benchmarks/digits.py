"""A network of two layers on MNIST: how well, and what a derived gradient saves.

    COURSE_DATA=folder python benchmarks/digits.py train
    COURSE_DATA=folder python benchmarks/digits.py gradient [--turns 5]

784 pixels, 50 hidden numbers, 10 classes, batches of 100, float32, one BLAS thread.

``train``: ReLU with He's start, and the sigmoid with the start of ``TwoLayerNet``, each with
SGD.  After each epoch it writes into ``curves/mnist.csv`` the mean loss of the training images
and the share of training and test images that are right, and prints the processor time of
the training alone.  ``np.random.seed(SEED)`` stands before each model is built and is never
set again.  The rates are the best of three each, 0.1, 0.3, 0.5 and 0.3, 1, 2, after ten epochs on
50,000 training images, judged by the 10,000 others; no test image took part in that choice.

``gradient``: the time of one gradient of a batch, by backpropagation and by central
differences, in turns; a ratio is the median of the ratios of one turn.  Of the differences
a few hundred are timed, and scaled to all 39,760 numbers.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import csv
import statistics
import time
from pathlib import Path

import numpy as np

from common.layers import Relu
from common.optimizer import SGD
from common.trainer import Trainer
from common.two_layer_net import TwoLayerNet
from dataset.mnist import load_mnist

CURVE = Path(__file__).parent / "curves" / "mnist.csv"
SEED, D, H, V, BATCH, EPOCHS = 0, 784, 50, 10, 100, 16
RATES = {"relu": 0.5, "sigmoid": 1.0}


def build(who):
    """A new network : TwoLayerNet, for ``relu`` with that bend and He's start"""
    np.random.seed(SEED)
    model = TwoLayerNet(D, H, V)
    if who == "relu":
        model.layers[1] = Relu()
        for W in (model.params[0], model.params[2]):
            W *= np.sqrt(2 / len(W)) / 0.01
    return model


def right(model, x, t):
    return float((model.predict(x).argmax(axis=1) == t).mean())


def train():
    """Both runs, an epoch at a time : the lines of the curve"""
    (x, t), test = load_mnist()
    lines = []
    for who, rate in RATES.items():
        model, seconds = build(who), 0.0
        trainer = Trainer(model, SGD(rate))
        for epoch in range(1, EPOCHS + 1):
            start = time.process_time()
            trainer.fit(x, t, max_epoch=1, batch_size=BATCH, eval_interval=None)
            seconds += time.process_time() - start
            loss, seen, unseen = model.forward(x, t), right(model, x, t), right(model, *test)
            lines.append([who, epoch, f"{loss:.4f}", f"{seen:.4f}", f"{unseen:.4f}"])
            told = f"loss {loss:.4f}, right {seen:.2%}, unseen {unseen:.2%}"
            print(f"{who} at {rate}, epoch {epoch}: {told}, {seconds:.1f} s", flush=True)
    return lines


def gradient(turns):
    """The ratio of the two times : one number"""
    (x, t), _ = load_mnist()
    model, x, t = build("relu"), x[:BATCH], t[:BATCH]
    count, some = sum(p.size for p in model.params), 200
    W, ratios = model.params[0], []
    for _ in range(turns):
        start = time.process_time()
        for _ in range(some):
            model.forward(x, t)
            model.backward()
        derived = (time.process_time() - start) / some
        start = time.process_time()
        for d in range(some):
            kept = W[d, 0]
            for place in (kept + 0.01, kept - 0.01):
                W[d, 0] = place
                model.forward(x, t)
            W[d, 0] = kept
        ratios.append((time.process_time() - start) / some * count / derived)
    print(f"{count:,} numbers, {2 * count:,} forward passes in place of one and a backward pass")
    print(f"central differences take {statistics.median(ratios):,.0f} times as long")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("train", "gradient"))
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    if options.what == "gradient":
        return gradient(options.turns)
    lines = train()
    with open(CURVE, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([FIELDS, *lines])


FIELDS = ["who", "epoch", "loss", "right", "right_unseen"]

if __name__ == "__main__":
    main()
