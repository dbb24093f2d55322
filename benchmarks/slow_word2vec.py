"""word2vec in the slow form, kept only to measure what the plain classes gain.

It computes what textbooks and study notes usually write down first:

* one ``np.random.choice`` over the whole vocabulary for every target,
* one layer, with a dense V x H gradient of its own, for every context and
  for every negative sample,
* shared weights found by comparing numbers, their gradients added one matrix
  after another,
* Adam whose learning rate is a NumPy scalar, so that it computes in float64.

The mathematics is that of ``common.word2vec``; the speed is not.
"""

import collections

import numpy as np


class SlowEmbedding:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        self.idx = idx
        return self.params[0][idx]

    def backward(self, dout):
        (dW,) = self.grads
        dW[...] = 0
        np.add.at(dW, self.idx, dout)


class SlowEmbeddingDot:
    def __init__(self, W):
        self.embed = SlowEmbedding(W)
        self.params, self.grads = self.embed.params, self.embed.grads
        self.cache = None

    def forward(self, h, idx):
        rows = self.embed.forward(idx)
        self.cache = h, rows
        return np.sum(rows * h, axis=1)

    def backward(self, dout):
        h, rows = self.cache
        dout = dout.reshape(-1, 1)
        self.embed.backward(dout * h)
        return dout * rows


class SlowSigmoidWithLoss:
    def __init__(self):
        self.y = self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        correct = np.where(t == 1, self.y, 1 - self.y)
        return -np.sum(np.log(correct + 1e-7)) / len(x)

    def backward(self, dout=1):
        return (self.y - self.t) * dout / len(self.t)


class SlowUnigramSampler:
    def __init__(self, corpus, power, sample_size):
        counts = collections.Counter(corpus.tolist())
        self.sample_size = sample_size
        self.vocab_size = len(counts)
        self.word_p = np.array([counts[i] for i in range(self.vocab_size)], dtype=float) ** power
        self.word_p /= self.word_p.sum()

    def get_negative_sample(self, target):
        negative = np.zeros((len(target), self.sample_size), dtype=np.int32)
        for i, word in enumerate(target):
            p = self.word_p.copy()
            p[word] = 0
            p /= p.sum()
            negative[i] = np.random.choice(self.vocab_size, self.sample_size, replace=False, p=p)
        return negative


class SlowNegativeSamplingLoss:
    def __init__(self, W, corpus, power=0.75, sample_size=5):
        self.sampler = SlowUnigramSampler(corpus, power, sample_size)
        self.dots = [SlowEmbeddingDot(W) for _ in range(sample_size + 1)]
        self.losses = [SlowSigmoidWithLoss() for _ in range(sample_size + 1)]
        self.params = [p for dot in self.dots for p in dot.params]
        self.grads = [g for dot in self.dots for g in dot.grads]

    def forward(self, h, target):
        words = np.c_[target, self.sampler.get_negative_sample(target)]
        loss = 0
        for k, (dot, loss_layer) in enumerate(zip(self.dots, self.losses, strict=True)):
            label = np.full(len(target), 1 if k == 0 else 0, dtype=np.int32)
            loss += loss_layer.forward(dot.forward(h, words[:, k]), label)
        return loss

    def backward(self, dout=1):
        dh = 0
        for dot, loss_layer in zip(self.dots, self.losses, strict=True):
            dh += dot.backward(loss_layer.backward(dout))
        return dh


class SlowCBOW:
    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        self.in_layers = [SlowEmbedding(W_in) for _ in range(2 * window_size)]
        self.ns_loss = SlowNegativeSamplingLoss(W_out, corpus)
        layers = [*self.in_layers, self.ns_loss]
        self.params = [p for layer in layers for p in layer.params]
        self.grads = [g for layer in layers for g in layer.grads]
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h = 0
        for i, layer in enumerate(self.in_layers):
            h = h + layer.forward(contexts[:, i])
        return self.ns_loss.forward(h / len(self.in_layers), target)

    def backward(self, dout=1):
        dh = self.ns_loss.backward(dout) / len(self.in_layers)
        for layer in self.in_layers:
            layer.backward(dh)


class SlowSkipGram:
    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        self.in_layer = SlowEmbedding(W_in)
        self.losses = [SlowNegativeSamplingLoss(W_out, corpus) for _ in range(2 * window_size)]
        layers = [self.in_layer, *self.losses]
        self.params = [p for layer in layers for p in layer.params]
        self.grads = [g for layer in layers for g in layer.grads]
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h = self.in_layer.forward(target)
        return sum(loss.forward(h, contexts[:, i]) for i, loss in enumerate(self.losses))

    def backward(self, dout=1):
        self.in_layer.backward(sum(loss.backward(dout) for loss in self.losses))


class SlowAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter = 0
        self.m = self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.iter += 1
        # np.sqrt of a Python float is a NumPy float64: it turns the product below into float64
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for p, g, m, v in zip(params, grads, self.m, self.v, strict=True):
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g**2 - v)
            p -= lr_t * m / (np.sqrt(v) + 1e-7)


def merge_by_value(params, grads):
    """Add up the gradients of parameters that hold equal numbers."""
    params, grads = params[:], grads[:]
    i = 0
    while i < len(params):
        j = i + 1
        while j < len(params):
            if params[i] is params[j]:
                grads[i] += grads[j]
                del params[j], grads[j]
            elif np.array_equal(params[i].T, params[j]):
                grads[i] += grads[j].T
                del params[j], grads[j]
            else:
                j += 1
        i += 1
    return params, grads


def slow_step(model, optimizer, contexts, target):
    """One training step in the slow form; returns the loss."""
    loss = model.forward(contexts, target)
    model.backward()
    optimizer.update(*merge_by_value(model.params, model.grads))
    return loss
