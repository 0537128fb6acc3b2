"""Free-text answers become turns with the columns that conversations have."""

from dataclasses import replace

import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Survey, empty_survey
from labtools.evidence.text_answers import read_text_answers
from labtools.evidence.transcripts.turns import keep_consented
from labtools.lab import open_lab


def a_survey(answers: dict[str, list[object]], **more: object) -> Survey:
    """A survey of the variables hemma (single), ovrigt and onskan (text)."""
    types = {"hemma": "single", "ovrigt": "text", "onskan": "text", "lopnr": "text"}
    dictionary = pd.DataFrame({"variable": list(types), "type": list(types.values())})
    table = pd.DataFrame(answers)
    return replace(empty_survey("deltagare"), dictionary=dictionary, answers=table, **more)


ANSWERS = {
    "person_id": ["P1", None, "P2"],
    "city": ["norrvik", "asfors", None],
    "date": pd.to_datetime(["2024-10-26", None, "2024-11-07"]),
    "hemma": ["ja", "nej", "ja"],
    "ovrigt": ["Mer ljus\nvid porten.", None, "  "],
    "onskan": ["Kafé", "En bänk", None],
}
COLUMNS = {"person_id": "lopnr", "city": "ort", "date": "dag"}


def test_each_answered_text_is_a_turn_of_the_row_s_source():
    turns = read_text_answers([a_survey(ANSWERS, columns=COLUMNS)])
    assert turns[["source_id", "turn", "label", "text"]].to_numpy().tolist() == [
        ["deltagare-1", 1, "ovrigt", "Mer ljus vid porten."],
        ["deltagare-1", 2, "onskan", "Kafé"],
        ["deltagare-2", 1, "onskan", "En bänk"],
    ]
    assert turns["person_id"].tolist() == ["P1", "P1", ""]
    assert turns["city"].tolist() == ["norrvik", "norrvik", "asfors"]
    assert turns["date"].tolist() == ["2024-10-26", "2024-10-26", ""]
    assert set(turns["speaker"]) == {"respondent"}
    assert set(turns["type"]) == {"survey_answer"}


def test_turns_follow_the_rows_and_then_the_dictionary():
    turns = read_text_answers([a_survey({"ovrigt": ["a", "c"], "onskan": ["b", "d"]})])
    assert turns["text"].tolist() == ["a", "b", "c", "d"]


def test_a_source_keeps_its_number_when_another_person_is_left_out():
    survey = a_survey(ANSWERS, columns=COLUMNS)
    fewer = replace(survey, answers=survey.answers.drop(index=0))
    assert read_text_answers([fewer])["source_id"].tolist() == ["deltagare-2"]


def test_what_is_no_answer_of_its_own_gives_no_turn():
    parts = a_survey({"ovrigt": ["nr 17"], "onskan": ["Port B"]}, design={"strata": "onskan"})
    assert read_text_answers([parts])["label"].tolist() == ["ovrigt"]


def test_who_gave_no_id_is_counted_and_never_quoted():
    turns = read_text_answers([a_survey(ANSWERS, columns=COLUMNS)])
    consent = pd.DataFrame(
        {"person_id": ["P1"], "participate": ["yes"], "quote": ["yes"], "withdrawn_on": [""]}
    )
    kept = keep_consented(turns, consent, withdrawal="everything")
    assert kept.loc[kept["person_id"] == "", "quote"].tolist() == ["no"]
    assert kept.loc[kept["person_id"] == "P1", "quote"].tolist() == ["yes", "yes"]
    assert set(turns["quote"]) == {"no"}


@pytest.mark.parametrize("surveys", [[], [empty_survey("tom")], None])
def test_the_columns_are_those_of_conversations(root, surveys):
    lab = open_lab(root / "data" / "example")
    said = lab.read_turns(types=["interview"])
    read = [lab.read_survey(survey) for survey in lab.surveys()] if surveys is None else surveys
    turns = read_text_answers(read)
    assert turns.dtypes.to_dict() == said.dtypes.to_dict()
    assert list(turns) == list(said)
    assert (len(turns) > 0) == (surveys is None)


def test_the_example_s_comments_are_all_there(root):
    survey = open_lab(root / "data" / "example").read_survey("participants")
    turns = read_text_answers([survey])
    assert len(turns) == survey.answers["kommentar"].notna().sum()
    assert set(turns["city"]) <= set(survey.answers["city"])
