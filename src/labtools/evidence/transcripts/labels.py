"""Paragraphs → who says them: which words at the start of a line are a speaker's label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from labtools.evidence.transcripts.office import Paragraph

MOST_CHARACTERS = 40
_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_COLON = re.compile(
    rf"(?:[\[(]?(?P<before>{_TIME})[\])]?\s+)?(?P<name>[^:：\t]{{1,40}}?)\s*"
    rf"(?:[\[(](?P<after>{_TIME})[\])]\s*)?(?:(?<!\d)[:：]|[:：](?!\d))(?!//)\s*(?P<text>.*)"
)
_HEADING = re.compile(
    rf"(?P<name>[^:：\t]+?)[\s,–-]*[\s\[(](?P<after>{_TIME})[\])]?"
    rf"|[\[(]?(?P<before>{_TIME})[\])]?\s+(?P<last>[^:：\t]+?)"
)
_TAB = re.compile(r"(?P<name>[^\t]{1,40})\t+(?P<text>.+)")
_DASH = re.compile(r"(?P<name>.{1,40}?)\s+[–—-]\s+(?P<text>.+)")
_SENTENCE = re.compile(r"[!?;,…\"“”»«]|(?<!\b\w)(?<!\b\w\w)\.")


class Line(NamedTuple):
    """A paragraph with its speaker: `label` None means whoever spoke before goes on."""

    label: str | None
    text: str
    seconds: float = float("nan")


_Style = Callable[[Sequence[Paragraph]], list[Line | None]]


def label_lines(paragraphs: Sequence[Paragraph]) -> list[Line] | None:
    """One line for each paragraph with the label that begins it; None where nobody is labelled.

    A *candidate* is what stands at the start of a line before a sign that can set off a label:
    a colon (`Anna:`, also full width), a tab, a spaced dash, the end of bold type, a time on
    a line of its own (`Anna  01:15`), or the border between the two cells of a table's row.
    It has at most MOST_CHARACTERS characters and five words, begins with a letter or digit,
    holds a letter, and no sentence punctuation. It is *named* where each word, after any
    bracket, begins with a capital or a digit, or where it is one word of at most four
    characters (`i`, `ip1`).

    Each sign is tried by itself. Candidates that come twice or more are labels where together
    they begin at least half of the lines; failing that, the named ones are where at least two
    different ones come twice or more (not for tabs and dashes). After the first of them a named
    candidate that comes once is a label as well (not before a dash, nor in bold type alone on
    its line). The sign with most labels is taken; but where a time stands beside bold type,
    times are the sign, and bold type alone labels what the times' own speakers, or others
    whose label recurs, say from the first time on. Where none has any, all candidates in a
    table, or before a colon, are labels if they are named and every line from the first of
    them on, at least two, begins with one; in a file of at most four lines tabs and dashes
    count like colons.

    So `Det var så här: vi gick dit` is text: it comes once and is not named.
    """
    signs: dict[_Style, list[Line | None]] = {}
    for style in _STYLES:
        lines = style(paragraphs)
        labels = _recurring_labels(lines, style)
        if labels:
            signs[style] = _keep(lines, labels)
    if _stand_together(signs.get(_by_heading), signs.get(_by_bold)):
        signs[_by_heading] = _add_bold(signs[_by_heading], signs.pop(_by_bold))
    found = list(signs.values())
    if not found:
        pooled = _pool(paragraphs)
        found = [lines for lines in (_by_table(paragraphs), pooled) if _begin_every_line(lines)]
    if not found:
        return None
    best = max(found, key=lambda lines: sum(bool(line and line.label) for line in lines))
    pairs = zip(best, paragraphs, strict=True)
    return [line or Line(None, paragraph.text) for line, paragraph in pairs]


def _recurring_labels(lines: list[Line | None], style: _Style) -> set[str]:
    candidates = [line for line in lines if line and line.label]
    counts = Counter(str(line.label).casefold() for line in candidates)
    again = {name for name, count in counts.items() if count > 1}
    named = {str(line.label).casefold() for line in candidates if _is_named(str(line.label))}
    alone = sum(not line.text for line in candidates)
    share = sum(counts[name] for name in again) / max(1, len(lines) - alone)
    if share < 0.5:
        again &= named
        if len(again) < 2 or style in (_by_tab, _by_dash):
            return set()
    if style is _by_dash:
        return again
    if style is _by_bold:  # alone on its line it may be a heading
        candidates = [
            line for line in candidates if line.text or str(line.label).casefold() in again
        ]
    return again | _named_after(candidates, again)


def _named_after(candidates: list[Line], labels: set[str]) -> set[str]:
    """Named candidates from the first recurring label on; before it stands a file's heading."""
    names = [str(line.label) for line in candidates]
    first = next((n for n, name in enumerate(names) if name.casefold() in labels), len(names))
    return {name.casefold() for name in names[first:] if _is_named(name)}


