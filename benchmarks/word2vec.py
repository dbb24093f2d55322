"""word2vec, side by side: the fast trainer, gensim, the plain classes, and the slow form.

    COURSE_DATA=folder python benchmarks/word2vec.py [--quick] [--sections plain,peers,memory,size]
        [--markdown FILE] [--plot FILE]

Who is compared runs in turns, one after the other, five times; a figure is
the median of five, and a ratio the median of the five ratios of one turn, so
that what else the machine does meets both.  One BLAS thread everywhere.
Corpus: PTB train, 929,589 words, size 100, window 5, 5 negatives, every word
kept.  Held-out loss: the skip-gram negative-sampling loss on PTB valid, all
pairs within 5 words, mean per pair.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import argparse
import importlib.util
import json
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from common.fast_word2vec import FastCBOW, FastSkipGram
from common.functions import binary_cross_entropy
from common.optimizer import Adam
from common.text import create_contexts_target
from common.trainer import Trainer
from common.word2vec import CBOW, SkipGram
from dataset import ptb

SIZE, WINDOW, NEGATIVE = 100, 5, 5
SECTIONS = ["plain", "peers", "memory", "size"]


class Report:
    """Prints tables as they come, and keeps them for a file, and what the plot shows."""

    def __init__(self):
        self.lines = []
        self.against_gensim = {}  # (model, who, processes) -> its words/s over gensim's
        self.growth = {}  # (V, words) -> words/s over those of V = 10,000, bytes of extra memory

    def __call__(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def table(self, title, header, rows):
        rows = [[str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        self(f"\n{title}\n")
        for row in [header, ["-" * width for width in widths], *rows]:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            self(f"| {' | '.join(cells)} |")

    def plot(self, path):
        """Two panels: speed against gensim, and what a larger vocabulary costs."""
        from common.figures import BLUE, GREY, ORANGE, new_figure  # not in every process

        fig, (left, right) = new_figure(columns=2, width=10, height=4)
        bars = [*self.against_gensim][::-1]
        names = [f"{model}, {who}, {n} process{'es' if n > 1 else ''}" for model, who, n in bars]
        colours = [BLUE if who == "ours" else GREY for _, who, _ in bars]
        left.barh(names, [self.against_gensim[bar] for bar in bars], color=colours)
        for i, bar in enumerate(bars):
            left.text(self.against_gensim[bar], i, f" {self.against_gensim[bar]:.2f}", va="center")
        left.set(xlabel="words/s, against gensim with as many workers")
        left.margins(x=0.15)
        lengths = [N for V, N in self.growth if V != 10_000]
        points = sorted((V, *value) for (V, N), value in self.growth.items() if N in lengths)
        if points:
            V, speed, extra = zip(*points, strict=True)
            right.semilogx(V, speed, "o-", color=BLUE, label="words/s, against V = 10,000")
            right.semilogx(V, np.divide(extra, 1e8), "s--", color=ORANGE, label="memory, 100 MB")
            right.set(xlabel="V, words of the vocabulary", ylim=(0, None))
            right.legend()
        fig.savefig(path, dpi=110)


def name_of(run):
    """``skip-gram ours 1``"""
    return " ".join(map(str, run))


def ratio_of(ours, theirs):
    """The median of the ratios within one turn."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


# The plain classes against the slow form.


