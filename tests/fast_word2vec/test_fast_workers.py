"""Several processes share the work; one that dies is told, and leaves nothing behind."""

import contextlib
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import time
import traceback
from multiprocessing.shared_memory import SharedMemory
from types import SimpleNamespace

import numpy as np
import pytest
from fast_helpers import processes_of_session, recorded, zipf_corpus

from common.fast_word2vec import FastSkipGram, training, workers


class TestProcesses:
    def test_two_share_the_work(self, tmp_path, monkeypatch):
        corpus = zipf_corpus(400_000, 200).astype(np.int32)
        corpus.tofile(tmp_path / "ids")
        shared, make = [], workers.SharedMemory

        def remember(**options):
            shared.append(make(**options))
            return shared[-1]

        monkeypatch.setattr(workers, "SharedMemory", remember)
        ways = []
        recorded(monkeypatch, workers, "get_context", ways)
        for ids in (corpus, np.memmap(tmp_path / "ids", np.int32, "r")):
            model = FastSkipGram(200, 16, 5, ids, seed=0)
            model.fit(2, processes=2, progress=False)
            assert len(model.loss_list) == 14
            assert model.loss_list[-1] < model.loss_list[0]
            assert np.isfinite(model.params).all()
        assert ways == [("spawn",)] * 2  # the one way that every system has
        assert len(shared) == 8 + 7  # the second corpus is a file
        for memory in shared:
            with pytest.raises(FileNotFoundError):
                make(name=memory.name)

    @pytest.mark.parametrize("first_lives", [True, False])
    def test_what_another_process_does(self, monkeypatch, first_lives):
        """It takes what is left, in arrays of its own, and leaves Ctrl-C to the first process."""
        monkeypatch.setattr(training, "PORTION", 1000)
        model = FastSkipGram(50, 8, 5, zipf_corpus(5000, 50), seed=0)
        shared = self.shared(model, portions=5, taken=2)  # two are somebody else's
        first = SimpleNamespace(is_alive=lambda: first_lives)
        monkeypatch.setattr(workers, "parent_process", lambda: first)
        before = signal.getsignal(signal.SIGINT)
        try:
            workers.work(shared, 1)
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGINT, before)
        assert shared.began.array().tolist() == [False, True]
        done = np.isfinite(shared.losses.array()).tolist()
        assert done == [False, False, *[first_lives] * 3]
        assert (shared.W_in.array() != model.W_in).any() == first_lives

    def shared(self, model, portions, taken=0):
        """A run that lies in this process alone."""
        run = training.Run(model, 0.025, 0.0001, np.full(portions, np.nan))
        arrays = {
            "run": workers.pickled(run),
            "corpus": model.corpus,
            "W_in": model.W_in.copy(),
            "W_out": model.W_out.copy(),
            "losses": run.losses,
            "taken": np.array([taken]),
            "over": np.array([False]),
            "began": np.zeros(2, bool),
        }
        arrays = {name: SimpleNamespace(array=lambda a=a: a) for name, a in arrays.items()}
        return workers.SharedRun(**arrays, lock=multiprocessing.Lock())

    def test_a_portion_is_taken_once_and_in_order(self):
        shared = self.shared(FastSkipGram(3, 2, 1, np.arange(3)), portions=4)
        one, other = (shared.numbers(lambda: True) for _ in range(2))
        assert [next(one), next(other), next(other), next(one)] == [0, 1, 2, 3]
        assert [*one, *other] == []

    def test_whoever_waits_for_the_dead_gives_up(self, monkeypatch):
        """What: the lock is held by one who will never let go, as when it is killed."""
        shared = self.shared(FastSkipGram(3, 2, 1, np.arange(3)), portions=4)
        shared.lock.acquire()
        answers = iter([True, False])
        assert [*shared.numbers(lambda: next(answers))] == []
        shared.over.array()[0] = True
        assert [*shared.numbers(lambda: True)] == []
        shared.over.array()[0] = False
        monkeypatch.setattr(workers, "PATIENCE", 1)
        assert [*shared.numbers(lambda: True)] == []  # who holds it lives, and does nothing

    @pytest.mark.parametrize(
        ("answers", "taken", "times"),
        [([], [], 2), ([False, True] * 3, [0, 1, 2], 8), ([True, False, False], [0], 3)],
    )
    def test_two_seconds_in_a_row_are_too_long(self, answers, taken, times, monkeypatch):
        """Whether the lock was had, second by second; after these answers it never is."""
        shared, asked = self.shared(FastSkipGram(3, 2, 1, np.arange(3)), portions=4), []
        answers = iter(answers)

        def acquire(timeout):
            asked.append(timeout)
            assert len(asked) < 20
            return next(answers, False)

        shared.lock = SimpleNamespace(acquire=acquire, release=lambda: None)
        monkeypatch.setattr(workers, "PATIENCE", 2)
        assert [*shared.numbers(lambda: True)] == taken
        assert asked == [1] * times

    def test_who_does_not_end_is_ended(self, monkeypatch):
        """The second is waited for what the first has left of the 30 seconds: nothing."""
        clock, done = [100.0], []

        def worker(name, exitcode):
            def join(*timeout):
                done.append((name, "joined", *timeout))
                clock[0] += 40

            return SimpleNamespace(
                exitcode=exitcode, join=join, kill=lambda: done.append((name, "killed"))
            )

        monkeypatch.setattr(workers.time, "monotonic", lambda: clock[0])
        workers.join([worker("a", None), worker("b", 0)])
        assert done == [("a", "joined", 30), ("b", "joined", 0), ("a", "killed"), ("a", "joined")]

    def test_a_lock_has_the_name_of_its_process(self, monkeypatch, tmp_path):
        settings = {"semprefix": "/before"}
        context = SimpleNamespace(Lock=lambda: settings["semprefix"])
        monkeypatch.setattr(workers, "current_process", lambda: SimpleNamespace(_config=settings))
        monkeypatch.setattr(workers, "own_name", lambda: "mine")
        monkeypatch.setattr(workers, "SHARED_MEMORY", tmp_path)
        assert workers.named_lock(context) == "/mine"
        monkeypatch.setattr(workers, "SHARED_MEMORY", tmp_path / "not there")
        assert workers.named_lock(context) == "/before"
        assert settings == {"semprefix": "/before"}

    def test_shared_memory_has_the_name_of_its_process(self, monkeypatch):
        name = workers.own_name()
        monkeypatch.setattr(workers, "own_name", lambda: name)
        with workers.shared_copy(np.zeros(0)) as shared:
            assert shared.memory.name == name
            assert shared.memory.size >= 1

    def test_what_is_sent_fits_into_a_pipe(self):
        """A pipe holds 16 kB on some systems; the model's own tables are thirty times as large."""
        model = FastSkipGram(50, 8, 5, zipf_corpus(200, 50))
        run = training.Run(model, 0.025, 0.0001, np.full(9, np.nan))
        with contextlib.ExitStack() as stack:
            shared = stack.enter_context(workers.shared_copy(workers.pickled(run)))
            assert shared.memory.size > 500_000
            assert len(pickle.dumps(shared)) < 500

    def together(self, monkeypatch, model, go_on=lambda: True, keep=lambda run: None, exitcode=0):
        """Train five portions beside a process that does nothing : how often progress was shown."""
        told = []

        def process(target, args):
            (shared, _) = args

            def join(timeout):
                told.append(("over", bool(shared.over.array()[0])))

            return SimpleNamespace(start=lambda: None, join=join, exitcode=exitcode)

        context = SimpleNamespace(Process=process, Lock=multiprocessing.Lock)
        monkeypatch.setattr(workers, "get_context", lambda way: context)
        monkeypatch.setattr(training, "PORTION", 1000)
        progress = SimpleNamespace(show=lambda losses: told.append("shown"))
        run = training.Run(model, 0.025, 0.0001, np.full(5, np.nan))
        try:
            workers.train_together(run, 2, progress, go_on, keep)
        finally:
            assert told[-2:] == [("over", True), "shown"]
        return len(told) - 2

    def test_the_first_process_shows_and_keeps_each_portion(self, monkeypatch):
        model, kept = FastSkipGram(50, 8, 5, zipf_corpus(5000, 50), seed=0), []
        assert self.together(monkeypatch, model, keep=kept.append) == 5
        assert len(kept) == 5
        assert self.together(monkeypatch, model, go_on=lambda: False, keep=kept.append) == 0
        assert len(kept) == 5

    def test_an_error_lets_go_of_the_shared_memory(self, monkeypatch):
        """Whoever prints a traceback with its variables would read memory that is gone."""
        model = FastSkipGram(50, 8, 5, zipf_corpus(5000, 50), seed=0)
        with pytest.raises(ZeroDivisionError) as caught:
            self.together(monkeypatch, model, keep=lambda run: 1 / 0)
        frames = [frame for frame, _ in traceback.walk_tb(caught.tb)]
        frames = [f for f in frames if f.f_globals["__name__"] == training.__name__]
        assert frames
        assert not any(dict(frame.f_locals) for frame in frames)

    def test_a_class_that_could_not_be_imported_is_named(self, monkeypatch):
        mine = type("Mine", (FastSkipGram,), {"__module__": "__main__"})
        monkeypatch.setattr(sys.modules["__main__"], "Mine", mine, raising=False)
        model = mine(50, 8, 5, zipf_corpus(5000, 50), seed=0)
        with pytest.raises(RuntimeError, match="define Mine in a module"):
            self.together(monkeypatch, model, exitcode=1)

    def test_more_processes_than_sentences(self):
        model = FastSkipGram(4, 4, 2, np.array([0, 1, -1, 2, 3, -1]))
        model.fit(1, processes=8, progress=False)
        assert len(model.loss_list) == 1

    def test_a_process_that_fails_is_told(self, tmp_path, capfd):
        path = tmp_path / "ids"
        zipf_corpus(200_000, 50).astype(np.int32).tofile(path)
        corpus = np.memmap(path, np.int32, "r")
        model = FastSkipGram(50, 8, 5, corpus)
        path.unlink()  # the other process will not find it
        told = (
            r"^1 of 2 processes ended early, with exit codes \[1\], before they could start. "
            r"In a script, .*\. The model holds what was learnt$"
        )
        with pytest.raises(RuntimeError, match=told):
            model.fit(1, processes=2, progress=False)
        assert "FileNotFoundError" in capfd.readouterr().err

    def test_too_little_shared_memory_is_an_error_not_a_crash(self, monkeypatch):
        if not os.path.isdir("/dev/shm"):
            pytest.skip("this system keeps shared memory elsewhere")
        usage = workers.shutil.disk_usage("/dev/shm")._replace(free=1000)
        monkeypatch.setattr(workers.shutil, "disk_usage", lambda folder: usage)
        model = FastSkipGram(50, 8, 5, zipf_corpus(200, 50))
        with pytest.raises(MemoryError, match=r"/dev/shm has 1,000"):
            model.fit(1, processes=2, progress=False)


