"""Turns of transcripts as they were read before, kept until the bytes they came from change.

The cache is a folder, `.cache/` of a lab, that can be deleted at any time. It holds people's
own words, so it lies where the transcripts lie, and tells git and backups to leave it out. It
has one store for each first folder below raw/, which is a city: a digest, then a Parquet table;
nobody may read a store who may not read every file of raw/ that went into it.
Turns are found by the SHA-256 of their file's bytes and its suffix, never by a name or a time.
A store is believed only if its digest is that of its bytes under this very version of the
readers; any other is as good as none. Where the folder cannot be written nothing is kept.
"""

from __future__ import annotations

import functools
import hashlib
import io
import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from labtools.evidence.files.encodings import read_bytes
from labtools.evidence.files.store import save
from labtools.evidence.transcripts.transcript import TYPES, read_transcript
from labtools.faults import BadInput, Fault

FOLDER = ".cache"
"""What a lab's cache is called."""

_LIBRARIES = ("webvtt-py", "striprtf", "lxml", "pypdf")
_SUFFIX = ".turns"
_DIGEST_BYTES = 32
_TYPES = {
    "key": "str",
    "file": "str",
    **{name: kind for name, kind in TYPES.items() if name != "source_id"},
}


def read_files(
    names: Iterable[str], files: Mapping[str, Path], *, cache: Path | None
) -> tuple[pd.DataFrame, dict[str, tuple[Fault, ...]]]:
    """The turns of transcripts below raw/, and the faults of those that cannot be read, by name.

    names: which to read, each once; files: everything below raw/, by its name there; cache: the
    folder with what was read before, into which goes what is read now, None for no cache.
    Returns one row per turn, `file` and then the columns of `read_transcript` but for source_id,
    those of a file in their order. What the cache holds of bytes that are no longer in `files`
    is removed from it; files with faults are never in it.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(_name_store(name), []).append(name)
    if cache is not None:
        _tidy(cache, files, beside=wanted)
    parts, faults = [_empty()], {}
    for store, members in wanted.items():
        kept = None if cache is None else _load(cache / store)
        turns, keys, found = _read_store(members, files, kept)
        faults.update(found)
        named = pd.DataFrame({"file": list(keys), "key": list(keys.values())}, dtype="str")
        parts.append(named.merge(turns.drop(columns="file"), on="key", how="left"))
        if cache is not None:
            _keep(cache / store, turns, files, before=kept, current=set(keys.values()))
    return pd.concat(parts, ignore_index=True).drop(columns="key"), faults


def find_digests(cache: Path) -> Iterator[bytes]:
    """The digest of each store of a cache: others as soon as any turn in it is another."""
    for path in sorted(cache.glob(f"*{_SUFFIX}")):
        with suppress(OSError), path.open("rb") as file:
            yield file.read(_DIGEST_BYTES)


def _read_store(
    names: Iterable[str], files: Mapping[str, Path], kept: pd.DataFrame | None
) -> tuple[pd.DataFrame, dict[str, str], dict[str, tuple[Fault, ...]]]:
    """What was kept and what is read anew; the keys of the files that can be read; faults."""
    parts = [_empty() if kept is None else kept]
    known = set(parts[0]["key"])
    keys: dict[str, str] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    for name in names:
        try:
            key = _key(files[name], name=f"raw/{name}")
            if key not in known:
                parts.append(_read_anew(files[name], key, name=name))
        except BadInput as error:
            faults[name] = error.faults
        else:
            known.add(key)
            keys[name] = key
    return pd.concat(parts, ignore_index=True), keys, faults


def _read_anew(path: Path, key: str, *, name: str) -> pd.DataFrame:
    """A file's turns; BadInput where it is not, or is no longer, what the key says."""
    turns = read_transcript(path, source_id=key, name=f"raw/{name}")
    if _key(path, name=f"raw/{name}") != key:
        must = "the file is the same from beginning to end of reading"
        raise BadInput([Fault(f"raw/{name}", must, "it changed", "read it again")])
    turns = turns.rename(columns={"source_id": "key"})
    turns.insert(1, "file", pd.Series(name, index=turns.index, dtype="str"))
    return turns


def _tidy(cache: Path, files: Mapping[str, Path], *, beside: Collection[str]) -> None:
    """Remove from the other stores what raw/ no longer holds, and what was not written whole."""
    for path in sorted(cache.glob("*.part")):
        with suppress(OSError):
            path.unlink()
    for path in sorted(cache.glob(f"*{_SUFFIX}")):
        if path.name not in beside:
            kept = _load(path)
            turns = _empty() if kept is None else kept
            _keep(path, turns, files, before=kept, current=set())


def _keep(
    path: Path,
    turns: pd.DataFrame,
    files: Mapping[str, Path],
    *,
    before: pd.DataFrame | None,
    current: set[str],
) -> None:
    """Write a store anew if need be: the turns of `current` keys and of what else is in raw/."""
    members = turns[["key", "file"]].drop_duplicates()
    stay = {
        key
        for key, file in members.itertuples(index=False, name=None)
        if key in current or _is_there(file, key, files)
    }
    if before is not None and stay == set(before["key"]):
        return
    with suppress(OSError):
        if stay:
            kept = turns[turns["key"].isin(stay)]
            _save(path, kept, mode=_common_mode(files[name] for name in set(kept["file"])))
        else:
            path.unlink(missing_ok=True)


def _is_there(file: str, key: str, files: Mapping[str, Path]) -> bool:
    try:
        return file in files and _key(files[file], name=file) == key
    except BadInput:
        return False


def _name_store(name: str) -> str:
    """A store's name: of a fixed length, without any character of the folder's own."""
    folder = name.rpartition("/")[0].partition("/")[0]
    return hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:16] + _SUFFIX


def _key(path: Path, *, name: str) -> str:
    return hashlib.sha256(read_bytes(path, name=name)).hexdigest() + path.suffix.lower()


def _load(path: Path) -> pd.DataFrame | None:
    """The turns of a store; None where it is not there, not whole, or not of these readers."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, table = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    return pd.read_parquet(io.BytesIO(table)) if digest == _digest(table) else None


def _common_mode(paths: Iterable[Path]) -> int:
    """What everybody may do with each of the files."""
    mode = 0o666
    for path in paths:
        mode &= path.stat().st_mode
    return mode | 0o600


def _save(path: Path, turns: pd.DataFrame, *, mode: int) -> None:
    table = turns.to_parquet(index=False, compression="zstd")
    save(path, _digest(table) + table, mode=mode)


def _digest(table: bytes) -> bytes:
    return hashlib.sha256(_readers() + table).digest()


@functools.cache
def _readers() -> bytes:
    """A digest of all that turns depend on beside their file: this code, libraries, Python."""
    told = [f"{name} {version(name)}" for name in _LIBRARIES] + [platform.python_version()]
    code = [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    whole = hashlib.sha256("\n".join(told).encode("utf-8"))
    for source in code:
        whole.update(hashlib.sha256(source).digest())
    return whole.digest()


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})
