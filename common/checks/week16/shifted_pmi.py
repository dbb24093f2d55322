"""Exercise 10: scores from a table of counts."""

import math

from common.checks.judge import AnswerError, exercise, judge, read_hints

__all__ = ["HINTS", "check_shifted_pmi"]

HINTS = read_hints(
    """
base 2, base 10:
    ? Which logarithm does the course use?
    @ 9_shifted_pmi.ipynb, section "Counts, PMI and SVD, in three cells"
    ! The loss is made of natural logarithms, and so is the score at which it ends.

only the pair, total forgotten, pairs of a word only, turned over:
    ? How often would the pair come if the two words did not care for each other?
    @ 9_shifted_pmi.ipynb, section "Counts, PMI and SVD, in three cells"
    ! Compare what is counted with what chance would give. You need the sum of a row, of a column
      and of all.

clipped at 0, never is 0:
    ? Is "as often as by chance" the same as "never"?
    @ 9_shifted_pmi.ipynb, section "Pairs that never occur"
    ! The best score may be negative, and for a pair that never comes there is no best one.

not shifted, added, 1 + K, divided by K:
    ? More negatives say more noes. Do the scores rise or fall, and by how much?
    @ 9_shifted_pmi.ipynb, section "Where does training end?"
    ! Every score is moved down by the same amount, which depends on the number of negatives.

the logarithm itself:
    ? If this number of negatives is put in, which score comes out?
    @ 9_shifted_pmi.ipynb, section "Where does training end?"
    ! You look for K itself, not for its logarithm.
"""
)


COUNT = {  # how often each pair of a word and a context stands together
    ("tea", "cup"): 24,
    ("tea", "sea"): 6,
    ("tea", "dry"): 10,
    ("salt", "cup"): 3,
    ("salt", "sea"): 48,
    ("salt", "dry"): 9,
    ("sand", "cup"): 0,
    ("sand", "sea"): 36,
    ("sand", "dry"): 24,
}
K = 4


def shifted_pmi(mistake=None):
    """The four answers."""

    def score(word, context):
        pair = COUNT[word, context]
        if mistake == "only the pair":
            chance = 1
        else:
            all_pairs = sum(COUNT.values())
            of_word = sum(n for (w, _), n in COUNT.items() if w == word)
            of_context = sum(n for (_, c), n in COUNT.items() if c == context)
            chance = of_word * of_context / all_pairs
        if mistake == "total forgotten":
            chance *= sum(COUNT.values())
        if mistake == "pairs of a word only":
            chance = of_word
        log = {"base 2": math.log2, "base 10": math.log10}.get(mistake, math.log)
        pmi = log(pair / chance) if pair else -math.inf
        if mistake == "turned over":
            pmi = -pmi
        if mistake == "clipped at 0":
            pmi = max(pmi, 0.0)
        shift = {"not shifted": 0, "added": -log(K), "1 + K": log(1 + K)}.get(mistake, log(K))
        return pmi, (pmi / K if mistake == "divided by K" else pmi - shift), pmi

    tea, shifted, _ = score("tea", "cup")
    zero = math.exp(score("salt", "sea")[0])
    if mistake == "the logarithm itself":
        zero = math.log(zero)
    never = score("sand", "cup")[1]
    if mistake == "never is 0":
        never = 0.0
    return {"pmi": tea, "shifted": shifted, "K_for_zero": zero, "never": never}


@exercise(10, "Scores from a table", 4)
def check_shifted_pmi(scores, rng):
    def steps():
        got = scores()
        if not isinstance(got, dict):
            what = f"the answer is a {type(got).__name__}; a dict is due"
            raise AnswerError(what, name="wrong type")
        for name in shifted_pmi():
            if name not in got:
                raise AnswerError(f"there is no {name!r} in the answer", name="wrong type")
            yield name, got[name]

    judge([{}], steps, shifted_pmi, HINTS, tolerance=(0, 0.006), on_paper=True)
    return "four numbers, one of them without an end"
