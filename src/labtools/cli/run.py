"""`labtools run`: notebooks times cities, executed and rendered."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labtools.cli.group import lab_option
from labtools.faults import BadInput, Fault

if TYPE_CHECKING:
    from labtools.batch.execute import Outcome
    from labtools.batch.plan import Report
    from labtools.batch.record import Entry, Record
    from labtools.batch.withdrawn import Withdrawals
    from labtools.cli.job import Job
    from labtools.lab import Lab
    from labtools.site.build import Output


def _count_cores() -> int:
    """Those that this process may use, where the system tells; else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run(reports: Sequence[Report], *, output: Output, lab: Lab | None, how: _How) -> list[Outcome]:
    """Run reports, show how far that has come, and remember each as soon as it is finished."""
    from labtools.batch.cells import read_cells
    from labtools.batch.library import find_modules
    from labtools.batch.quick_schema import import_jsonschema
    from labtools.batch.warm import kernel_server

    paths = {report.notebook.path for report in reports}
    cells = [cell for path in paths for cell in read_cells(path)]
    modules = find_modules(cell.source for cell in cells if cell.kind == "code")
    with nullcontext() if how.dask else kernel_server(modules, foreign=lab is None) as server:
        import_jsonschema()  # while the server imports
        from labtools.batch.progress import shown_progress
        from labtools.batch.runner import run_plan

        with shown_progress(len(reports)) as (show, tell):

            def progress(outcome: Outcome) -> None:
                output.remember(outcome)
                show(outcome)

            if how.dask is None or lab is None:
                return run_plan(
                    reports,
                    out=output.folder,
                    jobs=how.jobs,
                    timeout=how.timeout,
                    server=server,
                    progress=progress,
                )
            from labtools.batch.cluster.caller import run_on_dask

            return run_on_dask(
                reports,
                address=how.dask,
                lab_folder=lab.folder,
                files=output.files,
                out=output.folder,
                timeout=how.timeout,
                modules=modules,
                progress=progress,
                tell=tell,
            )


@dataclass(frozen=True)
class _How:
    """Reports at a time, seconds each may take, the scheduler of the cluster that runs them."""

    jobs: int
    timeout: float
    dask: str | None


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
@click.option("--language", metavar="sv|en|both", help="Of the pages. [default: the lab's]")
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
@click.option("--dask", metavar="ADDRESS", help="Of the scheduler of a cluster; see README.md.")
@click.option("--dry-run", is_flag=True, help="Tell what would run, and why; run nothing.")
@click.option("--watch", is_flag=True, help="Run again whenever something is saved.")
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
    dask: str | None,
    dry_run: bool,
    watch: bool,
    values: tuple[tuple[str, str], ...],
) -> None:
    """Run NOTEBOOKS for every city of a lab, as far as anything changed, and write their pages.

    NOTEBOOKS are paths, or names such as surveys/02_belonging; none means all. A notebook with
    a city parameter runs once per city, any other once for the whole lab; --city leaves out
    the latter. Notebooks that lie elsewhere and know nothing of labtools run once, here, with
    what -p sets. Exit status: 0 all well, 1 a report failed, 2 refused before anything ran.
    """
    from labtools.batch.lock import hold_output
    from labtools.batch.plan import LANGUAGES
    from labtools.cli.job import find_job

    def tell(line: str) -> None:
        click.echo(line, err=True)

    begun, tell_once = time.monotonic(), cache(tell)
    both = language == "both"
    wanted = [
        find_job(
            notebooks,
            lab_folder=lab_folder,
            folder=folder,
            out=out,
            language=one,
            audience=audience,
            cities=cities,
            values=dict(values),
            tell=tell_once,
        )
        for one in (LANGUAGES if both else (language,))
    ]
    if dask and wanted[0].lab is None:
        do = "leave --dask out"
        raise BadInput([Fault("--dask", "runs notebooks of a lab", "other notebooks", do)])
    if watch:
        from labtools.batch.watch import watch_and_run

        job = wanted[0]
        ctx.exit(watch_and_run(_own_command(), folders=job.folders(), out=job.target, tell=tell))
    made: dict[Path, list[Entry]] = {}
    ran: dict[Path, list[Outcome]] = {}
    again = wanted[:1] if both and not dry_run else []  # its pages lead to those made since
    for job in [*wanted, *again]:
        with hold_output(job.target, tell=tell):
            try:
                how = _How(jobs, timeout, dask)
                entries = _make(job, how=how, dry_run=dry_run, begun=begun, ran=ran)
            except OSError as error:
                if ctx.find_root().params["debug"]:
                    raise
                must, found = "can be read and written", error.strerror or str(error)
                do = "mend that and run again: what is finished stays"
                tell(str(Fault(str(error.filename or job.target), must, found, do)))
                ctx.exit(1)
        if entries is not None:
            made[job.target] = entries
    for target, entries in made.items():
        for entry in entries:
            if entry.status == "failed":
                tell(f"{entry.name}: failed: {entry.reason}")
        stopped = sum(entry.status == "stopped" for entry in entries)
        if stopped:
            tell(f"stopped: {stopped} of {len(entries)} reports were not finished")
        click.echo(target / "index.html")
    ctx.exit(0 if all(one.status == "done" for of in made.values() for one in of) else 1)


