"""Contract tables: typed rows, or every fault with its row."""

from pathlib import Path
from unicodedata import normalize

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.evidence.schemas import KINDS, contract, empty_table, read_table, split_list
from labtools.faults import BadInput

PEOPLE = "person_id,city,role,age_band,gender\n"


def _read(tmp_path: Path, text: str | bytes, table: str = "people") -> list[str]:
    """The faults of a file, as they are told."""
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    try:
        read_table(path, table, name="table.csv")
    except BadInput as error:
        return str(error).splitlines()
    return []


def test_every_fault_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    rows = "p1,umea,resident,16-24,woman\np 2,Umeå,tenant,,woman\np1,umea,,,kvinna\n"
    told = _read(tmp_path, PEOPLE + rows)
    assert [line.split(";")[0] for line in told] == [
        "table.csv, row 3, column person_id: must be an id without space, comma or semicolon",
        "table.csv, row 3, column city: must have only a–z, 0–9, _ and -",
        "table.csv, row 4, column role: must be filled",
        "table.csv, row 3, column role: must be one of participant, resident, staff, partner, "
        "other",
        "table.csv, row 4, column gender: must be one of woman, man, other",
        "table.csv, row 4: each person_id must occur once",
    ]


@pytest.mark.parametrize("date", ["2019-02-30", "2019-13", "19-02-03", "2019-2-3", "3/2 2019"])
def test_a_date_that_does_not_exist_is_a_fault(tmp_path: Path, date: str) -> None:
    header = "city,name,municipality_code,company,lab,target_group,start,end\n"
    (line,) = _read(tmp_path, header + f"a,A,,,,,{date},\n", "cities")
    assert line == (
        "table.csv, row 2, column start: must be a date as 2018-05-14, 2018-05 or 2018; "
        f"found {date}; write a day that exists, or leave it blank if it is not known"
    )


@given(st.dates())
def test_every_day_that_exists_is_a_date(day: object) -> None:
    import pandas as pd

    from labtools.evidence.kinds import is_date

    year = str(day)[:4]
    assert is_date(pd.Series([str(day), str(day)[:7], year], dtype="str")).all()


def test_a_lost_leading_zero_is_a_fault(tmp_path: Path) -> None:
    header = "city,name,municipality_code,company,lab,target_group,start,end\n"
    (line,) = _read(tmp_path, header + "a,A,581,,,,,\n", "cities")
    assert "must have four digits; found 581; write the leading zero" in line


def test_a_missing_column_is_named_beside_those_found(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, "person_id,city\np1,umea\n")
    assert line.startswith(
        "table.csv, row 1: must have a column role; found the columns person_id, city"
    )


def test_a_ragged_row_is_a_fault_not_a_shorter_table(tmp_path: Path) -> None:
    told = _read(tmp_path, PEOPLE + "p1,umea,resident,,\np2,umea,resident\n")
    assert told == [
        "table.csv, row 3: must have 5 cells in each row; found 3; "
        "put text that holds a comma in quotation marks"
    ]


def test_a_header_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, "person_id,role,role\np1,staff,staff\n")
    assert "must have each column once; found role twice" in line


def test_other_encodings_are_named_not_guessed(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, (PEOPLE + "p1,umea,resident,,\n# Umeå\n").encode("cp1252"))
    assert line == "table.csv, row 3: must be UTF-8; found other bytes; save it as CSV UTF-8"


def test_a_bad_byte_is_found_in_its_row_of_a_large_file(tmp_path: Path) -> None:
    """Beyond what is read in one piece, and after a cell of several lines."""
    rows = "p1,umea,resident,,\n" * 5000 + '"p\n2",umea,resident,,\n'
    (line,) = _read(tmp_path, (PEOPLE + rows + "p3,umeå,resident,,\n").encode("cp1252"))
    assert line.startswith("table.csv, row 5003: must be UTF-8")