def plain(report, quick):
    from slow_word2vec import SlowAdam, SlowCBOW, SlowSkipGram, slow_step

    corpus, word_to_id, _ = ptb.load_data("train")
    contexts, target = create_contexts_target(corpus, WINDOW)
    V, batch, turns = len(word_to_id), 100, 3 if quick else 5
    order = np.random.default_rng(0).permutation(len(target))
    rows = []
    for name, slow_class, plain_class in (
        ("skip-gram", SlowSkipGram, SkipGram),
        ("CBOW", SlowCBOW, CBOW),
    ):
        np.random.seed(1)
        model = plain_class(V, SIZE, WINDOW, corpus)
        trainer = Trainer(model, Adam())
        slow = []
        for optimizer in (SlowAdam(), Adam()):
            np.random.seed(1)
            slow.append((slow_class(V, SIZE, WINDOW, corpus), optimizer))
        batches = iter(order.reshape(-1)[: len(order) // batch * batch].reshape(-1, batch))
        speed = {"plain": [], "slow": [], "slow, our Adam": []}
        losses = {"plain": [], "slow": [], "slow, our Adam": []}
        for _ in range(turns):
            some = [next(batches) for _ in range(10)]
            for who in speed:
                # All three see the same batches; the slow ones only the first of a turn.
                which = some if who == "plain" else some[:2]
                start = time.perf_counter()
                for i in which:
                    if who == "plain":
                        loss = trainer.step(contexts[i], target[i])
                    else:
                        loss = slow_step(*slow[who != "slow"], contexts[i], target[i])
                    losses[who].append(float(loss))
                speed[who].append(len(which) * batch / (time.perf_counter() - start))
        first = [f"{losses[who][0]:.2f}, {losses[who][1]:.2f}" for who in losses]
        for who, start_loss in zip(speed, first, strict=True):
            faster = "" if who == "plain" else f"{ratio_of(speed['plain'], speed[who]):.1f} x"
            rows.append([name, who, f"{statistics.median(speed[who]):,.0f}", faster, start_loss])
    report.table(
        f"The plain classes, Trainer and Adam, batch {batch} (goals: skip-gram 15 x and 12 x, "
        "CBOW 6 x and 4 x)",
        ["model", "form", "words/s", "plain is faster by", "loss of steps 1, 2"],
        rows,
    )


# The fast trainer against its peers.


def held_out_loss(W_in, W_out, corpus, valid, seed=0):
    """Mean over all pairs within WINDOW of the loss with NEGATIVE negatives."""
    rng = np.random.default_rng(seed)
    upper = (np.bincount(corpus, minlength=len(W_in)) ** 0.75).cumsum()
    upper /= upper[-1]
    total = pairs = 0
    for distance in range(1, WINDOW + 1):
        left, right = valid[:-distance], valid[distance:]
        for words, contexts in ((left, right), (right, left)):
            for i in range(0, len(words), 8192):
                h = W_in[words[i : i + 8192]]
                score = np.einsum("nh,nh->n", h, W_out[contexts[i : i + 8192]])
                negatives = upper.searchsorted(rng.random((len(h), NEGATIVE)), side="right")
                noise = np.einsum("nh,nkh->nk", h, W_out[negatives])
                total += float(binary_cross_entropy(score, 1).sum(dtype=float))
                total += float(binary_cross_entropy(noise, 0).sum(dtype=float))
                pairs += len(h)
    return total / pairs


def similarities(vectors, words):
    """Spearman's correlation with what people say: WordSim-353 and SimLex-999."""
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(words, np.asarray(vectors))
    return [
        float(keyed.evaluate_word_pairs(datapath(name), case_insensitive=False)[1][0])
        for name in ("wordsim353.tsv", "simlex999.txt")
    ]


def train_ours(model_class, processes, corpus, words, epochs, seed):
    model = model_class(len(words), SIZE, WINDOW, corpus, sample_size=NEGATIVE, seed=seed)
    start = time.perf_counter()
    model.fit(epochs, processes=processes, progress=False)
    seconds = time.perf_counter() - start
    return seconds, *model.params


def train_gensim(sg, workers, corpus, words, epochs, seed):
    from gensim.models import Word2Vec

    text = [words[i] for i in corpus]
    lines = [text[i : i + 1000] for i in range(0, len(text), 1000)]
    model = Word2Vec(
        vector_size=SIZE,
        window=WINDOW,
        negative=NEGATIVE,
        sg=sg,
        min_count=1,
        sample=0,
        workers=workers,
        seed=seed,
    )
    model.build_vocab(lines)
    start = time.perf_counter()
    model.train(lines, total_examples=len(lines), epochs=epochs)
    seconds = time.perf_counter() - start
    rows = [model.wv.key_to_index.get(word, 0) for word in words]
    return seconds, model.wv.vectors[rows], model.syn1neg[rows]


def train_fasttext(sg, corpus, words, epochs, seed):
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        text = [words[i] for i in corpus]
        path = Path(folder) / "corpus.txt"
        path.write_text(
            "\n".join(" ".join(text[i : i + 1000]) for i in range(0, len(text), 1000)), "utf-8"
        )
        start = time.perf_counter()
        model = fasttext.train_unsupervised(
            str(path),
            model="skipgram" if sg else "cbow",
            dim=SIZE,
            ws=WINDOW,
            neg=NEGATIVE,
            epoch=epochs,
            lr=0.025,
            minCount=1,
            minn=0,
            maxn=0,
            t=1,
            thread=1,
            verbose=0,
        )
        seconds = time.perf_counter() - start
    return seconds, np.stack([model.get_word_vector(word) for word in words]), None


def train_torch(corpus, words, epochs, seed):
    """CBOW as most people would write it: EmbeddingBag, sparse gradients, batches of 1,000.

    On the first 100,000 words, once; the time is scaled to the whole corpus.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    inner = torch.nn.EmbeddingBag(len(words), SIZE, mode="mean", sparse=True)
    outer = torch.nn.Embedding(len(words), SIZE, sparse=True)
    optimizer = torch.optim.SGD([*inner.parameters(), *outer.parameters()], lr=0.1)
    p = torch.tensor(np.bincount(corpus, minlength=len(words)) ** 0.75)
    contexts, target = create_contexts_target(corpus[:100_000].astype(np.int64), WINDOW)
    contexts, target = torch.tensor(contexts), torch.tensor(target)
    start = time.perf_counter()
    for some in torch.randperm(len(target)).split(1000):
        negatives = torch.multinomial(p, len(some) * NEGATIVE, True).view(len(some), NEGATIVE)
        guesses = outer(torch.cat([target[some, None], negatives], dim=1))  # (N, 1+K, H)
        scores = (guesses * inner(contexts[some])[:, None]).sum(-1)  # (N, 1+K)
        label = torch.zeros_like(scores)
        label[:, 0] = 1
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, label, reduction="sum")
        optimizer.zero_grad()
        (loss / len(some)).backward()
        optimizer.step()
    seconds = (time.perf_counter() - start) * len(corpus) / len(target) * epochs
    return seconds, None, None  # too little text for good vectors


def peers(report, quick, epochs, turns, pattern):
    corpus, _, id_to_word = ptb.load_data("train")
    valid, _, _ = ptb.load_data("valid")
    words = [id_to_word[i] for i in range(len(id_to_word))]
    if quick:
        corpus = corpus[:300_000]
    runs = {
        ("skip-gram", "ours", 1): (train_ours, FastSkipGram, 1),
        ("skip-gram", "gensim", 1): (train_gensim, 1, 1),
        ("skip-gram", "ours", 2): (train_ours, FastSkipGram, 2),
        ("skip-gram", "gensim", 2): (train_gensim, 1, 2),
        ("CBOW", "ours", 1): (train_ours, FastCBOW, 1),
        ("CBOW", "gensim", 1): (train_gensim, 0, 1),
        ("CBOW", "ours", 2): (train_ours, FastCBOW, 2),
        ("CBOW", "gensim", 2): (train_gensim, 0, 2),
        ("skip-gram", "fastText", 1): (train_fasttext, 1),
        ("CBOW", "fastText", 1): (train_fasttext, 0),
        ("CBOW", "PyTorch", 1): (train_torch,),
    }
    for module, who in (("gensim", "gensim"), ("fasttext", "fastText"), ("torch", "PyTorch")):
        try:
            importlib.import_module(module)
        except ImportError as error:
            report(f"{who} is left out: {error}")
            runs = {key: run for key, run in runs.items() if key[1] != who}
    runs = {key: run for key, run in runs.items() if re.search(pattern, name_of(key))}
    speed, losses, similar = ({key: [] for key in runs} for _ in range(3))
    for turn in range(turns):
        for key, (train, *arguments) in runs.items():
            seconds, W_in, W_out = train(*arguments, corpus, words, epochs, seed=turn)
            speed[key].append(epochs * len(corpus) / seconds)
            if key[0] == "skip-gram" and W_out is not None:
                losses[key].append(held_out_loss(W_in, W_out, corpus, valid))
            if W_in is not None and importlib.util.find_spec("gensim"):
                similar[key].append(similarities(W_in, words))
        so_far = ", ".join(f"{name_of(key)}: {speed[key][-1]:,.0f}" for key in runs)
        print(f"turn {turn + 1} of {turns}: {so_far}", file=sys.stderr)
    rows = []
    for key in runs:
        model, who, workers = key
        ours, theirs = (model, "ours", workers), (model, "gensim", workers)
        if theirs in speed:
            report.against_gensim[key] = ratio_of(speed[key], speed[theirs])
        rows.append(
            [
                model,
                who,
                workers,
                f"{statistics.median(speed[key]):,.0f}",
                f"{ratio_of(speed[ours], speed[key]):.2f} x" if key != ours in speed else "",
                f"{statistics.median(losses[key]):.4f}" if losses[key] else "",
                *([f"{x:.3f}" for x in np.median(similar[key], axis=0)] if similar[key] else "  "),
            ]
        )
    report.table(
        f"The fast trainer, {len(corpus):,} words, {epochs} epochs, medians of {turns} (goals: "
        "skip-gram 3 x with one process and 2 x with two, held-out loss at most 0.005 above "
        "gensim's; CBOW 1 x, correlations at most 0.03 below gensim's)",
        [
            "model",
            "who",
            "processes",
            "words/s",
            "ours is faster by",
            "held-out loss",
            "WordSim",
            "SimLex",
        ],
        rows,
    )


# Memory and vocabulary size, each run in a process of its own.


def zipf_corpus(vocab_size, words):
    """Words with probability 1 / rank, drawn by the inverse of its integral, as int32."""
    rng = np.random.default_rng(0)
    rank = np.exp(rng.random(words) * np.log(vocab_size + 1)) - 1
    return rng.permutation(vocab_size).astype(np.int32)[rank.astype(int)]


CHILD = """
import json, sys, time
sys.path.insert(0, {folder!r})
from word2vec import *
if __name__ == "__main__":
    corpus = np.load({corpus!r})
    before = record("self")
    with Peak() as peak:
        model = {model}({vocab_size}, SIZE, WINDOW, corpus, sample_size=NEGATIVE, seed=0)
        start = time.perf_counter()
        model.fit(1, processes={processes}, progress=False)
        seconds = time.perf_counter() - start
    weights = 2 * model.W_in.nbytes
    print(json.dumps([len(corpus) / seconds, weights, peak.bytes - before - weights]))
"""


class Peak:
    """The most memory that this process and its children have held, in bytes."""

    def __enter__(self):
        self.children, self.over = {}, threading.Event()
        self.watch = threading.Thread(target=self.look, daemon=True)
        self.watch.start()
        return self

    def look(self):
        while not self.over.wait(0.02):
            for child in multiprocessing.active_children():
                before = self.children.get(child.pid, 0)
                self.children[child.pid] = max(before, record(child.pid))

    def __exit__(self, *error):
        self.over.set()
        self.watch.join()
        self.bytes = record("self") + sum(self.children.values())


def record(process):
    """The most memory that a process has held so far, in bytes; 0 if it is no more.

    Linux keeps it in /proc.  (``getrusage`` has one too, but starts with what
    the process held that started this one.)
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def measure(corpus, model, vocab_size, processes=1):
    """Speed in words/s, bytes of the weights, and peak bytes beyond them and the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "corpus.npy", corpus)
        script = CHILD.format(
            folder=str(Path(__file__).parent),
            corpus=str(Path(folder) / "corpus.npy"),
            model=model,
            vocab_size=vocab_size,
            processes=processes,
        )
        path = Path(folder) / "run.py"  # a file, for other processes to import
        path.write_text(script, encoding="utf-8")
        answer = subprocess.run([sys.executable, path], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(answer)


def memory(report, quick):
    if not Path("/proc/self/status").exists():
        report("Peak memory is left out: this system has no /proc")
        return
    corpus, word_to_id, _ = ptb.load_data("train")
    rows = []
    for model, processes in [("FastSkipGram", 1), ("FastCBOW", 1), ("FastSkipGram", 2)]:
        _, weights, extra = measure(corpus, model, len(word_to_id), processes)
        rows.append([model, processes, f"{weights / 1e6:,.0f} MB", f"{extra / 1e6:,.0f} MB"])
    report.table(
        "Peak memory, PTB, V = 10,000 (goal: 200 MB beyond the corpus and the weights; with two "
        "processes the second one's Python and NumPy are counted in)",
        ["model", "processes", "weights", "beyond them"],
        rows,
    )


def size(report, quick):
    sizes = [10_000, 100_000] if quick else [1000, 10_000, 100_000, 1_000_000]
    words = 300_000 if quick else 2_000_000
    turns = 1 if quick else 3
    runs = [(V, words) for V in sizes] + [(10_000, words // 10), (10_000, 5 * words)]
    results = {run: [] for run in runs}
    for _ in range(turns):
        for V, N in runs:
            results[V, N].append(measure(zipf_corpus(V, N), "FastSkipGram", V))
    speed = {run: [speed for speed, _, _ in result] for run, result in results.items()}
    report.growth = {
        run: (
            ratio_of(speed[run], speed[10_000, words]),
            statistics.median(extra for _, _, extra in result),
        )
        for run, result in results.items()
    }
    report.table(
        f"Skip-gram on synthetic Zipf text, medians of {turns} (goal: V = 1,000,000 at least "
        "a third of V = 10,000)",
        ["V", "words", "words/s", "of V = 10,000's", "weights", "memory beyond them"],
        [
            [
                f"{V:,}",
                f"{N:,}",
                f"{statistics.median(speed[V, N]):,.0f}",
                f"{report.growth[V, N][0]:.2f} x",
                f"{result[0][1] / 1e6:,.0f} MB",
                f"{report.growth[V, N][1] / 1e6:,.0f} MB",
            ]
            for (V, N), result in results.items()
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="less text, fewer turns")
    parser.add_argument("--sections", default=",".join(SECTIONS), help="which, with commas")
    parser.add_argument("--plain-only", action="store_true", help="only the plain classes")
    parser.add_argument("--epochs", type=int, default=3, help="for the section peers")
    parser.add_argument("--turns", type=int, help="of the section peers; by default 5, or 3")
    parser.add_argument("--runs", default="", help="of peers, a pattern: 'gram ours 1'")
    parser.add_argument("--plot", metavar="FILE", help="draw the figures there")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables there too")
    args = parser.parse_args()
    sections = ["plain"] if args.plain_only else args.sections.split(",")
    unknown = set(sections) - set(SECTIONS)
    if unknown:
        parser.error(f"--sections {','.join(sorted(unknown))}: allowed are {','.join(SECTIONS)}")
    report = Report()
    for section in sections:
        if section == "peers":
            turns = args.turns or (3 if args.quick else 5)
            peers(report, args.quick, args.epochs, turns, args.runs)
        else:
            {"plain": plain, "memory": memory, "size": size}[section](report, args.quick)
    if args.plot:
        report.plot(args.plot)
    if args.markdown:
        Path(args.markdown).write_text("\n".join(report.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
