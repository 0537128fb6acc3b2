"""The example's pages for partners: no count of a few, and nothing that leads to one person."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from labtools.cli import main
from labtools.lab import open_lab
from labtools.privacy.gate import list_faults, make_sought, search_file

NOTEBOOKS = ("cities/02_comparison", "cities/05_synthesis", "interviews/04_not_yet_heard")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, root: Path) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("partners")
    lab = str(root / "data" / "example")
    asked = ["--audience", "partners", "--lab", lab, "--out", str(out)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        ran = CliRunner().invoke(main, ["run", *NOTEBOOKS, *asked])
    assert ran.exit_code == 0, ran.output
    found = (next(out.rglob(f"partners-sv/{name}/*.html")) for name in NOTEBOOKS)
    return dict(zip(NOTEBOOKS, found, strict=True))


def _read(page: Path) -> str:
    text: str = html.parse(page).getroot().xpath("//main")[0].text_content()
    return text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_gate_finds_no_count_of_a_few_and_the_page_tells_what_is_hidden(
    name: str, pages: dict[str, Path]
) -> None:
    sought = make_sought(None, min_people=5, messages=[], placeholders=[], places=[])
    found = search_file(pages[name].read_bytes(), name="page.html", sought=sought)
    assert [str(fault) for fault in list_faults(found)] == []
    assert "Sidan är för partner." in _read(pages[name])


def test_the_report_names_no_interview_and_quotes_only_those_who_agreed(
    pages: dict[str, Path], root: Path
) -> None:
    lab = open_lab(root / "data" / "example")
    text = pages["cities/05_synthesis"].read_text("utf-8")
    sources = lab.read_sources()
    met = sources.loc[sources["type"] != "document", "source_id"]
    segments = lab.read_table("segments")["segment_id"]
    named = re.findall(r"[A-Z]-[A-Z]\d\d|[A-Z]{2}-\d{4}", text)
    assert not set(named) & {*met, *segments}
    turns = lab.read_turns()
    others = " ".join(turns.loc[turns["quote"] != "yes", "text"])
    quoted = re.findall(r"q\d+\.\s*”([^”]+)”", _read(pages["cities/05_synthesis"]))
    assert len(quoted) > 10
    assert [words for words in quoted if words in others] == []


def test_what_could_lead_to_one_person_is_not_shown(pages: dict[str, Path]) -> None:
    """Groups of the register, themes of one person, who spoke of what, who scored lower."""
    silent = _read(pages["interviews/04_not_yet_heard"])
    for caption in (
        "Grupper i registret som ingen har intervjuat",
        "Vilka det är bäst att träffa härnäst",
        "Teman som en enda person i rollen har talat om, stad för stad",
    ):
        assert f"{caption}: inget att visa." in silent
    report = _read(pages["cities/05_synthesis"])
    assert "svarade båda gångerna." in report
    assert "fick högre poäng" not in report
