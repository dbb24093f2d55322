"""Words as counts, dense and sparse: seconds and peak memory of each step.

    COURSE_DATA=folder python benchmarks/counts.py [--turns 3]

Corpus: PTB train, 929,589 words, V = 10,000, a window of 2.  Each form runs in
a process of its own, so that a peak is its own; it is the memory beyond what
Python, NumPy, SciPy and the corpus take.  Medians of the turns.  One BLAS thread.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import multiprocessing
import resource
import statistics
import sys
import time

from common.counts import create_co_matrix, ppmi, truncated_svd
from dataset import ptb

WINDOW, SIZE = 2, 100


def peak():
    """The largest memory of this process so far, in MB."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(sparse, connection):
    """Count, PPMI and SVD; (seconds, MB above the start) for each."""
    corpus, word_to_id, _ = ptb.load_data("train")
    words, before, steps = len(word_to_id), peak(), {}

    def timed(name, step):
        start = time.perf_counter()
        result = step()
        steps[name] = time.perf_counter() - start, peak() - before
        return result

    counts = timed("counts", lambda: create_co_matrix(corpus, words, WINDOW, sparse))
    M = timed("PPMI", lambda: ppmi(counts))
    stored = M.nnz if sparse else M.size
    size = M.data.nbytes + M.indices.nbytes + M.indptr.nbytes if sparse else M.nbytes
    timed(f"SVD to {SIZE}", lambda: truncated_svd(M, SIZE))
    connection.send((steps, stored, size))


def one_turn(sparse):
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=measure, args=(sparse, there))
    process.start()
    there.close()
    result = here.recv()
    process.join()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    runs = {form: [] for form in ("sparse", "dense")}
    for _ in range(turns):
        for form in runs:
            runs[form].append(one_turn(form == "sparse"))
    print("| form | step | seconds | peak so far | numbers stored | their bytes |")
    print("|---|---|---:|---:|---:|---:|")
    for form, results in runs.items():
        _, stored, size = results[0]
        for step in results[0][0]:
            seconds, memory = (
                statistics.median(steps[step][i] for steps, *_ in results) for i in (0, 1)
            )
            kept = f"{stored:,} | {size / 1e6:,.0f} MB" if step == "PPMI" else " | "
            print(f"| {form} | {step} | {seconds:.2f} | {memory:,.0f} MB | {kept} |")


if __name__ == "__main__":
    main()
