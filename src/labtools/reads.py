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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pandas as pd

FILE = "LABTOOLS_READS"
"""The environment variable that names the file to which reads are told; without it, nowhere."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_inside: ContextVar[bool] = ContextVar("inside", default=False)


@dataclass(frozen=True)
class Read:
    """One read: `arguments` are JSON, those by position first."""

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
        arguments = json.dumps([list(args[1:]), kwargs], sort_keys=True, default=list)
        line = json.dumps([reader.__name__, arguments, digest(found)])
        with Path(file).open("a", encoding="utf-8", newline="\n") as lines:
            lines.write(line + "\n")
        return found

    return telling


@contextmanager
def _one_read() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def read_told(file: Path) -> list[Read]:
    """The reads told to a file, each once; none where it is not there."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(Read(*json.loads(line)) for line in lines))


def read_again(lab: object, read: Read) -> str:
    """The digest that a read of a lab has now."""
    args, kwargs = json.loads(read.arguments)
    with _one_read():
        return digest(getattr(lab, read.reader)(*args, **kwargs))


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
