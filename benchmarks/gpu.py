"""The same training steps on the processor and on a GPU, side by side in one run.

    make gpu-bench
    python benchmarks/gpu.py --tiny

It needs CUDA, CuPy and NumPy, and no network; where PyTorch is installed and sees
the GPU, it has a column of its own for what it has too.  A step is timed from a
GPU that has nothing to do to one that has done everything; a figure is the median
over turns in which the sides take turns.  The table is printed, and written into
``gpu.json`` beside this file, with what it was measured on.

``--tiny`` shows that it runs: small sizes, two turns, and no file.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import bare  # noqa: F401  (where SciPy and tqdm are missing)
import scipy

from common import config
from common import np as np_room
from common.attention import AttentionSeq2seq
from common.fast_word2vec import FastCBOW, FastSkipGram
from common.functions import scatter_add
from common.language_model import Rnnlm
from common.np import np
from common.optimizer import SGD, Adam
from common.text import create_contexts_target
from common.trainer import RnnlmTrainer, Trainer
from common.transformer import TransformerBlock, TransformerLM
from common.word2vec import CBOW, SkipGram

try:
    import torch

    if not torch.cuda.is_available():
        torch = None
except ImportError:
    torch = None

HERE = Path(__file__).resolve().parent
SIDES = "processor", "GPU", "PyTorch on the GPU"


class Sizes:
    """What is measured: V words, H hidden, N streams or sequences, T steps."""

    V, H, words, batches = 10_000, 100, 200_000, (100, 4_000)
    N, T = 20, 35
    pairs, question, answer, characters, seq_hidden = 128, 29, 11, 59, 256
    sequences, length, width, heads, blocks = 32, 64, 128, 4, 2
    rows, megabytes, turns = 10_000, 64, 20


class Tiny(Sizes):
    V, H, words, batches = 50, 4, 400, (20, 40)
    N, T = 2, 3
    pairs, question, answer, characters, seq_hidden = 4, 5, 4, 9, 4
    sequences, length, width, heads, blocks = 2, 4, 8, 2, 1
    rows, megabytes, turns = 30, 1, 2


class Bench:
    """The sides, their clock, and the rows of the table.

    Parameters
    ----------
    cupy : module or None
        None leaves the GPU's columns empty.
    """

    def __init__(self, sizes, cupy):
        self.sizes, self.cupy, self.rows = sizes, cupy, []

    def on(self, side):
        """Let new arrays be made on that side."""
        config.GPU = side == "GPU"

    def wait(self):
        """Until the GPU has done everything."""
        if self.cupy:
            self.cupy.cuda.runtime.deviceSynchronize()

    def seconds(self, run):
        self.wait()
        start = time.perf_counter()
        run()
        self.wait()
        return time.perf_counter() - start

    def row(self, what, unit, figure, build, theirs=None):
        """Measure one thing on each side.

        Parameters
        ----------
        figure : function
            From seconds to the number in the table.
        build : function
            Called with a side; returns what to time there.
        theirs : function, optional
            Returns what to time in PyTorch.
        """
        runs = {"processor": build}
        if self.cupy:
            runs["GPU"] = build
        if self.cupy and torch and theirs:
            runs["PyTorch on the GPU"] = lambda side: theirs()
        for side, make in runs.items():
            self.on(side)
            runs[side] = make(side)
        spent = {side: [] for side in runs}
        for turn in range(self.sizes.turns + 1):  # the first compiles and makes memory
            for side, run in runs.items():
                self.on(side)
                seconds = self.seconds(run)
                if turn:
                    spent[side].append(seconds)
        figures = {side: figure(statistics.median(times)) for side, times in spent.items()}
        self.rows.append({"what": what, "unit": unit, **figures})
        print(line([what, unit, *(rounded(figures.get(side)) for side in SIDES)]), flush=True)


def line(cells):
    return f"| {' | '.join(cells)} |"


def rounded(number):
    return "" if number is None else f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def text(words, V):
    """Ids as frequent as words are: the word of rank r about 1 / r as often as the first."""
    ids = numpy.random.default_rng(0).zipf(1.2, words)
    return numpy.where(ids <= V, ids - 1, 0)


def milliseconds(seconds):
    return 1000 * seconds


# --- word2vec -----------------------------------------------------------------------------


def word2vec(bench):
    s = bench.sizes
    corpus = text(s.words, s.V)
    contexts, target = create_contexts_target(corpus, 5)
    for make in SkipGram, CBOW:
        for N in s.batches:
            batch = contexts[:N], target[:N]

            def build(side, make=make, batch=batch):
                trainer = Trainer(make(s.V, s.H, 5, corpus, rng=0), Adam())
                xs, ts = map(np.asarray, batch)
                return lambda: trainer.step(xs, ts)

            words = lambda seconds, N=N: N / seconds
            bench.row(f"{make.__name__}, a step of {N} words", "words/s", words, build)
    for make in FastSkipGram, FastCBOW:

        def build(side, make=make):
            model = make(s.V, s.H, 5, corpus, seed=0)
            rng = lambda: numpy.random.default_rng(0)
            return lambda: model.train_portion(corpus, rng(), 0.025, 0.025)

        words = lambda seconds: len(corpus) / seconds
        bench.row(f"{make.__name__}, {len(corpus):,} words", "words/s", words, build)


# --- language models and attention --------------------------------------------------------


def cross_entropy(scores, ts):
    return torch.nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), ts.reshape(-1))


def lstm(bench):
    s = bench.sizes
    ids = text(s.N * (s.T + 1), s.V).reshape(s.N, -1)

    def build(side):
        trainer = RnnlmTrainer(Rnnlm(s.V, s.H, s.H, rng=0), SGD(1.0))
        xs, ts = np.asarray(ids[:, :-1]), np.asarray(ids[:, 1:])
        return lambda: trainer.step(xs, ts, 0.25)

    def theirs():
        parts = torch.nn.ModuleList(
            [
                torch.nn.Embedding(s.V, s.H),
                torch.nn.LSTM(s.H, s.H, batch_first=True),
                torch.nn.Linear(s.H, s.V),
            ]
        ).cuda()
        sgd = torch.optim.SGD(parts.parameters(), 1.0)
        xs, ts = (torch.from_numpy(a.copy()).cuda() for a in (ids[:, :-1], ids[:, 1:]))

        def step():
            loss = cross_entropy(parts[2](parts[1](parts[0](xs))[0]), ts)
            sgd.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parts.parameters(), 0.25)
            sgd.step()
            return float(loss.detach())

        return step

    what = f"LSTM language model, a step of {s.N} x {s.T} words, V = {s.V:,}, H = {s.H}"
    bench.row(what, "ms", milliseconds, build, theirs)


def attention(bench):
    s = bench.sizes
    rng = numpy.random.default_rng(0)
    xs = rng.integers(0, s.characters, (s.pairs, s.question))
    ts = rng.integers(0, s.characters, (s.pairs, s.answer))

    def build(side):
        model = AttentionSeq2seq(s.characters, 16, s.seq_hidden, rng=0)
        trainer, batch = Trainer(model, Adam()), [np.asarray(xs), np.asarray(ts)]
        return lambda: trainer.step(*batch, 5.0)

    what = f"seq2seq with attention, a step of {s.pairs} pairs, H = {s.seq_hidden}"
    bench.row(what, "ms", milliseconds, build)


def transformer(bench):
    s = bench.sizes
    ids = text(s.sequences * (s.length + 1), s.V).reshape(s.sequences, -1)
    shape = s.sequences, s.length, s.width
    hs, dhs = numpy.random.default_rng(0).standard_normal((2, *shape)).astype("f")

    def build_block(side):
        block, x, dy = TransformerBlock(s.width, s.heads, rng=0), np.asarray(hs), np.asarray(dhs)

        def both():
            block.forward(x)
            block.backward(dy)

        return both

    def theirs():
        layer = torch.nn.TransformerEncoderLayer(
            s.width, s.heads, 4 * s.width, 0.0, "gelu", batch_first=True, norm_first=True
        ).cuda()
        mask = torch.nn.Transformer.generate_square_subsequent_mask(s.length, device="cuda")
        x, dy = torch.from_numpy(hs).cuda().requires_grad_(), torch.from_numpy(dhs).cuda()

        def both():
            layer.zero_grad()
            layer(x, src_mask=mask, is_causal=True).backward(dy)

        return both

    what = f"transformer block, both ways, {s.sequences} x {s.length}, H = {s.width}"
    bench.row(what, "ms", milliseconds, build_block, theirs)

    def build(side):
        model = TransformerLM(s.V, s.width, s.heads, s.blocks, rng=0)
        trainer, batch = (
            RnnlmTrainer(model, Adam()),
            [np.asarray(a) for a in (ids[:, :-1], ids[:, 1:])],
        )
        return lambda: trainer.step(*batch, 1.0)

    what = f"transformer, a step of {s.sequences} x {s.length} words, V = {s.V:,}, H = {s.width}"
    bench.row(what, "ms", milliseconds, build)


# --- what everything is made of -----------------------------------------------------------


def costs(bench):
    """Scatter-add, a launch, a wait, and the way to the device and back."""
    s = bench.sizes
    idx, rows = text(s.rows, s.V), numpy.ones((s.rows, s.H), dtype="f")

    def scatter(side):
        out, places, values = np.zeros((s.V, s.H), dtype="f"), np.asarray(idx), np.asarray(rows)
        return lambda: scatter_add(out, places, values)

    def theirs():
        out = torch.zeros(s.V, s.H, device="cuda")
        places, values = torch.from_numpy(idx).cuda(), torch.from_numpy(rows).cuda()
        return lambda: out.index_add_(0, places, values)

    what = f"scatter-add of {s.rows:,} rows of {s.H}, frequent words repeated"
    bench.row(what, "ms", milliseconds, scatter, theirs)
    many = 1000
    microseconds = lambda seconds: 1e6 * seconds / many

    def launch(side):
        x = np.zeros(1, dtype="f")

        def run():
            for _ in range(many):
                np.add(x, 1, out=x)

        return run

    bench.row("an operation on one number", "µs", microseconds, launch)

    def wait(side):
        x = np.zeros(1, dtype="f")

        def run():
            for _ in range(many):
                float(x[0])

        return run

    bench.row("reading one number", "µs", microseconds, wait)
    large = numpy.ones(s.megabytes * 2**18, dtype="f")
    per_second = lambda seconds: large.nbytes / seconds / 1e9
    bench.row("copy to the device", "GB/s", per_second, lambda side: lambda: np.array(large))

    def back(side):
        x = np.asarray(large)
        return lambda: x.get() if side == "GPU" else x.copy()

    bench.row("copy from the device", "GB/s", per_second, back)


# --- the run ------------------------------------------------------------------------------


def about(cupy, tiny):
    """What the figures were measured on."""
    known = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__ or "missing: NumPy's add.at in the place of its product",
        "processor cores": os.cpu_count(),
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "not set"),
        "tiny": tiny,
    }
    if cupy:
        runtime = cupy.cuda.runtime
        known |= {
            "device": runtime.getDeviceProperties(0)["name"].decode(),
            "cupy": cupy.__version__,
            "cuda runtime": runtime.runtimeGetVersion(),
            "cuda driver": runtime.driverGetVersion(),
        }
    if torch:
        known |= {"torch": torch.__version__, "torch cuda": torch.version.cuda}
    return known


def usable_cupy():
    """CuPy and '', or None and why it cannot be used."""
    try:
        return np_room._cupy(), ""
    except (ImportError, RuntimeError) as error:
        return None, str(error)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tiny", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--output", type=Path, help="the file (gpu.json; with --tiny, none)")
    arguments = parser.parse_args(arguments)
    cupy, why = usable_cupy()
    if cupy is None and not arguments.tiny:
        sys.exit(f"no GPU, so nothing to measure: {why}")
    output = arguments.output or (None if arguments.tiny else HERE / "gpu.json")
    bench = Bench(Tiny if arguments.tiny else Sizes, cupy)
    facts = about(cupy, arguments.tiny)
    for name, value in facts.items():
        print(f"{name}: {value}")
    print(f"\n{line(['what', 'unit', *SIDES])}\n|---|---|---:|---:|---:|")
    try:
        for part in word2vec, lstm, attention, transformer, costs:
            part(bench)
    finally:
        config.GPU = False
    if output:
        output.write_text(json.dumps({"about": facts, "rows": bench.rows}, indent=1) + "\n")
    return bench.rows


if __name__ == "__main__":
    main()
