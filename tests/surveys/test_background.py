"""Groups of a city as domains of the whole sample, questions by background, and what is hidden."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Survey
from labtools.evidence.schemas import empty_table
from labtools.lab import open_lab
from labtools.privacy.readers import Readers
from labtools.surveys import background, estimates, families, scales
from labtools.surveys.independence import compare_answers

BACKGROUNDS = ["omrade", "alder", "kon"]


@pytest.fixture(scope="module")
def survey(root: Path) -> Survey:
    return open_lab(root / "data" / "example").read_survey("residents")


@pytest.fixture(scope="module")
def scores(survey: Survey) -> pd.DataFrame:
    scale = scales.find_scale(survey, "belonging")
    return scales.score_scale(scales.answers_of(survey), scale, dictionary=survey.dictionary)


def _groups(scores: pd.DataFrame, survey: Survey, *, min_people: int) -> pd.DataFrame:
    groups = background.estimate_by_background(
        scores,
        "score",
        survey,
        backgrounds=BACKGROUNDS,
        min_people=min_people,
        language="sv",
    )
    return groups[(groups["city"] == "norrvik") & (groups["answer"] != "")]


def _above(answers: pd.DataFrame, survey: Survey, questions: pd.DataFrame) -> pd.DataFrame:
    levels = pd.DataFrame({"city": ["asfors", "norrvik"], "n": [436, 421]})
    cities = ["asfors", "norrvik"]
    return background.estimate_above(answers, survey, questions, levels, cities=cities)


def test_each_group_is_a_domain_of_the_whole_sample(scores: pd.DataFrame, survey: Survey) -> None:
    groups = _groups(scores, survey, min_people=5)
    assert groups["answer"].tolist()[:6] == [
        "Lövlunden, höghus",
        "Lövlunden, låghus",
        "Kyrkängen, höghus",
        "Kyrkängen, låghus",
        "16–24 år",
        "25–44 år",
    ]
    old = groups.loc[groups["answer"] == "65 år eller äldre"].iloc[0]
    means = estimates.estimate_means(
        scores, "score", by=["city", "alder"], sampling="random", design=survey.design
    )
    same = means[(means["city"] == "norrvik") & (means["alder"] == 4)].iloc[0]
    assert (
        old[["estimate", "low", "high", "n"]].tolist()
        == same[["estimate", "low", "high", "n"]].tolist()
    )


def test_a_small_group_keeps_its_n_and_has_no_estimate(
    scores: pd.DataFrame, survey: Survey
) -> None:
    groups = _groups(scores, survey, min_people=100)
    few = groups["n"] < 100
    assert few.sum() >= 3
    assert groups.loc[few, ["estimate", "low", "high"]].isna().all(axis=None)
    assert groups.loc[~few, ["estimate", "low", "high"]].notna().all(axis=None)


def test_the_share_above_the_middle_is_that_of_its_codes_together(
    scores: pd.DataFrame, survey: Survey
) -> None:
    answers = scales.answers_of(survey)
    questions = families.list_ordered(survey, language="sv")
    above = _above(answers, survey, questions)
    above = above[above["city"] == "asfors"]
    assert len(above) == len(questions)
    shares = estimates.estimate_shares(
        answers, "hemma", by=["city"], sampling="random", design=survey.design
    )
    here = shares[(shares["city"] == "asfors") & (shares["code"] >= 4)]
    assert above["estimate"].iloc[0] == pytest.approx(here["estimate"].sum())
    assert above["n"].iloc[0] == here["n"].iloc[0]
    assert (above["upper"] + above["lower"] == above["n"]).all()
    assert above["apart"].iloc[0] == 436 - above["n"].iloc[0]
    nobody = answers.assign(hemma=np.nan)
    row = _above(nobody, survey, questions.head(1)).iloc[0]
    assert np.isnan(row["estimate"])
    assert row["n"] == 0


def test_every_pair_of_question_and_background_is_one_family(survey: Survey) -> None:
    answers = scales.answers_of(survey)
    questions = families.list_ordered(survey, language="sv").head(3)
    tests = background.compare_backgrounds(
        answers, survey, questions, city="norrvik", backgrounds=BACKGROUNDS, language="sv"
    )
    assert len(tests) == 9
    assert tests["p"].is_monotonic_increasing
    assert tests["p_adjusted"].iloc[0] == pytest.approx(min(1, 9 * tests["p"].iloc[0]))
    elsewhere = answers["city"] != "norrvik"
    alone = answers.assign(hemma=answers["hemma"].mask(elsewhere))
    expected = compare_answers(alone, "hemma", "alder", sampling="random", design=survey.design)
    found = tests[
        tests["background"].str.contains("gammal") & tests["question"].str.contains("hem")
    ]
    assert found["p"].iloc[0] == expected["p"].iloc[0]


def test_without_a_random_sample_there_is_no_interval_and_no_p(
    scores: pd.DataFrame, survey: Survey
) -> None:
    asked = Survey(**{**vars(survey), "settings": {**survey.settings, "sampling": "convenience"}})
    groups = _groups(scores, asked, min_people=5)
    assert groups["estimate"].notna().all()
    assert groups[["low", "high"]].isna().all(axis=None)
    questions = families.list_ordered(asked, language="sv").head(1)
    answers = scales.answers_of(asked)
    assert _above(answers, asked, questions)["low"].isna().all()
    tests = background.compare_backgrounds(
        answers, asked, questions, city="norrvik", backgrounds=["alder"], language="sv"
    )
    assert tests["p_adjusted"].isna().all()


def test_the_groups_and_those_without_one_are_everybody_with_a_score(
    scores: pd.DataFrame, survey: Survey
) -> None:
    """So that partners see no group that the whole gives away."""
    gone = (scores["city"] == "asfors") & (np.arange(len(scores)) % 5 < 2)
    some = scores.assign(kon=scores["kon"].mask(gone))
    groups = background.estimate_by_background(
        some, "score", survey, backgrounds=BACKGROUNDS, min_people=5, language="sv"
    )
    whole = scores.dropna(subset="score").groupby("city")["person_id"].count()
    for (_, city), n in groups.groupby(["variable", "city"])["n"].sum().items():
        assert n == whole[city]
    nameless = groups[(groups["answer"] == "") & (groups["n"] > 0)]
    assert nameless[["variable", "city"]].to_numpy().tolist() == [["kon", "asfors"]]


def test_partners_see_no_small_group_nor_the_one_that_would_tell_its_size(
    scores: pd.DataFrame, survey: Survey
) -> None:
    three = scores.index[(scores["city"] == "norrvik") & scores["score"].notna()][:3]
    some = scores.assign(kon=scores["kon"].where(~scores.index.isin(three), 3.0))
    groups = background.estimate_by_background(
        some, "score", survey, backgrounds=["kon"], min_people=5, language="sv"
    )
    for audience, hidden in (("internal", 0), ("partners", 2)):
        readers = Readers(audience, min_people=5, read_table=empty_table)
        told = readers.hide_means(groups, row="code", table="groups", each="whole")
        here = told[(told["city"] == "norrvik") & (told["n"] != 0)]
        assert here["n"].isna().sum() == hidden
        assert (here["estimate"].isna() >= here["n"].isna()).all()
        assert told[told["city"] != "norrvik"]["n"].notna().all()


def test_of_no_background_and_no_question_there_are_empty_tables(
    scores: pd.DataFrame, survey: Survey
) -> None:
    assert background.list_backgrounds(survey, " alder; ingen;alder ") == ["alder"]
    none = background.estimate_by_background(
        scores, "score", survey, backgrounds=[], min_people=5, language="sv"
    )
    assert none.empty
    questions = families.list_ordered(survey, language="sv").head(0)
    answers = scales.answers_of(survey)
    assert _above(answers, survey, questions).empty
    tests = background.compare_backgrounds(
        answers, survey, questions, city="norrvik", backgrounds=["alder"], language="sv"
    )
    assert tests.empty
