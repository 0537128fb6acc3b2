"""Those who answered beside those who were asked."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Scale, Survey, empty_survey
from labtools.evidence.schemas import empty_table
from labtools.surveys import representation

AGES = ["16–24 år", "65 år eller äldre"]


def _survey(*groups: str) -> Survey:
    """Five answers, one of them without an age; two groups of ten, four and six of them asked."""
    codes = pd.DataFrame(
        {"codes": "age", "code": ["2", "1", "8"], "label_sv": [AGES[1], AGES[0], "Vet ej"],
         "label_en": ["65 years or older", "", "Don't know"], "order": [2.0, 1.0, 3.0],
         "missing_reason": ["", "", "dont_know"]}
    )  # fmt: skip
    answers = pd.DataFrame(
        {"city": ["a"] * 4 + ["b"], "age": [2.0, 2, 1, np.nan, 1], "home": [5.0, 3, 1, np.nan, 1],
         "w": [1.0, 1, 4, 1, 1]}
    )  # fmt: skip
    asked = pd.DataFrame({"group": groups, "sampled": [4.0, 7.0][: len(groups)], "ineligible": 0.0})
    if len(groups) > 1:
        asked.loc[1, "ineligible"] = 1.0
    dictionary = pd.concat([empty_table("dictionary"), pd.DataFrame({"variable": ["age", "home"]})])
    return dataclasses.replace(
        empty_survey("s"), answers=answers, codes=codes, dictionary=dictionary.fillna(""),
        disposition=asked.assign(city="a", wave=""),
        scales={"home": Scale("home", ("home",), "mean", 1, (1.0, 5.0), "Hemma", "")},
    )  # fmt: skip


@pytest.mark.parametrize(
    "groups", [("1", "2"), ("16-24", "65+"), ("16–24 År", "65 YEARS or older"), ("16 to 24", "65-")]
)
def test_a_group_is_known_by_code_label_or_the_numbers_in_it(groups: tuple[str, str]) -> None:
    named = representation.name_groups(_survey(*groups), "age", language="sv")
    assert named.disposition["group"].tolist() == AGES
    assert named.answers["part"].tolist() == [AGES[1], AGES[1], AGES[0], "", AGES[0]]
    assert named.answers["part"].cat.categories.tolist() == [*AGES, ""]


def test_groups_without_labels_are_the_answers_themselves() -> None:
    survey = _survey("a", "b")
    named = representation.name_groups(survey, "city", language="sv")
    assert named.answers["part"].tolist() == ["a"] * 4 + ["b"]
    assert named.disposition["group"].tolist() == ["a", "b"]


@pytest.mark.parametrize("groups", [("25-44", "65+"), ("16-24", "16–24 år"), ("young", "old")])
def test_a_group_that_is_no_answer_of_its_own_is_told(groups: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="is none of 16–24 år, 65 år eller äldre"):
        representation.name_groups(_survey(*groups), "age", language="sv")


def test_a_question_that_the_survey_lacks_is_told() -> None:
    with pytest.raises(ValueError, match="survey s has no area; choose among age, home"):
        representation.name_groups(_survey("1", "2"), "area", language="sv")


def test_only_the_last_wave_with_answers_is_kept() -> None:
    survey = _survey("16-24", "65+")
    waves = ["before", "between", "after"]
    answered = survey.answers.assign(wave=["before", "between", "between", "between", "after"])
    asked = survey.disposition.assign(wave=["before", "between"])
    both = dataclasses.replace(survey, answers=answered, disposition=asked)
    kept = representation.keep_last_wave(both, "a", waves=waves)
    assert kept.answers.index.tolist() == [1, 2, 3]
    assert kept.disposition["group"].tolist() == ["65+"]
    assert representation.keep_last_wave(both, "nowhere", waves=waves).answers.empty


def test_the_asked_are_counted_without_the_ineligible() -> None:
    asked = representation.count_asked(_survey("16-24", "65+").disposition)
    assert asked.to_dict() == {"16-24": 4, "65+": 6}
    assert representation.count_asked(_survey("").disposition).empty


def _compared(survey: Survey) -> tuple[pd.DataFrame, pd.Series, dict[str, pd.Series]]:
    named = representation.name_groups(survey, "age", language="sv")
    latest = representation.keep_last_wave(
        dataclasses.replace(named, answers=named.answers.assign(wave="")), "a", waves=[]
    )
    asked = representation.count_asked(latest.disposition)
    ways = representation.list_weightings(
        latest.answers, "part", asked=asked, weight="w", trim_at=1.5
    )
    return latest.answers, asked, ways


def test_adjusted_answers_weigh_as_much_as_their_group_among_the_asked() -> None:
    """Asked 4 and 6; answered 1 and 2, and one of unknown age, who weighs 1."""
    answers, asked, ways = _compared(_survey("16-24", "65+"))
    assert ways["adjusted"].tolist() == pytest.approx([0.9, 0.9, 1.2, 1])
    assert ways["weighted"].tolist() == [1, 1, 4, 1]
    assert ways["trimmed"].max() == pytest.approx(1.5 * 7 / 4)
    shares = representation.compare_weighted(answers, "part", asked=asked, weightings=ways)
    young = shares[shares["part"] == AGES[0]].set_index("basis")
    assert young["estimate"].drop("trimmed").to_dict() == pytest.approx(
        {"asked": 0.4, "answered": 1 / 3, "adjusted": 0.4, "weighted": 4 / 6}
    )
    assert young["n"].tolist() == [4, 1, 1, 1, 1]
    assert shares["part"].drop_duplicates().tolist() == AGES
    assert shares.groupby("basis")["estimate"].sum().tolist() == pytest.approx([1] * 5)


def test_a_group_of_which_nobody_answered_leaves_nothing_to_adjust() -> None:
    survey = _survey("16-24", "65+")
    survey = dataclasses.replace(survey, answers=survey.answers[survey.answers["age"] != 1])
    answers, asked, ways = _compared(survey)
    assert list(ways) == ["answered", "weighted", "trimmed"]
    told = representation.describe_groups(answers, "part", asked=asked)
    assert told.to_dict("records") == [{"groups": 2, "unheard": 1, "names": AGES[0], "unplaced": 1}]
    shares = representation.compare_weighted(answers, "part", asked=asked, weightings=ways)
    young = shares[shares["part"] == AGES[0]].set_index("basis")
    assert young["estimate"].tolist() == [0.4, 0, 0, 0]
    assert young["n"].tolist() == [4, 0, 0, 0]


def test_without_named_groups_there_is_nothing_to_compare() -> None:
    answers, asked, ways = _compared(_survey(""))
    assert "adjusted" not in ways
    assert representation.describe_groups(answers, "part", asked=asked).empty
    assert representation.compare_weighted(answers, "part", asked=asked, weightings=ways).empty


def test_shares_among_nobody_are_undefined() -> None:
    answers, asked, _ = _compared(_survey("16-24", "65+"))
    ways = representation.list_weightings(
        answers.head(0), "part", asked=asked, weight=None, trim_at=2
    )
    shares = representation.compare_weighted(answers.head(0), "part", asked=asked, weightings=ways)
    of_answers = shares[shares["basis"] == "answered"]
    assert of_answers["estimate"].isna().all()
    assert set(of_answers["n"]) == {0}
    costs = representation.describe_weightings(ways)
    assert costs["n"].tolist() == [0]
    assert costs["n_effective"].isna().all()


def test_scales_show_what_the_weights_do_to_the_answer() -> None:
    """5, 3 and 1 with weights 1, 1, 4: 3 becomes 2; a person without a score is left out."""
    survey = _survey("16-24", "65+")
    here = survey.answers[survey.answers["city"] == "a"]
    ways = {"answered": np.ones(4), "weighted": here["w"]}
    means = representation.compare_scales(
        dataclasses.replace(survey, answers=here), weightings=ways, language="en"
    )
    assert means[["scale", "basis", "estimate", "n", "unit"]].to_numpy().tolist() == [
        ["Hemma", "answered", 3, 3, "points"],
        ["Hemma", "weighted", 2, 3, "points"],
    ]
    nobody = dataclasses.replace(survey, answers=here.head(0))
    none = representation.compare_scales(nobody, weightings={"answered": []}, language="en")
    assert none["estimate"].isna().all()
    assert none["n"].tolist() == [0]


def test_a_survey_that_is_not_there_has_no_groups() -> None:
    nothing = representation.name_groups(empty_survey("s"), "age", language="sv")
    kept = representation.keep_last_wave(nothing, "a", waves=[])
    ways = representation.list_weightings(
        kept.answers, "part", asked=pd.Series(dtype=float), weight=None, trim_at=2
    )
    assert representation.compare_scales(kept, weightings=ways, language="sv").empty
