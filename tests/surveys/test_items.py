"""What each question was answered, and what was not."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from labtools import tables
from labtools.evidence.questionnaires.survey import Scale, Survey, empty_survey
from labtools.evidence.schemas import empty_table
from labtools.privacy.readers import Readers
from labtools.surveys import items

SCALE = Scale("belonging", ("home",), "mean", 1, (1.0, 2.0), "", "")


def _survey() -> Survey:
    dictionary = pd.concat(
        [
            empty_table("dictionary"),
            pd.DataFrame(
                {"variable": ["home"], "question_sv": ["Hemma?"], "question_en": [""],
                 "codes": [""], "reverse": ["yes"]}
            ),
        ]
    )  # fmt: skip
    codes = pd.DataFrame(
        {
            "codes": ["home"] * 3,
            "code": ["2", "1", "8"],
            "label_sv": ["Ja", "Nej", "Vet ej"],
            "label_en": ["Yes", "No", "Don't know"],
            "order": [2.0, 1.0, 3.0],
            "missing_reason": ["", "", "dont_know"],
        }
    )
    answers = pd.DataFrame(
        {
            "person_id": list("pqrs"),
            "city": ["a", "a", "a", "b"],
            "wave": ["before", "before", "after", "before"],
            "home": [2.0, np.nan, 1.0, 2.0],
        }
    )
    missing = pd.DataFrame({"row": [1], "variable": ["home"], "reason": ["dont_know"]})
    disposition = pd.DataFrame({"city": ["a"], "wave": ["before"], "sampled": [5.0]})
    return dataclasses.replace(
        empty_survey("s"), settings={"sampling": "census", "name_sv": "Enkäten"},
        dictionary=dictionary, codes=codes, answers=answers, missing=missing,
        disposition=disposition,
    )  # fmt: skip


def test_the_distribution_keeps_the_codes_order_and_leaves_missing_out_of_the_share() -> None:
    survey = _survey()
    here = survey.answers[survey.answers["city"] == "a"]
    counts = items.count_answers(here, survey, SCALE, language="sv")
    assert counts[["wave", "answer", "n", "share", "answered"]].to_numpy().tolist() == [
        ["before", "Nej", 0, 0.0, 1],
        ["before", "Ja", 1, 1.0, 1],
        ["after", "Nej", 1, 1.0, 1],
        ["after", "Ja", 0, 0.0, 1],
    ]
    spread = items.spread_answers(counts)
    assert list(spread) == ["question", "wave", "Nej", "Ja", "answered"]
    assert spread["Ja"].tolist() == [1, 0]


def test_shares_are_weighted_where_the_design_has_a_weight_and_n_stays_people() -> None:
    """Two people, weights 3 and 1: 75 and 25 percent of two."""
    survey = dataclasses.replace(_survey(), design={"weight": "w"})
    here = pd.DataFrame({"wave": "before", "home": [1.0, 2.0, np.nan], "w": [3.0, 1.0, 9.0]})
    counts = items.count_answers(here, survey, SCALE, language="sv")
    assert counts[["n", "share", "answered"]].to_numpy().tolist() == [[1, 0.75, 2], [1, 0.25, 2]]


def test_missing_answers_stand_under_their_reason() -> None:
    table = items.count_missing(_survey(), SCALE, "a", language="sv")
    assert list(table) == ["question", "wave", "Vet ej"]
    assert table.to_numpy().tolist() == [["Hemma? (omvänd)", "before", 1]]
    assert items.count_missing(_survey(), SCALE, "b", language="sv").empty


def test_a_question_without_translation_stands_as_it_was_asked() -> None:
    questions = items.list_questions(_survey(), SCALE, language="en")
    assert questions.to_numpy().tolist() == [["home", "Hemma? (reversed)", "yes"]]


def test_questions_and_answers_without_text_stand_apart() -> None:
    """Two questions without wording in either language, and codes without labels."""
    survey = _survey()
    asked = pd.concat(
        [survey.dictionary.assign(question_sv="", reverse="", variable=name) for name in "xy"]
    )
    two = dataclasses.replace(
        survey,
        dictionary=asked.assign(codes="home"),
        codes=survey.codes.assign(label_sv="", label_en=""),
    )
    scale = dataclasses.replace(SCALE, variables=("x", "y"))
    here = pd.DataFrame({"wave": ["before"] * 2, "x": [1.0, 1.0], "y": [2.0, 1.0]})
    spread = items.spread_answers(items.count_answers(here, two, scale, language="sv"))
    assert spread.to_numpy().tolist() == [["x", "before", 2, 0, 2], ["y", "before", 1, 1, 2]]
    assert list(spread)[2:4] == ["1", "2"]


def test_an_answer_of_one_word_is_a_heading() -> None:
    """A table once took ibland for a column that wording.toml must hold."""
    survey = _survey()
    lower = dataclasses.replace(
        survey, codes=survey.codes.assign(label_sv=["ibland", "aldrig", "-"])
    )
    counts = items.count_answers(survey.answers, lower, SCALE, language="sv")
    html = tables.show(items.spread_answers(counts), caption="items", language="sv")._repr_html_()
    assert ">Ibland</th>" in html


def test_those_who_answered_are_told_beside_those_who_were_asked() -> None:
    described = items.describe(_survey(), "a", language="sv")
    assert described["n"].tolist() == [2, 1]
    assert described["sampled"].iloc[0] == 5
    assert np.isnan(described["sampled"].iloc[1])
    assert items.describe(_survey(), "nowhere", language="sv").empty


@pytest.mark.parametrize(("yes", "blank", "shown"), [(9, 0, True), (3, 0, False), (9, 2, False)])
def test_partners_see_a_question_only_where_no_answer_and_no_silence_is_of_a_few(
    yes: int, blank: int, shown: bool
) -> None:
    """Shares add up to one: one of them left out would be told by the others."""
    home = [2.0] * yes + [1.0] * 8 + [np.nan] * blank
    answers = pd.DataFrame({"city": "a", "wave": "before", "home": home})
    elsewhere = pd.DataFrame({"city": "b", "wave": "before", "home": [2.0] * 7 + [1.0] * 9})
    whole = pd.concat([answers, elsewhere], ignore_index=True)
    levels = pd.DataFrame({"city": ["a", "b"], "n": [len(answers), 16]})
    for audience in ("internal", "partners"):
        readers = Readers(audience, min_people=5, read_table=empty_table)
        given = items.hide_answers(
            whole, _survey(), SCALE, levels, readers, city="a", table="t", language="sv"
        )
        assert len(given) == (2 if shown or audience == "internal" else 0)


def test_a_survey_that_is_not_there_gives_empty_tables() -> None:
    nothing = empty_survey("s")
    none = Scale("belonging", (), "mean", 1, (1.0, 5.0), "", "")
    assert items.list_questions(nothing, none, language="sv").empty
    assert items.count_missing(nothing, none, "a", language="sv").empty
    counts = items.count_answers(nothing.answers, nothing, none, language="sv")
    assert items.spread_answers(counts).empty
