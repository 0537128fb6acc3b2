"""`labtools import coding`, `labtools export coding`: to and from other programs for coding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labtools.cli.group import lab_option

if TYPE_CHECKING:
    import pandas as pd

    from labtools.lab import Lab
    from labtools.words import Language


@click.command("coding")
@click.argument("file", type=Path)
@lab_option
def import_coding(file: Path, *, lab_folder: str) -> None:
    """Codes and coded segments from FILE, as another program saved or exported it.

    FILE is a REFI-QDA project or codebook (.qdpx, .qdc; NVivo, ATLAS.ti, MAXQDA and others write
    them), a QualCoder project (.qda), a Taguette database (.sqlite3), or a table (.csv, .xlsx) of
    coded segments. Rows are added to coding/codebook.csv, coders.csv and segments.csv; what is
    there is never changed, and the same file a second time adds nothing. Every quotation is held
    against the transcripts: what does not match goes to coding/unplaced.csv, with the reason and
    the nearest words. Coding is of the raw text, so the files hold raw words, key or no key.
    """
    from labtools.evidence.coding import importing
    from labtools.evidence.coding.programs import read_project
    from labtools.evidence.coding.said import Said
    from labtools.lab import open_lab

    lab = open_lab(lab_folder, pseudonyms=False)
    project = read_project(file, name=str(file))
    counts = [
        f"{noun} {len(rows)}"
        for rows, noun in (
            (project.codes, "codes"),
            (project.texts, "texts"),
            (project.selections, "coded selections"),
        )
    ]
    turns = lab.read_turns()
    imported = importing.import_coding(
        lab.folder,
        project,
        Said(lab.read_sources(), turns),
        file=file.name,
        language=cast("Language", lab.language),
        gone=_read_others(lab, turns),
    )
    click.echo(f"{file}: {project.program}: {', '.join(counts)}")
    for line in imported.told:
        click.echo(f"{file}: {line}")


def _read_others(lab: Lab, turns: pd.DataFrame) -> set[str]:
    """The texts of the turns that may not be used, as `read_turns` leaves them out."""
    from labtools.evidence.transcripts import cache
    from labtools.evidence.transcripts import turns as transcripts

    if not transcripts.find_gone(lab.read_consent(), withdrawal=lab.withdrawal):
        return set()
    sources = lab.read_sources()
    sources = sources[transcripts.has_transcript(sources)]
    folder = lab.folder / cache.FOLDER
    said = transcripts.read_turns(sources, lab.folder / "raw", cache=folder)
    used = turns.set_index(["source_id", "turn"]).index
    return set(said.loc[~said.set_index(["source_id", "turn"]).index.isin(used), "text"])


@click.command("coding")
@click.argument("file", type=Path)
@lab_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(["qdpx", "qdc"]),
    help="A whole project, or its codes alone. [default: by the ending of FILE]",
)
def export_coding(file: Path, *, lab_folder: str, kind: str | None) -> None:
    """The lab's codes, coders and coded segments to FILE, for NVivo, ATLAS.ti, MAXQDA and others.

    A REFI-QDA project (.qdpx) has every transcript as text too; a codebook (.qdc) the codes alone.
    The words are raw, key or no key: FILE is for the researchers' own programs, never for
    partners. What people have said who take no part or have withdrawn is left out. A FILE that is
    there is not written over.
    """
    from labtools.evidence.coding import exporting
    from labtools.evidence.coding.refi_writing import write_qdc, write_qdpx
    from labtools.evidence.coding.said import Said
    from labtools.faults import BadInput, Fault
    from labtools.lab import open_lab

    kind = kind or file.suffix.lower().removeprefix(".")
    if kind not in ("qdpx", "qdc") or file.suffix.lower() != f".{kind}":
        do = "rename it, or give another --format"
        raise BadInput(
            [Fault(str(file), "has the ending .qdpx or .qdc, as --format says", file.suffix, do)]
        )
    if file.exists():
        raise BadInput([Fault(str(file), "is a file that is not there yet", "one", "name another")])
    if not file.parent.is_dir():
        must, do = "lies in a folder that is there", "make the folder first"
        raise BadInput([Fault(str(file), must, "no such folder", do)])
    lab = open_lab(lab_folder, pseudonyms=False)
    tables = {name: lab.read_table(name) for name in ("codebook", "coders")}
    segments = lab.read_segments()
    exported = exporting.export_coding(
        Said(lab.read_sources(), lab.read_turns()),
        tables | {"segments": segments},
        lab=lab.name,
        language=cast("Language", lab.language),
    )
    project = exported.project
    data = write_qdc(project) if kind == "qdc" else write_qdpx(project, name=lab.name)
    with file.open("xb") as stream:
        stream.write(data)
    withheld = len(lab.read_table("segments")) - len(segments)
    if withheld:
        told = "segments of people who take no part or have withdrawn, left out"
        click.echo(f"{lab_folder}: {told}: {withheld}")
    for line in exported.told:
        click.echo(f"{lab_folder}: {line}")
    counts = f"codes {len(project.codes)}"
    if kind == "qdpx":
        counts += f", texts {len(project.texts)}, coded selections {len(project.selections)}"
        click.echo(f"{file}: it holds raw words, names too: keep it among the researchers")
    click.echo(f"{file}: {counts}")
