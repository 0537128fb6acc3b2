"""Everybody can read the pages: axe-core finds nothing, and the keyboard reaches all in order."""

import base64
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from labtools.batch.record import Entry
from labtools.evidence.checks import check_lab
from labtools.site.about import Dated, write_about
from labtools.site.check import write_check
from labtools.site.frame import Site
from labtools.site.index import write_index
from labtools.site.links import Links
from labtools.site.one_file import write_one_file
from labtools.site.pages import Press
from labtools.site.side_by_side import page_of, write_side_by_side
from labtools.site.wording import WORDING

AXE = Axe()
WAYS = [(scheme, width) for scheme in ("light", "dark") for width in (320, 1280)]
SITE = Site("Provlabbet", True, {"norrvik": "Norrvik", "umea": "Umeå"}, "sv")
WHEN = "2026-01-31T12:00:00+01:00"
PICTURE = BytesIO()
Image.new("RGB", (700, 300), "white").save(PICTURE, "PNG")
ROWS = "".join(f"<tr><th scope=row>fråga {n}</th><td>{n}</td></tr>" for n in range(60))
TABLE = f"<table><caption>Svar</caption><thead><tr><th scope=col>Fråga</th>{{}}</tr></thead>{ROWS}"
MANY = TABLE.format("<th scope=col>n</th>" * 12)
FOCUSABLE = "a[href], summary, input, [tabindex='0']"


def shown(kind: str, data: str, **metadata: str) -> nbformat.NotebookNode:
    return new_output("display_data", data={kind: data}, metadata={kind: metadata})


EVERYTHING = [
    new_markdown_cell("# Allt\n\nText, `kod`, [en länk](https://example.org) och $\\bar{x} < y$."),
    new_markdown_cell("## Hur många?\n\n$$\\hat p = \\frac{1}{n}\\sum_{i=1}^{n} w_i x_i$$"),
    new_code_cell(
        "show()",
        outputs=[
            shown("text/html", MANY),
            shown(
                "image/png",
                base64.b64encode(PICTURE.getvalue()).decode(),
                alt="Andelar. Norrvik: 60 % (40–80), n = 30; Umeå: 70 %, n = 25.",
            ),
            shown("text/markdown", "**9 av 10** svarade.\n\n> Jag bor här.\n\n1. ett\n2. två"),
            shown("text/latex", "$$x^2 + \\okänt$$"),
        ],
    ),
    new_markdown_cell("## Vad gick fel?"),
    new_code_cell(
        "fail()",
        outputs=[
            new_output("stream", name="stderr", text="\x1b[31mse upp\x1b[0m\n" * 3),
            new_output("stream", text="rad\n" * 9000),
            shown("application/vnd.jupyter.widget-view+json", "{}"),
            shown("text/html", "<div style='color: #ccc'>grått</div><script>draw()</script>"),
            new_output("error", ename="KeyError", evalue="'n'", traceback=["x"]),
        ],
    ),
]


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each kind, with all that a page may hold."""
    folder = tmp_path_factory.mktemp("composed")
    metadata = {"labtools": {"versions": {"python": "3.11.7"}}}
    nbformat.write(new_notebook(cells=EVERYTHING, metadata=metadata), folder / "x.ipynb")
    entries = {}
    for city in SITE.cities:
        name = f"a/b/{city}"
        entries[city] = Entry("a/b", city, "Allt", {"city": city}, "done", "", 1.0, 1.0, 1.0,
                              False, WHEN, f"{name}.html")  # fmt: skip
        links = Links(["norrvik", "umea"], page_of("a/b", city, list(SITE.cities)), "", False, "x")
        Press(SITE).render(folder / "x.ipynb", folder / f"{name}.html", entries[city], links)
    failed = Entry("a/c", "umea", "Fel", {}, "failed", "Trasig.", 1.0, 1.0, 1.0, False, WHEN, None)
    write_side_by_side(folder, "a/b", entries, site=SITE)
    write_index(folder / "index.html", [*entries.values(), failed], site=SITE, when=WHEN)
    dates = [Dated("norrvik", "interview", 3, "2024-01", "2024-03")]
    write_about(folder, list(entries.values()), dates, site=SITE)
    (folder / "lab").mkdir()
    (folder / "lab" / "lab.toml").write_text("[lab]\n", encoding="utf-8")
    check = check_lab(folder / "lab")
    write_check(folder / "check.html", check, lab_folder=str(folder / "lab"))
    (folder / "all.html").write_bytes(write_one_file(folder))
    return folder


def find_violations(tab: Tab) -> list[tuple[str, str]]:
    found = AXE.run(tab).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


def tell_placeholders(tab: Tab) -> list[str]:
    """Alternative texts that describe nothing: of nbconvert, of this site, a file's name."""
    texts = tab.locator("img").evaluate_all("all => all.map(one => one.alt)")
    own = {words["no_description"] for words in WORDING.values()}
    return [
        text
        for text in texts
        if len(text) < 20 or text in own or "No description" in text or text.endswith(".png")
    ]


