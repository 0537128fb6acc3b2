"""What a filled cell of a contract table may be, and what to do when it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

_SLUG = r"[a-z0-9_-]+"
_ID = r"[^\s;,]+"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"


def is_date(cells: pd.Series) -> pd.Series:
    """Which cells are a day, a month or a year that exists (`2018-05-14`, `2018-05`, `2018`)."""
    shaped = cells.str.fullmatch(_DATE)
    days = pd.to_datetime(cells.where(shaped), format="ISO8601", errors="coerce")
    return shaped & days.notna()


def _matches(pattern: str) -> Callable[[pd.Series], pd.Series]:
    return lambda cells: cells.str.fullmatch(pattern)


def _numbers(cells: pd.Series) -> pd.Series:
    """Cells as finite numbers; NaN where they are none."""
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers))


@dataclass(frozen=True)
class Kind:
    """What a filled cell must be, how to tell, and what to do when it is not."""

    must: str
    holds: Callable[[pd.Series], pd.Series]
    do: str


KINDS = {
    "text": Kind("is text", lambda cells: cells.notna(), ""),
    "slug": Kind(
        "has only a–z, 0–9, _ and -", _matches(_SLUG), "write it in small letters without å, ä, ö"
    ),
    "id": Kind(
        "is an id without space, comma or semicolon", _matches(_ID), "rename it wherever it stands"
    ),
    "date": Kind(
        "is a date as 2018-05-14, 2018-05 or 2018",
        is_date,
        "write a day that exists, or leave it blank if it is not known",
    ),
    "yes_no": Kind("is yes, no or blank", _matches("yes|no"), "write yes or no"),
    "number": Kind(
        "is a number",
        lambda cells: _numbers(cells).notna(),
        "write it with a decimal point, or leave it blank if unknown",
    ),
    "share": Kind(
        "is a share from 0 to 1",
        lambda cells: _numbers(cells).between(0, 1),
        "write 45 per cent as 0.45",
    ),
    "positive": Kind("is a number above 0", lambda cells: _numbers(cells) > 0, "correct it"),
    "not_negative": Kind("is a number from 0", lambda cells: _numbers(cells) >= 0, "correct it"),
    "count": Kind(
        "is a whole number from 0", _matches(r"\d+"), "write a count, or leave it blank if unknown"
    ),
    "municipality_code": Kind(
        "has four digits", _matches(r"\d{4}"), "write the leading zero and keep the cell as text"
    ),
    "languages": Kind(
        "is a list of languages of two letters",
        _matches(r"[a-z]{2}(\s*;\s*[a-z]{2})*"),
        "write sv, en or sv;en",
    ),
    "slugs": Kind(
        "is a list of slugs separated by ;",
        _matches(rf"{_SLUG}(\s*;\s*{_SLUG})*"),
        "separate them by ; and write them in small letters",
    ),
    "ids": Kind(
        "is a list of ids separated by ;",
        _matches(rf"{_ID}(\s*;\s*{_ID})*"),
        "separate them by ;",
    ),
}

NUMBERS = ("number", "count", "share", "positive", "not_negative")
