"""Sequence to sequence, side by side, and the long runs that the lessons show.

    python benchmarks/seq2seq.py step
    python benchmarks/seq2seq.py train peeky

``step``: a whole training step (128 pairs, 29 -> 10 characters, V = 59, D = 16, H =
256, Adam, gradients clipped), of the package, of the slow form (``slow_lstm.py``)
and of PyTorch, where it is installed, in turns; a ratio is the median of the
ratios of one turn.  One thread everywhere, float32, same weights and same batch.
The peeky model and the one with attention are timed beside it, the latter against
PyTorch's with attention.

``train`` makes one of the long runs, and writes its curve into ``curves/``: after
each epoch the share of the test questions that are answered right, the share of
right characters, and the mean loss of the epoch.  D = 16, H = 128 (256 with attention,
on dates; 156 for ``wide``, the reversed model with as many numbers as the peeky one),
batches of 128, Adam, ``max_grad`` 5.
``np.random.seed(SEED)`` stands before the model is built and is never set again.
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

import numpy as np
from language_model import CURVES, in_turns, table, torch
from slow_lstm import SlowSeq2seq, clip_grads

from common.attention import AttentionSeq2seq
from common.optimizer import EPSILON, Adam
from common.seq2seq import PeekySeq2seq, Seq2seq
from common.trainer import Trainer
from dataset import sequence

SEED, BATCH, MAX_GRAD = 0, 128, 5.0
V, D, H, READ, WRITTEN = 59, 16, 256, 29, 10


# A whole training step.


def torch_step(params):
    """A step of the same model in PyTorch, from the same weights."""
    f, g, i, o = (slice(k * H, (k + 1) * H) for k in range(4))
    theirs = [i, f, g, o]  # the order of PyTorch's gates
    weights = []

    def half(embed_W, Wx, Wh, b):
        embed = torch.nn.Embedding.from_pretrained(torch.from_numpy(embed_W.copy()), freeze=False)
        lstm = torch.nn.LSTM(D, H, batch_first=True)
        with torch.no_grad():
            for ours, p in (Wx.T, lstm.weight_ih_l0), (Wh.T, lstm.weight_hh_l0):
                p[...] = torch.cat([torch.from_numpy(ours[gate]) for gate in theirs])
            lstm.bias_ih_l0[...] = torch.cat([torch.from_numpy(b[gate]) for gate in theirs])
            lstm.bias_hh_l0[...] = 0
        lstm.bias_hh_l0.requires_grad_(False)
        weights.extend([*embed.parameters(), *lstm.parameters()])
        return embed, lstm

    (embed, encoder), (embed_out, decoder) = half(*params[:4]), half(*params[4:8])
    looks = len(params[8]) == 2 * H  # a model with attention
    affine = torch.nn.Linear(len(params[8]), V)
    with torch.no_grad():
        affine.weight[...] = torch.from_numpy(params[8].T)
        affine.bias[...] = torch.from_numpy(params[9])
    weights.extend(affine.parameters())
    weights = [w for w in weights if w.requires_grad]
    optimizer = torch.optim.Adam(weights, eps=EPSILON)

    def step(xs, ts):
        xs, ts = torch.from_numpy(xs), torch.from_numpy(ts)
        hs_enc, (h, _) = encoder(embed(xs))
        hs, _ = decoder(embed_out(ts[:, :-1]), (h, torch.zeros_like(h)))
        if looks:
            a = torch.softmax(hs @ hs_enc.transpose(1, 2), dim=2)
            hs = torch.cat([a @ hs_enc, hs], dim=2)
        loss = torch.nn.functional.cross_entropy(affine(hs).reshape(-1, V), ts[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, MAX_GRAD)
        optimizer.step()
        return float(loss.detach())

    return step


def slow_step(params):
    model, optimizer = SlowSeq2seq(params), Adam()

    def step(xs, ts):
        loss = model.forward(xs, ts)
        model.backward()
        clip_grads(model.grads, MAX_GRAD)
        optimizer.update(model.params, model.grads)
        return float(loss)

    return step


def step(turns):
    rng = np.random.default_rng(0)
    xs, ts = rng.integers(0, V, (BATCH, READ)), rng.integers(0, V, (BATCH, WRITTEN + 1))
    start = [p.copy() for p in Seq2seq(V, D, H, rng=0).params]
    models = {"package": Seq2seq, "peeky": PeekySeq2seq, "attention": AttentionSeq2seq}
    steps = {}
    for name, Model in models.items():
        trainer = Trainer(Model(V, D, H, rng=0), Adam())
        steps[name] = lambda xs, ts, trainer=trainer: trainer.step(xs, ts, MAX_GRAD)
    steps["slow form"] = slow_step([p.copy() for p in start])
    if torch:
        steps["PyTorch"] = torch_step(start)
        steps["PyTorch, attention"] = torch_step(AttentionSeq2seq(V, D, H, rng=0).params)
    losses = {name: [] for name in steps}
    sides = {
        name: lambda name=name, run=run: losses[name].append(run(xs, ts))
        for name, run in steps.items()
    }
    seconds = in_turns(sides, turns)
    table(
        f"A training step, {BATCH} pairs, {READ} -> {WRITTEN}, V = {V}, D = {D}, H = {H}", seconds
    )
    if torch:
        pairs = zip(seconds["attention"], seconds["PyTorch, attention"], strict=True)
        ratio = statistics.median(theirs / ours for ours, theirs in pairs)
        print(f"\nwith attention PyTorch takes {ratio:.2f} times the package's time\n")
    for name, told in losses.items():
        print(f"{name}: losses {told[0]:.4f} ... {told[-1]:.4f}")


# The long runs.

# name -> model, data, whether questions are reversed, epochs, H, learning rate
RUNS = {
    "addition": (Seq2seq, "addition.txt", False, 25, 128, 0.001),
    "reversed": (Seq2seq, "addition.txt", True, 25, 128, 0.001),
    "wide": (Seq2seq, "addition.txt", True, 25, 156, 0.001),
    "peeky": (PeekySeq2seq, "addition.txt", True, 25, 128, 0.001),
    "attention": (AttentionSeq2seq, "date.txt", True, 3, 256, 0.002),
}


def train(name):
    Model, data, is_reverse, epochs, size, rate = RUNS[name]
    (x_train, t_train), (x_test, t_test) = sequence.load_data(data)
    if is_reverse:
        x_train, x_test = x_train[:, ::-1], x_test[:, ::-1]
    np.random.seed(SEED)
    model = Model(len(sequence.get_vocab(data)[0]), 16, size)
    trainer = Trainer(model, Adam(rate))
    rows, spent = [], 0.0
    for epoch in range(1, epochs + 1):
        start, known = time.process_time(), len(trainer.loss_list)
        trainer.fit(x_train, t_train, 1, BATCH, MAX_GRAD, eval_interval=1)
        spent += time.process_time() - start
        loss = np.mean(trainer.loss_list[known:])
        right = model.generate(x_test, int(t_test[0, 0]), t_test.shape[1] - 1) == t_test[:, 1:]
        told = {"accuracy": right.all(axis=1).mean(), "characters": right.mean(), "loss": loss}
        rows.append({"epoch": epoch} | {name: f"{x:.4f}" for name, x in told.items()})
        print(rows[-1], f"{spent:.0f} s", flush=True)
    CURVES.mkdir(exist_ok=True)
    with open(CURVES / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[-1], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["step", "train"])
    parser.add_argument("name", nargs="?", choices=RUNS, help="of a long run")
    parser.add_argument("--turns", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.what == "step":
        step(arguments.turns)
    elif arguments.name is None:
        parser.error(f"train needs the name of a run: {', '.join(RUNS)}")
    else:
        train(arguments.name)


if __name__ == "__main__":
    main()
