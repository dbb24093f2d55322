"""The mistakes that this course teaches about, made on purpose: a test must notice each.

A small part of ``make mutants``, quick enough for every run.  Each mistake is
made in a copy of the package, and the tests that are meant to notice it run on
that copy, in one other process (this file, as a program, is that process).
"""

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from planted import run_tests

TESTS = Path(__file__).resolve().parent

# What is wrong: (file of common/, the right text, the wrong text, the tests that must fail).
MUTANTS = {
    "softmax without subtracting the largest score": (
        "functions.py",
        "xp.exp(x - x.max(axis=-1, keepdims=True))",
        "xp.exp(x)",
        "test_functions.py::test_softmax_sums_to_one_and_does_not_feel_a_shift",
    ),
    "softmax over the whole batch": (
        "functions.py",
        "e / e.sum(axis=-1, keepdims=True)",
        "e / e.sum(keepdims=True)",
        "test_functions.py::test_softmax_sums_to_one_and_does_not_feel_a_shift",
    ),
    "cross entropy summed over the batch": (
        "functions.py",
        "xp.finfo(y.dtype).tiny)).mean()",
        "xp.finfo(y.dtype).tiny)).sum()",
        "test_functions.py::test_cross_entropy_by_hand",
    ),
    "the sign in binary_cross_entropy": (
        "functions.py",
        "- x * t +",
        "+ x * t +",
        "test_functions.py::test_binary_cross_entropy_against_logaddexp",
    ),
    "repeated rows lost, as by +=": (
        "functions.py",
        "out[words] += onehot.T @ rows",
        "out[idx] += rows",
        "test_layers.py::test_embedding_adds_repeated_rows",
    ),
    "ids counted from the end": (
        "functions.py",
        "if low < 0 or high >= size:",
        "if high >= size:",
        "test_layers.py::test_embedding_refuses",
    ),
    "a transposed weight": (
        "layers.py",
        "return dout @ W.T  # (N, D)",
        "return dout @ W",
        "test_layers.py::test_matmul_by_hand",
    ),
    "a mean in place of the bias's sum": (
        "layers.py",
        "dout.sum(axis=0)  # (H,)",
        "dout.mean(axis=0)",
        "test_layers.py::test_affine_by_hand",
    ),
    "sigmoid's slope from x, not y": (
        "layers.py",
        "dout * self.out * (1 - self.out)",
        "dout * sigmoid(self.out) * (1 - sigmoid(self.out))",
        "test_layers.py::test_activations_at_known_points",
    ),
    "tanh's slope without the square": (
        "layers.py",
        "(1 - self.out**2)",
        "(1 - self.out)",
        "test_layers.py::test_activations_at_known_points",
    ),
    "softmax's slope without the other scores": (
        "layers.py",
        "dx - self.out * dx.sum(axis=-1, keepdims=True)",
        "dx",
        "test_layers.py::test_gradients[batch of 5-Softmax: rows]",
    ),
    "softmax's loss without 1/N": (
        "layers.py",
        "return dx * (dout / N)",
        "return dx * dout",
        "test_layers.py::test_softmax_loss_by_hand",
    ),
    "t - y": (
        "layers.py",
        "(self.y - self.t) * (dout",
        "(self.t - self.y) * (dout",
        "test_layers.py::test_gradients[batch of 5-SigmoidWithLoss: one question an example]",
    ),
    "the sigmoid's loss without 1/N": (
        "layers.py",
        "(self.y - self.t) * (dout / len(self.t))",
        "(self.y - self.t) * dout",
        "test_layers.py::test_gradients[batch of 5-SigmoidWithLoss: K questions an example]",
    ),
    "a mean over the questions too": (
        "layers.py",
        "binary_cross_entropy(x, t).sum() / len(x)",
        "binary_cross_entropy(x, t).mean()",
        "test_layers.py::test_sigmoid_loss_is_a_mean_over_examples_and_a_sum_over_questions",
    ),
    "dropout without its scale": (
        "layers.py",
        "keep.astype(x.dtype) / (1 - self.dropout_ratio)",
        "keep.astype(x.dtype)",
        "test_layers.py::test_dropout_switches_off_the_ratio_and_keeps_the_mean",
    ),
    "a gradient that is not started anew": (
        "layers.py",
        "dW[...] = 0\n",
        "\n",
        "test_layers.py::test_embedding_adds_repeated_rows",
    ),
    "a gradient that is a new array": (
        "layers.py",
        "dW[...] = self.x.T @ dout  # (D, H)\n        # dL/dx",
        "self.grads[0] = self.x.T @ dout\n        # dL/dx",
        "test_layers.py::test_gradients_are_written_in_place[MatMul: rows]",
    ),
    "words and hidden vector exchanged": (
        "layers.py",
        'xp.einsum("nk,nkd->nd", ds, self.w)',
        'xp.einsum("nk,nd->nd", ds, self.h)',
        "test_layers.py::test_embedding_dot_by_hand",
    ),
    "a variance divided by one less": (
        "batch_normalization.py",
        "(len(gamma) / x.size)",
        "(1 / (x.size / len(gamma) - 1))",
        "test_batch_normalization.py::test_three_numbers_by_hand",
    ),
    "a mean for each pixel": (
        "batch_normalization.py",
        "mean = y.mean(axis=(0, 2))",
        "mean = y[:, :, 0].mean(axis=0)",
        "test_batch_normalization.py::test_a_channel_has_one_mean",
    ),
    "the mean's way back forgotten": (
        "batch_normalization.py",
        "        dx -= (dbeta / n)[:, None]\n",
        "",
        "test_batch_normalization.py::test_three_forms_to_ten_digits",
    ),
    "the variance's way back forgotten": (
        "batch_normalization.py",
        "dx = x_hat * (-dgamma / n)[:, None]",
        "dx = 0 * x_hat",
        "test_batch_normalization.py::test_three_forms_to_ten_digits",
    ),
    "old and new exchanged in the running means": (
        "batch_normalization.py",
        "running *= self.momentum\n                running += (1 - self.momentum) * new",
        "running *= 1 - self.momentum\n                running += self.momentum * new",
        "test_batch_normalization.py::test_running_means_by_hand",
    ),
    "the batch's mean at test time": (
        "batch_normalization.py",
        "        if train_flg:\n            mean",
        "        if True:\n            mean",
        "test_batch_normalization.py::test_at_test_time_each_row_is_alone",
    ),
    "overlapping windows lost": (
        "convolution.py",
        "q : q + stride * OW : stride] += col[",
        "q : q + stride * OW : stride] = col[",
        "test_convolution.py::test_a_pixel_of_several_windows_gets_a_sum",
    ),
    "windows in another order": (
        "convolution.py",
        "return col.transpose(0, 4, 5, 1, 2, 3)",
        "return col.transpose(0, 5, 4, 1, 2, 3)",
        "test_convolution.py::test_rows_are_the_windows_and_col2im_adds_them"
        "[(5, 4, 2, 3, 2, 3, 1, 0)]",
    ),
    "filters that are not turned on the way back": (
        "convolution.py",
        "turned = W[:, :, ::-1, ::-1]",
        "turned = W",
        "test_convolution.py::test_it_is_the_plain_form_in_numbers[(7, 5, 3, 2, 3, 3, 1, 1)-60]",
    ),
    "a border at one end alone": (
        "convolution.py",
        "(size + 2 * pad - window) // stride + 1",
        "(size + pad - window) // stride + 1",
        "test_convolution.py::test_places_are_counted",
    ),
    "the gradient to every largest number": (
        "convolution.py",
        "larger.append(other > y)",
        "larger.append(other >= y)",
        "test_convolution.py::test_pooling_by_hand",
    ),
    "a border of zeros that may be the largest": (
        "convolution.py",
        "constant_values=-xp.inf",
        "constant_values=0",
        "test_convolution.py::test_the_largest_of_each_window_and_the_way_back[(3, 3, 2, 1)-True]",
    ),
    "a shortcut without its gradient": (
        "sequential.py",
        "return dout + dx",
        "return dx",
        "test_sequential.py::test_a_shortcut_by_hand",
    ),
    "dropout at test time": (
        "sequential.py",
        "def predict(self, x, train_flg=False):",
        "def predict(self, x, train_flg=True):",
        "test_sequential.py::test_predict_is_test_time_and_forward_is_training",
    ),
    "a training that is told it is none": (
        "sequential.py",
        "self.predict(x, train_flg=True)",
        "self.predict(x)",
        "test_sequential.py::test_predict_is_test_time_and_forward_is_training",
    ),
    "running means that are not saved": (
        "trainer.py",
        '        put(running_statistics(self.model), state.get("running", []))\n',
        "",
        "test_batch_normalization.py::test_a_checkpoint_holds_the_running_means",
    ),
    "0.7 for 0.75": (
        "negative_sampling.py",
        "corpus, power=0.75",
        "corpus, power=0.7",
        "test_negative_sampling.py::test_settings_when_nothing_is_said",
    ),
    "counts without the power": (
        "negative_sampling.py",
        "(counts / counts.max()) ** power",
        "(counts / counts.max())",
        "test_negative_sampling.py::test_word_p_by_hand",
    ),
    "ids and probabilities misaligned": (
        "negative_sampling.py",
        "upper = word_p.cumsum()",
        "upper = word_p[word_p > 0].cumsum()",
        "test_negative_sampling.py::test_draws_follow_the_counts",
    ),
    "the target among its negatives": (
        "negative_sampling.py",
        "(words[:, k : k + 1] == words[:, :k])",
        "(words[:, k : k + 1] == words[:, 1:k])",
        "test_negative_sampling.py::test_different_targets_in_one_batch",
    ),
    "yes to a negative": (
        "negative_sampling.py",
        "label[:, 0] = 1",
        "label[:, -1] = 1",
        "test_negative_sampling.py::test_the_loss_is_its_formula",
    ),
    "turns exchanged in the Huffman tree": (
        "hierarchical_softmax.py",
        "[*way, (inner, 1)], [*way, (inner, 0)]",
        "[*way, (inner, 0)], [*way, (inner, 1)]",
        "test_hierarchical_softmax.py::test_tree_of_seven_words_by_hand",
    ),
    "questions beyond the end of a path": (
        "hierarchical_softmax.py",
        "(self.y - self.t) * self.on_path *",
        "(self.y - self.t) *",
        "test_hierarchical_softmax.py::test_gradients",
    ),
    "contexts summed, not averaged": (
        "word2vec.py",
        "self.embed.forward(contexts).mean(axis=1)",
        "self.embed.forward(contexts).sum(axis=1)",
        "test_word2vec.py::test_cbow_is_a_loss_of_the_mean_of_its_contexts",
    ),
    "CBOW without 1/C": (
        "word2vec.py",
        "(dh / C).repeat(C, axis=0).reshape",
        "dh.repeat(C, axis=0).reshape",
        "test_word2vec.py::test_cbow_gives_each_context_one_part_in_C",
    ),
    "skip-gram's gradients averaged": (
        "word2vec.py",
        "dh.reshape(N, C, -1).sum(axis=1)",
        "dh.reshape(N, C, -1).mean(axis=1)",
        "test_layers.py::test_gradients[batch of 5-SkipGram: window 2]",
    ),
    "skip-gram's loss of one context": (
        "word2vec.py",
        "contexts.reshape(N * C)) * C",
        "contexts.reshape(N * C))",
        "test_word2vec.py::test_the_first_loss_of_skip_gram",
    ),
    "simple CBOW without 1/C": (
        "word2vec.py",
        "(dh / C).repeat(C, axis=0))",
        "dh.repeat(C, axis=0))",
        "test_word2vec.py::test_simple_cbow_is_a_softmax_of_the_mean_of_its_contexts",
    ),
    "simple skip-gram's gradients averaged": (
        "word2vec.py",
        "ds.reshape(N, C, -1).sum(axis=1)",
        "ds.reshape(N, C, -1).mean(axis=1)",
        "test_word2vec.py::test_simple_skip_gram_is_the_sum_of_one_loss_a_context",
    ),
    "a window that is off by one": (
        "text.py",
        "windows[:, window_size + 1 :]",
        "windows[:, window_size:-1]",
        "test_text.py::TestContexts::test_sentence",
    ),
    "neighbours counted on one side": (
        "counts.py",
        "        xp.add.at(flat, right * vocab_size + left, one)  # (1), from the right\n",
        "",
        "test_counts.py::TestCoMatrix::test_sentence[dense]",
    ),
    "contexts without their power": (
        "counts.py",
        "per_context**power",
        "per_context**1",
        "test_counts.py::TestPpmi::test_smoothing_helps_frequent_contexts_and_takes_from_rare_ones",
    ),
    "the smallest singular values": (
        "counts.py",
        "argsort(-values",
        "argsort(values",
        "test_counts.py::TestSvd::test_seven_words[dense]",
    ),
    "Adam without its bias correction": (
        "optimizer.py",
        "self.lr * math.sqrt(1 - self.beta2**self.iter) / (1 - self.beta1**self.iter)",
        "self.lr",
        "test_optimizer.py::test_adams_first_step_is_the_learning_rate",
    ),
    "gradients scaled up": (
        "optimizer.py",
        "if norm > max_norm:",
        "if norm:",
        "test_optimizer.py::test_gradients_are_clipped_by_their_common_norm",
    ),
    "the last partial batch dropped": (
        "trainer.py",
        "return -(-len(x) // batch_size)",
        "return len(x) // batch_size",
        "test_trainer.py::test_every_example_is_trained_once_an_epoch",
    ),
    "answers in another order than examples": (
        "trainer.py",
        "yield rows(x, batch), rows(t, batch)",
        "yield rows(x, batch), t[: len(batch)]",
        "test_trainer.py::test_every_example_is_trained_once_an_epoch",
    ),
    "tied weights added without transposing": (
        "shared_weights.py",
        "total += g.T",
        "total += g",
        "test_shared_weights.py::test_a_transposed_view_is_the_same_weight",
    ),
    "differences that are twice too large": (
        "gradient_check.py",
        "(above - below) / (2 * step)",
        "(above - below) / step",
        "test_gradient_check.py::test_the_numerical_gradient_of_a_known_function",
    ),
    "an upstream gradient of ones": (
        "gradient_check.py",
        "default_rng(seed).standard_normal(np.shape(y))",
        "default_rng(seed).standard_normal(1) ** 0 * np.ones(np.shape(y))",
        "test_gradient_check.py::test_the_upstream_gradient_is_random",
    ),
    "weights shared over time keep the last step's gradient": (
        "recurrent.py",
        "da = da.reshape(T * N, A)",
        "da, xs, h_prevs, N, T = da[-1], xs[-N:], h_prevs[-1:], N, 1",
        "test_recurrent.py::test_t_steps_are_the_step_t_times",
    ),
    "the gradient of the state does not go back in time": (
        "recurrent.py",
        "da[t] *= dhs[t] + dh",
        "da[t] *= dhs[t]",
        "test_recurrent.py::test_t_steps_are_the_step_t_times",
    ),
    "each block starts from zeros": (
        "recurrent.py",
        "if not self.stateful or state is None:",
        "if True:",
        "test_recurrent.py::test_a_stateful_layer_goes_on_where_the_block_before_ended",
    ),
    "the cell's own path is forgotten": (
        "gated.py",
        "            dc *= f",
        "            dc *= 0",
        "test_recurrent.py::test_t_steps_are_the_step_t_times",
    ),
    "states in memory that the next block writes into": (
        "gated.py",
        "hs = xp.empty((T + 1, N, H), dtype=Wx.dtype)\n        cs, tanh_cs",
        'hs = self.memory("hs", (T + 1, N, H))\n        cs, tanh_cs',
        "test_recurrent.py::test_what_was_returned_is_not_written_into_by_the_next_block",
    ),
    "an output gate that looks at the cell before": (
        "gated.py",
        "h_next = o * tanh(c_next)",
        "h_next = o * tanh(c_prev)",
        "test_recurrent.py::test_t_steps_are_the_step_t_times",
    ),
    "GRU's gate the wrong way round": (
        "gated.py",
        "hs[t + 1] = h + z * (a[:, 2 * H :] - h)",
        "hs[t + 1] = a[:, 2 * H :] + z * (h - a[:, 2 * H :])",
        "test_recurrent.py::test_t_steps_are_the_step_t_times",
    ),
    "the mean over all labels, the ignored ones too": (
        "time_layers.py",
        "((xp.log(total) - correct) * counts).sum() / max(1, int(counts.sum()))",
        "((xp.log(total) - correct) * counts).mean()",
        "test_time_layers.py::test_ignored_labels_do_not_count",
    ),
    "streams that all begin at the text's beginning": (
        "trainer.py",
        "numpy.arange(batch_size) * (len(x) // batch_size)",
        "numpy.arange(batch_size) * 0",
        "test_rnnlm_trainer.py::test_streams_by_hand",
    ),
    "a backward pass that says nothing of forward": (
        "borders.py",
        "if never_set or any(value is None for value in vars(self).values()):",
        "if False:",
        "test_layers.py::test_backward_before_forward_is_one_sentence",
    ),
    "a perceptron that corrects the wrong way": (
        "perceptron.py",
        "wrong = t[n] - self.predict(x[n : n + 1])[0]",
        "wrong = self.predict(x[n : n + 1])[0] - t[n]",
        "test_perceptron.py::test_and_by_hand",
    ),
    "a perceptron that says 1 for a score of 0": (
        "perceptron.py",
        "self.score(x) > 0",
        "self.score(x) >= 0",
        "test_perceptron.py::test_zero_is_not_above_zero",
    ),
    "a network of two layers that starts large": (
        "two_layer_net.py",
        "W_2 = size_2 *",
        "W_2 = 1.0 *",
        "test_two_layer_net.py::test_the_first_loss_is_ln_v",
    ),
    "a network of two layers that learns in the last one only": (
        "two_layer_net.py",
        "for layer in reversed(self.layers):",
        "for layer in self.layers[2:]:",
        "test_two_layer_net.py::test_learns_the_spiral_from_either_kind_of_labels",
    ),
    "perplexity with what was read before": (
        "language_model.py",
        "    model.reset_state()\n    total = 0.0",
        "    total = 0.0",
        "test_language_model.py::test_perplexity_by_hand",
    ),
    "a decoder that reads what it is to predict": (
        "seq2seq.py",
        "self.decoder.forward(ts[:, :-1], self",
        "self.decoder.forward(ts[:, 1:], self",
        "test_seq2seq.py::test_the_decoder_predicts_each_character_from_those_before",
    ),
    "a peeky decoder that passes on one of its three gradients of h": (
        "seq2seq.py",
        "return dhs[..., :H].sum(axis=1) + dxs[..., :H].sum(axis=1) + self.lstm.dh",
        "return self.lstm.dh",
        "test_seq2seq.py::test_the_gradients_of_h_add_up",
    ),
    "an answer that goes on from the answer before": (
        "seq2seq.py",
        "        self.lstm.set_state(h)\n        return write",
        "        return write",
        "test_seq2seq.py::test_what_is_written_is_the_likeliest_each_time",
    ),
    "the share of right characters, for that of right answers": (
        "seq2seq.py",
        ".all(axis=1)",
        ".mean(axis=1)",
        "test_seq2seq.py::test_accuracy_is_the_mean_of_single_answers",
    ),
    "a temperature that is multiplied": (
        "generation.py",
        ")) / temperature",
        ")) * temperature",
        "test_generation.py::test_temperature_by_hand",
    ),
    "a nucleus with a word too many": (
        "generation.py",
        "[..., :-1] >= top_p",
        "[..., :-1] > top_p",
        "test_generation.py::test_the_nucleus_by_hand",
    ),
    "a beam that loses the greedy text": (
        "generation.py",
        " | beam(model, prompt, length, 1, end_id)",
        "",
        "test_generation.py::test_a_greedy_text_that_falls_out_of_the_beam",
    ),
    "a text that begins in the middle of another": (
        "generation.py",
        "    model.reset_state()\n    try",
        "    try",
        "test_generation.py::test_a_model_is_left_as_it_was",
    ),
    "scores that are not divided by sqrt(d)": (
        "self_attention.py",
        "q @ transposed(k) / math.sqrt(q.shape[-1])  #",
        "q @ transposed(k)  #",
        "test_self_attention.py::test_a_look_by_hand",
    ),
    "a position that sees the one behind it": (
        "self_attention.py",
        "xp.arange(S - T, S)[:, None]",
        "xp.arange(S - T + 1, S + 1)[:, None]",
        "test_self_attention.py::test_causal_the_last_query_belongs_to_the_last_key",
    ),
    "a softmax over nothing": (
        "self_attention.py",
        "    total[total == 0] = 1\n",
        "",
        "test_self_attention.py::test_a_query_that_may_look_nowhere",
    ),
    "keys that are read but not kept": (
        "self_attention.py",
        "self.state = [k, v]",
        "self.state = self.state or [k, v]",
        "test_self_attention.py::test_reading_on_is_reading_at_once",
    ),
    "a norm whose mean has no gradient": (
        "transformer.py",
        "        dx -= dx.mean(axis=-1, keepdims=True)  # (4)\n",
        "",
        "test_transformer.py::test_a_norm_does_not_feel_a_shift_of_its_row",
    ),
    "every word read at position 0": (
        "transformer.py",
        "self.embed.forward(xs), self.words_read())",
        "self.embed.forward(xs), 0)",
        "test_transformer.py::test_reading_word_by_word_is_reading_at_once",
    ),
    "the way past a block that is forgotten on the way back": (
        "transformer.py",
        "            dx += dout\n",
        "",
        "test_layers.py::test_gradients[batch of 5-TransformerBlock: causal, dropout]",
    ),
    "attention whose weights have no gradient": (
        "attention.py",
        "return dhs + dhs_weight, dh",
        "return dhs, dh",
        "test_attention.py::test_all_looks_at_once_are_one_after_the_other",
    ),
    "a softmax without its sum on the way back": (
        "attention.py",
        "(da - (da * a).sum(axis=1, keepdims=True))",
        "da",
        "test_attention.py::test_weights_by_hand",
    ),
    "the LSTM's first state that is forgotten on the way back": (
        "attention.py",
        "        dhs_enc[:, -1] += self.lstm.dh\n",
        "",
        "test_layers.py::test_gradients[batch of 5-AttentionDecoder: some states]",
    ),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Name -> what pytest said of the copy with that mistake."""
    here = tmp_path_factory.mktemp("mutants")
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(TESTS.parent / "common", here / "common", ignore=ignore)
    (here / "tests").mkdir()
    for file in TESTS.glob("*.py"):
        shutil.copy(file, here / "tests")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, here / "tests" / Path(__file__).name]
    run = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_right_package_passes(outcomes):
    code, said = outcomes[""]
    assert code == pytest.ExitCode.OK, said


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_is_noticed(name, outcomes):
    file, right, wrong, tests = MUTANTS[name]
    source = (TESTS.parent / "common" / file).read_text(encoding="utf-8")
    assert source.count(right) == 1, (
        f"common/{file} holds {source.count(right)} times {right!r}; update the table of mutants"
    )
    code, said = outcomes[name]
    assert code != pytest.ExitCode.OK, (
        f"{tests} passes with {wrong!r} in place of {right!r}; make the test sharper"
    )
    assert code == pytest.ExitCode.TESTS_FAILED, said


# --- the other process --------------------------------------------------------------------


def main():
    sys.path.insert(0, str(Path.cwd()))
    # that it fails is enough: no search for the smallest example
    phases = set(Phase) - {Phase.shrink, Phase.explain}
    settings.register_profile("seen", phases=phases)
    settings.load_profile("seen")
    run = functools.partial(run_tests, options=["--noconftest"])
    outcomes = {"": run(*dict.fromkeys(tests for _, _, _, tests in MUTANTS.values()))}
    for age, (name, (file, right, wrong, tests)) in enumerate(MUTANTS.items()):
        file = Path("common", file)
        source = file.read_text(encoding="utf-8")
        file.write_text(source.replace(right, wrong), encoding="utf-8")
        os.utime(file, (age, age))  # no two versions of one age: Python compiles by age and size
        outcomes[name] = run(tests)
        file.write_text(source, encoding="utf-8")
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
