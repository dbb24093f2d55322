"""What the techniques of week 8 cost in time, each beside the plain form, in turns.

    python benchmarks/training.py update [--turns 25]
    python benchmarks/training.py layer [--turns 25]
    python benchmarks/training.py peer [--turns 25]
    python benchmarks/training.py everything

One BLAS thread, float32; only the last needs data, MNIST.

``update``: one step of each optimizer over one of SGD, for 3,760 parameters (64-50-10) and for
a million in one matrix.

``layer``: forward and back of an affine layer of 100 numbers with ReLU on a batch of 100, with
batch normalisation or dropout between or behind them, over the same without.

``peer``: PyTorch's time over ours, one thread each, for the same steps and layers.

``everything``: section 6 of notebook 4 on MNIST: right on the 10,000 test digits after 10 epochs
on 5,000 training digits, a quarter of whose labels is wrong, with He's start and Momentum, and
with batch normalisation, dropout and weight decay besides.  Each has the best of four rates on
5,000 other training digits, and is scored from five starts.

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
from common.sequential import Sequential
from dataset.mnist import load_mnist

SMALL, LARGE = [(64, 50), (50,), (50, 10), (10,)], [(1000, 1000)]
N, D = 100, 100
RATES = 0.002, 0.006, 0.02, 0.06
SIZES = ("3,760", SMALL, 400), ("1,000,000", LARGE, 8)  # parameters, shapes, steps a turn


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


def peer(rng, turns):
    """Print PyTorch's time over ours, for steps of optimizers and for layers."""
    import torch

    torch.set_num_threads(1)
    there = {
        "SGD": lambda params: torch.optim.SGD(params, 1e-6),
        "Momentum": lambda params: torch.optim.SGD(params, 1e-6, momentum=0.9),
        "Nesterov": lambda params: torch.optim.SGD(params, 1e-6, momentum=0.9, nesterov=True),
        "AdaGrad": lambda params: torch.optim.Adagrad(params, 1e-6),
        "RMSprop": lambda params: torch.optim.RMSprop(params, 1e-6),
        "Adam": lambda params: torch.optim.Adam(params, 1e-6),
    }
    for told, shapes, repeat in SIZES:
        print(f"{told} parameters")
        for name, ours in updates(shapes, repeat, rng).items():
            params = [torch.nn.Parameter(torch.ones(shape)) for shape in shapes]
            for p in params:
                p.grad = torch.ones_like(p)
            optimizer = there[name](params)

            def theirs(optimizer=optimizer, repeat=repeat):
                for _ in range(repeat):
                    optimizer.step()

            tell({"ours": ours, f"PyTorch's {name}": theirs}, "ours", turns)
    print("affine layer with ReLU, forward and back")
    chains = {
        "plain": [torch.nn.ReLU()],
        "batch normalisation": [torch.nn.BatchNorm1d(D), torch.nn.ReLU()],
        "dropout": [torch.nn.ReLU(), torch.nn.Dropout(0.5)],
    }
    x = torch.randn(N, D, requires_grad=True)
    dout = torch.randn(N, D)
    for name, ours in layers(100, rng).items():
        chain = torch.nn.Sequential(torch.nn.Linear(D, D), *chains[name])

        def theirs(chain=chain):
            for _ in range(100):
                chain(x).backward(dout)

        tell({"ours": ours, f"PyTorch, {name}": theirs}, "ours", turns)


def network(seed, everything, width=100):
    """784-100-100-10 from He's start, the plain one or that with everything."""
    rng, chain, d = np.random.default_rng(seed), [], 784
    for _ in range(2):
        w = (2 / d) ** 0.5 * rng.standard_normal((d, width))
        chain.append(Affine(w.astype("f"), np.zeros(width, dtype="f")))
        if everything:
            chain.append(BatchNormalization(np.ones(width, "f"), np.zeros(width, "f")))
        chain.append(Relu())
        if everything:
            chain.append(Dropout(0.3, rng))
        d = width
    w = (2 / d) ** 0.5 * rng.standard_normal((d, 10))
    return Sequential([*chain, Affine(w.astype("f"), np.zeros(10, dtype="f"))])


def train(everything, lr, seed, x, t, epochs=10):
    model, optimizer = network(seed, everything), Momentum(lr)
    rng, decay = np.random.default_rng(seed), 0.003 if everything else 0.0
    for _ in range(epochs):
        for batch in rng.permutation(len(x)).reshape(-1, 100):
            model.forward(x[batch], t[batch])
            model.backward()
            for p, g in zip(model.params, model.grads, strict=True):
                if p.ndim == 2:
                    g += decay * p
            optimizer.update(model.params, model.grads)
    return model


def share(model, x, t):
    return (model.predict(x).argmax(axis=1) == t).mean()


def everything_on_mnist():
    (x, t), test = load_mnist()
    rng, other = np.random.default_rng(0), (x[5000:10000], t[5000:10000])
    x, t = x[:5000], t[:5000].copy()
    slips = rng.permutation(len(t))[: len(t) // 4]
    t[slips] = (t[slips] + rng.integers(1, 10, len(slips))) % 10  # another digit
    scores = {}
    for everything in (False, True):
        tried = {lr: share(train(everything, lr, 0, x, t), *other) for lr in RATES}
        lr = max(tried, key=tried.get)
        models = [train(everything, lr, seed, x, t) for seed in range(5)]
        scores[everything] = np.array([share(model, *test) for model in models])
        told = ", ".join(f"{right:.2%}" for right in scores[everything])
        chosen = ", ".join(f"{rate}: {right:.2%}" for rate, right in tried.items())
        print("everything" if everything else "plain", f"rate {lr} (of {chosen}): {told}")
    gain = scores[True] - scores[False]
    print(f"gain {gain.mean():.2%}, spread of the five {gain.std(ddof=1):.2%}")


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
    parser.add_argument("what", choices=["update", "layer", "peer", "everything"])
    parser.add_argument("--turns", type=int, default=25)
    asked, rng = parser.parse_args(), np.random.default_rng(0)
    if asked.what == "update":
        for told, shapes, repeat in SIZES:
            print(f"{told} parameters")
            tell(updates(shapes, repeat, rng), "SGD", asked.turns)
    elif asked.what == "peer":
        peer(rng, asked.turns)
    elif asked.what == "everything":
        everything_on_mnist()
    else:
        tell(layers(100, rng), "plain", asked.turns)


if __name__ == "__main__":
    main()
