"""Weights that layers share: one array, or views of it, that stands several times in a list."""

import numpy

from common.np import array_module

__all__ = ["memory", "merge_shared", "place"]


def merge_shared(params, grads):
    """Each parameter once, with the sum of its gradients.

    Layers may share weights: one array, or a transposed view of it, then
    stands several times in ``params``, and by the chain rule its gradients
    add up.  Shared means the same memory.  Two parameters that happen to hold
    equal numbers stay two.

    Derived in week 15, notebook 2.

    Returns
    -------
    params, grads : new lists, in order of first appearance
        A sum is written into the first of its gradients.
    """
    merged = {}
    for p, g in zip(params, grads, strict=True):
        here, transposed = place(p), place(p.T)
        if here in merged:
            total = merged[here][1]
            if place(total) != place(g):
                total += g
        elif transposed in merged:
            total = merged[transposed][1]
            if place(total) != place(g.T):
                total += g.T
        else:
            merged[here] = p, g
    return [p for p, _ in merged.values()], [g for _, g in merged.values()]


def place(array):
    """Where an array's numbers stand: equal for two views of the same numbers in the same order."""
    return memory(array), array.shape, array.strides


def memory(array):
    """The address of an array's first number: equal for an array and its transposed view."""
    return array.ctypes.data if array_module(array) is numpy else array.data.ptr
