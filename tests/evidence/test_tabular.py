"""Files of answers become cells, exactly as they were written, or one line that says why not."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.tabular import read_sheet
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
