"""The transformer, side by side, and what self-attention costs.

    python benchmarks/transformer.py block
    python benchmarks/transformer.py grow
    python benchmarks/transformer.py cache
    python benchmarks/transformer.py learn
    python benchmarks/transformer.py race

``block``: forward and backward of one causal block (32 sequences, T = 64, H = 128,
4 heads, no dropout), of the package and of PyTorch's ``TransformerEncoderLayer``,
where it is installed, with the approximate GELU that the block has and with the
exact one, in turns; a ratio is the median of the ratios of one turn.  Same weights,
float32, one thread.  Then where the package's time goes, also in ``curves/block.csv``.

``grow``: self-attention alone, T = 16 ... 512, with the same number of positions in
a batch: the time of forward and backward, and the bytes of the T x T weights; the
times against T = 16 go into ``curves/grow.csv``.

``cache``: a model writes 200 words, with the cached keys and values and by
reading the whole text anew for each word; the ratios go into ``curves/cache.csv``.

``learn``: two minutes of processor time for the transformer and for an LSTM with
as many parameters, on the course's own text; their perplexities on the held-out tenth
after each quarter of the time go into ``curves/learn.csv``.

``race``: the race of week 20, notebook 4, from three starts; the held-out perplexities
go into ``curves/race.csv``, also those with the state forgotten before each block.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import collections
import csv
import statistics
import time

import numpy as np
from language_model import CURVES, in_turns, table, torch

from common.gated import TimeLSTM
from common.language_model import LanguageModel, eval_perplexity, normal, zeros
from common.optimizer import Adam
from common.self_attention import forbid, softmax_in_place, thirds, transposed
from common.shared_weights import merge_shared
from common.time_layers import TimeAffine, TimeEmbedding
from common.trainer import RnnlmTrainer
from common.transformer import TransformerBlock, TransformerLM
from dataset import numpy_docs

N, T, H, HEADS = 32, 64, 128, 4


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("f")


def store(name, rows):
    """A table in curves/, for the lessons to read."""
    with open(CURVES / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def milliseconds(run, turns):
    seconds = in_turns({"it": run}, turns)["it"]
    return 1000 * statistics.median(seconds)


# A block.


def torch_block(params, activation, xs, dys):
    """Forward and backward of PyTorch's layer, from the same weights."""
    layer = torch.nn.TransformerEncoderLayer(
        H, HEADS, 4 * H, 0.0, activation, batch_first=True, norm_first=True
    )
    attention, norms = layer.self_attn, (layer.norm1, layer.norm2)
    theirs = [norms[0].weight, norms[0].bias, attention.in_proj_weight, attention.in_proj_bias]
    theirs += [attention.out_proj.weight, attention.out_proj.bias, norms[1].weight, norms[1].bias]
    theirs += [layer.linear1.weight, layer.linear1.bias, layer.linear2.weight, layer.linear2.bias]
    with torch.no_grad():
        for ours, p in zip(params, theirs, strict=True):
            p[...] = torch.from_numpy(ours.T.copy())
    mask = torch.nn.Transformer.generate_square_subsequent_mask(xs.shape[1])
    x, dy = torch.from_numpy(xs).requires_grad_(), torch.from_numpy(dys)

    def step():
        for p in theirs:
            p.grad = None
        x.grad = None
        y = layer(x, src_mask=mask, is_causal=True)
        y.backward(dy)
        return y.detach().numpy(), x.grad.numpy()

    return step


def block(turns):
    ours = TransformerBlock(H, HEADS, rng=0)
    xs, dys = numbers(N, T, H), numbers(N, T, H, seed=1)

    def step():
        return ours.forward(xs), ours.backward(dys)

    sides = {"package": step}
    if torch:

        def approximate(x):
            return torch.nn.functional.gelu(x, approximate="tanh")

        sides["PyTorch"] = torch_block(ours.params, approximate, xs, dys)
        sides["PyTorch, exact GELU"] = torch_block(ours.params, "gelu", xs, dys)
        for a, b in zip(sides["package"](), sides["PyTorch"](), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)
    title = f"A block, forward and backward, {N} sequences, T = {T}, H = {H}, {HEADS} heads"
    seconds = in_turns(sides, turns)
    table(title, seconds)
    rows = [
        {"what": name, "share": f"{ratio(seconds['package'], theirs):.2f}"}
        for name, theirs in seconds.items()
        if name != "package"
    ]
    store("block", parts(ours, xs, dys, turns) + rows)


