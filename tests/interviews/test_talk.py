"""Who talks, and how much."""

import numpy as np
import pandas as pd
import pytest

from labtools.interviews import talk


def _turns() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_id": ["a", "a", "a", "b"],
            "turn": [1, 2, 3, 1],
            "speaker": ["interviewer", "respondent", "unknown", "respondent"],
            "person_id": ["", "p1", "", "p1"],
            "person_role": ["", "resident", "", "resident"],
            "type": ["interview"] * 4,
            "date": ["2019"] * 4,
            "language": ["sv", "sv", "sv", "sv;en"],
            "quote": ["no", "yes", "no", "yes"],
            "text": ["Hur då?", "Ja du sa det.", "…", "Yes."],
        }
    )


def _tokens() -> pd.DataFrame:
    counts = {("a", 1): 2, ("a", 2): 4, ("b", 1): 2}
    rows = [pair for pair, words in counts.items() for _ in range(words)]
    return pd.DataFrame(rows, columns=["source_id", "turn"])


def test_shares_of_talk_are_of_all_words_and_nobody_counts_twice() -> None:
    table = talk.count_talk(_turns(), _tokens(), leave_out="staff")
    assert table.fillna({"people": -1}).to_numpy().tolist() == [
        ["respondent", 1, 2, 6, 0.75],
        ["interviewer", -1, 1, 2, 0.25],
        ["unknown", -1, 1, 0, 0.0],
    ]


def test_respondents_whose_role_is_left_out_have_a_row_of_their_own() -> None:
    turns = _turns().assign(person_role=["staff", "staff", "", ""], person_id=["", "p1", "", "p2"])
    table = talk.count_talk(turns, _tokens(), leave_out="partner; staff").set_index("speaker")
    assert table.index.tolist() == ["respondent", "left_out", "interviewer", "unknown"]
    assert table.loc["left_out", ["people", "words"]].tolist() == [1, 4]
    assert table.loc["respondent", ["people", "words"]].tolist() == [1, 2]
    assert table["share"].sum() == 1


def test_nobody_is_a_voice_in_what_a_recogniser_made_up() -> None:
    flags = ["credit", "overlap;credit", "", "repeated"]
    turns = _turns().assign(speaker="respondent", person_role="", flags=flags)
    chosen = talk.choose_voices(turns, speakers=["respondent"], leave_out="")
    assert chosen["flags"].tolist() == ["", "repeated"]
    assert talk.count_talk(turns, _tokens(), leave_out="")["turns"].tolist() == [4]


def test_an_interpreter_speaks_for_another_and_is_no_person_more() -> None:
    turns = _turns().assign(speaker=["interviewer", "interpreter", "unknown", "respondent"])
    table = talk.count_talk(turns, _tokens(), leave_out="").set_index("speaker")
    assert np.isnan(table.loc["interpreter", "people"])
    assert talk.count_interpreted(turns, _tokens()).to_numpy().tolist() == [[1, 4]]
    assert talk.count_interpreted(_turns(), _tokens()).empty


def test_voices_are_chosen_by_part_and_role_and_an_unknown_role_stays() -> None:
    turns = _turns().assign(person_role=["", "staff", "", "resident"], flags="")
    chosen = talk.choose_voices(
        turns, speakers=["respondent", "unknown"], leave_out="staff; partner"
    )
    assert chosen["source_id"].tolist() == ["a", "b"]
    assert len(talk.choose_voices(turns, speakers=["respondent"], leave_out="")) == 2


def test_each_interview_has_its_length_and_the_interviewers_share() -> None:
    table = talk.count_interviews(_turns(), _tokens()).set_index("source_id")
    assert table.loc["a", ["people", "turns", "words"]].tolist() == [1, 3, 6]
    assert table["share_asked"].tolist() == pytest.approx([1 / 3, 0])


def test_an_interview_without_words_has_no_share() -> None:
    silent = _turns().iloc[[2]]
    assert talk.count_interviews(silent, _tokens().head(0))["share_asked"].isna().tolist() == [True]


def test_the_summary_counts_people_not_turns() -> None:
    row = talk.summarize(_turns(), _tokens()).iloc[0].to_dict()
    assert row == {"interviews": 2, "people": 1, "turns": 4, "words": 8, "other_language": 1}
    assert talk.summarize(_turns().head(0), _tokens().head(0)).empty


def test_a_sheet_of_several_answers_is_one_sheet() -> None:
    assert talk.summarize_written(_turns()).to_numpy().tolist() == [[2, 4]]
    assert talk.summarize_written(_turns().head(0)).empty


def test_partners_see_only_words_that_may_be_quoted() -> None:
    assert len(talk.excerpt(_turns(), most=9, audience="internal")) == 4
    assert talk.excerpt(_turns(), most=9, audience="partners")["turn"].tolist() == [2, 1]
