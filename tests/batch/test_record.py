"""`run.json` comes back as it was written, and a foreign one is refused."""

import json

import pytest

from labtools.batch.record import Entry, read_record, versions, write_record, write_text
from labtools.faults import BadInput

ENTRY = Entry(
    notebook="surveys/02_belonging",
    city="umea",
    title="Tillhörighet",
    parameters={"city": "umea", "min_people": 5},
    status="done",
    reason="",
    seconds=1.5,
    stderr=False,
    when="2026-01-31T12:00:00+01:00",
    page="surveys/02_belonging/umea.html",
)


def test_entries_come_back_sorted_by_name(tmp_path):
    first = Entry(**{**vars(ENTRY), "notebook": "cities/01_goals", "city": None})
    write_record(tmp_path, [ENTRY, first])
    assert read_record(tmp_path) == [first, ENTRY]
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_the_record_is_plain_utf8_with_versions_and_time(tmp_path):
    write_record(tmp_path, [ENTRY])
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert "Tillhörighet" in text
    assert record["versions"] == versions()
    assert {"python", "labtools", "pandas", "numpy"} <= set(record["versions"])
    assert record["when"].startswith("20")


def test_no_record_means_no_report_so_far(tmp_path):
    assert read_record(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reports": [{"notebook": "x"}]}', "\xff"])
def test_a_file_that_labtools_did_not_write_is_refused(tmp_path, text):
    (tmp_path / "run.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match="is a record that labtools wrote"):
        read_record(tmp_path)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "page.html"
    write_text(path, "gammal")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\udce5")
    assert path.read_text(encoding="utf-8") == "gammal"
