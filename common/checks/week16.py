"""What the answers to week 16's exercises must do.

Each check begins with an example that can be computed by hand, and goes on
with random numbers.  A value that is wrong is compared with the values that
typical mistakes give; the one that matches chooses the hint.
Shapes: N examples, C contexts, K candidates, V words, H hidden, D the tree's depth.
"""

import numpy as np

from common.checks import AnswerError, exercise, near, read_hints, show
from common.functions import binary_cross_entropy, sigmoid
from common.text import create_contexts_target
from dataset import hello

__all__ = [
    "HINTS",
    "check_alias_sampler",
    "check_bug_hunt",
    "check_cbow",
    "check_embedding_backward",
    "check_embedding_dot",
    "check_hierarchical_cbow",
    "check_shapes",
    "check_sigmoid_with_loss",
    "check_subsample",
]

HINTS = read_hints(
    """
# any layer

nothing written:
    the array that stood in `grads` before the call is unchanged or 0: write into it,
    `dW[...] = ...`, do not make a new one. Reread 2_row_slice.ipynb, the layer, whole.

repeated rows:
    a word that stands twice must receive both rows, and `dW[idx] += ...` keeps the last one
    only. Reread 2_row_slice.ipynb, the obvious code and what it loses.

cleared:
    a second `backward` adds to what the first one left: start from `dW[...] = 0`. Reread
    2_row_slice.ipynb, the layer, whole.

by hand:
    compute this example on paper first, one number at a time, then print the same numbers
    in your code. The shapes and letters are those of notation.ipynb.

# exercise 1

mean for sum:
    each row of `dout` is added as it is. Nothing in y = W[idx] divides, so nothing divides
    on the way back. Reread 2_row_slice.ipynb, the gradient of a slice.

# exercise 2

score:
    each score is one dot product, of row n of h and of row idx[n, k] of W. Reread
    3_yes_no_question.ipynb, several words for each example.

sum over candidates:
    h goes into all K scores of its example, so its K gradients add up; they are not
    averaged. Reread 3_yes_no_question.ipynb, several words for each example.

other factor:
    in s = h . w each factor receives the OTHER factor as its gradient: dw = ds * h, and dh
    = ds * w. Reread 3_yes_no_question.ipynb, the gradient of a dot product, proved.

# exercise 3

naive logarithm:
    sigmoid(x) rounds to 1 for large x, and log(1 - 1) is lost; a small number inside the
    logarithm only hides it. Use max(x, 0) - x t + log1p(exp(-|x|)). Reread
    4_y_minus_t.ipynb, a form that does not break.

turned round:
    the gradient has the wrong sign: where t = 1 and y < 1 the score must rise, so dL/dx = y
    - t is negative. Reread 4_y_minus_t.ipynb, the gradient node by node.

1/N:
    the loss is a mean over the N examples, so every gradient carries 1/N. Reread
    4_y_minus_t.ipynb, the layer, whole.

K questions add up:
    the mean is over the N examples only; the K questions of one example add up. Reread
    4_y_minus_t.ipynb, a trap of shapes.

upstream:
    `backward(dout)` must multiply by `dout`, the gradient that arrives from above. Reread
    4_y_minus_t.ipynb, the gradient node by node.

loss formula:
    one question costs -t log y - (1 - t) log(1 - y), with y = sigmoid(x). Reread
    4_y_minus_t.ipynb, from a probability to a loss.

# exercise 4

power:
    the counts are raised to the power first, and divided by their sum afterwards; power 1
    only repeats the corpus. Reread 5_sampling.ipynb, raise to the power 0.75.

aligned:
    entry i belongs to word id i, in the order of the ids: not in order of appearance, and
    not sorted by count. Reread 5_sampling.ipynb, the right probability at the right id.

giver pays:
    the word that fills up a box gives away 1 - part[small], and has that much less for
    itself. Reread 5_sampling.ipynb, boxes of equal size.

all boxes alike:
    the second uniform number decides between the box's own word and its alias; without it
    all words are drawn alike. Reread 5_sampling.ipynb, boxes of equal size.

box turned round:
    the box's own word is taken when the uniform number is BELOW part[box], the alias
    otherwise. Reread 5_sampling.ipynb, boxes of equal size.

target drawn:
    a target must not be its own negative: the model would be told yes and no about one
    word. Reread 5_sampling.ipynb, leave out the target.

unfair repair:
    a draw that hit the target must be drawn again; if it is moved to another word, that
    word comes too often. Reread 5_sampling.ipynb, leave out the target.

# exercise 5

window:
    the window has `window_size` words on EACH side, nearest and farthest included: 2 *
    window_size columns. Reread 7_cbow_and_skipgram.ipynb, words and their contexts.

own context:
    the word in the middle is the one to be guessed; as its own context it would give the
    answer away. Reread 7_cbow_and_skipgram.ipynb, words and their contexts.

mean or sum:
    h is the mean of the C context vectors (their sum only with mean=False, in exercise 5).
    Reread 7_cbow_and_skipgram.ipynb, CBOW forward.

1/C:
    the mean divides by C on the way forward, therefore it divides by C on the way back too.
    Reread 7_cbow_and_skipgram.ipynb, the factor 1/C.

1/C in a sum:
    a sum does not divide: with mean=False each context receives the whole gradient of h.
    Reread 7_cbow_and_skipgram.ipynb, the factor 1/C.

# exercise 6

share:
    f(w) is the share of the word in the corpus, its count divided by all counts, not the
    count itself. Reread the formula above your cell.

keep, not drop:
    the function returns the probability to KEEP a word: frequent words get a small number.
    Reread the formula above your cell.

above 1:
    a probability is at most 1: a rare word has sqrt(t / f) above 1, and is always kept.
    Reread the formula above your cell.

root:
    the square root is missing. With it, a word that is 4 times as frequent is kept half as
    often. Reread the formula above your cell.

each occurrence:
    each place of the corpus is decided for itself: draw one uniform number a token, not one
    a word id. Reread the formula above your cell.

order:
    what is kept stays in the order of the text, or else the windows mean nothing: use a
    mask, corpus[mask]. Reread 7_cbow_and_skipgram.ipynb, words and their contexts.

# exercise 7

leaves:
    at each node the two turns share 1: sigmoid(s) to the left, and sigmoid(-s) = 1 -
    sigmoid(s) to the right. Reread 9_hierarchical_softmax.ipynb, why the leaves sum to 1.

left is 1:
    code 1 means left, with probability sigmoid(s); code 0 means right. Reread
    9_hierarchical_softmax.ipynb, path and code.

mask in the loss:
    a short path is filled up with zeros, and these are no questions: multiply their losses
    by `mask`. Reread 9_hierarchical_softmax.ipynb, a batch at once.

mask in the gradient:
    the zeros behind the end of a path point to node 0, which then learns from questions
    nobody asked: mask ds too. Reread 9_hierarchical_softmax.ipynb, a batch at once.

# exercise 8

both sides:
    a word may stand on the left of one pair and on the right of another: the second line
    must add to the first, not replace it. Reread 2_row_slice.ipynb, the gradient of a
    slice.

# exercise 9

broadcast:
    (N, 1) minus (N,) is not (N, 1): the flat array counts as a row, and the result is (N,
    N), without a word. Reread 4_y_minus_t.ipynb, a trap of shapes.

one more than K:
    each question batch holds the true word AND its K negatives: 1 + K columns. Reread
    3_yes_no_question.ipynb, several words for each example.

flattened:
    skip-gram asks all N * C questions in one long batch; only the last step adds up the C
    parts of each word. Reread 7_cbow_and_skipgram.ipynb, the gradients add up.

shape of W:
    a gradient has the shape of its array: dW is as large as W, whatever the batch. Reread
    2_row_slice.ipynb, the gradient of a slice.

shapes:
    take small numbers, N = 2, C = 3, K = 1, V = 7, H = 4, make the arrays, and print their
    shapes. Reread 7_cbow_and_skipgram.ipynb, the classes.
"""
)

