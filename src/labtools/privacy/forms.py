"""The ways to write each name of a key."""

from __future__ import annotations

from typing import Any

import pandas as pd

from labtools.privacy.matching import Form, Identifier, Matcher, split_words, takes_no_s

IDENTIFIER = "identifier"
"""The kind of a number or an address, which is found as it is written alone."""
KINDS = ("person", "place", "organisation", IDENTIFIER)
NONE_ORDINARY = "none"
"""What stands in `ordinary` where the names have been looked up and none is a word."""


def list_forms(key: pd.DataFrame) -> pd.DataFrame:
    """One row per way to write a name: `row` of the key, column, form, words, ordinary, identifier.

    words: as `split_words` gives them. ordinary: the form, or its genitive, is in the key's
    list of ordinary words. identifier: it is found as it is written alone, and never ordinary;
    the ' that the review list puts before a number is no part of it.
    """
    forms = []
    columns = ("name", "aliases", "kind", "ordinary")
    for row, name, aliases, kind, listed in zip(
        key.index, *(key[column] for column in columns), strict=True
    ):
        ordinary = {split_words(word) for word in split_list(listed)}
        identifier = kind == IDENTIFIER
        seen = set[Any]()
        for column, cell in [("name", name), *(("aliases", each) for each in split_list(aliases))]:
            form = cell.strip().removeprefix("'") if identifier else cell
            words = split_words(form)
            same: object = form.casefold() if identifier else words
            if form and same not in seen:
                seen.add(same)
                told = not identifier and bool(ordinary & {words, genitive_words(words)})
                forms.append((row, column, form, words, told, identifier))
    names = ["row", "column", "form", "words", "ordinary", "identifier"]
    return pd.DataFrame(forms, columns=names).astype({"ordinary": "bool", "identifier": "bool"})


def make_matcher(forms: pd.DataFrame) -> Matcher:
    """Finds the forms that `list_forms` gives, each in the way of its kind."""
    names = forms[~forms["identifier"]]
    identifiers = forms[forms["identifier"]]
    return Matcher(
        (
            Form(words, int(row), bool(ordinary))
            for words, row, ordinary in zip(
                names["words"], names["row"], names["ordinary"], strict=True
            )
        ),
        (
            Identifier(form, int(row))
            for form, row in zip(identifiers["form"], identifiers["row"], strict=True)
        ),
    )


def split_list(cell: str) -> list[str]:
    """The parts of a cell that holds a list."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def genitive_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name in the genitive; the same where Swedish adds nothing."""
    if not words or takes_no_s(words[-1]):
        return words
    return (*words[:-1], words[-1] + "s")
