"""The browser that pages are opened in, and pages of the real notebooks."""

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from labtools.batch.plan import LANGUAGES
from labtools.cli import main

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROOT = Path(__file__).resolve().parents[2]
OF_A_CITY = ("interviews/01_what_people_say", "surveys/02_belonging")
OF_THE_LAB = "cities/01_goals"
LABS = [("example", "norrvik"), ("innovationslabb", "norrkoping")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


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
    """An output folder of one lab in one language; its reports, and the pages beside them."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder, self.language = folder, language
        self.pages = [Page(path) for path in sorted(folder.rglob("*.html"))]
        self.reports = [page for page in self.pages if page.path.parent != folder]


@pytest.fixture(
    scope="session",
    params=[(*lab, language) for lab in LABS for language in LANGUAGES],
    ids=lambda param: f"{param[0]}-{param[2]}",
)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What `labtools run --language both` leaves: two notebooks for a city, one for the lab.

    Made once, by whichever process of the tests comes first.
    """
    lab, city, language = request.param
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    out = shared / f"built-{lab}"
    common = ["--lab", f"data/{lab}", "--out", str(out), "--language", "both", "--jobs", "2"]
    with FileLock(f"{out}.lock"), pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        if not (out / "done").exists():
            for choice in ([*OF_A_CITY, "--city", city], [OF_THE_LAB]):
                result = CliRunner().invoke(main, ["run", *common, *choice])
                assert result.exit_code == 0, result.output
            (out / "done").touch()
    return Built(out / lab / f"internal-{language}", language)
