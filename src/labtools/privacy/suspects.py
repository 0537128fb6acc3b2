"""What in a text may name a person or lead to one: found with doubt, for a person to judge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from labtools.privacy.cues import follows_name_cue, follows_place_cue
from labtools.privacy.matching import begins_sentence
from labtools.privacy.names import Names, is_known, is_proper, is_word, load_names
from labtools.privacy.numbers import STREET, Found, Recall, Spans, find_numbers

REASONS = (
    "personal number, check digit right",
    "e-mail address",
    "telephone number",
    "street and number",
    "postcode before a place",
    "after a word that introduces a name",
    "initials and a name",
    "list of given names",
    "beside a given name",
    "list of surnames, or their endings",
    "in the key, but a word as well",
    "part of a name in the key",
    "list of places, or a street",
    "after words about where somebody lives",
    "the dictionary has it with a capital only",
    "a name elsewhere in these texts",
    "a capital within a sentence",
    "shape of a personal number",
    "begins a sentence, and no dictionary has it",
)
"""Why something is suspected, the most certain first."""

COLUMNS = ("at", "start", "end", "text", "kind", "reason")

_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?:[-’'][^\W\d_]++)*+(?::s\b)?+(?!\w)")
_INITIALS = re.compile(r"(?<![\w.])(?:[A-ZÅÄÖ]\.[ ]?)++[A-ZÅÄÖ][^\W\d_]+(?:-[A-ZÅÄÖ][^\W\d_]+)?")
_MERGED = ("person", "name")


@dataclass(frozen=True)
class _Word:
    """A word of a text: where it stands, its comparable form, its capital, its place."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    first: bool


