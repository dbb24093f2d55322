"""The perceptron: a weighted sum and a step, which learns from its mistakes alone.

Shapes: N examples, D features.
"""

from common.arguments import check_whole
from common.borders import prepared
from common.np import array_module, np

__all__ = ["Perceptron"]


class Perceptron:
    """Says 1 where a weighted sum of the features is above 0, else 0.

    Derived in week 2, notebook 3, equations (1) and (2).

    Parameters
    ----------
    input_size : int
        D.

    Attributes
    ----------
    params : [w, b], float64, shapes (D,) and (1,)
        All 0 at first.  There are no gradients: :meth:`learn` corrects the parameters in place.

    Raises
    ------
    ValueError : input_size is no whole number, or below 1.

    Examples
    --------
    >>> model = Perceptron(input_size=2)
    >>> model.params
    [array([0., 0.]), array([0.])]
    >>> model.learn([[1, 1]], [1])  # one correction
    1
    >>> model.params
    [array([1., 1.]), array([1.])]
    """

    def __init__(self, input_size):
        self.params = [np.zeros(input_size), np.zeros(1)]

    def score(self, x):
        """The weighted sum of each example, with the bias.

        Derived in week 2, notebook 3, equation (1).

        Parameters
        ----------
        x : array, shape (N, D)

        Returns
        -------
        s : array, shape (N,), float64
            Above 0 where :meth:`predict` says 1.

        Raises
        ------
        ValueError : x has another shape, or holds nan or inf.
        TypeError : x holds no numbers.

        Examples
        --------
        >>> model = Perceptron(input_size=2)
        >>> model.params[0][:], model.params[1][:] = [1, 1], -1.5
        >>> model.score([[1, 0], [1, 1]])  # AND
        array([-0.5,  0.5])
        """
        w, b = self.params
        return x @ w + b  # (1)

    def predict(self, x):
        """The answer to each example: 1 where its score is above 0, else 0.

        A score of 0 gives 0.  Derived in week 2, notebook 3, equation (1).

        Parameters
        ----------
        x : array, shape (N, D)

        Returns
        -------
        y : array, shape (N,), int

        Raises
        ------
        ValueError, TypeError : as in :meth:`score`.

        Examples
        --------
        >>> model = Perceptron(input_size=2)
        >>> model.params[0][:], model.params[1][:] = [1, 1], -1.5
        >>> model.predict([[1, 0], [1, 1]])  # AND
        array([0, 1])
        """
        return (self.score(x) > 0).astype(int)  # (1)

    def learn(self, x, t):
        """Learn from one pass over the examples, one after the other.

        A wrong answer y to an example adds ``(t - y) * x`` to the weights and ``t - y`` to
        the bias; a right one changes nothing.  So the next example meets what this one has
        changed, and a pass is a loop: N D multiplications, but N calls.

        Derived in week 2, notebook 3, equations (1) and (2).

        Parameters
        ----------
        x : array, shape (N, D)
        t : array, shape (N,)
            The targets, each 0 or 1.

        Returns
        -------
        corrections : int
            How many of the N answers were wrong.  ``params`` are changed in place.

        Raises
        ------
        ValueError : x or t has another shape, x holds nan or inf, or a target is not 0 or 1.
            Nothing has been changed then.
        TypeError : x holds no numbers.

        Examples
        --------
        >>> model = Perceptron(input_size=2)
        >>> x, t = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]), np.array([0, 0, 0, 1])
        >>> [model.learn(x, t) for _ in range(6)]  # AND
        [1, 3, 3, 2, 1, 0]
        >>> model.predict(x)
        array([0, 0, 0, 1])
        """
        w, b = self.params
        corrections = 0
        for n in range(len(x)):
            wrong = t[n] - self.predict(x[n : n + 1])[0]  # 1, -1, or 0 if it was right
            w += wrong * x[n]  # (2)
            b += wrong  # (2)
            corrections += int(wrong != 0)
        return corrections


def with_size(perceptron, input_size):
    check_whole("input_size", input_size)
    return perceptron, input_size


def with_examples(perceptron, x):
    xp = array_module(x)
    x = xp.asarray(x)
    (D,) = perceptron.params[0].shape
    if x.ndim != 2 or x.shape[1] != D:
        raise ValueError(f"x has the shape {x.shape}; due is (N, {D}), an example in each row")
    if x.dtype.kind not in "biuf":
        raise TypeError(f"x holds {x.dtype}; allowed are numbers")
    if not xp.isfinite(x).all():
        n, d = (int(i) for i in xp.argwhere(~xp.isfinite(x))[0])
        raise ValueError(f"x[{n}, {d}] is {float(x[n, d])}; allowed are finite numbers")
    return perceptron, x


def with_labels(perceptron, x, t):
    perceptron, x = with_examples(perceptron, x)
    xp = array_module(t)
    t = xp.asarray(t)
    if t.shape != x.shape[:1]:
        raise ValueError(f"t has the shape {t.shape}; due is ({len(x)},), a label for each example")
    known = (t == 0) | (t == 1)
    if not known.all():
        n = int(xp.argmin(known))
        value = t[n].item()
        raise ValueError(f"t[{n}] is {value}; allowed are 0 and 1 (write (t + 1) / 2 for -1 and 1)")
    return perceptron, x, t


Perceptron.__init__ = prepared(Perceptron.__init__, with_size)
Perceptron.score = prepared(Perceptron.score, with_examples)
Perceptron.learn = prepared(Perceptron.learn, with_labels)
