"""QualCoder's projects: every version of the database, nested codes, what is not coded text."""

import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from labtools.evidence.coding.positions import find_plain, find_positions
from labtools.evidence.coding.qualcoder import read_qualcoder
from labtools.faults import BadInput

FIRST = """
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
    owner text, date text, unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
    supercatid integer, unique(name));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
    date text, color text, unique(name));
CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text, unique(cid, fid, pos0, pos1, owner));
"""
LATEST = """
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
    owner text, date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
    supercatid integer, unique(name));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
    date text, color text, supercid integer, unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text,
    pos0 integer, pos1 integer, owner text, date text, memo text, avid integer, important integer,
    unique(cid, fid, pos0, pos1, owner));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer,
    width integer, height integer, cid integer, memo text, date text, owner text);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer,
    cid integer, memo text, date text, owner text, important integer);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
"""
TEXT = "Å, jag trivs 😀 här.\nMen det är mörkt."
START = "2026-03-04 10:20:30"


def make(folder: Path, schema: str, *statements: tuple[str, tuple[object, ...]]) -> Path:
    project = folder / "lab.qda"
    project.mkdir()
    with sqlite3.connect(project / "data.qda") as connection:
        connection.executescript(schema)
        for statement, values in statements:
            connection.execute(statement, values)
    connection.close()
    return project


def code(key: int, fid: int, quote: str, start: int, end: int) -> tuple[str, tuple[object, ...]]:
    columns = "cid, fid, seltext, pos0, pos1, owner, date, memo"
    values = (key, fid, quote, start, end, "AL", START, "min tanke")
    return f"INSERT INTO code_text ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values


SOURCE = ("INSERT INTO source (id, name, fulltext) VALUES (1, 'intervju.docx', ?)", (TEXT,))
SAFE = ("INSERT INTO code_name (cid, name, memo, catid) VALUES (7, 'trygghet', 'Ute.', 2)", ())
NESTED = [
    ("INSERT INTO code_cat (catid, name, memo, supercatid) VALUES (2, 'ute', '', 1)", ()),
    ("INSERT INTO code_cat (catid, name, memo, supercatid) VALUES (1, 'tillhörighet', 'x', 0)", ()),
]


@pytest.mark.parametrize("schema", [FIRST, LATEST])
def test_a_project_of_the_first_and_of_the_latest_version_is_read(tmp_path: Path, schema) -> None:
    """Neither the columns that came later nor their lack changes what is read."""
    top = ("UPDATE code_cat SET supercatid = NULL WHERE catid = 1", ())
    parts = (SOURCE, *NESTED, top, SAFE, code(7, 1, "jag trivs 😀", 3, 15))
    project = read_qualcoder(make(tmp_path, schema, *parts), name="lab.qda")
    assert project.codes.to_numpy().tolist() == [
        ["category 1", "", "tillhörighet", "x"],
        ["category 2", "category 1", "ute", ""],
        ["code 7", "category 2", "trygghet", "Ute."],
    ]
    assert project.texts.to_numpy().tolist() == [["1", "intervju.docx", TEXT]]
    row = ["1", 3.0, 15.0, "jag trivs 😀", "code 7", "AL", "2026-03-04", "min tanke", ""]
    assert project.selections.to_numpy().tolist() == [row]
    assert project.warnings == ()


def test_its_positions_are_found_to_be_utf_16_units(tmp_path: Path) -> None:
    """Qt counts an emoji as two: the quotation after one shows it."""
    parts = (SOURCE, SAFE, code(7, 1, "jag trivs", 3, 12), code(7, 1, "här", 16, 19))
    project = read_qualcoder(make(tmp_path, FIRST, *parts), name="lab.qda")
    found, told = find_positions({"1": TEXT}, project.selections)
    begin, stop, match = found.iloc[1]
    assert find_plain(TEXT)[begin:stop] == "här"
    assert match == 2
    assert told[0].startswith("positions counted in UTF-16 units")


def test_a_code_under_a_code_stays_under_it(tmp_path: Path) -> None:
    """The newest database nests codes; a parent comes first, whatever its number."""
    under = "INSERT INTO code_name (cid, name, supercid) VALUES (?, ?, ?)"
    parts = [(under, (3, "mörker", 8)), (under, (8, "rädsla", None))]
    codes = read_qualcoder(make(tmp_path, LATEST, *parts), name="x").codes
    assert codes[["key", "parent"]].to_numpy().tolist() == [["code 8", ""], ["code 3", "code 8"]]


