"""Recurrent language models, side by side, and the long runs on the Penn Treebank.

    COURSE_DATA=folder python benchmarks/language_model.py step
    COURSE_DATA=folder python benchmarks/language_model.py layer
    COURSE_DATA=folder python benchmarks/language_model.py train lstm

``step``: a whole training step of the LSTM model (20 streams, 35 steps, V =
10,000, H = 100).  ``layer``: ``TimeLSTM`` forward and backward, beside the time
that its matrix products take alone.  Both run the package, the slow form
(``slow_lstm.py``) and PyTorch, where it is installed, in turns; a ratio is the
median of the ratios of one turn.  One thread everywhere, float32, same weights
and same loss.

``train`` makes one of the long runs, and writes its curve into ``curves/``.  Each
epoch is a call of ``fit``, which begins at the first word.  With ``--in-one`` a
single call reads all epochs, so that a block begins at another word in each; then
there is no curve, and only the test text is judged.
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
from slow_lstm import SlowRnnlm, SlowTimeLSTM, slow_step

from common.gated import TimeLSTM
from common.language_model import BetterRnnlm, LanguageModel, Rnnlm, eval_perplexity
from common.optimizer import SGD
from common.time_layers import TimeAffine, TimeEmbedding
from common.trainer import RnnlmTrainer
from dataset import ptb

try:
    import torch

    torch.set_num_threads(1)
except ImportError:
    torch = None

CURVES = Path(__file__).resolve().parent / "curves"
V, H, STREAMS, STEPS = 10_000, 100, 20, 35
LR, MAX_GRAD = 20.0, 0.25
SHAPES = [(20, 35, 100, 100), (128, 29, 16, 128), (32, 30, 128, 256)]


def in_turns(sides, turns):
    """name -> its processor seconds, turn by turn, after one turn to warm up."""
    seconds = {name: [] for name in sides}
    for turn in range(turns + 1):
        for name, run in sides.items():
            start = time.process_time()
            run()
            if turn:
                seconds[name].append(time.process_time() - start)
    return seconds


def table(title, seconds):
    print(f"\n{title}\n\n| who | ms | against the package |\n|---|---:|---:|")
    ours = seconds["package"]
    for name, theirs in seconds.items():
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        print(f"| {name} | {1000 * statistics.median(theirs):.2f} | {ratio:.2f} |")


# A whole training step.


def torch_step(params):
    """A step of the same model in PyTorch, from the same weights."""
    embed_W, Wx, Wh, b, W, c = (torch.from_numpy(p.copy()) for p in params)
    f, g, i, o = (slice(k * H, (k + 1) * H) for k in range(4))
    theirs = [i, f, g, o]  # the order of PyTorch's gates
    embed = torch.nn.Embedding.from_pretrained(embed_W, freeze=False)
    lstm, affine = torch.nn.LSTM(H, H, batch_first=True), torch.nn.Linear(H, V)
    with torch.no_grad():
        lstm.weight_ih_l0[...] = torch.cat([Wx.T[gate] for gate in theirs])
        lstm.weight_hh_l0[...] = torch.cat([Wh.T[gate] for gate in theirs])
        lstm.bias_ih_l0[...] = torch.cat([b[gate] for gate in theirs])
        lstm.bias_hh_l0[...] = 0
        affine.weight[...], affine.bias[...] = W.T, c
    lstm.bias_hh_l0.requires_grad_(False)
    weights = [*embed.parameters(), *lstm.parameters(), *affine.parameters()]
    optimizer = torch.optim.SGD([w for w in weights if w.requires_grad], LR)
    state = None

    def step(xs, ts):
        nonlocal state
        hs, state = lstm(embed(torch.from_numpy(xs)), state)
        state = tuple(part.detach() for part in state)
        loss = torch.nn.functional.cross_entropy(
            affine(hs).reshape(-1, V), torch.from_numpy(ts).reshape(-1)
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, MAX_GRAD)
        optimizer.step()
        return float(loss.detach())

    return step


def step(turns):
    corpus = ptb.load_data("train")[0].astype(np.int64)
    model = Rnnlm(V, H, H, rng=0)
    slow = SlowRnnlm([p.copy() for p in model.params])
    trainer, reader = RnnlmTrainer(model, SGD(LR)), RnnlmTrainer(model, SGD(LR))
    batch = None
    losses = {"package": [], "slow form": [], "PyTorch": []}

    def next_batch():
        nonlocal batch
        batch = reader.get_batch(corpus[:-1], corpus[1:], STREAMS, STEPS)

    def kept(name, run):
        losses[name].append(run(*batch))

    sides = {
        "(the next words)": next_batch,
        "package": lambda: kept("package", lambda xs, ts: trainer.step(xs, ts, MAX_GRAD)),
        "slow form": lambda: kept(
            "slow form", lambda xs, ts: slow_step(slow, xs, ts, LR, MAX_GRAD)
        ),
    }
    if torch:
        theirs = torch_step(model.params)
        sides["PyTorch"] = lambda: kept("PyTorch", theirs)
    seconds = in_turns(sides, turns)
    del seconds["(the next words)"]
    table(f"A training step, {STREAMS} streams, {STEPS} steps, V = {V:,}, H = {H}", seconds)
    for name in filter(losses.get, losses):
        print(f"{name}: losses {losses[name][0]:.4f} ... {losses[name][-1]:.4f}")


# The layer alone.


def layer(turns):
    for N, T, D, H in SHAPES:
        rng = np.random.default_rng(0)
        Wx, Wh = ((rng.standard_normal((n, 4 * H)) / np.sqrt(n)).astype("f") for n in (D, H))
        b = np.zeros(4 * H, dtype="f")
        xs = rng.standard_normal((N, T, D)).astype("f")
        dhs = rng.standard_normal((N, T, H)).astype("f")
        h, a = np.zeros((N, H), dtype="f"), np.zeros((N, 4 * H), dtype="f")
        xs_flat, a_flat, h_flat = (np.zeros((T * N, n), dtype="f") for n in (D, 4 * H, H))

        def once(layer, xs=xs, dhs=dhs):
            layer.forward(xs)
            layer.backward(dhs)

        def products(T=T, Wx=Wx, Wh=Wh, h=h, a=a, xs=xs_flat, da=a_flat, hs=h_flat):
            xs @ Wx, xs.T @ da, hs.T @ da, da @ Wx.T
            Wh_T = Wh.T.copy()
            for _ in range(T):
                h @ Wh, a @ Wh_T

        ours, slow = TimeLSTM(Wx, Wh, b), SlowTimeLSTM(Wx, Wh, b)
        sides = {
            "package": lambda ours=ours, once=once: once(ours),
            "slow form": lambda slow=slow, once=once: once(slow),
            "its products alone": products,
        }
        if torch:
            lstm = torch.nn.LSTM(D, H, batch_first=True)
            x, d = torch.from_numpy(xs).requires_grad_(), torch.from_numpy(dhs)

            def theirs(lstm=lstm, x=x, d=d):
                lstm(x)[0].backward(d)

            sides["PyTorch"] = theirs
        table(f"TimeLSTM, N = {N}, T = {T}, D = {D}, H = {H}", in_turns(sides, turns))


# The long runs.


def two_lstms(rng, size=200):
    """Two LSTMs of 200, uniform weights: the small setting of Zaremba et al. (2014)."""

    def draw(*shape):
        return rng.uniform(-0.1, 0.1, shape).astype("f")

    layers = [TimeEmbedding(draw(V, size))]
    for _ in range(2):
        weights = draw(size, 4 * size), draw(size, 4 * size), np.zeros(4 * size, dtype="f")
        layers.append(TimeLSTM(*weights, stateful=True))
    return LanguageModel([*layers, TimeAffine(draw(size, V), np.zeros(V, dtype="f"))])


# name -> model, streams, steps, epochs, learning rate, and from which epoch on it is halved.
# The paper's learning rate of 1 and norm of 5 belong to a loss summed over 20 steps;
# ours is the mean of a word, so they read 20 and 0.25.
RUNS = {
    "lstm": (lambda: Rnnlm(V, 100, 100, rng=0), 20, 35, 4, None),
    "two_lstms": (lambda: two_lstms(np.random.default_rng(0)), 20, 20, 13, 5),
    "better": (lambda: BetterRnnlm(V, 200, 200, 0.2, rng=0), 20, 35, 13, 5),
}


def train(name, in_one):
    make, streams, steps, epochs, halve_from = RUNS[name]
    train, valid, test = (ptb.load_data(part)[0] for part in ("train", "valid", "test"))
    model = make()
    trainer = RnnlmTrainer(model, SGD(LR))
    if in_one:
        if halve_from:
            raise SystemExit(f"{name} halves its learning rate, so it needs a call for each epoch")
        trainer.fit(train[:-1], train[1:], epochs, streams, steps, MAX_GRAD)
        print(f"test perplexity {eval_perplexity(model, test):.2f}")
        return
    rows = []
    try:
        for epoch in range(1, epochs + 1):
            if halve_from and epoch >= halve_from:
                trainer.optimizer.lr /= 2
            start = time.process_time()
            known = len(trainer.loss_list)
            trainer.fit(train[:-1], train[1:], 1, streams, steps, MAX_GRAD, eval_interval=20)
            spent = time.process_time() - start
            row = {
                "epoch": epoch,
                "train_ppl": f"{np.exp(np.mean(trainer.loss_list[known:])):.2f}",
                "valid_ppl": f"{eval_perplexity(model, valid):.2f}",
                "processor_s": f"{spent:.0f}",
            }
            rows.append(row)
            print(row, flush=True)
            model.reset_state()
    except KeyboardInterrupt:
        if not rows:
            raise
    rows[-1]["test_ppl"] = f"{eval_perplexity(model, test):.2f}"
    print(rows[-1])
    CURVES.mkdir(exist_ok=True)
    with open(CURVES / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[-1], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["step", "layer", "train"])
    parser.add_argument("name", nargs="?", choices=RUNS, help="of a long run")
    parser.add_argument("--in-one", action="store_true", help="of a long run: one call of fit")
    parser.add_argument("--turns", type=int, default=20)
    arguments = parser.parse_args()
    if arguments.what == "train":
        if arguments.name is None:
            parser.error(f"train needs the name of a run: {', '.join(RUNS)}")
        train(arguments.name, arguments.in_one)
    else:
        {"step": step, "layer": layer}[arguments.what](arguments.turns)


if __name__ == "__main__":
    main()
