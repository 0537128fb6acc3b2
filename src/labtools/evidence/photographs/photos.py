"""Registered photographs → copies of those that may be shown, and why the others may not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from labtools.evidence.files.folders import find_files
from labtools.evidence.photographs.pictures import check_picture, read_picture
from labtools.faults import BadInput, Fault
from labtools.frames import check_columns

State = Literal[
    "shown", "awaiting_approval", "not_approved", "no_alternative_text", "missing", "unreadable"
]


def read_photos(register: pd.DataFrame, sources: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The registered photographs of sources that take part, each with a copy that may be shown.

    register: the contract's table `photos`; sources: those that take part, at least `source_id`
    and `city`; folder: where the files lie, of which nothing outside it is read. One row per
    photograph, in the order of the register: its columns, `city` ("" where it names no source),
    `state`, and `picture`, the bytes of `read_picture`, b"" unless its state is `shown`.

    Photographs of other sources are left out. One that is not approved, or whose faces are not
    masked and that nobody has approved, is held back and not opened; so is one without an
    alternative text in any language.
    """
    check_columns(register, "photo", "source_id", "file", "alt_sv", "alt_en", "faces", "approved")
    check_columns(sources, "source_id", "city")
    city_of = {"": ""} | dict(zip(sources["source_id"], sources["city"], strict=True))
    photos = register[register["source_id"].isin(list(city_of))].reset_index(drop=True)
    files = find_files(folder)
    read = [_read_photo(row, files) for row in photos.to_dict("records")]
    return photos.assign(
        city=photos["source_id"].map(city_of).astype("str"),
        state=pd.Series([state for state, _ in read], dtype="str"),
        picture=pd.Series([picture for _, picture in read], dtype="object"),
    )


def _read_photo(row: Mapping[Any, Any], files: Mapping[str, Path]) -> tuple[State, bytes]:
    state = _decide(row)
    if state != "shown":
        return state, b""
    if row["file"] not in files:
        return "missing", b""
    try:
        return "shown", read_picture(files[row["file"]], name=f"photos/{row['file']}")
    except BadInput:  # `check_photographs_readable` tells why
        return "unreadable", b""


def _decide(row: Mapping[Any, Any]) -> State:
    """Whether a photograph may be shown; a word that the contract lacks speaks against it."""
    if row["approved"] == "no":
        return "not_approved"
    unseen = row["faces"] in ("none", "masked") and row["approved"] == ""
    if not unseen and row["approved"] != "yes":
        return "awaiting_approval"
    return "shown" if row["alt_sv"] or row["alt_en"] else "no_alternative_text"


def check_photographs_readable(photos: pd.DataFrame, files: Mapping[str, Path]) -> list[Fault]:
    """Registered photographs whose file is there and cannot be used.

    photos: rows with `file`; files: by their name below photos/. Each file is opened once,
    also that of a photograph which may not be shown.
    """
    check_columns(photos, "file")
    faults: list[Fault] = []
    for file in dict.fromkeys(photos["file"]):
        if file in files:
            try:
                check_picture(files[file], name=f"photos/{file}")
            except BadInput as error:
                faults += error.faults
    return faults
