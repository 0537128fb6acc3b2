"""The key from name to pseudonym: where it lies, what it holds, every fault of it at once."""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pandas as pd

from labtools.evidence.schemas import read_rows
from labtools.faults import BadInput, Fault
from labtools.privacy.matching import split_words, takes_no_s
from labtools.privacy.private import check_place, write_private

COLUMNS = ("name", "aliases", "kind", "pseudonym", "ordinary")
KINDS = ("person", "place", "organisation")
NONE_ORDINARY = "none"
"""What stands in `ordinary` where the names have been looked up and none is a word."""


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

    One row per person, place or organisation: name, aliases (list), kind, pseudonym, ordinary
    (list of those forms that are ordinary words too, `none` where none is, blank where nobody
    has looked; the column may be absent), and any further columns. BadInput where the file
    lies where it may not (`lab_folder` too) or others may read it, and with all faults of its
    rows, which name the row and show of each cell its first letter alone.
    """
    check_place(path, lab_folder=lab_folder)
    key = _read_cells(path)
    missing = [column for column in COLUMNS[:4] if column not in key]
    if missing:
        must, do = f"has the columns {', '.join(COLUMNS[:4])}", "add them to the header"
        raise BadInput([Fault(str(path), must, f"no {', '.join(missing)}", do, row=1)])
    if "ordinary" not in key:
        key = key.assign(ordinary=pd.Series("", index=key.index, dtype="str"))
    faults = [*_check_cells(key, str(path)), *_check_forms(key, str(path))]
    if faults:
        raise BadInput(sorted(faults, key=lambda fault: fault.row or 0))
    return key


def _read_cells(path: Path) -> pd.DataFrame:
    """The file's rows; where its header is at fault it may be names, and is not shown."""
    try:
        return read_rows(path, name=str(path))
    except BadInput as error:
        raise BadInput(
            replace(fault, found=_mask(fault.found)) if fault.row == 1 else fault
            for fault in error.faults
        ) from None


def list_forms(key: pd.DataFrame) -> pd.DataFrame:
    """One row per way to write a name: `row` of the key, column, form, words, ordinary.

    words: as `split_words` gives them. ordinary: the form, or its genitive, is in the key's
    list of ordinary words.
    """
    forms = []
    for row, name, aliases, listed in zip(
        key.index, key["name"], key["aliases"], key["ordinary"], strict=True
    ):
        ordinary = {split_words(word) for word in split_list(listed)}
        seen = set()
        for column, form in [("name", name), *(("aliases", each) for each in split_list(aliases))]:
            words = split_words(form)
            if form and words not in seen:
                seen.add(words)
                told = bool(ordinary & {words, genitive_words(words)})
                forms.append((row, column, form, words, told))
    return pd.DataFrame(forms, columns=["row", "column", "form", "words", "ordinary"])


def split_list(cell: str) -> list[str]:
    """The parts of a cell that holds a list."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def genitive_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name in the genitive; the same where Swedish adds nothing."""
    if not words or takes_no_s(words[-1]):
        return words
    return (*words[:-1], words[-1] + "s")


def _mask(cell: str) -> str:
    return f"{cell[:1]}…" if cell else "a blank"


def _check_cells(key: pd.DataFrame, file: str) -> list[Fault]:
    faults = []
    for column in ("name", "pseudonym"):
        for row, cell in key[column].items():
            if not split_words(cell):
                must, do = "holds a letter or a digit", "fill it in, or remove the row"
                faults.append(Fault(file, must, _mask(cell), do, row=int(row), column=column))
    for row, cell in key["kind"].items():
        if cell not in KINDS:
            must = f"is one of {', '.join(KINDS)}"
            do = "write one of them"
            faults.append(Fault(file, must, _mask(cell), do, row=int(row), column="kind"))
    faults += [
        Fault(
            file,
            "has one pseudonym for each row",
            f"{_mask(cell)}, which stands above as well",
            "give it another",
            row=int(row),
            column="pseudonym",
        )
        for row, cell in key["pseudonym"][key["pseudonym"].map(split_words).duplicated()].items()
        if cell
    ]
    return faults


def _check_forms(key: pd.DataFrame, file: str) -> list[Fault]:
    forms = list_forms(key)
    faults = []
    for row, column, form in forms[forms["words"].map(len) == 0][
        ["row", "column", "form"]
    ].itertuples(index=False):
        if column == "aliases":
            must, do = "holds letters or digits in each part", "remove the part"
            faults.append(Fault(file, must, _mask(form), do, row=int(row), column=column))
    first: dict[tuple[str, ...], int] = {}
    for row, column, form, words in zip(
        forms["row"], forms["column"], forms["form"], forms["words"], strict=True
    ):
        above = first.setdefault(words, int(row))
        if words and above != row:
            found = f"{_mask(form)}, which row {above} has as well"
            do = "keep it in one of the rows, or in neither and decide in the review list"
            must = "has each name and alias once"
            faults.append(Fault(file, must, found, do, row=int(row), column=column))
    return [*faults, *_check_ordinary(key, forms, file), *_check_pseudonyms(key, forms, file)]


def _check_ordinary(key: pd.DataFrame, forms: pd.DataFrame, file: str) -> list[Fault]:
    of_row: defaultdict[int, set[tuple[str, ...]]] = defaultdict(set)
    for row, words in zip(forms["row"], forms["words"], strict=True):
        of_row[int(row)] |= {words, genitive_words(words)}
    must = "names forms that the row has"
    do = f"write one of the row's name and aliases, or {NONE_ORDINARY}"
    return [
        Fault(file, must, _mask(word), do, row=int(row), column="ordinary")
        for row, cell in key["ordinary"].items()
        for word in split_list(cell)
        if word != NONE_ORDINARY and split_words(word) not in of_row[int(row)]
    ]


def _check_pseudonyms(key: pd.DataFrame, forms: pd.DataFrame, file: str) -> list[Fault]:
    """Pseudonyms that share a word with a name: in a second round they would be replaced."""
    owners: dict[str, int] = {}
    ends: Counter[str] = Counter()
    for row, words in zip(forms["row"], forms["words"], strict=True):
        for word in words:
            if not word.isdigit():
                owners.setdefault(word, int(row))
                owners.setdefault(f"{word}s", int(row))
        if words:
            ends[f"after {words[0]}"] += 1
            ends[f"before {words[-1]}"] += 1
    faults = []
    for row, cell in key["pseudonym"].items():
        words = split_words(cell)
        shared = [each for word in words for each in (word, f"{word}s") if each in owners]
        joined = words and (ends[f"after {words[-1]}"] or ends[f"before {words[0]}"])
        if shared or joined:
            at = f"row {owners[shared[0]]}" if shared else "another row"
            must, do = "has no word of any name or alias", "choose another pseudonym"
            found = f"{_mask(cell)}, which shares a word with {at}"
            faults.append(Fault(file, must, found, do, row=int(row), column="pseudonym"))
    return faults
