"""Outcomes of a run → pages, index and record of an output folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from labtools.batch.execute import Outcome, executed_path
from labtools.batch.reasons import tell_reason
from labtools.batch.record import Entry, write_record
from labtools.site.index import write_index
from labtools.site.pages import Site, render_page
from labtools.words import Language


def build_site(
    outcomes: Sequence[Outcome],
    *,
    before: Sequence[Entry],
    out: Path,
    notebooks: Path,
    site: Site,
    lab: str,
) -> list[Entry]:
    """Write the pages of a run, `index.html` and `run.json`; return what became of each report.

    before: the folder's record until now. Its reports that this run did not touch stay, as long
    as their notebook and city exist; pages of the same notebook are written anew, as they link
    to each other. A stopped report keeps what it had. A page that cannot be written makes its
    report a failed one. lab: which one it is, as `record.identify_lab` tells.
    """
    run = {o.report.name: _as_entry(o, site.language) for o in outcomes}
    scopes = {entry.notebook: entry.city is None for entry in run.values()}
    kept = {
        old.name: old
        for old in before
        if (notebooks / f"{old.notebook}.ipynb").exists()
        and (old.city is None or old.city in site.cities)
        and scopes.get(old.notebook, old.city is None) == (old.city is None)
    }
    finished = {name: entry for name, entry in run.items() if entry.status != "stopped"}
    entries = {**run, **kept, **finished}
    root = notebooks.resolve().parent
    for name, entry in entries.items():
        if entry.notebook in scopes:
            entries[name] = _with_page(entry, entries, out=out, root=root, site=site)
    write_record(out, entries.values(), lab=lab)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    write_index(out / "index.html", list(entries.values()), site=site, when=when)
    return [entries[name] if name in finished else run[name] for name in run]


def _as_entry(outcome: Outcome, language: Language) -> Entry:
    report = outcome.report
    return Entry(
        notebook=report.notebook.name,
        city=report.city,
        title=report.notebook.titles[language],
        parameters=report.parameters,
        status=outcome.status,
        reason=outcome.reason,
        seconds=outcome.seconds,
        cpu_seconds=outcome.cpu_seconds,
        cell_cpu_seconds=outcome.cell_cpu_seconds,
        stderr=outcome.stderr,
        when=outcome.when,
        page=None,
    )


def _with_page(
    entry: Entry, entries: dict[str, Entry], *, out: Path, root: Path, site: Site
) -> Entry:
    """The entry after its page was written, or removed where the report is not done."""
    page = out / f"{entry.name}.html"
    if entry.status == "done":
        cities = [
            city
            for city in site.cities
            if (other := entries.get(f"{entry.notebook}/{city}")) and other.status == "done"
        ]
        try:
            render_page(executed_path(out, entry.name), page, entry=entry, site=site, cities=cities)
        except Exception as error:  # told as the reason, so that the other pages are written
            reason = tell_reason(f"the page: {type(error).__name__}: {error}", root=root)
            entry = replace(entry, status="failed", reason=reason)
        else:
            return replace(entry, page=f"{entry.name}.html")
    page.unlink(missing_ok=True)
    return replace(entry, page=None)