BEGINNING = """
import multiprocessing, os, signal, threading, time
import numpy as np
from common.fast_word2vec import FastSkipGram, workers

make, init = workers.SharedMemory, workers.SharedRun.__init__
seen = []

def remember(**options):
    memory = make(**options)
    print("memory", memory.name, flush=True)
    return memory

def remember_run(self, **parts):
    init(self, **parts)
    seen.append(self)

workers.SharedMemory, workers.SharedRun.__init__ = remember, remember_run
corpus = np.random.default_rng(0).integers(0, 50, 20_000)

def train(model, epochs):
    before = model.word_vecs.copy()
    try:
        model.fit(epochs, processes=2, progress=False)
    except RuntimeError as error:
        print("told", error)
        print("learnt", len(model.loss_list) > 0, bool((model.word_vecs != before).any()))
"""

UNGUARDED = """
FastSkipGram(50, 8, 5, corpus, seed=0).fit(10**5, processes=2, progress=False)
"""

OWN_CLASS = """
class Mine(FastSkipGram):
    pass

if __name__ == "__main__":
    train(Mine(50, 8, 5, corpus, seed=0), 10**5)
"""

STRUCK = """
struck = threading.Event()

def strike(at_work, how):
    while not seen or not multiprocessing.active_children():
        time.sleep(0.01)
    while at_work and not seen[0].began.array()[0]:
        time.sleep(0.01)
    os.kill(multiprocessing.active_children()[0].pid, how)
    struck.set()

class Waiting(FastSkipGram):
    def train_portion(self, *arguments):
        if __name__ == "__main__":  # in the first process
            struck.wait()
        return super().train_portion(*arguments)

if __name__ == "__main__":
    threading.Thread(target=strike, args=({at_work}, {how}), daemon=True).start()
    workers.PATIENCE = {patience}
    train(Waiting(50, 8, 5, corpus, seed=0), {epochs})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sessions and signals of POSIX")
class TestAWorkerThatDies:
    """Each in a process of its own, that must end, say why, and leave nothing behind."""

    def run(self, arguments, folder, text=None, status=0):
        folder = folder / "temporary"
        folder.mkdir()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(folder)},
        )
        try:
            said, errors = process.communicate(text, timeout=60)
        finally:
            end = time.monotonic() + 20  # Python's own cleaner of shared memory ends last
            while (left := processes_of_session(process.pid)) and time.monotonic() < end:
                time.sleep(0.1)
            for one in left:
                os.kill(one, signal.SIGKILL)
        assert not left
        assert not os.listdir(folder)
        names = re.findall("^memory (.*)", said, re.M)
        assert names
        for name in names:
            with pytest.raises(FileNotFoundError):
                SharedMemory(name=name)
        assert process.returncode == status, errors
        return said, errors

    @pytest.mark.parametrize("way", ["file", "standard input"])
    def test_a_script_without_a_guard(self, way, tmp_path):
        path = tmp_path / "script.py"
        path.write_text(BEGINNING + UNGUARDED)
        arguments, text = ([path], None) if way == "file" else (["-"], BEGINNING + UNGUARDED)
        _, errors = self.run(arguments, tmp_path, text, status=1)
        told = errors.splitlines()[-1]
        assert told.startswith("RuntimeError: 1 of 2 processes ended early, with exit codes [1], ")
        assert "before they could start" in told
        assert 'call fit below `if __name__ == "__main__":`' in told
        assert told.endswith("The model holds what was learnt")

    @pytest.mark.parametrize("way", ["command line", "standard input"])
    def test_a_class_that_no_other_process_can_import(self, way, tmp_path):
        code = BEGINNING + OWN_CLASS
        arguments, text = (["-c", code], None) if way == "command line" else (["-"], code)
        said, _ = self.run(arguments, tmp_path, text)
        assert "define Mine in a module that they can import. The model holds" in said

    def test_a_class_of_a_script_with_a_guard_trains(self, tmp_path):
        path = tmp_path / "script.py"
        path.write_text((BEGINNING + OWN_CLASS).replace("10**5", "3"))
        said, _ = self.run([path], tmp_path)
        assert "told" not in said

    @pytest.mark.parametrize("at_work", [False, True])
    def test_killed(self, at_work, tmp_path):
        path = tmp_path / "script.py"
        how = {"how": int(signal.SIGKILL), "patience": 30, "epochs": 10**5}
        path.write_text(BEGINNING + STRUCK.format(at_work=at_work, **how))
        said, _ = self.run([path], tmp_path)
        assert "told 1 of 2 processes ended early, with exit codes [-9]; below 0" in said
        assert "learnt True True" in said

    def test_stopped(self, tmp_path):
        """It neither works nor ends; the first process finishes without it."""
        path = tmp_path / "script.py"
        how = {"how": int(signal.SIGSTOP), "patience": 1, "epochs": 50}
        path.write_text(BEGINNING + STRUCK.format(at_work=True, **how))
        said, _ = self.run([path], tmp_path)
        assert "exit codes [-9]" in said
        assert "learnt True True" in said


class TestWhyTheyDied:
    """What is told, word for word: a person reads it at the end of a lost hour."""

    KEPT = ". The model holds what was learnt"

    def test_a_signal(self):
        said = workers.why_they_died(FastSkipGram, [0, -9], [True, True])
        assert said == (
            "1 of 3 processes ended early, with exit codes [-9]; below 0 stands the signal that "
            "ended it, -9 often for want of memory" + self.KEPT
        )

    def test_an_error_of_its_own(self):
        said = workers.why_they_died(FastSkipGram, [1, 0], [True, True])
        assert said == "1 of 3 processes ended early, with exit codes [1]" + self.KEPT

    def test_before_the_start(self):
        cure = (
            ", before they could start. In a script, call fit below "
            '`if __name__ == "__main__":`, because each process reads the script again'
        )
        said = workers.why_they_died(FastSkipGram, [1], [False])
        assert said == "1 of 2 processes ended early, with exit codes [1]" + cure + self.KEPT
        mine = type("Mine", (FastSkipGram,), {"__module__": "__main__"})
        said = workers.why_they_died(mine, [1, 0], [False, False])
        assert said == (
            "1 of 3 processes ended early, with exit codes [1]"
            f"{cure}; and define Mine in a module that they can import{self.KEPT}"
        )