CORPUS, WORD_TO_ID, ID_TO_WORD = hello.load_data()
SAY_HELLO_SAY = 'idx = [1, 5, 1] ("say", "hello", "say")'


def wrong(hint, what, example):
    return AnswerError(what, example, HINTS[hint], hint)


def compare(what, got, due, example, suspects=None, otherwise="by hand"):
    """Let a right value pass; else raise the hint of the suspect that has the same wrong value.

    Parameters
    ----------
    what : str
        What the value is called.
    got, due : arrays or numbers
    example : str
    suspects : dict, hint -> value
        What typical mistakes give.
    otherwise : hint
    """
    if got is None:
        raise wrong("by hand", f"{what} is None: does the method return it?", example)
    got, due = np.asarray(got), np.asarray(due)
    if near(got, due):
        return
    hint = next((h for h, value in (suspects or {}).items() if near(got, value)), otherwise)
    if got.shape != due.shape:
        raise wrong(hint, f"{what} has shape {got.shape}, {due.shape} is due", example)
    if due.size > 8:
        i = np.unravel_index(abs(got - due).argmax(), due.shape)
        what, got, due = f"{what}{[int(n) for n in i]}", got[i], due[i]
    digits = 3 if show(got) != show(due) else 9
    raise wrong(hint, f"{what} is {show(got, digits)}, and {show(due, digits)} is due", example)


