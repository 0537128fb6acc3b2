"""A page as a PDF: tagged, in its language, bookmarked, and silent about who made it and when."""

import base64
import io
import os
import shutil
import stat
import time
from io import BytesIO
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from labtools.batch.record import Entry
from labtools.faults import BadInput
from labtools.privacy.gate import make_sought, search_file
from labtools.site.frame import Site
from labtools.site.index import write_index
from labtools.site.one_file import write_one_file
from labtools.site.pages import Press
from labtools.site.pdf import write_pdf

SITE = Site("Trivselns labb", True, {"umea": "Umeå", "norrvik": "Norrvik"}, "sv")
WHEN = "2026-01-31T12:00:00+01:00"
ALT = "Andelar. Umeå: 60 % (40–80), n = 30; Norrvik: 70 %, n = 25."
PICTURE = BytesIO()
Image.new("RGB", (700, 300), "teal").save(PICTURE, "PNG")
HEAD = "".join(f"<th scope=col>Rubrik{n}</th>" for n in range(3))
ROW = "<tr><th scope=row>rad{}</th><td>a</td><td>b</td></tr>"
LONG = "".join(ROW.format(n) for n in range(60))
MIDDLE = "".join(ROW.format(n) for n in range(38))
MANY = "".join(f"<th scope=col>Tema om vardagen {n}</th>" for n in range(12))
NUMBERS = (0, 30, 4, 17, 0, 0, 0, 0, "a", "b", "c", "d")  # in a row: a telephone number
COUNTED = "<tr>" + "".join(f"<td>{n}</td>" for n in NUMBERS)


def table(caption: str, head: str, rows: str) -> nbformat.NotebookNode:
    html = f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>{rows}</table>"
    return new_output("display_data", data={"text/html": html})


