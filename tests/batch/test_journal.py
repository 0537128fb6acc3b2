"""A run that did not come to its end has not run in vain."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.batch.journal import FILE, add_line, read_lines
from labtools.batch.record import (
    FORMAT,
    Entry,
    Record,
    read_record,
    remember_entry,
    write_record,
)

ENTRY = Entry(
    notebook="surveys/02_belonging",
    city="umea",
    title="Tillhörighet\u2028\n",
    parameters={"city": "umea", "min_people": 5, "wave": None},
    status="done",
    reason="",
    seconds=1.5,
    cpu_seconds=1.2,
    cell_cpu_seconds=0.9,
    stderr=False,
    when="2026-01-31T12:00:00+01:00",
    page=None,
)
OTHER = replace(ENTRY, city=None, status="failed", reason="code cell 2: ValueError: 'å'")


def remember(folder: Path, entries: Iterable[Entry], *, lab: str = "x") -> None:
    for entry in entries:
        remember_entry(folder, entry, lab=lab)


def entries_of(folder: Path, *, lab: str = "x") -> list[Entry]:
    """What is read, without a word about it."""
    return list(read_record(folder, lab=lab, tell=pytest.fail).entries.values())


def test_entries_of_a_run_that_did_not_end_come_back(tmp_path):
    remember(tmp_path, [ENTRY, OTHER])
    assert read_record(tmp_path, lab="x", tell=pytest.fail) == Record(
        {ENTRY.name: ENTRY, OTHER.name: OTHER}, {}
    )


def test_the_later_of_two_of_the_same_report_counts(tmp_path):
    later = replace(ENTRY, status="failed", reason="code cell 1: x")
    remember(tmp_path, [ENTRY, OTHER, later])
    assert entries_of(tmp_path) == [later, OTHER]


def test_what_a_run_remembered_since_counts_for_more_than_the_record(tmp_path):
    """The lab's files stay those of the record: what has changed since is told by them."""
    write_record(tmp_path, [ENTRY, OTHER], lab="x", files={"a.csv": "1"}, costs={})
    later, new = replace(ENTRY, seconds=9.0), replace(ENTRY, city="lund")
    remember(tmp_path, [later, new])
    found = read_record(tmp_path, lab="x", tell=pytest.fail)
    assert found.entries == {later.name: later, OTHER.name: OTHER, new.name: new}
    assert found.files == {"a.csv": "1"}


def test_a_last_line_that_is_torn_at_any_byte_loses_only_itself(tmp_path):
    """And what the next run appends to it is found."""
    file = tmp_path / FILE
    remember(tmp_path, [OTHER])
    first = file.read_bytes()
    remember(tmp_path, [ENTRY])
    whole, new = file.read_bytes(), replace(ENTRY, city="lund")
    for size in range(len(first), len(whole)):
        file.write_bytes(whole[:size])
        assert entries_of(tmp_path) == [OTHER], size
        remember(tmp_path, [new])
        assert entries_of(tmp_path) == [OTHER, new], size
    file.write_bytes(whole)
    assert entries_of(tmp_path) == [OTHER, ENTRY]


def test_a_first_line_that_is_torn_at_any_byte_is_none(tmp_path):
    file = tmp_path / FILE
    remember(tmp_path, [ENTRY])
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert entries_of(tmp_path) == [], size


@pytest.mark.parametrize(
    "line", [b"\xff\xfe", b"null", b"[]", b"7", b"{}", b'{"format": 3, "lab": "x"}', b"\0" * 64]
)
def test_a_damaged_line_is_none_and_those_around_it_stay(tmp_path, line):
    """Zeros are what some file systems leave of a line after the power went."""
    remember(tmp_path, [OTHER])
    with (tmp_path / FILE).open("ab") as lines:
        lines.write(b"\n" + line)
    remember(tmp_path, [ENTRY])
    assert entries_of(tmp_path) == [OTHER, ENTRY]


def test_lines_of_another_lab_or_format_are_none(tmp_path):
    remember(tmp_path, [ENTRY], lab="y")
    add_line(tmp_path, {"notebook": "of the next format"}, lab="x", version=FORMAT + 1)
    remember(tmp_path, [OTHER])
    assert entries_of(tmp_path) == [OTHER]
    assert entries_of(tmp_path, lab="y") == [ENTRY]


def test_the_record_takes_their_place(tmp_path):
    remember(tmp_path, [ENTRY, replace(ENTRY, seconds=9.0)])
    write_record(tmp_path, [ENTRY, OTHER], lab="x", files={}, costs={})
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert entries_of(tmp_path) == [OTHER, ENTRY]


def test_they_stay_where_the_record_could_not_be_written(tmp_path):
    remember(tmp_path, [ENTRY])
    (tmp_path / "run.json.part").mkdir()  # in the way of the file it is first written to
    with pytest.raises(OSError, match=r"run\.json\.part"):
        write_record(tmp_path, [ENTRY], lab="x", files={}, costs={})
    assert entries_of(tmp_path) == [ENTRY]


def test_where_nothing_was_remembered_there_is_nothing(tmp_path):
    assert read_lines(tmp_path, lab="x", version=FORMAT) == []
    assert list(tmp_path.iterdir()) == []


VALUES = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))


@given(entries=st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES)))
def test_whatever_the_text_it_comes_back_line_by_line(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("out")
    for entry in entries:
        add_line(folder, entry, lab="x", version=FORMAT)
    assert read_lines(folder, lab="x", version=FORMAT) == entries
