"""An export → a first dictionary and its codes, for a person to read and fill in."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
import stopwordsiso

from labtools.evidence.questionnaires.choices import CHOSEN, NOT_CHOSEN
from labtools.evidence.questionnaires.proposals.codes import Code, choose_codes, merge_codes
from labtools.evidence.questionnaires.proposals.known_labels import find_scale, fold_label
from labtools.evidence.questionnaires.proposals.names import name_variable
from labtools.evidence.questionnaires.proposals.types import Guess, guess_type
from labtools.evidence.schemas import contract
from labtools.evidence.settings import LANGUAGES

if TYPE_CHECKING:
    from labtools.evidence.questionnaires.profiles import Export

_MAIL = r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*"


@dataclass(frozen=True)
class FirstDictionary:
    """dictionary.csv and codes.csv as guessed, and the columns left out of them.

    left_out: columns by the part they play in the tool (`person_id`, `date`, `duration`,
    `contact`, `tool`), or `joined`, whose choices stand in columns of their own as well.
    """

    dictionary: pd.DataFrame
    codes: pd.DataFrame
    left_out: dict[str, list[str]]


@dataclass(frozen=True)
class _Item:
    """A variable to be: its name, its wording, the columns that hold it, by option code."""

    variable: str
    question: str
    columns: dict[str, str]
    guess: Guess


def guess_dictionary(export: Export, *, language: str) -> FirstDictionary:
    """A row of the dictionary for each column that is an answer, and the codes it needs.

    language: of the questionnaire, "sv" or "en"; wordings and labels go into the columns of
    that language. One question in several columns is one variable, a row for each option.
    Columns with the same labels share a list of codes, named after the first of them; those on
    one known scale share all its points that anybody chose. Columns that the tool wrote, or
    that hold e-mail addresses alone, are left out: they tell who a person is.
    """
    cells = export.sheet.cells
    parts = export.parts | {
        column: "contact"
        for column in cells.columns
        if column not in export.parts and _are_addresses(cells[column])
    }
    left_out: dict[str, list[str]] = {}
    for column in cells.columns:
        joined = column in export.separators and _has_columns(export, column)
        if column in parts or joined:
            left_out.setdefault(parts.get(column, "joined"), []).append(column)
    named = [column for columns in left_out.values() for column in columns]
    items = _pool_scales(_find_items(export, set(cells.columns) - set(named)))
    return FirstDictionary(*_as_tables(items, language=language), left_out)


def find_language(export: Export, *, default: str) -> str:
    """The language that the questionnaire and its answers are in, by its commonest words.

    default: where nothing tells.
    """
    sheet = export.sheet
    texts = [*sheet.cells.columns, *export.questions.values()]
    texts += [label for labels in sheet.labels.values() for label in labels.values()]
    texts += [option for _, option in export.options.values()]
    texts += [cell for column in sheet.cells for cell in sheet.cells[column].unique()]
    words = re.findall(r"[^\W\d_]{2,}", " ".join(texts).casefold())
    known = {one: stopwordsiso.stopwords([one]) for one in LANGUAGES}
    shared = set.intersection(*map(set, known.values()))
    count = {one: sum(word in known[one] - shared for word in words) for one in LANGUAGES}
    best = max(LANGUAGES, key=lambda one: (count[one], one == default))
    return best if count[best] else default


def _are_addresses(cells: pd.Series) -> bool:
    filled = cells[cells != ""]
    return len(filled) > 0 and bool(filled.str.fullmatch(_MAIL).all())


def _has_columns(export: Export, question: str) -> bool:
    return any(question == of for of, _ in export.options.values())


def _find_items(export: Export, columns: Collection[str]) -> list[_Item]:
    """The variables, in the order of their first column."""
    items: list[_Item] = []
    done: set[str] = set()
    for column in export.sheet.cells.columns:
        if column not in columns or column in done:
            continue
        taken = [item.variable for item in items]
        question, _ = export.options.get(column, ("", ""))
        options = {
            other: option
            for other, (of, option) in export.options.items()
            if of == question and other in columns
        }
        if column in options:
            items.append(_item_of_options(export, question, options, taken))
            done |= set(options)
        else:
            items.append(_item_of_column(export, column, taken))
    return items


def _item_of_options(
    export: Export, question: str, options: dict[str, str], taken: Collection[str]
) -> _Item:
    codes = choose_codes(options.values(), not_these=CHOSEN | NOT_CHOSEN)
    wording = _wording(export, question) or _wording(export, next(iter(options)))
    columns = {code.code: column for code, column in zip(codes, options, strict=True)}
    return _Item(name_variable(question, taken), wording, columns, Guess("multiple", tuple(codes)))


def _item_of_column(export: Export, column: str, taken: Collection[str]) -> _Item:
    sheet = export.sheet
    guess = guess_type(
        sheet.cells[column],
        heading=column,
        labels=sheet.labels.get(column, {}),
        decimals=sheet.decimals,
        user_missing=sheet.user_missing.get(column, set()),
        separator=export.separators.get(column, ""),
        wording=_wording(export, column),
        open_ended=column in export.open_ended,
    )
    return _Item(name_variable(column, taken), _wording(export, column), {"": column}, guess)


def _wording(export: Export, column: str) -> str:
    """The question as the file words it; a heading of one word is only a name for it."""
    told = export.questions.get(column) or (column if len(column.split()) > 1 else "")
    return " ".join(told.split())


def _pool_scales(items: list[_Item]) -> list[_Item]:
    """Variables on one known scale get all its points that occur in any of them."""
    of_scale: dict[str, list[Guess]] = {}
    for item in items:
        if item.guess.scale:
            of_scale.setdefault(item.guess.scale, []).append(item.guess)
    pooled: dict[str, tuple[Code, ...]] = {}
    for name, guesses in of_scale.items():
        codes = [code for guess in guesses for code in guess.codes]
        labels = {fold_label(code.label): code.label for code in codes if not code.reason}
        scale = find_scale(labels.values())
        if scale is not None:
            points = [Code(str(place), label) for place, label in enumerate(scale.labels, 1)]
            pooled[name] = (*points, *merge_codes(code for code in codes if code.reason))
    return [
        replace(item, guess=replace(item.guess, codes=pooled[item.guess.scale]))
        if item.guess.scale in pooled
        else item
        for item in items
    ]


def _as_tables(items: list[_Item], *, language: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of dictionary.csv and of codes.csv."""
    rows, codes = [], []
    lists: dict[tuple[Code, ...], str] = {}
    for item in items:
        shared = sum(code.label != "" for code in item.guess.codes) > 1
        of = lists.setdefault(item.guess.codes, item.variable) if shared else item.variable
        rows += [
            {
                "variable": item.variable,
                "source_column": column,
                f"question_{language}": item.question,
                "type": item.guess.type,
                "separator": item.guess.separator.strip() or item.guess.separator,
                "codes": of if of != item.variable else "",
                "option": option,
            }
            for option, column in item.columns.items()
        ]
        codes += [
            {
                "codes": of,
                "code": code.code,
                f"label_{language}": code.label,
                "order": str(place),
                "missing_reason": code.reason,
            }
            for place, code in enumerate(item.guess.codes, start=1)
            if of == item.variable
        ]
    return _table(rows, "dictionary"), _table(codes, "codes")


def _table(rows: list[dict[str, str]], name: str) -> pd.DataFrame:
    columns = [column.name for column in contract()[name].columns]
    return pd.DataFrame(rows, columns=columns, dtype="str").fillna("")
