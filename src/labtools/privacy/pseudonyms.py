"""Names of the key → pseudonyms, with the way back to the raw text's offsets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from labtools.evidence.readings import Check
from labtools.faults import BadInput, Fault
from labtools.privacy.forms import list_forms, make_matcher
from labtools.privacy.matching import Match, takes_no_s


class Span(NamedTuple):
    """A replaced name: its code points in the raw and in the new text, its row in the key."""

    start: int
    end: int
    new_start: int
    new_end: int
    name_row: int


@dataclass(frozen=True)
class Replaced:
    """A text with pseudonyms in it; `doubtful` are names left as they stand, in raw offsets.

    A name is doubtful where it is an ordinary word as well and stands in lower case or begins
    a sentence: `hans bok` and `Hans bok` may speak of nobody.
    """

    text: str
    spans: tuple[Span, ...]
    doubtful: tuple[tuple[int, int], ...] = ()

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the raw text; a name touched inside comes whole."""
        new = [(span.new_start, span.new_end, span.start, span.end) for span in self.spans]
        return _translate(new, start, end)

    def from_raw(self, start: int, end: int) -> tuple[int, int]:
        """Where the raw text's `start` to `end` stands in `text`; a name inside comes whole."""
        raw = [(span.start, span.end, span.new_start, span.new_end) for span in self.spans]
        return _translate(raw, start, end)


def _translate(spans: list[tuple[int, int, int, int]], start: int, end: int) -> tuple[int, int]:
    """Offsets between two texts that differ in `spans` (here from, to; there from, to)."""
    starts = [span[0] for span in spans]

    def place(at: int, *, is_end: bool) -> int:
        before = bisect_right(starts, at) - 1
        if before < 0:
            return at
        here_start, here_end, there_start, there_end = spans[before]
        if at == here_start:
            return there_start
        if at < here_end:
            return there_end if is_end else there_start
        return at - here_end + there_end

    return place(start, is_end=False), place(end, is_end=True)


class Pseudonymiser:
    """Replaces each name of a key by its pseudonym, the same in every text.

    key: as `read_key` gives it. A name is found as whole words in any case, in the genitive
    (`Fatimas`, `Ali:s`), hyphenated at a line's end, with a hyphen for a space; the longest
    first. The pseudonym stands as the key writes it, in the Swedish genitive where the name
    did: none is added after s, x and z, and `:s` after a digit or a row of capitals. A form
    that the key lists as `ordinary` is left as it stands in lower case and at the beginning of
    a sentence (see `Replaced.doubtful`); where nobody has looked it up it is replaced. An
    identifier is found as it is written, capitals aside, and whole.
    """

    def __init__(self, key: pd.DataFrame) -> None:
        self._matcher = make_matcher(list_forms(key))
        self.names = len(key)
        self._pseudonyms: dict[int, str] = dict(zip(key.index, key["pseudonym"], strict=True))

    def replace(self, text: str) -> Replaced:
        """The text with pseudonyms for names, and where each of them stands."""
        matches = self._matcher.find(text)
        if not matches:
            return Replaced(text, ())
        parts: list[str] = []
        spans: list[Span] = []
        past = length = 0
        for match in matches:
            if not match.certain:
                continue
            pseudonym = self._inflect(match)
            new_start = length + match.start - past
            length = new_start + len(pseudonym)
            parts += [text[past : match.start], pseudonym]
            spans.append(Span(match.start, match.end, new_start, length, match.row))
            past = match.end
        doubtful = tuple((match.start, match.end) for match in matches if not match.certain)
        return Replaced("".join([*parts, text[past:]]), tuple(spans), doubtful)

    def replace_fault(self, fault: Fault) -> Fault:
        """The fault with pseudonyms in what it found and in the file's name."""
        file, must, found, do = (
            self.replace(told).text for told in (fault.file, fault.must, fault.found, fault.do)
        )
        return replace(fault, file=file, must=must, found=found, do=do)

    def replace_check(self, check: Check) -> Check:
        """The check with pseudonyms in all its lines; `unread` names the files still."""
        readings = tuple(
            one._replace(file=self.replace(one.file).text, reason=self.replace(one.reason).text)
            for one in check.readings
        )
        notes = tuple(self.replace(note).text for note in check.notes)
        faults = tuple(map(self.replace_fault, check.faults))
        return Check(faults, readings, notes, check.unread())

    def _inflect(self, match: Match) -> str:
        pseudonym = self._pseudonyms[match.row]
        if not match.genitive or takes_no_s(pseudonym):
            return pseudonym
        last = pseudonym.split()[-1]
        return pseudonym + (":s" if last[-1].isdigit() or _is_acronym(last) else "s")


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def replace_columns(
    table: pd.DataFrame, columns: Iterable[str], pseudonymiser: Pseudonymiser
) -> pd.DataFrame:
    """The same table with pseudonyms for names in the named columns; what is missing stays so.

    Columns that the table does not have raise KeyError.
    """
    replaced = {
        column: table[column].map(lambda text: pseudonymiser.replace(text).text, na_action="ignore")
        for column in columns
    }
    return table.assign(**replaced)


@contextmanager
def hiding_names(pseudonymiser: Pseudonymiser | None) -> Iterator[None]:
    """Faults that are raised inside tell pseudonyms for names: they end on pages and in logs."""
    try:
        yield
    except BadInput as error:
        if pseudonymiser is None:
            raise
        raise BadInput(map(pseudonymiser.replace_fault, error.faults)) from None