@pytest.mark.parametrize(("sign", "named"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_delimiter_is_one_fault(tmp_path: Path, sign: str, named: str) -> None:
    rows = PEOPLE + 'p1,umea,resident,,\n"p2",umea,staff,,"woman"\n'
    (line,) = _read(tmp_path, rows.replace(",", sign))
    told = f"must be separated by commas; found {named}; save as CSV with commas"
    assert line == f"table.csv: {told}"
    both = _read(
        tmp_path, rows.replace(",", sign).replace("resident", "boende på").encode("cp1252")
    )
    assert [line.split(";")[0] for line in both] == [
        "table.csv: must be separated by commas",
        "table.csv, row 2: must be UTF-8",
    ]


def test_a_folder_called_like_a_table_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "people.csv").mkdir()
    with pytest.raises(BadInput, match=r"people\.csv: the file must be there to read; found"):
        read_table(tmp_path / "people.csv", "people", name="people.csv")


def test_cells_and_headings_are_in_one_unicode_form(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(normalize("NFD", "person_id,city,role,gård\np1,umea,staff,Åsfors\n"), "utf-8")
    people = read_table(path, "people", name="people.csv")
    assert people["gård"].tolist() == ["Åsfors"]


@pytest.mark.parametrize(
    ("column", "cell", "must"),
    [
        (
            "weighted_share",
            "45",
            "must be a share from 0 to 1; found 45; write 45 per cent as 0.45",
        ),
        ("weighted_share", "-0.1", "must be a share from 0 to 1"),
        ("weighted_share", "nan", "must be a share from 0 to 1"),
        ("design_effect", "0", "must be a number above 0"),
        ("design_effect", "inf", "must be a number above 0"),
    ],
)
def test_a_share_lies_from_0_to_1_and_a_design_effect_above_0(
    tmp_path: Path, column: str, cell: str, must: str
) -> None:
    header = "goal,city,date,numerator,denominator,unknown,source,"
    (line,) = _read(tmp_path, f"{header}{column}\ng1,umea,2019,1,2,,vi,{cell}\n", "observations")
    assert f"row 2, column {column}: {must}" in line
    for right in ("0.5", "1", ""):
        text = f"{header}{column}\ng1,umea,2019,1,2,,vi,{right}\n"
        assert _read(tmp_path, text, "observations") == []


def test_a_target_is_a_share_and_a_margin_is_not_negative(tmp_path: Path) -> None:
    kinds = {
        (table, column.name): column.kind
        for table in ("goals", "indicators")
        for column in contract()[table].columns
    }
    assert kinds["goals", "target"] == "share"
    assert kinds["indicators", "margin"] == "not_negative"
    holds = KINDS["not_negative"].holds(pd.Series(["0", "1.5", "-0.1", "x"]))
    assert holds.tolist() == [True, True, False, False]
    assert empty_table("goals")["target"].dtype == "float64"


def test_an_empty_file_is_a_fault(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, "")
    assert "the file must have content; found 0 bytes" in line
    (line,) = _read(tmp_path, "\n" + PEOPLE)
    assert "must have a header row; found nothing in the first row" in line


def test_a_byte_order_mark_and_blank_lines_are_read_past(tmp_path: Path) -> None:
    assert _read(tmp_path, "\ufeff" + PEOPLE + "\np1,umea,resident,,\n\n") == []


def test_rows_keep_their_place_in_the_file_and_extra_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person_id,city,role,shoe\np1,umea,staff,43\n\np2,umea,staff,\n")
    people = read_table(path, "people", name="people.csv")
    assert people.index.tolist() == [2, 4]
    assert people["shoe"].tolist() == ["43", ""]
    assert people["age_band"].tolist() == ["", ""]


def test_blank_numbers_are_unknown_never_nought(tmp_path: Path) -> None:
    path = tmp_path / "activities.csv"
    path.write_text("activity,city,date,type,visits,people\na1,umea,2019,café,,0\n", "utf-8")
    activities = read_table(path, "activities", name="activities.csv")
    assert activities["visits"].isna().tolist() == [True]
    assert activities["people"].tolist() == [0]


def test_an_empty_table_has_the_types_of_a_read_one(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE + "p1,umea,resident,,\n")
    read = read_table(path, "people", name="people.csv")
    empty = empty_table("people")
    shared = [column for column in empty if column in read]
    assert empty[shared].dtypes.equals(read[shared].dtypes)


def test_every_reference_names_a_table_of_the_contract() -> None:
    for table in contract().values():
        for column in table.columns:
            assert not column.refers_to or column.refers_to in contract()


def test_the_contract_in_data_readme_names_every_file_and_column(root: Path) -> None:
    """`data/README.md` tells people what `contract.csv` tells the program."""
    told = (root / "data" / "README.md").read_text(encoding="utf-8")
    for table in contract().values():
        assert table.file.replace("surveys/*/", "") in told, table.file
        for column in table.columns:
            assert f"`{column.name}`" in told, f"{table.name}.{column.name}"
            for choice in column.one_of:
                assert choice in told, f"{table.name}.{column.name}: {choice}"


def test_a_heading_that_is_nearly_one_of_the_contract_is_a_fault(tmp_path: Path) -> None:
    told = _read(tmp_path, "person_id,city,role,Age band\np1,umea,staff,16-24\n")
    assert any("must have age_band by that name" in line for line in told)


@given(st.lists(st.from_regex(r"[a-z0-9_-]+", fullmatch=True), max_size=5))
def test_a_list_survives_its_cell(members: list[str]) -> None:
    assert split_list("; ".join(members)) == members
