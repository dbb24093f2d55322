"""Make the data of the book's page "Explore the vectors": one file that a browser reads.

    python tools/words.py book/_build/words_data.js

Skip-gram learns the default corpus from a fixed seed, in one process, with the
settings under which notebooks repeat from one x86-64 processor to the next.
The file stays as it is until the text, the package or this script changes.

Shapes: V words, H numbers in each vector.
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy

from common.embeddings import normalize
from common.fast_word2vec import FastSkipGram
from common.files import atomic_write
from dataset import numpy_docs

MODEL = {"hidden_size": 50, "window_size": 5, "subsample": 0.001, "seed": 0}
EPOCHS = 20
MAP_COUNT = 10  # the map's directions are those of the words that come so often


def main(path):
    """Make the file, unless it is there already."""
    if path.exists() and path.read_text(encoding="utf-8").startswith(first_line()):
        return
    from notebooks import ENVIRONMENT  # takes longer to import than all else here

    # NumPy reads its settings when it starts: so another process trains
    command = [sys.executable, __file__, "--here", str(path)]
    subprocess.run(command, env=os.environ | ENVIRONMENT, check=True)


def write(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"{first_line()}const DATA = {json.dumps(data())};\n")


def first_line():
    return f"// Made by tools/words.py from {source()}\n"


def source():
    """A name for everything that the data are made from: the text, and the rooms used here."""
    rooms = [module for name, module in sys.modules.items() if name.partition(".")[0] == "common"]
    paths = sorted(Path(room.__file__) for room in rooms)
    made_from = hashlib.sha256(f"{numpy_docs.fingerprint()} {numpy.__version__}".encode())
    for path in [Path(__file__), *paths]:
        made_from.update(path.read_bytes())
    return made_from.hexdigest()


def data():
    """What the page knows; the words stand in the order of their counts, frequent ones first."""
    words, counts, vectors = train()
    numbers = quantise(vectors)  # (V, H)
    points, shares = plane(numbers, counts >= MAP_COUNT)  # (V, 2), (2,)
    return {
        "words": " ".join(words),
        "counts": counts.tolist(),
        "H": vectors.shape[1],
        "vectors": base64.b64encode(numbers.tobytes()).decode(),
        "map": numpy.rint(1000 * points).astype(int).ravel().tolist(),
        "shares": shares.round(3).tolist(),
        "mapCount": MAP_COUNT,
        "cosineError": round(cosine_error(vectors, numbers), 4),
    }


def train():
    """V words, how often each comes (V,), and their vectors (V, H)."""
    corpus, word_to_id, id_to_word = numpy_docs.load_data()
    model = FastSkipGram(len(word_to_id), corpus=corpus, **MODEL)
    model.fit(max_epoch=EPOCHS, progress=False)
    counts = numpy.bincount(corpus)
    order = numpy.argsort(-counts, kind="stable")
    words = [id_to_word[i] for i in order.tolist()]
    return words, counts[order], model.word_vecs[order]


def quantise(vectors):
    """(V, H) -> whole numbers from -127 to 127, int8, (V, H)

    Each row is stretched until its largest number is 127 or -127.  By how much
    need not be kept: a cosine does not change when a vector is stretched.
    """
    largest = abs(vectors).max(axis=1, keepdims=True)  # (V, 1)
    return numpy.rint(vectors * (127 / largest)).astype(numpy.int8)


def cosine_error(vectors, numbers):
    """The largest change of a cosine, over all pairs of words."""
    exact, stored = (normalize(x.astype(float)) for x in (vectors, numbers))
    return float(abs(exact @ exact.T - stored @ stored.T).max())


def plane(vectors, frequent):
    """Points (V, 2) along the two directions in which the frequent words' unit vectors
    differ most, and the shares (2,) of their differences that these directions hold.
    """
    unit = normalize(vectors.astype(float))
    centred = unit - unit[frequent].mean(axis=0)
    _, size, directions = numpy.linalg.svd(centred[frequent], full_matrices=False)
    points = centred @ directions[:2].T
    # a direction has no sign of its own: make the largest coordinate positive
    points *= numpy.sign(points[abs(points).argmax(axis=0), [0, 1]])
    return points, size[:2] ** 2 / (size**2).sum()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--here", action="store_true", help="train now, in this very process")
    arguments = parser.parse_args()
    (write if arguments.here else main)(arguments.path)
