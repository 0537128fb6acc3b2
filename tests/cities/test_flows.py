"""Who went from what to what: who counts, when, and what may be told of few people."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from labtools.cities import flow_figure, flows, goals
from labtools.lab import open_lab
from labtools.words import Language

REACHED = ["work", "studies", "own_business"]


def _statuses(*rows: tuple[str, str, str], city: str = "boden") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "date", "status"]).assign(city=city)


def _moves(statuses: pd.DataFrame, begin: str = "", end: str = "") -> dict[str, tuple[str, str]]:
    moves = flows.list_moves(statuses, begin=begin, end=end)
    rows = moves[["person_id", "before", "after"]].itertuples(index=False)
    return {person: (before, after) for person, before, after in rows}


MANY = _statuses(
    ("p1", "2024-09", "seeking"), ("p1", "2025-03", "traineeship"), ("p1", "2025-11", "work"),
    ("p2", "2024-09", "seeking"),
    ("p3", "2025-06", "studies"),
    ("p4", "2024-09", "unknown"), ("p4", "2025-11", "unknown"),
)  # fmt: skip


def test_without_dates_each_person_goes_from_the_first_status_to_the_last() -> None:
    """One status alone is a beginning without an end: nobody is taken to have stayed."""
    assert _moves(MANY) == {
        "p1": ("seeking", "work"),
        "p2": ("seeking", "not_told"),
        "p3": ("studies", "not_told"),
        "p4": ("unknown", "unknown"),
    }


def test_with_dates_the_status_is_the_latest_by_then() -> None:
    assert _moves(MANY, begin="2025-04", end="2025-10") == {
        "p1": ("traineeship", "not_told"),
        "p2": ("seeking", "not_told"),
        "p3": ("not_told", "studies"),
        "p4": ("unknown", "not_told"),
    }
    assert "p3" not in _moves(MANY, end="2025-04")


def test_a_year_is_not_later_than_its_months() -> None:
    rows = _statuses(("p", "2024", "seeking"), ("p", "2024-05", "work"), ("p", "2025", "studies"))
    assert _moves(rows, begin="2024-03-01") == {"p": ("seeking", "studies")}


def test_flows_are_counted_once_a_person_in_the_order_of_statuses() -> None:
    found = flows.count_flows(flows.list_moves(MANY))
    told = found[["before", "after", "n"]].to_numpy().tolist()
    assert told == [
        ["studies", "not_told", 1],
        ["seeking", "work", 1],
        ["seeking", "not_told", 1],
        ["unknown", "unknown", 1],
    ]


def _flows(*rows: tuple[str, str, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["before", "after", "n"])
    return table.assign(city="boden")[["city", "before", "after", "n"]]


def _shown(*rows: tuple[str, str, int]) -> list[list[object]]:
    found = flows.hide_small(_flows(*rows), min_people=5, reached=REACHED)
    return found[["before", "after", "n"]].to_numpy().tolist()


def test_small_flows_are_told_together_and_large_ones_each() -> None:
    rows = [("seeking", "work", 9), ("seeking", "seeking", 8), ("other", "seeking", 4)]
    rows += [("seeking", "other", 3), ("parental_leave", "other", 2)]
    assert _shown(*rows) == [
        ["seeking", "work", 9],
        ["seeking", "seeking", 8],
        ["smaller", "smaller", 9],
    ]


def test_the_next_smallest_is_hidden_where_a_total_would_give_the_hidden_away() -> None:
    """12 reached the goal: with 9 told, the 3 from something else would be known."""
    rows = [("seeking", "work", 9), ("other", "work", 3), ("seeking", "seeking", 8)]
    assert _shown(*rows, ("seeking", "other", 6)) == [
        ["seeking", "seeking", 8],
        ["seeking", "other", 6],
        ["smaller", "smaller", 12],
    ]


def test_too_few_even_together_have_no_number_and_none_hidden_no_row() -> None:
    assert _shown(("seeking", "work", 9)) == [["seeking", "work", 9]]
    (row,) = _shown(("seeking", "work", 2), ("seeking", "seeking", 1))
    assert row[0] == "smaller"
    assert pd.isna(row[2])
    assert flows.hide_small(_flows(), min_people=5, reached=REACHED).empty


_ANY = st.dictionaries(
    st.tuples(st.sampled_from(flows.STATUSES), st.sampled_from(flows.STATUSES)),
    st.integers(1, 15),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60)
@given(counts=_ANY, least=st.integers(2, 8))
def test_what_is_told_taken_from_any_total_leaves_nobody_or_enough(
    counts: dict[tuple[str, str], int], least: int
) -> None:
    """But for totals that are themselves too small, of which nothing is told."""
    table = _flows(*((before, after, n) for (before, after), n in counts.items()))
    found = flows.hide_small(table, min_people=least, reached=REACHED)
    told = found[found["before"] != flows.SMALLER]
    assert (found["n"].dropna() >= least).all()
    for end in ("before", "after"):
        for kind in ("reached", "not", "unknown"):
            of_kind = [
                rows[rows[end].map(lambda one: flows.find_kind(one, REACHED)) == kind]["n"].sum()
                for rows in (table, told)
            ]
            left = of_kind[0] - of_kind[1]
            assert left == 0 or left >= least or of_kind[1] == 0
    hidden = table["n"].sum() - told["n"].sum()
    assert hidden == 0 or hidden >= least or told.empty


def test_who_takes_no_part_or_has_no_city_is_not_counted() -> None:
    rows = _statuses(*((one, "2024", "work") for one in ("p1", "p2", "p3", "p4")))
    people = pd.DataFrame({"person_id": ["p2", "p1", "p3", "p4"], "city": ["a", "a", "", "a"]})
    consent = pd.DataFrame(
        {"person_id": ["P1", "p4"], "participate": ["no", "yes"], "withdrawn_on": ["", "2025"]}
    )
    bare = rows.drop(columns="city")
    placed = flows.place_people(bare, people, consent, withdrawal="everything")
    assert placed["person_id"].tolist() == ["p2"]
    kept = flows.place_people(bare, people, consent, withdrawal="quotes")
    assert kept["person_id"].tolist() == ["p2", "p4"]


def _goal_of_boden() -> pd.DataFrame:
    return pd.DataFrame({"goal": ["work", "elsewhere"], "city": ["boden", "umea"]})


def test_the_rows_of_each_person_are_one_more_account_of_the_goal() -> None:
    """p1 works in the end; p2 and p3 have not reached it or have; p4 is unknown throughout."""
    observed = flows.observe_statuses(
        MANY, _goal_of_boden(), reached=REACHED, dates=["2024-10", "2025-12"]
    )
    told = observed[["date", "numerator", "denominator", "unknown"]].to_numpy().tolist()
    assert told == [["2024-10", 0, 2, 1], ["2025-12", 2, 3, 1]]
    assert set(observed["goal"]) == {"work"}
    none = flows.observe_statuses(MANY.head(0), _goal_of_boden(), reached=REACHED, dates=["2024"])
    assert none.empty


@pytest.mark.parametrize(("numerator", "differ"), [(2, 0), (1, 2)])
def test_an_account_stands_beside_the_rows_of_each_person_only_where_they_differ(
    numerator: int, differ: int
) -> None:
    account = {"goal": "work", "city": "boden", "date": "2025-12", "source": "labbet"}
    numbers = {"numerator": numerator, "denominator": 3, "unknown": 1}
    observations = pd.DataFrame([account | numbers, account | numbers | {"goal": "other"}])
    both = flows.lay_beside(observations, MANY, _goal_of_boden(), reached=REACHED)
    assert both["source"].tolist() == ["labbet", "goals/status.csv"]
    assert len(goals.find_conflicts(both)) == differ


def test_the_example_agrees_with_its_observations_but_for_who_has_withdrawn(root: object) -> None:
    """From the same truth: in three cities of four the lab's own count is that of the rows."""
    lab = open_lab(f"{root}/data/example")
    statuses = flows.place_people(
        lab.read_table("status"), lab.read_people(), lab.read_consent(), withdrawal=lab.withdrawal
    )
    of_work = lab.read_goals().query("goal.str.endswith('-work')")
    latest = goals.latest(lab.read_observations())
    own = latest[latest["source"] == "labbets egen uppföljning"]
    both = flows.lay_beside(own, statuses, of_work, reached=REACHED)
    assert len(both) == 8
    assert set(goals.find_conflicts(both)["city"]) == {"ekhamra"}
    apart = goals.find_conflicts(both)[["numerator", "denominator"]].to_numpy().tolist()
    assert apart == [[36, 47], [36, 46]]


