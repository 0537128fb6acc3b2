"""Municipality codes: the lost zero comes back, and nothing else is ever guessed."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.evidence.indicators.municipalities import (
    check_municipality_codes,
    municipality_names,
    repair_codes,
)
from labtools.faults import BadInput

repair = partial(repair_codes, name="a.csv")


def cells(*codes: str) -> pd.Series:
    return pd.Series(codes, index=range(2, len(codes) + 2), name="kommun", dtype="str")


def fault_of(*codes: str) -> str:
    with pytest.raises(BadInput) as error:
        repair(cells(*codes))
    return str(error.value)


def test_there_are_290_municipalities_of_21_counties() -> None:
    names = municipality_names()
    assert len(names) == len(set(names.values())) == 290
    assert list(names) == sorted(names)
    assert len({code[:2] for code in names}) == 21
    assert (names["0331"], names["2584"]) == ("Heby", "Kiruna")


def test_the_list_is_that_of_a_published_panel(shared_data: Path) -> None:
    panel = pd.read_csv(shared_data / "municipal" / "panel_2002_2022.csv", dtype="str")
    there = panel.drop_duplicates("municip_code")
    codes = repair(there["municip_code"].set_axis(there.index + 2)).codes
    assert dict(zip(codes, there["municip_name"], strict=True)) == municipality_names()


def test_a_lost_zero_comes_back_and_is_told() -> None:
    repaired = repair(cells("114", "0115", "114.0", " 0114 ", "0114 Upplands Väsby", "1280,0"))
    assert repaired.codes.tolist() == ["0114", "0115", "0114", "0114", "0114", "1280"]
    assert repaired.codes.index.tolist() == [2, 3, 4, 5, 6, 7]
    assert repaired.repaired.to_dict("records") == [
        {"row": 2, "found": "114", "written": "0114"},
        {"row": 4, "found": "114.0", "written": "0114"},
        {"row": 5, "found": " 0114 ", "written": "0114"},
        {"row": 6, "found": "0114 Upplands Väsby", "written": "0114"},
        {"row": 7, "found": "1280,0", "written": "1280"},
    ]


def test_a_name_beside_the_code_is_read_as_municipalities_write_it() -> None:
    written = (
        "114 Upplands Väsby",
        "0180 Stockholms stad",
        "1490: BORÅS STAD",
        "1440 - Ale kommun",
    )
    assert repair(cells(*written)).codes.tolist() == ["0114", "0180", "1490", "1440"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "found a blank; write the four digits"),
        ("01", "found '01', which is Stockholms län; leave the row out"),
        ("1", "found '1', which is Stockholms län"),
        ("12 Skåne län", "which is Skåne län"),
        ("00", "which is the whole country"),
        ("0000", "which is the whole country"),
        ("9999", "found '9999'; write the four digits"),
        ("0001", "found '0001'; write the four digits"),
        ("114.5", "found '114.5'; write the four digits"),
        ("00114", "found '00114'; write the four digits"),
        ("Stockholm", "found 'Stockholm'; write 0180 if Stockholm is meant"),
        ("Upplands-Väsby", "write 0114 if Upplands Väsby is meant"),
        ("0180 Solna", "found '0180 Solna'; 0180 is Stockholm: correct the code or the name"),
        ("1917", "found '1917', Heby until 2006; write 0331 only if the figures are for today's"),
        ("1229 Bara", "Bara until 1976; write 1263 only if"),
        ("1521", "a code of Älvsborgs län until 1997"),
    ],
)
def test_all_else_is_refused_by_name(cell: str, said: str) -> None:
    line = fault_of("0114", cell)
    assert line.startswith("a.csv, row 3, column kommun: must be the code of one of the 290")
    assert said in line


def test_every_fault_is_told_once_with_its_first_row() -> None:
    lines = fault_of("9999", "0114", "01", "9999").splitlines()
    assert ["'9999' in 2 rows" in line for line in lines] == [True, False]
    assert [line.split(",")[1] for line in lines] == [" row 2", " row 4"]


@given(st.one_of(st.text(), st.from_regex(r"\A[ ]?\d{1,5}([.,]0)?[ ]?\Z")))
def test_no_cell_becomes_anything_but_the_number_it_holds(cell: str) -> None:
    try:
        code = repair(cells(cell)).codes.iloc[0]
    except BadInput:
        return
    assert code in municipality_names()
    assert cell.strip().lstrip("0").startswith(code.lstrip("0"))


def test_a_labs_own_codes_are_held_against_the_list_and_other_shapes_passed_over() -> None:
    codes = cells("0581", "", "581", "9901", "1917")
    told = [str(fault) for fault in check_municipality_codes(codes, name="cities.csv")]
    assert len(told) == 2
    assert told[0].startswith("cities.csv, row 5, column kommun: must be the code of one of")
    assert "Heby until 2006" in told[1]
