"""A page is one file that needs nothing else, in one language, with everything said in words."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labtools.batch.record import Entry
from labtools.site.frame import Site
from labtools.site.index import write_index
from labtools.site.links import Links
from labtools.site.pages import Press
from labtools.site.wording import WORDING

SITE = Site("Prövolabbet", True, {"norrvik": "Norrvik", "umea": "Umeå"}, "sv")
ENTRY = Entry(
    notebook="surveys/02_belonging",
    city="umea",
    title="Tillhörighet",
    parameters={"lab_folder": "/home/someone/labs/tiny", "city": "umea", "min_people": 5},
    status="done",
    reason="",
    seconds=1.5,
    cpu_seconds=1.2,
    cell_cpu_seconds=0.9,
    stderr=False,
    when="2026-01-31T12:00:00+01:00",
    page="surveys/02_belonging/umea.html",
)
WIDE = "<style>.x td { color: #333 }</style><table><caption>Svar <b>per</b> ort</caption></table>"
PIXEL = base64.b64encode(b"\x89PNG").decode()


def shown(kind: str, data: str, **metadata: str) -> nbformat.NotebookNode:
    return new_output("display_data", data={kind: data}, metadata={kind: metadata})


def code(source: str, *outputs: nbformat.NotebookNode, tag: str | None = None):
    tags = {"tags": [tag]} if tag else {}
    return new_code_cell(source, outputs=list(outputs), metadata=tags, execution_count=7)


def prose(source: str, tag: str):
    return new_markdown_cell(source, metadata={"tags": [tag]})


CELLS = (
    prose("# Tillhörighet\n\nFråga & svar", "lang-sv"),
    prose("# Belonging", "lang-en"),
    code('city: str = "norrvik"', tag="parameters"),
    code("city = 'umea'", tag="injected-parameters"),
    prose("## Hur många?", "lang-sv"),
    prose("## How many?", "lang-en"),
    code("a = 1 < 2\nshow(a)", shown("text/html", WIDE)),
    prose("## Hur många?", "lang-sv"),
    code("draw()", shown("image/png", PIXEL, alt='Umeå: "9 av 10" & 60–98 %')),
    code("say()", shown("text/markdown", "**9 av 10** svarade.")),
    code("warn()", new_output("stream", name="stderr", text="\x1b[31mse upp\x1b[0m")),
    code("1 / 0", new_output("error", ename="ZeroDivisionError", evalue="<noll>", traceback=["x"])),
)


class Seen(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def page(tmp_path: Path):
    """Writes cells as an executed notebook, and returns the text of its page."""

    def render(*cells, entry: Entry = ENTRY, site: Site = SITE, cities=("norrvik", "umea")) -> str:
        metadata = {"labtools": {"versions": {"python": "3.11.7"}}}
        source = tmp_path / "x.ipynb"
        nbformat.write(new_notebook(cells=list(cells), metadata=metadata), source)
        target = tmp_path / f"{entry.name}.html"
        Press(site).render(source, target, entry, Links(cities))
        return target.read_text(encoding="utf-8")

    return render


def hash_of(text: str) -> str:
    """As a policy names what may stand in a page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_a_page_loads_nothing_and_runs_nothing(page):
    text = page(*CELLS)
    seen = Seen(text)
    policy = seen.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    (own, output) = (hash_of(style) for style in re.findall(r"(?s)<style>(.*?)</style>", text))
    allowed = f"style-src '{own}' '{output}'; img-src data:;"
    assert policy["content"] == (
        f"default-src 'none'; {allowed} base-uri 'none'; form-action 'none'"
    )
    assert " style=" not in text
    loads = [
        value
        for _, attrs in seen.tags
        for name, value in attrs.items()
        if name in ("src", "srcset", "data", "action", "poster")
    ]
    assert loads
    assert all((value or "").startswith("data:") for value in loads)
    assert not re.search(r"<script|<link|@import|url\(|https?://", text)


def test_a_page_names_report_city_and_lab_in_its_title_and_its_language(page):
    text = page(*CELLS)
    assert "<title>Tillhörighet – Umeå – Prövolabbet</title>" in text
    assert Seen(text).all("html") == [{"lang": "sv"}]
    assert Seen(page(*CELLS, site=Site("Lab", False, {"umea": "Umeå"}, "en"))).all("html") == [
        {"lang": "en"}
    ]


def test_only_one_language_is_shown(page):
    swedish = page(*CELLS)
    english = page(*CELLS, site=Site("Lab", False, {"umea": "Umeå"}, "en"))
    assert "Fråga &amp; svar" in swedish
    assert "How many?" not in swedish
    assert "How many?" in english
    assert "Hur många?" not in english


def test_headings_have_anchors_of_their_own_and_a_list_of_contents(page):
    text = page(*CELLS)
    ids = re.findall(r'<h[12] id="([^"]+)"', text)
    assert ids == ["tillhörighet", "hur-många", "hur-många-2", "how-made"]
    contents = text[text.index('<nav class="contents"') :]
    assert '<li><a href="#hur-många">Hur många?</a></li>' in contents
    assert '<li><a href="#hur-många-2">Hur många?</a></li>' in contents
    assert text.index('<nav class="contents"') < text.index('<h2 id="hur-många"')


def test_code_is_folded_with_its_line_count_and_without_prompts(page):
    text = page(*CELLS)
    assert "<summary>Kod, 2 rader</summary>\n<pre><code>a = 1 &lt; 2\nshow(a)</code></pre>" in text
    assert "<summary>Kod, 1 rad</summary>" in text
    assert "[7]" not in text


