"""What the tests of the fast trainer share: corpora, and a portion read off pair by pair."""

import contextlib
import os

import numpy as np


def zipf_corpus(n, vocab_size, seed=0):
    """Words as uneven as in a language; each occurs at least once if there is room."""
    rng = np.random.default_rng(seed)
    p = 1 / np.arange(1, vocab_size + 1)
    return np.concatenate([np.arange(vocab_size), rng.choice(vocab_size, n, p=p / p.sum())])[:n]


def sentences(*lengths, vocab_size=12, seed=0):
    """Random sentences of the given lengths, with -1 after each."""
    rng = np.random.default_rng(seed)
    return np.concatenate([[*rng.integers(0, vocab_size, n), -1] for n in lengths])


def in_double(model, seed=3):
    """The fast model in float64, with weights that are not small."""
    rng = np.random.default_rng(seed)
    model.W_in = rng.standard_normal(model.W_in.shape) * 0.5
    model.W_out = rng.standard_normal(model.W_out.shape) * 0.5
    return model


def examples(text, w):
    """Every (block, target, its contexts) that a portion holds, read off its windows one by one."""
    for m in range(text.blocks):
        for b, word in enumerate(text.centers[m]):
            _, left, right = np.unravel_index(int(text.mask_row[m, b]), (16, w + 1, w + 1))
            around = text.windows[m, w + b - left : w + b + right + 1].tolist()
            yield m, int(word), around[:left] + around[left + 1 :]


def recorded(monkeypatch, module, name, calls):
    """Let a function of the module write down what it is called with."""
    original = getattr(module, name)

    def record(*arguments):
        calls.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(module, name, record)


def processes_of_session(session):
    """The processes of a session that have not ended; none where there is no /proc."""
    if not os.path.isdir("/proc"):
        return []
    found = []
    for folder in os.listdir("/proc"):
        with contextlib.suppress(OSError, IndexError):
            if folder.isdigit() and os.getsid(int(folder)) == session:
                with open(f"/proc/{folder}/stat") as file:
                    if file.read().rpartition(")")[2].split()[0] != "Z":
                        found.append(int(folder))
    return found
