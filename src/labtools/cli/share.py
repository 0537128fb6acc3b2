"""`labtools share`: the pages for those outside the lab, once the gate has read them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labtools.cli.group import lab_option
from labtools.cli.run import run
from labtools.faults import BadInput, Fault

if TYPE_CHECKING:
    import pandas as pd

    from labtools.cli.job import Job
    from labtools.lab import Lab
    from labtools.privacy.gate import Sought

_AUDIENCE = "partners"


@click.command()
@lab_option
@click.option(
    "--to", "target", required=True, metavar="FILE.zip", type=Path, help="What is to be sent."
)
@click.option("--one-file", is_flag=True, help="All reports of a language in one page.")
@click.option("--pdf", is_flag=True, help="All reports of a language in one PDF; needs Chromium.")
@click.option("--language", metavar="sv|en|both", help="Of the pages. [default: the lab's]")
@click.option("--no-names", is_flag=True, help="The lab has no key, for no names are in its texts.")
@click.pass_context
def share(
    ctx: click.Context,
    *,
    lab_folder: str,
    target: Path,
    one_file: bool,
    pdf: bool,
    language: str | None,
    no_names: bool,
) -> None:
    """Run every notebook for partners, and pack the pages in FILE.zip if nothing speaks against it.

    The finished file is searched for names of the key, personal and telephone numbers, addresses,
    paths and names of this computer, data beside pictures, references to elsewhere, messages of
    programs, pictures without a description, and counts of a few people. What is found is told,
    one line each, and then nothing is written. What was shared is recorded in releases.csv, and the
    counts that its tables were made of in published.csv.

    Exit status: 0 shared, 2 refused.
    """
    from labtools.batch.plan import LANGUAGES
    from labtools.lab import open_lab
    from labtools.privacy.gate import list_faults, search_file
    from labtools.site.release import pack

    lab = open_lab(lab_folder)
    key = _read_key(lab, target, no_names=no_names, pdf=pdf)
    language = language or lab.language
    jobs = _run(ctx, lab_folder, language=language)
    files = _write_one_each(jobs, pdf=pdf) if one_file or pdf else _gather(jobs)
    found = search_file(pack(files), name=target.name, sought=_list_sought(lab, key))
    if found:
        raise BadInput(list_faults(found))
    if pdf and not one_file:  # its page has been searched too, where tables are still tables
        files = {name: data for name, data in files.items() if name.endswith(".pdf")}
    told = {
        "audience": _AUDIENCE,
        "language": "+".join(LANGUAGES) if language == "both" else language,
        "pages": str(sum(len(job.reports) for job in jobs)),
    }
    _record_and_write(lab, target, pack(files), told, published=_collect(jobs))


def _read_key(lab: Lab, target: Path, *, no_names: bool, pdf: bool) -> pd.DataFrame | None:
    """The key's rows, None where it is said that there are no names; BadInput before anything runs.

    A key is used though there should be no names. pdf: whether Chromium will be needed.
    """
    from labtools.privacy.key import find_key, read_key
    from labtools.site.pdf import find_chromium

    faults: list[Fault] = []
    if pdf:
        try:
            find_chromium()
        except BadInput as error:
            faults += error.faults
    if target.suffix.lower() != ".zip":
        faults.append(Fault("--to", "is a file .zip", str(target), "write --to FILE.zip"))
    if not target.parent.is_dir():
        must = "lies in a folder that is there"
        faults.append(Fault("--to", must, str(target.parent), "make the folder first"))
    path = find_key(lab.folder)
    if path is None and not no_names:
        must, do = "has a key, so that names can be searched for", "run labtools key --key PATH"
        do += ", or say --no-names where no names are in the texts"
        faults.append(Fault("labtools share", must, "none", do))
    rows = None if path is None or faults else read_key(path, lab_folder=lab.folder)
    if rows is not None and rows.empty and not no_names:
        do = "write the names in it, or say --no-names where no names are in the texts"
        faults.append(Fault("the key", "holds the names to search for", "none", do))
    if faults:
        raise BadInput(faults)
    return rows


def _run(ctx: click.Context, lab_folder: str, *, language: str) -> list[Job]:
    """Run what has to run, in folders that only releases are made in; one job per language.

    BadInput where a report is not fit to be shared.
    """
    from functools import partial

    from labtools.batch.plan import LANGUAGES, locate_notebooks
    from labtools.batch.record import read_record
    from labtools.cli.job import find_job
    from labtools.site.release import check_finished

    folder = locate_notebooks(Path("notebooks"))
    out = folder.parent / "outputs" / "shared"
    try:
        ctx.invoke(run, lab_folder=lab_folder, out=out, language=language, audience=_AUDIENCE)
    except click.exceptions.Exit as ended:
        if ended.exit_code == 2:
            raise
    jobs = [
        find_job(
            (),
            lab_folder=lab_folder,
            folder=folder,
            out=out,
            language=one,
            audience=_AUDIENCE,
            cities=(),
            values={},
            tell=lambda line: None,  # the run has told it
        )
        for one in (LANGUAGES if language == "both" else (language,))
    ]
    tell = partial(click.echo, err=True)
    for job in jobs:
        entries = read_record(job.target, lab=job.which, tell=tell).entries
        check_finished(job.target, job.reports, entries)
    return jobs


def _gather(jobs: Sequence[Job]) -> dict[str, bytes]:
    """The pages; of several languages each in its folder, so that they lead to each other."""
    from labtools.site.release import gather_pages

    several = len(jobs) > 1
    return {
        f"{job.target.name}/{name}" if several else name: page
        for job in jobs
        for name, page in gather_pages(job.target, job.reports, twin=several).items()
    }


def _collect(jobs: Sequence[Job]) -> list[dict[str, str]]:
    """The counts behind the pages; those of several languages are the same."""
    from labtools.site.release import collect_published

    rows = [row for job in jobs for row in collect_published(job.target, job.reports)]
    return [dict(row) for row in dict.fromkeys(tuple(row.items()) for row in rows)]


def _write_one_each(jobs: Sequence[Job], *, pdf: bool) -> dict[str, bytes]:
    """All reports of each language as a page, and as a PDF of it."""
    from labtools.site.one_file import write_one_file
    from labtools.site.pdf import write_pdf

    files = {}
    for job in jobs:
        name = f"{job.target.parent.name}-{job.site.language}"
        files[f"{name}.html"] = write_one_file(job.target)
        if pdf:
            files[f"{name}.pdf"] = write_pdf(files[f"{name}.html"])
    return files


def _list_sought(lab: Lab, key: pd.DataFrame | None) -> Sought:
    from labtools.privacy.gate import make_sought
    from labtools.site.wording import WORDING

    words = WORDING.values()
    return make_sought(
        key,
        min_people=lab.min_people,
        messages=[one[name] for one in words for name in ("stderr", "error")],
        placeholders=[one["no_description"] for one in words],
        places=[Path.cwd(), Path.home(), lab.folder.resolve()],
    )


def _record_and_write(
    lab: Lab,
    target: Path,
    data: bytes,
    told: Mapping[str, str],
    *,
    published: Sequence[Mapping[str, str]],
) -> None:
    """The record goes first: nothing leaves that it does not know of."""
    from labtools.evidence.releases import add_release, list_people

    digest = hashlib.sha256(data).hexdigest()
    today = date.today().isoformat()
    release = {
        "release": f"{today}-{digest[:8]}",
        "date": today,
        "file": target.name,
        "sha256": digest,
        "people": ";".join(list_people(lab.read_people(), lab.read_consent())),
        **told,
    }
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(data)
        add_release(lab.folder, release, published=published)
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    click.echo(f"{target}: {told['pages']} reports, recorded as {release['release']}")
