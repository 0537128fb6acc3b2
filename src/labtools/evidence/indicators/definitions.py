"""Imported indicators → a lab's context/indicators.csv, and what they are → definitions.csv."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from labtools.evidence.indicators.files import IndicatorFile
from labtools.evidence.indicators.table import as_csv, merge_indicators, read_old, replace_files
from labtools.evidence.schemas import check_rows, contract
from labtools.faults import BadInput, Fault
from labtools.words import Language


def add_indicator_file(
    folder: Path, read: IndicatorFile, *, source: str, language: Language, retrieved: date
) -> int:
    """Write what was read into context/indicators.csv and context/definitions.csv of a lab.

    Each new indicator gets a definition: its column as its name in the lab's language, and
    `source`. Definitions that are there stay as written. Returns how many rows of indicators.csv
    were there before, and have been replaced. BadInput, and both files untouched, where either
    breaks the contract, or an indicator has been defined with another source.
    """
    faults: list[Fault] = []
    texts: dict[Path, str] = {}
    tables = {name: contract()[name] for name in ("indicators", "definitions")}
    try:
        merged = merge_indicators(folder, read.rows, retrieved=retrieved)
        texts[folder / tables["indicators"].file] = merged
    except BadInput as error:
        faults += error.faults
    try:
        merged = _merge_definitions(folder, read, source=source, language=language)
        texts[folder / tables["definitions"].file] = merged
    except BadInput as error:
        faults += error.faults
    if faults:
        raise BadInput(faults)
    old, _ = read_old(folder, tables["indicators"])
    key = tables["indicators"].key
    before = pd.MultiIndex.from_frame(old.reindex(columns=key, fill_value=""))
    replace_files(texts)
    return int(before.isin(pd.MultiIndex.from_frame(read.rows[key])).sum())


def _merge_definitions(
    folder: Path, read: IndicatorFile, *, source: str, language: Language
) -> str:
    """The text of context/definitions.csv with a row for each indicator that has none there."""
    table = contract()["definitions"]
    old, header = read_old(folder, table)
    faults = check_rows(old, table, name=table.file)
    if faults:
        raise BadInput(faults)
    provider = str(read.rows["provider"].iloc[0])
    known = old[old["provider"] == provider]
    named = known["indicator"].isin(list(read.columns.values()))
    others = known[named & ~known["source"].isin(["", source])]
    if source and len(others):
        do = "correct it there, or give this file's figures another --provider"
        raise BadInput(
            Fault(
                table.file,
                f"{row.indicator} has one source",
                f"{row.source!r} there, {source!r} here",
                do,
                row=int(row.Index),
                column="source",
            )
            for row in others.itertuples()
        )
    new = [
        {"provider": provider, "indicator": code, f"name_{language}": column, "source": source}
        for column, code in read.columns.items()
        if code not in set(known["indicator"])
    ]
    return as_csv([*old.to_dict("records"), *new], header)
