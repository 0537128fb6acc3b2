"""Tables of municipalities that came as files → rows of context/indicators.csv.

Such a table has one row per municipality and period, and one column per indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from labtools.evidence.indicators.municipalities import repair_codes
from labtools.evidence.indicators.table import as_indicators
from labtools.evidence.kinds import KINDS
from labtools.evidence.settings import nearest
from labtools.evidence.sheets.number_cells import LIKE_NUMBER, SIGNS, as_numbers, find_decimal
from labtools.evidence.sheets.tabular import Sheet, read_sheet
from labtools.faults import BadInput, Fault


@dataclass(frozen=True)
class IndicatorFile:
    """What a table holds, and what was done to read it.

    rows: one per indicator, municipality and period, with the columns of
    context/indicators.csv; a blank cell is a row without a value. columns: indicator by column.
    repaired: as `repair_codes` tells. left_out: why, by column. gaps: municipalities and
    periods of the table without a row for both. encoding and delimiter are "" where the
    format has none; decimal is `,` or `.`, "" where no number has decimals.
    """

    rows: pd.DataFrame
    columns: dict[str, str]
    repaired: pd.DataFrame
    left_out: dict[str, str]
    gaps: list[tuple[str, str]]
    encoding: str
    delimiter: str
    decimal: str


def read_indicator_file(
    path: Path,
    *,
    name: str,
    region: str,
    period: str,
    provider: str,
    indicators: Mapping[str, str],
) -> IndicatorFile:
    """The indicators of a .csv, .xlsx or .sav file.

    name: what messages call the file; region and period: the columns with municipality codes,
    which are repaired, and with dates; indicators: what to call each column that is taken.
    Without any, every column of numbers is taken under its own name; columns of text, of codes
    that the file has labels for, and without a cell are left out. A code for no answer, as SPSS
    files declare them, has no value and its label as status. BadInput, with every fault, for a
    column that is not there, a code that is no municipality's, a period that is no date, a
    municipality twice in a period, a cell of an indicator that is no number, and one name for
    two indicators.
    """
    sheet = read_sheet(path, name=name)
    cells = sheet.cells
    faults = _find_misnamed(cells, [region, period], indicators, name=name)
    if faults:
        raise BadInput(faults)
    columns, left_out = _choose(sheet, [region, period], indicators, name=name)
    codes, repaired = cells[region], pd.DataFrame()
    try:
        whole = repair_codes(codes, name=name)
        codes, repaired = whole.codes, whole.repaired
    except BadInput as error:
        faults += error.faults
    faults += _find_no_dates(cells[period], name=name)
    faults += _find_repeated(codes, cells[period], name=name)
    decimal, ambiguous = find_decimal(sheet, list(columns), name=name)
    faults += ambiguous
    keys = pd.DataFrame({"provider": provider, "region": codes, "period": cells[period]})
    parts = []
    for column, indicator in columns.items():
        figures, wrong = _read_column(sheet, column, decimal, name=name)
        faults += wrong
        parts.append(pd.concat([keys.assign(indicator=indicator), figures], axis="columns"))
    if faults:
        raise BadInput(faults)
    there = set(zip(codes, cells[period], strict=True))
    every = product(sorted(codes.unique()), sorted(cells[period].unique()))
    return IndicatorFile(
        rows=as_indicators(pd.concat(parts).to_dict("records")),
        columns=columns,
        repaired=repaired,
        left_out=left_out,
        gaps=[pair for pair in every if pair not in there],
        encoding=sheet.encoding if sheet.delimiter else "",
        delimiter=sheet.delimiter,
        decimal=decimal,
    )


def _find_misnamed(
    cells: pd.DataFrame, keys: list[str], indicators: Mapping[str, str], *, name: str
) -> list[Fault]:
    """Columns that are not there, or have two parts to play; indicators that share a name."""
    columns = list(cells.columns)
    faults = []
    for column in dict.fromkeys([*keys, *indicators]):
        if column not in columns:
            near = nearest(column, columns)
            do = f"write {near}" if near else f"choose among {', '.join(columns)}"
            faults.append(Fault(name, f"has a column {column}", "none", do, row=1))
        elif [*keys, *indicators].count(column) > 1:
            must, do = "a column has one part to play", "name another for one of them"
            faults.append(Fault(name, must, f"several for {column}", do, row=1))
    named: dict[str, list[str]] = {}
    for column, code in indicators.items():
        named.setdefault(code, []).append(column)
    must, do = "each indicator has a name of its own", "name each column's indicator otherwise"
    return faults + [
        Fault(name, must, f"{code!r} for {' and '.join(of_one)}", do)
        for code, of_one in named.items()
        if len(of_one) > 1 or not code
    ]


def _choose(
    sheet: Sheet, keys: list[str], indicators: Mapping[str, str], *, name: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The indicator of each column that is taken, and why each of the others is not."""
    others = [column for column in sheet.cells if column not in keys]
    if indicators:
        return dict(indicators), {
            column: "not asked for" for column in others if column not in indicators
        }
    reasons = {column: _why_not(sheet, column) for column in others}
    columns = {column: column for column in others if not reasons[column]}
    if not columns:
        must, do = "has a column of numbers beside the keys", "name the columns with --indicator"
        raise BadInput([Fault(name, must, "none", do)])
    return columns, {column: why for column, why in reasons.items() if why}


