"""Tables of municipalities: every cell becomes a row, or the whole file is refused."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.evidence.indicators.files import IndicatorFile, read_indicator_file
from labtools.evidence.indicators.municipalities import municipality_names
from labtools.faults import BadInput


def read(path: Path, indicators: Mapping[str, str] | None = None) -> IndicatorFile:
    return read_indicator_file(
        path,
        name=path.name,
        region="kommun",
        period="år",
        provider="scb",
        indicators=indicators or {},
    )


def read_text(
    folder: Path, text: str, indicators: Mapping[str, str] | None = None
) -> IndicatorFile:
    path = folder / "a.csv"
    path.write_text(text, encoding="cp1252")
    return read(path, indicators)


def faults_of(folder: Path, text: str, indicators: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(BadInput) as error:
        read_text(folder, text, indicators)
    return [str(fault) for fault in error.value.faults]


def test_each_number_is_a_row_and_a_blank_a_row_without_value(tmp_path: Path) -> None:
    text = "kommun;namn;år;skatt;folk\n114;Upplands Väsby;2022;19,42;47 820\n1280;Malmö;2022;;2\n"
    found = read_text(tmp_path, text)
    rows = found.rows[["provider", "indicator", "region", "period", "group", "status"]]
    assert rows.to_numpy().tolist() == [
        ["scb", "skatt", "0114", "2022", "", ""],
        ["scb", "skatt", "1280", "2022", "", ""],
        ["scb", "folk", "0114", "2022", "", ""],
        ["scb", "folk", "1280", "2022", "", ""],
    ]
    assert found.rows["value"].fillna(-1).tolist() == [19.42, -1, 47820, 2]
    assert found.left_out == {"namn": "text"}
    assert found.repaired["found"].tolist() == ["114"]
    assert (found.encoding, found.delimiter, found.decimal) == ("cp1252", ";", ",")


def test_columns_that_are_named_are_all_that_is_taken(tmp_path: Path) -> None:
    text = "kommun,år,a,b\n0114,2022,1,2\n"
    found = read_text(tmp_path, text, {"b": "B1"})
    assert found.rows["indicator"].tolist() == ["B1"]
    assert found.left_out == {"a": "not asked for"}


def test_what_the_table_lacks_is_told(tmp_path: Path) -> None:
    text = "kommun,år,a\n0114,2021,1\n0114,2022,1\n0115,2022,1\n"
    assert read_text(tmp_path, text).gaps == [("0115", "2021")]


def test_every_fault_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    text = (
        "kommun;år;a;b\n0114;2022;1,5;12 %\n114;2022;2.5;13 %\n01;20222;3,5;\n"
        "1280;2022;..;14 %\n0180;2022-05;4,5;15\n"
    )
    assert [line.split("; found ")[0] for line in faults_of(tmp_path, text)] == [
        "a.csv, row 4, column kommun: must be the code of one of the 290 municipalities",
        "a.csv, row 4, column år: must be a date as 2018-05-14, 2018-05 or 2018",
        "a.csv, row 3, column a: must be a number with a comma before decimals",
        "a.csv, row 5, column a: must be a number with a comma before decimals",
        "a.csv, row 2, column b: must be a number with a comma before decimals",
        "a.csv, row 3, column b: must be a number with a comma before decimals",
        "a.csv, row 5, column b: must be a number with a comma before decimals",
    ]


def test_a_municipality_stands_once_in_a_period_however_its_code_is_written(
    tmp_path: Path,
) -> None:
    (line,) = faults_of(tmp_path, "kommun,år,a\n0114,2022,1\n0115,2022,1\n114,2022,2\n")
    assert line.startswith("a.csv, row 4: each municipality must occur once in a period; found")
    assert "0114 2022, as in row 2" in line


@pytest.mark.parametrize(
    ("header", "indicators", "said"),
    [
        ("kommun,ar,a", {}, "a.csv, row 1: must have a column år; found none; choose among"),
        ("kommun,år,a", {"c": "C"}, "must have a column c; found none; choose among kommun, år, a"),
        ("kommun,år,a", {"år": "Y"}, "a column must have one part to play; found several for år"),
        ("kommun,år,a,b", {"a": "X", "b": "X"}, "name of its own; found 'X' for a and b"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    tmp_path: Path, header: str, indicators: dict[str, str], said: str
) -> None:
    cells = "0114,2022" + ",1" * (header.count(",") - 1)
    assert said in faults_of(tmp_path, f"{header}\n{cells}\n", indicators)[0]


def test_a_file_whose_thousands_may_be_decimals_is_refused(tmp_path: Path) -> None:
    (line,) = faults_of(tmp_path, "kommun;år;folk\n0114;2022;47.820\n0115;2022;34.012\n")
    assert "row 2, column folk: the point in 47.820 must have one meaning" in line


def test_a_column_left_out_for_its_text_says_how_much_of_it_is_text(tmp_path: Path) -> None:
    text = "kommun,år,a,b,c\n0114,2022,1,x,\n0115,2022,2,y,\n0117,2022,3,1,\n"
    assert read_text(tmp_path, text).left_out == {"b": "text in 2 of 3 cells", "c": "blank"}


def test_a_table_without_a_column_of_numbers_is_refused(tmp_path: Path) -> None:
    (line,) = faults_of(tmp_path, "kommun,år,namn\n0114,2022,Väsby\n")
    assert "must have a column of numbers beside the keys; found none" in line


def test_numbers_of_excel_and_of_spss_are_the_same_rows(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"kommun": [114.0, 1280.0], "år": [2022.0, 2022.0], "a": [0.5, 9.0], "typ": [1.0, 2.0]}
    )
    book = openpyxl.Workbook()
    for row in [list(table.columns), *table.to_numpy().tolist()]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    pyreadstat.write_sav(
        table,
        tmp_path / "a.sav",
        variable_value_labels={"typ": {1: "stad", 2: "land"}, "a": {9: "uppgift saknas"}},
        missing_ranges={"a": [9]},
    )
    excel, spss = read(tmp_path / "a.xlsx"), read(tmp_path / "a.sav")
    assert excel.rows["value"].tolist() == [0.5, 9.0, 1.0, 2.0]
    assert excel.rows["region"].tolist() == ["0114", "1280"] * 2
    assert spss.left_out == {"typ": "codes with labels"}
    assert spss.rows["region"].tolist() == ["0114", "1280"]
    assert spss.rows["value"].fillna(-1).tolist() == [0.5, -1]
    assert spss.rows["status"].tolist() == ["", "uppgift saknas"]


@given(st.data())
def test_a_damaged_table_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray("kommun;år;a;b\n0114;2022;1,5;2\n0115;2022;2,5;3\n".encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(15, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged_table.csv"
    path.write_bytes(bytes(content))
    with suppress(BadInput):
        found = read(path)
        keys = found.rows[["region", "period"]].drop_duplicates()
        assert len(found.rows) == len(found.columns) * len(keys)
        assert set(found.rows["region"]) <= set(municipality_names())


def test_a_published_panel_comes_in_whole(shared_data: Path) -> None:
    path = shared_data / "municipal" / "panel_2002_2022.csv"
    found = read_indicator_file(
        path, name=path.name, region="municip_code", period="year", provider="x", indicators={}
    )
    raw = pd.read_csv(path)
    assert len(raw) == 290 * 6 - 1
    assert found.gaps == [("0330", "2002")]  # Knivsta became a municipality in 2003
    assert len(found.rows) == len(raw) * len(found.columns) == 1739 * 17
    assert found.left_out == {"municip_name": "text", "coalition_last_term": "text"}
    assert found.repaired["written"].nunique() == 90
    wide = found.rows.pivot(index=["region", "period"], columns="indicator", values="value")
    raw = raw.set_index([raw["municip_code"].map("{:04}".format), raw["year"].astype("str")])
    for column in found.columns:
        assert wide[column].to_dict() == pytest.approx(raw[column].to_dict(), nan_ok=True)
