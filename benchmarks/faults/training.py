"""Faults of training: killed, signalled, numbers that are not finite.

Each function of ``CASES`` yields rows (fault, tried, lost, hangs, left behind, what is seen).
Lost is a run that does not end with the numbers of an uninterrupted one.  POSIX only:
processes are forked.
"""

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

from common import checkpoint, optimizer
from common.fast_word2vec import FastCBOW, FastSkipGram, training
from common.files import atomic_write
from common.interrupts import STOPPING
from common.text import create_contexts_target
from common.trainer import Trainer
from common.word2vec import SkipGram

KILLS = 200  # for all optimizers and models together
SIGNALS = 60  # of each kind
COMMANDS = 5  # of each kind: a command with two processes takes seconds

PLAIN = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"]
FAST = [FastSkipGram, FastCBOW]
CORPUS = numpy.random.default_rng(0).integers(0, 30, 1500)
fork = multiprocessing.get_context("fork")


def train(kind, path=None):
    """A run of one optimizer or fast model, about a third of a second : what came out, as a text"""
    numpy.random.seed(1)
    if kind in PLAIN:
        trainer = Trainer(SkipGram(30, 16, 2, CORPUS), getattr(optimizer, kind)(lr=0.01))
        contexts, target = create_contexts_target(CORPUS, 2)
        trainer.fit(contexts, target, 3, 20, eval_interval=3, checkpoint=path)
        model, memory = trainer.model, vars(trainer.optimizer)
        memory = [a for part in memory.values() if isinstance(part, list) for a in part]
        told = [*model.params, *memory, numpy.array(trainer.loss_list)]
    else:
        model = kind(30, 16, 2, CORPUS, seed=1)
        model.fit(60, progress=False, checkpoint=path)
        told = [*model.params, numpy.array(model.loss_list)]
    return hashlib.sha256(b"".join(a.tobytes() for a in told)).hexdigest()


def child(kind, path, out, every):
    """What a forked process does: a run, whose outcome goes into a file."""
    hear_signals()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    checkpoint.EVERY, training.PORTION = every, 100
    result = train(kind, path)
    with atomic_write(out, "w") as file:
        file.write(result)


def hear_signals():
    """As at a terminal: what runs in the background, or under nohup, ignores some of them."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def struck(kinds, number, strikes, every):
    """Strike runs, and start each again until it ends : the end of a row"""
    random = numpy.random.default_rng(number)
    training.PORTION = 100
    calm = {kind: train(kind) for kind in kinds}
    tried = lost = hangs = left = 0
    seen = "resumed: the numbers of an uninterrupted run, bit for bit"
    while tried < strikes:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as folder:
                path, out = Path(folder, "run.npz"), Path(folder, "out")
                mine = 0
                while not out.exists():
                    process = fork.Process(target=child, args=(kind, path, out, every))
                    process.start()
                    process.join(random.uniform(0.02, 0.4))
                    if process.exitcode is None and mine < 5 and tried < strikes:
                        os.kill(process.pid, number)
                        mine += 1
                        tried += 1
                    process.join(60)
                    if process.exitcode is None:
                        process.kill()
                        process.join()
                        hangs, seen = hangs + 1, f"{kind}: it hangs"
                        break
                    if process.exitcode == 0 and not out.exists():
                        lost, seen = lost + mine, f"{kind}: it ends without a result"
                        break
                    if process.exitcode == 1 and number != signal.SIGINT:
                        lost, seen = lost + mine, f"{kind}: an error"
                        break
                else:
                    if out.read_text() != calm[kind]:
                        lost, seen = lost + mine, f"{kind}: other numbers"
                left += len({*os.listdir(folder)} - {"run.npz", "out"})
    return tried, lost, hangs, left, seen


def killed(kinds=(*PLAIN, *FAST)):
    """kill -9 at a random moment of a run that writes its checkpoint after every step."""
    yield "SIGKILL while checkpoints are written", *struck(kinds, signal.SIGKILL, KILLS, every=-1)


def signalled(kinds=(*PLAIN, *FAST)):
    """A signal at a random moment of a run that writes at the interrupt only."""
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        yield f"{number.name} while training", *struck(kinds, number, SIGNALS, every=60)


def commands():
    """A signal to all processes of the command at once."""
    for number, status in (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129):
        lost = hangs = left = 0
        seen = "interrupted: saving what has been learnt so far"
        for i in range(COMMANDS):
            with tempfile.TemporaryDirectory() as folder:
                wrong = command(Path(folder), number, status, 0.1 * i)
            if wrong:
                seen = wrong
                lost += wrong.startswith("status")
                hangs += wrong.startswith("it hangs")
                left += wrong.startswith("left")
        yield f"{number.name} to two processes", COMMANDS, lost, hangs, left, seen


def command(folder, number, status, delay):
    """Strike the command while it trains; what went wrong, or ''."""
    text, out, temporary = folder / "corpus.txt", folder / "vectors", folder / "temporary"
    temporary.mkdir()
    text.write_text("a b c d e f g h\n" * 1000)
    arguments = ["--out", out, "--epochs", "1000000", "--processes", "2"]
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "common.fast_word2vec", text, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"TMPDIR": str(temporary)},
        start_new_session=True,
        preexec_fn=hear_signals,
    )
    seen = ""
    while "loss=" not in seen and process.poll() is None:
        seen += process.stderr.read(1)
    time.sleep(delay)
    os.killpg(process.pid, number)
    try:
        _, errors = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return "it hangs"
    left = [*Path("/dev/shm").glob(f"*gbh-*-{process.pid}-*"), *temporary.iterdir()]
    if process.returncode != status or not out.exists():
        return f"status {process.returncode}: {errors.splitlines()[-1:]}"
    return f"left behind: {left}" if left else ""


def not_finite():
    """A NaN or an infinity in each parameter, each example, or the loss itself."""
    numpy.random.seed(1)
    tried = lost = 0
    message = ""
    for kind in PLAIN:
        for value in numpy.nan, numpy.inf, -numpy.inf:
            for where in "loss", "parameter":
                model = SkipGram(30, 16, 2, CORPUS)
                trainer = Trainer(model, getattr(optimizer, kind)())
                contexts, target = create_contexts_target(CORPUS, 2)
                trainer.fit(contexts, target, 1, 100)
                if where == "loss":
                    model.forward = lambda x, t, value=value: value
                else:
                    model.params[0][CORPUS[0]] = value
                before = [p.tobytes() for p in model.params]
                tried += 1
                try:
                    with numpy.errstate(all="ignore"):
                        trainer.fit(contexts[:100], target[:100], 1, 100)
                    lost += 1
                except FloatingPointError as error:
                    lost += before != [p.tobytes() for p in model.params]
                    message = str(error)
    yield "a number that is not finite", tried, lost, 0, 0, message


CASES = [killed, signalled, commands, not_finite]
