"""Faults of files: killed while they are written, damaged, no room for them, sent by bad servers.

Each function of ``CASES`` yields rows (fault, tried, lost, hangs, left behind, what is seen).
Lost is what reads as something that was never written, and an error that does not name its
file.  POSIX only: processes are forked.
"""

import collections
import contextlib
import hashlib
import io
import multiprocessing
import os
import pickle
import random
import resource
import signal
import socket
import subprocess
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy

from common import checkpoint
from common.corpus_file import open_corpus
from common.embeddings import Embeddings
from common.fast_word2vec.command import parse
from common.files import check_writable
from common.model import BaseModel
from dataset import files, numpy_docs

KILLS = 200
DAMAGED = 500
PATIENCE = 20  # seconds; what takes longer hangs
ROOM = 2**17  # bytes of the small disk
MOUNT = True  # try to mount one; else a limit on file sizes stands for it

WORDS = [f"wörd{i}" for i in range(500)]


class Model(BaseModel):
    """75,000 numbers, all of them the number of its version."""

    def __init__(self, version=0):
        self.params = [numpy.full((500, 100), version, "f"), numpy.full((250, 100), version, "d")]


def save_parameters(path, version):
    Model(version).save_params(path)


def load_parameters(path):
    model = Model(-1)
    model.load_params(path)
    return {float(x) for p in model.params for x in (p.min(), p.max())}


def save_pickle(path, version):
    path.write_bytes(pickle.dumps(Model(version).params))


def save_checkpoint(path, version):
    file = checkpoint.Checkpoint(path.with_name("none"), {"name": "a training"})
    file.path, file.unsaved = path, True  # whatever stands there
    file.write(lambda: {"params": Model(version).params})


def load_checkpoint(path):
    about, state = checkpoint.read(path)
    if about != {"name": "a training"}:
        return {str(about)}
    return {float(x) for p in state["params"] for x in (p.min(), p.max())}


def vectors(binary):
    def save(path, version):
        table = numpy.full((len(WORDS), 100), version, "f")
        Embeddings(table, WORDS).save(path, binary=binary)

    def load(path):
        table = Embeddings.load(path, binary=binary).vectors
        return {float(table.min()), float(table.max())}

    return save, load


def cache(path, version):
    numpy_docs._write(path, f"{version} " + "word " * 50_000)


def load_cache(path):
    text = numpy_docs._read(path)
    if text is None:
        raise ValueError(f"{path} is not taken; it is made anew")
    return {float(text.split(" ", 1)[0])}


SAVED = {
    "parameters": (save_parameters, load_parameters),
    "vectors, text": vectors(False),
    "vectors, binary": vectors(True),
    "cached corpus": (cache, load_cache),
    "checkpoint": (save_checkpoint, load_checkpoint),
}


# ---- Killed while they write ----


def killed_while_saving():
    for signal_number in signal.SIGKILL, signal.SIGINT:
        for kind, (save, load) in SAVED.items():
            yield killed(f"{signal_number.name} while saving: {kind}", save, load, signal_number)


def killed(fault, save, load, signal_number):
    """A process saves version after version; what stands there when it dies must be one of them."""
    lost, hangs, message = 0, 0, "the file of the save before, or the new one"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        save(path, 1)
        draw, duration = random.Random(0), timed(lambda: save(path, 1))
        for _ in range(KILLS):
            child = forked(lambda: [save(path, version) for version in range(1, 10**9)])
            time.sleep(0.002 + draw.random() * 2 * duration)
            if not stop(child, signal_number):
                hangs, message = hangs + 1, "it hangs"
                continue
            try:
                good = len(load(path)) == 1
            except (OSError, ValueError) as error:
                good, message = False, str(error)
            lost += not good
        save(path, 1)
        left = len(os.listdir(folder)) - 1
    return fault, KILLS, lost, hangs, left, message


