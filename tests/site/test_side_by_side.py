"""The same figure of all cities beside each other, and all reports in one file."""

from pathlib import Path

import lxml.html
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser

from labtools.batch.record import Entry
from labtools.faults import BadInput
from labtools.site.about import Dated, write_about
from labtools.site.frame import MOST_CITIES, Site
from labtools.site.index import write_index
from labtools.site.links import Links, without_twin
from labtools.site.one_file import write_one_file
from labtools.site.pages import Press
from labtools.site.side_by_side import find_figures, match_figures, page_of, write_side_by_side

WHEN = "2026-01-31T12:00:00+01:00"
CITIES = {"norrvik": "Norrvik", "umea": "Umeå", "o": "Östby"}


def drawn(title: str, value: str) -> nbformat.NotebookNode:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{value}</text></svg>"
    return new_output(
        "display_data",
        data={"image/svg+xml": svg},
        metadata={"image/svg+xml": {"alt": f"{title}. {value}: 1; annan: 2."}},
    )


def write(
    folder: Path, cities: dict[str, str], figures: dict[str, list[nbformat.NotebookNode]], *,
    name: str = "a/b", text: str = "",
) -> dict[str, Entry]:  # fmt: skip
    site, entries = Site("Labbet", True, cities, "sv"), {}
    for city in cities:
        cells = [
            new_markdown_cell(f"# Titel {name}\n\n{text}\n\n## Hur?\n\n## Var?\n\n[dit](#hur)")
        ]
        cells.append(new_code_cell("x", outputs=figures.get(city, [])))
        notebook = new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})
        nbformat.write(notebook, folder / "x.ipynb")
        entry = Entry(name, city, f"Titel {name}", {}, "done", "", 1.0, 1.0, 1.0, False, WHEN,
                      f"{name}/{city}.html")  # fmt: skip
        links = Links(list(cities), page_of(name, city, list(cities)), "../../../x-en/a.html")
        Press(site).render(folder / "x.ipynb", folder / f"{entry.name}.html", entry, links)
        entries[city] = entry
    write_side_by_side(folder, name, entries, site=site)
    return entries


def test_figures_meet_by_their_title_and_the_first_meets_the_first(tmp_path: Path) -> None:
    figures = {
        "norrvik": [drawn("Svar", "n1"), drawn("Svar", "n2"), drawn("Medel", "alla")],
        "umea": [drawn("Svar", "u1"), drawn("Medel", "alla"), drawn("Bara här", "u3")],
    }
    cities = {city: CITIES[city] for city in figures}
    write(tmp_path, cities, figures)
    found = {city: find_figures(tmp_path / f"a/b/{city}.html") for city in cities}
    rows = match_figures(found)
    assert [(row.title, list(row.figures), row.alike) for row in rows] == [
        ("Svar (1)", ["norrvik", "umea"], False),
        ("Svar (2)", ["norrvik"], False),
        ("Medel", ["norrvik", "umea"], True),
        ("Bara här", ["umea"], False),
    ]
    assert {figure.section for figure in found["umea"]} == {"var"}


def test_the_page_shows_each_city_in_its_order_and_leads_to_its_section(tmp_path: Path) -> None:
    write(tmp_path, CITIES, {city: [drawn("Svar", city)] for city in ("norrvik", "o")})
    tree = lxml.html.parse(tmp_path / "side_by_side/a/b.html").getroot()
    places = [
        " ".join(one.text_content().split()) for one in tree.xpath("//ul[@class='beside']/li")
    ]
    assert places == ["Norrvik: Svar", "UmeåIngen sådan figur.", "Östby: Svar"]
    links = tree.xpath("//ul[@class='beside']//a/@href")
    assert links == ["../../a/b/norrvik.html#var", "../../a/b/o.html#var"]
    assert (tmp_path / "side_by_side/a" / links[0].partition("#")[0]).is_file()
    assert tree.xpath("//img/@alt")[0].startswith("Svar. norrvik: 1")


def test_a_page_with_a_figure_leads_there_and_one_without_does_not(tmp_path: Path) -> None:
    write(tmp_path, CITIES, {"umea": [drawn("Svar", "u")]})
    lead = 'href="../../side_by_side/a/b.html"'
    assert lead in (tmp_path / "a/b/umea.html").read_text("utf-8")
    assert lead not in (tmp_path / "a/b/o.html").read_text("utf-8")
    assert (tmp_path / "side_by_side/a/b.html").is_file()


