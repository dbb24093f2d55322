"""One NumPy call planted in each room: the stand-in must refuse it, where a GPU would.

Each is planted in a copy of the package, and the tests that run the room on the
stand-in run on that copy, in one other process (this file, as a program, is that process).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from planted import run_tests

TESTS = Path(__file__).resolve().parent
COMMON = TESTS.parent / "common"

LAYERS = "test_device.py::test_layers_follow_their_arrays"
TRAINING = "test_device_training.py::test_a_training_there_is_the_training_here"

# Room -> the right text, the same with NumPy, and the test that must fail.
PLANTS = {
    "attention.py": (
        "array_module(cs).concatenate",
        "numpy.concatenate",
        f"{LAYERS}[stand-in-AttentionDecoder: some states-False]",
    ),
    "batch_normalization.py": (
        'xp.einsum("ndp,ndp->d", dy, x_hat)',
        'numpy.einsum("ndp,ndp->d", dy, x_hat)',
        f"{LAYERS}[stand-in-BatchNormalization: pictures-False]",
    ),
    "checkpoint.py": (
        "array[...] = array_module(array).asarray(numbers)",
        "array[...] = numpy.asarray(numbers)",
        "test_device_training.py::test_a_checkpoint_goes_on_there[stand-in-CBOW]",
    ),
    "convolution.py": (
        "y = xp.empty((N, K",
        "y = numpy.empty((N, K",
        f"{LAYERS}[stand-in-Convolution: overlapping windows-True]",
    ),
    "counts.py": (
        "co_matrix = xp.zeros(",
        "co_matrix = numpy.zeros(",
        "test_device.py::test_words_are_counted_there[stand-in]",
    ),
    "embeddings.py": (
        "unit = xp.ones(",
        "unit = numpy.ones(",
        "test_device.py::test_vectors_are_asked_there[stand-in]",
    ),
    "fast_word2vec/arithmetic.py": (
        "lr * xp.sqrt(",
        "lr * numpy.sqrt(",
        "test_device_training.py::test_the_fast_models_train_there[stand-in-FastCBOW]",
    ),
    "fast_word2vec/blocks.py": (
        "= map(xp.asarray, arrays)",
        "= map(numpy.asarray, arrays)",
        "test_device_training.py::test_the_fast_models_train_there[stand-in-FastSkipGram]",
    ),
    "fast_word2vec/models.py": (
        "moved = array_module(self.W_in).zeros(",
        "moved = numpy.zeros(",
        "test_device_training.py::test_the_fast_models_train_there[stand-in-FastSkipGram]",
    ),
    "finite.py": (
        "places = xp.argwhere(~xp.isfinite(array))",
        "places = numpy.argwhere(~numpy.isfinite(array))",
        "test_device_training.py::test_a_number_that_is_not_finite_is_found_there[stand-in]",
    ),
    "functions.py": (
        "e = xp.exp(-xp.abs(x))",
        "e = numpy.exp(-xp.abs(x))",
        "test_device.py::test_functions_follow_their_arrays[stand-in-sigmoid]",
    ),
    "gated.py": (
        "half = xp.full(",
        "half = numpy.full(",
        f"{LAYERS}[stand-in-TimeLSTM: three steps-True]",
    ),
    "generation.py": (
        "s[array_module(s).asarray(rows)]",
        "s[numpy.asarray(rows)]",
        "test_device_training.py::test_texts_are_written_there_as_here[stand-in-SimpleRnnlm]",
    ),
    "gradient_check.py": (
        "v = array_module(x).asarray(generator",
        "v = numpy.asarray(generator",
        "test_device.py::test_gradients_are_checked_there[stand-in]",
    ),
    "hierarchical_softmax.py": (
        "self.path = xp.asarray(self.tree.path)",
        "self.path = numpy.asarray(self.tree.path)",
        f"{TRAINING}[stand-in-CBOW, tree]",
    ),
    "language_model.py": (
        "first = xp.arange(",
        "first = numpy.arange(",
        "test_device_training.py::test_texts_are_written_there_as_here[stand-in-SimpleRnnlm]",
    ),
    "layer_tools.py": (
        "array_module(like).empty(",
        "numpy.empty(",
        f"{LAYERS}[stand-in-FeedForward: rows of steps-False]",
    ),
    "layers.py": (
        'xp.einsum("nk,nkd->nd", ds, self.w)',
        'numpy.einsum("nk,nkd->nd", ds, self.w)',
        f"{LAYERS}[stand-in-EmbeddingDot: K candidates an example-True]",
    ),
    "model.py": (
        "p[...] = array_module(p).asarray(s)",
        "p[...] = numpy.asarray(s)",
        "test_device_training.py::test_parameters_are_saved_and_read_there[stand-in]",
    ),
    "negative_sampling.py": (
        "label = xp.zeros(",
        "label = numpy.zeros(",
        f"{LAYERS}[stand-in-NegativeSamplingLoss: repeated targets-False]",
    ),
    "np.py": (
        "xp.stack(scalars).tolist()",
        "numpy.stack(scalars).tolist()",
        "test_device.py::test_gradients_there_are_clipped_and_merged[stand-in-1.0]",
    ),
    "optimizer.py": (
        "p -= lr * m / (xp.sqrt(v) + EPSILON)",
        "p -= lr * m / (numpy.sqrt(v) + EPSILON)",
        "test_device.py::test_optimizers_follow_their_arrays[stand-in-Adam]",
    ),
    "perceptron.py": (
        "int(xp.argmin(known))",
        "int(numpy.argmin(known))",
        "test_device_training.py::test_a_perceptron_learns_there[stand-in]",
    ),
    "recurrent.py": (
        "hs = xp.empty(",
        "hs = numpy.empty(",
        f"{LAYERS}[stand-in-TimeRNN: three steps-False]",
    ),
    "run.py": (
        "x[array_module(x).asarray(places)]",
        "x[numpy.asarray(places)]",
        f"{TRAINING}[stand-in-TwoLayerNet]",
    ),
    "self_attention.py": (
        "xp.exp(scores, out=scores)",
        "numpy.exp(scores, out=scores)",
        f"{LAYERS}[stand-in-MultiHeadAttention: two heads-False]",
    ),
    "seq2seq.py": (
        "dhs = array_module(dh).zeros(",
        "dhs = numpy.zeros(",
        f"{LAYERS}[stand-in-Encoder: repeated characters-True]",
    ),
    "shared_weights.py": (
        "array.ctypes.data if array_module(array) is numpy else array.data.ptr",
        "array.ctypes.data",
        "test_device.py::test_gradients_there_are_clipped_and_merged[stand-in-1.0]",
    ),
    "text.py": (
        "one_hot = xp.zeros(",
        "one_hot = numpy.zeros(",
        "test_device.py::test_words_are_counted_there[stand-in]",
    ),
    "time_layers.py": (
        "dx[array_module(y).arange(len(y)), labels]",
        "dx[numpy.arange(len(y)), labels]",
        f"{LAYERS}[stand-in-TimeSoftmaxWithLoss: labels one-hot-False]",
    ),
    "trainer.py": (
        "loss = self.step(*map(xp.asarray, batch), max_grad)",
        "loss = self.step(*map(numpy.asarray, batch), max_grad)",
        f"{TRAINING}[stand-in-SimpleRnnlm]",
    ),
    "transformer.py": (
        "P = xp.empty(",
        "P = numpy.empty(",
        f"{LAYERS}[stand-in-PositionalEncoding: from position 2 on, scaled-False]",
    ),
    "two_layer_net.py": (
        "W_1 = size_1 * np.asarray(",
        "W_1 = size_1 * numpy.asarray(",
        f"{TRAINING}[stand-in-TwoLayerNet]",
    ),
    "word2vec.py": (
        "onehot = array_module(W).asarray(onehot)",
        "onehot = numpy.asarray(onehot)",
        f"{TRAINING}[stand-in-SimpleCBOW]",
    ),
}
# These ask where an array lives and compute nothing with it.
ASK_ONLY = {"fast_word2vec/arguments.py", "fast_word2vec/training.py"}


def test_every_room_that_computes_has_a_plant():
    """A room where arrays are made or taken on the device of others."""
    rooms = {
        str(path.relative_to(COMMON).as_posix())
        for path in COMMON.rglob("*.py")
        if "array_module(" in path.read_text(encoding="utf-8") and "checks" not in path.parts
    }
    assert rooms - ASK_ONLY - set(PLANTS) == set()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Room -> what pytest said of the copy with NumPy in it."""
    here = tmp_path_factory.mktemp("device_mutants")
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(COMMON, here / "common", ignore=ignore)
    shutil.copytree(TESTS.parent / "tools", here / "tools", ignore=ignore)
    (here / "tests").mkdir()
    for file in TESTS.glob("*.py"):
        shutil.copy(file, here / "tests")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, here / "tests" / Path(__file__).name]
    run = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_right_package_runs_on_the_stand_in(outcomes):
    code, said = outcomes[""]
    assert code == pytest.ExitCode.OK, said


