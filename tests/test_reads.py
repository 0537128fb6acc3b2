"""Reads are told once, from outside, and their digests depend on what was read alone."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labtools import reads
from labtools.reads import Read, digest, read_again, read_told, told


class Shelf:
    """Two readers, one of which calls the other."""

    def __init__(self, books: dict[str, list[str]]) -> None:
        self.books = books

    @told
    def read_books(self, city: str | None = None, *, kinds: tuple[str, ...] = ()) -> pd.DataFrame:
        chosen = self.books if city is None else {city: self.books[city]}
        return pd.DataFrame([(place, book) for place, of in chosen.items() for book in of])

    @told
    def count_books(self, city: str) -> int:
        return len(self.read_books(city))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "reads"
    monkeypatch.setenv(reads.FILE, str(path))
    return path


def test_a_read_is_told_once_and_never_what_it_reads_itself(file: Path) -> None:
    shelf = Shelf({"umea": ["a"], "boden": ["b", "c"]})
    assert shelf.count_books("boden") == 2
    shelf.count_books("boden")
    shelf.read_books("umea", kinds=("x",))
    assert [(one.reader, json.loads(one.arguments)) for one in read_told(file)[0]] == [
        ("count_books", [["boden"], {}, []]),
        ("read_books", [["umea"], {"kinds": ["x"]}, []]),
    ]


def test_nothing_is_told_where_nobody_asks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv(reads.FILE, raising=False)
    Shelf({"umea": []}).count_books("umea")
    assert read_told(tmp_path / "reads") == ([], {})


def test_only_the_city_whose_rows_changed_reads_otherwise(file: Path) -> None:
    before = Shelf({"umea": ["a"], "boden": ["b"]})
    for city in ("umea", "boden", None):
        before.read_books(city)
    after = Shelf({"umea": ["a"], "boden": ["b", "c"]})
    changed = [one for one in read_told(file)[0] if read_again(after, one) != one.digest]
    assert [json.loads(one.arguments)[0] for one in changed] == [["boden"], [None]]


def test_what_is_read_again_is_not_told_again(file: Path) -> None:
    shelf = Shelf({"umea": ["a"]})
    shelf.read_books("umea")
    (one,) = read_told(file)[0]
    assert read_again(shelf, one) == one.digest
    assert read_told(file) == ([one], {})


@dataclass(frozen=True)
class Pair:
    left: object
    right: object


FRAME = pd.DataFrame({"a": ["x", "y"], "b": [1.0, np.nan], "c": [b"1", b"22"]})
DIFFERENT = [
    FRAME,
    FRAME.rename(columns={"a": "z"}),
    FRAME.iloc[::-1],
    FRAME.reset_index(drop=True).set_index(pd.Index([5, 6])),
    FRAME.assign(b=[1.0, 2.0]),
    FRAME.assign(c=[b"12", b"2"]),
    FRAME.astype({"b": "float32"}),
    FRAME[["a", "c", "b"]],
    FRAME.head(1),
    FRAME.head(0),
    [["a"], ["b"]],
    [["a", "b"]],
    ["a", ["b"]],
    {"a": 1, "b": 2},
    {"b": 2, "a": 1},
    {"a": 1},
    {"a"},
    frozenset({"a"}),
    "a",
    b"a",
    1,
    1.0,
    True,
    None,
    float("nan"),
    Pair(1, 2),
    Pair(2, 1),
    Pair(FRAME, None),
    "å",
    "a\u030a",
    "\ud800",
]


def test_digests_differ_where_what_was_read_does() -> None:
    assert len({digest(one) for one in DIFFERENT}) == len(DIFFERENT)


def test_digests_are_the_same_in_another_process_with_other_hashes() -> None:
    code = (
        "import pandas as pd; from labtools.reads import digest; "
        "print(digest([pd.DataFrame({'a': ['x', None], 'b': [1, 2]}), {'q', 'w', 'e'}, 'å', 0.1]))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_read_is_what_is_told_and_read_back(file: Path) -> None:
    one = Read("read_books", '[["a\\nb"], {}, []]', "0" * 16)
    file.write_text(json.dumps([one.reader, one.arguments, one.digest]) + "\n", encoding="utf-8")
    assert read_told(file) == ([one], {})


def test_files_that_a_notebook_opens_itself_are_told_and_others_not(tmp_path: Path) -> None:
    """Not what a reader opens, what is written, what is hidden, what lies elsewhere.

    A module is told as its source, a listed folder as its names, a database as its file; each
    with what it held when it was opened.
    """
    code = """
import sys; from pathlib import Path; import pandas as pd; from labtools import reads
class Shelf:
    @reads.told
    def read_books(self): return Path("book.txt").read_text()
reads.watch_files()
pd.read_csv("data/own.csv"); open("data/own.csv").close(); Path("new.txt").write_text("x")
Path(".hidden").read_text(); Path(sys.argv[1]).read_text(); Shelf().read_books(); import module
list(Path("data").glob("*.csv")); import sqlite3; sqlite3.connect("base.db").close()
Path("data/own.csv").write_text("later")
"""
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere.txt"
    (root / "data").mkdir(parents=True)
    for path in (root / "data" / "own.csv", root / "book.txt", root / ".hidden", elsewhere):
        path.write_text("a\n1\n", encoding="utf-8")
    (root / "module.py").write_text("", encoding="utf-8")
    (root / "base.db").touch()
    told_to = tmp_path / "reads"
    environment = {**os.environ, reads.FILE: str(told_to), "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code, str(elsewhere)]
    subprocess.run(command, check=True, cwd=root, env=environment)
    found, files = read_told(told_to)
    assert [one.reader for one in found] == ["read_books"]
    assert list(files) == ["base.db", "data", "data/own.csv", "module.py"]
    assert files["data/own.csv"] != reads.hash_input(root / "data" / "own.csv")
    assert files["data"] == reads.hash_input(root / "data")
    (root / "data" / "another.csv").touch()
    assert files["data"] != reads.hash_input(root / "data")
    assert reads.hash_input(root / "nowhere") == "FileNotFoundError"


def test_all_public_methods_but_some_tell(file: Path) -> None:
    @reads.tell_readers(but=["without"])
    class Lab:
        left_out: tuple[str, ...] = ()

        def read_rows(self) -> list[str]:
            return [] if self.left_out else ["a"]

        def without(self, files: list[str]) -> "Lab":
            other = Lab()
            other.left_out = tuple(files)
            return other

        def _hidden(self) -> int:
            return 1

    lab = Lab()
    assert lab.without(["x.csv"]).read_rows() == []
    assert lab._hidden() == 1
    (one,) = read_told(file)[0]
    assert json.loads(one.arguments) == [[], {}, ["x.csv"]]
    assert read_again(lab, one) == one.digest != digest(lab.read_rows())
