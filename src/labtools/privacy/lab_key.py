"""The key of one lab: what a notebook opens the lab with, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from labtools.evidence.checks import check_lab
from labtools.evidence.files.folders import find_files
from labtools.evidence.readings import Check
from labtools.evidence.settings import find_lab, read_settings
from labtools.faults import BadInput, Fault
from labtools.privacy.key import find_key, read_key
from labtools.privacy.pseudonyms import Pseudonymiser

_TABLES = (".csv", ".tsv", ".txt")
_HEADER_BYTES = 4096


def read_pseudonymiser(lab_folder: Path, *, required: bool) -> Pseudonymiser | None:
    """What replaces the names of the lab's key; None where the lab has none and needs none.

    required: the lab's texts hold names (`pseudonyms = true` in lab.toml). BadInput where it
    is required and nobody has told where the key lies, and where the key cannot be used.
    """
    path = find_key(lab_folder)
    if path is not None:
        return Pseudonymiser(read_key(path, lab_folder=lab_folder))
    if required:
        must = "has a key, for names are in the texts (pseudonyms = true)"
        do = f"run labtools key --lab {lab_folder} --key PATH, or set LABTOOLS_KEY"
        raise BadInput([Fault("lab.toml", must, "none", do)])
    return None


def check_with_key(folder: str | Path) -> Check:
    """As `check_lab`, and every fault of the lab's key.

    That is a key that cannot be used, none where lab.toml says that names are in the texts,
    and a file inside the lab that looks like a key. The faults show no name of the key.
    """
    check = check_lab(folder)
    try:
        path = find_lab(Path(folder))
    except BadInput:  # which is among the faults of check_lab
        return check
    faults = [*_check_key(path), *_find_keys_inside(path)]
    return replace(check, faults=(*check.faults, *faults))


def _check_key(folder: Path) -> tuple[Fault, ...]:
    try:
        read_pseudonymiser(folder, required=needs_key(folder))
    except BadInput as error:
        return error.faults
    return ()


def needs_key(folder: Path) -> bool:
    """Whether lab.toml says so; not where it cannot be read, which check_lab tells."""
    try:
        settings = read_settings(folder / "lab.toml", name="lab.toml")
    except BadInput:
        return False
    return bool(settings["lab"].get("pseudonyms", False))


def _find_keys_inside(folder: Path) -> list[Fault]:
    """A fault for each table below the folder whose header is a key's."""
    must = "holds no key from names to pseudonyms"
    do = "move it out, then run labtools key --key with its new path"
    return [
        Fault(name, must, "a file with the header of one", do, row=1)
        for name, path in find_files(folder).items()
        if path.suffix.lower() in _TABLES and _has_key_header(path)
    ]


def _has_key_header(path: Path) -> bool:
    """Whether the first line names the columns name, kind and pseudonym, in any encoding."""
    with path.open("rb") as file:
        start = file.read(_HEADER_BYTES).replace(b"\x00", b"").decode("latin-1")
    first = start.lstrip("\xef\xbb\xbf\xff\xfe").partition("\n")[0]
    columns = {cell.strip(' "\r').casefold() for cell in re.split("[,;\t]", first)}
    return {"name", "kind", "pseudonym"} <= columns
