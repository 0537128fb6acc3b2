"""`labtools run`: notebooks times cities, executed and rendered."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labtools.cli.group import lab_option

if TYPE_CHECKING:
    from labtools.batch.execute import Outcome
    from labtools.batch.plan import Report
    from labtools.lab import Lab
    from labtools.site.build import Output
    from labtools.words import Language


def _count_cores() -> int:
    """Those that this process may use, where the system tells; else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shows_names(lab: Lab) -> bool:
    """Whether people's words reach the pages as they stand; where that cannot be read, yes."""
    from labtools.evidence.transcripts.turns import has_transcript
    from labtools.faults import BadInput

    if lab.synthetic or lab.pseudonymiser is not None:
        return False
    try:
        return bool(has_transcript(lab.read_sources()).any())
    except BadInput:  # the notebooks tell it
        return True


def _run(
    reports: Sequence[Report],
    *,
    output: Output,
    jobs: int,
    timeout: float,
) -> list[Outcome]:
    """Run reports, show how far that has come, and remember each as soon as it is finished."""
    from labtools.batch.cells import read_cells
    from labtools.batch.library import find_modules
    from labtools.batch.quick_schema import import_jsonschema
    from labtools.batch.warm import kernel_server

    paths = {report.notebook.path for report in reports}
    cells = [cell for path in paths for cell in read_cells(path)]
    modules = find_modules(cell.source for cell in cells if cell.kind == "code")
    with kernel_server(modules) as server:
        import_jsonschema()  # while the server imports
        from labtools.batch.progress import shown_progress
        from labtools.batch.runner import run_plan

        with shown_progress(len(reports)) as show:

            def progress(outcome: Outcome) -> None:
                output.remember(outcome)
                show(outcome)

            return run_plan(
                reports,
                out=output.folder,
                jobs=jobs,
                timeout=timeout,
                server=server,
                progress=progress,
            )


def _tell_costs(outcomes: Sequence[Outcome], begun: float) -> dict[str, float]:
    """What a run has cost so far: seconds by the clock and of processors, start and pages included.

    Forked kernels are no children of this process; ordinary ones are, and Windows counts none.
    """
    times = os.times()
    own, kernels = sum(times[:4]), sum(outcome.cpu_seconds for outcome in outcomes)
    return {
        "reports": len(outcomes),
        "seconds": round(time.monotonic() - begun, 2),
        "cpu_seconds": round(own if sys.platform == "darwin" else own + kernels, 2),
        "cell_cpu_seconds": round(sum(outcome.cell_cpu_seconds for outcome in outcomes), 2),
    }


@click.command()
@click.argument("notebooks", nargs=-1)
@lab_option
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
@click.option("--dry-run", is_flag=True, help="Tell what would run, and why; run nothing.")
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
    dry_run: bool,
    values: tuple[tuple[str, str], ...],
) -> None:
    """Run NOTEBOOKS for every city of a lab, as far as anything changed, and write their pages.

    NOTEBOOKS are paths, or names such as surveys/02_belonging; none means all. A notebook with
    a city parameter runs once per city, any other once for the whole lab; --city leaves out
    the latter. Exit status: 0 all well, 1 a report failed, 2 refused before anything ran.
    """
    from labtools.batch.changes import Evidence, find_changes
    from labtools.batch.lock import hold_output
    from labtools.batch.plan import locate_notebooks, plan_reports
    from labtools.batch.record import identify_lab, read_record
    from labtools.batch.state import hash_file, hash_files, read_states
    from labtools.lab import open_lab
    from labtools.privacy.key import find_key
    from labtools.site.build import Output, build_site
    from labtools.site.frame import Site

    begun = time.monotonic()
    lab = open_lab(lab_folder)
    if _shows_names(lab):
        click.echo(f"{lab_folder}: names are not replaced; see labtools key --help", err=True)
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

    def tell(line: str) -> None:
        click.echo(line, err=True)

    with hold_output(target, tell=tell):
        before = read_record(target, lab=which, tell=tell)
        files = hash_files(lab.folder)
        if (key := find_key(lab.folder)) is not None:
            files["the key"] = hash_file(key)
        evidence = Evidence(lab, files=files, before=before.files)
        states = read_states(reports)
        reasons = find_changes(
            reports, before.entries, states=states, out=target, evidence=evidence
        )
        if dry_run:
            for name, reason in reasons.items():
                if reason:
                    click.echo(f"{name}: {reason}")
            click.echo(f"{sum(map(bool, reasons.values()))} of {len(reports)} reports would run")
            return
        to_run = [report for report in reports if reasons[report.name]]
        output = Output(target, which, folder, site, files, states)
        outcomes = _run(to_run, output=output, jobs=jobs, timeout=timeout) if to_run else []
        entries = build_site(
            reports,
            outcomes,
            before=before,
            output=output,
            costs=lambda: _tell_costs(outcomes, begun),
        )
    for entry in entries:
        if entry.status == "failed":
            click.echo(f"{entry.name}: failed: {entry.reason}", err=True)
    stopped = sum(entry.status == "stopped" for entry in entries)
    if stopped:
        click.echo(f"stopped: {stopped} of {len(entries)} reports were not finished", err=True)
    click.echo(target / "index.html")
    ctx.exit(0 if all(entry.status == "done" for entry in entries) else 1)
