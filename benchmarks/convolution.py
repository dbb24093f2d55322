"""Convolution: its time against the usual form, and networks with it on MNIST.

    python benchmarks/convolution.py ratio [--turns 25]
    python benchmarks/convolution.py parts [--turns 25]
    COURSE_DATA=folder python benchmarks/convolution.py train
    COURSE_DATA=folder python benchmarks/convolution.py flat
    COURSE_DATA=folder python benchmarks/convolution.py deeper
    COURSE_DATA=folder python benchmarks/convolution.py choose
    COURSE_DATA=folder python benchmarks/convolution.py apart

One BLAS thread, float32, batches of 100.

``ratio``: forward and backward of one layer, of 100 pictures, in turns; a ratio is the median of
the ratios of one turn.  The usual form is ``PlainConvolution`` below, as week 9 derives it: the
matrix of all windows, a transposed copy of it, one product.  PyTorch's layer stands beside, with
one thread, if it is installed.

``parts``: what three decisions of the layers are worth: how many numbers of windows are copied at
a time (``PORTION``), which of both ways back is taken (``K <= 3 * C``), and the passes of
``Pooling`` against windows laid out as rows.

``train``: convolution of 30 filters 5 x 5, ReLU, pooling 2 x 2, 100 hidden numbers, ReLU, 10
classes; ``EPOCHS`` epochs from each of ``SEEDS``, which is given to ``np.random.seed`` before the
model is built and never again.

``flat``: two affine layers with as many numbers, 784-545-10, trained in the same way.

``deeper``: 7 layers of filters, batch normalisation behind each, two shortcuts, dropout, and
pictures that are turned and shifted anew in each epoch.  One seed.

All are trained by Adam, whose rate falls to 0 along half a cosine, epoch by epoch.  After each
epoch they write into ``curves/`` the mean loss of the first 10,000 training images, as they are,
and the share of them and of the test images that are right, without dropout and by the running
means; they print the processor time of the training alone.

``choose``: three rates each, on the first 10,000 training images, judged by the last
10,000 of them.  The rates were chosen so; all else, the layers, how far a picture is moved and
how many epochs, was fixed before any run, by what the time allows.  No test image took part.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import csv
import math
import time
from pathlib import Path

import numpy as np

from common import convolution as package
from common.layers import Affine, BatchNormalization, Convolution, Dropout, Pooling, Relu
from common.optimizer import Adam
from common.rungs import turn_seconds
from common.sequential import Residual, Sequential
from common.trainer import Trainer
from common.util import col2im, im2col
from dataset.mnist import load_mnist
from dataset.pictures import moved

CURVES = Path(__file__).parent / "curves"
FIELDS = ["who", "seed", "epoch", "loss", "right", "right_unseen"]
BATCH, SEEDS, EPOCHS, RATE = 100, (0, 1, 2), 10, 0.002
FLAT_RATE = 0.002
DEEP_EPOCHS, DEEP_RATE = 10, 0.004
SHIFT, TURN = 2.0, 10.0  # pixels and degrees, at most
CASES = {  # N, C, height and width, K, filter, pad
    "30 filters 5 x 5 on 28 x 28": (100, 1, 28, 30, 5, 0),
    "32 filters 3 x 3 on 32 maps 14 x 14": (100, 32, 14, 32, 3, 1),
}


class PlainConvolution:
    """The form that week 9 derives: all windows as rows of one matrix."""

    def __init__(self, W, b, stride=1, pad=0):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
        self.stride, self.pad = stride, pad

    def forward(self, x):
        W, b = self.params
        K, _, FH, FW = W.shape
        N, _, height, width = self.x_shape = x.shape
        OH = (height + 2 * self.pad - FH) // self.stride + 1
        OW = (width + 2 * self.pad - FW) // self.stride + 1
        self.col = im2col(x, FH, FW, self.stride, self.pad)  # (N OH OW, C FH FW)
        y = self.col @ W.reshape(K, -1).T + b
        return y.reshape(N, OH, OW, K).transpose(0, 3, 1, 2)

    def backward(self, dout):
        (W, _), (dW, db) = self.params, self.grads
        K, _, FH, FW = W.shape
        dy = dout.transpose(0, 2, 3, 1).reshape(-1, K)  # (N OH OW, K)
        dW[...] = (self.col.T @ dy).T.reshape(W.shape)
        db[...] = dy.sum(axis=0)
        return col2im(dy @ W.reshape(K, -1), self.x_shape, FH, FW, self.stride, self.pad)


class PlainPooling:
    """The form that week 9 derives: all windows of all channels as rows."""

    def __init__(self, window, stride):
        self.window, self.stride = window, stride

    def forward(self, x):
        N, C, height, width = self.x_shape = x.shape
        OH = (height - self.window) // self.stride + 1
        OW = (width - self.window) // self.stride + 1
        alone = x.reshape(N * C, 1, height, width)
        rows = im2col(alone, self.window, self.window, self.stride)
        self.largest = rows.argmax(axis=1)
        return rows.max(axis=1).reshape(N, C, OH, OW)

    def backward(self, dout):
        N, C, height, width = self.x_shape
        rows = np.zeros((dout.size, self.window**2), dout.dtype)
        rows[np.arange(dout.size), self.largest] = dout.ravel()
        alone = N * C, 1, height, width
        return col2im(rows, alone, self.window, self.window, self.stride).reshape(self.x_shape)


# --- time ---------------------------------------------------------------------------------


def layer_and_pictures(N, C, size, K, window, pad):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((N, C, size, size)).astype("f")
    W = rng.standard_normal((K, C, window, window)).astype("f")
    return Convolution(W, np.zeros(K, dtype="f"), 1, pad), x


def upstream(layer, x):
    """A gradient for what the layer makes of x"""
    return np.random.default_rng(1).standard_normal(layer.forward(x).shape).astype("f")


def both(layer, x):
    dout = upstream(layer, x)
    return lambda: (layer.forward(x), layer.backward(dout))


def quotient(spent, name, other):
    low, middle, high = np.percentile(spent[name] / spent[other], (10, 50, 90))
    return f"{middle:.2f}, eight in ten turns {low:.2f} to {high:.2f}"


def runs(*sizes):
    """Name -> function that goes forward and back once"""
    ours, x = layer_and_pictures(*sizes)
    (W, b), pad = ours.params, ours.pad
    found = {"usual": both(PlainConvolution(W, b, 1, pad), x), "ours": both(ours, x)}
    try:
        import torch
    except ImportError:
        return found
    torch.set_num_threads(1)
    there = [torch.from_numpy(a).requires_grad_() for a in (x, W, b)]
    dout = torch.from_numpy(upstream(ours, x))

    def theirs():
        y = torch.nn.functional.conv2d(*there, padding=pad)
        torch.autograd.grad(y, there, dout)

    return found | {"PyTorch": theirs}


def ratio(turns):
    for name, sizes in CASES.items():
        print(f"batch {sizes[0]}, {name}, forward and backward:")
        spent = turn_seconds(runs(*sizes), turns)
        for who in spent.keys() - {"ours"}:
            print(f"  {who} over ours: {quotient(spent, who, 'ours')}")


def portions(turns):
    """Time with other portions over the time with the one that ships"""

    def with_portion(numbers, run):
        def call():
            package.PORTION = numbers
            run()
            package.PORTION = shipped

        return call

    shipped = package.PORTION
    for name, sizes in CASES.items():
        run = both(*layer_and_pictures(*sizes))
        tried = (10_000, 30_000, shipped, 300_000, 1_000_000, 10**9)
        spent = turn_seconds({n: with_portion(n, run) for n in tried}, turns)
        print(f"{name}: time over that of a portion of {shipped:,} numbers")
        for n in tried:
            print(f"  {n:13,}: {quotient(spent, n, shipped)}")


def ways(turns):
    """Time of the way back by windows of x over that by windows of dout"""
    for C, size in ((8, 28), (32, 14)):
        told = []
        for share in (0.5, 1, 1.5, 2, 3, 4):
            layer, x = layer_and_pictures(100, C, size, int(share * C), 3, 1)
            dout = upstream(layer, x)
            back = {
                "x": lambda layer=layer, dout=dout: layer.from_windows_of_x(dout, *layer.cache),
                "dout": lambda layer=layer, dout=dout, x=x: layer.from_windows_of_dout(dout, x),
            }
            told.append(f"K = {share} C: {quotient(turn_seconds(back, turns), 'x', 'dout')}")
        print(f"3 x 3 on {C} maps {size} x {size}, windows of x over windows of dout:")
        print("  " + "\n  ".join(told))


def poolings(turns):
    """Time of the plain form over that of the passes"""
    for window, stride, sizes in ((2, 2, (100, 30, 24, 24)), (3, 2, (100, 30, 24, 24))):
        x = np.random.default_rng(0).standard_normal(sizes).astype("f")
        layers = {"plain": PlainPooling(window, stride), "ours": Pooling(window, window, stride)}
        spent = turn_seconds({name: both(layer, x) for name, layer in layers.items()}, turns)
        print(f"pooling {window} x {window}, stride {stride}: {quotient(spent, 'plain', 'ours')}")


def parts(turns):
    poolings(turns)
    ways(turns)
    portions(turns)


# --- networks -----------------------------------------------------------------------------


def convolution(C, K, window, pad=0):
    """Filters drawn by He's start"""
    size = math.sqrt(2 / (C * window**2))
    W = size * np.random.standard_normal((K, C, window, window))
    return Convolution(W.astype("f"), np.zeros(K, dtype="f"), pad=pad)


