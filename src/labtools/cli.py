"""The command line: `labtools check`, `labtools run`, `labtools import`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from labtools.faults import BadInput

if TYPE_CHECKING:
    from labtools.words import Language


class _Commands(click.Group):
    """Shows what is wrong with the input as one line per fault, exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadInput as error:
            if ctx.params["debug"]:
                raise
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(2)


@click.group(cls=_Commands)
@click.option("--debug", is_flag=True, help="Show the traceback of bad input.")
def main(debug: bool) -> None:
    """Turn an innovation lab's field material into pages that can be trusted."""


_lab_option = click.option(
    "--lab", "lab_folder", default="data/example", show_default=True, metavar="FOLDER"
)


@main.command()
@_lab_option
@click.pass_context
def check(ctx: click.Context, lab_folder: str) -> None:
    """Hold a lab's folder against the data contract and name every fault, one line each.

    Exit status: 0 without a fault, 1 with any.
    """
    from labtools.lab import check_lab

    faults = check_lab(lab_folder)
    for fault in faults:
        click.echo(str(fault))
    count = {0: "no fault", 1: "one fault"}.get(len(faults), f"{len(faults)} faults")
    click.echo(f"{lab_folder}: {count} found")
    ctx.exit(1 if faults else 0)


@main.command()
@click.argument("folder", type=Path)
def new(folder: Path) -> None:
    """Lay an empty lab in FOLDER: a commented lab.toml and every table with its header."""
    from labtools.evidence.templates import write_empty_lab

    write_empty_lab(folder)
    click.echo(f"{folder}: write its name in lab.toml and its cities in cities.csv, then")
    click.echo(f"labtools check --lab {folder}")


def _count_cores() -> int:
    """Those that this process may use, where the system tells; else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@main.command()
@click.argument("notebooks", nargs=-1)
@_lab_option
@click.option(
    "--out", metavar="FOLDER", type=Path, help="[default: outputs, beside the notebooks' folder]"
)
@click.option(
    "--notebooks",
    "folder",
    default="notebooks",
    show_default=True,
    metavar="FOLDER",
    type=Path,
    help="Looked for here and in the folders above.",
)
@click.option("--language", metavar="sv|en", help="Of the pages. [default: the lab's]")
@click.option("--audience", default="internal", show_default=True, metavar="internal|partners")
@click.option(
    "--city", "cities", multiple=True, metavar="SLUG", help="Only this city; may be repeated."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=_count_cores,
    show_default="cores",
    help="Reports at a time.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="That one report may take.",
)
@click.option("-p", "values", multiple=True, nargs=2, metavar="NAME VALUE", help="Set a parameter.")
@click.pass_context
def run(
    ctx: click.Context,
    notebooks: tuple[str, ...],
    *,
    lab_folder: str,
    out: Path | None,
    folder: Path,
    language: str | None,
    audience: str,
    cities: tuple[str, ...],
    jobs: int,
    timeout: float,
    values: tuple[tuple[str, str], ...],
) -> None:
    """Run NOTEBOOKS for every city of a lab, and write their pages.

    NOTEBOOKS are paths, or names such as surveys/02_belonging; none means all. A notebook with
    a city parameter runs once per city, any other once for the whole lab; --city leaves out
    the latter. Exit status: 0 all well, 1 a report failed, 2 refused before anything ran.
    """
    from labtools.batch.lock import hold_output
    from labtools.batch.plan import locate_notebooks, plan_reports
    from labtools.batch.progress import shown_progress
    from labtools.batch.record import identify_lab, read_record
    from labtools.batch.runner import run_plan
    from labtools.lab import open_lab
    from labtools.site.build import build_site
    from labtools.site.pages import Site

    lab = open_lab(lab_folder)
    folder = locate_notebooks(folder)
    language = language or lab.language
    reports = plan_reports(
        lab,
        folder=folder,
        notebooks=notebooks,
        cities=cities,
        language=language,
        audience=audience,
        values=dict(values),
    )
    target = (
        (out or folder.parent / "outputs") / lab.folder.resolve().name / f"{audience}-{language}"
    )
    site = Site(lab.name, lab.synthetic, lab.city_names(), cast("Language", language))
    which = identify_lab(lab.folder, target)
    with hold_output(target, tell=lambda line: click.echo(line, err=True)):
        before = read_record(target, lab=which)
        with shown_progress(len(reports)) as progress:
            outcomes = run_plan(reports, out=target, jobs=jobs, timeout=timeout, progress=progress)
        entries = build_site(
            outcomes, before=before, out=target, notebooks=folder, site=site, lab=which
        )
    for entry in entries:
        if entry.status == "failed":
            click.echo(f"{entry.name}: failed: {entry.reason}", err=True)
    stopped = sum(entry.status == "stopped" for entry in entries)
    if stopped:
        click.echo(f"stopped: {stopped} of {len(entries)} reports were not finished", err=True)
    click.echo(target / "index.html")
    ctx.exit(0 if all(entry.status == "done" for entry in entries) else 1)


@main.group("import")
def import_data() -> None:
    """Fetch public statistics into a lab's context/indicators.csv; this alone needs a network."""


@import_data.command()
@_lab_option
@click.option(
    "--kpi", "kpis", multiple=True, required=True, metavar="ID", help="Such as N00956; repeat it."
)
@click.option(
    "--year", "years", multiple=True, required=True, type=click.IntRange(1900, 2100), metavar="YEAR"
)
def kolada(lab_folder: str, *, kpis: tuple[str, ...], years: tuple[int, ...]) -> None:
    """Key figures from Kolada of the municipalities in the lab's cities.csv."""
    from datetime import date

    from labtools.evidence import indicators
    from labtools.faults import Fault
    from labtools.lab import open_lab

    lab = open_lab(lab_folder)
    municipalities = [code for code in lab.read_cities()["municipality_code"] if code]
    if not municipalities:
        do = "fill in municipality_code"
        raise BadInput([Fault("cities.csv", "names a municipality", "none", do)])
    rows = indicators.read_kolada(kpis, municipalities, years)
    indicators.add_indicators(lab.folder, rows, retrieved=date.today())
    click.echo(f"{lab_folder}: {len(rows)} rows of context/indicators.csv written")


@import_data.command()
@_lab_option
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

    from labtools.evidence import indicators
    from labtools.lab import open_lab

    query: dict[str, list[str]] = {}
    for selection in selections:
        name, _, codes = selection.partition("=")
        if not name or not codes:
            raise click.BadParameter(f"{selection}: write NAME=CODE,CODE", param_hint="--select")
        query.setdefault(name, []).extend(re.split(r",(?![^()]*\))", codes))
    lab = open_lab(lab_folder)
    rows = indicators.read_scb(table, query)
    indicators.add_indicators(lab.folder, rows, retrieved=date.today())
    click.echo(f"{lab_folder}: {len(rows)} rows of context/indicators.csv written")
