"""Who said what, and whose words may be used."""

from pathlib import Path
from unicodedata import normalize

import pandas as pd
import pytest

from labtools.evidence.files.folders import find_files, find_stubs
from labtools.evidence.schemas import empty_table
from labtools.evidence.transcripts.turns import (
    has_transcript,
    hold_children,
    keep_consented,
    name_speakers,
    read_turns,
)
from labtools.faults import BadInput


def _turns() -> pd.DataFrame:
    return pd.DataFrame(
        {"source_id": ["s1", "s1", "s2"], "turn": [1, 2, 1], "label": ["Anna", "Bo", ""]}
    )


def _speakers(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source_id", "label", "person_id", "role"])


def test_a_label_that_is_not_listed_stays_as_an_unknown_speaker() -> None:
    named = name_speakers(_turns(), _speakers(("s1", "Anna", "p1", "respondent")))
    assert named["speaker"].tolist() == ["respondent", "unknown", "unknown"]
    assert named["person_id"].tolist() == ["p1", "", ""]


def test_a_blank_label_stands_for_the_whole_file_but_yields_to_a_listed_one() -> None:
    rows = [
        ("s1", "", "p9", "other"),
        ("s1", "Anna", "p1", "respondent"),
        ("s2", "", "p2", "respondent"),
    ]
    named = name_speakers(_turns(), _speakers(*rows))
    assert named["person_id"].tolist() == ["p1", "p9", "p2"]


def test_a_label_in_other_capitals_is_the_same_speaker_unless_two_are_alike() -> None:
    turns = pd.DataFrame({"source_id": ["s1", "s1", "s2"], "label": ["ANNA  ek", "Bo", "EVA"]})
    speakers = _speakers(
        ("s1", "Anna Ek", "p1", "respondent"),
        ("s1", "bo", "p2", "respondent"),
        ("s2", "Eva", "p3", "respondent"),
        ("s2", "eva", "p4", "respondent"),
    )
    named = name_speakers(turns, speakers)
    assert named["person_id"].tolist() == ["p1", "p2", ""]
    assert named["speaker"].tolist() == ["respondent", "respondent", "unknown"]


def _consent(**cells: str) -> pd.DataFrame:
    row = {"person_id": "p1", "participate": "yes", "quote": "yes", "withdrawn_on": ""}
    return pd.DataFrame([row | cells])


def _said() -> pd.DataFrame:
    return _turns().assign(person_id=["p1", "p2", ""], speaker="respondent")


def test_a_blank_consent_to_take_part_is_a_no() -> None:
    kept = keep_consented(_said(), _consent(participate=""), withdrawal="everything")
    assert kept["person_id"].tolist() == ["p2", ""]


def test_whoever_was_never_asked_is_counted_and_not_quoted() -> None:
    kept = keep_consented(_said(), empty_table("consent"), withdrawal="everything")
    assert kept["quote"].tolist() == ["no", "no", "no"]


def test_withdrawal_of_quotes_keeps_the_turn_and_not_the_words() -> None:
    withdrawn = _consent(withdrawn_on="2020-01-01")
    kept = keep_consented(_said(), withdrawn, withdrawal="quotes")
    assert kept["quote"].tolist() == ["withdrawn", "no", "no"]
    assert len(keep_consented(_said(), withdrawn, withdrawal="everything")) == 2


@pytest.mark.parametrize(
    ("age_band", "guardian", "quote"),
    [
        ("10-14", "yes", "yes"),
        ("10-14", "", "no"),
        ("13-17", "no", "no"),
        ("-14", "", "no"),
        ("15-17", "", "yes"),
        ("65+", "no", "yes"),
        ("", "", "yes"),
        ("", "no", "no"),
    ],
)
def test_a_child_is_quoted_only_where_a_guardian_agrees(
    age_band: str, guardian: str, quote: str
) -> None:
    """A band that begins below 15 may be a child's; an adult needs no guardian."""
    consent = _consent(guardian=guardian)
    people = pd.DataFrame({"person_id": ["p1"], "age_band": [age_band]})
    kept = keep_consented(_said(), consent, withdrawal="everything")
    assert hold_children(kept, consent, people)["quote"].tolist() == [quote, "no", "no"]


def test_without_ages_only_a_guardians_no_holds_the_words() -> None:
    people = pd.DataFrame({"person_id": ["p1"]})
    for guardian, quote in (("", "yes"), ("no", "no")):
        consent = _consent(guardian=guardian)
        kept = keep_consented(_said(), consent, withdrawal="everything")
        assert hold_children(kept, consent, people)["quote"].iloc[0] == quote


def test_questions_to_one_who_is_gone_go_too_unless_somebody_else_answered() -> None:
    """They tell what the answers were; where the talk was with several, it is still theirs."""
    alone = pd.DataFrame(
        {
            "source_id": ["s1", "s1", "s1", "s2", "s2", "s2", "s3"],
            "person_id": ["p1", "", "p9", "p1", "", "p2", ""],
            "speaker": "respondent interviewer interpreter respondent interviewer respondent "
            "interviewer".split(),
        }
    )
    gone = _consent(withdrawn_on="2020-01-01")
    kept = keep_consented(alone, gone, withdrawal="everything")
    assert kept["source_id"].tolist() == ["s2", "s2", "s3"]
    assert len(keep_consented(alone, gone, withdrawal="quotes")) == 7
    assert keep_consented(alone.head(0), gone, withdrawal="everything").empty


def test_a_file_outside_raw_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "secret.txt").write_text("Anna: hej")
    sources = pd.DataFrame({"source_id": ["s1"], "file": ["../secret.txt"]})
    with pytest.raises(
        BadInput, match=r"raw/\.\./secret\.txt: must lie in raw/; found no such file"
    ):
        read_turns(sources, tmp_path / "raw")


