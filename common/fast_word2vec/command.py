"""The command: a text file in, word vectors out."""

from __future__ import annotations

import argparse
import contextlib
import sys

from common.corpus_file import open_corpus
from common.embeddings import Embeddings
from common.fast_word2vec.models import FastCBOW, FastSkipGram
from common.files import same_file
from common.vector_files import check_vectors_path

INTERRUPTED = 130  # the exit status by which a shell knows Ctrl-C


def main(arguments=None):
    """``python -m common.fast_word2vec``: returns the exit status."""
    args = parse(arguments)
    try:
        with open_corpus(args.corpus, args.min_count, args.errors, not args.quiet) as (ids, words):
            return train_and_save(args, ids, words)
    except (KeyboardInterrupt, SystemExit) as error:
        tell(f"interrupted before anything was learnt; {args.out} is as it was")
        return status_of(error)
    except MemoryError as error:
        tell(f"{args.corpus}: {error}")
    except (OSError, ValueError, RuntimeError, FloatingPointError) as error:
        tell(error)
    return 1


def train_and_save(args, corpus, words):
    """Train, and save what was learnt however the training ends; returns the exit status."""
    model = {"skip-gram": FastSkipGram, "cbow": FastCBOW}[args.model](
        len(words),
        args.size,
        args.window,
        corpus,
        sample_size=args.negative,
        subsample=args.sample,
        seed=args.seed,
    )
    status = 0
    try:
        model.fit(args.epochs, args.lr, processes=args.processes, progress=not args.quiet)
    except (KeyboardInterrupt, SystemExit, RuntimeError, FloatingPointError) as error:
        if not model.loss_list:
            raise
        status = status_of(error)
        if status == 1:
            tell(error)
        tell(f"{'stopped' if status == 1 else 'interrupted'}: saving what has been learnt so far")
    Embeddings(model.word_vecs, words).save(args.out, binary=args.binary)
    if not args.quiet:
        tell(f"{args.out}: {len(words):,} words, {args.size} numbers each")
    return status


def status_of(error):
    """The exit status: 1 for an error, or that by which a shell knows a signal."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return error.code if isinstance(error, SystemExit) else 1


def tell(what):
    with contextlib.suppress(OSError):  # the terminal has been closed
        print(what, file=sys.stderr)


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m common.fast_word2vec",
        description="Train word vectors on a UTF-8 text file: words between blanks, a sentence a "
        "line. Ctrl-C stops early and saves, and so does kill.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("corpus", help="the text file")
    add("--out", required=True, help="where the vectors go, in the word2vec format")
    add("--binary", action="store_true", help="write the binary format")
    add("--model", choices=["skip-gram", "cbow"], default="skip-gram", help="what to train")
    add("--size", type=int, default=100, help="numbers in a vector")
    add("--window", type=int, default=5, help="largest distance of two words that pair")
    add("--negative", type=int, default=5, help="negatives for a pair")
    add(
        "--sample",
        type=float,
        default=0.001,
        help="leave out words more frequent than this; 0: none",
    )
    add("--min-count", type=int, default=5, help="leave out words that occur less often")
    add("--epochs", type=int, default=5, help="how often to go through the text")
    add("--lr", type=float, help="learning rate at the start (skip-gram 0.025, CBOW 0.25)")
    add("--processes", type=int, default=1, help="processes that share the work")
    add("--seed", type=int, default=1, help="for everything random")
    add("--errors", choices=["strict", "replace"], default="strict", help="where it is not UTF-8")
    add("--quiet", action="store_true", help="print errors only")
    args = parser.parse_args(arguments)
    try:
        check_vectors_path(args.out)
    except (OSError, ValueError) as error:
        parser.error(f"--out: {error}")
    if same_file(args.out, args.corpus):
        parser.error(f"--out {args.out} is the corpus; the vectors need a file of their own")
    return args