def walk(tab: Tab) -> list[dict[str, object]]:
    """What the tabulator key reaches, one after the other: its place in the document, its look."""
    count = tab.evaluate(
        """selector => {
          const seen = [...document.querySelectorAll(selector)].filter(
            (one) => one.checkVisibility({ visibilityProperty: true }));
          seen.forEach((one, at) => { one.at = at; });
          return seen.length;
        }""",
        FOCUSABLE,
    )
    reached = []
    for _ in range(count):
        tab.keyboard.press("Tab")
        reached.append(
            tab.evaluate(
                """() => {
                  const one = document.activeElement, box = one.getBoundingClientRect();
                  return { at: one.at, ring: getComputedStyle(one).outlineStyle,
                    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight
                      && box.right > 0 && box.left < innerWidth };
                }"""
            )
        )
    return reached


@pytest.mark.parametrize(
    "name",
    ["a/b/umea", "index", "about", "check", "side_by_side/a/b", "all"],
)
def test_a_page_of_each_kind_is_accessible_in_all_ways(
    browser: Browser, composed: Path, name: str
) -> None:
    """Light and dark, narrow and wide: nothing that axe-core knows of, no sideways scrolling."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    trouble: list[str] = []
    tab.on("console", lambda message: trouble.append(message.text))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.goto((composed / f"{name}.html").as_uri())
    for scheme, width in WAYS[1:3] if name == "all" else WAYS:  # the long one in two of four
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.set_viewport_size({"width": width, "height": 800})
        assert find_violations(tab) == [], (scheme, width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tell_placeholders(tab) == []
    assert trouble == []
    context.close()


@pytest.mark.parametrize("name", ["a/b/umea", "index", "side_by_side/a/b", "all"])
def test_the_keyboard_reaches_all_in_the_order_of_the_page(
    browser: Browser, composed: Path, name: str
) -> None:
    """Each is on the screen when it has the focus, with a ring around it."""
    tab = browser.new_page(viewport={"width": 320, "height": 800})
    tab.goto((composed / f"{name}.html").as_uri())
    reached = walk(tab)
    assert len(reached) > 4
    assert [one["at"] for one in reached] == list(range(len(reached)))
    assert all(one["seen"] for one in reached), reached
    assert {one["ring"] for one in reached} == {"solid"}
    tab.close()


def test_pages_of_the_real_notebooks_are_accessible(built, browser: Browser) -> None:
    """Each in two of the four ways, and a lab's two languages in all four."""
    ways = [WAYS[0], WAYS[3]] if built.language == "sv" else [WAYS[1], WAYS[2]]
    context = browser.new_context(offline=True)
    tab = context.new_page()
    for page in built.pages:
        tab.goto(page.path.as_uri())
        for scheme, width in ways:
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            tab.set_viewport_size({"width": width, "height": 800})
            assert find_violations(tab) == [], (page.path.name, scheme, width)
        assert tell_placeholders(tab) == []
    context.close()


def test_the_keyboard_reaches_all_of_a_real_page(built, browser: Browser) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(built.reports[-1].path.as_uri())
    reached = walk(tab)
    assert [one["at"] for one in reached] == list(range(len(reached)))
    assert all(one["seen"] for one in reached)
    tab.close()


def test_nothing_moves() -> None:
    """So there is nothing to still for those who asked for less motion."""
    from labtools.site.frame import TEMPLATE

    style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    for word in ("animation", "transition", "scroll-behavior", "@keyframes"):
        assert word not in style


def test_print_keeps_a_heading_with_its_section_and_a_figure_whole(
    browser: Browser, tmp_path: Path
) -> None:
    """Wherever the page ends: no heading is the last on its sheet."""
    from pypdf import PdfReader

    cells = [new_markdown_cell("# T")]
    for number in range(12):
        picture = BytesIO()  # one of its own: a PDF holds those that are alike once
        Image.new("RGB", (700, 300), (255, 255, 240 + number)).save(picture, "PNG")
        encoded = base64.b64encode(picture.getvalue()).decode()
        figure = shown("image/png", encoded, alt="En figur. a: 1")
        cells.append(new_markdown_cell("Ord. " * (60 + 47 * number)))
        cells.append(new_markdown_cell(f"## Rubrik{number}"))
        cells.append(new_code_cell("x", outputs=[figure]))
        cells.append(new_markdown_cell(f"Slut{number}."))
    metadata = {"labtools": {"versions": {}}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), tmp_path / "x.ipynb")
    entry = Entry("a/b", None, "T", {}, "done", "", 1.0, 1.0, 1.0, False, WHEN, None)
    Press(SITE).render(tmp_path / "x.ipynb", tmp_path / "x.html", entry)
    tab = browser.new_page()
    tab.goto((tmp_path / "x.html").as_uri())
    tab.pdf(path=tmp_path / "x.pdf", format="A4")
    tab.close()
    sheets = PdfReader(tmp_path / "x.pdf").pages
    assert len(sheets) > 5
    for sheet in sheets:
        lines = [line for line in sheet.extract_text().splitlines() if line.strip()]
        last = [line for line in lines if not line.strip().isdigit()][-1]  # the sheet's number
        pictures = len(sheet.images)
        headings = sheet.extract_text().count("Rubrik")
        assert not last.startswith("Rubrik") or pictures >= headings > 0
