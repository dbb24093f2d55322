"""Hierarchical softmax: a word of V is found by a few yes/no questions, one after another.

Morin and Bengio, 2005, "Hierarchical Probabilistic Neural Network Language
Model"; with a Huffman tree, as in Mikolov et al., 2013, "Distributed
Representations of Words and Phrases and their Compositionality", section 2.1.
Shapes: N examples, H hidden, V words, R questions on the longest way.
"""

import heapq

import numpy

from common.borders import guard
from common.functions import as_ids, binary_cross_entropy, sigmoid
from common.layers import EmbeddingDot, with_rows
from common.negative_sampling import word_counts
from common.np import array_module, to_cpu

__all__ = ["HierarchicalSoftmaxLoss", "HuffmanTree"]


class HuffmanTree:
    """The binary tree whose leaves are words, frequent words near the root (Huffman, 1952).

    Again and again the two lightest nodes get a parent, which weighs as much
    as both.  The lighter becomes the left child.  Of equally light nodes the
    one with the lower number is taken first: words in the order of their ids,
    before inner nodes in the order of their age.  So equal counts always give
    the same tree, and no other best tree is less deep.

    Derived in week 16, notebook 7.

    Parameters
    ----------
    counts : array, shape (V,)
        How often each word id occurs.  A word with count 0 is a leaf too, at
        the bottom of the tree: it has a probability above 0, like every word.

    Attributes
    ----------
    children : int array, shape (V - 1, 2)
        Left and right child of each inner node, the oldest first and the root last.
        A number v below V is the leaf of word v; V + i is the inner node i.
    path : int array, shape (V, R)
        The inner nodes on the way from the root to each word.
    code : int array, shape (V, R)
        The turn taken there: 1 for left, 0 for right.
    mask : bool array, shape (V, R)
        Where the way of a word goes on; beyond its end ``path`` and ``code`` hold 0.

    Raises
    ------
    ValueError : no word, or a count that is negative or not finite.

    Notes
    -----
    A vocabulary of one word needs no question: its path is empty, and R is 0.
    """

    def __init__(self, counts):
        counts = check_counts(counts)
        V = len(counts)
        heap = [(count, word) for word, count in enumerate(counts.tolist())]
        heapq.heapify(heap)
        children = []
        for inner in range(V - 1):
            (light, left), (heavy, right) = heapq.heappop(heap), heapq.heappop(heap)
            children.append((left, right))
            heapq.heappush(heap, (light + heavy, V + inner))
        # a parent is younger than its children: from the root down, its way is known
        ways = {2 * V - 2: []}
        for inner in reversed(range(V - 1)):
            left, right = children[inner]
            way = ways.pop(V + inner)
            ways[left], ways[right] = [*way, (inner, 1)], [*way, (inner, 0)]
        length = numpy.array([len(ways[word]) for word in range(V)])
        self.children = numpy.array(children, dtype=int).reshape(V - 1, 2)
        self.mask = numpy.arange(length.max()) < length[:, None]  # (V, R)
        self.path, self.code = numpy.zeros((2, *self.mask.shape), dtype=int)  # (V, R)
        self.path[self.mask] = [inner for word in range(V) for inner, _ in ways[word]]
        self.code[self.mask] = [turn for word in range(V) for _, turn in ways[word]]


def check_counts(counts):
    """Counts as a NumPy array, (V,); a ValueError that names what cannot be a count.

    Derived in week 16, notebook 7.
    """
    counts = numpy.asarray(to_cpu(counts))
    if counts.ndim != 1 or not counts.size:
        raise ValueError(f"counts has shape {counts.shape}; allowed is (V,), with V of 1 or more")
    good = (counts >= 0) & (counts < numpy.inf)
    if not good.all():
        raise ValueError(f"counts contains {counts[~good][0]}; allowed are finite numbers from 0")
    return counts


class HierarchicalSoftmaxLoss:
    """``-ln Prob(target)``, the mean over the batch, with Prob a product along the target's path.

    At inner node i the way goes left with probability ``sigmoid(s_i)`` and
    right with ``1 - sigmoid(s_i) = sigmoid(-s_i)``, where ``s_i = h . W[i]``.

    Derived in week 16, notebook 8, equations (2) and (5).

    Parameters
    ----------
    W : array, shape (V - 1, H)
        A vector for each inner node, not for each word.
    corpus : int array
        Where the counts for the tree come from.

    Attributes
    ----------
    params, grads : [W], [dW]
    tree : HuffmanTree
    path, code, mask : arrays, shape (V, R)
        The tree's, on the device of W.
    y, t, on_path : arrays, shape (N, R)
        Of the last forward pass: the probabilities of "left", the turns that
        the target's path takes, and where it goes on.

    Raises
    ------
    ValueError : an empty corpus.
    IndexError : a word id is negative, or V or more.
    """

    def __init__(self, W, corpus):
        xp = array_module(W)
        self.tree = HuffmanTree(word_counts(corpus, len(W) + 1))
        self.path = xp.asarray(self.tree.path)
        self.code = xp.asarray(self.tree.code)
        self.mask = xp.asarray(self.tree.mask)
        self.embed_dot = EmbeddingDot(W)
        self.params, self.grads = self.embed_dot.params, self.embed_dot.grads
        self.y = None
        self.t = None
        self.on_path = None

    def forward(self, h, target):
        """h : (N, H), target : (N,) word ids -> loss : scalar

        Raises
        ------
        IndexError : a target is not an id of the vocabulary.
        """
        target = as_ids(target, len(self.path), "target", like=self.path)
        self.on_path = self.mask[target]  # (N, R)
        self.t = self.code[target].astype(h.dtype)  # (N, R)
        s = self.embed_dot.forward(h, self.path[target])  # (N, R)
        self.y = sigmoid(s)
        # -ln Prob(target) = sum over its path of -t ln y - (1 - t) ln(1 - y)
        return (binary_cross_entropy(s, self.t) * self.on_path).sum() / len(h)

    def backward(self, dout=1):
        """dout : scalar -> dh : (N, H)"""
        # dL/ds = (y - t) / N on the path, and 0 beyond its end
        ds = (self.y - self.t) * self.on_path * (dout / len(self.t))  # (N, R)
        return self.embed_dot.backward(ds)

    def log_probabilities(self, h):
        """h : (N, H) -> ln Prob of every word : (N, V); the exponentials of a row sum to 1

        It asks all V - 1 inner nodes: for looking at the model, not for training.
        """
        (W,) = self.params
        s = (h @ W.T)[:, self.path]  # (N, V, R)
        return -(binary_cross_entropy(s, self.code) * self.mask).sum(axis=2)


guard(HierarchicalSoftmaxLoss, prepare=with_rows)
