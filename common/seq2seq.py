"""From one sequence to another: an encoder reads, and a decoder writes (Sutskever et al., 2014).

Shapes: N pairs, T steps, V characters, D numbers of a character's vector, H hidden.
"""

import numpy

from common.arguments import as_generator, check_whole
from common.borders import guard
from common.gated import TimeLSTM
from common.language_model import normal, sizes, zeros
from common.model import BaseModel
from common.np import array_module, to_cpu
from common.time_layers import TimeAffine, TimeEmbedding, TimeSoftmaxWithLoss

__all__ = [
    "Decoder",
    "Encoder",
    "PeekyDecoder",
    "PeekySeq2seq",
    "Seq2seq",
    "accuracy",
    "eval_seq2seq",
]


class Encoder:
    """Read a sequence, and hand on the state after its last step.

    Derived in week 19, notebook 3, equations (1) and (4).

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size : int
        V, D and H.
    rng : seed or generator, optional
        Draws the weights; by default the state that ``np.random.seed`` sets.

    Attributes
    ----------
    params, grads
        Of the embedding and of the LSTM.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        self.embed = TimeEmbedding(draw(V, D) / 100)
        self.lstm = TimeLSTM(draw(D, 4 * H, D), draw(H, 4 * H, H), zeros(4 * H))
        self.params = self.embed.params + self.lstm.params
        self.grads = self.embed.grads + self.lstm.grads
        self.hs = None

    def forward(self, xs):
        """xs : (N, T) ids -> h : (N, H), the state after the last step"""
        self.hs = self.lstm.forward(self.embed.forward(xs))  # (1): (N, T, H)
        return self.hs[:, -1]

    def backward(self, dh):
        """dh : (N, H); ids have no gradient, so nothing is returned"""
        # h is the state of the last step; the others were read by the next step alone
        dhs = array_module(dh).zeros(self.hs.shape, dtype=dh.dtype)  # (4): (N, T, H)
        dhs[:, -1] = dh
        self.embed.backward(self.lstm.backward(dhs))


class Decoder:
    """Write a sequence, starting from the state in which an encoder ended.

    Derived in week 19, notebook 3, equations (2) and (4).

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size, rng
        As in :class:`Encoder`.

    Attributes
    ----------
    params, grads
        Of the embedding, of the LSTM and of the affine layer.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        self.embed = TimeEmbedding(draw(V, D) / 100)
        weights = draw(D, 4 * H, D), draw(H, 4 * H, H), zeros(4 * H)
        self.lstm = TimeLSTM(*weights, stateful=True)
        self.affine = TimeAffine(draw(H, V, H), zeros(V))
        self.params, self.grads = gather(self.embed, self.lstm, self.affine)

    def forward(self, xs, h):
        """xs : (N, T) the characters before each one, h : (N, H) -> scores : (N, T, V)"""
        self.lstm.set_state(h)
        return self.go_on(xs, h)

    def go_on(self, xs, h):
        """xs : (N, T), read from the state that the LSTM is in -> scores : (N, T, V)

        h : (N, H) is not used here, since the state holds it from the first step on; a
        :class:`PeekyDecoder` reads it at every step.
        """
        return self.affine.forward(self.lstm.forward(self.embed.forward(xs)))  # (2)

    def backward(self, dscore):
        """dscore : (N, T, V) -> dh : (N, H)"""
        self.embed.backward(self.lstm.backward(self.affine.backward(dscore)))
        return self.lstm.dh  # (4)

    def generate(self, h, start_id, sample_size):
        """Write one character after the other, each time the likeliest, and read it again.

        Parameters
        ----------
        h : array, shape (N, H)
        start_id : int
            The character that starts every answer; it is no part of what is returned.
        sample_size : int
            How many characters.

        Returns
        -------
        ids : list of int, or int array (N, sample_size)
            A list where N = 1, for one question; else an array of NumPy.
        """
        self.lstm.set_state(h)
        return write(lambda xs: self.go_on(xs, h), h, start_id, sample_size)


