"""The pages of a small lab in a real browser, opened as files with the network off."""

import base64
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from labtools.batch.record import Entry
from labtools.site.frame import Site
from labtools.site.index import write_index
from labtools.site.links import Links
from labtools.site.pages import Press

SITE = Site(
    "Prövolabbet",
    True,
    {"norrvik": "Norrvik", "umea": "Umeå", "o": "Östra Gränsbygden", "ekfors": "Ekfors"},
    "sv",
)
WIDE = "<table><tr>" + "<td>enkätsvarsfördelning</td>" * 12 + "</tr></table>"
WORD = "innovationslabbsutvärderingsmetodikfördjupningskurslitteratur"
IMAGE = BytesIO()
Image.new("RGB", (1, 1)).save(IMAGE, "PNG")
PIXEL = base64.b64encode(IMAGE.getvalue()).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index, and a page for each city with all that may be too wide for a screen."""
    cells = [
        new_markdown_cell(f"# Tillhörighet\n\n{WORD} `{WORD}`"),
        new_markdown_cell("## Hur många?\n\n## Och sedan?"),
        new_code_cell(
            f"x = '{WORD * 3}'",
            outputs=[
                new_output("stream", text=WORD * 3),
                new_output("display_data", data={"text/html": WIDE}),
                new_output(
                    "display_data",
                    data={"image/png": PIXEL},
                    metadata={"image/png": {"alt": "En punkt"}},
                ),
            ],
        ),
    ]
    metadata = {"labtools": {"versions": {"python": "3.11.7"}}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), tmp_path / "x.ipynb")
    entries = []
    for city in SITE.cities:
        name = f"surveys/02_belonging/{city}"
        entry = Entry(
            notebook="surveys/02_belonging",
            city=city,
            title="Tillhörighet",
            parameters={"city": city, "word": WORD},
            status="failed" if city == "ekfors" else "done",
            reason=WORD if city == "ekfors" else "",
            seconds=1.0,
            cpu_seconds=0.9,
            cell_cpu_seconds=0.5,
            stderr=False,
            when="2026-01-31T12:00:00+01:00",
            page=None if city == "ekfors" else f"{name}.html",
        )
        entries.append(entry)
        if entry.page:
            page = tmp_path / entry.page
            cities = ["norrvik", "umea", "o"]
            Press(SITE).render(tmp_path / "x.ipynb", page, entry, Links(cities))
    write_index(tmp_path / "index.html", entries, site=SITE, when="2026-01-31T12:00:00+01:00")
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_index_and_pages_open_from_a_file_at_any_width(browser, folder, scheme, width):
    """No request beyond the files, nothing on the console, no sideways scrolling, all in reach."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    context.set_default_timeout(5000)
    page = context.new_page()
    trouble: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("requestfailed", lambda request: trouble.append(request.url))
    page.on("request", lambda request: requests.append(request.url))

    page.goto((folder / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Läs Tillhörighet, Umeå").click()
    assert page.title() == "Tillhörighet – Umeå – Prövolabbet"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("img", name="En punkt").evaluate("image => image.naturalWidth") == 1
    page.get_by_role("navigation", name="Samma rapport").get_by_role("link", name="Östra").click()
    assert page.title() == "Tillhörighet – Östra Gränsbygden – Prövolabbet"
    page.get_by_role("link", name="Alla rapporter").click()
    assert page.title() == "Rapporter – Prövolabbet"
    page.get_by_role("link", name="Misslyckades").click()
    assert page.locator(":target").inner_text().endswith(WORD)

    assert trouble == []
    assert {url.split(":")[0] for url in requests} <= {"file", "data"}
    context.close()


def test_code_unfolds_and_wide_tables_scroll_by_keyboard(browser, folder):
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto((folder / "surveys" / "02_belonging" / "umea.html").as_uri())
    summary = page.get_by_text("Kod, 1 rad")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.code pre").is_visible()
    region = page.get_by_role("region", name="Tabell")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # scrolling is smooth; the page's policy forbids to wait in it
    assert region.evaluate("region => region.scrollLeft") > 0
    page.close()


def test_a_long_list_shows_its_first_items_all_at_a_click_and_one_that_a_link_leads_to(
    browser, tmp_path
):
    """By the style sheet alone: the page runs nothing."""
    items = "\n".join(f"- <span id='e-{number}'></span>punkt {number}" for number in range(290))
    said = new_output("display_data", data={"text/markdown": items})
    cells = [new_markdown_cell("# T\n\n[dit](#e-200)"), new_code_cell("say()", outputs=[said])]
    notebook = new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})
    nbformat.write(notebook, tmp_path / "x.ipynb")
    when = "2026-01-31T12:00:00+01:00"
    entry = Entry("a/b", None, "T", {}, "done", "", 1.0, 1.0, 1.0, False, when, None)
    Press(SITE).render(tmp_path / "x.ipynb", tmp_path / "x.html", entry)
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto((tmp_path / "x.html").as_uri())
    shown = page.locator("main section li:visible")
    assert shown.count() == 20
    page.get_by_role("link", name="dit").click()
    assert shown.count() == 21
    assert page.get_by_text("punkt 200").is_visible()
    page.get_by_text("Visa alla 290").click()
    assert shown.count() == 290
    page.get_by_text("Visa bara de första 20").click()
    assert shown.count() == 21
    page.close()


def test_a_page_of_many_cities_leads_to_the_others_from_one_line(browser, tmp_path):
    site = Site("L", False, {f"c{number}": f"Stad {number}" for number in range(290)}, "sv")
    notebook = new_notebook(
        cells=[new_markdown_cell("# T")], metadata={"labtools": {"versions": {}}}
    )
    nbformat.write(notebook, tmp_path / "x.ipynb")
    when = "2026-01-31T12:00:00+01:00"
    entry = Entry("a/b", "c7", "T", {}, "done", "", 1.0, 1.0, 1.0, False, when, None)
    Press(site).render(tmp_path / "x.ipynb", tmp_path / "x.html", entry, Links(list(site.cities)))
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto((tmp_path / "x.html").as_uri())
    assert page.locator("header").bounding_box()["height"] < 200
    page.get_by_text("Samma rapport för andra städer (290)").click()
    assert page.get_by_role("link", name="Stad 289").is_visible()
    page.close()
