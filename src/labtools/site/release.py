"""The pages of a run → one zip for those outside the lab."""

from __future__ import annotations

import io
import json
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html

from labtools.batch.plan import Report
from labtools.batch.record import Entry, executed_path
from labtools.faults import BadInput, Fault
from labtools.privacy.readers import PUBLISHED
from labtools.site.links import without_twin

_INDEX = "index.html"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell: the same pages give the same bytes
_UNIX = 3
_READABLE = 0o100644 << 16


def check_finished(folder: Path, reports: Sequence[Report], entries: Mapping[str, Entry]) -> None:
    """BadInput where a report is not done, wrote a message on stderr, or is of an earlier run.

    reports: of this run; entries: what the record of the output folder says of all its reports.
    """
    names = {report.name for report in reports}
    faults = [fault for name in sorted(names) for fault in _judge(name, entries)]
    do = f"remove {folder.name} in {folder.parent.name}, and share again"
    faults += [
        Fault(name, "is a report of this run", "one of an earlier run", do)
        for name in sorted(entries.keys() - names)
    ]
    if faults:
        raise BadInput(faults)


def gather_pages(folder: Path, reports: Sequence[Report], *, twin: bool) -> dict[str, bytes]:
    """The files of an output folder that others may have: what the index leads to, and the reports.

    twin: whether the pages in the other language go along; if not, nothing leads there. BadInput
    where a link leads to what is not there.
    """
    found: dict[str, bytes] = {}
    faults = []
    open_ = [_INDEX, *sorted(f"{report.name}.html" for report in reports)]
    while open_:
        name = open_.pop()
        outside = name.startswith("../")
        if name in found or (outside and twin):
            continue
        path = folder / name
        if outside or not path.is_file():
            do = "remove the folder that it lies in, and share again"
            faults.append(Fault(name, "is there, for a page leads to it", "nothing", do))
            continue
        found[name] = path.read_bytes()
        if path.suffix == ".html":
            text = found[name].decode("utf-8")
            if not twin:
                text = without_twin(text)
                found[name] = text.encode("utf-8")
            open_ += _list_links(text, name)
    if faults:
        raise BadInput(faults)
    return found


def collect_published(folder: Path, reports: Sequence[Report]) -> list[dict[str, str]]:
    """The counts that the pages' tables were made of, each once, as published.csv keeps them.

    Tables are of the whole lab, so all pages that tell of one must tell the same; BadInput where
    they do not.
    """
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    faults = []
    for report in reports:
        notebook = json.loads(executed_path(folder, report.name).read_text(encoding="utf-8"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        for row in (row for one in outputs for row in one.get("data", {}).get(PUBLISHED, [])):
            told = {name: str(value) for name, value in row.items()}
            where = (told["table"], told["row"], told["column"])
            if cells.setdefault(where, told) != told:
                found = f"{cells[where]['people']} and {told['people']}"
                do = "hide over the table of the whole lab, before a city's part is taken"
                faults.append(Fault(report.name, f"tells {' / '.join(where)} once", found, do))
    if faults:
        raise BadInput(faults)
    return list(cells.values())


def _list_links(text: str, page: str) -> list[str]:
    """The files that a page leads to, from the output folder."""
    tree = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=True))
    links = [urlsplit(str(link)) for link in tree.xpath("//a/@href")]
    return [
        posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(link.path)))
        for link in links
        if not link.scheme and not link.netloc and link.path
    ]


def _judge(name: str, entries: Mapping[str, Entry]) -> list[Fault]:
    entry = entries.get(name)
    if entry is None or entry.status != "done":
        found = "not run" if entry is None else f"{entry.status}: {entry.reason}".strip(": ")
        return [Fault(name, "is done before anything is shared", found, "mend it, and share again")]
    if entry.stderr:
        do = "read its log, mend what it tells of, and share again"
        return [Fault(name, "has no message of a program on its page", "one", do)]
    return []


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their names: sorted, without times or owners, so the same each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _WHEN)
            info.create_system, info.external_attr = _UNIX, _READABLE
            archive.writestr(info, files[name], zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
