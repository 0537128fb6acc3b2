"""`labtools import`: what others have gathered, into a lab's folder."""

from __future__ import annotations

from pathlib import Path

import click

from labtools.cli.coding import import_coding
from labtools.cli.framework import import_framework
from labtools.cli.group import lab_option
from labtools.cli.table import table
from labtools.faults import BadInput


@click.group("import")
def import_data() -> None:
    """Bring what others have gathered into a lab; kolada and scb alone need a network."""


import_data.add_command(table)
import_data.add_command(import_coding)
import_data.add_command(import_framework)


@import_data.command()
@lab_option
@click.option(
    "--kpi", "kpis", multiple=True, required=True, metavar="ID", help="Such as N00956; repeat it."
)
@click.option(
    "--year", "years", multiple=True, required=True, type=click.IntRange(1900, 2100), metavar="YEAR"
)
def kolada(lab_folder: str, *, kpis: tuple[str, ...], years: tuple[int, ...]) -> None:
    """Key figures from Kolada of the municipalities in the lab's cities.csv."""
    from datetime import date

    from labtools.evidence.indicators.kolada import read_kolada
    from labtools.evidence.indicators.table import add_indicators
    from labtools.faults import Fault
    from labtools.lab import open_lab

    lab = open_lab(lab_folder, pseudonyms=False)
    municipalities = [code for code in lab.read_cities()["municipality_code"] if code]
    if not municipalities:
        do = "fill in municipality_code"
        raise BadInput([Fault("cities.csv", "names a municipality", "none", do)])
    rows = read_kolada(kpis, municipalities, years)
    add_indicators(lab.folder, rows, retrieved=date.today())
    click.echo(f"{lab_folder}: {len(rows)} rows of context/indicators.csv written")


@import_data.command()
@lab_option
@click.option("--table", required=True, metavar="ID", help="Such as TAB638.")
@click.option(
    "--select",
    "selections",
    multiple=True,
    required=True,
    metavar="NAME=CODE,CODE",
    help="Codes of one variable of the table, or * or top(3); repeat it.",
)
def scb(lab_folder: str, *, table: str, selections: tuple[str, ...]) -> None:
    """Figures from one table of Statistics Sweden (SCB)."""
    import re
    from datetime import date

    from labtools.evidence.indicators.scb import read_scb
    from labtools.evidence.indicators.table import add_indicators
    from labtools.lab import open_lab

    query: dict[str, list[str]] = {}
    for selection in selections:
        name, _, codes = selection.partition("=")
        if not name or not codes:
            raise click.BadParameter(f"{selection}: write NAME=CODE,CODE", param_hint="--select")
        query.setdefault(name, []).extend(re.split(r",(?![^()]*\))", codes))
    lab = open_lab(lab_folder, pseudonyms=False)
    rows = read_scb(table, query)
    add_indicators(lab.folder, rows, retrieved=date.today())
    click.echo(f"{lab_folder}: {len(rows)} rows of context/indicators.csv written")


@import_data.command()
@click.argument("file", type=Path)
@click.option("--as", "name", required=True, metavar="NAME", help="What notebooks call it: a slug.")
@lab_option
@click.option(
    "--profile", default="", metavar="TOOL", help="That wrote the file. [default: found out]"
)
def survey(file: Path, *, name: str, lab_folder: str, profile: str) -> None:
    """A survey's answers: lays surveys/NAME with a first dictionary to read and fill in."""
    from labtools.evidence.questionnaires.proposals.folder import describe_import, import_survey
    from labtools.lab import open_lab

    lab = open_lab(lab_folder, pseudonyms=False)
    imported = import_survey(
        file, lab=lab.folder, survey=name, language=lab.language, profile=profile
    )
    for line in describe_import(imported, lab=lab_folder):
        click.echo(line)
