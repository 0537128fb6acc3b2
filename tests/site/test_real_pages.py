"""Pages of the real notebooks, for one city of both labs, in both languages."""

import re
import tempfile
from pathlib import Path
from urllib.parse import unquote

import nbformat

from labtools.batch.plan import LANGUAGES
from labtools.site.wording import WORDING

ROOT = Path(__file__).resolve().parents[2]
REPORTS = {"interviews/01_what_people_say", "surveys/02_belonging", "cities/01_goals"}
SOURCES = ("action", "background", "data", "formaction", "poster", "src", "srcset")
IDS = re.compile(r'\bid="([^"]*)"')


def test_there_is_a_page_for_each_report_an_index_and_one_about_them_all(built):
    names = {page.path.relative_to(built.folder).parent.as_posix() for page in built.reports}
    assert names == REPORTS
    others = [page.path.name for page in built.pages if page not in built.reports]
    assert others == ["about.html", "index.html"]


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
    full = [page for page in built.reports if page.all("img") and page.all("caption")]
    assert len(full) == 3 if built.folder.parent.name == "example" else full


def test_every_link_leads_to_a_place_in_a_file(built):
    ids: dict[Path, list[str]] = {}
    for page in built.pages:
        for link in page.all("a"):
            address, _, place = link["href"].partition("#")
            if re.match(r"(https?|mailto):", address):
                continue
            target = (page.path.parent / unquote(address)).resolve() if address else page.path
            assert target.is_file(), (page.path, link)
            if place and target not in ids:
                ids[target] = IDS.findall(target.read_text(encoding="utf-8"))
            assert not place or unquote(place) in ids[target], (page.path, link)


def test_each_page_leads_to_its_twin_in_the_other_language(built):
    (other,) = set(LANGUAGES) - {built.language}
    for page in built.pages:
        (twin,) = [link for link in page.all("a") if "hreflang" in link]
        name = page.path.relative_to(built.folder)
        there = (page.path.parent / twin["href"]).resolve()
        assert there == (built.folder.parent / f"internal-{other}" / name).resolve()
        assert twin["hreflang"] == twin["lang"] == other


def test_each_report_tells_the_command_that_makes_it_again(built):
    for page in built.reports:
        notebook = page.path.relative_to(built.folder).parent.as_posix()
        lab = built.folder.parent.name
        command = f"labtools run {notebook} --lab data/{lab}"
        (told,) = re.findall(f"<code>{command}(.*?)</code>", page.text)
        assert f"--language {built.language}" in told
        assert ("--city" in told) == (notebook != "cities/01_goals")


def test_no_page_weighs_more_than_its_figures_and_a_little(built):
    """Without its figures a report is some tens of kilobytes; the index has the search's texts."""
    for page in built.pages:
        bare = re.sub(r"(?s)<figure.*?</figure>", "", page.text)
        assert len(bare.encode()) < (300_000 if page.path.name == "index.html" else 70_000)


def test_nothing_is_loaded_and_nothing_acts(built):
    for page in built.pages:
        assert not page.all("link", "base", "form", "iframe", "object", "embed")
        assert not page.all("script") or page.path.name == "index.html"
        assert "unsafe" not in page.all("meta")[1]["content"]
        named = [meta.get("http-equiv", "Content-Security-Policy") for meta in page.all("meta")]
        assert set(named) == {"Content-Security-Policy"}
        for _, attributes in page.tags:
            for name, value in attributes.items():
                assert name not in SOURCES or value.startswith("data:"), (page.path, name)
                assert "url(" not in value
                assert not name.startswith("on")
                assert name != "style"
        styles = re.findall(r"(?s)<style>.*?</style>", page.text)
        assert styles
        assert not re.search(r"@import|url\(", "".join(styles))


def first_words(cell: nbformat.NotebookNode) -> str:
    """The first six words of a cell, as far as they are plain."""
    plain = re.split(r"[*`\[\]<>&\"']", cell.source.lstrip("# "))[0]
    return " ".join(plain.split("\n")[0].split()[:6])


def test_cells_of_the_other_language_are_not_there(built):
    """And those of the page's own are, in their order."""
    for page in built.reports:
        name = page.path.relative_to(built.folder).parent.as_posix()
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
        written = re.sub(r"data:image/\w+;base64,[A-Za-z0-9+/=]+", "", written)
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
