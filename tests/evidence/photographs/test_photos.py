"""Which photographs may be shown, and that the others leave no byte behind."""

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from labtools.evidence.files.folders import find_files
from labtools.evidence.photographs import photos
from labtools.lab import open_lab

SOURCES = pd.DataFrame({"source_id": ["s1", "s2"], "city": ["umea", "boden"]})


def register(*rows: dict[str, str]) -> pd.DataFrame:
    """Rows of the register: photographs of s1 without faces, unless they say otherwise."""
    usual = {"source_id": "s1", "file": "a.png", "place": "", "caption_sv": "", "caption_en": "",
             "alt_sv": "En dörr", "alt_en": "", "faces": "none", "approved": ""}  # fmt: skip
    named = [{"photo": f"f{number}"} | usual | row for number, row in enumerate(rows, start=1)]
    return pd.DataFrame(named, dtype="str")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lab with one picture in photos/, and one beside it that nobody may see."""
    (tmp_path / "photos" / "umea").mkdir(parents=True)
    for file in ("photos/a.png", "photos/umea/b.png", "secret.png"):
        Image.new("RGB", (40, 30), "red").save(tmp_path / file)
    return tmp_path / "photos"


@pytest.mark.parametrize(
    ("faces", "approved", "state"),
    [
        ("none", "", "shown"),
        ("none", "yes", "shown"),
        ("none", "no", "not_approved"),
        ("masked", "", "shown"),
        ("masked", "yes", "shown"),
        ("masked", "no", "not_approved"),
        ("visible", "", "awaiting_approval"),
        ("visible", "yes", "shown"),
        ("visible", "no", "not_approved"),
        ("", "", "awaiting_approval"),
        ("unknown", "", "awaiting_approval"),
        ("none", "No", "awaiting_approval"),
    ],
)
def test_a_face_is_shown_only_where_someone_approved(
    folder: Path, faces: str, approved: str, state: str
) -> None:
    read = photos.read_photos(register({"faces": faces, "approved": approved}), SOURCES, folder)
    assert read["state"].tolist() == [state]
    assert (read["picture"][0] != b"") == (state == "shown")


def test_what_is_held_back_is_not_even_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(photos, "read_picture", lambda path, *, name: opened.append(name) or b"x")
    rows = register(
        {"faces": "visible"},
        {"approved": "no"},
        {"alt_sv": ""},
        {"file": "umea/b.png", "alt_sv": "", "alt_en": "A door"},
    )
    read = photos.read_photos(rows, SOURCES, folder)
    held_back = ["awaiting_approval", "not_approved", "no_alternative_text"]
    assert read["state"].tolist() == [*held_back, "shown"]
    assert opened == ["photos/umea/b.png"]


def test_no_row_is_lost_and_each_says_what_became_of_it(folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    rows = register(
        {"file": "umea/b.png"}, {"file": "c.png"}, {"file": "broken.jpg"}, {"source_id": "s2"}
    )
    read = photos.read_photos(rows, SOURCES, folder)
    assert read["photo"].tolist() == ["f1", "f2", "f3", "f4"]
    assert read["state"].tolist() == ["shown", "missing", "unreadable", "shown"]
    assert read["city"].tolist() == ["umea", "umea", "umea", "boden"]
    assert [bool(picture) for picture in read["picture"]] == [True, False, False, True]


def test_photographs_go_with_their_source_and_those_without_one_stay(folder: Path) -> None:
    rows = register({"source_id": "excluded"}, {"source_id": ""}, {"source_id": "s2"})
    read = photos.read_photos(rows, SOURCES, folder)
    assert read["photo"].tolist() == ["f2", "f3"]
    assert read["city"].tolist() == ["", "boden"]


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname", "umea/../../secret.png"])
def test_nothing_outside_the_folder_is_read(folder: Path, file: str) -> None:
    read = photos.read_photos(register({"file": file}), SOURCES, folder)
    assert read["state"].tolist() == ["missing"]


def test_a_link_out_of_the_folder_is_no_photograph(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    read = photos.read_photos(register({"file": "link.png"}), SOURCES, folder)
    assert read["state"].tolist() == ["missing"]


def test_without_photographs_or_their_folder_there_are_columns_and_no_row(tmp_path: Path) -> None:
    read = photos.read_photos(register({}).head(0), SOURCES, tmp_path / "photos")
    assert read.empty
    assert {"photo", "city", "state", "picture"} <= set(read)


def test_neither_the_folder_nor_the_register_is_changed(folder: Path) -> None:
    rows = register({}, {"file": "umea/b.png", "faces": "visible"})
    kept = rows.copy()
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}
    photos.read_photos(rows, SOURCES, folder)
    photos.check_photographs_readable(rows, find_files(folder))
    pd.testing.assert_frame_equal(rows, kept)
    assert before == {
        path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")
    }


def test_each_unreadable_file_is_told_once_and_an_absent_one_is_left_to_its_own_check(
    folder: Path,
) -> None:
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:40])
    (folder / "umea" / "b.jpg").write_bytes(b"\x00\x00\x00\x18ftypheic")
    rows = register(
        {"file": "cut.png"}, {"file": "umea/b.jpg", "approved": "no"}, {"file": "cut.png"},
        {"file": "absent.png"}, {"file": ""}, {},
    )  # fmt: skip
    faults = photos.check_photographs_readable(rows, find_files(folder))
    assert [fault.file for fault in faults] == ["photos/cut.png", "photos/umea/b.jpg"]


def test_every_photograph_of_the_example_is_shown_small(root: Path) -> None:
    lab = open_lab(root / "data" / "example")
    read = photos.read_photos(lab.read_photos(), lab.read_sources(), lab.folder / "photos")
    assert (read["state"] == "shown").all()
    assert read["picture"].map(len).between(200, 12_000).all()
    assert read.groupby("city").size().to_dict() == {
        "asfors": 4, "ekhamra": 4, "hallestrand": 4, "norrvik": 3
    }  # fmt: skip
    files = find_files(lab.folder / "photos")
    assert photos.check_photographs_readable(lab.read_photos(), files) == []
