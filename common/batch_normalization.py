"""Batch normalisation: mean 0 and variance 1 of each feature, over the examples of a batch.

Shapes: N examples in a batch, D features, or C channels of H W pixels each.
"""

from common.arguments import check_number
from common.borders import guard
from common.layer_tools import with_floats, zeros_for
from common.np import array_module

__all__ = ["BatchNormalization"]

EPSILON = 1e-7  # keeps a feature finite that is the same in all examples


class BatchNormalization:
    """Mean 0 and variance 1 of each feature over the batch, then a scale and a shift.

    Derived in week 8, notebook 3, equations (1) to (4), (9) and (11).

    ``y = gamma (x - mean) / sqrt(variance + 1e-7) + beta`` (Ioffe and Szegedy, 2015), the
    variance divided by the number of examples.  While training, mean and variance are those
    of the batch; at test time, the running ones.

    Parameters
    ----------
    gamma, beta : arrays, shape (D,)
        For pictures (C,): each channel has one mean, over all examples and pixels.
    momentum : float, 0 to 1
        After each batch, ``running = momentum * running + (1 - momentum) * that of the batch``.
    running_mean, running_var : arrays, shape (D,), optional
        Where the running ones start, by default at 0 and at 1; the layer keeps a copy.

    Attributes
    ----------
    params, grads : [gamma, beta], [dgamma, dbeta]
    running_mean, running_var : arrays, shape (D,)

    Raises
    ------
    ValueError : an array is not (D,), or `momentum` is no number from 0 to 1; in ``forward``,
        x is neither (N, D) nor (N, C, H, W).

    Notes
    -----
    In a batch of one row each number is its own mean: the variance is 0, so y is beta, and dx
    and dgamma are 0.  Nothing can be learnt from such a batch but beta.

    Examples
    --------
    >>> import numpy as np
    >>> layer = BatchNormalization(np.array([1.0]), np.array([0.0]))
    >>> layer.forward(np.array([[1.0], [2], [3]])).round(3).tolist()
    [[-1.225], [0.0], [1.225]]
    >>> layer.running_mean.round(3).tolist()  # 0.9 times 0, and 0.1 times 2
    [0.2]
    """

    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.params, self.grads = [gamma, beta], [zeros_for(gamma), zeros_for(beta)]
        self.momentum = momentum
        self.running_mean = zeros_for(gamma) if running_mean is None else running_mean.copy()
        self.running_var = zeros_for(gamma) + 1 if running_var is None else running_var.copy()
        check_sizes(self)
        self.cache = None

    def forward(self, x, train_flg=True):
        """x : (N, D) or (N, C, H, W) -> y : the same shape"""
        gamma, beta = self.params
        xp = array_module(x)
        y = x.reshape(len(x), len(gamma), -1)  # (N, D, 1), or a channel's pixels: (N, C, H W)
        if train_flg:
            mean = y.mean(axis=(0, 2))  # (1), (D,)
            x_hat = y - mean[:, None]  # (1), the distances so far
            var = xp.einsum("ndp,ndp->d", x_hat, x_hat) * (len(gamma) / x.size)  # (2)
            for running, new in (self.running_mean, mean), (self.running_var, var):
                running *= self.momentum
                running += (1 - self.momentum) * new  # (11)
        else:
            mean, var = (a.astype(x.dtype) for a in (self.running_mean, self.running_var))
            x_hat = y - mean[:, None]
        std = xp.sqrt(var + EPSILON)  # (2), (D,)
        x_hat /= std[:, None]  # (3), left
        self.cache = x_hat, std, train_flg
        y = x_hat * gamma[:, None]
        y += beta[:, None]  # (3), right
        return y.reshape(x.shape)

    def backward(self, dout):
        """dout : the shape of y -> dx : the same shape

        With ``dx_hat = gamma dout`` and means over the batch,
        ``dx = (dx_hat - mean(dx_hat) - x_hat mean(dx_hat x_hat)) / std``.
        """
        gamma, _ = self.params
        dgamma, dbeta = self.grads
        x_hat, std, train_flg = self.cache
        xp = array_module(x_hat)
        dy = dout.reshape(x_hat.shape)
        dgamma[...] = xp.einsum("ndp,ndp->d", dy, x_hat)  # (4)
        dbeta[...] = dy.sum(axis=(0, 2))  # (4)
        scale = gamma / std  # (D,)
        if not train_flg:  # mean and std are constants
            return (dy * scale[:, None]).reshape(dout.shape)
        n = x_hat.size // len(gamma)  # how many numbers share a mean
        dx = x_hat * (-dgamma / n)[:, None]
        dx += dy
        dx -= (dbeta / n)[:, None]
        dx *= scale[:, None]  # (9)
        return dx.reshape(dout.shape)


def check_sizes(layer):
    """Refuse, with a ValueError, arrays of other shapes than (D,), and a momentum above 1."""
    gamma, beta = layer.params
    named = {"beta": beta, "running_mean": layer.running_mean, "running_var": layer.running_var}
    for name, array in named.items():
        if gamma.ndim != 1 or array.shape != gamma.shape:
            told = f"gamma has shape {gamma.shape} and {name} {array.shape}"
            raise ValueError(f"{told}; both must be (D,), one number a feature or channel")
    check_number("momentum", layer.momentum)
    if layer.momentum > 1:
        raise ValueError(f"momentum={layer.momentum!r}; allowed is a number from 0 to 1")


def with_features(layer, x, *rest):
    """As ``with_floats``; axis 1 of x must be as long as gamma."""
    layer, x, *rest = with_floats(layer, x, *rest)
    D = len(layer.params[0])
    if x.ndim not in (2, 4) or x.shape[1] != D:
        told = f"x has shape {x.shape}; allowed is (N, {D}) or (N, {D}, H, W)"
        raise ValueError(f"{told}, as gamma has {D} numbers")
    return layer, x, *rest


guard(BatchNormalization, prepare=with_features)
