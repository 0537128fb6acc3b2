"""The example shared with partners: no count of a few, and nothing that leads to one person."""

import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from lxml import html

from labtools.batch.plan import FOR_PARTNERS, find_notebooks, read_notebook
from labtools.cli import main
from labtools.lab import open_lab


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with partners.zip and the lab, after the gate has let all its pages through."""
    folder = tmp_path_factory.mktemp("shared")
    for name in ("notebooks", "src"):
        (folder / name).symlink_to(root / name)
    shutil.copytree(root / "data" / "example", folder / "example")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        asked = ["share", "--lab", "example", "--to", "partners.zip", "--no-names"]
        ran = CliRunner().invoke(main, asked)
    assert ran.exit_code == 0, ran.output
    return folder


@pytest.fixture(scope="module")
def pages(shared: Path) -> dict[str, str]:
    """What stands on each page, by its name in the zip."""
    with zipfile.ZipFile(shared / "partners.zip") as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    trees = {name: html.fromstring(data) for name, data in read.items() if name.endswith(".html")}
    return {name: tree.xpath("//main")[0].text_content() for name, tree in trees.items()}


def test_all_that_hide_are_shared_for_every_city_and_nothing_else(
    shared: Path, pages: dict[str, str]
) -> None:
    """No executed notebook, no record, no notebook that is the team's own."""
    with zipfile.ZipFile(shared / "partners.zip") as archive:
        kinds = {Path(name).suffix for name in archive.namelist()}
    assert kinds <= {".html", ".docx"}
    notebooks = [read_notebook(path) for path in find_notebooks(shared / "notebooks")]
    hiding = {one.name for one in notebooks if one.parameters.keys() >= FOR_PARTNERS}
    assert len(hiding) >= 8
    cities = open_lab(shared / "example").city_names()
    for one in notebooks:
        places = cities if "city" in one.parameters else ["lab"]
        there = [f"{one.name}/{place}.html" in pages for place in places]
        assert all(there) if one.name in hiding else not any(there), one.name
    for name in hiding:
        page = next(text for place, text in pages.items() if place.startswith(f"{name}/"))
        assert "Sidan är för partner." in page, name


def test_what_was_let_out_is_known_and_holds_no_few(shared: Path) -> None:
    """Every count that readers may see is nought or at least five."""
    lab = open_lab(shared / "example")
    published = lab.read_table("published")
    seen = published.loc[published["shown"] == "yes", "people"]
    assert len(seen) > 100
    assert ((seen == 0) | (seen >= lab.min_people)).all()
    hidden = published[published["shown"] == "no"]
    assert (hidden["people"].between(1, 4)).any()
    assert set(published["release"]) == set(lab.read_table("releases")["release"])
    assert not pd.isna(published["people"]).any()


def test_the_report_names_no_interview_and_quotes_only_those_who_agreed(
    shared: Path, pages: dict[str, str]
) -> None:
    lab = open_lab(shared / "example")
    with zipfile.ZipFile(shared / "partners.zip") as archive:
        text = archive.read("cities/05_synthesis/lab.html").decode()
    sources = lab.read_sources()
    met = sources.loc[sources["type"] != "document", "source_id"]
    segments = lab.read_table("segments")["segment_id"]
    named = re.findall(r"[A-Z]-[A-Z]\d\d|[A-Z]{2}-\d{4}", text)
    assert not set(named) & {*met, *segments}
    turns = lab.read_turns()
    others = " ".join(turns.loc[turns["quote"] != "yes", "text"])
    quoted = re.findall(r"q\d+\.\s*”([^”]+)”", pages["cities/05_synthesis/lab.html"])
    assert len(quoted) > 10
    assert [words for words in quoted if words in others] == []


def test_what_could_lead_to_one_person_is_not_shown(pages: dict[str, str]) -> None:
    """Groups of the register, themes of one person, who spoke of what, who scored lower."""
    silent = pages["interviews/04_not_yet_heard/lab.html"]
    for caption in (
        "Grupper i registret som ingen har intervjuat",
        "Vilka det är bäst att träffa härnäst",
    ):
        assert f"{caption}: visas bara för labbets eget team." in silent
    single = "Teman som en enda person i rollen har talat om, stad för stad"
    assert f"{single}: inget att visa." in silent
    report = pages["cities/05_synthesis/lab.html"]
    assert "svarade båda gångerna." in report
    assert "fick högre poäng" not in report


def test_totals_do_not_tell_how_many_are_unknown_or_which_sources_there_are(
    pages: dict[str, str],
) -> None:
    """Neither dates nor flows, which add up to all who take part; nor a table of the sources."""
    goals = pages["cities/01_goals/lab.html"]
    for caption in ("Andelen som har nått målet, datum för datum", "Vad de okända kan betyda"):
        assert f"{caption}: inget att visa." in goals
    assert "är okända;" not in goals
    assert "Källor per stad och slag" not in pages["about.html"]


def test_the_33_of_the_second_wave_stand_nowhere_beside_the_32_of_both(
    pages: dict[str, str],
) -> None:
    change = pages["surveys/03_change/ekhamra.html"]
    belonging = pages["surveys/02_belonging/ekhamra.html"]
    assert "32 personer som svarade båda gångerna" in change
    for page in (change, belonging):
        assert "33 personer" not in page
        assert "33 av" not in page
    assert "hur många visas inte" in belonging


def test_single_people_and_cells_of_a_few_are_the_teams_own(pages: dict[str, str]) -> None:
    change = pages["surveys/03_change/ekhamra.html"]
    belonging = pages["surveys/02_belonging/ekhamra.html"]
    why = "visas bara för labbets eget team."
    for caption in ("Svar som går att koppla till samma person", "Förändrad andel över mitten"):
        assert f"{caption}: {why}" in change
    assert "Svar på varje fråga, antal personer: inget att visa." in belonging
    assert f"Svar som saknas, och varför: {why}" in belonging
    assert "Personer efter poäng på skalan" not in belonging
    assert "fick högre poäng" not in change
