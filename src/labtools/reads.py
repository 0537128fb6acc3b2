"""What a report reads through its lab, told to whoever runs it.

A read is a reader's name, its arguments, and a digest of what came back. The same reader with
the same arguments gives the same digest as long as what it reads is unchanged, whatever else of
its files may have changed: a row of another city, say.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pandas as pd

FILE = "LABTOOLS_READS"
"""The environment variable that names the file to which reads are told; without it, nowhere."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_C = TypeVar("_C")
_READING = ("open", "os.listdir", "os.scandir", "sqlite3.connect")
_inside: ContextVar[bool] = ContextVar("inside", default=False)


@dataclass(frozen=True)
class Read:
    """One read: `arguments` are JSON, those by position, those by name, the files left out."""

    reader: str
    arguments: str
    digest: str


def told(reader: Callable[_P, _T]) -> Callable[_P, _T]:
    """A reader, as a method, whose reads are told; not those that it makes of other readers."""

    @functools.wraps(reader)
    def telling(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        file = os.environ.get(FILE)
        if not file or _inside.get():
            return reader(*args, **kwargs)
        with _one_read():
            found = reader(*args, **kwargs)
        state = sorted(getattr(args[0], "left_out", ()))
        arguments = json.dumps([list(args[1:]), kwargs, state], sort_keys=True, default=list)
        line = json.dumps([reader.__name__, arguments, digest(found)])
        _tell(file, line)
        return found

    return telling


def tell_readers(*, but: Iterable[str]) -> Callable[[type[_C]], type[_C]]:
    """A class whose every public method is a reader as `told` makes it, `but` some."""

    def telling(cls: type[_C]) -> type[_C]:
        for name, method in list(vars(cls).items()):
            if callable(method) and not name.startswith("_") and name not in but:
                setattr(cls, name, told(method))
        return cls

    return telling


def watch_files() -> None:
    """From now on tell which files below the working directory this process opens to read.

    With it goes what the file holds then: what is saved later is a change. A folder that is
    listed counts as its names, a module as its source. What readers open is theirs to tell, and
    is left out; so are labtools' own files, hidden folders, what is installed, and what is read
    by a library that does not open files through Python.
    """
    file, root = os.environ[FILE], Path.cwd().resolve()
    seen: set[str] = set()

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _READING or _inside.get():
            return
        path, mode, flags = (*arguments, None, None)[:3]
        if event == "open":
            if (flags or 0) & (os.O_WRONLY | os.O_RDWR) or set(mode or "") & set("wax+"):
                return
        elif event != "sqlite3.connect":
            if "importlib" in sys._getframe(1).f_code.co_filename:
                return  # looking for a module, or for what is installed
            path = "." if path is None else path
        if not isinstance(path, str | bytes | os.PathLike):
            return
        with _one_read():
            name = _name_below(Path(os.fsdecode(path)), root)
            if name and name not in seen:
                seen.add(name)
                _tell(file, json.dumps([name, hash_input(root / name)]))

    sys.addaudithook(hear)


def _name_below(path: Path, root: Path) -> str:
    """The name of a file below a folder; "" for a hidden one, and for one elsewhere."""
    try:
        name = path.resolve().relative_to(root)
    except (OSError, ValueError):
        return ""
    if path.suffix == ".pyc":
        try:
            return _name_below(Path(source_from_cache(path)), root)
        except ValueError:
            return ""
    others = (Path(__file__).parent, *map(Path, (sys.prefix, sys.base_prefix)))
    away = any(path.resolve().is_relative_to(other) for other in others)
    hidden = any(part.startswith(".") for part in name.parts)
    return "" if away or hidden else name.as_posix()


def hash_input(path: Path) -> str:
    """Sixteen hexadecimal digits of a file's bytes or a folder's names; else why there are none."""
    try:
        if path.is_dir():
            names = sorted(name for name in os.listdir(path) if not name.startswith((".", "__")))
            return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        return type(error).__name__


def _tell(file: str, line: str) -> None:
    with Path(file).open("a", encoding="utf-8", newline="\n") as lines:
        lines.write(line + "\n")


@contextmanager
def _one_read() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def read_told(file: Path) -> tuple[list[Read], dict[str, str]]:
    """The reads told to a file, each once, and what was opened, with a digest each."""
    if not file.exists():
        return [], {}
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    told = dict.fromkeys(Read(*line) for line in lines if len(line) == 3)
    return list(told), dict(sorted(line for line in lines if len(line) == 2))


def read_again(lab: Any, read: Read) -> str:
    """The digest that a read of a lab has now."""
    args, kwargs, left_out = json.loads(read.arguments)
    with _one_read():
        of = lab.without(left_out) if left_out else lab
        return digest(getattr(of, read.reader)(*args, **kwargs))


def digest(found: Any) -> str:
    """Sixteen hexadecimal digits that differ where what was read differs, in any process.

    found: tables, series, mappings, sequences, sets, dataclasses, paths, text, numbers, None.
    """
    return str(_hash(found).hexdigest()[:16])


def _hash(found: Any) -> Any:
    whole = hashlib.sha256(type(found).__name__.encode())
    for part in _parts(found):
        whole.update(part if isinstance(part, bytes) else _hash(part).digest())
    return whole


def _parts(found: Any) -> Iterator[Any]:
    """What the digest of something is made of: bytes, and parts that have digests of their own."""
    if isinstance(found, pd.DataFrame):
        yield from ([str(name) for name in found], [str(kind) for kind in found.dtypes])
        yield pd.util.hash_pandas_object(found.index).to_numpy().tobytes()
        yield from (found[name] for name in found)
    elif isinstance(found, pd.Series):
        yield pd.util.hash_pandas_object(found, index=False).to_numpy().tobytes()
    elif is_dataclass(found):
        yield from (getattr(found, field.name) for field in fields(found))
    elif isinstance(found, Mapping):
        yield from (part for pair in found.items() for part in pair)
    elif isinstance(found, set | frozenset):
        yield from sorted(found, key=repr)
    elif isinstance(found, list | tuple):
        yield len(found).to_bytes(8, "big")
        yield from found
    elif isinstance(found, bytes):
        yield found
    else:
        yield repr(found).encode("utf-8", "surrogatepass")
