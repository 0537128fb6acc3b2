"""The cache saves time; with it, without it, or with it broken, the turns are the same."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from labtools.evidence.transcripts import cache
from labtools.evidence.transcripts.turns import read_turns
from labtools.faults import BadInput

FILES = {
    "umea/interview/a.txt": "Anna: Hej på dig.\nBo: Åh.\nAnna: Ja.\nBo: 👋🏽 ”nä”",
    "umea/workshop/b.srt": "1\n00:00:01,000 --> 00:00:02,000\nTack för att du har tittat!\n",
    "boden/c.txt": "Eva: Jag bor här.\nUlf: Jaså.\nEva: Ja.\nUlf: Jo.",
    "d.txt": "En anteckning.",
}


def _sources(*files: str) -> pd.DataFrame:
    return pd.DataFrame({"source_id": [f"s-{file}" for file in files], "file": files}, dtype="str")


EVERY = _sources(*FILES)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A folder with raw/ and four transcripts."""
    return _lay(tmp_path / "lab")


def _lay(folder: Path) -> Path:
    for file, text in FILES.items():
        path = folder / "raw" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def read(lab: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Reads through the lab's cache, and tells which files the readers had to open."""
    opened: list[str] = []
    plain = cache.read_transcript

    def told(path: Path, *, source_id: str, name: str) -> pd.DataFrame:
        opened.append(name.removeprefix("raw/"))
        return plain(path, source_id=source_id, name=name)

    monkeypatch.setattr(cache, "read_transcript", told)

    def read_cached(sources: pd.DataFrame = EVERY) -> list[str]:
        opened.clear()
        cached = read_turns(sources, lab / "raw", cache=lab / ".cache")
        names = list(opened)
        assert_frame_equal(cached, read_turns(sources, lab / "raw"))
        return names

    return read_cached


def _kept(lab: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (lab / ".cache").glob("*.turns")}


def _store(lab: Path, file: str) -> Path:
    read_turns(_sources(file), lab / "raw", cache=lab / "alone")
    (path,) = (lab / "alone").glob("*.turns")
    return lab / ".cache" / path.name


def _words(lab: Path) -> str:
    tables = [cache._load(path) for path in (lab / ".cache").glob("*.turns")]
    return " ".join(" ".join(table["text"]) for table in tables if table is not None)


def test_a_second_reading_opens_no_file_and_gives_the_same_turns(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    assert sorted(read()) == sorted(FILES)
    before = {path.stat().st_ino for path in (lab / ".cache").glob("*.turns")}
    assert read() == []
    assert {path.stat().st_ino for path in (lab / ".cache").glob("*.turns")} == before
    assert len(before) == 3


def test_turns_come_in_the_order_of_the_sources_whatever_the_cache_holds(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read(EVERY.iloc[[2, 0]])
    read(EVERY.iloc[::-1])
    turns = read_turns(EVERY.iloc[::-1], lab / "raw", cache=lab / ".cache")
    assert list(dict.fromkeys(turns["source_id"])) == EVERY["source_id"].tolist()[::-1]


def test_one_new_file_rewrites_its_own_city_alone(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    before = _kept(lab)
    (lab / "raw" / "boden" / "new.txt").write_text("Ny text.", encoding="utf-8")
    assert read(_sources(*FILES, "boden/new.txt")) == ["boden/new.txt"]
    changed = {name for name, data in _kept(lab).items() if data != before[name]}
    assert changed == {_store(lab, "boden/c.txt").name}


def test_the_bytes_decide_and_neither_name_nor_time(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    path = lab / "raw" / "boden" / "c.txt"
    times = path.stat()
    path.write_text(path.read_text("utf-8").replace("här", "där"), encoding="utf-8", newline="\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert read() == ["boden/c.txt"]
    path.rename(path.with_name("other.txt"))
    assert read(_sources("boden/other.txt")) == []
    path.with_name("other.txt").rename(path.with_suffix(".rtf"))
    assert read(_sources("boden/c.rtf")) == ["boden/c.rtf"]


def test_two_sources_with_the_same_bytes_are_both_there(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    twin = lab / "raw" / "boden" / "twin.txt"
    twin.write_bytes((lab / "raw" / "boden" / "c.txt").read_bytes())
    assert read(_sources("boden/twin.txt", "boden/c.txt")) == ["boden/twin.txt"]
    assert read(_sources("boden/c.txt", "boden/twin.txt", "boden/c.txt")) == []


@pytest.mark.parametrize("next_read", ["umea/workshop/b.srt", "boden/c.txt"])
def test_what_left_raw_leaves_the_cache_at_the_next_read_of_any_city(
    lab: Path, read: Callable[..., list[str]], next_read: str
) -> None:
    read()
    assert "Hej på dig" in _words(lab)
    (lab / "raw" / "umea" / "interview" / "a.txt").unlink()
    read(_sources(next_read))
    assert "Hej på dig" not in _words(lab)
    assert "du har tittat" in _words(lab)


def test_a_city_without_any_file_left_has_no_store(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    store = _store(lab, "boden/c.txt")
    assert store.exists()
    (lab / "raw" / "boden" / "c.txt").unlink()
    read(_sources())
    assert not store.exists()


def test_words_that_were_replaced_leave_the_cache_with_the_file_still_there(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    (lab / "raw" / "boden" / "c.txt").write_text("Struket.", encoding="utf-8")
    read(_sources("d.txt"))
    assert "Jag bor" not in _words(lab)


def test_reading_some_types_of_source_keeps_the_rest(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    (lab / "raw" / "umea" / "new.txt").write_text("Ny.", encoding="utf-8")
    assert read(_sources("umea/new.txt")) == ["umea/new.txt"]
    assert read() == []


def test_files_with_faults_are_told_each_time_and_never_kept(lab: Path) -> None:
    (lab / "raw" / "umea" / "blank.vtt").write_text("WEBVTT\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(BadInput, match=r"raw/umea/blank\.vtt: a transcript must hold speech"):
            read_turns(_sources(*FILES, "umea/blank.vtt"), lab / "raw", cache=lab / ".cache")
    assert _words(lab).count("Hej på dig") == 1


def test_a_file_that_changes_while_it_is_read_is_a_fault_and_is_not_kept(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = cache.read_transcript

    def change(path: Path, **given: str) -> pd.DataFrame:
        turns = plain(path, **given)
        path.write_text("Annat.", encoding="utf-8")
        return turns

    monkeypatch.setattr(cache, "read_transcript", change)
    with pytest.raises(BadInput, match=r"raw/d\.txt: .* found it changed; read it again"):
        read_turns(_sources("d.txt"), lab / "raw", cache=lab / ".cache")
    assert _words(lab) == ""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, bytes]:
    """A lab whose first city has been read, its store, and what that holds."""
    folder = _lay(tmp_path_factory.mktemp("whole"))
    read_turns(EVERY.head(2), folder / "raw", cache=folder / ".cache")
    (store,) = (folder / ".cache").glob("*.turns")
    return folder, store, store.read_bytes()


def _assert_rebuilt(whole: tuple[Path, Path, bytes], damaged: bytes) -> None:
    folder, store, data = whole
    store.write_bytes(damaged)
    turns = read_turns(EVERY.head(2), folder / "raw", cache=folder / ".cache")
    assert_frame_equal(turns, read_turns(EVERY.head(2), folder / "raw"))
    assert store.read_bytes() == data


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_store_with_any_byte_changed_is_rebuilt(
    whole: tuple[Path, Path, bytes], data: st.DataObject
) -> None:
    damaged = bytearray(whole[2])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    _assert_rebuilt(whole, bytes(damaged))


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_store_cut_anywhere_or_with_more_behind_it_is_rebuilt(
    whole: tuple[Path, Path, bytes], data: st.DataObject
) -> None:
    end = data.draw(st.integers(0, len(whole[2]) - 1))
    _assert_rebuilt(whole, whole[2][:end])
    _assert_rebuilt(whole, whole[2] + data.draw(st.binary(min_size=1, max_size=9)))


def test_a_store_of_other_readers_is_not_believed(
    lab: Path, read: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read()
    monkeypatch.setattr(cache, "_readers", lambda: b"of a later version")
    assert sorted(read()) == sorted(FILES)
    assert read() == []


def test_a_plain_parquet_file_with_other_turns_is_not_believed(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    store = _store(lab, "d.txt")
    turns = cache._load(store)
    assert turns is not None
    turns.assign(text="Aldrig sagt.").to_parquet(store, index=False)
    assert read() == ["d.txt"]


def test_what_cannot_be_believed_of_another_city_is_removed(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    store = _store(lab, "boden/c.txt")
    store.write_bytes(store.read_bytes()[:-1])
    (lab / ".cache" / "left-by-a-killed-process.part").write_bytes(b"Hej")
    read(_sources("d.txt"))
    assert not store.exists()
    assert not list((lab / ".cache").glob("*.part"))


def test_the_cache_keeps_itself_out_of_git_and_backups(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    read()
    assert (lab / ".cache" / ".gitignore").read_text("utf-8") == "*\n"
    tag = (lab / ".cache" / "CACHEDIR.TAG").read_text("utf-8")
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_place_that_cannot_be_written_means_no_cache(
    lab: Path, read: Callable[..., list[str]]
) -> None:
    (lab / ".cache").write_text("a file, where a folder would be", encoding="utf-8")
    assert sorted(read()) == sorted(FILES)
    assert sorted(read()) == sorted(FILES)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_lab_means_no_cache(lab: Path, read: Callable[..., list[str]]) -> None:
    lab.chmod(0o555)
    assert sorted(read()) == sorted(FILES)
    assert not (lab / ".cache").exists()
    lab.chmod(0o755)


def test_an_interrupted_write_leaves_the_store_as_it_was(
    lab: Path, read: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read()
    before = _kept(lab)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (lab / "raw" / "boden" / "new.txt").write_text("Ny text.", encoding="utf-8")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", fail)
        assert read(_sources("boden/new.txt")) == ["boden/new.txt"]
    assert _kept(lab) == before
    assert not list((lab / ".cache").glob("*.part"))


CHILD = """
import sys
from pathlib import Path
import pandas as pd
from labtools.evidence.transcripts.turns import read_turns
raw, *files = sys.argv[1:]
sources = pd.DataFrame({"source_id": files, "file": files}, dtype="str")
for _ in range(10):
    turns = read_turns(sources, Path(raw), cache=Path(raw).parent / ".cache")
    assert list(dict.fromkeys(turns["source_id"])) == files
    for store in (Path(raw).parent / ".cache").glob("*.turns"):
        store.unlink(missing_ok=True)
"""


def test_two_processes_at_once_read_the_same_turns(lab: Path) -> None:
    files = [list(FILES), list(FILES)[::-1], ["boden/c.txt"]]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(lab / "raw"), *names], stderr=subprocess.PIPE
        )
        for names in files
    ]
    errors = [child.communicate()[1].decode() for child in children]
    assert errors == ["", "", ""]
    turns = read_turns(EVERY, lab / "raw", cache=lab / ".cache")
    assert_frame_equal(turns, read_turns(EVERY, lab / "raw"))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize(("mode", "kept"), [(0o600, 0o600), (0o640, 0o640), (0o644, 0o644)])
def test_nobody_may_read_a_store_who_may_not_read_the_files(
    lab: Path, mode: int, kept: int
) -> None:
    (lab / "raw" / "boden" / "c.txt").chmod(mode)
    read_turns(_sources("boden/c.txt"), lab / "raw", cache=lab / cache.FOLDER)
    (store,) = (lab / cache.FOLDER).glob("*.turns")
    assert store.stat().st_mode & 0o777 == kept
