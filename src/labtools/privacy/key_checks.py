"""Every fault of a key's rows, told without telling a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from labtools.faults import Fault
from labtools.privacy.forms import (
    IDENTIFIER,
    KINDS,
    NONE_ORDINARY,
    genitive_words,
    list_forms,
    split_list,
)
from labtools.privacy.matching import Form, Matcher, split_words

_AROUND = " .'’\"”“"
"""Signs that a name may have around it in the key."""


def check_key_rows(key: pd.DataFrame, *, file: str) -> list[Fault]:
    """Every fault of a key's rows in their order; of each cell its first letter alone is shown."""
    faults = [*_check_cells(key, file), *_check_forms(key, file)]
    return sorted(faults, key=lambda fault: fault.row or 0)


def mask(cell: str) -> str:
    """The first letter of a cell that may hold a name."""
    return f"{cell[:1]}…" if cell else "a blank"


def _check_cells(key: pd.DataFrame, file: str) -> list[Fault]:
    faults = []
    for column in ("name", "pseudonym"):
        for row, cell in key[column].items():
            if not split_words(cell):
                must, do = "holds a letter or a digit", "fill it in, or remove the row"
                faults.append(Fault(file, must, mask(cell), do, row=int(row), column=column))
    for row, cell in key["kind"].items():
        if cell not in KINDS:
            must = f"is one of {', '.join(KINDS)}"
            do = "write one of them"
            faults.append(Fault(file, must, mask(cell), do, row=int(row), column="kind"))
    faults += [
        Fault(
            file,
            "has one pseudonym for each row",
            f"{mask(cell)}, which stands above as well",
            "give it another",
            row=int(row),
            column="pseudonym",
        )
        for row, cell in key["pseudonym"][key["pseudonym"].map(split_words).duplicated()].items()
        if cell
    ]
    return faults


def _check_forms(key: pd.DataFrame, file: str) -> list[Fault]:
    forms = list_forms(key)
    faults = []
    for row, column, form in forms[forms["words"].map(len) == 0][
        ["row", "column", "form"]
    ].itertuples(index=False):
        if column == "aliases":
            must, do = "holds letters or digits in each part", "remove the part"
            faults.append(Fault(file, must, mask(form), do, row=int(row), column=column))
    first: dict[tuple[str, ...], int] = {}
    for row, column, form, words in zip(
        forms["row"], forms["column"], forms["form"], forms["words"], strict=True
    ):
        above = first.setdefault(words, int(row))
        if words and above != row:
            found = f"{mask(form)}, which row {above} has as well"
            do = "keep it in one of the rows, or in neither and decide in the review list"
            must = "has each name and alias once"
            faults.append(Fault(file, must, found, do, row=int(row), column=column))
    return [
        *faults,
        *_check_written(forms, file),
        *_check_ordinary(key, forms, file),
        *_check_pseudonyms(key, forms, file),
    ]


def _check_written(forms: pd.DataFrame, file: str) -> list[Fault]:
    """Names with signs in them, as an e-mail address has: they would be found nowhere."""
    must = "holds words with spaces, hyphens or apostrophes between them"
    do = f"write it so, or give the row the kind {IDENTIFIER}"
    faults = []
    for row, column, form, words in forms.loc[
        ~forms["identifier"], ["row", "column", "form", "words"]
    ].itertuples(index=False):
        core = form.strip(_AROUND)
        found = Matcher([Form(words, 0, ordinary=False)]).find(core)
        if words and (not found or (found[0].start, found[0].end) != (0, len(core))):
            faults.append(Fault(file, must, mask(form), do, row=int(row), column=column))
    return faults


def _check_ordinary(key: pd.DataFrame, forms: pd.DataFrame, file: str) -> list[Fault]:
    of_row: defaultdict[int, set[tuple[str, ...]]] = defaultdict(set)
    for row, words in zip(forms["row"], forms["words"], strict=True):
        of_row[int(row)] |= {words, genitive_words(words)}
    must = "names forms that the row has"
    do = f"write one of the row's name and aliases, or {NONE_ORDINARY}"
    return [
        Fault(file, must, mask(word), do, row=int(row), column="ordinary")
        for row, cell in key["ordinary"].items()
        for word in split_list(cell)
        if word != NONE_ORDINARY and split_words(word) not in of_row[int(row)]
    ]


def _check_pseudonyms(key: pd.DataFrame, forms: pd.DataFrame, file: str) -> list[Fault]:
    """Pseudonyms that share a word with a name: in a second round they would be replaced.

    A number may be shared, where it makes no name together with what stands beside it.
    """
    owners: dict[str, int] = {}
    for row, words in zip(forms["row"], forms["words"], strict=True):
        for word in words:
            if not word.isdigit():
                owners.setdefault(word, int(row))
                owners.setdefault(f"{word}s", int(row))
    names = set(forms["words"]) - {()}
    begin = {words[:at] for words in names for at in range(1, len(words) + 1)}
    end = {words[at:] for words in names for at in range(len(words))}
    within = {part for words in names for part in _parts(words)}
    faults = []
    for row, cell in key["pseudonym"].items():
        words = split_words(cell)
        shared = [each for word in words for each in (word, f"{word}s") if each in owners]
        joined = (
            words in within
            or any(part in names for part in _parts(words))
            or any(words[at:] in begin or words[: at + 1] in end for at in range(len(words)))
        )
        if shared or joined:
            at = f"row {owners[shared[0]]}" if shared else "another row"
            must, do = "has no word of any name or alias", "choose another pseudonym"
            found = f"{mask(cell)}, which shares a word with {at}"
            faults.append(Fault(file, must, found, do, row=int(row), column="pseudonym"))
    return faults


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every row of words within words."""
    for start, end in combinations(range(len(words) + 1), 2):
        yield words[start:end]
