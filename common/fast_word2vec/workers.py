"""Several processes that train one model: each takes the next portion, all write the same weights.

What is sent to a process is small, because a pipe holds little: where things
lie in shared memory, never the things themselves.  So a process that dies
before it has read anything leaves nobody waiting.
"""

from __future__ import annotations

import contextlib
import copy
import pickle
import shutil
import signal
import time
import traceback
from dataclasses import dataclass
from multiprocessing import current_process, get_context, parent_process
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.synchronize import Lock

import numpy

from common.interrupts import STOPPING
from common.leftovers import SHARED_MEMORY, clear_up, own_name

PATIENCE = 30  # seconds to wait for another process; then it is ended


def train_together(run, processes, progress, go_on, keep):
    """Do a run with ``processes - 1`` more processes than this one.

    Parameters
    ----------
    go_on : function
        Asked before each portion; False ends the run.
    keep : function
        Called with the run after each portion of this process.

    Raises
    ------
    RuntimeError : another process died; the model holds what was learnt.
    """
    context = get_context("spawn")  # the one way that every system has
    model, workers = run.model, []
    mine = model.W_in, model.W_out, run.losses
    clear_up(SHARED_MEMORY)
    with contextlib.ExitStack() as stack:

        def share(array):
            return stack.enter_context(shared_copy(array))

        with deaf():  # so will be Python's own cleaner of shared memory, which starts here
            ours = W_in, W_out, losses = [share(array) for array in mine]
            shared = SharedRun(
                run=share(pickled(run)),
                corpus=share(model.corpus),
                W_in=W_in,
                W_out=W_out,
                losses=losses,
                taken=share(numpy.zeros(1, dtype=int)),
                over=share(numpy.zeros(1, dtype=bool)),
                began=share(numpy.zeros(processes, dtype=bool)),
                lock=named_lock(context),
            )
        try:
            for i in range(min(processes, len(run.losses)) - 1):
                worker = context.Process(target=work, args=(shared, i))
                with deaf():
                    worker.start()
                workers.append(worker)
            all_live = lambda: go_on() and not any(worker.exitcode for worker in workers)
            shared.open(model.corpus).train(shared.numbers(all_live), progress, keep)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # the memory of their arrays will be gone
            raise
        finally:
            shared.over.array()[0] = True
            join(workers)
            for to, source in zip(mine, ours, strict=True):
                to[...] = source.array()
            progress.show(run.losses)
            began = shared.began.array()[: len(workers)].copy()
    codes = [worker.exitcode for worker in workers]
    if any(codes):
        raise RuntimeError(why_they_died(type(model), codes, began))


def why_they_died(model_class, codes, began):
    """What to tell when processes ended with exit codes other than 0, and what to do."""
    died = [code for code in codes if code]
    told = f"{len(died)} of {len(codes) + 1} processes ended early, with exit codes {died}"
    if min(died) < 0:
        told += "; below 0 stands the signal that ended it, -9 often for want of memory"
    elif not all(began[i] for i, code in enumerate(codes) if code):
        told += (
            ", before they could start. In a script, call fit below "
            '`if __name__ == "__main__":`, because each process reads the script again'
        )
        if model_class.__module__ == "__main__":
            told += f"; and define {model_class.__name__} in a module that they can import"
    return told + ". The model holds what was learnt"


def work(shared, i):
    """What every other process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a process cannot be started deaf
    first = parent_process()
    run = shared.open(shared.corpus.array())
    shared.began.array()[i] = True
    # If the first process is killed, nobody waits for the work any more.
    run.train(shared.numbers(first.is_alive))


def join(workers):
    """Wait until all have ended, but no longer than PATIENCE, and not through an interrupt."""
    end = time.monotonic() + PATIENCE
    try:
        for worker in workers:
            worker.join(max(0, end - time.monotonic()))
    finally:
        for worker in workers:
            if worker.exitcode is None:
                worker.kill()
                worker.join()


@contextlib.contextmanager
def deaf():
    """A process started in this ``with`` block never hears of Ctrl-C, kill, or a closed terminal.

    They reach all processes at once, and the first one decides.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def named_lock(context):
    """A lock that tells whose it is, where that can be told (see :mod:`common.leftovers`)."""
    if not SHARED_MEMORY.is_dir():
        return context.Lock()
    settings = current_process()._config  # not public: at worst, a killed run leaves 32 bytes
    before = settings["semprefix"]
    settings["semprefix"] = f"/{own_name()}"
    try:
        return context.Lock()
    finally:
        settings["semprefix"] = before


