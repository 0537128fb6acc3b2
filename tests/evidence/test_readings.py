"""What became of each file: the statuses, the reasons, the counts per city."""

import json
from pathlib import Path

import pandas as pd
import pytest

from labtools.evidence.checks import check_folder
from labtools.evidence.readings import (
    Check,
    Reading,
    count_readings,
    find_unused,
    list_readings,
    tell_reason,
)
from labtools.faults import Fault

HEAD = "source_id,city,type,date,file,language,status\n"
ROWS = """\
s1,umea,interview,2019,umea/talk.txt,sv,raw
s2,umea,interview,2019,umea/broken.docx,sv,raw
s3,boden,interview,2019,boden/gone.txt,sv,raw
s4,boden,document,2019,boden/report.bin,sv,raw
s5,boden,interview,2019,boden/no.txt,sv,excluded
s6,boden,interview,2019,boden/sound.mp3,sv,raw
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of each fate."""
    texts = {
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\nboden,Boden,2582,,,,,\n",
        "sources.csv": HEAD + ROWS,
        "people.csv": "person_id,city\np1,umea,x\n",
        "raw/umea/talk.txt": "Anna: Hej.\nBo: Hej.\nAnna: Ja.\n",
        "raw/umea/broken.docx": "PK",
        "raw/umea/spare.txt": "Anna: Hej.\n",
        "raw/boden/report.bin": "x",
        "raw/boden/no.txt": "Anna: Nej.\n",
        "raw/boden/sound.mp3": "x",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_every_file_has_one_reading_with_its_fate(folder: Path) -> None:
    found = {one.file: one for one in check_folder(folder).readings}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(found) == there | {"raw/boden/gone.txt"}
    assert {name: (one.city, one.status) for name, one in found.items()} == {
        "cities.csv": ("", "read"),
        "sources.csv": ("", "read"),
        "people.csv": ("", "refused"),
        "raw/umea/talk.txt": ("umea", "read"),
        "raw/umea/broken.docx": ("umea", "refused"),
        "raw/umea/spare.txt": ("umea", "unlisted"),
        "raw/boden/gone.txt": ("boden", "missing"),
        "raw/boden/report.bin": ("boden", "kept"),
        "raw/boden/no.txt": ("boden", "excluded"),
        "raw/boden/sound.mp3": ("boden", "refused"),
    }
    assert found["raw/umea/talk.txt"].rows == 3
    assert found["sources.csv"].rows == 6
    assert "must have 2 cells in each row; found 3" in found["people.csv"].reason


def test_what_is_unread_is_what_was_refused_or_is_missing(folder: Path) -> None:
    assert check_folder(folder).unread() == {
        "people.csv", "raw/umea/broken.docx", "raw/boden/gone.txt", "raw/boden/sound.mp3",
    }  # fmt: skip


def test_files_are_counted_per_city_and_kind_in_the_labs_order(folder: Path) -> None:
    counts = count_readings(list_readings(check_folder(folder).readings), order=["boden", "umea"])
    assert counts.to_dict("records") == [
        {"city": "", "file_kind": "table", "files": 3, "read": 2, "refused": 1, "missing": 0,
         "unlisted": 0, "excluded": 0, "kept": 0},
        {"city": "boden", "file_kind": "source", "files": 4, "read": 0, "refused": 1, "missing": 1,
         "unlisted": 0, "excluded": 1, "kept": 1},
        {"city": "umea", "file_kind": "source", "files": 3, "read": 1, "refused": 1, "missing": 0,
         "unlisted": 1, "excluded": 0, "kept": 0},
    ]  # fmt: skip


def test_a_status_that_no_file_has_is_no_column() -> None:
    counts = count_readings(list_readings([Reading("a.csv", "", "table", "read", 2)]), order=[])
    assert list(counts) == ["city", "file_kind", "files", "read"]


def test_an_empty_folder_has_no_reading_and_no_count() -> None:
    assert find_unused(list_readings([])).empty
    assert count_readings(list_readings([]), order=[]).empty


def test_the_reason_is_the_first_fault_and_how_many_more() -> None:
    one = Fault("a.csv", "is a date", "x", "correct it", row=3)
    assert tell_reason([one]) == "row 3: must be a date; found x; correct it"
    assert tell_reason([one, one, one]).endswith("(and 2 more)")
    whole = Fault("a.csv", "the file has content", "0 bytes", "copy it here again")
    assert tell_reason([whole]) == "the file must have content; found 0 bytes; copy it here again"


def test_programs_get_faults_and_files_as_json() -> None:
    fault = Fault("a.csv", "is a date", "Åmål", "correct it", row=3)
    check = Check(
        (fault,),
        (
            Reading("b.csv", "", "table", "read", 2),
            Reading("a.csv", "", "table", "refused", reason="x"),
        ),
    )
    found = json.loads(check.to_json())
    assert found["faults"] == [
        {"file": "a.csv", "must": "is a date", "found": "Åmål", "do": "correct it", "row": 3,
         "column": None, "line": "a.csv, row 3: must be a date; found Åmål; correct it"}
    ]  # fmt: skip
    assert [one["rows"] for one in found["files"]] == [2, None]
    assert isinstance(list_readings(check.readings), pd.DataFrame)
