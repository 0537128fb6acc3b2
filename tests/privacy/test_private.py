"""A private file lies where neither git, the lab nor other people come by it."""

import os
import stat
from pathlib import Path

import pytest

from labtools.faults import BadInput
from labtools.privacy.private import check_place, write_private

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


@pytest.mark.parametrize("git", ["folder", "file"])
def test_nothing_private_lies_in_a_git_work_tree(keys: Path, git: str) -> None:
    if git == "folder":
        (keys / ".git").mkdir()
    else:
        (keys / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    deep = keys / "a" / "b"
    deep.mkdir(parents=True)
    with pytest.raises(BadInput, match="outside every git work tree") as refused:
        check_place(deep / "key.csv")
    assert len(refused.value.faults) == 1


@posix
def test_links_are_followed_in_both_directions(keys: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    (keys / "into").symlink_to(tree)
    (tree / "out").symlink_to(keys)
    for path in (keys / "into" / "key.csv", tree / "out" / "key.csv"):
        with pytest.raises(BadInput, match="git work tree"):
            check_place(path)


def test_nothing_private_lies_in_the_lab(keys: Path) -> None:
    lab = keys / "lab"
    (lab / "coding").mkdir(parents=True)
    with pytest.raises(BadInput, match="outside the lab's folder"):
        check_place(lab / "coding" / "key.csv", lab_folder=lab)
    check_place(keys / "key.csv", lab_folder=lab)


@posix
def test_a_folder_in_which_everybody_writes_is_refused(keys: Path) -> None:
    keys.chmod(0o1777)
    with pytest.raises(BadInput, match="everybody may write"):
        check_place(keys / "key.csv")


@posix
def test_a_link_into_such_a_folder_is_refused(keys: Path, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (keys / "key.csv").symlink_to(folder / "key.csv")
    with pytest.raises(BadInput, match="everybody may write"):
        check_place(keys / "key.csv")


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused_with_the_remedy(keys: Path, mode: int) -> None:
    path = keys / "key.csv"
    write_private(path, "a\n")
    check_place(path)
    path.chmod(mode)
    with pytest.raises(BadInput, match=f"found mode {mode:o}; run chmod 600 "):
        check_place(path)


def test_a_folder_that_is_not_there_is_named(keys: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        check_place(keys / "gone" / "key.csv")


@posix
def test_a_private_file_is_written_whole_with_mode_600(keys: Path) -> None:
    path = keys / "key.csv"
    path.touch(mode=0o644)
    write_private(path, "Åsa\n")
    assert path.read_bytes() == "Åsa\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in keys.iterdir()] == ["key.csv"]


def test_a_write_that_fails_leaves_the_file_as_it_was(keys: Path) -> None:
    path = keys / "key.csv"
    write_private(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "after \ud800")
    assert path.read_text(encoding="utf-8") == "before"
    assert [each.name for each in keys.iterdir()] == ["key.csv"]