def test_more_cities_than_a_dozen_come_on_pages_of_a_dozen(tmp_path: Path) -> None:
    many = {f"c{n}": f"Stad {n}" for n in range(MOST_CITIES + 2)}
    write(tmp_path, many, {city: [drawn("Svar", city)] for city in many})
    assert page_of("a/b", "c13", list(many)) == "side_by_side/a/b_2.html"
    texts = [(tmp_path / f"side_by_side/a/b{n}.html").read_text("utf-8") for n in ("", "_2")]
    assert [text.count("<figure>") for text in texts] == [MOST_CITIES, 2]
    assert 'href="b_2.html"' in texts[0]
    assert 'href="../../side_by_side/a/b_2.html"' in (tmp_path / "a/b/c13.html").read_text("utf-8")
    write(tmp_path, {"c0": "Stad 0"}, {"c0": [drawn("Svar", "x")]})
    assert list((tmp_path / "side_by_side/a").iterdir()) == []


def test_no_figure_anywhere_is_no_page(tmp_path: Path) -> None:
    write(tmp_path, CITIES, {})
    assert not (tmp_path / "side_by_side").exists()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    text = (
        "[stad](umea.html) [avsnitt](../c/umea.html#hur) [ut](https://example.org/x) "
        "[annat](../../fil.pdf)"
    )
    entries = []
    for name in ("a/b", "a/c"):
        figures = {"umea": [drawn("Svar", name)]}
        entries += write(tmp_path, CITIES, figures, name=name, text=text).values()
    whole = Site("Labbet", True, CITIES, "sv")
    write_index(tmp_path / "index.html", entries, site=whole, when=WHEN)
    write_about(tmp_path, entries, [Dated("umea", "interview", 2, "2024-01", "")], site=whole)
    return tmp_path


def test_one_file_holds_every_report_once_and_runs_nothing(site: Path) -> None:
    data = write_one_file(site)
    tree = lxml.html.document_fromstring(data.decode("utf-8"))
    assert data == write_one_file(site)
    assert len(tree.xpath("//article")) == 7  # six reports, and the page about them
    assert tree.xpath("//script|//link|//iframe|//a[@hreflang]") == []
    assert b"script" not in data
    assert len(tree.xpath("//h1")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert tree.xpath("//html/@lang") == ["sv"]


def test_links_within_one_file_stay_in_it_and_none_leads_nowhere(site: Path) -> None:
    tree = lxml.html.document_fromstring(write_one_file(site).decode("utf-8"))
    ids = set(tree.xpath("//@id"))
    links = tree.xpath("//a/@href")
    assert {link for link in links if not link.startswith("#")} == {"https://example.org/x"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    first = tree.xpath("//article[@id='r1']")[0]
    (city,) = first.xpath(".//a[text()='stad']/@href")
    assert tree.xpath(f"string(//article[@id='{city[1:]}']//p[@class='place'])") == "Umeå"
    (section,) = first.xpath(".//a[text()='avsnitt']/@href")
    assert tree.xpath(f"//h3[@id='{section[1:]}']")[0].text_content() == "Hur?"
    assert first.xpath(".//a[text()='annat']/@href") == []


def test_one_file_of_a_city_holds_its_reports_alone(site: Path) -> None:
    tree = lxml.html.document_fromstring(write_one_file(site, city="umea").decode("utf-8"))
    places = [place.text for place in tree.xpath("//article//p[@class='place']")]
    assert places == ["Umeå", "Umeå"]
    with pytest.raises(BadInput, match="must hold reports of okand"):
        write_one_file(site, city="okand")


def test_one_file_opens_with_the_network_off_and_its_contents_lead(
    browser: Browser, site: Path
) -> None:
    (site / "one.html").write_bytes(write_one_file(site))
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("requestfailed", lambda request: trouble.append(request.url))
    page.goto((site / "one.html").as_uri())
    page.locator("nav a[href='#r5']").click(timeout=5000)
    assert page.url.endswith("#r5")
    assert page.locator("#r5 img").is_visible()
    assert trouble == []
    context.close()


def test_a_page_can_leave_its_twin_behind(site: Path) -> None:
    text = (site / "a/b/umea.html").read_text("utf-8")
    assert text.count("hreflang") == 1
    assert "hreflang" not in without_twin(text)
    assert "x-en" not in without_twin(text)