def killed_while_downloading():
    """The file is not there, or it is the right one; the next download clears up."""
    content = os.urandom(300_000)
    lost = hangs = 0
    with tempfile.TemporaryDirectory() as folder, server("slow", content) as url:
        file = data_file(content, url)
        path = Path(folder) / file.name
        with course_data(folder):
            files.fetch(file)
            draw, duration = random.Random(0), timed(lambda: (path.unlink(), files.fetch(file)))
            for _ in range(KILLS):
                child = forked(lambda: [(path.unlink(), files.fetch(file)) for _ in range(10**9)])
                time.sleep(0.002 + draw.random() * 2 * duration)
                hangs += not stop(child, signal.SIGKILL)
                lost += files.fault(path, file) not in (None, "missing")
                files.fetch(file)
            left = len(os.listdir(path.parent)) - 1
    yield "SIGKILL while downloading", KILLS, lost, hangs, left, "no file, or the whole one"


# ---- Damaged ----


def damaged_files():
    readers = SAVED | {
        "parameters, pickled": (save_pickle, load_parameters),
        "a text as corpus": (save_text, load_text),
        "Penn Treebank, any data file": (save_data, load_data),
    }
    for kind, (save, load) in readers.items():
        for how, damage in ("cut", cut), ("one bit flipped", flip):
            yield in_a_process(f"{how}: {kind}", damage, save, load, DAMAGED // 2)


def cut(content, draw):
    return content[: draw.randrange(len(content))]


def flip(content, draw):
    # Half of them at the start, where sizes and names stand.
    place = draw.randrange(min(len(content), draw.choice([300, len(content)])))
    return content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :]


# What holds checksums.
CHECKED = "parameters", "cached corpus", "checkpoint", "Penn Treebank, any data file"