def test_categories_in_a_ring_and_under_nothing_are_told_and_kept(tmp_path: Path) -> None:
    """A damaged tree loses no code."""
    under = "INSERT INTO code_cat (catid, name, supercatid) VALUES (?, ?, ?)"
    parts = [(under, (1, "a", 2)), (under, (2, "b", 1)), (under, (3, "c", 99))]
    project = read_qualcoder(make(tmp_path, FIRST, *parts), name="x")
    assert sorted(project.codes["name"]) == ["a", "b", "c"]
    assert set(project.codes["parent"]) == {""}
    told = "codes under a code that is not there, put at the top: a, b, c"
    assert project.warnings == (told,)


def test_what_is_not_coded_text_is_counted_and_told(tmp_path: Path) -> None:
    """Codings of pictures and recordings, cases, sources without a text: none goes in silence."""
    parts = [
        SOURCE,
        ("INSERT INTO source (id, name, mediapath) VALUES (2, 'ljud.mp3', '/audio/ljud.mp3')", ()),
        ("INSERT INTO code_image (id, cid) VALUES (2, 7)", ()),
        ("INSERT INTO code_av (id, cid) VALUES (2, 7)", ()),
        ("INSERT INTO code_av (id, cid) VALUES (2, 7)", ()),
        ("INSERT INTO cases (name) VALUES ('Anna')", ()),
    ]
    project = read_qualcoder(make(tmp_path, LATEST, *parts), name="x")
    assert project.warnings == (
        "not coded text, and left out: 1 codings of pictures, 2 codings of recordings, 1 cases",
        "sources without a text, left out: ljud.mp3",
    )


def test_a_coding_of_a_deleted_code_or_source_is_kept_under_its_number(tmp_path: Path) -> None:
    """None is dropped: it can still be placed, or be told as not placed."""
    parts = (SOURCE, SAFE, code(9, 1, "jag trivs", 3, 12), code(7, 5, "hej", 0, 3))
    project = read_qualcoder(make(tmp_path, LATEST, *parts), name="x")
    assert project.selections["code"].tolist() == ["code 9", "code 7"]
    assert project.codes["name"].tolist() == ["trygghet", "code 9"]
    assert project.texts[["name", "text"]].to_numpy().tolist() == [
        ["intervju.docx", TEXT],
        ["source 5", None],
    ]
    assert len(project.warnings) == 3


def test_the_lines_of_a_quotation_end_in_line_feeds(tmp_path: Path) -> None:
    """Qt writes U+2029 where a selection goes on in the next paragraph."""
    parts = (SOURCE, SAFE, code(7, 1, "här.\u2029Men", 16, 24))
    project = read_qualcoder(make(tmp_path, LATEST, *parts), name="x")
    assert project.selections["quote"].tolist() == ["här.\nMen"]


def test_a_database_of_something_else_a_damaged_and_an_open_one_are_one_line_each(
    tmp_path: Path,
) -> None:
    """Whatever is wrong is told before anything is read."""
    project = make(tmp_path, "CREATE TABLE source (id integer);")
    database = project / "data.qda"
    must = "lab.qda: the file must be a whole project of QualCoder; found"
    do = "open it in QualCoder, and export it"
    found = {"others": "a database without the tables code_cat, code_name, code_text"}
    with pytest.raises(BadInput) as error:
        read_qualcoder(project, name="lab.qda")
    assert str(error.value) == f"{must} {found['others']}; {do}"
    database.write_bytes(database.read_bytes()[:4000])
    with pytest.raises(BadInput, match=r"found a damaged database \("):
        read_qualcoder(project, name="lab.qda")
    database.write_bytes(b"hej")
    with pytest.raises(BadInput, match="found something else than a database"):
        read_qualcoder(project, name="lab.qda")
    (project / "data.qda-wal").write_bytes(b"x")
    database.write_bytes(b"SQLite format 3\0")
    with pytest.raises(BadInput, match="must be closed in QualCoder; found data") as error:
        read_qualcoder(project, name="lab.qda")
    assert len(error.value.faults) == 1
    with pytest.raises(BadInput, match="must be there to read"):
        read_qualcoder(tmp_path / "none.qda", name="none.qda")


def test_reading_leaves_no_file_and_changes_no_byte(tmp_path: Path) -> None:
    """A database in write-ahead mode is not touched either."""
    project = make(tmp_path, LATEST, SOURCE)
    with sqlite3.connect(project / "data.qda") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    before = (project / "data.qda").read_bytes()
    read_qualcoder(project / "data.qda", name="x")
    assert [path.name for path in project.iterdir()] == ["data.qda"]
    assert (project / "data.qda").read_bytes() == before


def test_an_empty_project_has_its_columns_and_no_row(tmp_path: Path) -> None:
    """Who has just begun is no fault."""
    project = read_qualcoder(make(tmp_path, LATEST), name="x")
    assert all(isinstance(part, pd.DataFrame) for part in (project.codes, project.texts))
    assert (len(project.codes), len(project.texts), len(project.selections)) == (0, 0, 0)
    assert project.warnings == ()