def _keep(lines: list[Line | None], labels: set[str]) -> list[Line | None]:
    """Labels as lines from the first recurring one on; what is no label goes on as text."""
    return [
        line if line and (not line.label or line.label.casefold() in labels) else None
        for line in lines
    ]


def _stand_together(timed: list[Line | None] | None, bold: list[Line | None] | None) -> bool:
    """Whether some line has the same label by its time and by its bold type."""
    pairs = zip(timed or [], bold or [], strict=False)
    return any(one and other and one.label == other.label for one, other in pairs)


def _add_bold(timed: list[Line | None], bold: list[Line | None]) -> list[Line | None]:
    """Lines by their time and, after the first of them, by bold type where there is no time."""
    first = next(number for number, line in enumerate(timed) if line)
    counts = Counter(str(line.label).casefold() for line in bold if line)
    speakers = {str(line.label).casefold() for line in timed if line}
    speakers |= {name for name, count in counts.items() if count > 1}
    return [
        line or (other if other and number > first and _is_of(other, speakers) else None)
        for number, (line, other) in enumerate(zip(timed, bold, strict=True))
    ]


def _is_of(line: Line, speakers: set[str]) -> bool:
    return str(line.label).casefold() in speakers


def _begin_every_line(lines: list[Line | None]) -> bool:
    first = next((n for n, line in enumerate(lines) if line and line.label), len(lines))
    rest = lines[first:]
    labelled = sum(bool(line and line.label) for line in rest)
    alone = sum(bool(line and line.label and not line.text) for line in rest)
    return labelled > 1 and labelled >= len(rest) - alone and _all_named(rest)


def _all_named(lines: list[Line | None]) -> bool:
    return all(_is_named(line.label) for line in lines if line and line.label)


def _pool(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    """The candidates before a colon; in a file of at most four lines also a tab or a dash."""
    colons, tabs, dashes = (style(paragraphs) for style in (_by_colon, _by_tab, _by_dash))
    pooled = [a or b or c for a, b, c in zip(colons, tabs, dashes, strict=True)]
    return pooled if len(pooled) <= 4 else colons


def _by_table(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_table_line(paragraph) for paragraph in paragraphs]


def _table_line(paragraph: Paragraph) -> Line | None:
    cell = paragraph.cell
    if cell is None or cell.columns != 2:
        return Line("", paragraph.text)
    name = paragraph.text.strip().rstrip(":：").strip()
    return Line(name, "") if cell.column == 0 and _is_candidate(name) else None


def _by_heading(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_match(_HEADING, paragraph.text) for paragraph in paragraphs]


def _by_colon(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_match(_COLON, paragraph.text) for paragraph in paragraphs]


def _by_bold(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_bold_line(paragraph) for paragraph in paragraphs]


def _bold_line(paragraph: Paragraph) -> Line | None:
    name = " ".join(paragraph.bold.split()).rstrip(":：").strip()
    text = paragraph.text[len(paragraph.bold) :].lstrip(":： \t")
    return Line(name, text) if _is_candidate(name) else None


def _by_tab(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_match(_TAB, paragraph.text) for paragraph in paragraphs]


def _by_dash(paragraphs: Sequence[Paragraph]) -> list[Line | None]:
    return [_match(_DASH, paragraph.text) for paragraph in paragraphs]


_STYLES: tuple[_Style, ...] = (_by_table, _by_heading, _by_colon, _by_bold, _by_tab, _by_dash)


def _match(pattern: re.Pattern[str], text: str) -> Line | None:
    # What sets a label off stands within its greatest length, a time and some space.
    if pattern is _HEADING and len(text) > 2 * MOST_CHARACTERS:
        return None
    match = pattern.fullmatch(text.strip())
    if match is None:
        return None
    parts = match.groupdict()
    name = " ".join((parts.get("name") or parts.get("last") or "").split())
    time = parts.get("before") or parts.get("after")
    if not _is_candidate(name):
        return None
    return Line(name, parts.get("text") or "", _seconds(time) if time else float("nan"))


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _is_candidate(name: str) -> bool:
    return (
        0 < len(name) <= MOST_CHARACTERS
        and name[0].isalnum()
        and any(character.isalpha() for character in name)
        and len(name.split()) <= 5
        and not _SENTENCE.search(name)
    )


def _is_named(name: str | None) -> bool:
    words = (name or "").split()
    short = len(words) == 1 and len(words[0]) <= 4
    initials = [word.lstrip("([")[:1] for word in words]
    return short or all(initial.isupper() or initial.isdigit() for initial in initials)
