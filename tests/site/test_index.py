"""The index of a lab with more cities than a grid can hold: city by city, searchable."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from labtools.batch.record import Entry
from labtools.site.frame import MOST_CITIES, Site
from labtools.site.index import write_index

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
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
    assert f"{policy}'sha256-{digest}'; base-uri 'none'" in text


def test_a_lab_of_few_cities_has_a_grid_and_no_script(tmp_path: Path) -> None:
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
