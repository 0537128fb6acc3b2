"""Headings and wordings → short names that may stand for them in code."""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import normalize

import stopwordsiso

from labtools.evidence.questionnaires.settings import COLUMNS

MOST_LETTERS = 30
MOST_WORDS = 4
RESERVED = frozenset({*COLUMNS, "row", "variable", "reason"})
"""Names that tables of answers have for something else."""

_KEPT = frozenset(
    "inte ej aldrig ingen inga not no never bra bättre mer mindre good more less".split()
)
_NUMBER = re.compile(r"^\s*(?:[A-Za-z]{0,3}\d+(?:[A-Za-z]{1,3}\d+)?[a-z]?)\s*[.:)]\s*")
_LETTERS = str.maketrans({"ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "ß": "ss", "đ": "d"})


def make_slug(text: str) -> str:
    """The text in a–z, 0–9 and _ alone; "" where it has no such letter.

    >>> make_slug("Känner du dig hemma här?")
    'kanner_du_dig_hemma_har'
    """
    plain = normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(sign for sign in plain if sign.isascii()).lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def name_variable(heading: str, taken: Collection[str]) -> str:
    """A slug for a column that none of `taken` and no part of a survey has.

    A heading of one word keeps it, from the last stroke of a path on; of a sentence its first
    words with content remain, without the question's number.

    >>> name_variable("grupp/hemma", [])
    'hemma'
    >>> name_variable("3. Hur nöjd är du med kontakten med grannarna?", ["nojd"])
    'nojd_kontakten_grannarna'
    >>> name_variable("Date", [])
    'date_2'
    """
    words = heading.split()
    if len(words) <= 1:
        slug = make_slug(heading.rstrip("/").rpartition("/")[2])
    else:
        slug = _shorten(_NUMBER.sub("", heading)) or make_slug(heading)
        slug = slug[:MOST_LETTERS].rstrip("_")
    return make_unique(slug or "variable", {*taken, *RESERVED})


def make_unique(name: str, taken: Collection[str]) -> str:
    """The name, or the name and the first number from 2 that none of `taken` has.

    >>> make_unique("ja", {"ja", "ja_2"})
    'ja_3'
    """
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique


def _shorten(sentence: str) -> str:
    """The sentence's first words with content, as many as fit."""
    empty = stopwordsiso.stopwords(["sv", "en"]) - _KEPT
    words = re.findall(r"[^\W_]+", sentence)
    told = [word for word in words if word.casefold() not in empty and make_slug(word)] or words
    slug = ""
    for word in told[:MOST_WORDS]:
        longer = f"{slug}_{make_slug(word)}".strip("_")
        if slug and len(longer) > MOST_LETTERS:
            break
        slug = longer
    return slug