def test_parameters_are_told_in_the_footer_without_a_path_of_the_machine(page):
    text = page(*CELLS)
    footer = text[text.index("<footer>") :]
    assert "<dd><code>lab_folder</code>: tiny</dd>" in footer
    assert "<dd><code>min_people</code>: 5</dd>" in footer
    assert "python 3.11.7" in footer
    assert "31 januari 2026, 12:00" in footer
    assert "/home" not in text
    assert "city: str" not in text
    assert "city = &#39;umea&#39;" not in text


def test_figures_carry_their_alternative_text_and_tables_scroll_under_their_caption(page):
    seen = Seen(page(*CELLS))
    (image,) = seen.all("img")
    assert image["alt"] == 'Umeå: "9 av 10" & 60–98 %'
    assert image["src"] == f"data:image/png;base64,{PIXEL}"
    regions = [attrs for attrs in seen.all("div") if attrs.get("role") == "region"]
    assert [(region["aria-label"], region["tabindex"]) for region in regions] == [
        ("Svar per ort", "0")
    ]


def test_messages_and_errors_are_told_calmly(page):
    text = page(*CELLS)
    assert "<pre>se upp</pre>" in text
    assert "<pre>ZeroDivisionError: &lt;noll&gt;</pre>" in text
    assert "\x1b" not in text


def test_other_cities_are_one_link_away_and_the_index_too(page):
    seen = Seen(page(*CELLS))
    links = {attrs["href"]: attrs.get("aria-current") for attrs in seen.all("a")}
    assert links["norrvik.html"] is None
    assert links["umea.html"] == "page"
    assert "../../index.html" in links


def test_a_page_about_the_whole_lab_has_no_city(page):
    whole = Entry(**{**vars(ENTRY), "city": None, "notebook": "cities/01_goals"})
    text = page(*CELLS, entry=whole, cities=[])
    assert "<title>Tillhörighet – Prövolabbet</title>" in text
    assert "<dd>Hela labbet</dd>" in text
    assert "norrvik.html" not in text


def test_a_notebook_without_a_heading_gets_its_title(page):
    assert "<h1>Tillhörighet</h1>" in page(code("x"))


def test_synthetic_evidence_is_said_to_be_so(page):
    real = Site("Lab", False, SITE.cities, "sv")
    assert WORDING["sv"]["synthetic"] in page(*CELLS)
    assert WORDING["sv"]["synthetic"] not in page(*CELLS, site=real)


def test_an_output_that_a_page_cannot_show_is_said_to_be_there(page):
    text = page(code("draw()", shown("application/x-unknown", "{}")))
    assert WORDING["sv"]["not_shown"] in text


def test_svg_and_latex_are_shown_without_being_run(page):
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>"
    text = page(code("a", shown("image/svg+xml", svg)), code("b", shown("text/latex", "$x<y$")))
    assert "<script" not in text
    assert '<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow></math>' in text


def test_html_of_a_notebook_stays_inside_its_place_on_the_page(page):
    """In an output, in Markdown, and in a cell: nothing acts, nothing ends the page's own tags."""
    hostile = (
        '<meta http-equiv="refresh" content="0;url=x"><base href="x"><form action="x"><input>'
        "kvar</form></main></body></html><title>Annan</title><p>efter"
    )
    text = page(
        code("a", shown("text/html", hostile)),
        code("b", shown("text/markdown", hostile)),
        prose(hostile, "lang-sv"),
    )
    tags = [name for name, _ in Seen(text).tags]
    assert not {"base", "form", "input"} & set(tags)
    assert [tags.count(name) for name in ("html", "body", "main", "title")] == [1, 1, 1, 1]
    assert "refresh" not in text
    assert [text.count(f"</{name}>") for name in ("html", "body", "main")] == [1, 1, 1]
    assert text.count("kvar") == text.count("<p>efter") == 3
    assert text.index("</main>") > text.rindex("efter")


def test_the_frame_says_the_same_in_both_languages():
    assert WORDING["sv"].keys() == WORDING["en"].keys()


def test_the_index_links_what_is_done_and_tells_why_the_rest_is_not(tmp_path):
    failed = Entry(
        **{
            **vars(ENTRY),
            "city": "norrvik",
            "status": "failed",
            "reason": "code cell 2: KeyError: '<n>'",
            "page": None,
        }
    )
    whole = Entry(
        **{
            **vars(ENTRY),
            "notebook": "own/01_x",
            "title": "Eget",
            "city": None,
            "page": "own/01_x/lab.html",
        }
    )
    path = tmp_path / "index.html"
    write_index(path, [whole, ENTRY, failed], site=SITE, when="2026-01-31T12:00:00+01:00")
    text = path.read_text(encoding="utf-8")
    seen = Seen(text)
    hrefs = [attrs["href"] for attrs in seen.all("a")]
    assert hrefs == [
        "#main",
        "#surveys/02_belonging/norrvik",
        "surveys/02_belonging/umea.html",
        "own/01_x/lab.html",
        "about.html",
    ]
    assert "surveys/02_belonging/norrvik" in [attrs.get("id") for attrs in seen.all("li")]
    assert "code cell 2: KeyError: &#39;&lt;n&gt;&#39;" in text
    assert "Norrvik och Umeå" in text
    assert "31 januari 2026, 12:00" in text
    assert WORDING["sv"]["synthetic"] in text
    headings = re.findall(r'<th scope="(?:col|rowgroup|row)"[^>]*>([^<]*)', text)
    assert headings == [
        "Rapport", "Norrvik", "Umeå", "Hela labbet", "Enkäter", "Tillhörighet", "own", "Eget",
    ]  # fmt: skip


def test_a_report_that_was_never_run_is_said_not_to_be(tmp_path):
    path = tmp_path / "index.html"
    write_index(path, [ENTRY], site=SITE, when="2026-01-31T12:00:00+01:00")
    assert path.read_text(encoding="utf-8").count("Inte körd") == 1
