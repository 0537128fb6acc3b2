"""Partners see no count of a few people; the lab's own team sees all."""

import math

import pandas as pd
import pytest

from labtools import figures, tables, words
from labtools.evidence.schemas import empty_table
from labtools.privacy.disclosure import find_bounds
from labtools.privacy.readers import PUBLISHED, Readers

OUTCOMES = pd.DataFrame(
    {
        "city": ["a", "b", "c", "d"],
        "numerator": [3.0, 20.0, 14.0, float("nan")],
        "denominator": [12.0, 35.0, 26.0, 9.0],
        "unknown": [6.0, 8.0, 0.0, float("nan")],
        "estimate": [3 / 12, 20 / 35, 14 / 26, float("nan")],
        "low": [0.1, 0.4, 0.35, float("nan")],
        "high": [0.5, 0.7, 0.71, float("nan")],
        "n": [12.0, 35.0, 26.0, 9.0],
        "unit": "share",
    }
)


def _partners(earlier: pd.DataFrame | None = None) -> Readers:
    table = empty_table("published") if earlier is None else earlier
    return Readers("partners", min_people=5, read_table=lambda name: table)


def test_the_labs_own_team_sees_all_and_reads_no_release() -> None:
    readers = Readers("internal", min_people=5, read_table=pytest.fail)
    shown = readers.hide_shares(OUTCOMES, row="city", table="outcomes")
    pd.testing.assert_frame_equal(shown.drop(columns="too_few"), OUTCOMES)
    assert not shown["too_few"].any()
    assert PUBLISHED not in readers.tell("sv")._repr_mimebundle_()


def test_a_share_of_a_few_and_one_that_would_tell_it_are_hidden_with_their_intervals() -> None:
    shown = _partners().hide_shares(OUTCOMES, row="city", table="outcomes").set_index("city")
    assert shown.loc["a", ["numerator", "estimate", "low", "high"]].isna().all()
    assert shown.loc["a", "too_few"]
    others = shown.drop(index=["a", "d"])
    assert others["numerator"].isna().any()  # or the sum over the cities would tell
    assert (others["estimate"].isna() == others["numerator"].isna()).all()
    assert shown["denominator"].notna().any()
    assert not shown.loc["d", "too_few"]
    assert math.isnan(shown.loc["d", "estimate"])


def test_who_reads_the_page_can_bound_no_hidden_number_within_the_rule() -> None:
    readers = _partners()
    readers.hide_shares(OUTCOMES, row="city", table="outcomes")
    record = readers.tell("sv")._repr_mimebundle_()[PUBLISHED]
    cells = pd.DataFrame(record).query("table == 'outcomes'").set_index(["row", "column"])
    shown = cells["people"].where(cells["shown"] == "yes").unstack(sort=False)
    low, high = find_bounds(shown)
    assert low.loc["a", "reached"] == 0
    assert high.loc["a", "reached"] >= 3 + 5


def test_a_mean_of_a_few_or_without_spread_is_hidden() -> None:
    means = pd.DataFrame(
        {
            "city": ["a", "b", "c", "d"],
            "estimate": [3.5, 4.0, 5.0, 3.0],
            "low": [3.0, 3.5, 5.0, 2.5],
            "high": [4.0, 4.5, 5.0, 3.5],
            "n": [3, 40, 12, 30],
            "sd": [0.5, 1.0, 0.0, 1.0],
        }
    )
    shown = _partners().hide_means(means, "sd", row="city", table="means").set_index("city")
    assert shown.loc["a", ["estimate", "low", "high", "n", "sd"]].isna().all()
    assert shown["n"].isna().sum() == 2  # one more, or the whole lab's n would tell
    assert math.isnan(shown.loc["c", "estimate"])  # all of them answered five
    assert shown.loc["b", "estimate"] == 4.0


