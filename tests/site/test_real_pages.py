"""Pages of the real notebooks, for one city of both labs, in both languages."""

import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from click.testing import CliRunner

from labtools.batch.plan import LANGUAGES
from labtools.cli import main
from labtools.site.wording import WORDING

ROOT = Path(__file__).resolve().parents[2]
OF_A_CITY = ("interviews/01_what_people_say", "surveys/02_belonging")
OF_THE_LAB = "cities/01_goals"
LABS = [("example", "norrvik"), ("innovationslabb", "norrkoping")]
SOURCES = ("action", "background", "data", "formaction", "poster", "src", "srcset")


class Page(HTMLParser):
    """A page's tags with their attributes, and its bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


class Built:
    """An output folder of one lab in one language."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder, self.language = folder, language
        self.pages = [Page(path) for path in sorted(folder.rglob("*.html"))]


@pytest.fixture(
    scope="module",
    params=[(*lab, language) for lab in LABS for language in LANGUAGES],
    ids=lambda param: f"{param[0]}-{param[2]}",
)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What `labtools run` leaves behind: two notebooks for a city, one for the whole lab."""
    lab, city, language = request.param
    out = tmp_path_factory.mktemp("out")
    common = ["--lab", f"data/{lab}", "--out", str(out), "--language", language, "--jobs", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for choice in ([*OF_A_CITY, "--city", city], [OF_THE_LAB]):
            result = CliRunner().invoke(main, ["run", *common, *choice])
            assert result.exit_code == 0, result.output
    return Built(out / lab / f"internal-{language}", language)


def test_there_is_a_page_for_each_report_and_an_index(built):
    names = {page.path.relative_to(built.folder).parent.as_posix() for page in built.pages}
    assert names == {".", *OF_A_CITY, OF_THE_LAB}


def test_each_page_has_one_title_its_language_and_ids_of_their_own(built):
    for page in built.pages:
        assert len(page.all("h1")) == 1, page.path
        assert page.all("html") == [{"lang": built.language}]
        assert len(page.ids()) == len(set(page.ids())), page.path


def test_every_figure_is_described(built):
    images = [image for page in built.pages for image in page.all("img")]
    assert all(len(image["alt"]) > 40 for image in images)
    for page in built.pages:
        for words in WORDING.values():
            assert words["no_description"] not in page.text
            assert words["not_shown"] not in page.text


def test_reports_of_the_example_hold_tables_and_figures(built):
    """What has been published of the real labs is too little for either everywhere."""
    reports = [page for page in built.pages if page.path.name != "index.html"]
    full = [page for page in reports if page.all("img") and page.all("caption")]
    assert len(full) == 3 if built.folder.parent.name == "example" else full


def test_every_link_leads_to_a_place_in_a_file(built):
    ids = {page.path.resolve(): page.ids() for page in built.pages}
    for page in built.pages:
        for link in page.all("a"):
            address, _, place = link["href"].partition("#")
            if re.match(r"(https?|mailto):", address):
                continue
            target = (page.path.parent / unquote(address)).resolve() if address else page.path
            assert target.resolve() in ids, (page.path, link)
            assert not place or unquote(place) in ids[target.resolve()], (page.path, link)


def test_nothing_is_loaded_and_nothing_acts(built):
    for page in built.pages:
        assert not page.all("script", "link", "base", "form", "iframe", "object", "embed")
        named = [meta.get("http-equiv", "Content-Security-Policy") for meta in page.all("meta")]
        assert set(named) == {"Content-Security-Policy"}
        for _, attributes in page.tags:
            for name, value in attributes.items():
                assert name not in SOURCES or value.startswith("data:"), (page.path, name)
                assert "url(" not in value
                assert not name.startswith("on")
        styles = re.findall(r"(?s)<style>.*?</style>", page.text)
        assert styles
        assert not re.search(r"@import|url\(", "".join(styles))


def first_words(cell: nbformat.NotebookNode) -> str:
    """The first six words of a cell, as far as they are plain."""
    plain = re.split(r"[*`\[\]<>&\"']", cell.source.lstrip("# "))[0]
    return " ".join(plain.split("\n")[0].split()[:6])


def test_cells_of_the_other_language_are_not_there(built):
    """And those of the page's own are, in their order."""
    for page in built.pages:
        name = page.path.relative_to(built.folder).parent.as_posix()
        if name == ".":
            continue
        cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        text = re.sub(r"\s+", " ", page.text)
        for language in LANGUAGES:
            tagged = [c for c in cells if f"lang-{language}" in c.metadata.get("tags", [])]
            words = [first_words(cell) for cell in tagged]
            assert len(words) > 3
            assert min(map(len, words)) > 3
            found = [f">{word}" in text for word in words]
            assert found == [language == built.language] * len(words), (page.path, words)


def test_no_path_of_this_machine_is_in_what_is_written(built):
    places = {ROOT, Path.home(), built.folder, Path(tempfile.gettempdir()), Path("/tmp")}
    for path in [*(page.path for page in built.pages), built.folder / "run.json"]:
        written = path.read_bytes().decode("utf-8")
        written = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", written)
        assert [place for place in places if f"{place}/" in written] == [], path


def test_every_page_opens_in_a_browser_at_any_width_in_light_and_dark(built, browser):
    """Nothing on the console, nothing fetched, no sideways scrolling."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(10_000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("requestfailed", lambda request: trouble.append(request.url))
    for path in (one.path for one in built.pages):
        page.goto(path.as_uri())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (path, scheme, width)
        sizes = page.locator("img").evaluate_all("all => all.map(image => image.naturalWidth)")
        assert all(sizes), path
    assert trouble == []
    context.close()