def _why_not(sheet: Sheet, column: str) -> str:
    """Why a column is no indicator; "" where it is one: at least half of it looks like numbers."""
    cells = sheet.cells[column]
    filled = cells[(cells != "") & ~cells.isin(sheet.user_missing.get(column, set()))]
    if filled.empty:
        return "blank"
    if set(filled) <= set(sheet.labels.get(column, {})):
        return "codes with labels"
    numbers = filled.str.fullmatch(LIKE_NUMBER)
    if numbers.mean() >= 0.5:
        return ""
    return f"text in {(~numbers).sum()} of {len(filled)} cells" if numbers.any() else "text"


def _read_column(
    sheet: Sheet, column: str, sign: str, *, name: str
) -> tuple[pd.DataFrame, list[Fault]]:
    """`value` and `status` of one indicator, and its cells that are no numbers."""
    cells, labels = sheet.cells[column], sheet.labels.get(column, {})
    missing = cells.isin(sheet.user_missing.get(column, set()))
    told = cells.mask(missing, "")
    values = as_numbers(told, sign)
    status = cells.where(missing, "").map(lambda code: labels.get(code, code))
    must = "is a number" + (f" with a {SIGNS[sign]} before decimals" if sign else "")
    wrong = _fault_each(told[values.isna() & (told != "")], must, name=name, do=_mend)
    return pd.DataFrame({"value": values, "status": status}), list(wrong)


def _mend(cell: str) -> str:
    if "%" in cell:
        return "take away the percent sign"
    return "correct it, or leave it blank if the figure is not known"


def _find_no_dates(cells: pd.Series, *, name: str) -> list[Fault]:
    date = KINDS["date"]
    wrong = cells[~date.holds(cells).astype(bool)]
    return list(_fault_each(wrong, date.must, name=name, do=lambda _: "write it in one such form"))


def _fault_each(
    wrong: pd.Series, must: str, *, name: str, do: Callable[[str], str]
) -> Iterator[Fault]:
    """One fault for each distinct cell: its first row, and how many rows have it."""
    for cell, rows in wrong.groupby(wrong, sort=False).groups.items():
        found = repr(cell[:60]) if cell else "a blank"
        found += f" in {len(rows)} rows" if len(rows) > 1 else ""
        yield Fault(name, must, found, do(cell), row=int(rows[0]), column=str(wrong.name))


def _find_repeated(codes: pd.Series, periods: pd.Series, *, name: str) -> list[Fault]:
    """Rows whose municipality and period stand in an earlier row too."""
    keys = pd.DataFrame({"code": codes, "period": periods})
    rows = keys.assign(row=keys.index)
    first = rows.groupby(["code", "period"])["row"].transform("first")
    repeated = keys[keys.duplicated()]
    do = "keep one of them; a table by sex or age has a column for each group"
    return [
        Fault(
            name,
            "each municipality occurs once in a period",
            f"{code} {period}, as in row {first[row]}",
            do,
            row=int(row),
        )
        for row, code, period in zip(
            repeated.index, repeated["code"], repeated["period"], strict=True
        )
    ]