def test_a_mean_that_bounds_what_single_people_answered_is_hidden() -> None:
    """Six people of mean 1.5 have 3 steps above the least to share: nobody can be a 5."""
    means = pd.DataFrame(
        {
            "city": ["a", "b", "c"],
            "estimate": [1.5, 1.9, 4.6],
            "low": [1.2, 1.5, 4.2],
            "high": [1.8, 2.3, 5.0],
            "n": [6, 6, 6],
        }
    )
    shown = _partners().hide_means(means, row="city", table="means", limits=(1, 5))
    assert shown["estimate"].isna().tolist() == [True, False, True]
    assert shown["n"].notna().all()


def test_counts_one_row_each_are_hidden_in_their_two_way_table() -> None:
    counts = pd.DataFrame(
        {
            "city": ["a", "a", "b", "b", "c", "c"],
            "answer": ["yes", "no"] * 3,
            "n": [2, 20, 15, 16, 30, 11],
        }
    )
    shown = _partners().hide_counts(counts, row="city", column="answer", table="answers")
    assert shown["n"].isna().tolist()[:2] == [True, True]
    assert shown["n"].isna().sum() == 4
    assert (shown["too_few"] == shown["n"].isna()).all()


def test_what_else_a_row_tells_goes_with_its_count() -> None:
    counts = pd.DataFrame({"role": ["a", "b", "c"], "n": [31, 3, 9], "codes": [12, 7, 8]})
    shown = _partners().hide_parts(counts, "n", row="role", table="coded", also=["codes"])
    assert shown["codes"].isna().tolist() == [False, True, True]


def test_what_no_rule_protects_is_for_the_team_alone_and_partners_are_told_so() -> None:
    counts = pd.DataFrame({"city": ["a", "b"], "single": [1, 7]})
    readers = _partners()
    assert "eget team" not in readers.tell("sv").text
    assert readers.withhold(counts).empty
    blank = readers.withhold(counts, "single")
    assert blank["city"].tolist() == ["a", "b"]
    assert blank["single"].isna().all()
    assert "visas bara för labbets eget team" in readers.tell("sv").text
    team = Readers("internal", min_people=5, read_table=pytest.fail)
    assert team.withhold(counts, "single") is team.withhold(counts) is counts


def test_tables_of_their_own_do_not_protect_each_other() -> None:
    heard = pd.DataFrame(
        {"goal": ["x", "x", "y", "y"], "city": list("abab"), "yes": [2, 9, 8, 9], "no": 10}
    )
    shown = _partners().hide_parts(heard, "yes", "no", row="city", table="heard", each="goal")
    assert shown["too_few"].tolist() == [True, True, False, False]


def test_one_person_more_than_in_the_last_release_is_not_told() -> None:
    """Two tables shown whole would differ by who came."""
    first = pd.DataFrame({"city": ["a", "b"], "n": [12, 30]})
    readers = _partners()
    readers.hide_parts(first, "n", row="city", table="people")
    told = readers.tell("en")._repr_mimebundle_()[PUBLISHED]
    earlier = pd.DataFrame(told).assign(release="first").astype({"people": float})
    now = _partners(earlier).hide_parts(first.assign(n=[13, 30]), "n", row="city", table="people")
    assert now["n"].isna().any()
    same = _partners(earlier).hide_parts(first, "n", row="city", table="people")
    assert same["n"].notna().all()


def test_a_row_without_a_name_has_one_in_the_record() -> None:
    """Sources of no city, or answers of no wave, once kept the next release from being read."""
    counts = pd.DataFrame({"city": ["a", ""], "wave": "", "n": [9, 0]})
    readers = _partners()
    readers.hide_parts(counts, "n", row=["city", "wave"], table="people")
    told = readers.tell("en")._repr_mimebundle_()[PUBLISHED]
    assert list(dict.fromkeys(cell["row"] for cell in told)) == ["a", "–", "total"]


