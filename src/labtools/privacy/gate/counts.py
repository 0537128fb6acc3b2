"""Counts of a few people: in the cells of tables, and in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from labtools.words import label

_COLUMNS = (
    "n people heard not_heard asked participate photo withdrawn known answered both only_before "
    "only_after rose same fell numerator denominator unknown sampled returned linked lost users "
    "users_here users_elsewhere without units people_of_both people_told to_above from_above "
    "without_id ids twice moved"
).split()
"""The columns of wording.toml in which pages count people."""

_PEOPLE_WORDS = (
    r"personer|person|människor|människa|deltagare|svarande|boende|hyresgäster|hyresgäst|respondenter"
    r"|respondent|intervjupersoner|intervjuperson|ungdomar|kvinnor|män|barn"
    r"|people|persons|participants?|respondents|residents?|tenants?|individuals?|women|men|children"
)
_HEADING = re.compile(
    r"^n(?:$|[\s,(])|\b(?:personer|människor|deltagare|svarande|boende|respondenter|kvinnor|män|barn"
    r"|people|persons|participants|respondents|residents|women|men|children)\b",
    re.IGNORECASE,
)
_OTHER_HEADINGS = (
    "antal number count totalt total deltagare participants svarande respondents boende residents"
).split()
_CELL = re.compile(r"(\d+)\s*(?:(?:av|of|/)\s*\d+|\([^)]*\)|\*+)?")
_N = re.compile(
    r"(?<!\w)(?:n|personer|people|deltagare|participants|svarande|respondents)\s*[=:]\s*(\d+)"
    r"(?![\s\u00a0\u202f]?\d|[.,]\d)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    rf"(?<![\w.,\u00a0\u202f])(\d{{1,3}}|en|one)(?:\s(?:av|of)\s\d+)?"
    rf"[\s\u00a0](?:(?:kända?|known|unga|young|äldre|older)\s)?(?:{_PEOPLE_WORDS})\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:minst|åtminstone|högst|än|under|least|most|than|up to|upp till|any|varje|each|every"
    r"|per|no|inte|not)\s$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r"\s(?:eller|or)\s(?:flera?|färre|more|fewer|grupp|group)", re.IGNORECASE)
_TOLD_ONE = re.compile(r"(?:[([:,;–—]\s?|\b(?:för|bygger på|for|based on)\s)$", re.IGNORECASE)
_IN_GENERAL = re.compile(r"\s(?:är|som är|kan|is|who is|can|may)\b", re.IGNORECASE)


def find_small_cells(
    rows: Sequence[Sequence[str]], *, heads: int, min_people: int
) -> Iterator[tuple[int, str]]:
    """Cells of a table that count from one to `min_people` − 1 people: their row, and heading.

    rows: the table as a grid of texts, the first `heads` of them headings; none where nothing
    marks them. A cell counts people where a heading of its column says so, in Swedish or English.
    Where nothing stands over the first column, its cells are headings too. `3 of 12` and
    `3 (25%)` count three. Rows count from 1.
    """
    over = {
        column: heading
        for head in rows[: heads or 1]
        for column, heading in enumerate(head)
        if _counts_people(heading)
    }
    are_headed = heads == 0 or not rows[0][0].strip()
    for at, row in enumerate(rows[heads:], start=heads + 1):
        beside = row[0] if are_headed and _counts_people(row[0]) else ""
        for column, cell in enumerate(row[1:], start=1):
            told = _CELL.fullmatch(cell.strip())
            heading = beside or over.get(column)
            if told and heading and 0 < int(told[1]) < min_people:
                yield at, heading


def _counts_people(heading: str) -> bool:
    text = " ".join(heading.split()).casefold()
    return text in _headings() or bool(_HEADING.search(text))


@cache
def _headings() -> frozenset[str]:
    pages = (
        label(f"column.{column}", language).casefold()
        for column in _COLUMNS
        for language in ("sv", "en")
    )
    return frozenset([*pages, *_OTHER_HEADINGS])


def find_small_counts(text: str, *, min_people: int) -> Iterator[str]:
    """What a sentence says of from one to `min_people` − 1 people, as `n = 3` or `3 people`.

    Bounds, such as `at least 2 people`, are no counts; nor is `one person` but where a number
    could stand, as after a bracket. Numbers in words are passed over, since people who are quoted
    speak so, of others than those whom a page counts.

    >>> list(find_small_counts("Av 3 personer, minst 2 personer (n = 4).", min_people=5))
    ['3 personer', 'n = 4']
    """
    for found in _SENTENCE.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()]
        is_bound = _BOUND.search(before) or _OR_MORE.match(text, found.end())
        is_word = not found[1].isdigit()
        in_general = _IN_GENERAL.match(text, found.end()) or not _TOLD_ONE.search(before)
        is_few = 0 < (1 if is_word else int(found[1])) < min_people
        if is_few and not is_bound and not (is_word and in_general):
            yield found[0]
    for found in _N.finditer(text):
        if 0 < int(found[1]) < min_people:
            yield found[0]