def scatter(shape, idx, rows):
    """The sum that `dW` is due, and the one that a buffered `+=` gives."""
    due, buffered = np.zeros(shape), np.zeros(shape)
    np.add.at(due, idx, rows)
    buffered[idx] += rows
    return due, buffered


def gathered(layer, expected, example):
    """The arrays in ``grads`` as they stand now, which ``backward`` must fill."""
    arrays = list(layer.grads)
    shapes = [np.shape(a) for a in arrays]
    if shapes != [np.shape(p) for p in expected]:
        due = [np.shape(p) for p in expected]
        raise wrong("nothing written", f"grads holds shapes {shapes}, {due} is due", example)
    return arrays


def repeated_ids(rng, V, shape):
    """Random ids of which at least one stands twice."""
    idx = rng.integers(0, V, shape)
    idx.flat[-1] = idx.flat[0]
    return idx


@exercise(1)
def check_embedding_backward(Embedding, rng):
    dout = np.array([[1.0, 1.0], [10.0, 10.0], [100.0, 100.0]])
    small = np.arange(14.0).reshape(7, 2), np.array([1, 5, 1]), dout
    V, H = 9, 4
    large = (
        rng.standard_normal((V, H)),
        repeated_ids(rng, V, (5, 3)),
        rng.standard_normal((5, 3, H)),
    )
    for W, idx, dout in (small, large):
        example = "random ids of shape (5, 3), some of them repeated"
        if W.shape == (7, 2):
            example = f"{SAY_HELLO_SAY}, dout = [[1, 1], [10, 10], [100, 100]]"
        layer = Embedding(W.copy())
        (dW,) = gathered(layer, [W], example)
        layer.forward(idx)
        layer.backward(dout.copy())
        due, buffered = scatter(W.shape, idx, dout)
        suspects = {
            "nothing written": np.zeros_like(W),
            "repeated rows": buffered,
            "mean for sum": due / len(idx),
        }
        if W.shape == (7, 2):
            rows = {hint: value[[1, 5]] for hint, value in suspects.items()}
            compare("dW[[1, 5]]", dW[[1, 5]], due[[1, 5]], example, rows)
        compare("dW", dW, due, example, suspects)
        layer.backward(dout.copy())
        compare("after a second backward, dW", dW, due, example, {"cleared": 2 * due})
    return "each row of dout reaches its word, and repeated words receive all of theirs"


