"""What a lab hands to its notebooks: no name of the key, and nothing of those who said no."""

import shutil
from pathlib import Path

import pytest

from labtools.evidence.inventory import list_faults
from labtools.evidence.readings import list_readings
from labtools.faults import BadInput
from labtools.lab import open_lab
from labtools.privacy.private import write_private

KEY = "name,aliases,kind,pseudonym,ordinary\nHodan,,person,Amina,none\n"


@pytest.fixture
def lab(tmp_path: Path, root: Path) -> Path:
    """A copy of the example."""
    folder = tmp_path / "lab"
    ignore = shutil.ignore_patterns(".cache", "generator")
    shutil.copytree(root / "data" / "example", folder, ignore=ignore)
    return folder


@pytest.fixture
def key(keys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key with one name, given by the environment."""
    path = keys / "key.csv"
    write_private(path, KEY)
    monkeypatch.setenv("LABTOOLS_KEY", str(path))
    return path


def swap(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.usefixtures("key")
def test_no_message_about_a_file_tells_a_name_and_the_unread_are_left_out_all_the_same(
    lab: Path,
) -> None:
    swap(lab / "sources.csv", "norrvik/interview/N-I01.odt", "norrvik/interview/Hodan_1.docx")
    (lab / "raw" / "norrvik" / "interview" / "Hodan_1.docx").write_bytes(b"PK\x03\x04")
    swap(lab / "speakers.csv", "N-I02,Tolk,", "N-I02,Hodan,")
    opened = open_lab(lab)
    with pytest.raises(BadInput, match=r"Amina_1\.docx") as refused:
        opened.read_turns()
    check = opened.check()
    told = [list_faults(check.faults), list_readings(check.readings)]
    assert "Hodan" not in str(refused.value) + "".join(table.to_csv() for table in told)
    assert "Amina" in told[0].to_csv()
    assert "raw/norrvik/interview/Hodan_1.docx" in check.unread()
    assert len(opened.without(check.unread()).read_turns()) > 0


@pytest.mark.usefixtures("key")
def test_names_leave_every_text_of_tables_settings_and_surveys(lab: Path) -> None:
    survey = lab / "surveys" / "participants"
    swap(lab / "lab.toml", 'name = "', 'name = "Hodan ')
    swap(lab / "lab.toml", 'label_sv = "', 'label_sv = "Hodan ')
    swap(lab / "goals" / "goals.csv", "Arbete eller studier", "Arbete hos Hodan")
    swap(lab / "activities.csv", "Öppet hus", "Hodans kaffe")
    swap(lab / "goals" / "observations.csv", "counted_sv", "counted_by")
    swap(lab / "goals" / "observations.csv", "uppföljning,,,,,", "uppföljning,,,,Hodan,")
    swap(survey / "survey.toml", 'name_sv = "', 'name_sv = "Hodans ')
    swap(survey / "survey.toml", 'name_sv = "Tillhörighet', 'name_sv = "Hodans tillhörighet')
    swap(survey / "dictionary.csv", "Hur gammal är du?", "Hur gammal är Hodan?")
    swap(survey / "codes.csv", "alder,1,", "alder,1,Hodan ")
    opened = open_lab(lab)
    asked = opened.read_survey("participants")
    told = [opened.name, *opened.waves["label_sv"], *asked.settings.values()]
    told += [scale.name_sv for scale in asked.scales.values()]
    tables = (opened.read_goals(), opened.read_activities(), opened.read_observations())
    told += [table.to_csv() for table in (*tables, asked.dictionary, asked.codes)]
    assert "hodan" not in "".join(told).casefold()
    assert "".join(told).count("Amina") == 9


def test_a_key_inside_the_lab_is_not_used(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(lab / "key.csv", KEY)
    monkeypatch.setenv("LABTOOLS_KEY", str(lab / "key.csv"))
    with pytest.raises(BadInput, match="outside the lab's folder"):
        open_lab(lab)


AGREED = "P-N-001,yes,yes,yes,yes,,"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("withdrawn_on", "Withdrawn on"),
        ("withdrawn_on", "withdrawn"),
        (AGREED, "P\u2011N\u2011001,yes,yes,yes,yes,,2025-01-02"),
        (AGREED, "P-N-01,no,,,,,"),
    ],
)
def test_a_no_that_would_be_read_past_is_an_error(lab: Path, before: str, after: str) -> None:
    swap(lab / "consent.csv", before, after)
    with pytest.raises(BadInput, match=r"consent\.csv"):
        open_lab(lab).read_turns()


@pytest.mark.parametrize("name", ["Consent.csv", "consent (1).csv", "consent.xlsx"])
def test_consent_under_another_name_is_an_error(lab: Path, name: str) -> None:
    (lab / "consent.csv").rename(lab / name)
    with pytest.raises(BadInput, match=r"must be called consent\.csv"):
        open_lab(lab).read_turns()


@pytest.mark.parametrize("person", ["P-N-001", "p-n-001"])
def test_answers_segments_and_turns_of_a_withdrawn_person_are_gone(lab: Path, person: str) -> None:
    swap(lab / "consent.csv", AGREED, f"{person},yes,yes,yes,yes,,2025-01-02")
    opened = open_lab(lab)
    said = opened.read_turns(types=["interview", "survey_answer"])
    answers = opened.read_survey("participants").answers
    assert "P-N-001" not in {*said["person_id"], *answers["person_id"]}
    assert "N-I01" not in set(opened.read_segments()["source_id"])


def test_a_quote_without_its_turn_goes_with_who_said_it(lab: Path) -> None:
    swap(lab / "coding" / "segments.csv", "AL-0001,N-I01,8,4,237,", "AL-0001,N-I01,,,,")
    assert "AL-0001" in set(open_lab(lab).read_segments()["segment_id"])
    swap(lab / "consent.csv", AGREED, "P-N-001,no,,,,,")
    assert "AL-0001" not in set(open_lab(lab).read_segments()["segment_id"])


def test_photographs_with_faces_are_held_back_where_somebody_withdrew(lab: Path) -> None:
    register = lab / "photos" / "register.csv"
    swap(register, "F01,N-V01,", "F01,N-I01,")
    swap(register, ",none,yes", ",visible,yes")
    assert open_lab(lab).read_photos()["approved"].iloc[0] == "yes"
    swap(lab / "consent.csv", AGREED, "P-N-001,yes,yes,yes,yes,,2025-01-02")
    assert open_lab(lab).read_photos()["approved"].iloc[0] == "no"