def parts(ours, xs, dys, turns):
    """Where the time goes: the layers, and what their matrix products take alone."""
    attention, feed_forward, norm = ours.attention, ours.feed_forward, ours.norms[0]
    Wqkv, _, Wo, _ = attention.params
    W1, _, W2, _ = feed_forward.params
    x, a, qkv = numbers(N * T, H), numbers(N * T, 4 * H), numbers(N * T, 3 * H)
    q, k, v = (attention.heads(part) for part in thirds(qkv.reshape(N, T, 3 * H)))
    s = numbers(N, HEADS, T, T)

    def products():
        for one, other in (x, Wqkv), (x, Wo), (x, W1), (a, W2):
            one @ other
        for one, other in (qkv, Wqkv), (x, Wo), (a, W1), (x, W2):
            one @ other.T
        x.T @ qkv, x.T @ x, x.T @ a, a.T @ x

    def looks():
        q @ transposed(k), s @ v
        transposed(s) @ v, q @ transposed(v), s @ k, transposed(s) @ q

    def soft():
        forbid(s, None, causal=True)
        softmax_in_place(s)

    rows = {
        "the block": lambda: (ours.forward(xs), ours.backward(dys)),
        "two norms": lambda: [(norm.forward(xs), norm.backward(dys)) for _ in range(2)],
        "attention": lambda: (attention.forward(xs), attention.backward(dys)),
        "its softmax, forward": soft,
        "feed forward": lambda: (feed_forward.forward(xs), feed_forward.backward(dys)),
        "its GELU": lambda: (feed_forward.gelu.forward(a), feed_forward.gelu.backward(a)),
        "products with weights, alone": products,
        "products of attention, alone": looks,
    }
    seconds = in_turns(rows, turns)
    shares = {name: ratio(seconds["the block"], theirs) for name, theirs in seconds.items()}
    print("\n| part | share of the block |\n|---|---:|")
    for name, share in shares.items():
        print(f"| {name} | {share:.0%} |")
    return [{"what": name, "share": f"{share:.2f}"} for name, share in shares.items()]


def ratio(seconds, theirs):
    """How many times as long it takes, the median of the turns."""
    return statistics.median(b / a for a, b in zip(seconds, theirs, strict=True))


# What grows with T.


def grow(turns):
    print("\n| T | sequences | ms | per position, against T = 16 | bytes of the weights |")
    print("|---:|---:|---:|---:|---:|")
    first, rows = None, []
    for length in (16, 32, 64, 128, 256, 512):
        sequences = 2048 // length
        attention = TransformerBlock(H, HEADS, rng=0).attention
        xs, dys = numbers(sequences, length, H), numbers(sequences, length, H, seed=1)

        def step(attention=attention, xs=xs, dys=dys):
            attention.forward(xs)
            attention.backward(dys)

        spent = milliseconds(step, turns)
        first = first or spent
        told = f"| {length} | {sequences} | {spent:.1f} | {spent / first:.2f}"
        print(f"{told} | {attention.weights.nbytes:,} |")
        rows.append({"T": length, "time": f"{spent / first:.2f}"})
    store("grow", rows)


# With and without the cache.


def cache(turns):
    model = TransformerLM(1000, H, HEADS, 2, rng=0)
    print("\n| words written | with the cache, ms | anew each time, ms | ratio |")
    print("|---:|---:|---:|---:|")
    rows = []
    for length in (25, 50, 100, 200):

        def write(read, length=length):
            model.reset_state()
            ids = [0]
            for _ in range(length):
                ids.append(int(read(np.array([ids])).argmax()))
            return ids

        def cached(ids):
            return model.read(ids[:, -1:])

        def anew(ids):
            return model.predict(ids)[:, -1]

        assert write(cached) == write(anew)
        seconds = in_turns(
            {"cached": lambda w=write: w(cached), "anew": lambda w=write: w(anew)}, turns
        )
        faster = f"{ratio(seconds['cached'], seconds['anew']):.1f}"
        told = [f"{1000 * statistics.median(times):.0f}" for times in seconds.values()]
        print(f"| {length} | {' | '.join(told)} | {faster} |")
        rows.append({"words": length, "faster": faster})
    store("cache", rows)


