"""Numbers and addresses in running text that lead to a person."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Recall = Literal["careful", "high"]


class Found(NamedTuple):
    """Something that may identify a person: its code points, what it is, and why it is said."""

    start: int
    end: int
    kind: str
    reason: str


class Spans:
    """Stretches of a text, none overlapping, that tell whether another touches them."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._spans = sorted(spans)

    def touch(self, start: int, end: int) -> bool:
        """Whether any of them shares a code point with `start` to `end`."""
        at = bisect_left(self._spans, (end, 0))
        return at > 0 and self._spans[at - 1][1] > start

    def add(self, start: int, end: int) -> None:
        """One more, which must not touch the others."""
        self._spans.insert(bisect_left(self._spans, (start, end)), (start, end))


_DIGITS = re.compile(r"(?<![\w+])\d(?:\s?[-+–.]?\s?\d){9,11}(?!\w)")
_SHAPE = re.compile(r"(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])\d{4}")
_NO_TELEPHONE = re.compile(  # dates, spans of years, amounts
    r"(?:18|19|20)\d{2}[-./ ]\d{2}[-./ ]\d{2}|\d{4}\s?[-–]\s?\d{4}|[1-9]\d{0,2}(?:\s\d{3})+"
)
_SIGNED = re.compile(r"[-+–]\s?\d{4}$")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.-])\w+(?:(?:[.-]|\s+(?:punkt|streck|understreck)\s+)\w+)*\s+snabel-?\s?a\s+"
    r"\w+(?:(?:[.-]|\s+punkt\s+)\w+)+",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\w{3,}(?:gatan|gata|vägen|gränden|gränd|torget|allén|stigen|esplanaden|backen|kajen)s?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    rf"\b(?:(?-i:[A-ZÅÄÖ])\w+\s+(?:gatan?|väg(?:en)?|gränd|plats|torg|allé|backe|stig)|{STREET.pattern}"
    r"|\w{3,}(?:plan|platsen|väg|stig|allé))"
    r"\s+\d{1,4}(?:\s?[a-h])?\b(?:,?\s+(?:lgh|lägenhet)\s+\d+)?|\bbox\s+\d{1,5}\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\w-])(?:(?:SE|S)[- ])?[1-9]\d{2}\s?\d{2}(?=\s+(\w))(?!\w)")
_NEAR = 30


def find_numbers(text: str, *, recall: Recall) -> list[Found]:
    """Personal and coordination numbers, telephone numbers, e-mail and street addresses,
    postcodes, in order, none overlapping.

    A personal number has ten or twelve digits, with or without signs and spaces between, a
    date (a coordination number: the day plus 60) and the right check digit; in high recall
    one with a sign before its last four digits is found though its check digit is wrong. A
    telephone number is one that is in use in Sweden or, after +, elsewhere; in high recall one
    that could be. A postcode has five digits and a capital after it; in high recall it may
    follow an address instead.
    """
    found = list(_find_emails(text, recall))
    if any(character.isdigit() for character in text):
        found += _find_personal(text, recall)
        found += _find_telephones(text, recall)
        addresses = [
            Found(*match.span(), "address", "street and number")
            for match in _ADDRESS.finditer(text)
        ]
        found += [*addresses, *_find_postcodes(text, addresses, recall)]
    return _without_overlaps(found)


def _find_emails(text: str, recall: Recall) -> Iterator[Found]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Found(*match.span(), "email", "e-mail address")
    if recall == "high" and "snabel" in text.casefold():
        for match in _SPOKEN_EMAIL.finditer(text):
            yield Found(*match.span(), "email", "e-mail address")


def _find_personal(text: str, recall: Recall) -> Iterator[Found]:
    from personnummer import personnummer

    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if not _SHAPE.fullmatch(digits):
            continue
        if personnummer.valid(digits):
            yield Found(*match.span(), "personal_number", "personal number, check digit right")
        elif recall == "high" and _SIGNED.search(match[0]):
            yield Found(*match.span(), "personal_number", "shape of a personal number")


def _find_telephones(text: str, recall: Recall) -> Iterator[Found]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    leniency = Leniency.POSSIBLE if recall == "high" else Leniency.VALID
    for match in PhoneNumberMatcher(text, "SE", leniency=leniency):
        if _NO_TELEPHONE.fullmatch(match.raw_string):
            continue
        yield Found(match.start, match.end, "telephone", "telephone number")


def _find_postcodes(text: str, addresses: list[Found], recall: Recall) -> Iterator[Found]:
    near = Spans((address.end, address.end + _NEAR) for address in addresses)
    for match in _POSTCODE.finditer(text):
        beside = near.touch(match.start(), match.start() + 1)
        if match[1].isupper() or (recall == "high" and beside):
            yield Found(*match.span(), "postcode", "postcode before a place")


def _without_overlaps(found: list[Found]) -> list[Found]:
    """Of findings that overlap the longest, and of equals the first that was looked for."""
    kept: list[Found] = []
    taken = Spans()
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if not taken.touch(one.start, one.end):
            taken.add(one.start, one.end)
            kept.append(one)
    return sorted(kept)
