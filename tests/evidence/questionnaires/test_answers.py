"""Cells become typed answers by the dictionary and the codes, or a line for each that cannot."""

import pandas as pd
import pytest

from labtools.evidence.questionnaires.answers import Question, Reading, fold_cell, read_answers
from labtools.evidence.sheets.tabular import Sheet

NO_CODES = pd.DataFrame(
    columns=["codes", "code", "label_sv", "label_en", "order", "missing_reason"], dtype="str"
)
CODES = pd.DataFrame(
    {
        "codes": "a",
        "code": ["1,05", "15", "99"],
        "label_sv": ["Låg", "Hög", "Vet ej"],
        "label_en": "",
        "order": [1.0, 2.0, 3.0],
        "missing_reason": ["", "", "dont_know"],
    }
)


def read(
    cells: list[str], kind: str, *, codes: pd.DataFrame = NO_CODES, missing: str = ""
) -> Reading:
    table = pd.DataFrame({"a": cells}, dtype="str")
    sheet = Sheet(table, "utf-8", ";", ",.", user_missing={"a": {missing} - {""}})
    return read_answers(sheet, Question("a", "a", kind, codes), name="answers.csv")


def test_decimals_of_a_code_are_not_mistaken_for_zeros() -> None:
    assert [fold_cell(cell) for cell in ("1,05", "4.00", "10", "1,50")] == [
        "1,05",
        "4",
        "10",
        "1,50",
    ]
    assert read(["1,05", "15", "Hög"], "single", codes=CODES).answers.tolist() == [1.05, 15.0, 15.0]


@pytest.mark.parametrize("kind", ["number", "text", "date"])
def test_a_user_missing_code_is_never_counted_as_an_answer(kind: str) -> None:
    cell = "2024-10-01" if kind == "date" else "99"
    (fault,) = read([cell, ""], kind, missing=cell).faults
    assert "missing_reason that SPSS implies" in fault.must
    told = read(["99", "12"], "number", codes=CODES, missing="99")
    assert told.faults == ()
    assert told.reasons.tolist() == ["dont_know", ""]


def test_times_with_their_zone_are_as_the_clock_showed() -> None:
    cells = ["2024-10-01T09:00:05.120+02:00", "2024-12-01T09:00:00+0100", "2024-12-24", ""]
    answers = read(cells, "date").answers
    assert answers.dt.hour.tolist()[:3] == [9, 9, 0]
    assert answers.isna().tolist() == [False, False, False, True]


def test_free_text_stays_as_it_was_written() -> None:
    assert read(["Å; ä, ö", "1", ""], "text").answers.tolist()[:2] == ["Å; ä, ö", "1"]


@pytest.mark.parametrize("cell", ["-9", "−9", "-9,0", "99,9", "99.9"])
def test_a_missing_code_is_known_in_whatever_form_it_is_written(cell: str) -> None:
    codes = CODES.assign(code=["-9", "99.9", "1"], missing_reason=["refused", "dont_know", ""])
    assert read([cell, "3"], "number", codes=codes).answers.isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "cell",
    ["1405", "43234", "now", "today", "05-06-2018", "5/6/2018", "2018-05-14T25:00", "2018-W20"],
)
def test_what_may_be_another_day_is_no_date(cell: str) -> None:
    (fault,) = read([cell, "2018-05-15"], "date").faults
    assert fault.found == f"{cell!r} in 1 row"


def test_dates_may_have_zones_in_several_forms() -> None:
    cells = ["2018-05-14 10:30+02", "2018-05-14T10:30:00 +01:00", "2018/5/14 10:30", "20180514"]
    reading = read(cells, "date")
    assert reading.faults == ()
    assert reading.answers.dt.strftime("%d %H:%M").tolist() == ["14 10:30"] * 3 + ["14 00:00"]


@pytest.mark.parametrize("cells", [["1.200", "2.500", "900"], ["1,200", "2"]])
def test_a_sign_that_may_divide_thousands_is_not_guessed_at(cells: list[str]) -> None:
    (fault,) = read(cells, "number").faults
    assert "decimals or thousands" in fault.must
    assert "survey.toml" in fault.do
    assert read([*cells, cells[0].replace("200", "25")], "number").faults == ()


NUMBERED = CODES.assign(code=["1", "2", "3"], label_sv=["0", "1", "Fler"], missing_reason="")


def test_what_is_one_code_and_the_label_of_another_is_a_fault() -> None:
    (fault,) = read(["0", "1", "3"], "single", codes=NUMBERED).faults
    assert (fault.must, fault.found) == ("is not one code and the label of another", "'1' in 1 row")


def test_a_cell_that_the_file_labels_is_a_code() -> None:
    sheet = Sheet(
        pd.DataFrame({"a": ["1", "2"]}, dtype="str"),
        "utf-8",
        "",
        ".",
        labels={"a": {"1": "0", "2": "1"}},
    )
    reading = read_answers(sheet, Question("a", "a", "single", NUMBERED), name="answers.sav")
    assert reading.faults == ()
    assert reading.answers.tolist() == [1.0, 2.0]


def test_labels_of_the_file_that_contradict_the_codes_are_a_fault() -> None:
    table = pd.DataFrame({"a": ["1", "2"]}, dtype="str")
    codes = NUMBERED.assign(label_sv=["Nej", "Ja", "Annat"])
    sheet = Sheet(table, "utf-8", "", ".", labels={"a": {"1": "Ja", "2": "Kanske"}})
    (fault,) = read_answers(sheet, Question("a", "a", "single", codes), name="answers.sav").faults
    assert fault.must == "has the label in codes.csv that the file gives it"
    assert fault.found == "'1' in 1 row"
