"""A multiple choice is the codes that were chosen; a blank is no answer unless it is said to be."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.evidence.questionnaires.answers import Question, Reading
from labtools.evidence.questionnaires.choices import read_choices, split_choices
from labtools.evidence.sheets.tabular import Sheet

CODES = pd.DataFrame(
    {
        "codes": "resa",
        "code": ["tag", "buss", "vill_ej", "cykel"],
        "label_sv": ["Tåg, pendel", "Buss", "Vill ej svara", "Cykel; egen"],
        "label_en": ["Train", "Bus", "", ""],
        "order": [2.0, 1.0, float("nan"), 3.0],
        "missing_reason": ["", "", "refused", ""],
    }
)
COLUMNS = {"r1": "buss", "r2": "tag", "r3": "cykel"}


def read_joined(cells: list[str], *, separator: str, blank: str = "") -> Reading:
    sheet = Sheet(pd.DataFrame({"resa": cells}, dtype="str"), "utf-8", ";", ",.")
    question = Question("resa", "resa", "multiple", CODES, separator=separator, blank=blank)
    return read_choices(sheet, question, name="answers.csv")


def read_columns(rows: list[list[str]], *, rule: str = "", **of_file: object) -> Reading:
    cells = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    sheet = Sheet(cells, "utf-8", ";", ",.", **of_file)  # type: ignore[arg-type]
    question = Question("resa", "r1", "multiple", CODES, blank=rule, options=COLUMNS)
    return read_choices(sheet, question, name="answers.csv")


def told(reading: Reading) -> list[str]:
    """Answers, and in brackets the reasons of those that are missing."""
    assert reading.faults == ()
    assert (reading.answers.isna() == (reading.reasons != "")).all()
    pairs = zip(reading.answers.fillna("?"), reading.reasons, strict=True)
    return [f"[{reason}]" if reason else answer for answer, reason in pairs]


@pytest.mark.parametrize(
    ("separator", "cells"),
    [
        (";", ["cykel; egen ;BUS;", "Tåg, pendel", "", "Vill ej svara;"]),
        (",", ["Cykel; egen, Buss", "Tåg, pendel,", "", "vill_ej"]),
        ("", ["cykel buss", "tag", "", "vill_ej"]),
    ],
)
def test_choices_in_one_cell_are_codes_in_the_order_of_their_list(
    separator: str, cells: list[str]
) -> None:
    assert told(read_joined(cells, separator=separator)) == [
        "buss;cykel",
        "tag",
        "[blank]",
        "[refused]",
    ]


def test_a_label_that_holds_the_separator_is_one_choice() -> None:
    reading = read_joined(["Tåg, pendel, Buss", "Buss, Tåg, pendel"], separator=",")
    assert told(reading) == ["buss;tag", "buss;tag"]
    assert split_choices(
        "Bra, mycket bra, Bra", {"bra": "1", "bra, mycket bra": "2"}, separator=","
    ) == [
        "bra, mycket bra",
        "bra",
    ]


def test_a_label_does_not_end_within_a_word() -> None:
    reading = read_joined(["Bussar;Buss"], separator=";")
    (fault,) = reading.faults
    assert fault.found == "'bussar' in 1 row"


def test_every_choice_without_a_row_is_listed_with_its_rows() -> None:
    reading = read_joined(["Buss;Spårvagn", "Spårvagn", "Annat: båt;"], separator=";")
    assert [(fault.found, fault.row) for fault in reading.faults] == [
        ("'spårvagn' in 2 rows", 0),
        ("'annat: båt' in 1 row", 2),
    ]


def test_a_refusal_beside_choices_is_left_out() -> None:
    assert told(read_joined(["Buss;Vill ej svara"], separator=";")) == ["buss"]


@pytest.mark.parametrize(
    ("blank", "expected"), [("", "[blank]"), ("missing", "[blank]"), ("none", "")]
)
def test_blank_is_not_no_unless_the_dictionary_says_so(blank: str, expected: str) -> None:
    assert told(read_joined(["", "Buss"], separator=";", blank=blank)) == [expected, "buss"]
    reading = read_columns([["", "", ""], ["1", "", ""]], rule=blank)
    assert told(reading) == [expected, "buss"]


@pytest.mark.parametrize("no", ["0", "no", "Nej", "FALSE", "N", "Not selected", "unchecked"])
def test_one_cell_that_says_no_is_an_answer(no: str) -> None:
    assert told(read_columns([["", no, ""], ["", no, "x"], ["", "", ""]])) == [
        "",
        "cykel",
        "[blank]",
    ]


@pytest.mark.parametrize("yes", ["1", "yes", "JA", "true", "X", "Y", "checked", "Selected", "1,0"])
def test_a_column_is_chosen_by_its_mark_or_its_own_option(yes: str) -> None:
    rows = [[yes, "", yes], ["Buss", "train", ""], ["buss", "0", "Cykel; egen"]]
    assert told(read_columns(rows)) == ["buss;cykel", "buss;tag", "buss;cykel"]


def test_other_text_in_a_column_is_a_fault_that_says_what_to_do() -> None:
    reading = read_columns([["1", "", "min egen"], ["", "Buss", ""]])
    assert [(fault.column, fault.row, fault.found) for fault in reading.faults] == [
        ("r2", 1, "'Buss' in 1 row"),  # the label of another option is no mark of this one
        ("r3", 0, "'min egen' in 1 row"),
    ]
    assert "a row of its own of type text" in reading.faults[0].do


def test_spss_marks_are_read_by_their_labels() -> None:
    labels = {column: {"1": "Ja", "2": "Nej", "9": "Vill ej svara"} for column in COLUMNS}
    missing = {column: {"9"} for column in COLUMNS}
    blank = dict.fromkeys(COLUMNS, "system")
    rows = [["1", "2", "2"], ["2", "2", "2"], ["9", "9", "9"], ["", "", ""], ["9", "1", "2"]]
    reading = read_columns(rows, labels=labels, user_missing=missing, blank=blank)
    assert told(reading) == ["buss", "", "[refused]", "[system]", "tag"]


def test_a_code_that_spss_calls_missing_must_have_its_reason() -> None:
    reading = read_columns([["1", "0", "7"]], user_missing={"r1": {"1"}, "r3": {"7"}})
    said = [(fault.column, fault.must) for fault in reading.faults]
    assert ("r1", "has the missing_reason that SPSS implies") in said
    assert ("r3", "has the missing_reason that SPSS implies") in said


@given(
    st.lists(st.sets(st.sampled_from(["tag", "buss", "cykel"])), min_size=1),
    st.sampled_from([("code", " "), ("code", ";"), ("label_sv", ","), ("label_sv", " ; ")]),
    st.randoms(use_true_random=False),
)
def test_one_cell_and_columns_of_marks_give_the_same(
    people: list[set[str]], how: tuple[str, str], random: object
) -> None:
    column, separator = how
    text = dict(zip(CODES["code"], CODES[column], strict=True))
    cells = []
    for chosen in people:
        shuffled = sorted(chosen)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        cells.append(separator.join(text[code] for code in shuffled))
    joined = read_joined(cells, separator=separator.strip())
    marks = [["1" if code in chosen else "" for code in COLUMNS.values()] for chosen in people]
    assert told(joined) == told(read_columns(marks))


NOUGHT = pd.DataFrame(
    {
        "codes": "resa",
        "code": ["0", "1", "nej"],
        "label_sv": ["Inget", "Buss", "Nej"],
        "label_en": "",
        "order": [1.0, 2.0, 3.0],
        "missing_reason": "",
    }
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["0", "", ""], ["", "1", ""], ["", "", "Nej"]], ["0", "1", "nej"]),  # codes and labels
        ([["0", "1", "0"], ["1", "0", "0"], ["0", "0", "1"]], ["1", "0", "nej"]),  # marks
        ([["Nej", "Ja", "Nej"], ["", "", ""]], ["1", "[blank]"]),
        ([["0", "1", "0"], ["0", "1", "0"]], ["1", "1"]),  # everybody chose the one called 1
        ([["0", "1", "0"], ["", "", ""]], ["1", "[blank]"]),
    ],
)
def test_an_option_called_nought_or_no_is_told_from_a_mark(
    rows: list[list[str]], expected: list[str]
) -> None:
    options = dict(zip(["r1", "r2", "r3"], NOUGHT["code"], strict=True))
    sheet = Sheet(pd.DataFrame(rows, columns=list(options), dtype="str"), "utf-8", ";", ",.")
    question = Question("resa", "r1", "multiple", NOUGHT, options=options)
    assert told(read_choices(sheet, question, name="answers.csv")) == expected


def test_a_one_that_the_file_calls_something_else_is_no_mark() -> None:
    labels = {column: {"1": "Ej nämnd", "2": "Nämnd"} for column in COLUMNS}
    assert told(read_columns([["2", "1", "1"], ["1", "1", "1"]], labels=labels)) == ["buss", ""]
    labels = {column: {"1": "Utan", "2": "Med"} for column in COLUMNS}
    assert len(read_columns([["1", "1", "1"]], labels=labels).faults) == 3
    labels = {column: {"0": "Utan", "1": "Med"} for column in COLUMNS}
    assert told(read_columns([["1", "0", "0"]], labels=labels)) == ["buss"]


def test_a_choice_that_is_one_code_and_the_label_of_another_is_a_fault() -> None:
    codes = NOUGHT.assign(label_sv=["1", "2", "3"])
    sheet = Sheet(pd.DataFrame({"resa": ["0;1"]}, dtype="str"), "utf-8", ",", ".")
    question = Question("resa", "resa", "multiple", codes, separator=";")
    (fault,) = read_choices(sheet, question, name="answers.csv").faults
    assert fault.must == "is not one code and the label of another"
