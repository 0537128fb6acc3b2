"""The index of a lab with more cities than a grid can hold: city by city, searchable."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from labtools.batch.record import Entry
from labtools.site.contents import Contents, Section
from labtools.site.frame import MOST_CITIES, Site
from labtools.site.index import write_index
from labtools.site.search import MOST_BYTES, collect_texts

WHEN = "2026-01-31T12:00:00+01:00"
NAMES = {f"c{number}": f"Provstad {number}" for number in range(MOST_CITIES)}
SITE = Site("Labbet", False, NAMES | {"o": "Ö", "a": "Åmål", "z": "Zinkgruvan"}, "sv")
TITLES = {"interviews/02_word_choice": "Ordval", "surveys/02_belonging": "Tillhörighet"}


def _entries(cities: list[str | None]) -> list[Entry]:
    made = []
    for notebook, title in TITLES.items():
        for city in cities:
            name = f"{notebook}/{city or 'lab'}"
            status, page = ("failed", None) if name.endswith("belonging/o") else ("done", name)
            made.append(
                Entry(notebook, city, title, {}, status, "Trasig.", 1.0, 1.0, 1.0, False, WHEN,
                      page and f"{page}.html")
            )  # fmt: skip
    return made


@pytest.fixture
def index(tmp_path: Path) -> Path:
    entries = _entries([city for city in SITE.cities if city != "c3"])
    whole = Entry("cities/01_goals", None, "Målen", {}, "done", "", 1.0, 1.0, 1.0, False, WHEN,
                  "cities/01_goals/lab.html")  # fmt: skip
    write_index(tmp_path / "index.html", [*entries, whole], site=SITE, when=WHEN)
    return tmp_path / "index.html"


def test_cities_stand_in_the_swedish_alphabet_with_all_their_reports(index: Path) -> None:
    text = index.read_text("utf-8")
    names = re.findall(r"<li><strong>(.+?)</strong>", text)
    assert names[-3:] == ["Zinkgruvan", "Åmål", "Ö"]
    assert len(names) == len(SITE.cities) - 1
    assert "Städer som ingen rapport handlar om (1)" in text
    assert text.count(">Tillhörighet") == len(names) + 1  # once more among what failed
    assert "Rapporter om 15 städer" in text
    assert 'href="#surveys/02_belonging/o">Tillhörighet: misslyckades' in text
    assert "Målen, Hela labbet" in text


def test_the_policy_names_the_one_script_by_its_digest(index: Path) -> None:
    text = index.read_text("utf-8")
    (script,) = re.findall(r"(?s)<script>(.*?)</script>", text)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"; script-src 'sha256-{digest}'; img-src data:;" in text


def test_a_lab_of_few_cities_has_a_grid_and_without_a_page_no_script(tmp_path: Path) -> None:
    few = Site("Labbet", False, dict(list(NAMES.items())[:MOST_CITIES]), "sv")
    write_index(tmp_path / "index.html", _entries(list(few.cities)), site=few, when=WHEN)
    text = (tmp_path / "index.html").read_text("utf-8")
    assert "<script" not in text
    assert "script-src" not in text
    assert '<table class="grid">' in text


def test_a_city_is_found_by_its_name_and_a_report_by_its_own(browser: Browser, index: Path) -> None:
    """From a file, with the network off, and nothing on the console."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.goto(index.as_uri())
    field = page.get_by_label("Sök efter stad eller rapport")
    shown = page.locator(".cities > li:visible")
    assert shown.count() == len(SITE.cities) - 1
    field.fill("ÅMÅL")
    assert shown.count() == 1
    assert page.get_by_role("status").inner_text() == "2 rapporter"
    field.fill("tillhör zink")
    found = page.locator(".cities a:visible")
    assert [one.text_content() for one in found.all()] == ["Tillhörighet, Zinkgruvan"]
    field.fill("finns inte")
    assert shown.count() == 0
    field.fill("")
    assert shown.count() == len(SITE.cities) - 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert trouble == []
    page.close()


