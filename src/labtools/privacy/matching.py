"""Where names of a key occur in a text, in any case, genitive, hyphenation or Unicode form."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import category, normalize

# Accents and vowel signs that stand as characters of their own, in every living script.
_MARKS = "".join(chr(at) for at in range(0x300, 0xFE30) if category(chr(at)).startswith("M"))
# Soft hyphens, joiners, signs of direction: they stand in a text and are not seen.
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_APOSTROPHES = "'’‘ʼ′´`"
WORD = re.compile(rf"(?:[^\W_ʼ][{_MARKS}]*)+")
"""A word of a name: letters and digits with their accents."""

_GAP = re.compile(rf"[\s{_UNSEEN}]+|_+|[-‐‑–]\s*|[{_APOSTROPHES}]")
_GAP_AFTER_INITIAL = re.compile(r"\.\s*|\s+")
_GENITIVE_SIGN = re.compile(rf"[{_APOSTROPHES}:][sS](?!\w)")
# What a line break, or a program that hyphenates, leaves inside a word.
_BREAK = re.compile(rf"(?<=[\w{_MARKS}])(?:[-‐]\s+|[{_UNSEEN}]+\s*)(?=\w)")
_JOINERS = re.compile("[\u00ad\u200d\u2060\ufeff]")
# After these, and at the beginning, a capital says nothing.
_ENDS = ".!?…:"
_OPENERS = " \t\n\u00a0\"'”“„»«’‘([–—-"
_DASH = re.compile(r"[\n–—]|\s-\s?$|^-")
_LOOK_BACK = 12


class Form(NamedTuple):
    """One way to write a name of the key: whose row it is, and whether it is a word as well."""

    words: tuple[str, ...]
    row: int
    ordinary: bool


class Identifier(NamedTuple):
    """One way to write a number or an address that leads to a person: whose row it is."""

    text: str
    row: int


class Match(NamedTuple):
    """An occurrence: code points `start` to `end`, the key's row, `certain` unless a word."""

    start: int
    end: int
    row: int
    genitive: bool
    certain: bool


class _Folds(dict[str, str]):
    """From a word as it stands to its form for comparison, worked out once per word."""

    def __missing__(self, word: str) -> str:
        folded = normalize("NFC", normalize("NFC", word).casefold())
        # Turkish writes one letter as İ and i, another as I and ı: here all are one.
        folded = self[word] = folded.replace("i\u0307", "i").replace("ı", "i")
        return folded


def split_words(name: str) -> tuple[str, ...]:
    """The words of a name in the form in which they are compared.

    >>> split_words("Anna-Karin ÖBERG")
    ('anna', 'karin', 'öberg')
    """
    folds = _Folds()
    return tuple(folds[word] for word in WORD.findall(_JOINERS.sub("", name)))