@exercise(2)
def check_embedding_dot(EmbeddingDot, rng):
    W = np.arange(7)[:, None] + np.array([0.0, 0.5])
    h, ds = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[1.0, 10.0, 100.0], [2.0, 3.0, 5.0]])
    small = W, h, np.array([[1, 5, 1], [0, 1, 6]]), ds
    N, K, V, H = 4, 3, 8, 5
    large = (
        rng.standard_normal((V, H)),
        rng.standard_normal((N, H)),
        repeated_ids(rng, V, (N, K)),
        rng.standard_normal((N, K)),
    )
    for W, h, idx, ds in (small, large):
        example = "random numbers, N = 4, K = 3, H = 5"
        if h.shape == (2, 2):
            example = (
                "h = [[1, 2], [3, 1]], idx = [[1, 5, 1], [0, 1, 6]], W[v] = (v, v + 0.5), "
                "ds = [[1, 10, 100], [2, 3, 5]]"
            )
        layer = EmbeddingDot(W.copy())
        (dW,) = gathered(layer, [W], example)
        w = W[idx]  # (N, K, H)
        s = layer.forward(h.copy(), idx)
        compare("s", s, np.einsum("nd,nkd->nk", h, w), example, otherwise="score")
        dh = layer.backward(ds.copy())
        due = np.einsum("nk,nkd->nd", ds, w)
        own = np.einsum("nk,nd->nd", ds, h)
        compare(
            "dh", dh, due, example, {"sum over candidates": due / ds.shape[1], "other factor": own}
        )
        rows = np.einsum("nk,nd->nkd", ds, h)
        due, buffered = scatter(W.shape, idx, rows)
        suspects = {
            "nothing written": np.zeros_like(W),
            "repeated rows": buffered,
            "other factor": scatter(W.shape, idx, ds[:, :, None] * w)[0],
        }
        compare("dW", dW, due, example, suspects)
        layer.backward(ds.copy())
        compare("after a second backward, dW", dW, due, example, {"cleared": 2 * due})
    return "K scores at once; h adds up over its candidates, and each word over its places"


@exercise(3)
def check_sigmoid_with_loss(SigmoidWithLoss, rng):
    x = np.array([[2.0, -1.0], [0.5, 0.0], [-3.0, 1.0]])
    t = np.array([[1, 0], [0, 1], [0, 0]])
    _check_loss(SigmoidWithLoss, x[:, 0], t[:, 0], f"x = {show(x[:, 0])}, t = {t[:, 0].tolist()}")
    _check_loss(SigmoidWithLoss, x, t, f"x = {show(x)}, t = {t.tolist()}")
    for score, label, due in ((90, 0, 90.0), (-90, 1, 90.0), (90, 1, 0.0), (1000, 0, 1000.0)):
        loss = SigmoidWithLoss().forward(np.array([score], dtype="f"), np.array([label]))
        example = f"x = [{score}], t = [{label}], float32"
        compare("the loss", loss, due, example, otherwise="naive logarithm")
    x, t = 3 * rng.standard_normal((5, 3)), rng.integers(0, 2, (5, 3))
    _check_loss(SigmoidWithLoss, x, t, "random scores, N = 5, K = 3")
    return "loss and gradient are right, and the loss stays right at a score of 1000 in float32"


def _check_loss(SigmoidWithLoss, x, t, example):
    layer, N = SigmoidWithLoss(), len(x)
    each = binary_cross_entropy(x, t)
    suspects = {
        "1/N": each.sum(),
        "K questions add up": each.mean(),
        "turned round": -each.sum() / N,
    }
    loss = layer.forward(x.copy(), t.copy())
    compare("the loss", loss, each.sum() / N, example, suspects, "loss formula")
    due = (sigmoid(x) - t) * 0.7 / N
    suspects = {
        "turned round": -due,
        "1/N": due * N,
        "K questions add up": due * N / x.size,
        "upstream": due / 0.7,
    }
    dx = layer.backward(0.7)
    compare("dx", dx, due, f"{example}, dout = 0.7", suspects, "turned round")


def distribution(part, alias):
    """What a draw from the boxes gives : (V,)"""
    total = np.array(part, dtype=float)
    np.add.at(total, alias, 1 - np.asarray(part))
    return total / len(total)


@exercise(4)
def check_alias_sampler(AliasSampler, rng):
    small = np.array([2, 2, 0, 1, 1, 1])
    large = rng.permutation(np.repeat([6, 1, 4, 9, 2], [9, 5, 2, 1, 30]))  # gaps; 2 is frequent
    for corpus, V, power in (
        (small, 3, 0.75),
        (CORPUS, 7, 0.75),
        (large, 10, 0.75),
        (large, 10, 1),
    ):
        example = f"corpus = {corpus.tolist()}, vocab_size = {V}, power = {power}"
        if len(corpus) > 8:
            example = f"47 words with ids out of order and gaps, vocab_size = {V}, power = {power}"
        weight = np.bincount(corpus, minlength=V) ** float(power)
        weight[np.bincount(corpus, minlength=V) == 0] = 0
        due = weight / weight.sum()
        sampler = AliasSampler(corpus.copy(), V, power)
        _check_table(sampler, corpus, V, due, example)
        _check_draws(sampler, due, rng, example)
    corpus = np.repeat([0, 1, 2], [4, 2, 2])
    sampler = AliasSampler(corpus, 3)
    _check_negatives(sampler, rng, "corpus = [0, 0, 0, 0, 1, 1, 2, 2], target = [0, 0, ...], K = 2")
    return "the boxes hold exactly the right shares, the draws follow them, and no target is drawn"