def read_damaged(fault, damage, save, load, tries):
    outcomes, messages = collections.Counter(), collections.Counter()
    draw = random.Random(0)
    kind = fault.partition(": ")[2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        save(path, 1)
        content, expected = path.read_bytes(), load(path)
        for _ in range(tries):
            path.write_bytes(damage(content, draw))
            try:
                with no_hang():
                    same = load(path) == expected
            except (ValueError, OSError, files.DataError, pickle.UnpicklingError) as error:
                outcome = "refused" if str(path) in str(error) else "no name"
                messages[str(error).replace(str(path), "FILE")] += 1
            except Exception as error:
                outcome = "obscure"
                messages[repr(error)] += 1
            except Hang:
                outcome = "hang"
            else:
                outcome = "as saved" if same else "read as another"
            outcomes[outcome] += 1
        left = len(os.listdir(folder)) - 1
    lost = outcomes["no name"] + outcomes["obscure"]
    unnoticed = outcomes["read as another"]
    if kind in CHECKED or (damage is cut and kind != "a text as corpus"):
        lost += unnoticed
    message = messages.most_common(1)[0][0] if messages else ""
    if unnoticed and not lost:
        message = f"{unnoticed} good of form, and no checksum there to tell; else: {message}"
    return fault, tries, lost, outcomes["hang"], left, message


def in_a_process(fault, damage, save, load, tries):
    """A row of ``read_damaged``; a reader that crashes has lost everything."""
    read, write = os.pipe()
    child = forked(
        lambda: os.write(write, repr(read_damaged(fault, damage, save, load, tries)).encode())
    )
    os.close(write)
    with open(read, "rb") as pipe:
        row = pipe.read()
    _, status = os.waitpid(child, 0)
    return eval(row) if row else (fault, tries, tries, 0, 0, f"the process ended with {status}")


def save_text(path, version):
    path.write_text("über\ufefföl und wasser\nwasser und öl\n" * 500, encoding="utf-8")


def load_text(path):
    with open_corpus(path, min_count=1) as (corpus, words):
        return words, corpus.tolist()


TEXT = b"no it was n't black monday \n" * 4000


def save_data(path, version):
    path.write_bytes(TEXT)


def load_data(path):
    with course_data(path.parent):
        file = files.DataFile(path.name, len(TEXT), hashlib.sha256(TEXT).hexdigest())
        return files.fetch(file).read_bytes()


# ---- No room, no such file ----


def full_disks():
    for kind, (save, _) in SAVED.items():
        if save is cache:  # it is silent: the text is made anew next time
            continue
        lost, hangs, left, tried, message = 0, 0, 0, 20, ""
        with small_disk() as folder:
            path = folder / "file"
            path.write_bytes(b"old")
            for _ in range(tried):
                try:
                    with no_hang():
                        save(path, 1)
                    message, good = "it found room", False
                except OSError as error:
                    message = str(error)
                    good = str(path) in message
                except Hang:
                    hangs += 1
                    continue
                lost += not good or path.read_bytes() != b"old"
            left = len(os.listdir(folder)) - 1
        yield f"full disk: {kind}", tried, lost, hangs, left, message.replace(str(folder), "")
    yield full_temporary_folder()


def full_temporary_folder():
    with tempfile.TemporaryDirectory() as here:
        text = Path(here) / "corpus.txt"
        text.write_text("a b " * 300_000)
        with small_disk() as folder:
            before, tempfile.tempdir = tempfile.tempdir, str(folder)
            try:
                with open_corpus(text):
                    message, good = "it found room", False
            except OSError as error:
                message, good = str(error), str(folder) in str(error)
            finally:
                tempfile.tempdir = before
            left = len(os.listdir(folder))
    seen = message.replace(str(folder), "")
    return "full disk: temporary folder", 1, int(not good), 0, left, seen


@contextlib.contextmanager
def small_disk():
    """A folder with little room: a disk of its own, or a limit where none can be had."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder]
        with contextlib.suppress(OSError):
            if MOUNT and subprocess.run(mount, capture_output=True).returncode == 0:
                try:
                    yield Path(folder)
                finally:
                    subprocess.run(["umount", folder], check=True)
                return
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM // 2, limits[1]))
        try:
            yield Path(folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def targets():
    """Each name, asked before a training: as a path, and as ``--out`` of the command."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("corpus.txt").write_text("a b\n" * 9)
        Path("read-only").touch(0o444)
        os.mkfifo("pipe")
        os.symlink("pipe", "link-to-pipe")
        os.symlink("corpus.txt", "link-to-corpus")
        os.link("corpus.txt", "hard-link-to-corpus")
        names = [".", "", "read-only", "pipe", "link-to-pipe", os.devnull, "nowhere/v", "v" * 256]
        corpora = ["corpus.txt", "./corpus.txt", "link-to-corpus", "hard-link-to-corpus"]
        before = os.listdir()
        for name in names + corpora + ["vectors.gz"]:
            message, good = "", True
            if name in names:
                try:
                    check_writable(name)
                    good = False
                except OSError as error:
                    message = str(error)
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                try:
                    parse(["corpus.txt", "--out", name])
                    good = False
                except SystemExit:
                    message = said.getvalue().strip().rpartition("error: ")[2]
            good = good and name in message
            left = len({*os.listdir()} ^ {*before})
            seen = message.replace(name, name[:20] or name)
            yield f"target: {name[:20] or repr(name)}", 1, int(not good), 0, left, seen


# ---- Servers ----

ANSWERS = {
    "stalls before it answers": lambda h: time.sleep(3 * PATIENCE),
    "stalls in the middle": lambda h: (send(h, h.content[:100]), time.sleep(3 * PATIENCE)),
    "sends a byte now and then": lambda h: [send(h, h.content[:1], k) for k in range(900)],
    "cuts": lambda h: send(h, h.content[:1000]),
    "resets the connection": lambda h: reset(h),
    "says too short a length": lambda h: send(h, h.content, length=10),
    "says too long a length": lambda h: send(h, h.content, length=10**9),
    "sends without end": lambda h: [send(h, h.content, k, length=10**9) for k in range(10**4)],
    "sends a web page": lambda h: send(h, b"<html>Please log in</html>", length=26),
    "sends another file": lambda h: send(h, b"x" * len(h.content)),
    "sends nothing": lambda h: send(h, b"", length=0),
    "refuses with 404": lambda h: h.send_error(404),
    "fails with 500": lambda h: h.send_error(500),
    "sends one round in a circle": lambda h: redirect(h),
    "answers with noise": lambda h: h.wfile.write(b"!? " * 60 + b"\n"),
}


def send(handler, piece, k=0, length=None):
    if k == 0:
        handler.send_response(200)
        length = len(handler.content) if length is None else length
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
    elif len(piece) == 1:
        time.sleep(0.1)
    handler.wfile.write(piece)
    handler.wfile.flush()


def reset(handler):
    send(handler, handler.content[:1000])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", handler.path)
    handler.end_headers()


def slow(handler):
    for k in range(10):
        send(handler, handler.content[k * 30_000 : (k + 1) * 30_000], k)
        time.sleep(0.001)


def bad_servers(tries=5):
    content = b"no it was n't black monday \n" * 4000
    patience, files.PATIENCE = files.PATIENCE, 0.5
    slowest, files.SLOWEST = files.SLOWEST, 10**9
    try:
        for answer in ANSWERS:
            yield served_badly(answer, content, tries)
    finally:
        files.PATIENCE, files.SLOWEST = patience, slowest


def served_badly(answer, content, tries):
    lost, hangs, message = 0, 0, ""
    with tempfile.TemporaryDirectory() as folder, server(answer, content) as url:
        file = data_file(content, url)
        for _ in range(tries):
            try:
                with course_data(folder), no_hang():
                    files.fetch(file)
                lost, message = lost + 1, "it was taken for the file"
            except files.DataError as error:
                lost, message = lost + (url not in str(error)), str(error).split("\n")[2].strip()
            except Hang:
                hangs += 1
        left = sum(path.is_file() for path in Path(folder).rglob("*"))
    return f"server {answer}", tries, lost, hangs, left, message


@contextlib.contextmanager
def server(answer, content):
    """A server on this machine, as a process of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.content = content
            with contextlib.suppress(OSError):
                (slow if answer == "slow" else ANSWERS[answer])(self)

        def log_message(self, *args):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    listening.handle_error = lambda *args: None
    process = multiprocessing.get_context("fork").Process(target=listening.serve_forever)
    process.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/file.txt"
    finally:
        process.kill()
        process.join()
        listening.server_close()


def data_file(content, url):
    return files.DataFile("set/file.txt", len(content), hashlib.sha256(content).hexdigest(), (url,))


@contextlib.contextmanager
def course_data(folder):
    """COURSE_DATA is ``folder``; there is no cache, and no proxy between."""
    before, cache_folder = dict(os.environ), files.cache_folder
    os.environ.update(COURSE_DATA=str(folder), NO_PROXY="127.0.0.1")
    files.cache_folder = lambda: Path(folder) / "no cache"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        files.cache_folder = cache_folder


# ---- Processes ----


def forked(work):
    """The number of a process that does the work, and nothing of what this one would do after."""
    interrupts = {signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, interrupts)
    child = os.fork()
    if child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts)
        return child
    try:  # from here on an interrupt ends the work, and nothing that the caller began
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it leaves is judged, not what it says
        signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts)
        work()
    finally:
        os._exit(0)


def stop(child, signal_number):
    """Send the signal till the process has ended; False if it hangs.

    More than once: Python drops an interrupt in a ``__del__``.
    """
    for number in [signal_number] * PATIENCE + [signal.SIGKILL]:
        os.kill(child, number)
        for _ in range(200):
            if os.waitpid(child, os.WNOHANG)[0]:
                return number == signal_number
            time.sleep(0.005)
    raise RuntimeError(f"process {child} does not end")


class Hang(BaseException):
    """What was to end in seconds did not; no error, so that nobody handles it."""


@contextlib.contextmanager
def no_hang():
    """Raise Hang after PATIENCE seconds in this ``with`` block."""

    def give_up(*_):
        raise Hang

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def timed(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


CASES = [
    killed_while_saving,
    killed_while_downloading,
    damaged_files,
    full_disks,
    targets,
    bad_servers,
]
