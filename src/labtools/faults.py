"""One line for each fault in a researcher's files, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_RULES = {
    "is": "must be",
    "are": "must be",
    "has": "must have",
    "holds": "must hold",
    "lies": "must lie",
    "names": "must name",
    "occurs": "must occur",
}
_VERB = re.compile(rf"\b({'|'.join(_RULES)})\b")


@dataclass(frozen=True)
class Fault:
    """Where something is wrong, what must hold, what was found, and what to do.

    `file` is relative to the lab's folder where it can be. `row` counts as a spreadsheet
    shows it: the header is row 1.

    `must` states the rule as a fact (`is a date`); the line tells it as a rule.

    >>> print(Fault("cities.csv", must="is a date", found="2019-02-30",
    ...             do="write 2019-02-28 or leave it blank", row=3, column="start"))
    cities.csv, row 3, column start: must be a date; found 2019-02-30; write 2019-02-28
    or leave it blank
    """

    file: str
    must: str
    found: str
    do: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        rule = _VERB.sub(lambda verb: _RULES[verb[0]], self.must, count=1)
        line = f"{place}: {rule}; found {self.found}; {self.do}"
        return " ".join(line.split())


class BadInput(ValueError):
    """What was given cannot be used; carries every fault that was found, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)
