"""Let a language model write: draw the next word, read it, and draw again.

Everything here asks four things of a model, which :class:`common.language_model.LanguageModel`
has: ``read(xs)``, ids (N, T) to scores of the next word (N, V), going on from
its state; ``get_state()``, a list of arrays with N on axis 0; ``set_state(state)``;
and ``reset_state()``.  Shapes: N texts, T steps, V words.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

import numpy

from common.arguments import as_generator, check_number, check_whole
from common.embeddings import not_found
from common.functions import as_ids
from common.language_model import BetterRnnlm, Rnnlm
from common.np import array_module, to_cpu

__all__ = [
    "BetterRnnlmGen",
    "RnnlmGen",
    "beam_search",
    "generate",
    "probabilities",
    "words_to_ids",
]


def probabilities(
    scores,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    skip_ids: Iterable[int] = (),
) -> numpy.ndarray:
    """What the next word is drawn with: a softmax, sharpened or flattened, and cut.

    Derived in week 19, notebook 1, equations (1), (2) and (5).

    Parameters
    ----------
    scores : array, shape (..., V)
    temperature : float, 0 or more
        ``softmax(scores / temperature)``: below 1 the likely words gain, above
        1 the unlikely ones.  At 0, the limit from above, all is on the highest
        score; of equal ones, on the lowest id.
    top_k : int, 1 to V, optional
        Only the k likeliest words stay; of equal ones, the lower ids.
    top_p : float, above 0 and at most 1, optional
        Of what ``top_k`` left, only the smallest set of words stays whose
        probability reaches p (nucleus sampling: Holtzman et al., 2020).
    skip_ids : ids
        Words that get no probability.

    Returns
    -------
    p : float64 NumPy array, shape (..., V)
        What stays is divided by its sum.

    Raises
    ------
    ValueError : an argument is out of its range, a score is NaN or infinite, or
        every word is skipped.
    IndexError : a skipped word is none of the V.
    """
    x = numpy.array(to_cpu(scores), dtype=numpy.float64)
    V = x.shape[-1]
    check_number("temperature", temperature)
    if top_k is not None:
        check_whole("top_k", top_k, 1, V)
    if top_p is not None and not (isinstance(top_p, Real) and 0 < top_p <= 1):
        raise ValueError(f"top_p={top_p!r}; allowed is a number above 0 and at most 1")
    skip = numpy.unique(as_ids([*skip_ids], V, "skip_ids"))
    if len(skip) == V:
        raise ValueError(f"skip_ids holds all {V} words; at least one must be left")
    if not numpy.isfinite(x).all():
        raise ValueError(f"a score is {x[~numpy.isfinite(x)][0]}; allowed are finite numbers")
    x[..., skip] = -numpy.inf
    best = x.argmax(axis=-1, keepdims=True)
    if temperature == 0:
        return numpy.where(numpy.arange(V) == best, 1.0, 0.0)
    with numpy.errstate(over="ignore"):  # exp of minus infinity is 0, as it should be
        x = (x - numpy.take_along_axis(x, best, axis=-1)) / temperature  # (2)
    p = numpy.exp(x)
    order = numpy.argsort(-x, axis=-1, kind="stable")  # the likeliest first
    likely = numpy.take_along_axis(p, order, axis=-1)
    if top_k is not None:
        likely[..., top_k:] = 0
    likely /= likely.sum(axis=-1, keepdims=True)  # (1): the sum is Z
    if top_p is not None:
        # (5): a word goes where those before it reach p without it
        likely[..., 1:][numpy.cumsum(likely, axis=-1)[..., :-1] >= top_p] = 0
        likely /= likely.sum(axis=-1, keepdims=True)
    numpy.put_along_axis(p, order, likely, axis=-1)
    return p


def generate(
    model,
    prompt: Sequence[int],
    length: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    skip_ids: Iterable[int] = (),
    end_id: int | None = None,
    rng=None,
) -> list[int]:
    """Read a prompt and write on, word after word.

    ``temperature=0`` takes the likeliest word each time (greedy); everything
    else draws.

    Derived in week 19, notebook 1.

    Parameters
    ----------
    model
        See the head of this module.  It reads the prompt from its beginning;
        afterwards its state is what it was before the call.
    prompt : ids of at least one word
    length : int
        How many words to write at most.
    temperature, top_k, top_p, skip_ids
        As in :func:`probabilities`.
    end_id : int, optional
        The word that ends a text; it is the last one written.
    rng : seed or generator, optional
        Draws the words; by default the state that ``np.random.seed`` sets.

    Returns
    -------
    ids : list of int
        What was written, without the prompt.

    Raises
    ------
    ValueError : the prompt is empty, or an argument is out of its range.
    IndexError : a word of the prompt, or a skipped one, is none of the model's.
    """
    check_whole("length", length)
    prompt = as_prompt(prompt)
    cut = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "skip_ids": [*skip_ids]}
    with from_the_beginning(model):
        return draw_words(model, prompt, length, end_id, rng, **cut)


def beam_search(
    model,
    prompt: Sequence[int],
    length: int,
    width: int,
    end_id: int | None = None,
    length_power: float = 0.0,
) -> list[tuple[list[int], float]]:
    """Texts that are likely as a whole, and not only word by word.

    After each word the ``width`` likeliest beginnings are kept, of all that go
    on from those kept before.  What greedy writing gives may fall out of
    such a beam and still end better than all that is in it.  So the greedy
    text is searched for as well, and stands among the answers if it is likely
    enough: by default the first one is never less likely than the greedy text.

    Derived in week 19, notebook 2, equations (2), (3) and (5).

    Parameters
    ----------
    model, prompt, length, end_id
        As in :func:`generate`.
    width : int
        How many beginnings are kept.
    length_power : float, 0 or more
        Of the texts found, the best come first by ``log_probability`` divided by their
        length to this power: 0 takes the sum, 1 the mean for each word, which prefers
        longer texts.  The search itself keeps what is likeliest.

    Returns
    -------
    texts : list of (ids, log_probability)
        At most ``width``, the best first.  The ids are without the prompt;
        ``log_probability`` is the sum of ``ln p`` of each word, given those before.

    Raises
    ------
    ValueError, IndexError : as in :func:`generate`.
    """
    check_whole("length", length)
    check_whole("width", width)
    check_number("length_power", length_power)
    prompt = as_prompt(prompt)
    # a beam of one text is greedy writing
    found = beam(model, prompt, length, width, end_id) | beam(model, prompt, length, 1, end_id)
    # (5) with power 1, (2) with power 0
    texts = sorted(found.items(), key=lambda text: -text[1] / len(text[0]) ** length_power)
    return [(list(ids), total) for ids, total in texts[:width]]


def words_to_ids(words: str | Iterable[str], word_to_id: Mapping[str, int]) -> list[int]:
    """The ids of a prompt's words, ``"you say"`` or ``["you", "say"]``.

    Raises
    ------
    KeyError : a word is not in the vocabulary; the message names close ones.
    """
    words = words.split() if isinstance(words, str) else [*words]
    for word in words:
        if word not in word_to_id:
            raise KeyError(not_found(word, word_to_id))
    return [word_to_id[word] for word in words]


class Writer:
    """What existing scripts ask of a language model that writes."""

    def generate(self, start_id, skip_ids=None, sample_size=100):
        """Write on from the state that the model is in.

        Parameters
        ----------
        start_id : int
            The word that is read first.
        skip_ids : list of int, optional
            Words that are never drawn.
        sample_size : int
            How many words, the first one included.

        Returns
        -------
        ids : list of int
            ``start_id`` and the words behind it, drawn with their
            probabilities from the state that ``np.random.seed`` sets.
        """
        check_whole("sample_size", sample_size)
        cut = {"skip_ids": [] if skip_ids is None else skip_ids}
        return [int(start_id), *draw_words(self, as_prompt([start_id]), sample_size - 1, **cut)]


class RnnlmGen(Writer, Rnnlm):
    """:class:`common.language_model.Rnnlm` that writes; it reads the same files."""


class BetterRnnlmGen(Writer, BetterRnnlm):
    """:class:`common.language_model.BetterRnnlm` that writes; it reads the same files."""


# What generate and beam_search share.


def as_prompt(prompt):
    """Ids in an array (1, T), or a ValueError."""
    ids = numpy.asarray(to_cpu(prompt))
    if ids.ndim != 1 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(
            f"prompt={prompt!r}; allowed are the ids of at least one word, in a row "
            "(words_to_ids makes them)"
        )
    return ids[None]


@contextlib.contextmanager
def from_the_beginning(model):
    """A model that has read nothing; after the ``with`` block it is where it was.

    Derived in week 19, notebook 1.
    """
    state = model.get_state()
    model.reset_state()
    try:
        yield
    finally:
        model.set_state(state)


def draw_words(model, xs, length, end_id=None, rng=None, **cut):
    """Draw at most ``length`` words behind xs : (1, T), from the state that the model is in.

    Derived in week 19, notebook 1.
    """
    rng, ids = as_generator(rng) or numpy.random, []
    while len(ids) < length and (not ids or ids[-1] != end_id):
        p = probabilities(model.read(xs)[0], **cut)  # (V,)
        ids.append(int(rng.choice(len(p), p=p)))
        xs = numpy.array([ids[-1:]])
    return ids


def beam(model, xs, length, width, end_id):
    """The likeliest texts behind xs : (1, T), as ids -> sum of ln p.

    Derived in week 19, notebook 2, equations (2) and (3).
    """
    ended, texts, totals = {}, numpy.zeros((1, 0), dtype=int), numpy.zeros(1)
    with from_the_beginning(model):
        for _ in range(length):
            sums = totals[:, None] + ln_softmax(model.read(xs))  # (3): (rows, V)
            best = numpy.argsort(-sums, axis=None, kind="stable")[:width]
            rows, words = numpy.divmod(best, sums.shape[1])
            texts = numpy.column_stack([texts[rows], words])  # (rows, words so far)
            totals = sums.ravel()[best]
            goes = words != end_id
            ended |= paired(texts[~goes], totals[~goes])
            texts, totals = texts[goes], totals[goes]
            if not len(texts):
                break
            rows, xs = rows[goes], words[goes, None]
            model.set_state([s[array_module(s).asarray(rows)] for s in model.get_state()])
    return ended | paired(texts, totals)


def paired(texts, totals):
    """texts : (rows, T), totals : (rows,) -> ids -> total, without NumPy's types

    Derived in week 19, notebook 2.
    """
    return dict(zip(map(tuple, texts.tolist()), totals.tolist(), strict=True))


def ln_softmax(scores):
    """``x_i - ln(sum_j exp(x_j))`` in float64 : (N, V) -> (N, V)

    Derived in week 19, notebook 2, equation (2).
    """
    x = numpy.asarray(to_cpu(scores), dtype=numpy.float64)
    x = x - x.max(axis=1, keepdims=True)
    return x - numpy.log(numpy.exp(x).sum(axis=1, keepdims=True))  # one term of (2)
