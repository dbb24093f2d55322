"""A network of two layers on MNIST: how well, and what a derived gradient saves.

    COURSE_DATA=folder python benchmarks/digits.py train
    COURSE_DATA=folder python benchmarks/digits.py gradient [--turns 5]
    COURSE_DATA=folder python benchmarks/digits.py step [--turns 25]

784 pixels, 50 hidden numbers, 10 classes, batches of 100, float32, one BLAS thread.

``train``: ReLU with He's start, and the sigmoid with the start of ``TwoLayerNet``, each with
SGD.  After each epoch it writes into ``curves/mnist.csv`` the mean loss of the training images
and the share of training and test images that are right, and prints the processor time of
the training alone.  Each of ``SEEDS`` is one start: ``np.random.seed`` stands before its model
is built and is never set again.  The rates are the best of three each,
0.1, 0.3, 0.5 and 0.3, 1, 2, with start 0, after ten epochs on
50,000 training images, judged by the 10,000 others; no test image took part in that choice.

``gradient``: the time of one gradient of a batch, by backpropagation and by central
differences, in turns; a ratio is the median of the ratios of one turn.  Of the differences
a few hundred are timed, and scaled to all 39,760 numbers.

``step``: forward and back of a batch over its six matrix products alone, and an epoch of 6,000
images by scikit-learn's ``MLPClassifier`` over one by ``Trainer``; in turns, ratios as above.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import csv
import itertools
import statistics
import time
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

from common.layers import Relu, Sigmoid
from common.optimizer import SGD
from common.rungs import turn_seconds
from common.trainer import Trainer
from common.two_layer_net import TwoLayerNet
from dataset.mnist import load_mnist

CURVE = Path(__file__).parent / "curves" / "mnist.csv"
SEEDS, D, H, V, BATCH, EPOCHS = (0, 1, 2), 784, 50, 10, 100, 16
FIELDS = ["who", "seed", "epoch", "loss", "right", "right_unseen"]
RATES = {"relu": 0.5, "sigmoid": 1.0}
MAKES = {
    "relu": {"activation": Relu, "start": "he"},
    "sigmoid": {"activation": Sigmoid, "start": 0.01},
}


def build(who, seed=0):
    """A new network with the activation and the start of ``who``"""
    np.random.seed(seed)
    return TwoLayerNet(D, H, V, **MAKES[who])


def right(model, x, t):
    return float((model.predict(x).argmax(axis=1) == t).mean())


def train():
    """Every run, an epoch at a time : the lines of the curve"""
    (x, t), test = load_mnist()
    lines = []
    for who, seed in itertools.product(RATES, SEEDS):
        model, seconds = build(who, seed), 0.0
        trainer = Trainer(model, SGD(RATES[who]))
        for epoch in range(1, EPOCHS + 1):
            start = time.process_time()
            trainer.fit(x, t, max_epoch=1, batch_size=BATCH, eval_interval=None)
            seconds += time.process_time() - start
            loss, seen, unseen = model.forward(x, t), right(model, x, t), right(model, *test)
            lines.append([who, seed, epoch, f"{loss:.4f}", f"{seen:.4f}", f"{unseen:.4f}"])
            told = f"loss {loss:.4f}, right {seen:.2%}, unseen {unseen:.2%}"
            print(f"{who}, start {seed}, epoch {epoch}: {told}, {seconds:.1f} s", flush=True)
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


def products(model, x):
    """A function that does the matrix products of one forward and backward pass, and no more"""
    (W_1, _, W_2, _), h = model.params, model.layers[0].forward(x)
    ds = model.predict(x)

    def run():
        x @ W_1, h @ W_2  # forward
        h.T @ ds, ds @ W_2.T, x.T @ h, h @ W_1.T  # back; h has the shape of dh

    return run


def epochs(x, t):
    """One epoch of the same network by the package, and by scikit-learn : two functions"""
    trainer = Trainer(build("relu"), SGD(RATES["relu"]))
    options = {"hidden_layer_sizes": (H,), "solver": "sgd", "batch_size": BATCH, "alpha": 0}
    peer = MLPClassifier(**options, learning_rate_init=RATES["relu"], momentum=0, random_state=0)
    return {
        "Trainer": lambda: trainer.fit(x, t, 1, BATCH, eval_interval=None),
        "scikit-learn": lambda: peer.partial_fit(x, t, classes=range(V)),
    }


def in_turns(runs, over, under, turns, some):
    """Print the ratio of two of the runs : its median and where eight in ten turns lie"""

    def often(run):
        for _ in range(some):
            run()

    spent = turn_seconds({name: partial(often, runs[name]) for name in (over, under)}, turns)
    low, middle, high = np.percentile(spent[over] / spent[under], (10, 50, 90))
    print(f"{over} over {under}: {middle:.2f}, eight in ten turns {low:.2f} to {high:.2f}")


def step(turns):
    """What a step is above its bare products, and an epoch against scikit-learn's"""
    (x, t), _ = load_mnist()
    model, batch, ids = build("relu"), x[:BATCH], t[:BATCH]
    runs = {
        "step": lambda: (model.forward(batch, ids), model.backward()),
        "products": products(model, batch),
        **epochs(x[:6000], t[:6000]),
    }
    in_turns(runs, "step", "products", turns, 200)
    in_turns(runs, "scikit-learn", "Trainer", turns, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("train", "gradient", "step"))
    parser.add_argument("--turns", type=int)
    options = parser.parse_args()
    if options.what == "gradient":
        return gradient(options.turns or 5)
    if options.what == "step":
        return step(options.turns or 25)
    lines = train()
    with open(CURVE, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([FIELDS, *lines])


if __name__ == "__main__":
    main()