def test_what_cannot_be_shown_beside_the_last_release_is_withheld_whole() -> None:
    first = pd.DataFrame({"city": ["a"], "yes": [6], "no": [5]})
    readers = _partners()
    readers.hide_parts(first, "yes", "no", row="city", table="t")
    told = readers.tell("en")._repr_mimebundle_()[PUBLISHED]
    earlier = pd.DataFrame(told).assign(release="first").astype({"people": float})
    later = _partners(earlier)
    now = later.hide_parts(first.assign(yes=[7], no=[4]), "yes", "no", row="city", table="t")
    assert now[["yes", "no"]].isna().all(axis=None)
    assert later.tell("en").published == readers.tell("en").published  # they know the first still


def test_a_table_has_one_name_and_each_of_its_rows_once() -> None:
    readers = _partners()
    counts = pd.DataFrame({"city": ["a", "a"], "n": [9, 9]})
    with pytest.raises(ValueError, match="each of its rows once"):
        readers.hide_parts(counts, "n", row="city", table="t")
    readers.hide_parts(counts.head(1), "n", row="city", table="t")
    with pytest.raises(ValueError, match="one table"):
        readers.hide_parts(counts.head(1), "n", row="city", table="t")


def test_what_is_withheld_says_so_and_is_the_teams_own() -> None:
    heard = pd.DataFrame({"waves": [2], "silent": [0], "names": [""]})
    team = Readers("internal", min_people=5, read_table=pytest.fail)
    assert team.withhold(heard) is heard
    kept = _partners().withhold(heard)
    assert kept.empty
    assert words.say("waves_answered", kept, language="en").endswith("only to the lab's own team.")
    assert "waves" in words.say("waves_answered", heard.head(0), language="en")
    assert _partners().withhold(heard, "silent")["silent"].isna().all()


def test_a_table_of_the_same_people_is_hidden_where_theirs_is() -> None:
    readers = _partners()
    counts = pd.DataFrame({"city": ["a", "b", "c"], "n": [3, 20, 30]})
    told = readers.hide_parts(counts, "n", row="city", table="people")
    beside = pd.DataFrame(
        {"city": ["c", "a", "d"], "mean": [1.0, 2.0, 3.0], "n": 9}, index=[7, 8, 9]
    )
    shown = readers.hide_like(beside, told, "mean", on=["city"])
    assert shown["mean"].isna().tolist() == [False, True, False]
    assert shown["too_few"].tolist() == [False, True, False]
    assert shown["n"].notna().all()
    with pytest.raises(pd.errors.MergeError):
        readers.hide_like(beside, pd.concat([told, told]), "mean", on=["city"])


def test_people_who_are_not_told_beside_an_estimate_are_not_called_too_few() -> None:
    means = pd.DataFrame(
        {"city": ["a"], "estimate": [3.0], "low": [math.nan], "high": [math.nan], "n": [math.nan],
         "unit": ["points"], "too_few": [True]}
    )  # fmt: skip
    table = tables.show(means, caption="belonging_levels", language="en")._repr_html_()
    assert "not shown" in table
    assert "too few" not in table
    axes = figures.new_axes()
    figures.draw_intervals(means, "city", title="belonging_levels", language="en", ax=axes)
    assert axes.get_yticklabels()[0].get_text() == "a, n = not shown"


def test_an_audience_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="internal, partners; found public"):
        Readers("public", min_people=5, read_table=empty_table)


def test_tables_figures_and_sentences_say_too_few_in_its_place() -> None:
    shown = _partners().hide_shares(OUTCOMES.head(3), row="city", table="outcomes")
    shown = shown.assign(name=shown["city"].str.upper())
    columns = ["city", "numerator", "estimate", "low", "high", "unit", "too_few"]
    table = tables.show(shown[columns], caption="outcomes", language="sv")
    assert "för få" in table._repr_html_()
    ax = figures.draw_intervals(
        shown, "city", title="outcomes", language="en", ax=figures.new_axes(rows=6)
    )
    assert "a: too few" in ax.get_label()
    assert "nan" not in ax.get_label()
    few = words.say("loops", shown[shown["too_few"]], language="en")
    assert few.startswith("A, ")
    assert "too few people" in few
