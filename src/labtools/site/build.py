"""Reports of a run, old and new → pages, index and record of an output folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from labtools.batch.library import hash_library
from labtools.batch.plan import Notebook, Report
from labtools.batch.reasons import tell_reason
from labtools.batch.record import Entry, Record, executed_path, remember_entry, write_record
from labtools.batch.state import State, hash_files, hash_json
from labtools.batch.withdrawn import Withdrawals
from labtools.reads import hash_input
from labtools.site.about import FILE, Dated, write_about
from labtools.site.contents import (
    compare_contents,
    find_contents,
    keep_contents,
    read_contents,
    tell_why,
)
from labtools.site.frame import TEMPLATE, Site, are_for_partners
from labtools.site.index import write_index
from labtools.site.links import (
    Links,
    find_twin,
    lead_to_twin,
    leads_to,
    remove_page,
    tell_command,
)
from labtools.site.side_by_side import page_of, write_side_by_side

if TYPE_CHECKING:
    from labtools.batch.execute import Outcome
    from labtools.site.pages import Press
    from labtools.site.sources import Sources


@dataclass(frozen=True)
class Output:
    """An output folder during a run.

    lab: which one it is about, as `record.identify_lab` tells. notebooks: the folder from which
    notebooks have their names. files: of the lab, with a digest each, when the run began.
    states: of the notebooks that the run is about, then too. withdrawals: as the run found them.
    dates: of the lab's sources, asked for where a page tells them; sources: what counts the files
    that a report read, for its page.
    """

    folder: Path
    lab: str
    notebooks: Path
    site: Site
    files: Mapping[str, str]
    states: Mapping[str, State]
    withdrawals: Withdrawals | None = None
    dates: Callable[[], Sequence[Dated]] = list
    sources: Sources | None = None

    def as_entry(self, outcome: Outcome) -> Entry:
        """What the record says of a report that has just been run, before it has a page."""
        report = outcome.report
        return Entry(
            notebook=report.notebook.name,
            city=report.city,
            title=report.notebook.titles[self.site.language],
            parameters=report.parameters,
            status=outcome.status,
            reason=outcome.reason,
            seconds=outcome.seconds,
            cpu_seconds=outcome.cpu_seconds,
            cell_cpu_seconds=outcome.cell_cpu_seconds,
            stderr=outcome.stderr,
            when=outcome.when,
            page=None,
            reads=[[read.reader, read.arguments, read.digest] for read in outcome.reads],
            files=dict(outcome.files),
            state=asdict(self.states[report.notebook.name]),
            settings=self.files.get("lab.toml", ""),
            evidence=hash_json(dict(self.files)),
            executed=hash_input(executed_path(self.folder, report.name)),
        )

    def remember(self, outcome: Outcome) -> None:
        """So that a run that is killed has not run in vain."""
        if outcome.status != "stopped":
            remember_entry(self.folder, self.as_entry(outcome), lab=self.lab)


def build_site(
    reports: Sequence[Report],
    outcomes: Sequence[Outcome],
    *,
    before: Record,
    output: Output,
    costs: Callable[[], Mapping[str, float]],
) -> list[Entry]:
    """Write the pages of a run, `index.html` and `run.json`; return what became of each report.

    `about.html` tells how a lab's notebooks are made, so notebooks of others come without it.

    reports: that the run was about; outcomes: of those that had to run. before: the folder's
    record until now; its reports that this run was not about stay, as long as their notebook and
    city exist. A page is written where anything that it is made from has changed, the other pages
    it leads to among that. A stopped report keeps what it had. A page that cannot be written
    makes its report a failed one. costs: of the run, asked for at its end.
    """
    ran = {outcome.report.name: output.as_entry(outcome) for outcome in outcomes}
    kept = _keep(reports, ran, before=before, output=output)
    finished = {name: entry for name, entry in ran.items() if entry.status != "stopped"}
    entries = {**ran, **kept, **finished}
    now = datetime.now().astimezone().isoformat()
    about = {report.notebook.name: report.notebook for report in reports}
    _write_pages(entries, about, output, before=before, when=now)
    out, files, twin = output.folder, output.files, find_twin(output.folder, output.site.language)
    told = output.withdrawals.told if output.withdrawals else ()
    listed = list(entries.values())
    write_index(
        out / "index.html",
        listed,
        site=output.site,
        when=now,
        withdrawals=told,
        twin=lead_to_twin(out, "index.html", twin),
    )
    other = lead_to_twin(out, FILE, twin)
    if output.site.cities and (outcomes or not leads_to(out / FILE, other)):
        dates = () if are_for_partners(listed) else output.dates()
        write_about(out, listed, dates, site=output.site, twin=other)
    write_record(
        out,
        entries.values(),
        lab=output.lab,
        files=files,
        costs=costs(),
        withdrawals=output.withdrawals,
    )
    return [
        ran[name] if name in ran and name not in finished else entries[name]
        for name in (report.name for report in reports)
    ]


def _keep(
    reports: Sequence[Report], ran: Mapping[str, Entry], *, before: Record, output: Output
) -> dict[str, Entry]:
    """The reports of earlier runs that still exist, their prose as it is now."""
    about = {report.notebook.name: report.notebook for report in reports}
    scopes = {report.notebook.name: report.city is None for report in reports}
    evidence, site = hash_json(dict(output.files)), output.site
    kept = {
        name: old
        for name, old in before.entries.items()
        if (output.notebooks / f"{old.notebook}.ipynb").exists()
        and (old.city is None or old.city in site.cities)
        and scopes.get(old.notebook, old.city is None) == (old.city is None)
    }
    for name in ({report.name for report in reports} - ran.keys()) & kept.keys():
        old, notebook = kept[name], about[kept[name].notebook]
        prose = output.states[old.notebook].prose
        if old.state["prose"] != prose:
            from labtools.batch.prose import refresh_prose  # slow, and seldom needed

            refresh_prose(notebook.path, executed_path(output.folder, name))
        state = {**old.state, "prose": prose}
        title = notebook.titles[site.language]
        executed = hash_input(executed_path(output.folder, name))
        kept[name] = replace(old, evidence=evidence, title=title, state=state, executed=executed)
    return kept


def _write_pages(
    entries: dict[str, Entry],
    about: Mapping[str, Notebook],
    output: Output,
    *,
    before: Record,
    when: str,
) -> None:
    """Write what pages have to be written, of the notebooks that the run was about."""
    library = hash_library(["import labtools.site.build"], root=output.notebooks.resolve().parent)
    site = output.site
    frame = hash_json(
        [
            [library, *hash_files(TEMPLATE).items()],
            [site.lab, site.synthetic, site.language, *site.cities.items()],
        ]
    )
    done = {
        notebook: [
            city
            for city in site.cities
            if (one := entries.get(f"{notebook}/{city}")) and one.status == "done"
        ]
        for notebook in about
    }
    twin = find_twin(output.folder, site.language)
    bench = _Bench(output, cache(partial(_open_press, site)), frame, twin, when)
    anew = set()
    for name, entry in entries.items():
        if entry.notebook in about:
            links = _find_links(entry, about[entry.notebook], done[entry.notebook], bench)
            entries[name] = _with_page(
                entry, about[entry.notebook], links, bench, old=before.entries.get(name)
            )
            if entries[name] is not entry:
                anew.add(entry.notebook)
    for notebook in anew:
        of_cities = {
            city: one
            for city in done[notebook]
            if (one := entries[f"{notebook}/{city}"]).page is not None
        }
        write_side_by_side(output.folder, notebook, of_cities, site=site, twin=twin)


@dataclass(frozen=True)
class _Bench:
    """What pages are written with.

    frame: a digest of what all pages are made from, beside their reports. twin: the folder of
    the other language, from this one. when: this run writes.
    """

    output: Output
    press: Callable[[], Press]
    frame: str
    twin: str
    when: str


def _find_links(entry: Entry, notebook: Notebook, cities: Sequence[str], bench: _Bench) -> Links:
    many = len(cities) > 1 and entry.city in cities
    return Links(
        cities=cities,
        beside=page_of(entry.notebook, str(entry.city), cities) if many else "",
        twin=lead_to_twin(bench.output.folder, f"{entry.name}.html", bench.twin),
        document=notebook.document,
        command=tell_command(entry, notebook),
    )


def _open_press(site: Site) -> Press:
    from labtools.site.pages import Press  # slow, and not needed where nothing changed

    return Press(site)


def _with_page(
    entry: Entry, notebook: Notebook, links: Links, bench: _Bench, *, old: Entry | None
) -> Entry:
    """The entry after its page was written, or removed where the report is not done.

    old: what the record said of the report before this run.
    """
    folder = bench.output.folder
    page = folder / f"{entry.name}.html"
    document = page.with_suffix(".docx") if notebook.document else None
    if entry.status == "done":
        own = [entry.title, entry.parameters, entry.when, entry.seconds, entry.state]
        rendered = hash_json([bench.frame, list(links.cities), links.twin, own])
        there = leads_to(page, links.twin) and (not document or document.is_file())
        if entry.rendered == rendered and there:
            return entry
        said = read_contents(folder, old) if old else None
        try:
            read = bench.output.sources
            sources = read.tell(entry, bench.output.site.language) if read else []
            executed = executed_path(folder, entry.name)
            text = bench.press().render(executed, page, entry, links, sources=sources)
        except Exception as error:  # told as the reason, so that the other pages are written
            reason = tell_reason(f"the page: {type(error).__name__}: {error}", root=notebook.root)
            entry = replace(entry, status="failed", reason=reason)
        else:
            new = find_contents(text, rendered=rendered)
            why = tell_why(entry, old)
            keep_contents(folder, entry.name, compare_contents(new, said, why=why, when=bench.when))
            return replace(entry, page=f"{entry.name}.html", rendered=rendered)
    remove_page(folder, f"{entry.name}.html", bench.twin)
    if document:
        document.unlink(missing_ok=True)
    return replace(entry, page=None)