# What is learnt in the same time.


def text(least=20):
    """The documentation as ids, rarer words as one, and where the last tenth begins."""
    sentences = numpy_docs.load_sentences()
    count = collections.Counter(word for sentence in sentences for word in sentence)
    words = []
    for sentence in sentences:
        words += [word if count[word] >= least else "<unk>" for word in sentence]
        words.append("<eos>")
    word_to_id = {word: v for v, word in enumerate(dict.fromkeys(words))}
    corpus = np.array([word_to_id[word] for word in words])
    return corpus, len(word_to_id), len(corpus) * 9 // 10


def lstm(V, size, seed=0, forget_bias=0):
    draw, b = normal(seed), zeros(4 * size)
    b[:size] = forget_bias
    recurrent = TimeLSTM(draw(size, 4 * size, size), draw(size, 4 * size, size), b, stateful=True)
    embed = TimeEmbedding(draw(V, size) / 100)
    return LanguageModel([embed, recurrent, TimeAffine(draw(size, V, size), zeros(V))])


def learn(budget):
    corpus, V, cut = text()
    train, held_out = corpus[:cut], corpus[cut:]
    sides = {
        "transformer": (TransformerLM(V, H, HEADS, 2, rng=0), 0.003),
        "LSTM": (lstm(V, 168), 0.01),
    }
    rows = []
    for name, (model, rate) in sides.items():
        trainer = RnnlmTrainer(model, Adam(rate))
        spent, steps = 0.0, 0
        for quarter in (1, 2, 3, 4):
            while spent < budget * quarter / 4:
                # the last half of the time the rate falls, to a fiftieth
                trainer.optimizer.lr = rate * max(0.02, min(1, 2 * (1 - spent / budget)))
                batch = trainer.get_batch(train[:-1], train[1:], 20, 35)
                start = time.process_time()
                trainer.step(*batch, 1.0)
                spent += time.process_time() - start
                steps += 1
            state = model.get_state()
            row = {
                "who": name,
                "parameters": sum(p.size for p in merge_shared(model.params, model.grads)[0]),
                "quarter": quarter,
                "steps": steps,
                "held_out_ppl": f"{eval_perplexity(model, held_out):.1f}",
            }
            model.set_state(state)
            rows.append(row)
            print(row, flush=True)
    store("learn", rows)


# Four passes over a short text, from three starts.


class Forgetful:
    """A model that begins each block anew."""

    def __init__(self, model):
        self.model, self.params = model, model.params

    def reset_state(self):
        self.model.reset_state()

    def forward(self, xs, ts):
        self.reset_state()
        return self.model.forward(xs, ts)


def race():
    corpus, V, cut = text(least=50)
    train, held_out = corpus[cut - 48_000 : cut], corpus[cut:]
    rows = []
    for seed in (0, 1, 2):
        sides = {
            "transformer": (TransformerLM(V, 64, 4, 2, rng=seed), 0.006),
            "LSTM": (lstm(V, 87, seed, forget_bias=1), 0.01),
        }
        for name, (model, rate) in sides.items():
            trainer = RnnlmTrainer(model, Adam(rate))
            for epoch in range(4):
                trainer.optimizer.lr = rate / 10 if epoch == 3 else rate
                model.reset_state()
                trainer.fit(train[:-1], train[1:], 1, 20, 35, max_grad=1.0, eval_interval=17)
            row = {
                "who": name,
                "seed": seed,
                "training": f"{trainer.ppl_list[-1]:.1f}",
                "held_out": f"{eval_perplexity(model, held_out, 10, 35):.1f}",
                "forgetful": f"{eval_perplexity(Forgetful(model), held_out, 10, 35):.1f}",
            }
            rows.append(row)
            print(row, flush=True)
    store("race", rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["block", "grow", "cache", "learn", "race"])
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120, help="of learn, for each model")
    arguments = parser.parse_args()
    if arguments.what == "learn":
        learn(arguments.seconds)
    elif arguments.what == "race":
        race()
    else:
        {"block": block, "grow": grow, "cache": cache}[arguments.what](arguments.turns)


if __name__ == "__main__":
    main()
