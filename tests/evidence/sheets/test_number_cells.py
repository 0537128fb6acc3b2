"""Numbers as people write them in tables; what is none, or may mean two, is never guessed."""

from collections.abc import Sequence

import pandas as pd
import pytest

from labtools.evidence.sheets.number_cells import as_numbers, find_decimal
from labtools.evidence.sheets.tabular import Sheet


def sheet(cells: Sequence[str], decimals: str = ",.", delimiter: str = ";") -> Sheet:
    table = pd.DataFrame({"a": cells}, index=range(2, len(cells) + 2), dtype="str")
    return Sheet(table, "utf-8", delimiter, decimals)


@pytest.mark.parametrize(
    ("cell", "sign", "number"),
    [
        ("37 524", ",", 37524),
        ("37\u00a0524,5", ",", 37524.5),
        ("−3,5", ",", -3.5),
        (".25", ".", 0.25),
        ("1.5e3", ".", 1500),
        ("12", "", 12),
    ],
)
def test_numbers_are_read(cell: str, sign: str, number: float) -> None:
    assert as_numbers(pd.Series([cell]), sign).tolist() == [number]


@pytest.mark.parametrize("cell", ["", "12 %", "1.5", "1 5", "..", "1e999", "nan", "inf", "x", "٣"])
def test_what_is_no_number_is_nan(cell: str) -> None:
    assert as_numbers(pd.Series([cell]), ",").isna().all()


def test_the_sign_before_decimals_is_the_one_that_more_cells_hold() -> None:
    assert find_decimal(sheet(["1,5", "2,25", "3.5"]), ["a"], name="a.csv") == (",", [])
    assert find_decimal(sheet(["1", "2"]), ["a"], name="a.csv") == ("", [])
    assert find_decimal(sheet(["1.234"], decimals="."), ["a"], name="a.csv") == (".", [])


def test_thousands_and_decimals_that_cannot_be_told_apart_are_a_fault() -> None:
    _, (fault,) = find_decimal(sheet(["12", "37.524", "1.250"]), ["a"], name="a.csv")
    assert str(fault).startswith(
        "a.csv, row 3, column a: the point in 37.524 must have one meaning"
    )
    assert find_decimal(sheet(["37.524", "0.250"]), ["a"], name="a.csv") == (".", [])
    assert find_decimal(sheet(["37.524"], delimiter=""), ["a"], name="a.xlsx") == (".", [])
