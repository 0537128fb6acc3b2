"""Whoever follows the links of a site, in a browser and without a network, arrives everywhere."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from labtools.batch.execute import describe
from labtools.batch.plan import LANGUAGES, Notebook, Report
from labtools.batch.record import executed_path, read_record
from labtools.batch.state import read_states
from labtools.site.build import Output, build_site
from labtools.site.frame import Site
from labtools.site.one_file import write_one_file

CITIES = {"umea": "Umeå", "norrvik": "Norrvik", "ekfors": "Ekfors"}
TITLES = {"sv": "Hemma?", "en": "At home?"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two languages of two notebooks for three cities, one of which failed; a page of each kind."""
    folder = tmp_path_factory.mktemp("linked")
    for language in [*LANGUAGES, LANGUAGES[0]]:
        build(folder, language)
    for language in LANGUAGES:
        whole = folder / f"lab-{language}"
        (whole / "all.html").write_bytes(write_one_file(whole))
    return folder


def build(folder: Path, language: str) -> None:
    out, reports, outcomes = folder / f"lab-{language}", [], []
    for name in ("cities/01_å", "surveys/02_b"):
        path = folder / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        for city in CITIES:
            status = "failed" if name.endswith("b") and city == "ekfors" else "done"
            executed = compose(city)
            nbformat.write(executed, path)
            about = Notebook(name, path, {}, TITLES)
            report = Report(replace(about, document=city == "umea"), city, {"city": city})
            executed_path(out, report.name).parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(executed, executed_path(out, report.name))
            reports.append(report)
            outcomes.append(replace(describe(report, status, ""), when="2026-01-31T12:00:00+01:00"))
    site = Site("Labbet", True, CITIES, language)  # type: ignore[arg-type]
    states = read_states(reports)
    before = read_record(out, lab="x", tell=print)
    output = Output(out, "x", folder / "notebooks", site, {}, states)
    build_site(reports, outcomes, before=before, output=output, costs=dict)


def compose(city: str) -> nbformat.NotebookNode:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{city}</text></svg>"
    alt = {"image/svg+xml": {"alt": f"Andelar i staden. {city}: 60 %, n = 30; alla: 70 %."}}
    drawn = new_output("display_data", data={"image/svg+xml": svg}, metadata=alt)
    cells = [
        new_markdown_cell("# Hemma?\n\n## Trivs människor?\n\n[vidare](#och-sedan)"),
        new_code_cell("draw()", outputs=[drawn]),
        new_markdown_cell("## Och sedan?\n\nSlut."),
    ]
    return new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})


def walk(tab: Tab, start: Path) -> dict[str, list[str]]:
    """Every page that can be reached, with the links of it that lead nowhere."""
    open_, seen = [start.as_uri()], dict[str, list[str]]()
    while open_:
        address = open_.pop()
        if address in seen:
            continue
        tab.goto(address)
        links = tab.locator("a[href]").evaluate_all("all => all.map(one => one.href)")
        seen[address] = []
        for link in links:
            page, _, place = link.partition("#")
            if not page.startswith("file:") or not find_file(page).is_file():
                seen[address].append(link)
            elif page.endswith(".html"):
                open_.append(page)
                if place and not leads_to_place(tab, address, link):
                    seen[address].append(link)
    return seen


def find_file(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))


def leads_to_place(tab: Tab, back: str, link: str) -> bool:
    """Whether the browser finds what a link with # leads to."""
    tab.goto(link)
    found = tab.locator(":target").count() == 1
    if tab.url.partition("#")[0] != back:
        tab.goto(back)
    return found


def test_every_link_of_every_page_arrives(browser: Browser, site: Path) -> None:
    """From the index alone all pages of both languages are reached, and the documents."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    seen = walk(tab, site / "lab-sv" / "index.html")
    assert {address: lost for address, lost in seen.items() if lost} == {}
    there = {path.as_uri() for path in site.rglob("*.html") if path.name != "all.html"}
    assert set(seen) == there
    assert len(there) == 2 * (1 + 1 + 5 + 2)
    for language in LANGUAGES:  # what is sent by itself
        assert list(walk(tab, site / f"lab-{language}" / "all.html").values()) == [[]]
    context.close()


def test_a_reader_finds_changes_city_compares_and_changes_language(
    browser: Browser, site: Path
) -> None:
    """From a file, with the network off: what the index, the switcher and the twin promise."""
    context = browser.new_context(offline=True, viewport={"width": 320, "height": 800})
    context.set_default_timeout(5000)
    tab = context.new_page()
    trouble: list[str] = []
    tab.on("console", lambda message: trouble.append(message.text))
    tab.on("requestfailed", lambda request: trouble.append(request.url))
    tab.goto((site / "lab-sv" / "index.html").as_uri())
    tab.get_by_label("Sök i alla rapporter").fill("norrvik trivs")
    tab.locator("#hits a").first.click()
    assert tab.url.endswith("/norrvik.html#trivs-m%C3%A4nniskor")
    tab.get_by_role("navigation", name="Samma rapport").get_by_role("link", name="Umeå").click()
    assert tab.title() == "Hemma? – Umeå – Labbet"
    report = tab.url
    tab.get_by_role("link", name="In English").click()
    assert tab.title() == "At home? – Umeå – Labbet"
    assert tab.url == report.replace("lab-sv", "lab-en")
    tab.get_by_role("link", name="The figures of all cities side by side").click()
    assert tab.locator(".beside img:visible").count() == 2  # of three cities, one failed
    tab.get_by_role("link", name="På svenska").click()
    tab.locator("figcaption a", has_text="Norrvik").click()
    assert "/lab-sv/" in tab.url
    assert tab.title() == "Hemma? – Norrvik – Labbet"
    assert trouble == []
    context.close()