def find_suspects(texts: pd.Series, *, recall: Recall) -> pd.DataFrame:
    """Every span that may name a person or a place, or be a number that leads to a person.

    texts: raw texts under labels of any kind. Returns one row per span: `at` (its text's
    label), `start`, `end` (code points), `text`, `kind` (person, place, name, organisation,
    personal_number, telephone, email, address, postcode), `reason` (one of REASONS).
    `careful` goes by lists of names, by words that introduce a name, and by the form of
    numbers. `high` suspects besides every capital within a sentence, list names and unknown
    words that begin one, names in lower case unless they are ordinary words, and what is a
    name elsewhere in the same texts.
    """
    finder = _Finder(load_names(), recall)
    found = [finder.find(str(text)) for text in texts]
    if recall == "high":
        known = _names_among(texts, found)
        found = [
            _merge(str(text), [*spans, *finder.find_again(str(text), spans, known)])
            for text, spans in zip(texts, found, strict=True)
        ]
    rows = [
        (at, span.start, span.end, str(text)[span.start : span.end], span.kind, span.reason)
        for at, text, spans in zip(texts.index, texts, found, strict=True)
        for span in spans
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Finder:
    """Looks for suspects in one text at a time."""

    def __init__(self, names: Names, recall: Recall) -> None:
        self._names = names
        self._high = recall == "high"
        self._recall = recall

    def find(self, text: str) -> list[Found]:
        numbers = find_numbers(text, recall=self._recall)
        initials = [
            Found(*match.span(), "person", "initials and a name")
            for match in _INITIALS.finditer(text)
        ]
        counted = _spans(numbers)
        taken = [*numbers, *(one for one in initials if not counted.touch(one.start, one.end))]
        spans = _spans(taken)
        found: list[Found] = []
        before: Found | None = None
        for word in _words(text):
            if spans.touch(word.start, word.end):
                before = None
                continue
            kind_reason = self._judge(text, word, before)
            before = Found(word.start, word.end, *kind_reason) if kind_reason else None
            if before:
                found.append(before)
        return _merge(text, [*taken, *found])

    def find_again(self, text: str, found: Sequence[Found], known: set[str]) -> Iterator[Found]:
        """Words that are names elsewhere: with a capital, or where they are no Swedish word."""
        spans = _spans(found)
        for word in _words(text):
            base = _base(word.folded)
            again = base in known and (word.capital or not is_known(base))
            if again and not spans.touch(word.start, word.end):
                yield Found(word.start, word.end, "name", "a name elsewhere in these texts")

    def _judge(self, text: str, word: _Word, before: Found | None) -> tuple[str, str] | None:
        """Kind and reason, where the word is suspected."""
        ordinary = is_word(word.folded)
        listed = self._look_up(word, ordinary)
        inside = word.capital and not word.first
        if self._is_introduced(text, word, ordinary):
            return "person", "after a word that introduces a name"
        if listed and (inside or (not ordinary and (word.capital or self._high))):
            return listed
        if before and before.kind == "person" and self._goes_on(text, word, before):
            return "person", "beside a given name"
        if not self._high:
            return None
        if listed and word.capital and _base(word.folded) in self._names.swedish:
            return listed
        lower = not word.capital and not is_known(word.folded)
        if lower and follows_place_cue(text, word.start):
            return "place", "after words about where somebody lives"
        if not ordinary and is_proper(word.folded):
            return "name", "the dictionary has it with a capital only"
        if len(re.split("[’']", word.text)[0]) == 1:
            return None
        if inside:
            kind = "organisation" if word.text.isupper() else "name"
            return kind, "a capital within a sentence"
        if word.capital and not is_known(word.folded):
            return "name", "begins a sentence, and no dictionary has it"
        return None

    def _look_up(self, word: _Word, ordinary: bool) -> tuple[str, str] | None:
        names = self._names
        for part in (word.folded, *word.folded.split("-")[:1]):
            forms = {part, _base(part)}
            if forms & names.given:
                return "person", "list of given names"
            if forms & names.places:
                return "place", "list of places, or a street"
            if forms & names.surnames or any(map(names.ends_like_surname, forms)):
                return "person", "list of surnames, or their endings"
        if not ordinary and STREET.fullmatch(word.folded) and not is_known(word.folded):
            return "place", "list of places, or a street"
        return None

    def _is_introduced(self, text: str, word: _Word, ordinary: bool) -> bool:
        base = _base(word.folded)
        if base in self._names.given:
            may_be = not ordinary or (self._high and base in self._names.swedish)
        else:
            may_be = self._high and not is_known(word.folded)
        return (word.capital or may_be) and follows_name_cue(text, word.start)

    def _goes_on(self, text: str, word: _Word, before: Found) -> bool:
        """Whether a word right after a person's name is more of it."""
        if text[before.end : word.start] != " " or before.reason.startswith("list of surnames"):
            return False
        if word.capital:
            return True
        if before.reason == "beside a given name":
            return False
        surname = _base(word.folded) in self._names.surnames
        return self._high and (surname or not is_known(word.folded)) and len(word.text) > 2


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        word = match[0]
        capital = word[0].isupper()
        first = capital and begins_sentence(text, match.start())
        yield _Word(*match.span(), word, word.casefold().removesuffix(":s"), capital, first)


def _base(folded: str) -> str:
    """The word without the sign of the genitive; ordinary words stay as they are."""
    if is_word(folded):
        return folded
    for ending in ("’s", "'s", "s"):
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded.removesuffix(ending)
    return folded


def _spans(found: Sequence[Found]) -> Spans:
    return Spans((one.start, one.end) for one in found)


def _merge(text: str, found: Sequence[Found]) -> list[Found]:
    """In order; a person's or unknown names that only a space parts are one."""
    merged: list[Found] = []
    for one in sorted(found):
        last = merged[-1] if merged else None
        if last and {one.kind, last.kind} <= set(_MERGED) and text[last.end : one.start] == " ":
            kind = "person" if "person" in (one.kind, last.kind) else "name"
            reason = min(one.reason, last.reason, key=REASONS.index)
            merged[-1] = Found(last.start, one.end, kind, reason)
        else:
            merged.append(one)
    return merged


def _names_among(texts: pd.Series, found: Sequence[Sequence[Found]]) -> set[str]:
    """Words, without genitive, that stand in a suspected name and are no ordinary words."""
    known = set()
    for text, spans in zip(texts, found, strict=True):
        for span in spans:
            if span.kind in ("person", "place", "name") and span.reason != REASONS[-1]:
                for word in _words(str(text)[span.start : span.end]):
                    base = _base(word.folded)
                    if word.capital and len(base) > 2 and not is_word(base):
                        known.add(base)
    return known
