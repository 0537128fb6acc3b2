"""Turns and hits → what a search shows: chosen turns, how a word is spread, what is around it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from labtools.frames import check_columns, join_one
from labtools.interviews.counts import Counts
from labtools.interviews.dispersion import measure_dispersion

_PLACE = ["source_id", "turn"]


def add_filters(turns: pd.DataFrame, sources: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The same turns with more to choose them by: `wave`, `year`, and the coded `theme`s.

    sources: one row per source with `wave`; segments: one row per coded segment with `source_id,
    turn` (NaN: the whole source), `code`. `theme` is a list of codes separated by `;`, blank where
    nobody has coded the turn; what is not known is blank.
    """
    check_columns(turns, *_PLACE, "date")
    coded = segments[[*_PLACE, "code"]]
    whole = coded[coded["turn"].isna()].drop(columns="turn").merge(turns[_PLACE], on="source_id")
    every = pd.concat([coded.dropna(subset="turn").astype({"turn": "int64"}), whole])
    every = every.drop_duplicates().sort_values("code")
    themes = every.groupby(_PLACE)["code"].agg(";".join).rename("theme").reset_index()
    known = join_one(turns, sources[["source_id", "wave"]], on=["source_id"])
    known = join_one(known, themes.astype({"theme": "str"}), on=_PLACE)
    return known.assign(year=known["date"].str[:4]).fillna({"wave": "", "theme": ""})


def keep_turns(turns: pd.DataFrame, chosen: Mapping[str, str]) -> pd.DataFrame:
    """The turns that have each chosen value, alone or in a list such as `work;meeting_place`.

    >>> turns = pd.DataFrame({"turn": [1, 2], "theme": ["work", "meeting_place;work"]})
    >>> keep_turns(turns, {"theme": "meeting_place"})["turn"].tolist()
    [2]
    """
    check_columns(turns, *chosen)
    kept = pd.Series(True, index=turns.index)
    for column, value in chosen.items():
        has = {cell: value in cell.split(";") for cell in turns[column].unique()}
        kept &= turns[column].map(has).astype(bool)
    return turns[kept].reset_index(drop=True)


def keep_hits(hits: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The hits that lie in these turns, in the order of `hits`; ids as text."""
    hits = hits.astype({"source_id": "str"})
    there = pd.MultiIndex.from_frame(hits[_PLACE]).isin(pd.MultiIndex.from_frame(turns[_PLACE]))
    return hits[there].reset_index(drop=True)


def count_words_of_turns(tokens: pd.DataFrame) -> pd.DataFrame:
    """One row per turn with a word: `source_id` (text), `turn`, `words`."""
    counted = tokens.groupby(_PLACE, observed=True).size().rename("words").reset_index()
    return counted.astype({"source_id": "str"})


def count_by_source(
    hits: pd.DataFrame, turns: pd.DataFrame, words_of_turns: pd.DataFrame
) -> pd.DataFrame:
    """How often each source has the word, those without it as well.

    turns: those that are searched; words_of_turns: as `count_words_of_turns` gives them. Returns
    one row per source of `turns`, in their order: `source_id, city, type, date, hits, words, rate`
    (hits per 1,000 words; NaN for a source without a word in `words_of_turns`).
    """
    said = join_one(turns[[*_PLACE, "city", "type", "date"]], words_of_turns, on=_PLACE)
    about = {name: (name, "first") for name in ("city", "type", "date")}
    use = said.groupby("source_id", sort=False).agg(**about, words=("words", "sum")).reset_index()
    use = use.astype({"words": "int64"})
    found = use["source_id"].map(hits["source_id"].value_counts()).fillna(0).astype("int64")
    use.insert(4, "hits", found)
    return use.assign(rate=1000 * use["hits"] / use["words"].where(use["words"] > 0))


def summarize_use(use: pd.DataFrame) -> pd.DataFrame:
    """One row: `hits`, in how many `sources`, of `n` that have words at all, and how evenly.

    `rate`: per 1,000 words, a mean over sources; `dp_norm`: 0 is even, towards 1 all in one short
    source (see `dispersion.measure_dispersion`), NaN where it is not defined. No row where no
    source has a word.
    """
    spoken = use[use["words"] > 0]
    if spoken.empty:
        return pd.DataFrame(columns=["hits", "sources", "n", "rate", "dp_norm"])
    hits = sparse.csr_array(spoken[["hits"]].to_numpy())
    counts = Counts(
        pd.Index(spoken["source_id"]), pd.Index(["hit"]), hits, spoken["words"].to_numpy(np.int64)
    )
    row = {
        "hits": spoken["hits"].sum(),
        "sources": (spoken["hits"] > 0).sum(),
        "n": len(spoken),
        "rate": spoken["rate"].mean(),
        "dp_norm": measure_dispersion(counts)["dp_norm"].iloc[0],
    }
    return pd.DataFrame([row])


def find_around(turns: pd.DataFrame, source_id: str, turn: int, *, around: int) -> pd.DataFrame:
    """A turn with at most `around` turns of its source on either side; `is_hit` tells which."""
    source = turns[turns["source_id"] == source_id].reset_index(drop=True)
    place = int(source.index[source["turn"] == turn][0])
    near = source.iloc[max(place - around, 0) : place + around + 1]
    return near.assign(is_hit=near["turn"] == turn)


def format_lines(lines: pd.DataFrame, *, width: int) -> list[str]:
    """Lines of a concordance, their words below each other in letters of the same width.

    lines: as `concordance.add_context` gives them, with at most `width` characters before.
    """
    places = (lines["source_id"] + " " + lines["turn"].astype("str")).tolist()
    first = max((len(place) for place in places), default=0)
    told = zip(places, lines["left"], lines["node"], lines["right"], strict=True)
    return [
        f"{place:<{first}} {left.rstrip():>{width + 2}}  {node}{right}".replace(
            " ", "\N{NO-BREAK SPACE}"
        )
        for place, left, node, right in told
    ]
