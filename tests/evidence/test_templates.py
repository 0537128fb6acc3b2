"""An empty lab opens, and its check says what to fill in first."""

from pathlib import Path

import pytest

from labtools.evidence.checks import check_lab
from labtools.evidence.templates import write_empty_lab
from labtools.faults import BadInput
from labtools.lab import open_lab


def test_an_empty_lab_opens_and_asks_for_its_cities(tmp_path: Path) -> None:
    write_empty_lab(tmp_path / "lab")
    lab = open_lab(tmp_path / "lab", pseudonyms=False)
    assert lab.read_people().empty
    assert not lab.synthetic
    name, fault = check_lab(tmp_path / "lab").faults
    assert str(name).startswith("lab.toml: name in [lab] must be filled in; found '…'")
    assert str(fault).startswith("cities.csv: must have at least one city; found no row")


def test_a_lab_with_its_first_city_and_interview_is_without_fault(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    write_empty_lab(folder)
    settings = (folder / "lab.toml").read_text("utf-8").replace('"…"', '"Norra"')
    (folder / "lab.toml").write_text(settings, "utf-8")
    with (folder / "cities.csv").open("a", encoding="utf-8") as cities:
        cities.write("umea,Umeå,2480,,,,,\n")
    (folder / "raw" / "umea").mkdir()
    (folder / "raw" / "umea" / "i1.txt").write_text("Anna: Hej.\nBo: Hej.\nAnna: Ja.\n", "utf-8")
    with (folder / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write("s1,umea,interview,Anna,2026-10,,umea/i1.txt,sv,,,raw,\n")
    with (folder / "speakers.csv").open("a", encoding="utf-8") as speakers:
        speakers.write("s1,Anna,,respondent\ns1,Bo,,interviewer\n")
    assert check_lab(folder).faults == ()
    assert open_lab(folder, pseudonyms=False).read_turns()["speaker"].tolist() == [
        "respondent",
        "interviewer",
        "respondent",
    ]


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(BadInput, match="must be a folder that is not there yet, or is empty"):
        write_empty_lab(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