def _check_table(sampler, corpus, V, due, example):
    part, alias = np.asarray(sampler.part, dtype=float), np.asarray(sampler.alias)
    words, first = np.unique(corpus, return_index=True)
    seen = due[words[first.argsort()]]  # in order of appearance
    padded = lambda p: np.append(p, np.zeros(max(0, V - len(p))))
    for what, values in (("part", part), ("alias", alias)):
        if values.shape != (V,):
            raise wrong("aligned", f"{what} has shape {values.shape}, ({V},) is due", example)
    if part.min() < -1e-9 or part.max() > 1 + 1e-9:
        bad = part[(part < -1e-9) | (part > 1 + 1e-9)][0]
        raise wrong("giver pays", f"part holds {bad:.3f}; allowed is 0 to 1", example)
    got, plain = distribution(part, alias), np.bincount(corpus, minlength=V) / len(corpus)
    suspects = {"power": plain, "aligned": padded(seen)}
    by_count = padded(np.sort(due)[::-1])
    otherwise = "aligned" if near(got, by_count) else "giver pays"
    compare("the share of each word in the boxes", got, due, example, suspects, otherwise)


def _check_draws(sampler, due, rng, example):
    n = 40_000
    words = np.asarray(sampler.draw(n, rng))
    if words.shape != (n,):
        raise wrong("by hand", f"draw({n}, rng) has shape {words.shape}, ({n},) is due", example)
    V, part = len(due), np.asarray(sampler.part)
    got = np.bincount(words, minlength=V) / n
    candidates = {
        "right": due,
        "all boxes alike": np.full(V, 1 / V),
        "box turned round": distribution(1 - part, sampler.alias),
    }
    closest = min(candidates, key=lambda name: abs(got - candidates[name]).max())
    if abs(got - due).max() > 0.02:  # 8 standard deviations
        hint = "all boxes alike" if closest == "right" else closest
        i = abs(got - due).argmax()
        what = f"word {i} came in {got[i]:.1%} of {n:,} draws, {due[i]:.1%} is due"
        raise wrong(hint, what, example)


def _check_negatives(sampler, rng, example):
    N, K = 20_000, 2
    for target in (0, 2):
        example = example.replace("target = [0, 0", f"target = [{target}, {target}")
        words = np.asarray(sampler.get_negative_sample(np.full(N, target), K, rng))
        if words.shape != (N, K):
            raise wrong(
                "by hand", f"the negatives have shape {words.shape}, {(N, K)} is due", example
            )
        if (words == target).any():
            share = (words == target).mean()
            raise wrong("target drawn", f"{share:.0%} of the negatives are the target", example)
        due = distribution(sampler.part, sampler.alias)
        due[target] = 0
        due /= due.sum()
        got = np.bincount(words.reshape(-1), minlength=3) / words.size
        if abs(got - due).max() > 0.02:
            i = abs(got - due).argmax()
            what = f"word {i} is {got[i]:.1%} of the negatives, {due[i]:.1%} is due"
            raise wrong("unfair repair", what, example)


class _Probe:
    """The loss ``sum_n u[target_n] . h_n / N``, so that dL/dh_n = u[target_n] / N."""

    def __init__(self, u):
        self.u, self.params, self.grads = u, [], []

    def forward(self, h, target):
        self.h, self.target = h, target
        return (self.u[target] * h).sum() / len(h)

    def backward(self, dout=1):
        return self.u[self.target] * dout / len(self.target)


