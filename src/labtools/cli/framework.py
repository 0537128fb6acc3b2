"""`labtools export framework` and `labtools import framework`: the matrix, to Excel and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labtools.cli.group import lab_option
from labtools.faults import BadInput, Fault

if TYPE_CHECKING:
    import pandas as pd

    from labtools.evidence.coding.framework_edits import Edits
    from labtools.lab import Lab
    from labtools.words import Language


@click.command("framework")
@click.argument("file", type=Path)
@lab_option
def export_framework(file: Path, *, lab_folder: str) -> None:
    """The framework matrix as a new workbook FILE.xlsx, to write summaries in.

    A sheet for each topmost code, a row for each case, a column for each theme; the quotations
    behind them on a sheet of their own. Names stand as they were said, unless somebody has
    withdrawn. Bring it back with labtools import framework.
    """
    from labtools.evidence.coding.framework_sheet import build_framework
    from labtools.lab import open_lab

    faults = []
    if file.suffix.lower() != ".xlsx":
        must, found = "is a name that ends in .xlsx", file.suffix or "no ending"
        faults.append(Fault(str(file), must, found, "choose another"))
    if file.exists():
        must, do = "is a new file", "import what was written in it, and choose another name"
        faults.append(Fault(str(file), must, "one that is there already", do))
    if not file.parent.is_dir():
        must, do = "lies in a folder that is there", "make the folder first"
        faults.append(Fault(str(file), must, "no such folder", do))
    if faults:
        raise BadInput(faults)
    lab = open_lab(lab_folder, pseudonyms=False)
    tables = _read_tables(lab)
    book = build_framework(tables, language=cast("Language", lab.language))
    try:
        with file.open("xb") as stream:
            stream.write(book)
    except OSError as error:
        must, do = "can be written", "choose another place"
        raise BadInput([Fault(str(file), must, str(error.strerror), do)]) from error
    withheld = len(lab.read_table("segments")) - len(tables["segments"])
    if withheld:
        told = "segments of people who take no part or have withdrawn, left out"
        click.echo(f"{lab_folder}: {told}: {withheld}")
    click.echo(f"{file}: it holds raw words, names too: keep it among the researchers")
    click.echo(f"{file}: summaries written: {len(tables['summaries'])}")


@click.command("framework")
@click.argument("file", type=Path)
@lab_option
@click.option("--author", default="", metavar="INITIALS", help="Who wrote what is new in FILE.")
def import_framework(file: Path, *, lab_folder: str, author: str) -> None:
    """Summaries that were written or changed in a workbook from labtools export framework.

    All of them, or none: where the lab has changed a summary since, both texts are shown and
    nothing is written. A cell that was emptied stays as it is in the lab, and is told.
    """
    from datetime import date

    from labtools.evidence.coding.framework_edits import find_edits, read_framework, write_edits
    from labtools.evidence.indicators.table import replace_files
    from labtools.evidence.schemas import contract
    from labtools.lab import open_lab

    lab = open_lab(lab_folder, pseudonyms=False)
    tables = _read_tables(lab)
    ids = {"sources": "source_id", "people": "person_id", "cities": "city"}
    edits = find_edits(
        read_framework(file, name=str(file)),
        tables["summaries"],
        cases={case for table, key in ids.items() for case in tables[table][key]},
        themes=set(tables["codebook"]["code"]),
        name=str(file),
    )
    if (edits.added or edits.changed) and not author.strip():
        must, do = "names who wrote what is new", "give --author INITIALS"
        raise BadInput([Fault("--author", must, _count(edits), do)])
    if edits.added or edits.changed:
        path = lab.folder / contract()["summaries"].file
        old = path.read_bytes().decode("utf-8") if path.exists() else ""
        today = date.today().isoformat()
        replace_files({path: write_edits(old, edits, author=author.strip(), date=today)})
    for line in edits.kept:
        click.echo(line)
    click.echo(f"{lab_folder}: coding/summaries.csv: {_count(edits)}")
    if edits.added or edits.changed:
        click.echo(f"{file} holds what it was exported with: go on in a new export")


def _read_tables(lab: Lab) -> dict[str, pd.DataFrame]:
    names = ("summaries", "codebook", "sources", "people", "cities")
    tables = {name: lab.read_table(name) for name in names}
    return tables | {"segments": lab.read_segments()}


def _count(edits: Edits) -> str:
    return f"summaries added: {len(edits.added)}, changed: {len(edits.changed)}"