def drawn() -> nbformat.NotebookNode:
    data = {"image/png": base64.b64encode(PICTURE.getvalue()).decode()}
    return new_output("display_data", data=data, metadata={"image/png": {"alt": ALT}})


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two reports in one page: a figure, tables that are long, longer than a sheet, and wide."""
    folder = tmp_path_factory.mktemp("printed")
    cells = [
        new_markdown_cell("# Rapporten\n\n## Hur många?\n\nTrivs människor? [Ut](https://x.se)"),
        new_code_cell("draw(hemlig)", outputs=[drawn(), table("Lång", HEAD, LONG)]),
        new_markdown_cell("## Hur brett?"),
        new_code_cell("show()", outputs=[table("Bred", MANY, COUNTED)]),
        new_markdown_cell("## Och sedan?\n\n" + "Ord. " * 500),
        new_code_cell("show()", outputs=[table("Delad", HEAD, MIDDLE)]),
    ]
    notebook = new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})
    nbformat.write(notebook, folder / "x.ipynb")
    entries = []
    for city in SITE.cities:
        entry = Entry("a/b", city, "Rapporten", {}, "done", "", 1.0, 1.0, 1.0, False, WHEN,
                      f"a/b/{city}.html")  # fmt: skip
        Press(SITE).render(folder / "x.ipynb", folder / f"{entry.name}.html", entry)
        entries.append(entry)
    write_index(folder / "index.html", entries, site=SITE, when=WHEN)
    return write_one_file(folder)


@pytest.fixture(scope="module")
def data(page: bytes) -> bytes:
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    return write_pdf(page)


@pytest.fixture(scope="module")
def printed(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)


def find_tags(reader: PdfReader) -> list[DictionaryObject]:
    """Every element of the structure, in its order."""
    found, open_ = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while open_:
        one = open_.pop()
        one = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(one, DictionaryObject):
            found.append(one)
            below = one.get("/K", [])
            below = below.get_object() if isinstance(below, IndirectObject) else below
            open_ += reversed(below if isinstance(below, list) else [below])
    return found


def test_it_is_tagged_in_its_language_and_has_its_title(printed: PdfReader) -> None:
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert printed.metadata is not None
    assert printed.metadata.title == "Alla rapporter – Trivselns labb"
    tags = find_tags(printed)
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure", "/L"} <= {
        one.get("/S") for one in tags
    }
    figures = [one for one in tags if one.get("/S") == "/Figure"]
    assert [one["/Alt"] for one in figures] == [ALT, ALT]


def test_its_bookmarks_are_the_headings(printed: PdfReader) -> None:
    def names(outline: list[object]) -> list[object]:
        return [
            names(one) if isinstance(one, list) else one["/Title"]  # type: ignore[index]
            for one in outline
        ]

    title, reports = names(printed.outline)  # type: ignore[arg-type]
    assert title == "Trivselns labb"
    assert isinstance(reports, list)
    assert reports[0] == reports[2] == "Rapporten"
    assert reports[1][:3] == ["Hur många?", "Hur brett?", "Och sedan?"]  # type: ignore[index]


def test_the_text_is_there_and_what_is_folded_is_not(printed: PdfReader) -> None:
    """A long table ends after its first rows and says so; links lead within, or out."""
    text = "\n".join(sheet.extract_text() for sheet in printed.pages)
    assert text.count("Trivs människor?") == 2
    assert "Underlaget är syntetiskt" in text
    assert "hemlig" not in text
    assert "Figurens siffror" not in text
    assert "rad19 " in text
    assert "Här står de första 20 av 60; alla står på webbsidan." in " ".join(text.split())
    assert "rad40" not in text
    links = [
        note.get_object()["/A"]["/URI"]
        for sheet in printed.pages
        for note in sheet.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    ]
    assert links == ["https://x.se/", "https://x.se/"]


def test_sheets_are_a4_and_a_wide_table_lies_down(printed: PdfReader) -> None:
    """So that no table makes the text of all sheets small, and none is cut off."""
    sizes = {(round(float(one.mediabox.width)), round(float(one.mediabox.height)))
             for one in printed.pages}  # fmt: skip
    assert sizes == {(595, 842), (842, 595)}
    lying = [one for one in printed.pages if one.mediabox.width > one.mediabox.height]
    assert len(lying) == 2
    assert all("Bred" in one.extract_text() for one in lying)
    assert all("vardagen 11" in " ".join(one.extract_text().split()) for one in lying)


def test_a_table_that_goes_on_repeats_its_head(printed: PdfReader) -> None:
    """And no heading or caption is the last on its sheet."""
    texts = [sheet.extract_text() for sheet in printed.pages]
    first = next(text for text in texts if "Delad" in text)
    second = next(text for text in texts if "rad37" in text)
    assert "rad37" not in first
    assert "Rubrik2" in second
    for text in texts:
        lines = [line for line in text.splitlines() if line.strip() and not line.strip().isdigit()]
        assert lines[-1].strip() not in {"Hur många?", "Hur brett?", "Och sedan?", "Delad", "Bred"}


def test_it_tells_neither_when_nor_by_whom_it_was_made(data: bytes, printed: PdfReader) -> None:
    """The gate finds nothing in it, nor in figures that stand beside each other."""
    assert "0 30 4 17 0 0 0 0" in " ".join(page.extract_text() for page in printed.pages)
    assert set(printed.metadata or {}) <= {"/Title"}
    for trace in (b"/CreationDate", b"/ModDate", b"/Creator", b"/Producer", b"/ID ["):
        assert trace not in data
    places = [Path.cwd(), Path.home()]
    sought = make_sought(None, min_people=5, messages=[], placeholders=[], places=places)
    assert search_file(data, name="all.pdf", sought=sought) == []


def test_without_chromium_one_line_tells_what_to_install(
    page: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BadInput) as refused:
        write_pdf(page)
    assert str(refused.value) == (
        "labtools share --pdf: must have Chromium or Chrome to print with; found neither; install "
        "one (on Debian: apt-get install chromium), or use --one-file"
    )


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("sleep 60 & echo $! > {}; wait", "found none after 0.5 seconds"),
        ("exit 3", "found no file from it"),
        ("for a; do case $a in --print-to-pdf=*) echo no > ${{a#*=}};; esac; done", "can be read"),
    ],
)
def test_a_chromium_that_does_not_print_is_ended_and_told(
    page: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, does: str, told: str
) -> None:
    """With all that it started, and without what it left behind."""
    pid = tmp_path / "pid"
    stand_in = tmp_path / "chromium"
    stand_in.write_text(f"#!/bin/sh\n{does.format(pid)}\n", encoding="utf-8")
    stand_in.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(BadInput, match=told):
        write_pdf(page, longest=0.5)
    assert list(tmp_path.glob("labtools-*")) == []
    if pid.exists():
        deadline = time.monotonic() + 5
        while psutil.pid_exists(int(pid.read_text())) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _runs(int(pid.read_text()))


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
