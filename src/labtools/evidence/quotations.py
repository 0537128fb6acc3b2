"""Coded quotations held against the turns that they were taken from, and claims against them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from labtools.evidence.schemas import contract, empty_table, split_list
from labtools.evidence.transcripts.turns import has_transcript, read_turns
from labtools.faults import BadInput, Fault
from labtools.frames import check_columns, join_one

SIDES = ("supports", "contradicts")
SAID_BY = ["person_id", "speaker", "person_role", "quote", "label", "city", "type"]


def locate_quotations(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The same segments, each with its `turn` and whether its words still stand there: `state`.

    turns: one row per turn with `source_id, turn, text, turn_hash`. A segment without a turn is
    looked for in its whole source. `there`; `changed`, where the turn has another text than when
    it was coded (by its hash), or lacks the quotation; `missing`, where there is no such turn.

    >>> segments = pd.DataFrame({"source_id": ["s"], "turn": [1], "quote": ["ja"],
    ...                          "turn_hash": [""]})
    >>> turns = pd.DataFrame({"source_id": ["s"], "turn": [1], "text": ["Nej."], "turn_hash": [""]})
    >>> locate_quotations(segments, turns)["state"].tolist()
    ['changed']
    """
    check_columns(segments, "source_id", "turn", "quote", "turn_hash")
    check_columns(turns, "source_id", "turn", "text", "turn_hash")
    said: dict[str, dict[float, tuple[str, str]]] = {}
    for source, turn, *told in turns[["source_id", "turn", "text", "turn_hash"]].to_numpy():
        said.setdefault(source, {})[float(turn)] = (told[0], told[1])
    rows = segments[["source_id", "turn", "quote", "turn_hash"]].to_numpy().tolist()
    found = [_find(said.get(source, {}), float(turn), *told) for source, turn, *told in rows]
    columns = pd.DataFrame(found, columns=["turn", "state"], index=segments.index)
    return segments.assign(turn=columns["turn"].astype("float64"), state=columns["state"])


def _find(
    said: Mapping[float, tuple[str, str]], turn: float, quote: str, turn_hash: str
) -> tuple[float, str]:
    words = " ".join(quote.split())
    if turn in said:
        text, now = said[turn]
        is_there = words in " ".join(text.split()) and turn_hash in ("", now)
        return turn, "there" if is_there else "changed"
    if pd.notna(turn) or not said:
        return turn, "missing"
    if not words:  # coded as a whole
        return turn, "there"
    place = (at for at, (text, _) in said.items() if words in " ".join(text.split()))
    at = next(place, None)
    return (at, "there") if at is not None else (turn, "missing")


