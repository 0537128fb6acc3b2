"""`run.json` comes back as it was written, and a foreign one is refused."""

import json
import shutil

import pytest

from labtools.batch.record import (
    Entry,
    Record,
    identify_lab,
    read_record,
    versions,
    write_record,
    write_text,
)
from labtools.faults import BadInput

ENTRY = Entry(
    notebook="surveys/02_belonging",
    city="umea",
    title="Tillhörighet",
    parameters={"city": "umea", "min_people": 5},
    status="done",
    reason="",
    seconds=1.5,
    cpu_seconds=1.2,
    cell_cpu_seconds=0.9,
    stderr=False,
    when="2026-01-31T12:00:00+01:00",
    page="surveys/02_belonging/umea.html",
    state={"code": "a", "prose": "b", "library": "c", "versions": {"python": "3.11"}},
    reads=[["city_names", "[[], {}, []]", "0123456789abcdef"]],
    files={"data/own.csv": "0123456789abcdef"},
    settings="d",
    evidence="e",
    rendered="f",
)

OLDER = '{"format": 2, "lab": "x", "files": {}, "reports": []}'
FOREIGN = '{"format": 3, "lab": "x", "files": {}, "reports": [{"notebook": "x"}]}'


def never(line):
    """For what must not be told."""
    raise AssertionError(line)


def test_entries_come_back_sorted_by_name(tmp_path):
    first = Entry(**{**vars(ENTRY), "notebook": "cities/01_goals", "city": None})
    write_record(tmp_path, [ENTRY, first], lab="x", files={"a.csv": "1"}, costs={})
    found = read_record(tmp_path, lab="x", tell=never)
    assert list(found.entries.values()) == [first, ENTRY]
    assert found.files == {"a.csv": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_the_record_is_plain_utf8_with_versions_and_time(tmp_path):
    write_record(tmp_path, [ENTRY], lab="x", files={}, costs={})
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert "Tillhörighet" in text
    assert record["versions"] == versions()
    assert {"python", "labtools", "pandas", "numpy"} <= set(record["versions"])
    assert record["when"].startswith("20")


def test_no_record_means_no_report_so_far(tmp_path):
    assert read_record(tmp_path, lab="x", tell=never) == Record({}, {})


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"lab": "x"}', '{"reports": []}', OLDER, FOREIGN, "\xff"]
)
def test_a_damaged_or_older_record_is_told_and_everything_runs_again(tmp_path, text):
    (tmp_path / "run.json").write_text(text, encoding="latin-1")
    told = []
    assert read_record(tmp_path, lab="x", tell=told.append) == Record({}, {})
    (line,) = told
    assert "not a record of this version of labtools" in line


def test_the_record_of_another_lab_is_refused(tmp_path):
    write_record(tmp_path, [ENTRY], lab="x", files={}, costs={})
    with pytest.raises(BadInput, match=r"must be the record of this lab; .*; give another --out"):
        read_record(tmp_path, lab="y", tell=never)


def test_a_lab_is_told_from_one_in_a_folder_of_the_same_name_without_its_path(tmp_path):
    out = tmp_path / "outputs" / "tiny"
    labs = [tmp_path / place / "tiny" for place in ("data", "other")]
    first, second = (identify_lab(lab, out) for lab in labs)
    assert first != second
    assert len(first) == 16
    assert int(first, 16)


def test_a_project_that_was_moved_keeps_its_records(tmp_path):
    """Also one that is seen through a link."""
    lab = tmp_path / "a" / "data" / "tiny"
    lab.mkdir(parents=True)
    before = identify_lab(lab, tmp_path / "a" / "outputs")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert identify_lab(tmp_path / "link" / "data" / "tiny", tmp_path / "a" / "outputs") == before
    shutil.move(tmp_path / "a", tmp_path / "b")
    assert identify_lab(tmp_path / "b" / "data" / "tiny", tmp_path / "b" / "outputs") == before


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "page.html"
    write_text(path, "gammal")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\udce5")
    assert path.read_text(encoding="utf-8") == "gammal"
