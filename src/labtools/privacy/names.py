"""Lists of given names, surnames and places, and which of them are Swedish words as well."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from unicodedata import combining, normalize

import simplemma

_FAKER = "da_DK no_NO fi_FI et_EE de_DE pl_PL hr_HR tr_TR az_AZ es_ES en_GB en_US en_PK en_TH"
_MIMESIS = "sv da no fi et de en pl hr tr es"
_SHORTEST = 3
_SHORTEST_PART = 4
_LONGEST = 50


@dataclass(frozen=True)
class Names:
    """Casefolded names; `swedish` are those given names that live in Sweden and are words too.

    Names of other lists that are Swedish words are left out.
    """

    given: frozenset[str]
    swedish: frozenset[str]
    surnames: frozenset[str]
    endings: tuple[str, ...]
    places: frozenset[str]

    def ends_like_surname(self, word: str) -> bool:
        """Whether a casefolded word ends as surnames do, and the dictionary lacks it."""
        return word.endswith(self.endings) and len(word) > 5 and not is_known(word)


@cache
def load_names() -> Names:
    """The names of Faker, mimesis and `names.toml` beside this module."""
    own = _read_own()
    swedish = import_module("faker.providers.person.sv_SE").Provider
    given = set(_fold(swedish.first_names))
    surnames = set(_fold(swedish.last_names))
    given_elsewhere, surnames_elsewhere = set[str](), set[str]()
    for names in own["given"].values():
        given_elsewhere |= set(_fold(names.split()))
    for locale in _FAKER.split():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        given_elsewhere |= set(_fold(provider.first_names))
        surnames_elsewhere |= set(_fold(provider.last_names))
    for locale in _MIMESIS.split():
        people = _read_mimesis(locale, "person")
        given_elsewhere |= set(_fold(_flatten(people["names"])))
        surnames_elsewhere |= set(_fold(_flatten(people["surnames"])))
    places = set(_fold(_read_mimesis("sv", "address")["city"]))
    return Names(
        given=frozenset(given | _no_words(given_elsewhere)),
        swedish=frozenset(given),
        surnames=frozenset(
            surnames | set(own["surnames"]["more"].split()) | _no_words(surnames_elsewhere)
        ),
        endings=tuple(own["surnames"]["endings"].split()),
        places=frozenset(places | set(own["places"]["names"].split())),
    )


@cache
def is_known(word: str) -> bool:
    """Whether a dictionary has a casefolded word, or it is made of two Swedish ones."""
    if len(word) > _LONGEST:
        return False
    return (
        _is_english(word)
        or _is_entry(word)
        or any(
            _is_entry(word[:at].removesuffix("s")) and _is_entry(word[at:])
            for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        )
    )


@cache
def _is_entry(word: str) -> bool:
    return bool(simplemma.is_known(word, lang="sv"))


@cache
def is_word(word: str) -> bool:
    """Whether a casefolded word is an ordinary one in Swedish or English, whatever else it is.

    >>> [is_word(word) for word in ("hans", "björn", "fatima", "eva", "norrköping")]
    [True, True, False, False, False]
    """
    if _is_swedish(word) or word in _own("words"):
        return True
    return _is_english(word) and word not in load_names().swedish


@cache
def _is_swedish(word: str) -> bool:
    return word not in _own("not_words") and _is_entry(word) and not is_proper(word)


@cache
def _is_english(word: str) -> bool:
    known = simplemma.is_known(word, lang="en") and word not in _own("not_words")
    return bool(known) and str(simplemma.lemmatize(word, lang="en"))[:1].islower()


@cache
def is_proper(word: str) -> bool:
    """Whether the Swedish dictionary has a casefolded word with a capital alone."""
    return _is_entry(word) and str(simplemma.lemmatize(word, lang="sv"))[:1].isupper()


@cache
def _own(table: str) -> frozenset[str]:
    return frozenset(_read_own()[table]["names"].split())


def _read_own() -> dict[str, dict[str, str]]:
    text = files("labtools.privacy").joinpath("names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _no_words(names: Iterable[str]) -> set[str]:
    return {name for name in names if len(name) >= _SHORTEST and not _is_swedish(name)}


def _fold(names: Iterable[str]) -> Iterator[str]:
    """Each name casefolded, with and without its accents; of several words only the first."""
    for name in names:
        word = normalize("NFC", name).casefold().split()[0]
        yield word
        plain = "".join(letter for letter in normalize("NFD", word) if not combining(letter))
        if not set(word) & set("åäö"):
            yield plain


def _flatten(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _flatten(part)
    elif isinstance(value, list):
        for part in value:
            yield from _flatten(part)


def _read_mimesis(locale: str, part: str) -> dict[str, list[str]]:
    text = files("mimesis").joinpath("datasets", locale, f"{part}.json").read_text(encoding="utf-8")
    data: dict[str, list[str]] = json.loads(text)
    return data
