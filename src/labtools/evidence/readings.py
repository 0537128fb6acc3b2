"""What became of each file of a lab's folder: read, refused, or not there."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import pandas as pd

from labtools.faults import Fault
from labtools.frames import check_columns

Kind = Literal["table", "source", "answers", "photograph"]
Status = Literal["read", "refused", "missing", "unlisted", "excluded", "kept"]
STATUSES: tuple[Status, ...] = ("read", "refused", "missing", "unlisted", "excluded", "kept")


class Reading(NamedTuple):
    """One file and what became of it.

    status: read; refused, for the `reason`; missing, where a table names it and it is not
    there; unlisted, where no table names it; excluded with its source; kept without being
    read, as documents are. `city` is "" for what belongs to the whole lab. `rows` are a table's
    rows, a transcript's turns, the people or rows of a file of answers; NaN where none is read.
    """

    file: str
    city: str
    kind: Kind
    status: Status
    rows: float = float("nan")
    reason: str = ""


@dataclass(frozen=True)
class Check:
    """What `labtools check` finds: every fault, and what became of every file.

    notes: a line for each thing that is as it should be, and that a reader must know of all the
    same. named_unread: what `unread` names, where the readings do not show the files' own names.
    """

    faults: tuple[Fault, ...]
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    named_unread: frozenset[str] | None = None

    def unread(self) -> frozenset[str]:
        """The files that cannot be used: refused, or not there."""
        if self.named_unread is not None:
            return self.named_unread
        return frozenset(one.file for one in self.readings if one.status in ("refused", "missing"))

    def to_json(self) -> str:
        """For programs: `faults` and `files`, lists of objects, and `notes`; null where no row is.

        A fault has `file, row, column, must, found, do` and `line`, as a person reads it.
        """
        faults = [{**asdict(fault), "line": str(fault)} for fault in self.faults]
        files = [
            one._asdict() | {"rows": None if math.isnan(one.rows) else int(one.rows)}
            for one in self.readings
        ]
        found = {"faults": faults, "files": files, "notes": list(self.notes)}
        return json.dumps(found, ensure_ascii=False, indent=2)


def tell_reason(faults: Sequence[Fault]) -> str:
    """Why a file is refused: its first fault without the file's name, and how many more.

    >>> tell_reason([Fault("a.csv", "is a date", "x", "correct it", row=3)] * 2)
    'row 3: must be a date; found x; correct it (and 1 more)'
    """
    first = faults[0]
    told = str(first).removeprefix(first.file).lstrip(",: ")
    return told + (f" (and {len(faults) - 1} more)" if len(faults) > 1 else "")


def list_readings(readings: Iterable[Reading]) -> pd.DataFrame:
    """Readings as a table, one row per file.

    Returns `file, city, file_kind, file_status, rows, reason_en`.
    """
    table = pd.DataFrame(list(readings), columns=list(Reading._fields))
    types = dict.fromkeys(("file", "city", "kind", "status", "reason"), "str")
    named = table.astype({**types, "rows": "float64"})
    return named.rename(
        columns={"kind": "file_kind", "status": "file_status", "reason": "reason_en"}
    )


def count_readings(readings: pd.DataFrame, *, order: Sequence[str]) -> pd.DataFrame:
    """Files per city and kind: `city, file_kind, files`, and a column for each status there is.

    readings: as `list_readings` gives them; order: the cities in theirs; what belongs to the
    whole lab comes first.
    """
    check_columns(readings, "city", "file_kind", "file_status")
    groups = readings.groupby(["city", "file_kind"], sort=False)["file_status"]
    counts = groups.value_counts().unstack(fill_value=0)
    counts = counts[[status for status in STATUSES if status in counts]]
    counted = counts.assign(files=counts.sum(axis=1)).reset_index().rename_axis(columns=None)
    places = {city: at for at, city in enumerate(["", *order])}
    ordered = counted.sort_values(
        "city", key=lambda cities: cities.map(places).fillna(len(places)), kind="stable"
    )
    return ordered[["city", "file_kind", "files", *counts.columns]].reset_index(drop=True)


def find_unused(readings: pd.DataFrame) -> pd.DataFrame:
    """The files of which nothing is counted, and why.

    Returns `file, city, file_kind, file_status, reason_en`.
    """
    check_columns(readings, "file", "city", "file_kind", "file_status", "reason_en")
    unused = readings[readings["file_status"].isin(["refused", "missing", "unlisted"])]
    return unused.drop(columns="rows").reset_index(drop=True)
