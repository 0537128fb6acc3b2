"""The framework matrix: what people wrote about each theme in each case, and what lies behind it.

Ritchie & Spencer 1994, in Bryman & Burgess (eds), Analyzing Qualitative Data, chapter 9. The
summaries are people's; nothing here writes one, and none is dropped without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from labtools.evidence.quotations import list_cited, name_people
from labtools.evidence.withdrawals import find_theirs
from labtools.frames import check_columns
from labtools.words import Language, say_row

STATES = ("summarised", "coded", "to_reread", "held")


def find_held(speakers: pd.DataFrame, people: Collection[str], summaries: pd.DataFrame) -> set[str]:
    """The cases in which these people, of whom nothing may be used, speak; or that are they."""
    theirs = speakers.loc[find_theirs(speakers["person_id"], people), "source_id"]
    return {*theirs, *summaries.loc[find_theirs(summaries["case"], people), "case"]}


def make_cells(
    summaries: pd.DataFrame,
    quotations: pd.DataFrame,
    *,
    withdrawn: Collection[str],
    held: Collection[str],
) -> pd.DataFrame:
    """The cells of the matrix that hold anything: one row per case and theme.

    summaries: rows of summaries.csv; quotations: as `quotations.place_quotations` gives the coded
    segments; withdrawn: ids of segments that may no longer be used; held: cases, as `find_held`
    gives them. Returns `case, theme, state, summary, people` (who speak of the theme in the case,
    the interviewer aside), `segments` (of the summary), `lost` (of these: changed, or not found)
    and `withdrawn`. The states: summarised; coded, where nobody has written a summary; to_reread,
    where
    some segment of the summary no longer stands as it was coded; held, where the summary rests on
    words that were withdrawn, or may do so, for it names none: its text is left out.
    """
    check_columns(summaries, "case", "theme", "summary", "segments")
    check_columns(quotations, "segment_id", "source_id", "code", "state", "speaker", "person_id")
    behind = _count_behind(summaries, quotations, withdrawn)
    written = summaries[["case", "theme", "summary"]].merge(
        behind, on=["case", "theme"], how="left"
    )
    there = quotations["state"].eq("there") & quotations["speaker"].ne("interviewer")
    said = (
        quotations[there]
        .assign(person=name_people)
        .rename(columns={"source_id": "case", "code": "theme"})
    )
    people = said.groupby(["case", "theme"])["person"].nunique().rename("people").reset_index()
    cells = written.merge(people, on=["case", "theme"], how="outer", validate="1:1")
    counts = ["people", "segments", "lost", "withdrawn"]
    cells = cells.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))
    is_held = (cells["withdrawn"] > 0) | (
        cells["case"].isin(list(held)) & (cells["segments"] == 0) & cells["summary"].notna()
    )
    cells["state"] = np.select(
        [cells["summary"].isna(), is_held, cells["lost"] > 0],
        ["coded", "held", "to_reread"],
        "summarised",
    )
    shown = cells["summary"].fillna("").mask(is_held, "")
    return cells.assign(summary=shown)[["case", "theme", "state", "summary", *counts]]


def _count_behind(
    summaries: pd.DataFrame, quotations: pd.DataFrame, withdrawn: Collection[str]
) -> pd.DataFrame:
    """How many segments each summary cites, and how many of these are gone."""
    cited = list_cited(summaries)
    is_withdrawn = cited["segment_id"].isin(list(withdrawn))
    there = quotations.loc[quotations["state"] == "there", "segment_id"]
    lost = ~cited["segment_id"].isin(there) & ~is_withdrawn
    told = cited.assign(segments=1, lost=lost, withdrawn=is_withdrawn)
    counts = ["segments", "lost", "withdrawn"]
    return told.groupby(["case", "theme"])[counts].sum().reset_index()


def order_cases(cells: pd.DataFrame, sources: pd.DataFrame, quotations: pd.DataFrame) -> list[str]:
    """The cases of the matrix: sources that somebody has coded or summarised, in their order."""
    there = {*cells["case"], *quotations["source_id"]}
    return [source for source in sources["source_id"] if source in there]


def count_cells(
    cells: pd.DataFrame, *, themes: Mapping[str, str], cases: Sequence[str]
) -> pd.DataFrame:
    """The matrix in short: one row per theme with its name, and of how many cases what is known.

    themes: from code to name, in their order; those of which nothing is known are left out.
    Returns `theme, interviews` (in which somebody speaks of it), a column for each of STATES that
    occurs, and `empty` (cases that are coded, but not with the theme).
    """
    here = cells[cells["case"].isin(list(cases)) & cells["theme"].isin(list(themes))]
    counts = pd.crosstab(here["theme"], here["state"]).reindex(
        columns=[state for state in STATES if state in set(here["state"])]
    )
    heard = here[here["people"] > 0].groupby("theme").size()
    counts.insert(0, "interviews", heard.reindex(counts.index).fillna(0).astype("int64"))
    counts["empty"] = len(cases) - counts.drop(columns="interviews").sum(axis=1)
    ordered = counts.reindex([theme for theme in themes if theme in counts.index])
    return ordered.rename(index=dict(themes)).rename_axis("theme").reset_index()


def spread_cells(
    cells: pd.DataFrame,
    *,
    themes: Mapping[str, str],
    cases: Sequence[str],
    most_themes: int,
    language: Language,
) -> pd.DataFrame:
    """The matrix for readers: a row per case, a column per theme with its name; blank where empty.

    themes: from code to name; of those with a cell that holds anything, the first `most_themes`
    have a column. cases: those to show, in their order. A cell holds the summary as it
    was written, or that the words are coded and not summarised; where segments of a summary are
    lost or withdrawn, that too.
    """
    here = cells[cells["case"].isin(list(cases)) & cells["theme"].isin(list(themes))]
    told = here.assign(text=[_tell(row, language) for row in here.to_dict("records")])
    table = told.pivot(index="case", columns="theme", values="text")
    shown = [theme for theme in themes if theme in table][:most_themes]
    table = table.reindex(index=list(cases), columns=shown)
    named = table.rename(columns=dict(themes)).fillna("")
    return named.rename_axis(index="case", columns=None).reset_index()


def _tell(row: Mapping[str, Any], language: Language) -> str:
    """The summary as it stands, then what is to be known of it."""
    if row["state"] == "summarised":
        return str(row["summary"])
    known = say_row(f"cell_{row['state']}", row, language=language)
    return f"{row['summary']} [{known}]" if row["summary"] else f"[{known}]"


def count_shown(
    cells: pd.DataFrame, table: pd.DataFrame, *, themes: Collection[str], cases: Sequence[str]
) -> pd.DataFrame:
    """One row: how much of the matrix a table shows, and what is in its cells.

    table: as `spread_cells` gives it, of some of the `themes` and `cases`. Returns `cases`, of
    which `shown`; `themes`, of which `columns`; and the cells by state. No row without a case.
    """
    if not cases:
        return pd.DataFrame(columns=["cases", "shown", "themes", "columns", *STATES])
    here = cells[cells["case"].isin(list(cases)) & cells["theme"].isin(list(themes))]
    states = {state: int((here["state"] == state).sum()) for state in STATES}
    size = {"cases": len(cases), "shown": len(table), "themes": len(themes)}
    return pd.DataFrame([{**size, "columns": table.shape[1] - 1, **states}])
