"""Taguette's projects (.sqlite3) → codes, texts, selections."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pandas as pd

from labtools.evidence.coding.databases import as_position, as_text, open_database, read_rows
from labtools.evidence.coding.marked_up import MarkedUp
from labtools.evidence.coding.project import (
    CODE_COLUMNS,
    SELECTION_COLUMNS,
    TEXT_COLUMNS,
    CodingProject,
)
from labtools.faults import BadInput, Fault

_TABLES = ("projects", "documents", "highlights", "highlight_tags", "tags")


def read_taguette(path: Path, *, name: str) -> CodingProject:
    """The one project of a database of Taguette.

    Its positions, UTF-8 bytes of the text within the HTML, become code points of that text with
    a line for each block. The quotation is the snippet that Taguette keeps beside them; coder
    and date are those of whoever made the highlight, where the database remembers. Highlights
    without a tag are counted in a warning. BadInput where the database is no such project,
    damaged, in use, or holds several projects: then their names are told.
    """
    with open_database(path, name=name, program="Taguette", tables=_TABLES) as connection:
        projects = read_rows(connection, "projects", "id", "name")
        if len(projects) != 1:
            must, do = "the file holds one project", "open the one in Taguette, and export it"
            found = f"{len(projects)}: {', '.join(projects['name'].map(as_text))}"
            raise BadInput([Fault(name, must, found.rstrip(": "), do)])
        documents = read_rows(connection, "documents", "id", "name", "contents")
        highlights = read_rows(
            connection,
            "highlights",
            *("id", "document_id", "start_offset", "end_offset", "snippet"),
        )
        tagged = read_rows(connection, "highlight_tags", "highlight_id", "tag_id")
        tags = read_rows(connection, "tags", "id", "path", "description")
        makers = _read_makers(connection)
    pages = {one: MarkedUp(as_text(html)) for one, _, html in documents.to_numpy()}
    of_highlight = tagged.groupby("highlight_id", sort=False)["tag_id"].agg(list).to_dict()
    selections = [
        {
            **_place(row, pages.get(row["document_id"])),
            "text": as_text(row["document_id"]),
            "quote": MarkedUp(as_text(row["snippet"])).text.strip("\n"),
            "code": as_text(tag),
            **makers.get(row["id"], {"coder": _only_member(makers), "date": ""}),
            "memo": "",
            "id": "",  # another project has the same numbers
        }
        for row in highlights.to_dict("records")
        for tag in of_highlight.get(row["id"], [])
    ]
    untagged = len(highlights) - int(highlights["id"].isin(list(of_highlight)).sum())
    warnings = [f"highlights without a tag, left out: {untagged}"] if untagged else []
    codes = pd.DataFrame(
        {
            "key": tags["id"].map(as_text),
            "parent": "",
            "name": tags["path"].map(as_text),
            "definition": tags["description"].map(as_text),
        },
        columns=list(CODE_COLUMNS),
    )
    texts = pd.DataFrame(
        {
            "key": documents["id"].map(as_text),
            "name": documents["name"].map(as_text),
            "text": [page.text for page in pages.values()],
        },
        columns=list(TEXT_COLUMNS),
    )
    table = pd.DataFrame(selections, columns=list(SELECTION_COLUMNS))
    return CodingProject("Taguette", codes, texts, table, tuple(warnings))


def _place(row: dict[str, object], page: MarkedUp | None) -> dict[str, float]:
    start, end = as_position(row["start_offset"]), as_position(row["end_offset"])
    if page is None or not (start >= 0 and end >= 0):
        return {"start": float("nan"), "end": float("nan")}
    return {"start": float(page.place(start=int(start))), "end": float(page.place(end=int(end)))}


def _read_makers(connection: sqlite3.Connection) -> dict[object, dict[str, str]]:
    """Who made or last changed each highlight, and on which day, by the log of commands."""
    makers: dict[object, dict[str, str]] = {}
    for user, date, payload in read_rows(
        connection, "commands", "user_login", "date", "payload"
    ).to_numpy():
        try:
            told = json.loads(as_text(payload))
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("type") == "highlight_add":
            made = {"coder": as_text(user), "date": as_text(date)[:10]}
            makers[told.get("highlight_id")] = made
    return makers


def _only_member(makers: dict[object, dict[str, str]]) -> str:
    """The one person who is known to have coded; "" where there are several."""
    coders = {maker["coder"] for maker in makers.values()}
    return next(iter(coders)) if len(coders) == 1 else ""
