"""An output folder holds together over several runs."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import lxml.html
import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from labtools.batch.execute import describe
from labtools.batch.parameters import Parameter
from labtools.batch.plan import Notebook, Report
from labtools.batch.record import Entry, executed_path, read_record
from labtools.batch.state import read_states
from labtools.reads import Read
from labtools.site.about import Dated, write_about
from labtools.site.build import Output, build_site
from labtools.site.frame import TEMPLATE, Site
from labtools.site.links import tell_command
from labtools.site.wording import WORDING

SITE = Site("Labb", False, {"norrvik": "Norrvik", "umea": "Umeå"}, "sv")


@pytest.fixture
def run(tmp_path: Path):
    """Pretends that a report for each city came out with a status, and builds the site."""
    notebook = tmp_path / "notebooks" / "a" / "01_x.ipynb"

    def build(
        statuses: dict[str | None, str], site: Site = SITE, *, document=False, text="# X",
        folder="out", reads=(),
    ):  # fmt: skip
        out = tmp_path / folder
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
            outcomes.append(replace(describe(report, status, ""), when=when, reads=list(reads)))
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


def changes(tmp_path: Path) -> list[str]:
    """What the index tells of the last run that changed anything, line by line."""
    tree = lxml.html.parse(tmp_path / "out" / "index.html").getroot()
    lines = tree.xpath("//details[@class='changes']//li")
    return [" ".join(line.text_content().replace(", X", "").split()) for line in lines]


def test_the_index_tells_which_reports_came_to_say_something_else_and_why(tmp_path, run):
    """Until another run changes something; a run that changed nothing is none."""
    both = {"norrvik": "done", "umea": "done"}
    run(both, text="# X\n\nTre svarade.")
    assert changes(tmp_path) == []  # all are new
    run(both, text="# X\n\nTre svarade.", reads=[Read("read_survey", "[]", "1")])
    assert changes(tmp_path) == []  # made again, from other evidence, and they say the same
    run({"umea": "done"}, text="# X\n\nFyra svarade.", reads=[Read("read_survey", "[]", "2")])
    assert changes(tmp_path) == ["X: Umeå (underlaget och notebooken)"]
    run({"umea": "done"}, text="# X\n\nFyra svarade.", reads=[Read("read_survey", "[]", "3")])
    assert changes(tmp_path) == ["X: Umeå (underlaget och notebooken)"]
    run({"norrvik": "failed"})
    run({"norrvik": "done"}, text="# X\n\nFyra svarade.")
    assert changes(tmp_path) == ["X: Norrvik (ny)"]


def test_what_a_page_said_is_known_from_the_page_where_it_was_not_kept(tmp_path, run):
    run({"norrvik": "done"}, text="# X\n\nTre.")
    kept = executed_path(tmp_path / "out", "a/01_x/norrvik").with_suffix(".said.json")
    kept.write_text("{", encoding="utf-8")
    run({"norrvik": "done"}, text="# X\n\nTre.")
    assert changes(tmp_path) == []
    assert json.loads(kept.read_bytes())["changed"] == ""


def test_pages_lead_to_their_twins_once_both_languages_are_made(tmp_path, run):
    english = replace(SITE, language="en")
    both = {"norrvik": "done", "umea": "done"}
    run(both, folder="lab-sv")
    page = tmp_path / "lab-sv/a/01_x/norrvik.html"
    assert "hreflang" not in page.read_text(encoding="utf-8")
    run({"norrvik": "done"}, english, folder="lab-en")
    run({"umea": "done"}, folder="lab-sv")
    link = '<a href="../../../lab-en/a/01_x/norrvik.html" lang="en" hreflang="en">'
    assert link in page.read_text(encoding="utf-8")
    assert "hreflang" not in (tmp_path / "lab-sv/a/01_x/umea.html").read_text(encoding="utf-8")
    for name in ("index.html", "about.html"):
        assert f'href="../lab-en/{name}"' in (tmp_path / "lab-sv" / name).read_text("utf-8")


def test_a_page_that_goes_takes_the_link_of_its_twin_along(tmp_path, run):
    """Nothing leads nowhere, though the other language was not run."""
    english = replace(SITE, language="en")
    run({"norrvik": "done", "umea": "done"}, folder="lab-sv")
    run({"norrvik": "done", "umea": "done"}, english, folder="lab-en")
    run({"norrvik": "done", "umea": "done"}, folder="lab-sv")
    run({"umea": "failed"}, english, folder="lab-en")
    pages = {city: tmp_path / f"lab-sv/a/01_x/{city}.html" for city in ("umea", "norrvik")}
    assert "hreflang" not in pages["umea"].read_text(encoding="utf-8")
    assert "hreflang" in pages["norrvik"].read_text(encoding="utf-8")
    run({"umea": "done"}, english, folder="lab-en")
    run({"norrvik": "done"}, folder="lab-sv")
    assert "hreflang" in pages["umea"].read_text(encoding="utf-8")


def test_the_command_that_makes_a_report_again_names_what_is_not_the_notebooks_own():
    default = Parameter("word", "str", str, (), False, "x")
    notebook = Notebook("a/01_x", Path("x"), {"word": default}, {})
    entry = Entry("a/01_x", "umea", "X", {}, "done", "", 1.0, 1.0, 1.0, False, "", None)
    values = {"lab_folder": "/srv/hemligt/labb", "city": "umea", "language": "sv", "word": "å ä"}
    told = tell_command(replace(entry, parameters=values), notebook)
    assert told == "labtools run a/01_x --lab labb --city umea --language sv -p word 'å ä'"
    same = tell_command(replace(entry, parameters={**values, "word": "x"}), notebook)
    assert "-p" not in same


def test_the_page_about_the_pages_tells_the_dates_of_the_sources(tmp_path):
    dates = [
        Dated("umea", "interview", 1200, "2024-09", "2025-01"),
        Dated("", "okänd typ", 1, "2024-05", "2024-05"),
        Dated("norrvik", "workshop", 2, "", ""),
    ]
    for language, told in (("sv", "september 2024 – januari 2025"), ("en", "September 2024 – J")):
        site = replace(SITE, language=language, synthetic=True)
        write_about(tmp_path, [], dates, site=site)
        text = (tmp_path / "about.html").read_text(encoding="utf-8")
        rows = [row.partition("</tr>")[0] for row in text.split("<tr>")[2:]]
        assert told in rows[0]
        assert WORDING[language]["whole_lab"] in rows[1]
        assert rows[1].count("2024") == 1
        assert WORDING[language]["unknown"] in rows[2]
        assert "EN 301 549" in text
        assert WORDING[language]["synthetic"] in text
        assert "@" not in text.partition("</style>")[2]


def test_the_two_pages_about_the_pages_have_the_same_parts():
    parts = [
        [line[:2] for line in (TEMPLATE / f"about.{language}.md").read_text("utf-8").splitlines()
         if line[:2] in ("# ", "##", "- ", "<!")]
        for language in ("sv", "en")
    ]  # fmt: skip
    assert parts[0] == parts[1]
    assert parts[0].count("##") == 3


def test_notebooks_of_no_lab_come_without_the_page_about_a_labs_pages(tmp_path, run):
    """It would say of them what nobody knows."""
    run({None: "done"}, replace(SITE, cities={}))
    assert not (tmp_path / "out" / "about.html").exists()
    for page in ("index.html", "a/01_x/lab.html"):
        assert "about.html" not in (tmp_path / "out" / page).read_text(encoding="utf-8")


def test_a_run_that_changes_nothing_does_not_wait_for_what_renders_pages() -> None:
    """nbconvert takes a second to import, which is more than such a run has."""
    code = "import sys, labtools.site.build; print('nbconvert' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
