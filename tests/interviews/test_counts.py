"""How often each word occurs in each interview."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from labtools.interviews.counts import count_words

PAIRS = st.lists(st.tuples(st.sampled_from("cab"), st.sampled_from("zyxw")), max_size=30)


def _tokens(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    tokens = pd.DataFrame(pairs, columns=["source_id", "lemma"], dtype="str")
    return tokens.astype({"source_id": "category", "lemma": "category"})


@given(PAIRS, st.integers(1, 3))
def test_counts_are_those_of_a_cross_table(pairs: list[tuple[str, str]], least: int) -> None:
    """In any order of the sources; a word of too few sources has no column, but stays in totals."""
    tokens = _tokens(pairs)
    counts = count_words(tokens, least_sources=least, leave_out=["z"])
    table = pd.crosstab(tokens["source_id"].astype("str"), tokens["lemma"].astype("str"))
    assert counts.totals.tolist() == table.sum(axis=1).tolist()
    kept = table.loc[:, ((table > 0).sum() >= least) & (table.columns != "z")]
    assert counts.sources.tolist() == kept.index.tolist()
    assert counts.words.tolist() == kept.columns.tolist()
    assert counts.matrix.toarray().tolist() == kept.to_numpy().tolist()


def test_a_source_or_word_that_no_token_has_is_not_counted() -> None:
    tokens = _tokens([("a", "x"), ("b", "y")])
    counts = count_words(tokens[tokens["source_id"] == "a"])
    assert (counts.sources.tolist(), counts.words.tolist()) == (["a"], ["x"])


def test_rates_are_per_thousand_words_of_the_source() -> None:
    counts = count_words(_tokens([("a", "x"), ("a", "y"), ("a", "y"), ("a", "y"), ("b", "x")]))
    assert np.allclose(counts.rates().toarray(), [[250, 750], [1000, 0]])


def test_no_token_gives_no_row_and_no_column() -> None:
    assert count_words(_tokens([])).matrix.shape == (0, 0)
