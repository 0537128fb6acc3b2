"""What there is, and who has not been heard."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from labtools import tables
from labtools.evidence import inventory
from labtools.evidence.questionnaires.survey import empty_survey
from labtools.faults import Fault


def _sources() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city": ["b", "a", "b", ""],
            "type": ["walk", "interview", "interview", "document"],
            "date": ["2019-02-03", "2018-12", "2019", ""],
            "file": ["b/1.txt", "a/2.txt", "b/3.txt", ""],
        }
    )


def test_nothing_counted_is_a_zero_in_the_spread_and_totals_agree() -> None:
    counts = inventory.count_sources(_sources(), ["type", "city"])
    table = inventory.spread(counts, rows="type", columns="city", order=["", "a", "b"], total="all")
    assert table.to_numpy().tolist() == [
        ["walk", 0, 0, 1, 1],
        ["interview", 0, 1, 1, 2],
        ["document", 1, 0, 0, 1],
    ]
    assert table["all"].sum() == len(_sources())


def test_months_stand_in_order_and_a_bare_year_names_none() -> None:
    months = inventory.count_by_month(_sources())
    assert months["month"].tolist() == ["2018-12", "2019-02", "unknown", "unknown"]
    assert months["n"].sum() == 4


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        {"person_id": ["p1", "p2", "p3"], "city": ["a", "a", "b"], "role": ["resident"] * 3}
    )


def _turns() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": ["p1", "p1", "p3", ""],
            "speaker": ["respondent", "respondent", "other", "unknown"],
        }
    )


def test_a_person_is_heard_once_however_often_they_speak() -> None:
    heard = inventory.count_heard(_people(), _turns(), ["city"], gone=())
    assert heard.to_numpy().tolist() == [["a", 2, 1, 1], ["b", 1, 0, 1]]


def test_whoever_speaks_through_an_interpreter_is_heard() -> None:
    turns = pd.DataFrame({"person_id": ["p3"], "speaker": ["interpreter"]})
    assert inventory.count_heard(_people(), turns, ["city"], gone=())["heard"].tolist() == [0, 1]


def test_who_takes_no_part_is_neither_heard_nor_unheard() -> None:
    heard = inventory.count_heard(_people(), _turns(), ["city"], gone={"P2", "p3"})
    assert heard.to_numpy().tolist() == [["a", 1, 1, 0]]


def test_only_groups_in_which_nobody_speaks_are_unheard() -> None:
    heard = inventory.count_heard(_people(), _turns(), ["city", "role"], gone=())
    unheard = inventory.find_unheard(heard)
    assert unheard.to_numpy().tolist() == [["b", "resident", 1]]


def test_consent_counts_a_blank_as_no_and_a_withdrawal_as_gone() -> None:
    consent = pd.DataFrame(
        {
            "person_id": ["p1", "p2"],
            "participate": ["yes", "yes"],
            "quote": ["yes", ""],
            "photo": ["", "yes"],
            "withdrawn_on": ["", "2020-01-01"],
        }
    )
    table = inventory.count_consent(_people(), consent).set_index("city")
    assert table.loc["a"].to_dict() == {
        "n": 2, "asked": 2, "participate": 1, "quote": 1, "photo": 0, "withdrawn": 1,
    }  # fmt: skip
    assert table.loc["b"].to_dict() == {
        "n": 1, "asked": 0, "participate": 0, "quote": 0, "photo": 0, "withdrawn": 0,
    }  # fmt: skip


def test_the_register_is_compared_with_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "2.txt").write_text("hej")
    (tmp_path / ".git").mkdir()
    for hidden in (".DS_Store", ".git/x"):
        (tmp_path / hidden).write_text("")
    row = inventory.compare_register(_sources(), tmp_path, pd.DataFrame())
    assert row.to_numpy().tolist() == [[4, 3, 1, 1, 0]]


def test_rows_are_counted_per_city_and_in_all() -> None:
    tables = {
        "photos": pd.DataFrame({"x": [1, 2]}),
        "activities": pd.DataFrame({"city": ["a", ""]}),
    }
    table = inventory.count_records(tables, order=["a", "b"])
    assert table.to_numpy().tolist() == [["photos", 0, 0, 2], ["activities", 1, 0, 2]]


def test_a_lab_without_surveys_has_no_answers() -> None:
    assert inventory.count_survey_answers([], language="sv").empty
    assert inventory.count_survey_answers([empty_survey("s")], language="sv").empty


def test_faults_become_rows_and_their_number_a_sentence() -> None:
    faults = inventory.list_faults(
        [Fault("a.csv", "m", "f", "d", row=3, column="c"), Fault("b.txt", "m", "f", "d")]
    )
    assert faults["row"].isna().tolist() == [False, True]
    assert inventory.count_faults(faults).to_numpy().tolist() == [[2, 2]]
    assert inventory.count_faults(faults.head(0)).empty


def test_unfinished_responses_have_a_column_and_a_dash_where_nothing_tells() -> None:
    told = empty_survey("a"), empty_survey("b")
    counted = replace(told[1], file=replace(told[1].file, unfinished=2, left_out={"unfinished": 1}))
    table = inventory.list_answer_files([told[0], counted], language="sv")
    assert table["unfinished"].isna().tolist() == [True, False]
    assert table["left_out"].tolist() == ["", "ofullständiga svar 1"]
    assert tables.show(table, caption="answer_files", language="sv")


def test_a_survey_without_waves_counts_its_people_once() -> None:
    survey = replace(empty_survey("a"), answers=pd.DataFrame({"city": ["umea", None, "umea"]}))
    counted = inventory.count_survey_answers([survey], language="sv")
    assert counted.to_dict("records") == [
        {"survey": "a", "city": "umea", "wave": "", "n": 2},
        {"survey": "a", "city": "", "wave": "", "n": 1},
    ]