def _find_withdrawals(job: Job, before: Record, files: Mapping[str, str]) -> Withdrawals | None:
    """What is known of people who have withdrawn; what is new is told."""
    from labtools.batch.withdrawn import find_withdrawals
    from labtools.words import say_row

    if job.lab is None:
        return None
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    found = find_withdrawals(
        job.lab, before.withdrawals, files=files, files_before=before.files, when=when
    )
    for one in found.told[len(before.withdrawals.told) if before.withdrawals else 0 :]:
        click.echo(say_row("withdrew", vars(one), language="en"), err=True)
    return found


def _own_command() -> list[str]:
    """This command once more, in a process of its own that does not watch."""
    main = "from labtools.cli import main; main(prog_name='labtools')"
    words = [word for word in sys.argv[1:] if word != "--watch"]
    return [sys.executable, "-P", "-c", main, *words]


def _make(
    job: Job, *, how: _How, dry_run: bool, begun: float, ran: dict[Path, list[Outcome]]
) -> list[Entry] | None:
    """Run what has to run, and write the pages; None where that was only to be told.

    ran: by output folder what this command has run; where that is known, only pages are written.
    """
    from labtools.batch.changes import find_changes
    from labtools.batch.record import read_record
    from labtools.batch.state import read_states
    from labtools.site.about import find_dates
    from labtools.site.build import Output, build_site
    from labtools.site.sources import Sources

    before = read_record(job.target, lab=job.which, tell=partial(click.echo, err=True))
    files, states = job.hash_inputs(), read_states(job.reports)
    reasons = find_changes(
        job.reports,
        before.entries,
        states=states,
        out=job.target,
        evidence=job.compare(files, before),
    )
    if dry_run:
        for name, reason in reasons.items():
            if reason:
                click.echo(f"{name}: {reason}")
        click.echo(f"{sum(map(bool, reasons.values()))} of {len(job.reports)} reports would run")
        return None
    to_run = [report for report in job.reports if reasons[report.name] and job.target not in ran]
    withdrawals = _find_withdrawals(job, before, files)
    dates, sources = partial(find_dates, job.lab), Sources(job.lab, frozenset(files))
    output = Output(
        job.target, job.which, job.base, job.site, files, states, withdrawals, dates, sources
    )
    outcomes = _run(to_run, output=output, lab=job.lab, how=how) if to_run else []
    ran.setdefault(job.target, outcomes)
    return build_site(
        job.reports,
        outcomes,
        before=before,
        output=output,
        costs=lambda: _tell_costs(ran[job.target], begun),
    )