class PeekyDecoder(Decoder):
    """A decoder whose LSTM and affine layer read h at every step (as in Cho et al., 2014).

    Derived in week 19, notebook 4, equations (4) and (5).

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size, rng
        As in :class:`Encoder`.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None):
        V, D, H = sizes(vocab_size, wordvec_size, hidden_size)
        draw = normal(rng)
        self.embed = TimeEmbedding(draw(V, D) / 100)
        weights = draw(H + D, 4 * H, H + D), draw(H, 4 * H, H), zeros(4 * H)
        self.lstm = TimeLSTM(*weights, stateful=True)
        self.affine = TimeAffine(draw(2 * H, V, 2 * H), zeros(V))
        self.params, self.grads = gather(self.embed, self.lstm, self.affine)

    def go_on(self, xs, h):
        """xs : (N, T), h : (N, H) -> scores : (N, T, V)"""
        xp = array_module(h)
        xs = self.embed.forward(xs)  # (N, T, D)
        h = xp.repeat(h[:, None], xs.shape[1], axis=1)  # (N, T, H)
        hs = self.lstm.forward(xp.concatenate([h, xs], axis=2))  # (4)
        return self.affine.forward(xp.concatenate([h, hs], axis=2))  # (4)

    def backward(self, dscore):
        """dscore : (N, T, V) -> dh : (N, H)"""
        H = len(self.lstm.params[1])
        dhs = self.affine.backward(dscore)  # (N, T, 2 H)
        dxs = self.lstm.backward(dhs[..., H:])  # (N, T, H + D)
        self.embed.backward(dxs[..., H:])
        # h is read T times here, T times there, and once as the state before the first step
        return dhs[..., :H].sum(axis=1) + dxs[..., :H].sum(axis=1) + self.lstm.dh  # (5)


class Seq2seq(BaseModel):
    """An encoder, a decoder, and a softmax over each next character.

    Derived in week 19, notebook 3, equations (3), (5) and (6).

    Parameters
    ----------
    vocab_size, wordvec_size, hidden_size : int
        V, D and H.
    rng : seed or generator, optional
        Draws the weights, the encoder's first; by default the state that
        ``np.random.seed`` sets.
    ignore_label : int
        A character of the answer that does not count in the loss, such as one
        that pads; it is read like any other.  By default every one counts.

    Attributes
    ----------
    encoder, decoder, softmax : layers
    params, grads
        Of the encoder and of the decoder.
    """

    encoder_class, decoder_class = Encoder, Decoder

    def __init__(self, vocab_size, wordvec_size, hidden_size, rng=None, ignore_label=-1):
        rng = as_generator(rng)
        self.encoder = self.encoder_class(vocab_size, wordvec_size, hidden_size, rng)
        self.decoder = self.decoder_class(vocab_size, wordvec_size, hidden_size, rng)
        self.softmax = TimeSoftmaxWithLoss()
        self.softmax.ignore_label = ignore_label
        self.params, self.grads = gather(self.encoder, self.decoder)

    def forward(self, xs, ts):
        """xs : (N, T) questions, ts : (N, T') answers, start character first -> loss : scalar

        The decoder reads all characters of the answer but the last, and
        predicts all but the first: each one from those before it.
        """
        scores = self.decoder.forward(ts[:, :-1], self.encoder.forward(xs))
        return self.softmax.forward(scores, ts[:, 1:])  # -ln of (3), the mean of (5)

    def backward(self, dout=1):
        self.encoder.backward(self.decoder.backward(self.softmax.backward(dout)))  # (6), (4)

    def generate(self, xs, start_id, sample_size):
        """xs : (N, T) questions -> ids of the answers, as :meth:`Decoder.generate` gives them"""
        return self.decoder.generate(self.encoder.forward(xs), start_id, sample_size)


class PeekySeq2seq(Seq2seq):
    """:class:`Seq2seq` with a :class:`PeekyDecoder`.

    Derived in week 19, notebook 4.
    """

    decoder_class = PeekyDecoder


def gather(*layers):
    """The params of all layers in a list, and their grads in another.

    Derived in week 19, notebook 3.
    """
    return [p for layer in layers for p in layer.params], [
        g for layer in layers for g in layer.grads
    ]


def write(scores, h, start_id, sample_size):
    """Greedy writing, by what gives the scores (N, 1, V) of the characters behind xs (N, 1).

    Derived in week 19, notebook 3.
    """
    check_whole("start_id", start_id, 0)
    check_whole("sample_size", sample_size)
    xp = array_module(h)
    xs, ids = xp.full((len(h), 1), int(start_id)), []
    for _ in range(sample_size):
        xs = scores(xs).argmax(axis=2)  # (N, 1)
        ids.append(xs)
    ids = to_cpu(xp.concatenate(ids, axis=1))  # (N, sample_size)
    return ids[0].tolist() if len(ids) == 1 else ids


def right(model, answers, correct):
    """Which answers are right in every character that counts : (N, T) -> (N,)"""
    ignored = correct == getattr(getattr(model, "softmax", None), "ignore_label", None)
    return ((answers == correct) | ignored).all(axis=1)


def eval_seq2seq(model, question, correct, id_to_char, verbos=False, is_reverse=False) -> int:
    """1 if the model's answer to a question is right in every character, else 0.

    Parameters
    ----------
    model
        Has ``generate(xs, start_id, sample_size) -> ids``.
    question : int array, shape (1, T)
    correct : int array, shape (T',)
        The answer, start character first.
    id_to_char : dict
    verbos : bool
        Print the question, the correct answer and the model's.
    is_reverse : bool
        The question stands in the array from right to left; print it from left to right.
    """
    question, correct = to_cpu(question), to_cpu(correct)
    start_id, correct = int(correct[0]), correct[1:]
    answer = numpy.asarray(model.generate(question, start_id, len(correct)))
    good = int(right(model, answer[None], correct[None])[0])
    if verbos:
        text = question.ravel()[:: -1 if is_reverse else 1]
        for name, ids in ("question", text), ("correct", correct), ("answer", answer):
            print(f"{name:8} {''.join(id_to_char[i] for i in ids.tolist())}")
        print("right" if good else "wrong", end="\n\n")
    return good


def accuracy(model, xs, ts, batch_size: int = 500) -> float:
    """The share of questions that are answered right in every character.

    It is the mean of :func:`eval_seq2seq`, computed for many questions at once.

    Parameters
    ----------
    model
        Has ``generate(xs, start_id, sample_size) -> ids``, for a batch of N.
    xs : int array, shape (N, T)
    ts : int array, shape (N, T')
        The answers, each with the same start character first.
    batch_size : int
        How many questions at once.

    Raises
    ------
    ValueError : there is no question or not an answer for each, answers start
        differently, or the model answers one question at a time.
    """
    check_whole("batch_size", batch_size)
    xs, ts = to_cpu(xs), to_cpu(ts)
    check_pairs(model, xs, ts)
    start_id, correct = ts[0, 0], ts[:, 1:]
    if (ts[:, 0] != start_id).any():
        raise ValueError(
            f"answers start with {numpy.unique(ts[:, 0]).tolist()}; allowed is one start character"
        )
    total = 0
    for first in range(0, len(xs), batch_size):
        batch = correct[first : first + batch_size]
        answers = model.generate(xs[first : first + batch_size], int(start_id), batch.shape[1])
        answers = numpy.atleast_2d(answers)
        if answers.shape != batch.shape:
            raise ValueError(
                f"for {len(batch)} questions, generate gives ids of shape {answers.shape}; needed "
                f"are {batch.shape}. For a model that answers one at a time, use eval_seq2seq"
            )
        total += int(right(model, answers, batch).sum())
    return total / len(xs)


def check_pairs(model, xs, ts):
    """Refuse, with a ValueError, what are no questions, each with an answer."""
    check_questions(model, xs)
    if numpy.ndim(ts) != 2 or len(ts) != len(xs) or numpy.shape(ts)[1] < 2:
        raise ValueError(
            f"ts has shape {numpy.shape(ts)}; allowed is ({len(xs)}, T), an answer for each "
            "question, with T from 2: the start character and at least one more"
        )
    return model, xs, array_module(*getattr(model, "params", [])).asarray(ts)


def check_questions(model, xs, *rest):
    """Refuse, with a ValueError, what are no sequences."""
    if numpy.ndim(xs) != 2 or not all(numpy.shape(xs)):
        raise ValueError(f"xs has shape {numpy.shape(xs)}; allowed is (N, T), with N and T from 1")
    return model, xs, *rest


guard(Encoder, prepare=check_questions)
guard(Decoder, PeekyDecoder)
guard(Seq2seq, prepare=check_pairs)
