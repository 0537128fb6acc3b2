"""Written texts → how heavy they are to read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labtools.faults import BadInput, Fault
from labtools.frames import check_columns

WRITTEN = ("reflection", "document", "fieldnote", "survey_answer")
_LONG = 7  # letters


def lix(words: float, sentences: float, long_words: float) -> float:
    """Words per sentence, and long words per hundred (Björnsson 1968, Läsbarhet).

    NaN where there is no sentence. Björnsson's own scale: below 30 as easy as a children's book,
    above 60 as heavy as a statute.

    >>> round(lix(437, 21, 112), 2)
    46.44
    """
    if not words or not sentences:
        return float("nan")
    return words / sentences + 100 * long_words / words


def estimate_readability(
    turns: pd.DataFrame, tokens: pd.DataFrame, sentences: pd.DataFrame
) -> pd.DataFrame:
    """LIX of every written source.

    turns: one row per turn with `source_id, turn, type`; tokens and sentences: their words (with
    `word`) and sentences, with `source_id, turn, start`. Returns one row per source in the order
    of `turns`: `source_id, words, sentences` (those that hold a word), `long_words` (more than six
    letters) and `lix`, NaN for a source without a word. Of few words, LIX says little: look at
    `words`. Raises BadInput for a source that is not written: in speech, the transcriber sets the
    full stops.
    """
    check_columns(turns, "source_id", "turn", "type")
    check_columns(tokens, "source_id", "turn", "start", "word")
    check_columns(sentences, "source_id", "turn", "start")
    spoken = turns.loc[~turns["type"].isin(WRITTEN)].drop_duplicates("source_id")
    if len(spoken):
        must = "is a written type for LIX: " + ", ".join(WRITTEN)
        do = "leave the source out; in speech, the transcriber sets the full stops"
        raise BadInput(
            Fault("sources.csv", must, f"{source} is {type_}", do, column="type")
            for source, type_ in zip(spoken["source_id"], spoken["type"], strict=True)
        )
    letters = tokens["word"].astype("str").str.count(r"[^\W\d_]")
    begun = sentences[["source_id", "turn", "start"]].astype({"source_id": "str", "start": "int64"})
    begun = begun.sort_values("start").assign(sentence=np.arange(len(begun)))
    said = tokens[["source_id", "turn", "start"]].astype({"source_id": "str", "start": "int64"})
    said = said.assign(long_words=letters >= _LONG).sort_values("start")
    said = pd.merge_asof(said, begun, on="start", by=["source_id", "turn"])
    counted = said.groupby("source_id").agg(
        words=("start", "size"), sentences=("sentence", "nunique"), long_words=("long_words", "sum")
    )
    sources = turns["source_id"].astype("str").drop_duplicates()
    table = counted.reindex(sources, fill_value=0).rename_axis("source_id").reset_index()
    columns = (table[column] for column in ("words", "sentences", "long_words"))
    return table.assign(lix=[lix(*row) for row in zip(*columns, strict=True)])


def summarize(
    readability: pd.DataFrame, city_of: pd.Series, *, order: Sequence[str]
) -> pd.DataFrame:
    """The LIX of each city's texts: one row per city of `order` with a text that holds words.

    readability: as `estimate_readability` gives it; city_of: the city of each source, by
    source_id. Columns: `city`, `entries`, `words`, `lix` (median over texts), `lix_lowest`,
    `lix_highest`.
    """
    known = readability.dropna(subset="lix")
    by_city = known.groupby(known["source_id"].map(city_of))
    table = by_city.agg(
        entries=("lix", "size"),
        words=("words", "sum"),
        lix=("lix", "median"),
        lix_lowest=("lix", "min"),
        lix_highest=("lix", "max"),
    )
    there = [city for city in order if city in table.index]
    return table.loc[there].rename_axis("city").reset_index()
