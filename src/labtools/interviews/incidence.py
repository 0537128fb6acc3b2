"""Coded segments → which codes were heard in which interviews, from which people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.frames import check_columns, join_one
from labtools.interviews.coding_units import keep_human

_OWN = ("respondent", "interpreter")  # what an interpreter says is the person's spoken for
_PERSON = ["person_id", "role", "age_band", "gender"]


@dataclass(frozen=True)
class Coded:
    """Coded interviews, as two tables.

    said: one row per source, turn (NaN: the whole source) and code, with `city, type, date` of
    the source and `person_id, role, age_band, gender` of who said it, "" where not known. heard:
    one row per source and person with words of their own in it, and the same columns; a source
    without a known person has one row, whose `person_id` is "".
    """

    said: pd.DataFrame
    heard: pd.DataFrame


def find_coded(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    *,
    sources: pd.DataFrame,
    coders: pd.DataFrame,
    people: pd.DataFrame,
    types: Sequence[str] = INTERVIEW_TYPES,
) -> Coded:
    """What people coded in sources of some types: a code counts wherever any of them set it.

    The sources are those with at least one segment by a human coder; one that was read without
    a code cannot be told from one that nobody has read, and is in neither table. What a coder of
    another kind than human (a model, a word list) marked is left out. A segment of a whole source
    is its person's, where only one is known to talk in it.
    """
    check_columns(segments, "source_id", "turn", "code", "coder")
    check_columns(turns, "source_id", "turn", "person_id", "speaker")
    about = sources.loc[sources["type"].isin(list(types)), ["source_id", "city", "type", "date"]]
    coded = keep_human(segments, coders)
    coded = coded[coded["source_id"].isin(about["source_id"])]
    pairs = coded[["source_id", "turn", "code"]].drop_duplicates(ignore_index=True)
    own = turns.loc[turns["speaker"].isin(_OWN), ["source_id", "turn", "person_id"]]
    own = own[own["source_id"].isin(pairs["source_id"])]
    talked = own[["source_id", "person_id"]].drop_duplicates()
    known = talked[talked["person_id"] != ""]
    alone = known.drop_duplicates("source_id", keep=False).set_index("source_id")["person_id"]
    by_turn = own.drop_duplicates(["source_id", "turn"]).astype({"turn": "float64"})
    said = join_one(pairs.astype({"turn": "float64"}), by_turn, on=["source_id", "turn"])
    of_whole = said["source_id"].map(alone).where(said["turn"].isna())
    said["person_id"] = said["person_id"].where(said["turn"].notna(), of_whole).fillna("")
    nobody = pairs.loc[~pairs["source_id"].isin(known["source_id"]), ["source_id"]]
    heard = pd.concat([known, nobody.drop_duplicates().assign(person_id="")], ignore_index=True)
    return Coded(_describe(said, about, people), _describe(heard, about, people))


def _describe(rows: pd.DataFrame, about: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The rows with what is known of their sources and people."""
    described = join_one(rows, about, on=["source_id"])
    described = join_one(described, people.reindex(columns=_PERSON), on=["person_id"])
    return described.fillna(dict.fromkeys(_PERSON[1:], ""))


def count_frequencies(coded: Coded, *, by: Sequence[str]) -> pd.DataFrame:
    """In how many interviews the codes of each group were heard.

    by: columns of both tables, such as `city` or `role`; () for all together. An interview is in
    every group of those who were heard in it, with what they said themselves; who is not known
    is in no role. Returns one row per group: `…, n` (interviews), `codes_found`, `in_one` and
    `in_two` (codes in one interview, and in two), `incidences` (interviews, added up over codes).
    """
    groups = [*by]
    per_code = _per_code(coded, groups)
    counted = per_code.assign(
        in_one=per_code["interviews"] == 1, in_two=per_code["interviews"] == 2
    )
    keys: list[Any] = groups or [lambda _: 0]  # all rows are one group
    found = counted.groupby(keys, sort=False).agg(
        codes_found=("code", "size"),
        in_one=("in_one", "sum"),
        in_two=("in_two", "sum"),
        incidences=("interviews", "sum"),
    )
    units = keep_known(coded.heard, groups).groupby(keys, sort=False)["source_id"].nunique()
    table = units.rename("n").to_frame().join(found).fillna(0).astype("int64")
    return table.reset_index(drop=not groups)


def fill_groups(frequencies: pd.DataFrame, column: str, *, order: Sequence[str]) -> pd.DataFrame:
    """The same rows in this order, with noughts for a group that nothing was coded of.

    column: the only one that tells the groups. Nothing coded of any group stays no row.
    """
    if frequencies.empty:
        return frequencies
    filled = frequencies.set_index(column).reindex(list(order), fill_value=0)
    return filled.rename_axis(column).reset_index()


def _per_code(coded: Coded, groups: list[str]) -> pd.DataFrame:
    """One row per group and code: in how many `interviews` it was heard."""
    said = keep_known(coded.said, groups)[[*groups, "code", "source_id"]].drop_duplicates()
    return said.groupby([*groups, "code"], sort=False).size().rename("interviews").reset_index()


def keep_known(rows: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """The rows that belong to a group: who is not known is in no role."""
    return rows[(rows[list(groups)] != "").all(axis="columns")] if "role" in groups else rows


def describe_coding(coded: Coded, codebook: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """One row: `interviews` coded, of `all_interviews`; `people`; `codes` used and `unused` ones.

    A code with children that is never set itself groups others, and is not unused. No row where
    nothing is coded.
    """
    if coded.said.empty:
        return pd.DataFrame(columns=["interviews", "all_interviews", "people", "codes", "unused"])
    codes, used = set(codebook["code"]) - set(codebook["parent"]), set(coded.said["code"])
    row = {
        "interviews": coded.heard["source_id"].nunique(),
        "all_interviews": int(sources["type"].isin(INTERVIEW_TYPES).sum()),
        "people": coded.heard.loc[coded.heard["person_id"] != "", "person_id"].nunique(),
        "codes": len(used),
        "unused": len(codes - used),
    }
    return pd.DataFrame([row])
