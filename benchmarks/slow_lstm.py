"""The LSTM in the slow form, kept only to measure what the shipped one gains.

It computes what textbooks usually write down first: one layer object for every
step, each with gradients of its own, that are added up step after step; every
gate cut out of one product and squashed by itself; fresh arrays everywhere.

The mathematics is that of ``common.gated``; the speed is not.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class SlowLSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        a = np.dot(x, Wx) + np.dot(h_prev, Wh) + b
        f, g = sigmoid(a[:, :H]), np.tanh(a[:, H : 2 * H])
        i, o = sigmoid(a[:, 2 * H : 3 * H]), sigmoid(a[:, 3 * H :])
        c = f * c_prev + g * i
        self.cache = x, h_prev, c_prev, f, g, i, o, c
        return o * np.tanh(c), c

    def backward(self, dh, dc):
        Wx, Wh, _ = self.params
        x, h_prev, c_prev, f, g, i, o, c = self.cache
        tanh_c = np.tanh(c)
        dc = dc + dh * o * (1 - tanh_c**2)
        df, dg, di, do = dc * c_prev, dc * i, dc * g, dh * tanh_c
        da = np.hstack((df * f * (1 - f), dg * (1 - g**2), di * i * (1 - i), do * o * (1 - o)))
        self.grads[0][...] = np.dot(x.T, da)
        self.grads[1][...] = np.dot(h_prev.T, da)
        self.grads[2][...] = da.sum(axis=0)
        return np.dot(da, Wx.T), np.dot(da, Wh.T), dc * f


class SlowTimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.stateful = stateful
        self.layers = None
        self.h = self.c = self.dh = None

    def forward(self, xs):
        N, T, _ = xs.shape
        H = len(self.params[1])
        hs = np.empty((N, T, H), dtype="f")
        if not self.stateful or self.h is None:
            self.h, self.c = (np.zeros((N, H), dtype="f") for _ in range(2))
        self.layers = []
        for t in range(T):
            layer = SlowLSTM(*self.params)
            self.h, self.c = layer.forward(xs[:, t, :], self.h, self.c)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, _ = dhs.shape
        dxs = np.empty((N, T, len(self.params[0])), dtype="f")
        dh, dc = 0, 0
        sums = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dxs[:, t, :], dh, dc = layer.backward(dhs[:, t, :] + dh, dc)
            sums = [total + grad for total, grad in zip(sums, layer.grads, strict=True)]
        for grad, total in zip(self.grads, sums, strict=True):
            grad[...] = total
        self.dh = dh
        return dxs


class SlowEmbedding:
    """One row slice for every step, and a dense gradient for every step."""

    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]
        self.idx = None

    def forward(self, xs):
        self.idx = xs
        W = self.params[0]
        out = np.empty((*xs.shape, W.shape[1]), dtype="f")
        for t in range(xs.shape[1]):
            out[:, t, :] = W[xs[:, t]]
        return out

    def backward(self, dout):
        total = 0
        for t in range(dout.shape[1]):
            grad = np.zeros_like(self.params[0])
            np.add.at(grad, self.idx[:, t], dout[:, t, :])
            total += grad
        self.grads[0][...] = total


class SlowAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.x = None

    def forward(self, x):
        N, T, _ = x.shape
        self.x = x
        W, b = self.params
        return (np.dot(x.reshape(N * T, -1), W) + b).reshape(N, T, -1)

    def backward(self, dout):
        N, T, _ = dout.shape
        W, _ = self.params
        dout, x = dout.reshape(N * T, -1), self.x.reshape(N * T, -1)
        self.grads[0][...] = np.dot(x.T, dout)
        self.grads[1][...] = dout.sum(axis=0)
        return np.dot(dout, W.T).reshape(N, T, -1)


class SlowSoftmaxWithLoss:
    def __init__(self):
        self.cache = None

    def forward(self, xs, ts):
        N, T, V = xs.shape
        scores, target = xs.reshape(N * T, V), ts.reshape(N * T)
        mask = target != -1
        scores = scores - scores.max(axis=1, keepdims=True)
        e = np.exp(scores)
        y = e / e.sum(axis=1, keepdims=True)
        logs = np.log(y[np.arange(N * T), target]) * mask
        self.cache = target, y, mask, (N, T, V)
        return -logs.sum() / mask.sum()

    def backward(self, dout=1):
        target, y, mask, shape = self.cache
        dx = y
        dx[np.arange(len(target)), target] -= 1
        dx *= dout
        dx /= mask.sum()
        dx *= mask[:, np.newaxis]
        return dx.reshape(shape)


class SlowRnnlm:
    """The language model of one LSTM, layer by layer."""

    def __init__(self, params):
        embed_W, Wx, Wh, b, W, c = params
        self.layers = [
            SlowEmbedding(embed_W),
            SlowTimeLSTM(Wx, Wh, b, stateful=True),
            SlowAffine(W, c),
        ]
        self.loss_layer = SlowSoftmaxWithLoss()
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def forward(self, xs, ts):
        for layer in self.layers:
            xs = layer.forward(xs)
        return self.loss_layer.forward(xs, ts)

    def backward(self):
        dout = self.loss_layer.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)


class SlowSeq2seq:
    """An encoder and a decoder of one LSTM each, layer by layer."""

    def __init__(self, params):
        embed_W, Wx, Wh, b = params[:4]
        self.embed, self.lstm = SlowEmbedding(embed_W), SlowTimeLSTM(Wx, Wh, b)
        embed_W, Wx, Wh, b, W, c = params[4:]
        self.layers = [
            SlowEmbedding(embed_W),
            SlowTimeLSTM(Wx, Wh, b, stateful=True),
            SlowAffine(W, c),
        ]
        self.loss_layer = SlowSoftmaxWithLoss()
        both = [self.embed, self.lstm, *self.layers]
        self.params = [p for layer in both for p in layer.params]
        self.grads = [g for layer in both for g in layer.grads]

    def forward(self, xs, ts):
        self.hs = self.lstm.forward(self.embed.forward(xs))
        self.layers[1].h, self.layers[1].c = self.hs[:, -1, :], np.zeros_like(self.hs[:, -1, :])
        xs = ts[:, :-1]
        for layer in self.layers:
            xs = layer.forward(xs)
        return self.loss_layer.forward(xs, ts[:, 1:])

    def backward(self):
        dout = self.loss_layer.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        dhs = np.zeros_like(self.hs)
        dhs[:, -1, :] = self.layers[1].dh
        self.embed.backward(self.lstm.backward(dhs))


def clip_grads(grads, max_norm):
    total = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    rate = max_norm / (total + 1e-6)
    if rate < 1:
        for grad in grads:
            grad *= rate


def slow_step(model, xs, ts, lr, max_grad):
    """One step of stochastic gradient descent; returns the loss."""
    loss = model.forward(xs, ts)
    model.backward()
    clip_grads(model.grads, max_grad)
    for param, grad in zip(model.params, model.grads, strict=True):
        param -= lr * grad
    return loss
