"""What was made of turns is found again, and gone with anything of the lab's people."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.transcripts.kept import Kept, make_key, open_kept, tidy
from labtools.evidence.transcripts.turns import read_turns

ARRAYS = {"start": np.array([0, 3], dtype=np.uint8), "share": np.array([0.5, np.nan])}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab's folder with one transcript, read once."""
    files = {
        "consent.csv": "person_id,withdrawn_on\np1,\n",
        "speakers.csv": "source_id,label,person_id\ni1,Eva,p1\n",
        "raw/a.txt": "Eva: Jag bor här.\nUlf: Jaså.\n",
    }
    for file, text in files.items():
        _write(tmp_path / file, text)
    _read(tmp_path)
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _read(lab: Path) -> None:
    sources = pd.DataFrame({"source_id": ["i1"], "file": ["a.txt"]}, dtype="str")
    read_turns(sources, lab / "raw", cache=lab / ".cache")


def _made(lab: Path) -> list[str]:
    return [path.name for path in (lab / ".cache").glob("*.made")]


def test_arrays_are_found_as_they_were_kept(lab: Path) -> None:
    open_kept(lab).keep("key", ARRAYS)
    found = open_kept(lab).read("key")
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    for name, kept in ARRAYS.items():
        assert found[name].dtype == kept.dtype
        np.testing.assert_array_equal(found[name], kept)
    assert open_kept(lab).read("other key") is None
    _read(lab)
    assert len(_made(lab)) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("consent.csv", "person_id,withdrawn_on\np1,2024-06-01\n"),
        ("speakers.csv", "source_id,label,person_id\ni1,Eva,\n"),
        ("raw/a.txt", "Eva: Jag bor där.\nUlf: Jaså.\n"),
        ("surveys/s/answers.csv", "person_id,why\np1,därför\n"),
    ],
)
def test_a_change_of_what_people_say_or_allow_removes_all_that_was_made(
    lab: Path, file: str, text: str
) -> None:
    open_kept(lab).keep("key", ARRAYS)
    before = open_kept(lab)
    _write(lab / file, text)
    _read(lab)
    assert _made(lab) == []
    assert before.read("key") is None


def test_a_change_of_other_tables_removes_nothing(lab: Path) -> None:
    open_kept(lab).keep("key", ARRAYS)
    _write(lab / "goals" / "goals.csv", "goal\n")
    _read(lab)
    assert len(_made(lab)) == 1


@pytest.mark.parametrize("damage", [b"", b"PK", b"not an archive", None])
def test_a_damaged_file_is_as_good_as_none(lab: Path, damage: bytes | None) -> None:
    kept = open_kept(lab)
    kept.keep("key", ARRAYS)
    (path,) = (lab / ".cache").glob("*.made")
    whole = path.read_bytes()
    for size in [0] if damage is not None else range(0, len(whole), 7):
        path.write_bytes(whole[:size] if damage is None else damage)
        assert kept.read("key") is None
    flipped = bytearray(whole)
    flipped[whole.index(ARRAYS["share"].tobytes())] ^= 1
    path.write_bytes(flipped)
    assert kept.read("key") is None


def test_what_is_kept_is_for_its_maker_alone_and_left_out_of_git(lab: Path) -> None:
    open_kept(lab).keep("key", ARRAYS)
    (path,) = (lab / ".cache").glob("*.made")
    assert path.stat().st_mode & 0o777 == 0o600
    assert (lab / ".cache" / ".gitignore").read_text("utf-8") == "*\n"


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file, where the folder should be", encoding="utf-8")
    kept = open_kept(tmp_path)
    kept.keep("key", ARRAYS)
    assert kept.read("key") is None
    tidy(tmp_path)


def test_no_object_is_ever_unpickled(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "state")
    np.savez(tmp_path / "state-key.npz", allow_pickle=True, objects=np.array([{}], dtype=object))
    (tmp_path / "state-key.npz").rename(tmp_path / "state-key.made")
    assert kept.read("key") is None


def test_a_key_is_of_the_columns_named_and_of_who_makes_it() -> None:
    turns = pd.DataFrame({"text": ["Jag bor här.", "Jaså."], "turn": [1, 2]})
    key = make_key(turns, "text", by="this code")
    assert make_key(turns.assign(turn=3), "text", by="this code") == key
    assert make_key(pd.concat([turns.head(1), turns.tail(1)]), "text", by="this code") == key
    others = [
        make_key(turns, "text", by="other code"),
        make_key(turns.iloc[::-1], "text", by="this code"),
        make_key(turns.assign(text=["Jag bor här.J", "aså."]), "text", by="this code"),
        make_key(turns, "text", "turn", by="this code"),
    ]
    assert key not in others
    assert len(set(others)) == 4
