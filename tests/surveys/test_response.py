"""Response rates as AAPOR defines them; questions skipped; who answered again."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.questionnaires.survey import Survey, empty_survey
from labtools.evidence.schemas import empty_table
from labtools.surveys import response

OUTCOMES = list(response.OUTCOMES)


def _asked(*rows: dict[str, float], **columns: str) -> pd.DataFrame:
    """Rows of disposition.csv; outcomes not named are 0."""
    counts = pd.DataFrame(rows).reindex(columns=OUTCOMES).fillna(0.0)
    told = {"city": "a", "wave": "", "group": ""} | columns
    return counts.assign(**told, sampled=counts.sum(axis="columns"))


def _rates(disposition: pd.DataFrame, **options: object) -> pd.Series:
    asked_for = {"by": ["city"], "sampling": "census", "design": {}} | options
    rates = response.estimate_response_rates(disposition, **asked_for)  # type: ignore[arg-type]
    return rates.set_index("response_rate")["estimate"]


def test_rates_are_those_that_outcomerate_prints_for_its_example() -> None:
    """R's outcomerate 1.0.1, the last example of its manual: I = 6, P = 2, R = 1, NC = 3.

    Where nobody is ineligible e is 1, so that non-contacts count as the unknown do; only in the
    rates that leave the unknown out do they not.
    """
    rates = _rates(_asked({"complete": 6, "partial": 2, "refused": 1, "unknown": 3}))
    printed = {"RR1": 0.5, "RR2": 0.66666667, "RR3": 0.5, "RR4": 0.66666667, "COOP1": 0.66666667,
               "COOP2": 0.88888889, "REF1": 0.08333333, "REF2": 0.08333333, "CON1": 0.75,
               "CON2": 0.75}  # fmt: skip
    assert rates[list(printed)].to_dict() == pytest.approx(printed, abs=5e-9)


def test_the_unknown_and_the_undelivered_count_as_far_as_they_belong() -> None:
    """Of 9 whose eligibility is known 8 belong, so of the 2 others 16/9 do."""
    rates = _rates(_asked({"complete": 5, "partial": 2, "refused": 1, "ineligible": 1,
                           "unknown": 1, "undeliverable": 1}))  # fmt: skip
    likely = 8 + 16 / 9
    expected = {"RR1": 5 / 10, "RR2": 7 / 10, "RR3": 5 / likely, "RR4": 7 / likely,
                "RR5": 5 / 8, "RR6": 7 / 8, "COOP1": 5 / 8, "COOP2": 7 / 8, "REF1": 1 / 10,
                "REF2": 1 / likely, "REF3": 1 / 8, "CON1": 8 / 10, "CON2": 8 / likely}  # fmt: skip
    assert rates.to_dict() == pytest.approx(expected)
    assert list(rates.index)[:6] == list(response.RESPONSE_RATES)


counts = st.fixed_dictionaries({outcome: st.integers(0, 40) for outcome in OUTCOMES})


@settings(max_examples=40)
@given(counts)
def test_stricter_rates_are_never_higher(people: dict[str, float]) -> None:
    """RR1 ≤ RR3 ≤ RR5, RR2 ≤ RR4 ≤ RR6, and each with partial answers at least as high."""
    rates = _rates(_asked(people))
    pairs = ["RR1 RR3", "RR3 RR5", "RR2 RR4", "RR4 RR6", "RR1 RR2", "RR3 RR4", "RR5 RR6"]
    for lower, higher in map(str.split, pairs):
        both = rates[[lower, higher]]
        assert both.isna().any() or both.iloc[0] <= both.iloc[1] + 1e-12
    assert rates.dropna().between(0, 1 + 1e-12).all()


def test_when_nobody_is_unknown_all_ways_agree() -> None:
    rates = _rates(_asked({"complete": 30, "refused": 10, "ineligible": 5}))
    assert rates[list(response.RESPONSE_RATES)].tolist() == [0.75] * 6


def test_where_eligibility_is_known_of_nobody_only_the_whole_is_defined() -> None:
    """Nobody of 20 answered: RR1 is 0; how many of the 20 belong cannot be estimated."""
    rates = _rates(_asked({"unknown": 20}))
    assert rates["RR1"] == rates["RR2"] == rates["CON1"] == 0
    assert rates[["RR3", "RR4", "RR5", "RR6", "COOP1", "REF2", "REF3"]].isna().all()


def test_a_group_with_nobody_sampled_is_undefined_with_n_0() -> None:
    asked = _asked({"complete": 1}, {}).assign(group=["young", "old"])
    rates = response.estimate_response_rates(asked, by=["group"], sampling="census", design={})
    old = rates[rates["group"] == "old"]
    assert old["estimate"].isna().all()
    assert set(old["n"]) == {0}


def test_a_disposition_without_rows_has_no_rate() -> None:
    nothing = empty_table("disposition")
    assert _rates(nothing, by=["city", "wave"]).empty
    assert response.count_outcomes(nothing, by=["city"]).empty
    assert response.spread_outcomes(nothing, by=["city"], language="sv").empty


def test_groups_are_added_before_the_rate_is_taken() -> None:
    """1 of 2 and 9 of 18: a half, though e is that of both together."""
    asked = _asked({"complete": 1, "unknown": 1}, {"complete": 9, "refused": 9})
    rates = _rates(asked.assign(group=["young", "old"]))
    assert rates["RR1"] == 0.5
    assert rates["RR5"] == 10 / 19


def test_only_a_simple_random_sample_has_intervals() -> None:
    """Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; e is itself an estimate."""
    asked = _asked({"complete": 81, "refused": 100, "unknown": 82})
    options = {"by": ["city"], "sampling": "random"}
    rates = response.estimate_response_rates(asked, design={}, **options)  # type: ignore[arg-type]
    rates = rates.set_index("response_rate")
    assert rates.loc["RR1", ["low", "high"]].tolist() == pytest.approx([0.2553, 0.3662], abs=5e-5)
    assert rates.loc[["RR3", "RR4", "REF2", "CON2"], "low"].isna().all()
    for sampling, design in [("random", {"cluster": "c"}), ("census", {}), ("unknown", {})]:
        bare = response.estimate_response_rates(
            asked, by=["city"], sampling=sampling, design=design
        )
        assert bare[["low", "high"]].isna().all(axis=None)


def test_outcomes_that_do_not_sum_to_sampled_are_told() -> None:
    wrong = _asked({"complete": 5}, wave="before", group="16-24").assign(sampled=7.0)
    words = r"disposition.csv, a, before, 16-24: .* must sum to sampled \(7\); they sum to 5"
    with pytest.raises(ValueError, match=words):
        response.check_disposition(wrong)


def test_a_total_beside_its_groups_is_told() -> None:
    """Summed, everybody would count twice."""
    both = _asked({"complete": 5}, {"complete": 5}).assign(group=["", "16-24"])
    with pytest.raises(ValueError, match=r"csv, a: .* found both\. Leave out the row"):
        response.check_disposition(both)
    with pytest.raises(ValueError, match="csv, a: there must be one such row"):
        response.check_disposition(_asked({"complete": 5}, {"complete": 6}))


def test_outcomes_are_counted_in_a_fixed_order_and_headed_in_words() -> None:
    asked = _asked({"complete": 5, "refused": 2}, {"unknown": 1}).assign(group=["", "65+"])
    asked = asked.assign(wave=["before", "after"])
    parts = response.name_parts(asked, waves={"before": "före"}, language="sv")
    assert parts["part"].tolist() == ["före", "after, 65+"]
    whole = response.name_parts(asked.assign(wave="", group=""), waves={}, language="en")
    assert whole["part"].tolist() == ["all who were asked"] * 2
    long = response.count_outcomes(parts, by=["part"])
    assert long["outcome"].drop_duplicates().tolist() == OUTCOMES
    assert long["n"].sum() == 8
    wide = response.spread_outcomes(parts, by=["part"], language="sv")
    assert wide[["sampled", "Svarade på allt", "Avböjde"]].to_numpy().tolist() == [
        [7, 5, 2],
        [1, 0, 0],
    ]


def _survey() -> Survey:
    dictionary = pd.concat(
        [
            empty_table("dictionary"),
            pd.DataFrame(
                {"variable": ["who", "town", "home", "job", "note"],
                 "type": ["id", "design", "ordinal", "single", "text"],
                 "question_sv": ["", "", "Hemma?", "Arbete?", ""]}
            ),
        ]
    ).fillna("")  # fmt: skip
    answers = pd.DataFrame(
        {
            "person_id": ["p", "q", "r", "p", "", "s"],
            "city": ["a", "a", "a", "a", "a", "b"],
            "wave": ["before", "before", "before", "after", "after", "after"],
            "home": [1.0, np.nan, np.nan, 2.0, 2.0, np.nan],
            "job": [np.nan, np.nan, 1.0, 1.0, 1.0, 1.0],
        }
    )
    reasons = [(1, "home", "dont_know"), (2, "home", "blank"), (0, "job", "not_applicable"),
               (1, "job", "refused"), (5, "home", "blank")]  # fmt: skip
    missing = pd.DataFrame(reasons, columns=["row", "variable", "reason"])
    return dataclasses.replace(
        empty_survey("s"), dictionary=dictionary, answers=answers, missing=missing,
        columns={"person_id": "who", "city": "town"},
    )  # fmt: skip


def test_item_nonresponse_is_of_those_whom_the_question_concerned() -> None:
    """Two of three gave no answer on home; job did not concern one, of the others one refused."""
    skipped = response.estimate_item_nonresponse(_survey(), "a", language="sv")
    assert skipped[["question", "wave", "estimate", "n", "missing"]].to_numpy().tolist() == [
        ["Hemma?", "before", 2 / 3, 3, 2],
        ["Hemma?", "after", 0, 2, 0],
        ["Arbete?", "before", 0.5, 2, 1],
        ["Arbete?", "after", 0, 2, 0],
    ]
    assert skipped[["low", "high"]].isna().all(axis=None)


def test_every_citys_figure_ends_where_the_most_skipped_question_of_any_does() -> None:
    """In the other city one of one skipped a question."""
    survey = _survey()
    assert response.most_skipped(survey, language="sv") == 1
    here = survey.answers[survey.answers["city"] == "a"]
    assert response.most_skipped(dataclasses.replace(survey, answers=here), language="sv") == 0.7


def test_the_questions_are_those_with_an_answer_to_choose_or_count() -> None:
    assert response.list_questions(_survey()).variables == ("home", "job")


def test_the_answer_file_is_reconciled_with_the_disposition() -> None:
    asked = _asked({"complete": 1, "partial": 1}, {"complete": 3}).assign(wave=["before", "after"])
    table = response.reconcile(dataclasses.replace(_survey(), disposition=asked), "a")
    found = table.set_index("wave")[["counted", "n", "fewer", "more"]]
    assert found.loc["before"].tolist() == [2, 3, 0, 1]
    assert found.loc["after"].tolist() == [3, 2, 1, 0]
    assert response.reconcile(_survey(), "a").empty


def test_a_survey_that_is_not_there_has_nothing_skipped() -> None:
    nothing = empty_survey("s")
    assert response.estimate_item_nonresponse(nothing, "a", language="sv").empty
    assert response.most_skipped(nothing, language="sv") == 1
    assert response.reconcile(nothing, "a").empty
    assert response.list_questions(nothing).variables == ()


WAVES = ["before", "between", "after"]
LINKED = pd.DataFrame(
    {
        "person_id": ["p", "q", "r", "", "p", "r", "s", "q"],
        "wave": ["before", "before", "before", "before", "after", "after", "after", "between"],
        "age": ["old", "young", "old", "old", "young", "old", "old", "young"],
    }
)


def test_those_who_answered_again_are_counted_in_the_group_they_first_told() -> None:
    """p calls themselves young the second time; s came later; who has no id cannot be followed."""
    age = pd.Categorical(LINKED["age"], ["young", "old"], ordered=True)
    returned = response.estimate_returned(LINKED.assign(age=age), by=["age"], waves=WAVES)
    assert returned[["age", "estimate", "n", "returned"]].to_numpy().tolist() == [
        ["young", 0, 1, 0],
        ["old", 1, 2, 2],
    ]
    assert returned["high"].iloc[0] == pytest.approx(0.7935, abs=1e-4)  # Wilson, 0 of 1


@pytest.mark.parametrize("waves", [[], ["before"], ["before", "never"], ["never", "after"]])
def test_without_two_waves_nobody_can_answer_again(waves: list[str]) -> None:
    returned = response.estimate_returned(LINKED, by=["age"], waves=waves)
    assert returned.empty
    assert list(returned)[:6] == ["age", "estimate", "low", "high", "n", "unit"]


def test_waves_may_come_as_a_column_of_the_labs_settings() -> None:
    """A Series has no last place by number -1."""
    returned = response.estimate_returned(LINKED, by=["age"], waves=pd.Series(WAVES))  # type: ignore[arg-type]
    assert returned["n"].sum() == 3