def affine(D, H):
    W = math.sqrt(2 / D) * np.random.standard_normal((D, H))
    return Affine(W.astype("f"), np.zeros(H, dtype="f"))


def norm(C):
    return BatchNormalization(np.ones(C, dtype="f"), np.zeros(C, dtype="f"))


def small():
    layers = [convolution(1, 30, 5), Relu(), Pooling(2, 2), affine(30 * 12 * 12, 100), Relu()]
    return Sequential([*layers, affine(100, 10)])


def flat():
    return Sequential([affine(784, 545), Relu(), affine(545, 10)])


def shortcut(C):
    first, second = convolution(C, C, 3, 1), convolution(C, C, 3, 1)
    return Residual([first, norm(C), Relu(), second, norm(C)])


def deeper():
    return Sequential(
        [
            *[convolution(1, 16, 5, 2), Pooling(2, 2), norm(16), Relu()],  # 14 x 14
            *[convolution(16, 24, 3, 1), norm(24), Relu(), shortcut(24), Relu(), Pooling(2, 2)],
            *[convolution(24, 32, 3, 1), norm(32), Relu(), shortcut(32), Relu()],  # 7 x 7
            *[affine(32 * 7 * 7, 100), norm(100), Relu(), Dropout(0.5), affine(100, 10)],
        ]
    )