@exercise(5)
def check_cbow(contexts_and_target, CBOW, rng):
    for corpus, window_size in ((CORPUS, 1), (CORPUS, 2), (rng.integers(0, 9, 20), 3)):
        example = f"corpus = {corpus.tolist()}, window_size = {window_size}"
        contexts, target = contexts_and_target(corpus.copy(), window_size)
        contexts, target = np.asarray(contexts), np.asarray(target)
        due = create_contexts_target(corpus, window_size)
        C = 2 * window_size
        if contexts.shape == (len(due[1]), C + 1):
            what = f"each word has {C + 1} contexts, {C} are due"
            raise wrong("own context", what, example)
        compare("target", target, due[1], example, otherwise="window")
        compare("contexts", contexts, due[0], example, otherwise="window")
    small = np.arange(14.0).reshape(7, 2), np.array([[0, 2]]), np.array([1])
    large = rng.standard_normal((7, 3)), repeated_ids(rng, 7, (5, 4)), rng.integers(0, 7, 5)
    for W, contexts, target in (small, large):
        N, C = contexts.shape
        for mean in (True, False):
            example = f"mean={mean}, random ids of shape (5, 4), some of them repeated"
            if N == 1:
                example = (
                    f'mean={mean}, contexts = [[0, 2]] ("you", "goodbye"), target = [1] ("say")'
                )
            u = 1.0 + np.arange(W.size).reshape(W.shape)
            probe = _Probe(u)
            model = CBOW(W.copy(), probe, mean)
            (dW,) = gathered(model, [W], example)
            loss = model.forward(contexts, target)
            rows = W[contexts]
            h = rows.mean(axis=1) if mean else rows.sum(axis=1)
            compare("h", getattr(probe, "h", None), h, example, otherwise="mean or sum")
            compare("the loss", loss, (u[target] * h).sum() / N, example)
            model.backward(0.7)
            dh = u[target] * 0.7 / N
            each = (dh / C if mean else dh)[:, None, :].repeat(C, axis=1)
            due, buffered = scatter(W.shape, contexts, each)
            suspects = {"nothing written": np.zeros_like(W), "repeated rows": buffered}
            suspects["1/C" if mean else "1/C in a sum"] = due * C if mean else due / C
            suspects["upstream"] = due / 0.7
            compare("dW", dW, due, f"{example}, dout = 0.7", suspects)
    return "the windows are complete, and what the mean divides forward it divides backward"


@exercise(6)
def check_subsample(keep_probability, subsample, rng):
    small = np.array([64, 16, 4, 1, 0, 15]), 0.04
    large = np.append(rng.integers(1, 1000, 8), 0), 0.01
    for counts, t in (small, large):
        example = f"counts = {counts.tolist()}, t = {t}"
        share = counts / counts.sum()
        ratio = np.divide(t, share, out=np.full(len(share), np.inf), where=share > 0)
        by_count = np.divide(t, counts, out=np.full(len(share), np.inf), where=counts > 0)
        due = np.minimum(1, np.sqrt(ratio))
        suspects = {
            "keep, not drop": 1 - due,
            "above 1": np.sqrt(ratio),
            "root": np.minimum(1, ratio),
            "share": np.minimum(1, np.sqrt(by_count)),
        }
        got = np.asarray(keep_probability(counts.copy(), t), dtype=float)
        suspects["above 1"] = np.where(np.isfinite(got), suspects["above 1"], got)
        otherwise = "above 1" if got.shape == due.shape and not (got <= 1).all() else "by hand"
        compare("the probability to keep", got, due, example, suspects, otherwise)
    counts, t = np.array([6000, 1500, 375, 125]), 0.05
    corpus = rng.permutation(np.repeat(np.arange(4), counts))
    example = "8,000 words, 6,000 of them word 0, t = 0.05"
    kept = np.asarray(subsample(corpus.copy(), t, rng))
    due = counts * np.minimum(1, np.sqrt(t / (counts / counts.sum())))
    got = np.bincount(kept, minlength=4)
    if ((got == 0) | (got == counts)).all():
        what = f"of each word all or none are left: {got.tolist()} of {counts.tolist()}"
        raise wrong("each occurrence", what, example)
    if not near(got, due, 0.15):
        what = (
            f"{got.tolist()} of {counts.tolist()} are left, about {np.round(due).tolist()} are due"
        )
        raise wrong("keep, not drop", what, example)
    place = iter(corpus.tolist())
    if not all(word in place for word in kept.tolist()):  # is it a subsequence?
        raise wrong("order", "what is left does not stand in the order of the text", example)
    return "frequent words are thinned out, rare words stay, and the order is kept"


