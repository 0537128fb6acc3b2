"""QualCoder's projects (a .qda folder, with a database in it) → codes, texts, selections."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pandas as pd

from labtools.evidence.coding.code_order import order_codes
from labtools.evidence.coding.databases import as_position, as_text, open_database, read_rows
from labtools.evidence.coding.project import (
    CODE_COLUMNS,
    SELECTION_COLUMNS,
    TEXT_COLUMNS,
    CodingProject,
)

_TABLES = ("code_cat", "code_name", "code_text", "source")
_LEFT_OUT = {
    "code_image": "codings of pictures",
    "code_av": "codings of recordings",
    "cases": "cases",
    "annotation": "annotations",
    "journal": "journals",
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PARAGRAPH = str.maketrans("\u2028\u2029", "\n\n")  # how Qt ends the lines of what was selected


def read_qualcoder(path: Path, *, name: str) -> CodingProject:
    """A project of QualCoder, from the first version of its database to that of 2026.

    path: the .qda folder, or `data.qda` in it. Categories become codes above the codes in them;
    a code under another code, as newer versions have them, stays there. Positions are as Qt
    counts them: UTF-16 units. A coding whose code or source was deleted keeps its place, under a
    code or source that stands for it, with a warning. What is not coded text is counted in a
    warning. Its numbers are no ids: another project has the same. BadInput where the database is
    no such project, damaged, or open in QualCoder.
    """
    database = path / "data.qda" if path.is_dir() else path
    with open_database(database, name=name, program="QualCoder", tables=_TABLES) as connection:
        sources = read_rows(connection, "source", "id", "name", "fulltext")
        coded = read_rows(
            connection,
            "code_text",
            *("cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo"),
        )
        codes = _read_codes(connection)
        counts = {table: len(read_rows(connection, table, "memo")) for table in _LEFT_OUT}
    warnings = []
    if any(counts.values()):
        told = (f"{n} {_LEFT_OUT[table]}" for table, n in counts.items() if n)
        warnings.append(f"not coded text, and left out: {', '.join(told)}")
    codes, told_of_codes = order_codes(codes)
    warnings += told_of_codes
    texts = sources[sources["fulltext"].notna() | sources["id"].isin(coded["fid"])]
    if len(texts) < len(sources):
        silent = sources.loc[~sources["id"].isin(texts["id"]), "name"].map(as_text)
        warnings.append(f"sources without a text, left out: {', '.join(silent)}")
    selections = [
        {
            "text": as_text(row["fid"]),
            "start": as_position(row["pos0"]),
            "end": as_position(row["pos1"]),
            "quote": as_text(row["seltext"]).translate(_PARAGRAPH),
            "code": f"code {as_text(row['cid'])}",
            "coder": as_text(row["owner"]),
            "date": match[0] if (match := _DATE.match(as_text(row["date"]))) else "",
            "memo": as_text(row["memo"]),
            "id": "",
        }
        for row in coded.to_dict("records")
    ]
    table = pd.DataFrame(selections, columns=list(SELECTION_COLUMNS))
    named = pd.DataFrame(
        {
            "key": texts["id"].map(as_text),
            "name": texts["name"].map(as_text),
            "text": texts["fulltext"],
        },
        columns=list(TEXT_COLUMNS),
    )
    named, lost_texts = _add_lost(named, table["text"], {"name": "source {}", "text": None})
    codes, lost_codes = _add_lost(codes, table["code"], {"name": "{}", "definition": ""})
    for lost, what in ((lost_codes, "code"), (lost_texts, "source")):
        if lost:
            told_lost = f"codings of a deleted {what}, kept under its number: {', '.join(lost)}"
            warnings.append(told_lost)
    return CodingProject("QualCoder", codes, named, table, tuple(warnings))


def _read_codes(connection: sqlite3.Connection) -> pd.DataFrame:
    """Categories and codes, each with the key of what it stands under."""
    categories = read_rows(connection, "code_cat", "catid", "name", "memo", "supercatid")
    names = read_rows(connection, "code_name", "cid", "name", "memo", "catid", "supercid")
    rows = [
        {
            "key": f"category {as_text(row['catid'])}",
            "parent": _key("category", row["supercatid"]),
            "name": as_text(row["name"]),
            "definition": as_text(row["memo"]),
        }
        for row in categories.to_dict("records")
    ] + [
        {
            "key": f"code {as_text(row['cid'])}",
            "parent": _key("code", row["supercid"]) or _key("category", row["catid"]),
            "name": as_text(row["name"]),
            "definition": as_text(row["memo"]),
        }
        for row in names.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(CODE_COLUMNS))


def _key(kind: str, number: object) -> str:
    return f"{kind} {number}" if number is not None else ""


def _add_lost(
    table: pd.DataFrame, used: pd.Series, blank: dict[str, str | None]
) -> tuple[pd.DataFrame, list[str]]:
    """The table with a row for each key that is used and not there, and these keys."""
    lost = sorted(set(used) - set(table["key"]))
    rows = [
        {"key": key, "parent": ""} | {c: text and text.format(key) for c, text in blank.items()}
        for key in lost
    ]
    added = pd.DataFrame(rows, columns=list(table.columns), dtype="object")
    return pd.concat([table.astype("object"), added], ignore_index=True), lost