def moved_a_little(x, rng):
    """Each picture turned and shifted by amounts of its own : (N, 1, H, W)"""
    angle = rng.uniform(-TURN, TURN, len(x))
    down, right = rng.uniform(-SHIFT, SHIFT, (2, len(x)))
    return moved(x, angle, -down, -right)  # the signs of the stored run; both sides are as likely


def judged(model, x, t):
    """Mean loss, and the share that is right, as at test time"""
    loss, right = 0.0, 0
    for start in range(0, len(x), 500):
        some = slice(start, start + 500)
        scores = model.predict(x[some])
        loss += float(model.loss_layer.forward(scores, t[some])) * len(scores)
        right += int((scores.argmax(axis=1) == t[some]).sum())
    return loss / len(x), right / len(x)


def trained(build, train, test, seed, epochs, rate, moving=False):
    """Yield a line of the curve after each epoch"""
    np.random.seed(seed)
    (x, t), rng = train, np.random.default_rng(seed)
    model, seconds = build(), 0.0
    trainer = Trainer(model, Adam(rate))
    for epoch in range(1, epochs + 1):
        start = time.process_time()
        trainer.optimizer.lr = rate * (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2
        seen = x
        if moving:
            seen = np.concatenate([moved_a_little(part, rng) for part in np.split(x, 50)])
        trainer.fit(seen, t, max_epoch=1, batch_size=BATCH, eval_interval=None)
        seconds += time.process_time() - start
        loss, right = judged(model, x[:10_000], t[:10_000])
        _, unseen = judged(model, *test)
        yield [build.__name__, seed, epoch, f"{loss:.4f}", f"{right:.4f}", f"{unseen:.4f}"]
        told = f"loss {loss:.4f}, right {right:.2%}, unseen {unseen:.2%}"
        print(f"{build.__name__}, start {seed}, epoch {epoch}: {told}, {seconds:.0f} s", flush=True)


def without_sums():
    """The layers of `deeper`, and nothing goes straight on"""
    found = []
    for layer in deeper().layers:
        found += layer.layers if isinstance(layer, Residual) else [layer]
    return Sequential(found)


def pictures():
    """MNIST as (N, 1, 28, 28)"""
    return [(x.reshape(-1, 1, 28, 28), t) for x, t in load_mnist()]


def curves(name, build, seeds, epochs, rate, moving=False):
    """Train on MNIST from each seed, and write what came out into `curves/`"""
    train, test = pictures()
    runs = (trained(build, train, test, seed, epochs, rate, moving) for seed in seeds)
    lines = [line for run in runs for line in run]
    with open(CURVES / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([FIELDS, *lines])


def tried(build, rate, moving):
    """Four epochs on 10,000 of the training images, judged by 10,000 others of them"""
    (x, t), _ = pictures()
    seen, others = (x[:10_000], t[:10_000]), (x[50_000:], t[50_000:])
    for _ in trained(build, seen, others, 0, 4, rate, moving):
        pass  # it prints


def choose():
    for build, rates, moving in (
        (small, (0.0005, 0.001, 0.002), False),
        (flat, (0.0005, 0.001, 0.002), False),
        (deeper, (0.001, 0.002, 0.004), True),
    ):
        for rate in rates:
            print(f"{build.__name__}, rate {rate}")
            tried(build, rate, moving)


def apart():
    for build, moving in ((deeper, True), (deeper, False), (without_sums, True)):
        print(f"{build.__name__}, {'moved' if moving else 'as they are'}")
        tried(build, DEEP_RATE, moving)


WHAT = {
    "ratio": ratio,
    "parts": parts,
    "train": lambda _: curves("convolution", small, SEEDS, EPOCHS, RATE),
    "flat": lambda _: curves("flat", flat, SEEDS, EPOCHS, FLAT_RATE),
    "deeper": lambda _: curves("deeper", deeper, SEEDS[:1], DEEP_EPOCHS, DEEP_RATE, moving=True),
    "choose": lambda _: choose(),
    "apart": lambda _: apart(),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--turns", type=int, default=25)
    options = parser.parse_args()
    WHAT[options.what](options.turns)


if __name__ == "__main__":
    main()
