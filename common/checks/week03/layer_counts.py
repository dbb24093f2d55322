"""Exercise 3: what a network costs, before it is built."""

import numpy as np

from common.checks.judge import exercise, judge, read_hints

__all__ = ["HINTS", "check_layer_counts"]

HINTS = read_hints(
    """
one example only:
    ? Twice as many examples: how many products more?
    @ 2_products_with_shapes.ipynb, section "What a forward pass costs"
    ! Each example meets each weight once.

biases multiplied:
    ? With what is a bias multiplied?
    @ 2_products_with_shapes.ipynb, section "What a forward pass costs"
    ! A bias is added. It brings no multiplication.

no biases:
    ? What does a layer hold besides its weights?
    @ 2_products_with_shapes.ipynb, section "The bias, seen in two ways"
    ! Each layer has one bias for each of its outputs.

biases of the input:
    ? Has the input a bias?
    @ 2_products_with_shapes.ipynb, section "The bias, seen in two ways"
    ! A bias belongs to an output of a layer. The features come from outside.

weights for each example:
    ? A second example comes. Does the network need new weights for it?
    @ 2_products_with_shapes.ipynb, section "What a forward pass costs"
    ! All examples share the weights.

first to last:
    ? Which sizes does one matrix of weights join?
    @ 2_products_with_shapes.ipynb, section "Layers in a list"
    ! There is a matrix between each size and the next one.

all sizes multiplied:
    ? Does a layer know the size of the layer after the next?
    @ 2_products_with_shapes.ipynb, section "Layers in a list"
    ! Count each layer by itself, and add the layers up.

the input counted as output:
    ? Which numbers are new, and which were there before the first layer?
    @ exercises.ipynb, the text of this exercise
    ! Outputs of layers are counted. The input is no output.

outputs of one example:
    ? How many rows has the output of a layer?
    @ 2_products_with_shapes.ipynb, section "A batch: examples are rows"
    ! Each example has a row of its own in every output.

last output only:
    ? What comes out of the layers before the last one?
    @ exercises.ipynb, the text of this exercise
    ! The hidden values count too.

additions counted too:
    ? How many steps is one product with its addition, as the lesson counts?
    @ 2_products_with_shapes.ipynb, section "What a forward pass costs"
    ! A product and its addition are one step together.
"""
)


def layer_counts(sizes, N, mistake=None):
    inputs, outputs = np.array(sizes[:-1]), np.array(sizes[1:])
    weights = int((inputs * outputs).sum())
    if mistake == "first to last":
        weights = sizes[0] * sizes[-1]
    elif mistake == "all sizes multiplied":
        weights = int(np.prod(sizes))
    biases = {"no biases": 0, "biases of the input": sum(sizes)}.get(mistake, int(outputs.sum()))
    steps, parameters = N * weights, weights + biases
    left = N * int(outputs.sum())
    if mistake == "one example only":
        steps = weights
    elif mistake == "biases multiplied":
        steps = N * parameters
    elif mistake == "additions counted too":
        steps = 2 * steps
    elif mistake == "weights for each example":
        parameters = N * parameters
    elif mistake == "the input counted as output":
        left = N * sum(sizes)
    elif mistake == "outputs of one example":
        left = int(outputs.sum())
    elif mistake == "last output only":
        left = N * sizes[-1]
    return {"the multiply-adds": steps, "the parameters": parameters, "the outputs": left}


@exercise(3, "Count before you run", 10)
def check_layer_counts(answer, rng):
    def steps(sizes, N):
        names = "the multiply-adds", "the parameters", "the outputs"
        yield from zip(names, answer(sizes, N), strict=True)

    def random(layers):
        return {"sizes": rng.integers(2, 40, layers + 1).tolist(), "N": int(rng.integers(2, 90))}

    problems = [
        {"sizes": [3, 4, 2], "N": 5},
        {"sizes": [20, 7, 7, 3], "N": 1},
        {"sizes": [7, 3], "N": 11},
        random(4),
        random(2),
    ]
    judge(problems, steps, layer_counts, HINTS, tolerance=(0, 1e-9))
    return "products, parameters and outputs are counted, and nothing has been run"
