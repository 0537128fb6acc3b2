"""The blocks of an office document's body → paragraphs, whatever its format calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple

from labtools.evidence.files.encodings import seen_text

_MOST_STEPS = 20  # from a style to the one that it builds on


class Cell(NamedTuple):
    """Where in a table a paragraph stands; rows are counted through the whole document."""

    row: int
    column: int
    columns: int


@dataclass(frozen=True)
class Paragraph:
    """One line of text as a reader sees it: NFC, with its tabs, without line feeds.

    `bold` is the part of `text`, from its start, that is set in bold.
    """

    text: str
    bold: str = ""
    cell: Cell | None = None


class Piece(NamedTuple):
    """A part of a paragraph that is set alike."""

    text: str
    bold: bool


@dataclass(frozen=True)
class Dialect:
    """What a format calls the same things, and which blocks are not for reading.

    `pieces` walks through one paragraph and collects aside what is nested in it.
    """

    paragraphs: frozenset[str]
    row: str
    cell: str
    is_unread: Callable[[Any], bool]
    pieces: Callable[[Any, list[Any]], Iterator[Piece]]


def read_blocks(
    element: Any, dialect: Dialect, rows: Iterator[int], cell: Cell | None = None
) -> Iterator[Paragraph]:
    """Paragraphs below `element` in reading order; each table row takes the next number."""
    for child in element:
        if dialect.is_unread(child):
            continue
        if child.tag in dialect.paragraphs:
            nested: list[Any] = []
            yield from _split_lines(list(dialect.pieces(child, nested)), cell)
            for box in nested:
                yield from read_blocks([box], dialect, rows, cell)
        elif child.tag == dialect.row:
            row, cells = next(rows), list(_find_cells(child, dialect))
            for column, part in enumerate(cells):
                yield from read_blocks(part, dialect, rows, Cell(row, column, len(cells)))
        else:
            yield from read_blocks(child, dialect, rows, cell)


def _find_cells(row: Any, dialect: Dialect) -> Iterator[Any]:
    for child in row:
        if child.tag == dialect.cell:
            yield child
        elif not dialect.is_unread(child):
            yield from _find_cells(child, dialect)


def _split_lines(pieces: list[Piece], cell: Cell | None) -> Iterator[Paragraph]:
    """One paragraph for each line that holds more than space."""
    line: list[Piece] = []
    for piece in [*pieces, Piece("\n", bold=False)]:
        first, *others = piece.text.split("\n")
        line.append(Piece(first, piece.bold))
        for other in others:
            text = seen_text("".join(part.text for part in line))
            if text.strip():
                begins = takewhile(lambda part: part.bold or not part.text.strip(), line)
                bold = seen_text("".join(part.text for part in begins))
                yield Paragraph(text, bold if bold.strip() and text.startswith(bold) else "", cell)
            line = [Piece(other, piece.bold)]


def resolve_styles(
    own: Mapping[str, bool | None], builds_on: Mapping[str, str | None]
) -> dict[str, bool | None]:
    """What each style says of its letters, by its own word or by what it builds on.

    None: neither it nor what it builds on says anything.

    >>> resolve_styles({"a": True, "b": None, "c": False}, {"b": "a", "c": "a"})
    {'a': True, 'b': True, 'c': False}
    """

    def say(style: str | None) -> bool | None:
        for _ in range(_MOST_STEPS):
            if style is None or own.get(style) is not None:
                break
            style = builds_on.get(style)
        return None if style is None else own.get(style)

    return {style: say(style) for style in own}
