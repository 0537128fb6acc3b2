"""`labtools check`: what refers to nothing, files without rows, rows without files."""

from pathlib import Path

import pytest

from labtools.evidence.checks import check_folder


def _folder(tmp_path: Path, **files: str) -> Path:
    """A small lab without fault, but for the files given."""
    texts = {
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\n",
        "sources.csv": "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/s1.txt,sv,raw\n",
        "raw/umea/s1.txt": "Anna: Hej.\nBo: Hej.\nAnna: Ja.\n",
    }
    for name, text in (texts | files).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def _told(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder)]


def test_a_folder_that_keeps_the_contract_has_no_fault(tmp_path: Path) -> None:
    assert _told(_folder(tmp_path)) == []


def test_the_issues_of_one_bad_folder_are_told_in_one_go(tmp_path: Path) -> None:
    """A city that is not there, a file absent, a file unnamed, an id twice, no such day."""
    sources = (
        "source_id,city,type,date,file,language,status\n"
        "s1,umeo,interview,2019-02-30,umea/s1.txt,sv,raw\n"
        "s1,umea,interview,2019-02-03,umea/s2.txt,sv,raw\n"
    )
    told = _told(_folder(tmp_path, **{"sources.csv": sources, "raw/umea/extra.txt": "A: b\n"}))
    assert len(told) == 5
    assert told[0].startswith("sources.csv, row 2, column date: is a date")
    assert told[1].startswith("sources.csv, row 3: each source_id occurs once; found s1")
    assert told[2] == (
        "sources.csv, row 2, column city: names a row of cities.csv (city); found umeo; "
        "write umea, or add a row to cities.csv"
    )
    assert told[3].startswith(
        "sources.csv, row 3, column file: its file lies in raw/; found no file raw/umea/s2.txt"
    )
    assert told[4].startswith("raw/umea/extra.txt: is named by a row of sources.csv; found none")


def test_a_reference_in_a_list_is_checked_member_by_member(tmp_path: Path) -> None:
    reflections = (
        "entry,city,date,role,stage,text,leads_to\n"
        "r1,umea,,staff,experience,Kaffet flyttades.,r2; r3\n"
        "r2,umea,,staff,reflection,Fler stannade.,\n"
    )
    (line,) = _told(_folder(tmp_path, **{"learning/reflections.csv": reflections}))
    assert (
        "row 2, column leads_to: names a row of learning/reflections.csv (entry); found r3" in line
    )


def test_a_numerator_larger_than_its_denominator_is_a_fault(tmp_path: Path) -> None:
    goals = (
        "goal,city,indicator_sv,indicator_en,definition_sv,definition_en,denominator_sv,"
        "denominator_en,kind\ng1,umea,,,,,,,participants\n"
    )
    observations = "goal,city,date,numerator,denominator,unknown,source\ng1,umea,2019,12,10,,vi\n"
    files = {"goals/goals.csv": goals, "goals/observations.csv": observations}
    (line,) = _told(_folder(tmp_path, **files))
    assert "row 2, column numerator: numerator is at most the denominator; found 12 of 10" in line


def test_a_transcript_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (line,) = _told(_folder(tmp_path, **{"raw/umea/s1.txt": "\n\n"}))
    assert line.startswith("raw/umea/s1.txt")


def test_a_registered_photograph_needs_its_file(tmp_path: Path) -> None:
    photos = (
        "photo,source_id,file,caption_sv,caption_en,alt_sv,alt_en,faces,approved\n"
        "f1,s1,gard.jpg,,,,,none,yes\n"
    )
    (line,) = _told(_folder(tmp_path, **{"photos/register.csv": photos}))
    assert "its file lies in photos/; found no file photos/gard.jpg" in line


def test_a_survey_that_cannot_be_read_is_told_with_the_rest(tmp_path: Path) -> None:
    files = {"surveys/s/survey.toml": "[survey", "raw/umea/b.txt": "A: b\n"}
    told = _told(_folder(tmp_path, **files))
    assert any("raw/umea/b.txt" in line for line in told)
    assert any("surveys/s/survey.toml" in line for line in told)


@pytest.mark.parametrize("name", [".DS_Store", ".git/x"])
def test_hidden_files_in_raw_are_no_sources(tmp_path: Path, name: str) -> None:
    assert _told(_folder(tmp_path, **{f"raw/{name}": "x"})) == []