@dataclass
class SharedRun:
    """A run that several processes open: its arrays in shared memory, and who does what.

    Attributes
    ----------
    run : SharedArray of bytes
        The pickled run, without its arrays.
    corpus, W_in, W_out, losses : SharedArray or MappedArray
    taken : of one number
        How many portions have been taken.
    over : of one bool
        Whether to stop.
    began : bool, one for each process besides the first
        Whether it got as far as training.
    lock : held while a portion is taken
    """

    run: SharedArray
    corpus: SharedArray | MappedArray
    W_in: SharedArray
    W_out: SharedArray
    losses: SharedArray
    taken: SharedArray
    over: SharedArray
    began: SharedArray
    lock: Lock

    def open(self, corpus):
        """The run, on the shared weights and losses."""
        run = pickle.loads(self.run.array().tobytes())
        run.losses, run.model.corpus = self.losses.array(), corpus
        run.model.W_in, run.model.W_out = self.W_in.array(), self.W_out.array()
        return run

    def numbers(self, go_on):
        """Yield the numbers of portions that nobody has taken, while ``go_on()`` is true."""
        total = len(self.losses.array())
        waited = 0
        while go_on() and not self.over.array()[0] and waited < PATIENCE:
            # Whoever holds the lock may have been killed or stopped: look up each second.
            if not self.lock.acquire(timeout=1):
                waited += 1
                continue
            waited = 0
            try:
                number = int(self.taken.array()[0])
                self.taken.array()[0] += 1
            finally:
                self.lock.release()
            if number >= total:
                return
            if numpy.isnan(self.losses.array()[number]):  # or it was trained before the run began
                yield number


def pickled(run):
    """The run without its arrays, as an array of bytes."""
    run = copy.copy(run)
    run.model = copy.copy(run.model)
    run.losses = run.model.corpus = run.model.W_in = run.model.W_out = None
    return numpy.frombuffer(pickle.dumps(run), dtype=numpy.uint8)


class SharedArray:
    """An array that other processes reach by unpickling this object."""

    def __init__(self, array):
        self.shape, self.dtype = array.shape, array.dtype
        self.memory = SharedMemory(name=own_name(), create=True, size=max(1, array.nbytes))
        self.array()[...] = array

    def array(self):
        return numpy.ndarray(self.shape, self.dtype, self.memory.buf)


class MappedArray:
    """A ``numpy.memmap`` that other processes reach by unpickling this object."""

    def __init__(self, array):
        self.arguments = array.filename, array.dtype, "r", array.offset, array.shape

    def array(self):
        return numpy.memmap(*self.arguments)


@contextlib.contextmanager
def shared_copy(array):
    """A SharedArray, gone at the end of the ``with`` block; or a MappedArray."""
    if isinstance(array, numpy.memmap) and array.filename:
        yield MappedArray(array)
        return
    # Linux would end the process without a word if it wrote to more memory than there is.
    folder = SHARED_MEMORY
    if folder.is_dir() and shutil.disk_usage(folder).free < array.nbytes:
        raise MemoryError(
            f"processes need {array.nbytes:,} bytes of shared memory; {folder} has "
            f"{shutil.disk_usage(folder).free:,} (in a container, --shm-size sets it)"
        )
    shared = SharedArray(array)
    try:
        yield shared
    finally:
        shared.memory.unlink()
        shared.memory.close()
