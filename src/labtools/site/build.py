"""Reports of a run, old and new → pages, index and record of an output folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from labtools.batch.library import hash_library
from labtools.batch.plan import Report
from labtools.batch.reasons import tell_reason
from labtools.batch.record import Entry, Record, executed_path, write_record
from labtools.batch.state import hash_file, hash_files, hash_json, read_state
from labtools.site.frame import TEMPLATE, Site
from labtools.site.index import write_index
from labtools.words import Language

if TYPE_CHECKING:
    from labtools.batch.execute import Outcome


def build_site(
    reports: Sequence[Report],
    outcomes: Sequence[Outcome],
    *,
    before: Record,
    files: Mapping[str, str],
    out: Path,
    notebooks: Path,
    site: Site,
    lab: str,
) -> list[Entry]:
    """Write the pages of a run, `index.html` and `run.json`; return what became of each report.

    reports: that the run was about; outcomes: of those that had to run. before: the folder's
    record until now; its reports that this run was not about stay, as long as their notebook and
    city exist. A page is written where anything that it is made from has changed, the other
    pages it leads to among that. A stopped report keeps what it had. A page that cannot be
    written makes its report a failed one. files: of the lab, with a digest each, when the run
    began. lab: which one it is, as `record.identify_lab` tells.
    """
    about = {report.notebook.name: report.notebook for report in reports}
    states = {name: asdict(read_state(notebook)) for name, notebook in about.items()}
    evidence = hash_json(dict(files))
    ran = {one.report.name: as_entry(one, files=files, language=site.language) for one in outcomes}
    scopes = {report.notebook.name: report.city is None for report in reports}
    kept = {
        name: old
        for name, old in before.entries.items()
        if (notebooks / f"{old.notebook}.ipynb").exists()
        and (old.city is None or old.city in site.cities)
        and scopes.get(old.notebook, old.city is None) == (old.city is None)
    }
    for name in ({report.name for report in reports} - ran.keys()) & kept.keys():
        old, notebook = kept[name], about[kept[name].notebook]
        if old.state["prose"] != states[old.notebook]["prose"]:
            from labtools.batch.prose import refresh_prose  # slow, and seldom needed

            refresh_prose(notebook.path, executed_path(out, name))
        state = {**old.state, "prose": states[old.notebook]["prose"]}
        title = notebook.titles[site.language]
        kept[name] = replace(old, evidence=evidence, title=title, state=state)
    finished = {name: entry for name, entry in ran.items() if entry.status != "stopped"}
    entries = {**ran, **kept, **finished}
    root = notebooks.resolve().parent
    frame = hash_json(
        [hash_library(["import labtools.site.build"], root=root), *hash_files(TEMPLATE).items()]
    )
    for name, entry in entries.items():
        if entry.notebook in scopes:
            entries[name] = _with_page(entry, entries, out=out, root=root, site=site, frame=frame)
    write_record(out, entries.values(), lab=lab, files=files)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    write_index(out / "index.html", list(entries.values()), site=site, when=when)
    return [
        ran[name] if name in ran and name not in finished else entries[name]
        for name in (report.name for report in reports)
    ]


def as_entry(outcome: Outcome, *, files: Mapping[str, str], language: Language) -> Entry:
    """What the record says of a report that has just been run, before it has a page.

    files: of the lab, with a digest each, when the run began.
    """
    report, root = outcome.report, outcome.report.notebook.root
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
        reads=[[read.reader, read.arguments, read.digest] for read in outcome.reads],
        files={name: hash_file(root / name) for name in outcome.files},
        state=asdict(read_state(report.notebook)),
        settings=files.get("lab.toml", ""),
        evidence=hash_json(dict(files)),
    )


def _with_page(
    entry: Entry, entries: dict[str, Entry], *, out: Path, root: Path, site: Site, frame: str
) -> Entry:
    """The entry after its page was written, or removed where the report is not done.

    frame: a digest of what all pages are made from, beside their reports.
    """
    page = out / f"{entry.name}.html"
    if entry.status == "done":
        cities = [
            city
            for city in site.cities
            if (other := entries.get(f"{entry.notebook}/{city}")) and other.status == "done"
        ]
        rendered = hash_json(
            [
                frame,
                site.lab,
                site.synthetic,
                list(site.cities.items()),
                site.language,
                cities,
                entry.title,
                entry.parameters,
                entry.when,
                entry.seconds,
                entry.state,
            ]
        )
        if entry.rendered == rendered and page.is_file():
            return entry
        from labtools.site.pages import render_page  # slow, and not needed where nothing changed

        try:
            render_page(executed_path(out, entry.name), page, entry=entry, site=site, cities=cities)
        except Exception as error:  # told as the reason, so that the other pages are written
            reason = tell_reason(f"the page: {type(error).__name__}: {error}", root=root)
            entry = replace(entry, status="failed", reason=reason)
        else:
            return replace(entry, page=f"{entry.name}.html", rendered=rendered)
    page.unlink(missing_ok=True)
    return replace(entry, page=None)