def test_a_status_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be among work, .*; found working"):
        flows.choose_reached("work; working")


def test_how_many_have_rows_and_between_which_dates_is_told() -> None:
    row = flows.summarize(MANY, language="en").iloc[0].to_dict()
    told = {"people": 4, "one": 2, "first": "September 2024", "last": "November 2025"}
    assert row == told
    assert flows.summarize(MANY.head(0), language="sv").empty


def _draw(table: pd.DataFrame, language: Language = "en") -> list[plt.Axes]:
    axes = flow_figure.new_panels(table)
    names = {"boden": "Boden"} | flows.name_statuses(language)
    flow_figure.draw_flows(table, reached=REACHED, language=language, axes=axes, names=names)
    return axes


def test_a_band_is_as_high_as_its_people_and_bears_their_number() -> None:
    shown = _flows(("seeking", "work", 30), ("seeking", "seeking", 10), ("smaller", "smaller", 10))
    (ax,) = _draw(shown)
    heights = [
        float(max(y) - min(y))
        for band in ax.collections
        for y in [band.get_paths()[0].vertices[:, 1][band.get_paths()[0].vertices[:, 0] == 0]]
    ]
    assert heights == pytest.approx([0.6, 0.2, 0.2])
    written = [text.get_text() for text in ax.texts]
    assert [text for text in written if text.isdigit()] == ["30", "10", "10"]
    assert written.count("Seeking work") == 2
    assert "Boden: from Seeking work to Work: 30; from Seeking work to Seeking work: 10" in (
        str(ax.get_label())
    )
    plt.close(ax.figure)


def test_nothing_is_drawn_of_no_flow_or_of_more_cities_than_have_room() -> None:
    many = pd.concat(
        [_flows(("seeking", "work", 9)).assign(city=f"c{at}") for at in range(7)]
    )  # fmt: skip
    for table in (_flows(), many):
        (ax,) = _draw(table)
        assert ax.get_label() == ""
        plt.close(ax.figure)