def place_quotations(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Coded segments with who said them, where, and whether the words still stand there.

    turns: as `Lab.read_turns` gives them. Returns one row per segment: `segment_id, source_id,
    turn, start, end, text` (the quotation), `turn_hash, code, coder`, `state` (there, changed or
    missing, as `locate_quotations` tells), then what the turn knows: `person_id, speaker,
    person_role, quote` (yes where the words may be quoted), `label, city, type`.
    """
    located = locate_quotations(segments, turns).rename(columns={"quote": "text"})
    place, cut = ["source_id", "turn"], ["start", "end", "text", "turn_hash"]
    wanted = located.reindex(columns=["segment_id", *place, *cut, "code", "coder", "state"])
    about = turns[[*place, *SAID_BY]].astype({"turn": "float64"})
    placed = join_one(wanted, about, on=place)
    return placed.fillna(dict.fromkeys(SAID_BY, "")).reset_index(drop=True)


_WHO = ("city", "person_role", "age_band")  # what is left out last stands first


def tell_roughly(said: pd.DataFrame, people: pd.DataFrame, *, min_people: int) -> pd.DataFrame:
    """What was said, beside it no more of who said it than `min_people` people share.

    said: with `city`, `person_role` and, if it is to be told, `age_band`; people: as people.csv
    has them. Where fewer share all that is told, "" stands for the age, then also for the role,
    and then for the city. Those of whom one is left out are as many as well: otherwise that it is
    missing would tell, and the next smallest group of the same city, or role, goes with them.
    """
    told = [column for column in _WHO if column in said]
    known = people.rename(columns={"role": "person_role"}).reindex(columns=told, fill_value="")
    known = known.fillna("")
    rough, kept = said.copy(), pd.Series(data=True, index=said.index)
    for depth, column in enumerate(told, start=1):
        shared = _find_shared(known[told[:depth]], min_people)
        groups = said[told[:depth]].itertuples(index=False, name=None)
        kept &= pd.Series([group in shared for group in groups], index=said.index, dtype="bool")
        rough[column] = said[column].where(kept, "")
    return rough


def _find_shared(known: pd.DataFrame, min_people: int) -> set[tuple[str, ...]]:
    """The groups of people that may be told, of those alike in all columns but the last."""
    *above, _ = known.columns
    sizes = known.groupby(list(known), as_index=False).size().sort_values("size", kind="stable")
    shared: set[tuple[str, ...]] = set()
    for _, groups in sizes.groupby(above) if above else [("", sizes)]:
        left_out = 0
        for *group, size in groups.itertuples(index=False, name=None):
            if size < min_people or 0 < left_out < min_people:
                left_out += size
            else:
                shared.add(tuple(group))
    return shared


def name_people(said: pd.DataFrame) -> pd.Series:
    """Who spoke: the person's id, or the source and label of one whom nobody has identified."""
    return said["person_id"].where(said["person_id"] != "", said["source_id"] + "/" + said["label"])


def list_cited(summaries: pd.DataFrame) -> pd.DataFrame:
    """One row per summary and segment behind it: `case, theme, segment_id`."""
    cited = summaries[["case", "theme"]].assign(segment_id=summaries["segments"].map(split_list))
    return cited.explode("segment_id").dropna().reset_index(drop=True)


def check_claims(
    tables: Mapping[str, pd.DataFrame],
    *,
    unread: Collection[str],
    surveys: Sequence[str],
    raw: Path,
    cache: Path | None,
) -> list[Fault]:
    """What claims cite that does not exist, or whose words no longer stand in their turn.

    tables: of a lab, by name; unread: those that cannot be read, and surveys: their names. A claim
    cites segments, goals, sources and scales of surveys (`survey/scale/city`).
    """
    claims, segments = tables.get("claims"), tables.get("segments", empty_table("segments"))
    needed = {"claims": ["supports", "contradicts"], "segments": ["source_id", "segment_id"]}
    absent = any(set(needed[name]) - set(tables.get(name, needed[name])) for name in needed)
    if claims is None or absent or set(unread) & {"segments", "goals", "sources"}:
        return []
    cited = [
        (int(str(row)), side, reference)
        for side in SIDES
        for row, cell in claims[side].items()
        for reference in split_list(cell)
    ]
    keys = {"segments": "segment_id", "goals": "goal", "sources": "source_id"}
    known = {key for name, column in keys.items() for key in tables.get(name, {}).get(column, [])}
    chosen = segments[segments["segment_id"].isin({reference for _, _, reference in cited})]
    lost = _find_lost(chosen, tables.get("sources", pd.DataFrame()), raw=raw, cache=cache)
    file, faults = contract()["claims"].file, []
    for row, side, reference in sorted(cited):
        if reference in lost:
            must, do = "is a quotation still in its turn", "read the turn, and code it anew"
            faults.append(Fault(file, must, f"{reference}, {lost[reference]}", do, row, side))
        elif reference not in known and reference.partition("/")[0] not in surveys:
            must = "names a segment, goal, source or scale of a survey"
            do = "correct it, or take it out of the claim"
            faults.append(Fault(file, must, reference, do, row, side))
    return faults


def _find_lost(
    segments: pd.DataFrame, sources: pd.DataFrame, *, raw: Path, cache: Path | None
) -> dict[str, str]:
    """From the id of a segment that is not there to what became of it; unreadable files apart."""
    if not {"turn", "quote", "turn_hash"} <= set(segments) or "file" not in sources:
        return {}
    cited = sources[sources["source_id"].isin(segments["source_id"])]
    cited = cited[has_transcript(cited) & (cited["status"] != "excluded")]
    try:
        turns = read_turns(cited, raw, cache=cache)
    except BadInput:  # told of the file itself
        return {}
    segments = segments.assign(turn=pd.to_numeric(segments["turn"], errors="coerce"))
    placed = locate_quotations(segments[segments["source_id"].isin(cited["source_id"])], turns)
    placed = placed[placed["state"] != "there"]
    told = {"changed": "not in turn {:.0f} of {}", "missing": "no turn {:.0f} in {}"}
    return {
        segment: told[state].format(turn, source)
        for segment, state, turn, source in placed[
            ["segment_id", "state", "turn", "source_id"]
        ].itertuples(index=False)
    }
