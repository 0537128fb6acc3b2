"""What is looked for in every text of a release."""

from __future__ import annotations

import getpass
import platform
import re
import socket
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from labtools.privacy.forms import list_forms, make_matcher
from labtools.privacy.gate.findings import mask
from labtools.privacy.gate.spellings import part_words, spell
from labtools.privacy.matching import Matcher
from labtools.privacy.names import is_word
from labtools.privacy.numbers import find_numbers

Numbers = Literal["all", "personal", "none"]
_PATH = re.compile(
    r"(?<![\w.])(?:/(?:home|Users|tmp|root|var/folders|private/(?:var|tmp)|var/tmp)/[^\s\"'<>|]+"
    r"|[A-Za-z]:[\\/]+(?:Users|Documents and Settings|Temp|Windows[\\/]+Temp)[\\/]+[^\s\"'<>|]+"
    r"|\\\\[\w.-]{2,}\\[\w.$-]{2,}[^\s\"'<>|]*)",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"Traceback \(most recent call last\)|^\S+\.py:\d+: \w*Warning\b"
    r"|application/vnd\.jupyter\.stderr|\boutput_stderr\b",
    re.MULTILINE,
)
_HARMLESS = re.compile(  # handlingsplan 2019; an interval in English, (0.82–106.69)
    r"\w*plan(?:en)?\s+(?:19|20)\d{2}|\(?\d{1,3}\.\d+\s?[–-]\s?\d{1,4}\.\d+\)?", re.IGNORECASE
)
_GENERIC = frozenset(
    "root localhost localdomain user users admin administrator ubuntu debian runner jovyan docker "
    "vagrant guest test build default computer desktop laptop server".split()
)
_SHORT = 3


class Hit(NamedTuple):
    """What stands in a text: its kind and itself."""

    kind: str
    secret: str


@dataclass
class Sought:
    """What must not stand in a release.

    names: finds those of the key; None where there is no key, and it was said that there are no
    names. machine: names of this user and computer. places: paths of this run. messages: what
    pages write above what a program said. placeholders: texts that describe no picture. Fewer than
    `min_people` people, and more than none, are not told.
    """

    names: Matcher | None
    machine: re.Pattern[str] | None
    places: tuple[str, ...]
    messages: frozenset[str]
    placeholders: frozenset[str]
    min_people: int
    _known: dict[tuple[str, Numbers], tuple[Hit, ...]] = field(default_factory=dict, repr=False)

    def look(self, text: str, *, numbers: Numbers = "all") -> tuple[Hit, ...]:
        """All that stands in a text, in whatever way it is written; each once.

        numbers: which of those that lead to a person are looked for. `personal` numbers and
        e-mail addresses alone in links, which hold long numbers of their own; `none` in markup,
        whose measures may look like any of them.
        """
        known = (text, numbers)
        if known not in self._known:
            ways = list(spell(text))
            parted = {part_words(way) for way in ways} - set(ways)
            found = [hit for way in ways for hit in self._look(way, numbers=numbers)]
            found += [hit for way in sorted(parted) for hit in self._find_names(way)]
            self._known[known] = tuple(dict.fromkeys(found))
        return self._known[known]

    def _find_names(self, text: str) -> Iterator[Hit]:
        text = text.replace("Times New Roman", "Times")
        for match in self.names.find(text) if self.names else ():
            if match.certain:
                yield Hit("name", text[match.start : match.end])

    def _look(self, text: str, *, numbers: Numbers) -> Iterator[Hit]:
        yield from self._find_names(text)
        if numbers != "none" and ("@" in text or any(character.isdigit() for character in text)):
            for number in find_numbers(text, recall="careful"):
                secret = text[number.start : number.end]
                is_wanted = numbers == "all" or number.kind in ("personal_number", "email")
                if is_wanted and not _HARMLESS.fullmatch(secret):
                    yield Hit(number.kind, secret)
        if "/" in text or "\\" in text:
            for path in _PATH.finditer(text):
                yield Hit("path", path[0])
            for place in self.places:
                if place in text:
                    yield Hit("path", place)
        for found in self.machine.finditer(text) if self.machine else ():
            yield Hit("machine", found[0])
        for said in _MESSAGE.finditer(text):
            yield Hit("message", said[0])

    def hide(self, told: str) -> str:
        """A name of a file or a place in it, with what must not be told masked."""
        for hit in sorted(self.look(told), key=lambda hit: -len(hit.secret)):
            told = told.replace(hit.secret, mask(hit.secret))
        # a name that is still there is written so that only a reader sees it
        return mask(told) if any(hit.kind == "name" for hit in self.look(told)) else told


def make_sought(
    key: pd.DataFrame | None,
    *,
    min_people: int,
    messages: Collection[str],
    placeholders: Collection[str],
    places: Iterable[Path],
) -> Sought:
    """What must not stand in a release made here, by this user.

    key: as `read_key` gives it, None for no names. A name of several words is found too where it
    is written as one. A name of a user or computer that is generic, a word, all digits or shorter
    than three letters is looked for in paths alone.
    """
    return Sought(
        names=None if key is None else make_matcher(_list_forms(key)),
        machine=_make_pattern(_name_machine()),
        places=tuple(str(place) for place in places if len(place.parts) > _SHORT - 1),
        messages=frozenset(messages),
        placeholders=frozenset(" ".join(text.casefold().split()) for text in placeholders),
        min_people=min_people,
    )


def _list_forms(key: pd.DataFrame) -> pd.DataFrame:
    forms = list_forms(key)
    several = forms[(forms["words"].map(len) > 1) & ~forms["identifier"]]
    run_together = several["words"].map(lambda words: ("".join(words),))
    return pd.concat([forms, several.assign(words=run_together)], ignore_index=True)


def _name_machine() -> set[str]:
    """The names of this user, home folder and computer."""
    names = {Path.home().name}
    for ask in (getpass.getuser, socket.gethostname, platform.node):
        try:
            names |= {ask(), ask().partition(".")[0]}
        except (OSError, KeyError):  # a user without a name, as in some containers
            continue
    return names


def _make_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    told = sorted(
        name
        for name in names
        if len(name) >= _SHORT
        and not name.isdigit()
        and name.casefold() not in _GENERIC
        and not is_word(name.casefold())
    )
    words = "|".join(re.escape(name) for name in told)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if told else None
