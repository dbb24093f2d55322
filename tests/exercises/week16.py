"""Typical wrong answers to week 16's exercises, each with the hint that is meant for it."""

from machinery import Wrong

WRONG = [
    # 1
    Wrong(
        "embedding_backward",
        "`+=` in place of `np.add.at`",
        "repeated rows",
        {"np.add.at(dW, self.idx, dout)": "dW[self.idx] += dout"},
    ),
    Wrong(
        "embedding_backward",
        "`=` in place of adding",
        "repeated rows",
        {"np.add.at(dW, self.idx, dout)": "dW[self.idx] = dout"},
    ),
    Wrong(
        "embedding_backward",
        "not cleared before the second batch",
        "cleared",
        {"dW[...] = 0": "pass"},
    ),
    Wrong(
        "embedding_backward",
        "gradient rebound and not written in place",
        "nothing written",
        {"dW[...] = 0": "self.grads[0] = dW = np.zeros_like(dW)"},
    ),
    Wrong(
        "embedding_backward",
        "mean over the batch in place of the sum",
        "mean for sum",
        {"self.idx, dout)": "self.idx, dout / len(self.idx))"},
    ),
    # 2
    Wrong(
        "embedding_dot",
        "mean over the candidates in place of the sum",
        "sum over candidates",
        {"self.w).sum(axis=1)": "self.w).mean(axis=1)"},
    ),
    Wrong(
        "embedding_dot",
        "`+=` in place of `np.add.at`",
        "repeated rows",
        {"np.add.at(dW, self.idx, dw)": "dW[self.idx] += dw"},
    ),
    Wrong(
        "embedding_dot",
        "each factor receives itself",
        "other factor",
        {"ds[:, :, None] * self.h[:, None, :]": "ds[:, :, None] * self.w"},
    ),
    Wrong(
        "embedding_dot",
        "gradient rebound and not written in place",
        "nothing written",
        {"dW[...] = 0": "self.grads = [dW := np.zeros_like(dW)]"},
    ),
    Wrong(
        "embedding_dot",
        "scores of the products' mean, not of their sum",
        "score",
        {"self.w).sum(axis=2)": "self.w).mean(axis=2)"},
    ),
    Wrong(
        "embedding_dot",
        "not cleared before the second batch",
        "cleared",
        {"dW[...] = 0": "pass"},
    ),
    # 3
    Wrong(
        "sigmoid_with_loss",
        "t - y in place of y - t",
        "turned round",
        {"(self.y - self.t)": "(self.t - self.y)"},
    ),
    Wrong(
        "sigmoid_with_loss",
        "forgotten 1/N in the gradient",
        "1/N",
        {"* dout / len(self.t)": "* dout"},
    ),
    Wrong(
        "sigmoid_with_loss",
        "1e-7 inside the logarithm",
        "naive logarithm",
        {
            "np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))": "-np.log("
            "np.where(t == 1, self.y, 1 - self.y) + 1e-7)",
        },
    ),
    Wrong(
        "sigmoid_with_loss",
        "the textbook formula, as it stands",
        "naive logarithm",
        {
            "np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))": "-t * np.log(self.y) "
            "- (1 - t) * np.log(1 - self.y)",
        },
    ),
    Wrong(
        "sigmoid_with_loss",
        "mean over the K questions too",
        "K questions add up",
        {"each.sum() / len(x)": "each.mean()"},
    ),
    Wrong(
        "sigmoid_with_loss",
        "`dout` ignored",
        "upstream",
        {"* dout / len(self.t)": "/ len(self.t)"},
    ),
    Wrong(
        "sigmoid_with_loss",
        "half of the formula, as if every answer were yes",
        "loss formula",
        {"np.maximum(x, 0) - x * t +": "np.maximum(-x, 0) +"},
    ),
    # 4
    Wrong(
        "alias_sampler",
        "power left at 1",
        "power",
        {"** float(power)": "** 1.0"},
    ),
    Wrong(
        "alias_sampler",
        "shares in order of appearance",
        "aligned",
        {
            "counts = np.bincount(corpus, minlength=vocab_size)": "first = dict.fromkeys("
            "corpus.tolist()); counts = np.array([(corpus == word).sum() for word in first])"
        },
    ),
    Wrong(
        "alias_sampler",
        "the giver does not pay",
        "giver pays",
        {"part[j] -= 1 - part[i]": "part[j] -= part[i]"},
    ),
    Wrong(
        "alias_sampler",
        "alias never looked at",
        "all boxes alike",
        {"np.where(rng.random(n) < self.part[box], box, self.alias[box])": "box"},
    ),
    Wrong(
        "alias_sampler",
        "own word and alias exchanged",
        "box turned round",
        {"rng.random(n) < self.part[box]": "rng.random(n) >= self.part[box]"},
    ),
    Wrong(
        "alias_sampler",
        "target not excluded",
        "target drawn",
        {"while again.any():": "while False:"},
    ),
    Wrong(
        "alias_sampler",
        "target drawn again once only",
        "target drawn",
        {"while again.any():": "for _ in range(1):"},
    ),
    Wrong(
        "alias_sampler",
        "a target is replaced by the next id",
        "unfair repair",
        {
            "self.draw(again.sum(), rng)": "(np.broadcast_to(target[:, None], again.shape)[again]"
            " + 1) % len(self.part)"
        },
    ),
    # 5
    Wrong(
        "cbow",
        "window off by one",
        "window",
        {"range(-window_size, window_size + 1) if": "range(-window_size, window_size) if"},
    ),
    Wrong(
        "cbow",
        "the target is its own context",
        "own context",
        {" if d != 0]": "]"},
    ),
    Wrong(
        "cbow",
        "forgotten 1/C (the C program's convention)",
        "1/C",
        {"dh / C if self.mean else dh": "dh"},
    ),
    Wrong(
        "cbow",
        "1/C for the sum too",
        "1/C in a sum",
        {"dh / C if self.mean else dh": "dh / C"},
    ),
    Wrong(
        "cbow",
        "mean in both models",
        "mean or sum",
        {"rows.mean(axis=1) if self.mean else rows.sum(axis=1)": "rows.mean(axis=1)"},
    ),
    Wrong(
        "cbow",
        "`dout` ignored",
        "upstream",
        {"self.loss.backward(dout)": "self.loss.backward()"},
    ),
    Wrong(
        "cbow",
        "one gradient for C contexts: shapes do not fit",
        "stopped",
        {"self.embed.backward(each[:, None, :].repeat(C, axis=1))": "self.embed.backward(each)"},
    ),
    # 6
    Wrong(
        "subsample",
        "the probability to drop",
        "keep, not drop",
        {"np.minimum(1, np.sqrt(t / share)), 1)": "1 - np.minimum(1, np.sqrt(t / share)), 0)"},
    ),
    Wrong(
        "subsample",
        "counts in place of shares",
        "share",
        {"np.maximum(counts, 1) / counts.sum()": "np.maximum(counts, 1)"},
    ),
    Wrong(
        "subsample",
        "no minimum with 1",
        "above 1",
        {"np.minimum(1, np.sqrt(t / share))": "np.sqrt(t / share)"},
    ),
    Wrong(
        "subsample",
        "square root forgotten",
        "root",
        {"np.sqrt(t / share)": "t / share"},
    ),
    Wrong(
        "subsample",
        "one draw a word, not one an occurrence",
        "each occurrence",
        {
            "rng.random(len(corpus)) < keep_probability(counts, t)[corpus]": "("
            "rng.random(len(counts)) < keep_probability(counts, t))[corpus]"
        },
    ),
    Wrong(
        "subsample",
        "sorted by word",
        "order",
        {"return corpus[keep]": "return np.sort(corpus[keep])"},
    ),
    # 7
    Wrong(
        "hierarchical_cbow",
        "sigmoid(s) for both turns",
        "leaves",
        {"np.maximum(s, 0) - s * self.t +": "np.maximum(-s, 0) +"},
    ),
    Wrong(
        "hierarchical_cbow",
        "left and right exchanged",
        "left is 1",
        {"self.code[target], self.mask": "1 - self.code[target], self.mask"},
    ),
    Wrong(
        "hierarchical_cbow",
        "filling counted as questions",
        "mask in the loss",
        {"(each * self.on).sum()": "each.sum()"},
    ),
    Wrong(
        "hierarchical_cbow",
        "filling receives gradients",
        "mask in the gradient",
        {"(self.y - self.t) * self.on * dout": "(self.y - self.t) * dout"},
    ),
    Wrong(
        "hierarchical_cbow",
        "t - y in place of y - t",
        "turned round",
        {"(self.y - self.t) * self.on": "(self.t - self.y) * self.on"},
    ),
    Wrong(
        "hierarchical_cbow",
        "forgotten 1/N in the gradient",
        "1/N",
        {"* dout / N": "* dout"},
    ),
    Wrong(
        "hierarchical_cbow",
        "forgotten 1/C",
        "1/C",
        {"(dh / C)[": "dh["},
    ),
    Wrong(
        "hierarchical_cbow",
        "h is the sum of the contexts",
        "mean or sum",
        {"forward(contexts).mean(axis=1)": "forward(contexts).sum(axis=1)"},
    ),
    # 8
    Wrong(
        "bug_hunt",
        "the buffered line is left",
        "repeated rows",
        {"np.add.at(dW, self.a, ds[:, None] * W[self.b])": "dW[self.a] += ds[:, None] * W[self.b]"},
    ),
    Wrong(
        "bug_hunt",
        "both lines are buffered",
        "repeated rows",
        {
            "np.add.at(dW, self.a, ds": "dW[self.a] += (ds",
            "np.add.at(dW, self.b, ds": "dW[self.b] += (ds",
        },
    ),
    Wrong(
        "bug_hunt",
        "the right side still replaces the left",
        "both sides",
        {
            "np.add.at(dW, self.b, ds[:, None] * W[self.a])": "right = np.zeros_like(W); "
            "np.add.at(right, self.b, ds[:, None] * W[self.a]); dW[self.b] = right[self.b]"
        },
    ),
    Wrong(
        "bug_hunt",
        "gradient rebound and not written in place",
        "nothing written",
        {"dW[...] = 0": "self.grads = [dW := np.zeros_like(W)]"},
    ),
    Wrong(
        "bug_hunt",
        "not cleared before the second batch",
        "cleared",
        {"dW[...] = 0": "pass"},
    ),
    # 9
    Wrong(
        "shapes",
        "the true word forgotten beside its negatives",
        "one more than K",
        {'"asked": (N * C, 1 + K)': '"asked": (N * C, K)'},
    ),
    Wrong(
        "shapes",
        "contexts not put into one long list",
        "flattened",
        {'"s": (N * C, 1 + K)': '"s": (N, 1 + K)'},
    ),
    Wrong(
        "shapes",
        "a gradient in the batch's shape",
        "shape of W",
        {'"dW_in": (V, H)': '"dW_in": (N, H)'},
    ),
    Wrong(
        "shapes",
        "a column minus a flat array taken for a column",
        "broadcast",
        {'"surprise": (N, N)': '"surprise": (N, 1)'},
    ),
    Wrong(
        "shapes",
        "a tensor in the wrong order",
        "shapes",
        {'"w": (N * C, 1 + K, H)': '"w": (N * C, H, 1 + K)'},
    ),
]