@exercise(7)
def check_hierarchical_cbow(HierarchicalCBOW, rng):
    # the tree of four words with counts 4, 2, 1, 1: one, two, three and three questions
    path = np.array([[2, 0, 0], [2, 1, 0], [2, 1, 0], [2, 1, 0]])
    code = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 1], [1, 1, 0]])
    mask = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]], dtype=bool)
    tree = path, code, mask
    W_in, W_node = np.arange(4.0)[:, None] * [1, 0] + [0, 1], np.array([[1, 0], [0, -1], [2, -1.0]])
    example = f"the tree above your cell, W_in[v] = (v, 1), W_node = {show(W_node)}"
    _check_leaves(HierarchicalCBOW, W_in, W_node, tree, np.array([[0, 2]]), example)
    batch = np.array([[0, 2]]), np.array([0])
    _check_tree(HierarchicalCBOW, W_in, W_node, tree, batch, example)
    W_in, W_node = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))
    example = "random weights, the same tree"
    _check_leaves(HierarchicalCBOW, W_in, W_node, tree, rng.integers(0, 4, (1, 2)), example)
    batch = repeated_ids(rng, 4, (5, 3)), np.array([0, 1, 2, 3, 0])
    _check_tree(HierarchicalCBOW, W_in, W_node, tree, batch, example)
    return "the leaves sum to 1, and every gradient of the path is right"


def _check_leaves(HierarchicalCBOW, W_in, W_node, tree, contexts, example):
    """One example, each word as its target in turn."""
    path, code, mask = tree
    model = HierarchicalCBOW(W_in.copy(), W_node.copy(), *tree)
    got = [float(np.exp(-model.forward(contexts, np.array([v])))) for v in range(len(W_in))]

    def leaves(h, code, mask):
        s = W_node[path] @ h  # (V, D), the scores on the way to each word
        return np.exp(-(binary_cross_entropy(s, code) * mask).sum(axis=1))

    rows = W_in[contexts[0]]  # (C, H)
    h = rows.mean(axis=0)
    suspects = {
        "leaves": leaves(h, np.ones_like(code), mask),
        "mask in the loss": leaves(h, code, 1),
        "left is 1": leaves(h, 1 - code, mask),
        "mean or sum": leaves(rows.sum(axis=0), code, mask),
    }
    what = f"exp(-loss) of each word as the target (in sum {sum(got):.3f})"
    example = f"contexts = {contexts.tolist()}, {example}"
    compare(what, got, leaves(h, code, mask), example, suspects, "leaves")


def _check_tree(HierarchicalCBOW, W_in, W_node, tree, batch, example):
    (path, code, mask), (contexts, target) = tree, batch
    N, C = contexts.shape
    example = f"contexts = {contexts.tolist()}, target = {target.tolist()}, dout = 0.7, {example}"
    model = HierarchicalCBOW(W_in.copy(), W_node.copy(), *tree)
    dW_in, dW_node = gathered(model, [W_in, W_node], example)
    h, w, on = W_in[contexts].mean(axis=1), W_node[path[target]], mask[target]
    s = np.einsum("nd,nkd->nk", h, w)  # (N, D)
    each = (binary_cross_entropy(s, code[target]) * on).sum(axis=1)
    compare("the loss", model.forward(contexts, target), each.mean(), example, {"1/N": each.sum()})
    model.backward(0.7)

    def gradients(ds, buffered=0):
        """What dW_in and dW_node are due, or what a buffered sum makes of it."""
        rows = (np.einsum("nk,nkd->nd", ds, w) / C)[:, None].repeat(C, axis=1)
        into_node = scatter(W_node.shape, path[target], ds[:, :, None] * h[:, None])
        return scatter(W_in.shape, contexts, rows)[buffered], into_node[buffered]

    free = (sigmoid(s) - code[target]) * 0.7 / N
    due, lost, unmasked = gradients(free * on), gradients(free * on, 1), gradients(free)
    for i, name, dW in ((1, "dW_node", dW_node), (0, "dW_in", dW_in)):
        suspects = {
            "nothing written": 0 * due[i],
            "repeated rows": lost[i],
            "mask in the gradient": unmasked[i],
            "turned round": -due[i],
            "1/N": due[i] * N,
            "1/C": due[i] * C,
            "upstream": due[i] / 0.7,
        }
        compare(name, dW, due[i], example, suspects)
    model.backward(0.7)
    for i, name, dW in ((1, "dW_node", dW_node), (0, "dW_in", dW_in)):
        compare(f"after a second backward, {name}", dW, due[i], example, otherwise="cleared")


