"""What was coded in another program → a lab's coding/, to which rows are added and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

import pandas as pd

from labtools.evidence.coding.appending import append_rows
from labtools.evidence.coding.codebooks import merge_codes
from labtools.evidence.coding.coded_rows import Rows
from labtools.evidence.coding.new_segments import (
    as_table,
    find_new,
    list_unknown,
    number_segments,
)
from labtools.evidence.coding.placing import Placed, place_selections
from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.said import Said
from labtools.evidence.coding.streams import make_stream
from labtools.evidence.indicators.table import read_old, replace_files
from labtools.evidence.schemas import check_rows, contract
from labtools.faults import BadInput, Fault
from labtools.words import Language

TABLES = ("codebook", "coders", "segments", "unplaced")
_UNKNOWN = "unknown"
_LEAST = 12


@dataclass
class Imported:
    """Rows that were added, by table; how many segments were there already; what to tell."""

    added: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    there: int = 0
    told: list[str] = field(default_factory=list)


def import_coding(
    folder: Path,
    project: CodingProject,
    said: Said,
    *,
    file: str,
    language: Language,
    gone: Collection[str] = (),
) -> Imported:
    """Add a project's codes, coders and segments to a lab's coding/, all files together.

    said: the lab's turns, raw, of those whose words may be counted; file: what coding/unplaced.csv
    calls the project; language: in which new codes have their name; gone: the texts of all other
    turns: what is coded there is left out, and told by its number alone. What is there stays, byte
    for byte; a segment at the same place with the same code and coder is there already. What has
    no place in the lab's turns goes to coding/unplaced.csv with the reason and the nearest words.
    BadInput, and nothing written, where a table that is there, or a new row, breaks the contract.
    """
    tables = {name: contract()[name] for name in TABLES}
    old = {name: read_old(folder, table)[0] for name, table in tables.items()}
    _check({name: rows for name, rows in old.items() if len(rows)}, named="")
    imported = Imported()
    codes = merge_codes(project, old["codebook"], language=language)
    coders = _name_coders(project, old["coders"]["coder"])
    placed = place_selections(project, said)
    rows = Rows(project, said, codes.slugs, coders, placed, file)
    new = rows.make_segments()
    fresh, clashing = find_new(new, old["segments"], said)
    lost = [*rows.make_unplaced(), *(rows.make_clash(row) for row in clashing)]
    unplaced = _leave_out(lost, gone)
    known = Counter(re.sub(r"-\d+$", "", one) for one in old["unplaced"]["unplaced"])
    used = set(coders.values())
    imported.added = {
        "codebook": codes.rows,
        "coders": _make_coders(project, coders, old["coders"]["coder"]),
        "segments": number_segments(fresh, old["segments"]["segment_id"]),
        "unplaced": list(list_unknown(unplaced, known)),
    }
    imported.there = len(new) - len(fresh) - len(clashing)
    imported.told = [*project.warnings, *placed.told, *codes.told]
    imported.told += _tell(
        imported, placed, new=new, left=len(lost) - len(unplaced), unplaced=unplaced
    )
    if rows.lost:
        told = "segments whose words stood in no turn when they were exported"
        imported.told.append(f"{told}: {len(rows.lost)}")
    if _UNKNOWN in used:
        imported.told.append(f"who coded is not told for some: the coder is {_UNKNOWN}")
    _check(
        {name: as_table(rows) for name, rows in imported.added.items() if rows}, named="new rows, "
    )
    texts = {
        folder / tables[name].file: append_rows(
            folder, tables[name], list(old[name].columns) if _exists(folder, name) else [], added
        )
        for name, added in imported.added.items()
        if added
    }
    replace_files(texts)
    return imported


def _exists(folder: Path, table_name: str) -> bool:
    return (folder / contract()[table_name].file).exists()


def _check(tables: Mapping[str, pd.DataFrame], *, named: str) -> None:
    faults: list[Fault] = []
    for name, rows in tables.items():
        table = contract()[name]
        blank = {} if not named else {column.name: "" for column in table.columns}
        whole = rows.assign(**{name: cell for name, cell in blank.items() if name not in rows})
        faults += check_rows(whole, table, name=named + table.file)
    if faults:
        raise BadInput(faults)


def _name_coders(project: CodingProject, there: pd.Series) -> dict[str, str]:
    """From each coder's name in the project to an id: one that is there, or the name as an id."""
    known = {coder.casefold(): coder for coder in there}
    names = [*project.kept.get("coders", {}), *project.selections["coder"].fillna("")]
    ids = {name: re.sub(r"[\s;,]+", "_", normalize("NFC", name).strip()) for name in names}
    return {name: known.get(one.casefold(), one) or _UNKNOWN for name, one in ids.items()}


def _make_coders(
    project: CodingProject, coders: Mapping[str, str], there: pd.Series
) -> list[dict[str, str]]:
    """A row for each coder that the lab lacks, human unless an own export says otherwise."""
    rows: dict[str, dict[str, str]] = {}
    for name, coder in coders.items():
        own = project.kept.get("coders", {}).get(name, {})
        rows.setdefault(coder, {"kind": "human", **own, "coder": coder})
    known = set(there)
    return [row for coder, row in rows.items() if coder not in known]


def _leave_out(rows: Sequence[dict[str, str]], gone: Collection[str]) -> list[dict[str, str]]:
    """The rows but those whose quotation is, holds or is within a text that may not be used.

    Fewer than _LEAST characters are anybody's.
    """
    texts = [text for text in (make_stream(text).text for text in gone) if len(text) >= _LEAST]
    quotes = [make_stream(row["quote"]).text for row in rows]
    return [
        row
        for row, quote in zip(rows, quotes, strict=True)
        if len(quote) < _LEAST or not any(quote in text or text in quote for text in texts)
    ]


def _tell(
    imported: Imported,
    placed: Placed,
    *,
    new: Sequence[Mapping[str, str]],
    left: int,
    unplaced: Sequence[Mapping[str, str]],
) -> Iterator[str]:
    parts = Counter(row["selection"] for row in new if row.get("part"))
    if parts:
        yield (
            f"selections over several turns: {len(parts)}, as {sum(parts.values())} segments, "
            "one for each turn"
        )
    if left:
        yield f"words of people who take no part or have withdrawn, left out: {left}"
    added = imported.added
    kinds = {"codebook": "codes", "coders": "coders", "segments": "segments"}
    counts = [f"{noun} {len(added[name])}" for name, noun in kinds.items()]
    yield f"added: {', '.join(counts)}; segments there already: {imported.there}"
    if added["coders"]:
        names = ", ".join(row["coder"] for row in added["coders"])
        yield f"coders added, kind as in coders.csv (correct it there if need be): {names}"
    if unplaced:
        reasons = Counter(row["reason"] for row in unplaced)
        told = "; ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        yield (
            f"not placed: {len(unplaced)} (in coding/unplaced.csv, {len(added['unplaced'])} new): "
            f"{told}"
        )
