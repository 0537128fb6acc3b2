"""Taguette's projects: its bytes become places in the text, its tags codes."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.coding.marked_up import MarkedUp
from labtools.evidence.coding.taguette import read_taguette
from labtools.faults import BadInput

SCHEMA = """
CREATE TABLE users (login VARCHAR(30) NOT NULL, created DATETIME NOT NULL);
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, created DATETIME NOT NULL);
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL,
    project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, date DATETIME NOT NULL,
    user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER,
    payload TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL,
    path VARCHAR(200) NOT NULL, description TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL, start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL,
    snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL);
"""
HTML = (
    "<p>I: Hur är det?</p><p>Anna: Jag trivs 😀 på <b>Fyren</b> &amp; gården.</p>"
    "<ul><li>ett</li><li>två</li></ul>"
)
SEEN = "I: Hur är det?Anna: Jag trivs 😀 på Fyren & gården.etttvå"
MADE = json.dumps({"type": "highlight_add", "highlight_id": 1, "tags": [1, 2]})


def make(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> Path:
    path = folder / "p.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        for statement, values in statements:
            connection.execute(statement, values)
    connection.close()
    return path


def project(name: str) -> tuple[str, tuple[object, ...]]:
    return "INSERT INTO projects (name, description, created) VALUES (?, '', '')", (name,)


def highlight(quote: str, snippet: str) -> tuple[str, tuple[object, ...]]:
    start = SEEN.encode().index(quote.encode())
    end = start + len(quote.encode())
    columns = "document_id, start_offset, end_offset, snippet"
    return f"INSERT INTO highlights ({columns}) VALUES (1, ?, ?, ?)", (start, end, snippet)


DOCUMENT = (
    "INSERT INTO documents (name, description, filename, created, project_id, text_direction, "
    "contents) VALUES ('intervju.docx', '', 'i.docx', '', 1, 'LEFT_TO_RIGHT', ?)",
    (HTML,),
)
TAG = "INSERT INTO tags (project_id, path, description) VALUES (1, ?, ?)"
TAGGED = "INSERT INTO highlight_tags VALUES (?, ?)"
COMMAND = (
    "INSERT INTO commands (date, user_login, project_id, document_id, payload) "
    "VALUES ('2026-03-04 05:06:07.000000', 'anna', 1, 1, ?)",
    (MADE,),
)


def test_bytes_of_the_text_within_the_tags_become_places_in_the_text(tmp_path: Path) -> None:
    """Counted with å, an emoji, an entity and a tag before and within the quotation."""
    path = make(
        tmp_path,
        project("Labbet"),
        DOCUMENT,
        (TAG, ("trygghet", "Att känna sig trygg")),
        (TAG, ("hem", "")),
        highlight("trivs 😀 på Fyren & g", "<p>trivs 😀 på <b>Fyren</b> &amp; g</p>"),
        highlight("två", "<ul><li>två</li></ul>"),
        (TAGGED, (1, 1)),
        (TAGGED, (1, 2)),
        (TAGGED, (2, 2)),
        COMMAND,
    )
    read = read_taguette(path, name="p.sqlite3")
    text = read.texts["text"].iloc[0]
    assert text == "I: Hur är det?\nAnna: Jag trivs 😀 på Fyren & gården.\nett\ntvå"
    assert read.codes[["key", "parent", "name", "definition"]].to_numpy().tolist() == [
        ["1", "", "trygghet", "Att känna sig trygg"],
        ["2", "", "hem", ""],
    ]
    rows = read.selections.to_dict("records")
    places = [text[int(row["start"]) : int(row["end"])] for row in rows]
    assert places == [row["quote"] for row in rows]
    assert places == ["trivs 😀 på Fyren & g"] * 2 + ["två"]
    assert [(row["code"], row["coder"], row["date"]) for row in rows] == [
        ("1", "anna", "2026-03-04"),
        ("2", "anna", "2026-03-04"),
        ("2", "anna", ""),
    ]
    assert set(read.selections["id"]) == {""}
    assert read.warnings == ()


def test_a_highlight_without_a_tag_is_told(tmp_path: Path) -> None:
    """It is no coding, and not lost in silence."""
    path = make(tmp_path, project("A"), DOCUMENT, highlight("ett", "<p>ett</p>"))
    read = read_taguette(path, name="p.sqlite3")
    assert len(read.selections) == 0
    assert read.warnings == ("highlights without a tag, left out: 1",)


def test_several_projects_in_one_file_are_a_line_that_names_them(tmp_path: Path) -> None:
    """The database of a whole installation holds many: nobody can guess which is meant."""
    path = make(tmp_path, project("Labbet"), project("Förstudien"))
    with pytest.raises(BadInput) as error:
        read_taguette(path, name="p.sqlite3")
    assert str(error.value) == (
        "p.sqlite3: the file must hold one project; found 2: Labbet, Förstudien; "
        "open the one in Taguette, and export it"
    )


def test_another_programs_database_is_a_line(tmp_path: Path) -> None:
    """A .sqlite3 file may be anything."""
    path = tmp_path / "p.sqlite3"
    sqlite3.connect(path).executescript("CREATE TABLE projects (id INTEGER);").connection.close()
    with pytest.raises(BadInput, match="database without the tables documents, highlight_tags"):
        read_taguette(path, name="p.sqlite3")


def test_spaces_before_the_text_and_the_line_after_pre_are_no_part_of_it() -> None:
    """As browsers and html5lib read HTML; Taguette counts in what they read."""
    assert MarkedUp("\r\n <p>a</p>\r\n<pre>\n b</pre>").text == "a\n b"
    assert MarkedUp("<p>a</p>\r\n<p>b</p>").place(end=3) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("aå😀 &<", min_size=1, max_size=6), min_size=1, max_size=5),
    st.data(),
)
def test_any_stretch_of_the_bytes_is_found(words: list[str], data: st.DataObject) -> None:
    """Whatever stands between the paragraphs, the same characters come back."""
    from html import escape

    words = [f"x{word}" for word in words]
    page = MarkedUp("".join(f"<p>{escape(word)}</p>" for word in words))
    seen = "".join(words)
    start = data.draw(st.integers(0, len(seen) - 1))
    end = data.draw(st.integers(start + 1, len(seen)))
    before, within = (len(part.encode()) for part in (seen[:start], seen[start:end]))
    found = page.text[page.place(start=before) : page.place(end=before + within)]
    assert found.replace("\n", "") == seen[start:end]
    assert found == found.strip("\n")
