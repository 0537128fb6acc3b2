"""The key from name to pseudonym: where it lies, what it holds, every fault of it at once."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from labtools.evidence.schemas import read_rows
from labtools.faults import BadInput, Fault
from labtools.privacy.key_checks import check_key_rows, mask
from labtools.privacy.private import check_place, write_private

COLUMNS = ("name", "aliases", "kind", "pseudonym", "ordinary")


def find_key(lab_folder: Path) -> Path | None:
    """The lab's key: what LABTOOLS_KEY says, else the path last given for the lab, else None.

    Whether the file is there, and as it should be, `read_key` tells.
    """
    told = os.environ.get("LABTOOLS_KEY")
    if told:
        path = Path(told).expanduser()
        if not path.is_absolute():  # a notebook runs in another folder than the command line
            must, do = "is an absolute path", "write the whole path"
            raise BadInput([Fault("LABTOOLS_KEY", must, "a relative one", do)])
        return path
    remembered = _remembered().get(str(lab_folder.resolve()))
    return Path(remembered) if remembered else None


def remember_key(lab_folder: Path, path: Path) -> None:
    """Keep the path of a lab's key for `find_key`, outside the lab, for this user alone."""
    known = _remembered() | {str(lab_folder.resolve()): str(path.resolve())}
    file = _keys_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{_quote(lab)} = {_quote(key)}\n" for lab, key in sorted(known.items())]
    write_private(file, "".join(lines))


def _keys_file() -> Path:
    import click  # not needed where LABTOOLS_KEY tells

    return Path(click.get_app_dir("labtools")) / "keys.toml"


def _quote(text: str) -> str:
    """A TOML string; JSON's is one, but for the one control character it leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _remembered() -> dict[str, str]:
    file = _keys_file()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        return {str(lab): str(key) for lab, key in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        do = "remove it and give --key once more"
        raise BadInput([Fault(str(file), "is TOML", str(error), do)]) from error


def create_key(path: Path) -> None:
    """Write a key without any name, mode 600; `check_place` must have agreed to the path."""
    write_private(path, ",".join(COLUMNS) + "\n")


def write_key(path: Path, key: pd.DataFrame) -> None:
    """Write a key back as CSV, mode 600."""
    write_private(path, key.to_csv(index=False, lineterminator="\n"))


def read_key(path: Path, *, lab_folder: Path | None = None) -> pd.DataFrame:
    """The key's rows, every cell as text, indexed by their row in a spreadsheet.

    One row per person, place, organisation or identifier: name, aliases (list), kind,
    pseudonym, ordinary (list of those forms that are ordinary words too, `none` where none is,
    blank where nobody has looked; the column may be absent), and any further columns. BadInput
    where the file lies where it may not (`lab_folder` too) or others may read it, and with all
    faults of its rows, which name the row and show of each cell its first letter alone.
    """
    check_place(path, lab_folder=lab_folder)
    key = _read_cells(path)
    missing = [column for column in COLUMNS[:4] if column not in key]
    if missing:
        must, do = f"has the columns {', '.join(COLUMNS[:4])}", "add them to the header"
        raise BadInput([Fault(str(path), must, f"no {', '.join(missing)}", do, row=1)])
    if "ordinary" not in key:
        key = key.assign(ordinary=pd.Series("", index=key.index, dtype="str"))
    faults = check_key_rows(key, file=str(path))
    if faults:
        raise BadInput(faults)
    return key


def _read_cells(path: Path) -> pd.DataFrame:
    """The file's rows; where its header is at fault it may be names, and is not shown."""
    try:
        return read_rows(path, name=str(path))
    except BadInput as error:
        raise BadInput(
            replace(fault, found=mask(fault.found)) if fault.row == 1 else fault
            for fault in error.faults
        ) from None
