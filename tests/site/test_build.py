"""An output folder holds together over several runs."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from labtools.batch.execute import describe
from labtools.batch.plan import Notebook, Report
from labtools.batch.record import executed_path, read_record
from labtools.batch.state import read_states
from labtools.site.build import Output, build_site
from labtools.site.frame import Site

SITE = Site("Labb", False, {"norrvik": "Norrvik", "umea": "Umeå"}, "sv")


@pytest.fixture
def run(tmp_path: Path):
    """Pretends that a report for each city came out with a status, and builds the site."""
    notebook = tmp_path / "notebooks" / "a" / "01_x.ipynb"
    out = tmp_path / "out"

    def build(statuses: dict[str | None, str], site: Site = SITE, *, document=False, text="# X"):
        notebook.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"labtools": {"versions": {}}}
        executed = new_notebook(cells=[new_markdown_cell(text)], metadata=metadata)
        nbformat.write(executed, notebook)
        reports, outcomes = [], []
        for city, status in statuses.items():
            about = Notebook("a/01_x", notebook, {}, {"sv": "X", "en": "X"})
            report = Report(replace(about, document=document), city, {})
            path = executed_path(out, report.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if status == "done":
                nbformat.write(executed, path)
            when = "2026-01-31T12:00:00+01:00"
            reports.append(report)
            outcomes.append(replace(describe(report, status, ""), when=when))
        return build_site(
            reports,
            outcomes,
            before=read_record(out, lab="x", tell=print),
            output=Output(out, "x", tmp_path / "notebooks", site, {}, read_states(reports)),
            costs=dict,
        )

    return build


def pages(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out" / "a" / "01_x").glob("*"))


def statuses(tmp_path: Path) -> dict[str | None, str]:
    entries = read_record(tmp_path / "out", lab="x", tell=print).entries
    return {entry.city: entry.status for entry in entries.values()}


def test_a_later_run_of_one_city_keeps_the_others_and_links_them(tmp_path, run):
    run({"norrvik": "done"})
    run({"umea": "done"})
    assert statuses(tmp_path) == {"norrvik": "done", "umea": "done"}
    first = (tmp_path / "out" / "a" / "01_x" / "norrvik.html").read_text(encoding="utf-8")
    assert 'href="umea.html"' in first


def test_a_report_that_fails_later_loses_its_page(tmp_path, run):
    run({"norrvik": "done", "umea": "done"})
    run({"umea": "failed"})
    assert pages(tmp_path) == ["norrvik.html"]
    assert statuses(tmp_path) == {"norrvik": "done", "umea": "failed"}


def test_a_stopped_report_keeps_what_it_had(tmp_path, run):
    run({"norrvik": "done"})
    entries = run({"norrvik": "stopped", "umea": "stopped"})
    assert [entry.status for entry in entries] == ["stopped", "stopped"]
    assert statuses(tmp_path) == {"norrvik": "done", "umea": "stopped"}
    assert pages(tmp_path) == ["norrvik.html"]


def test_what_no_longer_exists_leaves_the_record(tmp_path, run):
    run({"norrvik": "done", "umea": "done"})
    run({"umea": "done"}, replace(SITE, cities={"umea": "Umeå"}))
    assert statuses(tmp_path) == {"umea": "done"}
    run({None: "done"})
    assert statuses(tmp_path) == {None: "done"}


def test_a_page_that_cannot_be_written_makes_its_report_a_failed_one(tmp_path, run):
    run({"norrvik": "done"})
    executed_path(tmp_path / "out", "a/01_x/norrvik").write_text("{}", encoding="utf-8")
    entries = run({"umea": "done"})
    assert [entry.status for entry in entries] == ["done"]
    assert statuses(tmp_path) == {"norrvik": "failed", "umea": "done"}


def test_the_reason_of_a_page_that_cannot_be_written_tells_no_folder_of_the_machine(tmp_path, run):
    run({"norrvik": "done"})
    executed_path(tmp_path / "out", "a/01_x/norrvik").unlink()
    run({"umea": "done"})
    failed = read_record(tmp_path / "out", lab="x", tell=print).entries["a/01_x/norrvik"]
    assert failed.reason.startswith("the page: FileNotFoundError")
    assert "./out/.notebooks/a/01_x/norrvik.ipynb" in failed.reason
    assert str(tmp_path) not in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")


def test_a_document_is_written_anew_with_its_page_and_goes_with_it(tmp_path, run):
    """Nobody mails last month's report beside this month's page."""
    document = tmp_path / "out" / "a" / "01_x" / "norrvik.docx"
    run({"norrvik": "done"}, document=True)
    first = document.read_bytes()
    run({"norrvik": "done"}, document=True, text="# X\n\nNytt.")
    assert document.read_bytes() != first
    run({"norrvik": "failed"}, document=True)
    assert pages(tmp_path) == []


def test_a_page_that_can_no_longer_be_written_takes_its_document_along(tmp_path, run):
    run({"norrvik": "done"}, document=True)
    executed_path(tmp_path / "out", "a/01_x/norrvik").write_text("{}", encoding="utf-8")
    run({"umea": "done"}, document=True)
    assert pages(tmp_path) == ["umea.docx", "umea.html"]
