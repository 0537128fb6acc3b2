"""Who withdrew since the last run is told in numbers: in run.json, on the index, on stderr."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from labtools.batch import record
from labtools.batch.quick_schema import import_jsonschema
from labtools.batch.record import Entry, Record, read_record, write_record
from labtools.batch.state import hash_files
from labtools.batch.withdrawn import Withdrawal, Withdrawals, find_withdrawals
from labtools.cli.run import _find_withdrawals, _tell_costs
from labtools.lab import open_lab
from labtools.site.frame import Site
from labtools.site.index import write_index

WHEN = "2026-01-31T12:00:00+01:00"
TABLES = {
    "lab.toml": '[lab]\nname = "Prov"\nlanguage = "sv"\npseudonyms = false\n',
    "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
    "umea,Umeå,2480,,,,,\n",
    "sources.csv": "source_id,city,type,date,file,language,status\n"
    "i1,umea,interview,2019-05,i1.txt,sv,raw\n",
    "people.csv": "person_id,city,role\np1,umea,participant\np2,umea,resident\n",
    "speakers.csv": "source_id,label,person_id,role\ni1,Anna,p1,respondent\ni1,Bo,p2,respondent\n",
    "consent.csv": "person_id,participate,quote,photo,archive,guardian,withdrawn_on\n"
    "p1,yes,yes,,,,\np2,yes,no,,,,\n",
    "coding/segments.csv": "segment_id,source_id,turn,start,end,quote,turn_hash,code,coder\n"
    "g1,i1,1,,,Jag trivs,,home,x\ng2,i1,1,,,här,,home,y\ng3,i1,2,,,Inte jag,,home,x\n",
    "raw/i1.txt": "Anna: Jag trivs här.\nBo: Inte jag.\nAnna: Nej.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _withdraw(folder: Path, person: str) -> None:
    text = (folder / "consent.csv").read_text()
    changed = [line + "2020-01-01" * line.startswith(person) for line in text.splitlines()]
    (folder / "consent.csv").write_text("\n".join(changed) + "\n")


def _find(folder: Path, before: Withdrawals | None, files: dict[str, str]) -> Withdrawals:
    lab = open_lab(folder)
    return find_withdrawals(lab, before, files=hash_files(folder), files_before=files, when=WHEN)


@pytest.mark.parametrize("withdrawal", ["everything", "quotes"])
def test_a_person_who_withdrew_is_told_with_the_quotations_that_went(
    folder: Path, withdrawal: str
) -> None:
    """Whether the words no longer count or are only no longer quoted; then nothing is new."""
    with (folder / "lab.toml").open("a") as settings:
        settings.write(f'[consent]\nwithdrawal = "{withdrawal}"\n')
    first, files = _find(folder, None, {}), hash_files(folder)
    assert first == Withdrawals(0, 0, ())
    _withdraw(folder, "p1")
    second = _find(folder, first, files)
    assert second == Withdrawals(1, 2, (Withdrawal(WHEN, 1, 2),))
    assert _find(folder, second, hash_files(folder)) == second
    _withdraw(folder, "p2")
    third = _find(folder, second, files)
    assert third.told == (Withdrawal(WHEN, 1, 2), Withdrawal(WHEN, 1, 1))


def test_who_had_withdrawn_before_the_first_run_is_not_new(folder: Path) -> None:
    _withdraw(folder, "p1")
    assert _find(folder, None, {}) == Withdrawals(1, 2, ())


def test_where_consent_cannot_be_read_nothing_is_told(folder: Path) -> None:
    """The reports tell it; what was known stays."""
    before = Withdrawals(1, 2, (Withdrawal(WHEN, 1, 2),))
    (folder / "consent.csv").write_text("person_id\nx,y\n")
    assert _find(folder, before, {}) == before
    assert _find(folder, None, {}) == Withdrawals()


def test_the_record_keeps_them_and_holds_to_its_schema(tmp_path: Path) -> None:
    told = Withdrawals(2, 3, (Withdrawal(WHEN, 1, 2), Withdrawal(WHEN, 1, 1)))
    costs = _tell_costs([], 0.0)
    write_record(tmp_path, [], lab="none", files={}, costs=costs, withdrawals=told)
    assert read_record(tmp_path, lab="none", tell=print) == Record({}, {}, told)
    import_jsonschema()
    schema = json.loads(Path(record.__file__).with_name("run.schema.json").read_text("utf-8"))
    validator: Any = importlib.import_module("jsonschema").Draft202012Validator(schema)
    found = json.loads((tmp_path / "run.json").read_text("utf-8"))
    validator.validate(found)
    found["withdrawals"]["told"][0]["person_id"] = "p1"
    assert not validator.is_valid(found)


def test_a_record_from_before_they_were_told_is_read_as_it_is(tmp_path: Path) -> None:
    write_record(tmp_path, [], lab="none", files={}, costs=_tell_costs([], 0.0))
    path = tmp_path / "run.json"
    older = json.loads(path.read_text("utf-8"))
    del older["withdrawals"]
    path.write_text(json.dumps(older), "utf-8")
    assert read_record(tmp_path, lab="none", tell=print) == Record({}, {}, None)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("sv", "31 januari 2026, 12:00: En person till har tagit tillbaka sitt samtycke sedan "
               "förra körningen; 2 kodade citat används inte längre."),
        ("en", "31 January 2026, 12:00: One person more has withdrawn consent since the last "
               "run; 2 coded quotations are no longer used."),
    ],
)  # fmt: skip
def test_the_index_tells_it_without_a_name(tmp_path: Path, language: Any, line: str) -> None:
    site = Site("Prov", False, {"umea": "Umeå"}, language)
    told = [Withdrawal(WHEN, 1, 2)]
    write_index(tmp_path / "index.html", [], site=site, when=WHEN, withdrawals=told)
    assert f"<li>{line}</li>" in (tmp_path / "index.html").read_text("utf-8")
    write_index(tmp_path / "index.html", [], site=site, when=WHEN)
    assert 'id="withdrawals"' not in (tmp_path / "index.html").read_text("utf-8")


def test_the_run_says_it_once_on_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Record({}, hash_files(folder), Withdrawals())
    _withdraw(folder, "p1")
    job: Any = SimpleNamespace(lab=open_lab(folder))
    found = _find_withdrawals(job, before, hash_files(folder))
    line = "One person more has withdrawn consent since the last run; 2 coded quotations are no"
    assert capsys.readouterr().err == f"{line} longer used.\n"
    assert (
        _find_withdrawals(job, Record({}, hash_files(folder), found), hash_files(folder)) == found
    )
    assert capsys.readouterr().err == ""
    nothing: Any = SimpleNamespace(lab=None)
    assert _find_withdrawals(nothing, before, {}) is None


def test_partners_are_not_told_that_somebody_withdrew(tmp_path: Path) -> None:
    """Nor, in the index, what has changed since a run whose pages they never had."""
    site = Site("Prov", False, {"umea": "Umeå"}, "sv")
    asked = {"audience": "partners"}
    entry = Entry("a/b", "umea", "Rapport", asked, "failed", "", 1.0, 1.0, 1.0, False, WHEN, None)
    told = [Withdrawal(WHEN, 1, 2)]
    write_index(tmp_path / "index.html", [entry], site=site, when=WHEN, withdrawals=told)
    assert "samtycke" not in (tmp_path / "index.html").read_text("utf-8")