@exercise(8)
def check_bug_hunt(Repaired, rng):
    W = np.arange(7)[:, None] + np.array([1.0, 2.0])
    cases = [
        (W, [0, 4], [3, 5]),  # no word twice: what the author tried
        (W, [1, 1], [5, 2]),  # twice on one side
        (W, [1, 4], [5, 1]),  # once on each side
        (W, [1], [1]),  # a word with itself
        (rng.standard_normal((5, 3)), rng.integers(0, 5, 12), rng.integers(0, 5, 12)),
    ]
    for W, a, b in cases:
        a, b = np.array(a), np.array(b)
        ds = np.array([1.0, 10.0])[: len(a)] if len(a) < 3 else rng.standard_normal(len(a))
        example = "12 random pairs of 5 words"
        if len(a) < 3:
            names = [
                f'("{ID_TO_WORD[i]}", "{ID_TO_WORD[j]}")'
                for i, j in zip(a.tolist(), b.tolist(), strict=True)
            ]
            example = (
                f"the pairs {', '.join(names)}: a = {a.tolist()}, b = {b.tolist()}, ds = {show(ds)}"
            )
        layer = Repaired(W.copy())
        (dW,) = gathered(layer, [W], example)
        compare("s", layer.forward(a, b), (W[a] * W[b]).sum(axis=1), example)
        layer.backward(ds.copy())
        left, right = ds[:, None] * W[b], ds[:, None] * W[a]  # what a's words and b's words receive
        due, _ = scatter(W.shape, np.append(a, b), np.append(left, right, axis=0))
        buffered = scatter(W.shape, a, left)[1]
        buffered[b] += right
        replaced, _ = scatter(W.shape, a, left)
        summed, _ = scatter(W.shape, b, right)
        replaced[b] = summed[b]
        suspects = {
            "nothing written": np.zeros_like(W),
            "repeated rows": buffered,
            "both sides": replaced,
        }
        compare("dW", dW, due, example, suspects)
        layer.backward(ds.copy())
        compare("after a second backward, dW", dW, due, example, {"cleared": 2 * due})
    return "pairs that share a word, on one side or on both, give the right gradient"


@exercise(9)
def check_shapes(shapes, rng):
    N, C, K, H = (int(n) for n in rng.permutation([2, 3, 5, 11]))
    V = 17
    due = {
        "h": (N, H),
        "asked": (N * C, 1 + K),
        "w": (N * C, 1 + K, H),
        "s": (N * C, 1 + K),
        "dh": (N * C, H),
        "dh_word": (N, H),
        "dW_in": (V, H),
        "dW_out": (V, H),
        "surprise": (N, N),
    }
    suspects = {
        "asked": {"one more than K": (N * C, K), "flattened": (N, 1 + K)},
        "w": {"one more than K": (N * C, K, H), "flattened": (N, 1 + K, H)},
        "s": {"one more than K": (N * C, K), "flattened": (N, 1 + K)},
        "dh": {"flattened": (N, H)},
        "dh_word": {"flattened": (N * C, H)},
        "dW_in": {"shape of W": (N, H)},
        "dW_out": {"shape of W": (N * C, 1 + K, H)},
        "surprise": {"broadcast": (N, 1)},
    }
    example = f"N = {N}, C = {C}, K = {K}, V = {V}, H = {H}"
    got = shapes(N, C, K, V, H)
    for name, shape in due.items():
        if name not in got:
            raise wrong("shapes", f"there is no {name!r} among the shapes", example)
        answer = got[name] if isinstance(got[name], tuple) else (got[name],)
        if answer != shape:
            hints = [h for h, s in suspects.get(name, {}).items() if s == answer]
            what = f"the shape of {name} is {answer}, and {shape} is due"
            raise wrong(hints[0] if hints else "shapes", what, example)
    return "nine shapes, and one surprise"