def takes_no_s(word: str) -> bool:
    """Whether Swedish writes the genitive of a word like the word itself.

    >>> takes_no_s("Lars"), takes_no_s("Fatima")
    (True, False)
    """
    return word[-1:].casefold() in ("s", "x", "z", "ß")


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word at `start` would have a capital there, whatever it is.

    >>> [begins_sentence("Hans bok. Hans bil, sa Hans.", at) for at in (0, 10, 23)]
    [True, True, False]
    """
    before = text[max(0, start - _LOOK_BACK) : start]
    said = before.rstrip(_OPENERS)
    if not said:
        return True
    return said[-1] in _ENDS or bool(_DASH.search(before[len(said) :]))


class Matcher:
    """Finds the forms of names: the longest first, whole words only.

    A form that is an ordinary word too is `certain` only with a capital inside a sentence, or
    where it is all that the text holds. An identifier is found as it is written, capitals and
    kinds of space aside, where no letter or digit stands right before or after it.
    """

    def __init__(self, forms: Iterable[Form], identifiers: Iterable[Identifier] = ()) -> None:
        self._folds = _Folds()
        self._starting: dict[str, list[tuple[tuple[str, ...], bool, Form]]] = {}
        for form in forms:
            if not form.words:
                continue
            self._add(form.words, False, form)
            if not takes_no_s(form.words[-1]):
                self._add((*form.words[:-1], form.words[-1] + "s"), True, form)
        for ways in self._starting.values():
            ways.sort(key=lambda way: (-len(way[0]), way[1]))
        self._identified: dict[str, list[tuple[re.Pattern[str], int, int]]] = {}
        for text, row in identifiers:
            first = WORD.search(text)
            if first:
                as_written = r"\s+".join(map(re.escape, text.split()))
                pattern = re.compile(rf"(?<![^\W_]){as_written}(?![^\W_])", re.IGNORECASE)
                ways_of = self._identified.setdefault(self._folds[first[0]], [])
                ways_of.append((pattern, first.start(), row))

    def _add(self, words: tuple[str, ...], genitive: bool, form: Form) -> None:
        self._starting.setdefault(words[0], []).append((words, genitive, form))

    def find(self, text: str) -> list[Match]:
        """All occurrences in `text`, in order, none overlapping."""
        found = list(self._find(text))
        if _BREAK.search(text):
            found = _longest([*found, *self._find_broken(text)])
        identified = list(self._find_identifiers(text)) if self._identified else []
        return _longest([*identified, *found]) if identified else found

    def _find_identifiers(self, text: str) -> Iterator[Match]:
        """Identifiers, each looked for where its first word stands."""
        for word in WORD.finditer(text):
            for pattern, before, row in self._identified.get(self._folds[word[0]], ()):
                start = word.start() - before
                match = pattern.match(text, start) if start >= 0 else None
                if match:
                    yield Match(start, match.end(), row, genitive=False, certain=True)

    def _find(self, text: str) -> Iterator[Match]:
        starting, folds = self._starting, self._folds
        past = 0
        for word in WORD.finditer(text):
            if word.start() < past:
                continue
            ways = starting.get(folds[word[0]])
            if ways is None:
                continue
            match = self._match(text, word, ways)
            if match:
                past = match.end
                yield match

    def _match(
        self, text: str, first: re.Match[str], ways: Sequence[tuple[tuple[str, ...], bool, Form]]
    ) -> Match | None:
        for words, genitive, form in ways:
            end = self._end(text, first, words)
            if end is None:
                continue
            sign = _GENITIVE_SIGN.match(text, end)
            start, stop = first.start(), sign.end() if sign else end
            certain = not form.ordinary or _is_certain(text, start, stop)
            return Match(start, stop, form.row, genitive or sign is not None, certain)
        return None

    def _end(self, text: str, first: re.Match[str], words: tuple[str, ...]) -> int | None:
        """Where the words end that begin with `first`; None where others follow."""
        end, length = first.end(), len(first[0])
        for word in words[1:]:
            gap = (_GAP_AFTER_INITIAL.match(text, end) if length == 1 else None) or _GAP.match(
                text, end
            )
            following = WORD.match(text, gap.end()) if gap else None
            if following is None or self._folds[following[0]] != word:
                return None
            end, length = following.end(), len(following[0])
        return end

    def _find_broken(self, text: str) -> Iterator[Match]:
        """Occurrences in `text` with its broken words joined, at their places in `text`."""
        places: list[int] = []
        parts: list[str] = []
        past = 0
        for broken in _BREAK.finditer(text):
            parts.append(text[past : broken.start()])
            places.extend(range(past, broken.start()))
            past = broken.end()
        parts.append(text[past:])
        places.extend(range(past, len(text)))
        for match in self._find("".join(parts)):
            yield match._replace(start=places[match.start], end=places[match.end - 1] + 1)


def _is_certain(text: str, start: int, end: int) -> bool:
    if not WORD.search(text, 0, start) and not WORD.search(text, end):
        return True
    return text[start].isupper() and not begins_sentence(text, start)


def _longest(matches: list[Match]) -> list[Match]:
    """Of matches that overlap the longest, at the same length the first."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start)):
        at = bisect_left(kept, match)
        after = at == len(kept) or match.end <= kept[at].start
        if after and (at == 0 or kept[at - 1].end <= match.start):
            kept.insert(at, match)
    return kept
