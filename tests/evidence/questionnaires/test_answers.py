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
