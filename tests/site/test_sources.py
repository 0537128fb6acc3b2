"""What a report's footer says of the files that the report read."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labtools.batch.record import Entry
from labtools.batch.state import hash_files
from labtools.lab import open_lab
from labtools.site.sources import Sources

TABLES = {
    "lab.toml": '[lab]\nname = "Labb"\nlanguage = "sv"\n',
    "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
    "norrvik,Norrvik,,,,,,\numea,Umeå,,,,,,\n",
    "sources.csv": "source_id,city,type,date,file,language,status\n"
    "n1,norrvik,interview,2024-01,norrvik/Fatima Ek.txt,sv,checked\n"
    "n2,norrvik,workshop,2024-01,norrvik/Torget.txt,sv,checked\n"
    "u1,umea,interview,2024-01,umea/Bo.docx,sv,checked\n"
    "u2,umea,document,2024-01,umea/plan.pdf,sv,checked\n",
    "people.csv": "person_id,city,role\np1,umea,participant\n",
    "consent.csv": "person_id,participate,quote,photo,archive,guardian\np1,yes,,,,\np2,yes,,,,\n",
    "goals/goals.csv": "goal\n",
    "photos/umea/Fatima.jpg": "",
    "raw/norrvik/Fatima Ek.txt": "",
}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    for name, text in TABLES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Sources(open_lab(tmp_path, pseudonyms=False), frozenset(hash_files(tmp_path)))


def read(*reads: tuple[str, list[Any], dict[str, Any]], files: tuple[str, ...] = ()) -> Entry:
    entry = Entry("a/b", "umea", "T", {"lab_folder": "data/x", "audience": "internal"}, "done", "",
                  1.0, 1.0, 1.0, False, "2026-01-31T12:00:00+01:00", None)  # fmt: skip
    told = [[name, json.dumps([given, named, []]), "0"] for name, given, named in reads]
    return replace(entry, reads=told, files=dict.fromkeys(files, "0"))


def test_tables_are_told_with_their_rows_in_the_order_of_the_contract(sources: Sources) -> None:
    """Each once; not what is not there, and without a number what cannot be read."""
    entry = read(
        ("read_people", [], {}),
        ("city_name", ["umea"], {}),
        ("read_table", ["people"], {}),
        ("read_table", ["codebook"], {}),
        ("read_goals", [], {}),
        ("wave_names", ["sv"], {}),
    )
    assert sources.tell(entry, "en") == [
        "cities.csv (2 rows)",
        "people.csv (1 row)",
        "goals/goals.csv",
    ]
    assert sources.tell(entry, "sv")[1] == "people.csv (1 rad)"


@pytest.mark.parametrize(
    ("given", "named", "told"),
    [
        ([], {}, "transcripts (3 files)"),
        (["norrvik"], {}, "transcripts (2 files)"),
        (["norrvik"], {"types": ["interview"]}, "transcripts (1 file)"),
        ([], {"city": "umea"}, "transcripts (1 file)"),
    ],
)
def test_transcripts_are_told_by_their_number_and_never_by_their_names(
    sources: Sources, given: list[str], named: dict[str, Any], told: str
) -> None:
    entry = read(
        ("read_turns", given, named),
        files=("data/x/raw/norrvik/Fatima Ek.txt", "data/x/photos/umea/Fatima.jpg"),
    )
    assert sources.tell(entry, "en") == [
        told,
        "sources.csv (4 rows)",
        "people.csv (1 row)",
        "consent.csv (2 rows)",
        "photographs (1 file)",
    ]


def test_readers_outside_the_lab_are_told_what_was_read_but_not_how_much(sources: Sources) -> None:
    """Two people and one consent would say that one was not asked."""
    entry = read(("read_consent", [], {}), ("read_turns", [], {}))
    entry = replace(entry, parameters={**entry.parameters, "audience": "partners"})
    told = sources.tell(entry, "sv")
    assert told == ["utskrifter", "sources.csv", "people.csv", "consent.csv"]


def test_files_that_a_notebook_opened_itself_are_told_by_their_kind(sources: Sources) -> None:
    """A table by its name, any other file by its folder's; of no lab by their number alone."""
    files = (
        "data/x/people.csv",
        "data/x/raw/norrvik/Fatima Ek.txt",
        "data/x/lab.toml",
        "data/x/photos",
        "data/x/photos/umea/Fatima.jpg",
        "own/list.py",
    )
    assert sources.tell(read(files=files), "en") == [
        "people.csv (1 row)",
        "transcripts (1 file)",
        "photographs (1 file)",
    ]
    assert Sources().tell(read(files=("own/Fatima.csv", "own", "own/list.py")), "en") == [
        "other files (1 file)"
    ]


def test_a_survey_that_was_read_for_what_people_wrote_is_told(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.lab.Lab.surveys", lambda lab: ["after", "before"])
    monkeypatch.setattr(Sources, "_count_answers", lambda self, survey: 1200)
    one = read(("read_survey", ["before"], {}))
    assert sources.tell(one, "sv") == ["surveys/before (1\xa0200 rader)"]
    written = read(("read_turns", [], {"types": ["survey_answer"]}))
    assert sources.tell(written, "en")[:2] == [
        "surveys/after (1,200 rows)",
        "surveys/before (1,200 rows)",
    ]


def test_the_footer_of_a_real_page_tells_tables_and_their_rows(built) -> None:
    """Neither a path nor the name of a file in raw/."""
    word = {"sv": "Läst underlag", "en": "Evidence read"}[built.language]
    unit = {"sv": "rader", "en": "rows"}[built.language]
    raw = Path(__file__).resolve().parents[2] / "data" / built.folder.parent.name / "raw"
    names = {path.name for path in raw.rglob("*") if path.is_file()}
    for page in built.reports:
        told = page.text.partition(f"<dt>{word}</dt><dd>")[2].partition("</dd>")[0]
        assert re.search(rf"cities\.csv \(\d+ {unit}\)", told), told
        assert not [name for name in names if name in page.text.rpartition("<footer>")[2]]
