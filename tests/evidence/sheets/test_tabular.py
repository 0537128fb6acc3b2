"""Files of answers become cells, exactly as they were written, or one line that says why not."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.sheets.tabular import ENCODINGS, FileSettings, find_decimals, read_sheet
from labtools.faults import BadInput


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_the_one_that_fits_every_row(tmp_path: Path, delimiter: str) -> None:
    rows = ["nr|Hur trivs du, egentligen; här?", 'a|"ja; och, nej"', "b|"]
    header = rows[0].replace("Hur", '"Hur') + '"'
    text = "\n".join([header, *rows[1:]]).replace("|", delimiter)
    sheet = read_sheet(save(tmp_path / "a.csv", text.encode()), name="a.csv")
    assert sheet.delimiter == delimiter
    assert sheet.cells.columns.tolist() == ["nr", "Hur trivs du, egentligen; här?"]
    assert sheet.cells.to_numpy().tolist() == [["a", "ja; och, nej"], ["b", ""]]


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"a;b\n1;2\n;\n3;4\n")
    assert read_sheet(path, name="a.csv").cells.index.tolist() == [2, 4]


def test_a_quotation_mark_that_never_ends_swallows_no_rows(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b'a;b,c;d\n1;2;"3\n4;5;6\n')
    with pytest.raises(BadInput, match=r"a\.csv.*unexpected end of data in line 3"):
        read_sheet(path, name="a.csv")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("empty.csv", "0 bytes"),
        ("only_bom.csv", "an empty file"),
        ("dup_headers.csv", "row 1: each column must have its own name; found 'svar' 3 times"),
        ("ragged.csv", "row 2: each row must have 3 cells"),
        ("empty.sav", "0 bytes"),
        ("empty.xlsx", "0 bytes"),
        ("traversal.qdpx", "ends in one of"),
    ],
)
def test_broken_files_are_refused_by_name(shared_data: Path, file: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read_sheet(shared_data / "broken" / file, name=file)
    assert {fault.file for fault in refused.value.faults} == {file}


def test_real_exports_are_read_in_their_encoding_and_delimiter(shared_data: Path) -> None:
    broken = shared_data / "broken"
    found = {}
    for file in ("decimal_comma_cp1252", "utf16le_bom", "likert_text_sv", "formula_injection"):
        sheet = read_sheet(broken / f"{file}.csv", name=file)
        found[file] = (sheet.encoding, sheet.delimiter, *sheet.cells.shape)
    assert found == {
        "decimal_comma_cp1252": ("cp1252", ";", 3, 4),
        "utf16le_bom": ("utf-16-le", "\t", 1, 3),
        "likert_text_sv": ("utf-8", ",", 4, 3),
        "formula_injection": ("utf-8", ",", 2, 2),
    }


def test_spss_files_of_others_keep_codes_labels_and_letters(shared_data: Path) -> None:
    sheets = {
        path.stem: read_sheet(path, name=path.name)
        for path in (shared_data / "surveys" / "spss").glob("*.sav")
    }
    assert sheets["umlauts"].cells["var1"].tolist() == ["1", "2", "1", "3"]
    assert sheets["umlauts"].labels["var1"]["2"] == "the ü umlaut"
    assert sheets["labelled-str"].labels["gender"] == {"F": "Female", "M": "Male"}
    assert sheets["labelled-num-na"].user_missing == {"VAR00002": {"9"}}
    assert sheets["labelled-num-na"].cells["VAR00002"].tolist() == ["1", "9"]


def test_spss_dates_are_dates_and_impossible_ones_stay_numbers(shared_data: Path) -> None:
    cells = read_sheet(shared_data / "surveys" / "spss" / "datetime.sav", name="d").cells
    assert cells["date"].tolist() == ["2014-09-22", "2014-09-23"]
    assert cells["date.posix"][1] == "6306150067200"
    assert cells["date.posix"][2].startswith("2014-09-23T")
    assert cells["time"].tolist() == ["43870.09", "57560.01"]


def test_what_is_found_out_can_be_overruled(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "nr|svar;på\n1|Å;ö\n".encode("mac-roman"))
    asked = FileSettings(encoding="mac-roman", delimiter="|", decimal=",")
    sheet = read_sheet(path, name="a.csv", settings=asked)
    assert (sheet.encoding, sheet.delimiter, sheet.decimals) == ("mac-roman", "|", ",")
    assert sheet.cells.to_numpy().tolist() == [["1", "Å;ö"]]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_can_be_asked_for(tmp_path: Path, encoding: str) -> None:
    path = save(tmp_path / "a.csv", "år;mål\n1;Åäö\n".encode(encoding))
    sheet = read_sheet(path, name="a.csv", settings=FileSettings(encoding=encoding))
    assert sheet.cells.columns.tolist() == ["år", "mål"]
    assert sheet.cells["mål"].tolist() == ["Åäö"]


def test_bytes_that_are_not_in_the_encoding_asked_for_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "år;mål\n1;2\n".encode("cp1252"))
    with pytest.raises(BadInput, match="must be text in utf-8; found bytes that are no such text"):
        read_sheet(path, name="a.csv", settings=FileSettings(encoding="utf-8"))


def test_a_setting_for_another_format_is_a_fault(tmp_path: Path, shared_data: Path) -> None:
    path = save(tmp_path / "a.csv", b"a;b\n1;2\n")
    with pytest.raises(BadInput, match=r"sheet in \[file\] must be for \.xlsx alone; found Svar"):
        read_sheet(path, name="a.csv", settings=FileSettings(sheet="Svar"))
    sav = shared_data / "surveys" / "spss" / "umlauts.sav"
    with pytest.raises(BadInput, match=r"encoding in \[file\] must be for \.csv alone"):
        read_sheet(sav, name="a.sav", settings=FileSettings(encoding="cp1252"))


def test_a_sheet_that_the_workbook_lacks_is_named_beside_those_it_has(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Svar"
    book.create_sheet("Om enkäten")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(BadInput, match="one of Svar, Om enkäten; found Svaren"):
        read_sheet(tmp_path / "a.xlsx", name="a.xlsx", settings=FileSettings(sheet="Svaren"))


def test_the_first_line_that_excel_writes_for_itself_names_the_delimiter(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"sep=;\na;b,c\n1;2,5\n")
    sheet = read_sheet(path, name="a.csv")
    assert sheet.cells.to_dict("list") == {"a": ["1"], "b,c": ["2,5"]}
    assert sheet.cells.index.tolist() == [3]


def test_the_decimal_sign_is_stated_as_it_occurs(tmp_path: Path, shared_data: Path) -> None:
    broken = shared_data / "broken"
    stated = {
        file: find_decimals(read_sheet(broken / f"{file}.csv", name=file))
        for file in ("decimal_comma_cp1252", "mixed_decimal", "likert_text_sv")
    }
    assert stated == {"decimal_comma_cp1252": ",", "mixed_decimal": ".", "likert_text_sv": ""}
    path = save(tmp_path / "a.csv", b"a;b\n1,5;2.5\n")
    assert find_decimals(read_sheet(path, name="a.csv")) == ",."


def test_a_column_without_a_name_is_a_fault_where_it_holds_anything(tmp_path: Path) -> None:
    assert list(read_sheet(save(tmp_path / "a.csv", b"a;b;\n1;2;\n"), name="a").cells) == ["a", "b"]
    with pytest.raises(BadInput, match="row 3: each column with answers must have a name"):
        read_sheet(save(tmp_path / "a.csv", b"a;b;\n1;2;\n1;2;3\n"), name="a.csv")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_files_are_read_or_refused(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = shared_data / "broken" / "decimal_comma_cp1252.csv"
    content = bytearray(whole.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(content), position]))
    path = save(tmp_path_factory.getbasetemp() / "damaged.csv", bytes(content[:end]))
    with suppress(BadInput):
        read_sheet(path, name=path.name)


def test_a_truncated_spss_file_is_refused(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "surveys" / "spss" / "umlauts.sav").read_bytes()
    for end in range(1, len(whole) - 40, 90):
        path = save(tmp_path / "a.sav", whole[:end])
        with pytest.raises(BadInput, match=r"a\.sav"):
            read_sheet(path, name="a.sav")


def test_a_date_that_spss_calls_missing_is_told_as_a_date(tmp_path: Path) -> None:
    days = pd.DataFrame({"dag": [date(2020, 1, 2), date(2020, 1, 3)]})
    second = (date(2020, 1, 3) - date(1582, 10, 14)).days * 86400.0
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(days, path, missing_ranges={"dag": [{"lo": second, "hi": second}]})
    sheet = read_sheet(path, name="answers.sav")
    assert sheet.cells["dag"].tolist() == ["2020-01-02", "2020-01-03"]
    assert sheet.user_missing == {"dag": {"2020-01-03"}}


def test_decimal_commas_in_every_row_do_not_divide_it(tmp_path: Path) -> None:
    text = "Hur trivs du, på det hela taget, här?;Vikt\n1,5;2,5\n2,5;3,5\n"
    sheet = read_sheet(save(tmp_path / "a.csv", text.encode()), name="a.csv")
    assert sheet.cells["Vikt"].tolist() == ["2,5", "3,5"]


def test_blank_cells_beyond_the_header_are_cut_off_and_others_are_not(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"nr;svar\n1;a;;\n2;b,c; ;\n3;d\n")
    sheet = read_sheet(path, name="a.csv")
    assert (sheet.delimiter, sheet.cells["svar"].tolist()) == (";", ["a", "b,c", "d"])
    path = save(tmp_path / "b.csv", b"nr;svar\n1;a;;\n2;b;;x\n")
    with pytest.raises(BadInput, match=r"row 3: each row must have 2 cells.*found 4"):
        read_sheet(path, name="b.csv")
