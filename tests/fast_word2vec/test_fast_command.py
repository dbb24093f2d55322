"""The command: every option, every refusal, and what is saved when it is stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fast_helpers import processes_of_session
from tqdm import tqdm

from common import corpus_file
from common.corpus_file import open_corpus
from common.embeddings import Embeddings
from common.fast_word2vec import FastCBOW, FastSkipGram, models
from common.fast_word2vec import command as command_module
from common.fast_word2vec.command import main, parse
from common.fast_word2vec.training import Progress
from common.interrupts import STOPPING


def command(*arguments, folder=None, **options):
    """The command as a process of its own, with progress bars even where tests run without."""
    environment = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
    environment |= {"TMPDIR": str(folder)} if folder else {}
    return subprocess.Popen(
        [sys.executable, "-m", "common.fast_word2vec", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **options,
    )


class TestCommand:
    @pytest.fixture
    def text(self, tmp_path):
        path = tmp_path / "corpus.txt"
        path.write_text("a b c d e f g h\n" * 100, encoding="utf-8")
        return path

    @pytest.mark.parametrize("model", ["skip-gram", "cbow"])
    @pytest.mark.parametrize("binary", [False, True])
    def test_vectors_that_can_be_loaded(self, text, tmp_path, model, binary):
        out = tmp_path / "vectors"
        options = ["--model", model, "--size", "7", "--quiet", *(["--binary"] if binary else [])]
        assert main([str(text), "--out", str(out), *options]) == 0
        vectors = Embeddings.load(out, binary=binary)
        assert vectors.words == tuple("abcdefgh")
        assert vectors.vectors.shape == (8, 7)

    OPTIONS = [
        # option, name, default, a value to give, what it becomes
        ("--binary", "binary", False, None, True),
        ("--model", "model", "skip-gram", "cbow", "cbow"),
        ("--size", "size", 100, "7", 7),
        ("--window", "window", 5, "2", 2),
        ("--negative", "negative", 5, "3", 3),
        ("--sample", "sample", 0.001, "0.5", 0.5),
        ("--min-count", "min_count", 5, "2", 2),
        ("--epochs", "epochs", 5, "4", 4),
        ("--lr", "lr", None, "0.5", 0.5),
        ("--processes", "processes", 1, "2", 2),
        ("--seed", "seed", 1, "9", 9),
        ("--errors", "errors", "strict", "replace", "replace"),
        ("--quiet", "quiet", False, None, True),
    ]

    def test_options_and_their_defaults(self, tmp_path):
        out = str(tmp_path / "v")
        defaults = {name: default for _, name, default, _, _ in self.OPTIONS}
        assert vars(parse(["c", "--out", out])) == {"corpus": "c", "out": out} | defaults
        for option, name, _, text, becomes in self.OPTIONS:
            args = vars(parse(["c", "--out", out, option, *([text] if text else [])]))
            assert args == {"corpus": "c", "out": out} | defaults | {name: becomes}

    @pytest.mark.parametrize(
        "arguments", [["c"], ["--out", "v"], ["c", "--out", "v", "--model", "glove"]]
    )
    def test_what_is_no_command(self, arguments, monkeypatch, tmp_path, capsys):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit):
            parse(arguments)
        assert capsys.readouterr().err.startswith("usage: python -m common.fast_word2vec [")

    def test_help_names_every_option_and_its_default(self, monkeypatch, capsys):
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit):
            parse(["--help"])
        shown = " ".join(capsys.readouterr().out.split())
        assert shown.startswith("usage: python -m common.fast_word2vec [")
        about = "Train word vectors on a UTF-8 text file: words between blanks, a sentence a line."
        assert (
            f" {about} Ctrl-C stops early and saves, and so does kill. positional arguments:"
            in shown
        )
        for option, _, default, _, _ in self.OPTIONS:
            assert f" {option} " in shown
            assert f"(default: {default})" in shown

    @pytest.mark.parametrize("model", ["skip-gram", "cbow"])
    def test_every_option_reaches_the_model(self, text, tmp_path, model):
        """The command writes what the same settings give in Python."""
        settings = {"window_size": 2, "sample_size": 3, "subsample": 0.05, "seed": 9}
        with open_corpus(text, min_count=5, progress=False) as (ids, words):
            make = {"skip-gram": FastSkipGram, "cbow": FastCBOW}[model]
            expected = make(len(words), 7, corpus=ids, **settings)
            expected.fit(4, lr=0.5, progress=False)
        options = "--size 7 --window 2 --negative 3 --sample 0.05 --seed 9 --epochs 4 --lr 0.5"
        out = tmp_path / "vectors"
        arguments = [str(text), "--out", str(out), "--model", model, *options.split(), "--quiet"]
        assert main(arguments) == 0
        np.testing.assert_allclose(
            Embeddings.load(out).vectors, expected.word_vecs, rtol=1e-5, atol=1e-7
        )

    def test_what_it_says(self, text, tmp_path, capsys, monkeypatch):
        bars = []

        class Bar(Progress):
            def __init__(self, words, show):
                super().__init__(words, show=False)
                bars.append(show)

        def reading(*arguments, **options):
            bars.append("disable" not in options)
            return tqdm(*arguments, **options | {"disable": True})

        monkeypatch.setattr(models, "Progress", Bar)
        monkeypatch.setattr(corpus_file, "tqdm", reading)
        arguments = [str(text), "--out", str(tmp_path / "vectors"), "--size", "7"]
        for options, expected in [
            ([], f"{tmp_path / 'vectors'}: 8 words, 7 numbers each\n"),
            (["--quiet"], ""),
        ]:
            assert main([*arguments, *options]) == 0
            shown = capsys.readouterr()
            assert (shown.out, shown.err) == ("", expected)
        assert bars == [True] * 3 + [False] * 3  # counting, numbering, training

    @pytest.mark.parametrize(
        ("error", "learnt", "status", "told"),
        [
            (KeyboardInterrupt(), True, 130, "interrupted: saving what has been learnt so far\n"),
            (RuntimeError("dead"), True, 1, "dead\nstopped: saving what has been learnt so far\n"),
            (
                KeyboardInterrupt(),
                False,
                130,
                "interrupted before anything was learnt; {out} is as it was\n",
            ),
            (RuntimeError("dead"), False, 1, "dead\n"),
        ],
    )
    def test_what_was_learnt_is_saved_and_nothing_else(
        self, error, learnt, status, told, text, tmp_path, monkeypatch, capsys
    ):
        """And the number of processes is handed on."""
        seen = {}

        def fit(self, *arguments, **options):
            seen.update(options, arguments=arguments)
            self.loss_list = [1.0] * learnt
            raise error

        monkeypatch.setattr(FastSkipGram, "fit", fit)
        out = tmp_path / "vectors"
        out.write_text("old")
        assert main([str(text), "--out", str(out), "--processes", "3", "--quiet"]) == status
        assert seen == {"arguments": (5, None), "processes": 3, "progress": False}
        assert capsys.readouterr().err == told.format(out=out)
        if learnt:
            assert len(Embeddings.load(out)) == 8
        else:
            assert out.read_text() == "old"

    def test_an_interrupt_while_the_corpus_is_read(self, text, tmp_path, monkeypatch, capsys):
        def interrupted(*arguments):
            raise KeyboardInterrupt

        monkeypatch.setattr(corpus_file, "write_ids", interrupted)
        assert main([str(text), "--out", str(tmp_path / "v"), "--quiet"]) == 130
        assert capsys.readouterr().err.startswith("interrupted before anything was learnt; ")
        assert os.listdir(tmp_path) == ["corpus.txt"]

    @pytest.mark.parametrize("model", ["skip-gram", "cbow"])
    def test_a_text_of_which_no_word_may_be_left(self, model, tmp_path):
        """Every word of a short text is frequent, so that chance may leave all of them out."""
        text, out = tmp_path / "c.txt", tmp_path / "vectors"
        text.write_text("You say goodbye and I say hello .\n")
        for seed in range(5):
            arguments = ["--min-count", "1", "--seed", str(seed), "--model", model, "--quiet"]
            assert main([str(text), "--out", str(out), *arguments]) == 0
            assert len(Embeddings.load(out)) == 7

    def test_an_error_names_the_file(self, text, tmp_path, monkeypatch, capsys):
        """Also where its own text does not, as that of a MemoryError."""
        out = ["--out", str(tmp_path / "v"), "--quiet"]
        for kind, expected in [
            (MemoryError, f"{text}: too large\n"),
            (RuntimeError, "too large\n"),
        ]:
            error = kind("too large")
            monkeypatch.setattr(FastSkipGram, "fit", lambda *a, _error=error, **o: throw(_error))
            assert main([str(text), *out]) == 1
            assert capsys.readouterr().err == expected

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "holds no word"),
            (b"one\ntwo\n" * 9, "no line holds two words"),
            (b"one\n" * 9, "at least 2 different words must occur min_count=5"),
            (b"caf\xe9 au lait\n", "not UTF-8 at byte 3"),
            (bytes(range(256)) * 10, "zero byte at 0"),
        ],
    )
    def test_bad_files(self, content, message, tmp_path, capsys):
        (tmp_path / "bad.txt").write_bytes(content)
        out = tmp_path / "vectors"
        assert main([str(tmp_path / "bad.txt"), "--out", str(out), "--quiet"]) == 1
        assert message in capsys.readouterr().err
        assert not out.exists()

    def test_missing_file_and_missing_folder(self, text, tmp_path, capsys):
        assert main([str(tmp_path / "no.txt"), "--out", str(tmp_path / "v")]) == 1
        assert "no.txt" in capsys.readouterr().err
        with pytest.raises(SystemExit):
            main([str(text), "--out", str(tmp_path / "no" / "v")])
        folder = tmp_path / "no"
        told = f"error: --out: [Errno 2] there is no folder {folder}: '{folder / 'v'}'\n"
        assert capsys.readouterr().err.endswith(told)

    @pytest.mark.parametrize(
        ("out", "message"),
        [
            ("corpus.txt", "is the corpus; the vectors need a file of their own"),
            ("link", "is the corpus; the vectors need a file of their own"),
            ("hard", "is the corpus; the vectors need a file of their own"),
            (".", "this names a folder, not a file"),
            ("", "a file needs a name; this one is empty"),
            ("v" * 256, "File name too long"),
            ("pipe", "this is a device or a pipe, no ordinary file"),
            ("old", "this file is read-only"),
            ("vectors.txt.gz", "names a compressed file"),
        ],
    )
    @pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
    def test_where_no_vectors_can_go_is_said_before_training(
        self, out, message, text, tmp_path, monkeypatch, capsys
    ):
        """What: the corpus itself under three names, and what is no file that can be written.
        Why: it was found out at the end of the training, or the corpus was lost.
        Expected: refused with the usage; nothing was read, the corpus is as it was."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(command_module, "open_corpus", None)
        os.symlink("corpus.txt", "link")
        os.link("corpus.txt", "hard")
        os.mkfifo("pipe")
        (tmp_path / "old").touch(0o444)
        before = text.read_bytes()
        with pytest.raises(SystemExit):
            main([str(text), "--out", out])
        assert message in capsys.readouterr().err
        assert text.read_bytes() == before

    @pytest.mark.skipif(sys.platform == "win32", reason="no pipes of that kind there")
    def test_a_pipe_as_corpus_is_refused_at_once(self, tmp_path, capsys):
        os.mkfifo(tmp_path / "pipe")
        assert main([str(tmp_path / "pipe"), "--out", str(tmp_path / "v"), "--quiet"]) == 1
        assert "pipe is no ordinary file but a device or a pipe" in capsys.readouterr().err

    @pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
    def test_a_full_disk_keeps_the_old_vectors(self, text, tmp_path):
        import resource

        out = tmp_path / "vectors"
        out.write_text("old")

        def small_files_only():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

        process = command(text, "--out", out, "--quiet", "--epochs", 1, preexec_fn=small_files_only)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 1
        assert f"File too large: '{out}'" in errors
        assert out.read_text() == "old"
        assert sorted(os.listdir(tmp_path)) == ["corpus.txt", "vectors"]

    @pytest.mark.skipif(sys.platform == "win32", reason="no such signals to another process there")
    @pytest.mark.parametrize("processes", [1, 2])
    @pytest.mark.parametrize("number", STOPPING)
    def test_an_interrupt_saves(self, text, tmp_path, processes, number):
        """What: Ctrl-C, kill, and a closed terminal, to all processes at once.
        Expected: vectors, the status of that signal, and nothing left behind."""
        out, folder = tmp_path / "vectors", tmp_path / "temporary"
        folder.mkdir()
        arguments = ["--out", out, "--epochs", 10**6, "--processes", processes]

        def heed():  # a test run in the background ignores Ctrl-C, and the command would inherit it
            for one in STOPPING:
                signal.signal(one, signal.SIG_DFL)

        process = command(text, *arguments, start_new_session=True, preexec_fn=heed, folder=folder)
        stop = threading.Timer(60, os.killpg, (process.pid, signal.SIGKILL))
        stop.start()
        try:
            seen = ""
            while "loss=" not in seen and process.poll() is None:
                seen += process.stderr.read(1)
            time.sleep(0.5 * (processes > 1))  # for the other one to take part
            os.killpg(process.pid, number)
            _, errors = process.communicate(timeout=60)
        finally:
            stop.cancel()
        assert process.returncode == {1: 129, 2: 130, 15: 143}[number], seen + errors
        assert "words/s" in seen + errors
        assert "saving what has been learnt" in errors
        assert "Traceback" not in errors
        assert len(Embeddings.load(out)) == 8
        assert not os.listdir(folder)
        assert not left_in_shared_memory(process.pid)
        end = time.monotonic() + 20  # Python's own cleaner of shared memory ends last
        while processes_of_session(process.pid) and time.monotonic() < end:
            time.sleep(0.1)
        assert not processes_of_session(process.pid)

    @pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="Linux shows shared memory as files")
    def test_what_a_killed_run_left_is_cleared_up_by_the_next(self, text, tmp_path):
        """What: kill -9 to all processes, so that nobody cleans up."""
        folder = tmp_path / "temporary"
        folder.mkdir()
        arguments = ["--out", tmp_path / "v", "--processes", 2, "--epochs"]
        process = command(text, *arguments, 10**6, start_new_session=True, folder=folder)
        seen = ""
        while "loss=" not in seen and process.poll() is None:
            seen += process.stderr.read(1)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        left = left_in_shared_memory(process.pid)
        assert len(left) == 8  # a corpus that is a file, seven arrays less; and the lock
        assert len(os.listdir(folder)) == 1
        after = command(text, *arguments, 1, folder=folder)
        after.communicate(timeout=60)
        assert after.returncode == 0
        assert not left_in_shared_memory(process.pid)
        assert not os.listdir(folder)

    @pytest.mark.skipif(not os.path.isdir("/proc"), reason="processes are looked up in /proc")
    def test_no_process_stays_when_the_first_is_killed(self, text, tmp_path):
        arguments = ["--out", tmp_path / "vectors", "--epochs", 10**6, "--processes", 2]
        process = command(text, *arguments, start_new_session=True)
        try:
            seen = ""
            while "loss=" not in seen and process.poll() is None:
                seen += process.stderr.read(1)
            time.sleep(1)
            process.kill()
            process.wait()
            for _ in range(600):
                if not processes_of_session(process.pid):
                    return
                time.sleep(0.1)
            raise AssertionError(processes_of_session(process.pid))
        finally:
            process.stderr.close()
            for left_over in processes_of_session(process.pid):
                os.kill(left_over, signal.SIGKILL)


def test_the_exit_status_is_that_of_the_signal():
    assert command_module.status_of(KeyboardInterrupt()) == 130
    assert command_module.status_of(SystemExit(143)) == 143
    assert command_module.status_of(RuntimeError()) == 1


def test_a_terminal_that_was_closed_is_told_nothing(monkeypatch):
    """Writing to it fails; what was learnt is saved all the same."""
    closed = SimpleNamespace(write=lambda text: throw(OSError("closed")))
    monkeypatch.setattr(sys, "stderr", closed)
    command_module.tell("lost")


def left_in_shared_memory(pid):
    """What a process left there, semaphores too."""
    folder = Path("/dev/shm")
    return [*folder.glob(f"*gbh-*-{pid}-*")] if folder.is_dir() else []


def throw(error):
    raise error
