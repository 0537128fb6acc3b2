"""What the tools' exports have in common: headings, marks of a choice, cells of several."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

import pandas as pd

from labtools.evidence.questionnaires.choices import CHOSEN, NOT_CHOSEN
from labtools.evidence.sheets.tabular import Grid

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_AFTER_TIME = re.compile(r"^(\S+ \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?)(?: .*)?$")
_LONGEST_OPTION = 150


@dataclass(frozen=True)
class Shape:
    """How a tool laid out a file; the fields not told here are those of `Export`.

    names: the columns' names, unique, "" for one that holds nothing; none: the first row as it
    stands. left_out: the reason by row; reasons: all that the tool knows. unfinished: the rows of
    people who stopped on the way, None where the tool does not tell. date_format: of the
    column whose part is `date`, as `strptime` reads it, where it is not ISO 8601.
    """

    names: Sequence[str] = ()
    header_rows: int = 1
    questions: dict[str, str] = field(default_factory=dict)
    options: dict[str, tuple[str, str]] = field(default_factory=dict)
    separators: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    unfinished: frozenset[int] | None = None
    open_ended: frozenset[str] = frozenset()
    date_format: str = ""


def fold(heading: str) -> str:
    """A heading as headings are compared: small letters, single spaces, no HTML."""
    return plain_text(heading).casefold()


def plain_text(heading: str) -> str:
    """A heading without HTML and line breaks.

    >>> plain_text("<p>Trivs du<br />\\n här?</p>")
    'Trivs du här?'
    """
    return " ".join(unescape(_TAG.sub(" ", heading)).split())


def unique(names: Iterable[str]) -> list[str]:
    """Names told apart where they are alike; "" stays.

    >>> unique(["Varför?", "Ort", "Varför?"])
    ['Varför?', 'Ort', 'Varför? (2)']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        new, count = name, 1
        while new and new in taken:
            count += 1
            new = f"{name} ({count})"
        taken.add(new)
        found.append(new)
    return found


def read_columns(grid: Grid, *, header_rows: int = 1) -> list[list[str]]:
    """The cells of each column below the header."""
    rows = list(grid.rows.values())
    below = rows[header_rows:]
    return [[row[place] for row in below] for place in range(len(rows[0]) if rows else 0)]


def filled_cells(grid: Grid, *, header_rows: int = 1) -> list[set[str]]:
    """The distinct cells of each column below the header that are not blank."""
    return [set(cells) - {""} for cells in read_columns(grid, header_rows=header_rows)]


def is_mark(cells: set[str], option: str) -> bool:
    """Whether a column's cells only say if an option was chosen: yes, 1, or its own text."""
    known = CHOSEN | NOT_CHOSEN | {fold(option)}
    return all(fold(cell) in known for cell in cells)


def is_several(cells: Sequence[str], separator: str) -> bool:
    """Whether cells look like choices from a list, several in a cell.

    They do where some cell has the separator, and its parts come back in other cells: on
    average each part stands in one and a half cells or more. Running text has no such parts.
    """
    parts = [part for cell in cells if cell for part in cell.split(separator)]
    several = any(separator in cell for cell in cells)
    short = all(len(part) <= _LONGEST_OPTION for part in parts)
    return several and short and len(parts) >= 1.5 * len(set(parts))


def find_rows(
    grid: Grid, heading: str, cells: Collection[str], *, header_rows: int = 1
) -> frozenset[int]:
    """The rows that hold one of some cells below a heading, which stands in the first row.

    cells: folded.
    """
    rows = list(grid.rows.items())
    place = rows[0][1].index(heading)
    return frozenset(row for row, found in rows[header_rows:] if fold(found[place]) in cells)


def find_parts(headings: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """The part of each column that the tool writes.

    headings: what each column's name is known by; known: the parts by folded heading, the
    better first: there is one `person_id` and one `date`, and the others are `tool`. Of columns
    with one heading the first is the tool's, the others are questions; contacts are all.
    """
    columns: dict[str, list[str]] = {}
    for name, heading in headings.items():
        columns.setdefault(fold(heading), []).append(name)
    parts: dict[str, str] = {}
    for heading, part in known.items():
        named = [name for name in columns.get(heading, []) if name]
        again = part in ("person_id", "date") and part in parts.values()
        own = named if part == "contact" else named[:1]
        parts |= dict.fromkeys(own, "tool" if again else part)
    return parts


def find_options(
    candidates: Mapping[str, tuple[str, str]],
    cells: Mapping[str, Sequence[str]],
    *,
    known: Collection[str] = (),
) -> dict[str, tuple[str, str]]:
    """The columns that are options of a multiple choice.

    candidates: (question, option) by column; cells: the columns; known: questions that are
    multiple choices for certain. A question's columns are options where there are two or more,
    each says only if its option was chosen, and somebody chose one. Where a cell says no, so do
    the others of its row that are not chosen: blanks beside it are those of a grid of questions
    of which some were left out.
    """
    questions: dict[str, list[str]] = {}
    for column, (question, _) in candidates.items():
        questions.setdefault(question, []).append(column)
    return {
        column: candidates[column]
        for question, columns in questions.items()
        for column in columns
        if len(columns) > 1
        and any(any(cells[one]) for one in columns)
        and all(is_mark(set(cells[one]) - {""}, candidates[one][1]) for one in columns)
        and (question in known or _says_all(columns, candidates, cells))
    }


def _says_all(
    columns: Sequence[str],
    candidates: Mapping[str, tuple[str, str]],
    cells: Mapping[str, Sequence[str]],
) -> bool:
    """Whether no row has blanks among cells of which one says no."""
    own = {fold(candidates[column][1]) for column in columns}
    says_no = NOT_CHOSEN - own
    rows = zip(*(cells[column] for column in columns), strict=True)
    return all(all(row) or not any(fold(cell) in says_no for cell in row) for row in rows)


def iso_dates(cells: pd.Series, date_format: str) -> pd.Series:
    """Times of the tool's format as ISO 8601; all stay as they are where one has another.

    With a thirteenth month the others may be days before months too. What follows the format,
    such as a zone, is cut off: the times stand in the survey's zone.
    """
    swedish = cells.str.replace(r"\bfm\b", "AM", regex=True).str.replace(
        r"\bem\b", "PM", regex=True
    )
    times = swedish.str.replace(_AFTER_TIME, r"\1", regex=True)
    found = pd.to_datetime(times, format=date_format, errors="coerce")
    if (found.isna() & (cells != "")).any():
        return cells
    return cells.where(found.isna(), found.dt.strftime("%Y-%m-%dT%H:%M:%S")).astype("str")