def test_a_file_is_found_whatever_the_unicode_form_of_its_name(tmp_path: Path) -> None:
    """macOS writes ö as two characters, a spreadsheet as one."""
    (tmp_path / "malmö").mkdir()
    for form, other in (("NFC", "NFD"), ("NFD", "NFC")):
        name = f"{form}-gård.txt"
        (tmp_path / "malmö" / normalize(form, name)).write_text("Anna: hej", encoding="utf-8")
        sources = pd.DataFrame({"source_id": ["s"], "file": [normalize(other, f"malmö/{name}")]})
        assert read_turns(sources, tmp_path)["text"].tolist() == ["Anna: hej"]


def test_hidden_files_and_links_out_of_the_folder_are_not_its_files(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    (raw / ".git").mkdir(parents=True)
    for path in (raw / ".git" / "x", raw / ".DS_Store", raw / "a.txt", tmp_path / "out.txt"):
        path.write_text("hej")
    (raw / "link.txt").symlink_to(tmp_path / "out.txt")
    assert find_files(raw) == {"a.txt": raw / "a.txt"}
    assert find_files(tmp_path / "nowhere") == {}


def test_two_names_that_look_alike_are_two_files(tmp_path: Path) -> None:
    names = [normalize(form, "gård.txt") for form in ("NFC", "NFD")]
    for name in names:
        (tmp_path / name).write_text("hej")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system takes the two names for one")
    assert find_files(tmp_path) == {name: tmp_path / name for name in names}


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    sources = pd.DataFrame({"source_id": ["s1", "s2"], "file": ["a.txt", "b.txt"]})
    with pytest.raises(BadInput) as caught:
        read_turns(sources, tmp_path)
    assert len(caught.value.faults) == 2


def test_pictures_and_sources_without_a_file_have_no_transcript() -> None:
    sources = pd.DataFrame({"file": ["a.docx", "b.JPG", "", "c.VTT", "d.pdf"], "type": "interview"})
    sources.loc[4, "type"] = "document"
    assert has_transcript(sources).tolist() == [True, False, False, True, False]


def test_what_programs_leave_behind_is_not_listed(tmp_path: Path) -> None:
    for name in ("a.docx", "~$a.docx", "Thumbs.db", "desktop.INI", ".b.docx.icloud", ".icloud"):
        (tmp_path / name).touch()
    assert list(find_files(tmp_path)) == ["a.docx"]
    assert find_stubs(tmp_path) == {"b.docx"}
    assert find_stubs(tmp_path / "nowhere") == set()