@pytest.mark.parametrize("room", PLANTS)
def test_a_numpy_call_is_refused(room, outcomes):
    right, wrong, test = PLANTS[room]
    times = (COMMON / room).read_text(encoding="utf-8").count(right)
    assert times == 1, f"common/{room} holds {times} times {right!r}; update the table of plants"
    code, said = outcomes[room]
    assert code == pytest.ExitCode.TESTS_FAILED, f"{test} with {wrong!r} in {room}: {said}"
    assert "failed" in said


# --- the other process --------------------------------------------------------------------


def main():
    sys.path.insert(0, str(Path.cwd()))
    outcomes = {"": run_tests(*dict.fromkeys(test for _, _, test in PLANTS.values()))}
    for age, (room, (right, wrong, test)) in enumerate(PLANTS.items()):
        file = Path("common", room)
        source = file.read_text(encoding="utf-8")
        # behind the docstring, which stands first, and `from __future__`, where it follows
        planted = source.replace(right, wrong).replace("\n\n\n", "\n\nimport numpy\n\n\n", 1)
        file.write_text(planted, encoding="utf-8")
        os.utime(file, (age, age))  # no two versions of one age: Python compiles by age and size
        outcomes[room] = run_tests(test)
        file.write_text(source, encoding="utf-8")
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
