"""`labtools import table`: a table of municipalities that came as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labtools.cli.group import lab_option

if TYPE_CHECKING:
    from labtools.evidence.indicators.files import IndicatorFile
    from labtools.words import Language

_MOST_NAMED = 5


@click.command()
@click.argument("file", type=Path)
@lab_option
@click.option("--region", required=True, metavar="COLUMN", help="Where the municipality codes are.")
@click.option("--period", required=True, metavar="COLUMN", help="Where the years or dates are.")
@click.option("--provider", required=True, metavar="NAME", help="Who made the figures.")
@click.option(
    "--indicator",
    "named",
    multiple=True,
    metavar="COLUMN=CODE",
    help="A column to take, and what to call it; repeat it.  [default: every column of numbers]",
)
@click.option("--source", default="", metavar="TEXT", help="Where the figures came from.")
def table(
    file: Path,
    lab_folder: str,
    *,
    region: str,
    period: str,
    provider: str,
    named: tuple[str, ...],
    source: str,
) -> None:
    """Figures of municipalities from FILE (.csv, .xlsx or .sav), a row for each and period."""
    from datetime import date

    from labtools.evidence.indicators.definitions import add_indicator_file
    from labtools.evidence.indicators.files import read_indicator_file
    from labtools.lab import open_lab

    pairs = [pair.rpartition("=") for pair in named]
    for pair, (column, _, code) in zip(named, pairs, strict=True):
        if not column.strip() or not code.strip():
            raise click.BadParameter(f"{pair}: write COLUMN=CODE", param_hint="--indicator")
    columns = [column.strip() for column, _, _ in pairs]
    for column in columns:
        if columns.count(column) > 1:
            raise click.BadParameter(f"{column} is named twice", param_hint="--indicator")
    if not provider.strip():
        raise click.BadParameter("write who made the figures", param_hint="--provider")
    lab = open_lab(lab_folder, pseudonyms=False)
    read = read_indicator_file(
        file,
        name=str(file),
        region=region,
        period=period,
        provider=provider.strip(),
        indicators={column.strip(): code.strip() for column, _, code in pairs},
    )
    replaced = add_indicator_file(
        lab.folder,
        read,
        source=source.strip(),
        language=cast("Language", lab.language),
        retrieved=date.today(),
    )
    for line in _tell(read):
        click.echo(f"{file}: {line}")
    click.echo(f"{lab_folder}: {_tell_rows(read, replaced)}")


def _tell(read: IndicatorFile) -> Iterator[str]:
    """What was found out about a file, and what was done to read it, one line each."""
    from labtools.evidence.indicators.municipalities import municipality_names

    signs = {"": "", ",": ", decimals after a comma", ".": ", decimals after a point"}
    if read.delimiter:
        yield f"{read.encoding}, columns parted by {read.delimiter!r}{signs[read.decimal]}"
    repaired = read.repaired[["found", "written"]].drop_duplicates()
    if len(repaired):
        pairs = [f"{found} → {written}" for found, written in repaired.to_numpy().tolist()]
        told = f"{_count(len(pairs), 'code')} repaired, in {_count(len(read.repaired), 'row')}"
        yield f"{told}: {_name_some(pairs)}"
    for why in dict.fromkeys(read.left_out.values()):
        columns = [column for column, reason in read.left_out.items() if reason == why]
        yield f"left out, {why}: {', '.join(columns)}"
    if read.gaps:
        names = municipality_names()
        pairs = [f"{region} {names[region]} in {period}" for region, period in read.gaps]
        count = read.rows["region"].nunique() * read.rows["period"].nunique()
        told = f"{len(pairs)} of {count} pairs of municipality and period"
        yield f"without a row, {told}: {_name_some(pairs)}"


def _tell_rows(read: IndicatorFile, replaced: int) -> str:
    rows = read.rows
    written = _count(len(rows), "row")
    blank = int(rows["value"].isna().sum())
    return (
        f"{written} of context/indicators.csv written, {replaced} in place of earlier ones, "
        f"{blank} without a value: {_count(rows['indicator'].nunique(), 'indicator')}, "
        f"{_count(rows['region'].nunique(), 'place')}, {_count(rows['period'].nunique(), 'period')}"
    )


def _count(number: int, noun: str) -> str:
    """A number of things.

    >>> _count(1, "code"), _count(2, "code")
    ('1 code', '2 codes')
    """
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _name_some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