def _with_pages(folder: Path, site: Site) -> list[Entry]:
    """Reports of which each has a page with two sections; one has neither table nor figure."""
    entries = _entries(list(site.cities))
    for entry in entries:
        if entry.page is None:
            continue
        path = folder / entry.page
        path.parent.mkdir(parents=True, exist_ok=True)
        table = "" if entry.city == "c1" else "<table><caption>Svar på skalan</caption></table>"
        secret = "trygghet " if entry.city == "c2" else "oro "
        path.write_text(
            f'<main><h1>{entry.title}</h1><details class="code">kod()</details>'
            f'<h2 id="hur">Hur &amp; varför?</h2><p>Här fanns {secret}nog.</p>{table}</main>',
            encoding="utf-8",
        )
    return entries


FEW = Site("Labbet", False, dict(list(NAMES.items())[:4]), "sv")


def test_search_finds_words_of_the_pages_without_a_server(browser: Browser, tmp_path: Path) -> None:
    """By heading, text, caption and city, all at once; the link leads to the section."""
    entries = _with_pages(tmp_path, FEW)
    write_index(tmp_path / "index.html", entries, site=FEW, when=WHEN)
    context = browser.new_context(offline=True, viewport={"width": 320, "height": 800})
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto((tmp_path / "index.html").as_uri())
    field = page.get_by_label("Sök i alla rapporter")
    hits = page.locator("#hits > li")
    field.fill("TRYGGHET tillhör")
    assert hits.count() == 1
    assert hits.locator("a").inner_text() == "Tillhörighet – Provstad 2: Hur & varför?"
    assert hits.locator("mark").inner_text() == "trygghet"
    assert page.get_by_role("status").inner_text() == "Träffar: 1"
    field.fill("svar på skalan")
    assert hits.count() == 2 * 3
    field.fill("kod()")
    assert hits.count() == 0
    field.fill("")
    assert hits.count() == 0
    field.fill("provstad 3")
    hits.locator("a", has_text="Tillhörighet – Provstad 3: Hur").click()
    assert page.url.endswith("surveys/02_belonging/c3.html#hur")
    assert trouble == []
    context.close()


def test_what_stands_alike_in_many_pages_stands_once_in_the_index(tmp_path: Path) -> None:
    entries = _with_pages(tmp_path, FEW)
    write_index(tmp_path / "index.html", entries, site=FEW, when=WHEN)
    text = (tmp_path / "index.html").read_text("utf-8")
    assert text.count("Här fanns oro nog. Svar på skalan") == 1
    assert "</" not in text[text.index('id="texts"') :].partition("</script>")[0]


def test_texts_that_would_make_the_index_heavy_are_cut_for_all_alike() -> None:
    entries = _entries(["c0", "c1"])
    long = {
        entry.name: Contents("", "", False, (Section("a", f"Rubrik {n}", f"ord{n} " * 40_000),))
        for n, entry in enumerate(entries)
    }
    found = collect_texts(entries, long, cities=NAMES)
    assert 4 * 700 < len(found) < 4 * 2200
    same = tuple(Section("a", f"{'x' * 90}{n}", "") for n in range(1000))
    headings = {entry.name: Contents("", "", False, same) for entry in entries}
    assert 90_000 < len(collect_texts(entries, headings, cities=NAMES)) < MOST_BYTES
    other = {
        name: replace(one, sections=tuple(Section(name, part.heading, "") for part in same))
        for name, one in headings.items()
    }
    assert collect_texts(entries, other, cities=NAMES) == ""


def test_a_report_of_words_alone_is_marked_as_such(tmp_path: Path) -> None:
    entries = _with_pages(tmp_path, FEW)
    write_index(tmp_path / "index.html", entries, site=FEW, when=WHEN)
    rows = (tmp_path / "index.html").read_text("utf-8").split("<td>")
    marked = [row for row in rows if "(bara text)" in row]
    assert len(marked) == len(TITLES)
    assert all("Provstad 1</span>" in row for row in marked)
